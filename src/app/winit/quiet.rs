//! Looks whether to keep quiet, as long as the schedule wants to know.

use crate::app::start::{Place, Tell};
use crate::app::{App, Host, Incoming};
use crate::watch::quiet::{self, Look, Switches};

/// The look that is at work.
pub(super) struct Quiet {
    tell: Tell,
    /// Whether there is a screen, and so somebody who could be disturbed.
    has_screen: bool,
    /// How many looks there have been: the number of the present one.
    looks: u64,
    switches: Option<Switches>,
    work: Option<Look>,
}

impl Quiet {
    pub(super) fn new(tell: &Tell, place: Place) -> Self {
        Self {
            tell: tell.clone(),
            has_screen: place == Place::Desktop,
            looks: 0,
            switches: None,
            work: None,
        }
    }

    /// Begins to look when it matters, and ends when it doesn't.
    pub(super) fn follow(&mut self, app: &mut App, host: &mut dyn Host) {
        let switches = app.quiet_switches();
        let looks = self.has_screen && switches.any();
        app.set_looks(looks);
        let wanted = (looks && app.wants_quiet()).then_some(switches);
        if self.switches == wanted {
            return;
        }
        self.switches = wanted;
        self.work = None;
        self.looks += 1;
        app.look(self.looks, host);
        if let Some(switches) = wanted {
            let (tell, look) = (self.tell.clone(), self.looks);
            let told = move |news| tell(Incoming::Quiet(look, news));
            match quiet::look(switches, told) {
                Ok(work) => self.work = Some(work),
                Err(error) => app.sources().quiet = format!("none: {error}"),
            }
        }
    }
}
