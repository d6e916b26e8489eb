//! All keys of the settings file, each with its field in [`Settings`] and its allowed values.

use std::time::Duration;

use super::settings::{
    Contrast, Guide, LanguageChoice, Motion, Presence, Quiet, Settings, Sound, TextSize, Theme,
};
use crate::figure::Character;
use crate::lang::{mark, tr};
use crate::schedule::{Holidays, Hours, Range, Reminder, Rhythm};
use crate::source::PresenceSource;
use crate::time::Span;

/// A key, bound to its field in a [`Settings`].
pub(crate) struct Key<'a> {
    /// The table that the key belongs to.
    pub(crate) table: &'static str,
    /// The name of the key within the table.
    pub(crate) name: &'static str,
    pub(crate) field: Field<'a>,
}

/// A reference to the value of a key, with its type and limits.
pub(crate) enum Field<'a> {
    /// A duration within limits.
    Length {
        place: &'a mut Duration,
        least: Duration,
        most: Duration,
    },
    Switch(&'a mut bool),
    /// A whole number within limits.
    Number {
        place: &'a mut u8,
        least: u8,
        most: u8,
    },
    /// One of a fixed set of words.
    Word(&'a mut dyn Choice),
    /// The reminders that take turns.
    Reminders(&'a mut Vec<Reminder>),
    /// The id of a routine or exercise.
    Routine(&'a mut String),
    /// The full dose (`None`), or a duration between [`SHORTEST`] and [`LONGEST`].
    Dose(&'a mut Option<Duration>),
    /// Some of the sources that detect presence.
    Sources(&'a mut Vec<PresenceSource>),
    /// The working hours of a day of the week.
    Hours(&'a mut Vec<Range>),
    /// The days without working hours.
    Holidays(&'a mut Vec<Holidays>),
}

/// The limits for the length to which a routine can be shortened.
pub(super) const SHORTEST: Duration = seconds(30);
pub(super) const LONGEST: Duration = hours(1);

/// The value for a dose that is not shortened.
pub(super) const FULL: &str = "full";

/// A setting that takes one of a fixed set of words.
pub(crate) trait Choice {
    fn words(&self) -> &'static [&'static str];
    fn word(&self) -> &'static str;
    /// Sets the value, and returns `true`, if `word` is one of the words.
    fn choose(&mut self, word: &str) -> bool;
}

const fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

const fn hours(hours: u64) -> Duration {
    Duration::from_secs(hours * 3600)
}

/// Returns all keys, in the order of the shipped file. The patterns name every field, so that none can be forgotten.
pub(crate) fn all(settings: &mut Settings) -> Vec<Key<'_>> {
    let Settings {
        rhythm,
        daily_goal,
        presence:
            Presence {
                away,
                still,
                watching,
                ignore,
            },
        quiet,
        guide,
        sound,
        language,
    } = settings;
    let mut keys = of_rhythm(rhythm, daily_goal);
    keys.extend(vec![
        length("presence", "away", away, hours(1)),
        length("presence", "still", still, seconds(60)),
        Key {
            table: "presence",
            name: "watching",
            field: Field::Switch(watching),
        },
        Key {
            table: "presence",
            name: "ignore",
            field: Field::Sources(ignore),
        },
    ]);
    keys.extend(of_quiet(quiet));
    keys.extend(of_guide(guide));
    keys.extend(of_sound(sound));
    keys.push(Key {
        table: "general",
        name: "language",
        field: Field::Word(language),
    });
    keys
}

fn of_rhythm<'a>(rhythm: &'a mut Rhythm, daily_goal: &'a mut u8) -> Vec<Key<'a>> {
    let Rhythm {
        sit,
        rest,
        snooze,
        grace,
        ask_for,
        ask_again,
        hold_at_most,
        settle,
        reminders,
        posture_check,
        routine,
        length: dose,
        short_routine,
        at_most_per_hour,
        hours: working_hours,
    } = rhythm;
    let key = |name, field| Key {
        table: "rhythm",
        name,
        field,
    };
    let mut keys = vec![
        length("rhythm", "sit", sit, hours(12)),
        length("rhythm", "rest", rest, hours(2)),
        length("rhythm", "snooze", snooze, hours(12)),
        length("rhythm", "grace", grace, hours(1)),
        length("rhythm", "ask_for", ask_for, hours(1)),
        length("rhythm", "ask_again", ask_again, hours(12)),
        length("rhythm", "hold_at_most", hold_at_most, hours(24)),
        length("rhythm", "settle", settle, hours(1)),
        key("at_most_per_hour", number(at_most_per_hour, 1, 60)),
        key("reminders", Field::Reminders(reminders)),
        key("posture_check", Field::Switch(posture_check)),
        key("routine", Field::Routine(routine)),
        key("length", Field::Dose(dose)),
        key("short_routine", Field::Routine(short_routine)),
        key("daily_goal", number(daily_goal, 0, 50)),
    ];
    keys.extend(of_hours(working_hours));
    keys
}

const DAYS: [&str; 7] = [
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
];

fn of_hours(hours: &mut Hours) -> impl Iterator<Item = Key<'_>> {
    let Hours { week, holidays } = hours;
    let days = DAYS.into_iter().zip(week);
    let days = days.map(|(name, ranges)| (name, Field::Hours(ranges)));
    let holidays = ("holidays", Field::Holidays(holidays));
    days.chain([holidays]).map(|(name, field)| Key {
        table: "hours",
        name,
        field,
    })
}

fn of_quiet(quiet: &mut Quiet) -> [Key<'_>; 5] {
    let Quiet {
        do_not_disturb,
        full_screen,
        microphone,
        camera,
        keep_awake,
    } = quiet;
    [
        ("do_not_disturb", Field::Switch(do_not_disturb)),
        ("full_screen", Field::Switch(full_screen)),
        ("microphone", Field::Switch(microphone)),
        ("camera", Field::Switch(camera)),
        ("keep_awake", Field::Switch(keep_awake)),
    ]
    .map(|(name, field)| Key {
        table: "quiet",
        name,
        field,
    })
}

fn of_guide(guide: &mut Guide) -> [Key<'_>; 8] {
    let Guide {
        theme,
        contrast,
        figure,
        text_size,
        motion,
        on_top,
        check_in,
        hints,
    } = guide;
    [
        ("theme", Field::Word(theme)),
        ("contrast", Field::Word(contrast)),
        ("figure", Field::Word(figure)),
        ("text_size", Field::Word(text_size)),
        ("motion", Field::Word(motion)),
        ("on_top", Field::Switch(on_top)),
        ("check_in", Field::Switch(check_in)),
        ("hints", Field::Switch(hints)),
    ]
    .map(|(name, field)| Key {
        table: "guide",
        name,
        field,
    })
}

fn of_sound(sound: &mut Sound) -> [Key<'_>; 3] {
    let Sound {
        tones,
        volume,
        voice,
    } = sound;
    [
        ("tones", Field::Switch(tones)),
        ("volume", number(volume, 0, 100)),
        ("voice", Field::Switch(voice)),
    ]
    .map(|(name, field)| Key {
        table: "sound",
        name,
        field,
    })
}

fn length<'a>(
    table: &'static str,
    name: &'static str,
    place: &'a mut Duration,
    most: Duration,
) -> Key<'a> {
    let least = seconds(1);
    let field = Field::Length { place, least, most };
    Key { table, name, field }
}

fn number(place: &mut u8, least: u8, most: u8) -> Field<'_> {
    Field::Number { place, least, most }
}

/// Returns the table and the name of every key.
pub(crate) fn names() -> Vec<(&'static str, &'static str)> {
    all(&mut Settings::blank())
        .iter()
        .map(|key| (key.table, key.name))
        .collect()
}

pub(crate) fn tables() -> Vec<&'static str> {
    let mut tables: Vec<_> = names().into_iter().map(|(table, _)| table).collect();
    tables.dedup();
    tables
}

impl Key<'_> {
    /// Returns the name with its table, such as `rhythm.sit`.
    pub(crate) fn full(&self) -> String {
        format!("{}.{}", self.table, self.name)
    }
}

impl Field<'_> {
    /// Describes the allowed values.
    pub(crate) fn expected(&self) -> String {
        match self {
            Self::Length { least, most, .. } => tr!(
                "a length of time like \"45 min\", \"1 h 30 min\" or \"90 s\", from {least} to {most}",
                least = Span::from(*least),
                most = Span::from(*most)
            ),
            Self::Switch(_) => tr("true or false, without quotes").to_owned(),
            Self::Number { least, most, .. } => tr!(
                "a whole number from {least} to {most}, without quotes",
                least = least,
                most = most
            ),
            Self::Word(word) => tr!("one of {words}", words = list(word.words())),
            Self::Reminders(_) => {
                tr("a list like [\"stand\", \"stretch\"], with at least one of the two, each once")
                    .to_owned()
            }
            Self::Routine(_) => {
                tr("the id of a routine or exercise, in quotes; `unhunch list` shows them")
                    .to_owned()
            }
            Self::Dose(_) => tr!(
                "\"{full}\", or a length of time like \"4 min\", from {least} to {most}",
                full = FULL,
                least = Span::from(SHORTEST),
                most = Span::from(LONGEST)
            ),
            Self::Sources(_) => tr!(
                "a list of these names, or [] for none: {words}",
                words = list(&PresenceSource::WORDS)
            ),
            Self::Hours(_) => tr!(
                "a list of ranges like {example}; they may cross midnight, and [] is a day off",
                example = "[\"9:00-12:30\", \"13:15-18:00\"]"
            ),
            Self::Holidays(_) => tr!(
                "a list of dates like {example}",
                example = "[\"2026-12-25\", \"2026-12-24..2027-01-02\"]"
            ),
        }
    }

    /// Returns the kind of the value in a few words, such as "a length of time".
    pub(crate) fn noun(&self) -> &'static str {
        tr(match self {
            Self::Length { .. } => mark("a length of time"),
            Self::Switch(_) => mark("true or false"),
            Self::Number { .. } => mark("a whole number"),
            Self::Word(_) => mark("a word"),
            Self::Reminders(_) => mark("a list of reminders"),
            Self::Routine(_) => mark("the id of a routine"),
            Self::Dose(_) => mark("\"full\" or a length of time"),
            Self::Sources(_) => mark("a list of names"),
            Self::Hours(_) => mark("a list of ranges"),
            Self::Holidays(_) => mark("a list of dates"),
        })
    }

    /// Returns the current value in the notation of the file.
    pub(crate) fn as_written(&self) -> String {
        match self {
            Self::Length { place, .. } => format!("\"{}\"", Span::from(**place)),
            Self::Switch(on) => on.to_string(),
            Self::Number { place, .. } => place.to_string(),
            Self::Word(word) => format!("{:?}", word.word()),
            Self::Reminders(reminders) => {
                let words: Vec<_> = reminders.iter().map(|reminder| reminder.word()).collect();
                format!("{words:?}")
            }
            Self::Sources(sources) => {
                let words: Vec<_> = sources.iter().map(|source| source.word()).collect();
                format!("{words:?}")
            }
            Self::Routine(id) => format!("{id:?}"),
            Self::Dose(None) => format!("\"{FULL}\""),
            Self::Dose(Some(length)) => format!("\"{}\"", Span::from(*length)),
            Self::Hours(ranges) => format!("{:?}", texts(ranges)),
            Self::Holidays(days) => format!("{:?}", texts(days)),
        }
    }
}

fn texts<T: ToString>(values: &[T]) -> Vec<String> {
    values.iter().map(ToString::to_string).collect()
}

/// Joins words, in quotes, with commas.
pub(crate) fn list(words: &[&str]) -> String {
    let quoted: Vec<_> = words.iter().map(|word| format!("\"{word}\"")).collect();
    quoted.join(", ")
}

/// Returns the candidate that was probably meant by `word`.
pub(crate) fn nearest<'a>(
    word: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    // No candidate resembles a longer word, and the comparison would take long.
    if word.chars().count() > 64 {
        return None;
    }
    let word = word.to_lowercase().replace('-', "_");
    candidates
        .into_iter()
        .map(|candidate| {
            let likeness =
                strsim::normalized_damerau_levenshtein(&word, &candidate.replace('-', "_"));
            (candidate, likeness)
        })
        .filter(|(_, likeness)| *likeness >= 0.6)
        .max_by(|(_, a), (_, b)| a.total_cmp(b))
        .map(|(candidate, _)| candidate)
}

macro_rules! words {
    ($type:ident: $($variant:ident = $word:literal),+) => {
        impl Choice for $type {
            fn words(&self) -> &'static [&'static str] {
                &[$($word),+]
            }

            fn word(&self) -> &'static str {
                match self {
                    $(Self::$variant => $word),+
                }
            }

            fn choose(&mut self, word: &str) -> bool {
                match word {
                    $($word => *self = Self::$variant,)+
                    _ => return false,
                }
                true
            }
        }
    };
}

words!(Theme: Auto = "auto", Light = "light", Dark = "dark");
words!(Contrast: Auto = "auto", Normal = "normal", High = "high");
words!(Character: Teal = "teal", Plum = "plum", Slate = "slate");
words!(TextSize: Normal = "normal", Large = "large", Largest = "largest");
words!(Motion: Auto = "auto", Full = "full", Reduced = "reduced");

/// The tags of [`LANGUAGES`](crate::lang::LANGUAGES), preceded by the word for the language of the desktop.
const LANGUAGE_WORDS: [&str; 15] = [
    "auto", "en", "de", "fr", "es", "pt-BR", "nl", "pl", "uk", "tr", "ar", "hi", "ja", "zh-CN",
    "ko",
];

impl Choice for LanguageChoice {
    fn words(&self) -> &'static [&'static str] {
        &LANGUAGE_WORDS
    }

    fn word(&self) -> &'static str {
        self.0.unwrap_or("auto")
    }

    fn choose(&mut self, word: &str) -> bool {
        let language = LANGUAGE_WORDS.iter().find(|language| **language == word);
        if let Some(&language) = language {
            self.0 = Some(language).filter(|word| *word != "auto");
        }
        language.is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn typos_are_recognised() {
        let suggestion = |word| nearest(word, ["sit", "rest", "snooze", "ask_for", "ask_again"]);
        assert_eq!(suggestion("sti"), Some("sit"));
        assert_eq!(suggestion("snoze"), Some("snooze"));
        assert_eq!(suggestion("ask-again"), Some("ask_again"));
        assert_eq!(suggestion("Rest"), Some("rest"));
        assert_eq!(suggestion("colour"), None);
        assert_eq!(suggestion(&"s".repeat(1_000_000)), None);
    }

    #[test]
    fn the_words_are_those_of_json() {
        for theme in [Theme::Auto, Theme::Light, Theme::Dark] {
            assert_eq!(serde_json::to_value(theme).unwrap(), theme.word());
        }
        for contrast in [Contrast::Auto, Contrast::Normal, Contrast::High] {
            assert_eq!(serde_json::to_value(contrast).unwrap(), contrast.word());
        }
        for look in Character::ALL {
            assert_eq!(serde_json::to_value(look).unwrap(), look.word());
        }
        for size in [TextSize::Normal, TextSize::Large, TextSize::Largest] {
            assert_eq!(serde_json::to_value(size).unwrap(), size.word());
        }
        for motion in [Motion::Auto, Motion::Full, Motion::Reduced] {
            assert_eq!(serde_json::to_value(motion).unwrap(), motion.word());
        }
    }

    #[test]
    fn every_language_can_be_chosen() {
        let tags = crate::lang::LANGUAGES.iter().map(|language| language.tag);
        assert!(
            LANGUAGE_WORDS
                .into_iter()
                .eq(std::iter::once("auto").chain(tags))
        );
        let mut choice = LanguageChoice(None);
        assert!(choice.choose("pt-BR") && choice.word() == "pt-BR");
        assert!(!choice.choose("xx") && choice.word() == "pt-BR");
        assert!(choice.choose("auto") && choice.0.is_none());
    }

    /// The comments in the shipped file match the code.
    #[test]
    fn every_key_is_explained_where_it_is_set() {
        let mut shipped = Settings::shipped();
        for key in all(&mut shipped) {
            let lines: Vec<_> = crate::config::SHIPPED.lines().collect();
            let set = format!("{} = {}", key.name, key.field.as_written());
            let at = lines.iter().position(|line| *line == set).expect(&set);
            let comment = lines[at - 1];
            let default = format!(" Default: {}.", key.field.as_written());
            assert!(
                comment.starts_with("# ") && comment.ends_with(&default),
                "{comment}"
            );
            match key.field {
                Field::Length { least, most, .. } => {
                    let bounds = format!(
                        ": a length from {} to {}",
                        Span::from(least),
                        Span::from(most)
                    );
                    assert!(comment.contains(&bounds), "{comment}");
                }
                Field::Word(word) => {
                    for word in word.words() {
                        assert!(comment.contains(&format!("\"{word}\"")), "{comment}");
                    }
                }
                Field::Switch(_) => assert!(comment.contains(": true or false."), "{comment}"),
                Field::Number { least, most, .. } => {
                    let bounds = format!(": a whole number from {least} to {most}.");
                    assert!(comment.contains(&bounds), "{comment}");
                }
                Field::Hours(_) => {
                    let example = ": a list of ranges like [\"9:00-12:30\", \"13:15-18:00\"]";
                    assert!(comment.contains(example), "{comment}");
                }
                Field::Holidays(_) => {
                    let example =
                        ": a list of dates like [\"2026-12-25\", \"2026-12-24..2027-01-02\"]";
                    assert!(comment.contains(example), "{comment}");
                }
                Field::Reminders(_) => assert!(comment.contains(": a list of "), "{comment}"),
                Field::Sources(_) => {
                    assert!(comment.contains(": a list of "), "{comment}");
                    for word in PresenceSource::WORDS {
                        assert!(comment.contains(&format!("\"{word}\"")), "{comment}");
                    }
                }
                Field::Dose(_) => assert!(
                    comment.contains(": \"full\", or a length from 30 s to 1 h"),
                    "{comment}"
                ),
                Field::Routine(_) => {
                    assert!(comment.contains(": the id of a routine"), "{comment}")
                }
            }
        }
    }
}
