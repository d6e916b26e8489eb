//! The loop on Linux: one thread, and every input is a future on it.
//!
//! No windowing library, no clock that ticks: timers are timerfds, which count the time asleep and fire at once on
//! waking if it has passed them, the end of a child is a pidfd, and everything else comes over one channel.

mod desktop;
mod memory;
mod timer;

use std::cell::RefCell;
use std::process::ExitCode;
use std::rc::Rc;
use std::time::Duration;

use anyhow::Context as _;
use async_channel::{Receiver, Sender};
use async_executor::{LocalExecutor, Task};
use async_io::{Timer, block_on};
use async_signal::{Signal, Signals};
use futures_lite::{FutureExt as _, StreamExt as _};
use zbus::Connection;
use zbus::fdo::DBusProxy;

use self::desktop::Desktop;
use self::timer::Timers;
use super::headless::Headless;
use super::terminal::Terminal;
use super::{App, Flow, Host, Incoming};
use crate::config::{Presence, reload};
use crate::ipc::{Call, Page, client, server};
use crate::paths::Paths;
use crate::schedule::Event;
use crate::tray::host;
use crate::watch::Guard;
use crate::watch::idle::{self, Thresholds};

/// What the loop's parts share.
#[derive(Clone)]
struct Loop<'a> {
    executor: Rc<LocalExecutor<'a>>,
    tell: Sender<Incoming>,
    /// What is finished before we end: the question is taken off the screen.
    last: Rc<RefCell<Vec<Task<()>>>>,
}

/// How long the last things may take.
const FAREWELL: Duration = Duration::from_secs(1);

/// Where we run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    Desktop,
    Terminal,
    Headless,
}

/// Runs until the person, a signal or the end of the session ends it.
///
/// # Errors
/// When it cannot begin: no folder for the socket, no timers.
pub fn run(headless: bool) -> anyhow::Result<ExitCode> {
    let paths = Paths::find()?;
    let (tell, told) = async_channel::unbounded();
    let heard = tell.clone();
    let server = server::start(&paths, move |heard_now| {
        drop(heard.try_send(Incoming::Heard(heard_now)))
    })?;
    let Some(server) = server else {
        return Ok(show_the_running_one(&paths));
    };
    let place = place(headless);
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

/// A second start asks the running one to show its window, and ends.
fn show_the_running_one(paths: &Paths) -> ExitCode {
    match client::ask(paths, Call::Show { page: Page::Home }) {
        Ok(reply) => println!(
            "Unhunch runs already. {}",
            reply.message.unwrap_or_default()
        ),
        Err(failure) => println!("Unhunch runs already: {failure}"),
    }
    ExitCode::SUCCESS
}

fn place(headless: bool) -> Place {
    if headless {
        Place::Headless
    } else if desktop::has_display() {
        Place::Desktop
    } else {
        Place::Terminal
    }
}

async fn live(
    parts: Loop<'_>,
    told: Receiver<Incoming>,
    paths: Paths,
    place: Place,
) -> anyhow::Result<()> {
    let mut app = App::new(paths.clone());
    let _watch = watch_settings(&parts, &paths);
    hear_signals(&parts)?;
    let timers = Timers::start(&parts.executor, &parts.tell).context("no timers")?;
    let mut host = make_host(&parts, &mut app, &paths, place).await;
    let mut idle = Idle::start(&parts, &mut app, place);
    app.begin(host.as_mut());
    memory::trim();
    loop {
        idle.follow(&parts, &mut app, place);
        timers.arm(app.next_wakeup(host.as_ref()))?;
        if told.is_empty() {
            memory::forget_code();
        }
        let Ok(incoming) = told.recv().await else {
            break;
        };
        let settled = matches!(incoming, Incoming::TrayHost(_) | Incoming::WindowEnded);
        if app.take(incoming, host.as_mut()) == Flow::End {
            break;
        }
        if settled {
            memory::trim();
        }
    }
    drop(host);
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
) -> Box<dyn Host + 'a> {
    match place {
        Place::Headless => {
            app.sources().tray = "none: headless".to_owned();
            app.sources().notifications = "none: headless".to_owned();
            Box::new(Headless::new())
        }
        Place::Terminal => {
            app.sources().tray = "none: there is no screen".to_owned();
            app.sources().notifications = "terminal".to_owned();
            hear_keys(parts);
            Box::new(Terminal::new())
        }
        Place::Desktop => {
            let bus = connect(parts).await;
            if let Err(error) = &bus {
                let why = format!("none: there is no session bus ({error:#})");
                app.sources().tray.clone_from(&why);
                app.sources().notifications = why;
            }
            let bus = bus.ok();
            if let Some(bus) = &bus {
                follow_bus(parts, bus);
            }
            greet(app);
            Box::new(Desktop::new(
                parts.clone(),
                paths.clone(),
                app,
                bus.as_ref(),
            ))
        }
    }
}

/// Somebody who starts it in a terminal is told where to look.
fn greet(app: &App) {
    if rustix::termios::isatty(rustix::stdio::stdout()) {
        println!(
            "Unhunch {} runs in the tray. {}. Ctrl+C ends it.",
            env!("CARGO_PKG_VERSION"),
            app.status().why
        );
    }
}

/// The session bus, ticked by our own loop.
async fn connect(parts: &Loop<'_>) -> zbus::Result<Connection> {
    let bus = zbus::connection::Builder::session()?
        .internal_executor(false)
        .build();
    let bus = bus.await?;
    let ticked = bus.clone();
    parts
        .executor
        .spawn(async move {
            while !ticked.executor().is_empty() {
                ticked.executor().tick().await
            }
        })
        .detach();
    Ok(bus)
}

/// Tells of panels and notification servers that come and go, and ends with the session.
fn follow_bus(parts: &Loop<'_>, bus: &Connection) {
    let (tell, bus_of_panels) = (parts.tell.clone(), bus.clone());
    let panels = async move {
        let told =
            |host: host::Host| drop(tell.try_send(Incoming::TrayHost(host.words().to_owned())));
        // It ends only with the bus, and the bus with the session: nobody is here any more.
        let _ = host::follow(&bus_of_panels, told).await;
        let _ = tell.try_send(Incoming::Quit);
    };
    parts.executor.spawn(panels).detach();
    let (tell, bus) = (parts.tell.clone(), bus.clone());
    parts
        .executor
        .spawn(async move { drop(follow_notifications(&bus, &tell).await) })
        .detach();
}

const NOTIFICATIONS: &str = "org.freedesktop.Notifications";

async fn follow_notifications(bus: &Connection, tell: &Sender<Incoming>) -> zbus::Result<()> {
    let names = DBusProxy::new(bus).await?;
    let mut changes = names
        .receive_name_owner_changed_with_args(&[(0, NOTIFICATIONS)])
        .await?;
    loop {
        let words = if names.name_has_owner(NOTIFICATIONS.try_into()?).await? {
            "present"
        } else if names
            .list_activatable_names()
            .await?
            .iter()
            .any(|name| name.as_str() == NOTIFICATIONS)
        {
            "started when needed"
        } else {
            "none: no notification server runs; the tray icon shows what is due"
        };
        let _ = tell.try_send(Incoming::NotificationServer(words.to_owned()));
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
                let _ = tell.try_send(Incoming::Quit);
            }
        })
        .detach();
    Ok(())
}

fn watch_settings(parts: &Loop<'_>, paths: &Paths) -> Option<reload::Guard> {
    let tell = parts.tell.clone();
    let watch = reload::watch(
        paths,
        Box::new(move || drop(tell.try_send(Incoming::SettingsTouched))),
    );
    watch
        .inspect_err(|error| {
            eprintln!("unhunch: changed settings are taken up at the next start only: {error:#}")
        })
        .ok()
}

/// A thread that sleeps in read(2): to make the input non-blocking would do so to the shell's, too.
fn hear_keys(parts: &Loop<'_>) {
    let tell = parts.tell.clone();
    let read = move || {
        let mut byte = [0];
        while let Ok(1) = rustix::io::read(rustix::stdio::stdin(), &mut byte) {
            let _ = tell.try_send(Incoming::Key(char::from(byte[0])));
        }
    };
    // Without it the keys do nothing, and the command line does the same.
    let _ = std::thread::Builder::new()
        .name("keys".into())
        .stack_size(64 * 1024)
        .spawn(read);
}

/// The source of idleness, as the settings want it.
struct Idle {
    presence: Presence,
    guard: Option<Box<dyn Guard>>,
    closely: bool,
}

impl Idle {
    fn start(parts: &Loop<'_>, app: &mut App, place: Place) -> Self {
        let presence = app.settings().presence;
        let mut idle = Self {
            presence,
            guard: None,
            closely: false,
        };
        idle.choose(parts, app, place);
        idle
    }

    fn choose(&mut self, parts: &Loop<'_>, app: &mut App, place: Place) {
        self.guard = None;
        self.closely = false;
        if place != Place::Desktop {
            app.sources().idle = "none: there is no screen".to_owned();
            return;
        }
        let Presence { still, away } = self.presence;
        let lost = parts.tell.clone();
        let lost = Box::new(move |error: anyhow::Error| {
            drop(lost.try_send(Incoming::IdleLost(format!("{error:#}"))))
        });
        let (watcher, name) = idle::choose(Thresholds { still, away }, lost);
        let tell = parts.tell.clone();
        let started = watcher.start(Box::new(move |event: Event| {
            drop(tell.try_send(Incoming::Event(event)))
        }));
        app.sources().idle = match &started {
            Ok(_) => name,
            Err(error) => format!("none: {error:#}"),
        };
        self.guard = started.ok();
    }

    /// Keeps up with the settings, and watches closely while a good moment is waited for.
    fn follow(&mut self, parts: &Loop<'_>, app: &mut App, place: Place) {
        if self.presence != app.settings().presence {
            self.presence = app.settings().presence;
            self.choose(parts, app, place);
        }
        let closely = app.wants_stillness();
        if self.closely != closely
            && let Some(guard) = &self.guard
        {
            guard.attend(closely);
            self.closely = closely;
        }
    }
}
