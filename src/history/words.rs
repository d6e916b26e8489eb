//! Sentences about the history, shared by the terminal, the window and the printed report.

use jiff::civil::Date;

use super::stats::{CheckInCounts, Direction, ReminderCounts, Stats};
use crate::lang::{mark, tr, trn};
use crate::time::Span;

/// Formats a length: with seconds below ten minutes, in hours and minutes below two days, and in days above.
#[must_use]
pub fn length(seconds: u64) -> String {
    let to_the_nearest = |step: u64| seconds.saturating_add(step / 2) / step;
    match seconds {
        0 => tr!("{n} s", n = 0),
        1..600 => Span::seconds(seconds).localized(),
        600..172_800 => Span::seconds(to_the_nearest(60) * 60).localized(),
        172_800.. => trn!(to_the_nearest(86_400), "{n} day", "{n} days"),
    }
}

/// Formats a length for comparison, rounded to minutes, as `2 h 5 min`.
#[must_use]
pub fn minutes(seconds: u64) -> String {
    match seconds.saturating_add(30) / 60 {
        0 => tr!("{n} min", n = 0),
        minutes @ 1..10_080 => Span::seconds(minutes * 60).localized(),
        minutes => tr!("{n} h", n = minutes / 60),
    }
}

/// Returns the translated abbreviation of the weekday, as `Mon`.
#[must_use]
pub fn weekday(day: Date) -> &'static str {
    const NAMES: [&str; 7] = [
        mark("Mon"),
        mark("Tue"),
        mark("Wed"),
        mark("Thu"),
        mark("Fri"),
        mark("Sat"),
        mark("Sun"),
    ];
    let place = day.weekday().to_monday_zero_offset();
    tr(NAMES[usize::try_from(place).unwrap_or(0)])
}

/// Returns the translated abbreviation of the month, as `Mar`.
#[must_use]
pub fn month(day: Date) -> &'static str {
    const NAMES: [&str; 12] = [
        mark("Jan"),
        mark("Feb"),
        mark("Mar"),
        mark("Apr"),
        mark("May"),
        mark("Jun"),
        mark("Jul"),
        mark("Aug"),
        mark("Sep"),
        mark("Oct"),
        mark("Nov"),
        mark("Dec"),
    ];
    tr(NAMES[usize::try_from(day.month() - 1).unwrap_or(0)])
}

/// Formats the month with its year, as `Mar 2026`.
#[must_use]
pub fn month_of_year(day: Date) -> String {
    tr!("{month} {year}", month = month(day), year = day.year())
}

/// Formats the date without year, as `2 Mar`.
#[must_use]
pub fn short_date(date: Date) -> String {
    tr!("{day} {month}", day = date.day(), month = month(date))
}

/// Formats the date with its year, as `2 Mar 2026`.
#[must_use]
pub fn full_date(date: Date) -> String {
    tr!("{date} {year}", date = short_date(date), year = date.year())
}

/// Formats the date with its weekday, as `Mon 2 Mar`.
#[must_use]
pub fn date_with_weekday(date: Date) -> String {
    tr!(
        "{weekday} {date}",
        weekday = weekday(date),
        date = short_date(date)
    )
}

/// Describes the sit time per day, of the days with any.
#[must_use]
pub fn sitting(stats: &Stats) -> String {
    match stats.days_sat {
        0 => tr("No sitting recorded.").to_owned(),
        1 => tr!(
            "You sat for {length}, {longest} of it without a break.",
            length = minutes(stats.sat),
            longest = minutes(stats.longest)
        ),
        days => trn!(
            days,
            "You were at the computer on {n} day, {length} a day on average.",
            "You were at the computer on {n} days, {length} a day on average.",
            length = minutes(stats.sat_a_day())
        ),
    }
}

/// Describes the longest sitting, and the typical longest sitting of a day.
#[must_use]
pub fn longest(stats: &Stats) -> String {
    tr!(
        "The longest sitting was {longest}, and {usual} on a typical day.",
        longest = minutes(stats.longest),
        usual = minutes(stats.usual_longest)
    )
}

/// Describes the trend of the longest sitting, with the values at both ends of the line.
#[must_use]
pub fn trend(stats: &Stats) -> String {
    let Some(trend) = stats.trend else {
        return tr("It takes a few more full days to see a trend.").to_owned();
    };
    let (first, last) = (minutes(trend.first), minutes(trend.last));
    match trend.direction() {
        Direction::Down => tr!(
            "Trend: down from {first} to {last}.",
            first = first,
            last = last
        ),
        Direction::Level => tr!("Trend: steady at about {length}.", length = last),
        Direction::Up => tr!(
            "Trend: up from {first} to {last}.",
            first = first,
            last = last
        ),
    }
}

/// Describes the outcomes of the reminders in total.
#[must_use]
pub fn reminders(reminders: ReminderCounts) -> String {
    match reminders.all() {
        0 => tr("There were no reminders.").to_owned(),
        all => trn!(
            all,
            "{n} reminder. You stood up or stretched after {followed}.",
            "{n} reminders. You stood up or stretched after {followed} of them.",
            followed = reminders.followed()
        ),
    }
}

/// Returns the label and the number of each outcome of a reminder.
#[must_use]
pub fn outcomes(reminders: ReminderCounts) -> [(&'static str, u32); 5] {
    [
        (tr("stretched"), reminders.stretched),
        (tr("stood up"), reminders.stood),
        (tr("snoozed"), reminders.snoozed),
        (tr("skipped"), reminders.skipped),
        (tr("no answer"), reminders.ignored),
    ]
}

/// Describes the answers to how the back felt after the routines.
#[must_use]
pub fn check_ins(check_ins: CheckInCounts) -> String {
    match check_ins.all() {
        0 => tr("You haven’t said how your upper back felt.").to_owned(),
        _ => tr!(
            "After a routine, your upper back felt better {better}×, the same {same}×, worse {worse}×.",
            better = check_ins.better,
            same = check_ins.same,
            worse = check_ins.worse
        ),
    }
}

/// Lists the days on which the back felt worse; `None` without any.
#[must_use]
pub fn worse(days: &[Date]) -> Option<String> {
    if days.is_empty() {
        return None;
    }
    let named: Vec<String> = days.iter().copied().map(short_date).collect();
    Some(trn!(
        days.len() as u64,
        "It felt worse on {n} day: {days}.",
        "It felt worse on {n} days: {days}.",
        days = named.join(", ")
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::history::stats::{Period, Trend};

    #[test]
    fn lengths_are_no_more_exact_than_needed() {
        assert_eq!(length(222), "3 min 42 s");
        assert_eq!(length(1745), "29 min");
        assert_eq!(length(0), "0 s");
        assert_eq!(length(172_799), "48 h");
        assert_eq!(length(14 * 86_400 + 60), "14 days");
        assert!(length(u64::MAX).ends_with(" days"));
        assert_eq!(minutes(0), "0 min");
        assert_eq!(minutes(29), "0 min");
        assert_eq!(minutes(7549), "2 h 6 min");
        assert_eq!(minutes(60 * 3600), "60 h");
        assert_eq!(minutes(200 * 3600), "200 h");
        assert!(minutes(u64::MAX).ends_with(" h"));
    }

    #[test]
    fn days_have_names() {
        let date: Date = "2026-03-02".parse().unwrap();
        assert_eq!(date_with_weekday(date), "Mon 2 Mar");
        assert_eq!(full_date(date), "2 Mar 2026");
        assert_eq!(weekday(date.yesterday().unwrap()), "Sun");
        assert_eq!(month("2026-12-31".parse().unwrap()), "Dec");
    }

    /// The sentence uses the ends of the line, so the two cannot contradict each other.
    #[test]
    fn the_sentence_matches_the_trend_line() {
        let day: Date = "2026-03-02".parse().unwrap();
        let mut stats = Stats::from_entries(&[], Period::day(day), day);
        let mut trend = |first: u64, last: u64| {
            stats.trend = Some(Trend {
                since: day,
                until: day,
                first: 60 * first,
                last: 60 * last,
            });
            trend(&stats)
        };
        assert_eq!(trend(72, 47), "Trend: down from 1 h 12 min to 47 min.");
        assert_eq!(trend(30, 45), "Trend: up from 30 min to 45 min.");
        assert_eq!(trend(48, 47), "Trend: steady at about 47 min.");
    }

    #[test]
    fn days_that_felt_worse_are_listed() {
        assert_eq!(worse(&[]), None);
        let days = ["2026-03-02", "2026-04-01"].map(|day| day.parse().unwrap());
        assert_eq!(
            worse(&days).unwrap(),
            "It felt worse on 2 days: 2 Mar, 1 Apr."
        );
    }
}
