//! The pages of the window. Each owns its state, callbacks and keys, and sends the shell requests that concern other pages.

pub(crate) mod edit_exercise;
pub(crate) mod edit_routine;
pub(crate) mod end;
pub(crate) mod exercise;
pub(crate) mod guidance;
pub(crate) mod guide;
pub(crate) mod history;
pub(crate) mod home;
pub(crate) mod import;
pub(crate) mod library;
pub(crate) mod settings;
pub(crate) mod welcome;

use std::rc::Rc;

use slint::platform::Key;
use slint::{Model as _, ModelRc, SharedString, VecModel};
use unhunch::ipc;
use unhunch::routine::Exercise;

use self::edit_exercise::EditExercisePage;
use self::edit_routine::EditRoutinePage;
use self::end::EndPage;
use self::exercise::ExercisePage;
use self::guidance::GuidancePage;
use self::guide::GuidePage;
use self::history::HistoryPage;
use self::home::HomePage;
use self::import::ImportPage;
use self::library::LibraryPage;
use self::settings::SettingsPage;
use self::welcome::WelcomePage;
use crate::context::{Context, Intent};
use crate::ui::{InstructionLine, Page};

/// Events of a page. All of them are ignored by default.
pub(crate) trait PageEvents {
    /// Called before the page is shown.
    fn enter(self: Rc<Self>) {}

    /// Called before another page is shown.
    fn leave(&self) {}

    /// Called for a key that no control has used. Returns `true` if the page used it.
    fn key(self: Rc<Self>, _text: &str, _shift: bool) -> bool {
        false
    }

    /// Called when pictures must be redrawn: the size, the scale or the colours have changed.
    fn repaint(&self) {}

    /// Called when the language has changed and the texts must be filled in again.
    fn retranslate(self: Rc<Self>) {}
}

pub(crate) struct Pages {
    pub(crate) home: Rc<HomePage>,
    pub(crate) guide: Rc<GuidePage>,
    pub(crate) end: Rc<EndPage>,
    pub(crate) library: Rc<LibraryPage>,
    pub(crate) exercise: Rc<ExercisePage>,
    pub(crate) edit_exercise: Rc<EditExercisePage>,
    pub(crate) edit_routine: Rc<EditRoutinePage>,
    pub(crate) import: Rc<ImportPage>,
    pub(crate) history: Rc<HistoryPage>,
    pub(crate) settings: Rc<SettingsPage>,
    pub(crate) welcome: Rc<WelcomePage>,
    pub(crate) guidance: Rc<GuidancePage>,
}

impl Pages {
    pub(crate) fn new(context: &Rc<Context>) -> Self {
        let settings = SettingsPage::new(context.clone());
        Self {
            home: HomePage::new(context.clone()),
            guide: GuidePage::new(context.clone()),
            end: EndPage::new(context.clone()),
            library: LibraryPage::new(context.clone()),
            exercise: ExercisePage::new(context.clone()),
            edit_exercise: EditExercisePage::new(context.clone()),
            edit_routine: EditRoutinePage::new(context.clone()),
            import: ImportPage::new(context.clone()),
            history: HistoryPage::new(context.clone()),
            welcome: WelcomePage::new(context.clone(), settings.clone()),
            settings,
            guidance: GuidancePage::new(context.clone()),
        }
    }

    /// Connects the callbacks of the pages.
    pub(crate) fn wire(&self) {
        self.home.wire();
        self.guide.wire();
        self.end.wire();
        self.library.wire();
        self.exercise.wire();
        self.edit_exercise.wire();
        self.edit_routine.wire();
        self.import.wire();
        self.history.wire();
        self.settings.wire();
        self.welcome.wire();
        self.guidance.wire();
    }

    /// Called when a voice opened by one of the pages is ready to speak.
    pub(crate) fn on_voice_ready(&self) {
        self.guide.on_voice_ready();
        self.settings.on_voice_ready();
    }

    /// Returns the page for a page of the markup.
    pub(crate) fn get(&self, page: Page) -> Rc<dyn PageEvents> {
        match page {
            Page::Home => self.home.clone(),
            Page::Guide => self.guide.clone(),
            Page::End => self.end.clone(),
            Page::Library => self.library.clone(),
            Page::Exercise => self.exercise.clone(),
            Page::EditExercise => self.edit_exercise.clone(),
            Page::EditRoutine => self.edit_routine.clone(),
            Page::Import => self.import.clone(),
            Page::History => self.history.clone(),
            Page::Settings => self.settings.clone(),
            Page::Welcome => self.welcome.clone(),
            Page::Safety | Page::Guidance | Page::About => self.guidance.clone(),
        }
    }
}

/// Returns the page of the window for one that another program asks for.
pub(crate) fn page_for(page: ipc::Page) -> Page {
    match page {
        ipc::Page::Home | ipc::Page::Question => Page::Home,
        ipc::Page::Guide => Page::Guide,
        ipc::Page::Library => Page::Library,
        ipc::Page::Guidance => Page::Guidance,
        ipc::Page::History => Page::History,
        ipc::Page::Settings => Page::Settings,
        ipc::Page::Welcome => Page::Welcome,
        ipc::Page::About => Page::About,
    }
}

/// Sends the request if the key is Escape. Returns `true` if it was.
fn on_escape(text: &str, context: &Context, intent: Intent) -> bool {
    let is_escape = is_key(text, Key::Escape);
    if is_escape {
        context.request(intent);
    }
    is_escape
}

/// Returns `true` if the text is that of the key.
fn is_key(text: &str, key: Key) -> bool {
    SharedString::from(key) == text
}

/// Changes the rows of a list that differ. The elements of the others, and the focus in them, stay.
fn update<T: Clone + PartialEq + 'static>(list: &VecModel<T>, rows: Vec<T>) {
    while list.row_count() > rows.len() {
        list.remove(rows.len());
    }
    for (index, row) in rows.into_iter().enumerate() {
        match list.row_data(index) {
            Some(before) if before == row => {}
            Some(_) => list.set_row_data(index, row),
            None => list.push(row),
        }
    }
}

/// Returns the instructions of an exercise. Only the steps have numbers.
fn instruction_lines(exercise: &Exercise) -> ModelRc<InstructionLine> {
    let lines = exercise.instructions().into_iter();
    let lines = lines.map(|line| InstructionLine {
        mark: match line.number {
            Some(number) => format!("{number}.").into(),
            None => "•".into(),
        },
        text: line.text.into(),
    });
    ModelRc::new(lines.collect::<VecModel<InstructionLine>>())
}

fn lines(lines: &[impl AsRef<str>]) -> ModelRc<SharedString> {
    let lines = lines.iter().map(|line| SharedString::from(line.as_ref()));
    ModelRc::new(VecModel::from_iter(lines))
}
