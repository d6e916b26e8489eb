//! The start page: status, the best action for the moment, a few routines, and the pause.

use std::cell::RefCell;
use std::cmp::Reverse;
use std::rc::Rc;

use jiff::ZonedDateTime;
use slint::{ComponentHandle as _, Model as _, ModelRc, VecModel};
use unhunch::ipc::{Call, Status, Today, WindowSettings};
use unhunch::lang::{self, tr};
use unhunch::routine::{Library, LibraryItem, Plan, PlanOptions};
use unhunch::schedule::{Phase, Prompt, Reminder};
use unhunch::time::{Clock, about};

use super::PageEvents;
use crate::context::{Context, Intent, Start};
use crate::mistakes::{self, sentence};
use crate::opener::open_file;
use crate::past::{InterruptedRoutine, RecentHistory};
use crate::ui::{self, Actions, HomeState};
use crate::wire::wire;

/// The number of routines on offer besides the large button. The library has all of them.
const MAX_ROUTINES: usize = 3;
/// The number of routines and exercises if more of them are prescribed for today.
const MAX_PRESCRIBED: usize = 6;

pub(crate) struct HomePage {
    context: Rc<Context>,
    /// The interrupted routine on offer.
    broken_off: RefCell<Option<InterruptedRoutine>>,
}

impl PageEvents for HomePage {
    fn enter(self: Rc<Self>) {
        self.offer_routines();
    }

    fn retranslate(self: Rc<Self>) {
        self.offer_routines();
    }
}

impl HomePage {
    pub(crate) fn new(context: Rc<Context>) -> Rc<Self> {
        Rc::new(Self {
            context,
            broken_off: RefCell::default(),
        })
    }

    /// Connects the callbacks of the page.
    pub(crate) fn wire(self: &Rc<Self>) {
        let actions = self.context.window.global::<Actions<'_>>();
        wire!(self => page, actions, {
            on_start_offered() => page.start_offered();
            on_go_on() => page.go_on();
            on_snooze() => page.context.send(Call::Snooze { length: None });
            on_skip() => page.context.send(Call::Skip);
            on_stood() => page.context.send(Call::Stood);
            on_resume() => page.context.send(Call::Resume);
            on_pause_for(length) => page.pause_reminders(&length);
        });
        let home = self.context.window.global::<HomeState<'_>>();
        wire!(self => page, home, {
            on_open_file() => page.open_file();
        });
    }

    /// Shows the status, or that there is no tray program.
    pub(crate) fn show(&self) {
        let page = self.context.window.global::<HomeState<'_>>();
        let (status, settings) = (self.context.status(), self.context.settings());
        let status = status.as_ref();
        let (title, question_about) = asking(status).map_or(("", ""), question);
        let problems = status.map_or(&[][..], |status| &status.problems[..]);
        page.set_action(status.map_or(ui::HomeAction::Stretch, action));
        page.set_mistakes(mistakes::title(problems).into());
        page.set_has_other_file(mistakes::other_file(problems).is_some());
        page.set_first_mistake(mistakes::first(problems).into());
        page.set_question(title.into());
        page.set_question_about(question_about.into());
        page.set_why(status.map_or("", |status| status.why.as_str()).into());
        let today = status.and_then(|status| status.today);
        page.set_today(today.map(Today::sentence).unwrap_or_default().into());
        page.set_paused(status.is_some_and(|status| status.phase == Phase::Paused));
        page.set_connected(self.context.is_connected());
        page.set_snooze_for(settings.snooze.localized().into());
        let options = PlanOptions {
            sit_seconds: None,
            length: settings.length,
        };
        let offered = page.get_start_id();
        let library = self.context.library.borrow();
        if let Ok(plan) = library.plan_with(main_routine(status, &settings), options) {
            // A name that the user has given stays as it is.
            let name = if title.is_empty() && !library.is_own(&plan.id) {
                lang::lower_first(&plan.name)
            } else {
                plan.name.clone()
            };
            let progress = self.context.progress_today(&plan.id);
            let length = [about(plan.total_seconds())].into_iter().chain(progress);
            page.set_start_name(name.into());
            page.set_start_length(length.collect::<Vec<_>>().join(" · ").into());
            page.set_start_id(plan.id.into());
        }
        drop(library);
        // The list, which is filled when the page opens, leaves out what is on the large button.
        let is_filled = !offered.is_empty() && self.context.page() == ui::Page::Home;
        if is_filled && page.get_start_id() != offered {
            self.offer_routines();
        } else {
            self.update_progress();
        }
    }

    /// Shows how often was done today what is prescribed. The rows keep the focus.
    fn update_progress(&self) {
        let page = self.context.window.global::<HomeState<'_>>();
        let rows = page.get_routines();
        for (index, row) in rows.iter().enumerate() {
            let progress = self.context.progress_today(&row.id);
            if let Some(progress) = progress.filter(|progress| row.about != *progress) {
                let about = progress.into();
                rows.set_row_data(index, ui::Item { about, ..row });
            }
        }
    }

    /// Shows what is prescribed and still to be done today, then the most recently done routines, without that of the large
    /// button, and a routine interrupted within the last hour.
    fn offer_routines(&self) {
        let page = self.context.window.global::<HomeState<'_>>();
        let RecentHistory {
            broken_off,
            last_done,
            ..
        } = self.context.past(&Clock.now().wall);
        let library = self.context.library.borrow();
        let start = page.get_start_id();
        // The part of a prescription that was done today, in percent.
        let unfinished = |item: &LibraryItem<'_>| {
            let prescribed = self.context.prescribed(item.id());
            let prescribed = prescribed.filter(|prescribed| !prescribed.is_complete())?;
            Some(prescribed.percent())
        };
        let is_left = |item: &LibraryItem<'_>| unfinished(item).is_some();
        let is_offered = |item: &LibraryItem<'_>| {
            start != item.id() && (matches!(item, LibraryItem::Routine(_)) || is_left(item))
        };
        let mut routines: Vec<LibraryItem<'_>> = library.iter().filter(is_offered).collect();
        routines.sort_by_cached_key(|item| {
            let last = last_done.get(item.id()).map(ZonedDateTime::timestamp);
            let (is_own, done) = (library.is_own(item.id()), unfinished(item));
            (done.is_none(), done, Reverse(last), !is_own)
        });
        let left = routines.iter().filter(|item| is_left(item)).count();
        routines.truncate(left.clamp(MAX_ROUTINES, MAX_PRESCRIBED));
        let items = routines.into_iter().map(|item| to_row(item, &library));
        page.set_routines(ModelRc::new(VecModel::from_iter(items)));
        self.update_progress();
        let continuation = broken_off
            .as_ref()
            .and_then(|interrupted| go_on(interrupted, &library));
        page.set_go_on(continuation.unwrap_or_default().into());
        *self.broken_off.borrow_mut() = broken_off;
    }

    fn start_offered(&self) {
        let (status, settings) = (self.context.status(), self.context.settings());
        let start = Start::new(main_routine(status.as_ref(), &settings), settings.length);
        drop((status, settings));
        self.context.request(Intent::Choose(start));
    }

    fn go_on(&self) {
        let Some(off) = self.broken_off.take() else {
            return;
        };
        let length = off.length(&self.context.library.borrow());
        self.context.request(Intent::Choose(Start {
            left: Some(off.left()),
            ..Start::new(off.routine, length)
        }));
    }

    /// Opens the file with the first mistake in an editor.
    fn open_file(self: &Rc<Self>) {
        let status = self.context.status();
        let problems = status.as_ref().map(|status| &status.problems[..]);
        if let Some(file) = problems.and_then(mistakes::other_file) {
            let mistake = problems.map(mistakes::first).unwrap_or_default();
            open_file(self, file, move |page, error| {
                let page = page.context.window.global::<HomeState<'_>>();
                page.set_first_mistake(format!("{mistake}\n{}", sentence(error)).into());
            });
        }
    }

    fn pause_reminders(&self, length: &str) {
        let until = (length == "tomorrow").then(|| length.to_owned());
        let length = length.parse().ok();
        self.context.send(Call::Pause { length, until });
    }
}

/// Returns the action of the large button.
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

/// Returns the title and the text of the question.
fn question(prompt: &Prompt) -> (&'static str, &'static str) {
    match prompt.reminder {
        Reminder::Stand => (
            tr("Time for a short walk"),
            tr(
                "Walk a few steps and get a glass of water. Or stretch right here if you can’t get away.",
            ),
        ),
        Reminder::Stretch => (
            tr("Time to stretch"),
            tr("A few easy moves for your upper back and shoulders."),
        ),
        Reminder::Posture => (
            tr("How are you sitting?"),
            tr("Let your shoulders sink and sit a little taller. That’s all."),
        ),
    }
}

/// Returns the question currently on screen.
fn asking(status: Option<&Status>) -> Option<&Prompt> {
    status.and_then(|status| status.asking.as_ref())
}

/// Returns the routine of the large button.
fn main_routine<'a>(status: Option<&'a Status>, settings: &'a WindowSettings) -> &'a str {
    let prompted = asking(status).map(|prompt| &prompt.routine);
    let offered = || status.and_then(|status| status.offered.as_ref());
    prompted.or_else(offered).unwrap_or(&settings.routine)
}

/// Returns the name and the remaining time of an interrupted routine. `None` if it no longer exists.
fn go_on(off: &InterruptedRoutine, library: &Library) -> Option<String> {
    let routine = library.find(&off.routine)?;
    let left = about(off.left() as f64);
    Some(tr!(
        "{routine}, {left} left",
        routine = routine.name(),
        left = left
    ))
}

fn to_row(item: LibraryItem<'_>, library: &Library) -> ui::Item {
    let plan = Plan::for_item(item, library);
    ui::Item {
        length: about(plan.total_seconds()).into(),
        id: plan.id.into(),
        name: plan.name.into(),
        about: plan.about.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_main_button_starts_the_asked_routine() {
        let status: Status = serde_json::from_str(
            r#"{"phase":"asking","asking":{"reminder":"stand","routine":"desk-short","short":false,"quiet":false}}"#,
        )
        .unwrap();
        let settings = WindowSettings::default();
        assert_eq!(main_routine(Some(&status), &settings), "desk-short");
        assert_eq!(main_routine(None, &settings), "desk");
        let waits: Status = serde_json::from_str(r#"{"phase":"due","offered":"moment"}"#).unwrap();
        assert_eq!(main_routine(Some(&waits), &settings), "moment");
        assert_eq!(
            question(asking(Some(&status)).unwrap()).0,
            "Time for a short walk"
        );
        assert_eq!(action(&status), ui::HomeAction::GetUp);
    }
}
