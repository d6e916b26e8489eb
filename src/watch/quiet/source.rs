//! A source that has to be polled, because it doesn't notify.

use crate::schedule::Hold;

/// A source that can be asked about a reason to keep quiet.
#[derive(Clone)]
pub(super) struct Source {
    /// The name of the source in `unhunch status`, which is unique.
    pub(super) name: &'static str,
    /// The reason that the source knows about.
    pub(super) reason: Hold,
    /// Returns `true` to keep quiet, or `None` if the state is unknown.
    pub(super) read_state: fn() -> Option<bool>,
}
