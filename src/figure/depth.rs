//! The depth of each body part toward the viewer, in centimetres; greater is nearer. Parts that touch are ordered so that one
//! covers the other realistically from every camera angle.

use glam::{Vec3, vec3};

use super::pose::Anchor;
use super::shape::Camera;
use super::skeleton::{Arm, Body, Leg};

/// Returns the depth of the trunk as a whole.
pub(super) fn trunk(camera: &Camera, body: &Body) -> f32 {
    camera.depth(body.pelvis.at.lerp(body.chest.at, 0.6))
}

/// Returns the depth of the hips. They merge into the thighs, which are painted over them; only if the person sits with the back
/// to the viewer do the hips cover the thighs.
pub(super) fn hips(camera: &Camera, body: &Body) -> f32 {
    let forward = body
        .legs
        .map(|leg| (leg.knee - leg.hip).normalize_or_zero());
    let sits = (forward[0] + forward[1]).dot(body.pelvis.turn.z_axis) > 1.2;
    if sits && camera.facing(body.pelvis.turn * Vec3::NEG_Z) > 0.35 {
        trunk(camera, body) - 0.05
    } else {
        thighs(camera, body) - 0.1
    }
}

/// Returns the depth of the head, which is never behind the shirt.
pub(super) fn head(camera: &Camera, body: &Body) -> f32 {
    camera
        .depth(middle_of_head(body))
        .max(trunk(camera, body) + 0.3)
}

fn middle_of_head(body: &Body) -> Vec3 {
    body.head.point(vec3(0.0, 5.0, 0.0))
}

/// Returns the depth of a thigh, which is always behind the hem of the shirt.
fn thigh(camera: &Camera, body: &Body, leg: &Leg) -> f32 {
    camera
        .depth(leg.hip.lerp(leg.knee, 0.5))
        .min(trunk(camera, body) - 0.1)
}

/// Returns the depth of the farther thigh.
pub(super) fn thighs(camera: &Camera, body: &Body) -> f32 {
    let [left, right] = body.legs.map(|leg| thigh(camera, body, &leg));
    left.min(right)
}

/// Returns the depths of thigh and shin.
pub(super) fn leg(camera: &Camera, body: &Body, leg: &Leg) -> [f32; 2] {
    let thigh = thigh(camera, body, leg);
    let shin = camera.depth(leg.knee.lerp(leg.foot.at, 0.5));
    // Thigh and shin of a standing person form a column; the thigh of a kneeling person rests on the shin.
    let lower = (leg.foot.at - leg.knee).normalize_or_zero();
    let stands = lower.dot((leg.knee - leg.hip).normalize_or_zero()) > 0.5;
    let kneels = lower.y.abs() < 0.6;
    if stands || kneels {
        [thigh, shin.min(thigh - 0.05)]
    } else {
        [thigh, shin]
    }
}

/// Returns the depths of upper arm, forearm and hand of the arm whose side has this sign on the x axis.
pub(super) fn arm(camera: &Camera, body: &Body, arm: &Arm, sign: f32) -> [f32; 3] {
    // The sleeve of an arm on the near side or beside the trunk covers the shirt but not the head. An arm on the far side is
    // behind the trunk.
    let trunk = trunk(camera, body);
    let side = camera.facing(body.chest.turn * Vec3::X) * sign;
    if side < -0.45 && hangs_behind(camera, body, arm) {
        let far = thighs(camera, body) - 4.0;
        return [far, far + 0.05, far + 0.1];
    }
    let beside = side > -0.75;
    let upper = camera.depth(arm.shoulder.lerp(arm.elbow, 0.5));
    let upper = if beside {
        upper.max(trunk + 0.1)
    } else {
        upper.min(trunk - 0.1)
    };
    let hand = hand(camera, body, arm);
    // A forearm behind the head is covered by whatever covers its hand, and by its own sleeve; any other covers its sleeve.
    let hidden = arm.pinned_to == Some(Anchor::Head) && hand < trunk;
    let fore = camera.depth(arm.elbow.lerp(arm.hand.at, 0.5));
    if hidden {
        return [upper, fore.min(hand.min(upper) - 0.05), hand];
    }
    // A head in front of the hand on the nape hides the whole arm.
    if let Some(head) = hiding_head(camera, body, arm, sign) {
        let hand = if neck_hides(camera, body, arm) {
            trunk - 0.1
        } else {
            head - 0.05
        };
        return [head - 0.15, head - 0.1, hand];
    }
    let fore = fore.max(upper + 0.1);
    [upper, fore, hand.max(fore + 0.05)]
}

/// Returns `true` if the upper arm of an upright person, seen from in front, is not in front of the chest.
fn hangs_behind(camera: &Camera, body: &Body, arm: &Arm) -> bool {
    let chest = &body.chest;
    let middle = chest.turn.transpose() * (arm.shoulder.lerp(arm.elbow, 0.5) - chest.at);
    let upright = chest.turn.y_axis.y > 0.5;
    upright && camera.facing(chest.turn * Vec3::Z) > 0.2 && middle.z < 14.0
}

/// Returns `true` if the viewer sees the throat, and the hand lies on the nape.
fn neck_hides(camera: &Camera, body: &Body, arm: &Arm) -> bool {
    let neck = &body.neck;
    let throat_faces = camera.facing(neck.turn * Vec3::Z) > 0.3;
    let middle = neck.point(vec3(0.0, 5.0, 0.0));
    arm.pinned_to == Some(Anchor::Neck)
        && throat_faces
        && arm.palm().distance(middle) < 12.0
        && camera.depth(arm.palm()) < camera.depth(middle) - 2.0
}

/// Returns the depth of the head if it hides an arm whose hand lies on the nape.
fn hiding_head(camera: &Camera, body: &Body, arm: &Arm, sign: f32) -> Option<f32> {
    let on_nape = arm.pinned_to == Some(Anchor::Neck) && arm.palm().distance(body.neck.at) < 16.0;
    let head = head(camera, body);
    // With the elbow on the side of the face, the forearm lies over the ear.
    let elbow = body.head.turn.transpose() * (arm.elbow - body.head.at);
    let ear_faces = camera.facing(body.head.turn * Vec3::X) * sign > 0.3;
    let covers_ear = ear_faces && elbow.z > 0.0;
    (on_nape && !covers_ear && camera.depth(arm.palm()) < head).then_some(head)
}

/// Returns the depth of a hand. A hand on the head is entirely behind or entirely in front of it.
fn hand(camera: &Camera, body: &Body, arm: &Arm) -> f32 {
    let (palm, head, trunk) = (
        camera.depth(arm.palm()),
        camera.depth(middle_of_head(body)),
        trunk(camera, body),
    );
    match arm.pinned_to {
        Some(Anchor::Head) if palm < head => trunk.min(head) - 0.2,
        Some(Anchor::Head) => trunk.max(head) + 0.5,
        Some(Anchor::World | Anchor::Neck | Anchor::Chest | Anchor::Pelvis | Anchor::OtherHand)
        | None => palm + clasped(body),
    }
}

/// Returns the distance by which hands that clasp each other are nearer than their palms, so that each covers the other's forearm.
fn clasped(body: &Body) -> f32 {
    let apart = body.arms[0].palm().distance(body.arms[1].palm());
    8.0 * (1.0 - apart / 13.0).max(0.0)
}
