//! Reads the settings file from disk, and creates it for editing.

use std::fs::{self, File};
use std::io::{self, ErrorKind, Read};
use std::path::{Path, PathBuf};

use anyhow::Context;

use super::check::{self, LARGEST, Reading, Unreadable};
use super::{SHIPPED, Settings};
use crate::disk::{Access, Draft};
use crate::lang::{self, Language, tr};
use crate::paths::Paths;
use crate::reason;

/// Reads the user's settings. A missing file means the defaults and is no problem; an unreadable one is. `last_good`
/// and `routines` are those of [`check::read`].
#[must_use]
pub fn load(paths: &Paths, last_good: Option<&Settings>, routines: &[&str]) -> Reading {
    let file = paths.settings();
    match content(&file) {
        Ok(content) => check::read(&file, &content, last_good, routines),
        Err(error) if is_missing(&file, &error) => check::read(&file, b"", last_good, routines),
        Err(error) => check::refuse(&file, unreadable(&error), last_good),
    }
}

/// Returns the language in the settings, or that of the desktop.
#[must_use]
pub fn language() -> &'static Language {
    let settings = Paths::find()
        .ok()
        .map(|paths| load(&paths, None, &[]).settings);
    settings.map_or_else(lang::desktop_language, |settings| {
        settings.language.language()
    })
}

/// Reads a settings file named by the user. Here, a missing file is a problem, too.
#[must_use]
pub fn load_file(file: &Path, last_good: Option<&Settings>, routines: &[&str]) -> Reading {
    match content(file) {
        Ok(content) => check::read(file, &content, last_good, routines),
        Err(error) => check::refuse(file, unreadable(&error), last_good),
    }
}

/// Reads a regular file, up to one byte more than the maximum size, which suffices to detect that it is too large.
/// Pipes and devices are refused, because they might never end.
///
/// # Errors
/// Fails if the file cannot be read, or is not a regular file.
pub fn content(file: &Path) -> io::Result<Vec<u8>> {
    let kind = fs::metadata(file)?;
    if kind.is_dir() {
        return Err(ErrorKind::IsADirectory.into());
    }
    if !kind.is_file() {
        return Err(ErrorKind::Unsupported.into());
    }
    let mut content = Vec::new();
    File::open(file)?
        .take(LARGEST as u64 + 1)
        .read_to_end(&mut content)?;
    Ok(content)
}

/// Returns `true` if there is no file and no link either. A dangling link is a mistake that should be reported.
#[must_use]
pub fn is_missing(file: &Path, error: &io::Error) -> bool {
    error.kind() == ErrorKind::NotFound && fs::symlink_metadata(file).is_err()
}

#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "systems know many errors, and name them"
)]
pub(super) fn unreadable(error: &io::Error) -> Unreadable {
    let message = match error.kind() {
        ErrorKind::NotFound => tr("there is no such file, or the link leads nowhere"),
        ErrorKind::IsADirectory => tr("this is a folder"),
        ErrorKind::Unsupported => tr("this is not a regular file"),
        ErrorKind::PermissionDenied => tr("you are not allowed to read this file"),
        _ => &tr!(
            "this file cannot be read ({error})",
            error = reason::of_error(error)
        ),
    };
    Unreadable::whole_file(message, tr("a text file you can read"))
}

/// Creates the settings file for editing, with the shipped content, if it does not exist, and returns its path. A
/// dangling link is kept, and its target created.
///
/// # Errors
/// Fails if the folder or the file cannot be written.
pub fn create_if_missing(paths: &Paths) -> anyhow::Result<PathBuf> {
    let file = paths.settings();
    if file.exists() {
        return Ok(file);
    }
    create(&resolve_links(&file)?).with_context(|| {
        tr!(
            "the settings file {file} cannot be written",
            file = file.display()
        )
    })?;
    Ok(file)
}

/// Creates the file, unless another process was faster.
fn create(file: &Path) -> io::Result<()> {
    Draft::with_content(file, Access::AsBefore, SHIPPED.as_bytes())?
        .create()
        .map(drop)
}

/// Follows all links to a file, which itself need not exist.
///
/// # Errors
/// Fails if the links form a cycle.
pub fn resolve_links(file: &Path) -> anyhow::Result<PathBuf> {
    let mut file = file.to_owned();
    for _ in 0..MAX_LINKS {
        match fs::read_link(&file) {
            Ok(target) => file = file.parent().unwrap_or(Path::new("/")).join(target),
            Err(_) => return Ok(file),
        }
    }
    anyhow::bail!(tr!(
        "the link {file} leads in a circle",
        file = file.display()
    ))
}

/// The limit of Linux for consecutive links.
const MAX_LINKS: usize = 40;

#[cfg(test)]
mod tests {
    use super::*;

    fn home() -> (tempfile::TempDir, Paths) {
        let home = tempfile::tempdir().unwrap();
        let paths = Paths::under(home.path());
        (home, paths)
    }

    fn read(paths: &Paths) -> Reading {
        load(paths, None, &["desk", "moment"])
    }

    #[test]
    fn without_a_file_the_defaults_hold() {
        let (_home, paths) = home();
        assert_eq!(read(&paths).settings, Settings::shipped());
        assert_eq!(read(&paths).problems, []);
    }

    #[test]
    fn a_folder_in_place_of_the_file_is_reported() {
        let (_home, paths) = home();
        fs::create_dir_all(paths.settings()).unwrap();
        let [problem] = &read(&paths).problems[..] else {
            panic!()
        };
        assert_eq!(problem.what, "this is a folder");
        assert_eq!(problem.meanwhile, "the defaults are used");
    }

    #[test]
    #[cfg(unix)]
    fn a_pipe_does_not_block() {
        let (_home, paths) = home();
        fs::create_dir_all(&paths.config).unwrap();
        let status = std::process::Command::new("mkfifo")
            .arg(paths.settings())
            .status();
        assert!(status.is_ok_and(|status| status.success()));
        assert_eq!(read(&paths).problems[0].what, "this is not a regular file");
    }

    #[test]
    #[cfg(unix)]
    fn a_dangling_link_is_reported_and_its_target_created() {
        let (home, paths) = home();
        fs::create_dir_all(&paths.config).unwrap();
        std::os::unix::fs::symlink("../dotfiles/unhunch.toml", paths.settings()).unwrap();
        assert_eq!(
            read(&paths).problems[0].what,
            "there is no such file, or the link leads nowhere"
        );
        assert_eq!(create_if_missing(&paths).unwrap(), paths.settings());
        let target = home.path().join("dotfiles/unhunch.toml");
        assert_eq!(fs::read_to_string(target).unwrap(), SHIPPED);
        assert!(paths.settings().is_symlink());
        assert_eq!(read(&paths).problems, []);
    }

    #[test]
    #[cfg(unix)]
    fn a_cycle_of_links_is_reported() {
        let (_home, paths) = home();
        fs::create_dir_all(&paths.config).unwrap();
        std::os::unix::fs::symlink("settings.toml", paths.settings()).unwrap();
        assert!(
            create_if_missing(&paths)
                .unwrap_err()
                .to_string()
                .contains("circle")
        );
        assert_eq!(read(&paths).problems.len(), 1);
    }

    #[test]
    fn an_existing_file_is_not_overwritten() {
        let (_home, paths) = home();
        assert_eq!(create_if_missing(&paths).unwrap(), paths.settings());
        assert_eq!(fs::read_to_string(paths.settings()).unwrap(), SHIPPED);
        fs::write(paths.settings(), "# mine").unwrap();
        create_if_missing(&paths).unwrap();
        create(&paths.settings()).unwrap();
        assert_eq!(fs::read_to_string(paths.settings()).unwrap(), "# mine");
        assert_eq!(fs::read_dir(&paths.config).unwrap().count(), 1);
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn a_new_settings_file_is_readable_only_by_its_owner() {
        use std::os::unix::fs::PermissionsExt;
        let (_home, paths) = home();
        create_if_missing(&paths).unwrap();
        let mode = fs::metadata(paths.settings()).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }

    #[test]
    fn ten_megabytes_are_refused() {
        let (_home, paths) = home();
        fs::create_dir_all(&paths.config).unwrap();
        fs::write(paths.settings(), vec![b'#'; 10 << 20]).unwrap();
        assert_eq!(
            read(&paths).problems[0].what,
            "the file is larger than 1 MiB"
        );
    }
}
