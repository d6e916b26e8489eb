//! The locations of the program's files. [`Paths`] is created once and passed around.

#[cfg(target_os = "linux")]
#[path = "paths/linux.rs"]
mod system;
#[cfg(target_os = "macos")]
#[path = "paths/macos.rs"]
mod system;
#[cfg(windows)]
#[path = "paths/windows.rs"]
mod system;

use std::path::{Path, PathBuf};
use std::process::Command;

use directories::ProjectDirs;

use crate::lang::tr;

#[cfg(target_os = "linux")]
pub use system::{data_folders, icon_in, installed_icon};

/// The program's folders for one user on one computer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Paths {
    /// The settings: `~/.config/unhunch` on Linux.
    pub config: PathBuf,
    /// The history: `~/.local/share/unhunch` on Linux. It may be shared between computers.
    pub data: PathBuf,
    /// The state of this computer: `~/.local/state/unhunch` on Linux.
    pub state: PathBuf,
    /// Files of the current session: `$XDG_RUNTIME_DIR/unhunch` on Linux. Falls back to [`state`](Self::state).
    pub runtime: PathBuf,
}

impl Paths {
    /// Finds the folders of the system, or those in the XDG variables. Nothing is created.
    ///
    /// # Errors
    /// If the user has no home folder.
    pub fn find() -> anyhow::Result<Self> {
        let folders = ProjectDirs::from("", "", "unhunch").ok_or_else(|| {
            anyhow::anyhow!(tr("your home folder cannot be found; set HOME to its path"))
        })?;
        let state = folders.state_dir().unwrap_or(folders.data_local_dir());
        Ok(Self {
            config: folders.config_dir().to_owned(),
            data: folders.data_dir().to_owned(),
            state: state.to_owned(),
            runtime: folders.runtime_dir().unwrap_or(state).to_owned(),
        })
    }

    /// Returns the folders under another root, for a program that must not touch the user's files.
    #[must_use]
    pub fn under(root: &Path) -> Self {
        Self {
            config: root.join("config"),
            data: root.join("data"),
            state: root.join("state"),
            runtime: root.join("runtime"),
        }
    }

    /// Returns the path of the settings file.
    #[must_use]
    pub fn settings(&self) -> PathBuf {
        self.config.join("settings.toml")
    }

    /// Returns the folder of the user's own exercises.
    #[must_use]
    pub fn exercises(&self) -> PathBuf {
        self.config.join("exercises")
    }

    /// Returns the path of the user's own routines.
    #[must_use]
    pub fn routines(&self) -> PathBuf {
        self.config.join("routines.toml")
    }

    /// Returns the folder of the history.
    #[must_use]
    pub fn history(&self) -> PathBuf {
        self.data.join("history")
    }

    /// Returns the path of the control socket. On Windows it is a named pipe, outside these folders.
    #[must_use]
    pub fn socket(&self) -> PathBuf {
        system::socket(&self.runtime)
    }

    /// Returns the path of the lock file, which is locked while the program runs.
    #[must_use]
    pub fn lock(&self) -> PathBuf {
        self.runtime.join("lock")
    }
}

/// Returns the path of one of our programs: beside the current one, or else its name for a search in `PATH`.
#[must_use]
pub fn program_path(name: &str) -> PathBuf {
    let name = format!("{name}{}", std::env::consts::EXE_SUFFIX);
    let here = std::env::current_exe()
        .ok()
        .map(|exe| exe.with_file_name(&name));
    here.filter(|path| path.exists())
        .unwrap_or_else(|| PathBuf::from(name))
}

/// Returns a command that opens a file with the default application. The caller adds the file as an argument.
#[must_use]
pub fn opener() -> Command {
    system::opener()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_file_lies_in_its_folder() {
        let paths = Paths::under(Path::new("/r"));
        assert_eq!(paths.settings(), Path::new("/r/config/settings.toml"));
        assert_eq!(paths.exercises(), Path::new("/r/config/exercises"));
        assert_eq!(paths.routines(), Path::new("/r/config/routines.toml"));
        assert_eq!(paths.history(), Path::new("/r/data/history"));
        assert_eq!(paths.lock(), Path::new("/r/runtime/lock"));
    }
}
