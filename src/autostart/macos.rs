//! Autostart on macOS: a launch agent in the user's library.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Context as _;
use directories::BaseDirs;

use super::agent::{self, LABEL};
use super::file::{read, save};
use super::{State, program};
use crate::lang::tr;

pub(super) fn state() -> anyhow::Result<State> {
    let file = file()?;
    let place = file.display();
    let Some(text) = read(&file)? else {
        return Ok(State::off(place));
    };
    let off = State::off(place.to_string());
    let Some(named) = agent::program(&text) else {
        return Ok(off.with_note(tr!("{file} doesn’t name a program.", file = place)));
    };
    if agent::has_disabled_key(&text) || agent::is_listed_as_disabled(&disabled_agents()) {
        return Ok(off.with_note(tr!(
            "macOS has turned it off; turn it on with `{command}`.",
            command = format_args!(
                "launchctl enable gui/{}/{LABEL}",
                rustix::process::getuid().as_raw()
            )
        )));
    }
    if !Path::new(&named).exists() {
        return Ok(off.with_note(tr!(
            "{file} names a program that doesn’t exist or can’t be run: {program}.",
            file = place,
            program = named
        )));
    }
    let starts = State::starts(place.to_string());
    if fs::canonicalize(&named).ok() != fs::canonicalize(program()?).ok() {
        return Ok(starts.with_note(tr!(
            "{file} starts a different program: {program}.",
            file = place,
            program = named
        )));
    }
    Ok(starts)
}

pub(super) fn repair() -> anyhow::Result<()> {
    let file = file()?;
    let named = read(&file)?.and_then(|text| agent::program(&text));
    if named.is_some_and(|named| !Path::new(&named).exists()) {
        save(&file, &agent::plist(&program()?))?;
    }
    Ok(())
}

pub(super) fn switch(on: bool) -> anyhow::Result<State> {
    let file = file()?;
    if on {
        save(&file, &agent::plist(&program()?))?;
    } else if let Err(error) = fs::remove_file(&file)
        && error.kind() != ErrorKind::NotFound
    {
        return Err(error).with_context(|| tr!("{file} cannot be written", file = file.display()));
    }
    let state = state()?;
    anyhow::ensure!(on || !state.starts, state.text());
    Ok(state)
}

fn file() -> anyhow::Result<PathBuf> {
    let folders =
        BaseDirs::new().context(tr("your home folder cannot be found; set HOME to its path"))?;
    let agents = folders.home_dir().join("Library/LaunchAgents");
    Ok(agents.join(format!("{LABEL}.plist")))
}

/// Returns the system's list of disabled agents. If it can't be read, none counts as disabled.
fn disabled_agents() -> String {
    let session = format!("gui/{}", rustix::process::getuid().as_raw());
    let output = Command::new("launchctl")
        .args(["print-disabled", &session])
        .output();
    output
        .map(|output| String::from_utf8_lossy(&output.stdout).into_owned())
        .unwrap_or_default()
}

/// Does nothing: applications on macOS need no registration.
pub(super) fn join_applications() -> anyhow::Result<Option<PathBuf>> {
    Ok(None)
}

/// Does nothing: see [`join_applications`].
pub(super) fn leave_applications() -> anyhow::Result<()> {
    Ok(())
}
