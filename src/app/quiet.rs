//! The reasons to keep quiet, and signs that an idle user is watching something.
//!
//! A probe looks for them only while they matter. Probes are numbered, so that late events of an earlier one can be ignored.

use std::collections::BTreeSet;

use super::App;
use super::host::Probe;
use super::start::Place;
use super::turn::Turn;
use crate::config::{Quiet, Settings};
use crate::schedule::{Event, Hold};
use crate::source::Source;
use crate::watch::quiet::{QuietEvent, Switches, is_passive_use};

/// The reasons found by the probes.
#[derive(Debug, Default)]
pub(super) struct QuietReasons {
    /// The number of the current probe, or of the last one.
    number: u64,
    /// The purpose of the current probe. `None` if no probe should be running.
    wanted: Option<ProbePurpose>,
    /// All current reasons, including those that don't hold reminders back.
    reasons: BTreeSet<Hold>,
    /// The reasons found by the previous probe and not yet confirmed by this one.
    inherited: BTreeSet<Hold>,
    /// The value last sent to the schedule with `Event::Watching`.
    watching: bool,
}

impl QuietReasons {
    /// Returns the probe that should be running.
    pub(super) fn probe(&self) -> Option<Probe> {
        self.wanted.map(|wanted| Probe {
            number: self.number,
            switches: wanted.switches(),
        })
    }
}

/// The purpose of a probe, as far as the settings allow it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct ProbePurpose {
    quiet: Quiet,
    watching: bool,
    /// `true` if a reminder is due. Otherwise the probe only checks for an idle user who may be watching something.
    due: bool,
}

impl ProbePurpose {
    /// Returns the purpose of a probe for a reminder that is due.
    pub(super) fn for_due_reminder(settings: &Settings) -> Self {
        Self {
            quiet: settings.quiet,
            watching: settings.presence.watching,
            due: true,
        }
    }

    /// Returns `true` if a probe would ever look for anything.
    fn any(self) -> bool {
        Self { due: true, ..self }.switches().any()
    }

    /// Returns `true` if this reason holds reminders back. A program that keeps the screen awake does so only if configured.
    pub(super) fn holds(self, reason: &Hold) -> bool {
        self.quiet.keep_awake || *reason != Hold::KeepAwake
    }

    /// Returns the reasons to look for. A film shows that the user is present even if it doesn't hold reminders back. Reasons
    /// that show no presence are looked for only when a reminder is due.
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
    /// Starts another probe when one is needed, and ends it when it isn't.
    pub(super) fn follow_quiet(&mut self, turn: &mut Turn<'_>) {
        let wanted = self.wanted();
        let has_probes = self.place == Place::Desktop && wanted.any();
        self.schedule.set_quiet_check(has_probes);
        let matters = self.schedule.wants_quiet() || self.wants_watching();
        let wanted = (has_probes && matters).then_some(wanted);
        if self.quiet.wanted == wanted {
            return self.follow_watching(turn);
        }
        self.quiet.wanted = wanted;
        self.quiet.number += 1;
        // Known reasons stay in force until the next probe has reported. Without a next probe they are dropped.
        self.quiet.inherited = self.quiet.reasons.clone();
        if wanted.is_none() {
            self.quiet.reasons.clear();
            self.follow_watching(turn);
            self.release_inherited(turn);
        }
    }

    /// Returns the purpose of a probe at this moment.
    fn wanted(&self) -> ProbePurpose {
        ProbePurpose {
            due: self.schedule.wants_quiet(),
            ..ProbePurpose::for_due_reminder(&self.settings)
        }
    }

    fn wants_watching(&self) -> bool {
        self.settings.presence.watching && self.schedule.wants_watching()
    }

    /// Drops the inherited reasons. `Released` is ignored by the schedule if the reason didn't hold anything.
    fn release_inherited(&mut self, turn: &mut Turn<'_>) {
        for reason in std::mem::take(&mut self.quiet.inherited) {
            self.quiet.reasons.remove(&reason);
            self.follow_watching(turn);
            drop(self.feed(Event::Released(reason), turn));
        }
    }

    /// Handles an event from a probe.
    pub(super) fn on_quiet(&mut self, number: u64, event: QuietEvent, turn: &mut Turn<'_>) {
        if number != self.quiet.number {
            return;
        }
        match event {
            QuietEvent::Held(reason) => {
                self.quiet.inherited.remove(&reason);
                self.quiet.reasons.insert(reason.clone());
                let event = match self.wanted().holds(&reason) {
                    true => Event::Held(reason),
                    false => Event::Released(reason),
                };
                drop(self.feed(event, turn));
            }
            QuietEvent::Released(reason) => {
                self.quiet.reasons.remove(&reason);
                // The user who was watching may leave now, so this has to come first.
                self.follow_watching(turn);
                drop(self.feed(Event::Released(reason), turn));
            }
            QuietEvent::Answered(sources) => {
                self.release_inherited(turn);
                if self.quiet.wanted.is_some_and(|wanted| wanted.due) {
                    self.sources.quiet = Source::all(&sources);
                    drop(self.feed(Event::QuietChecked, turn));
                }
            }
        }
    }

    /// Notifies the schedule when the user starts or stops watching something.
    fn follow_watching(&mut self, turn: &mut Turn<'_>) {
        let watching = self.wants_watching() && self.quiet.reasons.iter().any(is_passive_use);
        if self.quiet.watching != watching {
            self.quiet.watching = watching;
            drop(self.feed(Event::Watching(watching), turn));
        }
    }
}
