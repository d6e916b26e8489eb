//! Takes the screenshots of the README and the metainfo in a real GNOME Shell. `tests/run screenshots` runs this.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use unhunch::time::Clock;

use crate::gnome::Gnome;
use crate::{Rectangle, pass, wait};

#[path = "../../src/window/tests/invented.rs"]
mod invented;

/// The length of the animated picture: a few repetitions of the first exercise.
const LENGTH: Duration = Duration::from_secs(12);

/// The theme of Unhunch's window, the colour scheme of the desktop, and the colour of its background.
const THEMES: [(&str, &str, &str); 2] = [
    ("light", "prefer-light", "#c9dcd8"),
    ("dark", "prefer-dark", "#22302f"),
];

/// Writes the pictures into `icons/screenshots`.
#[test]
#[ignore = "writes the pictures of the README"]
fn screenshots() {
    for (theme, scheme, background) in THEMES {
        let Some(mut gnome) = Gnome::up("1280x800") else {
            return;
        };
        for (schema, key, value) in [
            ("org.gnome.desktop.interface", "color-scheme", scheme),
            ("org.gnome.desktop.background", "picture-options", "none"),
            ("org.gnome.desktop.background", "primary-color", background),
        ] {
            gnome.run("gsettings", &["set", schema, key, value]);
        }
        write_settings_and_history(&gnome, theme);
        gnome.start_unhunch();
        reminder(&gnome, theme);
        let socket = gnome.root.path("run/unhunch/control.sock");
        let socket = socket.display().to_string();
        for page in ["home", "history"] {
            let window = gnome.start("unhunch-window", &["--socket", &socket, "--page", page]);
            let place = gnome.wait_for_window();
            if page == "history" {
                // The middle of "Day, Week, Quarter", below the title bar and the heading.
                gnome.click(place.x + place.width / 2.0, place.y + 137.0);
            }
            gnome.wheel(1270.0, 790.0, 0);
            pass(1.5);
            save(&gnome, &format!("{page}-{theme}"), place);
            drop(window);
            gnome.wait_for_no_window();
        }
        if theme == "light" {
            animation(&gnome);
        }
    }
}

fn write_settings_and_history(gnome: &Gnome, theme: &str) {
    let settings = format!(
        "[rhythm]\nsit = \"20 s\"\ngrace = \"1 s\"\nask_for = \"1 min\"\nsettle = \"1 s\"\n\n\
         [guide]\ntheme = \"{theme}\"\n"
    );
    gnome
        .root
        .write("home/.config/unhunch/settings.toml", &settings);
    let mut months = BTreeMap::<String, String>::new();
    for entry in invented::weeks(13, &Clock.now().wall) {
        let line = serde_json::to_string(&entry).expect("a line");
        let month = entry.t.to_string()[..7].to_owned();
        *months.entry(month).or_default() += &format!("{line}\n");
    }
    for (month, lines) in months {
        let file = format!("home/.local/share/unhunch/history/computer/{month}.jsonl");
        gnome.root.write(&file, &lines);
    }
}

fn reminder(gnome: &Gnome, theme: &str) {
    gnome.key(0xffe1);
    gnome.wait_for_phase("asking");
    wait("the banner", || gnome.has_banner().then_some(()));
    // GNOME shows the buttons of a banner only under the pointer.
    gnome.wheel(640.0, 70.0, 0);
    wait("the buttons", || {
        (!gnome.buttons().is_empty()).then_some(())
    });
    pass(1.0);
    let place = Rectangle {
        x: 290.0,
        y: 0.0,
        width: 700.0,
        height: 240.0,
    };
    save(gnome, &format!("reminder-{theme}"), place);
    gnome.run("unhunch", &["skip"]);
}

/// Records the guide window as an animated WebP file, with the real time of each frame.
fn animation(gnome: &Gnome) {
    gnome.run("unhunch", &["stretch", "desk"]);
    let place = gnome.wait_for_window();
    gnome.wheel(1270.0, 790.0, 0);
    // The first phase is for getting ready.
    pass(6.0);
    let mut convert = Command::new("convert");
    let begin = Clock.now().elapsed;
    let mut last = begin;
    for number in 0.. {
        let name = format!("guide-{number:03}");
        gnome.screenshot(&name);
        let now = Clock.now().elapsed;
        let hundredths = ((now - last).as_millis() / 10).max(1);
        last = now;
        convert
            .args(["-delay", &hundredths.to_string()])
            .arg(shot(&name));
        if now - begin > LENGTH {
            break;
        }
    }
    run(convert
        .args(["-crop", &geometry(place), "+repage"])
        .args(["-loop", "0", "-quality", "70"])
        .arg(folder().join("guide.webp")));
}

fn folder() -> PathBuf {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("icons/screenshots");
    fs::create_dir_all(&folder).expect("a folder");
    folder
}

/// The copy that [`Gnome::screenshot`] saves.
fn shot(name: &str) -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR"))
        .join("shell-shots")
        .join(format!("gnome-{name}.png"))
}

fn geometry(place: Rectangle) -> String {
    format!("{}x{}+{}+{}", place.width, place.height, place.x, place.y)
}

fn save(gnome: &Gnome, name: &str, place: Rectangle) {
    gnome.screenshot(name);
    run(Command::new("convert")
        .arg(shot(name))
        .args(["-crop", &geometry(place), "+repage", "-strip"])
        .arg(folder().join(format!("{name}.png"))));
}

fn run(command: &mut Command) {
    assert!(command.status().expect("ImageMagick").success());
}
