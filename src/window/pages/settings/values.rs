//! Values of settings: their texts, choices, parsing and steps.

use std::time::Duration;

use unhunch::config::explain::{Explanation, Kind};
use unhunch::lang::{self, tr};
use unhunch::routine::Library;
use unhunch::time::Span;

use super::edit::Value;

/// Returns the text of the value in its control.
pub(super) fn control_text(setting: &Explanation, library: &Library) -> String {
    let picks = picks(setting, library).into_iter();
    let mut picked = picks
        .filter(|(word, _)| *word == setting.plain)
        .map(|(_, text)| text);
    match setting.kind {
        Kind::Dose { .. } if setting.plain == "full" => tr("full").to_owned(),
        Kind::Dose { .. }
        | Kind::Length { .. }
        | Kind::Switch
        | Kind::Number { .. }
        | Kind::Word(_)
        | Kind::Reminders
        | Kind::Routine
        | Kind::Words(_)
        | Kind::Hours
        | Kind::Holidays => picked.next_back().unwrap_or_else(|| setting.plain.clone()),
    }
}

/// Returns the text of the value within a sentence.
pub(super) fn sentence_text(setting: &Explanation, library: &Library) -> String {
    match (setting.kind, setting.written.as_str()) {
        (Kind::Switch, written) => on_or_off(written == "true").to_owned(),
        (_, "[]") => tr("none").to_owned(),
        (_, _) => control_text(setting, library),
    }
}

/// Returns the title and the value: "Sitting: 45 min".
pub(super) fn setting_text(setting: &Explanation, library: &Library) -> String {
    tr!(
        "{setting}: {value}",
        setting = setting.title,
        value = sentence_text(setting, library)
    )
}

pub(super) fn on_or_off(on: bool) -> &'static str {
    if on { tr("on") } else { tr("off") }
}

/// Returns the choices as values and texts. Empty if the value is typed or switched.
pub(super) fn picks(setting: &Explanation, library: &Library) -> Vec<(String, String)> {
    match setting.kind {
        Kind::Word(words) => words
            .iter()
            .map(|word| ((*word).to_owned(), word_text(setting.name, word).to_owned()))
            .collect(),
        Kind::Routine => library
            .iter()
            .map(|item| (item.id().to_owned(), item.name().to_owned()))
            .collect(),
        Kind::Reminders => [
            ("stand, stretch", tr("Short walk, then stretch")),
            ("stretch, stand", tr("Stretch, then short walk")),
            ("stand", tr("Short walks only")),
            ("stretch", tr("Stretches only")),
        ]
        .map(|(word, text)| (word.to_owned(), text.to_owned()))
        .to_vec(),
        Kind::Length { .. }
        | Kind::Switch
        | Kind::Number { .. }
        | Kind::Dose { .. }
        | Kind::Words(_)
        | Kind::Hours
        | Kind::Holidays => Vec::new(),
    }
}

fn word_text(name: &str, word: &'static str) -> &'static str {
    match (name, word) {
        (_, "auto") => tr("Follow the desktop"),
        ("language", tag) => lang::by_tag(tag).map_or(tag, |language| language.name),
        (_, "light") => tr("Light"),
        (_, "dark") => tr("Dark"),
        (_, "normal") => tr("Normal"),
        (_, "high") => tr("High"),
        (_, "large") => tr("Large"),
        (_, "largest") => tr("Largest"),
        (_, "teal") => tr("Teal"),
        (_, "plum") => tr("Plum"),
        (_, "slate") => tr("Slate"),
        (_, "full") => tr("Animated"),
        (_, "reduced") => tr("Still poses"),
        (_, word) => word,
    }
}

pub(super) fn split(text: &str) -> Vec<String> {
    text.split([',', ';', '\n'])
        .map(str::trim)
        .filter(|part| !part.is_empty())
        .map(str::to_owned)
        .collect()
}

pub(super) fn value_of(setting: &Explanation, text: &str) -> Value {
    let text = text.trim();
    match setting.kind {
        Kind::Number { .. } => text
            .parse()
            .map_or_else(|_| Value::Text(text.to_owned()), Value::Number),
        Kind::Hours | Kind::Holidays | Kind::Words(_) | Kind::Reminders => Value::List(split(text)),
        Kind::Dose { .. } if text == tr("full") => Value::Text("full".to_owned()),
        Kind::Length { .. } | Kind::Dose { .. } => {
            let text = with_unit(text, &setting.plain);
            // Normalise the notation of the length.
            let span: Result<Span, _> = text.parse();
            Value::Text(span.map_or_else(|_| text, |span| span.to_string()))
        }
        Kind::Switch | Kind::Word(_) | Kind::Routine => Value::Text(text.to_owned()),
    }
}

/// Returns a length as typed. A number alone gets the unit of the present value, or minutes if that has none.
fn with_unit(typed: &str, present: &str) -> String {
    let is_number = typed.parse::<u32>().is_ok();
    let unit = present.rsplit(' ').next();
    match unit.filter(|unit| ["s", "min", "h"].contains(unit)) {
        _ if !is_number => typed.to_owned(),
        Some(unit) => format!("{typed} {unit}"),
        None => format!("{typed} min"),
    }
}

/// The steps of lengths, in seconds.
const LENGTHS: [u64; 40] = [
    1, 2, 3, 4, 5, 7, 10, 15, 20, 30, 45, 60, 90, 120, 180, 240, 300, 360, 420, 480, 600, 720, 900,
    1200, 1500, 1800, 2100, 2400, 2700, 3000, 3300, 3600, 4500, 5400, 7200, 10800, 14400, 21600,
    28800, 43200,
];

/// Returns the next value up or down. `None` if there is none.
pub(super) fn next_value(setting: &Explanation, by: i32) -> Option<String> {
    match setting.kind {
        Kind::Number { least, most } => {
            let step = if most == 100 { 5 } else { 1 };
            let number: i32 = setting.plain.parse().ok()?;
            let next = if by > 0 {
                (number / step + 1) * step
            } else {
                (number + step - 1) / step * step - step
            };
            let next = next.clamp(least.into(), most.into());
            (next != number).then(|| next.to_string())
        }
        Kind::Length { least, most } => next_length(&setting.plain, by, least, most),
        Kind::Dose { least, most } => match (setting.plain.as_str(), by > 0) {
            ("full", true) => None,
            ("full", false) => Some(Span::from(most).to_string()),
            (plain, true) => {
                next_length(plain, by, least, most).or_else(|| Some("full".to_owned()))
            }
            (plain, false) => next_length(plain, by, least, most),
        },
        Kind::Switch
        | Kind::Word(_)
        | Kind::Reminders
        | Kind::Routine
        | Kind::Words(_)
        | Kind::Hours
        | Kind::Holidays => None,
    }
}

fn next_length(plain: &str, by: i32, least: Duration, most: Duration) -> Option<String> {
    let length = plain.parse::<Span>().ok()?.duration();
    let bounds = LENGTHS.map(Duration::from_secs).into_iter().chain([most]);
    let mut bounds = bounds.filter(|step| (least..=most).contains(step));
    let next = if by > 0 {
        bounds.filter(|step| *step > length).min()
    } else {
        bounds.by_ref().filter(|step| *step < length).max()
    };
    next.map(|next| Span::from(next).to_string())
}

#[cfg(test)]
mod tests {
    use super::super::tests::{explained, explained_setting};
    use super::*;

    #[test]
    fn steps_stay_within_what_is_allowed() {
        for setting in explained("") {
            for by in [-1, 1] {
                let mut at = setting.clone();
                let mut steps = 0;
                while let Some(next) = next_value(&at, by) {
                    assert_ne!(next, at.plain);
                    let written = value_of(&setting, &next).written();
                    let file = format!("{} = {written}\n", setting.key());
                    let file = if setting.name == "still"
                        || setting.name == "away"
                        || setting.name == "rest"
                    {
                        String::new()
                    } else {
                        file
                    };
                    explained(&file);
                    at.plain = next;
                    steps += 1;
                    assert!(steps < 100, "{}", setting.key());
                }
            }
        }
        let next =
            |text: &str, key: &str, by| next_value(&explained_setting(text, key), by).unwrap();
        assert_eq!(next("", "rhythm.sit", 1), "35 min");
        assert_eq!(next("rhythm.sit = \"31 min\"", "rhythm.sit", -1), "30 min");
        assert_eq!(next("", "sound.volume", 1), "45");
        assert_eq!(next("sound.volume = 42", "sound.volume", -1), "40");
        assert_eq!(next("rhythm.length = \"1 h\"", "rhythm.length", 1), "full");
        assert_eq!(next("", "rhythm.length", -1), "1 h");
    }

    #[test]
    fn typed_values_are_normalised() {
        let normalised =
            |key: &str, text: &str| value_of(&explained_setting("", key), text).written();
        assert_eq!(normalised("rhythm.sit", " 90s "), "\"1 min 30 s\"");
        assert_eq!(normalised("rhythm.sit", "soon"), "\"soon\"");
        assert_eq!(normalised("rhythm.sit", "22"), "\"22 min\"");
        assert_eq!(normalised("rhythm.length", "4"), "\"4 min\"");
        assert_eq!(with_unit("2", "1 h"), "2 h");
        assert_eq!(with_unit("90", "1 min 30 s"), "90 s");
        assert_eq!(normalised("sound.volume", "7"), "7");
        assert_eq!(normalised("sound.volume", "loud"), "\"loud\"");
        assert_eq!(
            normalised("hours.monday", "9:00-12:30; 13:15-18:00,"),
            "[\"9:00-12:30\", \"13:15-18:00\"]"
        );
        assert_eq!(normalised("hours.holidays", ""), "[]");
    }
}
