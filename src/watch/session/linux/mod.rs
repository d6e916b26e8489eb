//! The session on Linux: logind on the system bus, and those screen savers on the session bus that don't report to logind.

mod logind;
mod others;
mod saver;

use std::cell::Cell;

use zbus::Connection;

use super::{LockReason, LockReasons, SessionEvent};
use crate::lang::tr;
use crate::schedule::Activity;
use crate::source::Source;

/// The session sources on Linux, and the callback for their reports.
pub struct Watch {
    bars: Cell<LockReasons>,
    report: Box<dyn Fn(SessionEvent)>,
    /// The callback for the activity in other sessions of the user; `None` unless one is in use.
    report_elsewhere: Box<dyn Fn(Option<Activity>)>,
}

impl Watch {
    /// Creates a watch that reports to this callback.
    #[must_use]
    pub fn new(report: impl Fn(SessionEvent) + 'static) -> Self {
        Self {
            bars: Cell::default(),
            report: Box::new(report),
            report_elsewhere: Box::new(|_| {}),
        }
    }

    /// Reports the activity in other sessions of the user to this callback.
    #[must_use]
    pub fn with_other_sessions(mut self, report: impl Fn(Option<Activity>) + 'static) -> Self {
        self.report_elsewhere = Box::new(report);
        self
    }

    /// Follows logind until the system bus ends.
    pub async fn follow_logind(&self, bus: &Connection) {
        // It ends only with the bus, which is reported below.
        let _ = logind::follow(bus, self).await;
        self.forget_logind(tr("the system bus is gone"));
    }

    /// Clears all reasons of logind, when there is no system bus or no logind on it, and reports why.
    pub fn forget_logind(&self, why: &str) {
        for bar in [LockReason::Locked, LockReason::Switched, LockReason::Asleep] {
            self.set(bar, false);
        }
        (self.report_elsewhere)(None);
        let blind =
            tr("sleep is noticed afterwards, and locking only if a screen saver reports it");
        self.report(SessionEvent::Source(Source::Clock(format!(
            "{blind} ({why})"
        ))));
    }

    /// Follows the screen savers that don't report to logind, until the session bus ends.
    pub async fn follow_savers(&self, bus: &Connection) {
        let _ = saver::follow(bus, |active| self.set(LockReason::Saver, active)).await;
        self.set(LockReason::Saver, false);
    }

    fn set(&self, bar: LockReason, holds: bool) {
        let mut bars = self.bars.get();
        let session = bars.set(bar, holds);
        self.bars.set(bars);
        if let Some(session) = session {
            self.report(SessionEvent::Session(session));
        }
    }

    fn report(&self, event: SessionEvent) {
        (self.report)(event);
    }
}
