//! Linux: each desktop has services of its own, so all that exist are queried. They notify us of changes.

mod bus;
mod camera;
mod full_screen;
mod gnome;
mod look;
mod microphone;
mod pulse;
mod services;
mod toplevels;

pub use look::follow;

use std::time::Duration;

/// The timeout for each answer from a source.
const TIMEOUT: Duration = Duration::from_millis(300);
