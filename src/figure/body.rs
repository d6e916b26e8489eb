//! Flesh and clothes on the bones, and the colours of both.
//!
//! Every part knows how near it is; parts are painted from the farthest to the nearest. What belongs together (a
//! trunk with its shirt, a head with its face) is one part, so that nothing can come between.

use std::sync::Arc;

use glam::{Vec2, Vec3, vec2};

use super::drawing::Focus;
use super::look::{Person, Style};
use super::props::Prop;
use super::shape::{
    Ball, Camera, Contour, Fill, LIGHT, Rgba, Shape, View, blend, faded, grown, hex,
};
use super::skeleton::Body;
use super::{head, limbs, trunk};

/// The card behind the picture.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Theme {
    /// Dark on light.
    #[default]
    Light,
    /// Light on dark.
    Dark,
    /// High contrast on white: every limb has a black outline.
    ContrastLight,
    /// High contrast on black: every limb has a white outline.
    ContrastDark,
}

/// The colours of a theme.
#[derive(Clone, Copy, Debug)]
pub(super) struct Palette {
    pub(super) skin: Rgba,
    pub(super) blush: Rgba,
    pub(super) hair: Rgba,
    pub(super) eye: Rgba,
    pub(super) shirt: Rgba,
    pub(super) trousers: Rgba,
    pub(super) sock: Rgba,
    pub(super) shoe: Rgba,
    pub(super) sole: Rgba,
    pub(super) wood: Rgba,
    pub(super) wood_dark: Rgba,
    pub(super) cushion: Rgba,
    pub(super) pillow: Rgba,
    pub(super) mat: Rgba,
    pub(super) wall: Rgba,
    pub(super) shadow: Rgba,
    /// The shadow on the floor, seen against the card.
    pub(super) floor: Rgba,
    pub(super) glow: Rgba,
    pub(super) halo: Rgba,
    /// What every part is outlined with, if the outlines are to be strong.
    pub(super) ink: Option<Rgba>,
}

static ON_LIGHT: Palette = Palette {
    skin: hex(0xE2A583),
    blush: faded(hex(0xD9674F), 0.34),
    hair: hex(0x4A332F),
    eye: hex(0x2E2226),
    shirt: hex(0x2F9C92),
    trousers: hex(0x414C74),
    sock: hex(0xC3CBD6),
    shoe: hex(0xF6F2EC),
    sole: hex(0xE58A6C),
    wood: hex(0xCDAE86),
    wood_dark: hex(0xB59570),
    cushion: hex(0xE9DCC6),
    pillow: hex(0xF3EBDD),
    mat: hex(0x8C9FC6),
    wall: hex(0xD9DCD3),
    shadow: faded(hex(0x24323F), 0.26),
    floor: faded(hex(0x24323F), 0.26),
    glow: faded(hex(0xFFAE5E), 0.85),
    halo: hex(0xFFF2B8),
    ink: None,
};

static ON_DARK: Palette = Palette {
    skin: hex(0xDDA07F),
    blush: faded(hex(0xD0604C), 0.34),
    hair: hex(0x6A4A42),
    eye: hex(0x2A1F22),
    shirt: hex(0x3AB0A4),
    trousers: hex(0x606F9E),
    sock: hex(0xA9B4C4),
    shoe: hex(0xEBE7E1),
    sole: hex(0xE58A6C),
    wood: hex(0xB3946D),
    wood_dark: hex(0x967A58),
    cushion: hex(0xCDBFA8),
    pillow: hex(0xDCD2C0),
    mat: hex(0x55668F),
    wall: hex(0x3A4648),
    shadow: faded(hex(0x07090D), 0.62),
    floor: faded(hex(0x07090D), 0.62),
    glow: faded(hex(0xFFB468), 0.85),
    halo: hex(0xFFF0B0),
    ink: None,
};

/// Pale fills between black lines.
static CONTRAST_LIGHT: Palette = Palette {
    skin: hex(0xF0C4A4),
    blush: faded(hex(0xC4452B), 0.3),
    hair: hex(0x2B1A16),
    eye: hex(0x000000),
    shirt: hex(0x35AFA3),
    trousers: hex(0x8E9BD0),
    sock: hex(0xE8ECF2),
    shoe: hex(0xFFFFFF),
    sole: hex(0xE58A6C),
    wood: hex(0xD9BE98),
    wood_dark: hex(0xBFA078),
    cushion: hex(0xF4E9D6),
    pillow: hex(0xFBF5EA),
    mat: hex(0xB9C6E4),
    wall: hex(0xEDEFEA),
    shadow: faded(hex(0x000000), 0.22),
    floor: faded(hex(0x000000), 0.22),
    glow: faded(hex(0xFF9100), 1.0),
    halo: hex(0xFFF000),
    ink: Some(hex(0x000000)),
};

/// Deep fills between white lines.
static CONTRAST_DARK: Palette = Palette {
    skin: hex(0xB4704C),
    blush: faded(hex(0x8F2F1C), 0.3),
    hair: hex(0x2A1B18),
    eye: hex(0x000000),
    shirt: hex(0x0E756C),
    trousers: hex(0x3B4A8C),
    sock: hex(0x6B7482),
    shoe: hex(0x7A7F87),
    sole: hex(0xA04F36),
    wood: hex(0x7C5C36),
    wood_dark: hex(0x634827),
    cushion: hex(0x6E5F49),
    pillow: hex(0x716857),
    mat: hex(0x24365F),
    wall: hex(0x222A2C),
    shadow: faded(hex(0x000000), 0.5),
    floor: faded(hex(0x8C8C8C), 0.6),
    glow: faded(hex(0xFFB000), 1.0),
    halo: hex(0xFFE000),
    ink: Some(hex(0xFFFFFF)),
};

impl Theme {
    /// Every theme, for tests and for those who choose.
    pub const ALL: [Self; 4] = [
        Self::Light,
        Self::Dark,
        Self::ContrastLight,
        Self::ContrastDark,
    ];

    pub(super) fn palette(self) -> &'static Palette {
        match self {
            Self::Light => &ON_LIGHT,
            Self::Dark => &ON_DARK,
            Self::ContrastLight => &CONTRAST_LIGHT,
            Self::ContrastDark => &CONTRAST_DARK,
        }
    }

    /// The colour of the card: red, green and blue.
    pub fn card(self) -> [u8; 3] {
        match self {
            Self::Light => [0xe8, 0xf1, 0xef],
            Self::Dark => [0x1f, 0x29, 0x2b],
            Self::ContrastLight => [0xff, 0xff, 0xff],
            Self::ContrastDark => [0x00, 0x00, 0x00],
        }
    }
}

/// What there is to draw beside the body itself.
pub(super) struct Scene<'a> {
    pub(super) view: &'a View,
    pub(super) props: &'a [Prop],
    pub(super) focus: Option<&'a Focus>,
    /// How much the focus glows, 0 to 1.
    pub(super) glow: f32,
    /// How full the lungs are, 0 to 1.
    pub(super) fullness: f32,
}

impl Scene<'_> {
    pub(super) fn shapes(&self, body: &Body, size: f32, style: Style) -> Vec<Shape> {
        let mut sketch = Sketch {
            camera: Camera::new(self.view, size),
            palette: style.palette(),
            person: style.look.person(),
            parts: Vec::with_capacity(32),
        };
        for prop in self.props {
            prop.draw(&mut sketch, body);
        }
        trunk::draw(&mut sketch, body, self);
        head::draw(&mut sketch, body);
        for i in [0, 1] {
            limbs::arm(&mut sketch, body, &body.arms[i], &limbs::SIDES[i]);
            limbs::leg(&mut sketch, body, &body.legs[i], &limbs::SIDES[i]);
        }
        sketch.finish()
    }
}

/// A picture in the making.
pub(super) struct Sketch {
    pub(super) camera: Camera,
    pub(super) palette: Palette,
    pub(super) person: &'static Person,
    parts: Vec<(f32, Vec<Shape>)>,
}

/// The shades of a colour, from lit to dark.
pub(super) struct Shades {
    pub(super) light: Rgba,
    pub(super) base: Rgba,
    pub(super) shade: Rgba,
    pub(super) line: Rgba,
}

/// Shadows are cool and keep their colour; lights are warm.
pub(super) fn shades(c: Rgba) -> Shades {
    let times = |r: f32, g: f32, b: f32| [c[0] * r, c[1] * g, c[2] * b, c[3]];
    Shades {
        light: blend(c, [1.0, 0.97, 0.9, 1.0], 0.13),
        base: c,
        shade: times(0.80, 0.77, 0.84),
        line: times(0.5, 0.46, 0.54),
    }
}

impl Sketch {
    /// How far outlines stand out, cm: strong ones are seen in small pictures, too.
    pub(super) fn edge(&self) -> f32 {
        match self.palette.ink {
            Some(_) => (1.2 / self.camera.scale).clamp(0.7, 1.8),
            None => EDGE,
        }
    }

    /// The colour of an outline about something of this colour, where it is so visible.
    pub(super) fn rim(&self, colour: Rgba, opacity: f32) -> Rgba {
        match self.palette.ink {
            Some(ink) if opacity > 0.0 => ink,
            Some(_) | None => faded(shades(colour).line, opacity),
        }
    }

    /// The colour of a seam or hem of something of this colour.
    pub(super) fn hem(&self, colour: Rgba) -> Rgba {
        self.palette.ink.unwrap_or_else(|| shades(colour).shade)
    }

    /// The strong outline about a union of hulls where the theme wants one.
    pub(super) fn strong(&self, part: &'static str, pieces: &[Vec<Ball>]) -> Option<Shape> {
        let ink = self.palette.ink?;
        let grown: Vec<_> = pieces
            .iter()
            .map(|balls| grown(balls, self.edge()))
            .collect();
        Some(Shape {
            part,
            outline: self.camera.solid(&grown),
            fill: Fill::Flat(ink),
            clip: None,
        })
    }

    /// Adds a part that is so near (cm, greater is nearer).
    pub(super) fn add(&mut self, depth: f32, shapes: Vec<Shape>) {
        self.parts.push((depth, shapes));
    }

    fn finish(mut self) -> Vec<Shape> {
        self.parts.sort_by(|a, b| a.0.total_cmp(&b.0));
        self.parts
            .into_iter()
            .flat_map(|(_, shapes)| shapes)
            .filter(|shape| shape.outline.iter().any(|c| c.len() > 2))
            .collect()
    }

    /// A round limb along balls, shaded across. `edge` is the opacity of its outline in the middle and at the end; it fades in
    /// from the joint it hangs from, so that two bones read as one limb.
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
            let (from, to) = (self.camera.place(first), self.camera.place(last));
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
            shapes.push(Shape {
                part,
                outline: self.camera.chain(&grown(balls, self.edge())),
                fill,
                clip: None,
            });
        }
        shapes.push(Shape {
            part,
            outline: self.camera.chain(balls),
            fill: self.across(balls, colour),
            clip: None,
        });
        shapes
    }

    /// A convex thing, shaded across, with a thin outline.
    pub(super) fn block(&mut self, part: &'static str, depth: f32, balls: &[Ball], colour: Rgba) {
        let edge = Shape {
            part,
            outline: vec![self.camera.hull(&grown(balls, self.edge()))],
            fill: Fill::Flat(self.rim(colour, 0.35)),
            clip: None,
        };
        let face = Shape {
            part,
            outline: vec![self.camera.hull(balls)],
            fill: self.down(balls, colour),
            clip: None,
        };
        self.add(depth, vec![edge, face]);
    }

    /// A union of hulls in two tones: the shade first, and on it the lit part.
    pub(super) fn solid(
        &mut self,
        part: &'static str,
        depth: f32,
        pieces: &[Vec<Ball>],
        colour: Rgba,
        shade: f32,
    ) {
        let mut shapes: Vec<Shape> = self.strong(part, pieces).into_iter().collect();
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
        let fill = span(&outline, tones.light, tones.base);
        vec![
            Shape {
                part,
                outline: self.camera.solid(pieces),
                fill: Fill::Flat(tones.shade),
                clip: None,
            },
            Shape {
                part,
                outline,
                fill,
                clip: None,
            },
        ]
    }

    /// Cuts shapes of a round limb straight off at a place, across `axis`, which leads to the part that goes. Answers the visible
    /// half of the round edge, as a line.
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
        let back = camera.place(at - axis) - camera.place(at);
        if back.length() > 0.15 * camera.scale {
            let back = back.normalize() * 50.0 * camera.scale;
            let (first, last) = (camera.place(edge[0].0), camera.place(edge[12].0));
            let wide = (last - first) * 2.0;
            let mut keep: Contour = vec![first + back - wide, first - wide];
            keep.extend(edge.iter().map(|ball| camera.place(ball.0)));
            keep.extend([last + wide, last + back + wide]);
            let keep = Arc::new(vec![keep]);
            shapes
                .iter_mut()
                .for_each(|shape| shape.clip = Some(Arc::clone(&keep)));
        }
        edge
    }

    /// A thin line along places, as a row of dots of so many centimetres.
    pub(super) fn line(&self, part: &'static str, balls: &[Ball], colour: Rgba) -> Shape {
        Shape {
            part,
            outline: self.camera.chain(balls),
            fill: Fill::Flat(colour),
            clip: None,
        }
    }

    /// Light and shade across a limb. Turns smoothly with the limb, also when it points at the viewer.
    pub(super) fn across(&self, balls: &[Ball], colour: Rgba) -> Fill {
        let (first, last) = (balls[0], balls[balls.len() - 1]);
        let (a, b) = (self.camera.place(first.0), self.camera.place(last.0));
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

    fn down(&self, balls: &[Ball], colour: Rgba) -> Fill {
        let Shades {
            light, base, shade, ..
        } = shades(colour);
        let (mut top, mut low) = (f32::MAX, f32::MIN);
        for &(at, r) in balls {
            let y = self.camera.place(at).y;
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

/// How much an outline stands out, cm.
const EDGE: f32 = 0.2;

/// From one colour to another over the extent of an outline, along the light.
pub(super) fn span(outline: &[Contour], from: Rgba, to: Rgba) -> Fill {
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
