//! Reasons to keep quiet.
//!
//! The sources are queried when a reminder is due, and watched until it has been dealt with. Some of them are also queried
//! when there has been no input for a while, because a user who watches a film or is in a call is still sitting there.
//! Otherwise nothing of this runs.
//!
//! On Linux, do-not-disturb mode and programs that keep the screen awake are known to services on D-Bus, which differ
//! between desktops, so all that exist are queried. A full-screen window is known to the X server or to some compositors, a
//! microphone to the sound server, a camera to the kernel. Windows and macOS know all of that themselves, and are polled
//! every few seconds while it matters.

mod answers;
#[cfg(any(not(target_os = "linux"), test))]
mod polling;
#[cfg(any(not(target_os = "linux"), test))]
mod source;
#[cfg(target_os = "linux")]
#[path = "linux/mod.rs"]
mod system;
#[cfg(target_os = "macos")]
#[path = "macos/mod.rs"]
mod system;
#[cfg(windows)]
#[path = "windows/mod.rs"]
mod system;

#[cfg(any(not(target_os = "linux"), test))]
pub use polling::PollHandle;
pub use system::follow;

use crate::schedule::Hold;

/// Returns `true` if the reason is something that the user watches or listens to without any input. A full-screen window
/// alone may as well be an editor that was left open; a film also keeps the screen awake.
#[must_use]
pub fn is_passive_use(reason: &Hold) -> bool {
    matches!(reason, Hold::KeepAwake | Hold::Call)
}

/// The reasons to look for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Switches {
    /// The do-not-disturb mode of the desktop.
    pub do_not_disturb: bool,
    /// An active window that fills the whole screen.
    pub full_screen: bool,
    /// A microphone that is in use.
    pub microphone: bool,
    /// A camera that is in use.
    pub camera: bool,
    /// A program that keeps the screen awake.
    pub keep_awake: bool,
}

impl Switches {
    /// Returns `true` if there is anything to look for.
    #[must_use]
    pub fn any(self) -> bool {
        self.do_not_disturb || self.full_screen || self.microphone || self.camera || self.keep_awake
    }
}

/// A report from the sources.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum QuietEvent {
    /// A reason to keep quiet has appeared.
    Held(Hold),
    /// A reason to keep quiet has gone.
    Released(Hold),
    /// All sources have answered or timed out; these are the names of those that answer. Reported again when a
    /// source disappears or returns.
    Answered(Vec<&'static str>),
}

#[cfg(all(test, not(target_os = "linux")))]
mod tests {
    use std::collections::BTreeSet;

    use super::system::ALL;

    #[test]
    fn each_source_has_a_name_of_its_own() {
        let names: BTreeSet<_> = ALL.iter().map(|source| source.name).collect();
        assert_eq!(names.len(), ALL.len());
    }

    /// The answers depend on this computer; the test only shows that there are some.
    #[test]
    fn every_source_of_this_system_can_be_asked() {
        for source in ALL {
            println!("{}: {:?}", source.name, (source.read_state)());
        }
    }
}
