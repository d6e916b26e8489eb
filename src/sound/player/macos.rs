//! macOS has one program that plays files.

/// The program that can play a file, with the arguments before the file.
pub(super) const PROGRAMS: [(&str, &[&str]); 1] = [("afplay", &[])];
