//! Looks whether to keep quiet, and whether something is watched, on a thread of its own.

use crate::app::quiet::Looks;
use crate::app::start::{Place, Tell};
use crate::app::{App, Host, Incoming};
use crate::source::Source;
use crate::watch::quiet::{self, Look};

/// The look that is at work.
pub(super) struct Quiet {
    tell: Tell,
    looks: Looks<Look>,
}

impl Quiet {
    pub(super) fn new(tell: &Tell, place: Place) -> Self {
        Self {
            tell: tell.clone(),
            looks: Looks::new(place),
        }
    }

    /// Begins to look when it matters, and ends when it doesn't.
    pub(super) fn follow(&mut self, app: &mut App, host: &mut dyn Host) {
        let tell = self.tell.clone();
        self.looks.follow(app, host, |app, look, switches| {
            let told = move |news| tell(Incoming::Quiet(look, news));
            quiet::look(switches, told)
                .inspect_err(|error| app.sources().quiet = Source::none(error))
                .ok()
        });
    }
}
