//! Keeps the background work in line with what the App wants: the idle source and the probe for quiet.

use super::AppEvent;
use super::host::{Probe, Wants};
use crate::source::Source;
use crate::watch::Guard;
use crate::watch::idle::IdleSettings;

/// Starts an idle source, which ends when the guard is dropped. Also returns its name for `unhunch status`, unless that becomes known
/// only later.
pub(super) type StartIdle<'a> =
    Box<dyn FnMut(&IdleSettings) -> (Option<Box<dyn Guard>>, Option<Source>) + 'a>;

/// The idle source, with the settings that the App wants.
pub(super) struct IdleWatch<'a> {
    start: StartIdle<'a>,
    settings: Option<IdleSettings>,
    guard: Option<Box<dyn Guard>>,
    is_close_watch: bool,
}

impl<'a> IdleWatch<'a> {
    pub(super) fn new(start: StartIdle<'a>) -> Self {
        Self {
            start,
            settings: None,
            guard: None,
            is_close_watch: false,
        }
    }

    /// Restarts the source if its settings have changed, and watches closely while waiting for a good moment. Returns an event
    /// for the App, if any.
    pub(super) fn follow(&mut self, wants: &Wants) -> Option<AppEvent> {
        let mut source = None;
        if self.settings != wants.presence {
            self.settings.clone_from(&wants.presence);
            // The old source must end before the next one starts.
            self.guard = None;
            self.is_close_watch = false;
            if let Some(settings) = &wants.presence {
                (self.guard, source) = (self.start)(settings);
            }
        }
        if self.is_close_watch != wants.stillness
            && let Some(guard) = &self.guard
        {
            guard.set_close_watch(wants.stillness);
            self.is_close_watch = wants.stillness;
        }
        source.map(AppEvent::IdleSource)
    }
}

/// Starts a probe, which ends when the returned value is dropped. On failure, returns what `unhunch status` shows instead.
pub(super) type StartProbe<'a, W> = Box<dyn FnMut(Probe) -> Result<W, Source> + 'a>;

/// The probe for reasons to keep quiet.
pub(super) struct QuietProbe<'a, W> {
    start: StartProbe<'a, W>,
    probe: Option<Probe>,
    running: Option<W>,
}

impl<'a, W> QuietProbe<'a, W> {
    pub(super) fn new(start: StartProbe<'a, W>) -> Self {
        Self {
            start,
            probe: None,
            running: None,
        }
    }

    /// Starts, replaces or ends the probe. Returns an event for the App, if any.
    pub(super) fn follow(&mut self, wants: &Wants) -> Option<AppEvent> {
        if self.probe == wants.quiet {
            return None;
        }
        self.probe = wants.quiet;
        // The old probe must end before the next one starts.
        self.running = None;
        match (self.start)(wants.quiet?) {
            Ok(work) => {
                self.running = Some(work);
                None
            }
            Err(source) => Some(AppEvent::QuietSource(source)),
        }
    }
}
