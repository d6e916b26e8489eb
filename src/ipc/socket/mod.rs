//! The control socket and its lock file. The system releases the lock on exit, and only the same user can connect.

#[cfg(unix)]
#[path = "unix.rs"]
mod sys;
#[cfg(windows)]
#[path = "windows.rs"]
mod sys;

use std::fs::{File, TryLockError};
use std::io;
use std::path::PathBuf;

use anyhow::Context as _;

pub use self::sys::Stream;
pub(super) use self::sys::{connect, is_closed};
use crate::disk::{owner_only, private_folder};
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

    /// Removes the socket. If that fails, the next start removes it.
    pub(super) fn clear(&self) {
        self.listener.clear();
    }
}

/// Becomes the running instance. Returns `None` if another one is running.
pub(super) fn acquire(paths: &Paths) -> anyhow::Result<Option<Instance>> {
    let folder = &paths.state;
    private_folder(folder).with_context(|| {
        tr!(
            "the folder {folder} cannot be used",
            folder = folder.display()
        )
    })?;
    let path = paths.lock();
    let mut options = owner_only();
    let lock = options.read(true).write(true).truncate(false).open(&path);
    let lock = lock.with_context(|| tr!("{file} cannot be opened", file = path.display()))?;
    match lock.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => return Ok(None),
        Err(TryLockError::Error(error)) => {
            return Err(error)
                .with_context(|| tr!("{file} cannot be locked", file = path.display()));
        }
    }
    // An instance whose lock file was deleted still answers.
    if connect_to_running(paths).is_ok() {
        return Ok(None);
    }
    let listener = sys::Listener::bind(paths)
        .with_context(|| tr!("{file} cannot be opened", file = paths.socket().display()))?;
    Ok(Some(Instance {
        listener,
        _lock: lock,
    }))
}

/// Connects to the running program, wherever it listens.
pub(super) fn connect_to_running(paths: &Paths) -> io::Result<Stream> {
    let mut last = io::ErrorKind::NotFound.into();
    for socket in sys::candidates(paths) {
        match connect(&socket) {
            Ok(stream) => return Ok(stream),
            Err(error) => last = error,
        }
    }
    Err(last)
}

/// Returns the path at which the running program listens.
pub(super) fn current(paths: &Paths) -> PathBuf {
    let mut candidates = sys::candidates(paths).into_iter();
    candidates.next().unwrap_or_else(|| paths.socket())
}
