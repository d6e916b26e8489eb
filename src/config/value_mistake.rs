//! A mistake in a value of the settings file, and its description.

use std::ops::Range;

use toml::de::DeValue;

use super::keys::nearest;
use crate::lang::{mark, tr};
use crate::text::clip;

/// A mistake in a value.
pub(super) struct ValueMistake {
    pub(super) at: Range<usize>,
    pub(super) message: String,
    pub(super) hint: Option<String>,
}

pub(super) fn mistake(at: Range<usize>, message: impl Into<String>) -> ValueMistake {
    ValueMistake {
        at,
        message: message.into(),
        hint: None,
    }
}

impl ValueMistake {
    pub(super) fn hint(mut self, hint: Option<String>) -> Vec<Self> {
        self.hint = hint;
        vec![self]
    }
}

/// The description of a mistake, and a hint at the correction.
pub(super) type MessageAndHint = (String, Option<String>);

/// The kind of a value, in a word or two.
pub(super) fn noun(value: &DeValue<'_>) -> &'static str {
    tr(match value {
        DeValue::String(_) => mark("text"),
        DeValue::Integer(_) | DeValue::Float(_) => mark("a number"),
        DeValue::Boolean(_) => mark("true or false"),
        DeValue::Datetime(_) => mark("a date or time"),
        DeValue::Array(_) => mark("a list"),
        DeValue::Table(_) => mark("a table"),
    })
}

/// Returns a hint at the candidate that was probably meant; `None` if it would show the same text as the mistake.
pub(super) fn did_you_mean(word: &str, candidates: &[&str]) -> Option<String> {
    nearest(word, candidates.iter().copied())
        .filter(|suggestion| clip(suggestion) != clip(word))
        .map(|suggestion| tr!("did you mean \"{word}\"?", word = suggestion))
}
