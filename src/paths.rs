//! Where the program's files live. Made once, and handed on.

use std::path::{Path, PathBuf};
use std::process::Command;

use directories::ProjectDirs;

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

    /// The control socket.
    #[cfg(not(windows))]
    #[must_use]
    pub fn socket(&self) -> PathBuf {
        self.runtime.join("control.sock")
    }

    /// The control socket: pipes have a folder of their own, in which the name is that of ours.
    #[cfg(windows)]
    #[must_use]
    pub fn socket(&self) -> PathBuf {
        PathBuf::from(format!(r"\\.\pipe\unhunch-{}", in_one_word(&self.runtime)))
    }

    /// The file whose lock says that the program runs.
    #[must_use]
    pub fn lock(&self) -> PathBuf {
        self.runtime.join("lock")
    }
}

/// `C--Users-me-AppData-Local-unhunch-data`: at most the last 200 letters, for a pipe's name has at most 256.
#[cfg(windows)]
fn in_one_word(path: &Path) -> String {
    let letters = path.to_string_lossy();
    let letters: Vec<char> = letters.chars().collect();
    let last = &letters[letters.len().saturating_sub(200)..];
    last.iter()
        .map(|letter| {
            if letter.is_alphanumeric() {
                *letter
            } else {
                '-'
            }
        })
        .collect()
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

/// The folders in which a desktop looks for applications and icons, after the XDG base directory specification: the
/// person's own, and those of the whole system.
#[cfg(target_os = "linux")]
pub fn data_folders() -> (Option<PathBuf>, Vec<PathBuf>) {
    let own = directories::BaseDirs::new().map(|base| base.data_dir().to_owned());
    let shared = std::env::var_os("XDG_DATA_DIRS").filter(|value| !value.is_empty());
    let shared = shared.unwrap_or_else(|| "/usr/local/share:/usr/share".into());
    (own, std::env::split_paths(&shared).collect())
}

/// The file of an icon of the default theme, such as `scalable/apps/unhunch.svg`, if it is installed.
#[cfg(target_os = "linux")]
pub fn installed_icon(file: &str) -> Option<PathBuf> {
    let (own, shared) = data_folders();
    icon_in(own.iter().chain(&shared), file)
}

/// The same, in these data folders. The first that has it is taken.
#[cfg(target_os = "linux")]
pub(crate) fn icon_in<'a>(
    folders: impl IntoIterator<Item = &'a PathBuf>,
    file: &str,
) -> Option<PathBuf> {
    let icons = Path::new("icons/hicolor").join(file);
    let mut files = folders.into_iter().map(|folder| folder.join(&icons));
    files.find(|file| file.exists())
}

/// The program with which the desktop opens a text in whatever it has for that; the file is still to be named.
#[must_use]
pub fn opener() -> Command {
    if cfg!(target_os = "macos") {
        // It knows no program for files that end as ours do, but always one for texts.
        let mut opener = Command::new("open");
        opener.arg("-t");
        opener
    } else if cfg!(windows) {
        Command::new("explorer")
    } else {
        Command::new("xdg-open")
    }
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

    #[test]
    #[cfg(not(windows))]
    fn the_socket_lies_with_the_lock() {
        let paths = Paths::under(Path::new("/r"));
        assert_eq!(paths.socket(), Path::new("/r/runtime/control.sock"));
    }

    #[test]
    #[cfg(windows)]
    fn the_pipe_is_named_after_the_folder() {
        let pipe = |root| Paths::under(Path::new(root)).socket();
        assert_eq!(
            pipe(r"C:\Users\me"),
            Path::new(r"\\.\pipe\unhunch-C--Users-me-runtime")
        );
        let deep = pipe(&"x".repeat(300));
        assert!(deep.as_os_str().len() < 256, "{}", deep.display());
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn the_folders_are_those_of_the_desktop() {
        let paths = Paths::find().expect("tests run with a home folder");
        assert!(paths.config.ends_with("unhunch"), "{paths:?}");
        assert!(paths.data.ends_with("unhunch"), "{paths:?}");
        assert!(paths.state.ends_with("unhunch"), "{paths:?}");
        assert!(paths.runtime.ends_with("unhunch"), "{paths:?}");
    }
}
