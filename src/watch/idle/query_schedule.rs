//! Decides when to query the idle time on systems that don't notify: as rarely as possible.
//!
//! A user who was active a moment ago can be away at the earliest when a whole threshold has passed since the last input.
//! So typing costs one query a minute, and no more while nothing waits for a pause.

use std::time::Duration;

use super::Thresholds;

/// The kind of activity that an idle time implies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Busy,
    Still,
    Away,
}

/// Decides when to query next, and what to report.
#[derive(Debug)]
pub(super) struct QuerySchedule {
    thresholds: Thresholds,
    closely: bool,
    reported: Kind,
}

impl QuerySchedule {
    pub(super) fn new(thresholds: Thresholds) -> Self {
        Self {
            thresholds,
            closely: false,
            reported: Kind::Busy,
        }
    }

    /// Returns the kind that was reported last.
    pub(super) fn last_reported(&self) -> Kind {
        self.reported
    }

    /// Returns the kind to report for an idle time, or `None` if it is unchanged. It is always reported
    /// when close watching begins.
    pub(super) fn update(&mut self, idle: Duration, closely: bool) -> Option<Kind> {
        let begins = closely && !self.closely;
        self.closely = closely;
        let kind = if idle >= self.thresholds.away {
            Kind::Away
        } else if closely && idle >= self.thresholds.still {
            Kind::Still
        } else {
            Kind::Busy
        };
        let before = std::mem::replace(&mut self.reported, kind);
        (begins || before != kind).then_some(kind)
    }

    /// Returns how long nothing can change without input, or `None` if only input can change anything, as during an absence.
    pub(super) fn next_query(&self, idle: Duration) -> Option<Duration> {
        let next = match self.reported {
            Kind::Busy if self.closely => self.thresholds.still.min(self.thresholds.away),
            Kind::Busy | Kind::Still => self.thresholds.away,
            Kind::Away => return None,
        };
        // The clock behind the answers advances in steps: a small delay ensures that the query is not too early.
        Some(next.saturating_sub(idle) + Duration::from_millis(20))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn looks() -> QuerySchedule {
        QuerySchedule::new(Thresholds::default())
    }

    fn seconds(seconds: f64) -> Duration {
        Duration::from_secs_f64(seconds)
    }

    #[test]
    fn typing_costs_one_query_a_minute() {
        let mut looks = looks();
        assert_eq!(looks.update(seconds(0.1), false), None);
        assert_eq!(looks.next_query(seconds(0.1)), Some(seconds(59.92)));
        assert_eq!(looks.update(seconds(40.0), false), None);
        assert_eq!(looks.next_query(seconds(40.0)), Some(seconds(20.02)));
    }

    #[test]
    fn long_idle_time_is_away_and_input_is_busy() {
        let mut looks = looks();
        assert_eq!(looks.update(seconds(60.01), false), Some(Kind::Away));
        assert_eq!(looks.update(seconds(300.0), false), None);
        assert_eq!(looks.next_query(seconds(300.0)), None);
        assert_eq!(looks.last_reported(), Kind::Away);
        assert_eq!(looks.update(seconds(0.0), false), Some(Kind::Busy));
    }

    #[test]
    fn pauses_are_reported_only_while_watching_closely() {
        let mut looks = looks();
        assert_eq!(looks.update(seconds(5.0), false), None);
        assert_eq!(looks.update(seconds(1.0), true), Some(Kind::Busy));
        assert_eq!(looks.next_query(seconds(1.0)), Some(seconds(2.02)));
        assert_eq!(looks.update(seconds(3.02), true), Some(Kind::Still));
        assert_eq!(looks.next_query(seconds(3.02)), Some(seconds(57.0)));
        assert_eq!(looks.update(seconds(0.0), true), Some(Kind::Busy));
        assert_eq!(looks.update(seconds(3.0), true), Some(Kind::Still));
        assert_eq!(looks.update(seconds(4.0), false), Some(Kind::Busy));
        assert_eq!(looks.update(seconds(5.0), true), Some(Kind::Still));
    }
}
