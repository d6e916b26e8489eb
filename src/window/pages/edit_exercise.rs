//! The form for one of the user's own exercises, with a preview that plays while it is filled in.

use std::path::PathBuf;
use std::rc::Rc;

use slint::{ComponentHandle as _, ModelRc, VecModel};
use unhunch::lang::tr;
use unhunch::paths::Paths;
use unhunch::reason;
use unhunch::routine::{Group, Sides};

use super::library::place_name;
use super::{PageEvents, lines, on_escape, update};
use crate::context::{Context, Editing, Intent};
use crate::dialog;
use crate::editor::{Drafts, ExerciseDraft, Number, find_own_item};
use crate::live::repaint_of;
use crate::mistakes::sentence;
use crate::opener::open_file;
use crate::preview::Preview;
use crate::ui::{self, EditState, Page};
use crate::wire::wire;

/// The choices in the form, in order.
const SIDES: [Sides; 3] = [Sides::Both, Sides::OneThenOther, Sides::Alternate];
const PLACES: [Group; 3] = [Group::Desk, Group::Standing, Group::Floor];

pub(crate) struct EditExercisePage {
    context: Rc<Context>,
    pub(crate) drafts: Drafts<ExerciseDraft>,
    preview: Preview,
    // Lists that stay, so that the control with the focus stays, too.
    numbers: Rc<VecModel<ui::FormNumber>>,
    sides: Rc<VecModel<ui::Pick>>,
    places: Rc<VecModel<ui::Pick>>,
}

impl PageEvents for EditExercisePage {
    fn enter(self: Rc<Self>) {
        self.show_texts();
        self.show();
    }

    fn leave(&self) {
        self.preview.stop();
        self.drafts.keep_changed();
    }

    fn key(self: Rc<Self>, text: &str, _shift: bool) -> bool {
        on_escape(text, &self.context, Intent::Open(Page::Library))
    }

    fn repaint(&self) {
        self.paint();
    }

    fn retranslate(self: Rc<Self>) {
        self.show();
    }
}

impl EditExercisePage {
    pub(crate) fn new(context: Rc<Context>) -> Rc<Self> {
        Rc::new(Self {
            context,
            drafts: Drafts::default(),
            preview: Preview::default(),
            numbers: Rc::default(),
            sides: Rc::default(),
            places: Rc::default(),
        })
    }

    /// Connects the callbacks of the page.
    pub(crate) fn wire(self: &Rc<Self>) {
        let global = self.global();
        global.set_numbers(ModelRc::from(Rc::clone(&self.numbers)));
        global.set_sides(ModelRc::from(Rc::clone(&self.sides)));
        global.set_places(ModelRc::from(Rc::clone(&self.places)));
        wire!(self => page, global, {
            on_step(key, by) => page.change(|draft| draft.step(&key, by));
            on_count(breaths) => page.change(|draft| draft.count_breaths(breaths));
            on_choose_sides(word) => page.choose_sides(&word);
            on_choose_place(word) => page.choose_place(&word);
            on_pick_pictures() => page.pick_pictures();
            on_remove_pictures() => page.set_pictures(Vec::new());
            on_save() => page.save();
            on_discard() => page.discard();
            on_edit_file() => page.edit_file();
        });
        wire!(always self => page, global, {
            on_name_edited(text) => page.change(|draft| draft.set_name(&text));
            on_steps_edited(text) => page.change(|draft| draft.set_steps(&text));
            on_typed(key, text) => page.typed(&key, &text);
        });
    }

    fn global(&self) -> EditState<'_> {
        self.context.window.global()
    }

    /// Prepares the form. A draft that wasn't saved is continued. Returns `false` if the exercise can't be edited here.
    pub(crate) fn begin(&self, editing: &Editing) -> bool {
        // Another program may have changed the files.
        self.context.reload_library();
        let library = self.context.library.borrow();
        self.drafts.open(editing, || match editing {
            Editing::NewExercise => Some(ExerciseDraft::new()),
            Editing::NewRoutine => None,
            Editing::Edit(id) => find_own_item(id)
                .filter(|item| item.routine.is_none())
                .and_then(|item| ExerciseDraft::edit(item, &library)),
            Editing::Copy(id) => library
                .exercise(id)
                .and_then(|_| ExerciseDraft::copy(id, find_own_item(id).as_ref(), &library)),
        })
    }

    /// Takes pictures that were dropped on the window. Returns `false` if the page isn't shown or takes none.
    pub(crate) fn drop_pictures(self: &Rc<Self>, pictures: &[PathBuf]) -> bool {
        let takes = self.context.page() == Page::EditExercise
            && self
                .current(|draft| draft.takes_pictures())
                .unwrap_or(false);
        if takes {
            self.set_pictures(pictures.to_vec());
        }
        takes
    }

    pub(crate) fn current<T>(&self, read: impl FnOnce(&ExerciseDraft) -> T) -> Option<T> {
        self.drafts.read(|_, draft| read(draft))
    }

    fn change(self: &Rc<Self>, change: impl FnOnce(&mut ExerciseDraft)) {
        self.drafts.change(change);
        self.global().set_failure("".into());
        self.show();
    }

    fn typed(self: &Rc<Self>, key: &str, text: &str) -> bool {
        let mut is_number = false;
        self.change(|draft| is_number = draft.type_number(key, text));
        is_number
    }

    fn choose_sides(self: &Rc<Self>, word: &str) {
        if let Some(sides) = SIDES.into_iter().find(|sides| sides.word() == word) {
            self.change(|draft| draft.set_sides(sides));
        }
    }

    fn choose_place(self: &Rc<Self>, word: &str) {
        if let Some(place) = PLACES.into_iter().find(|place| place.as_str() == word) {
            self.change(|draft| draft.set_place(place));
        }
    }

    fn pick_pictures(self: &Rc<Self>) {
        dialog::choose_pictures(dialog::callback(self, |page, chosen| match chosen {
            Ok(pictures) => page.set_pictures(pictures),
            Err(error) => page.global().set_failure(error.to_string().into()),
        }));
    }

    fn set_pictures(self: &Rc<Self>, pictures: Vec<PathBuf>) {
        let mut failure = String::new();
        self.change(|draft| {
            if let Err(error) = draft.set_pictures(pictures) {
                failure = reason::of(&error);
            }
        });
        self.global().set_failure(failure.into());
    }

    /// Fills the fields that the user types in; only on entering the page, so that the cursor stays where it is.
    fn show_texts(&self) {
        let global = self.global();
        let texts = self.current(|draft| (draft.name().to_owned(), draft.steps().to_owned()));
        let (name, steps) = texts.unwrap_or_default();
        global.set_name(name.into());
        global.set_steps(steps.into());
        global.set_failure("".into());
    }

    fn show(self: &Rc<Self>) {
        let exercise = self.drafts.read(|editing, draft| {
            self.show_form(editing, draft);
            draft.exercise()
        });
        let global = self.global();
        match exercise.flatten() {
            Some(exercise) => {
                let paint = repaint_of(self, Self::paint);
                let length = self.preview.play(exercise, self.context.is_still(), paint);
                global.set_length(length.into());
                global.set_plays(true);
            }
            None => {
                self.preview.stop();
                global.set_plays(false);
            }
        }
    }

    fn show_form(&self, editing: &Editing, draft: &ExerciseDraft) {
        let global = self.global();
        global.set_title(title(editing).into());
        let fixed = draft.fixed_steps();
        global.set_is_exact(fixed.is_some());
        global.set_fixed_steps(lines(fixed.unwrap_or_default()));
        update(&self.numbers, numbers(&draft.numbers()));
        global.set_can_count(draft.can_count_otherwise());
        global.set_breaths(draft.counts_breaths());
        let sides = SIDES.map(|sides| (sides.word(), sides_text(sides), sides));
        update(&self.sides, picks(&sides, draft.sides()));
        let places = PLACES.map(|place| (place.as_str(), place_name(place), place));
        update(&self.places, picks(&places, draft.place()));
        let names = draft.pictures().iter();
        let names: Vec<String> = names
            .map(|file| {
                file.file_name()
                    .unwrap_or_default()
                    .to_string_lossy()
                    .into_owned()
            })
            .collect();
        global.set_pictures(lines(&names));
        global.set_has_file(draft.file().is_some());
        let mistakes = draft.mistakes();
        global.set_can_save(mistakes.is_empty());
        global.set_mistakes(lines(&mistakes));
    }

    /// Paints the current moment of the preview.
    fn paint(&self) {
        let global = self.global();
        let side = self.context.physical(global.get_side());
        let style = self.context.style();
        let is_still = self.context.is_still();
        let Some(frame) = self.preview.current_frame(is_still, side, style) else {
            return;
        };
        global.set_has_image(frame.image.is_some());
        global.set_image(frame.image.unwrap_or_default());
        global.set_cue(frame.cue.into());
        global.set_counter(frame.counter.into());
        global.set_seconds(frame.seconds as i32);
        global.set_left(frame.left);
    }

    fn save(self: &Rc<Self>) {
        let saved =
            Paths::find().and_then(|paths| self.current(|draft| draft.save(&paths)).transpose());
        match saved {
            Ok(Some(id)) => {
                self.drafts.close();
                self.context.request(Intent::Saved(id));
            }
            Ok(None) => {}
            Err(error) => self.global().set_failure(reason::of(&error).into()),
        }
    }

    /// Shows a sentence beside the buttons.
    pub(crate) fn notify(&self, notice: &str) {
        self.global().set_failure(notice.into());
    }

    fn discard(&self) {
        let discarded = self.drafts.discard();
        self.context.request(Intent::Discarded(discarded));
    }

    fn edit_file(self: &Rc<Self>) {
        let file = self.current(|draft| draft.file().map(ToOwned::to_owned));
        if let Some(file) = file.flatten() {
            open_file(self, &file, |page, error| page.notify(&sentence(error)));
        }
    }
}

fn title(editing: &Editing) -> &'static str {
    match editing {
        Editing::NewExercise | Editing::NewRoutine => tr("Add an exercise"),
        Editing::Edit(_) => tr("Edit the exercise"),
        Editing::Copy(_) => tr("Your version of the exercise"),
    }
}

fn sides_text(sides: Sides) -> &'static str {
    match sides {
        Sides::Both => tr("Both at once"),
        Sides::OneThenOther => tr("Right, then left"),
        Sides::Alternate => tr("Right and left in turn"),
    }
}

fn picks<T: PartialEq>(all: &[(&str, &str, T)], chosen: T) -> Vec<ui::Pick> {
    let picks = all.iter().map(|(word, text, value)| ui::Pick {
        word: (*word).into(),
        text: (*text).into(),
        chosen: *value == chosen,
    });
    picks.collect()
}

pub(super) fn numbers(numbers: &[Number]) -> Vec<ui::FormNumber> {
    let rows = numbers.iter().map(|number| ui::FormNumber {
        key: number.key.into(),
        title: number.title.into(),
        value: number.text.as_str().into(),
        lower: number.has_lower,
        higher: number.has_higher,
    });
    rows.collect()
}
