//! The startup code shared by the event loops of all platforms.

use std::io::{self, IsTerminal as _, Write as _};
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use anyhow::{Context as _, bail};

use super::host::Host;
use super::terminal::{self, Terminal};
use super::{App, AppEvent};
use crate::config::reload;
use crate::ipc::server::{self, Server};
use crate::ipc::{Call, Failure, Reply, client};
use crate::lang::tr;
use crate::paths::Paths;
use crate::reason;
use crate::text::printable;
use crate::time::Moment;

/// Sends events to the App, from any thread.
pub(super) type EventSender = Arc<dyn Fn(AppEvent) + Send + Sync>;

/// The environment in which the program runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// A graphical desktop, with a window.
    Desktop,
    /// A terminal, where routines play as text.
    Terminal,
    /// Neither a screen nor a terminal.
    Headless,
}

impl Place {
    /// Returns the place for this start, or `None` if there is neither a display nor a terminal.
    pub(super) fn choose(headless: bool, has_display: bool, has_terminal: bool) -> Option<Self> {
        match (headless, has_display, has_terminal) {
            (true, ..) => Some(Self::Headless),
            (false, true, _) => Some(Self::Desktop),
            (false, false, true) => Some(Self::Terminal),
            (false, false, false) => None,
        }
    }
}

/// The options of a start from the command line.
#[derive(Clone, Debug, Default)]
pub struct Launch {
    /// Run without a terminal or display.
    pub headless: bool,
    /// The program was started by the desktop at login, not by the user.
    pub at_login: bool,
    /// The first request.
    pub request: Option<Call>,
}

/// A launch, and where it can run.
pub(super) struct Start {
    pub(super) launch: Launch,
    pub(super) place: Option<Place>,
    /// The display server that answers, unless headless.
    pub(super) display: Option<String>,
    /// Returns `true` if the bus of the session can be connected to.
    pub(super) has_bus: fn() -> bool,
}

impl Start {
    pub(super) fn new(
        launch: Launch,
        display: impl FnOnce() -> Option<String>,
        has_bus: fn() -> bool,
    ) -> Self {
        let display = (!launch.headless).then(display).flatten();
        let has_terminal = io::stdin().is_terminal() || io::stdout().is_terminal();
        Self {
            place: Place::choose(launch.headless, display.is_some(), has_terminal),
            launch,
            display,
            has_bus,
        }
    }
}

/// Starts the server, and sends it the first request. If another instance is running, forwards the request to it, or asks it to
/// show its window if there is none, and returns `None`. An instance without a display or a
/// bus, or on another display, makes way for us.
///
/// # Errors
/// If the program can't run here, or another instance doesn't reply.
pub(super) fn start_or_forward(
    paths: &Paths,
    send: &EventSender,
    start: &Start,
) -> anyhow::Result<Option<(Server, Place)>> {
    paths.check_owner()?;
    for _ in 0..TRIES {
        let send = send.clone();
        if start.place.is_none() && !client::is_running(paths) {
            bail!(tr(
                "There is no display and no terminal here. To run as a service, use `unhunch --headless`."
            ));
        }
        if let Some(place) = start.place
            && let Some(server) = server::start(paths, move |event| send(AppEvent::Server(event)))?
        {
            paths.restrict_to_owner();
            if let Some(request) = start.launch.request.clone() {
                send_initial_request(paths.clone(), request)?;
            }
            return Ok(Some((server, place)));
        }
        match ask_running_instance(paths, start) {
            Err(Failure::NotRunning) => wait_for_shutdown(),
            Err(failure) => return Err(failure.into()),
            Ok(reply) if reply.makes_way => wait_for_shutdown(),
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
const TRIES: u32 = 100;

const RETRY_DELAY: Duration = Duration::from_millis(50);

/// An instance that is shutting down no longer replies but still has the socket. No event announces its end, so we poll.
#[expect(
    clippy::disallowed_methods,
    reason = "no loop runs yet that a timer could wake"
)]
fn wait_for_shutdown() {
    thread::sleep(RETRY_DELAY);
}

fn ask_running_instance(paths: &Paths, start: &Start) -> Result<Reply, Failure> {
    let request = start.launch.request.as_ref();
    let call = Call::Start {
        display: start.display.clone(),
        has_bus: start.display.is_some() && (start.has_bus)(),
        // Somebody who wants something else wants no page.
        at_login: start.launch.at_login || request.is_some(),
    };
    let answer = client::request(paths, call);
    if let Some(request) = request
        && !answer.as_ref().is_ok_and(|reply| reply.makes_way)
    {
        return client::request(paths, request.clone());
    }
    let message = match answer {
        Ok(reply) if reply.makes_way => return Ok(reply),
        Ok(reply) => reply.message.unwrap_or_default(),
        // The other instance has no window.
        Err(Failure::Refused(why)) => why,
        Err(failure) => return Err(failure),
    };
    let runs = tr("Unhunch is already running.");
    Ok(Reply::done(format!("{runs} {message}").trim_end()))
}

/// Sends the request through the socket like any other client. It waits there until the loop has started.
fn send_initial_request(paths: Paths, request: Call) -> anyhow::Result<()> {
    thread::Builder::new()
        .name("request".into())
        .stack_size(128 * 1024)
        .spawn(move || print_answer(client::request(&paths, request)))
        .context(tr("the system lacks what Unhunch needs to run"))?;
    Ok(())
}

/// Prints the reply. Errors are ignored, since the output may be closed.
fn print_answer(answer: Result<Reply, Failure>) {
    let _ = match answer {
        Ok(reply) => writeln!(
            io::stdout(),
            "{}",
            printable(&reply.message.unwrap_or_default())
        ),
        Err(failure) => writeln!(io::stderr(), "unhunch: {}", printable(&failure.to_string())),
    };
}

/// Creates the terminal host and reads its keys.
pub(super) fn terminal(send: &EventSender) -> Box<dyn Host> {
    spawn_key_reader(send.clone());
    Box::new(Terminal::new())
}

/// Reads keys on a thread of its own.
fn spawn_key_reader(send: EventSender) {
    let hear = move || terminal::read_keys(|key| send(AppEvent::Key(key)));
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
pub(super) fn watch_settings(paths: &Paths, send: &EventSender) -> Option<reload::Guard> {
    let send = send.clone();
    let watch = reload::watch(
        paths,
        Box::new(move || send(AppEvent::SettingsMayHaveChanged)),
    );
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_place_follows_from_display_and_terminal() {
        for (headless, display, terminal, place) in [
            (false, true, true, Some(Place::Desktop)),
            (false, true, false, Some(Place::Desktop)),
            (false, false, true, Some(Place::Terminal)),
            (false, false, false, None),
            (true, true, true, Some(Place::Headless)),
            (true, false, false, Some(Place::Headless)),
        ] {
            assert_eq!(Place::choose(headless, display, terminal), place);
        }
    }
}
