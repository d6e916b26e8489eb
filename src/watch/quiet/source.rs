//! A source that answers when it is asked, and calls nobody.

use crate::schedule::Hold;

/// Something that knows whether to keep quiet when it is asked.
#[derive(Clone)]
pub(super) struct Source {
    /// What `status` calls it; no two have the same name.
    pub(super) name: &'static str,
    /// The reason that it knows of.
    pub(super) why: Hold,
    /// Whether to keep quiet; none: it doesn't know.
    pub(super) ask: fn() -> Option<bool>,
}
