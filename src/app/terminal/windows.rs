//! Reads keys as they are pressed, without Enter and without echo. Ctrl+C keeps its meaning.

#![allow(
    unsafe_code,
    reason = "the modes of a console are calls of the system that std does not wrap"
)]

use std::io::{self, Read as _};
use std::os::windows::io::AsRawHandle as _;

use windows_sys::Win32::System::Console::{
    CONSOLE_MODE, ENABLE_ECHO_INPUT, ENABLE_LINE_INPUT, GetConsoleMode, SetConsoleMode,
};

pub(super) fn key() -> Option<char> {
    let mut byte = [0];
    match io::stdin().lock().read(&mut byte) {
        Ok(1) => Some(char::from(byte[0])),
        Ok(_) | Err(_) => None,
    }
}

/// Restores the console mode when dropped.
#[derive(Debug)]
pub(super) struct Raw(CONSOLE_MODE);

impl Raw {
    /// Returns `None` if the input is not a console.
    pub(super) fn enter() -> Option<Self> {
        let mut before = 0;
        // SAFETY: the pointer to the result is valid. A handle that is not a console only makes the call fail.
        let told = unsafe { GetConsoleMode(io::stdin().as_raw_handle(), &raw mut before) };
        let now = before & !(ENABLE_LINE_INPUT | ENABLE_ECHO_INPUT);
        (told != 0 && set(now)).then_some(Self(before))
    }
}

impl Drop for Raw {
    fn drop(&mut self) {
        // Ignore errors: the console may be gone.
        set(self.0);
    }
}

fn set(mode: CONSOLE_MODE) -> bool {
    // SAFETY: no pointers are passed. A handle that is not a console only makes the call fail.
    unsafe { SetConsoleMode(io::stdin().as_raw_handle(), mode) != 0 }
}
