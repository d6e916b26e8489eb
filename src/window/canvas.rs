//! The pixels of the figure.

use slint::{Image, Rgba8Pixel, SharedPixelBuffer};
use unhunch::figure::{Drawing, FAINTEST, Landmarks, Painter, Rgba, Shape, Stance, Style, extent};

/// Paints the figure for the window, and repaints it only if that is seen: in a slow movement, several frames look alike. Two
/// buffers alternate so that no frame allocates while the other one is on screen.
pub(crate) struct Canvas {
    painter: Painter,
    buffers: [SharedPixelBuffer<Rgba8Pixel>; 2],
    front_buffer: usize,
    /// The region painted so far; it grows until the figure or the size of the square changes.
    part: Region,
    /// The image that is shown, and its content.
    last: Option<(Content, RegionImage)>,
}

/// Everything that an image depends on.
struct Content {
    /// The landmarks of the figure, then those of its hints.
    landmarks: Vec<Landmarks>,
    /// The opacities of the ghost and of the arrow.
    strengths: [f32; 2],
    side: u16,
    style: Style,
    ground: Option<Rgba>,
    /// The address of the drawing.
    drawing_address: usize,
}

impl Content {
    /// Returns the content of an image without hints.
    fn new(drawing: &Drawing, landmarks: Landmarks, side: u16, style: Style) -> Self {
        Self {
            landmarks: vec![landmarks],
            strengths: [0.0; 2],
            side,
            style,
            ground: None,
            drawing_address: std::ptr::from_ref(drawing).addr(),
        }
    }

    fn with_hints(mut self, hints: &Hints<'_>, drawing: &Drawing) -> Self {
        let side = self.side.into();
        if let Some((pose, strength)) = &hints.ghost {
            self.landmarks.push(drawing.landmarks(pose, side));
            self.strengths[0] = *strength;
        }
        if let Some((movement, strength)) = hints.arrow {
            // These tell all movements apart: a roll forward and one backward differ before they are halfway.
            for progress in [0.0, 0.25, 1.0] {
                let times = movement.times.min(1);
                let moment = Stance {
                    progress,
                    times,
                    ..movement
                };
                self.landmarks.push(drawing.landmarks(&moment, side));
            }
            self.strengths[1] = strength;
        }
        self
    }

    /// Returns `true` if nobody can tell images with these contents apart.
    fn looks_like(&self, other: &Self) -> bool {
        let mut strengths = self.strengths.iter().zip(other.strengths);
        let mut landmarks = self.landmarks.iter().zip(&other.landmarks);
        (self.drawing_address, self.side, self.style, self.ground)
            == (other.drawing_address, other.side, other.style, other.ground)
            && self.landmarks.len() == other.landmarks.len()
            && strengths.all(|(a, b)| (a - b).abs() < FAINTEST)
            && landmarks.all(|(a, b)| a.look_like(b))
    }
}

/// A region of the square, in pixels.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Region {
    left: u16,
    top: u16,
    right: u16,
    bottom: u16,
    /// The side of the square.
    side: u16,
    /// The address of the drawing. A different drawing resets the region.
    drawing_address: usize,
}

/// The overlays that point out the next movement, each with its strength, from 0 to 1.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Hints<'a> {
    /// The movement that gets an arrow.
    pub(crate) arrow: Option<(Stance<'a>, f32)>,
    /// The pose that is shown faintly.
    pub(crate) ghost: Option<(Stance<'a>, f32)>,
}

impl Hints<'_> {
    fn over(&self, drawing: &Drawing, stance: &Stance, side: f32, style: Style) -> Vec<Shape> {
        let mut shapes = drawing.shapes(stance, side, style);
        if let Some((pose, strength)) = &self.ghost {
            shapes.push(drawing.ghost(pose, *strength, side, style));
        }
        if let Some((movement, strength)) = &self.arrow {
            shapes.extend(drawing.arrow(movement, *strength, side, style));
        }
        shapes
    }
}

/// An image of a region of the square. The rest of the square is empty.
#[derive(Clone)]
pub(crate) struct RegionImage {
    pub(crate) image: Image,
    /// Left edge, upper edge, width and height, as fractions of the side.
    pub(crate) place: [f32; 4],
}

/// The largest side of the square, in pixels; larger figures are stretched.
const LARGEST: u16 = 2048;
/// The edges of a region are rounded to multiples of this many pixels, so that they seldom move.
const GRAIN: u16 = 4;
/// The divisor of the side that gives the largest radius of a rounded corner.
const CORNER_DIVISOR: u16 = 16;

impl Canvas {
    pub(crate) fn new() -> Self {
        Self {
            painter: Painter::new(),
            buffers: [SharedPixelBuffer::new(1, 1), SharedPixelBuffer::new(1, 1)],
            front_buffer: 0,
            part: Region::default(),
            last: None,
        }
    }

    /// Paints the figure on a square with sides of `side` pixels.
    pub(crate) fn draw(
        &mut self,
        drawing: &Drawing,
        stance: &Stance,
        side: f32,
        style: Style,
    ) -> Image {
        self.draw_with_hints(drawing, stance, &Hints::default(), side, style)
    }

    /// Paints like [`Self::draw`], with hints over the figure.
    pub(crate) fn draw_with_hints(
        &mut self,
        drawing: &Drawing,
        stance: &Stance,
        hints: &Hints<'_>,
        side: f32,
        style: Style,
    ) -> Image {
        let side = to_pixels(side);
        let landmarks = drawing.landmarks(stance, side.into());
        let content = Content::new(drawing, landmarks, side, style).with_hints(hints, drawing);
        let shapes = || hints.over(drawing, stance, side.into(), style);
        self.show(content, |canvas| canvas.paint_whole(&shapes(), side))
            .image
    }

    /// Paints the second view of the figure. Returns an empty image if the drawing has none.
    pub(crate) fn draw_second(
        &mut self,
        drawing: &Drawing,
        stance: &Stance,
        side: f32,
        style: Style,
    ) -> Image {
        let side = to_pixels(side);
        let Some(landmarks) = drawing.second_landmarks(stance, side.into()) else {
            return Image::default();
        };
        let content = Content::new(drawing, landmarks, side, style);
        let shapes = || drawing.second_shapes(stance, side.into(), style);
        self.show(content, |canvas| {
            canvas.paint_whole(&shapes().unwrap_or_default(), side)
        })
        .image
    }

    /// Paints like [`Self::draw`], but only the region that the figure needs, on `ground`. A smaller region saves painting and
    /// copying to the screen, and an opaque image is copied in a quarter of the time.
    pub(crate) fn draw_region(
        &mut self,
        drawing: &Drawing,
        stance: &Stance,
        hints: &Hints<'_>,
        side: f32,
        style: Style,
        ground: Rgba,
    ) -> RegionImage {
        let side = to_pixels(side);
        let landmarks = drawing.landmarks(stance, side.into());
        let mut content = Content::new(drawing, landmarks, side, style).with_hints(hints, drawing);
        content.ground = Some(ground);
        let drawing_address = content.drawing_address;
        let shapes = || hints.over(drawing, stance, side.into(), style);
        self.show(content, |canvas| {
            canvas.paint_region(&shapes(), side, drawing_address, ground)
        })
    }

    /// Returns the last image if it looks like the new one, and paints the new one otherwise.
    fn show(
        &mut self,
        content: Content,
        paint: impl FnOnce(&mut Self) -> RegionImage,
    ) -> RegionImage {
        match &self.last {
            Some((last, image)) if last.looks_like(&content) => image.clone(),
            Some(_) | None => {
                let image = paint(self);
                self.last = Some((content, image.clone()));
                image
            }
        }
    }

    fn paint_whole(&mut self, shapes: &[Shape], side: u16) -> RegionImage {
        let all = Region::all(side);
        RegionImage {
            image: Image::from_rgba8_premultiplied(self.paint(shapes, all, None)),
            place: all.place(),
        }
    }

    fn paint_region(
        &mut self,
        shapes: &[Shape],
        side: u16,
        drawing_address: usize,
        ground: Rgba,
    ) -> RegionImage {
        self.part = Region::covering(shapes, side, drawing_address).union(self.part);
        let part = self.part;
        let image = if part.is_inside() {
            Image::from_rgba8(self.paint(shapes, part, Some(ground)))
        } else {
            Image::from_rgba8_premultiplied(self.paint(shapes, part, None))
        };
        RegionImage {
            place: part.place(),
            image,
        }
    }

    fn paint(
        &mut self,
        shapes: &[Shape],
        part: Region,
        ground: Option<Rgba>,
    ) -> SharedPixelBuffer<Rgba8Pixel> {
        self.front_buffer = 1 - self.front_buffer;
        let buffer = &mut self.buffers[self.front_buffer];
        let [width, height] = part.size();
        if (buffer.width(), buffer.height()) != (width.into(), height.into()) {
            *buffer = SharedPixelBuffer::new(width.into(), height.into());
        }
        let corner = [part.left, part.top];
        let pixels = buffer.make_mut_bytes();
        self.painter
            .paint_part(shapes, corner, [width, height], ground, pixels);
        buffer.clone()
    }
}

fn to_pixels(side: f32) -> u16 {
    side.round().clamp(1.0, f32::from(LARGEST)) as u16
}

impl Region {
    fn all(side: u16) -> Self {
        Self {
            right: side,
            bottom: side,
            side,
            ..Self::default()
        }
    }

    /// Returns the region covered by the shapes, with a margin of one pixel.
    fn covering(shapes: &[Shape], side: u16, drawing_address: usize) -> Self {
        let Some([low, high]) = extent(shapes) else {
            return Self {
                drawing_address,
                ..Self::all(side)
            };
        };
        // Casts from float saturate.
        let down = |at: f32| ((at - 1.0) as u16).min(side - 1) / GRAIN * GRAIN;
        let up = |at: f32| ((at + 2.0) as u16).div_ceil(GRAIN).saturating_mul(GRAIN);
        Self {
            left: down(low.x),
            top: down(low.y),
            right: up(high.x).clamp(1, side),
            bottom: up(high.y).clamp(1, side),
            side,
            drawing_address,
        }
    }

    /// Returns the union with `before` if figure and square are the same.
    fn union(self, before: Self) -> Self {
        if (before.side, before.drawing_address) != (self.side, self.drawing_address) {
            return self;
        }
        Self {
            left: self.left.min(before.left),
            top: self.top.min(before.top),
            right: self.right.max(before.right),
            bottom: self.bottom.max(before.bottom),
            ..self
        }
    }

    /// Returns `true` if the region touches none of the rounded corners, so that only the ground lies under it.
    fn is_inside(self) -> bool {
        let round = self.side / CORNER_DIVISOR;
        let wide = self.left < round || self.right > self.side - round;
        let tall = self.top < round || self.bottom > self.side - round;
        !(wide && tall)
    }

    fn size(self) -> [u16; 2] {
        [self.right - self.left, self.bottom - self.top]
    }

    fn place(self) -> [f32; 4] {
        let [width, height] = self.size();
        [self.left, self.top, width, height].map(|px| f32::from(px) / f32::from(self.side))
    }
}

#[cfg(test)]
mod tests {
    use unhunch::routine::Library;

    use super::*;

    /// A side that is not a multiple of `GRAIN`, in pixels.
    const SIDE: u16 = 389;
    const WHITE: Rgba = [1.0; 4];

    /// Frames that are left out hardly differ from the image that stays, and a slow movement leaves many out.
    #[test]
    fn a_movement_is_repainted_as_soon_as_it_can_be_seen() {
        let library = Library::shipped();
        for id in ["cat-cow", "thoracic-extension", "shoulder-roll"] {
            let plan = library.plan(id).unwrap();
            let drawing = plan.parts()[0].exercise.figure.drawing().unwrap();
            let mut canvas = Canvas::new();
            let mut reused = 0;
            let frames = 120;
            for frame in 0..frames {
                let cue = plan.at(plan.phases()[0].seconds + f64::from(frame) / 60.0);
                let (stance, side, style) = (cue.stance(), 240.0, Style::default());
                let before = canvas.front_buffer;
                let displayed = canvas.draw(drawing, &stance, side, style);
                if canvas.front_buffer != before {
                    continue;
                }
                reused += 1;
                let exact = Canvas::new().draw(drawing, &stance, side, style);
                let (displayed, exact) = (
                    displayed.to_rgba8_premultiplied(),
                    exact.to_rgba8_premultiplied(),
                );
                let (displayed, exact) = (displayed.unwrap(), exact.unwrap());
                let pairs = displayed.as_bytes().iter().zip(exact.as_bytes());
                let far = pairs.filter(|(a, b)| a.abs_diff(**b) > 64).count();
                assert!(far < 100, "{id}, frame {frame}: {far}");
            }
            assert!((frames / 10..frames).contains(&reused), "{id}: {reused}");
        }
    }

    /// In the full image, every pixel outside the region is empty at every moment.
    #[test]
    fn a_part_leaves_nothing_out() {
        let library = Library::shipped();
        let mut canvas = Canvas::new();
        for id in ["thoracic-extension", "t-spine-twist", "wall-arm-slide"] {
            let plan = library.plan(id).unwrap();
            let drawing = plan.parts()[0].exercise.figure.drawing().unwrap();
            for step in 0..30 {
                let cue = plan.at(plan.total_seconds() * f64::from(step) / 30.0);
                let (stance, side) = (cue.stance(), f32::from(SIDE));
                let all = canvas.draw(drawing, &stance, side, Style::default());
                canvas.draw_region(
                    drawing,
                    &stance,
                    &Hints::default(),
                    side,
                    Style::default(),
                    WHITE,
                );
                let part = canvas.part;
                let pixels = all.to_rgba8_premultiplied().unwrap();
                let outside = (0..).zip(pixels.as_slice()).filter(|(i, _)| {
                    let (x, y) = (i % u32::from(SIDE), i / u32::from(SIDE));
                    !((u32::from(part.left)..part.right.into()).contains(&x)
                        && (u32::from(part.top)..part.bottom.into()).contains(&y))
                });
                assert!(outside.clone().all(|(_, pixel)| pixel.a == 0), "{id}");
                assert!(outside.count() > 0, "{id} is cropped");
            }
        }
    }

    /// The region on its ground equals the full image composited on the same ground.
    #[test]
    fn a_part_has_the_same_pixels() {
        let library = Library::shipped();
        let mut canvas = Canvas::new();
        let plan = library.plan("thoracic-extension").unwrap();
        let drawing = plan.parts()[0].exercise.figure.drawing().unwrap();
        let (stance, side) = (plan.at(8.0).stance(), f32::from(SIDE));
        let all = canvas.draw(drawing, &stance, side, Style::default());
        let part = canvas.draw_region(
            drawing,
            &stance,
            &Hints::default(),
            side,
            Style::default(),
            WHITE,
        );
        assert!(canvas.part.is_inside(), "{:?}", canvas.part);
        let (all, cut) = (
            all.to_rgba8_premultiplied().unwrap(),
            part.image.to_rgba8().unwrap(),
        );
        for y in 0..cut.height() {
            for x in 0..cut.width() {
                let pixel = cut.as_slice()[(y * cut.width() + x) as usize];
                let (x, y) = (
                    x + u32::from(canvas.part.left),
                    y + u32::from(canvas.part.top),
                );
                let under = all.as_slice()[(y * u32::from(SIDE) + x) as usize];
                assert!(pixel.a > 248, "rounding apart it is opaque");
                let over = 255 - under.a;
                // Each of the faint layers of light and shadow is rounded.
                assert!(
                    pixel.r.abs_diff(under.r + over) <= 10,
                    "{pixel:?} {under:?}"
                );
                assert!(
                    pixel.b.abs_diff(under.b + over) <= 10,
                    "{pixel:?} {under:?}"
                );
            }
        }
    }
}
