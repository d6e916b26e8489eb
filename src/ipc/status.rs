//! The current status: what `unhunch status --json` prints, and what the window's start page shows.
//!
//! A field that an older program doesn't send is empty, and one that only a newer program sends is ignored.

use std::str::FromStr;

use jiff::tz::{Offset, TimeZone};
use jiff::{Timestamp, Zoned};
use serde::{Deserialize, Serialize};

use crate::config;
use crate::lang::trn;
use crate::schedule::{Hold, Phase, Prompt, Reminder};
use crate::source::Source;

/// The current status.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Status {
    /// The version of the program.
    #[serde(default)]
    pub version: String,
    /// The id of its process.
    #[serde(default)]
    pub pid: u32,
    /// Where in the day the person is.
    pub phase: Phase,
    /// How long the person has sat, in seconds.
    #[serde(default)]
    pub sit_seconds: u64,
    /// The next reminder, if its time can be told.
    pub next: Option<Next>,
    /// What holds reminders back.
    #[serde(default)]
    pub holds: Vec<Held>,
    /// One line for people: the phase, what holds the reminder and since when, and when it comes.
    #[serde(default)]
    pub why: String,
    /// What answers which question.
    #[serde(default)]
    pub sources: Sources,
    /// What the person can put right.
    #[serde(default)]
    pub problems: Vec<Problem>,
    /// When the pause ends, while there is one.
    pub paused_until: Option<LocalTime>,
    /// When the working hours begin again, while it is outside them.
    pub off_until: Option<LocalTime>,
    /// Whether the session is locked, or another one at the front.
    #[serde(default)]
    pub locked: bool,
    /// Since when nobody has been there.
    pub away_since: Option<LocalTime>,
    /// Nothing is touched, and a film or a call goes on: the person is there all the same.
    #[serde(default)]
    pub watching: bool,
    /// How far the person has come today, where there is a goal.
    pub today: Option<Today>,
    /// What is prescribed for each day.
    #[serde(default)]
    pub programme: Vec<Prescribed>,
    /// The routine that plays.
    pub routine: Option<String>,
    /// The question that is on the screen.
    pub asking: Option<Prompt>,
}

/// When the next reminder comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Next {
    /// The time, if things go on as they are.
    pub at: LocalTime,
    /// The latest time at which it comes, if the person stays.
    pub latest: LocalTime,
    /// What it is about.
    pub reminder: Reminder,
}

/// A reason that holds reminders back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Held {
    /// The reason.
    pub reason: Hold,
    /// Since when.
    pub since: LocalTime,
    /// When it ceases to count, at the latest.
    pub until: LocalTime,
}

/// What answers which question.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Sources {
    /// Is anyone using the computer?
    pub idle: Source,
    /// Is the session locked or the computer asleep?
    pub session: Source,
    /// Should reminders wait?
    pub quiet: Source,
    /// Is the tray icon shown?
    pub tray: Source,
    /// What shows the reminders?
    pub notifications: Source,
}

/// Something that the person should know of and can put right.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Problem {
    /// A mistake in a settings or exercise file.
    File(config::Problem),
    /// Something else that doesn't work.
    Other {
        /// What is wrong.
        what: String,
        /// What holds until it is mended.
        #[serde(default)]
        meanwhile: String,
    },
}

/// How far the person has come today with the goal for the day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Today {
    /// The number of stretches that were done to their end.
    pub stretches: u32,
    /// The number that is wanted.
    pub goal: u8,
}

impl Today {
    /// A sentence of it.
    #[must_use]
    pub fn said(self) -> String {
        trn!(
            self.goal,
            "{done} of {n} stretch today.",
            "{done} of {n} stretches today.",
            done = self.stretches
        )
    }
}

/// A routine or exercise that is prescribed for each day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Prescribed {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// How often it was done today.
    pub done: u32,
    /// How often it should be done in a day.
    pub per_day: u32,
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
    /// The point in time.
    #[must_use]
    pub fn timestamp(self) -> Timestamp {
        self.at
    }
}

impl From<&Zoned> for LocalTime {
    fn from(time: &Zoned) -> Self {
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
        Zoned::strptime(RFC_3339, text).map(|time| Self::from(&time))
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
        let time = at.to_zoned(TimeZone::fixed(offset));
        time.strftime(RFC_3339).to_string()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::source::Absence;

    /// A status as it was written before there were types for it.
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
            "asking": { "reminder": "stand", "routine": "desk", "short": false, "quiet": false },
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
        // The order of the fields is the same, too.
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
        let time: Zoned = "2026-03-02T09:30:00.9+01:00[Europe/Berlin]"
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
