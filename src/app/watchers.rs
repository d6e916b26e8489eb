//! Clients that are notified of every change, such as a status bar.

use super::turn::Turn;
use crate::ipc::server::Caller;
use crate::ipc::{Reply, Status};

/// The watching clients, each with the status it was sent last.
#[derive(Debug, Default)]
pub(super) struct Watchers(Vec<(Caller, Option<Status>)>);

impl Watchers {
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn join(&mut self, caller: Caller) {
        self.0.push((caller, None));
    }

    pub(super) fn leave(&mut self, id: u64) {
        self.0.retain(|(caller, _)| caller.id != id);
    }

    /// Sends the status to every client to which it is new. A change of the sitting time alone doesn't count,
    /// since it changes constantly.
    pub(super) fn notify(&mut self, status: &Status, turn: &mut Turn<'_>) {
        let comparable = Status {
            sit_seconds: 0,
            ..status.clone()
        };
        for (caller, last) in &mut self.0 {
            if last.as_ref() != Some(&comparable) {
                turn.reply(caller, Reply::status(status.clone()));
                *last = Some(comparable.clone());
            }
        }
    }
}
