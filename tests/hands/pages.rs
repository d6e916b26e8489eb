//! A desktop with a user's data, and the steps that lead to each page of the window.

use std::fs;
use std::process::Command;

use async_channel::Receiver;
use jiff::{ToSpan as _, ZonedDateTime};
use unhunch::history::Entry;
use unhunch::routine::Library;
use unhunch::schedule::Outcome;
use zbus::zvariant::OwnedObjectPath;

use crate::common::atspi::{Node, Reader};
use crate::common::harness::{Desktop, pass, wait};
use crate::common::{Running, program};
use crate::screen::Screen;

/// A desktop whose user has a history, with helpers for input.
pub(crate) struct Hands {
    pub(crate) desktop: Desktop,
    pub(crate) reader: Reader,
    pub(crate) focus: Receiver<(String, OwnedObjectPath)>,
    pub(crate) screen: Screen,
    pub(crate) window: u32,
    /// The size of the window when it opened.
    pub(crate) initial: (i32, i32),
    program: Option<Running>,
    tray: Option<Running>,
}

impl Drop for Hands {
    fn drop(&mut self) {
        // The programs end before the desktop does.
        self.program.take();
        self.tray.take();
    }
}

impl Hands {
    pub(crate) fn on(size: &str) -> Self {
        let hands = Self::without_history(size);
        write_history(&hands.desktop);
        hands
    }

    /// Like [`Self::on`], with a user who has no history.
    pub(crate) fn without_history(size: &str) -> Self {
        let desktop = Desktop::without_panel(size);
        desktop.safety_was_read();
        let reader = Reader::start(&desktop);
        let focus = reader.focus_changes();
        let screen = Screen::open(desktop.display());
        Self {
            desktop,
            reader,
            focus,
            screen,
            window: 0,
            initial: (0, 0),
            program: None,
            tray: None,
        }
    }

    /// Starts the program, without a tray that would show its icon.
    pub(crate) fn start(&mut self) {
        let mut command = self.desktop.command(program("unhunch"));
        self.tray = Some(Running::silently(&mut command));
        wait("the program", || self.desktop.status());
    }

    /// Starts the program, then a routine or exercise, and waits for the window.
    pub(crate) fn play(&mut self, id: &str) {
        self.start();
        self.desktop.run(&["stretch", id]);
        self.came();
    }

    /// Opens a page of the window with the program running, as a click in the menu does.
    pub(crate) fn open_page(&mut self, page: &str) {
        if self.tray.is_none() {
            self.start();
        }
        let socket = self.desktop.socket().display().to_string();
        self.open(&["--socket", &socket, "--page", page]);
    }

    /// Opens the window without the program, with these arguments, and closes the previous one.
    pub(crate) fn open(&mut self, arguments: &[&str]) {
        self.close();
        let mut command: Command = self.desktop.command(program("unhunch-window"));
        self.program = Some(Running::silently(command.args(arguments)));
        self.came();
    }

    /// Waits for the window and its first controls, and activates it.
    pub(crate) fn came(&mut self) {
        let window = self.desktop.wait_for_window();
        self.desktop.input(&["windowactivate", "--sync", &window]);
        self.window = window.parse().expect("a number");
        self.initial = self.screen.size(self.window);
        wait("the window's first controls", || {
            self.controls().pop().map(|_| ())
        });
        // A new window ignores input at first, because that may have been meant for another window.
        pass(0.6);
    }

    pub(crate) fn close(&mut self) {
        if self.program.take().is_some() {
            self.desktop.wait_for_no_window();
        }
    }

    /// All controls that can be chosen or typed into.
    pub(crate) fn controls(&self) -> Vec<Node> {
        let mut nodes = self.reader.tree();
        nodes.retain(is_control);
        nodes
    }

    /// Waits for a control whose name is or begins with one of these.
    pub(crate) fn control(&self, names: &[&str]) -> Node {
        wait(&format!("one of {names:?}"), || self.find(names))
    }

    /// Like [`Self::control`], without waiting.
    pub(crate) fn find(&self, names: &[&str]) -> Option<Node> {
        let controls = self.controls();
        names.iter().find_map(|name| {
            let exactly = controls.iter().find(|node| node.name == *name);
            exactly
                .or_else(|| controls.iter().find(|node| node.name.starts_with(name)))
                .cloned()
        })
    }

    /// Triggers the accessible action of a control, as a quick way to a page. Real clicks have their own tests.
    pub(crate) fn press(&self, names: &[&str]) {
        let node = self.control(names);
        self.reader.act(&node);
    }

    /// Presses one or more keys in turn.
    pub(crate) fn key(&self, keys: &[&str]) {
        let arguments: Vec<&str> = ["key", "--delay", "0"]
            .iter()
            .chain(keys)
            .copied()
            .collect();
        self.desktop.input(&arguments);
    }

    /// Clicks in the middle of a node with the pointer.
    pub(crate) fn click(&self, node: &Node) {
        self.point_at(node);
        self.desktop.input(&["click", "1"]);
    }

    pub(crate) fn point_at(&self, node: &Node) {
        let (x, y, width, height) = self.reader.node(&node.at).area;
        self.point(x + width / 2, y + height / 2);
    }

    /// Waits until there is at least one control.
    pub(crate) fn control_somewhere(&self) {
        wait("a control", || self.controls().pop());
    }

    pub(crate) fn point(&self, x: i32, y: i32) {
        let window = self.window.to_string();
        self.desktop.input(&[
            "mousemove",
            "--window",
            &window,
            &x.to_string(),
            &y.to_string(),
        ]);
    }
}

/// Values of `AtspiRole` for containers of a page, which have the focus while no control has it.
const CONTAINERS: [u32; 6] = [23, 39, 69, 75, 98, 110];

pub(crate) fn is_control(node: &Node) -> bool {
    node.focusable && node.enabled && !node.name.is_empty() && !CONTAINERS.contains(&node.role)
}

/// Writes a history of ten weeks of desk work, up to now.
#[expect(
    clippy::disallowed_methods,
    reason = "the programs read the real clock"
)]
fn write_history(desktop: &Desktop) {
    let now = ZonedDateTime::now();
    let folder = desktop
        .home()
        .join(".local/share/unhunch/history/0195564b-1a2b-7c3d-8e4f-a0b1c2d3e4f5");
    fs::create_dir_all(&folder).expect("a folder");
    let library = Library::shipped();
    let plan = library.plan("desk").expect("it comes with the program");
    let seconds = plan.total_seconds() as u64;
    for ago in 0..70 {
        for sitting in 0..6_u64 {
            let at = now
                .checked_sub(ago.days())
                .and_then(|day| day.with().hour(8 + sitting as i8).minute(12).build())
                .expect("a time");
            // Early in the morning there is one entry of today, so that the week has one on a Monday, too.
            let at = match at > now {
                true if sitting == 0 => now.start_of_day().expect("a day"),
                true => continue,
                false => at,
            };
            let mut lines = String::new();
            let mut write = |outcome: serde_json::Value| {
                let outcome: Outcome = serde_json::from_value(outcome).expect("an outcome");
                let entry = Entry::new(outcome, &at);
                lines += &serde_json::to_string(&entry).expect("a line");
                lines.push('\n');
            };
            let sat = 1500 + 300 * ((sitting + ago as u64) % 4);
            write(serde_json::json!({ "kind": "sat", "seconds": sat, "ago": 60, "total": sat }));
            let reminder = ["stretch", "stand"][(sitting % 2) as usize];
            write(serde_json::json!({ "kind": "asked", "reminder": reminder, "short": false }));
            match sitting {
                1 => write(
                    serde_json::json!({ "kind": "done", "routine": "desk", "seconds": seconds }),
                ),
                2 => write(serde_json::json!({ "kind": "skipped", "reminder": reminder })),
                3 => write(
                    serde_json::json!({ "kind": "snoozed", "reminder": reminder, "seconds": 600 }),
                ),
                4 if ago > 0 && ago % 3 == 0 => write(
                    serde_json::json!({ "kind": "check-in", "feeling": "better", "routine": "desk" }),
                ),
                _ => write(serde_json::json!({ "kind": "rested", "seconds": 420, "sat": sat })),
            }
            let file = folder.join(at.strftime("%Y-%m.jsonl").to_string());
            let mut text = fs::read_to_string(&file).unwrap_or_default();
            text += &lines;
            fs::write(&file, text).expect("a file");
        }
    }
}

/// The steps that lead to a page.
pub(crate) type Steps = Box<dyn Fn(&mut Hands)>;

pub(crate) struct Stop {
    pub(crate) name: String,
    pub(crate) steps: Steps,
    /// `true` if texts change by themselves.
    pub(crate) lives: bool,
    /// `true` if the scroll bar is at the right edge of the texts instead of the window.
    pub(crate) scrolls_inside: bool,
    /// The beginnings of texts that may be missing in a small window.
    pub(crate) spared: &'static [&'static str],
}

fn stop(name: &str, steps: impl Fn(&mut Hands) + 'static) -> Stop {
    Stop {
        name: name.to_owned(),
        steps: Box::new(steps),
        lives: false,
        scrolls_inside: false,
        spared: &[],
    }
}

/// The texts that the guide omits in a small window, which only has room for the figure and the current instruction.
const SPARED: [&str; 2] = ["Exercise 1 of", "Then: "];

fn page(name: &str) -> Stop {
    let argument = name.to_owned();
    stop(name, move |hands| hands.open(&["--page", &argument]))
}

/// The pages of the guide, and home.
pub(crate) fn doing() -> Vec<Stop> {
    fn play(hands: &mut Hands) {
        hands.open(&["--routine", "desk"]);
        hands.press(&["I understand"]);
        hands.control(&["Pause"]);
    }
    fn leave(hands: &mut Hands) {
        play(hands);
        // There is no check-in after a shorter session.
        pass(11.0);
        hands.press(&["End"]);
        hands.control(&["Better"]);
        // A new page ignores input at first, because that may have been meant for the previous page.
        pass(0.6);
    }
    vec![
        stop("home", |hands| hands.open_page("home")),
        stop("before the first routine", |hands| {
            hands.open(&["--routine", "desk"]);
        }),
        Stop {
            lives: true,
            ..stop("guide", play)
        },
        Stop {
            spared: &SPARED,
            ..stop("guide, paused", |hands| {
                play(hands);
                hands.press(&["Pause"]);
                hands.control(&["Resume", "Continue"]);
            })
        },
        Stop {
            spared: &SPARED,
            scrolls_inside: true,
            ..stop("guide, instructions", |hands| {
                play(hands);
                hands.press(&["Instructions", "How to"]);
                hands.control(&["Hide"]);
            })
        },
        Stop {
            spared: &SPARED,
            ..stop("guide, leaving", |hands| {
                play(hands);
                hands.key(&["Escape"]);
                hands.control(&["Continue", "Go on"]);
            })
        },
        stop("end", leave),
        stop("end, worse", |hands| {
            leave(hands);
            hands.press(&["Worse"]);
            hands.control(&["Close", "Done"]);
        }),
    ]
}

/// The pages of the settings.
pub(crate) fn setting() -> Vec<Stop> {
    let groups = [
        "rhythm", "hours", "presence", "quiet", "guide", "sound", "general",
    ];
    let group = |table: &'static str| {
        let title = unhunch::config::explain::table_title(table);
        stop(&format!("settings, {title}"), move |hands| {
            hands.open(&["--page", "settings"]);
            hands.screen.resize(hands.window, (440, 4000));
            hands.press(&[&format!("{title}.")]);
            hands.control(&["Back to all settings"]);
        })
    };
    let broken = |hands: &Hands| {
        hands
            .desktop
            .settings("[rhythm]\nsit = \"soon\"\nsnoze = 3\n\n[guide]\ntheme = \"bright\"\n");
    };
    let mut stops = vec![
        page("settings"),
        stop("settings, search", |hands| {
            hands.open(&["--page", "settings"]);
            let field = hands.control(&["Search"]);
            hands.click(&field);
            hands.desktop.input(&["type", "--delay", "5", "sound"]);
            pass(0.5);
            // Leaves the text field, in which the keys that scroll would move the cursor.
            hands.key(&["Tab"]);
        }),
    ];
    stops.extend(groups.into_iter().map(group));
    stops.push(stop("settings, mistakes", move |hands| {
        broken(hands);
        hands.open(&["--page", "settings"]);
    }));
    stops.push(stop("home, mistakes", move |hands| {
        broken(hands);
        hands.open_page("home");
    }));
    stops
}

/// The pages to read: library, the forms of one's own exercises, history, guidance, about and introduction.
pub(crate) fn reading() -> Vec<Stop> {
    let name = |id: &str| {
        let library = Library::shipped();
        library
            .plan(id)
            .expect("it comes with the program")
            .name
            .to_string()
    };
    let (exercise, routine) = (name("cat-cow"), name("desk"));
    let card = |name: &str, title: String| {
        stop(name, move |hands| {
            hands.open(&["--page", "library"]);
            hands.screen.resize(hands.window, (440, 4000));
            hands.press(&[&format!("{title}."), &title]);
            hands.control(&["Start"]);
        })
    };
    let form = |name: &'static str| {
        stop(name, move |hands| {
            hands.open(&["--page", "library"]);
            hands.press(&[name]);
            hands.control(&["Discard"]);
        })
    };
    let history = |name: &str, press: &'static [&'static [&'static str]]| {
        stop(name, move |hands| {
            hands.open(&["--page", "history"]);
            // The change of width makes the window report all positions to AT-SPI.
            hands.screen.resize(hands.window, (520, 4000));
            for names in press {
                hands.press(names);
            }
        })
    };
    let welcome = |name: &str, steps: usize| {
        stop(name, move |hands| {
            hands.open(&["--page", "welcome"]);
            for _ in 0..steps {
                hands.press(&["Next"]);
                pass(0.3);
            }
        })
    };
    vec![
        page("library"),
        card("exercise", exercise),
        card("routine", routine),
        form("Add an exercise"),
        form("New routine"),
        history("history, a day", &[&["Day"]]),
        history("history, a week", &[&["Week"]]),
        history("history, a quarter", &[&["Quarter"]]),
        history("history, tables", &[&["Week"], &["Show as tables"]]),
        page("guidance"),
        page("about"),
        welcome("introduction 1", 0),
        welcome("introduction 2", 1),
        welcome("introduction 3", 2),
    ]
}
