//! `unhunch-window history`: the history as a page with charts, to print or to take to the doctor.
//!
//! One self-contained HTML file without scripts. It follows the reader's colour scheme, and on paper it is dark on white. A
//! sentence summarises each chart, and tables at the end contain all numbers.

use std::fs;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use jiff::ToSpan as _;
use jiff::civil::Date;
use maud::{Markup, html};
use unhunch::history::stats::{Period, Stats};
use unhunch::history::{Log, words};
use unhunch::lang::{tr, trn};
use unhunch::paths::Paths;
use unhunch::reason;
use unhunch::routine::Library;
use unhunch::text::printable_line;
use unhunch::time::{Clock, day};

use crate::chart_svg::{Svg, bars, calendar, done, line, shares};
use crate::charts::{self, Chart, Share, Table};
use crate::paper;

#[derive(Debug, Args)]
pub(crate) struct HistoryArgs {
    /// The first day; without it, thirteen weeks
    #[arg(long, value_name = "DATE")]
    since: Option<Date>,
    /// The last day; without it, today
    #[arg(long, value_name = "DATE")]
    until: Option<Date>,
    /// The file to write
    #[arg(long, value_name = "FILE.html")]
    out: PathBuf,
}

/// Writes the page. Returns exit code 1 if the file cannot be written.
pub(crate) fn write(args: &HistoryArgs) -> ExitCode {
    let paths = match Paths::find() {
        Ok(paths) => paths,
        Err(error) => {
            eprintln!("unhunch: {}", reason::of(&error));
            return ExitCode::FAILURE;
        }
    };
    let today = day(&Clock.now().wall);
    let log = Log::open(&paths);
    let period = period(args, today, &log);
    let since = period.since.saturating_sub(1.day());
    let (entries, notices) = log.read_within(since, period.until.saturating_add(1.day()));
    for notice in notices {
        eprintln!("unhunch: {}", printable_line(&notice.to_string()));
    }
    let stats = Stats::from_entries(&entries, period, today);
    match fs::write(
        &args.out,
        page(&stats, &crate::exercises::load_library(), today),
    ) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let message = tr!("{file} cannot be written", file = args.out.display());
            eprintln!("unhunch: {}", reason::after(message, &error));
            ExitCode::FAILURE
        }
    }
}

/// Returns the requested period, without the days before the first entry and without future days.
fn period(args: &HistoryArgs, today: Date, log: &Log) -> Period {
    let until = args.until.unwrap_or(today).min(today);
    let Some(since) = args.since else {
        let since = Period::quarter(until).since;
        return Period { since, until };
    };
    let (entries, _) = log.read_within(since, until);
    let first = entries.first().map(|entry| day(&entry.local()));
    let since = first.unwrap_or(until).max(since).min(until);
    Period { since, until }
}

const STYLE: &str = include_str!("export.css");

/// Returns the complete page.
pub(crate) fn page(stats: &Stats, library: &Library, today: Date) -> String {
    let title = tr("Sitting and stretching");
    let period = tr!(
        "{since} to {until}",
        since = words::full_date(stats.period.since),
        until = words::full_date(stats.period.until)
    );
    let written = tr!(
        "Created by Unhunch on {day} from what it recorded on this person’s computers. Sitting means time at the computer; short absences don’t count as sitting. This is not a medical record.",
        day = words::full_date(today)
    );
    let content = html! {
        header {
            h1 { (title) }
            p.period { (period) }
        }
        @if stats.is_empty() {
            section { p { (tr("Nothing recorded for these days.")) } }
        } @else {
            (summary(stats))
            (charts(stats, library))
        }
        footer { p { (written) } }
    };
    paper::page(&format!("{title}, {period}"), STYLE, &content)
}

/// Returns the most important numbers.
fn summary(stats: &Stats) -> Markup {
    let followed = format!("{} / {}", stats.reminders.followed(), stats.reminders.all());
    let done: u32 = stats.exercises.iter().map(|done| done.times).sum();
    // Uses the same counts as the sentence of the chart.
    let worse = match stats.worse.len() as u64 {
        0 => "0".to_owned(),
        days => trn!(
            days,
            "{times}× on {n} day",
            "{times}× on {n} days",
            times = stats.check_ins.worse
        ),
    };
    let numbers = [
        (tr("Sitting per day"), words::minutes(stats.sat_a_day())),
        (
            tr("Longest sitting, typically"),
            words::minutes(stats.usual_longest),
        ),
        (tr("Reminders acted on"), followed),
        (tr("Exercises completed"), done.to_string()),
        (tr("Upper back felt worse"), worse),
    ];
    html! {
        dl.sum {
            @for (name, number) in numbers {
                div { dt { (name) } dd { (number) } }
            }
        }
    }
}

fn charts(stats: &Stats, library: &Library) -> Markup {
    let sitting = charts::sitting(stats);
    let longest = charts::longest(stats);
    let calendar_chart = (stats.days.len() > 14).then(|| charts::calendar(&whole_weeks(stats)));
    let reminders = charts::reminders(stats);
    let exercises = charts::exercises(stats, library);
    let check_ins = charts::check_ins(stats);
    let shares_key = Legend::Shares(&reminders.shape);
    let mut drawn = vec![
        ChartSection::new(
            "sitting",
            &sitting,
            &bars(&sitting.shape, true),
            Legend::Sitting,
        ),
        ChartSection::new(
            "longest",
            &longest,
            &bars(&longest.shape, false),
            Legend::Longest,
        ),
    ];
    drawn.extend(calendar_chart.as_ref().map(|calendar_chart| {
        ChartSection::new(
            "calendar",
            calendar_chart,
            &calendar(&calendar_chart.shape),
            Legend::Levels,
        )
    }));
    drawn.extend([
        ChartSection::new(
            "reminders",
            &reminders,
            &shares(&reminders.shape),
            shares_key,
        ),
        ChartSection::new(
            "exercises",
            &exercises,
            &done(&exercises.shape),
            Legend::None,
        ),
        ChartSection::new(
            "check-ins",
            &check_ins,
            &line(&check_ins.shape),
            Legend::Worse,
        ),
    ]);
    html! {
        @for chart in &drawn { (chart.section()) }
        div.tables {
            h2 { (tr("In numbers")) }
            @for chart in drawn.iter().filter(|chart| chart.has_table()) { (chart.table()) }
        }
    }
}

/// Extends the statistics to whole weeks, from Monday to Sunday, for the calendar.
fn whole_weeks(stats: &Stats) -> Stats {
    let period = Period {
        since: Period::week(stats.period.since).since,
        until: Period::week(stats.period.until).until,
    };
    let mut extended = Stats::from_entries(&[], period, stats.period.until);
    for day in &mut extended.days {
        if let Some(original) = stats.days.iter().find(|original| original.date == day.date) {
            *day = original.clone();
        }
    }
    extended.days_sat = stats.days_sat;
    extended
}

/// The legend of a chart.
enum Legend<'a> {
    None,
    Sitting,
    Longest,
    Levels,
    Shares(&'a [Share]),
    Worse,
}

impl Legend<'_> {
    /// Returns the CSS class and the name of each colour.
    fn colours(&self) -> Vec<(String, String)> {
        let owned_pairs = |pairs: &[(&str, &str)]| {
            let owned = |(class, name): &(&str, &str)| ((*class).to_owned(), (*name).to_owned());
            pairs.iter().map(owned).collect()
        };
        match self {
            Legend::None => Vec::new(),
            Legend::Sitting => {
                owned_pairs(&[("dark", tr("longest sitting")), ("sat", tr("all sitting"))])
            }
            Legend::Longest => {
                owned_pairs(&[("dark", tr("longest sitting")), ("trend-key", tr("trend"))])
            }
            Legend::Levels => {
                let names = (1..).zip(charts::LEVELS);
                names
                    .map(|(level, name)| (format!("level{level}"), name.to_owned()))
                    .collect()
            }
            Legend::Shares(shares) => {
                let shares = shares.iter().enumerate();
                shares
                    .map(|(place, share)| {
                        let name = format!("{} {}×", share.name, share.times);
                        (format!("share{place}"), name)
                    })
                    .collect()
            }
            Legend::Worse => {
                owned_pairs(&[("dark", tr("better or the same")), ("worse", tr("worse"))])
            }
        }
    }
}

/// A chart with its texts, ready for the page.
struct ChartSection<'a> {
    id: &'static str,
    title: &'static str,
    about: &'a str,
    table: &'a Table,
    svg: Markup,
    key: Legend<'a>,
}

impl<'a> ChartSection<'a> {
    fn new<Shape>(id: &'static str, chart: &'a Chart<Shape>, svg: &Svg, key: Legend<'a>) -> Self {
        Self {
            id,
            title: chart.title,
            about: &chart.about,
            table: &chart.table,
            svg: svg.finish(&format!("{}. {}", chart.title, chart.about)),
            key,
        }
    }

    /// Returns `true` if the chart needs a table. The charts of reminders and exercises print every number beside its bar, and
    /// the calendar's numbers are in the table of the longest sittings.
    fn has_table(&self) -> bool {
        !matches!(self.key, Legend::Levels | Legend::Shares(_) | Legend::None)
            && !self.table.rows.is_empty()
    }

    fn section(&self) -> Markup {
        let colours = self.key.colours();
        html! {
            section #(self.id) {
                h2 { (self.title) }
                p.about { (self.about) }
                @if !self.table.rows.is_empty() {
                    (self.svg)
                    @if !colours.is_empty() {
                        ul.key {
                            @for (class, name) in colours {
                                li {
                                    svg viewBox="0 0 12 12" aria-hidden="true" {
                                        rect class=(class) width="12" height="12" rx="3" {}
                                    }
                                    (name)
                                }
                            }
                        }
                    }
                    @if self.has_table() {
                        p.numbers { a href={ "#" (self.id) "-table" } { (tr("In numbers")) } }
                    }
                }
            }
        }
    }

    fn table(&self) -> Markup {
        html! {
            section id={ (self.id) "-table" } {
                h3 { (self.title) }
                table {
                    thead {
                        tr { @for name in &self.table.head { th scope="col" { (name) } } }
                    }
                    tbody {
                        @for row in &self.table.rows {
                            tr {
                                @for (place, cell) in row.iter().enumerate() {
                                    @if place == 0 { th scope="row" { (cell) } } @else { td { (cell) } }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use jiff::ZonedDateTime;

    use super::*;
    use crate::tests::invented;

    fn now() -> ZonedDateTime {
        "2026-03-12T15:20:00[Europe/Berlin]".parse().unwrap()
    }

    fn weeks(many: i64, period: Period) -> String {
        let stats = Stats::from_entries(&invented::weeks(many, &now()), period, now().date());
        page(&stats, &Library::shipped(), now().date())
    }

    /// Checks that all tags are closed in order.
    fn check_tags(page: &str) {
        let mut open = Vec::new();
        for piece in page.split('<').skip(1) {
            let tag = piece.split('>').next().unwrap();
            let name = tag.split([' ', '\n']).next().unwrap();
            if let Some(name) = name.strip_prefix('/') {
                assert_eq!(open.pop(), Some(name), "</{name}>");
            } else if !tag.ends_with('/') && !["!DOCTYPE", "meta"].contains(&name) {
                open.push(name);
            }
        }
        assert_eq!(open, [""; 0]);
    }

    #[test]
    fn the_page_stands_alone() {
        let page = weeks(10, Period::quarter(now().date()));
        check_tags(&page);
        for outside in ["<script", "http", "url(", "@import", "<link", "NaN", "inf"] {
            assert!(!page.contains(outside), "{outside}");
        }
        for chart in [
            "sitting",
            "longest",
            "calendar",
            "reminders",
            "exercises",
            "check-ins",
        ] {
            assert!(
                page.contains(&format!("<section id=\"{chart}\">")),
                "{chart}"
            );
            // Numbers printed in the chart are not repeated in a table.
            let has_table = !["calendar", "reminders", "exercises"].contains(&chart);
            let table = format!("<section id=\"{chart}-table\">");
            assert_eq!(page.contains(&table), has_table, "{chart}");
            let link = format!("href=\"#{chart}-table\"");
            assert_eq!(page.contains(&link), has_table, "{chart}");
        }
        assert_eq!(page.matches("role=\"img\" aria-label=\"").count(), 6);
        if let Some(folder) = std::env::var_os("UNHUNCH_ALBUM") {
            fs::create_dir_all(&folder).unwrap();
            fs::write(PathBuf::from(folder).join("history.html"), page).unwrap();
        }
    }

    /// Takes a screenshot of the page in a browser and counts the pixels of each colour.
    fn screenshot(
        folder: &std::path::Path,
        name: &str,
        options: &[&str],
    ) -> BTreeMap<[u8; 3], u32> {
        let picture = folder.join(name);
        let output = std::process::Command::new("chromium")
            .args([
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--hide-scrollbars",
            ])
            .arg("--window-size=900,2400")
            .arg(format!(
                "--user-data-dir={}",
                folder.join("profile").display()
            ))
            .arg(format!("--screenshot={}", picture.display()))
            .args(options)
            .arg(format!("file://{}", folder.join("history.html").display()))
            .output()
            .expect("Debian's chromium is installed");
        assert!(output.status.success(), "{output:?}");
        let decoder = png::Decoder::new(std::io::BufReader::new(fs::File::open(picture).unwrap()));
        let mut reader = decoder.read_info().unwrap();
        let mut bytes = vec![0; reader.output_buffer_size().unwrap()];
        let info = reader.next_frame(&mut bytes).unwrap();
        let mut colours = BTreeMap::new();
        for pixel in bytes.chunks_exact(info.color_type.samples()) {
            *colours.entry([pixel[0], pixel[1], pixel[2]]).or_default() += 1;
        }
        colours
    }

    #[test]
    #[ignore = "opens a browser: cargo test --bin unhunch-window -- --ignored browser"]
    fn a_browser_draws_it_in_light_and_dark() {
        let folder = tempfile::tempdir().unwrap();
        let page = weeks(10, Period::quarter(now().date()));
        fs::write(folder.path().join("history.html"), page).unwrap();
        let light = screenshot(folder.path(), "light.png", &[]);
        let dark = screenshot(
            folder.path(),
            "dark.png",
            &["--blink-settings=preferredColorScheme=0"],
        );
        // The background, a card, and a colour of the chart.
        let schemes = [
            (&light, [[0xf6, 0xf8, 0xf7], [0xff; 3], [0x0f, 0x4b, 0x45]]),
            (
                &dark,
                [[0x14, 0x19, 0x1b], [0x1d, 0x24, 0x27], [0x71, 0xdb, 0xd1]],
            ),
        ];
        for (colours, expected) in schemes {
            for colour in expected {
                let seen = colours.get(&colour).copied().unwrap_or(0);
                assert!(seen > 10_000, "{colour:?} is seen {seen} times");
            }
        }
    }

    /// The heading "Days that felt worse 8" must not contradict "worse 9×".
    #[test]
    fn numbers_agree_and_dates_are_readable() {
        let stats = Stats::from_entries(
            &invented::weeks(10, &now()),
            Period::quarter(now().date()),
            now().date(),
        );
        let page = page(&stats, &Library::shipped(), now().date());
        let (times, days) = (stats.check_ins.worse, stats.worse.len());
        assert!(page.contains(&format!("<dd>{times}× on {days} days</dd>")));
        assert!(page.contains(&format!("worse {times}×. It felt worse on {days} days: ")));
        assert!(page.contains("15 Dec 2025 to 15 Mar 2026"));
        assert!(!page.contains("2025-") && !page.contains("2026-"));
    }

    #[test]
    fn any_days_make_a_page() {
        let day = now().date();
        let years = Period {
            since: day.saturating_sub(3.years()),
            until: day,
        };
        for period in [
            Period::day(day),
            Period::week(day),
            Period::month(day),
            years,
        ] {
            check_tags(&weeks(160, period));
        }
    }

    #[test]
    fn an_empty_history_says_so() {
        let page = weeks(0, Period::week("2020-01-01".parse().unwrap()));
        check_tags(&page);
        assert!(page.contains("Nothing recorded for these days.") && !page.contains("<svg"));
    }

    #[test]
    fn future_days_are_left_out() {
        let home = tempfile::tempdir().unwrap();
        let log = Log::open(&Paths::under(home.path()));
        let today = now().date();
        let args = |since: &str, until: &str| HistoryArgs {
            since: since.parse().ok(),
            until: until.parse().ok(),
            out: PathBuf::new(),
        };
        let days = |args: &HistoryArgs| {
            let period = period(args, today, &log);
            (period.since.to_string(), period.until.to_string())
        };
        assert_eq!(
            days(&args("", "")),
            ("2025-12-15".into(), "2026-03-12".into())
        );
        assert_eq!(
            days(&args("", "2026-02-01")),
            ("2025-11-03".into(), "2026-02-01".into())
        );
        let (since, until) = days(&args("2026-01-01", "2027-01-01"));
        assert_eq!((since, until), ("2026-03-12".into(), "2026-03-12".into()));
    }
}
