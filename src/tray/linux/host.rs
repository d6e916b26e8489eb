//! Detects if the desktop shows tray icons. Panels start late, crash and come back, and some desktops have none.

use std::convert::Infallible;
use std::io;
use std::time::Duration;

use async_io::Timer;
use futures_lite::{FutureExt, StreamExt, stream};
use zbus::fdo::DBusProxy;
use zbus::zvariant::OwnedValue;
use zbus::{Connection, MatchRule, MessageStream};

use crate::source::Source;

const WATCHER: &str = "org.kde.StatusNotifierWatcher";
const PATH: &str = "/StatusNotifierWatcher";

/// The queue length of the signal streams. Panels come and go one at a time.
const QUEUE: usize = 4;

/// The presence of a panel that shows tray icons.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Host {
    /// A panel shows the icons.
    Present,
    /// No panel is running at present.
    Absent,
}

impl Host {
    /// Returns the source that `status` reports.
    #[must_use]
    pub fn source(self) -> Source {
        match self {
            Self::Present => Source::Shown,
            Self::Absent => Source::NoTray,
        }
    }
}

/// Reports the presence of a host, now and at every change.
///
/// # Errors
/// If the bus ends or refuses the subscription.
pub async fn follow(bus: &Connection, mut callback: impl FnMut(Host)) -> zbus::Result<Infallible> {
    let mut changes = changes(bus).await?;
    let mut last = None;
    loop {
        let host = find(bus).await;
        if last.replace(host) != Some(host) {
            callback(host);
        }
        let closed = || io::Error::from(io::ErrorKind::ConnectionAborted);
        changes.next().await.ok_or_else(closed)??;
    }
}

/// Returns a stream of all signals after which the host may have changed.
async fn changes(
    bus: &Connection,
) -> zbus::Result<impl stream::Stream<Item = zbus::Result<zbus::Message>> + use<>> {
    let owner = MatchRule::builder()
        .msg_type(zbus::message::Type::Signal)
        .sender("org.freedesktop.DBus")?
        .interface("org.freedesktop.DBus")?
        .member("NameOwnerChanged")?
        .add_arg(WATCHER)?
        .build();
    let owner = MessageStream::for_match_rule(owner, bus, Some(QUEUE)).await?;
    let registered = signal(bus, "StatusNotifierHostRegistered").await?;
    let unregistered = signal(bus, "StatusNotifierHostUnregistered").await?;
    Ok(owner.or(registered).or(unregistered))
}

async fn signal(bus: &Connection, member: &'static str) -> zbus::Result<MessageStream> {
    let rule = MatchRule::builder()
        .msg_type(zbus::message::Type::Signal)
        .interface(WATCHER)?
        .member(member)?
        .build();
    MessageStream::for_match_rule(rule, bus, Some(QUEUE)).await
}

async fn find(bus: &Connection) -> Host {
    // A watcher that hangs shows no icons either.
    let timeout = async {
        Timer::after(Duration::from_secs(5)).await;
        Ok(false)
    };
    match has_host(bus).or(timeout).await {
        Ok(true) => Host::Present,
        Ok(false) | Err(_) => Host::Absent,
    }
}

async fn has_host(bus: &Connection) -> zbus::Result<bool> {
    // A call to a name without an owner could start a program through D-Bus activation, so check first.
    let names = DBusProxy::new(bus).await?;
    if !names.name_has_owner(WATCHER.try_into()?).await? {
        return Ok(false);
    }
    let reply = bus
        .call_method(
            Some(WATCHER),
            PATH,
            Some("org.freedesktop.DBus.Properties"),
            "Get",
            &(WATCHER, "IsStatusNotifierHostRegistered"),
        )
        .await?;
    Ok(reply.body().deserialize::<OwnedValue>()?.try_into()?)
}
