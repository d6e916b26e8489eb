//! The state of the schedule, for display.

use std::time::Duration;

use jiff::ZonedDateTime;
use serde::{Deserialize, Serialize};

use super::deadline::{DeadlineKind, in_zone};
use super::{Hold, Prompt, Reminder, Schedule, Stage, Until};
use crate::lang::tr;
use crate::time::{MAX_SPAN, Moment};

/// The current phase of the day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Phase {
    /// The user sits, and the next reminder is not due yet.
    Sitting,
    /// A reminder is due and waits for a good moment.
    Due,
    /// The question is on the screen.
    Asking,
    /// The user snoozed the question.
    Snoozed,
    /// A routine is playing.
    Stretching,
    /// The user is not at the computer.
    Away,
    /// The user paused the reminders; every pause has an end.
    Paused,
    /// It is outside the working hours.
    OffHours,
}

impl Phase {
    /// Returns the word for it in texts and JSON.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Sitting => "sitting",
            Self::Due => "due",
            Self::Asking => "asking",
            Self::Snoozed => "snoozed",
            Self::Stretching => "stretching",
            Self::Away => "away",
            Self::Paused => "paused",
            Self::OffHours => "off-hours",
        }
    }
}

/// A snapshot of the schedule for display. It is computed on demand and not cached.
#[derive(Clone, Debug, PartialEq)]
pub struct Status {
    /// The current phase of the day.
    pub phase: Phase,
    /// The sit time since the last rest.
    pub sit: Duration,
    /// The next reminder; `None` if its time is unknown, because the user is away or stretches.
    pub next: Option<Next>,
    /// The holds that are active at present.
    pub holds: Vec<ActiveHold>,
    /// The end of the pause, if there is one.
    pub paused_until: Option<ZonedDateTime>,
    /// The next beginning of the working hours, if outside them and if there is one.
    pub off_until: Option<ZonedDateTime>,
    /// The time since which the user has been away, if away.
    pub away_since: Option<ZonedDateTime>,
    /// `true` if the user counts as present without input, because of a film or a call.
    pub watching: bool,
    /// The id of the routine that is playing.
    pub routine: Option<String>,
    /// The question that is on the screen.
    pub asking: Option<Prompt>,
    /// One line for the user: the phase, the hold that delays the reminder and its beginning, and when the reminder comes.
    pub why: String,
}

/// The expected time of the next reminder.
#[derive(Clone, Debug, PartialEq)]
pub struct Next {
    /// The time on the wall clock, if nothing changes.
    pub at: ZonedDateTime,
    /// The latest time at which it comes if the user stays.
    pub latest: ZonedDateTime,
    /// The kind of the reminder.
    pub reminder: Reminder,
}

/// An active hold, with wall-clock times.
#[derive(Clone, Debug, PartialEq)]
pub struct ActiveHold {
    /// The reason to keep quiet.
    pub reason: Hold,
    /// The time at which it began.
    pub since: ZonedDateTime,
    /// The latest time until which it delays a reminder.
    pub until: ZonedDateTime,
}

impl Schedule {
    /// Returns a snapshot of the state for display.
    #[must_use]
    pub fn status(&self, now: &Moment) -> Status {
        let mut status = Status {
            phase: self.phase(),
            sit: self.seat.sit_time(now.elapsed),
            next: self.next(now),
            holds: self.active_holds(now),
            paused_until: self.paused_until(now),
            off_until: self
                .is_off_hours
                .then(|| self.rhythm.hours.change(&now.wall))
                .flatten(),
            away_since: self.seat.empty_since().map(|since| now.shown_at(since)),
            watching: self.watches(),
            routine: match &self.stage {
                Stage::Stretching { routine, .. } => Some(routine.clone()),
                Stage::Counting
                | Stage::Due { .. }
                | Stage::Asking { .. }
                | Stage::Snoozed { .. }
                | Stage::Unanswered { .. } => None,
            },
            asking: match &self.stage {
                Stage::Asking { prompt, .. } => Some(prompt.clone()),
                Stage::Counting
                | Stage::Due { .. }
                | Stage::Stretching { .. }
                | Stage::Snoozed { .. }
                | Stage::Unanswered { .. } => None,
            },
            why: String::new(),
        };
        status.why = self.why(&status, now);
        status
    }

    /// Returns `true` if the session is locked or in the background.
    #[must_use]
    pub fn is_locked(&self) -> bool {
        self.locked.is_some()
    }

    /// Returns the current phase of the day.
    #[must_use]
    pub fn phase(&self) -> Phase {
        match &self.stage {
            Stage::Stretching { .. } => Phase::Stretching,
            _ if self.pause.is_some() => Phase::Paused,
            _ if self.is_off_hours => Phase::OffHours,
            _ if self.seat.empty_since().is_some() => Phase::Away,
            Stage::Counting | Stage::Unanswered { .. } => Phase::Sitting,
            Stage::Due { .. } => Phase::Due,
            Stage::Asking { .. } => Phase::Asking,
            Stage::Snoozed { .. } => Phase::Snoozed,
        }
    }

    /// `None` while the user is away or stretches, when the time of the next reminder is unknown.
    fn next(&self, now: &Moment) -> Option<Next> {
        let falls_due = match &self.stage {
            Stage::Stretching { .. } => None,
            Stage::Asking { since, .. } => {
                let at = now.shown_at(*since);
                return Some(Next {
                    latest: at.clone(),
                    at,
                    reminder: self.reminder(),
                });
            }
            Stage::Counting => self.due_deadline().map(|deadline| deadline.at),
            Stage::Due { since, .. } => Some(*since),
            Stage::Snoozed { until, .. } | Stage::Unanswered { until, .. } => Some(*until),
        };
        let falls_due = falls_due.filter(|_| self.seat.empty_since().is_none())?;
        let free = falls_due
            .max(self.pause_end().unwrap_or_default())
            .max(now.elapsed);
        let free = self.open_from(free, now);
        let at = self.open_from(free.max(self.settled).max(self.hour_is_full_until()), now);
        let patient_from = if let Stage::Due { since, .. } = self.stage {
            since.max(self.pause_end().unwrap_or_default())
        } else {
            free
        };
        let patient = self.grace_end(patient_from, self.rhythm.grace);
        let open = self.open_from(patient, now);
        // Working hours that begin meanwhile also begin with a wait for a good moment.
        let patient = if open > patient {
            open + self.rhythm.grace
        } else {
            patient
        };
        let latest = self.open_from(patient.max(at).max(self.held_until()), now);
        Some(Next {
            at: now.shown_at(at),
            latest: now.shown_at(latest),
            reminder: self.next_reminder(),
        })
    }

    /// Uses the time of a pause as entered: a round trip through elapsed time could change it.
    fn paused_until(&self, now: &Moment) -> Option<ZonedDateTime> {
        let end = self.pause_end()?;
        let pause = self.pause.as_ref()?;
        let longest = pause.since + MAX_SPAN;
        Some(match &pause.until {
            Until::Clock(wall) if end < longest => in_zone(wall, &now.wall),
            Until::Clock(_) | Until::For(_) => now.shown_at(end),
        })
    }

    /// The first elapsed time from `at` on that lies within the working hours.
    fn open_from(&self, at: Duration, now: &Moment) -> Duration {
        let wall = now.wall_at(at);
        if self.rhythm.hours.is_on(&wall) {
            return at;
        }
        at.max(now.elapsed_at(&self.rhythm.hours.open_from(wall)))
    }

    fn next_reminder(&self) -> Reminder {
        match (
            &self.stage,
            self.due_deadline().map(|deadline| deadline.kind),
        ) {
            (Stage::Counting, Some(DeadlineKind::FallsDue(reminder))) => reminder,
            _ => self.reminder(),
        }
    }

    fn active_holds(&self, now: &Moment) -> Vec<ActiveHold> {
        let until = |since: Duration| {
            let end = since + self.rhythm.hold_at_most;
            self.limit.map_or(end, |limit| limit.min(end))
        };
        let active_hold = |(reason, since): (&Hold, Duration)| ActiveHold {
            reason: reason.clone(),
            since: now.shown_at(since),
            until: now.shown_at(until(since)),
        };
        self.holds.iter().map(active_hold).collect()
    }

    /// One line about the phase, the hold that delays the reminder, and when the reminder comes. It uses clock times, so
    /// that it remains true until something happens.
    fn why(&self, status: &Status, now: &Moment) -> String {
        let clock = |time: &ZonedDateTime| clock_time(time, &now.wall);
        let next = status.next.as_ref();
        let reminder = next.map_or(Reminder::Stretch, |next| next.reminder);
        // An unanswered question comes back with the short routine.
        let short = matches!(self.stage, Stage::Unanswered { .. });
        let name = self.names.in_sentence(reminder, short);
        let about = next.map(|next| clock(&next.at)).unwrap_or_default();
        match (status.phase, &status.paused_until, &status.away_since) {
            (Phase::Stretching, ..) => tr("Stretching now").to_owned(),
            (Phase::Paused, Some(until), _) => tr!("Paused until {time}", time = clock(until)),
            (Phase::OffHours, ..) => status.off_until.as_ref().map_or_else(
                || tr("Outside your hours").to_owned(),
                |begin| tr!("Outside your hours until {time}", time = clock(begin)),
            ),
            (Phase::Away, _, Some(since)) => tr!("Away since {time}", time = clock(since)),
            (Phase::Asking, ..) => reminder.asking_text().to_owned(),
            (Phase::Due, ..) => tr!(
                "{first}; {second}",
                first = reminder.due_text(),
                second = waiting_reason(status, &now.wall)
            ),
            (Phase::Snoozed, ..) => tr!(
                "Snoozed: {reminder} at {time}",
                reminder = name,
                time = about
            ),
            _ => {
                let next = tr!(
                    "Next: {reminder}, about {time}",
                    reminder = name,
                    time = about
                );
                match sitting_note(status, &now.wall) {
                    Some(second) => tr!("{first}; {second}", first = next, second = second),
                    None => next,
                }
            }
        }
    }
}

/// The hold that ends last, and of several the one that began first.
fn longest_hold(status: &Status) -> Option<&ActiveHold> {
    let longest =
        |a: &&ActiveHold, b: &&ActiveHold| a.until.cmp(&b.until).then(b.since.cmp(&a.since));
    status.holds.iter().max_by(longest)
}

/// The reason why a due reminder waits, and the latest time at which it comes.
fn waiting_reason(status: &Status, now: &ZonedDateTime) -> String {
    let next = status.next.as_ref();
    let latest = next.map(|next| clock_time(&next.latest, now));
    let latest = latest.unwrap_or_default();
    match longest_hold(status) {
        Some(active_hold) => tr!(
            "quiet since {since} ({hold}), until {latest} at the latest",
            hold = active_hold.reason.label(),
            since = clock_time(&active_hold.since, now),
            latest = latest
        ),
        None => tr!(
            "waiting for a good moment, {latest} at the latest",
            latest = latest
        ),
    }
}

/// The hold that will delay the next reminder, or else the film or call by which the user counts as present.
fn sitting_note(status: &Status, now: &ZonedDateTime) -> Option<String> {
    let hold = longest_hold(status).map(|active_hold| {
        tr!(
            "quiet since {since} ({hold})",
            hold = active_hold.reason.label(),
            since = clock_time(&active_hold.since, now)
        )
    });
    let watched = || tr("a film or call counts as sitting").to_owned();
    hold.or_else(|| status.watching.then(watched))
}

/// The time of day, with the date if it is not today.
fn clock_time(time: &ZonedDateTime, now: &ZonedDateTime) -> String {
    let time = time.with_time_zone(now.time_zone().clone());
    let hour = time.strftime("%H:%M");
    if time.date() == now.date() {
        hour.to_string()
    } else if now
        .date()
        .tomorrow()
        .is_ok_and(|tomorrow| tomorrow == time.date())
    {
        tr!("{time} tomorrow", time = hour)
    } else {
        tr!("{time} on {date}", time = hour, date = time.date())
    }
}
