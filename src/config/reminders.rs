//! What the reminders say: the texts of `config/reminders.toml`.

use serde::Deserialize;

use crate::schedule::Reminder;

const SHIPPED: &str = include_str!("../../config/reminders.toml");

/// One text of a reminder.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Text {
    /// A few words.
    pub title: String,
    /// A sentence or two.
    pub body: String,
}

/// All texts.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Texts {
    stand: Variants,
    stretch: Variants,
    posture: Variants,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Variants {
    full: Vec<Text>,
    short: Vec<Text>,
}

impl Texts {
    /// The texts that are compiled in.
    #[must_use]
    #[expect(clippy::missing_panics_doc, reason = "a test reads the same file")]
    pub fn shipped() -> Self {
        toml::from_str(SHIPPED).expect("config/reminders.toml is compiled in, and tested")
    }

    /// The text for the `turn`th time that this reminder comes; `short`: for the second asking.
    /// Turns that follow each other never say the same.
    #[must_use]
    pub fn pick(&self, reminder: Reminder, turn: u64, short: bool) -> &Text {
        let variants = match reminder {
            Reminder::Stand => &self.stand,
            Reminder::Stretch => &self.stretch,
            Reminder::Posture => &self.posture,
        };
        let texts = if short {
            &variants.short
        } else {
            &variants.full
        };
        &texts[(turn % texts.len() as u64) as usize]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: [Reminder; 3] = [Reminder::Stand, Reminder::Stretch, Reminder::Posture];

    #[test]
    fn the_same_words_never_come_twice_in_a_row() {
        let texts = Texts::shipped();
        for reminder in ALL {
            for turn in (0..20).chain([u64::MAX - 1]) {
                let now = texts.pick(reminder, turn, false);
                assert_ne!(now, texts.pick(reminder, turn + 1, false), "{reminder:?}");
                assert_ne!(now, texts.pick(reminder, turn, true), "{reminder:?}");
                let short = texts.pick(reminder, turn, true);
                assert_ne!(short, texts.pick(reminder, turn + 1, true), "{reminder:?}");
            }
        }
    }

    #[test]
    fn a_notification_holds_them() {
        let texts = Texts::shipped();
        let all = [&texts.stand, &texts.stretch, &texts.posture];
        for text in all
            .iter()
            .flat_map(|these| these.full.iter().chain(&these.short))
        {
            assert!((5..=40).contains(&text.title.chars().count()), "{text:?}");
            assert!((10..=130).contains(&text.body.chars().count()), "{text:?}");
        }
    }
}
