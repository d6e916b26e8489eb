//! The library: all routines and exercises on shelves. The figure of a hovered card moves.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use jiff::ZonedDateTime;
use slint::{ComponentHandle as _, Image, ModelRc, SharedString, VecModel};
use unhunch::config::user_folder::{self, Removed};
use unhunch::lang::{tr, trn};
use unhunch::reason;
use unhunch::routine::{Exercise, Group, Library, LibraryItem, Plan};
use unhunch::time::{Clock, about, day};

use super::{PageEvents, on_escape};
use crate::canvas::Canvas;
use crate::context::{Context, Editing, Intent};
use crate::dialog;
use crate::live::{AnimatedFigure, Animation};
use crate::ui::{self, LibraryState, Page};
use crate::wire::wire;

pub(crate) struct LibraryPage {
    context: Rc<Context>,
    moving: Animation,
    canvas: RefCell<Canvas>,
    /// What was removed last, until the page is left.
    removed: RefCell<Option<Removed>>,
}

impl PageEvents for LibraryPage {
    /// Files may have been added since.
    fn enter(self: Rc<Self>) {
        self.context.reload_library();
        self.notify(String::new(), None);
        self.fill();
    }

    fn leave(&self) {
        self.stop_animation();
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
            removed: RefCell::default(),
        })
    }

    /// Shows a notice, and a button that undoes the removal if there was one.
    pub(crate) fn notify(&self, notice: String, removed: Option<Removed>) {
        let page = self.context.window.global::<LibraryState<'_>>();
        page.set_notice(notice.into());
        page.set_can_undo(removed.is_some());
        self.removed.replace(removed);
    }

    fn undo(&self) {
        let removed = self.removed.borrow_mut().take();
        let Some(restored) = removed.map(|removed| user_folder::restore(&removed)) else {
            return;
        };
        let notice = match restored {
            Ok(()) => tr("It’s back.").to_owned(),
            Err(error) => reason::of(&error),
        };
        self.context.reload_library();
        self.fill();
        self.notify(notice, None);
    }

    fn choose_file(self: &Rc<Self>) {
        dialog::choose_programme(dialog::tell(self, |page, chosen| match chosen {
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
        let live = AnimatedFigure::of(&self.context.library.borrow(), id);
        let Some(live) = live else {
            return self.stop_animation();
        };
        let page = Rc::downgrade(self);
        self.moving.start(live, self.context.is_still(), move || {
            if let Some(page) = page.upgrade() {
                page.paint();
            }
        });
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
        self.moving.paint(self.context.is_still(), |live, seconds| {
            let mut canvas = self.canvas.borrow_mut();
            page.set_live(live.paint(&mut canvas, seconds, side, style));
            page.set_live_id(live.id.as_str().into());
        });
    }

    /// Fills the shelves with routines and exercises.
    fn fill(&self) {
        let page = self.context.window.global::<LibraryState<'_>>();
        let side = self.context.physical(self.context.window.get_card_side());
        let style = self.context.style();
        let now = Clock.now().wall;
        let last = self.context.past(&now).last_done;
        let library = self.context.library.borrow();
        let mut shelves = vec![routines(&library, &last, &now)];
        for group in [Group::Desk, Group::Standing, Group::Floor] {
            let exercises = library.iter().filter_map(|found| match found {
                LibraryItem::Exercise(exercise) if exercise.group == group => Some(exercise),
                LibraryItem::Exercise(_) | LibraryItem::Routine(_) => None,
            });
            let cards = exercises.map(|exercise| {
                let live = AnimatedFigure::of(&library, &exercise.id);
                let figure = live.map(|live| live.paint(&mut Canvas::new(), None, side, style));
                let length = about(Plan::for_exercise(exercise).total_seconds());
                let card = card(&exercise.id, &exercise.name, &place_text(exercise), &length);
                ui::Card {
                    figure: figure.unwrap_or_default(),
                    last: last_text(last.get(&exercise.id), &now).into(),
                    ..card
                }
            });
            let cards: Vec<ui::Card> = cards.collect();
            if !cards.is_empty() {
                shelves.push(shelf(title(group), cards));
            }
        }
        page.set_shelves(ModelRc::new(VecModel::from(shelves)));
    }
}

fn routines(library: &Library, last: &LastDone, now: &ZonedDateTime) -> ui::Shelf {
    let cards = library.iter().filter_map(|found| match found {
        LibraryItem::Routine(routine) => Some((found, routine)),
        LibraryItem::Exercise(_) => None,
    });
    let cards = cards.map(|(found, routine)| {
        let length = about(Plan::for_item(found, library).total_seconds());
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

fn title(group: Group) -> &'static str {
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

/// The last time each routine and exercise was done, in the time zone of that session.
pub(super) type LastDone = BTreeMap<String, ZonedDateTime>;

/// Formats the last time: `done today`, `done yesterday`, `done 5 days ago`. Empty if it was never done.
pub(super) fn last_text(last: Option<&ZonedDateTime>, now: &ZonedDateTime) -> String {
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
}
