//! The types of the settings.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::figure::Character;
use crate::lang::{self, Language};
use crate::schedule::{Hours, Rhythm};
use crate::source::PresenceSource;

/// The settings of all tables.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// `[rhythm]` and `[hours]`: the reminders, their intervals, and the working hours.
    pub rhythm: Rhythm,
    /// `[rhythm]`: the number of stretches per day that the user aims for; 0 for no goal.
    pub daily_goal: u8,
    /// `[presence]`: the detection of absence and stillness.
    pub presence: Presence,
    /// `[quiet]`: the reasons to hold a reminder back.
    pub quiet: Quiet,
    /// `[guide]`: the window that leads through a routine.
    pub guide: Guide,
    /// `[sound]`: the sounds of the guide.
    pub sound: Sound,
    /// `[general]`: the language of all text and speech.
    pub language: LanguageChoice,
}

/// The tag of the language of all text and speech; `None` for that of the desktop.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LanguageChoice(pub Option<&'static str>);

impl LanguageChoice {
    /// Returns the chosen language, or that of the desktop.
    #[must_use]
    pub fn language(self) -> &'static Language {
        self.0
            .and_then(lang::by_tag)
            .unwrap_or_else(lang::desktop_language)
    }
}

/// The detection of absence and stillness.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Presence {
    /// The time without input after which the user counts as away.
    pub away: Duration,
    /// The time without input after which the hands are at rest, a good moment for a question.
    pub still: Duration,
    /// `true` if a film or a call counts as presence even without input.
    pub watching: bool,
    /// The sources that are not used, because they know nothing about the user.
    pub ignore: Vec<PresenceSource>,
}

/// The reasons to hold a reminder back. `true` enables the reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quiet {
    /// Do-not-disturb is on in the desktop.
    pub do_not_disturb: bool,
    /// The active window fills the whole screen.
    pub full_screen: bool,
    /// A microphone is in use, which means a call.
    pub microphone: bool,
    /// A camera is in use, which means a call.
    pub camera: bool,
    /// A program keeps the screen awake, for example during a film.
    pub keep_awake: bool,
}

/// The window that leads through a routine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Guide {
    /// The light or dark theme.
    pub theme: Theme,
    /// The contrast of the colours.
    pub contrast: Contrast,
    /// The appearance of the figure that shows the exercises.
    pub figure: Character,
    /// The size of the text.
    pub text_size: TextSize,
    /// The amount of motion of the figure.
    pub motion: Motion,
    /// `true` if the window stays above all others.
    pub on_top: bool,
    /// `true` if the last page asks how the back feels.
    pub check_in: bool,
    /// `true` if an arrow and a faint figure point out the next movement.
    pub hints: bool,
}

impl Default for Guide {
    fn default() -> Self {
        Settings::shipped().guide
    }
}

/// The light or dark theme of the window.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Theme {
    /// The theme of the desktop.
    Auto,
    /// Light, whatever the desktop uses.
    Light,
    /// Dark, whatever the desktop uses.
    Dark,
}

/// The contrast of the colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Contrast {
    /// The contrast of the desktop.
    Auto,
    /// Calm colours, whatever the desktop uses.
    Normal,
    /// The strongest contrast, whatever the desktop uses.
    High,
}

/// The size of the text in the window.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TextSize {
    /// The default size of text.
    Normal,
    /// Larger, for easier reading.
    Large,
    /// Twice the default, for reading from a distance of two metres.
    Largest,
}

/// The amount of motion of the figure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Motion {
    /// The preference of the desktop.
    Auto,
    /// The figure moves continuously.
    Full,
    /// Still poses that fade into each other.
    Reduced,
}

/// The sounds of the guide.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Sound {
    /// `true` if soft tones signal when to move, hold and rest.
    pub tones: bool,
    /// The volume of tones and voice, in percent.
    pub volume: u8,
    /// `true` if a voice says what to do.
    pub voice: bool,
}

impl Default for Sound {
    fn default() -> Self {
        Settings::shipped().sound
    }
}

impl Settings {
    /// The base for the shipped file. That file sets every key, so none of these values remains.
    pub(super) fn blank() -> Self {
        Self {
            rhythm: Rhythm {
                sit: Duration::ZERO,
                rest: Duration::ZERO,
                snooze: Duration::ZERO,
                grace: Duration::ZERO,
                ask_for: Duration::ZERO,
                ask_again: Duration::ZERO,
                hold_at_most: Duration::ZERO,
                settle: Duration::ZERO,
                at_most_per_hour: 0,
                reminders: Vec::new(),
                posture_check: false,
                routine: String::new(),
                length: None,
                short_routine: String::new(),
                hours: Hours::default(),
            },
            daily_goal: 0,
            presence: Presence {
                away: Duration::ZERO,
                still: Duration::ZERO,
                watching: false,
                ignore: Vec::new(),
            },
            quiet: Quiet {
                do_not_disturb: false,
                full_screen: false,
                microphone: false,
                camera: false,
                keep_awake: false,
            },
            guide: Guide {
                theme: Theme::Auto,
                contrast: Contrast::Auto,
                figure: Character::Teal,
                text_size: TextSize::Normal,
                motion: Motion::Auto,
                on_top: false,
                check_in: false,
                hints: false,
            },
            sound: Sound {
                tones: false,
                volume: 0,
                voice: false,
            },
            language: LanguageChoice(None),
        }
    }
}
