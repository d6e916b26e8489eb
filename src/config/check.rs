//! Parses the settings file: lays it over the defaults and reports all mistakes at once.

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::Path;
use std::time::Duration;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::keys::{self, nearest};
use super::place::{Place, line_number, sanitize};
use super::problem::MAX_PROBLEMS;
use super::syntax::Syntax;
use super::value::set_value;
use super::value_mistake::{ValueMistake, noun};
use super::{Problem, SHIPPED, Settings};
use crate::lang::{mark, tr};
use crate::text::clip;
use crate::time::Span;

/// The maximum size of a settings file, in bytes.
pub const LARGEST: usize = 1 << 20;

/// The result of reading a settings file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reading {
    /// The settings that are in effect after reading.
    pub settings: Settings,
    /// All mistakes, in the order of the file; empty if it is valid.
    pub problems: Vec<Problem>,
    /// The keys with a valid value in the file, such as `rhythm.sit`, and their line numbers.
    pub set: BTreeMap<String, usize>,
}

/// Parses `content` of `file` over the defaults.
///
/// If there is a mistake, returns `last_good` as the settings. Without that (at the start), the valid values of the
/// file are used, and the defaults for the rest. `routines` are the ids of all routines and exercises.
#[must_use]
pub fn read(
    file: &Path,
    content: &[u8],
    last_good: Option<&Settings>,
    routines: &[&str],
) -> Reading {
    match text(content) {
        Err(unreadable) => refuse(file, unreadable, last_good),
        Ok(text) => {
            let mut draft = SettingsParser::new(text, Settings::shipped(), Some(routines));
            draft.parse_document();
            draft.check_constraints();
            draft.finish(file, last_good)
        }
    }
}

impl Settings {
    /// Returns the defaults, parsed from the file that is compiled in.
    #[must_use]
    pub fn shipped() -> Self {
        let mut draft = SettingsParser::new(SHIPPED, Self::blank(), None);
        draft.parse_document();
        draft.settings
    }
}

/// The reason why the file as a whole cannot be used.
pub(super) struct Unreadable {
    /// The description of the mistake.
    pub(super) message: String,
    /// The description of what was expected.
    pub(super) expected: String,
    /// The position of the mistake, if it has one.
    pub(super) place: Option<Place>,
}

impl Unreadable {
    /// A mistake of the file as a whole, without a position.
    pub(super) fn whole_file(message: impl Into<String>, expected: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            expected: expected.into(),
            place: None,
        }
    }

    /// Converts it into a problem of that file; `meanwhile` describes the behaviour until it is fixed.
    pub(super) fn in_file(self, file: &Path, meanwhile: &str) -> Problem {
        let place = self.place.unwrap_or(Place {
            line: 0,
            column: 0,
            snippet: String::new(),
            caret: 0,
            width: 1,
        });
        Problem {
            expected: self.expected,
            meanwhile: meanwhile.to_owned(),
            ..place.problem(file, self.message)
        }
    }
}

/// Rejects the file as a whole.
pub(super) fn refuse(file: &Path, why: Unreadable, last_good: Option<&Settings>) -> Reading {
    let meanwhile = match last_good {
        Some(_) => tr(PREVIOUS_STAY),
        None => tr("the defaults are used"),
    };
    let problem = why.in_file(file, meanwhile);
    Reading {
        settings: last_good.cloned().unwrap_or_else(Settings::shipped),
        problems: vec![problem],
        set: BTreeMap::new(),
    }
}

/// The keys with constraints on each other. If one is violated, all of them are reset to their defaults.
const INTERDEPENDENT: [&str; 3] = ["presence.still", "presence.away", "rhythm.rest"];

const PREVIOUS_STAY: &str = mark("the previous settings stay in use");

pub(super) fn text(content: &[u8]) -> Result<&str, Unreadable> {
    if content.len() > LARGEST {
        return Err(Unreadable::whole_file(
            tr("the file is larger than 1 MiB"),
            tr("a settings file of a few kilobytes"),
        ));
    }
    if content.starts_with(&[0xFF, 0xFE]) || content.starts_with(&[0xFE, 0xFF]) {
        return Err(Unreadable::whole_file(
            tr("the file is saved as UTF-16"),
            tr("text in UTF-8; most editors offer this when saving"),
        ));
    }
    let text =
        std::str::from_utf8(content).map_err(|error| not_utf8(content, error.valid_up_to()))?;
    Ok(text.strip_prefix('\u{FEFF}').unwrap_or(text))
}

fn not_utf8(content: &[u8], at: usize) -> Unreadable {
    let text = String::from_utf8_lossy(content);
    let place = Place::new(&text, &(at..at + 1));
    Unreadable {
        place: Some(place),
        ..Unreadable::whole_file(
            tr("these bytes are not UTF-8"),
            tr("text in UTF-8; most editors offer this when saving"),
        )
    }
}

/// A mistake, with its position still in bytes.
struct Mistake {
    at: Range<usize>,
    /// The key that contains the mistake.
    key: Option<String>,
    /// The keys that are reset to their defaults because of it.
    reset_keys: Vec<String>,
    message: String,
    expected: String,
    hint: Option<String>,
}

/// Settings that are being parsed.
struct SettingsParser<'a> {
    text: &'a str,
    settings: Settings,
    /// The ids that exist; if `None`, every id is accepted.
    routines: Option<&'a [&'a str]>,
    mistakes: Vec<Mistake>,
    syntax: Syntax<'a>,
    /// The byte ranges of the valid values.
    set: BTreeMap<String, Range<usize>>,
}

impl<'a> SettingsParser<'a> {
    fn new(text: &'a str, settings: Settings, routines: Option<&'a [&'a str]>) -> Self {
        Self {
            text,
            settings,
            routines,
            mistakes: Vec::new(),
            syntax: Syntax::new(text),
            set: BTreeMap::new(),
        }
    }

    fn parse_document(&mut self) {
        let (root, errors) = DeTable::parse_recoverable(self.text);
        let is_known = |name: &str| keys::names().into_iter().any(|(_, key)| key == name);
        let expected =
            tr("a heading like `[rhythm]`, a line like `sit = \"45 min\"`, or a comment after `#`");
        let syntax_mistakes = self.syntax.read(&errors, is_known, expected);
        for mistake in syntax_mistakes
            .into_iter()
            .filter(|mistake| !mistake.follows)
        {
            self.mistakes.push(Mistake {
                at: mistake.at,
                key: None,
                reset_keys: Vec::new(),
                message: mistake.message,
                expected: mistake.expected,
                hint: mistake.hint,
            });
        }
        for (name, value) in root.get_ref() {
            self.top_level(name, value);
        }
    }

    fn top_level(&mut self, name: &Spanned<toml::de::DeString<'_>>, value: &Spanned<DeValue<'_>>) {
        let table = keys::tables()
            .into_iter()
            .find(|table| *table == name.get_ref());
        match (table, value.get_ref()) {
            (Some(table), DeValue::Table(entries)) => self.table(table, entries),
            (Some(table), other) => self.report_non_table(table, name.span(), other),
            (None, _) => self.report_unknown_name(None, name),
        }
    }

    fn table(&mut self, table: &'static str, entries: &DeTable<'_>) {
        let names = keys::names();
        for (name, value) in entries {
            let is_known = names.contains(&(table, name.get_ref()));
            if !self.syntax.is_readable(&name.span()) || !self.syntax.is_readable(&value.span()) {
                continue;
            }
            if is_known {
                self.value(table, name.get_ref(), value);
            } else {
                self.report_unknown_name(Some(table), name);
            }
        }
    }

    fn report_non_table(&mut self, table: &str, at: Range<usize>, value: &DeValue<'_>) {
        self.report(Mistake {
            at,
            key: None,
            reset_keys: Vec::new(),
            message: tr!(
                "`{table}` is a table, not {noun}",
                table = table,
                noun = noun(value)
            ),
            expected: tr!(
                "a line with the heading `[{table}]`, and its keys in the lines below",
                table = table
            ),
            hint: None,
        });
    }

    /// Reports an unknown name.
    fn report_unknown_name(&mut self, table: Option<&str>, name: &Spanned<toml::de::DeString<'_>>) {
        if self.mistakes.len() >= MAX_PROBLEMS {
            return;
        }
        let word = name.get_ref();
        let (message, expected) = match table {
            Some(table) => (
                tr!(
                    "there is no `{word}` in [{table}]",
                    word = clip(word),
                    table = table
                ),
                tr!("one of {words}", words = names_in(table).join(", ")),
            ),
            None => (
                tr!(
                    "there is no `{word}` at the top of the file",
                    word = clip(word)
                ),
                tr!(
                    "one of the headings [{words}]",
                    words = keys::tables().join("], [")
                ),
            ),
        };
        self.report(Mistake {
            at: name.span(),
            key: None,
            reset_keys: Vec::new(),
            message,
            expected,
            hint: unknown_name_hint(table, word),
        });
    }

    fn value(&mut self, table: &str, name: &str, value: &Spanned<DeValue<'_>>) {
        let (routines, at) = (self.routines, value.span());
        for key in keys::all(&mut self.settings) {
            if (key.table, key.name) != (table, name) {
                continue;
            }
            let (full, expected) = (key.full(), key.field.expected());
            let mistakes = set_value(key.field, key.name, value, routines);
            if mistakes.is_empty() {
                self.set.insert(full, at);
                return;
            }
            let with_key = |mistake: ValueMistake| Mistake {
                at: mistake.at,
                key: Some(full.clone()),
                reset_keys: vec![full.clone()],
                message: mistake.message,
                expected: expected.clone(),
                hint: mistake.hint,
            };
            return self.mistakes.extend(mistakes.into_iter().map(with_key));
        }
    }

    fn report(&mut self, mistake: Mistake) {
        if self.syntax.is_readable(&mistake.at) {
            self.mistakes.push(mistake);
        }
    }

    /// Checks the constraints between keys. They are reported only if these keys have no other mistake.
    fn check_constraints(&mut self) {
        let (presence, rest) = (&self.settings.presence, self.settings.rhythm.rest);
        let (still, away) = (presence.still, presence.away);
        if still < away && away <= rest {
            return;
        }
        let mut explained = false;
        for mistake in &mut self.mistakes {
            if mistake
                .key
                .as_deref()
                .is_some_and(|key| INTERDEPENDENT.contains(&key))
            {
                mistake.reset_keys = INTERDEPENDENT.map(str::to_owned).to_vec();
                explained = true;
            }
        }
        if !explained {
            self.report_violations(still, away, rest);
        }
        let shipped = Settings::shipped();
        self.settings.presence.still = shipped.presence.still;
        self.settings.presence.away = shipped.presence.away;
        self.settings.rhythm.rest = shipped.rhythm.rest;
        for key in INTERDEPENDENT {
            self.set.remove(key);
        }
    }

    fn report_violations(&mut self, still: Duration, away: Duration, rest: Duration) {
        let [still, away, rest] = [still, away, rest].map(Span::from);
        if still >= away {
            let message = tr!(
                "`away` ({away}) is not longer than `still` ({still})",
                away = away,
                still = still
            );
            self.report_between(["presence.still", "presence.away"], message);
        }
        if away > rest {
            let message = tr!(
                "`rest` ({rest}) is shorter than `away` ({away})",
                rest = rest,
                away = away
            );
            self.report_between(["presence.away", "rhythm.rest"], message);
        }
    }

    /// Reports a mistake between two keys at the one that comes last in the file.
    fn report_between(&mut self, pair: [&str; 2], message: String) {
        let written = pair.iter().filter_map(|key| self.set.get_key_value(*key));
        if let Some((key, at)) = written.max_by_key(|(_, at)| at.start) {
            let (key, at) = (Some(key.clone()), at.clone());
            self.mistakes.push(Mistake {
                at,
                key,
                reset_keys: INTERDEPENDENT.map(str::to_owned).to_vec(),
                message,
                expected: tr("`still` shorter than `away`, and `away` no longer than `rest`")
                    .to_owned(),
                hint: None,
            });
        }
    }

    fn finish(mut self, file: &Path, last_good: Option<&Settings>) -> Reading {
        self.mistakes.sort_by_key(|mistake| mistake.at.start);
        self.mistakes.truncate(MAX_PROBLEMS);
        let mistakes = std::mem::take(&mut self.mistakes);
        let problems: Vec<_> = mistakes
            .into_iter()
            .map(|mistake| self.problem(file, mistake, last_good.is_some()))
            .collect();
        let set = self
            .set
            .iter()
            .map(|(key, at)| (key.clone(), line_number(self.text, at.start)))
            .collect();
        let settings = match last_good {
            Some(last_good) if !problems.is_empty() => last_good.clone(),
            Some(_) | None => self.settings,
        };
        Reading {
            settings,
            problems,
            set,
        }
    }

    fn problem(&mut self, file: &Path, mistake: Mistake, fall_back: bool) -> Problem {
        let place = Place::new(self.text, &mistake.at);
        let meanwhile = if fall_back {
            tr(PREVIOUS_STAY).to_owned()
        } else if mistake.reset_keys.is_empty() {
            tr("this is ignored, and the rest of the file is used").to_owned()
        } else {
            self.defaults(&mistake.reset_keys)
        };
        Problem {
            key: mistake.key,
            expected: mistake.expected,
            hint: mistake.hint,
            meanwhile,
            ..place.problem(file, sanitize(&mistake.message))
        }
    }

    /// Formats a list such as "`rhythm.sit` is "30 min", the default".
    fn defaults(&mut self, reset_keys: &[String]) -> String {
        let keys = keys::all(&mut self.settings).into_iter();
        let reset_keys: Vec<_> = keys
            .filter(|key| reset_keys.contains(&key.full()))
            .map(|key| {
                tr!(
                    "`{key}` is {value}",
                    key = key.full(),
                    value = key.field.as_written()
                )
            })
            .collect();
        match &reset_keys[..] {
            [single] => tr!("{one}, the default", one = single),
            many => tr!("{many}, the defaults", many = many.join(", ")),
        }
    }
}

fn names_in(table: &str) -> Vec<&'static str> {
    let names = keys::names().into_iter();
    names
        .filter(|(key_table, _)| *key_table == table)
        .map(|(_, name)| name)
        .collect()
}

/// A hint at what was meant by an unknown name: a name in this table, one in another table, or a heading.
fn unknown_name_hint(table: Option<&str>, word: &str) -> Option<String> {
    let all = keys::names();
    let home = |name: &str| {
        all.iter()
            .find(|(_, key)| *key == name)
            .map(|(table, _)| *table)
    };
    if let Some(home) = home(word) {
        return Some(tr!(
            "`{word}` belongs under [{table}]",
            word = word,
            table = home
        ));
    }
    let names_here = table.map(names_in).unwrap_or_default();
    if let Some(suggestion) = nearest(word, names_here) {
        return Some(tr!("did you mean `{word}`?", word = suggestion));
    }
    if let Some(suggestion) = nearest(word, keys::tables()) {
        return Some(tr!("did you mean [{table}]?", table = suggestion));
    }
    let suggestion = nearest(word, all.iter().map(|(_, name)| *name))?;
    Some(tr!(
        "did you mean `{word}`? It belongs under [{table}]",
        word = suggestion,
        table = home(suggestion)?
    ))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::schedule::Reminder;
    use crate::source::PresenceSource;

    const IDS: [&str; 3] = ["desk", "moment", "scapula-squeeze"];

    fn read_text(text: &str) -> Reading {
        read(Path::new("settings.toml"), text.as_bytes(), None, &IDS)
    }

    fn complaints(text: &str) -> Vec<(usize, usize, String)> {
        read_text(text)
            .problems
            .into_iter()
            .map(|problem| (problem.line, problem.column, problem.what))
            .collect()
    }

    fn only(text: &str) -> Problem {
        let mut problems = read_text(text).problems;
        assert_eq!(problems.len(), 1, "{problems:#?}");
        problems.remove(0)
    }

    #[test]
    fn an_empty_file_means_the_defaults() {
        for text in ["", "\u{FEFF}", "# nothing\r\n", "[rhythm]\n"] {
            let reading = read_text(text);
            assert_eq!(reading.settings, Settings::shipped(), "{text:?}");
            assert_eq!(reading.problems, [], "{text:?}");
        }
    }

    #[test]
    fn set_keys_apply_and_others_are_defaults() {
        let text = "\u{FEFF}[rhythm]\r\nsit = \"1 h 30 min\"\r\nreminders = [\"stretch\"]\r\nroutine = \"scapula-squeeze\"\r\n[guide]\r\ntheme = \"dark\"\r\non_top = true\r\n";
        let reading = read_text(text);
        let mut expected = Settings::shipped();
        expected.rhythm.sit = Duration::from_secs(5400);
        expected.rhythm.reminders = vec![Reminder::Stretch];
        expected.rhythm.routine = "scapula-squeeze".to_owned();
        expected.guide.theme = super::super::Theme::Dark;
        expected.guide.on_top = true;
        assert_eq!(reading.problems, []);
        assert_eq!(reading.settings, expected);
        assert_eq!(reading.set["rhythm.sit"], 2);
        assert_eq!(reading.set["guide.on_top"], 7);
        assert_eq!(reading.set.len(), 5);
    }

    #[test]
    fn dotted_keys_are_keys() {
        let reading = read_text("rhythm.sit = \"20 min\"\nguide = { theme = \"light\" }\n");
        assert_eq!(reading.problems, []);
        assert_eq!(reading.settings.rhythm.sit.as_secs(), 1200);
    }

    #[test]
    fn tests_may_be_in_a_hurry() {
        let text = "[rhythm]\nsit = \"1 s\"\nrest = \"2 s\"\nsettle = \"1 s\"\n[presence]\naway = \"2 s\"\nstill = \"1 s\"\n";
        assert_eq!(complaints(text), []);
    }

    #[test]
    fn all_mistakes_are_reported_in_order() {
        let text = "[guide]\ntheme = \"drak\"\n[rhythm]\nsit = \"5 minuts\"\nsnoze = \"1 h\"\nreminders = []\nposture_check = \"yes\"\n[rythm]\nsit = 3\n";
        assert_eq!(
            complaints(text),
            [
                (2, 9, "`theme` cannot be \"drak\"".to_owned()),
                (4, 7, "\"5 minuts\" is not a length of time".to_owned()),
                (5, 1, "there is no `snoze` in [rhythm]".to_owned()),
                (6, 13, "the list is empty".to_owned()),
                (
                    7,
                    17,
                    "`posture_check` takes true or false, not the text \"yes\"".to_owned()
                ),
                (
                    8,
                    2,
                    "there is no `rythm` at the top of the file".to_owned()
                ),
            ]
        );
    }

    #[test]
    fn typos_get_a_hint() {
        for (text, hint) in [
            ("[rhythm]\nsit = \"5 minuts\"", "did you mean \"5 min\"?"),
            (
                "[rhythm]\nsit = 45",
                "\"45 min\" or \"45 s\", including the quotes",
            ),
            ("[rhythm]\nsit = \"45\"", "\"45 min\" or \"45 s\""),
            ("[rhythm]\nsit = 45 min", "did you mean `sit = \"45 min\"`?"),
            ("[rhythm]\nsti = \"1 s\"", "did you mean `sit`?"),
            ("[rhythm]\nask-for = \"1 s\"", "did you mean `ask_for`?"),
            (
                "[rhythm]\nstill = \"1 s\"",
                "`still` belongs under [presence]",
            ),
            (
                "[rhythm]\nthemes = \"dark\"",
                "did you mean `theme`? It belongs under [guide]",
            ),
            ("sit = \"1 s\"", "`sit` belongs under [rhythm]"),
            ("[rythm]\nsit = \"1 s\"", "did you mean [rhythm]?"),
            ("[guide]\ntheme = \"drak\"", "did you mean \"dark\"?"),
            (
                "[guide]\non_top = \"no\"",
                "did you mean false, without quotes?",
            ),
            ("[rhythm]\nroutine = \"dsk\"", "did you mean \"desk\"?"),
            (
                "[rhythm]\nroutine = \"scapula squeeze\"",
                "did you mean \"scapula-squeeze\"?",
            ),
            (
                "[rhythm]\nreminders = [\"posture\"]",
                "turn it on with `posture_check = true`",
            ),
            (
                "[rhythm]\nreminders = [\"strech\", \"stand\"]",
                "did you mean \"stretch\"?",
            ),
        ] {
            let problems = read_text(text).problems;
            assert_eq!(problems[0].hint.as_deref(), Some(hint), "{text}");
        }
    }

    #[test]
    fn lengths_have_bounds() {
        for (text, message) in [
            ("sit = \"13 h\"", "13 h is longer than 12 h"),
            ("sit = \"500 ms\"", "500 ms is shorter than 1 s"),
            ("sit = \"0 min\"", "\"0 min\" must be greater than zero"),
            ("sit = \"-5m\"", "\"-5m\" must be greater than zero"),
            ("sit = \"9 weeks\"", "\"9 weeks\" is not a length of time"),
            ("sit = \"1000 h\"", "\"1000 h\" is longer than a week"),
            ("sit = [1]", "`sit` takes a length of time, not a list"),
            ("sit = 1.5", "`sit` takes a length of time, not a number"),
            (
                "sit = 07:30:00",
                "`sit` takes a length of time, not a date or time",
            ),
            ("sit = {}", "`sit` takes a length of time, not a table"),
        ] {
            let problem = only(&format!("[rhythm]\n{text}\n"));
            assert_eq!(
                (problem.what.as_str(), problem.line),
                (message, 2),
                "{text}"
            );
            assert_eq!(problem.key.as_deref(), Some("rhythm.sit"));
            assert_eq!(problem.meanwhile, "`rhythm.sit` is \"30 min\", the default");
        }
    }

    #[test]
    fn a_percentage_is_a_number_from_0_to_100() {
        for volume in [0, 1, 40, 100] {
            let reading = read_text(&format!("[sound]\nvolume = {volume}\n"));
            assert_eq!(reading.problems, []);
            assert_eq!(reading.settings.sound.volume, volume);
        }
        let without_quotes = Some("did you mean 40, without quotes?");
        for (volume, message, hint) in [
            ("101", "101 is more than 100", None),
            ("-1", "-1 is less than 0", None),
            ("0xfff", "4095 is more than 100", None),
            (
                "9223372036854775807",
                "9223372036854775807 is more than 100",
                None,
            ),
            (
                "\"40\"",
                "`volume` takes a number, not the text \"40\"",
                without_quotes,
            ),
            (
                "\"40 %\"",
                "`volume` takes a number, not the text \"40 %\"",
                without_quotes,
            ),
            (
                "\"loud\"",
                "`volume` takes a number, not the text \"loud\"",
                None,
            ),
            (
                "\"400\"",
                "`volume` takes a number, not the text \"400\"",
                None,
            ),
            ("0.4", "0.4 is not a whole number", None),
            (
                "true",
                "`volume` takes a whole number, not true or false",
                None,
            ),
        ] {
            let problem = only(&format!("[sound]\nvolume = {volume}\n"));
            assert_eq!(
                (problem.what.as_str(), problem.line),
                (message, 2),
                "{volume}"
            );
            assert_eq!(problem.hint.as_deref(), hint, "{volume}");
            assert_eq!(problem.meanwhile, "`sound.volume` is 40, the default");
        }
    }

    #[test]
    fn working_hours_are_ranges_and_dates() {
        let text = "[hours]\nmonday = [\"13:15-18:00\", \"9:00-12:30\"]\nfriday = [\"22:00-6:00\"]\nsunday = []\nholidays = [\"2026-12-24..2027-01-02\", 2027-05-01]\n";
        let reading = read_text(text);
        assert_eq!(reading.problems, []);
        let hours = reading.settings.rhythm.hours;
        let written: Vec<_> = hours.week[0].iter().map(ToString::to_string).collect();
        assert_eq!(written, ["9:00-12:30", "13:15-18:00"]);
        let holidays: Vec<_> = hours.holidays.iter().map(ToString::to_string).collect();
        assert_eq!(holidays, ["2026-12-24..2027-01-02", "2027-05-01"]);
    }

    #[test]
    fn mistakes_in_working_hours_have_positions() {
        assert_eq!(
            complaints(
                "[hours]\nmonday = [\"9:00-12:30\", \"12:00-18:00\", 9, \"9:00-9:00\", \"noon\"]\nholidays = [\"25.12.2026\", true, \"2027-01-02..2026-12-24\"]\ntuesday = \"9:00-17:00\"\n"
            ),
            [
                (2, 25, "12:00-18:00 overlaps 9:00-12:30".to_owned()),
                (2, 40, "a range must be text, not a number".to_owned()),
                (
                    2,
                    43,
                    "\"9:00-9:00\" starts and ends at the same time".to_owned()
                ),
                (2, 56, "not a time range: \"noon\"".to_owned()),
                (3, 13, "not a date: \"25.12.2026\"".to_owned()),
                (
                    3,
                    27,
                    "a holiday must be a date, not true or false".to_owned()
                ),
                (
                    3,
                    33,
                    "\"2027-01-02..2026-12-24\" ends before it starts".to_owned()
                ),
                (
                    4,
                    11,
                    "`tuesday` takes a list of ranges, not text".to_owned()
                ),
            ]
        );
        for (written, meant) in [
            ("9 – 17", "9:00-17:00"),
            ("9.30 – 17.00", "9:30-17:00"),
            ("9:00−17:00", "9:00-17:00"),
            ("9:00〜17:00", "9:00-17:00"),
            ("9am to 5pm", "9:00-17:00"),
            ("12am–6am", "0:00-6:00"),
            ("24:00-6:00", "0:00-6:00"),
            ("9 bis 17 Uhr", "9:00-17:00"),
        ] {
            let problem = only(&format!("[hours]\nmonday = [\"{written}\"]\n"));
            let hint = format!("did you mean \"{meant}\"?");
            assert_eq!(problem.hint, Some(hint), "{written}");
            assert_eq!(problem.key.as_deref(), Some("hours.monday"));
        }
        let dashes = only("[hours]\nholidays = [\"2026–12–24\"]\n");
        assert_eq!(dashes.hint.as_deref(), Some("did you mean \"2026-12-24\"?"));
        let unknown = only("[hours]\nmonady = []\n");
        assert_eq!(unknown.hint.as_deref(), Some("did you mean `monday`?"));
        let many = format!("[hours]\nholidays = [{}]\n", "2027-05-01,".repeat(500));
        assert_eq!(only(&many).what, "this list has more than 400 entries");
        let none = only("[rhythm]\nat_most_per_hour = 0\n");
        assert_eq!(none.what, "0 is less than 1");
    }

    #[test]
    fn reminders_are_a_list_of_what_there_is() {
        assert_eq!(
            complaints("[rhythm]\nreminders = [\"stand\", 3, \"stand\", \"walk\"]\n"),
            [
                (2, 23, "a reminder must be a word, not a number".to_owned()),
                (2, 26, "\"stand\" is listed twice".to_owned()),
                (2, 35, "there is no reminder \"walk\"".to_owned()),
            ]
        );
    }

    #[test]
    fn a_table_is_a_table() {
        assert_eq!(
            only("rhythm = 5\n").what,
            "`rhythm` is a table, not a number"
        );
        assert_eq!(
            only("[[rhythm]]\nsit = \"1 s\"\n").what,
            "`rhythm` is a table, not a list"
        );
    }

    #[test]
    fn still_away_and_rest_are_in_order() {
        let text = "[presence]\naway = \"2 s\"\n";
        let problem = only(text);
        assert_eq!(
            problem.what,
            "`away` (2 s) is not longer than `still` (3 s)"
        );
        assert_eq!((problem.line, problem.column), (2, 8));
        assert_eq!(
            problem.meanwhile,
            "`rhythm.rest` is \"5 min\", `presence.away` is \"1 min\", `presence.still` is \"3 s\", the defaults"
        );

        let problem = only("[rhythm]\nrest = \"soon\"\n[presence]\naway = \"10 min\"\n");
        assert_eq!(problem.what, "\"soon\" is not a length of time");
        assert!(problem.meanwhile.contains("`presence.away` is \"1 min\""));

        let reading = read_text("[rhythm]\nrest = \"30 s\"\nsit = \"9 min\"\n");
        assert_eq!(
            reading.problems[0].what,
            "`rest` (30 s) is shorter than `away` (1 min)"
        );
        assert_eq!(reading.settings.rhythm.rest.as_secs(), 300);
        assert_eq!(reading.settings.rhythm.sit.as_secs(), 540);
        assert_eq!(reading.set.keys().collect::<Vec<_>>(), ["rhythm.sit"]);

        let reading = read_text("[presence]\naway = \"2 s\"\nwatching = false\n");
        assert!(!reading.settings.presence.watching, "it has no mistake");
        assert!(reading.set.contains_key("presence.watching"));
    }

    #[test]
    fn sources_are_checked_by_their_names() {
        let text = "[presence]\nignore = [\"x11\", \" logind\", \"x11\"]\n";
        let reading = read_text(text);
        assert_eq!(reading.problems, []);
        let ignored = [PresenceSource::X11, PresenceSource::Logind];
        assert_eq!(reading.settings.presence.ignore, ignored);
        let problem = only("[presence]\nignore = [\"x11\", \"waylnd\"]\n");
        assert_eq!(problem.what, "`ignore` can’t contain \"waylnd\"");
        assert_eq!((problem.line, problem.column), (2, 18));
        let hint = problem.hint.unwrap();
        assert_eq!(hint, "did you mean \"wayland\"?");
        let problem = only("[presence]\nignore = [7]\n");
        assert_eq!(problem.what, "a name must be text, not a number");
        let problem = only("[presence]\nignore = \"x11\"\n");
        assert_eq!(problem.what, "`ignore` takes a list of names, not text");
    }

    #[test]
    fn a_mistake_falls_back_to_the_last_good_settings() {
        let file = Path::new("settings.toml");
        let good = read_text("[rhythm]\nsit = \"20 min\"\n").settings;
        let text = "[rhythm]\nsit = \"10 min\"\nrest = \"soon\"\n";
        let reading = read(file, text.as_bytes(), Some(&good), &IDS);
        assert_eq!(reading.settings, good);
        assert_eq!(
            reading.problems[0].meanwhile,
            "the previous settings stay in use"
        );

        let start = read_text(text);
        assert_eq!(start.settings.rhythm.sit.as_secs(), 600);
        assert_eq!(start.settings.rhythm.rest.as_secs(), 300);
    }

    #[test]
    fn a_line_that_cannot_be_read_gives_nothing() {
        let reading = read_text("[rhythm]\nsit = \"10 min\" garbage\nsnooze = \"3 min\"\n");
        assert_eq!(reading.problems.len(), 1, "{:#?}", reading.problems);
        assert_eq!(reading.settings.rhythm.sit.as_secs(), 1800);
        assert_eq!(reading.settings.rhythm.snooze.as_secs(), 180);
    }

    #[test]
    fn every_line_that_cannot_be_read_is_told() {
        let text = "[rhythm]\nsit = 10 min\nrest == \"5 min\"\nsnooze = \"open\n= 3\n";
        let lines: Vec<_> = complaints(text)
            .into_iter()
            .map(|(line, ..)| line)
            .collect();
        assert_eq!(lines, [2, 3, 4, 5]);
    }

    #[test]
    fn invalid_encodings_are_reported() {
        let at = |bytes: &[u8]| {
            let reading = read(Path::new("s"), bytes, None, &IDS);
            assert_eq!(reading.settings, Settings::shipped());
            let [problem] = &reading.problems[..] else {
                panic!()
            };
            (problem.line, problem.column, problem.what.clone())
        };
        assert_eq!(
            at(b"[rhythm]\nsit = \"\xFF\""),
            (2, 8, "these bytes are not UTF-8".to_owned())
        );
        assert_eq!(
            at(b"\xFF\xFE[\0"),
            (0, 0, "the file is saved as UTF-16".to_owned())
        );
        assert_eq!(
            at(&vec![b' '; LARGEST + 1]),
            (0, 0, "the file is larger than 1 MiB".to_owned())
        );
    }

    #[test]
    fn control_characters_do_not_reach_the_terminal() {
        let text = "[rhythm]\n\"\\u001b[2J\" = 1\nroutine = \"\\u202e\\u0007\"\n";
        for problem in read_text(text).problems {
            let report = problem.to_string() + &problem.one_line();
            assert!(
                report
                    .chars()
                    .all(|char| char == '\n' || !char.is_control()),
                "{report:?}"
            );
            assert!(!report.contains('\u{202e}'), "{report:?}");
        }
    }

    #[test]
    fn lookalike_spaces_are_accepted_and_invisible_characters_named() {
        let text = "[rhythm]\nsit = \"45\u{A0}min\"\nrest = \"5\u{202F}min\"\nsnooze = \"10\u{3000}min\"\ngrace = \"2 mi\u{AD}n\"\nroutine = \"desk\u{2009}\"\n[hours]\nmonday = [\"9:00\u{A0}- 17:00\"]\ntuesday = [\"9:00\u{2212}17:00\"]\n[guide]\ntheme = \"d\u{430}rk\"\nfigure = \"\u{200B}robot\"\n";
        let problems = read_text(text).problems;
        let messages: Vec<_> = problems
            .iter()
            .map(|problem| (problem.line, &*problem.what, problem.hint.as_deref()))
            .collect();
        assert_eq!(
            messages,
            [
                (
                    5,
                    "\"2 mi[U+00AD SOFT HYPHEN]n\" is not a length of time",
                    Some("did you mean \"2 min\"?")
                ),
                (
                    9,
                    "not a time range: \"9:00[U+2212 MINUS SIGN]17:00\"",
                    Some("did you mean \"9:00-17:00\"?")
                ),
                (
                    11,
                    "`theme` cannot be \"d[U+0430]rk\"",
                    Some("did you mean \"dark\"?")
                ),
                (
                    12,
                    "`figure` cannot be \"[U+200B ZERO WIDTH SPACE]robot\"",
                    None
                ),
            ]
        );
        assert_eq!(problems[0].snippet, "grace = \"2 mi\u{FFFD}n\"");
    }

    #[test]
    fn a_length_is_no_time_of_day() {
        let problem = only("[rhythm]\nsit = \"1:30\"\n");
        assert_eq!(
            (problem.what.as_str(), problem.hint.as_deref()),
            (
                "\"1:30\" is a time of day, not a length of time",
                Some("did you mean \"1 h 30 min\"?")
            )
        );
    }

    #[test]
    fn the_largest_file_gives_a_limited_report() {
        for (before, part, after) in [
            ("", "[", ""),
            ("", "a", ""),
            ("", "\"", ""),
            ("", "a=1\n", ""),
            ("", "[rhythm]\n", ""),
            ("", "'''", ""),
            ("", "{a=", ""),
            ("", "a.", ""),
            ("", "=\n", ""),
            ("[rhythm]\nsit = ", "9", "\n"),
            ("[rhythm]\nsit = \"", "9", " minuts\"\n"),
            ("[rhythm]\nroutine = \"", "9", "\"\n"),
            ("[rhythm]\nreminders = [", "\"x\",", "]\n"),
            ("[rhythm]\nsit", "t", " = 1\n"),
        ] {
            let times = (LARGEST - before.len() - after.len()) / part.len();
            let text = format!("{before}{}{after}", part.repeat(times));
            let problems = read_text(&text).problems;
            assert!((1..=MAX_PROBLEMS).contains(&problems.len()), "{part:?}");
            for problem in problems {
                assert!(problem.to_string().len() < 1500, "{problem}");
                assert!(problem.one_line().len() < 500, "{problem}");
            }
        }
    }

    fn holds_together(settings: &Settings) -> bool {
        let Settings {
            rhythm, presence, ..
        } = settings;
        presence.still < presence.away
            && presence.away <= rhythm.rest
            && !rhythm.reminders.is_empty()
            && IDS.contains(&rhythm.routine.as_str())
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(256))]

        #[test]
        fn any_bytes_give_settings_that_hold_together(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
            let reading = read(Path::new("s"), &bytes, None, &IDS);
            prop_assert!(holds_together(&reading.settings));
        }

        #[test]
        fn any_mangling_gives_settings_that_hold_together(
            edits in prop::collection::vec(
                (any::<prop::sample::Index>(), 0..12usize, prop_oneof![
                    "[\\[\\]{}\"'=#.,\n\r\t a-z0-9é\u{202e}]{0,6}",
                    Just("[presence]\naway = \"1 s\"\n".to_owned()),
                    Just("\"\"\"".to_owned()),
                ]), 1..8),
        ) {
            let mut text: Vec<char> = SHIPPED.chars().collect();
            for (at, removed, new) in edits {
                let at = at.index(text.len());
                let end = (at + removed).min(text.len());
                text.splice(at..end, new.chars());
            }
            let text: String = text.into_iter().collect();
            let reading = read_text(&text);
            prop_assert!(holds_together(&reading.settings));
            for problem in &reading.problems {
                let report = problem.to_string();
                prop_assert!(report.lines().count() >= 3 && report.lines().count() <= 7, "{}", report);
                prop_assert!(problem.line >= 1 && problem.column >= 1);
            }
            let good = Settings::shipped();
            let again = read(Path::new("s"), text.as_bytes(), Some(&good), &IDS);
            prop_assert_eq!(again.problems.is_empty(), reading.problems.is_empty());
            if !again.problems.is_empty() {
                prop_assert_eq!(again.settings, good);
            }
        }
    }
}
