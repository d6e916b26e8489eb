//! Measures the contrast of everything on the rendered pages against its background, in all four themes.
//!
//! The minimum ratios are those of WCAG 2.2: 4.5 for text (7 in high contrast), and 3 for controls and the parts of charts.

use std::collections::{BTreeMap, BTreeSet};

use i_slint_backend_testing::{AccessibleRole, ElementHandle, ElementQuery};
use slint::{Color, ComponentHandle as _};
use unhunch::config::{self, Contrast};
use unhunch::ipc::WindowSettings;

use super::history::open_history;
use super::{Bench, Picture, editing, preferences, run_in_own_process};
use crate::ui::{HistoryTab, Theme};

/// The number of image pixels per logical pixel. At 2, even thin letters have pixels of their full colour.
const SCALE: u32 = 2;

/// A height at which nothing needs scrolling.
const HIGH: u32 = 2000;

/// Colours that cover a smaller fraction of a chart are anti-aliased edges.
const MIN_SHARE: f64 = 0.003;

#[test]
fn everything_stands_out_in_all_themes() {
    run_in_own_process(
        "tests::contrasts::everything_stands_out_in_all_themes",
        |bench| {
            bench.size.set((super::SIZE.0, HIGH));
            let mut problems = Vec::new();
            for (theme, contrast, name) in [
                (config::Theme::Light, Contrast::Normal, "light"),
                (config::Theme::Dark, Contrast::Normal, "dark"),
                (config::Theme::Light, Contrast::High, "high contrast, light"),
                (config::Theme::Dark, Contrast::High, "high contrast, dark"),
            ] {
                let mut settings = preferences(theme, true);
                settings.guide.contrast = contrast;
                let mut report = |page: &str, problem: String| {
                    problems.push(format!("{name}, {page}: {problem}"))
                };
                every_page(bench, &settings, &mut report);
            }
            assert!(problems.is_empty(), "{}", problems.join("\n"));
        },
    );
}

fn every_page(bench: &Bench, settings: &WindowSettings, report: &mut impl FnMut(&str, String)) {
    let least = match settings.guide.contrast {
        Contrast::High => 7.0,
        Contrast::Auto | Contrast::Normal => 4.5,
    };
    bench.open_page("home", None, settings.clone());
    check_texts(bench, &drawn(bench), least, |problem| {
        report("home", problem)
    });
    // A disabled button may be pale.
    editing::open_new(bench, settings);
    editing::fill(bench);
    check_texts(bench, &drawn(bench), least, |problem| {
        report("add exercise", problem)
    });
    editing::open_routine(bench, settings);
    editing::fill(bench);
    check_texts(bench, &drawn(bench), least, |problem| {
        report("new routine", problem)
    });
    // The groups with all kinds of controls, and the chart of a day.
    super::settings::some_groups(bench, settings, &["rhythm", "guide", "sound"], |page| {
        let picture = drawn(bench);
        check_texts(bench, &picture, least, |problem| report(page, problem));
        check_controls(bench, &picture, |problem| report(page, problem));
        check_charts(bench, &picture, |problem| report(page, problem));
    });
    for (tab, page) in [(HistoryTab::Day, "day"), (HistoryTab::Quarter, "quarter")] {
        open_history(bench, tab, false, settings.clone());
        let picture = drawn(bench);
        check_texts(bench, &picture, least, |problem| report(page, problem));
        check_charts(bench, &picture, |problem| report(page, problem));
    }
    // The last one contains all parts of a bar and all levels of the calendar.
    check_adjacent_colours(bench, &drawn(bench), |problem| report("quarter", problem));
}

fn drawn(bench: &Bench) -> Picture {
    bench.settle();
    bench.draw(SCALE);
    bench.draw(SCALE)
}

/// A rectangle in pixels of the image.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Area {
    left: i64,
    top: i64,
    right: i64,
    bottom: i64,
}

impl Area {
    fn from_element(element: &ElementHandle) -> Self {
        let (at, size) = (element.absolute_position(), element.size());
        let pixel = |length: f32| (f64::from(length) * f64::from(SCALE)).round() as i64;
        Self {
            left: pixel(at.x),
            top: pixel(at.y),
            right: pixel(at.x + size.width),
            bottom: pixel(at.y + size.height),
        }
    }

    fn is_seen_in(&self, picture: &Picture) -> bool {
        let (width, height) = (i64::from(picture.width), i64::from(picture.height));
        let has_size = self.right > self.left && self.bottom > self.top;
        has_size && self.left >= 0 && self.top >= 0 && self.right <= width && self.bottom <= height
    }

    /// Counts the pixels of each colour.
    fn colours(&self, picture: &Picture) -> BTreeMap<u32, usize> {
        let rows = self.top..self.bottom;
        let pixels = rows.flat_map(|y| (self.left..self.right).map(move |x| at(picture, x, y)));
        let mut pixels: Vec<u32> = pixels.collect();
        pixels.sort_unstable();
        let runs = pixels.chunk_by(|a, b| a == b);
        runs.map(|run| (run[0], run.len())).collect()
    }
}

fn at(picture: &Picture, x: i64, y: i64) -> u32 {
    let x = x.clamp(0, i64::from(picture.width) - 1) as u32;
    let y = y.clamp(0, i64::from(picture.height) - 1) as u32;
    let [r, g, b] = picture.at(x, y);
    u32::from_be_bytes([0, r, g, b])
}

fn commonest(colours: &BTreeMap<u32, usize>) -> u32 {
    let most = colours.iter().max_by_key(|(_, count)| **count);
    most.map_or(0, |(colour, _)| *colour)
}

fn all(bench: &Bench, kind: &str) -> Vec<ElementHandle> {
    ElementQuery::from_root(&bench.window)
        .match_descendants()
        .match_inherits(kind)
        .find_all()
}

/// Checks every text against the most common colour behind it.
fn check_texts(bench: &Bench, picture: &Picture, least: f64, mut report: impl FnMut(String)) {
    let areas = all(bench, "Text")
        .into_iter()
        .filter(is_enabled)
        .map(|text| Area::from_element(&text));
    // An element is found once for each component that it inherits from.
    let areas: BTreeSet<Area> = areas.filter(|area| area.is_seen_in(picture)).collect();
    assert!(!areas.is_empty(), "there are texts on every page");
    for area in areas {
        let colours = area.colours(picture);
        let behind = commonest(&colours);
        let ratios = colours.keys().map(|ink| contrast(*ink, behind));
        let ratio = ratios.fold(1.0, f64::max);
        // A label without ink was elided entirely.
        if ratio > 1.05 && ratio < least {
            let (x, y) = (area.left / 2, area.top / 2);
            report(format!(
                "the text at {x}, {y} has {ratio:.2} instead of {least}"
            ));
        }
    }
}

/// Disabled elements are exempt from minimum contrast.
fn is_enabled(element: &ElementHandle) -> bool {
    element.accessible_enabled() != Some(false)
}

/// Checks the outline or surface of controls against the surrounding card, and an outline against its inside, too.
fn check_controls(bench: &Bench, picture: &Picture, mut report: impl FnMut(String)) {
    let roles = [
        AccessibleRole::Switch,
        AccessibleRole::Spinbox,
        AccessibleRole::Combobox,
        AccessibleRole::TextInput,
    ];
    let named = ElementQuery::from_root(&bench.window)
        .match_descendants()
        .find_all();
    let named = named.into_iter().filter(|element| {
        let role = element.accessible_role();
        role.is_some_and(|role| roles.contains(&role))
    });
    let mut measured = BTreeSet::new();
    for control in named {
        let area = Area::from_element(&control);
        if !area.is_seen_in(picture) || measured.contains(&area) {
            continue;
        }
        // This point is beyond the knob of an unchecked switch and free of any text.
        let x = area.left + (area.right - area.left) * 3 / 4;
        let around = at(picture, x, area.top - 6);
        let rim = (area.top..area.top + 6).map(|y| at(picture, x, y));
        let (edge, ratio) = rim
            .map(|edge| (edge, contrast(edge, around)))
            .fold((around, 1.0), |a, b| if b.1 > a.1 { b } else { a });
        let name = control.accessible_label().unwrap_or_default();
        if ratio < 3.0 {
            report(format!("the edge of {name:?} has {ratio:.2} instead of 3"));
        }
        if control.accessible_role() != Some(AccessibleRole::Switch) {
            let inside = contrast(edge, at(picture, x, area.top + 10));
            if inside < 3.0 {
                report(format!(
                    "the edge of {name:?} has {inside:.2} instead of 3 within"
                ));
            }
        }
        measured.insert(area);
    }
}

/// Checks every colour of a chart against its card, except for grid lines and empty tracks.
fn check_charts(bench: &Bench, picture: &Picture, mut report: impl FnMut(String)) {
    let theme = bench.window.global::<Theme<'_>>();
    let card = opaque(theme.get_card());
    let quiet = [theme.get_line(), theme.get_track()].map(|ink| over(ink, card));
    let is_quiet = |colour: u32| {
        let mut quiet = quiet.iter().chain([&card]);
        quiet.any(|quiet| is_near(*quiet, colour))
    };
    let days = ElementQuery::from_root(&bench.window)
        .match_descendants()
        .find_all();
    let days = days.into_iter().filter(|element| {
        let name = element.accessible_label().unwrap_or_default();
        element.accessible_role() == Some(AccessibleRole::Image) && !name.is_empty()
    });
    let mut measured = BTreeSet::new();
    for chart in days {
        let area = Area::from_element(&chart);
        if !area.is_seen_in(picture) || measured.contains(&area) {
            continue;
        }
        let chart_area = ((area.right - area.left) * (area.bottom - area.top)) as f64;
        let name = chart.accessible_label().unwrap_or_default();
        for (colour, count) in area.colours(picture) {
            let ratio = contrast(colour, card);
            if count as f64 > MIN_SHARE * chart_area && !is_quiet(colour) && ratio < 3.0 {
                report(format!(
                    "#{colour:06x} has {ratio:.2} instead of 3 in {name:?}"
                ));
            }
        }
        measured.insert(area);
    }
}

/// Checks adjacent colours of a chart that have different meanings.
fn check_adjacent_colours(bench: &Bench, picture: &Picture, mut report: impl FnMut(String)) {
    let theme = bench.window.global::<Theme<'_>>();
    let full_area = Area {
        left: 0,
        top: 0,
        right: i64::from(picture.width),
        bottom: i64::from(picture.height),
    };
    let colours = full_area.colours(picture);
    // Use the rendered colour: renderers round translucent colours differently.
    let seen = |wanted: u32| {
        let near = colours
            .iter()
            .filter(|(colour, _)| is_near(**colour, wanted));
        let most = near.max_by_key(|(_, count)| **count);
        let (colour, count) = most.unwrap_or((&wanted, &0));
        assert!(*count > 20, "#{wanted:06x} is seen {count} times");
        *colour
    };
    let mut pair = |name: &str, a: u32, b: u32, least: f64| {
        let ratio = contrast(seen(a), seen(b));
        if ratio < least {
            report(format!("{name} has {ratio:.2} instead of {least}"));
        }
    };
    let (sitting, strong) = (theme.get_chart_sitting(), theme.get_chart_strong());
    pair(
        "sitting and the longest",
        opaque(sitting),
        opaque(strong),
        3.0,
    );
    let ink = bench.window.global::<crate::ui::Ink<'_>>();
    let steps: Vec<u32> = (0..=4)
        .map(|level| over(ink.invoke_level(level), opaque(theme.get_card())))
        .collect();
    for (place, step) in steps.windows(2).enumerate() {
        pair(
            &format!("the calendar's steps {place} and {}", place + 1),
            step[0],
            step[1],
            1.4,
        );
    }
    // These two overlap; held-back reminders differ in shape, too.
    let held_contrast = contrast(opaque(theme.get_chart_held()), opaque(sitting));
    if held_contrast < 3.0 {
        report(format!(
            "what was held back has {held_contrast:.2} instead of 3"
        ));
    }
}

fn opaque(colour: Color) -> u32 {
    u32::from_be_bytes([0, colour.red(), colour.green(), colour.blue()])
}

/// Blends a translucent colour with the ground.
fn over(colour: Color, ground: u32) -> u32 {
    let [_, r, g, b] = ground.to_be_bytes();
    let alpha = f32::from(colour.alpha()) / 255.0;
    let mix = |ink: u8, ground: u8| {
        (f32::from(ink) * alpha + f32::from(ground) * (1.0 - alpha)).round() as u8
    };
    u32::from_be_bytes([
        0,
        mix(colour.red(), r),
        mix(colour.green(), g),
        mix(colour.blue(), b),
    ])
}

fn is_near(a: u32, b: u32) -> bool {
    let pairs = a.to_be_bytes().into_iter().zip(b.to_be_bytes());
    pairs.into_iter().all(|(a, b)| a.abs_diff(b) <= 2)
}

/// Returns the colours of `ui/theme.slint` by name: high contrast on black and on white, dark, and light.
fn colours() -> Vec<(String, [Option<u32>; 4])> {
    let text = include_str!("../ui/theme.slint");
    let lines = text.lines().filter_map(|line| {
        let rest = line.trim().strip_prefix("out property <color> ")?;
        let (name, values) = rest.split_once(':')?;
        let values: Vec<Option<u32>> = values
            .split('#')
            .skip(1)
            .map(|value| {
                let digits = value.split(|c: char| !c.is_ascii_hexdigit()).next()?;
                (digits.len() == 6).then(|| u32::from_str_radix(digits, 16).ok())?
            })
            .collect();
        Some((name.to_owned(), values.try_into().expect(line)))
    });
    lines.collect()
}

/// Returns the contrast ratio of two colours as defined by WCAG 2.2.
fn contrast(a: u32, b: u32) -> f64 {
    let luminance = |colour: u32| {
        let channel = |shift: u32| {
            let c = f64::from(colour >> shift & 255) / 255.0;
            if c <= 0.04045 {
                c / 12.92
            } else {
                ((c + 0.055) / 1.055).powf(2.4)
            }
        };
        0.2126 * channel(16) + 0.7152 * channel(8) + 0.0722 * channel(0) + 0.05
    };
    let (a, b) = (luminance(a), luminance(b));
    a.max(b) / a.min(b)
}

#[test]
fn colours_can_be_told_apart() {
    let colours = colours();
    let grounds = ["ground", "card", "stage", "chip", "hover"];
    let inks = ["text", "muted", "accent-text", "warm"];
    let mut pairs: Vec<(&str, &str, f64, f64)> = Vec::new();
    for ground in grounds {
        pairs.extend(inks.map(|ink| (ink, ground, 7.0, 4.5)));
        pairs.push(("line", ground, 7.0, 0.0));
        pairs.push(("accent", ground, 7.0, 0.0));
    }
    pairs.push(("on-accent", "accent", 7.0, 4.5));
    pairs.push(("on-accent", "accent-hover", 7.0, 4.5));
    pairs.push(("accent-text", "accent-soft", 7.0, 0.0));
    pairs.push(("text", "warm-soft", 7.0, 0.0));
    pairs.push(("accent", "track", 3.0, 0.0));
    pairs.push(("accent-text", "ground", 7.0, 4.5));
    for (a, b, high, usual) in pairs {
        let find = |name: &str| {
            colours
                .iter()
                .find(|colour| colour.0 == name)
                .expect(name)
                .1
        };
        let (first, second) = (find(a), find(b));
        for (theme, least) in [high, high, usual, usual].into_iter().enumerate() {
            // A translucent colour has no contrast of its own.
            let (Some(first), Some(second)) = (first[theme], second[theme]) else {
                assert!(theme > 1, "{a} and {b} are opaque in high contrast");
                continue;
            };
            let ratio = contrast(first, second);
            assert!(ratio >= least, "{a} on {b}: {ratio:.1} in theme {theme}");
        }
    }
}
