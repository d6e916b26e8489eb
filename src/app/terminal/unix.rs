//! Reads keys as they are pressed, without Enter and without echo. Ctrl+C keeps its meaning.

use rustix::stdio::stdin;
use rustix::termios::{LocalModes, OptionalActions, Termios, isatty, tcgetattr, tcsetattr};

/// Blocks in read(2). Making the input non-blocking would affect the shell too, which shares it.
pub(super) fn key() -> Option<char> {
    let mut byte = [0];
    match rustix::io::read(stdin(), &mut byte) {
        Ok(1) => Some(char::from(byte[0])),
        Ok(_) | Err(_) => None,
    }
}

/// Restores the terminal settings when dropped.
#[derive(Debug)]
pub(super) struct Raw(Termios);

impl Raw {
    /// Returns `None` if the input is not a terminal.
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
        // Ignore errors: the terminal may be gone.
        let _ = tcsetattr(stdin(), OptionalActions::Now, &self.0);
    }
}
