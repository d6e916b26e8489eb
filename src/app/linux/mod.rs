//! The event loop on Linux: a single thread on which every input is a future.
//!
//! There is no windowing library and no periodic tick. Timers are timerfds, which count the time asleep and fire right after
//! resume if their time has passed. Exits of children come from pidfds, and everything else comes through one channel.

mod desktop;
mod now;
mod system_bus;
mod timer;
mod watch;

pub use now::{DesktopReport, query_desktop};

use std::cell::RefCell;
use std::process::{Command, ExitCode};
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use async_channel::Receiver;
use async_executor::{LocalExecutor, Task};
use async_io::{Timer, block_on};
use async_signal::{Signal, Signals};
use futures_lite::{FutureExt as _, StreamExt as _};
use rustix::process::{getpid, kill_process};
use zbus::Connection;
use zbus::connection::Builder;

use self::timer::Timers;
use self::watch::Buses;
use super::headless::Headless;
use super::reconcile::{IdleWatch, QuietProbe};
use super::running::{Flow, Running};
use super::start::{self, EventSender, Launch, Place, Start};
use super::{App, AppEvent, Host, terminal};
use crate::lang::{mark, tr};
use crate::paths::Paths;
use crate::reason;
use crate::source::Source;
use crate::time::{Clock, Moment};
use crate::tray::host;
use crate::watch::linux::bus;
use crate::watch::linux::display_server::DisplayServer;

/// The shared parts of the loop.
#[derive(Clone)]
struct Loop<'a> {
    executor: Rc<LocalExecutor<'a>>,
    send: EventSender,
    /// Tasks to finish before exiting, such as withdrawing the question.
    last: Rc<RefCell<Vec<Task<()>>>>,
}

/// The timeout for the last tasks.
const SHUTDOWN_TIMEOUT: Duration = Duration::from_secs(1);

/// Runs until the user, a signal or the end of the session ends it. The initial request is handled first, by this instance or
/// by one that is already running.
///
/// # Errors
/// If it cannot start: no folder for the socket, or no timers.
pub fn run(launch: Launch) -> anyhow::Result<ExitCode> {
    share_one_heap();
    let paths = Paths::find()?;
    let display = || DisplayServer::answering().map(|display| display.to_string());
    let start = Start::new(launch, display, has_session_bus);
    let (sender, receiver) = async_channel::unbounded();
    let send: EventSender = Arc::new(move |incoming| drop(sender.try_send(incoming)));
    let Some((server, place)) = start::start_or_forward(&paths, &send, &start)? else {
        return Ok(ExitCode::SUCCESS);
    };
    let executor = Rc::new(LocalExecutor::new());
    let parts = Loop {
        executor: executor.clone(),
        send,
        last: Rc::default(),
    };
    block_on(executor.run(run_loop(parts, receiver, &paths, place, start.display)))?;
    drop(server);
    Ok(ExitCode::SUCCESS)
}

/// Makes all threads use the same heap. By default, each gets one of its own, of which glibc gives less back to the system; the
/// few threads here wait most of the time and don't slow each other down.
fn share_one_heap() {
    #[cfg(target_env = "gnu")]
    #[expect(unsafe_code, reason = "there is no safe wrapper for it")]
    // SAFETY: it only sets a number.
    unsafe {
        libc::mallopt(libc::M_ARENA_MAX, 1);
    }
}

/// Gives freed memory back to the system. Reading a thousand exercises takes a few megabytes for a moment, which glibc would otherwise
/// keep for as long as the program runs.
pub(super) fn release_freed_memory() {
    #[cfg(target_env = "gnu")]
    #[expect(unsafe_code, reason = "there is no safe wrapper for it")]
    // SAFETY: it may be called at any time and from any thread.
    unsafe {
        libc::malloc_trim(0);
    }
}

async fn run_loop(
    parts: Loop<'_>,
    receiver: Receiver<AppEvent>,
    paths: &Paths,
    place: Place,
    display: Option<String>,
) -> anyhow::Result<()> {
    let now = Clock.now();
    let mut app = App::new(paths.clone(), place, &now);
    app.set_display(display);
    let _watch = start::watch_settings(paths, &parts.send);
    listen_for_signals(&parts, place)?;
    let timers = Timers::start(&parts.executor, &parts.send)
        .context(tr("the system lacks what Unhunch needs to run"))?;
    let mut buses = Buses::new(parts.send.clone());
    let host = make_host(&parts, &mut app, paths, place, &mut buses, &now).await;
    let mut running = Running {
        host,
        app,
        idle: IdleWatch::new(watch::idle(&parts, &buses)),
        quiet: QuietProbe::new(watch::quiet(&parts, &buses)),
    };
    running.begin(&now);
    timers.arm(running.follow(&now))?;
    while let Ok(incoming) = receiver.recv().await {
        let now = Clock.now();
        if running.handle(incoming, &now) == Flow::End {
            break;
        }
        timers.arm(running.follow(&now))?;
    }
    drop(running);
    let last = parts.last.take();
    let farewell = async {
        for task in last {
            task.await
        }
    };
    let timeout = async {
        Timer::after(SHUTDOWN_TIMEOUT).await;
    };
    farewell.or(timeout).await;
    Ok(())
}

async fn make_host<'a>(
    parts: &Loop<'a>,
    app: &mut App,
    paths: &Paths,
    place: Place,
    buses: &mut Buses,
    now: &Moment,
) -> Box<dyn Host + 'a> {
    match place {
        Place::Headless => Box::new(Headless::new()),
        Place::Terminal => {
            system_bus::follow_session(parts, buses);
            start::terminal(&parts.send)
        }
        Place::Desktop => {
            let bus = connect(parts, Builder::session()).await;
            if let Err(error) = &bus {
                app.lacks_bus = true;
                let source = Source::none(reason::after(tr("there is no session bus"), error));
                app.sources().tray.clone_from(&source);
                app.sources().notifications = source;
            }
            let bus = bus.ok().map(|(bus, ticks)| {
                ticks.detach();
                bus
            });
            if let Some(bus) = &bus {
                follow_bus(parts, bus);
            }
            buses.session = bus.clone();
            system_bus::follow_session(parts, buses);
            start::greet(app, now);
            Box::new(desktop::make(parts, paths.clone(), app, bus.as_ref(), now))
        }
    }
}

fn has_session_bus() -> bool {
    block_on(async {
        match Builder::session() {
            Ok(bus) => bus.internal_executor(false).build().await.is_ok(),
            Err(_) => false,
        }
    })
}

/// Connects to a bus and drives the connection on our own loop. Subscribers leave cleanup work behind when they are dropped,
/// and the connection stays open until that is done, so the task has to outlive them.
async fn connect(
    parts: &Loop<'_>,
    bus: zbus::Result<Builder<'static>>,
) -> zbus::Result<(Connection, Task<()>)> {
    let bus = bus?.internal_executor(false).build().await?;
    let ticked = bus.clone();
    let ticks = parts.executor.spawn(async move {
        loop {
            ticked.executor().tick().await;
        }
    });
    Ok((bus, ticks))
}

/// Reports panels and notification servers that come and go, and quits when the session ends.
fn follow_bus(parts: &Loop<'_>, bus: &Connection) {
    let (send, bus_of_panels) = (parts.send.clone(), bus.clone());
    let (executor, patience) = (parts.executor.clone(), RefCell::new(None));
    let panels = async move {
        let report = |host: host::Host| {
            // A panel that appears cancels the timeout.
            let absent = host == host::Host::Absent;
            let wait = || executor.spawn(expect_tray(send.clone()));
            *patience.borrow_mut() = absent.then(wait);
            send(AppEvent::TrayHost(host.source()));
        };
        // This ends only with the bus, and the bus ends with the session.
        let Err(error) = host::follow(&bus_of_panels, report).await;
        let why = reason::after(tr("The session bus has ended, so Unhunch quits"), &error);
        eprintln!("unhunch: {why}");
        send(AppEvent::Quit);
    };
    parts.executor.spawn(panels).detach();
    let (send, bus) = (parts.send.clone(), bus.clone());
    parts
        .executor
        .spawn(async move { drop(follow_notifications(&bus, &send).await) })
        .detach();
}

/// The time to wait for a panel. At login it may start after us, and a crashed one comes back.
const PANEL_TIMEOUT: Duration = Duration::from_secs(15);

/// Reports a missing tray if no panel appears in time.
async fn expect_tray(send: EventSender) {
    Timer::after(PANEL_TIMEOUT).await;
    send(AppEvent::NoTray);
}

const NOTIFICATIONS: &str = "org.freedesktop.Notifications";

async fn follow_notifications(bus: &Connection, send: &EventSender) -> zbus::Result<()> {
    let mut changes = bus::owner_changes(bus, NOTIFICATIONS).await?;
    loop {
        let source = if bus::is_owned(bus, NOTIFICATIONS).await? {
            Source::Present
        } else if bus::can_be_started(bus, NOTIFICATIONS).await? {
            Source::named(mark("started when needed"))
        } else {
            Source::none(tr("no notification server is running"))
        };
        send(AppEvent::NotificationServer(source));
        if changes.next().await.is_none() {
            return Ok(());
        }
    }
}

fn listen_for_signals(parts: &Loop<'_>, place: Place) -> anyhow::Result<()> {
    let mut all = vec![Signal::Term, Signal::Int, Signal::Hup];
    if place == Place::Terminal {
        all.extend([Signal::Tstp, Signal::Cont]);
    }
    let mut signals =
        Signals::new(all).context(tr("the system lacks what Unhunch needs to run"))?;
    let send = parts.send.clone();
    parts
        .executor
        .spawn(async move {
            while let Some(signal) = signals.next().await {
                match signal {
                    // Ctrl+Z. The terminal is restored before the signal that stops the program, which can't be caught.
                    Ok(Signal::Tstp) => {
                        terminal::suspend();
                        let _ = kill_process(getpid(), rustix::process::Signal::STOP);
                    }
                    Ok(Signal::Cont) => terminal::resume(),
                    Ok(_) | Err(_) => send(AppEvent::Quit),
                }
            }
        })
        .detach();
    Ok(())
}

/// Returns the id of the current boot. Empty if it is unknown.
pub(super) fn boot_id() -> String {
    let id = std::fs::read_to_string("/proc/sys/kernel/random/boot_id");
    id.unwrap_or_default().trim().to_owned()
}

/// Prepares the command that starts the window: it uses the display server that answers.
///
/// # Errors
/// If no display server answers.
pub(super) fn prepare_window(command: &mut Command) -> anyhow::Result<()> {
    let display = DisplayServer::answering().context(tr("no display server answers"))?;
    display.restrict(command);
    // The token with which this program was started has been used, and the window gets its own over the socket.
    command
        .env_remove("XDG_ACTIVATION_TOKEN")
        .env_remove("DESKTOP_STARTUP_ID");
    Ok(())
}
