//! The session manager of GNOME: a program keeps the screen awake.

use zbus::zvariant::Value;

use super::bus::{Ask, Changes, Source};

/// The bit of `InhibitedActions` for idleness.
const IDLE: u32 = 8;

pub(super) const SOURCE: Source = Source {
    name: "gnome-session",
    service: "org.gnome.SessionManager",
    path: "/org/gnome/SessionManager",
    interface: "org.gnome.SessionManager",
    ask: Ask::Property("InhibitedActions"),
    quiet: |answer| matches!(answer, Value::U32(actions) if actions & IDLE != 0),
    changes: Changes::Property,
    unless: None,
};
