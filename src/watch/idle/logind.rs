//! Idleness as the desktop tells it to logind: minutes late, and nothing of pauses in typing. Better than nothing.

use std::convert::Infallible;
use std::time::Duration;

use futures_lite::{Stream, StreamExt as _, stream};
use zbus::{Connection, Message};

use super::seen::Seen;
use crate::time::Clock;
use crate::watch::bus::{Object, member, owners};
use crate::watch::login::{SERVICE, manager, our_session, session};

/// Tells that logind has gone or come, or knows of another session, say.
///
/// # Errors
/// When the bus ends.
pub(super) async fn changes(
    bus: &Connection,
) -> zbus::Result<impl Stream<Item = zbus::Result<Message>> + Unpin + use<>> {
    let told = manager(bus).signals().await?;
    Ok(stream::or(told, owners(bus, SERVICE).await?))
}

/// Follows the hint of our session, until logind or the bus ends.
///
/// # Errors
/// The end; at once where logind doesn't know us.
pub(super) async fn follow(
    bus: &Connection,
    changes: &mut (impl Stream<Item = zbus::Result<Message>> + Unpin),
    begun: impl FnOnce(),
    seen: &mut Seen<'_>,
) -> zbus::Result<Infallible> {
    let path = our_session(bus).await;
    let path = path.ok_or_else(|| zbus::Error::Failure("logind does not know us".to_owned()))?;
    let ours = session(bus, path.as_str());
    let mut words = stream::or(ours.changes().await?, changes);
    look(ours, seen).await?;
    begun();
    while let Some(word) = words.next().await {
        match member(&word?).as_str() {
            "NameOwnerChanged" => break,
            "PropertiesChanged" => look(ours, seen).await?,
            _ => {}
        }
    }
    Err(zbus::Error::Failure("logind is gone".to_owned()))
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
