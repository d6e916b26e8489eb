//! Plays tones with the API of Windows.
#![allow(unsafe_code, reason = "a call of the system that nothing safe wraps")]

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::{io, ptr};

use windows_sys::Win32::Media::Audio::{PlaySoundW, SND_ASYNC, SND_MEMORY, SND_NODEFAULT};

use super::super::tone::Tone;
use super::{is_short, wav_of};

/// A player of tones, one at a time.
#[derive(Debug)]
pub struct Player {
    /// The tones as files in memory. Windows reads them while they are played, so they are never changed.
    files: HashMap<(Tone, bool), Vec<u8>>,
    volume: u8,
}

impl Player {
    /// Creates a player for tones at `volume` percent.
    ///
    /// # Errors
    /// Never on this system.
    pub fn open(volume: u8) -> io::Result<Self> {
        Ok(Self {
            files: HashMap::new(),
            volume,
        })
    }

    /// Plays a tone that ends within `seconds`, and returns without waiting for it.
    pub fn play(&mut self, tone: Tone, seconds: f64) {
        let short = is_short(tone, seconds);
        let file = match self.files.entry((tone, short)) {
            Entry::Occupied(existing) => existing.into_mut(),
            Entry::Vacant(new) => match wav_of(tone, short, self.volume) {
                Ok(file) => new.insert(file),
                Err(_) => return,
            },
        };
        play_sound(file.as_ptr());
    }

    /// Stops the tone at once.
    pub fn silence(&mut self) {
        play_sound(ptr::null());
    }
}

/// Plays this WAV file in the background, or stops the current sound if the pointer is null.
fn play_sound(file: *const u8) {
    // SAFETY: the file is complete and doesn't change during the lifetime of the player, which stops the sound when it is dropped.
    unsafe {
        PlaySoundW(
            file.cast(),
            ptr::null_mut(),
            SND_MEMORY | SND_ASYNC | SND_NODEFAULT,
        );
    }
}

impl Drop for Player {
    fn drop(&mut self) {
        self.silence();
    }
}
