//! X11: the active window fills the whole screen.
//!
//! A small thread queries the server, and sleeps on the connection until the future is dropped.

use anyhow::Context as _;
use async_channel::Sender;
use x11rb::connection::Connection as _;
use x11rb::protocol::xproto::{
    Atom, AtomEnum, ChangeWindowAttributesAux, ConnectionExt as _, EventMask, Window,
};
use x11rb::rust_connection::RustConnection;

use crate::watch::linux::x11::{ThreadControl, X11Thread};
use crate::watch::quiet::answers::AnswerReceiver;

pub(super) async fn follow(receiver: &dyn AnswerReceiver) {
    let (sender, changes) = async_channel::unbounded();
    let work = move |line: &ThreadControl| {
        // Any end, with or without an error, closes the channel.
        let _ = Windows::connect(line).and_then(|mut windows| windows.watch(line, &sender));
    };
    let Ok(_thread) = X11Thread::start("full-screen", work) else {
        return receiver.answer(None);
    };
    while let Ok(full) = changes.recv().await {
        receiver.answer(Some(full));
    }
    receiver.answer(None);
}

/// The windows of an X server, with the atoms for their properties.
struct Windows {
    server: RustConnection,
    root: Window,
    active: Atom,
    state: Atom,
    full: Atom,
    /// The window whose property changes we receive.
    watched: Window,
}

impl Windows {
    fn connect(line: &ThreadControl) -> anyhow::Result<Self> {
        let (server, number) = line.connect()?;
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
        let windows = Self {
            server,
            root,
            active,
            state,
            full,
            watched: x11rb::NONE,
        };
        windows.hear(root)?;
        Ok(windows)
    }

    fn hear(&self, window: Window) -> anyhow::Result<()> {
        let events = ChangeWindowAttributesAux::new().event_mask(EventMask::PROPERTY_CHANGE);
        self.server.change_window_attributes(window, &events)?;
        Ok(())
    }

    fn watch(&mut self, line: &ThreadControl, sender: &Sender<bool>) -> anyhow::Result<()> {
        let mut last = None;
        while !line.is_stopped() {
            let full = self.is_full()?;
            if last.replace(full) != Some(full) {
                sender.try_send(full)?;
            }
            self.sleep(line)?;
        }
        Ok(())
    }

    /// Returns `true` if the active window fills the screen. A window that was closed meanwhile yields an error,
    /// and counts as `false`.
    fn is_full(&mut self) -> anyhow::Result<bool> {
        let root = self
            .server
            .get_property(false, self.root, self.active, AtomEnum::WINDOW, 0, 1)?
            .reply()?;
        let active = root.value32().and_then(|mut values| values.next());
        let Some(active) = active.filter(|window| *window != x11rb::NONE) else {
            return Ok(false);
        };
        if active != self.watched {
            self.hear(active)?;
            self.watched = active;
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

    /// Sleeps until something has changed or the thread is stopped.
    fn sleep(&self, line: &ThreadControl) -> anyhow::Result<()> {
        self.server.flush()?;
        let mut changed = false;
        while self.server.poll_for_raw_event()?.is_some() {
            changed = true;
        }
        if changed {
            return Ok(());
        }
        line.sleep(&self.server, None)
    }
}
