//! The menu bar of macOS.

/// Every click opens the menu, and must not start anything besides.
pub(super) const MENU_ON_LEFT_CLICK: bool = true;

/// What is left free around the picture, in pixels. It is shown as high as the menu bar, and the system's own are lower.
pub(super) const MARGIN: u32 = 5;
