//! Windows: a value in the person's registry names the program; another one, which the system's own settings write, may
//! overrule it. That one is told, and left as it is: a person has said no there.

#![allow(
    unsafe_code,
    reason = "the registry is reached by calls of the system that std does not wrap"
)]

use std::io;
use std::path::Path;
use std::ptr;

use anyhow::Context as _;
use windows_sys::Win32::Foundation::{ERROR_FILE_NOT_FOUND, ERROR_SUCCESS};
use windows_sys::Win32::System::Registry::{
    HKEY_CURRENT_USER, REG_SZ, RRF_RT_ANY, RegDeleteKeyValueW, RegGetValueW, RegSetKeyValueW,
};

use super::{State, program};
use crate::lang::tr;

/// What both values are called.
const NAME: &str = "Unhunch";

const RUN: &str = r"Software\Microsoft\Windows\CurrentVersion\Run";
const APPROVED: &str = r"Software\Microsoft\Windows\CurrentVersion\Explorer\StartupApproved\Run";

/// A longer command is not obeyed.
const LONGEST: usize = 260;

pub(super) fn state() -> anyhow::Result<State> {
    PLACES.state(&program()?)
}

pub(super) fn switch(on: bool) -> anyhow::Result<State> {
    PLACES.switch(on, &program()?)
}

const PLACES: Places = Places {
    run: RUN,
    approved: APPROVED,
};

/// The keys of the registry.
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
        // An odd first byte is a no.
        let approved = get(self.approved)?.and_then(|bytes| bytes.first().copied());
        if approved.is_some_and(|byte| byte % 2 == 1) {
            return Ok(State::off(place).noted(
                tr("Windows has switched it off: look in its settings under Apps, Startup.")
                    .to_owned(),
            ));
        }
        let named = first_word(&command);
        if !Path::new(named).exists() {
            return Ok(State::off(&place).noted(tr!(
                "{file} names a program that isn't there: {program}.",
                file = place,
                program = named
            )));
        }
        if !named.eq_ignore_ascii_case(program) {
            return Ok(State::starts(&place).noted(tr!(
                "{file} starts another program than this: {program}.",
                file = place,
                program = named
            )));
        }
        Ok(State::starts(place))
    }

    fn switch(&self, on: bool, program: &str) -> anyhow::Result<State> {
        if on {
            let command = format!("\"{program}\"");
            anyhow::ensure!(
                command.encode_utf16().count() <= LONGEST,
                tr!(
                    "The path of the program is too long for Windows to start it: {program}",
                    program = program
                )
            );
            set(self.run, &command)?;
            let written = get(self.run)?.map(|bytes| text(&bytes));
            anyhow::ensure!(written.as_deref() == Some(&command), cannot(self.run));
        } else {
            delete(self.run)?;
        }
        let state = self.state(program)?;
        anyhow::ensure!(on || !state.starts, state.text());
        Ok(state)
    }
}

/// The program of a command, which is quoted where its path has blanks.
fn first_word(command: &str) -> &str {
    let command = command.trim_start();
    match command.strip_prefix('"') {
        Some(quoted) => quoted.split('"').next().unwrap_or(quoted),
        None => command.split(' ').next().unwrap_or(command),
    }
}

fn cannot(key: &str) -> String {
    tr!(
        "{file} cannot be written",
        file = format_args!(r"HKCU\{key}")
    )
}

fn wide(text: &str) -> Vec<u16> {
    text.encode_utf16().chain([0]).collect()
}

/// A text of the registry, without the zero at its end.
fn text(bytes: &[u8]) -> String {
    let letters = bytes
        .chunks_exact(2)
        .map(|pair| u16::from_le_bytes([pair[0], pair[1]]))
        .take_while(|letter| *letter != 0);
    char::decode_utf16(letters)
        .map(|letter| letter.unwrap_or(char::REPLACEMENT_CHARACTER))
        .collect()
}

/// Our value under a key; none: it isn't there.
fn get(key: &str) -> anyhow::Result<Option<Vec<u8>>> {
    let (key, name) = (wide(key), wide(NAME));
    let mut bytes = vec![0_u8; 64 * 1024];
    let mut length = bytes.len() as u32;
    // SAFETY: the texts end with a zero, and there is as much room as is said.
    let code = unsafe {
        RegGetValueW(
            HKEY_CURRENT_USER,
            key.as_ptr(),
            name.as_ptr(),
            RRF_RT_ANY,
            ptr::null_mut(),
            bytes.as_mut_ptr().cast(),
            &raw mut length,
        )
    };
    match code {
        ERROR_SUCCESS => {
            bytes.truncate(length as usize);
            Ok(Some(bytes))
        }
        ERROR_FILE_NOT_FOUND => Ok(None),
        code => Err(io::Error::from_raw_os_error(code.cast_signed()))
            .context("the registry does not answer"),
    }
}

fn set(key: &str, command: &str) -> anyhow::Result<()> {
    let (wide_key, name, value) = (wide(key), wide(NAME), wide(command));
    let length = size_of_val(&value[..]) as u32;
    // SAFETY: the texts end with a zero, and the value is as long as is said.
    let code = unsafe {
        RegSetKeyValueW(
            HKEY_CURRENT_USER,
            wide_key.as_ptr(),
            name.as_ptr(),
            REG_SZ,
            value.as_ptr().cast(),
            length,
        )
    };
    done(code, key)
}

fn delete(key: &str) -> anyhow::Result<()> {
    let (wide_key, name) = (wide(key), wide(NAME));
    // SAFETY: the texts end with a zero.
    let code = unsafe { RegDeleteKeyValueW(HKEY_CURRENT_USER, wide_key.as_ptr(), name.as_ptr()) };
    if code == ERROR_FILE_NOT_FOUND {
        return Ok(());
    }
    done(code, key)
}

fn done(code: u32, key: &str) -> anyhow::Result<()> {
    if code == ERROR_SUCCESS {
        return Ok(());
    }
    Err(io::Error::from_raw_os_error(code.cast_signed())).with_context(|| cannot(key))
}

#[cfg(test)]
mod tests {
    use windows_sys::Win32::System::Registry::{REG_BINARY, RegDeleteTreeW};

    use super::*;

    /// Keys that nothing else reads, gone with the test.
    struct Bench(Places, &'static str);

    impl Bench {
        fn new(places: Places, root: &'static str) -> Self {
            let bench = Self(places, root);
            bench.clear();
            bench
        }

        fn clear(&self) {
            // SAFETY: the text ends with a zero.
            unsafe { RegDeleteTreeW(HKEY_CURRENT_USER, wide(self.1).as_ptr()) };
        }

        fn approve(&self, byte: u8) {
            let (key, name) = (wide(self.0.approved), wide(NAME));
            let value = [byte, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
            // SAFETY: the texts end with a zero, and the value is as long as is said.
            let code = unsafe {
                RegSetKeyValueW(
                    HKEY_CURRENT_USER,
                    key.as_ptr(),
                    name.as_ptr(),
                    REG_BINARY,
                    value.as_ptr().cast(),
                    value.len() as u32,
                )
            };
            assert_eq!(code, ERROR_SUCCESS);
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
                    .is_some_and(|note| note.contains("another program"))
        );
        bench.approve(3);
        let refused = places.switch(true, program).unwrap();
        assert!(!refused.starts && refused.note.is_some_and(|note| note.contains("Startup")));
        bench.approve(2);
        assert!(places.state(program).unwrap().starts);
        let gone = places.switch(true, r"C:\nowhere\a b\unhunch.exe").unwrap();
        assert!(
            !gone.starts
                && gone
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
