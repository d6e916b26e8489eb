//! Idle detection on Wayland: `ext-idle-notify-v1`, or its predecessor on older versions of KDE.
//!
//! Version 2 counts only input, so that idle inhibitors don't hide an absence or a pause from us; with version 1, the compositor
//! sends nothing while idleness is inhibited. The few messages are encoded here, which saves the dependency on a Wayland library.

use std::io;
use std::time::Duration;

use anyhow::{Context as _, anyhow, bail};
use async_io::Timer;
use futures_lite::FutureExt as _;

use super::seen::Seen;
use super::{Absent, Thresholds, Wish};
use crate::time::Clock;
use crate::watch::linux::wire::{DISPLAY, Message, Wire};

/// The ids of the objects that we create first.
const REGISTRY: u32 = 2;
const LISTED: u32 = 3;
const SEAT: u32 = 4;
const NOTIFIER: u32 = 5;
const AWAY: u32 = 6;

/// The timeout for listing the globals and registering for idleness.
const PATIENCE: Duration = Duration::from_secs(5);

/// The idle protocol that a compositor supports.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Protocol {
    Ext { version: u32 },
    Kde,
}

impl Protocol {
    fn interface(self) -> &'static str {
        match self {
            Self::Ext { .. } => "ext_idle_notifier_v1",
            Self::Kde => "org_kde_kwin_idle",
        }
    }

    fn version(self) -> u32 {
        match self {
            Self::Ext { version } => version,
            Self::Kde => 1,
        }
    }

    /// Returns the opcode and the arguments of the request for a notification after this time without input.
    fn request(self, id: u32, after: Duration) -> (u16, [u32; 3]) {
        let milliseconds = u32::try_from(after.as_millis()).unwrap_or(u32::MAX);
        match self {
            Self::Ext { version: 1 } => (1, [id, milliseconds, SEAT]),
            Self::Ext { .. } => (2, [id, milliseconds, SEAT]),
            Self::Kde => (0, [id, SEAT, milliseconds]),
        }
    }
}

/// A connection to a compositor that reports idleness.
pub(super) struct Compositor {
    wire: Wire,
    protocol: Protocol,
    thresholds: Thresholds,
    /// The id of the notification about a pause in typing, while one is awaited.
    still: Option<u32>,
    next: u32,
}

impl Compositor {
    /// Registers for notifications of absences.
    ///
    /// # Errors
    /// If the compositor can't be reached, hangs, or has no idle protocol.
    pub(super) async fn connect(
        wire: io::Result<Wire>,
        thresholds: Thresholds,
    ) -> anyhow::Result<Self> {
        let wire = wire.context(Absent("the compositor can't be reached"))?;
        let late = async {
            Timer::after(PATIENCE).await;
            bail!("the compositor hangs")
        };
        Self::greet(wire, thresholds).or(late).await
    }

    async fn greet(mut wire: Wire, thresholds: Thresholds) -> anyhow::Result<Self> {
        wire.send(DISPLAY, 1, &[REGISTRY]).await?;
        wire.send(DISPLAY, 0, &[LISTED]).await?;
        let Globals { seat, notifier } = globals(&mut wire).await?;
        let seat = seat.ok_or_else(|| anyhow!(Absent("the compositor has no seat")))?;
        let (name, protocol) =
            notifier.ok_or_else(|| anyhow!(Absent("the compositor tells nobody of idleness")))?;
        wire.bind(REGISTRY, seat, "wl_seat", 1, SEAT).await?;
        let (interface, version) = (protocol.interface(), protocol.version());
        wire.bind(REGISTRY, name, interface, version, NOTIFIER)
            .await?;
        let mut compositor = Self {
            wire,
            protocol,
            thresholds,
            still: None,
            next: AWAY + 1,
        };
        compositor.ask_for(AWAY, thresholds.away).await?;
        Ok(compositor)
    }

    /// Returns the description for `unhunch status`.
    pub(super) fn words(&self) -> String {
        let protocol = self.protocol;
        format!("wayland: {} {}", protocol.interface(), protocol.version())
    }

    async fn ask_for(&mut self, id: u32, after: Duration) -> anyhow::Result<()> {
        let (request, arguments) = self.protocol.request(id, after);
        Ok(self.wire.send(NOTIFIER, request, &arguments).await?)
    }

    /// Follows the compositor until the connection ends.
    ///
    /// # Errors
    /// Always, with the reason for the end.
    pub(super) async fn follow(&mut self, wish: &Wish, seen: &mut Seen<'_>) -> anyhow::Result<()> {
        self.attend(wish.closely(), seen).await?;
        loop {
            let wished = async {
                wish.changed().await;
                None
            };
            let told = async { Some(self.wire.next().await) };
            match told.or(wished).await {
                None => self.attend(wish.closely(), seen).await?,
                Some(message) => {
                    self.on_message(&message.context("the compositor is gone")?, seen)?
                }
            }
        }
    }

    async fn attend(&mut self, closely: bool, seen: &mut Seen<'_>) -> anyhow::Result<()> {
        match (closely, self.still) {
            (true, None) => {
                let id = self.next;
                self.next += 1;
                self.ask_for(id, self.thresholds.still).await?;
                self.still = Some(id);
            }
            (false, Some(id)) => {
                self.wire.send(id, 0, &[]).await?;
                self.still = None;
            }
            (true, Some(_)) | (false, None) => {}
        }
        seen.attend(closely);
        Ok(())
    }

    fn on_message(&self, message: &Message, seen: &mut Seen<'_>) -> anyhow::Result<()> {
        let kept = message.object == AWAY || Some(message.object) == self.still;
        match (message.object, message.code) {
            (DISPLAY, 0) => bail!("the compositor complains: {}", message.complaint()),
            (AWAY, 0) => seen.away(Clock.now().elapsed.saturating_sub(self.thresholds.away)),
            (_, 0) if kept => seen.still(),
            (_, 1) if kept => seen.back(),
            _ => {}
        }
        Ok(())
    }
}

/// The globals that we need, each with the number by which it is bound.
#[derive(Default)]
struct Globals {
    seat: Option<u32>,
    notifier: Option<(u32, Protocol)>,
}

async fn globals(wire: &mut Wire) -> anyhow::Result<Globals> {
    let mut globals = Globals::default();
    loop {
        let message = wire.next().await.context("the compositor is gone")?;
        match (message.object, message.code) {
            (DISPLAY, 0) => bail!("the compositor complains: {}", message.complaint()),
            (REGISTRY, 0) => globals.add(&message),
            (LISTED, 0) => return Ok(globals),
            _ => {}
        }
    }
}

impl Globals {
    fn add(&mut self, message: &Message) {
        let Some((name, interface, version)) = message.global() else {
            return;
        };
        match interface.as_str() {
            "wl_seat" => self.seat = self.seat.or(Some(name)),
            "ext_idle_notifier_v1" => {
                let version = version.min(2);
                self.notifier = Some((name, Protocol::Ext { version }));
            }
            "org_kde_kwin_idle" => self.notifier = self.notifier.or(Some((name, Protocol::Kde))),
            _ => {}
        }
    }
}
