//! macOS is asked whether to keep quiet.

mod assertions;
mod core_audio;
mod core_media;

use std::io;
use std::time::Duration;

use super::asked::{self, Look};
use super::source::Source;
use super::{News, Switches};

/// How often to ask while it matters: so late may a question come after a call. While none is due, nobody asks.
const AGAIN: Duration = Duration::from_secs(10);

/// All that can be asked. macOS tells nobody whether it is set not to disturb; and people work in windows that fill the
/// screen there.
pub(super) const ALL: [Source; 3] = [core_audio::SOURCE, core_media::SOURCE, assertions::SOURCE];

/// Looks, and goes on to look until the answer is dropped.
///
/// # Errors
/// When the system gives no thread.
pub fn look(switches: Switches, tell: impl Fn(News) + Send + 'static) -> io::Result<Look> {
    asked::look(&ALL, switches, AGAIN, tell)
}
