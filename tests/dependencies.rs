//! What we are built of: one D-Bus stack, and a pool of threads that sleeps.

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

/// The versions of a crate that are linked.
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
fn the_pool_of_threads_does_not_tick() {
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
        let found = tree
            .lines()
            .find(|line| line.split(' ').next() == Some(library));
        assert_eq!(found, None);
    }
}
