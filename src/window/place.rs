//! Where the window opens and how large, and whether it may take the keyboard.
//!
//! On X11 that is the middle of the monitor with the pointer, and a full-screen window keeps the keyboard. Wayland decides both for us.

#[cfg(target_os = "linux")]
#[path = "place/linux.rs"]
mod system;
#[cfg(not(target_os = "linux"))]
#[path = "place/native.rs"]
mod system;

use winit::window::{Icon, WindowAttributes};

pub(crate) use self::system::{keep_contents, look, open_quietly};

/// Where to open.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Place {
    /// The upper left corner on the whole desktop, in physical pixels; none: wherever the window manager likes.
    pub(crate) corner: Option<(i32, i32)>,
    /// The size that leaves room for a panel and the title, in logical pixels; none where the monitor isn't known yet.
    pub(crate) size: Option<(f64, f64)>,
    /// Somebody watches or presents something in full screen: open without the keyboard.
    pub(crate) quietly: bool,
}

/// What a panel and a title bar take of a monitor's height, in logical pixels, with a little air.
const FURNITURE: f64 = 110.0;

/// What stays free beside the window, in logical pixels.
const BESIDE: f64 = 40.0;

/// The smallest size that the markup allows, in logical pixels.
const LEAST: (f64, f64) = (400.0, 420.0);

/// Below this height there is more room beside the figure than below it, in logical pixels.
const LOW: f64 = 560.0;

/// How wide a low window is: the figure and the words side by side.
const SIDE_BY_SIDE: f64 = 1.6;

/// The size that a window of this size has on a monitor of that size, all in logical pixels.
pub(crate) fn fit(size: (f64, f64), monitor: (f64, f64)) -> (f64, f64) {
    let most = (
        (monitor.0 - BESIDE).max(LEAST.0),
        (monitor.1 - FURNITURE).max(LEAST.1),
    );
    let height = size.1.min(most.1);
    let width = if height < LOW && height < size.1 {
        size.0.max((height * SIDE_BY_SIDE).round())
    } else {
        size.0
    };
    (width.min(most.0), height)
}

/// How the window is made: where, whether with the keyboard, and what panels and window managers know it by.
pub(crate) fn dress(attributes: WindowAttributes, place: Place) -> WindowAttributes {
    let mut attributes = attributes
        .with_transparent(false)
        .with_active(!place.quietly)
        .with_window_icon(icon());
    if let Some((x, y)) = place.corner {
        attributes = attributes.with_position(winit::dpi::PhysicalPosition::new(x, y));
    }
    system::name(attributes)
}

/// The picture of the program, for title bars and panels that don't find it through its desktop entry.
fn icon() -> Option<Icon> {
    const SIDE: u32 = 128;
    let packed = include_bytes!(concat!(env!("OUT_DIR"), "/window-icon.bin"));
    let pixels = miniz_oxide::inflate::decompress_to_vec(packed).ok()?;
    Icon::from_rgba(pixels, SIDE, SIDE).ok()
}

/// Gives the window that size, in logical pixels.
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
