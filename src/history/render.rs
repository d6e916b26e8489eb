//! Output of the history as text, JSON and CSV.

use jiff::{SignedDuration, ZonedDateTime};
use serde_json::Value;

use super::Entry;
use super::words::length;
use crate::lang::{tr, trn};
use crate::routine::{Library, Portion};
use crate::schedule::{Feeling, Hold, Outcome, Reminder};
use crate::text::{printable, printable_line};

/// Formats one line per entry, in the local time of the entry, oldest first. Routines and exercises have the names that they have
/// in the library; what isn’t there any more has its id.
#[must_use]
pub fn text(entries: &[Entry], library: &Library) -> String {
    if entries.is_empty() {
        return format!("{}\n", tr("Nothing yet. What you do will be listed here."));
    }
    entries
        .iter()
        .map(|entry| {
            let at = entry.local().strftime("%Y-%m-%d %H:%M").to_string();
            format!("{at}  {}\n", printable_line(&sentence(entry, library)))
        })
        .collect()
}

/// Formats the entries as a JSON array, oldest first, with a line break at the end.
///
/// # Errors
/// Fails if an entry cannot be serialized, which does not happen: all its keys are strings.
pub fn json(entries: &[Entry]) -> anyhow::Result<String> {
    Ok(serde_json::to_string_pretty(entries)? + "\n")
}

/// Formats the entries as CSV for spreadsheets, one line per entry, oldest first. Cells that do not apply are empty.
///
/// # Errors
/// Fails if an entry cannot be serialized, which does not happen: all its keys are strings.
pub fn csv(entries: &[Entry]) -> anyhow::Result<String> {
    let mut table = COLUMNS.join(",") + "\r\n";
    for entry in entries {
        let fields = serde_json::to_value(entry)?;
        let cells = COLUMNS.map(|column| match column {
            "time" => entry.local().strftime("%Y-%m-%dT%H:%M:%S%:z").to_string(),
            "zone" => entry.tz.clone(),
            "reps_done" => fields["reps"][0].to_string(),
            "reps_planned" => fields["reps"][1].to_string(),
            "reasons" => words(&fields["reasons"]),
            name => words(&fields[name]),
        });
        let cells = cells.map(|cell| quoted(if cell == "null" { "" } else { &cell }));
        table.push_str(&cells.join(","));
        table.push_str("\r\n");
    }
    Ok(table)
}

const COLUMNS: [&str; 15] = [
    "time",
    "zone",
    "kind",
    "reminder",
    "routine",
    "exercise",
    "seconds",
    "total",
    "ago",
    "sat",
    "reps_done",
    "reps_planned",
    "reasons",
    "feeling",
    "id",
];

/// A value as the text of a cell.
fn words(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(values) => values.iter().map(words).collect::<Vec<_>>().join(" "),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Object(_) => value.to_string(),
    }
}

/// Quotes a cell according to RFC 4180. Text that a spreadsheet would take for a formula is
/// escaped, in case of a file edited by hand.
fn quoted(cell: &str) -> String {
    let cell = &printable(cell);
    let cell = if cell.starts_with(['=', '+', '-', '@']) {
        format!("'{cell}")
    } else {
        cell.to_owned()
    };
    if cell.contains(['"', ',', '\n', '\r']) {
        format!("\"{}\"", cell.replace('"', "\"\""))
    } else {
        cell
    }
}

fn sentence(entry: &Entry, library: &Library) -> String {
    let name = |id: &str| library.name_of(id).to_owned();
    match &entry.outcome {
        Outcome::Asked { reminder, short } => asked_sentence(*reminder, *short).to_owned(),
        Outcome::Done { routine, seconds } => {
            tr!(
                "did “{routine}”, {length}",
                routine = name(routine),
                length = length(*seconds)
            )
        }
        Outcome::Partly {
            routine,
            seconds,
            total,
        } => tr!(
            "did part of “{routine}”, {length} of {total}",
            routine = name(routine),
            length = length(*seconds),
            total = length(*total)
        ),
        Outcome::Exercise { portion, .. } => portion_line(portion, &name(&portion.exercise)),
        Outcome::Snoozed { seconds, .. } => tr!("snoozed for {length}", length = length(*seconds)),
        Outcome::Skipped { reminder } => tr!("skipped: {reminder}", reminder = reminder.name()),
        Outcome::Ignored { reminder } => tr!("no answer: {reminder}", reminder = reminder.name()),
        Outcome::Rested { seconds: 0, sat } => {
            tr!("stood up after {length} of sitting", length = length(*sat))
        }
        Outcome::Rested { seconds, sat } => tr!(
            "took a break of {rest} after {length} of sitting",
            rest = length(*seconds),
            length = length(*sat)
        ),
        Outcome::Sat { seconds, ago, .. } => tr!(
            "sat for {length}, until {time}",
            length = length(*seconds),
            time = time_before(entry, *ago).strftime("%H:%M")
        ),
        Outcome::Held {
            reasons, seconds, ..
        } => tr!(
            "a reminder was held back for {length}: {reasons}",
            length = length(*seconds),
            reasons = hold_list(reasons)
        ),
        Outcome::CheckIn { routine, feeling } => felt(*feeling, &name(routine)),
    }
}

/// The local time, `ago` seconds before the entry.
fn time_before(entry: &Entry, ago: u64) -> ZonedDateTime {
    let ago = SignedDuration::from_secs(i64::try_from(ago).unwrap_or(i64::MAX));
    entry.local().saturating_sub(ago)
}

/// The reasons as a list, as `call, do not disturb`.
fn hold_list(reasons: &[Hold]) -> String {
    let reasons: Vec<String> = reasons.iter().map(Hold::label).collect();
    reasons.join(", ")
}

/// `“Cat-Cow”: 4 of 5 reps, 1 min 40 s of 1 min 57 s`, indented below the routine that it belongs to.
fn portion_line(portion: &Portion, name: &str) -> String {
    let [done, all] = portion.reps;
    let reps = trn!(all, "{done} of {n} rep", "{done} of {n} reps", done = done);
    let counts = match portion.sets {
        [_, ..=1] => reps,
        [done, all] => {
            let sets = trn!(all, "{done} of {n} set", "{done} of {n} sets", done = done);
            tr!("{sets}, {reps}", sets = sets, reps = reps)
        }
    };
    let text = tr!(
        "“{exercise}”: {counts}, {length} of {total}",
        exercise = name,
        counts = counts,
        length = length(portion.seconds),
        total = length(portion.total)
    );
    format!("  {text}")
}

fn asked_sentence(reminder: Reminder, again: bool) -> &'static str {
    match (reminder, again) {
        (Reminder::Stand, false) => tr("asked you to stand up"),
        (Reminder::Stand, true) => tr("asked you again to stand up"),
        (Reminder::Stretch, false) => tr("asked you to stretch"),
        (Reminder::Stretch, true) => tr("asked you again to stretch"),
        (Reminder::Posture, _) => tr("asked you to notice how you sit"),
    }
}

fn felt(feeling: Feeling, routine: &str) -> String {
    match feeling {
        Feeling::Better => tr!(
            "your upper back felt better after “{routine}”",
            routine = routine
        ),
        Feeling::Same => tr!(
            "your upper back felt the same after “{routine}”",
            routine = routine
        ),
        Feeling::Worse => tr!(
            "your upper back felt worse after “{routine}”",
            routine = routine
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::history::entry::tests::outcomes;

    fn day() -> Vec<Entry> {
        let at: jiff::ZonedDateTime = "2026-03-02T09:30:00+01:00[Europe/Berlin]".parse().unwrap();
        let entries = outcomes()
            .into_iter()
            .map(|outcome| Entry::new(outcome, &at));
        entries.collect()
    }

    #[test]
    fn ids_of_others_are_text_in_each_output() {
        let nasty = "& < > \" ' </b>\u{1b}[2J\u{7}\u{202e}\n";
        let at: jiff::ZonedDateTime = "2026-03-02T09:30:00+01:00[Europe/Berlin]".parse().unwrap();
        let outcome = Outcome::Done {
            routine: nasty.to_owned(),
            seconds: 60,
        };
        let entries = [Entry::new(outcome, &at)];
        let escaped = "& < > \" ' </b>\u{fffd}[2J\u{fffd}\u{fffd}";
        assert_eq!(
            text(&entries, &Library::default()),
            format!("2026-03-02 09:30  did “{escaped} ”, 1 min\n")
        );
        let cell = format!("\"{}\n\"", escaped.replace('"', "\"\""));
        let table = csv(&entries).unwrap();
        assert!(table.contains(&cell), "{table}");
        let parsed: Value = serde_json::from_str(&json(&entries).unwrap()).unwrap();
        assert_eq!(parsed[0]["routine"], nasty, "JSON is for programs");
    }

    #[test]
    fn a_person_reads_a_line_for_each() {
        insta::assert_snapshot!(text(&day(), &Library::shipped()), @r"
        2026-03-02 09:30  asked you to stretch
        2026-03-02 09:30  did “Desk stretch”, 3 min 42 s
        2026-03-02 09:30  did part of “Desk stretch”, 1 min 1 s of 3 min 42 s
        2026-03-02 09:30    “Arm and leg raise”: 16 of 20 reps, 3 min 20 s of 4 min 8 s
        2026-03-02 09:30  snoozed for 10 min
        2026-03-02 09:30  skipped: stretch
        2026-03-02 09:30  no answer: stretch
        2026-03-02 09:30  took a break of 15 min after 29 min of sitting
        2026-03-02 09:30  sat for 19 min, until 09:28
        2026-03-02 09:30  a reminder was held back for 21 min: call, do not disturb
        2026-03-02 09:30  your upper back felt better after “Desk stretch”
        ");
    }

    #[test]
    fn a_spreadsheet_reads_a_table() {
        let mut day = day();
        for entry in &mut day {
            entry.id = uuid::Uuid::nil();
        }
        let table = csv(&day).unwrap();
        let lines: Vec<&str> = table.split("\r\n").collect();
        assert_eq!(lines.len(), 13);
        let nil = "00000000-0000-0000-0000-000000000000";
        let begin = "2026-03-02T09:30:00+01:00,Europe/Berlin";
        assert_eq!(
            lines[4],
            format!("{begin},exercise,,desk,arm-and-leg-raise,200,248,,,16,20,,,{nil}")
        );
        assert_eq!(lines[9], format!("{begin},sat,,,,1140,1740,61,,,,,,{nil}"));
        assert_eq!(
            lines[10],
            format!("{begin},held,,,,1260,,0,,,,call do-not-disturb,,{nil}")
        );
        assert_eq!(quoted("a \"b\", c"), "\"a \"\"b\"\", c\"");
        assert_eq!(quoted("=1+1"), "'=1+1");
    }

    #[test]
    fn an_empty_history_is_a_beginning() {
        assert_eq!(
            text(&[], &Library::default()),
            "Nothing yet. What you do will be listed here.\n"
        );
        assert_eq!(json(&[]).unwrap(), "[]\n");
    }

    #[test]
    fn a_program_reads_an_array() {
        let read: serde_json::Value = serde_json::from_str(&json(&day()).unwrap()).unwrap();
        assert_eq!(read.as_array().map(Vec::len), Some(11));
        assert_eq!(read[1]["kind"], "done");
        assert_eq!(read[1]["seconds"], 222);
    }
}
