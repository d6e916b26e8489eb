//! Invisible windows that receive messages from Windows.

#![allow(
    unsafe_code,
    reason = "std has no interface for windows and their messages"
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

/// Handles the messages of a class of windows.
pub(super) trait Handler {
    /// Returns `true` if the message is handled; otherwise Windows processes it in its default way.
    fn handle(window: HWND, message: u32, wparam: WPARAM) -> bool;
}

/// The messages that a window receives.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Scope {
    /// Only messages to the window itself.
    Direct,
    /// Also broadcasts: power, clock changes and the end of the session.
    WithBroadcasts,
}

/// Creates an invisible window. It lives as long as this thread.
///
/// # Errors
/// If Windows can't create it.
pub(super) fn create_window<H: Handler>(class_name: PCWSTR, scope: Scope) -> io::Result<HWND> {
    let (style, parent) = match scope {
        Scope::Direct => (0, HWND_MESSAGE),
        Scope::WithBroadcasts => (WS_OVERLAPPEDWINDOW, ptr::null_mut()),
    };
    // SAFETY: the class and its name outlive the calls, and the window procedure lives as long as the program.
    let window = unsafe {
        let module = GetModuleHandleW(ptr::null());
        let description = WNDCLASSW {
            lpfnWndProc: Some(on_message::<H>),
            hInstance: module,
            lpszClassName: class_name,
            ..Default::default()
        };
        // It fails if the class exists, which is fine. After any other failure, the next call fails, too.
        RegisterClassW(&raw const description);
        CreateWindowExW(
            0,
            class_name,
            w!("Unhunch"),
            style,
            0,
            0,
            0,
            0,
            parent,
            ptr::null_mut(),
            module,
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
    wparam: WPARAM,
    lparam: LPARAM,
) -> LRESULT {
    if H::handle(window, message, wparam) {
        return 0;
    }
    // SAFETY: these are the arguments that Windows has called us with.
    unsafe { DefWindowProcW(window, message, wparam, lparam) }
}

/// Dispatches the messages of this thread until `WM_QUIT`.
pub(super) fn run_message_loop() {
    let mut message = MSG::default();
    // SAFETY: `message` is valid for the duration of each call.
    unsafe {
        while GetMessageW(&raw mut message, ptr::null_mut(), 0, 0) > 0 {
            DispatchMessageW(&raw const message);
        }
    }
}
