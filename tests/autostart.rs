//! Autostart and the desktop entry, with the real program and with the tools that desktops and distributions use to validate
//! and run what it writes.
#![cfg(target_os = "linux")]

mod common;

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::{Duration, Instant};

use common::program;
use tempfile::TempDir;

/// A user on GNOME whose copy of the program is at a path that has to be quoted.
struct TestUser {
    home: TempDir,
    program: PathBuf,
}

impl TestUser {
    fn new() -> Self {
        let home = tempfile::tempdir().unwrap();
        let folder = home.path().join(r#"100% "my" $own\tools 'here'"#);
        fs::create_dir(&folder).unwrap();
        let copy = folder.join("unhunch");
        place(&program("unhunch"), &copy);
        Self {
            home,
            program: copy,
        }
    }

    fn autostart(&self, verb: &str) -> Output {
        let home = self.home.path();
        Command::new(&self.program)
            .arg("autostart")
            .args(verb.split(' '))
            .env_clear()
            .env("HOME", home)
            .env("LC_ALL", "C.UTF-8")
            .env("XDG_CURRENT_DESKTOP", "GNOME")
            .env("XDG_CONFIG_DIRS", home.join("shared"))
            .env("XDG_DATA_DIRS", home.join("shared"))
            .output()
            .unwrap()
    }

    /// Runs `unhunch autostart`, which must succeed, and returns its output.
    fn output_of(&self, verb: &str) -> String {
        let output = self.autostart(verb);
        let text = String::from_utf8(output.stdout).unwrap();
        assert!(output.status.success(), "{verb}: {text}");
        text
    }

    fn at(&self, path: &str) -> PathBuf {
        self.home.path().join(path)
    }

    fn entry(&self) -> PathBuf {
        self.at(".config/autostart/unhunch.desktop")
    }
}

/// Copies a program with `cp`. If this process wrote the file, a child that another test is forking could inherit the open
/// descriptor, and a file that is open for writing cannot be executed.
fn place(program: &Path, to: &Path) {
    let copied = Command::new("cp").args([program, to]).status();
    assert!(copied.unwrap().success());
}

fn passes(tool: &str, arguments: &[&str], file: &Path) {
    let output = Command::new(tool).args(arguments).arg(file).output();
    let output = output.unwrap_or_else(|error| panic!("{tool}: {error}; tests/run installs it"));
    assert!(
        output.status.success() && output.stderr.is_empty(),
        "{tool}: {}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
}

#[expect(
    clippy::disallowed_methods,
    reason = "a test waits for a program that doesn’t report it"
)]
fn soon(done: impl Fn() -> bool) -> bool {
    let begin = Instant::now();
    while !done() {
        if begin.elapsed() > Duration::from_secs(10) {
            return false;
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    true
}

fn shipped(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("config/linux")
        .join(name)
}

#[test]
fn shipped_desktop_files_are_valid() {
    for entry in ["unhunch.desktop", "unhunch-open.desktop"] {
        passes("desktop-file-validate", &[], &shipped(entry));
    }
    let metainfo = shipped("app.unhunch.Unhunch.metainfo.xml");
    passes(
        "appstreamcli",
        &["validate", "--no-net", "--pedantic"],
        &metainfo,
    );
}

/// A file manager opens a programme with Unhunch, and every other TOML file with an editor as before.
#[test]
fn programmes_have_a_type_of_their_own() {
    let data = tempfile::tempdir().unwrap();
    let types = data.path().join("mime");
    fs::create_dir_all(types.join("packages")).unwrap();
    fs::copy(shipped("unhunch.xml"), types.join("packages/unhunch.xml")).unwrap();
    let made = Command::new("update-mime-database")
        .arg(&types)
        .env("XDG_DATA_HOME", data.path())
        .status();
    assert!(made.unwrap().success());
    let content_type = |name: &str| {
        let file = data.path().join(name);
        fs::write(&file, "name = \"Chin tuck\"\n").unwrap();
        let output = Command::new("gio")
            .args(["info", "-a", "standard::content-type"])
            .arg(&file)
            .env("XDG_DATA_HOME", data.path())
            .output()
            .unwrap();
        String::from_utf8(output.stdout).unwrap()
    };
    let own_type = "application/x-unhunch+toml";
    assert!(content_type("anna.unhunch.toml").contains(own_type));
    assert!(!content_type("Cargo.toml").contains(own_type));
    let entry = fs::read_to_string(shipped("unhunch-open.desktop")).unwrap();
    assert!(entry.contains(&format!("\nMimeType={own_type};\n")));
}

#[test]
fn the_command_line_switches_autostart_on_and_off() {
    let person = TestUser::new();
    assert!(person.output_of("status").contains("doesn’t start"));
    assert!(person.output_of("on").contains("starts when you log in"));
    let status = person.output_of("status");
    assert!(status.contains("starts when you log in"), "{status}");
    assert_eq!(status.lines().count(), 1, "nothing is strange: {status}");
    passes("desktop-file-validate", &[], &person.entry());
    person.output_of("off");
    assert!(!person.entry().exists());
    assert!(person.output_of("status").contains("doesn’t start"));
    let applications = person.at(".local/share/applications/unhunch.desktop");
    assert!(applications.exists());
    person.output_of("off --all");
    assert!(!applications.exists());
    assert!(
        !person
            .at(".local/share/icons/hicolor/scalable/apps/unhunch.svg")
            .exists()
    );
}

#[test]
fn autostart_on_fails_if_the_entry_cannot_be_written() {
    let person = TestUser::new();
    person.output_of("on");
    let switched_off = fs::read_to_string(person.entry())
        .unwrap()
        .replace("enabled=true", "enabled=false");
    fs::write(person.entry(), switched_off).unwrap();
    assert!(person.output_of("status").contains("turned it off"));
    // A file in place of the folder prevents writing even for root.
    fs::remove_dir_all(person.at(".config")).unwrap();
    fs::write(person.at(".config"), "").unwrap();
    let output = person.autostart("on");
    assert_eq!(output.status.code(), Some(1));
    let errors = String::from_utf8(output.stderr).unwrap();
    assert!(errors.contains("cannot be written"), "{errors}");
}

#[test]
fn desktops_can_launch_a_quoted_path() {
    let person = TestUser::new();
    person.output_of("on");
    let applications = person.at(".local/share/applications/unhunch.desktop");
    passes("desktop-file-validate", &[], &applications);
    let icon = person.at(".local/share/icons/hicolor/scalable/apps/unhunch.svg");
    assert!(icon.exists());
    // A script replaces the program, and records that it was started.
    let mark = person.at("started");
    let script = person.at("stand-in");
    fs::write(
        &script,
        format!("#!/bin/sh\necho \"$*\" > {}\n", mark.display()),
    )
    .unwrap();
    fs::set_permissions(&script, fs::Permissions::from_mode(0o755)).unwrap();
    place(&script, &person.program);
    for (entry, arguments) in [(person.entry(), "--at-login\n"), (applications, "\n")] {
        let _ = fs::remove_file(&mark);
        passes("gio", &["launch"], &entry);
        let started =
            || fs::read_to_string(&mark).is_ok_and(|started_with| started_with == arguments);
        assert!(soon(started), "{} starts nothing", entry.display());
    }
}
