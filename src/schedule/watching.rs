//! Who watches a film or listens in a call touches nothing, and sits all the same.

use std::time::Duration;

/// So long at most: then somebody went home, and left a program on that keeps the screen awake.
pub(super) const AT_MOST: Duration = Duration::from_secs(3 * 60 * 60);

/// What is known of somebody who touches nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Watching {
    /// Nobody has seen anything to watch.
    #[default]
    Unseen,
    /// There is something to watch.
    On,
    /// It ended then, and may go on in a moment.
    Over(Duration),
    /// The person has left for certain, and not before this time.
    Left(Duration),
}

impl Watching {
    /// There is something to watch from now on, or no longer.
    pub(super) fn tell(&mut self, on: bool, now: Duration) {
        *self = match (*self, on) {
            (Self::Unseen | Self::Over(_), true) => Self::On,
            (Self::On, false) => Self::Over(now),
            (unchanged, true | false) => unchanged,
        };
    }

    /// Nobody watches anything where the screen is locked or dark.
    pub(super) fn leave(&mut self, at: Duration) {
        *self = match *self {
            Self::Unseen => Self::Left(Duration::ZERO),
            Self::On => Self::Left(at),
            Self::Over(then) | Self::Left(then) => Self::Left(then),
        };
    }

    /// Whether it would change anything to know of something to watch.
    pub(super) fn is_open(self) -> bool {
        !matches!(self, Self::Left(_))
    }

    /// When somebody left whose last input was then; none: somebody is there.
    pub(super) fn left(self, last_input: Duration) -> Option<Duration> {
        match self {
            Self::Unseen => Some(last_input),
            Self::On => None,
            Self::Over(then) | Self::Left(then) => Some(last_input.max(then)),
        }
    }
}
