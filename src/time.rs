//! The only module that reads clocks, and the lengths of time that users write.
//!
//! A [`Moment`] is read once per event and passed on. It records the time asleep separately, so that a gap never has to be
//! interpreted as either sleep or a clock change.

#[cfg(target_os = "linux")]
#[path = "time/linux.rs"]
mod system;
#[cfg(target_os = "macos")]
#[path = "time/macos.rs"]
mod system;
#[cfg(windows)]
#[path = "time/windows.rs"]
mod system;

#[cfg(target_os = "linux")]
pub use system::zone_file;

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp, Unit, ZonedDateTime};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::lang::{fill, mark, tr};

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

/// A length of time as users write it: `45 min`, `1 h 30 min`, `90s`. Always positive and at most a week.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Span(Duration);

/// The longest [`Span`]: a week.
pub const MAX_SPAN: Duration = Duration::from_secs(7 * 24 * 60 * 60);

/// The reason why a text is not a [`Span`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ParseSpanError {
    /// The text can't be parsed.
    #[error("{}", tr!("`{text}` is not a length of time; write it like `45 min`, `1 h 30 min` or `90 s`", text = .0))]
    Unreadable(String),
    /// The text is a number without a unit.
    #[error("{}", tr!("`{n}` has no unit; write `{n} min` or `{n} s`", n = .0))]
    NoUnit(String),
    /// The length is zero or negative.
    #[error("{}", tr!("`{text}` must be greater than zero", text = .0))]
    NotPositive(String),
    /// The length is greater than [`MAX_SPAN`].
    #[error("{}", tr!("`{text}` is longer than a week", text = .0))]
    TooLong(String),
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
        let said = |(number, text): &(u64, &'static str)| fill(tr(text), &[("n", number)]);
        let parts: Vec<_> = parts
            .iter()
            .filter(|(number, _)| *number > 0)
            .map(said)
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
        let text = text.trim();
        if text.parse::<f64>().is_ok_and(f64::is_finite) {
            return Err(ParseSpanError::NoUnit(text.to_owned()));
        }
        let length: SignedDuration = text
            .parse()
            .map_err(|_| ParseSpanError::Unreadable(text.to_owned()))?;
        if length <= SignedDuration::ZERO {
            return Err(ParseSpanError::NotPositive(text.to_owned()));
        }
        let length =
            Duration::try_from(length).map_err(|_| ParseSpanError::NotPositive(text.to_owned()))?;
        if length > MAX_SPAN {
            return Err(ParseSpanError::TooLong(text.to_owned()));
        }
        Ok(Self(length))
    }
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

/// The error for a text that is not a time of day. It contains the text.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", tr!("`{text}` is not a time; write it like `15:30` or `tomorrow`", text = .0))]
pub struct ParseTimeError(String);

/// The time at which a day begins; late enough for users who stay up past midnight.
const MORNING: jiff::civil::Time = jiff::civil::time(5, 0, 0, 0);

/// Returns the next time after `now` at which the clock shows a time such as `15:30`. For `tomorrow` that is 5:00.
///
/// # Errors
/// If the text is not a time of day.
pub fn next_time(text: &str, now: &ZonedDateTime) -> Result<ZonedDateTime, ParseTimeError> {
    let slip = || ParseTimeError(text.trim().to_owned());
    let time = match text.trim() {
        "tomorrow" => MORNING,
        text => jiff::civil::Time::strptime("%H:%M", text).map_err(|_| slip())?,
    };
    let today = now
        .date()
        .to_datetime(time)
        .to_zoned_datetime(now.time_zone().clone())
        .map_err(|_| slip())?;
    if today > *now {
        return Ok(today);
    }
    let tomorrow = now.date().tomorrow().map_err(|_| slip())?;
    tomorrow
        .to_datetime(time)
        .to_zoned_datetime(now.time_zone().clone())
        .map_err(|_| slip())
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
    fn a_clock_time_is_the_next_one() {
        let now: ZonedDateTime = "2026-03-28T23:30:00[Europe/Berlin]".parse().unwrap();
        let next = |text| next_time(text, &now).map(|time| time.to_string());
        assert_eq!(
            next("23:45").unwrap(),
            "2026-03-28T23:45:00+01:00[Europe/Berlin]"
        );
        assert_eq!(
            next("23:30").unwrap(),
            "2026-03-29T23:30:00+02:00[Europe/Berlin]"
        );
        assert_eq!(
            next("tomorrow").unwrap(),
            "2026-03-29T05:00:00+02:00[Europe/Berlin]"
        );
        // This night has no 02:30; the clock shows it as 03:30.
        assert_eq!(
            next("02:30").unwrap(),
            "2026-03-29T03:30:00+02:00[Europe/Berlin]"
        );
        assert_eq!(
            next("25:00").unwrap_err().to_string(),
            "`25:00` is not a time; write it like `15:30` or `tomorrow`"
        );
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
