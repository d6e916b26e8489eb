//! The asking side: one request to the running program, one answer back.

use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::path::Path;
use std::time::Duration;

use super::message::{Call, LONGEST, Reply, Request};
use super::socket::Stream;
use crate::lang::tr;
use crate::paths::Paths;

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// Nobody listens.
    #[error("{}", tr("Unhunch is not running; start it with `unhunch`"))]
    NotRunning,
    /// It runs and doesn't answer.
    #[error("{}", tr!("Unhunch is running but not responding: {why}", why = .0))]
    Silent(String),
    /// It will not.
    #[error("{0}")]
    Refused(String),
}

/// How long an answer may take.
pub const PATIENCE: Duration = Duration::from_secs(5);

/// Asks the running program.
///
/// # Errors
/// When it does not run, does not answer, or refuses.
pub fn ask(paths: &Paths, call: Call) -> Result<Reply, Failure> {
    let stream = connect(&paths.socket()).map_err(|_| Failure::NotRunning)?;
    ask_on(&stream, call)
}

/// Asks the running program to end, and waits until it has, so that another one can be started then.
///
/// # Errors
/// When it does not run, or does not answer.
pub fn quit(paths: &Paths) -> Result<Reply, Failure> {
    let stream = connect(&paths.socket()).map_err(|_| Failure::NotRunning)?;
    let reply = ask_on(&stream, Call::Quit)?;
    // Nothing more is said; the end of the connection is the end of the program.
    let _ = (&stream).read(&mut [0]);
    Ok(reply)
}

fn ask_on(stream: &Stream, call: Call) -> Result<Reply, Failure> {
    let line = converse(stream, &Request::new(call)).map_err(unanswered)?;
    let reply: Reply = serde_json::from_slice(&line).map_err(|error| unanswered(error.into()))?;
    match reply.error {
        Some(refusal) => Err(Failure::Refused(refusal.message)),
        None => Ok(reply),
    }
}

/// Who hangs up without a word has ended meanwhile.
fn unanswered(error: io::Error) -> Failure {
    use io::ErrorKind::{BrokenPipe, ConnectionReset, UnexpectedEof};
    if matches!(error.kind(), BrokenPipe | ConnectionReset | UnexpectedEof) {
        Failure::NotRunning
    } else {
        Failure::Silent(error.to_string())
    }
}

/// Calls the program that listens there (see [`Paths::socket`]).
///
/// # Errors
/// When nobody listens, or somebody else than the person does.
pub fn connect(socket: &Path) -> io::Result<Stream> {
    Stream::connect(socket)
}

/// Hears from the running program how things stand, now and after each change, until it ends or `hear` answers false.
///
/// # Errors
/// When it does not run, or refuses.
pub fn watch(paths: &Paths, mut hear: impl FnMut(Reply) -> bool) -> Result<(), Failure> {
    let stream = connect(&paths.socket()).map_err(|_| Failure::NotRunning)?;
    let silent = |error: io::Error| Failure::Silent(error.to_string());
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
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    let mut line = serde_json::to_vec(request)?;
    line.push(b'\n');
    stream.write_all(&line)?;
    let mut answer = Vec::new();
    // The answer tells how things stand, and is short; a longer one is not ours.
    BufReader::new(stream)
        .take(4 * LONGEST as u64)
        .read_until(b'\n', &mut answer)?;
    if answer.is_empty() {
        Err(io::ErrorKind::UnexpectedEof.into())
    } else {
        Ok(answer)
    }
}
