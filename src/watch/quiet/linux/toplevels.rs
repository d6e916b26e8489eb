//! sway, labwc, Hyprland and similar compositors: the active window fills the whole screen.
//!
//! `zwlr_foreign_toplevel_management_v1` reports all windows, for panels that list them. It also sends the titles,
//! which are not read.

use std::collections::BTreeMap;

use anyhow::{Context as _, bail};
use futures_lite::future::poll_once;

use crate::watch::linux::wire::{DISPLAY, Message, Wire};
use crate::watch::quiet::answers::Teller;

/// The ids of the objects that we create.
const REGISTRY: u32 = 2;
const LISTED: u32 = 3;
const MANAGER: u32 = 4;
const TOLD: u32 = 5;

const INTERFACE: &str = "zwlr_foreign_toplevel_manager_v1";

/// The states of a window that we look for.
const ACTIVATED: u32 = 2;
const FULL_SCREEN: u32 = 3;

/// The request that destroys the object of a closed window.
const FORGET: u16 = 7;

pub(super) async fn follow(wire: Wire, tell: &dyn Teller) {
    let Ok(mut windows) = Windows::list(wire).await else {
        return tell.answer(None);
    };
    loop {
        tell.answer(Some(windows.is_full()));
        if windows.change().await.is_err() {
            return tell.answer(None);
        }
    }
}

/// The windows of a compositor, by the ids of their objects.
struct Windows {
    wire: Wire,
    /// For each window, `true` if it is active and fills the screen.
    full: BTreeMap<u32, bool>,
}

impl Windows {
    /// Requests the list of windows, and waits for the whole list.
    async fn list(mut wire: Wire) -> anyhow::Result<Self> {
        wire.send(DISPLAY, 1, &[REGISTRY]).await?;
        wire.send(DISPLAY, 0, &[LISTED]).await?;
        let (name, version) = manager(&mut wire).await?;
        wire.bind(REGISTRY, name, INTERFACE, version, MANAGER)
            .await?;
        wire.send(DISPLAY, 0, &[TOLD]).await?;
        let mut windows = Self {
            wire,
            full: BTreeMap::new(),
        };
        while windows.next().await?.object != TOLD {}
        Ok(windows)
    }

    fn is_full(&self) -> bool {
        self.full.values().any(|full| *full)
    }

    /// Waits until a window begins to fill the screen, or none does any more.
    async fn change(&mut self) -> anyhow::Result<()> {
        let before = self.is_full();
        while self.is_full() == before {
            self.next().await?;
            // Read all pending events first, so that a switch between two full-screen windows is no change.
            while let Some(more) = poll_once(self.next()).await {
                more?;
            }
        }
        Ok(())
    }

    /// Waits for the next event, and applies it.
    async fn next(&mut self) -> anyhow::Result<Message> {
        let message = self.wire.next().await?;
        match (message.object, message.code) {
            (DISPLAY, 0) => bail!("the compositor complains: {}", message.complaint()),
            (MANAGER, 0) => {
                let window = message.first().context("a window without a number")?;
                self.full.insert(window, false);
            }
            (MANAGER, 1) => bail!("the compositor tells no more of windows"),
            (window, 4) if self.full.contains_key(&window) => {
                let states = message.list().unwrap_or_default();
                let full = [ACTIVATED, FULL_SCREEN].map(|state| states.contains(&state));
                self.full.insert(window, full == [true, true]);
            }
            (window, 6) if self.full.remove(&window).is_some() => {
                self.wire.send(window, FORGET, &[]).await?;
            }
            _ => {}
        }
        Ok(message)
    }
}

/// Returns the number and the version of the manager's global. Version 1 of it doesn't report full-screen windows.
async fn manager(wire: &mut Wire) -> anyhow::Result<(u32, u32)> {
    let mut found = None;
    loop {
        let message = wire.next().await?;
        match (message.object, message.code) {
            (DISPLAY, 0) => bail!("the compositor complains: {}", message.complaint()),
            (REGISTRY, 0) => {
                let global = message.global();
                let global = global.filter(|(_, interface, _)| interface == INTERFACE);
                found = global.map(|(name, _, version)| (name, version)).or(found);
            }
            (LISTED, 0) => {
                let (name, version) = found.context("the compositor tells of no windows")?;
                if version < 2 {
                    bail!("the compositor tells of no full screen");
                }
                return Ok((name, version.min(3)));
            }
            _ => {}
        }
    }
}
