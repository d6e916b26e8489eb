//! A routine as phases in time, and where one is in it.
//!
//! The plan is derived from the exercises' doses. Everything about playing it is arithmetic on the seconds that have
//! passed: pause, back and next only change that number, and nothing counts ticks.

use std::f64::consts::PI;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::exercise::{Exercise, Kind, START, Segment, Sides};
use super::library::{Found, Library, Routine};
use crate::figure::Stance;
use crate::figure::motion::{ease, fullness};
use crate::lang::{tr, trn};
use crate::time::Span;

/// How far into a phase *back* still means the phase before, in seconds.
const JUST_BEGUN: f64 = 2.0;
/// How long the glow of a hold takes to come and to go, in seconds.
const GLOW: f64 = 0.8;

/// The repetitions of a set that are left where somebody has little time: fewer are hardly worth getting ready for; our choice.
const LEAST: u32 = 3;

/// How often a screen reader is told how far one is, in seconds.
const SPOKEN: f64 = 5.0;

/// How hard the body works where it moves and nothing is held, 0 to 1.
const MOVING: f64 = 0.8;
/// How hard it works in a pose that is breathed in, 0 to 1.
const BREATHING: f64 = 0.6;

/// Which side of the body works.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Side {
    /// The left one.
    Left,
    /// The right one.
    Right,
}

impl Side {
    /// Its name, as a heading.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Left => tr("Left side"),
            Self::Right => tr("Right side"),
        }
    }

    /// Its name within a sentence.
    #[must_use]
    pub fn name_within(self) -> &'static str {
        match self {
            Self::Left => tr("left side"),
            Self::Right => tr("right side"),
        }
    }
}

/// A stretch of time in which one thing is done.
#[derive(Clone, Debug, PartialEq)]
pub struct Phase {
    /// What is done.
    pub kind: Kind,
    /// How long, in seconds.
    pub seconds: f64,
    /// The repetition, from 1.
    pub rep: Option<u32>,
    /// How many repetitions the set has.
    pub reps: Option<u32>,
    /// The set, from 1.
    pub set: Option<u32>,
    /// How many sets the exercise has.
    pub sets: Option<u32>,
    /// The side that works, where the sides take turns.
    pub side: Option<Side>,
    /// What is said, in a few words.
    pub cue: String,
    /// The exercise, an index into [`Plan::parts`].
    pub part: usize,
    /// Whether a repetition begins with it.
    pub begins_rep: bool,
    /// The pose in which it begins.
    pub from: String,
    /// The pose in which it ends.
    pub to: String,
    /// The poses on the way, through which the movement flows.
    pub through: Vec<String>,
    /// How often that way is gone.
    pub times: u32,
    /// The second at which the pose is reached.
    pub reach: f64,
    /// Which way the repetitions go, in a word, where they go in more than one.
    pub way: Option<String>,
    /// How hard the body works at its end, 0 to 1.
    effort: f64,
}

/// An exercise of a plan, with as much of it as is done.
#[derive(Clone, Debug)]
pub struct Part {
    /// The exercise.
    pub exercise: Arc<Exercise>,
    /// Repetitions of a set.
    pub reps: u32,
    /// Sets.
    pub sets: u32,
    /// Whether it is there to get warm; then it is never shortened.
    warms_up: bool,
    /// Whether somebody with little time does less of it than is planned.
    is_shortened: bool,
}

impl Part {
    /// The whole dose.
    fn whole(exercise: &Arc<Exercise>) -> Self {
        Self {
            reps: exercise.dose.count(),
            sets: exercise.dose.sets,
            exercise: Arc::clone(exercise),
            warms_up: false,
            is_shortened: false,
        }
    }

    /// How long it takes, in seconds.
    #[must_use]
    pub fn seconds(&self) -> f64 {
        self.exercise.seconds(self.reps, self.sets)
    }

    /// The dose in words: `2 sets of 15 reps, hold 5 s each`.
    #[must_use]
    pub fn dose_text(&self) -> String {
        self.exercise.dose_text(self.reps, self.sets)
    }

    /// The dose as a sentence.
    fn about(&self) -> String {
        sentences([Some(capital(&self.dose_text()))])
    }

    /// What is left out of the full dose for somebody with little time: `Shortened: 1 of 2 sets, 8 of 15 reps`.
    #[must_use]
    pub fn shortened_text(&self) -> Option<String> {
        let (dose, done) = (&self.exercise.dose, self.reps);
        let all = dose.count();
        let less = [
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
        let mut less = less.into_iter().flatten().filter(|_| self.is_shortened);
        let first = less.next()?;
        let less = match less.next() {
            Some(second) => tr!("{sets}, {reps}", sets = first, reps = second),
            None => first,
        };
        Some(tr!("Shortened: {less}", less = less))
    }

    /// Whether more than one set or more than so many repetitions are left.
    fn can_shrink(&self, least: u32) -> bool {
        !self.warms_up && (self.sets > 1 || self.reps > least)
    }

    fn shrink(&mut self) {
        if self.sets > 1 {
            self.sets -= 1;
        } else {
            self.reps -= 1;
        }
    }
}

/// A routine, derived to the last second. It has at least one phase.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The id of the routine or exercise.
    pub id: String,
    /// Its name.
    pub name: String,
    /// What it is good for or what it asks, in a sentence.
    pub about: String,
    parts: Vec<Part>,
    phases: Vec<Phase>,
    /// The second at which each phase begins.
    starts: Vec<f64>,
    total: f64,
}

impl Plan {
    /// The plan of something that stands in the library, with the warm-up that it asks for.
    #[must_use]
    pub fn of(found: Found<'_>, library: &Library) -> Self {
        match found {
            Found::Routine(routine) => Self::of_routine(routine, library),
            Found::Exercise(exercise) => Self::of_exercise(exercise),
        }
    }

    /// The same without the warm-up, for who is warm already.
    #[must_use]
    pub fn without_warm_up(found: Found<'_>, library: &Library) -> Self {
        match found {
            Found::Routine(routine) => {
                let cold = Routine {
                    warm_up: false,
                    ..routine.clone()
                };
                Self::of_routine(&cold, library)
            }
            Found::Exercise(exercise) => Self::of_exercise(exercise),
        }
    }

    /// The plan of one exercise with its whole dose.
    #[must_use]
    pub fn of_exercise(exercise: &Arc<Exercise>) -> Self {
        let part = Part::whole(exercise);
        let about = part.about();
        Self::new(&exercise.id, &exercise.name, &about, vec![part])
    }

    /// The plan of a routine within its limits. The warm-up is never shortened.
    pub(super) fn of_routine(routine: &Routine, library: &Library) -> Self {
        let warm_up = library.warm_up().filter(|_| routine.warm_up);
        let warm_up: Vec<Part> =
            warm_up.map_or_else(Vec::new, |warm_up| Self::of_routine(warm_up, library).parts);
        let known = routine
            .exercises
            .iter()
            .filter_map(|id| library.exercise(id));
        let mut parts: Vec<Part> = known.map(Part::whole).collect();
        for part in &mut parts {
            part.sets = part.sets.min(routine.sets.unwrap_or(part.sets)).max(1);
        }
        if let Some(fit) = routine.fit {
            let warm: f64 = warm_up.iter().map(Part::seconds).sum();
            shrink_to(fit.duration().as_secs_f64() - warm, &mut parts, 1);
        }
        let warm_up = warm_up.into_iter().map(|part| Part {
            warms_up: true,
            ..part
        });
        let parts = warm_up.chain(parts).collect();
        Self::new(&routine.id, &routine.name, &routine.about, parts)
    }

    fn new(id: &str, name: &str, about: &str, parts: Vec<Part>) -> Self {
        let phases: Vec<Phase> = parts
            .iter()
            .enumerate()
            .flat_map(|(index, part)| Derivation::of(index, part))
            .collect();
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

    /// The same for somebody who has only so long: sets, then repetitions are left out until it fits, never a part of a hold, the
    /// warm-up or so much that nothing of an exercise would be left. Where it cannot fit, it is as short as it can be.
    #[must_use]
    pub fn shortened_to(self, length: Span) -> Self {
        let mut parts = self.parts.clone();
        shrink_to(length.duration().as_secs_f64(), &mut parts, LEAST);
        for (part, before) in parts.iter_mut().zip(&self.parts) {
            part.is_shortened = (part.sets, part.reps) != (before.sets, before.reps);
        }
        let about = match &parts[..] {
            [part] if part.exercise.id == self.id => part.about(),
            _ => self.about,
        };
        Self::new(&self.id, &self.name, &about, parts)
    }

    /// The same plan in the words of another library, such as one read after the language has changed. It has the same
    /// phases; an exercise that the library lacks keeps its words.
    #[must_use]
    pub fn reworded(&self, library: &Library) -> Self {
        let reworded = |part: &Part| Part {
            exercise: library
                .exercise(&part.exercise.id)
                .map_or_else(|| Arc::clone(&part.exercise), Arc::clone),
            ..part.clone()
        };
        let parts: Vec<Part> = self.parts.iter().map(reworded).collect();
        let (name, about) = match (library.find(&self.id), &parts[..]) {
            (Some(Found::Exercise(exercise)), [part]) => (exercise.name.as_str(), part.about()),
            (Some(Found::Routine(routine)), _) => (routine.name.as_str(), routine.about.clone()),
            (Some(Found::Exercise(_)) | None, _) => (self.name.as_str(), self.about.clone()),
        };
        Self::new(&self.id, name, &about, parts)
    }

    /// Whether it takes no longer than that.
    #[must_use]
    pub fn fits(&self, length: Span) -> bool {
        self.total <= length.duration().as_secs_f64()
    }

    /// Whether less is done of it than is planned.
    #[must_use]
    pub fn is_shortened(&self) -> bool {
        self.parts.iter().any(|part| part.is_shortened)
    }

    /// Its exercises, in their order.
    #[must_use]
    pub fn parts(&self) -> &[Part] {
        &self.parts
    }

    /// Its phases, in their order.
    #[must_use]
    pub fn phases(&self) -> &[Phase] {
        &self.phases
    }

    /// How long it takes, in seconds.
    #[must_use]
    pub fn total_seconds(&self) -> f64 {
        self.total
    }

    /// Where one is after so many seconds. Before the beginning is the beginning, after the end the end.
    #[must_use]
    pub fn at(&self, elapsed: f64) -> Cue<'_> {
        let elapsed = self.within(elapsed);
        let index = self.index_at(elapsed);
        let phase = &self.phases[index];
        let into = (elapsed - self.starts[index]).clamp(0.0, phase.seconds);
        Cue {
            plan: self,
            index,
            phase,
            into,
            left: phase.seconds - into,
            elapsed,
            finished: elapsed >= self.total,
        }
    }

    /// The second to go to when *back* is pressed: the beginning of this phase, or of the one before if this one has
    /// just begun.
    #[must_use]
    pub fn back(&self, elapsed: f64) -> f64 {
        let elapsed = self.within(elapsed);
        let index = self.index_at(elapsed);
        let begun = elapsed - self.starts[index];
        let target = if begun > JUST_BEGUN {
            index
        } else {
            index.saturating_sub(1)
        };
        self.starts[target]
    }

    /// The second to go to when *next* is pressed: the beginning of the next phase, or the end.
    #[must_use]
    pub fn next(&self, elapsed: f64) -> f64 {
        let index = self.index_at(self.within(elapsed));
        self.starts.get(index + 1).copied().unwrap_or(self.total)
    }

    /// The second at which the next exercise begins, or the end.
    #[must_use]
    pub fn next_exercise(&self, elapsed: f64) -> f64 {
        let part = self.at(elapsed).phase.part;
        self.first_phase_of(part + 1).unwrap_or(self.total)
    }

    /// The second at which this exercise begins, or the one before if this one has just begun.
    #[must_use]
    pub fn previous_exercise(&self, elapsed: f64) -> f64 {
        let part = self.at(elapsed).phase.part;
        let start = self.first_phase_of(part).unwrap_or(0.0);
        if self.within(elapsed) - start > JUST_BEGUN {
            start
        } else {
            self.first_phase_of(part.saturating_sub(1)).unwrap_or(0.0)
        }
    }

    fn first_phase_of(&self, part: usize) -> Option<f64> {
        let index = self.phases.iter().position(|phase| phase.part == part)?;
        Some(self.starts[index])
    }

    fn within(&self, elapsed: f64) -> f64 {
        if elapsed.is_nan() {
            0.0
        } else {
            elapsed.clamp(0.0, self.total)
        }
    }

    fn index_at(&self, elapsed: f64) -> usize {
        self.starts
            .partition_point(|start| *start <= elapsed)
            .saturating_sub(1)
    }
}

/// Leaves out sets, then repetitions, always from the longest exercise, until all fit into so many seconds.
fn shrink_to(most: f64, parts: &mut [Part], least: u32) {
    while parts.iter().map(Part::seconds).sum::<f64>() > most {
        let shrinkable = parts.iter_mut().filter(|part| part.can_shrink(least));
        match shrinkable.max_by(|a, b| a.seconds().total_cmp(&b.seconds())) {
            Some(longest) => longest.shrink(),
            None => return,
        }
    }
}

/// Where one is in a plan.
#[derive(Clone, Copy, Debug)]
pub struct Cue<'a> {
    plan: &'a Plan,
    /// The phase's index.
    pub index: usize,
    /// The phase.
    pub phase: &'a Phase,
    /// Seconds into the phase.
    pub into: f64,
    /// Seconds until the phase ends.
    pub left: f64,
    /// Seconds since the plan began.
    pub elapsed: f64,
    /// Whether the plan is over.
    pub finished: bool,
}

/// What comes next.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Ahead<'a> {
    /// The phase.
    pub phase: &'a Phase,
    /// The name of its exercise, if that is a new one.
    pub new_exercise: Option<&'a str>,
}

impl<'a> Cue<'a> {
    /// The exercise, with as much of it as is done.
    #[must_use]
    pub fn part(&self) -> &'a Part {
        &self.plan.parts[self.phase.part]
    }

    /// The number of the exercise, from 1, and how many there are.
    #[must_use]
    pub fn exercise_of(&self) -> (usize, usize) {
        (self.phase.part + 1, self.plan.parts.len())
    }

    /// How much of the phase is over, 0 to 1.
    #[must_use]
    pub fn progress(&self) -> f64 {
        (self.into / self.phase.seconds).clamp(0.0, 1.0)
    }

    /// The same for a screen reader: a new number every five seconds, and none just before the phase ends.
    #[must_use]
    pub fn countdown_spoken(&self) -> u32 {
        let last = (self.phase.seconds / SPOKEN).floor() - 1.0;
        let step = (self.into / SPOKEN).floor().min(last).max(0.0);
        (self.phase.seconds - step * SPOKEN).ceil() as u32
    }

    /// How much of the plan is over, in percent, as of the last five seconds that are full.
    #[must_use]
    pub fn percent_spoken(&self) -> u32 {
        let full = (self.elapsed / SPOKEN).floor() * SPOKEN;
        (full / self.plan.total * 100.0).round() as u32
    }

    /// The seconds left of the phase as one counts them: 5, 4, 3, 2, 1.
    #[must_use]
    pub fn countdown(&self) -> u32 {
        self.left.ceil() as u32
    }

    /// The exercises that come after this one, in their order.
    #[must_use]
    pub fn coming(&self) -> &'a [Part] {
        &self.plan.parts[self.phase.part + 1..]
    }

    /// What comes next, if anything does.
    #[must_use]
    pub fn next(&self) -> Option<Ahead<'a>> {
        let phase = self.plan.phases.get(self.index + 1)?;
        let new = phase.part != self.phase.part;
        Some(Ahead {
            phase,
            new_exercise: new.then(|| self.plan.parts[phase.part].exercise.name.as_str()),
        })
    }

    /// How the figure stands now.
    #[must_use]
    pub fn stance(&self) -> Stance<'a> {
        let phase = self.phase;
        Stance {
            from: &phase.from,
            to: &phase.to,
            through: &phase.through,
            times: phase.times,
            progress: (self.into / phase.reach).clamp(0.0, 1.0) as f32,
            hold: self.glow() as f32,
            breath: self.lungs(),
            mirrored: phase.side == Some(Side::Left),
        }
    }

    /// The key pose of this phase, where there is one picture of it.
    #[must_use]
    pub fn still_stance(&self) -> Stance<'a> {
        let phase = self.phase;
        // A circle is told by its far side, a step by its first half.
        let key = if phase.times > 1 {
            0
        } else {
            phase.through.len() / 2
        };
        self.still_at(key)
    }

    /// The pose of this moment, for those who want no motion: a movement through several poses shows one after the other.
    #[must_use]
    pub fn step_stance(&self) -> Stance<'a> {
        self.still_at(self.step().0)
    }

    /// Which of the still poses of the phase is shown now, from 0, and how many there are.
    #[must_use]
    pub fn step(&self) -> (usize, usize) {
        let flows = !self.phase.through.is_empty() && self.phase.times <= 1;
        let steps = if flows { self.phase.through.len() } else { 1 };
        let step = (self.progress() * steps as f64) as usize;
        (step.min(steps - 1), steps)
    }

    fn still_at(&self, step: usize) -> Stance<'a> {
        let phase = self.phase;
        Stance {
            hold: phase.effort.max(self.crest()) as f32,
            mirrored: phase.side == Some(Side::Left),
            ..Stance::still(phase.through.get(step).unwrap_or(&phase.to))
        }
    }

    /// How much the working muscle glows, 0 to 1: it comes with the effort and goes after it.
    #[must_use]
    pub fn glow(&self) -> f64 {
        let before = self.before().map_or(0.0, |phase| phase.effort);
        let course = if self.part().exercise.has_hold() {
            (self.into / GLOW.min(self.phase.seconds)).clamp(0.0, 1.0)
        } else {
            (self.into / self.phase.reach).clamp(0.0, 1.0)
        };
        let on_the_way = (self.progress() * PI).sin().max(0.0) * self.crest();
        before + (self.phase.effort - before) * course + on_the_way
    }

    /// How hard the body works in the middle of a way that flows through poses: there is the effort, not at its end.
    fn crest(&self) -> f64 {
        let flows = !self.phase.through.is_empty()
            && self.phase.times <= 1
            && !self.part().exercise.has_hold();
        if flows {
            MOVING.min(self.phase.seconds / 4.0)
        } else {
            0.0
        }
    }

    /// How full the lungs are: as the phases say where one breathes with them, and quietly otherwise.
    fn lungs(&self) -> f32 {
        if !self.part().exercise.breathes() {
            return fullness(self.elapsed as f32);
        }
        let ahead = self.plan.phases.get(self.index + 1);
        let (from, to) = match self.phase.kind {
            Kind::BreatheIn => (0.0, 1.0),
            Kind::BreatheOut => (1.0, 0.0),
            Kind::Ready | Kind::Move | Kind::Hold | Kind::Relax | Kind::Switch | Kind::Rest => (
                f32::from(u8::from(
                    self.before()
                        .is_some_and(|phase| phase.kind == Kind::BreatheIn),
                )),
                f32::from(u8::from(
                    ahead.is_some_and(|phase| phase.kind == Kind::BreatheOut),
                )),
            ),
        };
        from + (to - from) * ease(self.progress() as f32)
    }

    fn before(&self) -> Option<&'a Phase> {
        self.plan.phases.get(self.index.checked_sub(1)?)
    }

    /// The set, if there is more than one, and the repetition: `Set 1 of 2 · Rep 3 of 15`. Before an exercise of which less than
    /// its dose is done it says so.
    #[must_use]
    pub fn counter(&self) -> String {
        let phase = self.phase;
        let way = phase.way.as_deref().map(capital);
        let side = phase.side.map(|side| side.name().to_owned());
        let less = self.part().shortened_text();
        let less = less.filter(|_| phase.kind == Kind::Ready);
        let parts = [less, self.set_of(), way, self.rep_of(), side];
        let parts: Vec<String> = parts.into_iter().flatten().collect();
        parts.join(" · ")
    }

    /// `Set 1 of 2`, where there is more than one.
    fn set_of(&self) -> Option<String> {
        let (set, sets) = self.phase.set.zip(self.phase.sets)?;
        (sets > 1).then(|| tr!("Set {n} of {all}", n = set, all = sets))
    }

    /// `Rep 3 of 15` or `Breath 3 of 8`, where there is more than one.
    fn rep_of(&self) -> Option<String> {
        let (rep, reps) = self.phase.rep.zip(self.phase.reps)?;
        let breathes = self.part().exercise.dose.breaths.is_some();
        match reps {
            ..=1 => None,
            _ if breathes => Some(tr!("Breath {n} of {all}", n = rep, all = reps)),
            _ => Some(tr!("Rep {n} of {all}", n = rep, all = reps)),
        }
    }

    /// What is said aloud when the phase begins: `Rep 3 of 10. Arch your upper back and look up.`
    #[must_use]
    pub fn spoken(&self) -> String {
        let phase = self.phase;
        let part = self.part();
        let cue = &phase.cue;
        match phase.kind {
            Kind::Ready => sentences([
                Some(part.exercise.name.clone()),
                part.shortened_text()
                    .or_else(|| Some(capital(&part.exercise.dose_spoken(part.reps, part.sets)))),
                Some(cue.clone()),
            ]),
            Kind::Hold | Kind::Rest => {
                let seconds = phase.seconds.round() as u64;
                trn!(
                    seconds,
                    "{cue} for {n} second.",
                    "{cue} for {n} seconds.",
                    cue = cue
                )
            }
            Kind::Switch => sentences([Some(cue.clone())]),
            Kind::Move | Kind::Relax | Kind::BreatheIn | Kind::BreatheOut => self.spoken_movement(),
        }
    }

    fn spoken_movement(&self) -> String {
        let cue = Some(self.phase.cue.clone());
        let rep = self.rep_of().filter(|_| self.phase.begins_rep);
        let Some(rep) = rep else {
            return sentences([cue]);
        };
        let set = self.set_of().filter(|_| self.phase.rep == Some(1));
        let rep = match self.phase.side {
            Some(side) => tr!("{rep}, {side}", rep = rep, side = side.name_within()),
            None => rep,
        };
        sentences([set, Some(rep), cue])
    }

    /// The figure in words, for those who don't see it.
    #[must_use]
    pub fn alt_text(&self) -> String {
        let exercise = &self.part().exercise;
        let (name, position, cue) = (&exercise.name, exercise.position, &self.phase.cue);
        match self.phase.side {
            Some(side) => tr!(
                "A person doing “{exercise}”, {position}, {side}: {cue}.",
                exercise = name,
                position = position,
                side = side.name_within(),
                cue = cue
            ),
            None => tr!(
                "A person doing “{exercise}”, {position}: {cue}.",
                exercise = name,
                position = position,
                cue = cue
            ),
        }
    }
}

/// The phases of one exercise, in the making.
struct Derivation<'a> {
    index: usize,
    part: &'a Part,
    phases: Vec<Phase>,
    pose: String,
}

impl<'a> Derivation<'a> {
    fn of(index: usize, part: &'a Part) -> Vec<Phase> {
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
            begins_rep: false,
            from,
            to: to.to_owned(),
            through: Vec::new(),
            times: 0,
            reach: seconds,
            way: None,
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
                self.switch(set, exercise.dose.switch.unwrap_or(0.0));
                self.reps(&exercise, set, &[Some(Side::Left)]);
            }
        }
    }

    fn switch(&mut self, set: u32, seconds: f64) {
        let sets = self.part.sets;
        let phase = self.push(Kind::Switch, seconds, START, tr("Change to the left side"));
        phase.set = Some(set);
        phase.sets = Some(sets);
        phase.side = Some(Side::Left);
    }

    /// All repetitions of a set on these sides, with the way into and out of them.
    fn reps(&mut self, exercise: &Exercise, set: u32, sides: &[Option<Side>]) {
        let around = match sides {
            [side] => *side,
            _ => None,
        };
        for segment in &exercise.enter {
            self.segment(exercise, segment, set, around);
        }
        for way in exercise.ways() {
            let of_way = |segment: &&Segment| segment.way.as_deref() == way;
            let segments: Vec<&Segment> = exercise.segments.iter().filter(of_way).collect();
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
            // Where nothing is held, the way out is the effort.
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
        let phase = self.push(segment.kind, seconds, &segment.pose, &segment.cue);
        phase.set = Some(set);
        phase.sets = Some(sets);
        phase.side = side;
        phase.through.clone_from(&segment.through);
        phase.times = segment.times.unwrap_or(0);
        phase.reach = segment.reach.unwrap_or(seconds);
        phase.way.clone_from(&segment.way);
        phase.effort = match segment.kind {
            Kind::Hold => 1.0,
            Kind::BreatheIn | Kind::BreatheOut if segment.pose != START => BREATHING,
            Kind::BreatheIn | Kind::BreatheOut => 0.0,
            Kind::Ready | Kind::Move | Kind::Relax | Kind::Switch | Kind::Rest => 0.0,
        };
        phase
    }
}

/// Each as a sentence, after each other.
fn sentences<const N: usize>(texts: [Option<String>; N]) -> String {
    let texts = texts.into_iter().flatten();
    let said: Vec<String> = texts
        .map(|text| tr!("{sentence}.", sentence = text))
        .collect();
    said.join(" ")
}

fn capital(text: &str) -> String {
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
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    fn plan(id: &str) -> Plan {
        Library::shipped().plan(id).unwrap()
    }

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
        Plan::of_exercise(&Arc::new(Exercise::parse(&text).unwrap()))
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
                    phase.kind.word(),
                    phase.set.unwrap_or(0),
                    phase.rep.unwrap_or(0)
                )
            })
            .collect()
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
    fn routines_keep_their_promises() {
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
    fn who_has_little_time_does_fewer_sets_and_repetitions_and_is_told() {
        let desk = within("desk", 3);
        assert!(desk.total_seconds() <= 180.0 && desk.is_shortened());
        let [thoracic, squeeze] = desk.parts() else {
            panic!("both are there");
        };
        assert_eq!((thoracic.reps, squeeze.sets, squeeze.reps), (10, 1, 12));
        assert_eq!(thoracic.shortened_text(), None);
        let said = "Shortened: 1 of 2 sets, 12 of 15 reps";
        assert_eq!(squeeze.shortened_text().unwrap(), said);
        assert_eq!(desk.at(66.0).counter(), said);
        assert_eq!(
            desk.at(66.0).spoken(),
            format!("Scapula squeeze. {said}. Sit tall, arms by your sides.")
        );
        assert_eq!(desk.at(73.0).counter(), "Rep 1 of 12", "it is said once");
        assert!(desk.show_text().contains(said));
        let child = within("childs-pose", 1);
        assert_eq!(
            child.parts()[0].shortened_text().unwrap(),
            "Shortened: 3 of 8 breaths"
        );
        assert_eq!(child.about, "3 slow breaths.");
    }

    #[test]
    fn enough_time_changes_nothing() {
        let (desk, whole) = (within("desk", 6), plan("desk"));
        assert!(!desk.is_shortened() && desk.fits(Span::seconds(347)));
        assert_eq!(desk.phases(), whole.phases());
        assert_eq!(plan("moment").parts()[0].shortened_text(), None);
    }

    #[test]
    fn a_shortened_plan_keeps_its_holds_its_warm_up_and_three_repetitions() {
        for id in Library::shipped().ids() {
            let whole = plan(id);
            let least = plan(id).shortened_to(Span::seconds(1));
            for (part, before) in least.parts().iter().zip(whole.parts()) {
                assert!(
                    part.reps >= before.reps.min(3),
                    "{id}: {}",
                    part.exercise.id
                );
            }
            let lengths: Vec<f64> = whole.phases().iter().map(|phase| phase.seconds).collect();
            let kept = |phase: &Phase| lengths.contains(&phase.seconds);
            assert!(least.phases().iter().all(kept), "{id}");
            assert!(!least.is_shortened() || !least.fits(Span::seconds(1)));
        }
        let standing = within("standing", 6);
        assert!(standing.fits(Span::seconds(360)));
        assert_eq!(standing.parts()[1].reps, 5, "the warm-up is whole");
        assert!(!within("all", 1).fits(Span::seconds(60)));
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
    fn one_way_round_comes_after_the_other() {
        let roll = plan("shoulder-roll");
        let counters: Vec<String> = (1..=10)
            .map(|circle| roll.at(6.0 + 4.0 * f64::from(circle) - 2.0).counter())
            .collect();
        assert_eq!(counters[0], "Forward · Rep 1 of 5");
        assert_eq!(counters[4], "Forward · Rep 5 of 5");
        assert_eq!(counters[5], "Backward · Rep 1 of 5");
        assert_eq!(counters[9], "Backward · Rep 5 of 5");
        assert_eq!(roll.total_seconds(), 6.0 + 10.0 * 4.0);
        assert_eq!(roll.about, "5 reps forward, then 5 backward.");
        let circle = roll.at(8.0);
        assert_eq!(circle.stance().through, ["forward", "up", "back"]);
        assert!(circle.glow() > 0.5, "the effort is on the way");
        assert_eq!(circle.still_stance().from, "up");
        assert_eq!(roll.at(28.0).stance().through, ["back", "up", "forward"]);
    }

    #[test]
    fn still_poses_follow_the_way_of_a_circle() {
        let roll = plan("shoulder-roll");
        let poses = |begin: f64| {
            [0.5, 2.0, 3.5].map(|into| {
                let cue = roll.at(begin + into);
                (cue.step(), cue.step_stance().from.to_owned())
            })
        };
        let steps = [(0, 3), (1, 3), (2, 3)];
        let of = |names: [&str; 3]| [0, 1, 2].map(|n| (steps[n], names[n].to_owned()));
        assert_eq!(poses(6.0), of(["forward", "up", "back"]));
        assert_eq!(poses(26.0), of(["back", "up", "forward"]));
        let walk = plan("short-walk");
        assert_eq!(
            walk.at(30.0).step(),
            (0, 1),
            "sixty steps are not shown one by one"
        );
        assert_eq!(plan("desk").at(9.0).step(), (0, 1));
    }

    /// The moments at which one of the phases of a plan tells a screen reader something new, in seconds.
    #[test]
    fn a_screen_reader_hears_of_the_time_every_five_seconds_at_most() {
        for id in ["desk", "floor", "standing"] {
            let plan = plan(id);
            let mut last: BTreeMap<usize, (f64, u32)> = BTreeMap::new();
            for tenth in 0..(plan.total_seconds() * 10.0) as u32 {
                let at = f64::from(tenth) / 10.0;
                let cue = plan.at(at);
                let now = cue.countdown_spoken();
                let (since, before) = *last.entry(cue.index).or_insert((at, now));
                if before != now {
                    assert!(at - since > 4.9, "{id} at {at} s: {before}, {now}");
                    assert!(cue.left > 4.8, "{id} at {at} s: soon {now}");
                    last.insert(cue.index, (at, now));
                }
            }
        }
        let desk = plan("desk");
        let percents = [0.0, 4.9, 5.1, 9.9, 347.0].map(|at| desk.at(at).percent_spoken());
        assert_eq!(percents, [0, 0, 1, 1, 99]);
    }

    #[test]
    fn breaths_are_counted_and_the_way_in_and_out_is_not() {
        let child = plan("childs-pose");
        let kinds: Vec<&str> = child
            .phases()
            .iter()
            .map(|phase| phase.kind.word())
            .collect();
        assert_eq!(
            kinds[..5],
            [
                "ready",
                "breathe-in",
                "breathe-out",
                "breathe-in",
                "breathe-out"
            ]
        );
        assert_eq!(kinds.len(), 1 + 2 + 2 * 8 + 1);
        assert_eq!(child.at(10.0).counter(), "", "on the way in");
        let third = 8.0 + 4.0 + 6.0 + 2.0 * 10.0;
        assert_eq!(child.at(third).counter(), "Breath 3 of 8");
        assert_eq!(
            child.at(third).spoken(),
            "Breath 3 of 8. Breathe in, let your back widen."
        );
        assert_eq!(child.at(third + 4.0).spoken(), "Breathe out and sink.");
        assert_eq!(
            child.parts()[0].dose_text(),
            "8 slow breaths (source: 5–10)"
        );
        assert_eq!(
            child.at(0.0).spoken(),
            "Child's Pose. 8 slow breaths. Kneel, knees wide, hands in front."
        );
    }

    #[test]
    fn a_pose_may_be_reached_before_its_phase_ends() {
        let cat = plan("cat-cow");
        let out = 8.0 + 4.0;
        let stance = |second: f64| cat.at(out + second).stance();
        assert_eq!((stance(3.0).to, stance(3.0).progress), ("cat", 0.5));
        assert_eq!((stance(8.0).to, stance(8.0).progress), ("cat", 1.0));
        assert!(
            stance(3.0).breath > stance(8.0).breath,
            "the breath goes on"
        );
        assert_eq!(
            cat.parts()[0].dose_text(),
            "5 slow breaths, 10 s in and 10 s out (source: 10–15 s)"
        );
    }

    #[test]
    fn each_side_has_its_way_in_and_out() {
        let twist = plan("t-spine-twist");
        let course: Vec<(Option<Side>, Option<u32>)> = twist
            .phases()
            .iter()
            .map(|phase| (phase.side, phase.rep))
            .collect();
        let sides = |side: Side| course.iter().filter(|phase| phase.0 == Some(side)).count();
        // One side gets ready, the other changes.
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

    #[test]
    fn the_left_side_is_seen_as_the_mirror_image() {
        let raise = plan("arm-and-leg-raise");
        assert!(!raise.at(8.0 + 5.0).stance().mirrored);
        assert!(raise.at(8.0 + 12.0 + 5.0).stance().mirrored);
        assert!(raise.at(8.0 + 12.0 + 5.0).still_stance().mirrored);
        assert_eq!(
            raise.at(8.0 + 12.0 + 5.0).counter(),
            "Rep 1 of 10 · Left side"
        );
    }

    #[test]
    fn ranges_are_read_and_not_said() {
        let slide = plan("wall-arm-slide");
        assert_eq!(
            slide.parts()[0].dose_text(),
            "2 sets of 10 reps (source: 8–12)"
        );
        assert_eq!(
            slide.at(0.0).spoken(),
            "Wall arm slide. 2 sets of 10 reps. Back, elbows and wrists to the wall."
        );
        let exercise = &slide.parts()[0].exercise;
        assert_eq!(
            exercise.dose_text(4, 1),
            "4 reps",
            "less than the source asks for"
        );
        let stretch = plan("pectoralis-stretch");
        assert_eq!(
            stretch.parts()[0].dose_text(),
            "3 reps, hold 20 s each (source: 15–30 s)"
        );
    }

    #[test]
    fn who_is_warm_leaves_out_the_warm_up() {
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
    fn a_walk_is_one_long_phase() {
        let walk = plan("short-walk");
        assert_eq!(walk.about, "60 s.");
        assert_eq!(walk.at(5.0).spoken(), "Walk, and let your arms swing.");
        assert_eq!(walk.at(30.0).counter(), "");
        assert_eq!(walk.at(30.0).still_stance().from, "right");
        assert_eq!(walk.at(30.0).glow(), 0.0);
    }

    #[test]
    fn the_voice_says_what_the_data_say() {
        let desk = plan("desk");
        let said = |elapsed: f64| desk.at(elapsed).spoken();
        assert_eq!(
            said(0.0),
            "Thoracic extension. 10 reps. Sit tall, hands behind your head."
        );
        assert_eq!(
            said(6.0 + 2.0 * 6.0),
            "Rep 3 of 10. Arch your upper back and look up."
        );
        assert_eq!(said(9.0), "Come back slowly.");
        assert_eq!(
            said(66.0),
            "Scapula squeeze. 2 sets of 15 reps, hold 5 s each. Sit tall, arms by your sides."
        );
        assert_eq!(
            said(72.0),
            "Set 1 of 2. Rep 1 of 15. Squeeze your shoulder blades together."
        );
        assert_eq!(said(74.0), "Hold for 5 seconds.");
        assert_eq!(said(72.0 + 15.0 * 8.5), "Rest and breathe for 20 seconds.");
        assert_eq!(desk.at(80.5 + 8.5).counter(), "Set 1 of 2 · Rep 3 of 15");
        assert_eq!(
            desk.at(74.0).alt_text(),
            "A person doing “Scapula squeeze”, sitting: Hold."
        );
    }

    #[test]
    fn what_comes_next_is_announced() {
        let desk = plan("desk");
        assert_eq!(
            desk.at(0.0).next().unwrap().phase.cue,
            "Arch your upper back and look up"
        );
        assert_eq!(
            desk.at(65.0).next().unwrap().new_exercise,
            Some("Scapula squeeze")
        );
        assert_eq!(desk.at(desk.total_seconds()).next(), None);
        assert!(desk.at(desk.total_seconds()).finished);
        assert_eq!(desk.next_exercise(3.0), 66.0);
        assert_eq!(desk.next_exercise(100.0), desk.total_seconds());
        assert_eq!(desk.previous_exercise(100.0), 66.0);
        assert_eq!(desk.previous_exercise(67.0), 0.0);
    }

    #[test]
    fn a_countdown_is_spoken_as_one_counts() {
        let scapula = plan("scapula-squeeze");
        let counts: Vec<u32> = (0..5)
            .map(|second| scapula.at(7.5 + f64::from(second)).countdown())
            .collect();
        assert_eq!(counts, [5, 4, 3, 2, 1]);
    }

    #[test]
    fn the_figure_goes_with_the_phase() {
        let desk = plan("desk");
        let arch = desk.at(6.0 + 1.5).stance();
        assert_eq!((arch.from, arch.to, arch.progress), ("start", "arch", 0.5));
        assert!(arch.hold > 0.0);
        let hold = desk.at(73.5 + 2.0).stance();
        assert_eq!((hold.from, hold.to, hold.hold), ("squeeze", "squeeze", 1.0));
        let still = desk.at(7.0).still_stance();
        assert_eq!((still.from, still.to, still.breath), ("arch", "arch", 0.0));
        assert_eq!(desk.at(0.0).stance(), Stance::still("start"));
    }

    #[test]
    fn odd_times_are_taken_for_the_ends() {
        let moment = plan("moment");
        assert_eq!(moment.at(f64::NAN).elapsed, 0.0);
        assert_eq!(moment.at(-3.0).index, 0);
        assert!(moment.at(f64::INFINITY).finished);
        assert_eq!(moment.back(f64::NAN), 0.0);
        assert_eq!(moment.next(1e12), moment.total_seconds());
    }

    /// One of all routines and exercises.
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
        fn time_goes_on_without_jumps(which in 0usize..1000, part in 0.0f64..1.0, step in 0.0f64..0.1) {
            let plan = any_plan(which);
            let elapsed = part * plan.total_seconds();
            let (now, soon) = (plan.at(elapsed), plan.at(elapsed + step));
            prop_assert!(soon.index >= now.index && soon.index <= now.index + 1);
            prop_assert!((soon.glow() - now.glow()).abs() <= step / GLOW + 1e-9);
            prop_assert!((now.into + now.left - now.phase.seconds).abs() < 1e-9);
            if soon.index == now.index {
                prop_assert!(soon.into >= now.into);
            } else {
                prop_assert_eq!(now.phase.part == soon.phase.part, now.next().unwrap().new_exercise.is_none());
                prop_assert!(now.phase.to == soon.phase.from || now.phase.part != soon.phase.part);
            }
        }

        #[test]
        fn back_undoes_next(which in 0usize..1000, part in 0.0f64..1.0) {
            let plan = any_plan(which);
            let elapsed = part * plan.total_seconds();
            let next = plan.next(elapsed);
            prop_assert!(next > elapsed);
            let here = plan.at(elapsed);
            if next < plan.total_seconds() {
                prop_assert_eq!(plan.at(next).index, here.index + 1);
                prop_assert_eq!(plan.at(next).into, 0.0);
                prop_assert_eq!(plan.at(plan.back(next)).index, here.index);
            }
            let back = plan.back(elapsed);
            prop_assert!(back <= elapsed);
            prop_assert!(here.index - plan.at(back).index <= 1);
            prop_assert!(back < elapsed || elapsed == 0.0);
        }
    }
}
