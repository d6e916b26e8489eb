//! Tells when the settings, or the person's own exercises and routines, may have changed.
//!
//! The file itself cannot be watched: editors put a new one in its place. So the folder is, and each folder on
//! the way in which a link could be swapped. What isn't there yet is awaited in the nearest folder that is.

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

use self::system::{Change, Folders, Traces};
use crate::lang::tr;
use crate::paths::Paths;
use crate::time::Clock;

/// A file that is being written is read once it has been quiet for so long,
const SETTLE: Duration = Duration::from_millis(120);

/// or after this, if it never is.
const AT_MOST: Duration = Duration::from_millis(500);

/// Stands for every file of a folder.
const ANY: &str = "*";

/// As many links as Linux follows on one way.
const MOST_LINKS: usize = 40;

/// Watches as long as it is kept.
#[derive(Debug)]
pub struct Guard {
    word: Sender<Word>,
}

impl Drop for Guard {
    fn drop(&mut self) {
        // If nobody hears it, the watching has ended already.
        let _ = self.word.send(Word::Stop);
    }
}

/// What the watching thread is told.
#[derive(Debug)]
enum Word {
    Change(Change),
    Stop,
}

/// Calls `tell` from a thread of its own each time the content of the settings file, of the file of routines or of the folder of
/// exercises may have changed: saved, swapped, deleted, created, also behind links. A change after this function returned is never missed.
///
/// # Errors
/// If the system gives us nothing to watch with.
pub fn watch(paths: &Paths, tell: Box<dyn Fn() + Send>) -> anyhow::Result<Guard> {
    let (word, words) = mpsc::channel();
    let changes = word.clone();
    let folders = Folders::new(move |change| {
        // The receiver is gone only when the watching ends.
        let _ = changes.send(Word::Change(change));
    })
    .context(tr("changes to the settings file cannot be watched"))?;
    let mut watch = Watch {
        files: [
            paths.settings(),
            paths.routines(),
            paths.exercises().join(ANY),
        ]
        .map(std::path::absolute)
        .into_iter()
        .collect::<Result<_, _>>()?,
        folders,
        way: Way::default(),
    };
    watch.arm()?;
    thread::Builder::new()
        .name("settings".to_owned())
        .spawn(move || watch.run(&words, &*tell))
        .context(tr("changes to the settings file cannot be watched"))?;
    Ok(Guard { word })
}

struct Watch {
    files: Vec<PathBuf>,
    /// The folders that are watched: those of the way, or the nearest above them that can be.
    folders: Folders,
    way: Way,
}

impl Watch {
    fn run(mut self, words: &Receiver<Word>, tell: &dyn Fn()) {
        while let Ok(Word::Change(change)) = words.recv() {
            if !self.is_touched_by(&change) {
                continue;
            }
            if !self.settle(words) {
                return;
            }
            // First the watch, then the word: what changes from here on is seen by the one or by the other. Where
            // nothing can be watched any more, the next reading tells what is wrong.
            let _ = self.arm();
            tell();
        }
    }

    /// Waits until the way has been quiet for a moment. False: the watching ends.
    fn settle(&mut self, words: &Receiver<Word>) -> bool {
        let last = Clock.now().elapsed + AT_MOST;
        let mut quiet = Clock.now().elapsed + SETTLE;
        loop {
            let left = quiet.min(last).saturating_sub(Clock.now().elapsed);
            match words.recv_timeout(left) {
                Ok(Word::Change(change)) if self.is_touched_by(&change) => {
                    quiet = Clock.now().elapsed + SETTLE;
                }
                Ok(Word::Change(_)) => {}
                Ok(Word::Stop) | Err(mpsc::RecvTimeoutError::Disconnected) => return false,
                Err(mpsc::RecvTimeoutError::Timeout) => return true,
            }
        }
    }

    /// Watches the way as it is now. It may change while we look, so look until it stays.
    fn arm(&mut self) -> anyhow::Result<()> {
        self.clear();
        for _ in 0..MOST_LINKS {
            let mut way = Way::default();
            for file in &self.files {
                way.join(Way::to(file));
            }
            if way == self.way {
                break;
            }
            self.clear();
            for folder in &way.folders {
                self.watch_near(folder)?;
            }
            self.way = way;
        }
        Ok(())
    }

    /// A folder may be another one by the same name, so nothing is kept.
    fn clear(&mut self) {
        self.way = Way::default();
        self.folders.clear();
    }

    /// A folder that is closed to us, or gone since we looked, is awaited from above.
    fn watch_near(&mut self, folder: &Path) -> anyhow::Result<()> {
        let mut refused = None;
        for near in folder.ancestors() {
            match self.folders.watch(near) {
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

/// The way to a file: where it could change.
#[derive(Debug, Default, PartialEq, Eq)]
struct Way {
    /// The folders to watch.
    folders: BTreeSet<PathBuf>,
    /// What in them matters: links, the file, what isn't there yet, and the folders themselves.
    stones: BTreeSet<PathBuf>,
    /// How they look, where that has to be compared.
    traces: Traces,
}

impl Way {
    /// Walks to `file`, which is absolute, link by link.
    fn to(file: &Path) -> Self {
        let mut way = Self::default();
        let mut at = PathBuf::new();
        let mut ahead = steps(file);
        let mut links = 0;
        while let Some(step) = ahead.pop() {
            if step == OsStr::new("..") {
                at.pop();
                continue;
            }
            let next = at.join(&step);
            match fs::read_link(&next) {
                Ok(target) if links < MOST_LINKS => {
                    links += 1;
                    way.mind(&at, &next);
                    if target.is_absolute() {
                        at.clear();
                    }
                    ahead.extend(steps(&target));
                }
                _ if ahead.is_empty() || !next.exists() => {
                    way.mind(&at, &next);
                    break;
                }
                _ => at = next,
            }
        }
        way
    }

    fn join(&mut self, other: Self) {
        self.folders.extend(other.folders);
        self.stones.extend(other.stones);
        self.traces.join(other.traces);
    }

    fn mind(&mut self, folder: &Path, stone: &Path) {
        self.folders.insert(folder.to_owned());
        self.stones.insert(folder.to_owned());
        self.stones.insert(stone.to_owned());
        self.traces.add(stone);
    }
}

/// The steps of a way, the first one last. The root and a drive are steps, too.
fn steps(path: &Path) -> Vec<OsString> {
    let mut steps: Vec<_> = path
        .components()
        .filter(|step| !matches!(step, Component::CurDir))
        .map(|step| step.as_os_str().to_owned())
        .collect();
    steps.reverse();
    steps
}
