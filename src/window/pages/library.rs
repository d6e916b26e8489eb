//! The library: all routines and exercises on shelves. The figure of a hovered card moves.

use std::cell::{Cell, RefCell};
use std::collections::{HashMap, VecDeque};
use std::path::Path;
use std::rc::Rc;
use std::time::Duration;

use jiff::ZonedDateTime;
use slint::{
    ComponentHandle as _, Image, Model as _, ModelRc, SharedString, Timer, TimerMode, VecModel,
};
use unhunch::config::user_folder::{self, Removed};
use unhunch::lang::{tr, trn};
use unhunch::reason;
use unhunch::routine::{Exercise, Group, Library, LibraryItem, Plan};
use unhunch::time::{Clock, about, day};

use super::{PageEvents, on_escape};
use crate::canvas::Canvas;
use crate::context::{Context, Editing, Intent};
use crate::dialog;
use crate::live::{AnimatedFigure, Animation, repaint_of};
use crate::thumbnails::Thumbnails;
use crate::ui::{self, LibraryState, Page};
use crate::wire::wire;

/// An action that the button in the notice undoes.
pub(crate) enum Undo {
    /// The removal of the user's own exercise or routine with this name.
    Removal(String, Removed),
    /// The end of this draft, which wasn't saved.
    Discard(Editing),
}

pub(crate) struct LibraryPage {
    context: Rc<Context>,
    moving: Animation,
    canvas: RefCell<Canvas>,
    thumbnails: Thumbnails,
    /// The cards on the shelves while more are added.
    cards: RefCell<Vec<(Shelf, ui::Card)>>,
    /// The items that are not on the shelves yet, in order.
    waiting: RefCell<VecDeque<(Shelf, String)>>,
    filling: Timer,
    /// The action that can be undone: a removal until the window closes, a discarded draft until the page is left.
    undo: RefCell<Option<Undo>>,
}

impl PageEvents for LibraryPage {
    /// Files may have been added since.
    fn enter(self: Rc<Self>) {
        self.context.reload_library();
        // A removal can be undone until the window closes.
        let is_removal = matches!(*self.undo.borrow(), Some(Undo::Removal(..)));
        if !is_removal {
            self.notify(String::new(), None);
        }
        self.fill_gradually();
        self.load_thumbnails();
    }

    fn leave(&self) {
        self.filling.stop();
        self.stop_animation();
        self.thumbnails.clear();
    }

    fn key(self: Rc<Self>, text: &str, _shift: bool) -> bool {
        on_escape(text, &self.context, Intent::Open(Page::Home))
    }

    fn repaint(&self) {
        self.paint();
        self.fill();
    }

    fn retranslate(self: Rc<Self>) {
        self.fill();
    }
}

impl LibraryPage {
    pub(crate) fn new(context: Rc<Context>) -> Rc<Self> {
        Rc::new(Self {
            context,
            moving: Animation::default(),
            canvas: RefCell::new(Canvas::new()),
            thumbnails: Thumbnails::default(),
            cards: RefCell::default(),
            waiting: RefCell::default(),
            filling: Timer::default(),
            undo: RefCell::default(),
        })
    }

    /// Shows a notice, and a button if there is something to undo.
    pub(crate) fn notify(&self, notice: String, undo: Option<Undo>) {
        let page = self.context.window.global::<LibraryState<'_>>();
        page.set_notice(notice.into());
        page.set_can_undo(undo.is_some());
        self.undo.replace(undo);
    }

    fn undo(self: &Rc<Self>) {
        let (name, removed) = match self.undo.take() {
            Some(Undo::Removal(name, removed)) => (name, removed),
            Some(Undo::Discard(draft)) => {
                return self.context.request(Intent::RestoreDraft(draft));
            }
            None => return,
        };
        let notice = match user_folder::restore(&removed) {
            Ok(()) => tr!("“{name}” is back.", name = name),
            Err(error) => reason::of(&error),
        };
        self.context.reload_library();
        self.fill();
        self.load_thumbnails();
        self.notify(notice, None);
    }

    /// Begins to decode the pictures of the user's own exercises.
    fn load_thumbnails(self: &Rc<Self>) {
        let library = self.context.library.borrow();
        let files = library.iter().filter_map(|item| match item {
            LibraryItem::Exercise(exercise) => exercise.figure.picture(0).map(Path::to_owned),
            LibraryItem::Routine(_) => None,
        });
        self.thumbnails
            .load(files, repaint_of(self, Self::show_thumbnails));
    }

    /// Puts the thumbnails that have become ready on their cards.
    fn show_thumbnails(&self) {
        let ready = self.thumbnails.take_ready();
        if ready.is_empty() {
            return;
        }
        let library = self.context.library.borrow();
        let figures = library.iter().filter_map(|item| match item {
            LibraryItem::Exercise(exercise) => {
                let picture = exercise.figure.picture(0)?;
                let is_ready = ready.iter().any(|file| file == picture);
                let figure = is_ready.then(|| self.thumbnails.get(picture).unwrap_or_default())?;
                Some((exercise.id.as_str(), figure))
            }
            LibraryItem::Routine(_) => None,
        });
        let figures: HashMap<&str, Image> = figures.collect();
        for (_, card) in self.cards.borrow_mut().iter_mut() {
            if let Some(figure) = figures.get(card.id.as_str()) {
                card.figure = figure.clone();
            }
        }
        let page = self.context.window.global::<LibraryState<'_>>();
        for shelf in page.get_shelves().iter() {
            for (row, card) in shelf.cards.iter().enumerate() {
                if let Some(figure) = figures.get(card.id.as_str()) {
                    let figure = figure.clone();
                    shelf.cards.set_row_data(row, ui::Card { figure, ..card });
                }
            }
        }
    }

    fn choose_file(self: &Rc<Self>) {
        dialog::choose_programme(dialog::callback(self, |page, chosen| match chosen {
            Ok(file) => page.context.request(Intent::Import(file)),
            Err(error) => page.notify(error.to_string(), None),
        }));
    }

    /// Connects the callbacks of the page.
    pub(crate) fn wire(self: &Rc<Self>) {
        let page = self.context.window.global::<LibraryState<'_>>();
        wire!(self => page, page, {
            on_new_exercise() => page.context.request(Intent::Edit(Editing::NewExercise));
            on_new_routine() => page.context.request(Intent::Edit(Editing::NewRoutine));
            on_choose_file() => page.choose_file();
            on_undo() => page.undo();
        });
        wire!(always self => page, page, {
            on_look(id, on) => page.on_hover(&id, on);
        });
    }

    /// Starts or stops the figure of a card when the pointer enters or leaves it.
    fn on_hover(self: &Rc<Self>, id: &str, on: bool) {
        if self.context.page() != Page::Library {
            return;
        }
        if on {
            self.animate(id);
        } else if self.moving.shows(id) {
            self.stop_animation();
        }
    }

    fn animate(self: &Rc<Self>, id: &str) {
        let figure = AnimatedFigure::new(&self.context.library.borrow(), id);
        let Some(figure) = figure else {
            return self.stop_animation();
        };
        self.moving.start(
            figure,
            self.context.is_still(),
            repaint_of(self, Self::paint),
        );
    }

    fn stop_animation(&self) {
        self.moving.stop();
        self.context
            .window
            .global::<LibraryState<'_>>()
            .set_live_id(SharedString::default());
    }

    /// Paints the current frame of the animated figure.
    fn paint(&self) {
        let page = self.context.window.global::<LibraryState<'_>>();
        let side = self.context.physical(self.context.window.get_card_side());
        let style = self.context.style();
        self.moving
            .paint(self.context.is_still(), |figure, seconds| {
                let mut canvas = self.canvas.borrow_mut();
                page.set_live(figure.paint(&mut canvas, seconds, side, style));
                page.set_live_id(figure.id.as_str().into());
            });
    }

    /// Fills the shelves with routines and exercises.
    fn fill(&self) {
        self.begin_to_fill();
        self.fill_more(usize::MAX);
    }

    /// Fills the shelves little by little: a thousand cards take a while, and the first ones needn't wait for the others.
    fn fill_gradually(self: &Rc<Self>) {
        self.begin_to_fill();
        let next = Cell::new(FIRST_CARDS);
        let page = Rc::downgrade(self);
        let fill = move || {
            let Some(page) = page.upgrade() else { return };
            page.fill_more(next.get());
            // Each step lays out the whole page, so there are only a few.
            next.set(next.get() * 4);
            if page.waiting.borrow().is_empty() {
                page.filling.stop();
            }
        };
        fill();
        if !self.waiting.borrow().is_empty() {
            self.filling.start(TimerMode::Repeated, PAUSE, fill);
        }
    }

    /// Lists the items for the shelves, the user's own first.
    fn begin_to_fill(&self) {
        self.filling.stop();
        self.cards.borrow_mut().clear();
        let library = self.context.library.borrow();
        let is_on = |item: &LibraryItem<'_>, shelf: Shelf| match item {
            LibraryItem::Routine(_) => shelf.is_none(),
            LibraryItem::Exercise(exercise) => shelf == Some(exercise.group),
        };
        let groups = [Group::Desk, Group::Standing, Group::Floor].map(Some);
        let all = [None].into_iter().chain(groups).flat_map(|shelf| {
            let items = library.iter().filter(move |item| is_on(item, shelf));
            let mut ids: Vec<String> = items.map(|item| item.id().to_owned()).collect();
            ids.sort_by_key(|id| !library.is_own(id));
            ids.into_iter().map(move |id| (shelf, id))
        });
        self.waiting.replace(all.collect());
    }

    /// Puts up to `most` more routines and exercises on the shelves.
    fn fill_more(&self, most: usize) {
        let side = self.context.physical(self.context.window.get_card_side());
        let now = Clock.now().wall;
        let last = self.context.past(&now).last_done;
        let library = self.context.library.borrow();
        let mut waiting = self.waiting.borrow_mut();
        let mut cards = self.cards.borrow_mut();
        let count = most.min(waiting.len());
        for (shelf, id) in waiting.drain(..count) {
            let Some(item) = library.find(&id) else {
                continue;
            };
            let description = match item {
                LibraryItem::Routine(routine) => routine.about.clone(),
                LibraryItem::Exercise(exercise) => place_text(exercise),
            };
            let figure = match item {
                LibraryItem::Routine(_) => None,
                LibraryItem::Exercise(exercise) => self.figure(&library, exercise, side),
            };
            let length = Plan::for_item(item, &library).total_seconds();
            let card = ui::Card {
                name: item.name().into(),
                about: marked(&library, &id, &description).into(),
                length: about(length).into(),
                last: last_line(&self.context, &id, last.get(&id), &now).into(),
                figure: figure.unwrap_or_default(),
                id: id.into(),
            };
            cards.push((shelf, card));
        }
        let shelves = cards.chunk_by(|(a, _), (b, _)| a == b).map(|on_shelf| {
            let title = on_shelf[0].0.map_or(tr("Routines"), place_name);
            let cards = on_shelf.iter().map(|(_, card)| card.clone());
            ui::Shelf {
                title: title.into(),
                cards: ModelRc::new(cards.collect::<VecModel<ui::Card>>()),
            }
        });
        let page = self.context.window.global::<LibraryState<'_>>();
        // Slint 1.18 can't lay out lists in lists that grow, so they are replaced.
        page.set_shelves(ModelRc::new(shelves.collect::<VecModel<ui::Shelf>>()));
        if waiting.is_empty() {
            cards.clear();
        }
    }

    /// Returns the picture on the card of an exercise: its figure, or its own picture.
    fn figure(&self, library: &Library, exercise: &Exercise, side: f32) -> Option<Image> {
        match AnimatedFigure::new(library, &exercise.id) {
            Some(figure) => {
                Some(figure.paint(&mut Canvas::new(), None, side, self.context.style()))
            }
            None => self.thumbnails.get(exercise.figure.picture(0)?),
        }
    }
}

/// A shelf of the library: the exercises of a place, or the routines.
type Shelf = Option<Group>;

/// The number of cards that are there at once.
const FIRST_CARDS: usize = 60;
/// The time until more follow, in which the window is painted and reacts to the user.
const PAUSE: Duration = Duration::from_millis(50);

/// Returns the description of a card, which says if it is one of the user's own.
fn marked(library: &Library, id: &str, about: &str) -> String {
    let own_mark = library.is_own(id).then(|| tr("your own"));
    let parts = own_mark.into_iter().chain(Some(about));
    let parts: Vec<&str> = parts.filter(|part| !part.is_empty()).collect();
    parts.join(" · ")
}

/// Returns the name of a place as a heading.
pub(super) fn place_name(group: Group) -> &'static str {
    match group {
        Group::Desk => tr("At the desk"),
        Group::Standing => tr("Standing"),
        Group::Floor => tr("On the floor"),
    }
}

/// Returns the position and the props of an exercise: `standing · wall`.
pub(crate) fn place_text(exercise: &Exercise) -> String {
    let mut place = exercise.position.to_string();
    for prop in &exercise.props {
        place.push_str(" · ");
        place.push_str(&prop.to_string());
    }
    place
}

/// Returns the progress of today if a number of times per day is prescribed, and else the last time.
pub(super) fn last_line(
    context: &Context,
    id: &str,
    last: Option<&ZonedDateTime>,
    now: &ZonedDateTime,
) -> String {
    let progress = context.progress_today(id);
    progress.unwrap_or_else(|| last_text(last, now))
}

/// Formats the last time: `done today`, `done yesterday`, `done 5 days ago`. Empty if it was never done.
fn last_text(last: Option<&ZonedDateTime>, now: &ZonedDateTime) -> String {
    let Some(last) = last else {
        return String::new();
    };
    let days = day(last).until(day(now)).map_or(0, |span| span.get_days());
    match u64::try_from(days).unwrap_or(0) {
        0 => tr("done today").to_owned(),
        1 => tr("done yesterday").to_owned(),
        days => trn!(days, "done {n} day ago", "done {n} days ago"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_time_is_shown_in_days() {
        let now: ZonedDateTime = "2026-03-05T08:00:00[Europe/Berlin]".parse().unwrap();
        let text = |last: &str| last_text(Some(&last.parse().unwrap()), &now);
        assert_eq!(text("2026-03-05T07:00:00[Europe/Berlin]"), "done today");
        assert_eq!(text("2026-03-04T23:00:00[Europe/Berlin]"), "done yesterday");
        assert_eq!(
            text("2026-02-20T12:00:00[Europe/Berlin]"),
            "done 13 days ago"
        );
        assert_eq!(text("2026-03-06T12:00:00[Europe/Berlin]"), "done today");
        assert_eq!(last_text(None, &now), "");
    }
}
