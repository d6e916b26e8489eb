//! The control socket and its lock: a lock that the system keeps, and a socket for one person.

#[cfg(unix)]
#[path = "unix.rs"]
mod sys;
#[cfg(windows)]
#[path = "windows.rs"]
mod sys;

use std::fs::{File, TryLockError};
use std::io;

use anyhow::Context as _;

pub use self::sys::Stream;
use crate::paths::Paths;

/// What the running program holds as long as it runs.
#[derive(Debug)]
pub(super) struct Place {
    listener: sys::Listener,
    _lock: File,
}

impl Place {
    /// Waits for the next caller.
    ///
    /// # Errors
    /// `ConnectionAborted` for a caller that is not the person; anything else is the end.
    pub(super) fn accept(&self) -> io::Result<Stream> {
        self.listener.accept()
    }
}

/// Takes the place of the running program, or tells that it is taken.
pub(super) fn take(paths: &Paths) -> anyhow::Result<Option<Place>> {
    let folder = &paths.runtime;
    sys::make_own(folder)
        .with_context(|| format!("the folder {} cannot be used", folder.display()))?;
    let path = paths.lock();
    let lock = sys::open_own(&path);
    let lock = lock.with_context(|| format!("the lock {} cannot be opened", path.display()))?;
    match lock.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => return Ok(None),
        Err(TryLockError::Error(error)) => {
            return Err(error).with_context(|| format!("{} cannot be locked", path.display()));
        }
    }
    let socket = paths.socket();
    let listener = sys::Listener::bind(&socket)
        .with_context(|| format!("the control socket {} cannot be opened", socket.display()))?;
    Ok(Some(Place {
        listener,
        _lock: lock,
    }))
}

/// Takes the socket away. What stays behind is cleared away by the next start.
pub(super) fn clear(paths: &Paths) {
    sys::clear(&paths.socket());
}
