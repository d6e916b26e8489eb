//! The desktop's preferences for animations, contrast and text size, with a callback for changes.

#[cfg(target_os = "linux")]
#[path = "linux.rs"]
mod system;
#[cfg(not(target_os = "linux"))]
#[path = "native.rs"]
mod system;

pub(crate) use self::system::follow;

/// The preferences of the desktop.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Preferences {
    /// `true` if the desktop asks for less motion.
    pub(crate) still: bool,
    /// `true` if the desktop asks for more contrast.
    pub(crate) contrast: bool,
    /// The text size as a factor, 1 for the usual size.
    pub(crate) text_scale: f32,
}

impl Default for Preferences {
    fn default() -> Self {
        Self {
            still: false,
            contrast: false,
            text_scale: 1.0,
        }
    }
}
