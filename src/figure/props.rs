//! Furniture and surfaces that the person sits, lies or leans on.

use std::f32::consts::TAU;
use std::sync::Arc;

use glam::{Vec2, Vec3, vec2, vec3};
use serde::Deserialize;

use super::colours::{Shades, shades};
use super::depth;
use super::shape::{Ball, Contour, Fill, Shape, blend, faded};
use super::skeleton::Body;
use super::sketch::Sketch;

/// An object in the room.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Prop {
    /// A chair without arm rests and with a low back rest; its seat is below the origin.
    Chair,
    /// The floor, visible only as the person's shadow.
    Floor,
    /// A mat on the floor with its upper side at y = 0. It has the length that the picture needs and shows the person's shadow.
    Mat {
        /// The rear end, z in cm.
        from: f32,
        /// The front end, z in cm.
        to: f32,
    },
    /// A section of wall behind the person's back.
    Wall {
        /// The face of the wall, z in cm.
        at: f32,
    },
    /// An open doorway that the person stands in, facing through it.
    Doorway {
        /// Half the width of the opening, cm.
        half: f32,
        /// The face of the frame that the person leans on, z in cm.
        at: f32,
    },
    /// A pillow lying on the floor.
    Pillow {
        /// The centre of the lower side, cm.
        at: [f32; 3],
        /// Half the length, thickness and width, cm: x, y and z.
        size: [f32; 3],
    },
}

/// Height of the chair's seat, cm.
pub(super) const SEAT: f32 = 43.5;
/// Height of the lower and upper edge of the back rest and the z position of its front there, cm.
#[cfg(test)]
const REST: [(f32, f32); 2] = [(52.0, -17.3), (63.5, -18.3)];
/// Half the width of the mat, cm.
const MAT: f32 = 33.0;
/// Half the width and the full height of the wall section, cm.
const WALL: [f32; 2] = [72.0, 204.0];
/// Height of the opening of the doorway, cm.
const LINTEL: f32 = 201.0;
/// Opacity of a door frame that is in front of the person.
const SEE_THROUGH: f32 = 0.15;
/// Width and depth of the door frame, cm.
const FRAME: [f32; 2] = [9.0, 12.0];

/// The lower left and the upper right corner of the face of a beam that is toward the person, cm.
type Beam = (Vec3, Vec3);

impl Prop {
    pub(super) fn draw(self, sketch: &mut Sketch, body: &Body) {
        match self {
            Self::Chair => chair(sketch, body),
            Self::Floor => floor(sketch, body),
            Self::Mat { from, to } => mat(sketch, body, from, to),
            Self::Wall { at } => wall(sketch, body, at),
            Self::Doorway { half, at } => doorway(sketch, body, half, at),
            Self::Pillow { at, size } => pillow(sketch, body, at.into(), size.into()),
        }
    }

    /// Returns the dimensions and coordinates of the prop, cm, for validation.
    pub(super) fn numbers(self) -> Vec<f32> {
        match self {
            Self::Chair | Self::Floor => Vec::new(),
            Self::Mat { from, to } => vec![from, to],
            Self::Wall { at } => vec![at],
            Self::Doorway { half, at } => vec![half, at],
            Self::Pillow { at, size } => at.into_iter().chain(size).collect(),
        }
    }
}

/// The depth of what is painted before everything else, in the order of the file.
const BACKMOST_DEPTH: f32 = f32::NEG_INFINITY;

fn mat(sketch: &mut Sketch, body: &Body, from: f32, to: f32) {
    let tones = shades(sketch.palette.mat);
    let slab = |y: f32, r: f32| -> Vec<Ball> {
        let corner = |x: f32, z: f32| (vec3(x, y, z), r);
        vec![
            corner(MAT, from),
            corner(MAT, to),
            corner(-MAT, to),
            corner(-MAT, from),
        ]
    };
    let side = sketch.camera.hull(&slab(-1.6, 1.0));
    let top = sketch.camera.hull(&slab(-0.8, 0.8));
    let (low, high) = (
        sketch.camera.project(vec3(0.0, 0.0, from)),
        sketch.camera.project(vec3(0.0, 0.0, to)),
    );
    let stops = [
        (0.0, blend(tones.base, tones.light, 0.5)),
        (0.4, tones.base),
        (0.8, blend(tones.base, tones.shade, 0.35)),
        (1.0, blend(tones.base, tones.shade, 0.35)),
    ];
    let surface = Arc::new(vec![top.clone()]);
    let mut shapes: Vec<Shape> = sketch
        .strong_outline("mat", &[slab(-1.6, 1.0), slab(-0.8, 0.8)])
        .into_iter()
        .collect();
    shapes.extend([
        Shape::new("mat", vec![side], Fill::Flat(tones.shade)),
        Shape::new(
            "mat",
            vec![top],
            Fill::Linear {
                from: low,
                to: high,
                stops,
            },
        ),
    ]);
    let mut beside = Vec::new();
    for (place, wide) in shadow_casters(body) {
        let near = (1.0 - place.y / 60.0).clamp(0.0, 1.0);
        let ground = place.with_y(0.0);
        let radius = vec2(wide, wide * 0.45) * sketch.camera.scale * (1.25 - 0.25 * near);
        let strength = 0.2 + 0.8 * near;
        if place.x.abs() + wide > MAT {
            let floor = ground.with_y(-1.4);
            beside.push(soft_shadow(sketch, "mat", floor, radius, strength));
        }
        let mut shape = soft_shadow(sketch, "mat", ground, radius, strength);
        shape.clip = Some(Arc::clone(&surface));
        shapes.push(shape);
    }
    sketch.add(BACKMOST_DEPTH, beside);
    sketch.add(BACKMOST_DEPTH, shapes);
}

/// Returns the body parts that cast a shadow on the mat: positions and half widths, cm.
fn shadow_casters(body: &Body) -> Vec<(Vec3, f32)> {
    let mut all = vec![
        (body.pelvis.at, 20.0),
        (body.ribs.at, 21.0),
        (body.chest.at, 21.0),
    ];
    for arm in &body.arms {
        all.push((arm.palm(), 9.0));
        all.push((arm.elbow.lerp(arm.hand.at, 0.5), 9.0));
    }
    for leg in &body.legs {
        all.push((leg.knee, 10.0));
        all.push((leg.knee.lerp(leg.foot.at, 0.5), 13.0));
        all.push((leg.foot.at, 10.0));
    }
    all
}

/// Returns an elliptical soft shadow.
fn soft_shadow(sketch: &Sketch, part: &'static str, at: Vec3, radius: Vec2, opacity: f32) -> Shape {
    let centre = sketch.camera.project(at);
    let [r, g, b, a] = sketch.palette.shadow;
    let colour = [r, g, b, a * opacity];
    Shape::new(
        part,
        vec![
            (0..48)
                .map(|i| centre + Vec2::from_angle(i as f32 / 48.0 * TAU) * radius)
                .collect(),
        ],
        Fill::Glow {
            centre,
            radius,
            colour,
            halo: colour,
        },
    )
}

/// Returns a flat panel between two corners, with slightly rounded edges.
fn panel(low: Vec3, high: Vec3) -> Vec<Ball> {
    let r = 1.0;
    let (a, b) = (low + vec3(r, r, 0.0), high - vec3(r, r, 0.0));
    [
        vec3(a.x, a.y, a.z),
        vec3(b.x, a.y, a.z),
        vec3(a.x, b.y, b.z),
        vec3(b.x, b.y, b.z),
    ]
    .map(|at| (at, r))
    .to_vec()
}

fn wall(sketch: &mut Sketch, body: &Body, at: f32) {
    let [half, high] = WALL;
    let tones = shades(sketch.palette.wall);
    let face = sketch
        .camera
        .hull(&panel(vec3(-half, 0.0, at), vec3(half, high, at)));
    let skirting = sketch
        .camera
        .hull(&panel(vec3(-half, 0.0, at), vec3(half, 9.0, at)));
    let (from, to) = (
        sketch.camera.project(vec3(0.0, high, at)),
        sketch.camera.project(vec3(0.0, 0.0, at)),
    );
    let stops = [
        (0.0, blend(tones.base, tones.light, 0.4)),
        (0.5, tones.base),
        (0.8, blend(tones.base, tones.shade, 0.2)),
        (1.0, blend(tones.base, tones.shade, 0.35)),
    ];
    let inside = Arc::new(vec![face.clone()]);
    let flat = |outline, fill| Shape::new("wall", vec![outline], fill);
    let outer = panel(vec3(-half, 0.0, at), vec3(half, high, at));
    let mut shapes: Vec<Shape> = sketch
        .strong_outline("wall", &[outer])
        .into_iter()
        .collect();
    shapes.extend([
        flat(face, Fill::Linear { from, to, stops }),
        flat(skirting, Fill::Flat(blend(tones.base, tones.light, 0.9))),
    ]);
    // Body parts near the wall cast a shadow on it.
    let mut shadow = |place: Vec3, wide: f32, tall: f32, opacity: f32| {
        let gap = (place.z - at).max(0.0);
        let near = (1.0 - gap / 30.0).clamp(0.0, 1.0) * opacity;
        let radius = vec2(wide, tall) * sketch.camera.scale;
        let mut shape = soft_shadow(
            sketch,
            "wall",
            place.with_z(at) - vec3(0.0, 1.5, 0.0),
            radius,
            near,
        );
        shape.clip = Some(Arc::clone(&inside));
        shapes.push(shape);
    };
    shadow(body.mid.at, 30.0, 38.0, 0.9);
    shadow(body.pelvis.at, 25.0, 32.0, 0.7);
    shadow(body.head.at, 16.0, 18.0, 0.8);
    for arm in &body.arms {
        shadow(arm.elbow, 10.0, 10.0, 0.9);
        shadow(arm.elbow.lerp(arm.hand.at, 0.5), 10.0, 12.0, 0.9);
        shadow(arm.palm(), 10.0, 12.0, 0.9);
    }
    sketch.add(BACKMOST_DEPTH, shapes);
}

fn doorway(sketch: &mut Sketch, body: &Body, half: f32, at: f32) {
    let camera = sketch.camera;
    let [wide, _] = FRAME;
    let top = LINTEL + wide;
    let mut posts = [half, -half - wide].map(|x| (vec3(x, 0.0, at), vec3(x + wide, top, at)));
    let lintel = (vec3(-half - wide, LINTEL, at), vec3(half + wide, top, at));
    if camera.facing(Vec3::NEG_Z) > 0.0 {
        posts.sort_by(|a, b| camera.depth(a.0).total_cmp(&camera.depth(b.0)));
        let [farther, nearer] = posts;
        frame_behind_arms(sketch, body, &[farther], BACKMOST_DEPTH);
        // A leg that has stepped through the doorway is behind the nearer post.
        let depths = body.legs.iter();
        let depths = depths.flat_map(|leg| depth::leg(&camera, body, leg));
        let legs = depths.fold(f32::NEG_INFINITY, f32::max);
        frame_behind_arms(sketch, body, &[nearer, lintel], legs + 0.01);
    } else {
        frame_before_arms(sketch, &[posts[0], posts[1], lintel]);
    }
}

/// Adds beams of a door frame with the shadows of the arms that lean on them.
fn frame_behind_arms(sketch: &mut Sketch, body: &Body, beams: &[Beam], depth: f32) {
    let wood = shades(sketch.palette.wood);
    let mut shapes = frame_outline(sketch, beams);
    let mut faces = Vec::new();
    for beam in beams {
        let [side, face] = beam_shapes(sketch, *beam, &wood, true);
        faces.extend(face.outline.iter().cloned());
        shapes.extend([side, face]);
    }
    let faces = Arc::new(faces);
    let at = beams[0].0.z;
    for arm in &body.arms {
        for (place, wide, tall) in [
            (arm.elbow.lerp(arm.hand.at, 0.4), 7.0, 18.0),
            (arm.palm(), 7.0, 11.0),
        ] {
            let ground = place.with_z(at) - vec3(0.0, 1.5, 0.0);
            let radius = vec2(wide, tall) * sketch.camera.scale;
            let mut shadow = soft_shadow(sketch, "doorway", ground, radius, 0.8);
            shadow.clip = Some(Arc::clone(&faces));
            shapes.push(shadow);
        }
    }
    sketch.add(depth, shapes);
}

/// Adds a door frame in front of the arms that lean on it. The arms shine through it.
fn frame_before_arms(sketch: &mut Sketch, beams: &[Beam]) {
    let wood = shades(sketch.palette.wood);
    let mut veil = shades(sketch.palette.wood);
    for tone in [&mut veil.light, &mut veil.base, &mut veil.shade] {
        *tone = faded(*tone, SEE_THROUGH);
    }
    let mut solid = frame_outline(sketch, beams);
    let mut before = Vec::new();
    for beam in beams {
        solid.extend(beam_shapes(sketch, *beam, &wood, false));
        before.extend(beam_shapes(sketch, *beam, &veil, false));
    }
    sketch.add(BACKMOST_DEPTH, solid);
    sketch.add(f32::INFINITY, before);
}

/// Returns the line around a door frame, in the themes that have one.
fn frame_outline(sketch: &Sketch, beams: &[Beam]) -> Vec<Shape> {
    let solid: Vec<_> = beams
        .iter()
        .map(|beam| beam_sides(*beam).concat())
        .collect();
    sketch
        .strong_outline("doorway", &solid)
        .into_iter()
        .collect()
}

/// Returns the near and the far side of a beam.
fn beam_sides((low, high): Beam) -> [Vec<Ball>; 2] {
    [0.0, FRAME[1]].map(|z| panel(low + Vec3::Z * z, high + Vec3::Z * z))
}

/// Returns the sides and the face of a beam.
fn beam_shapes(sketch: &Sketch, beam: Beam, wood: &Shades, behind: bool) -> [Shape; 2] {
    let [near, far] = beam_sides(beam);
    let face = if behind { &near } else { &far };
    let (from, to) = (sketch.camera.project(beam.1), sketch.camera.project(beam.0));
    let stops = [
        (0.0, blend(wood.base, wood.light, 0.6)),
        (0.4, wood.base),
        (0.8, wood.base),
        (1.0, blend(wood.base, wood.shade, 0.3)),
    ];
    let flat = |outline, fill| Shape::new("doorway", vec![outline], fill);
    let face = flat(sketch.camera.hull(face), Fill::Linear { from, to, stops });
    let sides = sketch.camera.hull(&[near, far].concat());
    [flat(sides, Fill::Flat(wood.shade)), face]
}

fn pillow(sketch: &mut Sketch, body: &Body, at: Vec3, size: Vec3) {
    let r = size.y;
    let corner = |x: f32, z: f32| (at + vec3(x * (size.x - r), r, z * (size.z - r)), r);
    let balls = [
        corner(1.0, 1.0),
        corner(-1.0, 1.0),
        corner(1.0, -1.0),
        corner(-1.0, -1.0),
    ];
    let depth = depth::trunk(&sketch.camera, body) - 0.5;
    let cushion = sketch.palette.pillow;
    sketch.block("pillow", depth, &balls, cushion);
}

fn floor(sketch: &mut Sketch, body: &Body) {
    let camera = sketch.camera;
    let feet = (body.legs[0].foot.at + body.legs[1].foot.at) / 2.0;
    let middle = body.pelvis.at.lerp(feet, 0.5) * vec3(1.0, 0.0, 1.0);
    let reach = 34.0 + (feet - body.pelvis.at).with_y(0.0).length() * 0.35;
    let centre = camera.project(middle);
    let radius = vec2(reach, reach * 0.2) * camera.scale;
    let outline: Contour = (0..48)
        .map(|i| centre + glam::Vec2::from_angle(i as f32 / 48.0 * TAU) * radius)
        .collect();
    let colour = sketch.palette.floor;
    sketch.add(
        f32::NEG_INFINITY,
        vec![Shape::new(
            "floor",
            vec![outline],
            Fill::Glow {
                centre,
                radius,
                colour,
                halo: colour,
            },
        )],
    );
}

fn chair(sketch: &mut Sketch, body: &Body) {
    let edge = if sketch.palette.ink.is_some() {
        [1.0; 2]
    } else {
        [0.0; 2]
    };
    // From every camera angle the seat is behind thighs and hips, and the chair's legs are behind the seat.
    let seat = depth::thighs(&sketch.camera, body) - 1.0;
    chair_legs(sketch, seat - 2.0, edge);
    chair_seat(sketch, seat);
    back_rest(sketch, edge);
}

fn chair_legs(sketch: &mut Sketch, depth: f32, edge: [f32; 2]) {
    for (x, z) in [(15.5, 19.0), (-15.5, 19.0), (15.5, -14.0), (-15.5, -14.0)] {
        let foot = vec3(x * 1.06, 1.3, z * 1.14);
        let balls = [(vec3(x, SEAT - 5.0, z), 1.7), (foot, 1.25)];
        let depth = depth + 0.02 * sketch.camera.depth(vec3(x, 0.0, z));
        let wood = if sketch.camera.depth(foot) < sketch.camera.depth(Vec3::ZERO) {
            sketch.palette.wood_dark
        } else {
            sketch.palette.wood
        };
        sketch.limb("chair leg", depth, &balls, wood, edge);
    }
}

/// Draws the board of the seat and the cushion on it.
fn chair_seat(sketch: &mut Sketch, depth: f32) {
    let plate = |y: f32, r: f32, w: f32, zs: [f32; 2]| -> Vec<Ball> {
        vec![
            (vec3(w, y, zs[1]), r),
            (vec3(-w, y, zs[1]), r),
            (vec3(w, y, zs[0]), r),
            (vec3(-w, y, zs[0]), r),
        ]
    };
    let board = plate(SEAT - 4.6, 1.1, 18.0, [-16.0, 20.5]);
    sketch.block("chair seat", depth - 0.6, &board, sketch.palette.wood);
    let cushion = plate(SEAT - 2.0, 2.0, 17.0, [-15.0, 19.5]);
    sketch.block(
        "chair cushion",
        depth - 0.5,
        &cushion,
        sketch.palette.cushion,
    );
}

/// Draws two posts and a rest that ends below the shoulder blades, so that the blades are visible from behind.
fn back_rest(sketch: &mut Sketch, edge: [f32; 2]) {
    let behind = sketch.camera.facing(Vec3::NEG_Z) > 0.0;
    let rest = sketch.camera.depth(vec3(0.0, 58.0, -18.0)) + if behind { 14.0 } else { -14.0 };
    for x in [12.5, -12.5] {
        let balls = [
            (vec3(x, SEAT - 5.0, -15.0), 1.5),
            (vec3(x, 61.0, -20.2), 1.3),
        ];
        let wood = sketch.palette.wood_dark;
        sketch.limb("chair post", rest - 0.2, &balls, wood, edge);
    }
    let bow = |y: f32, z: f32| {
        [
            (vec3(15.5, y, z + 1.6), 1.7),
            (vec3(6.5, y, z - 0.6), 1.7),
            (vec3(-6.5, y, z - 0.6), 1.7),
            (vec3(-15.5, y, z + 1.6), 1.7),
        ]
    };
    let (low, high) = (bow(54.0, -19.0), bow(61.5, -20.0));
    let pieces: Vec<Vec<Ball>> = (0..3)
        .map(|i| vec![low[i], low[i + 1], high[i], high[i + 1]])
        .collect();
    let cushion = sketch.palette.cushion;
    sketch.solid("chair rest", rest, &pieces, cushion, 0.16);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::figure::trunk::slices;
    use crate::figure::{Character, Drawing, Stance};

    #[derive(Deserialize)]
    struct FigureFile {
        figure: Drawing,
    }

    /// Returns the balls of the trunk in every pose of an exercise, for every look, with full lungs.
    fn trunk_balls(file: &str) -> Vec<(String, Ball)> {
        let drawing = toml::from_str::<FigureFile>(file).expect("reads").figure;
        let poses = drawing.pose_names().map(str::to_owned);
        let of_pose = |pose: String| {
            let body = Body::from_pose(&drawing.pose_at(&Stance::still(&pose)));
            let slices = Character::ALL.map(|look| slices(&body, look.person().build, 1.0));
            let balls = slices.into_iter().flatten().flatten();
            balls
                .map(move |ball| (pose.clone(), ball))
                .collect::<Vec<_>>()
        };
        poses.flat_map(of_pose).collect()
    }

    #[test]
    fn body_does_not_sink_into_mat_or_wall() {
        for file in [
            include_str!("../../config/exercises/arm-and-leg-raise.toml"),
            include_str!("../../config/exercises/cat-cow.toml"),
            include_str!("../../config/exercises/childs-pose.toml"),
            include_str!("../../config/exercises/lying-shoulder-squeeze.toml"),
            include_str!("../../config/exercises/t-spine-twist.toml"),
        ] {
            for (pose, (at, r)) in trunk_balls(file) {
                assert!(at.y - r > -0.5, "{pose}: {} under the mat", r - at.y);
            }
        }
        let wall = include_str!("../../config/exercises/wall-arm-slide.toml");
        for (pose, (at, r)) in trunk_balls(wall) {
            assert!(at.z - r > -11.6, "{pose}: {} in the wall", -10.0 - at.z + r);
        }
    }

    #[test]
    fn the_back_stays_in_front_of_the_rest() {
        for file in [
            include_str!("../../config/exercises/thoracic-extension.toml"),
            include_str!("../../config/exercises/scapula-squeeze.toml"),
        ] {
            let drawing = toml::from_str::<FigureFile>(file).expect("reads").figure;
            for pose in drawing.pose_names() {
                let body = Body::from_pose(&drawing.pose_at(&Stance::still(pose)));
                let flesh = Character::ALL.map(|look| slices(&body, look.person().build, 1.0));
                for (at, r) in flesh.into_iter().flatten().flatten() {
                    for (y, z) in REST.into_iter().filter(|(y, _)| (y - at.y).abs() < 6.0) {
                        assert!(
                            at.z - r > z,
                            "{pose}: the back is at {} where the rest is at {z} ({y} high)",
                            at.z - r
                        );
                    }
                }
            }
        }
    }
}
