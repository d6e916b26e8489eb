//! Looks whether to keep quiet, and whether something is watched, as long as the schedule wants to know.

use async_executor::Task;

use super::Loop;
use super::idle::Buses;
use crate::app::quiet::Wanted;
use crate::app::{App, Host, Incoming};
use crate::watch::quiet;

/// The look that is at work.
pub(super) struct Quiet<'a> {
    parts: Loop<'a>,
    buses: Buses,
    /// How many looks there have been: the number of the present one.
    looks: u64,
    wanted: Option<Wanted>,
    work: Option<Task<()>>,
}

impl<'a> Quiet<'a> {
    pub(super) fn new(parts: &Loop<'a>, buses: Buses) -> Self {
        Self {
            parts: parts.clone(),
            buses,
            looks: 0,
            wanted: None,
            work: None,
        }
    }

    /// Begins to look when it matters, and ends when it doesn't.
    pub(super) fn follow(&mut self, app: &mut App, host: &mut dyn Host) {
        let wanted = app.wanted();
        let bus = self
            .buses
            .session
            .as_ref()
            .filter(|_| wanted.switches().any());
        app.set_looks(bus.is_some());
        let wanted = bus.filter(|_| app.wants_look()).map(|_| wanted);
        if self.wanted == wanted {
            return app.follow_watching(host);
        }
        self.wanted = wanted;
        self.work = None;
        self.looks += 1;
        app.look(self.looks, host);
        if let (Some(bus), Some(wanted)) = (bus, wanted) {
            let (bus, tell, look) = (bus.clone(), self.parts.tell.clone(), self.looks);
            let (system, switches) = (self.buses.system.now(), wanted.switches());
            let work = async move {
                let tell = |news| tell(Incoming::Quiet(look, news));
                quiet::look(&bus, system.as_ref(), switches, tell).await;
            };
            self.work = Some(self.parts.executor.spawn(work));
        }
    }
}
