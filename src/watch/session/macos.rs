//! macOS notifies observers when the screen is locked, another session comes to the foreground, or the computer goes to
//! sleep. They are called on the main thread, while it runs the system's event loop.

#![allow(
    unsafe_code,
    reason = "the notification names are statics of the system"
)]

use std::cell::Cell;
use std::rc::Rc;

use objc2_app_kit::{
    NSWorkspace, NSWorkspaceDidWakeNotification, NSWorkspaceSessionDidBecomeActiveNotification,
    NSWorkspaceSessionDidResignActiveNotification, NSWorkspaceWillSleepNotification,
};
use objc2_foundation::{NSDistributedNotificationCenter, ns_string};

use super::{LockReason, LockReasons, SessionEvent};
use crate::watch::macos::Observer;

/// The observers; dropping them ends the watch.
pub struct Watch {
    _observers: Vec<Observer>,
}

impl Watch {
    /// Starts watching. Must be called on the main thread, on which the observers are called.
    pub fn follow(report: impl Fn(SessionEvent) + 'static) -> Self {
        let bars = Cell::new(LockReasons::default());
        let callback = Rc::new(move |bar, holds| {
            let mut all = bars.get();
            let session = all.set(bar, holds);
            bars.set(all);
            if let Some(session) = session {
                report(SessionEvent::Session(session));
            }
        });
        let workspace = NSWorkspace::sharedWorkspace().notificationCenter();
        let distributed = NSDistributedNotificationCenter::defaultCenter().into_super();
        // SAFETY: these are constants of the system.
        let [sleeps, wakes, leaves, returns] = unsafe {
            [
                NSWorkspaceWillSleepNotification,
                NSWorkspaceDidWakeNotification,
                NSWorkspaceSessionDidResignActiveNotification,
                NSWorkspaceSessionDidBecomeActiveNotification,
            ]
        };
        let notifications = [
            (&workspace, sleeps, LockReason::Asleep, true),
            (&workspace, wakes, LockReason::Asleep, false),
            (&workspace, leaves, LockReason::Switched, true),
            (&workspace, returns, LockReason::Switched, false),
            // Apple has never documented these two, but they are widely used.
            (
                &distributed,
                ns_string!("com.apple.screenIsLocked"),
                LockReason::Locked,
                true,
            ),
            (
                &distributed,
                ns_string!("com.apple.screenIsUnlocked"),
                LockReason::Locked,
                false,
            ),
        ];
        let observers = notifications.into_iter().map(|(center, name, bar, holds)| {
            let callback = Rc::clone(&callback);
            Observer::new(center, name, move || callback(bar, holds))
        });
        Self {
            _observers: observers.collect(),
        }
    }
}
