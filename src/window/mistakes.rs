//! The texts on mistakes in the settings and in the user's exercises, as they are shown in the window.

use std::path::Path;

use unhunch::ipc::Problem;
use unhunch::lang::{tr, trn};

/// Returns the number of mistakes as a title. Empty if there are none.
pub(crate) fn title(problems: &[Problem]) -> String {
    match problems.len() as u64 {
        0 => String::new(),
        n if other_file(problems).is_some() => trn!(
            n,
            "{n} mistake in your exercises",
            "{n} mistakes in your exercises"
        ),
        n => trn!(
            n,
            "{n} mistake in your settings",
            "{n} mistakes in your settings"
        ),
    }
}

/// Returns the first mistake in one or two sentences. Empty if there is none.
pub(crate) fn first(problems: &[Problem]) -> String {
    let text = match problems.first() {
        None => String::new(),
        Some(Problem::File(problem)) if !problem.is_in_settings() => problem.one_line(),
        Some(Problem::File(problem)) if problem.line > 0 => tr!(
            "Line {line}: {what}",
            line = problem.line,
            what = problem.what_with_hint()
        ),
        Some(Problem::File(problem)) => problem.what_with_hint(),
        Some(Problem::Other { what, .. }) => what.clone(),
    };
    quoted(&text)
}

/// Returns the file with exercises or routines that the first mistake is in. `None` for mistakes in the settings.
pub(crate) fn other_file(problems: &[Problem]) -> Option<&Path> {
    match problems.first()? {
        Problem::File(problem) if !problem.is_in_settings() => Some(&problem.file),
        Problem::File(_) | Problem::Other { .. } => None,
    }
}

/// Capitalises the text and adds a full stop.
pub(crate) fn sentence(phrase: &str) -> String {
    let mut chars = phrase.chars();
    let first = chars.next().map(|first| first.to_uppercase().to_string());
    let text = first.unwrap_or_default() + chars.as_str();
    tr!("{sentence}.", sentence = text)
}

/// Replaces backticks by quotation marks.
pub(crate) fn quoted(text: &str) -> String {
    with_titles(text, |_| None)
}

/// Replaces backticks by quotation marks, and a word between them by its title if it has one.
pub(crate) fn with_titles(text: &str, title: impl Fn(&str) -> Option<&'static str>) -> String {
    with_quotation_marks(text, '`', title)
}

/// Replaces the quotes of a settings file around a value by quotation marks, for readers who have typed it in a form.
pub(crate) fn typed(text: &str) -> String {
    with_quotation_marks(text, '"', |_| None)
}

fn with_quotation_marks(
    text: &str,
    mark: char,
    title: impl Fn(&str) -> Option<&'static str>,
) -> String {
    let mut quoted = String::new();
    for (place, piece) in text.split(mark).enumerate() {
        if place % 2 == 0 {
            quoted.push_str(piece);
        } else {
            quoted.push_str(&tr!("“{name}”", name = title(piece).unwrap_or(piece)));
        }
    }
    quoted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mistake_in_an_exercise_is_told_from_one_in_the_settings() {
        let problems = |file: &str| -> Vec<Problem> {
            let text = format!(
                r#"[{{"file":"/home/a/{file}","line":2,"column":1,"key":"","snippet":"","caret":0,"width":0,
                "what":"the key `steps` is missing","expected":"","hint":null,"meanwhile":"it is ignored"}}]"#
            );
            serde_json::from_str(&text).unwrap()
        };
        let in_exercises = problems("exercises/neck.toml");
        assert_eq!(title(&in_exercises), "1 mistake in your exercises");
        assert_eq!(
            first(&in_exercises),
            "neck.toml, line 2: the key “steps” is missing. Meanwhile, it is ignored."
        );
        assert_eq!(
            other_file(&in_exercises),
            Some(Path::new("/home/a/exercises/neck.toml"))
        );
        let in_settings = problems("settings.toml");
        assert_eq!(title(&in_settings), "1 mistake in your settings");
        assert_eq!(first(&in_settings), "Line 2: the key “steps” is missing");
        assert_eq!(other_file(&in_settings), None);
    }
}
