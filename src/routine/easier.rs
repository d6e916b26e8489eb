//! The easier form of an exercise: the same exercise with a smaller movement or a lower dose.

use std::sync::Arc;

use super::check::{Fault, Faults};
use super::exercise::{Easier, Exercise, START};
use super::phases::Part;
use super::plan::Plan;
use crate::figure::Drawing;
use crate::lang::tr;

/// The limits of [`Easier::range`]. A smaller movement could hardly be seen, a larger one would be no easier.
const RANGES: std::ops::RangeInclusive<f32> = 0.1..=0.9;

impl Exercise {
    /// Returns `true` if this is the easier form of an exercise.
    #[must_use]
    pub fn is_easier_form(&self) -> bool {
        self.normal_form.is_some()
    }

    /// Returns the other form: the easier one of an exercise that has one, and the normal one of an easier form.
    #[must_use]
    pub fn other_form(self: &Arc<Self>) -> Option<Arc<Self>> {
        match &self.normal_form {
            Some(normal) => Some(Arc::clone(normal)),
            None => self.easier_form().map(Arc::new),
        }
    }

    /// Returns how the easier form is done, if this is one.
    #[must_use]
    pub fn advice(&self) -> Option<&str> {
        let easier = self.easier.as_ref();
        let easier = easier.filter(|_| self.is_easier_form())?;
        Some(&easier.text)
    }

    fn easier_form(self: &Arc<Self>) -> Option<Self> {
        let changes = self.easier.as_ref()?;
        let mut easier = Self {
            normal_form: Some(Arc::clone(self)),
            ..Self::clone(self)
        };
        let dose = &mut easier.dose;
        replace(&mut dose.reps, changes.reps);
        replace(&mut dose.breaths, changes.breaths);
        replace(&mut dose.hold, changes.hold);
        dose.sets = changes.sets.unwrap_or(dose.sets);
        if dose.sets == 1 {
            dose.rest = None;
        }
        if let Some(range) = changes.range {
            easier.figure.reduce(range, changes.neutral());
        }
        Some(easier)
    }

    /// Checks the easier form of an exercise that is valid itself, with the same `check`.
    pub(super) fn check_easier(&self, check: fn(&Self) -> Vec<Fault>, problems: &mut Faults) {
        let Some(changes) = &self.easier else {
            return;
        };
        let before = problems.0.len();
        if let Some(range) = changes.range.filter(|range| !RANGES.contains(range)) {
            let message = tr!(
                "`{key}` is {n}; expected {least} to {most}",
                key = "easier.range",
                n = range,
                least = RANGES.start(),
                most = RANGES.end()
            );
            problems.push("easier.range", message);
        }
        let drawing = self.figure.drawing();
        let has_pose = |pose: &&String| drawing.is_none_or(|drawing| drawing.has_pose(pose));
        if let Some(pose) = changes.neutral.as_ref().filter(|pose| !has_pose(pose)) {
            let names: Vec<&str> = drawing.into_iter().flat_map(Drawing::pose_names).collect();
            problems.push(
                "easier.neutral",
                tr!(
                    "{place}: `pose` is \"{pose}\", which [figure] doesn’t have; it has {names}",
                    place = "[easier]",
                    pose = pose,
                    names = names.join(", ")
                ),
            );
        }
        if problems.0.len() > before {
            return;
        }
        if let Some(easier) = Arc::new(self.clone()).easier_form() {
            for fault in check(&easier) {
                problems.push("easier", format!("[easier] {}", fault.message));
            }
        }
    }
}

impl Easier {
    fn neutral(&self) -> &str {
        self.neutral.as_deref().unwrap_or(START)
    }
}

fn replace<T>(value: &mut Option<T>, by: Option<T>) {
    if by.is_some() {
        *value = by;
    }
}

impl Part {
    /// Returns the advice for the easier form, if that is done.
    #[must_use]
    pub fn advice(&self) -> Option<&str> {
        self.exercise.advice()
    }

    /// Returns the part with the other form of its exercise, if there is one. A shortened part doesn't get longer.
    fn in_other_form(&self) -> Option<Self> {
        let exercise = self.exercise.other_form()?;
        let adapted = |planned: u32, full: u32, new: u32| {
            if planned == full {
                new
            } else {
                planned.min(new)
            }
        };
        let (before, after) = (&self.exercise.dose, &exercise.dose);
        Some(Self {
            reps: adapted(self.reps, before.count(), after.count()),
            sets: adapted(self.sets, before.sets, after.sets),
            exercise: Arc::clone(&exercise),
            ..self.clone()
        })
    }
}

impl Plan {
    /// Returns the same plan with the other form of one exercise, given by its index in [`Self::parts`]. `None` if it has only
    /// one.
    #[must_use]
    pub fn with_other_form(&self, part: usize) -> Option<Self> {
        let mut parts = self.parts().to_vec();
        parts[part] = parts.get(part)?.in_other_form()?;
        let about = match &parts[..] {
            [only] if only.exercise.id == self.id => only.dose_sentence(),
            _ => self.about.clone(),
        };
        Some(Self::new(&self.id, &self.name, &about, parts))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::figure::{Body, Stance};
    use crate::routine::{Kind, Library};

    fn exercise(easier: &str) -> Result<Exercise, Vec<String>> {
        let text = crate::routine::shipped::file("scapula-squeeze.toml");
        let (start, end) = (
            text.find("\n[easier]").unwrap(),
            text.find("\n[dose]").unwrap(),
        );
        Exercise::parse(&format!("{}\n{easier}\n{}", &text[..start], &text[end..]))
    }

    #[test]
    fn every_shipped_exercise_has_an_easier_form() {
        for exercise in Library::shipped()
            .exercises
            .iter()
            .filter(|exercise| exercise.id != "short-walk")
        {
            let easier = exercise.other_form().expect(&exercise.id);
            assert!(easier.is_easier_form() && !exercise.is_easier_form());
            assert_eq!(easier.check(), []);
            let text = &exercise.easier.as_ref().unwrap().text;
            assert_eq!(&easier.instructions()[0].text, text);
            let normal = easier.other_form().unwrap();
            assert_eq!(normal.instructions(), exercise.instructions());
        }
    }

    #[test]
    fn smaller_movement_has_the_same_beginning() {
        let library = Library::shipped();
        let normal = library.exercise("cat-cow").unwrap();
        let easier = normal.other_form().unwrap();
        let flex = |exercise: &Exercise, pose| {
            exercise
                .figure
                .drawing()
                .unwrap()
                .pose_at(&Stance::still(pose))
                .thorax
                .flex
        };
        assert_eq!(flex(&easier, "start"), flex(normal, "start"));
        let full = flex(normal, "cat") - flex(normal, "start");
        let smaller = flex(&easier, "cat") - flex(&easier, "start");
        let range = normal.easier.as_ref().unwrap().range.unwrap();
        assert!((smaller / full - range).abs() < 1e-4, "{smaller} of {full}");
        // The hands stay where they are.
        let hand = |exercise: &Exercise| {
            Body::from_pose(
                &exercise
                    .figure
                    .drawing()
                    .unwrap()
                    .pose_at(&Stance::still("cat")),
            )
            .arms[0]
                .hand
                .at
        };
        assert!(hand(normal).distance(hand(&easier)) < 0.5);
    }

    #[test]
    fn dose_changes() {
        let text = "[easier]\ntext = \"Less.\"\nreps = 5\nsets = 1\nhold = 3\n";
        let normal = Arc::new(exercise(text).unwrap());
        let plan = Plan::for_exercise(&normal);
        let easier = plan.with_other_form(0).unwrap();
        let holds = |plan: &Plan| {
            let holds = plan
                .phases()
                .iter()
                .filter(|phase| phase.kind == Kind::Hold);
            holds.map(|phase| phase.seconds).collect::<Vec<_>>()
        };
        assert_eq!(holds(&plan), [5.0; 30]);
        assert_eq!(holds(&easier), [3.0; 5]);
        assert_eq!(holds(&easier.with_other_form(0).unwrap()), [5.0; 30]);
        assert!(plan.with_other_form(1).is_none());
    }

    #[test]
    fn advice_alone_changes_nothing_but_the_instructions() {
        let normal = Arc::new(exercise("easier = \"Squeeze less.\"").unwrap());
        let plan = Plan::for_exercise(&normal);
        let easier = plan.with_other_form(0).unwrap();
        assert_eq!(easier.total_seconds(), plan.total_seconds());
        let instructions = easier.parts()[0].exercise.instructions();
        assert_eq!(instructions[0].text, "Squeeze less.");
    }

    #[test]
    fn mistakes_are_reported() {
        for (easier, expected) in [
            ("easier = \" \"", "`easier` is empty; leave it out"),
            (
                "[easier]\ntext = \"Less.\"\nrange = 1.5",
                "`easier.range` is 1.5; expected 0.1 to 0.9",
            ),
            (
                "[easier]\ntext = \"Less.\"\nrange = 0.5\nneutral = \"sit\"",
                "[easier]: `pose` is \"sit\", which [figure] doesn’t have; it has squeeze, start",
            ),
            (
                "[easier]\ntext = \"Less.\"\nhold = 9000",
                "[easier] `dose.hold` is 9000; expected 1 to 1800 seconds",
            ),
        ] {
            assert_eq!(exercise(easier).unwrap_err(), [expected], "{easier}");
        }
        for easier in [
            "easier = 7",
            "[easier]\nrange = 0.5",
            "[easier]\ntext = \"Less.\"\nlength = 7",
        ] {
            assert!(exercise(easier).is_err(), "{easier}");
        }
    }
}
