//! `unhunch config`: path, check, default, explain, edit.
//!
//! Each command writes to the given outputs and returns the exit code: 0 done, 1 failed (there are problems), 2 usage error.

use std::env;
use std::ffi::OsString;
use std::io::{self, IsTerminal, Write};
use std::path::Path;

use super::{system, written};
use crate::config::check::Reading;
use crate::config::explain::{self, Explanation};
use crate::config::keys::{self, nearest};
use crate::config::place::sanitize;
use crate::config::{Problem, SHIPPED, load};
use crate::lang::{tr, trn};
use crate::paths::{Paths, check_opened, open_with_default_app};
use crate::reason;
use crate::text::printable_line;

/// The commands, with their inputs and outputs.
pub struct Commands<'a> {
    /// The folders of the user.
    pub paths: &'a Paths,
    /// The ids of all routines and exercises.
    pub routines: &'a [&'a str],
    /// The problems in the user's own exercises and routines.
    pub exercise_problems: &'a [Problem],
    /// The output for results.
    pub out: &'a mut dyn Write,
    /// The output for error messages.
    pub err: &'a mut dyn Write,
}

/// The program that opens a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Opener {
    /// A command line to which the file is appended. It runs in this terminal, and exits when the user has finished.
    Editor(OsString),
    /// The default application of the desktop for such files.
    Desktop,
}

impl Opener {
    /// Returns `$VISUAL` or `$EDITOR` if the standard input is a terminal, and otherwise the desktop.
    #[must_use]
    pub fn find() -> Self {
        let named = |name| env::var_os(name).filter(|command| !command.is_empty());
        match named("VISUAL").or_else(|| named("EDITOR")) {
            Some(editor) if io::stdin().is_terminal() => Self::Editor(editor),
            Some(_) | None => Self::Desktop,
        }
    }
}

const DONE: i32 = 0;
const FAILED: i32 = 1;
const USAGE: i32 = 2;

impl Commands<'_> {
    /// Prints the path of the settings file, whether it exists or not.
    pub fn path(&mut self) -> i32 {
        let path = self.paths.settings();
        let written = writeln!(self.out, "{}", path.display());
        code(written.map(|()| DONE))
    }

    /// Checks `file`, or the user's settings, exercises and routines, for mistakes.
    pub fn check(&mut self, file: Option<&Path>) -> i32 {
        let (path, reading) = match file {
            Some(file) => (file.to_owned(), load::load_file(file, None, self.routines)),
            None => (
                self.paths.settings(),
                load::load(self.paths, None, self.routines),
            ),
        };
        let mut problems = reading.problems;
        if file.is_none() {
            problems.extend_from_slice(self.exercise_problems);
        }
        code(self.report(&path, &problems))
    }

    fn report(&mut self, path: &Path, problems: &[Problem]) -> io::Result<i32> {
        if problems.is_empty() {
            let state = if path.exists() {
                tr("no mistakes")
            } else {
                tr("there is no such file; the defaults are used")
            };
            let path = printable_line(&path.to_string_lossy());
            writeln!(self.out, "{path}: {state}")?;
            return Ok(DONE);
        }
        for problem in problems {
            writeln!(self.err, "{problem}")?;
        }
        let count = problems.len() as u64;
        writeln!(
            self.err,
            "{}",
            trn!(
                count,
                "{n} mistake. A running Unhunch keeps its previous settings; a new one uses the valid lines.",
                "{n} mistakes. A running Unhunch keeps its previous settings; a new one uses the valid lines."
            )
        )?;
        Ok(FAILED)
    }

    /// Prints the shipped settings file.
    pub fn default(&mut self) -> i32 {
        code(self.out.write_all(SHIPPED.as_bytes()).map(|()| DONE))
    }

    /// Explains one setting (`rhythm.sit` or `sit`), or all: purpose, current value, and origin of the value.
    pub fn explain(&mut self, key: Option<&str>) -> i32 {
        let reading = load::load(self.paths, None, self.routines);
        let file = self.paths.settings();
        let mut all = explain::all(&reading);
        if let Some(key) = key {
            all.retain(|setting| has_name(setting, key));
        }
        if let (Some(key), true) = (key, all.is_empty()) {
            return code(self.no_such_key(key));
        }
        let written = all
            .iter()
            .try_for_each(|setting| write_explanation(setting, &file, self.out));
        code(written.and_then(|()| self.warn_of_problems(&reading)))
    }

    fn no_such_key(&mut self, key: &str) -> io::Result<i32> {
        let names = keys::names();
        let full: Vec<_> = names
            .iter()
            .map(|(table, name)| format!("{table}.{name}"))
            .collect();
        let short_names = names.iter().map(|(_, name)| *name);
        writeln!(
            self.err,
            "{}",
            tr!("there is no setting `{key}`", key = sanitize(key))
        )?;
        match nearest(key, short_names.chain(full.iter().map(String::as_str))) {
            Some(suggestion) => writeln!(
                self.err,
                "{}",
                tr!("did you mean `{word}`?", word = suggestion)
            )?,
            None => writeln!(
                self.err,
                "{}",
                tr("`unhunch config explain` lists them all")
            )?,
        }
        Ok(USAGE)
    }

    /// Points out mistakes in the file, because of which a setting may not have the intended value.
    fn warn_of_problems(&mut self, reading: &Reading) -> io::Result<i32> {
        if reading.problems.is_empty() {
            return Ok(DONE);
        }
        writeln!(
            self.err,
            "{}",
            tr("The settings file has mistakes; `unhunch config check` shows them.")
        )?;
        Ok(FAILED)
    }

    /// Opens the settings file, which is created if it does not exist, and prints its path. After an editor has
    /// exited, the file is checked.
    pub fn edit(&mut self, opener: &Opener) -> i32 {
        match load::create_if_missing(self.paths) {
            Ok(file) => code(self.open(&file, opener)),
            Err(error) => code(writeln!(self.err, "{}", reason::of(&error)).map(|()| FAILED)),
        }
    }

    fn open(&mut self, file: &Path, opener: &Opener) -> io::Result<i32> {
        writeln!(self.out, "{}", file.display())?;
        self.out.flush()?;
        let opened = open_file(file, opener);
        match (opened, opener) {
            (Err(error), _) => {
                writeln!(self.err, "{}", reason::of(&error))?;
                writeln!(
                    self.err,
                    "{}",
                    tr("Open the file in any editor you like; saved changes take effect at once.")
                )?;
                Ok(FAILED)
            }
            (Ok(()), Opener::Desktop) => Ok(DONE),
            (Ok(()), Opener::Editor(_)) => {
                let reading = load::load(self.paths, None, self.routines);
                self.report(file, &reading.problems)
            }
        }
    }
}

/// Opens a file. An editor in the terminal has exited afterwards, and the opener of the desktop has found an application.
pub(super) fn open_file(file: &Path, opener: &Opener) -> anyhow::Result<()> {
    match opener {
        Opener::Editor(editor) => edit_in(editor, file),
        Opener::Desktop => check_opened(open_with_default_app(file)?.wait()?, file),
    }
}

/// The exit code after output was written.
fn code(result: io::Result<i32>) -> i32 {
    result.unwrap_or_else(|error| written(Err(error)).into())
}

/// Waits until the editor exits. Its command may have arguments, so it is run by a shell.
fn edit_in(editor: &OsString, file: &Path) -> anyhow::Result<()> {
    match system::in_shell(editor, file).status() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => anyhow::bail!(tr!(
            "the editor {editor} failed ({status})",
            editor = editor.display(),
            status = reason::of_exit(status)
        )),
        Err(error) => anyhow::bail!(tr!(
            "the editor {editor} cannot be started ({error})",
            editor = editor.display(),
            error = reason::of_error(&error)
        )),
    }
}

/// `true` if `key` is the name of the setting: `rhythm.sit` or `sit`.
fn has_name(setting: &Explanation, key: &str) -> bool {
    key == setting.name || key.split_once('.') == Some((setting.table, setting.name))
}

fn write_explanation(setting: &Explanation, file: &Path, out: &mut dyn Write) -> io::Result<()> {
    let source = match setting.line {
        Some(line) => tr!("{file}, line {line}", file = file.display(), line = line),
        None => tr("the default").to_owned(),
    };
    writeln!(out, "{} = {}", setting.key(), setting.written)?;
    writeln!(out, "  {}", setting.sentence)?;
    writeln!(out, "  {}", tr!("allowed: {what}", what = setting.expected))?;
    writeln!(out, "  {}", tr!("default: {what}", what = setting.default))?;
    writeln!(out, "  {}\n", tr!("from: {what}", what = source))
}
