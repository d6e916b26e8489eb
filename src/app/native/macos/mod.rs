//! What macOS tells a program: that it shall end, and that a deadline has come which the computer slept through.
//!
//! One thread sleeps on a kernel queue, which knows signals and a timer that goes on while the computer sleeps.
//!
//! A program that shows nothing is let nap by macOS: its timers come late, by minutes even. That saves power and does no
//! harm until a deadline is near; from then on macOS is asked to keep us awake.

#![allow(
    unsafe_code,
    reason = "neither std nor rustix knows a timer of the continuous clock, or signal handlers"
)]

mod winit;

pub(super) use self::winit::run;

use std::cell::RefCell;
use std::io;
use std::os::fd::{AsRawFd as _, OwnedFd};
use std::process::Command;
use std::ptr;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use anyhow::Context as _;
use objc2::rc::Retained;
use objc2::runtime::{NSObjectProtocol, ProtocolObject};
use objc2_core_graphics::CGSessionCopyCurrentDictionary;
use objc2_foundation::{NSActivityOptions, NSProcessInfo, ns_string};

use crate::app::start::Tell;
use crate::app::{App, Incoming};
use crate::source::Source;
use crate::watch::session;

/// The one timer's number.
const DUE: usize = 1;

const SIGNALS: [i32; 3] = [libc::SIGTERM, libc::SIGINT, libc::SIGHUP];

/// So long before a deadline naps end. It is longer than a good moment is waited for, so that a pause in typing is noticed in time.
const NEAR: Duration = Duration::from_secs(180);

/// Listens to the system.
pub(super) struct System {
    queue: Arc<OwnedFd>,
    /// While a deadline is near.
    awake: RefCell<Option<Awake>>,
}

impl System {
    pub(super) fn listen(tell: &Tell) -> anyhow::Result<Self> {
        let queue = Arc::new(rustix::event::kqueue::kqueue().context("no kernel queue")?);
        for signal in SIGNALS {
            catch(signal);
            change(&queue, &event(signal as usize, libc::EVFILT_SIGNAL)).context("no signals")?;
        }
        let (waits, tell) = (Arc::clone(&queue), Arc::clone(tell));
        thread::Builder::new()
            .name("session".into())
            .stack_size(64 * 1024)
            .spawn(move || listen(&waits, &tell))
            .context("no thread for the session")?;
        Ok(Self {
            queue,
            awake: RefCell::default(),
        })
    }

    /// Wakes the loop after so long, the time asleep included; the loop's own clock stands still in sleep. It is woken once
    /// before, when naps have to end.
    pub(super) fn arm(&self, left: Option<Duration>) {
        let near = left.is_some_and(|left| left <= NEAR);
        let mut awake = self.awake.borrow_mut();
        if near != awake.is_some() {
            *awake = near.then(Awake::stay);
        }
        let left = left.map(|left| if near { left } else { left - NEAR });
        let mut timer = event(DUE, libc::EVFILT_TIMER);
        match left {
            Some(left) => {
                timer.flags = libc::EV_ADD | libc::EV_ONESHOT;
                timer.fflags = libc::NOTE_NSECONDS | libc::NOTE_MACH_CONTINUOUS_TIME;
                timer.data = isize::try_from(left.as_nanos()).unwrap_or(isize::MAX);
            }
            None => timer.flags = libc::EV_DELETE,
        }
        // There may be none to take away; and without it a deadline that was slept through comes at the next event.
        let _ = change(&self.queue, &timer);
    }
}

/// Hears of the session, until it is dropped.
pub(super) struct Session {
    _watch: session::Watch,
}

impl Session {
    pub(super) fn follow(app: &mut App, tell: &Tell) -> Self {
        app.sources().session = Source::named("macos");
        let tell = tell.clone();
        Self {
            _watch: session::Watch::follow(move |news| tell(Incoming::Session(news))),
        }
    }
}

/// As long as it is kept, macOS doesn't let us nap. The computer may sleep all the same.
struct Awake(Retained<ProtocolObject<dyn NSObjectProtocol>>);

impl Awake {
    fn stay() -> Self {
        let options = NSActivityOptions::UserInitiatedAllowingIdleSystemSleep;
        let reason = ns_string!("a reminder is about to be due");
        Self(NSProcessInfo::processInfo().beginActivityWithOptions_reason(options, reason))
    }
}

impl Drop for Awake {
    fn drop(&mut self) {
        // SAFETY: it is an activity that has been begun, and is ended once.
        unsafe { NSProcessInfo::processInfo().endActivity(&self.0) };
    }
}

fn event(number: usize, filter: i16) -> libc::kevent {
    libc::kevent {
        ident: number,
        filter,
        flags: libc::EV_ADD,
        fflags: 0,
        data: 0,
        udata: ptr::null_mut(),
    }
}

fn change(queue: &OwnedFd, event: &libc::kevent) -> io::Result<()> {
    let nothing = ptr::null_mut();
    // SAFETY: the queue is open, one change is there, and there is room for no answer, as is said.
    let answer = unsafe { libc::kevent(queue.as_raw_fd(), event, 1, nothing, 0, ptr::null()) };
    if answer < 0 {
        Err(io::Error::last_os_error())
    } else {
        Ok(())
    }
}

/// Keeps a signal from ending us. It is caught, and not ignored, as what is ignored stays so in the programs that we start.
fn catch(signal: i32) {
    extern "C" fn nothing(_signal: i32) {}
    let nothing: extern "C" fn(i32) = nothing;
    // SAFETY: the function has the form that the system wants, and does nothing.
    unsafe { libc::signal(signal, nothing as libc::sighandler_t) };
}

fn listen(queue: &OwnedFd, tell: &Tell) {
    loop {
        let mut heard = event(0, 0);
        // SAFETY: the queue is open, and there is room for one answer.
        let count = unsafe {
            libc::kevent(
                queue.as_raw_fd(),
                ptr::null(),
                0,
                &raw mut heard,
                1,
                ptr::null(),
            )
        };
        if count == 1 {
            tell(if heard.filter == libc::EVFILT_SIGNAL {
                Incoming::Quit
            } else {
                Incoming::Wakeup
            });
        } else if io::Error::last_os_error().kind() != io::ErrorKind::Interrupted {
            return;
        }
    }
}

/// Whether we run in a session with windows; over SSH, and as a service of the computer, we don't.
pub(super) fn has_screen() -> bool {
    CGSessionCopyCurrentDictionary().is_some()
}

/// A program that is opened in the Finder has no console here.
pub(super) fn leave_lonely_console() {}

/// A program has no console of its own here.
pub(in crate::app) fn without_console(_command: &mut Command) {}
