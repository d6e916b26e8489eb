//! Sources of events from the operating system: a folder for each question, a file for each source.
//!
//! A source reports to a callback, in the types of the schedule, and knows nothing about the receiver.

pub mod idle;
#[cfg(target_os = "linux")]
pub mod linux;
#[cfg(target_os = "macos")]
mod macos;
pub mod quiet;
pub mod session;

#[cfg(target_os = "linux")]
pub use linux::bus::CurrentBus;

use crate::schedule::Event;

/// A callback that receives the events of a source. It may be called on a thread of the source.
pub type EventCallback = Box<dyn Fn(Event) + Send>;

/// A source of events that has not been started.
pub trait Watcher: Send {
    /// Starts watching, until the guard is dropped.
    ///
    /// # Errors
    ///
    /// If the source can't be reached, or a thread can't be spawned.
    fn start(self: Box<Self>, report: EventCallback) -> anyhow::Result<Box<dyn Guard>>;
}

/// A running source; dropping it stops the source.
pub trait Guard {
    /// Sets how closely to watch. While something waits for a good moment, the source watches closely: it reports every pause in
    /// typing, beginning with the current state. Otherwise only long absences matter, and typing causes no work at all.
    fn set_close_watch(&self, closely: bool);
}
