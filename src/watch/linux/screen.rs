//! The screen that the session is on, by the names in its environment.

use std::env;
use std::io;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};

use async_io::Async;
use futures_lite::FutureExt as _;

use super::arrival::Arrival;
use super::wire::Wire;
use super::x11;

/// Whether a screen answers, be it Wayland's or X11's.
#[must_use]
pub fn is_there() -> bool {
    let wayland = || wayland().is_some_and(|socket| UnixStream::connect(socket).is_ok());
    wayland() || (self::x11().is_some() && x11::is_there())
}

/// The sockets of the screens that the environment names; a name may outlive its screen.
pub(in crate::watch) struct Screens {
    pub(in crate::watch) wayland: Option<PathBuf>,
    x11: Option<PathBuf>,
}

/// One of them.
pub(in crate::watch) enum Screen {
    /// And the connection to its compositor.
    Wayland(io::Result<Wire>),
    X11,
}

impl Screens {
    /// Those of our environment.
    pub(in crate::watch) fn named() -> Self {
        Self {
            wayland: wayland(),
            x11: x11(),
        }
    }

    /// The one that the session is on: Wayland's, for an X server on Wayland knows of X programs alone; but X11's where nobody
    /// listens for Wayland any more and an X server does.
    pub(in crate::watch) async fn present(&self) -> Option<Screen> {
        let Some(socket) = &self.wayland else {
            return self.x11.as_ref().map(|_| Screen::X11);
        };
        let compositor = Wire::connect(socket).await;
        match &self.x11 {
            Some(x11) if compositor.is_err() && listens(x11).await => Some(Screen::X11),
            Some(_) | None => Some(Screen::Wayland(compositor)),
        }
    }

    /// Begins to look out for both.
    pub(in crate::watch) fn arrivals(&self) -> Arrivals<'_> {
        Arrivals([&self.wayland, &self.x11].map(|socket| socket.as_deref().map(Arrival::of)))
    }
}

/// Looks out for screens.
pub(in crate::watch) struct Arrivals<'a>([Option<Arrival<'a>>; 2]);

impl Arrivals<'_> {
    /// Waits until one has come since the beginning.
    pub(in crate::watch) async fn come(&self) {
        let [wayland, x11] = &self.0;
        come(wayland.as_ref()).or(come(x11.as_ref())).await;
    }
}

/// Waits until that has come, if there is something to come.
pub(in crate::watch) async fn come(arrival: Option<&Arrival<'_>>) {
    match arrival {
        Some(arrival) => arrival.come().await,
        None => std::future::pending().await,
    }
}

async fn listens(socket: &Path) -> bool {
    Async::<UnixStream>::connect(socket).await.is_ok()
}

fn wayland() -> Option<PathBuf> {
    let name = env::var_os("WAYLAND_DISPLAY").filter(|name| !name.is_empty())?;
    let folder = env::var_os("XDG_RUNTIME_DIR").unwrap_or_default();
    Some(Path::new(&folder).join(name))
}

fn x11() -> Option<PathBuf> {
    let display = env::var("DISPLAY").ok().filter(|name| !name.is_empty())?;
    let (_, number) = display.rsplit_once(':')?;
    let number = number.split('.').next()?;
    Some(format!("/tmp/.X11-unix/X{number}").into())
}
