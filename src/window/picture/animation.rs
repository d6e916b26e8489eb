//! An animated picture: one repetition of an exercise as a loop, as PNG, WebP or GIF.
//!
//! All three formats get the same frames: 255 colours that suit the whole loop, and of each frame only the part that has
//! changed, which keeps the files small enough for a chat.

use std::collections::HashMap;
use std::io::{self, Write};
use std::ops::Range;

use color_quant::NeuQuant;
use unhunch::routine::{Kind, Phase, Plan};

use super::webp;

/// The shortest and the longest time between two frames of a movement, in milliseconds.
const STEP: [u32; 2] = [70, 260];

/// The shown beginning and end of a hold, in seconds; the middle of a longer one is left out.
const HOLD: [f64; 2] = [1.5, 1.0];

/// The number of colours, without the one that stands for transparency.
const COLOURS: usize = 255;

/// The index of transparency in the palette.
const TRANSPARENT: u8 = COLOURS as u8;

/// The number of frames from which the colours are chosen.
const SAMPLES: usize = 8;

/// How the file is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Format {
    Png,
    WebP,
    Gif,
}

impl Format {
    /// Returns the number of frames of a movement, which limits the size of the file: a slow movement looks smooth with fewer
    /// per second. The available encoder for WebP compresses less than the others.
    pub(super) fn frames(self) -> u32 {
        match self {
            Self::Png | Self::Gif => 50,
            Self::WebP => 32,
        }
    }
}

/// A moment of a plan, in seconds, and how long it is shown, in milliseconds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Moment {
    pub(super) second: f64,
    pub(super) milliseconds: u32,
}

/// Returns the moments of the repetition that begins and ends at these seconds of the plan, with up to `frames` of them for each
/// movement.
pub(super) fn moments(plan: &Plan, (from, to): (f64, f64), frames: u32) -> Vec<Moment> {
    let mut moments = Vec::new();
    let mut start = 0.0;
    for phase in plan.phases() {
        let end = start + phase.seconds;
        let left_out = left_out(phase, start);
        let milliseconds = step(phase.seconds, frames);
        let mut second = start;
        while second < end && (from..to).contains(&start) {
            if let Some(middle) = left_out.as_ref().filter(|middle| middle.contains(&second)) {
                second = middle.end;
            }
            moments.push(Moment {
                second,
                milliseconds,
            });
            second += f64::from(milliseconds) / 1000.0;
        }
        start = end;
    }
    moments
}

/// Returns the part of a phase that isn't shown: the middle of a long hold, in which nothing moves. The phase begins at `start`, in
/// seconds of the plan.
pub(super) fn left_out(phase: &Phase, start: f64) -> Option<Range<f64>> {
    let middle = start + HOLD[0]..start + phase.seconds - HOLD[1];
    (phase.kind == Kind::Hold && !middle.is_empty()).then_some(middle)
}

/// Returns the time between two frames of a phase, in milliseconds. GIF counts in hundredths of a second.
fn step(seconds: f64, frames: u32) -> u32 {
    let [shortest, longest] = STEP;
    let even = (seconds * 100.0 / f64::from(frames)).round() as u32 * 10;
    even.clamp(shortest, longest)
}

/// The part of a frame that differs from the frame before.
#[derive(Debug, PartialEq)]
struct Frame {
    x: usize,
    y: usize,
    width: usize,
    height: usize,
    /// The colours as indices of the palette; [`TRANSPARENT`] where nothing has changed.
    pixels: Vec<u8>,
    milliseconds: u32,
}

/// A loop of frames.
#[derive(Debug)]
pub(super) struct Animation {
    /// Width and height, in pixels.
    size: [usize; 2],
    /// Red, green and blue of each colour; the last one stands for transparency.
    palette: Vec<u8>,
    frames: Vec<Frame>,
}

impl Animation {
    /// Paints all moments with `paint`, which returns red, green and blue of each pixel. `ground` is the colour of the background.
    pub(super) fn new(
        size: [usize; 2],
        moments: &[Moment],
        ground: [u8; 3],
        mut paint: impl FnMut(f64) -> Vec<u8>,
    ) -> Self {
        let sample = moments.len().div_ceil(SAMPLES).max(1);
        let sample = moments.iter().step_by(sample);
        let sample: Vec<u8> = sample
            .flat_map(|moment| rgba(&paint(moment.second)))
            .collect();
        let mut palette = Palette::new(&sample, ground);
        let mut frames: Vec<Frame> = Vec::new();
        let mut previous = Vec::new();
        for moment in moments {
            let pixels = palette.indices(&paint(moment.second));
            let change = changed(&previous, &pixels, size);
            add(&mut frames, change, moment.milliseconds);
            previous = pixels;
        }
        Self {
            size,
            palette: palette.rgb,
            frames,
        }
    }

    /// Writes the file.
    ///
    /// # Errors
    /// If the output can't be written.
    pub(super) fn write(&self, format: Format, out: impl Write) -> io::Result<()> {
        match format {
            Format::Png => self.write_png(out),
            Format::WebP => webp::write(self.size, self.frames.iter().map(|f| self.part(f)), out),
            Format::Gif => self.write_gif(out),
        }
    }

    fn write_png(&self, out: impl Write) -> io::Result<()> {
        let [width, height] = self.size.map(|side| side as u32);
        let mut encoder = png::Encoder::new(out, width, height);
        encoder.set_color(png::ColorType::Indexed);
        encoder.set_depth(png::BitDepth::Eight);
        encoder.set_palette(&self.palette);
        let mut opacity = [255; COLOURS + 1];
        opacity[COLOURS] = 0;
        encoder.set_trns(&opacity[..]);
        encoder.set_compression(png::Compression::High);
        encoder.set_filter(png::Filter::NoFilter);
        encoder.set_animated(self.frames.len() as u32, 0)?;
        encoder.set_blend_op(png::BlendOp::Over)?;
        let mut writer = encoder.write_header()?;
        for frame in &self.frames {
            writer.set_frame_delay(frame.milliseconds.try_into().unwrap_or(u16::MAX), 1000)?;
            // The order matters: a position must leave room for the size of the frame before.
            writer.reset_frame_position()?;
            writer.set_frame_dimension(frame.width as u32, frame.height as u32)?;
            writer.set_frame_position(frame.x as u32, frame.y as u32)?;
            writer.write_image_data(&frame.pixels)?;
        }
        writer.finish()?;
        Ok(())
    }

    fn write_gif(&self, out: impl Write) -> io::Result<()> {
        let short = |length: usize| length as u16;
        let [width, height] = self.size.map(short);
        let mut encoder =
            gif::Encoder::new(out, width, height, &self.palette).map_err(io::Error::other)?;
        encoder
            .set_repeat(gif::Repeat::Infinite)
            .map_err(io::Error::other)?;
        for frame in &self.frames {
            let frame = gif::Frame {
                delay: (frame.milliseconds / 10).try_into().unwrap_or(u16::MAX),
                left: short(frame.x),
                top: short(frame.y),
                width: short(frame.width),
                height: short(frame.height),
                transparent: Some(TRANSPARENT),
                buffer: frame.pixels.as_slice().into(),
                ..gif::Frame::default()
            };
            encoder.write_frame(&frame).map_err(io::Error::other)?;
        }
        Ok(())
    }

    fn part(&self, frame: &Frame) -> webp::Part {
        webp::Part {
            corner: [frame.x, frame.y],
            size: [frame.width, frame.height],
            milliseconds: frame.milliseconds,
            rgba: self.rgba(frame),
        }
    }

    /// Returns red, green, blue and opacity of the pixels of a frame.
    fn rgba(&self, frame: &Frame) -> Vec<u8> {
        let colour = |&index: &u8| match index {
            TRANSPARENT => [0; 4],
            index => {
                let at = usize::from(index) * 3;
                [
                    self.palette[at],
                    self.palette[at + 1],
                    self.palette[at + 2],
                    255,
                ]
            }
        };
        frame.pixels.iter().flat_map(colour).collect()
    }
}

/// The colours of an animation, with the nearest one of each colour that was looked up before.
struct Palette {
    rgb: Vec<u8>,
    colours: NeuQuant,
    cache: HashMap<[u8; 3], u8>,
}

impl Palette {
    fn new(sample: &[u8], ground: [u8; 3]) -> Self {
        // The network learns from every tenth pixel, as its author recommends for pictures of this size.
        let colours = NeuQuant::new(10, COLOURS, sample);
        let mut rgb = colours.color_map_rgb();
        rgb.resize((COLOURS + 1) * 3, 0);
        // The background must be exact, so that it doesn't show as a square where the picture is embedded.
        let [r, g, b] = ground;
        let at = colours.index_of(&[r, g, b, 255]) * 3;
        rgb[at..at + 3].copy_from_slice(&ground);
        Self {
            rgb,
            colours,
            cache: HashMap::new(),
        }
    }

    fn indices(&mut self, rgb: &[u8]) -> Vec<u8> {
        let (pixels, _) = rgb.as_chunks::<3>();
        let look_up = |&[r, g, b]: &[u8; 3]| {
            let nearest = || self.colours.index_of(&[r, g, b, 255]) as u8;
            *self.cache.entry([r, g, b]).or_insert_with(nearest)
        };
        pixels.iter().map(look_up).collect()
    }
}

fn rgba(rgb: &[u8]) -> Vec<u8> {
    let (pixels, _) = rgb.as_chunks::<3>();
    pixels
        .iter()
        .flat_map(|&[r, g, b]| [r, g, b, 255])
        .collect()
}

/// Adds a frame, or shows the last one longer if nothing has changed.
fn add(frames: &mut Vec<Frame>, change: Option<Frame>, milliseconds: u32) {
    match (change, frames.last_mut()) {
        (Some(frame), _) => frames.push(Frame {
            milliseconds,
            ..frame
        }),
        (None, Some(last)) => last.milliseconds += milliseconds,
        (None, None) => {}
    }
}

/// Returns the part of `now` that differs from `before`, or `None` if there is none. If there is nothing before, it is all of it.
fn changed(before: &[u8], now: &[u8], [width, height]: [usize; 2]) -> Option<Frame> {
    let differs = |x: usize, y: usize| before.get(y * width + x) != Some(&now[y * width + x]);
    let rows = |y: &usize| (0..width).any(|x| differs(x, *y));
    let columns = |x: &usize| (0..height).any(|y| differs(*x, y));
    let (top, bottom) = ((0..height).find(rows)?, (0..height).rfind(rows)?);
    let (left, right) = ((0..width).find(columns)?, (0..width).rfind(columns)?);
    // WebP has even positions only.
    let (left, top) = (left & !1, top & !1);
    let pixel = |x, y| match differs(x, y) {
        true => now[y * width + x],
        false => TRANSPARENT,
    };
    let row = |y| (left..=right).map(move |x| pixel(x, y));
    Some(Frame {
        x: left,
        y: top,
        width: right - left + 1,
        height: bottom - top + 1,
        pixels: (top..=bottom).flat_map(row).collect(),
        milliseconds: 0,
    })
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use unhunch::routine::Library;

    use super::*;

    const SIZE: usize = 8;

    /// A white square with a red dot, which moves by a pixel in each second.
    fn dot(second: f64) -> Vec<u8> {
        let mut pixels = vec![255; SIZE * SIZE * 3];
        let at = (3 * SIZE + second as usize) * 3;
        pixels[at..at + 3].copy_from_slice(&[200, 0, 0]);
        pixels
    }

    /// Two colours need no choice: the first of the palette is white, the second red.
    fn loop_of(seconds: &[f64]) -> Animation {
        let mut palette = vec![0; (COLOURS + 1) * 3];
        palette[..6].copy_from_slice(&[255, 255, 255, 200, 0, 0]);
        let mut previous = Vec::new();
        let mut frames: Vec<Frame> = Vec::new();
        for &second in seconds {
            let painted = dot(second);
            let (pixels, _) = painted.as_chunks::<3>();
            let now: Vec<u8> = pixels.iter().map(|p| u8::from(*p != [255; 3])).collect();
            add(&mut frames, changed(&previous, &now, [SIZE; 2]), 70);
            previous = now;
        }
        Animation {
            size: [SIZE; 2],
            palette,
            frames,
        }
    }

    fn file(format: Format) -> Vec<u8> {
        let mut file = Vec::new();
        loop_of(&[1.0, 2.0, 2.0, 3.0])
            .write(format, &mut file)
            .unwrap();
        file
    }

    /// The frames with their milliseconds.
    type Decoded = Vec<(Vec<u8>, u32)>;

    /// Checks the frames. Blending may be off by one.
    fn check(frames: &Decoded) {
        let expected = [(1.0, 70), (2.0, 140), (3.0, 70)];
        assert_eq!(frames.len(), expected.len());
        for ((pixels, milliseconds), (second, expected)) in frames.iter().zip(expected) {
            assert_eq!(*milliseconds, expected);
            let painted = dot(second);
            let off = pixels.iter().zip(&painted).map(|(a, b)| a.abs_diff(*b));
            assert!(off.max().unwrap() <= 1, "{second}: {pixels:?}");
        }
    }

    /// Draws the changed part over a frame.
    fn draw(canvas: &mut [u8], rgba: &[u8], [left, top, width]: [usize; 3]) {
        for (number, pixel) in rgba.as_chunks::<4>().0.iter().enumerate() {
            let at = ((top + number / width) * SIZE + left + number % width) * 3;
            if pixel[3] == 255 {
                canvas[at..at + 3].copy_from_slice(&pixel[..3]);
            }
        }
    }

    #[test]
    fn only_what_changes_is_stored_and_what_stays_takes_longer() {
        let frames = loop_of(&[1.0, 2.0, 2.0, 3.0]).frames;
        let places: Vec<_> = frames
            .iter()
            .map(|frame| {
                (
                    frame.x,
                    frame.y,
                    frame.width,
                    frame.height,
                    frame.milliseconds,
                )
            })
            .collect();
        assert_eq!(
            places,
            [(0, 0, 8, 8, 70), (0, 2, 3, 2, 140), (2, 2, 2, 2, 70)]
        );
    }

    #[test]
    fn png_has_the_frames() {
        let mut decoder = png::Decoder::new(Cursor::new(file(Format::Png)));
        decoder.set_transformations(png::Transformations::EXPAND);
        let mut reader = decoder.read_info().unwrap();
        assert_eq!(reader.info().animation_control.unwrap().num_plays, 0);
        let (mut canvas, mut frames) = (vec![0; SIZE * SIZE * 3], Decoded::new());
        for _ in 0..3 {
            let mut pixels = vec![0; SIZE * SIZE * 4];
            let size = reader.next_frame(&mut pixels).unwrap().buffer_size();
            let control = *reader.info().frame_control().unwrap();
            let place = [control.x_offset, control.y_offset, control.width];
            draw(&mut canvas, &pixels[..size], place.map(|n| n as usize));
            frames.push((canvas.clone(), u32::from(control.delay_num)));
        }
        check(&frames);
    }

    #[test]
    fn webp_has_the_frames() {
        let file = Cursor::new(file(Format::WebP));
        let mut decoder = image_webp::WebPDecoder::new(file).unwrap();
        assert_eq!(decoder.loop_count(), image_webp::LoopCount::Forever);
        assert_eq!(decoder.num_frames(), 3);
        let mut frames = Decoded::new();
        for _ in 0..3 {
            let mut pixels = vec![0; SIZE * SIZE * 4];
            let milliseconds = decoder.read_frame(&mut pixels).unwrap();
            let (rgba, _) = pixels.as_chunks::<4>();
            let rgb = rgba.iter().flat_map(|pixel| pixel[..3].to_vec()).collect();
            frames.push((rgb, milliseconds));
        }
        check(&frames);
    }

    #[test]
    fn gif_has_the_frames() {
        let mut options = gif::DecodeOptions::new();
        options.set_color_output(gif::ColorOutput::RGBA);
        let mut decoder = options.read_info(Cursor::new(file(Format::Gif))).unwrap();
        let (mut canvas, mut frames) = (vec![0; SIZE * SIZE * 3], Decoded::new());
        while let Some(frame) = decoder.read_next_frame().unwrap() {
            let place = [frame.left, frame.top, frame.width];
            draw(&mut canvas, &frame.buffer, place.map(usize::from));
            frames.push((canvas.clone(), u32::from(frame.delay) * 10));
        }
        assert_eq!(decoder.repeat(), gif::Repeat::Infinite);
        check(&frames);
    }

    #[test]
    fn the_middle_of_a_long_hold_is_left_out() {
        let plan = Library::shipped().plan("pectoralis-stretch").unwrap();
        let all = plan.phases().iter().map(|phase| phase.seconds);
        let starts: Vec<f64> = all
            .scan(0.0, |end, seconds| {
                let start = *end;
                *end += seconds;
                Some(start)
            })
            .collect();
        let number = plan
            .phases()
            .iter()
            .position(|phase| phase.kind == Kind::Hold);
        let number = number.unwrap();
        let (start, end) = (starts[number], starts[number + 1]);
        let moments = moments(&plan, (start, end), Format::Png.frames());
        let duration: u32 = moments.iter().map(|moment| moment.milliseconds).sum();
        assert!(
            (2500..3000).contains(&duration),
            "{duration} ms of {} s",
            end - start
        );
        assert!(moments.last().unwrap().second > end - 0.3);
    }
}
