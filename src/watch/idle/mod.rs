//! Is anybody using the computer?

#[cfg(not(target_os = "linux"))]
mod lazy;
#[cfg(any(not(target_os = "linux"), test))]
mod looks;
#[cfg(target_os = "macos")]
mod macos;
mod none;
#[cfg(windows)]
mod windows;
#[cfg(target_os = "linux")]
mod x11;

use std::time::Duration;

use super::Watcher;

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
pub type Lost = Box<dyn FnOnce(anyhow::Error) + Send>;

/// The best source of this desktop, and what `status` says of it: `x11`, or `none: ` and why.
#[must_use]
pub fn choose(thresholds: Thresholds, lost: Lost) -> (Box<dyn Watcher>, String) {
    match find(thresholds, lost) {
        Ok(found) => found,
        Err(why) => (Box::new(none::Unknown), format!("none: {why:#}")),
    }
}

#[cfg(target_os = "linux")]
fn find(thresholds: Thresholds, lost: Lost) -> anyhow::Result<(Box<dyn Watcher>, String)> {
    // On Wayland an X server is there, too, but it sees only what goes to X programs: a person who writes in any
    // other would seem to have left.
    anyhow::ensure!(
        !is_set("WAYLAND_DISPLAY"),
        "there is no source for Wayland yet"
    );
    anyhow::ensure!(is_set("DISPLAY"), "there is no screen");
    let watcher = x11::IdleTime::connect(thresholds, lost)?;
    Ok((Box::new(watcher), "x11".to_owned()))
}

#[cfg(windows)]
fn find(thresholds: Thresholds, lost: Lost) -> anyhow::Result<(Box<dyn Watcher>, String)> {
    let watcher = windows::LastInput::new(thresholds, lost)?;
    Ok((Box::new(watcher), "windows".to_owned()))
}

#[cfg(target_os = "macos")]
fn find(thresholds: Thresholds, lost: Lost) -> anyhow::Result<(Box<dyn Watcher>, String)> {
    let watcher = macos::LastInput::new(thresholds, lost)?;
    Ok((Box::new(watcher), "macos".to_owned()))
}

#[cfg(target_os = "linux")]
fn is_set(variable: &str) -> bool {
    std::env::var_os(variable).is_some_and(|value| !value.is_empty())
}
