//! The figure of every exercise moves like a person: what is checked here holds at every moment of every movement.

use std::path::Path;

use glam::{Mat3, Vec2, Vec3, vec3};
use proptest::prelude::*;
use unhunch::figure::skeleton::{ANKLE, FOREARM, LIMITS, SHIN, THIGH, UPPER_ARM, ranges};
use unhunch::figure::{Body, Drawing, Fill, Shape, Stance, Theme};

#[derive(serde::Deserialize)]
struct Exercise {
    id: String,
    sides: String,
    rep: Vec<Phase>,
    figure: Drawing,
}

#[derive(serde::Deserialize)]
struct Phase {
    pose: String,
    seconds: Option<f32>,
}

fn exercises() -> Vec<Exercise> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("config/exercises");
    let mut files: Vec<_> = folder
        .read_dir()
        .expect("the folder is there")
        .map(|entry| entry.expect("readable").path())
        .collect();
    files.sort();
    let read = |path: &Path| {
        toml::from_str(&std::fs::read_to_string(path).expect("readable"))
            .unwrap_or_else(|e| panic!("{}: {e}", path.display()))
    };
    files.iter().map(|path| read(path)).collect()
}

/// Every moment of a repetition, sixty a second, from "start" back to "start".
fn moments(exercise: &Exercise) -> Vec<Stance<'_>> {
    let mut stances = Vec::new();
    let mut from = "start";
    for phase in &exercise.rep {
        let frames = (phase.seconds.unwrap_or(0.5) * 60.0) as usize;
        stances.extend((0..frames).map(|i| Stance {
            to: &phase.pose,
            progress: i as f32 / frames as f32,
            ..Stance::still(from)
        }));
        from = &phase.pose;
    }
    stances.push(Stance::still(from));
    stances
}

fn bodies(exercise: &Exercise) -> Vec<Body> {
    moments(exercise)
        .iter()
        .map(|stance| Body::of(&exercise.figure.pose_at(stance)))
        .collect()
}

#[test]
fn every_exercise_is_drawn_and_has_its_poses() {
    for exercise in exercises() {
        assert_eq!(
            exercise.figure.check(),
            Vec::<String>::new(),
            "{}",
            exercise.id
        );
        for phase in &exercise.rep {
            assert!(
                exercise.figure.has_pose(&phase.pose),
                "{}: {}",
                exercise.id,
                phase.pose
            );
        }
        assert_eq!(
            exercise.rep.last().map(|phase| phase.pose.as_str()),
            Some("start"),
            "{}",
            exercise.id
        );
        assert_eq!(exercise.figure.pose_names().count(), 2, "{}", exercise.id);
    }
}

#[test]
fn bones_keep_their_length() {
    for exercise in exercises() {
        for body in bodies(&exercise) {
            let near = |a: Vec3, b: Vec3, length: f32| {
                assert!(
                    (a.distance(b) - length).abs() < 0.01,
                    "{}: {} for {length}",
                    exercise.id,
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
fn joints_stay_within_what_people_reach() {
    for exercise in exercises() {
        for stance in moments(&exercise) {
            let pose = exercise.figure.pose_at(&stance);
            for ((joint, least, most), range) in
                LIMITS.into_iter().zip(ranges(&pose, &Body::of(&pose)))
            {
                assert!(
                    range[0] >= least - 0.5 && range[1] <= most + 0.5,
                    "{}: {joint} {range:?} at {stance:?}",
                    exercise.id
                );
            }
        }
    }
}

#[test]
fn nothing_jumps() {
    for exercise in exercises() {
        for pair in bodies(&exercise).windows(2) {
            for ((name, a), (_, b)) in pair[0].joints().into_iter().zip(pair[1].joints()) {
                assert!(
                    a.distance(b) < 2.0,
                    "{}: {name} jumps {} cm in a frame",
                    exercise.id,
                    a.distance(b)
                );
            }
        }
    }
}

#[test]
fn who_sits_keeps_seat_and_feet_and_stays_off_the_floor() {
    for exercise in exercises() {
        let bodies = bodies(&exercise);
        for body in &bodies {
            assert!(
                body.pelvis.at.distance(bodies[0].pelvis.at) < 0.5,
                "{}: pelvis",
                exercise.id
            );
            for (now, then) in body.legs.iter().zip(&bodies[0].legs) {
                assert!(
                    now.foot.at.distance(then.foot.at) < 0.5,
                    "{}: foot",
                    exercise.id
                );
                assert!(
                    (now.foot.at.y - ANKLE).abs() < 0.1 && now.foot.turn.y_axis.y > 0.999,
                    "{}: sole",
                    exercise.id
                );
            }
            for (name, joint) in body.joints() {
                assert!(
                    joint.y > 2.0,
                    "{}: {name} is at {} cm",
                    exercise.id,
                    joint.y
                );
            }
        }
    }
}

#[test]
fn clasped_hands_meet() {
    let exercises = exercises();
    let exercise = exercises
        .iter()
        .find(|exercise| exercise.id == "thoracic-extension")
        .expect("is there");
    for body in bodies(exercise) {
        let apart = body.arms[0].palm().distance(body.arms[1].palm());
        assert!(apart < 1.0, "{apart} cm apart");
    }
}

#[test]
fn elbows_open_further_and_the_gaze_goes_up_in_the_arch() {
    let exercises = exercises();
    let exercise = exercises
        .iter()
        .find(|exercise| exercise.id == "thoracic-extension")
        .expect("is there");
    let [start, arch] = ["start", "arch"].map(|pose| exercise.figure.pose_at(&Stance::still(pose)));
    let [before, after] = [start, arch].map(|pose| Body::of(&pose));
    let behind =
        |body: &Body| (body.chest.turn.transpose() * (body.arms[0].elbow - body.chest.at)).z;
    assert!(behind(&after) < behind(&before) - 4.0, "elbows go back");
    let gaze = |body: &Body| body.head.turn.z_axis.y.asin().to_degrees();
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

#[test]
fn blades_come_together_in_the_squeeze() {
    let exercises = exercises();
    let exercise = exercises
        .iter()
        .find(|exercise| exercise.id == "scapula-squeeze")
        .expect("is there");
    let [start, squeeze] =
        ["start", "squeeze"].map(|pose| Body::of(&exercise.figure.pose_at(&Stance::still(pose))));
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
}

#[test]
fn both_sides_do_the_same() {
    let mirror = Mat3::from_diagonal(vec3(-1.0, 1.0, 1.0));
    for exercise in exercises()
        .iter()
        .filter(|exercise| exercise.sides == "both")
    {
        for body in bodies(exercise) {
            for (left, right) in [
                (body.arms[0].elbow, body.arms[1].elbow),
                (body.arms[0].palm(), body.arms[1].palm()),
                (body.legs[0].knee, body.legs[1].knee),
            ] {
                assert!(
                    (mirror * left).distance(right) < 0.05,
                    "{}: {left} and {right}",
                    exercise.id
                );
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
    for exercise in exercises() {
        for stance in moments(&exercise).iter().step_by(5) {
            for shape in exercise.figure.shapes(stance, 100.0, Theme::Light) {
                // The glow is cut off by the shirt, and the shadow on the floor fades before its edge.
                let soft = matches!(shape.fill, Fill::Glow { .. });
                let (low, high) = extent(&shape);
                let margin = if soft { -1.0 } else { 2.0 };
                assert!(
                    low.min_element() > margin && high.max_element() < 100.0 - margin,
                    "{}: {} {low} {high} at {stance:?}",
                    exercise.id,
                    shape.part
                );
            }
        }
    }
}

/// Parts in the order of painting, each with its extent.
fn order(shapes: &[Shape]) -> Vec<(&'static str, Vec2, Vec2)> {
    let mut parts: Vec<(&'static str, Vec2, Vec2)> = Vec::new();
    for shape in shapes {
        let (low, high) = extent(shape);
        match parts.iter_mut().find(|part| part.0 == shape.part) {
            Some(part) => (part.1, part.2) = (part.1.min(low), part.2.max(high)),
            None => parts.push((shape.part, low, high)),
        }
    }
    parts
}

#[test]
fn no_part_comes_through_another_on_the_way() {
    for exercise in exercises() {
        let frames: Vec<_> = moments(&exercise)
            .iter()
            .map(|stance| order(&exercise.figure.shapes(stance, 320.0, Theme::Light)))
            .collect();
        for pair in frames.windows(2) {
            for (i, a) in pair[0].iter().enumerate() {
                for b in &pair[0][i + 1..] {
                    let overlap = a.1.cmplt(b.2).all() && b.1.cmplt(a.2).all();
                    let place = |name| pair[1].iter().position(|part| part.0 == name);
                    if let (true, Some(first), Some(second)) = (overlap, place(a.0), place(b.0)) {
                        assert!(
                            first < second,
                            "{}: {} and {} change order",
                            exercise.id,
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
fn a_breath_moves_the_ribs_a_little_and_no_breath_not_at_all() {
    for exercise in exercises() {
        let at = |breath: f32| {
            let shapes = exercise.figure.shapes(
                &Stance {
                    breath,
                    ..Stance::still("start")
                },
                320.0,
                Theme::Light,
            );
            order(&shapes)
                .into_iter()
                .find(|part| part.0 == "trunk")
                .expect("has a trunk")
        };
        let (still, full, again) = (at(0.0), at(2.5), at(5.0));
        assert!(
            full.1.distance(still.1).max(full.2.distance(still.2)) < 4.0,
            "{}",
            exercise.id
        );
        assert!(
            again.1.distance(still.1).max(again.2.distance(still.2)) < 0.01,
            "{}",
            exercise.id
        );
        let width = |part: &(&str, Vec2, Vec2)| part.2.x - part.1.x;
        assert!(width(&full) >= width(&still), "{}", exercise.id);
    }
}

#[test]
fn mistakes_are_told_in_sentences() {
    let told = |figure: &str| {
        toml::from_str::<Drawing>(&format!(
            "view = {{ yaw = 90, centre = [0, 60], height = 150 }}\n{figure}"
        ))
        .expect("reads")
        .check()
    };
    assert_eq!(
        told("pose = { start = { both = { knee = 200 } } }"),
        ["pose \"start\": knee is 160 degrees, people reach 0 to 135"]
    );
    assert_eq!(
        told("pose = { up = {} }"),
        ["there is no pose \"start\", in which a repetition begins and ends"]
    );
    assert!(told("pose = { start = { thorax = { flex = nan } } }")[0].contains("NaN"));
    assert!(told("pose = { start = { root = { at = [0, inf, 0] } } }")[0].contains("inf"));
    assert!(
        toml::from_str::<Drawing>(
            "view = { yaw = 90, centre = [0, 0], height = 9 }\npose = { start = { elbows = 3 } }"
        )
        .is_err(),
        "unknown keys"
    );
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
            for shape in drawing.shapes(&Stance { from: "start", to: "end", progress, hold, breath }, 320.0, theme) {
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
}
