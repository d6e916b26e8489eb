//! XWayland: an X server that is a client of a Wayland compositor. It notices only the input for X programs, so that whoever
//! wants to know about the session has to ask the compositor, even if the environment doesn't name it.

use std::ffi::OsString;
use std::fs;
use std::future::Future;
use std::os::unix::ffi::OsStringExt as _;
use std::os::unix::fs::FileTypeExt as _;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::Context as _;
use async_io::{Async, Timer};
use futures_lite::FutureExt as _;
use rustix::net::sockopt::socket_peercred;
use rustix::process::getuid;
use x11rb::connection::{Connection as _, RequestConnection as _};
use x11rb::protocol::randr::{self, ConnectionExt as _};
use x11rb::rust_connection::RustConnection;

use super::wayland::Client;
use super::x11::{ThreadControl, X11Thread};

/// The timeout for an X server. XWayland may have to be started first.
const TIMEOUT: Duration = Duration::from_secs(5);

/// The kind of an X server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ServerKind {
    /// A server of its own, or one that can't be reached.
    X11,
    Xwayland,
    Unresponsive,
}

/// Returns the kind of the X server that `DISPLAY` names.
pub(super) fn server_kind() -> impl Future<Output = ServerKind> {
    let (sender, receiver) = async_channel::bounded(1);
    let thread = X11Thread::start("screen", move |line| {
        let xwayland = is_xwayland(line).unwrap_or(false);
        let _ = sender.try_send(match xwayland {
            true => ServerKind::Xwayland,
            false => ServerKind::X11,
        });
    });
    async move {
        // Dropping it ends a thread that hangs.
        let _thread = thread;
        let answer = async { receiver.recv().await.unwrap_or(ServerKind::X11) };
        let timeout = async {
            Timer::after(TIMEOUT).await;
            ServerKind::Unresponsive
        };
        answer.or(timeout).await
    }
}

/// Since version 23.1 there is an extension that says so; older versions have made-up names for the outputs.
fn is_xwayland(line: &ThreadControl) -> anyhow::Result<bool> {
    let (server, screen) = line.connect()?;
    if server.extension_information("XWAYLAND")?.is_some() {
        return Ok(true);
    }
    has_made_up_outputs(&server, screen)
}

fn has_made_up_outputs(server: &RustConnection, screen: usize) -> anyhow::Result<bool> {
    if server
        .extension_information(randr::X11_EXTENSION_NAME)?
        .is_none()
    {
        return Ok(false);
    }
    let root = server.setup().roots.get(screen).context("no such screen")?;
    let outputs = server.randr_get_screen_resources_current(root.root)?;
    for output in outputs.reply()?.outputs {
        let output = server.randr_get_output_info(output, 0)?.reply()?;
        if output.name.starts_with(b"XWAYLAND") {
            return Ok(true);
        }
    }
    Ok(false)
}

/// A compositor that accepts us.
struct Candidate {
    socket: PathBuf,
    process: Option<u32>,
    stream: Async<UnixStream>,
}

/// Connects to the compositor whose XWayland listens on this socket. `None` if it can't be found; another compositor would
/// know about another session.
pub(super) async fn compositor(x11: &Path) -> Option<Client> {
    let server = Async::<UnixStream>::connect(x11).await.ok();
    // Most compositors create the socket themselves. Otherwise they start the process that does.
    let owner = server.and_then(|server| peer(&server));
    let family = [owner, owner.and_then(parent)];
    let environment = owner.map(environment).unwrap_or_default();
    let mut candidates = Vec::new();
    for socket in sockets(&environment) {
        if let Ok(stream) = Async::<UnixStream>::connect(&socket).await {
            candidates.push(Candidate {
                process: peer(&stream),
                socket,
                stream,
            });
        }
    }
    let is_family =
        |candidate: &Candidate| candidate.process.is_some() && family.contains(&candidate.process);
    let named = variable(&environment, "WAYLAND_DISPLAY");
    let is_named =
        |candidate: &Candidate| named.is_some() && candidate.socket.file_name() == named.as_deref();
    let index = candidates
        .iter()
        .position(is_family)
        .or_else(|| candidates.iter().position(is_named))
        .or((candidates.len() == 1).then_some(0))?;
    Client::new(candidates.swap_remove(index).stream).ok()
}

/// Returns the Wayland sockets in the runtime folders of the user and of the process with this environment.
fn sockets(environment: &[(OsString, OsString)]) -> Vec<PathBuf> {
    let folders = [
        std::env::var_os("XDG_RUNTIME_DIR"),
        Some(format!("/run/user/{}", getuid().as_raw()).into()),
        variable(environment, "XDG_RUNTIME_DIR"),
    ];
    let mut sockets = Vec::new();
    for folder in folders.into_iter().flatten() {
        let Ok(files) = fs::read_dir(folder) else {
            continue;
        };
        let files = files.flatten().filter(|file| {
            file.file_name().as_encoded_bytes().starts_with(b"wayland-")
                && file.file_type().is_ok_and(|kind| kind.is_socket())
        });
        sockets.extend(files.filter_map(|file| file.path().canonicalize().ok()));
    }
    sockets.sort();
    sockets.dedup();
    sockets
}

/// Returns the process that listens at the other end; `None` if it can't be seen from here.
fn peer(stream: &Async<UnixStream>) -> Option<u32> {
    let peer = socket_peercred(stream.get_ref()).ok()?;
    u32::try_from(peer.pid.as_raw_nonzero().get()).ok()
}

fn parent(process: u32) -> Option<u32> {
    let stat = fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    // The name, in parentheses, may contain anything. It is followed by the state and the parent.
    let (_, rest) = stat.rsplit_once(')')?;
    rest.split_whitespace().nth(1)?.parse().ok()
}

/// Returns the environment that a process was started with, as far as it is readable.
fn environment(process: u32) -> Vec<(OsString, OsString)> {
    let block = fs::read(format!("/proc/{process}/environ")).unwrap_or_default();
    let entries = block.split(|byte| *byte == 0);
    let pair = |entry: &[u8]| {
        let at = entry.iter().position(|byte| *byte == b'=')?;
        let text = |bytes: &[u8]| OsString::from_vec(bytes.to_vec());
        Some((text(&entry[..at]), text(&entry[at + 1..])))
    };
    entries.filter_map(pair).collect()
}

fn variable(environment: &[(OsString, OsString)], name: &str) -> Option<OsString> {
    let mut matching = environment.iter().filter(|(key, _)| key == name);
    let value = matching.next().map(|(_, value)| value.clone());
    value.filter(|value| !value.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_environment_and_the_parent_of_a_process_are_known() {
        let mut child = std::process::Command::new("sleep")
            .arg("60")
            .env("WAYLAND_DISPLAY", "wayland-7")
            .env("EMPTY", "")
            .spawn()
            .unwrap();
        assert_eq!(parent(child.id()), Some(std::process::id()));
        // The kernel may not have completed the new process yet.
        let mut block = environment(child.id());
        while block.is_empty() {
            std::thread::yield_now();
            block = environment(child.id());
        }
        assert_eq!(
            variable(&block, "WAYLAND_DISPLAY"),
            Some("wayland-7".into())
        );
        assert_eq!(variable(&block, "EMPTY"), None);
        child.kill().unwrap();
        child.wait().unwrap();
        assert_eq!(parent(u32::MAX), None);
    }
}
