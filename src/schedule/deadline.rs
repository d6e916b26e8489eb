//! The deadlines of the schedule: every change that happens without an event, and its time.

use std::time::Duration;

use jiff::ZonedDateTime;

use super::watching::{self, Watching};
use super::{Activity, Effect, Outcome, Prompt, Reminder, Schedule, Stage, Until};
use crate::time::MAX_SPAN;

/// The longest time for which a question waits for [`Event::QuietChecked`](super::Event::QuietChecked).
const QUIET_CHECK_TIMEOUT: Duration = Duration::from_secs(1);

/// The time for which a question counts towards the maximum per hour.
pub(super) const HOUR: Duration = Duration::from_secs(60 * 60);

/// A change that happens without an event, and its time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Deadline {
    pub(super) at: Duration,
    pub(super) kind: DeadlineKind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum DeadlineKind {
    PauseEnds,
    HoursChange,
    WatchingEnds,
    AbsenceIsRest,
    FallsDue(Reminder),
    Ask,
    Unanswered,
    AskLater { short: bool },
}

impl DeadlineKind {
    pub(super) fn reason(self) -> &'static str {
        match self {
            Self::PauseEnds => "the pause ends",
            Self::HoursChange => "the working hours begin or end",
            Self::WatchingEnds => "nobody watches for so long",
            Self::AbsenceIsRest => "the absence becomes a rest",
            Self::FallsDue(_) => "a reminder falls due",
            Self::Ask => "the grace or a hold ends",
            Self::Unanswered => "the question went unanswered",
            Self::AskLater { .. } => "it is time to ask again",
        }
    }
}

impl Schedule {
    /// Returns the time at which the current state ends without an event. [`advance`](Self::advance) acts on it.
    pub(super) fn deadline(&self) -> Option<Deadline> {
        let pause = self.pause_end().map(|at| Deadline {
            at,
            kind: DeadlineKind::PauseEnds,
        });
        let stage = match self.seat.empty_since() {
            Some(since) => self.rest_deadline(since),
            None if self.pause.is_some() || self.is_off_hours => None,
            None => self.stage_deadline(),
        };
        let watching = self.watching_end().map(|at| Deadline {
            at,
            kind: DeadlineKind::WatchingEnds,
        });
        let hours = self.hours_change().map(|at| Deadline {
            at,
            kind: DeadlineKind::HoursChange,
        });
        pause
            .into_iter()
            .chain(hours)
            .chain(stage)
            .chain(watching)
            .min_by_key(|deadline| deadline.at)
    }

    fn rest_deadline(&self, since: Duration) -> Option<Deadline> {
        let pending = self.rested_from.is_none();
        pending.then(|| Deadline {
            at: since + self.rhythm.rest,
            kind: DeadlineKind::AbsenceIsRest,
        })
    }

    fn stage_deadline(&self) -> Option<Deadline> {
        match &self.stage {
            Stage::Counting => self.due_deadline(),
            Stage::Due { since, .. } => Some(Deadline {
                at: self.ask_time(*since),
                kind: DeadlineKind::Ask,
            }),
            Stage::Asking { since, .. } => Some(Deadline {
                at: *since + self.rhythm.ask_for,
                kind: DeadlineKind::Unanswered,
            }),
            Stage::Snoozed { until, .. } => Some(Deadline {
                at: *until,
                kind: DeadlineKind::AskLater { short: false },
            }),
            Stage::Unanswered { until, .. } => Some(Deadline {
                at: *until,
                kind: DeadlineKind::AskLater { short: true },
            }),
            Stage::Stretching { .. } => None,
        }
    }

    pub(super) fn due_deadline(&self) -> Option<Deadline> {
        let check = (self.rhythm.posture_check && !self.checked)
            .then(|| {
                self.seat
                    .reaches(self.target().saturating_sub(self.rhythm.sit / 2))
            })
            .flatten()
            .map(|at| Deadline {
                at,
                kind: DeadlineKind::FallsDue(Reminder::Posture),
            });
        let due = self.seat.reaches(self.target());
        check.or(due.map(|at| Deadline {
            at,
            kind: DeadlineKind::FallsDue(self.upcoming()),
        }))
    }

    /// The time for a question that fell due at `since`, if nothing changes.
    fn ask_time(&self, since: Duration) -> Duration {
        let patience = match self.activity {
            _ if self.watches() => Duration::ZERO,
            Activity::Still => Duration::ZERO,
            Activity::Busy | Activity::Away { .. } => self.rhythm.grace,
        };
        let look = if self.has_quiet_check && !self.quiet_checked {
            QUIET_CHECK_TIMEOUT
        } else {
            Duration::ZERO
        };
        self.grace_end(since, patience.max(look))
            .max(self.settled)
            .max(self.held_until())
            .max(self.hour_is_full_until())
    }

    /// Restarts the wait for a good moment after each hold, but never delays a question beyond its limit.
    pub(super) fn grace_end(&self, since: Duration, patience: Duration) -> Duration {
        let end = since.max(self.holds.released()) + patience;
        self.limit
            .map_or(end, |limit| end.min(limit.max(since + patience)))
    }

    /// The time until which the maximum number of questions within an hour is reached.
    pub(super) fn hour_is_full_until(&self) -> Duration {
        let most = usize::from(self.rhythm.at_most_per_hour);
        let first = self.recent_questions.len().checked_sub(most);
        let first = first.and_then(|first| self.recent_questions.get(first));
        first.copied().unwrap_or_default()
    }

    /// The time at which the user has given no input for too long to be still watching.
    pub(super) fn watching_end(&self) -> Option<Duration> {
        match self.activity {
            Activity::Away { since } if self.watches() => Some(since + watching::MAX_WATCHING),
            Activity::Away { .. } | Activity::Busy | Activity::Still => None,
        }
    }

    /// The time at which the working hours begin or end, converted from wall-clock time.
    fn hours_change(&self) -> Option<Duration> {
        let change = self.rhythm.hours.change(&self.last.wall)?;
        Some(self.last.elapsed_at(&change))
    }

    /// Wall-clock times move with the clock and the zone; durations do not. No pause is longer than [`MAX_SPAN`].
    pub(super) fn pause_end(&self) -> Option<Duration> {
        let pause = self.pause.as_ref()?;
        let end = match &pause.until {
            Until::For(length) => pause.since.saturating_add(*length),
            Until::Clock(wall) => self.last.elapsed_at(&in_zone(wall, &self.last.wall)),
        };
        Some(end.min(pause.since + MAX_SPAN))
    }

    /// Acts on every deadline that has passed.
    pub(super) fn advance(&mut self, now: Duration, effects: &mut Vec<Effect>) {
        while let Some(deadline) = self.deadline().filter(|deadline| deadline.at <= now) {
            self.act(deadline.kind, now, effects);
        }
    }

    pub(super) fn act(&mut self, kind: DeadlineKind, now: Duration, effects: &mut Vec<Effect>) {
        match kind {
            DeadlineKind::PauseEnds => {
                self.pause = None;
                self.restart_wait(now);
            }
            DeadlineKind::HoursChange => self.follow_hours(now, effects),
            DeadlineKind::WatchingEnds => {
                self.watching = Watching::Left(Duration::ZERO);
                self.follow_presence(now, effects);
            }
            DeadlineKind::AbsenceIsRest => self.begin_again(now, effects),
            DeadlineKind::FallsDue(reminder) => {
                self.stage = Stage::Due {
                    since: now,
                    reminder,
                    short: false,
                }
            }
            DeadlineKind::AskLater { short } => {
                self.stage = Stage::Due {
                    since: now,
                    reminder: self.reminder(),
                    short,
                }
            }
            DeadlineKind::Ask => self.ask_question(now, effects),
            DeadlineKind::Unanswered => self.unanswered(now, effects),
        }
    }

    fn ask_question(&mut self, now: Duration, effects: &mut Vec<Effect>) {
        let Stage::Due {
            since: due,
            reminder,
            short,
        } = self.stage
        else {
            return;
        };
        if reminder == Reminder::Posture
            && self.seat.sit_time(now) + self.rhythm.sit / 4 >= self.target()
        {
            // The posture check was held back until shortly before the next reminder: one question is enough.
            return self.posture_check_done();
        }
        let prompt = Prompt {
            reminder,
            routine: self.routine_for(short),
            short,
            quiet: !self.holds.is_clear(),
        };
        self.recent_questions.retain(|until| *until > now);
        self.recent_questions.push(now + HOUR);
        effects.push(Effect::Ask(prompt.clone()));
        effects.push(Effect::Record(Outcome::Asked { reminder, short }));
        self.stage = Stage::Asking {
            since: now,
            due,
            prompt,
        };
    }

    /// An unanswered question comes back once, shorter; if that also goes unanswered, only after the next full interval.
    fn unanswered(&mut self, now: Duration, effects: &mut Vec<Effect>) {
        let Stage::Asking { prompt, .. } = &self.stage else {
            return;
        };
        let (reminder, short) = (prompt.reminder, prompt.short);
        effects.push(Effect::Withdraw);
        if reminder == Reminder::Posture {
            self.posture_check_done();
        } else if short {
            effects.push(Effect::Record(Outcome::Ignored { reminder }));
            self.next_interval(self.seat.sit_time(now));
        } else {
            self.stage = Stage::Unanswered {
                until: now + self.rhythm.ask_again,
                reminder,
            };
        }
    }
}

/// The same local time in the zone of `now`.
pub(super) fn in_zone(wall: &ZonedDateTime, now: &ZonedDateTime) -> ZonedDateTime {
    wall.datetime()
        .to_zoned_datetime(now.time_zone().clone())
        .unwrap_or_else(|_| wall.clone())
}
