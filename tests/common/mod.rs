//! Private desktops for tests: a session bus, a screen, a notification server and a tray of their own.
//!
//! A test that needs any of these runs twice: the outer run starts them, then runs the same test again as a child process
//! whose environment points to them. So no test sees the desktop of another test, or the developer's.

#![allow(dead_code, reason = "each test file uses a part of it")]

pub(crate) mod atspi;
pub(crate) mod compositor;
pub(crate) mod harness;
pub(crate) mod login;
pub(crate) mod mutter;
pub(crate) mod notifications;
pub(crate) mod saver;
pub(crate) mod sway;
pub(crate) mod switch;
pub(crate) mod tray;

use std::env;
use std::ffi::OsStr;
use std::fs::{self, Permissions};
use std::future::Future;
use std::io::{BufRead, BufReader};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use async_io::Timer;
use futures_lite::FutureExt;

/// Environment variable that is set in the inner run.
const INNER: &str = "UNHUNCH_TEST_INNER";

/// Environment variable with the process id of the X server, set in the inner run.
const SCREEN: &str = "UNHUNCH_TEST_SCREEN";

/// The value of a field of `/proc/PID/smaps_rollup`, in kB.
pub(crate) fn memory(pid: u32, what: &str) -> u64 {
    let rollup = fs::read_to_string(format!("/proc/{pid}/smaps_rollup")).unwrap();
    let line = rollup
        .lines()
        .find_map(|line| line.strip_prefix(what))
        .unwrap();
    line.trim().trim_end_matches("kB").trim().parse().unwrap()
}

/// Puts an opener of the desktop into the folder that accepts every file. Returns a `PATH` on which it comes first.
pub(crate) fn path_with_opener(folder: &Path) -> String {
    let opener = folder.join("xdg-open");
    fs::write(&opener, "#!/bin/sh\n").unwrap();
    fs::set_permissions(&opener, Permissions::from_mode(0o755)).unwrap();
    format!("{}:{}", folder.display(), env::var("PATH").unwrap())
}

/// The path of one of our programs: in `UNHUNCH_BIN_DIR` (the release build) if that is set, otherwise as cargo built it.
pub(crate) fn program(name: &str) -> PathBuf {
    let built = Path::new(env!("CARGO_BIN_EXE_unhunch")).with_file_name(name);
    std::env::var_os("UNHUNCH_BIN_DIR").map_or(built, |folder| Path::new(&folder).join(name))
}

/// A command that runs `unhunch` on this desktop, with `home` as its home folder.
pub(crate) fn unhunch(home: &Path) -> Command {
    in_home(program("unhunch"), home)
}

/// A command that runs a program on this desktop, with `home` as its home folder.
pub(crate) fn in_home(program: impl AsRef<OsStr>, home: &Path) -> Command {
    let mut command = Command::new(program);
    for folder in ["XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME"] {
        command.env_remove(folder);
    }
    command
        .env("HOME", home)
        .env("LC_ALL", "C.UTF-8")
        .env_remove("LANGUAGE")
        .env("XDG_RUNTIME_DIR", home.join("run"));
    command
}

/// Starts `unhunch` with this home folder.
pub(crate) fn at_home(home: &Path) -> Running {
    Running::silently(&mut unhunch(home))
}

/// The status of the program that runs with this home folder; `null` while it does not answer.
pub(crate) fn status(home: &Path) -> serde_json::Value {
    let output = unhunch(home).args(["status", "--json"]).output();
    let output = output.expect("the program is there");
    serde_json::from_slice(&output.stdout).unwrap_or_default()
}

/// Waits until the status satisfies `is_so`.
pub(crate) async fn until(what: &str, home: &Path, is_so: impl Fn(&serde_json::Value) -> bool) {
    soon(what, async {
        while !is_so(&status(home)) {
            pass(100).await;
        }
    })
    .await;
}

/// Returns `true` if the release build is tested, so that its size and speed can be judged.
pub(crate) fn is_release() -> bool {
    std::env::var_os("UNHUNCH_BIN_DIR").is_some()
}

/// A child process that is killed when this is dropped.
pub(crate) struct Running(Child);

impl Running {
    /// Starts a program and reads the line that it prints when it is ready.
    fn start(command: &mut Command) -> Option<(Self, String)> {
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .ok()?;
        let mut line = String::new();
        let out = child.stdout.take()?;
        let _ = BufReader::new(out).read_line(&mut line);
        Some((Self(child), line.trim().to_owned()))
    }

    /// Starts a program without reading its output.
    pub(crate) fn silently(command: &mut Command) -> Self {
        let child = command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn();
        Self(child.unwrap_or_else(|error| panic!("{command:?}: {error}")))
    }

    /// Sends the output lines of a process to a channel, which closes when the process ends.
    pub(crate) fn piped(mut child: Child, lines: std::sync::mpsc::Sender<String>) -> Self {
        let out = child.stdout.take().expect("its output is a pipe");
        std::thread::spawn(move || {
            for line in BufReader::new(out).lines().map_while(Result::ok) {
                let _ = lines.send(line);
            }
        });
        Self(child)
    }

    /// Wraps a process that was started elsewhere.
    pub(crate) fn new(child: Child) -> Self {
        Self(child)
    }

    /// Kills the process and reaps it.
    pub(crate) fn kill(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }

    /// The exit status; `None` while the process runs.
    pub(crate) fn end(&mut self) -> Option<ExitStatus> {
        self.0.try_wait().expect("a child of ours")
    }

    pub(crate) fn id(&self) -> u32 {
        self.0.id()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.kill();
    }
}

/// The parts of a desktop that a test needs.
#[derive(Clone, Copy, Default)]
pub(crate) struct Needs {
    pub(crate) bus: bool,
    pub(crate) screen: bool,
}

/// Runs `body` on a desktop with the parts that the test `name` needs.
pub(crate) fn on_a_desktop(name: &str, needs: Needs, body: impl FnOnce()) {
    on_a_desktop_with(name, needs, &[], body);
}

/// Like [`on_a_desktop`], with additional environment variables.
pub(crate) fn on_a_desktop_with(
    name: &str,
    needs: Needs,
    variables: &[(&str, &OsStr)],
    body: impl FnOnce(),
) {
    if is_inner() {
        return body();
    }
    let mut inner = again(name);
    let mut running = Vec::new();
    for variable in ["DISPLAY", "WAYLAND_DISPLAY", "XAUTHORITY"] {
        inner.env_remove(variable);
    }
    inner.env("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nowhere");
    inner.env("DBUS_SYSTEM_BUS_ADDRESS", "unix:path=/nowhere");
    if needs.bus {
        let Some((bus, address)) = bus() else { return };
        inner.env("DBUS_SESSION_BUS_ADDRESS", address);
        running.push(bus);
    }
    if needs.screen {
        let Some((screen, display)) = screen() else {
            return;
        };
        inner.env("DISPLAY", display);
        inner.env(SCREEN, screen.id().to_string());
        running.push(screen);
    }
    inner.envs(variables.iter().copied());
    let output = inner.output().expect("this very test can be started");
    let text = String::from_utf8_lossy(&output.stdout);
    let complaint = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{text}{complaint}");
    assert!(text.contains("1 passed"), "{name} is not its name: {text}");
}

/// Returns `true` in the inner run, whose environment points to the desktop.
pub(crate) fn is_inner() -> bool {
    std::env::var_os(INNER).is_some()
}

/// The process id of the X server of this test.
pub(crate) fn screen_id() -> String {
    std::env::var(SCREEN).expect("the test needs a screen")
}

/// Kills the X server of this test.
pub(crate) fn end_screen() {
    let screen = screen_id();
    let killed = Command::new("kill").args(["-KILL", &screen]).status();
    assert!(killed.expect("kill(1) is there").success());
}

/// A command that runs one test of this file as an inner run.
pub(crate) fn again(name: &str) -> Command {
    let mut command = Command::new(std::env::current_exe().expect("a test has a file"));
    command
        .args(["--exact", name, "--nocapture", "--include-ignored"])
        .env(INNER, "1");
    command
}

/// Starts a bus without service activation, and returns its address.
pub(crate) fn bus() -> Option<(Running, String)> {
    bus_at(None)
}

/// Like [`bus`], listening at `address` if there is one.
pub(crate) fn bus_at(address: Option<&str>) -> Option<(Running, String)> {
    let config = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/common/bus.conf");
    let mut command = Command::new("dbus-daemon");
    command.args(["--nofork", "--nopidfile", "--print-address=1"]);
    command.arg(format!("--config-file={config}"));
    command.args(address.map(|address| format!("--address={address}")));
    up("dbus-daemon", Running::start(&mut command))
}

/// Returns a display name that no other X server uses, even after this one has ended.
fn screen_name() -> String {
    static SCREENS: AtomicU32 = AtomicU32::new(0);
    let number = SCREENS.fetch_add(1, Ordering::Relaxed);
    format!(":{}", 1000 + std::process::id() % 3000 * 16 + number)
}

/// Starts an X server, and returns its display name.
pub(crate) fn screen() -> Option<(Running, String)> {
    let name = screen_name();
    Some((screen_at(&name)?, name))
}

/// Like [`screen`], with the given display name.
pub(crate) fn screen_at(name: &str) -> Option<Running> {
    let mut command = Command::new("Xvfb");
    command.args([name, "-displayfd", "1", "-screen", "0", "800x600x24"]);
    command.args(["-nolisten", "tcp", "-noreset", "-ac"]);
    Some(up("Xvfb", Running::start(&mut command))?.0)
}

/// Starts a program without reading its output. It may be missing if `UNHUNCH_SKIP_DESKTOP=1` is set.
pub(crate) fn silently_if_there(program: &str, command: &mut Command) -> Option<Running> {
    let installed = Command::new(program).arg("--version").output().is_ok();
    up(program, installed.then(|| Running::silently(command)))
}

/// Fails the test if the program could not be started, unless `UNHUNCH_SKIP_DESKTOP=1` is set.
fn up<T>(program: &str, started: Option<T>) -> Option<T> {
    let skip = std::env::var_os("UNHUNCH_SKIP_DESKTOP").is_some_and(|value| value == "1");
    if started.is_none() && skip {
        eprintln!("skipped: {program} is missing, and UNHUNCH_SKIP_DESKTOP=1 says that it may");
    } else if started.is_none() {
        panic!("{program} is missing; install it, or set UNHUNCH_SKIP_DESKTOP=1");
    }
    started
}

/// Awaits a future; panics after 20 seconds.
pub(crate) async fn soon<T>(what: &str, work: impl Future<Output = T>) -> T {
    let late = async {
        Timer::after(Duration::from_secs(20)).await;
        panic!("not in time: {what}")
    };
    work.or(late).await
}

/// Waits for this time.
pub(crate) async fn pass(milliseconds: u64) {
    Timer::after(Duration::from_millis(milliseconds)).await;
}

/// Connects to the session bus without an internal executor, like the program: this thread has to tick it.
pub(crate) async fn connect() -> zbus::Connection {
    zbus::connection::Builder::session()
        .expect("the environment names the bus")
        .internal_executor(false)
        .build()
        .await
        .expect("the bus lets us in")
}

/// Runs `body` while the executor of the connection is ticked.
pub(crate) fn with_bus<F: Future<Output = ()>>(body: impl FnOnce(zbus::Connection) -> F) {
    async_io::block_on(async {
        let bus = connect().await;
        let executor = bus.executor().clone();
        let tick = async {
            loop {
                executor.tick().await;
            }
        };
        body(bus).or(tick).await;
    });
}
