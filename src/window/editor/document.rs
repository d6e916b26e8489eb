//! Changes to the text of an exercise or routine that keep its comments, its order and all other keys.

use toml_edit::{DocumentMut, Item, Table, Value};
use unhunch::lang::tr;

/// Other names of a key, which are removed when the key is written.
const ALIASES: [(&str, &[&str]); 3] = [
    ("steps", &["details"]),
    ("place", &["group"]),
    ("picture", &["like", "figure"]),
];

/// A key, possibly in a table such as `dose.reps`, and its value as in a file.
pub(crate) type Entry = (&'static str, String);

/// Returns the text with the differences between two lists of values applied: changed and new values are set, and missing ones
/// removed. Returns `None` if the text isn't that of one exercise or routine.
pub(crate) fn changed(text: &str, before: &[Entry], after: &[Entry]) -> Option<String> {
    let mut document: DocumentMut = text.parse().ok()?;
    let table = entry(&mut document)?;
    for (key, _) in before {
        if !after.iter().any(|(new_key, _)| new_key == key) {
            remove(table, key);
        }
    }
    for change in after.iter().filter(|change| !before.contains(change)) {
        set(table, change)?;
    }
    let new = document.to_string();
    Some(if text.contains("\r\n") {
        new.replace("\r\n", "\n").replace('\n', "\r\n")
    } else {
        new
    })
}

/// Returns the text of a built-in exercise in the user's language.
pub(crate) fn translated(text: &str) -> String {
    let Ok(mut document) = text.parse::<DocumentMut>() else {
        return text.to_owned();
    };
    for key in ["details", "cautions", "easier", "harder", "ready"] {
        if let Some(item) = document.get_mut(key) {
            translate(item);
        }
    }
    for key in ["enter", "rep", "leave"] {
        let phases = document.get_mut(key).and_then(Item::as_array_of_tables_mut);
        for phase in phases
            .into_iter()
            .flat_map(toml_edit::ArrayOfTables::iter_mut)
        {
            for key in ["cue", "cue_left"] {
                if let Some(item) = phase.get_mut(key) {
                    translate(item);
                }
            }
        }
    }
    document.to_string()
}

/// Translates a text, the texts of a list, or `text` and `cue` of a table.
fn translate(item: &mut Item) {
    if let Some(table) = item.as_table_like_mut() {
        for key in ["text", "cue"] {
            if let Some(item) = table.get_mut(key) {
                translate(item);
            }
        }
        return;
    }
    let Some(value) = item.as_value_mut() else {
        return;
    };
    if let Value::Array(texts) = value {
        texts.iter_mut().for_each(translate_value);
    } else {
        translate_value(value);
    }
}

fn translate_value(value: &mut Value) {
    if let Some(text) = value.as_str() {
        let mut translated = Value::from(tr(text));
        *translated.decor_mut() = value.decor().clone();
        *value = translated;
    }
}

/// Returns the table of the only exercise or routine.
fn entry(document: &mut DocumentMut) -> Option<&mut Table> {
    for list in ["exercise", "routine"] {
        if document.contains_key(list) {
            return document[list].as_array_of_tables_mut()?.get_mut(0);
        }
    }
    Some(document.as_table_mut())
}

fn set(table: &mut Table, (key, value): &Entry) -> Option<()> {
    let mut new: Value = value.parse().ok()?;
    for (_, aliases) in ALIASES.iter().filter(|(main, _)| main == key) {
        for alias in *aliases {
            table.remove(alias);
        }
    }
    let (table, key) = match key.split_once('.') {
        Some((outer, inner)) => (table.get_mut(outer)?.as_table_like_mut()?, inner),
        None => (table as &mut dyn toml_edit::TableLike, *key),
    };
    match table.get_mut(key).and_then(Item::as_value_mut) {
        Some(old) => {
            // The decoration contains the comment behind the value.
            *new.decor_mut() = old.decor().clone();
            *old = new;
        }
        None => {
            table.insert(key, Item::Value(new));
        }
    }
    Some(())
}

fn remove(table: &mut Table, key: &str) {
    match key.split_once('.') {
        Some((outer, inner)) => {
            if let Some(outer) = table.get_mut(outer).and_then(Item::as_table_like_mut) {
                outer.remove(inner);
            }
        }
        None => {
            table.remove(key);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entries(entries: &[(&'static str, &str)]) -> Vec<Entry> {
        entries
            .iter()
            .map(|(key, value)| (*key, (*value).to_owned()))
            .collect()
    }

    #[test]
    fn only_what_differs_is_changed() {
        let text = "# Mine.\nname = \"Neck\"   # as Anna calls it\ngroup = \"desk\"\nreps = 3 # not more\nhold = \"15 s\"\ncolour = 1\n";
        let before = entries(&[("name", "\"Neck\""), ("reps", "3"), ("hold", "\"15 s\"")]);
        let after = entries(&[("name", "\"Neck\""), ("reps", "5"), ("place", "\"floor\"")]);
        assert_eq!(
            changed(text, &before, &after).unwrap(),
            "# Mine.\nname = \"Neck\"   # as Anna calls it\nreps = 5 # not more\ncolour = 1\nplace = \"floor\"\n"
        );
    }

    #[test]
    fn an_entry_of_a_programme_and_a_table_can_be_changed() {
        let text = "[[exercise]]\r\nid = \"a\"\r\n[exercise.dose]\r\nreps = 3\r\n";
        let before = entries(&[("dose.reps", "3")]);
        let after = entries(&[("dose.reps", "4"), ("name", "\"A\"")]);
        assert_eq!(
            changed(text, &before, &after).unwrap(),
            "[[exercise]]\r\nid = \"a\"\r\nname = \"A\"\r\n[exercise.dose]\r\nreps = 4\r\n"
        );
        assert_eq!(changed("exercise = 3", &before, &after), None);
    }
}
