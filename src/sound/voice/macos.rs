//! The voice of macOS: its program `say`.

use std::io;
use std::process::{Command, Stdio};

use super::program::{Program, is_installed};
use super::voices::voice_of;
use super::{Speaker, VoiceSettings, failed};
use crate::lang::tr;
use crate::reason;

const NAME: &str = "say";

/// Opens the voice, if `say` is installed.
pub(super) fn open(manner: &VoiceSettings) -> io::Result<Box<dyn Speaker>> {
    if !is_installed(NAME) {
        let message = tr!("the program {program} is missing", program = NAME);
        return Err(reason::explained(io::ErrorKind::NotFound, message));
    }
    Ok(Box::new(Program::new(manner, command)))
}

/// Uses the voice of the user's settings if it speaks the language, or else the first voice that does.
fn command(words: &str, manner: &VoiceSettings) -> Command {
    let mut command = Command::new(NAME);
    if let Some(voice) = foreign_voice(&manner.language) {
        command.args(["-v", &voice]);
    }
    // The volume is a command embedded in the text.
    let volume = f32::from(manner.volume) / 100.0;
    command.arg("--");
    command.arg(format!("[[volm {volume:.2}]] {words}"));
    command
}

fn foreign_voice(language: &str) -> Option<String> {
    let output_of = |program: &str, arguments: &[&str]| {
        let output = Command::new(program).args(arguments).output().ok()?;
        String::from_utf8(output.stdout).ok()
    };
    let wanted = language.split(['-', '_']).next()?;
    let system_locale = output_of("defaults", &["read", "-g", "AppleLocale"])?;
    if system_locale.starts_with(wanted) {
        return None;
    }
    voice_of(&output_of(NAME, &["-v", "?"])?, wanted)
}

/// Renders words as a WAV file.
pub(super) fn record(words: &str, language: &str) -> io::Result<Vec<u8>> {
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("words.wav");
    let mut command = Command::new(NAME);
    if let Some(voice) = foreign_voice(language) {
        command.args(["-v", &voice]);
    }
    let status = command
        .args(["--file-format=WAVE", "--data-format=LEI16@48000", "-o"])
        .arg(&file)
        .args(["--", words])
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .status()?;
    if !status.success() {
        return Err(failed(NAME, status));
    }
    std::fs::read(file)
}
