//! A range of days, and the totals of a day.

use std::collections::BTreeMap;

use jiff::ToSpan as _;
use jiff::civil::Date;
use serde::Serialize;

use crate::schedule::Feeling;

/// The number of weeks in a [`Period::quarter`].
const QUARTER: i64 = 13;

/// A range of days, both ends included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Period {
    /// The first day of the range.
    pub since: Date,
    /// The last day of the range.
    pub until: Date,
}

impl Period {
    /// Returns the period of a single day.
    #[must_use]
    pub fn day(day: Date) -> Self {
        Self {
            since: day,
            until: day,
        }
    }

    /// Returns the week of the day, which begins on Monday.
    #[must_use]
    pub fn week(day: Date) -> Self {
        let since = day.saturating_sub(i64::from(day.weekday().to_monday_zero_offset()).days());
        Self {
            since,
            until: since.saturating_add(6.days()),
        }
    }

    /// Returns the month of the day.
    #[must_use]
    pub fn month(day: Date) -> Self {
        Self {
            since: day.first_of_month(),
            until: day.last_of_month(),
        }
    }

    /// Returns thirteen weeks, ending with that of the day.
    #[must_use]
    pub fn quarter(day: Date) -> Self {
        let last = Self::week(day);
        Self {
            since: last.since.saturating_sub((QUARTER - 1).weeks()),
            until: last.until,
        }
    }

    /// Iterates over the days, both ends included.
    pub fn days(self) -> impl Iterator<Item = Date> {
        let inside = move |day: &Date| *day <= self.until;
        std::iter::successors(Some(self.since), |day| day.tomorrow().ok()).take_while(inside)
    }

    /// Returns `true` if the day is within the period.
    #[must_use]
    pub fn contains(self, day: Date) -> bool {
        self.since <= day && day <= self.until
    }
}

/// The outcomes of the reminders. Posture checks are not counted, for they ask for no answer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct ReminderCounts {
    /// The number of reminders answered with at least half a routine.
    pub stretched: u32,
    /// The number of reminders answered by standing up or resting.
    pub stood: u32,
    /// The number of reminders that were snoozed.
    pub snoozed: u32,
    /// The number of reminders that were skipped.
    pub skipped: u32,
    /// The number of reminders that nobody answered.
    pub ignored: u32,
}

impl ReminderCounts {
    /// Returns the total number of reminders.
    #[must_use]
    pub fn all(self) -> u32 {
        self.stretched + self.stood + self.snoozed + self.skipped + self.ignored
    }

    /// Returns the number of reminders after which the user stood up or stretched.
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

/// The answers to how the back felt after a routine.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct CheckInCounts {
    /// The number of times it felt better than before.
    pub better: u32,
    /// The number of times it felt the same.
    pub same: u32,
    /// The number of times it felt worse than before.
    pub worse: u32,
}

impl CheckInCounts {
    /// Returns the total number of answers.
    #[must_use]
    pub fn all(self) -> u32 {
        self.better + self.same + self.worse
    }

    /// Returns the average, from -1 (always worse) to 1 (always better); `None` without answers.
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

/// The totals of a day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Day {
    /// The date of the day.
    pub date: Date,
    /// The sit time, in seconds.
    pub sat: u64,
    /// The number of sittings that began on that day; a rest separates two sittings.
    pub spells: u32,
    /// The longest sitting within that day, without short absences, in seconds; never more than `sat`.
    pub longest: u64,
    /// The outcomes of the reminders that were asked on that day.
    pub reminders: ReminderCounts,
    /// The number of times each routine was completed.
    pub routines: BTreeMap<String, u32>,
    /// The number of times each exercise was completed as planned.
    pub exercises: BTreeMap<String, u32>,
    /// The number of times each exercise was done in part.
    pub parts: BTreeMap<String, u32>,
    /// The answers to how the back felt.
    pub check_ins: CheckInCounts,
}

impl Day {
    /// Creates a day without data.
    pub(super) fn empty(date: Date) -> Self {
        Self {
            date,
            sat: 0,
            spells: 0,
            longest: 0,
            reminders: ReminderCounts::default(),
            routines: BTreeMap::new(),
            exercises: BTreeMap::new(),
            parts: BTreeMap::new(),
            check_ins: CheckInCounts::default(),
        }
    }

    /// Returns `true` if there is no data for the day.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::empty(self.date)
    }
}
