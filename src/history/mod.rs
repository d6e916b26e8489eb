//! The history: one record per outcome, stored only on this computer unless the user shares the folder.

mod day;
mod entry;
mod forget;
mod last;
pub mod log;
mod render;
pub mod stats;
mod sums;
pub mod words;

pub use entry::{Entry, Line, VERSION};
pub use forget::Forgotten;
pub use last::last_done;
pub use log::{Log, Notice};
pub use render::{csv, json, text};
pub use stats::{Period, Stats};
