//! Windows: a program keeps the screen awake, as for a film.

#![allow(
    unsafe_code,
    reason = "power is asked for by a call of the system that std does not wrap"
)]

use std::ptr;

use windows_sys::Win32::System::Power::{
    CallNtPowerInformation, ES_DISPLAY_REQUIRED, SystemExecutionState,
};

use crate::schedule::Hold;
use crate::watch::quiet::source::Source;

pub(super) const SOURCE: Source = Source {
    name: "power",
    reason: Hold::KeepAwake,
    read_state: keeps_awake,
};

fn keeps_awake() -> Option<bool> {
    let mut state = 0_u32;
    // SAFETY: there is no input, and the out-pointer has the size that is passed.
    let failed = unsafe {
        CallNtPowerInformation(
            SystemExecutionState,
            ptr::null(),
            0,
            (&raw mut state).cast(),
            size_of_val(&state) as u32,
        )
    };
    (failed == 0).then_some(state & ES_DISPLAY_REQUIRED != 0)
}
