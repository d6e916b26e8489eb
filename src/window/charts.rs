//! What the history's charts show, whoever draws them: the window or a page to print. Nothing here knows pixels or colours.
//!
//! Every chart has a sentence that says what is to be seen in it, and a table with all of it.

use std::collections::BTreeMap;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{RoundMode, SignedDuration, Timestamp, ToSpan as _, Unit, Zoned, ZonedRound};
use unhunch::history::stats::{Day, Done, Part, Period, SEVERAL, Stats, What};
use unhunch::history::words;
use unhunch::lang::{tr, trn};
use unhunch::routine::{Found, Library};
use unhunch::schedule::Hold;

/// A table: what each column is, and the rows.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Table {
    pub(crate) head: Vec<&'static str>,
    pub(crate) rows: Vec<Vec<String>>,
}

/// A chart, or rather what it says.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Chart<Shape> {
    pub(crate) title: &'static str,
    /// What is to be seen in it.
    pub(crate) about: String,
    pub(crate) shape: Shape,
    pub(crate) table: Table,
}

/// A place along an axis, from 0 to 1, and what is written there.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Tick {
    pub(crate) at: f64,
    pub(crate) text: String,
}

/// What a piece of a day is, from the ground up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Away,
    Sat,
    Held,
    Stretched,
}

/// A piece of a day, from 0 to 1 of what is shown of it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Piece {
    pub(crate) kind: Kind,
    pub(crate) start: f64,
    pub(crate) length: f64,
    pub(crate) tip: String,
}

/// A day as a line of time.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Strip {
    pub(crate) pieces: Vec<Piece>,
    pub(crate) hours: Vec<Tick>,
}

/// A bar, from 0 to 1; a part of it is darker.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Bar {
    pub(crate) label: String,
    /// Below the label: the month, where one begins.
    pub(crate) under: &'static str,
    pub(crate) whole: f64,
    pub(crate) dark: f64,
    pub(crate) tip: String,
}

/// Bars beside each other over lines with lengths of time.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Bars {
    pub(crate) bars: Vec<Bar>,
    pub(crate) lines: Vec<Tick>,
    pub(crate) trend: Option<TrendLine>,
}

/// The ends of a trend: where along the axis, and how high, each from 0 to 1.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct TrendLine {
    pub(crate) from: f64,
    pub(crate) first: f64,
    pub(crate) to: f64,
    pub(crate) last: f64,
}

/// A day of the calendar.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Cell {
    /// How much, from 0, nothing, to 4.
    pub(crate) level: usize,
    pub(crate) tip: String,
}

/// Weeks beside each other, each from Monday to Sunday.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Calendar {
    pub(crate) weeks: Vec<Vec<Cell>>,
    /// Above the first week of each month.
    pub(crate) months: Vec<Tick>,
    pub(crate) weekdays: Vec<&'static str>,
}

/// A part of a whole.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Share {
    pub(crate) name: &'static str,
    pub(crate) times: u32,
    pub(crate) part: f64,
}

/// How often something was done.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct DoneBar {
    pub(crate) name: String,
    pub(crate) times: u32,
    pub(crate) part: f64,
    /// On how many days, and what of what is good or was prescribed.
    pub(crate) line: String,
}

/// How the back felt on a day.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Dot {
    /// When, from 0 to 1.
    pub(crate) at: f64,
    /// How, from 0, worse, to 1, better.
    pub(crate) height: f64,
    pub(crate) worse: bool,
    pub(crate) tip: String,
}

/// How the back felt, day by day.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Line {
    pub(crate) dots: Vec<Dot>,
    pub(crate) days: Vec<Tick>,
}

/// From the first hour with something in it to the last.
struct Hours {
    begin: Zoned,
    seconds: f64,
}

impl Hours {
    fn around(parts: &[Part], zone: &TimeZone) -> Option<Self> {
        let local = |at: Timestamp| at.to_zoned(zone.clone());
        let round = |at: Zoned, mode| {
            at.round(ZonedRound::new().smallest(Unit::Hour).mode(mode))
                .ok()
        };
        let first = parts.iter().map(|part| part.since).min()?;
        let last = parts.iter().map(|part| part.until).max()?;
        let begin = round(local(first), RoundMode::Floor)?;
        let end = round(local(last), RoundMode::Ceil)?;
        // A line of a single hour would make a minute look long.
        let end = end.max(begin.saturating_add(FEWEST.hours()));
        let seconds = begin.duration_until(&end).as_secs_f64();
        Some(Self { begin, seconds })
    }

    fn place(&self, at: Timestamp) -> f64 {
        let seconds = self.begin.timestamp().duration_until(at).as_secs_f64();
        (seconds / self.seconds).clamp(0.0, 1.0)
    }

    /// At most six, whole hours apart.
    fn ticks(&self) -> Vec<Tick> {
        let hours = (self.seconds / 3600.0).round() as i64;
        let steps = [1, 2, 3, 4, 6];
        let step = steps.into_iter().find(|step| hours / step < 6).unwrap_or(6);
        let ticks = (0..=hours).step_by(usize::try_from(step).unwrap_or(1));
        ticks
            .map(|hour| Tick {
                at: hour as f64 / hours.max(1) as f64,
                text: self
                    .begin
                    .saturating_add(SignedDuration::from_hours(hour))
                    .strftime("%-H:%M")
                    .to_string(),
            })
            .collect()
    }
}

/// So many hours are shown of a day at least.
const FEWEST: i64 = 4;

/// The day as it went.
pub(crate) fn day(parts: &[Part], library: &Library, zone: &TimeZone) -> Chart<Strip> {
    let mut pieces = Vec::new();
    let mut rows = Vec::new();
    let hours = Hours::around(parts, zone);
    let clock = |at: Timestamp| at.to_zoned(zone.clone()).strftime("%-H:%M").to_string();
    let mut in_order: Vec<&Part> = parts.iter().collect();
    in_order.sort_by_key(|part| part.since);
    for part in in_order {
        let (since, until) = (clock(part.since), clock(part.until));
        let what = what(&part.what, library);
        rows.push(vec![
            since.clone(),
            until.clone(),
            what.clone(),
            words::length(part.seconds()),
        ]);
        let Some(hours) = &hours else {
            continue;
        };
        let start = hours.place(part.since);
        pieces.push(Piece {
            kind: kind(&part.what),
            start,
            length: hours.place(part.until) - start,
            tip: tr!(
                "{since} to {until}: {what}",
                since = since,
                until = until,
                what = what
            ),
        });
    }
    // What lies on top comes last.
    pieces.sort_by_key(|piece| piece.kind as u8);
    Chart {
        title: tr("The day"),
        about: about_day(parts),
        shape: Strip {
            pieces,
            hours: hours.map(|hours| hours.ticks()).unwrap_or_default(),
        },
        table: Table {
            head: vec![tr("From"), tr("Until"), tr("What"), tr("How long")],
            rows,
        },
    }
}

fn about_day(parts: &[Part]) -> String {
    let sum = |kind_of: Kind| -> u64 {
        let of = parts.iter().filter(|part| kind(&part.what) == kind_of);
        of.map(Part::seconds).sum()
    };
    let sat = tr!(
        "Sitting: {length}.",
        length = words::minutes(sum(Kind::Sat))
    );
    let away = tr!("Away: {length}.", length = words::minutes(sum(Kind::Away)));
    let stretched = tr!(
        "Stretching: {length}.",
        length = words::minutes(sum(Kind::Stretched))
    );
    let mut sentences = vec![sat, away, stretched];
    if sum(Kind::Held) > 0 {
        sentences.push(tr!(
            "A reminder was held back for {length}.",
            length = words::minutes(sum(Kind::Held))
        ));
    }
    sentences.join(" ")
}

fn kind(what: &What) -> Kind {
    match what {
        What::Away => Kind::Away,
        What::Sat => Kind::Sat,
        What::Held { .. } => Kind::Held,
        What::Stretched { .. } => Kind::Stretched,
    }
}

/// The words for a kind, in a legend.
pub(crate) fn kind_name(kind: Kind) -> &'static str {
    match kind {
        Kind::Away => tr("away"),
        Kind::Sat => tr("sitting"),
        Kind::Held => tr("reminder held back"),
        Kind::Stretched => tr("stretching"),
    }
}

fn what(what: &What, library: &Library) -> String {
    match what {
        What::Away | What::Sat => kind_name(kind(what)).to_owned(),
        What::Held { reasons } => {
            let reasons: Vec<String> = reasons.iter().map(Hold::said).collect();
            tr!(
                "reminder held back ({reasons})",
                reasons = reasons.join(", ")
            )
        }
        What::Stretched { routine } => {
            tr!("stretching ({routine})", routine = name(library, routine))
        }
    }
}

/// The name of a routine or an exercise; its id, where it is gone.
fn name(library: &Library, id: &str) -> String {
    let found = library.find(id);
    found.as_ref().map_or(id, Found::name).to_owned()
}

/// Bars of the days, or, of so many days that bars would be hairs, of weeks or of months.
pub(crate) fn sitting(stats: &Stats) -> Chart<Bars> {
    let groups = groups(stats);
    let whole = |group: &Stats| group.sat_a_day();
    let scale = Scale::for_lengths(groups.iter().map(|group| whole(&group.stats)));
    let bars = groups.iter().map(|group| {
        let longest = group.stats.usual_longest;
        Bar {
            label: group.label.clone(),
            under: group.under,
            whole: scale.height(whole(&group.stats)),
            dark: scale.height(longest),
            tip: tr!(
                "{day}: {sat} of sitting, {longest} of it without a break",
                day = group.name,
                sat = words::minutes(whole(&group.stats)),
                longest = words::minutes(longest)
            ),
        }
    });
    let rows = groups.iter().map(|group| {
        vec![
            group.name.clone(),
            or_dash(whole(&group.stats)),
            or_dash(group.stats.usual_longest),
            group.stats.spells.to_string(),
        ]
    });
    let single = groups.len() == stats.days.len();
    Chart {
        title: if single {
            tr("Sitting")
        } else {
            tr("Sitting on an average day")
        },
        about: words::sitting(stats),
        shape: Bars {
            bars: bars.collect(),
            lines: scale.lines(),
            trend: None,
        },
        table: Table {
            head: vec![
                tr("When"),
                tr("Sitting a day"),
                tr("Longest sitting"),
                tr("Sittings"),
            ],
            rows: rows.collect(),
        },
    }
}

/// A length of time, in a table.
fn or_dash(seconds: u64) -> String {
    match seconds {
        0 => "–".to_owned(),
        seconds => words::minutes(seconds),
    }
}

/// Days that make a bar.
struct Group {
    label: String,
    under: &'static str,
    name: String,
    stats: Stats,
}

/// So many bars have room side by side.
const MANY: usize = 14;
/// Of more days than this the months are compared.
const WEEKS: usize = 26 * 7;

/// What a bar stands for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Grain {
    Day,
    Week,
    Month,
}

impl Grain {
    fn of(stats: &Stats) -> Self {
        let many = stats.days.len();
        if many <= MANY {
            Self::Day
        } else if many <= WEEKS {
            Self::Week
        } else {
            Self::Month
        }
    }
}

fn groups(stats: &Stats) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    let grain = Grain::of(stats);
    for day in &stats.days {
        let period = match grain {
            Grain::Day => Period::day(day.date),
            Grain::Week => Period::week(day.date),
            Grain::Month => Period::month(day.date),
        };
        let is_here = |group: &Group| group.stats.period == period;
        if groups.last().is_some_and(is_here) {
            continue;
        }
        let (label, name) = match grain {
            Grain::Day => (words::weekday(day.date).to_owned(), words::dated(day.date)),
            Grain::Week => (
                period.since.day().to_string(),
                tr!("week from {day}", day = words::day(period.since)),
            ),
            Grain::Month => (
                words::month(day.date).to_owned(),
                words::month_of_year(day.date),
            ),
        };
        let before = groups.last().map(|group| group.stats.period.since);
        let is_new = |before: Date| before.month() != period.since.month();
        let under = if grain == Grain::Week && before.is_none_or(is_new) {
            words::month(period.since)
        } else {
            ""
        };
        // A month that has only the first week gives way to the next: beside each other they would read as one word.
        if let [only] = &mut groups[..]
            && !under.is_empty()
        {
            only.under = "";
        }
        groups.push(Group {
            label,
            under,
            name,
            stats: stats.within(period),
        });
    }
    groups
}

/// How high a length of time stands.
struct Scale {
    top: u64,
    step: u64,
}

impl Scale {
    /// Three or four lines over the longest, at lengths that people say.
    fn for_lengths(lengths: impl Iterator<Item = u64>) -> Self {
        const STEPS: [u64; 9] = [5, 10, 15, 30, 60, 120, 180, 240, 360];
        let most = lengths.max().unwrap_or(0).max(1).div_ceil(60);
        let fits = |step: &u64| most.div_ceil(*step) <= 4;
        let step = STEPS.into_iter().find(fits).unwrap_or(360);
        let top = most.div_ceil(step) * step;
        Self {
            top: top * 60,
            step: step * 60,
        }
    }

    fn height(&self, length: u64) -> f64 {
        (length as f64 / self.top as f64).min(1.0)
    }

    fn lines(&self) -> Vec<Tick> {
        let lines = (0..=self.top / self.step).map(|line| line * self.step);
        lines
            .map(|length| Tick {
                at: self.height(length),
                text: match length {
                    0 => String::new(),
                    _ if self.step < 3600 => tr!("{n} min", n = length / 60),
                    _ => tr!("{n} h", n = length / 3600),
                },
            })
            .collect()
    }
}

/// The longest sitting of each day, with the trend.
pub(crate) fn longest(stats: &Stats) -> Chart<Bars> {
    let trend_ends = stats
        .trend
        .into_iter()
        .flat_map(|trend| [trend.first, trend.last]);
    let days = stats.days.iter().map(|day| day.longest);
    let scale = Scale::for_lengths(days.chain(trend_ends));
    let month = |day: &Day| {
        if day.date.day() == 1 {
            words::month(day.date).to_owned()
        } else {
            String::new()
        }
    };
    let bars = stats.days.iter().map(|day| Bar {
        label: if stats.days.len() <= MANY {
            words::weekday(day.date).to_owned()
        } else {
            month(day)
        },
        under: "",
        whole: scale.height(day.longest),
        dark: scale.height(day.longest),
        tip: tr!(
            "{day}: {longest} without a break",
            day = words::dated(day.date),
            longest = words::minutes(day.longest)
        ),
    });
    let rows = stats.days.iter().filter(|day| day.longest > 0).map(|day| {
        vec![
            words::dated(day.date),
            words::minutes(day.longest),
            words::minutes(day.sat),
        ]
    });
    let count = stats.days.len().max(1) as f64;
    let middle = |date: Date| {
        let place = stats.days.iter().position(|day| day.date == date);
        place.map(|place| (place as f64 + 0.5) / count)
    };
    let trend = stats.trend.and_then(|trend| {
        Some(TrendLine {
            from: middle(trend.since)?,
            first: scale.height(trend.first),
            to: middle(trend.until)?,
            last: scale.height(trend.last),
        })
    });
    Chart {
        title: tr("Longest sitting of each day"),
        about: format!("{} {}", words::longest(stats), words::trend(stats)),
        shape: Bars {
            bars: bars.collect(),
            lines: scale.lines(),
            trend,
        },
        table: Table {
            head: vec![tr("Day"), tr("Longest sitting"), tr("Sitting in all")],
            rows: rows.collect(),
        },
    }
}

/// What a day's sitting is in the calendar.
fn level(sat: u64) -> usize {
    match sat {
        0 => 0,
        1..10_800 => 1,
        10_800..18_000 => 2,
        18_000..25_200 => 3,
        25_200.. => 4,
    }
}

/// The words for the levels of the calendar, from 1 on.
pub(crate) const LEVELS: [&str; 4] = ["< 3 h", "< 5 h", "< 7 h", "≥ 7 h"];

/// So many weeks of a calendar have room.
const LONGEST_CALENDAR: usize = 53;

/// Each day of the weeks.
pub(crate) fn calendar(stats: &Stats) -> Chart<Calendar> {
    let weeks: Vec<&[Day]> = stats.days.chunks(7).collect();
    let from = weeks.len().saturating_sub(LONGEST_CALENDAR);
    let weeks = &weeks[from..];
    let tip = |day: &Day| {
        let sat = match day.sat {
            0 => tr("no sitting recorded").to_owned(),
            sat => tr!("{length} of sitting", length = words::minutes(sat)),
        };
        tr!("{day}: {what}", day = words::dated(day.date), what = sat)
    };
    let cells = |week: &&[Day]| {
        let cell = |day: &Day| Cell {
            level: level(day.sat),
            tip: tip(day),
        };
        week.iter().map(cell).collect()
    };
    let mut months: Vec<Tick> = Vec::new();
    let mut before: Option<Date> = None;
    for (place, week) in weeks.iter().enumerate() {
        let Some(last) = week.last().map(|day| day.date) else {
            continue;
        };
        // The week of a month's first day has its name, if there is room up to the next.
        if before.is_none_or(|before| before.month() != last.month()) {
            let many = weeks.len() as f64;
            let at = place as f64 / many;
            // A month of which only the end is seen gives way.
            if months.len() == 1 && at * many < 2.5 {
                months.clear();
            }
            if months
                .last()
                .is_none_or(|month| (at - month.at) * many > 2.5)
            {
                let text = words::month(last).to_owned();
                months.push(Tick { at, text });
            }
        }
        before = Some(last);
    }
    let rows = weeks.iter().map(|week| {
        let mut row = vec![
            week.first()
                .map_or(String::new(), |day| words::day(day.date)),
        ];
        row.extend(week.iter().map(|day| match day.sat {
            0 => "–".to_owned(),
            sat => short(sat),
        }));
        row
    });
    let first = weeks.first().copied().unwrap_or_default();
    let weekdays: Vec<_> = first.iter().map(|day| words::weekday(day.date)).collect();
    let mut head = vec![tr("Week from")];
    head.extend(&weekdays);
    Chart {
        title: tr("Calendar"),
        about: trn!(
            stats.days_sat,
            "Sitting was recorded on {n} day.",
            "Sitting was recorded on {n} days."
        ),
        shape: Calendar {
            weeks: weeks.iter().map(cells).collect(),
            months,
            weekdays,
        },
        table: Table {
            head,
            rows: rows.collect(),
        },
    }
}

/// `4:05`: in a narrow table.
fn short(seconds: u64) -> String {
    let minutes = seconds.saturating_add(30) / 60;
    format!("{}:{:02}", minutes / 60, minutes % 60)
}

/// What became of the reminders.
pub(crate) fn reminders(stats: &Stats) -> Chart<Vec<Share>> {
    let all = f64::from(stats.reminders.all().max(1));
    let outcomes = words::outcomes(stats.reminders);
    let shares = outcomes.map(|(name, times)| Share {
        name,
        times,
        part: f64::from(times) / all,
    });
    let rows = outcomes.map(|(name, times)| vec![name.to_owned(), times.to_string()]);
    Chart {
        title: tr("After a reminder"),
        about: words::reminders(stats.reminders),
        shape: shares.into(),
        table: Table {
            head: vec![tr("Outcome"), tr("Times")],
            rows: rows.into(),
        },
    }
}

/// How often each exercise was done, and each routine that was prescribed.
pub(crate) fn exercises(stats: &Stats, library: &Library) -> Chart<Vec<DoneBar>> {
    let dose = |id: &str| library.find(id).and_then(|found| found.per_day());
    let by_id: BTreeMap<&str, &Done> = stats
        .exercises
        .iter()
        .chain(&stats.routines)
        .map(|done| (done.id.as_str(), done))
        .collect();
    let prescribed = library
        .iter()
        .filter(|found| found.per_day().is_some())
        .map(|found| found.id().to_owned());
    let mut ids: Vec<String> = prescribed.collect();
    let others = stats.exercises.iter().map(|done| done.id.clone());
    ids.extend(others.filter(|id| dose(id).is_none()));
    let times = |id: &str| by_id.get(id).map_or(0, |done| done.times);
    let most = ids.iter().map(|id| times(id)).max().unwrap_or(0).max(1);
    let bars: Vec<DoneBar> = ids
        .iter()
        .map(|id| DoneBar {
            name: name(library, id),
            times: times(id),
            part: f64::from(times(id)) / f64::from(most),
            line: line(stats, library, id, by_id.get(id.as_str()).copied()),
        })
        .collect();
    let rows = bars
        .iter()
        .map(|bar| vec![bar.name.clone(), bar.times.to_string(), bar.line.clone()]);
    Chart {
        title: tr("Exercises"),
        about: match stats.exercises.iter().map(|done| done.times).sum::<u32>() {
            0 => tr("No exercises completed.").to_owned(),
            all => trn!(all, "{n} exercise completed.", "{n} exercises completed."),
        },
        table: Table {
            head: vec![tr("Exercise"), tr("Times"), tr("Days")],
            rows: rows.collect(),
        },
        shape: bars,
    }
}

fn line(stats: &Stats, library: &Library, id: &str, done: Option<&Done>) -> String {
    let days = done.map_or(0, |done| done.days);
    let all = u32::try_from(stats.days.len()).unwrap_or(u32::MAX);
    let several = library
        .exercise(id)
        .is_some_and(|exercise| exercise.several);
    let goal = match library.find(id).and_then(|found| found.per_day()) {
        Some(dose) => tr!(
            "prescribed {dose}× a day: on {days}",
            dose = dose,
            days = trn!(stats.days_with(id, dose), "{n} day", "{n} days")
        ),
        None if several => tr!(
            "best done several times a day; {times}× or more on {days}",
            times = SEVERAL,
            days = trn!(stats.days_with(id, SEVERAL), "{n} day", "{n} days")
        ),
        None => String::new(),
    };
    let mut parts = Vec::new();
    if all > 1 {
        parts.push(trn!(days, "on {n} day", "on {n} days"));
    }
    if let Some(begun) = done.map(|done| done.parts).filter(|parts| *parts > 0) {
        parts.push(trn!(begun, "{n}× in part", "{n}× in part"));
    }
    if !goal.is_empty() {
        parts.push(goal);
    }
    parts.join(" · ")
}

/// How the back felt.
pub(crate) fn check_ins(stats: &Stats) -> Chart<Line> {
    let last = stats.days.len().saturating_sub(1).max(1) as f64;
    let place = |index: usize| match stats.days.len() {
        ..=1 => 0.5,
        _ => index as f64 / last,
    };
    let told = stats.days.iter().enumerate();
    let told = told.filter_map(|(index, day)| Some((index, day, day.check_ins.mean()?)));
    let dots = told.map(|(index, day, mean)| Dot {
        at: place(index),
        height: f64::midpoint(mean, 1.0),
        worse: day.check_ins.worse > 0,
        tip: tr!(
            "{day}: better {better}×, same {same}×, worse {worse}×",
            day = words::dated(day.date),
            better = day.check_ins.better,
            same = day.check_ins.same,
            worse = day.check_ins.worse
        ),
    });
    let days = stats
        .days
        .iter()
        .enumerate()
        .filter(|(_, day)| stats.days.len() <= MANY || day.date.day() == 1);
    let days = days.map(|(index, day)| Tick {
        at: place(index),
        text: if stats.days.len() <= MANY {
            words::weekday(day.date).to_owned()
        } else {
            words::month(day.date).to_owned()
        },
    });
    let rows = stats.days.iter().filter(|day| day.check_ins.all() > 0);
    let rows = rows.map(|day| {
        let counts = [
            day.check_ins.better,
            day.check_ins.same,
            day.check_ins.worse,
        ];
        let mut row = vec![words::dated(day.date)];
        row.extend(counts.map(|count| count.to_string()));
        row
    });
    let about = [
        Some(words::check_ins(stats.check_ins)),
        words::worse(&stats.worse),
    ];
    Chart {
        title: tr("How your upper back felt"),
        about: about.into_iter().flatten().collect::<Vec<_>>().join(" "),
        shape: Line {
            dots: dots.collect(),
            days: days.collect(),
        },
        table: Table {
            head: vec![tr("Day"), tr("Better"), tr("The same"), tr("Worse")],
            rows: rows.collect(),
        },
    }
}

#[cfg(test)]
mod tests {
    use unhunch::history::Entry;
    use unhunch::schedule::Outcome;

    use super::*;

    fn sat(day: Date, minutes: u64) -> Entry {
        let (seconds, total, ago) = (60 * minutes, 60 * minutes, 0);
        let sat = Outcome::Sat {
            seconds,
            ago,
            total,
        };
        let at = day.at(12, 0, 0, 0).to_zoned(TimeZone::UTC).unwrap();
        Entry::new(sat, &at)
    }

    /// The trend is drawn from the first to the last full day with sitting in it, whatever the chart shows around them.
    #[test]
    fn the_trend_ends_where_the_days_do() {
        let period = Period::week("2026-03-02".parse().unwrap());
        let day = |after: i64| period.since.saturating_add(after.days());
        let entries: Vec<Entry> = [60, 50, 40, 30, 20]
            .into_iter()
            .zip(1..)
            .map(|(minutes, after)| sat(day(after), minutes))
            .collect();
        let chart = longest(&Stats::of(&entries, period, Date::MAX));
        let TrendLine {
            from,
            first,
            to,
            last,
        } = chart.shape.trend.unwrap();
        assert_eq!((from, to), (1.5 / 7.0, 5.5 / 7.0));
        assert_eq!((first, last), (1.0, 20.0 / 60.0));
        assert!(chart.about.ends_with("Trend: down from 1 h to 20 min."));
    }

    /// "AugSep".
    #[test]
    fn months_below_the_weeks_do_not_touch() {
        for (last, first_two) in [
            // Thirteen weeks from 31 August, and from 17 August.
            ("2026-11-23", ["", "Sep"]),
            ("2026-11-09", ["Aug", ""]),
        ] {
            let period = Period::quarter(last.parse().unwrap());
            let chart = sitting(&Stats::of(&[], period, Date::MAX));
            let under: Vec<&str> = chart.shape.bars.iter().map(|bar| bar.under).collect();
            assert_eq!(under.len(), 13);
            assert_eq!(under[..2], first_two, "{last}");
            assert!(
                under
                    .windows(2)
                    .all(|pair| pair[0].is_empty() || pair[1].is_empty())
            );
        }
    }
}
