//! The watcher for Windows, where the system signals a change in a folder only once per request, without naming the file. The
//! changed file is found by comparing recorded states. The `notify` crate, used elsewhere, would wake up ten times per second here.

#![allow(
    unsafe_code,
    reason = "changes are reported by calls of the system that std does not wrap"
)]

use std::collections::BTreeMap;
use std::ffi::c_void;
use std::os::windows::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;
use std::{fs, io, mem, ptr};

use windows_sys::Win32::Foundation::{HANDLE, INVALID_HANDLE_VALUE};
use windows_sys::Win32::Storage::FileSystem::{
    FILE_NOTIFY_CHANGE_DIR_NAME, FILE_NOTIFY_CHANGE_FILE_NAME, FILE_NOTIFY_CHANGE_LAST_WRITE,
    FILE_NOTIFY_CHANGE_SIZE, FindCloseChangeNotification, FindFirstChangeNotificationW,
};
use windows_sys::Win32::System::Threading::{
    INFINITE, RegisterWaitForSingleObject, UnregisterWaitEx, WT_EXECUTEINWAITTHREAD,
    WT_EXECUTEONLYONCE,
};

use super::{ANY, Watch};

/// A signal that something has changed.
pub(super) type Change = ();

type Callback = Arc<dyn Fn(Change) + Send + Sync>;

/// The watched folders, each until its first signal.
pub(super) struct Folders {
    callback: Callback,
    watched: Vec<Folder>,
}

impl Folders {
    pub(super) fn new(callback: impl Fn(Change) + Send + Sync + 'static) -> io::Result<Self> {
        Ok(Self {
            callback: Arc::new(callback),
            watched: Vec::new(),
        })
    }

    pub(super) fn watch(&mut self, folder: &Path) -> io::Result<()> {
        self.watched.push(Folder::watch(folder, &self.callback)?);
        Ok(())
    }

    pub(super) fn clear(&mut self) {
        self.watched.clear();
    }
}

/// A folder that signals its first change, unless it is dropped before.
struct Folder {
    wait: HANDLE,
    change: HANDLE,
    /// The context pointer of the registered wait.
    callback: *mut Callback,
}

// SAFETY: the handles can be used from any thread, and the callback is `Send + Sync`.
unsafe impl Send for Folder {}

impl Folder {
    fn watch(folder: &Path, callback: &Callback) -> io::Result<Self> {
        let name: Vec<u16> = folder.as_os_str().encode_wide().chain([0]).collect();
        let notify_filter = FILE_NOTIFY_CHANGE_FILE_NAME
            | FILE_NOTIFY_CHANGE_DIR_NAME
            | FILE_NOTIFY_CHANGE_LAST_WRITE
            | FILE_NOTIFY_CHANGE_SIZE;
        // SAFETY: the name is null-terminated.
        let change = unsafe { FindFirstChangeNotificationW(name.as_ptr(), 0, notify_filter) };
        if change == INVALID_HANDLE_VALUE {
            return Err(io::Error::last_os_error());
        }
        let mut folder = Self {
            wait: ptr::null_mut(),
            change,
            callback: Box::into_raw(Box::new(Arc::clone(callback))),
        };
        // SAFETY: the pointer to the result is valid; the handle stays open, and the context allocated, until the wait has ended.
        let waits = unsafe {
            RegisterWaitForSingleObject(
                &raw mut folder.wait,
                folder.change,
                Some(on_change),
                folder.callback.cast(),
                INFINITE,
                WT_EXECUTEONLYONCE | WT_EXECUTEINWAITTHREAD,
            )
        };
        if waits == 0 {
            // No wait was registered, so `drop` must not end one.
            folder.wait = ptr::null_mut();
            return Err(io::Error::last_os_error());
        }
        Ok(folder)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // SAFETY: the wait is ended first, which blocks until a running callback returns; after that, nothing uses
        // the handle and the context. Each is released once.
        unsafe {
            if !self.wait.is_null() {
                UnregisterWaitEx(self.wait, INVALID_HANDLE_VALUE);
            }
            FindCloseChangeNotification(self.change);
            drop(Box::from_raw(self.callback));
        }
    }
}

unsafe extern "system" fn on_change(callback: *mut c_void, _late: bool) {
    // SAFETY: this is the context of the wait, which stays allocated until the wait has ended.
    let callback = unsafe { &*callback.cast::<Callback>() };
    callback(());
}

/// The recorded states of the entries: time of modification and length, or `None` if an entry does not exist.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct EntryStates(BTreeMap<PathBuf, Option<(SystemTime, u64)>>);

impl EntryStates {
    pub(super) fn join(&mut self, other: Self) {
        self.0.extend(other.0);
    }

    /// Records the state of an entry or, for [`ANY`], of all entries of its folder.
    pub(super) fn add(&mut self, stone: &Path) {
        let trace = |path: PathBuf| {
            let metadata = fs::symlink_metadata(&path).ok();
            let trace =
                metadata.and_then(|metadata| Some((metadata.modified().ok()?, metadata.len())));
            (path, trace)
        };
        if stone.file_name().is_none_or(|name| name != ANY) {
            self.0.extend([trace(stone.to_owned())]);
            return;
        }
        let entries = stone.parent().and_then(|folder| fs::read_dir(folder).ok());
        let entries = entries.into_iter().flatten().flatten();
        self.0.extend(entries.map(|entry| trace(entry.path())));
    }
}

impl Watch {
    /// `true` if any state has changed. For the comparison, the watches are renewed, which is required after a signal anyway.
    pub(super) fn is_touched_by(&mut self, _change: &Change) -> bool {
        let before = mem::take(&mut self.watched);
        let armed = self.arm();
        armed.is_err() || self.watched != before
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::{self, Receiver};
    use std::time::Duration;

    use crate::config::reload::{Guard, watch};
    use crate::paths::Paths;

    use super::*;

    fn life(paths: &Paths) -> (Receiver<()>, Guard) {
        let (callback, receiver) = mpsc::channel();
        let callback = Box::new(move || callback.send(()).unwrap_or_default());
        (receiver, watch(paths, callback).unwrap())
    }

    fn was_notified(receiver: &Receiver<()>) -> bool {
        let has_changed = receiver.recv_timeout(Duration::from_secs(5)).is_ok();
        while receiver.recv_timeout(Duration::from_millis(700)).is_ok() {}
        has_changed
    }

    #[test]
    fn creation_change_and_deletion_are_noticed() {
        let home = tempfile::tempdir().unwrap();
        let paths = Paths::under(home.path());
        let (receiver, _guard) = life(&paths);
        fs::create_dir_all(&paths.config).unwrap();
        fs::write(paths.settings(), "one").unwrap();
        assert!(was_notified(&receiver), "it comes, with its folder");
        fs::write(paths.settings(), "other").unwrap();
        assert!(was_notified(&receiver), "it is written");
        let new = paths.config.join("new");
        fs::write(&new, "third").unwrap();
        fs::rename(&new, paths.settings()).unwrap();
        assert!(was_notified(&receiver), "another one takes its place");
        fs::remove_file(paths.settings()).unwrap();
        assert!(was_notified(&receiver), "it goes");
    }

    #[test]
    fn exercises_are_noticed_and_other_files_ignored() {
        let home = tempfile::tempdir().unwrap();
        let paths = Paths::under(home.path());
        fs::create_dir_all(paths.exercises()).unwrap();
        let (receiver, guard) = life(&paths);
        fs::write(paths.config.join("notes.txt"), "mine").unwrap();
        let quiet = receiver.recv_timeout(Duration::from_millis(1500));
        assert!(quiet.is_err(), "none of ours");
        fs::write(paths.exercises().join("mine.toml"), "one").unwrap();
        assert!(was_notified(&receiver), "an exercise");
        drop(guard);
        let end = receiver.recv_timeout(Duration::from_secs(5));
        assert_eq!(end, Err(mpsc::RecvTimeoutError::Disconnected));
    }
}
