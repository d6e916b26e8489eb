//! What a notification says, computed from a prompt and from what the server can show.

use std::time::Duration;

use crate::lang::tr;
use crate::schedule::{Prompt, Reminder};
use crate::time::Span;

/// The person's answer to a question, or what else became of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// Begin the stretch.
    Start,
    /// Ask again later.
    Snooze,
    /// Not this time.
    Skip,
    /// "I just stood up."
    Stood,
    /// Show the home window: the text itself was clicked.
    Open,
    /// The person closed it.
    Dismissed,
    /// It went away without the person's doing: its time was over, say.
    Gone,
}

impl Answer {
    /// The answer that belongs to an action's key.
    #[must_use]
    pub fn from_key(key: &str) -> Option<Self> {
        [
            Self::Start,
            Self::Snooze,
            Self::Skip,
            Self::Stood,
            Self::Open,
        ]
        .into_iter()
        .find(|answer| answer.key() == Some(key))
    }

    /// The key of the action that gives this answer.
    #[must_use]
    pub fn key(self) -> Option<&'static str> {
        match self {
            Self::Start => Some("start"),
            Self::Snooze => Some("snooze"),
            Self::Skip => Some("skip"),
            Self::Stood => Some("stood"),
            Self::Open => Some("default"),
            Self::Dismissed | Self::Gone => None,
        }
    }
}

/// What a question says, whatever its server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Words<'a> {
    /// A few words.
    pub title: &'a str,
    /// A sentence or two, as plain text.
    pub body: &'a str,
}

/// A question, ready to be shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// A few words.
    pub title: String,
    /// A sentence or two, as plain text.
    pub body: String,
    /// The answers that it offers and what their buttons say. The first belongs to a click on the text.
    pub actions: Vec<(Answer, String)>,
    /// Whether it comes softly: of low urgency and without a sound.
    pub quiet: bool,
    /// How long it stays on the screen.
    pub stays: Duration,
}

impl Question {
    /// The question of this prompt, in these words. A snooze lasts `snooze`, and it stays for `stays`.
    #[must_use]
    pub fn new(prompt: &Prompt, words: Words<'_>, snooze: Duration, stays: Duration) -> Self {
        Self {
            title: words.title.to_owned(),
            body: words.body.to_owned(),
            actions: actions(prompt.reminder, snooze),
            quiet: prompt.quiet,
            stays,
        }
    }

    /// The actions, where this server can show them.
    #[must_use]
    pub fn actions_for(&self, server: &Server) -> &[(Answer, String)] {
        if server.actions { &self.actions } else { &[] }
    }

    /// The body as this server shows it right.
    #[must_use]
    pub fn body_for(&self, server: &Server) -> String {
        let mut body = self.body.clone();
        if !server.actions && self.actions.len() > 1 {
            body.push('\n');
            body += tr("Answer from the tray icon, or run `unhunch stretch`.");
        }
        server.text(&body)
    }
}

fn actions(reminder: Reminder, snooze: Duration) -> Vec<(Answer, String)> {
    let open = (Answer::Open, tr("Open Unhunch").to_owned());
    let stretch = [
        (Answer::Start, tr("Start stretch").to_owned()),
        (
            Answer::Snooze,
            tr!("Snooze {length}", length = Span::from(snooze).said()),
        ),
        (Answer::Skip, tr("Skip").to_owned()),
    ];
    let stood = (Answer::Stood, tr("I just stood up").to_owned());
    match reminder {
        Reminder::Posture => vec![open],
        Reminder::Stretch => std::iter::once(open).chain(stretch).collect(),
        Reminder::Stand => std::iter::once(open)
            .chain(stretch)
            .chain([stood])
            .collect(),
    }
}

/// What the notification server can do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Server {
    /// Its name, as `status` shows it.
    pub name: String,
    /// It shows buttons, or can be clicked.
    pub actions: bool,
    /// It reads the body as markup.
    pub markup: bool,
}

impl Server {
    /// A plain text as this server shows it right.
    #[must_use]
    pub fn text(&self, plain: &str) -> String {
        if self.markup {
            escape(plain)
        } else {
            harmless(plain)
        }
    }
}

fn escape(plain: &str) -> String {
    plain
        .replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

/// Some servers read markup although they don't say so, and would swallow what stands between angle brackets; so
/// those become quotation marks of the same look.
fn harmless(plain: &str) -> String {
    plain.replace('<', "‹").replace('>', "›")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn question(reminder: Reminder) -> Question {
        let prompt = Prompt {
            reminder,
            routine: "desk".into(),
            short: false,
            quiet: true,
        };
        let words = Words {
            title: "Time to stand up",
            body: "A short walk <around> the desk & back.",
        };
        let (snooze, stays) = (Duration::from_secs(900), Duration::from_secs(120));
        Question::new(&prompt, words, snooze, stays)
    }

    fn server(actions: bool, markup: bool) -> Server {
        Server {
            name: "some server".into(),
            actions,
            markup,
        }
    }

    fn labels(reminder: Reminder) -> Vec<String> {
        let actions = question(reminder).actions;
        actions.into_iter().map(|(_, label)| label).collect()
    }

    #[test]
    fn each_reminder_offers_what_fits_it() {
        let stretch = ["Open Unhunch", "Start stretch", "Snooze 15 min", "Skip"];
        assert_eq!(labels(Reminder::Stretch), stretch);
        let stand = labels(Reminder::Stand);
        assert_eq!(stand[..4], stretch);
        assert_eq!(stand[4..], ["I just stood up"]);
        assert_eq!(labels(Reminder::Posture), ["Open Unhunch"]);
    }

    #[test]
    fn markup_is_escaped_where_it_is_read() {
        let question = question(Reminder::Stand);
        assert_eq!(
            question.body_for(&server(true, true)),
            "A short walk &lt;around&gt; the desk &amp; back."
        );
        assert_eq!(
            question.body_for(&server(true, false)),
            "A short walk ‹around› the desk & back."
        );
    }

    #[test]
    fn where_there_are_no_buttons_the_text_says_where_to_answer() {
        let body = question(Reminder::Stand).body_for(&server(false, false));
        assert!(body.ends_with("\nAnswer from the tray icon, or run `unhunch stretch`."));
        let posture = question(Reminder::Posture).body_for(&server(false, false));
        assert_eq!(posture, "A short walk ‹around› the desk & back.");
        assert!(
            question(Reminder::Stand)
                .actions_for(&server(false, false))
                .is_empty()
        );
    }

    #[test]
    fn every_key_leads_back_to_its_answer() {
        for (answer, _) in question(Reminder::Stand).actions {
            let key = answer.key().unwrap();
            assert_eq!(Answer::from_key(key), Some(answer));
        }
        assert_eq!(Answer::from_key("unknown"), None);
    }

    #[test]
    fn a_question_keeps_how_softly_and_how_long() {
        let question = question(Reminder::Stand);
        assert!(question.quiet);
        assert_eq!(question.stays, Duration::from_secs(120));
    }
}
