//! Descriptions of the settings: title, purpose, allowed values, the current value and its origin.

use std::time::Duration;

use super::SHIPPED;
use super::Settings;
use super::check::Reading;
use super::keys::{self, Field, LONGEST, SHORTEST};
use crate::lang::{mark, tr};
use crate::source::PresenceSource;
use crate::time::Span;

/// The description of a setting, in the current language.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explanation {
    /// The table that the setting belongs to.
    pub table: &'static str,
    /// The name of the setting within the table.
    pub name: &'static str,
    /// The title, in the current language.
    pub title: &'static str,
    /// The purpose, in a sentence.
    pub sentence: String,
    /// A description of the allowed values.
    pub expected: String,
    /// The kind of the value, with its limits.
    pub kind: Kind,
    /// The current value in the notation of the file.
    pub written: String,
    /// The current value as the user reads and types it: without quotes and brackets.
    pub plain: String,
    /// The default in the notation of the file.
    pub default: String,
    /// The default as the user reads it.
    pub plain_default: String,
    /// The number of the line in the file that sets it; `None` if the default is used.
    pub line: Option<usize>,
}

/// The kind of a value, with its limits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A duration within limits.
    Length {
        /// The shortest duration that is allowed.
        least: Duration,
        /// The longest duration that is allowed.
        most: Duration,
    },
    /// `true` or `false`, without quotes.
    Switch,
    /// A whole number within limits.
    Number {
        /// The least number that is allowed.
        least: u8,
        /// The greatest number that is allowed.
        most: u8,
    },
    /// One of these words.
    Word(&'static [&'static str]),
    /// A list of the reminders that take turns.
    Reminders,
    /// The id of a routine or an exercise.
    Routine,
    /// The full dose of a routine, or a duration to shorten it to.
    Dose {
        /// The shortest duration that is allowed.
        least: Duration,
        /// The longest duration that is allowed.
        most: Duration,
    },
    /// A list of some of these words.
    Words(&'static [&'static str]),
    /// The ranges of the working hours of a day.
    Hours,
    /// The days without working hours.
    Holidays,
}

impl Explanation {
    /// Returns the name with its table, such as `rhythm.sit`.
    #[must_use]
    pub fn key(&self) -> String {
        format!("{}.{}", self.table, self.name)
    }

    /// Returns `true` if the value differs from the default.
    #[must_use]
    pub fn is_changed(&self) -> bool {
        self.written != self.default
    }
}

/// Returns the descriptions of all settings, in the order of the file.
#[must_use]
pub fn all(reading: &Reading) -> Vec<Explanation> {
    let (mut present, mut shipped) = (reading.settings.clone(), Settings::shipped());
    let pairs = keys::all(&mut present)
        .into_iter()
        .zip(keys::all(&mut shipped));
    pairs
        .map(|(key, default)| Explanation {
            table: key.table,
            name: key.name,
            title: title(key.table, key.name),
            sentence: tr(&sentence(key.table, key.name)).to_owned(),
            expected: key.field.expected(),
            kind: kind(&key.field),
            written: key.field.as_written(),
            plain: plain(&key.field),
            default: default.field.as_written(),
            plain_default: plain(&default.field),
            line: reading.set.get(&key.full()).copied(),
        })
        .collect()
}

/// Returns the translated title of a table.
#[must_use]
pub fn table_title(table: &str) -> &'static str {
    tr(match table {
        "rhythm" => mark("Reminders"),
        "hours" => mark("Working hours"),
        "presence" => mark("Presence"),
        "quiet" => mark("When to stay quiet"),
        "guide" => mark("Window and figure"),
        "sound" => mark("Sound"),
        _ => mark("General"),
    })
}

/// Returns the title of the setting that is called `word` in the file, with or without its table. If several settings
/// have that name, prefers the one in `table`, and otherwise takes the first. `None` if there is no such setting.
#[must_use]
pub fn title_of(word: &str, table: Option<&str>) -> Option<&'static str> {
    let mut shipped = Settings::shipped();
    let keys = keys::all(&mut shipped);
    let fits = |key: &&keys::Key<'_>| key.full() == word || key.name == word;
    let of_table = |key: &&keys::Key<'_>| table.is_none_or(|table| key.table == table);
    let matching = keys.iter().filter(fits);
    let matching = matching
        .clone()
        .find(of_table)
        .or_else(|| matching.clone().next());
    matching.map(|key| title(key.table, key.name))
}

fn title(table: &str, name: &str) -> &'static str {
    tr(match (table, name) {
        ("rhythm", "sit") => mark("Remind me after"),
        ("rhythm", "rest") => mark("Counts as a break"),
        ("rhythm", "snooze") => mark("Snooze for"),
        ("rhythm", "grace") => mark("Wait for a typing pause"),
        ("rhythm", "ask_for") => mark("Reminder stays for"),
        ("rhythm", "ask_again") => mark("Ask again after"),
        ("rhythm", "hold_at_most") => mark("Hold back for at most"),
        ("rhythm", "settle") => mark("After resume or unlock"),
        ("rhythm", "at_most_per_hour") => mark("Reminders per hour, at most"),
        ("rhythm", "reminders") => mark("Reminders alternate between"),
        ("rhythm", "posture_check") => mark("Posture check"),
        ("rhythm", "routine") => mark("Routine"),
        ("rhythm", "length") => mark("Routine length"),
        ("rhythm", "short_routine") => mark("Short routine"),
        ("rhythm", "daily_goal") => mark("Daily stretch goal"),
        ("hours", "monday") => mark("Monday"),
        ("hours", "tuesday") => mark("Tuesday"),
        ("hours", "wednesday") => mark("Wednesday"),
        ("hours", "thursday") => mark("Thursday"),
        ("hours", "friday") => mark("Friday"),
        ("hours", "saturday") => mark("Saturday"),
        ("hours", "sunday") => mark("Sunday"),
        ("hours", "holidays") => mark("Holidays"),
        ("presence", "away") => mark("Away after"),
        ("presence", "watching") => mark("Count films and calls as sitting"),
        ("presence", "ignore") => mark("Sources not to use"),
        ("presence", "still") => mark("Typing pause"),
        ("quiet", "do_not_disturb") => mark("Do Not Disturb"),
        ("quiet", "full_screen") => mark("Full screen"),
        ("quiet", "microphone") => mark("Microphone"),
        ("quiet", "camera") => mark("Camera"),
        ("quiet", "keep_awake") => mark("Screen kept on"),
        ("guide", "theme") => mark("Theme"),
        ("guide", "contrast") => mark("Contrast"),
        ("guide", "figure") => mark("Figure"),
        ("guide", "text_size") => mark("Text size"),
        ("guide", "motion") => mark("Motion"),
        ("guide", "on_top") => mark("Stay above other windows"),
        ("guide", "hints") => mark("Point out the next movement"),
        ("guide", "check_in") => mark("Ask how my back feels"),
        ("sound", "tones") => mark("Tones"),
        ("sound", "volume") => mark("Volume"),
        ("sound", "voice") => mark("Voice"),
        _ => mark("Language"),
    })
}

/// The part before the colon of the comment above a key in the shipped file.
fn sentence(table: &str, name: &str) -> String {
    let (mut heading, mut above) = ("", "");
    for line in SHIPPED.lines() {
        if let Some(next) = line.strip_prefix('[') {
            heading = next.trim_end_matches(']');
        } else if let Some(comment) = line.strip_prefix("# ") {
            above = comment;
        } else if let Some((key, _)) = line.split_once(" = ")
            && (heading, key) == (table, name)
        {
            break;
        }
    }
    let purpose = above.split_once(": ").map_or(above, |(purpose, _)| purpose);
    format!("{purpose}.")
}

fn kind(field: &Field<'_>) -> Kind {
    match field {
        Field::Length { least, most, .. } => Kind::Length {
            least: *least,
            most: *most,
        },
        Field::Switch(_) => Kind::Switch,
        Field::Number { least, most, .. } => Kind::Number {
            least: *least,
            most: *most,
        },
        Field::Word(word) => Kind::Word(word.words()),
        Field::Reminders(_) => Kind::Reminders,
        Field::Routine(_) => Kind::Routine,
        Field::Dose(_) => Kind::Dose {
            least: SHORTEST,
            most: LONGEST,
        },
        Field::Sources(_) => Kind::Words(&PresenceSource::WORDS),
        Field::Hours(_) => Kind::Hours,
        Field::Holidays(_) => Kind::Holidays,
    }
}

/// Formats a value as `30 min`, `desk`, or `9:00-12:30, 13:15-18:00`.
fn plain(field: &Field<'_>) -> String {
    match field {
        Field::Length { place, .. } => Span::from(**place).to_string(),
        Field::Dose(length) => {
            length.map_or_else(|| keys::FULL.to_owned(), |it| Span::from(it).to_string())
        }
        Field::Word(word) => word.word().to_owned(),
        Field::Routine(id) => (**id).clone(),
        Field::Switch(_) | Field::Number { .. } => field.as_written(),
        Field::Reminders(reminders) => joined(reminders.iter().map(|reminder| reminder.word())),
        Field::Sources(sources) => joined(sources.iter().map(|source| source.word())),
        Field::Hours(ranges) => joined(ranges.iter()),
        Field::Holidays(days) => joined(days.iter()),
    }
}

fn joined(items: impl Iterator<Item = impl ToString>) -> String {
    let items: Vec<_> = items.map(|item| item.to_string()).collect();
    items.join(", ")
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::path::Path;

    use super::*;
    use crate::config::check;

    fn read(text: &str) -> Vec<Explanation> {
        all(&check::read(
            Path::new("settings.toml"),
            text.as_bytes(),
            None,
            &["desk", "moment"],
        ))
    }

    #[test]
    fn every_setting_has_a_title_of_its_own_and_a_sentence() {
        let all = read("");
        assert_eq!(all.len(), keys::names().len());
        let titles: BTreeSet<_> = all
            .iter()
            .map(|setting| (setting.table, setting.title))
            .collect();
        assert_eq!(titles.len(), all.len());
        for setting in &all {
            assert!(
                setting.sentence.len() > 20,
                "{}: {}",
                setting.key(),
                setting.sentence
            );
            assert!(!setting.is_changed() && setting.line.is_none());
        }
        let tables: BTreeSet<_> = keys::tables().into_iter().map(table_title).collect();
        assert_eq!(tables.len(), keys::tables().len());
    }

    #[test]
    fn a_setting_is_found_by_its_key() {
        assert_eq!(title_of("rhythm.sit", None), Some("Remind me after"));
        assert_eq!(title_of("sit", Some("rhythm")), Some("Remind me after"));
        assert_eq!(title_of("away", Some("rhythm")), Some("Away after"));
        assert_eq!(title_of("sti", Some("rhythm")), None);
    }

    #[test]
    fn values_are_shown_as_they_are_typed() {
        let text = "[rhythm]\nsit = \"45min\"\nlength = \"4 min\"\nreminders = [\"stretch\"]\n[hours]\nmonday = [\"13:00-18:00\", \"9:00-12:30\"]\n";
        let all = read(text);
        let setting_named = |name| all.iter().find(|setting| setting.name == name).unwrap();
        assert_eq!(
            (
                setting_named("sit").plain.as_str(),
                setting_named("sit").line
            ),
            ("45 min", Some(2))
        );
        assert_eq!(setting_named("sit").plain_default, "30 min");
        assert!(setting_named("sit").is_changed() && !setting_named("rest").is_changed());
        assert_eq!(setting_named("length").plain, "4 min");
        assert_eq!(setting_named("length").plain_default, "full");
        assert_eq!(setting_named("reminders").plain, "stretch");
        assert_eq!(setting_named("monday").plain, "9:00-12:30, 13:00-18:00");
        assert_eq!(setting_named("tuesday").plain, "");
        assert_eq!(setting_named("volume").plain, "40");
        assert_eq!(setting_named("posture_check").plain, "false");
    }
}
