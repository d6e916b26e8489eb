//! The only module that reads clocks, and the lengths of time that users write.
//!
//! A [`Moment`] is read once per event and passed on. It records the time asleep separately, so that a gap never has to be
//! interpreted as either sleep or a clock change.

mod clock_time;
mod day;
#[cfg(target_os = "linux")]
#[path = "time/linux.rs"]
mod system;
#[cfg(target_os = "macos")]
#[path = "time/macos.rs"]
mod system;
#[cfg(windows)]
#[path = "time/windows.rs"]
mod system;

pub use clock_time::{ParseTimeError, date, minute_of_day, next_time};
pub use day::{day, day_begins, next_day_begins};
#[cfg(target_os = "linux")]
pub use system::zone_file;

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, Unit, ZonedDateTime};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::lang::{fill, mark, tr};
use crate::text::{clip, normalized};

/// A simultaneous reading of all clocks.
#[derive(Clone, Debug, PartialEq)]
pub struct Moment {
    /// The time since the computer started (or since a script began), including sleep. It is monotonic.
    pub elapsed: Duration,
    /// The part of [`elapsed`](Self::elapsed) during which the computer was asleep.
    pub slept: Duration,
    /// The wall clock in the user's time zone.
    pub wall: ZonedDateTime,
}

impl Moment {
    /// Creates a moment from the time since the computer started, with and without sleep.
    fn new((elapsed, awake): (Duration, Duration), wall: ZonedDateTime) -> Self {
        Self {
            elapsed,
            slept: elapsed.saturating_sub(awake),
            wall,
        }
    }

    /// Returns the wall clock time at `elapsed`, if the clock isn't set until then.
    #[must_use]
    pub fn wall_at(&self, elapsed: Duration) -> ZonedDateTime {
        let ahead = signed(elapsed) - signed(self.elapsed);
        self.wall
            .checked_add(ahead)
            .unwrap_or_else(|_| self.wall.clone())
    }

    /// Like [`wall_at`](Self::wall_at), rounded to seconds for display: two separate readings of the clocks differ slightly.
    #[must_use]
    pub fn shown_at(&self, elapsed: Duration) -> ZonedDateTime {
        let wall = self.wall_at(elapsed);
        wall.round(Unit::Second).unwrap_or(wall)
    }

    /// Returns the elapsed time at which the wall clock will reach `wall`, if the clock isn't set until then. For a past time
    /// this is the present.
    #[must_use]
    pub fn elapsed_at(&self, wall: &ZonedDateTime) -> Duration {
        let ahead = wall.timestamp().duration_since(self.wall.timestamp());
        self.elapsed
            .saturating_add(Duration::try_from(ahead).unwrap_or(Duration::ZERO))
    }
}

fn signed(duration: Duration) -> SignedDuration {
    SignedDuration::try_from(duration).unwrap_or(SignedDuration::MAX)
}

/// The reader of the real clocks.
#[derive(Clone, Copy, Debug, Default)]
pub struct Clock;

impl Clock {
    /// Reads all clocks of the system.
    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "the one reader of clocks")]
    pub fn now(self) -> Moment {
        let wall = Timestamp::now().to_zoned_datetime(system::zone());
        Moment::new(system::elapsed_and_awake(), wall)
    }
}

/// Returns the reason why the time zone isn't known, as a sentence for the user. All times are UTC then.
#[must_use]
pub fn zone_problem() -> Option<String> {
    if system::zone() != TimeZone::unknown() {
        return None;
    }
    Some(match std::env::var("TZ") {
        Ok(name) => tr!(
            "there is no time zone “{name}” (in the environment variable TZ), so all times are in UTC",
            name = clip(&name)
        ),
        Err(_) => {
            tr("the time zone of this computer can’t be read, so all times are in UTC").to_owned()
        }
    })
}

/// A length of time as users write it: `45 min`, `1 h 30 min`, `90s`. Always positive and at most a week.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Span(Duration);

/// The longest [`Span`]: a week.
pub const MAX_SPAN: Duration = Duration::from_secs(7 * 24 * 60 * 60);

/// The reason why a text is not a [`Span`]. [`Display`](fmt::Display) says it in the user's language.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ParseSpanError {
    /// The text can't be parsed.
    #[error("{}", tr!("\"{text}\" is not a length of time", text = clip(.0)))]
    Unreadable(String),
    /// The text is a number without a unit.
    #[error("{}", tr!("\"{text}\" has no unit", text = clip(.0)))]
    NoUnit(String),
    /// The text is a time of day such as `1:30`; the second value is the length that it resembles.
    #[error("{}", tr!("\"{text}\" is a time of day, not a length of time", text = clip(.0)))]
    TimeOfDay(String, Span),
    /// The length is zero or negative.
    #[error("{}", tr!("\"{text}\" must be greater than zero", text = clip(.0)))]
    NotPositive(String),
    /// The length is greater than [`MAX_SPAN`].
    #[error("{}", tr!("\"{text}\" is longer than a week", text = clip(.0)))]
    TooLong(String),
}

impl ParseSpanError {
    /// Returns the error with the way to write it, for the command line.
    #[must_use]
    pub fn with_advice(&self) -> String {
        let advice = match self {
            Self::Unreadable(_) => tr("write it like `45 min`, `1 h 30 min` or `90 s`").to_owned(),
            Self::NoUnit(number) => {
                tr!(
                    "did you mean \"{word}\"?",
                    word = format!("{} min", clip(number))
                )
            }
            Self::TimeOfDay(_, length) => tr!("did you mean \"{word}\"?", word = length),
            Self::NotPositive(_) | Self::TooLong(_) => return self.to_string(),
        };
        format!("{self}; {advice}")
    }
}

impl Span {
    /// Creates a span of this many seconds, clamped to between one second and a week.
    #[must_use]
    pub fn seconds(seconds: u64) -> Self {
        Self(Duration::from_secs(seconds.max(1)).min(MAX_SPAN))
    }

    /// Returns the length as a [`Duration`].
    #[must_use]
    pub fn duration(self) -> Duration {
        self.0
    }

    /// Formats the span in the user's language: `1 h 30 min`. Settings are written with [`Display`](fmt::Display) instead.
    #[must_use]
    pub fn localized(self) -> String {
        let seconds = self.0.as_secs();
        let parts = [
            (seconds / 3600, mark("{n} h")),
            (seconds / 60 % 60, mark("{n} min")),
            (seconds % 60, mark("{n} s")),
        ];
        let localized = |(number, text): &(u64, &'static str)| fill(tr(text), &[("n", number)]);
        let parts: Vec<_> = parts
            .iter()
            .filter(|(number, _)| *number > 0)
            .map(localized)
            .collect();
        if parts.is_empty() {
            return tr!("{n} s", n = 0);
        }
        parts.join(" ")
    }
}

/// Formats seconds for display: exact below two minutes (`1 min 6 s`), rounded to minutes above (`about 6 min`).
#[must_use]
pub fn about(seconds: f64) -> String {
    let length = rounded(seconds);
    if seconds.round() < ROUNDED_FROM {
        length
    } else {
        tr!("about {length}", length = length)
    }
}

/// Like [`about`], without the word "about": `6 min`.
#[must_use]
pub fn rounded(seconds: f64) -> String {
    let seconds = seconds.round().max(0.0);
    let seconds = if seconds < ROUNDED_FROM {
        seconds
    } else {
        (seconds / 60.0).round() * 60.0
    };
    match seconds as u64 {
        0 => tr!("{n} s", n = 0),
        seconds => Span::seconds(seconds).localized(),
    }
}

/// From this length on (in seconds), a length is shown in whole minutes.
const ROUNDED_FROM: f64 = 120.0;

impl From<Duration> for Span {
    fn from(duration: Duration) -> Self {
        Self(duration.clamp(Duration::from_millis(1), MAX_SPAN))
    }
}

impl FromStr for Span {
    type Err = ParseSpanError;

    fn from_str(text: &str) -> Result<Self, ParseSpanError> {
        let text = normalized(text);
        if text.parse::<f64>().is_ok_and(f64::is_finite) {
            return Err(ParseSpanError::NoUnit(text));
        }
        if let Some(length) = resembled_length(&text) {
            return Err(ParseSpanError::TimeOfDay(text, length));
        }
        let Some(length) = signed_length(&text) else {
            return Err(ParseSpanError::Unreadable(text));
        };
        if length <= SignedDuration::ZERO {
            return Err(ParseSpanError::NotPositive(text));
        }
        match Duration::try_from(length) {
            Ok(length) if length <= MAX_SPAN => Ok(Self(length)),
            Ok(_) => Err(ParseSpanError::TooLong(text)),
            Err(_) => Err(ParseSpanError::NotPositive(text)),
        }
    }
}

/// The length that somebody may mean by `1:30`, which is a time of day.
fn resembled_length(text: &str) -> Option<Span> {
    if !text.contains(':') {
        return None;
    }
    let minutes = u64::from(minute_of_day(text)?);
    (minutes > 0).then(|| Span::seconds(minutes * 60))
}

/// Parses `45 min`, `1h30m`, `1h30`, `1½ h` and `PT1H30M`, in any case.
fn signed_length(text: &str) -> Option<SignedDuration> {
    let mut text = text.trim_end_matches('.').to_lowercase();
    for (half, decimals) in [('¼', ".25"), ('½', ".5"), ('¾', ".75")] {
        if text.starts_with(half) {
            text.insert(0, '0');
        }
        text = text.replace(&format!(" {half}"), decimals);
        text = text.replace(half, decimals);
    }
    if let Some((hours, minutes)) = text.split_once('h')
        && let (hours, minutes) = (hours.trim(), minutes.trim())
        && [hours, minutes].iter().all(|part| is_short_number(part))
    {
        text = format!("{hours} h {minutes} min");
    }
    text.parse().ok()
}

fn is_short_number(text: &str) -> bool {
    (1..=3).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
}

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (seconds, millis) = (self.0.as_secs(), self.0.subsec_millis());
        let parts = [
            (seconds / 3600, "h"),
            (seconds / 60 % 60, "min"),
            (seconds % 60, "s"),
            (millis.into(), "ms"),
        ];
        let mut between = "";
        for (number, unit) in parts {
            if number > 0 {
                write!(f, "{between}{number} {unit}")?;
                between = " ";
            }
        }
        if between.is_empty() {
            f.write_str("0 s")
        } else {
            Ok(())
        }
    }
}

impl Serialize for Span {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Span {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_write_lengths_in_many_ways() {
        for (text, seconds) in [
            ("45 min", 2700),
            ("1 h 30 min", 5400),
            ("90s", 90),
            ("1h30m", 5400),
            ("2 hours", 7200),
            ("45 minutes", 2700),
            ("45 Min", 2700),
            ("45 MIN.", 2700),
            ("45 M", 2700),
            ("1h30", 5400),
            ("1 h 30", 5400),
            ("1H30min", 5400),
            ("1.5 h", 5400),
            ("1,5 h", 5400),
            ("1½ h", 5400),
            ("1 ½ h", 5400),
            ("½ h", 1800),
            ("PT1H30M", 5400),
            ("45\u{A0}min", 2700),
            ("5\u{202F}min", 300),
            ("10\u{3000}min", 600),
            ("４５ min", 2700),
            ("٤٥ min", 2700),
        ] {
            assert_eq!(
                text.parse::<Span>().map(|span| span.duration().as_secs()),
                Ok(seconds),
                "{text}"
            );
        }
    }

    #[test]
    fn invalid_lengths_have_distinct_errors() {
        assert_eq!(
            "45".parse::<Span>(),
            Err(ParseSpanError::NoUnit("45".into()))
        );
        assert_eq!(
            "-5m".parse::<Span>(),
            Err(ParseSpanError::NotPositive("-5m".into()))
        );
        assert_eq!(
            "0 min".parse::<Span>(),
            Err(ParseSpanError::NotPositive("0 min".into()))
        );
        assert!("9 weeks".parse::<Span>().is_err());
        assert_eq!(
            "400 h".parse::<Span>(),
            Err(ParseSpanError::TooLong("400 h".into()))
        );
        assert_eq!(
            "5 minuts".parse::<Span>(),
            Err(ParseSpanError::Unreadable("5 minuts".into()))
        );
        assert_eq!(
            "".parse::<Span>(),
            Err(ParseSpanError::Unreadable(String::new()))
        );
        for (text, message) in [
            (
                "1:30",
                "\"1:30\" is a time of day, not a length of time; did you mean \"1 h 30 min\"?",
            ),
            (
                "24:00",
                "\"24:00\" is a time of day, not a length of time; did you mean \"24 h\"?",
            ),
            ("45", "\"45\" has no unit; did you mean \"45 min\"?"),
            (
                "2 mi\u{AD}n",
                "\"2 mi[U+00AD SOFT HYPHEN]n\" is not a length of time; write it like `45 min`, `1 h 30 min` or `90 s`",
            ),
            ("0 min", "\"0 min\" must be greater than zero"),
        ] {
            assert_eq!(text.parse::<Span>().unwrap_err().with_advice(), message);
        }
    }

    #[test]
    fn a_length_reads_back_as_it_was_written() {
        for text in [
            "45 min",
            "1 h 30 min",
            "1 min 30 s",
            "3 s",
            "168 h",
            "500 ms",
        ] {
            let span: Span = text.parse().unwrap();
            assert_eq!(span.to_string(), text);
            assert_eq!(span.to_string().parse(), Ok(span));
        }
    }

    #[test]
    fn sleep_is_the_time_that_only_one_of_the_clocks_counts() {
        let seconds = Duration::from_secs;
        let now = Moment::new((seconds(100), seconds(70)), ZonedDateTime::default());
        assert_eq!((now.elapsed, now.slept), (seconds(100), seconds(30)));
        // Two clocks that are read one after the other differ slightly.
        let now = Moment::new((seconds(70), seconds(71)), ZonedDateTime::default());
        assert_eq!(now.slept, Duration::ZERO);
    }

    #[test]
    fn wall_clock_is_predicted_from_elapsed_time() {
        let now = Clock.now();
        let later = now.elapsed + Duration::from_secs(90);
        let wall = now.wall_at(later);
        assert_eq!(wall.duration_since(&now.wall).as_secs(), 90);
        assert_eq!(now.elapsed_at(&wall), later);
    }

    #[test]
    fn lengths_read_at_a_glance() {
        let texts = [0.4, 30.0, 60.0, 66.2, 119.4, 119.5, 347.0, 3899.0].map(about);
        let expected = [
            "0 s",
            "30 s",
            "1 min",
            "1 min 6 s",
            "1 min 59 s",
            "about 2 min",
            "about 6 min",
            "about 1 h 5 min",
        ];
        assert_eq!(texts, expected);
        assert_eq!(rounded(347.0), "6 min");
    }
}
