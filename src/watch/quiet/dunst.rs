//! dunst: `dunstctl set-paused true`.

use super::bus::{Ask, Changes, Source, is_true};

pub(super) const SOURCE: Source = Source {
    name: "dunst",
    service: "org.freedesktop.Notifications",
    path: "/org/freedesktop/Notifications",
    interface: "org.dunstproject.cmd0",
    ask: Ask::Property("paused"),
    quiet: is_true,
    changes: Changes::Property,
    unless: None,
};
