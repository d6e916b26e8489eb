//! The figure's pixels.

use slint::{Image, Rgba8Pixel, SharedPixelBuffer};
use unhunch::figure::{Drawing, Painter, Stance, Theme};

/// Paints the figure for the window. It keeps two buffers and writes into the one that isn't shown, so that no frame
/// allocates.
pub(crate) struct Canvas {
    painter: Painter,
    buffers: [SharedPixelBuffer<Rgba8Pixel>; 2],
    shown: usize,
}

/// The largest side of the square, in pixels; larger figures are stretched.
const LARGEST: u16 = 2048;

impl Canvas {
    pub(crate) fn new() -> Self {
        Self {
            painter: Painter::new(),
            buffers: [SharedPixelBuffer::new(1, 1), SharedPixelBuffer::new(1, 1)],
            shown: 0,
        }
    }

    /// The figure on a square with sides of so many pixels.
    pub(crate) fn draw(
        &mut self,
        drawing: &Drawing,
        stance: &Stance,
        side: f32,
        theme: Theme,
    ) -> Image {
        let side = side.round().clamp(1.0, f32::from(LARGEST)) as u16;
        self.shown = 1 - self.shown;
        let buffer = &mut self.buffers[self.shown];
        if buffer.width() != u32::from(side) {
            *buffer = SharedPixelBuffer::new(side.into(), side.into());
        }
        let shapes = drawing.shapes(stance, side.into(), theme);
        self.painter
            .paint(&shapes, side, side, buffer.make_mut_bytes());
        Image::from_rgba8_premultiplied(buffer.clone())
    }
}
