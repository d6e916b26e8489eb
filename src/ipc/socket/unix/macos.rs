//! The parts of the control socket that only macOS has.

#![expect(unsafe_code, reason = "neither std nor rustix knows getpeereid")]

use std::io;
use std::os::fd::AsRawFd as _;
use std::os::unix::net::UnixListener;
use std::path::Path;

use super::Stream;

/// Calls `then` with the path. macOS has no other name for a path that is too long for an address.
pub(super) fn with_short_path<T>(
    socket: &Path,
    then: impl FnOnce(&Path) -> io::Result<T>,
) -> io::Result<T> {
    then(socket)
}

/// Returns the user id of the peer.
pub(super) fn peer_user(stream: &Stream) -> io::Result<u32> {
    let (mut user, mut group) = (0, 0);
    // SAFETY: the descriptor is open while `stream` is borrowed, and both pointers are valid.
    let answer = unsafe { libc::getpeereid(stream.as_raw_fd(), &raw mut user, &raw mut group) };
    if answer == 0 {
        Ok(user)
    } else {
        Err(io::Error::last_os_error())
    }
}

/// Nothing to watch: macOS doesn't clear the folder of the socket.
#[derive(Debug)]
pub(super) struct Watch;

impl Watch {
    pub(super) fn new(_folder: &Path) -> io::Result<Self> {
        Ok(Self)
    }

    /// Leaves the waiting to `accept`.
    pub(super) fn wait(&self, _listener: &UnixListener) -> io::Result<bool> {
        Ok(true)
    }
}
