//! The control socket and its lock file. The system releases the lock on exit, and only the same user can connect.

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
use crate::lang::tr;
use crate::paths::Paths;

/// The resources owned by the running instance.
#[derive(Debug)]
pub(super) struct Instance {
    listener: sys::Listener,
    _lock: File,
}

impl Instance {
    /// Waits for the next connection.
    ///
    /// # Errors
    /// `ConnectionAborted` if the client belongs to another user. All other errors are permanent.
    pub(super) fn accept(&self) -> io::Result<Stream> {
        self.listener.accept()
    }
}

/// Becomes the running instance. Returns `None` if another one is running.
pub(super) fn acquire(paths: &Paths) -> anyhow::Result<Option<Instance>> {
    let folder = &paths.runtime;
    sys::create_private_folder(folder).with_context(|| {
        tr!(
            "the folder {folder} cannot be used",
            folder = folder.display()
        )
    })?;
    let path = paths.lock();
    let lock = sys::open_private_file(&path);
    let lock = lock.with_context(|| tr!("{file} cannot be opened", file = path.display()))?;
    match lock.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => return Ok(None),
        Err(TryLockError::Error(error)) => {
            return Err(error)
                .with_context(|| tr!("{file} cannot be locked", file = path.display()));
        }
    }
    let socket = paths.socket();
    let listener = sys::Listener::bind(&socket)
        .with_context(|| tr!("{file} cannot be opened", file = socket.display()))?;
    Ok(Some(Instance {
        listener,
        _lock: lock,
    }))
}

/// Removes the socket. If that fails, the next start removes it.
pub(super) fn clear(paths: &Paths) {
    sys::clear(&paths.socket());
}
