//! Arms with sleeves and hands, legs with trousers and shoes.

use glam::{Mat3, Vec3, vec3};

use super::body::{Shades, Sketch, shades, span};
use super::head;
use super::pose::Anchor;
use super::shape::{Ball, Camera, Fill, Rgba, Shape, blend, faded, grown};
use super::skeleton::{Arm, Body, Leg, UPPER_ARM};
use super::trunk::trunk_depth;

/// One side of the body: its sign on the x axis and the names of its parts.
pub(super) struct Names {
    sign: f32,
    upper: &'static str,
    fore: &'static str,
    hand: &'static str,
    thigh: &'static str,
    shin: &'static str,
    shoe: &'static str,
}

pub(super) static SIDES: [Names; 2] = [
    Names {
        sign: 1.0,
        upper: "left upper arm",
        fore: "left forearm",
        hand: "left hand",
        thigh: "left thigh",
        shin: "left shin",
        shoe: "left shoe",
    },
    Names {
        sign: -1.0,
        upper: "right upper arm",
        fore: "right forearm",
        hand: "right hand",
        thigh: "right thigh",
        shin: "right shin",
        shoe: "right shoe",
    },
];

pub(super) fn arm(sketch: &mut Sketch, body: &Body, arm: &Arm, names: &Names) {
    let camera = sketch.camera;
    let palette = sketch.palette;
    let thick = sketch.person.build.arm;
    let upper = |t: f32| arm.shoulder.lerp(arm.elbow, t);
    let fore = |t: f32| arm.elbow.lerp(arm.hand.at, t);
    // An arm on the near side or beside the trunk has a sleeve that runs over the shirt, but under the head; one on the far
    // side comes out from behind.
    let trunk = trunk_depth(&camera, body);
    let beside = camera.facing(body.chest.turn * Vec3::X) * names.sign > -0.75;
    let near_upper = camera.depth(upper(0.5));
    let near_upper = if beside {
        near_upper.max(trunk + 0.1)
    } else {
        near_upper.min(trunk - 0.1)
    };
    let near_hand = hand_depth(&camera, body, arm);
    // A forearm that goes behind the head is covered by what its hand is covered by, and by its own sleeve; any other lies
    // over its sleeve.
    let hidden = arm.held == Some(Anchor::Head) && near_hand < trunk;
    let near_fore = camera.depth(fore(0.5));
    let near_fore = if hidden {
        near_fore.min(near_hand.min(near_upper) - 0.05)
    } else {
        near_fore.max(near_upper + 0.1)
    };
    // A head that is nearer than the hand on its nape hides the whole arm, whose elbow may be nearer still.
    let [near_upper, near_fore, near_hand] = match hidden_by_head(&camera, body, arm) {
        Some(head) => [head - 0.15, head - 0.1, head - 0.05],
        None => [near_upper, near_fore, near_hand],
    };

    let mut shapes = sketch.limb_shapes(
        names.upper,
        &[
            (upper(0.4), 4.0 * thick),
            (upper(0.75), 3.85 * thick),
            (arm.elbow, 3.4),
        ],
        palette.skin,
        if palette.ink.is_some() {
            [0.4; 2]
        } else {
            [0.0; 2]
        },
    );
    let long = sketch.person.long_sleeves;
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
    // The sleeve runs into the shirt: at the shoulder it has the shirt's own colour.
    let tones = shades(palette.shirt);
    let shirt = |opacity: f32| faded(blend(tones.light, tones.base, 0.55), opacity);
    let reach = (upper(1.0) - upper(0.0)) * (5.0 / UPPER_ARM);
    let (from, to) = (camera.place(upper(0.0) - reach), camera.place(upper(0.5)));
    let stops = [
        (0.0, shirt(1.0)),
        (0.3, shirt(0.95)),
        (0.55, shirt(0.5)),
        (1.0, shirt(0.0)),
    ];
    cloth.push(Shape {
        part: names.upper,
        outline: camera.chain(&sleeve[..3]),
        fill: Fill::Linear { from, to, stops },
        clip: None,
    });
    if long {
        shapes = cloth;
    } else {
        let axis = upper(1.0) - upper(0.0);
        let end = sketch.cut(&mut cloth, upper(0.74), axis, 4.52 * thick);
        shapes.extend(cloth);
        shapes.push(sketch.line(names.upper, &end, sketch.hem(palette.shirt)));
    }
    sketch.add(near_upper, shapes);

    let forearm = [
        (arm.elbow, 3.4),
        (fore(0.22), 3.7 * thick),
        (fore(0.5), 3.25 * thick),
        (fore(0.9), 2.35),
        (fore(1.0), 2.2),
    ];
    // A soft outline fades into the hand; a strong one goes all the way.
    let wrist = if palette.ink.is_some() { 0.42 } else { 0.0 };
    let mut shapes = sketch.limb_shapes(names.fore, &forearm, palette.skin, [0.42, wrist]);
    if long {
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
    sketch.add(near_fore, shapes);
    let near_hand = if hidden {
        near_hand
    } else {
        near_hand.max(near_fore + 0.05)
    };
    let skin = sketch.across(&forearm, palette.skin);
    hand(sketch, arm, names, near_hand, skin);
}

/// The folds of cloth in the hollow of a bent joint, as strokes that run from the hollow toward the joint. `ends` are the
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
    // A right angle and more folds the cloth fully; a straight limb has no hollow.
    let bent = ((before.dot(after) + 0.85) / 0.7).clamp(0.0, 1.0);
    let seen = bent * (facing.abs() * 1.6 - 0.2).clamp(0.0, 1.0);
    if seen < 0.02 {
        return None;
    }
    let (side, across) = (hinge * facing.signum(), hollow.cross(hinge));
    let stroke = |(slant, length): (f32, f32)| {
        let way = across * slant - hollow * (1.0 - slant * slant).sqrt();
        let widths = [0.3, 0.46, 0.4, 0.28, 0.16, 0.06];
        let mut step = 0.0;
        widths.map(|wide| {
            let flat = hollow * 0.96 + across * (0.14 * slant) + way * (step * length / 5.0);
            step += 1.0;
            let out = (1.0 - flat.length_squared()).max(0.0).sqrt();
            (joint + (flat + side * out) * r, wide * r / 5.7)
        })
    };
    let strokes = [(-0.9, 1.0), (-0.25, 0.8), (0.8, 0.95)].map(stroke);
    let outline = strokes.iter().flat_map(|line| camera.chain(line)).collect();
    Some(Shape {
        part,
        outline,
        fill: Fill::Flat(faded(shades(colour).line, 0.42 * seen)),
        clip: None,
    })
}

/// How near the head is, if it hides an arm whose hand lies on the nape.
fn hidden_by_head(camera: &Camera, body: &Body, arm: &Arm) -> Option<f32> {
    let on_nape = arm.held == Some(Anchor::Neck) && arm.palm().distance(body.neck.at) < 16.0;
    let head = head::depth(camera, body);
    (on_nape && camera.depth(arm.palm()) < head).then_some(head)
}

/// How near a hand is. One that lies on the head is wholly behind it or wholly before it, and never within.
fn hand_depth(camera: &Camera, body: &Body, arm: &Arm) -> f32 {
    let (palm, head, trunk) = (
        camera.depth(arm.palm()),
        camera.depth(head::middle(body)),
        trunk_depth(camera, body),
    );
    match arm.held {
        Some(Anchor::Head) if palm < head => trunk.min(head) - 0.2,
        Some(Anchor::Head) => trunk.max(head) + 0.5,
        Some(Anchor::World | Anchor::Neck | Anchor::Chest | Anchor::Pelvis | Anchor::OtherHand)
        | None => palm,
    }
}

/// A hand: palm, four fingers and a thumb as one outline, with the gaps between the fingers as thin lines.
fn hand(sketch: &mut Sketch, arm: &Arm, names: &Names, depth: f32, forearm: Fill) {
    let hand = &arm.hand;
    let palm = -names.sign; // the direction of the palm on the hand's x axis
    let at = |x: f32, y: f32, z: f32| hand.point(vec3(palm * x, y, z));
    let mut pieces = vec![vec![
        (at(0.0, 0.4, 0.0), 2.2),
        (at(0.2, -7.8, 2.5), 1.35),
        (at(0.0, -8.4, 0.6), 1.4),
        (at(0.2, -7.4, -2.5), 1.3),
        (at(0.9, -3.2, 2.2), 1.6),
    ]];
    let bend = Mat3::from_rotation_z(palm * arm.curl.to_radians());
    let fingers: Vec<[Vec3; 4]> = [(2.6, 7.4), (0.9, 8.2), (-0.85, 7.6), (-2.5, 6.0)]
        .into_iter()
        .map(|(z, length): (f32, f32)| {
            let mut way = Vec3::NEG_Y;
            let mut joint = vec3(0.0, -8.0 + 0.12 * (z - 0.6) * (z - 0.6) * 0.5, z);
            [0.0, 0.44, 0.31, 0.25].map(|part| {
                if part > 0.0 {
                    way = bend * way;
                    joint += way * (length * part);
                }
                hand.point(joint)
            })
        })
        .collect();
    for [a, b, c, d] in &fingers {
        pieces.push(vec![(*a, 1.15), (*b, 1.0)]);
        pieces.push(vec![(*b, 1.0), (*c, 0.92)]);
        pieces.push(vec![(*c, 0.92), (*d, 0.78)]);
    }
    let thumb = [
        (at(0.9, -2.8, 2.4), 1.5),
        (at(1.9, -5.8, 4.2), 1.15),
        (at(2.2, -8.6, 4.4), 0.85),
    ];
    pieces.extend(thumb.windows(2).map(<[Ball]>::to_vec));

    let skin = sketch.palette.skin;
    let ink = shades(skin).line;
    let edge = sketch.edge();
    let rim: Vec<Vec<Ball>> = pieces.iter().map(|piece| grown(piece, edge)).collect();
    let outline = sketch.camera.solid(&pieces);
    let Shades { light, shade, .. } = shades(skin);
    let fill = span(&outline, light, blend(skin, shade, 0.12));
    let mut shapes = vec![
        Shape {
            part: names.hand,
            outline: sketch.camera.solid(&rim),
            fill: Fill::Flat(sketch.rim(skin, 0.42)),
            clip: None,
        },
        Shape {
            part: names.hand,
            outline,
            fill,
            clip: None,
        },
    ];
    let gaps = fingers.windows(2).flat_map(|pair| {
        let [a, b] = [&pair[0], &pair[1]];
        sketch.camera.chain(&[
            (a[0].lerp(b[0], 0.5), 0.1),
            (a[1].lerp(b[1], 0.5), 0.15),
            (a[2].lerp(b[2], 0.5), 0.14),
            (a[3].lerp(b[3], 0.5), 0.05),
        ])
    });
    shapes.push(Shape {
        part: names.hand,
        outline: gaps.collect(),
        fill: Fill::Flat(faded(ink, 0.30)),
        clip: None,
    });
    // The forearm runs into the hand without a line between.
    let wrist = [
        (arm.elbow.lerp(hand.at, 0.86), 2.3),
        (hand.at, 2.22),
        (at(0.1, -2.4, 0.2), 1.7),
    ];
    shapes.push(Shape {
        part: names.hand,
        outline: sketch.camera.chain(&wrist),
        fill: forearm,
        clip: None,
    });
    sketch.add(depth, shapes);
}

/// How near a thigh is: always under the hem of the shirt.
pub(super) fn thigh_depth(camera: &Camera, body: &Body, leg: &Leg) -> f32 {
    camera
        .depth(leg.hip.lerp(leg.knee, 0.5))
        .min(trunk_depth(camera, body) - 0.1)
}

pub(super) fn leg(sketch: &mut Sketch, body: &Body, leg: &Leg, names: &Names) {
    let camera = sketch.camera;
    let palette = sketch.palette;
    let thick = sketch.person.build.leg;
    let thigh = |t: f32| leg.hip.lerp(leg.knee, t);
    let shin = |t: f32| leg.knee.lerp(leg.foot.at, t);
    let calf = |t: f32, back: f32| shin(t) - (leg.foot.turn * Vec3::Z) * back;
    let near_thigh = thigh_depth(&camera, body, leg);
    let near_shin = camera.depth(shin(0.5));
    // Of who stands, the two are one column; of who kneels, the thigh stands or sits on the lower leg.
    let lower = (leg.foot.at - leg.knee).normalize_or_zero();
    let stands = lower.dot((leg.knee - leg.hip).normalize_or_zero()) > 0.5;
    let kneels = lower.y.abs() < 0.6;
    let near_shin = if stands || kneels {
        near_shin.min(near_thigh - 0.05)
    } else {
        near_shin
    };
    let cloth = palette.trousers;
    let folds = |part| {
        let ends = [leg.hip, leg.foot.at];
        creases(sketch, part, leg.knee, ends, 5.7, cloth)
    };
    // They lie on the bone that is nearer.
    let [on_thigh, on_shin] = if near_shin > near_thigh {
        [None, folds(names.shin)]
    } else {
        [folds(names.thigh), None]
    };
    let mut shapes = sketch.limb_shapes(
        names.thigh,
        &[
            (leg.hip, 9.0),
            (thigh(0.35), 8.4 * thick),
            (thigh(0.75), 6.6 * thick),
            (leg.knee, 5.7),
        ],
        cloth,
        [0.4, 0.4],
    );
    shapes.extend(on_thigh);
    sketch.add(near_thigh, shapes);

    let mut shapes = sketch.limb_shapes(
        names.shin,
        &[(shin(0.8), 3.2), (shin(0.97), 3.0)],
        palette.sock,
        if palette.ink.is_some() {
            [0.4; 2]
        } else {
            [0.0; 2]
        },
    );
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
    shapes.extend(on_shin);
    sketch.add(near_shin, shapes);
    shoe(sketch, leg, names, near_shin + 0.01);
}

fn shoe(sketch: &mut Sketch, leg: &Leg, names: &Names, depth: f32) {
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
    let mut leather = vec![Shape {
        part: names.shoe,
        outline: sketch.camera.solid(&rim),
        fill: Fill::Flat(sketch.rim(palette.shoe, 0.4)),
        clip: None,
    }];
    leather.extend(sketch.solid_shapes(names.shoe, &upper, palette.shoe, 0.16));
    let opening = sketch.cut(
        &mut leather,
        at(0.0, 0.9, -0.7),
        leg.foot.turn * Vec3::Y,
        3.25,
    );
    let sole = sole.to_vec();
    let outline = vec![sketch.camera.hull(&sole)];
    let mut shapes: Vec<Shape> = sketch.strong(names.shoe, &[sole]).into_iter().collect();
    shapes.push(Shape {
        part: names.shoe,
        outline,
        fill: Fill::Flat(palette.sole),
        clip: None,
    });
    shapes.extend(leather);
    shapes.push(sketch.line(names.shoe, &opening, sketch.hem(palette.shoe)));
    sketch.add(depth, shapes);
}
