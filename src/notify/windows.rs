//! Windows shows notifications only of programs that have a name in its registry, and offers no way to take them back.

use notify_rust::Notification;

use super::{Answer, News};

/// The name of our key in the registry.
const ID: &str = "Unhunch.Unhunch";

/// Enters our name in the registry, for this person. Should that fail, the question comes under another program's name, or not
/// at all, and `status` says so.
pub(super) fn enter() {
    let key = format!(r"Software\Classes\AppUserModelId\{ID}");
    let _ = windows_registry::CURRENT_USER
        .create(key)
        .and_then(|key| key.set_string("DisplayName", "Unhunch"));
}

/// Says under which name it is shown.
pub(super) fn prepare(notification: &mut Notification) {
    notification.app_id(ID);
}

/// What it means when no answer can be waited for: Windows has shown the question by then.
pub(super) fn unheard(_error: notify_rust::error::Error) -> News {
    News::Answered(Answer::Gone)
}

/// What is on the screen.
#[derive(Default)]
pub(super) struct Shown;

impl Shown {
    /// Another one takes its place, or none. Nothing can be done here: what is shown goes by itself.
    pub(super) fn replace(&self, _by: Option<(&str, &str)>) {}
}
