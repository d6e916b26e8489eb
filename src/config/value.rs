//! Takes one value from the file into its place, or tells all that is wrong with it.

use std::ops::Range;
use std::time::Duration;

use toml::Spanned;
use toml::de::DeValue;

use super::hours;
use super::keys::{FULL, Field, LONGEST, SHORTEST, nearest};
use super::place::clip;
use crate::lang::{mark, tr};
use crate::schedule::Reminder;
use crate::time::{NotASpan, Span};

/// What is wrong with a value.
pub(super) struct Slip {
    pub(super) at: Range<usize>,
    pub(super) what: String,
    pub(super) hint: Option<String>,
}

pub(super) fn slip(at: Range<usize>, what: impl Into<String>) -> Slip {
    Slip {
        at,
        what: what.into(),
        hint: None,
    }
}

impl Slip {
    pub(super) fn hint(mut self, hint: Option<String>) -> Vec<Self> {
        self.hint = hint;
        vec![self]
    }
}

/// Takes a value into its place, or tells all that is wrong with it.
pub(super) fn take(
    field: Field<'_>,
    name: &str,
    value: &Spanned<DeValue<'_>>,
    routines: Option<&[&str]>,
) -> Vec<Slip> {
    let at = value.span();
    match (field, value.get_ref()) {
        (Field::Length { place, least, most }, DeValue::String(text)) => {
            match length(text, least, most) {
                Ok(length) => *place = length,
                Err((what, hint)) => return slip(at, what).hint(hint),
            }
        }
        (Field::Length { .. }, DeValue::Integer(number)) => {
            let number = clip(&number.to_string());
            let hint = tr!("\"{n} min\" or \"{n} s\", with the quotes", n = number);
            return slip(
                at,
                tr!("`{line}` has no unit", line = format!("{name} = {number}")),
            )
            .hint(Some(hint));
        }
        (Field::Switch(place), DeValue::Boolean(on)) => *place = *on,
        (Field::Switch(_), DeValue::String(text)) => {
            let what = tr!(
                "`{name}` takes true or false, not the text \"{text}\"",
                name = name,
                text = clip(text)
            );
            return slip(at, what).hint(truth(text));
        }
        (Field::Number { place, least, most }, DeValue::Integer(number)) => {
            match within(number.as_str(), number.radix(), least, most) {
                Ok(number) => *place = number,
                Err(what) => return slip(at, what).hint(None),
            }
        }
        (Field::Number { .. }, DeValue::Float(number)) => {
            let number = clip(&number.to_string());
            return slip(at, tr!("{n} is not a whole number", n = number)).hint(None);
        }
        (Field::Number { least, most, .. }, DeValue::String(text)) => {
            let what = tr!(
                "`{name}` takes a number, not the text \"{text}\"",
                name = name,
                text = clip(text)
            );
            return slip(at, what).hint(number_in(text, least, most));
        }
        (Field::Word(place), DeValue::String(text)) => {
            if !place.choose(text) {
                let what = tr!(
                    "`{name}` cannot be \"{text}\"",
                    name = name,
                    text = clip(text)
                );
                return slip(at, what).hint(did_you_mean(text, place.words()));
            }
        }
        (Field::Routine(place), DeValue::String(id)) => {
            if routines.is_some_and(|routines| !routines.contains(&id.as_ref())) {
                let what = tr!("there is no routine or exercise \"{id}\"", id = clip(id));
                return slip(at, what).hint(did_you_mean(id, routines.unwrap_or_default()));
            }
            *place = id.clone().into_owned();
        }
        (Field::Dose(place), DeValue::String(text)) if text == FULL => *place = None,
        (Field::Dose(place), DeValue::String(text)) => match length(text, SHORTEST, LONGEST) {
            Ok(length) => *place = Some(length),
            Err((what, hint)) => {
                let hint = hint.or_else(|| did_you_mean(text, &[FULL]));
                return slip(at, what).hint(hint);
            }
        },
        (Field::Dose(_), DeValue::Integer(number)) => {
            let number = clip(&number.to_string());
            let hint = tr!("\"{n} min\", with the quotes", n = number);
            let line = format!("{name} = {number}");
            return slip(at, tr!("`{line}` has no unit", line = line)).hint(Some(hint));
        }
        (Field::Reminders(place), DeValue::Array(items)) => {
            let (reminders, slips) = reminders(items.iter(), &at);
            if !slips.is_empty() {
                return slips;
            }
            *place = reminders;
        }
        (Field::Hours(place), DeValue::Array(items)) => match hours::ranges(items.iter()) {
            Ok(ranges) => *place = ranges,
            Err(slips) => return slips,
        },
        (Field::Holidays(place), DeValue::Array(items)) => match hours::holidays(items.iter()) {
            Ok(holidays) => *place = holidays,
            Err(slips) => return slips,
        },
        (field, other) => {
            return vec![slip(
                at,
                tr!(
                    "`{name}` takes {noun}, not {other}",
                    name = name,
                    noun = field.noun(),
                    other = noun(other)
                ),
            )];
        }
    }
    Vec::new()
}

/// What is wrong, and what was probably meant.
type Wrong = (String, Option<String>);

fn length(text: &str, least: Duration, most: Duration) -> Result<Duration, Wrong> {
    let span: Span = text.parse().map_err(|error| no_length(text, &error))?;
    let length = span.duration();
    if length < least {
        return Err((
            tr!(
                "{length} is shorter than {least}",
                length = span,
                least = Span::from(least)
            ),
            None,
        ));
    }
    if length > most {
        return Err((
            tr!(
                "{length} is longer than {most}",
                length = span,
                most = Span::from(most)
            ),
            None,
        ));
    }
    Ok(length)
}

fn no_length(text: &str, error: &NotASpan) -> Wrong {
    let shown = clip(text);
    match error {
        NotASpan::Unreadable(_) => (
            tr!("\"{text}\" is not a length of time", text = shown),
            near_length(text),
        ),
        NotASpan::NoUnit(_) => (
            tr!("\"{text}\" has no unit", text = shown),
            Some(tr!("\"{n} min\" or \"{n} s\"", n = shown)),
        ),
        NotASpan::NotPositive(_) => (
            tr!("\"{text}\" is not more than nothing", text = shown),
            None,
        ),
        NotASpan::TooLong(_) => (tr!("\"{text}\" is more than a week", text = shown), None),
    }
}

fn within(number: &str, radix: u32, least: u8, most: u8) -> Result<u8, String> {
    match i64::from_str_radix(number, radix) {
        Ok(number) if number < least.into() => {
            Err(tr!("{n} is less than {least}", n = number, least = least))
        }
        Ok(number) if number <= most.into() => Ok(number as u8),
        Ok(number) => Err(tr!("{n} is more than {most}", n = number, most = most)),
        Err(_) => Err(tr!(
            "{n} is more than {most}",
            n = clip(number),
            most = most
        )),
    }
}

/// "40", "40%" and "40 percent" were probably 40.
fn number_in(text: &str, least: u8, most: u8) -> Option<String> {
    let digits = text
        .trim()
        .trim_end_matches(|char: char| !char.is_ascii_digit());
    let number = within(digits, 10, least, most).ok()?;
    Some(tr!("did you mean {value}, without quotes?", value = number))
}

/// "45 minuts" was probably "45 min".
fn near_length(text: &str) -> Option<String> {
    let digits = text.len()
        - text
            .trim_start_matches(|char: char| char.is_ascii_digit())
            .len();
    let (number, unit) = text.split_at(digits);
    let unit = nearest(
        unit.trim(),
        ["seconds", "minutes", "hours", "sec", "mins", "hrs"],
    )?;
    let unit = match unit.as_bytes().first()? {
        b's' => "s",
        b'm' => "min",
        _ => "h",
    };
    (1..=6).contains(&number.len()).then(|| {
        tr!(
            "did you mean \"{word}\"?",
            word = format!("{number} {unit}")
        )
    })
}

fn reminders<'v>(
    items: impl Iterator<Item = &'v Spanned<DeValue<'v>>>,
    list: &Range<usize>,
) -> (Vec<Reminder>, Vec<Slip>) {
    let (mut reminders, mut slips) = (Vec::new(), Vec::new());
    let mut empty = true;
    for item in items {
        empty = false;
        match reminder(item.get_ref(), &reminders) {
            Ok(reminder) => reminders.push(reminder),
            Err((what, hint)) => slips.extend(slip(item.span(), what).hint(hint)),
        }
    }
    if empty {
        let hint = tr("to have no reminders for a while, use `unhunch pause`").to_owned();
        slips.extend(slip(list.clone(), tr("the list is empty")).hint(Some(hint)));
    }
    (reminders, slips)
}

fn reminder(item: &DeValue<'_>, before: &[Reminder]) -> Result<Reminder, Wrong> {
    let DeValue::String(word) = item else {
        return Err((
            tr!("a reminder is a word, not {noun}", noun = noun(item)),
            None,
        ));
    };
    let reminder = match word.as_ref() {
        "stand" => Reminder::Stand,
        "stretch" => Reminder::Stretch,
        "posture" => {
            let hint = tr("`posture_check = true` switches it on").to_owned();
            return Err((
                tr("\"posture\" doesn't take turns with the others").to_owned(),
                Some(hint),
            ));
        }
        other => {
            let hint = did_you_mean(other, &["stand", "stretch"]);
            return Err((
                tr!("there is no reminder \"{word}\"", word = clip(other)),
                hint,
            ));
        }
    };
    if before.contains(&reminder) {
        return Err((tr!("\"{word}\" stands here twice", word = word), None));
    }
    Ok(reminder)
}

pub(super) fn noun(value: &DeValue<'_>) -> &'static str {
    tr(match value {
        DeValue::String(_) => mark("a text"),
        DeValue::Integer(_) | DeValue::Float(_) => mark("a number"),
        DeValue::Boolean(_) => mark("true or false"),
        DeValue::Datetime(_) => mark("a date or time"),
        DeValue::Array(_) => mark("a list"),
        DeValue::Table(_) => mark("a table"),
    })
}

fn did_you_mean(word: &str, candidates: &[&str]) -> Option<String> {
    nearest(word, candidates.iter().copied())
        .map(|near| tr!("did you mean \"{word}\"?", word = near))
}

fn truth(text: &str) -> Option<String> {
    let truth = match text.to_lowercase().as_str() {
        "true" | "yes" | "on" | "1" => "true",
        "false" | "no" | "off" | "0" => "false",
        _ => return None,
    };
    Some(tr!("did you mean {value}, without quotes?", value = truth))
}
