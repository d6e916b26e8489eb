//! Paths on Windows, where the control socket is a named pipe.

use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus};

use super::ForeignFolder;

/// Returns `true`: the folders of a user are closed to other users.
#[must_use]
pub fn is_own(_folder: &Path) -> bool {
    true
}

/// Returns `None`: the folders of a user are closed to other users.
pub(super) fn foreign_folder(_folder: &Path) -> Option<ForeignFolder> {
    None
}

/// Returns `None`: Windows has no folder for the files of a session.
pub(super) fn runtime_folder() -> Option<PathBuf> {
    None
}

/// Returns the path of the control socket. Pipes have a namespace of their own, so the name is derived from our folder.
pub(super) fn socket(runtime: &Path) -> PathBuf {
    PathBuf::from(format!(r"\\.\pipe\unhunch-{}", in_one_word(runtime)))
}

/// Returns `C--Users-me-AppData-Local-unhunch-data`: at most the last 200 characters, because the name of a pipe has at most 256.
fn in_one_word(path: &Path) -> String {
    let letters = path.to_string_lossy();
    let letters: Vec<char> = letters.chars().collect();
    let last = &letters[letters.len().saturating_sub(200)..];
    last.iter()
        .map(|letter| {
            if letter.is_alphanumeric() {
                *letter
            } else {
                '-'
            }
        })
        .collect()
}

pub(super) fn opener() -> Command {
    Command::new("explorer")
}

/// Explorer ends with 1 even if it has opened the file. It asks for an application itself if there is none.
pub(super) const fn has_opened(_ended: ExitStatus) -> bool {
    true
}

/// Flatpak exists only on Linux.
pub(super) const fn is_flatpak() -> bool {
    false
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::paths::Paths;

    #[test]
    fn the_pipe_is_named_after_the_folder() {
        let pipe = |root| Paths::under(Path::new(root)).socket();
        assert_eq!(
            pipe(r"C:\Users\me"),
            Path::new(r"\\.\pipe\unhunch-C--Users-me-runtime")
        );
        let deep = pipe(&"x".repeat(300));
        assert!(deep.as_os_str().len() < 256, "{}", deep.display());
    }
}
