//! Is anybody using the computer?

#[cfg(not(target_os = "linux"))]
mod lazy;
#[cfg(target_os = "linux")]
mod linux;
#[cfg(any(not(target_os = "linux"), test))]
mod looks;
#[cfg(target_os = "macos")]
mod macos;
#[cfg(not(target_os = "linux"))]
mod none;
#[cfg(windows)]
mod windows;

#[cfg(target_os = "linux")]
pub use linux::{Follow, News, Wish};
#[cfg(target_os = "macos")]
use macos::LastInput;
#[cfg(windows)]
use windows::LastInput;

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
