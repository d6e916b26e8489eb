//! Waits for a socket that doesn't exist yet, with an inotify watch on its folder.

use std::ffi::OsStr;
use std::future;
use std::io;
use std::mem::MaybeUninit;
use std::os::fd::OwnedFd;
use std::path::Path;

use async_io::Async;
use rustix::fs::inotify::{CreateFlags, Reader, WatchFlags, add_watch, init};

/// A watch for a file. It starts when it is created, so that a caller who then checks for the file before waiting misses nothing.
#[derive(Debug)]
pub struct Arrival<'a> {
    name: &'a OsStr,
    folder: Option<Async<OwnedFd>>,
}

impl<'a> Arrival<'a> {
    /// Starts the watch. If the folder doesn't exist, the file never arrives.
    #[must_use]
    pub fn new(file: &'a Path) -> Self {
        Self {
            name: file.file_name().unwrap_or_default(),
            folder: file.parent().and_then(|folder| watch(folder).ok()),
        }
    }

    /// Waits until a file of that name has appeared since the watch was started.
    pub async fn wait(&self) {
        if self.seen().await.is_err() {
            // There is no watch that could wake us.
            future::pending().await
        }
    }

    async fn seen(&self) -> io::Result<()> {
        let folder = self.folder.as_ref().ok_or(io::ErrorKind::NotFound)?;
        while !folder.read_with(|folder| self.is_among(folder)).await? {}
        Ok(())
    }

    /// Returns `true` if the file is among those that have appeared.
    fn is_among(&self, folder: &OwnedFd) -> io::Result<bool> {
        let mut room = [MaybeUninit::uninit(); 1024];
        let mut events = Reader::new(folder, &mut room);
        loop {
            let event = events.next()?;
            let name = event.file_name().map(|name| name.to_bytes());
            if name == Some(self.name.as_encoded_bytes()) {
                return Ok(true);
            }
            if events.is_buffer_empty() {
                return Ok(false);
            }
        }
    }
}

fn watch(folder: &Path) -> io::Result<Async<OwnedFd>> {
    let inotify = init(CreateFlags::CLOEXEC | CreateFlags::NONBLOCK)?;
    add_watch(
        &inotify,
        folder,
        WatchFlags::CREATE | WatchFlags::MOVED_TO | WatchFlags::ONLYDIR,
    )?;
    Async::new(inotify)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use futures_lite::future::{block_on, poll_once};

    use super::*;

    #[test]
    fn created_file_arrives_once() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("bus");
        let arrival = Arrival::new(&file);
        fs::write(folder.path().join("another"), "").unwrap();
        assert_eq!(block_on(poll_once(arrival.wait())), None);
        fs::write(folder.path().join("a-third"), "").unwrap();
        fs::write(&file, "").unwrap();
        block_on(arrival.wait());
        // The file exists already; only another one would be an arrival.
        assert_eq!(block_on(poll_once(arrival.wait())), None);
    }

    #[test]
    fn missing_folder_never_yields() {
        let arrival = Arrival::new(Path::new("/nowhere/at/all"));
        assert_eq!(block_on(poll_once(arrival.wait())), None);
    }
}
