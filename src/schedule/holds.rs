//! The reasons to keep quiet, and how long they count.

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::lang::tr;

/// A reason to keep quiet. The variants are in alphabetical order of their words.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub enum Hold {
    /// A microphone or a camera is in use.
    Call,
    /// Do-not-disturb is on in the desktop.
    DoNotDisturb,
    /// The active window fills the whole screen.
    FullScreen,
    /// A program keeps the screen awake, for example during a film.
    KeepAwake,
    /// It is outside the working hours.
    OffHours,
    /// The user paused the reminders.
    Pause,
    /// An unknown word, from a script or a newer version.
    Other(String),
}

impl Hold {
    const KNOWN: [Self; 6] = [
        Self::Call,
        Self::DoNotDisturb,
        Self::FullScreen,
        Self::KeepAwake,
        Self::OffHours,
        Self::Pause,
    ];

    /// Returns the word for the reason in files and JSON.
    #[must_use]
    pub fn reason(&self) -> &str {
        match self {
            Self::Call => "call",
            Self::DoNotDisturb => "do-not-disturb",
            Self::FullScreen => "full-screen",
            Self::KeepAwake => "keep-awake",
            Self::OffHours => "off-hours",
            Self::Pause => "pause",
            Self::Other(word) => word,
        }
    }

    /// Returns the translated reason for display.
    #[must_use]
    pub fn label(&self) -> String {
        match self {
            Self::Call => tr("call").to_owned(),
            Self::DoNotDisturb => tr("do not disturb").to_owned(),
            Self::FullScreen => tr("full screen").to_owned(),
            Self::KeepAwake => tr("a program keeps the screen on").to_owned(),
            Self::OffHours => tr("outside your hours").to_owned(),
            Self::Pause => tr("pause").to_owned(),
            Self::Other(_) => self.to_string(),
        }
    }
}

impl fmt::Display for Hold {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.reason().replace('-', " "))
    }
}

impl From<String> for Hold {
    fn from(word: String) -> Self {
        let hold = Self::KNOWN.into_iter().find(|hold| hold.reason() == word);
        hold.unwrap_or(Self::Other(word))
    }
}

impl From<Hold> for String {
    fn from(hold: Hold) -> Self {
        hold.reason().to_owned()
    }
}

/// The reasons to keep quiet that apply at present.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Holds {
    /// The reasons, each with the elapsed time at which it began.
    reasons: BTreeMap<Hold, Duration>,
    /// The elapsed time at which a reason last ended.
    released: Duration,
}

impl Holds {
    /// Adds a reason. If it applies already, the time of its beginning is unchanged.
    pub(super) fn add(&mut self, hold: Hold, now: Duration) {
        self.reasons.entry(hold).or_insert(now);
    }

    pub(super) fn remove(&mut self, hold: &Hold, now: Duration) {
        if self.reasons.remove(hold).is_some() {
            self.released = now;
        }
    }

    /// Returns `true` if there is no reason to keep quiet.
    pub(super) fn is_clear(&self) -> bool {
        self.reasons.is_empty()
    }

    /// Returns the time at which the newest reason will have lasted for `at_most`; `None` if there is no reason.
    pub(super) fn end(&self, at_most: Duration) -> Option<Duration> {
        self.reasons.values().max().map(|since| *since + at_most)
    }

    /// Returns the time at which a reason last ended.
    pub(super) fn released(&self) -> Duration {
        self.released
    }

    /// Iterates over the reasons and the times at which they began.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&Hold, Duration)> {
        self.reasons.iter().map(|(hold, since)| (hold, *since))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn holds_are_in_the_order_of_their_words() {
        let words = [
            "call",
            "do-not-disturb",
            "full-screen",
            "keep-awake",
            "off-hours",
            "pause",
        ];
        let holds = words.map(|word| Hold::from(word.to_owned()));
        assert_eq!(holds, Hold::KNOWN);
        assert!(holds.is_sorted());
        assert_eq!(
            serde_json::to_value(&holds).unwrap(),
            serde_json::json!(words)
        );
        let other: Hold = serde_json::from_str("\"a-nap\"").unwrap();
        assert_eq!(other, Hold::Other("a-nap".to_owned()));
        assert_eq!(other.label(), "a nap");
        assert_eq!(serde_json::to_string(&other).unwrap(), "\"a-nap\"");
    }
}
