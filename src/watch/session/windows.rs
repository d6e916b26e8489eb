//! Windows sends messages to a window when the session is locked, another session comes to the foreground, or the computer
//! goes to sleep. Any top-level window of the program can receive them: see [`Watch::follow`].

#![allow(
    unsafe_code,
    reason = "the session is asked by calls of the system that std does not wrap"
)]

use std::io;
use std::ptr;
use std::sync::{Mutex, PoisonError};

use windows_sys::Win32::Foundation::{HWND, WPARAM};
use windows_sys::Win32::System::RemoteDesktop::{
    NOTIFY_FOR_THIS_SESSION, WTS_CURRENT_SERVER_HANDLE, WTS_CURRENT_SESSION, WTS_SESSIONSTATE_LOCK,
    WTSFreeMemory, WTSINFOEXW, WTSQuerySessionInformationW, WTSRegisterSessionNotification,
    WTSSessionInfoEx,
};
use windows_sys::Win32::UI::WindowsAndMessaging::{
    PBT_APMRESUMEAUTOMATIC, PBT_APMSUSPEND, WM_POWERBROADCAST, WM_WTSSESSION_CHANGE,
    WTS_CONSOLE_CONNECT, WTS_CONSOLE_DISCONNECT, WTS_REMOTE_CONNECT, WTS_REMOTE_DISCONNECT,
    WTS_SESSION_LOCK, WTS_SESSION_UNLOCK,
};

use super::{LockReason, LockReasons, SessionEvent};
use crate::lang::tr;
use crate::reason;
use crate::source::Source;

/// Interprets the messages of a window, and reports changes of the session.
pub struct Watch {
    bars: Mutex<LockReasons>,
    report: Box<dyn Fn(SessionEvent) + Send + Sync>,
}

impl Watch {
    /// Creates a watch that reports to this callback.
    #[must_use]
    pub fn new(report: impl Fn(SessionEvent) + Send + Sync + 'static) -> Self {
        Self {
            bars: Mutex::default(),
            report: Box::new(report),
        }
    }

    /// Registers this top-level window for the messages about the session, and reports the current state.
    pub(crate) fn follow(&self, window: HWND) {
        // SAFETY: the window is one of ours; an invalid one is refused.
        let result = unsafe { WTSRegisterSessionNotification(window, NOTIFY_FOR_THIS_SESSION) };
        let source = if result == 0 {
            let error = io::Error::last_os_error();
            let limit = tr("sleep is reported, locking is not");
            Source::Clock(format!("{limit} ({})", reason::of_error(&error)))
        } else {
            Source::named("windows")
        };
        (self.report)(SessionEvent::Source(source));
        if is_locked() == Some(true) {
            self.set(LockReason::Locked, true);
        }
    }

    /// Handles a message of that window; most messages are about something else.
    pub fn handle_message(&self, message: u32, wparam: WPARAM) {
        if let Some((bar, holds)) = interpret(message, wparam) {
            self.set(bar, holds);
        }
    }

    fn set(&self, bar: LockReason, holds: bool) {
        let mut bars = self.bars.lock().unwrap_or_else(PoisonError::into_inner);
        let session = bars.set(bar, holds);
        drop(bars);
        if let Some(session) = session {
            (self.report)(SessionEvent::Session(session));
        }
    }
}

/// Returns the reason that a message is about, and `true` if it now applies.
fn interpret(message: u32, wparam: WPARAM) -> Option<(LockReason, bool)> {
    let wparam = u32::try_from(wparam).ok()?;
    Some(match (message, wparam) {
        (WM_WTSSESSION_CHANGE, WTS_SESSION_LOCK) => (LockReason::Locked, true),
        (WM_WTSSESSION_CHANGE, WTS_SESSION_UNLOCK) => (LockReason::Locked, false),
        (WM_WTSSESSION_CHANGE, WTS_CONSOLE_DISCONNECT | WTS_REMOTE_DISCONNECT) => {
            (LockReason::Switched, true)
        }
        (WM_WTSSESSION_CHANGE, WTS_CONSOLE_CONNECT | WTS_REMOTE_CONNECT) => {
            (LockReason::Switched, false)
        }
        (WM_POWERBROADCAST, PBT_APMSUSPEND) => (LockReason::Asleep, true),
        // This message follows every sleep, whatever ended it; another one follows only if a user did.
        (WM_POWERBROADCAST, PBT_APMRESUMEAUTOMATIC) => (LockReason::Asleep, false),
        _ => return None,
    })
}

/// Returns `true` if our session is already locked, or `None` if Windows doesn't report it.
fn is_locked() -> Option<bool> {
    let (mut answer, mut length) = (ptr::null_mut(), 0);
    // SAFETY: the out-pointers are valid.
    let result = unsafe {
        WTSQuerySessionInformationW(
            WTS_CURRENT_SERVER_HANDLE,
            WTS_CURRENT_SESSION,
            WTSSessionInfoEx,
            &raw mut answer,
            &raw mut length,
        )
    };
    if result == 0 || answer.is_null() {
        return None;
    }
    let is_complete = length as usize >= size_of::<WTSINFOEXW>();
    // SAFETY: the answer is read only if it has the size of that type, and is freed once.
    unsafe {
        let info = answer.cast::<WTSINFOEXW>();
        let flags = (is_complete && (*info).Level == 1)
            .then(|| (*info).Data.WTSInfoExLevel1.SessionFlags.cast_unsigned());
        WTSFreeMemory(answer.cast());
        flags.map(|flags| flags == WTS_SESSIONSTATE_LOCK)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use windows_sys::Win32::UI::WindowsAndMessaging::{PBT_APMRESUMESUSPEND, WM_NULL};

    use super::*;
    use crate::schedule::Session;

    #[test]
    fn the_messages_are_understood() {
        let (sender, receiver) = mpsc::channel();
        let watch = Watch::new(move |event| {
            if let SessionEvent::Session(session) = event {
                let _ = sender.send(session);
            }
        });
        let send = |message, wparam: u32| {
            watch.handle_message(message, wparam as WPARAM);
            receiver.try_recv().ok()
        };
        assert_eq!(send(WM_NULL, WTS_SESSION_LOCK), None);
        assert_eq!(
            send(WM_WTSSESSION_CHANGE, WTS_SESSION_LOCK),
            Some(Session::Locked)
        );
        assert_eq!(send(WM_POWERBROADCAST, PBT_APMSUSPEND), None);
        assert_eq!(send(WM_POWERBROADCAST, PBT_APMRESUMEAUTOMATIC), None);
        assert_eq!(send(WM_POWERBROADCAST, PBT_APMRESUMESUSPEND), None);
        assert_eq!(
            send(WM_WTSSESSION_CHANGE, WTS_SESSION_UNLOCK),
            Some(Session::Unlocked)
        );
        // Somebody connects from another computer: the session leaves the screen here, and continues there.
        assert_eq!(
            send(WM_WTSSESSION_CHANGE, WTS_CONSOLE_DISCONNECT),
            Some(Session::Locked)
        );
        assert_eq!(
            send(WM_WTSSESSION_CHANGE, WTS_REMOTE_CONNECT),
            Some(Session::Unlocked)
        );
    }

    #[test]
    fn a_session_in_which_tests_run_is_not_locked() {
        assert_ne!(is_locked(), Some(true));
    }
}
