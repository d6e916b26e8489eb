//! Weeks of made-up but plausible history for screenshots and benchmarks. The data is deterministic.

use jiff::civil::Date;
use jiff::{SignedDuration, ToSpan as _, ZonedDateTime};
use unhunch::history::Entry;
use unhunch::routine::{Library, Portion};
use unhunch::schedule::{Feeling, Hold, Outcome, Reminder};

/// A pseudorandom number generator.
struct Random(u64);

impl Random {
    /// Returns a number in `low..high`.
    fn roll(&mut self, low: u64, high: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        low + (self.0 >> 33) % (high - low)
    }

    /// Returns `true` with this probability in percent.
    fn chance(&mut self, of_hundred: u64) -> bool {
        self.roll(0, 100) < of_hundred
    }
}

/// Returns the history of a desk worker up to now. From week to week the sittings get shorter and the back feels better.
pub(crate) fn weeks(weeks: i64, now: &ZonedDateTime) -> Vec<Entry> {
    let first = now.date().saturating_sub(weeks.weeks());
    let mut writer = Writer {
        now: now.clone(),
        at: now.clone(),
        entries: Vec::new(),
        dice: Random(7),
        reminder_count: 0,
        today: 0,
    };
    let library = Library::shipped();
    let days = std::iter::successors(Some(first), |day| day.tomorrow().ok());
    for day in days.take_while(|day| *day <= now.date()) {
        let passed = first.until(day).map_or(0, |span| span.get_days());
        let progress = f64::from(passed) / (7 * weeks) as f64;
        writer.day(day, progress, &library);
    }
    let mut entries = writer.entries;
    entries.retain(|entry| entry.t <= now.timestamp());
    entries
}

struct Writer {
    now: ZonedDateTime,
    at: ZonedDateTime,
    entries: Vec<Entry>,
    dice: Random,
    reminder_count: u64,
    /// The number of reminders on the last day.
    today: u64,
}

impl Writer {
    fn write(&mut self, outcome: Outcome) {
        self.entries.push(Entry::new(outcome, &self.at));
    }

    fn pass(&mut self, seconds: u64) {
        self.at = self
            .at
            .saturating_add(SignedDuration::from_secs(seconds as i64));
    }

    fn day(&mut self, day: Date, progress: f64, library: &Library) {
        let is_weekend = day.weekday().to_monday_zero_offset() >= 5;
        // A week of holiday and an occasional day off.
        let is_away = (0.44..0.52).contains(&progress) || self.dice.chance(4);
        if is_away || is_weekend && self.dice.chance(65) {
            return;
        }
        let begin = if is_weekend { 13 } else { 8 };
        let minutes = self.dice.roll(0, 50) as i8;
        let time = jiff::civil::time(begin, minutes, 0, 0);
        self.at = day
            .to_datetime(time)
            .to_zoned_datetime(self.now.time_zone().clone())
            .unwrap();
        let end = if is_weekend { 16 } else { 17 };
        while self.at.hour() < end && self.at <= self.now {
            self.sitting(progress, library);
            let lunch = self.at.hour() == 12;
            let rest = if lunch {
                self.dice.roll(25, 55)
            } else {
                self.dice.roll(5, 15)
            };
            let sat = 0;
            self.pass(rest * 60);
            self.write(Outcome::Rested {
                seconds: rest * 60,
                sat,
            });
        }
    }

    /// Simulates one sitting with its reminders and their outcomes.
    fn sitting(&mut self, progress: f64, library: &Library) {
        let mut total = 0;
        let usual = 52.0 - 18.0 * progress;
        let minutes = (usual * (0.5 + self.dice.roll(0, 100) as f64 / 100.0)) as u64;
        let mut left = minutes.max(9) * 60;
        while left > 0 {
            let stay = left.min(self.dice.roll(15, 40) * 60);
            self.pass(stay);
            total += stay;
            left -= stay;
            if total >= 1800 && total - stay < 1800 {
                self.reminder(progress, library);
            }
            let ago = 60;
            self.pass(ago);
            self.write(Outcome::Sat {
                seconds: stay,
                ago,
                total,
            });
            let pause = self.dice.roll(20, 120);
            self.pass(pause);
        }
    }

    fn reminder(&mut self, progress: f64, library: &Library) {
        self.reminder_count += 1;
        let reminder = if self.reminder_count.is_multiple_of(2) {
            Reminder::Stand
        } else {
            Reminder::Stretch
        };
        let short = false;
        let is_often = self.at.date() == self.now.date() && self.today == 1;
        if self.dice.chance(12) || is_often {
            let seconds = self.dice.roll(8, 35) * 60;
            let [call, silence] = [Hold::Call, Hold::DoNotDisturb];
            let reason = if self.dice.roll(0, 2) == 0 {
                call
            } else {
                silence
            };
            let ago = 0;
            self.write(Outcome::Held {
                reasons: vec![reason],
                seconds: seconds.min(1500),
                ago,
            });
        }
        self.write(Outcome::Asked { reminder, short });
        let is_today = self.at.date() == self.now.date();
        // On the last day the first outcomes are fixed so that every kind occurs.
        let roll = match (is_today, self.today) {
            (true, 0 | 2) => 0,
            (true, 1) => 50,
            _ => self.dice.roll(0, 100),
        };
        self.today += u64::from(is_today);
        match roll {
            ..40 => self.routine(progress, library),
            40..62 => {}
            62..76 => self.write(Outcome::Snoozed {
                reminder,
                seconds: 600,
            }),
            76..88 => self.write(Outcome::Skipped { reminder }),
            _ => self.write(Outcome::Ignored { reminder }),
        }
    }

    fn routine(&mut self, progress: f64, library: &Library) {
        let routine = ["desk", "desk", "moment", "standing"][self.dice.roll(0, 4) as usize];
        let Ok(plan) = library.plan(routine) else {
            return;
        };
        let seconds = plan.total_seconds() as u64;
        self.pass(seconds);
        let routine = routine.to_owned();
        self.write(Outcome::Done {
            routine: routine.clone(),
            seconds,
        });
        for part in plan.parts() {
            let is_complete = !self.dice.chance(8);
            let portion = Portion {
                exercise: part.exercise.id.clone(),
                seconds: if is_complete { 60 } else { 30 },
                total: 60,
                sets: [1, 1],
                reps: [if is_complete { 10 } else { 4 }, 10],
                sides: [].into(),
                phases: [].into(),
            };
            let routine = routine.clone();
            self.write(Outcome::Exercise { routine, portion });
        }
        if self.dice.chance(45) {
            let better = (30.0 + 45.0 * progress) as u64;
            let worse = (16.0 - 12.0 * progress) as u64;
            let feeling = match self.dice.roll(0, 100) {
                roll if roll < better => Feeling::Better,
                roll if roll < 100 - worse => Feeling::Same,
                _ => Feeling::Worse,
            };
            self.write(Outcome::CheckIn { routine, feeling });
        }
    }
}
