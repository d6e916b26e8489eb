//! A disposable desktop: Xvfb, a session bus, a window manager, a panel with a tray, and a notification server.

use std::fs;
use std::os::unix::fs::{DirBuilderExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;
use tempfile::TempDir;
use zbus::zvariant::{OwnedObjectPath, OwnedValue};

use super::{Running, program};

/// The default timeout of [`wait`], generous enough for a busy machine.
const PATIENCE: Duration = Duration::from_secs(30);

/// Calls `poll` until it returns a value; panics after 30 seconds.
pub(crate) fn wait<T>(what: &str, poll: impl FnMut() -> Option<T>) -> T {
    wait_for(PATIENCE, what, poll)
}

/// Like [`wait`], with a timeout of `patience`.
#[expect(
    clippy::disallowed_methods,
    reason = "a test waits for programs that don’t report it"
)]
pub(crate) fn wait_for<T>(
    patience: Duration,
    what: &str,
    mut poll: impl FnMut() -> Option<T>,
) -> T {
    let begin = Instant::now();
    loop {
        if let Some(value) = poll() {
            return value;
        }
        assert!(begin.elapsed() < patience, "not in time: {what}");
        thread::sleep(Duration::from_millis(50));
    }
}

/// Sleeps while nothing must happen, or while a simulated user does something.
#[expect(
    clippy::disallowed_methods,
    reason = "time passes for the program, too"
)]
pub(crate) fn pass(seconds: f64) {
    thread::sleep(Duration::from_secs_f64(seconds));
}

/// Allows one desktop at a time, because the tests on it measure time.
static ALONE: Mutex<()> = Mutex::new(());

pub(crate) struct Desktop {
    // Fields are dropped in this order: the programs must end before the X server.
    tray: Option<Running>,
    pub(crate) notifications: Option<Running>,
    pub(crate) panel: Option<Running>,
    _others: Vec<Running>,
    env: Vec<(&'static str, String)>,
    folder: TempDir,
    pub(crate) bus: zbus::Connection,
    _alone: Option<MutexGuard<'static, ()>>,
}

impl Desktop {
    /// Starts all parts of the desktop.
    pub(crate) fn up() -> Self {
        // A poisoned lock is fine: a failed test leaves nothing behind that could affect the next one.
        let alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
        let mut desktop = Self::without_panel("1280x800");
        desktop._alone = Some(alone);
        desktop.start_notifications();
        desktop.start_panel();
        desktop
    }

    /// Starts a screen of this size with a session bus and a window manager only.
    pub(crate) fn without_panel(size: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name).display().to_string();
        for name in [
            "home/.config/xfce4/xfconf/xfce-perchannel-xml",
            "home/.config/dunst",
            "home/.cache",
            "home/.local/share",
            "run",
        ] {
            fs::DirBuilder::new()
                .recursive(true)
                .mode(0o700)
                .create(folder.path().join(name))
                .unwrap();
        }
        fs::write(
            folder.path().join("session.conf"),
            include_str!("session.conf").replace("@SOCKET@", &at("run/bus")),
        )
        .unwrap();
        let panel = "home/.config/xfce4/xfconf/xfce-perchannel-xml/xfce4-panel.xml";
        fs::write(folder.path().join(panel), include_str!("xfce4-panel.xml")).unwrap();
        fs::write(
            folder.path().join("home/.config/dunst/dunstrc"),
            include_str!("dunstrc"),
        )
        .unwrap();
        // Marks the introduction as shown; tests of the introduction remove this file.
        let state = folder.path().join("home/.local/state/unhunch");
        fs::create_dir_all(&state).unwrap();
        fs::write(state.join("welcomed"), "").unwrap();
        let bus_address = format!("unix:path={}", at("run/bus"));
        let mut env = vec![
            ("HOME", at("home")),
            ("XDG_CONFIG_HOME", at("home/.config")),
            ("XDG_CACHE_HOME", at("home/.cache")),
            ("XDG_DATA_HOME", at("home/.local/share")),
            ("XDG_STATE_HOME", at("home/.local/state")),
            ("XDG_RUNTIME_DIR", at("run")),
            ("XDG_SESSION_TYPE", "x11".to_owned()),
            ("DBUS_SESSION_BUS_ADDRESS", bus_address.clone()),
            (
                "DBUS_SYSTEM_BUS_ADDRESS",
                format!("unix:path={}", at("run/system")),
            ),
            ("NO_AT_BRIDGE", "1".to_owned()),
            ("LANG", "C.UTF-8".to_owned()),
        ];
        let display = at("display");
        let mut screen = Command::new("sh");
        screen.args([
            "-c",
            "exec Xvfb -displayfd 9 -screen 0 \"$1\"x24 -nolisten tcp -ac -noreset 9> \"$0\"",
            &display,
            size,
        ]);
        let screen = Running::silently(&mut screen);
        let number = wait("a screen", || {
            fs::read_to_string(&display)
                .ok()
                .map(|n| n.trim().to_owned())
                .filter(|n| !n.is_empty())
        });
        env.push(("DISPLAY", format!(":{number}")));
        let start = |program: &str, arguments: &[&str]| {
            Running::silently(command(&env, program).args(arguments))
        };
        let bus = start(
            "dbus-daemon",
            &[
                &format!("--config-file={}", at("session.conf")),
                "--nofork",
                "--nopidfile",
            ],
        );
        wait("a session bus", || {
            Path::new(&at("run/bus")).exists().then_some(())
        });
        let manager = start("openbox", &[]);
        Self {
            tray: None,
            notifications: None,
            panel: None,
            bus: async_io::block_on(async {
                zbus::connection::Builder::address(bus_address.as_str())
                    .unwrap()
                    .build()
                    .await
                    .unwrap()
            }),
            _others: vec![manager, bus, screen],
            env,
            folder,
            _alone: None,
        }
    }

    pub(crate) fn start_notifications(&mut self) {
        self.notifications = Some(Running::silently(&mut self.command("dunst")));
        wait("a notification server", || {
            self.owner("org.freedesktop.Notifications")
        });
    }

    pub(crate) fn start_panel(&mut self) {
        self.panel = Some(Running::silently(&mut self.command("xfce4-panel")));
        wait("a tray", || self.owner("org.kde.StatusNotifierWatcher"));
    }

    /// A command whose environment is this desktop.
    pub(crate) fn command(&self, program: impl AsRef<std::ffi::OsStr>) -> Command {
        command(&self.env, program)
    }

    fn owner(&self, name: &str) -> Option<String> {
        self.call(
            "org.freedesktop.DBus",
            "/org/freedesktop/DBus",
            "org.freedesktop.DBus",
            "GetNameOwner",
            &(name,),
        )
    }

    /// Calls a method on the session bus; `None` if the call fails.
    pub(crate) fn call<A, R>(
        &self,
        to: &str,
        path: &str,
        interface: &str,
        method: &str,
        arguments: &A,
    ) -> Option<R>
    where
        A: serde::Serialize + zbus::zvariant::DynamicType,
        R: serde::de::DeserializeOwned + zbus::zvariant::Type,
    {
        let reply = async_io::block_on(self.bus.call_method(
            Some(to),
            path,
            Some(interface),
            method,
            arguments,
        ));
        reply.ok().and_then(|reply| reply.body().deserialize().ok())
    }

    pub(crate) fn home(&self) -> PathBuf {
        self.folder.path().join("home")
    }

    /// Replaces the settings file by this text.
    pub(crate) fn settings(&self, text: &str) {
        let folder = self.folder.path().join("home/.config/unhunch");
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("settings.toml"), text).unwrap();
    }

    pub(crate) fn settings_file(&self) -> PathBuf {
        self.folder
            .path()
            .join("home/.config/unhunch/settings.toml")
    }

    /// The control socket of the program.
    pub(crate) fn socket(&self) -> PathBuf {
        self.folder.path().join("run/unhunch/control.sock")
    }

    /// The value of `DISPLAY`, such as `:7`.
    pub(crate) fn display(&self) -> &str {
        let display = |pair: &&(&str, String)| pair.0 == "DISPLAY";
        &self.env.iter().find(display).expect("it has a screen").1
    }

    /// Marks the safety page as read.
    pub(crate) fn safety_was_read(&self) {
        let state = self.folder.path().join("home/.local/state/unhunch");
        fs::create_dir_all(&state).unwrap();
        fs::write(state.join("safety-read"), "2026-03-02\n").unwrap();
    }

    /// Deletes the state, so that the next start shows the introduction.
    pub(crate) fn was_never_started(&self) {
        let state = self.folder.path().join("home/.local/state/unhunch");
        fs::remove_dir_all(state).unwrap();
    }

    /// Starts the program, waits until it answers and its icon is shown, and returns its process id.
    pub(crate) fn start(&mut self) -> u32 {
        self.tray = Some(Running::silently(&mut self.command(program("unhunch"))));
        wait("the program in the tray", || {
            (self.status()?["sources"]["tray"] == "shown").then_some(())
        });
        self.pid()
    }

    pub(crate) fn pid(&self) -> u32 {
        self.tray.as_ref().expect("it was started").id()
    }

    pub(crate) fn kill_tray(&mut self) {
        self.tray.take().expect("it was started").kill();
    }

    /// Returns `true` if the program has ended, also if it is still a zombie.
    pub(crate) fn has_ended(&self) -> bool {
        fs::read_to_string(format!("/proc/{}/stat", self.pid()))
            .map_or(true, |stat| stat.contains(") Z "))
    }

    /// Runs `unhunch` with these arguments.
    pub(crate) fn unhunch(&self, arguments: &[&str]) -> Output {
        self.command(program("unhunch"))
            .args(arguments)
            .output()
            .unwrap()
    }

    /// Like [`Self::unhunch`], but panics if the command fails, and returns its output.
    pub(crate) fn run(&self, arguments: &[&str]) -> String {
        let output = self.unhunch(arguments);
        assert!(
            output.status.success(),
            "{arguments:?}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
        String::from_utf8(output.stdout).unwrap()
    }

    pub(crate) fn status(&self) -> Option<Value> {
        let output = self.unhunch(&["status", "--json"]);
        serde_json::from_slice(&output.stdout).ok()
    }

    pub(crate) fn phase(&self) -> String {
        self.status().expect("it runs")["phase"]
            .as_str()
            .unwrap()
            .to_owned()
    }

    pub(crate) fn wait_for_phase(&self, phase: &str) {
        wait(&format!("the phase {phase}"), || {
            (self.phase() == phase).then_some(())
        });
    }

    /// The history entries of this kind.
    pub(crate) fn history(&self, kind: &str) -> Vec<Value> {
        let entries: Vec<Value> = serde_json::from_str(&self.run(&["history", "--json"])).unwrap();
        entries
            .into_iter()
            .filter(|entry| entry["kind"] == kind)
            .collect()
    }

    /// Runs `xdotool`, which sends input as mouse and keyboard do, and returns its output.
    pub(crate) fn input(&self, arguments: &[&str]) -> String {
        let output = self.command("xdotool").args(arguments).output().unwrap();
        String::from_utf8(output.stdout).unwrap()
    }

    /// Activates the window and presses a key.
    pub(crate) fn key(&self, window: &str, key: &str) {
        self.input(&["windowactivate", "--sync", window, "key", key]);
    }

    pub(crate) fn bus(&self) -> &zbus::Connection {
        &self.bus
    }

    pub(crate) fn bus_address(&self) -> &str {
        let address = |pair: &&(&str, String)| pair.0 == "DBUS_SESSION_BUS_ADDRESS";
        &self.env.iter().find(address).expect("it has a bus").1
    }

    /// The address for a system bus; no bus listens there until a test starts one.
    pub(crate) fn system_bus_address(&self) -> &str {
        let address = |pair: &&(&str, String)| pair.0 == "DBUS_SYSTEM_BUS_ADDRESS";
        &self.env.iter().find(address).expect("it is named").1
    }

    /// The X window ids of our visible windows.
    pub(crate) fn windows(&self) -> Vec<String> {
        let windows = self.input(&["search", "--onlyvisible", "--class", "unhunch"]);
        windows.lines().map(str::to_owned).collect()
    }

    pub(crate) fn wait_for_window(&self) -> String {
        wait("a window", || self.windows().pop())
    }

    pub(crate) fn wait_for_no_window(&self) {
        wait("no window", || self.windows().is_empty().then_some(()));
    }

    /// Returns the id of the window process if one runs.
    pub(crate) fn window_process(&self) -> Option<u32> {
        let children = format!("/proc/{0}/task/{0}/children", self.pid());
        let children = fs::read_to_string(children).unwrap_or_default();
        let mut children = children.split_whitespace();
        children.find_map(|pid| {
            let name = fs::read_to_string(format!("/proc/{pid}/comm")).ok()?;
            name.starts_with("unhunch-window")
                .then(|| pid.parse().ok())?
        })
    }

    /// Waits for the window, and returns the id of its process.
    pub(crate) fn window_pid(&self) -> u32 {
        let window = self.wait_for_window();
        self.input(&["getwindowpid", &window])
            .trim()
            .parse()
            .unwrap()
    }

    /// Closes the window with Alt+F4, and waits until it is gone.
    pub(crate) fn close_window(&self) {
        let window = self.wait_for_window();
        wait("no window", || {
            self.input(&["windowactivate", "--sync", &window, "key", "alt+F4"]);
            pass(0.3);
            self.windows().is_empty().then_some(())
        });
    }

    /// Installs a fake `xdg-open` that records its argument in a file, and returns the path of that file.
    pub(crate) fn opener(&mut self) -> PathBuf {
        let (folder, note) = (
            self.folder.path().join("bin"),
            self.folder.path().join("opened"),
        );
        fs::create_dir_all(&folder).unwrap();
        let script = folder.join("xdg-open");
        fs::write(
            &script,
            format!("#!/bin/sh\necho \"$1\" > '{}'\n", note.display()),
        )
        .unwrap();
        fs::set_permissions(&script, fs::Permissions::from_mode(0o755)).unwrap();
        let path = std::env::var("PATH").unwrap_or_default();
        self.env
            .push(("PATH", format!("{}:{path}", folder.display())));
        note
    }

    /// The RGB pixels of the screen, row by row. The screenshot is also saved for inspection.
    pub(crate) fn screenshot(&self, name: &str) -> Vec<[u8; 3]> {
        let shots = Path::new(env!("CARGO_TARGET_TMPDIR")).join("desktop-shots");
        fs::create_dir_all(&shots).unwrap();
        self.import(&shots.join(format!("{name}.png")).display().to_string());
        let raw = self.import("rgb:-");
        raw.chunks_exact(3)
            .map(|pixel| [pixel[0], pixel[1], pixel[2]])
            .collect()
    }

    /// Captures the screen with ImageMagick's `import`, and returns its standard output.
    fn import(&self, to: &str) -> Vec<u8> {
        let mut import = self.command("import");
        import.args(["-silent", "-window", "root", "-depth", "8", to]);
        let screenshot = import.output().unwrap();
        assert!(screenshot.status.success(), "{import:?}");
        screenshot.stdout
    }

    /// The bus name of the tray icon; `None` if there is no icon.
    pub(crate) fn icon(&self) -> Option<String> {
        let names: Vec<String> = self.call(
            "org.freedesktop.DBus",
            "/",
            "org.freedesktop.DBus",
            "ListNames",
            &(),
        )?;
        let prefix = format!("org.kde.StatusNotifierItem-{}-", self.pid());
        names.into_iter().find(|name| name.starts_with(&prefix))
    }

    /// The menu items of the icon: id, label, and `true` if enabled.
    pub(crate) fn menu(&self) -> Vec<(i32, String, bool)> {
        let icon = wait("the icon on the bus", || self.icon());
        let path: OwnedValue = self
            .call(
                &icon,
                "/StatusNotifierItem",
                "org.freedesktop.DBus.Properties",
                "Get",
                &("org.kde.StatusNotifierItem", "Menu"),
            )
            .unwrap();
        let path = OwnedObjectPath::try_from(path).unwrap();
        let nothing: [&str; 0] = [];
        let layout: (u32, Layout) = self
            .call(
                &icon,
                path.as_str(),
                "com.canonical.dbusmenu",
                "GetLayout",
                &(0, -1, &nothing[..]),
            )
            .unwrap();
        let mut lines = Vec::new();
        collect(layout.1, &mut lines);
        lines
    }

    /// Chooses the menu item with this label.
    pub(crate) fn choose(&self, label: &str) {
        let (id, _, enabled) = self
            .menu()
            .into_iter()
            .find(|(_, text, _)| text == label)
            .unwrap_or_else(|| panic!("no item {label}"));
        assert!(enabled, "{label} cannot be chosen");
        let icon = self.icon().unwrap();
        let data = zbus::zvariant::Value::from(0);
        let clicked: Option<()> = self.call(
            &icon,
            "/MenuBar",
            "com.canonical.dbusmenu",
            "Event",
            &(id, "clicked", data, 0_u32),
        );
        // An item that ends the program may end it before the reply.
        assert!(
            clicked.is_some() || label == "Quit",
            "{label} was not taken"
        );
    }
}

type Layout = (
    i32,
    std::collections::HashMap<String, OwnedValue>,
    Vec<OwnedValue>,
);

fn collect((id, properties, children): Layout, lines: &mut Vec<(i32, String, bool)>) {
    let text = properties
        .get("label")
        .and_then(|label| String::try_from(label.clone()).ok());
    let enabled = properties
        .get("enabled")
        .and_then(|enabled| bool::try_from(enabled.clone()).ok());
    if let Some(label) = text {
        lines.push((id, label.replace('_', ""), enabled.unwrap_or(true)));
    }
    for child in children {
        let child: zbus::zvariant::Structure<'_> = child.try_into().unwrap();
        collect(child.try_into().unwrap(), lines);
    }
}

fn command(env: &[(&'static str, String)], program: impl AsRef<std::ffi::OsStr>) -> Command {
    let mut command = Command::new(program);
    for stranger in [
        "WAYLAND_DISPLAY",
        "SESSION_MANAGER",
        "XDG_CURRENT_DESKTOP",
        "LANGUAGE",
        "TZ",
    ] {
        command.env_remove(stranger);
    }
    command
        .env("LC_ALL", "C.UTF-8")
        // Sound has its own tests; these run without a sound server.
        .env("PULSE_SERVER", "unix:/nowhere")
        .envs(env.iter().map(|(name, value)| (name, value)))
        .stdin(Stdio::null());
    command
}
