//! A complete picture: the person and the room, as shapes from back to front.

use super::focus::Focus;
use super::look::Style;
use super::props::Prop;
use super::shape::{Camera, Shape, View};
use super::skeleton::Body;
use super::sketch::Sketch;
use super::{head, limbs, trunk};

/// The camera, the props and the effects of a picture. The body in its pose is passed to [`shapes`](Self::shapes).
pub(super) struct Scene<'a> {
    pub(super) view: &'a View,
    pub(super) props: &'a [Prop],
    pub(super) focus: &'a [Focus],
    /// Strength of the focus glow, 0 to 1.
    pub(super) glow: f32,
    /// Fullness of the lungs, 0 to 1.
    pub(super) fullness: f32,
}

impl Scene<'_> {
    pub(super) fn shapes(&self, body: &Body, size: f32, style: Style) -> Vec<Shape> {
        let mut sketch = Sketch::new(Camera::new(self.view, size), style);
        sketch.glow(self.focus, body, self.glow);
        for prop in self.props {
            prop.draw(&mut sketch, body);
        }
        trunk::draw(&mut sketch, body, self.fullness);
        head::draw(&mut sketch, body);
        for i in [0, 1] {
            limbs::arm(&mut sketch, body, &body.arms[i], &limbs::SIDES[i]);
            limbs::leg(&mut sketch, body, &body.legs[i], &limbs::SIDES[i]);
        }
        sketch.finish()
    }
}
