//! The switch that is no line of the file: whether Unhunch starts when the person logs in.

use unhunch::autostart::{self, State};
use unhunch::lang::tr;

use crate::ui::{self, SettingKind};

/// What the switch is called where settings are named by their key.
pub(super) const KEY: &str = "login";
/// The table in which it stands.
pub(super) const TABLE: &str = "general";

/// How the system is asked what it does when the person logs in, and told.
#[derive(Clone, Copy)]
pub(crate) struct Logins {
    pub(crate) state: fn() -> anyhow::Result<State>,
    pub(crate) switch: fn(bool) -> anyhow::Result<State>,
}

impl Default for Logins {
    fn default() -> Self {
        Self {
            state: autostart::state,
            switch: autostart::switch,
        }
    }
}

pub(crate) fn title() -> &'static str {
    tr("Start when you log in")
}

pub(super) fn sentence() -> &'static str {
    tr("Starts Unhunch when you log in to your computer.")
}

/// What the system will do; it is no line of the file.
pub(super) fn row(login: &State) -> ui::Setting {
    let sentence = sentence();
    let sentence = match &login.note {
        Some(note) => format!("{sentence} {note}"),
        None => sentence.to_owned(),
    };
    ui::Setting {
        key: KEY.into(),
        title: title().into(),
        about: sentence.as_str().into(),
        described: sentence.into(),
        kind: SettingKind::Toggle,
        on: login.starts,
        ..ui::Setting::default()
    }
}
