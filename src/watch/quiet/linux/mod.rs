//! Linux: each desktop has services of its own, all that are there are asked, and they tell of changes themselves.

mod bus;
mod camera;
mod full_screen;
mod gnome;
mod look;
mod microphone;
mod pulse;
mod services;
mod toplevels;

pub use look::look;

use std::time::Duration;

/// How long a source may take for its first answer, and for each one after.
const PATIENCE: Duration = Duration::from_millis(300);
