//! Detects a full-screen active window on sway, labwc, Hyprland and other wlroots-like compositors.
//!
//! `zwlr_foreign_toplevel_management_v1` lists all windows, for panels. It sends their titles, too; they are not read.

use std::collections::HashMap;

use anyhow::{Context as _, bail};
use futures_lite::future::poll_once;
use wayland_backend::message;
use wayland_backend::protocol::Argument;
use wayland_backend::rs::client::ObjectId;
use wayland_client::Proxy as _;
use wayland_protocols_wlr::foreign_toplevel::v1::client::zwlr_foreign_toplevel_handle_v1::{
    self as handle, State,
};
use wayland_protocols_wlr::foreign_toplevel::v1::client::zwlr_foreign_toplevel_manager_v1::{
    self as manager, ZwlrForeignToplevelManagerV1,
};

use crate::watch::linux::wayland::{Client, Event};
use crate::watch::quiet::answers::AnswerReceiver;

pub(super) async fn follow(client: Client, receiver: &dyn AnswerReceiver) {
    let Ok(mut windows) = Windows::list(client).await else {
        return receiver.answer(None);
    };
    loop {
        receiver.answer(Some(windows.is_full()));
        if windows.change().await.is_err() {
            return receiver.answer(None);
        }
    }
}

/// The windows of a compositor.
struct Windows {
    client: Client,
    manager: ObjectId,
    /// For each window: `true` if it is active and fills the screen.
    full: HashMap<ObjectId, bool>,
}

impl Windows {
    /// Requests the list of windows.
    async fn list(client: Client) -> anyhow::Result<Self> {
        let globals = client.globals().await?;
        let interface = ZwlrForeignToplevelManagerV1::interface();
        let version = globals.version(interface);
        let version = version.context("the compositor tells of no windows")?;
        // The first version has no full-screen state.
        if version < handle::REQ_SET_FULLSCREEN_SINCE {
            bail!("the compositor tells of no full screen");
        }
        let version = version.min(interface.version);
        let manager = client.bind(&globals, interface, version).await?;
        let listed = client.sync().await?;
        let mut windows = Self {
            client,
            manager,
            full: HashMap::new(),
        };
        while windows.next().await?.sender_id != listed {}
        Ok(windows)
    }

    fn is_full(&self) -> bool {
        self.full.values().any(|full| *full)
    }

    /// Waits until the answer changes: a window fills the screen, or none does any more.
    async fn change(&mut self) -> anyhow::Result<()> {
        let before = self.is_full();
        while self.is_full() == before {
            self.next().await?;
            // Switching between two full-screen windows is no change.
            while let Some(more) = poll_once(self.next()).await {
                more?;
            }
        }
        Ok(())
    }

    /// Handles the next event.
    async fn next(&mut self) -> anyhow::Result<Event> {
        let event = self.client.next().await?;
        let sender = &event.sender_id;
        match (event.opcode, &event.args[..]) {
            (manager::EVT_TOPLEVEL_OPCODE, [Argument::NewId(window)])
                if *sender == self.manager =>
            {
                self.full.insert(window.clone(), false);
            }
            (manager::EVT_FINISHED_OPCODE, _) if *sender == self.manager => {
                bail!("the compositor tells no more of windows")
            }
            (handle::EVT_STATE_OPCODE, [Argument::Array(states)])
                if self.full.contains_key(sender) =>
            {
                self.full.insert(sender.clone(), fills_the_screen(states));
            }
            (handle::EVT_CLOSED_OPCODE, _) if self.full.remove(sender).is_some() => {
                let destroy = message!(sender.clone(), handle::REQ_DESTROY_OPCODE, []);
                self.client.send(destroy).await?;
            }
            _ => {}
        }
        Ok(event)
    }
}

/// Returns `true` if these states, an array of native-endian `u32`, mean active and full-screen.
fn fills_the_screen(states: &[u8]) -> bool {
    let (states, _) = states.as_chunks();
    let is = |state: State| states.contains(&u32::from(state).to_ne_bytes());
    is(State::Activated) && is(State::Fullscreen)
}
