//! Renders the icons, for the build script and the files of the packages. It is part of no shipped program.

use std::error::Error;
use std::fs;
use std::path::Path;

use resvg::{tiny_skia, usvg};

/// The icon sizes that Windows uses on screens of any density.
const WINDOWS_SIZES: [u32; 8] = [16, 20, 24, 32, 40, 48, 64, 256];

/// Returns a square SVG as an icon file for Windows.
pub(crate) fn windows_icon(from: &Path) -> Result<ico::IconDir, Box<dyn Error>> {
    let mut icon = ico::IconDir::new(ico::ResourceType::Icon);
    for size in WINDOWS_SIZES {
        icon.add_entry(image(from, size)?);
    }
    Ok(icon)
}

/// Returns a square SVG as a PNG image of `size` pixels.
pub(crate) fn image(from: &Path, size: u32) -> Result<ico::IconDirEntry, Box<dyn Error>> {
    let pixels = render(from, size)?;
    let image = ico::IconImage::from_rgba_data(size, size, pixels);
    Ok(ico::IconDirEntry::encode_as_png(&image)?)
}

/// Renders a square SVG at `size` pixels, as RGBA with straight alpha.
pub(crate) fn render(from: &Path, size: u32) -> Result<Vec<u8>, Box<dyn Error>> {
    let named = |error: &dyn std::fmt::Display| format!("{}: {error}", from.display());
    let text = fs::read(from).map_err(|error| named(&error))?;
    let tree =
        usvg::Tree::from_data(&text, &usvg::Options::default()).map_err(|error| named(&error))?;
    let mut picture = tiny_skia::Pixmap::new(size, size).ok_or("a picture has no size")?;
    let scale = size as f32 / tree.size().width();
    resvg::render(
        &tree,
        tiny_skia::Transform::from_scale(scale, scale),
        &mut picture.as_mut(),
    );
    Ok(picture.take_demultiplied())
}
