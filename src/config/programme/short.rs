//! The short form of an exercise: a name, steps and a few numbers.

#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "values of all other kinds are mistakes"
)]

use std::path::Path;

use serde::Deserialize as _;
use toml::Spanned;
use toml::de::DeValue;

use super::entry::Entry;
use super::{Cost, ReadExercise, exact, picture};
use crate::config::keys::list;
use crate::config::value_mistake::{did_you_mean, noun};
use crate::lang::tr;
use crate::routine::{
    Easier, Figure, Group, Library, Position, Prop, STEP_KINDS, ShortExercise, Sides, Step,
};
use crate::text::clip;

/// The keys of the short form.
pub(super) const SHOWN: [&str; 22] = [
    "id", "name", "steps", "hold", "reps", "breaths", "sets", "seconds", "rest", "ready", "switch",
    "sides", "place", "position", "props", "easier", "harder", "cautions", "source", "per_day",
    "picture", "like",
];

/// Keys of the exact form that the short form understands, too.
const HIDDEN: [&str; 3] = ["group", "details", "figure"];

/// Words that people may write instead.
const OTHERS: [(&str, &str); 15] = [
    ("title", "name"),
    ("instructions", "steps"),
    ("description", "steps"),
    ("time", "hold"),
    ("duration", "hold"),
    ("length", "hold"),
    ("times", "reps"),
    ("repetitions", "reps"),
    ("repeat", "reps"),
    ("rounds", "reps"),
    ("pause", "rest"),
    ("side", "sides"),
    ("image", "picture"),
    ("photo", "picture"),
    ("times_a_day", "per_day"),
];

pub(super) const PLACES: [(&str, Group); 3] = [
    ("desk", Group::Desk),
    ("standing", Group::Standing),
    ("floor", Group::Floor),
];

const POSITIONS: [(&str, Position); 5] = [
    ("sitting", Position::Sitting),
    ("standing", Position::Standing),
    ("lying", Position::Lying),
    ("hands-and-knees", Position::HandsAndKnees),
    ("kneeling", Position::Kneeling),
];

const SIDES: [(&str, Sides); 4] = [
    ("both", Sides::Both),
    ("each", Sides::OneThenOther),
    ("alternate", Sides::Alternate),
    ("one-then-other", Sides::OneThenOther),
];

const PROPS: [(&str, Prop); 11] = [
    ("chair", Prop::Chair),
    ("doorway", Prop::Doorway),
    ("wall", Prop::Wall),
    ("mat", Prop::Mat),
    ("pillow", Prop::Pillow),
    ("weights", Prop::Weights),
    ("band", Prop::Band),
    ("ball", Prop::Ball),
    ("towel", Prop::Towel),
    ("table", Prop::Table),
    ("step", Prop::Step),
];

/// The most steps of an exercise.
const MOST_STEPS: usize = 12;

/// The shortest and the longest time of a step, a hold, a rest, getting ready and changing sides, in seconds.
const OF_STEP: [f64; 2] = [0.5, 300.0];
const OF_HOLD: [f64; 2] = [1.0, 1800.0];
const OF_REST: [f64; 2] = [1.0, 300.0];
const OF_READY: [f64; 2] = [1.0, 60.0];

/// Reads an exercise, and the defaults of what it leaves out.
pub(super) fn read(
    entry: &mut Entry<'_>,
    id: &str,
    file: &Path,
    library: &Library,
) -> Option<ReadExercise> {
    entry.unknown_keys(&SHOWN, &HIDDEN, &OTHERS);
    let cost = entry.cost;
    let name = entry.text("name", cost);
    let (steps, of_steps) = steps(entry);
    let mut short = ShortExercise {
        id: id.to_owned(),
        name: name.clone().unwrap_or_else(|| name_from(id)),
        steps,
        hold: entry.seconds("hold", OF_HOLD),
        reps: entry.number("reps", cost),
        breaths: entry.number("breaths", cost),
        sets: entry.number("sets", cost),
        seconds: entry.seconds("seconds", [OF_STEP[0], OF_HOLD[1]]),
        rest: entry.seconds("rest", OF_REST),
        ready: entry.seconds("ready", OF_READY),
        switch: entry.seconds("switch", OF_READY),
        sides: entry.word("sides", &SIDES, cost),
        place: place(entry),
        position: entry.word("position", &POSITIONS, cost),
        props: entry.words("props", &PROPS, Cost::Key),
        easier: easier(entry),
        harder: entry.text("harder", Cost::Key),
        cautions: cautions(entry),
        source: entry.text("source", Cost::Key).unwrap_or_default(),
        per_day: entry.number("per_day", Cost::Key),
        figure: Figure::None,
        poses: Vec::new(),
    };
    check_together(entry, &short);
    (short.figure, short.poses) = picture::read(entry, of_steps, file, library);
    check_steps_time(entry, &short);
    check_poses(entry, &mut short);
    check_whole(entry, &mut short);
    let mut defaults = short.defaults();
    if name.is_none() {
        defaults.insert(0, format!("name = \"{}\"", short.name));
    }
    Some((short.exercise(), defaults, Some(Box::new(short))))
}

/// Returns a name made from the id.
fn name_from(id: &str) -> String {
    let words = id.replace('-', " ");
    let mut chars = words.chars();
    let first = chars.next().into_iter().flat_map(char::to_uppercase);
    first.chain(chars).collect()
}

/// Reads a sentence, or a table with numbers that replace those of the exercise.
fn easier(entry: &mut Entry<'_>) -> Option<Easier> {
    let value = entry.table.get("easier")?;
    if !value.get_ref().is_table() {
        return entry.text("easier", Cost::Key).map(|text| Easier {
            text,
            ..Easier::default()
        });
    }
    entry.value("easier");
    let parsed = Easier::deserialize(toml::de::ValueDeserializer::from(value.clone()));
    match parsed {
        Ok(easier) => Some(easier),
        Err(error) => {
            let at = error.span().unwrap_or(value.span());
            let description = exact::describe(error.message());
            entry.report(at, description, String::new(), Cost::Key);
            None
        }
    }
}

fn place(entry: &mut Entry<'_>) -> Option<Group> {
    let key = if entry.table.contains_key("place") {
        "place"
    } else {
        "group"
    };
    entry.word(key, &PLACES, entry.cost)
}

fn cautions(entry: &mut Entry<'_>) -> Vec<String> {
    let texts = entry.texts("cautions", MOST_STEPS, entry.cost);
    let texts = texts.unwrap_or_default().into_iter();
    texts.map(|(text, _)| text).collect()
}

/// Returns the steps, and the pictures that they name.
fn steps(entry: &mut Entry<'_>) -> (Vec<Step>, Vec<Option<super::entry::TextAt>>) {
    let key = if entry.table.contains_key("details") {
        "details"
    } else {
        "steps"
    };
    let Some(value) = entry.value(key) else {
        return Default::default();
    };
    let expected = || {
        tr!(
            "a text in quotes, or a list of 1 to {most} of them",
            most = MOST_STEPS
        )
    };
    let (mut steps, mut pictures) = (Vec::new(), Vec::new());
    let items: Vec<_> = match value.get_ref() {
        DeValue::Array(items) => items.iter().collect(),
        DeValue::String(text) => return (lines(text), pictures),
        other => {
            let message = tr!(
                "`{name}` takes {noun}, not {other}",
                name = key,
                noun = tr("a list"),
                other = noun(other)
            );
            entry.report(value.span(), (message, None), expected(), entry.cost);
            return (steps, pictures);
        }
    };
    let lengths = [items.len(), MOST_STEPS];
    if !entry.has_allowed_length(key, value.span(), lengths, expected(), entry.cost) {
        return (steps, pictures);
    }
    for (number, item) in (1..).zip(items) {
        let (step, picture) = step(entry, number, item);
        steps.push(step);
        pictures.push(picture);
    }
    (steps, pictures)
}

/// One text may have a step in each line.
fn lines(text: &str) -> Vec<Step> {
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    lines.take(MOST_STEPS).map(Step::new).collect()
}

fn step<'a>(
    entry: &mut Entry<'a>,
    number: usize,
    item: &'a Spanned<DeValue<'a>>,
) -> (Step, Option<super::entry::TextAt>) {
    match item.get_ref() {
        DeValue::String(text) if !text.trim().is_empty() => {
            let words: Vec<&str> = text.split_whitespace().collect();
            (Step::new(&words.join(" ")), None)
        }
        DeValue::Table(table) => {
            let mut step_entry = Entry::new(table, item.span(), entry.cost, entry.syntax);
            let read = step_table(&mut step_entry);
            entry.mistakes.append(&mut step_entry.mistakes);
            for (key, at) in step_entry.keys {
                entry.keys.push((format!("steps.{number}.{key}"), at));
            }
            read
        }
        other => {
            let message = match other {
                DeValue::String(_) => tr!("`{key}` is empty", key = format!("steps {number}")),
                _ => tr!(
                    "this is {noun}; expected {what}",
                    noun = noun(other),
                    what = tr("text")
                ),
            };
            let expected = tr("text in quotes").to_owned();
            entry.report(item.span(), (message, None), expected, entry.cost);
            (Step::default(), None)
        }
    }
}

fn step_table(entry: &mut Entry<'_>) -> (Step, Option<super::entry::TextAt>) {
    const KEYS: [&str; 7] = [
        "text", "cue", "cue_left", "kind", "pose", "seconds", "picture",
    ];
    entry.unknown_keys(&KEYS, &[], &[]);
    let cost = entry.cost;
    if !entry.table.contains_key("text") {
        let message = tr!("the key `{key}` is missing", key = "text");
        let expected = tr!(
            "a line like {example}",
            example = "`{ text = \"Sit tall.\" }`"
        );
        entry.report(entry.at.clone(), (message, None), expected, cost);
    }
    let pictures = entry.texts("picture", 1, Cost::Picture);
    let is_hold = entry
        .table
        .get("kind")
        .is_some_and(|kind| kind.get_ref().as_str() == Some("hold"));
    let step = Step {
        text: entry.text("text", cost).unwrap_or_default(),
        cue: entry.text("cue", cost),
        cue_left: entry.text("cue_left", cost),
        kind: entry.word("kind", &STEP_KINDS, cost),
        pose: entry.text("pose", Cost::Picture),
        seconds: entry.seconds("seconds", if is_hold { OF_HOLD } else { OF_STEP }),
    };
    (
        step,
        pictures.and_then(|pictures| pictures.into_iter().next()),
    )
}

/// Checks values that exclude each other, and that there is something to do.
fn check_together(entry: &mut Entry<'_>, short: &ShortExercise) {
    let has = |key: &str| entry.table.contains_key(key);
    let both = |first: &'static str, second: &'static str| {
        (has(first) && has(second)).then_some((first, second))
    };
    let pairs = [
        both("reps", "breaths"),
        both("hold", "breaths"),
        both("place", "group"),
        both("steps", "details"),
    ];
    for (first, second) in pairs.into_iter().flatten() {
        entry.report_both(first, second, entry.cost);
    }
    let steps = has("steps") || has("details");
    let does = steps || has("hold") || has("seconds") || has("breaths") || has("reps");
    if !does || (short.steps.is_empty() && steps && entry.mistakes.is_empty()) {
        let message = tr!("the key `{key}` is missing", key = "steps");
        let expected = tr!(
            "a line like {example}",
            example = "`steps = [\"Sit tall.\", \"Look up.\", \"Look down.\"]`"
        );
        entry.report(entry.at.clone(), (message, None), expected, entry.cost);
    }
}

/// Movements are short; only a single step may take long.
fn check_steps_time(entry: &mut Entry<'_>, short: &ShortExercise) {
    let long = short.seconds.filter(|seconds| *seconds > OF_STEP[1]);
    if let Some(seconds) = long.filter(|_| short.steps.len() > 1) {
        let message = tr!(
            "`{key}` is {n}; expected {least} to {most} seconds",
            key = "seconds",
            n = seconds,
            least = OF_STEP[0],
            most = OF_STEP[1]
        );
        let at = entry
            .table
            .get("seconds")
            .map_or(entry.at.clone(), Spanned::span);
        entry.report(at, (message, None), String::new(), entry.cost);
    }
}

/// Checks that the figure has the poses of the steps. Otherwise it is left out.
fn check_poses(entry: &mut Entry<'_>, short: &mut ShortExercise) {
    let Some(drawing) = short.figure.shared_drawing() else {
        return;
    };
    let names: Vec<&str> = drawing.pose_names().collect();
    for (number, step) in (1..).zip(&short.steps) {
        let Some(pose) = step.pose.as_deref().filter(|pose| !names.contains(pose)) else {
            continue;
        };
        let message = tr!(
            "`{name}` cannot be \"{text}\"",
            name = "pose",
            text = clip(pose)
        );
        let expected = tr!("one of {words}", words = list(&names));
        let key = format!("steps.{number}.pose");
        let position = entry.keys.iter().find(|(path, _)| *path == key);
        let at = position.map_or(entry.at.clone(), |(_, at)| at.clone());
        let hint = did_you_mean(pose, &names);
        entry.report(at, (message, hint), expected, Cost::Picture);
        short.figure = Figure::None;
    }
}

/// Checks the derived exercise. A figure that doesn't suit it is left out.
fn check_whole(entry: &mut Entry<'_>, short: &mut ShortExercise) {
    if entry
        .mistakes
        .iter()
        .any(|mistake| mistake.cost.is_serious())
    {
        return;
    }
    let mut without_figure = false;
    for fault in short.check() {
        if fault.key.starts_with("easier") {
            let at = entry
                .table
                .get("easier")
                .map_or(entry.at.clone(), Spanned::span);
            entry.report(at, (fault.message, None), String::new(), Cost::Key);
            short.easier = None;
            continue;
        }
        let key = match fault.key.as_str() {
            "dose" => "sets",
            _ => "like",
        };
        let of_figure = key == "like";
        let keys: &[&str] = if of_figure {
            &["like", "figure"]
        } else {
            &["hold", "reps", "sets", "breaths"]
        };
        let value = keys.iter().find_map(|key| entry.table.get(*key));
        let at = value.map_or(entry.at.clone(), Spanned::span);
        let cost = if of_figure { Cost::Picture } else { entry.cost };
        entry.report(at, (fault.message, None), String::new(), cost);
        without_figure |= of_figure;
    }
    if without_figure {
        short.figure = Figure::None;
    }
}
