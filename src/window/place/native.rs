//! Windows and macOS place windows well by themselves.

use winit::window::WindowAttributes;

use super::Place;

pub(super) fn name(attributes: WindowAttributes) -> WindowAttributes {
    attributes
}

pub(crate) fn look(_size: (f64, f64)) -> Place {
    Place::default()
}

pub(crate) fn keep_contents(_window: &winit::window::Window) {}

pub(crate) fn open_quietly(_window: &slint::Window) {}
