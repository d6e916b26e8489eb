//! A `[[routine]]` of a file.

use super::entry::Entry;
use crate::lang::tr;
use crate::routine::Routine;
use crate::time::Span;

/// The keys of a routine.
pub(super) const KEYS: [&str; 9] = [
    "id",
    "name",
    "about",
    "exercises",
    "sets",
    "per_day",
    "warm_up",
    "fit",
    "surprise",
];

/// Words that people may write instead.
const OTHERS: [(&str, &str); 4] = [
    ("title", "name"),
    ("exercise", "exercises"),
    ("times_a_day", "per_day"),
    ("warmup", "warm_up"),
];

/// Reads a routine, and the defaults of what it leaves out.
pub(super) fn read(entry: &mut Entry<'_>, id: String) -> Option<(Routine, Vec<String>)> {
    entry.unknown_keys(&KEYS, &[], &OTHERS);
    let cost = entry.cost;
    let name = entry.text("name", cost);
    let about = entry.text("about", cost);
    let exercises = entry.texts("exercises", 30, cost).unwrap_or_default();
    let exercises: Vec<String> = exercises.into_iter().map(|(id, _)| id).collect();
    let sets = entry.number("sets", cost);
    let per_day = entry.number("per_day", cost);
    let warm_up = entry.switch("warm_up").unwrap_or_default();
    let fit = entry.seconds("fit", [5.0, 3600.0]);
    let fit = fit.map(|seconds| Span::seconds(seconds.round() as u64));
    let places = super::short::PLACES;
    let surprise = entry.word("surprise", &places, cost);
    let is_missing = !entry.table.contains_key("exercises") && surprise.is_none();
    if is_missing && !entry.table.contains_key("surprise") {
        let message = tr!("the key `{key}` is missing", key = "exercises");
        let expected = tr!(
            "a line like {example}",
            example = "`exercises = [\"neck-side-bend\", \"cat-cow\"]`"
        );
        entry.report(entry.at.clone(), (message, None), expected, cost);
    }
    let mut defaults = Vec::new();
    let name = name.unwrap_or_else(|| {
        defaults.push(format!("name = \"{id}\""));
        id.clone()
    });
    let about = about.unwrap_or_default();
    let routine = Routine {
        id,
        name,
        about,
        exercises,
        surprise,
        sets,
        fit,
        per_day,
        warm_up,
    };
    Some((routine, defaults))
}
