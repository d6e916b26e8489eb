//! Idleness on macOS: the system says how long ago the last input was. Of the next one it tells nobody who may not read
//! the keyboard, so while nobody is there we look every few seconds.

#![allow(unsafe_code, reason = "a call of the system that std does not wrap")]

use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::Duration;

use super::lazy;

/// The source.
pub(super) type LastInput = lazy::Lazy<Input>;

/// How often to look for somebody who was gone.
const OFTEN: Duration = Duration::from_secs(5);

/// `kCGEventSourceStateCombinedSessionState`
const SESSION: i32 = 0;

/// `kCGAnyInputEventType`
const ANY: u32 = u32::MAX;

#[link(name = "CoreGraphics", kind = "framework")]
unsafe extern "C" {
    fn CGEventSourceSecondsSinceLastEventType(state: i32, kind: u32) -> f64;
}

/// Whether it has rung.
pub(super) struct Bell {
    rung: Mutex<bool>,
    changed: Condvar,
}

impl lazy::Bell for Bell {
    fn hang() -> anyhow::Result<Self> {
        Ok(Self {
            rung: Mutex::new(false),
            changed: Condvar::new(),
        })
    }

    fn ring(&self) {
        *self.rung.lock().unwrap_or_else(PoisonError::into_inner) = true;
        self.changed.notify_all();
    }
}

/// The input of the session.
pub(super) struct Input(Arc<Bell>);

impl lazy::Sense for Input {
    type Bell = Bell;

    fn open(bell: Arc<Bell>) -> anyhow::Result<Self> {
        Ok(Self(bell))
    }

    fn idle(&self) -> anyhow::Result<Duration> {
        // SAFETY: it takes no memory of ours.
        let seconds = unsafe { CGEventSourceSecondsSinceLastEventType(SESSION, ANY) };
        Ok(Duration::try_from_secs_f64(seconds).unwrap_or_default())
    }

    fn wait(&mut self, at_most: Duration, for_input: bool) -> anyhow::Result<()> {
        let at_most = if for_input {
            at_most.min(OFTEN)
        } else {
            at_most
        };
        let rung = self.0.rung.lock().unwrap_or_else(PoisonError::into_inner);
        let waited = self
            .0
            .changed
            .wait_timeout_while(rung, at_most, |rung| !*rung);
        let (mut rung, _) = waited.unwrap_or_else(PoisonError::into_inner);
        *rung = false;
        Ok(())
    }
}
