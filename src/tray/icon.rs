//! The pictures of the tray icon, painted by the build script from `icons/`.

use super::Icon;

/// Width and height in pixels.
const SIZE: u32 = 48;

/// What is left free around it, in pixels. A picture is shown as high as the menu bar of macOS, and the system's own are lower.
const MARGIN: u32 = if cfg!(target_os = "macos") { 5 } else { 0 };

macro_rules! painted {
    ($name:literal) => {
        include_bytes!(concat!(env!("OUT_DIR"), "/tray-", $name, ".bin"))
    };
}

/// The picture as the tray takes it.
pub(super) fn picture(icon: Icon) -> Result<tray_icon::Icon, tray_icon::BadIcon> {
    let size = SIZE + 2 * MARGIN;
    tray_icon::Icon::from_rgba(framed(&pixels(icon)), size, size)
}

fn framed(pixels: &[u8]) -> Vec<u8> {
    let (row, margin) = (4 * SIZE as usize, 4 * MARGIN as usize);
    let free = vec![0; (row + 2 * margin) * MARGIN as usize];
    let rows = pixels
        .chunks_exact(row)
        .flat_map(|pixels| [&free[..margin], pixels, &free[..margin]].concat());
    free.iter()
        .copied()
        .chain(rows)
        .chain(free.clone())
        .collect()
}

/// Red, green, blue and alpha of every pixel.
fn pixels(icon: Icon) -> Vec<u8> {
    // A picture of another size is refused by the one who takes it.
    miniz_oxide::inflate::decompress_to_vec(packed(icon)).unwrap_or_default()
}

fn packed(icon: Icon) -> &'static [u8] {
    match icon {
        Icon::Calm => painted!("calm"),
        Icon::Due => painted!("due"),
        Icon::Held => painted!("held"),
        Icon::Paused => painted!("paused"),
        Icon::Stretching => painted!("stretching"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: [Icon; 5] = [
        Icon::Calm,
        Icon::Due,
        Icon::Held,
        Icon::Paused,
        Icon::Stretching,
    ];

    /// How light a colour looks, from 0 to 1 (WCAG's relative luminance).
    fn luminance(colour: &[u8]) -> f64 {
        let linear = |value: u8| (f64::from(value) / 255.0).powf(2.2);
        0.2126 * linear(colour[0]) + 0.7152 * linear(colour[1]) + 0.0722 * linear(colour[2])
    }

    fn contrast(one: f64, other: f64) -> f64 {
        (one.max(other) + 0.05) / (one.min(other) + 0.05)
    }

    /// The share of the picture that stands out clearly from a panel of this colour.
    fn share_seen(icon: Icon, panel: [u8; 3]) -> f64 {
        let ground = luminance(&panel);
        let pixels = pixels(icon);
        let seen = pixels
            .chunks_exact(4)
            .filter(|pixel| pixel[3] > 128 && contrast(luminance(pixel), ground) >= 3.0);
        seen.count() as f64 / f64::from(SIZE * SIZE)
    }

    #[test]
    fn every_picture_is_seen_on_every_panel() {
        for panel in [[0xf6, 0xf5, 0xf4], [255; 3], [0x2b; 3], [0; 3], [128; 3]] {
            for icon in ALL {
                let share = share_seen(icon, panel);
                assert!(share > 0.12, "{icon:?} on {panel:02x?}: {share:.2}");
            }
        }
    }

    #[test]
    fn the_pictures_differ_in_shape_and_not_in_colour_alone() {
        // Held is due in the dark, so those two share a shape, told apart by light on dark and dark on light.
        for (one, other) in [
            (Icon::Calm, Icon::Due),
            (Icon::Calm, Icon::Paused),
            (Icon::Calm, Icon::Stretching),
            (Icon::Due, Icon::Stretching),
            (Icon::Paused, Icon::Held),
        ] {
            let (one, other) = (figure(one), figure(other));
            let differ = one.iter().zip(&other).filter(|(one, other)| one != other);
            assert!(differ.count() > one.len() / 16);
        }
    }

    /// Which pixels belong to the figure: those unlike the ground, which is the colour at the middle of the edge.
    fn figure(icon: Icon) -> Vec<bool> {
        let pixels = pixels(icon);
        let ground = luminance(&pixels[(SIZE * SIZE / 2 * 4) as usize..]);
        pixels
            .chunks_exact(4)
            .map(|pixel| pixel[3] > 128 && contrast(luminance(pixel), ground) > 2.0)
            .collect()
    }

    #[test]
    fn the_tray_takes_every_picture() {
        for icon in ALL {
            assert!(picture(icon).is_ok(), "{icon:?}");
        }
    }
}
