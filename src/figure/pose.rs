//! Joint angles: the pose tables of an exercise file and the complete poses resolved from them.
//!
//! Angles are in degrees, lengths in centimetres. Axes: x to the person's left, y up, z forward. With every angle zero the person
//! stands upright, arms hanging, thumbs forward. Signs and names follow the recommendations of the International Society of
//! Biomechanics where it has one (Wu et al., J Biomech 2002, 35:543, for spine, hip and ankle; 2005, 38:981, for shoulder, elbow
//! and wrist).

use glam::{Vec2, Vec3};
use serde::Deserialize;

/// Height of the hip joints above the floor when standing, cm.
const STANDING_HIP: f32 = 91.0;

/// The bend of a section of the spine, in degrees.
#[derive(Clone, Copy, Debug, Default, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Bend {
    /// Flexion forward; negative is backward.
    pub flex: f32,
    /// Side bend to the left.
    pub side: f32,
    /// Rotation to the left.
    pub turn: f32,
}

/// The position of the collar bone at the breastbone, in degrees. The shoulder blade moves with it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Clavicle {
    /// Elevation of the shoulder.
    pub up: f32,
    /// Retraction of the shoulder: the blade glides toward the spine.
    pub back: f32,
}

/// The position of the upper arm in its socket, in degrees.
#[derive(Clone, Copy, Debug, Default, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Shoulder {
    /// Plane of elevation: 0 to the side, 90 forward, negative backward.
    pub plane: f32,
    /// Elevation within that plane: 0 hanging, 180 overhead.
    pub elevation: f32,
    /// Rotation about the arm's long axis, positive inward, relative to a swing without twist.
    pub turn: f32,
}

/// The position of the thigh in its socket, in degrees.
#[derive(Clone, Copy, Debug, Default, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Hip {
    /// Flexion forward; negative is backward.
    pub flex: f32,
    /// Abduction; positive is outward.
    pub abduct: f32,
    /// Rotation about the thigh's long axis, positive inward.
    pub turn: f32,
}

/// The position and orientation of the pelvis.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Root {
    /// Midpoint between the hip joints, in centimetres; the floor is y = 0.
    pub at: [f32; 3],
    /// Forward tilt in degrees.
    pub pitch: f32,
    /// Lean to the left in degrees.
    pub roll: f32,
    /// Rotation to the left in degrees.
    pub yaw: f32,
    /// If set, the pelvis is placed over the knees: `at` is ignored, and `roll` and `yaw` are expected to be 0.
    pub kneel: Option<Kneel>,
}

impl Default for Root {
    /// Returns the pelvis of a person standing at the origin.
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

/// Knees that stay in place on the floor while the hips move.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Kneel {
    /// Position of the left knee, in centimetres; the right one is its mirror image.
    pub at: [f32; 3],
    /// Backward lean of the thighs from the vertical, in degrees.
    #[serde(default)]
    pub back: f32,
    /// If set, height and z position where the middle between the shoulders is held, in centimetres: over hands that stay on the
    /// floor while the spine bends. The lean of the thighs and the tilt of the pelvis follow from it; the given ones are only where
    /// the search for them begins.
    #[serde(default)]
    pub shoulders: Option<[f32; 2]>,
}

/// An anchor that a hand or foot can be pinned to. The target is given in its axes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Anchor {
    /// The room: floor, wall, door frame, mat.
    World,
    /// The head. The origin is where the skull sits on the neck.
    Head,
    /// The neck. The origin is the seventh cervical vertebra.
    Neck,
    /// The upper thorax. The origin is the fourth thoracic vertebra.
    Chest,
    /// The pelvis. The origin is the midpoint between the hip joints.
    Pelvis,
    /// The other hand. The origin is the wrist, with the fingers along -y. Only one of the two hands can use it.
    OtherHand,
}

/// A target for a hand (middle of the palm) or foot (ankle joint). The limb is placed by two-bone inverse kinematics.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reach {
    /// The anchor that the target belongs to.
    pub on: Anchor,
    /// Position in the anchor's axes, in centimetres.
    pub at: [f32; 3],
    /// The direction the elbow or knee points in.
    pub pole: [f32; 3],
    /// The direction of the fingers or toes.
    pub point: [f32; 3],
    /// The direction the palm or sole faces.
    pub face: [f32; 3],
    /// The plane that the elbow or knee rests against, if any; `pole` then only selects the side.
    pub rest: Option<Plane>,
}

/// A plane in an anchor's axes.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Plane {
    /// The direction the plane faces.
    pub normal: [f32; 3],
    /// Distance from the anchor's origin in that direction, cm.
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

/// The way the end of a limb is held in place.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum Pin {
    /// Not pinned; the joint angles alone place the limb.
    #[default]
    Free,
    /// Pinned to a target.
    To(Reach),
    /// In transition between different anchors, or to or from no target (`None`), where the joint angles alone apply.
    Transition {
        /// The start of the transition.
        from: Option<Reach>,
        /// The end of the transition.
        to: Option<Reach>,
        /// Progress: 0 at `from`, 1 at `to`.
        t: f32,
    },
}

impl Pin {
    /// Returns every target involved: both ends of a transition count.
    pub fn targets(self) -> impl Iterator<Item = Reach> {
        let both = match self {
            Self::Free => [None, None],
            Self::To(reach) => [Some(reach), None],
            Self::Transition { from, to, .. } => [from, to],
        };
        both.into_iter().flatten()
    }

    fn target(self) -> Option<Reach> {
        match self {
            Self::Free => None,
            Self::To(reach) => Some(reach),
            Self::Transition { from, to, t } => {
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
            Self::Transition { from, to, t } => Self::Transition {
                from: flip(from),
                to: flip(to),
                t,
            },
        }
    }
}

/// The resolved limbs of one side.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Side {
    /// Collar bone and shoulder blade.
    pub clavicle: Clavicle,
    /// The position of the upper arm in its socket.
    pub shoulder: Shoulder,
    /// Elbow flexion in degrees.
    pub elbow: f32,
    /// Forearm rotation in degrees: 0 thumb forward, 90 palm backward (with the arm hanging).
    pub pronation: f32,
    /// Flexion of each finger joint in degrees.
    pub curl: f32,
    /// The target of the hand. If pinned, it determines shoulder, elbow and pronation.
    pub hand: Pin,
    /// The position of the thigh in its socket.
    pub hip: Hip,
    /// Knee flexion in degrees.
    pub knee: f32,
    /// Ankle dorsiflexion in degrees.
    pub ankle: f32,
    /// The target of the foot. If pinned, it determines hip, knee and ankle.
    pub foot: Pin,
}

/// A complete, resolved pose: every joint has an angle.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Pose {
    /// The position and orientation of the pelvis.
    pub root: Root,
    /// The bend of the whole lower back, spread over two joints.
    pub lumbar: Bend,
    /// The bend of the whole upper back, spread over three joints.
    pub thorax: Bend,
    /// The bend of the neck relative to the thorax.
    pub neck: Bend,
    /// The bend of the head relative to the neck.
    pub head: Bend,
    /// The person's left side.
    pub left: Side,
    /// The person's right side.
    pub right: Side,
}

impl Pose {
    /// Returns the mirror image of the pose, with left and right exchanged.
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

/// The limbs of one side as written in a file. Missing values come from the table below this one: `both`, then the base pose.
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

/// A pose as written in a file. `both` is written for the left side and mirrored for the right.
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
    /// Returns `pose` with the values of this table applied on top.
    pub fn apply_to(&self, mut pose: Pose) -> Pose {
        set(&mut pose.root, self.root);
        set(&mut pose.lumbar, self.lumbar);
        set(&mut pose.thorax, self.thorax);
        set(&mut pose.neck, self.neck);
        set(&mut pose.head, self.head);
        pose.left = self.left.apply_to(self.both.apply_to(pose.left));
        pose.right = self
            .right
            .apply_to(self.both.mirrored().apply_to(pose.right));
        pose
    }
}

impl SideTable {
    fn apply_to(&self, mut side: Side) -> Side {
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

/// Linear interpolation between two values.
pub trait Mix: Copy {
    /// Returns the value at `t`, which is 0 at `a` and 1 at `b`; beyond that range it extrapolates.
    fn mix(a: Self, b: Self, t: f32) -> Self;
}

impl Mix for f32 {
    fn mix(a: Self, b: Self, t: f32) -> Self {
        a + (b - a) * t
    }
}

impl Mix for [f32; 2] {
    fn mix(a: Self, b: Self, t: f32) -> Self {
        Vec2::from(a).lerp(b.into(), t).into()
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
            shoulders: Mix::mix(a.shoulders, b.shoulders, t),
        }
    }
}

/// A value that only one of the two poses has is used throughout.
impl<T: Mix> Mix for Option<T> {
    fn mix(a: Self, b: Self, t: f32) -> Self {
        match (a, b) {
            (Some(a), Some(b)) => Some(T::mix(a, b, t)),
            (a, b) => a.or(b),
        }
    }
}

/// The target moves if both poses pin to the same anchor; otherwise the limb is in transition from one kind of hold to the other.
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
            (from, to) => Self::Transition { from, to, t },
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

/// Returns the pose between `a` (`t` = 0) and `b` (`t` = 1).
pub fn mix(a: Pose, b: Pose, t: f32) -> Pose {
    Mix::mix(a, b, t)
}

/// Returns the pose on a smooth path through `poses`, with `t` from 0 at the first to 1 at the last: a Catmull-Rom spline
/// computed by the pyramid of Barry & Goldman (SIGGRAPH 1988), which needs only `mix`. A path that ends where it began is smooth
/// there, too.
pub fn flow(poses: &[Pose], t: f32) -> Pose {
    let Some(last) = poses.len().checked_sub(1) else {
        return Pose::default();
    };
    let position = t.clamp(0.0, 1.0) * last as f32;
    let step = (position as usize).min(last.saturating_sub(1));
    let t = position - step as f32;
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
    let (earlier, later) = (
        mix(first, second, (t + 1.0) / 2.0),
        mix(second, third, t / 2.0),
    );
    mix(earlier, later, t)
}
