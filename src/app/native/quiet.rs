//! Looks whether to keep quiet, and whether something is watched, as long as the schedule wants to know.

use crate::app::quiet::Wanted;
use crate::app::start::{Place, Tell};
use crate::app::{App, Host, Incoming};
use crate::watch::quiet::{self, Look};

/// The look that is at work.
pub(super) struct Quiet {
    tell: Tell,
    /// Whether there is a screen, and so somebody who could be disturbed.
    has_screen: bool,
    /// How many looks there have been: the number of the present one.
    looks: u64,
    wanted: Option<Wanted>,
    work: Option<Look>,
}

impl Quiet {
    pub(super) fn new(tell: &Tell, place: Place) -> Self {
        Self {
            tell: tell.clone(),
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
            let (tell, look) = (self.tell.clone(), self.looks);
            let told = move |news| tell(Incoming::Quiet(look, news));
            match quiet::look(wanted.switches(), told) {
                Ok(work) => self.work = Some(work),
                Err(error) => app.sources().quiet = format!("none: {error}"),
            }
        }
    }
}
