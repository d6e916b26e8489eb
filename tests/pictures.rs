//! Golden pictures of the exercises: key poses and intermediate frames, looks, themes and second views.

use std::path::Path;

use unhunch::figure::{Character, Drawing, Painter, Shape, Stance, Style, Theme};

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
        ("scapula-squeeze", "squeeze"),
        ("t-spine-twist", "open"),
        ("t-spine-twist", "through"),
        ("chest-and-arm-stretch", "squeeze"),
        ("pectoralis-stretch", "lean"),
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
