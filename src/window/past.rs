//! The part of the history that the window uses: last sessions, an interrupted routine, and how the back has felt.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use jiff::{ToSpan as _, ZonedDateTime};
use unhunch::history::{Entry, Log, last_done};
use unhunch::paths::Paths;
use unhunch::routine::{Library, Plan};
use unhunch::schedule::{Feeling, Outcome, SHORTEST_SESSION};
use unhunch::time::{Span, day};

/// The time within which an interrupted routine can be continued.
const CONTINUE_WITHIN: jiff::SignedDuration = jiff::SignedDuration::from_hours(1);
/// If the back felt worse on this many of the last seven days, the user is advised to see a doctor.
const WORSE_DAYS: usize = 3;

/// A summary of the recent history.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct RecentHistory {
    /// The last time each routine and exercise was done, in the time zone of that session.
    pub(crate) last_done: BTreeMap<String, ZonedDateTime>,
    /// The routine interrupted within the last hour, unless something was done since.
    pub(crate) broken_off: Option<InterruptedRoutine>,
    /// The day of the last answer to the question of how the back feels.
    last_answer: Option<Date>,
    /// The days on which the back felt worse, among the last seven.
    worse: BTreeSet<Date>,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct InterruptedRoutine {
    pub(crate) routine: String,
    /// The time already played, in seconds.
    pub(crate) seconds: u64,
    /// The total length, in seconds.
    pub(crate) total: u64,
}

impl InterruptedRoutine {
    /// Returns the time left, in seconds.
    pub(crate) fn left(&self) -> u64 {
        self.total.saturating_sub(self.seconds)
    }

    /// Returns the approximate length to continue with. `None` for the full length, with or without the warm-up.
    pub(crate) fn length(&self, library: &Library) -> Option<Span> {
        let full_plans = [
            library.plan(&self.routine),
            library.plan_without_warm_up(&self.routine),
        ];
        let is_whole = |plan: &Plan| plan.total_seconds().round() as u64 == self.total;
        let is_whole = full_plans.iter().flatten().any(is_whole);
        // The total is rounded. One more second is too short for another repetition.
        (!is_whole).then(|| Span::seconds(self.total + 1))
    }
}

impl RecentHistory {
    /// Reads the recent history. Empty if there is none.
    pub(crate) fn read(now: &ZonedDateTime) -> Self {
        let entries = Paths::find().map(|paths| Log::open(&paths).read_recent(day(now)));
        Self::from_entries(&entries.unwrap_or_default(), now)
    }

    fn from_entries(entries: &[Entry], now: &ZonedDateTime) -> Self {
        let mut past = Self {
            last_done: last_done(entries),
            ..Self::default()
        };
        // Entries are in order, so the newest one wins.
        for entry in entries {
            if matches!(entry.outcome, Outcome::CheckIn { .. }) {
                past.last_answer = Some(day(&entry.local()));
            }
            match &entry.outcome {
                Outcome::Done { .. } => past.broken_off = None,
                // Older versions recorded even a window that was closed at once.
                Outcome::Partly { seconds, .. } if *seconds < SHORTEST_SESSION => {}
                Outcome::Partly {
                    routine,
                    seconds,
                    total,
                } => {
                    let is_fresh = now.timestamp().duration_since(entry.t) <= CONTINUE_WITHIN;
                    let is_part = is_fresh && seconds < total;
                    past.broken_off = is_part.then(|| InterruptedRoutine {
                        routine: routine.clone(),
                        seconds: *seconds,
                        total: *total,
                    });
                }
                Outcome::CheckIn {
                    feeling: Feeling::Worse,
                    ..
                } => {
                    past.worse.insert(day(&entry.local()));
                    // Don't ask to continue when the back needs rest.
                    past.broken_off = None;
                }
                Outcome::CheckIn { .. }
                | Outcome::Exercise { .. }
                | Outcome::Asked { .. }
                | Outcome::Snoozed { .. }
                | Outcome::Skipped { .. }
                | Outcome::Ignored { .. }
                | Outcome::Rested { .. }
                | Outcome::Sat { .. }
                | Outcome::Held { .. } => {}
            }
        }
        let week_ago = day(now).saturating_sub(7.days());
        past.worse.retain(|worse| *worse > week_ago);
        past
    }

    /// Returns `true` if the user has said today how the back feels.
    pub(crate) fn has_answered(&self, now: &ZonedDateTime) -> bool {
        self.last_answer == Some(day(now))
    }

    /// Returns `true` if the back felt worse, counting today, on enough of the last seven days to advise seeing a doctor.
    pub(crate) fn is_often_worse(&self, now: &ZonedDateTime) -> bool {
        let mut worse = self.worse.clone();
        worse.insert(day(now));
        worse.len() >= WORSE_DAYS
    }
}

#[cfg(test)]
mod tests {
    use unhunch::routine::PlanOptions;

    use super::*;

    fn at(text: &str) -> ZonedDateTime {
        format!("{text}[Europe/Berlin]").parse().unwrap()
    }

    fn entry(time: &str, outcome: Outcome) -> Entry {
        Entry::new(outcome, &at(time))
    }

    fn done(routine: &str) -> Outcome {
        Outcome::Done {
            routine: routine.into(),
            seconds: 60,
        }
    }

    fn partly(seconds: u64) -> Outcome {
        Outcome::Partly {
            routine: "desk".into(),
            seconds,
            total: 347,
        }
    }

    fn worse() -> Outcome {
        Outcome::CheckIn {
            routine: "desk".into(),
            feeling: Feeling::Worse,
        }
    }

    #[test]
    fn an_interrupted_routine_can_be_continued_for_an_hour() {
        let now = at("2026-03-02T10:00:00");
        let interrupted_after = |entries: &[Entry]| {
            RecentHistory::from_entries(entries, &now)
                .broken_off
                .map(|off| off.seconds)
        };
        assert_eq!(
            interrupted_after(&[entry("2026-03-02T09:30:00", partly(80))]),
            Some(80)
        );
        assert_eq!(
            interrupted_after(&[entry("2026-03-02T08:30:00", partly(80))]),
            None
        );
        assert_eq!(
            interrupted_after(&[entry("2026-03-02T09:30:00", partly(0))]),
            None
        );
        let since = [
            entry("2026-03-02T09:30:00", partly(80)),
            entry("2026-03-02T09:50:00", done("moment")),
        ];
        assert_eq!(interrupted_after(&since), None);
        let hurt = [
            entry("2026-03-02T09:30:00", partly(80)),
            entry("2026-03-02T09:31:00", worse()),
        ];
        assert_eq!(interrupted_after(&hurt), None);
    }

    #[test]
    fn the_back_is_asked_about_once_a_day() {
        let entries = [entry("2026-03-02T09:30:00", worse())];
        let answered = |now: &str| {
            let now = at(now);
            RecentHistory::from_entries(&entries, &now).has_answered(&now)
        };
        assert!(answered("2026-03-02T23:59:00"));
        assert!(!answered("2026-03-03T00:01:00"));
    }

    #[test]
    fn a_shortened_routine_is_continued_at_its_length() {
        let library = Library::shipped();
        for minutes in [3, 4, 5, 6] {
            let plan = library.plan("desk").unwrap();
            let plan = plan.shortened_to(Span::seconds(60 * minutes));
            let total = plan.total_seconds().round() as u64;
            let (routine, seconds) = ("desk".into(), 30);
            let off = InterruptedRoutine {
                routine,
                seconds,
                total,
            };
            let length = off.length(&library);
            assert_eq!(length.is_some(), plan.is_shortened());
            let options = PlanOptions {
                sit_seconds: None,
                length,
            };
            let again = library.plan_with("desk", options).unwrap();
            assert_eq!(again.phases(), plan.phases(), "{minutes} min");
        }
    }

    #[test]
    fn three_bad_days_of_seven_are_enough() {
        let now = at("2026-03-08T10:00:00");
        let often = |days: &[&str]| {
            let entries: Vec<_> = days.iter().map(|day| entry(day, worse())).collect();
            RecentHistory::from_entries(&entries, &now).is_often_worse(&now)
        };
        assert!(often(&["2026-03-03T10:00:00", "2026-03-05T10:00:00"]));
        assert!(!often(&["2026-03-05T09:00:00", "2026-03-05T10:00:00"]));
        assert!(!often(&["2026-03-01T10:00:00", "2026-03-05T10:00:00"]));
        assert!(!often(&[]));
    }
}
