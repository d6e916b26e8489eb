//! The phases of an exercise over time, derived from its dose.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::exercise::{Exercise, Kind, START, Segment, Sides};
use crate::lang::{tr, trn};

/// Effort of a movement in an exercise without holds, 0 to 1.
pub(super) const MOVING: f64 = 0.8;
/// Effort of breathing in a pose, 0 to 1.
const BREATHING: f64 = 0.6;

/// A side of the body.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Side {
    /// The person's left side.
    Left,
    /// The person's right side.
    Right,
}

impl Side {
    /// Returns the name of the side as a heading.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Left => tr("Left side"),
            Self::Right => tr("Right side"),
        }
    }

    /// Returns the name of the side for use within a sentence.
    #[must_use]
    pub fn name_within(self) -> &'static str {
        match self {
            Self::Left => tr("left side"),
            Self::Right => tr("right side"),
        }
    }
}

/// A period of time with a single activity.
#[derive(Clone, Debug, PartialEq)]
pub struct Phase {
    /// The activity of the phase.
    pub kind: Kind,
    /// Duration of the phase, in seconds.
    pub seconds: f64,
    /// Repetition within the set, from 1.
    pub rep: Option<u32>,
    /// Number of repetitions in the set.
    pub reps: Option<u32>,
    /// Set within the exercise, from 1.
    pub set: Option<u32>,
    /// Number of sets in the exercise.
    pub sets: Option<u32>,
    /// The working side, if the sides take turns.
    pub side: Option<Side>,
    /// The instruction, in a few words.
    pub cue: String,
    /// Index of the exercise in [`Plan::parts`](super::Plan::parts).
    pub part: usize,
    /// Index of the step of the instructions that is followed, which selects the picture.
    pub step: usize,
    /// `true` if the phase is the first of a repetition.
    pub begins_rep: bool,
    /// Name of the pose at the start.
    pub from: String,
    /// Name of the pose at the end.
    pub to: String,
    /// Intermediate poses, through which the movement flows.
    pub through: Vec<String>,
    /// Number of passes through the intermediate poses; 0 counts as one.
    pub times: u32,
    /// The second of the phase at which the pose is reached.
    pub reach: f64,
    /// Direction of the repetition as a word, if the exercise has several.
    pub direction: Option<String>,
    /// Effort at the end of the phase, 0 to 1.
    pub(super) effort: f64,
}

/// An exercise of a plan, with the sets and repetitions to do.
#[derive(Clone, Debug)]
pub struct Part {
    /// The exercise to do.
    pub exercise: Arc<Exercise>,
    /// Repetitions or breaths per set.
    pub reps: u32,
    /// Number of sets to do.
    pub sets: u32,
    /// `true` if the part belongs to the warm-up, which is never shortened.
    pub(super) warms_up: bool,
    /// `true` if the plan was shortened for lack of time and this part lost sets or repetitions.
    pub(super) is_shortened: bool,
}

impl Part {
    /// Returns the exercise with its full dose.
    pub(super) fn full_dose(exercise: &Arc<Exercise>) -> Self {
        Self {
            reps: exercise.dose.count(),
            sets: exercise.dose.sets,
            exercise: Arc::clone(exercise),
            warms_up: false,
            is_shortened: false,
        }
    }

    /// Returns the duration in seconds.
    #[must_use]
    pub fn seconds(&self) -> f64 {
        self.exercise.seconds(self.reps, self.sets)
    }

    /// Returns the dose in words: `2 sets of 15 reps, hold 5 s each`.
    #[must_use]
    pub fn dose_text(&self) -> String {
        self.exercise.dose_text(self.reps, self.sets)
    }

    /// Returns the dose as a sentence.
    pub(super) fn dose_sentence(&self) -> String {
        sentences([Some(capital(&self.dose_text()))])
    }

    /// Returns the part of the full dose that remains after shortening: `Shortened: 1 of 2 sets, 8 of 15 reps`. `None` if the
    /// part is not shortened.
    #[must_use]
    pub fn shortened_text(&self) -> Option<String> {
        let (dose, done) = (&self.exercise.dose, self.reps);
        let all = dose.count();
        let shortened = [
            (self.sets < dose.sets).then(|| {
                trn!(
                    dose.sets,
                    "{done} of {n} set",
                    "{done} of {n} sets",
                    done = self.sets
                )
            }),
            (done < all).then(|| match dose.breaths {
                Some(_) => trn!(
                    all,
                    "{done} of {n} breath",
                    "{done} of {n} breaths",
                    done = done
                ),
                None => trn!(all, "{done} of {n} rep", "{done} of {n} reps", done = done),
            }),
        ];
        let mut shortened = shortened
            .into_iter()
            .flatten()
            .filter(|_| self.is_shortened);
        let first = shortened.next()?;
        let shortened = match shortened.next() {
            Some(second) => tr!("{sets}, {reps}", sets = first, reps = second),
            None => first,
        };
        Some(tr!("Shortened: {less}", less = shortened))
    }

    /// Returns `true` if a set or repetition can be left out: more than one set or more than `least` repetitions remain.
    pub(super) fn can_shrink(&self, least: u32) -> bool {
        !self.warms_up && (self.sets > 1 || self.reps > least)
    }

    pub(super) fn shrink(&mut self) {
        if self.sets > 1 {
            self.sets -= 1;
        } else {
            self.reps -= 1;
        }
    }
}

/// Returns the phases of all parts of a plan in sequence.
pub(super) fn phases_of(parts: &[Part]) -> Vec<Phase> {
    let parts = parts.iter().enumerate();
    parts
        .flat_map(|(index, part)| PhaseBuilder::build(index, part))
        .collect()
}

/// Builds the phases of one exercise.
struct PhaseBuilder<'a> {
    index: usize,
    part: &'a Part,
    phases: Vec<Phase>,
    pose: String,
}

impl<'a> PhaseBuilder<'a> {
    /// Returns the phases of the part at `index` in the plan.
    fn build(index: usize, part: &'a Part) -> Vec<Phase> {
        let mut derivation = Self {
            index,
            part,
            phases: Vec::new(),
            pose: START.to_owned(),
        };
        derivation.ready();
        for set in 1..=part.sets {
            if set > 1 {
                derivation.rest(set);
            }
            derivation.set(set);
        }
        derivation.phases
    }

    fn push(&mut self, kind: Kind, seconds: f64, to: &str, cue: &str) -> &mut Phase {
        let from = std::mem::replace(&mut self.pose, to.to_owned());
        self.phases.push(Phase {
            kind,
            seconds,
            rep: None,
            reps: None,
            set: None,
            sets: None,
            side: None,
            cue: cue.to_owned(),
            part: self.index,
            step: 0,
            begins_rep: false,
            from,
            to: to.to_owned(),
            through: Vec::new(),
            times: 0,
            reach: seconds,
            direction: None,
            effort: 0.0,
        });
        let last = self.phases.len() - 1;
        &mut self.phases[last]
    }

    fn ready(&mut self) {
        let exercise = &self.part.exercise;
        let side = match exercise.sides {
            Sides::Both => None,
            Sides::Alternate | Sides::OneThenOther => Some(Side::Right),
        };
        self.push(Kind::Ready, exercise.dose.ready, START, &exercise.ready.cue)
            .side = side;
    }

    fn rest(&mut self, set: u32) {
        let (sets, seconds) = (self.part.sets, self.part.exercise.dose.rest.unwrap_or(0.0));
        let phase = self.push(Kind::Rest, seconds, START, tr("Rest and breathe"));
        phase.set = Some(set - 1);
        phase.sets = Some(sets);
    }

    fn set(&mut self, set: u32) {
        let exercise = Arc::clone(&self.part.exercise);
        match exercise.sides {
            Sides::Both => self.reps(&exercise, set, &[None]),
            Sides::Alternate => self.reps(&exercise, set, &[Some(Side::Right), Some(Side::Left)]),
            Sides::OneThenOther => {
                self.reps(&exercise, set, &[Some(Side::Right)]);
                self.switch(set, &exercise);
                self.reps(&exercise, set, &[Some(Side::Left)]);
            }
        }
    }

    /// Adds the time to switch to the left side, with the starting position there if its text differs.
    fn switch(&mut self, set: u32, exercise: &Exercise) {
        let sets = self.part.sets;
        let seconds = exercise.dose.switch.unwrap_or(0.0);
        let left = exercise.ready.cue_left.as_deref();
        let cue = left.unwrap_or_else(|| tr("Switch to the left side"));
        let phase = self.push(Kind::Switch, seconds, START, cue);
        phase.set = Some(set);
        phase.sets = Some(sets);
        phase.side = Some(Side::Left);
    }

    /// Adds all repetitions of a set on these sides, with the segments before and after them.
    fn reps(&mut self, exercise: &Exercise, set: u32, sides: &[Option<Side>]) {
        let around = match sides {
            [side] => *side,
            _ => None,
        };
        for segment in &exercise.enter {
            self.segment(exercise, segment, set, around);
        }
        for direction in exercise.directions() {
            let in_direction = |segment: &&Segment| segment.way.as_deref() == direction;
            let segments: Vec<&Segment> = exercise.segments.iter().filter(in_direction).collect();
            for rep in 1..=self.part.reps {
                for side in sides {
                    self.rep(exercise, &segments, set, rep, *side);
                }
            }
        }
        for segment in &exercise.leave {
            self.segment(exercise, segment, set, around);
        }
    }

    fn rep(
        &mut self,
        exercise: &Exercise,
        segments: &[&Segment],
        set: u32,
        rep: u32,
        side: Option<Side>,
    ) {
        for (index, segment) in segments.iter().enumerate() {
            let reps = self.part.reps;
            let home = segments.last().map(|last| last.pose.as_str());
            let away = segment.pose != START && home != Some(segment.pose.as_str());
            let phase = self.segment(exercise, segment, set, side);
            phase.rep = Some(rep);
            phase.reps = Some(reps);
            phase.begins_rep = index == 0;
            // Without a hold, the effort is in the movement away from the start.
            if phase.kind == Kind::Move && away && !exercise.has_hold() {
                phase.effort = MOVING;
            }
        }
    }

    fn segment(
        &mut self,
        exercise: &Exercise,
        segment: &Segment,
        set: u32,
        side: Option<Side>,
    ) -> &mut Phase {
        let seconds = exercise.segment_seconds(segment);
        let sets = self.part.sets;
        let cue = match (&segment.cue_left, side) {
            (Some(left), Some(Side::Left)) => left,
            (Some(_) | None, _) => &segment.cue,
        };
        let phase = self.push(segment.kind, seconds, &segment.pose, cue);
        phase.step = segment.step;
        phase.set = Some(set);
        phase.sets = Some(sets);
        phase.side = side;
        phase.through.clone_from(&segment.through);
        phase.times = segment.times.unwrap_or(0);
        phase.reach = segment.reach.unwrap_or(seconds);
        phase.direction.clone_from(&segment.way);
        phase.effort = match segment.kind {
            Kind::Hold => 1.0,
            Kind::BreatheIn | Kind::BreatheOut if segment.pose != START => BREATHING,
            Kind::BreatheIn | Kind::BreatheOut => 0.0,
            Kind::Ready | Kind::Move | Kind::Relax | Kind::Switch | Kind::Rest => 0.0,
        };
        phase
    }
}

/// Joins the texts into sentences.
pub(super) fn sentences<const N: usize>(texts: [Option<String>; N]) -> String {
    let texts = texts.into_iter().flatten();
    let sentences: Vec<String> = texts
        .map(|text| tr!("{sentence}.", sentence = text))
        .collect();
    sentences.join(" ")
}

/// Returns the text with its first letter in upper case.
pub(super) fn capital(text: &str) -> String {
    let mut chars = text.chars();
    let first: String = chars
        .next()
        .into_iter()
        .flat_map(char::to_uppercase)
        .collect();
    first + chars.as_str()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::routine::{Library, Plan};

    fn made_up(sides: &str, dose: &str) -> Plan {
        let text = format!(
            r#"
            id = "twist"
            name = "Twist"
            group = "floor"
            position = "hands-and-knees"
            sides = "{sides}"
            source = "made up"
            details = ["Turn."]
            cautions = ["Slowly."]
            dose = {{ {dose} }}
            ready.cue = "Hands and knees"
            [[rep]]
            kind = "move"
            seconds = 2
            pose = "start"
            cue = "Elbow up"
            [[rep]]
            kind = "move"
            seconds = 1
            pose = "start"
            cue = "And back"
            {FIGURE}
            "#
        );
        Plan::for_exercise(&Arc::new(Exercise::parse(&text).unwrap()))
    }

    const FIGURE: &str = "[figure]
        view = { yaw = 80, pitch = 5, centre = [0, 60], height = 150 }
        [figure.pose.start]
        ";

    fn course(plan: &Plan) -> Vec<String> {
        plan.phases()
            .iter()
            .map(|phase| {
                let side = match phase.side {
                    None => "",
                    Some(Side::Left) => "left",
                    Some(Side::Right) => "right",
                };
                format!(
                    "{} {}/{} {side}",
                    phase.kind.as_str(),
                    phase.set.unwrap_or(0),
                    phase.rep.unwrap_or(0)
                )
            })
            .collect()
    }

    #[test]
    fn one_side_comes_then_the_other() {
        let plan = made_up(
            "one-then-other",
            "reps = 1, sets = 2, ready = 5, switch = 4, rest = 10",
        );
        assert_eq!(
            course(&plan),
            [
                "ready 0/0 right",
                "move 1/1 right",
                "move 1/1 right",
                "switch 1/0 left",
                "move 1/1 left",
                "move 1/1 left",
                "rest 1/0 ",
                "move 2/1 right",
                "move 2/1 right",
                "switch 2/0 left",
                "move 2/1 left",
                "move 2/1 left",
            ]
        );
        assert_eq!(plan.total_seconds(), 5.0 + 2.0 * (6.0 + 4.0) + 10.0);
    }

    #[test]
    fn sides_take_turns() {
        let plan = made_up("alternate", "reps = 2, sets = 1, ready = 5");
        assert_eq!(
            course(&plan)[1..],
            [
                "move 1/1 right",
                "move 1/1 right",
                "move 1/1 left",
                "move 1/1 left",
                "move 1/2 right",
                "move 1/2 right",
                "move 1/2 left",
                "move 1/2 left",
            ]
        );
        assert_eq!(plan.parts()[0].dose_text(), "2 reps per side");
        assert_eq!(plan.at(5.0).spoken(), "Rep 1 of 2, right side. Elbow up.");
    }

    #[test]
    fn each_side_has_enter_and_leave_segments() {
        let twist = Library::shipped().plan("t-spine-twist").unwrap();
        let course: Vec<(Option<Side>, Option<u32>)> = twist
            .phases()
            .iter()
            .map(|phase| (phase.side, phase.rep))
            .collect();
        let sides = |side: Side| course.iter().filter(|phase| phase.0 == Some(side)).count();
        // The right side has the ready phase, the left side the switch phase.
        assert_eq!(
            (sides(Side::Right), sides(Side::Left)),
            (1 + 3 + 12, 1 + 3 + 12)
        );
        assert_eq!(
            course[1],
            (Some(Side::Right), None),
            "the hand goes to the neck"
        );
        let left = course
            .iter()
            .position(|phase| phase.0 == Some(Side::Left))
            .unwrap();
        assert_eq!(twist.phases()[left].kind, Kind::Switch);
        assert_eq!(course[left + 1], (Some(Side::Left), None));
    }
}
