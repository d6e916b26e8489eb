//! Screen savers and lockers that report only to the session bus: those of KDE, GNOME, Cinnamon, MATE and Xfce. All send
//! the same signal, each with an interface of its own.

use futures_lite::{StreamExt as _, stream};
use zbus::message::Message;
use zbus::{Connection, MessageStream};

use crate::watch::linux::bus::{Object, is_owned, member, owner_changes, signals_named};

/// The names and paths for querying a screen saver that was running before us.
const SAVERS: [(&str, &str); 5] = [
    (
        "org.freedesktop.ScreenSaver",
        "/org/freedesktop/ScreenSaver",
    ),
    ("org.gnome.ScreenSaver", "/org/gnome/ScreenSaver"),
    ("org.cinnamon.ScreenSaver", "/org/cinnamon/ScreenSaver"),
    ("org.mate.ScreenSaver", "/org/mate/ScreenSaver"),
    ("org.xfce.ScreenSaver", "/org/xfce/ScreenSaver"),
];

/// Reports if a screen saver is active, once at the start and after each change, until the bus ends.
///
/// # Errors
/// If the bus connection ends.
pub(super) async fn follow(bus: &Connection, report: impl Fn(bool)) -> zbus::Result<()> {
    let mut changes = signals_named(bus, "ActiveChanged").await?;
    // The active screen saver, and the changes of its owner.
    let mut hidden_by = active_saver(bus).await;
    loop {
        report(hidden_by.is_some());
        let change = match &mut hidden_by {
            Some((_, end)) => stream::or(&mut changes, end).next().await,
            None => changes.next().await,
        };
        let Some(change) = change else { return Ok(()) };
        let change = change?;
        let sender = sender(&change);
        match activity(&change) {
            Some(true) if hidden_by.as_ref().is_none_or(|(name, _)| *name != sender) => {
                let end = owner_changes(bus, &sender).await?;
                hidden_by = Some((sender, end));
            }
            Some(false) => hidden_by = None,
            None if member(&change) == "NameOwnerChanged" => hidden_by = None,
            Some(true) | None => {}
        }
    }
}

/// Returns the state in a signal of a screen saver, or `None` for any other message.
fn activity(message: &Message) -> Option<bool> {
    let header = message.header();
    let saver = header.interface()?.as_str().ends_with(".ScreenSaver");
    saver.then(|| message.body().deserialize().ok()).flatten()
}

fn sender(message: &Message) -> String {
    let header = message.header();
    header.sender().map(ToString::to_string).unwrap_or_default()
}

/// Returns a screen saver that is already active, and the changes of its owner.
async fn active_saver(bus: &Connection) -> Option<(String, MessageStream)> {
    for (service, path) in SAVERS {
        let saver = Object {
            bus,
            service,
            path,
            interface: service,
        };
        if is_owned(bus, service).await.ok()? && is_active(saver).await == Ok(true) {
            return Some((service.to_owned(), owner_changes(bus, service).await.ok()?));
        }
    }
    None
}

async fn is_active(saver: Object<'_>) -> zbus::Result<bool> {
    saver.call("GetActive", &[]).await?.body().deserialize()
}
