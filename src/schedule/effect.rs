//! The output of the schedule: actions for the app, and records for the history.

use serde::{Deserialize, Serialize};

use super::{Hold, Reminder};
use crate::routine::Portion;
use crate::time::Span;

/// An action that the app carries out.
#[derive(Clone, Debug, PartialEq)]
pub enum Effect {
    /// Ask the question. It replaces one that is still on the screen.
    Ask(Prompt),
    /// Withdraw the question from the screen.
    Withdraw,
    /// Open the guide and play a routine or exercise in it. If one is playing already, bring it to the front.
    OpenGuide {
        /// The id of the routine or exercise.
        routine: String,
        /// About how long it may take; the full dose if `None`.
        length: Option<Span>,
    },
    /// Close the guide, and end its routine.
    CloseGuide,
    /// Append a record to the history.
    Record(Outcome),
}

/// A question to the user.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Prompt {
    /// The reminder that the question is about.
    pub reminder: Reminder,
    /// The routine that "Start stretch" begins.
    pub routine: String,
    /// `true` if the question comes for the second time and offers a shorter routine.
    pub short: bool,
    /// `true` if a hold is active but has lasted too long: ask at low urgency and without sound.
    pub quiet: bool,
}

/// An event of the day, stored as one line of the history.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Outcome {
    /// A question was asked.
    Asked {
        /// The reminder that the question was about.
        reminder: Reminder,
        /// `true` if the question came for the second time. Lines written by other programs may leave it out.
        #[serde(default)]
        short: bool,
    },
    /// A routine was completed.
    Done {
        /// The id of the routine.
        routine: String,
        /// The time it took, in seconds.
        seconds: u64,
    },
    /// A routine was begun and ended early.
    Partly {
        /// The id of the routine.
        routine: String,
        /// The length of the part that was done, in seconds.
        seconds: u64,
        /// The length of the whole routine, in seconds.
        total: u64,
    },
    /// An exercise of a routine was done, at least in part.
    Exercise {
        /// The id of the routine.
        routine: String,
        /// The part of the exercise that was done.
        #[serde(flatten)]
        portion: Portion,
    },
    /// The user snoozed the question.
    Snoozed {
        /// The reminder that the question was about.
        reminder: Reminder,
        /// The length of the snooze, in seconds.
        seconds: u64,
    },
    /// The user skipped the reminder.
    Skipped {
        /// The reminder that was skipped.
        reminder: Reminder,
    },
    /// The question went unanswered twice.
    Ignored {
        /// The reminder that the question was about.
        reminder: Reminder,
    },
    /// The user rested: was away long enough, or reported a break; or the computer was suspended long enough.
    Rested {
        /// The length of the rest, in seconds; zero for "I just got up".
        seconds: u64,
        /// The sit time before the rest, in seconds.
        sat: u64,
    },
    /// A stay at the computer has ended, or the sit time was reset.
    Sat {
        /// The length of the stay, in seconds.
        seconds: u64,
        /// The number of seconds between its end and this line.
        ago: u64,
        /// The sit time at its end since the last rest, this stay included, in seconds.
        total: u64,
    },
    /// A due reminder was held back, until now or until the user left.
    Held {
        /// The words of the holds, which here include `pause` and `off-hours`.
        reasons: Vec<Hold>,
        /// How long the reminder was held back, in seconds.
        seconds: u64,
        /// The number of seconds between the end of that and this line.
        ago: u64,
    },
    /// The user said how the upper back felt after a routine.
    CheckIn {
        /// The id of the routine before the question.
        routine: String,
        /// The answer of the user.
        feeling: Feeling,
    },
}

/// The answer to "How does your upper back feel?"
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Feeling {
    /// The back feels better than before.
    Better,
    /// The back feels as before.
    Same,
    /// The back feels worse than before.
    Worse,
}
