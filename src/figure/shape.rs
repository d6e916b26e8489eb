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

impl Shape {
    /// A shape that is seen as a whole.
    pub(super) fn new(part: &'static str, outline: Vec<Contour>, fill: Fill) -> Self {
        Self {
            part,
            outline,
            fill,
            clip: None,
        }
    }
}

/// The smallest rectangle around shapes: its upper left and its lower right corner, px; none where there are none.
#[must_use]
pub fn extent(shapes: &[Shape]) -> Option<[Vec2; 2]> {
    let mut points = shapes.iter().flat_map(|shape| &shape.outline).flatten();
    let first = *points.next()?;
    Some(points.fold([first; 2], |[low, high], point| {
        [low.min(*point), high.max(*point)]
    }))
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
        // Nearly all parts are hulls of two or three balls; they need no memory of their own.
        match balls {
            [a, b] => convex(&[circle(a), circle(b)]),
            [a, b, c] => convex(&[circle(a), circle(b), circle(c)]),
            many => convex(&many.iter().map(circle).collect::<Vec<_>>()),
        }
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

/// How far a circle must stand out over an edge to be seen, px.
const STANDS_OUT: f32 = 0.02;

/// A circle on the picture: its centre and its radius, px.
type Circle = (Vec2, f32);

/// The convex hull of circles, counterclockwise where y grows upward. One walks around it and looks, in each direction, which
/// circle lies farthest out; where another one takes over, their common tangent is the edge. So many directions are looked
/// at that a chord is nowhere more than about an eighth of a pixel inside.
fn convex(circles: &[Circle]) -> Contour {
    let Some(largest) = circles.iter().map(|circle| circle.1).reduce(f32::max) else {
        return Contour::new();
    };
    let n = (6.0 * largest.max(0.0).sqrt()).clamp(8.0, 48.0).ceil();
    let step = Vec2::from_angle(TAU / n);
    let mut points = Vec::with_capacity(n as usize + 2 * circles.len());
    let mut direction = Vec2::X;
    let mut before = farthest(circles, direction);
    for _ in 0..n as usize {
        points.push(before.0 + direction * before.1);
        direction = direction.rotate(step);
        let next = farthest(circles, direction);
        if next != before {
            bridge(circles, before, next, &mut points);
        }
        before = next;
    }
    points
}

/// The circle that reaches farthest in a direction.
fn farthest(circles: &[Circle], direction: Vec2) -> Circle {
    let reach = |circle: &Circle| circle.0.dot(direction) + circle.1;
    let mut best = circles[0];
    let mut most = reach(&best);
    for circle in &circles[1..] {
        let far = reach(circle);
        if far > most {
            (best, most) = (*circle, far);
        }
    }
    best
}

/// Adds the edge from one circle to another. Where a third one stands out between them it goes over that.
fn bridge(circles: &[Circle], (a, ra): Circle, (b, rb): Circle, points: &mut Contour) {
    let way = b - a;
    let cos = (ra - rb) / way.length();
    // A circle that lies within the other has no tangent with it.
    if cos.is_nan() || cos.abs() >= 1.0 {
        return;
    }
    let along = way.normalize();
    // With the outside on the right of the way.
    let out = along * cos - along.perp() * (1.0 - cos * cos).sqrt();
    let third = farthest(circles, out);
    if third.0.dot(out) + third.1 > a.dot(out) + ra + STANDS_OUT {
        bridge(circles, (a, ra), third, points);
        bridge(circles, third, (b, rb), points);
    } else {
        points.extend([a + out * ra, b + out * rb]);
    }
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

    fn area(c: &Contour) -> f32 {
        (0..c.len())
            .map(|i| c[i].perp_dot(c[(i + 1) % c.len()]) / 2.0)
            .sum()
    }

    #[test]
    fn the_hull_of_points_has_only_the_corners() {
        let square = [
            vec2(0.0, 0.0),
            vec2(2.0, 0.0),
            vec2(2.0, 2.0),
            vec2(0.0, 2.0),
            vec2(1.0, 1.0),
        ];
        let hull = convex(&square.map(|point| (point, 0.0)));
        assert!(hull.iter().all(|point| square[..4].contains(point)));
        assert!((area(&hull) - 4.0).abs() < 1e-4, "{hull:?}");
        assert_eq!(convex(&[]), []);
    }

    #[test]
    fn the_hull_of_two_circles_is_theirs_and_the_band_between_them() {
        for (b, rb) in [
            (vec2(30.0, 10.0), 8.0_f32),
            (vec2(-5.0, 40.0), 25.0),
            (vec2(2.0, 1.0), 3.0),
            (vec2(0.0, 0.0), 20.0),
            (vec2(-70.0, -3.0), 20.0),
        ] {
            let ra = 20.0_f32;
            let distance = b.length();
            let expected = if distance <= (ra - rb).abs() {
                std::f32::consts::PI * ra.max(rb).powi(2)
            } else {
                let half = ((ra - rb) / distance).acos();
                let slope = (distance * distance - (ra - rb).powi(2)).sqrt();
                (std::f32::consts::PI - half) * ra * ra + half * rb * rb + slope * (ra + rb)
            };
            let found = area(&convex(&[(Vec2::ZERO, ra), (b, rb)]));
            assert!(
                (found / expected - 1.0).abs() < 0.01 && found <= expected * 1.0001,
                "{found} and {expected} for {b} {rb}"
            );
        }
    }

    proptest::proptest! {
        /// Whatever the circles are, the outline turns one way only and has all of them in it.
        #[test]
        fn a_hull_is_convex_and_full(
            circles in proptest::collection::vec((0.0..300.0_f32, 0.0..300.0_f32, 0.0..60.0_f32), 1..7)
        ) {
            let circles: Vec<Circle> =
                circles.into_iter().map(|(x, y, r)| (vec2(x, y), r)).collect();
            let hull = convex(&circles);
            for (i, point) in hull.iter().enumerate() {
                let edge = hull[(i + 1) % hull.len()] - *point;
                for (centre, r) in &circles {
                    // How far the circle reaches over the edge, px; one that is shorter than a fifth has no exact direction.
                    let over = -edge.normalize_or_zero().perp_dot(*centre - *point) + r;
                    proptest::prop_assert!(edge.length() < 0.2 || over < 0.3, "{over}");
                }
            }
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
