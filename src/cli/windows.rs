//! The command line on Windows.

use std::ffi::OsStr;
use std::path::Path;
use std::process::Command;

/// Nothing to do: the next line that can't be written ends this process.
pub(super) fn end_with_the_reader() {}

/// The width of the terminal, which is not looked up here: the default is used.
pub(super) fn terminal_width() -> Option<usize> {
    None
}

/// A command of several words for this file.
pub(super) fn in_shell(words: &OsStr, file: &Path) -> Command {
    let mut command = Command::new("cmd");
    command.arg("/C").arg(words).arg(file);
    command
}
