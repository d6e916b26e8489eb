//! The display of the program: the newest that answers counts, and the program doesn't outlive its display.
#![cfg(target_os = "linux")]

mod common;

use std::fs::{self, Permissions};
use std::io::Read as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::{Command, ExitStatus, Stdio};
use std::time::Duration;

use common::harness::wait_for;
use common::{Running, bus, in_home, program, screen};
use serde_json::Value;
use tempfile::TempDir;

/// A user with a copy of the program. Instead of the window, a script notes the environment that it gets.
struct User {
    home: TempDir,
    bus: String,
}

const WINDOW: &str = "#!/bin/sh\nenv >> \"$HOME/window\"\nexec sleep 2\n";

impl User {
    fn new(bus: &str) -> Self {
        let home = tempfile::tempdir().unwrap();
        fs::copy(program("unhunch"), home.path().join("unhunch")).unwrap();
        let window = home.path().join("unhunch-window");
        fs::write(&window, WINDOW).unwrap();
        fs::set_permissions(window, Permissions::from_mode(0o755)).unwrap();
        // Nothing of the first start is wanted here.
        let state = home.path().join(".local/state/unhunch");
        fs::create_dir_all(&state).unwrap();
        for file in ["welcomed", "in-applications", "no-tray-told"] {
            fs::write(state.join(file), "").unwrap();
        }
        Self {
            home,
            bus: bus.to_owned(),
        }
    }

    fn command(&self, display: Option<&str>, arguments: &[&str]) -> Command {
        let mut command = in_home(self.home.path().join("unhunch"), self.home.path());
        command
            .args(arguments)
            .env("DBUS_SESSION_BUS_ADDRESS", &self.bus)
            .env("DBUS_SYSTEM_BUS_ADDRESS", "unix:path=/nowhere")
            .env_remove("DISPLAY")
            .env_remove("WAYLAND_DISPLAY")
            .stdin(Stdio::null());
        command.envs(display.map(|display| ("DISPLAY", display)));
        command
    }

    fn start(&self, display: Option<&str>, arguments: &[&str]) -> Running {
        let program = Running::silently(&mut self.command(display, arguments));
        wait("an answer", || self.status().is_some().then_some(()));
        program
    }

    fn status(&self) -> Option<Value> {
        let output = self.command(None, &["status", "--json"]).output().unwrap();
        serde_json::from_slice(&output.stdout).ok()
    }

    fn wait_for_x11(&self) {
        wait("the X server as idle source", || {
            (self.status()?["sources"]["idle"] == "x11").then_some(())
        });
    }

    /// The environments of the windows that were started.
    fn windows(&self) -> String {
        fs::read_to_string(self.home.path().join("window")).unwrap_or_default()
    }
}

fn wait_for_end(program: &mut Running) -> ExitStatus {
    wait("its end", || program.end())
}

/// Polls until there is a value, for longer than the program waits for a display that has gone.
fn wait<T>(what: &str, poll: impl FnMut() -> Option<T>) -> T {
    wait_for(Duration::from_secs(100), what, poll)
}

#[test]
fn a_start_without_display_and_terminal_fails_and_names_the_flag() {
    let user = User::new("unix:path=/nowhere");
    for arguments in [&[][..], &["run"], &["stretch", "--start"]] {
        let output = user.command(None, arguments).output().unwrap();
        assert_eq!(output.status.code(), Some(1), "{output:?}");
        let error = String::from_utf8(output.stderr).unwrap();
        assert!(error.contains("`unhunch --headless`"), "{error}");
    }
    assert!(!Path::new(&user.home.path().join(".config")).exists());
}

#[test]
fn a_start_with_a_display_takes_over_from_an_instance_without_one() {
    let Some((_bus, address)) = bus() else { return };
    let Some((_screen, display)) = screen() else {
        return;
    };
    let user = User::new(&address);
    let mut first = user.start(None, &["--headless"]);
    let paused = user.command(None, &["pause", "1 h"]).output().unwrap();
    assert!(paused.status.success());
    let _second = user.start(Some(&display), &[]);
    assert!(wait_for_end(&mut first).success());
    user.wait_for_x11();
    assert_eq!(user.status().unwrap()["phase"], "paused", "the day goes on");
}

#[test]
fn a_start_with_a_bus_takes_over_from_an_instance_without_one() {
    let Some((_bus, address)) = bus() else { return };
    let Some((_screen, display)) = screen() else {
        return;
    };
    let lonely = User::new("unix:path=/nowhere");
    let mut first = lonely.start(Some(&display), &[]);
    let tray = |user: &User| user.status().unwrap()["sources"]["tray"].to_string();
    assert!(tray(&lonely).contains("no session bus"));
    // A start that has no bus either shows the window of the first.
    let output = lonely.command(Some(&display), &[]).output().unwrap();
    assert!(String::from_utf8_lossy(&output.stdout).contains("already running"));
    let user = User {
        bus: address,
        ..lonely
    };
    let _second = user.start(Some(&display), &[]);
    assert!(wait_for_end(&mut first).success());
    wait("the bus in the status", || {
        (!user.status()?["sources"]["tray"]
            .to_string()
            .contains("no session bus"))
        .then_some(())
    });
}

#[test]
fn a_start_on_another_display_takes_over() {
    let Some((_bus, address)) = bus() else { return };
    let Some((mut old, old_display)) = screen() else {
        return;
    };
    let Some((_new, new_display)) = screen() else {
        return;
    };
    let user = User::new(&address);
    let mut first = user.start(Some(&old_display), &[]);
    user.wait_for_x11();
    let mut second = user.start(Some(&new_display), &[]);
    assert!(wait_for_end(&mut first).success());
    user.wait_for_x11();
    // The next login is on another display again, and the last one is gone.
    let _third = user.start(Some(&old_display), &[]);
    assert!(wait_for_end(&mut second).success());
    old.kill();
    wait("the loss of the display", || {
        let idle = user.status()?["sources"]["idle"].as_str()?.to_owned();
        idle.starts_with("none").then_some(())
    });
    let _fourth = user.start(Some(&new_display), &[]);
    user.wait_for_x11();
}

#[test]
fn the_program_quits_when_its_display_does_not_come_back() {
    let Some((_bus, address)) = bus() else { return };
    let Some((mut screen, display)) = screen() else {
        return;
    };
    let user = User::new(&address);
    let mut command = user.command(Some(&display), &[]);
    command.stdout(Stdio::null()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut stderr = child.stderr.take().unwrap();
    let mut program = Running::new(child);
    user.wait_for_x11();
    screen.kill();
    assert!(wait_for_end(&mut program).success());
    let mut error = String::new();
    stderr.read_to_string(&mut error).unwrap();
    assert!(error.contains("The display server is gone"), "{error}");
}

#[test]
fn the_window_gets_only_the_display_that_answers() {
    let Some((_bus, address)) = bus() else { return };
    let Some((_screen, display)) = screen() else {
        return;
    };
    let user = User::new(&address);
    let mut command = user.command(Some(&display), &[]);
    command.env("WAYLAND_DISPLAY", "wayland-0");
    let _program = Running::silently(&mut command);
    user.wait_for_x11();
    // A second start on the same display shows the window, but not if the desktop started it at login.
    let second = |arguments: &[&str]| {
        let output = user.command(Some(&display), arguments).output().unwrap();
        assert!(output.status.success(), "{output:?}");
        let out = String::from_utf8(output.stdout).unwrap();
        assert!(out.contains("already running"), "{out}");
    };
    second(&["--at-login"]);
    assert_eq!(user.windows(), "");
    second(&[]);
    let windows = wait("the window", || {
        Some(user.windows()).filter(|text| text.contains("DISPLAY="))
    });
    assert!(
        windows.contains(&format!("\nDISPLAY={display}\n")),
        "{windows}"
    );
    assert!(!windows.contains("WAYLAND_DISPLAY="), "{windows}");
}
