//! The dependencies: one D-Bus stack, a thread pool that sleeps, a small program, and few linked libraries.

#[cfg(target_os = "linux")]
mod common;

use std::process::Command;

fn tree(arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO"))
        .args([
            "tree",
            "--offline",
            "--locked",
            "--edges",
            "normal",
            "--prefix",
            "none",
            "--format",
            "{p}",
        ])
        .args(arguments)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout).unwrap()
}

/// The versions of a crate in the dependency tree for Linux.
fn versions(name: &str) -> Vec<String> {
    let mut versions: Vec<String> = tree(&["--target", "x86_64-unknown-linux-gnu"])
        .lines()
        .filter_map(|line| line.strip_prefix(name)?.strip_prefix(" v"))
        .map(|version| {
            version
                .split_whitespace()
                .next()
                .unwrap_or_default()
                .to_owned()
        })
        .collect();
    versions.sort();
    versions.dedup();
    versions
}

#[test]
fn there_is_one_dbus_stack() {
    assert_eq!(versions("zbus").len(), 1, "{:?}", versions("zbus"));
}

#[test]
fn the_thread_pool_has_no_periodic_wakeups() {
    let versions = versions("blocking");
    assert_eq!(versions.len(), 1, "{versions:?}");
    assert!(
        versions[0].starts_with("1.6."),
        "1.7.0 wakes twice a second for ever: {versions:?}"
    );
}

#[test]
fn the_tray_needs_no_windowing_library() {
    let tree = tree(&[
        "--target",
        "x86_64-unknown-linux-gnu",
        "--no-default-features",
    ]);
    for library in ["gtk", "winit", "slint", "softbuffer", "libdbus-sys", "alsa"] {
        let violation = tree
            .lines()
            .find(|line| line.split(' ').next() == Some(library));
        assert_eq!(violation, None);
    }
}

#[test]
#[cfg(target_os = "linux")]
fn the_tray_program_is_at_most_6_mb() {
    let size = std::fs::metadata(common::program("unhunch")).unwrap().len();
    if common::is_release() {
        assert!(size <= 6_000_000, "{size} bytes");
    }
}

/// All other libraries are loaded at run time, so that a build needs no headers and an error can name a missing library.
#[cfg(target_os = "linux")]
#[test]
fn the_programs_link_only_what_every_linux_has() {
    for name in ["unhunch", "unhunch-window"] {
        let program = common::program(name);
        // A build of the tests without default features has no window.
        if !program.exists() && !common::is_release() {
            eprintln!("skipped: {} was not built", program.display());
            continue;
        }
        let output = Command::new("readelf").arg("-d").arg(&program).output();
        let output = output.expect("readelf comes with the linker");
        let text = String::from_utf8(output.stdout).unwrap();
        let needed: Vec<&str> = text
            .lines()
            .filter(|line| line.contains("(NEEDED)"))
            .filter_map(|line| line.split(['[', ']']).nth(1))
            .collect();
        assert!(needed.contains(&"libc.so.6"), "{name}: {text}");
        for library in needed {
            let basic = ["libc.so.", "libgcc_s.so.", "libm.so.", "ld-linux"];
            let is_known = basic.iter().any(|name| library.starts_with(name));
            assert!(is_known, "{name} links {library}");
        }
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_missing_library_is_named_and_nothing_panics() {
    let program = common::program("unhunch-window");
    if !program.exists() && !common::is_release() {
        eprintln!("skipped: {} was not built", program.display());
        return;
    }
    for (display, library, package) in [
        ("DISPLAY", "libxkbcommon-x11.so.0", "libxkbcommon-x11-0"),
        ("DISPLAY", "libXcursor.so.1", "libxcursor1"),
        (
            "WAYLAND_DISPLAY",
            "libwayland-client.so.0",
            "libwayland-client0",
        ),
        ("WAYLAND_DISPLAY", "libxkbcommon.so.0", "libxkbcommon0"),
        ("DISPLAY", "libfontconfig.so.1", "libfontconfig1"),
    ] {
        // The loader finds this broken file first, and stops searching.
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join(library), "").unwrap();
        let output = Command::new(&program)
            .env_remove("DISPLAY")
            .env_remove("WAYLAND_DISPLAY")
            .env(display, "nowhere")
            .env("LD_LIBRARY_PATH", folder.path())
            .output()
            .unwrap();
        let errors = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{library}: {errors}");
        assert_eq!(errors.lines().count(), 1, "{errors}");
        assert!(
            errors.contains(library) && errors.contains(package),
            "{errors}"
        );
    }
}
