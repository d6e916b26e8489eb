//! Places the countdown and the small second view in corners of the stage that the figure never covers.

use glam::{Vec2, vec2};
use unhunch::figure::shape::Contour;
use unhunch::figure::{Drawing, Fill, Stance, Theme};

/// The sides of the small view from the largest to the smallest, in logical pixels. Anything smaller would be unreadable.
const SIDES: [f32; 5] = [148.0, 128.0, 112.0, 96.0, 80.0];
/// The distance from the edge of the stage, in logical pixels.
const MARGIN: f32 = 12.0;
/// The distance from the figure, in logical pixels.
const GAP: f32 = 4.0;
/// The scale of the countdown, from the default to the smallest.
const RINGS: [f32; 4] = [1.0, 0.85, 0.7, 0.6];
/// The largest part of the stage's shorter side that the small view may take.
const MAX_INSET_PART: f32 = 0.42;
/// The size of a countdown that has the stage for itself, compared with the usual one.
const LONELY_RING: f32 = 3.0;

/// A rectangle as left, top, right and bottom.
type Box4 = [f32; 4];

/// The place of a square, in logical pixels.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Spot {
    pub(crate) x: f32,
    pub(crate) y: f32,
    /// 0 if there is no room.
    pub(crate) side: f32,
}

/// The stage: a rectangle with the figure's square in its centre.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Stage {
    pub(crate) wide: f32,
    pub(crate) high: f32,
    /// The countdown. `None` if the page has none.
    pub(crate) ring: Option<Ring>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Ring {
    /// The default diameter, in logical pixels.
    pub(crate) side: f32,
    /// `true` to prefer the left corners.
    pub(crate) left: bool,
}

/// The places of the countdown and the second view.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Places {
    pub(crate) ring: Spot,
    pub(crate) inset: Spot,
}

impl Stage {
    fn side(&self) -> f32 {
        self.wide.min(self.high)
    }

    /// Returns the four corner places for a square of this side, lower corners first because heads are at the top.
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

/// Finds the largest room for the countdown, and then for the second view. `is_mirrored` is set for exercises that are also
/// shown mirrored.
pub(crate) fn places(drawing: &Drawing, is_mirrored: bool, stage: Stage) -> Places {
    let mut obstacles = occupied(drawing, is_mirrored, stage);
    let ring = stage.ring.map(|ring| {
        let spot = ring_spot(ring, stage, &obstacles);
        obstacles.push(Occupied::from_spot(spot));
        spot
    });
    Places {
        ring: ring.unwrap_or_default(),
        inset: inset(drawing, stage, &obstacles),
    }
}

/// Places the countdown of an exercise without a figure: in a corner beside a picture, or large and in the middle.
pub(crate) fn places_without_figure(stage: Stage, has_picture: bool) -> Places {
    let Some(ring) = stage.ring else {
        return Places::default();
    };
    if has_picture {
        return Places {
            ring: ring_spot(ring, stage, &[]),
            inset: Spot::default(),
        };
    }
    let side = (stage.side() - 2.0 * MARGIN)
        .min(ring.side * LONELY_RING)
        .max(0.0);
    Places {
        ring: Spot {
            x: (stage.wide - side) / 2.0,
            y: (stage.high - side) / 2.0,
            side,
        },
        inset: Spot::default(),
    }
}

/// Finds the place of the second view on a stage without a countdown.
pub(crate) fn spot(drawing: &Drawing, is_mirrored: bool, stage: Stage) -> Spot {
    inset(drawing, stage, &occupied(drawing, is_mirrored, stage))
}

fn inset(drawing: &Drawing, stage: Stage, obstacles: &[Occupied]) -> Spot {
    if drawing.second.is_none() {
        return Spot::default();
    }
    SIDES
        .into_iter()
        .filter(|side| *side <= stage.side() * MAX_INSET_PART)
        .find_map(|side| free_spot(&stage.corners(side), obstacles))
        .unwrap_or_default()
}

/// Prefers an upper corner, and a smaller ring over one that covers the figure.
fn ring_spot(ring: Ring, stage: Stage, obstacles: &[Occupied]) -> Spot {
    let corners = |part: f32| {
        let side = (ring.side * part).min(stage.side() - 2.0 * MARGIN).max(0.0);
        let [bottom_left, bottom_right, top_left, top_right] = stage.corners(side);
        if ring.left {
            [top_left, top_right, bottom_left, bottom_right]
        } else {
            [top_right, top_left, bottom_right, bottom_left]
        }
    };
    let free = RINGS
        .iter()
        .find_map(|part| free_spot(&corners(*part), obstacles));
    free.unwrap_or_else(|| corners(RINGS[RINGS.len() - 1])[0])
}

fn free_spot(spots: &[Spot], obstacles: &[Occupied]) -> Option<Spot> {
    let is_free = |spot: &&Spot| {
        let Spot { x, y, side } = **spot;
        let place = [x - GAP, y - GAP, x + side + GAP, y + side + GAP];
        !obstacles.iter().any(|other| other.intersects(place))
    };
    spots.iter().find(is_free).copied()
}

/// An occupied region: a convex outline and its bounding box.
struct Occupied {
    around: Box4,
    outline: Contour,
}

impl Occupied {
    fn from_spot(Spot { x, y, side }: Spot) -> Self {
        Self::from_outline(vec![
            vec2(x, y),
            vec2(x + side, y),
            vec2(x + side, y + side),
            vec2(x, y + side),
        ])
    }

    fn from_outline(outline: Contour) -> Self {
        let nothing = (Vec2::MAX, Vec2::MIN);
        let (low, high) = outline
            .iter()
            .fold(nothing, |(low, high), at| (low.min(*at), high.max(*at)));
        Self {
            around: [low.x, low.y, high.x, high.y],
            outline,
        }
    }

    /// Returns `true` if the outline intersects the box (separating axis test).
    fn intersects(&self, [left, top, right, bottom]: Box4) -> bool {
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

/// Returns all regions ever covered by the figure and its props, except for soft fills such as shadows.
fn occupied(drawing: &Drawing, is_mirrored: bool, stage: Stage) -> Vec<Occupied> {
    let side = stage.side();
    let shift = vec2(stage.wide - side, stage.high - side) / 2.0;
    let mut obstacles: Vec<Occupied> = Vec::new();
    for stance in stances(drawing, is_mirrored) {
        let shapes = drawing.shapes(&stance, side, Theme::Light);
        let solid = shapes
            .into_iter()
            .filter(|shape| !matches!(shape.fill, Fill::Glow { .. }));
        let outlines = solid.flat_map(|shape| shape.outline);
        obstacles.extend(outlines.map(|mut outline| {
            outline.iter_mut().for_each(|at| *at += shift);
            Occupied::from_outline(outline)
        }));
    }
    obstacles
}

/// Returns every pose and the midpoint of the movement between every two poses.
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
        let ring = Some(Ring { side: 68.0, left });
        Stage { wide, high, ring }
    }

    fn all(id: &str, stage: Stage) -> Places {
        let library = Library::shipped();
        let exercise = library.exercise(id).unwrap();
        places(
            exercise.figure.drawing().unwrap(),
            exercise.sides != Sides::Both,
            stage,
        )
    }

    fn inset_spot(id: &str, stage: Stage) -> Spot {
        all(id, stage).inset
    }

    /// Checks the default size, large letters in a small window, and the side-by-side layout.
    #[test]
    fn the_countdown_never_covers_the_figure() {
        let library = Library::shipped();
        let exercises = library.iter().filter_map(|item| match item {
            unhunch::routine::LibraryItem::Exercise(exercise) => Some(exercise),
            unhunch::routine::LibraryItem::Routine(_) => None,
        });
        for exercise in exercises {
            let is_mirrored = exercise.sides != Sides::Both;
            for (wide, high, side) in [
                (400.0, 360.0, 68.0),
                (400.0, 180.0, 108.8),
                (582.0, 480.0, 108.8),
                (370.0, 390.0, 68.0),
            ] {
                let ring = Some(Ring { side, left: false });
                let stage = Stage { wide, high, ring };
                let ring = places(exercise.figure.drawing().unwrap(), is_mirrored, stage).ring;
                let obstacles = occupied(exercise.figure.drawing().unwrap(), is_mirrored, stage);
                let free = free_spot(&[ring], &obstacles).is_some();
                assert!(free, "{} on {wide}x{high}: {ring:?}", exercise.id);
                assert!(ring.side >= 40.0, "{}: {ring:?}", exercise.id);
            }
        }
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
                let spot = inset_spot(id, stage(400.0, 424.0, left));
                assert!(spot.side >= 80.0, "{id}: {spot:?}");
            }
        }
    }

    #[test]
    fn a_box_beside_a_slope_is_free() {
        let slope =
            Occupied::from_outline(vec![vec2(0.0, 0.0), vec2(100.0, 0.0), vec2(100.0, 100.0)]);
        assert!(slope.intersects([50.0, 10.0, 60.0, 20.0]));
        assert!(
            !slope.intersects([10.0, 60.0, 40.0, 90.0]),
            "under the slope"
        );
        assert!(
            !slope.intersects([110.0, 0.0, 120.0, 10.0]),
            "beside the box"
        );
    }

    #[test]
    fn no_inset_on_a_small_stage_or_for_a_single_view() {
        assert_eq!(
            inset_spot("scapula-squeeze", stage(170.0, 160.0, false)).side,
            0.0
        );
        assert_eq!(inset_spot("cat-cow", stage(800.0, 400.0, false)).side, 0.0);
    }

    #[test]
    fn the_inset_does_not_overlap_the_countdown() {
        for left in [false, true] {
            let stage = stage(400.0, 424.0, left);
            let Places { ring, inset } = all("scapula-squeeze", stage);
            assert!(
                inset.side > 0.0
                    && !Occupied::from_spot(ring).intersects([
                        inset.x,
                        inset.y,
                        inset.x + inset.side,
                        inset.y + inset.side,
                    ])
            );
            assert_eq!(ring.x < 200.0, left, "in the corner that was wished for");
        }
    }
}
