//! Golden pictures: every pose of every exercise, and the middle of the way to it.

use std::path::Path;

use unhunch::figure::{Drawing, Painter, Stance, Theme};

#[path = "common/picture.rs"]
mod picture;

const SIZE: u16 = 320;

#[derive(serde::Deserialize)]
struct Only {
    figure: Drawing,
}

fn drawing(id: &str) -> Drawing {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("config/exercises/{id}.toml"));
    let text = std::fs::read_to_string(file).expect("the exercise is there");
    toml::from_str::<Only>(&text)
        .expect("the exercise can be read")
        .figure
}

fn look(id: &str, to: &str) {
    let drawing = drawing(id);
    let mut painter = Painter::new();
    let stances = [
        ("start", Stance::still("start")),
        (
            "half",
            Stance {
                to,
                progress: 0.5,
                ..Stance::still("start")
            },
        ),
        (
            to,
            Stance {
                hold: 1.0,
                ..Stance::still(to)
            },
        ),
    ];
    for (theme, light) in [(Theme::Light, "light"), (Theme::Dark, "dark")] {
        for (name, stance) in &stances {
            let mut pixels = vec![0; usize::from(SIZE) * usize::from(SIZE) * 4];
            painter.paint(
                &drawing.shapes(stance, f32::from(SIZE), theme),
                SIZE,
                SIZE,
                &mut pixels,
            );
            picture::assert_picture(&format!("{id}-{name}-{light}"), usize::from(SIZE), &pixels);
        }
    }
}

#[test]
fn thoracic_extension() {
    look("thoracic-extension", "arch");
}

#[test]
fn scapula_squeeze() {
    look("scapula-squeeze", "squeeze");
}

#[test]
fn a_buffer_of_the_wrong_size_is_left_alone() {
    let mut pixels = vec![7; 16];
    let shapes = drawing("thoracic-extension").shapes(&Stance::still("start"), 320.0, Theme::Light);
    Painter::new().paint(&shapes, 320, 320, &mut pixels);
    assert_eq!(pixels, vec![7; 16]);
}
