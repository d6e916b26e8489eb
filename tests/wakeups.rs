//! Waiting costs nothing: a tray icon, idle sources, the watches for a tray, for logind and for screen savers, and an open question
//! cause no wakeups, and neither does the whole program.
#![cfg(target_os = "linux")]

mod common;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use common::compositor::{EXT_1, EXT_2, KDE, Protocol, listen};
use common::login::Login;
use common::mutter::Mutter;
use common::notifications::Server;
use common::{Needs, again, on_a_desktop, pass, soon, with_bus};
use futures_lite::FutureExt;
use unhunch::notify::{Notifier, Question};
use unhunch::schedule::{Phase, Status};
use unhunch::tray::host::follow;
use unhunch::tray::{Facts, Offers, Tray, TrayView};
use unhunch::watch::CurrentBus;
use unhunch::watch::idle::{CloseWatchRequest, IdleEvent, IdleFollower, IdleSettings, Thresholds};
use unhunch::watch::session::Watch;
use zbus::Connection;
use zbus::connection::Builder;

const DESKTOP: Needs = Needs {
    bus: true,
    screen: true,
};

const BUS: Needs = Needs {
    bus: true,
    screen: false,
};

/// Milliseconds until the process is quiet: a call with a timeout causes one more wakeup when the timeout is over.
const SETTLED: u64 = 7000;

/// The number of context switches of each thread of a process, by thread id and name.
fn context_switches(process: u32) -> BTreeMap<String, u64> {
    let tasks = std::fs::read_dir(format!("/proc/{process}/task")).expect("the process is running");
    tasks
        .flatten()
        .filter_map(|task| {
            let status = std::fs::read_to_string(task.path().join("status")).ok()?;
            let name = status.lines().next()?.to_owned();
            let id = task.file_name().to_string_lossy().into_owned();
            Some((format!("{id} {name}"), switches(&status)))
        })
        .collect()
}

fn switches(status: &str) -> u64 {
    status
        .lines()
        .filter(|line| line.contains("ctxt_switches"))
        .filter_map(|line| line.split_whitespace().nth(1)?.parse::<u64>().ok())
        .sum()
}

/// The threads whose number of context switches has changed.
fn threads_that_woke(before: &BTreeMap<String, u64>, after: &BTreeMap<String, u64>) -> Vec<String> {
    let count = |all: &BTreeMap<String, u64>, thread: &String| all.get(thread).copied();
    let threads: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    threads
        .into_iter()
        .map(|thread| (thread, count(before, thread), count(after, thread)))
        .filter(|(_, before, after)| before != after)
        .map(|(thread, before, after)| format!("{thread}: {before:?}, then {after:?}"))
        .collect()
}

/// A fault of Stretchly (hovancik/stretchly#1278, #1594): it used the processor while it waited.
#[test]
fn waiting_causes_no_wakeups() {
    on_a_desktop("waiting_causes_no_wakeups", DESKTOP, || {
        async_io::block_on(async {
            let server = Server::start(&["actions", "body"]).await;
            let panel = common::tray::Tray::start(true).await;
            let Some(login) = Login::start().await else {
                return;
            };
            let child = again("waiting_process")
                .env("DBUS_SYSTEM_BUS_ADDRESS", &login.address)
                .spawn();
            let mut child = common::Running::new(child.expect("the test can start itself"));
            panel.icon().await;
            server.card().await;
            soon("a sleep inhibitor held in logind", async {
                while login.waits_for().await.is_empty() {
                    pass(20).await;
                }
            })
            .await;
            // The X11 source looks at the pointer once, half a minute after the last key. With this one, that is after the counting.
            let typed = Command::new("xdotool").args(["key", "a"]).status();
            assert!(typed.expect("xdotool is installed").success());
            pass(SETTLED).await;
            let before = context_switches(child.id());
            pass(20_000).await;
            let after = context_switches(child.id());
            assert!(before.len() >= 6, "all threads have started: {before:?}");
            assert_eq!(threads_that_woke(&before, &after), [""; 0]);
            child.kill();
        });
    });
}

/// Not a test of its own: the process that the test above watches. It returns at once if it is run alone.
#[test]
#[ignore = "it is started by waiting_causes_no_wakeups"]
fn waiting_process() {
    if !common::is_inner() {
        return;
    }
    with_bus(|bus| async move {
        let view = view();
        let _tray = Tray::new(&view, Box::new(|_, _| {})).expect("there is a bus");
        // `still` is reached before the wakeups are counted, `away` after it.
        let thresholds = Thresholds {
            still: Duration::from_millis(100),
            away: Duration::from_secs(3600),
        };
        let (close_watch, none) = (CloseWatchRequest::default(), CurrentBus::default());
        close_watch.set_close_watch(true);
        let idle = IdleFollower {
            settings: IdleSettings {
                thresholds,
                ignored: Vec::new(),
            },
            session_bus: Some(bus.clone()),
            system_bus: &none,
            close_watch: &close_watch,
            report: &|_| {},
        };
        let (notifier, work) = Notifier::new(&bus, |_| {});
        notifier.show_question(Question {
            title: "Time to stretch".into(),
            body: String::new(),
            actions: Vec::new(),
            quiet: false,
            stays: Duration::from_secs(600),
        });
        let host = async {
            let Err(error) = follow(&bus, |_| {}).await;
            panic!("the bus stays: {error}");
        };
        let system = zbus::connection::Builder::system().expect("it is named");
        let system = system.internal_executor(false).build().await;
        let system = system.expect("a system bus");
        let tick = async {
            loop {
                system.executor().tick().await;
            }
        };
        let watch = Watch::new(|_| {});
        let session = watch
            .follow_logind(&system)
            .or(watch.follow_savers(&bus))
            .or(tick);
        work.or(host).or(session).or(idle.run()).await;
    });
}

/// Environment variable with the file in which the child process below records its idle source.
const SAYS: &str = "UNHUNCH_TEST_SAYS";

#[test]
fn idle_sources_cause_no_wakeups() {
    on_a_desktop("idle_sources_cause_no_wakeups", BUS, || {
        async_io::block_on(async {
            let session = std::env::var("DBUS_SESSION_BUS_ADDRESS").expect("a bus");
            let _mutter = Mutter::start(&session).await;
            let Some(login) = Login::start().await else {
                return;
            };
            let folder = tempfile::tempdir().expect("a folder");
            let listening = listen(&folder.path().join("wayland-7"));
            let nowhere = "unix:path=/nowhere";
            let start = |source: &str, session: &str, system: &str, screen: &str| {
                let child = again("idle_source_process")
                    .env(SAYS, folder.path().join(source))
                    .env("DBUS_SESSION_BUS_ADDRESS", session)
                    .env("DBUS_SYSTEM_BUS_ADDRESS", system)
                    .env("XDG_RUNTIME_DIR", folder.path())
                    .env("WAYLAND_DISPLAY", screen)
                    .spawn();
                let child = common::Running::new(child.expect("the test can start itself"));
                (source.to_owned(), child)
            };
            let children = [
                start("mutter", &session, nowhere, ""),
                start("wayland", nowhere, nowhere, "wayland-7"),
                start("logind", nowhere, &login.address, ""),
                start("none", nowhere, nowhere, ""),
            ];
            let _compositor = listening.client(&[EXT_2]).await;
            for (source, _) in &children {
                soon(source, async {
                    let says = || std::fs::read_to_string(folder.path().join(source));
                    while !says().is_ok_and(|says| says.starts_with(source)) {
                        pass(50).await;
                    }
                })
                .await;
            }
            pass(SETTLED).await;
            let all = || {
                let wakeups = |(source, child): &(String, common::Running)| {
                    (source.clone(), context_switches(child.id()))
                };
                children.iter().map(wakeups).collect::<Vec<_>>()
            };
            let before = all();
            pass(20_000).await;
            for ((source, before), (_, after)) in before.iter().zip(all()) {
                assert_eq!(threads_that_woke(before, &after), [""; 0], "{source}");
            }
        });
    });
}

/// Not a test of its own: a process that the test above watches. It returns at once if it is run alone.
#[test]
#[ignore = "it is started by idle_sources_cause_no_wakeups"]
fn idle_source_process() {
    let Some(says) = std::env::var_os(SAYS) else {
        return;
    };
    async_io::block_on(async {
        let (session, system) = (bus(Builder::session()).await, bus(Builder::system()).await);
        let (close_watch, coming) = (CloseWatchRequest::default(), CurrentBus::default());
        coming.set(system.clone());
        close_watch.set_close_watch(true);
        let follow = IdleFollower {
            // No threshold is reached while the wakeups are counted.
            settings: IdleSettings {
                thresholds: Thresholds {
                    still: Duration::from_secs(1800),
                    away: Duration::from_secs(3600),
                },
                ignored: Vec::new(),
            },
            session_bus: session.clone(),
            system_bus: &coming,
            close_watch: &close_watch,
            report: &|event| {
                if let IdleEvent::Source(words) = event {
                    std::fs::write(&says, words.to_string()).expect("a folder");
                }
            },
        };
        let tick = async |bus: Option<Connection>| match bus {
            Some(bus) => loop {
                bus.executor().tick().await;
            },
            None => std::future::pending().await,
        };
        follow.run().or(tick(session)).or(tick(system)).await;
    });
}

/// Settings with thresholds that are not reached while the wakeups are counted. `still` is only watched for when a reminder is due.
const SETTINGS: &str = "[rhythm]\nrest = \"2 h\"\n[presence]\naway = \"1 h\"\nstill = \"1 min\"\n";

/// A running program, with the idle source that it is expected to use.
struct RunningProgram {
    source: &'static str,
    home: PathBuf,
    program: common::Running,
}

impl RunningProgram {
    fn start(folder: &Path, source: &'static str, variables: &[(&str, &str)]) -> Self {
        let home = folder.join(source.replace([' ', ':'], "-"));
        let settings = home.join(".config/unhunch");
        std::fs::create_dir_all(&settings).expect("a folder");
        std::fs::write(settings.join("settings.toml"), SETTINGS).expect("a folder");
        let mut command = common::unhunch(&home);
        command
            .env_remove("DISPLAY")
            .envs(variables.iter().copied());
        let program = common::Running::silently(&mut command);
        Self {
            source,
            home,
            program,
        }
    }

    async fn wait_for_source(&self) {
        common::until(self.source, &self.home, |status| {
            let idle = status["sources"]["idle"].as_str();
            idle.is_some_and(|idle| idle.starts_with(self.source))
        })
        .await;
    }
}

/// Starts a compositor that never sends an idle event, and returns its socket.
fn compositor(folder: &Path, name: &str, protocols: &'static [Protocol]) -> String {
    let socket = folder.join(name);
    listen(&socket).everybody(protocols);
    socket.to_str().expect("a path").to_owned()
}

/// Milliseconds until the notice about a missing panel was sent, the timeout for its answer is over, and the X11 source has
/// looked at the pointer, because no key was pressed for half a minute.
const ALL_SETTLED: u64 = 32_000;

/// Checks with each idle source that the whole program does not wake up for a minute.
#[test]
fn the_program_causes_no_wakeups_with_any_source() {
    let name = "the_program_causes_no_wakeups_with_any_source";
    common::sway::on_sway(name, DESKTOP, || {
        async_io::block_on(async {
            let _server = Server::start(&["actions", "body"]).await;
            let _panel = common::tray::Tray::start(true).await;
            let (Some(login), Some((_bus, gnome))) = (Login::start().await, common::bus()) else {
                return;
            };
            let _mutter = Mutter::start(&gnome).await;
            let folder = tempfile::tempdir().expect("a folder");
            let folder = folder.path();
            let sway = std::env::var("XDG_RUNTIME_DIR").expect("sway's folder") + "/wayland-1";
            let display = std::env::var("DISPLAY").expect("a screen");
            let (first, second) = (&[EXT_1][..], &[EXT_2][..]);
            let first = compositor(folder, "first", first);
            let second = compositor(folder, "second", second);
            let older = compositor(folder, "older", &[KDE]);
            let mute = compositor(folder, "mute", &[]);
            let system = ("DBUS_SYSTEM_BUS_ADDRESS", login.address.as_str());
            let nowhere = ("DBUS_SYSTEM_BUS_ADDRESS", "unix:path=/nowhere");
            let wayland = |socket| ("WAYLAND_DISPLAY", socket);
            let start = |source, variables: &[_]| RunningProgram::start(folder, source, variables);
            let session = ("DBUS_SESSION_BUS_ADDRESS", gnome.as_str());
            let programs = [
                start("x11", &[system, ("DISPLAY", &display), wayland("")]),
                start(
                    "wayland: ext_idle_notifier_v1 1",
                    &[system, wayland(&first)],
                ),
                start(
                    "wayland: ext_idle_notifier_v1 2",
                    &[system, wayland(&second)],
                ),
                start("wayland: org_kde_kwin_idle 1", &[system, wayland(&older)]),
                start("wayland: ", &[system, wayland(&sway)]),
                start("mutter", &[system, session, wayland(&second)]),
                start("logind: ", &[system, wayland(&mute)]),
                start("none: ", &[nowhere, wayland(&mute)]),
            ];
            for program in &programs {
                program.wait_for_source().await;
            }
            pass(ALL_SETTLED).await;
            let count = |program: &RunningProgram| context_switches(program.program.id());
            let before: Vec<_> = programs.iter().map(count).collect();
            pass(60_000).await;
            let threads_that_woke: Vec<_> = programs
                .iter()
                .zip(&before)
                .map(|(program, before)| {
                    (program.source, threads_that_woke(before, &count(program)))
                })
                .filter(|(_, threads_that_woke)| !threads_that_woke.is_empty())
                .collect();
            assert!(threads_that_woke.is_empty(), "{threads_that_woke:#?}");
        });
    });
}

/// Connects to a bus without an internal executor; `None` if the bus cannot be reached.
async fn bus(bus: zbus::Result<Builder<'static>>) -> Option<Connection> {
    let bus = bus.expect("an address").internal_executor(false);
    bus.build().await.ok()
}

fn view() -> TrayView {
    let status = Status {
        phase: Phase::Sitting,
        sit: Duration::ZERO,
        next: None,
        holds: Vec::new(),
        paused_until: None,
        off_until: None,
        away_since: None,
        watching: false,
        routine: None,
        asking: None,
        why: "Sitting. Next about 14:35.".into(),
    };
    TrayView::new(Facts {
        status: &status,
        problem: None,
        offers: &Offers::default(),
        is_updated: false,
    })
}
