//! The sit time of the user, and the stays at the computer.

use std::time::Duration;

/// The sit time. It grows while the user is at the computer, stops during an absence, and is reset by a rest.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Seat {
    /// The sit time before the current stay.
    before: Duration,
    state: State,
    /// Ended stays that have not been fetched with [`take_ended`](Self::take_ended) yet.
    ended: Vec<Stay>,
}

/// A period of sitting that has ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Stay {
    pub(super) since: Duration,
    pub(super) until: Duration,
    /// The sit time at the end of the stay.
    pub(super) sit_time: Duration,
}

#[derive(Clone, Debug, PartialEq)]
enum State {
    Taken {
        since: Duration,
    },
    /// The user left at `since`, after a stay that began at `came`.
    Empty {
        since: Duration,
        came: Duration,
    },
}

impl Seat {
    /// Creates a seat that is taken from `now` on.
    pub(super) fn taken_since(now: Duration) -> Self {
        Self {
            before: Duration::ZERO,
            state: State::Taken { since: now },
            ended: Vec::new(),
        }
    }

    /// Creates a seat that is taken again after the given sit time.
    pub(super) fn taken_after(before: Duration, now: Duration) -> Self {
        Self {
            before,
            ..Self::taken_since(now)
        }
    }

    /// Returns the sit time before the current stay, and the beginning of that stay; `None` if the user is away.
    pub(super) fn stay(&self) -> (Duration, Option<Duration>) {
        match self.state {
            State::Taken { since } => (self.before, Some(since)),
            State::Empty { .. } => (self.before, None),
        }
    }

    /// Begins a stay, unless the user is present already.
    pub(super) fn sit(&mut self, now: Duration) {
        self.finalize_leave();
        if let State::Empty { .. } = self.state {
            self.state = State::Taken { since: now };
        }
    }

    /// Ends the stay at `since`, which may lie in the past, but is clamped to the beginning of the stay.
    pub(super) fn leave(&mut self, since: Duration) {
        if let State::Taken { since: came } = self.state {
            let left = since.max(came);
            self.before += left - came;
            self.state = State::Empty { since: left, came };
        }
    }

    /// Revokes the end of the stay: the user had not left.
    pub(super) fn revoke_leave(&mut self) {
        if let State::Empty { since, came } = self.state {
            self.before = self.before.saturating_sub(since - came);
            self.state = State::Taken { since: came };
        }
    }

    /// Makes the end of the stay final, so that [`revoke_leave`](Self::revoke_leave) cannot revoke it.
    pub(super) fn finalize_leave(&mut self) {
        if let State::Empty { since, came } = self.state {
            self.end_stay(came, since, self.before);
            self.state = State::Empty { since, came: since };
        }
    }

    /// Returns the beginning of a stay whose end is not final; `None` if the user is present or the end is final.
    pub(super) fn open_stay_start(&self) -> Option<Duration> {
        match self.state {
            State::Empty { since, came } => Some(came).filter(|came| *came < since),
            State::Taken { .. } => None,
        }
    }

    /// Resets the sit time to zero.
    pub(super) fn wipe(&mut self, now: Duration) {
        let sit_time = self.sit_time(now);
        if let State::Taken { since } = self.state {
            self.end_stay(since, now, sit_time);
            self.state = State::Taken { since: now };
        }
        self.finalize_leave();
        self.before = Duration::ZERO;
    }

    fn end_stay(&mut self, since: Duration, until: Duration, sit_time: Duration) {
        if until > since {
            self.ended.push(Stay {
                since,
                until,
                sit_time,
            });
        }
    }

    /// Takes the stays that have ended since the last call.
    pub(super) fn take_ended(&mut self) -> Vec<Stay> {
        std::mem::take(&mut self.ended)
    }

    /// Returns the sit time at `now`.
    pub(super) fn sit_time(&self, now: Duration) -> Duration {
        match self.state {
            State::Taken { since } => self.before + now.saturating_sub(since),
            State::Empty { .. } => self.before,
        }
    }

    /// Returns the time since which the seat has been empty.
    pub(super) fn empty_since(&self) -> Option<Duration> {
        match self.state {
            State::Taken { .. } => None,
            State::Empty { since, .. } => Some(since),
        }
    }

    /// Returns the time at which the sit time reaches `target` if the user stays.
    pub(super) fn reaches(&self, target: Duration) -> Option<Duration> {
        match self.state {
            State::Taken { since } => Some(since + target.saturating_sub(self.before)),
            State::Empty { .. } => None,
        }
    }
}
