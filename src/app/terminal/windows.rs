//! Keys as they are pressed, without Enter and without an echo; Ctrl+C stays what it is.

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

/// Gives the console back as it was when dropped.
#[derive(Debug)]
pub(super) struct Raw(CONSOLE_MODE);

impl Raw {
    /// `None` where the input is no console.
    pub(super) fn enter() -> Option<Self> {
        let mut before = 0;
        // SAFETY: the place for the answer is valid; what is no console is refused.
        let told = unsafe { GetConsoleMode(io::stdin().as_raw_handle(), &raw mut before) };
        let now = before & !(ENABLE_LINE_INPUT | ENABLE_ECHO_INPUT);
        (told != 0 && set(now)).then_some(Self(before))
    }
}

impl Drop for Raw {
    fn drop(&mut self) {
        // A console that is gone needs nothing back.
        set(self.0);
    }
}

fn set(mode: CONSOLE_MODE) -> bool {
    // SAFETY: it takes no memory of ours; what is no console is refused.
    unsafe { SetConsoleMode(io::stdin().as_raw_handle(), mode) != 0 }
}
