//! Can anybody be using the session: is it unlocked, at the front, and awake?

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

/// What the sources tell.
#[derive(Debug)]
pub enum News {
    /// Nobody can use the session any more, or somebody can again.
    Session(Session),
    /// The computer is about to sleep, and waits a few seconds for this to be dropped.
    Sleep(Lock),
    /// Which source answers now.
    Source(Source),
}

/// As long as it is kept, the computer waits before it sleeps. Only Linux has such a lock.
#[derive(Debug)]
pub struct Lock {
    _held: Box<dyn Debug + Send>,
}

/// Why nobody can be using the session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Bar {
    Locked,
    /// Another session is at the front.
    Switched,
    #[cfg(any(target_os = "linux", test))]
    Saver,
    Asleep,
}

/// All reasons that hold at present. Some desktops tell of the same lock in two ways, in whichever order.
#[derive(Clone, Copy, Debug, Default)]
struct Bars([bool; 4]);

impl Bars {
    /// Takes in whether a reason holds, and tells what that means for the session.
    fn set(&mut self, bar: Bar, holds: bool) -> Option<Session> {
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
    fn the_session_is_free_when_nothing_bars_it() {
        let mut bars = Bars::default();
        assert_eq!(bars.set(Bar::Locked, false), None);
        assert_eq!(bars.set(Bar::Locked, true), Some(Session::Locked));
        assert_eq!(bars.set(Bar::Saver, true), None);
        assert_eq!(bars.set(Bar::Asleep, true), None);
        assert_eq!(bars.set(Bar::Asleep, false), None);
        assert_eq!(bars.set(Bar::Locked, false), None, "the saver is still on");
        assert_eq!(bars.set(Bar::Saver, false), Some(Session::Unlocked));
        assert_eq!(bars.set(Bar::Switched, true), Some(Session::Locked));
    }
}
