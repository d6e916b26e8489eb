//! `unhunch-window card`: a routine or an exercise as a page to print, for the wall or for somebody without a computer.
//!
//! One self-contained HTML file, generated from the same data as the window. It is dark ink on white regardless of the
//! desktop's colours.

use std::fs;
use std::io;
use std::path::PathBuf;
use std::process::ExitCode;

use base64::prelude::{BASE64_STANDARD, Engine as _};
use clap::Args;
use maud::{Markup, html};
use unhunch::config::guidance::{Guidance, Section};
use unhunch::figure::{Drawing, Painter, Stance, Style, Theme};
use unhunch::lang::{mark, tr, trn};
use unhunch::reason;
use unhunch::routine::{Cue, Exercise, Figure, Kind, Part, Plan, PlanOptions};
use unhunch::time::{Clock, Span, about};

use crate::pages::library::place_text;
use crate::paper;
use crate::past::RecentHistory;
use crate::picture::{Figure as Person, composite};

/// The side of a figure, in pixels: enough for 4.5 cm on paper.
const SIDE: u16 = 420;
/// The number of empty columns to tick.
const COLUMNS: usize = 7;

#[derive(Debug, Args)]
pub(crate) struct CardArgs {
    #[arg(help = mark("The id of the routine or exercise"))]
    id: String,
    #[arg(help = mark("Roughly how long it may take, such as `4min`: fewer sets and reps, never shorter holds"), long = "for", value_name = "LENGTH")]
    length: Option<Span>,
    #[arg(help = mark("The figure"), long, value_enum, value_name = "NAME", default_value_t = Person::Teal)]
    figure: Person,
    #[arg(help = mark("The file to write"), long, value_name = "FILE.html")]
    out: PathBuf,
}

/// Writes the card. Returns exit code 2 for invalid arguments, and 1 if the file cannot be written.
pub(crate) fn write(args: &CardArgs) -> ExitCode {
    let plan = match plan(args) {
        Ok(plan) => plan,
        Err(message) => {
            eprintln!("unhunch: {message}");
            return ExitCode::from(2);
        }
    };
    match page(&plan, args.figure).and_then(|page| fs::write(&args.out, page)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let message = tr!("{file} cannot be written", file = args.out.display());
            eprintln!("unhunch: {}", reason::after(message, &error));
            ExitCode::FAILURE
        }
    }
}

fn plan(args: &CardArgs) -> Result<Plan, String> {
    let mut library = crate::exercises::load_library();
    if library.is_surprise(&args.id) {
        library.choose_surprises(&RecentHistory::read(&Clock.now().wall).last_done);
    }
    let length = args.length;
    if let Some(length) = length {
        library.check_length(&args.id, length)?;
    }
    let plan = library.plan_with(
        &args.id,
        PlanOptions {
            sit_seconds: None,
            length,
        },
    );
    plan.map_err(|unknown| unknown.to_string())
}

/// Returns the complete page.
fn page(plan: &Plan, figure: Person) -> io::Result<String> {
    let is_routine = plan.parts().len() > 1;
    let mut illustrator = Illustrator {
        painter: Painter::new(),
        style: Style {
            theme: Theme::Light,
            look: figure.into(),
        },
    };
    let mut articles = Vec::new();
    for (number, part) in distinct(plan) {
        let title = is_routine.then_some(&part.exercise.name);
        articles.push(article(plan, number, title, &mut illustrator)?);
    }
    let content = html! {
        header {
            h1 { (plan.name) }
            @if is_routine { p.about { (plan.about) } }
            p.sum { (summary(plan)) }
        }
        @for article in articles { (article) }
        @if is_routine { (tick_table(plan)) }
        (footer())
    };
    Ok(paper::page(&plan.name, STYLE, &content))
}

/// Returns the number of exercises and the total length.
fn summary(plan: &Plan) -> String {
    let length = about(plan.total_seconds());
    match plan.parts() {
        [part] => {
            let dose = part.dose_text();
            format!("{dose} · {} · {length}", place_text(&part.exercise))
        }
        parts => {
            let count = trn!(parts.len() as u64, "{n} exercise", "{n} exercises");
            format!("{count} · {length}")
        }
    }
}

/// Returns the parts with their indices, without repeated exercises.
fn distinct(plan: &Plan) -> Vec<(usize, &Part)> {
    let parts = plan.parts();
    let is_first = |number: usize| {
        let id = &parts[number].exercise.id;
        !parts[..number].iter().any(|part| part.exercise.id == *id)
    };
    let numbered = parts.iter().enumerate();
    numbered.filter(|(number, _)| is_first(*number)).collect()
}

fn article(
    plan: &Plan,
    number: usize,
    title: Option<&String>,
    illustrator: &mut Illustrator,
) -> io::Result<Markup> {
    let part = &plan.parts()[number];
    let exercise = &part.exercise;
    let instructions = exercise.instructions().into_iter();
    let tips = instructions.filter(|line| line.number.is_none());
    let tips: Vec<String> = tips.map(|tip| tip.text).collect();
    let mut pictures = Vec::new();
    if let Some(drawing) = exercise.figure.drawing() {
        for figure in figures(plan, number) {
            let picture = illustrator.picture(drawing, &figure)?;
            pictures.push((BASE64_STANDARD.encode(picture), figure));
        }
    }
    let photos = photos(exercise);
    Ok(html! {
        article {
            @if let Some(title) = title {
                h2 { (title) }
                p.dose { (part.dose_text()) " · " (place_text(exercise)) }
            }
            @if let Some(less) = part.shortened_text() { p.less { (less) } }
            div.body {
                div.figures {
                    @for (picture, figure) in &pictures {
                        figure {
                            img src={ "data:image/png;base64," (picture) } alt=(figure.alt) width=(SIDE) height=(SIDE);
                            figcaption { (figure.caption) }
                        }
                    }
                    @for (kind, picture, alt) in &photos {
                        figure {
                            img src={ "data:image/" (kind) ";base64," (picture) } alt=(alt) width=(SIDE);
                        }
                    }
                }
                div.words {
                    @if !exercise.details.is_empty() { ol.steps { (items(&exercise.details)) } }
                    @if !exercise.cautions.is_empty() { ul.mind { (items(&exercise.cautions)) } }
                    @if !tips.is_empty() { ul.forms { (items(&tips)) } }
                    @if !exercise.source.is_empty() {
                        p.source { (tr!("Source: {source}", source = exercise.source)) }
                    }
                }
            }
        }
    })
}

/// Returns the user's pictures of an exercise, each with its kind, its file in Base64, and its step.
fn photos(exercise: &Exercise) -> Vec<(&'static str, String, String)> {
    let Figure::Pictures(pictures) = &exercise.figure else {
        return Vec::new();
    };
    let is_new = |number: usize| !pictures[..number].contains(&pictures[number]);
    let distinct = (0..pictures.len()).filter(|number| is_new(*number));
    distinct
        .filter_map(|number| {
            let file = fs::read(&pictures[number]).ok()?;
            let step = exercise.details.get(number);
            let alt = step.unwrap_or(&exercise.name).clone();
            Some((kind(&file)?, BASE64_STANDARD.encode(file), alt))
        })
        .collect()
}

/// Returns the kind of a picture by its first bytes.
fn kind(file: &[u8]) -> Option<&'static str> {
    let kinds = [
        (&b"\x89PNG"[..], "png"),
        (b"\xFF\xD8", "jpeg"),
        (b"RIFF", "webp"),
        (b"GIF8", "gif"),
    ];
    let kind = kinds.iter().find(|(magic, _)| file.starts_with(magic));
    kind.map(|(_, kind)| *kind)
}

fn items(lines: &[String]) -> Markup {
    html! {
        @for line in lines { li { (line) } }
    }
}

/// A key pose and its spoken cue.
struct KeyPose<'a> {
    stance: Stance<'a>,
    /// The movement that leads to the pose.
    movement: Option<Stance<'a>>,
    direction: Option<&'a str>,
    caption: String,
    alt: String,
}

/// Returns the distinct key poses of a part in order. Mirrored phases are skipped.
fn figures(plan: &Plan, part: usize) -> Vec<KeyPose<'_>> {
    let mut figures: Vec<KeyPose<'_>> = Vec::new();
    let mut start = 0.0;
    for phase in plan.phases() {
        let cue = plan.at(start + phase.seconds / 2.0);
        start += phase.seconds;
        let stance = cue.still_stance();
        if phase.part != part || stance.mirrored {
            continue;
        }
        let direction = cue.phase.direction.as_deref();
        let is_here =
            |figure: &KeyPose<'_>| figure.stance.to == stance.to && figure.direction == direction;
        let index = figures.iter().position(is_here);
        let is_way_back = direction.is_none() && was_shown(&figures, &stance);
        match index.and_then(|index| figures.get_mut(index)) {
            // A hold belongs to the pose just reached, and the way back needs no figure of its own.
            Some(figure) if phase.kind == Kind::Hold => merge_hold(figure, &cue),
            Some(_) => {}
            None if is_way_back => {}
            None => figures.push(KeyPose {
                caption: cue.phase.cue.clone(),
                alt: cue.alt_text(),
                movement: cue.movement(),
                stance,
                direction,
            }),
        }
    }
    figures
}

/// Returns `true` if the pose was shown before, in whatever direction it was reached.
fn was_shown(figures: &[KeyPose<'_>], stance: &Stance<'_>) -> bool {
    figures.iter().any(|figure| figure.stance.to == stance.to)
}

/// Uses the stance of a hold, where the effort is greatest, and appends its cue to the caption.
fn merge_hold<'a>(figure: &mut KeyPose<'a>, cue: &Cue<'a>) {
    let spoken = cue.spoken();
    if !figure.caption.contains(&spoken) {
        figure.caption = tr!("{first}. {then}", first = figure.caption, then = spoken);
        figure.stance = cue.still_stance();
    }
}

/// Paints the figures of a card.
struct Illustrator {
    painter: Painter,
    style: Style,
}

impl Illustrator {
    /// Paints the figure on white and returns it as a PNG file.
    fn picture(&mut self, figure: &Drawing, pose: &KeyPose<'_>) -> io::Result<Vec<u8>> {
        let side = usize::from(SIDE);
        let mut painted = vec![0; side * side * 4];
        let side_px = f32::from(SIDE);
        let mut shapes = figure.shapes(&pose.stance, side_px, self.style);
        if let Some(movement) = &pose.movement {
            shapes.extend(figure.arrow(movement, 1.0, side_px, self.style));
        }
        self.painter.paint(&shapes, SIDE, SIDE, &mut painted);
        let mut pixels = vec![u8::MAX; side * side * 3];
        for (over, under) in painted.chunks_exact(4).zip(pixels.chunks_exact_mut(3)) {
            composite(over, under);
        }
        let mut file = Vec::new();
        let mut encoder = png::Encoder::new(&mut file, SIDE.into(), SIDE.into());
        encoder.set_color(png::ColorType::Rgb);
        encoder.set_depth(png::BitDepth::Eight);
        let mut writer = encoder.write_header()?;
        writer.write_image_data(&pixels)?;
        writer.finish()?;
        Ok(file)
    }
}

/// Returns the table of exercises with empty columns for the days.
fn tick_table(plan: &Plan) -> Markup {
    let instruction = tr("Write the date above a column and tick what you’ve done.");
    html! {
        section {
            p.how { (instruction) }
            table {
                thead {
                    tr {
                        th scope="col" { (tr("Exercise")) }
                        @for _ in 0..COLUMNS { td {} }
                    }
                }
                tbody {
                    @for part in plan.parts() {
                        tr {
                            th scope="row" {
                                (part.exercise.name)
                                small { (part.dose_text()) }
                            }
                            @for _ in 0..COLUMNS { td {} }
                        }
                    }
                }
            }
        }
    }
}

/// Returns the safety notes and the medical disclaimer, which every card must have.
fn footer() -> Markup {
    let guidance = Guidance::shipped();
    html! {
        footer {
            @for section in guidance.safety.iter().map(Section::translated) {
                @if section.title.is_empty() {
                    p.advice { (section.body) }
                } @else {
                    p {
                        strong { (section.title) "." }
                        " " (format!("{} {}", section.points.join(" "), section.body).trim())
                    }
                }
            }
        }
    }
}

const STYLE: &str = include_str!("card.css");

#[cfg(test)]
mod tests {
    use unhunch::routine::Library;

    use super::*;

    /// Returns the text with HTML escapes.
    fn escape(text: &str) -> String {
        html! { (text) }.into_string()
    }

    fn captions(id: &str) -> Vec<String> {
        let plan = Library::shipped().plan(id).unwrap();
        let figures = figures(&plan, plan.parts().len() - 1);
        figures.into_iter().map(|figure| figure.caption).collect()
    }

    #[test]
    fn each_key_pose_appears_once_with_its_caption() {
        assert_eq!(
            captions("scapula-squeeze"),
            [
                "Sit tall, arms by your sides",
                "Squeeze your shoulder blades together. Hold for 5 seconds."
            ]
        );
        assert_eq!(
            captions("shoulder-roll"),
            [
                "Stand tall, let your arms hang",
                "Roll forward, up and back",
                "Roll back, up and forward"
            ]
        );
        assert_eq!(
            captions("t-spine-twist")[1..],
            [
                "Place your hand on your neck",
                "Elbow up toward the ceiling",
                "Elbow toward the opposite hand"
            ]
        );
        for item in Library::shipped().iter() {
            let many = captions(item.id()).len();
            assert!((1..=5).contains(&many), "{}: {many}", item.id());
        }
    }

    #[test]
    fn a_card_is_complete_and_self_contained() {
        let plan = Library::shipped().plan("standing").unwrap();
        let page = page(&plan, Person::Plum).unwrap();
        assert!(page.starts_with("<!DOCTYPE html><html lang=\"en\" dir=\"ltr\">"));
        for part in plan.parts() {
            assert!(page.contains(&escape(&part.dose_text())));
            let instructions = part.exercise.instructions();
            let lines = instructions.iter().map(|line| &line.text);
            for line in lines.chain(&part.exercise.cautions) {
                assert!(page.contains(&escape(line)), "{line}");
            }
            assert!(page.contains(&escape(&part.exercise.source)));
        }
        assert_eq!(
            page.matches("<article>").count(),
            5,
            "the roll comes twice and is described once"
        );
        assert_eq!(page.matches("<tr>").count(), 1 + 6);
        assert!(
            page.contains("doesn’t give medical advice") && page.contains("Stop where it hurts.")
        );
        let without_pictures = page.replace("data:image/png;base64,", "");
        for outside in ["http", "src=\"/", "url(", "<script", "<link"] {
            assert!(!without_pictures.contains(outside), "{outside}");
        }
        // Every opening tag has a closing tag.
        for tag in [
            "html", "head", "body", "main", "header", "article", "div", "figure", "ol", "ul", "li",
            "p", "table", "tr", "th", "td", "footer", "section", "small",
        ] {
            let opened = page.matches(&format!("<{tag}>")).count()
                + page.matches(&format!("<{tag} ")).count();
            assert_eq!(opened, page.matches(&format!("</{tag}>")).count(), "{tag}");
        }
    }

    #[test]
    fn text_is_escaped() {
        let mut library = Library::shipped();
        let routine = "[[routine]]\nid = \"mine\"\nname = \"<script>alert('x')</script>\"\nabout = \"a & \\\"b\\\"\"\nexercises = [\"cat-cow\", \"childs-pose\"]\n";
        assert_eq!(library.add(&[], ("routines.toml", routine)), []);
        let page = page(&library.plan("mine").unwrap(), Person::Teal).unwrap();
        assert!(!page.contains("<script"), "{page}");
        assert!(
            page.contains("&lt;script&gt;alert('x')") && page.contains("a &amp; &quot;b&quot;")
        );
    }
}
