//! The values of a table in a file of exercises, each with its mistakes.

#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "values of all other kinds are mistakes"
)]

use std::ops::Range;
use std::time::Duration;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::{Cost, LONGEST_TEXT, MOST_VALUES, Mistake, id_from};
use crate::config::keys::{Field, list, nearest};
use crate::config::syntax::Syntax;
use crate::config::value::{length, number_hint, parse_within};
use crate::config::value_mistake::{MessageAndHint, did_you_mean, noun};
use crate::lang::tr;
use crate::routine::is_id;
use crate::text::{clip, normalized};
use crate::time::Span;

/// A table with the values of an exercise, a routine or a step.
pub(super) struct Entry<'a> {
    pub(super) table: &'a DeTable<'a>,
    /// The position of the table, for what is missing.
    pub(super) at: Range<usize>,
    /// The part that is left out because of a mistake, unless the value matters less.
    pub(super) cost: Cost,
    pub(super) mistakes: Vec<Mistake>,
    /// The keys that were read, with the positions of their values.
    pub(super) keys: Vec<(String, Range<usize>)>,
    /// The pictures as written, with their positions.
    pub(super) pictures: Vec<(Range<usize>, String)>,
    pub(super) syntax: &'a Syntax<'a>,
}

/// A text with its position.
pub(super) type TextAt = (String, Range<usize>);

impl<'a> Entry<'a> {
    pub(super) fn new(
        table: &'a DeTable<'a>,
        at: Range<usize>,
        cost: Cost,
        syntax: &'a Syntax<'a>,
    ) -> Self {
        Self {
            table,
            at,
            cost,
            mistakes: Vec::new(),
            keys: Vec::new(),
            pictures: Vec::new(),
            syntax,
        }
    }

    /// Reports a mistake, unless its line can't be read anyway.
    pub(super) fn report(
        &mut self,
        at: Range<usize>,
        (message, hint): MessageAndHint,
        expected: String,
        cost: Cost,
    ) {
        if self.syntax.is_readable(&at) {
            self.mistakes.push(Mistake {
                at,
                message,
                expected,
                hint,
                cost,
            });
        }
    }

    /// Reports two keys that exclude each other, at the second one.
    pub(super) fn report_both(&mut self, first: &str, second: &str, cost: Cost) {
        let message = tr!(
            "`{first}` and `{second}` are both set; use only one",
            first = first,
            second = second
        );
        let at = self.table.get(second);
        let at = at.map_or(self.at.clone(), Spanned::span);
        self.report(at, (message, None), String::new(), cost);
    }

    /// Returns `true` if a list has 1 to `most` items. Otherwise it reports a mistake at `at`.
    pub(super) fn has_allowed_length(
        &mut self,
        key: &str,
        at: Range<usize>,
        [length, most]: [usize; 2],
        expected: String,
        cost: Cost,
    ) -> bool {
        let is_allowed = (1..=most).contains(&length);
        if !is_allowed {
            let message = tr!(
                "`{key}` has {n}; expected {least} to {most}",
                key = key,
                n = length,
                least = 1,
                most = most
            );
            self.report(at, (message, None), expected, cost);
        }
        is_allowed
    }

    /// Returns the value of a key, and notes its position.
    pub(super) fn value(&mut self, key: &str) -> Option<&'a Spanned<DeValue<'a>>> {
        let value = self.table.get(key)?;
        self.keys.push((key.to_owned(), value.span()));
        Some(value)
    }

    /// Reports all keys that are neither among `known` nor `hidden`. `others` are words that people write for a known key.
    pub(super) fn unknown_keys(
        &mut self,
        known: &[&str],
        hidden: &[&str],
        others: &[(&str, &str)],
    ) {
        for (name, _) in self.table {
            let word: &str = name.get_ref();
            if known.contains(&word) || hidden.contains(&word) {
                continue;
            }
            let other = others.iter().find(|(other, _)| *other == word);
            let suggestion = other.map(|(_, meant)| *meant);
            let suggestion = suggestion.or_else(|| nearest(word, known.iter().copied()));
            let hint =
                suggestion.map(|suggestion| tr!("did you mean `{word}`?", word = suggestion));
            let message = tr!("there is no key `{word}`", word = clip(word));
            let expected = tr!("one of {words}", words = known.join(", "));
            self.report(name.span(), (message, hint), expected, self.cost);
        }
    }

    /// Reports texts, lists and tables that are too long.
    pub(super) fn check_sizes(&mut self) {
        let mut long = Vec::new();
        for (_, value) in self.table {
            collect_long(value, &mut long);
        }
        for (at, message) in long {
            self.report(at, (message, None), String::new(), self.cost);
        }
    }

    pub(super) fn id(&mut self) -> Option<String> {
        let expected = || tr("lower-case letters, digits and hyphens, at most 60").to_owned();
        let value = self.value("id")?;
        let DeValue::String(text) = value.get_ref() else {
            self.wrong_kind("id", value, tr("text"), expected(), self.cost);
            return None;
        };
        if is_id(text) {
            return Some(text.to_string());
        }
        let message = tr!("`id` can’t be \"{id}\"", id = clip(text));
        let hint = tr!("did you mean \"{word}\"?", word = id_from(text, "exercise"));
        self.report(value.span(), (message, Some(hint)), expected(), self.cost);
        None
    }

    fn wrong_kind(
        &mut self,
        key: &str,
        value: &Spanned<DeValue<'_>>,
        expected_kind: &str,
        expected: String,
        cost: Cost,
    ) {
        let message = tr!(
            "`{name}` takes {noun}, not {other}",
            name = key,
            noun = expected_kind,
            other = noun(value.get_ref())
        );
        self.report(value.span(), (message, None), expected, cost);
    }

    /// Returns a text that is not empty.
    pub(super) fn text(&mut self, key: &str, cost: Cost) -> Option<String> {
        let value = self.value(key)?;
        let expected = || tr("text in quotes").to_owned();
        match value.get_ref() {
            DeValue::String(text) if !text.trim().is_empty() => Some(tidy(text)),
            DeValue::String(_) => {
                let message = tr!("`{key}` is empty", key = key);
                self.report(value.span(), (message, None), expected(), cost);
                None
            }
            DeValue::Integer(_)
            | DeValue::Float(_)
            | DeValue::Boolean(_)
            | DeValue::Datetime(_)
            | DeValue::Array(_)
            | DeValue::Table(_) => {
                self.wrong_kind(key, value, tr("text"), expected(), cost);
                None
            }
        }
    }

    /// Returns one text or a list of texts, none of them empty.
    pub(super) fn texts(&mut self, key: &str, most: usize, cost: Cost) -> Option<Vec<TextAt>> {
        let value = self.value(key)?;
        let expected = || {
            tr!(
                "a text in quotes, or a list of 1 to {most} of them",
                most = most
            )
        };
        let items = match value.get_ref() {
            DeValue::Array(items) => items.iter().collect(),
            DeValue::String(_) => vec![value],
            DeValue::Integer(_)
            | DeValue::Float(_)
            | DeValue::Boolean(_)
            | DeValue::Datetime(_)
            | DeValue::Table(_) => {
                self.wrong_kind(key, value, tr("text"), expected(), cost);
                return None;
            }
        };
        if !self.has_allowed_length(key, value.span(), [items.len(), most], expected(), cost) {
            return None;
        }
        let mut texts = Vec::new();
        for (number, item) in (1..).zip(items) {
            self.keys.push((format!("{key}.{number}"), item.span()));
            match item.get_ref().as_str().map(tidy) {
                Some(text) if !text.is_empty() => texts.push((text, item.span())),
                Some(_) => {
                    let message = tr!("`{key}` is empty", key = format!("{key} {number}"));
                    self.report(item.span(), (message, None), expected(), cost);
                }
                None => {
                    let name = format!("{key} {number}");
                    self.wrong_kind(&name, item, tr("text"), expected(), cost);
                }
            }
        }
        Some(texts)
    }

    /// Returns the whole number of one of the keys in [`NUMBERS`](super::NUMBERS).
    pub(super) fn number(&mut self, key: &str, cost: Cost) -> Option<u32> {
        let value = self.value(key)?;
        let (least, most) = (1, super::greatest(key)?);
        let expected = whole_number(most);
        let (message, hint) = match value.get_ref() {
            DeValue::Integer(number) => {
                match parse_within(number.as_str(), number.radix(), least, most) {
                    Ok(number) => return Some(number.into()),
                    Err(message) => (message, None),
                }
            }
            DeValue::String(text) => (not_a_number(key, text), number_hint(text, least, most)),
            DeValue::Float(number) => {
                let number = clip(&number.to_string());
                (tr!("{n} is not a whole number", n = number), None)
            }
            DeValue::Boolean(_) | DeValue::Datetime(_) | DeValue::Array(_) | DeValue::Table(_) => {
                self.wrong_kind(key, value, tr("a whole number"), expected, cost);
                return None;
            }
        };
        self.report(value.span(), (message, hint), expected, cost);
        None
    }

    /// Returns a length of time in seconds. A number without a unit means seconds.
    pub(super) fn seconds(&mut self, key: &str, [least, most]: [f64; 2]) -> Option<f64> {
        let value = self.value(key)?;
        let [shortest, longest] = [least, most].map(Duration::from_secs_f64);
        let expected = tr!(
            "a length of time like {example}, from {least} to {most}",
            example = "\"15 s\"",
            least = Span::from(shortest),
            most = Span::from(longest)
        );
        let seconds = match value.get_ref() {
            DeValue::Integer(number) => {
                let number = i64::from_str_radix(number.as_str(), number.radix());
                within(
                    number.map_or(f64::MAX, |number| number as f64),
                    [least, most],
                )
            }
            DeValue::Float(number) => {
                within(number.as_str().parse().unwrap_or(f64::NAN), [least, most])
            }
            DeValue::String(text) => {
                // People write "15", and mean seconds as in the number 15.
                match normalized(text).parse::<f64>() {
                    Ok(number) if number.is_finite() => within(number, [least, most]),
                    Ok(_) | Err(_) => {
                        length(text, shortest, longest).map(|length| length.as_secs_f64())
                    }
                }
            }
            DeValue::Boolean(_) | DeValue::Datetime(_) | DeValue::Array(_) | DeValue::Table(_) => {
                self.wrong_kind(key, value, tr("a length of time"), expected, self.cost);
                return None;
            }
        };
        match seconds {
            Ok(seconds) => Some(seconds),
            Err((message, hint)) => {
                let short = value.get_ref().as_str().and_then(minutes_and_seconds);
                let hint = short
                    .map(|meant| tr!("did you mean \"{word}\"?", word = meant))
                    .or(hint);
                let message_and_hint = (message, hint);
                self.report(value.span(), message_and_hint, expected, self.cost);
                None
            }
        }
    }

    /// Returns what a word stands for. Only the first word of each meaning is listed in messages.
    pub(super) fn word<T: Copy + PartialEq>(
        &mut self,
        key: &str,
        words: &[(&str, T)],
        cost: Cost,
    ) -> Option<T> {
        let value = self.value(key)?;
        self.word_of(key, value, words, cost)
    }

    fn word_of<T: Copy + PartialEq>(
        &mut self,
        key: &str,
        value: &Spanned<DeValue<'_>>,
        words: &[(&str, T)],
        cost: Cost,
    ) -> Option<T> {
        let mut distinct: Vec<(&str, T)> = Vec::new();
        for (word, meaning) in words {
            if distinct.iter().all(|(_, other)| other != meaning) {
                distinct.push((word, *meaning));
            }
        }
        let names: Vec<&str> = distinct.iter().map(|(word, _)| *word).collect();
        let expected = tr!("one of {words}", words = list(&names));
        let DeValue::String(text) = value.get_ref() else {
            self.wrong_kind(key, value, tr("a word"), expected, cost);
            return None;
        };
        let word = normalized(text).to_lowercase();
        if let Some((_, meaning)) = words.iter().find(|(name, _)| *name == word) {
            return Some(*meaning);
        }
        let all: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
        let message = tr!(
            "`{name}` cannot be \"{text}\"",
            name = key,
            text = clip(text)
        );
        let hint = did_you_mean(&word, &all);
        self.report(value.span(), (message, hint), expected, cost);
        None
    }

    /// Returns what a word or the words of a list stand for.
    pub(super) fn words<T: Copy + PartialEq>(
        &mut self,
        key: &str,
        words: &[(&str, T)],
        cost: Cost,
    ) -> Option<Vec<T>> {
        let value = self.value(key)?;
        match value.get_ref() {
            DeValue::Array(items) => {
                let items = items.iter();
                Some(
                    items
                        .filter_map(|item| self.word_of(key, item, words, cost))
                        .collect(),
                )
            }
            _ => self
                .word_of(key, value, words, cost)
                .map(|meaning| vec![meaning]),
        }
    }

    /// Returns true or false.
    pub(super) fn switch(&mut self, key: &str) -> Option<bool> {
        let value = self.value(key)?;
        if let DeValue::Boolean(on) = value.get_ref() {
            return Some(*on);
        }
        let expected = tr("true or false, without quotes").to_owned();
        self.wrong_kind(key, value, tr("true or false"), expected, self.cost);
        None
    }
}

/// Returns the text with single spaces.
fn tidy(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    words.join(" ")
}

/// Guesses that "1:30" means 1 min 30 s, since no exercise takes hours.
fn minutes_and_seconds(text: &str) -> Option<Span> {
    let (minutes, seconds) = text.trim().split_once(':')?;
    let (minutes, seconds) = (minutes.parse::<u8>().ok()?, seconds.parse::<u8>().ok()?);
    let total = u64::from(minutes) * 60 + u64::from(seconds);
    (seconds < 60 && total > 0).then(|| Span::seconds(total))
}

fn within(seconds: f64, [least, most]: [f64; 2]) -> Result<f64, MessageAndHint> {
    if (least..=most).contains(&seconds) {
        return Ok(seconds);
    }
    let length_text = if seconds.is_finite() && seconds.abs() < 1e9 {
        tr!("{n} s", n = seconds)
    } else {
        tr("this number").to_owned()
    };
    let limit = |seconds| Span::from(Duration::from_secs_f64(seconds));
    let message = if seconds > most {
        tr!(
            "{length} is longer than {most}",
            length = length_text,
            most = limit(most)
        )
    } else {
        tr!(
            "{length} is shorter than {least}",
            length = length_text,
            least = limit(least)
        )
    };
    Err((message, None))
}

/// Collects the texts, lists and tables that are too long, with a sentence for each.
fn collect_long(value: &Spanned<DeValue<'_>>, long: &mut Vec<(Range<usize>, String)>) {
    if long.len() >= super::MAX_PROBLEMS {
        return;
    }
    let too_many = || tr!("this list has more than {n} entries", n = MOST_VALUES);
    match value.get_ref() {
        DeValue::String(text) => {
            let length = text.chars().count();
            if length > LONGEST_TEXT {
                let message = tr!(
                    "this text has {n} characters; expected at most {most}",
                    n = length,
                    most = LONGEST_TEXT
                );
                long.push((value.span(), message));
            }
        }
        DeValue::Array(items) if items.len() > MOST_VALUES => {
            long.push((value.span(), too_many()));
        }
        DeValue::Array(items) => items.iter().for_each(|item| collect_long(item, long)),
        DeValue::Table(table) if table.len() > MOST_VALUES => {
            long.push((value.span(), too_many()));
        }
        DeValue::Table(table) => {
            for (_, item) in table {
                collect_long(item, long);
            }
        }
        DeValue::Integer(_) | DeValue::Float(_) | DeValue::Boolean(_) | DeValue::Datetime(_) => {}
    }
}

/// Describes a text where a number is expected.
pub(super) fn not_a_number(key: &str, text: &str) -> String {
    tr!(
        "`{name}` takes a number, not the text \"{text}\"",
        name = key,
        text = clip(text)
    )
}

/// Describes the whole numbers from 1 to this one.
pub(super) fn whole_number(most: u8) -> String {
    let mut place = 0;
    let field = Field::Number {
        place: &mut place,
        least: 1,
        most,
    };
    field.expected()
}
