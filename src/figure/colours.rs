//! The colours of the themes, and the tones of a colour.

use super::shape::{Rgba, blend, faded, hex};

/// A colour scheme, matching the card behind the picture.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Theme {
    /// Normal contrast on a light card.
    #[default]
    Light,
    /// Normal contrast on a dark card.
    Dark,
    /// High contrast on white: every limb has a black outline.
    ContrastLight,
    /// High contrast on black: every limb has a white outline.
    ContrastDark,
}

impl Theme {
    /// Every theme, in the order of the colours in a look.
    pub const ALL: [Self; 4] = [
        Self::Light,
        Self::Dark,
        Self::ContrastLight,
        Self::ContrastDark,
    ];

    pub(super) fn palette(self) -> &'static Palette {
        match self {
            Self::Light => &ON_LIGHT,
            Self::Dark => &ON_DARK,
            Self::ContrastLight => &CONTRAST_LIGHT,
            Self::ContrastDark => &CONTRAST_DARK,
        }
    }

    /// Returns the background colour of the card: red, green and blue.
    pub fn card(self) -> [u8; 3] {
        match self {
            Self::Light => [0xe8, 0xf1, 0xef],
            Self::Dark => [0x1f, 0x29, 0x2b],
            Self::ContrastLight => [0xff, 0xff, 0xff],
            Self::ContrastDark => [0x00, 0x00, 0x00],
        }
    }
}

/// The colours of a theme.
#[derive(Clone, Copy, Debug)]
pub(super) struct Palette {
    pub(super) skin: Rgba,
    pub(super) blush: Rgba,
    pub(super) hair: Rgba,
    pub(super) eye: Rgba,
    pub(super) shirt: Rgba,
    pub(super) trousers: Rgba,
    pub(super) sock: Rgba,
    pub(super) shoe: Rgba,
    pub(super) sole: Rgba,
    pub(super) wood: Rgba,
    pub(super) wood_dark: Rgba,
    pub(super) cushion: Rgba,
    pub(super) pillow: Rgba,
    pub(super) mat: Rgba,
    pub(super) wall: Rgba,
    pub(super) shadow: Rgba,
    /// The shadow on the floor, which lies directly on the card.
    pub(super) floor: Rgba,
    pub(super) glow: Rgba,
    pub(super) halo: Rgba,
    /// The arrow of the next movement, and the colour around it.
    pub(super) arrow: Rgba,
    pub(super) paper: Rgba,
    /// The colour of strong outlines around every part; `None` draws soft outlines in a tone of each part.
    pub(super) ink: Option<Rgba>,
}

/// The tones of a colour, from lit to dark.
pub(super) struct Shades {
    pub(super) light: Rgba,
    pub(super) base: Rgba,
    pub(super) shade: Rgba,
    pub(super) line: Rgba,
}

/// Returns the tones of a colour. Shadows are cool and keep the hue; lights are warm.
pub(super) fn shades(c: Rgba) -> Shades {
    let times = |r: f32, g: f32, b: f32| [c[0] * r, c[1] * g, c[2] * b, c[3]];
    Shades {
        light: blend(c, [1.0, 0.97, 0.9, 1.0], 0.13),
        base: c,
        shade: times(0.80, 0.77, 0.84),
        line: times(0.5, 0.46, 0.54),
    }
}

static ON_LIGHT: Palette = Palette {
    skin: hex(0xE2A583),
    blush: faded(hex(0xD9674F), 0.34),
    hair: hex(0x4A332F),
    eye: hex(0x2E2226),
    shirt: hex(0x2F9C92),
    trousers: hex(0x414C74),
    sock: hex(0xC3CBD6),
    shoe: hex(0xF6F2EC),
    sole: hex(0xE58A6C),
    wood: hex(0xCDAE86),
    wood_dark: hex(0xB59570),
    cushion: hex(0xE9DCC6),
    pillow: hex(0xF3EBDD),
    mat: hex(0x8C9FC6),
    wall: hex(0xD9DCD3),
    shadow: faded(hex(0x24323F), 0.26),
    floor: faded(hex(0x24323F), 0.26),
    glow: faded(hex(0xFFAE5E), 0.85),
    halo: hex(0xFFF2B8),
    arrow: hex(0x1D4E79),
    paper: faded(hex(0xFFFFFF), 0.85),
    ink: None,
};

static ON_DARK: Palette = Palette {
    skin: hex(0xDDA07F),
    blush: faded(hex(0xD0604C), 0.34),
    hair: hex(0x6A4A42),
    eye: hex(0x2A1F22),
    shirt: hex(0x3AB0A4),
    trousers: hex(0x606F9E),
    sock: hex(0xA9B4C4),
    shoe: hex(0xEBE7E1),
    sole: hex(0xE58A6C),
    wood: hex(0xB3946D),
    wood_dark: hex(0x967A58),
    cushion: hex(0xCDBFA8),
    pillow: hex(0xDCD2C0),
    mat: hex(0x55668F),
    wall: hex(0x3A4648),
    shadow: faded(hex(0x07090D), 0.62),
    floor: faded(hex(0x07090D), 0.62),
    glow: faded(hex(0xFFB468), 0.85),
    halo: hex(0xFFF0B0),
    arrow: hex(0xCDE6FF),
    paper: faded(hex(0x12191B), 0.85),
    ink: None,
};

/// Pale fills between black outlines.
static CONTRAST_LIGHT: Palette = Palette {
    skin: hex(0xF0C4A4),
    blush: faded(hex(0xC4452B), 0.3),
    hair: hex(0x2B1A16),
    eye: hex(0x000000),
    shirt: hex(0x35AFA3),
    trousers: hex(0x8E9BD0),
    sock: hex(0xE8ECF2),
    shoe: hex(0xFFFFFF),
    sole: hex(0xE58A6C),
    wood: hex(0xD9BE98),
    wood_dark: hex(0xBFA078),
    cushion: hex(0xF4E9D6),
    pillow: hex(0xFBF5EA),
    mat: hex(0xB9C6E4),
    wall: hex(0xEDEFEA),
    shadow: faded(hex(0x000000), 0.22),
    floor: faded(hex(0x000000), 0.22),
    glow: faded(hex(0xFF9100), 1.0),
    halo: hex(0xFFF000),
    arrow: hex(0x0B3D91),
    paper: faded(hex(0xFFFFFF), 0.85),
    ink: Some(hex(0x000000)),
};

/// Deep fills between white outlines.
static CONTRAST_DARK: Palette = Palette {
    skin: hex(0xB4704C),
    blush: faded(hex(0x8F2F1C), 0.3),
    hair: hex(0x2A1B18),
    eye: hex(0x000000),
    shirt: hex(0x0E756C),
    trousers: hex(0x3B4A8C),
    sock: hex(0x6B7482),
    shoe: hex(0x7A7F87),
    sole: hex(0xA04F36),
    wood: hex(0x7C5C36),
    wood_dark: hex(0x634827),
    cushion: hex(0x6E5F49),
    pillow: hex(0x716857),
    mat: hex(0x24365F),
    wall: hex(0x222A2C),
    shadow: faded(hex(0x000000), 0.5),
    floor: faded(hex(0x8C8C8C), 0.6),
    glow: faded(hex(0xFFB000), 1.0),
    halo: hex(0xFFE000),
    arrow: hex(0xFFE14D),
    paper: faded(hex(0x000000), 0.85),
    ink: Some(hex(0xFFFFFF)),
};
