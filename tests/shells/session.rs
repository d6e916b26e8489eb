//! The base of every desktop: a private root, two buses, and a login manager.

use std::process::Command;
use std::time::Duration;

use serde_json::Value;

use crate::root::{InsideProcess, Root, skip};
use crate::wait;

/// Settings with short times, so that a reminder comes soon.
const SOON: &str = "[rhythm]\nsit = \"5 s\"\ngrace = \"1 s\"\nask_for = \"1 min\"\nsettle = \"1 s\"\n\
    at_most_per_hour = 60\n\n[presence]\naway = \"40 s\"\nstill = \"1 s\"\n";

pub(crate) struct Session {
    // Fields are dropped in this order.
    unhunch: Option<InsideProcess>,
    others: Vec<InsideProcess>,
    pub(crate) bus: zbus::Connection,
    pub(crate) variables: Vec<(String, String)>,
    pub(crate) root: Root,
}

impl Session {
    /// Starts the base of a desktop; `None` if that is not possible here.
    pub(crate) fn up(name: &str, packages: &[&str]) -> Option<Self> {
        let root = Root::open(name, packages).map_err(|why| skip(&why)).ok()?;
        let at = |name: &str| root.path(name).display().to_string();
        let bus = format!("unix:path={}", at("run/bus"));
        let variables = [
            ("HOME", at("home")),
            ("XDG_RUNTIME_DIR", at("run")),
            ("DBUS_SESSION_BUS_ADDRESS", bus.clone()),
            (
                "DBUS_SYSTEM_BUS_ADDRESS",
                format!("unix:path={}", at("run/system")),
            ),
            ("XDG_SESSION_TYPE", "wayland".to_owned()),
            ("XDG_CURRENT_DESKTOP", name.to_uppercase()),
            ("XDG_SESSION_ID", "c1".to_owned()),
            ("XDG_SEAT", "seat0".to_owned()),
            ("LANG", "C.UTF-8".to_owned()),
            ("TZ", "UTC".to_owned()),
            ("LIBGL_ALWAYS_SOFTWARE", "1".to_owned()),
            // Sound has its own tests.
            ("PULSE_SERVER", "unix:/nowhere".to_owned()),
            ("PATH", format!("{}:/usr/bin:/bin", at("bin"))),
        ];
        let variables = variables
            .map(|(name, value)| (name.to_owned(), value))
            .to_vec();
        let system = include_str!("system-bus.conf").replace("@SOCKET@", &at("run/system"));
        root.write("system-bus.conf", &system);
        root.write("session-bus.conf", include_str!("session-bus.conf"));
        root.write("login.py", include_str!("login.py"));
        root.write("home/.config/unhunch/settings.toml", SOON);
        // Marks the introduction and the safety page as read.
        root.write("home/.local/state/unhunch/welcomed", "");
        root.write("home/.local/state/unhunch/safety-read", "2026-03-02\n");

        let start = |program: &str, arguments: &[&str]| {
            let mut command = root.command(&variables, program);
            command.args(arguments);
            root.start(program.rsplit('/').next().unwrap_or(program), command)
        };
        let mut others = vec![
            start(
                "dbus-daemon",
                &[
                    "--nofork",
                    &format!("--config-file={}", at("system-bus.conf")),
                ],
            ),
            start(
                "dbus-daemon",
                &[
                    "--nofork",
                    &format!("--config-file={}", at("session-bus.conf")),
                    &format!("--address={bus}"),
                ],
            ),
        ];
        wait("two buses", || {
            (root.path("run/bus").exists() && root.path("run/system").exists()).then_some(())
        });
        others.push(start(
            "/usr/bin/python3",
            &["-m", "dbusmock", "--system", "--template", "logind"],
        ));
        let is_there = "until gdbus call --system -d org.freedesktop.login1 -o /org/freedesktop/login1 \
                        -m org.freedesktop.DBus.Peer.Ping; do sleep 0.1; done";
        let waited = root
            .command(&variables, "sh")
            .args(["-c", is_there])
            .output();
        assert!(waited.expect("nsenter is there").status.success());
        others.push(start("/usr/bin/python3", &[&at("login.py")]));
        let connection = async_io::block_on(async {
            let builder = zbus::connection::Builder::address(bus.as_str()).expect("an address");
            // A shell that is killed or still starting may leave a call unanswered; then the call is retried.
            let builder = builder.method_timeout(Duration::from_secs(12));
            builder.build().await.expect("root may connect")
        });
        Some(Self {
            unhunch: None,
            others,
            bus: connection,
            variables,
            root,
        })
    }

    pub(crate) fn set(&mut self, name: &str, value: &str) {
        self.variables.push((name.to_owned(), value.to_owned()));
    }

    /// Starts a program that runs until the session ends.
    pub(crate) fn keep(&mut self, program: &str, arguments: &[&str]) {
        let program = self.start(program, arguments);
        self.others.push(program);
    }

    /// A command inside the desktop.
    pub(crate) fn command(&self, program: &str, arguments: &[&str]) -> Command {
        let mut command = self.root.command(&self.variables, program);
        command.args(arguments);
        command
    }

    pub(crate) fn start(&self, program: &str, arguments: &[&str]) -> InsideProcess {
        let log = program.rsplit('/').next().unwrap_or(program);
        self.root.start(log, self.command(program, arguments))
    }

    /// Runs a command that must succeed, and returns its output.
    pub(crate) fn run(&self, program: &str, arguments: &[&str]) -> String {
        let output = self
            .command(program, arguments)
            .output()
            .expect("nsenter is there");
        let complaint = String::from_utf8_lossy(&output.stderr);
        assert!(
            output.status.success(),
            "{program} {arguments:?}: {complaint}"
        );
        String::from_utf8(output.stdout).expect("text")
    }

    /// Installs Unhunch's desktop entry, as its first start does.
    pub(crate) fn join_applications(&self) {
        self.run("unhunch", &["autostart", "on"]);
    }

    /// Starts Unhunch, and waits until its icon is shown.
    pub(crate) fn start_unhunch(&mut self) {
        self.unhunch = Some(self.start("unhunch", &[]));
        wait("the icon", || {
            (self.status()["sources"]["tray"] == "shown").then_some(())
        });
    }

    pub(crate) fn status(&self) -> Value {
        let output = self.command("unhunch", &["status", "--json"]).output();
        serde_json::from_slice(&output.expect("nsenter is there").stdout).unwrap_or_default()
    }

    pub(crate) fn wait_for_phase(&self, phase: &str) {
        wait(&format!("the phase {phase}"), || {
            (self.status()["phase"] == phase).then_some(())
        });
    }

    /// Returns `true` if Unhunch has ended or was never started.
    pub(crate) fn unhunch_has_ended(&mut self) -> bool {
        self.unhunch.as_mut().is_none_or(InsideProcess::has_ended)
    }
}
