//! The parts of the control socket that only Linux has.

#![expect(
    unsafe_code,
    reason = "rustix can't represent the process 0 of a peer in another PID namespace"
)]

use std::fs::File;
use std::io;
use std::mem::MaybeUninit;
use std::os::fd::{AsRawFd as _, OwnedFd};
use std::os::unix::net::UnixListener;
use std::path::{Path, PathBuf};

use rustix::event::{PollFd, PollFlags, poll};
use rustix::fs::inotify::{CreateFlags, Reader, WatchFlags, add_watch, init};

use super::Stream;

/// The maximum length of a socket address in bytes, including the zero at its end.
const MAX_ADDRESS: usize = 108;

/// Calls `then` with the path, or with a short one that leads to the same place if an address has no room for it.
pub(super) fn with_short_path<T>(
    socket: &Path,
    then: impl FnOnce(&Path) -> io::Result<T>,
) -> io::Result<T> {
    if socket.as_os_str().len() < MAX_ADDRESS {
        return then(socket);
    }
    let (Some(folder), Some(name)) = (socket.parent(), socket.file_name()) else {
        return Err(io::ErrorKind::InvalidInput.into());
    };
    let folder = File::open(folder)?;
    let folder_path = PathBuf::from(format!("/proc/self/fd/{}", folder.as_raw_fd()));
    then(&folder_path.join(name))
}

/// Returns the user id of the peer.
pub(super) fn peer_user(stream: &Stream) -> io::Result<u32> {
    let mut peer = libc::ucred {
        pid: 0,
        uid: u32::MAX,
        gid: u32::MAX,
    };
    let mut length = size_of::<libc::ucred>() as libc::socklen_t;
    // SAFETY: the descriptor is open while `stream` is borrowed, and the pointers are valid for `length` bytes.
    let answer = unsafe {
        libc::getsockopt(
            stream.as_raw_fd(),
            libc::SOL_SOCKET,
            libc::SO_PEERCRED,
            (&raw mut peer).cast(),
            &raw mut length,
        )
    };
    if answer == 0 && length as usize == size_of::<libc::ucred>() {
        Ok(peer.uid)
    } else {
        Err(io::Error::last_os_error())
    }
}

/// Notices with inotify when a socket or its folder is removed.
#[derive(Debug)]
pub(super) struct Watch(OwnedFd);

impl Watch {
    pub(super) fn new(folder: &Path) -> io::Result<Self> {
        let inotify = init(CreateFlags::CLOEXEC | CreateFlags::NONBLOCK)?;
        let removal = WatchFlags::DELETE | WatchFlags::MOVED_FROM;
        let of_folder = WatchFlags::DELETE_SELF | WatchFlags::MOVE_SELF | WatchFlags::ONLYDIR;
        add_watch(&inotify, folder, removal | of_folder)?;
        Ok(Self(inotify))
    }

    /// Waits until a client connects, and returns `true`, or until something in the folder was removed, and returns `false`.
    pub(super) fn wait(&self, listener: &UnixListener) -> io::Result<bool> {
        loop {
            let mut both = [
                PollFd::new(listener, PollFlags::IN),
                PollFd::new(&self.0, PollFlags::IN),
            ];
            match poll(&mut both, None) {
                Err(rustix::io::Errno::INTR) => continue,
                other => other?,
            };
            let [client, removal] = both.map(|fd| !fd.revents().is_empty());
            if removal {
                self.drain();
                return Ok(false);
            }
            if client {
                return Ok(true);
            }
        }
    }

    fn drain(&self) {
        let mut room = [MaybeUninit::uninit(); 1024];
        let mut events = Reader::new(&self.0, &mut room);
        while events.next().is_ok() {}
    }
}
