//! Idleness on macOS: the system says how long ago the last input was. That somebody is back is heard on the main thread:
//! see [`ear`].

#![allow(unsafe_code, reason = "calls of the system that std does not wrap")]

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::Duration;

use super::{ear, lazy};

/// The source.
pub(super) type LastInput = lazy::Lazy<Input>;

/// How often to look for somebody who was gone, and does nothing but type: of keys nobody hears who may not read them.
const SELDOM: Duration = Duration::from_secs(30);

/// How often where no key can be pressed without our being told, as the screen is dark and would wake.
const HARDLY_EVER: Duration = Duration::from_secs(300);

/// `kCGEventSourceStateCombinedSessionState`
const SESSION: i32 = 0;

/// `kCGAnyInputEventType`
const ANY: u32 = u32::MAX;

#[link(name = "CoreGraphics", kind = "framework")]
unsafe extern "C" {
    fn CGEventSourceSecondsSinceLastEventType(state: i32, kind: u32) -> f64;
    fn CGMainDisplayID() -> u32;
    fn CGDisplayIsAsleep(display: u32) -> u32;
}

/// Whether it has rung, and whether the next input shall ring it.
pub(super) struct Bell {
    rung: Mutex<bool>,
    changed: Condvar,
    listens: AtomicBool,
}

impl Bell {
    /// Whether the next input shall ring it.
    pub(super) fn listens(&self) -> bool {
        self.listens.load(Ordering::Acquire)
    }
}

impl lazy::Bell for Bell {
    fn hang() -> anyhow::Result<Self> {
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

    fn wait(&mut self, at_most: Option<Duration>, for_input: bool) -> anyhow::Result<()> {
        self.listen(for_input);
        let seldom = if for_input { seldom() } else { Duration::MAX };
        let at_most = at_most.map_or(seldom, |at_most| at_most.min(seldom));
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

impl Input {
    /// Has the next input ring the bell, or no longer.
    fn listen(&self, listens: bool) {
        if self.0.listens.swap(listens, Ordering::AcqRel) != listens {
            ear::follow(&self.0);
        }
    }
}

impl Drop for Input {
    fn drop(&mut self) {
        self.listen(false);
    }
}

fn seldom() -> Duration {
    // SAFETY: they take no memory of ours.
    let dark = unsafe { CGDisplayIsAsleep(CGMainDisplayID()) != 0 };
    if dark { HARDLY_EVER } else { SELDOM }
}
