//! The answers of Windows and macOS, which have one desktop each.

use super::Answers;
use crate::ipc::Sources;
use crate::lang::tr;

/// Does nothing: the running program has already given all answers.
pub(super) fn add_live_answers(_now: &mut Answers, _sources: &mut Sources) {}

/// Empty: there is only one desktop for each system.
pub(super) fn desktop() -> String {
    String::new()
}

/// Advice if nothing shows notifications.
pub(super) fn without_notifications() -> &'static str {
    tr("The tray icon shows that a reminder is due; answer it in its menu.")
}
