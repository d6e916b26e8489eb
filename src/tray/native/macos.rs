//! Constants for the menu bar of macOS.

/// Every click opens the menu, so it must not start anything else.
pub(super) const MENU_ON_LEFT_CLICK: bool = true;

/// The margin around the picture in pixels. The menu bar scales icons to its full height, but the system's
/// own icons are smaller.
pub(super) const MARGIN: u32 = 5;
