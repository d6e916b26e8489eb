//! The working region: the part of the body that an exercise trains.

use glam::Vec3;
use serde::Deserialize;

use super::shape::Camera;
use super::skeleton::{Arm, Body, Frame};

/// The working region, as the `[figure]` table describes it.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Focus {
    /// The bone that the region moves with.
    pub on: Bone,
    /// The centre of the region in the bone's axes, cm. It is on the front of the body if z is positive, on the back if z is
    /// negative, and on both if z is 0.
    pub at: [f32; 3],
    /// Half the width and half the height, cm.
    pub size: [f32; 2],
}

/// One region or several, as written in a file.
#[derive(Deserialize)]
#[serde(untagged)]
pub(super) enum Regions {
    One(Focus),
    Several(Vec<Focus>),
}

impl From<Regions> for Vec<Focus> {
    fn from(regions: Regions) -> Self {
        match regions {
            Regions::One(focus) => vec![focus],
            Regions::Several(all) => all,
        }
    }
}

impl Focus {
    /// Returns the part of the glow, 0 to 1, that is seen: a region on the far side of the body shows only as long as the camera
    /// sees the edge of the body beside it.
    pub(super) fn seen(&self, body: &Body, camera: &Camera) -> f32 {
        let [x, _, z] = self.at;
        let turn = self.on.frame(body).turn;
        let face = |offset: f32, axis: Vec3, [hidden, seen]: [f32; 2]| {
            if offset == 0.0 {
                return 1.0;
            }
            let toward = camera.facing(axis) * offset.signum();
            ((toward - hidden) / (seen - hidden)).clamp(0.0, 1.0)
        };
        // A shoulder is seen over the chest or the back unless the body is seen from the side.
        face(z, turn.z_axis, [-0.55, -0.15]) * face(x, turn.x_axis, [-0.95, -0.8])
    }

    /// Returns the part of the width, 0 to 1, in which a region on the front or back of an upright body is seen: it is narrow
    /// from the side, where it would otherwise reach across the body to the other face.
    pub(super) fn shown_width(&self, body: &Body, camera: &Camera) -> f32 {
        let [_, _, z] = self.at;
        if z == 0.0 {
            return 1.0;
        }
        let turn = self.on.frame(body).turn;
        let aside = 1.0 - camera.facing(turn.z_axis).abs();
        1.0 - 0.6 * aside * turn.y_axis.y.abs()
    }

    /// Returns the part of the glow, 0 to 1, that falls on the sleeve of an arm: none if the region ends before the shoulder.
    pub(super) fn at_shoulder(&self, body: &Body, arm: &Arm) -> f32 {
        let centre = self.on.frame(body).point(self.at.into());
        let apart = centre.distance(arm.shoulder) / self.size[0];
        ((1.1 - apart) * 2.0).clamp(0.0, 1.0)
    }

    pub(super) fn mirrored(self) -> Self {
        let [x, y, z] = self.at;
        Self {
            at: [-x, y, z],
            ..self
        }
    }
}

/// A bone that a working region can be attached to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Bone {
    /// Upper thorax (fourth thoracic vertebra).
    Chest,
    /// Middle of the thorax (eighth thoracic vertebra).
    Ribs,
    /// The pelvis, with its origin midway between the hip joints.
    Pelvis,
}

impl Bone {
    /// Returns the frame of the bone.
    pub(super) fn frame(self, body: &Body) -> Frame {
        match self {
            Self::Chest => body.chest,
            Self::Ribs => body.mid,
            Self::Pelvis => body.pelvis,
        }
    }
}
