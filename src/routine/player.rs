//! A player for a plan, and the record of what has been done phase by phase, even after going back, skipping or pausing.
//!
//! Both are arithmetic on the moments passed in.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::cue::Cue;
use super::exercise::Kind;
use super::phases::{Phase, Side};
use super::plan::Plan;
use crate::time::Moment;

/// Sleep of the computer, in seconds, after which a running routine waits for the user.
const SLEEP_THRESHOLD: f64 = 1.0;
/// Fraction of a phase that has to be played for the phase to count as done.
const DONE_FRACTION: f64 = 0.5;

/// A plan being played. It can be paused and moved to another second.
#[derive(Clone, Debug)]
pub struct Player {
    /// The plan being played.
    pub plan: Plan,
    /// The second of the plan at the last start, pause, resume or move.
    base: f64,
    /// Seconds played up to then.
    played: f64,
    /// Intervals of the plan played up to then.
    done: Intervals,
    /// Readings of the awake clock and the sleep clock when it last began to run, in seconds; `None` while paused.
    running: Option<(f64, f64)>,
}

impl Player {
    /// Starts the plan at its beginning, running from now on.
    #[must_use]
    pub fn start(plan: Plan, now: &Moment) -> Self {
        Self {
            plan,
            base: 0.0,
            played: 0.0,
            done: Intervals::default(),
            running: Some(clocks(now)),
        }
    }

    /// Returns the current second of the plan.
    #[must_use]
    pub fn elapsed(&self, now: &Moment) -> f64 {
        (self.base + self.running_seconds(now)).min(self.plan.total_seconds())
    }

    /// Returns the time played without pauses, in seconds.
    #[must_use]
    pub fn played(&self, now: &Moment) -> f64 {
        let most = self.plan.total_seconds() - self.base;
        self.played + self.running_seconds(now).min(most)
    }

    /// Returns the part of each exercise that has been done; exercises not begun are left out.
    #[must_use]
    pub fn portions(&self, now: &Moment) -> Vec<Portion> {
        let mut done = self.done.clone();
        done.add(self.base, self.elapsed(now));
        portions(&self.plan, &done)
    }

    /// Returns the current position in the plan.
    #[must_use]
    pub fn cue(&self, now: &Moment) -> Cue<'_> {
        self.plan.at(self.elapsed(now))
    }

    /// Returns `true` if the player is paused.
    #[must_use]
    pub fn is_paused(&self) -> bool {
        self.running.is_none()
    }

    /// Returns `true` if the computer slept while the player ran.
    #[must_use]
    pub fn slept(&self, now: &Moment) -> bool {
        self.running
            .is_some_and(|(_, slept)| clocks(now).1 - slept > SLEEP_THRESHOLD)
    }

    /// Pauses from now on; idempotent.
    pub fn pause(&mut self, now: &Moment) {
        self.rebase(self.elapsed(now), now);
        self.running = None;
    }

    /// Resumes from the current second; idempotent.
    pub fn resume(&mut self, now: &Moment) {
        self.rebase(self.elapsed(now), now);
        self.running = Some(clocks(now));
    }

    /// Moves to another second of the plan. The player keeps running or stays paused.
    pub fn seek(&mut self, now: &Moment, to: impl Fn(&Plan, f64) -> f64) {
        let target = to(&self.plan, self.elapsed(now));
        self.rebase(target, now);
    }

    /// Replaces the plan by one with another form of the current exercise. If that takes the same time, it goes on where it is;
    /// otherwise the exercise begins again, and what was done of it before no longer counts.
    pub fn change_exercise(&mut self, plan: Plan, now: &Moment) {
        let elapsed = self.elapsed(now);
        self.rebase(elapsed, now);
        let part = self.plan.at(elapsed).phase.part;
        let lengths =
            |plan: &Plan| -> Vec<f64> { plan.phases().iter().map(|phase| phase.seconds).collect() };
        if lengths(&plan) != lengths(&self.plan) {
            let bounds = |plan: &Plan| {
                let start = plan.start_of_exercise(part).unwrap_or(0.0);
                (
                    start,
                    plan.start_of_exercise(part + 1)
                        .unwrap_or(plan.total_seconds()),
                )
            };
            let ((start, end), (_, new_end)) = (bounds(&self.plan), bounds(&plan));
            self.done.replace(start, end, new_end);
            self.base = start;
        }
        self.plan = plan;
    }

    fn rebase(&mut self, elapsed: f64, now: &Moment) {
        self.played = self.played(now);
        self.done.add(self.base, self.elapsed(now));
        self.base = elapsed;
        self.running = self.running.map(|_| clocks(now));
    }

    /// Returns the seconds since the last start, pause, resume or move, without time asleep.
    fn running_seconds(&self, now: &Moment) -> f64 {
        self.running
            .map_or(0.0, |(since, _)| (clocks(now).0 - since).max(0.0))
    }
}

/// Returns the monotonic time awake and the time asleep, in seconds.
fn clocks(now: &Moment) -> (f64, f64) {
    let awake = now.elapsed.saturating_sub(now.slept);
    (awake.as_secs_f64(), now.slept.as_secs_f64())
}

/// Disjoint intervals of a plan in ascending order, in seconds.
#[derive(Clone, Debug, Default, PartialEq)]
struct Intervals(Vec<(f64, f64)>);

impl Intervals {
    /// Adds an interval and merges it with those it overlaps or touches.
    fn add(&mut self, from: f64, to: f64) {
        if to <= from {
            return;
        }
        let apart = |other: &(f64, f64)| other.1 < from || to < other.0;
        let touching = self.0.iter().filter(|other| !apart(other));
        let merged = touching.fold((from, to), |merged, other| {
            (merged.0.min(other.0), merged.1.max(other.1))
        });
        self.0.retain(apart);
        let place = self.0.partition_point(|other| other.0 < merged.0);
        self.0.insert(place, merged);
    }

    /// Removes the interval from `from` to `to`, and moves what follows it so that it begins at `end`.
    fn replace(&mut self, from: f64, to: f64, end: f64) {
        let before = self.0.iter().map(|(a, b)| (a.min(from), b.min(from)));
        let after = self.0.iter().map(|(a, b)| (a.max(to), b.max(to)));
        let after = after.map(|(a, b)| (a - to + end, b - to + end));
        let parts = before.chain(after).filter(|(a, b)| a < b);
        self.0 = parts.collect();
    }

    /// Returns the seconds of the given interval that the set covers.
    fn covered_seconds(&self, from: f64, to: f64) -> f64 {
        let shared = |other: &(f64, f64)| (to.min(other.1) - from.max(other.0)).max(0.0);
        self.0.iter().map(shared).sum()
    }
}

/// Number done and number planned.
pub type DoneOfPlanned = [u32; 2];

/// The part of an exercise that was done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Portion {
    /// Identifier of the exercise.
    pub exercise: String,
    /// Seconds played, each second of the plan counted once.
    pub seconds: u64,
    /// Duration of the whole exercise, in seconds.
    pub total: u64,
    /// Sets; a set counts as done when all its repetitions do.
    pub sets: DoneOfPlanned,
    /// Repetitions or breaths of all sets, sides and directions; one counts as done when each of its phases does.
    pub reps: DoneOfPlanned,
    /// Repetitions per side, if the sides take turns.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub sides: BTreeMap<Side, DoneOfPlanned>,
    /// Phases by kind; a phase counts as done when more than half of it was played.
    #[serde(default)]
    pub phases: BTreeMap<Kind, DoneOfPlanned>,
}

impl Portion {
    /// Returns `true` if all planned repetitions were done.
    #[must_use]
    pub fn is_done(&self) -> bool {
        self.reps[0] == self.reps[1]
    }
}

/// Returns the part of each exercise that the intervals cover.
fn portions(plan: &Plan, done: &Intervals) -> Vec<Portion> {
    let mut tallies: Vec<Tally> = plan.parts().iter().map(|_| Tally::default()).collect();
    let mut start = 0.0;
    for phase in plan.phases() {
        let seconds = done.covered_seconds(start, start + phase.seconds);
        tallies[phase.part].add(phase, seconds);
        start += phase.seconds;
    }
    plan.parts()
        .iter()
        .zip(tallies)
        .filter(|(_, tally)| tally.has_begun())
        .map(|(part, tally)| tally.portion(&part.exercise.id))
        .collect()
}

/// The counts of one exercise's phases and repetitions.
#[derive(Default)]
struct Tally {
    seconds: f64,
    total: f64,
    phases: BTreeMap<Kind, DoneOfPlanned>,
    reps: Vec<Rep>,
}

/// A repetition: its set and side, and `true` if each of its phases was done.
struct Rep {
    set: u32,
    side: Option<Side>,
    is_done: bool,
}

impl Tally {
    fn add(&mut self, phase: &Phase, seconds: f64) {
        self.seconds += seconds;
        self.total += phase.seconds;
        let is_done = seconds > phase.seconds * DONE_FRACTION;
        count(self.phases.entry(phase.kind).or_default(), is_done);
        if phase.begins_rep {
            self.reps.push(Rep {
                set: phase.set.unwrap_or(1),
                side: phase.side,
                is_done,
            });
        } else if let Some(rep) = self.reps.last_mut().filter(|_| phase.rep.is_some()) {
            rep.is_done &= is_done;
        }
    }

    /// Returns `true` if a phase other than getting ready was done.
    fn has_begun(&self) -> bool {
        let mut phases = self.phases.iter();
        phases.any(|(kind, counts)| *kind != Kind::Ready && counts[0] > 0)
    }

    fn portion(self, exercise: &str) -> Portion {
        let mut reps = DoneOfPlanned::default();
        let mut sides: BTreeMap<Side, DoneOfPlanned> = BTreeMap::new();
        let mut sets: BTreeMap<u32, bool> = BTreeMap::new();
        for rep in &self.reps {
            count(&mut reps, rep.is_done);
            if let Some(side) = rep.side {
                count(sides.entry(side).or_default(), rep.is_done);
            }
            *sets.entry(rep.set).or_insert(true) &= rep.is_done;
        }
        let mut of_sets = DoneOfPlanned::default();
        sets.values().for_each(|done| count(&mut of_sets, *done));
        Portion {
            exercise: exercise.to_owned(),
            seconds: self.seconds.round() as u64,
            total: self.total.round() as u64,
            sets: of_sets,
            reps,
            sides,
            phases: self.phases,
        }
    }
}

fn count(counts: &mut DoneOfPlanned, is_done: bool) {
    counts[0] += u32::from(is_done);
    counts[1] += 1;
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use proptest::prelude::*;

    use super::*;
    use crate::routine::Library;

    fn moment(elapsed: f64, slept: f64) -> Moment {
        Moment {
            elapsed: Duration::from_secs_f64(1000.0 + elapsed),
            slept: Duration::from_secs_f64(slept),
            wall: "2026-03-02T09:00:00[UTC]".parse().unwrap(),
        }
    }

    fn at(elapsed: f64) -> Moment {
        moment(elapsed, 0.0)
    }

    fn playing(id: &str) -> Player {
        Player::start(Library::shipped().plan(id).unwrap(), &at(0.0))
    }

    #[test]
    fn the_easier_form_goes_on_or_begins_again() {
        let mut player = playing("shoulder-roll");
        // The same length: it goes on.
        player.seek(&at(10.0), |_, _| 1.0);
        let easier = player.plan.with_other_form(0).unwrap();
        player.change_exercise(easier, &at(12.0));
        assert_eq!(player.elapsed(&at(12.0)), 3.0);
        assert!(player.plan.parts()[0].exercise.is_easier_form());
        // Another length: it begins again, and what was done before it still counts.
        let mut player = playing("floor");
        let start = player.plan.start_of_exercise(1).unwrap();
        let half = start / 2.0;
        player.seek(&at(start), |_, _| start + 5.0);
        let longer = Plan::new("floor", "", "", {
            let mut parts = player.plan.parts().to_vec();
            parts[1].sets += 1;
            parts
        });
        player.change_exercise(longer, &at(start + 3.0));
        assert_eq!(player.elapsed(&at(start + 3.0)), start);
        assert_eq!(player.played(&at(start + 3.0)), start + 3.0);
        assert_eq!(player.done.covered_seconds(0.0, 1e6), start);
        assert_eq!(player.done.covered_seconds(0.0, half), half);
    }

    #[test]
    fn time_stands_still_in_a_pause() {
        let mut player = playing("desk");
        player.pause(&at(4.0));
        assert_eq!(player.elapsed(&at(100.0)), 4.0);
        player.resume(&at(200.0));
        assert_eq!(player.elapsed(&at(203.0)), 7.0);
        assert_eq!(player.played(&at(203.0)), 7.0);
    }

    #[test]
    fn a_second_pause_or_resume_changes_nothing() {
        let mut player = playing("desk");
        player.resume(&at(4.0));
        assert_eq!(player.elapsed(&at(5.0)), 5.0);
        player.pause(&at(6.0));
        player.pause(&at(9.0));
        assert_eq!(player.elapsed(&at(9.0)), 6.0);
    }

    #[test]
    fn sleep_takes_no_time_from_the_routine() {
        let mut player = playing("desk");
        assert!(!player.slept(&at(10.0)));
        let morning = moment(8.0 + 3600.0, 3600.0);
        assert!(player.slept(&morning));
        player.pause(&morning);
        assert_eq!(player.elapsed(&morning), 8.0);
    }

    #[test]
    fn skipped_phases_do_not_count_as_played() {
        let mut player = playing("desk");
        player.seek(&at(3.0), Plan::next);
        assert_eq!(player.elapsed(&at(3.0)), 6.0);
        assert_eq!(player.played(&at(3.0)), 3.0);
        player.seek(&at(4.0), Plan::next_exercise);
        player.seek(&at(5.0), Plan::next_exercise);
        let end = at(50.0);
        assert!(player.cue(&end).finished);
        assert_eq!(player.played(&end), 5.0);
        assert_eq!(player.portions(&end), []);
    }

    /// Plays all of "All eleven" on a clock that advances whenever the guide would wake, and compares the record with the plan.
    #[test]
    fn a_whole_routine_is_recorded_as_it_was_planned() {
        let mut player = playing("all");
        let mut now = 0.0;
        while !player.cue(&at(now)).finished {
            let left = player.cue(&at(now)).left;
            // The user pauses now and then, and repeats some phases.
            if player.cue(&at(now)).index % 7 == 3 {
                player.pause(&at(now + left / 2.0));
                player.resume(&at(now + left / 2.0 + 30.0));
                now += left / 2.0 + 30.0;
                continue;
            }
            if player.cue(&at(now)).index % 50 == 10 && player.played(&at(now)) < 2000.0 {
                player.seek(&at(now + left / 2.0), |plan, elapsed| {
                    plan.at(elapsed).elapsed - plan.at(elapsed).into
                });
                now += left / 2.0;
                let left = player.cue(&at(now)).left;
                now += left;
                continue;
            }
            now += left + 0.001;
        }
        let plan = player.plan.clone();
        assert!(plan.total_seconds() > 27.0 * 60.0);
        let portions = player.portions(&at(now));
        let ids: Vec<&str> = portions
            .iter()
            .map(|portion| portion.exercise.as_str())
            .collect();
        let planned: Vec<&str> = plan
            .parts()
            .iter()
            .map(|part| part.exercise.id.as_str())
            .collect();
        assert_eq!(ids, planned, "the warm-up and all eleven, in order");
        for (number, (portion, part)) in portions.iter().zip(plan.parts()).enumerate() {
            let phases: Vec<&Phase> = plan
                .phases()
                .iter()
                .filter(|phase| phase.part == number)
                .collect();
            for phase in &phases {
                let same = phases
                    .iter()
                    .filter(|other| other.kind == phase.kind)
                    .count() as u32;
                assert_eq!(
                    portion.phases[&phase.kind],
                    [same, same],
                    "{} {:?}",
                    portion.exercise,
                    phase.kind
                );
            }
            let of_all: u32 = portion.phases.values().map(|counts| counts[1]).sum();
            assert_eq!(of_all as usize, phases.len());
            assert_eq!(portion.sets, [part.sets; 2], "{}", portion.exercise);
            let reps = phases.iter().filter(|phase| phase.begins_rep).count() as u32;
            assert_eq!(portion.reps, [reps; 2], "{}", portion.exercise);
            assert_eq!(
                (portion.seconds, portion.total),
                (part.seconds().round() as u64, part.seconds().round() as u64)
            );
            assert!(portion.is_done());
        }
        let raise = portions
            .iter()
            .find(|portion| portion.exercise == "arm-and-leg-raise")
            .unwrap();
        assert_eq!(
            raise.sides,
            BTreeMap::from([(Side::Left, [10, 10]), (Side::Right, [10, 10])])
        );
        assert_eq!(raise.phases[&Kind::Hold], [20, 20]);
        let squeeze = portions.last().unwrap();
        assert_eq!((squeeze.sets, squeeze.reps), ([2, 2], [30, 30]));
        assert!(squeeze.sides.is_empty());
    }

    #[test]
    fn a_phase_that_is_skipped_is_not_done_and_one_that_is_repeated_counts_once() {
        let mut player = playing("scapula-squeeze");
        // Ready, squeeze, then skip the hold to "let go".
        player.seek(&at(8.0), Plan::next);
        let portion = |player: &Player, now: f64| player.portions(&at(now)).pop().unwrap();
        let skipped = portion(&player, 10.0);
        assert_eq!(skipped.phases[&Kind::Hold], [0, 30]);
        assert_eq!(skipped.phases[&Kind::Move], [1, 30]);
        assert_eq!(skipped.phases[&Kind::Relax], [1, 30]);
        assert_eq!(
            skipped.reps,
            [0, 30],
            "without its hold it is no repetition"
        );
        // Back to the hold, playing most of it, then back once more.
        player.seek(&at(10.0), |_, _| 7.5);
        player.seek(&at(13.0), |_, _| 7.5);
        let repeated = portion(&player, 17.0);
        assert_eq!(
            (repeated.phases[&Kind::Hold], repeated.reps),
            ([1, 30], [1, 30])
        );
        assert_eq!(repeated.phases[&Kind::Rest], [0, 1]);
        assert_eq!(repeated.sets, [0, 2]);
        assert!(repeated.seconds < 16, "{repeated:?}");
        assert!(!repeated.is_done());
    }

    #[test]
    fn getting_ready_alone_counts_as_nothing() {
        let player = playing("desk");
        assert_eq!(player.portions(&at(6.0)), []);
        let portions = player.portions(&at(6.0 + 2.9));
        assert_eq!(portions.len(), 1);
        assert_eq!(
            (portions[0].exercise.as_str(), portions[0].reps),
            ("thoracic-extension", [0, 10])
        );
    }

    #[test]
    fn a_record_stays_small() {
        for id in Library::shipped().ids() {
            let player = playing(id);
            for portion in player.portions(&at(10_000.0)) {
                let line = serde_json::to_string(&portion).unwrap();
                assert!(line.len() < 230, "{} bytes: {line}", line.len());
            }
        }
    }

    proptest! {
        /// However the user moves back and forth, no more is done than was planned or than the time allowed.
        #[test]
        fn record_never_exceeds_plan_or_time_played(steps in prop::collection::vec((0.0f64..20.0, 0..5u8), 0..40)) {
            let mut player = playing("floor");
            let mut now = 0.0;
            for (wait, action) in steps {
                now += wait;
                match action {
                    0 => player.pause(&at(now)),
                    1 => player.resume(&at(now)),
                    2 => player.seek(&at(now), Plan::back),
                    3 => player.seek(&at(now), Plan::next),
                    _ => player.seek(&at(now), Plan::next_exercise),
                }
            }
            let portions = player.portions(&at(now));
            let seconds: u64 = portions.iter().map(|portion| portion.seconds).sum();
            prop_assert!(seconds as f64 <= player.played(&at(now)) + portions.len() as f64);
            for portion in &portions {
                prop_assert!(portion.seconds <= portion.total);
                let pairs = [portion.sets, portion.reps];
                for counts in pairs.iter().chain(portion.phases.values()).chain(portion.sides.values()) {
                    prop_assert!(counts[0] <= counts[1]);
                }
            }
        }

        #[test]
        fn stretches_are_in_order_and_apart(added in prop::collection::vec((0.0f64..50.0, 0.0f64..9.0), 0..30)) {
            let mut stretches = Intervals::default();
            for (from, length) in added {
                stretches.add(from, from + length);
            }
            prop_assert!(stretches.0.windows(2).all(|pair| pair[0].1 < pair[1].0));
            prop_assert!(stretches.0.iter().all(|(from, to)| from < to));
        }
    }
}
