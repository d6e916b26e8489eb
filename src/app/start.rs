//! The startup code shared by the event loops of all platforms.

use std::io::{self, IsTerminal as _, Write as _};
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use anyhow::{Context as _, bail};

use super::host::Host;
use super::terminal::{self, Terminal};
use super::{App, Incoming};
use crate::config::reload;
use crate::ipc::server::{self, Server};
use crate::ipc::{Call, Failure, Page, Reply, client};
use crate::lang::tr;
use crate::paths::Paths;
use crate::reason;
use crate::time::Moment;

/// Sends events to the App, from any thread.
pub(super) type EventSender = Arc<dyn Fn(Incoming) + Send + Sync>;

/// The environment in which the program runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// A graphical desktop, with a window.
    Desktop,
    /// A terminal, where routines are led as text.
    Terminal,
    /// Neither a screen nor a terminal.
    Headless,
}

impl Place {
    pub(super) fn choose(headless: bool, has_screen: impl FnOnce() -> bool) -> Self {
        if headless {
            Self::Headless
        } else if has_screen() {
            Self::Desktop
        } else {
            Self::Terminal
        }
    }
}

/// Starts the server, and sends it `wish` as the first request. If another instance is running, forwards `wish` to it, or asks
/// it to show its window if there is none, and returns `None`.
pub(super) fn start_or_forward(
    paths: &Paths,
    tell: &EventSender,
    wish: Option<Call>,
) -> anyhow::Result<Option<Server>> {
    for _ in 0..TRIES {
        let tell = tell.clone();
        if let Some(server) = server::start(paths, move |heard| tell(Incoming::Heard(heard)))? {
            if let Some(wish) = wish {
                send_initial_request(paths.clone(), wish)?;
            }
            return Ok(Some(server));
        }
        match ask_running_instance(paths, wish.clone()) {
            Err(Failure::NotRunning) => wait_for_shutdown(),
            Err(failure) => return Err(failure.into()),
            answer => {
                print_answer(answer);
                return Ok(None);
            }
        }
    }
    bail!(tr(
        "Another Unhunch is shutting down but hasn’t finished. Try again in a moment."
    ))
}

/// The number of attempts while another instance is shutting down.
const TRIES: u32 = 40;

const RETRY_DELAY: Duration = Duration::from_millis(50);

/// An instance that is shutting down no longer replies but still has the socket. No event announces its end, so we poll.
#[expect(
    clippy::disallowed_methods,
    reason = "no loop runs yet that a timer could wake"
)]
fn wait_for_shutdown() {
    thread::sleep(RETRY_DELAY);
}

fn ask_running_instance(paths: &Paths, wish: Option<Call>) -> Result<Reply, Failure> {
    if let Some(wish) = wish {
        return client::ask(paths, wish);
    }
    let message = match client::ask(paths, Call::Show { page: Page::Home }) {
        Ok(reply) => reply.message.unwrap_or_default(),
        // The other instance has no window.
        Err(Failure::Refused(why)) => why,
        Err(failure) => return Err(failure),
    };
    let runs = tr("Unhunch is already running.");
    Ok(Reply::done(format!("{runs} {message}")))
}

/// Sends the request through the socket like any other client. It waits there until the loop has started.
fn send_initial_request(paths: Paths, wish: Call) -> anyhow::Result<()> {
    thread::Builder::new()
        .name("wish".into())
        .stack_size(128 * 1024)
        .spawn(move || print_answer(client::ask(&paths, wish)))
        .context(tr("the system lacks what Unhunch needs to run"))?;
    Ok(())
}

/// Prints the reply. Errors are ignored, since the output may be closed.
fn print_answer(answer: Result<Reply, Failure>) {
    let _ = match answer {
        Ok(reply) => writeln!(io::stdout(), "{}", reply.message.unwrap_or_default()),
        Err(failure) => writeln!(io::stderr(), "unhunch: {failure}"),
    };
}

/// Creates the terminal host and reads its keys.
pub(super) fn terminal(tell: &EventSender) -> Box<dyn Host> {
    spawn_key_reader(tell.clone());
    Box::new(Terminal::new())
}

/// Reads keys on a thread of its own.
fn spawn_key_reader(tell: EventSender) {
    let hear = move || {
        while let Some(key) = terminal::key() {
            tell(Incoming::Key(key));
        }
    };
    // Without the thread the keys do nothing, but the command line still works.
    let _ = thread::Builder::new()
        .name("keys".into())
        .stack_size(64 * 1024)
        .spawn(hear);
}

/// Prints a hint when started from a terminal.
pub(super) fn greet(app: &App, now: &Moment) {
    if io::stdout().is_terminal() {
        println!(
            "{}",
            tr!(
                "Unhunch {version} is running in the tray. {status}. Press Ctrl+C to quit.",
                version = env!("CARGO_PKG_VERSION"),
                status = app.status(now).why
            )
        );
    }
}

/// Reports changed settings until the guard is dropped.
pub(super) fn watch_settings(paths: &Paths, tell: &EventSender) -> Option<reload::Guard> {
    let tell = tell.clone();
    let watch = reload::watch(paths, Box::new(move || tell(Incoming::SettingsTouched)));
    watch
        .inspect_err(|error| {
            let why = tr!(
                "changed settings take effect only at the next start: {why}",
                why = reason::of(error)
            );
            eprintln!("unhunch: {why}");
        })
        .ok()
}
