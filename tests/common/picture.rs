//! Compares pictures with approved reference pictures.

use std::fs::File;
use std::io::{BufReader, BufWriter};
use std::path::{Path, PathBuf};

/// The difference of a channel (of 255) up to which pixels count as equal: rasterizers differ a little between processors.
const TOLERANCE: u8 = 20;
/// The number of pixels per thousand that may differ.
const STRAY: usize = 3;

/// Compares premultiplied RGBA pixels of a square picture with `tests/pictures/<name>.png`. With `BLESS=1` they replace that
/// reference; otherwise a difference writes `<name>.new.png` and `<name>.diff.png` and panics.
pub(crate) fn assert_picture(name: &str, size: usize, pixels: &[u8]) {
    let file = |kind: &str| -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/pictures/{name}{kind}.png"))
    };
    if std::env::var_os("BLESS").is_some_and(|bless| bless == "1") {
        return write(&file(""), size, pixels);
    }
    let Some(golden) = read(&file(""), size) else {
        write(&file(".new"), size, pixels);
        panic!(
            "{name}: no picture of {size} px to compare with; look at {name}.new.png, then run with BLESS=1"
        );
    };
    let far = |(a, b): (&[u8], &[u8])| a.iter().zip(b).any(|(a, b)| a.abs_diff(*b) > TOLERANCE);
    let differs: Vec<bool> = golden.chunks(4).zip(pixels.chunks(4)).map(far).collect();
    let count = differs.iter().filter(|differs| **differs).count();
    if count * 1000 > STRAY * size * size {
        let diff: Vec<u8> = differs
            .iter()
            .zip(pixels.chunks(4))
            .flat_map(|(differs, p)| {
                if *differs {
                    [255, 0, 0, 255]
                } else {
                    [p[0] / 4, p[1] / 4, p[2] / 4, p[3] / 4]
                }
            })
            .collect();
        write(&file(".new"), size, pixels);
        write(&file(".diff"), size, &diff);
        panic!("{name}: {count} pixels differ; look at {name}.new.png and {name}.diff.png");
    }
}

fn write(path: &Path, size: usize, pixels: &[u8]) {
    let mut encoder = png::Encoder::new(
        BufWriter::new(File::create(path).expect("the folder exists")),
        size as u32,
        size as u32,
    );
    encoder.set_color(png::ColorType::Rgba);
    encoder.set_depth(png::BitDepth::Eight);
    encoder.set_compression(png::Compression::High);
    encoder.set_filter(png::Filter::Adaptive);
    encoder
        .write_header()
        .and_then(|mut writer| writer.write_image_data(pixels))
        .expect("the picture can be written");
}

/// The pixels of a picture; `None` if it does not exist or has another size.
fn read(path: &Path, size: usize) -> Option<Vec<u8>> {
    let mut reader = png::Decoder::new(BufReader::new(File::open(path).ok()?))
        .read_info()
        .ok()?;
    let mut pixels = vec![0; reader.output_buffer_size()?];
    reader.next_frame(&mut pixels).ok()?;
    (pixels.len() == size * size * 4).then_some(pixels)
}
