//! Handles of Windows that have an owner.

#![allow(
    unsafe_code,
    reason = "std does not create events, and can't check a handle of the system"
)]

use std::io;
use std::os::windows::io::{FromRawHandle as _, OwnedHandle};
use std::ptr;

use windows_sys::Win32::Foundation::{HANDLE, INVALID_HANDLE_VALUE};
use windows_sys::Win32::System::Threading::CreateEventW;

/// How a signalled event becomes unsignalled.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reset {
    /// By the end of a wait for it.
    Automatic,
    /// By a call.
    Manual,
}

/// Creates an event, unsignalled.
pub(crate) fn create_event(reset: Reset) -> io::Result<OwnedHandle> {
    // SAFETY: all pointers are optional and null.
    take_ownership(unsafe {
        CreateEventW(ptr::null(), (reset == Reset::Manual).into(), 0, ptr::null())
    })
}

/// Takes ownership of the handle that a call of the system has just returned. If it isn't valid, the call's error is returned.
pub(crate) fn take_ownership(handle: HANDLE) -> io::Result<OwnedHandle> {
    if handle.is_null() || handle == INVALID_HANDLE_VALUE {
        return Err(io::Error::last_os_error());
    }
    // SAFETY: the handle was just created and has no other owner.
    Ok(unsafe { OwnedHandle::from_raw_handle(handle) })
}
