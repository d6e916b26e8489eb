//! The texts and numbers of the guide.

use unhunch::lang::tr;
use unhunch::routine::{Cue, Kind, Part};

/// The texts of a phase. They change only with the phase.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct PhaseView {
    pub(super) exercise: String,
    pub(super) exercise_of: String,
    pub(super) counter: String,
    pub(super) cue: String,
    pub(super) ahead: String,
    /// The exercise after this one. Empty if there is only one exercise.
    pub(super) next_exercise: String,
    /// The index of the exercise in the plan.
    pub(super) index: i32,
    pub(super) alt: String,
    /// `true` if the countdown is shown: while waiting, not while moving, but always if there is nothing else to see.
    pub(super) ring: bool,
}

impl PhaseView {
    pub(super) fn new(cue: &Cue<'_>) -> Self {
        let (number, many) = cue.exercise_of();
        Self {
            exercise: cue.part().exercise.name.clone(),
            exercise_of: match many {
                1 => dose(cue.part()),
                _ => tr!(
                    "Exercise {number} of {many} · {dose}",
                    number = number,
                    many = many,
                    dose = short_dose(cue.part())
                ),
            },
            counter: cue.counter(),
            cue: cue.phase.cue.clone(),
            ahead: ahead(cue),
            next_exercise: next_exercise(cue),
            index: i32::try_from(number - 1).unwrap_or(i32::MAX),
            alt: cue.alt_text(),
            ring: match cue.phase.kind {
                Kind::Ready
                | Kind::Hold
                | Kind::Switch
                | Kind::Rest
                | Kind::BreatheIn
                | Kind::BreatheOut => true,
                Kind::Move | Kind::Relax => !has_picture(cue),
            },
        }
    }
}

/// Returns `true` if a figure or a picture shows the movement.
fn has_picture(cue: &Cue<'_>) -> bool {
    cue.part().exercise.figure.drawing().is_some() || cue.picture().is_some()
}

/// Returns the dose, or that this is the easier version: there is no room for both beside the number of the exercise.
fn short_dose(part: &Part) -> String {
    match part.advice() {
        Some(_) => tr("Easier version").to_owned(),
        None => part.dose_text(),
    }
}

fn dose(part: &Part) -> String {
    match part.advice() {
        Some(_) => tr!("Easier version · {dose}", dose = part.dose_text()),
        None => part.dose_text(),
    }
}

/// Returns what follows, or, while getting ready for an easier form, how to do that.
fn ahead(cue: &Cue<'_>) -> String {
    let advice = cue.part().advice();
    if let Some(advice) = advice.filter(|_| cue.phase.kind == Kind::Ready) {
        return advice.to_owned();
    }
    match cue.next() {
        None => tr("Next: all done").into(),
        Some(next) => match next.new_exercise {
            Some(exercise) => tr!("Next exercise: {exercise}", exercise = exercise),
            None => tr!("Next: {what}", what = next.phase.cue),
        },
    }
}

fn next_exercise(cue: &Cue<'_>) -> String {
    let (number, many) = cue.exercise_of();
    match cue.remaining_exercises().first() {
        Some(part) => tr!(
            "Then: {exercise}, {number} of {many}",
            exercise = part.exercise.name,
            number = number + 1,
            many = many
        ),
        None if many > 1 => tr("This is the last exercise").into(),
        None => String::new(),
    }
}

/// The numbers of a moment. They change with every frame.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct FrameView {
    /// The remaining fraction of the phase, from 0 to 1.
    pub(super) left: f32,
    /// The seconds left, as counted aloud.
    pub(super) seconds: i32,
    /// The seconds left, in the steps used for a screen reader.
    pub(super) seconds_spoken: i32,
    /// The progress of the plan in percent, in the steps used for a screen reader.
    pub(super) done_spoken: i32,
    /// The progress of the plan from 0 to 1, rounded to visible steps.
    pub(super) done: f32,
    /// How full the lungs are, from 0 to 1. `None` if this phase isn't led by the breath.
    pub(super) breath: Option<f32>,
}

impl FrameView {
    pub(super) fn new(cue: &Cue<'_>, total: f64) -> Self {
        const STEPS: f64 = 500.0;
        Self {
            left: (1.0 - cue.progress()) as f32,
            seconds: to_int(cue.countdown()),
            seconds_spoken: to_int(cue.countdown_spoken()),
            done_spoken: to_int(cue.percent_spoken()),
            done: ((cue.elapsed / total * STEPS).round() / STEPS) as f32,
            breath: breath(cue),
        }
    }
}

/// Returns how full the lungs are: they fill and empty gently at both ends of a breath.
fn breath(cue: &Cue<'_>) -> Option<f32> {
    let gentle = (0.5 - 0.5 * (cue.progress() * std::f64::consts::PI).cos()) as f32;
    match cue.phase.kind {
        Kind::BreatheIn => Some(gentle),
        Kind::BreatheOut => Some(1.0 - gentle),
        Kind::Ready | Kind::Move | Kind::Hold | Kind::Relax | Kind::Switch | Kind::Rest => None,
    }
}

fn to_int(number: u32) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX)
}

/// Returns the frames per second for a phase: 60 for movements and guided breathing, 30 for the rest, where the figure only
/// breathes quietly, and in the small player, where a frame moves the figure by about a pixel at most.
pub(super) fn frame_rate(kind: Kind, is_small: bool) -> u64 {
    let moves = match kind {
        Kind::Move | Kind::Relax | Kind::BreatheIn | Kind::BreatheOut => true,
        Kind::Ready | Kind::Hold | Kind::Switch | Kind::Rest => false,
    };
    if moves && !is_small { 60 } else { 30 }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use unhunch::routine::{Exercise, Figure, Library, Plan};

    use super::*;

    #[test]
    fn the_guide_shows_the_current_position() {
        let plan = Library::shipped().plan("desk").unwrap();
        let view = PhaseView::new(&plan.at(66.0 + 6.0 + 2.0));
        assert_eq!(view.exercise, "Scapula squeeze");
        assert_eq!(
            view.exercise_of,
            "Exercise 2 of 2 · 2 sets of 15 reps, hold 5 s each"
        );
        assert_eq!(view.counter, "Set 1 of 2 · Rep 1 of 15");
        assert_eq!(view.cue, "Hold");
        assert_eq!(view.ahead, "Next: Let go");
        assert!(view.ring);
        let view = PhaseView::new(&plan.at(64.0));
        assert_eq!(view.ahead, "Next exercise: Scapula squeeze");
        assert!(!view.ring);
    }

    #[test]
    fn the_line_above_the_name_stays_short_in_an_easier_version() {
        let mut library = Library::shipped();
        library.choose_easier_forms(["scapula-squeeze".to_owned()].into());
        let desk = library.plan("desk").unwrap();
        let line_at = |plan: &Plan, at: f64| PhaseView::new(&plan.at(at)).exercise_of;
        assert_eq!(line_at(&desk, 0.0), "Exercise 1 of 2 · 10 reps");
        assert_eq!(line_at(&desk, 80.0), "Exercise 2 of 2 · Easier version");
        let alone = library.plan("scapula-squeeze").unwrap();
        assert_eq!(
            line_at(&alone, 0.0),
            "Easier version · 2 sets of 15 reps, hold 5 s each"
        );
    }

    #[test]
    fn without_a_figure_the_countdown_is_always_there() {
        let library = Library::shipped();
        let drawn = library.exercise("wall-arm-slide").unwrap();
        let mut bare = Exercise::clone(drawn);
        bare.figure = Figure::None;
        let ring = |exercise: &Arc<Exercise>, at: f64| {
            PhaseView::new(&Plan::for_exercise(exercise).at(at)).ring
        };
        assert!(ring(drawn, 1.0) && !ring(drawn, 9.0));
        let bare = Arc::new(bare);
        assert!(ring(&bare, 1.0) && ring(&bare, 9.0));
    }

    #[test]
    fn the_guide_names_the_next_exercise() {
        let library = Library::shipped();
        let desk = library.plan("desk").unwrap();
        let view = PhaseView::new(&desk.at(10.0));
        assert!(
            view.next_exercise.ends_with(", 2 of 2"),
            "{}",
            view.next_exercise
        );
        let view = PhaseView::new(&desk.at(100.0));
        assert_eq!(view.next_exercise, "This is the last exercise");
        let view = PhaseView::new(&library.plan("cat-cow").unwrap().at(10.0));
        assert_eq!(view.next_exercise, "");
        let floor = library.plan("floor").unwrap();
        let last = PhaseView::new(&floor.at(floor.total_seconds() - 1.0));
        assert_eq!(last.index as usize, floor.parts().len() - 1);
    }

    #[test]
    fn the_breath_fills_and_empties() {
        let plan = Library::shipped().plan("cat-cow").unwrap();
        let breath = |at: f64| FrameView::new(&plan.at(at), plan.total_seconds()).breath;
        assert_eq!(breath(4.0), None, "getting ready");
        // Four seconds in, then ten out.
        assert!(breath(8.1).unwrap() < 0.05 && breath(11.9).unwrap() > 0.95);
        assert!(breath(12.1).unwrap() > 0.95 && breath(21.9).unwrap() < 0.05);
    }
}
