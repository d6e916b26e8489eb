//! The sources of idleness and of reasons to keep quiet, each on a thread of its own.

use crate::app::AppEvent;
use crate::app::reconcile::{StartIdle, StartProbe};
use crate::app::start::EventSender;
use crate::reason;
use crate::schedule::Event;
use crate::source::Source;
use crate::watch::idle;
use crate::watch::quiet::{self, PollHandle};

/// Follows the idle source of the system.
pub(super) fn idle(send: &EventSender) -> StartIdle<'static> {
    let send = send.clone();
    Box::new(move |settings| {
        let lost = send.clone();
        let lost = Box::new(move |error: anyhow::Error| {
            let source = Source::none(reason::of(&error));
            lost(AppEvent::IdleSource(source));
        });
        let (watcher, source) = idle::choose(settings, lost);
        let send = send.clone();
        let started = watcher.start(Box::new(move |event: Event| {
            send(AppEvent::Schedule(event))
        }));
        match started {
            Ok(guard) => (Some(guard), Some(source)),
            Err(error) => (None, Some(Source::none(reason::of(&error)))),
        }
    })
}

/// Starts probes for reasons to keep quiet.
pub(super) fn quiet(send: &EventSender) -> StartProbe<'static, PollHandle> {
    let send = send.clone();
    Box::new(move |probe| {
        let send = send.clone();
        let callback = move |event| send(AppEvent::Quiet(probe.number, event));
        quiet::follow(probe.switches, callback).map_err(Source::none)
    })
}
