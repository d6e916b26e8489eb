//! Unhunch among the applications of the desktop, for one person: whoever builds it gets a program and nothing that the desktop
//! would find it by, neither in its menu nor by its icon.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use directories::BaseDirs;

use super::entry::{Entry, command, escaped};
use super::system::FILE;
use super::{program, save};

/// What a package installs.
const SHIPPED: &str = include_str!("../../config/linux/unhunch.desktop");

const ICON: &str = include_str!("../../icons/unhunch.svg");

pub(super) fn join() -> anyhow::Result<Option<PathBuf>> {
    let folders =
        BaseDirs::new().context("your home folder cannot be found; set HOME to its path")?;
    let shared = env::var_os("XDG_DATA_DIRS").filter(|value| !value.is_empty());
    let shared = shared.unwrap_or_else(|| "/usr/local/share:/usr/share".into());
    let shared: Vec<PathBuf> = env::split_paths(&shared).collect();
    join_in(folders.data_dir(), &shared, &program()?)
}

fn join_in(own: &Path, shared: &[PathBuf], program: &str) -> anyhow::Result<Option<PathBuf>> {
    let entry = |folder: &Path| folder.join("applications").join(FILE);
    if shared.iter().any(|folder| entry(folder).exists()) {
        return Ok(None);
    }
    let file = entry(own);
    // One that starts this program may have been changed to somebody's taste.
    let before = fs::read_to_string(&file).unwrap_or_default();
    if Entry::read(&before).program().as_deref() != Some(program) {
        save(&file, &with_program(SHIPPED, program))?;
    }
    let icon = own.join("icons/hicolor/scalable/apps/unhunch.svg");
    if !icon.exists() {
        save(&icon, ICON)?;
    }
    Ok(Some(file))
}

/// The entry with the program's whole path: it may not be where the desktop looks for programs.
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
        assert!(text.contains("\nExec=\"/my tools/unhunch\" stretch --start desk\n"));
        assert!(!text.contains("Exec=unhunch"), "{text}");
    }

    #[test]
    fn it_joins_once_and_only_where_no_package_has_done_so() {
        let folder = tempfile::tempdir().unwrap();
        let (own, shared) = (folder.path().join("own"), folder.path().join("shared"));
        let all = [shared.clone()];
        let file = join_in(&own, &all, "/a/unhunch").unwrap().unwrap();
        assert!(own.join("icons/hicolor/scalable/apps/unhunch.svg").exists());
        let changed = fs::read_to_string(&file)
            .unwrap()
            .replace("Name=Unhunch", "Name=Mine");
        fs::write(&file, &changed).unwrap();
        join_in(&own, &all, "/a/unhunch").unwrap();
        assert_eq!(fs::read_to_string(&file).unwrap(), changed);
        join_in(&own, &all, "/b/unhunch").unwrap();
        assert!(
            fs::read_to_string(&file)
                .unwrap()
                .contains("Exec=/b/unhunch\n")
        );
        fs::create_dir_all(shared.join("applications")).unwrap();
        fs::write(shared.join("applications").join(FILE), SHIPPED).unwrap();
        assert_eq!(join_in(&own, &all, "/a/unhunch").unwrap(), None);
    }
}
