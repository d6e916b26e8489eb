//! The `[figure]` table of an exercise file: named poses, validation and rendering.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer};

use super::arrow::{self, LEADERS, Path};
use super::focus::{Focus, Regions};
use super::landmarks::Landmarks;
use super::look::Style;
use super::motion::{Stance, ease};
use super::pose::{Anchor, Pin, Pose, PoseTable, flow, mix};
use super::props::Prop;
use super::scene::Scene;
use super::shape::{Camera, Shape, View};
use super::skeleton::{Body, LIMITS, joint_angles};
use crate::lang::tr;

/// The drawing of an exercise: camera, props and named poses.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Drawing {
    /// The main viewpoint of the camera.
    pub view: View,
    /// A second viewpoint, for movements that one does not show fully.
    pub second: Option<View>,
    /// The objects in the room; empty by default.
    #[serde(default)]
    pub props: Vec<Prop>,
    /// The working regions, which glow while a pose is held. A file has one or a list of them.
    #[serde(default, deserialize_with = "regions")]
    pub focus: Vec<Focus>,
    /// The joint whose path the arrow follows, if it isn't the one that moves farthest.
    leader: Option<String>,
    #[serde(default)]
    base: PoseTable,
    pose: BTreeMap<String, PoseTable>,
    #[serde(skip)]
    reduced: Option<Reduced>,
}

/// A smaller movement: a fraction of the way from one pose to each of the others.
#[derive(Clone, Debug)]
struct Reduced {
    range: f32,
    neutral: String,
}

/// The pose in which every repetition begins and ends.
const START: &str = "start";
/// Greatest distance of anything from the origin of the room, cm.
const MAX_DISTANCE: f32 = 400.0;

impl Drawing {
    /// Returns `true` if the drawing has a pose of this name.
    pub fn has_pose(&self, name: &str) -> bool {
        self.pose.contains_key(name)
    }

    /// Returns the names of the poses, sorted.
    pub fn pose_names(&self) -> impl Iterator<Item = &str> {
        self.pose.keys().map(String::as_str)
    }

    /// Makes all movements smaller: every pose becomes one on the way to it from `neutral`, at the fraction `range`. The poses in
    /// which repetitions and movements begin stay the same.
    pub fn reduce(&mut self, range: f32, neutral: &str) {
        self.reduced = Some(Reduced {
            range,
            neutral: neutral.to_owned(),
        });
    }

    /// Returns the pose at a stance. An unknown pose name falls back to "start".
    pub fn pose_at(&self, stance: &Stance) -> Pose {
        let pose = self.unmirrored_at(stance);
        if stance.mirrored {
            pose.mirrored()
        } else {
            pose
        }
    }

    fn unmirrored_at(&self, stance: &Stance) -> Pose {
        let from = self.pose(stance.from);
        if !stance.through.is_empty() {
            let path = stance.through.iter().map(String::as_str);
            let path = path.chain([stance.to]).map(|name| self.pose(name));
            let poses: Vec<Pose> = [from].into_iter().chain(path).collect();
            let progress = match stance.times {
                0 | 1 => ease(stance.progress),
                times => (stance.progress.clamp(0.0, 1.0) * times as f32).fract(),
            };
            return flow(&poses, progress);
        }
        if stance.from == stance.to {
            return from;
        }
        mix(from, self.pose(stance.to), ease(stance.progress))
    }

    /// Returns `true` if left and right are the same in a pose.
    pub fn is_symmetric(&self, name: &str) -> bool {
        let pose = self.pose(name);
        pose == pose.mirrored()
    }

    /// Returns the picture at a stance, on a square of `size` pixels, as shapes from back to front.
    pub fn shapes(&self, stance: &Stance, size: f32, style: impl Into<Style>) -> Vec<Shape> {
        self.shapes_from(&self.view, stance, size, style.into())
    }

    /// Returns the picture from the second viewpoint, if there is one.
    pub fn second_shapes(
        &self,
        stance: &Stance,
        size: f32,
        style: impl Into<Style>,
    ) -> Option<Vec<Shape>> {
        let view = self.second.as_ref()?;
        Some(self.shapes_from(view, stance, size, style.into()))
    }

    /// Returns the landmarks of a stance on a square of `size` pixels, from the main viewpoint.
    pub fn landmarks(&self, stance: &Stance, size: f32) -> Landmarks {
        self.landmarks_from(&self.view, stance, size)
    }

    /// Returns the landmarks from the second viewpoint, if there is one.
    pub fn second_landmarks(&self, stance: &Stance, size: f32) -> Option<Landmarks> {
        let view = self.second.as_ref()?;
        Some(self.landmarks_from(view, stance, size))
    }

    fn landmarks_from(&self, view: &View, stance: &Stance, size: f32) -> Landmarks {
        let body = Body::from_pose(&self.pose_at(stance));
        let camera = Camera::new(view, size);
        Landmarks::new(&camera, &body, part(stance.hold), part(stance.breath))
    }

    fn shapes_from(&self, view: &View, stance: &Stance, size: f32, style: Style) -> Vec<Shape> {
        let body = Body::from_pose(&self.pose_at(stance));
        let placed = |focus: &Focus| {
            if stance.mirrored {
                focus.mirrored()
            } else {
                *focus
            }
        };
        let focus: Vec<Focus> = self.focus.iter().map(placed).collect();
        let scene = Scene {
            view,
            props: &self.props,
            focus: &focus,
            glow: part(stance.hold),
            fullness: part(stance.breath),
        };
        scene.shapes(&body, size, style)
    }

    /// Returns an arrow along the path of the joint that leads a movement, from the main viewpoint; no shapes if nothing is
    /// seen to move. `strength` is its opacity, 0 to 1.
    pub fn arrow(
        &self,
        movement: &Stance,
        strength: f32,
        size: f32,
        style: impl Into<Style>,
    ) -> Vec<Shape> {
        let camera = Camera::new(&self.view, size);
        let body = |progress| {
            let times = movement.times.min(1);
            Body::from_pose(&self.pose_at(&Stance {
                progress,
                times,
                ..*movement
            }))
        };
        let palette = style.into().palette();
        match Path::leading(&camera, self.leader.as_deref(), body) {
            Some(path) => path.arrow(&camera, &palette, part(strength)),
            None => Vec::new(),
        }
    }

    /// Returns the outline of the body at a stance as one faint shape, from the main viewpoint.
    pub fn ghost(
        &self,
        stance: &Stance,
        strength: f32,
        size: f32,
        style: impl Into<Style>,
    ) -> Shape {
        let style = style.into();
        let scene = Scene {
            view: &self.view,
            props: &[],
            focus: &[],
            glow: 0.0,
            fullness: 0.0,
        };
        let body = Body::from_pose(&self.pose_at(stance));
        let shapes = scene.shapes(&body, size, style);
        arrow::ghost(shapes, &style.palette(), part(strength))
    }

    /// Checks the numbers and returns the problems, each with its key and as a sentence for the user; empty if there are none.
    pub fn check(&self) -> Vec<(String, String)> {
        let mut problems = Vec::new();
        check_view("view", &self.view, &mut problems);
        if let Some(second) = &self.second {
            check_view("second", second, &mut problems);
        }
        self.check_room(&mut problems);
        self.check_leader(&mut problems);
        if !self.has_pose(START) {
            let message = tr!(
                "there is no pose \"{pose}\", where a repetition begins and ends",
                pose = START
            );
            problems.push(("pose".to_owned(), message));
        }
        for name in self.pose_names() {
            check_pose(name, &self.pose(name), &mut problems);
        }
        problems
    }

    /// Returns `true` if a movement can flow through these poses: each hand and foot must have the same anchor, or none, in all
    /// of them.
    pub fn flows<'a>(&self, names: impl IntoIterator<Item = &'a str>) -> bool {
        let pins = |name: &str| {
            let pose = self.pose(name);
            [
                pose.left.hand,
                pose.right.hand,
                pose.left.foot,
                pose.right.foot,
            ]
            .map(|pin| pin.targets().next().map(|reach| reach.on))
        };
        let mut all = names.into_iter().map(pins);
        let first = all.next();
        all.all(|pins| Some(pins) == first)
    }

    fn pose(&self, name: &str) -> Pose {
        let pose = self.whole_pose(name);
        match &self.reduced {
            Some(Reduced { range, neutral }) if name != START && name != neutral => {
                mix(self.whole_pose(neutral), pose, *range)
            }
            Some(_) | None => pose,
        }
    }

    /// Returns a pose at the end of a full movement.
    fn whole_pose(&self, name: &str) -> Pose {
        let base = self.base.apply_to(Pose::default());
        match self.pose.get(name).or_else(|| self.pose.get(START)) {
            Some(table) => table.apply_to(base),
            None => base,
        }
    }

    fn check_leader(&self, problems: &mut Vec<(String, String)>) {
        let Some(leader) = self.leader.as_deref() else {
            return;
        };
        if !LEADERS.contains(&leader) {
            let message = tr!(
                "there is no joint \"{joint}\"; the arrow can follow {joints}",
                joint = leader,
                joints = LEADERS.join(", ")
            );
            problems.push(("leader".to_owned(), message));
        }
    }

    fn check_room(&self, problems: &mut Vec<(String, String)>) {
        for value in self.props.iter().flat_map(|prop| prop.numbers()) {
            check_within(
                "props",
                "a number",
                value,
                [-MAX_DISTANCE, MAX_DISTANCE],
                problems,
            );
        }
        for value in self
            .focus
            .iter()
            .flat_map(|focus| focus.at.into_iter().chain(focus.size))
        {
            if !(-60.0..=60.0).contains(&value) {
                let message = tr!("focus: {value} cm is not on the body", value = value);
                problems.push(("focus".to_owned(), message));
            }
        }
    }
}

/// Returns a part of a whole, 0 to 1.
fn part(value: f32) -> f32 {
    if value.is_finite() {
        value.clamp(0.0, 1.0)
    } else {
        0.0
    }
}

fn regions<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Focus>, D::Error> {
    Regions::deserialize(deserializer).map(Vec::from)
}

fn check_view(which: &str, view: &View, problems: &mut Vec<(String, String)>) {
    let View {
        yaw,
        pitch,
        centre: [x, y],
        height,
    } = *view;
    for (quantity, value, range) in [
        ("yaw", yaw, [-360.0, 360.0]),
        ("pitch", pitch, [-90.0, 90.0]),
        ("centre[0]", x, [-MAX_DISTANCE, MAX_DISTANCE]),
        ("centre[1]", y, [-MAX_DISTANCE, MAX_DISTANCE]),
        ("height", height, [20.0, 2.0 * MAX_DISTANCE]),
    ] {
        check_within(which, quantity, value, range, problems);
    }
}

fn check_within(
    table: &str,
    quantity: &str,
    value: f32,
    [least, most]: [f32; 2],
    problems: &mut Vec<(String, String)>,
) {
    if !(least..=most).contains(&value) {
        let message = tr!(
            "{table}: {what} is {value}, expected {least} to {most}",
            table = table,
            what = quantity,
            value = value,
            least = least,
            most = most
        );
        problems.push((table.to_owned(), message));
    }
}

fn check_pose(name: &str, pose: &Pose, problems: &mut Vec<(String, String)>) {
    let key = || format!("pose.{name}");
    let number = numbers(pose)
        .into_iter()
        .find(|n| !(-MAX_DISTANCE..=MAX_DISTANCE).contains(n));
    if let Some(number) = number {
        problems.push((
            key(),
            tr!(
                "pose \"{pose}\": {n} is not a sensible number of degrees or centimetres",
                pose = name,
                n = number
            ),
        ));
        return;
    }
    let hands = [pose.left.hand, pose.right.hand].into_iter();
    let on_other = hands
        .flat_map(Pin::targets)
        .filter(|hand| hand.on == Anchor::OtherHand);
    if on_other.count() == 2 {
        problems.push((
            key(),
            tr!(
                "pose \"{pose}\": only one of the hands can be pinned to the other",
                pose = name
            ),
        ));
    }
    for ((joint, least, most), range) in LIMITS
        .into_iter()
        .zip(joint_angles(pose, &Body::from_pose(pose)))
    {
        let within = least - 0.5..=most + 0.5;
        if let Some(angle) = range.into_iter().find(|angle| !within.contains(angle)) {
            problems.push((key(), tr!(
                "pose \"{pose}\": {joint} is at {angle} degrees, but people only reach {least} to {most}",
                pose = name,
                joint = tr(joint),
                angle = angle.round(),
                least = least,
                most = most
            )));
        }
    }
}

/// Returns every number of a pose: degrees and centimetres.
fn numbers(pose: &Pose) -> Vec<f32> {
    let mut numbers = vec![pose.root.pitch, pose.root.roll, pose.root.yaw];
    numbers.extend(pose.root.at);
    numbers.extend(pose.root.kneel.iter().flat_map(|kneel| kneel.at));
    numbers.extend(pose.root.kneel.map(|kneel| kneel.back));
    numbers.extend(
        pose.root
            .kneel
            .iter()
            .flat_map(|kneel| kneel.shoulders)
            .flatten(),
    );
    for bend in [pose.lumbar, pose.thorax, pose.neck, pose.head] {
        numbers.extend([bend.flex, bend.side, bend.turn]);
    }
    for side in [&pose.left, &pose.right] {
        numbers.extend([
            side.clavicle.up,
            side.clavicle.back,
            side.elbow,
            side.pronation,
            side.curl,
            side.knee,
            side.ankle,
        ]);
        numbers.extend([
            side.shoulder.plane,
            side.shoulder.elevation,
            side.shoulder.turn,
            side.hip.flex,
            side.hip.abduct,
            side.hip.turn,
        ]);
        for reach in side.hand.targets().chain(side.foot.targets()) {
            numbers.extend(reach.at.into_iter().chain(reach.pole));
            numbers.extend(reach.point.into_iter().chain(reach.face));
            numbers.extend(reach.rest.iter().flat_map(|plane| plane.normal));
            numbers.extend(reach.rest.map(|plane| plane.at));
        }
    }
    numbers
}
