//! The question on the screen, and the notice of a mistake in the settings: desktop notifications.
//!
//! There is one of each at most: a new one takes the place of the old.

#[cfg(target_os = "linux")]
mod linux;
#[cfg(not(target_os = "linux"))]
mod native;
pub mod view;

#[cfg(target_os = "linux")]
pub use linux::{Notifier, find_server};
#[cfg(not(target_os = "linux"))]
pub use native::Notifier;
pub use view::{Allowed, Answer, Question, Server, Words};

/// What becomes of a question.
#[derive(Debug)]
pub enum News {
    /// It is on the screen, shown by this server.
    Shown(Server),
    /// It was answered, or it went away.
    Answered(Answer),
    /// It could not be shown: there is no server, or it refused.
    Failed(anyhow::Error),
}
