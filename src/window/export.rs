//! `unhunch-window history`: the history as a page with charts, to print or for a visit to the doctor.
//!
//! One HTML file with everything in it and no script. It follows the colours of the reader's desktop, and on paper it is dark on
//! white; each chart says in a sentence what is to be seen, and all of it stands in a table behind.

use std::fmt::{self, Write as _};
use std::fs;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use jiff::ToSpan as _;
use jiff::civil::Date;
use unhunch::history::stats::{Period, Stats};
use unhunch::history::{Log, words};
use unhunch::lang::{self, tr, trn};
use unhunch::paths::Paths;
use unhunch::routine::Library;
use unhunch::time::Clock;

use crate::card::escape;
use crate::charts::{self, Bars, Calendar, Chart, DoneBar, Line, Share, Table, Tick};

/// Which days are wanted, and where.
#[derive(Debug, Args)]
pub(crate) struct Wish {
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

/// Writes the page. Exit code 1 if the file can't be written.
pub(crate) fn write(wish: &Wish) -> ExitCode {
    let paths = match Paths::find() {
        Ok(paths) => paths,
        Err(error) => {
            eprintln!("unhunch: {error:#}");
            return ExitCode::FAILURE;
        }
    };
    let today = Clock.now().wall.date();
    let log = Log::open(&paths);
    let period = period(wish, today, &log);
    let since = period.since.saturating_sub(1.day());
    let (entries, notices) = log.read_within(since, period.until.saturating_add(1.day()));
    for notice in notices {
        eprintln!("unhunch: {notice}");
    }
    let stats = Stats::of(&entries, period, today);
    match fs::write(&wish.out, page(&stats, &crate::shell::everything(), today)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("unhunch: cannot write {}: {error}", wish.out.display());
            ExitCode::FAILURE
        }
    }
}

/// What is wanted, and no days before the first of which something is known, nor days to come.
fn period(wish: &Wish, today: Date, log: &Log) -> Period {
    let until = wish.until.unwrap_or(today).min(today);
    let Some(since) = wish.since else {
        let since = Period::quarter(until).since;
        return Period { since, until };
    };
    let (entries, _) = log.read_within(since, until);
    let first = entries.first().map(|entry| entry.local().date());
    let since = first.unwrap_or(until).max(since).min(until);
    Period { since, until }
}

const STYLE: &str = include_str!("export.css");

/// The whole page.
pub(crate) fn page(stats: &Stats, library: &Library, today: Date) -> String {
    let language = lang::spoken();
    let direction = if language.is_rtl() { "rtl" } else { "ltr" };
    let title = escape(tr("Sitting and stretching"));
    let period = tr!(
        "{since} to {until}",
        since = words::full_date(stats.period.since),
        until = words::full_date(stats.period.until)
    );
    let mut page = format!(
        "<!DOCTYPE html>\n<html lang=\"{}\" dir=\"{direction}\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>{title}, {period}</title>\n\
         <style>\n{STYLE}</style>\n</head>\n<body>\n<main>\n<header>\n<h1>{title}</h1>\n<p class=\"period\">{period}</p>\n</header>\n",
        language.tag
    );
    if stats.is_empty() {
        let nothing = tr("Nothing recorded for these days.");
        let _ = writeln!(page, "<section><p>{}</p></section>", escape(nothing));
    } else {
        sum(&mut page, stats);
        charts(&mut page, stats, library);
    }
    let _ = writeln!(
        page,
        "<footer><p>{}</p></footer>\n</main>\n</body>\n</html>",
        escape(&tr!(
            "Written by Unhunch on {day}, from what it noted on this person's computers: sitting is time at the computer, and short absences are left out. This is no medical record.",
            day = words::full_date(today)
        ))
    );
    page
}

/// The few numbers that are asked for first.
fn sum(page: &mut String, stats: &Stats) {
    let followed = format!("{} / {}", stats.reminders.followed(), stats.reminders.all());
    let done: u32 = stats.exercises.iter().map(|done| done.times).sum();
    // As often as the chart's sentence says, and on as many days as it names.
    let worse = match stats.worse.len() as u64 {
        0 => "0".to_owned(),
        days => tr!(
            "{times}× on {days}",
            times = stats.check_ins.worse,
            days = trn!(days, "{n} day", "{n} days")
        ),
    };
    let numbers = [
        (tr("Sitting a day"), words::minutes(stats.sat_a_day())),
        (
            tr("Longest sitting, typically"),
            words::minutes(stats.usual_longest),
        ),
        (tr("Reminders followed"), followed),
        (tr("Exercises completed"), done.to_string()),
        (tr("Upper back felt worse"), worse),
    ];
    page.push_str("<dl class=\"sum\">\n");
    for (name, number) in numbers {
        let (name, number) = (escape(name), escape(&number));
        let _ = writeln!(page, "<div><dt>{name}</dt><dd>{number}</dd></div>");
    }
    page.push_str("</dl>\n");
}

fn charts(page: &mut String, stats: &Stats, library: &Library) {
    let mut tables = String::new();
    let mut add = |id: &str, chart: Drawn<'_>| {
        section(page, id, &chart);
        if chart.has_table() {
            table(&mut tables, id, &chart);
        }
    };
    let sitting = charts::sitting(stats);
    add(
        "sitting",
        Drawn::of(&sitting, bars(&sitting.shape, true), Key::Sitting),
    );
    let longest = charts::longest(stats);
    add(
        "longest",
        Drawn::of(&longest, bars(&longest.shape, false), Key::Longest),
    );
    if stats.days.len() > 14 {
        let whole = charts::calendar(&whole_weeks(stats));
        add(
            "calendar",
            Drawn::of(&whole, calendar(&whole.shape), Key::Levels),
        );
    }
    let reminders = charts::reminders(stats);
    let key = Key::Shares(&reminders.shape);
    add(
        "reminders",
        Drawn::of(&reminders, shares(&reminders.shape), key),
    );
    let exercises = charts::exercises(stats, library);
    add(
        "exercises",
        Drawn::of(&exercises, done(&exercises.shape), Key::None),
    );
    let check_ins = charts::check_ins(stats);
    add(
        "check-ins",
        Drawn::of(&check_ins, line(&check_ins.shape), Key::Worse),
    );
    let _ = write!(
        page,
        "<div class=\"tables\">\n<h2>{}</h2>\n{tables}</div>\n",
        escape(tr("In numbers"))
    );
}

/// A calendar begins on a Monday and ends on a Sunday.
fn whole_weeks(stats: &Stats) -> Stats {
    let period = Period {
        since: Period::week(stats.period.since).since,
        until: Period::week(stats.period.until).until,
    };
    let mut whole = Stats::of(&[], period, stats.period.until);
    for day in &mut whole.days {
        if let Some(known) = stats.days.iter().find(|known| known.date == day.date) {
            *day = known.clone();
        }
    }
    whole.days_sat = stats.days_sat;
    whole
}

/// What the colours mean.
enum Key<'a> {
    None,
    Sitting,
    Longest,
    Levels,
    Shares(&'a [Share]),
    Worse,
}

impl Key<'_> {
    /// The class of each colour and its name.
    fn colours(&self) -> Vec<(String, String)> {
        let of = |pairs: &[(&str, &str)]| {
            let owned = |(class, name): &(&str, &str)| ((*class).to_owned(), (*name).to_owned());
            pairs.iter().map(owned).collect()
        };
        match self {
            Key::None => Vec::new(),
            Key::Sitting => of(&[("dark", tr("longest sitting")), ("sat", tr("all sitting"))]),
            Key::Longest => of(&[("dark", tr("longest sitting")), ("trend-key", tr("trend"))]),
            Key::Levels => {
                let names = (1..).zip(charts::LEVELS);
                names
                    .map(|(level, name)| (format!("level{level}"), name.to_owned()))
                    .collect()
            }
            Key::Shares(shares) => {
                let shares = shares.iter().enumerate();
                shares
                    .map(|(place, share)| {
                        let name = format!("{} {}×", share.name, share.times);
                        (format!("share{place}"), name)
                    })
                    .collect()
            }
            Key::Worse => of(&[("dark", tr("better or the same")), ("worse", tr("worse"))]),
        }
    }
}

/// A chart as it comes on the page.
struct Drawn<'a> {
    title: &'static str,
    about: &'a str,
    table: &'a Table,
    svg: String,
    key: Key<'a>,
}

impl<'a> Drawn<'a> {
    fn of<Shape>(chart: &'a Chart<Shape>, svg: Svg, key: Key<'a>) -> Self {
        Self {
            title: chart.title,
            about: &chart.about,
            table: &chart.table,
            svg: svg.finish(&format!("{}. {}", chart.title, chart.about)),
            key,
        }
    }
}

impl Drawn<'_> {
    /// The charts of reminders and exercises write every number beside its bar, and those of the calendar stand in the table
    /// of the longest sittings; another table would only repeat them.
    fn has_table(&self) -> bool {
        !matches!(self.key, Key::Levels | Key::Shares(_) | Key::None) && !self.table.rows.is_empty()
    }
}

fn section(page: &mut String, id: &str, chart: &Drawn<'_>) {
    let _ = write!(
        page,
        "<section id=\"{id}\">\n<h2>{}</h2>\n<p class=\"about\">{}</p>\n",
        escape(chart.title),
        escape(chart.about)
    );
    if chart.table.rows.is_empty() {
        page.push_str("</section>\n");
        return;
    }
    page.push_str(&chart.svg);
    let colours = chart.key.colours();
    if !colours.is_empty() {
        page.push_str("<ul class=\"key\">\n");
        for (class, name) in colours {
            let _ = writeln!(
                page,
                "<li><svg viewBox=\"0 0 12 12\" aria-hidden=\"true\"><rect class=\"{class}\" width=\"12\" height=\"12\" rx=\"3\"/></svg>{}</li>",
                escape(&name)
            );
        }
        page.push_str("</ul>\n");
    }
    if chart.has_table() {
        let _ = writeln!(
            page,
            "<p class=\"numbers\"><a href=\"#{id}-table\">{}</a></p>",
            escape(tr("In numbers"))
        );
    }
    page.push_str("</section>\n");
}

fn table(tables: &mut String, id: &str, chart: &Drawn<'_>) {
    let _ = write!(
        tables,
        "<section id=\"{id}-table\">\n<h3>{}</h3>\n<table>\n<thead><tr>",
        escape(chart.title)
    );
    for name in &chart.table.head {
        let _ = write!(tables, "<th scope=\"col\">{}</th>", escape(name));
    }
    tables.push_str("</tr></thead>\n<tbody>\n");
    for row in &chart.table.rows {
        tables.push_str("<tr>");
        for (place, cell) in row.iter().enumerate() {
            let cell = escape(cell);
            let _ = match place {
                0 => write!(tables, "<th scope=\"row\">{cell}</th>"),
                _ => write!(tables, "<td>{cell}</td>"),
            };
        }
        tables.push_str("</tr>\n");
    }
    tables.push_str("</tbody>\n</table>\n</section>\n");
}

// The charts as pictures.

/// How wide every picture is.
const WIDE: f64 = 640.0;
/// Room for the names of lines at the beginning.
const MARGIN: f64 = 68.0;

/// A picture that is being drawn. Where one reads from the right to the left, it is mirrored.
struct Svg {
    high: f64,
    inside: String,
    mirrored: bool,
}

/// Where a text is tied to its place.
#[derive(Clone, Copy)]
enum Tied {
    Start,
    Middle,
    End,
}

impl Svg {
    fn new(high: f64) -> Self {
        Self {
            high,
            inside: String::new(),
            mirrored: lang::spoken().is_rtl(),
        }
    }

    fn x(&self, x: f64) -> f64 {
        if self.mirrored { WIDE - x } else { x }
    }

    fn rect(&mut self, class: &str, [x, y, wide, high]: [f64; 4], round: f64, tip: &str) {
        let x = if self.mirrored { WIDE - x - wide } else { x };
        let round = round.min(wide / 2.0).min(high / 2.0);
        let _ = writeln!(
            self.inside,
            "<rect class=\"{class}\" x=\"{x:.1}\" y=\"{y:.1}\" width=\"{wide:.1}\" height=\"{high:.1}\" rx=\"{round:.1}\">{}</rect>",
            Tip(tip)
        );
    }

    fn rule(&mut self, y: f64) {
        let (from, to) = (self.x(MARGIN), self.x(WIDE));
        let _ = writeln!(
            self.inside,
            "<line class=\"rule\" x1=\"{from:.1}\" y1=\"{y:.1}\" x2=\"{to:.1}\" y2=\"{y:.1}\"/>"
        );
    }

    fn text(&mut self, class: &str, x: f64, y: f64, tied: Tied, text: &str) {
        if text.is_empty() {
            return;
        }
        let anchor = match (tied, self.mirrored) {
            (Tied::Middle, _) => "middle",
            (Tied::Start, false) | (Tied::End, true) => "start",
            (Tied::End, false) | (Tied::Start, true) => "end",
        };
        let x = self.x(x);
        let _ = writeln!(
            self.inside,
            "<text class=\"{class}\" x=\"{x:.1}\" y=\"{y:.1}\" text-anchor=\"{anchor}\">{}</text>",
            escape(text)
        );
    }

    fn path(&mut self, class: &str, points: &[(f64, f64)]) {
        let mut way = String::new();
        for (place, (x, y)) in points.iter().enumerate() {
            let letter = if place == 0 { 'M' } else { 'L' };
            let _ = write!(way, "{letter}{:.1} {y:.1}", self.x(*x));
        }
        let _ = writeln!(self.inside, "<path class=\"{class}\" d=\"{way}\"/>");
    }

    fn dot(&mut self, class: &str, x: f64, y: f64, radius: f64, tip: &str) {
        let x = self.x(x);
        let _ = writeln!(
            self.inside,
            "<circle class=\"{class}\" cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"{radius}\">{}</circle>",
            Tip(tip)
        );
    }

    /// The letters of a picture run as they do in their language; the picture itself was mirrored already.
    fn finish(self, spoken: &str) -> String {
        format!(
            "<svg viewBox=\"0 0 {WIDE} {:.0}\" direction=\"ltr\" role=\"img\" aria-label=\"{}\">\n{}</svg>\n",
            self.high,
            escape(spoken),
            self.inside
        )
    }
}

/// What is shown when one points at something.
struct Tip<'a>(&'a str);

impl fmt::Display for Tip<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_empty() {
            return Ok(());
        }
        write!(f, "<title>{}</title>", escape(self.0))
    }
}

fn bars(chart: &Bars, split: bool) -> Svg {
    const HIGH: f64 = 180.0;
    const TOP: f64 = 10.0;
    let has_under = chart.bars.iter().any(|bar| !bar.under.is_empty());
    let below = if has_under { 40.0 } else { 24.0 };
    let mut svg = Svg::new(TOP + HIGH + below);
    let y = |height: f64| TOP + HIGH * (1.0 - height);
    for Tick { at, text } in &chart.lines {
        svg.rule(y(*at));
        svg.text("", MARGIN - 10.0, y(*at) + 4.0, Tied::End, text);
    }
    let slot = (WIDE - MARGIN) / chart.bars.len().max(1) as f64;
    let wide = (slot * 0.64).clamp(1.5, 46.0);
    for (place, bar) in chart.bars.iter().enumerate() {
        let middle = MARGIN + slot * (place as f64 + 0.5);
        let x = middle - wide / 2.0;
        let round = (wide / 5.0).min(6.0);
        let (whole, dark) = (HIGH * bar.whole, HIGH * bar.dark);
        if whole > 0.0 && split {
            svg.rect("sat", [x, y(bar.whole), wide, whole], round, &bar.tip);
        }
        if dark > 0.0 {
            svg.rect("dark", [x, y(bar.dark), wide, dark], round, &bar.tip);
        }
        svg.text("", middle, TOP + HIGH + 18.0, Tied::Middle, &bar.label);
        svg.text("", middle, TOP + HIGH + 34.0, Tied::Middle, bar.under);
    }
    if let Some(trend) = chart.trend {
        let x = |at: f64| MARGIN + (WIDE - MARGIN) * at;
        let ends = [
            (x(trend.from), y(trend.first)),
            (x(trend.to), y(trend.last)),
        ];
        svg.path("halo", &ends);
        svg.path("trend", &ends);
    }
    svg
}

fn calendar(chart: &Calendar) -> Svg {
    const LEFT: f64 = 46.0;
    const TOP: f64 = 22.0;
    let many = chart.weeks.len().max(1) as f64;
    let wide = ((WIDE - LEFT) / many).min(46.0);
    let high = wide.clamp(10.0, 25.0);
    let gap = wide.min(high) * 0.14;
    let mut svg = Svg::new(TOP + high * 7.0);
    for (row, name) in chart.weekdays.iter().enumerate().step_by(2) {
        let y = TOP + high * (row as f64 + 0.5) + 3.0;
        svg.text("", LEFT - 10.0, y, Tied::End, name);
    }
    for Tick { at, text } in &chart.months {
        svg.text("", LEFT + at * many * wide, TOP - 8.0, Tied::Start, text);
    }
    for (column, week) in chart.weeks.iter().enumerate() {
        for (row, cell) in week.iter().enumerate() {
            let (x, y) = (LEFT + wide * column as f64, TOP + high * row as f64);
            let class = format!("level{}", cell.level);
            svg.rect(&class, [x, y, wide - gap, high - gap], 4.0, &cell.tip);
        }
    }
    svg
}

fn shares(shares: &[Share]) -> Svg {
    const HIGH: f64 = 26.0;
    let mut svg = Svg::new(HIGH);
    let mut x = 0.0;
    for (place, share) in shares.iter().enumerate() {
        let wide = WIDE * share.part;
        if share.times > 0 {
            let class = format!("share{place}");
            let tip = format!("{} {}×", share.name, share.times);
            svg.rect(&class, [x, 0.0, (wide - 2.0).max(1.0), HIGH], 5.0, &tip);
        }
        x += wide;
    }
    svg
}

fn done(bars: &[DoneBar]) -> Svg {
    const FOR_NAME: f64 = 320.0;
    const FOR_TIMES: f64 = 48.0;
    const HIGH: f64 = 10.0;
    let rows = bars
        .iter()
        .map(|bar| if bar.line.is_empty() { 26.0 } else { 42.0 });
    let mut svg = Svg::new(rows.clone().sum());
    let room = WIDE - FOR_NAME - FOR_TIMES;
    let mut y = 0.0;
    for (bar, row) in bars.iter().zip(rows) {
        let tip = format!("{} {}×. {}", bar.name, bar.times, bar.line);
        let track = y + 6.0;
        svg.text("name", 0.0, y + 15.0, Tied::Start, &bar.name);
        svg.text("", 0.0, y + 31.0, Tied::Start, &bar.line);
        svg.rect("track", [FOR_NAME, track, room, HIGH], HIGH / 2.0, "");
        if bar.times > 0 {
            svg.rect(
                "dark",
                [FOR_NAME, track, room * bar.part, HIGH],
                HIGH / 2.0,
                &tip,
            );
        }
        let times = format!("{}×", bar.times);
        svg.text("name", WIDE, track + HIGH - 1.0, Tied::End, &times);
        y += row;
    }
    svg
}

fn line(chart: &Line) -> Svg {
    const HIGH: f64 = 90.0;
    const TOP: f64 = 14.0;
    let mut svg = Svg::new(TOP + HIGH + 26.0);
    let y = |height: f64| TOP + HIGH * (1.0 - height);
    let x = |at: f64| MARGIN + 8.0 + (WIDE - MARGIN - 16.0) * at;
    for (height, name) in [
        (1.0, tr("better")),
        (0.5, tr("the same")),
        (0.0, tr("worse")),
    ] {
        svg.rule(y(height));
        svg.text("", MARGIN - 10.0, y(height) + 4.0, Tied::End, name);
    }
    let way: Vec<_> = chart
        .dots
        .iter()
        .map(|dot| (x(dot.at), y(dot.height)))
        .collect();
    svg.path("way", &way);
    for dot in &chart.dots {
        let (class, radius) = if dot.worse {
            ("worse", 5.5)
        } else {
            ("dot", 4.5)
        };
        svg.dot(class, x(dot.at), y(dot.height), radius, &dot.tip);
    }
    for Tick { at, text } in &chart.days {
        svg.text("", x(*at), TOP + HIGH + 20.0, Tied::Middle, text);
    }
    svg
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use jiff::Zoned;

    use super::*;
    use crate::invented;

    fn now() -> Zoned {
        "2026-03-12T15:20:00[Europe/Berlin]".parse().unwrap()
    }

    fn weeks(many: i64, period: Period) -> String {
        let stats = Stats::of(&invented::weeks(many, &now()), period, now().date());
        page(&stats, &Library::shipped(), now().date())
    }

    /// Every tag that is opened is closed, in order.
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
            // What stands in the chart isn't said twice.
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

    /// A photograph of the page in a browser: how often each colour is seen in it.
    fn photograph(
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
        let light = photograph(folder.path(), "light.png", &[]);
        let dark = photograph(
            folder.path(),
            "dark.png",
            &["--blink-settings=preferredColorScheme=0"],
        );
        // The ground, a card, and the colour of what is meant to be seen.
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

    /// "Days that felt worse 8" beside "worse 9×".
    #[test]
    fn numbers_agree_and_dates_are_for_people() {
        let stats = Stats::of(
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
    fn days_to_come_are_left_out() {
        let home = tempfile::tempdir().unwrap();
        let log = Log::open(&Paths::under(home.path()));
        let today = now().date();
        let wish = |since: &str, until: &str| Wish {
            since: since.parse().ok(),
            until: until.parse().ok(),
            out: PathBuf::new(),
        };
        let days = |wish: &Wish| {
            let period = period(wish, today, &log);
            (period.since.to_string(), period.until.to_string())
        };
        assert_eq!(
            days(&wish("", "")),
            ("2025-12-15".into(), "2026-03-12".into())
        );
        assert_eq!(
            days(&wish("", "2026-02-01")),
            ("2025-11-03".into(), "2026-02-01".into())
        );
        let (since, until) = days(&wish("2026-01-01", "2027-01-01"));
        assert_eq!((since, until), ("2026-03-12".into(), "2026-03-12".into()));
    }
}
