//! Constants for the notification area of Windows.

/// A click on the icon is sent to us and opens no menu.
pub(super) const MENU_ON_LEFT_CLICK: bool = false;

/// The margin around the picture, in pixels.
pub(super) const MARGIN: u32 = 0;
