//! Changes one setting in the user's file and preserves its comments, order and line endings.
//!
//! [`change`], [`reset`] and [`undo`] read the file, edit the document, and replace the whole file. If another program has
//! written the file in the meantime, they retry once. A file with mistakes is left untouched.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use toml_edit::{Decor, DocumentMut, Item, RawString, Table, Value as Node};
use unhunch::config::load::{content, is_missing, resolve_links};
use unhunch::config::{Problem, SHIPPED, check};
use unhunch::disk::{Access, Draft, sync_folder, unused_name};
use unhunch::lang::tr;
use unhunch::paths::Paths;

/// The first lines of a new file.
const FIRST_LINES: &str = "# Your Unhunch settings. Everything that isn't set here has its default; `unhunch config default` lists and explains all settings.\n";

/// The UTF-8 byte order mark, which some editors write.
const BOM: &str = "\u{FEFF}";

/// A value to write.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Value {
    Text(String),
    Switch(bool),
    Number(i64),
    /// A list of strings.
    List(Vec<String>),
}

impl Value {
    /// Returns the value in TOML syntax.
    #[must_use]
    pub(crate) fn written(&self) -> String {
        Node::from(self).to_string()
    }
}

impl From<&Value> for Node {
    fn from(value: &Value) -> Self {
        match value {
            Value::Text(text) => text.into(),
            Value::Switch(on) => (*on).into(),
            Value::Number(number) => (*number).into(),
            Value::List(texts) => texts.iter().collect(),
        }
    }
}

/// A change that can be undone.
#[derive(Clone, Debug)]
pub(crate) struct Change {
    /// The key, such as `rhythm.sit`.
    key: String,
    /// The previous value, if it was in the file.
    old_value: Option<Box<Node>>,
    /// The previous content of the file, if it existed.
    before: Option<Vec<u8>>,
    after: Vec<u8>,
}

/// The reason why nothing was changed.
#[derive(Debug)]
pub(crate) enum ChangeError {
    /// The file has mistakes. The page shows them, and the file stays locked until they are corrected.
    Mistakes,
    /// The new value is invalid.
    InvalidValue(Vec<Problem>),
    /// The file cannot be read or written.
    Failed(anyhow::Error),
}

impl<E: Into<anyhow::Error>> From<E> for ChangeError {
    fn from(error: E) -> Self {
        Self::Failed(error.into())
    }
}

/// Sets `key` (such as `rhythm.sit`) in the user's file. Returns `None` if the file has that value already. `routines` is as
/// for [`check::read`].
///
/// # Errors
/// Fails if the file has mistakes, the value is invalid, or the file cannot be read or written. The file is then unchanged.
pub(crate) fn change(
    paths: &Paths,
    key: &str,
    value: &Value,
    routines: &[&str],
) -> Result<Option<Change>, ChangeError> {
    rewrite(paths, key, Some(&value.into()), routines)
}

/// Removes `key` from the user's file, so that its default applies. Returns `None` if it isn't in the file.
///
/// # Errors
/// Fails for the same reasons as [`change`].
pub(crate) fn reset(
    paths: &Paths,
    key: &str,
    routines: &[&str],
) -> Result<Option<Change>, ChangeError> {
    rewrite(paths, key, None, routines)
}

/// Undoes a change. If the file has changed since, only the setting gets its previous value.
///
/// # Errors
/// Fails for the same reasons as [`change`].
pub(crate) fn undo(paths: &Paths, change: &Change, routines: &[&str]) -> Result<(), ChangeError> {
    let file = paths.settings();
    let current = read(&file)?;
    if current.as_ref() == Some(&change.after) {
        let is_undone = match &change.before {
            Some(before) => store(&file, current.as_deref(), before)?,
            None => fs::remove_file(resolve_links(&file)?).map(|()| true)?,
        };
        if is_undone {
            return Ok(());
        }
    }
    rewrite(paths, &change.key, change.old_value.as_deref(), routines).map(drop)
}

/// Renames the file so that the defaults apply, and returns the new path.
///
/// # Errors
/// Fails if the file cannot be renamed.
pub(crate) fn set_aside(paths: &Paths) -> anyhow::Result<PathBuf> {
    let file = paths.settings();
    let backup = unused_name(&file);
    fs::rename(&file, &backup)
        .with_context(|| tr!("{file} cannot be renamed", file = file.display()))?;
    Ok(backup)
}

/// Replaces the value of `key`, or removes it if `value` is `None`.
fn rewrite(
    paths: &Paths,
    key: &str,
    value: Option<&Node>,
    routines: &[&str],
) -> Result<Option<Change>, ChangeError> {
    let file = paths.settings();
    // Retry once after a concurrent write.
    for _ in 0..2 {
        let before = read(&file)?;
        let content = before.as_deref().unwrap_or_default();
        let reading = check::read(&file, content, None, routines);
        if !reading.problems.is_empty() {
            return Err(ChangeError::Mistakes);
        }
        let Some((old_value, mut after)) = with_value(std::str::from_utf8(content)?, key, value)?
        else {
            return Ok(None);
        };
        if before.is_none() {
            after.insert_str(0, FIRST_LINES);
        }
        let problems = check::read(&file, after.as_bytes(), None, routines).problems;
        if !problems.is_empty() {
            return Err(ChangeError::InvalidValue(problems));
        }
        if store(&file, before.as_deref(), after.as_bytes())? {
            let (key, after) = (key.to_owned(), after.into_bytes());
            return Ok(Some(Change {
                key,
                old_value: old_value.map(Box::new),
                before,
                after,
            }));
        }
    }
    Err(ChangeError::Failed(anyhow::anyhow!(tr!(
        "another program keeps writing to the settings file {file}",
        file = file.display()
    ))))
}

// Disk access.

/// Returns the content, or `None` if there is no file.
fn read(file: &Path) -> anyhow::Result<Option<Vec<u8>>> {
    match content(file) {
        Ok(content) => Ok(Some(content)),
        Err(error) if is_missing(file, &error) => Ok(None),
        Err(error) => {
            Err(error).with_context(|| tr!("{file} cannot be read", file = file.display()))
        }
    }
}

/// Replaces the file behind any links with `after`. Returns `false` if its content is no longer `before`.
fn store(file: &Path, before: Option<&[u8]>, after: &[u8]) -> anyhow::Result<bool> {
    let failed = || {
        tr!(
            "the settings file {file} cannot be written",
            file = file.display()
        )
    };
    let target = resolve_links(file)?;
    // Respect write protection: replacing the file by renaming would bypass it.
    let is_free = !fs::metadata(&target).is_ok_and(|status| status.permissions().readonly());
    anyhow::ensure!(is_free, "{}: {}", failed(), tr("it is write-protected"));
    let draft = Draft::with_content(&target, Access::AsBefore, after).with_context(failed)?;
    if read(file)?.as_deref() != before {
        return Ok(false);
    }
    let is_ours = if before.is_some() {
        draft.replace().map(|()| true)
    } else {
        draft.create()
    };
    let is_ours = is_ours.with_context(failed)?;
    // The file is written. Not every file system can sync a folder, so the error is ignored.
    let _ = sync_folder(&target);
    Ok(is_ours)
}

// Text editing.

/// The previous value of a setting, if any, and the new text.
type Changed = (Option<Node>, String);

/// Sets or removes a key in the text. Returns `None` if nothing would change.
fn with_value(text: &str, key: &str, value: Option<&Node>) -> anyhow::Result<Option<Changed>> {
    let (bom, body) = match text.strip_prefix(BOM) {
        Some(rest) => (BOM, rest),
        None => ("", text),
    };
    let (table, name) = key.split_once('.').context("a key has a table")?;
    let mut document: DocumentMut = body.replace("\r\n", "\n").parse()?;
    let place = document
        .get_mut(table)
        .and_then(|table| table.get_mut(name)?.as_value_mut());
    let old_value = place.as_deref().cloned();
    match (place, value) {
        (None, None) => return Ok(None),
        (Some(before), Some(value)) if is_same(before, value) => return Ok(None),
        (Some(before), Some(value)) => replace(before, value),
        (Some(_), None) => remove(&mut document, table, name),
        (None, Some(value)) => add(&mut document, table, name, value)?,
    }
    let after = with_line_ends_of(body, document.to_string());
    Ok(Some((old_value, format!("{bom}{after}"))))
}

/// Restores the line endings of `before`: `toml_edit` writes LF and a newline at the end of the file.
fn with_line_ends_of(before: &str, mut after: String) -> String {
    if !before.is_empty() && !before.ends_with('\n') {
        after.truncate(after.strip_suffix('\n').map_or(after.len(), str::len));
    }
    if before.contains("\r\n") {
        after = after.replace('\n', "\r\n");
    }
    after
}

/// Compares values regardless of their quotes.
fn is_same(a: &Node, b: &Node) -> bool {
    if let (Some(a), Some(b)) = (a.as_array(), b.as_array()) {
        let mut pairs = a.iter().zip(b);
        return a.len() == b.len() && pairs.all(|(a, b)| is_same(a, b));
    }
    if let (Some(a), Some(b)) = (a.as_str(), b.as_str()) {
        return a == b;
    }
    a.to_string().trim() == b.to_string().trim()
}

/// Replaces a value and keeps its comments. List items are replaced one by one, and added or removed at the end, so that
/// unchanged items keep theirs.
fn replace(before: &mut Node, value: &Node) {
    if let (Some(list), Some(items)) = (before.as_array_mut(), value.as_array())
        && !list.is_empty()
        && !items.is_empty()
    {
        for (place, item) in items.iter().enumerate() {
            match list.get(place) {
                Some(existing) if is_same(existing, item) => {}
                Some(_) => drop(list.replace(place, item.clone())),
                None => list.push(item.clone()),
            }
        }
        while list.len() > items.len() {
            list.remove(items.len());
        }
        return;
    }
    let decor = before.decor().clone();
    *before = value.clone();
    *before.decor_mut() = decor;
}

/// Removes a setting. The text above it, such as the comment that explains it, moves to whatever follows.
fn remove(document: &mut DocumentMut, table: &str, name: &str) {
    match document.get_mut(table) {
        Some(Item::Table(toml_table)) => {
            let place = toml_table.iter().position(|(key, _)| key == name);
            let removed = toml_table.remove_entry(name);
            if let (Some(place), Some((key, _))) = (place, removed) {
                let above = text_of(key.leaf_decor().prefix());
                let lines = above.rfind('\n').map_or("", |end| &above[..=end]);
                change_text_above(document, table, place, |gap| gap.insert_str(0, lines));
            }
        }
        Some(Item::Value(Node::InlineTable(inline_table))) => {
            let is_last = inline_table
                .iter()
                .last()
                .is_some_and(|(key, _)| key == name);
            let removed = inline_table.remove(name);
            // The space before the brace belongs to the last value.
            if let (true, Some(removed), Some((_, last))) =
                (is_last, removed, inline_table.iter_mut().last())
            {
                last.decor_mut()
                    .set_suffix(text_of(removed.decor().suffix()));
            }
        }
        Some(Item::Value(_) | Item::ArrayOfTables(_) | Item::None) | None => {}
    }
}

/// Adds a setting to its table, or a new table at the end of the file.
fn add(document: &mut DocumentMut, table: &str, name: &str, value: &Node) -> anyhow::Result<()> {
    match document.get_mut(table) {
        Some(Item::Table(_)) => add_below(document, table, name, value)?,
        Some(Item::Value(Node::InlineTable(inline_table))) => {
            // The space before the brace belongs to the last value.
            let last = inline_table
                .iter_mut()
                .last()
                .map(|(_, last)| last.decor_mut());
            let space = last.map(|decor| {
                let space = text_of(decor.suffix());
                decor.set_suffix("");
                space
            });
            let mut value = value.clone();
            if let Some(space) = space {
                *value.decor_mut() = Decor::new(" ", space);
            }
            inline_table.insert(name, value);
        }
        Some(Item::Value(_) | Item::ArrayOfTables(_) | Item::None) | None => {
            let mut above = text_of(Some(document.trailing()));
            if !above.is_empty() && !above.ends_with('\n') {
                above.push('\n');
            }
            if !document.is_empty() || !above.is_empty() {
                above.push('\n');
            }
            document.set_trailing("");
            let mut new_table = Table::new();
            new_table.decor_mut().set_prefix(above);
            new_table.insert(name, Item::Value(value.clone()));
            document.insert(table, Item::Table(new_table));
        }
    }
    Ok(())
}

/// Adds a line to a table: below the comment that explains it, if there is one, otherwise in the order of the shipped file.
fn add_below(
    document: &mut DocumentMut,
    table: &str,
    name: &str,
    value: &Node,
) -> anyhow::Result<()> {
    let shipped: DocumentMut = SHIPPED.parse()?;
    let shipped = shipped.get(table).and_then(Item::as_table);
    let shipped = shipped.context("the shipped file has every table")?;
    let explanation = shipped
        .key(name)
        .map(|key| text_of(key.leaf_decor().prefix()));
    let explanation = explanation.unwrap_or_default();
    let explanation = explanation.lines().last().unwrap_or_default();

    let toml_table = document.get(table).and_then(Item::as_table);
    let keys: Vec<String> = toml_table.map_or(Vec::new(), |toml_table| {
        toml_table.iter().map(|(key, _)| key.to_owned()).collect()
    });
    let before = shipped.iter().map(|(key, _)| key);
    let before = before.take_while(|key| *key != name);
    let places = before.filter_map(|key| keys.iter().position(|existing| existing == key));
    let mut place = places.last().map_or(0, |place| place + 1);
    let mut above = String::new();
    for gap in 0..=keys.len() {
        let comment = change_text_above(document, table, gap, |text| take_lines(text, explanation));
        if let Some(comment) = comment {
            (place, above) = (gap, comment);
            break;
        }
    }
    if let Some(table) = document.get_mut(table).and_then(Item::as_table_mut) {
        insert(table, place, name, above, value);
    }
    Ok(())
}

/// Inserts a key at this position below the lines `above`, indented like its neighbours.
fn insert(table: &mut Table, place: usize, name: &str, mut above: String, value: &Node) {
    let keys = table.iter().map(|(key, _)| key.to_owned());
    let behind: Vec<String> = keys.skip(place).collect();
    let behind: Vec<_> = behind
        .iter()
        .filter_map(|key| table.remove_entry(key))
        .collect();
    let before = table.iter().last().and_then(|(key, _)| table.key(key));
    let beside = before.or_else(|| behind.first().map(|(key, _)| key));
    let indent = beside.map(|key| text_of(key.leaf_decor().prefix()));
    let indent = indent.unwrap_or_default();
    above.push_str(indent.rsplit('\n').next().unwrap_or_default());
    table.insert(name, Item::Value(value.clone()));
    if let Some(mut key) = table.key_mut(name) {
        key.leaf_decor_mut().set_prefix(above);
    }
    for (key, item) in behind {
        table.insert_formatted(&key, item);
    }
}

/// Changes the text above the key at this position of a table. Behind the last key that is the text above whatever comes next
/// in the file, or the end of the file.
fn change_text_above<T>(
    document: &mut DocumentMut,
    table: &str,
    place: usize,
    change: impl FnOnce(&mut String) -> T,
) -> T {
    let heading = next_heading(document, table);
    let toml_table = document.get_mut(table).and_then(Item::as_table_mut);
    let key = toml_table.and_then(|toml_table| toml_table.iter_mut().nth(place));
    if let Some((mut key, _)) = key {
        return change_prefix(key.leaf_decor_mut(), change);
    }
    if let Some((next, is_dotted)) = next_without_heading(document, table) {
        if is_dotted {
            return change_text_above(document, &next, 0, change);
        }
        if let Some(mut key) = document.key_mut(&next) {
            return change_prefix(key.leaf_decor_mut(), change);
        }
    }
    let next = heading.and_then(|heading| document.get_mut(&heading)?.as_table_mut());
    if let Some(next) = next {
        return change_prefix(next.decor_mut(), change);
    }
    let mut text = text_of(Some(document.trailing()));
    let changed = change(&mut text);
    document.set_trailing(text);
    changed
}

/// Returns the next top-level item without a heading after a table of dotted keys, and `true` if its keys are dotted too.
fn next_without_heading(document: &DocumentMut, table: &str) -> Option<(String, bool)> {
    let is_dotted = |item: &Item| item.as_table().is_some_and(Table::is_dotted);
    let mut tables = document.iter().skip_while(|(name, _)| *name != table);
    tables.next().filter(|(_, item)| is_dotted(item))?;
    tables
        .find(|(_, item)| item.is_value() || is_dotted(item))
        .map(|(name, item)| (name.to_owned(), is_dotted(item)))
}

/// Returns the table with the next heading. All headings come after dotted keys.
fn next_heading(document: &DocumentMut, table: &str) -> Option<String> {
    let toml_table = document.get(table).and_then(Item::as_table);
    let own_position = toml_table.and_then(Table::position);
    let tables = document.iter();
    let headed = tables.filter_map(|(name, item)| Some((item.as_table()?.position()?, name)));
    let behind = headed
        .filter(|(position, _)| own_position.is_none_or(|own_position| *position > own_position));
    behind.min().map(|(_, name)| name.to_owned())
}

fn change_prefix<T>(decor: &mut Decor, change: impl FnOnce(&mut String) -> T) -> T {
    let mut text = text_of(decor.prefix());
    let changed = change(&mut text);
    decor.set_prefix(text);
    changed
}

/// Removes the lines up to and including `last` from a text, if it contains that line.
fn take_lines(text: &mut String, last: &str) -> Option<String> {
    let mut end = 0;
    for line in text.split_inclusive('\n') {
        end += line.len();
        if !last.is_empty() && line.trim() == last {
            let mut lines: String = text.drain(..end).collect();
            if !lines.ends_with('\n') {
                lines.push('\n');
            }
            return Some(lines);
        }
    }
    None
}

fn text_of(raw: Option<&RawString>) -> String {
    raw.and_then(RawString::as_str)
        .unwrap_or_default()
        .to_owned()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use unhunch::config::check::Reading;

    use super::*;

    const IDS: [&str; 2] = ["desk", "moment"];

    fn text(text: &str) -> Value {
        Value::Text(text.to_owned())
    }

    fn list(texts: &[&str]) -> Value {
        Value::List(texts.iter().map(ToString::to_string).collect())
    }

    fn set(before: &str, key: &str, value: &Value) -> String {
        let changed = with_value(before, key, Some(&value.into())).unwrap();
        changed.map_or_else(|| before.to_owned(), |(_, after)| after)
    }

    /// Returns every table and name in the order of the shipped file.
    fn names() -> Vec<(String, String)> {
        let shipped: DocumentMut = SHIPPED.parse().unwrap();
        let tables = shipped.iter();
        let names = tables.flat_map(|(table, item)| {
            let names = item.as_table().unwrap().iter();
            names.map(move |(name, _)| (table.to_owned(), name.to_owned()))
        });
        names.collect()
    }

    fn unset(before: &str, key: &str) -> String {
        let changed = with_value(before, key, None).unwrap();
        changed.map_or_else(|| before.to_owned(), |(_, after)| after)
    }

    #[test]
    fn replacing_a_value_preserves_everything_else() {
        let before =
            "\u{feff}# mine\r\n[rhythm]\r\n\tsit='20 min'  # short\r\n\r\n[guide]\r\non_top = true";
        assert_eq!(
            set(before, "rhythm.sit", &text("45 min")),
            before.replace("'20 min'", "\"45 min\"")
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
    fn unchanged_list_items_keep_their_comments() {
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
    fn a_removed_line_returns_below_its_comment() {
        for (table, name) in names() {
            let key = format!("{table}.{name}");
            let line = SHIPPED
                .split_once(&format!("[{table}]\n"))
                .unwrap()
                .1
                .lines()
                .find(|line| line.starts_with(&format!("{name} = ")))
                .unwrap();
            let remaining = unset(SHIPPED, &key);
            assert_eq!(remaining.len() + line.len() + 1, SHIPPED.len(), "{key}");
            let value: Node = line.split_once(" = ").unwrap().1.parse().unwrap();
            let (was, again) = with_value(&remaining, &key, Some(&value)).unwrap().unwrap();
            assert!(was.is_none());
            assert_eq!(again, SHIPPED, "{key}");
        }
    }

    /// Covers a file with only commented-out settings, and one that ends with some.
    #[test]
    fn settings_that_are_commented_out_stay_in_their_table() {
        let before = "[rhythm]\n#sit = \"30 min\"\n#rest = \"5 min\"\n";
        assert_eq!(
            set(before, "rhythm.snooze", &text("5 min")),
            before.replace("[rhythm]\n", "[rhythm]\nsnooze = \"5 min\"\n")
        );
        assert_eq!(
            set(before, "guide.theme", &text("dark")),
            format!("{before}\n[guide]\ntheme = \"dark\"\n")
        );
        let open = before.trim_end();
        assert_eq!(
            set(open, "guide.theme", &text("dark")),
            format!("{before}\n[guide]\ntheme = \"dark\"")
        );
    }

    /// A comment with nothing below it in its table ends up above the next heading, or at the end of the file.
    #[test]
    fn the_comment_above_a_setting_stays_when_it_goes() {
        let before = "[rhythm]\n# short\nsit = \"20 min\"\n\n# the window\n[guide]\n# always\non_top = true\n";
        let remaining = unset(before, "rhythm.sit");
        assert_eq!(remaining, before.replace("sit = \"20 min\"\n", ""));
        assert_eq!(
            unset(&remaining, "guide.on_top"),
            remaining.replace("on_top = true\n", "")
        );
    }

    #[test]
    fn typed_text_is_escaped() {
        let typed = "a\" # \\\n[x]\u{7f}";
        let after = set("", "rhythm.routine", &text(typed));
        let parsed: toml::Table = after.parse().unwrap();
        assert_eq!(parsed["rhythm"]["routine"].as_str(), Some(typed));
    }

    // Property tests with random files.

    /// Generates valid files: some settings in any order within their tables, in various styles.
    fn files() -> impl Strategy<Value = String> {
        let shipped: Vec<(String, String)> = names()
            .into_iter()
            .map(|(table, name)| {
                let (_, below) = SHIPPED.split_once(&format!("[{table}]\n")).unwrap();
                let line = below
                    .lines()
                    .find(|line| line.starts_with(&format!("{name} = ")));
                (table, line.unwrap().to_owned())
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
        let mut tables: Vec<String> = names().into_iter().map(|(table, _)| table).collect();
        tables.dedup();
        for (number, table) in tables.into_iter().enumerate() {
            let own_lines: Vec<&str> = lines
                .iter()
                .filter(|(line_table, _)| *line_table == table)
                .map(|(_, line)| line.as_str())
                .collect();
            if own_lines.is_empty() {
                continue;
            }
            let style = (usize::from(seed) + number) % 3;
            if dotted && style == 1 {
                for line in own_lines {
                    file.push_str(&format!("{table}.{line} # {number}\n"));
                }
            } else if inline && style == 2 {
                file.push_str(&format!("{table} = {{ {} }}\n", own_lines.join(" , ")));
            } else {
                headed.push_str(&format!("\n[ {table} ] # {number}\n"));
                for line in own_lines {
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
        if mark { format!("{BOM}{file}") } else { file }
    }

    fn values(key: &str) -> Value {
        match key.split_once('.').unwrap() {
            (_, "routine" | "short_routine") => text("moment"),
            (_, "reminders") => list(&["stretch"]),
            (_, "ignore") => list(&["x11"]),
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

    /// Returns the parts of both texts between their common prefix and their common suffix.
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

    /// Parses a text and removes this setting.
    fn without(text: &str, key: &str) -> toml::Table {
        let text = text.strip_prefix(BOM).unwrap_or(text);
        let mut all: toml::Table = text.parse().unwrap();
        let (table, name) = key.split_once('.').unwrap();
        if let Some(table) = all.get_mut(table) {
            table.as_table_mut().unwrap().remove(name);
        }
        all.retain(|_, table| table.as_table().is_some_and(|table| !table.is_empty()));
        all
    }

    fn read_text(text: &str) -> Reading {
        check::read(Path::new("settings.toml"), text.as_bytes(), None, &IDS)
    }

    proptest! {
        #[test]
        fn a_change_is_one_line(file in files(), index in any::<prop::sample::Index>()) {
            let names = names();
            let (table, name) = &names[index.index(names.len())];
            let key = format!("{table}.{name}");
            let before = read_text(&file);
            prop_assert_eq!(&before.problems, &[]);
            let after = set(&file, &key, &values(&key));
            let (_, new) = differing(&file, &after);
            let lines = new.matches('\n').count();
            let has_table = before.set.keys().any(|set| set.split_once('.').unwrap().0 == *table);
            prop_assert!(lines <= if has_table { 1 } else { 4 }, "{}", after);
            let reading = read_text(&after);
            prop_assert!(reading.set.contains_key(&key), "{}", after);
            prop_assert_eq!(without(&file, &key), without(&after, &key));
            prop_assert_eq!(file.starts_with(BOM), after.starts_with(BOM));
            prop_assert_eq!(after.contains("\r\n"), after.matches('\n').count() == after.matches("\r\n").count());
            // Removing an added setting leaves no trace, except for the heading of a new table.
            if !before.set.contains_key(&key) && has_table {
                prop_assert_eq!(unset(&after, &key), file);
            } else if before.set.contains_key(&key) {
                let (was, _) = with_value(&file, &key, None).unwrap().unwrap();
                let (_, again) = with_value(&after, &key, was.as_ref()).unwrap().unwrap_or((None, after));
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
            let (removed, added) = differing(&file, &after);
            prop_assert_eq!(added, "");
            prop_assert!(removed.matches('\n').count() <= 1, "{:?}", removed);
            let reading = read_text(&after);
            prop_assert_eq!(&reading.problems, &[]);
            prop_assert!(!reading.set.contains_key(key));
            prop_assert_eq!(without(&file, key), without(&after, key));
        }
    }

    // Tests of disk access.

    fn home() -> (tempfile::TempDir, Paths) {
        let home = tempfile::tempdir().unwrap();
        let paths = Paths::under(home.path());
        fs::create_dir_all(&paths.config).unwrap();
        (home, paths)
    }

    fn file_text(paths: &Paths) -> String {
        fs::read_to_string(paths.settings()).unwrap()
    }

    fn sit(paths: &Paths, length: &str) -> Result<Option<Change>, ChangeError> {
        change(paths, "rhythm.sit", &text(length), &IDS)
    }

    #[test]
    fn the_first_change_makes_the_file_and_undoing_it_takes_it_away() {
        let (_home, paths) = home();
        let change = sit(&paths, "45 min").unwrap().unwrap();
        assert_eq!(
            file_text(&paths),
            format!("{FIRST_LINES}[rhythm]\nsit = \"45 min\"\n")
        );
        undo(&paths, &change, &IDS).unwrap();
        assert!(!paths.settings().exists());
        assert!(reset(&paths, "rhythm.sit", &IDS).unwrap().is_none());
        assert!(!paths.settings().exists());
    }

    #[test]
    fn concurrent_changes_are_preserved() {
        let (_home, paths) = home();
        fs::write(
            paths.settings(),
            "[rhythm]\nsit = \"20 min\" # mine\nrest = \"6 min\"\n",
        )
        .unwrap();
        let change = sit(&paths, "45 min").unwrap().unwrap();
        fs::write(
            paths.settings(),
            file_text(&paths).replace("6 min", "9 min") + "# more\n",
        )
        .unwrap();
        assert!(sit(&paths, "45 min").unwrap().is_none());
        undo(&paths, &change, &IDS).unwrap();
        assert_eq!(
            file_text(&paths),
            "[rhythm]\nsit = \"20 min\" # mine\nrest = \"9 min\"\n# more\n"
        );
    }

    /// Another program wrote, created or deleted the file between reading and writing.
    #[test]
    fn a_file_that_is_not_as_it_was_is_not_overwritten() {
        let (_home, paths) = home();
        let file = paths.settings();
        fs::write(&file, "# theirs\n").unwrap();
        for before in [None, Some(&b"# mine\n"[..])] {
            assert!(!store(&file, before, b"[rhythm]\n").unwrap());
            assert_eq!(file_text(&paths), "# theirs\n");
        }
        fs::remove_file(&file).unwrap();
        assert!(!store(&file, Some(b"# mine\n"), b"[rhythm]\n").unwrap());
        assert_eq!(fs::read_dir(&paths.config).unwrap().count(), 0);
    }

    #[test]
    fn a_file_with_mistakes_stays_as_it_is() {
        let (_home, paths) = home();
        let before = "[rhythm]\nsit = 30\n";
        fs::write(paths.settings(), before).unwrap();
        let refused = change(&paths, "guide.theme", &text("dark"), &IDS);
        assert!(matches!(refused, Err(ChangeError::Mistakes)));
        assert_eq!(file_text(&paths), before);
    }

    #[test]
    fn a_file_set_aside_is_kept() {
        let (_home, paths) = home();
        fs::write(paths.settings(), "[rhythm]\nsit = 30\n").unwrap();
        let backup = set_aside(&paths).unwrap();
        assert!(!paths.settings().exists());
        assert_eq!(fs::read_to_string(backup).unwrap(), "[rhythm]\nsit = 30\n");
        sit(&paths, "45 min").unwrap();
    }

    #[test]
    fn an_invalid_value_is_rejected() {
        let (_home, paths) = home();
        let Err(ChangeError::InvalidValue(problems)) = sit(&paths, "45") else {
            panic!("the value was accepted");
        };
        assert_eq!(problems[0].what, "\"45\" has no unit");
        assert!(!paths.settings().exists());
        let rest = change(&paths, "rhythm.rest", &text("30 s"), &IDS);
        let Err(ChangeError::InvalidValue(problems)) = rest else {
            panic!("the value was accepted");
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
        let Err(ChangeError::Failed(error)) = sit(&paths, "50 min") else {
            panic!("the file was written");
        };
        assert!(error.to_string().contains("write-protected"));
    }
}
