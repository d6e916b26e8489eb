//! Invisible windows that receive messages from Windows.

#![allow(
    unsafe_code,
    reason = "windows and messages are calls of the system that std does not wrap"
)]

use std::io;
use std::ptr;

use windows_sys::Win32::Foundation::{HWND, LPARAM, LRESULT, WPARAM};
use windows_sys::Win32::System::LibraryLoader::GetModuleHandleW;
use windows_sys::Win32::UI::WindowsAndMessaging::{
    CreateWindowExW, DefWindowProcW, DispatchMessageW, GetMessageW, HWND_MESSAGE, MSG,
    RegisterClassW, WNDCLASSW, WS_OVERLAPPEDWINDOW,
};
use windows_sys::core::{PCWSTR, w};

/// A kind of window that handles messages.
pub(super) trait Handler {
    /// Returns `true` if the message needs none of the system's default processing. `first` is its WPARAM.
    fn handle(window: HWND, message: u32, first: WPARAM) -> bool;
}

/// The kind of messages that a window receives.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Messages sent directly to the window.
    Messages,
    /// Also broadcasts: power, clock changes and the end of the session.
    Everything,
}

/// Creates an invisible window. It lives as long as this thread.
///
/// # Errors
/// When the system has none for us.
pub(super) fn create_window<H: Handler>(class: PCWSTR, kind: Kind) -> io::Result<HWND> {
    let (style, parent) = match kind {
        Kind::Messages => (0, HWND_MESSAGE),
        Kind::Everything => (WS_OVERLAPPEDWINDOW, ptr::null_mut()),
    };
    // SAFETY: the class and its name outlive the calls, and the window procedure lives as long as the program.
    let window = unsafe {
        let program = GetModuleHandleW(ptr::null());
        let description = WNDCLASSW {
            lpfnWndProc: Some(on_message::<H>),
            hInstance: program,
            lpszClassName: class,
            ..Default::default()
        };
        RegisterClassW(&raw const description);
        CreateWindowExW(
            0,
            class,
            w!("Unhunch"),
            style,
            0,
            0,
            0,
            0,
            parent,
            ptr::null_mut(),
            program,
            ptr::null(),
        )
    };
    if window.is_null() {
        return Err(io::Error::last_os_error());
    }
    Ok(window)
}

unsafe extern "system" fn on_message<H: Handler>(
    window: HWND,
    message: u32,
    first: WPARAM,
    second: LPARAM,
) -> LRESULT {
    if H::handle(window, message, first) {
        return 0;
    }
    // SAFETY: these are what the system has called us with.
    unsafe { DefWindowProcW(window, message, first, second) }
}

/// Hands out the messages of this thread until it is told to end.
pub(super) fn run_message_loop() {
    let mut message = MSG::default();
    // SAFETY: `message` is valid for the duration of each call.
    unsafe {
        while GetMessageW(&raw mut message, ptr::null_mut(), 0, 0) > 0 {
            DispatchMessageW(&raw const message);
        }
    }
}
