//! A connection to the X server on a small thread of its own, because a server that hangs would block everything else.
//! Another thread can give it up at any time; this thread then ends, whatever it is waiting for.

use std::env;
use std::io;
use std::os::fd::{AsFd as _, OwnedFd};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError, mpsc};
use std::time::Duration;

use anyhow::{Context as _, bail};
use rustix::event::{EventfdFlags, PollFd, PollFlags, Timespec, eventfd, poll};
use rustix::net::{Shutdown, shutdown};
use x11rb::reexports::x11rb_protocol::parse_display::parse_display;
use x11rb::reexports::x11rb_protocol::xauth::get_auth;
use x11rb::rust_connection::{DefaultStream, RustConnection};

use crate::lang::tr;
use crate::text::clip;

/// The stack size in bytes. Only the pages that are used cost memory. The deepest call is an error that captures a
/// backtrace, which happens if `RUST_BACKTRACE` is set.
const STACK: usize = 512 * 1024;

/// The timeout for a connection that somebody waits for.
const TIMEOUT: Duration = Duration::from_secs(2);

/// The highest number of a display: its port is 6000 more.
const MAX_DISPLAY: u16 = u16::MAX - 6000;

/// Returns `true` if `DISPLAY` names an X server that accepts us. A server that hangs counts, too.
pub(in crate::watch) fn is_available() -> bool {
    let (sender, receiver) = mpsc::channel();
    let thread = X11Thread::start("screen", move |line| {
        let _ = sender.send(line.connect().is_ok());
    });
    thread.is_ok() && receiver.recv_timeout(TIMEOUT) != Ok(false)
}

/// The state that the thread shares with its owner.
pub(in crate::watch) struct ThreadControl {
    bell: OwnedFd,
    cut: AtomicBool,
    /// A duplicate of the socket of the connection, for shutting it down.
    socket: Mutex<Option<OwnedFd>>,
}

impl ThreadControl {
    /// Connects to the X server that `DISPLAY` names. Returns the number of the screen as well.
    ///
    /// # Errors
    /// If there is no such server, it refuses us, or the thread has been stopped.
    pub(in crate::watch) fn connect(&self) -> anyhow::Result<(RustConnection, usize)> {
        let name = env::var("DISPLAY").unwrap_or_default();
        let display = parse_display(Some(&name)).ok();
        let display = display.filter(|display| display.display <= MAX_DISPLAY);
        let display = display.with_context(|| {
            tr!(
                "DISPLAY is \"{name}\", which doesn’t name a display",
                name = clip(&name)
            )
        })?;
        let screen = display.screen.into();
        let mut failed = None;
        for address in display.connect_instruction() {
            match DefaultStream::connect(&address) {
                Ok((stream, (family, address))) => {
                    self.keep_socket(&stream)?;
                    let key = get_auth(family, &address, display.display);
                    // The server may accept us without a key.
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

    fn keep_socket(&self, stream: &DefaultStream) -> anyhow::Result<()> {
        let socket = stream.as_fd().try_clone_to_owned()?;
        *self.socket.lock().unwrap_or_else(PoisonError::into_inner) = Some(socket);
        // This order prevents a race: either `stop` sees the socket, or we see that the thread has been stopped.
        if self.is_stopped() {
            bail!("it is given up")
        }
        Ok(())
    }

    fn stop(&self) {
        self.cut.store(true, Ordering::Release);
        let socket = self.socket.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(socket) = &*socket {
            // The server may have closed the connection already.
            let _ = shutdown(socket, Shutdown::Both);
        }
        self.ring();
    }

    /// Returns `true` if the thread has to end.
    pub(in crate::watch) fn is_stopped(&self) -> bool {
        self.cut.load(Ordering::Acquire)
    }

    fn ring(&self) {
        // It fails only if the counter is full, and then a wake-up is already pending.
        let _ = rustix::io::write(&self.bell, &1_u64.to_ne_bytes());
    }

    /// Returns `true` if the bell has rung since the last call.
    pub(in crate::watch) fn take_ring(&self) -> bool {
        rustix::io::read(&self.bell, &mut [0; 8]).is_ok()
    }

    /// Sleeps until the server sends something, the bell rings, or this time has passed, if one is given.
    pub(in crate::watch) fn sleep(
        &self,
        server: &RustConnection,
        at_most: Option<Duration>,
    ) -> anyhow::Result<()> {
        let mut sources = [
            PollFd::new(server.stream(), PollFlags::IN),
            PollFd::new(&self.bell, PollFlags::IN),
        ];
        let at_most = at_most.map(Timespec::try_from).transpose()?;
        match poll(&mut sources, at_most.as_ref()) {
            Ok(_) | Err(rustix::io::Errno::INTR) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }
}

/// A thread with a connection; dropping it shuts the connection down, which ends the thread.
pub(in crate::watch) struct X11Thread(Arc<ThreadControl>);

impl X11Thread {
    /// Starts the thread with this work.
    ///
    /// # Errors
    /// If the eventfd can't be created or the thread can't be spawned.
    pub(in crate::watch) fn start(
        name: &str,
        work: impl FnOnce(&ThreadControl) + Send + 'static,
    ) -> anyhow::Result<Self> {
        let bell = eventfd(0, EventfdFlags::CLOEXEC | EventfdFlags::NONBLOCK)
            .context(tr("the system lacks what Unhunch needs to run"))?;
        let line = Arc::new(ThreadControl {
            bell,
            cut: AtomicBool::new(false),
            socket: Mutex::new(None),
        });
        let of_thread = Arc::clone(&line);
        std::thread::Builder::new()
            .name(name.to_owned())
            .stack_size(STACK)
            .spawn(move || work(&of_thread))
            .context(tr("the system lacks what Unhunch needs to run"))?;
        Ok(Self(line))
    }

    pub(in crate::watch) fn ring(&self) {
        self.0.ring();
    }
}

impl Drop for X11Thread {
    fn drop(&mut self) {
        self.0.stop();
    }
}
