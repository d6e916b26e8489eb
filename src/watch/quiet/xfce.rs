//! Xfce: the switch of xfce4-notifyd, which xfconf keeps.

use super::bus::{Ask, Changes, Source, is_true};

pub(super) const SOURCE: Source = Source {
    name: "xfce",
    service: "org.xfce.Xfconf",
    path: "/org/xfce/Xfconf",
    interface: "org.xfce.Xfconf",
    ask: Ask::MethodOf("GetProperty", ["xfce4-notifyd", "/do-not-disturb"]),
    quiet: is_true,
    changes: Changes::Signal("PropertyChanged"),
    unless: None,
};
