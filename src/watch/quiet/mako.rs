//! mako: its mode `do-not-disturb`, or `dnd`, as its manual and many set it up.

use zbus::zvariant::Value;

use super::bus::{Ask, Changes, Source};

pub(super) const SOURCE: Source = Source {
    name: "mako",
    service: "org.freedesktop.Notifications",
    path: "/fr/emersion/Mako",
    interface: "fr.emersion.Mako",
    ask: Ask::Method("ListModes"),
    quiet,
    changes: Changes::PropertyOrGuest,
    unless: None,
};

fn quiet(answer: &Value<'_>) -> bool {
    let Value::Array(modes) = answer else {
        return false;
    };
    let quiet = |mode: &Value<'_>| matches!(mode, Value::Str(mode) if ["do-not-disturb", "dnd"].contains(&mode.as_str()));
    modes.iter().any(quiet)
}
