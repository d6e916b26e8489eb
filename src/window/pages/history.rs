//! The history page: fills the markup with the charts of the selected period.

use std::cell::Cell;
use std::rc::Rc;

use jiff::civil::Date;
use jiff::{ToSpan as _, ZonedDateTime};
use slint::{ComponentHandle as _, ModelRc, SharedString, VecModel};
use unhunch::history::stats::{Period, Stats, current_stay, timeline};
use unhunch::history::{Entry, Log, Notice, words};
use unhunch::lang::{tr, trn};
use unhunch::paths::Paths;
use unhunch::routine::Library;
use unhunch::time::{Clock, day};

use super::{PageEvents, on_escape};
use crate::charts::{self, Bars, Chart, Kind, Line, Table, Tick};
use crate::context::{Context, Intent};
use crate::ui::{self, HistoryState, HistoryTab, Page};
use crate::wire::wire;

pub(crate) struct HistoryPage {
    context: Rc<Context>,
    days: Selection,
}

impl PageEvents for HistoryPage {
    fn enter(self: Rc<Self>) {
        self.days.reset();
        self.fill();
    }

    fn key(self: Rc<Self>, text: &str, _shift: bool) -> bool {
        on_escape(text, &self.context, Intent::Open(Page::Home))
    }

    fn retranslate(self: Rc<Self>) {
        self.fill();
    }
}

impl HistoryPage {
    pub(crate) fn new(context: Rc<Context>) -> Rc<Self> {
        Rc::new(Self {
            context,
            days: Selection::default(),
        })
    }

    /// Connects the callbacks of the page.
    pub(crate) fn wire(self: &Rc<Self>) {
        let global = self.context.window.global::<HistoryState<'_>>();
        wire!(always self => page, global, {
            on_turn(tab) => page.select_tab(tab);
            on_step(by) => page.step(by);
        });
    }

    fn select_tab(&self, tab: HistoryTab) {
        self.days.turn(tab);
        self.fill();
    }

    fn step(&self, by: i32) {
        self.days.step(by, day(&Clock.now().wall));
        self.fill();
    }

    /// Reads the history and redraws the charts.
    pub(crate) fn fill(&self) {
        let page = self.context.window.global::<HistoryState<'_>>();
        let (paths, now) = (Paths::find().ok(), Clock.now());
        let sit = self.context.sitting_seconds(&now);
        let library = self.context.library.borrow();
        self.days
            .fill(&page, &library, paths.as_ref(), sit, &now.wall);
    }
}

/// The selected tab and day.
#[derive(Debug)]
pub(crate) struct Selection {
    tab: Cell<HistoryTab>,
    /// A day of the selected period. `None` for today, whatever the date.
    day: Cell<Option<Date>>,
}

impl Default for Selection {
    fn default() -> Self {
        Self {
            tab: Cell::new(HistoryTab::Day),
            day: Cell::default(),
        }
    }
}

impl Selection {
    /// Switches to another tab of the same day.
    pub(crate) fn turn(&self, tab: HistoryTab) {
        self.tab.set(tab);
    }

    /// Moves by this number of days, weeks or quarters, but not beyond today.
    fn step(&self, by: i32, today: Date) {
        let days = match self.tab.get() {
            HistoryTab::Day => 1,
            HistoryTab::Week => 7,
            HistoryTab::Quarter => 13 * 7,
        };
        let day = self.day.get().unwrap_or(today);
        let day = day.saturating_add((by * days).days());
        self.day.set(Some(day).filter(|day| *day < today));
    }

    fn reset(&self) {
        self.day.set(None);
    }

    fn period(&self, today: Date) -> Period {
        let day = self.day.get().unwrap_or(today);
        match self.tab.get() {
            HistoryTab::Day => Period::day(day),
            HistoryTab::Week => Period::week(day),
            HistoryTab::Quarter => Period::quarter(day),
        }
    }

    /// Fills the page for the selected period. `sit` is the length of the current sitting in seconds, from the tray program.
    fn fill(
        &self,
        page: &HistoryState<'_>,
        library: &Library,
        paths: Option<&Paths>,
        sit: Option<u64>,
        now: &ZonedDateTime,
    ) {
        let period = self.period(day(now));
        let (mut entries, notices) =
            paths.map_or_else(Default::default, |paths| read(paths, period));
        entries.extend(sit.and_then(|sit| current_stay(&entries, sit, now)));
        page.set_skipped(skipped(&notices).into());
        self.show(page, library, &entries, now);
    }

    /// Fills the page from the given entries.
    pub(crate) fn show(
        &self,
        page: &HistoryState<'_>,
        library: &Library,
        entries: &[Entry],
        now: &ZonedDateTime,
    ) {
        let period = self.period(day(now));
        let stats = Stats::from_entries(entries, period, day(now));
        page.set_tab(self.tab.get());
        page.set_days(period_text(period, day(now)).into());
        page.set_has_later(period.until < day(now));
        page.set_empty(stats.is_empty());
        if self.tab.get() == HistoryTab::Day {
            fill_day(page, entries, library, period.since, now);
        } else {
            fill_days(page, &stats);
        }
        fill_always(page, &stats, library);
    }
}

/// Reads the period and one day on either side, for sittings across midnight.
fn read(paths: &Paths, period: Period) -> (Vec<Entry>, Vec<Notice>) {
    let since = period.since.saturating_sub(1.day());
    let until = period.until.saturating_add(1.day());
    Log::open(paths).read_within(since, until)
}

/// The number of unreadable lines that the page names.
const MAX_NAMED_LINES: usize = 3;

/// Returns the explanation for missing entries. Empty if there are none.
fn skipped(notices: &[Notice]) -> String {
    if notices.is_empty() {
        return String::new();
    }
    let mut lines = vec![tr("Some of your history can’t be read and is left out:").to_owned()];
    lines.extend(notices.iter().take(MAX_NAMED_LINES).map(Notice::to_string));
    let more = notices.len().saturating_sub(MAX_NAMED_LINES) as u64;
    if more > 0 {
        lines.push(trn!(more, "and {n} more", "and {n} more"));
    }
    lines.join("\n")
}

/// The age in days from which dates include the year.
const YEAR_SHOWN_AFTER_DAYS: i64 = 300;

/// Formats a period: `Today, Mon 2 Mar`, `2 Mar to 8 Mar`, `2 Dec 2024 to 8 Dec 2024`.
fn period_text(period: Period, today: Date) -> String {
    let Period { since, until } = period;
    let is_long_ago = since < today.saturating_sub(YEAR_SHOWN_AFTER_DAYS.days());
    if since != until {
        let day = |day: Date| {
            if is_long_ago {
                words::full_date(day)
            } else {
                words::short_date(day)
            }
        };
        return tr!("{since} to {until}", since = day(since), until = day(until));
    }
    if is_long_ago {
        return tr!(
            "{weekday} {date}",
            weekday = words::weekday(since),
            date = words::full_date(since)
        );
    }
    match today.since(since).map_or(2, |span| span.get_days()) {
        0 => tr!("Today, {day}", day = words::date_with_weekday(since)),
        1 => tr!("Yesterday, {day}", day = words::date_with_weekday(since)),
        _ => words::date_with_weekday(since),
    }
}

fn fill_day(
    page: &HistoryState<'_>,
    entries: &[Entry],
    library: &Library,
    day: Date,
    now: &ZonedDateTime,
) {
    let parts = timeline(entries, day, now.time_zone());
    let chart = charts::day(&parts, library, now.time_zone());
    page.set_day_text(text(&chart));
    page.set_hours(ticks(&chart.shape.hours));
    page.set_pieces(model(chart.shape.pieces, |piece| ui::StripPiece {
        kind: kind(piece.kind),
        start: piece.start as f32,
        length: piece.length as f32,
        tip: piece.tip.into(),
    }));
}

fn kind(kind: Kind) -> i32 {
    match kind {
        Kind::Away => 0,
        Kind::Sat => 1,
        Kind::Held => 2,
        Kind::Stretched => 3,
    }
}

fn fill_days(page: &HistoryState<'_>, stats: &Stats) {
    let sitting = charts::sitting(stats);
    page.set_sitting_text(text(&sitting));
    page.set_sitting(bars(sitting.shape));
    let longest = charts::longest(stats);
    page.set_longest_text(text(&longest));
    page.set_longest(bars(longest.shape));
    let calendar = charts::calendar(stats);
    page.set_calendar_text(text(&calendar));
    page.set_weeks(count(calendar.shape.weeks.len()));
    page.set_months(ticks(&calendar.shape.months));
    page.set_weekdays(strings(calendar.shape.weekdays));
    page.set_levels(strings(charts::LEVELS));
    let weeks = calendar.shape.weeks.into_iter().enumerate();
    let cells = weeks.flat_map(|(column, week)| {
        let cells = week.into_iter().enumerate();
        cells.map(move |(row, cell)| ui::CalendarCell {
            level: count(cell.level),
            column: count(column),
            row: count(row),
            tip: cell.tip.into(),
        })
    });
    page.set_cells(ModelRc::new(VecModel::from_iter(cells)));
}

fn fill_always(page: &HistoryState<'_>, stats: &Stats, library: &Library) {
    let mut reminders = charts::reminders(stats);
    if stats.reminders.all() == 0 {
        reminders.table = Table::default();
    }
    page.set_reminders_text(text(&reminders));
    let mut start = 0.0;
    page.set_shares(model(reminders.shape, |share| {
        let share = ui::OutcomeShare {
            name: share.name.into(),
            times: count(share.times as usize),
            start,
            part: share.part as f32,
        };
        start += share.part;
        share
    }));
    let exercises = charts::exercises(stats, library);
    page.set_exercises_text(text(&exercises));
    page.set_exercises(model(exercises.shape, |done| ui::DoneRow {
        name: done.name.into(),
        line: done.line.into(),
        times: count(done.times as usize),
        part: done.part as f32,
    }));
    let felt = charts::check_ins(stats);
    page.set_felt_text(text(&felt));
    page.set_felt_days(ticks(&felt.shape.days));
    fill_line(page, felt.shape);
}

fn fill_line(page: &HistoryState<'_>, line: Line) {
    let lines = line.dots.windows(2).map(|pair| ui::FeltLine {
        from_at: pair[0].at as f32,
        from_height: pair[0].height as f32,
        to_at: pair[1].at as f32,
        to_height: pair[1].height as f32,
    });
    page.set_felt_lines(ModelRc::new(VecModel::from_iter(lines)));
    page.set_dots(model(line.dots, |dot| ui::FeltDot {
        at: dot.at as f32,
        height: dot.height as f32,
        worse: dot.worse,
        tip: dot.tip.into(),
    }));
}

fn bars(bars: Bars) -> ui::ChartBars {
    let trend = bars.trend.unwrap_or_default();
    ui::ChartBars {
        has_trend: bars.trend.is_some(),
        trend_from: trend.from as f32,
        trend_first: trend.first as f32,
        trend_to: trend.to as f32,
        trend_last: trend.last as f32,
        lines: ticks(&bars.lines),
        bars: model(bars.bars, |bar| ui::ChartBar {
            label: bar.label.into(),
            under: bar.under.into(),
            whole: bar.height as f32,
            dark: bar.dark as f32,
            tip: bar.tip.into(),
        }),
    }
}

fn text<Shape>(chart: &Chart<Shape>) -> ui::ChartText {
    ui::ChartText {
        title: chart.title.into(),
        about: chart.about.as_str().into(),
        head: strings(chart.table.head.iter().copied()),
        rows: model(chart.table.rows.clone(), |row| ui::TableRow {
            spoken: spoken(&chart.table.head, &row).into(),
            cells: model(row, SharedString::from),
        }),
    }
}

/// Returns a row of a table as text for a screen reader: each cell with the title of its column.
fn spoken(head: &[&'static str], row: &[String]) -> String {
    let cells = head.iter().zip(row).filter(|(_, cell)| !cell.is_empty());
    let cells = cells.map(|(name, cell)| tr!("{setting}: {value}", setting = name, value = cell));
    cells.collect::<Vec<_>>().join(". ")
}

fn ticks(ticks: &[Tick]) -> ModelRc<ui::AxisTick> {
    model(ticks.to_vec(), |tick| ui::AxisTick {
        at: tick.at as f32,
        text: tick.text.into(),
    })
}

fn strings(texts: impl IntoIterator<Item = &'static str>) -> ModelRc<SharedString> {
    ModelRc::new(VecModel::from_iter(
        texts.into_iter().map(SharedString::from),
    ))
}

fn model<T, U: Clone + 'static>(items: Vec<T>, to_row: impl FnMut(T) -> U) -> ModelRc<U> {
    ModelRc::new(VecModel::from_iter(items.into_iter().map(to_row)))
}

fn count(number: usize) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use jiff::SignedDuration;
    use unhunch::time::Clock;

    use super::*;
    use crate::tests::invented;

    /// Writes history files of about ten years.
    fn ten_years(root: &std::path::Path, now: &ZonedDateTime) -> Paths {
        let paths = Paths::under(root);
        let folder = paths.history().join("0195564b-1a2b-7c3d-8e4f-a0b1c2d3e4f5");
        std::fs::create_dir_all(&folder).unwrap();
        let weeks = invented::weeks(10, now);
        let mut files: BTreeMap<String, String> = BTreeMap::new();
        for time in 0..52 {
            for entry in &weeks {
                let mut entry = entry.clone();
                entry.t -= SignedDuration::from_hours(70 * 24 * time);
                entry.id = uuid::Uuid::from_u128(entry.id.as_u128() ^ time as u128);
                let month = entry.local().strftime("%Y-%m.jsonl").to_string();
                let file = files.entry(month).or_default();
                file.push_str(&serde_json::to_string(&entry).unwrap());
                file.push('\n');
            }
        }
        for (name, text) in files {
            std::fs::write(folder.join(name), text).unwrap();
        }
        paths
    }

    #[test]
    fn ten_years_are_no_slower_than_one() {
        let now: ZonedDateTime = "2026-03-12T15:20:00[Europe/Berlin]".parse().unwrap();
        let home = tempfile::tempdir().unwrap();
        let paths = ten_years(home.path(), &now);
        let library = Library::shipped();
        let begin = Clock.now().elapsed;
        let period = Period::quarter(now.date());
        let entries = read(&paths, period).0;
        let stats = Stats::from_entries(&entries, period, now.date());
        let drawn = (
            charts::sitting(&stats),
            charts::longest(&stats),
            charts::calendar(&stats),
            charts::exercises(&stats, &library),
            charts::check_ins(&stats),
        );
        let took = Clock.now().elapsed - begin;
        println!("{} entries of the quarter in {took:?}", entries.len());
        assert!(stats.days_sat > 50 && drawn.1.shape.trend.is_some());
        // The limit is for an unoptimised build on a busy machine. A release build takes a tenth of it.
        assert!(took.as_millis() < 3000, "{took:?}");
    }

    #[test]
    fn unreadable_lines_are_named() {
        assert_eq!(skipped(&[]), "");
        let home = tempfile::tempdir().unwrap();
        let paths = Paths::under(home.path());
        let folder = paths.history().join("0195564b-1a2b-7c3d-8e4f-a0b1c2d3e4f5");
        std::fs::create_dir_all(&folder).unwrap();
        let file = folder.join("2026-03.jsonl");
        std::fs::write(&file, "{}\nx\n[]\n[]\n[]\n").unwrap();
        let week = Period::week("2026-03-02".parse().unwrap());
        let text = skipped(&read(&paths, week).1);
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines.len(), 5, "{text}");
        assert!(
            lines[1].starts_with(&format!("{}:1: ", file.display())),
            "{text}"
        );
        assert_eq!(lines[4], "and 2 more");
    }

    #[test]
    fn stepping_stops_at_today() {
        let today: Date = "2026-03-12".parse().unwrap();
        let selection = Selection::default();
        let days = |selection: &Selection| {
            let period = selection.period(today);
            period_text(period, today)
        };
        assert_eq!(days(&selection), "Today, Thu 12 Mar");
        selection.step(-1, today);
        assert_eq!(days(&selection), "Yesterday, Wed 11 Mar");
        selection.step(-1, today);
        assert_eq!(days(&selection), "Tue 10 Mar");
        selection.turn(HistoryTab::Week);
        assert_eq!(days(&selection), "9 Mar to 15 Mar");
        selection.step(-1, today);
        assert_eq!(days(&selection), "2 Mar to 8 Mar");
        selection.turn(HistoryTab::Quarter);
        selection.step(1, today);
        assert_eq!(days(&selection), "15 Dec to 15 Mar");
        selection.turn(HistoryTab::Day);
        assert_eq!(days(&selection), "Today, Thu 12 Mar");
        selection.step(-400, today);
        assert_eq!(days(&selection), "Wed 5 Feb 2025");
        selection.turn(HistoryTab::Week);
        assert_eq!(days(&selection), "3 Feb 2025 to 9 Feb 2025");
        selection.turn(HistoryTab::Day);
        selection.step(5000, today);
        assert_eq!(days(&selection), "Today, Thu 12 Mar");
    }
}
