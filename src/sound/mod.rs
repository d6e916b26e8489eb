//! What one hears: tones and a voice that lead through a routine, for those who look at the ceiling or lie on the floor.
//!
//! [`score`] says what is heard at which second of a plan, and [`tone`] what the tones sound like; both are arithmetic.
//! [`render`] makes a file of a whole routine. The two that reach the loudspeaker are [`player`], which plays tones, and
//! [`voice`], which speaks.
//!
//! Only the window uses them, and without the feature `sound` the tray program is built without them. They are part of the library
//! and not of the window because `tests/sound.rs` measures them at a real sound server, and a test cannot import a program.

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
pub use voice::{Manner, Voice};
