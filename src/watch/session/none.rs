//! Nothing tells us of the session here: a calm "don't know". The clocks tell how long the computer slept.

use crate::source::Source;

/// What `status` says of it.
#[must_use]
pub fn source() -> Source {
    Source::Clock("sleep is seen by its length, locking is not".to_owned())
}
