//! The system bus and the session state it reports. If the bus is missing or ends, the kernel notifies us when it appears.

use std::env;
use std::path::PathBuf;
use std::rc::Rc;
use std::time::Duration;

use async_io::Timer;
use zbus::connection::Builder;

use super::watch::Buses;
use super::{Loop, connect};
use crate::app::AppEvent;
use crate::lang::tr;
use crate::reason;
use crate::watch::CurrentBus;
use crate::watch::linux::arrival::Arrival;
use crate::watch::session::Watch;

/// The delay before connecting again. A bus that has just appeared may not listen yet, one that has just gone may soon be back,
/// and meanwhile all subscribers release the old connection.
const RECONNECT_DELAY: Duration = Duration::from_secs(1);

/// Follows the state of the session on both buses.
pub(super) fn follow_session(parts: &Loop<'_>, buses: &Buses) {
    let send = parts.send.clone();
    let presence = buses.presence.clone();
    let watch = Watch::new(move |event| send(AppEvent::Session(event)))
        .with_other_sessions(move |activity| presence.set_elsewhere(activity));
    let watch = Rc::new(watch);
    if let Some(bus) = buses.session.clone() {
        let watch = watch.clone();
        let savers = async move { watch.follow_savers(&bus).await };
        parts.executor.spawn(savers).detach();
    }
    let of_logind = parts.clone();
    let system = buses.system.clone();
    let logind = async move { follow_logind(&of_logind, &watch, &system).await };
    parts.executor.spawn(logind).detach();
}

async fn follow_logind(parts: &Loop<'_>, watch: &Watch, shared: &CurrentBus) {
    let socket = socket();
    loop {
        let arrival = socket.as_deref().map(Arrival::new);
        match connect(parts, Builder::system()).await {
            Ok((bus, ticks)) => {
                // Otherwise the kernel would queue events that nobody reads.
                drop(arrival);
                shared.set(Some(bus.clone()));
                watch.follow_logind(&bus).await;
                shared.set(None);
                Timer::after(RECONNECT_DELAY).await;
                drop(ticks);
            }
            Err(error) => {
                watch.forget_logind(&reason::after(tr("there is no system bus"), &error));
                match arrival {
                    Some(arrival) => arrival.wait().await,
                    None => return,
                }
                Timer::after(RECONNECT_DELAY).await;
            }
        }
    }
}

/// Returns the path of the system bus socket, if it is a file.
fn socket() -> Option<PathBuf> {
    let Ok(address) = env::var("DBUS_SYSTEM_BUS_ADDRESS") else {
        return Some(PathBuf::from("/run/dbus/system_bus_socket"));
    };
    let path = address.strip_prefix("unix:path=")?;
    path.split(',').next().map(PathBuf::from)
}
