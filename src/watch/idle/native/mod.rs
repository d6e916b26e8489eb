//! Idle detection on Windows and macOS, which have one source each.

mod none;
#[cfg(target_os = "macos")]
#[path = "macos/mod.rs"]
mod platform;
#[cfg(windows)]
#[path = "windows.rs"]
mod platform;
mod polling;

use std::env;

use self::platform::LastInput;

use super::{IdleSettings, switched_off};
use crate::reason;
use crate::source::{PresenceSource, Source};
use crate::watch::Watcher;

/// A callback that receives the reason when a source ends by itself, for example because the screen is gone.
pub type Lost = Box<dyn FnOnce(anyhow::Error) + Send>;

/// Returns the best source on this system, and its description for `unhunch status`.
#[must_use]
pub fn choose(settings: &IdleSettings, lost: Lost) -> (Box<dyn Watcher>, Source) {
    let name = env::consts::OS;
    let ignored =
        PresenceSource::by_word(name).is_some_and(|source| settings.ignored.contains(&source));
    let result = match ignored {
        true => Err(switched_off(&settings.ignored)),
        false => LastInput::new(settings.thresholds, lost).map_err(|why| reason::of(&why)),
    };
    match result {
        Ok(watcher) => (Box::new(watcher), Source::named(name)),
        Err(why) => (Box::new(none::Unknown), Source::none(why)),
    }
}
