//! What has been: a line for each outcome, on this computer alone unless the person shares the folder.

mod entry;
mod last;
pub mod log;
mod render;

pub use entry::{Entry, Line, VERSION};
pub use last::last_done;
pub use log::{Log, Notice};
pub use render::{json, text};
