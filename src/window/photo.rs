//! Pictures of the user's own exercises: PNG, JPEG, WebP, GIF and SVG, scaled to the size of the window.
//!
//! The files may come from strangers, so sizes are limited before anything is decoded.

mod svg;

use std::fs::File;
use std::io::{Cursor, Read as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use slint::{Image, Rgba8Pixel, SharedPixelBuffer};
use unhunch::config::programme::LARGEST_PICTURE;
use zune_jpeg::JpegDecoder;
use zune_jpeg::zune_core::bytestream::ZCursor;
use zune_jpeg::zune_core::colorspace::ColorSpace;
use zune_jpeg::zune_core::options::DecoderOptions;

/// The longest side of a picture, in pixels.
const LONGEST: usize = 10_000;
/// The most pixels of a picture; a good camera makes half of that.
const MOST_PIXELS: usize = 40_000_000;
/// The most pixels of a frame of an animation.
const MOST_OF_FRAME: usize = 4_000_000;
/// The most frames of an animation, and the most pixels of all of them after scaling. What is beyond is left out.
const MOST_FRAMES: usize = 300;
const MOST_OF_FRAMES: usize = 16_000_000;
/// The shortest time of a frame; browsers treat shorter ones like this, too.
const SHORTEST_FRAME: Duration = Duration::from_millis(20);
const DEFAULT_FRAME: Duration = Duration::from_millis(100);
/// The longer side of a shown picture, in pixels.
const SHOWN: usize = 1024;

/// A picture, or the frames of an animation, ready to be shown.
pub(crate) struct Photo {
    frames: Vec<(Buffer, Duration)>,
    total: Duration,
}

/// The pixels of an image. Unlike an image they can go from one thread to another.
pub(crate) type Buffer = SharedPixelBuffer<Rgba8Pixel>;

/// The picture that was opened last: decoding takes a while.
#[derive(Default)]
pub(crate) struct LastPhoto(Option<(PathBuf, Option<Photo>)>);

impl LastPhoto {
    /// Opens a picture, unless it is open. Returns `true` if it is another one than before.
    pub(crate) fn open(&mut self, file: &Path) -> bool {
        let is_other = self.0.as_ref().is_none_or(|(opened, _)| opened != file);
        if is_other {
            self.0 = Some((file.to_owned(), Photo::open(file)));
        }
        is_other
    }

    /// Returns the open picture. `None` if it can't be shown.
    pub(crate) fn photo(&self) -> Option<&Photo> {
        self.0.as_ref()?.1.as_ref()
    }
}

/// A decoded picture: width, height, and four bytes per pixel.
struct Pixels {
    width: usize,
    height: usize,
    rgba: Vec<u8>,
}

impl Photo {
    /// Reads a picture. Returns `None` if it is too large or can't be decoded.
    pub(crate) fn open(file: &Path) -> Option<Self> {
        let mut content = Vec::new();
        let opened = File::open(file).ok()?;
        if !opened.metadata().ok()?.is_file() {
            return None;
        }
        let read = opened.take(LARGEST_PICTURE + 1).read_to_end(&mut content);
        if read.ok()? as u64 > LARGEST_PICTURE {
            return None;
        }
        Self::decode(&content)
    }

    fn decode(content: &[u8]) -> Option<Self> {
        if content.starts_with(b"GIF8") {
            return gif(content);
        }
        if content.starts_with(b"RIFF")
            && let Some(animation) = animated_webp(content)
        {
            return Some(animation);
        }
        let still = if content.starts_with(b"\x89PNG") {
            png(content)
        } else if content.starts_with(b"\xFF\xD8") {
            jpeg(content)
        } else if content.starts_with(b"RIFF") {
            webp(content)
        } else if content.trim_ascii_start().starts_with(b"<")
            || content.starts_with(b"\xEF\xBB\xBF<")
        {
            svg::decode(content)
        } else {
            None
        };
        let still = still?.scaled(SHOWN).squared();
        Some(Self {
            frames: vec![(still, Duration::MAX)],
            total: Duration::MAX,
        })
    }

    /// Returns the frame at this time of the loop.
    pub(crate) fn frame(&self, elapsed: Duration) -> Image {
        let mut left = Duration::from_nanos(
            (elapsed.as_nanos() % self.total.as_nanos().max(1)).min(u64::MAX.into()) as u64,
        );
        for (frame, time) in &self.frames {
            if left < *time {
                return Image::from_rgba8(frame.clone());
            }
            left -= *time;
        }
        let first = self.frames.first();
        first
            .map(|(frame, _)| Image::from_rgba8(frame.clone()))
            .unwrap_or_default()
    }

    /// Returns a small version of the first frame, with sides of at most `side` pixels.
    pub(crate) fn thumbnail(&self, side: usize) -> Option<Buffer> {
        let (frame, _) = self.frames.first()?;
        let (width, height) = (frame.width() as usize, frame.height() as usize);
        let pixels = Pixels::new(width, height, frame.as_bytes().to_vec())?;
        Some(pixels.scaled(side).squared())
    }

    /// Returns `true` if there is more than one frame.
    #[cfg(test)]
    fn moves(&self) -> bool {
        self.frames.len() > 1
    }
}

fn is_allowed(width: usize, height: usize, most: usize) -> bool {
    let sides = [width, height];
    sides.iter().all(|side| (1..=LONGEST).contains(side)) && width * height <= most
}

fn png(content: &[u8]) -> Option<Pixels> {
    let mut decoder = png::Decoder::new(Cursor::new(content));
    decoder.set_limits(png::Limits {
        bytes: MOST_PIXELS * 8,
    });
    decoder.set_ignore_text_chunk(true);
    decoder.set_transformations(png::Transformations::normalize_to_color8());
    let info = decoder.read_header_info().ok()?;
    let (width, height) = (info.width as usize, info.height as usize);
    if !is_allowed(width, height, MOST_PIXELS) {
        return None;
    }
    let mut reader = decoder.read_info().ok()?;
    let mut bytes = vec![0; reader.output_buffer_size()?];
    let frame = reader.next_frame(&mut bytes).ok()?;
    bytes.truncate(frame.buffer_size());
    let rgba = match frame.color_type {
        png::ColorType::Rgba => bytes,
        png::ColorType::Rgb => with_alpha(&bytes),
        png::ColorType::Grayscale => bytes.iter().flat_map(|g| [*g, *g, *g, 255]).collect(),
        png::ColorType::GrayscaleAlpha => {
            let pixels = bytes.as_chunks::<2>().0.iter();
            pixels.flat_map(|[g, a]| [*g, *g, *g, *a]).collect()
        }
        png::ColorType::Indexed => return None,
    };
    Pixels::new(width, height, rgba)
}

fn jpeg(content: &[u8]) -> Option<Pixels> {
    let options = DecoderOptions::default()
        .set_max_width(LONGEST)
        .set_max_height(LONGEST)
        .jpeg_set_out_colorspace(ColorSpace::RGB);
    let mut decoder = JpegDecoder::new_with_options(ZCursor::new(content), options);
    decoder.decode_headers().ok()?;
    let (width, height) = decoder.dimensions()?;
    if !is_allowed(width, height, MOST_PIXELS) {
        return None;
    }
    let rgb = decoder.decode().ok()?;
    let turn = decoder.exif().map_or(1, |exif| orientation(exif));
    // Scaling first saves memory.
    let pixels = Pixels::new(width, height, with_alpha(&rgb))?.scaled(SHOWN);
    Some(pixels.upright(turn))
}

fn webp(content: &[u8]) -> Option<Pixels> {
    let mut decoder = image_webp::WebPDecoder::new(Cursor::new(content)).ok()?;
    decoder.set_memory_limit(MOST_PIXELS * 4);
    let (width, height) = decoder.dimensions();
    let (width, height) = (width as usize, height as usize);
    if !is_allowed(width, height, MOST_PIXELS) {
        return None;
    }
    let mut bytes = vec![0; decoder.output_buffer_size()?];
    decoder.read_image(&mut bytes).ok()?;
    let rgba = if decoder.has_alpha() {
        bytes
    } else {
        with_alpha(&bytes)
    };
    Pixels::new(width, height, rgba)
}

fn gif(content: &[u8]) -> Option<Photo> {
    let mut options = gif::DecodeOptions::new();
    options.set_color_output(gif::ColorOutput::RGBA);
    let limit = std::num::NonZeroU64::new(MOST_OF_FRAME as u64 * 4)?;
    options.set_memory_limit(gif::MemoryLimit::Bytes(limit));
    let mut decoder = options.read_info(Cursor::new(content)).ok()?;
    let (width, height) = (usize::from(decoder.width()), usize::from(decoder.height()));
    if !is_allowed(width, height, MOST_OF_FRAME) {
        return None;
    }
    let mut canvas = vec![0; width * height * 4];
    let mut frames = Frames::default();
    while let Ok(Some(frame)) = decoder.read_next_frame() {
        let before = (frame.dispose == gif::DisposalMethod::Previous).then(|| canvas.clone());
        draw(frame, &mut canvas, [width, height]);
        let scaled = Pixels::new(width, height, canvas.clone())?.scaled(SHOWN);
        if !frames.add(&scaled, u64::from(frame.delay) * 10) {
            break;
        }
        match (frame.dispose, before) {
            (gif::DisposalMethod::Background, _) => clear(frame, &mut canvas, [width, height]),
            (_, Some(before)) => canvas = before,
            (_, None) => {}
        }
    }
    frames.photo()
}

/// Returns the animation of a WebP file, or `None` if it is a single picture.
fn animated_webp(content: &[u8]) -> Option<Photo> {
    let mut decoder = image_webp::WebPDecoder::new(Cursor::new(content)).ok()?;
    decoder.set_memory_limit(MOST_OF_FRAME * 4);
    let (width, height) = decoder.dimensions();
    let (width, height) = (width as usize, height as usize);
    if !decoder.is_animated() || !is_allowed(width, height, MOST_OF_FRAME) {
        return None;
    }
    let mut frames = Frames::default();
    let mut bytes = vec![0; decoder.output_buffer_size()?];
    for _ in 0..decoder.num_frames() {
        let Ok(milliseconds) = decoder.read_frame(&mut bytes) else {
            break;
        };
        let rgba = if decoder.has_alpha() {
            bytes.clone()
        } else {
            with_alpha(&bytes)
        };
        let scaled = Pixels::new(width, height, rgba)?.scaled(SHOWN);
        if !frames.add(&scaled, u64::from(milliseconds)) {
            break;
        }
    }
    frames.photo()
}

/// The frames of an animation, up to the limits.
#[derive(Default)]
struct Frames {
    frames: Vec<(Buffer, Duration)>,
    pixels: usize,
}

impl Frames {
    /// Adds a frame that is shown for so many milliseconds. Returns `false` if there is no room for it.
    fn add(&mut self, picture: &Pixels, milliseconds: u64) -> bool {
        self.pixels += picture.width * picture.height;
        let is_full = self.frames.len() >= MOST_FRAMES || self.pixels > MOST_OF_FRAMES;
        if is_full && !self.frames.is_empty() {
            return false;
        }
        let time = match Duration::from_millis(milliseconds) {
            time if time < SHORTEST_FRAME => DEFAULT_FRAME,
            time => time,
        };
        self.frames.push((picture.squared(), time));
        true
    }

    fn photo(self) -> Option<Photo> {
        let total = self.frames.iter().map(|(_, time)| *time).sum();
        (!self.frames.is_empty()).then_some(Photo {
            frames: self.frames,
            total,
        })
    }
}

/// Draws the visible part of a frame on the canvas.
fn draw(frame: &gif::Frame<'_>, canvas: &mut [u8], size: [usize; 2]) {
    for_each_row(frame, size, |row, at, wide| {
        let from = frame.buffer.get(row * usize::from(frame.width) * 4..);
        let pixels = from
            .unwrap_or_default()
            .as_chunks::<4>()
            .0
            .iter()
            .take(wide);
        for (over, under) in pixels.zip(canvas[at..].as_chunks_mut::<4>().0) {
            if over[3] != 0 {
                *under = *over;
            }
        }
    });
}

fn clear(frame: &gif::Frame<'_>, canvas: &mut [u8], size: [usize; 2]) {
    for_each_row(frame, size, |_, at, wide| canvas[at..at + wide * 4].fill(0));
}

/// Calls `act` for each row of a frame within the canvas, with the position in the canvas and the number of pixels.
fn for_each_row(
    frame: &gif::Frame<'_>,
    [width, height]: [usize; 2],
    mut act: impl FnMut(usize, usize, usize),
) {
    let (left, top) = (usize::from(frame.left), usize::from(frame.top));
    let wide = usize::from(frame.width).min(width.saturating_sub(left));
    let high = usize::from(frame.height).min(height.saturating_sub(top));
    if wide == 0 {
        return;
    }
    for row in 0..high {
        act(row, ((top + row) * width + left) * 4, wide);
    }
}

fn with_alpha(rgb: &[u8]) -> Vec<u8> {
    let pixels = rgb.as_chunks::<3>().0.iter();
    pixels.flat_map(|[r, g, b]| [*r, *g, *b, 255]).collect()
}

impl Pixels {
    fn new(width: usize, height: usize, rgba: Vec<u8>) -> Option<Self> {
        let is_whole = rgba.len() == width * height * 4;
        is_whole.then_some(Self {
            width,
            height,
            rgba,
        })
    }

    /// Returns the picture with its longer side no longer than `longest`. Each pixel is the mean of those that it replaces.
    fn scaled(self, longest: usize) -> Self {
        let longer = self.width.max(self.height);
        if longer <= longest {
            return self;
        }
        let fit = |side: usize| (side * longest / longer).max(1);
        let (width, height) = (fit(self.width), fit(self.height));
        let mut rgba = Vec::with_capacity(width * height * 4);
        let part = |at: usize, parts: usize, all: usize| {
            let begin = at * all / parts;
            begin..((at + 1) * all / parts).max(begin + 1)
        };
        for y in 0..height {
            for x in 0..width {
                let (mut sums, mut count) = ([0_u32; 4], 0);
                for from_y in part(y, height, self.height) {
                    for from_x in part(x, width, self.width) {
                        let at = (from_y * self.width + from_x) * 4;
                        for (sum, value) in sums.iter_mut().zip(&self.rgba[at..at + 4]) {
                            *sum += u32::from(*value);
                        }
                        count += 1;
                    }
                }
                rgba.extend(sums.map(|sum| (sum / count) as u8));
            }
        }
        Self {
            width,
            height,
            rgba,
        }
    }

    /// Turns the picture as the camera says, by the numbers of EXIF.
    fn upright(self, turn: u16) -> Self {
        let (wide, high) = (self.width, self.height);
        let is_on_side = (5..=8).contains(&turn);
        let (width, height) = if is_on_side {
            (high, wide)
        } else {
            (wide, high)
        };
        let mut rgba = Vec::with_capacity(self.rgba.len());
        for y in 0..height {
            for x in 0..width {
                let (from_x, from_y) = match turn {
                    2 => (wide - 1 - x, y),
                    3 => (wide - 1 - x, high - 1 - y),
                    4 => (x, high - 1 - y),
                    5 => (y, x),
                    6 => (y, high - 1 - x),
                    7 => (wide - 1 - y, high - 1 - x),
                    8 => (wide - 1 - y, x),
                    _ => (x, y),
                };
                let at = (from_y * wide + from_x) * 4;
                rgba.extend_from_slice(&self.rgba[at..at + 4]);
            }
        }
        Self {
            width,
            height,
            rgba,
        }
    }

    /// Returns the picture in the middle of a transparent square.
    fn squared(&self) -> Buffer {
        let side = self.width.max(self.height);
        let mut buffer = Buffer::new(side as u32, side as u32);
        let bytes = buffer.make_mut_bytes();
        bytes.fill(0);
        let (left, top) = ((side - self.width) / 2, (side - self.height) / 2);
        for (row, line) in self.rgba.chunks_exact(self.width * 4).enumerate() {
            let at = ((top + row) * side + left) * 4;
            bytes[at..at + line.len()].copy_from_slice(line);
        }
        buffer
    }
}

/// Returns the orientation in EXIF data; 1 is upright.
fn orientation(exif: &[u8]) -> u16 {
    let exif = exif.strip_prefix(b"Exif\0\0").unwrap_or(exif);
    let is_little = exif.starts_with(b"II");
    let short = |at: usize| {
        let bytes = exif.get(at..at + 2)?.try_into().ok()?;
        Some(if is_little {
            u16::from_le_bytes(bytes)
        } else {
            u16::from_be_bytes(bytes)
        })
    };
    let long = |at: usize| {
        let bytes = exif.get(at..at + 4)?.try_into().ok()?;
        Some(if is_little {
            u32::from_le_bytes(bytes)
        } else {
            u32::from_be_bytes(bytes)
        })
    };
    let find = || {
        let directory = long(4)? as usize;
        let count = usize::from(short(directory)?);
        let entry = (0..count)
            .map(|number| directory + 2 + number * 12)
            .find(|at| short(*at) == Some(0x0112))?;
        short(entry + 8).filter(|turn| (1..=8).contains(turn))
    };
    find().unwrap_or(1)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn png_of(width: u32, height: u32) -> Vec<u8> {
        let mut file = Vec::new();
        let mut encoder = png::Encoder::new(&mut file, width, height);
        encoder.set_color(png::ColorType::Rgb);
        encoder.set_depth(png::BitDepth::Eight);
        let mut writer = encoder.write_header().unwrap();
        let pixels = vec![200; (width * height * 3) as usize];
        writer.write_image_data(&pixels).unwrap();
        writer.finish().unwrap();
        file
    }

    fn gif_of(frames: u16) -> Vec<u8> {
        let mut file = Vec::new();
        let mut encoder = gif::Encoder::new(&mut file, 4, 4, &[255, 0, 0, 0, 0, 255]).unwrap();
        for number in 0..frames {
            let pixels = vec![(number % 2) as u8; 16];
            let frame = gif::Frame {
                width: 4,
                height: 4,
                delay: 10,
                buffer: pixels.into(),
                ..gif::Frame::default()
            };
            encoder.write_frame(&frame).unwrap();
        }
        drop(encoder);
        file
    }

    #[test]
    fn a_picture_becomes_a_square_that_is_not_too_large() {
        let photo = Photo::decode(&png_of(3000, 1500)).unwrap();
        let image = photo.frame(Duration::ZERO);
        assert_eq!((image.size().width, image.size().height), (1024, 1024));
        let pixels = image.to_rgba8().unwrap();
        let at = |x: usize, y: usize| pixels.as_slice()[y * 1024 + x];
        assert_eq!(at(500, 10).a, 0, "above the picture");
        assert_eq!((at(500, 512).r, at(500, 512).a), (200, 255));
        assert!(!photo.moves());
    }

    #[test]
    fn an_animation_is_played_in_a_loop() {
        let photo = Photo::decode(&gif_of(3)).unwrap();
        assert!(photo.moves());
        let red = |milliseconds| {
            let image = photo.frame(Duration::from_millis(milliseconds));
            image.to_rgba8().unwrap().as_slice()[0].r
        };
        assert_eq!([50, 150, 250, 350].map(red), [255, 0, 255, 255]);
        let many = Photo::decode(&gif_of(400)).unwrap();
        assert_eq!(many.frames.len(), MOST_FRAMES);
    }

    #[test]
    fn an_animated_webp_is_played_in_a_loop() {
        let parts = [200, 100].map(|red| crate::picture::webp::Part {
            corner: [0, 0],
            size: [2, 2],
            milliseconds: 50,
            rgba: [red, 0, 0, 255].repeat(4),
        });
        let mut file = Vec::new();
        crate::picture::webp::write([2, 2], parts.into_iter(), &mut file).unwrap();
        let photo = Photo::decode(&file).unwrap();
        assert!(photo.moves());
        let red = |milliseconds| {
            let image = photo.frame(Duration::from_millis(milliseconds));
            image.to_rgba8().unwrap().as_slice()[0].r
        };
        let is_near = |at: u64, expected: u8| red(at).abs_diff(expected) <= 1;
        assert!(is_near(20, 200) && is_near(70, 100) && is_near(120, 200));
    }

    #[test]
    fn dimensions_are_limited_before_anything_is_decoded() {
        let mut huge = png_of(1, 1);
        huge[16..24].copy_from_slice(&[0, 0, 0x40, 0, 0, 0, 0x40, 0]);
        assert!(Photo::decode(&huge).is_none());
        let mut huge = gif_of(1);
        huge[6..10].copy_from_slice(&[255, 255, 255, 255]);
        assert!(Photo::decode(&huge).is_none());
    }

    #[test]
    fn every_kind_of_picture_is_read() {
        for file in [png_of(8, 8), gif_of(3), webp_of(), svg_of(), jpeg()] {
            assert!(Photo::decode(&file).is_some());
        }
    }

    #[test]
    fn a_photo_is_turned_upright() {
        let rgba = vec![1, 0, 0, 255, 2, 0, 0, 255];
        let pixels = Pixels::new(2, 1, rgba).unwrap().upright(6);
        assert_eq!((pixels.width, pixels.height), (1, 2));
        assert_eq!((pixels.rgba[0], pixels.rgba[4]), (1, 2));
        let exif = b"II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0";
        assert_eq!(orientation(exif), 6);
        assert_eq!(orientation(b"MM"), 1);
    }

    fn mangled(file: Vec<u8>, edits: &[(prop::sample::Index, u8)]) -> Vec<u8> {
        let mut file = file;
        for (at, byte) in edits {
            let at = at.index(file.len());
            file[at] = *byte;
        }
        file
    }

    /// Fuzzes the decoders for the seconds in `UNHUNCH_FUZZ_SECONDS`, or a minute.
    #[test]
    #[ignore = "takes a minute or more"]
    fn long_no_damaged_file_brings_it_down() {
        use proptest::strategy::ValueTree as _;
        use proptest::test_runner::TestRunner;
        let seconds = std::env::var("UNHUNCH_FUZZ_SECONDS").ok();
        let seconds = seconds.and_then(|text| text.parse().ok()).unwrap_or(60);
        let clock = unhunch::time::Clock;
        let end = clock.now().elapsed + Duration::from_secs(seconds);
        let mut runner = TestRunner::default();
        let edits = prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..16);
        let files = [png_of(8, 8), gif_of(3), webp_of(), svg_of(), jpeg()];
        let (mut count, mut slowest) = (0_usize, Duration::ZERO);
        while clock.now().elapsed < end {
            let edits = edits.new_tree(&mut runner).unwrap().current();
            let begin = clock.now().elapsed;
            drop(Photo::decode(&mangled(
                files[count % files.len()].clone(),
                &edits,
            )));
            slowest = slowest.max(clock.now().elapsed - begin);
            count += 1;
        }
        println!("{count} files, the slowest in {slowest:?}");
    }

    fn webp_of() -> Vec<u8> {
        let mut file = Vec::new();
        let encoder = image_webp::WebPEncoder::new(&mut file);
        let pixels = [200; 8 * 8 * 4];
        encoder
            .encode(&pixels, 8, 8, image_webp::ColorType::Rgba8)
            .unwrap();
        file
    }

    fn jpeg() -> Vec<u8> {
        include_bytes!("../../tests/programme/small.jpg").to_vec()
    }

    fn svg_of() -> Vec<u8> {
        br##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><defs><g id="a"><circle r="3"/></g></defs>
            <use href="#a" transform="translate(4 4)"/><path d="M1 1L5 5C1 2 3 4 5 6Z" stroke="#123" stroke-dasharray="1 2"/></svg>"##
            .to_vec()
    }

    proptest! {
        #[test]
        fn no_damaged_file_brings_it_down(
            edits in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..8),
            which in 0..5,
        ) {
            let file = match which {
                0 => png_of(8, 8),
                1 => gif_of(3),
                2 => webp_of(),
                3 => jpeg(),
                _ => svg_of(),
            };
            // Either is fine, as long as it ends.
            drop(Photo::decode(&mangled(file, &edits)));
        }

        #[test]
        fn no_bytes_bring_it_down(
            magic in prop::sample::select(vec![&b"\xFF\xD8\xFF"[..], b"RIFF", b"GIF89a", b"\x89PNG\r\n\x1a\n"]),
            bytes in prop::collection::vec(any::<u8>(), 0..200),
        ) {
            let file = [magic, &bytes].concat();
            drop(Photo::decode(&file));
        }
    }
}
