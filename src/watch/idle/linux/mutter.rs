//! Idle detection on GNOME, on Wayland and X11, with watches of Mutter's `IdleMonitor`. They count only input, so idle
//! inhibitors don't hide an absence from them.

use std::time::Duration;

use futures_lite::{FutureExt as _, StreamExt as _};
use zbus::{Connection, Message, MessageStream};

use super::activity_tracker::ActivityTracker;
use super::{CloseWatchRequest, Thresholds};
use crate::time::Clock;
use crate::watch::linux::bus::{Object, member};

/// The name of the monitor on the session bus.
pub(super) const SERVICE: &str = "org.gnome.Mutter.IdleMonitor";

/// The monitor, and the watches that are set.
pub(super) struct IdleMonitor<'a> {
    monitor: Object<'a>,
    fired: MessageStream,
    thresholds: Thresholds,
    away: u32,
    still: Option<u32>,
    /// The watch that fires once, at the next input.
    active: Option<u32>,
}

impl<'a> IdleMonitor<'a> {
    /// Connects to the monitor, and sets the watch for absences.
    ///
    /// # Errors
    /// If the monitor can't be reached.
    pub(super) async fn start(bus: &'a Connection, thresholds: Thresholds) -> zbus::Result<Self> {
        let monitor = Object {
            bus,
            service: SERVICE,
            path: "/org/gnome/Mutter/IdleMonitor/Core",
            interface: "org.gnome.Mutter.IdleMonitor",
        };
        let fired = monitor.signals().await?;
        let away = add_idle_watch(monitor, thresholds.away).await?;
        Ok(Self {
            monitor,
            fired,
            thresholds,
            away,
            still: None,
            active: None,
        })
    }

    /// Follows the monitor until it or the bus ends.
    ///
    /// # Errors
    /// Always, with the reason for the end.
    pub(super) async fn follow(
        &mut self,
        close_watch: &CloseWatchRequest,
        tracker: &mut ActivityTracker<'_>,
    ) -> zbus::Result<()> {
        self.attend(close_watch.closely(), tracker).await?;
        loop {
            let changed = async {
                close_watch.changed().await;
                None
            };
            let fired = async { Some(self.fired.next().await) };
            match fired.or(changed).await {
                None => self.attend(close_watch.closely(), tracker).await?,
                Some(Some(word)) => self.on_fired(&word?, tracker).await?,
                Some(None) => return Err(zbus::Error::Failure("the bus is gone".to_owned())),
            }
        }
    }

    async fn attend(
        &mut self,
        closely: bool,
        tracker: &mut ActivityTracker<'_>,
    ) -> zbus::Result<()> {
        match (closely, self.still) {
            // The watch fires at once if its threshold has already passed.
            (true, None) => {
                self.still = Some(add_idle_watch(self.monitor, self.thresholds.still).await?);
            }
            (false, Some(watch)) => {
                self.monitor.call("RemoveWatch", &[watch.into()]).await?;
                self.still = None;
            }
            (true, Some(_)) | (false, None) => {}
        }
        tracker.set_close_watch(closely);
        Ok(())
    }

    async fn on_fired(
        &mut self,
        word: &Message,
        tracker: &mut ActivityTracker<'_>,
    ) -> zbus::Result<()> {
        let fired: Option<u32> = match member(word).as_str() {
            "WatchFired" => word.body().deserialize().ok(),
            _ => None,
        };
        if fired.is_none() {
        } else if fired == self.active {
            self.active = None;
            tracker.on_input();
        } else if fired == Some(self.away) || fired == self.still {
            self.await_return().await?;
            self.query_idle_time(fired == self.still, tracker).await?;
        }
        Ok(())
    }

    async fn await_return(&mut self) -> zbus::Result<()> {
        if self.active.is_none() {
            let reply = self.monitor.call("AddUserActiveWatch", &[]).await?;
            self.active = Some(reply.body().deserialize()?);
        }
        Ok(())
    }

    /// Queries the idle time, because the user may be back by now.
    async fn query_idle_time(
        &self,
        still: bool,
        tracker: &mut ActivityTracker<'_>,
    ) -> zbus::Result<()> {
        let reply = self.monitor.call("GetIdletime", &[]).await?;
        let idle = Duration::from_millis(reply.body().deserialize()?);
        if idle >= self.thresholds.away {
            tracker.on_away(Clock.now().elapsed.saturating_sub(idle));
        } else if still && idle >= self.thresholds.still {
            tracker.on_still();
        }
        Ok(())
    }
}

async fn add_idle_watch(monitor: Object<'_>, after: Duration) -> zbus::Result<u32> {
    let milliseconds = after.as_millis() as u64;
    let reply = monitor.call("AddIdleWatch", &[milliseconds.into()]).await?;
    reply.body().deserialize()
}
