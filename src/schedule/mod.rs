//! Decides when to ask. Knows no clock, no screen and no disk.
//!
//! Events and the time go in, effects come out: [`handle`](Schedule::handle) does a step,
//! [`next_wakeup`](Schedule::next_wakeup) says when to call again at the latest, [`status`](Schedule::status) is what
//! may be shown. Calling early, or more often than asked, changes nothing.
//!
//! What is deliberately absent: there is no tick, no countdown and no heartbeat. The schedule learns that the computer
//! slept from [`Moment::slept`], and everything else from the event that says so.

mod answers;
mod deadline;
mod effect;
mod event;
mod holds;
mod hours;
mod kept;
mod reminder;
mod seat;
mod status;
#[cfg(test)]
mod tests;
mod watching;

pub use effect::{Effect, Feeling, Outcome, Prompt};
pub use event::{Activity, Command, Event, Report, SHORTEST_SESSION, Session, Until};
pub use holds::Hold;
pub use hours::{Holidays, Hours, NotHours, Range};
pub use kept::{Gap, Kept};
pub use reminder::{Reminder, Rhythm};
pub use status::{Held, Next, Phase, Status};

use std::collections::BTreeSet;
use std::time::Duration;

use crate::time::Moment;
use deadline::What;
use holds::Holds;
use seat::{Seat, Stay};
use watching::Watching;

/// Less than this between two readings of the time asleep is the clocks' own noise.
const NOISE: Duration = Duration::from_secs(1);

/// The state of the day.
#[derive(Clone, Debug)]
pub struct Schedule {
    rhythm: Rhythm,
    stage: Stage,
    seat: Seat,
    /// The sit time from which the present interval counts.
    from: Duration,
    /// Whose turn it is among the reminders.
    turn: usize,
    /// The posture check of this interval has been made.
    checked: bool,
    activity: Activity,
    /// Whether somebody who touches nothing watches a film, say.
    watching: Watching,
    /// Since when the session has been locked.
    locked: Option<Duration>,
    /// The question that is open was taken off the screen when that was locked.
    hidden: bool,
    /// The sit time that was wiped when the present absence became a rest.
    rested_from: Option<Duration>,
    holds: Holds,
    /// From then on nothing that holds keeps the present question back any longer. It is known as soon as the question is
    /// kept back, and never moves later, whatever comes and goes meanwhile.
    limit: Option<Duration>,
    /// Somebody looks whether to keep quiet, as soon as a reminder is due.
    looks: bool,
    /// That has been done for the reminder in question.
    looked: bool,
    /// Since when a reminder that is due has been kept back, and by what.
    kept_back: Option<(Duration, BTreeSet<Hold>)>,
    pause: Option<Pause>,
    /// It is outside the working hours.
    off: bool,
    /// The questions of the last hour, each until when it is one of those.
    asked: Vec<Duration>,
    /// What is still to be written of a day that was gone on with.
    unwritten: Option<Outcome>,
    /// No question before this, so shortly after a wake-up or unlock.
    settled: Duration,
    last: Moment,
}

/// Where the next reminder stands.
#[derive(Clone, Debug, PartialEq)]
enum Stage {
    /// Counting sit time.
    Counting,
    /// Waiting for a good moment, since it fell due or the person came back to it.
    Due {
        since: Duration,
        reminder: Reminder,
        short: bool,
    },
    /// The question is on the screen. It was waited for since `due`.
    Asking {
        since: Duration,
        due: Duration,
        prompt: Prompt,
    },
    /// The person wants to be asked later.
    Snoozed { until: Duration, reminder: Reminder },
    /// Nobody answered; it will come back once.
    Unanswered { until: Duration, reminder: Reminder },
    /// A routine plays. It was begun for this reminder, if for any.
    Stretching {
        routine: String,
        reminder: Option<Reminder>,
    },
}

/// Silence that the person asked for.
#[derive(Clone, Debug, PartialEq)]
struct Pause {
    begun: Duration,
    until: Until,
}

impl Schedule {
    /// A fresh start: somebody has just sat down.
    #[must_use]
    pub fn new(rhythm: Rhythm, now: &Moment) -> Self {
        Self {
            off: !rhythm.hours.is_on(&now.wall),
            asked: Vec::new(),
            rhythm,
            stage: Stage::Counting,
            seat: Seat::taken(now.elapsed),
            from: Duration::ZERO,
            turn: 0,
            checked: false,
            activity: Activity::Busy,
            watching: Watching::Unseen,
            locked: None,
            hidden: false,
            rested_from: None,
            holds: Holds::default(),
            limit: None,
            looks: false,
            looked: false,
            kept_back: None,
            pause: None,
            unwritten: None,
            settled: Duration::ZERO,
            last: now.clone(),
        }
    }

    /// Takes in what happened and answers with what to do.
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
            self.act(What::WatchingEnds, elapsed, &mut effects);
        }
        if slept >= NOISE {
            self.on_slept(awake_until, elapsed, &mut effects);
        }
        self.on_event(event, elapsed, &mut effects);
        self.follow_hours(elapsed, &mut effects);
        self.follow_presence(elapsed, &mut effects);
        self.advance(elapsed, &mut effects);
        self.looked &= self.wants_quiet();
        if !self.wants_watching() {
            self.seat.settle();
        }
        self.follow_limit(elapsed);
        self.follow_what_keeps_back(elapsed, &mut effects);
        self.tell_of_stays(elapsed, &mut effects);
        effects
    }

    /// Whether something of a day that was gone on with is still to be written: any event brings it out.
    #[must_use]
    pub fn has_unwritten(&self) -> bool {
        self.unwritten.is_some()
    }

    /// When to call [`handle`](Self::handle) again at the latest, in elapsed time, and why. `None`: when something happens.
    #[must_use]
    pub fn next_wakeup(&self) -> Option<(Duration, &'static str)> {
        self.deadline()
            .map(|deadline| (deadline.at, deadline.what.reason()))
    }

    /// Whether a good moment is waited for, so that stillness matters now.
    #[must_use]
    pub fn wants_stillness(&self) -> bool {
        let here = self.gone_since().is_none() && !self.watches();
        matches!(self.stage, Stage::Due { .. }) && self.is_free() && here
    }

    /// Whether a reminder is due or on the screen, so that it matters now whether to keep quiet.
    #[must_use]
    pub fn wants_quiet(&self) -> bool {
        let open = matches!(self.stage, Stage::Due { .. } | Stage::Asking { .. });
        open && self.pause.is_none() && !self.off && self.gone_since().is_none()
    }

    /// Whether somebody touches nothing and may be watching something, so that it matters now whether a film or a call
    /// goes on. That must be told by [`Event::Watching`], before the absence is long enough for a rest.
    #[must_use]
    pub fn wants_watching(&self) -> bool {
        self.is_untouched() && self.rested_from.is_none() && self.watching.is_open()
    }

    /// Says whether somebody looks while [`wants_quiet`](Self::wants_quiet) and tells of it; a question waits for
    /// [`Event::Looked`] then, but not for long.
    pub fn set_looks(&mut self, looks: bool) {
        self.looks = looks;
    }

    fn on_event(&mut self, event: Event, now: Duration, effects: &mut Vec<Effect>) {
        match event {
            Event::Wakeup => {}
            Event::Activity(activity) => self.on_activity(activity),
            Event::Watching(on) => {
                if !on || self.wants_watching() {
                    self.watching.tell(on, now);
                }
            }
            Event::Held(hold) => self.on_held(hold, now, effects),
            Event::Released(hold) => self.holds.remove(&hold, now),
            Event::Looked => self.looked = true,
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

    /// Nobody can answer before a locked screen; the question comes back with the person.
    fn on_locked(&mut self, now: Duration, effects: &mut Vec<Effect>) {
        if self.locked.is_none() {
            self.locked = Some(now);
            self.withdraw(effects);
            self.hidden = matches!(self.stage, Stage::Asking { .. });
        }
        self.watching.leave(now);
    }

    /// What is known of an absence lasts until there is input.
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

    /// Nobody sat while the computer slept, and nothing is asked the moment that it wakes.
    fn on_slept(&mut self, from: Duration, now: Duration, effects: &mut Vec<Effect>) {
        self.watching.leave(from);
        self.seat.leave(from);
        self.settled = now + self.rhythm.settle;
        let away_since = self.seat.empty_since().unwrap_or(from);
        if now.saturating_sub(away_since) >= self.rhythm.rest && self.rested_from.is_none() {
            self.begin_again(now, effects);
        }
    }

    /// A question that may not be kept back any longer stays on the screen.
    fn on_held(&mut self, hold: Hold, now: Duration, effects: &mut Vec<Effect>) {
        self.holds.add(hold, now);
        if let Stage::Asking { due, .. } = self.stage
            && self.held_until() > now
        {
            self.step_back(due, effects);
        }
    }

    fn on_settings(&mut self, rhythm: Rhythm) {
        let (before, after) = (self.rhythm.hold_at_most, rhythm.hold_at_most);
        self.limit = self.limit.map(|limit| limit.saturating_sub(before) + after);
        self.rhythm = rhythm;
    }

    /// Takes the question back without an answer; it stays due, and a good moment is waited for since then.
    fn step_back(&mut self, since: Duration, effects: &mut Vec<Effect>) {
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

    /// What kept us from asking is over: look for a good moment from here on.
    fn wait_anew(&mut self, now: Duration) {
        if let Stage::Due { since, .. } = &mut self.stage {
            *since = now;
        }
    }

    /// Outside the working hours there is silence, and the sit time counts on.
    fn follow_hours(&mut self, now: Duration, effects: &mut Vec<Effect>) {
        let off = !self.rhythm.hours.is_on(&self.last.wall);
        if off && !self.off {
            self.step_back(now, effects);
        } else if !off && self.off {
            self.wait_anew(now);
        }
        self.off = off;
    }

    /// Brings the sit time into line with whether someone is there.
    fn follow_presence(&mut self, now: Duration, effects: &mut Vec<Effect>) {
        match (self.gone_since(), self.seat.empty_since()) {
            (Some(since), None) => self.seat.leave(since),
            (None, Some(_)) if self.watches() => self.seat.stay_on(),
            (None, Some(left)) => self.come_back(left, now, effects),
            (Some(_), Some(_)) | (None, None) => {}
        }
    }

    fn come_back(&mut self, left: Duration, now: Duration, effects: &mut Vec<Effect>) {
        let away = now.saturating_sub(left);
        if away >= self.rhythm.rest {
            self.rested(now, effects);
        }
        if let Some(sat) = self.rested_from.take() {
            effects.push(Effect::Record(Outcome::Rested {
                seconds: away.as_secs(),
                sat: sat.as_secs(),
            }));
        }
        self.seat.sit(now);
        if std::mem::take(&mut self.hidden) {
            self.become_due(now);
        }
        self.wait_anew(now);
    }

    /// The person comes back from a rest. Whatever was begun meanwhile is over with it, but for a routine: that was
    /// begun by coming back.
    fn rested(&mut self, now: Duration, effects: &mut Vec<Effect>) {
        if let Stage::Stretching { .. } = self.stage {
            self.rested_from.get_or_insert(self.seat.sat(now));
            self.seat.wipe(now);
            self.next_interval_kept();
        } else if self.rested_from.is_none() || self.stage != Stage::Counting {
            self.begin_again(now, effects);
        }
    }

    /// What holds now, while somebody is there to be asked, says how long the question can be kept back at most.
    fn follow_limit(&mut self, now: Duration) {
        let is_due = matches!(self.stage, Stage::Due { .. });
        if !is_due && !matches!(self.stage, Stage::Asking { .. }) {
            self.limit = None;
        }
        if !is_due || self.pause.is_some() || self.off || self.seat.empty_since().is_some() {
            return;
        }
        let end = self.holds.end(self.rhythm.hold_at_most);
        // What has held for too long keeps nothing back.
        let end = end.filter(|end| *end > now);
        self.limit = self.limit.into_iter().chain(end).min();
    }

    /// Until when the present question is kept back by what holds.
    fn held_until(&self) -> Duration {
        let end = self.holds.end(self.rhythm.hold_at_most).unwrap_or_default();
        self.limit.map_or(end, |limit| limit.min(end))
    }

    /// Notes since when a reminder that is due is kept back, and tells of it when that is over.
    fn follow_what_keeps_back(&mut self, now: Duration, effects: &mut Vec<Effect>) {
        let reasons = self.kept_back_by();
        if !reasons.is_empty() {
            let (_, known) = self.kept_back.get_or_insert((now, BTreeSet::new()));
            known.extend(reasons);
        } else if let Some((since, reasons)) = self.kept_back.take() {
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

    /// What keeps a reminder back that is due; nothing where none is, or nobody is there.
    fn kept_back_by(&self) -> BTreeSet<Hold> {
        if !matches!(self.stage, Stage::Due { .. }) || self.seat.empty_since().is_some() {
            return BTreeSet::new();
        }
        let holds = self.holds.iter().map(|(hold, _)| hold.clone());
        let pause = self.pause.is_some().then_some(Hold::Pause);
        let off = self.off.then_some(Hold::OffHours);
        holds.chain(pause).chain(off).collect()
    }

    /// What is over comes before what follows from it.
    fn tell_of_stays(&mut self, now: Duration, effects: &mut Vec<Effect>) {
        let before = self.unwritten.take().map(Effect::Record);
        let stays = self.seat.take_over();
        let stays = stays.iter().filter_map(|stay| told(stay, now));
        effects.splice(..0, before.into_iter().chain(stays).collect::<Vec<_>>());
    }

    /// Since when nobody has been there.
    fn gone_since(&self) -> Option<Duration> {
        let away = match (&self.stage, self.activity) {
            (Stage::Stretching { .. }, _) => None,
            (_, Activity::Away { since }) => self.watching.left(since),
            (_, Activity::Busy | Activity::Still) => None,
        };
        away.into_iter().chain(self.locked).min()
    }

    /// Whether nothing has been touched for a while, before an open screen.
    fn is_untouched(&self) -> bool {
        let stretches = matches!(self.stage, Stage::Stretching { .. });
        matches!(self.activity, Activity::Away { .. }) && !stretches && self.locked.is_none()
    }

    /// Whether somebody is there although nothing is touched, for there is something to watch.
    fn watches(&self) -> bool {
        self.is_untouched() && self.watching == Watching::On
    }

    /// A rest: the sit time is wiped and everything begins again.
    fn begin_again(&mut self, now: Duration, effects: &mut Vec<Effect>) {
        let begun = !matches!(self.stage, Stage::Counting | Stage::Due { .. });
        if begun && self.reminder() != Reminder::Posture {
            self.turn += 1;
        }
        self.put_away(now, effects);
        if self.seat.empty_since().is_some() {
            self.rested_from.get_or_insert(self.seat.sat(now));
        }
        self.seat.wipe(now);
        self.stage = Stage::Counting;
        self.next_interval_kept();
    }

    fn next_interval_kept(&mut self) {
        self.from = Duration::ZERO;
        self.checked = false;
    }

    fn next_interval(&mut self, from: Duration) {
        self.stage = Stage::Counting;
        self.from = from;
        self.turn += 1;
        self.checked = false;
    }

    /// The sit time at which the next reminder falls due.
    fn target(&self) -> Duration {
        self.from + self.rhythm.sit
    }

    /// The reminder in question: the one that is due or asked, else the one whose turn is next.
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
        self.pause.is_none() && !self.off && self.holds.is_clear()
    }
}

/// A line of the history for a stay that is over; none for one of less than a second.
fn told(stay: &Stay, now: Duration) -> Option<Effect> {
    let seconds = (stay.until - stay.since).as_secs();
    let outcome = Outcome::Sat {
        seconds,
        ago: now.saturating_sub(stay.until).as_secs(),
        total: stay.sat.as_secs(),
    };
    (seconds > 0).then_some(Effect::Record(outcome))
}
