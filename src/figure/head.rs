//! Head, face and hair.
//!
//! Positions are centimetres in the head's own axes. The origin is where the skull sits on the neck, between the ear lobes.

use std::f32::consts::TAU;
use std::sync::Arc;

use glam::{Vec2, Vec3, vec3};

use super::colours::{Shades, shades};
use super::depth;
use super::look::Hair;
use super::shape::{Ball, Camera, Contour, Fill, Shape, blend, faded, grown};
use super::skeleton::{Body, Frame};
use super::sketch::Sketch;

/// The volume of the hair: an ellipsoid cut off at the hairline.
#[derive(Clone, Copy)]
struct HairVolume {
    /// Centre of the ellipsoid; `axes` are its half axes.
    middle: Vec3,
    axes: Vec3,
    /// The cutting plane in coordinates where the ellipsoid is the unit sphere: its normal and its offset from the centre.
    hairline: (Vec3, f32),
}

impl HairVolume {
    /// Every hairstyle reaches equally far at the back, because hands are placed there.
    const fn for_hair(hair: Hair) -> Self {
        let (middle, axes, hairline) = match hair {
            Hair::Combed => (
                vec3(0.0, 6.0, -0.5),
                vec3(8.4, 9.7, 10.0),
                (vec3(0.0, 0.62, -0.785), -0.37),
            ),
            Hair::Knot => (
                vec3(0.0, 6.0, -0.7),
                vec3(8.3, 9.2, 9.8),
                (vec3(0.0, 0.66, -0.75), -0.36),
            ),
            Hair::Receding => (
                vec3(0.0, 6.0, -0.8),
                vec3(8.3, 9.1, 9.7),
                (vec3(0.0, 0.36, -0.933), -0.27),
            ),
        };
        Self {
            middle,
            axes,
            hairline,
        }
    }
}

pub(super) fn draw(sketch: &mut Sketch, body: &Body) {
    let camera = sketch.camera;
    let head = &body.head;
    let front = camera.facing(head.turn * Vec3::Z);
    let hair = shades(sketch.palette.hair);
    let worn = sketch.person.hair;
    let mane = HairVolume::for_hair(worn);
    let locks = match worn {
        Hair::Combed => fringe(sketch, head, &hair),
        Hair::Knot => Vec::new(),
        Hair::Receding => vec![crop(sketch, head, mane, &hair)],
    };

    let mut shapes = Vec::with_capacity(24);
    if worn == Hair::Knot && front > 0.0 {
        shapes.extend(knot(sketch, head, &hair));
    }
    if let Some(ink) = sketch.palette.ink {
        let edge = sketch.edge() / 2.0 / mane.axes.y;
        let outline = hair_outline(&camera, head, mane, edge);
        shapes.push(Shape::new("head", outline, Fill::Flat(ink)));
    }
    if worn == Hair::Combed {
        let mut volume = tufts(head);
        volume.push(vec![crown(head)]);
        shapes.extend(sketch.strong_outline("head", &volume));
        shapes.push(cap_of(vec![camera.hull(&[crown(head)])], &hair));
        shapes.extend(locks.iter().take(1).cloned());
    }
    skull_and_face(sketch, head, front, &mut shapes);
    if front < 0.0 {
        shapes.push(nape(sketch, body));
    }
    shapes.push(cap(sketch, head, mane, &hair));
    shapes.extend(combed_lines(sketch, head, mane, worn, &hair));
    // Locks over the forehead are visible only where the forehead does not hide them.
    let stands_out = match worn {
        Hair::Knot => 0.0,
        Hair::Receding => 0.1,
        Hair::Combed => 0.2,
    };
    let near = Arc::new(hair_outline(&camera, head, mane, stands_out));
    for mut lock in locks {
        lock.clip = Some(Arc::clone(&near));
        shapes.push(lock);
    }
    if worn == Hair::Knot && front <= 0.0 {
        shapes.extend(knot(sketch, head, &hair));
    }
    for s in [1.0, -1.0] {
        let out = camera.facing(head.turn * vec3(s, 0.0, 0.0));
        if out > 0.12 {
            ear(sketch, head, s, &mut shapes);
        }
    }
    sketch.add(depth::head(&camera, body), shapes);
}

/// Adds the skull, the nose behind or in front of it, and the face if it is visible.
fn skull_and_face(sketch: &Sketch, head: &Frame, front: f32, shapes: &mut Vec<Shape>) {
    let skin = sketch.palette.skin;
    let skull = skull(head);
    let edge = sketch.camera.hull(&grown(&skull, sketch.edge()));
    let rim = Fill::Flat(sketch.rim(skin, 0.35));
    shapes.push(Shape::new("head", vec![edge], rim));
    let nose_first = front < 0.35;
    if nose_first {
        shapes.extend(nose(sketch, head));
    }
    shapes.extend(sketch.solid_shapes("head", &[skull], skin, 0.09));
    if front > -0.3 {
        face(sketch, head, shapes);
        if !nose_first {
            shapes.extend(nose(sketch, head));
        }
        if sketch.person.glasses {
            forehead_lines(sketch, head, shapes);
            glasses(sketch, head, shapes);
        }
    }
}

fn skull(head: &Frame) -> Vec<Ball> {
    let p = |x: f32, y: f32, z: f32| head.point(vec3(x, y, z));
    vec![
        (p(0.0, 6.4, 1.6), 7.8),
        (p(0.0, 5.4, -1.4), 7.4),
        (p(3.5, 1.6, 4.2), 3.5),
        (p(-3.5, 1.6, 4.2), 3.5),
        (p(3.6, -1.6, 2.0), 2.9),
        (p(-3.6, -1.6, 2.0), 2.9),
        (p(0.7, -4.6, 6.4), 2.5),
        (p(-0.7, -4.6, 6.4), 2.5),
        (p(0.0, -1.8, 6.6), 2.6),
    ]
}

/// Returns the nape, which hides the jaw from behind.
fn nape(sketch: &Sketch, body: &Body) -> Shape {
    let skin = shades(sketch.palette.skin);
    let nape = [
        (body.head.point(vec3(0.0, 1.0, -1.2)), 4.4),
        (body.neck.point(vec3(0.0, 6.6, 1.7)), 4.3),
    ];
    let outline = vec![sketch.camera.hull(&nape)];
    Shape::new(
        "head",
        outline,
        Fill::Flat(blend(skin.light, skin.base, 0.75)),
    )
}

/// Returns the round top of the hair combed to the side, between its tufts and the hair at the back.
fn crown(head: &Frame) -> Ball {
    (head.point(vec3(0.0, 8.4, 0.8)), 8.5)
}

/// Returns the hair on the skull.
fn cap(sketch: &Sketch, head: &Frame, mane: HairVolume, hair: &Shades) -> Shape {
    cap_of(hair_outline(&sketch.camera, head, mane, 0.0), hair)
}

/// Returns hair of an outline, lit from above.
fn cap_of(outline: Vec<Contour>, hair: &Shades) -> Shape {
    let (from, to) = extent(&outline);
    let stops = [
        (0.0, blend(hair.light, hair.base, 0.2)),
        (0.35, hair.base),
        (0.7, hair.base),
        (1.0, hair.shade),
    ];
    Shape::new("head", outline, Fill::Linear { from, to, stops })
}

fn nose(sketch: &Sketch, head: &Frame) -> Vec<Shape> {
    let skin = shades(sketch.palette.skin);
    let p = |x: f32, y: f32, z: f32| head.point(vec3(x, y, z));
    let bridge: Vec<Ball> = vec![
        (p(0.0, 3.9, 8.7), 0.7),
        (p(0.0, 0.7, 10.3), 1.0),
        (p(0.9, 0.2, 9.2), 0.75),
        (p(-0.9, 0.2, 9.2), 0.75),
    ];
    let shade: Vec<Ball> = vec![
        (p(0.0, 0.5, 10.2), 0.9),
        (p(1.0, 0.1, 9.1), 0.75),
        (p(-1.0, 0.1, 9.1), 0.75),
    ];
    vec![
        Shape::new(
            "head",
            vec![sketch.camera.hull(&shade)],
            Fill::Flat(skin.shade),
        ),
        Shape::new(
            "head",
            vec![sketch.camera.hull(&sketch.camera.lit(&bridge, 0.12))],
            Fill::Flat(blend(skin.light, skin.base, 0.35)),
        ),
    ]
}

/// Adds a face at rest: brows, eyes, mouth and a slight blush on the cheeks, each if it faces the viewer.
fn face(sketch: &Sketch, head: &Frame, shapes: &mut Vec<Shape>) {
    for s in [1.0, -1.0] {
        let red = visibility(sketch, head, vec3(s * 0.75, -0.1, 0.7));
        if red > 0.0 {
            shapes.push(cheek(sketch, head, s, red));
        }
        let brow = visibility(sketch, head, vec3(s * 0.45, -0.2, 0.9));
        if brow > 0.0 {
            // Seen from above, the eyes are under the brow.
            let eye = visibility(sketch, head, vec3(s * 0.45, -0.4, 0.9));
            shapes.extend(eye_and_brow(sketch, head, s, [eye, brow]));
        }
    }
    shapes.push(mouth(sketch, head));
}

/// Returns the visibility, 0 to 1, of a facial feature with this surface normal.
fn visibility(sketch: &Sketch, head: &Frame, normal: Vec3) -> f32 {
    ((sketch.camera.facing(head.turn * normal.normalize()) - 0.02) / 0.2).clamp(0.0, 1.0)
}

fn cheek(sketch: &Sketch, head: &Frame, s: f32, seen: f32) -> Shape {
    let camera = &sketch.camera;
    let centre = camera.project(head.point(vec3(s * 4.7, -0.3, 6.4)));
    let radius = Vec2::new(2.4, 1.9) * camera.scale;
    let halo = sketch.palette.blush;
    let [r, g, b, a] = halo;
    let outline: Contour = (0..20)
        .map(|i| centre + Vec2::from_angle(i as f32 / 20.0 * TAU) * radius)
        .collect();
    let fill = Fill::Glow {
        centre,
        radius,
        colour: [r, g, b, a * seen],
        halo,
    };
    Shape::new("head", vec![outline], fill)
}

/// Returns an eye, its glint and the brow above it; `seen` is the opacity of the eye and of the brow.
fn eye_and_brow(sketch: &Sketch, head: &Frame, s: f32, [seen, brow_seen]: [f32; 2]) -> [Shape; 3] {
    let camera = &sketch.camera;
    let round = |at: Vec3, w: f32, h: f32| -> Contour {
        (0..16)
            .map(|i| Vec2::from_angle(i as f32 / 16.0 * TAU))
            .map(|v| camera.project(head.point(at + vec3(v.x * w, v.y * h, -s * v.x * w * 0.45))))
            .collect()
    };
    let at = vec3(s * 3.05, 2.9, 8.1);
    let eye = vec![round(at, 0.72, 0.98)];
    let glint = vec![round(at + vec3(-0.2, 0.38, 0.15), 0.2, 0.24)];
    let brow = [
        (1.6, 4.95, 8.95, 0.2),
        (2.4, 5.35, 8.75, 0.33),
        (3.2, 5.5, 8.3, 0.33),
        (4.1, 5.35, 7.6, 0.27),
        (4.9, 4.9, 6.9, 0.14),
    ];
    let brow = brow.map(|(x, y, z, r)| (head.point(vec3(s * x, y, z)), r));
    [
        Shape::new("head", eye, Fill::Flat(faded(sketch.palette.eye, seen))),
        Shape::new("head", glint, Fill::Flat(faded([1.0; 4], 0.85 * seen))),
        sketch.line("head", &brow, faded(sketch.palette.hair, brow_seen)),
    ]
}

/// Returns the mouth; lip segments that face away from the viewer are dropped.
fn mouth(sketch: &Sketch, head: &Frame) -> Shape {
    let lips = [
        (2.3, -2.05, 7.9, 0.12),
        (1.7, -2.42, 8.6, 0.22),
        (0.9, -2.68, 9.05, 0.26),
        (0.0, -2.75, 9.2, 0.28),
    ];
    let right = lips.iter().rev().skip(1).map(|&(x, y, z, r)| (-x, y, z, r));
    let lips: Vec<Ball> = lips
        .iter()
        .copied()
        .chain(right)
        .map(|(x, y, z, r): (f32, f32, f32, f32)| {
            let part = visibility(sketch, head, vec3(x * 0.3, -0.2, 0.8));
            (head.point(vec3(x, y, z)), r * part)
        })
        .filter(|ball| ball.1 > 0.02)
        .collect();
    let line = shades(sketch.palette.skin).line;
    sketch.line("head", &lips, blend(line, sketch.palette.blush, 0.35))
}

fn ear(sketch: &Sketch, head: &Frame, s: f32, shapes: &mut Vec<Shape>) {
    let p = |x: f32, y: f32, z: f32| head.point(vec3(s * x, y, z));
    let shell = [(p(7.3, 2.7, -1.3), 1.55), (p(7.1, 0.4, -0.6), 1.05)];
    shapes.extend(sketch.limb_shapes("head", &shell, sketch.palette.skin, [0.4, 0.4]));
    let inner = [(p(7.9, 2.6, -1.0), 0.8), (p(7.7, 1.0, -0.7), 0.5)];
    shapes.push(sketch.line(
        "head",
        &inner,
        faded(shades(sketch.palette.skin).line, 0.28),
    ));
}

/// Returns the tufts of the hair combed to the side over the forehead.
fn tufts(head: &Frame) -> Vec<Vec<Ball>> {
    let p = |x: f32, y: f32, z: f32| head.point(vec3(x, y, z));
    let wave = [
        [
            (5.2, 10.4, 5.6, 1.5),
            (3.6, 12.4, 6.4, 1.9),
            (4.4, 12.0, 1.0, 2.6),
        ],
        [
            (3.6, 12.4, 6.4, 1.9),
            (1.2, 13.3, 6.7, 2.2),
            (2.0, 13.6, 1.0, 2.7),
        ],
        [
            (1.2, 13.3, 6.7, 2.2),
            (-1.6, 13.2, 6.7, 2.3),
            (-0.6, 13.9, 1.0, 2.7),
        ],
        [
            (-1.6, 13.2, 6.7, 2.3),
            (-4.3, 11.9, 5.8, 2.1),
            (-3.2, 13.2, 1.0, 2.7),
        ],
        [
            (-4.3, 11.9, 5.8, 2.1),
            (-6.3, 9.4, 4.4, 1.5),
            (-5.4, 11.2, 0.0, 2.4),
        ],
        [
            (-6.3, 9.4, 4.4, 1.5),
            (-7.2, 6.4, 3.2, 0.7),
            (-6.6, 8.6, 0.0, 1.9),
        ],
    ];
    let tuft = |balls: &[(f32, f32, f32, f32); 3], next: &(f32, f32, f32, f32)| -> Vec<Ball> {
        balls
            .iter()
            .chain([next])
            .map(|&(x, y, z, r)| (p(x, y, z), r))
            .collect()
    };
    let last = wave[wave.len() - 1];
    let mut tufts: Vec<Vec<Ball>> = wave
        .iter()
        .enumerate()
        .map(|(i, balls)| tuft(balls, &wave.get(i + 1).unwrap_or(&last)[2]))
        .collect();
    // Pointed locks over the forehead break its edge.
    let locks = [
        [
            (4.4, 12.2, 7.0, 1.3),
            (1.4, 11.7, 8.6, 1.0),
            (-1.6, 10.6, 9.3, 0.15),
        ],
        [
            (1.2, 12.9, 7.2, 1.4),
            (-2.4, 11.5, 8.4, 1.1),
            (-4.9, 9.3, 8.0, 0.15),
        ],
        [
            (-2.2, 12.2, 7.0, 1.3),
            (-5.0, 10.3, 6.8, 0.9),
            (-6.9, 7.4, 5.4, 0.15),
        ],
    ];
    for [a, b, c] in locks.map(|lock| lock.map(|(x, y, z, r)| (p(x, y, z), r))) {
        tufts.extend([vec![a, b], vec![b, c]]);
    }
    tufts
}

/// Returns the hair combed to the side over the forehead, with a few strands.
fn fringe(sketch: &Sketch, head: &Frame, hair: &Shades) -> Vec<Shape> {
    let outline = sketch.camera.solid(&tufts(head));
    let (low, high) = extent(&outline);
    let stops = [
        (0.0, hair.light),
        (0.4, blend(hair.light, hair.base, 0.6)),
        (0.75, hair.base),
        (1.0, hair.base),
    ];
    let locks = Shape::new(
        "head",
        outline,
        Fill::Linear {
            from: low,
            to: high,
            stops,
        },
    );
    vec![locks, strands(sketch, head, hair)]
}

/// Returns the slightly uneven edge of short-cut hair.
fn crop(sketch: &Sketch, head: &Frame, mane: HairVolume, hair: &Shades) -> Shape {
    let (pole, level) = (mane.hairline.0.normalize(), mane.hairline.1);
    let up = Vec3::X.cross(pole);
    let r = (1.0 - level * level).sqrt();
    let edge: Vec<Ball> = (-8..=8)
        .map(|i: i32| {
            let (sin, cos) = (i as f32 * 0.26).sin_cos();
            let at = pole * level + (up * -cos + Vec3::X * sin) * r;
            let uneven = [0.0, 0.3, 0.1, 0.4][i.rem_euclid(4) as usize];
            let wide = 0.6 + 0.9 * cos.max(0.0) + uneven;
            (head.point(mane.middle + at * mane.axes * 0.93), wide)
        })
        .collect();
    sketch.line("head", &edge, hair.base)
}

/// Returns fine dark and light lines in the hair, which run from the crown, or from the knot, to the hairline.
fn combed_lines(
    sketch: &Sketch,
    head: &Frame,
    mane: HairVolume,
    worn: Hair,
    hair: &Shades,
) -> [Shape; 2] {
    let camera = &sketch.camera;
    let (pole, level) = (mane.hairline.0.normalize(), mane.hairline.1);
    // In coordinates where the volume of the hair is the unit sphere.
    let crown = match worn {
        Hair::Knot => vec3(0.0, 0.76, -0.65),
        Hair::Combed | Hair::Receding => vec3(0.2, 0.76, -0.62),
    }
    .normalize();
    let side = Vec3::X.cross(crown).normalize();
    let across = crown.cross(side);
    let line = |i: usize| -> Vec<Ball> {
        let (sin, cos) = (i as f32 / 28.0 * TAU).sin_cos();
        let direction = side * cos + across * sin;
        let from = [0.3, 0.62, 0.45, 0.78][i / 2 % 4];
        let point = |k: i32| {
            let (sin, cos) = (from + k as f32 * 0.24).sin_cos();
            let at = crown * cos + direction * sin;
            let facing = camera.facing(head.turn * (at / mane.axes).normalize());
            let inside = ((pole.dot(at) - level) * 8.0).clamp(0.0, 1.0);
            let thick = [0.03, 0.13, 0.17, 0.16, 0.12, 0.03][k as usize];
            let seen = (facing * 4.0).clamp(0.0, 1.0) * inside;
            (head.point(mane.middle + at * mane.axes), thick * seen)
        };
        (0..6).map(point).collect()
    };
    [(0, hair.line, 0.45), (1, hair.light, 0.7)].map(|(first, tone, opacity)| {
        let lines = (0..14).flat_map(|i| camera.chain(&line(2 * i + first)));
        Shape::new("head", lines.collect(), Fill::Flat(faded(tone, opacity)))
    })
}

/// Adds two fine lines across the forehead.
fn forehead_lines(sketch: &Sketch, head: &Frame, shapes: &mut Vec<Shape>) {
    let seen = visibility(sketch, head, vec3(0.0, 0.35, 0.9));
    let line = shades(sketch.palette.skin).line;
    for (y, wide) in [(7.6, 3.4), (9.1, 2.6)] {
        let balls: Vec<Ball> = (-4..=4)
            .map(|i: i32| {
                let x = i as f32 / 4.0 * wide;
                let (up, out) = (y - 6.4, x);
                let z = 1.6 + (61.0 - up * up - out * out).max(0.0).sqrt();
                let edge = 1.0 - (i as f32 / 4.0).abs();
                let at = vec3(x, y - 0.03 * x * x, z);
                (head.point(at), 0.04 + 0.1 * edge.min(0.5))
            })
            .collect();
        shapes.push(sketch.line("head", &balls, faded(line, 0.3 * seen)));
    }
}

/// Adds glasses: two rims, the bridge between them and the visible temple.
fn glasses(sketch: &Sketch, head: &Frame, shapes: &mut Vec<Shape>) {
    let tone = sketch.palette.eye;
    let seen = |normal: Vec3| visibility(sketch, head, normal);
    let at = |x: f32, y: f32, z: f32| head.point(vec3(x, y, z));
    for s in [1.0, -1.0] {
        let rim: Vec<Ball> = (0..=20)
            .map(|i| Vec2::from_angle(i as f32 / 20.0 * TAU) * Vec2::new(2.5, 2.1))
            // The lens is parallel to the eye behind it, so that it goes around the eye in profile, too.
            .map(|v| (at(s * (3.2 + v.x), 2.75 + v.y, 8.7 - 0.45 * v.x), 0.18))
            .collect();
        let opacity = seen(vec3(s * 0.5, 0.0, 0.85));
        shapes.push(sketch.line("head", &rim, faded(tone, 0.9 * opacity)));
        let temple = [
            (at(s * 5.65, 3.2, 7.6), 0.18),
            (at(s * 7.0, 3.3, 5.0), 0.2),
            (at(s * 7.5, 3.2, -0.6), 0.2),
        ];
        let opacity = seen(vec3(s, 0.0, -0.1));
        shapes.push(sketch.line("head", &temple, faded(tone, 0.9 * opacity)));
    }
    let bridge = [
        (at(0.75, 3.3, 9.7), 0.18),
        (at(0.0, 3.6, 9.6), 0.18),
        (at(-0.75, 3.3, 9.7), 0.18),
    ];
    let opacity = seen(vec3(0.0, 0.1, 1.0));
    shapes.push(sketch.line("head", &bridge, faded(tone, 0.9 * opacity)));
}

/// Returns the knot of hair high on the back of the head, with its band.
fn knot(sketch: &Sketch, head: &Frame, hair: &Shades) -> Vec<Shape> {
    let balls = vec![
        (head.point(vec3(0.0, 12.9, -7.4)), 3.0),
        (head.point(vec3(0.0, 14.4, -9.4)), 3.5),
    ];
    let outline = vec![sketch.camera.hull(&balls)];
    let (low, high) = extent(&outline);
    let stops = [
        (0.0, hair.light),
        (0.4, hair.base),
        (0.75, hair.base),
        (1.0, hair.shade),
    ];
    let band = [
        (head.point(vec3(2.7, 13.4, -7.2)), 0.3),
        (head.point(vec3(0.0, 12.0, -9.6)), 0.55),
        (head.point(vec3(-2.7, 13.4, -7.2)), 0.3),
    ];
    let mut shapes: Vec<Shape> = sketch
        .strong_outline("head", &[balls])
        .into_iter()
        .collect();
    shapes.push(Shape::new(
        "head",
        outline,
        Fill::Linear {
            from: low,
            to: high,
            stops,
        },
    ));
    shapes.push(sketch.line("head", &band, faded(hair.line, 0.8)));
    shapes
}

/// Returns a few lines in the hair, from the forehead to the back.
fn strands(sketch: &Sketch, head: &Frame, hair: &Shades) -> Shape {
    let p = |x: f32, y: f32, z: f32| head.point(vec3(x, y, z));
    let strand = |x: f32| {
        [
            (-1.9, 12.4, 8.4, 0.06),
            (0.0, 14.6, 6.0, 0.2),
            (1.5, 15.8, 2.2, 0.17),
            (2.2, 15.6, -1.6, 0.05),
        ]
        .map(|(side, y, z, r)| (p(x + side, y - 0.1 * x * x, z), r))
    };
    let seen = sketch
        .camera
        .facing(head.turn * vec3(0.0, 0.75, 0.6))
        .clamp(0.0, 0.5);
    let strands = [-3.9, -1.2, 1.8]
        .iter()
        .flat_map(|&x| sketch.camera.chain(&strand(x)))
        .collect();
    Shape::new("head", strands, Fill::Flat(faded(hair.line, seen * 0.8)))
}

/// Returns the visible outline of the hair: within the ellipsoid's outline, behind the hairline. `beyond` moves the hairline
/// forward and the outline outward, for locks that stand out.
fn hair_outline(camera: &Camera, head: &Frame, mane: HairVolume, beyond: f32) -> Vec<Contour> {
    let HairVolume {
        middle,
        axes,
        hairline,
    } = mane;
    let (pole, level) = (hairline.0.normalize(), hairline.1 - beyond);
    let size = 1.0 + 2.0 * beyond;
    let place = |u: Vec3| camera.project(head.point(middle + u * axes * size));
    // In these coordinates the ellipsoid is the unit sphere. The visible half is in front of the plane perpendicular to this
    // vector.
    let view = (vec3(
        camera.facing(head.turn * Vec3::X),
        camera.facing(head.turn * Vec3::Y),
        camera.facing(head.turn * Vec3::Z),
    ) / axes)
        .normalize_or(Vec3::Z);
    let circle = |axis: Vec3, level: f32| {
        let x = axis.any_orthonormal_vector();
        let y = axis.cross(x);
        let r = (1.0 - level * level).max(0.0).sqrt();
        move |t: f32| axis * level + (x * t.cos() + y * t.sin()) * r
    };
    // Hairline and outline are circles on the sphere; they intersect on the line, parallel to `cross`, where their planes meet.
    let cross = pole.cross(view);
    let base = (pole - view * view.dot(pole)) * level / cross.length_squared().max(1e-6);
    let rest = 1.0 - base.length_squared();
    if cross.length_squared() < 1e-4 || rest <= 0.0 {
        let all = pole.dot(view) > level;
        return vec![if all {
            (0..64)
                .map(|i| place(circle(view, 0.0)(i as f32 / 64.0 * TAU)))
                .collect()
        } else {
            (0..64)
                .map(|i| place(circle(pole, level)(i as f32 / 64.0 * TAU)))
                .collect()
        }];
    }
    let out = cross.normalize() * rest.sqrt();
    let (a, b) = (base + out, base - out);
    // From `a` to `b` along the outline, on the side of the hair; back along the hairline, on the side of the viewer.
    let mut outline = arc(a, b, view, 0.0, pole);
    outline.extend(arc(b, a, pole, level, view));
    vec![outline.into_iter().map(place).collect()]
}

/// Returns points from `a` to `b` on the circle around `axis` at `level`, taking the arc on the side of `toward`.
fn arc(a: Vec3, b: Vec3, axis: Vec3, level: f32, toward: Vec3) -> Vec<Vec3> {
    let middle = axis * level;
    let x = (a - middle).normalize_or(axis.any_orthonormal_vector());
    let y = axis.cross(x);
    let r = (a - middle).length();
    let end = (b - middle)
        .dot(y)
        .atan2((b - middle).dot(x))
        .rem_euclid(TAU);
    let half = middle + (x * (end / 2.0).cos() + y * (end / 2.0).sin()) * r;
    let other = middle - (half - middle);
    let sweep = if half.dot(toward) >= other.dot(toward) {
        end
    } else {
        end - TAU
    };
    (0..=32)
        .map(|i| i as f32 / 32.0 * sweep)
        .map(|t| middle + (x * t.cos() + y * t.sin()) * r)
        .collect()
}

fn extent(outline: &[Contour]) -> (Vec2, Vec2) {
    outline
        .iter()
        .flatten()
        .fold((Vec2::MAX, Vec2::MIN), |(low, high), point| {
            (low.min(*point), high.max(*point))
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::figure::{Character, Drawing, Stance};

    #[derive(serde::Deserialize)]
    struct FigureFile {
        figure: Drawing,
    }

    #[test]
    fn clasped_hands_touch_the_back_of_the_head() {
        let file = include_str!("../../config/exercises/thoracic-extension.toml");
        let drawing = toml::from_str::<FigureFile>(file).expect("reads").figure;
        for progress in [0.0, 0.3, 0.6, 1.0] {
            let body = Body::from_pose(&drawing.pose_at(&Stance {
                to: "arch",
                progress,
                ..Stance::still("start")
            }));
            for arm in &body.arms {
                let palm = body.head.turn.transpose() * (arm.palm() - body.head.at);
                // In unit-sphere coordinates the surface of the hair is at 1. A palm is about 3 cm thick.
                for look in Character::ALL {
                    let HairVolume { middle, axes, .. } = HairVolume::for_hair(look.person().hair);
                    let away = (((palm - middle) / axes).length() - 1.0) * axes.z;
                    assert!((0.8..2.2).contains(&away), "{away} cm from the hair");
                }
                assert!(palm.z < 0.0, "behind the head");
            }
        }
    }

    #[test]
    fn the_hairline_has_no_jumps() {
        let mut last: Option<f32> = None;
        for i in 0..=240 {
            let turn = glam::Mat3::from_rotation_x(-(i as f32) / 240.0);
            let camera = Camera::new(
                &crate::figure::View {
                    yaw: 44.0,
                    pitch: 6.0,
                    centre: [0.0, 0.0],
                    height: 100.0,
                },
                100.0,
            );
            let outline = hair_outline(
                &camera,
                &Frame {
                    at: Vec3::ZERO,
                    turn,
                },
                HairVolume::for_hair(Hair::Combed),
                0.0,
            );
            let area: f32 = outline
                .iter()
                .flat_map(|c| c.windows(2))
                .map(|p| p[0].perp_dot(p[1]) / 2.0)
                .sum();
            if let Some(last) = last.replace(area) {
                assert!((area - last).abs() < 4.0, "{last} to {area} square cm");
            }
        }
    }
}
