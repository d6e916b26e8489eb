//! Keeps the background work in line with what the App wants: the idle source and the probe for quiet.

use super::Incoming;
use super::host::{Probe, Wants};
use crate::source::Source;
use crate::watch::Guard;
use crate::watch::idle::IdleSettings;

/// Starts an idle source, which ends when the guard is dropped. Returns the source too if it is known at once.
pub(super) type StartIdle<'a> =
    Box<dyn FnMut(&IdleSettings) -> (Option<Box<dyn Guard>>, Option<Source>) + 'a>;

pub(super) struct IdleWatch<'a> {
    start: StartIdle<'a>,
    presence: Option<IdleSettings>,
    guard: Option<Box<dyn Guard>>,
    closely: bool,
}

impl<'a> IdleWatch<'a> {
    pub(super) fn new(start: StartIdle<'a>) -> Self {
        Self {
            start,
            presence: None,
            guard: None,
            closely: false,
        }
    }

    /// Restarts the source if its settings have changed, and watches closely while waiting for a good moment. Returns news
    /// for the App, if any.
    pub(super) fn follow(&mut self, wants: &Wants) -> Option<Incoming> {
        let mut source = None;
        if self.presence != wants.presence {
            self.presence.clone_from(&wants.presence);
            // The old source must end before the next one starts.
            self.guard = None;
            self.closely = false;
            if let Some(settings) = &wants.presence {
                (self.guard, source) = (self.start)(settings);
            }
        }
        if self.closely != wants.stillness
            && let Some(guard) = &self.guard
        {
            guard.set_close_watch(wants.stillness);
            self.closely = wants.stillness;
        }
        source.map(Incoming::IdleSource)
    }
}

/// Starts a probe, which ends when the returned value is dropped. The error is the source to report instead.
pub(super) type StartProbe<'a, W> = Box<dyn FnMut(Probe) -> Result<W, Source> + 'a>;

/// The probe for reasons to keep quiet.
pub(super) struct QuietProbe<'a, W> {
    start: StartProbe<'a, W>,
    probe: Option<Probe>,
    work: Option<W>,
}

impl<'a, W> QuietProbe<'a, W> {
    pub(super) fn new(start: StartProbe<'a, W>) -> Self {
        Self {
            start,
            probe: None,
            work: None,
        }
    }

    /// Starts, replaces or ends the probe. Returns news for the App, if any.
    pub(super) fn follow(&mut self, wants: &Wants) -> Option<Incoming> {
        if self.probe == wants.quiet {
            return None;
        }
        self.probe = wants.quiet;
        // The old probe must end before the next one starts.
        self.work = None;
        match (self.start)(wants.quiet?) {
            Ok(work) => {
                self.work = Some(work);
                None
            }
            Err(source) => Some(Incoming::QuietSource(source)),
        }
    }
}
