//! Adds up the entries of each day.

use std::collections::BTreeMap;

use jiff::civil::Date;
use jiff::{SignedDuration, ZonedDateTime};

use super::Entry;
use super::day::{Day, Period, ReminderCounts};
use crate::schedule::{Outcome, Reminder};
use crate::time::{day, next_day_begins};

/// Shorter sittings, in seconds, count neither as `spells` nor towards `longest`. Their time still counts in `sat`.
const MIN_SITTING: u64 = 60;

/// Returns the totals of each day of the period. The entries are sorted, oldest first, and include those of the surrounding days.
pub(super) fn days(entries: &[Entry], period: Period) -> Vec<Day> {
    let mut sums = Sums::new(period);
    for entry in entries {
        sums.add(entry);
    }
    sums.end();
    sums.days.into_values().collect()
}

/// The totals while the entries are added up.
struct Sums {
    period: Period,
    days: BTreeMap<Date, Day>,
    /// The most recent sittings, any of which a later entry may continue: several computers can share a history.
    sittings: Vec<Sitting>,
    /// The day of the open question.
    open_question_day: Option<Date>,
}

/// A sitting: all stays at the computer between two rests.
struct Sitting {
    /// The sit time so far, in seconds, as counted by the program.
    total: u64,
    /// The part of the sitting on each day, in seconds.
    days: BTreeMap<Date, u64>,
}

/// The number of recent sittings that can be continued, which is enough for a few computers.
const MAX_OPEN: usize = 4;

/// The tolerance when comparing lengths, in seconds, because they are recorded in whole seconds.
pub(super) const ROUNDING_TOLERANCE: u64 = 2;

impl Sums {
    fn new(period: Period) -> Self {
        Self {
            period,
            days: period.days().map(|day| (day, Day::empty(day))).collect(),
            sittings: Vec::new(),
            open_question_day: None,
        }
    }

    fn update_day(&mut self, date: Date, change: impl FnOnce(&mut Day)) {
        if let Some(day) = self.days.get_mut(&date) {
            change(day);
        }
    }

    fn add(&mut self, entry: &Entry) {
        let date = || day(&entry.local());
        match &entry.outcome {
            Outcome::Sat {
                seconds,
                ago,
                total,
            } => self.add_stay(entry, *seconds, *ago, *total),
            Outcome::Asked { reminder, short } if *reminder != Reminder::Posture => {
                // A reminder that comes back in its short form counts on the day on which it was first asked.
                if !short || self.open_question_day.is_none() {
                    self.open_question_day = Some(date());
                }
            }
            Outcome::Done { routine, .. } => {
                self.update_day(date(), |day| {
                    *day.routines.entry(routine.clone()).or_default() += 1;
                });
                self.count_outcome(|reminders| &mut reminders.stretched);
            }
            Outcome::Partly { seconds, total, .. } if seconds.saturating_mul(2) >= *total => {
                self.count_outcome(|reminders| &mut reminders.stretched);
            }
            Outcome::Rested { .. } => self.count_outcome(|reminders| &mut reminders.stood),
            Outcome::Snoozed { .. } => self.count_outcome(|reminders| &mut reminders.snoozed),
            Outcome::Skipped { .. } => self.count_outcome(|reminders| &mut reminders.skipped),
            Outcome::Ignored { .. } => self.count_outcome(|reminders| &mut reminders.ignored),
            Outcome::Exercise { portion, .. } => self.update_day(date(), |day| {
                let counts = if portion.is_done() {
                    &mut day.exercises
                } else {
                    &mut day.parts
                };
                *counts.entry(portion.exercise.clone()).or_default() += 1;
            }),
            Outcome::CheckIn { feeling, .. } => {
                self.update_day(date(), |day| day.check_ins.add(*feeling));
            }
            Outcome::Asked { .. } | Outcome::Partly { .. } | Outcome::Held { .. } => {}
        }
    }

    /// Counts the outcome of a reminder on the day on which it was asked.
    fn count_outcome(&mut self, how: fn(&mut ReminderCounts) -> &mut u32) {
        if let Some(date) = self.open_question_day.take() {
            self.update_day(date, |day| *how(&mut day.reminders) += 1);
        }
    }

    /// Adds a stay, one uninterrupted time at the computer, to its sitting.
    fn add_stay(&mut self, entry: &Entry, seconds: u64, ago: u64, total: u64) {
        let (since, until) = time_range(entry, seconds, ago);
        let before = total.saturating_sub(seconds);
        let goes_on =
            |sitting: &Sitting| before > 0 && sitting.total.abs_diff(before) <= ROUNDING_TOLERANCE;
        let mut sitting = match self.sittings.iter().rposition(goes_on) {
            Some(place) => self.sittings.remove(place),
            None => Sitting {
                total,
                days: BTreeMap::new(),
            },
        };
        sitting.total = total;
        for (date, seconds) in seconds_per_day(&since, &until, self.period.until) {
            self.update_day(date, |day| day.sat += seconds);
            *sitting.days.entry(date).or_default() += seconds;
        }
        self.sittings.push(sitting);
        if self.sittings.len() > MAX_OPEN {
            let oldest = self.sittings.remove(0);
            self.add_sitting(&oldest);
        }
    }

    /// Counts a sitting on its first day, and each day's part of it for the longest of that day.
    fn add_sitting(&mut self, sitting: &Sitting) {
        if sitting.days.values().sum::<u64>() < MIN_SITTING {
            return;
        }
        for (place, (&date, &seconds)) in sitting.days.iter().enumerate() {
            self.update_day(date, |day| {
                day.spells += u32::from(place == 0);
                day.longest = day.longest.max(seconds);
            });
        }
    }

    fn end(&mut self) {
        for sitting in std::mem::take(&mut self.sittings) {
            self.add_sitting(&sitting);
        }
    }
}

/// The seconds of a stay on each day, up to `last`.
fn seconds_per_day(since: &ZonedDateTime, until: &ZonedDateTime, last: Date) -> Vec<(Date, u64)> {
    let mut shares = Vec::new();
    let mut from = since.clone();
    while from < *until && day(&from) <= last {
        let Some(end) = next_day_begins(&from) else {
            break;
        };
        let to = end.min(until.clone());
        let seconds = from.duration_until(&to).as_secs();
        shares.push((day(&from), u64::try_from(seconds).unwrap_or(0)));
        from = to;
    }
    shares
}

/// Returns the beginning and the end of a period of `seconds` that ended `ago` seconds before its entry.
pub(super) fn time_range(entry: &Entry, seconds: u64, ago: u64) -> (ZonedDateTime, ZonedDateTime) {
    let until = entry.local().saturating_sub(limited_duration(ago));
    (until.saturating_sub(limited_duration(seconds)), until)
}

/// The upper limit of a length, in seconds, in case of a corrupt line: a year.
const LONGEST: u64 = 366 * 24 * 60 * 60;

/// Converts seconds into a duration, limited to a year.
pub(super) fn limited_duration(seconds: u64) -> SignedDuration {
    SignedDuration::from_secs(i64::try_from(seconds.min(LONGEST)).unwrap_or(0))
}
