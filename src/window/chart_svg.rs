//! The charts of [`charts`](crate::charts) as SVG, for an HTML page.

use std::fmt::Write as _;

use maud::{Markup, html};
use unhunch::lang::{self, tr};

use crate::charts::{Bars, Calendar, DoneBar, Line, Share, Tick};

/// The width of every chart.
const WIDE: f64 = 640.0;
/// The space for line labels at the start.
const MARGIN: f64 = 68.0;

/// A chart being drawn. It is mirrored in right-to-left languages.
pub(crate) struct Svg {
    high: f64,
    parts: Vec<Markup>,
    mirrored: bool,
}

/// The alignment of a text relative to its position.
#[derive(Clone, Copy)]
enum Anchor {
    Start,
    Middle,
    End,
}

impl Svg {
    fn new(high: f64) -> Self {
        Self {
            high,
            parts: Vec::new(),
            mirrored: lang::current().is_rtl(),
        }
    }

    fn x(&self, x: f64) -> f64 {
        if self.mirrored { WIDE - x } else { x }
    }

    fn rect(&mut self, class: &str, [x, y, wide, high]: [f64; 4], round: f64, tip: &str) {
        let x = if self.mirrored { WIDE - x - wide } else { x };
        let round = round.min(wide / 2.0).min(high / 2.0);
        let [x, y, wide, high, round] = [x, y, wide, high, round].map(tenths);
        self.parts.push(html! {
            rect class=(class) x=(x) y=(y) width=(wide) height=(high) rx=(round) { (tooltip(tip)) }
        });
    }

    fn rule(&mut self, y: f64) {
        let [from, to, y] = [self.x(MARGIN), self.x(WIDE), y].map(tenths);
        self.parts.push(html! {
            line class="rule" x1=(from) y1=(y) x2=(to) y2=(y) {}
        });
    }

    fn text(&mut self, class: &str, x: f64, y: f64, tied: Anchor, text: &str) {
        if text.is_empty() {
            return;
        }
        let anchor = match (tied, self.mirrored) {
            (Anchor::Middle, _) => "middle",
            (Anchor::Start, false) | (Anchor::End, true) => "start",
            (Anchor::End, false) | (Anchor::Start, true) => "end",
        };
        let [x, y] = [self.x(x), y].map(tenths);
        self.parts.push(html! {
            text class=(class) x=(x) y=(y) text-anchor=(anchor) { (text) }
        });
    }

    fn path(&mut self, class: &str, points: &[(f64, f64)]) {
        let mut path_data = String::new();
        for (place, (x, y)) in points.iter().enumerate() {
            let letter = if place == 0 { 'M' } else { 'L' };
            let _ = write!(path_data, "{letter}{:.1} {y:.1}", self.x(*x));
        }
        self.parts
            .push(html! { path class=(class) d=(path_data) {} });
    }

    fn dot(&mut self, class: &str, x: f64, y: f64, radius: f64, tip: &str) {
        let [x, y] = [self.x(x), y].map(tenths);
        self.parts.push(html! {
            circle class=(class) cx=(x) cy=(y) r=(radius) { (tooltip(tip)) }
        });
    }

    /// Returns the finished SVG. The direction is always `ltr` because the coordinates are already mirrored.
    pub(crate) fn finish(&self, spoken: &str) -> Markup {
        let seen = format!("0 0 {WIDE} {:.0}", self.high);
        html! {
            svg viewBox=(seen) direction="ltr" role="img" aria-label=(spoken) {
                @for part in &self.parts { (part) }
            }
        }
    }
}

fn tenths(length: f64) -> String {
    format!("{length:.1}")
}

/// Returns the tooltip, or nothing for an empty text.
fn tooltip(text: &str) -> Markup {
    html! {
        @if !text.is_empty() { title { (text) } }
    }
}

pub(crate) fn bars(chart: &Bars, split: bool) -> Svg {
    const HIGH: f64 = 180.0;
    const TOP: f64 = 10.0;
    let has_under = chart.bars.iter().any(|bar| !bar.under.is_empty());
    let below = if has_under { 40.0 } else { 24.0 };
    let mut svg = Svg::new(TOP + HIGH + below);
    let y = |height: f64| TOP + HIGH * (1.0 - height);
    for Tick { at, text } in &chart.lines {
        svg.rule(y(*at));
        svg.text("", MARGIN - 10.0, y(*at) + 4.0, Anchor::End, text);
    }
    let slot = (WIDE - MARGIN) / chart.bars.len().max(1) as f64;
    let wide = (slot * 0.64).clamp(1.5, 46.0);
    for (place, bar) in chart.bars.iter().enumerate() {
        let middle = MARGIN + slot * (place as f64 + 0.5);
        let x = middle - wide / 2.0;
        let round = (wide / 5.0).min(6.0);
        let (height, dark_height) = (HIGH * bar.height, HIGH * bar.dark);
        if height > 0.0 && split {
            svg.rect("sat", [x, y(bar.height), wide, height], round, &bar.tip);
        }
        if dark_height > 0.0 {
            svg.rect("dark", [x, y(bar.dark), wide, dark_height], round, &bar.tip);
        }
        svg.text("", middle, TOP + HIGH + 18.0, Anchor::Middle, &bar.label);
        svg.text("", middle, TOP + HIGH + 34.0, Anchor::Middle, bar.under);
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

pub(crate) fn calendar(chart: &Calendar) -> Svg {
    const LEFT: f64 = 46.0;
    const TOP: f64 = 22.0;
    let weeks = chart.weeks.len().max(1) as f64;
    let wide = ((WIDE - LEFT) / weeks).min(46.0);
    let high = wide.clamp(10.0, 25.0);
    let gap = wide.min(high) * 0.14;
    let mut svg = Svg::new(TOP + high * 7.0);
    for (row, name) in chart.weekdays.iter().enumerate().step_by(2) {
        let y = TOP + high * (row as f64 + 0.5) + 3.0;
        svg.text("", LEFT - 10.0, y, Anchor::End, name);
    }
    for Tick { at, text } in &chart.months {
        svg.text("", LEFT + at * weeks * wide, TOP - 8.0, Anchor::Start, text);
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

pub(crate) fn shares(shares: &[Share]) -> Svg {
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

pub(crate) fn done(bars: &[DoneBar]) -> Svg {
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
        svg.text("name", 0.0, y + 15.0, Anchor::Start, &bar.name);
        svg.text("", 0.0, y + 31.0, Anchor::Start, &bar.line);
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
        svg.text("name", WIDE, track + HIGH - 1.0, Anchor::End, &times);
        y += row;
    }
    svg
}

pub(crate) fn line(chart: &Line) -> Svg {
    const HIGH: f64 = 90.0;
    const TOP: f64 = 14.0;
    let mut svg = Svg::new(TOP + HIGH + 26.0);
    let y = |height: f64| TOP + HIGH * (1.0 - height);
    let x = |at: f64| MARGIN + 8.0 + (WIDE - MARGIN - 16.0) * at;
    for (height, name) in [
        (1.0, tr("Better")),
        (0.5, tr("The same")),
        (0.0, tr("Worse")),
    ] {
        svg.rule(y(height));
        svg.text("", MARGIN - 10.0, y(height) + 4.0, Anchor::End, name);
    }
    let points: Vec<_> = chart
        .dots
        .iter()
        .map(|dot| (x(dot.at), y(dot.height)))
        .collect();
    svg.path("way", &points);
    for dot in &chart.dots {
        let (class, radius) = if dot.worse {
            ("worse", 5.5)
        } else {
            ("dot", 4.5)
        };
        svg.dot(class, x(dot.at), y(dot.height), radius, &dot.tip);
    }
    for Tick { at, text } in &chart.days {
        svg.text("", x(*at), TOP + HIGH + 20.0, Anchor::Middle, text);
    }
    svg
}
