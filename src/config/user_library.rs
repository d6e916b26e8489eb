//! The user's own exercises and routines: `exercises/*.toml` and `routines.toml` in the folder of the settings.
//!
//! They are added to those that are compiled in. Mistakes are reported like those in the settings, and only the file
//! with the mistake is ignored.

use std::collections::BTreeSet;
use std::fs;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::time::SystemTime;

use anyhow::Context as _;

use super::Problem;
use super::check::{self, LARGEST, Unreadable};
use super::load::{content, unreadable};
use super::programme::{self, Programme};
use crate::disk::{self, Access, unused_name};
use crate::lang::{tr, trn};
use crate::paths::Paths;
use crate::routine::Library;
use crate::state::StateFile;

/// The maximum number of exercise files that are read.
const MAX_FILES: usize = 2000;

/// The greatest depth of folders with pictures that is looked at.
const DEEPEST: usize = 3;

/// Files with exercises and routines, before they are parsed.
#[derive(Clone, Debug, Default)]
pub struct ExerciseFiles {
    exercises: Vec<(PathBuf, String)>,
    routines: Option<(PathBuf, String)>,
    problems: Vec<Problem>,
}

/// Returns the library of everything that can be done, compiled-in and the user's own, and the problems in the user's files.
#[must_use]
pub fn library(paths: &Paths) -> (Library, Vec<Problem>) {
    let mut library = Library::shipped();
    let problems = ExerciseFiles::of_user(paths).add_to(&mut library);
    library.choose_easier_forms(easier_forms(paths));
    (library, problems)
}

/// The sizes and times of the user's own files, which tell whether one of them has changed.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Stamp(Vec<(PathBuf, u64, Option<SystemTime>)>);

impl Stamp {
    /// Looks at the files that [`library`] reads, and at the pictures beside them.
    #[must_use]
    pub fn of_user(paths: &Paths) -> Self {
        let mut stamp = Self::default();
        stamp.add_folder(&paths.exercises(), 0);
        stamp.add(&paths.routines());
        stamp.0.sort();
        stamp
    }

    fn add_folder(&mut self, folder: &Path, depth: usize) {
        // A folder that can't be read has no exercises.
        let Ok(entries) = fs::read_dir(folder) else {
            return;
        };
        for entry in entries.flatten() {
            let is_folder = entry.file_type().is_ok_and(|kind| kind.is_dir());
            if is_folder && depth < DEEPEST {
                self.add_folder(&entry.path(), depth + 1);
            } else {
                self.add(&entry.path());
            }
        }
    }

    fn add(&mut self, file: &Path) {
        if let Ok(metadata) = fs::metadata(file) {
            let changed = metadata.modified().ok();
            self.0.push((file.to_owned(), metadata.len(), changed));
        }
    }
}

/// Returns the ids of the exercises that the user does in their easier form. A missing or unreadable file has none.
fn easier_forms(paths: &Paths) -> BTreeSet<String> {
    read_easier_forms(paths).unwrap_or_default()
}

/// Returns no ids if there is no file yet.
fn read_easier_forms(paths: &Paths) -> io::Result<BTreeSet<String>> {
    match StateFile::Easier.read(paths) {
        Ok(ids) => Ok(ids.lines().map(str::to_owned).collect()),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(BTreeSet::new()),
        Err(error) => Err(error),
    }
}

/// Remembers in which form the user does an exercise. Returns the ids of all that are done in their easier form.
///
/// # Errors
/// If the file can't be read or written. It is left as it is then.
pub fn remember_form(paths: &Paths, id: &str, is_easier: bool) -> io::Result<BTreeSet<String>> {
    let mut ids = read_easier_forms(paths)?;
    if is_easier {
        ids.insert(id.to_owned());
    } else {
        ids.remove(id);
    }
    let lines: String = ids.iter().map(|id| format!("{id}\n")).collect();
    StateFile::Easier.write(paths, &lines)?;
    Ok(ids)
}

impl ExerciseFiles {
    /// Reads the user's own files.
    #[must_use]
    pub fn of_user(paths: &Paths) -> Self {
        let mut files = Self::default();
        files.read_folder(&paths.exercises());
        files.read_routines(&paths.routines());
        files
    }

    /// Reads a programme given to the user: a file, or a folder that contains exercise files or is
    /// laid out like that of the settings.
    ///
    /// # Errors
    /// Fails if the file or folder does not exist, or contains neither exercises nor routines.
    pub fn of_programme(place: &Path) -> anyhow::Result<Self> {
        let path_text = place.display();
        let kind =
            fs::metadata(place).with_context(|| tr!("{file} cannot be read", file = path_text))?;
        let mut files = Self::default();
        if kind.is_dir() {
            files.read_folder(place);
            files.read_folder(&place.join("exercises"));
            files.read_routines(&place.join("routines.toml"));
        } else {
            files.read_either(place);
        }
        if files.exercises.is_empty() && files.routines.is_none() && files.problems.is_empty() {
            anyhow::bail!(tr!(
                "{file} contains no exercises or routines",
                file = path_text
            ));
        }
        Ok(files)
    }

    /// Returns the problems that adding these files to the user's own would cause: mistakes in the files, ids already
    /// in use, and loss of the user's own entries. Existing problems are not included.
    #[must_use]
    pub fn problems_if_added(&self, paths: &Paths) -> Vec<Problem> {
        let (before, existing_problems) = library(paths);
        let mut after = Library::shipped();
        let mut problems = self.merged_with_own(paths).add_to(&mut after);
        // Routines cannot be appended to a routines file that is unreadable.
        let in_the_way =
            |problem: &Problem| self.routines.is_some() && problem.file == paths.routines();
        let is_given =
            |problem: &Problem| self.exercises.iter().any(|(file, _)| *file == problem.file);
        problems.retain(|problem| {
            !existing_problems.contains(problem) || in_the_way(problem) || is_given(problem)
        });
        if problems.is_empty() {
            let lost = before.ids().filter(|id| after.find(id).is_none());
            problems.extend(lost.map(|id| {
                let message = tr!(
                    "your own `{id}` would be lost: another file would take its place",
                    id = id
                );
                file_problem(&paths.exercises(), message)
            }));
        }
        problems
    }

    /// The user's own files as they would be with these files added.
    fn merged_with_own(&self, paths: &Paths) -> Self {
        let mut merged = Self::of_user(paths);
        for (file, text) in &self.exercises {
            let target = paths.exercises().join(file.file_name().unwrap_or_default());
            merged.exercises.retain(|(other, _)| *other != target);
            merged.exercises.push((file.clone(), text.clone()));
        }
        merged.problems.extend(self.problems.iter().cloned());
        let Some((file, text)) = &self.routines else {
            return merged;
        };
        merged.routines = match merged.routines {
            Some((file, before)) => Some((file, with_routines(&before, text))),
            None => Some((file.clone(), text.clone())),
        };
        merged
    }

    /// Adds the exercises and routines to a library, and returns all problems.
    #[must_use]
    pub fn add_to(mut self, library: &mut Library) -> Vec<Problem> {
        let mut problems = std::mem::take(&mut self.problems);
        let (mut routines, mut spots) = (Vec::new(), Vec::new());
        // Figures are borrowed from the built-in exercises, even if the user has replaced them.
        let shipped = library.clone();
        for (file, text, programme) in self.programmes(&shipped) {
            problems.extend(programme.problems);
            for exercise in programme.exercises {
                if let Err(fault) = library.add_exercise(exercise.item) {
                    problems.push(exercise.spot.problem(&file, &text, fault));
                }
            }
            if !programme.routines.is_empty() {
                let text = Rc::new((file, text));
                for routine in programme.routines {
                    routines.push(routine.item);
                    spots.push((Rc::clone(&text), routine.spot));
                }
            }
        }
        for (index, fault) in library.add_routines(routines) {
            let (text, spot) = &spots[index];
            problems.push(spot.problem(&text.0, &text.1, fault));
        }
        library.arrange();
        problems
    }

    /// Returns each file with its text and contents. Borrowed figures come from `shipped`.
    pub fn programmes(
        self,
        shipped: &Library,
    ) -> impl Iterator<Item = (PathBuf, String, Programme)> {
        let exercises = self.exercises.into_iter().map(|(file, text)| {
            let programme = programme::read(&file, &text, shipped);
            (file, text, programme)
        });
        let routines = self.routines.into_iter().map(|(file, text)| {
            let programme = programme::read_list(&file, &text, shipped);
            (file, text, programme)
        });
        exercises.chain(routines)
    }

    /// Describes the number of exercise files, and the routines file.
    #[must_use]
    pub fn described(&self) -> String {
        let exercises = trn!(
            self.exercises.len() as u64,
            "{n} exercise file",
            "{n} exercise files"
        );
        match self.routines {
            Some(_) => tr!("{exercises} and a routines file", exercises = exercises),
            None => exercises,
        }
    }

    /// Copies the files to the user's own. A replaced exercise file is kept under another name; routines are appended
    /// to the existing ones. Returns one line per file that was written.
    ///
    /// # Errors
    /// Fails if a file cannot be written; those before it have been written. An unreadable routines
    /// file of the user is left unchanged.
    pub fn copy_to_user(&self, paths: &Paths) -> anyhow::Result<Vec<String>> {
        let folder = paths.exercises();
        let pictures = self.new_pictures(&folder)?;
        let mut written = Vec::new();
        for (file, text) in &self.exercises {
            let name = file.file_name().unwrap_or_default();
            written.extend(write(&folder.join(name), text)?);
        }
        for (from, to) in pictures {
            let failed = || tr!("{file} cannot be written", file = to.display());
            fs::create_dir_all(to.parent().unwrap_or(&folder)).with_context(failed)?;
            fs::copy(&from, &to).with_context(failed)?;
            written.push(to.display().to_string());
        }
        if let Some((_, text)) = &self.routines {
            let file = paths.routines();
            let before = match fs::read_to_string(&file) {
                Ok(before) => before,
                Err(error) if error.kind() == ErrorKind::NotFound => String::new(),
                Err(error) => {
                    return Err(error)
                        .with_context(|| tr!("{file} cannot be read", file = file.display()));
                }
            };
            written.extend(write(&file, &with_routines(&before, text))?);
        }
        Ok(written)
    }

    /// Returns the pictures to copy: from, and to. Those that are there already are left out.
    fn new_pictures(&self, folder: &Path) -> anyhow::Result<Vec<(PathBuf, PathBuf)>> {
        let shipped = Library::shipped();
        let mut pictures = Vec::new();
        for (file, text) in &self.exercises {
            let source_folder = file.parent().unwrap_or(Path::new("."));
            for name in programme::read(file, text, &shipped).pictures() {
                let (from, to) = (programme::locate(source_folder, name)?, folder.join(name));
                if !to.exists() {
                    pictures.push((from, to));
                } else if fs::read(&from)? != fs::read(&to)? {
                    anyhow::bail!(tr!(
                        "there is already another picture {file}; rename yours",
                        file = to.display()
                    ));
                }
            }
        }
        Ok(pictures)
    }

    fn read_folder(&mut self, folder: &Path) {
        let files = match toml_files(folder) {
            Ok(files) => files,
            Err(error) if error.kind() == ErrorKind::NotFound => return,
            Err(error) => {
                self.problems.push(ignored_file(folder, unreadable(&error)));
                return;
            }
        };
        if let Some(first) = files.get(MAX_FILES) {
            let message = tr!(
                "only {most} exercise files are read; this one and those after it are not",
                most = MAX_FILES
            );
            self.problems.push(file_problem(first, message));
        }
        for file in files.into_iter().take(MAX_FILES) {
            // All files of a programme may be in one folder.
            if file
                .file_name()
                .is_some_and(|name| name == "routines.toml" || name == "settings.toml")
            {
                continue;
            }
            if let Some(text) = self.read(&file) {
                self.exercises.push((file, text));
            }
        }
    }

    fn read_routines(&mut self, file: &Path) {
        if fs::symlink_metadata(file).is_ok()
            && let Some(text) = self.read(file)
        {
            self.routines = Some((file.to_owned(), text));
        }
    }

    /// Reads a file that contains either an exercise or routines.
    fn read_either(&mut self, file: &Path) {
        let Some(text) = self.read(file) else { return };
        let has_routines = toml::from_str::<toml::Table>(&text)
            .is_ok_and(|table| table.contains_key("routine") && !table.contains_key("exercise"));
        if has_routines {
            self.routines = Some((file.to_owned(), text));
        } else {
            self.exercises.push((file.to_owned(), text));
        }
    }

    fn read(&mut self, file: &Path) -> Option<String> {
        let read = content(file).map_err(|error| unreadable(&error));
        let text = read.and_then(|bytes| {
            if bytes.len() > LARGEST {
                let expected = tr("an exercise file of a few kilobytes");
                return Err(Unreadable::whole_file(
                    tr("the file is larger than 1 MiB"),
                    expected,
                ));
            }
            check::text(&bytes).map(str::to_owned)
        });
        text.map_err(|why| self.problems.push(ignored_file(file, why)))
            .ok()
    }
}

/// Appends routines to others, unless they contain them already.
fn with_routines(before: &str, text: &str) -> String {
    if before.contains(text.trim()) {
        return before.to_owned();
    }
    let line_end = if before.is_empty() || before.ends_with('\n') {
        ""
    } else {
        "\n"
    };
    format!("{before}{line_end}{text}")
}

/// The exercise files in a folder, sorted, without hidden ones.
fn toml_files(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let is_toml = path
            .extension()
            .is_some_and(|extension| extension == "toml");
        let is_hidden = path
            .file_name()
            .is_some_and(|name| name.to_string_lossy().starts_with('.'));
        if is_toml && !is_hidden {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

/// Writes a file atomically, and keeps a copy of the previous one. Returns a line that names the
/// file, or `None` if it is unchanged.
fn write(file: &Path, text: &str) -> anyhow::Result<Option<String>> {
    if fs::read_to_string(file).is_ok_and(|before| before == text) {
        return Ok(None);
    }
    let failed = || tr!("{file} cannot be written", file = file.display());
    let backup = (file.exists()).then(|| unused_name(file));
    if let Some(backup) = &backup {
        fs::copy(file, backup).with_context(failed)?;
    }
    disk::write_atomic(file, Access::Owner, text.as_bytes()).with_context(failed)?;
    Ok(Some(match backup {
        Some(backup) => tr!(
            "{file} (the previous file was kept as {kept})",
            file = file.display(),
            kept = backup.display()
        ),
        None => file.display().to_string(),
    }))
}

fn file_problem(file: &Path, message: String) -> Problem {
    ignored_file(file, Unreadable::whole_file(message, ""))
}

fn ignored_file(file: &Path, why: Unreadable) -> Problem {
    why.in_file(file, tr("this file is ignored, and all others are used"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chosen_form_of_an_exercise_is_remembered() {
        let home = tempfile::tempdir().unwrap();
        let paths = Paths::under(home.path());
        let roll = || library(&paths).0.plan("shoulder-roll").unwrap();
        let is_easier = || roll().parts()[0].exercise.is_easier_form();
        assert!(!is_easier());
        remember_form(&paths, "shoulder-roll", true).unwrap();
        remember_form(&paths, "no-such-exercise", true).unwrap();
        assert!(is_easier());
        remember_form(&paths, "shoulder-roll", false).unwrap();
        assert!(!is_easier());
        let file = paths.state.join("easier");
        fs::write(&file, b"cat-cow\n\xFF\n").unwrap();
        remember_form(&paths, "shoulder-roll", true).unwrap_err();
        assert_eq!(fs::read(&file).unwrap(), b"cat-cow\n\xFF\n", "it is kept");
    }

    #[test]
    fn too_many_files_are_reported() {
        let home = tempfile::tempdir().unwrap();
        let paths = Paths::under(home.path());
        fs::create_dir_all(paths.exercises()).unwrap();
        for number in 0..=MAX_FILES {
            let file = paths.exercises().join(format!("{number:04}.toml"));
            fs::write(file, "").unwrap();
        }
        let files = ExerciseFiles::of_user(&paths);
        assert_eq!(files.exercises.len(), MAX_FILES);
        let [problem] = &files.problems[..] else {
            panic!("one problem expected: {:?}", files.problems);
        };
        assert!(problem.file.ends_with("2000.toml"), "{problem}");
        assert_eq!(
            problem.what,
            "only 2000 exercise files are read; this one and those after it are not"
        );
    }

    #[test]
    fn unknown_key_is_reported_with_its_position() {
        let home = tempfile::tempdir().unwrap();
        let paths = Paths::under(home.path());
        fs::create_dir_all(paths.exercises()).unwrap();
        let file = paths.exercises().join("mine.toml");
        fs::write(&file, "id = \"mine\"\ncolour = \"red\"\n").unwrap();
        let [missing, problem] = &library(&paths).1[..] else {
            panic!("two problems expected");
        };
        assert_eq!((problem.line, problem.column), (2, 1));
        assert!(
            problem.what.starts_with("there is no key `colour`"),
            "{}",
            problem.what
        );
        assert_eq!(missing.what, "the key `steps` is missing");
    }
}
