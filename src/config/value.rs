//! Parses the value of a key and stores it in the settings, or reports its mistakes.

use std::ops::Range;
use std::time::Duration;

use toml::Spanned;
use toml::de::DeValue;

use super::hours;
use super::keys::{Choice, FULL, Field, LONGEST, SHORTEST, nearest};
use super::value_mistake::{MessageAndHint, ValueMistake, did_you_mean, mistake, noun};
use crate::lang::{mark, tr};
use crate::schedule::Reminder;
use crate::source::PresenceSource;
use crate::text::{clip, normalized};
use crate::time::{ParseSpanError, Span};

/// Parses a value and stores it in the settings, or returns its mistakes.
pub(super) fn set_value(
    field: Field<'_>,
    name: &str,
    value: &Spanned<DeValue<'_>>,
    routines: Option<&[&str]>,
) -> Vec<ValueMistake> {
    let at = value.span();
    let result = match (field, value.get_ref()) {
        (Field::Reminders(place), DeValue::Array(items)) => {
            reminders(items.iter(), &at).map(|reminders| *place = reminders)
        }
        (Field::Sources(place), DeValue::Array(items)) => {
            sources(items.iter(), name).map(|sources| *place = sources)
        }
        (Field::Hours(place), DeValue::Array(items)) => {
            hours::ranges(items.iter()).map(|ranges| *place = ranges)
        }
        (Field::Holidays(place), DeValue::Array(items)) => {
            hours::holidays(items.iter()).map(|holidays| *place = holidays)
        }
        (field, value) => set_single_value(field, name, value, routines)
            .map_err(|(message, hint)| mistake(at, message).hint(hint)),
    };
    result.err().unwrap_or_default()
}

/// Parses a value that is not a list.
fn set_single_value(
    field: Field<'_>,
    name: &str,
    value: &DeValue<'_>,
    routines: Option<&[&str]>,
) -> Result<(), MessageAndHint> {
    match (field, value) {
        (Field::Length { place, least, most }, DeValue::String(text)) => {
            *place = length(text, least, most)?;
        }
        (Field::Length { .. }, DeValue::Integer(number)) => {
            let number = clip(&number.to_string());
            let hint = tr!("\"{n} min\" or \"{n} s\", including the quotes", n = number);
            return Err((no_unit(name, &number), Some(hint)));
        }
        (Field::Switch(place), DeValue::Boolean(on)) => *place = *on,
        (Field::Switch(_), DeValue::String(text)) => {
            let message = tr!(
                "`{name}` takes true or false, not the text \"{text}\"",
                name = name,
                text = clip(text)
            );
            return Err((message, bool_hint(text)));
        }
        (Field::Number { place, least, most }, DeValue::Integer(number)) => {
            let number = parse_within(number.as_str(), number.radix(), least, most);
            *place = number.map_err(|message| (message, None))?;
        }
        (Field::Number { .. }, DeValue::Float(number)) => {
            let number = clip(&number.to_string());
            return Err((tr!("{n} is not a whole number", n = number), None));
        }
        (Field::Number { least, most, .. }, DeValue::String(text)) => {
            let message = tr!(
                "`{name}` takes a number, not the text \"{text}\"",
                name = name,
                text = clip(text)
            );
            return Err((message, number_hint(text, least, most)));
        }
        (Field::Word(place), DeValue::String(text)) => choose(place, name, text)?,
        (Field::Routine(place), DeValue::String(id)) => *place = routine(id, routines)?,
        (Field::Dose(place), DeValue::String(text)) => *place = dose(text)?,
        (Field::Dose(_), DeValue::Integer(number)) => {
            let number = clip(&number.to_string());
            let hint = tr!("\"{n} min\", including the quotes", n = number);
            return Err((no_unit(name, &number), Some(hint)));
        }
        (field, other) => {
            let message = tr!(
                "`{name}` takes {noun}, not {other}",
                name = name,
                noun = field.noun(),
                other = noun(other)
            );
            return Err((message, None));
        }
    }
    Ok(())
}

fn no_unit(name: &str, number: &str) -> String {
    tr!("`{line}` has no unit", line = format!("{name} = {number}"))
}

fn choose(place: &mut dyn Choice, name: &str, word: &str) -> Result<(), MessageAndHint> {
    if place.choose(&normalized(word)) {
        return Ok(());
    }
    let message = tr!(
        "`{name}` cannot be \"{text}\"",
        name = name,
        text = clip(word)
    );
    Err((message, did_you_mean(word, place.words())))
}

fn routine(written: &str, routines: Option<&[&str]>) -> Result<String, MessageAndHint> {
    let id = normalized(written);
    match routines {
        Some(routines) if !routines.contains(&id.as_str()) => {
            let message = tr!(
                "there is no routine or exercise \"{id}\"",
                id = clip(written)
            );
            Err((message, did_you_mean(&id, routines)))
        }
        Some(_) | None => Ok(id),
    }
}

fn dose(text: &str) -> Result<Option<Duration>, MessageAndHint> {
    if normalized(text) == FULL {
        return Ok(None);
    }
    match length(text, SHORTEST, LONGEST) {
        Ok(length) => Ok(Some(length)),
        Err((message, hint)) => Err((message, hint.or_else(|| did_you_mean(text, &[FULL])))),
    }
}

pub(super) fn length(
    text: &str,
    least: Duration,
    most: Duration,
) -> Result<Duration, MessageAndHint> {
    let span: Span = text.parse().map_err(|error| length_error(text, &error))?;
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

fn length_error(text: &str, error: &ParseSpanError) -> MessageAndHint {
    let hint = match error {
        ParseSpanError::Unreadable(_) => length_hint(text),
        ParseSpanError::NoUnit(number) => Some(tr!("\"{n} min\" or \"{n} s\"", n = clip(number))),
        ParseSpanError::TimeOfDay(_, length) => {
            Some(tr!("did you mean \"{word}\"?", word = length))
        }
        ParseSpanError::NotPositive(_) | ParseSpanError::TooLong(_) => None,
    };
    (error.to_string(), hint)
}

pub(super) fn parse_within(number: &str, radix: u32, least: u8, most: u8) -> Result<u8, String> {
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

/// Guesses that "40", "40%" and "40 percent" mean 40.
pub(super) fn number_hint(text: &str, least: u8, most: u8) -> Option<String> {
    let text = normalized(text);
    let digits = text.trim_end_matches(|char: char| !char.is_ascii_digit());
    let number = parse_within(digits, 10, least, most).ok()?;
    Some(tr!("did you mean {value}, without quotes?", value = number))
}

/// Guesses that "45 minuts" means "45 min". A unit in the user's language is understood, too.
fn length_hint(text: &str) -> Option<String> {
    let text = normalized(text);
    let digits = text.len()
        - text
            .trim_start_matches(|char: char| char.is_ascii_digit())
            .len();
    let (number, unit) = text.split_at(digits);
    let unit = unit_meant(unit.trim())?;
    (1..=6).contains(&number.len()).then(|| {
        tr!(
            "did you mean \"{word}\"?",
            word = format!("{number} {unit}")
        )
    })
}

fn unit_meant(word: &str) -> Option<&'static str> {
    let localized = [
        ("h", mark("{n} h")),
        ("min", mark("{n} min")),
        ("s", mark("{n} s")),
    ];
    let word = word.trim_end_matches('.');
    if let Some((unit, _)) = localized
        .iter()
        .find(|(_, text)| tr(text).replace("{n}", "").trim() == word)
    {
        return Some(unit);
    }
    let unit = nearest(
        word,
        ["seconds", "minutes", "hours", "sec", "min", "mins", "hrs"],
    )?;
    Some(match unit.as_bytes().first()? {
        b's' => "s",
        b'm' => "min",
        _ => "h",
    })
}

fn reminders<'v>(
    items: impl Iterator<Item = &'v Spanned<DeValue<'v>>>,
    list: &Range<usize>,
) -> Result<Vec<Reminder>, Vec<ValueMistake>> {
    let (mut reminders, mut mistakes) = (Vec::new(), Vec::new());
    let mut empty = true;
    for item in items {
        empty = false;
        match reminder(item.get_ref(), &reminders) {
            Ok(reminder) => reminders.push(reminder),
            Err((message, hint)) => mistakes.extend(mistake(item.span(), message).hint(hint)),
        }
    }
    if empty {
        let hint = tr("to stop reminders for a while, use `unhunch pause`").to_owned();
        mistakes.extend(mistake(list.clone(), tr("the list is empty")).hint(Some(hint)));
    }
    if mistakes.is_empty() {
        Ok(reminders)
    } else {
        Err(mistakes)
    }
}

/// Parses the sources that detect presence. A name that is repeated counts once.
fn sources<'v>(
    items: impl Iterator<Item = &'v Spanned<DeValue<'v>>>,
    name: &str,
) -> Result<Vec<PresenceSource>, Vec<ValueMistake>> {
    let (mut sources, mut mistakes) = (Vec::new(), Vec::new());
    for item in items {
        match source(item.get_ref(), name) {
            Ok(source) if sources.contains(&source) => {}
            Ok(source) => sources.push(source),
            Err((message, hint)) => mistakes.extend(mistake(item.span(), message).hint(hint)),
        }
    }
    if mistakes.is_empty() {
        Ok(sources)
    } else {
        Err(mistakes)
    }
}

fn source(item: &DeValue<'_>, name: &str) -> Result<PresenceSource, MessageAndHint> {
    let DeValue::String(word) = item else {
        let message = tr!("a name must be text, not {noun}", noun = noun(item));
        return Err((message, None));
    };
    PresenceSource::by_word(&normalized(word)).ok_or_else(|| {
        let message = tr!(
            "`{name}` can’t contain \"{text}\"",
            name = name,
            text = clip(word)
        );
        (message, did_you_mean(word, &PresenceSource::WORDS))
    })
}

fn reminder(item: &DeValue<'_>, before: &[Reminder]) -> Result<Reminder, MessageAndHint> {
    let DeValue::String(word) = item else {
        return Err((
            tr!("a reminder must be a word, not {noun}", noun = noun(item)),
            None,
        ));
    };
    let reminder = match normalized(word).as_str() {
        "stand" => Reminder::Stand,
        "stretch" => Reminder::Stretch,
        "posture" => {
            let hint = tr("turn it on with `posture_check = true`").to_owned();
            return Err((
                tr("\"posture\" can’t be one of the alternating reminders").to_owned(),
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
        return Err((tr!("\"{word}\" is listed twice", word = word), None));
    }
    Ok(reminder)
}

fn bool_hint(text: &str) -> Option<String> {
    let truth = match normalized(text).to_lowercase().as_str() {
        "true" | "yes" | "on" | "1" => "true",
        "false" | "no" | "off" | "0" => "false",
        _ => return None,
    };
    Some(tr!("did you mean {value}, without quotes?", value = truth))
}
