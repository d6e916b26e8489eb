//! The socket and its lock on Unix: a folder of one's own, a lock that the kernel keeps, a socket for one user.

use std::fs::{self, DirBuilder, File, OpenOptions, Permissions, TryLockError};
use std::io;
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _, PermissionsExt as _};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::Path;

use anyhow::Context as _;

use crate::paths::Paths;

/// What the running program holds as long as it runs.
#[derive(Debug)]
pub(super) struct Place {
    pub(super) listener: UnixListener,
    _lock: File,
}

/// Takes the place of the running program, or tells that it is taken.
pub(super) fn take(paths: &Paths) -> anyhow::Result<Option<Place>> {
    let folder = &paths.runtime;
    make_own(folder).with_context(|| format!("the folder {} cannot be used", folder.display()))?;
    let path = paths.lock();
    let lock = OpenOptions::new()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .mode(0o600)
        .open(&path);
    let lock = lock.with_context(|| format!("the lock {} cannot be opened", path.display()))?;
    match lock.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => return Ok(None),
        Err(TryLockError::Error(error)) => {
            return Err(error).with_context(|| format!("{} cannot be locked", path.display()));
        }
    }
    let socket = paths.socket();
    let listener = bind(&socket)
        .with_context(|| format!("the control socket {} cannot be opened", socket.display()))?;
    Ok(Some(Place {
        listener,
        _lock: lock,
    }))
}

/// A folder that only the person can look into.
fn make_own(folder: &Path) -> io::Result<()> {
    DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(folder)?;
    fs::set_permissions(folder, Permissions::from_mode(0o700))
}

/// Whoever holds the lock may clear away a socket that another left behind.
fn bind(socket: &Path) -> io::Result<UnixListener> {
    match fs::remove_file(socket) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        Ok(()) | Err(_) => {}
    }
    let listener = UnixListener::bind(socket)?;
    fs::set_permissions(socket, Permissions::from_mode(0o600))?;
    Ok(listener)
}

/// Whether the other end belongs to the same person.
#[cfg(target_os = "linux")]
pub(super) fn is_ours(stream: &UnixStream) -> bool {
    let peer = rustix::net::sockopt::socket_peercred(stream);
    peer.is_ok_and(|peer| peer.uid == rustix::process::geteuid())
}

/// Whether the other end belongs to the same person.
#[cfg(not(target_os = "linux"))]
#[expect(unsafe_code, reason = "neither std nor rustix knows getpeereid")]
pub(super) fn is_ours(stream: &UnixStream) -> bool {
    use std::os::fd::AsRawFd as _;
    let (mut user, mut group) = (0, 0);
    // SAFETY: the descriptor is open as long as `stream` lives, and both places are valid.
    let answer = unsafe { libc::getpeereid(stream.as_raw_fd(), &raw mut user, &raw mut group) };
    answer == 0 && user == rustix::process::geteuid().as_raw()
}
