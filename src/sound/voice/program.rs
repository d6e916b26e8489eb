//! A voice that is a program: eSpeak, or `say` on macOS. Each sentence is a process, and silence is its end.

use std::io;
use std::process::{Command, Stdio};
use std::thread;

use super::super::process::Stop;
use super::{Manner, Speaker};

/// A program that speaks.
pub(super) struct Program {
    name: &'static str,
    manner: Manner,
    speaking: Stop,
}

impl Program {
    /// The first one that there is.
    pub(super) fn find(manner: &Manner) -> Option<Self> {
        let name = speakers().into_iter().find(|name| is_there(name))?;
        Some(Self {
            name,
            manner: manner.clone(),
            speaking: Stop::default(),
        })
    }
}

impl Speaker for Program {
    fn say(&mut self, words: &str) -> io::Result<()> {
        self.silence()?;
        let mut command = command(self.name, &self.manner);
        command.arg(spoken(words, &self.manner));
        let speaking = Stop::default();
        self.speaking = speaking.clone();
        thread::Builder::new()
            .name("speech".into())
            .spawn(move || speaking.run(&mut command))?;
        Ok(())
    }

    fn silence(&mut self) -> io::Result<()> {
        self.speaking.stop();
        Ok(())
    }
}

/// Whether a program can be started at all.
fn is_there(name: &str) -> bool {
    let folders = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&folders).any(|folder| folder.join(name).is_file())
}

#[cfg(not(target_os = "macos"))]
fn speakers() -> [&'static str; 2] {
    ["espeak-ng", "espeak"]
}

#[cfg(target_os = "macos")]
fn speakers() -> [&'static str; 1] {
    ["say"]
}

/// eSpeak takes a tag as it is, and a volume of which 100 is the usual one.
#[cfg(not(target_os = "macos"))]
fn command(name: &str, manner: &Manner) -> Command {
    let mut command = Command::new(name);
    let volume = manner.volume.to_string();
    command.args(["-v", &manner.language, "-a", &volume, "--"]);
    command
}

#[cfg(not(target_os = "macos"))]
fn spoken(words: &str, _manner: &Manner) -> String {
    words.to_owned()
}

/// The voice that the person has chosen, if it speaks the language; else the first that does.
#[cfg(target_os = "macos")]
fn command(name: &str, manner: &Manner) -> Command {
    let mut command = Command::new(name);
    if let Some(voice) = foreign_voice(&manner.language) {
        command.args(["-v", &voice]);
    }
    command.arg("--");
    command
}

/// The volume is a word of the text.
#[cfg(target_os = "macos")]
fn spoken(words: &str, manner: &Manner) -> String {
    let volume = f32::from(manner.volume) / 100.0;
    format!("[[volm {volume:.2}]] {words}")
}

#[cfg(target_os = "macos")]
fn foreign_voice(language: &str) -> Option<String> {
    let said = |program: &str, arguments: &[&str]| {
        let output = Command::new(program).args(arguments).output().ok()?;
        String::from_utf8(output.stdout).ok()
    };
    let wanted = language.split(['-', '_']).next()?;
    let own = said("defaults", &["read", "-g", "AppleLocale"])?;
    if own.starts_with(wanted) {
        return None;
    }
    voice_of(&said("say", &["-v", "?"])?, wanted)
}

/// The first voice of a list such as `Anna   de_DE    # Hallo!` that speaks a language.
#[cfg(any(target_os = "macos", test))]
fn voice_of(list: &str, wanted: &str) -> Option<String> {
    let voices = list.lines().filter_map(|line| {
        let (voice, _) = line.split_once('#')?;
        let (name, language) = voice.trim_end().rsplit_once(char::is_whitespace)?;
        Some((name.trim_end(), language))
    });
    let mut speaking = voices.filter(|(_, language)| language.split('_').next() == Some(wanted));
    speaking.next().map(|(name, _)| name.to_owned())
}

/// A WAV file of some words.
#[cfg(not(target_os = "macos"))]
pub(super) fn record(words: &str, language: &str) -> io::Result<Vec<u8>> {
    let missing = || io::Error::new(io::ErrorKind::NotFound, "eSpeak NG is missing");
    let name = speakers().into_iter().find(|name| is_there(name));
    let output = Command::new(name.ok_or_else(missing)?)
        .args(["-v", language, "--stdout", "--", words])
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .output()?;
    Ok(output.stdout)
}

/// A WAV file of some words.
#[cfg(target_os = "macos")]
pub(super) fn record(words: &str, language: &str) -> io::Result<Vec<u8>> {
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("words.wav");
    let mut command = Command::new("say");
    if let Some(voice) = foreign_voice(language) {
        command.args(["-v", &voice]);
    }
    command
        .args(["--file-format=WAVE", "--data-format=LEI16@48000", "-o"])
        .arg(&file)
        .args(["--", words])
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .status()?;
    std::fs::read(file)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_voice_is_found_by_its_language() {
        let list = "Alice               it_IT    # Ciao!\nAnna (Premium)      de_DE    # Hallo!\nEddy (German (Germany)) de_DE # Hallo!\n";
        assert_eq!(voice_of(list, "de").as_deref(), Some("Anna (Premium)"));
        assert_eq!(voice_of(list, "en"), None);
    }
}
