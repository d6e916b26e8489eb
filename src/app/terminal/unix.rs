//! Keys as they are pressed, without Enter and without an echo; Ctrl+C stays what it is.

use rustix::stdio::stdin;
use rustix::termios::{LocalModes, OptionalActions, Termios, isatty, tcgetattr, tcsetattr};

/// Waits in read(2): to make the input non-blocking would do so to the shell's, too.
pub(super) fn key() -> Option<char> {
    let mut byte = [0];
    match rustix::io::read(stdin(), &mut byte) {
        Ok(1) => Some(char::from(byte[0])),
        Ok(_) | Err(_) => None,
    }
}

/// Gives the terminal back as it was when dropped.
#[derive(Debug)]
pub(super) struct Raw(Termios);

impl Raw {
    /// `None` where the input is no terminal.
    pub(super) fn enter() -> Option<Self> {
        if !isatty(stdin()) {
            return None;
        }
        let before = tcgetattr(stdin()).ok()?;
        let mut now = before.clone();
        now.local_modes
            .remove(LocalModes::ICANON | LocalModes::ECHO);
        tcsetattr(stdin(), OptionalActions::Now, &now).ok()?;
        Some(Self(before))
    }
}

impl Drop for Raw {
    fn drop(&mut self) {
        // A terminal that is gone needs nothing back.
        let _ = tcsetattr(stdin(), OptionalActions::Now, &self.0);
    }
}
