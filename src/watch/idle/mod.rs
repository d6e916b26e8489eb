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
use crate::lang::tr;
use crate::source::PresenceSource;
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

/// The settings of the idle detection.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct IdleSettings {
    /// The times without input that make a pause and an absence.
    pub thresholds: Thresholds,
    /// The sources that must not be used.
    pub ignored: Vec<PresenceSource>,
}

/// A callback that receives the reason when a source ends by itself, for example because the screen is gone.
#[cfg(not(target_os = "linux"))]
pub type Lost = Box<dyn FnOnce(anyhow::Error) + Send>;

/// Returns the best source on this system, and its description for `unhunch status`.
#[cfg(not(target_os = "linux"))]
#[must_use]
pub fn choose(settings: &IdleSettings, lost: Lost) -> (Box<dyn Watcher>, Source) {
    let name = std::env::consts::OS;
    let ignored = PresenceSource::by_word(name).is_some_and(|one| settings.ignored.contains(&one));
    let found = match ignored {
        true => Err(switched_off(&settings.ignored)),
        false => LastInput::new(settings.thresholds, lost).map_err(|why| crate::reason::of(&why)),
    };
    match found {
        Ok(watcher) => (Box::new(watcher), Source::named(name)),
        Err(why) => (Box::new(none::Unknown), Source::none(why)),
    }
}

/// Says which sources the user has switched off.
fn switched_off(ignored: &[PresenceSource]) -> String {
    let names: Vec<_> = ignored.iter().map(|source| source.word()).collect();
    tr!(
        "switched off in the settings: {names}",
        names = names.join(", ")
    )
}
