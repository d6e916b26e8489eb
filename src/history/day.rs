//! A row of days, and what a day adds up to.

use std::collections::BTreeMap;

use jiff::ToSpan as _;
use jiff::civil::Date;
use serde::Serialize;

use crate::schedule::Feeling;

/// The weeks of a [`Period::quarter`].
const QUARTER: i64 = 13;

/// A row of days.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Period {
    /// The first.
    pub since: Date,
    /// The last.
    pub until: Date,
}

impl Period {
    /// That day alone.
    #[must_use]
    pub fn day(day: Date) -> Self {
        Self {
            since: day,
            until: day,
        }
    }

    /// The week in which the day lies, from Monday on.
    #[must_use]
    pub fn week(day: Date) -> Self {
        let since = day.saturating_sub(i64::from(day.weekday().to_monday_zero_offset()).days());
        Self {
            since,
            until: since.saturating_add(6.days()),
        }
    }

    /// The month in which the day lies.
    #[must_use]
    pub fn month(day: Date) -> Self {
        Self {
            since: day.first_of_month(),
            until: day.last_of_month(),
        }
    }

    /// Thirteen weeks, of which the last is that of the day.
    #[must_use]
    pub fn quarter(day: Date) -> Self {
        let last = Self::week(day);
        Self {
            since: last.since.saturating_sub((QUARTER - 1).weeks()),
            until: last.until,
        }
    }

    /// Its days.
    pub fn days(self) -> impl Iterator<Item = Date> {
        let inside = move |day: &Date| *day <= self.until;
        std::iter::successors(Some(self.since), |day| day.tomorrow().ok()).take_while(inside)
    }

    /// Whether the day is one of its.
    #[must_use]
    pub fn has(self, day: Date) -> bool {
        self.since <= day && day <= self.until
    }
}

/// What became of the reminders; of those to notice how one sits nobody answers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Reminders {
    /// A routine was done, at least half of it.
    pub stretched: u32,
    /// The person stood up and rested.
    pub stood: u32,
    /// The person wanted to be asked later.
    pub snoozed: u32,
    /// The person declined.
    pub skipped: u32,
    /// Nobody answered.
    pub ignored: u32,
}

impl Reminders {
    /// All of them.
    #[must_use]
    pub fn all(self) -> u32 {
        self.stretched + self.stood + self.snoozed + self.skipped + self.ignored
    }

    /// Those that brought the person out of the chair or into movement.
    #[must_use]
    pub fn followed(self) -> u32 {
        self.stretched + self.stood
    }

    pub(super) fn add(&mut self, other: Self) {
        self.stretched += other.stretched;
        self.stood += other.stood;
        self.snoozed += other.snoozed;
        self.skipped += other.skipped;
        self.ignored += other.ignored;
    }
}

/// How often the back felt how after a routine.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct CheckIns {
    /// Better than before.
    pub better: u32,
    /// The same.
    pub same: u32,
    /// Worse than before.
    pub worse: u32,
}

impl CheckIns {
    /// All of them.
    #[must_use]
    pub fn all(self) -> u32 {
        self.better + self.same + self.worse
    }

    /// From -1, always worse, to 1, always better; none: nobody was asked.
    #[must_use]
    pub fn mean(self) -> Option<f64> {
        let sum = f64::from(self.better) - f64::from(self.worse);
        (self.all() > 0).then(|| sum / f64::from(self.all()))
    }

    pub(super) fn add(&mut self, feeling: Feeling) {
        match feeling {
            Feeling::Better => self.better += 1,
            Feeling::Same => self.same += 1,
            Feeling::Worse => self.worse += 1,
        }
    }
}

/// What a day adds up to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Day {
    /// The day.
    pub date: Date,
    /// How long the person sat, in seconds.
    pub sat: u64,
    /// How often the person sat down that day, after a rest or for the first time.
    pub spells: u32,
    /// The longest sitting within that day, short absences left out, in seconds; never more than `sat`.
    pub longest: u64,
    /// What became of the reminders.
    pub reminders: Reminders,
    /// How often each routine was done.
    pub routines: BTreeMap<String, u32>,
    /// How often each exercise was done, all that was planned of it.
    pub exercises: BTreeMap<String, u32>,
    /// How often a part of an exercise was done.
    pub parts: BTreeMap<String, u32>,
    /// How the back felt.
    pub check_ins: CheckIns,
}

impl Day {
    /// A day of which nothing is known.
    pub(super) fn empty(date: Date) -> Self {
        Self {
            date,
            sat: 0,
            spells: 0,
            longest: 0,
            reminders: Reminders::default(),
            routines: BTreeMap::new(),
            exercises: BTreeMap::new(),
            parts: BTreeMap::new(),
            check_ins: CheckIns::default(),
        }
    }

    /// Whether nothing is known of it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::empty(self.date)
    }
}
