//! Watches for changes to the settings and the user's own exercises and routines.
//!
//! A file itself cannot be watched, since editors replace it. So its folder is, and each folder on the path in which
//! a link could be replaced. For a folder that does not exist yet, its nearest existing ancestor is watched.

#[cfg(unix)]
#[path = "reload/notified.rs"]
mod system;
#[cfg(windows)]
#[path = "reload/windows.rs"]
mod system;

use std::collections::BTreeSet;
use std::ffi::{OsStr, OsString};
use std::fs;
use std::path::{Component, Path, PathBuf};
use std::sync::mpsc::{self, Receiver, Sender};
use std::thread;
use std::time::Duration;

use anyhow::Context;

use self::system::{Change, EntryStates, Folders};
use crate::lang::tr;
use crate::paths::Paths;
use crate::time::Clock;

/// The debounce time: a file is read after no change for this long,
const SETTLE: Duration = Duration::from_millis(120);

/// or after this time, if the changes do not stop.
const MAX_SETTLE: Duration = Duration::from_millis(500);

/// A wildcard for every file in a folder.
const ANY: &str = "*";

/// The limit of Linux for the links on a path.
const MAX_LINKS: usize = 40;

/// Stops the watching when it is dropped.
#[derive(Debug)]
pub struct Guard {
    sender: Sender<Message>,
}

impl Drop for Guard {
    fn drop(&mut self) {
        // If there is no receiver, the watching has ended already.
        let _ = self.sender.send(Message::Stop);
    }
}

/// A message to the watching thread.
#[derive(Debug)]
enum Message {
    Change(Change),
    Stop,
}

/// Calls `callback` from another thread whenever the content of the settings file, the routines file or the folder of exercises may
/// have changed: written, replaced, deleted or created, also behind links. No change after the return of this function is missed.
///
/// # Errors
/// Fails if the system provides no watcher, or a folder cannot be watched.
pub fn watch(paths: &Paths, callback: Box<dyn Fn() + Send>) -> anyhow::Result<Guard> {
    let files = [
        paths.settings(),
        paths.routines(),
        paths.exercises().join(ANY),
    ];
    watch_files(&files, callback)
}

/// Like [`watch`], for a single file, or for the files in a folder.
///
/// # Errors
/// Fails in the same cases as [`watch`].
pub fn watch_file(place: &Path, callback: Box<dyn Fn() + Send>) -> anyhow::Result<Guard> {
    let is_folder = place.is_dir();
    let file = if is_folder {
        place.join(ANY)
    } else {
        place.to_owned()
    };
    watch_files(&[file], callback)
}

fn watch_files(files: &[PathBuf], callback: Box<dyn Fn() + Send>) -> anyhow::Result<Guard> {
    let (word, words) = mpsc::channel();
    let changes = word.clone();
    let folders = Folders::new(move |change| {
        // The receiver is dropped only when the watching ends.
        let _ = changes.send(Message::Change(change));
    })
    .context(tr("changes to the settings file cannot be watched"))?;
    let mut watch = Watch {
        files: files
            .iter()
            .map(std::path::absolute)
            .collect::<Result<_, _>>()?,
        folders,
        watched: WatchSet::default(),
    };
    watch.arm()?;
    thread::Builder::new()
        .name("settings".to_owned())
        .spawn(move || watch.run(&words, &*callback))
        .context(tr("changes to the settings file cannot be watched"))?;
    Ok(Guard { sender: word })
}

struct Watch {
    files: Vec<PathBuf>,
    /// The watched folders: those of `watched`, or their nearest ancestors that can be watched.
    folders: Folders,
    watched: WatchSet,
}

impl Watch {
    fn run(mut self, words: &Receiver<Message>, callback: &dyn Fn()) {
        while let Ok(Message::Change(change)) = words.recv() {
            if !self.is_touched_by(&change) {
                continue;
            }
            if !self.settle(words) {
                return;
            }
            // The order matters: a change after this is seen either by the new watch or by the reader that is called
            // next. If nothing can be watched any more, that reader reports the problem.
            let _ = self.arm();
            callback();
        }
    }

    /// Waits until there has been no relevant change for a moment. Returns `false` if the watching ends.
    fn settle(&mut self, words: &Receiver<Message>) -> bool {
        let last = Clock.now().elapsed + MAX_SETTLE;
        let mut quiet = Clock.now().elapsed + SETTLE;
        loop {
            let left = quiet.min(last).saturating_sub(Clock.now().elapsed);
            match words.recv_timeout(left) {
                Ok(Message::Change(change)) if self.is_touched_by(&change) => {
                    quiet = Clock.now().elapsed + SETTLE;
                }
                Ok(Message::Change(_)) => {}
                Ok(Message::Stop) | Err(mpsc::RecvTimeoutError::Disconnected) => return false,
                Err(mpsc::RecvTimeoutError::Timeout) => return true,
            }
        }
    }

    /// Watches the current path. Since it may change meanwhile, repeats until it is stable.
    fn arm(&mut self) -> anyhow::Result<()> {
        self.clear();
        for _ in 0..MAX_LINKS {
            let mut watch_set = WatchSet::default();
            for file in &self.files {
                watch_set.join(WatchSet::for_file(file));
            }
            if watch_set == self.watched {
                break;
            }
            self.clear();
            for folder in &watch_set.folders {
                self.watch_near(folder)?;
            }
            self.watched = watch_set;
        }
        Ok(())
    }

    /// Drops all watches, since a folder of the same name may be a different one.
    fn clear(&mut self) {
        self.watched = WatchSet::default();
        self.folders.clear();
    }

    /// Watches a folder, or its nearest ancestor if it is inaccessible or has been deleted meanwhile.
    fn watch_near(&mut self, folder: &Path) -> anyhow::Result<()> {
        let mut refused = None;
        for ancestor in folder.ancestors() {
            match self.folders.watch(ancestor) {
                Ok(()) => return Ok(()),
                Err(error) => refused = refused.or(Some(error)),
            }
        }
        Err(refused.map_or_else(|| anyhow::anyhow!("it has no root"), Into::into)).with_context(
            || {
                tr!(
                    "the folder {folder} cannot be watched",
                    folder = folder.display()
                )
            },
        )
    }
}

/// The path to a file, with all places where it can change.
#[derive(Debug, Default, PartialEq, Eq)]
struct WatchSet {
    /// The folders to watch.
    folders: BTreeSet<PathBuf>,
    /// The entries of these folders that matter: links, the file, missing components, and the folders themselves.
    entries: BTreeSet<PathBuf>,
    /// The recorded states of the entries, on systems where they must be compared.
    states: EntryStates,
}

impl WatchSet {
    /// Resolves `file`, which is absolute, link by link.
    fn for_file(file: &Path) -> Self {
        let mut watch_set = Self::default();
        let mut at = PathBuf::new();
        let mut remaining = components_reversed(file);
        let mut links = 0;
        while let Some(step) = remaining.pop() {
            if step == OsStr::new("..") {
                at.pop();
                continue;
            }
            let next = at.join(&step);
            match fs::read_link(&next) {
                Ok(target) if links < MAX_LINKS => {
                    links += 1;
                    watch_set.add(&at, &next);
                    if target.is_absolute() {
                        at.clear();
                    }
                    remaining.extend(components_reversed(&target));
                }
                _ if remaining.is_empty() || !next.exists() => {
                    watch_set.add(&at, &next);
                    break;
                }
                _ => at = next,
            }
        }
        watch_set
    }

    fn join(&mut self, other: Self) {
        self.folders.extend(other.folders);
        self.entries.extend(other.entries);
        self.states.join(other.states);
    }

    fn add(&mut self, folder: &Path, stone: &Path) {
        self.folders.insert(folder.to_owned());
        self.entries.insert(folder.to_owned());
        self.entries.insert(stone.to_owned());
        self.states.add(stone);
    }
}

/// The components of a path in reverse order, including the root and the drive.
fn components_reversed(path: &Path) -> Vec<OsString> {
    let mut steps: Vec<_> = path
        .components()
        .filter(|step| !matches!(step, Component::CurDir))
        .map(|step| step.as_os_str().to_owned())
        .collect();
    steps.reverse();
    steps
}
