//! Rasterizes shapes into pixels in memory.

use std::sync::Arc;

use vello_cpu::kurbo::{Affine, BezPath, Rect};
use vello_cpu::peniko::Gradient;
use vello_cpu::peniko::color::{AlphaColor, Srgb};
use vello_cpu::{PixmapMut, RasterizerSettings, RenderContext, Resources};

use super::shape::{Contour, Fill, Rgba, Shape, blend};

type Clip = Arc<Vec<Contour>>;

/// Draws shapes into a buffer. Keep one per window, since it reuses its memory from frame to frame.
pub struct Painter {
    context: RenderContext,
    resources: Resources,
    /// Scratch path, reused for every outline.
    path: BezPath,
}

impl Default for Painter {
    fn default() -> Self {
        Self::new()
    }
}

impl Painter {
    /// Creates a painter with empty buffers.
    pub fn new() -> Self {
        Self {
            context: RenderContext::new(1, 1),
            resources: Resources::new(),
            path: BezPath::new(),
        }
    }

    /// Paints shapes, back to front, onto a transparent background. `pixels` are premultiplied RGBA, eight bits per channel, row
    /// by row. If their length is not `width` x `height` x 4, nothing is painted.
    pub fn paint(&mut self, shapes: &[Shape], width: u16, height: u16, pixels: &mut [u8]) {
        self.paint_part(shapes, [0, 0], [width, height], None, pixels);
    }

    /// Paints the section of a picture that begins at `corner`, like [`paint`](Self::paint), onto the colour `ground` or onto
    /// transparency.
    pub fn paint_part(
        &mut self,
        shapes: &[Shape],
        corner: [u16; 2],
        [width, height]: [u16; 2],
        ground: Option<Rgba>,
        pixels: &mut [u8],
    ) {
        let Some(target) = PixmapMut::new(width, height, pixels) else {
            return;
        };
        if (self.context.width(), self.context.height()) == (width, height) {
            self.context.reset();
        } else {
            self.context.reset_and_resize(width, height);
        }
        if let Some(ground) = ground {
            self.context.set_transform(Affine::IDENTITY);
            self.context.set_paint(srgb(ground));
            let all = Rect::new(0.0, 0.0, width.into(), height.into());
            self.context.fill_rect(&all);
        }
        let [x, y] = corner.map(f64::from);
        self.context.set_transform(Affine::translate((-x, -y)));
        let mut clip = None;
        for shape in shapes {
            self.change_clip(clip, shape.clip.as_ref());
            clip = shape.clip.as_ref();
            self.shape(shape);
        }
        self.change_clip(clip, None);
        self.context.flush();
        self.context
            .render_with(target, &mut self.resources, RasterizerSettings::default());
    }

    /// Replaces the clip region. Shapes that share one are painted one after the other, and it costs more than they do.
    fn change_clip(&mut self, before: Option<&Clip>, clip: Option<&Clip>) {
        let same = match (before, clip) {
            (Some(before), Some(clip)) => Arc::ptr_eq(before, clip),
            (None, None) => true,
            (Some(_), None) | (None, Some(_)) => false,
        };
        if same {
            return;
        }
        if before.is_some() {
            self.context.pop_clip();
        }
        if let Some(clip) = clip {
            trace(clip, &mut self.path);
            self.context.push_clip_path(&self.path);
        }
    }

    fn shape(&mut self, shape: &Shape) {
        let Self { context, path, .. } = self;
        context.reset_paint_transform();
        match shape.fill {
            Fill::Flat(colour) => context.set_paint(srgb(colour)),
            Fill::Linear { from, to, stops } => {
                let line = Gradient::new_linear(
                    (f64::from(from.x), f64::from(from.y)),
                    (f64::from(to.x), f64::from(to.y)),
                );
                context.set_paint(
                    line.with_stops(stops.map(|(at, colour)| (at, srgb(colour))).as_slice()),
                );
            }
            Fill::Glow {
                centre,
                radius,
                colour,
                halo,
            } => {
                // A bell-shaped falloff looks softer than a linear one.
                let stops = [
                    (0.0, 1.0),
                    (0.35, 0.82),
                    (0.6, 0.42),
                    (0.82, 0.11),
                    (1.0, 0.0),
                ]
                .map(|(at, part)| {
                    let [r, g, b, _] = blend(colour, halo, at);
                    (at, srgb([r, g, b, colour[3] * part]))
                });
                context.set_paint_transform(
                    Affine::translate((f64::from(centre.x), f64::from(centre.y)))
                        * Affine::scale_non_uniform(f64::from(radius.x), f64::from(radius.y)),
                );
                context
                    .set_paint(Gradient::new_radial((0.0, 0.0), 1.0).with_stops(stops.as_slice()));
            }
        }
        trace(&shape.outline, path);
        context.fill_path(path);
    }
}

/// Replaces the contents of `path` with an outline.
fn trace(outline: &[Contour], path: &mut BezPath) {
    path.truncate(0);
    for contour in outline {
        let mut points = contour.iter().map(|p| (f64::from(p.x), f64::from(p.y)));
        let Some(first) = points.next() else { continue };
        path.move_to(first);
        points.for_each(|point| path.line_to(point));
        path.close_path();
    }
}

fn srgb(colour: Rgba) -> AlphaColor<Srgb> {
    AlphaColor::new(colour.map(|c| c.clamp(0.0, 1.0)))
}
