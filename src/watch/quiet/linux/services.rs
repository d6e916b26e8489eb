//! The services on D-Bus that know about reasons to keep quiet.

use zbus::zvariant::Value;

use super::bus::{Changes, Query, Source};

/// The services that know if the desktop is in do-not-disturb mode.
pub(super) static DO_NOT_DISTURB: [Source; 5] = [
    // This is also `true` while a screen is shared or mirrored.
    Source {
        name: "kde",
        service: "org.freedesktop.Notifications",
        path: "/org/freedesktop/Notifications",
        interface: "org.freedesktop.Notifications",
        query: Query::Property("Inhibited"),
        quiet: is_true,
        changes: Changes::Property,
        unless: None,
    },
    // The switch of xfce4-notifyd, which is stored in xfconf.
    Source {
        name: "xfce",
        service: "org.xfce.Xfconf",
        path: "/org/xfce/Xfconf",
        interface: "org.xfce.Xfconf",
        query: Query::MethodWithStrings("GetProperty", ["xfce4-notifyd", "/do-not-disturb"]),
        quiet: is_true,
        changes: Changes::Signal("PropertyChanged"),
        unless: None,
    },
    // Set with `dunstctl set-paused true`.
    Source {
        name: "dunst",
        service: "org.freedesktop.Notifications",
        path: "/org/freedesktop/Notifications",
        interface: "org.dunstproject.cmd0",
        query: Query::Property("paused"),
        quiet: is_true,
        changes: Changes::Property,
        unless: None,
    },
    Source {
        name: "mako",
        service: "org.freedesktop.Notifications",
        path: "/fr/emersion/Mako",
        interface: "fr.emersion.Mako",
        query: Query::Method("ListModes"),
        quiet: has_quiet_mode,
        changes: Changes::PropertyOrClientExit,
        unless: None,
    },
    // The short name of SwayNotificationCenter.
    Source {
        name: "swaync",
        service: "org.erikreider.swaync.cc",
        path: "/org/erikreider/swaync/cc",
        interface: "org.erikreider.swaync.cc",
        query: Query::Method("GetDnd"),
        quiet: is_true,
        changes: Changes::Signal("Subscribe"),
        unless: None,
    },
];

/// The name of KDE's service that controls when the screen turns off.
const KDE_POWER: &str = "org.kde.Solid.PowerManagement.PolicyAgent";

/// KDE's policy for everything that changes the contents of the screen. The other policies only keep the computer from
/// sleeping, as a download does.
const KDE_SCREEN_POLICY: u32 = 4;

/// The services that know if a program keeps the screen awake, as for a film.
pub(super) static KEEP_AWAKE: [Source; 3] = [
    Source {
        name: "gnome-session",
        service: "org.gnome.SessionManager",
        path: "/org/gnome/SessionManager",
        interface: "org.gnome.SessionManager",
        query: Query::Property("InhibitedActions"),
        quiet: inhibits_idle,
        changes: Changes::Property,
        unless: None,
    },
    Source {
        name: "kde-power",
        service: KDE_POWER,
        path: "/org/kde/Solid/PowerManagement/PolicyAgent",
        interface: "org.kde.Solid.PowerManagement.PolicyAgent",
        query: Query::MethodWithNumber("HasInhibition", KDE_SCREEN_POLICY),
        quiet: is_true,
        changes: Changes::Signal("InhibitionsChanged"),
        unless: None,
    },
    // The power managers of Xfce and MATE. KDE has this service, too, but there it also answers `true` during a download.
    Source {
        name: "power-management",
        service: "org.freedesktop.PowerManagement",
        path: "/org/freedesktop/PowerManagement/Inhibit",
        interface: "org.freedesktop.PowerManagement.Inhibit",
        query: Query::Method("HasInhibit"),
        quiet: is_true,
        changes: Changes::Signal("HasInhibitChanged"),
        unless: Some(KDE_POWER),
    },
];

/// logind on the system bus, which also knows if a program keeps the screen awake.
pub(super) static LOGIND: Source = Source {
    name: "logind",
    service: "org.freedesktop.login1",
    path: "/org/freedesktop/login1",
    interface: "org.freedesktop.login1.Manager",
    query: Query::Property("BlockInhibited"),
    quiet: blocks_idle,
    changes: Changes::Property,
    unless: None,
};

fn is_true(answer: &Value<'_>) -> bool {
    matches!(answer, Value::Bool(true))
}

/// Looks for the names of the mode in mako's manual, which many users have in their settings.
fn has_quiet_mode(answer: &Value<'_>) -> bool {
    let Value::Array(modes) = answer else {
        return false;
    };
    let is_quiet = |mode: &Value<'_>| matches!(mode, Value::Str(mode) if ["do-not-disturb", "dnd"].contains(&mode.as_str()));
    modes.iter().any(is_quiet)
}

/// Tests a bit of GNOME's flags, which has one for each action that a program can inhibit.
fn inhibits_idle(answer: &Value<'_>) -> bool {
    const IDLE: u32 = 8;
    matches!(answer, Value::U32(actions) if actions & IDLE != 0)
}

fn blocks_idle(answer: &Value<'_>) -> bool {
    matches!(answer, Value::Str(blocked) if blocked.split(':').any(|action| action == "idle"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_answers_are_understood() {
        assert!(is_true(&true.into()) && !is_true(&false.into()));
        assert!(!is_true(&"true".into()));
        assert!(has_quiet_mode(&vec!["default", "do-not-disturb"].into()));
        assert!(!has_quiet_mode(&vec!["default"].into()));
        assert!(blocks_idle(&"sleep:idle:handle-lid-switch".into()));
        assert!(!blocks_idle(&"sleep:idle-hint".into()));
        assert!(inhibits_idle(&12_u32.into()));
        assert!(!inhibits_idle(&4_u32.into()));
    }
}
