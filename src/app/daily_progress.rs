//! The routines and exercises prescribed per day, and the progress of today.

use std::collections::BTreeMap;

use jiff::civil::Date;

use crate::history::Log;
use crate::ipc::{Prescribed, Today};
use crate::routine::{Library, LibraryItem, Plan, Portion};
use crate::schedule::Outcome;
use crate::time::{Moment, day};
use crate::tray::Named;

/// The prescriptions, the stretches done today and the daily goal.
#[derive(Debug, Default)]
pub(super) struct DailyProgress {
    prescribed: Prescriptions,
    /// The number of completions per id on `day`.
    done: BTreeMap<String, u32>,
    /// The number of stretches completed on `day`.
    stretches: u32,
    /// The number of stretches per day that the user aims for; 0 means no goal.
    goal: u8,
    /// The day being counted, in local time.
    day: Date,
}

/// The prescriptions per id.
pub(super) type Prescriptions = BTreeMap<String, Prescription>;

#[derive(Debug)]
pub(super) struct Prescription {
    name: String,
    per_day: u32,
    /// The repetitions over all sets of an exercise. `None` for a routine.
    reps: Option<u32>,
}

impl Prescription {
    /// Returns `true` if this is a prescribed exercise and the portion covers all its repetitions.
    fn is_completed_by(&self, portion: &Portion) -> bool {
        let [done, _] = portion.reps;
        self.reps.is_some_and(|reps| done >= reps)
    }
}

/// Returns the prescriptions of a library.
pub(super) fn prescriptions(library: &Library) -> Prescriptions {
    let prescribed = library.iter().filter_map(|item| {
        let prescription = Prescription {
            name: item.name().to_owned(),
            per_day: item.per_day()?,
            reps: reps(item),
        };
        Some((item.id().to_owned(), prescription))
    });
    prescribed.collect()
}

/// Returns the repetitions over all sets and sides, if this is an exercise.
fn reps(item: LibraryItem<'_>) -> Option<u32> {
    match item {
        LibraryItem::Exercise(exercise) => Some(Plan::for_exercise(exercise).rep_count()),
        LibraryItem::Routine(_) => None,
    }
}

impl DailyProgress {
    pub(super) fn new(prescribed: Prescriptions, goal: u8) -> Self {
        Self {
            prescribed,
            goal,
            ..Self::default()
        }
    }

    /// Updates the prescriptions, and returns `true` if there are new ones: what was done of them today is still to be
    /// [loaded](Self::load_today).
    pub(super) fn update_prescriptions(&mut self, prescribed: Prescriptions) -> bool {
        let before = std::mem::replace(&mut self.prescribed, prescribed);
        let is_new = |id: &String| !before.contains_key(id);
        self.prescribed.keys().any(is_new)
    }

    /// Returns `true` if something that is shown begins at zero again when this day ends.
    pub(super) fn restarts_after(&self, today: Date) -> bool {
        let has_progress = self.goal > 0 && self.stretches > 0;
        let has_dose = self.prescribed.keys().any(|id| self.done(id, today) > 0);
        self.day == today && (has_progress || has_dose)
    }

    /// Sets the daily goal.
    pub(super) fn set_goal(&mut self, goal: u8, log: &Log, today: Date) {
        let is_new = self.goal == 0 && goal > 0;
        self.goal = goal;
        if is_new {
            self.load_today(log, today);
        }
    }

    /// Counts today's entries of the history. The history is read only if there are prescriptions or a goal.
    pub(super) fn load_today(&mut self, log: &Log, today: Date) {
        if self.prescribed.is_empty() && self.goal == 0 {
            return;
        }
        self.reset(today);
        for entry in log.read_within(today, today).0 {
            if day(&entry.local()) == today {
                self.add(&entry.outcome, today);
            }
        }
    }

    /// Counts an outcome that has just happened.
    pub(super) fn count(&mut self, outcome: &Outcome, now: &Moment) {
        self.add(outcome, day(&now.wall));
    }

    fn reset(&mut self, day: Date) {
        self.done.clear();
        self.stretches = 0;
        self.day = day;
    }

    /// A routine counts once it is completed, an exercise once all its repetitions are done in any routine.
    fn add(&mut self, outcome: &Outcome, day: Date) {
        if self.day != day {
            self.reset(day);
        }
        self.stretches += u32::from(matches!(outcome, Outcome::Done { .. }));
        let prescription = |id: &str| self.prescribed.get(id);
        let is_exercise =
            |id: &str| prescription(id).is_some_and(|prescription| prescription.reps.is_some());
        let filled = match outcome {
            Outcome::Done { routine, .. } if !is_exercise(routine) => routine,
            Outcome::Exercise { portion, .. }
                if prescription(&portion.exercise)
                    .is_some_and(|prescription| prescription.is_completed_by(portion)) =>
            {
                &portion.exercise
            }
            Outcome::Done { .. }
            | Outcome::Exercise { .. }
            | Outcome::Asked { .. }
            | Outcome::Partly { .. }
            | Outcome::Snoozed { .. }
            | Outcome::Skipped { .. }
            | Outcome::Ignored { .. }
            | Outcome::Rested { .. }
            | Outcome::Sat { .. }
            | Outcome::Held { .. }
            | Outcome::CheckIn { .. } => return,
        };
        *self.done.entry(filled.clone()).or_default() += 1;
    }

    fn done(&self, id: &str, today: Date) -> u32 {
        let done = self.done.get(id).filter(|_| self.day == today);
        done.copied().unwrap_or(0)
    }

    /// Adds today's count to the names of what is prescribed.
    pub(super) fn for_menu(&self, names: &Named, today: Date) -> Named {
        let items = names.items.iter();
        let items = items.map(|(id, name)| (id.clone(), self.named(id, name, today)));
        Named {
            items: items.collect(),
            has_more: names.has_more,
        }
    }

    fn named(&self, id: &str, name: &str, today: Date) -> String {
        match self.prescribed.get(id) {
            None => name.to_owned(),
            Some(prescription) => self.progress(id, prescription, today).with_progress(),
        }
    }

    fn progress(&self, id: &str, prescription: &Prescription, today: Date) -> Prescribed {
        Prescribed {
            id: id.to_owned(),
            name: prescription.name.clone(),
            done: self.done(id, today),
            per_day: prescription.per_day,
        }
    }

    /// Returns today's progress for `status --json`. `None` if there is no goal.
    pub(super) fn today(&self, today: Date) -> Option<Today> {
        let stretches = if self.day == today { self.stretches } else { 0 };
        let goal = self.goal;
        (goal > 0).then_some(Today { stretches, goal })
    }

    /// Returns the prescriptions and their progress for `status --json`.
    pub(super) fn programme(&self, today: Date) -> Vec<Prescribed> {
        let all = self.prescribed.iter();
        all.map(|(id, prescription)| self.progress(id, prescription, today))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::history::stats::{Period, Stats};

    fn library() -> Library {
        let mut library = Library::shipped();
        let routine = "[[routine]]\nid = \"neck\"\nname = \"Neck\"\nabout = \"x\"\nexercises = [\"scapula-squeeze\"]\nper_day = 3\n";
        assert_eq!(library.add(&[], ("routines.toml", routine)), []);
        library
    }

    fn at(wall: &str) -> Moment {
        Moment {
            elapsed: std::time::Duration::ZERO,
            slept: std::time::Duration::ZERO,
            wall: wall.parse().unwrap(),
        }
    }

    fn done(routine: &str) -> Outcome {
        Outcome::Done {
            routine: routine.to_owned(),
            seconds: 60,
        }
    }

    #[test]
    fn prescriptions_are_counted_per_day() {
        let mut progress = DailyProgress::new(prescriptions(&library()), 0);
        let monday = at("2026-03-02T09:00:00[Europe/Berlin]");
        let night = at("2026-03-03T00:10:00[Europe/Berlin]");
        let menu_name = |progress: &DailyProgress, now: &Moment| {
            progress.named("neck", "Neck", now.wall.date())
        };
        assert_eq!(menu_name(&progress, &monday), "Neck (0 of 3 today)");
        progress.count(&done("neck"), &monday);
        progress.count(&done("desk"), &monday);
        assert_eq!(menu_name(&progress, &monday), "Neck (1 of 3 today)");
        assert_eq!(menu_name(&progress, &night), "Neck (0 of 3 today)");
        progress.count(&done("neck"), &night);
        assert_eq!(progress.programme(night.wall.date())[0].done, 1);
        assert_eq!(
            progress.named("desk", "Desk stretch", night.wall.date()),
            "Desk stretch"
        );
    }

    #[test]
    fn goal_counts_completed_stretches() {
        let home = tempfile::tempdir().unwrap();
        let mut log = Log::open(&crate::paths::Paths::under(home.path()));
        let monday = at("2026-03-02T09:00:00[Europe/Berlin]");
        let tuesday = at("2026-03-03T00:10:00[Europe/Berlin]");
        log.append(done("desk"), &monday).unwrap();
        let mut progress = DailyProgress::default();
        let (first, second) = (monday.wall.date(), tuesday.wall.date());
        assert_eq!(progress.today(first), None, "nobody wants it");
        progress.set_goal(3, &log, first);
        progress.count(&done("moment"), &monday);
        let broken_off = Outcome::Partly {
            routine: "desk".to_owned(),
            seconds: 60,
            total: 300,
        };
        progress.count(&broken_off, &monday);
        assert_eq!(progress.today(first).unwrap().stretches, 2);
        progress.set_goal(4, &log, first);
        assert_eq!(progress.today(first).unwrap().goal, 4);
        assert_eq!(progress.today(second).unwrap().stretches, 0);
        progress.count(&done("desk"), &tuesday);
        assert_eq!(progress.today(second).unwrap().stretches, 1);
    }

    #[test]
    fn an_exercise_counts_when_all_of_it_was_done_within_a_routine() {
        let mut library = Library::shipped();
        let squeeze = library.exercise("scapula-squeeze").unwrap();
        assert_eq!(squeeze.dose.count(), 15, "or the numbers below are wrong");
        let exercise = include_str!("../../config/exercises/scapula-squeeze.toml").replacen(
            "sides ",
            "per_day = 3\nsides ",
            1,
        );
        assert_eq!(
            library.add(&[("x.toml", &exercise)], ("routines.toml", "")),
            []
        );
        let mut progress = DailyProgress::new(prescriptions(&library), 0);
        let now = at("2026-03-02T09:00:00[Europe/Berlin]");
        let mut done_after = |reps: [u32; 2]| {
            let portion = Portion {
                exercise: "scapula-squeeze".to_owned(),
                seconds: 60,
                total: 60,
                sets: [1, 1],
                reps,
                sides: BTreeMap::new(),
                phases: BTreeMap::new(),
            };
            let routine = "desk".to_owned();
            progress.count(&Outcome::Exercise { routine, portion }, &now);
            progress.count(&done("scapula-squeeze"), &now);
            progress.programme(now.wall.date())[0].done
        };
        assert_eq!(done_after([30, 30]), 1);
        assert_eq!(done_after([29, 30]), 1, "not all of it");
        assert_eq!(
            done_after([15, 15]),
            1,
            "a single set is not what was prescribed"
        );
        assert_eq!(done_after([30, 30]), 2);
    }

    #[test]
    fn a_prescription_that_is_new_counts_what_was_done_today() {
        let home = tempfile::tempdir().unwrap();
        let mut log = Log::open(&crate::paths::Paths::under(home.path()));
        let now = at("2026-03-02T12:00:00[Europe/Berlin]");
        let mut progress = DailyProgress::default();
        log.append(done("neck"), &at("2026-03-02T09:00:00[Europe/Berlin]"))
            .unwrap();
        assert!(progress.update_prescriptions(prescriptions(&library())));
        progress.load_today(&log, day(&now.wall));
        assert_eq!(progress.programme(day(&now.wall))[0].done, 1);
        assert!(
            !progress.update_prescriptions(prescriptions(&library())),
            "it is no longer new"
        );
    }

    /// Goal, progress, statistics and the history agree on the day that a stretch belongs to.
    #[test]
    fn a_day_is_the_same_day_everywhere() {
        let times = [
            // Around two midnights, and around 5:00, where a pause until "tomorrow" ends.
            "2026-03-28T23:59:00[Europe/Berlin]",
            "2026-03-29T00:01:00[Europe/Berlin]",
            "2026-03-29T04:59:00[Europe/Berlin]",
            "2026-03-29T05:01:00[Europe/Berlin]",
            "2026-10-24T23:59:00[Europe/Berlin]",
            "2026-10-25T00:01:00[Europe/Berlin]",
            "2026-10-25T02:30:00+02:00[Europe/Berlin]",
            "2026-10-25T02:30:00+01:00[Europe/Berlin]",
            "2026-10-25T23:59:00[Europe/Berlin]",
            "2026-10-26T00:01:00[Europe/Berlin]",
            // Recorded on a journey: it counts on the date that the user saw.
            "2026-10-26T22:00:00[America/New_York]",
        ];
        let home = tempfile::tempdir().unwrap();
        let mut log = Log::open(&crate::paths::Paths::under(home.path()));
        for time in times {
            log.append(done("neck"), &at(time)).unwrap();
        }
        let (entries, _) = log.read();
        let mut progress = DailyProgress::new(prescriptions(&library()), 20);
        for time in times {
            let today = day(&at(time).wall);
            let expected = times.iter().filter(|other| day(&at(other).wall) == today);
            let expected = expected.count() as u32;
            progress.load_today(&log, today);
            assert_eq!(progress.today(today).unwrap().stretches, expected, "{time}");
            assert_eq!(progress.programme(today)[0].done, expected, "{time}");
            let stats = Stats::from_entries(&entries, Period::day(today), today);
            assert_eq!(stats.routines[0].times, expected, "{time}");
            let of_day = log.read_within(today, today).0;
            assert_eq!(of_day.len(), expected as usize, "{time}");
        }
    }

    #[test]
    fn progress_survives_a_restart() {
        let home = tempfile::tempdir().unwrap();
        let paths = crate::paths::Paths::under(home.path());
        let mut log = Log::open(&paths);
        let now = at("2026-03-02T09:00:00[Europe/Berlin]");
        log.append(done("neck"), &at("2026-03-01T23:00:00[Europe/Berlin]"))
            .unwrap();
        log.append(done("neck"), &now).unwrap();
        let mut progress = DailyProgress::new(prescriptions(&library()), 0);
        progress.load_today(&log, now.wall.date());
        assert_eq!(progress.programme(now.wall.date())[0].done, 1);
    }
}
