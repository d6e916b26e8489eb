//! Decides when to ask the user. Has no access to a clock, the screen or the disk.
//!
//! Events and the time go in, effects come out: [`handle`](Schedule::handle) does one step,
//! [`next_wakeup`](Schedule::next_wakeup) returns the latest time of the next call, and [`status`](Schedule::status)
//! returns the state for display. Calling early, or more often than requested, changes nothing.
//!
//! There is deliberately no tick, countdown or heartbeat. The schedule learns from [`Moment::slept`] that the
//! computer was suspended, and everything else from events.

mod answers;
mod deadline;
mod effect;
mod event;
mod holds;
mod hours;
mod reminder;
mod saved;
mod seat;
mod status;
#[cfg(test)]
mod tests;
mod watching;

pub use effect::{Effect, Feeling, Outcome, Prompt};
pub use event::{Activity, Command, Event, Report, SHORTEST_SESSION, Session, Until};
pub use holds::Hold;
pub use hours::{Holidays, Hours, HoursError, Range};
pub use reminder::{Reminder, Rhythm, RoutineNames};
pub use saved::{Gap, SavedSchedule};
pub use status::{ActiveHold, Next, Phase, Status};

use std::collections::BTreeSet;
use std::time::Duration;

use crate::time::Moment;
use deadline::DeadlineKind;
use holds::Holds;
use seat::{Seat, Stay};
use watching::Watching;

/// A smaller difference between two readings of [`Moment::slept`] is noise of the clocks.
const NOISE: Duration = Duration::from_secs(1);

/// The state machine of the reminders.
#[derive(Clone, Debug)]
pub struct Schedule {
    rhythm: Rhythm,
    names: RoutineNames,
    stage: Stage,
    seat: Seat,
    /// The sit time at which the current interval began.
    interval_start: Duration,
    /// Counts the intervals; its value modulo the number of reminders selects the next one.
    turn: usize,
    /// `true` once the posture check of this interval is done.
    checked: bool,
    activity: Activity,
    /// The state of a film or a call while there is no input.
    watching: Watching,
    /// The time at which the session was locked, if it is locked.
    locked: Option<Duration>,
    /// `true` if the open question was withdrawn because the session was locked.
    hidden: bool,
    /// The sit time that was reset when the current absence became a rest.
    rested_from: Option<Duration>,
    holds: Holds,
    /// From this time on, holds no longer delay the current question. It is set as soon as the question is held back,
    /// and never moves later, no matter which holds come and go meanwhile.
    limit: Option<Duration>,
    /// `true` if a detector checks for reasons to keep quiet as soon as a reminder is due.
    has_quiet_check: bool,
    /// `true` once that check is done for the current reminder.
    quiet_checked: bool,
    /// The time since which a due reminder has been held back, with the reasons so far.
    held_back: Option<(Duration, BTreeSet<Hold>)>,
    pause: Option<Pause>,
    /// `true` outside the working hours.
    is_off_hours: bool,
    /// The questions of the last hour, each as the time at which it no longer counts.
    recent_questions: Vec<Duration>,
    /// A record of a resumed day that is still to be written to the history.
    unwritten: Option<Outcome>,
    /// No question is asked before this time, which is shortly after a wake-up or unlock.
    settled: Duration,
    last: Moment,
}

/// The state of the next reminder.
#[derive(Clone, Debug, PartialEq)]
enum Stage {
    /// The sit time counts towards the next reminder.
    Counting,
    /// Waiting for a good moment, since the reminder fell due or the user came back.
    Due {
        since: Duration,
        reminder: Reminder,
        short: bool,
    },
    /// The question is on the screen. The wait for a good moment began at `due`.
    Asking {
        since: Duration,
        due: Duration,
        prompt: Prompt,
    },
    /// The user snoozed the question.
    Snoozed { until: Duration, reminder: Reminder },
    /// Nobody answered; the question comes back once.
    Unanswered { until: Duration, reminder: Reminder },
    /// A routine is playing. `reminder` is `None` if it was not started from a reminder.
    Stretching {
        routine: String,
        reminder: Option<Reminder>,
    },
}

/// A pause that the user asked for.
#[derive(Clone, Debug, PartialEq)]
struct Pause {
    since: Duration,
    until: Until,
}

impl Schedule {
    /// Creates a schedule for a user who has just sat down.
    #[must_use]
    pub fn new(rhythm: Rhythm, now: &Moment) -> Self {
        Self {
            is_off_hours: !rhythm.hours.is_on(&now.wall),
            recent_questions: Vec::new(),
            rhythm,
            names: RoutineNames::default(),
            stage: Stage::Counting,
            seat: Seat::taken_since(now.elapsed),
            interval_start: Duration::ZERO,
            turn: 0,
            checked: false,
            activity: Activity::Busy,
            watching: Watching::Unseen,
            locked: None,
            hidden: false,
            rested_from: None,
            holds: Holds::default(),
            limit: None,
            has_quiet_check: false,
            quiet_checked: false,
            held_back: None,
            pause: None,
            unwritten: None,
            settled: Duration::ZERO,
            last: now.clone(),
        }
    }

    /// Processes an event and returns the effects to carry out.
    pub fn handle(&mut self, event: Event, now: &Moment) -> Vec<Effect> {
        let mut effects = Vec::new();
        let slept = now.slept.saturating_sub(self.last.slept);
        let elapsed = now.elapsed.max(self.last.elapsed);
        self.last = Moment {
            elapsed,
            slept: now.slept.max(self.last.slept),
            wall: now.wall.clone(),
        };
        let awake_until = elapsed.saturating_sub(slept);
        if self.watching_end().is_some_and(|end| end <= awake_until) {
            self.act(DeadlineKind::WatchingEnds, elapsed, &mut effects);
        }
        if slept >= NOISE {
            self.on_slept(awake_until, elapsed, &mut effects);
        }
        self.on_event(event, elapsed, &mut effects);
        self.follow_hours(elapsed, &mut effects);
        self.follow_presence(elapsed, &mut effects);
        self.advance(elapsed, &mut effects);
        self.quiet_checked &= self.wants_quiet();
        if !self.wants_watching() {
            self.seat.finalize_leave();
        }
        self.follow_limit(elapsed);
        self.track_held_back(elapsed, &mut effects);
        self.record_stays(elapsed, &mut effects);
        effects
    }

    /// Returns `true` if a record of a resumed day is still to be written; the next event, whatever it is, emits it.
    #[must_use]
    pub fn has_unwritten(&self) -> bool {
        self.unwritten.is_some()
    }

    /// Returns the time, in elapsed time, by which [`handle`](Self::handle) must be called again, and the reason.
    /// `None` if nothing changes without an event.
    #[must_use]
    pub fn next_wakeup(&self) -> Option<(Duration, &'static str)> {
        self.deadline()
            .map(|deadline| (deadline.at, deadline.kind.reason()))
    }

    /// Returns `true` while waiting for a good moment, when stillness of the input devices matters.
    #[must_use]
    pub fn wants_stillness(&self) -> bool {
        let is_present = self.gone_since().is_none() && !self.watches();
        matches!(self.stage, Stage::Due { .. }) && self.is_free() && is_present
    }

    /// Returns `true` while a reminder is due or on the screen, when reasons to keep quiet matter.
    #[must_use]
    pub fn wants_quiet(&self) -> bool {
        let open = matches!(self.stage, Stage::Due { .. } | Stage::Asking { .. });
        open && self.pause.is_none() && !self.is_off_hours && self.gone_since().is_none()
    }

    /// Returns `true` while there is no input but the user may be watching something, so that a film or a call
    /// matters. It must be reported with [`Event::Watching`] before the absence is long enough for a rest.
    #[must_use]
    pub fn wants_watching(&self) -> bool {
        self.is_untouched() && self.rested_from.is_none() && self.watching.is_open()
    }

    /// Returns the names of the routines in the settings.
    #[must_use]
    pub const fn routine_names(&self) -> &RoutineNames {
        &self.names
    }

    /// Sets the names of the routines in the settings, which the status line mentions.
    pub fn set_routine_names(&mut self, names: RoutineNames) {
        self.names = names;
    }

    /// Sets whether a detector checks for reasons to keep quiet while [`wants_quiet`](Self::wants_quiet) is `true`.
    /// If so, a question waits for [`Event::QuietChecked`], but only briefly.
    pub fn set_quiet_check(&mut self, looks: bool) {
        self.has_quiet_check = looks;
    }

    fn on_event(&mut self, event: Event, now: Duration, effects: &mut Vec<Effect>) {
        match event {
            Event::Wakeup => {}
            Event::Activity(activity) => self.on_activity(activity),
            Event::Watching(on) => {
                if !on || self.wants_watching() {
                    self.watching.set_on(on, now);
                }
            }
            Event::Held(hold) => self.on_held(hold, now, effects),
            Event::Released(hold) => self.holds.remove(&hold, now),
            Event::QuietChecked => self.quiet_checked = true,
            Event::Session(Session::Locked) => self.on_locked(now, effects),
            Event::Session(Session::Unlocked) => {
                if self.locked.take().is_some() {
                    self.settled = now + self.rhythm.settle;
                }
            }
            Event::Command(command) => self.on_command(command, now, effects),
            Event::Settings(rhythm) => self.on_settings(*rhythm),
            Event::Failed(effect) => self.on_failed(&effect, now),
            Event::Guide(report) => self.on_report(report, now, effects),
        }
    }

    /// Nobody can answer a question behind a lock screen; it comes back when the user does.
    fn on_locked(&mut self, now: Duration, effects: &mut Vec<Effect>) {
        if self.locked.is_none() {
            self.locked = Some(now);
            self.withdraw(effects);
            self.hidden = matches!(self.stage, Stage::Asking { .. });
        }
        self.watching.leave(now);
    }

    /// Resets the watching state at the beginning and the end of an absence.
    fn on_activity(&mut self, activity: Activity) {
        let away = |activity| matches!(activity, Activity::Away { .. });
        if !away(activity) || !away(self.activity) {
            self.watching = Watching::Unseen;
        }
        if let Some(locked) = self.locked {
            self.watching.leave(locked);
        }
        self.activity = activity;
    }

    /// Nobody sits at a suspended computer, and no question comes right after it wakes.
    fn on_slept(&mut self, from: Duration, now: Duration, effects: &mut Vec<Effect>) {
        self.watching.leave(from);
        self.seat.leave(from);
        self.settled = now + self.rhythm.settle;
        let away_since = self.seat.empty_since().unwrap_or(from);
        if now.saturating_sub(away_since) >= self.rhythm.rest && self.rested_from.is_none() {
            self.begin_again(now, effects);
        }
    }

    /// A question that may not be held back any longer stays on the screen.
    fn on_held(&mut self, hold: Hold, now: Duration, effects: &mut Vec<Effect>) {
        self.holds.add(hold, now);
        if let Stage::Asking { due, .. } = self.stage
            && self.held_until() > now
        {
            self.retract_question(due, effects);
        }
    }

    fn on_settings(&mut self, rhythm: Rhythm) {
        let (before, after) = (self.rhythm.hold_at_most, rhythm.hold_at_most);
        self.limit = self.limit.map(|limit| limit.saturating_sub(before) + after);
        self.rhythm = rhythm;
    }

    /// Withdraws the question without an answer. It stays due, and the wait for a good moment counts from `since`.
    fn retract_question(&mut self, since: Duration, effects: &mut Vec<Effect>) {
        self.withdraw(effects);
        self.become_due(since);
    }

    fn become_due(&mut self, since: Duration) {
        if let Stage::Asking { prompt, .. } = &self.stage {
            self.stage = Stage::Due {
                since,
                reminder: prompt.reminder,
                short: prompt.short,
            };
        }
    }

    /// Restarts the wait for a good moment, once nothing keeps a due reminder from being asked.
    fn restart_wait(&mut self, now: Duration) {
        if let Stage::Due { since, .. } = &mut self.stage {
            *since = now;
        }
    }

    /// Outside the working hours no question is asked, but the sit time keeps counting.
    fn follow_hours(&mut self, now: Duration, effects: &mut Vec<Effect>) {
        let off = !self.rhythm.hours.is_on(&self.last.wall);
        if off && !self.is_off_hours {
            self.retract_question(now, effects);
        } else if !off && self.is_off_hours {
            self.restart_wait(now);
        }
        self.is_off_hours = off;
    }

    /// Starts or stops the sit time when the user comes or goes.
    fn follow_presence(&mut self, now: Duration, effects: &mut Vec<Effect>) {
        match (self.gone_since(), self.seat.empty_since()) {
            (Some(since), None) => self.seat.leave(since),
            (None, Some(_)) if self.watches() => self.seat.revoke_leave(),
            (None, Some(left)) => self.come_back(left, now, effects),
            (Some(_), Some(_)) | (None, None) => {}
        }
    }

    fn come_back(&mut self, left: Duration, now: Duration, effects: &mut Vec<Effect>) {
        let away = now.saturating_sub(left);
        if away >= self.rhythm.rest {
            self.rested(now, effects);
        }
        if let Some(sit_time) = self.rested_from.take() {
            effects.push(Effect::Record(Outcome::Rested {
                seconds: away.as_secs(),
                sat: sit_time.as_secs(),
            }));
        }
        self.seat.sit(now);
        if std::mem::take(&mut self.hidden) {
            self.become_due(now);
        }
        self.restart_wait(now);
    }

    /// Handles the return from a rest. Everything begun meanwhile is over, except a routine: the
    /// user returned in order to start it.
    fn rested(&mut self, now: Duration, effects: &mut Vec<Effect>) {
        if let Stage::Stretching { .. } = self.stage {
            self.rested_from.get_or_insert(self.seat.sit_time(now));
            self.seat.wipe(now);
            self.restart_interval();
        } else if self.rested_from.is_none() || self.stage != Stage::Counting {
            self.begin_again(now, effects);
        }
    }

    /// Limits how long the current holds can delay the question, while a user is present to be asked.
    fn follow_limit(&mut self, now: Duration) {
        let is_due = matches!(self.stage, Stage::Due { .. });
        if !is_due && !matches!(self.stage, Stage::Asking { .. }) {
            self.limit = None;
        }
        if !is_due || self.pause.is_some() || self.is_off_hours || self.seat.empty_since().is_some()
        {
            return;
        }
        let end = self.holds.end(self.rhythm.hold_at_most);
        // A hold that has lasted too long no longer delays anything.
        let end = end.filter(|end| *end > now);
        self.limit = self.limit.into_iter().chain(end).min();
    }

    /// The time until which holds delay the current question.
    fn held_until(&self) -> Duration {
        let end = self.holds.end(self.rhythm.hold_at_most).unwrap_or_default();
        self.limit.map_or(end, |limit| limit.min(end))
    }

    /// Tracks how long a due reminder is held back, and records it in the history once that is over.
    fn track_held_back(&mut self, now: Duration, effects: &mut Vec<Effect>) {
        let reasons = self.held_back_by();
        if !reasons.is_empty() {
            let (_, all_reasons) = self.held_back.get_or_insert((now, BTreeSet::new()));
            all_reasons.extend(reasons);
        } else if let Some((since, reasons)) = self.held_back.take() {
            let until = self.seat.empty_since().unwrap_or(now).clamp(since, now);
            let seconds = (until - since).as_secs();
            if seconds > 0 {
                effects.push(Effect::Record(Outcome::Held {
                    reasons: reasons.into_iter().collect(),
                    seconds,
                    ago: (now - until).as_secs(),
                }));
            }
        }
    }

    /// The reasons that hold a due reminder back; empty if none is due or the user is away.
    fn held_back_by(&self) -> BTreeSet<Hold> {
        if !matches!(self.stage, Stage::Due { .. }) || self.seat.empty_since().is_some() {
            return BTreeSet::new();
        }
        let holds = self.holds.iter().map(|(hold, _)| hold.clone());
        let pause = self.pause.is_some().then_some(Hold::Pause);
        let off = self.is_off_hours.then_some(Hold::OffHours);
        holds.chain(pause).chain(off).collect()
    }

    /// Records of stays that have ended precede the effects that follow from their end.
    fn record_stays(&mut self, now: Duration, effects: &mut Vec<Effect>) {
        let before = self.unwritten.take().map(Effect::Record);
        let stays = self.seat.take_ended();
        let stays = stays.iter().filter_map(|stay| stay_record(stay, now));
        effects.splice(..0, before.into_iter().chain(stays).collect::<Vec<_>>());
    }

    /// The time at which the user left, if away.
    fn gone_since(&self) -> Option<Duration> {
        let away = match (&self.stage, self.activity) {
            (Stage::Stretching { .. }, _) => None,
            (_, Activity::Away { since }) => self.watching.left_at(since),
            (_, Activity::Busy | Activity::Still) => None,
        };
        away.into_iter().chain(self.locked).min()
    }

    /// Has there been no input for a while, with the session unlocked?
    fn is_untouched(&self) -> bool {
        let stretches = matches!(self.stage, Stage::Stretching { .. });
        matches!(self.activity, Activity::Away { .. }) && !stretches && self.locked.is_none()
    }

    /// Is the user present without any input, because of a film or a call?
    fn watches(&self) -> bool {
        self.is_untouched() && self.watching == Watching::On
    }

    /// Begins the next interval after a rest, with the sit time reset.
    fn begin_again(&mut self, now: Duration, effects: &mut Vec<Effect>) {
        let was_asked = !matches!(self.stage, Stage::Counting | Stage::Due { .. });
        if was_asked && self.reminder() != Reminder::Posture {
            self.turn += 1;
        }
        self.dismiss(now, effects);
        if self.seat.empty_since().is_some() {
            self.rested_from.get_or_insert(self.seat.sit_time(now));
        }
        self.seat.wipe(now);
        self.stage = Stage::Counting;
        self.restart_interval();
    }

    fn restart_interval(&mut self) {
        self.interval_start = Duration::ZERO;
        self.checked = false;
    }

    fn next_interval(&mut self, from: Duration) {
        self.stage = Stage::Counting;
        self.interval_start = from;
        self.turn += 1;
        self.checked = false;
    }

    /// The sit time at which the next reminder falls due.
    fn target(&self) -> Duration {
        self.interval_start + self.rhythm.sit
    }

    /// The current reminder: the one that is due or being asked, else the next in turn.
    fn reminder(&self) -> Reminder {
        match &self.stage {
            Stage::Due { reminder, .. }
            | Stage::Snoozed { reminder, .. }
            | Stage::Unanswered { reminder, .. } => *reminder,
            Stage::Asking { prompt, .. } => prompt.reminder,
            Stage::Stretching {
                reminder: Some(reminder),
                ..
            } => *reminder,
            Stage::Counting | Stage::Stretching { reminder: None, .. } => self.upcoming(),
        }
    }

    fn upcoming(&self) -> Reminder {
        let order = &self.rhythm.reminders;
        order
            .get(self.turn % order.len().max(1))
            .copied()
            .unwrap_or(Reminder::Stand)
    }

    fn is_free(&self) -> bool {
        self.pause.is_none() && !self.is_off_hours && self.holds.is_clear()
    }
}

/// The history record of a stay that has ended; `None` if it was shorter than a second.
fn stay_record(stay: &Stay, now: Duration) -> Option<Effect> {
    let seconds = (stay.until - stay.since).as_secs();
    let outcome = Outcome::Sat {
        seconds,
        ago: now.saturating_sub(stay.until).as_secs(),
        total: stay.sit_time.as_secs(),
    };
    (seconds > 0).then_some(Effect::Record(outcome))
}
