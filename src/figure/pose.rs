//! Joint angles: what an exercise file says about a pose, and the whole pose that follows from it.
//!
//! Angles are degrees, lengths centimetres. Axes: x to the person's left, y up, z forward. Nought everywhere is a person
//! standing upright with hanging arms, thumbs forward. Signs and names follow the recommendations of the International Society
//! of Biomechanics where these have one (Wu et al., J Biomech 2002, 35:543, for spine, hip and ankle; 2005, 38:981, for shoulder, elbow and
//! wrist).

use glam::Vec3;
use serde::Deserialize;

/// Height of the hip joints over the floor when standing, cm.
const STANDING_HIP: f32 = 91.0;

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
    /// The knees that carry the pelvis, which then hangs over them and needs no `at`, `roll` or `yaw`.
    pub kneel: Option<Kneel>,
}

impl Default for Root {
    /// Standing at the origin.
    fn default() -> Self {
        Self {
            at: [0.0, STANDING_HIP, 0.0],
            pitch: 0.0,
            roll: 0.0,
            yaw: 0.0,
            kneel: None,
        }
    }
}

/// Knees on the floor: while the hips move, the knees stay.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Kneel {
    /// The left knee, in centimetres; the right one is its mirror image.
    pub at: [f32; 3],
    /// How far the thighs lean back from the upright, degrees.
    #[serde(default)]
    pub back: f32,
}

/// What a hand or foot is pinned to; the target is given in its axes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Anchor {
    /// The room: floor, wall, door frame, mat.
    World,
    /// The head; its origin is where the skull sits on the neck.
    Head,
    /// The neck; its origin is the seventh cervical vertebra.
    Neck,
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
    /// What elbow or knee lies against, if anything; `pole` then only says on which side.
    pub rest: Option<Plane>,
}

/// A plane in an anchor's axes.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Plane {
    /// The direction in which it faces.
    pub normal: [f32; 3],
    /// How far from the anchor's origin it is in that direction, cm.
    pub at: f32,
}

fn flip([x, y, z]: [f32; 3]) -> [f32; 3] {
    [-x, y, z]
}

impl Reach {
    fn mirrored(self) -> Self {
        Self {
            on: self.on,
            at: flip(self.at),
            pole: flip(self.pole),
            point: flip(self.point),
            face: flip(self.face),
            rest: self.rest.map(|plane| Plane {
                normal: flip(plane.normal),
                ..plane
            }),
        }
    }
}

/// How the end of a limb is held.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum Pin {
    /// By the joint angles alone.
    #[default]
    Free,
    /// By a target.
    To(Reach),
    /// On the way from one target to another kind of target, where nought is the joint angles. `t` is 0 at `from`, 1 at `to`.
    Change {
        /// Where it comes from.
        from: Option<Reach>,
        /// Where it goes.
        to: Option<Reach>,
        /// How far it is.
        t: f32,
    },
}

impl Pin {
    /// All targets that it has a part of.
    pub fn targets(self) -> impl Iterator<Item = Reach> {
        let both = match self {
            Self::Free => [None, None],
            Self::To(reach) => [Some(reach), None],
            Self::Change { from, to, .. } => [from, to],
        };
        both.into_iter().flatten()
    }

    fn target(self) -> Option<Reach> {
        match self {
            Self::Free => None,
            Self::To(reach) => Some(reach),
            Self::Change { from, to, t } => {
                if t < 0.5 {
                    from
                } else {
                    to
                }
            }
        }
    }

    fn mirrored(self) -> Self {
        let flip = |reach: Option<Reach>| reach.map(Reach::mirrored);
        match self {
            Self::Free => Self::Free,
            Self::To(reach) => Self::To(reach.mirrored()),
            Self::Change { from, to, t } => Self::Change {
                from: flip(from),
                to: flip(to),
                t,
            },
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
    pub hand: Pin,
    /// Thigh.
    pub hip: Hip,
    /// Knee flexion, degrees.
    pub knee: f32,
    /// Ankle dorsiflexion, degrees.
    pub ankle: f32,
    /// Where the foot is pinned; hip, knee and ankle then follow from it.
    pub foot: Pin,
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

impl Pose {
    /// Its mirror image: what the left side did the right one does.
    #[must_use]
    pub fn mirrored(&self) -> Self {
        let bend = |bend: Bend| Bend {
            flex: bend.flex,
            side: -bend.side,
            turn: -bend.turn,
        };
        let side = |side: Side| Side {
            hand: side.hand.mirrored(),
            foot: side.foot.mirrored(),
            ..side
        };
        Self {
            root: Root {
                at: flip(self.root.at),
                roll: -self.root.roll,
                yaw: -self.root.yaw,
                ..self.root
            },
            lumbar: bend(self.lumbar),
            thorax: bend(self.thorax),
            neck: bend(self.neck),
            head: bend(self.head),
            left: side(self.right),
            right: side(self.left),
        }
    }
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
        set(&mut side.hand, self.hand.map(Pin::To));
        set(&mut side.foot, self.foot.map(Pin::To));
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

impl Mix for Plane {
    fn mix(a: Self, b: Self, t: f32) -> Self {
        Self {
            normal: Mix::mix(a.normal, b.normal, t),
            at: Mix::mix(a.at, b.at, t),
        }
    }
}

impl Mix for Kneel {
    fn mix(a: Self, b: Self, t: f32) -> Self {
        Self {
            at: Mix::mix(a.at, b.at, t),
            back: Mix::mix(a.back, b.back, t),
        }
    }
}

/// What only one pose has holds on the whole way.
impl<T: Mix> Mix for Option<T> {
    fn mix(a: Self, b: Self, t: f32) -> Self {
        match (a, b) {
            (Some(a), Some(b)) => Some(T::mix(a, b, t)),
            (a, b) => a.or(b),
        }
    }
}

/// Between targets on one thing the target moves; otherwise the limb changes from one way of being held to the other.
impl Mix for Pin {
    fn mix(a: Self, b: Self, t: f32) -> Self {
        match (a.target(), b.target()) {
            (None, None) => Self::Free,
            (Some(a), Some(b)) if a.on == b.on => Self::To(Reach {
                on: a.on,
                at: Mix::mix(a.at, b.at, t),
                pole: Mix::mix(a.pole, b.pole, t),
                point: Mix::mix(a.point, b.point, t),
                face: Mix::mix(a.face, b.face, t),
                rest: Mix::mix(a.rest, b.rest, t),
            }),
            (from, to) => Self::Change { from, to, t },
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
    Root { at, pitch, roll, yaw, kneel }
    Side { clavicle, shoulder, elbow, pronation, curl, hand, hip, knee, ankle, foot }
    Pose { root, lumbar, thorax, neck, head, left, right }
}

/// The pose between `a` and `b`: `t` is 0 at `a`, 1 at `b`.
pub fn mix(a: Pose, b: Pose, t: f32) -> Pose {
    Mix::mix(a, b, t)
}

/// A smooth way through poses, `t` from 0 at the first to 1 at the last: a Catmull-Rom spline after the pyramid of
/// Barry & Goldman (SIGGRAPH 1988), which needs nothing but `mix`. A way that ends where it began is round there, too.
pub fn flow(poses: &[Pose], t: f32) -> Pose {
    let Some(last) = poses.len().checked_sub(1) else {
        return Pose::default();
    };
    let way = t.clamp(0.0, 1.0) * last as f32;
    let step = (way as usize).min(last.saturating_sub(1));
    let t = way - step as f32;
    let closed = poses[0] == poses[last];
    let before = match step {
        0 if closed => poses[last.saturating_sub(1)],
        0 => poses[0],
        _ => poses[step - 1],
    };
    let (from, to) = (poses[step], poses[(step + 1).min(last)]);
    let after = match poses.get(step + 2) {
        Some(pose) => *pose,
        None if closed => poses[1.min(last)],
        None => to,
    };
    let (first, second, third) = (
        mix(before, from, t + 1.0),
        mix(from, to, t),
        mix(to, after, t - 1.0),
    );
    let (one, two) = (
        mix(first, second, (t + 1.0) / 2.0),
        mix(second, third, t / 2.0),
    );
    mix(one, two, t)
}
