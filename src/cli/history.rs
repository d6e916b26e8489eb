//! `unhunch history`: prints, exports or deletes entries.

use std::ffi::OsString;
use std::io::{self, IsTerminal as _, Write as _};

use jiff::civil::Date;

use super::arguments::{HistoryArgs, HistoryVerb};
use super::{DONE, FAILED, dates, failed, print, print_raw, run_window_program, usage_error};
use crate::config::user_library;
use crate::history::{self, Log, Notice, Period};
use crate::lang::{tr, trn};
use crate::paths::Paths;
use crate::reason;
use crate::text::printable_line;
use crate::time::Clock;

/// Prints the requested entries.
pub(super) fn print_out(args: &HistoryArgs) -> u8 {
    let period = match args.days.period(&Clock.now().wall) {
        Ok(period) => period,
        Err(sentence) => return usage_error(&sentence),
    };
    let paths = match Paths::find() {
        Ok(paths) => paths,
        Err(error) => return failed(&reason::of(&error)),
    };
    let (entries, notices) = Log::open(&paths).read_within(period.since, period.until);
    print_notices(&notices);
    let text = match (args.json.json, args.csv) {
        (true, _) => history::json(&entries),
        (_, true) => history::csv(&entries),
        (false, false) => {
            let (library, _) = user_library::library(&paths);
            return print(&history::text(&entries, &library));
        }
    };
    text.map_or_else(|error| failed(&reason::of(&error)), |text| print_raw(&text))
}

pub(super) fn print_notices(notices: &[Notice]) {
    for notice in notices {
        eprintln!("unhunch: {}", printable_line(&notice.to_string()));
    }
}

pub(super) fn run(verb: &HistoryVerb) -> u8 {
    match verb {
        HistoryVerb::Export { html, days } => match days.period(&Clock.now().wall) {
            Ok(period) => run_window_program("history", &arguments(html.into(), period)),
            Err(sentence) => usage_error(&sentence),
        },
        HistoryVerb::Forget {
            before,
            all_devices,
            yes,
        } => forget(before, *all_devices, *yes).unwrap_or_else(|error| failed(&reason::of(&error))),
    }
}

/// An open end of the period is left out.
fn arguments(out: OsString, period: Period) -> Vec<OsString> {
    let mut arguments = vec!["--out".into(), out];
    let ends = [
        ("--since", period.since, Date::MIN),
        ("--until", period.until, Date::MAX),
    ];
    for (name, day, open) in ends {
        if day != open {
            arguments.extend([name.into(), day.to_string().into()]);
        }
    }
    arguments
}

fn forget(before: &str, all_devices: bool, yes: bool) -> anyhow::Result<u8> {
    let before = match dates::date(before, &Clock.now().wall) {
        Ok(before) => before,
        Err(sentence) => return Ok(usage_error(&sentence)),
    };
    let mut log = Log::open(&Paths::find()?);
    let older = log.count_older(before, all_devices)?;
    print_notices(&older.notices);
    if older.lines == 0 {
        return Ok(print(&tr!(
            "There is nothing to delete from before {date}.",
            date = before
        )));
    }
    if !yes {
        let question = trn!(
            older.lines,
            "Delete {n} line from before {date}? This can’t be undone. [y/N] ",
            "Delete {n} lines from before {date}? This can’t be undone. [y/N] ",
            date = before
        );
        if !io::stdin().is_terminal() {
            return Ok(usage_error(tr(
                "deleting needs confirmation; without a terminal, add `--yes`",
            )));
        }
        if !confirm(&question)? {
            print(tr("Nothing was deleted."));
            return Ok(FAILED);
        }
    }
    let forgotten = log.forget(before, all_devices)?;
    print(&trn!(
        forgotten.lines,
        "{n} line from before {date} deleted.",
        "{n} lines from before {date} deleted.",
        date = before
    ));
    Ok(DONE)
}

fn confirm(question: &str) -> io::Result<bool> {
    let mut out = io::stdout().lock();
    write!(out, "{question}")?;
    out.flush()?;
    let mut answer = String::new();
    io::stdin().read_line(&mut answer)?;
    let answer = answer.trim().to_lowercase();
    Ok([tr("y"), tr("yes"), "y", "yes"].contains(&answer.as_str()))
}
