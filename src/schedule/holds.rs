//! Why we keep quiet, and for how long at most.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::lang::tr;

/// A reason to keep quiet, by a word: `do-not-disturb`, `call`, `full-screen`, `keep-awake`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Hold(Cow<'static, str>);

impl Hold {
    /// A hold of that name.
    #[must_use]
    pub fn new(reason: impl Into<Cow<'static, str>>) -> Self {
        Self(reason.into())
    }

    /// The word for it.
    #[must_use]
    pub fn reason(&self) -> &str {
        &self.0
    }

    /// The reason as people read it, in their language.
    #[must_use]
    pub fn said(&self) -> String {
        match self.reason() {
            "call" => tr("call").to_owned(),
            "do-not-disturb" => tr("do not disturb").to_owned(),
            "full-screen" => tr("full screen").to_owned(),
            "keep-awake" => tr("kept awake by a program").to_owned(),
            "off-hours" => tr("off hours").to_owned(),
            "pause" => tr("pause").to_owned(),
            _ => self.to_string(),
        }
    }
}

impl fmt::Display for Hold {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.replace('-', " "))
    }
}

/// All the reasons that hold at present.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Holds {
    /// Each with the elapsed time at which it came up.
    reasons: BTreeMap<Hold, Duration>,
    /// When one has gone last.
    released: Duration,
}

impl Holds {
    /// Adds a reason; one that holds already keeps its beginning.
    pub(super) fn add(&mut self, hold: Hold, now: Duration) {
        self.reasons.entry(hold).or_insert(now);
    }

    /// Takes a reason away.
    pub(super) fn remove(&mut self, hold: &Hold, now: Duration) {
        if self.reasons.remove(hold).is_some() {
            self.released = now;
        }
    }

    /// Whether nothing keeps us quiet.
    pub(super) fn is_clear(&self) -> bool {
        self.reasons.is_empty()
    }

    /// When the last of the reasons has held for `at_most`; `None` if there is no reason.
    pub(super) fn end(&self, at_most: Duration) -> Option<Duration> {
        self.reasons.values().max().map(|since| *since + at_most)
    }

    /// When a reason has gone last.
    pub(super) fn released(&self) -> Duration {
        self.released
    }

    /// The reasons and their beginnings.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&Hold, Duration)> {
        self.reasons.iter().map(|(hold, since)| (hold, *since))
    }
}
