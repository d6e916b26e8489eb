//! Waiting for input on macOS.

use std::io;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::stdio::stdin;

/// Waits for input.
pub(super) struct Input;

impl Input {
    pub(super) fn new() -> io::Result<Self> {
        Ok(Self)
    }

    /// Gives the shell time to read the input, which would end the next wait at once.
    pub(super) fn leave_to_the_shell(&self) {
        let second = Timespec {
            tv_sec: 1,
            tv_nsec: 0,
        };
        let _ = poll(&mut [], Some(&second));
    }

    pub(super) fn wait(&self) -> io::Result<()> {
        let stdin = stdin();
        let mut input = [PollFd::new(&stdin, PollFlags::IN)];
        loop {
            match poll(&mut input, None) {
                Err(rustix::io::Errno::INTR) => {}
                Err(error) => return Err(error.into()),
                Ok(_) => return Ok(()),
            }
        }
    }
}
