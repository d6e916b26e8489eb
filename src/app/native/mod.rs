//! The event loop on Windows and macOS, where the tray icon has to live on the thread of the system's own event loop.
//!
//! Every event reaches that loop, which [`platform`] runs, as an [`AppEvent`] from any thread. The loop sleeps until then or
//! until the next deadline. Its timers stand still while the computer sleeps, so [`platform`] wakes us after a resume, and the
//! time left is recomputed after each event.

mod plain;
#[cfg(target_os = "macos")]
#[path = "macos/mod.rs"]
mod platform;
#[cfg(windows)]
#[path = "windows/mod.rs"]
mod platform;
mod watch;

use std::process::{Child, ExitCode};
use std::sync::Arc;
use std::thread;
use std::time::Duration;

pub(super) use self::platform::prepare_window;
use self::platform::{Session, System};
use super::desktop::{Desktop, OnExit, create_tray};
use super::headless::Headless;
use super::reconcile::{IdleWatch, QuietProbe};
use super::running::{Flow, Running};
use super::start::{self, EventSender, Launch, Place, Start};
use super::{App, AppEvent, Host};
use crate::config::reload;
use crate::notify::Notifier;
use crate::paths::Paths;
use crate::reason;
use crate::source::Source;
use crate::time::{Clock, Moment};
use crate::watch::quiet::PollHandle;

/// The allocators of these systems give freed memory back by themselves.
pub(super) const fn release_freed_memory() {}

/// Runs until the user, the system or the end of the session ends it. The initial request is handled first, by this instance or
/// by one that is already running.
///
/// # Errors
/// If it cannot start: no folder for the lock, or no event loop.
pub fn run(launch: Launch) -> anyhow::Result<ExitCode> {
    let paths = Paths::find()?;
    let display = || platform::has_screen().then(|| "desktop".to_owned());
    // Only Linux has one.
    let has_bus = || false;
    let start = Start::new(launch, display, has_bus);
    if start.place == Some(Place::Desktop) {
        platform::free_own_console();
        platform::run(paths, &start)
    } else {
        plain::run(paths, &start)
    }
}

/// The running program and its system resources.
struct Live {
    // Fields drop in this order: the icon must be gone before the system learns that we are done.
    running: Running<'static, PollHandle>,
    /// The time of the last event, until the loop goes idle.
    now: Option<Moment>,
    _watch: Option<reload::Guard>,
    _session: Option<Session>,
    system: System,
}

impl Live {
    fn begin(
        paths: Paths,
        send: EventSender,
        place: Place,
        display: Option<String>,
    ) -> anyhow::Result<Self> {
        let now = Clock.now();
        let mut app = App::new(paths.clone(), place, &now);
        app.set_display(display);
        let watch = start::watch_settings(&paths, &send);
        let system = System::listen(&send)?;
        let host = match place {
            Place::Headless => Box::new(Headless::new()),
            Place::Terminal => start::terminal(&send),
            Place::Desktop => desktop(paths, &mut app, &send, &now),
        };
        // Only the system's own loop receives session events.
        let session = (place == Place::Desktop).then(|| Session::follow(&mut app, &send));
        let mut running = Running {
            host,
            app,
            idle: IdleWatch::new(watch::idle(&send)),
            quiet: QuietProbe::new(watch::quiet(&send)),
        };
        running.begin(&now);
        // Updates the sources, so that even the first status request reports them.
        running.follow(&now);
        Ok(Self {
            running,
            now: Some(now),
            _watch: watch,
            _session: session,
            system,
        })
    }

    fn handle(&mut self, incoming: AppEvent) -> Flow {
        let now = self.now.insert(Clock.now());
        self.running.handle(incoming, now)
    }

    /// Updates background work and timers once all events are handled. Returns the longest time to sleep.
    fn rest(&mut self) -> Option<Duration> {
        // The loop may also iterate without an event.
        let now = self.now.take().unwrap_or_else(|| Clock.now());
        let at = self.running.follow(&now);
        let left = at.map(|at| at.saturating_sub(now.elapsed));
        self.system.arm(left);
        left
    }
}

fn desktop(paths: Paths, app: &mut App, send: &EventSender, now: &Moment) -> Box<dyn Host> {
    start::greet(app, now);
    let tray = create_tray(app, send, now);
    if tray.is_some() {
        app.sources().tray = Source::Shown;
    }
    app.sources().notifications = Source::named(std::env::consts::OS);
    let report = send.clone();
    Box::new(Desktop {
        send: send.clone(),
        paths,
        tray,
        notifier: Some(Notifier::new(move |event| {
            report(AppEvent::Question(event))
        })),
        wait: Box::new(wait),
        is_window_running: Arc::default(),
    })
}

/// Waits for the child on a thread of its own.
fn wait(mut child: Child, on_exit: OnExit) {
    let waiting = thread::Builder::new()
        .name("child".into())
        .stack_size(64 * 1024)
        .spawn(move || {
            on_exit(child.wait());
        });
    if let Err(error) = waiting {
        eprintln!(
            "unhunch: the end of a program goes unnoticed: {}",
            reason::of_error(&error)
        );
    }
}

/// Neither system provides a boot id.
pub(super) fn boot_id() -> String {
    String::new()
}
