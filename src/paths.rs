//! Where the program's files live. Made once, and handed on.

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

#[cfg(target_os = "linux")]
pub use system::{data_folders, icon_in, installed_icon};

/// The folders of one person on one computer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Paths {
    /// Settings: `~/.config/unhunch`.
    pub config: PathBuf,
    /// The history: `~/.local/share/unhunch`. It may be shared between computers.
    pub data: PathBuf,
    /// What belongs to this computer alone: `~/.local/state/unhunch`.
    pub state: PathBuf,
    /// What ends with the session: `$XDG_RUNTIME_DIR/unhunch`; where there is no such folder, [`state`](Self::state).
    pub runtime: PathBuf,
}

impl Paths {
    /// The folders that the system and the XDG variables name. Nothing is created.
    ///
    /// # Errors
    /// If the person has no home folder.
    pub fn find() -> anyhow::Result<Self> {
        let folders = ProjectDirs::from("", "", "unhunch").ok_or_else(|| {
            anyhow::anyhow!("your home folder cannot be found; set HOME to its path")
        })?;
        let state = folders.state_dir().unwrap_or(folders.data_local_dir());
        Ok(Self {
            config: folders.config_dir().to_owned(),
            data: folders.data_dir().to_owned(),
            state: state.to_owned(),
            runtime: folders.runtime_dir().unwrap_or(state).to_owned(),
        })
    }

    /// The same folders under another root, for a program that shall not touch the person's own.
    #[must_use]
    pub fn under(root: &Path) -> Self {
        Self {
            config: root.join("config"),
            data: root.join("data"),
            state: root.join("state"),
            runtime: root.join("runtime"),
        }
    }

    /// The settings file.
    #[must_use]
    pub fn settings(&self) -> PathBuf {
        self.config.join("settings.toml")
    }

    /// The folder of the person's own exercises.
    #[must_use]
    pub fn exercises(&self) -> PathBuf {
        self.config.join("exercises")
    }

    /// The file of the person's own routines.
    #[must_use]
    pub fn routines(&self) -> PathBuf {
        self.config.join("routines.toml")
    }

    /// The folder of the history.
    #[must_use]
    pub fn history(&self) -> PathBuf {
        self.data.join("history")
    }

    /// The control socket. On Windows it is a pipe, and pipes have a folder of their own.
    #[must_use]
    pub fn socket(&self) -> PathBuf {
        system::socket(&self.runtime)
    }

    /// The file whose lock says that the program runs.
    #[must_use]
    pub fn lock(&self) -> PathBuf {
        self.runtime.join("lock")
    }
}

/// A program of our own: it lies beside this one, or on the person's path.
#[must_use]
pub fn beside(name: &str) -> PathBuf {
    let name = format!("{name}{}", std::env::consts::EXE_SUFFIX);
    let here = std::env::current_exe()
        .ok()
        .map(|exe| exe.with_file_name(&name));
    here.filter(|path| path.exists())
        .unwrap_or_else(|| PathBuf::from(name))
}

/// The program with which the desktop opens a text in whatever it has for that; the file is still to be named.
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
