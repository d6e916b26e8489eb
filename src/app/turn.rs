//! One event on its way through the App, with the resulting actions.

use super::host::Action;
use crate::ipc::Reply;
use crate::ipc::server::Caller;
use crate::time::Moment;

/// The actions collected for one event.
#[derive(Debug)]
pub(super) struct Turn<'a> {
    pub(super) now: &'a Moment,
    pub(super) actions: Vec<Action>,
}

impl<'a> Turn<'a> {
    pub(super) fn at(now: &'a Moment) -> Self {
        Self {
            now,
            actions: Vec::new(),
        }
    }

    pub(super) fn push(&mut self, action: Action) {
        self.actions.push(action);
    }

    pub(super) fn say(&mut self, caller: &Caller, reply: Reply) {
        self.push(Action::Reply(caller.clone(), Box::new(reply)));
    }

    pub(super) fn notice(&mut self, title: &str, body: impl Into<String>) {
        self.push(Action::Notice {
            title: title.to_owned(),
            body: body.into(),
        });
    }

    /// Returns `true` if the window process is about to start. The turn continues when the result is known.
    pub(super) fn opens_window(&self) -> bool {
        let opens = |action: &Action| matches!(action, Action::OpenWindow);
        self.actions.iter().any(opens)
    }

    pub(super) fn quits(&self) -> bool {
        let quits = |action: &Action| matches!(action, Action::Quit);
        self.actions.iter().any(quits)
    }
}
