//! Presence without input: a user who watches a film or listens in a call is still sitting.

use std::time::Duration;

/// The longest presence without input. After that, the user is assumed to have left a program running that keeps the screen awake.
pub(super) const MAX_WATCHING: Duration = Duration::from_secs(3 * 60 * 60);

/// The watching state of a user who gives no input.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Watching {
    /// Nothing to watch has been detected.
    #[default]
    Unseen,
    /// There is something to watch.
    On,
    /// It ended at this time, and may continue in a moment.
    Over(Duration),
    /// The user has certainly left, and not before this time.
    Left(Duration),
}

impl Watching {
    /// Notes that there is something to watch from now on, or no longer.
    pub(super) fn set_on(&mut self, on: bool, now: Duration) {
        *self = match (*self, on) {
            (Self::Unseen | Self::Over(_), true) => Self::On,
            (Self::On, false) => Self::Over(now),
            (unchanged, true | false) => unchanged,
        };
    }

    /// Marks the user as gone: nobody watches a locked or dark screen.
    pub(super) fn leave(&mut self, at: Duration) {
        *self = match *self {
            Self::Unseen => Self::Left(Duration::ZERO),
            Self::On => Self::Left(at),
            Self::Over(then) | Self::Left(then) => Self::Left(then),
        };
    }

    /// Returns `true` if the detection of something to watch can still change the state.
    pub(super) fn is_open(self) -> bool {
        !matches!(self, Self::Left(_))
    }

    /// The time at which the user left, given the time of the last input; `None` if present.
    pub(super) fn left_at(self, last_input: Duration) -> Option<Duration> {
        match self {
            Self::Unseen => Some(last_input),
            Self::On => None,
            Self::Over(then) | Self::Left(then) => Some(last_input.max(then)),
        }
    }
}
