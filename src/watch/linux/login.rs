//! logind, and the lookup of our session.

use rustix::process::getuid;
use zbus::zvariant::{OwnedObjectPath, OwnedValue, Structure};
use zbus::{Connection, MessageStream};

use super::bus::{Object, changes_of_all};

/// The name of logind on the system bus.
pub(in crate::watch) const SERVICE: &str = "org.freedesktop.login1";

const SESSION: &str = "org.freedesktop.login1.Session";

/// Returns the object for the computer and all sessions.
pub(in crate::watch) fn manager(bus: &Connection) -> Object<'_> {
    Object {
        bus,
        service: SERVICE,
        path: "/org/freedesktop/login1",
        interface: "org.freedesktop.login1.Manager",
    }
}

/// Returns the object of one session.
pub(in crate::watch) fn session<'a>(bus: &'a Connection, path: &'a str) -> Object<'a> {
    Object {
        bus,
        service: SERVICE,
        path,
        interface: SESSION,
    }
}

/// Returns the path of our session. A process of a session is found by its id; a service of the user belongs to no session,
/// and is assigned one by its environment, or by the display of the user.
pub(in crate::watch) async fn our_session(bus: &Connection) -> Option<OwnedObjectPath> {
    let manager = manager(bus);
    let named = async |id: &str| path(manager.call("GetSession", &[id.into()]).await);
    let by_pid = path(
        manager
            .call("GetSessionByPID", &[std::process::id().into()])
            .await,
    );
    if let Some(session) = if_alive(bus, by_pid).await {
        return Some(session);
    }
    let id = std::env::var("XDG_SESSION_ID").ok();
    for id in id.as_deref().into_iter().chain(["auto"]) {
        if let Some(session) = if_alive(bus, named(id).await).await {
            return Some(session);
        }
    }
    if_alive(bus, display(manager).await).await
}

/// Returns the paths of the other sessions of this user.
pub(in crate::watch) async fn other_sessions(
    bus: &Connection,
    our_path: &str,
) -> zbus::Result<Vec<OwnedObjectPath>> {
    type SessionList = Vec<(String, u32, String, String, OwnedObjectPath)>;
    let reply = manager(bus).call("ListSessions", &[]).await?;
    let all: SessionList = reply.body().deserialize()?;
    let user = getuid().as_raw();
    let others = all
        .into_iter()
        .filter(|(_, uid, ..)| *uid == user)
        .map(|(.., path)| path)
        .filter(|path| path.as_str() != our_path);
    Ok(others.collect())
}

/// Subscribes to changes of all sessions.
pub(in crate::watch) async fn session_changes(bus: &Connection) -> zbus::Result<MessageStream> {
    changes_of_all(bus, SERVICE, SESSION).await
}

fn path(reply: zbus::Result<zbus::Message>) -> Option<OwnedObjectPath> {
    reply.ok()?.body().deserialize().ok()
}

/// Returns the session of the user's display.
async fn display(manager: Object<'_>) -> Option<OwnedObjectPath> {
    let user = path(manager.call("GetUser", &[getuid().as_raw().into()]).await)?;
    let user = Object {
        path: user.as_str(),
        interface: "org.freedesktop.login1.User",
        ..manager
    };
    let display: OwnedValue = user.property("Display").await.ok()?;
    let display: Structure<'_> = display.try_into().ok()?;
    let (_, session): (String, OwnedObjectPath) = display.try_into().ok()?;
    Some(session)
}

/// Returns the path only if its session exists: an id from the environment may outlive its session.
async fn if_alive(bus: &Connection, path: Option<OwnedObjectPath>) -> Option<OwnedObjectPath> {
    let path = path?;
    let alive = session(bus, path.as_str())
        .bool_property("Active")
        .await
        .is_ok();
    alive.then_some(path)
}
