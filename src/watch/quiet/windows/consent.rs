//! Windows: a microphone or a camera is in use. Windows keeps a list of who used them and when, for the person to see; who
//! uses one now has not stopped yet.

#![allow(
    unsafe_code,
    reason = "the registry is reached by calls of the system that std does not wrap"
)]

use std::ptr;

use windows_sys::Win32::Foundation::ERROR_SUCCESS;
use windows_sys::Win32::System::Registry::{
    HKEY, HKEY_CURRENT_USER, KEY_READ, RRF_RT_REG_QWORD, RegCloseKey, RegEnumKeyExW, RegGetValueW,
    RegOpenKeyExW,
};

use crate::schedule::Hold;
use crate::time::Clock;
use crate::watch::quiet::source::Source;

pub(super) const MICROPHONE: Source = Source {
    name: "microphone",
    why: Hold::Call,
    ask: || is_used(&format!(r"{STORE}\microphone")),
};

pub(super) const CAMERA: Source = Source {
    name: "camera",
    why: Hold::Call,
    ask: || is_used(&format!(r"{STORE}\webcam")),
};

const STORE: &str =
    r"Software\Microsoft\Windows\CurrentVersion\CapabilityAccessManager\ConsentStore";

/// Programs that come from no store have a folder of their own in the list.
const OTHERS: &str = "NonPackaged";

/// From 1601, where Windows begins to count, to 1970, in seconds.
const ERA: i64 = 11_644_473_600;

/// Times of the registry, in a second.
const TICKS: i64 = 10_000_000;

/// How far the clock may have been off when the computer started, in seconds.
const SLACK: i64 = 300;

fn is_used(list: &str) -> Option<bool> {
    let list = Key::open(HKEY_CURRENT_USER, list)?;
    let others = Key::open(list.0, OTHERS);
    let started = started();
    Some(list.is_used(started) || others.is_some_and(|others| others.is_used(started)))
}

/// When the computer started, as Windows counts. What was in use before and fell with the computer never says that it has stopped.
fn started() -> i64 {
    let now = Clock.now();
    let elapsed = i64::try_from(now.elapsed.as_secs()).unwrap_or(i64::MAX);
    let started = now.wall.timestamp().as_second() - elapsed - SLACK;
    started.saturating_add(ERA).saturating_mul(TICKS)
}

/// An open key of the registry.
struct Key(HKEY);

impl Key {
    fn open(parent: HKEY, name: &str) -> Option<Self> {
        let (name, mut key) = (wide(name), ptr::null_mut());
        // SAFETY: the parent is open, the text ends with a zero, and the place for the answer is valid.
        let code = unsafe { RegOpenKeyExW(parent, name.as_ptr(), 0, KEY_READ, &raw mut key) };
        (code == ERROR_SUCCESS).then_some(Self(key))
    }

    /// Whether one of those below began after this time, and has not stopped.
    fn is_used(&self, started: i64) -> bool {
        self.names().any(|name| {
            let time = |value| self.time(&name, value);
            time("LastUsedTimeStart").is_some_and(|start| start >= started)
                && time("LastUsedTimeStop") == Some(0)
        })
    }

    /// The names of all keys below.
    fn names(&self) -> impl Iterator<Item = Vec<u16>> {
        (0..).map_while(|number| {
            // 255 letters at most, and a zero.
            let mut name = vec![0; 256];
            let mut length = name.len() as u32;
            // SAFETY: the key is open, and there is as much room as is said; all else is left out.
            let code = unsafe {
                RegEnumKeyExW(
                    self.0,
                    number,
                    name.as_mut_ptr(),
                    &raw mut length,
                    ptr::null(),
                    ptr::null_mut(),
                    ptr::null_mut(),
                    ptr::null_mut(),
                )
            };
            (code == ERROR_SUCCESS).then_some(name)
        })
    }

    fn time(&self, key: &[u16], value: &str) -> Option<i64> {
        let (value, mut time) = (wide(value), 0_i64);
        let mut length = size_of_val(&time) as u32;
        // SAFETY: the key is open, the texts end with a zero, and there is as much room as is said.
        let code = unsafe {
            RegGetValueW(
                self.0,
                key.as_ptr(),
                value.as_ptr(),
                RRF_RT_REG_QWORD,
                ptr::null_mut(),
                (&raw mut time).cast(),
                &raw mut length,
            )
        };
        (code == ERROR_SUCCESS).then_some(time)
    }
}

impl Drop for Key {
    fn drop(&mut self) {
        // SAFETY: it was opened here, and is closed once.
        unsafe { RegCloseKey(self.0) };
    }
}

fn wide(text: &str) -> Vec<u16> {
    text.encode_utf16().chain([0]).collect()
}

#[cfg(test)]
mod tests {
    use windows_sys::Win32::System::Registry::{REG_QWORD, RegDeleteTreeW, RegSetKeyValueW};

    use super::*;

    const LIST: &str = r"Software\Unhunch test of consent";

    fn used(program: &str, start: i64, stop: i64) {
        let key = wide(&format!(r"{LIST}\{program}"));
        for (name, time) in [("LastUsedTimeStart", start), ("LastUsedTimeStop", stop)] {
            let name = wide(name);
            // SAFETY: the texts end with a zero, and the value is as long as is said.
            let code = unsafe {
                RegSetKeyValueW(
                    HKEY_CURRENT_USER,
                    key.as_ptr(),
                    name.as_ptr(),
                    REG_QWORD,
                    (&raw const time).cast(),
                    size_of_val(&time) as u32,
                )
            };
            assert_eq!(code, ERROR_SUCCESS);
        }
    }

    fn forget() {
        // SAFETY: the text ends with a zero.
        unsafe { RegDeleteTreeW(HKEY_CURRENT_USER, wide(LIST).as_ptr()) };
    }

    #[test]
    fn who_has_not_stopped_uses_it_unless_the_computer_was_started_since() {
        forget();
        assert_eq!(is_used(LIST), None);
        let now = started() + (SLACK + 1) * TICKS;
        used("Company.App", now, now + TICKS);
        used(r"NonPackaged\C:#a#program.exe", now, now);
        assert_eq!(is_used(LIST), Some(false));
        used(r"NonPackaged\C:#fell#program.exe", started() - TICKS, 0);
        used("Never.Used", 0, 0);
        assert_eq!(is_used(LIST), Some(false));
        used(r"NonPackaged\C:#a#program.exe", now, 0);
        assert_eq!(is_used(LIST), Some(true));
        used(r"NonPackaged\C:#a#program.exe", now, now + TICKS);
        used("Company.App", now + TICKS, 0);
        assert_eq!(is_used(LIST), Some(true));
        forget();
    }
}
