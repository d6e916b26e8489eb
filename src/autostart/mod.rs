//! Starts Unhunch at login.
//!
//! Each system stores this in its own place and can override it in its own ways. The setting is therefore read back after a
//! change, and the reported state is what the system will do, not what was requested.

#[cfg(any(target_os = "macos", test))]
mod agent;
#[cfg(unix)]
mod file;
#[cfg(target_os = "linux")]
#[path = "linux/mod.rs"]
mod system;
#[cfg(target_os = "macos")]
#[path = "macos.rs"]
mod system;
#[cfg(windows)]
#[path = "windows.rs"]
mod system;

use std::path::PathBuf;

use crate::lang::tr;
use crate::paths::program_path;

/// The behaviour of the system at the next login.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct State {
    /// `true` if Unhunch starts.
    pub starts: bool,
    /// The file or registry key that stores the setting.
    pub place: String,
    /// A sentence on a surprising state, for example if the setting is overridden or another program starts.
    pub note: Option<String>,
}

impl State {
    /// Unhunch starts, as set in `place`.
    fn starts(place: impl ToString) -> Self {
        Self {
            starts: true,
            place: place.to_string(),
            note: None,
        }
    }

    /// Unhunch doesn't start; `place` is where the setting would be stored.
    fn off(place: impl ToString) -> Self {
        Self {
            starts: false,
            ..Self::starts(place)
        }
    }

    fn with_note(self, note: String) -> Self {
        Self {
            note: Some(note),
            ..self
        }
    }

    /// Returns the state as a line of text.
    #[must_use]
    pub fn text(&self) -> String {
        let what = if self.starts {
            tr!(
                "Unhunch starts when you log in ({place}).",
                place = self.place
            )
        } else {
            tr("Unhunch doesn’t start when you log in.").to_owned()
        };
        match &self.note {
            Some(note) => format!("{what} {note}"),
            None => what,
        }
    }
}

/// Returns what the system will do at the next login.
///
/// # Errors
/// If there is no home folder or the setting can't be read.
pub fn state() -> anyhow::Result<State> {
    system::state()
}

/// Turns the start at login on or off. The returned state is what the system will do, which may differ from
/// the request: see [`State::with_note`].
///
/// # Errors
/// If the setting can't be written or doesn't persist.
pub fn switch(on: bool) -> anyhow::Result<State> {
    system::switch(on)
}

/// Adds Unhunch and its icon to the user's applications unless a package has done so. Returns the path of the entry. Does
/// nothing on Windows and macOS, where applications need no registration.
///
/// # Errors
/// If a file can't be written.
pub fn join_applications() -> anyhow::Result<Option<PathBuf>> {
    system::join_applications()
}

/// Removes the files written by [`join_applications`].
///
/// # Errors
/// If a file can't be removed.
pub fn leave_applications() -> anyhow::Result<()> {
    system::leave_applications()
}

/// Returns the path of the tray program, also when called from another of our programs.
fn program() -> anyhow::Result<String> {
    let program = program_path("unhunch");
    program.to_str().map(str::to_owned).ok_or_else(|| {
        anyhow::anyhow!(tr!(
            "the path {file} contains characters that aren’t valid text",
            file = program.display()
        ))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn state_text_includes_the_note() {
        assert_eq!(
            State::starts("/a").text(),
            "Unhunch starts when you log in (/a)."
        );
        assert_eq!(
            State::off("/a").with_note("Why?".to_owned()).text(),
            "Unhunch doesn’t start when you log in. Why?"
        );
    }
}
