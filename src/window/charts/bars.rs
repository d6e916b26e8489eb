//! Bar charts of the sitting time and the longest sitting per day, week or month.

use jiff::civil::Date;
use unhunch::history::stats::{Day, Period, Stats};
use unhunch::history::words;
use unhunch::lang::tr;

use super::{Chart, MAX_BARS, Table, Tick};

/// A bar with heights from 0 to 1. A part of it is darker.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Bar {
    pub(crate) label: String,
    /// The month below the label, where a new one begins.
    pub(crate) under: &'static str,
    pub(crate) height: f64,
    pub(crate) dark: f64,
    pub(crate) tip: String,
}

/// A bar chart with horizontal lines at round lengths of time.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Bars {
    pub(crate) bars: Vec<Bar>,
    pub(crate) lines: Vec<Tick>,
    pub(crate) trend: Option<TrendLine>,
}

/// The ends of the trend line: positions along the axis and heights, each from 0 to 1.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct TrendLine {
    pub(crate) from: f64,
    pub(crate) first: f64,
    pub(crate) to: f64,
    pub(crate) last: f64,
}

/// Returns the sitting time, with one bar per day, or per week or month if the days would be too narrow.
pub(crate) fn sitting(stats: &Stats) -> Chart<Bars> {
    let groups = groups(stats);
    let daily = |group: &Stats| group.sat_a_day();
    let scale = Scale::for_lengths(groups.iter().map(|group| daily(&group.stats)));
    let bars = groups.iter().map(|group| {
        let longest = group.stats.usual_longest;
        Bar {
            label: group.label.clone(),
            under: group.under,
            height: scale.height(daily(&group.stats)),
            dark: scale.height(longest),
            tip: tr!(
                "{day}: {sat} of sitting, {longest} of it without a break",
                day = group.name,
                sat = words::minutes(daily(&group.stats)),
                longest = words::minutes(longest)
            ),
        }
    });
    let rows = groups.iter().map(|group| {
        vec![
            group.name.clone(),
            or_dash(daily(&group.stats)),
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
                tr("Period"),
                tr("Sitting per day"),
                tr("Longest sitting"),
                tr("Sittings"),
            ],
            rows: rows.collect(),
        },
    }
}

/// Returns the longest sitting of each day, with the trend.
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
        label: if stats.days.len() <= MAX_BARS {
            words::weekday(day.date).to_owned()
        } else {
            month(day)
        },
        under: "",
        height: scale.height(day.longest),
        dark: scale.height(day.longest),
        tip: tr!(
            "{day}: {longest} without a break",
            day = words::date_with_weekday(day.date),
            longest = words::minutes(day.longest)
        ),
    });
    let rows = stats.days.iter().filter(|day| day.longest > 0).map(|day| {
        vec![
            words::date_with_weekday(day.date),
            words::minutes(day.longest),
            words::minutes(day.sat),
        ]
    });
    Chart {
        title: tr("Longest sitting each day"),
        about: format!("{} {}", words::longest(stats), words::trend(stats)),
        shape: Bars {
            bars: bars.collect(),
            lines: scale.lines(),
            trend: trend(stats, &scale),
        },
        table: Table {
            head: vec![tr("Day"), tr("Longest sitting"), tr("Total sitting")],
            rows: rows.collect(),
        },
    }
}

/// Returns the trend line, from the centre of its first bar to the centre of its last.
fn trend(stats: &Stats, scale: &Scale) -> Option<TrendLine> {
    let count = stats.days.len().max(1) as f64;
    let middle = |date: Date| {
        let place = stats.days.iter().position(|day| day.date == date);
        place.map(|place| (place as f64 + 0.5) / count)
    };
    let trend = stats.trend?;
    Some(TrendLine {
        from: middle(trend.since)?,
        first: scale.height(trend.first),
        to: middle(trend.until)?,
        last: scale.height(trend.last),
    })
}

/// Returns a length of time for a table, or a dash for 0.
fn or_dash(seconds: u64) -> String {
    match seconds {
        0 => "–".to_owned(),
        seconds => words::minutes(seconds),
    }
}

/// The days of one bar.
struct Group {
    label: String,
    under: &'static str,
    name: String,
    stats: Stats,
}

/// The number of days from which bars are months instead of weeks.
const WEEKS: usize = 26 * 7;

/// The period of one bar.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Grain {
    Day,
    Week,
    Month,
}

impl Grain {
    fn for_stats(stats: &Stats) -> Self {
        let days = stats.days.len();
        if days <= MAX_BARS {
            Self::Day
        } else if days <= WEEKS {
            Self::Week
        } else {
            Self::Month
        }
    }
}

fn groups(stats: &Stats) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    let grain = Grain::for_stats(stats);
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
            Grain::Day => (
                words::weekday(day.date).to_owned(),
                words::date_with_weekday(day.date),
            ),
            Grain::Week => (
                period.since.day().to_string(),
                tr!("week of {day}", day = words::short_date(period.since)),
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
        // Drop the first month if it has only one week: the two labels would run together.
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

/// The vertical scale of lengths of time, in seconds.
struct Scale {
    top: u64,
    step: u64,
}

impl Scale {
    /// Creates a scale with up to four lines at round lengths.
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

#[cfg(test)]
mod tests {
    use jiff::ToSpan as _;
    use jiff::tz::TimeZone;
    use unhunch::history::Entry;
    use unhunch::schedule::Outcome;

    use super::*;

    fn sitting_entry(day: Date, minutes: u64) -> Entry {
        let (seconds, total, ago) = (60 * minutes, 60 * minutes, 0);
        let outcome = Outcome::Sat {
            seconds,
            ago,
            total,
        };
        let at = day
            .at(12, 0, 0, 0)
            .to_zoned_datetime(TimeZone::UTC)
            .unwrap();
        Entry::new(outcome, &at)
    }

    /// The trend runs from the first to the last full day with sitting, not across the whole chart.
    #[test]
    fn the_trend_ends_where_the_days_do() {
        let period = Period::week("2026-03-02".parse().unwrap());
        let day = |after: i64| period.since.saturating_add(after.days());
        let entries: Vec<Entry> = [60, 50, 40, 30, 20]
            .into_iter()
            .zip(1..)
            .map(|(minutes, after)| sitting_entry(day(after), minutes))
            .collect();
        let chart = longest(&Stats::from_entries(&entries, period, Date::MAX));
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

    /// "Aug" and "Sep" must not read "AugSep".
    #[test]
    fn months_below_the_weeks_do_not_touch() {
        for (last, first_two) in [
            // Thirteen weeks from 31 August and from 17 August.
            ("2026-11-23", ["", "Sep"]),
            ("2026-11-09", ["Aug", ""]),
        ] {
            let period = Period::quarter(last.parse().unwrap());
            let chart = sitting(&Stats::from_entries(&[], period, Date::MAX));
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
