//! The small files in the state folder: what a program of this computer has to remember from one start to the next.

use std::fs;
use std::io;
use std::path::PathBuf;

use crate::disk::{self, PRIVATE, SHARED};
use crate::paths::Paths;

/// One of the files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StateFile {
    /// The introduction was shown.
    Welcomed,
    /// Unhunch was added to the applications of the desktop.
    InApplications,
    /// The day on which the person confirmed the safety advice.
    SafetyRead,
    /// The notice that the desktop has no tray was shown.
    NoTrayTold,
    /// The schedule's day, as JSON.
    Day,
    /// How many texts of each kind were shown.
    Turns,
    /// The random id of this computer.
    Device,
    /// Locked while the history is written.
    HistoryLock,
}

impl StateFile {
    /// Where it lies.
    #[must_use]
    pub fn path(self, paths: &Paths) -> PathBuf {
        paths.state.join(match self {
            Self::Welcomed => "welcomed",
            Self::InApplications => "in-applications",
            Self::SafetyRead => "safety-read",
            Self::NoTrayTold => "no-tray-told",
            Self::Day => "day.json",
            Self::Turns => "turns",
            Self::Device => "device",
            Self::HistoryLock => "history.lock",
        })
    }

    /// Whether there is one.
    #[must_use]
    pub fn exists(self, paths: &Paths) -> bool {
        self.path(paths).exists()
    }

    /// Its content.
    ///
    /// # Errors
    /// If there is none, or it cannot be read.
    pub fn read(self, paths: &Paths) -> io::Result<String> {
        fs::read_to_string(self.path(paths))
    }

    /// Writes it whole or not at all, with its folder if that is missing.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn write(self, paths: &Paths, content: &str) -> io::Result<()> {
        disk::write_whole(&self.path(paths), self.mode(), content.as_bytes())
    }

    fn mode(self) -> u32 {
        match self {
            Self::Device | Self::HistoryLock => PRIVATE,
            Self::Welcomed
            | Self::InApplications
            | Self::SafetyRead
            | Self::NoTrayTold
            | Self::Day
            | Self::Turns => SHARED,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_again() {
        let home = tempfile::tempdir().unwrap();
        let paths = Paths::under(home.path());
        assert!(!StateFile::Turns.exists(&paths));
        StateFile::Turns.write(&paths, "3 4\n").unwrap();
        assert!(StateFile::Turns.exists(&paths));
        assert_eq!(StateFile::Turns.read(&paths).unwrap(), "3 4\n");
    }
}
