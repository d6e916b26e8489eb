//! Windows and macOS place windows well by themselves.

use winit::window::WindowAttributes;

use super::Place;

pub(super) fn with_name(attributes: WindowAttributes) -> WindowAttributes {
    attributes
}

pub(crate) fn detect(_size: (f64, f64)) -> Place {
    Place::default()
}

pub(crate) fn enable_backing_store(_window: &winit::window::Window) {}

pub(crate) fn open_without_focus(_window: &slint::Window) {}
