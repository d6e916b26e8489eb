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

use std::path::{Path, PathBuf};
use std::{env, fs};

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
        let sentence = if self.starts {
            tr!(
                "Unhunch starts when you log in ({place}).",
                place = self.place
            )
        } else {
            tr("Unhunch doesn’t start when you log in.").to_owned()
        };
        match &self.note {
            Some(note) => format!("{sentence} {note}"),
            None => sentence,
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

/// Repairs the entries that [`switch`] and [`join_applications`] wrote, if the program that they name has been removed, for example
/// by an update. Entries that the user removed or turned off stay so.
///
/// # Errors
/// If a file can't be read or written.
pub fn repair() -> anyhow::Result<()> {
    system::repair()
}

/// Returns the path of the tray program that entries name, also when called from another of our programs.
pub(crate) fn program() -> anyhow::Result<String> {
    let set = |name| env::var_os(name).filter(|value| !value.is_empty());
    let app_image = AppImage {
        file: set("APPIMAGE").map(PathBuf::from),
        mount: set("APPDIR").map(PathBuf::from),
    };
    let search: Vec<_> = env::split_paths(&set("PATH").unwrap_or_default()).collect();
    let program = lasting_path(&program_path("unhunch"), &app_image, &search);
    program.to_str().map(str::to_owned).ok_or_else(|| {
        anyhow::anyhow!(tr!(
            "the path {file} contains characters that aren’t valid text",
            file = program.display()
        ))
    })
}

/// The variables that an AppImage sets for its program, which other programs may inherit.
struct AppImage {
    file: Option<PathBuf>,
    /// The folder in which it is mounted while it runs.
    mount: Option<PathBuf>,
}

impl AppImage {
    /// Returns the file of the AppImage that contains the program, if there is one.
    fn containing(&self, program: &Path) -> Option<&Path> {
        let is_inside = match &self.mount {
            Some(mount) => program.starts_with(mount),
            None => is_mounted(program),
        };
        let file = self.file.as_deref()?;
        (is_inside && file.is_absolute() && file.is_file()).then_some(file)
    }
}

/// Returns `true` for a path inside a running AppImage.
fn is_mounted(program: &Path) -> bool {
    let mut parts = program.iter().map(|part| part.to_string_lossy());
    parts.any(|part| part.starts_with(".mount_"))
}

/// Returns the path of the program that is the most likely to remain valid after an update: its AppImage, or the name in `PATH`
/// that leads to it, such as a link in `~/.local/bin`, or the path itself.
fn lasting_path(program: &Path, app_image: &AppImage, search: &[PathBuf]) -> PathBuf {
    if let Some(file) = app_image.containing(program) {
        return file.to_owned();
    }
    let (Some(name), Ok(target)) = (program.file_name(), fs::canonicalize(program)) else {
        return program.to_owned();
    };
    let mut named = search
        .iter()
        .map(|folder| folder.join(name))
        .filter(|path| path.is_absolute() && !is_mounted(path));
    named
        .find(|path| fs::canonicalize(path).is_ok_and(|resolved| resolved == target))
        .unwrap_or_else(|| program.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[cfg(unix)]
    fn entries_name_the_path_that_stays() {
        use std::os::unix::fs::symlink;
        let home = tempfile::tempdir().unwrap();
        let at = |path: &str| home.path().join(path);
        for folder in ["opt/0.1", "bin", "other", ".mount_x/usr/bin"] {
            fs::create_dir_all(at(folder)).unwrap();
        }
        for file in [
            "opt/0.1/unhunch",
            "other/unhunch",
            ".mount_x/usr/bin/unhunch",
            "a.AppImage",
        ] {
            fs::write(at(file), "").unwrap();
        }
        symlink(at("opt/0.1/unhunch"), at("bin/unhunch")).unwrap();
        let program = at("opt/0.1/unhunch");
        let none = AppImage {
            file: None,
            mount: None,
        };
        let path = |folders: &[&str]| folders.iter().map(|folder| at(folder)).collect::<Vec<_>>();
        let search = path(&["other", "bin"]);
        assert_eq!(lasting_path(&program, &none, &search), at("bin/unhunch"));
        assert_eq!(lasting_path(&program, &none, &path(&["other"])), program);
        assert_eq!(lasting_path(&program, &none, &["bin".into()]), program);
        let mounted = at(".mount_x/usr/bin/unhunch");
        let image = |mount| AppImage {
            file: Some(at("a.AppImage")),
            mount,
        };
        for mount in [None, Some(at(".mount_x"))] {
            let image = image(mount);
            assert_eq!(lasting_path(&mounted, &image, &search), at("a.AppImage"));
        }
        // A terminal that is an AppImage passes its variables on.
        let terminal = image(Some(at(".mount_terminal")));
        assert_eq!(
            lasting_path(&program, &terminal, &search),
            at("bin/unhunch")
        );
        let missing = at("gone/unhunch");
        assert_eq!(lasting_path(&missing, &none, &search), missing);
    }

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
