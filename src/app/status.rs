//! The status as sent to the window and to `unhunch status`.

use super::App;
use super::start::Place;
use crate::ipc::{Held, LocalTime, Next, Problem, Sources, Status};
use crate::lang::{mark, tr};
use crate::schedule;
use crate::source::{Absence, Source};
use crate::time::{Moment, day, zone_problem};
use crate::watch::session::none;

/// Returns the sources of an environment before the event loop has started any.
pub(super) fn unstarted(place: Place) -> Sources {
    let none = |why: Absence| Sources {
        // logind computes the idle time of a terminal on request but emits no signal, so it would have to be polled.
        idle: Source::None(Absence::NoScreen),
        session: none::source(),
        quiet: Source::None(why.clone()),
        tray: Source::None(why.clone()),
        notifications: Source::None(why),
    };
    match place {
        Place::Desktop => Sources {
            session: none::source(),
            quiet: Source::named(mark("asked when a reminder is due")),
            ..Sources::default()
        },
        Place::Terminal => Sources {
            notifications: Source::named("terminal"),
            ..none(Absence::NoScreen)
        },
        Place::Headless => none(Absence::Headless),
    }
}

impl App {
    /// Returns the current status for other programs.
    #[must_use]
    pub fn status_message(&self, now: &Moment) -> Status {
        let status = self.status(now);
        let today = day(&now.wall);
        let time = |time: Option<&jiff::ZonedDateTime>| time.map(LocalTime::from);
        Status {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            pid: std::process::id(),
            phase: status.phase,
            sit_seconds: status.sit.as_secs(),
            next: status.next.as_ref().map(next),
            holds: status.holds.iter().map(hold_message).collect(),
            why: status.why,
            sources: self.sources.clone(),
            problems: self.problems_to_report(),
            paused_until: time(status.paused_until.as_ref()),
            off_until: time(status.off_until.as_ref()),
            locked: self.schedule.is_locked(),
            away_since: time(status.away_since.as_ref()),
            watching: status.watching,
            today: self.daily_progress.today(today),
            programme: self.daily_progress.programme(today),
            routine: status.routine,
            offered: Some(self.schedule.offered_routine()),
            asking: status.asking,
            is_updated: self.program.is_replaced(),
        }
    }

    fn problems_to_report(&self) -> Vec<Problem> {
        let unwritten = self.unwritten.iter().map(|message| Problem::Other {
            what: message.clone(),
            meanwhile: tr("the reminders go on").to_owned(),
        });
        let zone = zone_problem().map(|message| Problem::Other {
            what: message,
            meanwhile: tr("the reminders go on").to_owned(),
        });
        let files = self.problems.iter().cloned().map(Problem::File);
        files.chain(unwritten).chain(zone).collect()
    }
}

fn next(next: &schedule::Next) -> Next {
    Next {
        at: LocalTime::from(&next.at),
        latest: LocalTime::from(&next.latest),
        reminder: next.reminder,
    }
}

fn hold_message(hold: &schedule::ActiveHold) -> Held {
    Held {
        reason: hold.reason.clone(),
        since: LocalTime::from(&hold.since),
        until: LocalTime::from(&hold.until),
    }
}
