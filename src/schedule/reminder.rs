//! What the person is reminded of, and how often.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::Hours;
use crate::lang::tr;

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

    /// Its name in a list or after a colon.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Stand => tr("short walk"),
            Self::Stretch => tr("desk stretch"),
            Self::Posture => tr("posture check"),
        }
    }

    /// That it is due, as the beginning of a sentence.
    pub(super) fn is_due(self) -> &'static str {
        match self {
            Self::Stand => tr("Time for a short walk soon"),
            Self::Stretch => tr("Time for a desk stretch soon"),
            Self::Posture => tr("Time for a posture check soon"),
        }
    }

    /// That it is asked for now.
    pub(super) fn is_time(self) -> &'static str {
        match self {
            Self::Stand => tr("Time for a short walk"),
            Self::Stretch => tr("Time for a desk stretch"),
            Self::Posture => tr("Time for a posture check"),
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
    /// The longest time that a hold can keep a reminder back, also together with others that begin meanwhile.
    pub hold_at_most: Duration,
    /// No reminder comes so soon after the computer woke or was unlocked.
    pub settle: Duration,
    /// No more questions than this come within an hour, however the rest is set.
    pub at_most_per_hour: u8,
    /// The reminders that take turns, in this order; at least one, without [`Reminder::Posture`].
    pub reminders: Vec<Reminder>,
    /// Whether a posture check comes half-way between two reminders.
    pub posture_check: bool,
    /// The routine that the desk stretch plays.
    pub routine: String,
    /// About how long that may take; none: its full dose.
    pub length: Option<Duration>,
    /// The routine that is offered when a question went unanswered.
    pub short_routine: String,
    /// When reminders may come at all.
    pub hours: Hours,
}
