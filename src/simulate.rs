//! Runs a script of a day (or of years) against the real schedule on a virtual clock.
//!
//! A script has one event per line, `[day N] HH:MM[:SS] EVENT`, in the times of a clock that is never set; `#` begins a
//! comment. Day 1 is Monday, 2 March 2026, in UTC. The output of the schedule is one JSON object per line.

use std::fmt;
use std::io::{self, Write};
use std::time::Duration;

use jiff::civil::date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, ZonedDateTime};
use serde_json::{Value, json};

use crate::schedule::{
    Activity, Command, Effect, Event, Hold, Phase, Prompt, Report, Rhythm, RoutineNames, Schedule,
    Session, Until,
};
use crate::time::{Moment, Span};

/// The last valid day, which limits a script to a hundred years.
const LAST_DAY: u32 = 36_525;

/// The configuration of a simulation.
#[derive(Clone, Debug)]
pub struct Config<'a> {
    /// The settings of the schedule.
    pub rhythm: Rhythm,
    /// The names of the routines in the settings.
    pub names: RoutineNames,
    /// The time without input after which the user counts as still.
    pub still: Duration,
    /// The time without input after which the user counts as away.
    pub away: Duration,
    /// The ids of the known routines and exercises.
    pub routines: &'a [String],
}

/// A parsed and validated script.
#[derive(Clone, Debug)]
pub struct Script(Vec<Line>);

#[derive(Clone, Debug)]
struct Line {
    /// The time since midnight of the first day.
    at: Duration,
    entry: Entry,
}

#[derive(Clone, Debug, PartialEq)]
enum Entry {
    Active,
    Still,
    Idle,
    Lock,
    Unlock,
    Sleep,
    Wake,
    Hold(Hold),
    Release(Hold),
    Command(Command),
    Finish,
    Clock(SignedDuration),
    Zone(TimeZone),
    End,
}

/// An error in a script, with its position.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScriptError {
    /// The line number, counted from 1.
    pub line: usize,
    /// The description of the error as a sentence.
    pub message: String,
}

impl fmt::Display for ScriptError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}", self.line, self.message)
    }
}

impl Script {
    /// Parses and validates a script.
    ///
    /// # Errors
    /// All errors of the script.
    pub fn read(text: &str, routines: &[String]) -> Result<Self, Vec<ScriptError>> {
        let (mut reader, mut errors) = (
            Parser {
                routines,
                ..Parser::default()
            },
            Vec::new(),
        );
        for (number, line) in text.trim_start_matches('\u{feff}').lines().enumerate() {
            let line = line.split('#').next().unwrap_or_default().trim();
            if !line.is_empty()
                && let Err(message) = reader.add_line(line)
            {
                errors.push(ScriptError {
                    line: number + 1,
                    message,
                });
            }
        }
        if errors.is_empty() {
            Ok(Self(reader.lines))
        } else {
            Err(errors)
        }
    }
}

#[derive(Default)]
struct Parser<'a> {
    routines: &'a [String],
    day: u32,
    lines: Vec<Line>,
}

impl Parser<'_> {
    fn add_line(&mut self, line: &str) -> Result<(), String> {
        let (day, rest) = split_day(line)?;
        let (clock, event) = rest.split_once(char::is_whitespace).unwrap_or((rest, ""));
        let day = day.unwrap_or(self.day.max(1));
        let at = Duration::from_secs(u64::from(day - 1) * 86_400) + time_of_day(clock)?;
        if self.lines.last().is_some_and(|last| at < last.at) {
            return Err(format!(
                "{clock} comes before the line above; write `day {}` if it is the next day",
                day + 1
            ));
        }
        self.day = day;
        self.lines.push(Line {
            at,
            entry: self.entry(event.trim())?,
        });
        Ok(())
    }

    fn entry(&self, event: &str) -> Result<Entry, String> {
        let (word, rest) = event.split_once(char::is_whitespace).unwrap_or((event, ""));
        let rest = rest.trim();
        let entry = match word {
            "active" => Entry::Active,
            "still" => Entry::Still,
            "idle" => Entry::Idle,
            "lock" => Entry::Lock,
            "unlock" => Entry::Unlock,
            "sleep" => Entry::Sleep,
            "wake" => Entry::Wake,
            "skip" => Entry::Command(Command::Skip),
            "stood" => Entry::Command(Command::Stood),
            "resume" => Entry::Command(Command::Resume),
            "finish" => Entry::Finish,
            "end" => Entry::End,
            "hold" => return Ok(Entry::Hold(reason(rest)?)),
            "release" => return Ok(Entry::Release(reason(rest)?)),
            "snooze" if rest.is_empty() => Entry::Command(Command::Snooze(None)),
            "snooze" => return Ok(Entry::Command(Command::Snooze(Some(length(rest)?)))),
            "pause" => return Ok(Entry::Command(Command::Pause(Until::For(length(rest)?)))),
            "start" => {
                return Ok(Entry::Command(Command::Start {
                    routine: self.routine(rest)?,
                    length: None,
                }));
            }
            "clock" => return Ok(Entry::Clock(signed_length(rest)?)),
            "zone" => return Ok(Entry::Zone(zone(rest)?)),
            _ => return Err(unknown_event(word)),
        };
        if rest.is_empty() {
            Ok(entry)
        } else {
            Err(format!("`{word}` stands alone; `{rest}` is too much"))
        }
    }

    fn routine(&self, id: &str) -> Result<Option<String>, String> {
        if id.is_empty() {
            Ok(None)
        } else if self.routines.iter().any(|existing| existing == id) {
            Ok(Some(id.to_owned()))
        } else {
            let names: Vec<&str> = self.routines.iter().map(String::as_str).collect();
            Err(format!(
                "there is no routine or exercise `{id}`{}",
                did_you_mean(id, &names)
            ))
        }
    }
}

const EVENTS: [&str; 20] = [
    "active", "still", "idle", "lock", "unlock", "sleep", "wake", "hold", "release", "snooze",
    "skip", "stood", "start", "finish", "pause", "resume", "clock", "zone", "end", "day",
];

fn unknown_event(word: &str) -> String {
    if word.is_empty() {
        "an event is missing after the time".to_owned()
    } else {
        format!("there is no event `{word}`{}", did_you_mean(word, &EVENTS))
    }
}

fn did_you_mean(word: &str, names: &[&str]) -> String {
    let best = names
        .iter()
        .map(|name| (strsim::jaro_winkler(word, name), name))
        .max_by(|a, b| a.0.total_cmp(&b.0));
    best.filter(|(likeness, _)| *likeness > 0.75)
        .map(|(_, name)| format!("; did you mean `{name}`?"))
        .unwrap_or_default()
}

fn split_day(line: &str) -> Result<(Option<u32>, &str), String> {
    let Some(rest) = line.strip_prefix("day ") else {
        return Ok((None, line));
    };
    let (number, rest) = rest
        .trim_start()
        .split_once(char::is_whitespace)
        .ok_or("a time is missing after the day")?;
    let day = number
        .parse()
        .ok()
        .filter(|day| (1..=LAST_DAY).contains(day));
    let day =
        day.ok_or_else(|| format!("`{number}` is not a day; days count from 1 to {LAST_DAY}"))?;
    Ok((Some(day), rest.trim_start()))
}

fn time_of_day(text: &str) -> Result<Duration, String> {
    let invalid = || format!("`{text}` is not a time of day; write it like `09:30` or `09:30:15`");
    let parts: Vec<&str> = text.split(':').collect();
    let digits = parts
        .iter()
        .all(|part| part.len() <= 2 && part.bytes().all(|byte| byte.is_ascii_digit()));
    let numbers: Vec<u64> = parts.iter().filter_map(|part| part.parse().ok()).collect();
    match numbers[..] {
        [h, m] if digits && h < 24 && m < 60 => Ok(Duration::from_secs(h * 3600 + m * 60)),
        [h, m, s] if digits && h < 24 && m < 60 && s < 60 => {
            Ok(Duration::from_secs(h * 3600 + m * 60 + s))
        }
        _ => Err(invalid()),
    }
}

fn reason(text: &str) -> Result<Hold, String> {
    let words: Vec<String> = text.split_whitespace().map(str::to_lowercase).collect();
    if words.is_empty() {
        Err("a reason is missing, such as `call` or `do-not-disturb`".to_owned())
    } else {
        Ok(Hold::from(words.join("-")))
    }
}

fn length(text: &str) -> Result<Duration, String> {
    if text.is_empty() {
        return Err("a length of time is missing, such as `10 min`".to_owned());
    }
    text.parse::<Span>()
        .map(Span::duration)
        .map_err(|error| error.with_advice())
}

fn signed_length(text: &str) -> Result<SignedDuration, String> {
    let invalid =
        || format!("`{text}` is not a step of the clock; write it like `+1 h` or `-30 min`");
    let (sign, rest) = text.split_at_checked(1).ok_or_else(invalid)?;
    let by = SignedDuration::try_from(length(rest.trim())?).map_err(|_| invalid())?;
    match sign {
        "+" => Ok(by),
        "-" => Ok(-by),
        _ => Err(invalid()),
    }
}

fn zone(name: &str) -> Result<TimeZone, String> {
    TimeZone::get(name)
        .map_err(|_| format!("there is no time zone `{name}`; write it like `Europe/Berlin`"))
}

/// Runs a script and writes a JSON object per line for every effect and every change of phase.
///
/// # Errors
/// If the output can't be written.
pub fn play(script: &Script, setting: Config<'_>, out: &mut dyn Write) -> io::Result<()> {
    let Some(first) = script.0.first() else {
        return Ok(());
    };
    let mut stage = Simulation::new(setting, first.at, out);
    for line in &script.0 {
        stage.pass_until(line.at - first.at)?;
        if line.entry == Entry::End {
            break;
        }
        stage.apply(&line.entry)?;
    }
    stage.out.flush()
}

struct Simulation<'a> {
    schedule: Schedule,
    setting: Config<'a>,
    now: Moment,
    phase: Phase,
    /// The state of the idle source. `None` if it has nothing left to report.
    idle: Option<Idle>,
    /// The time at which the computer went to sleep, while it sleeps.
    asleep: Option<Duration>,
    /// The time at which the routine began.
    routine_start: Duration,
    out: &'a mut dyn Write,
}

#[derive(Clone, Copy)]
struct Idle {
    since: Duration,
    still_told: bool,
}

impl<'a> Simulation<'a> {
    fn new(setting: Config<'a>, begin: Duration, out: &'a mut dyn Write) -> Self {
        let midnight = TimeZone::UTC
            .to_timestamp(date(2026, 3, 2).at(0, 0, 0, 0))
            .unwrap_or_default();
        let begin = SignedDuration::try_from(begin).unwrap_or_default();
        let wall = midnight
            .checked_add(begin)
            .unwrap_or(midnight)
            .to_zoned_datetime(TimeZone::UTC);
        let now = Moment {
            elapsed: Duration::ZERO,
            slept: Duration::ZERO,
            wall,
        };
        let mut schedule = Schedule::new(setting.rhythm.clone(), &now);
        schedule.set_routine_names(setting.names.clone());
        Self {
            schedule,
            setting,
            now,
            phase: Phase::Sitting,
            idle: None,
            routine_start: Duration::ZERO,
            asleep: None,
            out,
        }
    }

    /// Lets time pass and wakes the schedule at its deadlines, unless the computer sleeps.
    fn pass_until(&mut self, end: Duration) -> io::Result<()> {
        while let Some(at) = self
            .next_stop()
            .filter(|at| *at <= end && self.asleep.is_none())
        {
            self.forward(at);
            let event = self.idle_event().unwrap_or(Event::Wakeup);
            self.send(event)?;
        }
        self.forward(end);
        Ok(())
    }

    fn next_stop(&self) -> Option<Duration> {
        let wakeup = self.schedule.next_wakeup().map(|(at, _)| at);
        wakeup.into_iter().chain(self.idle_stop()).min()
    }

    fn idle_stop(&self) -> Option<Duration> {
        let idle = self.idle?;
        let after = if idle.still_told {
            self.setting.away
        } else {
            self.setting.still
        };
        Some((idle.since + after).max(self.now.elapsed))
    }

    /// Returns the event of the idle source at this moment, if any.
    fn idle_event(&mut self) -> Option<Event> {
        let due = self.idle_stop().is_some_and(|at| at <= self.now.elapsed);
        let idle = self.idle.as_mut().filter(|_| due)?;
        if idle.still_told {
            let since = idle.since;
            self.idle = None;
            return Some(Event::Activity(Activity::Away { since }));
        }
        idle.still_told = true;
        Some(Event::Activity(Activity::Still))
    }

    fn apply(&mut self, entry: &Entry) -> io::Result<()> {
        if !matches!(entry, Entry::Clock(_) | Entry::Zone(_) | Entry::Sleep) {
            self.wake()?;
        }
        match entry {
            Entry::Active => self.input(Activity::Busy),
            Entry::Still => self.input(Activity::Still),
            Entry::Idle => {
                self.idle = Some(Idle {
                    since: self.now.elapsed,
                    still_told: false,
                });
                Ok(())
            }
            Entry::Lock => self.send(Event::Session(Session::Locked)),
            Entry::Unlock => {
                self.send(Event::Session(Session::Unlocked))?;
                self.input(Activity::Busy)
            }
            Entry::Sleep => {
                self.asleep = self.asleep.or(Some(self.now.elapsed));
                Ok(())
            }
            Entry::Wake | Entry::End => Ok(()),
            Entry::Hold(hold) => self.send(Event::Held(hold.clone())),
            Entry::Release(hold) => self.send(Event::Released(hold.clone())),
            Entry::Command(command) => self.send(Event::Command(command.clone())),
            Entry::Finish => self.finish(),
            Entry::Clock(by) => self.set_wall(self.now.wall.checked_add(*by).ok()),
            Entry::Zone(zone) => self.set_wall(Some(self.now.wall.with_time_zone(zone.clone()))),
        }
    }

    fn input(&mut self, activity: Activity) -> io::Result<()> {
        self.idle = None;
        self.send(Event::Activity(activity))
    }

    fn finish(&mut self) -> io::Result<()> {
        let Some(routine) = self.schedule.status(&self.now).routine else {
            return Ok(());
        };
        self.send(Event::Guide(Report::Finished {
            routine,
            seconds: (self.now.elapsed - self.routine_start).as_secs(),
            exercises: Vec::new(),
        }))
    }

    fn wake(&mut self) -> io::Result<()> {
        let Some(since) = self.asleep.take() else {
            return Ok(());
        };
        self.now.slept += self.now.elapsed - since;
        self.send(Event::Wakeup)
    }

    fn set_wall(&mut self, wall: Option<ZonedDateTime>) -> io::Result<()> {
        self.now.wall = wall.unwrap_or_else(|| self.now.wall.clone());
        if self.asleep.is_some() {
            Ok(())
        } else {
            self.send(Event::Wakeup)
        }
    }

    fn forward(&mut self, to: Duration) {
        self.now = Moment {
            wall: self.now.wall_at(to),
            elapsed: to,
            slept: self.now.slept,
        };
    }

    fn send(&mut self, event: Event) -> io::Result<()> {
        for effect in self.schedule.handle(event, &self.now) {
            if let Effect::OpenGuide { .. } = effect {
                self.routine_start = self.now.elapsed;
            }
            writeln!(self.out, "{}", effect_line(&effect, &self.now))?;
        }
        let phase = self.schedule.phase();
        if phase != self.phase {
            self.phase = phase;
            let why = self.schedule.status(&self.now).why;
            writeln!(self.out, "{}", phase_line(phase, &why, &self.now))?;
        }
        Ok(())
    }
}

/// Formats an effect as a line of JSON with its time.
#[must_use]
pub fn effect_line(effect: &Effect, now: &Moment) -> Value {
    let (name, detail) = describe(effect);
    line(now, name, detail)
}

/// Formats a change of phase as a line of JSON.
#[must_use]
pub fn phase_line(phase: Phase, why: &str, now: &Moment) -> Value {
    line(now, "phase", json!({ "phase": phase, "why": why }))
}

fn line(now: &Moment, name: &str, detail: Value) -> Value {
    let mut line =
        json!({ "elapsed": seconds(now.elapsed), "at": civil_second(&now.wall), "what": name });
    if let (Value::Object(line), Value::Object(detail)) = (&mut line, detail) {
        line.extend(detail);
    }
    line
}

fn describe(effect: &Effect) -> (&'static str, Value) {
    match effect {
        Effect::Ask(Prompt {
            reminder,
            routine,
            short,
            quiet,
        }) => (
            "ask",
            json!({ "reminder": reminder, "routine": routine, "short": short, "quiet": quiet }),
        ),
        Effect::Withdraw => ("withdraw", json!({})),
        Effect::OpenGuide { routine, .. } => ("open-guide", json!({ "routine": routine })),
        Effect::CloseGuide => ("close-guide", json!({})),
        Effect::Record(outcome) => ("record", json!(outcome)),
    }
}

fn seconds(elapsed: Duration) -> Value {
    if elapsed.subsec_nanos() == 0 {
        json!(elapsed.as_secs())
    } else {
        json!(elapsed.as_secs_f64())
    }
}

fn civil_second(wall: &ZonedDateTime) -> String {
    wall.datetime().strftime("%Y-%m-%dT%H:%M:%S").to_string()
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;

    use super::*;
    use crate::schedule::{Hours, Reminder};

    fn minutes(n: u64) -> Duration {
        Duration::from_secs(60 * n)
    }

    fn rhythm() -> Rhythm {
        Rhythm {
            sit: minutes(30),
            rest: minutes(5),
            snooze: minutes(10),
            grace: minutes(2),
            ask_for: minutes(2),
            ask_again: minutes(10),
            hold_at_most: minutes(120),
            settle: minutes(1),
            at_most_per_hour: 4,
            reminders: vec![Reminder::Stand, Reminder::Stretch],
            posture_check: false,
            routine: "desk".to_owned(),
            length: None,
            short_routine: "moment".to_owned(),
            hours: Hours::default(),
        }
    }

    fn played(script: &str) -> String {
        played_with(script, rhythm())
    }

    fn played_with(script: &str, rhythm: Rhythm) -> String {
        let routines = ["desk".to_owned(), "moment".to_owned()];
        let script = match Script::read(script, &routines) {
            Ok(script) => script,
            Err(errors) => return errors.iter().map(|error| format!("{error}\n")).collect(),
        };
        let setting = Config {
            rhythm,
            names: RoutineNames::default(),
            still: Duration::from_secs(3),
            away: minutes(1),
            routines: &routines,
        };
        let mut out = Vec::new();
        play(&script, setting, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn a_morning_comes_out_line_by_line() {
        assert_snapshot!(played("09:00 active\n09:10 still # reads\n09:31 start\n09:37 finish\n10:00 end"), @r#"
        {"elapsed":1800,"at":"2026-03-02T09:30:00","what":"ask","reminder":"stand","routine":"desk","short":false,"quiet":false}
        {"elapsed":1800,"at":"2026-03-02T09:30:00","what":"record","kind":"asked","reminder":"stand","short":false}
        {"elapsed":1800,"at":"2026-03-02T09:30:00","what":"phase","phase":"asking","why":"Time for a short walk"}
        {"elapsed":1860,"at":"2026-03-02T09:31:00","what":"withdraw"}
        {"elapsed":1860,"at":"2026-03-02T09:31:00","what":"open-guide","routine":"desk"}
        {"elapsed":1860,"at":"2026-03-02T09:31:00","what":"phase","phase":"stretching","why":"Stretching now"}
        {"elapsed":2220,"at":"2026-03-02T09:37:00","what":"record","kind":"done","routine":"desk","seconds":360}
        {"elapsed":2220,"at":"2026-03-02T09:37:00","what":"phase","phase":"sitting","why":"Next: stretch, about 10:07"}
        "#);
    }

    #[test]
    fn an_absence_is_noticed_a_minute_later_and_back_dated() {
        assert_snapshot!(played("12:00 active\n12:10 idle\n13:00 active\n13:29 end"), @r#"
        {"elapsed":660,"at":"2026-03-02T12:11:00","what":"phase","phase":"away","why":"Away since 12:10"}
        {"elapsed":900,"at":"2026-03-02T12:15:00","what":"record","kind":"sat","seconds":600,"ago":300,"total":600}
        {"elapsed":3600,"at":"2026-03-02T13:00:00","what":"record","kind":"rested","seconds":3000,"sat":600}
        {"elapsed":3600,"at":"2026-03-02T13:00:00","what":"phase","phase":"sitting","why":"Next: short walk, about 13:30"}
        "#);
    }

    #[test]
    fn a_night_across_a_set_clock_and_another_zone() {
        let script = "22:50 active\n23:00 sleep\n23:30 clock -2 h\nday 2 07:00 wake\n07:01 zone Asia/Tokyo\n07:02 pause 1 h\n08:10 end";
        assert_snapshot!(played(script), @r#"
        {"elapsed":29400,"at":"2026-03-03T05:00:00","what":"record","kind":"sat","seconds":600,"ago":28800,"total":600}
        {"elapsed":29400,"at":"2026-03-03T05:00:00","what":"record","kind":"rested","seconds":28800,"sat":600}
        {"elapsed":29520,"at":"2026-03-03T14:02:00","what":"phase","phase":"paused","why":"Paused until 15:02"}
        {"elapsed":33120,"at":"2026-03-03T15:02:00","what":"phase","phase":"due","why":"Time for a short walk soon; waiting for a good moment, 15:04 at the latest"}
        {"elapsed":33240,"at":"2026-03-03T15:04:00","what":"ask","reminder":"stand","routine":"desk","short":false,"quiet":false}
        {"elapsed":33240,"at":"2026-03-03T15:04:00","what":"record","kind":"asked","reminder":"stand","short":false}
        {"elapsed":33240,"at":"2026-03-03T15:04:00","what":"phase","phase":"asking","why":"Time for a short walk"}
        {"elapsed":33360,"at":"2026-03-03T15:06:00","what":"withdraw"}
        {"elapsed":33360,"at":"2026-03-03T15:06:00","what":"phase","phase":"sitting","why":"Next: short walk, about 15:16"}
        "#);
    }

    #[test]
    fn working_hours_are_kept() {
        let script = "09:00 active\n09:00:01 still\n13:00 end";
        let mut rhythm = rhythm();
        rhythm.hours.week[0] = vec!["9:45-12:30".parse().unwrap()];
        let phases: Vec<_> = played_with(script, rhythm)
            .lines()
            .filter(|line| line.contains("\"phase\""))
            .take(2)
            .map(str::to_owned)
            .collect();
        assert_snapshot!(phases.join("\n"), @r#"
        {"elapsed":0,"at":"2026-03-02T09:00:00","what":"phase","phase":"off-hours","why":"Outside your hours until 09:45"}
        {"elapsed":2700,"at":"2026-03-02T09:45:00","what":"phase","phase":"asking","why":"Time for a short walk"}
        "#);
    }

    #[test]
    fn all_errors_are_reported_at_once() {
        assert_snapshot!(played("9:00 activ\n08:00 still\n25:00 idle\n10:00 snooze 5\n10:00 start dsk\n10:00 clock 5 min\n10:00 zone Nowhere\n10:00 hold\nday 0 10:00 end\n10:01 skip now\n10:02"), @r#"
        line 1: there is no event `activ`; did you mean `active`?
        line 3: `25:00` is not a time of day; write it like `09:30` or `09:30:15`
        line 4: "5" has no unit; did you mean "5 min"?
        line 5: there is no routine or exercise `dsk`; did you mean `desk`?
        line 6: "min" is not a length of time; write it like `45 min`, `1 h 30 min` or `90 s`
        line 7: there is no time zone `Nowhere`; write it like `Europe/Berlin`
        line 8: a reason is missing, such as `call` or `do-not-disturb`
        line 9: `0` is not a day; days count from 1 to 36525
        line 10: `skip` stands alone; `now` is too much
        line 11: an event is missing after the time
        "#);
    }

    #[test]
    fn no_text_makes_it_panic() {
        use proptest::prelude::*;
        proptest!(|(text in "(day [0-9]{1,3} )?[0-9]{1,2}:[0-9]{1,2} (clock|pause|snooze|hold|zone|sleep|wake|idle)?[ +-]{0,2}.{0,12}\n?")| {
            played(&text);
        });
    }

    #[test]
    fn a_year_of_days_passes_at_once() {
        let day = |n: u32| {
            format!(
                "day {n} 09:00 active\n10:20 idle\n10:40 active\n12:00 lock\n13:00 unlock\n17:00 sleep\n"
            )
        };
        let script: String = (1..=365).map(day).collect();
        let out = played(&script);
        assert!(out.lines().filter(|line| line.contains("\"ask\"")).count() > 365 * 5);
    }
}
