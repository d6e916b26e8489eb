//! Leads a routine as text: the same player as in the window, but printed in lines.

use std::time::Duration;

use crate::ipc::Report;
use crate::routine::{Plan, Player};
use crate::time::Moment;

/// A routine that plays as text.
#[derive(Debug)]
pub(super) struct TextGuide {
    player: Player,
    /// The phase and countdown announced last.
    announced: Option<(usize, u32)>,
}

/// An announcement of a routine that plays as text.
#[derive(Clone, Debug, PartialEq)]
pub enum Beat {
    /// The routine begins.
    Begins {
        /// The name and length of the routine.
        title: String,
        /// `true` if the safety advice hasn't been confirmed yet.
        is_first: bool,
    },
    /// A phase begins.
    Phase {
        /// The kind of phase, in one word.
        kind: &'static str,
        /// The counter, cue and length in a sentence.
        sentence: String,
        /// The length of the phase in seconds.
        seconds: f64,
    },
    /// The seconds left of a phase with a countdown.
    Count(u32),
    /// The routine was paused by the user.
    Paused,
    /// The routine continues after a pause.
    Resumed,
    /// The form of the exercise was changed, with the advice for the easier one.
    Form(Option<String>),
    /// The routine was completed.
    Finished,
    /// The routine was ended early.
    Ended,
}

impl TextGuide {
    pub(super) fn begin(plan: Plan, now: &Moment) -> Self {
        Self {
            player: Player::start(plan, now),
            announced: None,
        }
    }

    pub(super) fn routine(&self) -> &str {
        &self.player.plan.id
    }

    pub(super) fn title(&self) -> String {
        format!(
            "{} ({})",
            self.player.plan.name,
            format_length(self.player.plan.total_seconds())
        )
    }

    /// Returns the next announcement, if one is due.
    pub(super) fn beat(&mut self, now: &Moment) -> Option<Beat> {
        let cue = self.player.cue(now);
        if cue.finished {
            return Some(Beat::Finished);
        }
        let (phase, count) = (cue.index, cue.countdown());
        let before = self.announced.replace((phase, count));
        if before.is_none_or(|(announced, _)| announced != phase) {
            let (kind, seconds) = (cue.phase.kind.as_str(), cue.phase.seconds);
            return Some(Beat::Phase {
                kind,
                sentence: cue.spoken(),
                seconds,
            });
        }
        (before != self.announced && count > 0).then_some(Beat::Count(count))
    }

    /// Returns the elapsed time of the next beat. `None` while paused.
    pub(super) fn next_wakeup(&self, now: &Moment) -> Option<Duration> {
        if self.player.is_paused() {
            return None;
        }
        let left = self.player.cue(now).left;
        let to_next_second = left - (left.ceil() - 1.0).max(0.0);
        // A phase that hasn't been announced yet is announced at once.
        let wait = if self.announced.is_none() {
            0.001
        } else {
            to_next_second.max(0.001)
        };
        Some(now.elapsed + Duration::from_secs_f64(wait))
    }

    pub(super) fn toggle_pause(&mut self, now: &Moment) -> bool {
        if self.player.is_paused() {
            self.player.resume(now);
        } else {
            self.player.pause(now);
        }
        self.player.is_paused()
    }

    pub(super) fn back(&mut self, now: &Moment) {
        self.announced = None;
        self.player.seek(now, Plan::back);
    }

    pub(super) fn next(&mut self, now: &Moment) {
        self.announced = None;
        self.player.seek(now, Plan::next);
    }

    /// Changes the form of the current exercise. Returns the id of the exercise, and `true` if it is now the easier form; `None`
    /// if the exercise has no other form.
    pub(super) fn change_form(&mut self, now: &Moment) -> Option<(String, bool)> {
        let part = self.player.cue(now).phase.part;
        let plan = self.player.plan.with_other_form(part)?;
        let exercise = &plan.parts()[part].exercise;
        let changed = (exercise.id.clone(), exercise.is_easier_form());
        self.player.change_exercise(plan, now);
        self.announced = None;
        Some(changed)
    }

    /// Returns the advice for the easier form of the current exercise, if that is done.
    pub(super) fn advice(&self, now: &Moment) -> Option<String> {
        self.player.cue(now).part().advice().map(str::to_owned)
    }

    /// Returns the report of the session as if it ended now.
    pub(super) fn report(&self, now: &Moment) -> Report {
        let routine = self.player.plan.id.clone();
        let seconds = self.player.played(now).round() as u64;
        let exercises = self.player.portions(now);
        if self.player.cue(now).finished {
            Report::Finished {
                routine,
                seconds,
                exercises,
            }
        } else {
            Report::Ended {
                routine,
                seconds,
                total: self.player.plan.total_seconds().round() as u64,
                exercises,
            }
        }
    }
}

/// Formats a length as in "5 min 43 s".
fn format_length(seconds: f64) -> String {
    crate::time::Span::seconds(seconds.round() as u64).localized()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::routine::Library;

    fn at(seconds: f64, slept: f64) -> Moment {
        let wall = "2026-03-02T09:00:00[UTC]".parse().unwrap();
        Moment {
            elapsed: Duration::from_secs_f64(seconds),
            slept: Duration::from_secs_f64(slept),
            wall,
        }
    }

    #[test]
    fn a_routine_is_led_beat_by_beat_to_its_end() {
        let plan = Library::shipped().plan("moment").unwrap();
        let (phases, total) = (plan.phases().len(), plan.total_seconds());
        let mut guide = TextGuide::begin(plan, &at(100.0, 0.0));
        let (mut now, mut announced) = (at(100.0, 0.0), 0);
        loop {
            match guide.beat(&now) {
                Some(Beat::Finished) => break,
                Some(Beat::Phase { .. }) => announced += 1,
                Some(
                    Beat::Begins { .. }
                    | Beat::Count(_)
                    | Beat::Paused
                    | Beat::Resumed
                    | Beat::Form(_)
                    | Beat::Ended,
                )
                | None => {}
            }
            let next = guide.next_wakeup(&now).unwrap();
            assert!(next > now.elapsed);
            now = at(next.as_secs_f64(), 0.0);
        }
        assert_eq!(announced, phases);
        assert!((now.elapsed.as_secs_f64() - 100.0 - total).abs() < 0.5);
        let Report::Finished { exercises, .. } = guide.report(&now) else {
            panic!("it has come to its end");
        };
        assert_eq!(exercises.len(), 1);
        assert_eq!((exercises[0].reps, exercises[0].is_done()), ([4, 4], true));
    }

    #[test]
    fn the_form_of_an_exercise_can_be_changed() {
        let mut guide =
            TextGuide::begin(Library::shipped().plan("cat-cow").unwrap(), &at(0.0, 0.0));
        let now = at(5.0, 0.0);
        assert_eq!(guide.advice(&now), None);
        assert_eq!(guide.change_form(&now), Some(("cat-cow".to_owned(), true)));
        assert!(
            guide
                .advice(&now)
                .unwrap()
                .starts_with("Make the movement smaller")
        );
        assert_eq!(guide.change_form(&now), Some(("cat-cow".to_owned(), false)));
    }

    #[test]
    fn pause_and_system_sleep_stop_the_routine() {
        let mut guide = TextGuide::begin(Library::shipped().plan("desk").unwrap(), &at(0.0, 0.0));
        assert!(guide.toggle_pause(&at(10.0, 0.0)));
        assert_eq!(guide.next_wakeup(&at(10.0, 0.0)), None);
        assert!(!guide.toggle_pause(&at(60.0, 0.0)));
        let Report::Ended {
            seconds, exercises, ..
        } = guide.report(&at(1070.0, 1000.0))
        else {
            panic!()
        };
        assert_eq!((seconds, exercises[0].seconds), (20, 20));
    }

    #[test]
    fn skipped_phases_are_not_done() {
        let mut guide = TextGuide::begin(Library::shipped().plan("desk").unwrap(), &at(0.0, 0.0));
        for second in 0..4 {
            guide.next(&at(f64::from(second), 0.0));
        }
        let Report::Ended { exercises, .. } = guide.report(&at(6.0, 0.0)) else {
            panic!()
        };
        assert_eq!(exercises[0].reps, [0, 10], "{exercises:?}");
    }
}
