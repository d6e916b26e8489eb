//! Windows and macOS show a window when it asks for the focus, and outlive it.

use std::path::PathBuf;

use slint::winit_030::WinitWindowAccessor as _;
use winit::window::WindowAttributes;

use super::Sight;

/// These systems may leave a window unpainted while the screen is locked, so nothing ends it.
pub(crate) struct Watchdog;

impl Watchdog {
    pub(crate) fn start() -> std::io::Result<Self> {
        Ok(Self)
    }
}

/// The toolkit reports the files that are dropped on the window.
pub(crate) struct FileDrops;

impl FileDrops {
    pub(crate) fn follow(
        _window: &winit::window::Window,
        _callback: impl Fn(Vec<PathBuf>) + Send + 'static,
    ) -> Option<Self> {
        None
    }
}

pub(crate) fn explain_end() {}

pub(crate) fn end_if_gone() {}

pub(super) fn with_token(attributes: WindowAttributes, _token: String) -> WindowAttributes {
    attributes
}

pub(super) fn is_on_screen(_window: &slint::Window) -> bool {
    true
}

pub(super) fn activate(window: &slint::Window, _token: Option<&str>) {
    window.with_winit_window(|window| window.focus_window());
}

pub(super) fn sight(_window: &slint::Window, _is_painted: bool) -> Sight {
    Sight::InFront
}

pub(super) fn prepare_reopening(_window: &slint::Window) {}
