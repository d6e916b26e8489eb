//! The loop on Linux: one thread, and every input is a future on it.
//!
//! No windowing library, no clock that ticks: timers are timerfds, which count the time asleep and fire at once on
//! waking if it has passed them, the end of a child is a pidfd, and everything else comes over one channel.

mod desktop;
mod now;
mod system;
mod timer;
mod watch;

pub use now::{Now, now};

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
use zbus::Connection;
use zbus::connection::Builder;

use self::timer::Timers;
use self::watch::Buses;
use super::headless::Headless;
use super::reconcile::{IdleWatch, QuietProbe};
use super::running::{Flow, Running};
use super::start::{self, Place, Tell};
use super::{App, Host, Incoming};
use crate::ipc::Call;
use crate::paths::Paths;
use crate::source::Source;
use crate::time::{Clock, Moment};
use crate::tray::host;
use crate::watch::linux::{bus, screen};

/// What the loop's parts share.
#[derive(Clone)]
struct Loop<'a> {
    executor: Rc<LocalExecutor<'a>>,
    tell: Tell,
    /// What is finished before we end: the question is taken off the screen.
    last: Rc<RefCell<Vec<Task<()>>>>,
}

/// How long the last things may take.
const FAREWELL: Duration = Duration::from_secs(1);

/// Runs until the person, a signal or the end of the session ends it. The wish is fulfilled first, by whoever runs.
///
/// # Errors
/// When it cannot begin: no folder for the socket, no timers.
pub fn run(headless: bool, wish: Option<Call>) -> anyhow::Result<ExitCode> {
    let paths = Paths::find()?;
    let (told_by, told) = async_channel::unbounded();
    let tell: Tell = Arc::new(move |incoming| drop(told_by.try_send(incoming)));
    let Some(server) = start::take_place(&paths, &tell, wish)? else {
        return Ok(ExitCode::SUCCESS);
    };
    let place = Place::choose(headless, screen::is_there);
    let executor = Rc::new(LocalExecutor::new());
    let parts = Loop {
        executor: executor.clone(),
        tell,
        last: Rc::default(),
    };
    block_on(executor.run(live(parts, told, paths, place)))?;
    drop(server);
    Ok(ExitCode::SUCCESS)
}

async fn live(
    parts: Loop<'_>,
    told: Receiver<Incoming>,
    paths: Paths,
    place: Place,
) -> anyhow::Result<()> {
    let now = Clock.now();
    let mut app = App::new(paths.clone(), place, &now);
    let _watch = start::watch_settings(&paths, &parts.tell);
    hear_signals(&parts)?;
    let timers = Timers::start(&parts.executor, &parts.tell).context("no timers")?;
    let mut buses = Buses::default();
    let host = make_host(&parts, &mut app, &paths, place, &mut buses, &now).await;
    let mut running = Running {
        host,
        app,
        idle: IdleWatch::new(watch::idle(&parts, &buses)),
        quiet: QuietProbe::new(watch::quiet(&parts, &buses)),
    };
    running.begin(&now);
    timers.arm(running.follow(&now))?;
    while let Ok(incoming) = told.recv().await {
        let now = Clock.now();
        if running.take(incoming, &now) == Flow::End {
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
    let late = async {
        Timer::after(FAREWELL).await;
    };
    farewell.or(late).await;
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
            system::follow_session(parts, buses);
            start::terminal(&parts.tell)
        }
        Place::Desktop => {
            let bus = connect(parts, Builder::session()).await;
            if let Err(error) = &bus {
                let source = Source::none(format_args!("there is no session bus ({error:#})"));
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
            system::follow_session(parts, buses);
            start::greet(app, now);
            Box::new(desktop::make(parts, paths.clone(), app, bus.as_ref(), now))
        }
    }
}

/// A bus, and its work on our own loop. Who listens there leaves some of that behind when they go, and what is never done
/// keeps the connection: so it goes on until all have gone.
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

/// Tells of panels and notification servers that come and go, and ends with the session.
fn follow_bus(parts: &Loop<'_>, bus: &Connection) {
    let (tell, bus_of_panels) = (parts.tell.clone(), bus.clone());
    let (executor, patience) = (parts.executor.clone(), RefCell::new(None));
    let panels = async move {
        let told = |host: host::Host| {
            // A panel that comes ends the patience.
            let absent = host == host::Host::Absent;
            let wait = || executor.spawn(expect_tray(tell.clone()));
            *patience.borrow_mut() = absent.then(wait);
            tell(Incoming::TrayHost(host.source()));
        };
        // It ends only with the bus, and the bus with the session: nobody is here any more.
        let _ = host::follow(&bus_of_panels, told).await;
        tell(Incoming::Quit);
    };
    parts.executor.spawn(panels).detach();
    let (tell, bus) = (parts.tell.clone(), bus.clone());
    parts
        .executor
        .spawn(async move { drop(follow_notifications(&bus, &tell).await) })
        .detach();
}

/// At login a panel may come after us, and one that fell down comes back.
const PANELS_COME: Duration = Duration::from_secs(15);

/// Says so when no panel has come in time.
async fn expect_tray(tell: Tell) {
    Timer::after(PANELS_COME).await;
    tell(Incoming::NoTray);
}

const NOTIFICATIONS: &str = "org.freedesktop.Notifications";

async fn follow_notifications(bus: &Connection, tell: &Tell) -> zbus::Result<()> {
    let mut changes = bus::owners(bus, NOTIFICATIONS).await?;
    loop {
        let source = if bus::is_owned(bus, NOTIFICATIONS).await? {
            Source::Present
        } else if bus::can_be_started(bus, NOTIFICATIONS).await? {
            Source::named("started when needed")
        } else {
            Source::none("no notification server runs")
        };
        tell(Incoming::NotificationServer(source));
        if changes.next().await.is_none() {
            return Ok(());
        }
    }
}

fn hear_signals(parts: &Loop<'_>) -> anyhow::Result<()> {
    let mut signals =
        Signals::new([Signal::Term, Signal::Int, Signal::Hup]).context("no signals")?;
    let tell = parts.tell.clone();
    parts
        .executor
        .spawn(async move {
            while signals.next().await.is_some() {
                tell(Incoming::Quit);
            }
        })
        .detach();
    Ok(())
}

/// Which start of the computer this is; nothing where the system doesn't say.
pub(super) fn boot() -> String {
    let id = std::fs::read_to_string("/proc/sys/kernel/random/boot_id");
    id.unwrap_or_default().trim().to_owned()
}

/// A program has no console of its own here.
pub(super) fn without_console(_command: &mut Command) {}
