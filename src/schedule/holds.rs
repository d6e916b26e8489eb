//! Why we keep quiet, and for how long at most.

use std::collections::BTreeMap;
use std::time::Duration;

use super::Hold;

/// All the reasons that hold at present, each with the elapsed time at which it came up.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Holds(BTreeMap<Hold, Duration>);

impl Holds {
    /// Adds a reason; one that holds already keeps its beginning.
    pub(super) fn add(&mut self, hold: Hold, now: Duration) {
        self.0.entry(hold).or_insert(now);
    }

    /// Takes a reason away; tells whether it held.
    pub(super) fn remove(&mut self, hold: &Hold) -> bool {
        self.0.remove(hold).is_some()
    }

    /// Whether nothing keeps us quiet.
    pub(super) fn is_clear(&self) -> bool {
        self.0.is_empty()
    }

    /// When the last of the reasons has held for `at_most`; `None` if there is no reason.
    pub(super) fn end(&self, at_most: Duration) -> Option<Duration> {
        self.0.values().max().map(|since| *since + at_most)
    }

    /// The reasons and their beginnings.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&Hold, Duration)> {
        self.0.iter().map(|(hold, since)| (hold, *since))
    }
}
