//! Hours in which everything around the program comes and goes at random: buses, displays, folders, the panel and the
//! notification server. Afterwards the program is reachable, asks when it should, and has leaked nothing.
#![cfg(target_os = "linux")]

mod common;

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use common::login::Login;
use common::notifications::{Call, Server};
use common::tray::Tray;
use common::{Running, bus_at, in_home, pass, program, screen_at, soon};
use serde_json::Value;
use tempfile::TempDir;
use unhunch::time::Clock;
use zbus::connection::Builder;

/// The program starts no reminder by itself, and never finds the user away.
const CALM: &str = "[rhythm]\nsit = \"2 h\"\nrest = \"1 h\"\ngrace = \"1 s\"\nask_for = \"1 h\"\nsettle = \"1 s\"\n\
     at_most_per_hour = 60\n[presence]\naway = \"1 h\"\nstill = \"1 s\"\n";

/// The number of steps between two checks.
const STEPS_PER_CHECK: usize = 200;

/// The longest pauses between two steps, in milliseconds: of the short run, and of the long one, which then takes an hour.
const SHORT_PAUSE: usize = 150;
const LONG_PAUSE: usize = 650;

/// The resources that the program holds. They must not grow.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Resources {
    descriptors: usize,
    threads: usize,
    children: usize,
}

/// A user, the program, and everything around it.
struct World {
    home: TempDir,
    random: u64,
    session_bus: Option<Running>,
    login: Option<Login>,
    screens: [Option<Running>; 2],
    server: Option<Server>,
    panel: Option<Tray>,
    program: Running,
    /// How often the program was started.
    starts: usize,
    /// The longest pause after a step, in milliseconds.
    pause: usize,
}

impl World {
    async fn new(seed: u64, pause: usize) -> Option<Self> {
        let home = tempfile::tempdir().unwrap();
        for folder in ["run", ".config/unhunch", ".local/state/unhunch"] {
            fs::create_dir_all(home.path().join(folder)).unwrap();
        }
        fs::set_permissions(home.path().join("run"), Permissions::from_mode(0o700)).unwrap();
        fs::copy(program("unhunch"), home.path().join("unhunch")).unwrap();
        // Nothing of the first start is wanted here.
        for file in ["welcomed", "in-applications", "no-tray-told"] {
            fs::write(home.path().join(".local/state/unhunch").join(file), "").unwrap();
        }
        let session_bus = bus_at(Some(&session_address(home.path())))?.0;
        let screen = screen_at(&screen_name(0))?;
        settings(home.path(), CALM);
        let program = Running::silently(&mut unhunch(home.path(), &["--at-login"], 0));
        let mut world = Self {
            home,
            random: seed,
            session_bus: Some(session_bus),
            login: None,
            screens: [Some(screen), None],
            server: None,
            panel: None,
            program,
            starts: 1,
            pause,
        };
        world.everything_is_back().await;
        Some(world)
    }

    /// A random number below `most` (xorshift64, Marsaglia 2003).
    fn below(&mut self, most: usize) -> usize {
        self.random ^= self.random << 13;
        self.random ^= self.random >> 7;
        self.random ^= self.random << 17;
        (self.random % most as u64) as usize
    }

    fn path(&self) -> &Path {
        self.home.path()
    }

    fn bus(&self) -> String {
        session_address(self.path())
    }

    async fn step(&mut self) {
        match self.below(20) {
            0..4 => self.switch_server().await,
            4..8 => self.switch_panel().await,
            8 => self.switch_logind().await,
            9..11 => self.switch_system_bus().await,
            11..13 => self.switch_screen(),
            13 => self.end_session_bus().await,
            14 | 15 => self.remove_runtime_folder(),
            16 => self.move_to_another_screen().await,
            17 => settings(self.path(), CALM),
            _ => {
                let commands = [&["status"][..], &["pause", "1 h"], &["resume"], &["stood"]];
                let command = commands[self.below(commands.len())];
                self.json_of(command);
            }
        }
        self.start_again_if_ended();
        let pause = self.below(self.pause);
        pass(pause as u64).await;
    }

    async fn switch_server(&mut self) {
        match self.server.take() {
            Some(server) => server.die().await,
            None if self.session_bus.is_some() => {
                let server = Server::on(on(&self.bus()), &["actions", "body"]).await;
                self.server = Some(server);
            }
            None => {}
        }
    }

    async fn switch_panel(&mut self) {
        match self.panel.take() {
            Some(panel) if self.below(2) == 0 => {
                panel.set_host(false).await;
                panel.set_host(true).await;
                self.panel = Some(panel);
            }
            Some(panel) => panel.die().await,
            None if self.session_bus.is_some() => {
                self.panel = Some(Tray::on(on(&self.bus()), true).await);
            }
            None => {}
        }
    }

    async fn switch_logind(&mut self) {
        if let Some(login) = &mut self.login {
            login.kill();
            login.come_back().await;
        }
    }

    async fn switch_system_bus(&mut self) {
        self.login = match self.login.take() {
            Some(_) => None,
            None => Login::start_at(Some(&system_address(self.path()))).await,
        };
    }

    fn switch_screen(&mut self) {
        let number = self.below(2);
        self.screens[number] = match self.screens[number].take() {
            Some(_) => None,
            None => screen_at(&screen_name(number)),
        };
    }

    /// The session ends, and another one begins.
    async fn end_session_bus(&mut self) {
        (self.server, self.panel) = (None, None);
        self.session_bus = None;
        // It left its socket behind when it was killed.
        let _ = fs::remove_file(self.path().join("session"));
        self.session_bus = bus_at(Some(&self.bus())).map(|bus| bus.0);
        // The program quits with its bus. One that was just starting lives on without a bus, and makes way.
        self.start_on(0).await;
    }

    fn remove_runtime_folder(&mut self) {
        let folder = self.path().join("run");
        if self.below(2) == 0 {
            let _ = fs::remove_dir_all(folder.join("unhunch"));
        } else {
            let moved = self.path().join("gone");
            let _ = fs::rename(&folder, &moved);
            fs::create_dir(&folder).unwrap();
            fs::set_permissions(&folder, Permissions::from_mode(0o700)).unwrap();
            fs::remove_dir_all(moved).unwrap();
        }
    }

    async fn move_to_another_screen(&mut self) {
        let number = self.below(2);
        if self.screens[number].is_some() {
            self.start_on(number).await;
        }
    }

    /// Starts the program on a screen. The instance on the other one makes way, one on the same screen stays.
    async fn start_on(&mut self, screen: usize) {
        let mut second = Running::silently(&mut unhunch(self.path(), &["--at-login"], screen));
        let first = &mut self.program;
        let both = async {
            loop {
                match (first.end().is_some(), second.end().is_some()) {
                    (false, false) => pass(10).await,
                    ended => return ended,
                }
            }
        };
        let (first_ended, _) = soon("the end of one of the two", both).await;
        if first_ended {
            self.program = second;
            self.starts += 1;
        }
    }

    fn start(&mut self, screen: usize) {
        self.program = Running::silently(&mut unhunch(self.path(), &["--at-login"], screen));
        self.starts += 1;
    }

    /// Without a display for a minute, the program has quit.
    fn start_again_if_ended(&mut self) {
        if self.program.end().is_none() {
            return;
        }
        let there = self.screens.iter().position(Option::is_some);
        let screen = there.unwrap_or_else(|| {
            self.switch_screen();
            self.screens.iter().position(Option::is_some).unwrap()
        });
        self.start(screen);
    }

    fn json_of(&self, command: &[&str]) -> Option<Value> {
        let output = unhunch(self.path(), command, 0).output().unwrap();
        serde_json::from_slice(&output.stdout).ok()
    }

    fn status(&self) -> Option<Value> {
        self.json_of(&["status", "--json"])
    }

    async fn until(&self, what: &str, is_so: impl Fn(&Value) -> bool) {
        let begin = Clock.now().elapsed;
        loop {
            let status = self.status();
            if status.as_ref().is_some_and(&is_so) {
                return;
            }
            let waited = Clock.now().elapsed - begin;
            assert!(waited < Duration::from_secs(20), "{what}: {status:#?}");
            pass(50).await;
        }
    }

    /// Starts what is missing, and the program on the first screen.
    async fn everything_is_back(&mut self) {
        for (number, screen) in self.screens.iter_mut().enumerate() {
            if screen.is_none() {
                *screen = screen_at(&screen_name(number));
            }
        }
        if self.login.is_none() {
            self.login = Login::start_at(Some(&system_address(self.path()))).await;
        }
        if let Some(server) = self.server.take() {
            server.die().await;
        }
        // A new server, so that no earlier request is in its queue.
        self.server = Some(Server::on(on(&self.bus()), &["actions", "body"]).await);
        if self.panel.is_none() {
            self.panel = Some(Tray::on(on(&self.bus()), true).await);
        }
        self.start_again_if_ended();
    }

    /// Checks that the program uses everything that is there, and asks; returns what it holds.
    async fn check(&mut self) -> Resources {
        self.everything_is_back().await;
        self.until("a complete status", |status| {
            let source = |name: &str| status["sources"][name].as_str().unwrap_or_default();
            source("idle") == "x11"
                && source("session").starts_with("logind")
                && source("tray") == "shown"
                && !source("notifications").starts_with("none")
        })
        .await;
        self.json_of(&["resume"]);
        self.json_of(&["stood"]);
        settings(self.path(), &CALM.replace("2 h", "1 s"));
        let server = self.server.as_ref().unwrap();
        let question = async {
            loop {
                if let Call::Notify(card) = server.call().await
                    && !card.actions.is_empty()
                {
                    return;
                }
            }
        };
        soon("a question", question).await;
        self.until("the question in the status", |status| {
            status["phase"] == "asking"
        })
        .await;
        settings(self.path(), CALM);
        self.json_of(&["stood"]);
        self.until("sitting again", |status| status["phase"] == "sitting")
            .await;
        self.held_at_rest().await
    }

    /// The least of ten measurements, so that a status request that has just ended does not count.
    async fn held_at_rest(&self) -> Resources {
        let mut least = self.resources();
        for _ in 0..10 {
            pass(50).await;
            let now = self.resources();
            least = Resources {
                descriptors: least.descriptors.min(now.descriptors),
                threads: least.threads.min(now.threads),
                children: least.children.min(now.children),
            };
        }
        least
    }

    fn resources(&self) -> Resources {
        let of_process = PathBuf::from(format!("/proc/{}", self.program.id()));
        let count = |what: &str| fs::read_dir(of_process.join(what)).unwrap().count();
        let tasks = fs::read_dir(of_process.join("task")).unwrap().flatten();
        let children = tasks
            .filter_map(|task| fs::read_to_string(task.path().join("children")).ok())
            .map(|list| list.split_whitespace().count())
            .sum();
        Resources {
            descriptors: count("fd"),
            threads: count("task"),
            children,
        }
    }
}

fn session_address(home: &Path) -> String {
    format!("unix:path={}", home.join("session").display())
}

fn system_address(home: &Path) -> String {
    format!("unix:path={}", home.join("system").display())
}

/// A display name that no other test uses.
fn screen_name(number: usize) -> String {
    format!(
        ":{}",
        1000 + std::process::id() as usize % 20_000 * 2 + number
    )
}

fn on(address: &str) -> Builder<'_> {
    Builder::address(address).unwrap()
}

fn settings(home: &Path, text: &str) {
    fs::write(home.join(".config/unhunch/settings.toml"), text).unwrap();
}

fn unhunch(home: &Path, arguments: &[&str], screen: usize) -> Command {
    let mut command = in_home(home.join("unhunch"), home);
    command
        .args(arguments)
        .env("DBUS_SESSION_BUS_ADDRESS", session_address(home))
        .env("DBUS_SYSTEM_BUS_ADDRESS", system_address(home))
        .env("DISPLAY", screen_name(screen));
    for stranger in ["WAYLAND_DISPLAY", "XDG_CURRENT_DESKTOP", "XDG_SESSION_ID"] {
        command.env_remove(stranger);
    }
    command
}

fn survives(steps: usize, seed: u64, pause: usize) {
    async_io::block_on(async {
        let Some(mut world) = World::new(seed, pause).await else {
            return;
        };
        let first = world.check().await;
        assert_eq!(first.children, 0, "{first:?}");
        for step in 1..=steps {
            world.step().await;
            if step % STEPS_PER_CHECK != 0 && step != steps {
                continue;
            }
            let now_held = world.check().await;
            eprintln!("{step} steps, {} starts: {now_held:?}", world.starts);
            assert!(
                now_held.descriptors <= first.descriptors
                    && now_held.threads <= first.threads
                    && now_held.children == 0,
                "seed {seed}, step {step}: {first:?}, then {now_held:?}"
            );
        }
    });
}

#[test]
fn the_program_survives_changes_of_everything_around_it() {
    survives(60, 0x5eed, SHORT_PAUSE);
}

#[test]
#[ignore = "takes about an hour"]
fn long_the_program_survives_changes_of_everything_around_it() {
    survives(10_000, 0xc0ffee, LONG_PAUSE);
}
