//! Other sessions of the same user, who may be working there: in a second session in the foreground, or at another seat.
//!
//! All that is known about the input in them is the hint that their desktop gives to logind.

use std::time::Duration;

use zbus::zvariant::{OwnedObjectPath, OwnedValue, Structure};

use crate::schedule::Activity;
use crate::time::Clock;
use crate::watch::linux::bus::Object;
use crate::watch::linux::login::{other_sessions, session};

/// The state of the other sessions.
#[derive(Debug, Default)]
pub(super) struct OtherSessions {
    /// The session that is in the foreground instead of ours.
    pub(super) foreground: Option<OtherSession>,
    /// The activity in all of them; `None` if nothing is known about any.
    pub(super) activity: Option<Activity>,
}

/// A session of the same user.
#[derive(Clone, Copy, Debug)]
pub(super) struct OtherSession {
    pub(super) is_locked: bool,
    /// `true` if it is on the screen and keyboard of a seat. Sessions over a network are on none.
    has_seat: bool,
    /// The activity according to the hint; `None` if its desktop never sets the hint.
    hint: Option<Activity>,
}

/// Reads the state of the other sessions.
///
/// # Errors
/// If logind doesn't answer.
pub(super) async fn read(our_session: &Object<'_>, is_active: bool) -> zbus::Result<OtherSessions> {
    let mut sessions = OtherSessions::default();
    for path in other_sessions(our_session.bus, our_session.path).await? {
        // It may end at any time.
        let Ok(Some(other)) = read_session(session(our_session.bus, path.as_str())).await else {
            continue;
        };
        let is_foreground = !is_active && other.has_seat;
        if is_foreground {
            sessions.foreground = Some(other);
        }
        // Without a hint, somebody who switches to a session is assumed to be there.
        let activity = other.hint.or(is_foreground.then_some(Activity::Busy));
        sessions.activity = latest(sessions.activity, activity.filter(|_| !other.is_locked));
    }
    Ok(sessions)
}

/// Returns a session that can be used at present, or `None`.
async fn read_session(other: Object<'_>) -> zbus::Result<Option<OtherSession>> {
    let class: String = other.property("Class").await?.try_into()?;
    if class != "user" || !other.bool_property("Active").await? {
        return Ok(None);
    }
    Ok(Some(OtherSession {
        is_locked: other.bool_property("LockedHint").await.unwrap_or(false),
        has_seat: has_seat(other.property("Seat").await?),
        hint: hint(other).await?,
    }))
}

fn has_seat(seat: OwnedValue) -> bool {
    let seat = Structure::try_from(seat).ok();
    let seat = seat.and_then(|seat| <(String, OwnedObjectPath)>::try_from(seat).ok());
    seat.is_some_and(|(id, _)| !id.is_empty())
}

async fn hint(other: Object<'_>) -> zbus::Result<Option<Activity>> {
    let is_idle = other.bool_property("IdleHint").await?;
    let since: u64 = other.property("IdleSinceHintMonotonic").await?.try_into()?;
    let kind: String = other.property("Type").await?.try_into()?;
    // On a text console, logind computes the hint from the last input, but doesn't report changes.
    if kind == "tty" || (!is_idle && since == 0) {
        return Ok(None);
    }
    if !is_idle {
        return Ok(Some(Activity::Busy));
    }
    let now = Clock.now();
    // Its clock stops while the computer sleeps, and nobody was present then.
    let since = (Duration::from_micros(since) + now.slept).min(now.elapsed);
    Ok(Some(Activity::Away { since }))
}

/// Returns the activity that is later, of two sessions.
fn latest(a: Option<Activity>, b: Option<Activity>) -> Option<Activity> {
    match (a, b) {
        (Some(Activity::Away { since: a }), Some(Activity::Away { since: b })) => {
            Some(Activity::Away { since: a.max(b) })
        }
        (Some(Activity::Away { .. }) | None, b @ Some(_)) => b,
        (a, _) => a,
    }
}
