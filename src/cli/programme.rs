//! `unhunch programme`: checks exercises and routines that the user was given, such as by a therapist, and adds them.

use std::path::Path;

use super::arguments::ProgrammeVerb;
use super::{DONE, FAILED, failed, print};
use crate::config::user_library::ExerciseFiles;
use crate::lang::tr;
use crate::paths::Paths;
use crate::reason;

pub(super) fn run(verb: &ProgrammeVerb) -> u8 {
    let done = match verb {
        ProgrammeVerb::Check { place } => check(place),
        ProgrammeVerb::Add { place } => add(place),
    };
    done.unwrap_or_else(|error| failed(&reason::of(&error)))
}

fn check(place: &Path) -> anyhow::Result<u8> {
    let files = ExerciseFiles::of_programme(place)?;
    Ok(if has_no_problems(&files, &Paths::find()?) {
        print(&tr!("{files}: no mistakes.", files = files.described()))
    } else {
        FAILED
    })
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

/// `true` if the files can be added to the built-in and the user's own ones. Prints all mistakes.
fn has_no_problems(files: &ExerciseFiles, paths: &Paths) -> bool {
    let problems = files.problems_if_added(paths);
    for problem in &problems {
        eprintln!("{problem}");
    }
    problems.is_empty()
}
