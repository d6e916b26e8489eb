//! The voice of Linux: speech-dispatcher, or eSpeak where that is missing.

mod dispatcher;

use std::io;
use std::process::{Command, Stdio};

use self::dispatcher::Dispatcher;
use super::program::{Program, is_there};
use super::{Manner, Speaker};

/// Finds the voice, and starts the service that has it if nobody has.
pub(super) fn wake(manner: &Manner) -> io::Result<Box<dyn Speaker>> {
    match (Dispatcher::connect(manner), espeak()) {
        (Ok(dispatcher), _) => Ok(Box::new(dispatcher)),
        (Err(_), Some(name)) => {
            let command = move |words: &str, manner: &Manner| command(name, words, manner);
            Ok(Box::new(Program::new(manner, command)))
        }
        (Err(error), None) => Err(error),
    }
}

/// The name of eSpeak, if it is there.
fn espeak() -> Option<&'static str> {
    ["espeak-ng", "espeak"]
        .into_iter()
        .find(|name| is_there(name))
}

/// eSpeak takes a language tag as it is, and a volume of which 100 is the usual one.
fn command(name: &str, words: &str, manner: &Manner) -> Command {
    let mut command = Command::new(name);
    let volume = manner.volume.to_string();
    command.args(["-v", &manner.language, "-a", &volume, "--", words]);
    command
}

/// A WAV file of some words.
pub(super) fn record(words: &str, language: &str) -> io::Result<Vec<u8>> {
    let missing = || io::Error::new(io::ErrorKind::NotFound, "eSpeak NG is missing");
    let output = Command::new(espeak().ok_or_else(missing)?)
        .args(["-v", language, "--stdout", "--", words])
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .output()?;
    Ok(output.stdout)
}
