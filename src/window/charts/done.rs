//! The charts of reminder outcomes and of completed exercises.

use std::collections::BTreeMap;

use unhunch::history::stats::{DoneCounts, SEVERAL, Stats};
use unhunch::history::words;
use unhunch::lang::{tr, trn};
use unhunch::routine::Library;

use super::{Chart, Table};

/// A share of the whole.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Share {
    pub(crate) name: &'static str,
    pub(crate) times: u32,
    pub(crate) part: f64,
}

/// The count of one exercise or routine.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct DoneBar {
    pub(crate) name: String,
    pub(crate) times: u32,
    pub(crate) part: f64,
    /// The number of days, and of days on which the recommended or prescribed count was reached.
    pub(crate) line: String,
}

/// Returns the outcomes of the reminders.
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

/// Returns the count of each exercise and of each prescribed routine.
pub(crate) fn exercises(stats: &Stats, library: &Library) -> Chart<Vec<DoneBar>> {
    let dose = |id: &str| library.find(id).and_then(|item| item.per_day());
    let by_id: BTreeMap<&str, &DoneCounts> = stats
        .exercises
        .iter()
        .chain(&stats.routines)
        .map(|done| (done.id.as_str(), done))
        .collect();
    let prescribed = library
        .iter()
        .filter(|item| item.per_day().is_some())
        .map(|item| item.id().to_owned());
    let mut ids: Vec<String> = prescribed.collect();
    let others = stats.exercises.iter().map(|done| done.id.clone());
    ids.extend(others.filter(|id| dose(id).is_none()));
    let times = |id: &str| by_id.get(id).map_or(0, |done| done.times);
    let most = ids.iter().map(|id| times(id)).max().unwrap_or(0).max(1);
    // On a single day, a bar is full once the prescription is.
    let is_day = stats.days.len() == 1;
    let full = |id: &str| dose(id).filter(|_| is_day).unwrap_or(most);
    let bars: Vec<DoneBar> = ids
        .iter()
        .map(|id| DoneBar {
            name: library.name_of(id).to_owned(),
            times: times(id),
            part: (f64::from(times(id)) / f64::from(full(id))).min(1.0),
            line: details(stats, library, id, by_id.get(id.as_str()).copied()),
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

fn details(stats: &Stats, library: &Library, id: &str, done: Option<&DoneCounts>) -> String {
    let days = done.map_or(0, |done| done.days);
    let all = u32::try_from(stats.days.len()).unwrap_or(u32::MAX);
    let several = library
        .exercise(id)
        .is_some_and(|exercise| exercise.several);
    let goal = match library.find(id).and_then(|item| item.per_day()) {
        Some(dose) if all == 1 => tr!(
            "{done} of {all} prescribed",
            done = done.map_or(0, |done| done.times),
            all = dose
        ),
        Some(dose) => trn!(
            stats.days_with(id, dose),
            "prescribed {dose}× a day; reached on {n} day",
            "prescribed {dose}× a day; reached on {n} days",
            dose = dose
        ),
        None if several => trn!(
            stats.days_with(id, SEVERAL),
            "best done several times a day; {times}× or more on {n} day",
            "best done several times a day; {times}× or more on {n} days",
            times = SEVERAL
        ),
        None => String::new(),
    };
    let mut parts = Vec::new();
    if all > 1 {
        parts.push(trn!(days, "on {n} day", "on {n} days"));
    }
    if let Some(started) = done.map(|done| done.parts).filter(|parts| *parts > 0) {
        parts.push(trn!(
            started,
            "{n}× started but not completed",
            "{n}× started but not completed"
        ));
    }
    if !goal.is_empty() {
        parts.push(goal);
    }
    parts.join(" · ")
}

#[cfg(test)]
mod tests {
    use jiff::ZonedDateTime;
    use unhunch::history::Entry;
    use unhunch::history::stats::Period;
    use unhunch::schedule::Outcome;

    use super::*;

    #[test]
    fn a_bar_is_full_when_the_prescription_is() {
        let mut library = Library::shipped();
        let routine = "[[routine]]\nid = \"mine\"\nname = \"Mine\"\nabout = \"x\"\nexercises = [\"cat-cow\"]\nper_day = 4\n";
        assert_eq!(library.add(&[], ("routines.toml", routine)), []);
        let now: ZonedDateTime = "2026-03-02T09:30:00[Europe/Berlin]".parse().unwrap();
        let done = Outcome::Done {
            routine: "mine".to_owned(),
            seconds: 60,
        };
        let entries = [Entry::new(done, &now)];
        let chart =
            |period| exercises(&Stats::from_entries(&entries, period, now.date()), &library);
        let day = chart(Period::day(now.date()));
        assert_eq!(day.shape[0].part, 0.25);
        assert_eq!(day.shape[0].line, "1 of 4 prescribed");
        let week = chart(Period::week(now.date()));
        assert_eq!(week.shape[0].part, 1.0);
        assert_eq!(
            week.shape[0].line,
            "on 1 day · prescribed 4× a day; reached on 0 days"
        );
    }
}
