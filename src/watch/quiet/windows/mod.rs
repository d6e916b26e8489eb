//! Windows is asked whether to keep quiet.

mod consent;
mod execution;
mod focus;
mod shell;

use std::io;
use std::time::Duration;

use super::asked::{self, Look};
use super::source::Source;
use super::{News, Switches};

/// How often to ask while it matters: so late may a question come after a call. While none is due, nobody asks.
const AGAIN: Duration = Duration::from_secs(10);

/// All that can be asked.
pub(super) const ALL: [Source; 6] = [
    shell::PRESENTING,
    focus::SOURCE,
    shell::FULL_SCREEN,
    consent::MICROPHONE,
    consent::CAMERA,
    execution::SOURCE,
];

/// Looks, and goes on to look until the answer is dropped.
///
/// # Errors
/// When the system gives no thread.
pub fn look(switches: Switches, tell: impl Fn(News) + Send + 'static) -> io::Result<Look> {
    asked::look(&ALL, switches, AGAIN, tell)
}
