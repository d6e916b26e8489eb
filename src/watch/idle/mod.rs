//! Idle detection: is anybody using the computer?

#[cfg(any(not(target_os = "linux"), test))]
mod query_schedule;
#[cfg(target_os = "linux")]
#[path = "linux/mod.rs"]
mod system;
#[cfg(not(target_os = "linux"))]
#[path = "native/mod.rs"]
mod system;

use std::time::Duration;

use crate::lang::tr;
use crate::source::PresenceSource;
#[cfg(target_os = "linux")]
pub use system::{CloseWatchRequest, IdleEvent, IdleFollower};
#[cfg(not(target_os = "linux"))]
pub use system::{Lost, choose};

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

/// Says which sources the user has switched off.
fn switched_off(ignored: &[PresenceSource]) -> String {
    let names: Vec<_> = ignored.iter().map(|source| source.word()).collect();
    tr!(
        "switched off in the settings: {names}",
        names = names.join(", ")
    )
}
