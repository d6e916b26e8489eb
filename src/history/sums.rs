//! Adds entries up by the day on which they count.

use std::collections::BTreeMap;

use jiff::civil::Date;
use jiff::{SignedDuration, Zoned};

use super::Entry;
use super::day::{Day, Period, Reminders};
use crate::schedule::{Outcome, Reminder};

/// Sitting for less than this is no sitting to speak of, in seconds.
const SPELL: u64 = 60;

/// What each day of the period adds up to. The entries come with the oldest first, those of the days around included.
pub(super) fn days(entries: &[Entry], period: Period) -> Vec<Day> {
    let mut sums = Sums::new(period);
    for entry in entries {
        sums.add(entry);
    }
    sums.end();
    sums.days.into_values().collect()
}

/// Entries, being added up.
struct Sums {
    period: Period,
    days: BTreeMap<Date, Day>,
    /// Sittings that may go on. There may be several computers.
    spells: Vec<Spell>,
    /// The day of the question that is open.
    asked: Option<Date>,
}

/// A sitting from one rest to the next.
struct Spell {
    /// How long it is by now, in seconds, as the program counted.
    total: u64,
    /// How much of it lies in each day, in seconds.
    days: BTreeMap<Date, u64>,
}

/// So many computers are told apart.
const COMPUTERS: usize = 4;

/// Lengths are written in whole seconds.
pub(super) const ROUNDED: u64 = 2;

impl Sums {
    fn new(period: Period) -> Self {
        Self {
            period,
            days: period.days().map(|day| (day, Day::empty(day))).collect(),
            spells: Vec::new(),
            asked: None,
        }
    }

    fn with(&mut self, date: Date, change: impl FnOnce(&mut Day)) {
        if let Some(day) = self.days.get_mut(&date) {
            change(day);
        }
    }

    fn add(&mut self, entry: &Entry) {
        let date = || entry.local().date();
        match &entry.outcome {
            Outcome::Sat {
                seconds,
                ago,
                total,
            } => self.sat(entry, *seconds, *ago, *total),
            Outcome::Asked { reminder, short } if *reminder != Reminder::Posture => {
                if !short || self.asked.is_none() {
                    self.asked = Some(date());
                }
            }
            Outcome::Done { routine, .. } => {
                self.with(date(), |day| {
                    *day.routines.entry(routine.clone()).or_default() += 1;
                });
                self.answered(|reminders| &mut reminders.stretched);
            }
            Outcome::Partly { seconds, total, .. } if seconds.saturating_mul(2) >= *total => {
                self.answered(|reminders| &mut reminders.stretched);
            }
            Outcome::Rested { .. } => self.answered(|reminders| &mut reminders.stood),
            Outcome::Snoozed { .. } => self.answered(|reminders| &mut reminders.snoozed),
            Outcome::Skipped { .. } => self.answered(|reminders| &mut reminders.skipped),
            Outcome::Ignored { .. } => self.answered(|reminders| &mut reminders.ignored),
            Outcome::Exercise { portion, .. } => self.with(date(), |day| {
                let counts = if portion.is_done() {
                    &mut day.exercises
                } else {
                    &mut day.parts
                };
                *counts.entry(portion.exercise.clone()).or_default() += 1;
            }),
            Outcome::CheckIn { feeling, .. } => {
                self.with(date(), |day| day.check_ins.add(*feeling));
            }
            Outcome::Asked { .. } | Outcome::Partly { .. } | Outcome::Held { .. } => {}
        }
    }

    /// What becomes of a reminder counts on the day on which it was asked.
    fn answered(&mut self, how: fn(&mut Reminders) -> &mut u32) {
        if let Some(date) = self.asked.take() {
            self.with(date, |day| *how(&mut day.reminders) += 1);
        }
    }

    fn sat(&mut self, entry: &Entry, seconds: u64, ago: u64, total: u64) {
        let (since, until) = ended(entry, seconds, ago);
        let before = total.saturating_sub(seconds);
        let goes_on = |spell: &Spell| before > 0 && spell.total.abs_diff(before) <= ROUNDED;
        let mut spell = match self.spells.iter().rposition(goes_on) {
            Some(place) => self.spells.remove(place),
            None => Spell {
                total,
                days: BTreeMap::new(),
            },
        };
        spell.total = total;
        for (date, seconds) in shares(&since, &until, self.period.until) {
            self.with(date, |day| day.sat += seconds);
            *spell.days.entry(date).or_default() += seconds;
        }
        self.spells.push(spell);
        if self.spells.len() > COMPUTERS {
            let oldest = self.spells.remove(0);
            self.spell(&oldest);
        }
    }

    /// It begins on its first day, but counts on each day with as much of it as lies there.
    fn spell(&mut self, spell: &Spell) {
        if spell.days.values().sum::<u64>() < SPELL {
            return;
        }
        for (place, (&date, &seconds)) in spell.days.iter().enumerate() {
            self.with(date, |day| {
                day.spells += u32::from(place == 0);
                day.longest = day.longest.max(seconds);
            });
        }
    }

    fn end(&mut self) {
        for spell in std::mem::take(&mut self.spells) {
            self.spell(&spell);
        }
    }
}

/// How many seconds of a stay lie in each day, up to the last day that is wanted.
fn shares(since: &Zoned, until: &Zoned, last: Date) -> Vec<(Date, u64)> {
    let mut shares = Vec::new();
    let mut from = since.clone();
    while from < *until && from.date() <= last {
        let Ok(midnight) = from.tomorrow().and_then(|day| day.start_of_day()) else {
            break;
        };
        let to = midnight.min(until.clone());
        let seconds = from.duration_until(&to).as_secs();
        shares.push((from.date(), u64::try_from(seconds).unwrap_or(0)));
        from = to;
    }
    shares
}

/// When something began and ended that took so long and ended so many seconds before its entry.
pub(super) fn ended(entry: &Entry, seconds: u64, ago: u64) -> (Zoned, Zoned) {
    let until = entry.local().saturating_sub(length(ago));
    (until.saturating_sub(length(seconds)), until)
}

/// No line tells of more than this, however it came about: a year.
const LONGEST: u64 = 366 * 24 * 60 * 60;

/// So many seconds, within reason.
pub(super) fn length(seconds: u64) -> SignedDuration {
    SignedDuration::from_secs(i64::try_from(seconds.min(LONGEST)).unwrap_or(0))
}
