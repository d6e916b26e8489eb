//! What is known of the reasons to keep quiet.

use std::collections::BTreeSet;

use super::{App, Host};
use crate::config::Quiet;
use crate::schedule::{Event, Hold};
use crate::watch::quiet::{News, Switches};

/// What the present look has brought.
#[derive(Debug, Default)]
pub(super) struct Look {
    /// Its number. What an earlier one has still to say is no longer so.
    number: u64,
    holds: BTreeSet<Hold>,
}

/// What the settings want to be looked at.
pub(super) fn switches(quiet: Quiet) -> Switches {
    Switches {
        do_not_disturb: quiet.do_not_disturb,
        full_screen: quiet.full_screen,
        microphone: quiet.microphone,
        camera: quiet.camera,
        keep_awake: quiet.keep_awake,
    }
}

impl App {
    /// Whether it matters now whether to keep quiet.
    pub(super) fn wants_quiet(&self) -> bool {
        self.schedule.wants_quiet()
    }

    /// Says whether there is somebody who looks.
    pub(super) fn set_looks(&mut self, looks: bool) {
        self.schedule.set_looks(looks);
    }

    /// What the person wants to be looked at.
    pub(super) fn quiet_switches(&self) -> Switches {
        switches(self.settings.quiet)
    }

    /// Another look begins, or none: nobody knows any more what the one before has found.
    pub(super) fn look(&mut self, number: u64, host: &mut dyn Host) {
        let before = std::mem::take(&mut self.look);
        self.look.number = number;
        if before.holds.is_empty() {
            return;
        }
        for hold in before.holds {
            drop(self.feed(Event::Released(hold), host));
        }
        self.show(host);
    }

    pub(super) fn on_quiet(&mut self, number: u64, news: News, host: &mut dyn Host) {
        if number != self.look.number {
            return;
        }
        let event = match news {
            News::Held(hold) => {
                self.look.holds.insert(hold.clone());
                Event::Held(hold)
            }
            News::Released(hold) => {
                self.look.holds.remove(&hold);
                Event::Released(hold)
            }
            News::Looked(sources) => {
                self.sources.quiet = match &sources[..] {
                    [] => "none: nothing on this desktop tells".to_owned(),
                    sources => sources.join(", "),
                };
                Event::Looked
            }
        };
        drop(self.feed(event, host));
    }
}
