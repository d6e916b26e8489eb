//! One event on its way through the App, with the resulting actions.

use super::host::Action;
use crate::ipc::Reply;
use crate::ipc::server::Caller;
use crate::time::Moment;

/// One event, with its time and the actions collected for it.
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

    pub(super) fn reply(&mut self, caller: &Caller, message: Reply) {
        self.push(Action::Reply(caller.clone(), Box::new(message)));
    }

    pub(super) fn notice(&mut self, title: &str, body: impl Into<String>) {
        self.push(Action::Notice {
            title: title.to_owned(),
            body: body.into(),
        });
    }

    /// Returns `true` if the window process is about to be started. The rest of the event is handled when it is known if that worked.
    pub(super) fn opens_window(&self) -> bool {
        let opens = |action: &Action| matches!(action, Action::OpenWindow);
        self.actions.iter().any(opens)
    }

    pub(super) fn quits(&self) -> bool {
        let quits = |action: &Action| matches!(action, Action::Quit);
        self.actions.iter().any(quits)
    }
}
