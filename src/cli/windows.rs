//! The command line on Windows.

use std::ffi::OsStr;
use std::path::Path;
use std::process::Command;

/// Does nothing: the next failed write ends this process.
pub(super) fn exit_when_reader_closes() {}

/// Returns `None`: the width of the terminal is not determined here, and the default is used.
pub(super) fn terminal_width() -> Option<usize> {
    None
}

/// Returns a shell command that appends the file to a command line of several words.
pub(super) fn in_shell(words: &OsStr, file: &Path) -> Command {
    let mut command = Command::new("cmd");
    command.arg("/C").arg(words).arg(file);
    command
}
