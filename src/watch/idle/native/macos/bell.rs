//! The bell that ends a wait, with a flag for input to ring it.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Condvar, Mutex, PoisonError};
use std::time::Duration;

use super::super::polling;

/// A bell, and the flag that the next input should ring it.
pub(in crate::watch::idle::system) struct Bell {
    rung: Mutex<bool>,
    changed: Condvar,
    listens: AtomicBool,
}

impl Bell {
    /// Returns `true` if the next input should ring the bell.
    pub(super) fn listens(&self) -> bool {
        self.listens.load(Ordering::Acquire)
    }

    /// Sets whether the next input should ring the bell. Returns `true` if that is a change.
    pub(super) fn set_listens(&self, listens: bool) -> bool {
        self.listens.swap(listens, Ordering::AcqRel) != listens
    }

    /// Waits until the bell rings, for `at_most` at the longest.
    pub(super) fn wait(&self, at_most: Duration) {
        let rung = self.rung.lock().unwrap_or_else(PoisonError::into_inner);
        let waited = self
            .changed
            .wait_timeout_while(rung, at_most, |rung| !*rung);
        let (mut rung, _) = waited.unwrap_or_else(PoisonError::into_inner);
        *rung = false;
    }
}

impl polling::Bell for Bell {
    fn create() -> anyhow::Result<Self> {
        Ok(Self {
            rung: Mutex::new(false),
            changed: Condvar::new(),
            listens: AtomicBool::new(false),
        })
    }

    fn ring(&self) {
        *self.rung.lock().unwrap_or_else(PoisonError::into_inner) = true;
        self.changed.notify_all();
    }
}
