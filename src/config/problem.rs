//! A mistake in the settings file, told so that it can be found and mended.

use std::fmt;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize, Serializer};

use super::place::plain;
use crate::lang::tr;

/// A mistake in the settings file, or in reaching it.
///
/// [`Display`](fmt::Display) gives the full report of several lines, [`one_line`](Self::one_line) what fits in a menu.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// The file. In JSON, what in its name isn't Unicode is replaced.
    #[serde(serialize_with = "in_unicode")]
    pub file: PathBuf,
    /// The line, from 1; 0 if the file as a whole is meant.
    pub line: usize,
    /// The column in characters, from 1; 0 if the file as a whole is meant.
    pub column: usize,
    /// The key with its table, like `rhythm.sit`, if it is about one.
    pub key: Option<String>,
    /// The part of the line that can be shown, without control characters.
    pub snippet: String,
    /// How many characters of the snippet stand before the caret.
    pub caret: usize,
    /// How many characters are marked, at least 1.
    pub width: usize,
    /// What is wrong.
    pub what: String,
    /// What was expected.
    pub expected: String,
    /// What was probably meant.
    pub hint: Option<String>,
    /// What holds until it is mended.
    pub meanwhile: String,
}

impl Problem {
    /// All of it in one line, for the tray and the notification: the file by its name alone.
    #[must_use]
    pub fn one_line(&self) -> String {
        let file = self.file.file_name().unwrap_or(self.file.as_os_str());
        let file = plain(&file.to_string_lossy());
        let place = match self.line {
            0 => file,
            line => tr!("{file}, line {line}", file = file, line = line),
        };
        tr!(
            "{place}: {what}. Meanwhile, {meanwhile}.",
            place = place,
            what = self.what_with_hint(),
            meanwhile = self.meanwhile
        )
    }

    /// What is wrong, and what was probably meant.
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
        f.write_str(&plain(&self.file.to_string_lossy()))?;
        if self.line == 0 {
            writeln!(f, ": {}", self.what)?;
        } else {
            writeln!(f, ":{}:{}: {}", self.line, self.column, self.what)?;
            self.picture(f)?;
        }
        writeln!(f, "  {}", tr!("expected: {what}", what = self.expected))?;
        if let Some(hint) = &self.hint {
            writeln!(f, "  {}", tr!("hint: {what}", what = hint))?;
        }
        writeln!(f, "  {}", tr!("meanwhile: {what}", what = self.meanwhile))
    }
}

impl Problem {
    /// The line with the caret under what is meant.
    fn picture(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
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
