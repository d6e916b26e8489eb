//! The command line on Linux and macOS.

use std::ffi::OsStr;
use std::io;
use std::path::Path;
use std::process::Command;

use rustix::event::{PollFd, PollFlags, poll};

use super::DONE;

/// Ends this process as soon as the reader of its output is gone. Otherwise each restart of a status bar would leave
/// a process behind that notices only at the next change, perhaps hours later.
pub(super) fn exit_when_reader_closes() {
    let wait = || {
        let out = io::stdout();
        // With no flags, poll still reports that the other end was closed.
        let mut fds = [PollFd::new(&out, PollFlags::empty())];
        if poll(&mut fds, None).is_ok() {
            std::process::exit(DONE.into());
        }
    };
    // If the thread cannot be started, the process ends at its next write.
    let _ = std::thread::Builder::new().spawn(wait);
}

/// The width of the terminal in columns, or `None` if the output is not a terminal.
pub(super) fn terminal_width() -> Option<usize> {
    let size = rustix::termios::tcgetwinsize(io::stdout()).ok()?;
    (size.ws_col > 0).then(|| usize::from(size.ws_col))
}

/// Returns a shell command that appends the file to a command line of several words.
pub(super) fn in_shell(words: &OsStr, file: &Path) -> Command {
    let mut line = words.to_owned();
    line.push(" \"$@\"");
    let mut command = Command::new("sh");
    command.arg("-c").arg(line).arg(words).arg(file);
    command
}
