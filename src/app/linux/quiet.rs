//! Looks whether to keep quiet, and whether something is watched, on both buses and on our own loop.

use async_executor::Task;

use super::Loop;
use super::idle::Buses;
use crate::app::quiet::Looks;
use crate::app::start::Place;
use crate::app::{App, Host, Incoming};
use crate::watch::quiet;

/// The look that is at work.
pub(super) struct Quiet<'a> {
    parts: Loop<'a>,
    buses: Buses,
    looks: Looks<Task<()>>,
}

impl<'a> Quiet<'a> {
    pub(super) fn new(parts: &Loop<'a>, place: Place, buses: Buses) -> Self {
        Self {
            parts: parts.clone(),
            buses,
            looks: Looks::new(place),
        }
    }

    /// Begins to look when it matters, and ends when it doesn't.
    pub(super) fn follow(&mut self, app: &mut App, host: &mut dyn Host) {
        let Self {
            parts,
            buses,
            looks,
        } = self;
        looks.follow(app, host, |_, look, switches| {
            let tell = parts.tell.clone();
            let (session, system) = (buses.session.clone(), buses.system.now());
            let work = async move {
                let tell = |news| tell(Incoming::Quiet(look, news));
                quiet::look(session.as_ref(), system.as_ref(), switches, tell).await;
            };
            Some(parts.executor.spawn(work))
        });
    }
}
