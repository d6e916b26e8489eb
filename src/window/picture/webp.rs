//! Animated WebP: the container around frames that `image-webp` encodes, which itself writes only still pictures.
//!
//! Source: the WebP Container Specification, section "Extended File Format" (RFC 9649, section 2.7).

use std::io::{self, Write};

use image_webp::{ColorType, EncoderParams, WebPEncoder};

/// Flags of the header: the file has transparency and is an animation.
const ALPHA_AND_ANIMATION: u8 = 0x12;

/// Plays without end, on an unspecified background.
const ENDLESS: [u8; 6] = [0; 6];

/// A part of the picture that is drawn over the frame before.
pub(crate) struct Part {
    pub(crate) corner: [usize; 2],
    pub(crate) size: [usize; 2],
    pub(crate) milliseconds: u32,
    /// Red, green, blue and opacity of each pixel.
    pub(crate) rgba: Vec<u8>,
}

/// Writes an animation of this width and height, in pixels.
///
/// # Errors
/// If the output can't be written.
pub(crate) fn write(
    size: [usize; 2],
    parts: impl Iterator<Item = Part>,
    mut out: impl Write,
) -> io::Result<()> {
    let mut header = vec![ALPHA_AND_ANIMATION, 0, 0, 0];
    for side in size {
        header.extend(three_bytes(side - 1));
    }
    let mut body = b"WEBP".to_vec();
    body.extend(chunk(*b"VP8X", &header));
    body.extend(chunk(*b"ANIM", &ENDLESS));
    for part in parts {
        let ([x, y], [width, height]) = (part.corner, part.size);
        let time = part.milliseconds as usize;
        let numbers = [x / 2, y / 2, width - 1, height - 1, time];
        let mut data: Vec<u8> = numbers.into_iter().flat_map(three_bytes).collect();
        // The frame before stays below.
        data.push(0);
        data.extend(bitstream(&part.rgba, width as u32, height as u32)?);
        body.extend(chunk(*b"ANMF", &data));
    }
    out.write_all(&chunk(*b"RIFF", &body))
}

/// Returns the chunk with the compressed pixels, out of a file with a still picture.
fn bitstream(rgba: &[u8], width: u32, height: u32) -> io::Result<Vec<u8>> {
    /// The length of `RIFF`, the size, and `WEBP`.
    const FILE_HEADER: usize = 12;
    let mut file = Vec::new();
    let mut encoder = WebPEncoder::new(&mut file);
    // It predicts colours from their neighbours, which few flat colours only make larger.
    let mut params = EncoderParams::default();
    params.use_predictor_transform = false;
    encoder.set_params(params);
    encoder
        .encode(rgba, width, height, ColorType::Rgba8)
        .map_err(io::Error::other)?;
    Ok(file.split_off(FILE_HEADER))
}

fn chunk(name: [u8; 4], data: &[u8]) -> Vec<u8> {
    let mut chunk = name.to_vec();
    chunk.extend((data.len() as u32).to_le_bytes());
    chunk.extend(data);
    // Chunks begin at even positions.
    chunk.resize(chunk.len().next_multiple_of(2), 0);
    chunk
}

fn three_bytes(number: usize) -> [u8; 3] {
    let [a, b, c, _] = (number as u32).to_le_bytes();
    [a, b, c]
}
