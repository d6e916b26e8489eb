//! Editing, saving, removing and adding the user's own exercises and routines.

use std::path::{Path, PathBuf};

use slint::{Model as _, ModelRc, SharedString};
use unhunch::config::user_folder;
use unhunch::lang::tr;
use unhunch::paths::Paths;
use unhunch::reason;

use crate::context::Editing;
use crate::pages::import::is_programme;
use crate::pages::library::Undo;
use crate::shell::Shell;
use crate::ui::Page;

impl Shell {
    /// Opens the form of an exercise or a routine, or its file if that is too unusual for the form.
    pub(crate) fn edit(&self, editing: &Editing) {
        if self.pages.edit_exercise.begin(editing) {
            return self.open(Page::EditExercise);
        }
        if self.pages.edit_routine.begin(editing) {
            return self.open(Page::EditRoutine);
        }
        if let Editing::Edit(id) = editing {
            self.pages.exercise.open_file(id);
        }
    }

    /// Shows an unsaved draft before the window closes. Returns `false` if there is none, or if the user has been told already.
    pub(crate) fn shows_unsaved(&self) -> bool {
        let (exercise, routine) = (&self.pages.edit_exercise, &self.pages.edit_routine);
        let Some(draft) = exercise
            .drafts
            .unsaved()
            .or_else(|| routine.drafts.unsaved())
        else {
            return false;
        };
        self.edit(&draft);
        let notice =
            tr("This isn’t saved yet. If you close the window again, your changes are lost.");
        exercise.notify(notice);
        routine.notify(notice);
        true
    }

    /// Shows an exercise or routine that was saved.
    pub(crate) fn show_saved(&self, id: &str) {
        self.context.reload_library();
        if self.context.library.borrow().find(id).is_none() {
            return self.open(Page::Library);
        }
        self.show_exercise(id);
        self.pages.exercise.notify(tr("Saved."));
    }

    pub(crate) fn show_discarded(&self, draft: Option<Editing>) {
        self.open(Page::Library);
        if let Some(draft) = draft {
            let notice = tr("Your changes were discarded.").to_owned();
            self.pages
                .library
                .notify(notice, Some(Undo::Discard(draft)));
        }
    }

    pub(crate) fn restore_draft(&self, draft: &Editing) {
        self.pages.edit_exercise.drafts.restore(draft);
        self.pages.edit_routine.drafts.restore(draft);
        self.edit(draft);
    }

    /// Moves one of the user's own to the trash folder, which can be undone.
    pub(crate) fn remove(&self, id: &str) {
        let name = self
            .context
            .library
            .borrow()
            .find(id)
            .map(|item| item.name().to_owned());
        let removed = Paths::find().and_then(|paths| user_folder::remove(&paths, id));
        match removed {
            Ok(removed) => {
                self.open(Page::Library);
                let name = name.unwrap_or_else(|| id.to_owned());
                let notice = tr!("“{name}” was removed.", name = name);
                let undo = Undo::Removal(name, removed);
                self.pages.library.notify(notice, Some(undo));
            }
            Err(error) => self.pages.exercise.notify(&reason::of(&error)),
        }
    }

    /// Shows what is in a file or folder, and asks whether to add it.
    pub(crate) fn import(&self, place: &Path) {
        self.pages.import.read(place);
        self.open(Page::Import);
    }

    pub(crate) fn show_added(&self, notice: String) {
        self.open(Page::Library);
        self.pages.library.notify(notice, None);
    }

    pub(crate) fn on_dropped(&self, files: &ModelRc<SharedString>) {
        let files: Vec<PathBuf> = files.iter().map(|file| file.as_str().into()).collect();
        self.dropped(&files);
    }

    /// Takes files that were dropped on the window: pictures for the exercise on the page, or exercises to add.
    pub(crate) fn dropped(&self, files: &[PathBuf]) {
        if self.pages.edit_exercise.drop_pictures(files) {
            return;
        }
        if let Some(place) = files.iter().find(|file| is_programme(file)) {
            self.import(place);
        } else if let Some(file) = files.first() {
            self.pages.import.refuse(file);
            self.open(Page::Import);
        }
    }
}
