//! The loop on Windows and macOS, where the tray icon has to live on the thread of the system's own event loop.
//!
//! Everything that happens comes to it as an [`Incoming`], through a proxy that any thread may use. It sleeps until
//! then, or until the next deadline. winit's deadlines stand still while the computer sleeps: [`system`] wakes us after
//! that, and each time we are awake the time left is reckoned anew.

mod plain;
mod quiet;
#[cfg(windows)]
#[path = "winit/windows.rs"]
mod system;
#[cfg(target_os = "macos")]
#[path = "winit/macos.rs"]
mod system;

use std::process::{Child, ExitCode};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use anyhow::Context as _;
use winit::application::ApplicationHandler;
use winit::event::{StartCause, WindowEvent};
use winit::event_loop::{ActiveEventLoop, ControlFlow, DeviceEvents, EventLoop};
use winit::window::WindowId;

use self::quiet::Quiet;
use self::system::System;
use super::desktop::{Desktop, Then, put_up_tray};
use super::idle::Idle;
use super::start::{self, Place, Tell};
use super::{App, Flow, Host, Incoming};
use crate::config::reload;
use crate::ipc::Call;
use crate::notify::Notifier;
use crate::paths::Paths;
use crate::time::Clock;
#[cfg(target_os = "macos")]
use crate::watch::session;

/// Runs until the person, the system or the end of the session ends it. The wish is fulfilled first, by whoever runs.
///
/// # Errors
/// When it cannot begin: no folder for the lock, no event loop.
pub fn run(headless: bool, wish: Option<Call>) -> anyhow::Result<ExitCode> {
    let paths = Paths::find()?;
    match Place::choose(headless, system::has_screen) {
        Place::Desktop => on_desktop(paths, wish),
        place @ (Place::Terminal | Place::Headless) => plain::run(paths, place, wish),
    }
}

fn on_desktop(paths: Paths, wish: Option<Call>) -> anyhow::Result<ExitCode> {
    system::leave_lonely_console();
    let event_loop = build().context("there is no event loop")?;
    let proxy = Mutex::new(event_loop.create_proxy());
    // It fails only when the loop is over, and then nobody is left to be told.
    let tell: Tell = Arc::new(move |incoming| {
        let proxy = proxy.lock().unwrap_or_else(PoisonError::into_inner);
        drop(proxy.send_event(incoming));
    });
    let Some(server) = start::take_place(&paths, &tell, wish)? else {
        return Ok(ExitCode::SUCCESS);
    };
    let mut stage = Stage::Waiting(paths, tell);
    event_loop.run_app(&mut stage)?;
    drop(server);
    match stage {
        Stage::Failed(error) => Err(error),
        Stage::Waiting(..) | Stage::Live(_) | Stage::Over => Ok(ExitCode::SUCCESS),
    }
}

#[cfg(target_os = "macos")]
fn build() -> Result<EventLoop<Incoming>, winit::error::EventLoopError> {
    use winit::platform::macos::{ActivationPolicy, EventLoopBuilderExtMacOS as _};
    // No icon in the Dock, no menu at the top of the screen, and the keyboard stays where it is.
    EventLoop::with_user_event()
        .with_activation_policy(ActivationPolicy::Accessory)
        .with_default_menu(false)
        .with_activate_ignoring_other_apps(false)
        .build()
}

#[cfg(windows)]
fn build() -> Result<EventLoop<Incoming>, winit::error::EventLoopError> {
    EventLoop::with_user_event().build()
}

/// How far we are: the tray icon can only be put up when the loop runs.
enum Stage {
    Waiting(Paths, Tell),
    Live(Box<Live>),
    Failed(anyhow::Error),
    Over,
}

impl Stage {
    fn begin(&mut self, event_loop: &ActiveEventLoop) {
        // There is one place for raw input in a program on Windows, and the source of idleness takes it.
        event_loop.listen_device_events(DeviceEvents::Never);
        if let Self::Waiting(paths, tell) = std::mem::replace(self, Self::Over) {
            match Live::begin(paths, tell, Place::Desktop) {
                Ok(live) => *self = Self::Live(Box::new(live)),
                Err(error) => {
                    *self = Self::Failed(error);
                    event_loop.exit();
                }
            }
        }
    }

    fn take(&mut self, incoming: Incoming) -> Flow {
        let Self::Live(live) = self else {
            return Flow::Go;
        };
        let flow = live.take(incoming);
        if flow == Flow::End {
            *self = Self::Over;
        }
        flow
    }
}

impl ApplicationHandler<Incoming> for Stage {
    fn new_events(&mut self, event_loop: &ActiveEventLoop, cause: StartCause) {
        match cause {
            StartCause::Init => self.begin(event_loop),
            StartCause::ResumeTimeReached { .. } => self.user_event(event_loop, Incoming::Wakeup),
            StartCause::WaitCancelled { .. } | StartCause::Poll => {}
        }
    }

    fn resumed(&mut self, _event_loop: &ActiveEventLoop) {}

    fn user_event(&mut self, event_loop: &ActiveEventLoop, incoming: Incoming) {
        if self.take(incoming) == Flow::End {
            event_loop.exit();
        }
    }

    fn window_event(&mut self, _: &ActiveEventLoop, _: WindowId, _: WindowEvent) {}

    fn about_to_wait(&mut self, event_loop: &ActiveEventLoop) {
        if let Self::Live(live) = self {
            event_loop.set_control_flow(match live.rest() {
                Some(left) => ControlFlow::wait_duration(left),
                None => ControlFlow::Wait,
            });
        }
    }

    /// macOS ends a program so when the person logs out.
    fn exiting(&mut self, _event_loop: &ActiveEventLoop) {
        self.take(Incoming::Quit);
    }
}

/// The running program and what it lives on.
struct Live {
    // The order is that in which they end: the icon goes before the system hears that we are done.
    host: Box<dyn Host>,
    app: App,
    idle: Idle,
    quiet: Quiet,
    _watch: Option<reload::Guard>,
    #[cfg(target_os = "macos")]
    _session: Option<session::Watch>,
    system: System,
}

impl Live {
    fn begin(paths: Paths, tell: Tell, place: Place) -> anyhow::Result<Self> {
        let mut app = App::new(paths.clone());
        let watch = start::watch_settings(&paths, &tell);
        let system = System::listen(&tell)?;
        let mut host = match place {
            Place::Headless => start::headless(&mut app),
            Place::Terminal => start::terminal(&mut app, &tell),
            Place::Desktop => desktop(paths, &mut app, &tell),
        };
        let idle = Idle::start(&tell, &mut app, place);
        let quiet = Quiet::new(&tell, place);
        // Only the system's own loop hears of it.
        #[cfg(target_os = "macos")]
        let session = (place == Place::Desktop).then(|| follow_session(&mut app, &tell));
        app.begin(host.as_mut());
        Ok(Self {
            host,
            app,
            idle,
            quiet,
            _watch: watch,
            #[cfg(target_os = "macos")]
            _session: session,
            system,
        })
    }

    fn take(&mut self, incoming: Incoming) -> Flow {
        self.app.take(incoming, self.host.as_mut())
    }

    /// Everything is done for now; how long to sleep at most.
    fn rest(&mut self) -> Option<Duration> {
        self.idle.follow(&mut self.app);
        self.quiet.follow(&mut self.app, self.host.as_mut());
        let at = self.app.next_wakeup(self.host.as_ref());
        let left = at.map(|at| at.saturating_sub(Clock.now().elapsed));
        self.system.arm(left);
        left
    }
}

#[cfg(target_os = "macos")]
fn follow_session(app: &mut App, tell: &Tell) -> session::Watch {
    app.sources().session = "macos".to_owned();
    let tell = tell.clone();
    session::Watch::follow(move |news| tell(Incoming::Session(news)))
}

fn desktop(paths: Paths, app: &mut App, tell: &Tell) -> Box<dyn Host> {
    start::greet(app);
    let tray = put_up_tray(app, tell);
    if tray.is_some() {
        app.sources().tray = "shown".to_owned();
    }
    app.sources().notifications = std::env::consts::OS.to_owned();
    let news = tell.clone();
    Box::new(Desktop {
        tell: tell.clone(),
        paths,
        offers: app.offers(),
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
