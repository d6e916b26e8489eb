//! Tones and a voice that lead through a routine, for users who look at the ceiling or lie on the floor.
//!
//! [`score`] computes the sounds for each second of a plan, and [`tone`] synthesizes the tones; both are pure computation.
//! [`render()`] makes a file of a whole routine. Only two modules use the loudspeaker: [`player`] plays tones, and [`voice`] speaks.
//!
//! Only the window uses this module, and without the feature `sound` the tray program is built without it. It belongs to the
//! library and not to the window, because `tests/sound.rs` tests it with a real sound server, and a test cannot import a binary.

pub mod player;
#[cfg(unix)]
mod process;
pub mod render;
pub mod score;
pub mod tone;
pub mod voice;
pub mod wav;

pub use player::Player;
pub use render::render;
pub use score::{Choice, Entry, Reader, Score, Sound};
pub use tone::Tone;
pub use voice::{Voice, VoiceSettings};
