//! Things the person sits, lies or leans on.

use std::f32::consts::TAU;

use glam::{Vec3, vec2, vec3};
use serde::Deserialize;

use super::body::{Palette, Sketch};
use super::limbs::thigh_depth;
use super::shape::{Ball, Contour, Fill, Shape};
use super::skeleton::Body;

/// Something in the room.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Prop {
    /// A chair without arms and with a low back rest, its seat under the origin.
    Chair,
    /// The floor, seen as the shadow that the person throws.
    Floor,
}

/// Height of the chair's seat, cm.
pub(super) const SEAT: f32 = 43.5;
/// How far behind the origin the front of its back rest is, at the rest's lower and upper edge, cm.
#[cfg(test)]
const REST: [(f32, f32); 2] = [(59.0, -17.3), (70.5, -18.3)];

impl Prop {
    pub(super) fn draw(self, sketch: &mut Sketch, body: &Body) {
        match self {
            Self::Chair => chair(sketch, body),
            Self::Floor => floor(sketch, body),
        }
    }
}

fn floor(sketch: &mut Sketch, body: &Body) {
    let camera = sketch.camera;
    let feet = (body.legs[0].foot.at + body.legs[1].foot.at) / 2.0;
    let middle = body.pelvis.at.lerp(feet, 0.5) * vec3(1.0, 0.0, 1.0);
    let reach = 34.0 + (feet - body.pelvis.at).with_y(0.0).length() * 0.35;
    let centre = camera.place(middle);
    let radius = vec2(reach, reach * 0.2) * camera.scale;
    let outline: Contour = (0..48)
        .map(|i| centre + glam::Vec2::from_angle(i as f32 / 48.0 * TAU) * radius)
        .collect();
    let colour = sketch.palette.shadow;
    sketch.add(
        f32::NEG_INFINITY,
        vec![Shape {
            part: "floor",
            outline: vec![outline],
            fill: Fill::Glow {
                centre,
                radius,
                colour,
                halo: colour,
            },
            clip: None,
        }],
    );
}

fn chair(sketch: &mut Sketch, body: &Body) {
    let Palette {
        wood,
        wood_dark,
        cushion,
        ..
    } = *sketch.palette;
    // The seat lies under thighs and hips, however the camera turns; its legs stand under it.
    let thighs = body.legs.map(|leg| thigh_depth(&sketch.camera, body, &leg));
    let seat = thighs[0].min(thighs[1]) - 1.0;
    for (x, z) in [(15.5, 19.0), (-15.5, 19.0), (15.5, -14.0), (-15.5, -14.0)] {
        let foot = vec3(x * 1.06, 1.3, z * 1.14);
        let balls = [(vec3(x, SEAT - 5.0, z), 1.7), (foot, 1.25)];
        let depth = seat - 2.0 + 0.02 * sketch.camera.depth(vec3(x, 0.0, z));
        sketch.limb(
            "chair leg",
            depth,
            &balls,
            if sketch.camera.depth(foot) < sketch.camera.depth(Vec3::ZERO) {
                wood_dark
            } else {
                wood
            },
            [0.0; 2],
        );
    }
    let plate = |y: f32, r: f32, w: f32, zs: [f32; 2]| -> Vec<Ball> {
        vec![
            (vec3(w, y, zs[1]), r),
            (vec3(-w, y, zs[1]), r),
            (vec3(w, y, zs[0]), r),
            (vec3(-w, y, zs[0]), r),
        ]
    };
    sketch.block(
        "chair seat",
        seat - 0.6,
        &plate(SEAT - 4.6, 1.1, 18.0, [-16.0, 20.5]),
        wood,
    );
    sketch.block(
        "chair cushion",
        seat - 0.5,
        &plate(SEAT - 2.0, 2.0, 17.0, [-15.0, 19.5]),
        cushion,
    );
    // Two posts and a rest that ends below the shoulder blades, so that these are seen from behind.
    let behind = sketch.camera.facing(Vec3::NEG_Z) > 0.0;
    let rest = sketch.camera.depth(vec3(0.0, 60.0, -18.0)) + if behind { 14.0 } else { -14.0 };
    for x in [12.5, -12.5] {
        let balls = [
            (vec3(x, SEAT - 5.0, -15.0), 1.5),
            (vec3(x, 68.0, -20.2), 1.3),
        ];
        sketch.limb("chair post", rest - 0.2, &balls, wood_dark, [0.0; 2]);
    }
    let bow = |y: f32, z: f32| {
        [
            (vec3(15.5, y, z + 1.6), 1.7),
            (vec3(6.5, y, z - 0.6), 1.7),
            (vec3(-6.5, y, z - 0.6), 1.7),
            (vec3(-15.5, y, z + 1.6), 1.7),
        ]
    };
    let (low, high) = (bow(61.0, -19.0), bow(68.5, -20.0));
    let pieces: Vec<Vec<Ball>> = (0..3)
        .map(|i| vec![low[i], low[i + 1], high[i], high[i + 1]])
        .collect();
    sketch.solid("chair rest", rest, &pieces, cushion, 0.16);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::figure::trunk::slices;
    use crate::figure::{Drawing, Stance};

    #[derive(Deserialize)]
    struct Only {
        figure: Drawing,
    }

    #[test]
    fn the_back_stays_in_front_of_the_rest() {
        for file in [
            include_str!("../../config/exercises/thoracic-extension.toml"),
            include_str!("../../config/exercises/scapula-squeeze.toml"),
        ] {
            let drawing = toml::from_str::<Only>(file).expect("reads").figure;
            for pose in drawing.pose_names() {
                let body = Body::of(&drawing.pose_at(&Stance::still(pose)));
                for (at, r) in slices(&body, 1.0).into_iter().flatten() {
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
