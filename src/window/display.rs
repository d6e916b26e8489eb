//! The window and the display server: the first frame, coming to the user, and the end of the server.
//!
//! A window counts as open once its first frame is on the screen. Asking for the focus doesn't show a window: it may be on another
//! workspace, or the server may refuse. So a window that is asked for and not seen is opened once more where the user is.

#[cfg(target_os = "linux")]
#[path = "display/linux/mod.rs"]
mod system;
#[cfg(not(target_os = "linux"))]
#[path = "display/native.rs"]
mod system;

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::Duration;

use slint::winit_030::WinitWindowAccessor as _;
use slint::{ComponentHandle as _, Timer, TimerMode};
use winit::window::WindowAttributes;

pub(crate) use self::system::{FileDrops, Watchdog, end_if_gone, explain_end};
use crate::ui::AppWindow;

/// The interval for looking if the window is on the screen.
const CHECK: Duration = Duration::from_millis(100);

/// The number of frames after which a window is visible. An invisible one may paint one, and then waits for the display server.
const SEEN_FRAMES: u32 = 2;

/// The number of looks without a new frame after which the window is invisible.
const QUIET_CHECKS: u32 = 4;

/// The number of frames repainted in full after a change: two buffers, and one frame that may still have the old size.
const FRAMES: u8 = 3;

/// Where the user has the window.
#[cfg_attr(
    not(target_os = "linux"),
    expect(
        dead_code,
        reason = "other systems show a window that asks for the focus"
    )
)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sight {
    /// They see it, and it has the focus if the display server tells.
    InFront,
    /// It is on their workspace, but another window has the focus.
    Behind,
    /// It is minimised or on another workspace.
    Hidden,
}

/// Tracks the frames of the window, and brings the window to the user.
#[derive(Default)]
pub(crate) struct Presence {
    /// The number of frames still to be repainted in full.
    whole_frames: Cell<u8>,
    /// The number of frames painted so far, which may start over at 0.
    frames: Cell<u32>,
    first_frame: Timer,
    watchdog: RefCell<Option<Watchdog>>,
    /// The activation token of the window that is being opened.
    token: RefCell<Option<String>>,
    coming: Timer,
}

impl Presence {
    /// Creates the presence of a window that is being opened. The watchdog ends the program if its first frame is not on the
    /// screen in time.
    pub(crate) fn new(watchdog: Watchdog) -> Rc<Self> {
        let presence = Self::default();
        presence.watchdog.replace(Some(watchdog));
        Rc::new(presence)
    }

    /// Sets the activation token of the window that is being opened.
    pub(crate) fn set_token(&self, token: Option<String>) {
        self.token.replace(token);
    }

    /// Hands the activation token over to a window that is being created.
    pub(crate) fn activate(&self, attributes: WindowAttributes) -> WindowAttributes {
        match self.token.take() {
            Some(token) => system::with_token(attributes, token),
            None => attributes,
        }
    }

    /// Repaints the whole window several times, once per buffer.
    pub(crate) fn repaint(&self, window: &AppWindow) {
        self.whole_frames.set(FRAMES);
        request_frame(window);
    }

    /// Marks the frame that is about to be painted as changed, if the whole window is to be repainted.
    fn paint_whole(&self, window: &AppWindow) {
        let left = self.whole_frames.get().saturating_sub(1);
        if self.whole_frames.replace(left) > 0 {
            window.set_whole_frame(!window.get_whole_frame());
        }
        if left > 0 {
            request_frame(window);
        }
    }

    /// Counts a frame that is about to be painted. The first time that one is on the screen, the window has come up.
    pub(crate) fn count_frame(self: &Rc<Self>, window: &AppWindow) {
        self.frames.set(self.frames.get().wrapping_add(1));
        self.paint_whole(window);
        if self.watchdog.borrow().is_none() || self.first_frame.running() {
            return;
        }
        let (presence, weak) = (Rc::downgrade(self), window.as_weak());
        let look = move || {
            let (Some(presence), Some(window)) = (presence.upgrade(), weak.upgrade()) else {
                return;
            };
            if system::is_on_screen(window.window()) {
                presence.first_frame.stop();
                presence.watchdog.take();
                window.invoke_came_up();
            }
        };
        self.first_frame.start(TimerMode::Repeated, CHECK, look);
    }

    /// Brings the window to the user, who has asked for it, with the token of the click.
    pub(crate) fn come_forward(self: &Rc<Self>, window: &AppWindow, token: Option<String>) {
        window.window().with_winit_window(|window| {
            // On X11, winit restores a window by activating it, which a window manager may refuse while it is on another workspace.
            if window.is_minimized() != Some(false) {
                window.set_minimized(false);
            }
        });
        system::activate(window.window(), token.as_deref());
        self.repaint(window);
        let (presence, weak) = (Rc::downgrade(self), window.as_weak());
        let mut last = self.frames.get();
        let (mut painted, mut quiet_checks) = (0, 0);
        let look = move || {
            let (Some(presence), Some(window)) = (presence.upgrade(), weak.upgrade()) else {
                return;
            };
            let frames = presence.frames.get();
            let new = frames.wrapping_sub(last);
            last = frames;
            painted += new;
            // On a busy machine frames come late.
            quiet_checks = if new > 0 { 0 } else { quiet_checks + 1 };
            let sight = system::sight(window.window(), painted >= SEEN_FRAMES);
            let is_over = sight == Sight::InFront || quiet_checks == QUIET_CHECKS;
            if is_over {
                presence.coming.stop();
            }
            match sight {
                Sight::InFront => {}
                // A window manager may have been busy with moving it, so that the first request came too early.
                Sight::Behind => system::activate(window.window(), None),
                Sight::Hidden if is_over => reopen(&window),
                Sight::Hidden => {}
            }
        };
        self.coming.start(TimerMode::Repeated, CHECK, look);
    }
}

/// Hides the window and shows it again, so that it opens where the user is. The pages don't notice.
fn reopen(window: &AppWindow) {
    system::prepare_reopening(window.window());
    if let Err(error) = window.hide().and_then(|()| window.show()) {
        log::debug!("toolkit: {error}");
    }
}

/// Requests a redraw after the current one: a request during painting would be merged into the current frame.
fn request_frame(window: &AppWindow) {
    let weak = window.as_weak();
    Timer::single_shot(Duration::ZERO, move || {
        if let Some(window) = weak.upgrade() {
            window.window().request_redraw();
        }
    });
}
