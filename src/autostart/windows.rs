//! Autostart on Windows: a value in the user's registry names the program. Another value, written by the Settings app, may
//! override it. That one is reported but never changed, since it is an explicit choice of the user.

use std::io;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use windows_registry::{CURRENT_USER, Value};

use super::{State, program};
use crate::lang::tr;

/// The name of both values.
const NAME: &str = "Unhunch";

const RUN: &str = r"Software\Microsoft\Windows\CurrentVersion\Run";
const APPROVED: &str = r"Software\Microsoft\Windows\CurrentVersion\Explorer\StartupApproved\Run";

/// The maximum length of a command in UTF-16 units. Windows ignores longer ones.
const MAX_COMMAND_UNITS: usize = 260;

pub(super) fn state() -> anyhow::Result<State> {
    PLACES.state(&program()?)
}

pub(super) fn repair() -> anyhow::Result<()> {
    PLACES.repair(&program()?)
}

pub(super) fn switch(on: bool) -> anyhow::Result<State> {
    PLACES.switch(on, &program()?)
}

const PLACES: Places = Places {
    run: RUN,
    approved: APPROVED,
};

/// The registry keys of both values.
struct Places {
    run: &'static str,
    approved: &'static str,
}

impl Places {
    fn state(&self, program: &str) -> anyhow::Result<State> {
        let place = format!(r"HKCU\{}", self.run);
        let Some(command) = get(self.run)? else {
            return Ok(State::off(place));
        };
        let command = text(&command);
        // An odd first byte means disabled.
        let approved = get(self.approved)?.and_then(|value| value.first().copied());
        if approved.is_some_and(|byte| byte % 2 == 1) {
            return Ok(State::off(place).with_note(
                tr("Windows has turned it off: check Settings > Apps > Startup.").to_owned(),
            ));
        }
        let named = first_word(&command);
        if !Path::new(named).exists() {
            return Ok(State::off(&place).with_note(tr!(
                "{file} names a program that doesn’t exist or can’t be run: {program}.",
                file = place,
                program = named
            )));
        }
        if !named.eq_ignore_ascii_case(program) {
            return Ok(State::starts(&place).with_note(tr!(
                "{file} starts a different program: {program}.",
                file = place,
                program = named
            )));
        }
        Ok(State::starts(place))
    }

    fn repair(&self, program: &str) -> anyhow::Result<()> {
        let command = get(self.run)?.map(|value| text(&value));
        let is_dead = |command: String| !Path::new(first_word(&command)).exists();
        if command.is_some_and(is_dead) {
            self.write(program)?;
        }
        Ok(())
    }

    fn switch(&self, on: bool, program: &str) -> anyhow::Result<State> {
        if on {
            self.write(program)?;
        } else {
            delete(self.run)?;
        }
        let state = self.state(program)?;
        anyhow::ensure!(on || !state.starts, state.text());
        Ok(state)
    }

    fn write(&self, program: &str) -> anyhow::Result<()> {
        let command = format!("\"{program}\" --at-login");
        anyhow::ensure!(
            command.encode_utf16().count() <= MAX_COMMAND_UNITS,
            tr!(
                "Windows can’t start a program with a path this long; move Unhunch to another folder: {program}",
                program = program
            )
        );
        set(self.run, &command)?;
        let written = get(self.run)?.map(|value| text(&value));
        anyhow::ensure!(written.as_deref() == Some(&command), write_error(self.run));
        Ok(())
    }
}

/// Returns the program of a command, which is quoted if its path has blanks.
fn first_word(command: &str) -> &str {
    let command = command.trim_start();
    match command.strip_prefix('"') {
        Some(quoted) => quoted.split('"').next().unwrap_or(quoted),
        None => command.split(' ').next().unwrap_or(command),
    }
}

fn write_error(key: &str) -> String {
    tr!(
        "{file} cannot be written",
        file = format_args!(r"HKCU\{key}")
    )
}

/// Decodes a string of the registry up to its terminating zero.
fn text(value: &Value) -> String {
    let letters = value.as_wide().split(|letter| *letter == 0).next();
    String::from_utf16_lossy(letters.unwrap_or_default())
}

/// Reads our value under a key. `None` if it doesn't exist.
fn get(key: &str) -> anyhow::Result<Option<Value>> {
    let value = CURRENT_USER.open(key).and_then(|key| key.get_value(NAME));
    optional(value).context(tr("the registry cannot be read"))
}

fn set(key: &str, command: &str) -> anyhow::Result<()> {
    let written = CURRENT_USER
        .create(key)
        .and_then(|key| key.set_string(NAME, command));
    written.map_err(win32).with_context(|| write_error(key))
}

fn delete(key: &str) -> anyhow::Result<()> {
    let writable = CURRENT_USER.options().read().write().open(key);
    let removed = writable.and_then(|key| key.remove_value(NAME));
    optional(removed).with_context(|| write_error(key))?;
    Ok(())
}

/// Turns the error for a missing key or value into `None`.
fn optional<T>(answer: windows_registry::Result<T>) -> io::Result<Option<T>> {
    match answer.map_err(win32) {
        Ok(value) => Ok(Some(value)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// Extracts the Win32 error code, which comes wrapped in an `HRESULT`.
fn win32(error: impl Into<io::Error>) -> io::Error {
    let error = error.into();
    match error.raw_os_error() {
        Some(code) => io::Error::from_raw_os_error(code & 0xFFFF),
        None => error,
    }
}

/// Does nothing: applications on Windows need no registration.
pub(super) fn join_applications() -> anyhow::Result<Option<PathBuf>> {
    Ok(None)
}

/// Does nothing: see [`join_applications`].
pub(super) fn leave_applications() -> anyhow::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use windows_registry::Type;

    use super::*;

    /// Registry keys for a test, deleted when dropped.
    struct Bench(Places, &'static str);

    impl Bench {
        fn new(places: Places, root: &'static str) -> Self {
            let bench = Self(places, root);
            bench.clear();
            bench
        }

        fn clear(&self) {
            let _ = CURRENT_USER.remove_tree(self.1);
        }

        fn approve(&self, byte: u8) {
            let key = CURRENT_USER.create(self.0.approved).unwrap();
            let value = [byte, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
            key.set_bytes(NAME, Type::Bytes, &value).unwrap();
        }
    }

    impl Drop for Bench {
        fn drop(&mut self) {
            self.clear();
        }
    }

    const ROOT: &str = r"Software\Unhunch test";

    #[test]
    fn it_is_switched_on_and_off_and_windows_has_the_last_word() {
        let bench = Bench::new(
            Places {
                run: r"Software\Unhunch test\Run",
                approved: r"Software\Unhunch test\Approved",
            },
            ROOT,
        );
        let places = &bench.0;
        let program = std::env::current_exe().unwrap();
        let program = program.to_str().unwrap();
        assert!(!places.state(program).unwrap().starts);
        let on = places.switch(true, program).unwrap();
        assert!(on.starts && on.note.is_none(), "{on:?}");
        let other = places.state(r"C:\elsewhere\unhunch.exe").unwrap();
        assert!(
            other.starts
                && other
                    .note
                    .is_some_and(|note| note.contains("a different program"))
        );
        bench.approve(3);
        let refused = places.switch(true, program).unwrap();
        assert!(!refused.starts && refused.note.is_some_and(|note| note.contains("Startup")));
        bench.approve(2);
        assert!(places.state(program).unwrap().starts);
        let missing = places.switch(true, r"C:\nowhere\a b\unhunch.exe").unwrap();
        assert!(
            !missing.starts
                && missing
                    .note
                    .is_some_and(|note| note.contains(r"C:\nowhere\a b\unhunch.exe"))
        );
        assert!(places.switch(true, &"x".repeat(300)).is_err());
        assert!(!places.switch(false, program).unwrap().starts);
        assert!(!places.switch(false, program).unwrap().starts);
    }

    #[test]
    fn the_program_of_a_command_is_found() {
        assert_eq!(first_word(r#""C:\a b\u.exe" --x"#), r"C:\a b\u.exe");
        assert_eq!(first_word(r"C:\a\u.exe --x"), r"C:\a\u.exe");
    }
}
