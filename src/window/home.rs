//! What the start page shows.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use jiff::Zoned;
use slint::{ModelRc, VecModel};
use unhunch::ipc::{Problem, Status, Today, WindowSettings};
use unhunch::lang::{self, tr, trn};
use unhunch::routine::{Found, Library, Plan, Wanted, duration_text};
use unhunch::schedule::{Phase, Prompt, Reminder};

use crate::past::BrokenOff;
use crate::ui;

/// A problem in a sentence or two.
fn said(problem: &Problem) -> String {
    match problem {
        Problem::File(problem) if problem.line > 0 => tr!(
            "Line {line}: {what}",
            line = problem.line,
            what = problem.what_with_hint()
        ),
        Problem::File(problem) => problem.what_with_hint(),
        Problem::Other { what, .. } => what.clone(),
    }
}

/// What fits best at this moment.
fn action(status: &Status) -> ui::HomeAction {
    let due = match (&status.asking, status.phase) {
        (Some(prompt), _) => Some(prompt.reminder),
        (None, Phase::Due) => status.next.map(|next| next.reminder),
        (None, _) => None,
    };
    match due {
        Some(Reminder::Stand) => ui::HomeAction::GetUp,
        Some(Reminder::Stretch | Reminder::Posture) => ui::HomeAction::Stretch,
        None if status.phase == Phase::Paused => ui::HomeAction::Resume,
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

/// The question on the screen, where a tray program tells of one.
fn asking(status: Option<&Status>) -> Option<&Prompt> {
    status.and_then(|status| status.asking.as_ref())
}

/// The routine that the large button starts.
pub(crate) fn offered<'a>(status: Option<&'a Status>, settings: &'a WindowSettings) -> &'a str {
    asking(status).map_or(&settings.routine, |prompt| &prompt.routine)
}

/// Puts the status on the page, or that there is no tray program to tell it.
pub(crate) fn show(
    page: &ui::HomeState<'_>,
    status: Option<&Status>,
    settings: &WindowSettings,
    library: &Library,
    connected: bool,
) {
    let (title, about) = asking(status).map_or(("", ""), question);
    let problems = status.map_or(&[][..], |status| &status.problems[..]);
    page.set_action(status.map_or(ui::HomeAction::Stretch, action));
    page.set_mistakes(mistakes(problems).into());
    page.set_first_mistake(problems.first().map(said).unwrap_or_default().into());
    page.set_question(title.into());
    page.set_question_about(about.into());
    page.set_why(status.map_or("", |status| status.why.as_str()).into());
    let today = status.and_then(|status| status.today);
    page.set_today(today.map(Today::said).unwrap_or_default().into());
    page.set_paused(status.is_some_and(|status| status.phase == Phase::Paused));
    page.set_connected(connected);
    page.set_snooze_for(settings.snooze.said().into());
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
    fn what_is_asked_is_offered() {
        let status: Status = serde_json::from_str(
            r#"{"phase":"asking","asking":{"reminder":"stand","routine":"desk-short","short":false,"quiet":false}}"#,
        )
        .unwrap();
        let settings = WindowSettings::default();
        assert_eq!(offered(Some(&status), &settings), "desk-short");
        assert_eq!(offered(None, &settings), "desk");
        assert_eq!(
            question(asking(Some(&status)).unwrap()).0,
            "Time for a short walk"
        );
        assert_eq!(action(&status), ui::HomeAction::GetUp);
    }

    #[test]
    fn a_name_fits_into_a_sentence() {
        assert_eq!(lower_first("Desk stretch", true), "desk stretch");
        assert_eq!(lower_first("Desk stretch", false), "Desk stretch");
    }
}
