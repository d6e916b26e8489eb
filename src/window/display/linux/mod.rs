//! X11 and Wayland: windows on other workspaces, activation tokens, and display servers that hang or end.

mod file_drops;
mod wayland;
mod x11;

use std::os::fd::{AsFd as _, OwnedFd};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::time::Duration;
use std::{env, io, panic, process, thread};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;
use slint::winit_030::WinitWindowAccessor as _;
use unhunch::lang::tr;
use winit::platform::startup_notify::WindowAttributesExtStartupNotify as _;
use winit::raw_window_handle::{HasWindowHandle as _, RawWindowHandle};
use winit::window::{ActivationToken, WindowAttributes};

pub(crate) use self::file_drops::FileDrops;
use self::x11::Server;
use super::Sight;

/// The time in which the first frame has to be on the screen. Fonts and a busy machine may take seconds.
const OPENING: Duration = Duration::from_secs(15);

/// Ends the program if the window is not on the screen in time, because the display server hangs. Dropping it ends the watch.
pub(crate) struct Watchdog {
    _kept: Sender<()>,
}

impl Watchdog {
    pub(crate) fn start() -> io::Result<Self> {
        let (sender, receiver) = mpsc::channel();
        thread::Builder::new()
            .name("watchdog".into())
            .spawn(move || {
                if receiver.recv_timeout(OPENING) == Err(RecvTimeoutError::Timeout) {
                    end(tr("the window did not appear on the screen"));
                }
            })?;
        Ok(Self { _kept: sender })
    }
}

/// The sentence for a display server that has ended.
fn ended() -> &'static str {
    tr("the display server has quit, so the window closes")
}

/// Our own connection to the display server, by which we see that it has ended.
static SERVER: OnceLock<OwnedFd> = OnceLock::new();

/// The time after which a panic has another cause than the end of the display server.
const CAUSE: Timespec = Timespec {
    tv_sec: 0,
    tv_nsec: 500_000_000,
};

/// Ends the program with a sentence when the display server ends. The toolkit would panic, or exit without a word.
pub(crate) fn explain_end() {
    let Some(server) = connect() else {
        // The toolkit fails to connect as well, and that has its own sentence.
        return;
    };
    let _ = SERVER.set(server);
    let report = panic::take_hook();
    panic::set_hook(Box::new(move |panic| {
        end_if_gone();
        report(panic);
    }));
    let watch = || {
        if has_ended(None) {
            end(ended());
        }
    };
    // Without the thread, the panic hook still knows the reason.
    let _ = thread::Builder::new().name("display".into()).spawn(watch);
}

/// Ends the program with a sentence if the display server has ended.
pub(crate) fn end_if_gone() {
    if has_ended(Some(&CAUSE)) {
        end(ended());
    }
}

fn connect() -> Option<OwnedFd> {
    if let Some(name) = env::var_os("WAYLAND_DISPLAY").filter(|name| !name.is_empty()) {
        let folder = env::var_os("XDG_RUNTIME_DIR").unwrap_or_default();
        let server = UnixStream::connect(Path::new(&folder).join(name));
        if let Ok(server) = server {
            return Some(server.into());
        }
    }
    // The X server closes connections that don't introduce themselves.
    let (server, _) = x11rb::connect(None).ok()?;
    server.stream().as_fd().try_clone_to_owned().ok()
}

/// Waits until the display server closes our connection. Returns `false` after the timeout, or if there is no connection.
fn has_ended(timeout: Option<&Timespec>) -> bool {
    let Some(server) = SERVER.get() else {
        return false;
    };
    let mut ends = [PollFd::new(server, PollFlags::empty())];
    loop {
        match poll(&mut ends, timeout) {
            Ok(count) => return count > 0,
            Err(Errno::INTR) => {}
            Err(_) => return false,
        }
    }
}

/// Ends the program with this sentence. Only the first call does.
fn end(sentence: &str) -> ! {
    static ENDS: AtomicBool = AtomicBool::new(false);
    if ENDS.swap(true, Ordering::AcqRel) {
        loop {
            thread::park();
        }
    }
    eprintln!("unhunch-window: {sentence}");
    process::exit(1)
}

pub(super) fn with_token(attributes: WindowAttributes, token: String) -> WindowAttributes {
    attributes.with_activation_token(ActivationToken::from_raw(token))
}

/// Returns `true` if a painted window is on the screen, or in the hands of a window manager that keeps it on another workspace.
pub(super) fn is_on_screen(window: &slint::Window) -> bool {
    match window.with_winit_window(x11_id).flatten() {
        Some(id) => Server::connect()
            .and_then(|server| server.has_taken(id))
            .unwrap_or_default(),
        // A Wayland compositor has accepted the window before the first frame is painted.
        None => true,
    }
}

/// Asks the window manager to bring the window to the user. On Wayland that takes the token of a click.
pub(super) fn activate(window: &slint::Window, token: Option<&str>) {
    let activated = match window.with_winit_window(x11_id).flatten() {
        Some(id) => Server::connect().and_then(|server| server.activate(id, token)),
        None => window
            .with_winit_window(|window| {
                token.map_or(Ok(()), |token| wayland::activate(window, token))
            })
            .unwrap_or(Ok(())),
    };
    if let Err(error) = activated {
        log::debug!("activation: {error}");
    }
}

/// Returns where the user has the window. `is_painted`: it has painted frames lately.
pub(super) fn sight(window: &slint::Window, is_painted: bool) -> Sight {
    if let Some(id) = window.with_winit_window(x11_id).flatten() {
        // Without an answer, it stays as it is.
        let server = Server::connect();
        return server
            .and_then(|server| server.sight(id))
            .unwrap_or(Sight::InFront);
    }
    let is_focused = window.with_winit_window(winit::window::Window::has_focus);
    if is_painted || is_focused.unwrap_or_default() {
        Sight::InFront
    } else {
        Sight::Hidden
    }
}

/// Names the window before it is created once more, which happens on Wayland.
pub(super) fn prepare_reopening(window: &slint::Window) {
    if window.with_winit_window(x11_id).flatten().is_none() {
        // This fails only without a toolkit.
        let _ = slint::set_xdg_app_id(unhunch::paths::application_id());
    }
}

fn x11_id(window: &winit::window::Window) -> Option<u32> {
    match window.window_handle().map(|handle| handle.as_raw()) {
        Ok(RawWindowHandle::Xlib(handle)) => u32::try_from(handle.window).ok(),
        Ok(RawWindowHandle::Xcb(handle)) => Some(handle.window.get()),
        Ok(_) | Err(_) => None,
    }
}
