//! What the last page says.

use jiff::Zoned;
use unhunch::ipc::Next;
use unhunch::lang::tr;
use unhunch::routine::{Plan, duration_text};

/// A routine that came to its end, or was ended.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct EndView {
    pub(crate) title: &'static str,
    pub(crate) line: String,
}

/// What is missing from the whole and still counts as the whole, in seconds.
const NEARLY: f64 = 5.0;

impl EndView {
    /// `played` seconds of the plan were done; `complete` tells whether that was most of it, up to its end.
    pub(crate) fn of(plan: &Plan, played: f64, complete: bool) -> Self {
        let total = plan.total_seconds();
        let title = if complete {
            tr("Well done")
        } else {
            tr("Even a little helps")
        };
        let line = if complete && played > total - NEARLY {
            tr!(
                "{routine}, {played}.",
                routine = plan.name,
                played = duration_text(played)
            )
        } else {
            tr!(
                "{routine}, {played} of {total}.",
                routine = plan.name,
                played = duration_text(played),
                total = duration_text(total)
            )
        };
        Self { title, line }
    }
}

/// Whether a routine that has come to its end was done, and not only skipped through.
pub(crate) fn is_complete(plan: &Plan, played: f64) -> bool {
    played * 2.0 >= plan.total_seconds()
}

/// When the next reminder comes; empty if nobody can tell.
pub(crate) fn next_reminder(next: Option<&Next>, now: &Zoned) -> String {
    let Some(next) = next else {
        return String::new();
    };
    let at = next.at.timestamp().to_zoned(now.time_zone().clone());
    let time = at.strftime("%H:%M").to_string();
    if at.date() == now.date() {
        tr!("The next reminder comes about {time}.", time = time)
    } else {
        String::new()
    }
}

/// How to do less of the first exercise that has an easier form.
pub(crate) fn easier(plan: &Plan) -> Option<String> {
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
        assert_eq!(
            EndView::of(&plan, 347.0, true).line,
            "Desk stretch, 5 min 47 s."
        );
        assert_eq!(
            EndView::of(&plan, 61.2, false).line,
            "Desk stretch, 1 min 1 s of 5 min 47 s."
        );
    }

    #[test]
    fn who_skips_to_the_end_is_not_praised_for_it() {
        let plan = Library::shipped().plan("desk").unwrap();
        assert!(!is_complete(&plan, 52.0));
        let view = EndView::of(&plan, 52.0, false);
        assert_eq!(view.title, "Even a little helps");
        assert_eq!(view.line, "Desk stretch, 52 s of 5 min 47 s.");
        // One exercise was left out.
        assert!(is_complete(&plan, 281.0));
        let view = EndView::of(&plan, 281.0, true);
        assert_eq!(view.title, "Well done");
        assert_eq!(view.line, "Desk stretch, 4 min 41 s of 5 min 47 s.");
    }

    #[test]
    fn the_last_page_says_when_the_next_reminder_comes() {
        let now: Zoned = "2026-03-02T09:30:00+01:00[Europe/Berlin]".parse().unwrap();
        let next = |at: &str| Next {
            at: at.parse().unwrap(),
            latest: at.parse().unwrap(),
            reminder: unhunch::schedule::Reminder::Stretch,
        };
        let today = next("2026-03-02T10:05:00+01:00");
        assert_eq!(
            next_reminder(Some(&today), &now),
            "The next reminder comes about 10:05."
        );
        let tomorrow = next("2026-03-03T10:05:00+01:00");
        assert_eq!(next_reminder(Some(&tomorrow), &now), "");
        assert_eq!(next_reminder(None, &now), "");
    }
}
