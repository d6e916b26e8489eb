//! Does Unhunch start when you log in?
//!
//! Each system has a place of its own where that is written, and ways of its own to overrule it. So what was written is
//! read again, and what is told is what the system will do, not what we have asked for.

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
use crate::paths::beside;

/// What the system will do when the person logs in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct State {
    /// Whether Unhunch starts.
    pub starts: bool,
    /// Where that is written: a file, or a key of the registry.
    pub place: String,
    /// What a person should know who expects something else, in a sentence: it is asked for and kept back, say, or another program
    /// starts.
    pub note: Option<String>,
}

impl State {
    /// It starts, because `place` says so.
    fn starts(place: impl ToString) -> Self {
        Self {
            starts: true,
            place: place.to_string(),
            note: None,
        }
    }

    /// Nothing asks for it; `place` is where that would be written.
    fn off(place: impl ToString) -> Self {
        Self {
            starts: false,
            ..Self::starts(place)
        }
    }

    /// The same, with something to know about it.
    fn noted(self, note: String) -> Self {
        Self {
            note: Some(note),
            ..self
        }
    }

    /// The state as a line to read.
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

/// What the system will do at the next login.
///
/// # Errors
/// If that cannot be found out: there is no home folder, or what is written cannot be read.
pub fn state() -> anyhow::Result<State> {
    system::state()
}

/// Asks the system to start Unhunch when the person logs in, or not to. The answer is what it will do, which may be something
/// else: see [`State::note`].
///
/// # Errors
/// If it cannot be written, or does not stand there afterwards.
pub fn switch(on: bool) -> anyhow::Result<State> {
    system::switch(on)
}

/// Puts Unhunch among the person's applications, with its icon, unless it is there already; where it now stands. On Windows
/// and macOS a program is an application by itself.
///
/// # Errors
/// If that cannot be written.
pub fn join_applications() -> anyhow::Result<Option<PathBuf>> {
    system::join_applications()
}

/// Takes Unhunch from the person's applications again, if it was put there by [`join_applications`].
///
/// # Errors
/// If a file cannot be removed.
pub fn leave_applications() -> anyhow::Result<()> {
    system::leave_applications()
}

/// The program to start: the tray's, whichever of ours this is.
fn program() -> anyhow::Result<String> {
    let program = beside("unhunch");
    program
        .to_str()
        .map(str::to_owned)
        .ok_or_else(|| anyhow::anyhow!("{} is no text", program.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_system_will_do_is_said_with_what_is_strange_about_it() {
        assert_eq!(
            State::starts("/a").text(),
            "Unhunch starts when you log in (/a)."
        );
        assert_eq!(
            State::off("/a").noted("Why?".to_owned()).text(),
            "Unhunch doesn’t start when you log in. Why?"
        );
    }
}
