//! Looks whether to keep quiet, and whether something is watched, as long as the schedule wants to know.

use async_executor::Task;

use super::Loop;
use super::idle::Buses;
use crate::app::quiet::Wanted;
use crate::app::start::Place;
use crate::app::{App, Host, Incoming};
use crate::watch::quiet;

/// The look that is at work.
pub(super) struct Quiet<'a> {
    parts: Loop<'a>,
    buses: Buses,
    /// Whether there is a screen, and so somebody who could be disturbed.
    has_screen: bool,
    /// How many looks there have been: the number of the present one.
    looks: u64,
    wanted: Option<Wanted>,
    work: Option<Task<()>>,
}

impl<'a> Quiet<'a> {
    pub(super) fn new(parts: &Loop<'a>, place: Place, buses: Buses) -> Self {
        Self {
            parts: parts.clone(),
            buses,
            has_screen: place == Place::Desktop,
            looks: 0,
            wanted: None,
            work: None,
        }
    }

    /// Begins to look when it matters, and ends when it doesn't.
    pub(super) fn follow(&mut self, app: &mut App, host: &mut dyn Host) {
        let wanted = app.wanted();
        let looks = self.has_screen && wanted.any();
        app.set_looks(looks);
        let wanted = (looks && app.wants_look()).then_some(wanted);
        if self.wanted == wanted {
            return app.follow_watching(host);
        }
        self.wanted = wanted;
        self.work = None;
        self.looks += 1;
        app.look(self.looks, host);
        if let Some(wanted) = wanted {
            let (tell, look) = (self.parts.tell.clone(), self.looks);
            let (session, system) = (self.buses.session.clone(), self.buses.system.now());
            let switches = wanted.switches();
            let work = async move {
                let tell = |news| tell(Incoming::Quiet(look, news));
                quiet::look(session.as_ref(), system.as_ref(), switches, tell).await;
            };
            self.work = Some(self.parts.executor.spawn(work));
        }
    }
}
