//! The files of the packages agree with the programs and with each other.

#[cfg(target_os = "linux")]
mod common;

use std::fs;
use std::path::Path;

fn read(file: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(file);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{file}: {error}"))
}

/// The man pages and completions describe these commands, whose arguments only `unhunch-window` reads.
#[cfg(target_os = "linux")]
#[test]
fn arguments_of_the_window_are_described() {
    use std::collections::BTreeSet;
    let program = common::program("unhunch-window");
    if !program.exists() && !common::is_release() {
        eprintln!("skipped: {} was not built", program.display());
        return;
    }
    let documented = unhunch::cli::documented_command();
    for name in ["picture", "card", "sound"] {
        let home = tempfile::tempdir().unwrap();
        let mut command = common::in_home(&program, home.path());
        let output = command.args([name, "--help"]).output().unwrap();
        let help = String::from_utf8(output.stdout).unwrap();
        let real: BTreeSet<&str> = help
            .lines()
            .filter_map(|line| line.trim_start().split_once("--"))
            .filter(|(before, _)| before.is_empty() || *before == "-h, ")
            .filter_map(|(_, option)| option.split_whitespace().next())
            .collect();
        let command = documented.find_subcommand(name).unwrap();
        let described: BTreeSet<&str> = command
            .get_arguments()
            .filter_map(clap::Arg::get_long)
            .collect();
        assert_eq!(described, real, "{name}: {help}");
        // The purpose of an option, without its values, which clap wraps and lists in its own way.
        let help = help.split_whitespace().collect::<Vec<_>>().join(" ");
        for argument in command.get_arguments() {
            let text = argument.get_help().unwrap().to_string();
            let text = text.split(" (").next().unwrap();
            assert!(help.contains(text), "{name}: {text}: {help}");
        }
    }
}

/// The window names each of these when it is missing, with the package of Debian that has it.
#[test]
fn packages_depend_on_what_the_window_opens() {
    let (libraries, manifest) = (read("src/window/libraries.rs"), read("Cargo.toml"));
    let spec = read("config/packages/rpm/unhunch.spec");
    let depends = manifest.lines().find(|line| line.starts_with("depends = "));
    let depends: Vec<&str> = depends.unwrap().split(['"', ',']).map(str::trim).collect();
    let named = libraries
        .split("(\"")
        .filter_map(|rest| rest.split_once("\", \""))
        .filter(|(library, _)| library.contains(".so."))
        .filter_map(|(library, rest)| Some((library, rest.split_once("\")")?.0)));
    let named: Vec<_> = named.collect();
    assert!(named.len() >= 8, "{named:?}");
    for (library, package) in named {
        assert!(depends.contains(&package), "{package} is no dependency");
        let line = format!("Requires: {library}()(64bit)");
        assert!(spec.lines().any(|spec_line| spec_line == line), "{line}");
    }
}

#[test]
fn each_permission_of_the_flatpak_has_a_reason() {
    let manifest = read("config/packages/flatpak/app.unhunch.Unhunch.yml");
    let (_, rest) = manifest.split_once("finish-args:\n").unwrap();
    let lines: Vec<&str> = rest
        .lines()
        .take_while(|line| line.starts_with("  "))
        .collect();
    let permissions = lines.iter().filter(|line| line.contains("- --")).count();
    assert!(permissions >= 10, "{lines:?}");
    assert!(lines[0].trim_start().starts_with("# "), "{}", lines[0]);
    // A reason may be that of a few permissions, but not of many.
    let mut without = 0;
    for line in lines {
        without = if line.contains("- --") {
            without + 1
        } else {
            0
        };
        assert!(without <= 2, "{line} has no reason of its own");
    }
    for far in ["--share=network", "--filesystem=host", "--filesystem=home"] {
        assert!(!manifest.contains(far), "{far}");
    }
}

#[test]
fn the_installer_for_windows_uses_the_id_and_keys_of_the_program() {
    let installer = read("config/packages/windows/installer.nsi");
    let notify = read("src/notify/windows.rs");
    let id = notify
        .lines()
        .find_map(|line| line.strip_prefix("const ID: &str = ")?.strip_suffix(';'));
    assert!(installer.contains(&format!("!define MODEL_ID {}\n", id.unwrap())));
    let autostart = read("src/autostart/windows.rs");
    for key in [
        r"Software\Microsoft\Windows\CurrentVersion\Run",
        r"Software\Microsoft\Windows\CurrentVersion\Explorer\StartupApproved\Run",
    ] {
        assert!(autostart.contains(key), "{key}");
        assert!(installer.contains(&format!("\"{key}\"\n")), "{key}");
    }
}

/// The release workflow takes its notes from the changelog, and stops if the version isn't ready.
#[cfg(unix)]
#[test]
fn notes_are_those_of_the_version() {
    let notes = |tag: &str, changelog: &str| {
        let copy = tempfile::tempdir().unwrap();
        for file in [
            "Cargo.toml",
            "config/packages/common",
            "config/packages/notes",
            "config/linux/app.unhunch.Unhunch.metainfo.xml",
        ] {
            let to = copy.path().join(file);
            fs::create_dir_all(to.parent().unwrap()).unwrap();
            fs::copy(Path::new(env!("CARGO_MANIFEST_DIR")).join(file), to).unwrap();
        }
        fs::write(copy.path().join("CHANGELOG.md"), changelog).unwrap();
        let output = std::process::Command::new("bash")
            .arg("config/packages/notes")
            .arg(tag)
            .current_dir(copy.path())
            .env("SOURCE_DATE_EPOCH", "0")
            .output()
            .unwrap();
        let text = String::from_utf8_lossy(&output.stdout).trim().to_owned();
        output.status.success().then_some(text)
    };
    let version = env!("CARGO_PKG_VERSION");
    let tag = format!("v{version}");
    let ready = format!("# Changes\n\n## {version} (2026-12-01)\n\nNew.\n\n## 0.0.1\n\nOld.\n");
    assert_eq!(notes(&tag, &ready).as_deref(), Some("New."));
    assert_eq!(notes("v9.9.9", &ready), None);
    let open = format!("## {version} (not yet released)\n\nNew.\n");
    assert_eq!(notes(&tag, &open), None);
}
