//! The reasons to keep quiet, and what somebody who touches nothing may be watching.
//!
//! A probe looks for them while that matters. It is numbered, so that what an earlier one has still to say is told apart.

use std::collections::BTreeSet;

use super::App;
use super::host::Probe;
use super::start::Place;
use super::turn::Turn;
use crate::config::{Quiet, Settings};
use crate::schedule::{Event, Hold};
use crate::source::Source;
use crate::watch::quiet::{News, Switches, is_watched};

/// The reasons that the probes have found.
#[derive(Debug, Default)]
pub(super) struct QuietReasons {
    /// The number of the present probe, or of the last.
    number: u64,
    /// The purpose of the present one.
    wanted: Option<Wanted>,
    /// All that goes on, whether it holds us or not.
    reasons: BTreeSet<Hold>,
    /// Those of them that the probe before has found, and this one not yet.
    inherited: BTreeSet<Hold>,
    /// The schedule was told that there is something to watch.
    watching: bool,
}

impl QuietReasons {
    /// The probe that should be running.
    pub(super) fn probe(&self) -> Option<Probe> {
        self.wanted.map(|wanted| Probe {
            number: self.number,
            switches: wanted.switches(),
        })
    }
}

/// The purpose of a probe, as far as the settings allow it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Wanted {
    quiet: Quiet,
    watching: bool,
    /// A reminder is due, and not only somebody away who may watch something.
    due: bool,
}

impl Wanted {
    /// The purpose when a reminder is due.
    pub(super) fn of(settings: &Settings) -> Self {
        Self {
            quiet: settings.quiet,
            watching: settings.presence.watching,
            due: true,
        }
    }

    /// Whether anything is ever looked at.
    fn any(self) -> bool {
        Self { due: true, ..self }.switches().any()
    }

    /// Whether a reason keeps us quiet: a program that keeps the screen awake need not.
    pub(super) fn holds(self, reason: &Hold) -> bool {
        self.quiet.keep_awake || *reason != Hold::KeepAwake
    }

    /// The things that are looked at. A film that does not hold us still tells that somebody is there; what holds us without telling that
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

impl App {
    /// Begins another probe when that matters, and ends it when it doesn't.
    pub(super) fn follow_quiet(&mut self, turn: &mut Turn<'_>) {
        let wanted = self.wanted();
        let has_probes = self.place == Place::Desktop && wanted.any();
        self.schedule.set_looks(has_probes);
        let matters = self.schedule.wants_quiet() || self.wants_watching();
        let wanted = (has_probes && matters).then_some(wanted);
        if self.quiet.wanted == wanted {
            return self.follow_watching(turn);
        }
        self.quiet.wanted = wanted;
        self.quiet.number += 1;
        // What was found goes on until the next probe has looked, too; without a next one nobody knows of it any more.
        self.quiet.inherited = self.quiet.reasons.clone();
        if wanted.is_none() {
            self.quiet.reasons.clear();
            self.follow_watching(turn);
            self.release_inherited(turn);
        }
    }

    /// The purpose of a probe at this moment.
    fn wanted(&self) -> Wanted {
        Wanted {
            due: self.schedule.wants_quiet(),
            ..Wanted::of(&self.settings)
        }
    }

    fn wants_watching(&self) -> bool {
        self.settings.presence.watching && self.schedule.wants_watching()
    }

    /// A reason that does not hold us is not released, and that is no news.
    fn release_inherited(&mut self, turn: &mut Turn<'_>) {
        for reason in std::mem::take(&mut self.quiet.inherited) {
            self.quiet.reasons.remove(&reason);
            self.follow_watching(turn);
            drop(self.feed(Event::Released(reason), turn));
        }
    }

    /// Takes in the news of a probe.
    pub(super) fn on_quiet(&mut self, number: u64, news: News, turn: &mut Turn<'_>) {
        if number != self.quiet.number {
            return;
        }
        match news {
            News::Held(reason) => {
                self.quiet.inherited.remove(&reason);
                self.quiet.reasons.insert(reason.clone());
                let event = match self.wanted().holds(&reason) {
                    true => Event::Held(reason),
                    false => Event::Released(reason),
                };
                drop(self.feed(event, turn));
            }
            News::Released(reason) => {
                self.quiet.reasons.remove(&reason);
                // Whoever watched to the end may leave now, so that comes first.
                self.follow_watching(turn);
                drop(self.feed(Event::Released(reason), turn));
            }
            News::Looked(sources) => {
                self.release_inherited(turn);
                if self.quiet.wanted.is_some_and(|wanted| wanted.due) {
                    self.sources.quiet = Source::all(&sources);
                    drop(self.feed(Event::Looked, turn));
                }
            }
        }
    }

    /// The schedule hears whether there is something to watch, while it wants to know.
    fn follow_watching(&mut self, turn: &mut Turn<'_>) {
        let watching = self.wants_watching() && self.quiet.reasons.iter().any(is_watched);
        if self.quiet.watching != watching {
            self.quiet.watching = watching;
            drop(self.feed(Event::Watching(watching), turn));
        }
    }
}
