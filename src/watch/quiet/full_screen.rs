//! X11: the active window fills the whole screen.
//!
//! A small thread asks the server and sleeps on the connection, as long as the look lasts.

use std::os::fd::{AsFd as _, OwnedFd};
use std::sync::Arc;

use anyhow::Context as _;
use async_channel::Sender;
use async_io::Timer;
use futures_lite::FutureExt as _;
use rustix::event::{EventfdFlags, PollFd, PollFlags, eventfd, poll};
use x11rb::connection::Connection as _;
use x11rb::protocol::xproto::{
    Atom, AtomEnum, ChangeWindowAttributesAux, ConnectionExt as _, EventMask, Window,
};
use x11rb::rust_connection::RustConnection;

use super::answers::Teller;
use super::look::PATIENCE;

/// Bytes of stack, as for the source of idleness.
const STACK: usize = 512 * 1024;

/// Rings when the look is over, so that the thread ends.
struct Bell(Arc<OwnedFd>);

impl Drop for Bell {
    fn drop(&mut self) {
        // It can't fail but by a full counter, which has rung already.
        let _ = rustix::io::write(&*self.0, &1_u64.to_ne_bytes());
    }
}

pub(super) async fn follow(tell: &dyn Teller) {
    let is_set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    // On Wayland an X server is there, too, but it knows of X programs alone.
    if !is_set("DISPLAY") || is_set("WAYLAND_DISPLAY") {
        return tell.answer(None);
    }
    let (told_by, told) = async_channel::unbounded();
    let Ok(_bell) = start(told_by) else {
        return tell.answer(None);
    };
    let late = async {
        Timer::after(PATIENCE).await;
        Err(async_channel::RecvError)
    };
    let mut next = told.recv().or(late).await;
    while let Ok(full) = next {
        tell.answer(Some(full));
        next = told.recv().await;
    }
    tell.answer(None);
}

fn start(told_by: Sender<bool>) -> anyhow::Result<Bell> {
    let bell = eventfd(0, EventfdFlags::CLOEXEC | EventfdFlags::NONBLOCK)?;
    let bell = Arc::new(bell);
    let rung = Arc::clone(&bell);
    std::thread::Builder::new()
        .name("full-screen".into())
        .stack_size(STACK)
        .spawn(move || {
            // An end, for whatever reason, closes the channel.
            let _ = Screen::connect().and_then(|mut screen| screen.watch(&rung, &told_by));
        })
        .context("the system gives no thread")?;
    Ok(Bell(bell))
}

struct Screen {
    server: RustConnection,
    root: Window,
    active: Atom,
    state: Atom,
    full: Atom,
    /// The window whose changes we hear of.
    heard: Window,
}

impl Screen {
    fn connect() -> anyhow::Result<Self> {
        let (server, number) = x11rb::connect(None)?;
        let root = server
            .setup()
            .roots
            .get(number)
            .context("there is no screen")?
            .root;
        let atom =
            |name: &str| anyhow::Ok(server.intern_atom(false, name.as_bytes())?.reply()?.atom);
        let (active, state) = (atom("_NET_ACTIVE_WINDOW")?, atom("_NET_WM_STATE")?);
        let full = atom("_NET_WM_STATE_FULLSCREEN")?;
        let screen = Self {
            server,
            root,
            active,
            state,
            full,
            heard: x11rb::NONE,
        };
        screen.hear(root)?;
        Ok(screen)
    }

    fn hear(&self, window: Window) -> anyhow::Result<()> {
        let events = ChangeWindowAttributesAux::new().event_mask(EventMask::PROPERTY_CHANGE);
        self.server.change_window_attributes(window, &events)?;
        Ok(())
    }

    fn watch(&mut self, bell: &OwnedFd, told_by: &Sender<bool>) -> anyhow::Result<()> {
        let mut told = None;
        loop {
            let full = self.is_full()?;
            if told.replace(full) != Some(full) {
                told_by.try_send(full)?;
            }
            if !self.sleep(bell)? {
                return Ok(());
            }
        }
    }

    /// A window that is gone in between is an error, and nothing fills the screen.
    fn is_full(&mut self) -> anyhow::Result<bool> {
        let root = self
            .server
            .get_property(false, self.root, self.active, AtomEnum::WINDOW, 0, 1)?
            .reply()?;
        let active = root.value32().and_then(|mut values| values.next());
        let Some(active) = active.filter(|window| *window != x11rb::NONE) else {
            return Ok(false);
        };
        if active != self.heard {
            self.hear(active)?;
            self.heard = active;
        }
        let state = self
            .server
            .get_property(false, active, self.state, AtomEnum::ATOM, 0, 64)?
            .reply();
        let is_full = |state: &x11rb::protocol::xproto::GetPropertyReply| {
            state
                .value32()
                .is_some_and(|mut states| states.any(|atom| atom == self.full))
        };
        Ok(state.as_ref().is_ok_and(is_full))
    }

    /// Sleeps until something has changed; false: the look is over.
    fn sleep(&self, bell: &OwnedFd) -> anyhow::Result<bool> {
        self.server.flush()?;
        let mut changed = false;
        while self.server.poll_for_raw_event()?.is_some() {
            changed = true;
        }
        if changed {
            return Ok(true);
        }
        let connection = self.server.stream().as_fd();
        let mut sources = [
            PollFd::from_borrowed_fd(connection, PollFlags::IN),
            PollFd::new(bell, PollFlags::IN),
        ];
        loop {
            match poll(&mut sources, None) {
                Err(rustix::io::Errno::INTR) => {}
                Err(error) => return Err(error.into()),
                Ok(_) => return Ok(sources[1].revents().is_empty()),
            }
        }
    }
}
