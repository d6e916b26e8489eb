//! The statistics of the history: totals by day and by period, and the timeline of a day.
//!
//! An entry counts on the local date at the place of the user at that time, whatever the time zone is now.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ZonedDateTime};
use serde::Serialize;

use super::Entry;
pub use super::day::{CheckInCounts, Day, Period, ReminderCounts};
use super::sums::{self, ROUNDING_TOLERANCE, limited_duration, time_range};
use crate::schedule::{Hold, Outcome};
use crate::time::day_begins;

/// The number of times per day that counts as "several times a day", for which the source names no number; our choice.
pub const SEVERAL: u32 = 3;

/// A shorter gap between two stays is an absence; in a longer one perhaps the program was not running.
const MAX_ABSENCE: SignedDuration = SignedDuration::from_mins(30);

/// The minimum number of full days with sitting for a trend.
const TREND_DAYS: usize = 5;

/// The greatest change that is not a trend, as a share of the longer end.
const TREND_SHARE: f64 = 0.1;

/// The totals of an exercise or a routine.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DoneCounts {
    /// The id of the exercise or routine.
    pub id: String,
    /// The number of times it was completed.
    pub times: u32,
    /// The number of times an exercise was done in part.
    pub parts: u32,
    /// The number of days on which it was completed.
    pub days: u32,
    /// The number of days on which it was completed at least [`SEVERAL`] times.
    pub several: u32,
    /// The maximum number of times on a day.
    pub most: u32,
}

/// The regression line of the longest sittings of full days. Today is excluded, because it is not over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Trend {
    /// The first full day with sitting.
    pub since: Date,
    /// The last full day with sitting.
    pub until: Date,
    /// The value of the line on the first of these days, in seconds.
    pub first: u64,
    /// The value of the line on the last of these days, in seconds.
    pub last: u64,
}

/// The direction of a [`Trend`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// The longest sittings get shorter.
    Down,
    /// The longest sittings stay about the same.
    Level,
    /// The longest sittings get longer.
    Up,
}

impl Trend {
    fn from_days(days: &[Day], today: Date) -> Option<Self> {
        let points: Vec<(Date, f64, f64)> = days
            .iter()
            .zip(0u32..)
            .filter(|(day, _)| day.longest > 0 && day.date < today)
            .map(|(day, place)| (day.date, f64::from(place), day.longest as f64))
            .collect();
        let (&(since, from, _), &(until, to, _)) = (points.first()?, points.last()?);
        if points.len() < TREND_DAYS {
            return None;
        }
        let count = points.len() as f64;
        let x = points.iter().map(|point| point.1).sum::<f64>() / count;
        let y = points.iter().map(|point| point.2).sum::<f64>() / count;
        let rise: f64 = points
            .iter()
            .map(|point| (point.1 - x) * (point.2 - y))
            .sum();
        let run: f64 = points.iter().map(|point| (point.1 - x).powi(2)).sum();
        let at = |place: f64| (y + rise / run * (place - x)).round().max(0.0) as u64;
        Some(Self {
            since,
            until,
            first: at(from),
            last: at(to),
        })
    }

    /// Returns the direction from the first to the last value of the line.
    #[must_use]
    pub fn direction(self) -> Direction {
        let change = self.last as f64 - self.first as f64;
        if change.abs() <= TREND_SHARE * self.first.max(self.last) as f64 {
            Direction::Level
        } else if change < 0.0 {
            Direction::Down
        } else {
            Direction::Up
        }
    }
}

/// The statistics of a period, in total and for each day.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Stats {
    /// The days that are covered.
    #[serde(flatten)]
    pub period: Period,
    /// The day that is not over yet.
    #[serde(skip)]
    today: Date,
    /// The number of days with sitting on this computer.
    pub days_sat: u32,
    /// The total sit time, in seconds.
    pub sat: u64,
    /// The number of sittings.
    pub spells: u32,
    /// The longest sitting, in seconds.
    pub longest: u64,
    /// The average over days with sitting of the longest sitting of the day, in seconds; never more than
    /// [`sat_a_day`](Self::sat_a_day).
    pub usual_longest: u64,
    /// The trend of the longest sitting; `None` if there are too few full days.
    pub trend: Option<Trend>,
    /// The outcomes of the reminders.
    pub reminders: ReminderCounts,
    /// The routines that were done, the most frequent first.
    pub routines: Vec<DoneCounts>,
    /// The exercises that were done, the most frequent first.
    pub exercises: Vec<DoneCounts>,
    /// The answers to how the back felt.
    pub check_ins: CheckInCounts,
    /// The days on which the back felt worse.
    pub worse: Vec<Date>,
    /// All days of the period, including those without data.
    pub days: Vec<Day>,
}

impl Stats {
    /// Computes the statistics of a period. The entries are sorted, oldest first, and include those of the surrounding days.
    #[must_use]
    pub fn from_entries(entries: &[Entry], period: Period, today: Date) -> Self {
        Self::from_days(period, today, sums::days(entries, period))
    }

    /// Returns the statistics of a shorter period within this one.
    #[must_use]
    pub fn within(&self, period: Period) -> Self {
        let days = self.days.iter().filter(|day| period.contains(day.date));
        Self::from_days(period, self.today, days.cloned().collect())
    }

    fn from_days(period: Period, today: Date, days: Vec<Day>) -> Self {
        let mut reminders = ReminderCounts::default();
        let mut check_ins = CheckInCounts::default();
        for day in &days {
            reminders.add(day.reminders);
            check_ins.better += day.check_ins.better;
            check_ins.same += day.check_ins.same;
            check_ins.worse += day.check_ins.worse;
        }
        let worse = days.iter().filter(|day| day.check_ins.worse > 0);
        let nothing = BTreeMap::new();
        let days_sat = count(days.iter().filter(|day| day.sat > 0));
        let longest_sum: u64 = days.iter().map(|day| day.longest).sum();
        Self {
            period,
            today,
            days_sat,
            sat: days.iter().map(|day| day.sat).sum(),
            spells: days.iter().map(|day| day.spells).sum(),
            longest: days.iter().map(|day| day.longest).max().unwrap_or(0),
            usual_longest: longest_sum / u64::from(days_sat.max(1)),
            trend: Trend::from_days(&days, today),
            reminders,
            routines: done_counts(days.iter().map(|day| (&day.routines, &nothing))),
            exercises: done_counts(days.iter().map(|day| (&day.exercises, &day.parts))),
            check_ins,
            worse: worse.map(|day| day.date).collect(),
            days,
        }
    }

    /// Returns `true` if there is no data for any day.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.days.iter().all(Day::is_empty)
    }

    /// Returns the average sit time per day, of the days with any, in seconds.
    #[must_use]
    pub fn sat_a_day(&self) -> u64 {
        self.sat / u64::from(self.days_sat.max(1))
    }

    /// Returns the number of days on which an exercise or routine was completed at least `times` times.
    #[must_use]
    pub fn days_with(&self, id: &str, times: u32) -> u32 {
        let often = |day: &&Day| {
            let counts = [day.exercises.get(id), day.routines.get(id)];
            counts.into_iter().flatten().any(|count| *count >= times)
        };
        count(self.days.iter().filter(often))
    }
}

fn count<T>(items: impl Iterator<Item = T>) -> u32 {
    u32::try_from(items.count()).unwrap_or(u32::MAX)
}

type Counts = BTreeMap<String, u32>;

fn done_counts<'a>(days: impl Iterator<Item = (&'a Counts, &'a Counts)>) -> Vec<DoneCounts> {
    let mut all: BTreeMap<&str, DoneCounts> = BTreeMap::new();
    for (completed, parts) in days {
        let ids: BTreeSet<&String> = completed.keys().chain(parts.keys()).collect();
        for id in ids {
            let done = all.entry(id).or_insert_with(|| DoneCounts {
                id: id.clone(),
                times: 0,
                parts: 0,
                days: 0,
                several: 0,
                most: 0,
            });
            let times = completed.get(id).copied().unwrap_or(0);
            done.times += times;
            done.parts += parts.get(id).copied().unwrap_or(0);
            done.days += u32::from(times > 0);
            done.several += u32::from(times >= SEVERAL);
            done.most = done.most.max(times);
        }
    }
    let mut all: Vec<DoneCounts> = all.into_values().collect();
    all.sort_by(|a, b| (b.times, b.parts, &a.id).cmp(&(a.times, a.parts, &b.id)));
    all
}

/// Returns the entry that would be written if the current stay ended now. `sit` is the sit time since the last rest,
/// in seconds, as counted by the running program; the part that is recorded already is subtracted.
#[must_use]
pub fn current_stay(entries: &[Entry], sit: u64, now: &ZonedDateTime) -> Option<Entry> {
    let last = entries.iter().rev().find_map(|entry| match entry.outcome {
        Outcome::Sat {
            seconds,
            ago,
            total,
        } => Some((time_range(entry, seconds, ago).1, total)),
        Outcome::Rested { .. } => Some((entry.local(), 0)),
        Outcome::Held { .. }
        | Outcome::Asked { .. }
        | Outcome::Done { .. }
        | Outcome::Partly { .. }
        | Outcome::Exercise { .. }
        | Outcome::Snoozed { .. }
        | Outcome::Skipped { .. }
        | Outcome::Ignored { .. }
        | Outcome::CheckIn { .. } => None,
    });
    let seconds = match last {
        Some((until, total)) if sit >= total => {
            let passed = until.duration_until(now).as_secs();
            (sit - total).min(u64::try_from(passed).unwrap_or(0))
        }
        Some(_) | None => sit,
    };
    let outcome = Outcome::Sat {
        seconds,
        ago: 0,
        total: sit,
    };
    (seconds > 0).then(|| Entry::new(outcome, now))
}

/// The activity during a part of a day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "what", rename_all = "kebab-case")]
pub enum PartKind {
    /// The user sat at the computer.
    Sat,
    /// The user was away.
    Away,
    /// The user did a routine, at least in part.
    Stretched {
        /// The id of the routine.
        routine: String,
    },
    /// The user sat, and a reminder was held back.
    Held {
        /// The reasons why it was held back.
        reasons: Vec<Hold>,
    },
}

/// A part of the timeline of a day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Part {
    /// The beginning of the part.
    pub since: Timestamp,
    /// The end of the part.
    pub until: Timestamp,
    /// The activity during the part.
    #[serde(flatten)]
    pub kind: PartKind,
}

impl Part {
    /// Returns the length, in seconds.
    #[must_use]
    pub fn seconds(&self) -> u64 {
        let length = self.since.duration_until(self.until).as_secs();
        u64::try_from(length).unwrap_or(0)
    }
}

/// Returns the timeline of a day: first sitting and absences, which do not overlap, then the parts on top of them.
/// Periods without data are left out; so are absences before the first sitting and after the last.
#[must_use]
pub fn timeline(entries: &[Entry], day: Date, zone: &TimeZone) -> Vec<Part> {
    let Some((from, to)) = bounds(day, zone) else {
        return Vec::new();
    };
    let clip = |part: Part| {
        let (since, until) = (part.since.max(from), part.until.min(to));
        (since < until).then_some(Part {
            since,
            until,
            ..part
        })
    };
    let parts: Vec<Part> = entries.iter().filter_map(part).filter_map(clip).collect();
    let of_kind = |is: fn(&PartKind) -> bool| parts.iter().filter(move |part| is(&part.kind));
    let stays = merge_stays(of_kind(|kind| *kind == PartKind::Sat).cloned().collect());
    let mut line = with_absences(stays, of_kind(|kind| *kind == PartKind::Away).collect());
    for is_overlay in [
        |kind: &PartKind| matches!(kind, PartKind::Held { .. }),
        |kind: &PartKind| matches!(kind, PartKind::Stretched { .. }),
    ] {
        line.extend(of_kind(is_overlay).cloned());
    }
    line
}

fn bounds(day: Date, zone: &TimeZone) -> Option<(Timestamp, Timestamp)> {
    let from = day_begins(day, zone)?;
    let to = day_begins(day.tomorrow().ok()?, zone)?;
    Some((from.timestamp(), to.timestamp()))
}

fn part(entry: &Entry) -> Option<Part> {
    let (kind, seconds, ago) = match &entry.outcome {
        Outcome::Sat { seconds, ago, .. } => (PartKind::Sat, *seconds, *ago),
        Outcome::Rested { seconds, .. } => (PartKind::Away, *seconds, 0),
        Outcome::Held {
            reasons,
            seconds,
            ago,
        } => {
            let reasons = reasons.clone();
            (PartKind::Held { reasons }, *seconds, *ago)
        }
        Outcome::Done { routine, seconds }
        | Outcome::Partly {
            routine, seconds, ..
        } => {
            let routine = routine.clone();
            (PartKind::Stretched { routine }, *seconds, 0)
        }
        Outcome::Asked { .. }
        | Outcome::Exercise { .. }
        | Outcome::Snoozed { .. }
        | Outcome::Skipped { .. }
        | Outcome::Ignored { .. }
        | Outcome::CheckIn { .. } => return None,
    };
    let (since, until) = time_range(entry, seconds, ago);
    Some(Part {
        since: since.timestamp(),
        until: until.timestamp(),
        kind,
    })
}

/// Merges stays that touch or, from two computers, overlap.
fn merge_stays(mut stays: Vec<Part>) -> Vec<Part> {
    stays.sort_by_key(|stay| stay.since);
    let mut line: Vec<Part> = Vec::new();
    for stay in stays {
        match line.last_mut() {
            Some(last)
                if stay.since.duration_since(last.until)
                    <= limited_duration(ROUNDING_TOLERANCE) =>
            {
                last.until = last.until.max(stay.until);
            }
            Some(_) | None => line.push(stay),
        }
    }
    line
}

/// Inserts the absences between two stays: gaps with a recorded rest, and short ones.
fn with_absences(stays: Vec<Part>, away: Vec<&Part>) -> Vec<Part> {
    let mut line: Vec<Part> = Vec::new();
    for stay in stays {
        if let Some(last) = line.last() {
            let gap = Part {
                since: last.until,
                until: stay.since,
                kind: PartKind::Away,
            };
            let is_told = away
                .iter()
                .any(|away| away.since < gap.until && away.until > gap.since);
            if is_told || gap.since.duration_until(gap.until) <= MAX_ABSENCE {
                line.push(gap);
            }
        }
        line.push(stay);
    }
    line
}

#[cfg(test)]
mod tests {
    use jiff::ToSpan as _;

    use super::*;
    use crate::routine::Portion;
    use crate::schedule::{Feeling, Reminder};

    fn at(text: &str) -> ZonedDateTime {
        let zoned = format!("{text}[Europe/Berlin]");
        if text.contains('[') {
            text.parse()
        } else {
            zoned.parse()
        }
        .unwrap()
    }

    fn entry(time: &str, outcome: Outcome) -> Entry {
        Entry::new(outcome, &at(time))
    }

    fn sat_entry(time: &str, minutes: u64, ago: u64, total: u64) -> Entry {
        let outcome = Outcome::Sat {
            seconds: minutes * 60,
            ago: ago * 60,
            total: total * 60,
        };
        entry(time, outcome)
    }

    fn rested(time: &str, minutes: u64) -> Entry {
        let (seconds, sat) = (minutes * 60, 0);
        entry(time, Outcome::Rested { seconds, sat })
    }

    fn asked_entry(time: &str, short: bool) -> Entry {
        let reminder = Reminder::Stretch;
        entry(time, Outcome::Asked { reminder, short })
    }

    fn done(time: &str, routine: &str) -> Entry {
        let routine = routine.to_owned();
        let seconds = 300;
        entry(time, Outcome::Done { routine, seconds })
    }

    fn exercise(time: &str, id: &str, reps: [u32; 2]) -> Entry {
        let portion = Portion {
            exercise: id.to_owned(),
            seconds: 60,
            total: 60,
            sets: [1, 1],
            reps,
            sides: BTreeMap::new(),
            phases: BTreeMap::new(),
        };
        let routine = "desk".to_owned();
        entry(time, Outcome::Exercise { routine, portion })
    }

    fn felt(time: &str, feeling: Feeling) -> Entry {
        let routine = "desk".to_owned();
        entry(time, Outcome::CheckIn { routine, feeling })
    }

    fn of_day(entries: &[Entry], day: &str) -> Day {
        let stats = Stats::from_entries(entries, Period::day(day.parse().unwrap()), Date::MAX);
        stats.days[0].clone()
    }

    fn minutes(day: &Day) -> (u64, u32, u64) {
        (day.sat / 60, day.spells, day.longest / 60)
    }

    #[test]
    fn periods_have_their_days() {
        let day: Date = "2026-03-05".parse().unwrap();
        let ends = |period: Period| (period.since.to_string(), period.until.to_string());
        let ends_are = |period, since: &str, until: &str| {
            assert_eq!(ends(period), (since.to_owned(), until.to_owned()));
        };
        ends_are(Period::day(day), "2026-03-05", "2026-03-05");
        ends_are(Period::week(day), "2026-03-02", "2026-03-08");
        ends_are(Period::month(day), "2026-03-01", "2026-03-31");
        ends_are(Period::quarter(day), "2025-12-08", "2026-03-08");
        assert_eq!(Period::quarter(day).days().count(), 91);
        assert_eq!(Period::day(Date::MAX).days().count(), 1);
    }

    #[test]
    fn stays_between_two_rests_are_one_sitting() {
        let entries = [
            sat_entry("2026-03-02T09:21:00", 20, 1, 20),
            sat_entry("2026-03-02T09:40:00", 17, 0, 37),
            rested("2026-03-02T10:00:00", 20),
            sat_entry("2026-03-02T10:30:00", 30, 0, 30),
        ];
        assert_eq!(minutes(&of_day(&entries, "2026-03-02")), (67, 2, 37));
        assert_eq!(minutes(&of_day(&entries[1..], "2026-03-02")), (47, 2, 30));
    }

    #[test]
    fn two_computers_do_not_mix_their_sittings() {
        let entries = [
            sat_entry("2026-03-02T09:20:00", 20, 0, 20),
            sat_entry("2026-03-02T09:25:00", 5, 0, 5),
            sat_entry("2026-03-02T09:50:00", 25, 0, 45),
            sat_entry("2026-03-02T09:51:00", 1, 0, 6),
        ];
        assert_eq!(minutes(&of_day(&entries, "2026-03-02")), (51, 2, 45));
    }

    #[test]
    fn a_sitting_over_midnight_belongs_to_both_days() {
        let entries = [sat_entry("2026-03-03T01:00:00", 120, 0, 120)];
        assert_eq!(minutes(&of_day(&entries, "2026-03-02")), (60, 1, 60));
        assert_eq!(minutes(&of_day(&entries, "2026-03-03")), (60, 0, 60));
    }

    /// A report such as "Sitting per day 6 min, longest sitting 7 min" is impossible.
    #[test]
    fn no_longest_sitting_exceeds_what_was_sat() {
        let entries = [
            // The total of a line may exceed what was recorded.
            sat_entry("2026-03-02T09:20:00", 5, 0, 90),
            sat_entry("2026-03-03T00:30:00", 60, 0, 60),
            sat_entry("2026-03-04T09:00:00", 7, 0, 7),
            sat_entry("2026-03-05T09:00:00", 1, 0, 1),
            sat_entry("2026-03-06T09:00:00", 1, 0, 1),
        ];
        let stats = Stats::from_entries(
            &entries,
            Period::week("2026-03-02".parse().unwrap()),
            Date::MAX,
        );
        for day in &stats.days {
            assert!(day.longest <= day.sat, "{day:?}");
        }
        assert_eq!(stats.sat_a_day() / 60, 14);
        assert!(stats.usual_longest <= stats.sat_a_day());
        assert!(stats.longest <= stats.sat);
    }

    #[test]
    fn daylight_saving_changes_do_not_distort_lengths() {
        // From 0:00 to 4:00, in the nights in which daylight saving time begins and ends.
        let spring = [sat_entry("2026-03-29T04:00:00", 180, 0, 180)];
        assert_eq!(minutes(&of_day(&spring, "2026-03-29")), (180, 1, 180));
        assert_eq!(minutes(&of_day(&spring, "2026-03-28")), (0, 0, 0));
        let autumn = [sat_entry("2026-10-25T04:00:00", 300, 0, 300)];
        assert_eq!(minutes(&of_day(&autumn, "2026-10-25")), (300, 1, 300));
        assert_eq!(minutes(&of_day(&autumn, "2026-10-24")), (0, 0, 0));
    }

    #[test]
    fn entries_count_on_their_local_date() {
        let entries = [
            sat_entry("2026-03-02T23:30:00[America/New_York]", 20, 0, 20),
            sat_entry("2026-03-03T12:30:00[Asia/Tokyo]", 20, 0, 20),
        ];
        assert_eq!(minutes(&of_day(&entries, "2026-03-02")), (20, 1, 20));
        assert_eq!(minutes(&of_day(&entries, "2026-03-03")), (20, 1, 20));
    }

    #[test]
    fn each_reminder_has_one_outcome() {
        let reminder = Reminder::Stretch;
        let entries = [
            asked_entry("2026-03-02T09:30:00", false),
            asked_entry("2026-03-02T09:42:00", true),
            done("2026-03-02T09:48:00", "moment"),
            asked_entry("2026-03-02T10:30:00", false),
            entry(
                "2026-03-02T10:31:00",
                Outcome::Snoozed {
                    reminder,
                    seconds: 600,
                },
            ),
            asked_entry("2026-03-02T10:41:00", false),
            rested("2026-03-02T11:00:00", 15),
            done("2026-03-02T11:20:00", "desk"),
            asked_entry("2026-03-02T11:30:00", false),
            entry("2026-03-02T11:30:00", Outcome::Skipped { reminder }),
            entry("2026-03-02T12:30:00", Outcome::Skipped { reminder }),
            asked_entry("2026-03-02T17:30:00", false),
            rested("2026-03-03T09:00:00", 15 * 60),
            asked_entry("2026-03-03T09:30:00", false),
            asked_entry("2026-03-03T09:42:00", true),
            entry("2026-03-03T09:44:00", Outcome::Ignored { reminder }),
        ];
        let reminders = of_day(&entries, "2026-03-02").reminders;
        assert_eq!(
            reminders,
            ReminderCounts {
                stretched: 1,
                stood: 2,
                snoozed: 1,
                skipped: 1,
                ignored: 0
            }
        );
        assert_eq!((reminders.all(), reminders.followed()), (5, 3));
        let next = of_day(&entries, "2026-03-03").reminders;
        assert_eq!((next.all(), next.ignored), (1, 1));
    }

    #[test]
    fn exercises_are_counted_by_the_day() {
        let mut entries: Vec<_> = [9, 11, 15]
            .map(|hour| {
                exercise(
                    &format!("2026-03-02T{hour:02}:00:00"),
                    "scapula-squeeze",
                    [15, 15],
                )
            })
            .into();
        entries.push(exercise("2026-03-03T10:00:00", "scapula-squeeze", [15, 15]));
        entries.push(exercise("2026-03-03T11:00:00", "scapula-squeeze", [3, 15]));
        entries.push(exercise("2026-03-03T12:00:00", "cat-cow", [2, 15]));
        let stats = Stats::from_entries(
            &entries,
            Period::week("2026-03-02".parse().unwrap()),
            Date::MAX,
        );
        let [squeeze, cow] = &stats.exercises[..] else {
            panic!("{:?}", stats.exercises)
        };
        assert_eq!(squeeze.id, "scapula-squeeze");
        let counts = (squeeze.times, squeeze.parts, squeeze.days);
        assert_eq!(counts, (4, 1, 2));
        assert_eq!((squeeze.several, squeeze.most), (1, 3));
        assert_eq!((cow.times, cow.parts, cow.days), (0, 1, 0));
        assert_eq!(stats.days_with("scapula-squeeze", 1), 2);
    }

    #[test]
    fn days_that_felt_worse_are_named() {
        let entries = [
            felt("2026-03-02T09:00:00", Feeling::Better),
            felt("2026-03-02T10:00:00", Feeling::Worse),
            felt("2026-03-03T10:00:00", Feeling::Same),
        ];
        let stats = Stats::from_entries(
            &entries,
            Period::week("2026-03-02".parse().unwrap()),
            Date::MAX,
        );
        assert_eq!(stats.worse, ["2026-03-02".parse().unwrap()]);
        assert_eq!(stats.check_ins.all(), 3);
        assert_eq!(stats.days[0].check_ins.mean(), Some(0.0));
        assert_eq!(stats.days[3].check_ins.mean(), None);
    }

    #[test]
    fn the_longest_sitting_has_a_trend_when_there_are_enough_full_days() {
        let monday: Date = "2026-03-02".parse().unwrap();
        let stats = |lengths: &[u64], today: Date| {
            let entries: Vec<_> = lengths
                .iter()
                .zip(2..)
                .map(|(length, day)| {
                    sat_entry(&format!("2026-03-{day:02}T12:00:00"), *length, 0, *length)
                })
                .collect();
            Stats::from_entries(&entries, Period::month(monday), today)
        };
        let day = |after: i64| monday.saturating_add(after.days());
        assert_eq!(stats(&[60, 50, 40, 30], Date::MAX).trend, None);
        let falling = stats(&[60, 50, 40, 30, 20], Date::MAX);
        let trend = falling.trend.unwrap();
        let line = Trend {
            since: monday,
            until: day(4),
            first: 3600,
            last: 1200,
        };
        assert_eq!((trend, trend.direction()), (line, Direction::Down));
        assert_eq!((falling.longest, falling.usual_longest), (3600, 2400));
        assert_eq!(falling.sat_a_day(), 2400);
        let level = stats(&[50; 7], Date::MAX).trend.unwrap();
        assert_eq!((level.first, level.last), (3000, 3000));
        assert_eq!(level.direction(), Direction::Level);
        // Today has only begun: it neither lowers nor extends the line.
        let today = stats(&[50, 50, 50, 50, 50, 2], day(5)).trend.unwrap();
        assert_eq!((today.last, today.until), (3000, day(4)));
        assert_eq!(stats(&[50, 50, 50, 50, 2], day(4)).trend, None);
    }

    /// A change from 72 to 47 minutes over a quarter is less than two minutes per week, but it is a third.
    #[test]
    fn the_direction_of_the_trend_is_that_of_its_line() {
        let direction = |first: u64, last: u64| {
            let day: Date = "2026-03-02".parse().unwrap();
            let (since, until) = (day, day);
            let (first, last) = (60 * first, 60 * last);
            let trend = Trend {
                since,
                until,
                first,
                last,
            };
            trend.direction()
        };
        assert_eq!(direction(72, 47), Direction::Down);
        assert_eq!(direction(47, 72), Direction::Up);
        assert_eq!(direction(50, 46), Direction::Level);
        assert_eq!(direction(0, 0), Direction::Level);
    }

    #[test]
    fn a_shorter_period_is_cut_out_of_a_longer_one() {
        let entries = [
            sat_entry("2026-02-27T12:00:00", 60, 0, 60),
            sat_entry("2026-03-02T12:00:00", 30, 0, 30),
        ];
        let monday = "2026-03-02".parse().unwrap();
        let quarter = Stats::from_entries(&entries, Period::quarter(monday), Date::MAX);
        assert_eq!((quarter.sat, quarter.days_sat), (5400, 2));
        let week = quarter.within(Period::week(monday));
        assert_eq!(
            week,
            Stats::from_entries(&entries, Period::week(monday), Date::MAX)
        );
        assert_eq!(week.sat, 1800);
    }

    #[test]
    fn the_current_stay_excludes_recorded_time() {
        let now = at("2026-03-02T10:00:00");
        let seconds = |entries: &[Entry], sit: u64| {
            let entry = current_stay(entries, sit * 60, &now)?;
            let Outcome::Sat { seconds, total, .. } = entry.outcome else {
                panic!()
            };
            assert_eq!(total, sit * 60);
            Some(seconds / 60)
        };
        let earlier = sat_entry("2026-03-02T09:30:00", 30, 0, 30);
        assert_eq!(seconds(&[], 20), Some(20));
        assert_eq!(seconds(&[], 0), None);
        let before = std::slice::from_ref(&earlier);
        assert_eq!(seconds(before, 55), Some(25));
        assert_eq!(seconds(before, 30), None, "away since");
        assert_eq!(seconds(before, 10), Some(10), "another sitting");
        let rest = [earlier, rested("2026-03-02T09:45:00", 15)];
        assert_eq!(seconds(&rest, 14), Some(14));
    }

    /// The timeline as `09:00-09:20 sat` and so on.
    fn timeline_text(entries: &[Entry]) -> Vec<String> {
        let zone = TimeZone::get("Europe/Berlin").unwrap();
        let clock = |t: Timestamp| {
            t.to_zoned_datetime(zone.clone())
                .strftime("%H:%M")
                .to_string()
        };
        timeline(entries, "2026-03-02".parse().unwrap(), &zone)
            .iter()
            .map(|part| {
                let kind = serde_json::to_value(&part.kind).unwrap();
                let kind = kind["what"].as_str().unwrap().to_owned();
                format!("{}-{} {kind}", clock(part.since), clock(part.until))
            })
            .collect()
    }

    #[test]
    fn a_day_is_a_line_of_time() {
        let hold_entry = Outcome::Held {
            reasons: vec![Hold::Call],
            seconds: 600,
            ago: 0,
        };
        let entries = [
            sat_entry("2026-03-02T00:30:00", 60, 0, 60),
            rested("2026-03-02T09:00:00", 510),
            sat_entry("2026-03-02T09:23:00", 20, 3, 20),
            sat_entry("2026-03-02T09:50:00", 25, 0, 45),
            entry("2026-03-02T09:50:00", hold_entry),
            done("2026-03-02T11:00:00", "desk"),
            sat_entry("2026-03-02T11:10:00", 20, 0, 20),
        ];
        assert_eq!(
            timeline_text(&entries),
            [
                "00:00-00:30 sat",
                "00:30-09:00 away",
                "09:00-09:20 sat",
                "09:20-09:25 away",
                "09:25-09:50 sat",
                "10:50-11:10 sat",
                "09:40-09:50 held",
                "10:55-11:00 stretched",
            ],
            "an hour without anything is not known to be an absence"
        );
        assert_eq!(timeline_text(&[]), [""; 0]);
    }

    #[test]
    fn stays_on_two_computers_lie_over_each_other() {
        let entries = [
            sat_entry("2026-03-02T09:30:00", 30, 0, 30),
            sat_entry("2026-03-02T09:40:00", 20, 0, 20),
        ];
        assert_eq!(timeline_text(&entries), ["09:00-09:40 sat"]);
    }

    #[test]
    fn extreme_numbers_in_a_file_do_not_panic() {
        let most = u64::MAX;
        let far = [
            ("9999-12-30T22:00:00", most),
            ("-009999-01-03T00:00:00", most),
            ("2026-03-02T09:00:00", most),
        ];
        for (time, number) in far {
            let entries = [
                entry(
                    time,
                    Outcome::Sat {
                        seconds: number,
                        ago: number,
                        total: 0,
                    },
                ),
                entry(
                    time,
                    Outcome::Rested {
                        seconds: number,
                        sat: number,
                    },
                ),
                entry(
                    time,
                    Outcome::Partly {
                        routine: "desk".into(),
                        seconds: number,
                        total: number,
                    },
                ),
            ];
            let day = "2026-03-02".parse().unwrap();
            let _ = Stats::from_entries(&entries, Period::week(day), Date::MAX);
            let _ = timeline(&entries, day, &TimeZone::UTC);
            let _ = current_stay(&entries, number, &at("2026-03-02T10:00:00"));
        }
    }
}
