//! The exercise library: the shipped exercises and the user's own.

use unhunch::config::user_library::{self, Stamp};
use unhunch::paths::Paths;
use unhunch::routine::Library;

/// Returns the library with the user's additions. Errors in those are reported by the tray program and `unhunch list`.
pub(crate) fn load_library() -> Library {
    Paths::find().map_or_else(
        |_| Library::shipped(),
        |paths| user_library::library(&paths).0,
    )
}

/// Returns the state of the files with the user's additions. To notice every change, take it before the library is loaded.
pub(crate) fn stamp() -> Stamp {
    Paths::find().map_or_else(|_| Stamp::default(), |paths| Stamp::of_user(&paths))
}
