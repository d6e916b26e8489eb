//! The source of idleness, as the settings want it.

use super::App;
use super::start::Place;
use crate::config::Presence;
use crate::source::{Absence, Source};
use crate::watch::Guard;
use crate::watch::idle::Thresholds;

/// Starts a source of idleness, which ends when the guard is dropped. None where there is no source.
pub(super) type Start<'a> = Box<dyn FnMut(&mut App, Thresholds) -> Option<Box<dyn Guard>> + 'a>;

/// The source that is at work.
pub(super) struct Idle<'a> {
    has_screen: bool,
    presence: Presence,
    start: Start<'a>,
    guard: Option<Box<dyn Guard>>,
    closely: bool,
}

impl<'a> Idle<'a> {
    pub(super) fn new(app: &mut App, place: Place, start: Start<'a>) -> Self {
        let mut idle = Self {
            has_screen: place == Place::Desktop,
            presence: app.settings().presence,
            start,
            guard: None,
            closely: false,
        };
        idle.restart(app);
        idle
    }

    fn restart(&mut self, app: &mut App) {
        self.guard = None;
        self.closely = false;
        // logind computes the idle time of a terminal when it is asked, and tells nobody: it would have to be polled.
        if !self.has_screen {
            app.sources().idle = Source::None(Absence::NoScreen);
            return;
        }
        let Presence { still, away, .. } = self.presence;
        self.guard = (self.start)(app, Thresholds { still, away });
    }

    /// Keeps up with the settings, and watches closely while a good moment is waited for.
    pub(super) fn follow(&mut self, app: &mut App) {
        if self.presence != app.settings().presence {
            self.presence = app.settings().presence;
            self.restart(app);
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
