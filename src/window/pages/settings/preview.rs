//! Simulates a typical day with the given settings: somebody sits, types, fetches a coffee, has lunch and a call, and follows
//! the reminders, while the real schedule runs at high speed.

use std::time::Duration;

use jiff::civil::{Date, Time, date};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, ZonedDateTime};
use unhunch::config::Settings;
use unhunch::routine::{Library, PlanOptions};
use unhunch::schedule::{
    Activity, Command, Effect, Event, Hold, Phase, Prompt, Reminder, Report, Schedule,
};
use unhunch::time::{Moment, Span};

/// The time step of the simulation.
const STEP: Duration = Duration::from_secs(10);
/// The time after which a question is answered.
const ANSWER: Duration = Duration::from_secs(20);
/// The start and end of the day without set hours, in minutes since midnight.
const DEFAULT_HOURS: (u32, u32) = (9 * 60, 17 * 60 + 30);
/// The margin before and after set hours, in minutes.
const HOURS_MARGIN: u32 = 30;
/// Absences regardless of reminders: a coffee, lunch and a chat, in minutes since midnight.
const AWAY: [(u32, u32); 3] = [
    (10 * 60 + 40, 10 * 60 + 48),
    (12 * 60 + 30, 13 * 60 + 15),
    (15 * 60 + 50, 15 * 60 + 57),
];
/// The time of the call, in minutes since midnight.
const CALL: (u32, u32) = (14 * 60, 14 * 60 + 45);
/// The date of a Monday.
const MONDAY: Date = date(2026, 3, 2);

/// The kind of a part of the day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Sitting,
    Away,
    Stretching,
    /// Reminders are held back by a call.
    Quiet,
    /// Outside the set hours.
    Off,
}

/// A part of the day, in seconds since midnight.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Part {
    pub(crate) from: u32,
    pub(crate) to: u32,
    pub(crate) kind: Kind,
}

/// A reminder, in seconds since midnight.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct SimulatedReminder {
    pub(crate) at: u32,
    pub(crate) reminder: Reminder,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Day {
    /// The start of the day, in seconds since midnight. `to` is its end.
    pub(crate) from: u32,
    pub(crate) to: u32,
    pub(crate) parts: Vec<Part>,
    pub(crate) reminders: Vec<SimulatedReminder>,
}

impl Day {
    /// Runs the simulation until the end of the day.
    pub(crate) fn simulate(settings: &Settings, library: &Library) -> Self {
        let day = weekday(settings);
        let (from, to) = bounds(settings, day);
        let mut simulation = Simulation::begin(settings, library, day, from);
        while simulation.second() < to {
            simulation.step();
        }
        Self {
            from,
            to,
            parts: simulation.parts,
            reminders: simulation.reminders,
        }
    }

    /// Returns the longest time without a break, in seconds.
    pub(crate) fn longest(&self) -> u32 {
        let (mut longest, mut unbroken) = (0, 0);
        for part in &self.parts {
            unbroken = match part.kind {
                Kind::Sitting | Kind::Quiet | Kind::Off => unbroken + part.to - part.from,
                Kind::Away | Kind::Stretching => 0,
            };
            longest = longest.max(unbroken);
        }
        longest
    }
}

/// Returns the first weekday with hours, or Monday.
fn weekday(settings: &Settings) -> Date {
    let week = &settings.rhythm.hours.week;
    let day = week.iter().position(|ranges| !ranges.is_empty());
    (0..day.unwrap_or(0)).fold(MONDAY, |date, _| date.tomorrow().unwrap_or(date))
}

/// Returns the start and end of the day, in seconds since midnight.
fn bounds(settings: &Settings, day: Date) -> (u32, u32) {
    let hours = &settings.rhythm.hours;
    let is_set = hours.week.iter().any(|ranges| !ranges.is_empty());
    let mut on = (0..24 * 60)
        .step_by(5)
        .filter(|minute| is_set && hours.is_on(&at(day, minute * 60)));
    let (from, to) = match (on.next(), on.next_back()) {
        (Some(first), Some(last)) => (
            first.saturating_sub(HOURS_MARGIN),
            (last + 5 + HOURS_MARGIN).min(24 * 60),
        ),
        (Some(_) | None, _) => DEFAULT_HOURS,
    };
    (from * 60, to * 60)
}

/// Returns this second of a day, in a time zone without daylight saving time.
fn at(day: Date, second: u32) -> ZonedDateTime {
    let midnight = day
        .to_datetime(Time::midnight())
        .to_zoned_datetime(TimeZone::UTC)
        .unwrap_or_else(|_| ZonedDateTime::default());
    let into = SignedDuration::from_secs(second.into());
    midnight.checked_add(into).unwrap_or(midnight)
}

/// The simulated user and the schedule.
struct Simulation<'a> {
    schedule: Schedule,
    settings: &'a Settings,
    library: &'a Library,
    begin: u32,
    now: Moment,
    /// Start and end of an absence in elapsed time, and `true` if the schedule knows of it.
    absence: Option<(Duration, Duration, bool)>,
    /// The ID of the running routine, and its end.
    playing: Option<(String, Duration)>,
    /// The question on screen, and the time it appeared.
    asking: Option<(Prompt, Duration)>,
    in_call: bool,
    hands_rest: bool,
    parts: Vec<Part>,
    reminders: Vec<SimulatedReminder>,
}

impl<'a> Simulation<'a> {
    fn begin(settings: &'a Settings, library: &'a Library, day: Date, begin: u32) -> Self {
        let now = Moment {
            elapsed: Duration::ZERO,
            slept: Duration::ZERO,
            wall: at(day, begin),
        };
        Self {
            schedule: Schedule::new(settings.rhythm.clone(), &now),
            settings,
            library,
            begin,
            now,
            absence: None,
            playing: None,
            asking: None,
            in_call: false,
            hands_rest: false,
            parts: Vec::new(),
            reminders: Vec::new(),
        }
    }

    fn second(&self) -> u32 {
        self.begin + self.now.elapsed.as_secs() as u32
    }

    fn step(&mut self) {
        let from = self.second();
        let kind = self.kind();
        self.act();
        self.pass();
        let to = self.second();
        match self.parts.last_mut() {
            Some(last) if last.kind == kind => last.to = to,
            Some(_) | None => self.parts.push(Part { from, to, kind }),
        }
    }

    fn kind(&self) -> Kind {
        if self.absence.is_some() {
            Kind::Away
        } else if self.playing.is_some() {
            Kind::Stretching
        } else if self.schedule.phase() == Phase::OffHours {
            Kind::Off
        } else if self.in_call {
            Kind::Quiet
        } else {
            Kind::Sitting
        }
    }

    fn act(&mut self) {
        self.call();
        let now = self.now.elapsed;
        match (self.absence, &self.playing) {
            (Some((since, until, noticed)), _) => self.stay_away(since, until, noticed),
            (None, Some((routine, end))) if now >= *end => {
                let (routine, seconds) = (routine.clone(), end.as_secs());
                self.playing = None;
                self.send_event(Event::Guide(Report::Finished {
                    routine,
                    seconds,
                    exercises: Vec::new(),
                }));
            }
            (None, Some(_)) => {}
            (None, None) => self.sit(),
        }
    }

    fn sit(&mut self) {
        let now = self.now.elapsed;
        let minute = self.second() / 60;
        if let Some((_, to)) = AWAY
            .iter()
            .find(|(from, to)| (*from..*to).contains(&minute))
        {
            let length = Duration::from_secs(u64::from(to * 60 - self.second()));
            self.absence = Some((now, now + length, false));
            return;
        }
        self.hands_rest = !self.hands_rest;
        let activity = if self.hands_rest {
            Activity::Still
        } else {
            Activity::Busy
        };
        self.send_event(Event::Activity(activity));
        let is_answered =
            |(_, since): &&(Prompt, Duration)| now >= *since + ANSWER && !self.in_call;
        if let Some((prompt, _)) = self.asking.as_ref().filter(is_answered) {
            match prompt.reminder {
                Reminder::Stand => {
                    let length = self.settings.rhythm.rest + Duration::from_secs(30);
                    self.absence = Some((now, now + length, false));
                }
                Reminder::Stretch => self.send_event(Event::Command(Command::Start {
                    routine: None,
                    length: None,
                })),
                Reminder::Posture => {}
            }
            self.asking = None;
        }
    }

    fn stay_away(&mut self, since: Duration, until: Duration, noticed: bool) {
        if self.now.elapsed >= until {
            self.absence = None;
            self.send_event(Event::Activity(Activity::Busy));
        } else if !noticed && self.now.elapsed >= since + self.settings.presence.away {
            self.absence = Some((since, until, true));
            self.send_event(Event::Activity(Activity::Away { since }));
        }
    }

    /// Simulates a call, which is detected by the microphone or the camera.
    fn call(&mut self) {
        let quiet = &self.settings.quiet;
        let minute = self.second() / 60;
        let in_call = (quiet.microphone || quiet.camera) && (CALL.0..CALL.1).contains(&minute);
        if in_call != self.in_call {
            self.in_call = in_call;
            let hold = Hold::Call;
            self.send_event(if in_call {
                Event::Held(hold)
            } else {
                Event::Released(hold)
            });
        }
    }

    fn pass(&mut self) {
        let end = self.now.elapsed + STEP;
        let next = |schedule: &Schedule| schedule.next_wakeup().map(|(at, _)| at);
        while let Some(wakeup) = next(&self.schedule).filter(|at| *at <= end) {
            self.forward(wakeup.max(self.now.elapsed));
            self.send_event(Event::Wakeup);
        }
        self.forward(end);
    }

    fn forward(&mut self, to: Duration) {
        self.now = Moment {
            wall: self.now.wall_at(to),
            elapsed: to,
            slept: Duration::ZERO,
        };
    }

    fn send_event(&mut self, event: Event) {
        for effect in self.schedule.handle(event, &self.now) {
            match effect {
                Effect::Ask(prompt) => {
                    let (at, reminder) = (self.second(), prompt.reminder);
                    self.reminders.push(SimulatedReminder { at, reminder });
                    self.asking = Some((prompt, self.now.elapsed));
                }
                Effect::Withdraw => self.asking = None,
                Effect::OpenGuide { routine, .. } => {
                    let end = self.now.elapsed + self.length(&routine);
                    self.playing = Some((routine, end));
                }
                Effect::CloseGuide => self.playing = None,
                Effect::Record(_) => {}
            }
        }
    }

    fn length(&self, routine: &str) -> Duration {
        let length = self.settings.rhythm.length.map(Span::from);
        let options = PlanOptions {
            sit_seconds: None,
            length,
        };
        let plan = self.library.plan_with(routine, options);
        plan.map_or(STEP, |plan| Duration::from_secs_f64(plan.total_seconds()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn minutes(n: u64) -> Duration {
        Duration::from_secs(60 * n)
    }

    fn day(change: impl FnOnce(&mut Settings)) -> Day {
        let mut settings = Settings::shipped();
        change(&mut settings);
        Day::simulate(&settings, &Library::shipped())
    }

    fn sum(day: &Day, kind: Kind) -> u32 {
        let parts = day.parts.iter().filter(|part| part.kind == kind);
        parts.map(|part| part.to - part.from).sum::<u32>() / 60
    }

    #[test]
    fn the_parts_make_up_the_day() {
        let day = day(|_| {});
        assert_eq!((day.from, day.to), (9 * 3600, 17 * 3600 + 1800));
        assert_eq!(day.parts[0].from, day.from);
        assert_eq!(day.parts.last().unwrap().to, day.to);
        for pair in day.parts.windows(2) {
            assert_eq!(pair[0].to, pair[1].from);
            assert_ne!(pair[0].kind, pair[1].kind);
        }
        assert_eq!(day.reminders[0].at / 60, 9 * 60 + 30);
        assert!(day.reminders.len() >= 8, "{:?}", day.reminders);
        assert!(sum(&day, Kind::Stretching) > 10);
        assert_eq!(sum(&day, Kind::Off), 0);
    }

    #[test]
    fn settings_change_the_day() {
        let usual = day(|_| {});
        let rare = day(|settings| settings.rhythm.sit = minutes(90));
        assert!(rare.reminders.len() < usual.reminders.len() && rare.longest() > usual.longest());
        let stands = day(|settings| settings.rhythm.reminders = vec![Reminder::Stand]);
        assert_eq!(sum(&stands, Kind::Stretching), 0);
        assert_eq!(sum(&usual, Kind::Quiet), 45);
        let loud = day(|settings| {
            settings.quiet.microphone = false;
            settings.quiet.camera = false;
        });
        assert_eq!(sum(&loud, Kind::Quiet), 0);
        // A call is spent sitting.
        assert!(usual.longest() > loud.longest());
    }

    #[test]
    fn hours_make_the_day() {
        let tuesday = day(|settings| {
            settings.rhythm.hours.week[1] = vec!["7:00-15:00".parse().unwrap()];
        });
        assert_eq!(
            (tuesday.from, tuesday.to),
            (6 * 3600 + 1800, 15 * 3600 + 1800)
        );
        assert!(sum(&tuesday, Kind::Off) >= 50);
        let night = day(|settings| {
            settings.rhythm.hours.week[0] = vec!["22:00-6:00".parse().unwrap()];
        });
        assert_eq!((night.from, night.to), (21 * 3600 + 1800, 24 * 3600));
    }

    #[test]
    fn extreme_settings_terminate() {
        for (sit, rest) in [(1, 60), (12 * 3600, 3600)] {
            day(|settings| {
                settings.rhythm.sit = Duration::from_secs(sit);
                settings.rhythm.rest = Duration::from_secs(rest);
                settings.rhythm.ask_for = Duration::from_secs(1);
                settings.rhythm.grace = Duration::from_secs(1);
                settings.rhythm.posture_check = true;
            });
        }
    }
}
