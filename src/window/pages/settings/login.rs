//! The switch for starting Unhunch at login, which is not part of the settings file.

use unhunch::autostart::{self, State};
use unhunch::lang::tr;

use crate::ui::{self, SettingKind};

/// The key of the switch on the page.
pub(super) const KEY: &str = "login";
/// The table that contains the switch.
pub(super) const TABLE: &str = "general";

/// The functions that read and change the autostart of the system. Tests replace them.
#[derive(Clone, Copy)]
pub(crate) struct Autostart {
    pub(crate) state: fn() -> anyhow::Result<State>,
    pub(crate) switch: fn(bool) -> anyhow::Result<State>,
}

impl Default for Autostart {
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

/// Returns the row with the current state of the system.
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
