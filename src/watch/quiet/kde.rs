//! KDE Plasma: do not disturb, and also a shared or mirrored screen.

use super::bus::{Ask, Changes, Source, is_true};

pub(super) const SOURCE: Source = Source {
    name: "kde",
    service: "org.freedesktop.Notifications",
    path: "/org/freedesktop/Notifications",
    interface: "org.freedesktop.Notifications",
    ask: Ask::Property("Inhibited"),
    quiet: is_true,
    changes: Changes::Property,
    unless: None,
};
