//! Adds Unhunch to the user's desktop applications. A build from source installs neither a menu entry nor an icon, so the
//! desktop couldn't find it otherwise.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use anyhow::Context as _;

use super::FILE;
use super::entry::{Entry, command, escaped};
use crate::autostart::file::save;
use crate::autostart::program;
use crate::lang::tr;
use crate::paths;

/// The desktop entry that packages install.
const SHIPPED: &str = include_str!("../../../config/linux/unhunch.desktop");

macro_rules! symbolic {
    ($name:literal) => {
        (
            concat!(
                "icons/hicolor/symbolic/apps/unhunch-",
                $name,
                "-symbolic.svg"
            ),
            include_str!(concat!("../../../icons/tray-", $name, "-symbolic.svg")),
        )
    };
}

/// The icon, a simplified one for small sizes, and the symbolic icons for panels in a single colour.
const ICONS: [(&str, &str); 8] = [
    (
        "icons/hicolor/scalable/apps/unhunch.svg",
        include_str!("../../../icons/unhunch.svg"),
    ),
    (
        "icons/hicolor/16x16/apps/unhunch.svg",
        include_str!("../../../icons/unhunch-small.svg"),
    ),
    (
        "icons/hicolor/24x24/apps/unhunch.svg",
        include_str!("../../../icons/unhunch-small.svg"),
    ),
    symbolic!("calm"),
    symbolic!("due"),
    symbolic!("held"),
    symbolic!("paused"),
    symbolic!("stretching"),
];

pub(in crate::autostart) fn join() -> anyhow::Result<Option<PathBuf>> {
    // A Flatpak includes its entry, and can't write to the folders of the desktop.
    if paths::is_flatpak() {
        return Ok(None);
    }
    let (user_folder, shared) = data_folders()?;
    join_in(&user_folder, &shared, &program()?)
}

pub(in crate::autostart) fn leave() -> anyhow::Result<()> {
    leave_in(&data_folders()?.0)
}

fn data_folders() -> anyhow::Result<(PathBuf, Vec<PathBuf>)> {
    let (user_folder, shared) = paths::data_folders();
    let user_folder =
        user_folder.context(tr("your home folder cannot be found; set HOME to its path"))?;
    Ok((user_folder, shared))
}

pub(in crate::autostart) fn entry(folder: &Path) -> PathBuf {
    folder.join("applications").join(FILE)
}

fn join_in(
    user_folder: &Path,
    shared: &[PathBuf],
    program: &str,
) -> anyhow::Result<Option<PathBuf>> {
    if shared.iter().any(|folder| entry(folder).exists()) {
        return Ok(None);
    }
    let file = entry(user_folder);
    // Keep an entry that starts this program, since the user may have edited it.
    let before = fs::read_to_string(&file).unwrap_or_default();
    if Entry::read(&before).program().as_deref() != Some(program) {
        save(&file, &with_program(SHIPPED, program))?;
    }
    for (path, picture) in ICONS {
        let icon = user_folder.join(path);
        if !icon.exists() {
            save(&icon, picture)?;
        }
    }
    Ok(Some(file))
}

/// Removes the files written by [`join`]. Files installed by a package are in other folders.
fn leave_in(user_folder: &Path) -> anyhow::Result<()> {
    let icons = ICONS.map(|(path, _)| user_folder.join(path));
    for file in std::iter::once(entry(user_folder)).chain(icons) {
        match fs::remove_file(&file) {
            Err(error) if error.kind() != ErrorKind::NotFound => {
                let file = file.display();
                return Err(error).with_context(|| tr!("{file} cannot be written", file = file));
            }
            Ok(()) | Err(_) => {}
        }
    }
    Ok(())
}

/// Returns the entry with the full path of the program, which may not be on the desktop's search path.
fn with_program(entry: &str, program: &str) -> String {
    let mut text = String::new();
    for line in entry.lines() {
        if let Some(arguments) = line.strip_prefix("Exec=unhunch") {
            text += &format!("Exec={}{arguments}", command(program));
        } else if line.starts_with("TryExec=") {
            text += &format!("TryExec={}", escaped(program));
        } else {
            text += line;
        }
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_entry_names_the_program_with_its_path() {
        let text = with_program(SHIPPED, "/my tools/unhunch");
        assert!(text.contains("\nExec=\"/my tools/unhunch\"\nTryExec=/my tools/unhunch\n"));
        assert!(text.contains("\nExec=\"/my tools/unhunch\" stretch --start\n"));
        assert!(!text.contains("Exec=unhunch"), "{text}");
    }

    #[test]
    fn entry_is_added_once_unless_a_package_has_one() {
        let folder = tempfile::tempdir().unwrap();
        let (user_folder, shared) = (folder.path().join("own"), folder.path().join("shared"));
        let all = [shared.clone()];
        let file = join_in(&user_folder, &all, "/a/unhunch").unwrap().unwrap();
        assert!(
            user_folder
                .join("icons/hicolor/scalable/apps/unhunch.svg")
                .exists()
        );
        let changed = fs::read_to_string(&file)
            .unwrap()
            .replace("Name=Unhunch", "Name=Mine");
        fs::write(&file, &changed).unwrap();
        join_in(&user_folder, &all, "/a/unhunch").unwrap();
        assert_eq!(fs::read_to_string(&file).unwrap(), changed);
        join_in(&user_folder, &all, "/b/unhunch").unwrap();
        assert!(
            fs::read_to_string(&file)
                .unwrap()
                .contains("Exec=/b/unhunch\n")
        );
        fs::create_dir_all(shared.join("applications")).unwrap();
        fs::write(shared.join("applications").join(FILE), SHIPPED).unwrap();
        assert_eq!(join_in(&user_folder, &all, "/a/unhunch").unwrap(), None);
    }

    #[test]
    fn leaving_removes_all_own_files() {
        let folder = tempfile::tempdir().unwrap();
        let user_folder = folder.path();
        let file = join_in(user_folder, &[], "/a/unhunch").unwrap().unwrap();
        leave_in(user_folder).unwrap();
        assert!(!file.exists());
        for (path, _) in ICONS {
            assert!(!user_folder.join(path).exists(), "{path}");
        }
        leave_in(user_folder).unwrap();
    }
}
