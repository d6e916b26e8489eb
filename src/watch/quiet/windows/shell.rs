//! Windows: the state that the shell itself checks before it shows a notification.

#![allow(
    unsafe_code,
    reason = "the shell is asked by a call of the system that std does not wrap"
)]

use windows_sys::Win32::UI::Shell::{
    QUERY_USER_NOTIFICATION_STATE, QUNS_BUSY, QUNS_PRESENTATION_MODE, QUNS_QUIET_TIME,
    QUNS_RUNNING_D3D_FULL_SCREEN, SHQueryUserNotificationState,
};

use crate::schedule::Hold;
use crate::watch::quiet::source::Source;

/// A presentation, or the first use of the computer.
pub(super) const PRESENTING: Source = Source {
    name: "presentation",
    reason: Hold::DoNotDisturb,
    read_state: || state().map(is_presenting),
};

/// A film, a game or slides.
pub(super) const FULL_SCREEN: Source = Source {
    name: "full-screen",
    reason: Hold::FullScreen,
    read_state: || state().map(is_full),
};

fn is_presenting(state: QUERY_USER_NOTIFICATION_STATE) -> bool {
    [QUNS_PRESENTATION_MODE, QUNS_QUIET_TIME].contains(&state)
}

fn is_full(state: QUERY_USER_NOTIFICATION_STATE) -> bool {
    [QUNS_BUSY, QUNS_RUNNING_D3D_FULL_SCREEN].contains(&state)
}

fn state() -> Option<QUERY_USER_NOTIFICATION_STATE> {
    let mut state = 0;
    // SAFETY: the out-pointer is valid.
    let answer = unsafe { SHQueryUserNotificationState(&raw mut state) };
    (answer >= 0).then_some(state)
}

#[cfg(test)]
mod tests {
    use windows_sys::Win32::UI::Shell::{QUNS_ACCEPTS_NOTIFICATIONS, QUNS_APP, QUNS_NOT_PRESENT};

    use super::*;

    #[test]
    fn shell_states_are_interpreted() {
        let both = |state| (is_presenting(state), is_full(state));
        for calm in [QUNS_ACCEPTS_NOTIFICATIONS, QUNS_APP, QUNS_NOT_PRESENT] {
            assert_eq!(both(calm), (false, false));
        }
        assert_eq!(both(QUNS_BUSY), (false, true));
        assert_eq!(both(QUNS_RUNNING_D3D_FULL_SCREEN), (false, true));
        assert_eq!(both(QUNS_PRESENTATION_MODE), (true, false));
    }
}
