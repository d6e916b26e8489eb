//! What a picture is made of: a camera, outlines and fills.
//!
//! A body part is the convex hull of a few balls, or a union of such hulls. Seen without perspective a ball is a circle,
//! so the part's outline is exactly the hull of a few circles, from whatever side one looks.

use std::f32::consts::TAU;
use std::sync::Arc;

use glam::{Mat3, Vec2, Vec3, vec2};
use serde::Deserialize;

/// Red, green, blue and opacity, 0 to 1, not premultiplied.
pub type Rgba = [f32; 4];

/// A closed polygon, in pixels; y grows downward.
pub type Contour = Vec<Vec2>;

/// A ball in the room: its centre and its radius, cm.
pub(super) type Ball = (Vec3, f32);

/// One filled outline of a picture.
#[derive(Clone, Debug)]
pub struct Shape {
    /// What it is a part of, for tests and for reading a picture.
    pub part: &'static str,
    /// Convex polygons of one orientation; their union is filled.
    pub outline: Vec<Contour>,
    /// The colour.
    pub fill: Fill,
    /// Where it may be seen: a union like `outline`.
    pub clip: Option<Arc<Vec<Contour>>>,
}

/// How an outline is filled.
#[derive(Clone, Copy, Debug)]
pub enum Fill {
    /// One colour.
    Flat(Rgba),
    /// Along a line in pixels, with colours at places from 0 to 1.
    Linear {
        /// Where the first colour is.
        from: Vec2,
        /// Where the last colour is.
        to: Vec2,
        /// Places and colours, in order.
        stops: [(f32, Rgba); 4],
    },
    /// Outward from a point in pixels, as an ellipse: a colour, then the paler halo, then nothing.
    Glow {
        /// The middle.
        centre: Vec2,
        /// Half width and half height.
        radius: Vec2,
        /// The colour in the middle.
        colour: Rgba,
        /// The colour farther out; its opacity does not count.
        halo: Rgba,
    },
}

/// From where the person is seen, without perspective.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct View {
    /// Degrees about the upright: 0 from the front, 90 the person faces right, 180 from behind.
    pub yaw: f32,
    /// Degrees from which the camera looks down.
    #[serde(default)]
    pub pitch: f32,
    /// What is in the middle of the picture, in centimetres right and up of the room's origin.
    pub centre: [f32; 2],
    /// Height (and width) of the picture, cm.
    pub height: f32,
}

/// A view onto a square of so many pixels.
#[derive(Clone, Copy, Debug)]
pub(super) struct Camera {
    turn: Mat3,
    centre: Vec2,
    half: f32,
    /// Pixels per centimetre.
    pub(super) scale: f32,
}

/// Where the light comes from on the picture (y downward): above and to the left.
pub(super) const LIGHT: Vec2 = vec2(-0.6, -0.8);

impl Camera {
    pub(super) fn new(view: &View, size: f32) -> Self {
        let turn = Mat3::from_rotation_x(view.pitch.to_radians())
            * Mat3::from_rotation_y(view.yaw.to_radians());
        Self {
            turn,
            centre: view.centre.into(),
            half: size / 2.0,
            scale: size / view.height,
        }
    }

    /// Where a place in the room is on the picture, px.
    pub(super) fn place(&self, v: Vec3) -> Vec2 {
        let v = self.turn * v;
        vec2(
            self.half + (v.x - self.centre.x) * self.scale,
            self.half - (v.y - self.centre.y) * self.scale,
        )
    }

    /// How near a place is, cm: greater is nearer.
    pub(super) fn depth(&self, v: Vec3) -> f32 {
        (self.turn * v).z
    }

    /// How much a direction points to the viewer, -1 to 1.
    pub(super) fn facing(&self, direction: Vec3) -> f32 {
        (self.turn * direction).z
    }

    /// The direction to the viewer, in the room.
    pub(super) fn viewer(&self) -> Vec3 {
        self.turn.transpose() * Vec3::Z
    }

    /// A picture direction (y downward) as a direction in the room.
    fn lift(&self, v: Vec2) -> Vec3 {
        self.turn.transpose() * Vec3::new(v.x, -v.y, 0.0)
    }

    /// The outline of the hull of balls.
    pub(super) fn hull(&self, balls: &[Ball]) -> Contour {
        let circle = |&(at, r): &Ball| (self.place(at), r * self.scale);
        if let [a, b] = balls {
            return capsule(circle(a), circle(b));
        }
        let mut points = Vec::with_capacity(balls.len() * 20);
        for (centre, r) in balls.iter().map(circle) {
            arc(&mut points, centre, r, 0.0, TAU);
        }
        convex(points)
    }

    /// A union of hulls.
    pub(super) fn solid(&self, pieces: &[Vec<Ball>]) -> Vec<Contour> {
        pieces.iter().map(|piece| self.hull(piece)).collect()
    }

    /// A limb: the union of the hulls of neighbours.
    pub(super) fn chain(&self, balls: &[Ball]) -> Vec<Contour> {
        balls.windows(2).map(|pair| self.hull(pair)).collect()
    }

    /// Balls that fill the lit part of the given ones: pushed toward the light, never outside.
    pub(super) fn lit(&self, balls: &[Ball], shade: f32) -> Vec<Ball> {
        let push = self.lift(LIGHT);
        balls
            .iter()
            .map(|&(at, r)| (at + push * (r * shade), r * (1.0 - shade)))
            .collect()
    }
}

/// Balls grown by some centimetres.
pub(super) fn grown(balls: &[Ball], by: f32) -> Vec<Ball> {
    balls.iter().map(|&(at, r)| (at, r + by)).collect()
}

/// Adds points of a circle from one angle over another, so many that a chord is nowhere more than about an eighth of a pixel inside.
fn arc(points: &mut Contour, centre: Vec2, r: f32, from: f32, sweep: f32) {
    let n = ((6.0 * r.sqrt()).clamp(8.0, 48.0) * sweep / TAU)
        .ceil()
        .max(1.0);
    let step = Vec2::from_angle(sweep / n);
    let mut arm = Vec2::from_angle(from) * r;
    for _ in 0..=n as usize {
        points.push(centre + arm);
        arm = arm.rotate(step);
    }
}

/// The convex hull of two circles: an arc of each, joined by their outer tangents.
fn capsule((a, ra): (Vec2, f32), (b, rb): (Vec2, f32)) -> Contour {
    let way = b - a;
    let distance = way.length();
    let mut points = Vec::with_capacity(40);
    if distance <= (ra - rb).abs() + 1e-3 {
        let (centre, r) = if ra > rb { (a, ra) } else { (b, rb) };
        arc(&mut points, centre, r, 0.0, TAU);
        return points;
    }
    let half = ((ra - rb) / distance).clamp(-1.0, 1.0).acos();
    let angle = way.to_angle();
    arc(&mut points, b, rb, angle - half, 2.0 * half);
    arc(&mut points, a, ra, angle + half, TAU - 2.0 * half);
    points
}

/// The convex hull of points (Andrew's monotone chain).
pub(super) fn convex(mut points: Vec<Vec2>) -> Contour {
    points.sort_unstable_by(|a, b| a.x.total_cmp(&b.x).then(a.y.total_cmp(&b.y)));
    let mut hull: Contour = Vec::with_capacity(points.len() / 2 + 4);
    let mut add = |start: usize, point: Vec2| {
        while hull.len() >= start + 2
            && (hull[hull.len() - 1] - hull[hull.len() - 2]).perp_dot(point - hull[hull.len() - 2])
                <= 0.0
        {
            hull.pop();
        }
        hull.push(point);
        hull.len()
    };
    let mut len = 0;
    for &point in &points {
        len = add(0, point);
    }
    let turn = len.saturating_sub(1);
    for &point in points.iter().rev().skip(1) {
        add(turn, point);
    }
    hull.pop();
    hull
}

/// A colour from its hexadecimal writing.
pub(super) const fn hex(c: u32) -> Rgba {
    [
        ((c >> 16) & 255) as f32 / 255.0,
        ((c >> 8) & 255) as f32 / 255.0,
        (c & 255) as f32 / 255.0,
        1.0,
    ]
}

/// Between two colours.
pub(super) fn blend(a: Rgba, b: Rgba, t: f32) -> Rgba {
    [0, 1, 2, 3].map(|i| a[i] + (b[i] - a[i]) * t)
}

/// A colour with another opacity.
pub(super) const fn faded(c: Rgba, opacity: f32) -> Rgba {
    [c[0], c[1], c[2], opacity]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hull_keeps_only_the_corners() {
        let square = [
            vec2(0.0, 0.0),
            vec2(2.0, 0.0),
            vec2(2.0, 2.0),
            vec2(0.0, 2.0),
            vec2(1.0, 1.0),
            vec2(1.0, 0.0),
        ];
        assert_eq!(convex(square.to_vec()).len(), 4);
        assert_eq!(convex(vec![vec2(1.0, 1.0)]).len(), 0);
    }

    #[test]
    fn two_circles_make_the_same_hull_as_their_points() {
        let area = |c: &Contour| {
            (0..c.len())
                .map(|i| c[i].perp_dot(c[(i + 1) % c.len()]) / 2.0)
                .sum::<f32>()
        };
        for (b, rb) in [
            (vec2(30.0, 10.0), 8.0),
            (vec2(-5.0, 40.0), 25.0),
            (vec2(2.0, 1.0), 3.0),
            (vec2(0.0, 0.0), 20.0),
        ] {
            let mut points = Vec::new();
            arc(&mut points, Vec2::ZERO, 20.0, 0.0, TAU);
            arc(&mut points, b, rb, 0.0, TAU);
            let (hull, capsule) = (
                area(&convex(points)),
                area(&capsule((Vec2::ZERO, 20.0), (b, rb))),
            );
            assert!(
                (hull / capsule - 1.0).abs() < 0.02 && hull > 0.0,
                "{hull} and {capsule}"
            );
        }
    }

    #[test]
    fn facing_right_at_ninety_degrees() {
        let camera = Camera::new(
            &View {
                yaw: 90.0,
                pitch: 0.0,
                centre: [0.0, 0.0],
                height: 100.0,
            },
            100.0,
        );
        assert!(camera.place(Vec3::Z).distance(vec2(51.0, 50.0)) < 1e-3);
        assert!(camera.facing(Vec3::NEG_X) > 0.99, "the right side is near");
    }
}
