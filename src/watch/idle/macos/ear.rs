//! macOS: hears that somebody is back, and rings. All of it is made, heard and dropped on the main thread, while the system's own
//! loop runs there; another thread asks for it through the queue of that loop.
//!
//! Mouse and trackpad are told to everybody. Keys are told to those alone who may read them, which we don't want; but a key
//! wakes the screen, unlocks it, or makes the power management say that the computer is in use again.

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

use super::bell::Bell;
use crate::watch::idle::lazy::Bell as _;
use crate::watch::macos::Observer;

thread_local! {
    /// Those that are open, each with the bell that it rings; on the main thread alone there are any.
    static EARS: RefCell<Vec<(Arc<Bell>, Ear)>> = const { RefCell::new(Vec::new()) };
}

/// Opens the ear of a bell, or closes it, whichever the bell wants by the time that the main thread comes to it.
///
/// Nothing waits for that. When the loop is over before, it never happens, and nobody is left who would miss it.
pub(super) fn follow(bell: &Arc<Bell>) {
    let bell = Arc::clone(bell);
    let work = RcBlock::new(move || settle(&bell));
    // This thread has no pool of the system's, in which what it hands out for a moment would end.
    autoreleasepool(|_| {
        // SAFETY: the bell is all that the block holds, and it may be rung and dropped by any thread.
        unsafe { NSOperationQueue::mainQueue().addOperationWithBlock(&work) };
    });
}

fn settle(bell: &Arc<Bell>) {
    let open = EARS.with_borrow(|ears| ears.iter().position(|(of, _)| Arc::ptr_eq(of, bell)));
    match (bell.listens(), open) {
        (true, None) => {
            let ear = Ear::open(bell);
            EARS.with_borrow_mut(|ears| ears.push((Arc::clone(bell), ear)));
            // What came until now was told to nobody.
            bell.ring();
        }
        (false, Some(open)) => drop(EARS.with_borrow_mut(|ears| ears.swap_remove(open))),
        (true, Some(_)) | (false, None) => {}
    }
}

/// What hears, until it is dropped.
struct Ear {
    /// None where the system gives none; then the rest has to do.
    mouse: Option<Retained<AnyObject>>,
    _observers: [Observer; 3],
    _power: Option<Power>,
}

impl Ear {
    fn open(bell: &Arc<Bell>) -> Self {
        let ring = || {
            let bell = Arc::clone(bell);
            move || bell.ring()
        };
        let rings = ring();
        let heard = RcBlock::new(move |_: NonNull<NSEvent>| rings());
        let mouse = NSEvent::addGlobalMonitorForEventsMatchingMask_handler(moved(), &heard);
        let workspace = NSWorkspace::sharedWorkspace().notificationCenter();
        let distributed = NSDistributedNotificationCenter::defaultCenter().into_super();
        // SAFETY: they are names that the system gives, and never change.
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

impl Drop for Ear {
    fn drop(&mut self) {
        if let Some(mouse) = &self.mouse {
            // SAFETY: it is a monitor, and is removed once.
            unsafe { NSEvent::removeMonitor(mouse) };
        }
    }
}

/// Whatever a hand on mouse or trackpad does first.
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

/// Posted when the power management takes the computer to be in use, or no longer: minutes after the last input, and with the
/// next one, a key as well. Apple has written of it only in the source of that program; should it be gone, nothing is posted.
const IN_USE: &CStr = c"com.apple.system.powermanagement.useractivity2";

/// A queue of the system's, seen from outside.
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

/// Hears that, until it is dropped.
struct Power(c_int);

impl Power {
    fn follow(told: impl Fn() + Send + 'static) -> Option<Self> {
        let mut token = 0;
        let heard = RcBlock::new(move |_: c_int| told());
        // SAFETY: the name ends with a zero, the place for the answer is valid, and the queue is the main thread's, on which the
        // block was made. The system keeps what it needs of the block.
        let failed = unsafe {
            notify_register_dispatch(
                IN_USE.as_ptr(),
                &raw mut token,
                &raw const _dispatch_main_q,
                &heard,
            )
        };
        (failed == 0).then_some(Self(token))
    }
}

impl Drop for Power {
    fn drop(&mut self) {
        // SAFETY: it is a token that was given to us, and is given back once.
        unsafe { notify_cancel(self.0) };
    }
}
