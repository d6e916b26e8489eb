//! Checks that the figure of every exercise moves like a person, at every moment of every movement.

use std::path::Path;
use std::sync::Arc;

use glam::{Mat3, Vec2, Vec3, vec3};
use proptest::prelude::*;
use unhunch::figure::motion::QUIET;
use unhunch::figure::pose::{Anchor, Pin, Reach};
use unhunch::figure::skeleton::{ANKLE, FOREARM, LIMITS, SHIN, THIGH, UPPER_ARM, joint_angles};
use unhunch::figure::{Body, Character, Drawing, Fill, Pose, Shape, Stance, Style, Theme};
use unhunch::routine::{Exercise, Kind, Library, Plan, Position, Sides};

/// An exercise and its plan.
struct PlannedExercise {
    exercise: Arc<Exercise>,
    plan: Plan,
}

fn exercises() -> Vec<PlannedExercise> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("config/exercises");
    let mut files: Vec<_> = folder
        .read_dir()
        .expect("the folder is there")
        .map(|entry| entry.expect("readable").path())
        .collect();
    files.sort();
    let read = |path: &Path| {
        let text = std::fs::read_to_string(path).expect("readable");
        let exercise =
            Exercise::parse(&text).unwrap_or_else(|e| panic!("{}: {e:?}", path.display()));
        let exercise = Arc::new(exercise);
        PlannedExercise {
            plan: Plan::for_exercise(&exercise),
            exercise,
        }
    };
    files.iter().map(|path| read(path)).collect()
}

fn exercise(id: &str) -> PlannedExercise {
    let all = exercises();
    let is = |tried: &PlannedExercise| tried.exercise.id == id;
    all.into_iter().find(is).expect("is there")
}

impl PlannedExercise {
    fn id(&self) -> &str {
        &self.exercise.id
    }

    fn figure(&self) -> &Drawing {
        self.exercise.figure.drawing().expect("it has a figure")
    }

    fn pose(&self, name: &str) -> Pose {
        self.figure().pose_at(&Stance::still(name))
    }

    fn body(&self, stance: &Stance<'_>) -> Body {
        Body::from_pose(&self.figure().pose_at(stance))
    }

    fn still(&self, name: &str) -> Body {
        Body::from_pose(&self.pose(name))
    }

    /// Each different phase once, as stances at `rate` frames per second, including the first and the last one.
    fn phases(&self, rate: f64) -> Vec<Vec<Stance<'_>>> {
        let mut seen = Vec::new();
        let mut all = Vec::new();
        let mut start = 0.0;
        for phase in self.plan.phases() {
            let look = (&phase.from, &phase.through, &phase.to, phase.side);
            // A movement that is repeated within the phase is sampled at most twice.
            let seconds =
                phase.seconds / f64::from(phase.times.max(1)) * f64::from(phase.times.clamp(1, 2));
            if !seen.contains(&look) {
                seen.push(look);
                let frames = (seconds * rate).ceil() as usize;
                let at = |frame: usize| start + (frame as f64 / rate).min(seconds - 1e-3);
                all.push(
                    (0..=frames)
                        .map(|frame| self.plan.at(at(frame)).stance())
                        .collect(),
                );
            }
            start += phase.seconds;
        }
        all
    }

    /// The stances of all different phases at 60 frames per second.
    fn moments(&self) -> Vec<Stance<'_>> {
        self.phases(60.0).concat()
    }

    fn bodies(&self) -> Vec<Body> {
        self.moments()
            .iter()
            .map(|stance| self.body(stance))
            .collect()
    }
}

#[test]
fn every_exercise_is_drawn_and_has_its_poses() {
    for tried in exercises() {
        let used: Vec<&str> = tried
            .exercise
            .in_order()
            .flat_map(|segment| segment.through.iter().chain([&segment.pose]))
            .map(String::as_str)
            .chain(["start"])
            .collect();
        for name in tried.figure().pose_names() {
            assert!(used.contains(&name), "{}: {name} is never seen", tried.id());
        }
        assert!(used.len() > 1, "{}", tried.id());
    }
}

#[test]
fn bones_keep_their_length() {
    for tried in exercises() {
        for body in tried.bodies() {
            let near = |a: Vec3, b: Vec3, length: f32| {
                assert!(
                    (a.distance(b) - length).abs() < 0.01,
                    "{}: {} for {length}",
                    tried.id(),
                    a.distance(b)
                )
            };
            for arm in &body.arms {
                near(arm.shoulder, arm.elbow, UPPER_ARM);
                near(arm.elbow, arm.hand.at, FOREARM);
                near(
                    arm.collar,
                    arm.shoulder,
                    body.arms[0].collar.distance(body.arms[0].shoulder),
                );
            }
            for leg in &body.legs {
                near(leg.hip, leg.knee, THIGH);
                near(leg.knee, leg.foot.at, SHIN);
            }
        }
    }
}

#[test]
fn joints_stay_within_human_limits() {
    for tried in exercises() {
        for stance in tried.moments() {
            let pose = tried.figure().pose_at(&stance);
            for ((joint, least, most), range) in LIMITS
                .into_iter()
                .zip(joint_angles(&pose, &Body::from_pose(&pose)))
            {
                assert!(
                    range[0] >= least - 0.5 && range[1] <= most + 0.5,
                    "{}: {joint} {range:?} at {stance:?}",
                    tried.id()
                );
            }
        }
    }
}

/// The joint that moves most between two bodies, and its distance in cm.
fn farthest(a: &Body, b: &Body) -> (&'static str, f32) {
    let pairs = a.joints().into_iter().zip(b.joints());
    pairs
        .map(|((name, a), (_, b))| (name, a.distance(b)))
        .max_by(|a, b| a.1.total_cmp(&b.1))
        .expect("there are joints")
}

#[test]
fn nothing_jumps() {
    for tried in exercises() {
        for phase in tried.phases(60.0) {
            let bodies: Vec<Body> = phase.iter().map(|stance| tried.body(stance)).collect();
            for (pair, stance) in bodies.windows(2).zip(&phase) {
                let (name, distance) = farthest(&pair[0], &pair[1]);
                assert!(
                    distance < 3.0,
                    "{}: {name} jumps {distance} cm in a frame at {stance:?}",
                    tried.id()
                );
            }
        }
    }
}

#[test]
fn every_phase_begins_where_the_previous_one_ends() {
    for tried in exercises() {
        let mut start = 0.0;
        for pair in tried.plan.phases().windows(2) {
            start += pair[0].seconds;
            let [before, after] =
                [start - 1e-6, start].map(|at| tried.body(&tried.plan.at(at).stance()));
            let (name, distance) = farthest(&before, &after);
            assert!(
                distance < 0.1,
                "{}: {name} jumps {distance} cm between {} and {}",
                tried.id(),
                pair[0].cue,
                pair[1].cue
            );
            let [before, after] = [start - 1e-6, start].map(|at| tried.plan.at(at).stance().breath);
            assert!((before - after).abs() < 0.01, "{}: breath", tried.id());
        }
    }
}

fn reach(pin: Pin) -> Option<Reach> {
    match pin {
        Pin::To(reach) if reach.on == Anchor::World => Some(reach),
        Pin::To(_) | Pin::Free | Pin::Transition { .. } => None,
    }
}

#[test]
fn planted_hands_feet_and_knees_stay_where_they_are_planted() {
    for tried in exercises() {
        let start = tried.pose("start");
        for stance in tried.moments() {
            let pose = tried.figure().pose_at(&stance);
            let body = Body::from_pose(&pose);
            for (i, side) in [pose.left, pose.right].into_iter().enumerate() {
                for (side_name, pin, at) in [
                    ("palm", side.hand, body.arms[i].palm()),
                    ("ankle", side.foot, body.legs[i].foot.at),
                ] {
                    if let Some(reach) = reach(pin) {
                        let off = at.distance(reach.at.into());
                        assert!(
                            off < 0.5,
                            "{}: {side_name} {i} is {off} cm off at {stance:?}",
                            tried.id()
                        );
                    }
                }
                let planted = side.foot == [start.left, start.right][i].foot;
                if let Some(kneel) = pose.root.kneel.filter(|_| planted) {
                    let mirror = vec3([1.0, -1.0][i], 1.0, 1.0);
                    let off = body.legs[i].knee.distance(Vec3::from(kneel.at) * mirror);
                    assert!(
                        off < 0.5,
                        "{}: knee {i} is {off} cm off at {stance:?}",
                        tried.id()
                    );
                }
            }
        }
    }
}

#[test]
fn nothing_goes_through_the_floor() {
    for tried in exercises() {
        for stance in tried.moments() {
            let body = tried.body(&stance);
            for (name, joint) in body.joints() {
                let (_, least) = FLESH
                    .into_iter()
                    .find(|(part, _)| name.ends_with(part))
                    .unwrap_or(("", 5.0));
                assert!(
                    joint.y > least - 0.5,
                    "{}: {name} is at {} cm at {stance:?}",
                    tried.id(),
                    joint.y
                );
            }
            for leg in &body.legs {
                for toe in [
                    vec3(0.0, -6.5, 16.0),
                    vec3(0.0, -6.5, -4.0),
                    vec3(0.0, -2.8, 14.6),
                ] {
                    assert!(
                        leg.foot.point(toe).y > -0.8,
                        "{}: foot at {stance:?}",
                        tried.id()
                    );
                }
            }
        }
    }
}

/// The thickness of the flesh around a joint, in cm.
const FLESH: [(&str, f32); 7] = [
    ("palm", 1.4),
    ("wrist", 2.2),
    ("elbow", 3.4),
    ("knee", 5.7),
    ("ankle", 3.2),
    ("hip", 8.0),
    ("head", 6.0),
];

#[test]
fn seat_and_feet_stay_in_place_while_sitting() {
    for tried in exercises()
        .iter()
        .filter(|tried| tried.exercise.position == Position::Sitting)
    {
        let bodies = tried.bodies();
        for body in &bodies {
            let seat = body.pelvis.at.distance(bodies[0].pelvis.at);
            assert!(seat < 0.5, "{}: pelvis", tried.id());
            for (now, then) in body.legs.iter().zip(&bodies[0].legs) {
                let slip = now.foot.at.distance(then.foot.at);
                assert!(slip < 0.5, "{}: foot", tried.id());
                assert!(
                    (now.foot.at.y - ANKLE).abs() < 0.1 && now.foot.turn.y_axis.y > 0.999,
                    "{}: sole",
                    tried.id()
                );
            }
        }
    }
}

#[test]
fn clasped_hands_meet() {
    let clasps = [
        ("thoracic-extension", &["start", "arch"]),
        ("chest-and-arm-stretch", &["clasp", "squeeze"]),
    ];
    for (id, poses) in clasps {
        let tried = exercise(id);
        for stance in tried.moments() {
            if poses.contains(&stance.from) && poses.contains(&stance.to) {
                let body = tried.body(&stance);
                let [left, right] = &body.arms;
                let apart = left.palm().distance(right.palm());
                // Where the fingers interlace, the palms are a hand's width apart and each fingertip is beyond the other hand's.
                let tips = body.arms.map(|arm| arm.palm() - arm.hand.turn.y_axis * 8.0);
                let interlaced = tips[0].x < tips[1].x - 4.0;
                assert!(
                    apart < 1.0 || apart < 10.0 && interlaced,
                    "{id}: {apart} cm apart at {stance:?}"
                );
            }
        }
    }
}

#[test]
fn elbows_wrists_and_back_stay_on_the_wall() {
    let tried = exercise("wall-arm-slide");
    const WALL: f32 = -10.0;
    for body in tried.bodies() {
        for arm in &body.arms {
            assert!(
                (arm.elbow.z - 3.4 - WALL).abs() < 0.2,
                "elbow {}",
                arm.elbow.z
            );
            assert!(
                (arm.hand.at.z - 2.2 - WALL).abs() < 0.2,
                "wrist {}",
                arm.hand.at.z
            );
            assert!(arm.hand.turn.y_axis.y < -0.9, "fingers point up");
        }
        let back = body.mid.point(vec3(0.0, 0.0, 4.6 - 8.9)).z;
        assert!((back - WALL).abs() < 1.0, "the upper back is at {back}");
        let seat = body.pelvis.point(vec3(0.0, -1.5, -1.2 - 8.6)).z;
        assert!((seat - WALL).abs() < 1.0, "the seat is at {seat}");
    }
    let [low, high] = ["start", "up"].map(|name| tried.still(name));
    assert!(
        high.arms[0].palm().y > low.arms[0].palm().y + 25.0,
        "upward"
    );
    assert!(high.arms[0].palm().x >= low.arms[0].palm().x, "and outward");
}

#[test]
fn shoulders_circle_in_both_directions() {
    let tried = exercise("shoulder-roll");
    let phases = tried.phases(60.0);
    let turns: Vec<f32> = phases[1..]
        .iter()
        .map(|phase| {
            let places: Vec<Vec2> = phase
                .iter()
                .map(|stance| tried.body(stance).arms[0].shoulder)
                .map(|shoulder| Vec2::new(shoulder.z, shoulder.y))
                .collect();
            // Twice the area that the path of the shoulder encloses, seen from the person's right.
            places.windows(2).map(|p| p[0].perp_dot(p[1])).sum()
        })
        .collect();
    assert!(turns[0] > 30.0, "forward, up, back: {turns:?}");
    let [start, forward, up] = ["start", "forward", "up"].map(|name| tried.still(name));
    let from_start = |body: &Body| body.arms[0].shoulder - start.arms[0].shoulder;
    assert!(
        (3.0..6.5).contains(&from_start(&forward).z),
        "forward, but not out of the chest: {}",
        from_start(&forward)
    );
    let neck = up.neck.point(vec3(0.0, 4.0, 0.0)).y - up.arms[0].shoulder.y;
    assert!(
        from_start(&up).y > 4.0 && neck > 3.0,
        "up, and the neck is still seen: {neck}"
    );
    assert!(
        (turns[0] + turns[1]).abs() < 0.5,
        "and the other way: {turns:?}"
    );
}

#[test]
fn the_pelvis_stays_level_while_arm_and_opposite_leg_rise() {
    let tried = exercise("arm-and-leg-raise");
    for body in tried.bodies() {
        assert!(body.pelvis.turn.x_axis.y.abs() < 0.01, "the pelvis tips");
    }
    let raise = tried.still("raise");
    let [[left, right], [other, leg]] = [
        raise.arms.map(|arm| arm.palm()),
        raise.legs.map(|leg| leg.foot.at),
    ];
    assert!(
        left.y < 3.0 && leg.y < ANKLE,
        "left hand and right foot carry"
    );
    assert!(
        right.z > raise.head.at.z + 30.0 && right.y > raise.chest.at.y - 3.0,
        "right arm forward"
    );
    assert!(other.z < raise.pelvis.at.z - 75.0, "left leg back");
    assert!(raise.arms[1].hand.turn.z_axis.y > 0.95, "thumb up");
    // From the hand over shoulder and hip to the heel in one line, seen from the side.
    let line = (right - other).with_x(0.0).normalize();
    for (name, joint) in [
        ("shoulder", raise.arms[1].shoulder),
        ("elbow", raise.arms[1].elbow),
        ("hip", raise.legs[0].hip),
        ("knee", raise.legs[0].knee),
    ] {
        let off = line.cross((joint - other).with_x(0.0)).length();
        assert!(off < 4.0, "{name} is {off} cm off the line");
    }
    assert!(
        other.y < raise.legs[0].hip.y + 1.0,
        "the leg is not lifted above the hip"
    );
}

/// The exercises that begin on hands and knees.
fn on_hands_and_knees() -> Vec<PlannedExercise> {
    let mut all = exercises();
    all.retain(|tried| tried.exercise.position == Position::HandsAndKnees);
    assert_eq!(all.len(), 3);
    all
}

/// Hands on the mat, as indices of arms.
fn planted(body: &Body) -> impl Iterator<Item = usize> {
    let low = |i: &usize| body.arms[*i].palm().y < 2.6;
    [0, 1]
        .into_iter()
        .filter(low)
        .collect::<Vec<_>>()
        .into_iter()
}

#[test]
fn wrists_are_under_the_shoulders_on_hands_and_knees() {
    for tried in on_hands_and_knees() {
        // In the twist the trunk turns about the hand, so that the shoulder moves sideways, too.
        let turns = tried.id() == "t-spine-twist";
        for stance in tried.moments() {
            let body = tried.body(&stance);
            for arm in planted(&body).map(|i| body.arms[i]) {
                let offset = arm.hand.at - arm.shoulder;
                let out = if turns {
                    offset.z.abs()
                } else {
                    offset.with_y(0.0).length()
                };
                assert!(
                    out < 2.0,
                    "{}: the wrist is {out} cm from under the shoulder at {stance:?}",
                    tried.id()
                );
            }
        }
    }
}

#[test]
fn the_pelvis_is_level_from_side_to_side_on_hands_and_knees() {
    for tried in on_hands_and_knees() {
        for body in tried.bodies() {
            let tilt = body.pelvis.turn.x_axis.y.asin().to_degrees();
            assert!(tilt.abs() < 3.0, "{}: {tilt} degrees", tried.id());
        }
    }
}

#[test]
fn the_back_rounds_and_looks_down_then_arches_and_looks_up() {
    let tried = exercise("cat-cow");
    let [start, cat, cow] = ["start", "cat", "cow"].map(|name| tried.still(name));
    let bend = |name: &str| {
        let pose = tried.pose(name);
        pose.lumbar.flex + pose.thorax.flex
    };
    assert!(bend("start").abs() < 5.0, "flat");
    assert!(
        bend("cat") > 70.0 && bend("cow") < -35.0,
        "round and arched"
    );
    let lower = |name: &str| tried.pose(name).lumbar.flex;
    assert!(
        lower("cat") > 45.0 && lower("start") > 0.0 && lower("cow") < -10.0,
        "the lower back rounds, is without a hollow, and arches"
    );
    assert!(
        gaze(&cat) < -30.0 && cat.head.turn.z_axis.z < 0.0,
        "looks down at the belly"
    );
    assert!(
        gaze(&cow) > gaze(&start) + 35.0,
        "looks up: {} after {}",
        gaze(&cow),
        gaze(&start)
    );
    assert!(cow.waist.at.y < start.waist.at.y - 2.0, "the belly drops");
    let forward = |body: &Body| body.pelvis.turn.z_axis;
    let tilt = |body: &Body| forward(body).y.atan2(forward(body).z).to_degrees();
    assert!(
        tilt(&cat) > tilt(&start) + 30.0 && tilt(&cow) < tilt(&start) - 10.0,
        "the pelvis tilts: {} {} {}",
        tilt(&cat),
        tilt(&start),
        tilt(&cow)
    );
    assert!(gaze(&cow) > 12.0, "the gaze is above level: {}", gaze(&cow));
    assert!(cow.glide[0] - cat.glide[0] > 5.0, "blades come together");
}

#[test]
fn hips_sink_to_the_heels_and_the_forehead_to_the_mat() {
    let tried = exercise("childs-pose");
    let sunk = tried.still("sunk");
    let start = tried.still("start");
    let leg = &sunk.legs[0];
    // The seat is 10 cm below and behind the hip joint, and the heel 6 cm above and behind the ankle.
    let apart = leg.hip.distance(leg.foot.at);
    assert!(apart < 18.5, "the hip is {apart} cm from the ankle");
    assert!(
        sunk.pelvis.at.y < 21.5 && sunk.pelvis.at.y < start.pelvis.at.y - 18.0,
        "the hips sink: {}",
        sunk.pelvis.at.y
    );
    assert!(
        sunk.chest.at.y < sunk.pelvis.at.y + 6.0 && sunk.arms[0].shoulder.y < 18.0,
        "the chest is between the knees: {}",
        sunk.chest.at.y
    );
    let brow = sunk.head.point(vec3(0.0, 7.0, 9.0));
    assert!(
        (0.0..6.0).contains(&brow.y),
        "the forehead is {} cm high",
        brow.y
    );
    assert!(sunk.legs[0].knee.x > 24.0, "knees at the edges of the mat");
    assert!(
        sunk.arms[0].palm().z > sunk.head.at.z + 30.0,
        "arms in front"
    );
}

#[test]
fn elbows_and_forearms_stay_on_the_door_frame_while_the_body_leans() {
    let tried = exercise("pectoralis-stretch");
    let start = tried.still("start");
    for body in tried.bodies() {
        for (arm, then) in body.arms.iter().zip(&start.arms) {
            let slid = arm.elbow.distance(then.elbow);
            assert!(slid < 0.9, "the elbow slides {slid} cm");
            assert!(
                (arm.elbow.z + 3.4).abs() < 0.2 && (arm.hand.at.z + 2.2).abs() < 0.5,
                "on the frame"
            );
            let (upper, fore) = (arm.shoulder - arm.elbow, arm.hand.at - arm.elbow);
            let bend = upper.angle_between(fore).to_degrees();
            assert!(
                (80.0..100.0).contains(&bend),
                "the elbow is at {bend} degrees"
            );
        }
        let level = body.arms[0].elbow.y - body.arms[1].elbow.y;
        assert!(level.abs() < 0.1, "elbows are level with each other");
        for arm in &body.arms {
            let above = arm.elbow.y - arm.shoulder.y;
            assert!(
                above.abs() < 3.0,
                "the elbow is {above} cm above the shoulder"
            );
            let fore = (arm.hand.at - arm.elbow).normalize();
            assert!(fore.y > 0.99, "the forearm is vertical: {fore}");
        }
        for leg in &body.legs {
            let hips = body.legs[0].hip.distance(body.legs[1].hip) / 2.0;
            let out = leg.knee.x * leg.hip.x.signum();
            assert!(
                (hips - 0.5..12.0).contains(&out),
                "knees are in line: {out}"
            );
        }
        let top = body.head.point(vec3(0.0, 14.0, 0.0)).y;
        let hand = body.arms[0].palm().y;
        assert!(
            (0.0..12.0).contains(&(hand - top)),
            "hands just above head height: {}",
            hand - top
        );
    }
    let lean = tried.still("lean");
    assert!(
        lean.chest.at.z > start.chest.at.z + 12.0,
        "the body leans through"
    );
    assert!(
        lean.legs[1].foot.at.z > lean.legs[0].foot.at.z + 30.0,
        "one foot is forward"
    );
}

#[test]
fn elbows_lead_the_arms_off_the_mat() {
    let tried = exercise("lying-shoulder-squeeze");
    let [start, lift] = ["start", "lift"].map(|name| tried.still(name));
    for body in tried.bodies() {
        for arm in &body.arms {
            let (upper, fore) = (arm.shoulder - arm.elbow, arm.hand.at - arm.elbow);
            let bend = upper.angle_between(fore).to_degrees();
            assert!(
                (75.0..100.0).contains(&bend),
                "the elbow is at {bend} degrees"
            );
            assert!(arm.hand.turn.z_axis.y > 0.95, "thumbs up");
        }
    }
    for i in [0, 1] {
        assert!(start.arms[i].elbow.y < 4.5, "elbows begin on the mat");
        assert!(
            lift.arms[i].elbow.y > lift.arms[i].hand.at.y + 5.0,
            "elbows lead"
        );
        assert!(
            lift.arms[i].hand.at.y > start.arms[i].hand.at.y + 10.0,
            "hands follow"
        );
        assert!(lift.glide[i] - start.glide[i] > 3.0, "blades come together");
    }
}

#[test]
fn the_elbow_goes_to_the_ceiling_then_toward_the_other_hand() {
    let tried = exercise("t-spine-twist");
    let [open, through] = ["open", "through"].map(|name| tried.still(name));
    let [up, down] = [&open, &through].map(|body| body.arms[1].elbow);
    let away = (up - open.arms[1].shoulder).normalize();
    assert!(away.y > 0.85, "up to the ceiling: {away}");
    let hand = through.arms[0].palm();
    assert!(
        down.distance(hand) < 40.0 && down.y < 40.0 && down.x > 5.0,
        "toward the left hand: {down}"
    );
    for body in [&open, &through] {
        let neck = body.neck.at.distance(body.arms[1].palm());
        assert!(neck < 11.0, "the hand is at the neck: {neck}");
    }
}

#[test]
fn the_neck_hides_a_hand_on_the_nape_of_a_person_who_looks_at_the_viewer() {
    let tried = exercise("t-spine-twist");
    let figure = tried.figure();
    let open = Stance::still("open");
    let views = [
        figure.shapes(&open, 320.0, Theme::Light),
        figure.second_shapes(&open, 320.0, Theme::Light).unwrap(),
    ];
    for shapes in views {
        let place = |part| shapes.iter().position(|shape| shape.part == part);
        assert!(
            place("right hand") < place("trunk"),
            "the neck is part of the trunk"
        );
    }
    let through = figure.shapes(&Stance::still("through"), 320.0, Theme::Light);
    let place = |part| through.iter().position(|shape| shape.part == part);
    assert!(place("right hand") > place("trunk"), "seen from above");
}

#[test]
fn the_far_shoulder_does_not_glow_through_the_body() {
    let tried = exercise("shoulder-roll");
    let figure = tried.figure();
    let on_shirt = |shapes: Vec<Shape>| {
        let mut centres: Vec<Vec2> = shapes
            .iter()
            .filter(|shape| shape.part == "trunk")
            .filter_map(|shape| match shape.fill {
                Fill::Glow { centre, .. } => Some(centre),
                Fill::Flat(_) | Fill::Linear { .. } => None,
            })
            .collect();
        centres.dedup();
        centres.len()
    };
    let stances = tried.phases(4.0).concat();
    let first = |stance| on_shirt(figure.shapes(stance, 320.0, Theme::Light));
    let second = |stance| on_shirt(figure.second_shapes(stance, 320.0, Theme::Light).unwrap());
    assert_eq!(stances.iter().map(first).max(), Some(2), "both are seen");
    assert_eq!(stances.iter().map(second).max(), Some(1), "from the side");
}

#[test]
fn shoulders_go_back_in_the_chest_stretch() {
    let tried = exercise("chest-and-arm-stretch");
    let [start, squeeze] = ["start", "squeeze"].map(|name| tried.still(name));
    for i in [0, 1] {
        assert!(squeeze.glide[i] - start.glide[i] > 3.0, "blades glide");
        let [before, after] = [&start, &squeeze].map(|body| body.arms[i].shoulder);
        assert!(after.z < before.z - 4.0, "shoulders go back");
        assert!(
            squeeze.arms[i].palm().z < squeeze.pelvis.at.z - 14.0,
            "hands are behind"
        );
    }
}

#[test]
fn elbows_open_further_and_the_gaze_goes_up_in_the_arch() {
    let tried = exercise("thoracic-extension");
    let [start, arch] = ["start", "arch"].map(|name| tried.pose(name));
    let [before, after] = [start, arch].map(|pose| Body::from_pose(&pose));
    let behind =
        |body: &Body| (body.chest.turn.transpose() * (body.arms[0].elbow - body.chest.at)).z;
    assert!(behind(&after) < behind(&before) - 4.0, "elbows go back");
    for (body, name) in [(&before, "before"), (&after, "after")] {
        for arm in &body.arms {
            let out = arm.elbow.x.abs() - arm.shoulder.x.abs();
            assert!(out > 8.0, "{name}: elbows point to the sides: {out}");
            // Forearms that rise from the hands leave both hands and the head in view, from behind.
            let rise = arm.elbow.y - arm.hand.at.y;
            assert!(rise > 4.0, "{name}: forearms in front of the hands: {rise}");
        }
    }
    assert!(gaze(&before).abs() < 10.0, "the gaze begins level");
    assert!((50.0..60.0).contains(&gaze(&after)), "and travels up");
    assert!(
        (start.lumbar.flex - arch.lumbar.flex).abs() < 3.0,
        "the lower back is quiet"
    );
    assert!(
        start.thorax.flex - arch.thorax.flex > 25.0,
        "the upper back does the work"
    );
}

/// The angle of the gaze above the horizontal, in degrees.
fn gaze(body: &Body) -> f32 {
    body.head.turn.z_axis.y.asin().to_degrees()
}

#[test]
fn blades_come_together_in_the_squeeze() {
    let tried = exercise("scapula-squeeze");
    let [start, squeeze] = ["start", "squeeze"].map(|name| tried.still(name));
    for i in [0, 1] {
        assert!(squeeze.glide[i] - start.glide[i] > 3.0, "blades glide");
        let shoulder =
            |body: &Body| body.chest.turn.transpose() * (body.arms[i].shoulder - body.chest.at);
        assert!(
            shoulder(&squeeze).z < shoulder(&start).z - 3.0,
            "shoulders go back"
        );
        assert!(shoulder(&squeeze).y <= shoulder(&start).y, "and not up");
    }
    for body in tried.bodies() {
        for arm in &body.arms {
            let out = arm.palm().x.abs();
            // The seat is 19 cm wide on either side, a hand 5 cm.
            assert!(
                (24.0..30.0).contains(&out),
                "the hand hangs beside the seat: {out}"
            );
        }
    }
}

/// Each joint of `a`, mirrored, with its counterpart on the other side of `b`.
fn pairs(a: &Body, b: &Body) -> Vec<(&'static str, Vec3, Vec3)> {
    let mirror = Mat3::from_diagonal(vec3(-1.0, 1.0, 1.0));
    let other = |name: &str| match name.split_once(' ') {
        Some(("left", joint)) => format!("right {joint}"),
        Some(("right", joint)) => format!("left {joint}"),
        _ => name.to_owned(),
    };
    let joints = b.joints();
    let place = |name: &str| {
        joints
            .iter()
            .find(|joint| joint.0 == name)
            .map(|joint| joint.1)
    };
    a.joints()
        .into_iter()
        .map(|(name, at)| {
            (
                name,
                mirror * at,
                place(&other(name)).expect("has a counterpart"),
            )
        })
        .collect()
}

#[test]
fn both_sides_do_the_same() {
    for tried in exercises()
        .iter()
        .filter(|tried| tried.exercise.sides == Sides::Both && tried.id() != "pectoralis-stretch")
    {
        // When walking, the sides take turns within a phase.
        let even = |stance: &&Stance<'_>| stance.times <= 1;
        for stance in tried.moments().iter().filter(even) {
            let body = tried.body(stance);
            for (name, left, right) in pairs(&body, &body) {
                assert!(left.distance(right) < 0.05, "{}: {name}", tried.id());
            }
        }
    }
}

#[test]
fn the_left_side_is_the_mirror_image_of_the_right_one() {
    for tried in exercises() {
        for stance in tried.moments().iter().filter(|stance| stance.mirrored) {
            let right = Stance {
                mirrored: false,
                ..*stance
            };
            for (name, a, b) in pairs(&tried.body(&right), &tried.body(stance)) {
                assert!(a.distance(b) < 1e-3, "{}: {name} at {stance:?}", tried.id());
            }
        }
    }
}

fn extent(shape: &Shape) -> (Vec2, Vec2) {
    shape
        .outline
        .iter()
        .flatten()
        .fold((Vec2::MAX, Vec2::MIN), |(low, high), point| {
            (low.min(*point), high.max(*point))
        })
}

#[test]
fn everything_is_inside_the_picture() {
    for tried in exercises() {
        let plain = tried.phases(3.0).concat().into_iter();
        let plain = plain.map(|stance| (stance, Style::default()));
        let others = tried.phases(1.0).concat().into_iter().flat_map(|stance| {
            let styles = styles().into_iter();
            styles.map(move |style| (stance, style))
        });
        for (stance, style) in plain.chain(others) {
            for shape in tried.figure().shapes(&stance, 100.0, style) {
                // The shirt clips the glow, surfaces clip the shadows on them, and the shadow on the floor fades before its edge.
                let soft = matches!(shape.fill, Fill::Glow { .. });
                let (low, high) = extent(&shape);
                let strong = matches!(style.theme, Theme::ContrastLight | Theme::ContrastDark);
                let margin = match (soft, strong) {
                    (true, _) => -1.0,
                    (false, true) => 0.5,
                    (false, false) if style == Style::default() => 2.0,
                    (false, false) => 1.0,
                };
                assert!(
                    soft && shape.clip.is_some()
                        || low.min_element() > margin && high.max_element() < 100.0 - margin,
                    "{}: {} {low} {high} at {stance:?}, {style:?}",
                    tried.id(),
                    shape.part
                );
            }
        }
    }
}

/// Every look in every theme.
fn styles() -> Vec<Style> {
    let themes = Theme::ALL.into_iter();
    let all = themes.flat_map(|theme| Character::ALL.map(|look| Style { theme, look }));
    all.collect()
}

#[test]
fn all_looks_move_alike() {
    let solid = |shapes: &[Shape], parts: &[&str]| {
        let outlines = shapes.iter().filter(|shape| parts.contains(&shape.part));
        let points = outlines.flat_map(|shape| &shape.outline).flatten();
        points.fold((Vec2::MAX, Vec2::MIN), |(low, high), at| {
            (low.min(*at), high.max(*at))
        })
    };
    let ends = ["left hand", "right hand", "left shoe", "right shoe"];
    for tried in exercises() {
        for stance in tried.phases(1.0).concat() {
            let [teal, others @ ..] = Character::ALL.map(|look| {
                let style = Style {
                    theme: Theme::Light,
                    look,
                };
                tried.figure().shapes(&stance, 1000.0, style)
            });
            for other in &others {
                for part in ends {
                    let ((a, b), (c, d)) = (solid(&teal, &[part]), solid(other, &[part]));
                    assert!(
                        a.distance(c) < 0.1 && b.distance(d) < 0.1,
                        "{}: {part} at {stance:?}",
                        tried.id()
                    );
                }
            }
        }
    }
}

#[test]
fn looks_differ_in_body_size() {
    let tried = exercise("shoulder-roll");
    let wide = |look, part| {
        let style = Style {
            theme: Theme::Light,
            look,
        };
        let shapes = tried
            .figure()
            .shapes(&Stance::still("start"), 1000.0, style);
        let outlines = shapes.iter().filter(|shape| shape.part == part);
        outlines
            .flat_map(|shape| &shape.outline)
            .map(|contour| area(contour))
            .sum::<f32>()
    };
    for part in ["trunk", "left thigh", "right upper arm"] {
        let [teal, plum, slate] = Character::ALL.map(|look| wide(look, part));
        assert!(plum < teal && teal < slate, "{part}: {plum} {teal} {slate}");
    }
}

#[test]
fn second_views_show_head_and_upper_arms() {
    let seen: Vec<PlannedExercise> = exercises()
        .into_iter()
        .filter(|tried| tried.figure().second.is_some())
        .collect();
    assert!(!seen.is_empty());
    for tried in &seen {
        for stance in tried.phases(3.0).concat() {
            let shapes = tried.figure().second_shapes(&stance, 100.0, Theme::Light);
            let shapes = shapes.expect("is seen");
            for shape in shapes.iter().filter(|shape| {
                matches!(shape.part, "head" | "left upper arm" | "right upper arm")
                    && !matches!(shape.fill, Fill::Glow { .. })
            }) {
                let (low, high) = extent(shape);
                assert!(
                    low.min_element() > 1.0 && high.max_element() < 99.0,
                    "{}: {} {low} {high} at {stance:?}",
                    tried.id(),
                    shape.part
                );
            }
        }
    }
}

/// The parts in painting order, each with all its outlines.
fn order(shapes: &[Shape]) -> Vec<(&'static str, Vec<Vec<Vec2>>)> {
    let mut parts: Vec<(&'static str, Vec<Vec<Vec2>>)> = Vec::new();
    for shape in shapes {
        let outlines = shape.outline.iter().cloned();
        match parts.iter_mut().find(|part| part.0 == shape.part) {
            Some(part) => part.1.extend(outlines),
            None => parts.push((shape.part, outlines.collect())),
        }
    }
    parts
}

/// Returns `true` if two convex polygons overlap by more than a pixel: no edge of either one separates them.
fn meet(a: &[Vec2], b: &[Vec2]) -> bool {
    let parts = |a: &[Vec2], b: &[Vec2]| {
        let next = a.iter().cycle().skip(1);
        a.iter().zip(next).any(|(from, to)| {
            let across = (*to - *from).perp().normalize_or_zero();
            let reach = |points: &[Vec2]| {
                let along = points.iter().map(|point| across.dot(*point));
                along.fold((f32::MAX, f32::MIN), |(low, high), x| {
                    (low.min(x), high.max(x))
                })
            };
            let ((low, high), (least, most)) = (reach(a), reach(b));
            across != Vec2::ZERO && (high < least + 1.0 || most < low + 1.0)
        })
    };
    !parts(a, b) && !parts(b, a)
}

fn at_neck(tried: &PlannedExercise, stance: &Stance<'_>) -> bool {
    let body = tried.body(stance);
    body.arms
        .iter()
        .any(|arm| arm.pinned_to == Some(Anchor::Neck))
}

#[test]
fn no_part_passes_through_another() {
    for tried in exercises() {
        for phase in tried.phases(10.0) {
            let frames: Vec<_> = phase
                .iter()
                .map(|stance| order(&tried.figure().shapes(stance, 320.0, Theme::Light)))
                .collect();
            for (pair, stance) in frames.windows(2).zip(&phase) {
                let place = |name| pair[1].iter().position(|part| part.0 == name);
                for (i, a) in pair[0].iter().enumerate() {
                    for b in &pair[0][i + 1..] {
                        let swapped = place(a.0).zip(place(b.0)).is_some_and(|(a, b)| a > b);
                        // A hand on the nape moves from the front of the head and the neck to their back while the trunk turns.
                        let is_neck = |part| matches!(part, "head" | "trunk");
                        let is_arm = |part: &str| part.ends_with("arm") || part.ends_with("hand");
                        let both_arm = is_arm(a.0) && is_arm(b.0);
                        let about =
                            at_neck(&tried, stance) && (is_neck(a.0) || is_neck(b.0) || both_arm);
                        let covers = || a.1.iter().any(|a| b.1.iter().any(|b| meet(a, b)));
                        assert!(
                            about || !(swapped && covers()),
                            "{}: {} and {} change order after {stance:?}",
                            tried.id(),
                            a.0,
                            b.0
                        );
                    }
                }
            }
        }
    }
}

#[test]
fn breathing_widens_the_ribs() {
    for tried in exercises() {
        let trunk = |breath: f32| {
            let stance = Stance {
                breath,
                ..Stance::still("start")
            };
            let shapes = tried.figure().shapes(&stance, 320.0, Theme::Light);
            let trunk = shapes.iter().filter(|shape| shape.part == "trunk");
            trunk
                .flat_map(|shape| &shape.outline)
                .map(|contour| area(contour))
                .sum::<f32>()
        };
        let [still, quiet, deep] = [0.0, QUIET, 1.0].map(trunk);
        assert!(
            (1.003..1.06).contains(&(quiet / still)),
            "{}: {}",
            tried.id(),
            quiet / still
        );
        assert!(
            (1.02..1.2).contains(&(deep / still)),
            "{}: {}",
            tried.id(),
            deep / still
        );
    }
}

fn area(contour: &[Vec2]) -> f32 {
    let next = contour.iter().cycle().skip(1);
    let sum: f32 = contour.iter().zip(next).map(|(a, b)| a.perp_dot(*b)).sum();
    sum.abs() / 2.0
}

#[test]
fn the_breath_follows_the_phases() {
    for tried in exercises()
        .iter()
        .filter(|tried| tried.exercise.prescribes_breathing())
    {
        let id = tried.id();
        let mut start = 0.0;
        for phase in tried.plan.phases() {
            let lungs = |part: f64| tried.plan.at(start + part * phase.seconds).stance().breath;
            let (empty, full) = (lungs(0.0), lungs(1.0 - 1e-6));
            match phase.kind {
                Kind::BreatheIn => assert!(empty < 0.01 && full > 0.99, "{id}: {}", phase.cue),
                Kind::BreatheOut => assert!(empty > 0.99 && full < 0.01, "{id}: {}", phase.cue),
                Kind::Ready | Kind::Move | Kind::Hold | Kind::Relax | Kind::Switch | Kind::Rest => {
                }
            }
            start += phase.seconds;
        }
    }
}

#[test]
fn mistakes_in_a_drawing_are_reported() {
    let mistakes = |figure: &str| -> Vec<String> {
        let drawing = toml::from_str::<Drawing>(&format!(
            "view = {{ yaw = 90, centre = [0, 60], height = 150 }}\n{figure}"
        ));
        let problems = drawing.expect("reads").check();
        problems.into_iter().map(|(_, problem)| problem).collect()
    };
    assert_eq!(
        mistakes("pose = { start = { both = { knee = 190 } } }"),
        ["pose \"start\": knee is at 170 degrees, but people only reach 0 to 160"]
    );
    assert_eq!(
        mistakes("second = { yaw = 400, centre = [0, 900], height = 3 }\npose = { start = {} }"),
        [
            "second: yaw is 400, expected -360 to 360",
            "second: centre[1] is 900, expected -400 to 400",
            "second: height is 3, expected 20 to 800"
        ]
    );
    assert_eq!(
        mistakes("pose = { up = {} }"),
        ["there is no pose \"start\", where a repetition begins and ends"]
    );
    let leader = &mistakes("leader = \"tail\"\npose = { start = {} }")[0];
    assert!(
        leader.starts_with("there is no joint \"tail\"; the arrow can follow head, mid"),
        "{leader}"
    );
    assert!(mistakes("pose = { start = { thorax = { flex = nan } } }")[0].contains("NaN"));
    assert!(mistakes("pose = { start = { root = { at = [0, inf, 0] } } }")[0].contains("inf"));
    assert!(
        toml::from_str::<Drawing>(
            "view = { yaw = 90, centre = [0, 0], height = 9 }\npose = { start = { elbows = 3 } }"
        )
        .is_err(),
        "unknown keys"
    );
}

/// In some movements, the joint that moves farthest only follows the one that matters.
#[test]
fn the_arrow_shows_what_the_movement_is_about() {
    let library = Library::shipped();
    let arrow = |id: &str, from: &'static str, to: &'static str| {
        let drawing = library.exercise(id).unwrap().figure.drawing().unwrap();
        let movement = Stance {
            from,
            to,
            ..Stance::default()
        };
        let arrow = drawing.arrow(&movement, 1.0, 100.0, Style::default());
        let (low, high) = extent(&arrow[0]);
        [low, high]
    };
    // The back goes up and down, and hips and head only follow.
    for (from, to) in [("start", "cat"), ("cat", "cow"), ("cow", "cat")] {
        let [low, high] = arrow("cat-cow", from, to);
        assert!(high.y - low.y > high.x - low.x, "{from} to {to}");
    }
    // The shoulder goes toward the spine, and the hand follows.
    let [low, high] = arrow("scapula-squeeze", "start", "squeeze");
    assert!(high.y < 35.0, "{low} {high}");
    assert!(high.x - low.x > high.y - low.y, "{low} {high}");
}

proptest! {
    #[test]
    fn no_angles_break_the_picture(numbers in prop::collection::vec(-2000.0f32..2000.0, 32), progress in any::<f32>(), hold in any::<f32>(), breath in any::<f32>()) {
        let n = |i: usize| numbers[i];
        let text = format!(
            "view = {{ yaw = {}, pitch = {}, centre = [0, 60], height = 150 }}\nprops = [\"floor\", \"chair\"]\n\
            focus = {{ on = \"chest\", at = [0, 0, 0], size = [10, 10] }}\n\
            [pose.start]\nroot = {{ at = [{}, {}, {}], pitch = {}, roll = {}, yaw = {} }}\nlumbar = {{ flex = {}, side = {}, turn = {} }}\nthorax = {{ flex = {} }}\nneck = {{ turn = {} }}\nhead = {{ side = {} }}\n\
            [pose.start.left]\nclavicle = {{ up = {}, back = {} }}\nshoulder = {{ plane = {}, elevation = {}, turn = {} }}\nelbow = {}\nhip = {{ flex = {}, abduct = {}, turn = {} }}\nknee = {}\n\
            [pose.start.right]\nhand = {{ on = \"other-hand\", at = [{}, 0, 0], pole = [{}, 0, 0], point = [0, {}, 0], face = [0, 0, 0] }}\nfoot = {{ on = \"world\", at = [0, {}, 0], pole = [0, 0, {}], point = [0, 0, 0], face = [{}, 0, 0] }}\n\
            [pose.end]\n[pose.end.both]\nelbow = {}\nankle = {}\n",
            n(0), n(1), n(2), n(3), n(4), n(5), n(6), n(7), n(8), n(9), n(10), n(11), n(12), n(13), n(14), n(15), n(16), n(17), n(18), n(19), n(20), n(21), n(22), n(23), n(24), n(25), n(26), n(27), n(28), n(29), n(30), n(31)
        );
        let drawing: Drawing = toml::from_str(&text).expect("reads");
        let _ = drawing.check();
        for theme in [Theme::Light, Theme::Dark] {
            for shape in drawing.shapes(&Stance { from: "start", to: "end", progress, hold, breath, ..Stance::default() }, 320.0, theme) {
                prop_assert!(shape.outline.iter().flatten().all(|point| point.is_finite()), "{}", shape.part);
                let placed = match shape.fill {
                    Fill::Flat(_) => true,
                    Fill::Linear { from, to, .. } => from.is_finite() && to.is_finite(),
                    Fill::Glow { centre, radius, .. } => centre.is_finite() && radius.is_finite(),
                };
                prop_assert!(placed, "{}: {:?}", shape.part, shape.fill);
            }
        }
    }

    #[test]
    fn no_prop_pin_or_way_breaks_the_picture(numbers in prop::collection::vec(-2000.0f32..2000.0, 24), progress in any::<f32>(), times in 0u32..4, mirrored in any::<bool>()) {
        let n = |i: usize| numbers[i];
        let text = format!(
            "view = {{ yaw = {}, pitch = {}, centre = [0, 60], height = 150 }}\n\
            props = [{{ mat = {{ from = {}, to = {} }} }}, {{ wall = {{ at = {} }} }}, {{ doorway = {{ half = {}, at = {} }} }}, {{ pillow = {{ at = [{}, 0, 0], size = [{}, {}, {}] }} }}]\n\
            focus = {{ on = \"pelvis\", at = [0, 0, 0], size = [10, 10] }}\n\
            [pose.start]\nroot = {{ kneel = {{ at = [{}, {}, {}], back = {} }}, pitch = {} }}\n\
            [pose.start.left]\nhand = {{ on = \"neck\", at = [{}, 0, 0], pole = [0, 0, 0], point = [0, 1, 0], face = [0, 1, 0], rest = {{ normal = [{}, 0, {}], at = {} }} }}\n\
            [pose.middle.left]\nhand = {{ on = \"world\", at = [{}, 0, 0], pole = [0, 1, 0], point = [0, 0, 1], face = [0, 1, 0], rest = {{ normal = [0, 0, 0], at = {} }} }}\n\
            [pose.end.right]\nfoot = {{ on = \"world\", at = [0, {}, 0], pole = [0, 0, {}], point = [0, 0, 1], face = [0, -1, 0] }}\n",
            n(0), n(1), n(2), n(3), n(4), n(5), n(6), n(7), n(8), n(9), n(10), n(11), n(12), n(13), n(14), n(15), n(16), n(17), n(18), n(19), n(20), n(21), n(22), n(23)
        );
        let drawing: Drawing = toml::from_str(&text).expect("reads");
        let _ = drawing.check();
        let through = ["middle".to_owned()];
        for through in [&through[..], &[]] {
            let stance = Stance { to: "end", through, times, progress, mirrored, hold: 1.0, ..Stance::still("start") };
            for shape in drawing.shapes(&stance, 320.0, Theme::Dark) {
                prop_assert!(shape.outline.iter().flatten().all(|point| point.is_finite()), "{}", shape.part);
            }
        }
    }
}
