//! The watcher for Linux and macOS, where the system names the changed files.

use std::path::{Path, PathBuf};

use notify::event::{AccessKind, AccessMode, EventKind};
use notify::{RecommendedWatcher, RecursiveMode, Watcher};

use super::{ANY, Watch, WatchSet};

/// A notification from the watcher.
pub(super) type Change = notify::Result<notify::Event>;

pub(super) struct Folders {
    watcher: RecommendedWatcher,
    watched: Vec<PathBuf>,
}

impl Folders {
    pub(super) fn new(callback: impl Fn(Change) + Send + 'static) -> notify::Result<Self> {
        Ok(Self {
            watcher: notify::recommended_watcher(callback)?,
            watched: Vec::new(),
        })
    }

    pub(super) fn watch(&mut self, folder: &Path) -> notify::Result<()> {
        self.watcher.watch(folder, RecursiveMode::NonRecursive)?;
        self.watched.push(folder.to_owned());
        Ok(())
    }

    pub(super) fn clear(&mut self) {
        for folder in self.watched.drain(..) {
            // The watch of a deleted folder has been removed already.
            let _ = self.watcher.unwatch(&folder);
        }
    }
}

/// The recorded states of the entries. They are not needed here, as the system names the changed files.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct EntryStates;

impl EntryStates {
    pub(super) fn join(&mut self, _other: Self) {}

    pub(super) fn add(&mut self, _stone: &Path) {}
}

impl Watch {
    /// `true` if the notification may mean a change in the content of the files.
    pub(super) fn is_touched_by(&mut self, change: &Change) -> bool {
        self.watched.is_touched_by(change)
    }
}

impl WatchSet {
    /// Errors and rescans of the watcher also count as a match.
    fn is_touched_by(&self, change: &Change) -> bool {
        let Ok(event) = change else {
            return true;
        };
        let written = EventKind::Access(AccessKind::Close(AccessMode::Write));
        if event.kind.is_access() && event.kind != written {
            return false;
        }
        let matters = |path: &PathBuf| {
            self.entries.contains(path) || self.entries.contains(&path.with_file_name(ANY))
        };
        event.need_rescan() || event.paths.iter().any(matters)
    }
}
