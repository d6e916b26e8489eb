//! Golden pictures of the exercises: key poses and intermediate frames, looks, themes and second views. Also what is seen in a
//! picture: the glow, and limbs that props could hide.

use std::path::Path;
use std::sync::Arc;

use unhunch::figure::{Character, Drawing, Fill, Painter, Shape, Stance, Style, Theme};
use unhunch::routine::{Exercise, Library, Plan};

#[path = "common/picture.rs"]
mod picture;

const SIZE: u16 = 240;

#[derive(serde::Deserialize)]
struct ExerciseFile {
    figure: Drawing,
}

fn drawing(id: &str) -> Drawing {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("config/exercises/{id}.toml"));
    let text = std::fs::read_to_string(file).expect("the exercise is there");
    toml::from_str::<ExerciseFile>(&text)
        .expect("the exercise can be read")
        .figure
}

/// Compares stances of an exercise with the pictures of these names: all in light colours, and the last one also in dark
/// colours.
fn look(id: &str, stances: &[(&str, Stance<'_>)]) {
    let drawing = drawing(id);
    let last = &stances[stances.len() - 1..];
    for (theme, light, stances) in [
        (Theme::Light, "light", stances),
        (Theme::Dark, "dark", last),
    ] {
        for (name, stance) in stances {
            let shapes = drawing.shapes(stance, f32::from(SIZE), theme);
            compare(&format!("{id}-{name}-{light}"), &shapes);
        }
    }
}

fn compare(name: &str, shapes: &[Shape]) {
    let mut pixels = vec![0; usize::from(SIZE) * usize::from(SIZE) * 4];
    Painter::new().paint(shapes, SIZE, SIZE, &mut pixels);
    picture::assert_picture(name, usize::from(SIZE), &pixels);
}

fn half<'a>(from: &'a str, to: &'a str) -> Stance<'a> {
    Stance {
        to,
        progress: 0.5,
        ..Stance::still(from)
    }
}

fn effort(pose: &str) -> Stance<'_> {
    Stance {
        hold: 1.0,
        ..Stance::still(pose)
    }
}

#[test]
fn thoracic_extension() {
    look(
        "thoracic-extension",
        &[
            ("start", Stance::still("start")),
            ("half", half("start", "arch")),
            ("arch", effort("arch")),
        ],
    );
}

#[test]
fn scapula_squeeze() {
    look(
        "scapula-squeeze",
        &[
            ("start", Stance::still("start")),
            ("half", half("start", "squeeze")),
            ("squeeze", effort("squeeze")),
        ],
    );
}

#[test]
fn shoulder_roll() {
    look(
        "shoulder-roll",
        &[
            ("start", Stance::still("start")),
            ("forward", Stance::still("forward")),
            ("up", effort("up")),
            ("back", Stance::still("back")),
        ],
    );
}

#[test]
fn chest_and_arm_stretch() {
    look(
        "chest-and-arm-stretch",
        &[
            ("reach", half("start", "clasp")),
            ("clasp", Stance::still("clasp")),
            ("squeeze", effort("squeeze")),
        ],
    );
}

#[test]
fn wall_arm_slide() {
    look(
        "wall-arm-slide",
        &[
            ("start", Stance::still("start")),
            ("half", half("start", "up")),
            ("up", effort("up")),
        ],
    );
}

#[test]
fn cat_cow() {
    look(
        "cat-cow",
        &[
            ("start", Stance::still("start")),
            (
                "cow",
                Stance {
                    breath: 1.0,
                    ..effort("cow")
                },
            ),
            ("cat", effort("cat")),
        ],
    );
}

#[test]
fn childs_pose() {
    look(
        "childs-pose",
        &[
            ("start", Stance::still("start")),
            ("half", half("start", "sunk")),
            (
                "risen",
                Stance {
                    breath: 1.0,
                    ..Stance::still("risen")
                },
            ),
            ("sunk", effort("sunk")),
        ],
    );
}

fn left(stance: Stance<'_>) -> Stance<'_> {
    Stance {
        mirrored: true,
        ..stance
    }
}

#[test]
fn arm_and_leg_raise() {
    look(
        "arm-and-leg-raise",
        &[
            ("start", Stance::still("start")),
            ("slide", Stance::still("slide")),
            ("left", left(effort("raise"))),
            ("right", effort("raise")),
        ],
    );
}

#[test]
fn t_spine_twist() {
    look(
        "t-spine-twist",
        &[
            ("reach", half("start", "neck")),
            ("neck", Stance::still("neck")),
            ("through", Stance::still("through")),
            ("left-open", left(effort("open"))),
            ("left-through", left(Stance::still("through"))),
            ("open", effort("open")),
        ],
    );
}

#[test]
fn lying_shoulder_squeeze() {
    look(
        "lying-shoulder-squeeze",
        &[
            ("start", Stance::still("start")),
            ("half", half("start", "lift")),
            ("lift", effort("lift")),
        ],
    );
}

#[test]
fn pectoralis_stretch() {
    look(
        "pectoralis-stretch",
        &[
            ("start", Stance::still("start")),
            ("half", half("start", "lean")),
            ("lean", effort("lean")),
        ],
    );
}

#[test]
fn short_walk() {
    look(
        "short-walk",
        &[
            ("right", Stance::still("right")),
            ("left", Stance::still("left")),
        ],
    );
}

#[test]
fn other_looks() {
    for (id, pose, look, theme, name) in [
        (
            "thoracic-extension",
            "arch",
            Character::Plum,
            Theme::Light,
            "plum-light",
        ),
        (
            "childs-pose",
            "sunk",
            Character::Plum,
            Theme::Dark,
            "plum-dark",
        ),
        (
            "scapula-squeeze",
            "squeeze",
            Character::Plum,
            Theme::Light,
            "plum-light",
        ),
        (
            "shoulder-roll",
            "up",
            Character::Slate,
            Theme::Light,
            "slate-light",
        ),
        (
            "t-spine-twist",
            "open",
            Character::Slate,
            Theme::Dark,
            "slate-dark",
        ),
        (
            "lying-shoulder-squeeze",
            "lift",
            Character::Slate,
            Theme::Light,
            "slate-light",
        ),
    ] {
        let style = Style { theme, look };
        let shapes = drawing(id).shapes(&effort(pose), f32::from(SIZE), style);
        compare(&format!("{id}-{pose}-{name}"), &shapes);
    }
}

#[test]
fn high_contrast() {
    for (id, pose, look, theme, name) in [
        (
            "cat-cow",
            "cat",
            Character::Teal,
            Theme::ContrastLight,
            "teal-contrast-light",
        ),
        (
            "wall-arm-slide",
            "up",
            Character::Plum,
            Theme::ContrastLight,
            "plum-contrast-light",
        ),
        (
            "t-spine-twist",
            "through",
            Character::Slate,
            Theme::ContrastLight,
            "slate-contrast-light",
        ),
        (
            "thoracic-extension",
            "arch",
            Character::Teal,
            Theme::ContrastDark,
            "teal-contrast-dark",
        ),
        (
            "arm-and-leg-raise",
            "raise",
            Character::Plum,
            Theme::ContrastDark,
            "plum-contrast-dark",
        ),
        (
            "pectoralis-stretch",
            "lean",
            Character::Slate,
            Theme::ContrastDark,
            "slate-contrast-dark",
        ),
    ] {
        let style = Style { theme, look };
        let shapes = drawing(id).shapes(&effort(pose), f32::from(SIZE), style);
        compare(&format!("{id}-{pose}-{name}"), &shapes);
    }
}

#[test]
fn second_views() {
    for (id, pose) in [
        ("arm-and-leg-raise", "raise"),
        ("scapula-squeeze", "squeeze"),
        ("t-spine-twist", "open"),
        ("t-spine-twist", "through"),
        ("chest-and-arm-stretch", "squeeze"),
        ("pectoralis-stretch", "lean"),
        ("childs-pose", "sunk"),
        ("shoulder-roll", "up"),
        ("thoracic-extension", "arch"),
        ("lying-shoulder-squeeze", "lift"),
        ("wall-arm-slide", "up"),
    ] {
        let shapes = drawing(id).second_shapes(&effort(pose), f32::from(SIZE), Theme::Light);
        compare(
            &format!("{id}-{pose}-second-light"),
            &shapes.expect("is there"),
        );
    }
}

#[test]
fn a_buffer_of_the_wrong_size_is_left_alone() {
    let mut pixels = vec![7; 16];
    let shapes = drawing("thoracic-extension").shapes(&Stance::still("start"), 320.0, Theme::Light);
    Painter::new().paint(&shapes, 320, 320, &mut pixels);
    assert_eq!(pixels, vec![7; 16]);
}

const SMALL: u16 = 160;

fn shipped() -> Vec<Arc<Exercise>> {
    let library = Library::shipped();
    let exercise = |id| library.exercise(id).cloned();
    library.ids().filter_map(exercise).collect()
}

fn small(shapes: &[Shape]) -> Vec<u8> {
    let mut pixels = vec![0; usize::from(SMALL) * usize::from(SMALL) * 4];
    Painter::new().paint(shapes, SMALL, SMALL, &mut pixels);
    pixels
}

fn is_prop(shape: &Shape) -> bool {
    let props = ["mat", "floor", "wall", "doorway", "pillow"];
    props.contains(&shape.part) || shape.part.starts_with("chair")
}

/// Returns the shapes of each view of an exercise.
fn views(drawing: &Drawing, stance: &Stance<'_>, style: Style) -> Vec<Vec<Shape>> {
    let size = f32::from(SMALL);
    let second = drawing.second_shapes(stance, size, style);
    let first = drawing.shapes(stance, size, style);
    [first].into_iter().chain(second).collect()
}

#[test]
fn the_glow_is_inside_the_body() {
    let mut lit = 0;
    for exercise in shipped() {
        let drawing = exercise.figure.drawing().expect("it has a figure");
        for pose in drawing.pose_names() {
            for look in Character::ALL {
                let style = Style {
                    theme: Theme::Light,
                    look,
                };
                let body = |hold| {
                    let stance = Stance {
                        hold,
                        ..Stance::still(pose)
                    };
                    let mut all = views(drawing, &stance, style);
                    all.iter_mut()
                        .for_each(|view| view.retain(|shape| !is_prop(shape)));
                    all.iter().map(|view| small(view)).collect::<Vec<_>>()
                };
                for (dark, bright) in body(0.0).iter().zip(&body(1.0)) {
                    let pairs = || dark.chunks(4).zip(bright.chunks(4));
                    lit += pairs().filter(|(before, after)| before != after).count();
                    let beside = pairs().filter(|(before, after)| before[3] == 0 && after[3] > 0);
                    // Single pixels on the edge of the body are not seen.
                    let beside = beside.count();
                    assert!(
                        beside < 4,
                        "{}: {pose}, {look:?} glows beside the body at {beside} pixels",
                        exercise.id
                    );
                }
            }
        }
    }
    assert!(lit > 10_000, "{lit} pixels glow");
}

/// Returns the part of a limb, 0 to 1, that no prop hides in a picture; 0 if the limb is outside of it.
fn seen(shapes: &[Shape], limb: &str) -> f32 {
    not_covered(shapes, limb, is_prop)
}

/// Returns the part of a limb, 0 to 1, that is not covered by the later shapes that may cover it.
fn not_covered(shapes: &[Shape], limb: &str, covers: impl Fn(&Shape) -> bool) -> f32 {
    let flat = |shape: &Shape, colour| Shape {
        fill: Fill::Flat(colour),
        ..shape.clone()
    };
    let opacity = |shape: &Shape| match shape.fill {
        Fill::Flat(colour) => colour[3],
        Fill::Linear { stops, .. } => stops[1].1[3],
        Fill::Glow { .. } => 0.0,
    };
    let mut alone = Vec::new();
    let mut together = Vec::new();
    for shape in shapes {
        if shape.part == limb {
            alone.push(flat(shape, [1.0; 4]));
            together.push(flat(shape, [1.0; 4]));
        } else if covers(shape) && !alone.is_empty() {
            together.push(flat(shape, [0.0, 0.0, 0.0, opacity(shape)]));
        }
    }
    let white = |shapes: &[Shape]| -> f32 {
        let pixels = small(shapes);
        pixels.chunks(4).map(|pixel| f32::from(pixel[0])).sum()
    };
    let total = white(&alone);
    if total > 0.0 {
        white(&together) / total
    } else {
        0.0
    }
}

/// The part of a limb that has to be seen. Through a frame in front of it, about half of its light comes.
const ENOUGH: f32 = 0.4;

const LIMBS: [&str; 12] = [
    "left upper arm",
    "right upper arm",
    "left forearm",
    "right forearm",
    "left hand",
    "right hand",
    "left thigh",
    "right thigh",
    "left shin",
    "right shin",
    "left shoe",
    "right shoe",
];

#[test]
fn no_limb_stays_hidden_behind_a_prop() {
    const FRAMES: u32 = 6;
    for exercise in shipped() {
        let plan = Plan::for_exercise(&exercise);
        let drawing = exercise.figure.drawing().expect("it has a figure");
        let mut start = 0.0;
        let mut met = Vec::new();
        for phase in plan.phases() {
            let look = (&phase.from, &phase.through, &phase.to, phase.side);
            if !met.contains(&look) {
                met.push(look);
                let mut hidden = LIMBS.map(|_| 0);
                for frame in 0..FRAMES {
                    let part = (f64::from(frame) + 0.5) / f64::from(FRAMES);
                    let stance = plan.at(start + part * phase.seconds).stance();
                    let views = views(drawing, &stance, Style::default());
                    for (limb, hidden) in LIMBS.into_iter().zip(&mut hidden) {
                        let in_any = views.iter().any(|view| seen(view, limb) >= ENOUGH);
                        *hidden += u32::from(!in_any);
                    }
                }
                for (limb, hidden) in LIMBS.into_iter().zip(hidden) {
                    assert!(
                        hidden * 3 <= FRAMES,
                        "{}: {limb} is hidden in {hidden} of {FRAMES} frames of \"{}\"",
                        exercise.id,
                        phase.cue
                    );
                }
            }
            start += phase.seconds;
        }
    }
}

#[test]
fn the_door_frame_is_beside_the_legs() {
    let drawing = drawing("pectoralis-stretch");
    for pose in ["start", "lean"] {
        for view in views(&drawing, &Stance::still(pose), Style::default()) {
            for limb in LIMBS.into_iter().skip(6) {
                let seen = seen(&view, limb);
                let outside = not_covered(&view, limb, |_| false) == 0.0;
                assert!(
                    outside || seen > 0.99,
                    "{pose}: {seen} of the {limb} is seen"
                );
            }
        }
    }
}

#[test]
fn the_elbow_is_seen_on_its_way_to_the_other_hand() {
    let drawing = drawing("t-spine-twist");
    for view in views(&drawing, &Stance::still("through"), Style::default()) {
        let visible = not_covered(&view, "right forearm", |_| true);
        assert!(visible > 0.5, "{visible} of the forearm is seen");
    }
}

#[test]
fn clasped_arms_leave_the_glow_on_the_blades_in_view() {
    let drawing = drawing("chest-and-arm-stretch");
    let lit = |arms: bool| {
        let [dark, bright] = [Stance::still("squeeze"), effort("squeeze")].map(|stance| {
            let mut shapes = drawing.shapes(&stance, f32::from(SMALL), Style::default());
            shapes.retain(|shape| arms || !LIMBS[..6].contains(&shape.part));
            small(&shapes)
        });
        let far = |(a, b): (&[u8], &[u8])| a.iter().zip(b).any(|(a, b)| a.abs_diff(*b) > 12);
        dark.chunks(4)
            .zip(bright.chunks(4))
            .filter(|pair| far(*pair))
            .count()
    };
    let (all, visible) = (lit(false), lit(true));
    assert!(
        visible * 5 > all * 4,
        "{visible} of {all} pixels of the glow"
    );
}

#[test]
fn both_views_show_the_forearms_on_the_door_frame() {
    let drawing = drawing("pectoralis-stretch");
    for theme in Theme::ALL {
        for pose in ["start", "lean"] {
            for (number, view) in views(&drawing, &Stance::still(pose), theme.into())
                .iter()
                .enumerate()
            {
                for limb in ["left forearm", "right forearm", "left hand", "right hand"] {
                    let seen = seen(view, limb);
                    assert!(
                        seen >= ENOUGH,
                        "{pose}, view {number}, {theme:?}: {limb} {seen}"
                    );
                }
            }
        }
    }
}
