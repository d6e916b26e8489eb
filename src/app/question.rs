//! The question of a reminder: its text, the sample question, and the answers.

use super::host::Action;
use super::text_rotation::TextRotation;
use super::turn::Turn;
use super::{App, commands};
use crate::config::reminders::{Texts, with_tip};
use crate::ipc::Page;
use crate::lang::tr;
use crate::notify::{Answer, News, Question, QuestionText};
use crate::reason;
use crate::schedule::{Phase, Prompt, Reminder};
use crate::source::Source;

impl App {
    pub(super) fn ask(&mut self, prompt: &Prompt, turn: &mut Turn<'_>) {
        self.is_trial = false;
        let question = self.question(prompt);
        turn.push(Action::Ask(question));
    }

    fn question(&mut self, prompt: &Prompt) -> Question {
        let TextRotation { asked, tips } = &mut self.turns;
        *asked += 1;
        let texts = Texts::shipped();
        let text = texts.pick(prompt.reminder, *asked, prompt.short);
        let body = tr(&text.body);
        let tip = tr(texts.tip(*tips));
        let with_tip = with_tip(prompt.reminder, prompt.short, body, tip);
        *tips += u64::from(with_tip.is_some());
        self.turns.save(&self.paths);
        let rhythm = &self.settings.rhythm;
        Question::new(
            prompt,
            QuestionText {
                title: tr(&text.title),
                body: with_tip.as_deref().unwrap_or(body),
            },
            rhythm.snooze,
            rhythm.ask_for,
        )
    }

    /// Shows the first reminder as a sample. If a question is already open, that one is shown again instead.
    pub(super) fn try_reminder(&mut self, turn: &mut Turn<'_>) {
        let asking = self.status(turn.now).asking;
        self.is_trial = asking.is_none();
        let rhythm = &self.settings.rhythm;
        let prompt = asking.unwrap_or_else(|| Prompt {
            reminder: rhythm.reminders.first().copied().unwrap_or(Reminder::Stand),
            routine: rhythm.routine.clone(),
            short: false,
            quiet: false,
        });
        let question = self.question(&prompt);
        turn.push(Action::Ask(question));
    }

    /// Handles news of the question on the screen.
    pub(super) fn on_question(&mut self, news: News, turn: &mut Turn<'_>) {
        match news {
            News::ActivationToken(token) => self.guide.keep_token(token, turn.now),
            News::Shown(server) => self.sources.notifications = Source::Named(server.name),
            News::Failed(error) => {
                self.sources.notifications = Source::none(reason::of(&error));
                self.ask_in_the_window(turn);
            }
            News::Answered(Answer::Snooze | Answer::Skip | Answer::Stood) if self.is_trial => {}
            News::Answered(answer) => {
                if let Some(intent) = commands::from_answer(answer) {
                    self.execute(intent, turn);
                }
            }
        }
    }

    /// Opens the window if neither a notification nor the tray icon can show the question.
    fn ask_in_the_window(&mut self, turn: &mut Turn<'_>) {
        let is_asking = self.schedule.phase() == Phase::Asking;
        if is_asking && self.sources.tray != Source::Shown && !self.guide.has_window() {
            self.offer_page(Page::Question, turn);
        }
    }
}
