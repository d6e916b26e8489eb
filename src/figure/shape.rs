//! The elements of a picture: a camera, outlines and fills.
//!
//! A body part is the convex hull of a few balls, or a union of such hulls. In orthographic projection a ball is a circle, so the
//! outline of a part is exactly the hull of a few circles from every viewing direction.

use std::f32::consts::TAU;
use std::sync::Arc;

use glam::{Mat3, Vec2, Vec3, vec2};
use serde::Deserialize;

/// Red, green, blue and opacity, each 0 to 1, not premultiplied.
pub type Rgba = [f32; 4];

/// A closed polygon, in pixels; y grows downward.
pub type Contour = Vec<Vec2>;

/// A ball in the room: centre and radius, cm.
pub(super) type Ball = (Vec3, f32);

/// A filled outline of a picture.
#[derive(Clone, Debug)]
pub struct Shape {
    /// Name of the body part or prop, for tests and for inspecting a picture.
    pub part: &'static str,
    /// Convex polygons with the same orientation; their union is filled.
    pub outline: Vec<Contour>,
    /// The fill of the outline.
    pub fill: Fill,
    /// Clip region, a union like `outline`; `None` if the shape is not clipped.
    pub clip: Option<Arc<Vec<Contour>>>,
}

impl Shape {
    /// Returns a shape without a clip region.
    pub(super) fn new(part: &'static str, outline: Vec<Contour>, fill: Fill) -> Self {
        Self {
            part,
            outline,
            fill,
            clip: None,
        }
    }
}

/// Returns the upper left and lower right corners of the bounding box of `shapes`, px. `None` if it has no points.
#[must_use]
pub fn extent(shapes: &[Shape]) -> Option<[Vec2; 2]> {
    let mut points = shapes.iter().flat_map(|shape| &shape.outline).flatten();
    let first = *points.next()?;
    Some(points.fold([first; 2], |[low, high], point| {
        [low.min(*point), high.max(*point)]
    }))
}

/// The fill of an outline.
#[derive(Clone, Copy, Debug)]
pub enum Fill {
    /// A single colour throughout.
    Flat(Rgba),
    /// A linear gradient along a line in pixels.
    Linear {
        /// The position of offset 0.
        from: Vec2,
        /// The position of offset 1.
        to: Vec2,
        /// Offsets from 0 to 1 and colours, in ascending order.
        stops: [(f32, Rgba); 4],
    },
    /// An elliptical gradient around a point in pixels: `colour`, then the paler `halo`, then transparent.
    Glow {
        /// Centre of the ellipse, px.
        centre: Vec2,
        /// Half width and half height, px.
        radius: Vec2,
        /// The colour in the centre.
        colour: Rgba,
        /// The colour farther out; its opacity is ignored.
        halo: Rgba,
    },
}

impl Fill {
    /// Returns the colour at a position in pixels; that of a glow is its colour in the centre.
    pub(super) fn colour_at(&self, place: Vec2) -> Rgba {
        let (from, to, stops) = match *self {
            Self::Flat(colour) | Self::Glow { colour, .. } => return colour,
            Self::Linear { from, to, stops } => (from, to, stops),
        };
        let axis = to - from;
        let offset = (place - from).dot(axis) / axis.length_squared().max(f32::EPSILON);
        let mut colour = stops[0].1;
        for pair in stops.windows(2) {
            let [(start, first), (end, second)] = [pair[0], pair[1]];
            if offset > start {
                let part = (offset - start) / (end - start).max(f32::EPSILON);
                colour = blend(first, second, part.min(1.0));
            }
        }
        colour
    }
}

/// The viewing direction and the section of the room in the picture. The projection is orthographic.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct View {
    /// Rotation about the vertical axis in degrees: 0 from the front, 90 with the person facing right, 180 from behind.
    pub yaw: f32,
    /// Angle at which the camera looks down, degrees.
    #[serde(default)]
    pub pitch: f32,
    /// The centre of the picture: centimetres to the right of and above the room's origin, as seen by the camera.
    pub centre: [f32; 2],
    /// Height (and width) of the picture in centimetres.
    pub height: f32,
}

/// A [`View`] projected onto a square of pixels.
#[derive(Clone, Copy, Debug)]
pub(super) struct Camera {
    turn: Mat3,
    centre: Vec2,
    half: f32,
    /// Pixels per centimetre of the room.
    pub(super) scale: f32,
}

/// Direction toward the light on the picture (y downward): up and to the left.
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

    /// Projects a position in the room to the picture, px.
    pub(super) fn project(&self, v: Vec3) -> Vec2 {
        let v = self.turn * v;
        vec2(
            self.half + (v.x - self.centre.x) * self.scale,
            self.half - (v.y - self.centre.y) * self.scale,
        )
    }

    /// Returns the depth of a position, cm: greater is nearer.
    pub(super) fn depth(&self, v: Vec3) -> f32 {
        (self.turn * v).z
    }

    /// Returns the component of a direction toward the viewer, -1 to 1.
    pub(super) fn facing(&self, direction: Vec3) -> f32 {
        (self.turn * direction).z
    }

    /// Returns the direction to the viewer, in the room.
    pub(super) fn viewer(&self) -> Vec3 {
        self.turn.transpose() * Vec3::Z
    }

    /// Converts a direction on the picture (y downward) to a direction in the room.
    pub(super) fn unproject(&self, v: Vec2) -> Vec3 {
        self.turn.transpose() * Vec3::new(v.x, -v.y, 0.0)
    }

    /// Returns the outline of the convex hull of balls.
    pub(super) fn hull(&self, balls: &[Ball]) -> Contour {
        let circle = |&(at, r): &Ball| (self.project(at), r * self.scale);
        // Nearly all parts are hulls of two or three balls; these cases avoid an allocation.
        match balls {
            [a, b] => convex(&[circle(a), circle(b)]),
            [a, b, c] => convex(&[circle(a), circle(b), circle(c)]),
            many => convex(&many.iter().map(circle).collect::<Vec<_>>()),
        }
    }

    /// Returns the outlines of a union of hulls.
    pub(super) fn solid(&self, pieces: &[Vec<Ball>]) -> Vec<Contour> {
        pieces.iter().map(|piece| self.hull(piece)).collect()
    }

    /// Returns the outlines of a limb: the union of the hulls of neighbouring balls.
    pub(super) fn chain(&self, balls: &[Ball]) -> Vec<Contour> {
        let circles: Vec<Circle> = balls
            .iter()
            .map(|&(at, r)| (self.project(at), r * self.scale))
            .collect();
        joined(&circles)
    }

    /// Returns balls that cover the lit part of the given ones: shifted toward the light without leaving them.
    pub(super) fn lit(&self, balls: &[Ball], shade: f32) -> Vec<Ball> {
        let push = self.unproject(LIGHT);
        balls
            .iter()
            .map(|&(at, r)| (at + push * (r * shade), r * (1.0 - shade)))
            .collect()
    }
}

/// Returns balls enlarged by some centimetres.
pub(super) fn grown(balls: &[Ball], by: f32) -> Vec<Ball> {
    balls.iter().map(|&(at, r)| (at, r + by)).collect()
}

/// Least protrusion over an edge for a circle to become part of the hull, px.
const MIN_PROTRUSION: f32 = 0.02;

/// A circle on the picture: centre and radius, px.
type Circle = (Vec2, f32);

/// Returns the convex hull of circles, counterclockwise where y grows upward. It samples directions all around and takes the
/// circle that reaches farthest in each; where that circle changes, the common tangent of the two becomes an edge. The number of
/// directions keeps every chord within about an eighth of a pixel of the true outline.
fn convex(circles: &[Circle]) -> Contour {
    outline(circles, None)
}

/// Returns the convex hull as [`convex`], without the arc of the circle `flat`: its ends are joined by a straight edge.
fn outline(circles: &[Circle], flat: Option<Circle>) -> Contour {
    let Some(largest) = circles.iter().map(|circle| circle.1).reduce(f32::max) else {
        return Contour::new();
    };
    let n = (6.0 * largest.max(0.0).sqrt()).clamp(8.0, 48.0).ceil();
    let step = Vec2::from_angle(TAU / n);
    let mut points = Vec::with_capacity(n as usize + 2 * circles.len());
    let mut direction = Vec2::X;
    let mut before = farthest(circles, direction);
    for _ in 0..n as usize {
        if flat != Some(before) {
            points.push(before.0 + direction * before.1);
        }
        direction = direction.rotate(step);
        let next = farthest(circles, direction);
        if next != before {
            bridge(circles, before, next, &mut points);
        }
        before = next;
    }
    points
}

/// Returns the union of the hulls of neighbouring circles. A hull contains the next circle, so the one before it ends flat there:
/// an edge inside of the union would be painted for nothing.
fn joined(circles: &[Circle]) -> Vec<Contour> {
    let last = circles.len().saturating_sub(2);
    let hulls = circles.windows(2).enumerate();
    let hulls = hulls.map(|(index, pair)| {
        let end = (index < last).then(|| pair[1]);
        outline(pair, end)
    });
    hulls.filter(|hull| hull.len() > 2).collect()
}

/// Returns the circle that reaches farthest in a direction.
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

/// Adds the tangent edge from one circle to the next, with a detour over any third circle that protrudes between them.
fn bridge(circles: &[Circle], (a, ra): Circle, (b, rb): Circle, points: &mut Contour) {
    let offset = b - a;
    let cos = (ra - rb) / offset.length();
    // A circle inside the other has no common tangent with it.
    if cos.is_nan() || cos.abs() >= 1.0 {
        return;
    }
    let along = offset.normalize();
    // The outward normal is on the right-hand side of the path from `a` to `b`.
    let out = along * cos - along.perp() * (1.0 - cos * cos).sqrt();
    let third = farthest(circles, out);
    if third.0.dot(out) + third.1 > a.dot(out) + ra + MIN_PROTRUSION {
        bridge(circles, (a, ra), third, points);
        bridge(circles, third, (b, rb), points);
    } else {
        points.extend([a + out * ra, b + out * rb]);
    }
}

/// Returns an opaque colour from its hexadecimal RGB value.
pub(super) const fn hex(c: u32) -> Rgba {
    [
        ((c >> 16) & 255) as f32 / 255.0,
        ((c >> 8) & 255) as f32 / 255.0,
        (c & 255) as f32 / 255.0,
        1.0,
    ]
}

/// Interpolates linearly between two colours.
pub(super) fn blend(a: Rgba, b: Rgba, t: f32) -> Rgba {
    [0, 1, 2, 3].map(|i| a[i] + (b[i] - a[i]) * t)
}

/// Returns a colour with a different opacity.
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
    fn hull_of_two_circles_has_the_exact_area() {
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
            let measured = area(&convex(&[(Vec2::ZERO, ra), (b, rb)]));
            assert!(
                (measured / expected - 1.0).abs() < 0.01 && measured <= expected * 1.0001,
                "{measured} and {expected} for {b} {rb}"
            );
        }
    }

    proptest::proptest! {
        /// For any circles, the outline turns only one way and contains all of them.
        #[test]
        fn hull_is_convex_and_contains_all_circles(
            circles in proptest::collection::vec((0.0..300.0_f32, 0.0..300.0_f32, 0.0..60.0_f32), 1..7)
        ) {
            let circles: Vec<Circle> =
                circles.into_iter().map(|(x, y, r)| (vec2(x, y), r)).collect();
            let hull = convex(&circles);
            for (i, point) in hull.iter().enumerate() {
                let edge = hull[(i + 1) % hull.len()] - *point;
                for (centre, r) in &circles {
                    // The overhang of the circle over the edge, px. Edges shorter than 0.2 px have no exact direction.
                    let over = -edge.normalize_or_zero().perp_dot(*centre - *point) + r;
                    proptest::prop_assert!(edge.length() < 0.2 || over < 0.3, "{over}");
                }
            }
        }
    }

    /// Returns `true` if the point is in one of the outlines, at least this far from its edge.
    fn contains(outlines: &[Contour], point: Vec2, margin: f32) -> bool {
        outlines.iter().any(|outline| {
            (0..outline.len()).all(|i| {
                let edge = outline[(i + 1) % outline.len()] - outline[i];
                edge.length() < 1e-3 || edge.normalize().perp_dot(point - outline[i]) >= margin
            })
        })
    }

    proptest::proptest! {
        /// Leaving out the edges inside a limb doesn't change its outline.
        #[test]
        fn a_chain_covers_what_its_hulls_cover(
            circles in proptest::collection::vec((0.0..90.0_f32, 0.0..90.0_f32, 2.0..30.0_f32), 2..6),
            points in proptest::collection::vec((-20.0..110.0_f32, -20.0..110.0_f32), 50),
        ) {
            let circles: Vec<Circle> =
                circles.into_iter().map(|(x, y, r)| (vec2(x, y), r)).collect();
            let hulls: Vec<Contour> = circles.windows(2).map(convex).collect();
            let joined = joined(&circles);
            for point in points {
                let point = vec2(point.0, point.1);
                if contains(&hulls, point, 0.5) {
                    proptest::prop_assert!(contains(&joined, point, -0.5), "{point}");
                }
                if contains(&joined, point, 0.1) {
                    proptest::prop_assert!(contains(&hulls, point, -0.1), "{point}");
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
        assert!(camera.project(Vec3::Z).distance(vec2(51.0, 50.0)) < 1e-3);
        assert!(camera.facing(Vec3::NEG_X) > 0.99, "the right side is near");
    }
}
