//! Joint angles: what an exercise file says about a pose, and the whole pose that follows from it.
//!
//! Angles are degrees, lengths centimetres. Axes: x to the person's left, y up, z forward. Nought everywhere is a person
//! standing upright with hanging arms, thumbs forward. Signs and names follow the recommendations of the International Society
//! of Biomechanics where these have one (Wu et al., J Biomech 2002, 35:543, for spine, hip and ankle; 2005, 38:981, for shoulder, elbow and
//! wrist).

use glam::Vec3;
use serde::Deserialize;

/// A bend of a stretch of the spine, in degrees.
#[derive(Clone, Copy, Debug, Default, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Bend {
    /// Forward; backward when negative.
    pub flex: f32,
    /// To the left.
    pub side: f32,
    /// A turn to the left.
    pub turn: f32,
}

/// How the collar bone is carried at the breastbone, in degrees; the shoulder blade goes with it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Clavicle {
    /// Shoulder up.
    pub up: f32,
    /// Shoulder back (retraction): the blade glides toward the spine.
    pub back: f32,
}

/// The upper arm in its socket, in degrees.
#[derive(Clone, Copy, Debug, Default, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Shoulder {
    /// The plane in which the arm rises: 0 to the side, 90 forward, negative backward.
    pub plane: f32,
    /// How far it rises: 0 hanging, 180 overhead.
    pub elevation: f32,
    /// Turn about the arm's own length, inward positive, counted from a swing without twist.
    pub turn: f32,
}

/// The thigh in its socket, in degrees.
#[derive(Clone, Copy, Debug, Default, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Hip {
    /// Forward.
    pub flex: f32,
    /// Outward.
    pub abduct: f32,
    /// Turn about the thigh's own length, inward positive.
    pub turn: f32,
}

/// Where the pelvis is.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Root {
    /// The middle between the hip joints, in centimetres; the floor is y = 0.
    pub at: [f32; 3],
    /// Forward tilt, degrees.
    pub pitch: f32,
    /// Lean to the left, degrees.
    pub roll: f32,
    /// Turn to the left, degrees.
    pub yaw: f32,
}

impl Default for Root {
    /// Standing at the origin.
    fn default() -> Self {
        Self {
            at: [0.0, super::skeleton::STANDING_HIP, 0.0],
            pitch: 0.0,
            roll: 0.0,
            yaw: 0.0,
        }
    }
}

/// What a hand or foot is pinned to; the target is given in its axes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Anchor {
    /// The room: floor, wall, door frame, mat.
    World,
    /// The head; its origin is where the skull sits on the neck.
    Head,
    /// The upper thorax; its origin is the fourth thoracic vertebra.
    Chest,
    /// The pelvis; its origin is the middle between the hip joints.
    Pelvis,
    /// The hand of the other side; its origin is the wrist, fingers along -y. Only one of the two hands can ask for it.
    OtherHand,
}

/// A target for a hand (middle of the palm) or foot (ankle joint). The limb is solved by two-bone inverse kinematics.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reach {
    /// What it is pinned to.
    pub on: Anchor,
    /// Where, in centimetres, in the anchor's axes.
    pub at: [f32; 3],
    /// The direction in which elbow or knee points.
    pub pole: [f32; 3],
    /// The direction of fingers or toes.
    pub point: [f32; 3],
    /// The direction that palm or sole faces.
    pub face: [f32; 3],
}

impl Reach {
    fn mirrored(self) -> Self {
        let flip = |[x, y, z]: [f32; 3]| [-x, y, z];
        Self {
            on: self.on,
            at: flip(self.at),
            pole: flip(self.pole),
            point: flip(self.point),
            face: flip(self.face),
        }
    }
}

/// One side's limbs, resolved.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Side {
    /// Collar bone and shoulder blade.
    pub clavicle: Clavicle,
    /// Upper arm.
    pub shoulder: Shoulder,
    /// Elbow flexion, degrees.
    pub elbow: f32,
    /// Forearm turn, degrees: 0 thumb forward, 90 palm backward (with the arm hanging).
    pub pronation: f32,
    /// Bend of the fingers in each of their joints, degrees.
    pub curl: f32,
    /// Where the hand is pinned; shoulder, elbow and pronation then follow from it.
    pub hand: Option<Reach>,
    /// Thigh.
    pub hip: Hip,
    /// Knee flexion, degrees.
    pub knee: f32,
    /// Ankle dorsiflexion, degrees.
    pub ankle: f32,
    /// Where the foot is pinned; hip, knee and ankle then follow from it.
    pub foot: Option<Reach>,
}

/// A whole pose, resolved: every joint has its angle.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Pose {
    /// Pelvis.
    pub root: Root,
    /// Lower back, as a whole.
    pub lumbar: Bend,
    /// Upper back, as a whole.
    pub thorax: Bend,
    /// Neck on the thorax.
    pub neck: Bend,
    /// Head on the neck.
    pub head: Bend,
    /// The person's left side.
    pub left: Side,
    /// The person's right side.
    pub right: Side,
}

/// The limbs of a side as written in a file: what is missing comes from the table below it.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SideTable {
    clavicle: Option<Clavicle>,
    shoulder: Option<Shoulder>,
    elbow: Option<f32>,
    pronation: Option<f32>,
    curl: Option<f32>,
    hand: Option<Reach>,
    hip: Option<Hip>,
    knee: Option<f32>,
    ankle: Option<f32>,
    foot: Option<Reach>,
}

/// A pose as written in a file. `both` is written for the left side and mirrored for the right one.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PoseTable {
    root: Option<Root>,
    lumbar: Option<Bend>,
    thorax: Option<Bend>,
    neck: Option<Bend>,
    head: Option<Bend>,
    both: SideTable,
    left: SideTable,
    right: SideTable,
}

impl PoseTable {
    /// Puts what this table says on top of `pose`.
    pub fn over(&self, mut pose: Pose) -> Pose {
        set(&mut pose.root, self.root);
        set(&mut pose.lumbar, self.lumbar);
        set(&mut pose.thorax, self.thorax);
        set(&mut pose.neck, self.neck);
        set(&mut pose.head, self.head);
        pose.left = self.left.over(self.both.over(pose.left));
        pose.right = self.right.over(self.both.mirrored().over(pose.right));
        pose
    }
}

impl SideTable {
    fn over(&self, mut side: Side) -> Side {
        set(&mut side.clavicle, self.clavicle);
        set(&mut side.shoulder, self.shoulder);
        set(&mut side.elbow, self.elbow);
        set(&mut side.pronation, self.pronation);
        set(&mut side.curl, self.curl);
        set(&mut side.hip, self.hip);
        set(&mut side.knee, self.knee);
        set(&mut side.ankle, self.ankle);
        side.hand = self.hand.or(side.hand);
        side.foot = self.foot.or(side.foot);
        side
    }

    fn mirrored(&self) -> Self {
        Self {
            hand: self.hand.map(Reach::mirrored),
            foot: self.foot.map(Reach::mirrored),
            ..*self
        }
    }
}

fn set<T>(place: &mut T, value: Option<T>) {
    if let Some(value) = value {
        *place = value;
    }
}

/// Goes from one value to another: `t` is 0 at `a` and 1 at `b`.
pub trait Mix: Copy {
    /// The value between.
    fn mix(a: Self, b: Self, t: f32) -> Self;
}

impl Mix for f32 {
    fn mix(a: Self, b: Self, t: f32) -> Self {
        a + (b - a) * t
    }
}

impl Mix for [f32; 3] {
    fn mix(a: Self, b: Self, t: f32) -> Self {
        Vec3::from(a).lerp(b.into(), t).into()
    }
}

/// A pin does not change what it is pinned to on the way (`Drawing::check` says so); where one pose has none, the other's holds.
impl Mix for Option<Reach> {
    fn mix(a: Self, b: Self, t: f32) -> Self {
        match (a, b) {
            (Some(a), Some(b)) if a.on == b.on => Some(Reach {
                on: a.on,
                at: Mix::mix(a.at, b.at, t),
                pole: Mix::mix(a.pole, b.pole, t),
                point: Mix::mix(a.point, b.point, t),
                face: Mix::mix(a.face, b.face, t),
            }),
            (Some(a), Some(b)) => Some(if t < 0.5 { a } else { b }),
            (a, b) => a.or(b),
        }
    }
}

macro_rules! mix_fields {
    ($($type:ident { $($field:ident),* })*) => { $(
        impl Mix for $type {
            fn mix(a: Self, b: Self, t: f32) -> Self {
                Self { $($field: Mix::mix(a.$field, b.$field, t)),* }
            }
        }
    )* };
}
mix_fields! {
    Bend { flex, side, turn }
    Clavicle { up, back }
    Shoulder { plane, elevation, turn }
    Hip { flex, abduct, turn }
    Root { at, pitch, roll, yaw }
    Side { clavicle, shoulder, elbow, pronation, curl, hand, hip, knee, ankle, foot }
    Pose { root, lumbar, thorax, neck, head, left, right }
}

/// The pose between `a` and `b`: `t` is 0 at `a`, 1 at `b`.
pub fn mix(a: Pose, b: Pose, t: f32) -> Pose {
    Mix::mix(a, b, t)
}
