//! The position and size of a new window, and whether it may take the keyboard focus.
//!
//! On X11 it opens in the middle of the monitor with the pointer, and leaves the focus to a full-screen window. Wayland
//! compositors decide both.

#[cfg(target_os = "linux")]
#[path = "place/linux.rs"]
mod system;
#[cfg(not(target_os = "linux"))]
#[path = "place/native.rs"]
mod system;

use winit::window::{Icon, WindowAttributes};

pub(crate) use self::system::{detect, enable_backing_store, open_without_focus};

/// The place of a new window.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Place {
    /// The upper left corner in desktop coordinates, in physical pixels. `None` to leave it to the window manager.
    pub(crate) corner: Option<(i32, i32)>,
    /// The size that leaves room for a panel and the title bar, in logical pixels. `None` if the monitor isn't known yet.
    pub(crate) size: Option<(f64, f64)>,
    /// Opens without the keyboard focus because a video or presentation is in full screen.
    pub(crate) without_focus: bool,
}

/// The height taken by a panel and a title bar, in logical pixels, with a small margin.
const PANELS_HEIGHT: f64 = 110.0;

/// The horizontal space left free beside the window, in logical pixels.
const SIDE_MARGIN: f64 = 40.0;

/// The minimum size set in the markup, in logical pixels.
const MIN_SIZE: (f64, f64) = (400.0, 420.0);

/// The height below which the text moves from below the figure to beside it, in logical pixels.
const LOW_HEIGHT: f64 = 560.0;

/// The ratio of width to height of a low window, where the figure and the text are side by side.
const SIDE_BY_SIDE: f64 = 1.6;

/// Returns the actual size of a window of the given size on a monitor of the given size, in logical pixels.
pub(crate) fn fit(size: (f64, f64), monitor: (f64, f64)) -> (f64, f64) {
    let most = (
        (monitor.0 - SIDE_MARGIN).max(MIN_SIZE.0),
        (monitor.1 - PANELS_HEIGHT).max(MIN_SIZE.1),
    );
    let height = size.1.min(most.1);
    let width = if height < LOW_HEIGHT && height < size.1 {
        size.0.max((height * SIDE_BY_SIDE).round())
    } else {
        size.0
    };
    (width.min(most.0), height)
}

/// Sets the position, activation, icon and name of the window to be created.
pub(crate) fn configure(attributes: WindowAttributes, place: Place) -> WindowAttributes {
    let mut attributes = attributes
        .with_transparent(false)
        .with_active(!place.without_focus)
        .with_window_icon(icon());
    if let Some((x, y)) = place.corner {
        attributes = attributes.with_position(winit::dpi::PhysicalPosition::new(x, y));
    }
    system::with_name(attributes)
}

/// Returns the program's icon, for title bars and panels that don't find it through the desktop entry.
fn icon() -> Option<Icon> {
    const SIDE: u32 = 128;
    let packed = include_bytes!(concat!(env!("OUT_DIR"), "/window-icon.bin"));
    let pixels = miniz_oxide::inflate::decompress_to_vec(packed).ok()?;
    Icon::from_rgba(pixels, SIDE, SIDE).ok()
}

/// Resizes the window, in logical pixels.
pub(crate) fn resize(window: &slint::Window, (width, height): (f64, f64)) {
    window.set_size(slint::LogicalSize::new(width as f32, height as f32));
}

#[cfg(test)]
mod tests {
    use super::*;

    const USUAL: (f64, f64) = (440.0, 720.0);

    #[test]
    fn the_window_fits_on_its_monitor() {
        assert_eq!(fit(USUAL, (1920.0, 1080.0)), USUAL);
        assert_eq!(fit(USUAL, (1366.0, 768.0)), (440.0, 658.0));
        assert_eq!(
            fit(USUAL, (960.0, 540.0)),
            (688.0, 430.0),
            "full HD at 200 %"
        );
        assert_eq!(fit(USUAL, (853.0, 533.0)), (677.0, 423.0), "at 300 %");
        assert_eq!(fit(USUAL, (360.0, 640.0)), (400.0, 530.0));
        assert_eq!(fit((622.0, 1018.0), (1366.0, 768.0)), (622.0, 658.0));
    }

    #[test]
    fn the_window_has_its_icon() {
        assert!(icon().is_some());
    }
}
