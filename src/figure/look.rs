//! The appearance of the figure: skin, hair, clothes and build. Bones, and with them all movements, are the same for every look.

use serde::{Deserialize, Serialize};

use super::colours::{Palette, Theme};
use super::shape::{Rgba, faded, hex};

/// The selectable appearance of the figure, named after the colour of the clothes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Character {
    /// Short hair combed to the side and a teal T-shirt.
    #[default]
    Teal,
    /// Hair in a knot and a plum top with long sleeves.
    Plum,
    /// An older person: receding grey hair, glasses and a slate grey T-shirt.
    Slate,
}

/// Theme and look: every property of a picture that is independent of the exercise.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Style {
    /// The colour theme, matching the card behind the picture.
    pub theme: Theme,
    /// The appearance of the figure.
    pub look: Character,
}

impl From<Theme> for Style {
    fn from(theme: Theme) -> Self {
        Self {
            theme,
            look: Character::default(),
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Hair {
    /// Short, combed to the side over the forehead.
    Combed,
    /// Drawn back and knotted high on the head, clear of hands placed there.
    Knot,
    /// Short, with a high forehead.
    Receding,
}

/// The amount of flesh on the bones. Contact areas such as elbows, wrists, knees and the back do not vary, so that every look
/// fits chair, wall and mat.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Build {
    /// Factor on the width of the trunk.
    pub(super) wide: f32,
    /// Protrusion of the belly, cm.
    pub(super) belly: f32,
    /// Factor on the thickness of upper arm and forearm between the joints.
    pub(super) arm: f32,
    /// Factor on the thickness of thigh and calf between the joints.
    pub(super) leg: f32,
}

/// The properties of a look.
#[derive(Debug)]
pub(super) struct Person {
    pub(super) hair: Hair,
    /// `true` if the person wears glasses and has lines on the forehead.
    pub(super) glasses: bool,
    pub(super) build: Build,
    /// `true` if the sleeves reach to the wrists.
    pub(super) long_sleeves: bool,
    /// Skin, hair, shirt and trousers, for each of [`Theme::ALL`]. `None` uses the colours of the theme.
    colours: Option<[[Rgba; 4]; 4]>,
}

static TEAL: Person = Person {
    hair: Hair::Combed,
    glasses: false,
    build: Build {
        wide: 1.0,
        belly: 0.0,
        arm: 1.0,
        leg: 1.0,
    },
    long_sleeves: false,
    colours: None,
};

static PLUM: Person = Person {
    hair: Hair::Knot,
    glasses: false,
    build: Build {
        wide: 0.88,
        belly: -0.4,
        arm: 0.92,
        leg: 0.94,
    },
    long_sleeves: true,
    colours: Some([
        [hex(0x94613F), hex(0x2A2022), hex(0x8C4A78), hex(0x3F454F)],
        [hex(0x9C6845), hex(0x4A3B3C), hex(0xA8639A), hex(0x66707E)],
        [hex(0xA97650), hex(0x120C0D), hex(0xC48AB6), hex(0x9AA3AE)],
        [hex(0x8A5838), hex(0x1A1415), hex(0x7E3A6C), hex(0x4A535F)],
    ]),
};

static SLATE: Person = Person {
    hair: Hair::Receding,
    glasses: true,
    build: Build {
        wide: 1.13,
        belly: 0.9,
        arm: 1.09,
        leg: 1.05,
    },
    long_sleeves: false,
    colours: Some([
        [hex(0xEDBFA0), hex(0xA3A1A0), hex(0x62788F), hex(0x7A6A58)],
        [hex(0xE6B596), hex(0xB4B2B1), hex(0x7D95AE), hex(0x8E7C66)],
        [hex(0xF6D3BA), hex(0xD4D4D7), hex(0xA5B7CA), hex(0xB8A68C)],
        [hex(0xAC7152), hex(0x8C8A8C), hex(0x43596F), hex(0x6B5A44)],
    ]),
};

impl Character {
    /// Every look, in the order of declaration.
    pub const ALL: [Self; 3] = [Self::Teal, Self::Plum, Self::Slate];

    pub(super) fn person(self) -> &'static Person {
        match self {
            Self::Teal => &TEAL,
            Self::Plum => &PLUM,
            Self::Slate => &SLATE,
        }
    }
}

impl Style {
    pub(super) fn palette(self) -> Palette {
        let palette = *self.theme.palette();
        let Some(colours) = &self.look.person().colours else {
            return palette;
        };
        let of_theme = match self.theme {
            Theme::Light => 0,
            Theme::Dark => 1,
            Theme::ContrastLight => 2,
            Theme::ContrastDark => 3,
        };
        let [skin, hair, shirt, trousers] = colours[of_theme];
        Palette {
            skin,
            hair,
            shirt,
            trousers,
            // On blue and violet cloth the glow has to be more opaque to still look warm.
            glow: faded(palette.glow, 0.97),
            ..palette
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::figure::colours::{Shades, shades};

    /// Returns the relative luminance as defined in WCAG 2.2.
    fn luminance(colour: Rgba) -> f32 {
        let linear = |c: f32| {
            if c <= 0.04045 {
                c / 12.92
            } else {
                ((c + 0.055) / 1.055).powf(2.4)
            }
        };
        let [r, g, b, _] = colour;
        0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b)
    }

    fn contrast(a: Rgba, b: Rgba) -> f32 {
        let (a, b) = (luminance(a) + 0.05, luminance(b) + 0.05);
        a.max(b) / a.min(b)
    }

    #[test]
    fn strong_outlines_are_seen_against_everything() {
        for theme in [Theme::ContrastLight, Theme::ContrastDark] {
            for look in Character::ALL {
                let palette = Style { theme, look }.palette();
                let ink = palette.ink.expect("outlines are strong");
                let card = theme.card().map(|c| f32::from(c) / 255.0);
                let card = [card[0], card[1], card[2], 1.0];
                assert!(contrast(ink, card) >= 7.0, "{theme:?}: the card");
                for (name, colour) in [
                    ("skin", palette.skin),
                    ("shirt", palette.shirt),
                    ("trousers", palette.trousers),
                    ("sock", palette.sock),
                    ("shoe", palette.shoe),
                    ("sole", palette.sole),
                    ("wood", palette.wood),
                    ("dark wood", palette.wood_dark),
                    ("cushion", palette.cushion),
                    ("pillow", palette.pillow),
                    ("mat", palette.mat),
                    ("wall", palette.wall),
                ] {
                    let Shades {
                        light, base, shade, ..
                    } = shades(colour);
                    for tone in [light, base, shade] {
                        let ratio = contrast(ink, tone);
                        assert!(ratio >= 3.0, "{theme:?}, {look:?}: {name} {ratio}");
                    }
                }
            }
        }
    }

    #[test]
    fn clothes_hair_and_skin_differ_visibly() {
        for theme in Theme::ALL {
            for look in Character::ALL {
                let palette = Style { theme, look }.palette();
                let far =
                    |a: Rgba, b: Rgba| (0..3).map(|i| (a[i] - b[i]).powi(2)).sum::<f32>().sqrt();
                let parts = [palette.skin, palette.hair, palette.shirt, palette.trousers];
                for (i, a) in parts.iter().enumerate() {
                    for b in &parts[i + 1..] {
                        assert!(far(*a, *b) > 0.15, "{theme:?}, {look:?}: {a:?} and {b:?}");
                    }
                }
            }
        }
    }
}
