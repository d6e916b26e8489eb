//! Paths on macOS, and its program that opens files.

use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus};

pub(super) use super::unix::foreign_folder;
pub use super::unix::is_own;

/// Returns `None`: macOS has no folder for the files of a session.
pub(super) fn runtime_folder() -> Option<PathBuf> {
    None
}

/// Returns the path of the control socket.
pub(super) fn socket(runtime: &Path) -> PathBuf {
    runtime.join("control.sock")
}

/// Returns `open -t`: macOS has no application for our file extensions, but always one for text files.
pub(super) fn opener() -> Command {
    let mut opener = Command::new("open");
    opener.arg("-t");
    opener
}

pub(super) fn has_opened(ended: ExitStatus) -> bool {
    ended.success()
}

/// Flatpak exists only on Linux.
pub(super) const fn is_flatpak() -> bool {
    false
}
