//! The player of a routine, and what the guide shows of it. Both are arithmetic on the moments that they are given.

use unhunch::lang::tr;
use unhunch::routine::{Cue, Kind, Plan};
use unhunch::time::Moment;

/// If the computer slept longer than this during a routine, the routine waits for the person, in seconds.
const SLEPT: f64 = 1.0;

/// A routine that plays.
pub(crate) struct Player {
    pub(crate) plan: Plan,
    /// The second of the plan at which it was started, paused or moved last.
    base: f64,
    /// What had been played then, in seconds.
    played: f64,
    /// Since when it has run, on the clock without sleep and the clock of sleep, in seconds; none: paused.
    running: Option<(f64, f64)>,
}

impl Player {
    /// At the beginning of the plan, running from now on.
    pub(crate) fn start(plan: Plan, now: &Moment) -> Self {
        Self {
            plan,
            base: 0.0,
            played: 0.0,
            running: Some(clocks(now)),
        }
    }

    /// The second of the plan.
    pub(crate) fn elapsed(&self, now: &Moment) -> f64 {
        (self.base + self.run(now)).min(self.plan.total_seconds())
    }

    /// How long it has played, pauses left out, in seconds.
    pub(crate) fn played(&self, now: &Moment) -> f64 {
        let most = self.plan.total_seconds() - self.base;
        self.played + self.run(now).min(most)
    }

    /// Where it is.
    pub(crate) fn cue(&self, now: &Moment) -> Cue<'_> {
        self.plan.at(self.elapsed(now))
    }

    pub(crate) fn is_paused(&self) -> bool {
        self.running.is_none()
    }

    /// Whether the computer slept while it ran.
    pub(crate) fn slept(&self, now: &Moment) -> bool {
        self.running
            .is_some_and(|(_, slept)| clocks(now).1 - slept > SLEPT)
    }

    pub(crate) fn pause(&mut self, now: &Moment) {
        self.settle(self.elapsed(now), now);
        self.running = None;
    }

    pub(crate) fn resume(&mut self, now: &Moment) {
        self.settle(self.elapsed(now), now);
        self.running = Some(clocks(now));
    }

    /// Moves to another second of the plan, and goes on or stays paused as before.
    pub(crate) fn go(&mut self, now: &Moment, to: impl Fn(&Plan, f64) -> f64) {
        let target = to(&self.plan, self.elapsed(now));
        self.settle(target, now);
    }

    fn settle(&mut self, elapsed: f64, now: &Moment) {
        self.played = self.played(now);
        self.base = elapsed;
        self.running = self.running.map(|_| clocks(now));
    }

    /// Seconds since it was started, paused or moved last, the time asleep left out.
    fn run(&self, now: &Moment) -> f64 {
        self.running
            .map_or(0.0, |(since, _)| (clocks(now).0 - since).max(0.0))
    }
}

/// The clock without sleep and the clock of sleep, in seconds.
fn clocks(now: &Moment) -> (f64, f64) {
    let awake = now.elapsed.saturating_sub(now.slept);
    (awake.as_secs_f64(), now.slept.as_secs_f64())
}

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
    use std::time::Duration;

    use unhunch::routine::Library;
    use unhunch::time::Clock;

    use super::*;

    fn moment(elapsed: f64, slept: f64) -> Moment {
        Moment {
            elapsed: Duration::from_secs_f64(1000.0 + elapsed),
            slept: Duration::from_secs_f64(slept),
            wall: Clock.now().wall,
        }
    }

    fn player() -> Player {
        Player::start(Library::shipped().plan("desk").unwrap(), &moment(0.0, 0.0))
    }

    #[test]
    fn time_stands_still_in_a_pause() {
        let mut player = player();
        player.pause(&moment(4.0, 0.0));
        assert_eq!(player.elapsed(&moment(100.0, 0.0)), 4.0);
        player.resume(&moment(200.0, 0.0));
        assert_eq!(player.elapsed(&moment(203.0, 0.0)), 7.0);
        assert_eq!(player.played(&moment(203.0, 0.0)), 7.0);
    }

    #[test]
    fn a_second_pause_or_resume_changes_nothing() {
        let mut player = player();
        player.resume(&moment(4.0, 0.0));
        assert_eq!(player.elapsed(&moment(5.0, 0.0)), 5.0);
        player.pause(&moment(6.0, 0.0));
        player.pause(&moment(9.0, 0.0));
        assert_eq!(player.elapsed(&moment(9.0, 0.0)), 6.0);
    }

    #[test]
    fn the_lid_takes_no_time_from_the_routine() {
        let mut player = player();
        assert!(!player.slept(&moment(10.0, 0.0)));
        let morning = moment(8.0 + 3600.0, 3600.0);
        assert!(player.slept(&morning));
        player.pause(&morning);
        assert_eq!(player.elapsed(&morning), 8.0);
    }

    #[test]
    fn what_is_passed_over_is_not_played() {
        let mut player = player();
        player.go(&moment(3.0, 0.0), Plan::next);
        assert_eq!(player.elapsed(&moment(3.0, 0.0)), 6.0);
        assert_eq!(player.played(&moment(3.0, 0.0)), 3.0);
        player.go(&moment(4.0, 0.0), Plan::next_exercise);
        player.go(&moment(5.0, 0.0), Plan::next_exercise);
        let end = moment(50.0, 0.0);
        assert!(player.cue(&end).finished);
        assert_eq!(player.played(&end), 5.0);
    }

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
