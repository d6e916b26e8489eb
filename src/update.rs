//! Notices that the program was updated while it runs. It never looks for updates itself: a package manager, cargo or the user
//! replaces its file, and the old program goes on until it is started again.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use crate::autostart;
use crate::paths;

/// Flatpak creates this file in the sandbox of a running program when the program is updated.
const UPDATED_FLATPAK: &str = "/app/.updated";

/// The file of the program, as it was when the program started.
#[derive(Debug)]
pub struct InstalledProgram {
    file: PathBuf,
    at_start: Option<Version>,
}

/// The properties of a file that differ between two versions of it. Reading the whole file would take longer.
#[derive(Debug, PartialEq, Eq)]
struct Version {
    size: u64,
    modified: SystemTime,
}

impl InstalledProgram {
    /// Finds the file from which this program was started: its AppImage, or the program itself.
    #[must_use]
    pub fn find() -> Self {
        Self::at(autostart::program().map(PathBuf::from).unwrap_or_default())
    }

    /// As [`find`](Self::find), for a file at this path.
    #[must_use]
    pub fn at(file: PathBuf) -> Self {
        let at_start = version(&file);
        Self { file, at_start }
    }

    /// Returns `true` if the file has been replaced since. A file that is missing doesn't count: it was removed, or it is being
    /// replaced right now.
    #[must_use]
    pub fn is_replaced(&self) -> bool {
        let now = version(&self.file);
        now.is_some() && self.at_start.is_some() && now != self.at_start
            || paths::is_flatpak() && Path::new(UPDATED_FLATPAK).exists()
    }
}

fn version(file: &Path) -> Option<Version> {
    let about = fs::metadata(file).ok()?;
    Some(Version {
        size: about.len(),
        modified: about.modified().ok()?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_replaced_file_is_an_update_and_a_missing_one_is_not() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("unhunch");
        let never_there = InstalledProgram::at(file.clone());
        fs::write(&file, "old").unwrap();
        let program = InstalledProgram::at(file.clone());
        assert!(!program.is_replaced());
        fs::remove_file(&file).unwrap();
        assert!(!program.is_replaced());
        fs::write(&file, "newer").unwrap();
        assert!(program.is_replaced());
        assert!(!never_there.is_replaced());
    }
}
