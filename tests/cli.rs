//! The command line as scripts use it: the real program with a temporary home folder and without a display.
#![cfg(target_os = "linux")]

mod common;

use std::collections::BTreeSet;
use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use common::harness::{pass, wait_for};
use common::{is_release, memory, path_with_opener, program};
use serde_json::{Value, json};
use tempfile::TempDir;

/// A user without a display.
struct TestUser {
    home: TempDir,
    running: Option<Child>,
}

impl TestUser {
    fn new() -> Self {
        Self {
            home: tempfile::tempdir().unwrap(),
            running: None,
        }
    }

    fn with(settings: &str) -> Self {
        let person = Self::new();
        let folder = person.home.path().join(".config/unhunch");
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("settings.toml"), settings).unwrap();
        person
    }

    fn command(&self) -> Command {
        self.prepared(Command::new(program("unhunch")))
    }

    /// Gives a command the environment of this person.
    fn prepared(&self, mut command: Command) -> Command {
        for stranger in [
            "DISPLAY",
            "WAYLAND_DISPLAY",
            "TZ",
            "EDITOR",
            "VISUAL",
            "LANGUAGE",
        ] {
            command.env_remove(stranger);
        }
        for folder in ["XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME"] {
            command.env_remove(folder);
        }
        command
            .env("LC_ALL", "C.UTF-8")
            .env("HOME", self.home.path())
            .env("XDG_RUNTIME_DIR", self.home.path().join("run"));
        command
            .env("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nowhere")
            .env("DBUS_SYSTEM_BUS_ADDRESS", "unix:path=/nowhere")
            .stdin(Stdio::null());
        command
    }

    fn run(&self, arguments: &[&str]) -> Output {
        self.command().args(arguments).output().unwrap()
    }

    fn code(&self, arguments: &[&str]) -> i32 {
        self.run(arguments).status.code().unwrap()
    }

    fn out(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        assert!(
            output.status.success(),
            "{arguments:?}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
        String::from_utf8(output.stdout).unwrap()
    }

    fn complaint(&self, arguments: &[&str]) -> String {
        String::from_utf8(self.run(arguments).stderr).unwrap()
    }

    fn json(&self, arguments: &[&str]) -> Value {
        serde_json::from_str(&self.out(arguments)).unwrap()
    }

    /// Starts the program in headless mode, and waits until it answers.
    fn start(&mut self) {
        self.start_by(&["--headless"]);
    }

    fn start_by(&mut self, arguments: &[&str]) {
        let out = fs::File::create(self.home.path().join("out")).unwrap();
        let child = self
            .command()
            .args(arguments)
            .stdout(out)
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        self.running = Some(child);
        wait("the program", || {
            (self.code(&["status"]) == 0).then_some(())
        });
    }

    fn phase(&self) -> String {
        self.json(&["status", "--json"])["phase"]
            .as_str()
            .unwrap()
            .to_owned()
    }

    /// The latest history entry of this kind.
    fn last(&self, kind: &str) -> Option<Value> {
        let history = self.json(&["history", "--json"]);
        let entries = history.as_array().unwrap();
        entries.iter().rfind(|entry| entry["kind"] == kind).cloned()
    }

    /// Starts a routine with this command, and ends it after 11 seconds, so that it is recorded. Returns the length of the whole
    /// routine in seconds.
    #[expect(
        clippy::disallowed_methods,
        reason = "a session has to last for a while before it is written down"
    )]
    fn total(&self, arguments: &[&str]) -> u64 {
        self.out(arguments);
        let begin = Instant::now();
        let enough = || (begin.elapsed() > Duration::from_secs(11)).then_some(());
        wait("a while of stretching", enough);
        self.out(&["skip"]);
        self.last("partly").unwrap()["total"].as_u64().unwrap()
    }

    fn signal(&self, signal: &str) {
        let pid = self.running.as_ref().unwrap().id().to_string();
        assert!(
            Command::new("kill")
                .args([signal, &pid])
                .status()
                .unwrap()
                .success()
        );
    }

    fn wait_for_end(&mut self) -> i32 {
        let mut child = self.running.take().unwrap();
        wait("the end", || child.try_wait().unwrap())
            .code()
            .unwrap_or(-1)
    }
}

impl Drop for TestUser {
    fn drop(&mut self) {
        if let Some(child) = &mut self.running {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

fn wait<T>(what: &str, poll: impl FnMut() -> Option<T>) -> T {
    wait_for(Duration::from_secs(60), what, poll)
}

#[test]
fn the_log_has_a_line_for_events_effects_and_the_next_deadline() {
    let person = TestUser::with("");
    let routine = "[[routine]]\nid = \"sore-shoulder\"\nname = \"Sore\"\nabout = \"x\"\nexercises = [\"scapula-squeeze\"]\n";
    fs::write(
        person.home.path().join(".config/unhunch/routines.toml"),
        routine,
    )
    .unwrap();
    let log = |arguments: &[&str]| {
        let file = person.home.path().join("log");
        let mut program = person
            .command()
            .args(arguments)
            .stdout(Stdio::null())
            .stderr(fs::File::create(&file).unwrap())
            .spawn()
            .unwrap();
        wait("the program", || {
            (person.code(&["status"]) == 0).then_some(())
        });
        person.out(&["snooze", "10 min"]);
        person.out(&["stretch", "sore-shoulder"]);
        person.out(&["quit"]);
        program.wait().unwrap();
        fs::read_to_string(file).unwrap()
    };
    let debug = log(&["run", "--headless", "--log", "debug"]);
    for line in [
        "INFO source: tray: none: headless",
        "DEBUG event: request: snooze",
        "DEBUG next: in ",
        "INFO effect: open the guide: one of your own",
    ] {
        assert!(debug.contains(line), "no {line:?} in {debug}");
    }
    assert!(!debug.contains("sore-shoulder"), "{debug}");
    let info = log(&["run", "--headless", "--log", "info"]);
    assert!(
        info.contains("INFO effect: ") && !info.contains("DEBUG"),
        "{info}"
    );
    assert_eq!(log(&["run", "--headless"]), "");
}

#[test]
fn exit_codes_tell_what_happened() {
    let mut person = TestUser::new();
    for verb in [
        &["status"][..],
        &["skip"],
        &["stood"],
        &["snooze"],
        &["pause", "1 h"],
        &["resume"],
        &["stretch"],
        &["quit"],
    ] {
        assert_eq!(person.code(verb), 3, "{verb:?} without a running program");
    }
    for usage in [
        &["fly"][..],
        &["pause"],
        &["pause", "5"],
        &["pause", "until", "25:00"],
        &["snooze", "-5 min"],
        &["show"],
        &["show", "cat-and-dog"],
        &["config", "explain", "sitt"],
        &["--fast"],
    ] {
        assert_eq!(person.code(usage), 2, "{usage:?}");
    }
    assert_eq!(person.code(&["--help"]), 0);
    assert_eq!(person.code(&["--version"]), 0);
    assert_eq!(
        person.code(&["config", "check", "/nowhere/settings.toml"]),
        1
    );
    assert_eq!(person.code(&["simulate", "/nowhere/day"]), 1);
    person.start();
    assert_eq!(person.code(&["stretch", "cat-and-dog"]), 1);
    assert_eq!(person.code(&["status"]), 0);
}

#[test]
fn a_status_never_starts_the_program() {
    let person = TestUser::new();
    assert_eq!(person.code(&["status", "--json"]), 3);
    assert!(!person.home.path().join("run").exists());
}

#[test]
fn the_status_has_what_scripts_rely_on() {
    let mut person = TestUser::new();
    person.start();
    let status = person.json(&["status", "--json"]);
    for key in [
        "version",
        "pid",
        "phase",
        "sit_seconds",
        "next",
        "holds",
        "why",
        "sources",
        "problems",
    ] {
        assert!(status.get(key).is_some(), "{key} in {status}");
    }
    assert_eq!(status["pid"], person.running.as_ref().unwrap().id());
    assert_eq!(status["version"], env!("CARGO_PKG_VERSION"));
    for key in ["at", "latest", "reminder"] {
        assert!(status["next"].get(key).is_some(), "{key} in {status}");
    }
    for key in ["idle", "session", "quiet", "tray", "notifications"] {
        assert!(status["sources"][key].is_string(), "{key} in {status}");
    }
    let next: jiff::Timestamp = status["next"]["at"].as_str().unwrap().parse().unwrap();
    let latest: jiff::Timestamp = status["next"]["latest"].as_str().unwrap().parse().unwrap();
    assert_eq!(latest.duration_since(next).as_secs(), 120);
}

#[test]
fn status_watch_prints_every_change_and_nothing_else() {
    let mut person = TestUser::new();
    person.start();
    let watch = |arguments: &[&str]| {
        let child = person
            .command()
            .args(["status", "--watch"])
            .args(arguments)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let (sender, receiver) = std::sync::mpsc::channel();
        let child = common::Running::piped(child, sender);
        let next = move || receiver.recv_timeout(Duration::from_secs(20));
        (child, next)
    };
    let (_plain, plain) = watch(&[]);
    let (_exact, exact) = watch(&["--json"]);
    let phase = |line: String| {
        let status: Value = serde_json::from_str(&line).unwrap();
        status["phase"].as_str().unwrap().to_owned()
    };
    assert!(plain().unwrap().starts_with("Next: short walk, about "));
    assert_eq!(phase(exact().unwrap()), "sitting");
    // A status request is not a change.
    person.out(&["status"]);
    person.out(&["pause", "1 h"]);
    assert!(plain().unwrap().starts_with("Paused until "));
    assert_eq!(phase(exact().unwrap()), "paused");
    person.out(&["resume"]);
    assert!(plain().unwrap().starts_with("Next: short walk, about "));
    assert_eq!(phase(exact().unwrap()), "sitting");
    person.out(&["quit"]);
    assert!(plain().is_err() && exact().is_err(), "it ends with us");
}

#[test]
fn status_watch_can_wait_for_the_program_each_time() {
    let mut person = TestUser::new();
    let watch = |arguments: &[&str]| {
        let mut command = person.command();
        command
            .args(["status", "--watch", "--wait"])
            .args(arguments);
        let (sender, receiver) = std::sync::mpsc::channel();
        let child = command.stdout(Stdio::piped()).spawn().unwrap();
        let next = move || receiver.recv_timeout(Duration::from_secs(20)).unwrap();
        (common::Running::piped(child, sender), next)
    };
    let (_plain, plain) = watch(&[]);
    let (_exact, exact) = watch(&["--json"]);
    for _ in 0..2 {
        person.start();
        assert!(plain().starts_with("Next: short walk, about "));
        assert!(exact().starts_with("{\"version\":"));
        person.out(&["quit"]);
        assert_eq!((plain(), exact()), (String::new(), "null".to_owned()));
    }
    assert_eq!(person.code(&["status", "--wait"]), 2);
}

#[test]
fn a_time_zone_that_does_not_exist_is_reported() {
    let mut person = TestUser::new();
    let mut command = person.command();
    command.env("TZ", "Europe/Berlni").arg("--headless");
    command.stdout(Stdio::null()).stderr(Stdio::null());
    person.running = Some(command.spawn().unwrap());
    wait("the program", || {
        (person.code(&["status"]) == 0).then_some(())
    });
    let sentence = "! there is no time zone “Europe/Berlni” (in the environment variable TZ), so all times are in UTC";
    for command in ["status", "diagnose"] {
        let output = person.run(&[command]);
        let text = String::from_utf8(output.stdout).unwrap();
        assert!(text.lines().any(|line| line == sentence), "{text}");
    }
}

#[test]
fn watch_and_diagnose_fail_without_a_running_program() {
    let person = TestUser::new();
    assert_eq!(person.code(&["status", "--watch"]), 3);
    assert_eq!(person.code(&["diagnose"]), 3);
}

#[test]
fn diagnose_prints_every_check_and_nothing_private() {
    let mut person = TestUser::with("[rhythm]\nsitt = 3\n");
    person.start();
    let output = person.run(&["diagnose"]);
    assert_eq!(output.status.code(), Some(1), "nobody tells of the session");
    let text = String::from_utf8(output.stdout).unwrap();
    for line in [
        "! Is the session locked or the computer asleep?\n    clock: ",
        "\n    A locked screen isn’t detected; only how long you’re away counts.\n",
        "\n  Is the tray icon shown?\n    none: headless\n  What",
        "! Are your settings in order?\n    1 mistake: see `unhunch config check`.",
        "\n  Should reminders wait?\n    none: headless\n  Is",
    ] {
        assert!(text.contains(line), "{line:?} in {text}");
    }
    let home = person.home.path().to_str().unwrap();
    assert!(!text.contains(home), "{text}");
}

#[test]
fn every_verb_reaches_the_running_program() {
    let mut person = TestUser::new();
    person.start();
    person.out(&["snooze", "15", "min"]);
    assert_eq!(person.phase(), "snoozed");
    person.out(&["skip"]);
    assert_eq!(person.phase(), "sitting");
    for end in [
        &["pause", "1h30m"][..],
        &["pause", "45 min"],
        &["pause", "until", "tomorrow"],
        &["pause", "tomorrow"],
        &["pause", "until", "23:59"],
    ] {
        person.out(end);
        assert_eq!(person.phase(), "paused", "{end:?}");
        person.out(&["resume"]);
        assert_eq!(person.phase(), "sitting");
    }
    person.out(&["stretch", "thoracic-extension"]);
    assert_eq!(person.phase(), "stretching");
    person.out(&["skip"]);
    person.out(&["stood"]);
    let kinds: Vec<String> = person
        .json(&["history", "--json"])
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| entry["kind"].as_str().unwrap().to_owned())
        .collect();
    // On a slow machine all this takes a second, which counts as sitting. A routine that was ended at once is not recorded.
    let answers: Vec<&String> = kinds.iter().filter(|kind| *kind != "sat").collect();
    assert_eq!(answers, ["snoozed", "skipped", "rested"]);
    assert_eq!(person.out(&["history"]).lines().count(), kinds.len());
    person.out(&["quit"]);
    assert_eq!(person.wait_for_end(), 0);
}

#[test]
fn an_exercise_is_shown_phase_by_phase() {
    let person = TestUser::new();
    let plan = person.json(&["show", "scapula-squeeze", "--json"]);
    for (key, value) in [
        ("id", "scapula-squeeze"),
        ("group", "desk"),
        ("position", "sitting"),
    ] {
        assert_eq!(plan[key], value);
    }
    let phases = plan["phases"].as_array().unwrap();
    for phase in phases {
        for key in [
            "kind", "seconds", "rep", "reps", "set", "sets", "side", "cue",
        ] {
            assert!(phase.get(key).is_some(), "{key} in {phase}");
        }
    }
    let of_kind = |kind: &str| {
        phases
            .iter()
            .filter(|phase| phase["kind"] == kind)
            .collect::<Vec<_>>()
    };
    assert_eq!(of_kind("hold").len(), 30, "15 repetitions, twice");
    assert!(
        of_kind("hold")
            .iter()
            .all(|phase| phase["seconds"] == 5.0 && phase["reps"] == 15 && phase["sets"] == 2)
    );
    assert_eq!((of_kind("ready").len(), of_kind("rest").len()), (1, 1));
    assert_eq!(of_kind("ready")[0]["rep"], Value::Null);
    let total: f64 = phases
        .iter()
        .map(|phase| phase["seconds"].as_f64().unwrap())
        .sum();
    assert_eq!(plan["total_seconds"].as_f64().unwrap(), total);
    let thoracic = person.json(&["show", "thoracic-extension", "--json"]);
    let reps = thoracic["phases"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|phase| phase["rep"].as_u64())
        .max();
    assert_eq!(reps, Some(10));
}

#[test]
fn the_list_names_what_can_be_started() {
    let person = TestUser::new();
    let list = person.json(&["list", "--json"]);
    let ids: Vec<&str> = list
        .as_array()
        .unwrap()
        .iter()
        .map(|item| item["id"].as_str().unwrap())
        .collect();
    for id in ["desk", "moment", "thoracic-extension", "scapula-squeeze"] {
        assert!(ids.contains(&id), "{ids:?}");
        assert!(person.out(&["list"]).contains(id));
    }
    assert!(
        person
            .complaint(&["show", "thoracic-extention"])
            .contains("did you mean `thoracic-extension`?")
    );
}

#[test]
fn a_routine_can_be_shortened_to_a_length() {
    let mut person = TestUser::new();
    let plan = person.json(&["show", "desk", "--for", "4 min", "--json"]);
    assert!(plan["total_seconds"].as_f64().unwrap() <= 240.0);
    assert_eq!(plan["shortened"], true);
    let text = person.out(&["show", "desk", "--for", "3min"]);
    assert!(
        text.contains("Shortened: 1 of 2 sets, 12 of 15 reps"),
        "{text}"
    );
    assert_eq!(person.code(&["show", "desk", "--for", "4"]), 2);
    assert!(
        person
            .complaint(&["show", "desk", "--for", "10 s"])
            .contains("the shortest is 56 s")
    );
    person.start();
    assert_eq!(person.code(&["stretch", "desk", "--for", "10 s"]), 1);
    assert_eq!(person.phase(), "sitting");
    assert_eq!(
        person.total(&["stretch", "desk", "--for", "4 min"]) as f64,
        plan["total_seconds"].as_f64().unwrap().round()
    );
}

#[test]
fn the_length_of_the_offered_routine_can_be_set() {
    let mut person = TestUser::with("[rhythm]\nlength = \"4 min\"\n");
    person.start();
    assert!(person.total(&["stretch"]) <= 240);
    assert_eq!(person.total(&["stretch", "desk"]), 347, "it was named");
    assert!(person.total(&["stretch", "--for", "3 min"]) <= 180);
    let wrong = person.home.path().join("wrong.toml");
    fs::write(&wrong, "[rhythm]\nlength = \"ful\"\n").unwrap();
    let complaint = person.complaint(&["config", "check", wrong.to_str().unwrap()]);
    assert!(complaint.contains("full"), "{complaint}");
}

#[test]
fn surprise_starts_with_the_exercise_not_done_for_longest() {
    let person = TestUser::new();
    let first = || {
        let plan = person.out(&["show", "surprise"]);
        plan.lines().nth(3).unwrap_or_default().to_owned()
    };
    assert!(first().starts_with("Thoracic extension"), "{}", first());
    let folder = person
        .home
        .path()
        .join(".local/share/unhunch/history/0195564b-1a2b-7c3d-8e4f-a0b1c2d3e4f5");
    fs::create_dir_all(&folder).unwrap();
    let line = |n: u32, exercise: &str| {
        format!(
            "{{\"v\":1,\"id\":\"0195564b-1a2b-7c3d-8e4f-a0b1c2d3e4f{n}\",\"t\":\"2026-03-02T08:3{n}:00Z\",\"tz\":\"UTC\",\"kind\":\"exercise\",\"routine\":\"desk\",\"exercise\":\"{exercise}\",\"seconds\":60,\"total\":60,\"sets\":[1,1],\"reps\":[9,9],\"phases\":{{}}}}\n"
        )
    };
    let lines = line(1, "thoracic-extension") + &line(2, "scapula-squeeze");
    fs::write(folder.join("2026-03.jsonl"), lines).unwrap();
    assert!(first().starts_with("Chest and arm stretch"), "{}", first());
    assert!(person.out(&["list"]).contains("surprise-floor"));
}

/// A user with a history of two months in 2024.
fn with_history() -> TestUser {
    let person = TestUser::new();
    let folder = person
        .home
        .path()
        .join(".local/share/unhunch/history/0195564b-1a2b-7c3d-8e4f-a0b1c2d3e4f5");
    fs::create_dir_all(&folder).unwrap();
    let line = |n: u32, time: &str, what: &str| {
        format!(
            "{{\"v\":1,\"id\":\"0195564b-1a2b-7c3d-8e4f-a0b1c2d3e4f{n}\",\"t\":\"2024-{time}:00Z\",\"tz\":\"UTC\",{what}}}\n"
        )
    };
    let skipped = "\"kind\":\"skipped\",\"reminder\":\"stand\"";
    let sitting = |seconds: u64| {
        format!("\"kind\":\"sat\",\"seconds\":{seconds},\"ago\":0,\"total\":{seconds}")
    };
    let january = line(1, "01-31T12:00", skipped);
    let february = line(2, "02-01T12:00", &sitting(3600)) + &line(3, "02-02T12:00", &sitting(1800));
    fs::write(folder.join("2024-01.jsonl"), january).unwrap();
    fs::write(folder.join("2024-02.jsonl"), february).unwrap();
    fs::create_dir_all(person.home.path().join(".local/state/unhunch")).unwrap();
    let device = person.home.path().join(".local/state/unhunch/device");
    fs::write(device, "0195564b-1a2b-7c3d-8e4f-a0b1c2d3e4f5\n").unwrap();
    person
}

#[test]
fn history_can_be_limited_to_a_range_of_days() {
    let person = with_history();
    let many = |arguments: &[&str]| {
        let all: Vec<&str> = ["history"].iter().chain(arguments).copied().collect();
        person.out(&all).lines().count()
    };
    assert_eq!(many(&[]), 3);
    assert_eq!(many(&["--since", "2024-02-01"]), 2);
    assert_eq!(many(&["--until", "2024-02-01"]), 2);
    assert_eq!(many(&["--since", "2024-02-01", "--until", "2024-02-01"]), 1);
    assert_eq!(many(&["--csv", "--since", "2024-02-02"]), 2);
    let json = person.json(&["history", "--json", "--until", "2024-01-31"]);
    assert_eq!(json[0]["kind"], "skipped");
    assert_eq!(person.code(&["history", "--since", "soon"]), 2);
    let complaint = person.complaint(&["history", "--since", "soon"]);
    assert!(
        complaint.starts_with("unhunch: `soon` is not a date; "),
        "{complaint}"
    );
    let turned = &["history", "--since", "today", "--until", "7d"];
    assert_eq!(person.code(turned), 2);
    assert_eq!(person.code(&["history", "--json", "--csv"]), 2);
    assert_eq!(
        person.code(&["history", "--json", "forget", "--before", "7d"]),
        2
    );
}

#[test]
fn stats_sum_and_plot_the_history() {
    let person = with_history();
    let week = person.json(&["stats", "--json", "2024-02-01"]);
    assert_eq!((&week["sat"], &week["days_sat"]), (&5400.into(), &2.into()));
    assert_eq!(week["days"].as_array().map(Vec::len), Some(7));
    let month = person.json(&["stats", "--month", "--json", "2024-02-29"]);
    assert_eq!(month["longest"], 3600);
    assert_eq!(month["days"].as_array().map(Vec::len), Some(29));
    let text = person.out(&["stats", "2024-02-01"]);
    assert!(
        text.contains("Thu 1 Feb   ███") && !text.contains('\x1b'),
        "{text}"
    );
    let day = person.out(&["stats", "--day", "2024-02-01"]);
    assert!(day.contains("████") && day.contains("12:00"), "{day}");
    let nothing = person.out(&["stats", "2020-01-01"]);
    assert!(nothing.starts_with("Nothing recorded for "), "{nothing}");
    assert_eq!(person.code(&["stats", "--day", "--week"]), 2);
    assert_eq!(person.code(&["stats", "some day"]), 2);
}

#[test]
fn history_forget_deletes_old_entries_after_confirmation() {
    let person = with_history();
    let many = || person.json(&["history", "--json"]).as_array().map(Vec::len);
    let forget = ["history", "forget", "--before", "2024-02-02"];
    assert_eq!(person.code(&forget), 2, "nobody can be asked");
    assert!(person.complaint(&forget).contains("--yes"));
    assert_eq!(many(), Some(3));
    let text = person.out(&["history", "forget", "--before", "2024-01-01"]);
    assert_eq!(text, "There is nothing to delete from before 2024-01-01.\n");
    let yes = [&forget[..], &["--yes"]].concat();
    assert_eq!(
        person.out(&yes),
        "2 lines from before 2024-02-02 deleted.\n"
    );
    assert_eq!(many(), Some(1));
    assert_eq!(person.code(&["history", "forget", "--yes"]), 2);
}

fn simulate(person: &TestUser, script: &str) -> Output {
    let mut child = person
        .command()
        .args(["simulate", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = child.stdin.take().unwrap();
    let script = script.to_owned();
    let writer = std::thread::spawn(move || drop(input.write_all(script.as_bytes())));
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap();
    output
}

fn lines(output: &Output) -> Vec<Value> {
    let text = String::from_utf8(output.stdout.clone()).unwrap();
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

#[test]
fn a_simulated_day_prints_a_line_for_every_effect() {
    let person = TestUser::new();
    let output = simulate(&person, "09:00 active\n09:10 still\n10:00 end\n");
    let lines = lines(&output);
    assert_eq!(lines[0]["elapsed"], 1800);
    assert_eq!(lines[0]["at"], "2026-03-02T09:30:00");
    assert_eq!(lines[0]["what"], "ask");
    assert_eq!(lines[0]["reminder"], "stand");
    assert!(
        lines
            .iter()
            .any(|line| line["what"] == "phase" && line["phase"] == "asking")
    );
    assert!(lines.iter().any(|line| line["what"] == "withdraw"));
}

#[test]
fn simulate_uses_the_given_settings_file() {
    let person = TestUser::new();
    let settings = person.home.path().join("other.toml");
    fs::write(
        &settings,
        "[rhythm]\nsit = \"10 min\"\nreminders = [\"stretch\"]\n",
    )
    .unwrap();
    let script = person.home.path().join("day");
    fs::write(&script, "09:00 still\n09:11 end\n").unwrap();
    let (script, settings) = (script.to_str().unwrap(), settings.to_str().unwrap());
    let first = person.out(&["simulate", script, "--settings", settings]);
    let first: Value = serde_json::from_str(first.lines().next().unwrap()).unwrap();
    assert_eq!(
        (&first["elapsed"], &first["reminder"]),
        (&Value::from(600), &Value::from("stretch"))
    );
    fs::write(settings, "[rhythm]\nsit = \"10 minuts\"\n").unwrap();
    let refused = person.run(&["simulate", script, "--settings", settings]);
    assert_eq!(refused.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&refused.stderr).contains("other.toml:2:7"));
}

#[test]
fn mistakes_in_a_script_are_reported_with_line_numbers() {
    let person = TestUser::new();
    let output = simulate(&person, "09:00 activ\n08:00 still\n09:99 idle\n");
    assert_eq!(output.status.code(), Some(1));
    let complaint = String::from_utf8(output.stderr).unwrap();
    assert!(
        complaint.contains("line 1") && complaint.contains("did you mean `active`?"),
        "{complaint}"
    );
    assert!(complaint.contains("line 3"), "{complaint}");
    assert!(output.stdout.is_empty());
}

#[test]
#[expect(
    clippy::disallowed_methods,
    reason = "it is the time of another program that is taken"
)]
fn a_year_of_days_takes_less_than_a_second() {
    let person = TestUser::new();
    let day = |n: u32| {
        format!(
            "day {n} 09:00 active\n10:20 idle\n10:40 active\n12:00 lock\n13:00 unlock\n15:00 still\n17:00 sleep\n"
        )
    };
    let script: String = (1..=365).map(day).collect();
    let begin = Instant::now();
    let output = simulate(&person, &script);
    // A debug build gets more time.
    assert!(begin.elapsed() < Duration::from_secs(if is_release() { 1 } else { 10 }));
    assert!(
        lines(&output)
            .iter()
            .filter(|line| line["what"] == "ask")
            .count()
            > 365 * 5
    );
}

#[test]
fn settings_are_checked_and_reloaded() {
    let mut person = TestUser::with("[rhythm]\nsit = \"40 min\"\n");
    assert_eq!(person.code(&["config", "check"]), 0);
    assert!(
        person
            .out(&["config", "path"])
            .trim()
            .ends_with(".config/unhunch/settings.toml")
    );
    assert_eq!(
        person.out(&["config", "default"]),
        include_str!("../config/settings.toml")
    );
    assert!(person.out(&["config", "explain", "sit"]).contains("40 min"));
    person.start();
    let minutes = |person: &TestUser| {
        let status = person.json(&["status", "--json"]);
        let next: jiff::Timestamp = status["next"]["at"].as_str().unwrap().parse().unwrap();
        let sit_seconds = status["sit_seconds"].as_i64().unwrap();
        (next
            .duration_since(unhunch::time::Clock.now().wall.timestamp())
            .as_secs()
            + sit_seconds
            + 30)
            / 60
    };
    assert_eq!(minutes(&person), 40);
    let file = person.home.path().join(".config/unhunch/settings.toml");
    fs::write(&file, "[rhythm]\nsit = \"20 min\"\n").unwrap();
    wait("the new settings", || {
        (minutes(&person) == 20).then_some(())
    });
    fs::write(&file, "[rhythm\nsit = 3\n").unwrap();
    wait("the problem", || {
        person.json(&["status", "--json"])["problems"]
            .as_array()
            .filter(|p| !p.is_empty())
            .map(drop)
    });
    assert_eq!(minutes(&person), 20, "the last good ones hold");
}

/// The tip in the current question on the terminal.
fn tip_in(terminal: &Terminal) -> Option<String> {
    let text = terminal.text();
    let tip = text
        .lines()
        .find_map(|line| line.trim().strip_prefix("Tip: "));
    tip.map(str::to_owned)
}

#[test]
fn no_tip_comes_twice_in_a_row_not_even_after_a_restart() {
    let person = TestUser::with("[rhythm]\nsit = \"2 s\"\ngrace = \"1 s\"\n");
    let tips: Vec<String> = (0..3)
        .map(|_| {
            // Removes the output of the previous terminal.
            let _ = fs::remove_file(person.home.path().join("typescript"));
            let mut terminal = Terminal::start(&person);
            let tip = wait("a tip", || tip_in(&terminal));
            terminal.press("q");
            wait("the end", || terminal.child.try_wait().unwrap());
            tip
        })
        .collect();
    assert!(tips[0] != tips[1] && tips[1] != tips[2], "{tips:?}");
}

#[test]
fn signals_shut_the_program_down_cleanly() {
    for signal in ["-TERM", "-INT", "-HUP"] {
        let mut person = TestUser::new();
        person.start();
        person.signal(signal);
        assert_eq!(person.wait_for_end(), 0, "{signal}");
        assert!(
            !person.home.path().join("run/unhunch/control.sock").exists(),
            "{signal}"
        );
    }
}

#[test]
fn the_state_of_the_day_survives_a_restart() {
    let mut person = TestUser::new();
    person.start();
    person.out(&["pause", "1 h"]);
    person.signal("-KILL");
    person.wait_for_end();
    person.start();
    assert_eq!(person.phase(), "paused", "it was killed");
    person.out(&["resume"]);
    person.out(&["snooze"]);
    person.out(&["quit"]);
    person.wait_for_end();
    person.start();
    assert_eq!(person.phase(), "snoozed", "it ended in order");
    person.out(&["quit"]);
    person.wait_for_end();
    let state = person.home.path().join(".local/state/unhunch");
    fs::write(state.join("day.json"), "{").unwrap();
    person.start();
    assert_eq!(person.phase(), "sitting");
    let aside = fs::read_to_string(state.join("day.damaged")).unwrap();
    assert_eq!(aside, "{", "it is kept for whoever wants to see it");
}

#[test]
fn a_restart_keeps_the_limit_of_questions_per_hour() {
    let settings = "[rhythm]\nsit = \"1 s\"\ngrace = \"1 s\"\nat_most_per_hour = 1\n";
    let mut person = TestUser::with(settings);
    let time = |value: &Value| value.as_str().unwrap().parse::<jiff::Timestamp>().unwrap();
    person.start();
    wait("a question", || (person.phase() == "asking").then_some(()));
    let asked_at = time(&person.last("asked").unwrap()["t"]);
    for signal in ["-TERM", "-KILL"] {
        person.signal(signal);
        person.wait_for_end();
        person.start();
        assert_eq!(person.phase(), "due", "{signal}");
        let next = time(&person.json(&["status", "--json"])["next"]["at"]);
        let wait = next.duration_since(asked_at);
        assert!(wait.as_mins() >= 59, "{signal}: again after {wait:#}");
    }
}

#[test]
fn a_stale_socket_does_not_prevent_a_start() {
    let mut person = TestUser::new();
    person.start();
    person.signal("-KILL");
    person.wait_for_end();
    assert!(person.home.path().join("run/unhunch/control.sock").exists());
    assert_eq!(person.code(&["status"]), 3);
    person.start();
    assert_eq!(person.phase(), "sitting");
}

#[test]
fn a_second_start_ends_and_leaves_the_first_alone() {
    let mut person = TestUser::new();
    person.start();
    let pid = person.json(&["status", "--json"])["pid"].clone();
    let second = person.run(&["--headless"]);
    assert!(second.status.success());
    assert!(String::from_utf8_lossy(&second.stdout).contains("is already running"));
    assert_eq!(person.json(&["status", "--json"])["pid"], pid);
}

#[test]
fn the_program_can_be_started_right_after_quit() {
    let mut person = TestUser::new();
    for _ in 0..5 {
        person.start();
        person.out(&["quit"]);
        let old = person.running.take();
        person.start();
        // This client does not wait for the end of the program, but the next start does.
        let socket = person.home.path().join("run/unhunch/control.sock");
        let mut stream = UnixStream::connect(socket).unwrap();
        stream.write_all(b"{\"v\":1,\"do\":\"quit\"}\n").unwrap();
        let mut answer = String::new();
        BufReader::new(&stream).read_line(&mut answer).unwrap();
        let other = person.running.take();
        person.start();
        assert_eq!(person.phase(), "sitting");
        person.out(&["quit"]);
        for mut child in [old, other, person.running.take()].into_iter().flatten() {
            assert!(wait("the end", || child.try_wait().unwrap()).success());
        }
    }
}

#[test]
fn status_watch_ends_when_its_pipe_is_closed() {
    let mut person = TestUser::new();
    person.start();
    let mut watch = person.command();
    watch.args(["status", "--watch", "--json"]);
    let mut child = watch.stdout(Stdio::piped()).spawn().unwrap();
    let mut line = String::new();
    let mut reader = BufReader::new(child.stdout.take().unwrap());
    reader.read_line(&mut line).unwrap();
    assert!(line.contains("sitting"), "{line}");
    drop(reader);
    let code = wait("its end", || child.try_wait().unwrap()).code();
    assert_eq!(code, Some(0), "nothing changed, and it ended all the same");
}

#[test]
fn the_start_flag_starts_the_program_if_needed() {
    let mut person = TestUser::new();
    assert_eq!(person.code(&["pause", "--start", "soon"]), 2);
    assert_eq!(person.code(&["status"]), 3, "a slip starts nothing");
    person.start_by(&[
        "--headless",
        "stretch",
        "--start",
        "moment",
        "--for",
        "1 min",
    ]);
    wait("the stretch", || {
        (person.phase() == "stretching").then_some(())
    });
    // If the program runs, `--start` has no effect, and no second program starts.
    person.out(&["skip"]);
    person.out(&["pause", "--start", "1 h"]);
    person.out(&["quit"]);
    assert_eq!(person.wait_for_end(), 0);
    let began = fs::read_to_string(person.home.path().join("out")).unwrap();
    assert!(began.contains("Stretching now"), "{began}");
    person.start_by(&["--headless", "pause", "--start", "30", "min"]);
    wait("the pause", || (person.phase() == "paused").then_some(()));
    let refused = person.run(&["stretch", "--start", "nothing-of-the-kind"]);
    assert_eq!(refused.status.code(), Some(1));
}

#[test]
fn a_routine_plays_to_its_end_without_a_screen() {
    let mut person = TestUser::new();
    person.start();
    person.out(&["stretch", "moment"]);
    let done = wait("thirty seconds", || {
        let history = person.json(&["history", "--json"]);
        history
            .as_array()
            .unwrap()
            .iter()
            .find(|entry| entry["kind"] == "done")
            .cloned()
    });
    assert_eq!(done["routine"], "moment");
    assert_eq!(person.phase(), "sitting");
    let exercise = person.last("exercise").unwrap();
    assert_eq!(exercise["routine"], "moment");
    assert_eq!(exercise["exercise"], "thoracic-extension");
    assert_eq!(exercise["reps"], json!([4, 4]));
    assert_eq!(
        exercise["phases"],
        json!({ "ready": [1, 1], "move": [8, 8] })
    );
    assert!(
        person
            .out(&["history"])
            .contains("“Thoracic extension”: 4 of 4 reps, 30 s of 30 s")
    );
    let out = fs::read_to_string(person.home.path().join("out")).unwrap();
    assert!(
        out.lines()
            .all(|line| serde_json::from_str::<Value>(line).is_ok()),
        "{out}"
    );
    assert!(out.contains(r#""what":"open-guide""#), "{out}");
}

/// A window that is killed cannot report its end, so its last report is recorded.
#[test]
fn progress_of_a_killed_window_is_recorded() {
    let mut person = TestUser::new();
    person.start();
    let socket = person.home.path().join("run/unhunch/control.sock");
    let mut window = UnixStream::connect(socket).unwrap();
    window.write_all(b"{\"v\":1,\"do\":\"guide\"}\n").unwrap();
    person.out(&["stretch", "desk"]);
    let report = json!({
        "v": 1, "do": "report", "report": "progress", "routine": "desk", "seconds": 12, "total": 347,
        "exercises": [{ "exercise": "thoracic-extension", "seconds": 12, "total": 66, "sets": [0, 1], "reps": [1, 10],
            "phases": { "ready": [1, 1], "move": [2, 20] } }],
    });
    window.write_all(format!("{report}\n").as_bytes()).unwrap();
    assert!(person.last("partly").is_none(), "it goes on");
    drop(window);
    let partly = wait("what was done", || person.last("partly"));
    assert_eq!(
        (&partly["seconds"], &partly["total"]),
        (&json!(12), &json!(347))
    );
    let exercise = wait("the exercise", || person.last("exercise"));
    assert_eq!(exercise["phases"], report["exercises"][0]["phases"]);
    assert_eq!(
        person
            .json(&["history", "--json"])
            .as_array()
            .unwrap()
            .len(),
        2
    );
}

/// The program in a pseudoterminal of `script`.
struct Terminal {
    child: Child,
    out: std::path::PathBuf,
}

impl Terminal {
    fn start(person: &TestUser) -> Self {
        let out = person.home.path().join("typescript");
        let unhunch = person.command();
        let mut script = Command::new("script");
        script
            .args(["-q", "-e", "-f", "-c"])
            // Without `exec`, some shells keep running and handle Ctrl+C themselves.
            .arg(format!("exec '{}'", program("unhunch").display()))
            .arg(&out)
            .env("SHELL", "/bin/sh");
        for (name, value) in unhunch.get_envs() {
            match value {
                Some(value) => script.env(name, value),
                None => script.env_remove(name),
            };
        }
        let child = script
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        Self { child, out }
    }

    fn text(&self) -> String {
        String::from_utf8_lossy(&fs::read(&self.out).unwrap_or_default()).into_owned()
    }

    fn wait_for(&self, text: &str) {
        wait(text, || self.text().contains(text).then_some(()));
    }

    fn press(&mut self, key: &str) {
        let input = self.child.stdin.as_mut().unwrap();
        input.write_all(key.as_bytes()).unwrap();
        input.flush().unwrap();
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn a_terminal_is_enough() {
    let person = TestUser::with(
        "[rhythm]\nsit = \"2 s\"\ngrace = \"1 s\"\nsnooze = \"1 h\"\nroutine = \"moment\"\n",
    );
    let mut terminal = Terminal::start(&person);
    terminal.wait_for("s start");
    terminal.wait_for("\u{7}");
    terminal.press("z");
    terminal.wait_for("Snoozed: short walk");
    terminal.press("p");
    terminal.wait_for("Paused until");
    terminal.press("p");
    terminal.press("k");
    wait("the skip", || {
        person.out(&["history"]).contains("skipped").then_some(())
    });
    terminal.press("s");
    // The safety text comes before the first routine, and the terminal shows the counts.
    terminal.wait_for("WHEN TO SEE A DOCTOR");
    terminal.wait_for("Thoracic extension.");
    terminal.wait_for("5 4 3 2 1");
    terminal.wait_for("Rep 1 of 4.");
    // A routine that is ended before this point would not be recorded.
    terminal.wait_for("Rep 3 of 4.");
    terminal.press(" ");
    terminal.wait_for("Paused. Press Space to continue.");
    terminal.press(" ");
    terminal.press("n");
    terminal.press("e");
    terminal.wait_for("Session ended.");
    wait("what was done", || {
        person
            .out(&["history"])
            .contains("did part of")
            .then_some(())
    });
    terminal.press("u");
    wait("the rest", || {
        let history = person.json(&["history", "--json"]);
        let last = history
            .as_array()
            .and_then(|entries| entries.last().cloned());
        last.filter(|entry| entry["kind"] == "rested")
    });
    terminal.press("q");
    let code = wait("the end", || terminal.child.try_wait().unwrap());
    assert!(code.success(), "{}", terminal.text());
    assert!(!Path::new(&person.home.path().join("run/unhunch/control.sock")).exists());
}

#[test]
fn ctrl_c_in_a_terminal_shuts_the_program_down_cleanly() {
    let person = TestUser::new();
    let mut terminal = Terminal::start(&person);
    terminal.wait_for("s start");
    wait("the program", || {
        (person.code(&["status"]) == 0).then_some(())
    });
    terminal.press("\u{3}");
    let code = wait("the end", || terminal.child.try_wait().unwrap());
    assert!(code.success(), "{}", terminal.text());
    assert!(!person.home.path().join("run/unhunch/control.sock").exists());
}

/// Writes a programme like a therapist's: one exercise, and a routine with it three times a day.
fn programme(folder: &Path) {
    let exercise = include_str!("../config/exercises/scapula-squeeze.toml")
        .replace("\"scapula-squeeze\"", "\"my-squeeze\"")
        .replace("\"Scapula squeeze\"", "\"My squeeze\"");
    fs::create_dir_all(folder.join("exercises")).unwrap();
    fs::write(folder.join("exercises/my-squeeze.toml"), exercise).unwrap();
    let routines = "[[routine]]\nid = \"prescribed\"\nname = \"Prescribed\"\nabout = \"As my therapist says.\"\nexercises = [\"my-squeeze\"]\nsets = 1\nfit = \"15 s\"\nper_day = 3\n";
    fs::write(folder.join("routines.toml"), routines).unwrap();
}

#[test]
fn a_prescribed_programme_is_checked_added_and_counted() {
    let mut person = TestUser::new();
    let folder = person.home.path().join("from-my-therapist");
    programme(&folder);
    let place = folder.to_str().unwrap();
    assert_eq!(
        person.out(&["programme", "check", place]),
        "My squeeze (my-squeeze): 2 sets of 15 reps, hold 5 s each, about 5 min\n\
         Prescribed (prescribed): My squeeze; 15 s\n\
         1 exercise file and a routines file: no mistakes.\n"
    );
    assert!(!person.out(&["list"]).contains("prescribed"));
    person.start();
    let added = person.out(&["programme", "add", place]);
    assert_eq!(added.matches("added: ").count(), 2, "{added}");
    assert_eq!(
        person.out(&["programme", "add", place]),
        "You already have all of it.\n"
    );
    assert!(
        person
            .out(&["list"])
            .contains("Prescribed: As my therapist says. (yours)")
    );
    let dose = wait("the programme", || {
        person.json(&["status", "--json"])["programme"]
            .get(0)
            .cloned()
    });
    assert_eq!((&dose["done"], &dose["per_day"]), (&0.into(), &3.into()));
    assert!(
        person
            .out(&["show", "prescribed"])
            .contains("\n3 times a day\n")
    );
    assert_eq!(person.json(&["show", "prescribed", "--json"])["per_day"], 3);
    person.out(&["stretch", "prescribed"]);
    let dose = wait("the dose", || {
        let dose = person.json(&["status", "--json"])["programme"][0].clone();
        (dose["done"] == 1).then_some(dose)
    });
    assert_eq!(dose["id"], "prescribed");
    // The exercises of a routine have numbers of their own.
    let exercises = person.home.path().join(".config/unhunch/exercises");
    let exercise = "steps = [\"Bend.\"]\nper_day = 2\n";
    fs::write(exercises.join("daily.toml"), exercise).unwrap();
    let routine = "exercises = [\"daily\", \"cat-cow\"]\n";
    fs::write(exercises.join("both.toml"), routine).unwrap();
    let text = person.out(&["show", "both"]);
    assert!(text.contains("\n  2 times a day\n"), "{text}");
}

/// Reading many exercises needs memory, but only while they are read.
#[test]
fn a_thousand_exercises_leave_the_tray_small() {
    let anonymous = |exercises: u32| {
        let mut person = TestUser::new();
        let folder = person.home.path().join(".config/unhunch/exercises");
        fs::create_dir_all(&folder).unwrap();
        for number in 0..exercises {
            let text = format!(
                "name = \"Bend {number}\"\nsteps = [\"Sit tall.\", \"Let your right ear sink.\", \"Come back.\"]\nreps = 3\n"
            );
            fs::write(folder.join(format!("bend-{number}.toml")), text).unwrap();
        }
        person.start();
        let pid = person.running.as_ref().unwrap().id();
        let waiting = memory(pid, "Anonymous:");
        person.out(&["stretch", "bend-0"]);
        [waiting, memory(pid, "Anonymous:")]
    };
    // The names of 40 exercises stay, for the menu. Starting a routine reads all of them once more.
    let (small, large) = (anonymous(1), anonymous(1000));
    for (small, large, most) in [(small[0], large[0], 256), (small[1], large[1], 512)] {
        assert!(large < small + most, "{large} kB instead of {small} kB");
    }
}

/// The five lines of the README, from a file to the history.
#[test]
fn five_lines_are_an_exercise() {
    const LINES: &str = "name  = \"Neck side bend\"\nsteps = [\"Sit tall.\", \"Let your right ear sink toward your right shoulder.\", \"Come back slowly.\"]\nhold  = \"15 s\"\nreps  = 3\nsides = \"each\"\n";
    let mut person = TestUser::new();
    let folder = person.home.path().join(".config/unhunch/exercises");
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join("neck-side-bend.toml"), LINES).unwrap();
    assert_eq!(
        person.out(&["programme", "check"]),
        "Neck side bend (neck-side-bend): 3 reps per side, hold 15 s each, about 3 min\n  \
         chosen for you: sets = 1, ready = \"8 s\", switch = \"5 s\", place = \"desk\", position = \"sitting\"\n\
         1 exercise file: no mistakes.\n"
    );
    let text = person.out(&["show", "neck-side-bend"]);
    assert!(
        text.contains("1. Sit tall.") && !text.contains("Source"),
        "{text}"
    );
    person.start();
    person.out(&["stretch", "neck-side-bend"]);
    let playing = &person.json(&["status", "--json"])["routine"];
    assert!(playing.to_string().contains("neck-side-bend"), "{playing}");
    // The first repetition begins after 8 s.
    pass(15.0);
    person.out(&["quit"]);
    person.wait_for_end();
    let history = person.out(&["history"]);
    assert!(history.contains("“Neck side bend”"), "{history}");
}

/// A file travels from one user to another, with its picture, and into the trash folder.
#[test]
fn own_exercises_are_exported_added_and_removed() {
    let (giver, taker) = (TestUser::new(), TestUser::new());
    let folder = giver.home.path().join(".config/unhunch/exercises");
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join("nod.jpg"), "a picture").unwrap();
    let nod = "steps = \"Nod.\"\npicture = \"nod.jpg\"\n";
    fs::write(folder.join("nod.toml"), nod).unwrap();
    let file = giver.home.path().join("given.toml");
    let file = file.to_str().unwrap();
    let written = giver.out(&["programme", "export", "nod", "--out", file]);
    assert_eq!(written.matches("written: ").count(), 2, "{written}");
    let again = giver.complaint(&["programme", "export", "nod", "--out", file]);
    assert!(again.contains("it already exists"), "{again}");
    let added = taker.out(&["programme", "add", file]);
    assert_eq!(added.matches("added: ").count(), 2, "{added}");
    let listed = taker.out(&["programme", "list"]);
    assert!(listed.starts_with("nod  Nod ("), "{listed}");
    let removed = taker.out(&["programme", "remove", "nod"]);
    assert!(removed.contains("exercises-removed"), "{removed}");
    assert!(
        taker
            .out(&["programme", "list"])
            .starts_with("You have no exercises of your own yet")
    );
    let unknown = taker.complaint(&["programme", "remove", "cat-cow"]);
    assert!(unknown.contains("`cat-cow` is built in"), "{unknown}");
}

#[test]
fn adding_a_programme_never_damages_the_users_files() {
    let person = TestUser::new();
    let folder = person.home.path().join("given");
    programme(&folder);
    let given_place = folder.to_str().unwrap().to_owned();
    person.out(&["programme", "add", &given_place]);
    let own_folder = person.home.path().join(".config/unhunch");
    let before = || {
        let exercises = fs::read_dir(own_folder.join("exercises")).unwrap().count();
        (
            exercises,
            fs::read(own_folder.join("routines.toml")).unwrap(),
            person.out(&["list"]),
        )
    };
    let untouched = before();
    let refused = |place: &Path, why: &str| {
        let place = place.to_str().unwrap();
        assert_eq!(person.code(&["programme", "check", place]), 1, "{why}");
        let complaint = person.complaint(&["programme", "add", place]);
        assert!(complaint.contains(why), "{complaint}");
        assert!(complaint.contains("Nothing was added."), "{complaint}");
        assert_eq!(before(), untouched, "{why}");
    };
    // The same id in a file with another name is refused.
    let exercise = fs::read_to_string(folder.join("exercises/my-squeeze.toml")).unwrap();
    let other = person.home.path().join("other.toml");
    fs::write(&other, &exercise).unwrap();
    refused(
        &other,
        "`id` is \"my-squeeze\", which another file already uses",
    );
    // A different routine with the same id is refused.
    let routines = fs::read_to_string(folder.join("routines.toml")).unwrap();
    let changed = person.home.path().join("changed.toml");
    fs::write(&changed, routines.replace("15 s", "20 s")).unwrap();
    refused(
        &changed,
        "`id` is \"prescribed\", which another routine or exercise already uses",
    );
    // Another exercise in a file with the same name is refused: the user's routine would lose its exercise.
    let folder = person.home.path().join("renamed");
    fs::create_dir_all(&folder).unwrap();
    let renamed = folder.join("my-squeeze.toml");
    fs::write(&renamed, exercise.replace("\"my-squeeze\"", "\"my-other\"")).unwrap();
    refused(&renamed, "there is no routine or exercise `my-squeeze`");
    // A routine that uses the user's own exercise is valid.
    let more = person.home.path().join("more.toml");
    fs::write(&more, "[[routine]]\nid = \"twice\"\nname = \"Twice\"\nabout = \"x\"\nexercises = [\"my-squeeze\", \"my-squeeze\"]\n").unwrap();
    assert_eq!(
        person.code(&["programme", "check", more.to_str().unwrap()]),
        0
    );
    // A routines file that is not UTF-8 is left unchanged.
    let file = own_folder.join("routines.toml");
    fs::write(&file, b"\xff\xfe[[routine]]").unwrap();
    assert_eq!(
        person.code(&["programme", "add", more.to_str().unwrap()]),
        1
    );
    assert_eq!(fs::read(&file).unwrap(), b"\xff\xfe[[routine]]");
    // A routines file with a syntax error is left unchanged, too.
    fs::write(&file, "[[routine]\n").unwrap();
    assert_eq!(
        person.code(&["programme", "add", more.to_str().unwrap()]),
        1
    );
    assert_eq!(fs::read(&file).unwrap(), b"[[routine]\n");
}

#[test]
fn a_mistake_in_a_user_exercise_only_affects_that_file() {
    let person = TestUser::new();
    let folder = person.home.path().join(".config/unhunch");
    programme(&folder);
    fs::write(
        folder.join("exercises/broken.toml"),
        "id = \"broken\"\nname = 7\nsteps = \"Nod.\"\n",
    )
    .unwrap();
    let listed = person.run(&["list"]);
    assert!(listed.status.success());
    let text = String::from_utf8(listed.stdout).unwrap();
    assert!(
        text.contains("My squeeze") && text.contains("Thoracic extension"),
        "{text}"
    );
    let error = String::from_utf8(listed.stderr).unwrap();
    assert!(
        error.contains("broken.toml, line 2: ") && error.contains("this file is ignored"),
        "{error}"
    );
    let checked = person.run(&[
        "programme",
        "check",
        folder.join("exercises/broken.toml").to_str().unwrap(),
    ]);
    assert_eq!(checked.status.code(), Some(1));
    let error = String::from_utf8(checked.stderr).unwrap();
    assert!(error.contains("2 | name = 7"), "{error}");
    assert_eq!(person.code(&["config", "check"]), 1);
    assert!(
        person
            .complaint(&["config", "check"])
            .contains("2 | name = 7")
    );
    let mut person = person;
    person.start();
    let problems = person.json(&["status", "--json"])["problems"].clone();
    assert_eq!(problems.as_array().map(Vec::len), Some(1), "{problems}");
}

#[test]
fn a_user_exercise_replaces_a_shipped_one() {
    let person = TestUser::new();
    let folder = person.home.path().join(".config/unhunch/exercises");
    fs::create_dir_all(&folder).unwrap();
    let exercise =
        include_str!("../config/exercises/scapula-squeeze.toml").replace("reps  = 15", "reps  = 8");
    fs::write(folder.join("gentle.toml"), exercise).unwrap();
    let plan = person.json(&["show", "scapula-squeeze", "--json"]);
    assert_eq!(plan["phases"][1]["reps"], 8);
    assert!(
        person
            .out(&["list"])
            .contains("(yours, in place of the built-in one)")
    );
    // A file that is replaced is kept as a backup.
    let file = person.home.path().join("gentle.toml");
    let other =
        include_str!("../config/exercises/scapula-squeeze.toml").replace("reps  = 15", "reps  = 9");
    fs::write(&file, other).unwrap();
    let added = person.out(&["programme", "add", file.to_str().unwrap()]);
    assert!(added.contains("gentle.toml.before-1"), "{added}");
    assert_eq!(
        person.json(&["show", "scapula-squeeze", "--json"])["phases"][1]["reps"],
        9
    );
}

/// A name with everything that means something in markup, and what moves the cursor.
const NASTY: &str = "& < > \" ' </b>\u{1b}[2J\u{202e}";
/// The same name as printed on a terminal.
const SHOWN: &str = "& < > \" ' </b>\u{fffd}[2J\u{fffd}";

/// Adds an exercise with that name, and files with such names that can't be read.
fn nasty_exercise(person: &TestUser) {
    let folder = person.home.path().join(".config/unhunch/exercises");
    fs::create_dir_all(&folder).unwrap();
    let toml = r#""& < > \" ' </b>\u001b[2J\u202e""#;
    let exercise = include_str!("../config/exercises/scapula-squeeze.toml")
        .replace("\"scapula-squeeze\"", "\"nasty\"")
        .replace("\"Scapula squeeze\"", toml)
        .replace(
            "cue = \"Sit tall, arms by your sides\"",
            &format!("cue = {toml}"),
        );
    assert_eq!(exercise.matches(toml).count(), 2, "{exercise}");
    fs::write(folder.join("& < > \" ' <b>.toml"), exercise).unwrap();
    fs::write(folder.join("& < > \" ' <b>\u{1b}[2J.toml"), "id = 4").unwrap();
}

#[test]
fn names_are_plain_text_in_every_output_of_the_commands() {
    let mut person = TestUser::new();
    nasty_exercise(&person);
    person.start();
    for arguments in [&["list"][..], &["show", "nasty"]] {
        let out = person.out(arguments);
        assert!(out.contains(SHOWN), "{arguments:?}: {out}");
    }
    let plan = person.json(&["show", "nasty", "--json"]);
    assert_eq!(plan["name"], NASTY, "JSON is for programs");
    let file = "& < > \" ' <b>\u{fffd}[2J.toml";
    person.out(&["stretch", "nasty"]);
    for arguments in [&["status"][..], &["config", "check"], &["diagnose"]] {
        let output = person.run(arguments);
        let out = [output.stdout, output.stderr].concat();
        let out = String::from_utf8(out).unwrap();
        assert!(
            !out.contains('\u{1b}') && !out.contains('\u{202e}'),
            "{out}"
        );
        let has_file = arguments[0] != "diagnose";
        assert_eq!(out.contains(file), has_file, "{arguments:?}: {out}");
    }
    let problems = &person.json(&["status", "--json"])["problems"];
    assert!(problems.to_string().contains("<b>"), "{problems}");
}

#[test]
fn names_are_plain_text_in_the_terminal() {
    let person = TestUser::with("[rhythm]\nroutine = \"nasty\"\n");
    nasty_exercise(&person);
    let mut terminal = Terminal::start(&person);
    terminal.wait_for("s start");
    terminal.press("s");
    terminal.wait_for(&format!(
        "{SHOWN}. 2 sets of 15 reps, hold 5 s each. {SHOWN}."
    ));
    assert!(!terminal.text().contains("\u{1b}[2J"));
}

#[test]
fn names_are_plain_text_on_the_printed_card() {
    // Only the release build includes the window, which draws the card.
    if !is_release() {
        return;
    }
    let person = TestUser::new();
    nasty_exercise(&person);
    let file = person.home.path().join("& < > \" ' <b>.html");
    person.out(&["card", "nasty", "--out", file.to_str().unwrap()]);
    let page = fs::read_to_string(file).unwrap();
    let name = "&amp; &lt; &gt; &quot; ' &lt;/b&gt;\u{fffd}[2J\u{fffd}";
    assert!(page.contains(&format!("<h1>{name}</h1>")), "{page}");
    assert!(page.matches(name).count() >= 3, "title, name and cue");
    assert!(!page.contains("</b>") && !page.contains(['\u{1b}', '\u{202e}']));
}

/// Adds to the history what was done: a routine with that name, and one with an id that no program would write.
fn nasty_history(person: &TestUser) {
    let entry = |n: u32, kind: &str, routine: &str| {
        json!({
            "v": 1, "id": format!("0195564b-1a2b-7c3d-8e4f-a0b1c2d3e4f{n}"), "t": "2024-02-03T12:00:00Z", "tz": "UTC",
            "kind": kind, "routine": routine, "exercise": routine, "seconds": 300, "total": 300, "sets": [1, 1], "reps": [9, 9]
        })
    };
    let entries = [
        entry(6, "done", "nasty"),
        entry(7, "done", NASTY),
        entry(8, "exercise", NASTY),
    ];
    let folder = ".local/share/unhunch/history/0195564b-1a2b-7c3d-8e4f-a0b1c2d3e4f5/2024-02.jsonl";
    let mut file = fs::File::options()
        .append(true)
        .open(person.home.path().join(folder))
        .unwrap();
    for entry in entries {
        writeln!(file, "{entry}").unwrap();
    }
}

#[test]
fn names_are_plain_text_in_the_history() {
    let person = with_history();
    nasty_exercise(&person);
    nasty_history(&person);
    let since = ["--since", "2024-01-01"];
    let text = person.out(&[&["history"][..], &since].concat());
    assert!(text.contains(&format!("did “{SHOWN}”, 5 min")), "{text}");
    let table = person.out(&[&["history", "--csv"][..], &since].concat());
    let cell = format!("\"{}\"", SHOWN.replace('"', "\"\""));
    assert!(table.contains(&cell), "{table}");
    for out in [text, table, person.out(&["stats", "--month", "2024-02-03"])] {
        assert!(!out.contains(['\u{1b}', '\u{202e}']), "{out}");
    }
    let entries = person.json(&[&["history", "--json"][..], &since].concat());
    assert_eq!(entries[4]["routine"], NASTY, "JSON is for programs");
}

#[test]
fn names_are_plain_text_in_the_report() {
    // Only the release build includes the window, which draws the charts.
    if !is_release() {
        return;
    }
    let person = with_history();
    nasty_exercise(&person);
    nasty_history(&person);
    let file = person.home.path().join("& < > \" ' <b>.html");
    let out = file.to_str().unwrap();
    person.out(&["history", "export", "--since", "2024-01-01", "--html", out]);
    let page = fs::read_to_string(&file).unwrap();
    assert!(
        page.contains("&amp; &lt; &gt; &quot; ' &lt;/b&gt;\u{fffd}[2J\u{fffd}"),
        "{page}"
    );
    assert!(!page.contains("</b>") && !page.contains(['\u{1b}', '\u{202e}']));
    // A file that can't be written is named in the message.
    let folder = person.home.path().join("& < > \" ' <b>\u{1b}[2J");
    fs::create_dir(&folder).unwrap();
    let complaint = person.complaint(&["history", "export", "--html", folder.to_str().unwrap()]);
    assert!(
        complaint.contains("& < > \" ' <b>\u{fffd}[2J"),
        "{complaint}"
    );
    assert!(!complaint.contains('\u{1b}'), "{complaint}");
}

#[test]
fn output_follows_the_language_of_desktop_and_settings() {
    let person = TestUser::new();
    let list = |language: &str| {
        let output = person
            .command()
            .env("LC_ALL", language)
            .arg("list")
            .output()
            .unwrap();
        String::from_utf8(output.stdout).unwrap()
    };
    let english = list("C.UTF-8");
    assert!(english.contains("Routines"));
    for language in unhunch::lang::LANGUAGES.iter().skip(1) {
        let text = list(&format!("{}.UTF-8", language.tag.replace('-', "_")));
        assert_ne!(text, english, "{}", language.tag);
        assert!(
            text.contains(language.translate("Thoracic extension")),
            "{}: {text}",
            language.tag
        );
    }
    let settings = person.home.path().join(".config/unhunch/settings.toml");
    fs::create_dir_all(settings.parent().unwrap()).unwrap();
    fs::write(settings, "[general]\nlanguage = \"de\"\n").unwrap();
    assert_eq!(list("C.UTF-8"), list("de_DE.UTF-8"));
}

/// The commands of the README: code that begins with `unhunch`, and the further commands of a row in the table of commands.
fn readme_commands() -> Vec<String> {
    let readme = Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md");
    let readme = fs::read_to_string(readme).unwrap();
    let mut commands = Vec::new();
    for line in readme.lines() {
        if line.starts_with("    ") {
            // The examples for bars: `exec = unhunch …`, and "exec": "unhunch …" in JSON.
            let quoted = line.split('"').filter(|part| part.starts_with("unhunch "));
            let assigned = line
                .split_once(" = unhunch ")
                .map(|(_, command)| format!("unhunch {command}"));
            commands.extend(quoted.map(str::to_owned).chain(assigned));
            continue;
        }
        let spans: Vec<_> = line.split('`').skip(1).step_by(2).collect();
        let is_row = line.starts_with("| `unhunch");
        for span in spans {
            if span == "unhunch" || span.starts_with("unhunch ") {
                commands.push(span.to_owned());
            } else if is_row {
                commands.push(format!("unhunch {span}"));
            }
        }
    }
    commands
}

/// Each command of the README succeeds. A group of commands, and one that needs an argument that the README leaves out, has help.
#[test]
fn every_command_of_the_readme_works() {
    let mut person = TestUser::new();
    person.start();
    let home = person.home.path().to_path_buf();
    let exercise = include_str!("../config/exercises/scapula-squeeze.toml")
        .replace("scapula-squeeze", "my-squeeze");
    fs::write(home.join("exercise.toml"), exercise).unwrap();
    // Without a terminal, files are opened by the desktop.
    let path = path_with_opener(&home);
    let run = |line: &str| {
        let program = program("unhunch").display().to_string();
        let words = line.strip_prefix("unhunch").unwrap();
        // A watcher runs until it is stopped.
        let (start, end) = if words.contains("--watch") {
            ("timeout 5 ", " | head -n 1")
        } else {
            ("", "")
        };
        let output = person
            .prepared(Command::new("sh"))
            .env("PATH", &path)
            .current_dir(&home)
            .args(["-c", &format!("{start}'{program}' {words}{end}")])
            .output();
        output.unwrap().status.code().unwrap()
    };
    let commands = readme_commands();
    assert!(commands.len() > 40, "{commands:?}");
    let mut done = BTreeSet::new();
    for command in commands {
        let filled = command
            .replace("show ID", "show desk")
            .replace("ID", "desk")
            .replace("KEY", "rhythm.sit")
            .replace("COMMAND", "status")
            .replace("DATE", "2026-01-01 --yes")
            .replace("export --html FILE", "export --html page.html")
            .replace("FILE", "exercise.toml");
        let (with, without) = (filled.replace(['[', ']'], ""), required(&filled));
        for line in [with, without] {
            // Quitting, starting in a terminal, and starting a second time have tests of their own.
            let ends =
                ["unhunch", "unhunch quit", "unhunch run --log info"].contains(&line.as_str());
            let needs_window =
                line.contains("export --html") && !program("unhunch-window").exists();
            // A command doesn't make a file again that it has made.
            if ends || needs_window || !done.insert(line.clone()) {
                continue;
            }
            let code = match run(&line) {
                2 => run(&format!("{line} --help")),
                code => code,
            };
            // Without a screen, the diagnosis has something to improve, and there is no window.
            let needs_screen = ["unhunch diagnose", "unhunch programme open exercise.toml"];
            let expected = i32::from(needs_screen.contains(&line.as_str()));
            assert_eq!(code, expected, "{line}");
        }
    }
}

/// The command without its parts in brackets.
fn required(command: &str) -> String {
    let mut depth = 0;
    let is_required = |letter: &char| {
        depth += i32::from(*letter == '[') - i32::from(*letter == ']');
        depth == 0 && *letter != ']'
    };
    let required: String = command.chars().filter(is_required).collect();
    required.trim_end().to_owned()
}
