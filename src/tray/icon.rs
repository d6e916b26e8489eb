//! The pixmaps of the tray icon, rendered by the build script from `icons/`.

use super::Icon;

/// The widths and heights in pixels. A panel picks the best fit, so that no edge is blurred by scaling.
pub(super) const SIZES: [u32; 5] = [16, 22, 24, 32, LARGEST];

/// The largest of the [`SIZES`].
pub(super) const LARGEST: u32 = 48;

macro_rules! painted {
    ($name:literal) => {
        include_bytes!(concat!(env!("OUT_DIR"), "/tray-", $name, ".bin"))
    };
}

/// Returns the pixels as RGBA bytes, in one of the [`SIZES`].
pub(super) fn pixels(icon: Icon, size: u32) -> Vec<u8> {
    let bytes = |size: u32| 4 * (size * size) as usize;
    let before = SIZES.into_iter().take_while(|smaller| *smaller != size);
    let begin: usize = before.map(bytes).sum();
    // On any error the result is empty, and the tray rejects a pixmap of the wrong size.
    let all = miniz_oxide::inflate::decompress_to_vec(packed(icon)).unwrap_or_default();
    all.get(begin..begin + bytes(size))
        .unwrap_or_default()
        .to_owned()
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

    /// Returns WCAG's relative luminance of a colour, from 0 to 1.
    fn luminance(colour: &[u8]) -> f64 {
        let linear = |value: u8| (f64::from(value) / 255.0).powf(2.2);
        0.2126 * linear(colour[0]) + 0.7152 * linear(colour[1]) + 0.0722 * linear(colour[2])
    }

    fn contrast(a: f64, b: f64) -> f64 {
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    /// Returns the share of pixels that stand out clearly from a panel of this colour.
    fn share_seen(icon: Icon, panel: [u8; 3]) -> f64 {
        let ground = luminance(&panel);
        let pixels = pixels(icon, LARGEST);
        let seen = pixels
            .chunks_exact(4)
            .filter(|pixel| pixel[3] > 128 && contrast(luminance(pixel), ground) >= 3.0);
        seen.count() as f64 / f64::from(LARGEST * LARGEST)
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
        // `Held` is `Due` in dark colours: the two have the same shape and differ in lightness only.
        for (first, second) in [
            (Icon::Calm, Icon::Due),
            (Icon::Calm, Icon::Paused),
            (Icon::Calm, Icon::Stretching),
            (Icon::Due, Icon::Stretching),
            (Icon::Paused, Icon::Held),
        ] {
            let (first, second) = (figure(first), figure(second));
            let differ = first
                .iter()
                .zip(&second)
                .filter(|(first, second)| first != second);
            assert!(differ.count() > first.len() / 16);
        }
    }

    /// Marks the pixels of the figure, which are those unlike the background. The background is the colour at the
    /// middle of the edge.
    fn figure(icon: Icon) -> Vec<bool> {
        let pixels = pixels(icon, LARGEST);
        // Slightly inside the frame.
        let ground = luminance(&pixels[((LARGEST / 2 * LARGEST + 5) * 4) as usize..]);
        pixels
            .chunks_exact(4)
            .map(|pixel| pixel[3] > 128 && contrast(luminance(pixel), ground) > 2.0)
            .collect()
    }

    #[test]
    fn the_edge_of_every_picture_is_seen_on_light_and_dark_panels() {
        for panel in [[0xf6, 0xf5, 0xf4], [0x1d, 0x1d, 0x20], [0x2b; 3], [0; 3]] {
            for icon in ALL {
                let pixels = pixels(icon, 24);
                let row = 12 * 24;
                let edge = pixels[row * 4..].chunks_exact(4).take(3);
                let ground = luminance(&panel);
                let clear = |pixel: &[u8]| contrast(luminance(pixel), ground) >= 1.8;
                assert!(edge.clone().any(clear), "{icon:?} on {panel:02x?}");
            }
        }
    }

    #[test]
    fn every_size_has_its_own_pixmap() {
        for icon in ALL {
            for size in SIZES {
                let pixels = pixels(icon, size);
                assert_eq!(pixels.len(), (size * size * 4) as usize);
                let opaque = pixels.chunks_exact(4).filter(|pixel| pixel[3] == 255);
                assert!(opaque.count() as u32 > size * size * 3 / 4, "{icon:?}");
            }
        }
    }
}
