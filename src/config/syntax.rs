//! Mistakes in the syntax of a TOML file, one for each line.

use std::ops::Range;

use toml::de::DeValue;

use super::place::line_around;
use super::problem::MAX_PROBLEMS;
use crate::lang::tr;
use crate::reason;

/// The lines of a text that are not valid TOML.
pub(super) struct Syntax<'a> {
    text: &'a str,
    /// These lines, with their line breaks. Whatever else is parsed from them is unreliable.
    unreadable: Vec<Range<usize>>,
}

/// A mistake in the syntax.
pub(super) struct SyntaxMistake {
    pub(super) at: Range<usize>,
    pub(super) what: String,
    pub(super) expected: String,
    pub(super) hint: Option<String>,
}

impl<'a> Syntax<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self {
            text,
            unreadable: Vec::new(),
        }
    }

    /// Returns the mistakes behind the errors of the parser, at most one per line. `expected` describes a valid line.
    pub(super) fn read(
        &mut self,
        errors: &[toml::de::Error],
        is_known: impl Fn(&str) -> bool,
        expected: &str,
    ) -> Vec<SyntaxMistake> {
        let mut mistakes = Vec::new();
        for error in errors {
            let at = error.span().unwrap_or(0..0);
            if !self.is_readable(&at) {
                continue;
            }
            let line = line_around(self.text, at.start);
            let unquoted = without_quotes(&self.text[line.clone()], &is_known);
            self.unreadable.push(line);
            let (what, expected) = match unquoted {
                Some(_) => (tr("this text is missing its quotes"), tr("text in quotes")),
                None => (
                    reason::of_toml_syntax(error.message())
                        .or(without_closing_quote(&self.text[self.last_line()]))
                        .unwrap_or(tr("this line can’t be read")),
                    expected,
                ),
            };
            mistakes.push(SyntaxMistake {
                at,
                what: what.to_owned(),
                expected: expected.to_owned(),
                hint: unquoted.map(|line| tr!("did you mean `{word}`?", word = line)),
            });
        }
        mistakes
    }

    fn last_line(&self) -> Range<usize> {
        self.unreadable.last().cloned().unwrap_or(0..0)
    }

    /// `true` if the line is valid TOML. After too many invalid lines, all others are considered invalid, too.
    pub(super) fn is_readable(&self, at: &Range<usize>) -> bool {
        let here = |line: &Range<usize>| line.contains(&at.start) || line.start == at.start;
        self.unreadable.len() < MAX_PROBLEMS && !self.unreadable.iter().any(here)
    }
}

/// Describes a line with an odd number of quotation marks.
fn without_closing_quote(line: &str) -> Option<&'static str> {
    let marks = line.matches('"').count() - line.matches("\\\"").count();
    (marks % 2 == 1).then(|| tr("a quotation mark is missing in this line"))
}

/// Corrects the most common mistake: a known key whose value has no quotes.
fn without_quotes(line: &str, is_known: impl Fn(&str) -> bool) -> Option<String> {
    let (name, value) = line.split_once('=')?;
    let (name, value) = (name.trim(), value.split('#').next()?.trim());
    let bare = !value.is_empty()
        && value.len() < 40
        && value
            .chars()
            .all(|char| char.is_alphanumeric() || " ._-".contains(char));
    // A line with a valid value has another mistake, such as a key that is set twice.
    (is_known(name) && bare && DeValue::parse(value).is_err())
        .then(|| format!("{name} = \"{value}\""))
}
