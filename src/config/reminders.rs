//! The texts of the reminders, from `config/reminders.toml`.

use serde::Deserialize;

use crate::lang::tr;
use crate::schedule::Reminder;

const SHIPPED: &str = include_str!("../../config/reminders.toml");

/// The text of a reminder.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Text {
    /// The title, in a few words.
    pub title: String,
    /// The body, of one or two sentences.
    pub body: String,
}

/// The maximum length of a posture check with its tip, in characters, so that it can be read at a glance.
const MAX_POSTURE_CHARS: usize = 130;

/// A fact of the prevention guidance, in several wordings.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
struct Tip {
    /// A name for the fact, for readers of the file.
    fact: String,
    points: Vec<String>,
}

/// The texts of all reminders and tips, in English.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Texts {
    stand: Variants,
    stretch: Variants,
    posture: Variants,
    #[serde(rename = "tip")]
    tips: Vec<Tip>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Variants {
    full: Vec<Text>,
    short: Vec<Text>,
}

impl Texts {
    /// Parses the texts that are compiled in.
    #[must_use]
    #[expect(clippy::missing_panics_doc, reason = "a test reads the same file")]
    pub fn shipped() -> Self {
        toml::from_str(SHIPPED).expect("config/reminders.toml is compiled in, and tested")
    }

    /// Returns the text for the `turn`th time that this reminder comes; `short` selects those for a repeated
    /// question. Consecutive turns never have the same text.
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

    /// Returns the tip of a turn. Consecutive turns never have the same fact, and the wording of each fact alternates.
    #[must_use]
    pub fn tip(&self, turn: u64) -> &str {
        let facts = self.tips.len() as u64;
        let points = &self.tips[(turn % facts) as usize].points;
        &points[(turn / facts % points.len() as u64) as usize]
    }
}

/// Appends the tip to the body. `None` if there is to be no tip, because the question is repeated or the text of a
/// posture check would be too long.
#[must_use]
pub fn with_tip(reminder: Reminder, short: bool, body: &str, tip: &str) -> Option<String> {
    let text = format!("{body}\n{}", tr!("Tip: {tip}", tip = tip));
    let is_too_long = reminder == Reminder::Posture && text.chars().count() > MAX_POSTURE_CHARS;
    (!short && !is_too_long).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::routine::Library;

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
    fn texts_fit_into_a_notification() {
        let texts = Texts::shipped();
        let all = [&texts.stand, &texts.stretch, &texts.posture];
        for text in all
            .iter()
            .flat_map(|these| these.full.iter().chain(&these.short))
        {
            assert!((5..=40).contains(&text.title.chars().count()), "{text:?}");
            assert!((10..=130).contains(&text.body.chars().count()), "{text:?}");
        }
        for tip in texts.tips.iter().flat_map(|tip| &tip.points) {
            assert!((20..=90).contains(&tip.chars().count()), "{tip}");
        }
    }

    /// The numbers in reminders and tips match the short routine, which has one exercise of half a minute.
    #[test]
    fn numbers_in_reminders_are_those_of_the_short_routine() {
        let short = crate::config::Settings::shipped().rhythm.short_routine;
        let plan = Library::shipped().plan(&short).unwrap();
        assert_eq!((plan.parts().len(), plan.total_seconds()), (1, 30.0));
        let texts = Texts::shipped();
        let all = [&texts.stand, &texts.stretch, &texts.posture];
        let sentences = all
            .iter()
            .flat_map(|these| these.full.iter().chain(&these.short));
        let sentences = sentences.flat_map(|text| [&text.title, &text.body]);
        let tips = texts.tips.iter().flat_map(|tip| &tip.points);
        let true_of_it = [
            "half a minute",
            "one exercise",
            "a single exercise",
            "one small stretch",
            // These phrases do not refer to the routine.
            "even one lap",
            "shall we do one",
            "half the work",
        ];
        for text in sentences.chain(tips) {
            let mut rest = text.to_lowercase();
            for phrase in true_of_it {
                rest = rest.replace(phrase, "");
            }
            let is_number = |word: &str| {
                [
                    "one", "once", "single", "half", "two", "twice", "three", "four", "five",
                    "ten", "several",
                ]
                .contains(&word)
                    || word.chars().any(|c| c.is_ascii_digit())
            };
            let number = rest
                .split(|c: char| !c.is_alphanumeric())
                .find(|word| is_number(word));
            assert_eq!(number, None, "{text}");
        }
    }

    /// The eight facts of the prevention guidance, each with words that identify its wordings.
    const FACTS: [(&str, &[&str]); 8] = [
        ("walk", &["walk", "steps"]),
        ("stretch", &["stretch"]),
        ("posture", &["sitting", "posture"]),
        ("warm-up", &["Warm up", "warm"]),
        ("lifting", &["knees"]),
        ("massage", &["massage"]),
        ("load", &["bag"]),
        ("sleep", &["pillow"]),
    ];

    #[test]
    fn all_eight_facts_appear_in_every_round() {
        let texts = Texts::shipped();
        let facts: Vec<&str> = texts.tips.iter().map(|tip| tip.fact.as_str()).collect();
        assert_eq!(facts, FACTS.map(|(fact, _)| fact));
        for begin in [0, 5, u64::MAX - 40] {
            let round: Vec<&str> = (begin..begin + 8).map(|turn| texts.tip(turn)).collect();
            for (fact, words) in FACTS {
                let is_mentioned = |tip: &&str| words.iter().any(|word| tip.contains(word));
                assert!(round.iter().any(is_mentioned), "{fact} is not in {round:?}");
            }
        }
        for (tip, (fact, words)) in texts.tips.iter().zip(FACTS) {
            assert!(tip.points.len() >= 2, "{fact} has one wording only");
            for point in &tip.points {
                assert!(words.iter().any(|word| point.contains(word)), "{point}");
            }
        }
    }

    #[test]
    fn the_same_tip_never_comes_twice_in_a_row() {
        let texts = Texts::shipped();
        for turn in (0..100).chain([u64::MAX - 1]) {
            assert_ne!(texts.tip(turn), texts.tip(turn + 1));
        }
        assert_ne!(texts.tip(3), texts.tip(11), "a fact changes its words");
    }

    #[test]
    fn a_posture_check_stays_a_glance() {
        let tip = "Tense shoulders? A massage can help to loosen them.";
        let add_tip = |reminder, short, body: &str| with_tip(reminder, short, body, tip);
        let long = "Just notice it. If you’ve slumped forward, sit up a little and let your shoulders drop.";
        assert_eq!(add_tip(Reminder::Posture, false, long), None);
        assert_eq!(
            add_tip(Reminder::Posture, false, "Just notice it.").unwrap(),
            format!("Just notice it.\nTip: {tip}")
        );
        assert!(add_tip(Reminder::Stand, false, long).is_some());
        assert_eq!(add_tip(Reminder::Stand, true, long), None);
    }
}
