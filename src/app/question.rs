//! The question of a reminder: its text, the sample question, and the answers.

use super::host::Action;
use super::text_rotation::TextRotation;
use super::turn::Turn;
use super::{App, commands};
use crate::config::reminders::{Texts, with_tip};
use crate::ipc::Page;
use crate::lang::tr;
use crate::notify::{Answer, Question, QuestionEvent, QuestionText};
use crate::reason;
use crate::schedule::{Phase, Prompt, Reminder};
use crate::source::Source;

impl App {
    /// Asks the user.
    pub(super) fn ask_question(&mut self, prompt: &Prompt, turn: &mut Turn<'_>) {
        self.is_sample = false;
        let question = self.question(prompt);
        turn.push(Action::Ask(question));
    }

    /// Returns the question, with the next texts of the rotation.
    fn question(&mut self, prompt: &Prompt) -> Question {
        let TextRotation { questions, tips } = &mut self.text_rotation;
        *questions += 1;
        let texts = Texts::shipped();
        let text = texts.pick(prompt.reminder, *questions, prompt.short);
        let body = tr(&text.body);
        let tip = tr(texts.tip(*tips));
        let body_with_tip = with_tip(prompt.reminder, prompt.short, body, tip);
        *tips += u64::from(body_with_tip.is_some());
        self.text_rotation.save(&self.paths);
        let rhythm = &self.settings.rhythm;
        Question::new(
            prompt,
            QuestionText {
                title: tr(&text.title),
                body: body_with_tip.as_deref().unwrap_or(body),
            },
            rhythm.snooze,
            rhythm.ask_for,
        )
    }

    /// Shows the first reminder of the settings as a sample. If a question is already open, that one is shown again instead.
    pub(super) fn show_sample_reminder(&mut self, turn: &mut Turn<'_>) {
        let open_prompt = self.status(turn.now).asking;
        self.is_sample = open_prompt.is_none();
        let rhythm = &self.settings.rhythm;
        let prompt = open_prompt.unwrap_or_else(|| Prompt {
            reminder: rhythm.reminders.first().copied().unwrap_or(Reminder::Stand),
            routine: rhythm.routine.clone(),
            short: false,
            quiet: false,
        });
        let question = self.question(&prompt);
        turn.push(Action::Ask(question));
    }

    /// Handles an event of the question's notification.
    pub(super) fn on_question(&mut self, event: QuestionEvent, turn: &mut Turn<'_>) {
        match event {
            QuestionEvent::ActivationToken(token) => self.guide.keep_token(token, turn.now),
            QuestionEvent::Shown(server) => self.sources.notifications = Source::Named(server.name),
            QuestionEvent::Failed(error) => {
                self.sources.notifications = Source::none(reason::of(&error));
                self.offer_question_in_window(turn);
            }
            // A sample changes nothing, but its "Start" button does start the routine.
            QuestionEvent::Answered(Answer::Snooze | Answer::Skip | Answer::Stood)
                if self.is_sample => {}
            QuestionEvent::Answered(answer) => {
                if let Some(intent) = commands::from_answer(answer) {
                    self.execute(intent, turn);
                }
            }
        }
    }

    /// Opens the window for a question whose notification has failed, unless the tray icon or an open window shows it.
    fn offer_question_in_window(&mut self, turn: &mut Turn<'_>) {
        let is_asking = self.schedule.phase() == Phase::Asking;
        if is_asking && self.sources.tray != Source::Shown && !self.guide.has_window() {
            self.offer_page(Page::Question, turn);
        }
    }
}
