//! Idle detection on macOS: the system reports the time since the last input. The return of the user is noticed on the
//! main thread: see [`observer`].

mod bell;
mod observer;

use std::sync::Arc;
use std::time::Duration;

use objc2_core_graphics::{
    CGDisplayIsAsleep, CGEventSource, CGEventSourceStateID, CGEventType, CGMainDisplayID,
};

use self::bell::Bell;
use super::polling;

/// The idle source of macOS.
pub(super) type LastInput = polling::PollingWatcher<Input>;

/// The polling interval for the return of a user who only types: keys can't be observed without permission.
const POLL_INTERVAL: Duration = Duration::from_secs(30);

/// The polling interval while the screen is dark: a key would wake it, and that is observed.
const DARK_POLL_INTERVAL: Duration = Duration::from_secs(300);

/// `kCGAnyInputEventType`
const ANY: CGEventType = CGEventType(u32::MAX);

/// The input of the login session.
pub(super) struct Input(Arc<Bell>);

impl polling::InputBackend for Input {
    type Bell = Bell;

    fn open(bell: Arc<Bell>) -> anyhow::Result<Self> {
        Ok(Self(bell))
    }

    fn idle(&self) -> anyhow::Result<Duration> {
        let session = CGEventSourceStateID::CombinedSessionState;
        let seconds = CGEventSource::seconds_since_last_event_type(session, ANY);
        Ok(Duration::try_from_secs_f64(seconds).unwrap_or_default())
    }

    fn wait(&mut self, at_most: Option<Duration>, for_input: bool) -> anyhow::Result<()> {
        self.listen(for_input);
        let seldom = if for_input {
            poll_interval()
        } else {
            Duration::MAX
        };
        let at_most = at_most.map_or(seldom, |at_most| at_most.min(seldom));
        self.0.wait(at_most);
        Ok(())
    }
}

impl Input {
    /// Sets whether the next input rings the bell.
    fn listen(&self, listens: bool) {
        if self.0.set_listens(listens) {
            observer::follow(&self.0);
        }
    }
}

impl Drop for Input {
    fn drop(&mut self) {
        self.listen(false);
    }
}

fn poll_interval() -> Duration {
    if CGDisplayIsAsleep(CGMainDisplayID()) {
        DARK_POLL_INTERVAL
    } else {
        POLL_INTERVAL
    }
}
