//! Idle detection by the hint that the desktop gives to logind: minutes late, and without pauses in typing. It is a last resort.

use std::convert::Infallible;
use std::future;
use std::time::Duration;

use anyhow::anyhow;
use futures_lite::stream::{self, Boxed};
use futures_lite::{FutureExt as _, StreamExt as _};
use zbus::{Connection, Message};

use super::activity_tracker::ActivityTracker;
use crate::lang::tr;
use crate::time::Clock;
use crate::watch::linux::bus::{Object, is_owned, member, owner_changes};
use crate::watch::linux::login::{SERVICE, manager, our_session, session};

/// A connection to logind, which may not be running, or may not know our session.
pub(super) struct Logind<'a> {
    bus: &'a Connection,
    /// Changes of the owner of its name, and its signals about all sessions.
    words: Boxed<zbus::Result<Message>>,
    /// `true` once logind has known our session.
    knew_us: bool,
}

impl<'a> Logind<'a> {
    /// Subscribes to the signals of logind.
    ///
    /// # Errors
    /// If the bus connection ends.
    pub(super) async fn subscribe(bus: &'a Connection) -> zbus::Result<Self> {
        let words = stream::or(
            owner_changes(bus, SERVICE).await?,
            manager(bus).signals().await?,
        );
        Ok(Self {
            bus,
            words: words.boxed(),
            knew_us: false,
        })
    }

    /// Follows the hint of our session, until the session, logind or the bus ends. Calls `on_start` when the hint could be read.
    ///
    /// # Errors
    /// Always, with the reason for the end; at once if logind doesn't know our session.
    pub(super) async fn follow(
        &mut self,
        on_start: impl FnOnce(),
        tracker: &mut ActivityTracker<'_>,
    ) -> anyhow::Result<Infallible> {
        let bus = self.bus;
        let path = session_path(bus).await;
        let path = path.ok_or_else(|| anyhow!(tr("logind doesn’t know this session")))?;
        let our_session = session(bus, path.as_str());
        let mut changes = our_session.changes().await?;
        read_hint(our_session, tracker).await?;
        on_start();
        self.knew_us = true;
        loop {
            let word = self.words.next().or(changes.next()).await;
            let word = word.ok_or_else(|| anyhow!(tr("the system bus is gone")))??;
            match member(&word).as_str() {
                "NameOwnerChanged" => return Err(anyhow!(tr("logind is gone"))),
                "SessionNew" | "SessionRemoved"
                    if session_path(bus).await.as_ref() != Some(&path) =>
                {
                    return Err(anyhow!(tr("logind doesn’t know this session")));
                }
                "PropertiesChanged" => read_hint(our_session, tracker).await?,
                _ => {}
            }
        }
    }

    /// Waits until logind knows our session, because logind has started or the session is new.
    pub(super) async fn wait_until_known(&mut self) {
        if self.knew_us && session_path(self.bus).await.is_some() {
            return;
        }
        while let Some(Ok(_)) = self.words.next().await {
            if session_path(self.bus).await.is_some() {
                return;
            }
        }
        // The end of the bus is reported elsewhere.
        future::pending().await
    }
}

/// Returns the path of our session. This doesn't start logind if it isn't running.
async fn session_path(bus: &Connection) -> Option<zbus::zvariant::OwnedObjectPath> {
    match is_owned(bus, SERVICE).await {
        Ok(true) => our_session(bus).await,
        Ok(false) | Err(_) => None,
    }
}

async fn read_hint(our_session: Object<'_>, tracker: &mut ActivityTracker<'_>) -> zbus::Result<()> {
    if !our_session.bool_property("IdleHint").await? {
        tracker.on_input();
        return Ok(());
    }
    let since: u64 = our_session
        .property("IdleSinceHintMonotonic")
        .await?
        .try_into()?;
    let now = Clock.now();
    // Its clock stops while the computer sleeps, and nobody was present then.
    let since = Duration::from_micros(since) + now.slept;
    tracker.on_away(since.min(now.elapsed));
    Ok(())
}
