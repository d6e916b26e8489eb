//! Plays tones through the loudspeaker.

#[cfg(unix)]
mod program;
#[cfg(target_os = "linux")]
#[path = "linux.rs"]
mod system;
#[cfg(target_os = "macos")]
#[path = "macos.rs"]
mod system;
#[cfg(windows)]
#[path = "windows.rs"]
mod system;

use std::io;

use super::score::LEAD;
use super::tone::{RATE, Tone};
use super::wav;

#[cfg(unix)]
pub use program::Player;
#[cfg(windows)]
pub use system::Player;

/// Encodes a tone as a WAV file at `volume` percent, either in full or shortened for words that follow.
fn wav_of(tone: Tone, short: bool, volume: u8) -> io::Result<Vec<u8>> {
    let at_most = if short { LEAD } else { tone.seconds() };
    let loud = f32::from(volume.min(100)) / 100.0;
    let mut samples = tone.samples(at_most);
    for sample in &mut samples {
        *sample *= loud;
    }
    wav::write(&samples, RATE)
}

/// Returns `true` if a tone must be shortened to end within this time.
fn is_short(tone: Tone, seconds: f64) -> bool {
    seconds < tone.seconds()
}
