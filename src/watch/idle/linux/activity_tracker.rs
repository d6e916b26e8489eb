//! Tracks what a source observes, and reports what is new.

use std::time::Duration;

use crate::schedule::Activity;

/// The observed activity; only changes are reported.
pub(super) struct ActivityTracker<'a> {
    report: &'a dyn Fn(Activity),
    reported: Activity,
    away: Option<Duration>,
    still: bool,
}

impl<'a> ActivityTracker<'a> {
    /// Starts with a user who is present, and reports that.
    pub(super) fn new(report: &'a dyn Fn(Activity)) -> Self {
        report(Activity::Busy);
        Self {
            report,
            reported: Activity::Busy,
            away: None,
            still: false,
        }
    }

    /// Records that the user has been away since this elapsed time.
    pub(super) fn on_away(&mut self, since: Duration) {
        self.away = Some(since);
        self.report_if_changed();
    }

    /// Records a pause in typing.
    pub(super) fn on_still(&mut self) {
        self.still = true;
        self.report_if_changed();
    }

    /// Records that there was input.
    pub(super) fn on_input(&mut self) {
        self.away = None;
        self.still = false;
        self.report_if_changed();
    }

    /// Begins or ends the wait for a pause in typing. When it begins, the current activity is reported.
    pub(super) fn set_close_watch(&mut self, closely: bool) {
        self.still &= closely;
        if closely {
            self.report();
        }
    }

    fn report_if_changed(&mut self) {
        let now = self.activity();
        if std::mem::discriminant(&now) != std::mem::discriminant(&self.reported) {
            self.report();
        }
    }

    fn report(&mut self) {
        self.reported = self.activity();
        (self.report)(self.reported);
    }

    fn activity(&self) -> Activity {
        match (self.away, self.still) {
            (Some(since), _) => Activity::Away { since },
            (None, true) => Activity::Still,
            (None, false) => Activity::Busy,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;

    use super::*;

    #[test]
    fn only_changes_are_reported() {
        let reported = RefCell::new(Vec::new());
        let report = |activity| reported.borrow_mut().push(activity);
        let mut tracker = ActivityTracker::new(&report);
        let since = Duration::from_secs(7);
        tracker.on_input();
        tracker.set_close_watch(true);
        tracker.on_still();
        tracker.on_away(since);
        tracker.on_away(Duration::from_secs(8));
        tracker.on_input();
        tracker.set_close_watch(false);
        tracker.on_input();
        let (busy, away) = (Activity::Busy, Activity::Away { since });
        assert_eq!(reported.take(), [busy, busy, Activity::Still, away, busy]);
    }
}
