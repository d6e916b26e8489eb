//! The position in a plan: the text, speech and figure at a second of it.

use std::f64::consts::PI;
use std::path::Path;

use super::exercise::Kind;
use super::phases::{MOVING, Part, Phase, Side, capital, sentences};
use super::plan::Plan;
use crate::figure::Stance;
use crate::figure::motion::{ease, lung_fullness};
use crate::lang::{tr, trn};

/// Fade time of the glow before and after a hold, in seconds.
const GLOW_SECONDS: f64 = 0.8;
/// Interval between progress announcements for screen readers, in seconds.
const SPOKEN_INTERVAL: f64 = 5.0;

/// A position in a plan.
#[derive(Clone, Copy, Debug)]
pub struct Cue<'a> {
    plan: &'a Plan,
    /// Index of the current phase in [`Plan::phases`].
    pub index: usize,
    /// The phase at this position.
    pub phase: &'a Phase,
    /// Seconds since the phase began.
    pub into: f64,
    /// Seconds until the phase ends.
    pub left: f64,
    /// Seconds since the plan began.
    pub elapsed: f64,
    /// `true` at the end of the plan.
    pub finished: bool,
}

/// The phase that follows the current one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct NextPhase<'a> {
    /// The next phase itself.
    pub phase: &'a Phase,
    /// Name of its exercise, if that differs from the current one.
    pub new_exercise: Option<&'a str>,
}

/// Seconds before a movement at which it is pointed out.
const HEADING_SECONDS: f64 = 2.5;
/// Seconds in which that becomes visible.
const FADE_SECONDS: f64 = 0.6;
/// The progress of a movement at which it is no longer pointed out so strongly, and no longer at all.
const HEADING_FADES: f64 = 0.35;
const HEADING_GONE: f64 = 0.6;

/// Returns the movement of a phase from its beginning, or `None` if it has none.
fn movement(phase: &Phase) -> Option<Stance<'_>> {
    let moves = phase.from != phase.to || !phase.through.is_empty();
    moves.then(|| Stance {
        from: &phase.from,
        to: &phase.to,
        through: &phase.through,
        times: phase.times,
        mirrored: phase.side == Some(Side::Left),
        ..Stance::default()
    })
}

impl Plan {
    /// Returns the position after `elapsed` seconds, clamped to the duration of the plan.
    #[must_use]
    pub fn at(&self, elapsed: f64) -> Cue<'_> {
        let elapsed = self.clamp_elapsed(elapsed);
        let index = self.index_at(elapsed);
        let phase = &self.phases()[index];
        let into = (elapsed - self.start_of(index)).clamp(0.0, phase.seconds);
        Cue {
            plan: self,
            index,
            phase,
            into,
            left: phase.seconds - into,
            elapsed,
            finished: elapsed >= self.total_seconds(),
        }
    }
}

impl<'a> Cue<'a> {
    /// Returns the current exercise, with the sets and repetitions to do.
    #[must_use]
    pub fn part(&self) -> &'a Part {
        &self.plan.parts()[self.phase.part]
    }

    /// Returns the number of the exercise, from 1, and the number of exercises.
    #[must_use]
    pub fn exercise_of(&self) -> (usize, usize) {
        (self.phase.part + 1, self.plan.parts().len())
    }

    /// Returns the elapsed fraction of the phase, 0 to 1.
    #[must_use]
    pub fn progress(&self) -> f64 {
        (self.into / self.phase.seconds).clamp(0.0, 1.0)
    }

    /// Returns the seconds left of the phase for a screen reader: updated every five seconds, but not just before the phase ends.
    #[must_use]
    pub fn countdown_spoken(&self) -> u32 {
        let last = (self.phase.seconds / SPOKEN_INTERVAL).floor() - 1.0;
        let step = (self.into / SPOKEN_INTERVAL).floor().min(last).max(0.0);
        (self.phase.seconds - step * SPOKEN_INTERVAL).ceil() as u32
    }

    /// Returns the elapsed part of the plan in percent, updated every five seconds.
    #[must_use]
    pub fn percent_spoken(&self) -> u32 {
        let full = (self.elapsed / SPOKEN_INTERVAL).floor() * SPOKEN_INTERVAL;
        (full / self.plan.total_seconds() * 100.0).round() as u32
    }

    /// Returns the seconds left of the phase as a countdown: 5, 4, 3, 2, 1.
    #[must_use]
    pub fn countdown(&self) -> u32 {
        self.left.ceil() as u32
    }

    /// Returns the exercises after the current one, in order.
    #[must_use]
    pub fn remaining_exercises(&self) -> &'a [Part] {
        &self.plan.parts()[self.phase.part + 1..]
    }

    /// Returns the next phase, or `None` in the last one.
    #[must_use]
    pub fn next(&self) -> Option<NextPhase<'a>> {
        let phase = self.plan.phases().get(self.index + 1)?;
        let new = phase.part != self.phase.part;
        Some(NextPhase {
            phase,
            new_exercise: new.then(|| self.plan.parts()[phase.part].exercise.name.as_str()),
        })
    }

    /// Returns the current stance of the figure.
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

    /// Returns the key pose of the phase, for a single still picture of it.
    #[must_use]
    pub fn still_stance(&self) -> Stance<'a> {
        let phase = self.phase;
        // The far side is typical of a circle, the first half of a step.
        let key = if phase.times > 1 {
            0
        } else {
            phase.through.len() / 2
        };
        self.still_at(key)
    }

    /// Returns the current still pose, for users who want no motion: a movement through several poses shows them one by one.
    #[must_use]
    pub fn step_stance(&self) -> Stance<'a> {
        self.still_at(self.step().0)
    }

    /// Returns the index of the current still pose of the phase, from 0, and the number of still poses.
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
            hold: phase.effort.max(self.peak_effort()) as f32,
            mirrored: phase.side == Some(Side::Left),
            ..Stance::still(phase.through.get(step).unwrap_or(&phase.to))
        }
    }

    /// Returns the movement of the phase from its beginning, or `None` if it has none.
    #[must_use]
    pub fn movement(&self) -> Option<Stance<'a>> {
        movement(self.phase)
    }

    /// Returns the movement to point out, from its beginning, and how strongly, 0 to 1: the next one towards the end of a phase
    /// without movement (but not out of a hold), and the current one in its first half. `still` shows the current one throughout, since the figure
    /// doesn't.
    #[must_use]
    pub fn heading(&self, still: bool) -> Option<(Stance<'a>, f32)> {
        if let Some(movement) = self.movement() {
            let strength = (HEADING_GONE - self.progress()) / (HEADING_GONE - HEADING_FADES);
            let strength = if still { 1.0 } else { strength.clamp(0.0, 1.0) };
            return (strength > 0.0).then_some((movement, strength as f32));
        }
        let begins = (HEADING_SECONDS - self.left) / FADE_SECONDS;
        let strength = begins.clamp(0.0, 1.0);
        let next = self.next_of_exercise()?;
        // An arrow out of a position that is to be held would be followed too early.
        if self.phase.kind == Kind::Hold && next.kind == Kind::Relax {
            return None;
        }
        let movement = movement(next)?;
        (strength > 0.0).then_some((movement, strength as f32))
    }

    /// Returns the pose in which the first movement will end, and how strongly to show it, in the last second of getting ready.
    #[must_use]
    pub fn ghost(&self) -> Option<(Stance<'a>, f32)> {
        if self.phase.kind != Kind::Ready || self.left > 1.0 {
            return None;
        }
        let movement = movement(self.next_of_exercise()?)?;
        let to = movement.through.get(movement.through.len() / 2);
        let end = Stance {
            mirrored: movement.mirrored,
            ..Stance::still(to.map_or(movement.to, String::as_str))
        };
        Some((end, (1.0 - self.left) as f32))
    }

    fn next_of_exercise(&self) -> Option<&'a Phase> {
        let next = self.plan.phases().get(self.index + 1)?;
        (next.part == self.phase.part).then_some(next)
    }

    /// Returns the glow of the working region, 0 to 1: it rises with the effort and fades after it.
    #[must_use]
    pub fn glow(&self) -> f64 {
        let before = self.previous_phase().map_or(0.0, |phase| phase.effort);
        let course = if self.part().exercise.has_hold() {
            (self.into / GLOW_SECONDS.min(self.phase.seconds)).clamp(0.0, 1.0)
        } else {
            (self.into / self.phase.reach).clamp(0.0, 1.0)
        };
        let on_the_way = (self.progress() * PI).sin().max(0.0) * self.peak_effort();
        before + (self.phase.effort - before) * course + on_the_way
    }

    /// Returns the peak effort of a movement that flows through poses: it is in the middle, not at the end.
    fn peak_effort(&self) -> f64 {
        let flows = !self.phase.through.is_empty()
            && self.phase.times <= 1
            && !self.part().exercise.has_hold();
        if flows {
            MOVING.min(self.phase.seconds / 4.0)
        } else {
            0.0
        }
    }

    /// Returns the fullness of the lungs: it follows the phases if they prescribe breathing, and is quiet breathing otherwise.
    fn lungs(&self) -> f32 {
        if !self.part().exercise.prescribes_breathing() {
            return lung_fullness(self.elapsed as f32);
        }
        let ahead = self.plan.phases().get(self.index + 1);
        let (from, to) = match self.phase.kind {
            Kind::BreatheIn => (0.0, 1.0),
            Kind::BreatheOut => (1.0, 0.0),
            Kind::Ready | Kind::Move | Kind::Hold | Kind::Relax | Kind::Switch | Kind::Rest => (
                f32::from(u8::from(
                    self.previous_phase()
                        .is_some_and(|phase| phase.kind == Kind::BreatheIn),
                )),
                f32::from(u8::from(
                    ahead.is_some_and(|phase| phase.kind == Kind::BreatheOut),
                )),
            ),
        };
        from + (to - from) * ease(self.progress() as f32)
    }

    fn previous_phase(&self) -> Option<&'a Phase> {
        self.plan.phases().get(self.index.checked_sub(1)?)
    }

    /// Returns set and repetition, each if there is more than one: `Set 1 of 2 · Rep 3 of 15`. In the ready phase of a shortened
    /// exercise it begins with the shortened dose.
    #[must_use]
    pub fn counter(&self) -> String {
        let phase = self.phase;
        let direction = phase.direction.as_deref().map(capital);
        let side = phase.side.map(|side| side.name().to_owned());
        let shortened = self.part().shortened_text();
        let shortened = shortened.filter(|_| phase.kind == Kind::Ready);
        let parts = [shortened, self.set_of(), direction, self.rep_of(), side];
        let parts: Vec<String> = parts.into_iter().flatten().collect();
        parts.join(" · ")
    }

    /// Returns `Set 1 of 2`, if there is more than one.
    fn set_of(&self) -> Option<String> {
        let (set, sets) = self.phase.set.zip(self.phase.sets)?;
        (sets > 1).then(|| tr!("Set {n} of {all}", n = set, all = sets))
    }

    /// Returns `Rep 3 of 15` or `Breath 3 of 8`, if there is more than one.
    fn rep_of(&self) -> Option<String> {
        let (rep, reps) = self.phase.rep.zip(self.phase.reps)?;
        let breathes = self.part().exercise.dose.breaths.is_some();
        match reps {
            ..=1 => None,
            _ if breathes => Some(tr!("Breath {n} of {all}", n = rep, all = reps)),
            _ => Some(tr!("Rep {n} of {all}", n = rep, all = reps)),
        }
    }

    /// Returns the text spoken at the start of the phase: `Rep 3 of 10. Arch your upper back and look up.`
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
                part.advice().map(str::to_owned),
                Some(cue.clone()),
            ]),
            Kind::Hold | Kind::Rest => self.spoken_hold(),
            Kind::Switch => sentences([Some(cue.clone())]),
            Kind::Move | Kind::Relax | Kind::BreatheIn | Kind::BreatheOut => self.spoken_movement(),
        }
    }

    /// Returns how long to stay, with the repetition if the hold begins it.
    fn spoken_hold(&self) -> String {
        let phase = self.phase;
        let seconds = phase.seconds.round() as u64;
        let hold = if seconds >= 120 && seconds.is_multiple_of(60) {
            trn!(
                seconds / 60,
                "{cue} for {n} minute.",
                "{cue} for {n} minutes.",
                cue = phase.cue
            )
        } else {
            trn!(
                seconds,
                "{cue} for {n} second.",
                "{cue} for {n} seconds.",
                cue = phase.cue
            )
        };
        match self.spoken_rep() {
            Some(rep) => format!("{rep} {hold}"),
            None => hold,
        }
    }

    fn spoken_movement(&self) -> String {
        let cue = sentences([Some(self.phase.cue.clone())]);
        match self.spoken_rep() {
            Some(rep) => format!("{rep} {cue}"),
            None => cue,
        }
    }

    /// Returns the repetition as a sentence, if the phase begins one of several: `Rep 3 of 10, right side.`
    fn spoken_rep(&self) -> Option<String> {
        let rep = self.rep_of().filter(|_| self.phase.begins_rep)?;
        let set = self.set_of().filter(|_| self.phase.rep == Some(1));
        let rep = match self.phase.side {
            Some(side) => tr!("{rep}, {side}", rep = rep, side = side.name_within()),
            None => rep,
        };
        Some(sentences([set, Some(rep)]))
    }

    /// Returns the picture of the current step, if the exercise has pictures.
    #[must_use]
    pub fn picture(&self) -> Option<&'a Path> {
        self.part().exercise.figure.picture(self.phase.step)
    }

    /// Returns a description of the figure or picture for users who cannot see it.
    #[must_use]
    pub fn alt_text(&self) -> String {
        let exercise = &self.part().exercise;
        if exercise.figure.drawing().is_none() {
            // Nobody knows what a picture shows, but its step says what it is meant to show.
            let is_of_step = match self.phase.kind {
                Kind::Rest | Kind::Switch => false,
                // The steps are written for the right side.
                Kind::Ready
                | Kind::Move
                | Kind::Hold
                | Kind::Relax
                | Kind::BreatheIn
                | Kind::BreatheOut => self.phase.side != Some(Side::Left),
            };
            let step = exercise.details.get(self.phase.step);
            let step = step.filter(|_| is_of_step);
            let step = step.map_or(self.phase.cue.as_str(), String::as_str);
            return tr!(
                "“{exercise}”: {step}",
                exercise = exercise.name,
                step = step
            );
        }
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

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;
    use crate::routine::Library;

    fn plan(id: &str) -> Plan {
        Library::shipped().plan(id).unwrap()
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
        let expected = |names: [&str; 3]| [0, 1, 2].map(|n| (steps[n], names[n].to_owned()));
        assert_eq!(poses(6.0), expected(["forward", "up", "back"]));
        assert_eq!(poses(26.0), expected(["back", "up", "forward"]));
        let walk = plan("short-walk");
        assert_eq!(
            walk.at(30.0).step(),
            (0, 1),
            "sixty steps are not shown one by one"
        );
        assert_eq!(plan("desk").at(9.0).step(), (0, 1));
    }

    #[test]
    fn screen_reader_countdown_changes_every_five_seconds_at_most() {
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
    fn enter_and_leave_segments_are_not_counted_as_breaths() {
        let child = plan("childs-pose");
        let kinds: Vec<&str> = child
            .phases()
            .iter()
            .map(|phase| phase.kind.as_str())
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
            "Child’s Pose. 8 slow breaths. Kneel, knees wide, hands in front."
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
        let spoken_at = |elapsed: f64| desk.at(elapsed).spoken();
        assert_eq!(
            spoken_at(0.0),
            "Thoracic extension. 10 reps. Sit tall, hands behind your head."
        );
        assert_eq!(
            spoken_at(6.0 + 2.0 * 6.0),
            "Rep 3 of 10. Arch your upper back and look up."
        );
        assert_eq!(spoken_at(9.0), "Come back slowly.");
        assert_eq!(
            spoken_at(66.0),
            "Scapula squeeze. 2 sets of 15 reps, hold 5 s each. Sit tall, arms by your sides."
        );
        assert_eq!(
            spoken_at(72.0),
            "Set 1 of 2. Rep 1 of 15. Squeeze your shoulder blades together."
        );
        assert_eq!(spoken_at(74.0), "Hold for 5 seconds.");
        assert_eq!(
            spoken_at(72.0 + 15.0 * 8.5),
            "Rest and breathe for 20 seconds."
        );
        assert_eq!(desk.at(80.5 + 8.5).counter(), "Set 1 of 2 · Rep 3 of 15");
        assert_eq!(
            desk.at(74.0).alt_text(),
            "A person doing “Scapula squeeze”, sitting: Hold."
        );
    }

    #[test]
    fn next_phase_is_announced() {
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

    /// Returns one of all routines and exercises.
    fn any_plan(which: usize) -> Plan {
        let library = Library::shipped();
        let ids: Vec<&str> = library.ids().collect();
        library.plan(ids[which % ids.len()]).unwrap()
    }

    proptest! {
        #[test]
        fn time_goes_on_without_jumps(which in 0usize..1000, part in 0.0f64..1.0, step in 0.0f64..0.1) {
            let plan = any_plan(which);
            let elapsed = part * plan.total_seconds();
            let (now, soon) = (plan.at(elapsed), plan.at(elapsed + step));
            prop_assert!(soon.index >= now.index && soon.index <= now.index + 1);
            prop_assert!((soon.glow() - now.glow()).abs() <= step / GLOW_SECONDS + 1e-9);
            prop_assert!((now.into + now.left - now.phase.seconds).abs() < 1e-9);
            if soon.index == now.index {
                prop_assert!(soon.into >= now.into);
            } else {
                prop_assert_eq!(now.phase.part == soon.phase.part, now.next().unwrap().new_exercise.is_none());
                prop_assert!(now.phase.to == soon.phase.from || now.phase.part != soon.phase.part);
            }
        }
    }
}
