//! Should we keep quiet?
//!
//! It is asked when a reminder is due, and watched until that is over. When somebody has touched nothing for a while, a part
//! of it is asked for: who watches a film, or is in a call, sits there all the same. Otherwise nothing of this runs. On Linux, who is told
//! not to disturb, and what keeps the screen awake, is known to some service on the bus, another one on each desktop: all
//! that are there are asked. A full screen is known to the X server or to some compositors, a microphone to the sound
//! server, a camera to the system. Windows and macOS know all that themselves, and are asked every few seconds as long as
//! it matters.

mod answers;
#[cfg(any(not(target_os = "linux"), test))]
mod asked;
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
pub use asked::Look;
pub use system::look;

use crate::schedule::Hold;

/// Whether that is watched, or listened to, without touching anything. A full screen alone may as well be an editor that
/// somebody has left; a film keeps the screen awake.
#[must_use]
pub fn is_watched(reason: &Hold) -> bool {
    matches!(reason, Hold::KeepAwake | Hold::Call)
}

/// What is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Switches {
    /// The desktop is asked not to disturb.
    pub do_not_disturb: bool,
    /// The active window fills the whole screen.
    pub full_screen: bool,
    /// A microphone is in use.
    pub microphone: bool,
    /// A camera is in use.
    pub camera: bool,
    /// A program keeps the screen awake.
    pub keep_awake: bool,
}

impl Switches {
    /// Whether there is anything to look at.
    #[must_use]
    pub fn any(self) -> bool {
        self.do_not_disturb || self.full_screen || self.microphone || self.camera || self.keep_awake
    }
}

/// What a look brings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum News {
    /// A reason to keep quiet has come up.
    Held(Hold),
    /// It has gone.
    Released(Hold),
    /// All that could be asked has been asked; these answer. It is told again when one of them goes, or another comes.
    Looked(Vec<&'static str>),
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

    /// Whatever they answer on this computer, they answer.
    #[test]
    fn every_source_of_this_system_can_be_asked() {
        for source in ALL {
            println!("{}: {:?}", source.name, (source.ask)());
        }
    }
}
