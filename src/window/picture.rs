//! `unhunch-window picture`: a figure, a sheet of figures, or an animation, as a file.

mod animation;
pub(crate) mod webp;

use std::fs;
use std::io;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, ValueEnum};
use unhunch::figure::{Character, Fill, Painter, Shape, Style, Theme, extent};
use unhunch::lang::{mark, tr};
use unhunch::reason;
use unhunch::routine::{Cue, Kind, Part, Phase, Plan};

use self::animation::{Animation, Format, left_out, moments};

/// The maximum number of pixels of a sheet.
const MOST_PIXELS: usize = 64_000_000;
/// The maximum number of pixels of all frames of an animation.
const MOST_PIXELS_OF_FRAMES: usize = 512_000_000;
/// The longer side of a picture, in pixels.
const STILL: u16 = 640;
/// The longer side of an animation, in pixels: below 1.5 MB.
const ANIMATED: u16 = 480;
/// The least and the greatest number of pictures per row of a sheet.
const SHEET_COLUMNS: [usize; 2] = [3, 5];
/// The margin around the figure, as a fraction of the longer side of a picture.
const MARGIN: f32 = 0.03;
/// The distance from the end of a movement at which its last picture is taken, in seconds.
const BEFORE_THE_END: f64 = 0.01;
/// The number of moments of a plan at which the place that the figure needs is measured.
const MEASURED: u16 = 240;
/// The side of the square in these measurements, in pixels.
const MEASURED_SIDE: f32 = 256.0;

#[derive(Debug, Args)]
pub(crate) struct PictureArgs {
    #[arg(help = mark("The id of the routine or exercise"))]
    id: String,
    #[arg(help = mark("The time within the routine, in seconds"), long, value_name = "SECONDS", conflicts_with = "sheet", value_parser = second)]
    at: Option<f64>,
    #[arg(help = mark("The longer side of a picture, in pixels (default: 640, or 480 with `--animate`)"), long, value_name = "PX", value_parser = clap::value_parser!(u16).range(16..=4096))]
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
    #[value(help = mark("Grey hair and glasses, a slate grey T-shirt"))]
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
pub(crate) fn write(args: &PictureArgs) -> ExitCode {
    let plan = match crate::exercises::load_library().plan(&args.id) {
        Ok(plan) => plan,
        Err(unknown) => return refuse(&unknown.to_string()),
    };
    let painted = format(args)
        .and_then(|format| has_view(args, &plan).map(|()| format))
        .and_then(|format| match args.animate {
            true => animate(args, &plan, format),
            false => still(args, &plan),
        });
    let file = match painted {
        Ok(file) => file,
        Err(message) => return refuse(&message),
    };
    match fs::write(&args.out, file) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let message = tr!("{file} cannot be written", file = args.out.display());
            eprintln!("unhunch: {}", reason::after(message, &error));
            ExitCode::FAILURE
        }
    }
}

/// Returns the format, which the name of the file decides.
fn format(args: &PictureArgs) -> Result<Format, String> {
    let ending = args.out.extension().unwrap_or_default();
    match ending.to_ascii_lowercase().to_str() {
        Some("png" | "apng") => Ok(Format::Png),
        Some("webp") if args.animate => Ok(Format::WebP),
        Some("gif") if args.animate => Ok(Format::Gif),
        _ if args.animate => Err(tr(
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
fn still(args: &PictureArgs, plan: &Plan) -> Result<Vec<u8>, String> {
    let seconds = seconds(args, plan)?;
    let sheet = Sheet::new(args, plan, seconds.len());
    if sheet.width * sheet.height > MOST_PIXELS {
        return Err(too_large());
    }
    let sheet = sheet.paint(plan, &seconds);
    sheet.png().map_err(|error| reason::of_error(&error))
}

/// Returns the file with a loop.
fn animate(args: &PictureArgs, plan: &Plan, format: Format) -> Result<Vec<u8>, String> {
    if plan.parts().len() > 1 {
        return Err(tr!(
            "{id} is a routine; an animation shows one exercise",
            id = plan.id
        ));
    }
    let mut sheet = Sheet::new(args, plan, 1);
    let moments = moments(plan, steady_repetition(plan), format.frames());
    if sheet.width * sheet.height * moments.len() > MOST_PIXELS_OF_FRAMES {
        return Err(too_large());
    }
    let ground = Theme::from(args.theme).card();
    let size = [sheet.width, sheet.height];
    let paint = |second| {
        sheet.repaint(plan, &[second]);
        sheet.pixels.clone()
    };
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
fn has_view(args: &PictureArgs, plan: &Plan) -> Result<(), String> {
    let drawing = |part: &Part| part.exercise.figure.drawing().is_some();
    if !plan.parts().iter().any(drawing) {
        return Err(tr!("{id} has no figure to paint", id = plan.id));
    }
    let is_seen = |part: &Part| {
        let drawing = part.exercise.figure.drawing();
        drawing.is_some_and(|drawing| drawing.second.is_some())
    };
    if args.view == Side::First || plan.parts().iter().all(is_seen) {
        return Ok(());
    }
    Err(tr!(
        "{id} has no second view; its one view shows all of it",
        id = plan.id
    ))
}

/// Returns the moments to paint, in seconds of the plan.
fn seconds(args: &PictureArgs, plan: &Plan) -> Result<Vec<f64>, String> {
    let first = with_figure(plan).first().map_or(0.0, |(start, _)| *start);
    let at = args.at.unwrap_or(first);
    let total = plan.total_seconds();
    if at > total {
        return Err(tr!(
            "`--at` is {at}, but {id} takes {total} seconds",
            at = at,
            id = plan.id,
            total = total
        ));
    }
    let Some(count) = args.sheet else {
        return Ok(vec![at]);
    };
    let spans = movement(plan);
    let is_loop = spans.len() == 1;
    Ok(match plan.parts() {
        [_] => spread(&without_long_holds(plan, &spans), is_loop, count),
        _ => spread(&spans, is_loop, count),
    })
}

/// Returns the spans of time of the exercises with a figure. Neighbours share a span.
fn with_figure(plan: &Plan) -> Vec<(f64, f64)> {
    let mut spans: Vec<(f64, f64)> = Vec::new();
    let mut start = 0.0;
    for part in plan.parts() {
        let end = start + part.seconds();
        if part.exercise.figure.drawing().is_some() {
            match spans.last_mut() {
                Some(last) if last.1 >= start => last.1 = end,
                _ => spans.push((start, end)),
            }
        }
        start = end;
    }
    spans
}

/// Returns as many moments as pictures, at equal distances over the spans. A movement with a way in and out is shown to its very
/// end; a loop, which ends as it begins, isn't.
fn spread(spans: &[(f64, f64)], is_loop: bool, count: u16) -> Vec<f64> {
    let total: f64 = spans.iter().map(|(from, to)| to - from).sum();
    let steps = if is_loop {
        count
    } else {
        count.saturating_sub(1).max(1)
    };
    let moment = |number: u16| {
        let mut left = total * f64::from(number) / f64::from(steps);
        for (from, to) in spans {
            if left < to - from {
                return from + left;
            }
            left -= to - from;
        }
        // The next phase begins at the end itself.
        spans.last().map_or(0.0, |(_, to)| to - BEFORE_THE_END)
    };
    (0..count).map(moment).collect()
}

/// Returns the way into the position of an exercise, its first repetition and the way out, each if it has one; or all exercises
/// of a routine that have a figure.
fn movement(plan: &Plan) -> Vec<(f64, f64)> {
    if plan.parts().len() != 1 {
        return with_figure(plan);
    }
    let repetition = period(plan);
    let ways = ways_in_and_out(plan);
    let way_in = ways.iter().find(|(_, to)| *to <= repetition.0);
    let way_out = ways.iter().find(|(_, to)| *to > repetition.0);
    let repetition = match way_out {
        Some((from, _)) => (repetition.0, repetition.1.min(*from)),
        None => repetition,
    };
    let spans = [way_in.copied(), Some(repetition), way_out.copied()];
    spans.into_iter().flatten().collect()
}

/// Leaves out the middle of long holds.
fn without_long_holds(plan: &Plan, spans: &[(f64, f64)]) -> Vec<(f64, f64)> {
    let mut kept_spans = Vec::new();
    for (from, to) in spans {
        let mut from = *from;
        let mut start = 0.0;
        for phase in plan.phases() {
            let end = start + phase.seconds;
            if let Some(middle) = left_out(phase, start)
                && from <= middle.start
                && end <= *to
            {
                kept_spans.push((from, middle.start));
                from = middle.end;
            }
            start = end;
        }
        kept_spans.push((from, *to));
    }
    kept_spans
}

/// Returns the spans of time between preparations, rests and repetitions, in which the person gets into a position or out of it.
fn ways_in_and_out(plan: &Plan) -> Vec<(f64, f64)> {
    let mut ways: Vec<(f64, f64)> = Vec::new();
    let (mut start, mut continues) = (0.0, false);
    for phase in plan.phases() {
        let end = start + phase.seconds;
        let prepares = matches!(phase.kind, Kind::Ready | Kind::Switch | Kind::Rest);
        let is_way = phase.rep.is_none() && !prepares;
        match ways.last_mut() {
            Some(last) if is_way && continues => last.1 = end,
            _ if is_way => ways.push((start, end)),
            _ => {}
        }
        (start, continues) = (end, is_way);
    }
    ways
}

/// Returns the start and end of the first repetition of an exercise, or of all of it if it has none.
fn period(plan: &Plan) -> (f64, f64) {
    let full_span = (0.0, plan.total_seconds());
    match beginnings(plan)[..] {
        [first, second, ..] => (first, second),
        [first] => (first, full_span.1),
        [] => full_span,
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

/// The part of the square of a figure that it needs at any moment of a plan, as fractions of the side.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Crop {
    corner: [f32; 2],
    size: [f32; 2],
}

impl Crop {
    fn for_plan(plan: &Plan, side: Side, style: Style) -> Self {
        let (mut low, mut high) = ([1.0_f32; 2], [0.0_f32; 2]);
        for number in 0..=MEASURED {
            let cue = plan.at(plan.total_seconds() * f64::from(number) / f64::from(MEASURED));
            let mut shapes = shapes(&cue, side, MEASURED_SIDE, style);
            // Surfaces clip the shadows and the glow on them.
            shapes.retain(|shape| shape.clip.is_none() || !matches!(shape.fill, Fill::Glow { .. }));
            if let Some([from, to]) = extent(&shapes) {
                for axis in [0, 1] {
                    low[axis] = low[axis].min(from[axis] / MEASURED_SIDE);
                    high[axis] = high[axis].max(to[axis] / MEASURED_SIDE);
                }
            }
        }
        let longer = (high[0] - low[0]).max(high[1] - low[1]);
        let margin = longer * MARGIN;
        let corner = low.map(|low| (low - margin).max(0.0));
        let end = high.map(|high| (high + margin).min(1.0));
        if longer <= 0.0 {
            return Self {
                corner: [0.0; 2],
                size: [1.0; 2],
            };
        }
        Self {
            corner,
            size: [end[0] - corner[0], end[1] - corner[1]],
        }
    }
}

/// Returns the number of columns that leaves the fewest places empty in the last row; of those, the one nearest to four.
fn columns(count: usize) -> usize {
    let [least, most] = SHEET_COLUMNS;
    if count <= most {
        return count;
    }
    let empty = |columns: usize| count.next_multiple_of(columns) - count;
    (least..=most)
        .rev()
        .min_by_key(|columns| (empty(*columns), columns.abs_diff(4)))
        .unwrap_or(most)
}

fn shapes(cue: &Cue<'_>, side: Side, size: f32, style: Style) -> Vec<Shape> {
    let Some(drawing) = cue.part().exercise.figure.drawing() else {
        return Vec::new();
    };
    let mut stance = cue.stance();
    if cue.phase.kind == Kind::Ready {
        stance.breath = 0.0;
    }
    match side {
        Side::First => drawing.shapes(&stance, size, style),
        Side::Second => drawing
            .second_shapes(&stance, size, style)
            .unwrap_or_default(),
    }
}

/// Pictures arranged in a grid. The last row is in the middle if it is not full.
struct Sheet {
    /// Side of the square of a figure, in pixels, of which a picture shows a part.
    square: f32,
    /// The corner of that part, in pixels.
    corner: [u16; 2],
    /// Width and height of a picture, in pixels.
    cell: [usize; 2],
    count: usize,
    width: usize,
    height: usize,
    columns: usize,
    style: Style,
    side: Side,
    pixels: Vec<u8>,
}

impl Sheet {
    fn new(args: &PictureArgs, plan: &Plan, count: usize) -> Self {
        let style = Style {
            theme: args.theme.into(),
            look: args.figure.into(),
        };
        let crop = Crop::for_plan(plan, args.view, style);
        let [wide, high] = crop.size;
        let default = if args.animate { ANIMATED } else { STILL };
        let size = args.size.unwrap_or(default);
        let square = f32::from(size) / wide.max(high);
        let pixels = |part: f32| ((part * square).round() as usize).clamp(1, size.into());
        let cell = [pixels(wide), pixels(high)];
        let columns = columns(count);
        Self {
            square,
            corner: crop.corner.map(|part| (part * square).round() as u16),
            cell,
            count,
            columns,
            width: columns * cell[0],
            height: count.div_ceil(columns) * cell[1],
            style,
            side: args.view,
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
        let [wide, high] = self.cell;
        let mut figure = vec![0; wide * high * 4];
        for (number, second) in seconds.iter().enumerate() {
            let shapes = shapes(&plan.at(*second), self.side, self.square, self.style);
            let size = self.cell.map(|side| side as u16);
            painter.paint_part(&shapes, self.corner, size, None, &mut figure);
            self.place_figure(number, &figure);
        }
    }

    /// Composites a figure with premultiplied alpha onto its cell.
    fn place_figure(&mut self, number: usize, figure: &[u8]) {
        let [wide, high] = self.cell;
        let (column, row) = (number % self.columns, number / self.columns);
        let in_row = (self.count - row * self.columns).min(self.columns);
        let left = (self.columns - in_row) * wide / 2 + column * wide;
        for y in 0..high {
            let from = &figure[y * wide * 4..][..wide * 4];
            let at = ((row * high + y) * self.width + left) * 3;
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

/// Composites a premultiplied pixel over an opaque one.
pub(crate) fn composite(over: &[u8], under: &mut [u8]) {
    let clear = 255 - u16::from(over[3]);
    for (under, over) in under.iter_mut().zip(over) {
        *under = over.saturating_add(((u16::from(*under) * clear + 127) / 255) as u8);
    }
}

#[cfg(test)]
mod tests {
    use unhunch::config::user_library;
    use unhunch::paths::Paths;
    use unhunch::routine::Library;

    use super::*;

    fn args(id: &str, sheet: Option<u16>, at: Option<f64>) -> PictureArgs {
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

    /// Returns the plan of a routine of the user: an exercise without a figure before a built-in one.
    fn routine_without_a_first_figure() -> Plan {
        let home = tempfile::tempdir().unwrap();
        let paths = Paths::under(home.path());
        fs::create_dir_all(paths.exercises()).unwrap();
        let file = |name: &str, text: &str| fs::write(paths.exercises().join(name), text).unwrap();
        file("bend.toml", "steps = [\"Bend.\"]\nreps = 1\n");
        file("both.toml", "exercises = [\"bend\", \"cat-cow\"]\n");
        user_library::library(&paths).0.plan("both").unwrap()
    }

    #[test]
    fn exercises_without_a_figure_are_left_out() {
        let plan = routine_without_a_first_figure();
        let begin = plan.parts()[0].seconds();
        let moments = |sheet| seconds(&args("both", sheet, None), &plan).unwrap();
        assert_eq!(moments(None), [begin]);
        let sheet = moments(Some(4));
        assert!(sheet.iter().all(|second| *second >= begin), "{sheet:?}");
        assert_eq!(moments(Some(1)), [begin]);
    }

    #[test]
    fn a_sheet_shows_one_repetition() {
        let plan = Library::shipped().plan("thoracic-extension").unwrap();
        let seconds = seconds(&args("thoracic-extension", Some(4), None), &plan).unwrap();
        assert_eq!(seconds, [6.0, 7.5, 9.0, 10.5]);
    }

    #[test]
    fn a_sheet_shows_the_way_in_and_out() {
        let poses = |id: &str, count: u16| -> Vec<String> {
            let plan = Library::shipped().plan(id).unwrap();
            let seconds = seconds(&args(id, Some(count), None), &plan).unwrap();
            assert!(seconds.windows(2).all(|pair| pair[0] < pair[1]), "{id}");
            let pose = |second: &f64| plan.at(*second).phase.to.clone();
            seconds.iter().map(pose).collect()
        };
        assert_eq!(
            poses("childs-pose", 6),
            ["start", "sunk", "risen", "sunk", "start", "start"]
        );
        // Of the 20 seconds of a hold, two and a half are shown.
        assert_eq!(
            poses("pectoralis-stretch", 5),
            ["lean", "lean", "lean", "lean", "start"]
        );
        let twist = poses("t-spine-twist", 8);
        assert_eq!([&twist[0], &twist[7]], ["neck", "start"]);
        assert!(twist.contains(&"open".to_owned()) && twist.contains(&"through".to_owned()));
    }

    #[test]
    fn a_sheet_of_a_routine_shows_all_of_it() {
        let plan = Library::shipped().plan("desk").unwrap();
        let seconds = seconds(&args("desk", Some(2), None), &plan).unwrap();
        assert_eq!(seconds, [0.0, plan.total_seconds() / 2.0]);
    }

    #[test]
    fn a_second_after_the_end_is_refused() {
        let plan = Library::shipped().plan("moment").unwrap();
        assert_eq!(
            seconds(&args("moment", None, Some(31.0)), &plan),
            Err("`--at` is 31, but moment takes 30 seconds".into())
        );
    }

    #[test]
    fn a_second_view_is_only_shown_where_there_is_one() {
        let args = |id| PictureArgs {
            view: Side::Second,
            ..args(id, None, None)
        };
        let check = |id| has_view(&args(id), &Library::shipped().plan(id).unwrap());
        assert_eq!(check("scapula-squeeze"), Ok(()));
        assert_eq!(
            check("cat-cow"),
            Err("cat-cow has no second view; its one view shows all of it".into())
        );
    }

    #[test]
    fn the_rows_of_a_sheet_are_filled() {
        let all: Vec<usize> = (1..=16).map(columns).collect();
        assert_eq!(all, [1, 2, 3, 4, 5, 3, 4, 4, 3, 5, 4, 4, 5, 5, 5, 4]);
    }

    #[test]
    fn every_picture_of_a_sheet_has_a_person_on_it() {
        let plan = Library::shipped().plan("moment").unwrap();
        let args = args("moment", Some(7), None);
        let seconds = seconds(&args, &plan).unwrap();
        let sheet = Sheet::new(&args, &plan, 7).paint(&plan, &seconds);
        let [wide, high] = sheet.cell;
        assert_eq!((sheet.width, sheet.height), (4 * wide, 2 * high));
        let coloured = |left: usize, row: usize| {
            (0..wide * high).any(|i| {
                let (x, y) = (left + i % wide, row * high + i / wide);
                sheet.pixels[(y * sheet.width + x) * 3..][..3] != Theme::Dark.card()
            })
        };
        assert!((0..4).all(|column| coloured(column * wide, 0)));
        assert!((0..3).all(|column| coloured(wide / 2 + column * wide, 1)));
        let edge = (0..high).all(|y| {
            let at = ((high + y) * sheet.width + 1) * 3;
            sheet.pixels[at..][..3] == Theme::Dark.card()
        });
        assert!(edge, "the last row is in the middle");
    }

    #[test]
    fn a_picture_is_no_larger_than_the_figure_needs() {
        for id in [
            "cat-cow",
            "childs-pose",
            "arm-and-leg-raise",
            "shoulder-roll",
        ] {
            let plan = Library::shipped().plan(id).unwrap();
            let sheet = Sheet::new(&args(id, None, None), &plan, 1);
            let [wide, high] = sheet.cell;
            assert_eq!(wide.max(high), 64, "{id}");
            let stands = id == "shoulder-roll";
            assert!(
                wide.min(high) < 48 && (high > wide) == stands,
                "{id}: {wide} x {high}"
            );
        }
    }

    #[test]
    fn the_name_of_the_file_decides_the_format() {
        let named = |name: &str, animate| {
            format(&PictureArgs {
                animate,
                out: name.into(),
                ..args("cat-cow", None, None)
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
