//! A source for systems without idle detection. The schedule then assumes that the user is present.

use crate::watch::{EventCallback, Guard, Watcher};

/// A source that never reports anything.
pub(super) struct Unknown;

impl Watcher for Unknown {
    fn start(self: Box<Self>, _send: EventCallback) -> anyhow::Result<Box<dyn Guard>> {
        Ok(self)
    }
}

impl Guard for Unknown {
    fn set_close_watch(&self, _closely: bool) {}
}
