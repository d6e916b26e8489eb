//! The state of the session, which can be in use only while it is unlocked, in the foreground and awake.

pub mod none;
#[cfg(target_os = "linux")]
#[path = "linux/mod.rs"]
mod system;
#[cfg(target_os = "macos")]
#[path = "macos.rs"]
mod system;
#[cfg(windows)]
#[path = "windows.rs"]
mod system;

pub use system::Watch;

use std::fmt::Debug;

use crate::schedule::Session;
use crate::source::Source;

/// A report of the session sources.
#[derive(Debug)]
pub enum SessionEvent {
    /// The session can no longer be used, or can be used again.
    Session(Session),
    /// The computer is about to sleep, and waits a few seconds for this lock to be dropped.
    Sleep(SleepLock),
    /// The source that is in use from now on.
    Source(Source),
}

/// A lock that delays sleep while it is held. It exists only on Linux.
#[derive(Debug)]
pub struct SleepLock {
    _held: Box<dyn Debug + Send>,
}

/// A reason why nobody can be using the session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum LockReason {
    Locked,
    /// Another session is in the foreground.
    Switched,
    #[cfg(any(target_os = "linux", test))]
    Saver,
    Asleep,
}

/// The reasons that apply at present. Some desktops report the same lock in two ways, in either order.
#[derive(Clone, Copy, Debug, Default)]
struct LockReasons([bool; 4]);

impl LockReasons {
    /// Sets or clears a reason. Returns the new state of the session if it has changed.
    fn set(&mut self, bar: LockReason, holds: bool) -> Option<Session> {
        let before = self.any();
        self.0[bar as usize] = holds;
        match (before, self.any()) {
            (false, true) => Some(Session::Locked),
            (true, false) => Some(Session::Unlocked),
            (false, false) | (true, true) => None,
        }
    }

    fn any(self) -> bool {
        self.0.contains(&true)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn session_is_unlocked_without_reasons() {
        let mut bars = LockReasons::default();
        assert_eq!(bars.set(LockReason::Locked, false), None);
        assert_eq!(bars.set(LockReason::Locked, true), Some(Session::Locked));
        assert_eq!(bars.set(LockReason::Saver, true), None);
        assert_eq!(bars.set(LockReason::Asleep, true), None);
        assert_eq!(bars.set(LockReason::Asleep, false), None);
        assert_eq!(
            bars.set(LockReason::Locked, false),
            None,
            "the saver is still on"
        );
        assert_eq!(bars.set(LockReason::Saver, false), Some(Session::Unlocked));
        assert_eq!(bars.set(LockReason::Switched, true), Some(Session::Locked));
    }
}
