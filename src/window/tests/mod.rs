//! Renders every page in memory, compares it with the images in `tests/pictures/window/`, and operates it by keyboard.
//!
//! Fonts differ slightly between machines, so the tests compare the mean colours of small blocks and tolerate a few deviations.
//! `BLESS=1 cargo test` overwrites the images; look at them before committing.

mod contrasts;
mod editing;
mod guide;
mod history;
pub(crate) mod invented;
mod pages;
mod room;
mod scrolling;
mod settings;

use std::cell::Cell;
use std::env;
use std::fs::{self, File};
use std::io::BufWriter;
use std::path::PathBuf;
use std::process::Command;
use std::rc::Rc;
use std::sync::mpsc;
use std::time::Duration;

use serde_json::json;
use slint::platform::software_renderer::{MinimalSoftwareWindow, RepaintBufferType};
use slint::platform::{Platform, PlatformError, WindowAdapter, WindowEvent};
use slint::{ComponentHandle as _, PhysicalSize, Rgb8Pixel, SharedString};
use unhunch::config::Theme;
use unhunch::config::user_library::Stamp;
use unhunch::ipc::{WindowSettings, WindowView};
use unhunch::routine::Library;
use unhunch::time::Clock;

use crate::context::Context;
use crate::link::Link;
use crate::shell::Shell;
use crate::ui::{Actions, AppWindow, GuideState};

/// The window size, in logical pixels.
const SIZE: (u32, u32) = (440, 720);
/// The side of a block, in logical pixels.
const BLOCK: u32 = 10;
/// The maximum deviation of a block's mean, out of 255.
const MAX_DEVIATION: u32 = 28;
/// The percentage of blocks that may exceed it.
const MAX_DEVIATING_PERCENT: usize = 5;

struct InMemory(Rc<MinimalSoftwareWindow>);

impl Platform for InMemory {
    fn create_window_adapter(&self) -> Result<Rc<dyn WindowAdapter>, PlatformError> {
        Ok(self.0.clone())
    }

    fn duration_since_start(&self) -> Duration {
        Clock.now().elapsed
    }
}

/// An image in RGB.
struct Picture {
    width: u32,
    height: u32,
    pixels: Vec<Rgb8Pixel>,
}

impl Picture {
    /// Returns the mean colours of blocks, row by row. `scale` is the number of pixels per logical pixel.
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

struct Bench {
    screen: Rc<MinimalSoftwareWindow>,
    window: AppWindow,
    shell: Rc<Shell>,
    /// The window size, in logical pixels.
    size: Cell<(u32, u32)>,
}

impl Bench {
    fn new() -> Self {
        let screen = MinimalSoftwareWindow::new(RepaintBufferType::NewBuffer);
        slint::platform::set_platform(Box::new(InMemory(screen.clone()))).unwrap();
        let window = AppWindow::new().unwrap();
        let (_, receiver) = mpsc::channel();
        let context = Context::new(
            window.clone_strong(),
            Rc::default(),
            Link::disconnected(),
            (Library::shipped(), Stamp::default()),
        );
        let shell = Shell::new(context, receiver);
        shell.wire();
        window.show().unwrap();
        Self {
            screen,
            window,
            shell,
            size: Cell::new(SIZE),
        }
    }

    /// Opens a page after ending the routine that is playing, whose end would replace the page on a slow machine.
    fn open_page(&self, page: &str, routine: Option<&str>, settings: WindowSettings) {
        self.shell.pages.guide.abort();
        self.open_while_playing(page, routine, settings);
    }

    fn open_while_playing(&self, page: &str, routine: Option<&str>, settings: WindowSettings) {
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
        self.shell.show_first_page(view, None, None);
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

    /// Runs layouts, change callbacks and timers until the window is stable.
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

    fn compare_with_golden(&self, name: &str) {
        self.settle();
        let small = self.draw(1);
        let path = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
            .join(format!("tests/pictures/window/{name}.png"));
        if env::var_os("BLESS").is_some() {
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

/// Compares an image with its golden blocks. A deviating image is saved next to the golden one.
fn compare(name: &str, golden: &[[u32; 3]], picture: &Picture, scale: u32) {
    let drawn = picture.blocks(scale);
    assert_eq!(golden.len(), drawn.len(), "{name} has another size");
    let is_off = |(a, b): (&[u32; 3], &[u32; 3])| {
        a.iter().zip(b).any(|(a, b)| a.abs_diff(*b) > MAX_DEVIATION)
    };
    let off = golden
        .iter()
        .zip(&drawn)
        .filter(|pair| is_off(*pair))
        .count();
    if off * 100 > MAX_DEVIATING_PERCENT * golden.len() {
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

/// Runs a test in its own process, because the Slint platform and the language are global.
fn run_in_own_process(test: &str, body: impl FnOnce(&Bench)) {
    const ALONE: &str = "UNHUNCH_TEST_ALONE";
    if env::var(ALONE).is_ok_and(|name| name == test) {
        let bench = Bench::new();
        // A new window ignores input for a moment.
        bench.shell.context.accept_input_from(Duration::ZERO);
        return body(&bench);
    }
    let home = tempfile::tempdir().unwrap();
    let mut program = Command::new(env::current_exe().unwrap());
    for folder in ["XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME"] {
        program.env_remove(folder);
    }
    let output = program
        .args(["--exact", test, "--nocapture"])
        .env(ALONE, test)
        .env("HOME", home.path())
        .output()
        .unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let (out, errors) = (text(&output.stdout), text(&output.stderr));
    assert!(output.status.success(), "{out}{errors}");
    assert!(out.contains("1 passed"), "there is no test {test}");
}
