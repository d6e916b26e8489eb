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
#[cfg(target_os = "macos")]
mod assertions;
#[cfg(target_os = "linux")]
mod bus;
#[cfg(target_os = "linux")]
mod camera;
#[cfg(windows)]
mod consent;
#[cfg(target_os = "macos")]
mod core_audio;
#[cfg(target_os = "macos")]
mod core_media;
#[cfg(target_os = "linux")]
mod dunst;
#[cfg(windows)]
mod execution;
#[cfg(windows)]
mod focus;
#[cfg(target_os = "linux")]
mod full_screen;
#[cfg(target_os = "linux")]
mod gnome;
#[cfg(target_os = "linux")]
mod gnome_session;
#[cfg(target_os = "linux")]
mod kde;
#[cfg(target_os = "linux")]
mod kde_power;
#[cfg(target_os = "linux")]
mod logind;
#[cfg(target_os = "linux")]
mod look;
#[cfg(target_os = "linux")]
mod mako;
#[cfg(target_os = "linux")]
mod microphone;
#[cfg(target_os = "linux")]
mod power;
#[cfg(target_os = "linux")]
mod pulse;
#[cfg(windows)]
mod shell;
#[cfg(target_os = "linux")]
mod swaync;
#[cfg(target_os = "linux")]
mod toplevels;
#[cfg(target_os = "linux")]
mod xfce;

#[cfg(any(not(target_os = "linux"), test))]
pub use asked::Look;
#[cfg(not(target_os = "linux"))]
pub use asked::look;
#[cfg(target_os = "linux")]
pub use look::look;

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
