//! Notices that are shown once: a mistake in the settings, a desktop without a tray, a history that can't be written.

use super::App;
use super::host::Action;
use super::turn::Turn;
use crate::lang::{tr, trn};
use crate::reason;
use crate::source::Source;
use crate::state::StateFile;

impl App {
    /// Shows the first mistake in the settings, or withdraws the notice if there is none.
    pub(super) fn notify_problems(&self, turn: &mut Turn<'_>) {
        let [first, rest @ ..] = &self.problems[..] else {
            turn.push(Action::WithdrawNotice);
            return;
        };
        let more = match rest.len() as u64 {
            0 => String::new(),
            n => {
                let more = trn!(
                    n,
                    "{n} more: see `unhunch config check`.",
                    "{n} more: see `unhunch config check`."
                );
                format!("\n{more}")
            }
        };
        let title = if first.is_in_settings() {
            tr("A mistake in your settings")
        } else {
            tr("A mistake in your exercises")
        };
        turn.notice(title, format!("{}{more}", first.one_line()));
    }

    /// Shows once ever that there is no tray, and where to find everything instead. Later only `status` and `diagnose` mention
    /// it. If nothing can show notices, it waits for a notification server.
    pub(super) fn notify_no_tray(&self, turn: &mut Turn<'_>) {
        let notified = StateFile::NoTrayNotified;
        let is_shown =
            self.problems.is_empty() && !matches!(self.sources.notifications, Source::None(_));
        if notified.exists(&self.paths) || !is_shown {
            return;
        }
        turn.notice(
            tr("This desktop has no tray"),
            tr(
                "Start Unhunch again to see its window, or run `unhunch status`. Reminders appear as notifications.",
            ),
        );
        // If this can't be written, the notice appears again at the next start.
        let _ = notified.write(&self.paths, "");
    }

    /// Shows that the history can't be written. This repeats only after a write has succeeded in between.
    pub(super) fn notify_unwritten(&mut self, why: &anyhow::Error, turn: &mut Turn<'_>) {
        let message = reason::of(why);
        if self.unwritten.is_none() {
            turn.notice(tr("The history can’t be saved"), &*message);
        }
        self.unwritten = Some(message);
    }
}

/// Shows a notice if a request of the user has failed.
pub(super) fn notify_failure(done: anyhow::Result<()>, turn: &mut Turn<'_>) {
    if let Err(error) = done {
        turn.notice(tr("That didn’t work"), reason::of(&error));
    }
}
