//! Leads a routine as text: the player of the window, spoken in lines.

use std::time::Duration;

use crate::ipc::Report;
use crate::routine::Plan;
use crate::time::Moment;

/// A routine that is being led.
#[derive(Debug)]
pub(super) struct Lead {
    plan: Plan,
    /// The waking time at which the plan's beginning lies.
    begun: f64,
    /// How far the plan had come when it was paused, in seconds.
    paused: Option<f64>,
    /// The phase and the countdown that were told last.
    told: Option<(usize, u32)>,
}

/// Something to say.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Beat {
    /// A phase begins.
    Phase {
        /// Its kind, in a word.
        kind: &'static str,
        /// Its counter, cue and length in a sentence.
        sentence: String,
        /// Its length in seconds.
        seconds: f64,
    },
    /// So many seconds are left of a phase that is counted down.
    Count(u32),
    /// All is done.
    Finished,
}

/// The waking time in seconds: a plan does not go on while the computer sleeps.
fn awake(now: &Moment) -> f64 {
    now.elapsed.saturating_sub(now.slept).as_secs_f64()
}

impl Lead {
    pub(super) fn begin(plan: Plan, now: &Moment) -> Self {
        Self {
            plan,
            begun: awake(now),
            paused: None,
            told: None,
        }
    }

    pub(super) fn title(&self) -> String {
        format!(
            "{} ({})",
            self.plan.name,
            minutes(self.plan.total_seconds())
        )
    }

    /// What is to be said now, if anything.
    pub(super) fn beat(&mut self, now: &Moment) -> Option<Beat> {
        let cue = self.plan.at(self.position(now));
        if cue.finished {
            return Some(Beat::Finished);
        }
        let (phase, count) = (cue.index, cue.countdown());
        let before = self.told.replace((phase, count));
        if before.is_none_or(|(told, _)| told != phase) {
            let (kind, seconds) = (cue.phase.kind.word(), cue.phase.seconds);
            return Some(Beat::Phase {
                kind,
                sentence: cue.spoken(),
                seconds,
            });
        }
        (before != self.told && count > 0).then_some(Beat::Count(count))
    }

    /// When the next beat comes, in elapsed time.
    pub(super) fn next_wakeup(&self, now: &Moment) -> Option<Duration> {
        if self.paused.is_some() {
            return None;
        }
        let left = self.plan.at(self.position(now)).left;
        let to_next_second = left - (left.ceil() - 1.0).max(0.0);
        // What has not been told yet is told at once.
        let wait = if self.told.is_none() {
            0.001
        } else {
            to_next_second.max(0.001)
        };
        Some(now.elapsed + Duration::from_secs_f64(wait))
    }

    pub(super) fn toggle_pause(&mut self, now: &Moment) -> bool {
        match self.paused.take() {
            Some(position) => self.begun = awake(now) - position,
            None => self.paused = Some(self.position(now)),
        }
        self.paused.is_some()
    }

    pub(super) fn back(&mut self, now: &Moment) {
        self.move_to(self.plan.back(self.position(now)), now);
    }

    pub(super) fn next(&mut self, now: &Moment) {
        self.move_to(self.plan.next(self.position(now)), now);
    }

    fn move_to(&mut self, position: f64, now: &Moment) {
        self.told = None;
        match &mut self.paused {
            Some(paused) => *paused = position,
            None => self.begun = awake(now) - position,
        }
    }

    /// What to report when it ends now.
    pub(super) fn report(&self, now: &Moment) -> Report {
        let (routine, total) = (
            self.plan.id.clone(),
            self.plan.total_seconds().round() as u64,
        );
        let seconds = (self.position(now).max(0.0).round() as u64).min(total);
        if self.plan.at(self.position(now)).finished {
            Report::Finished {
                routine,
                seconds: total,
            }
        } else {
            Report::Ended {
                routine,
                seconds,
                total,
            }
        }
    }

    fn position(&self, now: &Moment) -> f64 {
        self.paused.unwrap_or(awake(now) - self.begun)
    }
}

/// "5 min 43 s", as people say it.
fn minutes(seconds: f64) -> String {
    crate::time::Span::seconds(seconds.round() as u64).said()
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
        let mut lead = Lead::begin(plan, &at(100.0, 0.0));
        let (mut now, mut told) = (at(100.0, 0.0), 0);
        loop {
            match lead.beat(&now) {
                Some(Beat::Finished) => break,
                Some(Beat::Phase { .. }) => told += 1,
                Some(Beat::Count(_)) | None => {}
            }
            let next = lead.next_wakeup(&now).unwrap();
            assert!(next > now.elapsed);
            now = at(next.as_secs_f64(), 0.0);
        }
        assert_eq!(told, phases);
        assert!((now.elapsed.as_secs_f64() - 100.0 - total).abs() < 0.5);
        assert!(matches!(lead.report(&now), Report::Finished { .. }));
    }

    #[test]
    fn a_pause_and_a_nap_of_the_computer_stop_it() {
        let mut lead = Lead::begin(Library::shipped().plan("desk").unwrap(), &at(0.0, 0.0));
        assert!(lead.toggle_pause(&at(10.0, 0.0)));
        assert_eq!(lead.next_wakeup(&at(10.0, 0.0)), None);
        assert!(!lead.toggle_pause(&at(60.0, 0.0)));
        let Report::Ended { seconds, .. } = lead.report(&at(1070.0, 1000.0)) else {
            panic!()
        };
        assert_eq!(seconds, 20);
    }
}
