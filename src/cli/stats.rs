//! `unhunch stats`: statistics of the history, with a small plot.

use std::io::{self, IsTerminal as _};

use jiff::tz::TimeZone;
use jiff::{ToSpan as _, ZonedDateTime};

use super::arguments::StatsArgs;
use super::{dates, failed, history, library, print, print_json, print_raw, system, usage_error};
use crate::history::stats::{Day, Part, PartKind, Period, Stats, current_stay, timeline};
use crate::history::{Entry, Log, words};
use crate::ipc::{Call, client};
use crate::lang::{tr, trn};
use crate::paths::Paths;
use crate::reason;
use crate::routine::{Library, LibraryItem};
use crate::text::printable;
use crate::time::{self, Clock};

/// The width, in columns, if that of the terminal is unknown.
const DEFAULT_WIDTH: usize = 80;
/// The maximum width of a bar, in columns: longer ones are no easier to compare.
const MAX_BAR_WIDTH: usize = 60;

pub(super) fn run(args: &StatsArgs) -> u8 {
    let now = Clock.now().wall;
    let day = match args.date.as_deref().map(|text| dates::date(text, &now)) {
        None => time::day(&now),
        Some(Ok(day)) => day,
        Some(Err(sentence)) => return usage_error(&sentence),
    };
    let period = match (args.day, args.month) {
        (true, _) => Period::day(day),
        (_, true) => Period::month(day),
        (false, false) => Period::week(day),
    };
    let paths = match Paths::find() {
        Ok(paths) => paths,
        Err(error) => return failed(&reason::of(&error)),
    };
    let entries = entries(&paths, period, &now);
    let stats = Stats::from_entries(&entries, period, time::day(&now));
    if args.json.json {
        return print_json(&stats);
    }
    if stats.is_empty() {
        return print(&empty_message(period));
    }
    let shape = PlotStyle::of_terminal();
    let plot = if args.day {
        let line = timeline(&entries, day, now.time_zone());
        day_plot(&line, now.time_zone(), shape)
    } else {
        bars(&stats, shape)
    };
    // The plot may have colours.
    print_raw(&format!(
        "{}\n\n{plot}\n{}",
        title(period),
        printable(&sentences(&stats, &library()))
    ))
}

/// The recorded entries, including those of the days around, which are needed for sittings across midnight; and the current stay.
fn entries(paths: &Paths, period: Period, now: &ZonedDateTime) -> Vec<Entry> {
    let since = period.since.saturating_sub(1.day());
    let until = period.until.saturating_add(1.day());
    let (mut entries, notices) = Log::open(paths).read_within(since, until);
    history::print_notices(&notices);
    let running = client::request(paths, Call::Status).ok();
    let sit = running
        .and_then(|reply| reply.status)
        .map(|status| status.sit_seconds);
    entries.extend(sit.and_then(|sit| current_stay(&entries, sit, now)));
    entries
}

fn title(period: Period) -> String {
    if period.since == period.until {
        return tr!(
            "{weekday} {date}",
            weekday = words::weekday(period.since),
            date = period.since
        );
    }
    tr!(
        "{since} to {until}",
        since = period.since,
        until = period.until
    )
}

fn empty_message(period: Period) -> String {
    tr!(
        "Nothing recorded for {days} yet. While Unhunch is running, it keeps track of how long you sit.",
        days = title(period)
    )
}

/// The appearance of a plot.
#[derive(Clone, Copy, Debug)]
struct PlotStyle {
    width: usize,
    coloured: bool,
}

impl PlotStyle {
    fn of_terminal() -> Self {
        let is_set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
        let is_plain = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
        Self {
            width: terminal_width().unwrap_or(DEFAULT_WIDTH),
            coloured: io::stdout().is_terminal() && !is_set("NO_COLOR") && !is_plain,
        }
    }

    /// Colours the part of a plot that should stand out.
    fn paint(self, text: &str) -> String {
        if self.coloured && !text.is_empty() {
            format!("\x1b[36m{text}\x1b[0m")
        } else {
            text.to_owned()
        }
    }
}

/// The width according to `COLUMNS` or the terminal; `None` if the output is not a terminal.
fn terminal_width() -> Option<usize> {
    let columns = std::env::var("COLUMNS").ok();
    columns
        .and_then(|text| text.parse().ok())
        .or_else(system::terminal_width)
}

/// Plots one line per day: a bar for the sit time, whose darker part is the longest sitting.
fn bars(stats: &Stats, shape: PlotStyle) -> String {
    // A full bar is at least an hour, so that a little sitting gets a short bar.
    let most = stats.days.iter().map(|day| day.sat).max();
    let most = most.unwrap_or(0).max(60 * 60);
    // Less than a minute would be labelled "0 min".
    let length_text = |day: &Day| (day.sat >= 60).then(|| words::minutes(day.sat));
    let names: Vec<String> = stats
        .days
        .iter()
        .map(|day| words::date_with_weekday(day.date))
        .collect();
    let widest = |texts: &mut dyn Iterator<Item = usize>| texts.max().unwrap_or(0);
    let for_name = widest(&mut names.iter().map(|name| display_width(name)));
    let for_length = widest(
        &mut stats
            .days
            .iter()
            .filter_map(length_text)
            .map(|text| display_width(&text)),
    );
    let room = shape
        .width
        .saturating_sub(for_name + for_length + 4)
        .clamp(8, MAX_BAR_WIDTH);
    let mut plot = String::new();
    for (day, name) in stats.days.iter().zip(&names) {
        let total = share(day.sat, most, room);
        let longest = share(day.longest.min(day.sat), most, room);
        let bar = "█".repeat(longest) + &"▒".repeat(total - longest);
        let gap = " ".repeat(for_name - display_width(name));
        let line = match length_text(day) {
            Some(length) => format!("{name}{gap}  {}  {length}", shape.paint(&bar)),
            None => name.clone(),
        };
        plot.push_str(line.trim_end());
        plot.push('\n');
    }
    let key = tr!(
        "{dark} longest sitting of the day   {light} all sitting",
        dark = "█",
        light = "▒"
    );
    format!("{plot}\n{key}\n")
}

/// The length of a part of the room, in columns; at least one unless the part is zero.
fn share(part: u64, total: u64, room: usize) -> usize {
    let share = part.saturating_mul(room as u64).div_ceil(total.max(1));
    usize::try_from(share).unwrap_or(room).min(room)
}

/// The width of a text in terminal columns. Chinese, Japanese and Korean characters take two.
fn display_width(text: &str) -> usize {
    let wide = |c: char| matches!(u32::from(c), 0x1100..=0x115f | 0x2e80..=0xa4cf | 0xac00..=0xd7a3 | 0xf900..=0xfaff | 0xfe30..=0xfe4f | 0xff00..=0xff60);
    text.chars().map(|c| if wide(c) { 2 } else { 1 }).sum()
}

/// Plots a day, from the first hour with data to the last.
fn day_plot(line: &[Part], zone: &TimeZone, shape: PlotStyle) -> String {
    let local = |at: jiff::Timestamp| at.to_zoned_datetime(zone.clone());
    let (Some(first), Some(last)) = (
        line.iter().map(|part| part.since).min(),
        line.iter().map(|part| part.until).max(),
    ) else {
        return String::new();
    };
    let first = local(first).round(hour(jiff::RoundMode::Floor));
    let last = local(last).round(hour(jiff::RoundMode::Ceil));
    let (Ok(first), Ok(last)) = (first, last) else {
        return String::new();
    };
    let hours = usize::try_from(first.duration_until(&last).as_hours())
        .unwrap_or(1)
        .max(1);
    let an_hour = ((shape.width.saturating_sub(1)) / hours).clamp(2, 12);
    let cells = hours * an_hour;
    let step = 3600.0 / an_hour as f64;
    let begin = first.timestamp();
    let strip: String = (0..cells)
        .map(|cell| {
            let middle = (cell as f64 + 0.5) * step;
            let at = jiff::SignedDuration::from_secs_f64(middle);
            begin.checked_add(at).map_or(' ', |at| cell_char(line, at))
        })
        .collect();
    let mut scale = String::new();
    for hour in 0..=hours {
        let at = first.saturating_add(i64::try_from(hour).unwrap_or(0).hours());
        let label = at
            .strftime(if an_hour >= 6 { "%H:%M" } else { "%H" })
            .to_string();
        let is_room = an_hour > display_width(&label) || hour % 3 == 0;
        let place = hour * an_hour;
        if is_room && place >= scale.len() {
            scale.push_str(&" ".repeat(place - scale.len()));
            scale.push_str(&label);
        }
    }
    let key = tr!(
        "{sat} sitting   {held} reminder held back   {stretched} stretching   {away} away",
        sat = "█",
        held = "▓",
        stretched = "~",
        away = "·"
    );
    format!("{}\n{scale}\n\n{key}\n", shape.paint(strip.trim_end()))
}

fn hour(mode: jiff::RoundMode) -> jiff::ZonedDateTimeRound {
    jiff::ZonedDateTimeRound::new()
        .smallest(jiff::Unit::Hour)
        .mode(mode)
}

/// The sign of the topmost part at that time.
fn cell_char(line: &[Part], at: jiff::Timestamp) -> char {
    let contains = |part: &&Part| part.since <= at && at < part.until;
    match line.iter().rev().find(contains).map(|part| &part.kind) {
        Some(PartKind::Stretched { .. }) => '~',
        Some(PartKind::Held { .. }) => '▓',
        Some(PartKind::Sat) => '█',
        Some(PartKind::Away) => '·',
        None => ' ',
    }
}

fn sentences(stats: &Stats, library: &Library) -> String {
    let mut lines = vec![words::sitting(stats)];
    if stats.days_sat > 1 {
        lines.push(format!("{} {}", words::longest(stats), words::trend(stats)));
    }
    lines.push(words::reminders(stats.reminders));
    if stats.reminders.all() > 0 {
        let outcomes = words::outcomes(stats.reminders).into_iter();
        let outcomes = outcomes.filter(|(_, times)| *times > 0);
        let outcomes: Vec<_> = outcomes
            .map(|(name, times)| format!("{name} {times}×"))
            .collect();
        lines.push(format!("  {}", outcomes.join(" · ")));
    }
    if !stats.exercises.is_empty() {
        lines.push(tr("Exercises:").to_owned());
    }
    for done in &stats.exercises {
        let item = library.find(&done.id);
        let name = item.as_ref().map_or(done.id.as_str(), LibraryItem::name);
        let days = trn!(done.days, "on {n} day", "on {n} days");
        lines.push(format!("  {:>3}×  {name} ({days})", done.times));
    }
    lines.push(words::check_ins(stats.check_ins));
    lines.extend(words::worse(&stats.worse));
    lines.join("\n") + "\n"
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schedule::Outcome;

    const PLAIN: PlotStyle = PlotStyle {
        width: 60,
        coloured: false,
    };

    fn at(text: &str) -> ZonedDateTime {
        format!("{text}[Europe/Berlin]").parse().unwrap()
    }

    fn sat_entry(time: &str, minutes: u64, total: u64) -> Entry {
        let (seconds, total) = (minutes * 60, total * 60);
        let ago = 0;
        Entry::new(
            Outcome::Sat {
                seconds,
                ago,
                total,
            },
            &at(time),
        )
    }

    fn week() -> Vec<Entry> {
        vec![
            sat_entry("2026-03-02T12:00:00", 120, 120),
            sat_entry("2026-03-02T14:00:00", 60, 60),
            sat_entry("2026-03-03T12:00:00", 45, 45),
            sat_entry("2026-03-05T12:00:00", 1, 1),
        ]
    }

    #[test]
    fn a_week_is_a_plot() {
        let stats = Stats::from_entries(
            &week(),
            Period::week(at("2026-03-02T00:00:00").date()),
            at("2026-03-09T00:00:00").date(),
        );
        insta::assert_snapshot!(bars(&stats, PLAIN), @r"
        Mon 2 Mar  ████████████████████████████▒▒▒▒▒▒▒▒▒▒▒▒▒  3 h
        Tue 3 Mar  ███████████  45 min
        Wed 4 Mar
        Thu 5 Mar  █  1 min
        Fri 6 Mar
        Sat 7 Mar
        Sun 8 Mar

        █ longest sitting of the day   ▒ all sitting
        ");
        let narrow = PlotStyle { width: 5, ..PLAIN };
        assert!(bars(&stats, narrow).contains("██████▒▒  3 h\n"));
    }

    #[test]
    fn a_little_sitting_has_a_short_bar_and_next_to_none_has_none() {
        let mut second = sat_entry("2026-03-02T12:00:00", 1, 1);
        second.outcome = Outcome::Sat {
            seconds: 1,
            ago: 0,
            total: 1,
        };
        let week = Period::week(at("2026-03-02T00:00:00").date());
        let plot = bars(
            &Stats::from_entries(&[second.clone()], week, jiff::civil::Date::MAX),
            PLAIN,
        );
        assert_eq!(plot.lines().next(), Some("Mon 2 Mar"), "{plot}");
        let few = [second, sat_entry("2026-03-03T12:00:00", 6, 6)];
        let plot = bars(
            &Stats::from_entries(&few, week, jiff::civil::Date::MAX),
            PLAIN,
        );
        let line = plot.lines().nth(1).unwrap();
        let bar = line.chars().filter(|c| *c == '█').count();
        assert!((1..=6).contains(&bar), "{line}");
    }

    #[test]
    fn colours_are_for_terminals() {
        let stats = Stats::from_entries(
            &week(),
            Period::week(at("2026-03-02T00:00:00").date()),
            at("2026-03-09T00:00:00").date(),
        );
        assert!(!bars(&stats, PLAIN).contains('\x1b'));
        let coloured = PlotStyle {
            coloured: true,
            ..PLAIN
        };
        assert!(bars(&stats, coloured).contains("\x1b[36m█"));
    }

    #[test]
    fn a_day_is_a_strip() {
        let mut entries = vec![
            sat_entry("2026-03-02T09:40:00", 40, 40),
            sat_entry("2026-03-02T10:30:00", 45, 85),
        ];
        let (routine, seconds) = ("desk".to_owned(), 600);
        entries.push(Entry::new(
            Outcome::Done { routine, seconds },
            &at("2026-03-02T10:30:00"),
        ));
        let now = at("2026-03-02T11:00:00");
        let line = timeline(&entries, now.date(), now.time_zone());
        insta::assert_snapshot!(day_plot(&line, now.time_zone(), PLAIN), @r"
        ████████·███████~~
        09:00       10:00       11:00

        █ sitting   ▓ reminder held back   ~ stretching   · away
        ");
        assert_eq!(day_plot(&[], now.time_zone(), PLAIN), "");
    }

    #[test]
    fn wide_characters_take_two_columns() {
        assert_eq!(display_width("Mo 2 Mär"), 8);
        assert_eq!(display_width("月 3月"), 6);
    }

    #[test]
    fn statistics_are_described_in_sentences() {
        let stats = Stats::from_entries(
            &week(),
            Period::week(at("2026-03-02T00:00:00").date()),
            at("2026-03-09T00:00:00").date(),
        );
        insta::assert_snapshot!(sentences(&stats, &Library::shipped()), @r"
        You were at the computer on 3 days, 1 h 15 min a day on average.
        The longest sitting was 2 h, and 55 min on a typical day. It takes a few more full days to see a trend.
        There were no reminders.
        You haven’t said how your upper back felt.
        ");
    }
}
