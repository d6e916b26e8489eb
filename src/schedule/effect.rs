//! What the schedule wants done.

use serde::{Deserialize, Serialize};

use super::{Hold, Reminder};
use crate::routine::Portion;
use crate::time::Span;

/// Something for the app to do.
#[derive(Clone, Debug, PartialEq)]
pub enum Effect {
    /// Put the question. It takes the place of one that is still there.
    Ask(Prompt),
    /// Take the question back.
    Withdraw,
    /// Open the guide and play a routine or exercise in it. One that plays already is brought to the front.
    OpenGuide {
        /// Its id.
        routine: String,
        /// About how long it may take; without a length, the full dose.
        length: Option<Span>,
    },
    /// Put the guide away.
    CloseGuide,
    /// Write a line to the history.
    Record(Outcome),
}

/// A question to the person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Prompt {
    /// What it is about.
    pub reminder: Reminder,
    /// The routine that "Start stretch" begins.
    pub routine: String,
    /// It comes for the second time and offers less.
    pub short: bool,
    /// Something holds reminders back, and has done so too long: ask, but softly.
    pub quiet: bool,
}

/// How a reminder or a routine ended: one line of the history.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Outcome {
    /// A question was put.
    Asked {
        /// What it was about.
        reminder: Reminder,
        /// Whether it came for the second time; a line of another program may leave it out.
        #[serde(default)]
        short: bool,
    },
    /// A routine was done to its end.
    Done {
        /// Its id.
        routine: String,
        /// How long it took, in seconds.
        seconds: u64,
    },
    /// A routine was begun and left.
    Partly {
        /// Its id.
        routine: String,
        /// How much of it was done, in seconds.
        seconds: u64,
        /// How long the whole is, in seconds.
        total: u64,
    },
    /// An exercise was done within a routine, or a part of it.
    Exercise {
        /// The id of the routine.
        routine: String,
        /// What was done of it.
        #[serde(flatten)]
        portion: Portion,
    },
    /// The person wants to be asked later.
    Snoozed {
        /// What it was about.
        reminder: Reminder,
        /// For how long, in seconds.
        seconds: u64,
    },
    /// The person declined.
    Skipped {
        /// What it was about.
        reminder: Reminder,
    },
    /// Nobody answered, twice.
    Ignored {
        /// What it was about.
        reminder: Reminder,
    },
    /// The person rested: went away long enough, slept, or said so.
    Rested {
        /// How long, in seconds; zero for "I just got up".
        seconds: u64,
        /// How long the person had sat before, in seconds.
        sat: u64,
    },
    /// The person sat, and sits no longer: a stay at the computer is over, or the sit time began again.
    Sat {
        /// How long, in seconds.
        seconds: u64,
        /// How many seconds before this line that ended.
        ago: u64,
        /// How long the person had sat then since the last rest, this stay included, in seconds.
        total: u64,
    },
    /// A reminder was due and was kept back, until now or until the person left.
    Held {
        /// By what, as [`Hold`] has its words; and `pause` and `off-hours`.
        reasons: Vec<Hold>,
        /// How long, in seconds.
        seconds: u64,
        /// How many seconds before this line that ended.
        ago: u64,
    },
    /// How the upper back felt after a routine.
    CheckIn {
        /// The routine that came before.
        routine: String,
        /// The answer.
        feeling: Feeling,
    },
}

/// The answer to "How does your upper back feel?"
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Feeling {
    /// Better than before.
    Better,
    /// The same.
    Same,
    /// Worse than before.
    Worse,
}
