//! Waiting for input on Linux.

use std::io;
use std::os::fd::OwnedFd;

use rustix::event::epoll;
use rustix::stdio::stdin;

/// Waits for new input. Input that was there before doesn't end the wait, because in the background we leave it to the shell.
pub(super) struct Input(OwnedFd);

impl Input {
    pub(super) fn new() -> io::Result<Self> {
        let events = epoll::create(epoll::CreateFlags::CLOEXEC)?;
        let flags = epoll::EventFlags::IN | epoll::EventFlags::ET;
        epoll::add(&events, stdin(), epoll::EventData::new_u64(0), flags)?;
        Ok(Self(events))
    }

    /// Does nothing: only other input ends the next wait.
    pub(super) fn leave_to_the_shell(&self) {}

    pub(super) fn wait(&self) -> io::Result<()> {
        let mut room = [std::mem::MaybeUninit::uninit(); 1];
        loop {
            match epoll::wait(&self.0, &mut room, None) {
                Err(rustix::io::Errno::INTR) => {}
                Err(error) => return Err(error.into()),
                Ok(_) => return Ok(()),
            }
        }
    }
}
