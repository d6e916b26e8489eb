//! Linux desktops have one or the other sound server, and each server has a program that plays files.

/// The programs that can play a file, with the arguments that come before it; the best first.
pub(super) const PROGRAMS: [(&str, &[&str]); 4] = [
    ("pw-play", &[]),
    ("paplay", &[]),
    ("aplay", &["-q"]),
    ("canberra-gtk-play", &["-f"]),
];
