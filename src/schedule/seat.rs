//! How long the person has been sitting.

use std::time::Duration;

/// Sit time: it grows while the person is at the computer, stands still while nobody is, and is wiped by a rest.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Seat {
    /// Sit time before the present stay.
    before: Duration,
    state: State,
    /// Stays that are over and that nobody has been told of.
    over: Vec<Stay>,
}

/// A time of sitting that is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Stay {
    pub(super) since: Duration,
    pub(super) until: Duration,
    /// The sit time at its end.
    pub(super) sat: Duration,
}

#[derive(Clone, Debug, PartialEq)]
enum State {
    Taken {
        since: Duration,
    },
    /// Nobody is there; the one who left had come then.
    Empty {
        since: Duration,
        came: Duration,
    },
}

impl Seat {
    /// Someone sits down.
    pub(super) fn taken(now: Duration) -> Self {
        Self {
            before: Duration::ZERO,
            state: State::Taken { since: now },
            over: Vec::new(),
        }
    }

    /// Someone sits down again who has sat before.
    pub(super) fn taken_after(before: Duration, now: Duration) -> Self {
        Self {
            before,
            ..Self::taken(now)
        }
    }

    /// The sit time before the present stay, and since when that lasts; none: nobody is there.
    pub(super) fn stay(&self) -> (Duration, Option<Duration>) {
        match self.state {
            State::Taken { since } => (self.before, Some(since)),
            State::Empty { .. } => (self.before, None),
        }
    }

    /// The person is there, from now on if not already.
    pub(super) fn sit(&mut self, now: Duration) {
        self.settle();
        if let State::Empty { .. } = self.state {
            self.state = State::Taken { since: now };
        }
    }

    /// Nobody has been there since `since`, which may lie in the past but not before the person came.
    pub(super) fn leave(&mut self, since: Duration) {
        if let State::Taken { since: came } = self.state {
            let left = since.max(came);
            self.before += left - came;
            self.state = State::Empty { since: left, came };
        }
    }

    /// Nobody had left: it only looked so.
    pub(super) fn stay_on(&mut self) {
        if let State::Empty { since, came } = self.state {
            self.before = self.before.saturating_sub(since - came);
            self.state = State::Taken { since: came };
        }
    }

    /// Who has left has left for good: nothing brings that stay back.
    pub(super) fn settle(&mut self) {
        if let State::Empty { since, came } = self.state {
            self.end_stay(came, since, self.before);
            self.state = State::Empty { since, came: since };
        }
    }

    /// When the one came who has left, but perhaps not for good; none: somebody is there, or the stay is over.
    pub(super) fn unsettled(&self) -> Option<Duration> {
        match self.state {
            State::Empty { since, came } => Some(came).filter(|came| *came < since),
            State::Taken { .. } => None,
        }
    }

    /// The sit time begins again at nothing.
    pub(super) fn wipe(&mut self, now: Duration) {
        let sat = self.sat(now);
        if let State::Taken { since } = self.state {
            self.end_stay(since, now, sat);
            self.state = State::Taken { since: now };
        }
        self.settle();
        self.before = Duration::ZERO;
    }

    fn end_stay(&mut self, since: Duration, until: Duration, sat: Duration) {
        if until > since {
            self.over.push(Stay { since, until, sat });
        }
    }

    /// The stays that have ended since this was asked last.
    pub(super) fn take_over(&mut self) -> Vec<Stay> {
        std::mem::take(&mut self.over)
    }

    /// The sit time up to now.
    pub(super) fn sat(&self, now: Duration) -> Duration {
        match self.state {
            State::Taken { since } => self.before + now.saturating_sub(since),
            State::Empty { .. } => self.before,
        }
    }

    /// Since when the seat has been empty.
    pub(super) fn empty_since(&self) -> Option<Duration> {
        match self.state {
            State::Taken { .. } => None,
            State::Empty { since, .. } => Some(since),
        }
    }

    /// When the sit time will reach `target`, if the person stays.
    pub(super) fn reaches(&self, target: Duration) -> Option<Duration> {
        match self.state {
            State::Taken { since } => Some(since + target.saturating_sub(self.before)),
            State::Empty { .. } => None,
        }
    }
}
