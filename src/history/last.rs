//! The time at which each routine and each exercise was last done.

use std::collections::BTreeMap;

use jiff::ZonedDateTime;

use super::Entry;
use crate::schedule::Outcome;

/// Returns the time at which each routine and exercise was last done, in the time zone of the entry. The entries are
/// sorted, oldest first. An exercise counts only if it was done as planned, in any routine.
#[must_use]
pub fn last_done(entries: &[Entry]) -> BTreeMap<String, ZonedDateTime> {
    let done = |entry: &Entry| {
        let id = match &entry.outcome {
            Outcome::Done { routine, .. } => routine,
            Outcome::Exercise { portion, .. } if portion.is_done() => &portion.exercise,
            Outcome::Exercise { .. }
            | Outcome::Asked { .. }
            | Outcome::Partly { .. }
            | Outcome::Snoozed { .. }
            | Outcome::Skipped { .. }
            | Outcome::Ignored { .. }
            | Outcome::Rested { .. }
            | Outcome::Sat { .. }
            | Outcome::Held { .. }
            | Outcome::CheckIn { .. } => return None,
        };
        Some((id.clone(), entry.local()))
    };
    entries.iter().filter_map(done).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::routine::Portion;

    fn at(text: &str) -> ZonedDateTime {
        format!("{text}[Europe/Berlin]").parse().unwrap()
    }

    fn done(time: &str) -> Entry {
        let (routine, seconds) = ("desk".to_owned(), 347);
        Entry::new(Outcome::Done { routine, seconds }, &at(time))
    }

    fn squeezed(time: &str, reps: [u32; 2]) -> Entry {
        let portion = Portion {
            exercise: "scapula-squeeze".to_owned(),
            seconds: 60,
            total: 281,
            sets: [0, 2],
            reps,
            sides: BTreeMap::new(),
            phases: BTreeMap::new(),
        };
        let routine = "desk".to_owned();
        Entry::new(Outcome::Exercise { routine, portion }, &at(time))
    }

    #[test]
    fn the_last_time_counts() {
        let entries = [done("2026-03-01T10:00:00"), done("2026-03-02T09:00:00")];
        assert_eq!(last_done(&entries)["desk"], at("2026-03-02T09:00:00"));
    }

    #[test]
    fn an_exercise_done_within_a_routine_is_done() {
        let entries = [
            squeezed("2026-03-01T10:00:00", [30, 30]),
            squeezed("2026-03-02T09:00:00", [7, 30]),
        ];
        let last = last_done(&entries);
        assert_eq!(
            last["scapula-squeeze"],
            at("2026-03-01T10:00:00"),
            "a part of it is not it"
        );
        assert!(!last.contains_key("desk"));
    }
}
