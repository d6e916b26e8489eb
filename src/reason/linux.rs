//! The errors of the libraries that talk to Linux desktops.

use std::error::Error;

use wayland_backend::client::{InvalidId, WaylandError};
use x11rb::errors::{ConnectError, ConnectionError, ReplyError, ReplyOrIdError};

/// Returns `true` if the error has the words of a library.
pub(super) fn is_foreign(error: &(dyn Error + 'static)) -> bool {
    error.is::<zbus::Error>()
        || error.is::<zbus::fdo::Error>()
        || error.is::<zbus::zvariant::Error>()
        || error.is::<ksni::Error>()
        || error.is::<WaylandError>()
        || error.is::<InvalidId>()
        || error.is::<ConnectError>()
        || error.is::<ConnectionError>()
        || error.is::<ReplyError>()
        || error.is::<ReplyOrIdError>()
        || error.is::<async_channel::RecvError>()
        || error.is::<rustix::io::Errno>()
}
