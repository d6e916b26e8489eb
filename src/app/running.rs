//! The running program: the App, its host and the background work. The event loop of each platform drives it.

use std::collections::VecDeque;
use std::time::Duration;

use super::reconcile::{IdleWatch, QuietProbe};
use super::{Action, App, AppEvent, Host};
use crate::time::Moment;

/// The decision to continue or exit the event loop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Flow {
    Go,
    End,
}

/// The App and everything it needs to run. `W` is the work of a probe.
pub(super) struct Running<'a, W> {
    // Fields drop in this order: the icon goes first.
    pub(super) host: Box<dyn Host + 'a>,
    pub(super) app: App,
    pub(super) idle: IdleWatch<'a>,
    pub(super) quiet: QuietProbe<'a, W>,
}

impl<W> Running<'_, W> {
    /// Starts the App and performs its first actions.
    pub(super) fn begin(&mut self, now: &Moment) {
        let actions = self.app.begin(now);
        self.perform(actions, now);
    }

    /// Handles an event and performs the resulting actions.
    pub(super) fn handle(&mut self, incoming: AppEvent, now: &Moment) -> Flow {
        let actions = self.app.handle(incoming, now);
        self.perform(actions, now)
    }

    /// Starts and stops background work after an event. Returns when to wake the App, in elapsed time.
    pub(super) fn follow(&mut self, now: &Moment) -> Option<Duration> {
        let wants = self.app.wants();
        let events = [self.idle.follow(&wants), self.quiet.follow(&wants)];
        for incoming in events.into_iter().flatten() {
            self.handle(incoming, now);
        }
        self.app.wants().wakeup.map(|(at, _)| at)
    }

    /// Performs the actions. Results that the App needs are fed back to it within the same iteration.
    fn perform(&mut self, actions: Vec<Action>, now: &Moment) -> Flow {
        let mut flow = Flow::Go;
        let mut actions = VecDeque::from(actions);
        while let Some(action) = actions.pop_front() {
            if let Action::Reply(caller, reply) = &action {
                caller.send(reply);
                continue;
            }
            if matches!(action, Action::Quit) {
                flow = Flow::End;
                continue;
            }
            let opens_window = matches!(action, Action::OpenWindow);
            let outcome = match self.host.perform(action, now) {
                done if opens_window => AppEvent::WindowStarted(done),
                Ok(()) => continue,
                Err(why) => AppEvent::ActionFailed(why),
            };
            actions.extend(self.app.handle(outcome, now));
        }
        flow
    }
}
