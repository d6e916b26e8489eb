//! A one-time query of the desktop for diagnosis. The running program queries it only when a reminder is due.

use std::future;
use std::time::Duration;

use async_io::{Timer, block_on};
use futures_lite::FutureExt as _;
use zbus::Connection;
use zbus::connection::Builder;

use crate::app::quiet::ProbePurpose;
use crate::config::Settings;
use crate::notify::{Server, find_server};
use crate::schedule::Hold;
use crate::watch::quiet::{QuietEvent, follow};

/// The timeout for the answer of the notification server.
const TIMEOUT: Duration = Duration::from_secs(2);

/// The answers of the desktop.
#[derive(Debug, Default)]
pub struct DesktopReport {
    /// The sources that could report reasons to keep quiet.
    pub sources: Vec<&'static str>,
    /// The current reasons to keep quiet.
    pub holds: Vec<Hold>,
    /// The running notification server, if any.
    pub server: Option<Server>,
}

/// Queries all sources once. `server` says that a notification server is running: the query must not start one.
#[must_use]
pub fn query_desktop(settings: &Settings, server: bool) -> DesktopReport {
    block_on(async {
        let session = connect(Builder::session()).await;
        let system = connect(Builder::system()).await;
        let (session, system) = (session.as_ref(), system.as_ref());
        let query = query_sources(
            session,
            system,
            ProbePurpose::for_due_reminder(settings),
            server,
        );
        query.or(tick(session)).or(tick(system)).await
    })
}

async fn connect(bus: zbus::Result<Builder<'static>>) -> Option<Connection> {
    bus.ok()?.internal_executor(false).build().await.ok()
}

/// Drives a connection. Never returns.
async fn tick<T>(bus: Option<&Connection>) -> T {
    while let Some(bus) = bus {
        bus.executor().tick().await;
    }
    future::pending().await
}

async fn query_sources(
    session: Option<&Connection>,
    system: Option<&Connection>,
    purpose: ProbePurpose,
    server: bool,
) -> DesktopReport {
    let mut report = DesktopReport::default();
    let (sender, receiver) = async_channel::unbounded();
    let send = |event| drop(sender.try_send(event));
    let probe = follow(session, system, purpose.switches(), send);
    let listen = async {
        while let Ok(event) = receiver.recv().await {
            match event {
                QuietEvent::Held(hold) if purpose.holds(&hold) => report.holds.push(hold),
                QuietEvent::Held(_) => {}
                QuietEvent::Released(hold) => report.holds.retain(|other| *other != hold),
                QuietEvent::Answered(sources) => {
                    report.sources = sources;
                    break;
                }
            }
        }
    };
    // Each source has its own timeout, after which it counts as answered.
    listen.or(probe).await;
    if let Some(bus) = session
        && server
    {
        let timeout = async {
            Timer::after(TIMEOUT).await;
            None
        };
        let lookup = async { find_server(bus).await.ok() };
        report.server = lookup.or(timeout).await;
    }
    report
}
