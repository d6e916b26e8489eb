//! The library: everything that can be done on shelves, and a page for each. A figure that is looked at moves.

use std::cell::Cell;
use std::collections::BTreeMap;

use jiff::Zoned;
use slint::{Image, ModelRc, SharedString, VecModel};
use unhunch::figure::{Drawing, Style};
use unhunch::lang::{tr, trn};
use unhunch::routine::{Cue, Exercise, Found, Group, Library, Plan, Sides, duration_text};
use unhunch::time::Span;

use crate::canvas::Canvas;
use crate::inset::{self, Spot, Stage};
use crate::ui;

/// How long the figure of a page shows of its exercise before it begins anew, in seconds.
const SHOWN: f64 = 40.0;

/// When each routine and exercise was done last, on the clock of the place where it was.
type Last = BTreeMap<String, Zoned>;

/// `done today`, `done yesterday`, `done 5 days ago`; nothing where it never was.
fn last_text(last: Option<&Zoned>, now: &Zoned) -> String {
    let Some(last) = last else {
        return String::new();
    };
    let days = last
        .date()
        .until(now.date())
        .map_or(0, |span| span.get_days());
    match u64::try_from(days).unwrap_or(0) {
        0 => tr("done today").to_owned(),
        1 => tr("done yesterday").to_owned(),
        days => trn!(days, "done {n} day ago", "done {n} days ago"),
    }
}

/// Where an exercise is done, and with what: `standing · wall`.
pub(crate) fn place_text(exercise: &Exercise) -> String {
    let mut place = exercise.position.to_string();
    for prop in &exercise.props {
        place.push_str(" · ");
        place.push_str(&prop.to_string());
    }
    place
}

fn title(group: Group) -> &'static str {
    match group {
        Group::Desk => tr("At the desk"),
        Group::Standing => tr("Standing"),
        Group::Floor => tr("On the floor"),
    }
}

/// The moment at which an exercise shows best what it is: when the working muscle works most.
fn key_second(plan: &Plan) -> f64 {
    let begin = plan.phases().first().map_or(0.0, |phase| phase.seconds);
    let end = plan.total_seconds().min(begin + SHOWN);
    let seconds = (0..200).map(|step| begin + (end - begin) * f64::from(step) / 200.0);
    let glow = |second: &f64| plan.at(*second).glow();
    seconds
        .max_by(|a, b| glow(a).total_cmp(&glow(b)))
        .unwrap_or(begin)
}

/// A figure that moves.
pub(crate) struct Live {
    pub(crate) id: String,
    drawing: Drawing,
    plan: Plan,
    /// Where its second side has room, and on which stage that is.
    spot: Cell<Option<(Stage, Spot)>>,
}

impl Live {
    pub(crate) fn of(library: &Library, id: &str) -> Option<Self> {
        let exercise = library.exercise(id)?;
        Some(Self {
            id: id.to_owned(),
            drawing: exercise.figure.clone(),
            plan: Plan::of_exercise(exercise),
            spot: Cell::default(),
        })
    }

    /// It after so many seconds, the getting ready left out, and over and over.
    pub(crate) fn paint(
        &self,
        canvas: &mut Canvas,
        seconds: f64,
        side: f32,
        style: Style,
    ) -> Image {
        let cue = self.moment(seconds);
        canvas.draw(&self.drawing, &cue.stance(), side, style)
    }

    /// The same moment from its second side, if it has one.
    pub(crate) fn paint_second(
        &self,
        canvas: &mut Canvas,
        seconds: Option<f64>,
        side: f32,
        style: Style,
    ) -> Image {
        let (cue, still);
        let stance = match seconds {
            Some(seconds) => {
                cue = self.moment(seconds);
                cue.stance()
            }
            None => {
                still = self.plan.at(key_second(&self.plan));
                still.still_stance()
            }
        };
        canvas.draw_second(&self.drawing, &stance, side, style)
    }

    /// Where its second side has room.
    pub(crate) fn spot(&self, wide: f32, high: f32) -> Spot {
        let ring = None;
        let stage = Stage { wide, high, ring };
        match self.spot.get() {
            Some((before, spot)) if before == stage => spot,
            Some(_) | None => {
                let is_mirrored = self.plan.parts()[0].exercise.sides != Sides::Both;
                let spot = inset::spot(&self.drawing, is_mirrored, stage);
                self.spot.set(Some((stage, spot)));
                spot
            }
        }
    }

    fn moment(&self, seconds: f64) -> Cue<'_> {
        let begin = self
            .plan
            .phases()
            .first()
            .map_or(0.0, |phase| phase.seconds);
        let length = (self.plan.total_seconds() - begin).min(SHOWN);
        self.plan.at(begin + seconds % length.max(1.0))
    }

    /// It in its key pose, for those who want no motion.
    pub(crate) fn still(&self, canvas: &mut Canvas, side: f32, style: Style) -> Image {
        let cue = self.plan.at(key_second(&self.plan));
        canvas.draw(&self.drawing, &cue.still_stance(), side, style)
    }
}

/// Puts everything on its shelf. Pictures are squares with sides of so many pixels.
pub(crate) fn fill(
    page: &ui::LibraryState<'_>,
    library: &Library,
    last: &Last,
    now: &Zoned,
    side: f32,
    style: Style,
) {
    let mut shelves = vec![routines(library, last, now)];
    for group in [Group::Desk, Group::Standing, Group::Floor] {
        let cards: Vec<ui::Card> = library
            .iter()
            .filter_map(|found| match found {
                Found::Exercise(exercise) if exercise.group == group => Some(exercise),
                Found::Exercise(_) | Found::Routine(_) => None,
            })
            .map(|exercise| {
                let live = Live::of(library, &exercise.id);
                let figure = live.map(|live| live.still(&mut Canvas::new(), side, style));
                let length = duration_text(Plan::of_exercise(exercise).total_seconds());
                let card = card(&exercise.id, &exercise.name, &place_text(exercise), &length);
                ui::Card {
                    figure: figure.unwrap_or_default(),
                    last: last_text(last.get(&exercise.id), now).into(),
                    ..card
                }
            })
            .collect();
        if !cards.is_empty() {
            shelves.push(shelf(title(group), cards));
        }
    }
    page.set_shelves(ModelRc::new(VecModel::from(shelves)));
}

fn routines(library: &Library, last: &Last, now: &Zoned) -> ui::Shelf {
    let cards = library.iter().filter_map(|found| match found {
        Found::Routine(routine) => Some((found, routine)),
        Found::Exercise(_) => None,
    });
    let cards = cards.map(|(found, routine)| {
        let length = duration_text(Plan::of(found, library).total_seconds());
        ui::Card {
            last: last_text(last.get(&routine.id), now).into(),
            ..card(&routine.id, &routine.name, &routine.about, &length)
        }
    });
    shelf(tr("Routines"), cards.collect())
}

fn shelf(title: &str, cards: Vec<ui::Card>) -> ui::Shelf {
    ui::Shelf {
        title: title.into(),
        cards: ModelRc::new(VecModel::from(cards)),
    }
}

fn card(id: &str, name: &str, about: &str, length: &str) -> ui::Card {
    ui::Card {
        id: id.into(),
        name: name.into(),
        about: about.into(),
        length: length.into(),
        last: SharedString::default(),
        figure: Image::default(),
    }
}

/// The lengths that are offered where the full dose takes longer, in minutes; our choice.
const MINUTES: [u64; 3] = [5, 3, 1];

/// A shorter length is offered where it takes at most this part of the full one: less of a difference is no choice.
const WORTH: f64 = 0.8;

/// What can be done of it in less time: those lengths that are possible and leave something out.
fn shorter(plan: &Plan) -> Vec<ui::Shorter> {
    let worth = WORTH * plan.total_seconds();
    let mut before = plan.total_seconds();
    let mut lengths = Vec::new();
    for minutes in MINUTES {
        let length = Span::seconds(60 * minutes);
        let short = plan.clone().shortened_to(length);
        // Two lengths for one and the same would be a choice without a difference.
        let is_shorter = short.total_seconds() <= worth && short.total_seconds() < before;
        if short.fits(length) && is_shorter {
            before = short.total_seconds();
            lengths.push(ui::Shorter {
                text: tr!("About {length}", length = length.said()).into(),
                spoken: tr!("Start, about {length}", length = length.said()).into(),
                seconds: (60 * minutes) as i32,
            });
        }
    }
    lengths
}

/// Shows the page of an exercise or a routine. False: there is none of that id.
pub(crate) fn show(
    page: &ui::ExerciseState<'_>,
    library: &Library,
    id: &str,
    last: &Last,
    now: &Zoned,
) -> bool {
    let Some(found) = library.find(id) else {
        return false;
    };
    let plan = Plan::of(found, library);
    page.set_id(id.into());
    page.set_name(plan.name.as_str().into());
    page.set_length(duration_text(plan.total_seconds()).into());
    page.set_last(last_text(last.get(id), now).into());
    page.set_shorter(ModelRc::new(VecModel::from(shorter(&plan))));
    match found {
        Found::Exercise(exercise) => {
            page.set_about(
                format!("{} · {}", plan.parts()[0].dose_text(), place_text(exercise)).into(),
            );
            page.set_details(lines(&exercise.how_to()));
            page.set_cautions(lines(&exercise.cautions));
            page.set_source(exercise.source.as_str().into());
            page.set_alt(plan.at(key_second(&plan)).alt_text().into());
            page.set_has_figure(true);
        }
        Found::Routine(routine) => {
            let part = |part: &unhunch::routine::Part| {
                format!("{}: {}", part.exercise.name, part.dose_text())
            };
            let parts: Vec<String> = plan.parts().iter().map(part).collect();
            page.set_about(routine.about.as_str().into());
            page.set_details(lines(&parts));
            page.set_cautions(lines(&[]));
            page.set_source(SharedString::default());
            page.set_has_figure(false);
        }
    }
    true
}

fn lines(lines: &[String]) -> ModelRc<SharedString> {
    ModelRc::new(VecModel::from_iter(lines.iter().map(SharedString::from)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_done_last_is_told_by_the_day() {
        let now: Zoned = "2026-03-05T08:00:00[Europe/Berlin]".parse().unwrap();
        let told = |last: &str| last_text(Some(&last.parse().unwrap()), &now);
        assert_eq!(told("2026-03-05T07:00:00[Europe/Berlin]"), "done today");
        assert_eq!(told("2026-03-04T23:00:00[Europe/Berlin]"), "done yesterday");
        assert_eq!(
            told("2026-02-20T12:00:00[Europe/Berlin]"),
            "done 13 days ago"
        );
        assert_eq!(told("2026-03-06T12:00:00[Europe/Berlin]"), "done today");
        assert_eq!(last_text(None, &now), "");
    }

    #[test]
    fn only_what_is_shorter_and_possible_is_offered() {
        let library = Library::shipped();
        let offered = |id: &str| -> Vec<String> {
            let lengths = shorter(&library.plan(id).unwrap());
            lengths
                .iter()
                .map(|length| length.text.to_string())
                .collect()
        };
        assert_eq!(
            offered("desk"),
            ["About 5 min", "About 3 min", "About 1 min"]
        );
        let full = library.plan("thoracic-extension").unwrap();
        assert!((61.0..75.0).contains(&full.total_seconds()));
        assert_eq!(offered("thoracic-extension"), [""; 0], "hardly shorter");
        assert_eq!(offered("moment"), [""; 0]);
        assert_eq!(offered("short-walk"), [""; 0]);
        assert_eq!(offered("all"), [""; 0], "so much takes longer");
    }

    #[test]
    fn every_exercise_has_a_picture_of_its_effort() {
        let library = Library::shipped();
        for found in library.iter() {
            if let Found::Exercise(exercise) = found {
                let plan = Plan::of_exercise(exercise);
                let second = key_second(&plan);
                assert!(second >= exercise.dose.ready, "{}", exercise.id);
                // Where nothing in the back works hard, any moment will do.
                let walks = exercise.id == "short-walk";
                assert!(walks || plan.at(second).glow() > 0.3, "{}", exercise.id);
            }
        }
    }
}
