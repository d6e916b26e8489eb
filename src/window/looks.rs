//! Every page, drawn in memory: compared with the pictures in `tests/pictures/window/`, and worked by keys.
//!
//! Fonts differ a little from machine to machine, so the means of small blocks are compared, and a few of them may be off.
//! `UNHUNCH_BLESS=1 cargo test` writes the pictures anew; look at them before you commit them.

#[path = "contrasts.rs"]
mod contrasts;
#[path = "guide_looks.rs"]
mod guide_looks;
#[path = "room.rs"]
mod room;
#[path = "scrolling.rs"]
mod scrolling;
#[path = "setting_looks.rs"]
mod setting_looks;

use std::cell::Cell;
use std::env;
use std::fs::{self, File};
use std::io::BufWriter;
use std::path::PathBuf;
use std::process::Command;
use std::rc::Rc;
use std::sync::{LazyLock, mpsc};
use std::time::Duration;

use i_slint_backend_testing::{AccessibleRole, ElementHandle, ElementQuery};
use serde_json::json;
use slint::platform::software_renderer::{MinimalSoftwareWindow, RepaintBufferType};
use slint::platform::{Key, Platform, PlatformError, WindowAdapter, WindowEvent};
use slint::{ComponentHandle as _, PhysicalSize, Rgb8Pixel, SharedString};
use unhunch::config::{Contrast, Motion, TextSize, Theme};
use unhunch::figure::Look;
use unhunch::history::Entry;
use unhunch::ipc::{WindowSettings, WindowView};
use unhunch::routine::Library;
use unhunch::time::Clock;

use crate::history::Shown;
use crate::invented;
use crate::link::Link;
use crate::shell::{self, Shell};
use crate::ui::{Actions, AppWindow, GuideState, HistoryState, HistoryTab, Page};

/// The window's size, in logical pixels.
const SIZE: (u32, u32) = (440, 720);
/// The sides of a block, in logical pixels.
const BLOCK: u32 = 10;
/// How far the mean of a block may be off, of 255.
const OFF: u32 = 28;
/// How many of a hundred blocks may be off by more.
const MANY: usize = 5;

struct InMemory(Rc<MinimalSoftwareWindow>);

impl Platform for InMemory {
    fn create_window_adapter(&self) -> Result<Rc<dyn WindowAdapter>, PlatformError> {
        Ok(self.0.clone())
    }

    fn duration_since_start(&self) -> Duration {
        Clock.now().elapsed
    }
}

/// A picture, a colour a pixel.
struct Picture {
    width: u32,
    height: u32,
    pixels: Vec<Rgb8Pixel>,
}

impl Picture {
    /// The mean colours of blocks, row by row; `scale` pixels are a logical one.
    fn blocks(&self, scale: u32) -> Vec<[u32; 3]> {
        let side = BLOCK * scale;
        let (columns, rows) = (self.width / side, self.height / side);
        let places =
            (0..rows).flat_map(|row| (0..columns).map(move |column| (column * side, row * side)));
        places.map(|(x, y)| self.mean(x, y, side)).collect()
    }

    fn mean(&self, left: u32, top: u32, side: u32) -> [u32; 3] {
        let mut sum = [0; 3];
        for y in top..top + side {
            for x in left..left + side {
                let pixel = self.at(x, y);
                for (sum, channel) in sum.iter_mut().zip(pixel) {
                    *sum += u32::from(channel);
                }
            }
        }
        sum.map(|sum| sum / (side * side))
    }

    fn at(&self, x: u32, y: u32) -> [u8; 3] {
        let pixel = self.pixels[(y * self.width + x) as usize];
        [pixel.r, pixel.g, pixel.b]
    }

    fn save(&self, path: &PathBuf) {
        self.save_as(path, png::Compression::High);
    }

    fn save_as(&self, path: &PathBuf, compression: png::Compression) {
        let file = BufWriter::new(File::create(path).unwrap());
        let mut encoder = png::Encoder::new(file, self.width, self.height);
        encoder.set_color(png::ColorType::Rgb);
        encoder.set_compression(compression);
        let mut writer = encoder.write_header().unwrap();
        let bytes: Vec<u8> = self.pixels.iter().flat_map(|p| [p.r, p.g, p.b]).collect();
        writer.write_image_data(&bytes).unwrap();
    }

    fn open(path: &PathBuf) -> Self {
        let decoder = png::Decoder::new(std::io::BufReader::new(File::open(path).unwrap()));
        let mut reader = decoder.read_info().unwrap();
        let mut bytes = vec![0; reader.output_buffer_size().unwrap()];
        let info = reader.next_frame(&mut bytes).unwrap();
        Self {
            width: info.width,
            height: info.height,
            pixels: bytes
                .as_chunks()
                .0
                .iter()
                .map(|&[r, g, b]| Rgb8Pixel { r, g, b })
                .collect(),
        }
    }
}

/// The window under test.
struct Bench {
    screen: Rc<MinimalSoftwareWindow>,
    window: AppWindow,
    shell: Rc<Shell>,
    /// How large the window is, in logical pixels.
    size: Cell<(u32, u32)>,
}

impl Bench {
    fn new() -> Self {
        let screen = MinimalSoftwareWindow::new(RepaintBufferType::NewBuffer);
        slint::platform::set_platform(Box::new(InMemory(screen.clone()))).unwrap();
        let window = AppWindow::new().unwrap();
        let (_, told) = mpsc::channel();
        let shell = Shell::new(
            window.clone_strong(),
            Link::alone(),
            Library::shipped(),
            told,
        );
        shell.wire();
        window.show().unwrap();
        Self {
            screen,
            window,
            shell,
            size: Cell::new(SIZE),
        }
    }

    fn wish(&self, page: &str, routine: Option<&str>, settings: WindowSettings) {
        let view = WindowView {
            routine: routine.map(str::to_owned),
            settings,
            ..serde_json::from_value(json!({
                "page": page,
                "status": {
                    "phase": "asking",
                    "sit_seconds": 1800,
                    "why": "You have been sitting for 30 min.",
                    "asking": { "reminder": "stretch", "routine": "desk", "short": false, "quiet": false },
                },
            }))
            .unwrap()
        };
        self.shell.begin_with(view, None, None);
    }

    fn key(&self, text: impl Into<SharedString>) {
        let text = text.into();
        self.settle();
        self.screen
            .dispatch_event(WindowEvent::KeyPressed { text: text.clone() });
        self.screen
            .dispatch_event(WindowEvent::KeyReleased { text });
        self.settle();
    }

    fn guide(&self) -> GuideState<'_> {
        self.window.global()
    }

    fn actions(&self) -> Actions<'_> {
        self.window.global()
    }

    /// Lets layouts, changes and timers come to rest.
    fn settle(&self) {
        for _ in 0..3 {
            slint::platform::update_timers_and_animations();
            self.draw(1);
        }
    }

    fn draw(&self, scale: u32) -> Picture {
        let (width, height) = self.size.get();
        let (width, height) = (width * scale, height * scale);
        self.screen.dispatch_event(WindowEvent::ScaleFactorChanged {
            scale_factor: scale as f32,
        });
        self.screen.set_size(PhysicalSize::new(width, height));
        slint::platform::update_timers_and_animations();
        self.screen.request_redraw();
        let mut pixels = vec![Rgb8Pixel::default(); (width * height) as usize];
        self.screen.draw_if_needed(|renderer| {
            renderer.render(&mut pixels, width as usize);
        });
        Picture {
            width,
            height,
            pixels,
        }
    }

    fn look(&self, name: &str) {
        self.settle();
        let small = self.draw(1);
        let path = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
            .join(format!("tests/pictures/window/{name}.png"));
        if env::var_os("UNHUNCH_BLESS").is_some() {
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            small.save(&path);
        }
        let golden = Picture::open(&path).blocks(1);
        compare(name, &golden, &small, 1);
        self.draw(2);
        self.settle_at(2);
        compare(name, &golden, &self.draw(2), 2);
    }

    fn settle_at(&self, scale: u32) {
        for _ in 0..3 {
            slint::platform::update_timers_and_animations();
            self.draw(scale);
        }
    }
}

/// What differs is saved beside the golden picture, to be looked at.
fn compare(name: &str, golden: &[[u32; 3]], picture: &Picture, scale: u32) {
    let drawn = picture.blocks(scale);
    assert_eq!(golden.len(), drawn.len(), "{name} has another size");
    let is_off =
        |(a, b): (&[u32; 3], &[u32; 3])| a.iter().zip(b).any(|(a, b)| a.abs_diff(*b) > OFF);
    let off = golden
        .iter()
        .zip(&drawn)
        .filter(|pair| is_off(*pair))
        .count();
    if off * 100 > MANY * golden.len() {
        let new = format!("tests/pictures/window/{name}-{scale}x.new.png");
        picture.save(&PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(new));
        panic!(
            "{name} looks different at scale {scale}: {off} of {} blocks are off",
            golden.len()
        );
    }
}

fn preferences(theme: Theme, safety_seen: bool) -> WindowSettings {
    let mut settings = WindowSettings {
        language: "en".into(),
        safety_seen,
        ..WindowSettings::default()
    };
    settings.guide.theme = theme;
    settings.sound.tones = false;
    settings
}

/// Runs a test in a process of its own: one can have a single platform, and speaks a single language.
fn alone(test: &str, body: impl FnOnce(&Bench)) {
    const ALONE: &str = "UNHUNCH_TEST_ALONE";
    if env::var(ALONE).is_ok_and(|name| name == test) {
        let bench = Bench::new();
        // A window that has just come ignores what was meant for another.
        bench.shell.listen_from(Duration::ZERO);
        return body(&bench);
    }
    let program = env::current_exe().unwrap();
    let output = Command::new(program)
        .args(["--exact", test, "--nocapture"])
        .env(ALONE, test)
        .output()
        .unwrap();
    let said = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let (out, errors) = (said(&output.stdout), said(&output.stderr));
    assert!(output.status.success(), "{out}{errors}");
    assert!(out.contains("1 passed"), "there is no test {test}");
}

#[test]
fn the_window_looks_and_works_as_it_should() {
    alone("looks::the_window_looks_and_works_as_it_should", |bench| {
        safety_comes_first(bench);
        keys_lead_through_the_guide(bench);
        a_stray_key_is_passed_over(bench);
        every_page_looks_right(bench);
        pages_look_right_in_other_languages(bench);
        large_letters_have_room(bench);
        high_contrast_looks_right(bench);
        another_person_can_show_it(bench);
    });
}

#[test]
fn the_history_looks_and_works_as_it_should() {
    alone("looks::the_history_looks_and_works_as_it_should", |bench| {
        the_history_looks_right(bench);
        the_history_is_gone_through_by_keys(bench);
    });
}

#[test]
fn the_settings_look_and_work_as_they_should() {
    alone(
        "looks::the_settings_look_and_work_as_they_should",
        |bench| {
            setting_looks::settings_page_looks_and_works_as_it_should(bench);
        },
    );
}

fn safety_comes_first(bench: &Bench) {
    bench.wish("guide", Some("moment"), preferences(Theme::Light, false));
    assert_eq!(bench.window.get_page(), Page::Safety);
    bench.window.global::<Actions<'_>>().invoke_understood();
    assert_eq!(bench.window.get_page(), Page::Guide);
}

fn keys_lead_through_the_guide(bench: &Bench) {
    bench.wish("guide", Some("moment"), preferences(Theme::Light, true));
    let guide = bench.guide();
    assert!(!guide.get_paused());
    bench.key(" ");
    assert!(guide.get_paused());
    assert_eq!(guide.get_counter(), "");
    bench.key(Key::RightArrow);
    assert_eq!(guide.get_counter(), "Rep 1 of 4");
    assert_eq!(guide.get_cue(), "Arch your upper back and look up");
    assert!(guide.get_paused(), "stepping doesn't end the pause");
    bench.key(Key::LeftArrow);
    assert_eq!(guide.get_counter(), "");
    bench.key(" ");
    assert!(!guide.get_paused());
    bench.key(Key::Escape);
    assert!(guide.get_paused() && guide.get_leaving());
    bench.key(Key::Escape);
    assert!(!guide.get_paused() && !guide.get_leaving());
    bench.wish("guide", Some("moment"), preferences(Theme::Light, true));
    bench.actions().invoke_toggle();
    for _ in 0..9 {
        bench.key(Key::RightArrow);
    }
    // Whoever only skips has done nothing that could be praised.
    assert_ne!(bench.window.get_page(), Page::End);
    bench.key(Key::RightArrow);
    assert_ne!(bench.window.get_page(), Page::End);
}

fn a_stray_key_is_passed_over(bench: &Bench) {
    bench.wish("guide", Some("moment"), preferences(Theme::Light, true));
    bench
        .shell
        .listen_from(Clock.now().elapsed + Duration::from_secs(60));
    bench.key(" ");
    bench.key(Key::Escape);
    assert!(!bench.guide().get_paused() && !bench.guide().get_leaving());
    bench.shell.listen_from(Duration::ZERO);
}

fn every_page_looks_right(bench: &Bench) {
    for (theme, colours) in [(Theme::Light, "light"), (Theme::Dark, "dark")] {
        for page in ["home", "library", "guidance", "about"] {
            bench.wish(page, None, preferences(theme, true));
            bench.look(&format!("{page}-{colours}"));
        }
        let mut still = preferences(theme, true);
        still.guide.motion = Motion::Reduced;
        bench.wish("library", None, still);
        bench
            .window
            .global::<Actions<'_>>()
            .invoke_show("cat-cow".into());
        assert_eq!(bench.window.get_page(), Page::Exercise);
        bench.look(&format!("exercise-{colours}"));
        let actions = bench.window.global::<Actions<'_>>();
        actions.invoke_show("desk".into());
        bench.look(&format!("routine-{colours}"));
        bench.wish("guide", Some("desk"), preferences(theme, false));
        bench.look(&format!("safety-{colours}"));
        for (routine, name) in [("desk", "guide"), ("scapula-squeeze", "scapulas")] {
            bench.wish("guide", Some(routine), preferences(theme, true));
            bench.key(" ");
            bench.key(Key::RightArrow);
            bench.key(Key::RightArrow);
            bench.look(&format!("{name}-{colours}"));
        }
        bench.window.global::<Actions<'_>>().invoke_end();
        bench
            .window
            .global::<crate::ui::EndState<'_>>()
            .set_ask(true);
        bench.window.set_page(Page::End);
        bench.look(&format!("end-{colours}"));
    }
}

/// How high the history's pages are, so that all of them is seen.
const HIGH: u32 = 1640;

/// Ten weeks of somebody's days.
fn invented_now() -> jiff::Zoned {
    "2026-03-12T15:20:00[Europe/Berlin]".parse().unwrap()
}

/// Opens the history with ten weeks in it, or with nothing.
fn open_history(bench: &Bench, tab: HistoryTab, is_empty: bool, settings: WindowSettings) {
    bench.wish("about", None, settings);
    static TEN_WEEKS: LazyLock<Vec<Entry>> = LazyLock::new(|| invented::weeks(10, &invented_now()));
    let now = invented_now();
    let entries = if is_empty { &[][..] } else { &TEN_WEEKS };
    let page = bench.window.global::<HistoryState<'_>>();
    page.set_as_table(false);
    let shown = Shown::default();
    shown.turn(tab);
    shown.show(&page, &crate::shell::everything(), entries, &now);
    bench.window.set_page(Page::History);
}

const TABS: [(HistoryTab, &str); 3] = [
    (HistoryTab::Day, "day"),
    (HistoryTab::Week, "week"),
    (HistoryTab::Quarter, "quarter"),
];

fn the_history_looks_right(bench: &Bench) {
    bench.size.set((SIZE.0, HIGH));
    let light = || preferences(Theme::Light, true);
    for (tab, name) in TABS {
        open_history(bench, tab, false, light());
        bench.look(&format!("history-{name}-light"));
        open_history(bench, tab, false, preferences(Theme::Dark, true));
        bench.look(&format!("history-{name}-dark"));
    }
    open_history(bench, HistoryTab::Week, false, light());
    bench.window.global::<HistoryState<'_>>().set_as_table(true);
    bench.look("history-table");
    for (theme, name) in [(Theme::Light, "light"), (Theme::Dark, "dark")] {
        let mut settings = preferences(theme, true);
        settings.guide.contrast = Contrast::High;
        open_history(bench, HistoryTab::Quarter, false, settings);
        bench.look(&format!("history-contrast-{name}"));
    }
    let settings = WindowSettings {
        language: "ar".into(),
        ..light()
    };
    open_history(bench, HistoryTab::Week, false, settings);
    bench.look("history-ar");
    bench
        .size
        .set((shell::size(TextSize::Largest).0 as u32, 2 * HIGH));
    let mut settings = light();
    settings.guide.text_size = TextSize::Largest;
    open_history(bench, HistoryTab::Quarter, false, settings);
    bench.look("history-large");
    bench.size.set(SIZE);
    open_history(bench, HistoryTab::Day, true, light());
    bench.look("history-empty");
}

/// The arrow keys lead through the tabs, and Escape leads back.
fn the_history_is_gone_through_by_keys(bench: &Bench) {
    open_history(
        bench,
        HistoryTab::Week,
        false,
        preferences(Theme::Light, true),
    );
    let tab = || bench.window.global::<HistoryState<'_>>().get_tab();
    bench.key(Key::Tab);
    bench.key(Key::RightArrow);
    assert_eq!(tab(), HistoryTab::Week, "from the day to the week");
    bench.key(Key::RightArrow);
    assert_eq!(tab(), HistoryTab::Quarter);
    bench.key(Key::RightArrow);
    assert_eq!(tab(), HistoryTab::Quarter);
    bench.key(Key::LeftArrow);
    bench.key(Key::LeftArrow);
    assert_eq!(tab(), HistoryTab::Day);
    bench.key(Key::Escape);
    assert_eq!(bench.window.get_page(), Page::Home);
    open_history(
        bench,
        HistoryTab::Week,
        false,
        preferences(Theme::Light, true),
    );
    // Behind the tabs and earlier comes the first chart: there is nothing later than today.
    for _ in 0..5 {
        bench.key(Key::Tab);
    }
    bench.key(Key::RightArrow);
    bench.key(Key::RightArrow);
    bench.look("history-tip");
    later_ends_today(bench);
}

/// What leads nowhere can't be reached, and whoever reads the screen hears so.
fn later_ends_today(bench: &Bench) {
    let page = bench.window.global::<HistoryState<'_>>();
    let is_enabled = || {
        let buttons = ElementQuery::from_root(&bench.window)
            .match_descendants()
            .match_accessible_role(AccessibleRole::Button)
            .find_all();
        let is_later =
            |button: &ElementHandle| button.accessible_label().unwrap_or_default() == "Later";
        let later = buttons.into_iter().find(is_later).unwrap();
        later.accessible_enabled() == Some(true)
    };
    bench.wish("about", None, preferences(Theme::Light, true));
    bench.wish("history", None, preferences(Theme::Light, true));
    assert!(!page.get_has_later() && !is_enabled());
    page.invoke_step(-1);
    bench.settle();
    assert!(page.get_has_later() && is_enabled());
    // Three tabs, earlier, later.
    for _ in 0..5 {
        bench.key(Key::Tab);
    }
    bench.key("\n");
    assert!(!page.get_has_later() && !is_enabled());
    // The keyboard went to the other one.
    bench.key("\n");
    assert!(page.get_has_later());
}

/// One that is longer than English, one that is written from the right to the left, and one of other letters.
fn pages_look_right_in_other_languages(bench: &Bench) {
    for tag in ["de", "ar", "ja"] {
        let settings = WindowSettings {
            language: tag.into(),
            ..preferences(Theme::Light, true)
        };
        every_kind_of_page(bench, &settings, tag);
    }
}

/// To be read from two metres.
fn large_letters_have_room(bench: &Bench) {
    let mut settings = preferences(Theme::Light, true);
    settings.guide.text_size = TextSize::Largest;
    every_kind_of_page(bench, &settings, "large");
    bench.wish("library", None, settings);
    let actions = bench.window.global::<Actions<'_>>();
    actions.invoke_show("desk".into());
    bench.look("routine-large");
}

fn high_contrast_looks_right(bench: &Bench) {
    for (theme, colours) in [(Theme::Light, "light"), (Theme::Dark, "dark")] {
        let mut settings = preferences(theme, true);
        settings.guide.contrast = Contrast::High;
        bench.wish("home", None, settings.clone());
        bench.look(&format!("home-contrast-{colours}"));
        bench.wish("library", None, settings.clone());
        bench.look(&format!("library-contrast-{colours}"));
        bench.wish("guide", Some("scapula-squeeze"), settings);
        bench.key(" ");
        bench.key(Key::RightArrow);
        bench.key(Key::RightArrow);
        bench.look(&format!("guide-contrast-{colours}"));
    }
}

fn another_person_can_show_it(bench: &Bench) {
    for (figure, name) in [(Look::Plum, "plum"), (Look::Slate, "slate")] {
        let mut settings = preferences(Theme::Light, true);
        settings.guide.figure = figure;
        bench.wish("guide", Some("t-spine-twist"), settings);
        bench.key(" ");
        for _ in 0..3 {
            bench.key(Key::RightArrow);
        }
        bench.look(&format!("twist-{name}"));
    }
    let mut still = preferences(Theme::Light, true);
    still.guide.motion = Motion::Reduced;
    still.guide.figure = Look::Plum;
    bench.wish("library", None, still);
    bench
        .window
        .global::<Actions<'_>>()
        .invoke_show("pectoralis-stretch".into());
    bench.look("doorway-plum");
}

/// The colours of `ui/theme.slint` by name: for high contrast on black and on white, dark and light.
fn colours() -> Vec<(String, [Option<u32>; 4])> {
    let text = include_str!("ui/theme.slint");
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

/// The contrast of two colours as of WCAG 2.2.
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
        let (one, other) = (find(a), find(b));
        for (theme, least) in [high, high, usual, usual].into_iter().enumerate() {
            // What lets the ground shine through has no contrast of its own.
            let (Some(one), Some(other)) = (one[theme], other[theme]) else {
                assert!(theme > 1, "{a} and {b} are opaque in high contrast");
                continue;
            };
            let ratio = contrast(one, other);
            assert!(ratio >= least, "{a} on {b}: {ratio:.1} in theme {theme}");
        }
    }
}

fn every_kind_of_page(bench: &Bench, settings: &WindowSettings, name: &str) {
    for page in ["home", "library", "guidance"] {
        bench.wish(page, None, settings.clone());
        bench.look(&format!("{page}-{name}"));
    }
    bench.wish("guide", Some("scapula-squeeze"), settings.clone());
    bench.key(" ");
    bench.key(Key::RightArrow);
    bench.key(Key::RightArrow);
    bench.look(&format!("guide-{name}"));
}
