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
    pub(super) message: String,
    pub(super) expected: String,
    pub(super) hint: Option<String>,
    /// `true` if it follows from the mistake before: in a list that isn't closed, every line is wrong.
    pub(super) follows: bool,
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
        let mut in_open_list = false;
        for error in errors {
            let at = error.span().unwrap_or(0..0);
            if !self.is_readable(&at) {
                continue;
            }
            let line = line_around(self.text, at.start);
            let unquoted = without_quotes(&self.text[line.clone()], &is_known);
            self.unreadable.push(line);
            let was_in_open_list = in_open_list;
            in_open_list = unquoted.is_none() && self.is_in_open_list(error.message(), at.start);
            let (message, expected) = match unquoted {
                Some(_) => (tr("this text is missing its quotes"), tr("text in quotes")),
                None if in_open_list => (tr("the list before this has no `]` at its end"), ""),
                None => (
                    reason::of_toml_syntax(error.message())
                        .or(without_closing_quote(&self.text[self.last_line()]))
                        .unwrap_or(tr("this line can’t be read")),
                    expected,
                ),
            };
            mistakes.push(SyntaxMistake {
                at,
                message: message.to_owned(),
                expected: expected.to_owned(),
                hint: unquoted.map(|line| tr!("did you mean `{word}`?", word = line)),
                follows: in_open_list && was_in_open_list,
            });
        }
        mistakes
    }

    /// Returns `true` if the parser misses a comma because it takes a line like `hold = 5` for a value of the list before.
    fn is_in_open_list(&self, message: &str, at: usize) -> bool {
        let line = line_around(self.text, at);
        let is_first = self.text[line.start..at].trim().is_empty();
        let (before, line) = (&self.text[..at], &self.text[line]);
        let is_key = |name: &str| {
            let mut letters = name.trim().chars();
            !name.trim().is_empty()
                && letters.all(|c| c.is_ascii_alphanumeric() || "_-".contains(c))
        };
        let begins_with_key = line.split_once('=').is_some_and(|(name, _)| is_key(name));
        // An open inline table has keys, too.
        let in_table = before.rfind('{') > before.rfind('}');
        reason::is_missing_comma(message) && is_first && begins_with_key && !in_table
    }

    fn last_line(&self) -> Range<usize> {
        self.unreadable.last().cloned().unwrap_or(0..0)
    }

    /// `true` if the line is valid TOML. After too many invalid lines, all others are considered invalid, too.
    pub(super) fn is_readable(&self, at: &Range<usize>) -> bool {
        let is_same_line = |line: &Range<usize>| line.contains(&at.start) || line.start == at.start;
        self.unreadable.len() < MAX_PROBLEMS && !self.unreadable.iter().any(is_same_line)
    }
}

/// Describes a line with an odd number of quotation marks.
fn without_closing_quote(line: &str) -> Option<&'static str> {
    let marks = line.matches('"').count() - line.matches("\\\"").count();
    (marks % 2 == 1).then(|| tr("a quotation mark is missing in this line"))
}

/// Corrects the most common mistake: a known key whose value has no quotes.
fn without_quotes(line: &str, is_known: impl Fn(&str) -> bool) -> Option<String> {
    let (name, value) = unquoted(line)?;
    is_known(name).then(|| format!("{name} = \"{value}\""))
}

/// Returns the key and the value of a line like `hold = 15 s`, in which the value has no quotes, and isn't valid without them.
pub(super) fn unquoted(line: &str) -> Option<(&str, &str)> {
    let (name, value) = line.split_once('=')?;
    let (name, value) = (name.trim(), value.split('#').next()?.trim());
    let bare = !value.is_empty()
        && value.len() < 40
        && value
            .chars()
            .all(|char| char.is_alphanumeric() || " ._-".contains(char));
    // A line with a valid value has another mistake, such as a key that is set twice.
    (bare && DeValue::parse(value).is_err()).then_some((name, value))
}
