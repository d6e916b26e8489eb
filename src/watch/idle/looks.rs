//! When to ask for the idle time, where nobody calls us: as seldom as can be.
//!
//! Whoever was here a moment ago can be away at the earliest when a whole threshold has passed since the last input. So
//! somebody who types costs one look a minute, and not one more while nothing waits for a pause.

use std::time::Duration;

use super::Thresholds;

/// What an idle time means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Busy,
    Still,
    Away,
}

/// When to look, and what to tell of what is seen.
#[derive(Debug)]
pub(super) struct Looks {
    thresholds: Thresholds,
    closely: bool,
    told: Kind,
}

impl Looks {
    pub(super) fn new(thresholds: Thresholds) -> Self {
        Self {
            thresholds,
            closely: false,
            told: Kind::Busy,
        }
    }

    /// What was told last.
    pub(super) fn told(&self) -> Kind {
        self.told
    }

    /// What to tell when somebody has been idle for so long. Who begins to watch closely is told in any case.
    pub(super) fn look(&mut self, idle: Duration, closely: bool) -> Option<Kind> {
        let begins = closely && !self.closely;
        self.closely = closely;
        let kind = if idle >= self.thresholds.away {
            Kind::Away
        } else if closely && idle >= self.thresholds.still {
            Kind::Still
        } else {
            Kind::Busy
        };
        let before = std::mem::replace(&mut self.told, kind);
        (begins || before != kind).then_some(kind)
    }

    /// How long nothing new can happen without an input; none: nothing ever, as who is away comes back with one.
    pub(super) fn next(&self, idle: Duration) -> Option<Duration> {
        let next = match self.told {
            Kind::Busy if self.closely => self.thresholds.still.min(self.thresholds.away),
            Kind::Busy | Kind::Still => self.thresholds.away,
            Kind::Away => return None,
        };
        // The clock behind the answers goes in steps: a little later is surely not too early.
        Some(next.saturating_sub(idle) + Duration::from_millis(20))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn looks() -> Looks {
        Looks::new(Thresholds::default())
    }

    fn seconds(seconds: f64) -> Duration {
        Duration::from_secs_f64(seconds)
    }

    #[test]
    fn who_types_is_looked_at_once_a_minute() {
        let mut looks = looks();
        assert_eq!(looks.look(seconds(0.1), false), None);
        assert_eq!(looks.next(seconds(0.1)), Some(seconds(59.92)));
        assert_eq!(looks.look(seconds(40.0), false), None);
        assert_eq!(looks.next(seconds(40.0)), Some(seconds(20.02)));
    }

    #[test]
    fn who_leaves_is_away_and_who_comes_back_is_busy() {
        let mut looks = looks();
        assert_eq!(looks.look(seconds(60.01), false), Some(Kind::Away));
        assert_eq!(looks.look(seconds(300.0), false), None);
        assert_eq!(looks.next(seconds(300.0)), None);
        assert_eq!(looks.told(), Kind::Away);
        assert_eq!(looks.look(seconds(0.0), false), Some(Kind::Busy));
    }

    #[test]
    fn a_pause_in_typing_is_told_only_while_one_is_waited_for() {
        let mut looks = looks();
        assert_eq!(looks.look(seconds(5.0), false), None);
        assert_eq!(looks.look(seconds(1.0), true), Some(Kind::Busy));
        assert_eq!(looks.next(seconds(1.0)), Some(seconds(2.02)));
        assert_eq!(looks.look(seconds(3.02), true), Some(Kind::Still));
        assert_eq!(looks.next(seconds(3.02)), Some(seconds(57.0)));
        assert_eq!(looks.look(seconds(0.0), true), Some(Kind::Busy));
        assert_eq!(looks.look(seconds(3.0), true), Some(Kind::Still));
        assert_eq!(looks.look(seconds(4.0), false), Some(Kind::Busy));
        assert_eq!(looks.look(seconds(5.0), true), Some(Kind::Still));
    }
}
