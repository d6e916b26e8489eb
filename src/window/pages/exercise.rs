//! The page of an exercise or a routine: instructions, length and an animated figure.

use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

use slint::{ComponentHandle as _, ModelRc, SharedString, VecModel};
use unhunch::lang::tr;
use unhunch::routine::{LibraryItem, Plan};
use unhunch::time::{Clock, Span, about};

use super::library::{last_line, place_text};
use super::{PageEvents, instruction_lines, lines, on_escape};
use crate::canvas::Canvas;
use crate::context::{Context, Editing, Intent};
use crate::editor::find_own_item;
use crate::inset::Spot;
use crate::live::{AnimatedFigure, Animation, key_second, repaint_of};
use crate::mistakes::sentence;
use crate::opener::open_file;
use crate::photo::Photo;
use crate::ui::{self, ExerciseState, Page};
use crate::wire::wire;

pub(crate) struct ExercisePage {
    context: Rc<Context>,
    moving: Animation,
    canvas: RefCell<Canvas>,
    inset_canvas: RefCell<Canvas>,
}

impl PageEvents for ExercisePage {
    fn leave(&self) {
        self.moving.stop();
    }

    fn key(self: Rc<Self>, text: &str, _shift: bool) -> bool {
        on_escape(text, &self.context, Intent::Open(Page::Library))
    }

    fn repaint(&self) {
        self.paint();
    }

    fn retranslate(self: Rc<Self>) {
        let id = self.context.window.global::<ExerciseState<'_>>().get_id();
        if self.fill(&id) {
            self.look_at(&id);
        }
    }
}

impl ExercisePage {
    pub(crate) fn new(context: Rc<Context>) -> Rc<Self> {
        Rc::new(Self {
            context,
            moving: Animation::default(),
            canvas: RefCell::new(Canvas::new()),
            inset_canvas: RefCell::new(Canvas::new()),
        })
    }

    /// Connects the callbacks of the page.
    pub(crate) fn wire(self: &Rc<Self>) {
        let page = self.context.window.global::<ExerciseState<'_>>();
        wire!(self => page, page, {
            on_edit() => page.context.request(Intent::Edit(Editing::Edit(page.id())));
            on_copy() => page.context.request(Intent::Edit(Editing::Copy(page.id())));
            on_remove() => page.context.request(Intent::Remove(page.id()));
        });
    }

    fn id(&self) -> String {
        let page = self.context.window.global::<ExerciseState<'_>>();
        page.get_id().into()
    }

    /// Shows a sentence at the top of the page.
    pub(crate) fn notify(&self, notice: &str) {
        let page = self.context.window.global::<ExerciseState<'_>>();
        page.set_notice(notice.into());
    }

    /// Opens the file of one of the user's own exercises or routines in an editor.
    pub(crate) fn open_file(self: &Rc<Self>, id: &str) {
        self.notify(tr(
            "It can only be changed in its file, which opens in an editor.",
        ));
        if let Some(item) = find_own_item(id) {
            open_file(self, &item.file, |page, error| {
                page.notify(&sentence(error))
            });
        }
    }

    /// Animates the figure of this exercise. A routine has none, so it stops the animation.
    pub(crate) fn look_at(self: &Rc<Self>, id: &str) {
        let figure = AnimatedFigure::new(&self.context.library.borrow(), id);
        let Some(figure) = figure else {
            return self.moving.stop();
        };
        self.moving.start(
            figure,
            self.context.is_still(),
            repaint_of(self, Self::paint),
        );
    }

    /// Paints the current frame.
    fn paint(&self) {
        let page = self.context.window.global::<ExerciseState<'_>>();
        let side = self
            .context
            .physical(self.context.window.get_exercise_side());
        let style = self.context.style();
        self.moving
            .paint(self.context.is_still(), |figure, seconds| {
                let mut canvas = self.canvas.borrow_mut();
                page.set_figure(figure.paint(&mut canvas, seconds, side, style));
                self.paint_second(&page, figure, seconds);
            });
    }

    fn paint_second(
        &self,
        page: &ExerciseState<'_>,
        figure: &AnimatedFigure,
        seconds: Option<f64>,
    ) {
        let Spot { x, y, side } = figure.spot(page.get_wide(), page.get_side());
        page.set_inset_x(x);
        page.set_inset_y(y);
        page.set_inset_side(side);
        if side > 0.0 {
            let side = self.context.physical(side);
            let mut canvas = self.inset_canvas.borrow_mut();
            page.set_inset(figure.paint_second(&mut canvas, seconds, side, self.context.style()));
        }
    }

    /// Fills the page. Returns `false` if the ID is unknown.
    pub(crate) fn fill(&self, id: &str) -> bool {
        let now = Clock.now().wall;
        let last = self.context.past(&now).last_done;
        let library = self.context.library.borrow();
        let Some(item) = library.find(id) else {
            return false;
        };
        let page = self.context.window.global::<ExerciseState<'_>>();
        let plan = Plan::for_item(item, &library);
        page.set_id(id.into());
        page.set_notice("".into());
        page.set_is_own(library.is_own(id));
        page.set_can_copy(!library.is_surprise(id));
        page.set_name(plan.name.as_str().into());
        page.set_length(about(plan.total_seconds()).into());
        page.set_last(last_line(&self.context, id, last.get(id), &now).into());
        page.set_shorter(ModelRc::new(VecModel::from(shorter(&plan))));
        match item {
            LibraryItem::Exercise(exercise) => {
                let about = [plan.parts()[0].dose_text(), place_text(exercise)];
                let about = about.into_iter().chain(item.per_day_text());
                page.set_about(about.collect::<Vec<String>>().join(" · ").into());
                page.set_details(instruction_lines(exercise));
                page.set_cautions(lines(&exercise.cautions));
                page.set_source(exercise.source.as_str().into());
                page.set_alt(plan.at(key_second(&plan)).alt_text().into());
                let photo = plan.at(key_second(&plan)).picture().and_then(Photo::open);
                let is_drawn = exercise.figure.drawing().is_some();
                page.set_has_figure(is_drawn || photo.is_some());
                if let Some(photo) = photo {
                    page.set_figure(photo.frame(Duration::ZERO));
                    page.set_inset_side(0.0);
                }
            }
            LibraryItem::Routine(routine) => {
                let parts = (1..).zip(plan.parts());
                let parts = parts.map(|(number, part)| ui::InstructionLine {
                    mark: format!("{number}.").into(),
                    text: format!("{}: {}", part.exercise.name, part.dose_text()).into(),
                });
                let about = (!routine.about.is_empty()).then(|| routine.about.clone());
                let about = about.into_iter().chain(item.per_day_text());
                page.set_about(about.collect::<Vec<String>>().join(" · ").into());
                page.set_details(ModelRc::new(parts.collect::<VecModel<_>>()));
                page.set_cautions(ModelRc::default());
                page.set_source(SharedString::default());
                page.set_has_figure(false);
            }
        }
        true
    }
}

/// The shorter lengths on offer, in minutes. The values are our own choice.
const MINUTES: [u64; 3] = [5, 3, 1];

/// A shorter length is offered only if it takes at most this fraction of the full length.
const MAX_FRACTION: f64 = 0.8;

/// Returns the shorter lengths that the plan can be reduced to.
fn shorter(plan: &Plan) -> Vec<ui::Shorter> {
    let worth = MAX_FRACTION * plan.total_seconds();
    let mut before = plan.total_seconds();
    let mut lengths = Vec::new();
    for minutes in MINUTES {
        let length = Span::seconds(60 * minutes);
        let short = plan.clone().shortened_to(length);
        // Skip a length that gives the same plan as the previous one.
        let is_shorter = short.total_seconds() <= worth && short.total_seconds() < before;
        if short.fits(length) && is_shorter {
            before = short.total_seconds();
            lengths.push(ui::Shorter {
                text: tr!("About {length}", length = length.localized()).into(),
                spoken: tr!("Start, about {length}", length = length.localized()).into(),
                seconds: (60 * minutes) as i32,
            });
        }
    }
    lengths
}

#[cfg(test)]
mod tests {
    use unhunch::routine::Library;

    use super::*;

    #[test]
    fn only_shorter_and_possible_lengths_are_offered() {
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
}
