//! The guidance on safety and prevention, from `config/guidance.toml`.

use std::fmt::Write as _;

use serde::Deserialize;

use crate::lang::tr;

const SHIPPED: &str = include_str!("../../config/guidance.toml");

/// The guidance, in English; [`Section::translated`] translates it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Guidance {
    /// The sections shown before the very first routine.
    pub safety: Vec<Section>,
    /// All other sections of the guidance.
    pub more: Vec<Section>,
}

/// A section of the guidance.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Section {
    /// The heading; empty if there is none.
    pub title: String,
    /// The items of a list.
    pub points: Vec<String>,
    /// Text outside the list; empty if there is none.
    pub body: String,
}

impl Guidance {
    /// Parses the guidance that is compiled in.
    #[must_use]
    #[expect(clippy::missing_panics_doc, reason = "a test reads the same file")]
    pub fn shipped() -> Self {
        toml::from_str(SHIPPED).expect("config/guidance.toml is compiled in, and tested")
    }

    /// Formats the translated guidance for a terminal, wrapped to `width` characters.
    #[must_use]
    pub fn text(&self, width: usize) -> String {
        let mut text = String::new();
        for section in self
            .safety
            .iter()
            .chain(&self.more)
            .map(Section::translated)
        {
            if !section.title.is_empty() {
                let _ = writeln!(text, "{}\n", section.title.to_uppercase());
            }
            for point in &section.points {
                text.push_str(&wrapped(point, "  - ", "    ", width));
            }
            if !section.body.is_empty() {
                text.push_str(&wrapped(&section.body, "  ", "  ", width));
            }
            text.push('\n');
        }
        text.truncate(text.trim_end().len());
        text + "\n"
    }
}

impl Section {
    /// Returns the section in the current language.
    #[must_use]
    pub fn translated(&self) -> Self {
        let translate = |text: &String| {
            if text.is_empty() {
                String::new()
            } else {
                tr(text).to_owned()
            }
        };
        Self {
            title: translate(&self.title),
            points: self.points.iter().map(translate).collect(),
            body: translate(&self.body),
        }
    }
}

/// Wraps a text between words. In languages without spaces, the wrapping is left to the terminal.
fn wrapped(text: &str, first: &str, next: &str, width: usize) -> String {
    let mut lines = String::new();
    let mut line = first.to_owned();
    let mut is_empty = true;
    for word in text.split(' ') {
        let needed = line.chars().count() + usize::from(!is_empty) + word.chars().count();
        if needed > width && !is_empty {
            lines.push_str(&line);
            lines.push('\n');
            line = next.to_owned();
            is_empty = true;
        }
        if !is_empty {
            line.push(' ');
        }
        line.push_str(word);
        is_empty = false;
    }
    lines + &line + "\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_reads_well_in_a_terminal() {
        let text = Guidance::shipped().text(80);
        assert!(
            text.lines().all(|line| line.chars().count() <= 80),
            "{text}"
        );
        assert!(
            text.starts_with("WHILE YOU STRETCH\n\n  - Go slowly"),
            "{text}"
        );
        assert!(text.contains("WHEN TO SEE A DOCTOR\n\n"));
        assert!(text.ends_with("our own.\n"));
    }

    /// The warnings of the source must never be missing.
    #[test]
    fn the_warnings_are_there() {
        let text = Guidance::shipped().text(10_000);
        for fact in [
            "medical advice",
            "never force",
            "Stop where it hurts",
            "emergency",
            "make them worse",
            "physical therapist",
            "Warm up",
            "Danielle Hildreth",
            "27 January 2022",
        ] {
            assert!(text.contains(fact), "{fact}");
        }
    }

    #[test]
    fn a_line_is_broken_between_words() {
        assert_eq!(wrapped("a bb ccc", "- ", "  ", 6), "- a bb\n  ccc\n");
        assert_eq!(wrapped("abcdefgh i", "- ", "  ", 4), "- abcdefgh\n  i\n");
    }
}
