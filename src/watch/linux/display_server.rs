//! The display server of the session, by the names in the environment.

use std::env;
use std::fmt;
use std::io;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::Command;

use async_io::Async;
use futures_lite::FutureExt as _;

use super::arrival::Arrival;
use super::wayland::Client;
use super::x11;
use super::xwayland::{self, ServerKind};

/// A display server that answers, identified by its address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DisplayServer {
    /// A Wayland compositor, with the path of its socket.
    Wayland(PathBuf),
    /// An X server, with its name as in `DISPLAY`, but without the screen number.
    X11(String),
}

impl DisplayServer {
    /// Returns the display server that the environment names and that answers; Wayland comes first.
    #[must_use]
    pub fn answering() -> Option<Self> {
        if let Some(socket) = wayland()
            && UnixStream::connect(&socket).is_ok()
        {
            return Some(Self::Wayland(socket));
        }
        let name = variable("DISPLAY")?;
        x11::is_available().then(|| {
            let (host, number) = name.rsplit_once(':').unwrap_or(("", &name));
            let number = number.split('.').next().unwrap_or_default();
            Self::X11(format!("{host}:{number}"))
        })
    }

    /// Removes the variables that name the other kind of display server from the environment of a program, so that it uses this one.
    pub fn restrict(&self, command: &mut Command) {
        match self {
            Self::Wayland(_) => command.env_remove("DISPLAY"),
            Self::X11(_) => command
                .env_remove("WAYLAND_DISPLAY")
                .env_remove("WAYLAND_SOCKET"),
        };
    }
}

/// The display server as text, to be compared with that of another instance.
impl fmt::Display for DisplayServer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Wayland(socket) => write!(f, "wayland:{}", socket.display()),
            Self::X11(name) => write!(f, "x11:{name}"),
        }
    }
}

/// The sockets of the display servers that the environment names. A name may outlive its server.
pub(in crate::watch) struct DisplaySockets {
    pub(in crate::watch) wayland: Option<PathBuf>,
    pub(in crate::watch) x11: Option<PathBuf>,
}

/// The kind of display server that the session turned out to be on.
pub(in crate::watch) enum DetectedDisplay {
    /// Wayland, with the connection to the compositor or the error.
    Wayland(io::Result<Client>),
    X11,
    /// Xwayland, whose compositor can’t be found. It sees the input of X programs only.
    Xwayland,
    /// An X server that doesn't respond, so it isn't known whether it is Xwayland.
    Unresponsive,
}

impl DisplaySockets {
    /// Reads the names in our environment.
    pub(in crate::watch) fn from_environment() -> Self {
        Self {
            wayland: wayland(),
            x11: x11(),
        }
    }

    /// Returns `true` if the environment names a display server, running or not.
    pub(in crate::watch) fn is_any_named(&self) -> bool {
        self.wayland.is_some() || self.x11.is_some()
    }

    /// Returns the display server that the session is on. Wayland is preferred, because an X server on Wayland (Xwayland) sees the
    /// input of X programs only. X11 is used if nothing listens on the Wayland socket any more but an X server does; if that is
    /// Xwayland, the compositor behind it is used.
    pub(in crate::watch) async fn detect(&self) -> Option<DetectedDisplay> {
        if let Some(socket) = &self.wayland {
            let compositor = Client::connect(socket).await;
            let x11 = self.x11.as_ref().filter(|_| compositor.is_err());
            let answers = match x11 {
                Some(x11) => listens(x11).await,
                None => false,
            };
            if !answers {
                return Some(DetectedDisplay::Wayland(compositor));
            }
        }
        let x11 = self.x11.as_ref()?;
        Some(match xwayland::server_kind().await {
            ServerKind::X11 => DetectedDisplay::X11,
            ServerKind::Unresponsive => DetectedDisplay::Unresponsive,
            ServerKind::Xwayland => match xwayland::compositor(x11).await {
                Some(compositor) => DetectedDisplay::Wayland(Ok(compositor)),
                None => DetectedDisplay::Xwayland,
            },
        })
    }

    /// Starts to watch for both sockets.
    pub(in crate::watch) fn watch_sockets(&self) -> SocketWatches<'_> {
        SocketWatches([&self.wayland, &self.x11].map(|socket| socket.as_deref().map(Arrival::new)))
    }
}

/// A watch for the sockets of display servers.
pub(in crate::watch) struct SocketWatches<'a>([Option<Arrival<'a>>; 2]);

impl SocketWatches<'_> {
    /// Waits until a socket has appeared since the watch was started.
    pub(in crate::watch) async fn wait(&self) {
        let [wayland, x11] = &self.0;
        wait_or_never(wayland.as_ref())
            .or(wait_or_never(x11.as_ref()))
            .await;
    }
}

/// Waits for an arrival, or forever if there is none.
pub(in crate::watch) async fn wait_or_never(arrival: Option<&Arrival<'_>>) {
    match arrival {
        Some(arrival) => arrival.wait().await,
        None => std::future::pending().await,
    }
}

async fn listens(socket: &Path) -> bool {
    Async::<UnixStream>::connect(socket).await.is_ok()
}

fn variable(name: &str) -> Option<String> {
    env::var(name).ok().filter(|value| !value.is_empty())
}

fn wayland() -> Option<PathBuf> {
    let name = variable("WAYLAND_DISPLAY")?;
    let folder = env::var_os("XDG_RUNTIME_DIR").unwrap_or_default();
    Some(Path::new(&folder).join(name))
}

/// Returns the local socket with the number in `DISPLAY`. A host in it is ignored.
fn x11() -> Option<PathBuf> {
    let display = variable("DISPLAY")?;
    let (_, number) = display.rsplit_once(':')?;
    let number = number.split('.').next()?;
    Some(format!("/tmp/.X11-unix/X{number}").into())
}
