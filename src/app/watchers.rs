//! Who wants to hear of every change: a bar on the screen, say.

use serde_json::{Map, Value};

use crate::ipc::Reply;
use crate::ipc::server::Caller;

/// All of them, and what each was told last.
#[derive(Debug, Default)]
pub(super) struct Watchers(Vec<(Caller, Map<String, Value>)>);

impl Watchers {
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn join(&mut self, caller: Caller) {
        self.0.push((caller, Map::new()));
    }

    pub(super) fn leave(&mut self, id: u64) {
        self.0.retain(|(caller, _)| caller.id != id);
    }

    /// Tells how things stand to everybody to whom it is new. That the person sits on is no news: it is so all the time.
    pub(super) fn tell(&mut self, status: &Map<String, Value>) {
        let mut news = status.clone();
        news.shift_remove("sit_seconds");
        for (caller, told) in &mut self.0 {
            if *told != news {
                caller.say(&Reply::status(status.clone()));
                told.clone_from(&news);
            }
        }
    }
}
