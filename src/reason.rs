//! Describes the causes of errors in the user's language, so that nobody has to read the words of a library or of the system.
//!
//! Our own errors are sentences already and are kept. Those of the system and of libraries are replaced by a sentence for what
//! happened; the technical text goes to the log (`--log debug`).

#[cfg(target_os = "linux")]
#[path = "reason/linux.rs"]
mod system;
#[cfg(not(target_os = "linux"))]
#[path = "reason/native.rs"]
mod system;

use std::error::Error;
use std::io::{self, ErrorKind};
use std::str::Utf8Error;
use std::string::FromUtf8Error;
use std::sync::Arc;

use serde_json::error::Category;
use toml::de::DeTable;

use crate::lang::{mark, tr};
use crate::text::printable;

/// Describes an error with all its causes, from the outermost to the innermost: `FILE cannot be written: the disk is full`.
#[must_use]
pub fn of(error: &anyhow::Error) -> String {
    log::debug!("error: {error:#}");
    sentence(Vec::new(), error.chain())
}

/// Like [`of`], for an error that is not wrapped, such as an [`io::Error`].
#[must_use]
pub fn of_error(error: &(dyn Error + 'static)) -> String {
    log::debug!("error: {error}");
    sentence(Vec::new(), anyhow::Chain::new(error))
}

/// Describes what failed, followed by the reason if there is a sentence for it.
#[must_use]
pub fn after(failure: impl Into<String>, error: &(dyn Error + 'static)) -> String {
    log::debug!("error: {error}");
    sentence(vec![failure.into()], anyhow::Chain::new(error))
}

/// Describes the exit status of a program: its code, or a word if a signal has ended it.
#[must_use]
pub fn of_exit(status: std::process::ExitStatus) -> String {
    status
        .code()
        .map_or_else(|| tr("stopped").to_owned(), |code| code.to_string())
}

/// Creates an [`io::Error`] with a sentence of ours, which [`of`] keeps.
#[must_use]
pub fn explained(kind: ErrorKind, sentence: impl Into<String>) -> io::Error {
    io::Error::new(kind, Explained(sentence.into()))
}

/// Describes why this text could not be parsed as TOML. Messages from our own types are kept.
#[must_use]
pub fn of_toml(text: &str, error: &toml::de::Error) -> String {
    let message = error.message();
    log::debug!("toml: {message}");
    match of_serde(message) {
        Some(sentence) => sentence,
        None if DeTable::parse(text).is_err() => of_toml_syntax(message)
            .unwrap_or(tr("it isn’t valid TOML"))
            .to_owned(),
        None => message.to_owned(),
    }
}

/// Returns `true` if this syntax error in TOML is a missing comma in a list or a table.
#[must_use]
pub fn is_missing_comma(message: &str) -> bool {
    message.starts_with("missing comma")
}

/// Describes a syntax error in TOML, if there is more to say than that the line can't be read.
#[must_use]
pub fn of_toml_syntax(message: &str) -> Option<&'static str> {
    Some(if message.starts_with("duplicate key") {
        tr("this key is set twice")
    } else if is_missing_comma(message) {
        tr("a comma or a bracket is missing before this")
    } else if message.starts_with("unclosed array") && !message.contains("table") {
        tr("the list before this has no `]` at its end")
    } else {
        return None;
    })
}

/// A sentence of ours inside an [`io::Error`].
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct Explained(String);

/// A cause in a chain.
enum Cause {
    /// A sentence of ours. Its own causes follow.
    Ours(String),
    /// Something that we have a sentence for, which says all.
    Known(String),
    /// An error of the system or of a library, without a sentence of its own.
    Unknown,
}

/// Joins `parts` and the causes in the chain, as a sentence that can be printed on a terminal.
fn sentence<'a>(
    mut parts: Vec<String>,
    chain: impl Iterator<Item = &'a (dyn Error + 'static)>,
) -> String {
    let mut is_foreign = false;
    for cause in chain {
        match classify(cause) {
            // The causes of a library's error are the words of a library, too.
            Cause::Ours(_) if is_foreign => {}
            Cause::Ours(text) => parts.push(text),
            Cause::Known(text) => {
                parts.push(text);
                break;
            }
            Cause::Unknown => is_foreign = true,
        }
    }
    parts.dedup();
    if parts.is_empty() {
        return tr("an unknown error").to_owned();
    }
    printable(&parts.join(": "))
}

fn classify(cause: &(dyn Error + 'static)) -> Cause {
    if let Some(error) = cause.downcast_ref::<io::Error>() {
        return classify_io(error);
    }
    if let Some(error) = cause.downcast_ref::<Arc<io::Error>>() {
        return classify_io(error);
    }
    if let Some(error) = cause.downcast_ref::<serde_json::Error>() {
        return classify_json(error);
    }
    if let Some(error) = cause.downcast_ref::<toml::de::Error>() {
        let sentence = of_serde(error.message());
        return Cause::Known(sentence.unwrap_or_else(|| tr("it isn’t valid TOML").to_owned()));
    }
    if cause.is::<Utf8Error>() || cause.is::<FromUtf8Error>() {
        return Cause::Known(tr("it isn’t text in UTF-8").to_owned());
    }
    if system::is_foreign(cause) {
        return Cause::Unknown;
    }
    Cause::Ours(cause.to_string())
}

fn classify_io(error: &io::Error) -> Cause {
    let inner = error.get_ref();
    if let Some(Explained(sentence)) = inner.and_then(|inner| inner.downcast_ref()) {
        return Cause::Known(sentence.clone());
    }
    if let Some(inner) = inner.and_then(|inner| inner.downcast_ref::<serde_json::Error>()) {
        return classify_json(inner);
    }
    match kind(error.kind()) {
        // The standard library reports this for text that is not UTF-8; libraries use it for all they can't read.
        None if error.kind() == ErrorKind::InvalidData && inner.is_none() => {
            Cause::Known(tr("it isn’t text in UTF-8").to_owned())
        }
        Some(text) => Cause::Known(tr(text).to_owned()),
        None => Cause::Unknown,
    }
}

#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "systems know many errors, and most of them mean nothing to a user"
)]
fn kind(kind: ErrorKind) -> Option<&'static str> {
    Some(match kind {
        ErrorKind::PermissionDenied => mark("you don’t have permission"),
        ErrorKind::NotFound => mark("it doesn’t exist"),
        ErrorKind::AlreadyExists => mark("it already exists"),
        ErrorKind::StorageFull => mark("the disk is full"),
        ErrorKind::QuotaExceeded => mark("your disk quota is used up"),
        ErrorKind::ReadOnlyFilesystem => mark("the disk is read-only"),
        ErrorKind::NotADirectory => mark("part of the path is not a folder"),
        ErrorKind::IsADirectory => mark("this is a folder"),
        ErrorKind::InvalidFilename => mark("the name is too long"),
        ErrorKind::FileTooLarge => mark("it is too large"),
        ErrorKind::ResourceBusy
        | ErrorKind::ExecutableFileBusy
        | ErrorKind::AddrInUse
        | ErrorKind::Deadlock => mark("another program is using it"),
        ErrorKind::TimedOut | ErrorKind::WouldBlock => mark("it took too long"),
        ErrorKind::ConnectionRefused => mark("the connection was refused"),
        ErrorKind::ConnectionReset
        | ErrorKind::ConnectionAborted
        | ErrorKind::NotConnected
        | ErrorKind::BrokenPipe
        | ErrorKind::UnexpectedEof => mark("the connection was lost"),
        ErrorKind::OutOfMemory => mark("there isn’t enough memory"),
        ErrorKind::Unsupported => mark("this system doesn’t support it"),
        _ => return None,
    })
}

fn classify_json(error: &serde_json::Error) -> Cause {
    match error.classify() {
        Category::Io => Cause::Unknown,
        Category::Syntax | Category::Eof => Cause::Known(tr("it isn’t valid JSON").to_owned()),
        Category::Data => {
            let message = error.to_string();
            let message = message
                .rsplit_once(" at line ")
                .map_or(&*message, |(before, _)| before);
            Cause::Known(of_serde(message).unwrap_or_else(|| message.to_owned()))
        }
    }
}

/// Translates a message of serde. Returns `None` if it is not one of those that serde itself creates.
#[must_use]
pub fn of_serde(message: &str) -> Option<String> {
    let names = backticked(message);
    let first = names.first().copied().unwrap_or_default();
    let words = || names[1..].join(", ");
    let starts = |start| message.starts_with(start);
    Some(if starts("unknown field `") {
        match names.len() {
            1 => tr!("unknown key `{key}`", key = first),
            _ => tr!(
                "unknown key `{key}`; expected: {words}",
                key = first,
                words = words()
            ),
        }
    } else if starts("missing field `") {
        tr!("the key `{key}` is missing", key = first)
    } else if starts("duplicate field `") {
        tr!("the key `{key}` is set twice", key = first)
    } else if starts("unknown variant `") {
        match names.len() {
            1 => tr!("`{value}` is not valid here", value = first),
            _ => tr!(
                "`{value}` is not valid here; expected: {words}",
                value = first,
                words = words()
            ),
        }
    } else if let Some(rest) = message.strip_prefix("invalid type: ") {
        let (found, expected) = rest.split_once(", expected ").unwrap_or((rest, ""));
        match (noun(found), expectation(expected)) {
            (Some(noun), Some(what)) => {
                tr!("this is {noun}; expected {what}", noun = noun, what = what)
            }
            _ => tr("this value is of the wrong kind").to_owned(),
        }
    } else if let Some(rest) = message.strip_prefix("invalid value: ") {
        match value(rest) {
            Some(value) => tr!("`{value}` is not valid here", value = value),
            None => tr("this value is of the wrong kind").to_owned(),
        }
    } else if starts("invalid length ") {
        tr("this value is of the wrong kind").to_owned()
    } else {
        return None;
    })
}

/// The names in backticks, in order.
fn backticked(message: &str) -> Vec<&str> {
    message.split('`').skip(1).step_by(2).collect()
}

/// The value that serde quotes at the beginning, such as in `` integer `-1`, expected u32 `` or `string "x", expected …`.
fn value(rest: &str) -> Option<&str> {
    let value = rest.split(", expected ").next()?;
    let quote = value.find(['`', '"'])?;
    value.get(quote + 1..value.len().checked_sub(1)?)
}

/// The kind of the value that serde found.
fn noun(description: &str) -> Option<&'static str> {
    let word = description.split(' ').next()?;
    Some(tr(match word {
        "string" | "character" => mark("text"),
        "integer" | "floating" => mark("a number"),
        "boolean" => mark("true or false"),
        "sequence" => mark("a list"),
        "map" => mark("a table"),
        "datetime" => mark("a date or time"),
        _ => return None,
    }))
}

/// The kind of value that serde expected.
fn expectation(expected: &str) -> Option<&'static str> {
    let is = |words: &[&str]| words.iter().any(|word| expected.contains(word));
    Some(tr(
        if is(&["sequence", "array", "tuple", "list", "of length"]) {
            mark("a list")
        } else if is(&["map", "struct", "table", "enum"]) {
            mark("a table")
        } else if is(&["string", "char", "text"]) {
            mark("text")
        } else if is(&["bool"]) {
            mark("true or false")
        } else if is(&["f32", "f64", "float"]) {
            mark("a number")
        } else if is(&[
            "u8", "u16", "u32", "u64", "usize", "i8", "i16", "i32", "i64",
        ]) {
            mark("a whole number")
        } else {
            return None;
        },
    ))
}

#[cfg(test)]
mod tests {
    use anyhow::Context as _;
    use serde::Deserialize;

    use super::*;

    #[test]
    fn names_in_a_reason_cannot_control_a_terminal() {
        let error = io::Error::from(ErrorKind::NotFound);
        assert_eq!(
            after("& < > \" ' </b>\u{1b}[2J cannot be written", &error),
            "& < > \" ' </b>\u{fffd}[2J cannot be written: it doesn’t exist"
        );
    }

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "only the errors are of interest")]
    struct Example {
        reps: u32,
        kind: Kind,
        #[serde(default)]
        lines: Vec<String>,
    }

    #[derive(Debug, Deserialize)]
    #[serde(rename_all = "kebab-case")]
    enum Kind {
        Move,
        Hold,
    }

    fn toml_error(text: &str) -> String {
        of_toml(text, &toml::from_str::<Example>(text).unwrap_err())
    }

    #[test]
    fn errors_of_toml_and_serde_are_described_in_own_words() {
        for (text, sentence) in [
            ("rep = 1", "unknown key `rep`; expected: reps, kind, lines"),
            ("reps = 1", "the key `kind` is missing"),
            (
                "reps = 1\nkind = \"run\"",
                "`run` is not valid here; expected: move, hold",
            ),
            ("reps = \"1\"", "this is text; expected a whole number"),
            ("reps = -1", "`-1` is not valid here"),
            ("lines = 1.5", "this is a number; expected a list"),
            ("reps = 1\nreps = 2", "this key is set twice"),
            ("reps = = 1", "it isn’t valid TOML"),
            ("reps", "it isn’t valid TOML"),
        ] {
            assert_eq!(toml_error(text), sentence, "{text}");
        }
        let json = |text| of_error(&serde_json::from_str::<Example>(text).unwrap_err());
        assert_eq!(json("{"), "it isn’t valid JSON");
        assert_eq!(json("{\"reps\":1}"), "the key `kind` is missing");
        assert_eq!(
            json("{\"reps\":1,\"reps\":1}"),
            "the key `reps` is set twice"
        );
        assert_eq!(
            json("{\"reps\":[]}"),
            "this is a list; expected a whole number"
        );
    }

    #[test]
    fn own_sentences_stay() {
        let error = anyhow::anyhow!("the link leads in a circle").context("nothing was written");
        assert_eq!(
            of(&error),
            "nothing was written: the link leads in a circle"
        );
        let error = explained(ErrorKind::NotFound, "the program say is missing");
        assert_eq!(of_error(&error), "the program say is missing");
        let error: anyhow::Result<()> = Err(error).context("no voice");
        assert_eq!(
            of(&error.unwrap_err()),
            "no voice: the program say is missing"
        );
    }

    #[test]
    fn temporary_names_and_unknown_errors_are_not_shown() {
        let home = tempfile::tempdir().unwrap();
        let file = home.path().join("file");
        std::fs::write(&file, "").unwrap();
        let missing =
            crate::disk::write_atomic(&file.join("below"), crate::disk::Access::Owner, b"")
                .unwrap_err();
        let error: anyhow::Result<()> = Err(missing).context("it cannot be written");
        let text = of(&error.unwrap_err());
        assert!(text.starts_with("it cannot be written: "), "{text}");
        assert!(
            !text.contains(".new") && !text.contains("os error"),
            "{text}"
        );
        let odd = || io::Error::other("winit/src/lib.rs:12");
        assert_eq!(of_error(&odd()), "an unknown error");
        let error: anyhow::Result<()> = Err(odd()).context("the window cannot be shown");
        assert_eq!(of(&error.unwrap_err()), "the window cannot be shown");
    }

    #[test]
    #[cfg(unix)]
    fn errors_of_the_system_are_described_by_kind() {
        // The numbers are the same on Linux and macOS.
        for (number, sentence) in [
            (13, "you don’t have permission"),
            (2, "it doesn’t exist"),
            (28, "the disk is full"),
            (30, "the disk is read-only"),
            (20, "part of the path is not a folder"),
            (21, "this is a folder"),
        ] {
            assert_eq!(of_error(&io::Error::from_raw_os_error(number)), sentence);
        }
        let not_utf8 = io::read_to_string(&b"\xff"[..]).unwrap_err();
        assert_eq!(of_error(&not_utf8), "it isn’t text in UTF-8");
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn a_full_disk_and_a_missing_bus_are_described() {
        use std::io::Write as _;
        let mut full = std::fs::File::options()
            .write(true)
            .open("/dev/full")
            .unwrap();
        let error: anyhow::Result<()> = full.write_all(b"x").context("it cannot be written");
        assert_eq!(
            of(&error.unwrap_err()),
            "it cannot be written: the disk is full"
        );
        let long = std::fs::read("x".repeat(300)).unwrap_err();
        assert_eq!(of_error(&long), "the name is too long");
        let refused = zbus::Error::Failure("org.freedesktop.zbus.Error".to_owned());
        let error: anyhow::Result<()> = Err(refused).context("the bus is gone");
        assert_eq!(of(&error.unwrap_err()), "the bus is gone");
        let missing = zbus::Error::from(io::Error::from(ErrorKind::NotFound));
        assert_eq!(of_error(&missing), "it doesn’t exist");
        assert_eq!(
            after("there is no bus", &missing),
            "there is no bus: it doesn’t exist"
        );
    }
}
