//! The settings: a file that a person edits, taken up the moment it is saved.
//!
//! `config/settings.toml` is compiled in and is the one source of defaults. [`check`] lays the person's file over
//! it and tells every mistake at once; [`load`] and [`reload`] touch the disk. The window alone changes the file.

pub mod check;
pub mod explain;
pub mod guidance;
mod hours;
pub(crate) mod keys;
pub mod load;
pub mod own;
pub(crate) mod place;
mod problem;
pub mod reload;
pub mod reminders;
mod settings;
mod slip;
mod value;

pub use problem::Problem;
pub use settings::{
    Contrast, Guide, LanguageChoice, Motion, Presence, Quiet, Settings, Sound, TextSize, Theme,
};

/// The settings that are compiled in, as the file that a person gets to edit.
pub const SHIPPED: &str = include_str!("../../config/settings.toml");
