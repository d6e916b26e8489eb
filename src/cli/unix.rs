//! The command line on Linux and macOS.

use std::ffi::OsStr;
use std::io;
use std::path::Path;
use std::process::Command;

use rustix::event::{PollFd, PollFlags, poll};

use super::DONE;

/// A bar that was started anew leaves nobody behind who would only find out at the next change, which may be hours away.
pub(super) fn end_with_the_reader() {
    let wait = || {
        let out = io::stdout();
        // Nothing is asked for: what is told in any case is that the other end is gone.
        let mut fds = [PollFd::new(&out, PollFlags::empty())];
        if poll(&mut fds, None).is_ok() {
            std::process::exit(DONE.into());
        }
    };
    // Without it, the next change ends us.
    let _ = std::thread::Builder::new().spawn(wait);
}

/// How wide the terminal is; none: the output is none.
pub(super) fn terminal_width() -> Option<usize> {
    let size = rustix::termios::tcgetwinsize(io::stdout()).ok()?;
    (size.ws_col > 0).then(|| usize::from(size.ws_col))
}

/// A command of several words for this file.
pub(super) fn in_shell(words: &OsStr, file: &Path) -> Command {
    let mut line = words.to_owned();
    line.push(" \"$@\"");
    let mut command = Command::new("sh");
    command.arg("-c").arg(line).arg(words).arg(file);
    command
}
