//! Windows shows notifications only for programs registered by name, and can't withdraw them.

use notify_rust::Notification;

use super::{Answer, QuestionEvent};

/// The name of our registry key.
const ID: &str = "Unhunch.Unhunch";

/// Registers our name for the current user. If that fails, questions are shown under another program's name or not at all,
/// and `status` says so.
pub(super) fn register() {
    let key = format!(r"Software\Classes\AppUserModelId\{ID}");
    let _ = windows_registry::CURRENT_USER
        .create(key)
        .and_then(|key| key.set_string("DisplayName", "Unhunch"));
}

/// Sets the program in whose name the notification is shown.
pub(super) fn prepare(notification: &mut Notification) {
    notification.app_id(ID);
}

/// Maps an error while waiting for an answer. Windows has already shown the question by then.
pub(super) fn wait_failed(_error: notify_rust::error::Error) -> QuestionEvent {
    QuestionEvent::Answered(Answer::Gone)
}

/// The notification that is currently shown.
#[derive(Default)]
pub(super) struct Shown;

impl Shown {
    /// Does nothing: a notification can't be removed and disappears after its timeout.
    pub(super) fn replace(&self, _by: Option<(&str, &str)>) {}
}
