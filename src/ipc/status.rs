//! The status as printed by `unhunch status --json` and shown on the start page of the window.
//!
//! Fields that an older program doesn't send are empty, and unknown fields of a newer program are ignored.

use std::str::FromStr;

use jiff::tz::{Offset, TimeZone};
use jiff::{Timestamp, ZonedDateTime};
use serde::{Deserialize, Serialize};

use crate::config;
use crate::lang::{tr, trn};
use crate::schedule::{Hold, Phase, Prompt, Reminder};
use crate::source::Source;

/// The status of the running program.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Status {
    /// The version of the program.
    #[serde(default)]
    pub version: String,
    /// The id of the process.
    #[serde(default)]
    pub pid: u32,
    /// The current phase of the schedule.
    pub phase: Phase,
    /// The uninterrupted sitting time in seconds.
    #[serde(default)]
    pub sit_seconds: u64,
    /// The next reminder, if its time is known.
    pub next: Option<Next>,
    /// The reasons that hold reminders back.
    #[serde(default)]
    pub holds: Vec<Held>,
    /// One line for the user: the phase, the reason and start of a hold, and the time of the next reminder.
    #[serde(default)]
    pub why: String,
    /// The source in use for each kind of information.
    #[serde(default)]
    pub sources: Sources,
    /// The problems that the user can fix.
    #[serde(default)]
    pub problems: Vec<Problem>,
    /// The end of the current pause, if any.
    pub paused_until: Option<LocalTime>,
    /// The start of the next working hours. `None` during working hours.
    pub off_until: Option<LocalTime>,
    /// `true` if the session is locked or in the background.
    #[serde(default)]
    pub locked: bool,
    /// The time since which the user has been away, if they are.
    pub away_since: Option<LocalTime>,
    /// `true` if there is no input, but a film or a call shows that the user is present.
    #[serde(default)]
    pub watching: bool,
    /// The progress towards the daily goal. `None` if there is no goal.
    pub today: Option<Today>,
    /// The routines and exercises prescribed for each day.
    #[serde(default)]
    pub programme: Vec<Prescribed>,
    /// The id of the playing routine, if any.
    pub routine: Option<String>,
    /// The id of the routine that starts if the user names none. Older programs don't send it.
    pub offered: Option<String>,
    /// The question on the screen, if any.
    pub asking: Option<Prompt>,
    /// `true` if the program was updated while it runs, so that the new version takes effect only at its next start.
    #[serde(default)]
    pub is_updated: bool,
}

/// The time of the next reminder.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Next {
    /// The expected time if nothing changes.
    pub at: LocalTime,
    /// The latest time if the user keeps sitting.
    pub latest: LocalTime,
    /// The kind of reminder.
    pub reminder: Reminder,
}

/// A reason that holds reminders back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Held {
    /// The kind of reason.
    pub reason: Hold,
    /// The time at which it began.
    pub since: LocalTime,
    /// The time after which it is ignored.
    pub until: LocalTime,
}

/// The source in use for each kind of information.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Sources {
    /// The source of the user's activity and idle time.
    pub idle: Source,
    /// The source of screen locks and sleep of the computer.
    pub session: Source,
    /// The source of reasons to postpone reminders.
    pub quiet: Source,
    /// The way in which the tray icon is shown.
    pub tray: Source,
    /// The notification server or other means that shows reminders.
    pub notifications: Source,
}

/// A problem that the user should know about and can fix.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Problem {
    /// A mistake in a settings or exercise file.
    File(config::Problem),
    /// Any problem outside of those files.
    Other {
        /// A description of the problem.
        what: String,
        /// The behaviour until the problem is fixed.
        #[serde(default)]
        meanwhile: String,
    },
}

/// Today's progress towards the daily goal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Today {
    /// The number of completed stretches.
    pub stretches: u32,
    /// The number of stretches to reach.
    pub goal: u8,
}

impl Today {
    /// Returns the progress as a translated sentence.
    #[must_use]
    pub fn sentence(self) -> String {
        trn!(
            self.goal,
            "{done} of {n} stretch today.",
            "{done} of {n} stretches today.",
            done = self.stretches
        )
    }
}

/// A routine or exercise prescribed for each day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Prescribed {
    /// The id of the routine or exercise.
    pub id: String,
    /// The name shown to the user.
    pub name: String,
    /// The number of completions today.
    pub done: u32,
    /// The prescribed number per day.
    pub per_day: u32,
}

impl Prescribed {
    /// Returns `true` if it was done as often today as is prescribed.
    #[must_use]
    pub const fn is_complete(&self) -> bool {
        self.done >= self.per_day
    }

    /// Returns the part that was done today, in percent.
    #[must_use]
    pub fn percent(&self) -> u32 {
        100 * self.done / self.per_day.max(1)
    }

    /// Returns the progress as text: `1 of 3 today`.
    #[must_use]
    pub fn progress(&self) -> String {
        tr!(
            "{done} of {all} today",
            done = self.done,
            all = self.per_day
        )
    }

    /// Returns the name with the progress: `Neck (1 of 3 today)`.
    #[must_use]
    pub fn with_progress(&self) -> String {
        tr!(
            "{name} ({done} of {all} today)",
            name = self.name,
            done = self.done,
            all = self.per_day
        )
    }
}

/// A time with its offset from UTC, in whole seconds: `2026-03-02T09:30:00+01:00`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct LocalTime {
    at: Timestamp,
    offset: Offset,
}

const RFC_3339: &str = "%Y-%m-%dT%H:%M:%S%:z";

impl LocalTime {
    /// Returns the point in time, without the offset.
    #[must_use]
    pub fn timestamp(self) -> Timestamp {
        self.at
    }
}

impl From<&ZonedDateTime> for LocalTime {
    fn from(time: &ZonedDateTime) -> Self {
        let at = time.timestamp();
        Self {
            at: Timestamp::from_second(at.as_second()).unwrap_or(at),
            offset: time.offset(),
        }
    }
}

impl FromStr for LocalTime {
    type Err = jiff::Error;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        ZonedDateTime::strptime(RFC_3339, text).map(|time| Self::from(&time))
    }
}

impl TryFrom<String> for LocalTime {
    type Error = jiff::Error;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<LocalTime> for String {
    fn from(LocalTime { at, offset }: LocalTime) -> Self {
        let time = at.to_zoned_datetime(TimeZone::fixed(offset));
        time.strftime(RFC_3339).to_string()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::source::Absence;

    /// Returns a status in its wire format, with the fields in order.
    fn written() -> serde_json::Value {
        json!({
            "version": "0.1.0",
            "pid": 3,
            "phase": "asking",
            "sit_seconds": 1800,
            "next": {
                "at": "2026-03-02T09:30:00+01:00",
                "latest": "2026-03-02T09:32:00+01:00",
                "reminder": "stand",
            },
            "holds": [{
                "reason": "do-not-disturb",
                "since": "2026-03-02T09:00:00+01:00",
                "until": "2026-03-02T11:00:00+01:00",
            }],
            "why": "Time for a short walk",
            "sources": {
                "idle": "none: there is no screen",
                "session": "clock: locking is not seen",
                "quiet": "dunst, x11",
                "tray": "shown",
                "notifications": "present",
            },
            "problems": [
                {
                    "file": "/home/a/settings.toml",
                    "line": 2,
                    "column": 7,
                    "key": "rhythm.sit",
                    "snippet": "sit = 30",
                    "caret": 6,
                    "width": 2,
                    "what": "`sit = 30` has no unit",
                    "expected": "a length of time",
                    "hint": null,
                    "meanwhile": "30 min holds",
                },
                { "what": "the disk is full", "meanwhile": "the reminders go on" },
            ],
            "paused_until": null,
            "off_until": null,
            "locked": false,
            "away_since": "2026-03-02T09:29:59-03:30",
            "watching": false,
            "today": { "stretches": 1, "goal": 3 },
            "programme": [{ "id": "neck", "name": "Neck", "done": 1, "per_day": 3 }],
            "routine": null,
            "offered": "desk",
            "asking": { "reminder": "stand", "routine": "desk", "short": false, "quiet": false },
            "is_updated": false,
        })
    }

    #[test]
    fn a_status_reads_back_and_keeps_its_words() {
        let written = written();
        let status: Status = serde_json::from_value(written.clone()).unwrap();
        assert_eq!(status.phase, Phase::Asking);
        assert_eq!(status.sources.idle, Source::None(Absence::NoScreen));
        assert_eq!(status.sources.tray, Source::Shown);
        assert!(matches!(&status.problems[0], Problem::File(problem) if problem.line == 2));
        assert!(matches!(&status.problems[1], Problem::Other { .. }));
        // The order of the fields is preserved too.
        assert_eq!(serde_json::to_string(&status).unwrap(), written.to_string());
    }

    #[test]
    fn a_status_of_another_version_is_understood() {
        let status: Status =
            serde_json::from_value(json!({ "phase": "sitting", "mood": "sunny" })).unwrap();
        assert_eq!(status.sources, Sources::default());
        assert_eq!((status.next, status.sit_seconds), (None, 0));
    }

    #[test]
    fn a_time_has_whole_seconds_and_its_offset() {
        let time: ZonedDateTime = "2026-03-02T09:30:00.9+01:00[Europe/Berlin]"
            .parse()
            .unwrap();
        let text = String::from(LocalTime::from(&time));
        assert_eq!(text, "2026-03-02T09:30:00+01:00");
        assert_eq!(text.parse::<LocalTime>().unwrap(), LocalTime::from(&time));
        assert!("tomorrow".parse::<LocalTime>().is_err());
    }

    #[test]
    fn the_phases_have_the_words_of_json() {
        for phase in [
            Phase::Sitting,
            Phase::Due,
            Phase::Asking,
            Phase::Snoozed,
            Phase::Stretching,
            Phase::Away,
            Phase::Paused,
            Phase::OffHours,
        ] {
            assert_eq!(serde_json::to_value(phase).unwrap(), phase.word());
        }
    }
}
