//! Chooses the best available source, and another one when that ends or a better one appears.
//!
//! Mutter's own monitor comes first, because GNOME has nothing else. Wayland comes before X11, because an X server on
//! Wayland sees only the input for X programs: a user who types in any other program would seem to be away. logind reports
//! late, and comes last.

use std::io;
use std::time::Duration;

use anyhow::{anyhow, bail};
use async_io::Timer;
use futures_lite::{FutureExt as _, StreamExt as _, future};
use zbus::{Connection, MessageStream};

use super::activity_tracker::ActivityTracker;
use super::logind::Logind;
use super::mutter::{self, IdleMonitor};
use super::wayland::Compositor;
use super::x11::{IdleTime, X11Message};
use super::{CloseWatchRequest, IdleEvent, IdleSettings, Unavailable, switched_off};
use crate::lang::{mark, tr};
use crate::reason;
use crate::schedule::Activity;
use crate::source::{PresenceSource, Source};
use crate::time::Clock;
use crate::watch::CurrentBus;
use crate::watch::linux::arrival::Arrival;
use crate::watch::linux::bus::{is_owned, owner_changes};
use crate::watch::linux::display_server::{
    DetectedDisplay, DisplaySockets, SocketWatches, wait_or_never,
};
use crate::watch::linux::wayland::Client;

/// The delay before another attempt: a source that has just appeared may not be ready, and one that has just gone may return soon.
const RETRY_DELAY: Duration = Duration::from_secs(1);

/// The timeout for the first report from an X server.
const TIMEOUT: Duration = Duration::from_secs(5);

/// The runtime after which a source that ends is retried at once.
const STABLE_RUNTIME: Duration = Duration::from_secs(60);

/// The number of consecutive retries of a source that ends or hangs. The delay doubles each time: over four minutes in total.
const MAX_RETRIES: u32 = 8;

/// The places to look for sources, and the callback for their reports.
pub struct IdleFollower<'a> {
    /// The thresholds, and the sources to ignore.
    pub settings: IdleSettings,
    /// The session bus, if there is one.
    pub session_bus: Option<Connection>,
    /// The system bus, which may come and go.
    pub system_bus: &'a CurrentBus,
    /// The request for close watching.
    pub close_watch: &'a CloseWatchRequest,
    /// The callback that receives all reports.
    pub report: &'a dyn Fn(IdleEvent),
}

impl IdleFollower<'_> {
    /// Follows the best available source until the future is dropped.
    pub async fn run(&self) {
        let mut mutter = match &self.session_bus {
            Some(bus) => owner_changes(bus, mutter::SERVICE).await.ok(),
            None => None,
        };
        let mut again = Backoff::default();
        loop {
            self.follow_best(&mut mutter, &mut again).await;
            Timer::after(RETRY_DELAY).await;
        }
    }

    /// Follows the best source, and returns when there is reason to choose again.
    async fn follow_best(&self, mutter: &mut Option<MessageStream>, again: &mut Backoff) {
        let display_sockets = self.display_sockets();
        let mut arrivals = Some(display_sockets.watch_sockets());
        let report = |activity| (self.report)(IdleEvent::Activity(activity));
        let mut tracker = ActivityTracker::new(&report);
        let mut reasons = Vec::new();
        if !self.settings.ignored.is_empty() {
            reasons.push(switched_off(&self.settings.ignored));
        }
        if let Some(bus) = &self.session_bus
            && !self.ignores(PresenceSource::Mutter)
            && is_owned(bus, mutter::SERVICE).await.unwrap_or(false)
        {
            let started = Clock.now().elapsed;
            match self.follow_mutter(bus, &mut tracker, mutter).await {
                Ok(()) => return,
                Err(_) if again.record_end(started) == Some(RETRY_DELAY) => return,
                Err(error) => {
                    log::debug!("mutter: {error}");
                    reasons.push(format!("mutter: {}", tr("it doesn’t respond")));
                }
            }
            tracker.on_input();
        }
        let started = Clock.now().elapsed;
        let followed = match display_sockets.detect().await {
            Some(DetectedDisplay::Wayland(client)) if !self.ignores(PresenceSource::Wayland) => {
                self.follow_wayland(client, &mut tracker, mutter, &mut arrivals)
                    .await
            }
            Some(DetectedDisplay::X11) => {
                self.follow_x11(&display_sockets, &report, mutter, &mut arrivals)
                    .await
            }
            Some(DetectedDisplay::Wayland(_) | DetectedDisplay::Xwayland) => {
                Err(anyhow!(Unavailable(mark(
                    "the X server is XWayland, which only notices input for X programs"
                ))))
            }
            Some(DetectedDisplay::Unresponsive) => Err(anyhow!(tr("the X server doesn’t respond"))),
            None => Err(anyhow!(Unavailable(mark("there is no screen")))),
        };
        let Err(error) = followed else {
            *again = Backoff::default();
            return;
        };
        let wait = match error.is::<Unavailable>() {
            true => None,
            false => again.record_end(started),
        };
        if wait == Some(RETRY_DELAY) {
            return;
        }
        if display_sockets.is_any_named() || reasons.is_empty() {
            reasons.push(reason::of(&error));
        }
        tracker.on_input();
        let arrivals = arrivals.unwrap_or_else(|| display_sockets.watch_sockets());
        let rest = async {
            self.follow_logind(reasons, &mut tracker)
                .or(sleep_or_forever(wait))
                .await;
        };
        let better = async {
            arrivals.wait().or(mutter_change(mutter)).await;
            *again = Backoff::default();
        };
        rest.or(better).await;
    }

    /// The named display servers, without those that are switched off.
    fn display_sockets(&self) -> DisplaySockets {
        let mut display_sockets = DisplaySockets::from_environment();
        if self.ignores(PresenceSource::Wayland) {
            display_sockets.wayland = None;
        }
        if self.ignores(PresenceSource::X11) {
            display_sockets.x11 = None;
        }
        display_sockets
    }

    fn ignores(&self, source: PresenceSource) -> bool {
        self.settings.ignored.contains(&source)
    }

    async fn follow_mutter(
        &self,
        bus: &Connection,
        tracker: &mut ActivityTracker<'_>,
        mutter: &mut Option<MessageStream>,
    ) -> zbus::Result<()> {
        let mut monitor = IdleMonitor::start(bus, self.settings.thresholds).await?;
        self.answers(Source::named("mutter"));
        let changes = async {
            mutter_change(mutter).await;
            Ok(())
        };
        monitor.follow(self.close_watch, tracker).or(changes).await
    }

    fn answers(&self, source: Source) {
        (self.report)(IdleEvent::Source(source));
    }

    /// Returns when another source may be better. An error means that this source has ended or is unavailable.
    async fn follow_wayland<'a>(
        &self,
        client: io::Result<Client>,
        tracker: &mut ActivityTracker<'_>,
        mutter: &mut Option<MessageStream>,
        arrivals: &mut Option<SocketWatches<'a>>,
    ) -> anyhow::Result<()> {
        let mut compositor = Compositor::connect(client, self.settings.thresholds).await?;
        // Otherwise the kernel would queue events that nobody reads.
        arrivals.take();
        self.answers(Source::Named(compositor.words()));
        let changes = async {
            mutter_change(mutter).await;
            Ok(())
        };
        compositor
            .follow(self.close_watch, tracker)
            .or(changes)
            .await
    }

    /// Follows X11 in the same way, but also returns when a compositor appears.
    async fn follow_x11<'a>(
        &self,
        display_sockets: &DisplaySockets,
        report: &dyn Fn(Activity),
        mutter: &mut Option<MessageStream>,
        arrivals: &mut Option<SocketWatches<'a>>,
    ) -> anyhow::Result<()> {
        let (sender, receiver) = async_channel::unbounded();
        let counter = IdleTime::start(self.settings.thresholds, sender)?;
        let timeout = async {
            Timer::after(TIMEOUT).await;
            bail!(tr("the X server doesn’t respond"))
        };
        let first = async { Ok(receiver.recv().await?) };
        match first.or(timeout).await? {
            X11Message::Begun => arrivals.take(),
            X11Message::Activity(_) => bail!(tr("the X server doesn’t respond")),
            X11Message::Ended(error) => return Err(error),
        };
        self.answers(Source::named("x11"));
        let tells = async {
            loop {
                match receiver.recv().await? {
                    X11Message::Begun => {}
                    X11Message::Activity(activity) => report(activity),
                    X11Message::Ended(error) => {
                        report(Activity::Busy);
                        return Err(error);
                    }
                }
            }
        };
        let close_watch_changes = async {
            counter.set_close_watch(self.close_watch.closely());
            loop {
                self.close_watch.changed().await;
                counter.set_close_watch(self.close_watch.closely());
            }
        };
        let compositor = display_sockets.wayland.as_deref().map(Arrival::new);
        let changes = async {
            wait_or_never(compositor.as_ref())
                .or(mutter_change(mutter))
                .await;
            Ok(())
        };
        tells.or(close_watch_changes).or(changes).await
    }

    /// Follows logind, when no better source is available. `reasons` lists why.
    async fn follow_logind(&self, mut reasons: Vec<String>, tracker: &mut ActivityTracker<'_>) {
        let bus = self.system_bus.get();
        let bus = bus.filter(|_| !self.ignores(PresenceSource::Logind));
        let mut logind = match &bus {
            Some(bus) => Logind::subscribe(bus).await.ok(),
            None => None,
        };
        if let Some(logind) = &mut logind {
            let limit = tr("only as good as what the desktop reports");
            let words = format!("logind: {limit} ({})", reasons.join("; "));
            let on_start = || self.answers(Source::Named(words));
            let Err(error) = logind.follow(on_start, tracker).await;
            reasons.push(reason::of(&error));
        }
        self.answers(Source::none(reasons.join("; ")));
        tracker.on_input();
        let session_known = async {
            match &mut logind {
                Some(logind) => logind.wait_until_known().await,
                None => future::pending().await,
            }
        };
        session_known.or(self.system_bus.changed()).await;
    }
}

/// Waits until Mutter appears or disappears on the bus.
async fn mutter_change(mutter: &mut Option<MessageStream>) {
    let changed = match mutter {
        Some(owner) => owner.next().await.is_some(),
        None => false,
    };
    if !changed {
        // The session ends with its bus.
        future::pending().await
    }
}

/// Waits for this time, or forever if there is none.
async fn sleep_or_forever(wait: Option<Duration>) {
    match wait {
        Some(wait) => drop(Timer::after(wait).await),
        None => future::pending().await,
    }
}

/// The backoff for a source that ends or hangs: longer delays each time, and finally none until a new source appears.
#[derive(Default)]
struct Backoff {
    ends: u32,
}

impl Backoff {
    /// Records that a source, started at `started`, has ended or never answered. Returns the delay before the next attempt,
    /// or `None` if there must be none.
    fn record_end(&mut self, started: Duration) -> Option<Duration> {
        if Clock.now().elapsed.saturating_sub(started) >= STABLE_RUNTIME {
            self.ends = 0;
        }
        self.ends += 1;
        (self.ends <= MAX_RETRIES).then(|| RETRY_DELAY * (1 << (self.ends - 1)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn backoff_doubles_and_then_gives_up() {
        let mut again = Backoff::default();
        let now = Clock.now().elapsed;
        let waits: Vec<_> = (0..MAX_RETRIES)
            .map(|_| again.record_end(now).unwrap().as_secs())
            .collect();
        assert_eq!(waits, [1, 2, 4, 8, 16, 32, 64, 128]);
        assert_eq!(again.record_end(now), None);
        // The source ran long enough, so the backoff starts again.
        let long_ago = now.saturating_sub(STABLE_RUNTIME);
        assert_eq!(again.record_end(long_ago), Some(RETRY_DELAY));
    }
}
