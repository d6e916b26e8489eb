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
#[cfg(unix)]
#[path = "paths/unix.rs"]
mod unix;

use std::path::{Path, PathBuf};
use std::process::{Child, ExitStatus, Stdio};

use anyhow::{anyhow, bail};
use directories::ProjectDirs;

use crate::disk::restrict_to_owner;
use crate::lang::tr;
use crate::reason;
pub use system::is_own;
#[cfg(target_os = "linux")]
pub use system::{application_id, data_folders, icon_in, installed_icon};

/// The program's folders for one user on one computer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Paths {
    /// The settings: `~/.config/unhunch` on Linux.
    pub config: PathBuf,
    /// The history: `~/.local/share/unhunch` on Linux. It may be shared between computers.
    pub data: PathBuf,
    /// The state of this computer: `~/.local/state/unhunch` on Linux.
    pub state: PathBuf,
    /// Files of the current session: `$XDG_RUNTIME_DIR/unhunch` or `/run/user/ID/unhunch` on Linux, otherwise
    /// [`state`](Self::state).
    pub runtime: PathBuf,
}

impl Paths {
    /// Finds the folders of the system, or those in the XDG variables. Nothing is created.
    ///
    /// # Errors
    /// If the user has no home folder.
    pub fn find() -> anyhow::Result<Self> {
        let folders = ProjectDirs::from("", "", "unhunch")
            .ok_or_else(|| anyhow!(tr("your home folder cannot be found; set HOME to its path")))?;
        let state = folders.state_dir().unwrap_or(folders.data_local_dir());
        Ok(Self {
            config: folders.config_dir().to_owned(),
            data: folders.data_dir().to_owned(),
            state: state.to_owned(),
            runtime: folders
                .runtime_dir()
                .map(Path::to_owned)
                .or_else(system::runtime_folder)
                .unwrap_or_else(|| state.to_owned()),
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

    /// Checks that nothing would be written into the folders of another user, as `sudo` can lead to.
    ///
    /// # Errors
    /// If a folder belongs to another user and isn't open to this one.
    pub fn check_owner(&self) -> anyhow::Result<()> {
        let folders = [&self.config, &self.data, &self.state];
        match folders
            .into_iter()
            .find_map(|folder| system::foreign_folder(folder))
        {
            Some(foreign) => bail!("{}", foreign.sentence()),
            None => Ok(()),
        }
    }

    /// Removes the permissions of other users from our files and folders. The settings file keeps those that the user gave it.
    pub fn restrict_to_owner(&self) {
        for folder in [&self.config, &self.data, &self.state] {
            restrict_to_owner(folder, &self.settings());
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
        self.state.join("lock")
    }
}

/// A folder that belongs to another user.
#[derive(Debug, PartialEq, Eq)]
struct ForeignFolder {
    folder: PathBuf,
    owner: String,
    /// The name of the current user.
    user: String,
    is_root: bool,
}

impl ForeignFolder {
    fn sentence(&self) -> String {
        let folder = self.folder.display();
        if self.is_root {
            tr!(
                "Unhunch was started as root, but {folder} belongs to {user}. Start it without `sudo`.",
                folder = folder,
                user = self.owner
            )
        } else {
            tr!(
                "{folder} belongs to {owner}, so Unhunch can’t use it. To make it yours again: `sudo chown -R {user} {folder}`",
                folder = folder,
                owner = self.owner,
                user = self.user
            )
        }
    }
}

/// Returns the path of one of our programs: beside the current one, or else its name for a search in `PATH`.
#[must_use]
pub fn program_path(name: &str) -> PathBuf {
    let name = format!("{name}{}", std::env::consts::EXE_SUFFIX);
    let beside_us = std::env::current_exe()
        .ok()
        .map(|exe| exe.with_file_name(&name));
    beside_us
        .filter(|path| path.exists())
        .unwrap_or_else(|| PathBuf::from(name))
}

/// Returns `true` in the sandbox of a Flatpak.
#[must_use]
pub fn is_flatpak() -> bool {
    system::is_flatpak()
}

/// Opens a file with the default application, without waiting for it. How the opener ends tells if it found an application; pass
/// that to [`check_opened`].
///
/// # Errors
/// Fails if the opener of the desktop cannot be started.
pub fn open_with_default_app(file: &Path) -> anyhow::Result<Child> {
    let mut opener = system::opener();
    let started = opener
        .arg(file)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn();
    started.map_err(|error| {
        anyhow!(tr!(
            "`{opener}` cannot be started ({error})",
            opener = opener.get_program().display(),
            error = reason::of_error(&error)
        ))
    })
}

/// Checks how the opener of the desktop has ended.
///
/// # Errors
/// Fails if no application has opened the file.
pub fn check_opened(ended: ExitStatus, file: &Path) -> anyhow::Result<()> {
    if system::has_opened(ended) {
        return Ok(());
    }
    bail!(tr!("no program could open {file}", file = file.display()))
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
        assert_eq!(paths.lock(), Path::new("/r/state/lock"));
    }
}
