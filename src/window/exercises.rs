//! Everything that can be done: what comes with the program, and what the person has added.

use unhunch::config::own;
use unhunch::paths::Paths;
use unhunch::routine::Library;

/// All of it. The tray program and `unhunch list` tell what is wrong with what was added.
pub(crate) fn everything() -> Library {
    Paths::find().map_or_else(|_| Library::shipped(), |paths| own::library(&paths).0)
}
