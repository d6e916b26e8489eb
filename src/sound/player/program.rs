//! Plays tones with a program of the system that plays files. Each tone is a process that runs as long as it sounds.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::{env, fs, io, thread};

use tempfile::TempDir;

use super::super::process::Stop;
use super::super::tone::Tone;
use super::system::PROGRAMS;
use super::{is_short, wav_of};

use crate::reason;

/// A player of tones, which may overlap.
#[derive(Debug)]
pub struct Player {
    tones: Arc<Tones>,
    programs: Arc<Programs>,
    /// The handles of current and recent tones.
    sounding: Vec<Stop>,
}

impl Player {
    /// Looks for a program that plays files, and creates a folder for the tones: in that of the session, which is in
    /// memory, or in that for temporary files. The tones are played at `volume` percent.
    ///
    /// # Errors
    /// If no program here plays files, or the folder can't be created.
    pub fn open(volume: u8) -> io::Result<Self> {
        let programs = Programs::find();
        if programs.installed.is_empty() {
            let names = PROGRAMS.map(|(name, _)| name).join(", ");
            let message = format!("there is no program that plays tones (one of {names})");
            return Err(reason::explained(io::ErrorKind::NotFound, message));
        }
        let session = env::var_os("XDG_RUNTIME_DIR").map(PathBuf::from);
        let session = session.filter(|folder| folder.is_dir());
        let folder = tempfile::Builder::new()
            .prefix("unhunch-tones-")
            .tempdir_in(session.unwrap_or_else(env::temp_dir))?;
        let tones = Tones {
            folder,
            volume,
            writing: Mutex::new(()),
        };
        Ok(Self {
            tones: Arc::new(tones),
            programs: Arc::new(programs),
            sounding: Vec::new(),
        })
    }

    /// Plays a tone that ends within `seconds`, and returns without waiting for it.
    pub fn play(&mut self, tone: Tone, seconds: f64) {
        self.sounding.retain(|stop| !stop.is_idle());
        let stop = Stop::default();
        self.sounding.push(stop.clone());
        let (tones, programs) = (Arc::clone(&self.tones), Arc::clone(&self.programs));
        let play = move || match tones.file(tone, is_short(tone, seconds)) {
            Ok(file) => programs.play(&file, &stop),
            Err(error) => report(&error),
        };
        if let Err(error) = thread::Builder::new().name("tone".into()).spawn(play) {
            report(&error);
        }
    }

    /// Stops all tones at once.
    pub fn silence(&mut self) {
        for stop in self.sounding.drain(..) {
            stop.stop();
        }
    }
}

/// Reports that a tone stays silent.
fn report(error: &io::Error) {
    eprintln!(
        "unhunch-window: {}",
        reason::after("a tone cannot be played", error)
    );
}

impl Drop for Player {
    fn drop(&mut self) {
        self.silence();
    }
}

/// The tones as files, each of which is written when it is first needed.
#[derive(Debug)]
struct Tones {
    folder: TempDir,
    volume: u8,
    /// Held while a file is written, so that no thread plays half a file.
    writing: Mutex<()>,
}

impl Tones {
    fn file(&self, tone: Tone, short: bool) -> io::Result<PathBuf> {
        let name = format!("{}{}.wav", tone.name(), if short { "-short" } else { "" });
        let file = self.folder.path().join(name);
        let _alone = self.writing.lock().unwrap_or_else(PoisonError::into_inner);
        if !file.exists() {
            fs::write(&file, wav_of(tone, short, self.volume)?)?;
        }
        Ok(file)
    }
}

/// The installed programs. One that fails, for example because its sound server is missing, is not used again.
#[derive(Debug)]
struct Programs {
    installed: Vec<(PathBuf, &'static [&'static str])>,
    works: AtomicUsize,
}

impl Programs {
    fn find() -> Self {
        let path = env::var_os("PATH").unwrap_or_default();
        let folders: Vec<_> = env::split_paths(&path).collect();
        let find = |name: &str| {
            let mut files = folders.iter().map(|folder| folder.join(name));
            files.find(|file| file.is_file())
        };
        let installed = PROGRAMS
            .into_iter()
            .filter_map(|(name, before)| Some((find(name)?, before)));
        Self {
            installed: installed.collect(),
            works: AtomicUsize::new(0),
        }
    }

    fn play(&self, file: &Path, stop: &Stop) {
        let first = self.works.load(Ordering::Relaxed);
        for (index, (program, before)) in self.installed.iter().enumerate().skip(first) {
            match stop.run(Command::new(program).args(*before).arg(file)) {
                None | Some(Ok(true)) => return,
                Some(Ok(false) | Err(_)) => self.works.store(index + 1, Ordering::Relaxed),
            }
        }
        if first < self.installed.len() {
            eprintln!("unhunch-window: no program here can play a tone; is there a sound server?");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_that_fails_is_not_asked_again() {
        let programs = Programs {
            installed: vec![("false".into(), &[]), ("true".into(), &[])],
            works: AtomicUsize::new(0),
        };
        programs.play(Path::new("tone.wav"), &Stop::default());
        assert_eq!(programs.works.load(Ordering::Relaxed), 1);
        let stopped = Stop::default();
        stopped.stop();
        programs.play(Path::new("tone.wav"), &stopped);
        let works = programs.works.load(Ordering::Relaxed);
        assert_eq!(works, 1, "what is stopped has not failed");
    }

    #[test]
    fn a_tone_is_written_once_and_gone_with_the_player() {
        let tones = Tones {
            folder: tempfile::tempdir().unwrap(),
            volume: 50,
            writing: Mutex::new(()),
        };
        let (full, short) = (tones.file(Tone::Hold, false), tones.file(Tone::Hold, true));
        let (full, short) = (full.unwrap(), short.unwrap());
        let size = |file: &Path| fs::metadata(file).unwrap().len();
        assert!(size(&full) > size(&short));
        fs::write(&full, "kept").unwrap();
        assert_eq!(size(&tones.file(Tone::Hold, false).unwrap()), 4);
        drop(tones);
        assert!(!full.exists() && !short.exists());
    }
}
