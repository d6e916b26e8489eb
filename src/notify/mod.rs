//! The question on the screen, and the notice of a mistake in the settings: desktop notifications.
//!
//! There is one of each at most: a new one takes the place of the old.

#[cfg(target_os = "linux")]
mod linux;
#[cfg(target_os = "macos")]
#[path = "macos.rs"]
mod system;
#[cfg(windows)]
#[path = "windows.rs"]
mod system;
pub mod view;
#[cfg(not(target_os = "linux"))]
mod waiting;

#[cfg(target_os = "linux")]
pub use linux::{Notifier, find_server};
pub use view::{Allowed, Answer, Question, Server, Words};
#[cfg(not(target_os = "linux"))]
pub use waiting::Notifier;

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
