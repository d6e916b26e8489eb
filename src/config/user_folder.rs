//! Changes to the folder with the user's own exercises: a new one, removing one to the trash folder, and exporting.

#![expect(clippy::wildcard_enum_match_arm, reason = "only tables contain keys")]

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::ops::Range;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use toml::de::{DeTable, DeValue};

use super::programme::write::{self, quoted};
use super::programme::{Programme, header, id_from, locate};
use super::user_library::{ExerciseFiles, library};
use crate::disk::{self, Access, Draft};
use crate::lang::tr;
use crate::paths::Paths;
use crate::routine::{Library, LibraryItem, Routine, ShortExercise};

/// One of the user's own exercises or routines, and where it is.
#[derive(Clone, Debug)]
pub struct OwnItem {
    /// Its identifier.
    pub id: String,
    /// Its name.
    pub name: String,
    /// The file that contains it.
    pub file: PathBuf,
    /// The short form of an exercise, unless it is written in the exact form.
    pub short: Option<ShortExercise>,
    /// The routine, if it is one.
    pub routine: Option<Routine>,
    text: String,
    /// The part of the file; all of it if the file has one exercise.
    part: Range<usize>,
    is_alone: bool,
    has_id: bool,
    /// The pictures as written, with their positions in the file.
    pictures: Vec<(Range<usize>, String)>,
}

impl OwnItem {
    /// Returns its part of the file.
    #[must_use]
    pub fn part(&self) -> &str {
        &self.text[self.part.clone()]
    }

    /// Returns `true` if its part of the file can be replaced without touching others.
    #[must_use]
    pub fn is_separate(&self) -> bool {
        self.part.len() == self.text.len() || is_entry(self.part())
    }

    /// Returns the names of its pictures, as seen from the file.
    pub fn pictures(&self) -> impl Iterator<Item = &str> {
        self.pictures.iter().map(|(_, name)| name.as_str())
    }

    /// Replaces its part of the file.
    ///
    /// # Errors
    /// Fails if the file has been changed since it was read, or cannot be written.
    pub fn replace(&self, text: &str) -> anyhow::Result<()> {
        let file = self.file.display();
        let current = fs::read_to_string(&self.file)
            .with_context(|| tr!("{file} cannot be read", file = file))?;
        let current = current.trim_start_matches('\u{FEFF}');
        if current != self.text {
            anyhow::bail!(tr!(
                "{file} has been changed by another program; open it again",
                file = file
            ));
        }
        let mut changed = current.to_owned();
        changed.replace_range(self.part.clone(), text);
        disk::write_atomic(&self.file, Access::AsBefore, changed.as_bytes())
            .with_context(|| tr!("{file} cannot be written", file = file))
    }

    fn needs(&self, id: &str) -> bool {
        let routine = self.routine.iter();
        routine
            .flat_map(|routine| &routine.exercises)
            .any(|needed| needed == id)
    }
}

/// Returns `true` if the text begins with `[[exercise]]` or `[[routine]]`.
fn is_entry(text: &str) -> bool {
    header::is_heading(text.lines().next().unwrap_or_default().trim())
}

/// A removed exercise or routine, as needed to restore it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Removed {
    /// The file in the trash folder.
    pub file: PathBuf,
    /// The moved files: where they were, and where they are.
    moved: Vec<(PathBuf, PathBuf)>,
    /// A file that lost a part, with its text before.
    changed: Option<(PathBuf, String)>,
}

/// Returns the user's own exercises and routines that can be used, in the order of the files.
#[must_use]
pub fn own_items(paths: &Paths) -> Vec<OwnItem> {
    let shipped = Library::shipped();
    let mut all = Vec::new();
    for (file, text, programme) in ExerciseFiles::of_user(paths).programmes(&shipped) {
        entries(&file, &text, &programme, &mut all);
    }
    all
}

fn entries(file: &Path, text: &str, programme: &Programme, all: &mut Vec<OwnItem>) {
    let part = |at: &Range<usize>| {
        if programme.is_list {
            at.start..header::end(text, at.start)
        } else {
            0..text.len()
        }
    };
    let count = programme.exercises.len() + programme.routines.len();
    let is_alone = !programme.is_list || count == 1;
    for exercise in &programme.exercises {
        all.push(OwnItem {
            id: exercise.item.id.clone(),
            name: exercise.item.name.clone(),
            file: file.to_owned(),
            short: exercise.short.as_deref().cloned(),
            routine: None,
            text: text.to_owned(),
            part: part(&exercise.spot.at),
            is_alone,
            has_id: exercise.spot.keys.iter().any(|(key, _)| key == "id"),
            pictures: exercise.pictures.clone(),
        });
    }
    for routine in &programme.routines {
        all.push(OwnItem {
            id: routine.item.id.clone(),
            name: routine.item.name.clone(),
            file: file.to_owned(),
            short: None,
            routine: Some(routine.item.clone()),
            text: text.to_owned(),
            part: part(&routine.spot.at),
            is_alone,
            has_id: routine.spot.keys.iter().any(|(key, _)| key == "id"),
            pictures: Vec::new(),
        });
    }
}

/// Returns the trash folder, beside the one of the exercises.
#[must_use]
pub fn trash(paths: &Paths) -> PathBuf {
    paths.exercises().with_file_name("exercises-removed")
}

/// Writes a new file with comments for an exercise of this name, and returns its path.
///
/// # Errors
/// Fails if there is such an exercise already, or the file cannot be written.
pub fn new_exercise(paths: &Paths, name: &str) -> anyhow::Result<PathBuf> {
    save_new(paths, &id_from(name, "exercise"), &write::template(name))
}

/// Writes a new file with this text for an exercise with this id, and returns its path.
///
/// # Errors
/// Fails if there is such an exercise or file already, or the file cannot be written.
pub fn save_new(paths: &Paths, id: &str, text: &str) -> anyhow::Result<PathBuf> {
    let file = paths.exercises().join(format!("{id}.toml"));
    if library(paths).0.find(id).is_some() || fs::symlink_metadata(&file).is_ok() {
        anyhow::bail!(tr!(
            "there is already an exercise or routine `{id}`; choose another name",
            id = id
        ));
    }
    let failed = || tr!("{file} cannot be written", file = file.display());
    let draft = Draft::with_content(&file, Access::Owner, text.as_bytes()).with_context(failed)?;
    draft.create().with_context(failed)?;
    Ok(file)
}

/// Returns an unused id made from a name; `fallback` if the name has no letters for one.
#[must_use]
pub fn unused_id(paths: &Paths, name: &str, fallback: &str) -> String {
    let library = library(paths).0;
    let first = id_from(name, fallback);
    let numbered = |number: u32| match number {
        1 => first.clone(),
        _ => format!("{first}-{number}"),
    };
    let is_free = |id: &String| {
        let file = paths.exercises().join(format!("{id}.toml"));
        library.find(id).is_none() && fs::symlink_metadata(file).is_err()
    };
    (1..)
        .map(numbered)
        .find(is_free)
        .unwrap_or_else(|| first.clone())
}

/// Copies a picture into the folder of the user's own exercises, unless it is there already, and returns its name there. `id` is
/// that of the exercise, and the name of the copy.
///
/// # Errors
/// Fails if the file is not a picture that can be shown, too large, or cannot be copied.
pub fn copy_picture(paths: &Paths, id: &str, from: &Path) -> anyhow::Result<String> {
    let name = from.file_name().unwrap_or_default().to_string_lossy();
    let from = locate(from.parent().unwrap_or(Path::new(".")), &name)?;
    let folder = paths.exercises();
    if let (Ok(real), Ok(home)) = (from.canonicalize(), folder.canonicalize())
        && let Ok(inside) = real.strip_prefix(home)
    {
        return Ok(inside.to_string_lossy().replace('\\', "/"));
    }
    let ending = from.extension().unwrap_or_default().to_string_lossy();
    let to = unused(&folder, id, &ending.to_lowercase());
    let failed = || tr!("{file} cannot be written", file = to.display());
    fs::create_dir_all(&folder).with_context(failed)?;
    fs::copy(&from, &to).with_context(failed)?;
    let name = to.file_name().unwrap_or_default();
    Ok(name.to_string_lossy().into_owned())
}

/// Returns the text of an exercise or routine as that of a copy with another id and name.
#[must_use]
pub fn renamed(text: &str, id: &str, name: &str) -> String {
    let Ok(document) = DeTable::parse(text) else {
        return text.to_owned();
    };
    let document = document.get_ref();
    let list = ["exercise", "routine"]
        .into_iter()
        .find_map(|key| document.get(key));
    let table = match list.map(toml::Spanned::get_ref) {
        Some(DeValue::Array(entries)) => {
            entries.first().and_then(|entry| entry.get_ref().as_table())
        }
        Some(_) | None => Some(document),
    };
    let value = |key: &str| Some(table?.get(key)?.span());
    let mut values: Vec<(Range<usize>, &str)> = [("id", id), ("name", name)]
        .into_iter()
        .filter_map(|(key, text)| Some((value(key)?, text)))
        .collect();
    values.sort_by_key(|(at, _)| std::cmp::Reverse(at.start));
    let mut copy = text.to_owned();
    for (at, text) in values {
        copy.replace_range(at, &quoted(text));
    }
    if is_entry(text) {
        return with_id(&copy, id, value("id").is_some());
    }
    copy
}

/// Moves one of the user's own exercises or routines to the trash folder.
///
/// # Errors
/// Fails if there is no such exercise of the user, a routine needs it, or the files cannot be moved.
pub fn remove(paths: &Paths, id: &str) -> anyhow::Result<Removed> {
    let all = own_items(paths);
    let item = find(paths, &all, id)?;
    let is_shipped = Library::shipped().exercise(id).is_some();
    let mut users = all.iter().filter(|item| item.needs(id));
    if let Some(routine) = users.find_map(|item| item.routine.as_ref())
        && !is_shipped
    {
        anyhow::bail!(tr!(
            "the routine “{routine}” contains it; take it out there, or remove the routine first",
            routine = routine.name
        ));
    }
    let target = unused(&trash(paths), id, "toml");
    let failed = || tr!("{file} cannot be written", file = target.display());
    fs::create_dir_all(trash(paths)).with_context(failed)?;
    let mut removed = Removed {
        file: target.clone(),
        moved: Vec::new(),
        changed: None,
    };
    if item.is_alone {
        fs::rename(&item.file, &target).with_context(failed)?;
        removed.moved.push((item.file.clone(), target));
        return Ok(removed);
    }
    let part = item.part();
    if !is_entry(part) {
        anyhow::bail!(tr!(
            "`{id}` is in {file} together with others; edit that file instead",
            id = id,
            file = item.file.display()
        ));
    }
    disk::write_atomic(&target, Access::Owner, part.as_bytes()).with_context(failed)?;
    let mut rest = item.text.clone();
    rest.replace_range(item.part.clone(), "");
    let failed = || tr!("{file} cannot be written", file = item.file.display());
    disk::write_atomic(&item.file, Access::AsBefore, rest.as_bytes()).with_context(failed)?;
    removed.changed = Some((item.file.clone(), item.text.clone()));
    Ok(removed)
}

/// Restores what was removed.
///
/// # Errors
/// Fails if the files cannot be moved back.
pub fn restore(removed: &Removed) -> anyhow::Result<()> {
    for (before, now) in &removed.moved {
        let failed = || tr!("{file} cannot be written", file = before.display());
        if before.exists() {
            let error = io::Error::from(io::ErrorKind::AlreadyExists);
            return Err(error).with_context(failed);
        }
        fs::rename(now, before).with_context(failed)?;
    }
    if let Some((file, text)) = &removed.changed {
        let failed = || tr!("{file} cannot be written", file = file.display());
        disk::write_atomic(file, Access::AsBefore, text.as_bytes()).with_context(failed)?;
        // A copy that can't be deleted does no harm.
        let _ = fs::remove_file(&removed.file);
    }
    Ok(())
}

fn find<'a>(paths: &Paths, all: &'a [OwnItem], id: &str) -> anyhow::Result<&'a OwnItem> {
    if let Some(item) = all.iter().find(|item| item.id == id) {
        return Ok(item);
    }
    let library = library(paths).0;
    if library.find(id).is_some() {
        anyhow::bail!(tr!("`{id}` is built in, not one of your own", id = id));
    }
    library.plan(id).map(drop)?;
    unreachable!("an unknown id has no plan")
}

/// Returns an unused path in the folder.
fn unused(folder: &Path, name: &str, ending: &str) -> PathBuf {
    let numbered = |number: u32| match number {
        1 => folder.join(format!("{name}.{ending}")),
        _ => folder.join(format!("{name}-{number}.{ending}")),
    };
    let mut paths = (1..).map(numbered);
    paths
        .find(|path| fs::symlink_metadata(path).is_err())
        .unwrap_or_else(|| numbered(0))
}

/// Writes these exercises and routines into one file, with the exercises that the routines need, and their pictures beside it.
/// Returns all files that were written.
///
/// # Errors
/// Fails if an id is unknown, the file exists already, or a file cannot be written.
pub fn export(paths: &Paths, ids: &[String], out: &Path) -> anyhow::Result<Vec<PathBuf>> {
    if fs::symlink_metadata(out).is_ok() {
        let error = io::Error::from(io::ErrorKind::AlreadyExists);
        return Err(error).with_context(|| tr!("{file} cannot be written", file = out.display()));
    }
    let library = library(paths).0;
    let all = own_items(paths);
    let mut export = Export {
        out,
        all: &all,
        done: BTreeSet::new(),
        exercises: String::new(),
        routines: String::new(),
        pictures: Vec::new(),
    };
    for id in ids {
        export.add(&library, id)?;
    }
    export.finish()
}

struct Export<'a> {
    out: &'a Path,
    all: &'a [OwnItem],
    done: BTreeSet<String>,
    exercises: String,
    routines: String,
    /// The pictures to copy: from, and to.
    pictures: Vec<(PathBuf, PathBuf)>,
}

impl Export<'_> {
    fn add(&mut self, library: &Library, id: &str) -> anyhow::Result<()> {
        if !self.done.insert(id.to_owned()) {
            return Ok(());
        }
        if let Some(item) = self.all.iter().find(|item| item.id == id) {
            return self.add_own(library, item);
        }
        match library.find(id) {
            Some(LibraryItem::Exercise(_)) => {
                let text = Library::shipped_exercise_text(id).unwrap_or_default();
                self.exercises += &as_entry("exercise", &text, id, true);
            }
            Some(LibraryItem::Routine(_)) => {
                anyhow::bail!(tr!("`{id}` is built in, not one of your own", id = id));
            }
            None => library.plan(id).map(drop)?,
        }
        Ok(())
    }

    fn add_own(&mut self, library: &Library, item: &OwnItem) -> anyhow::Result<()> {
        for exercise in item.routine.iter().flat_map(|routine| &routine.exercises) {
            // Everybody has the built-in ones.
            if library.is_own(exercise) {
                self.add(library, exercise)?;
            }
        }
        let mut text = item.text.clone();
        let mut part = item.part.clone();
        let mut pictures = item.pictures.clone();
        pictures.sort_by_key(|(at, _)| std::cmp::Reverse(at.start));
        for (at, written) in pictures {
            let name = self.picture(item, &written)?;
            let quoted = quoted(&name);
            part.end = part.end + quoted.len() - at.len();
            text.replace_range(at, &quoted);
        }
        let text = &text[part];
        let (heading, list) = match item.routine {
            Some(_) => ("routine", &mut self.routines),
            None => ("exercise", &mut self.exercises),
        };
        let entry = if is_entry(text) {
            with_id(text, &item.id, item.has_id)
        } else {
            as_entry(heading, text, &item.id, item.has_id)
        };
        list.push_str(entry.trim_end());
        list.push_str("\n\n");
        Ok(())
    }

    /// Returns the name of the copy of a picture.
    fn picture(&mut self, item: &OwnItem, written: &str) -> anyhow::Result<String> {
        let from = locate(item.file.parent().unwrap_or(Path::new(".")), written)?;
        let ending = from
            .extension()
            .unwrap_or_default()
            .to_string_lossy()
            .to_lowercase();
        let folder = self.out.parent().unwrap_or(Path::new(""));
        let is_taken = |path: &PathBuf| {
            self.pictures.iter().any(|(_, to)| to == path) || fs::symlink_metadata(path).is_ok()
        };
        let numbered = |number: u32| folder.join(format!("{}-{number}.{ending}", item.id));
        let copied = self.pictures.iter().find(|(source, _)| *source == from);
        let to = match copied {
            Some((_, to)) => to.clone(),
            None => (1..)
                .map(numbered)
                .find(|path| !is_taken(path))
                .unwrap_or_else(|| numbered(0)),
        };
        let name = to
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        if copied.is_none() {
            self.pictures.push((from, to));
        }
        Ok(name)
    }

    fn finish(self) -> anyhow::Result<Vec<PathBuf>> {
        let head = "# Exercises for Unhunch. Put them in their place with `unhunch programme add` and the name of this file.\n\n";
        let text = format!("{head}{}{}", self.exercises, self.routines);
        let mut written = Vec::new();
        for (from, to) in self.pictures {
            let failed = || tr!("{file} cannot be written", file = to.display());
            fs::copy(&from, &to).with_context(failed)?;
            written.push(to);
        }
        let failed = || tr!("{file} cannot be written", file = self.out.display());
        let draft = Draft::with_content(self.out, Access::Owner, text.trim_end().as_bytes())
            .with_context(failed)?;
        draft.create().with_context(failed)?;
        written.insert(0, self.out.to_owned());
        Ok(written)
    }
}

/// Returns the `[[exercise]]` or `[[routine]]` with its id.
fn with_id(text: &str, id: &str, has_id: bool) -> String {
    match text.split_once('\n') {
        Some((heading, rest)) if !has_id => format!("{heading}\nid = {}\n{rest}", quoted(id)),
        Some(_) | None => text.to_owned(),
    }
}

/// Returns the file of one exercise or routine as an `[[exercise]]` or `[[routine]]`.
fn as_entry(heading: &str, text: &str, id: &str, has_id: bool) -> String {
    let mut values = Vec::new();
    if let Ok(table) = DeTable::parse(text) {
        collect_values(table.get_ref(), &mut values);
    }
    let mut entry = format!("[[{heading}]]\n");
    if !has_id {
        entry += &format!("id = {}\n", quoted(id));
    }
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let inside = values
            .iter()
            .any(|value: &Range<usize>| value.start < at && at < value.end);
        let content = line.trim_start();
        match (
            inside,
            content.strip_prefix("[["),
            content.strip_prefix('['),
        ) {
            (false, Some(rest), _) => entry += &format!("[[{heading}.{}", rest.trim_start()),
            (false, None, Some(rest)) => entry += &format!("[{heading}.{}", rest.trim_start()),
            (true, ..) | (false, None, None) => entry += line,
        }
        at += line.len();
    }
    if !entry.ends_with('\n') {
        entry.push('\n');
    }
    entry
}

/// Collects the positions of all texts and lists.
fn collect_values(table: &DeTable<'_>, values: &mut Vec<Range<usize>>) {
    for (_, value) in table {
        match value.get_ref() {
            DeValue::Table(inner) => collect_values(inner, values),
            DeValue::Array(items) if items.iter().any(|item| item.get_ref().is_table()) => {
                for item in items.iter() {
                    if let DeValue::Table(inner) = item.get_ref() {
                        collect_values(inner, values);
                    }
                }
            }
            _ => values.push(value.span()),
        }
    }
}
