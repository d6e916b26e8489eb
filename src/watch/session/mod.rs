//! Can anybody be using the session: is it unlocked, at the front, and awake?

#[cfg(target_os = "linux")]
mod logind;
#[cfg(target_os = "macos")]
mod macos;
pub mod none;
#[cfg(target_os = "linux")]
mod saver;
#[cfg(windows)]
mod windows;

#[cfg(target_os = "macos")]
pub use macos::Watch;
#[cfg(windows)]
pub use windows::Watch;

#[cfg(target_os = "linux")]
use std::cell::Cell;
#[cfg(target_os = "linux")]
use std::os::fd::OwnedFd;

#[cfg(target_os = "linux")]
use zbus::Connection;

use crate::schedule::Session;
use crate::source::Source;

/// What the sources tell.
#[derive(Debug)]
pub enum News {
    /// Nobody can use the session any more, or somebody can again.
    Session(Session),
    /// The computer is about to sleep, and waits a few seconds for this to be dropped.
    #[cfg(target_os = "linux")]
    Sleep(Lock),
    /// Which source answers now.
    Source(Source),
}

/// As long as it is kept, the computer waits before it sleeps.
#[cfg(target_os = "linux")]
#[derive(Debug)]
pub struct Lock {
    _held: OwnedFd,
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

/// The sources on Linux, and whom they tell.
#[cfg(target_os = "linux")]
pub struct Watch {
    bars: Cell<Bars>,
    tell: Box<dyn Fn(News)>,
}

#[cfg(target_os = "linux")]
impl Watch {
    /// Whatever the sources see will be told to this one.
    #[must_use]
    pub fn new(tell: impl Fn(News) + 'static) -> Self {
        Self {
            bars: Cell::default(),
            tell: Box::new(tell),
        }
    }

    /// Follows logind until this system bus ends.
    pub async fn follow_logind(&self, bus: &Connection) {
        // It ends only with the bus, and that is what is told.
        let _ = logind::follow(bus, self).await;
        self.forget_logind("the system bus is gone");
    }

    /// There is no system bus, or nobody on it who knows.
    pub fn forget_logind(&self, why: &str) {
        for bar in [Bar::Locked, Bar::Switched, Bar::Asleep] {
            self.set(bar, false);
        }
        let blind = "sleep is seen by its length, locking where a screen saver tells it";
        self.tell(News::Source(Source::Clock(format!("{blind} ({why})"))));
    }

    /// Follows the screen savers that don't tell logind, until this session bus ends.
    pub async fn follow_savers(&self, bus: &Connection) {
        let _ = saver::follow(bus, |active| self.set(Bar::Saver, active)).await;
        self.set(Bar::Saver, false);
    }

    fn set(&self, bar: Bar, holds: bool) {
        let mut bars = self.bars.get();
        let session = bars.set(bar, holds);
        self.bars.set(bars);
        if let Some(session) = session {
            self.tell(News::Session(session));
        }
    }

    fn tell(&self, news: News) {
        (self.tell)(news);
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
