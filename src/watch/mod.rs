//! The world outside, as far as the schedule cares: a question per folder, a source per file.
//!
//! A source is told whom to call. It speaks the schedule's words and knows nothing of who listens.

pub mod idle;
#[cfg(target_os = "linux")]
pub mod linux;
#[cfg(target_os = "macos")]
mod macos;
pub mod quiet;
pub mod session;

#[cfg(target_os = "linux")]
pub use linux::bus::Coming;

use crate::schedule::Event;

/// Whom a source tells what happened. It may be called from a thread of the source's own.
pub type Tell = Box<dyn Fn(Event) + Send>;

/// A source of events that hasn't begun yet.
pub trait Watcher: Send {
    /// Begins to watch, until the guard is dropped.
    ///
    /// # Errors
    ///
    /// When the source can't be reached, or the system gives it no thread.
    fn start(self: Box<Self>, tell: Tell) -> anyhow::Result<Box<dyn Guard>>;
}

/// A source that is at work; dropping it ends the work.
pub trait Guard {
    /// Says how closely to watch. Closely means: something waits for a good moment, so tell of every pause in
    /// typing, and begin with whether there is one now. Otherwise only long absences matter, and somebody who
    /// types causes no work at all.
    fn attend(&self, closely: bool);
}
