//! The power managers of Xfce and MATE: a program keeps the screen awake. KDE's answers the same question for downloads, too,
//! and is asked in its own words.

use super::bus::{Ask, Changes, Source, is_true};
use super::kde_power;

pub(super) const SOURCE: Source = Source {
    name: "power-management",
    service: "org.freedesktop.PowerManagement",
    path: "/org/freedesktop/PowerManagement/Inhibit",
    interface: "org.freedesktop.PowerManagement.Inhibit",
    ask: Ask::Method("HasInhibit"),
    quiet: is_true,
    changes: Changes::Signal("HasInhibitChanged"),
    unless: Some(kde_power::SERVICE),
};
