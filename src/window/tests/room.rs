//! Checks that every text fits: on each page, in each language, with default and the largest letters.

use std::fs;
use std::path::PathBuf;

use i_slint_backend_testing::{ElementHandle, ElementQuery};
use slint::ComponentHandle as _;
use unhunch::config::{TextSize, Theme};
use unhunch::ipc::WindowSettings;
use unhunch::lang::{LANGUAGES, Language};
use unhunch::routine::Library;

use super::history::{TABS, open_history};
use super::{Bench, Picture, editing, preferences, run_in_own_process};
use crate::appearance;
use crate::context::Ended;
use crate::ui::{EndState, HistoryState, HistoryTab, Page};

/// The minimum difference of a pixel from its background to count as ink, out of 765.
const INK: u32 = 150;

/// The distance that a letter may overhang its box, in pixels.
const OVERHANG: i64 = 4;

/// A rectangle in pixels.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Area {
    left: f32,
    top: f32,
    right: f32,
    bottom: f32,
}

impl Area {
    fn from_element(element: &ElementHandle) -> Self {
        let (at, size) = (element.absolute_position(), element.size());
        Self {
            left: at.x,
            top: at.y,
            right: at.x + size.width,
            bottom: at.y + size.height,
        }
    }

    fn is_empty(self) -> bool {
        self.right - self.left < 1.0 || self.bottom - self.top < 1.0
    }

    fn is_within(self, other: Self) -> bool {
        self.left >= other.left - 1.0
            && self.right <= other.right + 1.0
            && self.top >= other.top - 1.0
            && self.bottom <= other.bottom + 1.0
    }

    /// Returns the part that is visible in a scrolled view, clipped at its top and bottom.
    fn seen_in(self, window: Self) -> Self {
        Self {
            top: self.top.max(window.top),
            bottom: self.bottom.min(window.bottom),
            ..self
        }
    }

    /// Returns `true` if the rectangles share more than an edge.
    fn overlaps(self, other: Self) -> bool {
        let deep = |low: f32, high: f32| high - low > 1.5;
        deep(self.left.max(other.left), self.right.min(other.right))
            && deep(self.top.max(other.top), self.bottom.min(other.bottom))
    }
}

/// Returns the folder to save every page to, if it is set.
fn album() -> Option<PathBuf> {
    std::env::var_os("UNHUNCH_ALBUM").map(PathBuf::from)
}

#[test]
fn every_text_has_room() {
    run_in_own_process("tests::room::every_text_has_room", |bench| {
        have_room(bench, TextSize::Normal);
    });
}

#[test]
fn every_large_text_has_room() {
    run_in_own_process("tests::room::every_large_text_has_room", |bench| {
        have_room(bench, TextSize::Largest);
    });
}

/// Covers the smallest window, flat windows as on large screens with high scaling, and full screen.
#[test]
fn every_text_has_room_in_windows_of_any_size() {
    const SIZES: [(u32, u32); 6] = [
        (400, 420),
        (400, 500),
        (440, 720),
        (853, 533),
        (1000, 500),
        (1920, 1080),
    ];
    run_in_own_process(
        "tests::room::every_text_has_room_in_windows_of_any_size",
        |bench| {
            let mut problems = Vec::new();
            for (width, height) in SIZES {
                let settings = preferences(Theme::Light, true);
                bench.size.set((width, height));
                let mut album = Album {
                    bench,
                    name: format!("{width}x{height}"),
                    problems: Vec::new(),
                };
                super::settings::each_group(bench, &settings, |name| {
                    bench.settle();
                    album.look(name);
                });
                for (tab, name) in TABS {
                    open_history(bench, tab, false, settings.clone());
                    bench.settle();
                    album.look(&format!("history {name}"));
                    bench.window.global::<HistoryState<'_>>().set_as_table(true);
                    bench.settle();
                    album.look(&format!("history {name} tables"));
                }
                problems.append(&mut album.problems);
            }
            assert!(problems.is_empty(), "{}", problems.join("\n"));
        },
    );
}

fn have_room(bench: &Bench, size: TextSize) {
    let problems: Vec<String> = LANGUAGES
        .iter()
        .flat_map(|language| pages(bench, language, size))
        .collect();
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

fn pages(bench: &Bench, language: &Language, size: TextSize) -> Vec<String> {
    let mut settings = preferences(Theme::Light, true);
    settings.language = language.tag.into();
    settings.guide.text_size = size;
    let (width, height) = appearance::window_size(size);
    bench.size.set((width as u32, height as u32));
    let mut album = Album {
        bench,
        name: format!("{}-{size:?}", language.tag).to_lowercase(),
        problems: Vec::new(),
    };
    for page in ["home", "library", "guidance", "about"] {
        bench.open_page(page, None, settings.clone());
        album.look(page);
    }
    editing::open_new(bench, &settings);
    album.look("add exercise");
    editing::open_copy(bench, &settings);
    album.look("copy exercise");
    editing::open_routine(bench, &settings);
    album.look("new routine");
    editing::open_import(bench, &settings);
    album.look("import");
    super::settings::each_step(bench, &settings, |name| album.look(name));
    super::settings::each_group(bench, &settings, |name| album.look(name));
    histories(bench, &settings, (width, height), &mut album);
    let unread = WindowSettings {
        safety_seen: false,
        ..settings.clone()
    };
    bench.open_page("guide", Some("desk"), unread);
    album.look("safety");
    for id in ids() {
        bench.open_page("library", None, settings.clone());
        bench.actions().invoke_show(id.as_str().into());
        album.look(&format!("exercise-{id}"));
        bench.open_page("guide", Some(&id), settings.clone());
        bench.actions().invoke_toggle();
        for step in 0..3 {
            album.look(&format!("guide-{id}-{step}"));
            bench.actions().invoke_next();
        }
    }
    leaving_and_end(bench, &settings, &mut album);
    bench.size.set(super::SIZE);
    album.problems
}

/// Uses a window high enough for everything that is otherwise scrolled.
fn histories(bench: &Bench, settings: &WindowSettings, size: (f64, f64), album: &mut Album<'_>) {
    bench.size.set((size.0 as u32, 3 * size.1 as u32));
    for (tab, name) in [(HistoryTab::Day, "day"), (HistoryTab::Quarter, "quarter")] {
        open_history(bench, tab, false, settings.clone());
        album.look(&format!("history {name}"));
    }
    open_history(bench, HistoryTab::Week, false, settings.clone());
    let page = bench.window.global::<HistoryState<'_>>();
    page.set_as_table(true);
    album.look("history tables");
    bench.size.set((size.0 as u32, size.1 as u32));
}

fn leaving_and_end(bench: &Bench, settings: &WindowSettings, album: &mut Album<'_>) {
    bench.open_page("guide", Some("desk"), settings.clone());
    bench.guide().set_how_to(true);
    album.look("how-to");
    bench.guide().set_how_to(false);
    bench.guide().set_leaving(true);
    album.look("leaving");
    bench.actions().invoke_end();
    let plan = bench.shell.context.library.borrow().plan("desk").unwrap();
    let ended = Ended {
        played: plan.total_seconds() - 60.0,
        plan,
        complete: false,
        portions: Vec::new(),
    };
    assert!(bench.shell.pages.end.fill(ended));
    let end = bench.window.global::<EndState<'_>>();
    end.set_ask(true);
    bench.window.set_page(Page::End);
    album.look("end");
    bench.actions().invoke_feeling("worse".into());
    end.set_often_worse(true);
    album.look("worse");
    end.set_often_worse(false);
}

fn ids() -> Vec<String> {
    let library = Library::shipped();
    library
        .iter()
        .filter(|item| matches!(item, unhunch::routine::LibraryItem::Exercise(_)))
        .map(|item| item.id().to_owned())
        .collect()
}

/// Checks pages and collects the failures.
struct Album<'a> {
    bench: &'a Bench,
    name: String,
    problems: Vec<String>,
}

impl Album<'_> {
    fn look(&mut self, page: &str) {
        slint::platform::update_timers_and_animations();
        let picture = self.bench.draw(1);
        let name = format!("{} {page}", self.name);
        self.problems
            .extend(check(self.bench, &picture).map(|problem| format!("{name}: {problem}")));
        // One page of each kind is enough.
        let saved = !page.contains('-') || page.contains("cat-cow") || page == "how-to";
        if let Some(folder) = album().filter(|_| saved) {
            fs::create_dir_all(&folder).unwrap();
            picture.save_as(
                &folder.join(format!("{}-{page}.png", self.name)),
                png::Compression::Fast,
            );
        }
    }
}

fn check(bench: &Bench, picture: &Picture) -> impl Iterator<Item = String> {
    let all = |kind: &str| {
        ElementQuery::from_root(&bench.window)
            .match_descendants()
            .match_inherits(kind)
            .find_all()
    };
    let page = Area {
        left: 0.0,
        top: 0.0,
        right: picture.width as f32,
        bottom: picture.height as f32,
    };
    // An element is found once for each component that it inherits from.
    let once = |areas: Vec<Area>| {
        let mut once: Vec<Area> = Vec::new();
        for area in areas {
            if !once.contains(&area) {
                once.push(area);
            }
        }
        once
    };
    let areas =
        |elements: &[ElementHandle]| once(elements.iter().map(Area::from_element).collect());
    let mut texts = areas(&all("Text"));
    // Scrolled content is clipped by its view.
    let views = all("Scrolled").into_iter().chain(all("ScrollView"));
    let mut views: Vec<(Area, ElementHandle)> = views
        .map(|view| (Area::from_element(&view), view))
        .collect();
    views.dedup_by_key(|(area, _)| *area);
    for (window, view) in views {
        let inside = view.query_descendants().match_descendants();
        let inside = areas(&inside.match_inherits("Text").find_all());
        for text in texts.iter_mut().filter(|text| inside.contains(text)) {
            *text = text.seen_in(window);
        }
    }
    texts.retain(|area| !area.is_empty());
    let texts = once(texts);
    assert!(!texts.is_empty(), "there are texts on every page");
    let mut problems = Vec::new();
    for (i, &text) in texts.iter().enumerate() {
        if !text.is_within(page) {
            problems.push(format!("a text stands outside of the page: {text:?}"));
        }
        if let Some(other) = texts[i + 1..].iter().find(|other| text.overlaps(**other)) {
            problems.push(format!("a text stands on another: {text:?} and {other:?}"));
        }
        if let Some(place) = overflow(picture, text) {
            problems.push(format!("a text has no room at {place:?}: {text:?}"));
        }
    }
    problems.into_iter()
}

/// Returns the position where a letter crosses a side of its text's box.
fn overflow(picture: &Picture, text: Area) -> Option<(u32, u32)> {
    let rows = (text.top.max(0.0) as u32)..(text.bottom.max(0.0) as u32).min(picture.height);
    let sides = [
        (text.left as i64, text.left as i64 - OVERHANG),
        (text.right as i64 - 1, text.right as i64 - 1 + OVERHANG),
    ];
    sides.into_iter().find_map(|(inside, outside)| {
        let width = i64::from(picture.width);
        if outside < 0 || outside >= width {
            return None;
        }
        let behind = commonest(rows.clone().map(|y| picture.at(outside as u32, y)))?;
        let is_ink = |x: i64, y: u32| distance(picture.at(x as u32, y), behind) > INK;
        let y = rows
            .clone()
            .find(|&y| is_ink(inside, y) && is_ink(outside, y))?;
        Some((outside as u32, y))
    })
}

fn commonest(pixels: impl Iterator<Item = [u8; 3]>) -> Option<[u8; 3]> {
    let mut counts = std::collections::BTreeMap::new();
    for pixel in pixels {
        *counts.entry(pixel).or_insert(0) += 1;
    }
    counts
        .into_iter()
        .max_by_key(|(_, count)| *count)
        .map(|(pixel, _)| pixel)
}

fn distance(a: [u8; 3], b: [u8; 3]) -> u32 {
    a.iter().zip(b).map(|(a, b)| u32::from(a.abs_diff(b))).sum()
}
