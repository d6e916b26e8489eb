//! What is known of the reasons to keep quiet, and of what somebody who touches nothing may be watching.

use std::collections::BTreeSet;

use super::{App, Flow, Host};
use crate::config::{Quiet, Settings};
use crate::schedule::{Event, Hold};
use crate::watch::quiet::{KEEP_AWAKE, News, Switches, is_watched};

/// What the present look has brought.
#[derive(Debug, Default)]
pub(super) struct Look {
    /// Its number. What an earlier one has still to say is no longer so.
    number: u64,
    /// All that goes on, whether it holds us or not.
    reasons: BTreeSet<Hold>,
    /// The schedule was told that there is something to watch.
    watching: bool,
}

/// What the settings say of looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Wanted {
    quiet: Quiet,
    watching: bool,
}

impl Wanted {
    pub(super) fn of(settings: &Settings) -> Self {
        Self {
            quiet: settings.quiet,
            watching: settings.presence.watching,
        }
    }

    /// Whether a reason keeps us quiet: a program that keeps the screen awake need not.
    pub(super) fn holds(self, reason: &Hold) -> bool {
        self.quiet.keep_awake || reason.reason() != KEEP_AWAKE
    }

    /// What is looked at. A film that does not hold us still tells that somebody is there.
    pub(super) fn switches(self) -> Switches {
        let Self { quiet, watching } = self;
        Switches {
            do_not_disturb: quiet.do_not_disturb,
            full_screen: quiet.full_screen,
            microphone: quiet.microphone,
            camera: quiet.camera,
            keep_awake: quiet.keep_awake || watching,
        }
    }
}

impl App {
    /// Whether it matters now what goes on: whether to keep quiet, or whether somebody watches it.
    pub(super) fn wants_look(&self) -> bool {
        self.schedule.wants_quiet() || self.wants_watching()
    }

    fn wants_watching(&self) -> bool {
        self.settings.presence.watching && self.schedule.wants_watching()
    }

    /// Says whether there is somebody who looks.
    pub(super) fn set_looks(&mut self, looks: bool) {
        self.schedule.set_looks(looks);
    }

    /// What the person wants to be looked at.
    pub(super) fn wanted(&self) -> Wanted {
        Wanted::of(&self.settings)
    }

    /// Another look begins, or none: nobody knows any more what the one before has found.
    pub(super) fn look(&mut self, number: u64, host: &mut dyn Host) {
        let before = std::mem::take(&mut self.look);
        self.look.number = number;
        if before.watching {
            drop(self.feed(Event::Watching(false), host));
        }
        // What does not hold us is not released, and that is no news.
        for reason in before.reasons {
            drop(self.feed(Event::Released(reason), host));
        }
        self.show(host);
    }

    pub(super) fn on_quiet(&mut self, number: u64, news: News, host: &mut dyn Host) {
        if number != self.look.number {
            return;
        }
        match news {
            News::Held(reason) => {
                self.look.reasons.insert(reason.clone());
                if self.wanted().holds(&reason) {
                    drop(self.feed(Event::Held(reason), host));
                }
            }
            News::Released(reason) => {
                self.look.reasons.remove(&reason);
                // Whoever watched to the end may leave now, so that comes first.
                self.follow_watching(host);
                drop(self.feed(Event::Released(reason), host));
            }
            News::Looked(sources) => {
                self.sources.quiet = match &sources[..] {
                    [] => "none: nothing on this desktop tells".to_owned(),
                    sources => sources.join(", "),
                };
                drop(self.feed(Event::Looked, host));
            }
        }
    }

    /// The schedule hears whether there is something to watch, while it wants to know.
    pub(super) fn follow_watching(&mut self, host: &mut dyn Host) {
        let watching = self.wants_watching() && self.look.reasons.iter().any(is_watched);
        if self.look.watching != watching {
            self.look.watching = watching;
            drop(self.feed(Event::Watching(watching), host));
            self.keep_day(Flow::Go);
            self.show(host);
        }
    }
}
