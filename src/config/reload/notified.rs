//! Linux and macOS name what has changed in a folder.

use std::path::{Path, PathBuf};

use notify::event::{AccessKind, AccessMode, EventKind};
use notify::{RecommendedWatcher, RecursiveMode, Watcher};

use super::{ANY, Watch, Way};

/// What is told.
pub(super) type Change = notify::Result<notify::Event>;

/// The folders that are watched.
pub(super) struct Folders {
    watcher: RecommendedWatcher,
    watched: Vec<PathBuf>,
}

impl Folders {
    pub(super) fn new(tell: impl Fn(Change) + Send + 'static) -> notify::Result<Self> {
        Ok(Self {
            watcher: notify::recommended_watcher(tell)?,
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
            // A folder that was deleted has left the watch by itself.
            let _ = self.watcher.unwatch(&folder);
        }
    }
}

/// How things look. It need not be compared here, as the system names what has changed.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Traces;

impl Traces {
    pub(super) fn join(&mut self, _other: Self) {}

    pub(super) fn add(&mut self, _stone: &Path) {}
}

impl Watch {
    /// Whether this could have changed what the files say.
    pub(super) fn is_touched_by(&mut self, change: &Change) -> bool {
        self.way.is_touched_by(change)
    }
}

impl Way {
    /// Whatever the watcher is unsure of could.
    fn is_touched_by(&self, change: &Change) -> bool {
        let Ok(event) = change else {
            return true;
        };
        let written = EventKind::Access(AccessKind::Close(AccessMode::Write));
        if event.kind.is_access() && event.kind != written {
            return false;
        }
        let matters = |path: &PathBuf| {
            self.stones.contains(path) || self.stones.contains(&path.with_file_name(ANY))
        };
        event.need_rescan() || event.paths.iter().any(matters)
    }
}
