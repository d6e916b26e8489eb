//! The source of idleness, as the settings want it.

use super::start::{Place, Tell};
use super::{App, Incoming};
use crate::config::Presence;
use crate::schedule::Event;
use crate::source::{Absence, Source};
use crate::watch::Guard;
use crate::watch::idle::{self, Thresholds};

/// The source that is at work.
pub(super) struct Idle {
    tell: Tell,
    place: Place,
    presence: Presence,
    guard: Option<Box<dyn Guard>>,
    closely: bool,
}

impl Idle {
    pub(super) fn start(tell: &Tell, app: &mut App, place: Place) -> Self {
        let mut idle = Self {
            tell: tell.clone(),
            place,
            presence: app.settings().presence,
            guard: None,
            closely: false,
        };
        idle.choose(app);
        idle
    }

    fn choose(&mut self, app: &mut App) {
        self.guard = None;
        self.closely = false;
        if self.place != Place::Desktop {
            app.sources().idle = Source::None(Absence::NoScreen);
            return;
        }
        let Presence { still, away, .. } = self.presence;
        let lost = self.tell.clone();
        let lost = Box::new(move |error: anyhow::Error| {
            let source = Source::none(format_args!("{error:#}"));
            lost(Incoming::IdleSource(source));
        });
        let (watcher, source) = idle::choose(Thresholds { still, away }, lost);
        let tell = self.tell.clone();
        let started = watcher.start(Box::new(move |event: Event| tell(Incoming::Event(event))));
        app.sources().idle = match &started {
            Ok(_) => source,
            Err(error) => Source::none(format_args!("{error:#}")),
        };
        self.guard = started.ok();
    }

    /// Keeps up with the settings, and watches closely while a good moment is waited for.
    pub(super) fn follow(&mut self, app: &mut App) {
        if self.presence != app.settings().presence {
            self.presence = app.settings().presence;
            self.choose(app);
        }
        let closely = app.wants_stillness();
        if self.closely != closely
            && let Some(guard) = &self.guard
        {
            guard.attend(closely);
            self.closely = closely;
        }
    }
}
