//! The contents of a file or folder with exercises that was dropped on the window or opened with Unhunch. Nothing is added before
//! the user agrees.

use std::cell::RefCell;
use std::path::Path;
use std::rc::Rc;

use anyhow::anyhow;
use slint::{ComponentHandle as _, Model as _, ModelRc, VecModel};
use unhunch::config::Problem;
use unhunch::config::user_library::ExerciseFiles;
use unhunch::lang::{tr, trn};
use unhunch::paths::Paths;
use unhunch::reason;
use unhunch::routine::{Library, LibraryItem, Plan};
use unhunch::time::about;

use super::{PageEvents, on_escape};
use crate::context::{Context, Intent};
use crate::mistakes::quoted;
use crate::ui::{self, ImportState, Page};
use crate::wire::wire;

/// The most mistakes that are shown.
const MOST_SHOWN: usize = 12;

pub(crate) struct ImportPage {
    context: Rc<Context>,
    /// The files, if they can be read.
    files: RefCell<Option<ExerciseFiles>>,
}

impl PageEvents for ImportPage {
    fn leave(&self) {
        self.files.replace(None);
    }

    fn key(self: Rc<Self>, text: &str, _shift: bool) -> bool {
        on_escape(text, &self.context, Intent::Open(Page::Library))
    }
}

impl ImportPage {
    pub(crate) fn new(context: Rc<Context>) -> Rc<Self> {
        Rc::new(Self {
            context,
            files: RefCell::default(),
        })
    }

    /// Connects the callbacks of the page.
    pub(crate) fn wire(self: &Rc<Self>) {
        let global = self.global();
        wire!(self => page, global, {
            on_add() => page.add();
            on_cancel() => page.context.request(Intent::Open(Page::Library));
        });
    }

    fn global(&self) -> ImportState<'_> {
        self.context.window.global()
    }

    /// Reads a file or folder, and fills the page with its contents.
    pub(crate) fn read(&self, place: &Path) {
        let files = ExerciseFiles::of_programme(place);
        self.show(place, files);
    }

    /// Says that a dropped file is of another kind.
    pub(crate) fn refuse(&self, file: &Path) {
        let name = file.file_name().unwrap_or(file.as_os_str());
        let reason = tr!(
            "{file} contains no exercises or routines",
            file = tr!("“{name}”", name = name.display())
        );
        self.show(file, Err(anyhow!(reason)));
    }

    fn show(&self, place: &Path, files: anyhow::Result<ExerciseFiles>) {
        let global = self.global();
        let name = place.file_name().unwrap_or(place.as_os_str());
        global.set_file(name.to_string_lossy().as_ref().into());
        global.set_failure("".into());
        match files.and_then(|files| Ok((files.problems_if_added(&Paths::find()?), files))) {
            Ok((problems, files)) => {
                global.set_items(ModelRc::new(VecModel::from(items(&files))));
                global.set_mistakes(mistakes(&problems));
                global.set_can_add(problems.is_empty());
                self.files.replace(Some(files));
            }
            Err(error) => {
                global.set_items(ModelRc::default());
                global.set_mistakes(ModelRc::default());
                global.set_failure(reason::of(&error).into());
                global.set_can_add(false);
                self.files.replace(None);
            }
        }
    }

    fn add(&self) {
        let files = self.files.borrow_mut().take();
        let Some(files) = files else { return };
        let count = self.global().get_items().row_count() as u64;
        match Paths::find().and_then(|paths| files.copy_to_user(&paths)) {
            Ok(written) if written.is_empty() => self.finish(tr("You already have all of it.")),
            Ok(_) => self.finish(&trn!(
                count,
                "{n} exercise or routine was added.",
                "{n} exercises and routines were added."
            )),
            Err(error) => {
                self.global().set_failure(reason::of(&error).into());
                self.files.replace(Some(files));
            }
        }
    }

    fn finish(&self, notice: &str) {
        self.context.request(Intent::Added(notice.to_owned()));
    }
}

/// Returns the exercises and routines, in the order of the files.
fn items(files: &ExerciseFiles) -> Vec<ui::Item> {
    let mut library = Library::shipped();
    // Mistakes are shown below.
    let _ = files.clone().add_to(&mut library);
    let mut ids = Vec::new();
    for (_, _, programme) in files.clone().programmes(&Library::shipped()) {
        ids.extend(
            programme
                .exercises
                .into_iter()
                .map(|exercise| exercise.item.id),
        );
        ids.extend(
            programme
                .routines
                .into_iter()
                .map(|routine| routine.item.id),
        );
    }
    let item = |id: &String| {
        let library_item = library.find(id)?;
        let plan = Plan::for_item(library_item, &library);
        let hint = match library_item {
            LibraryItem::Exercise(_) => plan.parts()[0].dose_text(),
            LibraryItem::Routine(_) => tr("Routine").to_owned(),
        };
        Some(ui::Item {
            id: id.as_str().into(),
            name: plan.name.as_str().into(),
            about: hint.into(),
            length: about(plan.total_seconds()).into(),
        })
    };
    ids.iter().filter_map(item).collect()
}

fn mistakes(problems: &[Problem]) -> ModelRc<ui::MistakeLine> {
    let lines = problems.iter().take(MOST_SHOWN).map(|problem| {
        let file = problem.file.file_name().unwrap_or_default();
        let place = match problem.line {
            0 => file.to_string_lossy().into_owned(),
            line => tr!(
                "{file}, line {line}: {text}",
                file = file.to_string_lossy(),
                line = line,
                text = problem.snippet.trim()
            ),
        };
        ui::MistakeLine {
            place: place.into(),
            what: quoted(&problem.what).into(),
            hint: match &problem.hint {
                Some(hint) => quoted(hint),
                None if problem.expected.is_empty() => String::new(),
                None => quoted(&tr!("expected: {what}", what = problem.expected)),
            }
            .into(),
        }
    });
    ModelRc::new(VecModel::from_iter(lines))
}

/// Returns `true` if a file is one to be read for exercises: a folder, or a file with that ending.
pub(crate) fn is_programme(path: &Path) -> bool {
    path.is_dir() || path.extension().is_some_and(|ending| ending == "toml")
}
