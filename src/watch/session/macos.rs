//! macOS tells observers that the screen is locked, that another session is at the front, and that the computer sleeps.
//! They hear of it on the main thread, while the system's own loop runs there.

#![allow(
    unsafe_code,
    reason = "the names of what is heard are things of the system"
)]

use std::cell::Cell;
use std::rc::Rc;

use objc2_app_kit::{
    NSWorkspace, NSWorkspaceDidWakeNotification, NSWorkspaceSessionDidBecomeActiveNotification,
    NSWorkspaceSessionDidResignActiveNotification, NSWorkspaceWillSleepNotification,
};
use objc2_foundation::{NSDistributedNotificationCenter, ns_string};

use super::{Bar, Bars, News};
use crate::watch::macos::Observer;

/// The observers; dropping them ends the watch.
pub struct Watch {
    _observers: Vec<Observer>,
}

impl Watch {
    /// Begins to watch. It has to be called on the main thread, which hears all that is told.
    pub fn follow(tell: impl Fn(News) + 'static) -> Self {
        let bars = Cell::new(Bars::default());
        let told = Rc::new(move |bar, holds| {
            let mut all = bars.get();
            let session = all.set(bar, holds);
            bars.set(all);
            if let Some(session) = session {
                tell(News::Session(session));
            }
        });
        let workspace = NSWorkspace::sharedWorkspace().notificationCenter();
        let distributed = NSDistributedNotificationCenter::defaultCenter().into_super();
        // SAFETY: they are names that the system gives, and never change.
        let [sleeps, wakes, leaves, returns] = unsafe {
            [
                NSWorkspaceWillSleepNotification,
                NSWorkspaceDidWakeNotification,
                NSWorkspaceSessionDidResignActiveNotification,
                NSWorkspaceSessionDidBecomeActiveNotification,
            ]
        };
        let heard = [
            (&workspace, sleeps, Bar::Asleep, true),
            (&workspace, wakes, Bar::Asleep, false),
            (&workspace, leaves, Bar::Switched, true),
            (&workspace, returns, Bar::Switched, false),
            // Apple has never written these two down, and everybody goes by them.
            (
                &distributed,
                ns_string!("com.apple.screenIsLocked"),
                Bar::Locked,
                true,
            ),
            (
                &distributed,
                ns_string!("com.apple.screenIsUnlocked"),
                Bar::Locked,
                false,
            ),
        ];
        let observers = heard.into_iter().map(|(center, name, bar, holds)| {
            let told = Rc::clone(&told);
            Observer::new(center, name, move || told(bar, holds))
        });
        Self {
            _observers: observers.collect(),
        }
    }
}
