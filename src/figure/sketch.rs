//! A picture under construction: parts of the body and of the room, each with its outline, light and shade.
//!
//! Every part has a depth, and parts are painted from the farthest to the nearest. Shapes that belong together (a trunk with its
//! shirt, a head with its face) form one part, so that nothing can be painted between them.

use std::sync::Arc;

use glam::{Vec2, Vec3, vec2};

use super::colours::{Palette, Shades, shades};
use super::focus::Focus;
use super::look::{Person, Style};
use super::shape::{Ball, Camera, Contour, Fill, LIGHT, Rgba, Shape, blend, faded, grown};
use super::skeleton::Body;

/// Width of a normal outline, cm.
const EDGE: f32 = 0.2;

/// A picture under construction.
pub(super) struct Sketch {
    pub(super) camera: Camera,
    pub(super) palette: Palette,
    pub(super) person: &'static Person,
    /// The light on the shirt, which the sleeves continue.
    pub(super) shirt: Fill,
    parts: Vec<(f32, Vec<Shape>)>,
    /// The glow of each working region that is seen, not yet clipped to the body.
    glows: Vec<Glow>,
}

/// The glow of a working region.
struct Glow {
    shape: Shape,
    /// The part of the glow, 0 to 1, that each arm shows at the shoulder.
    on_arms: [f32; 2],
}

impl Sketch {
    /// Returns a picture without parts.
    pub(super) fn new(camera: Camera, style: Style) -> Self {
        let palette = style.palette();
        Self {
            camera,
            palette,
            shirt: Fill::Flat(palette.shirt),
            person: style.look.person(),
            parts: Vec::with_capacity(32),
            glows: Vec::new(),
        }
    }

    /// Returns the width of outlines, cm. Strong outlines stay visible in small pictures, too.
    pub(super) fn edge(&self) -> f32 {
        match self.palette.ink {
            Some(_) => (1.2 / self.camera.scale).clamp(0.7, 1.8),
            None => EDGE,
        }
    }

    /// Returns the outline colour for something of this colour; strong outlines ignore `opacity` unless it is 0.
    pub(super) fn rim(&self, colour: Rgba, opacity: f32) -> Rgba {
        match self.palette.ink {
            Some(ink) if opacity > 0.0 => ink,
            Some(_) | None => faded(shades(colour).line, opacity),
        }
    }

    /// Returns the colour of a seam or hem on cloth of this colour.
    pub(super) fn hem(&self, colour: Rgba) -> Rgba {
        self.palette.ink.unwrap_or_else(|| shades(colour).shade)
    }

    /// Returns the strong outline of a union of hulls, if the theme has strong outlines.
    pub(super) fn strong_outline(&self, part: &'static str, pieces: &[Vec<Ball>]) -> Option<Shape> {
        let ink = self.palette.ink?;
        let grown: Vec<_> = pieces
            .iter()
            .map(|balls| grown(balls, self.edge()))
            .collect();
        Some(Shape::new(part, self.camera.solid(&grown), Fill::Flat(ink)))
    }

    /// Sets the glow of the working regions, with its strength from 0 to 1.
    pub(super) fn glow(&mut self, regions: &[Focus], body: &Body, strength: f32) {
        for focus in regions {
            let strength = strength * focus.seen(body, &self.camera);
            if strength > 0.003 {
                let shape = self.glow_shape(focus, body, strength);
                let on_arms = body.arms.map(|arm| focus.at_shoulder(body, &arm));
                self.glows.push(Glow { shape, on_arms });
            }
        }
    }

    fn glow_shape(&self, focus: &Focus, body: &Body, strength: f32) -> Shape {
        let frame = focus.on.frame(body);
        let centre = self.camera.project(frame.point(focus.at.into()));
        let mut radius = Vec2::from(focus.size) * self.camera.scale * (0.94 + 0.06 * strength);
        radius.x *= focus.shown_width(body, &self.camera);
        let outline = vec![
            centre - radius,
            centre + vec2(radius.x, -radius.y),
            centre + radius,
            centre + vec2(-radius.x, radius.y),
        ];
        let [r, g, b, a] = self.palette.glow;
        let fill = Fill::Glow {
            centre,
            radius,
            colour: [r, g, b, a * strength],
            halo: self.palette.halo,
        };
        Shape::new("glow", vec![outline], fill)
    }

    /// Returns the glow on the shirt, whose outlines are given.
    pub(super) fn glow_on_shirt(&self, outline: &Arc<Vec<Contour>>) -> Vec<Shape> {
        let on = |glow: &Glow| Shape {
            part: "trunk",
            clip: Some(Arc::clone(outline)),
            ..glow.shape.clone()
        };
        self.glows.iter().map(on).collect()
    }

    /// Returns the glow on a sleeve, whose outlines are given. `side` is 0 for the left arm and 1 for the right one.
    pub(super) fn glow_on_sleeve(
        &self,
        part: &'static str,
        side: usize,
        outline: &Arc<Vec<Contour>>,
    ) -> Vec<Shape> {
        let on = |glow: &Glow| {
            let mut shape = glow.shape.clone();
            if let Fill::Glow { colour, .. } = &mut shape.fill {
                colour[3] *= glow.on_arms[side];
            }
            Shape {
                part,
                clip: Some(Arc::clone(outline)),
                ..shape
            }
        };
        let visible = self.glows.iter().filter(|glow| glow.on_arms[side] > 0.0);
        visible.map(on).collect()
    }

    /// Adds a part at a depth in cm (greater is nearer).
    pub(super) fn add(&mut self, depth: f32, shapes: Vec<Shape>) {
        self.parts.push((depth, shapes));
    }

    /// Returns all shapes from back to front, without empty ones.
    pub(super) fn finish(mut self) -> Vec<Shape> {
        self.parts.sort_by(|a, b| a.0.total_cmp(&b.0));
        self.parts
            .into_iter()
            .flat_map(|(_, shapes)| shapes)
            .filter(|shape| shape.outline.iter().any(|c| c.len() > 2))
            .collect()
    }

    /// Adds a round limb along balls, shaded across. `edge` is the opacity of its outline in the middle and at the end. The
    /// outline fades in from the first ball, so that two bones look like one limb.
    pub(super) fn limb(
        &mut self,
        part: &'static str,
        depth: f32,
        balls: &[Ball],
        colour: Rgba,
        edge: [f32; 2],
    ) {
        let shapes = self.limb_shapes(part, balls, colour, edge);
        self.add(depth, shapes);
    }

    pub(super) fn limb_shapes(
        &self,
        part: &'static str,
        balls: &[Ball],
        colour: Rgba,
        edge: [f32; 2],
    ) -> Vec<Shape> {
        let mut shapes = Vec::with_capacity(2);
        let (Some(&(first, r0)), Some(&(last, _))) = (balls.first(), balls.last()) else {
            return shapes;
        };
        if edge[0] > 0.0 {
            let (from, to) = (self.camera.project(first), self.camera.project(last));
            let axis = to - from;
            let root = r0 * self.camera.scale;
            let line = |opacity: f32| self.rim(colour, opacity);
            let clear = faded(line(1.0), 0.0);
            let [clear_to, full_from] = match self.palette.ink {
                Some(_) => [0.02, 0.07],
                None => [0.25, 0.6],
            };
            let stops = [
                (0.0, clear),
                (clear_to, clear),
                (full_from, line(edge[0])),
                (1.0, line(edge[1])),
            ];
            let fill = if axis.length() > root {
                Fill::Linear { from, to, stops }
            } else {
                Fill::Flat(line(edge[1]))
            };
            shapes.push(Shape::new(
                part,
                self.camera.chain(&grown(balls, self.edge())),
                fill,
            ));
        }
        shapes.push(Shape::new(
            part,
            self.camera.chain(balls),
            self.limb_shading(balls, colour),
        ));
        shapes
    }

    /// Adds a convex object, shaded from top to bottom, with a thin outline.
    pub(super) fn block(&mut self, part: &'static str, depth: f32, balls: &[Ball], colour: Rgba) {
        let edge = Shape::new(
            part,
            vec![self.camera.hull(&grown(balls, self.edge()))],
            Fill::Flat(self.rim(colour, 0.35)),
        );
        let face = Shape::new(
            part,
            vec![self.camera.hull(balls)],
            self.vertical_shading(balls, colour),
        );
        self.add(depth, vec![edge, face]);
    }

    /// Adds a union of hulls in two tones, with the lit part painted over the shaded whole.
    pub(super) fn solid(
        &mut self,
        part: &'static str,
        depth: f32,
        pieces: &[Vec<Ball>],
        colour: Rgba,
        shade: f32,
    ) {
        let mut shapes: Vec<Shape> = self.strong_outline(part, pieces).into_iter().collect();
        shapes.extend(self.solid_shapes(part, pieces, colour, shade));
        self.add(depth, shapes);
    }

    pub(super) fn solid_shapes(
        &self,
        part: &'static str,
        pieces: &[Vec<Ball>],
        colour: Rgba,
        shade: f32,
    ) -> Vec<Shape> {
        let tones = shades(colour);
        let lit: Vec<Vec<Ball>> = pieces
            .iter()
            .map(|piece| self.camera.lit(piece, shade))
            .collect();
        let outline = self.camera.solid(&lit);
        let fill = light_gradient(&outline, tones.light, tones.base);
        vec![
            Shape::new(part, self.camera.solid(pieces), Fill::Flat(tones.shade)),
            Shape::new(part, outline, fill),
        ]
    }

    /// Clips the shapes of a round limb at a plane through `at`, perpendicular to `axis`, which points to the part that is
    /// removed. Returns the visible half of the circular edge as a line.
    pub(super) fn cut(&self, shapes: &mut [Shape], at: Vec3, axis: Vec3, r: f32) -> Vec<Ball> {
        let camera = &self.camera;
        let axis = axis.normalize_or(Vec3::NEG_Y);
        let viewer = camera.viewer();
        let near = (viewer - axis * axis.dot(viewer)).normalize_or(axis.any_orthonormal_vector());
        let side = axis.cross(near);
        let ring = |i: i32| {
            let (sin, cos) = (i as f32 / 6.0 * std::f32::consts::FRAC_PI_2).sin_cos();
            (at + (near * cos + side * sin) * r, 0.28)
        };
        let edge: Vec<Ball> = (-6..=6).map(ring).collect();
        let back = camera.project(at - axis) - camera.project(at);
        if back.length() > 0.15 * camera.scale {
            let back = back.normalize() * 50.0 * camera.scale;
            let (first, last) = (camera.project(edge[0].0), camera.project(edge[12].0));
            let wide = (last - first) * 2.0;
            let mut keep: Contour = vec![first + back - wide, first - wide];
            keep.extend(edge.iter().map(|ball| camera.project(ball.0)));
            keep.extend([last + wide, last + back + wide]);
            let keep = Arc::new(vec![keep]);
            shapes
                .iter_mut()
                .for_each(|shape| shape.clip = Some(Arc::clone(&keep)));
        }
        edge
    }

    /// Returns a thin line through balls; their radii are half its width.
    pub(super) fn line(&self, part: &'static str, balls: &[Ball], colour: Rgba) -> Shape {
        Shape::new(part, self.camera.chain(balls), Fill::Flat(colour))
    }

    /// Returns the shading across a limb. It changes smoothly as the limb turns, even when the limb points at the viewer.
    pub(super) fn limb_shading(&self, balls: &[Ball], colour: Rgba) -> Fill {
        let (first, last) = (balls[0], balls[balls.len() - 1]);
        let (a, b) = (self.camera.project(first.0), self.camera.project(last.0));
        let r = balls.iter().map(|ball| ball.1).fold(0.0, f32::max) * self.camera.scale;
        let axis = b - a;
        let across = vec2(-axis.y, axis.x).normalize_or_zero();
        let length = (axis.length() / (2.0 * r).max(0.01)).min(1.0);
        let middle = (a + b) / 2.0;
        let Shades {
            light, base, shade, ..
        } = shades(colour);
        // A limb that points along the light, or at the viewer, has no lit and no dark side.
        let slope = across.dot(LIGHT);
        let contrast = (slope.abs() * 2.2).min(1.0) * length;
        let toward = if slope < 0.0 { -across } else { across };
        let dim = |tone: Rgba| blend(blend(base, shade, 0.25), tone, contrast);
        let stops = [
            (0.0, dim(light)),
            (0.5, dim(base)),
            (0.72, dim(blend(base, shade, 0.75))),
            (1.0, dim(shade)),
        ];
        Fill::Linear {
            from: middle + toward * r,
            to: middle - toward * r,
            stops,
        }
    }

    fn vertical_shading(&self, balls: &[Ball], colour: Rgba) -> Fill {
        let Shades {
            light, base, shade, ..
        } = shades(colour);
        let (mut top, mut low) = (f32::MAX, f32::MIN);
        for &(at, r) in balls {
            let y = self.camera.project(at).y;
            (top, low) = (
                top.min(y - r * self.camera.scale),
                low.max(y + r * self.camera.scale),
            );
        }
        Fill::Linear {
            from: vec2(0.0, top),
            to: vec2(0.0, low),
            stops: [(0.0, light), (0.45, base), (0.8, shade), (1.0, shade)],
        }
    }
}

/// Returns a gradient between two colours over the extent of an outline, along the light.
pub(super) fn light_gradient(outline: &[Contour], from: Rgba, to: Rgba) -> Fill {
    let (mut low, mut high) = (Vec2::MAX, Vec2::MIN);
    for point in outline.iter().flatten() {
        (low, high) = (low.min(*point), high.max(*point));
    }
    Fill::Linear {
        from: low,
        to: vec2(low.x + (high.x - low.x) * 0.8, high.y),
        stops: [
            (0.0, from),
            (0.3, blend(from, to, 0.5)),
            (0.7, to),
            (1.0, to),
        ],
    }
}
