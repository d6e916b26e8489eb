//! Notices, each shown once: a mistake in the settings, a desktop without a tray, a history that can't be written.

use super::App;
use super::host::Action;
use super::turn::Turn;
use crate::lang::{tr, trn};
use crate::source::Source;
use crate::state::StateFile;

impl App {
    /// The first mistake in the settings, or that there is none any more.
    pub(super) fn tell_problems(&self, turn: &mut Turn<'_>) {
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
        turn.notice(
            tr("A mistake in your settings"),
            format!("{}{more}", first.one_line()),
        );
    }

    /// That there is no tray is told once ever, with where everything is; after that `status` and `diagnose` say so. A notice
    /// that nothing can show waits for a server that can.
    pub(super) fn tell_of_no_tray(&self, turn: &mut Turn<'_>) {
        let told = StateFile::NoTrayTold;
        let is_shown =
            self.problems.is_empty() && !matches!(self.sources.notifications, Source::None(_));
        if told.exists(&self.paths) || !is_shown {
            return;
        }
        turn.notice(
            tr("This desktop has no tray"),
            tr(
                "Start Unhunch again to see its window, or run `unhunch status`. Reminders appear as notifications.",
            ),
        );
        // Where it can't be written, it is told once more at the next start.
        let _ = told.write(&self.paths, "");
    }

    /// A history that can't be written is told once, and once more if it fails again after it worked.
    pub(super) fn tell_unwritten(&mut self, why: &anyhow::Error, turn: &mut Turn<'_>) {
        let what = format!("{why:#}");
        if self.unwritten.is_none() {
            turn.notice(tr("The history can’t be saved"), &*what);
        }
        self.unwritten = Some(what);
    }
}

/// Something that the person asked for could not be done.
pub(super) fn tell_failure(done: anyhow::Result<()>, turn: &mut Turn<'_>) {
    if let Err(error) = done {
        turn.notice(tr("That didn’t work"), format!("{error:#}"));
    }
}
