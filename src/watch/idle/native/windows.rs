//! Idle detection on Windows: the system reports the time of the last input. It reports the next input to a window that
//! registers for raw input, which ours does only while nobody types, so that typing causes no work.

#![allow(
    unsafe_code,
    reason = "input, windows and messages are calls of the system that std does not wrap"
)]

use std::io;
use std::os::windows::io::{AsRawHandle as _, OwnedHandle};
use std::ptr;
use std::sync::Arc;
use std::time::Duration;

use windows_sys::Win32::Foundation::{HANDLE, HWND, WAIT_FAILED};
use windows_sys::Win32::System::LibraryLoader::GetModuleHandleW;
use windows_sys::Win32::System::SystemInformation::GetTickCount;
use windows_sys::Win32::System::Threading::SetEvent;
use windows_sys::Win32::UI::Input::KeyboardAndMouse::{GetLastInputInfo, LASTINPUTINFO};
use windows_sys::Win32::UI::Input::{
    RAWINPUTDEVICE, RIDEV_INPUTSINK, RIDEV_REMOVE, RegisterRawInputDevices,
};
use windows_sys::Win32::UI::WindowsAndMessaging::{
    CreateWindowExW, DestroyWindow, DispatchMessageW, HWND_MESSAGE, MSG, MWMO_INPUTAVAILABLE,
    MsgWaitForMultipleObjectsEx, PM_REMOVE, PeekMessageW, QS_ALLINPUT,
};
use windows_sys::core::w;

use super::polling;
use crate::handles::{Reset, create_event};

/// The idle source of Windows.
pub(super) type LastInput = polling::PollingWatcher<Input>;

/// The polling interval for the return of the user: touch input is neither mouse nor keyboard.
const POLL_INTERVAL: Duration = Duration::from_secs(60);

/// Mouse and keyboard on the generic desktop page (HID Usage Tables, page 1).
const DEVICES: [u16; 2] = [2, 6];

/// An auto-reset event of the system.
pub(super) struct Bell(OwnedHandle);

impl polling::Bell for Bell {
    fn create() -> anyhow::Result<Self> {
        Ok(Self(create_event(Reset::Automatic)?))
    }

    fn ring(&self) {
        // SAFETY: the handle is open.
        unsafe { SetEvent(self.0.as_raw_handle()) };
    }
}

/// The input of the session, received by a message-only window.
pub(super) struct Input {
    bell: Arc<Bell>,
    window: HWND,
    /// `true` while the window is registered for raw input.
    listens: bool,
}

impl polling::InputBackend for Input {
    type Bell = Bell;

    fn open(bell: Arc<Bell>) -> anyhow::Result<Self> {
        // SAFETY: the window class belongs to the system, and the system keeps none of the pointers.
        let window = unsafe {
            CreateWindowExW(
                0,
                w!("STATIC"),
                ptr::null(),
                0,
                0,
                0,
                0,
                0,
                HWND_MESSAGE,
                ptr::null_mut(),
                GetModuleHandleW(ptr::null()),
                ptr::null(),
            )
        };
        if window.is_null() {
            return Err(io::Error::last_os_error().into());
        }
        Ok(Self {
            bell,
            window,
            listens: false,
        })
    }

    fn idle(&self) -> anyhow::Result<Duration> {
        let mut last = LASTINPUTINFO {
            cbSize: size_of::<LASTINPUTINFO>() as u32,
            dwTime: 0,
        };
        // SAFETY: the out-pointer is valid, and its size is set.
        let (result, now) = unsafe { (GetLastInputInfo(&raw mut last), GetTickCount()) };
        if result == 0 {
            return Err(io::Error::last_os_error().into());
        }
        // Both counters wrap around after 49 days.
        let idle = now.wrapping_sub(last.dwTime);
        Ok(Duration::from_millis(idle.into()))
    }

    fn wait(&mut self, at_most: Option<Duration>, for_input: bool) -> anyhow::Result<()> {
        if for_input != self.listens {
            self.listen(for_input)?;
            if for_input {
                // Input until now was not reported, so the idle time has to be queried first.
                return Ok(());
            }
        }
        let bell: HANDLE = self.bell.0.as_raw_handle();
        let at_most = at_most.unwrap_or(POLL_INTERVAL).as_millis();
        let at_most = u32::try_from(at_most).unwrap_or(u32::MAX - 1);
        // SAFETY: the event is open, and the count is one. The out-pointer for the message is valid.
        unsafe {
            let ended = MsgWaitForMultipleObjectsEx(
                1,
                &raw const bell,
                at_most,
                QS_ALLINPUT,
                MWMO_INPUTAVAILABLE,
            );
            if ended == WAIT_FAILED {
                return Err(io::Error::last_os_error().into());
            }
            let mut message = MSG::default();
            while PeekMessageW(&raw mut message, ptr::null_mut(), 0, 0, PM_REMOVE) != 0 {
                DispatchMessageW(&raw const message);
            }
        }
        Ok(())
    }
}

impl Input {
    fn listen(&mut self, listens: bool) -> anyhow::Result<()> {
        let devices = DEVICES.map(|device| RAWINPUTDEVICE {
            usUsagePage: 1,
            usUsage: device,
            dwFlags: if listens {
                RIDEV_INPUTSINK
            } else {
                RIDEV_REMOVE
            },
            hwndTarget: if listens {
                self.window
            } else {
                ptr::null_mut()
            },
        });
        let size = size_of::<RAWINPUTDEVICE>() as u32;
        // SAFETY: count and size describe the array, and the window exists.
        let done = unsafe { RegisterRawInputDevices(devices.as_ptr(), devices.len() as u32, size) };
        if done == 0 {
            return Err(io::Error::last_os_error().into());
        }
        self.listens = listens;
        Ok(())
    }
}

impl Drop for Input {
    fn drop(&mut self) {
        if self.listens {
            // The registration ends with the window anyway.
            let _ = self.listen(false);
        }
        // SAFETY: the window was created by this thread.
        unsafe { DestroyWindow(self.window) };
    }
}
