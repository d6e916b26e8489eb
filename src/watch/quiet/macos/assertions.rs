//! macOS: a program keeps the screen awake, as for a film or a talk.

#![allow(
    unsafe_code,
    reason = "power is asked for by calls of the system that std does not wrap"
)]

use std::ptr::NonNull;

use objc2_core_foundation::{CFDictionary, CFNumber, CFRetained, CFString};

use crate::schedule::Hold;
use crate::watch::quiet::source::Source;

pub(super) const SOURCE: Source = Source {
    name: "power",
    reason: Hold::KeepAwake,
    read_state: keeps_awake,
};

/// `kIOPMAssertPreventUserIdleDisplaySleep`
const SCREEN: &str = "PreventUserIdleDisplaySleep";

/// The number of programs that hold each assertion, by its name.
type Levels = CFDictionary<CFString, CFNumber>;

#[link(name = "IOKit", kind = "framework")]
unsafe extern "C" {
    fn IOPMCopyAssertionsStatus(status: *mut Option<NonNull<Levels>>) -> i32;
}

fn keeps_awake() -> Option<bool> {
    let mut status = None;
    // SAFETY: the place for the answer is valid.
    let failed = unsafe { IOPMCopyAssertionsStatus(&raw mut status) };
    // SAFETY: the dictionary is ours to release, and is of that kind.
    let status = status.map(|status| unsafe { CFRetained::from_raw(status) });
    let level = status
        .filter(|_| failed == 0)?
        .get(&CFString::from_static_str(SCREEN));
    // Without a level nobody has ever asked for it.
    Some(level.and_then(|level| level.as_i32()).unwrap_or(0) > 0)
}
