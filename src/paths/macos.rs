//! Paths on macOS, and its program that opens files.

use std::path::{Path, PathBuf};
use std::process::Command;

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
