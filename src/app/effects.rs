//! Feeds events to the schedule and carries out its effects.

use super::App;
use super::host::Action;
use super::trace;
use super::turn::Turn;
use crate::schedule::{Effect, Event, Outcome};

impl App {
    /// Feeds one event to the schedule and carries out all resulting effects. Returns the last error.
    pub(super) fn feed(&mut self, event: Event, turn: &mut Turn<'_>) -> anyhow::Result<()> {
        let mut failed = Ok(());
        let mut effects = self.schedule.handle(event, turn.now);
        while !effects.is_empty() {
            let mut more = Vec::new();
            for effect in effects {
                trace::effect(&effect);
                turn.push(Action::Effect(effect.clone()));
                if let Err(error) = self.carry_out(&effect, turn, &mut more) {
                    more.extend(self.schedule.handle(Event::Failed(effect), turn.now));
                    failed = Err(error);
                }
            }
            effects = more;
        }
        failed
    }

    fn carry_out(
        &mut self,
        effect: &Effect,
        turn: &mut Turn<'_>,
        more: &mut Vec<Effect>,
    ) -> anyhow::Result<()> {
        match effect {
            Effect::Ask(prompt) => self.ask_question(prompt, turn),
            Effect::Withdraw => turn.push(Action::Withdraw),
            Effect::OpenGuide { routine, length } => self.open_guide(routine, *length, turn)?,
            Effect::CloseGuide => {
                if let Some(report) = self.close_guide(turn) {
                    more.extend(self.schedule.handle(Event::Guide(report), turn.now));
                }
            }
            Effect::Record(outcome) => self.record(outcome, turn),
        }
        Ok(())
    }

    pub(super) fn record(&mut self, outcome: &Outcome, turn: &mut Turn<'_>) {
        match self.log.append(outcome.clone(), turn.now) {
            Ok(_) => {
                self.unwritten = None;
                self.daily_progress.count(outcome, turn.now);
            }
            Err(error) => self.notify_unwritten(&error, turn),
        }
    }
}
