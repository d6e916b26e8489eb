//! sway, labwc, Hyprland and others of their kind: the active window fills the whole screen.
//!
//! `zwlr_foreign_toplevel_management_v1` tells of all windows, for panels that list them. Titles come along, too; they are
//! not read.

use std::collections::BTreeMap;

use anyhow::{Context as _, bail};
use futures_lite::future::poll_once;

use crate::watch::linux::wire::{DISPLAY, Message, Wire};
use crate::watch::quiet::answers::Teller;

/// The numbers of the objects that we make.
const REGISTRY: u32 = 2;
const LISTED: u32 = 3;
const MANAGER: u32 = 4;
const TOLD: u32 = 5;

const INTERFACE: &str = "zwlr_foreign_toplevel_manager_v1";

/// What is told of a window's state.
const ACTIVATED: u32 = 2;
const FULL_SCREEN: u32 = 3;

/// The request by which a window that has closed is forgotten.
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

/// All windows of a compositor.
struct Windows {
    wire: Wire,
    /// Whether each of them is active and fills the screen.
    full: BTreeMap<u32, bool>,
}

impl Windows {
    /// Has them listed.
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

    /// Waits until one fills the screen that did not, or none any more.
    async fn change(&mut self) -> anyhow::Result<()> {
        let before = self.is_full();
        while self.is_full() == before {
            self.next().await?;
            // From one to the next there is no moment without.
            while let Some(more) = poll_once(self.next()).await {
                more?;
            }
        }
        Ok(())
    }

    /// Takes in what comes next.
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

/// The number and the version of the one who tells of windows. The first version knew of no full screen.
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
