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

/// Runs `body` in a sway session of which only XWayland is named in the environment.
pub(crate) fn on_xwayland(name: &str, body: impl FnOnce()) {
    if is_inner() {
        return body();
    }
    let folder = tempfile::tempdir().expect("a folder");
    let Some(_sway) = start_with(folder.path(), "xwayland force\n") else {
        return;
    };
    let display = xwayland_display(folder.path());
    let variables = [
        ("XDG_RUNTIME_DIR", folder.path().as_os_str()),
        ("DISPLAY", display.as_ref()),
    ];
    on_a_desktop_with(name, Needs::default(), &variables, body);
}

/// Lets every user use the X server that `DISPLAY` names, and writes that name to a file.
const OPEN_XWAYLAND: &str = r#"
import os, socket, struct
display = os.environ["DISPLAY"]
server = socket.socket(socket.AF_UNIX)
server.connect("/tmp/.X11-unix/X" + display.lstrip(":"))
server.sendall(struct.pack("=BxHHHHxx", ord("l"), 11, 0, 0, 0))
accepted, length = struct.unpack("=BxxxxxH", server.recv(8, socket.MSG_WAITALL))
assert accepted == 1
server.recv(length * 4, socket.MSG_WAITALL)
# SetAccessControl, and GetInputFocus for its reply.
server.sendall(struct.pack("=BBH", 111, 0, 1) + struct.pack("=BBH", 43, 0, 1))
server.recv(32, socket.MSG_WAITALL)
with open(os.environ["XDG_RUNTIME_DIR"] + "/display", "w") as file:
    file.write(display + "\n")
"#;

/// Starts the XWayland of sway, and returns its name. It accepts only the user who runs sway, and the test may be another one.
fn xwayland_display(folder: &Path) -> String {
    let script = folder.join("open-xwayland.py");
    std::fs::write(&script, OPEN_XWAYLAND).expect("a folder");
    message_in(
        folder,
        &["exec", "/usr/bin/python3", &script.to_string_lossy()],
    );
    let mut name = String::new();
    async_io::block_on(soon("XWayland", async {
        while !name.ends_with('\n') {
            pass(20).await;
            name = std::fs::read_to_string(folder.join("display")).unwrap_or_default();
        }
    }));
    name.trim().to_owned()
}

/// Starts sway with this folder as its runtime folder, as another user if the test runs as root, which sway refuses.
pub(crate) fn start(folder: &Path) -> Option<Running> {
    start_with(folder, "xwayland disable\n")
}

fn start_with(folder: &Path, settings: &str) -> Option<Running> {
    let config = folder.join("config");
    std::fs::write(&config, settings).expect("a folder");
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
pub(crate) fn query(kind: &str) -> serde_json::Value {
    serde_json::from_slice(&send(&["--raw", "-t", kind])).expect("it answers with JSON")
}

fn send(words: &[&str]) -> Vec<u8> {
    let folder = std::env::var_os("XDG_RUNTIME_DIR").expect("it was set");
    message_in(Path::new(&folder), words)
}

fn message_in(folder: &Path, words: &[&str]) -> Vec<u8> {
    let entries = std::fs::read_dir(folder).expect("it is there").flatten();
    let is_control = |name: &str| name.starts_with("sway-ipc");
    let control = entries
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
