//! `unhunch-window picture`: a figure, a sheet of figures, or an animation, as a file.

mod animation;
mod webp;

use std::fs;
use std::io;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, ValueEnum};
use unhunch::figure::{Character, Painter, Style, Theme};
use unhunch::lang::{mark, tr};
use unhunch::reason;
use unhunch::routine::{Cue, Kind, Part, Phase, Plan};

use self::animation::{Animation, Format, moments};

/// The maximum number of pixels of a sheet.
const MOST_PIXELS: usize = 64_000_000;
/// The maximum number of pixels of all frames of an animation.
const MOST_PIXELS_OF_FRAMES: usize = 512_000_000;
/// The maximum number of pictures per row of a sheet.
const MOST_COLUMNS: usize = 6;
/// The width and height of a picture, in pixels.
const STILL: u16 = 640;
/// The width and height of an animation, in pixels: below 1.5 MB.
const ANIMATED: u16 = 480;

#[derive(Debug, Args)]
pub(crate) struct PictureArgs {
    #[arg(help = mark("The id of the routine or exercise"))]
    id: String,
    #[arg(help = mark("The time within the routine, in seconds"), long, value_name = "SECONDS", conflicts_with = "sheet", value_parser = second)]
    at: Option<f64>,
    #[arg(help = mark("The width and height of the picture, in pixels (default: 640, or 480 with `--animate`)"), long, value_name = "PX", value_parser = clap::value_parser!(u16).range(16..=4096))]
    size: Option<u16>,
    #[arg(help = mark("The colours"), long, value_enum, default_value_t = Colours::Light)]
    theme: Colours,
    #[arg(help = mark("The figure"), long, value_enum, value_name = "NAME", default_value_t = Figure::Teal)]
    figure: Figure,
    #[arg(help = mark("The side from which the figure is seen"), long, value_enum, default_value_t = Side::First)]
    view: Side,
    #[arg(help = mark("The number of pictures on one sheet, spread over a rep of an exercise or over a whole routine"), long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=100))]
    sheet: Option<u16>,
    #[arg(help = mark("One repetition of an exercise as a loop; long holds are shortened"), long, conflicts_with_all = ["at", "sheet"])]
    animate: bool,
    #[arg(help = mark("The file to write: `.png`, or with `--animate` also `.webp` or `.gif`"), long, value_name = "FILE")]
    out: PathBuf,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Colours {
    Light,
    Dark,
    #[value(help = mark("High contrast on white"))]
    ContrastLight,
    #[value(help = mark("High contrast on black"))]
    ContrastDark,
}

impl From<Colours> for Theme {
    fn from(colours: Colours) -> Self {
        match colours {
            Colours::Light => Self::Light,
            Colours::Dark => Self::Dark,
            Colours::ContrastLight => Self::ContrastLight,
            Colours::ContrastDark => Self::ContrastDark,
        }
    }
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Figure {
    #[value(help = mark("Short hair, a teal T-shirt"))]
    Teal,
    #[value(help = mark("Hair in a knot, a plum top with long sleeves"))]
    Plum,
    #[value(help = mark("Cropped grey hair, a slate grey T-shirt"))]
    Slate,
}

impl From<Figure> for Character {
    fn from(figure: Figure) -> Self {
        match figure {
            Figure::Teal => Self::Teal,
            Figure::Plum => Self::Plum,
            Figure::Slate => Self::Slate,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Side {
    #[value(help = mark("From where the movement is seen best"))]
    First,
    #[value(help = mark("From the other side, as in the small view"))]
    Second,
}

fn second(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(second) if second.is_finite() && second >= 0.0 => Ok(second),
        Ok(_) | Err(_) => Err("expected seconds, such as 7.5".into()),
    }
}

/// Writes the picture. Returns exit code 2 for invalid arguments, and 1 if the file cannot be written.
pub(crate) fn write(wish: &PictureArgs) -> ExitCode {
    let plan = match crate::exercises::load_library().plan(&wish.id) {
        Ok(plan) => plan,
        Err(unknown) => return refuse(&unknown.to_string()),
    };
    let painted = format(wish)
        .and_then(|format| has_view(wish, &plan).map(|()| format))
        .and_then(|format| match wish.animate {
            true => animate(wish, &plan, format),
            false => still(wish, &plan),
        });
    let file = match painted {
        Ok(file) => file,
        Err(message) => return refuse(&message),
    };
    match fs::write(&wish.out, file) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let what = tr!("{file} cannot be written", file = wish.out.display());
            eprintln!("unhunch: {}", reason::after(what, &error));
            ExitCode::FAILURE
        }
    }
}

/// Returns the format, which the name of the file decides.
fn format(wish: &PictureArgs) -> Result<Format, String> {
    let ending = wish.out.extension().unwrap_or_default();
    match ending.to_ascii_lowercase().to_str() {
        Some("png" | "apng") => Ok(Format::Png),
        Some("webp") if wish.animate => Ok(Format::WebP),
        Some("gif") if wish.animate => Ok(Format::Gif),
        _ if wish.animate => Err(tr(
            "an animation is a `.png`, `.webp` or `.gif` file; write its name with one of these endings",
        )
        .to_owned()),
        _ => Err(tr("a picture is a `.png` file; write its name with this ending").to_owned()),
    }
}

fn too_large() -> String {
    tr("that would be a huge picture; choose a smaller --size or a smaller --sheet").to_owned()
}

/// Returns the file with a figure or a sheet of figures.
fn still(wish: &PictureArgs, plan: &Plan) -> Result<Vec<u8>, String> {
    let seconds = seconds(wish, plan)?;
    let sheet = Sheet::new(wish, seconds.len());
    if sheet.width * sheet.height > MOST_PIXELS {
        return Err(too_large());
    }
    let sheet = sheet.paint(plan, &seconds);
    sheet.png().map_err(|error| reason::of_error(&error))
}

/// Returns the file with a loop.
fn animate(wish: &PictureArgs, plan: &Plan, format: Format) -> Result<Vec<u8>, String> {
    if plan.parts().len() > 1 {
        return Err(tr!(
            "{id} is a routine; an animation shows one exercise",
            id = plan.id
        ));
    }
    let mut sheet = Sheet::new(wish, 1);
    let moments = moments(plan, steady_repetition(plan));
    if sheet.size * sheet.size * moments.len() > MOST_PIXELS_OF_FRAMES {
        return Err(too_large());
    }
    let paint = |second| {
        sheet.repaint(plan, &[second]);
        sheet.pixels.clone()
    };
    let ground = Theme::from(wish.theme).card();
    let size = usize::from(wish.size.unwrap_or(ANIMATED));
    let animation = Animation::new(size, &moments, ground, paint);
    let mut file = Vec::new();
    let written = animation.write(format, &mut file);
    written.map_err(|error| reason::of_error(&error))?;
    Ok(file)
}

fn refuse(message: &str) -> ExitCode {
    eprintln!("unhunch: {message}");
    ExitCode::from(2)
}

/// Checks that the requested view exists. Most exercises have only one.
fn has_view(wish: &PictureArgs, plan: &Plan) -> Result<(), String> {
    let is_seen = |part: &Part| part.exercise.figure.second.is_some();
    if wish.view == Side::First || plan.parts().iter().all(is_seen) {
        return Ok(());
    }
    Err(tr!(
        "{id} has no second view; its one view shows all of it",
        id = plan.id
    ))
}

/// Returns the moments to paint, in seconds of the plan.
fn seconds(wish: &PictureArgs, plan: &Plan) -> Result<Vec<f64>, String> {
    let at = wish.at.unwrap_or(0.0);
    let total = plan.total_seconds();
    if at > total {
        return Err(tr!(
            "`--at` is {at}, but {id} takes {total} seconds",
            at = at,
            id = plan.id,
            total = total
        ));
    }
    let Some(count) = wish.sheet else {
        return Ok(vec![at]);
    };
    let (from, to) = period(plan);
    let step = (to - from) / f64::from(count);
    Ok((0..count)
        .map(|number| from + step * f64::from(number))
        .collect())
}

/// Returns the start and end of the first repetition of a single exercise, or of the whole routine.
fn period(plan: &Plan) -> (f64, f64) {
    let whole = (0.0, plan.total_seconds());
    if plan.parts().len() != 1 {
        return whole;
    }
    match beginnings(plan)[..] {
        [first, second, ..] => (first, second),
        [first] => (first, whole.1),
        [] => whole,
    }
}

/// Returns the start and end of a repetition that ends as it begins: the first one may begin in another pose.
fn steady_repetition(plan: &Plan) -> (f64, f64) {
    match beginnings(plan)[..] {
        [_, second, third, ..] => (second, third),
        _ => period(plan),
    }
}

/// Returns the times at which a repetition begins, in seconds.
fn beginnings(plan: &Plan) -> Vec<f64> {
    let mut start = 0.0;
    let begin = |phase: &Phase| {
        let begin = start;
        start += phase.seconds;
        phase.begins_rep.then_some(begin)
    };
    plan.phases().iter().filter_map(begin).collect()
}

/// Pictures arranged in a grid.
struct Sheet {
    count: usize,
    size: usize,
    width: usize,
    height: usize,
    columns: usize,
    style: Style,
    side: Side,
    pixels: Vec<u8>,
}

impl Sheet {
    fn new(wish: &PictureArgs, count: usize) -> Self {
        let default = if wish.animate { ANIMATED } else { STILL };
        let size = usize::from(wish.size.unwrap_or(default));
        let columns = columns(count);
        Self {
            count,
            size,
            columns,
            width: columns * size,
            height: count.div_ceil(columns) * size,
            style: Style {
                theme: wish.theme.into(),
                look: wish.figure.into(),
            },
            side: wish.view,
            pixels: Vec::new(),
        }
    }

    fn paint(mut self, plan: &Plan, seconds: &[f64]) -> Self {
        self.repaint(plan, seconds);
        self
    }

    fn repaint(&mut self, plan: &Plan, seconds: &[f64]) {
        let card = self.style.theme.card();
        self.pixels = card.repeat(self.width * self.height);
        let mut painter = Painter::new();
        let mut figure = vec![0; self.size * self.size * 4];
        for (number, second) in seconds.iter().enumerate() {
            self.paint_figure(&mut painter, &plan.at(*second), &mut figure);
            self.put(number, &figure);
        }
    }

    fn paint_figure(&self, painter: &mut Painter, cue: &Cue<'_>, pixels: &mut [u8]) {
        let (side, size) = (self.size as u16, self.size as f32);
        let drawing = &cue.part().exercise.figure;
        let mut stance = cue.stance();
        if cue.phase.kind == Kind::Ready {
            stance.breath = 0.0;
        }
        let shapes = match self.side {
            Side::First => drawing.shapes(&stance, size, self.style),
            Side::Second => drawing
                .second_shapes(&stance, size, self.style)
                .unwrap_or_default(),
        };
        painter.paint(&shapes, side, side, pixels);
    }

    /// Composites a figure with premultiplied alpha onto its cell.
    fn put(&mut self, number: usize, figure: &[u8]) {
        let (column, row) = (number % self.columns, number / self.columns);
        let in_row = self.columns.min(self.count - row * self.columns);
        let left = (self.columns - in_row) * self.size / 2 + column * self.size;
        for y in 0..self.size {
            let from = &figure[y * self.size * 4..][..self.size * 4];
            let at = ((row * self.size + y) * self.width + left) * 3;
            for (over, under) in from
                .chunks_exact(4)
                .zip(self.pixels[at..].chunks_exact_mut(3))
            {
                composite(over, under);
            }
        }
    }

    fn png(&self) -> io::Result<Vec<u8>> {
        let mut file = Vec::new();
        let mut encoder = png::Encoder::new(&mut file, self.width as u32, self.height as u32);
        encoder.set_color(png::ColorType::Rgb);
        encoder.set_depth(png::BitDepth::Eight);
        let mut writer = encoder.write_header()?;
        writer.write_image_data(&self.pixels)?;
        writer.finish()?;
        Ok(file)
    }
}

/// Returns the number of columns that fills all rows, with pictures about as many across as down and a half more.
fn columns(count: usize) -> usize {
    if count <= MOST_COLUMNS - 1 {
        return count;
    }
    let ideal = (count as f64 * 1.5).sqrt();
    let off = |columns: &usize| ((*columns as f64 - ideal).abs() * 1000.0) as usize;
    let full = (2..=MOST_COLUMNS).filter(|columns| count % columns == 0);
    // A larger prime number of pictures fills no grid; its last row is centred.
    full.min_by_key(off).unwrap_or(MOST_COLUMNS - 1)
}

/// Composites a premultiplied pixel over an opaque one.
pub(crate) fn composite(over: &[u8], under: &mut [u8]) {
    let clear = 255 - u16::from(over[3]);
    for (under, over) in under.iter_mut().zip(over) {
        *under = over.saturating_add(((u16::from(*under) * clear + 127) / 255) as u8);
    }
}

#[cfg(test)]
mod tests {
    use unhunch::routine::Library;

    use super::*;

    fn wish(id: &str, sheet: Option<u16>, at: Option<f64>) -> PictureArgs {
        PictureArgs {
            id: id.into(),
            at,
            size: Some(64),
            theme: Colours::Dark,
            figure: Figure::Slate,
            view: Side::First,
            sheet,
            animate: false,
            out: PathBuf::new(),
        }
    }

    #[test]
    fn a_sheet_shows_one_repetition() {
        let plan = Library::shipped().plan("thoracic-extension").unwrap();
        let seconds = seconds(&wish("thoracic-extension", Some(4), None), &plan).unwrap();
        assert_eq!(seconds, [6.0, 7.5, 9.0, 10.5]);
    }

    #[test]
    fn a_sheet_of_a_routine_shows_all_of_it() {
        let plan = Library::shipped().plan("desk").unwrap();
        let seconds = seconds(&wish("desk", Some(2), None), &plan).unwrap();
        assert_eq!(seconds, [0.0, plan.total_seconds() / 2.0]);
    }

    #[test]
    fn a_second_after_the_end_is_refused() {
        let plan = Library::shipped().plan("moment").unwrap();
        assert_eq!(
            seconds(&wish("moment", None, Some(31.0)), &plan),
            Err("`--at` is 31, but moment takes 30 seconds".into())
        );
    }

    #[test]
    fn a_second_view_is_only_shown_where_there_is_one() {
        let wish = |id| PictureArgs {
            view: Side::Second,
            ..wish(id, None, None)
        };
        let ask = |id| has_view(&wish(id), &Library::shipped().plan(id).unwrap());
        assert_eq!(ask("scapula-squeeze"), Ok(()));
        assert_eq!(
            ask("cat-cow"),
            Err("cat-cow has no second view; its one view shows all of it".into())
        );
    }

    #[test]
    fn every_picture_of_a_sheet_has_a_person_on_it() {
        let plan = Library::shipped().plan("moment").unwrap();
        let wish = wish("moment", Some(6), None);
        let seconds = seconds(&wish, &plan).unwrap();
        let sheet = Sheet::new(&wish, 6).paint(&plan, &seconds);
        assert_eq!((sheet.width, sheet.height), (3 * 64, 2 * 64));
        let coloured = |column: usize, row: usize| {
            (0..64 * 64).any(|i| {
                let (x, y) = (column * 64 + i % 64, row * 64 + i / 64);
                sheet.pixels[(y * sheet.width + x) * 3..][..3] != Theme::Dark.card()
            })
        };
        assert!((0..6).all(|number| coloured(number % 3, number / 3)));
    }

    #[test]
    fn rows_are_filled() {
        let counts = [1, 2, 3, 4, 5, 6, 8, 9, 10, 12, 15, 16, 20, 24];
        let all: Vec<_> = counts.map(columns).into_iter().collect();
        assert_eq!(all, [1, 2, 3, 4, 5, 3, 4, 3, 5, 4, 5, 4, 5, 6]);
        assert!(counts.iter().all(|count| count % columns(*count) == 0));
        // No more than a row is left open.
        assert_eq!([7, 11, 13].map(columns), [5, 5, 5]);
    }

    #[test]
    fn the_name_of_the_file_decides_the_format() {
        let named = |name: &str, animate| {
            format(&PictureArgs {
                animate,
                out: name.into(),
                ..wish("cat-cow", None, None)
            })
        };
        assert_eq!(named("a.PNG", false), Ok(Format::Png));
        assert_eq!(named("a.png", true), Ok(Format::Png));
        assert_eq!(named("a.webp", true), Ok(Format::WebP));
        assert_eq!(named("a.gif", true), Ok(Format::Gif));
        for (name, animate) in [("a.gif", false), ("a", false), ("a.jpg", true), ("", true)] {
            assert!(named(name, animate).is_err(), "{name}");
        }
    }
}
