//! The settings, in a file that the user edits; changes take effect as soon as it is saved.
//!
//! `config/settings.toml` is compiled in and is the only source of defaults. [`check`] lays the user's file over it and reports
//! all mistakes at once; [`load`] and [`reload`] access the disk. Of all parts of the program, only the window changes the file.

pub mod check;
pub mod explain;
pub mod guidance;
mod hours;
pub(crate) mod keys;
pub mod load;
pub(crate) mod place;
mod problem;
pub mod programme;
pub mod reload;
pub mod reminders;
mod settings;
mod syntax;
pub mod user_folder;
pub mod user_library;
mod value;
mod value_mistake;

pub use problem::Problem;
pub use settings::{
    Contrast, Guide, LanguageChoice, Motion, Presence, Quiet, Settings, Sound, TextSize, Theme,
};

/// The default settings that are compiled in, as a file for the user to edit.
pub const SHIPPED: &str = include_str!("../../config/settings.toml");
