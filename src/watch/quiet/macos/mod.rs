//! macOS is polled for reasons to keep quiet.

mod assertions;
mod core_audio;
mod core_media;

use std::io;
use std::time::Duration;

use super::polling::{self, PollHandle};
use super::source::Source;
use super::{QuietEvent, Switches};

/// The polling interval while it matters, and so the longest delay of a reminder after a call. While none is
/// due, nothing is polled.
const POLL_INTERVAL: Duration = Duration::from_secs(10);

/// All sources of this system. macOS doesn't reveal its do-not-disturb mode, and a full-screen window is no reason, because
/// people work in them there.
pub(super) const ALL: [Source; 3] = [core_audio::SOURCE, core_media::SOURCE, assertions::SOURCE];

/// Looks for reasons to keep quiet until the returned handle is dropped.
///
/// # Errors
/// If the thread can't be spawned.
pub fn follow(
    switches: Switches,
    report: impl Fn(QuietEvent) + Send + 'static,
) -> io::Result<PollHandle> {
    polling::follow(&ALL, switches, POLL_INTERVAL, report)
}
