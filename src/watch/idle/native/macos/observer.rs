//! Notices on macOS that the user is back, and rings the bell. Everything here is created, called and dropped on the main
//! thread, which runs the system's event loop; other threads send their requests through the queue of that loop.
//!
//! Every program can observe mouse and trackpad. Keys are visible only to programs with the permission to read them, which we
//! don't want; but a key wakes the screen, unlocks it, or makes the power management report that the computer is in use again.

#![allow(
    unsafe_code,
    reason = "monitors, names and the queue of the main thread are things of the system"
)]

use std::cell::RefCell;
use std::ffi::{CStr, c_char, c_int};
use std::ptr::NonNull;
use std::sync::Arc;

use block2::{Block, RcBlock};
use objc2::rc::{Retained, autoreleasepool};
use objc2::runtime::AnyObject;
use objc2_app_kit::{
    NSEvent, NSEventMask, NSWorkspace, NSWorkspaceScreensDidWakeNotification,
    NSWorkspaceSessionDidBecomeActiveNotification,
};
use objc2_foundation::{NSDistributedNotificationCenter, NSOperationQueue, ns_string};

use super::super::polling::Bell as _;
use super::bell::Bell;
use crate::watch::macos::Observer;

thread_local! {
    /// The open observers, each with the bell that it rings. Used only on the main thread.
    static OBSERVERS: RefCell<Vec<(Arc<Bell>, InputObserver)>> = const { RefCell::new(Vec::new()) };
}

/// Opens or closes the observer of a bell, depending on what the bell wants by the time the main thread gets to it.
///
/// Nothing waits for that. If the event loop ends first, it never happens, and nothing is left that would need it.
pub(super) fn follow(bell: &Arc<Bell>) {
    let bell = Arc::clone(bell);
    let work = RcBlock::new(move || settle(&bell));
    // This thread has no autorelease pool of its own for temporary objects.
    autoreleasepool(|_| {
        // SAFETY: the block holds only the bell, which may be rung and dropped on any thread.
        unsafe { NSOperationQueue::mainQueue().addOperationWithBlock(&work) };
    });
}

fn settle(bell: &Arc<Bell>) {
    let open = OBSERVERS.with_borrow(|observers| {
        observers
            .iter()
            .position(|(owner, _)| Arc::ptr_eq(owner, bell))
    });
    match (bell.listens(), open) {
        (true, None) => {
            let observer = InputObserver::open(bell);
            OBSERVERS.with_borrow_mut(|observers| observers.push((Arc::clone(bell), observer)));
            // Input until now was not observed.
            bell.ring();
        }
        (false, Some(open)) => {
            drop(OBSERVERS.with_borrow_mut(|observers| observers.swap_remove(open)))
        }
        (true, Some(_)) | (false, None) => {}
    }
}

/// The monitor and the observers, which are removed on drop.
struct InputObserver {
    /// `None` if the system refuses; then the observers have to do.
    mouse: Option<Retained<AnyObject>>,
    _observers: [Observer; 3],
    _power: Option<Power>,
}

impl InputObserver {
    fn open(bell: &Arc<Bell>) -> Self {
        let ring = || {
            let bell = Arc::clone(bell);
            move || bell.ring()
        };
        let rings = ring();
        let handler = RcBlock::new(move |_: NonNull<NSEvent>| rings());
        let mouse = NSEvent::addGlobalMonitorForEventsMatchingMask_handler(moved(), &handler);
        let workspace = NSWorkspace::sharedWorkspace().notificationCenter();
        let distributed = NSDistributedNotificationCenter::defaultCenter().into_super();
        // SAFETY: these are constants of the system.
        let (wakes, returns) = unsafe {
            (
                NSWorkspaceScreensDidWakeNotification,
                NSWorkspaceSessionDidBecomeActiveNotification,
            )
        };
        let unlocks = ns_string!("com.apple.screenIsUnlocked");
        Self {
            mouse,
            _observers: [
                Observer::new(&workspace, wakes, ring()),
                Observer::new(&workspace, returns, ring()),
                Observer::new(&distributed, unlocks, ring()),
            ],
            _power: Power::follow(ring()),
        }
    }
}

impl Drop for InputObserver {
    fn drop(&mut self) {
        if let Some(mouse) = &self.mouse {
            // SAFETY: the monitor is valid, and is removed only once.
            unsafe { NSEvent::removeMonitor(mouse) };
        }
    }
}

/// Returns the events with which any use of mouse or trackpad begins.
fn moved() -> NSEventMask {
    NSEventMask::MouseMoved
        | NSEventMask::LeftMouseDown
        | NSEventMask::LeftMouseDragged
        | NSEventMask::RightMouseDown
        | NSEventMask::RightMouseDragged
        | NSEventMask::OtherMouseDown
        | NSEventMask::OtherMouseDragged
        | NSEventMask::ScrollWheel
}

/// The notification that the power management considers the computer to be in use, or no longer: minutes after the last
/// input, and at the next one, including keys. It is documented only in Apple's source code of the power management; if it
/// is removed one day, nothing is posted.
const IN_USE: &CStr = c"com.apple.system.powermanagement.useractivity2";

/// An opaque dispatch queue of the system.
#[repr(C)]
struct Queue([u8; 0]);

unsafe extern "C" {
    static _dispatch_main_q: Queue;
    fn notify_register_dispatch(
        name: *const c_char,
        token: *mut c_int,
        queue: *const Queue,
        handler: &Block<dyn Fn(c_int)>,
    ) -> u32;
    fn notify_cancel(token: c_int) -> u32;
}

/// A registration for [`IN_USE`], cancelled on drop.
struct Power(c_int);

impl Power {
    fn follow(callback: impl Fn() + Send + 'static) -> Option<Self> {
        let mut token = 0;
        let handler = RcBlock::new(move |_: c_int| callback());
        // SAFETY: the name is NUL-terminated, the token is a valid out-pointer, and the queue is that of the main thread,
        // on which the block was created. The system copies what it needs of the block.
        let failed = unsafe {
            notify_register_dispatch(
                IN_USE.as_ptr(),
                &raw mut token,
                &raw const _dispatch_main_q,
                &handler,
            )
        };
        (failed == 0).then_some(Self(token))
    }
}

impl Drop for Power {
    fn drop(&mut self) {
        // SAFETY: the token was given to us, and is cancelled only once.
        unsafe { notify_cancel(self.0) };
    }
}
