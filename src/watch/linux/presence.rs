//! Combines the activity in this session with that in other sessions of the same user: someone who works in another session
//! is not away, even though there is no input here.

use std::cell::Cell;
use std::mem::discriminant;
use std::time::Duration;

use crate::schedule::Activity;
use crate::time::Clock;

/// The activity of the user in all sessions.
pub struct Presence {
    report: Box<dyn Fn(Activity)>,
    here: Cell<Activity>,
    /// `None` unless another session is in use.
    elsewhere: Cell<Option<Activity>>,
    /// The last time at which another session was in use.
    left: Cell<Duration>,
    reported: Cell<Activity>,
}

impl Presence {
    /// Starts with a user who is present. Changes are reported to this callback.
    #[must_use]
    pub fn new(report: impl Fn(Activity) + 'static) -> Self {
        Self {
            report: Box::new(report),
            here: Cell::new(Activity::Busy),
            elsewhere: Cell::new(None),
            left: Cell::new(Duration::ZERO),
            reported: Cell::new(Activity::Busy),
        }
    }

    /// Takes a report about this session. Every report is passed on, because some are the answer to a question.
    pub fn set_here(&self, activity: Activity) {
        self.here.set(activity);
        self.report();
    }

    /// Takes a report about the other sessions.
    pub fn set_elsewhere(&self, activity: Option<Activity>) {
        let before = self.elsewhere.replace(activity);
        match (before, activity) {
            // The input that switched away from there was the last one.
            (Some(Activity::Busy | Activity::Still), None) => self.left.set(Clock.now().elapsed),
            (_, Some(Activity::Away { since })) => self.left.set(since),
            (_, Some(Activity::Busy | Activity::Still) | None) => {}
        }
        if discriminant(&self.combined()) != discriminant(&self.reported.get()) {
            self.report();
        }
    }

    fn report(&self) {
        self.reported.set(self.combined());
        (self.report)(self.reported.get());
    }

    fn combined(&self) -> Activity {
        match (self.here.get(), self.elsewhere.get()) {
            (_, Some(Activity::Busy | Activity::Still)) => Activity::Busy,
            (Activity::Away { since }, _) => Activity::Away {
                since: since.max(self.left.get()),
            },
            (here, _) => here,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;
    use std::rc::Rc;

    use super::*;

    const BUSY: Activity = Activity::Busy;

    fn away(since: u64) -> Activity {
        let since = Duration::from_secs(since);
        Activity::Away { since }
    }

    fn user() -> (Presence, Rc<RefCell<Vec<Activity>>>) {
        let reported = Rc::<RefCell<Vec<_>>>::default();
        let report = reported.clone();
        let presence = Presence::new(move |activity| report.borrow_mut().push(activity));
        (presence, reported)
    }

    #[test]
    fn one_session_is_reported_as_it_is() {
        let (presence, reported) = user();
        for activity in [BUSY, BUSY, Activity::Still, away(7), BUSY] {
            presence.set_here(activity);
        }
        presence.set_elsewhere(None);
        assert_eq!(
            reported.take(),
            [BUSY, BUSY, Activity::Still, away(7), BUSY]
        );
    }

    #[test]
    fn user_is_away_only_when_all_sessions_are_idle() {
        let (presence, reported) = user();
        presence.set_here(away(100));
        presence.set_elsewhere(Some(BUSY));
        presence.set_elsewhere(Some(away(200)));
        presence.set_elsewhere(Some(away(200)));
        assert_eq!(reported.take(), [away(100), BUSY, away(200)]);
        presence.set_here(BUSY);
        presence.set_here(away(300));
        presence.set_elsewhere(Some(BUSY));
        presence.set_elsewhere(Some(away(250)));
        assert_eq!(reported.take(), [BUSY, away(300), BUSY, away(300)]);
    }

    #[test]
    fn absence_begins_when_the_other_session_was_left() {
        let (presence, reported) = user();
        presence.set_here(away(0));
        presence.set_elsewhere(Some(BUSY));
        let before = Clock.now().elapsed;
        presence.set_elsewhere(None);
        let reported = reported.take();
        let [_, BUSY, Activity::Away { since }] = reported[..] else {
            panic!("{reported:?}")
        };
        assert!(since >= before);
    }
}
