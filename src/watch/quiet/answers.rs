//! Combines the answers of all sources.

use std::cell::RefCell;
use std::collections::BTreeSet;

use super::QuietEvent;
use crate::schedule::Hold;

/// A receiver for the answers of a source.
pub(super) trait AnswerReceiver {
    /// Takes an answer: `true` to keep quiet, or `None` if the source is unavailable.
    fn answer(&self, quiet: Option<bool>);
}

/// The combined answers of all sources.
pub(super) struct Answers<'a> {
    report: &'a dyn Fn(QuietEvent),
    state: RefCell<State>,
}

#[derive(Default)]
struct State {
    /// The number of sources that will answer.
    expected: usize,
    /// The sources that have answered at least once, even with `None`.
    answered: BTreeSet<&'static str>,
    /// The sources that are available.
    available: BTreeSet<&'static str>,
    /// The sources that ask to keep quiet, each with its reason.
    quiet: BTreeSet<(&'static str, Hold)>,
}

/// The receiver for the answers of one source.
pub(super) struct SourceReceiver<'a> {
    answers: &'a Answers<'a>,
    name: &'static str,
    why: Hold,
}

impl<'a> SourceReceiver<'a> {
    /// Creates the receiver for a source with this unique name, which knows about this reason.
    pub(super) fn new(answers: &'a Answers<'a>, name: &'static str, why: Hold) -> Self {
        Self { answers, name, why }
    }
}

impl AnswerReceiver for SourceReceiver<'_> {
    fn answer(&self, quiet: Option<bool>) {
        self.answers.answer(self.name, &self.why, quiet);
    }
}

impl<'a> Answers<'a> {
    pub(super) fn new(report: &'a dyn Fn(QuietEvent)) -> Self {
        Self {
            report,
            state: RefCell::default(),
        }
    }

    /// Sets the number of sources that will answer.
    pub(super) fn expect(&self, open: usize) {
        self.state.borrow_mut().expected = open;
    }

    fn answer(&self, name: &'static str, why: &Hold, quiet: Option<bool>) {
        self.change(name, why, quiet.unwrap_or(false));
        let mut state = self.state.borrow_mut();
        let came_or_went = match quiet {
            Some(_) => state.available.insert(name),
            None => state.available.remove(name),
        };
        let first = state.answered.insert(name);
        if state.answered.len() == state.expected && (first || came_or_went) {
            let available = state.available.iter().copied().collect();
            drop(state);
            (self.report)(QuietEvent::Answered(available));
        }
    }

    /// Applies an answer. Several sources may have the same reason: it is reported once, and released with the last of them.
    fn change(&self, name: &'static str, why: &Hold, quiet: bool) {
        let mut state = self.state.borrow_mut();
        let is_held = |state: &State| state.quiet.iter().any(|(_, reason)| reason == why);
        let before = is_held(&state);
        if quiet {
            state.quiet.insert((name, why.clone()));
        } else {
            state.quiet.remove(&(name, why.clone()));
        }
        let after = is_held(&state);
        drop(state);
        if before != after {
            let hold = why.clone();
            (self.report)(if after {
                QuietEvent::Held(hold)
            } else {
                QuietEvent::Released(hold)
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shared_reason_is_reported_once_and_released_with_the_last() {
        let reported = RefCell::new(Vec::new());
        let report = |event| reported.borrow_mut().push(event);
        let answers = Answers::new(&report);
        answers.expect(3);
        answers.answer("mako", &Hold::DoNotDisturb, None);
        answers.answer("kde", &Hold::DoNotDisturb, Some(true));
        answers.answer("dunst", &Hold::DoNotDisturb, Some(true));
        answers.answer("kde", &Hold::DoNotDisturb, Some(false));
        answers.answer("dunst", &Hold::DoNotDisturb, None);
        let hold = || Hold::DoNotDisturb;
        assert_eq!(
            reported.into_inner(),
            [
                QuietEvent::Held(hold()),
                QuietEvent::Answered(vec!["dunst", "kde"]),
                QuietEvent::Released(hold()),
                QuietEvent::Answered(vec!["kde"]),
            ]
        );
    }
}
