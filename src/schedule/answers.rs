//! The handling of commands of the user and reports of the guide.

use std::time::Duration;

use super::{Activity, Command, Effect, Outcome, Pause, Reminder, Report, Schedule, Stage};
use crate::time::Span;

impl Schedule {
    pub(super) fn on_command(
        &mut self,
        command: Command,
        now: Duration,
        effects: &mut Vec<Effect>,
    ) {
        match command {
            Command::Start { routine, length } => self.start(routine, length, effects),
            Command::Snooze(length) => {
                self.snooze(length.unwrap_or(self.rhythm.snooze), now, effects)
            }
            Command::Skip => self.skip(now, effects),
            Command::Pause(until) => {
                self.retract_question(now, effects);
                self.pause = Some(Pause { since: now, until });
            }
            Command::Resume => {
                if self.pause.take().is_some() {
                    self.restart_wait(now);
                }
            }
            Command::Stood => self.stood(now, effects),
        }
    }

    fn start(&mut self, routine: Option<String>, length: Option<Span>, effects: &mut Vec<Effect>) {
        // A click on the offered routine uses the length in the settings, unless the command names one.
        let usual = self.rhythm.length.filter(|_| routine.is_none());
        let length = length.or(usual.map(Span::from));
        let routine = routine.unwrap_or_else(|| self.offered_routine());
        let reminder = match &self.stage {
            Stage::Stretching { reminder, .. } => *reminder,
            Stage::Counting => None,
            Stage::Due { .. }
            | Stage::Asking { .. }
            | Stage::Snoozed { .. }
            | Stage::Unanswered { .. } => Some(self.reminder()),
        };
        // A routine covers more than a posture check asks for, however it ends.
        self.checked |= reminder == Some(Reminder::Posture);
        let reminder = reminder.filter(|reminder| *reminder != Reminder::Posture);
        self.withdraw(effects);
        effects.push(Effect::OpenGuide {
            routine: routine.clone(),
            length,
        });
        self.stage = Stage::Stretching { routine, reminder };
    }

    /// Returns the id of the routine that starts if the user names none.
    #[must_use]
    pub fn offered_routine(&self) -> String {
        match &self.stage {
            Stage::Asking { prompt, .. } => prompt.routine.clone(),
            Stage::Due { short, .. } => self.routine_for(*short),
            // A request for a stretch while one is playing means that one.
            Stage::Stretching { routine, .. } => routine.clone(),
            Stage::Counting | Stage::Snoozed { .. } | Stage::Unanswered { .. } => {
                self.rhythm.routine.clone()
            }
        }
    }

    pub(super) fn routine_for(&self, short: bool) -> String {
        if short {
            self.rhythm.short_routine.clone()
        } else {
            self.rhythm.routine.clone()
        }
    }

    fn snooze(&mut self, length: Duration, now: Duration, effects: &mut Vec<Effect>) {
        let reminder = self.reminder();
        self.dismiss(now, effects);
        effects.push(Effect::Record(Outcome::Snoozed {
            reminder,
            seconds: length.as_secs(),
        }));
        self.stage = Stage::Snoozed {
            until: now + length,
            reminder,
        };
    }

    /// Skips this reminder; the next one comes after another full interval.
    fn skip(&mut self, now: Duration, effects: &mut Vec<Effect>) {
        let early = self.stage == Stage::Counting;
        if !matches!(self.stage, Stage::Stretching { .. }) {
            effects.push(Effect::Record(Outcome::Skipped {
                reminder: self.reminder(),
            }));
        }
        let check = self.reminder() == Reminder::Posture;
        self.dismiss(now, effects);
        if check {
            self.posture_check_done();
        } else {
            self.next_interval(if early {
                self.target()
            } else {
                self.seat.sit_time(now)
            });
        }
    }

    pub(super) fn posture_check_done(&mut self) {
        self.checked = true;
        self.stage = Stage::Counting;
    }

    fn stood(&mut self, now: Duration, effects: &mut Vec<Effect>) {
        let sit_time = self.seat.sit_time(now).as_secs();
        effects.push(Effect::Record(Outcome::Rested {
            seconds: 0,
            sat: sit_time,
        }));
        if let Stage::Stretching { .. } = self.stage {
            self.seat.wipe(now);
            self.restart_interval();
        } else {
            self.begin_again(now, effects);
        }
    }

    /// Closes what was opened for the reminder: the question or the guide.
    pub(super) fn dismiss(&mut self, now: Duration, effects: &mut Vec<Effect>) {
        self.withdraw(effects);
        if let Stage::Stretching { .. } = self.stage {
            effects.push(Effect::CloseGuide);
            self.leave_guide(now);
        }
    }

    pub(super) fn withdraw(&self, effects: &mut Vec<Effect>) {
        if matches!(self.stage, Stage::Asking { .. }) && !self.hidden {
            effects.push(Effect::Withdraw);
        }
    }

    /// A user who stretches is present even without input, so an absence can begin only afterwards.
    fn leave_guide(&mut self, now: Duration) {
        if let Activity::Away { since } = &mut self.activity {
            *since = now.max(*since);
        }
        self.stage = Stage::Counting;
    }

    pub(super) fn on_failed(&mut self, effect: &Effect, now: Duration) {
        if let (Effect::OpenGuide { .. }, Stage::Stretching { reminder, .. }) =
            (effect, &self.stage)
        {
            let reminder = *reminder;
            self.leave_guide(now);
            self.ask_again_if_due(reminder, now);
        }
    }

    pub(super) fn on_report(&mut self, report: Report, now: Duration, effects: &mut Vec<Effect>) {
        let answered = match &report {
            Report::Finished { .. } => Some(!report.is_too_short()),
            Report::Ended { seconds, total, .. } => {
                Some(!report.is_too_short() && seconds.saturating_mul(2) >= *total)
            }
            Report::Progress { .. } | Report::CheckIn { .. } => None,
        };
        effects.extend(report.outcomes().into_iter().map(Effect::Record));
        if let Some(answered) = answered {
            self.on_stretched(answered, now);
        }
    }

    /// At least half a routine counts as an answer. After less, a shorter routine is offered later.
    fn on_stretched(&mut self, answered: bool, now: Duration) {
        let Stage::Stretching { reminder, .. } = &self.stage else {
            return;
        };
        let reminder = *reminder;
        self.leave_guide(now);
        if answered {
            self.next_interval(self.seat.sit_time(now));
        } else {
            self.ask_again_if_due(reminder, now);
        }
    }

    fn ask_again_if_due(&mut self, reminder: Option<Reminder>, now: Duration) {
        let is_overdue = self.seat.sit_time(now) >= self.target();
        if let Some(reminder) = reminder.or(is_overdue.then(|| self.reminder())) {
            self.stage = Stage::Unanswered {
                until: now + self.rhythm.ask_again,
                reminder,
            };
        }
    }
}
