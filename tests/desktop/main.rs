//! The program on a real desktop with a panel, a notification server, an AT-SPI client, mouse and keyboard.
#![cfg(target_os = "linux")]

#[path = "../common/mod.rs"]
mod common;

mod coming;
mod dragging;

use std::collections::BTreeMap;
use std::fs;
use std::time::{Duration, Instant};

use common::atspi::{BUTTON, IMAGE, Reader};
use common::harness::{Desktop, pass, wait, wait_for};
use common::login::Login;
use common::notifications::{Call, Card, Server};
use common::{Running, is_release, memory, program};
use futures_lite::StreamExt as _;
use serde_json::{Value, json};
use unhunch::routine::{Library, Plan};

const SHORT: &str =
    "[rhythm]\nsit = \"3 s\"\ngrace = \"1 s\"\nask_for = \"1 min\"\nroutine = \"moment\"\n";

fn near(a: u8, b: u8) -> bool {
    a.abs_diff(b) < 24
}

#[test]
fn the_icon_is_registered_and_seen() {
    let mut desktop = Desktop::up();
    let before = desktop.screenshot("panel-before");
    desktop.start();
    let items: zbus::zvariant::OwnedValue = desktop
        .call(
            "org.kde.StatusNotifierWatcher",
            "/StatusNotifierWatcher",
            "org.freedesktop.DBus.Properties",
            "Get",
            &(
                "org.kde.StatusNotifierWatcher",
                "RegisteredStatusNotifierItems",
            ),
        )
        .unwrap();
    assert_eq!(Vec::<String>::try_from(items).unwrap().len(), 1);
    // The normal icon is a teal tile. The panel is 40 px high, at the lower edge of a screen of 1280 x 800 px.
    let teal =
        |pixel: &[u8; 3]| near(pixel[0], 0x1f) && near(pixel[1], 0x7f) && near(pixel[2], 0x77);
    let on_panel = |picture: &[[u8; 3]]| {
        picture[1280 * 760..]
            .iter()
            .filter(|pixel| teal(pixel))
            .count()
    };
    assert_eq!(on_panel(&before), 0);
    wait("the icon on the panel", || {
        (on_panel(&desktop.screenshot("panel")) > 150).then_some(())
    });
}

#[test]
fn diagnose_prints_the_current_state_of_each_source() {
    let mut desktop = Desktop::up();
    let address = Some(desktop.system_bus_address());
    let Some(login) = async_io::block_on(Login::start_at(address)) else {
        return;
    };
    desktop.start();
    wait("the panel and logind", || {
        let sources = &desktop.status()?["sources"];
        (sources["tray"] == "shown" && sources["session"] == "logind").then_some(())
    });
    let diagnose = || {
        let output = desktop.unhunch(&["diagnose"]);
        let text = String::from_utf8(output.stdout).unwrap();
        assert_eq!(output.status.code(), Some(0), "{text}");
        text
    };
    let text = diagnose();
    for line in [
        "    x11\n    Now: someone is there.\n",
        "    Now: unlocked.\n",
        "    Now: no reason to wait.\n",
        "    dunst ",
        "    Reminders have buttons, or can be clicked.\n",
        "Everything works.\n",
    ] {
        assert!(text.contains(line), "{line:?} in {text}");
    }
    let pause = desktop
        .command("dunstctl")
        .args(["set-paused", "true"])
        .status();
    assert!(pause.unwrap().success());
    let text = diagnose();
    assert!(text.contains("    Now: do not disturb.\n"), "{text}");
    drop(login);
    wait("a session that no service reports", || {
        let output = desktop.unhunch(&["diagnose"]);
        let text = String::from_utf8(output.stdout).unwrap();
        let poorly = text.contains("! Is the session locked or the computer asleep?\n    clock: ");
        (output.status.code() == Some(1) && poorly && !text.contains(" unix:")).then_some(())
    });
}

#[test]
fn input_counts_as_sitting_and_absence_as_rest() {
    let mut desktop = Desktop::up();
    desktop.settings("[rhythm]\nrest = \"4 s\"\n\n[presence]\naway = \"2 s\"\nstill = \"1 s\"\n");
    desktop.start();
    for step in 0..12 {
        desktop.input(&["mousemove", &format!("{}", 100 + 20 * step), "100"]);
        pass(0.5);
        assert_ne!(desktop.phase(), "away", "somebody moves the mouse");
    }
    assert!(desktop.status().unwrap()["sit_seconds"].as_u64().unwrap() >= 5);
    desktop.wait_for_phase("away");
    wait("the rest", || {
        (desktop.status()?["sit_seconds"] == 0).then_some(())
    });
    desktop.input(&["key", "shift"]);
    let rested = wait("the rest in the history", || {
        desktop.history("rested").pop()
    });
    assert!(rested["seconds"].as_u64().unwrap() >= 4, "{rested}");
    assert!(rested["sat"].as_u64().unwrap() >= 4, "{rested}");
    assert_eq!(desktop.phase(), "sitting");
}

#[test]
fn a_locked_session_is_an_absence_and_a_system_bus_may_come_and_go() {
    let mut desktop = Desktop::up();
    desktop.settings("[rhythm]\nrest = \"1 min\"\n");
    desktop.start();
    let source = |start: &str| {
        wait(&format!("{start} as the source"), || {
            let status = desktop.status()?;
            let words = status["sources"]["session"].as_str()?;
            words.starts_with(start).then_some(())
        });
    };
    source("clock: ");
    let start = || async_io::block_on(Login::start_at(Some(desktop.system_bus_address())));
    for _ in 0..2 {
        let Some(login) = start() else { return };
        source("logind");
        let locks = |locked: bool| async_io::block_on(login.session_is("LockedHint", locked));
        locks(true);
        desktop.wait_for_phase("away");
        locks(false);
        desktop.wait_for_phase("sitting");
        async_io::block_on(login.sleeps(true));
        desktop.wait_for_phase("away");
        wait("that it is let go", || {
            async_io::block_on(login.waits_for())
                .is_empty()
                .then_some(())
        });
        // If the bus ends while the computer is reported as asleep, the program must not stay away forever.
        drop(login);
        desktop.wait_for_phase("sitting");
        source("clock: ");
    }
}

/// The number of child processes of a program: its open windows.
fn children(pid: u32) -> usize {
    let children = fs::read_to_string(format!("/proc/{pid}/task/{pid}/children"));
    children.unwrap_or_default().split_whitespace().count()
}

#[test]
fn a_question_without_a_notification_server_opens_the_window() {
    let name = "a_question_without_a_notification_server_opens_the_window";
    let bare = common::Needs {
        bus: true,
        screen: true,
    };
    common::on_a_desktop(name, bare, || {
        let home = tempfile::tempdir().unwrap();
        let home = home.path();
        let settings = home.join(".config/unhunch/settings.toml");
        fs::create_dir_all(settings.parent().unwrap()).unwrap();
        fs::write(settings, SHORT).unwrap();
        let running = common::at_home(home);
        wait("the question", || {
            (common::status(home)["phase"] == "asking").then_some(())
        });
        wait("the window", || (children(running.id()) == 1).then_some(()));
        // The window takes a moment until it has asked the program what to show.
        pass(3.0);
        assert_eq!(children(running.id()), 1, "it stays");
        let snoozed = common::unhunch(home).arg("snooze").status().unwrap();
        assert!(snoozed.success());
        wait("the end of the window", || {
            (children(running.id()) == 0).then_some(())
        });
        assert_eq!(common::status(home)["phase"], "snoozed");
    });
}

#[test]
fn from_the_reminder_to_the_end_of_a_stretch() {
    let mut desktop = Desktop::up();
    desktop.settings(SHORT);
    desktop.start();
    desktop.input(&["key", "shift"]);
    let reader = Reader::start(&desktop);
    desktop.wait_for_phase("asking");
    wait("the question in dunst", || {
        (displayed(&desktop) == 1).then_some(())
    });
    desktop.screenshot("question");
    // Dunst's first action is the same as a click on the text.
    let clicked = desktop
        .command("dunstctl")
        .args(["action", "0"])
        .status()
        .unwrap();
    assert!(clicked.success());
    desktop.wait_for_window();
    reader.find(BUTTON, "Start");
    // A new window ignores input at first, because that may have been meant for another window.
    pass(1.0);
    desktop.screenshot("asked");
    reader.press("Start");
    // The safety page must be confirmed before the first stretch.
    let page = reader.find(BUTTON, "I understand");
    assert!(page.focusable);
    desktop.screenshot("safety");
    reader.press("I understand");
    reader.find(BUTTON, "Pause");
    assert_eq!(desktop.phase(), "stretching");
    desktop.screenshot("guide");
    step_by_keyboard(&desktop, &reader);
    step_by_screen_reader(&reader);
    // The rest of the thirty seconds plays to its end.
    wait_for(Duration::from_secs(90), "the end", || {
        (desktop.history("done").len() == 1).then_some(())
    });
    reader.find(BUTTON, "Better");
    // The last page ignores clicks in its first half second, because they may have been meant for the previous page.
    pass(1.5);
    desktop.screenshot("end");
    reader.press("Better");
    wait("the check-in", || desktop.history("check-in").pop());
    desktop.wait_for_no_window();
    assert_eq!(desktop.history("check-in")[0]["feeling"], "better");
    assert_ne!(desktop.phase(), "stretching");
}

fn displayed(desktop: &Desktop) -> u32 {
    let output = desktop
        .command("dunstctl")
        .args(["count", "displayed"])
        .output()
        .unwrap();
    String::from_utf8_lossy(&output.stdout)
        .trim()
        .parse()
        .unwrap_or(0)
}

/// The spoken text of each phase of a routine.
fn sentences(routine: &str) -> Vec<String> {
    let plan: Plan = Library::shipped().plan(routine).unwrap();
    let begins = plan.phases().iter().scan(0.0, |begin, phase| {
        let this = *begin;
        *begin += phase.seconds;
        Some(this)
    });
    // A little after the beginning of each phase, because the sums are rounded.
    begins.map(|begin| plan.at(begin + 0.01).spoken()).collect()
}

/// Checks that space pauses and resumes, and that the arrow keys go forward and back.
fn step_by_keyboard(desktop: &Desktop, reader: &Reader) {
    let sentences = sentences("moment");
    let window = desktop.wait_for_window();
    desktop.key(&window, "space");
    reader.find(BUTTON, "Resume");
    // From here on, the paused routine does not advance by itself.
    desktop.key(&window, "Right");
    reader.wait_for_text(&sentences[1]);
    desktop.key(&window, "Right");
    reader.wait_for_text(&sentences[2]);
    desktop.key(&window, "Left");
    reader.wait_for_text(&sentences[1]);
    desktop.key(&window, "space");
    reader.find(BUTTON, "Pause");
}

/// Presses each button by its accessible action.
fn step_by_screen_reader(reader: &Reader) {
    let sentences = sentences("moment");
    reader.press("Pause");
    reader.find(BUTTON, "Resume");
    reader.press("Back");
    reader.press("Back");
    reader.wait_for_text(&sentences[0]);
    reader.press("Next");
    reader.wait_for_text(&sentences[1]);
    reader.press("Resume");
    reader.find(BUTTON, "Pause");
}

/// Starts the program on a desktop whose notification server is the test's own.
fn desktop_with_server() -> (Desktop, Server) {
    let mut desktop = Desktop::up();
    desktop.safety_was_read();
    desktop.settings(SHORT);
    desktop.notifications.take().unwrap().kill();
    let address = desktop.bus_address().to_owned();
    let bus = zbus::connection::Builder::address(address.as_str()).unwrap();
    let server = async_io::block_on(Server::on(bus, &["actions", "body"]));
    desktop.start();
    (desktop, server)
}

#[test]
fn every_notification_action_works() {
    let (desktop, server) = desktop_with_server();
    let card = question(&desktop, &server);
    assert_eq!(
        card.actions,
        [
            "default",
            "Open Unhunch",
            "stood",
            "I’m getting up",
            "start",
            "Start stretch",
            "snooze",
            "Snooze 10 min",
        ]
    );
    answer(&server, &card, "stood", || {
        !desktop.history("rested").is_empty()
    });
    let card = question(&desktop, &server);
    answer(&server, &card, "snooze", || desktop.phase() == "snoozed");
    desktop.run(&["skip"]);
    let card = question(&desktop, &server);
    answer(&server, &card, "start", || desktop.phase() == "stretching");
    desktop.wait_for_window();
    assert_eq!(desktop.status().unwrap()["routine"], "moment");
}

/// Waits for the next question, after some input that shows that the user is present.
fn question(desktop: &Desktop, server: &Server) -> Card {
    desktop.input(&["key", "shift"]);
    async_io::block_on(async {
        loop {
            match server.call().await {
                Call::Notify(card) => return card,
                // Answered notifications are closed.
                Call::Close(_) => {}
            }
        }
    })
}

/// Repeats the click until `done`, because the program starts listening a moment after the question is shown.
fn answer(server: &Server, card: &Card, key: &str, mut done: impl FnMut() -> bool) {
    wait(key, || {
        async_io::block_on(server.click(card.id, key));
        pass(0.2);
        done().then_some(())
    });
}

#[test]
fn escape_asks_first_and_an_early_end_is_recorded() {
    let mut desktop = Desktop::up();
    desktop.safety_was_read();
    desktop.start();
    let reader = Reader::start(&desktop);
    desktop.run(&["stretch", "scapula-squeeze"]);
    let window = desktop.wait_for_window();
    reader.find(BUTTON, "Pause");
    // A new window ignores input at first, and a session that ends within 10 seconds is not recorded.
    pass(11.0);
    desktop.key(&window, "Escape");
    reader.wait_for_text("End this session?");
    desktop.screenshot("leaving");
    desktop.key(&window, "Escape");
    reader.find(BUTTON, "Pause");
    assert_eq!(desktop.phase(), "stretching");
    desktop.key(&window, "Escape");
    reader.press("End");
    let partly = wait("what was done", || desktop.history("partly").pop());
    let seconds = partly["seconds"].as_u64().unwrap();
    assert!((10..60).contains(&seconds), "{partly}");
    assert_eq!(partly["total"], 281);
    assert_ne!(desktop.phase(), "stretching");
}

#[test]
fn every_menu_item_works() {
    let mut desktop = Desktop::up();
    desktop.safety_was_read();
    let opener = desktop.opener();
    desktop.start();
    let labels: Vec<String> = desktop
        .menu()
        .into_iter()
        .map(|(_, label, _)| label)
        .collect();
    for label in [
        "Start: desk stretch",
        "Routines",
        "Exercises",
        "Desk stretch",
        "Half a minute",
        "Scapula squeeze",
        "Thoracic extension",
        "I just got up",
        "Snooze 10 min",
        "Skip this reminder",
        "Pause",
        "30 minutes",
        "1 hour",
        "2 hours",
        "Until tomorrow",
        "Resume",
        "Open Unhunch…",
        "History…",
        "Settings…",
        "Guidance and safety…",
        "Edit settings file…",
        "Quit",
    ] {
        assert!(
            labels.iter().any(|visible| visible == label),
            "{label} is not in {labels:?}"
        );
    }
    assert!(
        labels[0].starts_with("Next: short walk, about "),
        "{}",
        labels[0]
    );
    desktop.choose("Snooze 10 min");
    desktop.wait_for_phase("snoozed");
    desktop.choose("Skip this reminder");
    wait("the skip", || desktop.history("skipped").pop());
    desktop.choose("I just got up");
    wait("the rest", || desktop.history("rested").pop());
    for pause in ["30 minutes", "1 hour", "2 hours", "Until tomorrow"] {
        desktop.choose(pause);
        desktop.wait_for_phase("paused");
        wait("Resume to choose", || {
            desktop
                .menu()
                .into_iter()
                .find(|(_, label, enabled)| label == "Resume" && *enabled)
        });
        desktop.choose("Resume");
        desktop.wait_for_phase("sitting");
    }
    desktop.choose("Thoracic extension");
    desktop.wait_for_phase("stretching");
    assert_eq!(desktop.status().unwrap()["routine"], "thoracic-extension");
    desktop.close_window();
    wait("the end", || {
        (desktop.phase() != "stretching").then_some(())
    });
    assert!(desktop.history("partly").is_empty(), "it was left at once");
    desktop.choose("Start: desk stretch");
    desktop.wait_for_phase("stretching");
    assert_eq!(desktop.status().unwrap()["routine"], "desk");
    desktop.close_window();
    desktop.choose("Guidance and safety…");
    desktop.wait_for_window();
    desktop.close_window();
    desktop.choose("Edit settings file…");
    let opened = wait("an editor", || {
        fs::read_to_string(&opener)
            .ok()
            .filter(|text| text.ends_with('\n'))
    });
    assert_eq!(opened.trim(), desktop.settings_file().display().to_string());
    let template = fs::read_to_string(desktop.settings_file()).unwrap();
    assert_eq!(template, include_str!("../../config/settings.toml"));
    desktop.choose("Quit");
    wait("the end", || desktop.has_ended().then_some(()));
    assert_eq!(desktop.unhunch(&["status"]).status.code(), Some(3));
}

#[test]
fn a_click_on_the_icon_starts_the_stretch() {
    let mut desktop = Desktop::up();
    desktop.safety_was_read();
    desktop.start();
    let icon = wait("the icon", || desktop.icon());
    let clicked: Option<()> = desktop.call(
        &icon,
        "/StatusNotifierItem",
        "org.kde.StatusNotifierItem",
        "Activate",
        &(1200, 780),
    );
    assert!(clicked.is_some());
    desktop.wait_for_window();
    desktop.wait_for_phase("stretching");
}

#[test]
fn a_mistake_in_the_settings_is_reported_and_the_old_ones_stay_in_use() {
    let mut desktop = Desktop::up();
    desktop.settings("[rhythm]\nsit = \"45 min\"\n");
    desktop.start();
    let next = desktop.status().unwrap()["next"].clone();
    desktop.settings("[rhythm]\nsit = \"50 minuts\"\nrset = \"5 min\"\n");
    let problems = wait("the problems", || {
        desktop.status()?["problems"]
            .as_array()
            .filter(|problems| problems.len() == 2)
            .cloned()
    });
    assert_eq!(problems[0]["line"], 2);
    assert_eq!(problems[0]["column"], 7);
    assert_eq!(
        desktop.status().unwrap()["next"],
        next,
        "the previous settings stay in use"
    );
    wait("a notification", || {
        (displayed(&desktop) == 1).then_some(())
    });
    wait("a line in the menu", || {
        desktop
            .menu()
            .into_iter()
            .find(|(_, label, _)| label.contains("minuts"))
    });
    desktop.screenshot("slip");
    desktop.settings("[rhythm]\nsit = \"50 min\"\n");
    wait("no problem", || {
        desktop.status()?["problems"]
            .as_array()
            .filter(|problems| problems.is_empty())
            .map(drop)
    });
    wait("no notification", || {
        (displayed(&desktop) == 0).then_some(())
    });
    assert_ne!(desktop.status().unwrap()["next"], next);
    assert!(
        !desktop
            .menu()
            .iter()
            .any(|(_, label, _)| label.contains("minuts"))
    );
}

/// The number of context switches of each thread.
fn switches(pid: u32) -> BTreeMap<String, u64> {
    let tasks = fs::read_dir(format!("/proc/{pid}/task")).unwrap();
    tasks
        .map(|task| {
            let status = fs::read_to_string(task.unwrap().path().join("status")).unwrap();
            let field = |name: &str| {
                status
                    .lines()
                    .find_map(|line| line.strip_prefix(name))
                    .unwrap_or_default()
                    .trim()
                    .to_owned()
            };
            let count = |name: &str| field(name).parse::<u64>().unwrap();
            let name = format!("{} ({})", field("Name:"), field("Pid:"));
            (
                name,
                count("voluntary_ctxt_switches:") + count("nonvoluntary_ctxt_switches:"),
            )
        })
        .collect()
}

#[test]
fn waiting_causes_no_wakeups() {
    let mut desktop = Desktop::up();
    let pid = desktop.start();
    // The start is over, and this input counts as presence for a minute.
    desktop.input(&["key", "shift"]);
    // A call with a timeout causes one more wakeup when the timeout is over.
    pass(9.0);
    let before = switches(pid);
    pass(20.0);
    let after = switches(pid);
    let woken: Vec<_> = after
        .iter()
        .filter(|(thread, count)| before.get(*thread) != Some(count))
        .collect();
    assert!(
        woken.is_empty(),
        "woken within 20 s: {woken:?}, before: {before:?}"
    );
}

/// The time from the start of the program until its icon is registered.
#[expect(
    clippy::disallowed_methods,
    reason = "the real clock is what is measured"
)]
fn time_to_icon(desktop: &mut Desktop) -> Duration {
    let rule = zbus::MatchRule::builder()
        .msg_type(zbus::message::Type::Signal)
        .member("StatusNotifierItemRegistered")
        .unwrap()
        .build();
    let signals = zbus::MessageStream::for_match_rule(rule, desktop.bus(), None);
    let mut signals = async_io::block_on(signals).unwrap();
    let begin = Instant::now();
    let program = Running::silently(&mut desktop.command(program("unhunch")));
    let registered = async_io::block_on(signals.next());
    registered.expect("the bus is there").unwrap();
    let took = begin.elapsed();
    drop(program);
    wait("its end", || desktop.status().is_none().then_some(()));
    took
}

#[test]
fn the_icon_is_shown_within_50_ms() {
    let mut desktop = Desktop::up();
    // Other processes may slow a start down, so the fastest of several starts counts.
    let fastest = (0..7).map(|_| time_to_icon(&mut desktop)).min().unwrap();
    if is_release() {
        assert!(fastest <= Duration::from_millis(50), "{fastest:?}");
    }
}

#[test]
fn ten_windows_come_and_go_and_leave_nothing_behind() {
    let mut desktop = Desktop::up();
    desktop.safety_was_read();
    let pid = desktop.start();
    let maps = fs::read_to_string(format!("/proc/{pid}/maps")).unwrap();
    assert!(
        !maps.contains("libX11") && !maps.contains("libwayland") && !maps.contains("libgtk"),
        "{maps}"
    );
    let come_and_go = || {
        desktop.run(&["stretch"]);
        desktop.wait_for_window();
        desktop.close_window();
        wait("the end of the stretch", || {
            (desktop.phase() != "stretching").then_some(())
        });
    };
    // The first window may allocate memory that stays. Only anonymous memory counts, because the kernel decides how much code
    // stays in memory.
    come_and_go();
    let before = memory(pid, "Anonymous:");
    for _ in 0..9 {
        come_and_go();
    }
    let after = memory(pid, "Anonymous:");
    assert!(
        after < before + 200,
        "it grew from {before} kB to {after} kB"
    );
    let pss = memory(pid, "Pss:");
    if is_release() {
        assert!(pss <= 6144, "PSS {pss} kB");
    }
    let threads = switches(pid).len();
    assert!(threads <= 10, "{threads} threads are left");
}

/// The window plays a few phases of two exercises to the end.
#[test]
fn a_routine_is_recorded_exercise_by_exercise() {
    let mut desktop = Desktop::up();
    desktop.safety_was_read();
    desktop.settings("");
    let own_routines = desktop.settings_file().with_file_name("routines.toml");
    let brief = "[[routine]]\nid = \"brief\"\nname = \"Brief\"\nabout = \"x\"\nexercises = [\"thoracic-extension\", \"shoulder-roll\"]\nfit = \"32 s\"\n";
    fs::write(own_routines, brief).unwrap();
    desktop.start();
    desktop.run(&["stretch", "brief"]);
    let patience = std::time::Duration::from_secs(60);
    let done = wait_for(patience, "the end", || desktop.history("done").pop());
    assert_eq!(done["routine"], "brief");
    // The entries of the exercises follow at once, each one written before the next.
    wait("the exercises", || {
        desktop.history("exercise").get(1).cloned()
    });
    let lines_of = |exercise: &str| -> Vec<Value> {
        let mut lines = desktop.history("exercise");
        lines.retain(|line| line["exercise"] == exercise && line["routine"] == "brief");
        lines
    };
    let [arch, roll] = [lines_of("thoracic-extension"), lines_of("shoulder-roll")];
    assert_eq!((arch.len(), roll.len()), (1, 1), "one line each");
    let library = Library::shipped();
    let full_length = |id: &str| library.plan(id).unwrap().phases().len();
    assert!(
        full_length("thoracic-extension") > 3,
        "the routine has less of it"
    );
    assert_eq!(
        arch[0]["phases"],
        json!({ "ready": [1, 1], "move": [4, 4] })
    );
    assert_eq!(
        (&arch[0]["reps"], &arch[0]["seconds"]),
        (&json!([2, 2]), &json!(18))
    );
    assert_eq!(
        roll[0]["phases"],
        json!({ "ready": [1, 1], "move": [2, 2] })
    );
    assert_eq!(
        (&roll[0]["sets"], &roll[0]["seconds"]),
        (&json!([1, 1]), &json!(14))
    );
}

#[test]
fn the_program_survives_killed_processes() {
    let mut desktop = Desktop::up();
    desktop.safety_was_read();
    desktop.settings(SHORT);
    desktop.start();
    the_window_is_killed(&desktop);
    the_panel_is_killed(&mut desktop);
    the_notifications_are_killed(&mut desktop);
    the_tray_is_killed(&mut desktop);
}

/// Kills the tray program during a routine: the window goes on, and the next start works as usual.
fn the_tray_is_killed(desktop: &mut Desktop) {
    desktop.run(&["stretch"]);
    desktop.wait_for_window();
    desktop.kill_tray();
    assert_eq!(desktop.unhunch(&["status"]).status.code(), Some(3));
    desktop.start();
    assert!(desktop.icon().is_some(), "it starts again");
    assert_eq!(desktop.windows().len(), 1, "the window goes on");
    desktop.close_window();
    desktop.run(&["stretch"]);
    desktop.wait_for_window();
}

fn the_window_is_killed(desktop: &Desktop) {
    desktop.run(&["stretch", "thoracic-extension"]);
    let pid = desktop.window_pid();
    desktop.wait_for_phase("stretching");
    // This covers the preparation and the first repetitions.
    pass(16.0);
    assert!(
        desktop
            .command("kill")
            .args(["-9", &pid.to_string()])
            .status()
            .unwrap()
            .success()
    );
    let partly = wait("what was done", || desktop.history("partly").pop());
    assert_eq!(partly["routine"], "thoracic-extension");
    assert_ne!(desktop.phase(), "stretching");
    let exercise = wait("the exercise", || desktop.history("exercise").pop());
    let moves = exercise["phases"]["move"][0].as_u64().unwrap();
    assert!((1..6).contains(&moves), "{exercise}");
}

fn the_panel_is_killed(desktop: &mut Desktop) {
    desktop.panel.take().unwrap().kill();
    wait("no tray", || {
        desktop.status()?["sources"]["tray"]
            .as_str()
            .filter(|tray| *tray != "shown")
            .map(drop)
    });
    desktop.start_panel();
    wait("the icon again", || {
        (desktop.status()?["sources"]["tray"] == "shown").then_some(())
    });
    let items = || -> Option<Vec<String>> {
        let value: zbus::zvariant::OwnedValue = desktop.call(
            "org.kde.StatusNotifierWatcher",
            "/StatusNotifierWatcher",
            "org.freedesktop.DBus.Properties",
            "Get",
            &(
                "org.kde.StatusNotifierWatcher",
                "RegisteredStatusNotifierItems",
            ),
        )?;
        Vec::<String>::try_from(value).ok()
    };
    wait("the icon on the new panel", || {
        items().filter(|items| items.len() == 1)
    });
}

fn the_notifications_are_killed(desktop: &mut Desktop) {
    desktop.run(&["stood"]);
    wait("the question", || {
        desktop.input(&["key", "shift"]);
        (desktop.phase() == "asking").then_some(())
    });
    wait("the question", || (displayed(desktop) == 1).then_some(()));
    desktop.notifications.take().unwrap().kill();
    assert_eq!(desktop.phase(), "asking", "the tray icon carries on");
    desktop.start_notifications();
    desktop.run(&["skip"]);
    let questions_before = desktop.history("asked").len();
    wait("the next question", || {
        desktop.input(&["key", "shift"]);
        (desktop.history("asked").len() > questions_before && displayed(desktop) == 1).then_some(())
    });
    let source: Value = desktop.status().unwrap()["sources"]["notifications"].clone();
    assert!(source.as_str().unwrap().starts_with("dunst"), "{source}");
}

#[test]
fn a_second_start_shows_the_window() {
    let mut desktop = Desktop::up();
    desktop.start();
    let second = desktop.command(program("unhunch")).output().unwrap();
    assert!(second.status.success());
    desktop.wait_for_window();
    let reader = Reader::start(&desktop);
    reader.find(BUTTON, "I just got up");
    desktop.screenshot("home");
}

#[test]
fn the_first_start_shows_the_introduction_once_without_taking_the_focus() {
    let mut desktop = Desktop::up();
    desktop.was_never_started();
    let mut other = desktop.command("xmessage");
    let _other = Running::silently(other.args(["-title", "other", "Somebody types here."]));
    let typed = wait("another window", || {
        let windows = desktop.input(&["search", "--onlyvisible", "--name", "^other$"]);
        windows.lines().next().map(str::to_owned)
    });
    desktop.input(&["windowactivate", "--sync", &typed]);
    desktop.start();
    desktop.wait_for_window();
    pass(1.0);
    assert_eq!(desktop.input(&["getactivewindow"]).trim(), typed);
    let entry = desktop
        .home()
        .join(".local/share/applications/unhunch.desktop");
    assert!(entry.exists(), "the desktop knows its name and icon");
    let reader = Reader::start(&desktop);
    reader.find(BUTTON, "Next");
    desktop.screenshot("welcome");
    reader.press("Skip the introduction");
    reader.find(BUTTON, "I just got up");
    desktop.close_window();
    desktop.wait_for_no_window();
    desktop.kill_tray();
    desktop.start();
    pass(2.0);
    assert_eq!(desktop.windows(), [""; 0]);
}

#[test]
fn the_desktop_entry_is_installed_unless_it_was_removed() {
    let mut desktop = Desktop::up();
    let entry = desktop
        .home()
        .join(".local/share/applications/unhunch.desktop");
    desktop.start();
    assert!(entry.exists(), "the desktop knows its name and icon");
    desktop.run(&["autostart", "off", "--all"]);
    assert!(!entry.exists());
    desktop.kill_tray();
    desktop.start();
    assert!(!entry.exists(), "it stays away when it was removed");
}

#[test]
fn a_screen_reader_follows_the_routine() {
    let mut desktop = Desktop::up();
    desktop.safety_was_read();
    desktop.start();
    let reader = Reader::start(&desktop);
    let announced = reader.announcements();
    desktop.run(&["stretch", "scapula-squeeze"]);
    reader.find(BUTTON, "Pause");
    let nodes = reader.tree();
    for node in &nodes {
        assert!(
            !node.focusable || !node.name.is_empty(),
            "without a name: {node:?}"
        );
    }
    let figure = nodes
        .iter()
        .find(|node| node.role == IMAGE)
        .unwrap_or_else(|| panic!("no figure in {nodes:?}"));
    assert!(figure.name.contains("person"), "{figure:?}");
    let sentences = sentences("scapula-squeeze");
    // Skips the announcement of the pause.
    let phase = || {
        let words = announced.try_recv().ok();
        words.filter(|words| words != "Paused. Take your time.")
    };
    let next = |place: usize| {
        let words = wait(&sentences[place], phase);
        assert_eq!(words, sentences[place], "announcement {place}");
    };
    // A new window ignores input at first, because that may have been meant for another window.
    pass(3.0);
    reader.press("Pause");
    reader.find(BUTTON, "Resume");
    next(0);
    for place in 1..6 {
        reader.press("Next");
        next(place);
    }
    reader.press("Resume");
    // The routine advances by itself, with one sentence per phase and none for the countdown.
    for place in 6..9 {
        next(place);
    }
    reader.press("Pause");
    pass(1.0);
    while !announced.is_empty() {
        assert_eq!(phase(), None, "more than one a phase");
    }
}
