//! What the last page says.

use unhunch::lang::tr;
use unhunch::routine::{Plan, duration_text};

/// A routine that came to its end, or was ended.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct EndView {
    pub(crate) title: &'static str,
    pub(crate) line: String,
}

impl EndView {
    /// `played` seconds of the plan were done; `finished` tells whether its end was reached.
    pub(crate) fn of(plan: &Plan, played: f64, finished: bool) -> Self {
        let played = duration_text(played);
        if finished {
            Self {
                title: tr("Well done"),
                line: tr!("{routine}, {played}.", routine = plan.name, played = played),
            }
        } else {
            let total = duration_text(plan.total_seconds());
            Self {
                title: tr("A little is good, too"),
                line: tr!(
                    "{routine}, {played} of {total}.",
                    routine = plan.name,
                    played = played,
                    total = total
                ),
            }
        }
    }
}

/// How to do less of the first exercise that has an easier form.
pub(crate) fn easier(plan: &Plan) -> Option<String> {
    let mut parts = plan.parts().iter();
    let text = parts.find_map(|part| part.exercise.easier.as_ref())?;
    Some(tr!("Next time, try the easier form. {text}", text = text))
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
}
