//! Drafts of the user's own exercises and routines, while they are being edited. Nothing is written before they are saved.
//!
//! The text of the file is derived from a draft at every moment, and what the page shows is read from that text: so the preview,
//! the mistakes and the saved file can't contradict each other.

pub(crate) mod document;
pub(crate) mod exercise;
pub(crate) mod routine;

use std::cell::{Cell, RefCell};

use unhunch::config::user_folder::{self, OwnItem};
use unhunch::paths::Paths;

pub(crate) use self::exercise::ExerciseDraft;
pub(crate) use self::routine::RoutineDraft;
use crate::context::Editing;

/// The most times a day, as in a file.
const MOST_PER_DAY: u32 = 24;

/// An exercise or a routine that is being edited.
pub(crate) trait Draft {
    /// Returns `true` if there is something to save.
    fn is_changed(&self) -> bool;
}

/// The drafts of a page that aren't saved yet. The last one is on the page.
pub(crate) struct Drafts<T> {
    all: RefCell<Vec<(Editing, T)>>,
    /// The draft that was discarded last.
    discarded: RefCell<Option<(Editing, T)>>,
    /// `true` if the user has been told about them since the last change.
    is_known: Cell<bool>,
}

impl<T> Default for Drafts<T> {
    fn default() -> Self {
        Self {
            all: RefCell::default(),
            discarded: RefCell::default(),
            is_known: Cell::default(),
        }
    }
}

impl<T: Draft> Drafts<T> {
    /// Continues the draft that was left, or begins one. Returns `false` if there is none.
    pub(crate) fn open(&self, editing: &Editing, begin: impl FnOnce() -> Option<T>) -> bool {
        let mut drafts = self.all.borrow_mut();
        let left = drafts.iter().position(|(target, _)| target == editing);
        let draft = match left {
            Some(at) => Some(drafts.remove(at)),
            None => begin().map(|draft| (editing.clone(), draft)),
        };
        let is_open = draft.is_some();
        drafts.extend(draft);
        is_open
    }

    /// Calls `read` with the draft on the page, if there is one.
    pub(crate) fn read<R>(&self, read: impl FnOnce(&Editing, &T) -> R) -> Option<R> {
        let drafts = self.all.borrow();
        drafts.last().map(|(editing, draft)| read(editing, draft))
    }

    /// Calls `change` with the draft on the page, if there is one.
    pub(crate) fn change(&self, change: impl FnOnce(&mut T)) {
        self.is_known.set(false);
        if let Some((_, draft)) = self.all.borrow_mut().last_mut() {
            change(draft);
        }
    }

    /// Drops the draft on the page.
    pub(crate) fn close(&self) {
        self.all.borrow_mut().pop();
    }

    /// Removes the draft on the page. It can be restored until the next one is discarded. Returns what was edited if there were
    /// changes.
    pub(crate) fn discard(&self) -> Option<Editing> {
        let draft = self.all.borrow_mut().pop();
        let changed = draft.filter(|(_, draft)| draft.is_changed());
        let editing = changed.as_ref().map(|(editing, _)| editing.clone());
        self.discarded.replace(changed);
        editing
    }

    /// Restores the draft that was discarded last, if it is this one.
    pub(crate) fn restore(&self, editing: &Editing) {
        let discarded = self
            .discarded
            .take()
            .filter(|(target, _)| target == editing);
        self.all.borrow_mut().extend(discarded);
    }

    /// Drops the drafts without a change.
    pub(crate) fn keep_changed(&self) {
        self.all
            .borrow_mut()
            .retain(|(_, draft)| draft.is_changed());
    }

    /// Returns the last draft with unsaved changes. `None` if there is none, or if the user has been told since the last change.
    pub(crate) fn unsaved(&self) -> Option<Editing> {
        let all = self.all.borrow();
        let (editing, _) = all.iter().rfind(|(_, draft)| draft.is_changed())?;
        (!self.is_known.replace(true)).then(|| editing.clone())
    }
}

/// Returns the user's own exercise or routine with this id.
pub(crate) fn find_own_item(id: &str) -> Option<OwnItem> {
    let own_items = user_folder::own_items(&Paths::find().ok()?);
    own_items.into_iter().find(|item| item.id == id)
}

/// A value that a click makes smaller or larger.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Number {
    pub(crate) key: &'static str,
    /// The title beside it.
    pub(crate) title: &'static str,
    pub(crate) text: String,
    pub(crate) has_lower: bool,
    pub(crate) has_higher: bool,
}
