//! Keeps what runs beside the App in line with what it wants: the source of idleness, and the probe for quiet.

use super::Incoming;
use super::host::{Probe, Wants};
use crate::source::Source;
use crate::watch::Guard;
use crate::watch::idle::Thresholds;

/// Starts a source of idleness, which ends when the guard is dropped, and says which one it is if that is known at once.
pub(super) type StartIdle<'a> =
    Box<dyn FnMut(Thresholds) -> (Option<Box<dyn Guard>>, Option<Source>) + 'a>;

/// The source of idleness.
pub(super) struct IdleWatch<'a> {
    start: StartIdle<'a>,
    presence: Option<Thresholds>,
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

    /// Starts it again with other thresholds, and watches closely while a good moment is waited for. The answer is for the
    /// App, if there is one.
    pub(super) fn follow(&mut self, wants: &Wants) -> Option<Incoming> {
        let mut source = None;
        if self.presence != wants.presence {
            self.presence = wants.presence;
            // One ends before the next begins.
            self.guard = None;
            self.closely = false;
            if let Some(thresholds) = wants.presence {
                (self.guard, source) = (self.start)(thresholds);
            }
        }
        if self.closely != wants.stillness
            && let Some(guard) = &self.guard
        {
            guard.attend(wants.stillness);
            self.closely = wants.stillness;
        }
        source.map(Incoming::IdleSource)
    }
}

/// Starts a probe, which ends when its work is dropped; the error is the source that answers instead.
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

    /// Starts another one, or ends it. The answer is for the App, if there is one.
    pub(super) fn follow(&mut self, wants: &Wants) -> Option<Incoming> {
        if self.probe == wants.quiet {
            return None;
        }
        self.probe = wants.quiet;
        // One ends before the next begins.
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
