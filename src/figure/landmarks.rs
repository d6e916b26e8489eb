//! The places in a picture that show whether the figure has visibly moved.

use glam::{Vec2, Vec3, vec2};

use super::shape::Camera;
use super::skeleton::{Arm, Body, Frame};

/// The shortest movement of a landmark that counts, px. Less than this cannot be seen, even at a hard edge.
const SHORTEST: f32 = 0.2;
/// The least difference between two opacities that can be seen.
pub const FAINTEST: f32 = 0.01;
/// Distance of the landmarks around a joint, cm: about the half width of the trunk and the head.
const REACH: f32 = 12.0;
/// Distance from the wrist to the fingertips, cm.
const HAND: f32 = 17.0;
/// Distance by which a deep breath widens the ribs, cm.
const BREATH: f32 = 1.5;

/// The landmarks of a picture: joints, and points around those that turn.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Landmarks {
    /// Positions on the picture, px.
    points: Vec<Vec2>,
    /// The strength of the glow, 0 to 1.
    glow: f32,
}

impl Landmarks {
    pub(super) fn new(camera: &Camera, body: &Body, glow: f32, breath: f32) -> Self {
        let turning = [
            &body.pelvis,
            &body.waist,
            &body.ribs,
            &body.mid,
            &body.chest,
            &body.neck,
            &body.head,
            &body.arms[0].hand,
            &body.arms[1].hand,
            &body.legs[0].foot,
            &body.legs[1].foot,
        ];
        let around = turning.into_iter().flat_map(axes);
        let joints = body.joints().map(|(_, at)| at);
        let points = joints.into_iter().chain(around);
        let mut points: Vec<Vec2> = points.map(|at| camera.project(at)).collect();
        let fingers = body.arms.map(|arm| fingertips(&arm));
        let [left, right] = body.glide;
        let lengths = [left, right, breath * BREATH, fingers[0], fingers[1]];
        points.extend(lengths.map(|length| vec2(length * camera.scale, 0.0)));
        Self { points, glow }
    }

    /// Returns `true` if nobody can tell two pictures of the same drawing with these landmarks apart.
    #[must_use]
    pub fn look_like(&self, other: &Self) -> bool {
        let mut pairs = self.points.iter().zip(&other.points);
        self.points.len() == other.points.len()
            && (self.glow - other.glow).abs() < FAINTEST
            && pairs.all(|(a, b)| a.distance_squared(*b) < SHORTEST * SHORTEST)
    }
}

/// Returns a point on each axis of a frame.
fn axes(frame: &Frame) -> [Vec3; 3] {
    [Vec3::X, Vec3::Y, Vec3::Z].map(|axis| frame.point(axis * REACH))
}

/// Returns the length of the arc that the fingertips have covered from the straight hand, cm.
fn fingertips(arm: &Arm) -> f32 {
    arm.curl.to_radians() * HAND
}
