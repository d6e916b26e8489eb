//! Desktop notifications: the question of a reminder, and notices such as a mistake in the settings.
//!
//! There is at most one of each; a new one replaces the old one.

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
pub use view::{Allowed, Answer, Question, QuestionText, Server};
#[cfg(not(target_os = "linux"))]
pub use waiting::Notifier;

/// An event of a question on the screen.
#[derive(Debug)]
pub enum QuestionEvent {
    /// The activation token of the answer that follows.
    ActivationToken(String),
    /// The question is on the screen, shown by this server.
    Shown(Server),
    /// The question was answered or disappeared.
    Answered(Answer),
    /// The question could not be shown: there is no server, or it refused.
    Failed(anyhow::Error),
}
