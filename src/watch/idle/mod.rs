//! Idle detection: is anybody using the computer?

#[cfg(not(target_os = "linux"))]
mod none;
#[cfg(not(target_os = "linux"))]
mod polling;
#[cfg(any(not(target_os = "linux"), test))]
mod query_schedule;
#[cfg(target_os = "linux")]
#[path = "linux/mod.rs"]
mod system;
#[cfg(target_os = "macos")]
#[path = "macos/mod.rs"]
mod system;
#[cfg(windows)]
#[path = "windows.rs"]
mod system;

#[cfg(not(target_os = "linux"))]
use system::LastInput;
#[cfg(target_os = "linux")]
pub use system::{CloseWatchRequest, IdleEvent, IdleFollower};

use std::time::Duration;

#[cfg(not(target_os = "linux"))]
use super::Watcher;
#[cfg(not(target_os = "linux"))]
use crate::source::Source;

/// The times without input after which a user counts as idle.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Thresholds {
    /// The time without input that makes a pause in typing, and thus a good moment: 3 seconds by default.
    pub still: Duration,
    /// The time without input after which the user counts as away: 60 seconds by default.
    pub away: Duration,
}

impl Default for Thresholds {
    fn default() -> Self {
        Self {
            still: Duration::from_secs(3),
            away: Duration::from_secs(60),
        }
    }
}

/// A callback that receives the reason when a source ends by itself, for example because the screen is gone.
#[cfg(not(target_os = "linux"))]
pub type Lost = Box<dyn FnOnce(anyhow::Error) + Send>;

/// Returns the best source on this system, and its description for `unhunch status`.
#[cfg(not(target_os = "linux"))]
#[must_use]
pub fn choose(thresholds: Thresholds, lost: Lost) -> (Box<dyn Watcher>, Source) {
    match LastInput::new(thresholds, lost) {
        Ok(watcher) => (Box::new(watcher), Source::named(std::env::consts::OS)),
        Err(why) => (
            Box::new(none::Unknown),
            Source::none(crate::reason::of(&why)),
        ),
    }
}
