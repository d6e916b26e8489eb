//! The notification area of Windows.

/// A click on the icon is told to us, and opens no menu.
pub(super) const MENU_ON_LEFT_CLICK: bool = false;

/// What is left free around the picture, in pixels.
pub(super) const MARGIN: u32 = 0;
