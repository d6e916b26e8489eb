//! The hearing side: a thread that waits for callers and one for each caller, asleep until a line comes.

use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::net::Shutdown;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use anyhow::Context as _;

use super::message::{Call, LONGEST, Refusal, Reply, Request};
use super::socket::{self, Place, Stream};
use crate::paths::Paths;

/// How long a caller may take to say a line, or to take one.
const PATIENCE: Duration = Duration::from_secs(2);

/// So many callers are heard at a time; any program of the person's can be wrong, and the others shall not suffer.
const CALLERS: usize = 32;

/// These threads only wait and pass lines on.
const STACK: usize = 128 * 1024;

/// What was heard.
#[derive(Debug)]
pub enum Heard {
    /// A request, to be answered to this caller.
    Request(Caller, Call),
    /// The window, or one who watches, with this caller's number closed its connection.
    Gone(u64),
}

/// Someone at the other end of a connection.
#[derive(Clone, Debug)]
pub struct Caller {
    /// A number of its own.
    pub id: u64,
    stream: Arc<Stream>,
}

impl Caller {
    /// Says a line to it. One that doesn't listen loses its connection.
    pub fn say(&self, reply: &Reply) {
        let mut line = serde_json::to_vec(reply).unwrap_or_default();
        line.push(b'\n');
        if (&*self.stream).write_all(&line).is_err() {
            self.hang_up();
        }
    }

    /// A caller at the other end of this connection, for tests that are the window themselves.
    #[cfg(all(test, unix))]
    pub(crate) fn at(id: u64, stream: Stream) -> Self {
        Self {
            id,
            stream: Arc::new(stream),
        }
    }

    /// Ends the connection.
    pub fn hang_up(&self) {
        // It fails only where the other end has hung up already.
        let _ = self.stream.shutdown(Shutdown::Both);
    }
}

/// The socket of the running program; dropping it takes it away.
#[derive(Debug)]
pub struct Server {
    paths: Paths,
    _place: Arc<Place>,
}

impl Drop for Server {
    fn drop(&mut self) {
        socket::clear(&self.paths);
    }
}

/// Becomes the running program and listens; `None` if another one is.
///
/// # Errors
/// When the socket or its folder cannot be made.
pub fn start(
    paths: &Paths,
    tell: impl Fn(Heard) + Send + Sync + 'static,
) -> anyhow::Result<Option<Server>> {
    let Some(place) = socket::take(paths)? else {
        return Ok(None);
    };
    let place = Arc::new(place);
    let (listening, tell) = (place.clone(), Arc::new(tell));
    thread::Builder::new()
        .name("control".into())
        .stack_size(STACK)
        .spawn(move || listen(&listening, &tell))
        .context("no thread for the control socket")?;
    Ok(Some(Server {
        paths: paths.clone(),
        _place: place,
    }))
}

fn listen<T: Fn(Heard) + Send + Sync + 'static>(place: &Place, tell: &Arc<T>) {
    for id in 1.. {
        match place.accept() {
            // Each caller's thread holds a share of `tell`.
            Ok(stream) if Arc::strong_count(tell) <= CALLERS => receive(id, stream, tell.clone()),
            Ok(_) => {}
            Err(error) if error.kind() == io::ErrorKind::ConnectionAborted => {}
            Err(_) => return,
        }
    }
}

fn receive<T: Fn(Heard) + Send + Sync + 'static>(id: u64, stream: Stream, tell: Arc<T>) {
    let caller = Caller {
        id,
        stream: Arc::new(stream),
    };
    let named = thread::Builder::new()
        .name("caller".into())
        .stack_size(STACK);
    // Without a thread the caller is hung up on, and can call again.
    let _ = named.spawn(move || converse(&caller, tell.as_ref()));
}

fn converse(caller: &Caller, tell: &dyn Fn(Heard)) {
    let patient = |patience| {
        caller
            .stream
            .set_read_timeout(patience)
            .and(caller.stream.set_write_timeout(Some(PATIENCE)))
    };
    if patient(Some(PATIENCE)).is_err() {
        return;
    }
    let mut lines = BufReader::new(&*caller.stream);
    let mut stays = false;
    while let Some(heard) = line(&mut lines) {
        match heard.and_then(|line| Request::read(&line)) {
            Ok(request) => {
                if matches!(request.call, Call::Guide | Call::Watch) && !stays {
                    stays = true;
                    // The window speaks when something happens in it, and who watches never does.
                    let _ = patient(None);
                }
                tell(Heard::Request(caller.clone(), request.call));
            }
            Err(refusal) => {
                let over = refusal.code == "too-long";
                caller.say(&Reply::refused(refusal));
                if over {
                    break;
                }
            }
        }
    }
    if stays {
        tell(Heard::Gone(caller.id));
    }
}

/// The next line; `None` at the end, or when none comes in time.
fn line(lines: &mut impl io::BufRead) -> Option<Result<Vec<u8>, Refusal>> {
    let mut line = Vec::new();
    let read = lines
        .by_ref()
        .take(LONGEST as u64 + 1)
        .read_until(b'\n', &mut line);
    match read {
        Ok(0) | Err(_) => None,
        Ok(_) if line.len() > LONGEST => Some(Err(Refusal::new(
            "too-long",
            format!("a request has at most {LONGEST} bytes"),
        ))),
        Ok(_) => Some(Ok(line)),
    }
}
