//! logind: sleep, the lock, and the session in the foreground.
//!
//! Its signals `Lock` and `Unlock` are requests, which a screen locker may ignore; the actual state is `LockedHint`.

use futures_lite::{StreamExt as _, stream};
use zbus::message::Message;
use zbus::zvariant::OwnedFd;
use zbus::{Connection, MessageStream};

use super::{Watch, others};
use crate::lang::mark;
use crate::source::Source;
use crate::watch::linux::bus::{Object, is_owned, member, owner_changes};
use crate::watch::linux::login::{SERVICE, manager, our_session, session, session_changes};
use crate::watch::session::{LockReason, SessionEvent, SleepLock};

/// Follows logind, also across restarts, until the bus ends.
///
/// # Errors
/// If the bus connection ends.
pub(super) async fn follow(bus: &Connection, watch: &Watch) -> zbus::Result<()> {
    let mut owner = owner_changes(bus, SERVICE).await?;
    loop {
        let why = match is_owned(bus, SERVICE).await? {
            true => match follow_instance(bus, &mut owner, watch).await {
                // A change requires a fresh start.
                Ok(()) => continue,
                Err(error) => error.to_string(),
            },
            false => "logind does not run".to_owned(),
        };
        watch.forget_logind(&why);
        match owner.next().await {
            Some(change) => change?,
            None => return Ok(()),
        };
    }
}

/// Follows one instance of logind. Returns when its owner or our session has changed.
async fn follow_instance(
    bus: &Connection,
    owner: &mut MessageStream,
    watch: &Watch,
) -> zbus::Result<()> {
    let manager = manager(bus);
    let mut words = manager.signals().await?.boxed_local();
    let our_session = our_session(bus).await;
    let our_session = our_session.as_ref().map(|path| session(bus, path.as_str()));
    if our_session.is_some() {
        words = stream::or(words, session_changes(bus).await?).boxed_local();
    }
    let mut lock = lock(manager).await.ok();
    watch.set(LockReason::Asleep, false);
    read_state(our_session.as_ref(), watch).await?;
    watch.report(SessionEvent::Source(source(
        our_session.is_some(),
        lock.is_some(),
    )));
    let mut words = stream::or(words, owner);
    while let Some(word) = words.next().await {
        let word = word?;
        match member(&word).as_str() {
            "PrepareForSleep" if begins(&word) => {
                watch.set(LockReason::Asleep, true);
                if let Some(lock) = lock.take() {
                    watch.report(SessionEvent::Sleep(lock));
                }
            }
            "PrepareForSleep" => {
                lock = self::lock(manager).await.ok();
                watch.set(LockReason::Asleep, false);
            }
            "PropertiesChanged" => read_state(our_session.as_ref(), watch).await?,
            "SessionNew" | "SessionRemoved" if is_another(bus, our_session.as_ref()).await => {
                return Ok(());
            }
            "SessionRemoved" => read_state(our_session.as_ref(), watch).await?,
            "NameOwnerChanged" => return Ok(()),
            _ => {}
        }
    }
    Err(zbus::Error::Failure("the system bus is gone".to_owned()))
}

fn source(knows_us: bool, waits: bool) -> Source {
    Source::named(match (knows_us, waits) {
        (true, true) => "logind",
        (true, false) => mark("logind: it doesn’t wait for Unhunch before sleep"),
        (false, _) => mark("logind: it reports sleep, but not whether the session is locked"),
    })
}

fn begins(word: &Message) -> bool {
    word.body().deserialize().unwrap_or(false)
}

/// Queries the state of our session, and of others that the user may be working in.
async fn read_state(our_session: Option<&Object<'_>>, watch: &Watch) -> zbus::Result<()> {
    let (mut locked, mut active) = (false, true);
    if let Some(our_session) = our_session {
        // Only some desktops set this hint.
        locked = our_session
            .bool_property("LockedHint")
            .await
            .unwrap_or(false);
        active = our_session.bool_property("Active").await?;
        let others = others::read(our_session, active).await.unwrap_or_default();
        if !active && let Some(foreground) = others.foreground {
            (locked, active) = (foreground.is_locked, true);
        }
        (watch.report_elsewhere)(others.activity);
    }
    // If both change at once, set the reason that begins first, so that the session never seems usable in between.
    let mut bars = [
        (LockReason::Locked, locked),
        (LockReason::Switched, !active),
    ];
    bars.sort_by_key(|(_, holds)| !holds);
    for (bar, holds) in bars {
        watch.set(bar, holds);
    }
    Ok(())
}

async fn is_another(bus: &Connection, followed: Option<&Object<'_>>) -> bool {
    let now = our_session(bus).await;
    now.as_ref().map(|path| path.as_str()) != followed.map(|session| session.path)
}

/// Takes an inhibitor lock, which delays sleep.
async fn lock(manager: Object<'_>) -> zbus::Result<SleepLock> {
    let why = "Keeps in mind how long you have been sitting";
    let reply = manager
        .call(
            "Inhibit",
            &["sleep", "Unhunch", why, "delay"].map(Into::into),
        )
        .await?;
    let descriptor: OwnedFd = reply.body().deserialize()?;
    Ok(SleepLock {
        _held: Box::new(descriptor),
    })
}
