//! Termination signals on macOS, and deadlines that pass while the computer sleeps.
//!
//! One thread waits on a kqueue for signals and for a timer that keeps counting while the computer sleeps.
//!
//! macOS puts programs without visible windows into App Nap, which delays their timers by up to minutes. That saves power and
//! does no harm until a deadline is near; from then on we ask macOS to exempt us.

#![allow(
    unsafe_code,
    reason = "neither std nor rustix has timers on the continuous clock, or signal handlers"
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

use crate::app::start::EventSender;
use crate::app::{App, AppEvent};
use crate::lang::tr;
use crate::source::Source;
use crate::watch::session;

/// The id of the only timer.
const TIMER_ID: usize = 1;

const SIGNALS: [i32; 3] = [libc::SIGTERM, libc::SIGINT, libc::SIGHUP];

/// The time before a deadline at which App Nap is suspended. It exceeds the default of `rhythm.grace` (2 minutes), the longest wait
/// of a due reminder for a pause in typing, so that App Nap can't delay noticing that pause. With a `grace` above three minutes it can.
const APP_NAP_MARGIN: Duration = Duration::from_secs(180);

/// The listener for signals and the wake-up timer.
pub(super) struct System {
    queue: Arc<OwnedFd>,
    /// Present while a deadline is near.
    no_nap: RefCell<Option<NoAppNap>>,
}

impl System {
    pub(super) fn listen(send: &EventSender) -> anyhow::Result<Self> {
        let queue = Arc::new(
            rustix::event::kqueue::kqueue()
                .context(tr("the system lacks what Unhunch needs to run"))?,
        );
        for signal in SIGNALS {
            catch(signal);
            kevent(
                &queue,
                &[event(signal as usize, libc::EVFILT_SIGNAL)],
                &mut [],
            )
            .context(tr("the system lacks what Unhunch needs to run"))?;
        }
        let (listener_queue, send) = (Arc::clone(&queue), Arc::clone(send));
        thread::Builder::new()
            .name("signals".into())
            .stack_size(64 * 1024)
            .spawn(move || forward_events(&listener_queue, &send))
            .context(tr("the system lacks what Unhunch needs to run"))?;
        Ok(Self {
            queue,
            no_nap: RefCell::default(),
        })
    }

    /// Arms the timer that wakes the event loop after this time. Unlike the loop's own timer, it keeps counting while the computer
    /// sleeps. If more than [`APP_NAP_MARGIN`] remains, it wakes the loop that much earlier, to suspend App Nap. `None` disarms it.
    pub(super) fn arm(&self, remaining: Option<Duration>) {
        let is_near = remaining.is_some_and(|remaining| remaining <= APP_NAP_MARGIN);
        let mut no_nap = self.no_nap.borrow_mut();
        if is_near != no_nap.is_some() {
            *no_nap = is_near.then(NoAppNap::begin);
        }
        let until_wakeup = remaining.map(|remaining| {
            if is_near {
                remaining
            } else {
                remaining - APP_NAP_MARGIN
            }
        });
        let mut timer = event(TIMER_ID, libc::EVFILT_TIMER);
        match until_wakeup {
            Some(left) => {
                timer.flags = libc::EV_ADD | libc::EV_ONESHOT;
                timer.fflags = libc::NOTE_NSECONDS | libc::NOTE_MACH_CONTINUOUS_TIME;
                timer.data = isize::try_from(left.as_nanos()).unwrap_or(isize::MAX);
            }
            None => timer.flags = libc::EV_DELETE,
        }
        // There may be no timer to delete. If arming fails, a deadline that passes during sleep is handled at the next event.
        let _ = kevent(&self.queue, &[timer], &mut []);
    }
}

/// Reports changes of the login session while this value exists.
pub(super) struct Session {
    _watch: session::Watch,
}

impl Session {
    pub(super) fn follow(app: &mut App, send: &EventSender) -> Self {
        app.sources().session = Source::named("macos");
        let send = send.clone();
        Self {
            _watch: session::Watch::follow(move |event| send(AppEvent::Session(event))),
        }
    }
}

/// Suspends App Nap for this program while it exists. The computer may still sleep.
struct NoAppNap(Retained<ProtocolObject<dyn NSObjectProtocol>>);

impl NoAppNap {
    fn begin() -> Self {
        let options = NSActivityOptions::UserInitiatedAllowingIdleSystemSleep;
        let reason = ns_string!("a reminder is about to be due");
        Self(NSProcessInfo::processInfo().beginActivityWithOptions_reason(options, reason))
    }
}

impl Drop for NoAppNap {
    fn drop(&mut self) {
        // SAFETY: the activity was begun by `begin` and is ended only once.
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

/// Registers these changes in the queue, and waits until the events, if there are any, have been received.
fn kevent(
    queue: &OwnedFd,
    changes: &[libc::kevent],
    events: &mut [libc::kevent],
) -> io::Result<()> {
    // SAFETY: the queue is open, and the counts are those of the two lists, each of which has at most one entry.
    let result = unsafe {
        libc::kevent(
            queue.as_raw_fd(),
            changes.as_ptr(),
            changes.len() as i32,
            events.as_mut_ptr(),
            events.len() as i32,
            ptr::null(),
        )
    };
    if result < 0 {
        Err(io::Error::last_os_error())
    } else {
        Ok(())
    }
}

/// Keeps a signal from terminating us. It is caught rather than ignored, because child processes inherit ignored signals.
fn catch(signal: i32) {
    extern "C" fn ignore_signal(_signal: i32) {}
    let handler: extern "C" fn(i32) = ignore_signal;
    // SAFETY: the handler has the required signature and is async-signal-safe, since it does nothing.
    unsafe { libc::signal(signal, handler as libc::sighandler_t) };
}

fn forward_events(queue: &OwnedFd, send: &EventSender) {
    loop {
        let mut received = [event(0, 0)];
        match kevent(queue, &[], &mut received) {
            Ok(()) => send(if received[0].filter == libc::EVFILT_SIGNAL {
                AppEvent::Quit
            } else {
                AppEvent::Wakeup
            }),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(_) => return,
        }
    }
}

/// Returns `true` if we run in a session with windows; over SSH, and as a system service, there is none.
pub(super) fn has_screen() -> bool {
    CGSessionCopyCurrentDictionary().is_some()
}

/// Programs opened in the Finder have no console, so there is nothing to do.
pub(super) fn free_own_console() {}

/// Does nothing here. On Windows it keeps the child process from opening a console.
pub(in crate::app) fn prepare_window(_command: &mut Command) -> anyhow::Result<()> {
    Ok(())
}
