//! Is anybody using the computer?

#[cfg(not(target_os = "linux"))]
mod lazy;
#[cfg(any(not(target_os = "linux"), test))]
mod looks;
#[cfg(not(target_os = "linux"))]
mod none;
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
pub use system::{Follow, News, Wish};

use std::time::Duration;

#[cfg(not(target_os = "linux"))]
use super::Watcher;
#[cfg(not(target_os = "linux"))]
use crate::source::Source;

/// How long without input means what.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Thresholds {
    /// So long without input is a pause in typing: a good moment.
    pub still: Duration,
    /// So long without input means that nobody is there.
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

/// Who is told, with the reason, when a source ends by itself: the screen is gone, say.
#[cfg(not(target_os = "linux"))]
pub type Lost = Box<dyn FnOnce(anyhow::Error) + Send>;

/// The best source of this desktop, and what `status` says of it.
#[cfg(not(target_os = "linux"))]
#[must_use]
pub fn choose(thresholds: Thresholds, lost: Lost) -> (Box<dyn Watcher>, Source) {
    match LastInput::new(thresholds, lost) {
        Ok(watcher) => (Box::new(watcher), Source::named(std::env::consts::OS)),
        Err(why) => (
            Box::new(none::Unknown),
            Source::none(format_args!("{why:#}")),
        ),
    }
}
