//! Nothing tells us of idleness here: a calm "don't know". The schedule then takes the person to be there.

use crate::watch::{Guard, Tell, Watcher};

/// Tells nothing, ever.
pub(super) struct Unknown;

impl Watcher for Unknown {
    fn start(self: Box<Self>, _tell: Tell) -> anyhow::Result<Box<dyn Guard>> {
        Ok(self)
    }
}

impl Guard for Unknown {
    fn attend(&self, _closely: bool) {}
}
