//! Forward and inverse kinematics: from joint angles to joint positions.
//!
//! Bone lengths are those of a person of 172 cm, using the fractions of stature of Drillis and Contini (1966, in Winter,
//! Biomechanics and Motor Control of Human Movement). Each section of the spine bends in several places, so that the back curves
//! instead of folding.

use glam::{Mat2, Mat3, Quat, Vec2, Vec3, vec2, vec3};

use super::pose::{Anchor, Bend, Hip, Kneel, Pin, Plane, Pose, Reach, Root, Shoulder, Side};
use crate::lang::mark;

/// Shoulder joint to elbow, cm.
pub const UPPER_ARM: f32 = 29.5;
/// Elbow to wrist, cm.
pub const FOREARM: f32 = 25.0;
/// Wrist to the middle of the palm, cm.
pub const PALM: f32 = 7.0;
/// Hip joint to knee, cm.
pub const THIGH: f32 = 42.0;
/// Knee to ankle, cm.
pub const SHIN: f32 = 42.0;
/// Height of the ankle joint above the floor, cm.
pub const ANKLE: f32 = 7.0;

/// Position of each spine joint in the frame of the one below it, cm: two lumbar, three thoracic, neck and head.
const SPINE: [Vec3; 7] = [
    vec3(0.0, 10.0, -3.0), // L5/S1
    vec3(0.0, 9.0, 1.0),   // L3
    vec3(0.0, 9.0, -1.0),  // T12
    vec3(0.0, 9.0, -1.5),  // T8
    vec3(0.0, 9.0, -0.5),  // T4
    vec3(0.0, 9.0, 1.0),   // C7
    vec3(0.0, 10.5, 3.0),  // C0, where the skull sits
];
/// The breastbone end of the left collar bone, in the chest's frame, cm.
const COLLAR: Vec3 = vec3(2.0, 4.0, 9.0);
/// Offset from there to the left shoulder joint, cm.
const CLAVICLE: Vec3 = vec3(14.8, -0.3, -4.6);
/// The left hip joint in the pelvis's frame, cm.
const HIP: Vec3 = vec3(8.6, 0.0, 0.0);

/// Most steps of the search for the lean and tilt that hold the shoulders in place.
const SEARCH_STEPS: usize = 6;

/// A coordinate frame: a position and an orientation.
#[derive(Clone, Copy, Debug)]
pub struct Frame {
    /// Origin in the room, cm.
    pub at: Vec3,
    /// Axes, as columns of a rotation matrix.
    pub turn: Mat3,
}

impl Frame {
    /// The frame of the room itself.
    pub const WORLD: Self = Self {
        at: Vec3::ZERO,
        turn: Mat3::IDENTITY,
    };

    /// Returns the position in the room of a point given in this frame.
    pub fn point(&self, v: Vec3) -> Vec3 {
        self.at + self.turn * v
    }

    fn child(&self, offset: Vec3, turn: Mat3) -> Self {
        Self {
            at: self.point(offset),
            turn: self.turn * turn,
        }
    }
}

/// The joint positions of an arm, cm.
#[derive(Clone, Copy, Debug)]
pub struct Arm {
    /// The joint of collar bone and breastbone.
    pub collar: Vec3,
    /// Position of the shoulder joint.
    pub shoulder: Vec3,
    /// Position of the elbow joint.
    pub elbow: Vec3,
    /// Wrist with the hand's axes: fingers along -y, thumb along +z; the palm faces the body's middle when the arm hangs.
    pub hand: Frame,
    /// Flexion of each finger joint, degrees.
    pub curl: f32,
    /// The anchor that the hand is pinned to, if any.
    pub pinned_to: Option<Anchor>,
}

/// The joint positions of a leg, cm.
#[derive(Clone, Copy, Debug)]
pub struct Leg {
    /// Position of the hip joint.
    pub hip: Vec3,
    /// Position of the knee joint.
    pub knee: Vec3,
    /// Ankle with the foot's axes: toes along +z, sole along -y.
    pub foot: Frame,
}

/// The joint positions of a person in the room, cm.
#[derive(Clone, Copy, Debug)]
pub struct Body {
    /// The pelvis, with its origin midway between the hip joints.
    pub pelvis: Frame,
    /// The small of the back (third lumbar vertebra).
    pub waist: Frame,
    /// Lower ribs (twelfth thoracic vertebra).
    pub ribs: Frame,
    /// Middle of the thorax (eighth thoracic vertebra).
    pub mid: Frame,
    /// Upper thorax (fourth thoracic vertebra), which carries the shoulders.
    pub chest: Frame,
    /// Base of the neck (seventh cervical vertebra).
    pub neck: Frame,
    /// The head, with its origin where the skull sits on the neck.
    pub head: Frame,
    /// The left and the right arm.
    pub arms: [Arm; 2],
    /// The left and the right leg.
    pub legs: [Leg; 2],
    /// Distance that each shoulder blade has glided toward the spine from rest, cm.
    pub glide: [f32; 2],
}

impl Body {
    /// Computes the joint positions of a pose.
    pub fn from_pose(pose: &Pose) -> Self {
        let pelvis = pelvis(&held_root(pose));
        let [waist, ribs, mid, chest] = spine(&pelvis, pose);
        let neck = chest.child(SPINE[5], bend(pose.neck, 1.0));
        let head = neck.child(SPINE[6], bend(pose.head, 1.0));
        let anchor = |on| match on {
            Anchor::World => Some(Frame::WORLD),
            Anchor::Head => Some(head),
            Anchor::Neck => Some(neck),
            Anchor::Chest => Some(chest),
            Anchor::Pelvis => Some(pelvis),
            Anchor::OtherHand => None,
        };
        let sides = [(1.0, &pose.left), (-1.0, &pose.right)];
        let alone = sides.map(|(s, side)| arm(&chest, s, side, anchor));
        let arms = [0, 1].map(|i| {
            let (s, side) = sides[i];
            let asks = side.hand.targets().any(|hand| hand.on == Anchor::OtherHand);
            let other = |on| anchor(on).or(Some(alone[1 - i].hand));
            if asks {
                arm(&chest, s, side, other)
            } else {
                alone[i]
            }
        });
        let legs = sides.map(|(s, side)| leg(&pelvis, s, side, anchor));
        let glide =
            sides.map(|(_, side)| GLIDE * side.clavicle.back.to_radians() * CLAVICLE.length());
        Self {
            pelvis,
            waist,
            ribs,
            mid,
            chest,
            neck,
            head,
            arms,
            legs,
            glide,
        }
    }

    /// Returns every joint with its name, for tests and for inspecting the skeleton.
    pub fn joints(&self) -> [(&'static str, Vec3); 23] {
        let ([l, r], [m, s]) = (&self.arms, &self.legs);
        [
            ("pelvis", self.pelvis.at),
            ("waist", self.waist.at),
            ("ribs", self.ribs.at),
            ("mid", self.mid.at),
            ("chest", self.chest.at),
            ("neck", self.neck.at),
            ("head", self.head.at),
            ("left collar", l.collar),
            ("left shoulder", l.shoulder),
            ("left elbow", l.elbow),
            ("left wrist", l.hand.at),
            ("left palm", l.palm()),
            ("right collar", r.collar),
            ("right shoulder", r.shoulder),
            ("right elbow", r.elbow),
            ("right wrist", r.hand.at),
            ("right palm", r.palm()),
            ("left hip", m.hip),
            ("left knee", m.knee),
            ("left ankle", m.foot.at),
            ("right hip", s.hip),
            ("right knee", s.knee),
            ("right ankle", s.foot.at),
        ]
    }
}

impl Arm {
    /// Returns the middle of the palm, cm.
    pub fn palm(&self) -> Vec3 {
        self.hand.point(vec3(0.0, -PALM, 0.0))
    }
}

/// The fraction of the shoulder's arc by which the blade glides; in the rest of the movement it tips and turns on the ribs.
const GLIDE: f32 = 0.68;

/// The range of motion of human joints: name, least and greatest angle in degrees.
///
/// American Academy of Orthopaedic Surgeons, Joint Motion (1965), as in Norkin & White, Measurement of Joint Motion; collar bone:
/// Neumann, Kinesiology of the Musculoskeletal System. The neck's range is that of neck and head together. The spine's extension
/// is that of lumbar and thoracic spine together, 35 to 40 according to Neumann. The neck bends back farther than the Academy's
/// 45: adults reach 65 to 77 (Youdas et al., Phys Ther 1992, 72:770). Under body weight hip and knee bend farther than the
/// Academy's 120 and 135: in deep squats and when kneeling the hip bends by 130 and more and the knee by up to 165 (Mulholland &
/// Wyss, Int J Rehabil Res 2001, 24:191), on average by 157 (Hemmerich et al., J Orthop Res 2006, 24:770). The ankle's 50 downward and 20 upward are extended by the
/// midfoot, which also bends when the top of the foot lies on the floor, and under the weight of a lunge.
pub const LIMITS: [(&str, f32, f32); 13] = [
    (mark("back flexion"), -40.0, 80.0),
    (mark("back side bend"), -35.0, 35.0),
    (mark("back turn"), -45.0, 45.0),
    (mark("neck flexion"), -77.0, 45.0),
    (mark("neck side bend"), -45.0, 45.0),
    (mark("neck turn"), -60.0, 60.0),
    (mark("shoulder blade up"), -10.0, 45.0),
    (mark("shoulder blade back"), -30.0, 30.0),
    (mark("shoulder elevation"), 0.0, 180.0),
    (mark("elbow"), 0.0, 150.0),
    (mark("hip"), -30.0, 130.0),
    (mark("knee"), 0.0, 160.0),
    (mark("ankle"), -70.0, 30.0),
];

/// Returns the angles in a pose of the joints of [`LIMITS`], in the same order: the lesser and the greater of left and right.
pub fn joint_angles(pose: &Pose, body: &Body) -> [[f32; 2]; 13] {
    let sum = |a: Bend, b: Bend| [a.flex + b.flex, a.side + b.side, a.turn + b.turn];
    let ([back, sway, twist], [nod, tilt, turn]) =
        (sum(pose.lumbar, pose.thorax), sum(pose.neck, pose.head));
    let pair = |f: &dyn Fn(usize) -> f32| {
        let (a, b) = (f(0), f(1));
        [a.min(b), a.max(b)]
    };
    let sides = [&pose.left, &pose.right];
    let elbow = |i: usize| {
        flexion(
            body.arms[i].shoulder,
            body.arms[i].elbow,
            body.arms[i].hand.at,
        )
    };
    let knee = |i: usize| flexion(body.legs[i].hip, body.legs[i].knee, body.legs[i].foot.at);
    let raise = |i: usize| {
        let arm = (body.arms[i].elbow - body.arms[i].shoulder).normalize_or_zero();
        arc_cosine(arm.dot(body.chest.turn * Vec3::NEG_Y)).to_degrees()
    };
    let hip = |i: usize| {
        let thigh = body.pelvis.turn.transpose() * (body.legs[i].knee - body.legs[i].hip);
        vec2(-thigh.y, thigh.z).to_angle().to_degrees()
    };
    let ankle = |i: usize| {
        let leg = &body.legs[i];
        let shin = (leg.foot.at - leg.knee).normalize_or_zero();
        90.0 - arc_cosine(-shin.dot(leg.foot.turn.z_axis)).to_degrees()
    };
    [
        [back; 2],
        [sway; 2],
        [twist; 2],
        [nod; 2],
        [tilt; 2],
        [turn; 2],
        pair(&|i| sides[i].clavicle.up),
        pair(&|i| sides[i].clavicle.back),
        pair(&raise),
        pair(&elbow),
        pair(&hip),
        pair(&knee),
        pair(&ankle),
    ]
}

/// Returns the bend of the hinge at `b` in degrees; 0 is straight.
fn flexion(a: Vec3, b: Vec3, c: Vec3) -> f32 {
    let (upper, lower) = ((b - a).normalize_or_zero(), (c - b).normalize_or_zero());
    arc_cosine(upper.dot(lower)).to_degrees()
}

/// Returns the arc cosine in radians. It uses glam instead of `f32::acos` so that the tray program, which checks poses, does not
/// need the system's math library.
fn arc_cosine(cosine: f32) -> f32 {
    let cosine = cosine.clamp(-1.0, 1.0);
    vec2(cosine, (1.0 - cosine * cosine).sqrt()).to_angle()
}

fn pelvis(root: &Root) -> Frame {
    Frame {
        at: root.kneel.map_or(root.at.into(), over_knees),
        turn: ry(root.yaw) * rx(root.pitch) * rz(-root.roll),
    }
}

/// Returns waist, lower ribs, middle of the thorax and chest.
fn spine(pelvis: &Frame, pose: &Pose) -> [Frame; 4] {
    let (lumbar, thorax) = (bend(pose.lumbar, 2.0), bend(pose.thorax, 3.0));
    let sacrum = pelvis.child(SPINE[0], lumbar);
    let waist = sacrum.child(SPINE[1], lumbar);
    let ribs = waist.child(SPINE[2], thorax);
    let mid = ribs.child(SPINE[3], thorax);
    let chest = mid.child(SPINE[4], thorax);
    [waist, ribs, mid, chest]
}

/// Returns the root with the lean of the thighs and the tilt of the pelvis for which the shoulders are where they are held, if
/// they are held somewhere; as near as a few steps of Newton's method get.
fn held_root(pose: &Pose) -> Root {
    let root = pose.root;
    let Some((kneel, goal)) = root.kneel.and_then(|kneel| Some((kneel, kneel.shoulders?))) else {
        return root;
    };
    let with = |turn: Vec2| Root {
        kneel: Some(Kneel {
            back: turn.x,
            ..kneel
        }),
        pitch: turn.y,
        ..root
    };
    let miss = |turn: Vec2| {
        let [.., chest] = spine(&pelvis(&with(turn)), pose);
        let [left, right] =
            [(1.0, &pose.left), (-1.0, &pose.right)].map(|(s, side)| shoulder(&chest, s, side).1);
        let middle = (left + right) / 2.0;
        vec2(middle.y, middle.z) - Vec2::from(goal)
    };
    let mut turn = vec2(kneel.back, root.pitch);
    for _ in 0..SEARCH_STEPS {
        let here = miss(turn);
        let change = Mat2::from_cols(miss(turn + Vec2::X) - here, miss(turn + Vec2::Y) - here);
        if here.length() < 0.01 || change.determinant().abs() < 1e-3 {
            break;
        }
        turn -= (change.inverse() * here).clamp_length_max(12.0);
    }
    with(turn)
}

/// Returns the midpoint of the hips when both thighs rise from the knees at the same lean.
fn over_knees(Kneel { at, back, .. }: Kneel) -> Vec3 {
    let apart = at[0] - HIP.x;
    let high = (THIGH * THIGH - apart * apart).max(0.0).sqrt();
    let lean = Vec2::from_angle(back.to_radians());
    vec3(0.0, at[1] + high * lean.x, at[2] - high * lean.y)
}

/// Returns the breastbone end of the collar bone and the shoulder joint.
fn shoulder(chest: &Frame, s: f32, side: &Side) -> (Vec3, Vec3) {
    let collar = chest.point(mirror_point(COLLAR, s));
    let carried = mirror_rotation(ry(side.clavicle.back) * rz(side.clavicle.up), s);
    (
        collar,
        collar + chest.turn * carried * mirror_point(CLAVICLE, s),
    )
}

fn arm(chest: &Frame, s: f32, side: &Side, anchor: impl Fn(Anchor) -> Option<Frame>) -> Arm {
    let solve = |reach| held_arm(chest, s, side, reach, &anchor);
    match side.hand {
        Pin::Free => solve(None),
        Pin::To(reach) => solve(Some(reach)),
        Pin::Transition { from, to, t } => solve(from).toward(&solve(to), t),
    }
}

fn held_arm(
    chest: &Frame,
    s: f32,
    side: &Side,
    reach: Option<Reach>,
    anchor: impl Fn(Anchor) -> Option<Frame>,
) -> Arm {
    let (collar, shoulder) = shoulder(chest, s, side);
    if let Some((reach, frame)) = reach.and_then(|reach| Some((reach, anchor(reach.on)?))) {
        let (fingers, palm) = directions(&frame, &reach);
        let wrist = frame.point(reach.at.into()) - fingers * PALM;
        let bones = [UPPER_ARM, FOREARM];
        let (elbow, wrist) = two_bones(shoulder, wrist, bones, &frame, &reach);
        // Fingers along -y; the palm of the left hand faces -x.
        let turn = axes(-palm * s, -fingers);
        return Arm {
            collar,
            shoulder,
            elbow,
            hand: Frame { at: wrist, turn },
            curl: side.curl,
            pinned_to: Some(reach.on),
        };
    }
    let upper = Frame {
        at: shoulder,
        turn: chest.turn * mirror_rotation(shoulder_rotation(side.shoulder), s),
    };
    let fore = upper.child(
        vec3(0.0, -UPPER_ARM, 0.0),
        rx(-side.elbow) * mirror_rotation(ry(-side.pronation), s),
    );
    let hand = fore.child(vec3(0.0, -FOREARM, 0.0), Mat3::IDENTITY);
    Arm {
        collar,
        shoulder,
        elbow: fore.at,
        hand,
        curl: side.curl,
        pinned_to: None,
    }
}

impl Arm {
    /// Interpolates toward another way of holding the arm. Bones rotate, so that they keep their lengths.
    fn toward(&self, to: &Self, t: f32) -> Self {
        let elbow = self.shoulder + swing(self.elbow - self.shoulder, to.elbow - to.shoulder, t);
        let wrist = elbow + swing(self.hand.at - self.elbow, to.hand.at - to.elbow, t);
        Self {
            elbow,
            hand: slerp_frame(&self.hand, &to.hand, wrist, t),
            pinned_to: if t < 0.5 {
                self.pinned_to
            } else {
                to.pinned_to
            },
            ..*self
        }
    }
}

fn leg(pelvis: &Frame, s: f32, side: &Side, anchor: impl Fn(Anchor) -> Option<Frame>) -> Leg {
    let solve = |reach| held_leg(pelvis, s, side, reach, &anchor);
    match side.foot {
        Pin::Free => solve(None),
        Pin::To(reach) => solve(Some(reach)),
        Pin::Transition { from, to, t } => solve(from).toward(&solve(to), t),
    }
}

fn held_leg(
    pelvis: &Frame,
    s: f32,
    side: &Side,
    reach: Option<Reach>,
    anchor: impl Fn(Anchor) -> Option<Frame>,
) -> Leg {
    let hip = pelvis.point(mirror_point(HIP, s));
    if let Some((reach, frame)) = reach.and_then(|reach| Some((reach, anchor(reach.on)?))) {
        let (toes, sole) = directions(&frame, &reach);
        let goal = frame.point(reach.at.into());
        let (knee, ankle) = two_bones(hip, goal, [THIGH, SHIN], &frame, &reach);
        let x = (-sole).cross(toes).normalize_or(Vec3::X);
        return Leg {
            hip,
            knee,
            foot: Frame {
                at: ankle,
                turn: axes(x, -sole),
            },
        };
    }
    let Hip { flex, abduct, turn } = side.hip;
    let thigh = Frame {
        at: hip,
        turn: pelvis.turn * mirror_rotation(rx(-flex) * rz(abduct) * ry(-turn), s),
    };
    let shin = thigh.child(vec3(0.0, -THIGH, 0.0), rx(side.knee));
    Leg {
        hip,
        knee: shin.at,
        foot: shin.child(vec3(0.0, -SHIN, 0.0), rx(-side.ankle)),
    }
}

impl Leg {
    fn toward(&self, to: &Self, t: f32) -> Self {
        let knee = self.hip + swing(self.knee - self.hip, to.knee - to.hip, t);
        let ankle = knee + swing(self.foot.at - self.knee, to.foot.at - to.knee, t);
        Self {
            hip: self.hip,
            knee,
            foot: slerp_frame(&self.foot, &to.foot, ankle, t),
        }
    }
}

/// Rotates the bone `from` toward the direction of `to`; its length stays.
fn swing(from: Vec3, to: Vec3, t: f32) -> Vec3 {
    let (a, b) = (from.normalize_or(Vec3::NEG_Y), to.normalize_or(Vec3::NEG_Y));
    Quat::IDENTITY.slerp(Quat::from_rotation_arc(a, b), t) * from
}

fn slerp_frame(from: &Frame, to: &Frame, at: Vec3, t: f32) -> Frame {
    let (a, b) = (Quat::from_mat3(&from.turn), Quat::from_mat3(&to.turn));
    Frame {
        at,
        turn: Mat3::from_quat(a.slerp(b, t)),
    }
}

/// Returns the rotation of the upper arm from hanging to its elevated position, for the left arm.
fn shoulder_rotation(
    Shoulder {
        plane,
        elevation,
        turn,
    }: Shoulder,
) -> Mat3 {
    let forward = Vec2::from_angle(plane.to_radians());
    let axis = Vec3::NEG_Y
        .cross(vec3(forward.x, 0.0, forward.y))
        .normalize_or(Vec3::X);
    Mat3::from_axis_angle(axis, elevation.to_radians()) * ry(-turn)
}

/// Solves two-bone inverse kinematics: returns the middle joint and the end, which is at `goal` or as near as the bones allow.
fn two_bones(
    root: Vec3,
    goal: Vec3,
    [upper, lower]: [f32; 2],
    frame: &Frame,
    reach: &Reach,
) -> (Vec3, Vec3) {
    let toward = (goal - root).normalize_or(Vec3::NEG_Y);
    let far = (goal - root)
        .length()
        .clamp((upper - lower).abs() + 1.0, (upper + lower) * 0.999);
    let along = (upper * upper - lower * lower + far * far) / (2.0 * far);
    let out = (upper * upper - along * along).max(0.0).sqrt();
    let pole = frame.turn * Vec3::from(reach.pole);
    let free = (pole - toward * pole.dot(toward)).normalize_or(toward.any_orthonormal_vector());
    let middle = root + toward * along;
    let side = match &reach.rest {
        Some(plane) => touching_direction(plane, frame, middle, toward, out, free),
        None => free,
    };
    (middle + side * out, root + toward * far)
}

/// Returns the direction from `middle`, perpendicular to `toward`, in which a joint at distance `out` touches a plane, on the
/// side of `free`. If it cannot touch the plane, it comes as near as possible.
fn touching_direction(
    plane: &Plane,
    frame: &Frame,
    middle: Vec3,
    toward: Vec3,
    out: f32,
    free: Vec3,
) -> Vec3 {
    let normal = (frame.turn * Vec3::from(plane.normal)).normalize_or(Vec3::Y);
    let across = normal - toward * normal.dot(toward);
    let slope = across.length();
    if slope * out < 1e-3 {
        return free;
    }
    let (across, other) = (across / slope, toward.cross(across / slope));
    let level = plane.at + normal.dot(frame.at) - normal.dot(middle);
    let cos = (level / (slope * out)).clamp(-1.0, 1.0);
    let sin = (1.0 - cos * cos).sqrt() * other.dot(free).signum();
    across * cos + other * sin
}

/// Returns the directions of fingers (or toes) and palm (or sole) of a target in the room, at right angles to each other.
fn directions(frame: &Frame, reach: &Reach) -> (Vec3, Vec3) {
    let point = (frame.turn * Vec3::from(reach.point)).normalize_or(Vec3::NEG_Y);
    let face = frame.turn * Vec3::from(reach.face);
    (
        point,
        (face - point * face.dot(point)).normalize_or(point.any_orthonormal_vector()),
    )
}

/// Returns a right-handed basis from two axes at right angles.
fn axes(x: Vec3, y: Vec3) -> Mat3 {
    Mat3::from_cols(x, y, x.cross(y))
}

fn bend(bend: Bend, joints: f32) -> Mat3 {
    ry(bend.turn / joints) * rx(bend.flex / joints) * rz(-bend.side / joints)
}

/// Mirrors a vector defined for the left side to the side `s` (1 left, -1 right).
fn mirror_point(v: Vec3, s: f32) -> Vec3 {
    vec3(v.x * s, v.y, v.z)
}

/// Mirrors a rotation defined for the left side to the side `s` (1 left, -1 right).
fn mirror_rotation(turn: Mat3, s: f32) -> Mat3 {
    let mirror = Mat3::from_diagonal(vec3(s, 1.0, 1.0));
    mirror * turn * mirror
}

fn rx(degrees: f32) -> Mat3 {
    Mat3::from_rotation_x(degrees.to_radians())
}

fn ry(degrees: f32) -> Mat3 {
    Mat3::from_rotation_y(degrees.to_radians())
}

fn rz(degrees: f32) -> Mat3 {
    Mat3::from_rotation_z(degrees.to_radians())
}
