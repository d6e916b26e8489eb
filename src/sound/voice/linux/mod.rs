//! The voice of Linux: speech-dispatcher, or eSpeak if that is missing.

mod dispatcher;

use std::io;
use std::process::{Command, Stdio};

use self::dispatcher::Dispatcher;
use super::program::{Program, is_installed};
use super::{Speaker, VoiceSettings, failed};

use crate::lang::tr;
use crate::reason;

/// Connects to speech-dispatcher, starting it if necessary, or falls back to eSpeak.
pub(super) fn open(manner: &VoiceSettings) -> io::Result<Box<dyn Speaker>> {
    match (Dispatcher::connect(manner), espeak()) {
        (Ok(dispatcher), _) => Ok(Box::new(dispatcher)),
        (Err(_), Some(name)) => {
            let command = move |words: &str, manner: &VoiceSettings| command(name, words, manner);
            Ok(Box::new(Program::new(manner, command)))
        }
        (Err(error), None) => Err(error),
    }
}

/// Returns the name of the eSpeak program, if it is installed.
fn espeak() -> Option<&'static str> {
    ["espeak-ng", "espeak"]
        .into_iter()
        .find(|name| is_installed(name))
}

/// Returns the command that speaks the words. eSpeak accepts language tags as they are, and 100 is its normal volume.
fn command(name: &str, words: &str, manner: &VoiceSettings) -> Command {
    let mut command = Command::new(name);
    let volume = manner.volume.to_string();
    command.args(["-v", &manner.language, "-a", &volume, "--", words]);
    command
}

/// Renders words as a WAV file.
pub(super) fn record(words: &str, language: &str) -> io::Result<Vec<u8>> {
    let missing = || {
        let message = tr!("the program {program} is missing", program = "espeak-ng");
        reason::explained(io::ErrorKind::NotFound, message)
    };
    let espeak = espeak().ok_or_else(missing)?;
    let output = Command::new(espeak)
        .args(["-v", language, "--stdout", "--", words])
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .output()?;
    if output.status.success() {
        Ok(output.stdout)
    } else {
        Err(failed(espeak, output.status))
    }
}
