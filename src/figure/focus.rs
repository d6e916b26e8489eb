//! The working region: the part of the body that an exercise trains.

use serde::Deserialize;

use super::shape::{Camera, View};
use super::skeleton::{Body, Frame};

/// The working region, as the `[figure]` table describes it.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Focus {
    /// The bone that the region moves with.
    pub on: Bone,
    /// The centre of the region in the bone's axes, cm.
    pub at: [f32; 3],
    /// Half the width and half the height, cm.
    pub size: [f32; 2],
    /// `true` if the region is on the side turned away from the main view; the glow then shows around the edge of the body.
    #[serde(default)]
    pub behind: bool,
}

impl Focus {
    /// Returns `true` if the region is turned away from `view`. The file states this for the main view; from the other side it is
    /// reversed.
    pub(super) fn is_behind(&self, body: &Body, main: &View, view: &View) -> bool {
        let facing = |view| Camera::new(view, 1.0).facing(self.on.frame(body).turn.z_axis);
        self.behind != (facing(main) * facing(view) < 0.0)
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
