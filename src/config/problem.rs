//! A mistake in the settings file, with all that the user needs to find and fix it.

use std::fmt;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize, Serializer};

use crate::lang::tr;
use crate::text::{printable, printable_line};

/// The maximum number of problems that are reported; a file with more of them is not a settings file.
pub(super) const MAX_PROBLEMS: usize = 100;

/// A mistake in the settings file, or a failure to read it.
///
/// [`Display`](fmt::Display) gives the full report of several lines, [`one_line`](Self::one_line) a short one for menus.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// The path of the file. In JSON, invalid Unicode in the path is replaced.
    #[serde(serialize_with = "in_unicode")]
    pub file: PathBuf,
    /// The line, from 1; 0 if the file as a whole is meant.
    pub line: usize,
    /// The column in characters, from 1; 0 if the file as a whole is meant.
    pub column: usize,
    /// The key with its table, such as `rhythm.sit`, if the mistake is in a key.
    pub key: Option<String>,
    /// The part of the line that is shown, without control characters.
    pub snippet: String,
    /// The number of characters in the snippet before the caret.
    pub caret: usize,
    /// The number of marked characters, at least 1.
    pub width: usize,
    /// The description of the mistake.
    pub what: String,
    /// The description of what was expected; empty if `what` says it.
    pub expected: String,
    /// A hint at what was probably meant.
    pub hint: Option<String>,
    /// The behaviour until the mistake is fixed.
    pub meanwhile: String,
}

impl Problem {
    /// Formats the problem in one line, for the tray and the notification, with only the name of the file.
    #[must_use]
    pub fn one_line(&self) -> String {
        printable_line(&tr!(
            "{place}: {what}. Meanwhile, {meanwhile}.",
            place = self.place(),
            what = self.what_with_hint(),
            meanwhile = self.meanwhile
        ))
    }

    /// Returns `true` for a mistake in the settings file, and `false` for one in a file with exercises or routines.
    #[must_use]
    pub fn is_in_settings(&self) -> bool {
        self.file
            .file_name()
            .is_some_and(|name| name == "settings.toml")
    }

    /// Returns the name of the file, with the line if there is one.
    #[must_use]
    pub fn place(&self) -> String {
        let file = self.file.file_name().unwrap_or(self.file.as_os_str());
        let file = printable_line(&file.to_string_lossy());
        match self.line {
            0 => file,
            line => tr!("{file}, line {line}", file = file, line = line),
        }
    }

    /// Returns the description, with the hint in parentheses if there is one.
    #[must_use]
    pub fn what_with_hint(&self) -> String {
        match &self.hint {
            Some(hint) => tr!("{what} ({hint})", what = self.what, hint = hint),
            None => self.what.clone(),
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut report = String::new();
        self.report(&mut report)?;
        f.write_str(&printable(&report))
    }
}

impl Problem {
    fn report(&self, f: &mut impl fmt::Write) -> fmt::Result {
        f.write_str(&printable_line(&self.file.to_string_lossy()))?;
        if self.line == 0 {
            writeln!(f, ": {}", self.what)?;
        } else {
            writeln!(f, ":{}:{}: {}", self.line, self.column, self.what)?;
            self.picture(f)?;
        }
        if !self.expected.is_empty() {
            writeln!(f, "  {}", tr!("expected: {what}", what = self.expected))?;
        }
        if let Some(hint) = &self.hint {
            writeln!(f, "  {}", tr!("hint: {what}", what = hint))?;
        }
        writeln!(f, "  {}", tr!("meanwhile: {what}", what = self.meanwhile))
    }

    /// Writes the line with a caret below the mistake.
    fn picture(&self, f: &mut impl fmt::Write) -> fmt::Result {
        let number = self.line.to_string();
        let margin = " ".repeat(number.len());
        writeln!(f, "  {number} | {}", self.snippet)?;
        let (before, mark) = (" ".repeat(self.caret), "^".repeat(self.width.max(1)));
        writeln!(f, "  {margin} | {before}{mark}")
    }
}

fn in_unicode<S: Serializer>(file: &Path, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&file.to_string_lossy())
}

#[cfg(test)]
mod tests {
    #[cfg(unix)]
    use super::*;

    #[test]
    #[cfg(unix)]
    fn a_strange_name_is_no_obstacle() {
        use std::os::unix::ffi::OsStringExt;
        let name = std::ffi::OsString::from_vec(b"/tmp/\xFF\x1b[2J/settings.toml".to_vec());
        let problem = Problem {
            file: name.into(),
            line: 0,
            column: 0,
            key: None,
            snippet: String::new(),
            caret: 0,
            width: 1,
            what: "this is a folder".to_owned(),
            expected: "a file".to_owned(),
            hint: None,
            meanwhile: "the defaults are used".to_owned(),
        };
        let json = serde_json::to_value(&problem).unwrap();
        assert_eq!(json["file"], "/tmp/\u{fffd}\u{1b}[2J/settings.toml");
        assert_eq!(
            problem.to_string(),
            "/tmp/\u{fffd}\u{fffd}[2J/settings.toml: this is a folder\n  expected: a file\n  meanwhile: the defaults are used\n"
        );
        assert_eq!(
            problem.one_line(),
            "settings.toml: this is a folder. Meanwhile, the defaults are used."
        );
    }
}
