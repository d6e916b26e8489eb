//! A voice that is a program. Each sentence is a process, which is killed for silence.

use std::io;
use std::process::Command;
use std::thread;

use super::super::process::Stop;
use super::{Speaker, VoiceSettings};

/// A voice that starts a program for each sentence.
pub(super) struct Program<C> {
    /// Returns the command that speaks the given words.
    command: C,
    manner: VoiceSettings,
    speaking: Stop,
}

impl<C: Fn(&str, &VoiceSettings) -> Command> Program<C> {
    /// Creates a voice that starts these commands.
    pub(super) fn new(manner: &VoiceSettings, command: C) -> Self {
        Self {
            command,
            manner: manner.clone(),
            speaking: Stop::default(),
        }
    }
}

impl<C: Fn(&str, &VoiceSettings) -> Command> Speaker for Program<C> {
    fn say(&mut self, words: &str) -> io::Result<()> {
        self.silence()?;
        let mut command = (self.command)(words, &self.manner);
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

/// Returns `true` if a file of this name is on the `PATH`.
pub(super) fn is_installed(name: &str) -> bool {
    let folders = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&folders).any(|folder| folder.join(name).is_file())
}
