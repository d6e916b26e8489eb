//! Idleness as the desktop tells it to logind: minutes late, and nothing of pauses in typing. Better than nothing.

use std::convert::Infallible;
use std::future;
use std::time::Duration;

use futures_lite::stream::{self, Boxed};
use futures_lite::{FutureExt as _, StreamExt as _};
use zbus::{Connection, Message};

use super::seen::Seen;
use crate::time::Clock;
use crate::watch::linux::bus::{Object, is_owned, member, owners};
use crate::watch::linux::login::{SERVICE, manager, our_session, session};

/// logind, whether it runs and knows us or not.
pub(super) struct Logind<'a> {
    bus: &'a Connection,
    /// Whether it comes or goes, and what it tells of all sessions.
    words: Boxed<zbus::Result<Message>>,
    /// It has known us.
    knew_us: bool,
}

impl<'a> Logind<'a> {
    /// Begins to hear of it.
    ///
    /// # Errors
    /// When the bus ends.
    pub(super) async fn on(bus: &'a Connection) -> zbus::Result<Self> {
        let words = stream::or(owners(bus, SERVICE).await?, manager(bus).signals().await?);
        Ok(Self {
            bus,
            words: words.boxed(),
            knew_us: false,
        })
    }

    /// Follows the hint of our session, until that, logind or the bus ends.
    ///
    /// # Errors
    /// The end; at once where logind doesn't know us.
    pub(super) async fn follow(
        &mut self,
        begun: impl FnOnce(),
        seen: &mut Seen<'_>,
    ) -> zbus::Result<Infallible> {
        let bus = self.bus;
        let end = |why: &str| zbus::Error::Failure(why.to_owned());
        let path = known(bus).await;
        let path = path.ok_or_else(|| end("logind does not know us"))?;
        let ours = session(bus, path.as_str());
        let mut changes = ours.changes().await?;
        look(ours, seen).await?;
        begun();
        self.knew_us = true;
        loop {
            let word = self.words.next().or(changes.next()).await;
            let word = word.ok_or_else(|| end("the system bus is gone"))??;
            match member(&word).as_str() {
                "NameOwnerChanged" => return Err(end("logind is gone")),
                "SessionNew" | "SessionRemoved" if known(bus).await.as_ref() != Some(&path) => {
                    return Err(end("logind has another session of ours, or none"));
                }
                "PropertiesChanged" => look(ours, seen).await?,
                _ => {}
            }
        }
    }

    /// Waits until one that knows us no longer, or doesn't yet, does: it has come, or our session has.
    pub(super) async fn knows_us(&mut self) {
        if self.knew_us && known(self.bus).await.is_some() {
            return;
        }
        while let Some(Ok(_)) = self.words.next().await {
            if known(self.bus).await.is_some() {
                return;
            }
        }
        // The bus has ended, and that is told to others.
        future::pending().await
    }
}

/// Our session. Who doesn't run is not started by the question.
async fn known(bus: &Connection) -> Option<zbus::zvariant::OwnedObjectPath> {
    match is_owned(bus, SERVICE).await {
        Ok(true) => our_session(bus).await,
        Ok(false) | Err(_) => None,
    }
}

async fn look(ours: Object<'_>, seen: &mut Seen<'_>) -> zbus::Result<()> {
    if !ours.is("IdleHint").await? {
        seen.back();
        return Ok(());
    }
    let since: u64 = ours.property("IdleSinceHintMonotonic").await?.try_into()?;
    let now = Clock.now();
    // Its clock stands still while the computer sleeps, and nobody was there then.
    let since = Duration::from_micros(since) + now.slept;
    seen.away(since.min(now.elapsed));
    Ok(())
}
