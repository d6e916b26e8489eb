//! Why we keep quiet, and for how long at most.

use std::collections::BTreeMap;
use std::time::Duration;

use super::Hold;

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
