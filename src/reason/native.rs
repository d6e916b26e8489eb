//! The errors of the libraries that talk to the desktops of Windows and macOS.

use std::error::Error;

/// Returns `true` if the error has the words of a library.
pub(super) fn is_foreign(error: &(dyn Error + 'static)) -> bool {
    error.is::<tray_icon::Error>()
        || error.is::<tray_icon::menu::Error>()
        || error.is::<tray_icon::BadIcon>()
}
