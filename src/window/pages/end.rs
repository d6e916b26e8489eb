//! The last page of a routine: a summary and a question about how the back feels.

use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

use jiff::ZonedDateTime;
use slint::{ComponentHandle as _, SharedString, Timer};
use unhunch::ipc::{Next, Report};
use unhunch::lang::tr;
use unhunch::routine::Plan;
use unhunch::schedule::{Feeling, SHORTEST_SESSION};
use unhunch::time::{Clock, rounded};

use super::{PageEvents, on_escape};
use crate::context::{Context, Ended, Intent};
use crate::past::RecentHistory;
use crate::ui::{Actions, EndState, Page};
use crate::wire::wire;

/// The minimum playing time, in seconds, for this page to be shown.
const MIN_PLAYED: f64 = SHORTEST_SESSION as f64;
/// The time before the page closes after an answer.
const THANKS_DURATION: Duration = Duration::from_millis(1800);

pub(crate) struct EndPage {
    context: Rc<Context>,
    /// The ID of the routine that was played.
    routine: RefCell<Option<String>>,
}

impl PageEvents for EndPage {
    fn key(self: Rc<Self>, text: &str, _shift: bool) -> bool {
        on_escape(text, &self.context, Intent::Close)
    }
}

impl EndPage {
    pub(crate) fn new(context: Rc<Context>) -> Rc<Self> {
        Rc::new(Self {
            context,
            routine: RefCell::default(),
        })
    }

    /// Connects the callback of the page.
    pub(crate) fn wire(self: &Rc<Self>) {
        let actions = self.context.window.global::<Actions<'_>>();
        wire!(self => page, actions, {
            on_feeling(word) => page.feeling(&word);
        });
    }

    /// Fills the page in. Returns `false` if too little was played for it to be shown.
    pub(crate) fn fill(&self, ended: Ended) -> bool {
        let Ended {
            plan,
            played,
            complete,
        } = ended;
        self.routine.replace(Some(plan.id.clone()));
        if !complete && played < MIN_PLAYED {
            return false;
        }
        let view = EndView::of(&plan, played, complete);
        let page = self.context.window.global::<EndState<'_>>();
        page.set_title(view.title.into());
        page.set_line(view.line.into());
        page.set_ask(self.context.settings().guide.check_in && played >= MIN_PLAYED);
        page.set_answer(SharedString::default());
        self.show_next_reminder();
        true
    }

    pub(crate) fn show_next_reminder(&self) {
        let status = self.context.status();
        let next = status.as_ref().and_then(|status| status.next.as_ref());
        let next = next_reminder(next, &Clock.now().wall);
        let page = self.context.window.global::<EndState<'_>>();
        page.set_next_reminder(next.into());
    }

    fn feeling(self: &Rc<Self>, word: &str) {
        let feeling = match word {
            "better" => Feeling::Better,
            "same" => Feeling::Same,
            "worse" => Feeling::Worse,
            // The question was left unanswered.
            _ => return self.context.request(Intent::Close),
        };
        let routine = self.routine.borrow().clone();
        if let Some(routine) = routine {
            self.context.report(Report::CheckIn { routine, feeling });
        }
        let page = self.context.window.global::<EndState<'_>>();
        page.set_answer(word.into());
        if feeling == Feeling::Worse {
            self.advise(&page);
        } else {
            let page = Rc::downgrade(self);
            Timer::single_shot(THANKS_DURATION, move || {
                if let Some(page) = page.upgrade()
                    && page.context.page() == Page::End
                {
                    page.context.request(Intent::Close);
                }
            });
        }
    }

    /// Gives advice for a back that feels worse: the easier version, and a doctor if that happens often.
    fn advise(&self, page: &EndState<'_>) {
        let now = Clock.now().wall;
        page.set_often_worse(RecentHistory::read(&now).is_often_worse(&now));
        let routine = self.routine.borrow();
        let library = self.context.library.borrow();
        let plan = library.plan(routine.as_deref().unwrap_or_default());
        let easier = plan.ok().as_ref().and_then(easier);
        page.set_easier(easier.unwrap_or_default().into());
    }
}

struct EndView {
    title: &'static str,
    line: String,
}

/// The time that may be missing from the total for the routine to count as played in full, in seconds.
const FULL_TOLERANCE: f64 = 5.0;

impl EndView {
    /// Creates the texts for `played` seconds of the plan. `complete` means that it reached its end and most of it was played.
    fn of(plan: &Plan, played: f64, complete: bool) -> Self {
        let total = plan.total_seconds();
        let title = if complete {
            tr("Well done")
        } else {
            tr("Even a little helps")
        };
        let line = if complete && played > total - FULL_TOLERANCE {
            tr!(
                "{routine}, {played}.",
                routine = plan.name,
                played = rounded(played)
            )
        } else {
            tr!(
                "{routine}, {played} of {total}.",
                routine = plan.name,
                played = rounded(played),
                total = rounded(total)
            )
        };
        Self { title, line }
    }
}

/// Returns `true` if at least half of the plan was played rather than skipped.
pub(super) fn is_complete(plan: &Plan, played: f64) -> bool {
    played * 2.0 >= plan.total_seconds()
}

/// Returns a sentence with the time of the next reminder. Empty if it is unknown or not today.
fn next_reminder(next: Option<&Next>, now: &ZonedDateTime) -> String {
    let Some(next) = next else {
        return String::new();
    };
    let at = next
        .at
        .timestamp()
        .to_zoned_datetime(now.time_zone().clone());
    let time = at.strftime("%H:%M").to_string();
    if at.date() == now.date() {
        tr!("The next reminder is at about {time}.", time = time)
    } else {
        String::new()
    }
}

/// Returns the advice on the first exercise with an easier version.
fn easier(plan: &Plan) -> Option<String> {
    let mut parts = plan.parts().iter();
    let text = parts.find_map(|part| part.exercise.easier.as_ref())?;
    Some(tr!(
        "Next time, try the easier version. {text}",
        text = text
    ))
}

#[cfg(test)]
mod tests {
    use unhunch::routine::Library;

    use super::*;

    #[test]
    fn the_last_page_says_what_was_done() {
        let plan = Library::shipped().plan("desk").unwrap();
        assert_eq!(EndView::of(&plan, 347.0, true).line, "Desk stretch, 6 min.");
        assert_eq!(
            EndView::of(&plan, 61.2, false).line,
            "Desk stretch, 1 min 1 s of 6 min."
        );
    }

    #[test]
    fn skipping_to_the_end_earns_no_praise() {
        let plan = Library::shipped().plan("desk").unwrap();
        assert!(!is_complete(&plan, 52.0));
        let view = EndView::of(&plan, 52.0, false);
        assert_eq!(view.title, "Even a little helps");
        assert_eq!(view.line, "Desk stretch, 52 s of 6 min.");
        // One exercise was skipped.
        assert!(is_complete(&plan, 281.0));
        let view = EndView::of(&plan, 281.0, true);
        assert_eq!(view.title, "Well done");
        assert_eq!(view.line, "Desk stretch, 5 min of 6 min.");
    }

    #[test]
    fn the_last_page_says_when_the_next_reminder_comes() {
        let now: ZonedDateTime = "2026-03-02T09:30:00+01:00[Europe/Berlin]".parse().unwrap();
        let next = |at: &str| Next {
            at: at.parse().unwrap(),
            latest: at.parse().unwrap(),
            reminder: unhunch::schedule::Reminder::Stretch,
        };
        let today = next("2026-03-02T10:05:00+01:00");
        assert_eq!(
            next_reminder(Some(&today), &now),
            "The next reminder is at about 10:05."
        );
        let tomorrow = next("2026-03-03T10:05:00+01:00");
        assert_eq!(next_reminder(Some(&tomorrow), &now), "");
        assert_eq!(next_reminder(None, &now), "");
    }
}
