//! macOS tells observers that the screen is locked, that another session is at the front, and that the computer sleeps.
//! They hear of it on the main thread, while the system's own loop runs there.

#![allow(
    unsafe_code,
    reason = "observers and the names of what they hear are things of the system"
)]

use std::cell::Cell;
use std::ptr::NonNull;
use std::rc::Rc;

use block2::RcBlock;
use objc2::rc::Retained;
use objc2::runtime::{NSObjectProtocol, ProtocolObject};
use objc2_app_kit::{
    NSWorkspace, NSWorkspaceDidWakeNotification, NSWorkspaceSessionDidBecomeActiveNotification,
    NSWorkspaceSessionDidResignActiveNotification, NSWorkspaceWillSleepNotification,
};
use objc2_foundation::{
    NSDistributedNotificationCenter, NSNotification, NSNotificationCenter, NSString, ns_string,
};

use super::{Bar, Bars, News};

type Observer = Retained<ProtocolObject<dyn NSObjectProtocol>>;

/// The observers; dropping them ends the watch.
pub struct Watch(Vec<(Retained<NSNotificationCenter>, Observer)>);

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
        Self(
            heard
                .into_iter()
                .map(|(center, name, bar, holds)| {
                    let told = Rc::clone(&told);
                    let observer = observe(center, name, move || told(bar, holds));
                    (center.clone(), observer)
                })
                .collect(),
        )
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        for (center, observer) in &self.0 {
            // SAFETY: it is an observer of that center.
            unsafe { center.removeObserver((**observer).as_ref()) };
        }
    }
}

fn observe(center: &NSNotificationCenter, name: &NSString, told: impl Fn() + 'static) -> Observer {
    let block = RcBlock::new(move |_: NonNull<NSNotification>| told());
    // SAFETY: without a queue the block is called on the thread that tells, which is the main one here.
    unsafe { center.addObserverForName_object_queue_usingBlock(Some(name), None, None, &block) }
}
