//! Tones through Windows itself.
#![allow(unsafe_code, reason = "a call of the system that nothing safe wraps")]

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::{io, ptr};

use windows_sys::Win32::Media::Audio::{PlaySoundW, SND_ASYNC, SND_MEMORY, SND_NODEFAULT};

use super::super::tone::Tone;
use super::{is_short, wav_of};

/// Plays tones, one at a time.
#[derive(Debug)]
pub struct Player {
    /// The tones as files in memory. Windows reads them while they sound, so they are never changed.
    files: HashMap<(Tone, bool), Vec<u8>>,
    volume: u8,
}

impl Player {
    /// The tones, as loud as `volume` percent.
    ///
    /// # Errors
    /// None on this system.
    pub fn open(volume: u8) -> io::Result<Self> {
        Ok(Self {
            files: HashMap::new(),
            volume,
        })
    }

    /// Plays a tone that ends within so many seconds, and doesn't wait for it.
    pub fn play(&mut self, tone: Tone, seconds: f64) {
        let short = is_short(tone, seconds);
        let file = match self.files.entry((tone, short)) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(new) => match wav_of(tone, short, self.volume) {
                Ok(file) => new.insert(file),
                Err(_) => return,
            },
        };
        // SAFETY: the pointer is to a whole WAV file, which nobody changes while the player lives.
        unsafe {
            PlaySoundW(
                file.as_ptr().cast(),
                ptr::null_mut(),
                SND_MEMORY | SND_ASYNC | SND_NODEFAULT,
            );
        }
    }

    /// Silence, at once.
    pub fn silence(&mut self) {
        // SAFETY: without a sound it ends what sounds, and reads nothing.
        unsafe {
            PlaySoundW(ptr::null(), ptr::null_mut(), 0);
        }
    }
}

impl Drop for Player {
    fn drop(&mut self) {
        self.silence();
    }
}
