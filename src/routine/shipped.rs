//! The files of `config/`, compiled in. The build script lists the folder, so that a new exercise is a new file and
//! no code.

include!(concat!(env!("OUT_DIR"), "/exercises.rs"));

/// `config/routines.toml`.
pub(super) const ROUTINES: &str = include_str!("../../config/routines.toml");
