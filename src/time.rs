//! The one place that reads clocks, and the lengths of time that people write.
//!
//! A [`Moment`] is read once for each event and handed on. It counts the time asleep as a fact of its own, so
//! that nobody has to guess from a gap whether the computer slept or the clock was set.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp, Unit, Zoned};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::lang::{fill, mark, tr};

/// One reading of the clocks.
#[derive(Clone, Debug, PartialEq)]
pub struct Moment {
    /// Time since the computer started (or since a script began), the time asleep included. It never goes back.
    pub elapsed: Duration,
    /// How much of [`elapsed`](Self::elapsed) the computer was asleep.
    pub slept: Duration,
    /// The wall clock in the person's time zone.
    pub wall: Zoned,
}

impl Moment {
    /// From the time since the computer started, with sleep and without it.
    fn new((elapsed, awake): (Duration, Duration), wall: Zoned) -> Self {
        Self {
            elapsed,
            slept: elapsed.saturating_sub(awake),
            wall,
        }
    }

    /// The wall clock's time when `elapsed` is reached, if nobody sets the clock until then.
    #[must_use]
    pub fn wall_at(&self, elapsed: Duration) -> Zoned {
        let ahead = signed(elapsed) - signed(self.elapsed);
        self.wall
            .checked_add(ahead)
            .unwrap_or_else(|_| self.wall.clone())
    }

    /// The same to the nearest second, as it may be shown: two readings of two clocks differ by a little each time.
    #[must_use]
    pub fn shown_at(&self, elapsed: Duration) -> Zoned {
        let wall = self.wall_at(elapsed);
        wall.round(Unit::Second).unwrap_or(wall)
    }

    /// The elapsed time at which the wall clock will show `wall`, if nobody sets the clock until then.
    /// A time that has passed gives the present.
    #[must_use]
    pub fn elapsed_at(&self, wall: &Zoned) -> Duration {
        let ahead = wall.timestamp().duration_since(self.wall.timestamp());
        self.elapsed
            .saturating_add(Duration::try_from(ahead).unwrap_or(Duration::ZERO))
    }
}

fn signed(duration: Duration) -> SignedDuration {
    SignedDuration::try_from(duration).unwrap_or(SignedDuration::MAX)
}

/// Reads the real clocks.
#[derive(Clone, Copy, Debug, Default)]
pub struct Clock;

impl Clock {
    /// What time it is, on all clocks.
    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "the one reader of clocks")]
    pub fn now(self) -> Moment {
        let wall = Timestamp::now().to_zoned(zone::of_the_system());
        Moment::new(sys::elapsed_and_awake(), wall)
    }
}

/// The file that is made anew when the computer goes to another zone; none: it stays in this one.
#[cfg(target_os = "linux")]
#[must_use]
pub fn zone_file() -> Option<&'static std::path::Path> {
    zone::file()
}

/// The zone of the system, without the list of all zones that jiff would make to look it up: that takes more memory
/// than all the rest of a program that waits.
#[cfg(target_os = "linux")]
mod zone {
    use std::path::{Path, PathBuf};
    use std::sync::Mutex;
    use std::{env, fs};

    use jiff::tz::TimeZone;

    /// It links to the file of the zone (localtime(5)).
    const LOCALTIME: &str = "/etc/localtime";

    /// Where the zone is kept; none: the environment says which it is, and that doesn't change.
    pub(super) fn file() -> Option<&'static Path> {
        env::var_os("TZ").is_none().then(|| Path::new(LOCALTIME))
    }

    /// The zone that was read last, and what the link pointed to.
    static LAST: Mutex<Option<(PathBuf, TimeZone)>> = Mutex::new(None);

    /// The system's zone as it is now: whoever travels and says so is believed at the next event.
    pub(super) fn of_the_system() -> TimeZone {
        linked().unwrap_or_else(TimeZone::system)
    }

    /// `None` where `TZ` says something else, or where the file is no link that names its zone.
    fn linked() -> Option<TimeZone> {
        file()?;
        let link = fs::read_link(LOCALTIME).ok()?;
        let mut last = LAST.lock().ok()?;
        if let Some((_, zone)) = last.as_ref().filter(|(target, _)| *target == link) {
            return Some(zone.clone());
        }
        let zone = TimeZone::tzif(name(&link)?, &fs::read(LOCALTIME).ok()?).ok()?;
        *last = Some((link, zone.clone()));
        Some(zone)
    }

    /// `Europe/Berlin` of `../usr/share/zoneinfo/Europe/Berlin`.
    fn name(link: &Path) -> Option<&str> {
        link.to_str()?.split_once("zoneinfo/").map(|(_, name)| name)
    }

    #[cfg(test)]
    mod tests {
        use super::*;

        #[test]
        fn the_link_names_the_zone() {
            assert_eq!(
                name(Path::new("/usr/share/zoneinfo/Europe/Berlin")),
                Some("Europe/Berlin")
            );
            assert_eq!(
                name(Path::new("../usr/share/zoneinfo/Etc/UTC")),
                Some("Etc/UTC")
            );
            assert_eq!(name(Path::new("/somewhere/else")), None);
        }

        #[test]
        fn it_is_the_zone_that_the_library_finds() {
            let (ours, theirs) = (of_the_system(), TimeZone::system());
            let at = jiff::Timestamp::UNIX_EPOCH;
            assert_eq!(ours.to_offset(at), theirs.to_offset(at));
        }
    }
}

#[cfg(not(target_os = "linux"))]
mod zone {
    /// The system's zone.
    pub(super) fn of_the_system() -> jiff::tz::TimeZone {
        jiff::tz::TimeZone::system()
    }
}

#[cfg(target_os = "linux")]
mod sys {
    use std::time::Duration;

    use rustix::time::{ClockId, clock_gettime};

    /// Time since the start with sleep and without it: `CLOCK_BOOTTIME` and `CLOCK_MONOTONIC` of clock_gettime(2).
    pub(super) fn elapsed_and_awake() -> (Duration, Duration) {
        (read(ClockId::Boottime), read(ClockId::Monotonic))
    }

    fn read(clock: ClockId) -> Duration {
        let time = clock_gettime(clock);
        Duration::new(
            time.tv_sec.unsigned_abs(),
            time.tv_nsec.unsigned_abs() as u32,
        )
    }
}

#[cfg(target_os = "macos")]
mod sys {
    use std::time::Duration;

    /// Time since the start with sleep and without it: `CLOCK_MONOTONIC_RAW` is mach_continuous_time,
    /// `CLOCK_UPTIME_RAW` is mach_absolute_time (clock_gettime(3) of macOS).
    pub(super) fn elapsed_and_awake() -> (Duration, Duration) {
        (
            read(libc::CLOCK_MONOTONIC_RAW),
            read(libc::CLOCK_UPTIME_RAW),
        )
    }

    #[expect(unsafe_code, reason = "rustix does not know these two clocks")]
    fn read(clock: libc::clockid_t) -> Duration {
        let mut time = libc::timespec {
            tv_sec: 0,
            tv_nsec: 0,
        };
        // SAFETY: `time` is a valid place for the answer.
        unsafe { libc::clock_gettime(clock, &raw mut time) };
        Duration::new(
            time.tv_sec.unsigned_abs(),
            time.tv_nsec.unsigned_abs() as u32,
        )
    }
}

#[cfg(windows)]
mod sys {
    use std::sync::{Mutex, PoisonError};
    use std::time::Duration;

    use windows_sys::Win32::System::Performance::{
        QueryPerformanceCounter, QueryPerformanceFrequency,
    };
    use windows_sys::Win32::System::SystemInformation::GetTickCount64;
    use windows_sys::Win32::System::WindowsProgramming::QueryUnbiasedInterruptTime;

    /// The two clocks that tell of sleep go in steps of a sixty-fourth of a second each; less than this is no sleep.
    const STEPS: Duration = Duration::from_millis(100);

    /// How long the computer had slept when it was asked last.
    static SLEPT: Mutex<Duration> = Mutex::new(Duration::ZERO);

    /// Time since the start with sleep and without it. The performance counter counts sleep, too, and fine enough for
    /// pictures that move.
    pub(super) fn elapsed_and_awake() -> (Duration, Duration) {
        let elapsed = counted();
        (elapsed, elapsed.saturating_sub(slept()))
    }

    /// It stays what it is until the computer has slept again.
    fn slept() -> Duration {
        let (ticks, awake) = ticks_and_awake();
        let now = ticks.saturating_sub(awake);
        let mut slept = SLEPT.lock().unwrap_or_else(PoisonError::into_inner);
        if now > *slept + STEPS {
            *slept = now;
        }
        *slept
    }

    /// GetTickCount64 counts sleep, QueryUnbiasedInterruptTime, in steps of 100 ns, doesn't.
    #[expect(unsafe_code, reason = "calls of the system")]
    fn ticks_and_awake() -> (Duration, Duration) {
        let mut awake = 0;
        // SAFETY: the place for the answer is valid.
        let ticks = unsafe {
            QueryUnbiasedInterruptTime(&raw mut awake);
            GetTickCount64()
        };
        (
            Duration::from_millis(ticks),
            Duration::from_nanos(awake.saturating_mul(100)),
        )
    }

    #[expect(unsafe_code, reason = "calls of the system")]
    fn counted() -> Duration {
        let (mut count, mut a_second) = (0, 0);
        // SAFETY: both are valid places for the answers; neither call can fail on a Windows that we run on.
        unsafe {
            QueryPerformanceCounter(&raw mut count);
            QueryPerformanceFrequency(&raw mut a_second);
        }
        let (count, a_second) = (count.unsigned_abs(), a_second.unsigned_abs().max(1));
        let nanos = u128::from(count % a_second) * 1_000_000_000 / u128::from(a_second);
        Duration::new(count / a_second, nanos as u32)
    }
}

/// A length of time as people write it: `45 min`, `1 h 30 min`, `90s`. Never zero, never more than a week.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Span(Duration);

/// The longest [`Span`]: a week.
pub const LONGEST: Duration = Duration::from_secs(7 * 24 * 60 * 60);

/// Why some text is not a [`Span`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotASpan {
    /// It cannot be read at all.
    #[error("`{0}` is not a length of time; write it like `45 min`, `1 h 30 min` or `90 s`")]
    Unreadable(String),
    /// It is a number without a unit.
    #[error("`{0}` has no unit; write `{0} min` or `{0} s`")]
    NoUnit(String),
    /// It is zero or less.
    #[error("`{0}` is not more than nothing")]
    NotPositive(String),
    /// It is longer than [`LONGEST`].
    #[error("`{0}` is more than a week")]
    TooLong(String),
}

impl Span {
    /// A span of so many seconds, kept between one second and a week.
    #[must_use]
    pub fn seconds(seconds: u64) -> Self {
        Self(Duration::from_secs(seconds.max(1)).min(LONGEST))
    }

    /// Its length.
    #[must_use]
    pub fn duration(self) -> Duration {
        self.0
    }

    /// It as people read it, in their language: `1 h 30 min`. Settings are written as [`Display`](fmt::Display) does.
    #[must_use]
    pub fn said(self) -> String {
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

/// A length of time to be read at a glance: `30 s`, `1 min 6 s`.
#[must_use]
pub fn duration_text(seconds: f64) -> String {
    let seconds = seconds.round().max(0.0) as u64;
    match seconds {
        0 => tr!("{n} s", n = 0),
        seconds => Span::seconds(seconds).said(),
    }
}

impl From<Duration> for Span {
    fn from(duration: Duration) -> Self {
        Self(duration.clamp(Duration::from_millis(1), LONGEST))
    }
}

impl FromStr for Span {
    type Err = NotASpan;

    fn from_str(text: &str) -> Result<Self, NotASpan> {
        let text = text.trim();
        if text.parse::<f64>().is_ok_and(f64::is_finite) {
            return Err(NotASpan::NoUnit(text.to_owned()));
        }
        let length: SignedDuration = text
            .parse()
            .map_err(|_| NotASpan::Unreadable(text.to_owned()))?;
        if length <= SignedDuration::ZERO {
            return Err(NotASpan::NotPositive(text.to_owned()));
        }
        let length =
            Duration::try_from(length).map_err(|_| NotASpan::NotPositive(text.to_owned()))?;
        if length > LONGEST {
            return Err(NotASpan::TooLong(text.to_owned()));
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

/// Why some text is not a time to wait for.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a time; write it like `15:30` or `tomorrow`")]
pub struct NotATime(String);

/// When a day begins for people who sit up late, by the clock.
const MORNING: jiff::civil::Time = jiff::civil::time(5, 0, 0, 0);

/// The next time after `now` at which the clock shows `15:30`, or when `tomorrow` begins: at five in the morning.
///
/// # Errors
/// If it is no time of day.
pub fn next_time(text: &str, now: &Zoned) -> Result<Zoned, NotATime> {
    let slip = || NotATime(text.trim().to_owned());
    let time = match text.trim() {
        "tomorrow" => MORNING,
        text => jiff::civil::Time::strptime("%H:%M", text).map_err(|_| slip())?,
    };
    let today = now
        .date()
        .to_datetime(time)
        .to_zoned(now.time_zone().clone())
        .map_err(|_| slip())?;
    if today > *now {
        return Ok(today);
    }
    let tomorrow = now.date().tomorrow().map_err(|_| slip())?;
    tomorrow
        .to_datetime(time)
        .to_zoned(now.time_zone().clone())
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
    fn what_is_no_length_is_told_apart() {
        assert_eq!("45".parse::<Span>(), Err(NotASpan::NoUnit("45".into())));
        assert_eq!(
            "-5m".parse::<Span>(),
            Err(NotASpan::NotPositive("-5m".into()))
        );
        assert_eq!(
            "0 min".parse::<Span>(),
            Err(NotASpan::NotPositive("0 min".into()))
        );
        assert!("9 weeks".parse::<Span>().is_err());
        assert_eq!(
            "400 h".parse::<Span>(),
            Err(NotASpan::TooLong("400 h".into()))
        );
        assert_eq!(
            "5 minuts".parse::<Span>(),
            Err(NotASpan::Unreadable("5 minuts".into()))
        );
        assert_eq!("".parse::<Span>(), Err(NotASpan::Unreadable(String::new())));
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
        let now: Zoned = "2026-03-28T23:30:00[Europe/Berlin]".parse().unwrap();
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
        let now = Moment::new((seconds(100), seconds(70)), Zoned::default());
        assert_eq!((now.elapsed, now.slept), (seconds(100), seconds(30)));
        // Two clocks that are read one after the other differ a little.
        let now = Moment::new((seconds(70), seconds(71)), Zoned::default());
        assert_eq!(now.slept, Duration::ZERO);
    }

    #[test]
    fn a_moment_says_what_the_clock_on_the_wall_shows_later() {
        let now = Clock.now();
        let later = now.elapsed + Duration::from_secs(90);
        let wall = now.wall_at(later);
        assert_eq!(wall.duration_since(&now.wall).as_secs(), 90);
        assert_eq!(now.elapsed_at(&wall), later);
    }

    /// The kernel's own count of the seconds since the start, sleep included: proc_uptime(5).
    #[cfg(target_os = "linux")]
    #[test]
    fn elapsed_is_the_time_since_the_computer_started() {
        let uptime = || {
            let line = std::fs::read_to_string("/proc/uptime").unwrap();
            let seconds = line.split(' ').next().unwrap().parse().unwrap();
            Duration::from_secs_f64(seconds)
        };
        let (before, now, after) = (uptime(), Clock.now().elapsed, uptime());
        // It is rounded to a hundredth of a second.
        let hundredth = Duration::from_millis(10);
        assert!(before <= now && now <= after + hundredth, "{now:?}");
    }

    #[test]
    fn lengths_read_at_a_glance() {
        let texts = [0.4, 30.0, 60.0, 66.2, 347.0].map(duration_text);
        assert_eq!(texts, ["0 s", "30 s", "1 min", "1 min 6 s", "5 min 47 s"]);
    }
}
