//! What waits costs nothing: an icon, a source of idleness, the look-outs for a tray, for logind and for screen savers, and
//! an open question, all on one thread as in the program, wake nobody.
#![cfg(target_os = "linux")]

mod common;

use std::collections::BTreeMap;
use std::time::Duration;

use common::notifications::Server;
use common::{Needs, again, on_a_desktop, pass, soon, with_bus};
use futures_lite::FutureExt;
use unhunch::notify::{Notifier, Question};
use unhunch::schedule::{Phase, Status};
use unhunch::tray::host::follow;
use unhunch::tray::{Facts, Tray, TrayView};
use unhunch::watch::idle::{Thresholds, choose};
use unhunch::watch::session::Watch;

const DESKTOP: Needs = Needs {
    bus: true,
    screen: true,
};

/// How often every thread of a process was awake, by its id and name.
fn wakings(process: u32) -> BTreeMap<String, u64> {
    let tasks = std::fs::read_dir(format!("/proc/{process}/task")).expect("it lives");
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

#[test]
fn what_waits_wakes_nobody() {
    on_a_desktop("what_waits_wakes_nobody", DESKTOP, || {
        async_io::block_on(async {
            let server = Server::start(&["actions", "body"]).await;
            let panel = common::tray::Tray::start(true).await;
            let Some(login) = common::login::Login::start().await else {
                return;
            };
            let child = again("the_one_who_waits")
                .env("DBUS_SYSTEM_BUS_ADDRESS", &login.address)
                .spawn();
            let mut child = common::Running::of(child.expect("this very test can be started"));
            panel.icon().await;
            server.card().await;
            soon("somebody whom sleep waits for", async {
                while login.waits_for().await.is_empty() {
                    pass(20).await;
                }
            })
            .await;
            pass(3000).await;
            let before = wakings(child.id());
            pass(20_000).await;
            let after = wakings(child.id());
            assert!(before.len() >= 6, "the threads are there: {before:?}");
            assert_eq!(after, before);
            child.kill();
        });
    });
}

/// Not a test of its own: the process that the test above watches. Alone it ends at once.
#[test]
#[ignore = "it is started by what_waits_wakes_nobody"]
fn the_one_who_waits() {
    if !common::is_inner() {
        return;
    }
    with_bus(|bus| async move {
        let view = view();
        let _tray = Tray::new(&view, Box::new(|_| {})).expect("there is a bus");
        // No threshold lies within the time that is watched.
        let thresholds = Thresholds {
            still: Duration::from_millis(100),
            away: Duration::from_secs(3600),
        };
        let (watcher, name) = choose(thresholds, Box::new(|_| {}));
        assert_eq!(name, "x11");
        let guard = watcher.start(Box::new(|_| {})).expect("a thread");
        guard.attend(true);
        let (notifier, work) = Notifier::new(&bus, |_| {});
        notifier.ask(Question {
            title: "Time to stretch".into(),
            body: String::new(),
            actions: Vec::new(),
            quiet: false,
            stays: Duration::from_secs(600),
        });
        let host = async {
            follow(&bus, |_| {}).await.expect("the bus stays");
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
        work.or(host).or(session).await;
    });
}

fn view() -> TrayView {
    let status = Status {
        phase: Phase::Sitting,
        sit: Duration::ZERO,
        next: None,
        holds: Vec::new(),
        paused_until: None,
        away_since: None,
        routine: None,
        asking: None,
        why: "Sitting. Next about 14:35.".into(),
    };
    TrayView::new(Facts {
        status: &status,
        problem: None,
        library: &[],
    })
}
