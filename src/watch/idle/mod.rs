//! Is anybody using the computer?

#[cfg(target_os = "linux")]
mod choice;
#[cfg(target_os = "macos")]
mod ear;
#[cfg(not(target_os = "linux"))]
mod lazy;
#[cfg(target_os = "linux")]
mod logind;
#[cfg(any(not(target_os = "linux"), test))]
mod looks;
#[cfg(target_os = "macos")]
mod macos;
#[cfg(target_os = "linux")]
mod mutter;
#[cfg(not(target_os = "linux"))]
mod none;
#[cfg(target_os = "linux")]
mod seen;
#[cfg(target_os = "linux")]
mod wayland;
#[cfg(windows)]
mod windows;
#[cfg(target_os = "linux")]
mod x11;

#[cfg(target_os = "linux")]
pub use choice::Follow;

#[cfg(target_os = "linux")]
use std::cell::Cell;
use std::time::Duration;

#[cfg(not(target_os = "linux"))]
use super::Watcher;
#[cfg(target_os = "linux")]
use super::bell::Bell;
#[cfg(target_os = "linux")]
use crate::schedule::Activity;
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

/// What is told on Linux.
#[cfg(target_os = "linux")]
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum News {
    /// Somebody is there, or nobody.
    Activity(Activity),
    /// Which source answers now.
    Source(Source),
}

/// Why there is nothing to be had of a source, however often it is asked.
#[cfg(target_os = "linux")]
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct Absent(&'static str);

/// How closely to watch on Linux, for whichever source is at work: see [`Guard`](super::Guard).
#[cfg(target_os = "linux")]
#[derive(Debug, Default)]
pub struct Wish {
    closely: Cell<bool>,
    bell: Bell,
}

#[cfg(target_os = "linux")]
impl Wish {
    /// Says it.
    pub fn attend(&self, closely: bool) {
        self.closely.set(closely);
        self.bell.ring();
    }

    fn closely(&self) -> bool {
        self.closely.get()
    }

    async fn changed(&self) {
        self.bell.rung().await;
    }
}

/// The best source of this desktop, and what `status` says of it.
#[cfg(not(target_os = "linux"))]
#[must_use]
pub fn choose(thresholds: Thresholds, lost: Lost) -> (Box<dyn Watcher>, Source) {
    match find(thresholds, lost) {
        Ok((watcher, name)) => (watcher, Source::named(name)),
        Err(why) => (
            Box::new(none::Unknown),
            Source::none(format_args!("{why:#}")),
        ),
    }
}

#[cfg(windows)]
fn find(thresholds: Thresholds, lost: Lost) -> anyhow::Result<(Box<dyn Watcher>, &'static str)> {
    let watcher = windows::LastInput::new(thresholds, lost)?;
    Ok((Box::new(watcher), "windows"))
}

#[cfg(target_os = "macos")]
fn find(thresholds: Thresholds, lost: Lost) -> anyhow::Result<(Box<dyn Watcher>, &'static str)> {
    let watcher = macos::LastInput::new(thresholds, lost)?;
    Ok((Box::new(watcher), "macos"))
}
