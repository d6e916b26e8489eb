//! Saves the state of the day across restarts of the program: the sit time, a pending reminder, whose turn it is, the
//! questions of the last hour, and a pause.

use std::time::Duration;

use jiff::civil::DateTime;
use serde::{Deserialize, Serialize};

use super::deadline::HOUR;
use super::seat::Seat;
use super::{Outcome, Pause, Reminder, Rhythm, Schedule, Stage, Until};
use crate::time::{MAX_SPAN, Moment};

/// The state of a day in the form that is saved. Instants are elapsed times by the writer's clock. A value equal to
/// the last one saved need not be saved again.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SavedSchedule {
    /// The sit time before the current stay.
    before: Duration,
    /// The time at which the current stay began; `None` if the user is away.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    sits_since: Option<Duration>,
    /// The time at which the user left, if away.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    gone_since: Option<Duration>,
    /// The beginning of a stay that may still be continued although the user has left, and so is not recorded yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    sat_since: Option<Duration>,
    /// The sit time at which the current interval began.
    from: Duration,
    turn: u32,
    checked: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    waits: Option<SavedReminder>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pause: Option<SavedPause>,
    /// The questions of the last hour, each as the time at which it no longer counts.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    asked: Vec<Duration>,
    /// The latest time at which the writer would have saved again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    next: Option<Duration>,
}

/// A reminder that has fallen due.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct SavedReminder {
    reminder: Reminder,
    short: bool,
    /// `true` if the reminder was not merely due, but asked, snoozed or answered with a routine.
    asked: bool,
    /// The time at which it comes back; `None` if it waits for a good moment or is being asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    until: Option<Duration>,
    /// From this time on, holds no longer delay the reminder.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    limit: Option<Duration>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum SavedPause {
    Ends(Duration),
    /// A time on the wall clock of any time zone: such a pause follows a change of the zone.
    Clock {
        begun: Duration,
        until: DateTime,
    },
}

/// The gap between saving and resuming.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Gap {
    /// The elapsed time of saving, by the writer's clock.
    pub written: Duration,
    /// The length of the gap.
    pub length: Duration,
    /// `true` if the writer was killed, and the computer has not been restarted since: the program ran on until
    /// shortly before the resumption.
    pub died: bool,
}

impl Schedule {
    /// Returns the state to be saved now.
    #[must_use]
    pub fn to_saved(&self) -> SavedSchedule {
        let (before, sits_since) = self.seat.stay();
        SavedSchedule {
            before,
            sits_since,
            gone_since: self.seat.empty_since(),
            sat_since: self.seat.open_stay_start(),
            from: self.interval_start,
            turn: u32::try_from(self.turn % TURN_MODULUS).unwrap_or(0),
            checked: self.checked,
            waits: self.saved_reminder(),
            pause: self.pause.as_ref().map(saved_pause),
            asked: self.recent_questions.clone(),
            next: self.deadline().map(|deadline| deadline.at),
        }
    }

    fn saved_reminder(&self) -> Option<SavedReminder> {
        let (reminder, short, until) = match &self.stage {
            Stage::Counting | Stage::Stretching { reminder: None, .. } => return None,
            Stage::Due {
                reminder, short, ..
            } => (*reminder, *short, None),
            Stage::Asking { prompt, .. } => (prompt.reminder, prompt.short, None),
            Stage::Snoozed { reminder, until } => (*reminder, false, Some(*until)),
            Stage::Unanswered { reminder, until } => (*reminder, true, Some(*until)),
            // The part of the routine that was done is unknown here.
            Stage::Stretching {
                reminder: Some(reminder),
                ..
            } => (*reminder, true, None),
        };
        Some(SavedReminder {
            reminder,
            short,
            asked: !matches!(self.stage, Stage::Due { .. }),
            until,
            limit: self.limit,
        })
    }

    /// Resumes a saved day. Nothing is known about the user while the program did not run: a short gap counts as an
    /// absence, and one as long as a rest as a rest.
    #[must_use]
    pub fn resume(rhythm: Rhythm, saved: &SavedSchedule, gap: Gap, now: &Moment) -> Self {
        let mut schedule = Self::new(rhythm, now);
        let gap = Gap {
            length: gap.length.min(MAX_SPAN),
            ..gap
        };
        schedule.turn = saved.turn as usize;
        schedule.pause = saved
            .pause
            .as_ref()
            .and_then(|pause| remaining_pause(pause, gap, now));
        // Limits damage by a corrupt file: at most as many questions as an hour can have, and none for longer than an hour.
        let questions = saved.asked.iter().rev().take(u8::MAX.into());
        let questions = questions.filter_map(|until| gap.remaining(*until));
        schedule.recent_questions = questions.map(|left| now.elapsed + left.min(HOUR)).collect();
        schedule.recent_questions.sort_unstable();
        let before = ResumedSitting::new(saved, gap, schedule.rhythm.rest);
        schedule.unwritten = before.unwritten;
        if before.rested {
            // As after any rest, the next reminder in turn comes.
            schedule.turn += usize::from(saved.waits.as_ref().is_some_and(|waiting| waiting.asked));
            return schedule;
        }
        schedule.seat = Seat::taken_after(before.sit_time, now.elapsed);
        schedule.interval_start = saved.from.min(before.sit_time);
        schedule.checked = saved.checked;
        if let Some(waiting) = &saved.waits {
            let left = |until: Duration| gap.remaining(until).unwrap_or_default();
            schedule.limit = waiting.limit.map(|limit| now.elapsed + left(limit));
            schedule.stage = waiting.stage(now.elapsed, |until| now.elapsed + left(until));
        }
        schedule
    }
}

impl Gap {
    /// The time between `then` and saving.
    fn ago(self, then: Duration) -> Duration {
        self.written.saturating_sub(then).min(MAX_SPAN)
    }

    /// The time between saving and `then`.
    fn ahead(self, then: Duration) -> Duration {
        then.saturating_sub(self.written).min(MAX_SPAN)
    }

    /// The time from now until `then`; `None` if that has passed.
    fn remaining(self, then: Duration) -> Option<Duration> {
        self.ahead(then).checked_sub(self.length)
    }
}

/// The sitting of the user, as of the end of a gap.
struct ResumedSitting {
    /// The sit time since the last rest.
    sit_time: Duration,
    /// `true` if the gap, together with the absence before it, was long enough for a rest.
    rested: bool,
    /// The stay that has ended and is not recorded yet.
    unwritten: Option<Outcome>,
}

impl ResumedSitting {
    fn new(saved: &SavedSchedule, gap: Gap, rest: Duration) -> Self {
        // If the program did not save when it would have, it has not been running since that time.
        let silent = saved.next.map_or(Duration::ZERO, |next| {
            gap.length.saturating_sub(gap.ahead(next))
        });
        let stopped = if gap.died { silent } else { gap.length };
        let absence = saved.gone_since.map(|since| gap.ago(since) + gap.length);
        let rested = stopped.max(absence.unwrap_or_default()) >= rest;
        // If the program was killed, the user is assumed to have kept sitting.
        let sat_on = match (gap.died && saved.sits_since.is_some(), rested) {
            (true, true) => gap.length - silent,
            (true, false) => gap.length,
            (false, _) => Duration::ZERO,
        };
        let ago = |at: Duration| gap.ago(at);
        let stay = saved.sits_since.map(ago).unwrap_or_default() + sat_on;
        let sit_time = (saved.before.min(MAX_SPAN) + stay).min(MAX_SPAN);
        let (seconds, ended_ago) = match (saved.sat_since, saved.gone_since, absence) {
            (Some(came), Some(left), Some(absence)) => {
                (left.saturating_sub(came).min(MAX_SPAN), absence)
            }
            _ => (stay.min(MAX_SPAN), gap.length - sat_on),
        };
        let unwritten = (seconds.as_secs() > 0).then_some(Outcome::Sat {
            seconds: seconds.as_secs(),
            ago: ended_ago.as_secs(),
            total: sit_time.as_secs(),
        });
        Self {
            sit_time,
            rested,
            unwritten,
        }
    }
}

/// The saved turn is reduced modulo this number, which is divisible by every number of reminders up to ten.
const TURN_MODULUS: usize = 2520;

impl SavedReminder {
    fn stage(&self, now: Duration, again: impl Fn(Duration) -> Duration) -> Stage {
        let (reminder, short) = (self.reminder, self.short);
        match self.until.map(again) {
            None => Stage::Due {
                since: now,
                reminder,
                short,
            },
            Some(until) if short => Stage::Unanswered { until, reminder },
            Some(until) => Stage::Snoozed { until, reminder },
        }
    }
}

fn saved_pause(pause: &Pause) -> SavedPause {
    match &pause.until {
        Until::For(length) => SavedPause::Ends(pause.since.saturating_add(*length)),
        Until::Clock(until) => SavedPause::Clock {
            begun: pause.since,
            until: until.datetime(),
        },
    }
}

/// Returns the rest of a pause; `None` if it has ended meanwhile.
fn remaining_pause(pause: &SavedPause, gap: Gap, now: &Moment) -> Option<Pause> {
    let pause = match pause {
        SavedPause::Ends(at) => Pause {
            since: now.elapsed,
            until: Until::For(gap.remaining(*at)?),
        },
        SavedPause::Clock { begun, until } if gap.ago(*begun) + gap.length < MAX_SPAN => {
            let until = until.to_zoned_datetime(now.wall.time_zone().clone()).ok()?;
            Pause {
                since: now.elapsed,
                until: Until::Clock(Box::new(until)),
            }
        }
        SavedPause::Clock { .. } => return None,
    };
    let has_ended = matches!(&pause.until, Until::Clock(until) if **until <= now.wall);
    (!has_ended).then_some(pause)
}

#[cfg(test)]
mod tests {
    use super::super::tests::rhythm;
    use super::super::{Activity, Command, Event, Phase};
    use super::*;

    fn minutes(minutes: u64) -> Duration {
        Duration::from_secs(60 * minutes)
    }

    fn at(elapsed: Duration, wall: &str) -> Moment {
        Moment {
            elapsed,
            slept: Duration::ZERO,
            wall: format!("2026-03-02T{wall}:00[Europe/Berlin]")
                .parse()
                .unwrap(),
        }
    }

    /// A day that began at 9:00, an hour after the computer, as of `passed` minutes later and after these events.
    fn day(passed: u64, events: &[Event]) -> (Schedule, Moment) {
        let mut schedule = Schedule::new(rhythm(), &at(minutes(60), "09:00"));
        let wall = format!("{:02}:{:02}", 9 + passed / 60, passed % 60);
        let now = at(minutes(60 + passed), &wall);
        schedule.handle(Event::Wakeup, &now);
        for event in events {
            schedule.handle(event.clone(), &now);
        }
        (schedule, now)
    }

    /// The day after a gap of `length` minutes, read back from JSON.
    fn later(day: (Schedule, Moment), length: u64, died: bool) -> (Schedule, Moment) {
        let (schedule, before) = day;
        let letters = serde_json::to_string(&schedule.to_saved()).unwrap();
        let gap = Gap {
            written: before.elapsed,
            length: minutes(length),
            died,
        };
        let now = Moment {
            elapsed: before.elapsed + minutes(length),
            slept: Duration::ZERO,
            wall: before.wall_at(before.elapsed + minutes(length)),
        };
        let saved = serde_json::from_str(&letters).unwrap();
        (Schedule::resume(rhythm(), &saved, gap, &now), now)
    }

    fn sit_minutes((schedule, now): &(Schedule, Moment)) -> u64 {
        schedule.status(now).sit.as_secs() / 60
    }

    fn command(command: Command) -> Event {
        Event::Command(command)
    }

    #[test]
    fn a_restart_goes_on_where_it_was() {
        assert_eq!(sit_minutes(&later(day(20, &[]), 0, false)), 20);
        assert_eq!(
            sit_minutes(&later(day(20, &[]), 3, false)),
            20,
            "nobody knows who sat"
        );
        assert_eq!(
            sit_minutes(&later(day(20, &[]), 5, false)),
            0,
            "that is a rest"
        );
        let (_, now) = later(day(20, &[]), 3, false);
        let (schedule, _) = later(day(20, &[]), 3, false);
        let (next, _) = schedule.next_wakeup().unwrap();
        assert_eq!(next, now.elapsed + minutes(10));
    }

    #[test]
    fn a_killed_program_counts_as_running_until_shortly_before() {
        // It saved at 9:00 and would have saved again at 9:30.
        assert_eq!(sit_minutes(&later(day(0, &[]), 25, true)), 25);
        let due = later(day(0, &[]), 31, true);
        assert_eq!(sit_minutes(&due), 31);
        assert_eq!(
            sit_minutes(&later(day(0, &[]), 36, true)),
            0,
            "it would have written at half past"
        );
    }

    #[test]
    fn an_absence_continues_across_a_restart() {
        let away = || {
            let since = minutes(60 + 18);
            day(20, &[Event::Activity(Activity::Away { since })])
        };
        assert_eq!(sit_minutes(&later(away(), 2, true)), 18);
        assert_eq!(
            sit_minutes(&later(away(), 3, true)),
            0,
            "five minutes in all"
        );
    }

    #[test]
    fn a_pending_reminder_survives_a_restart() {
        let phase = |day: &(Schedule, Moment)| day.0.status(&day.1).phase;
        let due = later(day(30, &[]), 1, false);
        assert_eq!((phase(&due), sit_minutes(&due)), (Phase::Due, 30));
        let snoozed = || day(30, &[command(Command::Snooze(None))]);
        let (schedule, now) = later(snoozed(), 4, false);
        assert_eq!(schedule.status(&now).phase, Phase::Snoozed);
        assert_eq!(schedule.next_wakeup().unwrap().0, now.elapsed + minutes(6));
        assert_eq!(
            phase(&later(snoozed(), 6, false)),
            Phase::Sitting,
            "a rest ends it"
        );
        let asking = day(30, &[Event::Activity(Activity::Still)]);
        assert_eq!(phase(&asking), Phase::Asking);
        let (mut schedule, now) = later(asking, 1, false);
        let effects = schedule.handle(Event::Activity(Activity::Still), &now);
        assert!(
            matches!(effects[1], super::super::Effect::Ask(_)),
            "{effects:?}"
        );
    }

    #[test]
    fn restarts_do_not_exceed_the_hourly_limit() {
        let few = || Rhythm {
            at_most_per_hour: 1,
            sit: minutes(1),
            ..rhythm()
        };
        let still = Event::Activity(Activity::Still);
        let mut now = at(minutes(60), "09:00");
        let mut schedule = Schedule::new(few(), &now);
        let mut asked_at = Vec::new();
        // Every minute there is an event, and the program restarts: normally, after a kill, or after a boot.
        for minute in 0..125 {
            let before = now.clone();
            let wall = before.wall_at(before.elapsed + minutes(1));
            now = Moment {
                elapsed: before.elapsed + minutes(1),
                wall,
                ..before.clone()
            };
            let effects = schedule.handle(still.clone(), &now);
            if effects
                .iter()
                .any(|effect| matches!(effect, super::super::Effect::Ask(_)))
            {
                asked_at.push(minute);
            }
            let letters = serde_json::to_string(&schedule.to_saved()).unwrap();
            let gap = Gap {
                written: now.elapsed,
                length: Duration::ZERO,
                died: minute % 2 == 0,
            };
            if minute % 3 == 0 {
                now.elapsed = Duration::from_secs(20);
            }
            schedule = Schedule::resume(few(), &serde_json::from_str(&letters).unwrap(), gap, &now);
        }
        assert_eq!(asked_at, [0, 60, 120]);
    }

    #[test]
    fn state_of_an_earlier_version_is_read() {
        let (schedule, now) = day(30, &[Event::Activity(Activity::Still)]);
        let mut letters = serde_json::to_value(schedule.to_saved()).unwrap();
        assert!(letters.as_object_mut().unwrap().remove("asked").is_some());
        let saved = serde_json::from_value(letters).unwrap();
        let gap = Gap {
            written: now.elapsed,
            length: minutes(1),
            died: false,
        };
        let resumed = Schedule::resume(rhythm(), &saved, gap, &now);
        assert_eq!(resumed.status(&now).phase, Phase::Due);
    }

    #[test]
    fn a_restart_does_not_extend_a_hold() {
        let call_begins = || Event::Held(super::super::Hold::Call);
        let (mut schedule, now) = later(day(30, &[call_begins()]), 3, false);
        schedule.handle(call_begins(), &now);
        let latest = schedule.status(&now).next.unwrap().latest;
        assert_eq!(latest.strftime("%H:%M").to_string(), "11:30");
    }

    #[test]
    fn reminders_take_their_turns() {
        let upcoming = |day: &(Schedule, Moment)| day.0.upcoming();
        let skipped = || day(30, &[command(Command::Skip)]);
        let next = upcoming(&skipped());
        assert_ne!(next, upcoming(&day(0, &[])));
        assert_eq!(upcoming(&later(skipped(), 1, false)), next);
        assert_eq!(
            upcoming(&later(skipped(), 600, false)),
            next,
            "over a night, too"
        );
    }

    #[test]
    fn a_pause_continues_and_ends_across_a_restart() {
        let phase = |day: &(Schedule, Moment)| day.0.status(&day.1).phase;
        let paused = |until| day(10, &[command(Command::Pause(until))]);
        let hour = || paused(Until::For(minutes(60)));
        let (schedule, now) = later(hour(), 45, false);
        assert_eq!(schedule.status(&now).phase, Phase::Paused);
        assert_eq!(schedule.pause_end(), Some(now.elapsed + minutes(15)));
        assert_eq!(phase(&later(hour(), 61, false)), Phase::Sitting);
        let noon = "2026-03-02T12:00[Europe/Berlin]";
        let noon: jiff::ZonedDateTime = noon.parse().unwrap();
        let noon = || paused(Until::Clock(Box::new(noon.clone())));
        assert_eq!(phase(&later(noon(), 100, false)), Phase::Paused);
        assert_eq!(phase(&later(noon(), 171, false)), Phase::Sitting);
    }

    #[test]
    fn the_stay_before_a_restart_is_recorded_after_it() {
        let written = |(mut schedule, now): (Schedule, Moment)| {
            let before = schedule.has_unwritten();
            let effects = schedule.handle(Event::Wakeup, &now);
            assert!(!schedule.has_unwritten());
            let stay = effects.into_iter().find_map(|effect| match effect {
                super::super::Effect::Record(Outcome::Sat {
                    seconds,
                    ago,
                    total,
                }) => Some([seconds / 60, ago / 60, total / 60]),
                super::super::Effect::Record(_)
                | super::super::Effect::Ask(_)
                | super::super::Effect::Withdraw
                | super::super::Effect::OpenGuide { .. }
                | super::super::Effect::CloseGuide => None,
            });
            assert_eq!(before, stay.is_some());
            stay
        };
        let day = || day(20, &[]);
        assert_eq!(written(later(day(), 3, false)), Some([20, 3, 20]));
        assert_eq!(written(later(day(), 600, false)), Some([20, 600, 20]));
        assert_eq!(written(later(day(), 2, true)), Some([22, 0, 22]));
        assert_eq!(
            written(later(day(), 60, true)),
            Some([30, 50, 30]),
            "it would have written at half past"
        );
        let away = Event::Activity(Activity::Away { since: minutes(78) });
        let mut away_day = super::tests::day(20, &[]);
        away_day.0.handle(away, &away_day.1);
        assert_eq!(
            written(later(away_day, 1, false)),
            Some([18, 3, 18]),
            "he might have come back to a film"
        );
    }

    #[test]
    fn extreme_numbers_in_a_file_do_not_panic() {
        let still = Event::Activity(Activity::Still);
        let (schedule, now) = day(30, &[still, command(Command::Snooze(None))]);
        let letters = serde_json::to_string(&schedule.to_saved()).unwrap();
        let secs = |text: &str| {
            text.contains("\"secs\":")
                .then(|| text.split("\"secs\":").count())
        };
        for place in 1..secs(&letters).unwrap() {
            for number in ["0", "18446744073709551615"] {
                let mut parts: Vec<String> =
                    letters.split("\"secs\":").map(str::to_owned).collect();
                let (_, rest) = parts[place].split_once(',').unwrap();
                parts[place] = format!("{number},{rest}");
                let saved: SavedSchedule = serde_json::from_str(&parts.join("\"secs\":")).unwrap();
                for died in [false, true] {
                    for length in [Duration::ZERO, minutes(3), Duration::MAX] {
                        let written = now.elapsed;
                        let gap = Gap {
                            written,
                            length,
                            died,
                        };
                        let mut resumed = Schedule::resume(rhythm(), &saved, gap, &now);
                        resumed.handle(Event::Wakeup, &now);
                        let _ = resumed.status(&now);
                    }
                }
            }
        }
    }
}
