//! The session on Linux: logind on the system bus, and those screen savers on the session bus that don't report to logind.

mod logind;
mod saver;

use std::cell::Cell;

use zbus::Connection;

use super::{Bar, Bars, News};
use crate::source::Source;

/// The session sources on Linux, and the callback for their reports.
pub struct Watch {
    bars: Cell<Bars>,
    tell: Box<dyn Fn(News)>,
}

impl Watch {
    /// Creates a watch that reports to this callback.
    #[must_use]
    pub fn new(tell: impl Fn(News) + 'static) -> Self {
        Self {
            bars: Cell::default(),
            tell: Box::new(tell),
        }
    }

    /// Follows logind until the system bus ends.
    pub async fn follow_logind(&self, bus: &Connection) {
        // It ends only with the bus, which is reported below.
        let _ = logind::follow(bus, self).await;
        self.forget_logind("the system bus is gone");
    }

    /// Clears all reasons of logind, when there is no system bus or no logind on it, and reports why.
    pub fn forget_logind(&self, why: &str) {
        for bar in [Bar::Locked, Bar::Switched, Bar::Asleep] {
            self.set(bar, false);
        }
        let blind = "sleep is seen by its length, locking where a screen saver tells it";
        self.tell(News::Source(Source::Clock(format!("{blind} ({why})"))));
    }

    /// Follows the screen savers that don't report to logind, until the session bus ends.
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
