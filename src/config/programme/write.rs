//! A file for an exercise, with comments that explain it.

use std::fmt::Write as _;

use crate::routine::{Easier, Figure, Group, Prop, Routine, ShortExercise, Step};

const HEAD: &str = "\
# An exercise of your own. Unhunch uses it as soon as you save this file; `unhunch programme check` shows mistakes.
# A line that begins with # is a comment: take the # away to use it.

";

const ROUTINE_HEAD: &str = "\
# A routine of your own. Unhunch uses it as soon as you save this file; `unhunch programme check` shows mistakes.

";

/// The keys that can be added, with an example each.
const MORE: [(&str, &str, &str); 18] = [
    (
        "hold",
        "\"15 s\"",
        "how long to stay at the end of the movement",
    ),
    (
        "reps",
        "10",
        "how often; on each side, if the sides take turns",
    ),
    ("breaths", "6", "count breaths instead"),
    ("sets", "2", "all of that so many times"),
    ("rest", "\"30 s\"", "between two sets"),
    (
        "sides",
        "\"each\"",
        "both (at once), each (right, then left) or alternate",
    ),
    ("seconds", "4", "how long each movement takes"),
    ("ready", "\"8 s\"", "time to get ready"),
    ("switch", "\"5 s\"", "time to change sides"),
    ("place", "\"standing\"", "desk, standing or floor"),
    (
        "position",
        "\"standing\"",
        "sitting, standing, lying, hands-and-knees or kneeling",
    ),
    (
        "props",
        "[\"wall\"]",
        "chair, doorway, wall, mat, pillow, weights, band, ball, towel, table, step",
    ),
    (
        "picture",
        "\"neck.jpg\"",
        "a picture in this folder, or a list with one for each step",
    ),
    (
        "like",
        "\"cat-cow\"",
        "or the figure of a built-in exercise",
    ),
    ("easier", "\"Move less far.\"", "and harder"),
    (
        "cautions",
        "[\"Stop where it hurts.\"]",
        "what to watch out for",
    ),
    (
        "source",
        "\"Anna, my physiotherapist\"",
        "who gave it to you",
    ),
    (
        "per_day",
        "3",
        "the menu and the window count how often you did it today",
    ),
];

/// Returns the file of an exercise. `pictures` are the names of its pictures, as seen from the file. What the exercise leaves
/// out follows as comments.
#[must_use]
pub fn exercise(short: &ShortExercise, pictures: &[String]) -> String {
    let mut file = HEAD.to_owned();
    let entries = values(short, pictures);
    for (key, value) in &entries {
        let about = MORE.iter().find(|(name, ..)| name == key);
        let _ = match about {
            Some((_, _, about)) => writeln!(file, "{key} = {value}   # {about}"),
            None => writeln!(file, "{key:5} = {value}"),
        };
    }
    file.push('\n');
    let is_given = |key: &str| entries.iter().any(|(name, _)| *name == key);
    let shows = ["picture", "like"].into_iter().any(is_given);
    for (key, example, about) in MORE {
        let is_picture = matches!(key, "picture" | "like");
        let excluded = (key == "breaths" && (is_given("reps") || is_given("hold")))
            || (is_picture && shows)
            || (matches!(key, "reps" | "hold") && is_given("breaths"));
        if !is_given(key) && !excluded {
            let _ = writeln!(file, "# {key} = {example}   # {about}");
        }
    }
    file
}

/// Returns the file with which a new exercise begins.
#[must_use]
pub fn template(name: &str) -> String {
    let steps = [
        "Describe the starting position.",
        "Describe the movement.",
        "Come back slowly.",
    ];
    let short = ShortExercise {
        name: name.to_owned(),
        steps: steps.map(Step::new).to_vec(),
        hold: Some(15.0),
        reps: Some(3),
        ..ShortExercise::default()
    };
    exercise(&short, &[])
}

/// Returns the keys that are set, with their values as in a file. `pictures` are the names of the pictures, as seen from it.
#[must_use]
pub fn values(short: &ShortExercise, pictures: &[String]) -> Vec<(&'static str, String)> {
    let length = |seconds: Option<f64>| seconds.map(|seconds| format!("\"{seconds} s\""));
    let number = |number: Option<u32>| number.map(|number| number.to_string());
    let text = |text: &Option<String>| text.as_deref().map(quoted);
    let like = match &short.figure {
        Figure::Like { id, .. } => Some(quoted(id)),
        Figure::Own(_) | Figure::Pictures(_) | Figure::None => None,
    };
    let pictures = match pictures {
        [] => None,
        [single] => Some(quoted(single)),
        many => Some(list(many.iter().map(String::as_str))),
    };
    let cautions = short.cautions.iter().map(String::as_str);
    let source = Some(&short.source).filter(|source| !source.is_empty());
    let values = [
        ("name", Some(quoted(&short.name))),
        ("steps", Some(steps(&short.steps))),
        ("hold", length(short.hold)),
        ("reps", number(short.reps)),
        ("breaths", number(short.breaths)),
        ("sets", number(short.sets)),
        ("rest", length(short.rest)),
        ("sides", short.sides.map(|sides| quoted(sides.word()))),
        ("seconds", length(short.seconds)),
        ("ready", length(short.ready)),
        ("switch", length(short.switch)),
        ("place", short.place.map(Group::as_str).map(quoted)),
        (
            "position",
            short.position.map(|position| quoted(position.word())),
        ),
        (
            "props",
            short
                .props
                .as_ref()
                .map(|props| list(props.iter().map(|prop| prop.word()))),
        ),
        ("picture", pictures),
        ("like", like),
        ("easier", short.easier.as_ref().map(easier)),
        ("harder", text(&short.harder)),
        (
            "cautions",
            (!short.cautions.is_empty()).then(|| list(cautions)),
        ),
        ("source", source.map(|source| quoted(source))),
        ("per_day", number(short.per_day)),
    ];
    let values = values.into_iter();
    values
        .filter_map(|(key, value)| Some((key, value?)))
        .collect()
}

/// Returns the file of a routine.
#[must_use]
pub fn routine(routine: &Routine) -> String {
    let mut file = format!("{ROUTINE_HEAD}[[routine]]\nid = {}\n", quoted(&routine.id));
    for (key, value) in routine_values(routine) {
        let _ = writeln!(file, "{key} = {value}");
    }
    file
}

/// Returns the keys of a routine that are set, without its id, with their values as in a file.
#[must_use]
pub fn routine_values(routine: &Routine) -> Vec<(&'static str, String)> {
    let number = |number: Option<u32>| number.map(|number| number.to_string());
    let exercises = routine.exercises.iter().map(String::as_str);
    let values = [
        ("name", Some(quoted(&routine.name))),
        ("exercises", Some(list(exercises))),
        ("sets", number(routine.sets)),
        ("per_day", number(routine.per_day)),
        ("warm_up", routine.warm_up.then(|| "true".to_owned())),
        (
            "fit",
            routine
                .fit
                .map(|fit| format!("\"{} s\"", fit.duration().as_secs())),
        ),
    ];
    let values = values.into_iter();
    values
        .filter_map(|(key, value)| Some((key, value?)))
        .collect()
}

/// Returns a sentence, or a table if the easier form has numbers of its own.
fn easier(easier: &Easier) -> String {
    let number = |number: Option<u32>| number.map(|number| number.to_string());
    let more = [
        ("range", easier.range.map(|range| range.to_string())),
        ("neutral", easier.neutral.as_deref().map(quoted)),
        ("reps", number(easier.reps)),
        ("breaths", number(easier.breaths)),
        ("sets", number(easier.sets)),
        ("hold", easier.hold.map(|hold| hold.to_string())),
    ];
    text_or_table(&easier.text, more)
}

/// Returns a text, or a table with the text if there are other values.
fn text_or_table<const N: usize>(text: &str, more: [(&str, Option<String>); N]) -> String {
    let text = quoted(text);
    let more: String = more
        .into_iter()
        .filter_map(|(key, value)| Some(format!(", {key} = {}", value?)))
        .collect();
    if more.is_empty() {
        text
    } else {
        format!("{{ text = {text}{more} }}")
    }
}

fn steps(steps: &[Step]) -> String {
    let mut lines = String::from("[\n");
    for step in steps {
        let _ = writeln!(lines, "    {},", one_step(step));
    }
    lines + "]"
}

fn one_step(step: &Step) -> String {
    let kind = step.kind.map(|kind| quoted(kind.as_str()));
    let quoted_text = |text: &Option<String>| text.as_deref().map(quoted);
    let more = [
        ("cue", quoted_text(&step.cue)),
        ("cue_left", quoted_text(&step.cue_left)),
        ("kind", kind),
        ("pose", quoted_text(&step.pose)),
        ("seconds", step.seconds.map(|seconds| seconds.to_string())),
    ];
    text_or_table(&step.text, more)
}

fn list<'a>(texts: impl Iterator<Item = &'a str>) -> String {
    let texts: Vec<String> = texts.map(quoted).collect();
    format!("[{}]", texts.join(", "))
}

/// Returns the text as a TOML string.
#[must_use]
pub fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for char in text.chars() {
        match char {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            '\t' => quoted.push_str("\\t"),
            char if char.is_control() => {
                let _ = write!(quoted, "\\u{:04X}", char as u32);
            }
            char => quoted.push(char),
        }
    }
    quoted.push('"');
    quoted
}

impl Prop {
    /// Returns the name in files.
    #[must_use]
    fn word(self) -> &'static str {
        match self {
            Self::Chair => "chair",
            Self::Doorway => "doorway",
            Self::Wall => "wall",
            Self::Mat => "mat",
            Self::Pillow => "pillow",
            Self::Weights => "weights",
            Self::Band => "band",
            Self::Ball => "ball",
            Self::Towel => "towel",
            Self::Table => "table",
            Self::Step => "step",
        }
    }
}
