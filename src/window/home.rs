//! What the start page shows.

use serde::Deserialize;
use slint::{ModelRc, VecModel};
use unhunch::ipc::Today;
use unhunch::lang::{self, tr};
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
}

/// The question on the start page: a title and a sentence.
pub(crate) fn question(prompt: &Prompt) -> (&'static str, &'static str) {
    match prompt.reminder {
        Reminder::Stand => (
            tr("Time to stand up"),
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

/// Fills the list of routines.
pub(crate) fn fill(page: &ui::HomeState<'_>, library: &Library) {
    let routines = library
        .iter()
        .filter(|found| matches!(found, Found::Routine(_)));
    let items = routines.map(|found| item(found, library));
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
            "Time to stand up"
        );
    }

    #[test]
    fn a_name_fits_into_a_sentence() {
        assert_eq!(lower_first("Desk stretch", true), "desk stretch");
        assert_eq!(lower_first("Desk stretch", false), "Desk stretch");
    }
}
