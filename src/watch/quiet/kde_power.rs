//! KDE Plasma: a program keeps the screen on. What merely keeps the computer from sleeping, such as a download, is no film.

use super::bus::{Ask, Changes, Source, is_true};

/// KDE's policy for all that changes what the screen shows by itself.
const SCREEN: u32 = 4;

pub(super) const SOURCE: Source = Source {
    name: "kde-power",
    service: SERVICE,
    path: "/org/kde/Solid/PowerManagement/PolicyAgent",
    interface: "org.kde.Solid.PowerManagement.PolicyAgent",
    ask: Ask::MethodOfNumber("HasInhibition", SCREEN),
    quiet: is_true,
    changes: Changes::Signal("InhibitionsChanged"),
    unless: None,
};

/// Its name on the session bus.
pub(super) const SERVICE: &str = "org.kde.Solid.PowerManagement.PolicyAgent";
