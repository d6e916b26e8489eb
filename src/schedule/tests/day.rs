//! A simulated day: a schedule with fake clocks.

use std::fmt::Write as _;
use std::time::Duration;

use jiff::{SignedDuration, ZonedDateTime};

use super::super::*;
use crate::time::Moment;

/// A schedule with a log of its effects.
pub(super) struct Day {
    pub(super) schedule: Schedule,
    now: Moment,
    pub(super) diary: String,
    asks: Vec<AskedQuestion>,
    /// The records of stays and holds. They are left out of the diary, which would be full of them.
    pub(super) spans: Vec<RecordedSpan>,
    /// The state that was last saved, and the time of saving.
    saved: (SavedSchedule, Duration),
}

/// A record about a period of time.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct RecordedSpan {
    /// The time at which it was recorded.
    pub(super) at: Duration,
    pub(super) outcome: Outcome,
}

/// A question and when it was asked.
#[derive(Clone, Debug)]
pub(super) struct AskedQuestion {
    pub(super) at: Duration,
    pub(super) wall: ZonedDateTime,
    pub(super) prompt: Prompt,
}

impl Day {
    /// The user sits down on Monday, 2 March 2026, at 9:00 in Berlin.
    pub(super) fn begin(rhythm: Rhythm) -> Self {
        Self::begin_at("2026-03-02T09:00:00[Europe/Berlin]", rhythm)
    }

    /// The user sits down at the given time.
    pub(super) fn begin_at(wall: &str, rhythm: Rhythm) -> Self {
        let wall: ZonedDateTime = wall.parse().unwrap();
        let now = Moment {
            elapsed: Duration::from_secs(1000),
            slept: Duration::ZERO,
            wall,
        };
        let schedule = Schedule::new(rhythm, &now);
        Self {
            saved: (schedule.to_saved(), now.elapsed),
            schedule,
            now,
            diary: String::new(),
            asks: Vec::new(),
            spans: Vec::new(),
        }
    }

    pub(super) fn handle(&mut self, event: Event) -> Vec<Effect> {
        let effects = self.schedule.handle(event, &self.now);
        for effect in &effects {
            if let Effect::Record(outcome @ (Outcome::Sat { .. } | Outcome::Held { .. })) = effect {
                let (at, outcome) = (self.now.elapsed, outcome.clone());
                self.spans.push(RecordedSpan { at, outcome });
                continue;
            }
            writeln!(
                self.diary,
                "{} {}",
                self.now.wall.strftime("%H:%M:%S"),
                describe(effect)
            )
            .unwrap();
            if let Effect::Ask(prompt) = effect {
                self.asks.push(AskedQuestion {
                    at: self.now.elapsed,
                    wall: self.now.wall.clone(),
                    prompt: prompt.clone(),
                });
            }
        }
        self.save_if_changed();
        effects
    }

    /// Saves the state unless it is unchanged, as the program does.
    fn save_if_changed(&mut self) {
        let saved = self.schedule.to_saved();
        if self.saved.0 != saved {
            self.saved = (saved, self.now.elapsed);
        }
    }

    /// Restarts the program after the given time; before that, it ended normally or was killed
    /// (`died`). A normal end also ends the guide.
    pub(super) fn restart(&mut self, time: Duration, died: bool) {
        if !died {
            let guide = self.status().routine;
            let ended = guide.map(|routine| Report::Ended {
                routine,
                seconds: 0,
                total: 340,
                exercises: Vec::new(),
            });
            if let Some(report) = ended {
                self.handle(Event::Guide(report));
            }
            self.saved = (self.schedule.to_saved(), self.now.elapsed);
        }
        self.forward(time);
        let letters = serde_json::to_string(&self.saved.0).unwrap();
        let restored = serde_json::from_str(&letters).unwrap();
        let gap = Gap {
            written: self.saved.1,
            length: self.now.elapsed - self.saved.1,
            died,
        };
        let rhythm = self.schedule.rhythm.clone();
        self.schedule = Schedule::resume(rhythm, &restored, gap, &self.now);
        self.handle(Event::Wakeup);
        self.saved = (self.schedule.to_saved(), self.now.elapsed);
    }

    /// A virtual machine does not notice that it is suspended; its clock is set when it resumes.
    pub(super) fn suspend(&mut self, time: Duration) {
        self.set_clock(SignedDuration::try_from(time).unwrap());
    }

    /// Lets time pass, and wakes the schedule at each requested time.
    pub(super) fn pass(&mut self, time: Duration) {
        let end = self.now.elapsed + time;
        while let Some((wakeup, _)) = self.schedule.next_wakeup().filter(|(at, _)| *at <= end) {
            self.forward(wakeup.saturating_sub(self.now.elapsed));
            self.handle(Event::Wakeup);
        }
        self.forward(end.saturating_sub(self.now.elapsed));
    }

    /// The lid is closed: time passes without wake-ups until it is opened again.
    pub(super) fn sleep(&mut self, time: Duration) {
        self.forward(time);
        self.now.slept += time;
        self.handle(Event::Wakeup);
    }

    /// The process is stopped, as by a debugger: time passes without sleep and without wake-ups.
    pub(super) fn stop(&mut self, time: Duration) {
        self.forward(time);
        self.handle(Event::Wakeup);
    }

    /// Sets the wall clock forward or back.
    pub(super) fn set_clock(&mut self, by: SignedDuration) {
        self.now.wall = self.now.wall.checked_add(by).unwrap();
        self.handle(Event::Wakeup);
    }

    /// Sets the wall clock and the time zone.
    pub(super) fn set_to(&mut self, wall: &str) {
        self.now.wall = wall.parse().unwrap();
        self.handle(Event::Wakeup);
    }

    /// Changes the time zone.
    pub(super) fn travel(&mut self, zone: &str) {
        self.now.wall = self.now.wall.in_tz(zone).unwrap();
        self.handle(Event::Wakeup);
    }

    pub(super) fn now(&self) -> &Moment {
        &self.now
    }

    pub(super) fn elapsed(&self) -> Duration {
        self.now.elapsed
    }

    pub(super) fn status(&self) -> Status {
        self.schedule.status(&self.now)
    }

    pub(super) fn asks(&self) -> &[AskedQuestion] {
        &self.asks
    }

    fn forward(&mut self, time: Duration) {
        self.now.elapsed += time;
        self.now.wall = self
            .now
            .wall
            .checked_add(SignedDuration::try_from(time).unwrap())
            .unwrap();
    }
}

fn describe(effect: &Effect) -> String {
    match effect {
        Effect::Ask(prompt) => {
            let short = if prompt.short { ", short" } else { "" };
            let quiet = if prompt.quiet { ", quiet" } else { "" };
            format!("ask: {}{short}{quiet}", prompt.reminder.word())
        }
        Effect::Withdraw => "withdraw".to_owned(),
        Effect::OpenGuide { routine, .. } => format!("open guide: {routine}"),
        Effect::CloseGuide => "close guide".to_owned(),
        Effect::Record(outcome) => match outcome {
            Outcome::Asked { .. } => "record: asked".to_owned(),
            Outcome::Done { routine, .. } => format!("record: done {routine}"),
            Outcome::Partly { seconds, total, .. } => format!("record: partly {seconds}/{total}"),
            Outcome::Exercise { portion, .. } => format!("record: exercise {}", portion.exercise),
            Outcome::Snoozed { seconds, .. } => format!("record: snoozed {} min", seconds / 60),
            Outcome::Skipped { reminder } => format!("record: skipped {}", reminder.word()),
            Outcome::Ignored { reminder } => format!("record: ignored {}", reminder.word()),
            Outcome::Rested { seconds, sat } => {
                format!("record: rested {} min after {} min", seconds / 60, sat / 60)
            }
            Outcome::Sat { seconds, .. } => format!("record: sat {seconds} s"),
            Outcome::Held { seconds, .. } => format!("record: held {seconds} s"),
            Outcome::CheckIn { feeling, .. } => format!("record: check-in {feeling:?}"),
        },
    }
}
