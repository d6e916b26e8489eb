//! Reads keys as they are pressed, without Enter and without echo. Ctrl+C keeps its meaning.
//!
//! The terminal belongs to the shell, too. While the program is in the background, it neither reads nor changes its modes, since
//! that would take the shell's input, and the kernel would stop the program.

#[path = "keys.rs"]
mod keys;
#[cfg(target_os = "linux")]
#[path = "unix/linux.rs"]
mod system;
#[cfg(target_os = "macos")]
#[path = "unix/macos.rs"]
mod system;

use std::io::{self, Write as _};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::process::getpgrp;
use rustix::stdio::stdin;
use rustix::termios::{
    LocalModes, OptionalActions, Termios, isatty, tcgetattr, tcgetpgrp, tcsetattr,
};

use self::keys::Parser;

/// The time after which an escape character is the key Esc. Terminals send a sequence at once.
const ESCAPE_DELAY: Duration = Duration::from_millis(50);

/// Asks the terminal to mark pasted text, or to stop doing so.
const MARK_PASTES: &str = "\x1b[?2004h";
const DONT_MARK_PASTES: &str = "\x1b[?2004l";

/// The modes of the terminal from before we changed them.
static BEFORE: Mutex<Option<Termios>> = Mutex::new(None);

/// Reads keys until the input ends. Returns at once if the input is not a terminal.
pub(super) fn read_keys(mut press: impl FnMut(char)) {
    if !isatty(stdin()) {
        return;
    }
    let Ok(input) = system::Input::new() else {
        return;
    };
    enter();
    let mut parser = Parser::default();
    while input.wait().is_ok() {
        // More input may come than one read returns, and the wait ends only once for all of it.
        loop {
            let patience = match parser.is_waiting() {
                true => ESCAPE_DELAY,
                false => Duration::ZERO,
            };
            if !has_input(patience) {
                parser.on_timeout().into_iter().for_each(&mut press);
                break;
            }
            if !is_in_foreground() {
                input.leave_to_the_shell();
                break;
            }
            enter();
            let mut bytes = [0; 256];
            match rustix::io::read(stdin(), &mut bytes) {
                Ok(0) | Err(_) => return,
                Ok(count) => parser
                    .feed(&bytes[..count])
                    .into_iter()
                    .for_each(&mut press),
            }
        }
    }
}

fn has_input(patience: Duration) -> bool {
    let patience = Timespec::try_from(patience).ok();
    let stdin = stdin();
    let mut input = [PollFd::new(&stdin, PollFlags::IN)];
    poll(&mut input, patience.as_ref()).is_ok_and(|ready| ready > 0)
}

/// Returns `true` if the terminal is ours to use. A terminal that doesn't control our session has no background.
fn is_in_foreground() -> bool {
    tcgetpgrp(stdin()).map_or(true, |group| group == getpgrp())
}

/// Turns off line input and echo, if the program is in the foreground and hasn't done so yet.
pub(super) fn enter() {
    let mut before = BEFORE.lock().unwrap_or_else(PoisonError::into_inner);
    if before.is_some() || !isatty(stdin()) || !is_in_foreground() {
        return;
    }
    let Ok(original) = tcgetattr(stdin()) else {
        return;
    };
    let mut modes = original.clone();
    modes
        .local_modes
        .remove(LocalModes::ICANON | LocalModes::ECHO);
    if tcsetattr(stdin(), OptionalActions::Now, &modes).is_ok() {
        print(MARK_PASTES);
        *before = Some(original);
    }
}

/// Restores the modes of the terminal, unless the program is in the background: then the shell has set its own.
pub(super) fn leave() {
    let before = BEFORE.lock().unwrap_or_else(PoisonError::into_inner).take();
    if let Some(before) = before
        && is_in_foreground()
    {
        print(DONT_MARK_PASTES);
        // Errors are ignored: the terminal may be gone.
        let _ = tcsetattr(stdin(), OptionalActions::Now, &before);
    }
}

fn print(sequence: &str) {
    let mut out = io::stdout().lock();
    let _ = out
        .write_all(sequence.as_bytes())
        .and_then(|()| out.flush());
}
