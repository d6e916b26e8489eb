//! Changes one setting in the person's file, and nothing else in it.
//!
//! The file is taken apart only to find the place: what is written there replaces the value, or comes as a line of its own, and
//! every other byte stays, with comments, order, line ends and all. [`change`], [`reset`] and [`undo`] touch the disk: the file is
//! read, changed beside itself, read once more, and replaced only if nobody has written it meanwhile; otherwise the change is
//! made anew in what stands there now. A file with mistakes is left alone.

use std::fs;
use std::ops::Range;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use toml_edit::{Array, Document, InlineTable, Item, Table, Value as Node};

use super::check::{self, Reading};
use super::load::{content, end_of_links, is_missing};
use super::place::line_around;
use super::{Problem, SHIPPED, keys};
use crate::disk::{Draft, SHARED, sync_folder, unused_name};
use crate::lang::tr;
use crate::paths::Paths;

/// How often a file is read anew that somebody else writes all the time.
const TRIES: usize = 20;

/// What a file begins with that did not exist before.
const FIRST_LINES: &str = "# Settings of Unhunch, where they aren't the defaults. `unhunch config default` prints and explains all.\n";

/// The mark of UTF-8 that some editors put at the beginning.
const MARK: &str = "\u{FEFF}";

/// What is written for a setting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// A text in quotes.
    Text(String),
    /// True or false.
    Switch(bool),
    /// A whole number.
    Number(i64),
    /// A list of texts.
    List(Vec<String>),
}

/// A change that was made, so that it can be undone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// The setting, like `rhythm.sit`.
    pub key: String,
    /// Its value before, as it stood in the file; none: it did not.
    was: Option<String>,
    /// The file before; none: there was none.
    before: Option<Vec<u8>>,
    after: Vec<u8>,
}

/// Why nothing was changed.
#[derive(Debug)]
pub enum Refused {
    /// The file has mistakes, and stays as it is until they are mended.
    Mistakes(Vec<Problem>),
    /// The value would be one.
    Wrong(Vec<Problem>),
    /// The file cannot be read or written.
    Failed(anyhow::Error),
}

impl<E: Into<anyhow::Error>> From<E> for Refused {
    fn from(error: E) -> Self {
        Self::Failed(error.into())
    }
}

/// Sets `key` (`rhythm.sit`) in the person's file; none: it stands there already. `routines` as in [`check::read`].
///
/// # Errors
/// [`Refused`]; then the file is as it was.
pub fn change(
    paths: &Paths,
    key: &str,
    value: &Value,
    routines: &[&str],
) -> Result<Option<Change>, Refused> {
    rewrite(paths, key, Put::Value(value), routines)
}

/// Takes `key` out of the person's file, so that its default holds; none: it doesn't stand there.
///
/// # Errors
/// As [`change`].
pub fn reset(paths: &Paths, key: &str, routines: &[&str]) -> Result<Option<Change>, Refused> {
    rewrite(paths, key, Put::Nothing, routines)
}

/// Undoes a change. If the file has been changed elsewhere since, that stays, and the setting alone gets its old value again.
///
/// # Errors
/// As [`change`].
pub fn undo(paths: &Paths, change: &Change, routines: &[&str]) -> Result<(), Refused> {
    let file = paths.settings();
    let stands = read(&file)?;
    if stands.as_ref() == Some(&change.after) {
        let is_undone = match &change.before {
            Some(before) => store(&file, stands.as_deref(), before)?,
            None => fs::remove_file(end_of_links(&file)?).map(|()| true)?,
        };
        if is_undone {
            return Ok(());
        }
    }
    let put = change.was.as_deref().map_or(Put::Nothing, Put::Raw);
    rewrite(paths, &change.key, put, routines).map(drop)
}

/// Gives the file another name, so that the defaults hold; the answer is that name.
///
/// # Errors
/// If it cannot be renamed.
pub fn set_aside(paths: &Paths) -> anyhow::Result<PathBuf> {
    let file = paths.settings();
    let kept = unused_name(&file);
    fs::rename(&file, &kept)
        .with_context(|| tr!("{file} cannot be renamed", file = file.display()))?;
    Ok(kept)
}

/// What comes in the place of a value.
#[derive(Clone, Copy)]
enum Put<'a> {
    Value(&'a Value),
    /// As it stood in the file.
    Raw(&'a str),
    Nothing,
}

fn rewrite(
    paths: &Paths,
    key: &str,
    put: Put<'_>,
    routines: &[&str],
) -> Result<Option<Change>, Refused> {
    let file = paths.settings();
    for _ in 0..TRIES {
        let before = read(&file)?;
        let content = before.as_deref().unwrap_or_default();
        let reading = check::read(&file, content, None, routines);
        if !reading.problems.is_empty() {
            return Err(Refused::Mistakes(reading.problems));
        }
        let text = std::str::from_utf8(content)?;
        let (was, after) = match (&before, with(text, key, put)?) {
            (_, None) => return Ok(None),
            (Some(_), Some(changed)) => changed,
            (None, Some((was, after))) => (was, format!("{FIRST_LINES}{after}")),
        };
        let again = check::read(&file, after.as_bytes(), None, routines);
        if !again.problems.is_empty() {
            return Err(Refused::Wrong(again.problems));
        }
        ensure_alone(key, reading, again)?;
        if store(&file, before.as_deref(), after.as_bytes())? {
            let (key, after) = (key.to_owned(), after.into_bytes());
            return Ok(Some(Change {
                key,
                was,
                before,
                after,
            }));
        }
    }
    Err(Refused::Failed(anyhow::anyhow!(tr!(
        "the settings file {file} is being written by another program all the time",
        file = file.display()
    ))))
}

/// Nothing but this setting may have changed, whatever the file looks like.
fn ensure_alone(key: &str, mut before: Reading, mut after: Reading) -> anyhow::Result<()> {
    let values = |reading: &mut Reading| -> Vec<_> {
        let others = keys::of(&mut reading.settings).into_iter();
        let others = others.filter(|other| other.full() != key);
        others
            .map(|other| (other.full(), other.field.written()))
            .collect()
    };
    let same = values(&mut before) == values(&mut after);
    anyhow::ensure!(
        same,
        tr!(
            "`{key}` cannot be changed without changing others; please do it in an editor",
            key = key
        )
    );
    Ok(())
}

// The disk.

/// None: there is no file.
fn read(file: &Path) -> anyhow::Result<Option<Vec<u8>>> {
    match content(file) {
        Ok(content) => Ok(Some(content)),
        Err(error) if is_missing(file, &error) => Ok(None),
        Err(error) => {
            Err(error).with_context(|| tr!("{file} cannot be read", file = file.display()))
        }
    }
}

/// Puts `after` in the place of the file, all of it or nothing, where its links lead; false: it is not `before` any more.
fn store(file: &Path, before: Option<&[u8]>, after: &[u8]) -> anyhow::Result<bool> {
    let failed = || {
        tr!(
            "the settings file {file} cannot be written",
            file = file.display()
        )
    };
    let target = end_of_links(file)?;
    // Whoever protects a file from being written means it.
    let is_free = !fs::metadata(&target).is_ok_and(|status| status.permissions().readonly());
    anyhow::ensure!(is_free, "{}: {}", failed(), tr("it is write-protected"));
    let draft = Draft::of(&target, SHARED, after).with_context(failed)?;
    let _alone = lock(target.parent().unwrap_or(Path::new(".")));
    if read(file)?.as_deref() != before {
        return Ok(false);
    }
    let is_ours = if before.is_some() {
        draft.replace().map(|()| true)
    } else {
        draft.create()
    };
    let is_ours = is_ours.with_context(failed)?;
    // The file is there; a file system that can't say so for its folder is no reason to complain.
    let _ = sync_folder(&target);
    Ok(is_ours)
}

/// Between the last look and the new file no other Unhunch comes; where that can't be had, there are but microseconds for it.
#[cfg(unix)]
fn lock(folder: &Path) -> Option<fs::File> {
    let folder = fs::File::open(folder).ok()?;
    folder.lock().is_ok().then_some(folder)
}

#[cfg(not(unix))]
fn lock(_folder: &Path) -> Option<fs::File> {
    None
}

// The text.

/// A setting's value before, as it stood in the text, and the text with another in its place; none: it stands there already.
type Changed = Option<(Option<String>, String)>;

fn with(text: &str, key: &str, put: Put<'_>) -> anyhow::Result<Changed> {
    let (mark, text) = match text.strip_prefix(MARK) {
        Some(rest) => (MARK, rest),
        None => ("", text),
    };
    let (table, name) = key.split_once('.').context("a key has a table")?;
    let document = Document::parse(text)?;
    let page = Page {
        text,
        document: &document,
        table,
        name,
    };
    let was = page.value().and_then(Item::span);
    let was = was.map(|span| text[span].to_owned());
    let splices = match (put, page.value()) {
        (Put::Nothing, None) => return Ok(None),
        (Put::Nothing, Some(value)) => vec![page.without(value)],
        (Put::Value(value), Some(before)) => page.replaced(before, value),
        (Put::Raw(raw), Some(before)) => vec![(before.span().unwrap_or_default(), raw.to_owned())],
        (Put::Value(value), None) => vec![page.added(&value.written())],
        (Put::Raw(raw), None) => vec![page.added(raw)],
    };
    let after = spliced(text, splices);
    Ok((after != text).then(|| (was, format!("{mark}{after}"))))
}

/// A place in a text, and what comes there.
type Splice = (Range<usize>, String);

fn spliced(text: &str, mut splices: Vec<Splice>) -> String {
    let mut after = text.to_owned();
    splices.sort_by_key(|(place, _)| std::cmp::Reverse(place.start));
    for (place, new) in splices {
        after.replace_range(place, &new);
    }
    after
}

/// The file, and the setting that is meant.
struct Page<'a> {
    text: &'a str,
    document: &'a Document<&'a str>,
    table: &'a str,
    name: &'a str,
}

/// How a table is written.
enum Home<'a> {
    /// Below a line like `[rhythm]`.
    Headed(&'a Table),
    /// As `rhythm.sit = …`.
    Dotted(&'a Table),
    /// As `rhythm = { sit = … }`.
    Inline(&'a InlineTable),
    Nowhere,
}

impl<'a> Page<'a> {
    fn home(&self) -> Home<'a> {
        match self.document.as_table().get(self.table) {
            Some(Item::Table(table)) if table.is_dotted() => Home::Dotted(table),
            Some(Item::Table(table)) => Home::Headed(table),
            Some(Item::Value(Node::InlineTable(table))) => Home::Inline(table),
            Some(Item::Value(_) | Item::ArrayOfTables(_) | Item::None) | None => Home::Nowhere,
        }
    }

    fn value(&self) -> Option<&'a Item> {
        self.document.as_table().get(self.table)?.get(self.name)
    }

    // Another value.

    fn replaced(&self, before: &Item, value: &Value) -> Vec<Splice> {
        let place = before.span().unwrap_or_default();
        if let (Some(array), Value::List(texts)) = (before.as_array(), value)
            && let Some(splices) = self.replaced_in(array, texts)
        {
            return splices;
        }
        let quoted = self.text[place.clone()].chars().next();
        vec![(place, value.written_like(quoted))]
    }

    /// What stays in a list keeps its comments: items are exchanged one by one, and come and go at its end.
    fn replaced_in(&self, array: &Array, texts: &[String]) -> Option<Vec<Splice>> {
        let spans: Vec<_> = array.iter().map(Node::span).collect::<Option<_>>()?;
        let written: Vec<_> = texts.iter().map(|text| quoted(text)).collect();
        let last = spans.len().min(texts.len()).checked_sub(1)?;
        let is_same =
            |(node, text): &(&Node, &String)| node.as_str().is_some_and(|node| node == *text);
        let pairs = array.iter().zip(texts).zip(&spans).zip(&written);
        let mut splices: Vec<Splice> = pairs
            .filter(|((pair, _), _)| !is_same(pair))
            .map(|((_, span), text)| (span.clone(), text.clone()))
            .collect();
        let end = spans[last].end;
        if let Some(gone) = spans.get(last + 1..).and_then(<[_]>::last) {
            splices.push((end..gone.end, String::new()));
        }
        let more: String = written[last + 1..]
            .iter()
            .map(|text| format!(", {text}"))
            .collect();
        if !more.is_empty() {
            splices.push((end..end, more));
        }
        // From the back: what comes behind an item doesn't move it.
        splices.sort_by_key(|(place, _)| place.start);
        Some(splices)
    }

    // A new line.

    fn added(&self, value: &str) -> Splice {
        let line = format!("{} = {value}", self.name);
        match self.home() {
            Home::Inline(table) => self.added_inline(table, &line),
            Home::Headed(table) => self.added_below(table, &line),
            Home::Dotted(table) => {
                let after = self
                    .key_before(table)
                    .or_else(|| table.iter().filter_map(|(_, item)| item.span()).last());
                let after = after.map_or(0, |span| span.end.saturating_sub(1));
                self.line_after(after, &format!("{}.{line}", self.table))
            }
            Home::Nowhere => self.added_at_end(&line),
        }
    }

    fn added_inline(&self, table: &InlineTable, line: &str) -> Splice {
        let last = table
            .iter()
            .filter_map(|(_, value)| value.span())
            .map(|span| span.end)
            .max();
        match (last, table.span()) {
            (Some(end), _) => (end..end, format!(", {line}")),
            (None, Some(span)) => (span, format!("{{ {line} }}")),
            (None, None) => self.added_at_end(line),
        }
    }

    /// Below the comment that explains it, if that stands there; else in the order of the shipped file.
    fn added_below(&self, table: &Table, line: &str) -> Splice {
        let heading = table.span().unwrap_or_default();
        let after = self
            .comment(&heading)
            .or_else(|| self.key_before(table))
            .unwrap_or(heading);
        self.line_after(after.end.saturating_sub(1), line)
    }

    /// The nearest setting that stands in the shipped file before this one, and in this one, too.
    fn key_before(&self, table: &Table) -> Option<Range<usize>> {
        let names = keys::names();
        let own = names
            .iter()
            .position(|key| *key == (self.table, self.name))?;
        let before = names[..own]
            .iter()
            .rev()
            .take_while(|(table, _)| *table == self.table);
        before
            .filter_map(|(_, name)| table.get(name)?.span())
            .next()
    }

    /// The comment above this setting in the shipped file, if it stands in this table.
    fn comment(&self, heading: &Range<usize>) -> Option<Range<usize>> {
        let comment = shipped_comment(self.table, self.name)?;
        let tables = self.document.as_table().iter();
        let spans = tables.filter_map(|(_, item)| item.as_table()?.span());
        let next = spans
            .map(|span| span.start)
            .filter(|start| *start > heading.start)
            .min();
        let end = next.unwrap_or(self.text.len());
        let mut at = heading.end;
        for line in self.text.get(heading.end..end)?.split_inclusive('\n') {
            if line.trim() == comment {
                return Some(at..at + line.trim_end().len());
            }
            at += line.len();
        }
        None
    }

    /// A line below the one in which this byte stands, with its indent.
    fn line_after(&self, at: usize, line: &str) -> Splice {
        let around = line_around(self.text, at);
        let here = &self.text[around.clone()];
        let indent: String = here
            .chars()
            .take_while(|char| matches!(char, ' ' | '\t'))
            .collect();
        let indent = if here.trim_start().starts_with('[') {
            String::new()
        } else {
            indent
        };
        let end = self.line_end();
        let text = if here.ends_with('\n') {
            format!("{indent}{line}{end}")
        } else {
            format!("{end}{indent}{line}")
        };
        (around.end..around.end, text)
    }

    fn added_at_end(&self, line: &str) -> Splice {
        let (end, at) = (self.line_end(), self.text.len());
        let gap = match self.text {
            "" => String::new(),
            text if text.ends_with('\n') => end.to_owned(),
            _ => format!("{end}{end}"),
        };
        (at..at, format!("{gap}[{}]{end}{line}{end}", self.table))
    }

    fn line_end(&self) -> &'static str {
        if self.text.contains("\r\n") {
            "\r\n"
        } else {
            "\n"
        }
    }

    // No line.

    fn without(&self, value: &Item) -> Splice {
        let value = value.span().unwrap_or_default();
        match self.home() {
            Home::Inline(table) => (self.without_inline(table, value), String::new()),
            Home::Headed(table) | Home::Dotted(table) => {
                let key = table.key(self.name).and_then(toml_edit::Key::span);
                let begin = line_around(self.text, key.map_or(value.start, |key| key.start)).start;
                let end = line_around(self.text, value.end.saturating_sub(1)).end;
                (begin..end, String::new())
            }
            Home::Nowhere => (0..0, String::new()),
        }
    }

    /// With one of the commas beside it.
    fn without_inline(&self, table: &InlineTable, value: Range<usize>) -> Range<usize> {
        let begin = table.key(self.name).and_then(toml_edit::Key::span);
        let begin = begin.map_or(value.start, |key| key.start);
        let keys = table
            .iter()
            .filter_map(|(name, _)| table.key(name)?.span())
            .map(|key| key.start);
        if let Some(next) = keys.filter(|start| *start > begin).min() {
            return begin..next;
        }
        let ends = table
            .iter()
            .filter_map(|(_, value)| value.span())
            .map(|value| value.end);
        let before = ends.filter(|end| *end <= begin).max();
        before.unwrap_or(begin)..value.end
    }
}

/// The comment above a setting in the shipped file.
fn shipped_comment(table: &str, name: &str) -> Option<&'static str> {
    let below = SHIPPED.split_once(&format!("[{table}]\n"))?.1;
    let start = format!("{name} = ");
    let mut above = "";
    for line in below.lines() {
        if line.starts_with(&start) {
            return Some(above);
        }
        above = line;
    }
    None
}

impl Value {
    /// As it stands in the file.
    #[must_use]
    pub fn written(&self) -> String {
        match self {
            Self::Text(text) => quoted(text),
            Self::Switch(on) => on.to_string(),
            Self::Number(number) => number.to_string(),
            Self::List(texts) => {
                let texts: Vec<_> = texts.iter().map(|text| quoted(text)).collect();
                format!("[{}]", texts.join(", "))
            }
        }
    }

    /// With the quotes of the value before.
    fn written_like(&self, quote: Option<char>) -> String {
        match self {
            Self::Text(text) if quote == Some('\'') && is_plain(text) => format!("'{text}'"),
            Self::Text(_) | Self::Switch(_) | Self::Number(_) | Self::List(_) => self.written(),
        }
    }
}

fn is_plain(text: &str) -> bool {
    !text.chars().any(|char| char == '\'' || char.is_control())
}

fn quoted(text: &str) -> String {
    let mut quoted = String::from('"');
    for char in text.chars() {
        match char {
            '"' | '\\' => quoted.extend(['\\', char]),
            char if char.is_control() => quoted.push_str(&format!("\\u{:04X}", u32::from(char))),
            char => quoted.push(char),
        }
    }
    quoted.push('"');
    quoted
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const IDS: [&str; 2] = ["desk", "moment"];

    fn text(text: &str) -> Value {
        Value::Text(text.to_owned())
    }

    fn list(texts: &[&str]) -> Value {
        Value::List(texts.iter().map(ToString::to_string).collect())
    }

    fn set(before: &str, key: &str, value: &Value) -> String {
        let changed = with(before, key, Put::Value(value)).unwrap();
        changed.map_or_else(|| before.to_owned(), |(_, after)| after)
    }

    fn unset(before: &str, key: &str) -> String {
        let changed = with(before, key, Put::Nothing).unwrap();
        changed.map_or_else(|| before.to_owned(), |(_, after)| after)
    }

    #[test]
    fn a_value_is_exchanged_and_all_else_stays() {
        let before =
            "\u{feff}# mine\r\n[rhythm]\r\n\tsit='20 min'  # short\r\n\r\n[guide]\r\non_top = true";
        assert_eq!(
            set(before, "rhythm.sit", &text("45 min")),
            before.replace("20 min", "45 min")
        );
        assert_eq!(
            set(before, "guide.on_top", &Value::Switch(false)),
            before.replace("true", "false")
        );
        assert_eq!(set(before, "rhythm.sit", &text("20 min")), before);
        assert_eq!(
            set(before, "rhythm.rest", &text("7 min")),
            before.replace("short\r\n", "short\r\n\trest = \"7 min\"\r\n")
        );
        assert_eq!(
            unset(before, "rhythm.sit"),
            before.replace("\tsit='20 min'  # short\r\n", "")
        );
        assert_eq!(
            set(before, "guide.theme", &text("dark")),
            before.replace("[guide]\r\n", "[guide]\r\ntheme = \"dark\"\r\n")
        );
        assert_eq!(
            set(before, "guide.check_in", &Value::Switch(false)),
            format!("{before}\r\ncheck_in = false")
        );
    }

    #[test]
    fn dotted_keys_and_inline_tables_stay_what_they_are() {
        let before = "rhythm.sit = \"20 min\" # a\nsound = { volume = 30 , voice = true }\nguide = {}\n\n[quiet]\n";
        assert_eq!(
            set(before, "rhythm.snooze", &text("5 min")),
            before.replace("# a\n", "# a\nrhythm.snooze = \"5 min\"\n")
        );
        assert_eq!(
            set(before, "sound.tones", &Value::Switch(false)),
            before.replace("voice = true", "voice = true, tones = false")
        );
        assert_eq!(
            set(before, "guide.theme", &text("dark")),
            before.replace("{}", "{ theme = \"dark\" }")
        );
        assert_eq!(
            unset(before, "sound.volume"),
            before.replace("volume = 30 , ", "")
        );
        assert_eq!(
            unset(before, "sound.voice"),
            before.replace(" , voice = true", "")
        );
        assert_eq!(
            set(before, "presence.still", &text("4 s")),
            format!("{before}\n[presence]\nstill = \"4 s\"\n")
        );
    }

    #[test]
    fn what_stays_in_a_list_keeps_its_comment() {
        let before =
            "[hours]\nmonday = [\n  \"9:00-12:30\", # morning\n  '13:15-18:00', # the rest\n]\n";
        assert_eq!(
            set(
                before,
                "hours.monday",
                &list(&["9:00-12:30", "14:00-18:00"])
            ),
            before.replace("'13:15-18:00'", "\"14:00-18:00\"")
        );
        assert_eq!(
            set(before, "hours.monday", &list(&["9:00-12:30"])),
            "[hours]\nmonday = [\n  \"9:00-12:30\", # the rest\n]\n"
        );
        assert_eq!(
            set(
                before,
                "hours.monday",
                &list(&["9:00-12:30", "13:15-18:00", "20:00-21:00"])
            ),
            before.replace("'13:15-18:00'", "'13:15-18:00', \"20:00-21:00\"")
        );
        assert_eq!(
            set(before, "hours.monday", &list(&[])),
            "[hours]\nmonday = []\n"
        );
    }

    #[test]
    fn a_line_that_went_comes_back_below_its_comment() {
        for (table, name) in keys::names() {
            let key = format!("{table}.{name}");
            let line = SHIPPED
                .split_once(&format!("[{table}]\n"))
                .unwrap()
                .1
                .lines()
                .find(|line| line.starts_with(&format!("{name} = ")))
                .unwrap();
            let gone = unset(SHIPPED, &key);
            assert_eq!(gone.len() + line.len() + 1, SHIPPED.len(), "{key}");
            let raw = line.split_once(" = ").unwrap().1;
            let (was, again) = with(&gone, &key, Put::Raw(raw)).unwrap().unwrap();
            assert_eq!((was, again.as_str()), (None, SHIPPED), "{key}");
        }
    }

    #[test]
    fn what_is_typed_cannot_break_out() {
        let typed = "a\" # \\\n[x]\u{7f}";
        let after = set("", "rhythm.routine", &text(typed));
        let parsed: toml::Table = after.parse().unwrap();
        assert_eq!(parsed["rhythm"]["routine"].as_str(), Some(typed));
    }

    // Random files.

    /// A file without mistakes: some of the settings, in any order within their tables, in many styles.
    fn files() -> impl Strategy<Value = String> {
        let shipped: Vec<(String, String)> = keys::names()
            .into_iter()
            .map(|(table, name)| {
                let (_, below) = SHIPPED.split_once(&format!("[{table}]\n")).unwrap();
                let line = below
                    .lines()
                    .find(|line| line.starts_with(&format!("{name} = ")));
                (table.to_owned(), line.unwrap().to_owned())
            })
            .collect();
        let count = shipped.len();
        let lines = (
            Just(shipped).prop_shuffle(),
            0..=count,
            any::<[bool; 7]>(),
            any::<u8>(),
        );
        lines.prop_map(|(lines, count, styles, seed)| written(&lines[..count], styles, seed))
    }

    fn written(
        lines: &[(String, String)],
        [crlf, mark, dotted, inline, comments, indent, open]: [bool; 7],
        seed: u8,
    ) -> String {
        let mut file = String::new();
        let mut headed = String::new();
        for (number, table) in keys::tables().into_iter().enumerate() {
            let own: Vec<&str> = lines
                .iter()
                .filter(|(of, _)| of == table)
                .map(|(_, line)| line.as_str())
                .collect();
            if own.is_empty() {
                continue;
            }
            let style = (usize::from(seed) + number) % 3;
            if dotted && style == 1 {
                for line in own {
                    file.push_str(&format!("{table}.{line} # {number}\n"));
                }
            } else if inline && style == 2 {
                file.push_str(&format!("{table} = {{ {} }}\n", own.join(" , ")));
            } else {
                headed.push_str(&format!("\n[ {table} ] # {number}\n"));
                for line in own {
                    let line = if comments {
                        format!("# about {line}\n{line}   # here\n\n")
                    } else {
                        format!("{line}\n")
                    };
                    headed.push_str(if indent { "\t" } else { "" });
                    headed.push_str(&line);
                }
            }
        }
        let mut file = format!("# first\n{file}{headed}# last\n");
        if open {
            file.pop();
        }
        if crlf {
            file = file.replace('\n', "\r\n");
        }
        if mark { format!("{MARK}{file}") } else { file }
    }

    fn values(key: &str) -> Value {
        match key.split_once('.').unwrap() {
            (_, "routine" | "short_routine") => text("moment"),
            (_, "reminders") => list(&["stretch"]),
            (_, "holidays") => list(&["2026-12-25", "2026-12-31"]),
            ("hours", _) => list(&["8:00-12:00", "13:00-17:30"]),
            (_, "volume" | "at_most_per_hour" | "daily_goal") => Value::Number(7),
            (_, "theme") => text("dark"),
            (_, "contrast") => text("high"),
            (_, "figure") => text("plum"),
            (_, "text_size") => text("large"),
            (_, "motion") => text("reduced"),
            (_, "language") => text("de"),
            (_, "still") => text("7 s"),
            (_, "length") => text("4 min"),
            (_, "posture_check" | "watching") | ("quiet" | "sound" | "guide", _) => {
                Value::Switch(true)
            }
            _ => text("4 min"),
        }
    }

    /// The bytes that two texts have in common at their beginning and at their end are all but these.
    fn differing<'a>(before: &'a str, after: &'a str) -> (&'a str, &'a str) {
        let head = before
            .bytes()
            .zip(after.bytes())
            .take_while(|(a, b)| a == b)
            .count();
        let most = before.len().min(after.len()) - head;
        let tail = before
            .bytes()
            .rev()
            .zip(after.bytes().rev())
            .take_while(|(a, b)| a == b)
            .count()
            .min(most);
        (
            &before[head..before.len() - tail],
            &after[head..after.len() - tail],
        )
    }

    fn read_text(text: &str) -> Reading {
        check::read(Path::new("settings.toml"), text.as_bytes(), None, &IDS)
    }

    proptest! {
        #[test]
        fn a_change_is_one_line(file in files(), index in any::<prop::sample::Index>()) {
            let names = keys::names();
            let (table, name) = names[index.index(names.len())];
            let key = format!("{table}.{name}");
            let before = read_text(&file);
            prop_assert_eq!(&before.problems, &[]);
            let after = set(&file, &key, &values(&key));
            let (_, new) = differing(&file, &after);
            let lines = new.matches('\n').count();
            let has_table = before.set.keys().any(|set| set.split_once('.').unwrap().0 == table);
            prop_assert!(lines <= if has_table { 1 } else { 4 }, "{}", after);
            let reading = read_text(&after);
            prop_assert!(reading.set.contains_key(&key), "{}", after);
            ensure_alone(&key, before.clone(), reading).unwrap();
            prop_assert_eq!(file.starts_with(MARK), after.starts_with(MARK));
            prop_assert_eq!(after.contains("\r\n"), after.matches('\n').count() == after.matches("\r\n").count());
            // What was not there goes again without a trace, but for a new table's heading.
            if !before.set.contains_key(&key) && has_table {
                prop_assert_eq!(unset(&after, &key), file);
            } else if before.set.contains_key(&key) {
                let (was, _) = with(&file, &key, Put::Nothing).unwrap().unwrap();
                let (_, again) = with(&after, &key, Put::Raw(&was.unwrap())).unwrap().unwrap_or((None, after));
                prop_assert_eq!(again, file);
            }
        }

        #[test]
        fn a_reset_is_one_line(file in files(), index in any::<prop::sample::Index>()) {
            let before = read_text(&file);
            prop_assume!(!before.set.is_empty());
            let set: Vec<_> = before.set.keys().cloned().collect();
            let key = index.get(&set);
            let after = unset(&file, key);
            let (gone, new) = differing(&file, &after);
            prop_assert_eq!(new, "");
            prop_assert!(gone.matches('\n').count() <= 1, "{:?}", gone);
            let reading = read_text(&after);
            prop_assert_eq!(&reading.problems, &[]);
            prop_assert!(!reading.set.contains_key(key));
            ensure_alone(key, before, reading).unwrap();
        }
    }

    // The disk.

    fn home() -> (tempfile::TempDir, Paths) {
        let home = tempfile::tempdir().unwrap();
        let paths = Paths::under(home.path());
        fs::create_dir_all(&paths.config).unwrap();
        (home, paths)
    }

    fn stands(paths: &Paths) -> String {
        fs::read_to_string(paths.settings()).unwrap()
    }

    fn sit(paths: &Paths, length: &str) -> Result<Option<Change>, Refused> {
        change(paths, "rhythm.sit", &text(length), &IDS)
    }

    #[test]
    fn the_first_change_makes_the_file_and_undoing_it_takes_it_away() {
        let (_home, paths) = home();
        let made = sit(&paths, "45 min").unwrap().unwrap();
        assert_eq!(
            stands(&paths),
            format!("{FIRST_LINES}[rhythm]\nsit = \"45 min\"\n")
        );
        undo(&paths, &made, &IDS).unwrap();
        assert!(!paths.settings().exists());
        assert!(reset(&paths, "rhythm.sit", &IDS).unwrap().is_none());
        assert!(!paths.settings().exists());
    }

    #[test]
    fn what_somebody_else_writes_meanwhile_stays() {
        let (_home, paths) = home();
        fs::write(
            paths.settings(),
            "[rhythm]\nsit = \"20 min\" # mine\nrest = \"6 min\"\n",
        )
        .unwrap();
        let made = sit(&paths, "45 min").unwrap().unwrap();
        fs::write(
            paths.settings(),
            stands(&paths).replace("6 min", "9 min") + "# more\n",
        )
        .unwrap();
        assert!(sit(&paths, "45 min").unwrap().is_none());
        undo(&paths, &made, &IDS).unwrap();
        assert_eq!(
            stands(&paths),
            "[rhythm]\nsit = \"20 min\" # mine\nrest = \"9 min\"\n# more\n"
        );
    }

    /// Two who write at once: nothing of either is lost.
    #[test]
    fn two_writers_lose_nothing() {
        let (_home, paths) = home();
        fs::write(paths.settings(), "[rhythm]\n").unwrap();
        let write = |key: &'static str| {
            let paths = paths.clone();
            move || {
                for n in 1..=20 {
                    let value = text(&format!("{} min", 5 + n));
                    while change(&paths, key, &value, &IDS).is_err() {}
                }
            }
        };
        let other = std::thread::spawn(write("rhythm.snooze"));
        write("rhythm.ask_again")();
        other.join().unwrap();
        let reading = check::read(&paths.settings(), stands(&paths).as_bytes(), None, &IDS);
        assert_eq!(reading.problems, []);
        let minutes = |length: std::time::Duration| length.as_secs() / 60;
        assert_eq!(minutes(reading.settings.rhythm.snooze), 25);
        assert_eq!(minutes(reading.settings.rhythm.ask_again), 25);
        assert_eq!(fs::read_dir(&paths.config).unwrap().count(), 1);
    }

    #[test]
    fn a_file_with_mistakes_stays_as_it_is() {
        let (_home, paths) = home();
        let before = "[rhythm]\nsit = 30\n";
        fs::write(paths.settings(), before).unwrap();
        let refused = change(&paths, "guide.theme", &text("dark"), &IDS);
        assert!(matches!(refused, Err(Refused::Mistakes(problems)) if problems.len() == 1));
        assert_eq!(stands(&paths), before);
    }

    #[test]
    fn a_file_that_is_put_aside_is_kept() {
        let (_home, paths) = home();
        fs::write(paths.settings(), "[rhythm]\nsit = 30\n").unwrap();
        let kept = set_aside(&paths).unwrap();
        assert!(!paths.settings().exists());
        assert_eq!(fs::read_to_string(kept).unwrap(), "[rhythm]\nsit = 30\n");
        sit(&paths, "45 min").unwrap();
    }

    #[test]
    fn a_wrong_value_is_told_and_not_written() {
        let (_home, paths) = home();
        let Err(Refused::Wrong(problems)) = sit(&paths, "45") else {
            panic!("taken");
        };
        assert_eq!(problems[0].what, "\"45\" has no unit");
        assert!(!paths.settings().exists());
        let rest = change(&paths, "rhythm.rest", &text("30 s"), &IDS);
        let Err(Refused::Wrong(problems)) = rest else {
            panic!("taken");
        };
        assert_eq!(
            problems[0].what,
            "`rest` (30 s) is shorter than `away` (1 min)"
        );
    }

    #[test]
    #[cfg(unix)]
    fn links_and_modes_stay() {
        use std::os::unix::fs::{PermissionsExt as _, symlink};
        let (home, paths) = home();
        let real = home.path().join("dotfiles/unhunch.toml");
        fs::create_dir_all(real.parent().unwrap()).unwrap();
        fs::write(&real, "[rhythm]\n").unwrap();
        fs::set_permissions(&real, fs::Permissions::from_mode(0o640)).unwrap();
        symlink("../dotfiles/unhunch.toml", paths.settings()).unwrap();
        sit(&paths, "45 min").unwrap();
        assert!(paths.settings().is_symlink());
        assert_eq!(
            fs::read_to_string(&real).unwrap(),
            "[rhythm]\nsit = \"45 min\"\n"
        );
        let mode = fs::metadata(&real).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o640);
        fs::set_permissions(&real, fs::Permissions::from_mode(0o440)).unwrap();
        let Err(Refused::Failed(error)) = sit(&paths, "50 min") else {
            panic!("written");
        };
        assert!(error.to_string().contains("write-protected"));
    }
}
