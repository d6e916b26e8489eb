//! The power managers of KDE, Xfce and MATE: a program keeps the screen awake.

use super::bus::{Ask, Changes, Source, is_true};

pub(super) const SOURCE: Source = Source {
    name: "power-management",
    service: "org.freedesktop.PowerManagement",
    path: "/org/freedesktop/PowerManagement/Inhibit",
    interface: "org.freedesktop.PowerManagement.Inhibit",
    ask: Ask::Method("HasInhibit"),
    quiet: is_true,
    changes: Changes::Signal("HasInhibitChanged"),
};
