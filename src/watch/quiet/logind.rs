//! logind: somebody blocks idleness, such as a player with a film.

use zbus::zvariant::Value;

use super::bus::{Ask, Changes, Source};

pub(super) const SOURCE: Source = Source {
    name: "logind",
    service: "org.freedesktop.login1",
    path: "/org/freedesktop/login1",
    interface: "org.freedesktop.login1.Manager",
    ask: Ask::Property("BlockInhibited"),
    quiet: |answer| matches!(answer, Value::Str(what) if what.split(':').any(|what| what == "idle")),
    changes: Changes::Property,
    unless: None,
};
