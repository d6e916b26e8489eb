//! What the start page shows.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use jiff::{Timestamp, Zoned};
use serde::Deserialize;
use slint::{ModelRc, VecModel};
use unhunch::ipc::Today;
use unhunch::lang::{self, tr, trn};
use unhunch::routine::{Found, Library, Plan, Wanted, duration_text};
use unhunch::schedule::{Phase, Prompt, Reminder};
use unhunch::time::Span;

use crate::link::Preferences;
use crate::past::BrokenOff;
use crate::ui;

/// What the start page needs of the tray's status. What else is there is passed over.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
pub(crate) struct Status {
    pub(crate) phase: Option<Phase>,
    pub(crate) why: String,
    pub(crate) asking: Option<Prompt>,
    /// How long the person has sat, in seconds; none where no tray program tells.
    pub(crate) sit_seconds: Option<u64>,
    /// How far the person has come today, where there is a goal.
    pub(crate) today: Option<Today>,
    /// The next reminder.
    pub(crate) next: Option<Next>,
    /// The mistakes in the settings and exercise files, and what else doesn't work.
    pub(crate) problems: Vec<Problem>,
}

/// The next reminder, as the status names it.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
pub(crate) struct Next {
    /// When, if things go on as they are.
    pub(crate) at: Timestamp,
    pub(crate) reminder: Reminder,
}

/// Something that the person should know of and can put right.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub(crate) struct Problem {
    /// What is wrong.
    pub(crate) what: String,
    /// What was probably meant.
    #[serde(default)]
    pub(crate) hint: Option<String>,
    /// The line in the file, from 1; 0 where no line is meant.
    #[serde(default)]
    pub(crate) line: usize,
}

impl Problem {
    /// In a sentence or two.
    fn said(&self) -> String {
        let what = match &self.hint {
            Some(hint) => tr!("{what} ({hint})", what = self.what, hint = hint),
            None => self.what.clone(),
        };
        match self.line {
            0 => what,
            line => tr!("Line {line}: {what}", line = line, what = what),
        }
    }
}

/// What fits best at this moment.
fn action(status: &Status) -> ui::HomeAction {
    let due = match (&status.asking, status.phase) {
        (Some(prompt), _) => Some(prompt.reminder),
        (None, Some(Phase::Due)) => status.next.map(|next| next.reminder),
        (None, _) => None,
    };
    match due {
        Some(Reminder::Stand) => ui::HomeAction::GetUp,
        Some(Reminder::Stretch | Reminder::Posture) => ui::HomeAction::Stretch,
        None if status.phase == Some(Phase::Paused) => ui::HomeAction::Resume,
        None => ui::HomeAction::Stretch,
    }
}

/// How many mistakes there are, as a title; empty: none.
fn mistakes(problems: &[Problem]) -> String {
    match problems.len() as u64 {
        0 => String::new(),
        n => trn!(
            n,
            "{n} mistake in your settings",
            "{n} mistakes in your settings"
        ),
    }
}

/// The question on the start page: a title and a sentence.
pub(crate) fn question(prompt: &Prompt) -> (&'static str, &'static str) {
    match prompt.reminder {
        Reminder::Stand => (
            tr("Time for a short walk"),
            tr(
                "Walk a few steps, fetch a glass of water. Or stretch right here, if you can't get away.",
            ),
        ),
        Reminder::Stretch => (
            tr("Time for a stretch"),
            tr("A little movement for your upper back and shoulders, right on your chair."),
        ),
        Reminder::Posture => (
            tr("How are you sitting?"),
            tr("Let your shoulders sink and grow a little taller. That is all."),
        ),
    }
}

/// The routine that the large button starts.
pub(crate) fn offered<'a>(status: &'a Status, settings: &'a Preferences) -> &'a str {
    status
        .asking
        .as_ref()
        .map_or(&settings.routine, |prompt| &prompt.routine)
}

/// Puts the status on the page.
pub(crate) fn show(
    page: &ui::HomeState<'_>,
    status: &Status,
    settings: &Preferences,
    library: &Library,
    connected: bool,
) {
    let (title, about) = status.asking.as_ref().map_or(("", ""), question);
    page.set_action(action(status));
    page.set_mistakes(mistakes(&status.problems).into());
    let first = status.problems.first().map(Problem::said);
    page.set_first_mistake(first.unwrap_or_default().into());
    page.set_question(title.into());
    page.set_question_about(about.into());
    page.set_why(status.why.as_str().into());
    page.set_today(status.today.map(Today::said).unwrap_or_default().into());
    page.set_paused(status.phase == Some(Phase::Paused));
    page.set_connected(connected);
    let snooze = settings.snooze.parse::<Span>().map(Span::said);
    page.set_snooze_for(snooze.unwrap_or_default().into());
    let wanted = Wanted {
        sat: None,
        length: settings.length,
    };
    if let Ok(plan) = library.plan_as(offered(status, settings), wanted) {
        page.set_start_name(lower_first(&plan.name, title.is_empty()).into());
        page.set_start_length(duration_text(plan.total_seconds()).into());
        page.set_start_id(plan.id.into());
    }
}

/// "Start desk stretch" has the name within the sentence.
fn lower_first(name: &str, within: bool) -> String {
    let mut chars = name.chars();
    match chars.next() {
        // English writes it small; other languages have rules of their own.
        Some(first) if within && lang::spoken().tag == "en" => {
            first.to_lowercase().chain(chars).collect()
        }
        _ => name.to_owned(),
    }
}

/// What can be gone on with, and how much of it is left; none: there is no such routine any more.
pub(crate) fn go_on(off: &BrokenOff, library: &Library) -> Option<String> {
    let routine = library.find(&off.routine)?;
    let left = duration_text(off.left() as f64);
    Some(tr!(
        "{routine}, {left} left",
        routine = routine.name(),
        left = left
    ))
}

/// How many routines the start page offers besides the large button; the library has all of them.
const OFFERED: usize = 3;

/// Fills the list of routines: what was done last comes first, the routine of the large button is left out.
pub(crate) fn fill(
    page: &ui::HomeState<'_>,
    library: &Library,
    last_done: &BTreeMap<String, Zoned>,
) {
    let start = page.get_start_id();
    let mut routines: Vec<Found<'_>> = library
        .iter()
        .filter(|found| matches!(found, Found::Routine(_)) && start != found.id())
        .collect();
    routines.sort_by_key(|found| Reverse(last_done.get(found.id()).map(Zoned::timestamp)));
    routines.truncate(OFFERED);
    let items = routines.into_iter().map(|found| item(found, library));
    page.set_routines(ModelRc::new(VecModel::from_iter(items)));
}

fn item(found: Found<'_>, library: &Library) -> ui::Item {
    let plan = Plan::of(found, library);
    ui::Item {
        length: duration_text(plan.total_seconds()).into(),
        id: plan.id.into(),
        name: plan.name.into(),
        about: plan.about.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_status_with_more_in_it_is_understood() {
        let status: Status = serde_json::from_str(
            r#"{"version":"0.1.0","pid":3,"phase":"asking","sit_seconds":1800,"why":"Asking now",
                "asking":{"reminder":"stand","routine":"desk-short","short":false,"quiet":false}}"#,
        )
        .unwrap();
        assert_eq!(status.phase, Some(Phase::Asking));
        assert_eq!(offered(&status, &Preferences::default()), "desk-short");
        assert_eq!(
            question(status.asking.as_ref().unwrap()).0,
            "Time for a short walk"
        );
    }

    #[test]
    fn a_name_fits_into_a_sentence() {
        assert_eq!(lower_first("Desk stretch", true), "desk stretch");
        assert_eq!(lower_first("Desk stretch", false), "Desk stretch");
    }
}
