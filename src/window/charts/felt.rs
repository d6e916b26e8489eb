//! The chart of how the back felt, from the answers after a routine.

use unhunch::history::stats::Stats;
use unhunch::history::words;
use unhunch::lang::tr;

use super::{Chart, MAX_BARS, Table, Tick};

/// The mean of a day's answers.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Dot {
    /// The position along the axis, from 0 to 1.
    pub(crate) at: f64,
    /// The height from 0 (worse) to 1 (better).
    pub(crate) height: f64,
    pub(crate) worse: bool,
    pub(crate) tip: String,
}

/// A line chart with one dot per day with answers.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Line {
    pub(crate) dots: Vec<Dot>,
    pub(crate) days: Vec<Tick>,
}

/// Returns the mean answer of each day.
pub(crate) fn check_ins(stats: &Stats) -> Chart<Line> {
    let last = stats.days.len().saturating_sub(1).max(1) as f64;
    let place = |index: usize| match stats.days.len() {
        ..=1 => 0.5,
        _ => index as f64 / last,
    };
    let days = stats.days.iter().enumerate();
    let days = days.filter_map(|(index, day)| Some((index, day, day.check_ins.mean()?)));
    let dots = days.map(|(index, day, mean)| Dot {
        at: place(index),
        height: f64::midpoint(mean, 1.0),
        worse: day.check_ins.worse > 0,
        tip: tr!(
            "{day}: better {better}×, same {same}×, worse {worse}×",
            day = words::date_with_weekday(day.date),
            better = day.check_ins.better,
            same = day.check_ins.same,
            worse = day.check_ins.worse
        ),
    });
    let days = stats
        .days
        .iter()
        .enumerate()
        .filter(|(_, day)| stats.days.len() <= MAX_BARS || day.date.day() == 1);
    let days = days.map(|(index, day)| Tick {
        at: place(index),
        text: if stats.days.len() <= MAX_BARS {
            words::weekday(day.date).to_owned()
        } else {
            words::month(day.date).to_owned()
        },
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
            rows: rows(stats),
        },
    }
}

/// Returns the number of each answer for every day with answers.
fn rows(stats: &Stats) -> Vec<Vec<String>> {
    let days = stats.days.iter().filter(|day| day.check_ins.all() > 0);
    let rows = days.map(|day| {
        let counts = [
            day.check_ins.better,
            day.check_ins.same,
            day.check_ins.worse,
        ];
        let mut row = vec![words::date_with_weekday(day.date)];
        row.extend(counts.map(|count| count.to_string()));
        row
    });
    rows.collect()
}
