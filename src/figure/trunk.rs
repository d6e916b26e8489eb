//! The trunk: hips, shirt, shoulder blades, neck and collar.

use std::f32::consts::FRAC_PI_2;
use std::sync::Arc;

use glam::{Vec2, Vec3, vec3};

use super::colours::shades;
use super::depth;
use super::look::Build;
use super::shape::{Ball, Camera, Contour, Fill, Shape, blend, faded};
use super::skeleton::{Arm, Body, Frame, THIGH, UPPER_ARM};
use super::sketch::Sketch;

/// Height of the hem of the shirt above the hip joints of a standing person, cm.
const HEM: f32 = 0.5;

/// Height of the shoulder joints above the fourth thoracic vertebra while the shoulders are at rest, cm.
const SHOULDER_HEIGHT: f32 = 4.4;

/// Distance of the shoulder joints in front of that vertebra while the shoulders are at rest, cm.
const SHOULDER_FRONT: f32 = 4.4;

/// Returns a slice of the trunk: two balls side by side.
fn slice(frame: &Frame, y: f32, z: f32, half: f32, r: f32) -> Vec<Ball> {
    vec![
        (frame.point(vec3(half, y, z)), r),
        (frame.point(vec3(-half, y, z)), r),
    ]
}

/// Draws the trunk. `fullness` is that of the lungs, 0 to 1.
pub(super) fn draw(sketch: &mut Sketch, body: &Body, fullness: f32) {
    let camera = sketch.camera;
    let depth = depth::trunk(&camera, body);
    let palette = sketch.palette;
    let build = sketch.person.build;
    let hips = [
        slice(&body.pelvis, -1.5, -1.2, 8.0 * build.wide, 8.6),
        slice(&body.pelvis, 8.0, -0.5, 6.4 * build.wide, 8.0),
    ]
    .concat();
    let hips_depth = depth::hips(&camera, body);
    sketch.solid("hips", hips_depth, &[hips], palette.trousers, 0.14);

    let pieces = shirt(body, build, fullness);
    let shirt = Arc::new(camera.solid(&pieces));
    let on_shirt = |mut shape: Shape| {
        shape.clip = Some(Arc::clone(&shirt));
        shape
    };
    let hem = hem(&camera, body, build);
    let yokes = body.arms.map(|arm| yoke(&camera, body, &arm));
    let raised: Vec<Vec<Ball>> = yokes.iter().flatten().cloned().collect();
    let mut shapes: Vec<Shape> = [&pieces, &raised]
        .into_iter()
        .filter_map(|pieces| sketch.strong_outline("trunk", pieces))
        .collect();
    shapes.extend(sketch.solid_shapes("trunk", &pieces, palette.shirt, 0.13));
    if let Some(lit) = shapes.last() {
        sketch.shirt = lit.fill;
    }
    let above = above_hem(&camera, body, &hem);
    if above.is_some() {
        let upright = body.pelvis.turn.y_axis.dot(body.chest.turn.y_axis) > 0.8;
        let clipped = if upright { ABOVE_WAIST } else { AT_HEM };
        shapes = shapes
            .into_iter()
            .flat_map(|shape| clipped_at_hem(shape, clipped, above.as_ref()))
            .collect();
        let seen = not_behind(&camera, &hem, shirt.get(ABOVE_WAIST..).unwrap_or_default());
        shapes.push(sketch.line("trunk", &seen, sketch.hem(palette.shirt)));
    }
    shapes.extend(sketch.glow_on_shirt(&shirt));
    shapes.extend(blades(sketch, body).into_iter().map(on_shirt));
    shapes.extend(folds(sketch, body).into_iter().map(on_shirt));
    shapes.extend(neck(sketch, body));
    for (side, yoke) in yokes.iter().enumerate() {
        let Some(yoke) = yoke else { continue };
        let outline = Arc::new(vec![camera.hull(yoke)]);
        shapes.push(Shape::new("trunk", outline.to_vec(), sketch.shirt));
        shapes.extend(sketch.glow_on_sleeve("trunk", side, &outline));
    }
    sketch.add(depth, shapes);
}

/// Returns how far the upper arm hangs down along the chest, from 0 (level or raised) to 1.
fn hang(chest: &Frame, arm: &Arm) -> f32 {
    let up = (arm.shoulder - arm.elbow) / UPPER_ARM;
    chest.turn.y_axis.dot(up).max(0.0)
}

/// Returns the cloth over a near shoulder that is raised while the arm hangs. It covers the collar and the base of the neck: without
/// it, the sleeve would end in a dome in front of them.
fn yoke(camera: &Camera, body: &Body, arm: &Arm) -> Option<Vec<Ball>> {
    let chest = &body.chest;
    let shoulder = chest.turn.transpose() * (arm.shoulder - chest.at);
    let s = shoulder.x.signum();
    let raised = ((shoulder.y - SHOULDER_HEIGHT) / 3.0).clamp(0.0, 1.0);
    let part = raised * hang(chest, arm);
    if part <= 0.0 || camera.facing(chest.turn * Vec3::X) * s < 0.4 {
        return None;
    }
    let ball = |x: f32, y: f32, z: f32| {
        let at = chest.point(vec3(s * x, shoulder.y + y, z));
        (arm.shoulder.lerp(at, part), 4.0)
    };
    Some(vec![
        (arm.shoulder, 4.9),
        ball(6.5, -1.6, 0.8),
        ball(7.5, -2.8, 6.5),
        ball(8.0, -9.0, 2.5),
    ])
}

/// Returns the visible half of the hem of the shirt. It lies level on the hips of a standing person; bent thighs push its front up.
fn hem(camera: &Camera, body: &Body, build: Build) -> Vec<Ball> {
    let pelvis = &body.pelvis;
    let (wide, deep) = (7.8 * build.wide + 9.0, 9.0 + build.belly * 0.2);
    let forward = body.legs.map(|leg| {
        let thigh = pelvis.turn.transpose() * (leg.knee - leg.hip);
        (thigh.z / THIGH).max(0.0)
    });
    let lift = 4.5 * (forward[0] + forward[1]);
    let viewer = pelvis.turn.transpose() * camera.viewer();
    let middle = (viewer.x / wide).atan2(viewer.z / deep);
    let ring = |i: i32| {
        let (sin, cos) = (middle + i as f32 / 10.0 * FRAC_PI_2).sin_cos();
        let y = HEM + lift * (0.5 + 0.5 * cos);
        // The hips are narrower higher up.
        let fit = 1.0 - 0.011 * (y - HEM);
        let at = vec3(wide * fit * sin, y, deep * fit * cos - 0.8);
        (pelvis.point(at), 0.28)
    };
    (-10..=10).map(ring).collect()
}

/// Returns the region of the picture above the hem; `None` if the camera looks along the trunk, where the hem is not seen.
fn above_hem(camera: &Camera, body: &Body, hem: &[Ball]) -> Option<Arc<Vec<Contour>>> {
    let up = camera.project(body.pelvis.point(Vec3::Y)) - camera.project(body.pelvis.at);
    let (first, last) = (hem.first()?, hem.last()?);
    let (first, last) = (camera.project(first.0), camera.project(last.0));
    if up.length() < 0.15 * camera.scale {
        return None;
    }
    let up = up.normalize() * 120.0 * camera.scale;
    let wide = (last - first) * 2.0;
    let mut above: Contour = vec![first + up - wide, first - wide];
    above.extend(hem.iter().map(|ball| camera.project(ball.0)));
    above.extend([last + wide, last + up + wide]);
    Some(Arc::new(vec![above]))
}

/// Number of the pieces of the shirt, from its lower end, that may reach below the hem of a person who bends forward.
const AT_HEM: usize = 4;

/// Number of the pieces of the shirt below the ribs.
const ABOVE_WAIST: usize = 8;

/// Returns the hem, without width where the chest of a person who bends forward is in front of it.
fn not_behind(camera: &Camera, hem: &[Ball], chest: &[Contour]) -> Vec<Ball> {
    let within = |at: Vec2, contour: &Contour| {
        let next = contour.iter().cycle().skip(1);
        let mut sides = contour
            .iter()
            .zip(next)
            .map(|(a, b)| (*b - *a).perp_dot(at - *a));
        sides.clone().all(|side| side <= 0.0) || sides.all(|side| side >= 0.0)
    };
    let is_hidden = |ball: &Ball| {
        let place = camera.project(ball.0);
        chest.iter().any(|contour| within(place, contour))
    };
    // The chest hides all of the hem between the outermost points that it hides.
    let first = hem.iter().position(is_hidden).unwrap_or(hem.len());
    let last = hem.iter().rposition(is_hidden).unwrap_or(0);
    hem.iter()
        .enumerate()
        .map(|(i, &(at, r))| (at, if (first..=last).contains(&i) { 0.0 } else { r }))
        .collect()
}

/// Returns a shape that consists of the pieces of the shirt, the first of them clipped at the hem. The upper pieces are not clipped:
/// the chest of a person who bends forward can be lower on the picture than the hem.
fn clipped_at_hem(
    mut shape: Shape,
    clipped: usize,
    above: Option<&Arc<Vec<Contour>>>,
) -> [Shape; 2] {
    let upper = shape.outline.split_off(clipped.min(shape.outline.len()));
    let upper = Shape::new(shape.part, upper, shape.fill);
    shape.clip = above.cloned();
    [shape, upper]
}

/// Returns the hulls whose union is the shirt without its sleeves.
fn shirt(body: &Body, build: Build, fullness: f32) -> Vec<Vec<Ball>> {
    let slices = slices(body, build, fullness);
    let mut pieces: Vec<Vec<Ball>> = smooth(&slices)
        .windows(2)
        .map(|pair| pair.concat())
        .collect();
    // The yoke runs from the upper chest to each shoulder, and from the neck to each shoulder. The muscles beside the neck rise
    // with the shoulder.
    let mut nape = Vec::new();
    for arm in &body.arms {
        let shoulder = body.chest.turn.transpose() * (arm.shoulder - body.chest.at);
        let s = shoulder.x.signum();
        let raised = (shoulder.y - SHOULDER_HEIGHT).max(0.0);
        let beside = body
            .neck
            .point(vec3(s * (2.6 + 0.3 * raised), 0.55 * raised - 0.4, 0.6));
        let inner = arm
            .shoulder
            .lerp(body.chest.point(vec3(0.0, 3.0, 0.5)), 0.16);
        pieces.push(vec![
            (inner, 4.6),
            (body.chest.point(vec3(s * 8.2, 0.0, 3.6)), 7.0),
            (body.chest.point(vec3(s * 3.0, 5.0, 2.5)), 4.6),
        ]);
        pieces.push(vec![
            (arm.shoulder, 4.95),
            (beside, 3.5),
            (body.chest.point(vec3(s * 4.0, 4.0, 2.5)), 4.4),
        ]);
        pieces.push(vec![
            (inner, 4.4),
            (body.chest.point(vec3(s * 7.0, -4.0, 5.0)), 7.4),
        ]);
        // In front of a hanging arm the cloth runs from the shoulder to the chest without a step.
        let hangs = hang(&body.chest, arm);
        pieces.push(vec![
            (inner.lerp(arm.shoulder, hangs), 4.4 + 0.5 * hangs),
            (arm.shoulder.lerp(arm.elbow, 0.22 * hangs), 4.4),
            (body.chest.point(vec3(s * 8.0, -9.0, 5.6)), 7.0),
        ]);
        // A shoulder that comes forward takes the cloth of the whole side along.
        let forward = hangs * ((shoulder.z - SHOULDER_FRONT) / 3.0).clamp(0.0, 1.0);
        if forward > 0.0 {
            pieces.push(vec![
                (inner.lerp(arm.shoulder, forward), 4.4 + 0.5 * forward),
                (inner.lerp(arm.shoulder.lerp(arm.elbow, 0.3), forward), 4.2),
                (body.mid.point(vec3(s * 6.0, -4.0, 4.8)), 8.4),
            ]);
        }
        nape.push((beside, 3.5));
    }
    pieces.push(nape);
    pieces
}

/// Returns the slices of the trunk from the hem of the shirt up to the shoulders. A breath widens the ribs, a deep one by more
/// than a centimetre. The build changes width and front only; the back stays in place, since it may lean on something.
pub(super) fn slices(body: &Body, build: Build, fullness: f32) -> [Vec<Ball>; 8] {
    let breath = 1.5 * fullness;
    let Build { wide, belly, .. } = build;
    let chest = 1.0 + (wide - 1.0) * 0.5;
    let fleshy = |frame: &Frame, y: f32, z: f32, half: f32, r: f32, part: f32| {
        let more = belly * part * 0.5;
        slice(frame, y, z + more, half * wide, r + more)
    };
    [
        fleshy(&body.pelvis, 0.5, -0.8, 7.8, 9.0, 0.2),
        fleshy(&body.pelvis, 7.6, -0.5, 6.7, 8.8, 0.4),
        fleshy(&body.pelvis, 12.0, 0.4, 6.0, 8.4, 1.0),
        fleshy(&body.waist, 0.5, 2.2, 5.3, 7.8 + 0.4 * breath, 1.0),
        fleshy(&body.ribs, 1.0, 3.1, 5.8, 8.4 + breath, 0.6),
        slice(&body.mid, 0.0, 4.6, 6.6 * wide, 8.9 + breath),
        slice(&body.chest, -3.0, 5.0, 7.4 * chest, 8.9 + breath),
        slice(&body.chest, 1.0, 4.6, 8.4 * chest, 7.6 + 0.6 * breath),
    ]
}

/// Returns the slices with one added between each two neighbours, on a curve through the given ones.
fn smooth(slices: &[Vec<Ball>]) -> Vec<Vec<Ball>> {
    let row = |k: usize| curve(&slices.iter().map(|slice| slice[k]).collect::<Vec<Ball>>());
    row(0)
        .into_iter()
        .zip(row(1))
        .map(|(left, right)| vec![left, right])
        .collect()
}

/// Returns the balls with one added between each two neighbours, on a curve through the given ones.
fn curve(balls: &[Ball]) -> Vec<Ball> {
    let mut all = Vec::with_capacity(balls.len() * 2);
    for (i, pair) in balls.windows(2).enumerate() {
        let (a, b, c, d) = (
            balls[i.saturating_sub(1)],
            pair[0],
            pair[1],
            balls[(i + 2).min(balls.len() - 1)],
        );
        all.extend([
            b,
            (
                (9.0 * (b.0 + c.0) - a.0 - d.0) / 16.0,
                (9.0 * (b.1 + c.1) - a.1 - d.1) / 16.0,
            ),
        ]);
    }
    all.extend(balls.last());
    all
}

/// Returns the neck, which rises out of the collar, and the collar.
fn neck(sketch: &Sketch, body: &Body) -> Vec<Shape> {
    let camera = &sketch.camera;
    let skin = sketch.palette.skin;
    let band = neckline(camera, body);
    // Only the part above the neckline is visible.
    let lift = camera.project(body.neck.point(vec3(0.0, 30.0, 0.0))) - camera.project(body.neck.at);
    let (first, last) = (
        camera.project(band[0].0),
        camera.project(band[band.len() - 1].0),
    );
    let wide = (last - first) * 0.5;
    let mut opening: Contour = band.iter().map(|ball| camera.project(ball.0)).collect();
    opening.extend([last + lift + wide, first + lift - wide]);
    let opening = Arc::new(vec![opening]);

    let foot = body.neck.point(vec3(0.0, 0.2, 1.2));
    let throat = body.neck.point(vec3(0.0, -5.0, 4.6));
    let pieces = [
        vec![(foot, 5.0), (body.head.point(vec3(0.0, -0.5, -0.8)), 4.9)],
        vec![(foot, 5.6), (throat, 4.2)],
    ];
    let mut shapes: Vec<Shape> = sketch
        .strong_outline("trunk", &pieces)
        .into_iter()
        .collect();
    shapes.extend(sketch.solid_shapes("trunk", &pieces, skin, 0.10));
    for shape in &mut shapes {
        shape.clip = Some(Arc::clone(&opening));
    }
    // The jaw casts a shadow on the neck, unless the head is bent back.
    let bent = (body.head.turn * Vec3::Z).dot(body.chest.turn * Vec3::Y);
    let shadow = (1.6 - 2.0 * bent).clamp(0.0, 1.0);
    if camera.facing(body.head.turn * Vec3::Z) > 0.0 && shadow > 0.0 {
        let under = [
            (vec3(-3.0, -3.2, 1.6), 4.4),
            (vec3(3.0, -3.2, 1.6), 4.4),
            (vec3(0.0, -6.0, 6.0), 2.8),
        ];
        let under = under.map(|(at, r)| (body.head.point(at), r));
        shapes.push(Shape {
            part: "trunk",
            outline: vec![camera.hull(&under)],
            fill: Fill::Flat(faded(shades(skin).line, 0.24 * shadow)),
            clip: Some(Arc::new(camera.solid(&pieces[..1]))),
        });
    }
    shapes.push(sketch.line("trunk", &band, sketch.hem(sketch.palette.shirt)));
    shapes
}

/// Returns the visible half of the edge of the collar: low in front, high behind.
fn neckline(camera: &Camera, body: &Body) -> Vec<Ball> {
    let frame = Frame {
        at: body.neck.at,
        turn: body.chest.turn,
    };
    let viewer = camera
        .facing(frame.turn * Vec3::X)
        .atan2(camera.facing(frame.turn * Vec3::Z));
    let ring = |i: i32| {
        let (sin, cos) = (viewer + i as f32 / 10.0 * FRAC_PI_2).sin_cos();
        let low = 1.2 - 5.2 * cos.max(0.0).powf(1.5) - 0.5 * (-cos).max(0.0);
        (
            frame.point(vec3(5.9 * sin, low, 1.2 + 5.9 * cos)),
            0.1 + 0.5 * (1.0 - (i as f32 / 9.0).powi(4)),
        )
    };
    (-9..=9).map(ring).collect()
}

/// Returns the shoulder blades under the shirt, if the back is visible: rounded triangles that catch the light, with a soft shadow
/// along their inner and lower edges. A blade that protrudes casts a deeper shadow.
fn blades(sketch: &Sketch, body: &Body) -> Vec<Shape> {
    let facing = sketch.camera.facing(body.chest.turn * Vec3::NEG_Z);
    let seen = ((facing - 0.15) / 0.4).clamp(0.0, 1.0);
    if seen <= 0.0 {
        return Vec::new();
    }
    let sides = body.glide.into_iter().zip([1.0, -1.0]);
    sides
        .flat_map(|(glide, s)| {
            let relief = (0.75 + 0.11 * glide).clamp(0.45, 1.3) * seen;
            let plate = |r, shift| plate(body, [s, glide], r, shift);
            let mut shapes = blade_shadow(sketch, relief, plate);
            shapes.extend(blade_light(sketch, relief, plate));
            shapes
        })
        .collect()
}

/// Returns the corners of a shoulder blade with this radius: its upper inner, lower and outer corner, shifted toward the spine and
/// down. `s` is the sign of its side on the x axis.
fn plate(body: &Body, [s, glide]: [f32; 2], r: f32, [aside, below]: [f32; 2]) -> [Ball; 3] {
    // The inner edge is about 7 cm from the spine at rest. Retraction moves the blade inward and slightly down.
    let inner = 6.4 - 0.7 * glide;
    let raised = 4.7 + 0.16 * glide.max(0.0);
    let corners = [
        (vec3(0.9, 2.6, 0.4), 0.0),
        (vec3(3.0, -9.0, 0.2), 0.7),
        (vec3(9.6, 2.6, 2.4), 0.5),
    ];
    corners.map(|(at, wider): (Vec3, f32)| {
        let out = inner + at.x - aside;
        let at = vec3(s * out, at.y - 0.22 * glide - below, at.z - raised);
        (body.chest.point(at), r + wider)
    })
}

/// Returns the shadow beside and below a blade.
fn blade_shadow(
    sketch: &Sketch,
    relief: f32,
    plate: impl Fn(f32, [f32; 2]) -> [Ball; 3],
) -> Vec<Shape> {
    let camera = &sketch.camera;
    let line = shades(sketch.palette.shirt).line;
    // Nested outlines of low opacity add up to a soft edge. The blade itself is left out of each: its outline runs the other way
    // round.
    let layer = |layer: f32| {
        let blade = plate(1.9 - 0.2 * layer, [0.0; 2]);
        let mut hole = camera.hull(&blade);
        hole.reverse();
        let shadow = plate(1.6, [0.1 + 0.24 * layer, 0.2 + 0.55 * layer]);
        let outline = vec![camera.hull(&[blade, shadow].concat()), hole];
        Shape::new("trunk", outline, Fill::Flat(faded(line, 0.08 * relief)))
    };
    [0.0, 1.0, 2.0, 3.0, 4.0].map(layer).to_vec()
}

/// Returns the light on a blade, which fades toward the shoulder.
fn blade_light(
    sketch: &Sketch,
    relief: f32,
    plate: impl Fn(f32, [f32; 2]) -> [Ball; 3],
) -> [Shape; 3] {
    let camera = &sketch.camera;
    let light = blend(sketch.palette.shirt, [1.0, 0.97, 0.9, 1.0], 0.34);
    let lit = |part: f32| faded(light, part * relief);
    let fill = Fill::Linear {
        from: camera.project(plate(0.0, [2.0, 0.0])[1].0),
        to: camera.project(plate(0.0, [0.0; 2])[2].0),
        stops: [
            (0.0, lit(0.26)),
            (0.4, lit(0.22)),
            (0.75, lit(0.15)),
            (1.0, lit(0.03)),
        ],
    };
    [1.8, 1.3, 0.8].map(|r| {
        let outline = vec![camera.hull(&plate(r, [0.0; 2]))];
        Shape::new("trunk", outline, fill)
    })
}

/// Returns the creases of the shirt at the waist and the groove of the spine.
fn folds(sketch: &Sketch, body: &Body) -> Vec<Shape> {
    let camera = &sketch.camera;
    let ink = shades(sketch.palette.shirt).line;
    let mut shapes = Vec::new();
    let back = camera.facing(body.mid.turn * Vec3::NEG_Z);
    if back > 0.1 {
        let squeeze = (body.glide[0] + body.glide[1]).max(0.0) * 0.02;
        let groove = [
            (body.chest.point(vec3(0.0, 5.0, -3.6)), 0.15),
            (body.chest.point(vec3(0.0, -2.0, -4.1)), 0.45),
            (body.mid.point(vec3(0.0, -2.0, -4.6)), 0.55),
            (body.ribs.point(vec3(0.0, -4.0, -5.4)), 0.5),
            (body.waist.point(vec3(0.0, -2.0, -5.9)), 0.15),
        ];
        shapes.push(sketch.line("trunk", &groove, faded(ink, (0.10 + squeeze) * back)));
    }
    for s in [1.0, -1.0] {
        let out = camera.facing(body.waist.turn * vec3(s, 0.0, 0.0));
        if out > 0.05 {
            let mut outline = Vec::new();
            for (y, len) in [(3.2, 0.9), (-0.4, 0.6)] {
                let p = |angle: f32, dy: f32| {
                    let (sin, cos) = angle.sin_cos();
                    body.waist
                        .point(vec3(s * (5.3 + 7.8 * cos), y + dy, 2.2 + 7.8 * sin))
                };
                outline.extend(camera.chain(&curve(&[
                    (p(-len, 0.8), 0.08),
                    (p(-len * 0.3, 0.2), 0.34),
                    (p(len * 0.3, -0.3), 0.3),
                    (p(len, -1.2), 0.08),
                ])));
            }
            let fill = Fill::Flat(faded(ink, 0.20 * out.min(0.6) / 0.6));
            shapes.push(Shape::new("trunk", outline, fill));
        }
    }
    shapes.extend(body.arms.iter().filter_map(|arm| armpit(sketch, body, arm)));
    shapes
}

/// Returns the creases that a raised arm causes from the armpit across the chest.
fn armpit(sketch: &Sketch, body: &Body, arm: &Arm) -> Option<Shape> {
    let up = body.chest.turn.transpose() * (arm.elbow - arm.shoulder) / UPPER_ARM;
    let s = (body.chest.turn.transpose() * (arm.shoulder - body.chest.at))
        .x
        .signum();
    let front = sketch
        .camera
        .facing(body.chest.turn * vec3(s * 0.6, 0.0, 0.8));
    let seen = ((up.y + 0.7) / 0.7).clamp(0.0, 1.0) * (front * 2.0).clamp(0.0, 1.0);
    if seen <= 0.0 {
        return None;
    }
    let at = |x: f32, y: f32, z: f32| body.chest.point(vec3(s * x, y, z));
    let creases = [
        [
            (at(16.0, -1.6, 6.4), 0.3),
            (at(13.0, -3.2, 9.8), 0.45),
            (at(9.4, -5.0, 12.4), 0.08),
        ],
        [
            (at(16.0, 0.8, 6.4), 0.3),
            (at(13.4, -0.4, 9.2), 0.34),
            (at(10.6, -1.2, 11.2), 0.06),
        ],
    ];
    let outline = creases
        .iter()
        .flat_map(|crease| sketch.camera.chain(&curve(crease)))
        .collect();
    Some(Shape::new(
        "trunk",
        outline,
        Fill::Flat(faded(shades(sketch.palette.shirt).line, 0.22 * seen)),
    ))
}
