//! Atomic file writes: the content goes to a temporary file beside the target, which then replaces it. A crash, a power failure
//! or a full disk leaves the target unchanged.

#[cfg(unix)]
#[path = "disk/unix.rs"]
mod system;
#[cfg(windows)]
#[path = "disk/windows.rs"]
mod system;

use std::fs::{self, File};
use std::io::{self, BufWriter, ErrorKind, Write};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

pub use self::system::{owner_only, private_folder, restrict_to_owner, sync_folder};

/// The users that can read a file and the folders created for it. On Windows, the permissions of the parent folder apply.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Only its owner, even if more users could read it before.
    Owner,
    /// Those who could read it before; a new file only its owner. For the file that users edit themselves.
    AsBefore,
    /// Everyone, as far as the umask allows it. For files that are read by other programs, such as desktop entries.
    Everyone,
}

/// Replaces `file` atomically. Missing folders are created.
///
/// # Errors
/// If it can't be written. The file is unchanged then.
pub fn write_atomic(file: &Path, access: Access, content: &[u8]) -> io::Result<()> {
    Draft::with_content(file, access, content)?.replace()
}

/// Content that is on disk but doesn't have its final file name yet. Dropping it deletes the content.
#[derive(Debug)]
pub struct Draft {
    content: NamedTempFile,
    file: PathBuf,
}

impl Draft {
    /// Writes the content to a temporary file for `file`. Missing folders are created.
    ///
    /// # Errors
    /// If it can't be written.
    pub fn with_content(file: &Path, access: Access, content: &[u8]) -> io::Result<Self> {
        Self::write(file, access, |out| out.write_all(content))
    }

    /// Lets `write` produce the content of a temporary file for `file`. Missing folders are created.
    ///
    /// # Errors
    /// If `write` fails or the file can't be written.
    pub fn write(
        file: &Path,
        access: Access,
        write: impl FnOnce(&mut BufWriter<&mut File>) -> io::Result<()>,
    ) -> io::Result<Self> {
        let mut content = create_temporary(folder(file), access)?;
        if access != Access::Owner
            && let Ok(before) = fs::metadata(file)
        {
            content.as_file().set_permissions(before.permissions())?;
        }
        let mut out = BufWriter::new(content.as_file_mut());
        write(&mut out)?;
        out.flush()?;
        drop(out);
        content.as_file().sync_all()?;
        let file = file.to_owned();
        Ok(Self { content, file })
    }

    /// Replaces the file, or creates it if it is missing.
    ///
    /// # Errors
    /// If the temporary file can't be renamed.
    pub fn replace(self) -> io::Result<()> {
        self.content.persist(&self.file)?;
        Ok(())
    }

    /// Creates the file unless it exists already. Returns `true` if it was created.
    ///
    /// # Errors
    /// If it can't be created for another reason.
    pub fn create(self) -> io::Result<bool> {
        match self.content.persist_noclobber(&self.file) {
            Ok(_) => Ok(true),
            Err(error) if error.error.kind() == ErrorKind::AlreadyExists => Ok(false),
            Err(error) => Err(error.error),
        }
    }
}

/// Creates a hidden temporary file. Its suffix is one that we never read, in case a crash leaves it behind.
fn create_temporary(folder: &Path, access: Access) -> io::Result<NamedTempFile> {
    match access {
        Access::Owner | Access::AsBefore => private_folder(folder)?,
        Access::Everyone => fs::create_dir_all(folder)?,
    }
    let mut builder = tempfile::Builder::new();
    builder.prefix(".").suffix(".new");
    system::set_access(&mut builder, access);
    builder.tempfile_in(folder)
}

fn folder(file: &Path) -> &Path {
    file.parent().unwrap_or(Path::new("."))
}

/// Returns an unused path beside the file. Its name is one that we never read.
#[must_use]
pub fn unused_name(file: &Path) -> PathBuf {
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    let numbered = |n: u32| file.with_file_name(format!("{name}.before-{n}"));
    (1..)
        .map(numbered)
        .find(|path| !path.exists())
        .unwrap_or_else(|| numbered(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_replaced_whole_and_nothing_is_left_beside_it() {
        let home = tempfile::tempdir().unwrap();
        let file = home.path().join("below/file");
        write_atomic(&file, Access::Owner, b"first, and long").unwrap();
        write_atomic(&file, Access::Owner, b"second").unwrap();
        assert_eq!(fs::read_to_string(&file).unwrap(), "second");
        assert_eq!(fs::read_dir(file.parent().unwrap()).unwrap().count(), 1);
    }

    #[test]
    fn failed_write_leaves_the_file_unchanged() {
        let home = tempfile::tempdir().unwrap();
        let file = home.path().join("file");
        write_atomic(&file, Access::Owner, b"before").unwrap();
        let failed = Draft::write(&file, Access::Owner, |out| {
            out.write_all(b"half of")?;
            Err(ErrorKind::StorageFull.into())
        });
        assert_eq!(failed.unwrap_err().kind(), ErrorKind::StorageFull);
        drop(Draft::with_content(&file, Access::Owner, b"never named").unwrap());
        assert_eq!(fs::read_to_string(&file).unwrap(), "before");
        assert_eq!(fs::read_dir(home.path()).unwrap().count(), 1);
    }

    #[test]
    fn existing_file_is_not_created_again() {
        let home = tempfile::tempdir().unwrap();
        let file = home.path().join("file");
        assert!(
            Draft::with_content(&file, Access::Everyone, b"ours")
                .unwrap()
                .create()
                .unwrap()
        );
        assert!(
            !Draft::with_content(&file, Access::Everyone, b"late")
                .unwrap()
                .create()
                .unwrap()
        );
        assert_eq!(fs::read_to_string(&file).unwrap(), "ours");
    }
}
