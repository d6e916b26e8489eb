//! Linux desktops have different sound servers, and each server has a program that plays files.

/// The programs that can play a file, with the arguments before the file; the best first.
pub(super) const PROGRAMS: [(&str, &[&str]); 4] = [
    ("pw-play", &[]),
    ("paplay", &[]),
    ("aplay", &["-q"]),
    ("canberra-gtk-play", &["-f"]),
];
