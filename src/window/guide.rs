//! What the guide shows of the routine that plays.

use unhunch::lang::tr;
use unhunch::routine::{Cue, Kind};

/// The texts of a phase. They change with the phase only.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct PhaseView {
    pub(crate) exercise: String,
    pub(crate) exercise_of: String,
    pub(crate) counter: String,
    pub(crate) cue: String,
    pub(crate) ahead: String,
    pub(crate) alt: String,
    /// Whether the countdown is shown: while one waits, not while one moves.
    pub(crate) ring: bool,
}

impl PhaseView {
    pub(crate) fn of(cue: &Cue<'_>) -> Self {
        let (number, many) = cue.exercise_of();
        Self {
            exercise: cue.part().exercise.name.clone(),
            exercise_of: match many {
                1 => cue.part().dose_text(),
                _ => tr!(
                    "Exercise {number} of {many} · {dose}",
                    number = number,
                    many = many,
                    dose = cue.part().dose_text()
                ),
            },
            counter: cue.counter(),
            cue: cue.phase.cue.clone(),
            ahead: ahead(cue),
            alt: cue.alt_text(),
            ring: match cue.phase.kind {
                Kind::Ready
                | Kind::Hold
                | Kind::Switch
                | Kind::Rest
                | Kind::BreatheIn
                | Kind::BreatheOut => true,
                Kind::Move | Kind::Relax => false,
            },
        }
    }
}

fn ahead(cue: &Cue<'_>) -> String {
    match cue.next() {
        None => tr("Next: done").into(),
        Some(next) => match next.new_exercise {
            Some(exercise) => tr!("Next exercise: {exercise}", exercise = exercise),
            None => tr!("Next: {what}", what = next.phase.cue),
        },
    }
}

/// The numbers of a moment. They change with every frame.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct FrameView {
    /// How much of the phase is left, 0 to 1.
    pub(crate) left: f32,
    /// The seconds left, as one counts them.
    pub(crate) seconds: i32,
    /// How much of the plan is done, 0 to 1 in steps that are seen.
    pub(crate) done: f32,
}

impl FrameView {
    pub(crate) fn of(cue: &Cue<'_>, total: f64) -> Self {
        const STEPS: f64 = 500.0;
        Self {
            left: (1.0 - cue.progress()) as f32,
            seconds: i32::try_from(cue.countdown()).unwrap_or(i32::MAX),
            done: ((cue.elapsed / total * STEPS).round() / STEPS) as f32,
        }
    }
}

/// The frames in a second that a phase needs: a movement all of them, quiet breathing half.
pub(crate) fn frame_rate(kind: Kind) -> u64 {
    match kind {
        Kind::Move | Kind::Relax | Kind::BreatheIn | Kind::BreatheOut => 60,
        Kind::Ready | Kind::Hold | Kind::Switch | Kind::Rest => 30,
    }
}

#[cfg(test)]
mod tests {
    use unhunch::routine::Library;

    use super::*;

    #[test]
    fn the_guide_says_where_one_is() {
        let plan = Library::shipped().plan("desk").unwrap();
        let view = PhaseView::of(&plan.at(66.0 + 6.0 + 2.0));
        assert_eq!(view.exercise, "Squeezing the scapulas");
        assert_eq!(
            view.exercise_of,
            "Exercise 2 of 2 · 2 sets of 15 reps, each held for 5 s"
        );
        assert_eq!(view.counter, "Set 1 of 2 · Rep 1 of 15");
        assert_eq!(view.cue, "Hold");
        assert_eq!(view.ahead, "Next: Let go");
        assert!(view.ring);
        let view = PhaseView::of(&plan.at(64.0));
        assert_eq!(view.ahead, "Next exercise: Squeezing the scapulas");
        assert!(!view.ring);
    }
}
