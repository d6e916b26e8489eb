//! The control socket on Unix: a socket file in a private folder.
//!
//! It is in the runtime folder or, where that can't be used, in the state folder. A file in the state folder names the current
//! path, so clients find it without `XDG_RUNTIME_DIR`. If somebody removes the socket or its folder, it is created again.

#[cfg(target_os = "linux")]
#[path = "unix/linux.rs"]
mod system;
#[cfg(target_os = "macos")]
#[path = "unix/macos.rs"]
mod system;

use std::fs::{self, Permissions};
use std::io;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::os::unix::net::UnixListener;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rustix::event::{PollFd, PollFlags, Timespec, poll};

use crate::disk::private_folder;
use crate::paths::{Paths, is_own};
use crate::state::StateFile;

/// A full-duplex connection to the peer.
pub use std::os::unix::net::UnixStream as Stream;

/// Connects to the program that listens on this socket.
pub(in crate::ipc) fn connect(socket: &Path) -> io::Result<Stream> {
    system::with_short_path(socket, |socket| Stream::connect(socket))
}

/// Returns `true` if the peer has closed the connection.
pub(in crate::ipc) fn is_closed(stream: &Stream) -> bool {
    // With no flags, poll still reports a hang-up. A peer that has only finished sending still waits for the reply.
    let mut fds = [PollFd::new(stream, PollFlags::empty())];
    let ready = poll(&mut fds, Some(&Timespec::default()));
    ready.is_ok_and(|ready| ready > 0)
}

/// Returns the paths at which the running program may listen, the likeliest first.
pub(super) fn candidates(paths: &Paths) -> Vec<PathBuf> {
    let noted = StateFile::Socket.read(paths).ok();
    let noted = noted.map(|path| PathBuf::from(path.trim_end_matches('\n')));
    let mut candidates: Vec<PathBuf> = noted.into_iter().collect();
    for path in [paths.socket(), socket_in_state(paths)] {
        if !candidates.contains(&path) {
            candidates.push(path);
        }
    }
    candidates
}

fn socket_in_state(paths: &Paths) -> PathBuf {
    Paths {
        runtime: paths.state.clone(),
        ..paths.clone()
    }
    .socket()
}

/// The listening side. It creates its socket again when that is removed.
#[derive(Debug)]
pub(super) struct Listener {
    paths: Paths,
    /// `None` once it has been closed.
    bound: Mutex<Option<Arc<Bound>>>,
}

impl Listener {
    pub(super) fn bind(paths: &Paths) -> io::Result<Self> {
        Ok(Self {
            paths: paths.clone(),
            bound: Mutex::new(Some(Arc::new(Bound::new(paths)?))),
        })
    }

    pub(super) fn accept(&self) -> io::Result<Stream> {
        let our_user = rustix::process::geteuid().as_raw();
        loop {
            let bound = self.bound().clone().ok_or(io::ErrorKind::NotConnected)?;
            if !bound.watch.wait(&bound.listener)? {
                let mut current = self.bound();
                // The socket is also removed when we close it.
                if current.is_some() && !bound.is_in_place() {
                    *current = Some(Arc::new(Bound::new(&self.paths)?));
                }
                continue;
            }
            let (stream, _) = bound.listener.accept()?;
            // The user of a client that has gone already may be unknown.
            let is_ours = system::peer_user(&stream).is_ok_and(|user| user == our_user);
            return is_ours
                .then_some(stream)
                .ok_or_else(|| io::ErrorKind::ConnectionAborted.into());
        }
    }

    /// Closes the socket. It and the file that names it are removed, unless they belong to another instance by now.
    pub(super) fn clear(&self) {
        let Some(bound) = self.bound().take() else {
            return;
        };
        if bound.is_in_place() {
            let _ = fs::remove_file(&bound.path);
        }
        let noted = StateFile::Socket.read(&self.paths);
        if noted.is_ok_and(|noted| noted == note(&bound.path)) {
            let _ = fs::remove_file(StateFile::Socket.path(&self.paths));
        }
    }

    fn bound(&self) -> MutexGuard<'_, Option<Arc<Bound>>> {
        self.bound.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[derive(Debug)]
struct Bound {
    listener: UnixListener,
    path: PathBuf,
    /// Device and inode of the socket.
    id: (u64, u64),
    watch: system::Watch,
}

impl Bound {
    /// Binds in the runtime folder if possible, otherwise in the state folder.
    fn new(paths: &Paths) -> io::Result<Self> {
        let bound = Self::at(&paths.socket()).or_else(|error| {
            let fallback = socket_in_state(paths);
            if fallback == paths.socket() {
                Err(error)
            } else {
                Self::at(&fallback)
            }
        })?;
        // Clients with the same environment find the socket without this file.
        let _ = StateFile::Socket.write(paths, &note(&bound.path));
        Ok(bound)
    }

    /// Removes a stale socket first. That is safe, since the caller holds the lock.
    fn at(socket: &Path) -> io::Result<Self> {
        let folder = socket.parent().unwrap_or(Path::new("/"));
        if !is_own(folder) {
            return Err(io::ErrorKind::PermissionDenied.into());
        }
        private_folder(folder)?;
        fs::set_permissions(folder, Permissions::from_mode(0o700))?;
        match fs::remove_file(socket) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            Ok(()) | Err(_) => {}
        }
        // The watch starts first, so that no removal is missed.
        let watch = system::Watch::new(folder)?;
        let listener = system::with_short_path(socket, |socket| UnixListener::bind(socket))?;
        fs::set_permissions(socket, Permissions::from_mode(0o600))?;
        Ok(Self {
            listener,
            id: id(socket)?,
            path: socket.to_owned(),
            watch,
        })
    }

    fn is_in_place(&self) -> bool {
        id(&self.path).is_ok_and(|id| id == self.id)
    }
}

fn id(path: &Path) -> io::Result<(u64, u64)> {
    let metadata = fs::symlink_metadata(path)?;
    Ok((metadata.dev(), metadata.ino()))
}

fn note(path: &Path) -> String {
    format!("{}\n", path.display())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clients_look_where_the_program_says_that_it_listens() {
        let home = tempfile::tempdir().unwrap();
        let paths = Paths::under(home.path());
        let in_state = home.path().join("state/control.sock");
        assert_eq!(candidates(&paths), [paths.socket(), in_state.clone()]);
        StateFile::Socket
            .write(&paths, "/run/elsewhere.sock\n")
            .unwrap();
        let elsewhere = PathBuf::from("/run/elsewhere.sock");
        assert_eq!(candidates(&paths), [elsewhere, paths.socket(), in_state]);
    }

    #[test]
    fn a_socket_with_a_long_path_can_be_used() {
        let home = tempfile::tempdir().unwrap();
        for length in [40, 50, 80, 200] {
            let folder = home.path().join("x".repeat(length));
            let socket = folder.join("control.sock");
            let bound = Bound::at(&socket).unwrap();
            let _stream = connect(&socket).unwrap();
            assert!(bound.listener.accept().is_ok());
        }
    }

    #[test]
    fn a_peer_that_only_finished_sending_has_not_closed_the_connection() {
        let (here, there) = Stream::pair().unwrap();
        assert!(!is_closed(&here));
        there.shutdown(std::net::Shutdown::Write).unwrap();
        assert!(!is_closed(&here));
        drop(there);
        assert!(is_closed(&here));
    }

    #[test]
    fn the_socket_of_another_instance_is_not_removed() {
        let home = tempfile::tempdir().unwrap();
        let paths = Paths::under(home.path());
        let first = Listener::bind(&paths).unwrap();
        let second = Listener::bind(&paths).unwrap();
        first.clear();
        assert!(paths.socket().exists());
        second.clear();
        assert!(!paths.socket().exists());
        assert!(!StateFile::Socket.exists(&paths));
    }
}
