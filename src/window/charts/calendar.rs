//! The calendar chart of sitting time per day.

use jiff::civil::Date;
use unhunch::history::stats::{Day, Stats};
use unhunch::history::words;
use unhunch::lang::{tr, trn};

use super::{Chart, Table, Tick};

/// A day of the calendar.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Cell {
    /// The level from 0 (nothing) to 4.
    pub(crate) level: usize,
    pub(crate) tip: String,
}

/// Weeks side by side, each from Monday to Sunday.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Calendar {
    pub(crate) weeks: Vec<Vec<Cell>>,
    /// Labels above the first week of each month.
    pub(crate) months: Vec<Tick>,
    pub(crate) weekdays: Vec<&'static str>,
}

/// The names of the levels 1 to 4.
pub(crate) const LEVELS: [&str; 4] = ["< 3 h", "< 5 h", "< 7 h", "≥ 7 h"];

/// The maximum number of weeks.
const MAX_WEEKS: usize = 53;

/// Returns the calendar of at most the latest 53 weeks.
pub(crate) fn calendar(stats: &Stats) -> Chart<Calendar> {
    let weeks: Vec<&[Day]> = stats.days.chunks(7).collect();
    let from = weeks.len().saturating_sub(MAX_WEEKS);
    let weeks = &weeks[from..];
    let tip = |day: &Day| {
        let sitting = match day.sat {
            0 => tr("no sitting recorded").to_owned(),
            seconds => tr!("{length} of sitting", length = words::minutes(seconds)),
        };
        tr!(
            "{day}: {what}",
            day = words::date_with_weekday(day.date),
            what = sitting
        )
    };
    let cells = |week: &&[Day]| {
        let cell = |day: &Day| Cell {
            level: level(day.sat),
            tip: tip(day),
        };
        week.iter().map(cell).collect()
    };
    let rows = weeks.iter().map(|week| {
        let mut row = vec![
            week.first()
                .map_or(String::new(), |day| words::short_date(day.date)),
        ];
        row.extend(week.iter().map(|day| match day.sat {
            0 => "–".to_owned(),
            seconds => hours_and_minutes(seconds),
        }));
        row
    });
    let first = weeks.first().copied().unwrap_or_default();
    let weekdays: Vec<_> = first.iter().map(|day| words::weekday(day.date)).collect();
    let mut head = vec![tr("Week of")];
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
            months: months(weeks),
            weekdays,
        },
        table: Table {
            head,
            rows: rows.collect(),
        },
    }
}

/// Returns the month labels, each above the week with the first day of the month, if there is room.
fn months(weeks: &[&[Day]]) -> Vec<Tick> {
    let mut months: Vec<Tick> = Vec::new();
    let mut before: Option<Date> = None;
    for (place, week) in weeks.iter().enumerate() {
        let Some(last) = week.last().map(|day| day.date) else {
            continue;
        };
        if before.is_none_or(|before| before.month() != last.month()) {
            let count = weeks.len() as f64;
            let at = place as f64 / count;
            // Drop a label whose month is nearly over.
            if months.len() == 1 && at * count < 2.5 {
                months.clear();
            }
            if months
                .last()
                .is_none_or(|month| (at - month.at) * count > 2.5)
            {
                let text = words::month(last).to_owned();
                months.push(Tick { at, text });
            }
        }
        before = Some(last);
    }
    months
}

/// Returns the level of a day's sitting time in seconds.
fn level(seconds: u64) -> usize {
    match seconds {
        0 => 0,
        1..10_800 => 1,
        10_800..18_000 => 2,
        18_000..25_200 => 3,
        25_200.. => 4,
    }
}

/// Formats seconds as `4:05` (hours and minutes), for a narrow table.
fn hours_and_minutes(seconds: u64) -> String {
    let minutes = seconds.saturating_add(30) / 60;
    format!("{}:{:02}", minutes / 60, minutes % 60)
}
