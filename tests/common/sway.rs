//! Sway without a screen and without input devices.

use std::path::Path;
use std::process::Command;

use super::{Needs, Running, is_inner, on_a_desktop_with, pass, silently_if_there, soon};

/// Runs `body` in a sway session, with the parts of a desktop that the test `name` needs.
pub(crate) fn on_sway(name: &str, needs: Needs, body: impl FnOnce()) {
    if is_inner() {
        return body();
    }
    let folder = tempfile::tempdir().expect("a folder");
    let Some(_sway) = start(folder.path()) else {
        return;
    };
    let variables = [
        ("XDG_RUNTIME_DIR", folder.path().as_os_str()),
        ("WAYLAND_DISPLAY", "wayland-1".as_ref()),
    ];
    on_a_desktop_with(name, needs, &variables, body);
}

/// Starts sway with this folder as its runtime folder, as another user if the test runs as root, which sway refuses.
pub(crate) fn start(folder: &Path) -> Option<Running> {
    let config = folder.join("config");
    std::fs::write(&config, "xwayland disable\n").expect("a folder");
    let mut command = Command::new("sway");
    if rustix::process::getuid().is_root() {
        std::os::unix::fs::chown(folder, Some(65534), Some(65534)).expect("root may do that");
        command = Command::new("setpriv");
        command.args(["--reuid=65534", "--regid=65534", "--clear-groups", "sway"]);
    }
    command.arg("--config").arg(&config).env_clear();
    let path = std::env::var_os("PATH").unwrap_or_default();
    command.env("PATH", path).env("XDG_RUNTIME_DIR", folder);
    command.envs([
        ("WLR_BACKENDS", "headless"),
        ("WLR_RENDERER", "pixman"),
        ("WLR_LIBINPUT_NO_DEVICES", "1"),
    ]);
    let sway = silently_if_there("sway", &mut command)?;
    async_io::block_on(soon("sway", async {
        while !folder.join("wayland-1").exists() {
            pass(20).await;
        }
    }));
    Some(sway)
}

/// Sends a command to the sway of this test.
pub(crate) fn message(words: &[&str]) {
    send(words);
}

/// Asks the sway of this test, such as for its tree of windows.
pub(crate) fn ask(what: &str) -> serde_json::Value {
    serde_json::from_slice(&send(&["--raw", "-t", what])).expect("it answers with JSON")
}

fn send(words: &[&str]) -> Vec<u8> {
    let folder = std::env::var_os("XDG_RUNTIME_DIR").expect("it was set");
    let found = std::fs::read_dir(folder).expect("it is there").flatten();
    let is_control = |name: &str| name.starts_with("sway-ipc");
    let control = found
        .map(|entry| entry.path())
        .find(|path| {
            path.file_name()
                .and_then(|name| name.to_str())
                .is_some_and(is_control)
        })
        .expect("sway can be controlled");
    let mut message = Command::new("swaymsg");
    let done = message.arg("--socket").arg(control).args(words).output();
    let done = done.expect("it comes with sway");
    assert!(done.status.success(), "{words:?}");
    done.stdout
}
