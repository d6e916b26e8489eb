//! What a person can set, with its types.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::figure::Look;
use crate::lang::{self, Language};
use crate::schedule::{Hours, Rhythm};

/// All settings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// `[rhythm]` and `[hours]`: how often, how patiently, what, and when at all.
    pub rhythm: Rhythm,
    /// `[rhythm]`: so many stretches a day the person wants to come to; 0: there is no goal.
    pub daily_goal: u8,
    /// `[presence]`: what counts as being there.
    pub presence: Presence,
    /// `[quiet]`: what holds a reminder back.
    pub quiet: Quiet,
    /// `[guide]`: the window that leads through a routine.
    pub guide: Guide,
    /// `[sound]`: what it lets you hear.
    pub sound: Sound,
    /// `[general]`: the language of everything that is shown or spoken.
    pub language: LanguageChoice,
}

/// The language of everything that is shown or spoken; none: the desktop's.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LanguageChoice(pub Option<&'static str>);

impl LanguageChoice {
    /// The language itself.
    #[must_use]
    pub fn language(self) -> &'static Language {
        self.0
            .and_then(lang::by_tag)
            .unwrap_or_else(lang::of_desktop)
    }
}

/// What counts as being there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Presence {
    /// Without input for this long, the person is away.
    pub away: Duration,
    /// Without input for this long, the hands rest: a good moment.
    pub still: Duration,
    /// Who watches a film or is in a call is there without input, too.
    pub watching: bool,
}

/// What holds a reminder back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quiet {
    /// The desktop is asked not to disturb.
    pub do_not_disturb: bool,
    /// The active window fills the whole screen.
    pub full_screen: bool,
    /// A microphone is in use: a call.
    pub microphone: bool,
    /// A camera is in use: a call.
    pub camera: bool,
    /// A program keeps the screen awake, as for a film.
    pub keep_awake: bool,
}

/// The window that leads through a routine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Guide {
    /// Light or dark.
    pub theme: Theme,
    /// How strong the colours are.
    pub contrast: Contrast,
    /// Who shows the exercises.
    pub figure: Look,
    /// How large the letters are.
    pub text_size: TextSize,
    /// Whether the figure moves.
    pub motion: Motion,
    /// Whether the window stays above the others.
    pub on_top: bool,
    /// Whether the last page asks how the back feels.
    pub check_in: bool,
}

impl Default for Guide {
    fn default() -> Self {
        Settings::shipped().guide
    }
}

/// Light or dark.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Theme {
    /// As the desktop.
    Auto,
    /// Always light.
    Light,
    /// Always dark.
    Dark,
}

/// How strong the colours are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Contrast {
    /// As the desktop.
    Auto,
    /// Calm colours.
    Normal,
    /// As strong as can be.
    High,
}

/// How large the letters of the window are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TextSize {
    /// As usual.
    Normal,
    /// Easier to read.
    Large,
    /// Twice as large: to be read from two metres.
    Largest,
}

/// Whether the figure moves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Motion {
    /// As the desktop.
    Auto,
    /// It moves.
    Full,
    /// Still poses that fade into each other.
    Reduced,
}

/// What the guide lets one hear.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Sound {
    /// Whether soft tones tell when to move, to hold and to rest.
    pub tones: bool,
    /// How loud tones and voice are, in percent.
    pub volume: u8,
    /// Whether a voice says what to do.
    pub voice: bool,
}

impl Default for Sound {
    fn default() -> Self {
        Settings::shipped().sound
    }
}

impl Settings {
    /// What the shipped file is laid over: nothing of it is left afterwards, since that file names every key.
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
                figure: Look::Teal,
                text_size: TextSize::Normal,
                motion: Motion::Auto,
                on_top: false,
                check_in: false,
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
