//! A routine as phases over time, derived from the repetitions, sets and holds of its exercises.
//!
//! Playback is arithmetic on the elapsed seconds: pause, back and next only change that number, and no ticks are counted.

use std::sync::Arc;

use super::exercise::Exercise;
use super::phases::{self, Part, Phase};
use crate::time::Span;

/// Seconds into a phase up to which *back* goes to the previous phase.
const JUST_BEGUN: f64 = 2.0;

/// Repetitions per set that remain in a plan shortened for lack of time; fewer are hardly worth getting ready for. Our choice.
const MIN_REPS: u32 = 3;

/// A routine with all its phases. It has at least one phase.
#[derive(Clone, Debug)]
pub struct Plan {
    /// Identifier of the routine or exercise.
    pub id: String,
    /// Display name of the routine or exercise.
    pub name: String,
    /// A sentence about the benefit of the routine, or the dose of the exercise.
    pub about: String,
    parts: Vec<Part>,
    phases: Vec<Phase>,
    /// The second at which each phase begins.
    starts: Vec<f64>,
    total: f64,
}

impl Plan {
    /// Returns the plan of one exercise with its full dose.
    #[must_use]
    pub fn for_exercise(exercise: &Arc<Exercise>) -> Self {
        let part = Part::full_dose(exercise);
        let about = part.dose_sentence();
        Self::new(&exercise.id, &exercise.name, &about, vec![part])
    }

    /// Returns the plan of these exercises in sequence.
    pub(super) fn new(id: &str, name: &str, about: &str, parts: Vec<Part>) -> Self {
        let phases = phases::phases_of(&parts);
        let mut total = 0.0;
        let starts = phases
            .iter()
            .map(|phase| {
                let start = total;
                total += phase.seconds;
                start
            })
            .collect();
        Self {
            id: id.to_owned(),
            name: name.to_owned(),
            about: about.to_owned(),
            parts,
            phases,
            starts,
            total,
        }
    }

    /// Returns the plan shortened to `length`: sets, then repetitions are left out until it fits. Holds and the warm-up keep
    /// their length, and every exercise keeps a minimum. If the plan cannot fit, it is as short as possible.
    #[must_use]
    pub fn shortened_to(self, length: Span) -> Self {
        let mut parts = self.parts.clone();
        shrink_to(length.duration().as_secs_f64(), &mut parts, MIN_REPS);
        for (part, before) in parts.iter_mut().zip(&self.parts) {
            part.is_shortened = (part.sets, part.reps) != (before.sets, before.reps);
        }
        let about = match &parts[..] {
            [part] if part.exercise.id == self.id => part.dose_sentence(),
            _ => self.about,
        };
        Self::new(&self.id, &self.name, &about, parts)
    }

    /// Returns `true` if the plan takes no longer than `length`.
    #[must_use]
    pub fn fits(&self, length: Span) -> bool {
        self.total <= length.duration().as_secs_f64()
    }

    /// Returns `true` if any exercise was shortened for lack of time.
    #[must_use]
    pub fn is_shortened(&self) -> bool {
        self.parts.iter().any(|part| part.is_shortened)
    }

    /// Returns the exercises, in order.
    #[must_use]
    pub fn parts(&self) -> &[Part] {
        &self.parts
    }

    /// Returns the phases, in order.
    #[must_use]
    pub fn phases(&self) -> &[Phase] {
        &self.phases
    }

    /// Returns the total duration in seconds.
    #[must_use]
    pub fn total_seconds(&self) -> f64 {
        self.total
    }

    /// Returns the number of repetitions or breaths, over all sets and sides.
    #[must_use]
    pub fn rep_count(&self) -> u32 {
        let reps = self.phases.iter().filter(|phase| phase.begins_rep);
        reps.count() as u32
    }

    /// Returns the second to go to when *back* is pressed: the beginning of this phase, or of the previous one if this one has
    /// just begun.
    #[must_use]
    pub fn back(&self, elapsed: f64) -> f64 {
        let elapsed = self.clamp_elapsed(elapsed);
        let index = self.index_at(elapsed);
        let elapsed_in_phase = elapsed - self.starts[index];
        let target = if elapsed_in_phase > JUST_BEGUN {
            index
        } else {
            index.saturating_sub(1)
        };
        self.starts[target]
    }

    /// Returns the second to go to when *next* is pressed: the beginning of the next phase, or the end.
    #[must_use]
    pub fn next(&self, elapsed: f64) -> f64 {
        let index = self.index_at(self.clamp_elapsed(elapsed));
        self.starts.get(index + 1).copied().unwrap_or(self.total)
    }

    /// Returns the second at which the next exercise begins, or the end.
    #[must_use]
    pub fn next_exercise(&self, elapsed: f64) -> f64 {
        let part = self.part_at(elapsed);
        self.start_of_exercise(part + 1).unwrap_or(self.total)
    }

    /// Returns the second at which this exercise begins, or the previous one if this one has just begun.
    #[must_use]
    pub fn previous_exercise(&self, elapsed: f64) -> f64 {
        let part = self.part_at(elapsed);
        let start = self.start_of_exercise(part).unwrap_or(0.0);
        if self.clamp_elapsed(elapsed) - start > JUST_BEGUN {
            start
        } else {
            self.start_of_exercise(part.saturating_sub(1))
                .unwrap_or(0.0)
        }
    }

    fn part_at(&self, elapsed: f64) -> usize {
        self.phases[self.index_at(self.clamp_elapsed(elapsed))].part
    }

    /// Returns the second at which an exercise begins, by its index in [`Self::parts`].
    #[must_use]
    pub fn start_of_exercise(&self, part: usize) -> Option<f64> {
        let index = self.phases.iter().position(|phase| phase.part == part)?;
        Some(self.starts[index])
    }

    /// Returns the second at which a phase begins.
    pub(super) fn start_of(&self, index: usize) -> f64 {
        self.starts[index]
    }

    /// Clamps a second to the duration of the plan; NaN becomes 0.
    pub(super) fn clamp_elapsed(&self, elapsed: f64) -> f64 {
        if elapsed.is_nan() {
            0.0
        } else {
            elapsed.clamp(0.0, self.total)
        }
    }

    /// Returns the index of the phase at a second of the plan.
    pub(super) fn index_at(&self, elapsed: f64) -> usize {
        self.starts
            .partition_point(|start| *start <= elapsed)
            .saturating_sub(1)
    }
}

/// Leaves out sets, then repetitions, always from the longest exercise, until all parts fit into `most` seconds.
pub(super) fn shrink_to(most: f64, parts: &mut [Part], least: u32) {
    while parts.iter().map(Part::seconds).sum::<f64>() > most {
        let shrinkable = parts.iter_mut().filter(|part| part.can_shrink(least));
        match shrinkable.max_by(|a, b| a.seconds().total_cmp(&b.seconds())) {
            Some(longest) => longest.shrink(),
            None => return,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::routine::{Kind, Library};

    fn plan(id: &str) -> Plan {
        Library::shipped().plan(id).unwrap()
    }

    #[test]
    fn the_dose_of_the_source_is_played() {
        let thoracic = plan("thoracic-extension");
        assert_eq!(thoracic.total_seconds(), 6.0 + 10.0 * 6.0);
        assert_eq!(
            thoracic
                .phases()
                .iter()
                .filter(|phase| phase.begins_rep)
                .count(),
            10
        );
        let scapula = plan("scapula-squeeze");
        let holds: Vec<&Phase> = scapula
            .phases()
            .iter()
            .filter(|phase| phase.kind == Kind::Hold)
            .collect();
        assert_eq!(holds.len(), 30);
        assert!(holds.iter().all(|hold| hold.seconds == 5.0));
        assert_eq!(
            scapula
                .phases()
                .iter()
                .filter(|phase| phase.kind == Kind::Rest)
                .count(),
            1
        );
        assert_eq!(scapula.total_seconds(), 6.0 + 30.0 * 8.5 + 20.0);
    }

    #[test]
    fn routines_have_the_advertised_length() {
        let minutes = |id: &str| plan(id).total_seconds() / 60.0;
        assert!((5.0..6.0).contains(&minutes("desk")), "{}", minutes("desk"));
        assert!(
            (2.5..3.0).contains(&minutes("desk-short")),
            "{}",
            minutes("desk-short")
        );
        assert!(
            (0.4..=0.5).contains(&minutes("moment")),
            "{}",
            minutes("moment")
        );
        assert!(plan("desk-short").parts().iter().all(|part| part.sets == 1));
    }

    #[test]
    fn a_short_routine_never_shortens_a_hold() {
        let long: Vec<f64> = plan("desk")
            .phases()
            .iter()
            .map(|phase| phase.seconds)
            .collect();
        for phase in plan("desk-short")
            .phases()
            .iter()
            .chain(plan("moment").phases())
        {
            assert!(long.contains(&phase.seconds), "{phase:?}");
        }
    }

    fn within(id: &str, minutes: u64) -> Plan {
        plan(id).shortened_to(Span::seconds(60 * minutes))
    }

    #[test]
    fn shortened_plan_drops_sets_then_repetitions_and_announces_it() {
        let desk = within("desk", 3);
        assert!(desk.total_seconds() <= 180.0 && desk.is_shortened());
        let [thoracic, squeeze] = desk.parts() else {
            panic!("both are there");
        };
        assert_eq!((thoracic.reps, squeeze.sets, squeeze.reps), (10, 1, 12));
        assert_eq!(thoracic.shortened_text(), None);
        let text = "Shortened: 1 of 2 sets, 12 of 15 reps";
        assert_eq!(squeeze.shortened_text().unwrap(), text);
        assert_eq!(desk.at(66.0).counter(), text);
        assert_eq!(
            desk.at(66.0).spoken(),
            format!("Scapula squeeze. {text}. Sit tall, arms by your sides.")
        );
        assert_eq!(desk.at(73.0).counter(), "Rep 1 of 12", "it is said once");
        assert!(desk.show_text(&Library::shipped()).contains(text));
        let child = within("childs-pose", 1);
        assert_eq!(
            child.parts()[0].shortened_text().unwrap(),
            "Shortened: 3 of 8 breaths"
        );
        assert_eq!(child.about, "3 slow breaths.");
    }

    #[test]
    fn enough_time_changes_nothing() {
        let (desk, full) = (within("desk", 6), plan("desk"));
        assert!(!desk.is_shortened() && desk.fits(Span::seconds(347)));
        assert_eq!(desk.phases(), full.phases());
        assert_eq!(plan("moment").parts()[0].shortened_text(), None);
    }

    #[test]
    fn a_shortened_plan_keeps_its_holds_its_warm_up_and_three_repetitions() {
        for id in Library::shipped().ids() {
            let full = plan(id);
            let least = plan(id).shortened_to(Span::seconds(1));
            for (part, before) in least.parts().iter().zip(full.parts()) {
                assert!(
                    part.reps >= before.reps.min(3),
                    "{id}: {}",
                    part.exercise.id
                );
            }
            let lengths: Vec<f64> = full.phases().iter().map(|phase| phase.seconds).collect();
            let is_unchanged = |phase: &Phase| lengths.contains(&phase.seconds);
            assert!(least.phases().iter().all(is_unchanged), "{id}");
            assert!(!least.is_shortened() || !least.fits(Span::seconds(1)));
        }
        let standing = within("standing", 6);
        assert!(standing.fits(Span::seconds(360)));
        assert_eq!(standing.parts()[1].reps, 5, "the warm-up is whole");
        assert!(!within("all", 1).fits(Span::seconds(60)));
    }

    #[test]
    fn plan_without_warm_up_leaves_out_only_the_warm_up() {
        let library = Library::shipped();
        let ids = |plan: &Plan| -> Vec<String> {
            plan.parts()
                .iter()
                .map(|part| part.exercise.id.clone())
                .collect()
        };
        for id in ["standing", "floor", "all"] {
            let (cold, warm) = (
                library.plan(id).unwrap(),
                library.plan_without_warm_up(id).unwrap(),
            );
            assert_eq!(ids(&cold)[..2], ["short-walk", "shoulder-roll"], "{id}");
            assert_eq!(ids(&cold)[2..], ids(&warm), "{id}");
            assert_eq!((&cold.id, &cold.name), (&warm.id, &warm.name));
        }
        let desk = [library.plan("desk"), library.plan_without_warm_up("desk")];
        let [cold, warm] = desk.map(|plan| ids(&plan.unwrap()));
        assert_eq!(cold, warm);
        assert!(library.plan_without_warm_up("flor").is_err());
    }

    #[test]
    fn invalid_times_are_clamped() {
        let moment = plan("moment");
        assert_eq!(moment.at(f64::NAN).elapsed, 0.0);
        assert_eq!(moment.at(-3.0).index, 0);
        assert!(moment.at(f64::INFINITY).finished);
        assert_eq!(moment.back(f64::NAN), 0.0);
        assert_eq!(moment.next(1e12), moment.total_seconds());
    }

    /// Returns one of all routines and exercises.
    fn any_plan(which: usize) -> Plan {
        let library = Library::shipped();
        let ids: Vec<&str> = library.ids().collect();
        library.plan(ids[which % ids.len()]).unwrap()
    }

    proptest! {
        #[test]
        fn phases_sum_to_the_total(which in 0usize..1000) {
            let plan = any_plan(which);
            let sum: f64 = plan.phases().iter().map(|phase| phase.seconds).sum();
            prop_assert!((sum - plan.total_seconds()).abs() < 1e-9);
            let parts: f64 = plan.parts().iter().map(Part::seconds).sum();
            prop_assert!((parts - plan.total_seconds()).abs() < 1e-9);
        }

        #[test]
        fn back_undoes_next(which in 0usize..1000, part in 0.0f64..1.0) {
            let plan = any_plan(which);
            let elapsed = part * plan.total_seconds();
            let next = plan.next(elapsed);
            prop_assert!(next > elapsed);
            let cue = plan.at(elapsed);
            if next < plan.total_seconds() {
                prop_assert_eq!(plan.at(next).index, cue.index + 1);
                prop_assert_eq!(plan.at(next).into, 0.0);
                prop_assert_eq!(plan.at(plan.back(next)).index, cue.index);
            }
            let back = plan.back(elapsed);
            prop_assert!(back <= elapsed);
            prop_assert!(cue.index - plan.at(back).index <= 1);
            prop_assert!(back < elapsed || elapsed == 0.0);
        }
    }
}
