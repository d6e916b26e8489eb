//! Where on the stage the second, small view has room: in a corner where nothing of the figure ever comes, nor the countdown.

use glam::{Vec2, vec2};
use unhunch::figure::shape::Contour;
use unhunch::figure::{Drawing, Fill, Stance, Theme};

/// The sides of the small view, from the largest to the smallest, in logical pixels; smaller ones show nothing.
const SIDES: [f32; 5] = [148.0, 128.0, 112.0, 96.0, 80.0];
/// How far it stays from the edge of the stage, in logical pixels.
const MARGIN: f32 = 12.0;
/// How far it stays from the figure, in logical pixels.
const GAP: f32 = 4.0;
/// At most this part of the shorter side of the stage.
const MOST: f32 = 0.42;

/// A rectangle: left, top, right and bottom.
type Box4 = [f32; 4];

/// The place of the small view, in logical pixels.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Spot {
    pub(crate) x: f32,
    pub(crate) y: f32,
    /// Nothing where there is no room.
    pub(crate) side: f32,
}

/// The stage: a rectangle with the figure's square in its middle.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Stage {
    pub(crate) wide: f32,
    pub(crate) high: f32,
    /// The countdown, if there is one.
    pub(crate) ring: Option<Ring>,
}

/// The countdown, in an upper corner.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Ring {
    /// Its diameter with its margin, in logical pixels.
    pub(crate) side: f32,
    /// Whether it is on the left.
    pub(crate) left: bool,
}

impl Ring {
    fn taken(&self, stage: Stage) -> Taken {
        let (left, right) = if self.left {
            (0.0, self.side)
        } else {
            (stage.wide - self.side, stage.wide)
        };
        Taken::of(vec![
            vec2(left, 0.0),
            vec2(right, 0.0),
            vec2(right, self.side),
            vec2(left, self.side),
        ])
    }
}

impl Stage {
    fn side(&self) -> f32 {
        self.wide.min(self.high)
    }

    /// The four corners for a view with such sides; the lower ones first, since heads are above.
    fn corners(&self, side: f32) -> [Spot; 4] {
        let (left, right) = (MARGIN, self.wide - MARGIN - side);
        let (top, bottom) = (MARGIN, self.high - MARGIN - side);
        [(left, bottom), (right, bottom), (left, top), (right, top)].map(|(x, y)| Spot {
            x,
            y,
            side,
        })
    }
}

/// Finds the largest room for the second view of a drawing whose left and right are exchanged at times, or never.
pub(crate) fn spot(drawing: &Drawing, is_mirrored: bool, stage: Stage) -> Spot {
    if drawing.second.is_none() {
        return Spot::default();
    }
    let taken = taken(drawing, is_mirrored, stage);
    let is_free = |spot: &Spot| {
        let Spot { x, y, side } = *spot;
        let place = [x - GAP, y - GAP, x + side + GAP, y + side + GAP];
        !taken.iter().any(|other| other.meets(place))
    };
    SIDES
        .into_iter()
        .filter(|side| *side <= stage.side() * MOST)
        .find_map(|side| stage.corners(side).into_iter().find(is_free))
        .unwrap_or_default()
}

/// What is taken: a convex outline, as those of figures are, and the box around it.
struct Taken {
    around: Box4,
    outline: Contour,
}

impl Taken {
    fn of(outline: Contour) -> Self {
        let nothing = (Vec2::MAX, Vec2::MIN);
        let (low, high) = outline
            .iter()
            .fold(nothing, |(low, high), at| (low.min(*at), high.max(*at)));
        Self {
            around: [low.x, low.y, high.x, high.y],
            outline,
        }
    }

    /// Whether it has anything in common with a box: no side of the one parts it from the other.
    fn meets(&self, [left, top, right, bottom]: Box4) -> bool {
        let around = self.around;
        if left >= around[2] || around[0] >= right || top >= around[3] || around[1] >= bottom {
            return false;
        }
        let corners = [
            vec2(left, top),
            vec2(right, top),
            vec2(right, bottom),
            vec2(left, bottom),
        ];
        let next = self.outline.iter().cycle().skip(1);
        !self.outline.iter().zip(next).any(|(from, to)| {
            let is_outside = |corner: &Vec2| (*to - *from).perp_dot(*corner - *from) <= 0.0;
            to != from && corners.iter().all(is_outside)
        })
    }
}

/// Everything that the figure, its props and the countdown ever cover; not what is as soft as a shadow.
fn taken(drawing: &Drawing, is_mirrored: bool, stage: Stage) -> Vec<Taken> {
    let side = stage.side();
    let shift = vec2(stage.wide - side, stage.high - side) / 2.0;
    let mut taken: Vec<Taken> = stage.ring.iter().map(|ring| ring.taken(stage)).collect();
    for stance in stances(drawing, is_mirrored) {
        let shapes = drawing.shapes(&stance, side, Theme::Light);
        let solid = shapes
            .into_iter()
            .filter(|shape| !matches!(shape.fill, Fill::Glow { .. }));
        let outlines = solid.flat_map(|shape| shape.outline);
        taken.extend(outlines.map(|mut outline| {
            outline.iter_mut().for_each(|at| *at += shift);
            Taken::of(outline)
        }));
    }
    taken
}

/// Every pose, and the middle of the way between each two of them.
fn stances(drawing: &Drawing, is_mirrored: bool) -> Vec<Stance<'_>> {
    let names: Vec<&str> = drawing.pose_names().collect();
    let sides: &[bool] = if is_mirrored {
        &[false, true]
    } else {
        &[false]
    };
    let mut stances = Vec::new();
    for (number, &from) in names.iter().enumerate() {
        for &to in &names[number..] {
            stances.extend(sides.iter().map(|&mirrored| Stance {
                to,
                progress: 0.5,
                breath: 1.0,
                mirrored,
                ..Stance::still(from)
            }));
        }
    }
    stances
}

#[cfg(test)]
mod tests {
    use unhunch::routine::{Library, Sides};

    use super::*;

    fn stage(wide: f32, high: f32, left: bool) -> Stage {
        let ring = Some(Ring { side: 90.0, left });
        Stage { wide, high, ring }
    }

    fn of(id: &str, stage: Stage) -> Spot {
        let library = Library::shipped();
        let exercise = library.exercise(id).unwrap();
        spot(&exercise.figure, exercise.sides != Sides::Both, stage)
    }

    #[test]
    fn every_second_view_has_room_in_the_window() {
        for id in [
            "scapula-squeeze",
            "t-spine-twist",
            "chest-and-arm-stretch",
            "pectoralis-stretch",
        ] {
            for left in [false, true] {
                let spot = of(id, stage(400.0, 424.0, left));
                assert!(spot.side >= 80.0, "{id}: {spot:?}");
            }
        }
    }

    #[test]
    fn a_box_beside_a_slope_is_free() {
        let slope = Taken::of(vec![vec2(0.0, 0.0), vec2(100.0, 0.0), vec2(100.0, 100.0)]);
        assert!(slope.meets([50.0, 10.0, 60.0, 20.0]));
        assert!(!slope.meets([10.0, 60.0, 40.0, 90.0]), "under the slope");
        assert!(!slope.meets([110.0, 0.0, 120.0, 10.0]), "beside the box");
    }

    #[test]
    fn a_small_stage_and_a_single_view_have_none() {
        assert_eq!(of("scapula-squeeze", stage(170.0, 160.0, false)).side, 0.0);
        assert_eq!(of("cat-cow", stage(800.0, 400.0, false)).side, 0.0);
    }

    #[test]
    fn it_keeps_away_from_the_countdown() {
        for left in [false, true] {
            let stage = stage(400.0, 424.0, left);
            let Spot { x, y, side } = of("scapula-squeeze", stage);
            let ring = if left { [0.0, 90.0] } else { [310.0, 400.0] };
            assert!(y >= 90.0 || x + side <= ring[0] || x >= ring[1]);
        }
    }
}
