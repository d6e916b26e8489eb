//! SwayNotificationCenter: its switch.

use super::bus::{Ask, Changes, Source, is_true};

pub(super) const SOURCE: Source = Source {
    name: "swaync",
    service: "org.erikreider.swaync.cc",
    path: "/org/erikreider/swaync/cc",
    interface: "org.erikreider.swaync.cc",
    ask: Ask::Method("GetDnd"),
    quiet: is_true,
    changes: Changes::Signal("Subscribe"),
    unless: None,
};
