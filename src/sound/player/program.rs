//! Tones through a program of the system that plays files. Each tone is a process that lives as long as it sounds.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::{env, fs, io, thread};

use tempfile::TempDir;

use super::super::process::Stop;
use super::super::tone::Tone;
use super::{files, is_short};

/// The programs that can play a file, with what they want before it; the best first.
#[cfg(not(target_os = "macos"))]
const PROGRAMS: [(&str, &[&str]); 4] = [
    ("pw-play", &[]),
    ("paplay", &[]),
    ("aplay", &["-q"]),
    ("canberra-gtk-play", &["-f"]),
];
#[cfg(target_os = "macos")]
const PROGRAMS: [(&str, &[&str]); 1] = [("afplay", &[])];

/// Plays tones, each at most once at a time.
#[derive(Debug)]
pub struct Player {
    /// The tones as files.
    folder: TempDir,
    programs: Arc<Programs>,
    /// What sounds now, and what has sounded lately.
    sounding: Vec<Stop>,
}

impl Player {
    /// Looks for a program that plays, and puts the tones where it finds them: into the folder of the session, which is
    /// kept in memory, or into that for temporary files. They are as loud as `volume` percent.
    ///
    /// # Errors
    /// If nothing here plays files, or if the files can't be written.
    pub fn open(volume: u8) -> io::Result<Self> {
        let programs = Programs::find();
        if programs.there.is_empty() {
            let names = PROGRAMS.map(|(name, _)| name).join(", ");
            let what = format!("there is no program that plays tones (one of {names})");
            return Err(io::Error::new(io::ErrorKind::NotFound, what));
        }
        let session = env::var_os("XDG_RUNTIME_DIR").map(PathBuf::from);
        let session = session.filter(|folder| folder.is_dir());
        let folder = tempfile::Builder::new()
            .prefix("unhunch-tones-")
            .tempdir_in(session.unwrap_or_else(env::temp_dir))?;
        for (tone, short, content) in files(volume) {
            fs::write(file(folder.path(), tone, short), content)?;
        }
        Ok(Self {
            folder,
            programs: Arc::new(programs),
            sounding: Vec::new(),
        })
    }

    /// Plays a tone that ends within so many seconds, and doesn't wait for it.
    pub fn play(&mut self, tone: Tone, seconds: f64) {
        self.sounding.retain(|stop| !stop.is_idle());
        let file = file(self.folder.path(), tone, is_short(tone, seconds));
        let (stop, programs) = (Stop::default(), Arc::clone(&self.programs));
        self.sounding.push(stop.clone());
        let thread = thread::Builder::new().name("tone".into());
        if let Err(error) = thread.spawn(move || programs.play(&file, &stop)) {
            eprintln!("unhunch-window: a tone cannot be played: {error}");
        }
    }

    /// Silence, at once.
    pub fn silence(&mut self) {
        for stop in self.sounding.drain(..) {
            stop.stop();
        }
    }
}

impl Drop for Player {
    fn drop(&mut self) {
        self.silence();
    }
}

fn file(folder: &Path, tone: Tone, short: bool) -> PathBuf {
    let word = tone.word();
    folder.join(match short {
        false => format!("{word}.wav"),
        true => format!("{word}-short.wav"),
    })
}

/// The programs that are there. One that fails, as for want of its sound server, is not asked again.
#[derive(Debug)]
struct Programs {
    there: Vec<(PathBuf, &'static [&'static str])>,
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
        let there = PROGRAMS
            .into_iter()
            .filter_map(|(name, before)| Some((find(name)?, before)));
        Self {
            there: there.collect(),
            works: AtomicUsize::new(0),
        }
    }

    fn play(&self, file: &Path, stop: &Stop) {
        let first = self.works.load(Ordering::Relaxed);
        for (index, (program, before)) in self.there.iter().enumerate().skip(first) {
            match stop.run(Command::new(program).args(*before).arg(file)) {
                None | Some(Ok(true)) => return,
                Some(Ok(false) | Err(_)) => self.works.store(index + 1, Ordering::Relaxed),
            }
        }
        if first < self.there.len() {
            eprintln!("unhunch-window: no program here can play a tone; is there a sound server?");
        }
    }
}
