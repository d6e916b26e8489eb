//! The server side: one thread accepts connections, and one thread per connection reads its lines.

use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::net::Shutdown;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use anyhow::Context as _;

use super::message::{Call, MAX_LINE_BYTES, Refusal, Reply, Request};
use super::socket::{self, Instance, Stream};
use crate::lang::tr;
use crate::paths::Paths;

/// The timeout for reading or writing a line.
const LINE_TIMEOUT: Duration = Duration::from_secs(2);

/// The maximum number of connections at a time, to limit the damage of a misbehaving client.
const MAX_CONNECTIONS: usize = 32;

/// The stack size of the threads in bytes. They only wait and pass lines on.
const STACK_BYTES: usize = 128 * 1024;

/// An event on the socket.
#[derive(Debug)]
pub enum ServerEvent {
    /// The activation token of the request that follows.
    ActivationToken(String),
    /// A request, and the caller to reply to.
    Request(Caller, Call),
    /// The connection with this id has closed. Sent only for the window and for watchers.
    Gone(u64),
}

/// A client at the other end of a connection.
#[derive(Clone, Debug)]
pub struct Caller {
    /// A unique number of this connection.
    pub id: u64,
    stream: Arc<Stream>,
}

impl Caller {
    /// Sends a reply. A client that doesn't read it in time is disconnected.
    pub fn send(&self, reply: &Reply) {
        let mut line = serde_json::to_vec(reply).unwrap_or_default();
        line.push(b'\n');
        if (&*self.stream).write_all(&line).is_err() {
            self.disconnect();
        }
    }

    /// Creates a caller on this connection, for tests that act as the window.
    #[cfg(all(test, unix))]
    pub(crate) fn at(id: u64, stream: Stream) -> Self {
        Self {
            id,
            stream: Arc::new(stream),
        }
    }

    /// Returns `true` if the client has closed its end of the connection, so that nobody waits for a reply.
    #[must_use]
    pub fn has_left(&self) -> bool {
        socket::is_closed(&self.stream)
    }

    /// Closes the connection in both directions.
    pub fn disconnect(&self) {
        // This fails only if the other end has closed the connection already.
        let _ = self.stream.shutdown(Shutdown::Both);
    }
}

/// The control socket of the running program. Dropping it removes the socket.
#[derive(Debug)]
pub struct Server {
    instance: Arc<Instance>,
}

impl Drop for Server {
    fn drop(&mut self) {
        self.instance.clear();
    }
}

/// Becomes the running instance and starts to listen. Returns `None` if another instance is running.
///
/// # Errors
/// If the socket or its folder can't be created.
pub fn start(
    paths: &Paths,
    report: impl Fn(ServerEvent) + Send + Sync + 'static,
) -> anyhow::Result<Option<Server>> {
    let Some(instance) = socket::acquire(paths)? else {
        return Ok(None);
    };
    let instance = Arc::new(instance);
    let (listening, report) = (instance.clone(), Arc::new(report));
    thread::Builder::new()
        .name("control".into())
        .stack_size(STACK_BYTES)
        .spawn(move || listen(&listening, &report))
        .context(tr("the system lacks what Unhunch needs to run"))?;
    Ok(Some(Server { instance }))
}

fn listen<T: Fn(ServerEvent) + Send + Sync + 'static>(instance: &Instance, report: &Arc<T>) {
    for id in 1.. {
        match instance.accept() {
            // The thread of each connection owns a clone of `report`, so the count limits the connections.
            Ok(stream) if Arc::strong_count(report) <= MAX_CONNECTIONS => {
                receive(id, stream, report.clone())
            }
            Ok(_) => {}
            Err(error) if error.kind() == io::ErrorKind::ConnectionAborted => {}
            Err(_) => return,
        }
    }
}

fn receive<T: Fn(ServerEvent) + Send + Sync + 'static>(id: u64, stream: Stream, report: Arc<T>) {
    let caller = Caller {
        id,
        stream: Arc::new(stream),
    };
    let named = thread::Builder::new()
        .name("caller".into())
        .stack_size(STACK_BYTES);
    // Without a thread the connection is dropped, and the client can try again.
    let _ = named.spawn(move || converse(&caller, report.as_ref()));
}

fn converse(caller: &Caller, report: &dyn Fn(ServerEvent)) {
    let patient = |patience| {
        caller
            .stream
            .set_read_timeout(patience)
            .and(caller.stream.set_write_timeout(Some(LINE_TIMEOUT)))
    };
    if patient(Some(LINE_TIMEOUT)).is_err() {
        return;
    }
    let mut lines = BufReader::new(&*caller.stream);
    let mut stays = false;
    while let Some(request) = line(&mut lines) {
        match request.and_then(|line| Request::read(&line)) {
            Ok(request) => {
                if matches!(request.call, Call::Guide | Call::Watch) && !stays {
                    stays = true;
                    // The window sends lines only when something happens in it, and watchers send none at all.
                    let _ = patient(None);
                }
                if let Some(token) = request.activation_token {
                    report(ServerEvent::ActivationToken(token));
                }
                report(ServerEvent::Request(caller.clone(), request.call));
            }
            Err(refusal) => {
                let is_too_long = refusal.code == "too-long";
                caller.send(&Reply::refused(refusal));
                if is_too_long {
                    break;
                }
            }
        }
    }
    if stays {
        report(ServerEvent::Gone(caller.id));
    }
}

/// Reads the next line. `None` at the end of the connection or after a timeout.
fn line(lines: &mut impl io::BufRead) -> Option<Result<Vec<u8>, Refusal>> {
    let mut line = Vec::new();
    let read = lines
        .by_ref()
        .take(MAX_LINE_BYTES as u64 + 1)
        .read_until(b'\n', &mut line);
    match read {
        Ok(0) | Err(_) => None,
        Ok(_) if line.len() > MAX_LINE_BYTES => Some(Err(Refusal::new(
            "too-long",
            format!("a request has at most {MAX_LINE_BYTES} bytes"),
        ))),
        Ok(_) => Some(Ok(line)),
    }
}
