//! `unhunch programme`: the user's own exercises and routines, such as those that a therapist gave them.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::mpsc;

use anyhow::Context as _;

use super::arguments::ProgrammeVerb;
use super::config::{Opener, open_file};
use super::{DONE, FAILED, failed, print, run_window_program, send};
use crate::config::programme::Programme;
use crate::config::user_folder::{self as folder, OwnItem};
use crate::config::user_library::ExerciseFiles;
use crate::config::{Problem, reload};
use crate::ipc::{Call, Page, client};
use crate::lang::tr;
use crate::paths::Paths;
use crate::reason;
use crate::routine::{Exercise, Library, Plan};
use crate::text::printable;
use crate::time::about;

pub(super) fn run(verb: &ProgrammeVerb) -> u8 {
    let done = match verb {
        ProgrammeVerb::New { name } => new(name),
        ProgrammeVerb::Check { place, watch: true } => watch(place.as_deref()),
        ProgrammeVerb::Check {
            place,
            watch: false,
        } => check(place.as_deref()),
        ProgrammeVerb::Open { place } => open(place),
        ProgrammeVerb::Add { place } => add(place),
        ProgrammeVerb::Export { ids, out } => export(ids, out),
        ProgrammeVerb::Remove { id } => remove(id),
        ProgrammeVerb::List => list(),
    };
    done.unwrap_or_else(|error| failed(&reason::of(&error)))
}

/// Writes a file with comments, and opens it.
fn new(name: &str) -> anyhow::Result<u8> {
    let paths = Paths::find()?;
    let file = folder::new_exercise(&paths, name)?;
    print(&printable(&file.display().to_string()));
    if let Err(error) = open_file(&file, &Opener::find()) {
        let advice = tr("Open the file in any editor you like; saved changes take effect at once.");
        return Ok(failed(&format!("{}\n{advice}", reason::of(&error))));
    }
    Ok(DONE)
}

/// Checks a file or folder, or all of the user's own, and names the defaults that were chosen.
fn check(place: Option<&Path>) -> anyhow::Result<u8> {
    let paths = Paths::find()?;
    let Some(place) = place else {
        return Ok(check_own(&paths));
    };
    let files = ExerciseFiles::of_programme(place)?;
    let is_right = has_no_problems(&files, &paths);
    describe(&files);
    Ok(if is_right {
        print(&tr!("{files}: no mistakes.", files = files.described()))
    } else {
        FAILED
    })
}

fn check_own(paths: &Paths) -> u8 {
    let files = ExerciseFiles::of_user(paths);
    let problems = files.clone().add_to(&mut Library::shipped());
    print_problems(&problems);
    describe(&files);
    if problems.is_empty() {
        print(&tr!("{files}: no mistakes.", files = files.described()))
    } else {
        FAILED
    }
}

/// Prints each exercise with its length and its dose, each routine with its exercises, and the defaults that were chosen.
fn describe(files: &ExerciseFiles) {
    // The exercises of a routine may be in any of the files, or built in. Mistakes are reported elsewhere.
    let (mut library, shipped) = (Library::shipped(), Library::shipped());
    let _ = files.clone().add_to(&mut library);
    for (_, _, programme) in files.clone().programmes(&shipped) {
        for line in descriptions(&programme, &library) {
            print(&line);
        }
    }
}

fn descriptions(programme: &Programme, library: &Library) -> Vec<String> {
    let exercises = programme.exercises.iter();
    let exercises = exercises.map(|exercise| (one_line(&exercise.item), &exercise.defaults));
    let routines = programme.routines.iter().filter_map(|routine| {
        let plan = library.plan(&routine.item.id).ok()?;
        Some((routine_line(&plan), &routine.defaults))
    });
    let lines = exercises.chain(routines).map(|(line, defaults)| {
        if defaults.is_empty() {
            return line;
        }
        let defaults = tr!("chosen for you: {defaults}", defaults = defaults.join(", "));
        format!("{line}\n  {defaults}")
    });
    lines.map(|line| printable(&line)).collect()
}

fn routine_line(plan: &Plan) -> String {
    let parts = plan.parts().iter();
    let names: Vec<&str> = parts.map(|part| part.exercise.name.as_str()).collect();
    format!(
        "{} ({}): {}; {}",
        plan.name,
        plan.id,
        names.join(", "),
        about(plan.total_seconds())
    )
}

fn one_line(exercise: &Exercise) -> String {
    let dose = exercise.dose;
    format!(
        "{} ({}): {}, {}",
        exercise.name,
        exercise.id,
        exercise.dose_text(dose.count(), dose.sets),
        about(exercise.full_seconds())
    )
}

/// Checks a file after each change, and prints how it is played, until the program is interrupted.
fn watch(place: Option<&Path>) -> anyhow::Result<u8> {
    let Some(place) = place else {
        anyhow::bail!(tr("`--watch` needs the name of a file"));
    };
    let (sender, changes) = mpsc::channel();
    let callback = Box::new(move || {
        // The receiver ends with the program.
        let _ = sender.send(());
    });
    let _guard = reload::watch_file(place, callback)?;
    let mut last = None;
    loop {
        let text = fs::read(place).ok();
        if text != last || text.is_none() {
            preview(place);
            last = text;
        }
        if changes.recv().is_err() {
            return Ok(DONE);
        }
    }
}

fn preview(place: &Path) {
    let files = match ExerciseFiles::of_programme(place) {
        Ok(files) => files,
        Err(error) => {
            failed(&reason::of(&error));
            return;
        }
    };
    let problems = files.clone().add_to(&mut Library::shipped());
    print_problems(&problems);
    for (_, _, programme) in files.programmes(&Library::shipped()) {
        for exercise in programme.exercises {
            print(&printable(&one_line(&exercise.item)));
            let plan = Plan::for_exercise(&exercise.item.into());
            print(&printable(&plan.course_text()));
        }
    }
    print(tr("Waiting for changes; Ctrl+C ends it."));
}

/// Shows what is in a file or folder in the window: in that of the running program, or else in a window of its own.
fn open(place: &Path) -> anyhow::Result<u8> {
    let place = std::path::absolute(place)?;
    fs::metadata(&place).with_context(|| tr!("{file} cannot be read", file = place.display()))?;
    if !client::is_running(&Paths::find()?) {
        return Ok(run_window_program("--import", &[place.into_os_string()]));
    }
    Ok(send(Call::Show {
        page: Page::Library,
        file: Some(place.to_string_lossy().into_owned()),
    }))
}

/// Writes nothing unless all files are free of mistakes.
fn add(place: &Path) -> anyhow::Result<u8> {
    let (files, paths) = (ExerciseFiles::of_programme(place)?, Paths::find()?);
    if !has_no_problems(&files, &paths) {
        return Ok(failed(tr("Nothing was added.")));
    }
    let written = files.copy_to_user(&paths)?;
    if written.is_empty() {
        return Ok(print(tr("You already have all of it.")));
    }
    for file in written {
        print(&tr!("added: {file}", file = file));
    }
    Ok(DONE)
}

fn export(ids: &[String], out: &Path) -> anyhow::Result<u8> {
    let written: Vec<PathBuf> = folder::export(&Paths::find()?, ids, out)?;
    for file in written {
        print(&tr!("written: {file}", file = file.display()));
    }
    Ok(DONE)
}

fn remove(id: &str) -> anyhow::Result<u8> {
    let removed = folder::remove(&Paths::find()?, id)?;
    Ok(print(&tr!(
        "removed: `{id}` is now in {file}",
        id = id,
        file = removed.file.display()
    )))
}

/// Prints the user's own exercises and routines, each with its file.
fn list() -> anyhow::Result<u8> {
    let items: Vec<OwnItem> = folder::own_items(&Paths::find()?);
    if items.is_empty() {
        return Ok(print(tr(
            "You have no exercises of your own yet; `unhunch programme new NAME` creates one.",
        )));
    }
    let width = items.iter().map(|item| item.id.len()).max().unwrap_or(0);
    for item in items {
        let (id, file) = (&item.id, item.file.display());
        print(&printable(&format!("{id:width$}  {} ({file})", item.name)));
    }
    Ok(DONE)
}

/// `true` if the files can be added to the built-in and the user's own ones. Prints all mistakes.
fn has_no_problems(files: &ExerciseFiles, paths: &Paths) -> bool {
    let problems = files.problems_if_added(paths);
    print_problems(&problems);
    problems.is_empty()
}

fn print_problems(problems: &[Problem]) {
    for problem in problems {
        eprintln!("{problem}");
    }
}
