//! Where macOS has things.

use std::path::{Path, PathBuf};
use std::process::Command;

/// The control socket.
pub(super) fn socket(runtime: &Path) -> PathBuf {
    runtime.join("control.sock")
}

/// macOS knows no program for files that end as ours do, but always one for texts.
pub(super) fn opener() -> Command {
    let mut opener = Command::new("open");
    opener.arg("-t");
    opener
}
