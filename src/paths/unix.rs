//! The owners of folders on Unix.

use std::fs;
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;

use rustix::fs::{Access, access};
use rustix::process::geteuid;

use super::ForeignFolder;

/// Returns `true` if the folder belongs to the current user or, if it is missing, the nearest folder above it.
#[must_use]
pub fn is_own(folder: &Path) -> bool {
    existing(folder).is_some_and(|(_, owner)| owner == geteuid().as_raw())
}

/// Returns the folder, or the nearest one above it, if it belongs to another user and is either closed to the current one or
/// would get files that only root can access.
pub(super) fn foreign_folder(folder: &Path) -> Option<ForeignFolder> {
    let (existing_folder, owner) = existing(folder)?;
    let user = geteuid();
    let is_usable = !user.is_root()
        && (existing_folder != folder || access(existing_folder, Access::WRITE_OK).is_ok());
    (owner != user.as_raw() && !is_usable).then(|| ForeignFolder {
        folder: existing_folder.to_owned(),
        owner: user_name(owner),
        user: user_name(user.as_raw()),
        is_root: user.is_root(),
    })
}

/// Returns the folder, or the nearest one above it that exists, and the id of its owner.
fn existing(folder: &Path) -> Option<(&Path, u32)> {
    let mut ancestors = folder
        .ancestors()
        .map(|folder| (folder, fs::metadata(folder)));
    ancestors.find_map(|(folder, metadata)| Some((folder, metadata.ok()?.uid())))
}

/// Returns the name of a user as in `/etc/passwd`, or the id in digits.
fn user_name(id: u32) -> String {
    let users = fs::read_to_string("/etc/passwd").unwrap_or_default();
    let id = id.to_string();
    let named = users.lines().find_map(|line| {
        let mut fields = line.split(':');
        let name = fields.next()?;
        (fields.nth(1) == Some(&id)).then(|| name.to_owned())
    });
    named.unwrap_or(id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_existing_folder_counts() {
        let home = tempfile::tempdir().unwrap();
        assert!(is_own(home.path()));
        assert!(is_own(&home.path().join("a/b/c")));
        assert_eq!(foreign_folder(&home.path().join("a")), None);
    }

    #[test]
    fn users_have_names() {
        assert_eq!(user_name(0), "root");
        assert_eq!(user_name(3_999_999_999), "3999999999");
    }
}
