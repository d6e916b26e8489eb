//! The program on Windows and macOS, where the tray icon has to live on the thread of the system's own event loop.
//!
//! Everything that happens comes to that loop, which [`system`] runs, as an [`Incoming`] from whichever thread. It sleeps until
//! then, or until the next deadline. The loop's deadlines stand still while the computer sleeps: [`system`] wakes us after
//! that, and each time we are awake the time left is reckoned anew.

mod plain;
#[cfg(target_os = "macos")]
#[path = "native/macos/mod.rs"]
mod system;
#[cfg(windows)]
#[path = "native/windows/mod.rs"]
mod system;
mod watch;

use std::process::{Child, ExitCode};
use std::sync::Arc;
use std::thread;
use std::time::Duration;

pub(super) use self::system::without_console;
use self::system::{Session, System};
use super::desktop::{Desktop, Then, put_up_tray};
use super::headless::Headless;
use super::reconcile::{IdleWatch, QuietProbe};
use super::running::{Flow, Running};
use super::start::{self, Place, Tell};
use super::{App, Host, Incoming};
use crate::config::reload;
use crate::ipc::Call;
use crate::notify::Notifier;
use crate::paths::Paths;
use crate::source::Source;
use crate::time::{Clock, Moment};
use crate::watch::quiet::Look;

/// Runs until the person, the system or the end of the session ends it. The wish is fulfilled first, by whoever runs.
///
/// # Errors
/// When it cannot begin: no folder for the lock, no event loop.
pub fn run(headless: bool, wish: Option<Call>) -> anyhow::Result<ExitCode> {
    let paths = Paths::find()?;
    match Place::choose(headless, system::has_screen) {
        Place::Desktop => {
            system::leave_lonely_console();
            system::run(paths, wish)
        }
        place @ (Place::Terminal | Place::Headless) => plain::run(paths, place, wish),
    }
}

/// The running program and what it lives on.
struct Live {
    // The order is that in which they end: the icon goes before the system hears that we are done.
    running: Running<'static, Look>,
    /// The time of the last event, until the loop rests.
    now: Option<Moment>,
    _watch: Option<reload::Guard>,
    _session: Option<Session>,
    system: System,
}

impl Live {
    fn begin(paths: Paths, tell: Tell, place: Place) -> anyhow::Result<Self> {
        let now = Clock.now();
        let mut app = App::new(paths.clone(), place, &now);
        let watch = start::watch_settings(&paths, &tell);
        let system = System::listen(&tell)?;
        let host = match place {
            Place::Headless => Box::new(Headless::new()),
            Place::Terminal => start::terminal(&tell),
            Place::Desktop => desktop(paths, &mut app, &tell, &now),
        };
        // Only the system's own loop hears of it.
        let session = (place == Place::Desktop).then(|| Session::follow(&mut app, &tell));
        let mut running = Running {
            host,
            app,
            idle: IdleWatch::new(watch::idle(&tell)),
            quiet: QuietProbe::new(watch::quiet(&tell)),
        };
        running.begin(&now);
        // Whoever asks from the first moment on hears which sources there are.
        running.follow(&now);
        Ok(Self {
            running,
            now: Some(now),
            _watch: watch,
            _session: session,
            system,
        })
    }

    fn take(&mut self, incoming: Incoming) -> Flow {
        let now = self.now.insert(Clock.now());
        self.running.take(incoming, now)
    }

    /// Everything is done for now; how long to sleep at most.
    fn rest(&mut self) -> Option<Duration> {
        // A loop may also turn without an event.
        let now = self.now.take().unwrap_or_else(|| Clock.now());
        let at = self.running.follow(&now);
        let left = at.map(|at| at.saturating_sub(now.elapsed));
        self.system.arm(left);
        left
    }
}

fn desktop(paths: Paths, app: &mut App, tell: &Tell, now: &Moment) -> Box<dyn Host> {
    start::greet(app, now);
    let tray = put_up_tray(app, tell, now);
    if tray.is_some() {
        app.sources().tray = Source::Shown;
    }
    app.sources().notifications = Source::named(std::env::consts::OS);
    let news = tell.clone();
    Box::new(Desktop {
        tell: tell.clone(),
        paths,
        tray,
        notifier: Some(Notifier::new(move |heard| news(Incoming::News(heard)))),
        wait: Box::new(wait),
        window: Arc::default(),
    })
}

/// A thread that sleeps until the child has ended.
fn wait(mut child: Child, then: Then) {
    let waiting = thread::Builder::new()
        .name("child".into())
        .stack_size(64 * 1024)
        .spawn(move || {
            let _ = child.wait();
            then();
        });
    if let Err(error) = waiting {
        eprintln!("unhunch: no thread waits for the end of a program: {error}");
    }
}

/// Which start of the computer this is: neither system says so.
pub(super) fn boot() -> String {
    String::new()
}
