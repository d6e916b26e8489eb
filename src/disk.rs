//! Atomic file writes: the content goes to a temporary file beside the target, which then replaces it. A crash, a power failure
//! or a full disk leaves the target unchanged.

use std::fs::{self, File};
use std::io::{self, BufWriter, ErrorKind, Write};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

/// The mode of a file readable by everyone, before the umask is applied.
pub const SHARED: u32 = 0o644;

/// The mode of a file readable only by its owner.
pub const PRIVATE: u32 = 0o600;

/// Replaces `file` atomically. A new file gets this mode; an existing one keeps its permissions. Missing folders are created.
///
/// # Errors
/// If it can't be written. The file is unchanged then.
pub fn write_atomic(file: &Path, mode: u32, content: &[u8]) -> io::Result<()> {
    Draft::with_content(file, mode, content)?.replace()
}

/// Content that is on disk but doesn't have its final file name yet. Dropping it deletes the content.
#[derive(Debug)]
pub struct Draft {
    content: NamedTempFile,
    file: PathBuf,
}

impl Draft {
    /// Writes the content to a temporary file for `file`. Mode and folders are handled as in [`write_atomic`].
    ///
    /// # Errors
    /// If it can't be written.
    pub fn with_content(file: &Path, mode: u32, content: &[u8]) -> io::Result<Self> {
        Self::write(file, mode, |out| out.write_all(content))
    }

    /// Lets `write` produce the content of a temporary file for `file`. Mode and folders are handled as in [`write_atomic`].
    ///
    /// # Errors
    /// If `write` fails or the file can't be written.
    pub fn write(
        file: &Path,
        mode: u32,
        write: impl FnOnce(&mut BufWriter<&mut File>) -> io::Result<()>,
    ) -> io::Result<Self> {
        let mut content = create_temporary(folder(file), mode)?;
        if let Ok(before) = fs::metadata(file) {
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
fn create_temporary(folder: &Path, mode: u32) -> io::Result<NamedTempFile> {
    fs::create_dir_all(folder)?;
    let mut builder = tempfile::Builder::new();
    builder.prefix(".").suffix(".new");
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(mode));
    #[cfg(not(unix))]
    let _ = mode;
    builder.tempfile_in(folder)
}

fn folder(file: &Path) -> &Path {
    file.parent().unwrap_or(Path::new("."))
}

/// Makes the directory entry of a new file durable.
///
/// # Errors
/// If the file system can't sync folders.
#[cfg(unix)]
pub fn sync_folder(file: &Path) -> io::Result<()> {
    File::open(folder(file))?.sync_all()
}

/// Does nothing: Windows persists names by itself and can't open folders as files.
///
/// # Errors
/// This never fails on Windows.
#[cfg(not(unix))]
pub fn sync_folder(_file: &Path) -> io::Result<()> {
    Ok(())
}

/// Creates a folder that only its owner can access, if it is missing.
///
/// # Errors
/// If it can't be created.
pub fn private_folder(folder: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

/// Returns an unused path beside the file. Its name is one that we never read.
#[must_use]
pub fn unused_name(file: &Path) -> PathBuf {
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    let named = |n: u32| file.with_file_name(format!("{name}.before-{n}"));
    (1..)
        .map(named)
        .find(|path| !path.exists())
        .unwrap_or_else(|| named(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_replaced_whole_and_nothing_is_left_beside_it() {
        let home = tempfile::tempdir().unwrap();
        let file = home.path().join("below/file");
        write_atomic(&file, PRIVATE, b"first, and long").unwrap();
        write_atomic(&file, PRIVATE, b"second").unwrap();
        assert_eq!(fs::read_to_string(&file).unwrap(), "second");
        assert_eq!(fs::read_dir(file.parent().unwrap()).unwrap().count(), 1);
    }

    #[test]
    fn failed_write_leaves_the_file_unchanged() {
        let home = tempfile::tempdir().unwrap();
        let file = home.path().join("file");
        write_atomic(&file, PRIVATE, b"before").unwrap();
        let failed = Draft::write(&file, PRIVATE, |out| {
            out.write_all(b"half of")?;
            Err(ErrorKind::StorageFull.into())
        });
        assert_eq!(failed.unwrap_err().kind(), ErrorKind::StorageFull);
        drop(Draft::with_content(&file, PRIVATE, b"never named").unwrap());
        assert_eq!(fs::read_to_string(&file).unwrap(), "before");
        assert_eq!(fs::read_dir(home.path()).unwrap().count(), 1);
    }

    #[test]
    fn existing_file_is_not_created_again() {
        let home = tempfile::tempdir().unwrap();
        let file = home.path().join("file");
        assert!(
            Draft::with_content(&file, SHARED, b"ours")
                .unwrap()
                .create()
                .unwrap()
        );
        assert!(
            !Draft::with_content(&file, SHARED, b"late")
                .unwrap()
                .create()
                .unwrap()
        );
        assert_eq!(fs::read_to_string(&file).unwrap(), "ours");
    }

    #[test]
    #[cfg(unix)]
    fn a_new_file_gets_its_mode_and_an_old_one_keeps_its_own() {
        use std::os::unix::fs::PermissionsExt as _;
        let home = tempfile::tempdir().unwrap();
        let file = home.path().join("file");
        let mode = || fs::metadata(&file).unwrap().permissions().mode() & 0o777;
        write_atomic(&file, PRIVATE, b"").unwrap();
        assert_eq!(mode(), 0o600);
        fs::set_permissions(&file, fs::Permissions::from_mode(0o640)).unwrap();
        write_atomic(&file, PRIVATE, b"").unwrap();
        assert_eq!(mode(), 0o640);
    }
}
