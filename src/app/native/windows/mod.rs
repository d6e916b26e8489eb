//! What Windows tells a program: that it shall end, that the computer woke, that the clock was set.
//!
//! Two things tell it: the console, and a window that is never shown, as only windows hear of the end of the session, of
//! locking, of sleep and of the clock. It has a thread of its own, because Windows takes the program away as soon as the last of
//! its windows has heard of the end: that window answers only when the loop has ended in order.

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

use self::window::{Handler, Kind, open, turn};
use crate::app::start::Tell;
use crate::app::{App, Incoming};
use crate::watch::session;

/// How long the end may take; after five seconds Windows takes the program away.
const FAREWELL: Duration = Duration::from_secs(4);

/// The system calls functions that are given nothing of ours, so what they need lies here.
static HEARD: OnceLock<Heard> = OnceLock::new();

struct Heard {
    tell: Tell,
    session: session::Watch,
    over: Mutex<bool>,
    ended: Condvar,
}

impl Heard {
    fn quit(&self) {
        (self.tell)(Incoming::Quit);
    }

    fn quit_and_wait(&self) {
        self.quit();
        let over = self.over.lock().unwrap_or_else(PoisonError::into_inner);
        // Late or not: then the program is taken away, and what it has written is on the disk.
        drop(self.ended.wait_timeout_while(over, FAREWELL, |over| !*over));
    }

    fn let_go(&self) {
        *self.over.lock().unwrap_or_else(PoisonError::into_inner) = true;
        self.ended.notify_all();
    }
}

/// Listens to the system. Dropping it says that we have ended in order.
pub(super) struct System(());

impl System {
    pub(super) fn listen(tell: &Tell) -> anyhow::Result<Self> {
        HEARD.get_or_init(|| Heard {
            tell: tell.clone(),
            session: watch(tell.clone()),
            over: Mutex::new(false),
            ended: Condvar::new(),
        });
        // SAFETY: the function has the form that the system wants, and lives as long as the program. Without a console it
        // fails, and nothing is missed.
        unsafe { SetConsoleCtrlHandler(Some(on_console), 1) };
        thread::Builder::new()
            .name("session".into())
            .spawn(live)
            .context("no thread for the session")?;
        Ok(Self(()))
    }

    /// Windows tells when the computer woke; the deadlines are reckoned anew then.
    pub(super) fn arm(&self, _left: Option<Duration>) {}
}

/// Nothing has to be followed here: the window of [`System`] hears of the session.
pub(super) struct Session;

impl Session {
    pub(super) fn follow(_app: &mut App, _tell: &Tell) -> Self {
        Self
    }
}

fn watch(tell: Tell) -> session::Watch {
    session::Watch::new(move |news| tell(Incoming::Session(news)))
}

impl Drop for System {
    fn drop(&mut self) {
        if let Some(heard) = HEARD.get() {
            heard.let_go();
        }
    }
}

/// The console tells on a thread of its own. When it is closed, the program lives until this returns.
unsafe extern "system" fn on_console(what: u32) -> BOOL {
    let Some(heard) = HEARD.get() else {
        return 0;
    };
    if [CTRL_C_EVENT, CTRL_BREAK_EVENT].contains(&what) {
        heard.quit();
    } else {
        heard.quit_and_wait();
    }
    1
}

/// Makes the window that is never shown, and hands messages to it as long as the program lives.
fn live() {
    let Ok(window) = open::<Heard>(w!("unhunch-session"), Kind::Everything) else {
        return;
    };
    if let Some(heard) = HEARD.get() {
        heard.session.follow(window);
    }
    turn();
}

impl Handler for Heard {
    fn handle(_window: HWND, message: u32, first: WPARAM) -> bool {
        if let Some(heard) = HEARD.get() {
            heard.session.hear(message, first);
            match message {
                WM_ENDSESSION if first != 0 => heard.quit_and_wait(),
                WM_POWERBROADCAST if first == PBT_APMRESUMEAUTOMATIC as usize => {
                    (heard.tell)(Incoming::Wakeup);
                }
                WM_TIMECHANGE => (heard.tell)(Incoming::Wakeup),
                _ => {}
            }
        }
        false
    }
}

/// Whether somebody can see our windows: services, and those who come over SSH, have a desktop that is never shown.
pub(super) fn has_screen() -> bool {
    let mut flags = USEROBJECTFLAGS::default();
    // SAFETY: the place for the answer is valid, and as long as is said.
    let told = unsafe {
        GetUserObjectInformationW(
            GetProcessWindowStation(),
            UOI_FLAGS,
            (&raw mut flags).cast(),
            size_of::<USEROBJECTFLAGS>() as u32,
            ptr::null_mut(),
        )
    };
    told != 0 && flags.dwFlags & WSF_VISIBLE as u32 != 0
}

/// Gives back a console that was opened for us alone: it was not a person at a console who started us.
///
/// We are a program of the console all the same. One that is not would return to the shell before it has answered, so
/// that neither `unhunch status` nor its exit code could be relied on.
pub(super) fn leave_lonely_console() {
    let mut programs = [0; 2];
    // SAFETY: there is room for as many numbers as is said. After the console is gone nobody may use its handles.
    unsafe {
        if GetConsoleProcessList(programs.as_mut_ptr(), programs.len() as u32) == 1 {
            FreeConsole();
            for stream in [STD_INPUT_HANDLE, STD_OUTPUT_HANDLE, STD_ERROR_HANDLE] {
                SetStdHandle(stream, ptr::null_mut());
            }
        }
    }
}

/// Windows would open a console for a program that has none to inherit.
pub(in crate::app) fn without_console(command: &mut Command) {
    command.creation_flags(DETACHED_PROCESS);
}
