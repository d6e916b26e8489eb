//! Termination, resume and clock changes on Windows.
//!
//! They are reported to the console handler and to a window that is never shown, since only windows receive the end of the
//! session, locking, sleep and changes of the clock. The window has a thread of its own: Windows kills the program as soon as
//! its last window has handled the end of the session, so that window returns only after the loop has shut down.

#![allow(
    unsafe_code,
    reason = "console, windows and messages are calls of the system that std does not wrap"
)]

mod messages;
mod window;

pub(super) use self::messages::run;

use std::os::windows::process::CommandExt as _;
use std::process::Command;
use std::ptr;
use std::sync::{Condvar, Mutex, OnceLock, PoisonError};
use std::thread;
use std::time::Duration;

use anyhow::Context as _;
use windows_sys::Win32::Foundation::{HWND, WPARAM};
use windows_sys::Win32::System::Console::{
    CTRL_BREAK_EVENT, CTRL_C_EVENT, FreeConsole, GetConsoleProcessList, STD_ERROR_HANDLE,
    STD_INPUT_HANDLE, STD_OUTPUT_HANDLE, SetConsoleCtrlHandler, SetStdHandle,
};
use windows_sys::Win32::System::StationsAndDesktops::{
    GetProcessWindowStation, GetUserObjectInformationW, UOI_FLAGS, USEROBJECTFLAGS,
};
use windows_sys::Win32::System::Threading::DETACHED_PROCESS;
use windows_sys::Win32::UI::WindowsAndMessaging::{
    PBT_APMRESUMEAUTOMATIC, WM_ENDSESSION, WM_POWERBROADCAST, WM_TIMECHANGE, WSF_VISIBLE,
};
use windows_sys::core::{BOOL, w};

use self::window::{Handler, Scope, create_window, run_message_loop};
use crate::app::start::EventSender;
use crate::app::{App, AppEvent};
use crate::lang::tr;
use crate::watch::session;

/// The timeout for the shutdown. Windows kills the program after five seconds.
const SHUTDOWN_TIMEOUT: Duration = Duration::from_secs(4);

/// The state for the callbacks of the system, to which we can't pass a reference.
static LISTENER: OnceLock<Listener> = OnceLock::new();

struct Listener {
    send: EventSender,
    session: session::Watch,
    is_over: Mutex<bool>,
    ended: Condvar,
}

impl Listener {
    fn quit(&self) {
        (self.send)(AppEvent::Quit);
    }

    fn quit_and_wait(&self) {
        self.quit();
        let is_over = self.is_over.lock().unwrap_or_else(PoisonError::into_inner);
        // After the timeout the program is killed, but everything it has written is on disk.
        drop(
            self.ended
                .wait_timeout_while(is_over, SHUTDOWN_TIMEOUT, |is_over| !*is_over),
        );
    }

    fn signal_shutdown(&self) {
        *self.is_over.lock().unwrap_or_else(PoisonError::into_inner) = true;
        self.ended.notify_all();
    }
}

/// The listener for system events. Dropping it signals that we have shut down.
pub(super) struct System(());

impl System {
    pub(super) fn listen(send: &EventSender) -> anyhow::Result<Self> {
        LISTENER.get_or_init(|| Listener {
            send: send.clone(),
            session: watch(send.clone()),
            is_over: Mutex::new(false),
            ended: Condvar::new(),
        });
        // SAFETY: the function has the required signature and lives as long as the program. The call fails without a console,
        // in which case there is nothing to handle.
        unsafe { SetConsoleCtrlHandler(Some(on_console), 1) };
        thread::Builder::new()
            .name("session".into())
            .spawn(run_session_window)
            .context(tr("the system lacks what Unhunch needs to run"))?;
        Ok(Self(()))
    }

    /// Nothing to do: Windows reports a resume, and the time left is recomputed then.
    pub(super) fn arm(&self, _left: Option<Duration>) {}
}

/// A placeholder: the window of [`System`] receives the session events.
pub(super) struct Session;

impl Session {
    pub(super) fn follow(_app: &mut App, _send: &EventSender) -> Self {
        Self
    }
}

fn watch(send: EventSender) -> session::Watch {
    session::Watch::new(move |event| send(AppEvent::Session(event)))
}

impl Drop for System {
    fn drop(&mut self) {
        if let Some(listener) = LISTENER.get() {
            listener.signal_shutdown();
        }
    }
}

/// Called on a thread of its own. When the console is closed, the program is killed as soon as this returns.
unsafe extern "system" fn on_console(control_event: u32) -> BOOL {
    let Some(listener) = LISTENER.get() else {
        return 0;
    };
    if [CTRL_C_EVENT, CTRL_BREAK_EVENT].contains(&control_event) {
        listener.quit();
    } else {
        listener.quit_and_wait();
    }
    1
}

/// Creates the invisible window and runs its message loop until the program ends.
fn run_session_window() {
    let Ok(window) = create_window::<Listener>(w!("unhunch-session"), Scope::WithBroadcasts) else {
        return;
    };
    if let Some(listener) = LISTENER.get() {
        listener.session.follow(window);
    }
    run_message_loop();
}

impl Handler for Listener {
    fn handle(_window: HWND, message: u32, first: WPARAM) -> bool {
        if let Some(listener) = LISTENER.get() {
            listener.session.handle_message(message, first);
            match message {
                WM_ENDSESSION if first != 0 => listener.quit_and_wait(),
                WM_POWERBROADCAST if first == PBT_APMRESUMEAUTOMATIC as usize => {
                    (listener.send)(AppEvent::Wakeup);
                }
                WM_TIMECHANGE => (listener.send)(AppEvent::Wakeup),
                _ => {}
            }
        }
        false
    }
}

/// Returns `true` if our windows can be seen. Services and SSH sessions run on a desktop that is never shown.
pub(super) fn has_screen() -> bool {
    let mut flags = USEROBJECTFLAGS::default();
    // SAFETY: the pointer to the result is valid, and its size is correct.
    let result = unsafe {
        GetUserObjectInformationW(
            GetProcessWindowStation(),
            UOI_FLAGS,
            (&raw mut flags).cast(),
            size_of::<USEROBJECTFLAGS>() as u32,
            ptr::null_mut(),
        )
    };
    result != 0 && flags.dwFlags & WSF_VISIBLE as u32 != 0
}

/// Frees the console if it was opened only for us, which means that we were not started from a shell.
///
/// We are built for the console subsystem anyway. A program of the other subsystem would return to the shell at once, so that
/// neither the output of `unhunch status` nor its exit code could be relied on.
pub(super) fn free_own_console() {
    let mut programs = [0; 2];
    // SAFETY: the length matches the array. The handles of the freed console are reset, so that they are not used again.
    unsafe {
        if GetConsoleProcessList(programs.as_mut_ptr(), programs.len() as u32) == 1 {
            FreeConsole();
            for stream in [STD_INPUT_HANDLE, STD_OUTPUT_HANDLE, STD_ERROR_HANDLE] {
                SetStdHandle(stream, ptr::null_mut());
            }
        }
    }
}

/// Windows would open a console for a child that has none to inherit.
pub(in crate::app) fn prepare_window(command: &mut Command) -> anyhow::Result<()> {
    command.creation_flags(DETACHED_PROCESS);
    Ok(())
}
