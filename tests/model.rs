//! A second, slow and obvious implementation of the rules of the schedule, written without knowledge of the first one.
//!
//! [`Model`] goes through a day second by second and applies every rule in every second. It shares no code with the schedule,
//! has no deadlines, and keeps the whole day in memory. On random days, both must ask the same questions in the same seconds.

use std::time::Duration;

use jiff::civil::Date;
use jiff::{SignedDuration, ZonedDateTime};
use proptest::prelude::*;
use proptest::test_runner::FileFailurePersistence;
use unhunch::schedule::{
    Activity, Command, Effect, Event, Hold, Hours, Prompt, Range, Reminder, Report, Rhythm,
    Schedule, Session, Until,
};
use unhunch::time::Moment;

/// A second of the day, counted from when the user sat down.
type Second = u64;

/// The settings, with durations in seconds.
#[derive(Clone, Debug)]
struct Rules {
    sit: u64,
    rest: u64,
    grace: u64,
    ask_for: u64,
    ask_again: u64,
    hold_at_most: u64,
    settle: u64,
    at_most_per_hour: u8,
    posture_check: bool,
    /// The working hours as ranges of minutes of the day, for each weekday from Monday on. A range that ends after the last minute
    /// continues on the next day. Without any range, reminders may always come.
    hours: [Vec<(u64, u64)>; 7],
    /// A day on which no range begins.
    holiday: Option<Date>,
    /// The start of the day and its time zone, in which the clock may change in the first night.
    begin: &'static str,
}

const BEGINS: [&str; 4] = [
    "2026-03-02T09:00[UTC]",
    "2026-03-28T20:00[Europe/Berlin]",
    "2026-10-24T20:00[Europe/Berlin]",
    "2026-04-04T20:00[Australia/Lord_Howe]",
];

/// Something that the user does or that happens to the computer.
#[derive(Clone, Debug)]
enum Happening {
    Types,
    HandsRest,
    /// It is noticed that there was no input for this many seconds.
    HasLeft(u64),
    FilmBegins,
    FilmEnds,
    QuietBegins(usize),
    QuietEnds(usize),
    Locks,
    Unlocks,
    StartsRoutine,
    EndsRoutine,
    BreaksRoutineOff,
    Skips,
    Snoozes(u64),
    Pauses(u64),
    Resumes,
    StandsUp,
    /// The computer sleeps for this many seconds.
    Sleeps(u64),
    /// The program is stopped for this many seconds, for example by a debugger.
    Stops(u64),
    /// The wall clock is moved by this many minutes.
    SetsClock(i64),
}

/// A question that was asked.
#[derive(Clone, Debug, PartialEq)]
struct AskedQuestion {
    at: Second,
    about: Reminder,
    short: bool,
    quiet: bool,
}

/// The state of the current reminder.
#[derive(Clone, Debug, PartialEq)]
enum Question {
    /// The reminder is not due.
    NotYet,
    /// The reminder has been waiting for a good moment since this second.
    Waits {
        about: Reminder,
        short: bool,
        since: Second,
    },
    /// The question has been visible since `since`, and waited before that since `waited`.
    Seen {
        about: Reminder,
        short: bool,
        since: Second,
        waited: Second,
    },
    /// The question comes at this second: it was snoozed, or (`short`) is asked for the second time.
    Later {
        about: Reminder,
        short: bool,
        at: Second,
    },
    /// A routine plays instead, for this reminder if there is one.
    Routine(Option<Reminder>),
}

/// The state of the model.
struct Model {
    rules: Rules,
    now: Second,
    /// The start of the day according to the wall clock as it is set now.
    begin: ZonedDateTime,
    /// A minute, and `true` if reminders may come in it.
    open: (i64, bool),
    /// The sitting time at each second until now.
    sit_times: Vec<u64>,
    /// The sitting time at which the current interval began.
    interval: u64,
    turn: usize,
    posture_done: bool,
    question: Question,
    typing: bool,
    /// The second since which there has been no input.
    left: Option<Second>,
    locked: Option<Second>,
    /// A question was visible when the screen was locked.
    hidden: bool,
    /// `true` while there is something to watch.
    film: bool,
    /// The last second in which the user was seen watching without input.
    watched: Option<Second>,
    /// The user was watching in the last second.
    watches: bool,
    /// Since the last input, the screen was locked or dark, or hours have passed, so the user is away even if a film is on.
    surely_gone: bool,
    /// The second since which the chair has been empty.
    empty: Option<Second>,
    /// If the chair isn't empty, the second in which the user sat down or last stood up.
    came: Second,
    /// The current absence has already counted as a rest.
    rested: bool,
    quiet: [Option<Second>; 3],
    /// The second from which quiet no longer holds the current question back, because it has done so for the maximum time.
    enough: Option<Second>,
    /// The second in which quiet last ended.
    quiet_ended: Second,
    paused_until: Option<Second>,
    off_hours: bool,
    /// The end of the silence after a wakeup or an unlock.
    silent_until: Second,
    questions: Vec<AskedQuestion>,
}

impl Model {
    fn new(rules: Rules) -> Self {
        let begin: ZonedDateTime = rules.begin.parse().unwrap();
        let open = may_come(&rules, &begin);
        Self {
            off_hours: !open,
            open: (begin.timestamp().as_second() / 60, open),
            begin,
            rules,
            now: 0,
            sit_times: vec![0],
            interval: 0,
            turn: 0,
            posture_done: false,
            question: Question::NotYet,
            typing: true,
            left: None,
            locked: None,
            hidden: false,
            film: false,
            watched: None,
            watches: false,
            surely_gone: false,
            empty: None,
            came: 0,
            rested: false,
            quiet: [None; 3],
            enough: None,
            quiet_ended: 0,
            paused_until: None,
            silent_until: 0,
            questions: Vec::new(),
        }
    }

    /// Advances by a second in which the computer is awake, and at whose end something may happen.
    fn second(&mut self, happening: Option<&Happening>) {
        self.now += 1;
        self.sit_times
            .push(self.sit_time() + u64::from(self.empty.is_none()));
        self.look_who_went_home();
        self.happen(happening);
        self.look_at_the_clock();
        self.look_at_the_chair();
        self.look_at_the_rules();
    }

    /// Advances by this time, and applies the rules only at its end.
    fn stop(&mut self, seconds: u64) {
        for _ in 0..seconds {
            self.now += 1;
            self.sit_times
                .push(self.sit_time() + u64::from(self.empty.is_none()));
        }
        self.look_who_went_home();
        self.look_at_the_clock();
        self.look_at_the_chair();
        self.look_at_the_rules();
    }

    fn sleep(&mut self, seconds: u64) {
        let fell_asleep = self.now;
        if self.watches {
            self.watched = Some(fell_asleep);
        }
        self.watches = false;
        self.surely_gone = true;
        self.now += seconds;
        let sit_time = self.sit_time();
        self.sit_times
            .resize(self.sit_times.len() + seconds as usize, sit_time);
        self.silent_until = self.now + self.rules.settle;
        // While the computer sleeps, the chair counts as empty.
        self.empty = self.empty.or(Some(fell_asleep));
        self.rest_if_long_enough();
        self.look_at_the_clock();
        self.look_at_the_chair();
        self.look_at_the_rules();
    }

    fn sit_time(&self) -> u64 {
        *self.sit_times.last().unwrap()
    }

    fn set_sit_time(&mut self, sit_time: u64) {
        *self.sit_times.last_mut().unwrap() = sit_time;
    }

    fn happen(&mut self, happening: Option<&Happening>) {
        let now = self.now;
        match happening {
            None | Some(Happening::Sleeps(_) | Happening::Stops(_)) => {}
            Some(Happening::SetsClock(minutes)) => {
                let by = SignedDuration::from_mins(*minutes);
                self.begin = self.begin.checked_add(by).unwrap();
            }
            Some(Happening::Types) => self.touch(true),
            Some(Happening::HandsRest) => self.touch(false),
            Some(Happening::HasLeft(ago)) => {
                self.surely_gone &= self.left.is_some();
                (self.typing, self.left) = (true, Some(now.saturating_sub(*ago)));
            }
            Some(Happening::FilmBegins) => self.film = true,
            Some(Happening::FilmEnds) => self.film = false,
            Some(Happening::QuietBegins(which)) => {
                self.quiet[*which] = self.quiet[*which].or(Some(now));
                if self.is_kept_back() {
                    self.take_back_for_quiet();
                }
            }
            Some(Happening::QuietEnds(which)) => {
                if self.quiet[*which].take().is_some() {
                    self.quiet_ended = now;
                }
            }
            Some(Happening::Locks) => {
                if self.locked.is_none() {
                    self.locked = Some(now);
                    self.hidden = matches!(self.question, Question::Seen { .. });
                }
            }
            Some(Happening::Unlocks) => {
                if self.locked.take().is_some() {
                    self.silent_until = now + self.rules.settle;
                }
            }
            Some(Happening::StartsRoutine) => {
                let about = match self.question {
                    Question::NotYet => None,
                    Question::Waits { about, .. }
                    | Question::Seen { about, .. }
                    | Question::Later { about, .. } => Some(about),
                    Question::Routine(about) => about,
                };
                self.posture_done |= about == Some(Reminder::Posture);
                let answered = about.filter(|about| *about != Reminder::Posture);
                self.question = Question::Routine(answered);
            }
            Some(Happening::EndsRoutine) => {
                if self.leave_routine().is_some() {
                    self.next_interval(self.sit_time());
                }
            }
            Some(Happening::BreaksRoutineOff) => self.break_routine_off(),
            Some(Happening::Skips) => self.skip(),
            Some(Happening::Snoozes(length)) => {
                let about = self.about();
                self.leave_routine();
                self.question = Question::Later {
                    about,
                    short: false,
                    at: now + length,
                };
            }
            Some(Happening::Pauses(length)) => {
                self.take_back();
                self.paused_until = Some(now + length);
            }
            Some(Happening::Resumes) => {
                if self.paused_until.take().is_some() {
                    self.wait_from_now();
                }
            }
            Some(Happening::StandsUp) => {
                if let Question::Routine(_) = self.question {
                    self.set_sit_time(0);
                    self.came = self.now;
                    self.interval = 0;
                    self.posture_done = false;
                } else {
                    self.rest();
                }
            }
        }
    }

    fn touch(&mut self, typing: bool) {
        (self.typing, self.left) = (typing, None);
        (self.watched, self.watches, self.surely_gone) = (None, false, false);
    }

    /// Returns `true` if something holds the question back, and has neither lasted nor held it back for the maximum time.
    fn is_kept_back(&self) -> bool {
        let ends = self.quiet_ends();
        self.enough.is_none_or(|enough| self.now < enough) && ends.is_some_and(|end| self.now < end)
    }

    /// The second in which the most recent of the current reasons for quiet reaches the maximum time.
    fn quiet_ends(&self) -> Option<Second> {
        let since = self.quiet.into_iter().flatten().max();
        since.map(|since| since + self.rules.hold_at_most)
    }

    /// Updates `enough`: a reason that begins while a question is held back cannot hold it back for longer.
    fn look_how_long_it_is_kept_back(&mut self) {
        match self.question {
            Question::Waits { .. } => {
                let ends = self.quiet_ends().filter(|end| self.now < *end);
                self.enough = self.enough.into_iter().chain(ends).min();
            }
            Question::Seen { .. } => {}
            Question::NotYet | Question::Later { .. } | Question::Routine(_) => self.enough = None,
        }
    }

    /// Withdraws the question because of quiet. It goes on waiting with its original start.
    fn take_back_for_quiet(&mut self) {
        if let Question::Seen { waited, .. } = self.question {
            self.take_back();
            if let Question::Waits { since, .. } = &mut self.question {
                *since = waited;
            }
        }
    }

    /// Withdraws the question because of a pause or the end of the working hours. It stays due.
    fn take_back(&mut self) {
        if let Question::Seen { about, short, .. } = self.question {
            self.question = Question::Waits {
                about,
                short,
                since: self.now,
            };
        }
    }

    /// Restarts the wait for a good moment, after a pause or an absence.
    fn wait_from_now(&mut self) {
        if let Question::Waits { since, .. } = &mut self.question {
            *since = self.now;
        }
    }

    /// Ends the routine that plays, if any, and returns its reminder.
    fn leave_routine(&mut self) -> Option<Option<Reminder>> {
        let Question::Routine(about) = self.question else {
            return None;
        };
        self.question = Question::NotYet;
        // The user was present during the routine.
        self.left = self.left.map(|left| left.max(self.now));
        Some(about)
    }

    /// Ends the routine. Less than half of a routine is no answer, so the reminder comes again.
    fn break_routine_off(&mut self) {
        let Some(about) = self.leave_routine() else {
            return;
        };
        let over = self.sit_time() >= self.interval + self.rules.sit;
        if let Some(about) = about.or(over.then(|| self.next_in_turn())) {
            self.question = Question::Later {
                about,
                short: true,
                at: self.now + self.rules.ask_again,
            };
        }
    }

    fn skip(&mut self) {
        let early = self.question == Question::NotYet;
        let about = self.about();
        self.leave_routine();
        if about == Reminder::Posture {
            self.posture_is_done();
        } else if early {
            self.next_interval(self.interval + self.rules.sit);
        } else {
            self.next_interval(self.sit_time());
        }
    }

    fn about(&self) -> Reminder {
        match self.question {
            Question::NotYet | Question::Routine(None) => self.next_in_turn(),
            Question::Waits { about, .. }
            | Question::Seen { about, .. }
            | Question::Later { about, .. }
            | Question::Routine(Some(about)) => about,
        }
    }

    fn next_in_turn(&self) -> Reminder {
        [Reminder::Stand, Reminder::Stretch][self.turn % 2]
    }

    fn posture_is_done(&mut self) {
        self.posture_done = true;
        self.question = Question::NotYet;
    }

    fn next_interval(&mut self, from: u64) {
        self.question = Question::NotYet;
        self.interval = from;
        self.turn += 1;
        self.posture_done = false;
    }

    /// Starts a new interval after a rest. A reminder that was asked or begun has had its turn; a posture check takes no turn.
    fn rest(&mut self) {
        let had_its_turn = match self.question {
            Question::NotYet | Question::Waits { .. } => false,
            Question::Seen { about, .. } | Question::Later { about, .. } => {
                about != Reminder::Posture
            }
            Question::Routine(_) => true,
        };
        self.turn += usize::from(had_its_turn);
        self.leave_routine();
        self.question = Question::NotYet;
        self.set_sit_time(0);
        self.came = self.now;
        self.interval = 0;
        self.posture_done = false;
        self.rested = self.empty.is_some();
    }

    fn rest_if_long_enough(&mut self) {
        if let Some(empty) = self.empty
            && !self.rested
            && self.now - empty >= self.rules.rest
        {
            self.rest();
        }
    }

    /// Withdraws the question outside the working hours, and restarts the wait for a good moment when they begin.
    fn look_at_the_clock(&mut self) {
        let now = SignedDuration::from_secs(self.now as i64);
        let now = self.begin.timestamp().checked_add(now).unwrap();
        // Working hours begin and end at full minutes.
        let minute = now.as_second() / 60;
        if self.open.0 != minute {
            let here = now.to_zoned_datetime(self.begin.time_zone().clone());
            self.open = (minute, may_come(&self.rules, &here));
        }
        let off_hours = !self.open.1;
        if off_hours && !self.off_hours {
            self.take_back();
        }
        if !off_hours && self.off_hours {
            self.wait_from_now();
        }
        self.off_hours = off_hours;
    }

    /// After three hours without input, the user counts as away since the last input, even if a film is on.
    fn look_who_went_home(&mut self) {
        let hours = 3 * 3600;
        if self.watches && self.left.is_some_and(|left| self.now - left >= hours) {
            (self.watches, self.watched, self.surely_gone) = (false, None, true);
            self.look_at_the_chair();
        }
    }

    /// Without input but with something to watch, the user counts as watching, unless the absence was as long as a rest or
    /// the screen was locked or dark.
    fn look_at_the_screen(&mut self) {
        let stretches = matches!(self.question, Question::Routine(_));
        self.surely_gone |= self.locked.is_some();
        let Some(left) = self.left.filter(|_| !stretches) else {
            if self.watches {
                (self.watches, self.watched) = (false, Some(self.now));
            }
            return;
        };
        let left_at = left.max(self.watched.unwrap_or(0)).max(self.came);
        let lasted = if self.watches { 0 } else { self.now - left_at };
        let may = !self.surely_gone && !self.rested && lasted < self.rules.rest;
        let watched_before = self.watches;
        self.watches = may && self.film;
        if watched_before && !self.watches {
            self.watched = Some(self.now);
        }
        if self.watches
            && let Some(empty) = self.empty.take()
        {
            // The user had not left, so these seconds count as sitting, too.
            let sit_time = self.sit_times[empty as usize];
            for second in empty..=self.now {
                self.sit_times[second as usize] = sit_time + (second - empty);
            }
        }
    }

    /// No input and a locked screen are absence from the time they began, except during a routine or a film.
    fn look_at_the_chair(&mut self) {
        self.look_at_the_screen();
        let stretches = matches!(self.question, Question::Routine(_));
        let left = self.left.filter(|_| !stretches && !self.watches);
        let left = left.map(|left| left.max(self.watched.unwrap_or(0)));
        let left_at = match (left, self.locked) {
            (Some(left), Some(locked)) => Some(left.min(locked)),
            (left, locked) => left.or(locked),
        };
        match (left_at, self.empty) {
            (Some(left_at), None) => {
                let left_at = left_at.max(self.came);
                self.set_sit_time(self.sit_times[left_at as usize]);
                self.empty = Some(left_at);
            }
            (None, Some(empty)) => self.come_back(empty),
            (Some(_), Some(_)) | (None, None) => {}
        }
    }

    fn come_back(&mut self, empty: Second) {
        if self.now - empty >= self.rules.rest {
            let stretches = matches!(self.question, Question::Routine(_));
            if stretches {
                self.set_sit_time(0);
                self.interval = 0;
                self.posture_done = false;
            } else if !self.rested || self.question != Question::NotYet {
                self.rest();
            }
        }
        if std::mem::take(&mut self.hidden) {
            self.take_back();
        }
        self.empty = None;
        self.rested = false;
        self.came = self.now;
        self.wait_from_now();
    }

    fn look_at_the_rules(&mut self) {
        self.rest_if_long_enough();
        if self.paused_until.is_some_and(|until| until <= self.now) {
            self.paused_until = None;
            self.wait_from_now();
        }
        if self.empty.is_some() || self.paused_until.is_some() || self.off_hours {
            let open = matches!(
                self.question,
                Question::Waits { .. } | Question::Seen { .. }
            );
            self.enough = self.enough.filter(|_| open);
            return;
        }
        self.give_up_what_is_ignored();
        self.fall_due();
        self.ask_question();
        self.look_how_long_it_is_kept_back();
    }

    fn give_up_what_is_ignored(&mut self) {
        let Question::Seen {
            about,
            short,
            since,
            ..
        } = self.question
        else {
            return;
        };
        if self.now - since < self.rules.ask_for {
            return;
        }
        if about == Reminder::Posture {
            self.posture_is_done();
        } else if short {
            self.next_interval(self.sit_time());
        } else {
            self.question = Question::Later {
                about,
                short: true,
                at: self.now + self.rules.ask_again,
            };
        }
    }

    fn fall_due(&mut self) {
        let (sit_time, full) = (self.sit_time(), self.interval + self.rules.sit);
        let due = |about, short| Question::Waits {
            about,
            short,
            since: self.now,
        };
        match self.question {
            Question::NotYet => {
                let check = self.rules.posture_check && !self.posture_done;
                if check && sit_time + self.rules.sit / 2 >= full {
                    self.question = due(Reminder::Posture, false);
                } else if !check && sit_time >= full {
                    self.question = due(self.next_in_turn(), false);
                }
            }
            Question::Later { about, short, at } if at <= self.now => {
                self.question = due(about, short);
            }
            Question::Later { .. }
            | Question::Waits { .. }
            | Question::Seen { .. }
            | Question::Routine(_) => {}
        }
    }

    fn ask_question(&mut self) {
        let Question::Waits {
            about,
            short,
            since,
        } = self.question
        else {
            return;
        };
        let waited = self.now - since >= self.rules.grace;
        // After quiet there is another grace period, but not beyond the time at which the question had to come.
        let waited_anew = self.now >= since.max(self.quiet_ended) + self.rules.grace
            || self.enough.is_some_and(|enough| enough <= self.now);
        let good = !self.typing || self.watches || waited && waited_anew;
        let lately = |question: &&AskedQuestion| self.now - question.at < 3600;
        let lately = self.questions.iter().filter(lately).count();
        if lately >= self.rules.at_most_per_hour.into() {
            return;
        }
        if !good || self.now < self.silent_until || self.is_kept_back() {
            return;
        }
        let full = self.interval + self.rules.sit;
        if about == Reminder::Posture && self.sit_time() + self.rules.sit / 4 >= full {
            // The next reminder is near, so it replaces the posture check.
            self.posture_is_done();
            self.fall_due();
            return self.ask_question();
        }
        self.questions.push(AskedQuestion {
            at: self.now,
            about,
            short,
            quiet: self.quiet.iter().any(Option::is_some),
        });
        self.question = Question::Seen {
            about,
            short,
            since: self.now,
            waited: since,
        };
    }
}

/// Returns `true` if the time is in a range of the working hours that began today or yesterday.
fn may_come(rules: &Rules, now: &ZonedDateTime) -> bool {
    let any = rules.hours.iter().any(|hours| !hours.is_empty());
    let within = |day: Date, (from, to): (u64, u64)| {
        let at = |minute: u64| {
            let time = day
                .at(0, 0, 0, 0)
                .checked_add(SignedDuration::from_mins(minute as i64))
                .unwrap();
            time.to_zoned_datetime(now.time_zone().clone()).unwrap()
        };
        at(from) <= *now && *now < at(to)
    };
    if !any && rules.holiday.is_none() {
        return true;
    }
    let days = [now.date().yesterday().unwrap(), now.date()];
    days.into_iter()
        .filter(|day| rules.holiday != Some(*day))
        .any(|day| {
            let weekday = day.weekday().to_monday_zero_offset() as usize;
            let hours = rules.hours[weekday].clone();
            let hours = if any { hours } else { vec![(0, 24 * 60)] };
            hours.into_iter().any(|range| within(day, range))
        })
}

/// The schedule on the same day, with simulated clocks.
struct SimulatedSchedule {
    schedule: Schedule,
    now: Moment,
    film: bool,
    /// The last report to the schedule about something to watch.
    reported: bool,
    questions: Vec<AskedQuestion>,
}

/// The elapsed seconds at the start of the schedule's day, not zero so that nothing depends on that.
const BEGIN: u64 = 5000;

const QUIET: [Hold; 3] = [Hold::Call, Hold::DoNotDisturb, Hold::FullScreen];

impl SimulatedSchedule {
    fn new(rules: &Rules) -> Self {
        let now = Moment {
            elapsed: Duration::from_secs(BEGIN),
            slept: Duration::ZERO,
            wall: rules.begin.parse().unwrap(),
        };
        Self {
            schedule: Schedule::new(rhythm(rules), &now),
            now,
            film: false,
            reported: false,
            questions: Vec::new(),
        }
    }

    fn second(&mut self, happening: Option<&Happening>) {
        self.forward(1);
        match happening {
            Some(Happening::FilmBegins) => self.film = true,
            Some(Happening::FilmEnds) => self.film = false,
            Some(Happening::SetsClock(minutes)) => {
                let by = SignedDuration::from_mins(*minutes);
                self.now.wall = self.now.wall.checked_add(by).unwrap();
            }
            _ => {}
        }
        if let Some(event) = happening.and_then(|happening| self.event(happening)) {
            self.feed(event);
        }
        if self.is_due() {
            self.feed(Event::Wakeup);
        }
        self.look();
        assert!(!self.is_due(), "it wants to be woken in the past");
    }

    /// Reports changes of whether there is something to watch, while the schedule wants to know.
    fn look(&mut self) {
        let on = self.film && self.schedule.wants_watching();
        if on != self.reported {
            self.reported = on;
            self.feed(Event::Watching(on));
        }
    }

    fn is_due(&self) -> bool {
        self.schedule
            .next_wakeup()
            .is_some_and(|(at, _)| at <= self.now.elapsed)
    }

    fn sleep(&mut self, seconds: u64) {
        self.forward(seconds);
        self.now.slept += Duration::from_secs(seconds);
        self.feed(Event::Wakeup);
        self.look();
    }

    fn stop(&mut self, seconds: u64) {
        self.forward(seconds);
        self.feed(Event::Wakeup);
        self.look();
    }

    fn forward(&mut self, seconds: u64) {
        let elapsed = self.now.elapsed + Duration::from_secs(seconds);
        self.now.wall = self.now.wall_at(elapsed);
        self.now.elapsed = elapsed;
    }

    fn feed(&mut self, event: Event) {
        for effect in self.schedule.handle(event, &self.now) {
            if let Effect::Ask(Prompt {
                reminder,
                short,
                quiet,
                ..
            }) = effect
            {
                self.questions.push(AskedQuestion {
                    at: self.now.elapsed.as_secs() - BEGIN,
                    about: reminder,
                    short,
                    quiet,
                });
            }
        }
    }

    fn event(&self, happening: &Happening) -> Option<Event> {
        let routine = "desk".to_owned();
        let exercises = Vec::new();
        Some(match happening {
            Happening::Types => Event::Activity(Activity::Busy),
            Happening::HandsRest => Event::Activity(Activity::Still),
            Happening::HasLeft(ago) => {
                let since = self.now.elapsed - Duration::from_secs(*ago);
                let since = since.max(Duration::from_secs(BEGIN));
                Event::Activity(Activity::Away { since })
            }
            Happening::QuietBegins(which) => Event::Held(QUIET[*which].clone()),
            Happening::QuietEnds(which) => Event::Released(QUIET[*which].clone()),
            Happening::Locks => Event::Session(Session::Locked),
            Happening::Unlocks => Event::Session(Session::Unlocked),
            Happening::StartsRoutine => Event::Command(Command::Start {
                routine: None,
                length: None,
            }),
            Happening::EndsRoutine => Event::Guide(Report::Finished {
                routine,
                seconds: 300,
                exercises,
            }),
            Happening::BreaksRoutineOff => Event::Guide(Report::Ended {
                routine,
                seconds: 10,
                total: 300,
                exercises,
            }),
            Happening::Skips => Event::Command(Command::Skip),
            Happening::Snoozes(length) => {
                Event::Command(Command::Snooze(Some(Duration::from_secs(*length))))
            }
            Happening::Pauses(length) => {
                Event::Command(Command::Pause(Until::For(Duration::from_secs(*length))))
            }
            Happening::Resumes => Event::Command(Command::Resume),
            Happening::StandsUp => Event::Command(Command::Stood),
            Happening::SetsClock(_) => Event::Wakeup,
            Happening::FilmBegins
            | Happening::FilmEnds
            | Happening::Sleeps(_)
            | Happening::Stops(_) => return None,
        })
    }
}

fn rhythm(rules: &Rules) -> Rhythm {
    Rhythm {
        sit: Duration::from_secs(rules.sit),
        rest: Duration::from_secs(rules.rest),
        snooze: Duration::from_secs(600),
        grace: Duration::from_secs(rules.grace),
        ask_for: Duration::from_secs(rules.ask_for),
        ask_again: Duration::from_secs(rules.ask_again),
        hold_at_most: Duration::from_secs(rules.hold_at_most),
        settle: Duration::from_secs(rules.settle),
        at_most_per_hour: rules.at_most_per_hour,
        reminders: vec![Reminder::Stand, Reminder::Stretch],
        posture_check: rules.posture_check,
        routine: "desk".to_owned(),
        length: None,
        short_routine: "moment".to_owned(),
        hours: Hours {
            week: std::array::from_fn(|day| rules.hours[day].iter().map(written).collect()),
            holidays: rules
                .holiday
                .iter()
                .map(|day| day.to_string().parse().unwrap())
                .collect(),
        },
    }
}

fn written((from, to): &(u64, u64)) -> Range {
    let to = if *to > 1440 { to - 1440 } else { *to };
    let range = format!("{}:{:02}-{}:{:02}", from / 60, from % 60, to / 60, to % 60);
    range.parse().unwrap()
}

fn hours() -> impl Strategy<Value = [Vec<(u64, u64)>; 7]> {
    let range = (0..1440u64, 1..1440u64).prop_map(|(from, length)| (from, from + length));
    let day = prop::collection::vec(range, 0..3).prop_map(|mut ranges| {
        ranges.sort_unstable();
        ranges
    });
    prop_oneof![
        1 => Just(std::array::from_fn(|_| Vec::new())),
        2 => prop::array::uniform7(day),
    ]
}

/// A holiday on one of the first two days, or none.
fn holiday(begin: &'static str) -> impl Strategy<Value = Option<Date>> {
    let first = begin.parse::<ZonedDateTime>().unwrap().date();
    let days = [None, None, Some(first), first.tomorrow().ok()];
    prop::sample::select(days.to_vec())
}

fn begin() -> impl Strategy<Value = (&'static str, Option<Date>)> {
    let begin = prop::sample::select(&BEGINS[..]);
    begin.prop_flat_map(|begin| (Just(begin), holiday(begin)))
}

/// Random rules. A quarter of the sitting time is a whole number of seconds, so that the model needs no fractions.
fn rules() -> impl Strategy<Value = Rules> {
    (
        prop_oneof![Just(450u64), 15..1000u64],
        60..900u64,
        1..300u64,
        1..300u64,
        1..900u64,
        60..9000u64,
        (1..120u64, 1..6u8, any::<bool>(), hours(), begin()),
    )
        .prop_map(
            |(quarter, rest, grace, ask_for, ask_again, hold_at_most, more)| {
                let (settle, at_most_per_hour, posture_check, hours, (begin, holiday)) = more;
                Rules {
                    sit: 4 * quarter,
                    rest,
                    grace,
                    ask_for,
                    ask_again,
                    hold_at_most,
                    settle,
                    at_most_per_hour,
                    posture_check,
                    hours,
                    holiday,
                    begin,
                }
            },
        )
}

fn happening() -> impl Strategy<Value = Happening> {
    prop_oneof![
        4 => Just(Happening::Types),
        6 => Just(Happening::HandsRest),
        3 => (0..200u64).prop_map(Happening::HasLeft),
        3 => Just(Happening::FilmBegins),
        1 => Just(Happening::FilmEnds),
        2 => (0..3usize).prop_map(Happening::QuietBegins),
        3 => (0..3usize).prop_map(Happening::QuietEnds),
        1 => Just(Happening::Locks),
        2 => Just(Happening::Unlocks),
        2 => Just(Happening::StartsRoutine),
        2 => Just(Happening::EndsRoutine),
        1 => Just(Happening::BreaksRoutineOff),
        1 => Just(Happening::Skips),
        1 => (1..3000u64).prop_map(Happening::Snoozes),
        1 => (1..9000u64).prop_map(Happening::Pauses),
        1 => Just(Happening::Resumes),
        1 => Just(Happening::StandsUp),
        1 => (1..2000u64).prop_map(Happening::Sleeps),
        1 => (1..2000u64).prop_map(Happening::Stops),
        1 => (-1500..1500i64).prop_map(Happening::SetsClock),
    ]
}

/// Random happenings, each with the seconds since the previous one.
fn day() -> impl Strategy<Value = Vec<(u64, Happening)>> {
    let gap = prop_oneof![1..20u64, 1..300u64, 1..4000u64];
    prop::collection::vec((gap, happening()), 0..40)
}

fn compare(rules: &Rules, day: &[(u64, Happening)]) -> Result<(), TestCaseError> {
    let mut model = Model::new(rules.clone());
    let mut real = SimulatedSchedule::new(rules);
    for (gap, happening) in day {
        for _ in 1..*gap {
            model.second(None);
            real.second(None);
        }
        model.second(Some(happening));
        real.second(Some(happening));
        if let Happening::Sleeps(seconds) = happening {
            model.sleep(*seconds);
            real.sleep(*seconds);
        }
        if let Happening::Stops(seconds) = happening {
            model.stop(*seconds);
            real.stop(*seconds);
        }
        let sit_time = real.schedule.status(&real.now).sit.as_secs();
        prop_assert_eq!(model.sit_time(), sit_time, "sit time after {:?}", happening);
    }
    for _ in 0..2 * rules.sit {
        model.second(None);
        real.second(None);
    }
    prop_assert_eq!(model.questions, real.questions);
    Ok(())
}

/// The configuration of proptest. Failing days are saved in a file and tried first.
fn days(cases: u32) -> ProptestConfig {
    let persistence = FileFailurePersistence::WithSource("regressions");
    ProptestConfig {
        failure_persistence: Some(Box::new(persistence)),
        ..ProptestConfig::with_cases(cases)
    }
}

proptest! {
    #![proptest_config(days(256))]

    #[test]
    fn the_schedule_asks_as_the_slow_model_does(rules in rules(), day in day()) {
        compare(&rules, &day)?;
    }
}

proptest! {
    #![proptest_config(days(20_000))]

    #[test]
    #[ignore = "long: cargo test --release --test model -- --ignored long"]
    fn long_run_against_the_slow_model(rules in rules(), day in day()) {
        compare(&rules, &day)?;
    }
}
