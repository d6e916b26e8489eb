//! Reads and writes the autostart files in the user's folders.

use std::fs;
use std::io::ErrorKind;
use std::path::Path;

use anyhow::Context as _;

use crate::disk::{Access, write_atomic};
use crate::lang::tr;

/// Returns the text of a file, or `None` if the file doesn't exist.
pub(super) fn read(file: &Path) -> anyhow::Result<Option<String>> {
    match fs::read(file) {
        Ok(text) => Ok(Some(String::from_utf8_lossy(&text).into_owned())),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => {
            Err(error).with_context(|| tr!("{file} cannot be read", file = file.display()))
        }
    }
}

/// Saves a file atomically and verifies the result. If the path is a symbolic link, its target is written.
pub(super) fn save(path: &Path, text: &str) -> anyhow::Result<()> {
    let path = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let cannot = || tr!("{file} cannot be written", file = path.display());
    write_atomic(&path, Access::Everyone, text.as_bytes()).with_context(cannot)?;
    let written = fs::read_to_string(&path).with_context(cannot)?;
    anyhow::ensure!(written == text, cannot());
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_stays_a_link() {
        let folder = tempfile::tempdir().unwrap();
        let (real, link) = (folder.path().join("real"), folder.path().join("link"));
        fs::write(&real, "before").unwrap();
        std::os::unix::fs::symlink(&real, &link).unwrap();
        save(&link, "after").unwrap();
        assert!(link.is_symlink());
        assert_eq!(fs::read_to_string(&real).unwrap(), "after");
        assert!(save(&real.join("below"), "a file is no folder").is_err());
    }
}
