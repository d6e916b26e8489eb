//! The sources that look for idleness, and for reasons to keep quiet, each on a thread of its own.

use crate::app::Incoming;
use crate::app::idle::Start;
use crate::app::quiet::Begin;
use crate::app::start::Tell;
use crate::schedule::Event;
use crate::source::Source;
use crate::watch::idle;
use crate::watch::quiet::{self, Look};

/// Follows the source of idleness that the system has.
pub(super) fn idle(tell: &Tell) -> Start<'static> {
    let tell = tell.clone();
    Box::new(move |app, thresholds| {
        let lost = tell.clone();
        let lost = Box::new(move |error: anyhow::Error| {
            let source = Source::none(format_args!("{error:#}"));
            lost(Incoming::IdleSource(source));
        });
        let (watcher, source) = idle::choose(thresholds, lost);
        let tell = tell.clone();
        let started = watcher.start(Box::new(move |event: Event| tell(Incoming::Event(event))));
        app.sources().idle = match &started {
            Ok(_) => source,
            Err(error) => Source::none(format_args!("{error:#}")),
        };
        started.ok()
    })
}

/// Looks for reasons to keep quiet.
pub(super) fn quiet(tell: &Tell) -> Begin<'static, Look> {
    let tell = tell.clone();
    Box::new(move |app, look, switches| {
        let tell = tell.clone();
        let told = move |news| tell(Incoming::Quiet(look, news));
        quiet::look(switches, told)
            .inspect_err(|error| app.sources().quiet = Source::none(error))
            .ok()
    })
}
