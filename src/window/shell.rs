//! The window as a whole: a router. It keeps the current page, forwards messages from the tray program and the desktop, and
//! carries out the requests of pages.

use std::cell::Cell;
use std::path::Path;
use std::rc::Rc;
use std::sync::mpsc::Receiver;

use slint::ComponentHandle as _;
use unhunch::config::Settings;
use unhunch::ipc::{self, Call, Status, WindowSettings, WindowView};
use unhunch::time::Span;

use crate::appearance::{Appearance, LanguageChange};
use crate::context::{Context, Intent, Start};
use crate::desktop::Preferences;
use crate::link::Message;
use crate::pages::{PageEvents, Pages, page_for};
use crate::ui::{Actions, Page};
use crate::wire::wire;

pub(crate) struct Shell {
    pub(crate) context: Rc<Context>,
    pub(crate) pages: Pages,
    appearance: Appearance,
    messages: Receiver<Message>,
    /// `true` if the window was opened for a routine, and closes with it.
    for_routine: Cell<bool>,
    /// `true` if the window was opened only for a question, and closes when that is answered or expires.
    for_question: Cell<bool>,
    /// `true` if the window was opened while a question was asked, and closes with the routine that answers it.
    for_answer: Cell<bool>,
}

impl Shell {
    pub(crate) fn new(context: Rc<Context>, messages: Receiver<Message>) -> Rc<Self> {
        Rc::new(Self {
            pages: Pages::new(&context),
            appearance: Appearance::new(context.clone()),
            context,
            messages,
            for_routine: Cell::default(),
            for_question: Cell::default(),
            for_answer: Cell::default(),
        })
    }

    /// Connects the callbacks of the markup.
    pub(crate) fn wire(self: &Rc<Self>) {
        let window = &self.context.window;
        let actions = window.global::<Actions<'_>>();
        wire!(self => shell, actions, {
            on_open(page) => shell.open(page);
            on_show(id) => shell.show_exercise(&id);
            on_start(id) => shell.choose(Start::new(id, None));
            on_start_for(id, seconds) => shell.choose(Start::new(id, u64::try_from(seconds).map(Span::seconds).ok()));
            on_close() => shell.close();
        });
        wire!(always self => shell, actions, {
            on_key(text, shift) => shell.key(&text, shift);
        });
        wire!(always self => shell, window, {
            on_came_up() => shell.context.send(Call::Shown);
            on_messages_received() => shell.receive_messages();
            on_voice_ready() => shell.pages.on_voice_ready();
            on_repaint() => shell.repaint();
            on_settings_touched() => shell.settings_touched();
            on_dropped(files) => shell.on_dropped(&files);
            on_desktop_wants(still, contrast, text_scale) => shell.follow(Preferences { still, contrast, text_scale });
        });
        wire!(always self => shell, window.window(), {
            on_close_requested() => shell.on_close_requested();
        });
        self.pages.wire();
        let shell = Rc::downgrade(self);
        self.context.set_request_handler(move |intent| {
            if let Some(shell) = shell.upgrade() {
                shell.handle_request(intent);
            }
        });
    }

    /// Carries out the request of a page.
    fn handle_request(&self, intent: Intent) {
        match intent {
            Intent::Open(page) => self.open(page),
            Intent::Choose(start) => self.choose(start),
            Intent::Play(start) => self.play(&start),
            Intent::End(ended) => self.end(ended),
            Intent::Edit(editing) => self.edit(&editing),
            Intent::Saved(id) => self.show_saved(&id),
            Intent::Discarded(draft) => self.show_discarded(draft),
            Intent::RestoreDraft(draft) => self.restore_draft(&draft),
            Intent::Added(notice) => self.show_added(notice),
            Intent::Remove(id) => self.remove(&id),
            Intent::Import(place) => self.import(&place),
            Intent::Adopt(settings) => self.apply_file_settings(&settings),
            Intent::Close => self.close(),
            Intent::CloseIfOver if self.for_routine.get() => self.quit(),
            Intent::CloseIfOver => {}
        }
    }

    // Messages from the tray program.

    /// Shows the first page. The command line takes precedence over the tray program.
    pub(crate) fn show_first_page(
        &self,
        view: WindowView,
        page: Option<ipc::Page>,
        routine: Option<String>,
    ) {
        self.context
            .window
            .set_version(env!("CARGO_PKG_VERSION").into());
        let guide = routine.as_ref().map(|_| ipc::Page::Guide);
        let wanted = page.or(guide).or(view.page).unwrap_or_default();
        self.take_settings(view.settings);
        self.take_status(view.status);
        match view.file {
            Some(file) => self.import(Path::new(&file)),
            None => self.show_page(wanted, routine.or(view.routine), view.length),
        }
    }

    fn receive_messages(&self) {
        while let Ok(message) = self.messages.try_recv() {
            match message {
                Message::Show(view) => self.apply_view(*view),
                Message::Close => self.quit(),
                Message::Disconnected => {
                    self.context.disconnect();
                    self.pages.home.show();
                }
            }
        }
    }

    /// Applies a message of the tray program.
    pub(crate) fn apply_view(&self, view: WindowView) {
        // On the settings and welcome pages the file is newer than what the tray program may have read.
        let is_own = matches!(self.context.page(), Page::Settings | Page::Welcome);
        match self.pages.settings.file_settings().filter(|_| is_own) {
            Some(file_settings) => {
                self.context.set_safety_seen(view.settings.safety_seen);
                self.apply_file_settings(&file_settings);
            }
            None => self.take_settings(view.settings),
        }
        self.take_status(view.status);
        // A message with a page means that the user asked for it. The question is already on the start page.
        let page = view.page.filter(|page| *page != ipc::Page::Question);
        let (Some(page), routine) = (page, view.routine) else {
            return;
        };
        let token = view.activation_token;
        if let (Some(file), None) = (view.file, self.pages.guide.playing()) {
            self.import(Path::new(&file));
            return self.context.come_forward(token);
        }
        match (&self.pages.guide.playing(), &routine) {
            // It is playing already, or the page can wait until the routine is over.
            (Some(playing), Some(routine)) if playing == routine => {
                self.context.come_forward(token)
            }
            (Some(_), None) => self.context.come_forward(token),
            // The program was started once more during the introduction, which continues.
            (None, None) if page == ipc::Page::Home && self.context.page() == Page::Welcome => {
                self.context.come_forward(token)
            }
            (_, Some(_)) | (None, None) => {
                self.pages.guide.abort();
                self.show_page(page, routine, view.length);
                self.context.come_forward(token);
            }
        }
    }

    fn take_status(&self, status: Option<Status>) {
        self.context.set_status(status);
        let is_over = !self.is_asking() && self.for_question.get();
        self.pages.home.show();
        if self.context.page() == Page::History {
            self.pages.history.fill();
        }
        self.pages.end.show_status();
        if is_over {
            self.quit();
        }
    }

    /// Returns `true` while a question is on the screen.
    fn is_asking(&self) -> bool {
        let status = self.context.status();
        status
            .as_ref()
            .is_some_and(|status| status.asking.is_some())
    }

    // Settings and desktop preferences.

    fn take_settings(&self, settings: WindowSettings) {
        let before = self.context.replace_settings(settings).guide;
        match self.appearance.apply_language() {
            LanguageChange::Unchanged => {}
            LanguageChange::First => self.pages.guidance.fill(),
            LanguageChange::Changed => {
                self.pages.guidance.fill();
                self.pages.guide.translate_routine();
                self.page().retranslate();
            }
        }
        self.appearance.apply(&before);
        self.pages.guide.apply_sound_settings();
        self.apply_motion();
        self.appearance.apply_contrast();
        if before.figure != self.context.settings().guide.figure {
            self.repaint();
        }
    }

    /// Applies the settings in the file.
    fn apply_file_settings(&self, settings: &Settings) {
        let seen = self.context.settings().safety_seen;
        self.take_settings(WindowSettings::new(settings, seen));
        self.pages.home.show();
    }

    fn settings_touched(&self) {
        self.pages.settings.reload();
        if self.context.page() == Page::Welcome {
            self.pages.welcome.show();
        }
    }

    /// Applies changed desktop preferences: less motion, more contrast or larger text.
    fn follow(&self, wants: Preferences) {
        let is_other_size = self.appearance.set_desktop_preferences(wants);
        self.apply_motion();
        self.appearance.apply_contrast();
        if is_other_size {
            self.repaint();
        }
    }

    fn apply_motion(&self) {
        if self.appearance.apply_motion() {
            self.pages.guide.invalidate();
        }
    }

    /// Repaints after a change of size, scale or colours.
    fn repaint(&self) {
        self.page().repaint();
        // A routine keeps running below other pages.
        self.pages.guide.paint_again();
    }

    // Navigation.

    fn page(&self) -> Rc<dyn PageEvents> {
        self.pages.get(self.context.page())
    }

    pub(crate) fn open(&self, page: Page) {
        let before = self.context.page();
        if before != page {
            self.pages.get(before).leave();
        }
        self.pages.get(page).enter();
        if page != Page::Home {
            self.for_question.set(false);
            if self.for_answer.take() && matches!(page, Page::Guide | Page::Safety) {
                self.for_routine.set(true);
            }
        }
        self.context.window.set_page(page);
        self.context.window.invoke_take_keys();
    }

    fn show_page(&self, page: ipc::Page, routine: Option<String>, length: Option<Span>) {
        let is_new = !self.context.window.window().is_visible();
        if is_new {
            self.for_answer.set(self.is_asking());
        }
        match page {
            ipc::Page::Guide => {
                self.for_routine.set(is_new || self.for_routine.get());
                let routine = routine.as_deref().unwrap_or("desk");
                return self.start(Start::new(routine, length));
            }
            ipc::Page::Question => self.for_question.set(is_new),
            ipc::Page::Welcome
            | ipc::Page::Home
            | ipc::Page::Library
            | ipc::Page::Guidance
            | ipc::Page::History
            | ipc::Page::Settings
            | ipc::Page::About => {}
        }
        self.open(page_for(page));
    }

    pub(crate) fn show_exercise(&self, id: &str) {
        if self.pages.exercise.fill(id) {
            self.open(Page::Exercise);
            self.pages.exercise.look_at(id);
        }
    }

    // Closing.

    /// Closes a window that was opened for a single purpose; otherwise goes back to the start page.
    pub(crate) fn close(&self) {
        self.pages.guidance.leave_unread();
        if self.for_routine.get() {
            self.quit();
        } else {
            self.open(Page::Home);
        }
    }

    /// Handles a close request from the window system.
    fn on_close_requested(&self) -> slint::CloseRequestResponse {
        self.pages.guidance.leave_unread();
        self.pages.guide.abort();
        if self.shows_unsaved() {
            return slint::CloseRequestResponse::KeepWindowShown;
        }
        self.quit();
        slint::CloseRequestResponse::HideWindow
    }

    fn quit(&self) {
        self.page().leave();
        self.pages.guide.close();
        if let Err(error) = slint::quit_event_loop() {
            eprintln!("unhunch-window: cannot end: {error}");
        }
    }

    // Keyboard input.

    /// Returns `true` if the key was used.
    fn key(&self, text: &str, shift: bool) -> bool {
        self.context.ignores_input() || self.page().key(text, shift)
    }
}
