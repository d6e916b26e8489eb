//! State shared by all pages: the window, the connection to the tray program, the settings, the status and the exercises, and a
//! channel for requests to the shell.

use std::cell::{Cell, OnceCell, Ref, RefCell};
use std::path::PathBuf;
use std::rc::Rc;
use std::time::Duration;

use slint::ComponentHandle as _;
use unhunch::config::Settings;
use unhunch::config::user_library::{self, Stamp};
use unhunch::figure::{Style, Theme};
use unhunch::ipc::{Call, Prescribed, Report, Status, WindowSettings};
use unhunch::paths::Paths;
use unhunch::reason;
use unhunch::routine::{Exercise, Library, Plan, Portion};
use unhunch::schedule::Phase;
use unhunch::time::{Clock, Moment, Span};

use crate::display::Presence;
use crate::exercises::{load_library, stamp};
use crate::link::Link;
use crate::past::RecentHistory;
use crate::ui::{AppWindow, Page};

/// The time for which keys and clicks are ignored after the window or a new page has come up.
const INPUT_DELAY: Duration = Duration::from_millis(500);

/// A page's request to the shell.
pub(crate) enum Intent {
    Open(Page),
    /// Starts the routine or exercise that the user has chosen, and notifies the tray program.
    Choose(Start),
    /// Plays a routine that waited for the safety page to be read.
    Play(Start),
    /// Ends a routine and shows its summary, if enough was played.
    End(Ended),
    /// Applies settings from the file that the tray program may not have read yet.
    Adopt(Box<Settings>),
    /// Opens the form of an exercise or a routine.
    Edit(Editing),
    /// Shows an exercise or a routine that was saved.
    Saved(String),
    /// Shows the library after a draft was discarded. The draft can be restored if it had changes.
    Discarded(Option<Editing>),
    /// Continues the draft that was discarded last.
    RestoreDraft(Editing),
    /// Shows the library with a notice that exercises were added.
    Added(String),
    /// Moves one of the user's own exercises or routines to the trash folder.
    Remove(String),
    /// Shows what is in a file or folder, and asks whether to add it.
    Import(PathBuf),
    /// Closes a window that was opened for a single purpose; otherwise goes back to the start page.
    Close,
    /// Closes a window that was opened for a single purpose. Any other keeps its page.
    CloseIfOver,
}

/// An exercise or a routine to be edited.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Editing {
    NewExercise,
    NewRoutine,
    /// One of the user's own, by its id.
    Edit(String),
    /// A copy of this one.
    Copy(String),
}

/// A routine or an exercise to be played.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Start {
    pub(crate) routine: String,
    /// The approximate length. `None` for the full dose.
    pub(crate) length: Option<Span>,
    /// The remaining seconds of a routine that is continued.
    pub(crate) left: Option<u64>,
}

impl Start {
    /// Creates a start from the beginning.
    pub(crate) fn new(routine: impl Into<String>, length: Option<Span>) -> Self {
        Self {
            routine: routine.into(),
            length,
            left: None,
        }
    }
}

/// A routine that has finished or was stopped.
pub(crate) struct Ended {
    pub(crate) plan: Plan,
    /// The number of seconds played.
    pub(crate) played: f64,
    /// `true` if the plan reached its end and most of it was played.
    pub(crate) complete: bool,
    /// The part of each exercise that was done.
    pub(crate) portions: Vec<Portion>,
}

/// State and services shared by all pages.
pub(crate) struct Context {
    pub(crate) window: AppWindow,
    pub(crate) library: RefCell<Library>,
    /// The state of the files when the library was read.
    library_stamp: RefCell<Stamp>,
    presence: Rc<Presence>,
    link: RefCell<Link>,
    settings: RefCell<WindowSettings>,
    /// The latest status from the tray program. `None` without a connection.
    status: RefCell<Option<Status>>,
    /// The time of that status on the monotonic clock (time since boot).
    status_at: Cell<Duration>,
    /// `true` if motion is reduced, by the setting or by the desktop.
    still: Cell<bool>,
    /// The time on the monotonic clock (since boot) before which keys and clicks are ignored.
    accepts_input_from: Cell<Duration>,
    shell: OnceCell<Box<dyn Fn(Intent)>>,
}

impl Context {
    pub(crate) fn new(
        window: AppWindow,
        presence: Rc<Presence>,
        link: Link,
        (library, stamp): (Library, Stamp),
    ) -> Rc<Self> {
        Rc::new(Self {
            window,
            presence,
            library: RefCell::new(library),
            library_stamp: RefCell::new(stamp),
            link: RefCell::new(link),
            settings: RefCell::default(),
            status: RefCell::default(),
            status_at: Cell::default(),
            still: Cell::default(),
            accepts_input_from: Cell::new(Duration::MAX),
            shell: OnceCell::new(),
        })
    }

    /// Reads the user's own exercises and routines again if their files have changed.
    pub(crate) fn reload_library(&self) {
        let stamp = stamp();
        if *self.library_stamp.borrow() != stamp {
            self.library.replace(load_library());
            self.library_stamp.replace(stamp);
        }
    }

    /// Remembers the form in which the user does an exercise.
    pub(crate) fn remember_form(&self, exercise: &Exercise) {
        let remember = |paths| {
            let is_easier = exercise.is_easier_form();
            Ok(user_library::remember_form(
                &paths,
                &exercise.id,
                is_easier,
            )?)
        };
        match Paths::find().and_then(remember) {
            Ok(ids) => self.library.borrow_mut().choose_easier_forms(ids),
            Err(error) => eprintln!(
                "unhunch-window: the choice of the easier version can’t be saved: {}",
                reason::of(&error)
            ),
        }
    }

    /// Sets the handler of requests. Only the first call has an effect.
    pub(crate) fn set_request_handler(&self, shell: impl Fn(Intent) + 'static) {
        let _ = self.shell.set(Box::new(shell));
    }

    /// Sends a request to the shell, which handles it at once: the page must not hold any borrows.
    pub(crate) fn request(&self, intent: Intent) {
        if let Some(shell) = self.shell.get() {
            shell(intent);
        }
    }

    // Tray program.

    pub(crate) fn send(&self, call: Call) {
        self.link.borrow().send(call);
    }

    pub(crate) fn report(&self, report: Report) {
        self.send(Call::Report(report));
    }

    pub(crate) fn is_connected(&self) -> bool {
        self.link.borrow().is_connected()
    }

    /// Drops the connection after the tray program has gone.
    pub(crate) fn disconnect(&self) {
        self.link.borrow_mut().disconnect();
    }

    pub(crate) fn status(&self) -> Ref<'_, Option<Status>> {
        self.status.borrow()
    }

    pub(crate) fn set_status(&self, status: Option<Status>) {
        *self.status.borrow_mut() = status;
        self.status_at.set(Clock.now().elapsed);
    }

    /// Returns the prescription of a routine or exercise with the progress of today. `None` if there is none, or if that is
    /// unknown without the tray program.
    pub(crate) fn prescribed(&self, id: &str) -> Option<Prescribed> {
        let status = self.status();
        let mut prescribed = status.as_ref()?.programme.iter();
        prescribed.find(|prescribed| prescribed.id == id).cloned()
    }

    /// Returns how often it was done today if a number of times per day is prescribed: `1 of 3 today`.
    pub(crate) fn progress_today(&self, id: &str) -> Option<String> {
        self.prescribed(id).map(|prescribed| prescribed.progress())
    }

    /// Returns the length of the current sitting, in seconds. The status arrives only on changes, so the time since then is
    /// added.
    pub(crate) fn sitting_seconds(&self, now: &Moment) -> Option<u64> {
        let status = self.status();
        let status = status.as_ref()?;
        let since = if status.phase == Phase::Away {
            Duration::ZERO
        } else {
            now.elapsed.saturating_sub(self.status_at.get())
        };
        Some(status.sit_seconds + since.as_secs())
    }

    // Settings and values derived from them.

    pub(crate) fn settings(&self) -> Ref<'_, WindowSettings> {
        self.settings.borrow()
    }

    /// Replaces the settings and returns the previous ones.
    pub(crate) fn replace_settings(&self, settings: WindowSettings) -> WindowSettings {
        self.settings.replace(settings)
    }

    /// Records that the safety page, or the same text elsewhere, was read.
    pub(crate) fn safety_was_read(&self) {
        self.send(Call::SafetySeen);
        self.settings.borrow_mut().safety_seen = true;
    }

    /// Updates the safety flag alone, which comes from the tray program while the other settings come from the file.
    pub(crate) fn set_safety_seen(&self, seen: bool) {
        self.settings.borrow_mut().safety_seen = seen;
    }

    pub(crate) fn is_still(&self) -> bool {
        self.still.get()
    }

    /// Returns `true` if the value has changed.
    pub(crate) fn set_still(&self, still: bool) -> bool {
        self.still.replace(still) != still
    }

    /// Returns the look and the colours of the figure.
    pub(crate) fn style(&self) -> Style {
        let theme = match (self.window.get_dark(), self.window.get_contrast()) {
            (false, false) => Theme::Light,
            (true, false) => Theme::Dark,
            (false, true) => Theme::ContrastLight,
            (true, true) => Theme::ContrastDark,
        };
        Style {
            theme,
            look: self.settings().guide.figure,
        }
    }

    // Window.

    /// Returns the current page.
    pub(crate) fn page(&self) -> Page {
        self.window.get_page()
    }

    /// Converts a length to physical pixels.
    pub(crate) fn physical(&self, length: f32) -> f32 {
        length * self.window.window().scale_factor()
    }

    /// Returns a callback for the voice, which becomes ready on another thread.
    pub(crate) fn voice_ready_callback(&self) -> impl FnOnce() + Send + 'static {
        let weak = self.window.as_weak();
        move || {
            // Fails only when the window is gone.
            let _ = weak.upgrade_in_event_loop(|window| window.invoke_voice_ready());
        }
    }

    /// Brings the window to the user, who has asked for it with a click that may have an activation token.
    pub(crate) fn come_forward(&self, token: Option<String>) {
        self.presence.come_forward(&self.window, token);
    }

    /// Ignores keys and clicks until this time.
    pub(crate) fn accept_input_from(&self, elapsed: Duration) {
        self.accepts_input_from.set(elapsed);
    }

    /// Ignores keys and clicks for a moment, because they were meant for the previous window or page.
    pub(crate) fn ignore_input_briefly(&self) {
        self.accept_input_from(Clock.now().elapsed + INPUT_DELAY);
    }

    pub(crate) fn ignores_input(&self) -> bool {
        Clock.now().elapsed < self.accepts_input_from.get()
    }

    // History.

    /// Reads the history and passes it to the library, whose surprise routines depend on it.
    pub(crate) fn past(&self, now: &jiff::ZonedDateTime) -> RecentHistory {
        let past = RecentHistory::read(now);
        self.library.borrow_mut().choose_surprises(&past.last_done);
        past
    }
}
