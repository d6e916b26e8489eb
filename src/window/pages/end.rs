//! The last page of a routine: a summary and a question about how the back feels.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use jiff::ZonedDateTime;
use slint::{ComponentHandle as _, SharedString, Timer, TimerMode};
use unhunch::ipc::{Next, Prescribed, Report};
use unhunch::lang::tr;
use unhunch::routine::{Exercise, Library, Plan, Portion};
use unhunch::schedule::{Feeling, SHORTEST_SESSION};
use unhunch::time::{Clock, Span, about, rounded};

use super::{PageEvents, lines, on_escape};
use crate::context::{Context, Ended, Intent, Start};
use crate::past::RecentHistory;
use crate::ui::{Actions, EndState};
use crate::wire::wire;

/// The minimum playing time, in seconds, for this page to be shown.
const MIN_PLAYED: f64 = SHORTEST_SESSION as f64;
/// The time before a window that was opened for the routine closes after an answer, long enough to change it.
const THANKS_DURATION: Duration = Duration::from_secs(5);
/// The greatest length of "one more" exercise, in seconds: about half a minute.
const ONE_MORE: u64 = 35;
/// The greatest length, in seconds, of "one more" exercise that is prescribed for today. It isn't shortened, because only what is done in
/// full counts.
const ONE_MORE_PRESCRIBED: f64 = 180.0;

pub(crate) struct EndPage {
    context: Rc<Context>,
    /// The ID of the routine that was played.
    routine: RefCell<Option<String>>,
    /// The IDs of the routine and of its exercises.
    played: RefCell<Vec<String>>,
    /// The exercise offered as "one more".
    one_more: RefCell<Option<Start>>,
    /// The answer about how the back feels. It is recorded when the page is left, so that it can be undone.
    answer: Cell<Option<Feeling>>,
    /// Closes a window that was opened for the routine, after an answer.
    closing: Timer,
}

impl PageEvents for EndPage {
    fn key(self: Rc<Self>, text: &str, _shift: bool) -> bool {
        on_escape(text, &self.context, Intent::Close)
    }

    /// Records the answer.
    fn leave(&self) {
        self.closing.stop();
        let routine = self.routine.take();
        if let (Some(routine), Some(feeling)) = (routine, self.answer.take()) {
            self.context.report(Report::CheckIn { routine, feeling });
        }
    }
}

impl EndPage {
    pub(crate) fn new(context: Rc<Context>) -> Rc<Self> {
        Rc::new(Self {
            context,
            routine: RefCell::default(),
            played: RefCell::default(),
            one_more: RefCell::default(),
            answer: Cell::default(),
            closing: Timer::default(),
        })
    }

    /// Connects the callbacks of the page.
    pub(crate) fn wire(self: &Rc<Self>) {
        let actions = self.context.window.global::<Actions<'_>>();
        wire!(self => page, actions, {
            on_feeling(word) => page.feeling(&word);
            on_undo_feeling() => page.undo();
            on_one_more() => page.one_more();
        });
    }

    /// Fills the page in. Returns `false` if too little was played for it to be shown.
    pub(crate) fn fill(&self, ended: Ended) -> bool {
        let Ended {
            plan,
            played,
            complete,
            portions,
        } = ended;
        self.routine.replace(Some(plan.id.clone()));
        if !complete && played < MIN_PLAYED {
            return false;
        }
        let view = EndView::new(&plan, played, complete);
        let now = Clock.now().wall;
        let past = self.context.past(&now);
        let asks = self.context.settings().guide.check_in
            && played >= MIN_PLAYED
            && !past.has_answered(&now);
        let library = self.context.library.borrow();
        let more = self.prescribed_next(&plan, &library);
        let length = more.is_none().then(|| Span::seconds(ONE_MORE));
        let more = more.or_else(|| library.one_more(&plan, length?, &past.last_done));
        let page = self.context.window.global::<EndState<'_>>();
        page.set_title(view.title.into());
        page.set_line(view.line.into());
        page.set_exercises(lines(&exercise_lines(&plan, &portions)));
        page.set_ask(asks);
        page.set_answer(SharedString::default());
        page.set_one_more(more.as_ref().map(one_more).unwrap_or_default().into());
        self.one_more
            .replace(more.map(|plan| Start::new(plan.id, length)));
        let is_uncounted = |id: &String| match library.exercise(id) {
            Some(exercise) => !is_done_in_full(exercise, &portions),
            None => !complete,
        };
        let played = ids(&plan);
        let mut prescribed = played
            .iter()
            .filter(|id| self.context.prescribed(id).is_some());
        page.set_is_uncounted(prescribed.any(is_uncounted));
        self.played.replace(played);
        self.show_status();
        true
    }

    /// Shows the time of the next reminder, and how often was done today what is prescribed.
    pub(crate) fn show_status(&self) {
        let ids = self.played.borrow();
        let prescribed = ids.iter().filter_map(|id| self.context.prescribed(id));
        let progress: Vec<String> = prescribed
            .map(|prescription| prescription.with_progress())
            .collect();
        let status = self.context.status();
        let next = status.as_ref().and_then(|status| status.next.as_ref());
        let next = next_reminder(next, &Clock.now().wall);
        let page = self.context.window.global::<EndState<'_>>();
        page.set_next_reminder(next.into());
        page.set_progress(lines(&progress));
    }

    fn feeling(self: &Rc<Self>, word: &str) {
        let feeling = match word {
            "better" => Feeling::Better,
            "same" => Feeling::Same,
            "worse" => Feeling::Worse,
            // The question was left unanswered.
            _ => return self.context.request(Intent::Close),
        };
        self.answer.set(Some(feeling));
        let page = self.context.window.global::<EndState<'_>>();
        page.set_answer(word.into());
        if feeling == Feeling::Worse {
            self.advise(&page);
        } else {
            let page = Rc::downgrade(self);
            let close = move || {
                if let Some(page) = page.upgrade() {
                    page.context.request(Intent::CloseIfOver);
                }
            };
            self.closing
                .start(TimerMode::SingleShot, THANKS_DURATION, close);
        }
    }

    /// Takes the answer back and asks again.
    fn undo(&self) {
        self.closing.stop();
        self.answer.set(None);
        let page = self.context.window.global::<EndState<'_>>();
        page.set_answer(SharedString::default());
    }

    fn one_more(&self) {
        let start = self.one_more.borrow().clone();
        if let Some(start) = start {
            self.context.request(Intent::Choose(start));
        }
    }

    /// Returns another exercise for the same place that is prescribed for today: the one that was done least. `None` if all
    /// of them take longer.
    fn prescribed_next(&self, after: &Plan, library: &Library) -> Option<Plan> {
        let place = after.parts().last()?.exercise.group;
        let played = ids(after);
        let status = self.context.status();
        let prescribed = status.as_ref()?.programme.iter();
        let mut left: Vec<&Prescribed> = prescribed
            .filter(|prescription| {
                !prescription.is_complete() && !played.contains(&prescription.id)
            })
            .collect();
        left.sort_by_key(|prescription| prescription.percent());
        let mut exercises = left
            .into_iter()
            .filter_map(|prescription| library.exercise(&prescription.id));
        exercises.find_map(|exercise| {
            let plan = library.plan(&exercise.id).ok()?;
            let is_short = plan.total_seconds() <= ONE_MORE_PRESCRIBED;
            (is_short && exercise.suits(place)).then_some(plan)
        })
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
    fn new(plan: &Plan, played: f64, complete: bool) -> Self {
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

/// Returns a line for each exercise that was done. None if the plan has only one exercise.
fn exercise_lines(plan: &Plan, portions: &[Portion]) -> Vec<String> {
    if plan.parts().len() == 1 {
        return Vec::new();
    }
    let line = |portion: &Portion| {
        let mut parts = plan.parts().iter();
        let part = parts.find(|part| part.exercise.id == portion.exercise)?;
        Some(tr!(
            "{exercise}, {length}",
            exercise = part.exercise.name,
            length = rounded(portion.seconds as f64)
        ))
    };
    portions.iter().filter_map(line).collect()
}

/// Returns `true` if all repetitions of the exercise were done. A shorter version has fewer of them.
fn is_done_in_full(exercise: &Arc<Exercise>, portions: &[Portion]) -> bool {
    let reps = Plan::for_exercise(exercise).rep_count();
    portions
        .iter()
        .any(|portion| portion.exercise == exercise.id && portion.reps[0] >= reps)
}

/// Returns the IDs of the routine and of its exercises, each once.
fn ids(plan: &Plan) -> Vec<String> {
    let mut ids = vec![plan.id.clone()];
    for part in plan.parts() {
        if !ids.contains(&part.exercise.id) {
            ids.push(part.exercise.id.clone());
        }
    }
    ids
}

fn one_more(plan: &Plan) -> String {
    tr!(
        "One more: {exercise}, {length}",
        exercise = plan.name,
        length = about(plan.total_seconds())
    )
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
    let easier = parts.find_map(|part| part.exercise.easier.as_ref())?;
    Some(tr!(
        "Next time, try the easier version. {text}",
        text = easier.text
    ))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    #[test]
    fn the_last_page_says_what_was_done() {
        let plan = Library::shipped().plan("desk").unwrap();
        assert_eq!(
            EndView::new(&plan, 347.0, true).line,
            "Desk stretch, 6 min."
        );
        assert_eq!(
            EndView::new(&plan, 61.2, false).line,
            "Desk stretch, 1 min 1 s of 6 min."
        );
    }

    #[test]
    fn one_more_is_short_and_new() {
        let library = Library::shipped();
        for (routine, more) in [
            ("desk", "shoulder-roll"),
            ("cat-cow", "lying-shoulder-squeeze"),
        ] {
            let plan = library.plan(routine).unwrap();
            let length = Span::seconds(ONE_MORE);
            let offered = library.one_more(&plan, length, &BTreeMap::new()).unwrap();
            assert_eq!(offered.id, more);
            assert!(offered.total_seconds() > 20.0);
        }
    }

    #[test]
    fn skipping_to_the_end_earns_no_praise() {
        let plan = Library::shipped().plan("desk").unwrap();
        assert!(!is_complete(&plan, 52.0));
        let view = EndView::new(&plan, 52.0, false);
        assert_eq!(view.title, "Even a little helps");
        assert_eq!(view.line, "Desk stretch, 52 s of 6 min.");
        // One exercise was skipped.
        assert!(is_complete(&plan, 281.0));
        let view = EndView::new(&plan, 281.0, true);
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
