//! Permissions on Windows: the folders of a user are closed to other users by the system.

use std::fs::{self, OpenOptions};
use std::io;
use std::path::Path;

use super::Access;

/// Does nothing: a new file has the permissions of its folder.
pub(super) fn set_access(_builder: &mut tempfile::Builder<'_, '_>, _access: Access) {}

/// Returns options that create a file.
#[must_use]
pub fn owner_only() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.create(true);
    options
}

/// Creates a folder if it is missing.
///
/// # Errors
/// If it can't be created.
pub fn private_folder(folder: &Path) -> io::Result<()> {
    fs::create_dir_all(folder)
}

/// Does nothing: see the top of this file.
pub fn restrict_to_owner(_folder: &Path, _kept: &Path) {}

/// Does nothing: Windows persists names by itself and can't open folders as files.
///
/// # Errors
/// This never fails on Windows.
pub fn sync_folder(_file: &Path) -> io::Result<()> {
    Ok(())
}
