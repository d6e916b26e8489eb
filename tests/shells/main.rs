//! The whole program in real desktop shells, which run headless in a private root file system.
//!
//! If that can't be created (it needs root, overlayfs and the Debian packages), a test prints "skipped" and passes.
#![cfg(target_os = "linux")]

#[path = "../common/mod.rs"]
mod common;
mod gnome;
mod plasma;
mod root;
mod screenshots;
mod session;

use std::fs;
use std::io::BufReader;
use std::path::Path;
use std::time::Duration;

use common::harness::{pass, wait_for};
use gnome::Gnome;
use plasma::Plasma;
use serde_json::Value;

/// The timeout of [`wait`], generous enough for a busy machine.
const PATIENCE: Duration = Duration::from_secs(40);

/// Calls `poll` until it returns a value; panics after 40 seconds.
fn wait<T>(what: &str, poll: impl FnMut() -> Option<T>) -> T {
    wait_for(PATIENCE, what, poll)
}

/// An area of the screen.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Rectangle {
    x: f64,
    y: f64,
    width: f64,
    height: f64,
}

impl Rectangle {
    fn from_numbers(numbers: &[Value]) -> Option<Self> {
        let at = |index: usize| numbers.get(index)?.as_f64();
        Some(Self {
            x: at(0)?,
            y: at(1)?,
            width: at(2)?,
            height: at(3)?,
        })
    }

    fn middle(self) -> (f64, f64) {
        (self.x + self.width / 2.0, self.y + self.height / 2.0)
    }

    fn is_within(self, other: Self) -> bool {
        self.x >= other.x
            && self.y >= other.y
            && self.x + self.width <= other.x + other.width
            && self.y + self.height <= other.y + other.height
    }
}

/// A screenshot with its pixels.
struct Picture {
    width: usize,
    channels: usize,
    pixels: Vec<u8>,
}

impl Picture {
    /// Reads the screenshot, and saves a copy for inspection.
    fn keep(file: &Path, name: &str) -> Self {
        let shots = Path::new(env!("CARGO_TARGET_TMPDIR")).join("shell-shots");
        fs::create_dir_all(&shots).expect("a folder");
        fs::copy(file, shots.join(format!("{name}.png"))).expect("a picture");
        let file = BufReader::new(fs::File::open(file).expect("a picture"));
        let mut reader = png::Decoder::new(file).read_info().expect("a PNG file");
        let mut pixels = vec![0; reader.output_buffer_size().expect("a size")];
        let info = reader.next_frame(&mut pixels).expect("a whole picture");
        Self {
            width: info.width as usize,
            channels: info.color_type.samples(),
            pixels,
        }
    }

    /// The red, green and blue bytes of an area.
    fn part(&self, part: Rectangle) -> Vec<u8> {
        let (x, y) = (part.x as usize, part.y as usize);
        let (width, height) = (part.width as usize, part.height as usize);
        let row = |row: usize| {
            let begin = (row * self.width + x) * self.channels;
            &self.pixels[begin..begin + width * self.channels]
        };
        let pixels = (y..y + height).flat_map(|y| row(y).chunks_exact(self.channels));
        pixels
            .flat_map(|pixel| [pixel[0], pixel[1], pixel[2]])
            .collect()
    }
}

/// The least difference of a colour channel that can be seen: at the edges of moving parts, blending rounds differently each time.
const VISIBLE: u8 = 8;

/// The bytes per thousand that may differ between two pictures of the guide: the figure and the time move on.
const MOVEMENT: usize = 15;

/// The number of bytes per thousand that differ visibly.
fn difference(a: &[u8], b: &[u8]) -> usize {
    assert_eq!(a.len(), b.len(), "the windows have different sizes");
    let differs = a
        .iter()
        .zip(b)
        .filter(|(a, b)| a.abs_diff(**b) > VISIBLE)
        .count();
    differs * 1000 / a.len()
}

#[test]
fn gnome_reports_input_and_a_reminder_is_answered_by_pointer() {
    let Some(mut gnome) = Gnome::up("1280x800") else {
        return;
    };
    gnome.start_unhunch();
    assert_eq!(gnome.status()["sources"]["idle"], "mutter");
    gnome.key(0xffe1);
    gnome.wait_for_phase("asking");
    wait("the banner", || gnome.has_banner().then_some(()));
    // GNOME shows the buttons of a banner only under the pointer.
    gnome.wheel(640.0, 70.0, 0);
    let buttons = wait("the banner", || {
        Some(gnome.buttons()).filter(|buttons| !buttons.is_empty())
    });
    pass(1.0);
    gnome.screenshot("reminder");
    assert!((2..=3).contains(&buttons.len()), "{buttons:?}");
    let stood = buttons
        .iter()
        .find(|(label, _)| label.contains("stood") || label.contains("getting up"));
    assert!(
        stood.is_some(),
        "a walk is due, and none of {buttons:?} says that one gets up"
    );
    let (_, place) = wait("Snooze", || {
        gnome
            .buttons()
            .into_iter()
            .find(|(label, _)| label.contains("Snooze"))
    });
    let (x, y) = place.middle();
    gnome.click(x, y);
    gnome.wait_for_phase("snoozed");
    wait("that it is withdrawn", || {
        gnome.notifications().is_empty().then_some(())
    });
}

#[test]
fn do_not_disturb_of_gnome_holds_the_reminder() {
    let Some(mut gnome) = Gnome::up("1280x800") else {
        return;
    };
    gnome.run(
        "gsettings",
        &[
            "set",
            "org.gnome.desktop.notifications",
            "show-banners",
            "false",
        ],
    );
    gnome.start_unhunch();
    gnome.key(0xffe1);
    wait("the hold", || {
        gnome.status()["holds"]
            .to_string()
            .contains("do-not-disturb")
            .then_some(())
    });
    assert!(gnome.notifications().is_empty());
    gnome.run(
        "gsettings",
        &[
            "set",
            "org.gnome.desktop.notifications",
            "show-banners",
            "true",
        ],
    );
    gnome.key(0xffe1);
    gnome.wait_for_phase("asking");
}

#[test]
fn the_icon_on_gnomes_panel_opens_its_menu_and_survives_the_shell() {
    let Some(mut gnome) = Gnome::up("1280x800") else {
        return;
    };
    gnome.start_unhunch();
    let click_snooze = |gnome: &Gnome| {
        let icon = wait("the icon on the panel", || gnome.icon());
        let (x, y) = icon.middle();
        gnome.click(x, y);
        let menu = wait("the menu", || {
            Some(gnome.menu()).filter(|menu| !menu.is_empty())
        });
        pass(0.5);
        gnome.screenshot("menu");
        for label in ["Snooze", "Quit"] {
            assert!(
                menu.iter().any(|(item, _)| item.starts_with(label)),
                "no {label} in {menu:?}"
            );
        }
        let (_, place) = gnome
            .menu()
            .into_iter()
            .find(|(label, _)| label.starts_with("Snooze"))
            .expect("it was there");
        let (x, y) = place.middle();
        gnome.click(x, y);
        gnome.wait_for_phase("snoozed");
    };
    let icon = wait("the icon on the panel", || gnome.icon());
    pass(1.0);
    let colours = gnome.screenshot("panel").part(icon);
    let is_grey = |pixel: &[u8]| {
        pixel
            .iter()
            .max()
            .zip(pixel.iter().min())
            .is_some_and(|(a, b)| a - b < 24)
    };
    assert!(
        colours.chunks_exact(3).all(is_grey),
        "the panel has one colour"
    );
    assert!(
        colours.iter().any(|channel| *channel > 200),
        "the icon is seen"
    );
    click_snooze(&gnome);
    gnome.restart_shell();
    assert!(!gnome.unhunch_has_ended(), "it outlives the shell");
    wait("the icon", || {
        (gnome.status()["sources"]["tray"] == "shown").then_some(())
    });
    assert_eq!(gnome.status()["sources"]["idle"], "mutter");
    gnome.run("unhunch", &["skip"]);
    click_snooze(&gnome);
}

/// The user is on another workspace than the window when they ask for it, by the menu and by a command.
#[test]
fn the_window_moves_to_the_current_gnome_workspace_when_opened() {
    let Some(mut gnome) = Gnome::up("1280x800") else {
        return;
    };
    gnome.start_unhunch();
    gnome.js(
        "(() => { const s = new imports.gi.Gio.Settings({ schema_id: 'org.gnome.mutter' }); s.set_boolean('dynamic-workspaces', false); \
         const w = new imports.gi.Gio.Settings({ schema_id: 'org.gnome.desktop.wm.preferences' }); w.set_int('num-workspaces', 3); return 'ok'; })()",
    );
    wait("three workspaces", || {
        (gnome.js("global.workspace_manager.n_workspaces") == 3).then_some(())
    });
    let here = |gnome: &Gnome| {
        let state = "(() => { const w = global.display.focus_window; return !!w && /unhunch/i.test(w.title + w.wm_class) && \
                     w.located_on_workspace(global.workspace_manager.get_active_workspace()); })()";
        wait("the window in front of the user", || {
            (gnome.js(state) == true).then_some(())
        });
    };
    let go_to = |gnome: &Gnome, workspace: u32| {
        gnome.js(&format!("global.workspace_manager.get_workspace_by_index({workspace}).activate(global.get_current_time()); 'ok'"));
        pass(1.0);
    };
    let by_menu = |gnome: &Gnome| {
        let icon = wait("the icon on the panel", || gnome.icon());
        let (x, y) = icon.middle();
        gnome.click(x, y);
        let place = wait("the menu", || {
            let menu = gnome.menu().into_iter();
            let mut open = menu.filter(|(label, _)| label.starts_with("Settings"));
            open.next().map(|(_, place)| place)
        });
        pass(0.5);
        let (x, y) = place.middle();
        gnome.click(x, y);
    };
    by_menu(&gnome);
    gnome.wait_for_window();
    here(&gnome);
    go_to(&gnome, 1);
    by_menu(&gnome);
    here(&gnome);
    gnome.screenshot("window-came-by-menu");
    go_to(&gnome, 2);
    gnome.run("unhunch", &["stretch", "cat-cow"]);
    here(&gnome);
    gnome.screenshot("window-came-by-command");
}

#[test]
fn gnomes_title_bar_moves_and_closes_the_window() {
    let Some(gnome) = Gnome::up("1280x800") else {
        return;
    };
    let mut window = gnome.start("unhunch-window", &["--page", "settings"]);
    let before = gnome.wait_for_window();
    gnome.screenshot("title-bar");
    assert!(before.is_within(gnome.work_area()), "{before:?}");
    let bar = (before.x + before.width / 2.0, before.y + 18.0);
    gnome.drag(bar, (bar.0 - 60.0, bar.1));
    let after = wait("that it moved", || {
        gnome.window().filter(|after| after.x < before.x - 30.0)
    });
    assert_eq!((after.width, after.height), (before.width, before.height));
    gnome.click(after.x + after.width - 22.0, after.y + 18.0);
    gnome.wait_for_no_window();
    wait("the end of the program", || {
        window.has_ended().then_some(())
    });
}

#[test]
fn locking_gnome_counts_as_away_and_withdraws_the_question() {
    let Some(mut gnome) = Gnome::up("1280x800") else {
        return;
    };
    gnome.start_unhunch();
    gnome.key(0xffe1);
    gnome.wait_for_phase("asking");
    wait("the question", || {
        (!gnome.notifications().is_empty()).then_some(())
    });
    gnome.js("Main.screenShield.lock(false); 'ok'");
    wait("that it is locked", || {
        (gnome.js("Main.screenShield.locked") == true).then_some(())
    });
    gnome.wait_for_phase("away");
    // On the locked screen, anybody could read the question.
    wait("that it is withdrawn", || {
        gnome.notifications().is_empty().then_some(())
    });
    gnome.screenshot("locked");
    gnome.js("Main.screenShield.deactivate(false); 'ok'");
    gnome.key(0xffe1);
    wait("that somebody is back", || {
        (gnome.status()["phase"] != "away").then_some(())
    });
}

/// After a change of scale, everything must be repainted. Once only the moving parts were, so the buttons below the moving
/// figure are compared.
#[test]
fn a_window_looks_the_same_after_gnomes_scale_has_changed_twice() {
    let Some(mut gnome) = Gnome::up("2560x1600") else {
        return;
    };
    let look = |gnome: &Gnome, name: &str| {
        // Moves the pointer out of the way, so that it highlights nothing.
        gnome.wheel(2500.0, 1500.0, 0);
        pass(1.0);
        let place = gnome.window().expect("it is open");
        (gnome.screenshot(name), place)
    };
    let twice = |gnome: &Gnome| {
        gnome.scale(2);
        gnome.screenshot("scale-200");
        gnome.scale(1);
    };

    // Nothing moves on this page, so nothing hides a painting error by repainting.
    let open = |gnome: &Gnome| {
        let window = gnome.start("unhunch-window", &["--page", "settings"]);
        gnome.wait_for_window();
        window
    };
    let window = open(&gnome);
    twice(&gnome);
    let (changed, changed_place) = look(&gnome, "settings-again");
    drop(window);
    gnome.wait_for_no_window();
    let window = open(&gnome);
    let (fresh, place) = look(&gnome, "settings-fresh");
    drop(window);
    gnome.wait_for_no_window();
    let different = difference(&changed.part(changed_place), &fresh.part(place));
    assert_eq!(different, 0, "of 1000 bytes of the settings");

    // The figure moves, the buttons below it don't.
    let buttons = |(picture, place): (Picture, Rectangle)| {
        let height = (place.height / 6.0).floor();
        picture.part(Rectangle {
            y: place.y + place.height - height,
            height,
            ..place
        })
    };
    gnome.start_unhunch();
    gnome.run("unhunch", &["stretch", "desk"]);
    gnome.wait_for_window();
    twice(&gnome);
    let changed = buttons(look(&gnome, "guide-again"));
    gnome.run("unhunch", &["quit"]);
    gnome.wait_for_no_window();
    gnome.start_unhunch();
    gnome.run("unhunch", &["stretch", "desk"]);
    gnome.wait_for_window();
    let fresh = buttons(look(&gnome, "guide-fresh"));
    let different = difference(&changed, &fresh);
    // The time makes up more of the compared part than of the whole window.
    assert!(
        different < 2 * MOVEMENT,
        "{different} of 1000 bytes differ from a window that was just opened"
    );
}

/// Full HD at 200 % leaves 960 x 540.
#[test]
fn home_settings_and_guide_fit_a_small_gnome_screen() {
    let Some(mut gnome) = Gnome::up("1920x1080") else {
        return;
    };
    gnome.scale(2);
    let area = gnome.work_area();
    let fits = |gnome: &Gnome, name: &str| {
        let place = gnome.wait_for_window();
        gnome.screenshot(&format!("small-{name}"));
        assert!(
            place.is_within(area),
            "{name}: {place:?} isn't within {area:?}"
        );
    };
    for page in ["home", "settings"] {
        let window = gnome.start("unhunch-window", &["--page", page]);
        fits(&gnome, page);
        drop(window);
        gnome.wait_for_no_window();
    }
    gnome.start_unhunch();
    gnome.run("unhunch", &["stretch", "desk"]);
    fits(&gnome, "guide");
}

/// The same test as with GNOME, on a compositor that is based on wlroots.
#[test]
fn a_window_looks_the_same_after_sways_scale_has_changed_twice() {
    let name = "a_window_looks_the_same_after_sways_scale_has_changed_twice";
    common::sway::on_sway(
        name,
        common::Needs {
            bus: true,
            screen: false,
        },
        || {
            common::sway::message(&["output HEADLESS-1 resolution 2560x1600"]);
            common::sway::message(&["for_window [app_id=\".*\"] floating enable"]);
            let home = tempfile::tempdir().expect("a folder");
            // Unhunch has another runtime folder, so it needs the full path of sway's socket.
            let folder = std::env::var("XDG_RUNTIME_DIR").expect("sway has one");
            let state = home.path().join(".local/state/unhunch");
            std::fs::create_dir_all(&state).expect("a folder");
            std::fs::write(state.join("welcomed"), "").expect("a file");
            std::fs::write(state.join("safety-read"), "2026-03-02\n").expect("a file");
            let unhunch = || {
                let mut command = common::unhunch(home.path());
                command.env("WAYLAND_DISPLAY", format!("{folder}/wayland-1"));
                command
            };
            let open = || {
                let tray = common::Running::silently(&mut unhunch());
                wait("the guide", || {
                    let started = unhunch().args(["stretch", "desk"]).output();
                    started.expect("it is there").status.success().then_some(())
                });
                pass(4.0);
                tray
            };
            let shot = |name: &str| {
                pass(1.5);
                let file = home.path().join("shot.png");
                let screenshot = std::process::Command::new("grim").arg(&file).status();
                assert!(screenshot.expect("grim is installed").success());
                Picture::keep(&file, &format!("sway-{name}"))
            };
            let scale = |scale: u32| {
                common::sway::message(&[&format!("output HEADLESS-1 scale {scale}")]);
                pass(2.0);
            };
            let window = open();
            scale(2);
            shot("scale-200");
            scale(1);
            let changed = shot("scale-100-again");
            drop(window);
            // The window ends with the program.
            pass(2.0);
            let _window = open();
            let fresh = shot("scale-100-fresh");
            let blank = fresh.pixels.iter().all(|byte| *byte == fresh.pixels[0]);
            assert!(!blank, "there is no window");
            let different = difference(&changed.pixels, &fresh.pixels);
            assert!(
                different < MOVEMENT,
                "{different} of 1000 bytes differ from a window that was just opened"
            );
        },
    );
}

#[test]
#[ignore = "Plasma is large; run by tests/run long"]
fn unhunch_asks_on_plasma_and_its_icon_comes_back_after_a_restart_of_the_shell() {
    let Some(mut plasma) = Plasma::up(1280, 800) else {
        return;
    };
    plasma.start_unhunch();
    let source = plasma.status()["sources"]["idle"].to_string();
    assert!(
        source.contains("idle") || source.contains("wayland"),
        "{source}"
    );
    plasma.click(640, 300);
    plasma.wait_for_phase("asking");
    pass(1.5);
    plasma.screenshot("reminder");
    plasma.restart_shell();
    assert!(!plasma.unhunch_has_ended(), "it outlives the shell");
    wait("the icon", || {
        (plasma.status()["sources"]["tray"] == "shown").then_some(())
    });
}

#[test]
#[ignore = "Plasma is large; run by tests/run long"]
fn do_not_disturb_of_plasma_holds_the_reminder() {
    let Some(mut plasma) = Plasma::up(1280, 800) else {
        return;
    };
    let cookie = plasma.inhibit_notifications();
    plasma.start_unhunch();
    plasma.click(640, 300);
    wait("the hold", || {
        let holds = plasma.status()["holds"].to_string();
        holds.contains("do-not-disturb").then_some(())
    });
    plasma.allow_notifications(cookie);
    plasma.click(640, 320);
    plasma.wait_for_phase("asking");
}

/// The same test as with GNOME, on Plasma.
#[test]
#[ignore = "Plasma is large; run by tests/run long"]
fn a_window_looks_the_same_after_plasmas_scale_has_changed_twice() {
    let Some(mut plasma) = Plasma::up(2560, 1600) else {
        return;
    };
    plasma.start_unhunch();
    plasma.run("unhunch", &["stretch", "desk"]);
    pass(4.0);
    plasma.scale(2);
    plasma.screenshot("scale-200");
    plasma.scale(1);
    let changed = plasma.screenshot("scale-100-again");
    plasma.run("unhunch", &["quit"]);
    pass(2.0);
    let empty = plasma.screenshot("empty");
    plasma.start_unhunch();
    plasma.run("unhunch", &["stretch", "desk"]);
    pass(4.0);
    let fresh = plasma.screenshot("scale-100-fresh");
    assert!(
        difference(&empty.pixels, &fresh.pixels) > MOVEMENT,
        "there is no window"
    );
    let different = difference(&changed.pixels, &fresh.pixels);
    assert!(
        different < MOVEMENT,
        "{different} of 1000 bytes differ from a window that was just opened"
    );
}
