//! The mistakes in the settings file, in the terms of the page.

use slint::{ModelRc, VecModel};
use unhunch::config::check::Reading;
use unhunch::config::{Problem, explain};
use unhunch::lang::{tr, trn};

use crate::mistakes::{self, quoted, sentence, typed};
use crate::ui::{self, SettingsState};

/// Shows all mistakes on the page.
pub(super) fn show(page: &SettingsState<'_>, reading: Option<&Reading>) {
    let problems = reading
        .map(|reading| &reading.problems[..])
        .unwrap_or_default();
    page.set_locked(!problems.is_empty() || reading.is_none());
    let title = match problems.len() as u64 {
        0 => String::new(),
        n => trn!(
            n,
            "Your settings file has {n} mistake",
            "Your settings file has {n} mistakes"
        ),
    };
    page.set_mistakes_title(title.into());
    let mistakes = problems.iter().map(|problem| ui::MistakeLine {
        place: match problem.line {
            0 => problem.file.display().to_string(),
            line => tr!(
                "Line {line}, column {column}",
                line = line,
                column = problem.column
            ),
        }
        .into(),
        what: sentence(&in_words(problem)).into(),
        // The suggestion in the message is enough.
        hint: match problem.hint {
            Some(_) => String::new(),
            None => sentence(&tr!(
                "expected: {what}",
                what = with_titles(&problem.expected, problem)
            )),
        }
        .into(),
    });
    page.set_mistakes(ModelRc::new(VecModel::from_iter(mistakes)));
}

/// Returns the first mistake in a typed value as a sentence.
pub(super) fn first(problems: &[Problem]) -> String {
    problems
        .first()
        .map(|first| sentence(&typed(&in_words(first))))
        .unwrap_or_default()
}

/// Returns the mistake and the suggestion, with the settings' titles. The suggestion keeps the spelling of the file.
fn in_words(problem: &Problem) -> String {
    let text = with_titles(&problem.what, problem);
    match &problem.hint {
        Some(hint) => tr!("{what} ({hint})", what = text, hint = quoted(hint)),
        None => text,
    }
}

/// Replaces the keys of settings by their titles. An unknown name keeps its spelling, even if it is a setting of another table.
fn with_titles(text: &str, problem: &Problem) -> String {
    let Some(key) = &problem.key else {
        return quoted(text);
    };
    let table = key.split_once('.').map(|(table, _)| table);
    mistakes::with_titles(text, |word| explain::title_of(word, table))
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use unhunch::config::check;

    use super::*;

    #[test]
    fn mistakes_use_the_titles_of_the_page() {
        let first_mistake = |text: &str| {
            let file = Path::new("settings.toml");
            let reading = check::read(file, text.as_bytes(), None, &["desk", "moment"]);
            in_words(&reading.problems[0])
        };
        assert_eq!(
            first_mistake("[rhythm]\nsit = [1]\n"),
            "“Remind me after” takes a length of time, not a list"
        );
        assert_eq!(
            first_mistake("[rhythm]\nrest = \"30 s\"\n"),
            "“Counts as a break” (30 s) is shorter than “Away after” (1 min)"
        );
        // Names to be written in the file keep their spelling.
        assert_eq!(
            first_mistake("[rhythm]\nsti = \"1 s\"\n"),
            "there is no “sti” in [rhythm] (did you mean “sit”?)"
        );
        assert_eq!(
            first_mistake("[guide]\nlanguage = \"de\"\n"),
            "there is no “language” in [guide] (“language” belongs under [general])"
        );
    }
}
