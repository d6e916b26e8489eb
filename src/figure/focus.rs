//! The region of the body that works.

use serde::Deserialize;

use super::shape::{Camera, View};
use super::skeleton::{Body, Frame};

/// The region of the body that works, as the `[figure]` table names it.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Focus {
    /// The bone it belongs to.
    pub on: Bone,
    /// Its middle in the bone's axes, cm.
    pub at: [f32; 3],
    /// Half its width and half its height, cm.
    pub size: [f32; 2],
    /// Whether it lies on the side that is turned away; it then shines past the edge of the body.
    #[serde(default)]
    pub behind: bool,
}

impl Focus {
    /// Whether it is turned away from this view. The file says so for the main view; seen from the other side it is the other
    /// way round.
    pub(super) fn is_behind(&self, body: &Body, main: &View, view: &View) -> bool {
        let facing = |view| Camera::new(view, 1.0).facing(self.on.of(body).turn.z_axis);
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

/// A bone that a region can belong to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Bone {
    /// The upper thorax.
    Chest,
    /// The middle of the thorax.
    Ribs,
    /// The pelvis.
    Pelvis,
}

impl Bone {
    /// Where it is.
    pub(super) fn of(self, body: &Body) -> Frame {
        match self {
            Self::Chest => body.chest,
            Self::Ribs => body.mid,
            Self::Pelvis => body.pelvis,
        }
    }
}
