//! The kinds of reminders, and the settings of the schedule.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::Hours;
use crate::lang::tr;

/// The kind of a reminder. The texts are in `config/reminders.toml`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reminder {
    /// Stand up and take a short walk.
    Stand,
    /// Do the routine on offer.
    Stretch,
    /// Notice how you sit. It does not ask for an answer.
    Posture,
}

impl Reminder {
    /// Returns the word for it in settings, history and JSON.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Stand => "stand",
            Self::Stretch => "stretch",
            Self::Posture => "posture",
        }
    }

    /// Returns the translated name, for a list or after a colon. [`RoutineNames::in_sentence`] names the routine.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Stand => tr("short walk"),
            Self::Stretch => tr("stretch"),
            Self::Posture => tr("posture check"),
        }
    }

    /// The beginning of a sentence which says that it is due.
    pub(super) fn due_text(self) -> &'static str {
        match self {
            Self::Stand => tr("Time for a short walk soon"),
            Self::Stretch => tr("Time to stretch soon"),
            Self::Posture => tr("Time for a posture check soon"),
        }
    }

    /// The sentence which says that it is being asked.
    pub(super) fn asking_text(self) -> &'static str {
        match self {
            Self::Stand => tr("Time for a short walk"),
            Self::Stretch => tr("Time to stretch"),
            Self::Posture => tr("Time for a posture check"),
        }
    }
}

/// The names of the routines that the schedule offers, in the user's language. The schedule itself only knows their ids.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RoutineNames {
    /// The name of [`Rhythm::routine`]; empty if it is unknown.
    pub routine: String,
    /// The name of [`Rhythm::short_routine`]; empty if it is unknown.
    pub short_routine: String,
}

impl RoutineNames {
    /// Returns the name of a reminder after a colon. A stretch is called by its routine; `short` selects the short one.
    pub(super) fn in_sentence(&self, reminder: Reminder, short: bool) -> String {
        let name = if short {
            &self.short_routine
        } else {
            &self.routine
        };
        if reminder == Reminder::Stretch && !name.is_empty() {
            // In quotes, since a name may be anything: "Surprise me", "Half a minute".
            tr!("“{name}”", name = name)
        } else {
            reminder.name().to_owned()
        }
    }
}

/// The part of the settings that the schedule uses: intervals, time limits, reminders and working hours.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rhythm {
    /// The sit time between two reminders.
    pub sit: Duration,
    /// The length of absence that counts as a rest and resets the sit time.
    pub rest: Duration,
    /// The length of a snooze if the user names none.
    pub snooze: Duration,
    /// The longest wait of a due reminder for a pause in typing.
    pub grace: Duration,
    /// The time for which a question stays on the screen.
    pub ask_for: Duration,
    /// The time after which an unanswered question comes back once.
    pub ask_again: Duration,
    /// The longest time for which holds can delay a reminder, including further ones that begin meanwhile.
    pub hold_at_most: Duration,
    /// The time without reminders after the computer woke or was unlocked.
    pub settle: Duration,
    /// The maximum number of questions within an hour, whatever the other settings.
    pub at_most_per_hour: u8,
    /// The reminders that take turns, in this order. There is at least one, and none is [`Reminder::Posture`].
    pub reminders: Vec<Reminder>,
    /// `true` if a posture check comes half-way between two reminders.
    pub posture_check: bool,
    /// The id of the routine that is offered for a stretch.
    pub routine: String,
    /// About how long that routine may take; its full dose if `None`.
    pub length: Option<Duration>,
    /// The id of the routine that is offered after a question went unanswered.
    pub short_routine: String,
    /// The times at which reminders may come at all.
    pub hours: Hours,
}
