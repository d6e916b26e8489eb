//! A connection to the X server, on a small thread of its own: a server that hangs would hold up everything else. From outside
//! it can be given up at any time, and the thread ends then, whatever it waits for.

use std::io;
use std::os::fd::{AsFd as _, OwnedFd};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError, mpsc};
use std::time::Duration;

use anyhow::{Context as _, bail};
use rustix::event::{EventfdFlags, PollFd, PollFlags, eventfd, poll};
use rustix::net::{Shutdown, shutdown};
use x11rb::reexports::x11rb_protocol::parse_display::parse_display;
use x11rb::reexports::x11rb_protocol::xauth::get_auth;
use x11rb::rust_connection::{DefaultStream, RustConnection};

/// Bytes of stack. Only what is used costs memory; the deepest call is an error that remembers how it was reached, which it
/// does where `RUST_BACKTRACE` is set.
const STACK: usize = 512 * 1024;

/// How long a server may take to let us in, where somebody waits for it.
const PATIENCE: Duration = Duration::from_secs(2);

/// Whether `DISPLAY` names an X server that lets us in. One that hangs is there all the same.
pub(in crate::watch) fn is_there() -> bool {
    let (tell, told) = mpsc::channel();
    let thread = Caller::start("screen", move |line| {
        let _ = tell.send(line.connect().is_ok());
    });
    thread.is_ok() && told.recv_timeout(PATIENCE) != Ok(false)
}

/// What the thread and those who wait for it share.
pub(in crate::watch) struct Line {
    bell: OwnedFd,
    cut: AtomicBool,
    /// The same socket as the connection's.
    socket: Mutex<Option<OwnedFd>>,
}

impl Line {
    /// Connects to the X server that `DISPLAY` names, and tells which of its screens that is.
    ///
    /// # Errors
    /// When there is no such server, it lets us not in, or the line is cut.
    pub(in crate::watch) fn connect(&self) -> anyhow::Result<(RustConnection, usize)> {
        let display = parse_display(None)?;
        let screen = display.screen.into();
        let mut failed = None;
        for address in display.connect_instruction() {
            match DefaultStream::connect(&address) {
                Ok((stream, (family, address))) => {
                    self.hold(&stream)?;
                    let key = get_auth(family, &address, display.display);
                    // Without a key we may still be let in.
                    let (name, key) = key.ok().flatten().unwrap_or_default();
                    let connect = RustConnection::connect_to_stream_with_auth_info;
                    return Ok((connect(stream, screen, name, key)?, screen));
                }
                Err(error) => failed = Some(error),
            }
        }
        Err(failed
            .unwrap_or_else(|| io::ErrorKind::NotFound.into())
            .into())
    }

    fn hold(&self, stream: &DefaultStream) -> anyhow::Result<()> {
        let socket = stream.as_fd().try_clone_to_owned()?;
        *self.socket.lock().unwrap_or_else(PoisonError::into_inner) = Some(socket);
        // Whoever cuts it sees the socket, or we see that it is cut.
        if self.is_cut() {
            bail!("it is given up")
        }
        Ok(())
    }

    fn cut(&self) {
        self.cut.store(true, Ordering::Release);
        let socket = self.socket.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(socket) = &*socket {
            // The server may have ended before.
            let _ = shutdown(socket, Shutdown::Both);
        }
        self.ring();
    }

    /// Whether nobody wants to hear any more.
    pub(in crate::watch) fn is_cut(&self) -> bool {
        self.cut.load(Ordering::Acquire)
    }

    fn ring(&self) {
        // It can't fail but by a full counter, which has rung already.
        let _ = rustix::io::write(&self.bell, &1_u64.to_ne_bytes());
    }

    /// Whether somebody has rung since the last time.
    pub(in crate::watch) fn take_ring(&self) -> bool {
        rustix::io::read(&self.bell, &mut [0; 8]).is_ok()
    }

    /// Sleeps until the server tells something, or somebody rings.
    pub(in crate::watch) fn sleep(&self, server: &RustConnection) -> anyhow::Result<()> {
        let mut sources = [
            PollFd::new(server.stream(), PollFlags::IN),
            PollFd::new(&self.bell, PollFlags::IN),
        ];
        match poll(&mut sources, None) {
            Ok(_) | Err(rustix::io::Errno::INTR) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }
}

/// A thread with a line; dropping it cuts the line, and that ends the thread.
pub(in crate::watch) struct Caller(Arc<Line>);

impl Caller {
    /// Starts it.
    ///
    /// # Errors
    /// When the system gives no thread.
    pub(in crate::watch) fn start(
        name: &str,
        work: impl FnOnce(&Line) + Send + 'static,
    ) -> anyhow::Result<Self> {
        let bell = eventfd(0, EventfdFlags::CLOEXEC | EventfdFlags::NONBLOCK)
            .context("the system gives no event descriptor")?;
        let line = Arc::new(Line {
            bell,
            cut: AtomicBool::new(false),
            socket: Mutex::new(None),
        });
        let of_thread = Arc::clone(&line);
        std::thread::Builder::new()
            .name(name.to_owned())
            .stack_size(STACK)
            .spawn(move || work(&of_thread))
            .context("the system gives no thread")?;
        Ok(Self(line))
    }

    /// Wakes the thread.
    pub(in crate::watch) fn ring(&self) {
        self.0.ring();
    }
}

impl Drop for Caller {
    fn drop(&mut self) {
        self.0.cut();
    }
}
