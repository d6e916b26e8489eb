//! What every page is given: the window, the connection to the tray program, what is known of settings and status, the exercises,
//! and a way to ask the shell for what concerns other pages.

use std::cell::{Cell, OnceCell, Ref, RefCell};
use std::rc::Rc;
use std::time::Duration;

use slint::ComponentHandle as _;
use slint::winit_030::WinitWindowAccessor as _;
use unhunch::config::Settings;
use unhunch::figure::{Style, Theme};
use unhunch::ipc::{Call, Report, Status, WindowSettings};
use unhunch::routine::{Library, Plan};
use unhunch::schedule::Phase;
use unhunch::time::{Clock, Moment, Span};

use crate::link::Link;
use crate::past::Past;
use crate::ui::{AppWindow, Page};

/// How long keys and clicks are passed over after something came up.
const DEAF: Duration = Duration::from_millis(500);

/// What a page asks the shell for.
pub(crate) enum Intent {
    /// Turns to another page.
    Open(Page),
    /// The person has chosen a routine or an exercise: the tray program is told, and it begins.
    Choose(Start),
    /// Plays what has waited until the safety page was read.
    Play(Start),
    /// A routine is over.
    End(Ended),
    /// The file says other settings, which the tray program may not have read yet.
    Adopt(Box<Settings>),
    /// The introduction was gone through: the window stays, with its start page.
    Introduced,
    /// Closes a window that is there for one thing; otherwise goes back to the start page.
    Close,
}

/// A routine or an exercise that is to be played.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Start {
    pub(crate) routine: String,
    /// About how long it may take; without one, its full dose.
    pub(crate) length: Option<Span>,
    /// How many seconds are left of it, where it was broken off before.
    pub(crate) left: Option<u64>,
}

impl Start {
    /// All of it.
    pub(crate) fn new(routine: impl Into<String>, length: Option<Span>) -> Self {
        Self {
            routine: routine.into(),
            length,
            left: None,
        }
    }
}

/// A routine that came to its end, or was ended.
pub(crate) struct Ended {
    pub(crate) plan: Plan,
    /// How many seconds were done.
    pub(crate) played: f64,
    /// Whether that was most of it, up to its end.
    pub(crate) complete: bool,
}

/// What all pages share.
pub(crate) struct Context {
    pub(crate) window: AppWindow,
    pub(crate) library: RefCell<Library>,
    link: RefCell<Link>,
    settings: RefCell<WindowSettings>,
    /// What the tray program told last, if one is there.
    status: RefCell<Option<Status>>,
    /// When it told that, on the clock since the start of the computer.
    status_at: Cell<Duration>,
    /// Less motion: the desktop's wish or the setting.
    still: Cell<bool>,
    /// When keys and clicks begin to count, on the clock since the start of the computer.
    listens_from: Cell<Duration>,
    shell: OnceCell<Box<dyn Fn(Intent)>>,
}

impl Context {
    pub(crate) fn new(window: AppWindow, link: Link, library: Library) -> Rc<Self> {
        Rc::new(Self {
            window,
            library: RefCell::new(library),
            link: RefCell::new(link),
            settings: RefCell::default(),
            status: RefCell::default(),
            status_at: Cell::default(),
            still: Cell::default(),
            listens_from: Cell::new(Duration::MAX),
            shell: OnceCell::new(),
        })
    }

    /// From now on `shell` does what pages ask for.
    pub(crate) fn answer_with(&self, shell: impl Fn(Intent) + 'static) {
        let _ = self.shell.set(Box::new(shell));
    }

    /// Asks the shell. It acts at once, so that nothing of the page may be borrowed.
    pub(crate) fn ask(&self, intent: Intent) {
        if let Some(shell) = self.shell.get() {
            shell(intent);
        }
    }

    // The tray program.

    pub(crate) fn say(&self, call: Call) {
        self.link.borrow().say(call);
    }

    pub(crate) fn report(&self, report: Report) {
        self.say(Call::Report(report));
    }

    pub(crate) fn is_connected(&self) -> bool {
        self.link.borrow().is_connected()
    }

    /// The tray program is gone.
    pub(crate) fn cut(&self) {
        self.link.borrow_mut().cut();
    }

    pub(crate) fn status(&self) -> Ref<'_, Option<Status>> {
        self.status.borrow()
    }

    pub(crate) fn take_status(&self, status: Option<Status>) {
        *self.status.borrow_mut() = status;
        self.status_at.set(Clock.now().elapsed);
    }

    /// How long the person has sat by now, in seconds: the tray program tells when something changes.
    pub(crate) fn sit(&self, now: &Moment) -> Option<u64> {
        let status = self.status();
        let status = status.as_ref()?;
        let since = if status.phase == Phase::Away {
            Duration::ZERO
        } else {
            now.elapsed.saturating_sub(self.status_at.get())
        };
        Some(status.sit_seconds + since.as_secs())
    }

    // The settings, and what follows from them.

    pub(crate) fn settings(&self) -> Ref<'_, WindowSettings> {
        self.settings.borrow()
    }

    /// Takes other settings, and answers those before.
    pub(crate) fn take_settings(&self, settings: WindowSettings) -> WindowSettings {
        self.settings.replace(settings)
    }

    /// The safety page was read, or what it says elsewhere.
    pub(crate) fn safety_was_read(&self) {
        self.say(Call::SafetySeen);
        self.settings.borrow_mut().safety_seen = true;
    }

    /// What the tray program knows of the safety page, while the other settings come from the file.
    pub(crate) fn set_safety_seen(&self, seen: bool) {
        self.settings.borrow_mut().safety_seen = seen;
    }

    pub(crate) fn is_still(&self) -> bool {
        self.still.get()
    }

    /// Answers whether that is something else than before.
    pub(crate) fn set_still(&self, still: bool) -> bool {
        self.still.replace(still) != still
    }

    /// Who is painted, and in which colours.
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

    // The window.

    /// The page that is shown.
    pub(crate) fn page(&self) -> Page {
        self.window.get_page()
    }

    /// A length in physical pixels.
    pub(crate) fn physical(&self, length: f32) -> f32 {
        length * self.window.window().scale_factor()
    }

    /// A callback for a voice that wakes on another thread.
    pub(crate) fn tell_when_awake(&self) -> impl FnOnce() + Send + 'static {
        let weak = self.window.as_weak();
        move || {
            // Without the window nobody needs to hear.
            let _ = weak.upgrade_in_event_loop(|window| window.invoke_voice_is_awake());
        }
    }

    /// The person asked for the window.
    pub(crate) fn come_forward(&self) {
        self.window.window().with_winit_window(|window| {
            window.set_minimized(false);
            window.focus_window();
        });
    }

    /// Keys and clicks count from then on.
    pub(crate) fn listen_from(&self, elapsed: Duration) {
        self.listens_from.set(elapsed);
    }

    /// Keys and clicks count in a moment: until then they are meant for what was there before.
    pub(crate) fn listen_soon(&self) {
        self.listen_from(Clock.now().elapsed + DEAF);
    }

    pub(crate) fn is_deaf(&self) -> bool {
        Clock.now().elapsed < self.listens_from.get()
    }

    // The history.

    /// Asks the history; what is in the surprises follows from it.
    pub(crate) fn past(&self, now: &jiff::Zoned) -> Past {
        let past = Past::read(now);
        self.library.borrow_mut().recall(&past.last_done);
        past
    }
}
