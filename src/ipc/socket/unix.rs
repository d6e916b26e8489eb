//! The control socket on Unix: a socket file in a private folder.

use std::fs::{self, DirBuilder, File, OpenOptions, Permissions};
use std::io;
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _, PermissionsExt as _};
use std::os::unix::net::UnixListener;
use std::path::Path;

/// A full-duplex connection to the peer.
pub use std::os::unix::net::UnixStream as Stream;

/// Creates a folder that only the user can access.
pub(super) fn create_private_folder(folder: &Path) -> io::Result<()> {
    DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(folder)?;
    fs::set_permissions(folder, Permissions::from_mode(0o700))
}

/// Opens a file that only the user can read.
pub(super) fn open_private_file(file: &Path) -> io::Result<File> {
    OpenOptions::new()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .mode(0o600)
        .open(file)
}

#[derive(Debug)]
pub(super) struct Listener(UnixListener);

impl Listener {
    /// Removes a stale socket first. That is safe, since the caller holds the lock.
    pub(super) fn bind(socket: &Path) -> io::Result<Self> {
        match fs::remove_file(socket) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            Ok(()) | Err(_) => {}
        }
        let listener = UnixListener::bind(socket)?;
        fs::set_permissions(socket, Permissions::from_mode(0o600))?;
        Ok(Self(listener))
    }

    pub(super) fn accept(&self) -> io::Result<Stream> {
        let (stream, _) = self.0.accept()?;
        if is_ours(&stream) {
            Ok(stream)
        } else {
            Err(io::ErrorKind::ConnectionAborted.into())
        }
    }
}

pub(super) fn clear(socket: &Path) {
    let _ = fs::remove_file(socket);
}

/// Returns `true` if the peer runs as the same user.
#[cfg(target_os = "linux")]
fn is_ours(stream: &Stream) -> bool {
    let peer = rustix::net::sockopt::socket_peercred(stream);
    peer.is_ok_and(|peer| peer.uid == rustix::process::geteuid())
}

/// Returns `true` if the peer runs as the same user.
#[cfg(not(target_os = "linux"))]
#[expect(unsafe_code, reason = "neither std nor rustix knows getpeereid")]
fn is_ours(stream: &Stream) -> bool {
    use std::os::fd::AsRawFd as _;
    let (mut user, mut group) = (0, 0);
    // SAFETY: the descriptor is open while `stream` is borrowed, and both pointers are valid.
    let answer = unsafe { libc::getpeereid(stream.as_raw_fd(), &raw mut user, &raw mut group) };
    answer == 0 && user == rustix::process::geteuid().as_raw()
}
