//! Arms with sleeves and hands, legs with trousers and shoes.

use std::sync::Arc;

use glam::{Mat3, Vec3, vec3};

use super::colours::{Shades, shades};
use super::depth;
use super::shape::{Ball, Fill, Rgba, Shape, blend, faded, grown};
use super::skeleton::{Arm, Body, Leg, THIGH, UPPER_ARM};
use super::sketch::{Sketch, light_gradient};

/// The names of the parts on one side of the body, and the sign of that side on the x axis.
pub(super) struct SideParts {
    sign: f32,
    upper: &'static str,
    fore: &'static str,
    hand: &'static str,
    thigh: &'static str,
    shin: &'static str,
    shoe: &'static str,
}

pub(super) static SIDES: [SideParts; 2] = [
    SideParts {
        sign: 1.0,
        upper: "left upper arm",
        fore: "left forearm",
        hand: "left hand",
        thigh: "left thigh",
        shin: "left shin",
        shoe: "left shoe",
    },
    SideParts {
        sign: -1.0,
        upper: "right upper arm",
        fore: "right forearm",
        hand: "right hand",
        thigh: "right thigh",
        shin: "right shin",
        shoe: "right shoe",
    },
];

pub(super) fn arm(sketch: &mut Sketch, body: &Body, arm: &Arm, names: &SideParts) {
    let [near_upper, near_fore, near_hand] = depth::arm(&sketch.camera, body, arm, names.sign);
    sketch.add(near_upper, upper_arm(sketch, arm, names));
    let bones = forearm(arm, sketch.person.build.arm);
    sketch.add(near_fore, forearm_shapes(sketch, arm, names, &bones));
    let skin = sketch.limb_shading(&bones, sketch.palette.skin);
    let mut shapes: Vec<Shape> = contact_shadow(sketch, body, arm, names)
        .into_iter()
        .collect();
    shapes.extend(hand(sketch, arm, names, skin));
    sketch.add(near_hand, shapes);
}

/// Distance of two palms below which one hand casts a shadow on the other, cm.
const CLASP: f32 = 13.0;

/// Returns the shadow of a hand on the other one that it clasps, without which the two would look like one.
fn contact_shadow(sketch: &Sketch, body: &Body, arm: &Arm, names: &SideParts) -> Option<Shape> {
    let other = usize::from(names.sign > 0.0);
    let (below, parts) = (&body.arms[other], &SIDES[other]);
    let apart = arm.palm().distance(below.palm());
    let strength = (1.0 - apart / CLASP).clamp(0.0, 0.5) * 2.0;
    if strength <= 0.0 {
        return None;
    }
    let pieces = hand_pieces(arm, names, &fingers(arm, names));
    let wide: Vec<Vec<Ball>> = pieces.iter().map(|piece| grown(piece, 1.0)).collect();
    let surface = hand_pieces(below, parts, &fingers(below, parts));
    let line = shades(sketch.palette.skin).line;
    Some(Shape {
        clip: Some(Arc::new(sketch.camera.solid(&surface))),
        ..Shape::new(
            names.hand,
            sketch.camera.solid(&wide),
            Fill::Flat(faded(line, 0.4 * strength)),
        )
    })
}

/// Returns the outline opacity of skin that comes out of cloth; only strong outlines are drawn there.
fn bare_edge(sketch: &Sketch) -> [f32; 2] {
    match sketch.palette.ink {
        Some(_) => [0.4; 2],
        None => [0.0; 2],
    }
}

/// Returns the upper arm with its sleeve.
fn upper_arm(sketch: &Sketch, arm: &Arm, names: &SideParts) -> Vec<Shape> {
    let palette = sketch.palette;
    let thick = sketch.person.build.arm;
    let long = sketch.person.long_sleeves;
    let upper = |t: f32| arm.shoulder.lerp(arm.elbow, t);
    let sleeve = [
        (upper(0.0), 5.0),
        (upper(0.28), 4.85 * thick),
        (upper(0.62), 4.5 * thick),
        if long {
            (arm.elbow, 3.6)
        } else {
            (upper(0.84), 4.5 * thick)
        },
    ];
    let mut cloth = sketch.limb_shapes(names.upper, &sleeve, palette.shirt, [0.4, 0.4]);
    let outline = sketch.camera.chain(&sleeve[..3]);
    cloth.push(Shape::new(names.upper, outline, into_shirt(sketch, arm)));
    let side = usize::from(names.sign < 0.0);
    let sleeve_outline = Arc::new(sketch.camera.chain(&sleeve[..3]));
    let glow = sketch.glow_on_sleeve(names.upper, side, &sleeve_outline);
    if long {
        cloth.extend(glow);
        return cloth;
    }
    let bare = [
        (upper(0.4), 4.0 * thick),
        (upper(0.75), 3.85 * thick),
        (arm.elbow, 3.4),
    ];
    let mut shapes = sketch.limb_shapes(names.upper, &bare, palette.skin, bare_edge(sketch));
    let axis = upper(1.0) - upper(0.0);
    let end = sketch.cut(&mut cloth, upper(0.74), axis, 4.52 * thick);
    shapes.extend(cloth);
    shapes.extend(glow);
    shapes.push(sketch.line(names.upper, &end, sketch.hem(palette.shirt)));
    shapes
}

/// Returns a gradient that blends the sleeve into the shirt: at the shoulder it has the colour of the shirt beneath it.
fn into_shirt(sketch: &Sketch, arm: &Arm) -> Fill {
    let upper = |t: f32| arm.shoulder.lerp(arm.elbow, t);
    let reach = (upper(1.0) - upper(0.0)) * (5.0 / UPPER_ARM);
    let from = sketch.camera.project(upper(0.0) - reach);
    let to = sketch.camera.project(upper(0.5));
    let stops = [(0.0, 1.0), (0.3, 0.95), (0.55, 0.5), (1.0, 0.0)];
    Fill::Linear {
        from,
        to,
        stops: stops.map(|(offset, opacity)| {
            let shirt = sketch.shirt.colour_at(from.lerp(to, offset));
            (offset, faded(shirt, opacity))
        }),
    }
}

/// Returns the bare forearm from elbow to wrist.
fn forearm(arm: &Arm, thick: f32) -> [Ball; 5] {
    let fore = |t: f32| arm.elbow.lerp(arm.hand.at, t);
    [
        (arm.elbow, 3.4),
        (fore(0.22), 3.7 * thick),
        (fore(0.5), 3.25 * thick),
        (fore(0.9), 2.35),
        (fore(1.0), 2.2),
    ]
}

/// Returns the forearm, with its sleeve if the look has long sleeves.
fn forearm_shapes(sketch: &Sketch, arm: &Arm, names: &SideParts, bones: &[Ball]) -> Vec<Shape> {
    let palette = sketch.palette;
    let thick = sketch.person.build.arm;
    let fore = |t: f32| arm.elbow.lerp(arm.hand.at, t);
    // A soft outline fades into the hand; a strong one continues to the wrist.
    let wrist = if palette.ink.is_some() { 0.42 } else { 0.0 };
    let mut shapes = sketch.limb_shapes(names.fore, bones, palette.skin, [0.42, wrist]);
    if sketch.person.long_sleeves {
        let sleeve = [
            (arm.elbow, 3.6),
            (fore(0.22), 3.9 * thick),
            (fore(0.5), 3.5 * thick),
            (fore(0.97), 2.75),
        ];
        let mut cloth = sketch.limb_shapes(names.fore, &sleeve, palette.shirt, [0.42, 0.42]);
        let end = sketch.cut(&mut cloth, fore(0.9), fore(1.0) - fore(0.0), 2.8);
        shapes.extend(cloth);
        shapes.push(sketch.line(names.fore, &end, sketch.hem(palette.shirt)));
        let ends = [arm.shoulder, arm.hand.at];
        let folds = creases(sketch, names.fore, arm.elbow, ends, 3.6, palette.shirt);
        shapes.extend(folds);
    }
    shapes
}

/// Returns the folds of cloth on the inner side of a bent joint, as strokes that run from there toward the joint. `ends` are the
/// joints before and after it, `r` is its radius.
fn creases(
    sketch: &Sketch,
    part: &'static str,
    joint: Vec3,
    ends: [Vec3; 2],
    r: f32,
    colour: Rgba,
) -> Option<Shape> {
    let [before, after] = ends.map(|end| (end - joint).normalize_or_zero());
    let hollow = (before + after).normalize_or_zero();
    let hinge = before.cross(after).normalize_or_zero();
    let camera = &sketch.camera;
    let facing = camera.facing(hinge);
    // The folds are full from about a right angle; a straight limb has none.
    let bent = ((before.dot(after) + 0.85) / 0.7).clamp(0.0, 1.0);
    let seen = bent * (facing.abs() * 1.6 - 0.2).clamp(0.0, 1.0);
    if seen < 0.02 {
        return None;
    }
    let (side, across) = (hinge * facing.signum(), hollow.cross(hinge));
    let stroke = |(slant, length): (f32, f32)| {
        let direction = across * slant - hollow * (1.0 - slant * slant).sqrt();
        let widths = [0.3, 0.46, 0.4, 0.28, 0.16, 0.06];
        let mut step = 0.0;
        widths.map(|wide| {
            let flat = hollow * 0.96 + across * (0.14 * slant) + direction * (step * length / 5.0);
            step += 1.0;
            let out = (1.0 - flat.length_squared()).max(0.0).sqrt();
            (joint + (flat + side * out) * r, wide * r / 5.7)
        })
    };
    let strokes = [(-0.9, 1.0), (-0.25, 0.8), (0.8, 0.95)].map(stroke);
    let outline = strokes.iter().flat_map(|line| camera.chain(line)).collect();
    Some(Shape::new(
        part,
        outline,
        Fill::Flat(faded(shades(colour).line, 0.42 * seen)),
    ))
}

/// Returns the hand: palm, four fingers and thumb as one outline, with thin lines for the gaps between the fingers.
fn hand(sketch: &Sketch, arm: &Arm, names: &SideParts, forearm: Fill) -> Vec<Shape> {
    let camera = &sketch.camera;
    let skin = sketch.palette.skin;
    let Shades {
        light, shade, line, ..
    } = shades(skin);
    let fingers = fingers(arm, names);
    let pieces = hand_pieces(arm, names, &fingers);
    let edge = sketch.edge();
    let rim: Vec<Vec<Ball>> = pieces.iter().map(|piece| grown(piece, edge)).collect();
    let outline = camera.solid(&pieces);
    let fill = light_gradient(&outline, light, blend(skin, shade, 0.12));
    let gaps = fingers.windows(2).flat_map(|pair| {
        let [a, b] = [&pair[0], &pair[1]];
        camera.chain(&[
            (a[0].lerp(b[0], 0.5), 0.1),
            (a[1].lerp(b[1], 0.5), 0.15),
            (a[2].lerp(b[2], 0.5), 0.14),
            (a[3].lerp(b[3], 0.5), 0.05),
        ])
    });
    // Covers the outline between forearm and hand, but not the end of a long sleeve.
    let start = if sketch.person.long_sleeves {
        0.99
    } else {
        0.86
    };
    let wrist = [
        (arm.elbow.lerp(arm.hand.at, start), 2.3),
        (arm.hand.at, 2.22),
        (in_hand(arm, names, 0.1, -2.4, 0.2), 1.7),
    ];
    let rim_fill = Fill::Flat(sketch.rim(skin, 0.42));
    vec![
        Shape::new(names.hand, camera.solid(&rim), rim_fill),
        Shape::new(names.hand, outline, fill),
        Shape::new(names.hand, gaps.collect(), Fill::Flat(faded(line, 0.42))),
        Shape::new(names.fore, camera.chain(&wrist), forearm),
    ]
}

/// Returns the position of a point in the hand's own axes, with x toward the palm.
fn in_hand(arm: &Arm, names: &SideParts, x: f32, y: f32, z: f32) -> Vec3 {
    arm.hand.point(vec3(-names.sign * x, y, z))
}

/// Returns the joints of the four fingers, from the knuckles to the tips, curled by the angle of the pose.
fn fingers(arm: &Arm, names: &SideParts) -> [[Vec3; 4]; 4] {
    let bend = Mat3::from_rotation_z(-names.sign * arm.curl.to_radians());
    [(2.6, 7.4), (0.9, 8.2), (-0.85, 7.6), (-2.5, 6.0)].map(|(z, length): (f32, f32)| {
        let mut direction = Vec3::NEG_Y;
        let mut joint = vec3(0.0, -8.0 + 0.12 * (z - 0.6) * (z - 0.6) * 0.5, z);
        [0.0, 0.44, 0.31, 0.25].map(|part| {
            if part > 0.0 {
                direction = bend * direction;
                joint += direction * (length * part);
            }
            arm.hand.point(joint)
        })
    })
}

/// Returns the hulls whose union is the hand.
fn hand_pieces(arm: &Arm, names: &SideParts, fingers: &[[Vec3; 4]]) -> Vec<Vec<Ball>> {
    let at = |x: f32, y: f32, z: f32| in_hand(arm, names, x, y, z);
    let mut pieces = vec![vec![
        (at(0.0, 0.4, 0.0), 2.2),
        (at(0.2, -7.8, 2.5), 1.35),
        (at(0.0, -8.4, 0.6), 1.4),
        (at(0.2, -7.4, -2.5), 1.3),
        (at(0.9, -3.2, 2.2), 1.6),
    ]];
    for &[a, b, c, d] in fingers {
        pieces.push(vec![(a, 1.15), (b, 1.0)]);
        pieces.push(vec![(b, 1.0), (c, 0.92)]);
        pieces.push(vec![(c, 0.92), (d, 0.78)]);
    }
    let thumb = [
        (at(0.9, -2.8, 2.4), 1.5),
        (at(1.9, -5.8, 4.2), 1.15),
        (at(2.2, -8.6, 4.4), 0.85),
    ];
    pieces.extend(thumb.windows(2).map(<[Ball]>::to_vec));
    pieces
}

pub(super) fn leg(sketch: &mut Sketch, body: &Body, leg: &Leg, names: &SideParts) {
    let [near_thigh, near_shin] = depth::leg(&sketch.camera, body, leg);
    let folds = |part| {
        let ends = [leg.hip, leg.foot.at];
        creases(sketch, part, leg.knee, ends, 5.7, sketch.palette.trousers)
    };
    // The folds are drawn on the nearer bone.
    let [on_thigh, on_shin] = if near_shin > near_thigh {
        [None, folds(names.shin)]
    } else {
        [folds(names.thigh), None]
    };
    let mut thigh = thigh(sketch, body, leg, names);
    thigh.extend(on_thigh);
    sketch.add(near_thigh, thigh);
    let mut shin = shin(sketch, leg, names);
    shin.extend(on_shin);
    sketch.add(near_shin, shin);
    shoe(sketch, leg, names, near_shin + 0.01);
}

/// Returns the thigh with the buttock, which is round while the hip is straight and flat while it is bent.
fn thigh(sketch: &Sketch, body: &Body, leg: &Leg, names: &SideParts) -> Vec<Shape> {
    let thick = sketch.person.build.leg;
    let thigh = |t: f32| leg.hip.lerp(leg.knee, t);
    let balls = [
        (leg.hip, 9.0),
        (thigh(0.35), 8.4 * thick),
        (thigh(0.75), 6.6 * thick),
        (leg.knee, 5.7),
    ];
    let mut shapes = sketch.limb_shapes(names.thigh, &balls, sketch.palette.trousers, [0.4, 0.4]);
    let up = body.pelvis.turn * Vec3::Y;
    let straight = ((leg.hip - leg.knee) / THIGH).dot(up).max(0.0);
    // Under a shirt that hangs down it hardly stands out.
    let roundness = straight * (1.0 - 0.6 * up.y.max(0.0));
    let seat = vec3(names.sign * 7.8, -3.2, -1.0 - 3.6 * roundness);
    let buttock = [(body.pelvis.point(seat), 7.9), balls[1]];
    let edge = sketch.edge();
    let outlines = [grown(&buttock, edge), buttock.to_vec()];
    for (shape, outline) in shapes.iter_mut().zip(outlines) {
        shape.outline.push(sketch.camera.hull(&outline));
    }
    shapes
}

/// Returns the lower leg: a sock, and the trouser leg over it.
fn shin(sketch: &Sketch, leg: &Leg, names: &SideParts) -> Vec<Shape> {
    let palette = sketch.palette;
    let thick = sketch.person.build.leg;
    let shin = |t: f32| leg.knee.lerp(leg.foot.at, t);
    let calf = |t: f32, back: f32| shin(t) - (leg.foot.turn * Vec3::Z) * back;
    let sock = [(shin(0.8), 3.2), (shin(0.97), 3.0)];
    let mut shapes = sketch.limb_shapes(names.shin, &sock, palette.sock, bare_edge(sketch));
    let tube = [
        (leg.knee, 5.7),
        (calf(0.28, 1.1), 5.6 * thick),
        (calf(0.6, 0.6), 4.6 * thick),
        (shin(0.94), 4.2),
    ];
    let mut cloth = sketch.limb_shapes(names.shin, &tube, palette.trousers, [0.4, 0.4]);
    let end = sketch.cut(&mut cloth, shin(0.85), leg.foot.at - leg.knee, 4.2);
    shapes.extend(cloth);
    shapes.push(sketch.line(names.shin, &end, sketch.hem(palette.trousers)));
    shapes
}

fn shoe(sketch: &mut Sketch, leg: &Leg, names: &SideParts, depth: f32) {
    let palette = sketch.palette;
    let at = |x: f32, y: f32, z: f32| leg.foot.point(vec3(x, y, z));
    let upper = [
        vec![
            (at(0.0, -3.0, -3.2), 3.0),
            (at(0.0, -0.6, -0.6), 3.4),
            (at(0.0, -3.0, 5.2), 3.1),
        ],
        vec![
            (at(0.0, -3.0, -3.2), 3.0),
            (at(0.0, -3.0, 5.2), 3.1),
            (at(1.5, -4.1, 10.8), 2.3),
            (at(-1.5, -4.1, 10.8), 2.3),
            (at(0.0, -4.6, 14.6), 1.9),
        ],
    ];
    let sole = [
        (at(1.7, -5.9, -4.2), 1.1),
        (at(-1.7, -5.9, -4.2), 1.1),
        (at(2.6, -5.9, 10.0), 1.1),
        (at(-2.6, -5.9, 10.0), 1.1),
        (at(1.0, -5.7, 16.0), 1.1),
        (at(-1.0, -5.7, 16.0), 1.1),
    ];
    let edge = sketch.edge();
    let rim: Vec<Vec<Ball>> = upper.iter().map(|piece| grown(piece, edge)).collect();
    let mut leather = vec![Shape::new(
        names.shoe,
        sketch.camera.solid(&rim),
        Fill::Flat(sketch.rim(palette.shoe, 0.4)),
    )];
    leather.extend(sketch.solid_shapes(names.shoe, &upper, palette.shoe, 0.16));
    let opening = sketch.cut(
        &mut leather,
        at(0.0, 0.9, -0.7),
        leg.foot.turn * Vec3::Y,
        3.25,
    );
    let sole = sole.to_vec();
    let outline = vec![sketch.camera.hull(&sole)];
    let mut shapes: Vec<Shape> = sketch
        .strong_outline(names.shoe, &[sole])
        .into_iter()
        .collect();
    shapes.push(Shape::new(names.shoe, outline, Fill::Flat(palette.sole)));
    shapes.extend(leather);
    shapes.push(sketch.line(names.shoe, &opening, sketch.hem(palette.shoe)));
    sketch.add(depth, shapes);
}
