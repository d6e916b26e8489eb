//! Paths of a Linux desktop, according to the XDG base directory specification.

use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus};

pub(super) use super::unix::foreign_folder;
pub use super::unix::is_own;

/// Returns `/run/user/ID/unhunch`, for a user whose environment lacks `XDG_RUNTIME_DIR`.
pub(super) fn runtime_folder() -> Option<PathBuf> {
    let user = rustix::process::geteuid().as_raw();
    let folder = PathBuf::from(format!("/run/user/{user}"));
    (folder.is_dir() && is_own(&folder)).then(|| folder.join("unhunch"))
}

/// Returns the path of the control socket.
pub(super) fn socket(runtime: &Path) -> PathBuf {
    runtime.join("control.sock")
}

pub(super) fn opener() -> Command {
    Command::new("xdg-open")
}

pub(super) fn has_opened(ended: ExitStatus) -> bool {
    ended.success()
}

/// Describes the sandbox of a Flatpak, in that sandbox.
const FLATPAK_INFO: &str = "/.flatpak-info";

pub(super) fn is_flatpak() -> bool {
    Path::new(FLATPAK_INFO).exists()
}

/// Returns the base name of our desktop entry, which is also the id of windows and notifications and the name of the icon. Flatpak
/// lets a program have only entries and icons that begin with its own id.
#[must_use]
pub fn application_id() -> &'static str {
    if is_flatpak() {
        "app.unhunch.Unhunch"
    } else {
        "unhunch"
    }
}

/// Returns the folders in which a desktop looks for applications and icons: that of the user, and those of the whole system.
pub fn data_folders() -> (Option<PathBuf>, Vec<PathBuf>) {
    let user_folder = directories::BaseDirs::new().map(|base| base.data_dir().to_owned());
    let shared = std::env::var_os("XDG_DATA_DIRS").filter(|value| !value.is_empty());
    let shared = shared.unwrap_or_else(|| "/usr/local/share:/usr/share".into());
    (user_folder, std::env::split_paths(&shared).collect())
}

/// Returns the path of an icon of the default theme, such as `scalable/apps/unhunch.svg`, if it is installed.
pub fn installed_icon(file: &str) -> Option<PathBuf> {
    let (user_folder, shared) = data_folders();
    icon_in(user_folder.iter().chain(&shared), file)
}

/// Returns the path of an icon of the default theme, in the first of these data folders that has it.
pub fn icon_in<'a>(folders: impl IntoIterator<Item = &'a PathBuf>, file: &str) -> Option<PathBuf> {
    let icons = Path::new("icons/hicolor").join(file);
    let mut files = folders.into_iter().map(|folder| folder.join(&icons));
    files.find(|file| file.exists())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::paths::Paths;

    #[test]
    fn socket_is_in_the_runtime_folder() {
        let paths = Paths::under(Path::new("/r"));
        assert_eq!(paths.socket(), Path::new("/r/runtime/control.sock"));
    }

    #[test]
    fn the_folders_are_those_of_the_desktop() {
        let paths = Paths::find().expect("tests run with a home folder");
        assert!(paths.config.ends_with("unhunch"), "{paths:?}");
        assert!(paths.data.ends_with("unhunch"), "{paths:?}");
        assert!(paths.state.ends_with("unhunch"), "{paths:?}");
        assert!(paths.runtime.ends_with("unhunch"), "{paths:?}");
    }
}
