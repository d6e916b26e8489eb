//! Permissions of files and folders on Unix.

use std::fs::{self, DirBuilder, File, OpenOptions, Permissions};
use std::io;
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _, PermissionsExt as _};
use std::path::Path;

use super::{Access, folder};

/// Sets the mode of a new file, before the umask is applied.
pub(super) fn set_access(builder: &mut tempfile::Builder<'_, '_>, access: Access) {
    builder.permissions(Permissions::from_mode(match access {
        Access::Owner | Access::AsBefore => 0o600,
        Access::Everyone => 0o644,
    }));
}

/// Returns options that create a file readable only by its owner.
#[must_use]
pub fn owner_only() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.create(true).mode(0o600);
    options
}

/// Creates a folder that only its owner can access, if it is missing.
///
/// # Errors
/// If it can't be created.
pub fn private_folder(folder: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(folder)
}

/// The maximum number of entries below a folder whose permissions are checked.
const MAX_ENTRIES: usize = 10_000;

/// Removes the permissions of other users from a folder and everything below it, except from the file `kept`. Links are neither
/// changed nor followed. What can't be changed, such as a file of another user, stays as it is.
pub fn restrict_to_owner(folder: &Path, kept: &Path) {
    let mut left = MAX_ENTRIES;
    let mut pending = vec![folder.to_owned()];
    while let Some(path) = pending.pop() {
        let Ok(metadata) = fs::symlink_metadata(&path) else {
            continue;
        };
        if path == kept || !(metadata.is_dir() || metadata.is_file()) {
            continue;
        }
        let mode = metadata.permissions().mode();
        if mode & 0o077 != 0 {
            let _ = fs::set_permissions(&path, Permissions::from_mode(mode & 0o700));
        }
        if metadata.is_dir()
            && let Ok(entries) = fs::read_dir(&path)
        {
            let before = pending.len();
            pending.extend(entries.flatten().take(left).map(|entry| entry.path()));
            left -= pending.len() - before;
        }
    }
}

/// Makes the directory entry of a new file durable.
///
/// # Errors
/// If the file system can't sync folders.
pub fn sync_folder(file: &Path) -> io::Result<()> {
    File::open(folder(file))?.sync_all()
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;
    use crate::disk::write_atomic;

    #[test]
    fn each_access_gives_its_mode_to_new_and_existing_files() {
        let home = tempfile::tempdir().unwrap();
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        for (access, new, existing) in [
            (Access::Owner, 0o600, 0o600),
            (Access::AsBefore, 0o600, 0o640),
            (Access::Everyone, 0o644, 0o640),
        ] {
            let file = home.path().join(format!("{access:?}/file"));
            write_atomic(&file, access, b"").unwrap();
            assert_eq!(mode(&file), new & !umask(), "{access:?}");
            let private = access != Access::Everyone;
            assert_eq!(mode(file.parent().unwrap()) == 0o700, private, "{access:?}");
            fs::set_permissions(&file, fs::Permissions::from_mode(0o640)).unwrap();
            write_atomic(&file, access, b"").unwrap();
            assert_eq!(mode(&file), existing, "{access:?}");
        }
    }

    /// The umask of this process, as the mode of a new file shows it.
    fn umask() -> u32 {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("new");
        fs::write(&file, "").unwrap();
        0o666 & !fs::metadata(file).unwrap().permissions().mode()
    }

    #[test]
    fn existing_files_are_closed_to_others_but_the_settings_keep_their_mode() {
        let home = tempfile::tempdir().unwrap();
        let top = home.path().join("config");
        fs::create_dir_all(top.join("exercises")).unwrap();
        let elsewhere = home.path().join("elsewhere");
        for file in [
            &top.join("settings.toml"),
            &top.join("exercises/a.toml"),
            &elsewhere,
        ] {
            fs::write(file, "").unwrap();
            fs::set_permissions(file, fs::Permissions::from_mode(0o644)).unwrap();
        }
        symlink(&elsewhere, top.join("link")).unwrap();
        for folder in [&top, &top.join("exercises")] {
            fs::set_permissions(folder, fs::Permissions::from_mode(0o755)).unwrap();
        }
        restrict_to_owner(&top, &top.join("settings.toml"));
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(&top), 0o700);
        assert_eq!(mode(&top.join("exercises")), 0o700);
        assert_eq!(mode(&top.join("exercises/a.toml")), 0o600);
        assert_eq!(mode(&top.join("settings.toml")), 0o644);
        assert_eq!(mode(&elsewhere), 0o644);
    }
}
