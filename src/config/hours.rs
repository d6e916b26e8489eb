//! Parses working hours and holidays of the settings file, or reports their mistakes.

use toml::Spanned;
use toml::de::DeValue;

use super::value_mistake::{MessageAndHint, ValueMistake, mistake, noun};
use crate::lang::tr;
use crate::schedule::{Holidays, HoursError, Range};
use crate::text::{clip, is_dash, normalized};
use crate::time::minute_of_day;

/// The maximum length of a list; nobody writes a longer one by hand.
const MAX_ENTRIES: usize = 400;

/// Parses the ranges of a day, and sorts them.
pub(super) fn ranges<'v>(
    items: impl Iterator<Item = &'v Spanned<DeValue<'v>>>,
) -> Result<Vec<Range>, Vec<ValueMistake>> {
    let mut ranges: Vec<Range> = Vec::new();
    let mut mistakes = Vec::new();
    for (count, item) in items.enumerate() {
        if count == MAX_ENTRIES {
            mistakes.extend(too_many(item));
            break;
        }
        let parsed = range(item.get_ref()).and_then(|range| match overlapped(range, &ranges) {
            Some(other) => Err((
                tr!("{range} overlaps {other}", range = range, other = other),
                None,
            )),
            None => Ok(range),
        });
        match parsed {
            Ok(range) => ranges.push(range),
            Err((message, hint)) => mistakes.extend(mistake(item.span(), message).hint(hint)),
        }
    }
    ranges.sort();
    if mistakes.is_empty() {
        Ok(ranges)
    } else {
        Err(mistakes)
    }
}

fn too_many(item: &Spanned<DeValue<'_>>) -> Vec<ValueMistake> {
    let message = tr!("this list has more than {n} entries", n = MAX_ENTRIES);
    mistake(item.span(), message).hint(None)
}

fn overlapped(range: Range, others: &[Range]) -> Option<Range> {
    others.iter().copied().find(|other| other.overlaps(range))
}

/// Parses the holidays, in the order of the file.
pub(super) fn holidays<'v>(
    items: impl Iterator<Item = &'v Spanned<DeValue<'v>>>,
) -> Result<Vec<Holidays>, Vec<ValueMistake>> {
    let (mut holidays, mut mistakes) = (Vec::new(), Vec::new());
    for (count, item) in items.enumerate() {
        if count == MAX_ENTRIES {
            mistakes.extend(too_many(item));
            break;
        }
        match days(item.get_ref()) {
            Ok(days) => holidays.push(days),
            Err((message, hint)) => mistakes.extend(mistake(item.span(), message).hint(hint)),
        }
    }
    if mistakes.is_empty() {
        Ok(holidays)
    } else {
        Err(mistakes)
    }
}

fn range(item: &DeValue<'_>) -> Result<Range, MessageAndHint> {
    let DeValue::String(text) = item else {
        let message = tr!("a range must be text, not {noun}", noun = noun(item));
        return Err((message, None));
    };
    text.parse().map_err(|error| match error {
        HoursError::Empty => (
            tr!(
                "\"{text}\" starts and ends at the same time",
                text = clip(text)
            ),
            Some(tr!(
                "for the whole day, write \"{word}\"",
                word = "0:00-24:00"
            )),
        ),
        HoursError::Unreadable | HoursError::Backwards => (
            tr!("not a time range: \"{text}\"", text = clip(text)),
            guess_range(text).map(|range| tr!("did you mean \"{word}\"?", word = range)),
        ),
    })
}

/// Parses one holiday. A date may also be a TOML date, which has no quotes.
fn days(item: &DeValue<'_>) -> Result<Holidays, MessageAndHint> {
    let text = match item {
        DeValue::String(text) => text.to_string(),
        DeValue::Datetime(date) => date.to_string(),
        DeValue::Integer(_)
        | DeValue::Float(_)
        | DeValue::Boolean(_)
        | DeValue::Array(_)
        | DeValue::Table(_) => {
            let message = tr!("a holiday must be a date, not {noun}", noun = noun(item));
            return Err((message, None));
        }
    };
    text.parse().map_err(|error| match error {
        HoursError::Backwards => (
            tr!("\"{text}\" ends before it starts", text = clip(&text)),
            None,
        ),
        HoursError::Unreadable | HoursError::Empty => (
            tr!("not a date: \"{text}\"", text = clip(&text)),
            Some(match guess_days(&text) {
                Some(days) => tr!("did you mean \"{word}\"?", word = days),
                None => tr(
                    "write dates year first, like 2026-12-25, with .. between the first and last day",
                )
                .to_owned(),
            }),
        ),
    })
}

/// Guesses the range meant by "9:00 – 17:00", "9am to 5pm", "9 bis 17 Uhr" or "24:00-6:00".
fn guess_range(text: &str) -> Option<Range> {
    let text = normalized(text).to_lowercase();
    let (from, to) = text.split_once(is_dash).or_else(|| {
        [" to ", " bis "]
            .iter()
            .find_map(|word| text.split_once(word))
    })?;
    // A day that begins at 24:00 begins at 0:00.
    let minute = |time: &str| minute_of_day(time).map(|minute| minute % (24 * 60));
    let (from, to) = (minute(from)?, minute(to)?);
    let time = |minute: u16| format!("{}:{:02}", minute / 60, minute % 60);
    format!("{}-{}", time(from), time(to)).parse().ok()
}

/// Guesses the holidays meant by dates with other dashes than a hyphen.
fn guess_days(text: &str) -> Option<Holidays> {
    let plain = text.replace(is_dash, "-");
    plain.parse().ok()
}
