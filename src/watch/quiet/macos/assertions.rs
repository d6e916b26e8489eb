//! macOS: a program keeps the screen awake, as for a film or a talk.

#![allow(
    unsafe_code,
    reason = "power is asked for by calls of the system that std does not wrap"
)]

use std::ffi::{CStr, c_char, c_void};
use std::ptr;

use crate::schedule::Hold;
use crate::watch::quiet::source::Source;

pub(super) const SOURCE: Source = Source {
    name: "power",
    why: Hold::KeepAwake,
    ask: keeps_awake,
};

/// `kIOPMAssertPreventUserIdleDisplaySleep`
const SCREEN: &CStr = c"PreventUserIdleDisplaySleep";

/// `kCFStringEncodingUTF8`
const UTF8: u32 = 0x0800_0100;

/// `kCFNumberSInt32Type`
const INTEGER: isize = 3;

#[link(name = "IOKit", kind = "framework")]
unsafe extern "C" {
    fn IOPMCopyAssertionsStatus(status: *mut *const c_void) -> i32;
}

#[link(name = "CoreFoundation", kind = "framework")]
unsafe extern "C" {
    fn CFStringCreateWithCString(
        allocator: *const c_void,
        text: *const c_char,
        encoding: u32,
    ) -> *const c_void;
    fn CFDictionaryGetValue(dictionary: *const c_void, key: *const c_void) -> *const c_void;
    fn CFNumberGetValue(number: *const c_void, kind: isize, value: *mut c_void) -> u8;
    fn CFRelease(thing: *const c_void);
}

/// A thing of the system that is ours to release.
struct Owned(*const c_void);

impl Owned {
    fn of(thing: *const c_void) -> Option<Self> {
        (!thing.is_null()).then_some(Self(thing))
    }
}

impl Drop for Owned {
    fn drop(&mut self) {
        // SAFETY: it is ours, and is released once.
        unsafe { CFRelease(self.0) };
    }
}

fn keeps_awake() -> Option<bool> {
    let mut status = ptr::null();
    // SAFETY: the place for the answer is valid, and what is given is ours.
    let failed = unsafe { IOPMCopyAssertionsStatus(&raw mut status) };
    let status = Owned::of(status).filter(|_| failed == 0)?;
    // SAFETY: the text ends with a zero, and what is given is ours.
    let key = Owned::of(unsafe { CFStringCreateWithCString(ptr::null(), SCREEN.as_ptr(), UTF8) })?;
    let mut level = 0_i32;
    // SAFETY: both live; the number belongs to the dictionary, and there is room for an integer of that kind.
    unsafe {
        let number = CFDictionaryGetValue(status.0, key.0);
        // Nobody has ever asked for it.
        if !number.is_null() {
            CFNumberGetValue(number, INTEGER, (&raw mut level).cast());
        }
    }
    Some(level > 0)
}
