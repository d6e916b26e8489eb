//! Idle detection on Wayland: `ext-idle-notify-v1`, or the protocol of older KDE versions.
//!
//! The second version can count input alone, so that a program that inhibits idleness doesn't hide an absence or a pause from
//! us; with the first version the compositor sends nothing while idleness is inhibited.

use std::io;
use std::time::Duration;

use anyhow::{Context as _, anyhow, bail};
use async_io::Timer;
use futures_lite::FutureExt as _;
use wayland_backend::message;
use wayland_backend::protocol::{Argument, Interface};
use wayland_backend::rs::client::ObjectId;
use wayland_client::Proxy as _;
use wayland_client::protocol::wl_seat::WlSeat;
use wayland_protocols::ext::idle_notify::v1::client::ext_idle_notification_v1;
use wayland_protocols::ext::idle_notify::v1::client::ext_idle_notifier_v1::{
    self, ExtIdleNotifierV1,
};
use wayland_protocols_plasma::idle::client::org_kde_kwin_idle::{self, OrgKdeKwinIdle};
use wayland_protocols_plasma::idle::client::org_kde_kwin_idle_timeout;

use super::activity_tracker::ActivityTracker;
use super::{CloseWatchRequest, Thresholds, Unavailable};
use crate::lang::{mark, tr};
use crate::time::Clock;
use crate::watch::linux::wayland::{Client, Event, Globals, Request};

/// The timeout for the compositor's list of interfaces.
const TIMEOUT: Duration = Duration::from_secs(5);

/// The idle protocol that a compositor supports.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Protocol {
    Ext { version: u32 },
    Kde,
}

impl Protocol {
    /// Returns the best protocol that the compositor offers.
    fn offered(globals: &Globals) -> Option<Self> {
        let ext = globals.version(ExtIdleNotifierV1::interface());
        let ext = ext.map(|version| Self::Ext {
            version: version.min(2),
        });
        let kde = || globals.version(OrgKdeKwinIdle::interface());
        ext.or_else(|| kde().map(|_| Self::Kde))
    }

    fn interface(self) -> &'static Interface {
        match self {
            Self::Ext { .. } => ExtIdleNotifierV1::interface(),
            Self::Kde => OrgKdeKwinIdle::interface(),
        }
    }

    fn version(self) -> u32 {
        match self {
            Self::Ext { version } => version,
            Self::Kde => 1,
        }
    }

    /// Returns the request for a notification after this time without input.
    fn request(self, notifier: &ObjectId, seat: &ObjectId, after: Duration) -> Request {
        let new = Argument::NewId(ObjectId::null());
        let milliseconds = Argument::Uint(u32::try_from(after.as_millis()).unwrap_or(u32::MAX));
        let (notifier, seat) = (notifier.clone(), Argument::Object(seat.clone()));
        match self {
            Self::Ext { version } => {
                let opcode = match version {
                    1 => ext_idle_notifier_v1::REQ_GET_IDLE_NOTIFICATION_OPCODE,
                    _ => ext_idle_notifier_v1::REQ_GET_INPUT_IDLE_NOTIFICATION_OPCODE,
                };
                message!(notifier, opcode, [new, milliseconds, seat])
            }
            Self::Kde => {
                let opcode = org_kde_kwin_idle::REQ_GET_IDLE_TIMEOUT_OPCODE;
                message!(notifier, opcode, [new, seat, milliseconds])
            }
        }
    }

    /// Returns the request that ends a notification.
    fn end(self, notification: ObjectId) -> Request {
        let opcode = match self {
            Self::Ext { .. } => ext_idle_notification_v1::REQ_DESTROY_OPCODE,
            Self::Kde => org_kde_kwin_idle_timeout::REQ_RELEASE_OPCODE,
        };
        message!(notification, opcode, [])
    }

    /// The events of a notification: there has been no input for its time, and there is input again.
    fn events(self) -> [u16; 2] {
        match self {
            Self::Ext { .. } => [
                ext_idle_notification_v1::EVT_IDLED_OPCODE,
                ext_idle_notification_v1::EVT_RESUMED_OPCODE,
            ],
            Self::Kde => [
                org_kde_kwin_idle_timeout::EVT_IDLE_OPCODE,
                org_kde_kwin_idle_timeout::EVT_RESUMED_OPCODE,
            ],
        }
    }
}

/// A compositor that notifies us of absences.
pub(super) struct Compositor {
    client: Client,
    protocol: Protocol,
    thresholds: Thresholds,
    seat: ObjectId,
    notifier: ObjectId,
    away: ObjectId,
    /// The notification of a pause in typing, while we wait for one.
    still: Option<ObjectId>,
}

impl Compositor {
    /// Connects to the compositor and subscribes to absences.
    ///
    /// # Errors
    /// If there is no compositor, or it supports none of the protocols.
    pub(super) async fn connect(
        client: io::Result<Client>,
        thresholds: Thresholds,
    ) -> anyhow::Result<Self> {
        let client = client.context(Unavailable(mark("the compositor can’t be reached")))?;
        let timeout = async {
            Timer::after(TIMEOUT).await;
            bail!(tr("the compositor doesn’t respond"))
        };
        Self::greet(client, thresholds).or(timeout).await
    }

    async fn greet(client: Client, thresholds: Thresholds) -> anyhow::Result<Self> {
        let globals = client.globals().await?;
        if globals.version(WlSeat::interface()).is_none() {
            bail!(Unavailable(mark("the compositor has no seat")));
        }
        let protocol = Protocol::offered(&globals)
            .ok_or_else(|| anyhow!(Unavailable(mark("the compositor doesn’t report idle time"))))?;
        let seat = client.bind(&globals, WlSeat::interface(), 1).await?;
        let (interface, version) = (protocol.interface(), protocol.version());
        let notifier = client.bind(&globals, interface, version).await?;
        let away = protocol.request(&notifier, &seat, thresholds.away);
        Ok(Self {
            away: client.send(away).await?,
            client,
            protocol,
            thresholds,
            seat,
            notifier,
            still: None,
        })
    }

    /// The name of the source in `unhunch status`.
    pub(super) fn words(&self) -> String {
        let protocol = self.protocol;
        format!(
            "wayland: {} {}",
            protocol.interface().name,
            protocol.version()
        )
    }

    /// Handles events until the connection ends.
    ///
    /// # Errors
    /// Always, with the reason why the connection ended.
    pub(super) async fn follow(
        &mut self,
        close_watch: &CloseWatchRequest,
        tracker: &mut ActivityTracker<'_>,
    ) -> anyhow::Result<()> {
        self.attend(close_watch.closely(), tracker).await?;
        loop {
            let changed = async {
                close_watch.changed().await;
                None
            };
            let event = async { Some(self.client.next().await) };
            match event.or(changed).await {
                None => self.attend(close_watch.closely(), tracker).await?,
                Some(event) => self.on_event(&event?, tracker),
            }
        }
    }

    async fn attend(
        &mut self,
        closely: bool,
        tracker: &mut ActivityTracker<'_>,
    ) -> anyhow::Result<()> {
        match (closely, self.still.take()) {
            (true, None) => {
                let after = self.thresholds.still;
                let still = self.protocol.request(&self.notifier, &self.seat, after);
                self.still = Some(self.client.send(still).await?);
            }
            (false, Some(still)) => {
                self.client.send(self.protocol.end(still)).await?;
            }
            (true, still @ Some(_)) => self.still = still,
            (false, None) => {}
        }
        tracker.set_close_watch(closely);
        Ok(())
    }

    fn on_event(&self, event: &Event, tracker: &mut ActivityTracker<'_>) {
        let [idled, resumed] = self.protocol.events();
        let is_away = event.sender_id == self.away;
        if !is_away && self.still.as_ref() != Some(&event.sender_id) {
            return;
        }
        if event.opcode == resumed {
            tracker.on_input();
        } else if event.opcode == idled && is_away {
            tracker.on_away(Clock.now().elapsed.saturating_sub(self.thresholds.away));
        } else if event.opcode == idled {
            tracker.on_still();
        }
    }
}
