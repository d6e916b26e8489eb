//! What the history says in sentences, the same in the terminal, in the window and on paper.

use jiff::civil::Date;

use super::stats::{CheckIns, Reminders, Stats};
use crate::lang::{mark, tr, trn};
use crate::time::Span;

/// Seconds matter only in what is shorter than ten minutes, hours only in what is shorter than two days.
#[must_use]
pub fn length(seconds: u64) -> String {
    let to_the_nearest = |step: u64| seconds.saturating_add(step / 2) / step;
    match seconds {
        0 => tr!("{n} s", n = 0),
        1..600 => Span::seconds(seconds).said(),
        600..172_800 => Span::seconds(to_the_nearest(60) * 60).said(),
        172_800.. => trn!(to_the_nearest(86_400), "{n} day", "{n} days"),
    }
}

/// Of lengths that are compared the minutes matter, and no more: `2 h 5 min`.
#[must_use]
pub fn minutes(seconds: u64) -> String {
    match seconds.saturating_add(30) / 60 {
        0 => tr!("{n} min", n = 0),
        minutes @ 1..10_080 => Span::seconds(minutes * 60).said(),
        minutes => tr!("{n} h", n = minutes / 60),
    }
}

/// `Mon`.
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

/// `Mar`.
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

/// `Mar 2026`.
#[must_use]
pub fn month_of_year(day: Date) -> String {
    tr!("{month} {year}", month = month(day), year = day.year())
}

/// `2 Mar`.
#[must_use]
pub fn day(date: Date) -> String {
    tr!("{day} {month}", day = date.day(), month = month(date))
}

/// `Mon 2 Mar`.
#[must_use]
pub fn dated(date: Date) -> String {
    tr!(
        "{weekday} {date}",
        weekday = weekday(date),
        date = day(date)
    )
}

/// How long the person sat on the days on which that was.
#[must_use]
pub fn sitting(stats: &Stats) -> String {
    match stats.days_sat {
        0 => tr("No sitting is known of.").to_owned(),
        1 => tr!(
            "You sat for {length}, {longest} of it at a stretch.",
            length = minutes(stats.sat),
            longest = minutes(stats.longest)
        ),
        days => trn!(
            days,
            "You sat on {n} day, {length} a day.",
            "You sat on {n} days, {length} a day.",
            length = minutes(stats.sat_a_day())
        ),
    }
}

/// The longest sitting, and the usual one of a day.
#[must_use]
pub fn longest(stats: &Stats) -> String {
    tr!(
        "The longest sitting was {longest}; on most days about {usual}.",
        longest = minutes(stats.longest),
        usual = minutes(stats.usual_longest)
    )
}

/// Where the longest sitting is going. Less than two minutes a week are no trend.
#[must_use]
pub fn trend(stats: &Stats) -> &'static str {
    match stats.trend {
        None => tr("It takes a few more days to see a trend."),
        Some(..-120) => tr("The trend: you get up sooner."),
        Some(-120..=120) => tr("The trend: about the same."),
        Some(121..) => tr("The trend: you sit longer at a stretch."),
    }
}

/// What became of the reminders.
#[must_use]
pub fn reminders(reminders: Reminders) -> String {
    match reminders.all() {
        0 => tr("There was no reminder.").to_owned(),
        all => trn!(
            all,
            "{n} reminder; after {followed} you stood up or stretched.",
            "{n} reminders; after {followed} you stood up or stretched.",
            followed = reminders.followed()
        ),
    }
}

/// Each outcome of a reminder, and how often.
#[must_use]
pub fn outcomes(reminders: Reminders) -> [(&'static str, u32); 5] {
    [
        (tr("stretched"), reminders.stretched),
        (tr("stood up"), reminders.stood),
        (tr("put off"), reminders.snoozed),
        (tr("skipped"), reminders.skipped),
        (tr("no answer"), reminders.ignored),
    ]
}

/// How the back felt after the routines.
#[must_use]
pub fn check_ins(check_ins: CheckIns) -> String {
    match check_ins.all() {
        0 => tr("You have not told how your upper back felt.").to_owned(),
        _ => tr!(
            "After a routine your upper back felt better {better}×, the same {same}×, worse {worse}×.",
            better = check_ins.better,
            same = check_ins.same,
            worse = check_ins.worse
        ),
    }
}

/// On which days it felt worse, and what to think of that; nothing where it never did.
#[must_use]
pub fn worse(days: &[Date]) -> Option<String> {
    if days.is_empty() {
        return None;
    }
    let days: Vec<String> = days.iter().copied().map(day).collect();
    Some(tr!("It felt worse on: {days}.", days = days.join(", ")))
}

#[cfg(test)]
mod tests {
    use super::*;

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
        assert_eq!(dated(date), "Mon 2 Mar");
        assert_eq!(weekday(date.yesterday().unwrap()), "Sun");
        assert_eq!(month("2026-12-31".parse().unwrap()), "Dec");
    }

    #[test]
    fn days_that_felt_worse_are_told_where_there_are_any() {
        assert_eq!(worse(&[]), None);
        let days = ["2026-03-02", "2026-04-01"].map(|day| day.parse().unwrap());
        assert_eq!(worse(&days).unwrap(), "It felt worse on: 2 Mar, 1 Apr.");
    }
}
