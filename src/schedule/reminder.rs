//! What the person is reminded of, and how often.

use std::time::Duration;

use serde::{Deserialize, Serialize};

/// What a reminder asks for. The texts stand in `config/reminders.toml`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reminder {
    /// Stand up and take a short walk.
    Stand,
    /// Do the desk stretch.
    Stretch,
    /// Notice how you sit. It asks for no answer.
    Posture,
}

impl Reminder {
    /// Its word in settings, history and JSON.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Stand => "stand",
            Self::Stretch => "stretch",
            Self::Posture => "posture",
        }
    }

    /// Its name in a sentence.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Stand => "short walk",
            Self::Stretch => "desk stretch",
            Self::Posture => "posture check",
        }
    }
}

/// How often, how patiently, and what: the part of the settings that the schedule lives by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rhythm {
    /// Sit time between two reminders.
    pub sit: Duration,
    /// An absence of this length is a rest: the sit time begins again.
    pub rest: Duration,
    /// How long a snooze lasts if the person names no length.
    pub snooze: Duration,
    /// How long a due reminder waits for a pause in typing.
    pub grace: Duration,
    /// How long a question stays on the screen.
    pub ask_for: Duration,
    /// An unanswered question comes back once, after this.
    pub ask_again: Duration,
    /// The longest time that one and the same hold can keep a reminder back.
    pub hold_at_most: Duration,
    /// No reminder comes so soon after the computer woke or was unlocked.
    pub settle: Duration,
    /// The reminders that take turns, in this order; at least one, without [`Reminder::Posture`].
    pub reminders: Vec<Reminder>,
    /// Whether a posture check comes half-way between two reminders.
    pub posture_check: bool,
    /// The routine that the desk stretch plays.
    pub routine: String,
    /// The routine that is offered when a question went unanswered.
    pub short_routine: String,
}
