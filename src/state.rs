//! The small files in the state folder, which persist facts about this computer between starts.

use std::fs;
use std::io;
use std::path::PathBuf;

use crate::disk::{self, Access};
use crate::paths::Paths;

/// A file in the state folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StateFile {
    /// Exists if the introduction was shown.
    Welcomed,
    /// Exists if Unhunch was added to the applications of the desktop.
    InApplications,
    /// The date on which the user confirmed the safety advice.
    SafetyRead,
    /// Exists if the notice about the missing tray was shown.
    NoTrayNotified,
    /// The day of the schedule, as JSON.
    Day,
    /// The number of texts of each kind shown so far.
    TextRotation,
    /// The ids of the exercises that the user does in their easier form, one a line.
    Easier,
    /// The random id of this computer.
    Device,
    /// Locked while the history is written.
    HistoryLock,
    /// The path of the control socket of the running program.
    Socket,
    /// The last answer of the portal that starts a Flatpak at login.
    Autostart,
}

impl StateFile {
    /// Returns the path of the file.
    #[must_use]
    pub fn path(self, paths: &Paths) -> PathBuf {
        paths.state.join(match self {
            Self::Welcomed => "welcomed",
            Self::InApplications => "in-applications",
            Self::SafetyRead => "safety-read",
            Self::NoTrayNotified => "no-tray-told",
            Self::Day => "day.json",
            Self::TextRotation => "turns",
            Self::Easier => "easier",
            Self::Device => "device",
            Self::HistoryLock => "history.lock",
            Self::Socket => "socket",
            Self::Autostart => "autostart",
        })
    }

    /// Returns `true` if the file exists.
    #[must_use]
    pub fn exists(self, paths: &Paths) -> bool {
        self.path(paths).exists()
    }

    /// Reads the contents of the file.
    ///
    /// # Errors
    /// If it doesn't exist or can't be read.
    pub fn read(self, paths: &Paths) -> io::Result<String> {
        fs::read_to_string(self.path(paths))
    }

    /// Writes the file atomically. A missing folder is created.
    ///
    /// # Errors
    /// If it can't be written.
    pub fn write(self, paths: &Paths, content: &str) -> io::Result<()> {
        disk::write_atomic(&self.path(paths), Access::Owner, content.as_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn written_file_is_read_back() {
        let home = tempfile::tempdir().unwrap();
        let paths = Paths::under(home.path());
        assert!(!StateFile::TextRotation.exists(&paths));
        StateFile::TextRotation.write(&paths, "3 4\n").unwrap();
        assert!(StateFile::TextRotation.exists(&paths));
        assert_eq!(StateFile::TextRotation.read(&paths).unwrap(), "3 4\n");
    }
}
