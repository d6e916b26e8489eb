//! What the desktop says about animations, contrast and the size of text, now and whenever it changes.

#[cfg(target_os = "linux")]
#[path = "linux.rs"]
mod system;
#[cfg(not(target_os = "linux"))]
#[path = "native.rs"]
mod system;

pub(crate) use self::system::follow;

/// What the desktop wants.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Wants {
    /// Less motion.
    pub(crate) still: bool,
    /// More contrast.
    pub(crate) contrast: bool,
    /// How large text is, 1 for the usual size.
    pub(crate) text_scale: f32,
}

impl Default for Wants {
    fn default() -> Self {
        Self {
            still: false,
            contrast: false,
            text_scale: 1.0,
        }
    }
}
