//! The exercise library: the shipped exercises and the user's own.

use unhunch::config::user_library;
use unhunch::paths::Paths;
use unhunch::routine::Library;

/// Returns the library with the user's additions. Errors in those are reported by the tray program and `unhunch list`.
pub(crate) fn load_library() -> Library {
    Paths::find().map_or_else(
        |_| Library::shipped(),
        |paths| user_library::library(&paths).0,
    )
}
