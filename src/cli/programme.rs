//! `unhunch programme`: what a therapist has prescribed, looked at and taken up.

use super::{DONE, FAILED, ProgrammeVerb, failed, print};
use crate::config::own::Files;
use crate::lang::tr;
use crate::paths::Paths;
use crate::routine::Library;

pub(super) fn run(verb: &ProgrammeVerb) -> u8 {
    let done = match verb {
        ProgrammeVerb::Check { place } => check(place),
        ProgrammeVerb::Add { place } => add(place),
    };
    done.unwrap_or_else(|error| failed(&format!("{error:#}")))
}

fn check(place: &std::path::Path) -> anyhow::Result<u8> {
    let described = Files::of_programme(place)?.described();
    Ok(if is_right(place)? {
        print(&tr!("{files}: no mistake.", files = described))
    } else {
        FAILED
    })
}

/// Nothing is written unless all of it is right.
fn add(place: &std::path::Path) -> anyhow::Result<u8> {
    if !is_right(place)? {
        return Ok(failed(tr("Nothing was added.")));
    }
    let written = Files::of_programme(place)?.copy_to_person(&Paths::find()?)?;
    if written.is_empty() {
        return Ok(print(tr("All of it is there already.")));
    }
    for file in written {
        print(&tr!("added: {file}", file = file));
    }
    Ok(DONE)
}

/// Whether it can stand beside what comes with the program. All mistakes are told.
fn is_right(place: &std::path::Path) -> anyhow::Result<bool> {
    let problems = Files::of_programme(place)?.put_into(&mut Library::shipped());
    for problem in &problems {
        eprintln!("{problem}");
    }
    Ok(problems.is_empty())
}
