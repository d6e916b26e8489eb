//! What the desktop answers at this moment, for a diagnosis. The program that waits asks only when a reminder is due.

use std::future;
use std::time::Duration;

use async_io::{Timer, block_on};
use futures_lite::FutureExt as _;
use zbus::Connection;
use zbus::connection::Builder;

use super::quiet::Wanted;
use crate::config::Settings;
use crate::notify::{Server, find_server};
use crate::schedule::Hold;
use crate::watch::quiet::{News, look};

/// How long the notification server may take for its answer.
const PATIENCE: Duration = Duration::from_secs(2);

/// The answers.
#[derive(Debug, Default)]
pub struct Now {
    /// Who could say whether to keep quiet.
    pub sources: Vec<&'static str>,
    /// What keeps us quiet.
    pub holds: Vec<Hold>,
    /// Who shows our questions, if somebody runs who does.
    pub server: Option<Server>,
}

/// Asks everybody once. `server`: a notification server runs; to ask it must not start one.
///
/// # Errors
/// When there is no session bus.
pub fn now(settings: &Settings, server: bool) -> zbus::Result<Now> {
    block_on(async {
        let bus = Builder::session()?.internal_executor(false).build().await?;
        let system = match Builder::system() {
            Ok(system) => system.internal_executor(false).build().await.ok(),
            Err(_) => None,
        };
        let asked = ask(&bus, system.as_ref(), Wanted::of(settings), server);
        Ok(asked.or(tick(Some(&bus))).or(tick(system.as_ref())).await)
    })
}

/// Does the work of a connection.
async fn tick<T>(bus: Option<&Connection>) -> T {
    while let Some(bus) = bus {
        bus.executor().tick().await;
    }
    future::pending().await
}

async fn ask(bus: &Connection, system: Option<&Connection>, wanted: Wanted, server: bool) -> Now {
    let mut now = Now::default();
    let (told_by, told) = async_channel::unbounded();
    let tell = |news| drop(told_by.try_send(news));
    let look = look(Some(bus), system, wanted.switches(), tell);
    let hear = async {
        while let Ok(news) = told.recv().await {
            match news {
                News::Held(hold) if wanted.holds(&hold) => now.holds.push(hold),
                News::Held(_) => {}
                News::Released(hold) => now.holds.retain(|other| *other != hold),
                News::Looked(sources) => {
                    now.sources = sources;
                    break;
                }
            }
        }
    };
    // Each source has its own patience, after which it counts as answered.
    hear.or(look).await;
    if server {
        let late = async {
            Timer::after(PATIENCE).await;
            None
        };
        let asked = async { find_server(bus).await.ok() };
        now.server = asked.or(late).await;
    }
    now
}
