//! The messages to the window: the page to show, the current status and the relevant settings.

use clap::ValueEnum;
use serde::de::IntoDeserializer;
use serde::{Deserialize, Deserializer, Serialize};

use super::status::Status;
use crate::config::{Guide, Settings, Sound};
use crate::time::Span;

/// A page of the window.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub enum Page {
    /// The start page with the current status and the available actions.
    #[default]
    Home,
    /// The guide that plays a routine.
    Guide,
    /// All exercises and routines.
    Library,
    /// The guidance and its limits.
    Guidance,
    /// The exercises done and the time spent sitting.
    History,
    /// The settings of the program.
    Settings,
    /// The introduction on the first start.
    Welcome,
    /// The start page with a question that nothing else can show. The user didn't open it, so it doesn't
    /// take the keyboard focus.
    #[value(skip)]
    Question,
    /// The version, the licences and the source code.
    About,
}

/// The contents of the window.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct WindowView {
    /// The page to switch to. `None` keeps the current page.
    #[serde(default, deserialize_with = "page")]
    pub page: Option<Page>,
    /// The id of the routine to play.
    pub routine: Option<String>,
    /// The approximate length of the routine. `None` means its full dose.
    #[serde(rename = "for", default, skip_serializing_if = "Option::is_none")]
    pub length: Option<Span>,
    /// A file or folder with exercises to show instead of the page, and to offer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
    /// The token of the click or key press that asked for the page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub activation_token: Option<String>,
    /// The current status, if a tray program is running.
    pub status: Option<Status>,
    /// The settings relevant to the window.
    #[serde(default)]
    pub settings: WindowSettings,
}

/// The settings relevant to the window. Fields that an older tray program doesn't send have their default.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct WindowSettings {
    /// The tag of the language, such as `en`.
    pub language: String,
    /// The appearance and behaviour of the guide.
    #[serde(flatten)]
    pub guide: Guide,
    /// The tones and the voice.
    #[serde(flatten)]
    pub sound: Sound,
    /// The id of the routine on offer when no question is open.
    pub routine: String,
    /// The approximate length of that routine. `None` means its full dose.
    pub length: Option<Span>,
    /// The length of a snooze.
    pub snooze: Span,
    /// `true` if the safety page has been read.
    pub safety_seen: bool,
}

impl WindowSettings {
    /// Takes the relevant settings from the settings file.
    #[must_use]
    pub fn new(settings: &Settings, safety_seen: bool) -> Self {
        Self {
            language: settings.language.language().tag.to_owned(),
            guide: settings.guide,
            sound: settings.sound,
            routine: settings.rhythm.routine.clone(),
            length: settings.rhythm.length.map(Span::from),
            snooze: Span::from(settings.rhythm.snooze),
            safety_seen,
        }
    }
}

impl Default for WindowSettings {
    fn default() -> Self {
        Self::new(&Settings::shipped(), false)
    }
}

/// Maps a page that only a newer program knows to the start page.
fn page<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Page>, D::Error> {
    let word = Option::<String>::deserialize(deserializer)?;
    Ok(word.map(|word| {
        let word = IntoDeserializer::<serde::de::value::Error>::into_deserializer(word);
        Page::deserialize(word).unwrap_or_default()
    }))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::config::{Contrast, Motion, Theme};
    use crate::figure::Character;

    #[test]
    fn the_settings_are_one_object_in_their_old_order() {
        let settings = WindowSettings {
            language: "en".to_owned(),
            guide: Guide {
                theme: Theme::Dark,
                ..Guide::default()
            },
            ..WindowSettings::default()
        };
        let written = json!({
            "language": "en",
            "theme": "dark",
            "contrast": "auto",
            "figure": "teal",
            "text_size": "normal",
            "motion": "auto",
            "on_top": false,
            "check_in": true,
            "hints": true,
            "tones": true,
            "volume": 40,
            "voice": false,
            "routine": "desk",
            "length": null,
            "snooze": "10 min",
            "safety_seen": false,
        });
        assert_eq!(
            serde_json::to_string(&settings).unwrap(),
            written.to_string()
        );
        assert_eq!(
            serde_json::from_value::<WindowSettings>(written).unwrap(),
            settings
        );
    }

    #[test]
    fn missing_fields_have_their_default() {
        let settings: WindowSettings = serde_json::from_value(json!({
            "contrast": "high", "figure": "plum", "motion": "reduced", "volume": 7, "mood": "sunny",
        }))
        .unwrap();
        let expected = WindowSettings {
            guide: Guide {
                contrast: Contrast::High,
                figure: Character::Plum,
                motion: Motion::Reduced,
                ..Guide::default()
            },
            sound: Sound {
                volume: 7,
                ..Sound::default()
            },
            ..WindowSettings::default()
        };
        assert_eq!(settings, expected);
    }

    #[test]
    fn a_page_of_a_newer_program_is_the_start_page() {
        let page = |word: serde_json::Value| {
            let view: WindowView = serde_json::from_value(json!({ "page": word })).unwrap();
            view.page
        };
        assert_eq!(page(json!("settings")), Some(Page::Settings));
        assert_eq!(page(json!("dreams")), Some(Page::Home));
        assert_eq!(page(json!(null)), None);
    }
}
