//! The folders of the program: every client finds the one instance, other users are kept out, and nobody is locked out.
#![cfg(target_os = "linux")]

mod common;

use std::ffi::OsStr;
use std::fs::{self, Permissions};
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, chown};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use common::{Running, harness, in_home, path_with_opener, program};
use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;

/// Asks after three seconds of sitting.
const QUICK: &str = "[rhythm]\nsit = \"3 s\"\ngrace = \"1 s\"\nask_for = \"1 s\"\n";

/// A home folder and a runtime folder.
struct Home {
    folder: TempDir,
    runtime: PathBuf,
    user: u32,
}

impl Home {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let runtime = folder.path().join("run");
        fs::create_dir(&runtime).unwrap();
        fs::set_permissions(&runtime, Permissions::from_mode(0o700)).unwrap();
        Self {
            folder,
            runtime,
            user: rustix::process::geteuid().as_raw(),
        }
    }

    /// The same folders, owned by the user `nobody`.
    fn of_nobody() -> Self {
        let mut home = Self::new();
        home.user = 65534;
        fs::set_permissions(home.path(), Permissions::from_mode(0o755)).unwrap();
        for folder in [home.path(), &home.runtime] {
            chown(folder, Some(home.user), Some(home.user)).unwrap();
        }
        // The folder of the build may be closed to other users.
        fs::copy(program("unhunch"), home.program()).unwrap();
        home
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }

    /// A copy of the program that the owner of the folders can start.
    fn program(&self) -> PathBuf {
        self.path().join("program")
    }

    fn command(&self, program: impl AsRef<OsStr>) -> Command {
        let mut command = in_home(program, self.path());
        command
            .env("XDG_RUNTIME_DIR", &self.runtime)
            .env_remove("DISPLAY")
            .env_remove("WAYLAND_DISPLAY")
            .stdin(Stdio::null());
        command
    }

    fn unhunch(&self, arguments: &[&str]) -> Command {
        let mut command = self.command(program("unhunch"));
        command.args(arguments);
        command
    }

    /// The same command as the owner of the folders, who is another user than root.
    fn as_owner(&self, arguments: &[&str]) -> Command {
        let mut command = self.command("setpriv");
        command
            .args(["--reuid", "65534", "--regid", "65534", "--clear-groups"])
            .arg(self.program())
            .args(arguments);
        command
    }

    fn settings(&self, text: &str) {
        let folder = self.path().join(".config/unhunch");
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("settings.toml"), text).unwrap();
    }

    fn start(&self) -> Running {
        Running::silently(&mut self.unhunch(&["--headless"]))
    }

    /// The number of history entries of this kind.
    fn entries(&self, kind: &str) -> usize {
        let kind = format!("\"kind\":\"{kind}\"");
        files(&self.path().join(".local/share"))
            .iter()
            .filter_map(|file| fs::read_to_string(file).ok())
            .map(|text| text.matches(&kind).count())
            .sum()
    }
}

/// Ends the program as the end of a session does.
fn quit(mut running: Running) {
    let id = Pid::from_raw(running.id().try_into().unwrap()).unwrap();
    kill_process(id, Signal::TERM).unwrap();
    let mut end = None;
    wait("its end", || {
        end = running.end();
        end.is_some()
    });
    assert!(end.unwrap().success());
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut paths = Vec::new();
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        if entry.file_type().unwrap().is_dir() {
            paths.extend(files(&entry.path()));
        }
        paths.push(entry.path());
    }
    paths
}

fn wait(what: &str, mut is_so: impl FnMut() -> bool) {
    harness::wait(what, || is_so().then_some(()));
}

fn answers(command: &mut Command) -> bool {
    command.output().unwrap().status.success()
}

fn text(output: &Output) -> String {
    let (out, err) = (&output.stdout, &output.stderr);
    String::from_utf8_lossy(&[&out[..], &err[..]].concat()).into_owned()
}

/// Only root can act as several users.
fn is_root() -> bool {
    let is_root = rustix::process::geteuid().is_root();
    if !is_root {
        eprintln!("skipped: only root can act as another user");
    }
    is_root
}

#[test]
fn a_client_without_the_runtime_variable_finds_the_one_instance() {
    let home = Home::new();
    home.settings(QUICK);
    let running = home.start();
    let bare = |arguments: &[&str]| {
        let mut command = home.unhunch(arguments);
        command.env_remove("XDG_RUNTIME_DIR");
        command
    };
    wait("an answer", || answers(&mut bare(&["status"])));
    let second = bare(&["--headless"]).output().unwrap();
    assert!(second.status.success(), "{second:?}");
    assert!(text(&second).contains("already running"), "{second:?}");
    wait("a question", || home.entries("asked") > 0);
    assert_eq!(home.entries("asked"), 1);
    quit(running);
    assert!(!answers(&mut bare(&["status"])));
    assert!(!home.runtime.join("unhunch/control.sock").exists());
    assert!(!home.path().join(".local/state/unhunch/socket").exists());
}

#[test]
fn a_socket_that_is_removed_comes_back() {
    let home = Home::new();
    let running = home.start();
    let status = || answers(&mut home.unhunch(&["status"]));
    wait("an answer", status);
    fs::remove_file(home.runtime.join("unhunch/control.sock")).unwrap();
    wait("an answer through a new socket", status);
    // Renaming removes a folder in one step, so that the program can't put its socket into one that is about to go.
    fs::rename(home.runtime.join("unhunch"), home.path().join("first")).unwrap();
    wait("an answer after the folder was removed", status);
    // The session of the user ends, and with it the whole folder. The program may create it again meanwhile.
    wait("the end of the folder", || {
        let _ = fs::remove_dir_all(&home.runtime);
        fs::write(&home.runtime, "not a folder").is_ok()
    });
    wait("an answer through the state folder", status);
    let second = home.unhunch(&["--headless"]).output().unwrap();
    assert!(text(&second).contains("already running"), "{second:?}");
    quit(running);
}

#[test]
fn an_instance_without_its_lock_file_is_still_the_one() {
    let home = Home::new();
    let running = home.start();
    wait("an answer", || answers(&mut home.unhunch(&["status"])));
    fs::remove_file(home.path().join(".local/state/unhunch/lock")).unwrap();
    let second = home.unhunch(&["--headless"]).output().unwrap();
    assert!(text(&second).contains("already running"), "{second:?}");
    assert!(answers(&mut home.unhunch(&["status"])));
    quit(running);
}

#[test]
fn paths_may_be_longer_than_a_socket_address() {
    let mut home = Home::new();
    home.runtime = home.path().join("r".repeat(120));
    fs::create_dir(&home.runtime).unwrap();
    let running = home.start();
    wait("an answer", || answers(&mut home.unhunch(&["status"])));
    quit(running);
}

#[test]
fn a_client_in_another_pid_namespace_is_the_same_user() {
    if !is_root() {
        return;
    }
    let home = Home::new();
    let mut isolated = home.command("unshare");
    isolated
        .args(["--pid", "--fork", "--kill-child"])
        .arg(program("unhunch"))
        .arg("--headless");
    let _running = Running::silently(&mut isolated);
    wait("an answer", || answers(&mut home.unhunch(&["status"])));
}

#[test]
fn files_and_folders_are_closed_to_other_users() {
    let home = Home::new();
    let folder = home.path().join(".config/unhunch");
    // Without a terminal, files are opened by the desktop.
    let path = path_with_opener(home.path());
    assert!(answers(home.unhunch(&["config", "edit"]).env("PATH", path)));
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&folder.join("settings.toml")), 0o600);
    // As an older version left them, and as the user wants the settings.
    fs::create_dir(folder.join("exercises")).unwrap();
    fs::write(folder.join("routines.toml"), "").unwrap();
    for (path, mode) in [
        ("", 0o755),
        ("exercises", 0o755),
        ("routines.toml", 0o644),
        ("settings.toml", 0o640),
    ] {
        fs::set_permissions(folder.join(path), Permissions::from_mode(mode)).unwrap();
    }
    let running = home.start();
    wait("an answer", || answers(&mut home.unhunch(&["stood"])));
    wait("a history", || home.entries("rested") > 0);
    quit(running);
    let state = home.path().join(".local/state/unhunch/day.json");
    assert!(state.exists());
    for path in files(home.path()) {
        let metadata = fs::symlink_metadata(&path).unwrap();
        let is_ours = path.components().any(|part| part.as_os_str() == "unhunch");
        if !is_ours || metadata.is_symlink() {
            continue;
        }
        let expected = match path.file_name().unwrap().to_str() {
            Some("settings.toml") => 0o640,
            _ if metadata.is_dir() => 0o700,
            _ => 0o600,
        };
        assert_eq!(mode(&path), expected, "{}", path.display());
    }
}

#[test]
fn root_is_refused_in_the_home_of_another_user() {
    if !is_root() {
        return;
    }
    let home = Home::of_nobody();
    for arguments in [
        &["--headless"][..],
        &["config", "edit"],
        &["autostart", "on"],
    ] {
        let refused = home.unhunch(arguments).output().unwrap();
        assert_eq!(refused.status.code(), Some(1), "{refused:?}");
        assert!(text(&refused).contains("`sudo`"), "{refused:?}");
    }
    assert_eq!(
        fs::read_dir(home.path()).unwrap().count(),
        2,
        "only the runtime folder and the program"
    );
    let running = Running::silently(&mut home.as_owner(&["--headless"]));
    wait("an answer to its owner", || {
        answers(&mut home.as_owner(&["stood"]))
    });
    wait("a history", || home.entries("rested") > 0);
    quit(running);
}

#[test]
fn folders_that_root_left_behind_are_named() {
    if !is_root() {
        return;
    }
    let home = Home::of_nobody();
    // The runtime folder is replaced by the state folder.
    fs::create_dir(home.runtime.join("unhunch")).unwrap();
    let running = Running::silently(&mut home.as_owner(&["--headless"]));
    wait("an answer", || answers(&mut home.as_owner(&["status"])));
    quit(running);
    let state = home.path().join(".local/state/unhunch");
    chown(&state, Some(0), Some(0)).unwrap();
    let refused = home.as_owner(&["--headless"]).output().unwrap();
    assert_eq!(refused.status.code(), Some(1), "{refused:?}");
    assert!(text(&refused).contains("chown"), "{refused:?}");
    assert_eq!(fs::metadata(&state).unwrap().uid(), 0);
}
