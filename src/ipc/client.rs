//! The client side: sends a request to the running program and waits for its reply.

use std::env;
use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::message::{Call, MAX_LINE_BYTES, Reply, Request};
use super::socket::{self, Stream};
use crate::lang::tr;
use crate::paths::Paths;
use crate::reason;

/// The reason why a request got no successful reply.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// No program listens on the socket.
    #[error("{}", tr("Unhunch is not running; start it with `unhunch`"))]
    NotRunning,
    /// The program is running but doesn't reply. The string is the error.
    #[error("{}", tr!("Unhunch is running but not responding: {why}", why = .0))]
    Silent(String),
    /// The program refused the request. The string is its message.
    #[error("{0}")]
    Refused(String),
}

/// The timeout for a reply.
pub const REPLY_TIMEOUT: Duration = Duration::from_secs(5);

/// Sends a request to the running program and waits for the reply.
///
/// # Errors
/// If the program isn't running, doesn't reply, or refuses the request.
pub fn request(paths: &Paths, call: Call) -> Result<Reply, Failure> {
    let stream = socket::connect_to_running(paths).map_err(|_| Failure::NotRunning)?;
    request_on(&stream, call)
}

/// Returns the token that a launcher passes to the program it starts: of Wayland, or else of X11.
fn activation_token() -> Option<String> {
    let names = ["XDG_ACTIVATION_TOKEN", "DESKTOP_STARTUP_ID"];
    let values = names.iter().filter_map(|name| env::var(name).ok());
    values.into_iter().find(|value| !value.is_empty())
}

/// Asks the running program to quit, and waits until it has exited, so that another one can be started.
///
/// # Errors
/// If the program isn't running or doesn't reply.
pub fn quit(paths: &Paths) -> Result<Reply, Failure> {
    let stream = socket::connect_to_running(paths).map_err(|_| Failure::NotRunning)?;
    let reply = request_on(&stream, Call::Quit)?;
    // Nothing more is sent, so the read returns when the program exits and the connection closes.
    let _ = (&stream).read(&mut [0]);
    Ok(reply)
}

fn request_on(stream: &Stream, call: Call) -> Result<Reply, Failure> {
    let request = Request {
        activation_token: activation_token(),
        ..Request::new(call)
    };
    let line = converse(stream, &request).map_err(unanswered)?;
    let reply: Reply = serde_json::from_slice(&line).map_err(|error| unanswered(error.into()))?;
    match reply.error {
        Some(refusal) => Err(Failure::Refused(refusal.message)),
        None => Ok(reply),
    }
}

/// A connection that is closed without a reply means that the program has exited meanwhile.
fn unanswered(error: io::Error) -> Failure {
    use io::ErrorKind::{BrokenPipe, ConnectionReset, UnexpectedEof};
    if matches!(error.kind(), BrokenPipe | ConnectionReset | UnexpectedEof) {
        Failure::NotRunning
    } else {
        Failure::Silent(reason::of_error(&error))
    }
}

/// Connects to the program that listens on this socket (see [`Paths::socket`]).
///
/// # Errors
/// If no program listens there, or it belongs to another user.
pub fn connect(socket: &Path) -> io::Result<Stream> {
    socket::connect(socket)
}

/// Returns `true` if the program is running.
#[must_use]
pub fn is_running(paths: &Paths) -> bool {
    socket::connect_to_running(paths).is_ok()
}

/// Returns the path at which the running program listens.
#[must_use]
pub fn socket_of_running(paths: &Paths) -> PathBuf {
    socket::current(paths)
}

/// Receives the status of the running program, now and after each change, until the program exits or `hear` returns `false`.
///
/// # Errors
/// If the program isn't running, or refuses the request.
pub fn watch(paths: &Paths, mut hear: impl FnMut(Reply) -> bool) -> Result<(), Failure> {
    let stream = socket::connect_to_running(paths).map_err(|_| Failure::NotRunning)?;
    let silent = |error: io::Error| Failure::Silent(reason::of_error(&error));
    let mut line = serde_json::to_vec(&Request::new(Call::Watch)).unwrap_or_default();
    line.push(b'\n');
    (&stream).write_all(&line).map_err(silent)?;
    for line in BufReader::new(&stream).lines() {
        let reply: Reply =
            serde_json::from_str(&line.map_err(silent)?).map_err(|error| silent(error.into()))?;
        if let Some(refusal) = reply.error {
            return Err(Failure::Refused(refusal.message));
        }
        if !hear(reply) {
            break;
        }
    }
    Ok(())
}

fn converse(mut stream: &Stream, request: &Request) -> io::Result<Vec<u8>> {
    stream.set_read_timeout(Some(REPLY_TIMEOUT))?;
    stream.set_write_timeout(Some(REPLY_TIMEOUT))?;
    let mut line = serde_json::to_vec(request)?;
    line.push(b'\n');
    stream.write_all(&line)?;
    let mut answer = Vec::new();
    // The longest reply is the status, which is far below this limit. The limit guards against foreign programs.
    BufReader::new(stream)
        .take(4 * MAX_LINE_BYTES as u64)
        .read_until(b'\n', &mut answer)?;
    if answer.is_empty() {
        Err(io::ErrorKind::UnexpectedEof.into())
    } else {
        Ok(answer)
    }
}
