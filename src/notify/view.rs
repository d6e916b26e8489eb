//! The contents of a notification, computed from a prompt and the capabilities of the server.

use std::time::Duration;

use crate::lang::{tr, without_backticks};
use crate::schedule::{Prompt, Reminder};
use crate::text::{markup, without_markup};
use crate::time::Span;

/// The answer to a question, or another way in which it ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// Start the offered stretch.
    Start,
    /// Postpone the current reminder.
    Snooze,
    /// Skip the current reminder.
    Skip,
    /// The user is getting up.
    Stood,
    /// The text was clicked: show the start page of the window.
    Open,
    /// The user closed the question.
    Dismissed,
    /// The question disappeared without an action of the user, for example after its timeout.
    Gone,
}

impl Answer {
    /// Returns the answer with this action key.
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

    /// Returns the action key of this answer. `None` if no action leads to it.
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

/// The texts of a question, before they are adapted to the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct QuestionText<'a> {
    /// A title of a few words.
    pub title: &'a str,
    /// One or two sentences of plain text.
    pub body: &'a str,
}

/// A question that is ready to be shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// A title of a few words.
    pub title: String,
    /// One or two sentences of plain text.
    pub body: String,
    /// The possible answers and the labels of their buttons. The first one belongs to a click on the text.
    pub actions: Vec<(Answer, String)>,
    /// `true` if it is shown with low urgency and without a sound.
    pub quiet: bool,
    /// The time for which it stays on the screen.
    pub stays: Duration,
}

impl Question {
    /// Creates the question for a prompt with these texts. `snooze` is the length of a snooze, `stays` the time on the screen.
    #[must_use]
    pub fn new(
        prompt: &Prompt,
        words: QuestionText<'_>,
        snooze: Duration,
        stays: Duration,
    ) -> Self {
        Self {
            title: words.title.to_owned(),
            body: words.body.to_owned(),
            actions: actions(prompt.reminder, snooze),
            quiet: prompt.quiet,
            stays,
        }
    }

    /// Returns the actions that this server can show.
    #[must_use]
    pub fn actions_for(&self, server: &Server) -> &[(Answer, String)] {
        if !server.actions {
            return &[];
        }
        match &self.actions[..] {
            all if !server.is_narrow() => all,
            // The window opens by a click on the text, and the third answer is in the menu of the tray icon.
            [(Answer::Open, _), answers @ ..] if !answers.is_empty() => first_two(answers),
            answers => first_two(answers),
        }
    }

    /// Returns the body adapted to this server.
    #[must_use]
    pub fn body_for(&self, server: &Server) -> String {
        let mut body = self.body.clone();
        let hint = server.hint().filter(|_| self.actions.len() > 1);
        if server.is_narrow() || hint.is_some() {
            // There is no room for the tip: LXQt and mako cut off longer texts.
            body.truncate(body.find('\n').unwrap_or(body.len()));
        }
        if let Some(hint) = hint {
            body.push('\n');
            body += hint;
        }
        server.text(&body)
    }
}

fn first_two<T>(all: &[T]) -> &[T] {
    all.get(..2).unwrap_or(all)
}

/// Returns the actions with the most fitting answer first. GNOME shows at most three buttons.
fn actions(reminder: Reminder, snooze: Duration) -> Vec<(Answer, String)> {
    let open = (Answer::Open, tr("Open Unhunch").to_owned());
    let start = (Answer::Start, tr("Start stretch").to_owned());
    let length = Span::from(snooze).localized();
    let snooze = (Answer::Snooze, tr!("Snooze {length}", length = length));
    match reminder {
        Reminder::Posture => vec![open],
        Reminder::Stretch => {
            let skip = (Answer::Skip, tr("Skip").to_owned());
            vec![open, start, snooze, skip]
        }
        Reminder::Stand => {
            let stood = (Answer::Stood, tr("I’m getting up").to_owned());
            vec![open, stood, start, snooze]
        }
    }
}

/// The capabilities of the notification server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Server {
    /// The name and version, as shown by `status`.
    pub name: String,
    /// `true` if notifications can have buttons or be clicked.
    pub actions: bool,
    /// `true` if the server parses the body as markup.
    pub markup: bool,
    /// The permission for our notifications.
    pub allowed: Allowed,
}

/// The permission for our notifications in the settings of the desktop.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Allowed {
    /// Notifications pop up as banners.
    #[default]
    Banners,
    /// Notifications go to the list only and don't pop up.
    ListOnly,
    /// Notifications are not shown at all.
    Nothing,
}

impl Server {
    /// Adapts a plain text to this server. Some servers parse markup without announcing it, and would swallow a text in
    /// angle brackets.
    #[must_use]
    pub fn text(&self, plain: &str) -> String {
        let plain = without_backticks(plain);
        if self.markup {
            markup(&plain)
        } else {
            without_markup(&plain)
        }
    }

    /// Returns a hint on how to answer if no buttons are drawn. By default, the action of the text is on the left button in
    /// mako and on the middle one in dunst, whose left button dismisses.
    fn hint(&self) -> Option<&'static str> {
        if !self.actions {
            Some(tr("Answer in the tray menu, or run `unhunch stretch`."))
        } else if self.name.starts_with("mako") {
            Some(tr("Click here to answer."))
        } else if self.name.starts_with("dunst") {
            Some(tr("Middle-click here to answer."))
        } else {
            None
        }
    }

    /// Returns `true` if there is room for two buttons only, as in LXQt, which cuts off the labels of three and moves more
    /// into a combo box.
    fn is_narrow(&self) -> bool {
        self.name.starts_with("lxqt-notificationd")
    }
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
        let words = QuestionText {
            title: "Time for a short walk",
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
            allowed: Allowed::default(),
        }
    }

    fn labels(reminder: Reminder) -> Vec<String> {
        let actions = question(reminder).actions;
        actions.into_iter().map(|(_, label)| label).collect()
    }

    /// Returns the labels that are visible as buttons. The default action is not one of them.
    fn buttons(reminder: Reminder) -> Vec<String> {
        let mut labels = labels(reminder);
        assert_eq!(labels.remove(0), "Open Unhunch");
        labels
    }

    #[test]
    fn each_reminder_offers_three_answers_at_most_and_the_fitting_one_first() {
        assert_eq!(
            buttons(Reminder::Stretch),
            ["Start stretch", "Snooze 15 min", "Skip"]
        );
        assert_eq!(
            buttons(Reminder::Stand),
            ["I’m getting up", "Start stretch", "Snooze 15 min"]
        );
        assert!(buttons(Reminder::Posture).is_empty());
    }

    #[test]
    fn a_narrow_server_shows_two_answers_and_a_short_text() {
        let lxqt = Server {
            name: "lxqt-notificationd 1.2.0".into(),
            ..server(true, true)
        };
        let mut question = question(Reminder::Stand);
        question.body += "\nTip: Fetch some tea.";
        let answers = question
            .actions_for(&lxqt)
            .iter()
            .map(|(answer, _)| *answer);
        let fitting = [Answer::Stood, Answer::Start];
        assert_eq!(answers.collect::<Vec<_>>(), fitting);
        assert!(!question.body_for(&lxqt).contains("Tip"));
        assert!(question.body_for(&server(true, true)).contains("Tip"));
    }

    #[test]
    fn backticks_become_quotation_marks() {
        let text = server(true, true).text("`sit` is too long: see `unhunch config check`.");
        assert_eq!(text, "“sit” is too long: see “unhunch config check”.");
    }

    #[test]
    fn names_are_text_on_every_server() {
        let nasty = "& < > \" ' </b>\u{1b}[2J\u{7}\u{202e}";
        assert_eq!(
            server(true, true).text(nasty),
            "&amp; &lt; &gt; \" ' &lt;/b&gt;\u{fffd}[2J\u{fffd}\u{fffd}"
        );
        assert_eq!(
            server(true, false).text(nasty),
            "& ‹ › \" ' ‹/b›\u{fffd}[2J\u{fffd}\u{fffd}"
        );
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
        assert!(body.ends_with("\nAnswer in the tray menu, or run “unhunch stretch”."));
        let posture = question(Reminder::Posture).body_for(&server(false, false));
        assert_eq!(posture, "A short walk ‹around› the desk & back.");
        assert!(
            question(Reminder::Stand)
                .actions_for(&server(false, false))
                .is_empty()
        );
    }

    #[test]
    fn where_no_buttons_are_drawn_the_text_says_how_to_click() {
        let named = |name: &str| Server {
            name: name.into(),
            ..server(true, true)
        };
        let mut question = question(Reminder::Stretch);
        question.body = "Stretch a little.\nTip: Fetch some tea.".into();
        let mako = question.body_for(&named("mako 1.7.1"));
        assert_eq!(mako, "Stretch a little.\nClick here to answer.");
        let dunst = question.body_for(&named("dunst 1.9.0"));
        assert_eq!(dunst, "Stretch a little.\nMiddle-click here to answer.");
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
