//! Nothing tells us of the session here: a calm "don't know". The clocks tell how long the computer slept.

/// What `status` says of it.
pub const WORDS: &str = "clock: sleep is seen by its length, locking is not";
