//! The form for one of the user's own routines: its exercises, and their order.

use std::rc::Rc;

use slint::{ComponentHandle as _, Model as _, ModelRc, VecModel};
use unhunch::lang::tr;
use unhunch::paths::Paths;
use unhunch::reason;
use unhunch::routine::{LibraryItem, Plan};
use unhunch::time::about;

use super::edit_exercise::numbers;
use super::library::place_text;
use super::settings::edit::{self, ChangeError, Value};
use super::{PageEvents, lines, on_escape, update};
use crate::context::{Context, Editing, Intent};
use crate::editor::{Drafts, RoutineDraft, find_own_item};
use crate::ui::{self, Page, RoutineState};
use crate::wire::wire;

/// The setting with the one-click routine.
const ONE_CLICK: &str = "rhythm.routine";

pub(crate) struct EditRoutinePage {
    context: Rc<Context>,
    pub(crate) drafts: Drafts<RoutineDraft>,
    /// The exercises of the routine. The rows are changed one by one, because a row that is dragged must not be replaced.
    rows: Rc<VecModel<ui::Item>>,
    numbers: Rc<VecModel<ui::FormNumber>>,
}

impl PageEvents for EditRoutinePage {
    fn enter(self: Rc<Self>) {
        let global = self.global();
        let name = self.current(|draft| draft.name().to_owned());
        global.set_name(name.unwrap_or_default().into());
        global.set_failure("".into());
        global.set_one_click(self.is_one_click());
        self.show_choices();
        self.show();
    }

    fn leave(&self) {
        self.drafts.keep_changed();
    }

    fn key(self: Rc<Self>, text: &str, _shift: bool) -> bool {
        on_escape(text, &self.context, Intent::Open(Page::Library))
    }

    fn retranslate(self: Rc<Self>) {
        self.show_choices();
        self.show();
    }
}

impl EditRoutinePage {
    pub(crate) fn new(context: Rc<Context>) -> Rc<Self> {
        Rc::new(Self {
            context,
            drafts: Drafts::default(),
            rows: Rc::default(),
            numbers: Rc::default(),
        })
    }

    /// Connects the callbacks of the page.
    pub(crate) fn wire(self: &Rc<Self>) {
        let global = self.global();
        global.set_rows(ModelRc::from(Rc::clone(&self.rows)));
        global.set_numbers(ModelRc::from(Rc::clone(&self.numbers)));
        wire!(self => page, global, {
            on_add(id) => page.change(|draft| draft.add(&id));
            on_remove(index) => page.change(|draft| draft.remove(index as usize));
            on_move(from, to) => page.change(|draft| draft.move_to(from as usize, to as usize));
            on_step(key, by) => page.change(|draft| draft.step(&key, by));
            on_save() => page.save();
            on_discard() => page.discard();
        });
        wire!(always self => page, global, {
            on_name_edited(text) => page.change(|draft| draft.set_name(&text));
            on_typed(key, text) => page.typed(&key, &text);
        });
    }

    fn global(&self) -> RoutineState<'_> {
        self.context.window.global()
    }

    /// Prepares the form. A draft that wasn't saved is continued. Returns `false` if the routine can't be edited here.
    pub(crate) fn begin(&self, editing: &Editing) -> bool {
        // Another program may have changed the files.
        self.context.reload_library();
        let library = self.context.library.borrow();
        self.drafts.open(editing, || match editing {
            Editing::NewRoutine => Some(RoutineDraft::new()),
            Editing::NewExercise => None,
            Editing::Edit(id) => find_own_item(id).and_then(RoutineDraft::edit),
            Editing::Copy(id) => match library.find(id) {
                Some(LibraryItem::Routine(routine)) => RoutineDraft::copy(routine),
                Some(LibraryItem::Exercise(_)) | None => None,
            },
        })
    }

    pub(crate) fn current<T>(&self, read: impl FnOnce(&RoutineDraft) -> T) -> Option<T> {
        self.drafts.read(|_, draft| read(draft))
    }

    fn change(&self, change: impl FnOnce(&mut RoutineDraft)) {
        self.drafts.change(change);
        self.global().set_failure("".into());
        self.show();
    }

    fn typed(&self, key: &str, text: &str) -> bool {
        let mut is_number = false;
        self.change(|draft| is_number = draft.type_number(key, text));
        is_number
    }

    /// Returns `true` if the routine that is edited is the one that a click starts.
    fn is_one_click(&self) -> bool {
        let is_chosen = |editing: &Editing| match editing {
            Editing::Edit(id) => self.context.settings().routine == *id,
            Editing::NewExercise | Editing::NewRoutine | Editing::Copy(_) => false,
        };
        let chosen = self.drafts.read(|editing, _| is_chosen(editing));
        chosen.unwrap_or(false)
    }

    /// Fills the list of exercises that can be added.
    fn show_choices(&self) {
        let library = self.context.library.borrow();
        let choices = library.iter().filter_map(|item| match item {
            LibraryItem::Exercise(exercise) => Some(ui::Item {
                id: exercise.id.as_str().into(),
                name: exercise.name.as_str().into(),
                about: place_text(exercise).into(),
                length: about(Plan::for_exercise(exercise).total_seconds()).into(),
            }),
            LibraryItem::Routine(_) => None,
        });
        let choices: Vec<ui::Item> = choices.collect();
        self.global()
            .set_choices(ModelRc::new(VecModel::from(choices)));
    }

    fn show(&self) {
        self.drafts
            .read(|editing, draft| self.show_form(editing, draft));
    }

    fn show_form(&self, editing: &Editing, draft: &RoutineDraft) {
        let global = self.global();
        let library = self.context.library.borrow();
        let title = match editing {
            Editing::NewExercise | Editing::NewRoutine => tr("New routine"),
            Editing::Edit(_) => tr("Edit the routine"),
            Editing::Copy(_) => tr("Your version of the routine"),
        };
        global.set_title(title.into());
        let rows: Vec<ui::Item> = draft
            .exercises()
            .iter()
            .map(|id| {
                let exercise = library.exercise(id);
                let name = exercise.map_or(id.as_str(), |exercise| &exercise.name);
                let length =
                    exercise.map(|exercise| about(Plan::for_exercise(exercise).total_seconds()));
                ui::Item {
                    id: id.as_str().into(),
                    name: name.into(),
                    about: "".into(),
                    length: length.unwrap_or_default().into(),
                }
            })
            .collect();
        update(&self.rows, rows);
        let choices = global.get_choices();
        let times_chosen = choices.iter().map(|choice| {
            let chosen = draft.exercises().iter();
            chosen.filter(|id| **id == *choice.id).count() as i32
        });
        global.set_times_chosen(ModelRc::new(times_chosen.collect::<VecModel<i32>>()));
        update(&self.numbers, numbers(&draft.numbers()));
        let length = draft.plan(&library).map(|plan| about(plan.total_seconds()));
        global.set_length(length.unwrap_or_default().into());
        let mistakes = draft.mistakes();
        global.set_can_save(mistakes.is_empty());
        global.set_mistakes(lines(&mistakes));
    }

    fn save(&self) {
        match self.try_save() {
            Ok(Some(id)) => {
                self.drafts.close();
                self.context.request(Intent::Saved(id));
            }
            Ok(None) => {}
            Err(error) => self.global().set_failure(reason::of(&error).into()),
        }
    }

    fn try_save(&self) -> anyhow::Result<Option<String>> {
        let paths = Paths::find()?;
        let id = self.current(|draft| draft.save(&paths)).transpose()?;
        let is_chosen = self.global().get_one_click();
        if let Some(id) = id.as_deref().filter(|_| is_chosen != self.is_one_click()) {
            self.choose_one_click(&paths, id, is_chosen)?;
        }
        Ok(id)
    }

    /// Makes it the routine that a click in the menu starts, or the default one again.
    fn choose_one_click(&self, paths: &Paths, id: &str, is_chosen: bool) -> anyhow::Result<()> {
        let library = self.context.library.borrow();
        let mut ids: Vec<&str> = library.ids().collect();
        ids.push(id);
        let changed = if is_chosen {
            edit::change(paths, ONE_CLICK, &Value::Text(id.to_owned()), &ids)
        } else {
            edit::reset(paths, ONE_CLICK, &ids)
        };
        match changed {
            Ok(_) => Ok(()),
            Err(ChangeError::Failed(error)) => Err(error),
            Err(ChangeError::Mistakes | ChangeError::InvalidValue(_)) => {
                anyhow::bail!(tr(
                    "The routine is saved, but your settings have mistakes, so “Start stretch” doesn’t play it yet."
                ))
            }
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
}
