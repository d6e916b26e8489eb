//! The sources of information that `unhunch status` lists, such as the one that detects activity or shows the icon.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::lang::{mark, tr};

/// The source that is in use for one purpose, or the reason why there is none. In JSON and on the screen it is a short text, for
/// example `x11` or `none: headless`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub enum Source {
    /// A part of the system by name, possibly followed by a colon and its limitations.
    Named(String),
    /// The tray, which shows our icon.
    Shown,
    /// A running notification server. Its name is known once it has shown something.
    Present,
    /// The desktop has no tray at present. Its panel may still appear.
    NoTray,
    /// Only the clock, with a description of what it can't detect.
    Clock(String),
    /// No source, with the reason.
    None(Absence),
}

/// A source that can detect whether anyone is using the computer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PresenceSource {
    /// The idle monitor of GNOME's compositor.
    Mutter,
    /// The idle protocol of other Wayland compositors.
    Wayland,
    /// The idle counter of the X server.
    X11,
    /// The idle state that the desktop reports to logind.
    Logind,
    /// The last input according to Windows.
    Windows,
    /// The last input according to macOS.
    Macos,
}

impl PresenceSource {
    /// All sources, on all systems.
    pub const ALL: [Self; 6] = [
        Self::Mutter,
        Self::Wayland,
        Self::X11,
        Self::Logind,
        Self::Windows,
        Self::Macos,
    ];

    /// The names of all sources, in the same order.
    pub const WORDS: [&'static str; 6] = ["mutter", "wayland", "x11", "logind", "windows", "macos"];

    /// Returns the name in the settings and at the beginning of the answer in `unhunch status`.
    #[must_use]
    pub fn word(self) -> &'static str {
        Self::WORDS[self as usize]
    }

    /// Returns the source with this name.
    #[must_use]
    pub fn by_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|source| source.word() == word)
    }
}

/// The reason why there is no source.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Absence {
    /// No source has been started yet.
    #[default]
    NotStarted,
    /// The program was deliberately started without a screen.
    Headless,
    /// There is no screen.
    NoScreen,
    /// Our notifications are disabled in the settings of the desktop.
    SwitchedOff,
    /// Another reason, such as an error, in the language of the user.
    Other(String),
}

const SHOWN: &str = "shown";
const PRESENT: &str = "present";
const NO_TRAY: &str = mark("no tray on this desktop");
const CLOCK: &str = "clock: ";
const NONE: &str = "none: ";

impl Source {
    /// Creates a source from the name of a part of the system.
    #[must_use]
    pub fn named(name: impl Into<String>) -> Self {
        Self::Named(name.into())
    }

    /// Creates a missing source with this reason.
    #[must_use]
    pub fn none(why: impl fmt::Display) -> Self {
        Self::None(Absence::from(why.to_string()))
    }

    /// Combines several sources of the same information.
    #[must_use]
    pub fn all(names: &[&str]) -> Self {
        if names.is_empty() {
            Self::none(tr("nothing on this desktop reports it"))
        } else {
            Self::Named(names.join(", "))
        }
    }

    /// Returns the text in the language of the user. The word at the beginning, such as `none`, is for programs, too, and stays.
    #[must_use]
    pub fn localized(&self) -> String {
        match self {
            Self::Named(name) => tr(name).to_owned(),
            Self::NoTray => tr(NO_TRAY).to_owned(),
            Self::None(why) => format!("{NONE}{}", tr(&why.to_string())),
            Self::Shown | Self::Present | Self::Clock(_) => self.to_string(),
        }
    }
}

impl Default for Source {
    fn default() -> Self {
        Self::None(Absence::default())
    }
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Named(name) => f.write_str(name),
            Self::Shown => f.write_str(SHOWN),
            Self::Present => f.write_str(PRESENT),
            Self::NoTray => f.write_str(NO_TRAY),
            Self::Clock(blind) => write!(f, "{CLOCK}{blind}"),
            Self::None(why) => write!(f, "{NONE}{why}"),
        }
    }
}

impl From<String> for Source {
    fn from(text: String) -> Self {
        match text.as_str() {
            SHOWN => Self::Shown,
            PRESENT => Self::Present,
            NO_TRAY => Self::NoTray,
            other => {
                if let Some(why) = other.strip_prefix(NONE) {
                    Self::none(why)
                } else if let Some(blind) = other.strip_prefix(CLOCK) {
                    Self::Clock(blind.to_owned())
                } else {
                    Self::Named(text)
                }
            }
        }
    }
}

impl From<Source> for String {
    fn from(source: Source) -> Self {
        source.to_string()
    }
}

impl Absence {
    /// The predefined reasons with their texts.
    const NAMED: [(Self, &'static str); 4] = [
        (Self::NotStarted, mark("not started")),
        (Self::Headless, "headless"),
        (Self::NoScreen, mark("there is no screen")),
        (
            Self::SwitchedOff,
            mark("switched off for Unhunch in the settings of the desktop"),
        ),
    ];
}

impl fmt::Display for Absence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Self::Other(why) = self {
            return f.write_str(why);
        }
        let named = Self::NAMED.into_iter().find(|(why, _)| why == self);
        f.write_str(named.map_or("", |(_, text)| text))
    }
}

impl From<String> for Absence {
    fn from(text: String) -> Self {
        let named = Self::NAMED.into_iter().find(|(_, named)| *named == text);
        named.map_or(Self::Other(text), |(why, _)| why)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_state_keeps_its_words() {
        for (source, text) in [
            (Source::named("x11"), "x11"),
            (Source::Shown, "shown"),
            (Source::Present, "present"),
            (Source::NoTray, "no tray on this desktop"),
            (
                Source::Clock("sleep is reported, locking is not".to_owned()),
                "clock: sleep is reported, locking is not",
            ),
            (Source::default(), "none: not started"),
            (Source::None(Absence::Headless), "none: headless"),
            (Source::None(Absence::NoScreen), "none: there is no screen"),
            (
                Source::None(Absence::SwitchedOff),
                "none: switched off for Unhunch in the settings of the desktop",
            ),
            (
                Source::None(Absence::Other("the X server hangs".to_owned())),
                "none: the X server hangs",
            ),
            (Source::all(&["dunst", "x11"]), "dunst, x11"),
            (Source::all(&[]), "none: nothing on this desktop reports it"),
        ] {
            let json = serde_json::to_value(&source).unwrap();
            assert_eq!(json, text);
            assert_eq!(serde_json::from_value::<Source>(json).unwrap(), source);
        }
    }
}
