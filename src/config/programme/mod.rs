//! Files with the user's own exercises and routines: one exercise per file, or a whole programme with `[[exercise]]` and
//! `[[routine]]`.
//!
//! [`read`] returns everything in a file that can be used, and all mistakes at once. Each mistake costs as little as is safe: a
//! missing picture costs the picture, a wrong number costs the exercise, and neither costs the rest of the file.
//!
//! - `entry`: the values of a table, each with its mistakes.
//! - `short` and `exact`: the two spellings of an exercise; both become the same [`Exercise`].
//! - `picture`: pictures beside the file, and borrowed figures.
//! - [`write`]: a file for an exercise, with comments.

mod entry;
mod exact;
pub(super) mod header;
mod picture;
mod routines;
mod short;
#[cfg(test)]
mod tests;
pub mod write;

use std::ops::Range;
use std::path::Path;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use self::entry::Entry;
use super::Problem;
use super::keys::nearest;
use super::place::{Place, line_around, sanitize};
use super::problem::MAX_PROBLEMS;
use super::syntax::{Syntax, unquoted};
use super::value_mistake::noun;
use crate::lang::tr;
use crate::routine::{Exercise, Fault, Library, Routine, ShortExercise, is_id};
use crate::text::clip;

pub use self::picture::{LARGEST_PICTURE, PICTURE_ENDINGS, PictureError, locate};

/// The most exercises, and the most routines, of one file.
const MOST_ENTRIES: usize = 500;

/// The most characters of a text.
const LONGEST_TEXT: usize = 500;
/// The most values of a list or table within an exercise.
const MOST_VALUES: usize = 100;

/// The contents of a file.
#[derive(Debug, Default)]
pub struct Programme {
    /// The exercises without serious mistakes.
    pub exercises: Vec<ParsedItem<Exercise>>,
    /// The routines without mistakes. Whether the exercises that they name exist is checked when they are added to a library.
    pub routines: Vec<ParsedItem<Routine>>,
    /// All mistakes, in the order of the file.
    pub problems: Vec<Problem>,
    /// `true` if the file has `[[exercise]]` or `[[routine]]`, and is not one exercise.
    pub is_list: bool,
}

/// An exercise or routine of a file.
#[derive(Debug)]
pub struct ParsedItem<T> {
    /// The exercise or routine.
    pub item: T,
    /// The defaults of what was left out, as lines of a file.
    pub defaults: Vec<String>,
    /// The short form that an exercise was written in, to edit it.
    pub short: Option<Box<ShortExercise>>,
    /// Where its parts are.
    pub(super) spot: Spot,
    /// The pictures as written, with their positions.
    pub(super) pictures: Vec<(Range<usize>, String)>,
}

/// Where the keys of an exercise or routine are in its file, for mistakes that are found later.
#[derive(Debug)]
pub(super) struct Spot {
    /// The keys with the positions of their values.
    pub(super) keys: Vec<(String, Range<usize>)>,
    /// The position of the first line.
    pub(super) at: Range<usize>,
    cost: Cost,
}

impl Spot {
    /// Returns the problem of a mistake that was found when adding the exercise or routine to a library.
    pub(super) fn problem(&self, file: &Path, text: &str, fault: Fault) -> Problem {
        let mistake = Mistake {
            at: self.position(&fault.key),
            message: fault.message,
            expected: String::new(),
            hint: None,
            cost: self.cost,
        };
        mistake.problem(file, text)
    }

    /// Returns the position of a key such as `exercises.2`, or of what contains it.
    fn position(&self, key: &str) -> Range<usize> {
        let mut key = key;
        loop {
            if let Some((_, at)) = self.keys.iter().find(|(path, _)| path == key) {
                return at.clone();
            }
            match key.rsplit_once('.') {
                Some((outer, _)) => key = outer,
                None => return self.at.clone(),
            }
        }
    }
}

/// An exercise, its defaults, and the short form that it was written in.
type ReadExercise = (Exercise, Vec<String>, Option<Box<ShortExercise>>);

/// The part that is left out because of a mistake.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Cost {
    File,
    Exercise,
    Routine,
    Picture,
    Key,
    /// A table that is neither an exercise nor a routine.
    Heading,
}

impl Programme {
    /// Returns the names of all pictures, as written.
    pub fn pictures(&self) -> impl Iterator<Item = &str> {
        self.exercises.iter().flat_map(ParsedItem::picture_names)
    }
}

impl<T> ParsedItem<T> {
    /// Returns the names of its pictures, as written.
    pub fn picture_names(&self) -> impl Iterator<Item = &str> {
        self.pictures.iter().map(|(_, name)| name.as_str())
    }
}

impl Cost {
    fn meanwhile(self) -> &'static str {
        match self {
            Self::File => tr("this file is ignored, and all others are used"),
            Self::Exercise => tr("this exercise is left out, and all others are used"),
            Self::Routine => tr("this routine is left out, and all others are used"),
            Self::Picture => tr("the exercise is used without it"),
            Self::Heading => tr("this is ignored, and the rest of the file is used"),
            Self::Key => tr("this is ignored, and the rest of the exercise is used"),
        }
    }

    /// Returns `true` if what has the mistake can't be used.
    fn is_serious(self) -> bool {
        matches!(self, Self::File | Self::Exercise | Self::Routine)
    }
}

/// A mistake, with its position in bytes.
#[derive(Clone, Debug)]
struct Mistake {
    at: Range<usize>,
    message: String,
    /// Empty if `message` says it.
    expected: String,
    hint: Option<String>,
    cost: Cost,
}

impl Mistake {
    fn problem(self, file: &Path, text: &str) -> Problem {
        let message = sanitize(&self.message.replace('\n', "; "));
        Problem {
            expected: self.expected,
            hint: self.hint,
            meanwhile: self.cost.meanwhile().to_owned(),
            ..Place::new(text, &self.at).problem(file, message)
        }
    }
}

/// Reads a file. Pictures are looked for beside it, and borrowed figures in `library`.
#[must_use]
pub fn read(file: &Path, text: &str, library: &Library) -> Programme {
    read_as(file, text, library, false)
}

/// Reads a file that has no exercise of its own, but only `[[routine]]` and `[[exercise]]`.
#[must_use]
pub fn read_list(file: &Path, text: &str, library: &Library) -> Programme {
    read_as(file, text, library, true)
}

fn read_as(file: &Path, text: &str, library: &Library, is_list: bool) -> Programme {
    let mut reader = Reader {
        file,
        text,
        library,
        syntax: Syntax::new(text),
        mistakes: Vec::new(),
        programme: Programme {
            is_list,
            ..Programme::default()
        },
    };
    reader.read();
    let Reader {
        mut mistakes,
        mut programme,
        ..
    } = reader;
    mistakes.sort_by_key(|mistake| mistake.at.start);
    mistakes.truncate(MAX_PROBLEMS);
    let problems = mistakes.into_iter();
    programme.problems = problems
        .map(|mistake| mistake.problem(file, text))
        .collect();
    programme
}

/// The keys that take a whole number, each with the greatest.
const NUMBERS: [(&str, u8); 4] = [
    ("reps", 100),
    ("breaths", 100),
    ("sets", 100),
    ("per_day", 24),
];

/// Describes a line like `reps = ten`: what is wrong, and what was expected.
fn word_for_number(line: &str) -> Option<(String, String)> {
    let (name, value) = unquoted(line)?;
    let most = greatest(name)?;
    let message = entry::not_a_number(name, value);
    Some((message, entry::whole_number(most)))
}

/// Returns the greatest number that a key in [`NUMBERS`] takes.
fn greatest(key: &str) -> Option<u8> {
    let mut numbers = NUMBERS.iter();
    let (_, most) = numbers.find(|(name, _)| *name == key)?;
    Some(*most)
}

struct Reader<'a> {
    file: &'a Path,
    text: &'a str,
    library: &'a Library,
    syntax: Syntax<'a>,
    mistakes: Vec<Mistake>,
    programme: Programme,
}

impl Reader<'_> {
    fn read(&mut self) {
        let (root, errors) = DeTable::parse_recoverable(self.text);
        let table = root.get_ref();
        self.programme.is_list |= table.contains_key("exercise") || table.contains_key("routine");
        let broken = self.read_syntax(&errors);
        if self.programme.is_list {
            self.list(table, &broken);
        } else {
            let at = line_around(self.text, first_line(self.text));
            let is_whole = broken.is_empty();
            if is_routine(table) {
                self.routine(table, at, is_whole);
            } else {
                self.exercise(table, at, Cost::File, is_whole);
            }
        }
    }

    /// Reports invalid lines, and returns their positions. They cost the entry that they are in.
    fn read_syntax(&mut self, errors: &[toml::de::Error]) -> Vec<usize> {
        let cost = if self.programme.is_list {
            Cost::Exercise
        } else {
            Cost::File
        };
        let is_known = |name: &str| {
            greatest(name).is_none()
                && (short::SHOWN.contains(&name) || routines::KEYS.contains(&name))
        };
        let expected = tr(
            "a line like `hold = \"15 s\"`, a heading like `[[exercise]]`, or a comment after `#`",
        );
        let syntax_mistakes = self.syntax.read(errors, is_known, expected);
        let broken = syntax_mistakes
            .iter()
            .map(|mistake| mistake.at.start)
            .collect();
        let syntax_mistakes = syntax_mistakes
            .into_iter()
            .filter(|mistake| !mistake.follows);
        let mistakes = syntax_mistakes.map(|mistake| {
            let line = &self.text[line_around(self.text, mistake.at.start)];
            let (message, expected) =
                word_for_number(line).unwrap_or((mistake.message, mistake.expected));
            Mistake {
                at: mistake.at,
                message,
                expected,
                hint: mistake.hint,
                cost,
            }
        });
        self.mistakes.extend(mistakes);
        broken
    }

    fn list(&mut self, table: &DeTable<'_>, broken: &[usize]) {
        const HEADINGS: [&str; 2] = ["exercise", "routine"];
        for (name, value) in table {
            match (name.get_ref().as_ref(), value.get_ref()) {
                (heading @ ("exercise" | "routine"), DeValue::Array(items)) => {
                    self.entries(heading, items, broken);
                }
                (heading @ ("exercise" | "routine"), other) => {
                    let message = tr!(
                        "`{table}` is {noun}; expected the heading `[[{table}]]` before each",
                        table = heading,
                        noun = noun(other)
                    );
                    self.mistake(name.span(), message, None, Cost::File);
                }
                (word, _) => {
                    let hint = nearest(word, HEADINGS).map(|suggestion| {
                        tr!("did you mean [{table}]?", table = format!("[{suggestion}]"))
                    });
                    let message = tr!(
                        "there is no `{word}` at the top of the file",
                        word = clip(word)
                    );
                    let at = name.span();
                    let expected = tr!(
                        "one of the headings [{words}]",
                        words = "[exercise]], [[routine]"
                    );
                    self.mistakes.push(Mistake {
                        at,
                        message,
                        expected,
                        hint,
                        cost: Cost::Heading,
                    });
                }
            }
        }
    }

    fn entries(&mut self, heading: &str, items: &[Spanned<DeValue<'_>>], broken: &[usize]) {
        if let Some(first) = items.get(MOST_ENTRIES) {
            let message = tr!("this list has more than {n} entries", n = MOST_ENTRIES);
            self.mistake(first.span(), message, None, Cost::Heading);
        }
        let headings = header::headings(self.text, items);
        for (index, item) in items.iter().take(MOST_ENTRIES).enumerate() {
            let at = headings[index].clone();
            let end = header::end(self.text, at.start);
            let is_whole = !broken.iter().any(|place| (at.start..end).contains(place));
            match (heading, item.get_ref()) {
                ("exercise", DeValue::Table(table)) => {
                    self.exercise(table, at, Cost::Exercise, is_whole);
                }
                (_, DeValue::Table(table)) => self.routine(table, at, is_whole),
                (_, other) => {
                    let message = tr!("this is {noun}; expected a table", noun = noun(other));
                    self.mistake(item.span(), message, None, Cost::Exercise);
                }
            }
        }
    }

    fn mistake(&mut self, at: Range<usize>, message: String, hint: Option<String>, cost: Cost) {
        self.mistakes.push(Mistake {
            at,
            message,
            expected: String::new(),
            hint,
            cost,
        });
    }

    /// Reads an exercise. `is_whole` is `false` if a line of it can't be read, so that values may be missing.
    fn exercise(&mut self, table: &DeTable<'_>, at: Range<usize>, cost: Cost, is_whole: bool) {
        let mut entry = Entry::new(table, at.clone(), cost, &self.syntax);
        entry.check_sizes();
        let id = self.id(&mut entry, table);
        let parsed = if is_exact(table) {
            exact::read(&mut entry, &id, self.file, self.library)
        } else {
            short::read(&mut entry, &id, self.file, self.library)
        };
        let Entry {
            mut mistakes,
            keys,
            pictures,
            ..
        } = entry;
        mistakes.truncate(MAX_PROBLEMS);
        let is_wrong = mistakes.iter().any(|mistake| mistake.cost.is_serious());
        self.mistakes.extend(mistakes);
        if let Some((item, defaults, short)) = parsed.filter(|_| is_whole && !is_wrong) {
            self.programme.exercises.push(ParsedItem {
                item,
                defaults,
                short,
                spot: Spot { keys, at, cost },
                pictures,
            });
        }
    }

    fn routine(&mut self, table: &DeTable<'_>, at: Range<usize>, is_whole: bool) {
        let mut entry = Entry::new(table, at.clone(), Cost::Routine, &self.syntax);
        entry.check_sizes();
        let id = self.id(&mut entry, table);
        let parsed = routines::read(&mut entry, id);
        let Entry { mistakes, keys, .. } = entry;
        let is_wrong = mistakes.iter().any(|mistake| mistake.cost.is_serious());
        self.mistakes.extend(mistakes);
        if let Some((item, defaults)) = parsed.filter(|_| is_whole && !is_wrong) {
            self.programme.routines.push(ParsedItem {
                item,
                defaults,
                short: None,
                spot: Spot {
                    keys,
                    at,
                    cost: Cost::Routine,
                },
                pictures: Vec::new(),
            });
        }
    }

    /// Returns the id in the file, or one made from the name of the file or of the exercise.
    fn id(&self, entry: &mut Entry<'_>, table: &DeTable<'_>) -> String {
        if table.contains_key("id") {
            return entry.id().unwrap_or_default();
        }
        let stem = self.file.file_stem().unwrap_or_default().to_string_lossy();
        let name = table.get("name").and_then(|name| name.get_ref().as_str());
        match name.filter(|_| self.programme.is_list) {
            Some(name) => id_from(name, &stem),
            None => id_from(&stem, "exercise"),
        }
    }
}

/// Returns `true` for a file that is a routine: it lists exercises instead of steps.
fn is_routine(table: &DeTable<'_>) -> bool {
    let lists = table.contains_key("exercises") || table.contains_key("surprise");
    lists && !table.contains_key("steps") && !is_exact(table)
}

/// Returns `true` for an exercise that lists its phases. `rep = 3` is a typing error for `reps`.
fn is_exact(table: &DeTable<'_>) -> bool {
    let lists_phases = |rep: &Spanned<DeValue<'_>>| rep.get_ref().is_array();
    table.get("rep").is_some_and(lists_phases) || table.contains_key("dose")
}

/// Returns the position of the first line that is neither empty nor a comment.
fn first_line(text: &str) -> usize {
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let trimmed = line.trim_start_matches('\u{FEFF}').trim();
        if !trimmed.is_empty() && !trimmed.starts_with('#') {
            return at;
        }
        at += line.len();
    }
    0
}

/// Returns an id made from a name: in lower case, with hyphens, and without accents.
#[must_use]
pub fn id_from(name: &str, fallback: &str) -> String {
    let mut id = String::new();
    for char in name.chars().flat_map(char::to_lowercase) {
        match plain_letters(char) {
            Some(letters) => id.push_str(letters),
            None if char.is_ascii_alphanumeric() => id.push(char),
            None if matches!(char, '\'' | '’') => {}
            None if !id.is_empty() && !id.ends_with('-') => id.push('-'),
            None => {}
        }
        if id.len() >= 56 {
            break;
        }
    }
    let id = id.trim_matches('-');
    match (is_id(id), fallback) {
        (true, _) => id.to_owned(),
        (false, "exercise") => fallback.to_owned(),
        (false, _) => id_from(fallback, "exercise"),
    }
}

fn plain_letters(char: char) -> Option<&'static str> {
    Some(match char {
        'á' | 'à' | 'â' | 'ã' | 'å' | 'ą' | 'ā' => "a",
        'ä' | 'æ' => "ae",
        'ç' | 'ć' | 'č' => "c",
        'é' | 'è' | 'ê' | 'ë' | 'ę' => "e",
        'ğ' => "g",
        'í' | 'ì' | 'î' | 'ï' | 'ı' => "i",
        'ł' => "l",
        'ñ' | 'ń' => "n",
        'ó' | 'ò' | 'ô' | 'õ' | 'ø' => "o",
        'ö' | 'œ' => "oe",
        'ś' | 'š' | 'ş' => "s",
        'ß' => "ss",
        'ú' | 'ù' | 'û' => "u",
        'ü' => "ue",
        'ź' | 'ż' | 'ž' => "z",
        '\u{0307}' => "",
        _ => return None,
    })
}
