//! Plays tones.

#[cfg(not(windows))]
mod program;
#[cfg(windows)]
mod system;

use super::score::LEAD;
use super::tone::{RATE, Tone};
use super::wav;

#[cfg(not(windows))]
pub use program::Player;
#[cfg(windows)]
pub use system::Player;

/// A tone as a file, in full, and short for when a voice follows; as loud as `volume` percent.
fn files(volume: u8) -> impl Iterator<Item = (Tone, bool, Vec<u8>)> {
    let loud = f32::from(volume.min(100)) / 100.0;
    let both = Tone::ALL
        .into_iter()
        .flat_map(|tone| [(tone, false), (tone, true)]);
    both.map(move |(tone, short)| {
        let at_most = if short { LEAD } else { tone.seconds() };
        let mut samples = tone.samples(at_most);
        for sample in &mut samples {
            *sample *= loud;
        }
        (tone, short, wav::write(&samples, RATE))
    })
}

/// Whether a tone must be short to end in so many seconds.
fn is_short(tone: Tone, seconds: f64) -> bool {
    seconds < tone.seconds()
}
