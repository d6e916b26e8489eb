//! What is known of the reasons to keep quiet, and of what somebody who touches nothing may be watching.

use std::collections::BTreeSet;

use super::start::Place;
use super::{App, Flow, Host};
use crate::config::{Quiet, Settings};
use crate::schedule::{Event, Hold};
use crate::source::Source;
use crate::watch::quiet::{News, Switches, is_watched};

/// What the present look has brought.
#[derive(Debug, Default)]
pub(super) struct Look {
    /// Its number. What an earlier one has still to say is no longer so.
    number: u64,
    /// All that goes on, whether it holds us or not.
    reasons: BTreeSet<Hold>,
    /// What of that the look before has found, and this one not yet.
    inherited: BTreeSet<Hold>,
    /// Whether a reminder is due, and not only somebody away who may watch something.
    due: bool,
    /// The schedule was told that there is something to watch.
    watching: bool,
}

/// What the settings say of looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Wanted {
    quiet: Quiet,
    watching: bool,
    /// A reminder is due.
    due: bool,
}

impl Wanted {
    /// What is wanted when a reminder is due.
    pub(super) fn of(settings: &Settings) -> Self {
        Self {
            quiet: settings.quiet,
            watching: settings.presence.watching,
            due: true,
        }
    }

    /// Whether anything is ever looked at.
    pub(super) fn any(self) -> bool {
        Self { due: true, ..self }.switches().any()
    }

    /// Whether a reason keeps us quiet: a program that keeps the screen awake need not.
    pub(super) fn holds(self, reason: &Hold) -> bool {
        self.quiet.keep_awake || *reason != Hold::KeepAwake
    }

    /// What is looked at. A film that does not hold us still tells that somebody is there; what holds us without telling that
    /// is looked at only when a reminder is due.
    pub(super) fn switches(self) -> Switches {
        let Self {
            quiet,
            watching,
            due,
        } = self;
        Switches {
            do_not_disturb: quiet.do_not_disturb && due,
            full_screen: quiet.full_screen && due,
            microphone: quiet.microphone,
            camera: quiet.camera,
            keep_awake: quiet.keep_awake || watching,
        }
    }
}

/// Begins a look of this number, which ends when the answer is dropped.
pub(super) type Begin<'a, W> = Box<dyn FnMut(&mut App, u64, Switches) -> Option<W> + 'a>;

/// The looks of a place, one at a time: when another begins, and the work of the present one, which ends with it.
pub(super) struct Looks<'a, W> {
    /// Whether there is a screen, and so somebody who could be disturbed.
    has_screen: bool,
    /// How many there have been: the number of the present one.
    number: u64,
    wanted: Option<Wanted>,
    begin: Begin<'a, W>,
    work: Option<W>,
}

impl<'a, W> Looks<'a, W> {
    pub(super) fn new(place: Place, begin: Begin<'a, W>) -> Self {
        Self {
            has_screen: place == Place::Desktop,
            number: 0,
            wanted: None,
            begin,
            work: None,
        }
    }

    /// Has one begin, with its number, when it matters, and ends it when it doesn't.
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
        self.number += 1;
        app.look(self.number, host);
        self.work = wanted.and_then(|wanted| (self.begin)(app, self.number, wanted.switches()));
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

    /// What the person wants to be looked at now.
    pub(super) fn wanted(&self) -> Wanted {
        Wanted {
            due: self.schedule.wants_quiet(),
            ..Wanted::of(&self.settings)
        }
    }

    /// Another look begins, or none. What the one before has found goes on until the next has looked, too; without a next one
    /// nobody knows of it any more.
    pub(super) fn look(&mut self, number: u64, host: &mut dyn Host) {
        self.look.number = number;
        self.look.due = self.schedule.wants_quiet();
        self.look.inherited = self.look.reasons.clone();
        if !self.wants_look() || !self.wanted().any() {
            self.look.reasons.clear();
            self.follow_watching(host);
            self.release_inherited(host);
        }
        self.show(host);
    }

    /// What does not hold us is not released, and that is no news.
    fn release_inherited(&mut self, host: &mut dyn Host) {
        for reason in std::mem::take(&mut self.look.inherited) {
            self.look.reasons.remove(&reason);
            self.follow_watching(host);
            drop(self.feed(Event::Released(reason), host));
        }
    }

    pub(super) fn on_quiet(&mut self, number: u64, news: News, host: &mut dyn Host) {
        if number != self.look.number {
            return;
        }
        match news {
            News::Held(reason) => {
                self.look.inherited.remove(&reason);
                self.look.reasons.insert(reason.clone());
                let event = match self.wanted().holds(&reason) {
                    true => Event::Held(reason),
                    false => Event::Released(reason),
                };
                drop(self.feed(event, host));
            }
            News::Released(reason) => {
                self.look.reasons.remove(&reason);
                // Whoever watched to the end may leave now, so that comes first.
                self.follow_watching(host);
                drop(self.feed(Event::Released(reason), host));
            }
            News::Looked(sources) => {
                self.release_inherited(host);
                if self.look.due {
                    self.sources.quiet = Source::all(&sources);
                    drop(self.feed(Event::Looked, host));
                }
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
