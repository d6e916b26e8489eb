//! Reads keys as they are pressed, without Enter and without echo. Ctrl+C keeps its meaning.

#![allow(
    unsafe_code,
    reason = "std doesn't wrap the system calls for the console mode"
)]

use std::io::{self, Read as _};
use std::os::windows::io::AsRawHandle as _;
use std::sync::{Mutex, PoisonError};

use windows_sys::Win32::System::Console::{
    CONSOLE_MODE, ENABLE_ECHO_INPUT, ENABLE_LINE_INPUT, GetConsoleMode, SetConsoleMode,
};

/// The mode of the console from before we changed it.
static BEFORE: Mutex<Option<CONSOLE_MODE>> = Mutex::new(None);

/// Reads keys until the input ends. Windows reports them as characters, without sequences.
pub(super) fn read_keys(mut press: impl FnMut(char)) {
    enter();
    let mut byte = [0];
    while let Ok(1) = io::stdin().lock().read(&mut byte) {
        press(char::from(byte[0]));
    }
}

/// Turns off line input and echo, unless that is done already or the input is not a console.
pub(super) fn enter() {
    let mut saved = BEFORE.lock().unwrap_or_else(PoisonError::into_inner);
    let mut before = 0;
    // SAFETY: the pointer to the result is valid. A handle that is not a console only makes the call fail.
    let result = unsafe { GetConsoleMode(io::stdin().as_raw_handle(), &raw mut before) };
    let now = before & !(ENABLE_LINE_INPUT | ENABLE_ECHO_INPUT);
    if saved.is_none() && result != 0 && set(now) {
        *saved = Some(before);
    }
}

/// Restores the console mode. Errors are ignored: the console may be gone.
pub(super) fn leave() {
    if let Some(before) = BEFORE.lock().unwrap_or_else(PoisonError::into_inner).take() {
        set(before);
    }
}

fn set(mode: CONSOLE_MODE) -> bool {
    // SAFETY: no pointers are passed. A handle that is not a console only makes the call fail.
    unsafe { SetConsoleMode(io::stdin().as_raw_handle(), mode) != 0 }
}
