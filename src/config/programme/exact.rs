//! The exact form of an exercise, which lists its phases and poses.
//!
//! It is parsed by serde, which stops at the first mistake. The wrong value is then taken out and the rest parsed again, until
//! all mistakes are known.

#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "values of all other kinds are mistakes"
)]

use std::ops::Range;
use std::path::Path;

use serde::Deserialize;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::entry::Entry;
use super::{MAX_PROBLEMS, ReadExercise, picture};
use crate::config::keys::nearest;
use crate::lang::tr;
use crate::reason;
use crate::routine::{Exercise, Figure, Library};
use crate::text::clip;

/// Keys that both forms have, and that are read separately.
const SHARED: [&str; 3] = ["picture", "like", "id"];

/// Values that stand for missing ones while the rest is checked, by their keys.
const STANDINS: &str = r#"
id = "x"
name = "x"
source = "x"
cue = "x"
group = "desk"
position = "sitting"
sides = "both"
kind = "move"
details = ["x"]
cautions = ["x"]
sets = 1
rep = []
dose = { reps = 1, sets = 1, ready = 5 }
view = { yaw = 0, pitch = 0, centre = [0, 0], height = 100 }
"#;

/// Reads an exercise. Nothing but its pictures has a default.
pub(super) fn read(
    entry: &mut Entry<'_>,
    id: &str,
    file: &Path,
    library: &Library,
) -> Option<ReadExercise> {
    collect_keys("", entry.table, &mut entry.keys);
    let mut table = entry.table.clone();
    for key in SHARED {
        table.remove(key);
    }
    let value = DeValue::String(id.to_owned().into());
    table.insert(Spanned::new(0..0, "id".into()), Spanned::new(0..0, value));
    let mut patches = Vec::new();
    let mut exercise = parse(entry, table, &mut patches)?;
    for fault in exercise.check() {
        let is_own = |patch: &String| overlaps(&fault.key, patch);
        let of_figure = patches.iter().any(|patch| patch.starts_with("figure"))
            && (fault.key.ends_with("pose") || fault.key == "sides");
        if fault.key == "id" || patches.iter().any(is_own) || of_figure {
            continue;
        }
        let at = position(&entry.keys, &fault.key).unwrap_or(entry.at.clone());
        entry.report(at, (fault.message, None), String::new(), entry.cost);
    }
    // With a picture instead of a figure, the poses stand for nothing.
    if exercise.figure.drawing().is_none() {
        let (figure, _) = picture::read(entry, Vec::new(), file, library);
        exercise.figure = figure;
        follow_phases(&mut exercise);
        for fault in exercise.check() {
            if fault.key.ends_with("pose") && entry.mistakes.is_empty() {
                exercise.figure = Figure::None;
            }
        }
    }
    Some((exercise, Vec::new(), None))
}

/// One picture belongs to getting ready, and one to each phase.
fn follow_phases(exercise: &mut Exercise) {
    let enter = exercise.enter.iter_mut();
    let all = enter
        .chain(&mut exercise.segments)
        .chain(&mut exercise.leave);
    for (step, segment) in (1..).zip(all) {
        segment.step = step;
    }
}

/// Parses the table. `patches` are the keys that were taken out or filled in on the way.
fn parse(
    entry: &mut Entry<'_>,
    mut table: DeTable<'_>,
    patches: &mut Vec<String>,
) -> Option<Exercise> {
    for _ in 0..MAX_PROBLEMS {
        let spanned = Spanned::new(entry.at.clone(), table.clone());
        let error = match Exercise::deserialize(toml::de::Deserializer::from(spanned)) {
            Ok(exercise) => return Some(exercise),
            Err(error) => error,
        };
        let message = error.message();
        let at = error.span();
        if let Some(key) = missing_key(message) {
            let place = at.clone().unwrap_or(entry.at.clone());
            let path = fill_in(&mut table, key, &place, &entry.at)?;
            if !patches.contains(&path) {
                let message = tr!("the key `{key}` is missing", key = path);
                entry.report(place, (message, None), String::new(), entry.cost);
            }
            patches.push(path);
            continue;
        }
        let at = at?;
        let description = describe(message);
        entry.report(at.clone(), description, String::new(), entry.cost);
        patches.push(take_out(&mut table, &at, "")?);
    }
    None
}

/// Returns the message in our words, with a hint for a word that was mistyped.
pub(super) fn describe(message: &str) -> (String, Option<String>) {
    let text = reason::of_serde(message).unwrap_or_else(|| message.to_owned());
    let mut names = message.split('`').skip(1).step_by(2);
    let is_word = message.starts_with("unknown field") || message.starts_with("unknown variant");
    let word = names.next().filter(|_| is_word);
    let suggestion = word.and_then(|word| nearest(word, names));
    let hint = suggestion.map(|suggestion| tr!("did you mean `{word}`?", word = clip(suggestion)));
    (text, hint)
}

fn missing_key(message: &str) -> Option<&str> {
    message.strip_prefix("missing field `")?.strip_suffix('`')
}

/// Returns `true` if one key contains the other.
fn overlaps(a: &str, b: &str) -> bool {
    let within = |inner: &str, outer: &str| {
        let rest = inner.strip_prefix(outer);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
    };
    within(a, b) || within(b, a)
}

/// Takes out the key with this position, or the key or value that contains it. Returns its path.
fn take_out(table: &mut DeTable<'_>, at: &Range<usize>, path: &str) -> Option<String> {
    let key = table.iter().find_map(|(key, value)| {
        let is_here = key.span() == *at || contains(value, at);
        is_here.then(|| key.get_ref().to_string())
    })?;
    let path = join(path, &key);
    let value = table.get_mut(key.as_str())?;
    let inner = match value.get_mut() {
        DeValue::Table(inner) => take_out(inner, at, &path),
        DeValue::Array(items) => {
            let mut items = (1..).zip(items.iter_mut());
            items.find_map(|(number, item)| match item.get_mut() {
                DeValue::Table(inner) => take_out(inner, at, &format!("{path}.{number}")),
                _ => None,
            })
        }
        _ => None,
    };
    if inner.is_none() {
        table.remove(key.as_str());
    }
    Some(inner.unwrap_or(path))
}

/// Returns `true` if the value or a key or value in it has this position.
fn contains(value: &Spanned<DeValue<'_>>, at: &Range<usize>) -> bool {
    let is_within = |items: &DeTable<'_>| {
        items
            .iter()
            .any(|(key, value)| key.span() == *at || contains(value, at))
    };
    value.span() == *at
        || match value.get_ref() {
            DeValue::Table(table) => is_within(table),
            DeValue::Array(items) => items.iter().any(|item| contains(item, at)),
            _ => false,
        }
}

/// Inserts a value for a missing key into the table with this position. Returns its path.
fn fill_in(
    table: &mut DeTable<'_>,
    key: &str,
    at: &Range<usize>,
    root: &Range<usize>,
) -> Option<String> {
    let standins = DeTable::parse(STANDINS).ok()?.into_inner();
    let (table, path) = if at == root {
        (table, String::new())
    } else {
        table_at(table, at, "")?
    };
    let value = match (key, path.as_str()) {
        ("pose", "figure") => "{ start = {} }",
        ("ready", "") => "{ cue = \"x\" }",
        ("ready", _) => "5",
        ("pose", _) => "\"start\"",
        _ => "",
    };
    let value = match standins.get(key).filter(|_| value.is_empty()) {
        Some(standin) => standin.get_ref().clone(),
        None => DeValue::parse(value).ok()?.into_inner(),
    };
    table.insert(
        Spanned::new(0..0, key.to_owned().into()),
        Spanned::new(0..0, value),
    );
    Some(join(&path, key))
}

/// Returns the table with this position, and its path.
fn table_at<'t, 'i>(
    table: &'t mut DeTable<'i>,
    at: &Range<usize>,
    path: &str,
) -> Option<(&'t mut DeTable<'i>, String)> {
    let (key, value) = table.iter_mut().find(|(_, value)| contains(value, at))?;
    let path = join(path, key.get_ref());
    let (value, path) = if value.get_ref().is_array() && value.span() != *at {
        let DeValue::Array(items) = value.get_mut() else {
            return None;
        };
        let mut items = (1..).zip(items.iter_mut());
        let (number, item) = items.find(|(_, item)| contains(item, at))?;
        (item, format!("{path}.{number}"))
    } else {
        (value, path)
    };
    let is_here = value.span() == *at;
    let DeValue::Table(inner) = value.get_mut() else {
        return None;
    };
    if is_here {
        Some((inner, path))
    } else {
        table_at(inner, at, &path)
    }
}

fn join(path: &str, key: &str) -> String {
    if path.is_empty() {
        key.to_owned()
    } else {
        format!("{path}.{key}")
    }
}

/// Collects all keys with the positions of their values.
fn collect_keys(path: &str, table: &DeTable<'_>, keys: &mut Vec<(String, Range<usize>)>) {
    for (key, value) in table {
        let path = join(path, key.get_ref());
        keys.push((path.clone(), value.span()));
        match value.get_ref() {
            DeValue::Table(inner) => collect_keys(&path, inner, keys),
            DeValue::Array(items) => {
                for (number, item) in (1..).zip(items.iter()) {
                    let path = format!("{path}.{number}");
                    keys.push((path.clone(), item.span()));
                    if let DeValue::Table(inner) = item.get_ref() {
                        collect_keys(&path, inner, keys);
                    }
                }
            }
            _ => {}
        }
    }
}

/// Returns the position of a key, or of the innermost table that should contain it.
fn position(keys: &[(String, Range<usize>)], key: &str) -> Option<Range<usize>> {
    let mut key = key;
    loop {
        if let Some((_, at)) = keys.iter().find(|(path, _)| path == key) {
            return Some(at.clone());
        }
        key = key.rsplit_once('.')?.0;
    }
}
