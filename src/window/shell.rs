//! The window as a whole: which page is shown, and what a click or a key does.

use std::cell::{Cell, RefCell};
use std::path::PathBuf;
use std::process::ExitCode;
use std::rc::Rc;
use std::sync::mpsc::{self, Receiver};
use std::time::Duration;

use anyhow::Context as _;
use slint::language::ColorScheme;
use slint::platform::Key;
use slint::winit_030::WinitWindowAccessor as _;
use slint::{ComponentHandle as _, Image, ModelRc, SharedString, Timer, TimerMode, VecModel};
use unhunch::config::{self, Contrast, Motion, Settings, TextSize, own};
use unhunch::figure::{Look as Person, Rgba, Style, Theme};
use unhunch::ipc::{self, Call, Report, Status, WindowSettings, WindowView};
use unhunch::lang;
use unhunch::paths::Paths;
use unhunch::routine::{Cue, Library, Plan, Player, Sides, Wanted};
use unhunch::schedule::{Feeling, Phase, SHORTEST_SESSION};
use unhunch::sound::Choice;
use unhunch::time::{Clock, Moment, Span};
use winit::window::WindowLevel;

use crate::canvas::Canvas;
use crate::desktop::{self, Wants};
use crate::end::{self, EndView};
use crate::guidance;
use crate::guide::{FrameView, PhaseView, frame_rate};
use crate::history::Shown;
use crate::home;
use crate::inset::{self, Places, Ring, Spot, Stage};
use crate::link::{Link, Told};
use crate::past::{BrokenOff, Past};
use crate::place::{self, Place};
use crate::settings::Desk;
use crate::shelves::{self, Live};
use crate::sounding::{Sounding, Taste};
use crate::surface::{self, Handle, Surface};
use crate::tryout::Tryout;
use crate::ui::{
    Actions, AppWindow, EndState, ExerciseState, GuidanceState, GuideState, HistoryState,
    HomeState, LibraryState, Page, Theme as Look,
};

/// The window's size, in logical pixels.
const SIZE: (f64, f64) = (440.0, 720.0);
/// Keys and clicks are passed over for so long after the window came up: they were meant for another window.
const DEAF: Duration = Duration::from_millis(500);
/// How large text may become where the setting and the desktop both enlarge it.
const LARGEST_TEXT: f32 = 2.0;
/// How much must have been played for the end page to ask how it was, in seconds.
const ENOUGH: f64 = SHORTEST_SESSION as f64;
/// How long a screen reader may take to find its way on a new page.
const ANNOUNCED: Duration = Duration::from_millis(1500);
/// How long the thanks stay.
const THANKS: Duration = Duration::from_millis(1800);
/// How often a figure of the library is painted.
const LIVE: Duration = Duration::from_millis(33);
/// After how many frames the second, small view of the figure is painted anew.
const INSET_FRAMES: u32 = 3;
/// How often the countdown is looked at where nothing moves.
const STILL: Duration = Duration::from_millis(200);

/// Opens the window and stays until it is closed.
///
/// # Errors
///
/// When there is no screen to open it on.
pub(crate) fn run(
    socket: Option<PathBuf>,
    page: Option<ipc::Page>,
    routine: Option<String>,
) -> anyhow::Result<ExitCode> {
    let library = everything();
    if let Some(Err(unknown)) = routine.as_deref().map(|id| library.plan(id)) {
        eprintln!("unhunch-window: {unknown}");
        return Ok(ExitCode::from(2));
    }
    let (tell, told) = mpsc::channel();
    let (link, listener, first) = match socket.as_deref().map(Link::connect) {
        Some(Ok((link, listener, first))) => (link, Some(listener), first),
        Some(Err(error)) => {
            eprintln!("unhunch-window: the tray program doesn't answer: {error}");
            (Link::alone(), None, None)
        }
        None => (Link::alone(), None, None),
    };
    let view = match first {
        Some(Told::Show(view)) => *view,
        Some(Told::Close) => return Ok(ExitCode::SUCCESS),
        Some(Told::Gone) | None => WindowView::default(),
    };

    let size = size(view.settings.guide.text_size);
    let place = place::look(size);
    // Nobody asked for these: they leave the keyboard where it is.
    let unasked = matches!(view.page, Some(ipc::Page::Welcome | ipc::Page::Question));
    let quietly = place.quietly || unasked;
    let place = Place { quietly, ..place };
    let handle = Handle::default();
    let surface = Surface {
        window: Rc::clone(&handle),
        unfitted: place.size.is_none().then_some(size),
        whole_frames: 0,
        is_known: false,
    };
    open_backend(place, view.settings.guide.on_top, surface)?;
    let window = AppWindow::new().context("cannot make the window")?;
    let first = place.size.unwrap_or(size);
    if first != SIZE {
        place::resize(window.window(), first);
    }
    handle.get_or_init(|| window.as_weak());
    if let Some(listener) = listener {
        let weak = window.as_weak();
        listener.listen(move |heard| {
            // The receiver lives as long as the window; without it nobody needs to hear.
            let _ = tell.send(heard);
            let _ = weak.upgrade_in_event_loop(|window| window.invoke_heard());
        })?;
    }
    let shell = Shell::new(window.clone_strong(), link, library, told);
    shell.wire();
    shell.begin_with(view, page, routine);
    shell.follow_the_desktop();
    if place.quietly {
        show_quietly(&window)?;
    } else {
        window.show().context("cannot show the window")?;
    }
    shell.listen_from(Clock.now().elapsed + DEAF);
    slint::run_event_loop_until_quit().context("the window broke off")?;
    Ok(ExitCode::SUCCESS)
}

/// What comes with the program and what the person has added. The tray program and `unhunch list` tell what is wrong with
/// the latter.
pub(crate) fn everything() -> Library {
    Paths::find().map_or_else(|_| Library::shipped(), |paths| own::library(&paths).0)
}

fn open_backend(place: Place, on_top: bool, surface: Surface) -> anyhow::Result<()> {
    slint::BackendSelector::new()
        .backend_name("winit".into())
        .renderer_name("software".into())
        .with_winit_custom_application_handler(surface)
        .with_winit_window_attributes_hook(move |attributes| {
            place::dress(attributes, place).with_window_level(level(on_top))
        })
        .select()
        // The windowing library's own message names a file of its source.
        .map_err(|_| anyhow::anyhow!("there is no screen to open a window on"))
}

/// Larger letters get a larger window, in logical pixels.
pub(crate) fn size(text: TextSize) -> (f64, f64) {
    let more = f64::from(scale(text)).sqrt();
    ((SIZE.0 * more).round(), (SIZE.1 * more).round())
}

/// How many times as large as usual the letters are.
fn scale(text: TextSize) -> f32 {
    match text {
        TextSize::Normal => 1.0,
        TextSize::Large => 1.4,
        TextSize::Largest => 2.0,
    }
}

fn scheme(theme: config::Theme) -> ColorScheme {
    match theme {
        config::Theme::Auto => ColorScheme::Unknown,
        config::Theme::Light => ColorScheme::Light,
        config::Theme::Dark => ColorScheme::Dark,
    }
}

fn level(on_top: bool) -> WindowLevel {
    if on_top {
        WindowLevel::AlwaysOnTop
    } else {
        WindowLevel::Normal
    }
}

/// The window is told to leave the focus alone as soon as it exists, unseen, and only then shown.
fn show_quietly(window: &AppWindow) -> anyhow::Result<()> {
    let weak = window.as_weak();
    slint::spawn_local(async move {
        let Some(window) = weak.upgrade() else { return };
        if let Err(error) = window.window().winit_window().await {
            eprintln!("unhunch-window: the window may take the keyboard: {error}");
        }
        place::open_quietly(window.window());
        if let Err(error) = window.show() {
            eprintln!("unhunch-window: cannot show the window: {error}");
        }
    })
    .context("cannot show the window")?;
    Ok(())
}

/// The window and everything it knows.
pub(crate) struct Shell {
    pub(crate) window: AppWindow,
    pub(crate) library: RefCell<Library>,
    told: Receiver<Told>,
    link: RefCell<Link>,
    state: RefCell<State>,
    canvas: RefCell<Canvas>,
    /// Where on a stage countdown and second view have room beside the figure of an exercise.
    placed: RefCell<Option<(String, Stage, Places)>>,
    /// How many frames ago the second view was painted.
    inset_age: Cell<u32>,
    inset_canvas: RefCell<Canvas>,
    frames: Timer,
    /// The figure of the library that moves, and since when.
    live: RefCell<Option<(Live, Duration)>>,
    pub(crate) live_canvas: RefCell<Canvas>,
    /// About how long the routine that begins next may take; none: the full dose.
    length: Cell<Option<Span>>,
    /// What the start page offers to go on with.
    broken_off: RefCell<Option<BrokenOff>>,
    live_frames: Timer,
    /// Which days the history's page shows.
    days: Shown,
    /// When the tray program told last how things stand, on the clock since the start of the computer.
    status_at: Cell<Duration>,
    sounding: RefCell<Sounding>,
    /// Runs until the next sound is due.
    sounds: Timer,
    /// When keys and clicks begin to count, on the clock since the start of the computer.
    listens_from: Cell<Duration>,
    /// What the desktop wants.
    desktop: Cell<Wants>,
    /// Who is painted.
    person: Cell<Person>,
    /// Less motion: the desktop's wish or the setting.
    still: Cell<bool>,
    /// The tag of the language that the window speaks; none before it has been chosen.
    language: Cell<Option<&'static str>>,
    /// The settings page.
    pub(crate) desk: RefCell<Desk>,
    pub(crate) tryout: RefCell<Tryout>,
}

struct State {
    player: Option<Player>,
    /// The phase that is shown, if any.
    shown: Option<usize>,
    /// The phase that a screen reader has been told of, or is about to be.
    told: Option<usize>,
    settings: WindowSettings,
    /// What the tray program told last, if one is there.
    status: Option<Status>,
    /// What starts when the safety page was read.
    waiting: Option<String>,
    /// Whether the window is there for a routine, or for the introduction, and goes with it.
    for_routine: bool,
    /// Whether it is there for a question alone, and goes when that is answered or over.
    for_question: bool,
}

impl Shell {
    pub(crate) fn new(
        window: AppWindow,
        link: Link,
        library: Library,
        told: Receiver<Told>,
    ) -> Rc<Self> {
        Rc::new(Self {
            window,
            library: RefCell::new(library),
            told,
            link: RefCell::new(link),
            state: RefCell::new(State {
                player: None,
                shown: None,
                told: None,
                settings: WindowSettings::default(),
                status: None,
                waiting: None,
                for_routine: false,
                for_question: false,
            }),
            canvas: RefCell::new(Canvas::new()),
            placed: RefCell::default(),
            inset_age: Cell::default(),
            inset_canvas: RefCell::new(Canvas::new()),
            frames: Timer::default(),
            live: RefCell::default(),
            live_canvas: RefCell::new(Canvas::new()),
            length: Cell::new(None),
            broken_off: RefCell::default(),
            live_frames: Timer::default(),
            days: Shown::default(),
            status_at: Cell::default(),
            sounding: RefCell::new(Sounding::new()),
            sounds: Timer::default(),
            listens_from: Cell::new(Duration::MAX),
            desktop: Cell::default(),
            person: Cell::default(),
            still: Cell::new(false),
            language: Cell::new(None),
            desk: RefCell::new(Desk::of(Paths::find().ok())),
            tryout: RefCell::default(),
        })
    }

    /// Joins the markup's callbacks to what they do.
    pub(crate) fn wire(self: &Rc<Self>) {
        let actions = self.window.global::<Actions<'_>>();
        macro_rules! on {
            ($on:ident, |$shell:ident $(, $argument:ident)*| $body:expr) => {{
                let weak = Rc::downgrade(self);
                actions.$on(move |$($argument),*| {
                    if let Some($shell) = weak.upgrade().filter(|shell| !shell.is_deaf()) {
                        $body;
                    }
                });
            }};
        }
        on!(on_back, |shell| shell.go(Plan::back));
        on!(on_next, |shell| shell.go(Plan::next));
        on!(on_skip_exercise, |shell| shell.go(Plan::next_exercise));
        on!(on_instruct, |shell| shell.instruct());
        on!(on_toggle, |shell| shell.toggle());
        on!(on_end, |shell| shell.end());
        on!(on_leave, |shell, end| shell.leave(end));
        on!(on_start, |shell, id| shell.start_from_home(&id, None));
        on!(on_start_offered, |shell| shell.start_offered());
        on!(on_start_for, |shell, id, seconds| {
            let length = u64::try_from(seconds).map(Span::seconds);
            shell.start_from_home(&id, length.ok());
        });
        on!(on_understood, |shell| shell.understood());
        on!(on_snooze, |shell| shell.say(Call::Snooze { length: None }));
        on!(on_skip, |shell| shell.say(Call::Skip));
        on!(on_stood, |shell| shell.say(Call::Stood));
        on!(on_resume, |shell| shell.say(Call::Resume));
        on!(on_pause_for, |shell, length| shell.pause_reminders(&length));
        on!(on_open, |shell, page| shell.open(page));
        on!(on_go_on, |shell| shell.go_on());
        on!(on_show, |shell, id| shell.show_exercise(&id));
        on!(on_feeling, |shell, word| shell.feeling(&word));
        on!(on_close, |shell| shell.close());
        self.wire_settings();
        self.wire_welcome();
        let weak = Rc::downgrade(self);
        actions
            .on_key(move |text, shift| weak.upgrade().is_some_and(|shell| shell.key(&text, shift)));
        self.wire_history();
        let weak = Rc::downgrade(self);
        self.window
            .global::<LibraryState<'_>>()
            .on_look(move |id, on| match weak.upgrade() {
                Some(shell) if shell.window.get_page() == Page::Library => {
                    if on {
                        shell.look_at(&id);
                    } else if shell.looks_at(&id) {
                        shell.look_away();
                    }
                }
                Some(_) | None => {}
            });
        let weak = Rc::downgrade(self);
        self.window.on_heard(move || {
            if let Some(shell) = weak.upgrade() {
                shell.hear();
            }
        });
        let weak = Rc::downgrade(self);
        self.window.on_voice_is_awake(move || {
            if let Some(shell) = weak.upgrade() {
                shell.sounding.borrow_mut().voice_is_awake(&Clock.now());
                shell.speak_for_trial();
            }
        });
        let weak = Rc::downgrade(self);
        self.window.on_repaint(move || {
            if let Some(shell) = weak.upgrade() {
                shell.repaint();
            }
        });
        let weak = Rc::downgrade(self);
        self.window.window().on_close_requested(move || {
            if let Some(shell) = weak.upgrade() {
                shell.close_for_good();
            }
            slint::CloseRequestResponse::HideWindow
        });
    }

    pub(crate) fn begin_with(
        self: &Rc<Self>,
        view: WindowView,
        page: Option<ipc::Page>,
        routine: Option<String>,
    ) {
        self.window.set_version(env!("CARGO_PKG_VERSION").into());
        let guide = routine.as_ref().map(|_| ipc::Page::Guide);
        let wanted = page.or(guide).or(view.page).unwrap_or_default();
        self.length.set(view.length);
        self.take_settings(view.settings);
        self.take_status(view.status);
        self.show_page(wanted, routine.or(view.routine));
    }

    /// Follows, in the background, whether the desktop wants less motion, more contrast, or larger text.
    fn follow_the_desktop(self: &Rc<Self>) {
        let weak = self.window.as_weak();
        desktop::follow(move |wants| {
            let Wants {
                still,
                contrast,
                text_scale,
            } = wants;
            // Without the window nobody needs to hear.
            let _ = weak.upgrade_in_event_loop(move |window| {
                window.invoke_desktop_wants(still, contrast, text_scale);
            });
        });
        let shell = Rc::downgrade(self);
        self.window
            .on_desktop_wants(move |still, contrast, text_scale| {
                let Some(shell) = shell.upgrade() else { return };
                let before = shell.desktop.replace(Wants {
                    still,
                    contrast,
                    text_scale,
                });
                shell.apply_motion();
                shell.apply_contrast();
                if before.text_scale != text_scale {
                    shell.apply_text_scale();
                    shell.repaint();
                }
            });
    }

    /// The setting and the desktop's wish together say how large text is.
    fn apply_text_scale(&self) {
        let chosen = scale(self.state.borrow().settings.guide.text_size);
        let scale = (chosen * self.desktop.get().text_scale).min(LARGEST_TEXT.max(chosen));
        self.window.global::<Look<'_>>().set_scale(scale);
    }

    // What the tray program says.

    fn hear(self: &Rc<Self>) {
        while let Ok(told) = self.told.try_recv() {
            match told {
                Told::Show(view) => self.take(*view),
                Told::Close => self.quit(),
                Told::Gone => {
                    self.link.borrow_mut().cut();
                    self.show_home();
                }
            }
        }
    }

    fn take(self: &Rc<Self>, view: WindowView) {
        // On their own page the settings are what the file says, which the tray program may not have read yet.
        let own = self.desk.borrow().settings().cloned();
        let page = self.window.get_page();
        match own.filter(|_| page == Page::Settings || page == Page::Welcome) {
            Some(own) => {
                self.state.borrow_mut().settings.safety_seen = view.settings.safety_seen;
                self.take_settings_of(&own);
            }
            None => self.take_settings(view.settings),
        }
        self.take_status(view.status);
        // A page comes with a line only when the person asked for it; the start page has seen the question already.
        let page = view.page.filter(|page| *page != ipc::Page::Question);
        let (Some(page), routine) = (page, view.routine) else {
            return;
        };
        let playing = self
            .state
            .borrow()
            .player
            .as_ref()
            .map(|player| player.plan.id.clone());
        match (&playing, &routine) {
            // It plays already, or it would be covered by a page that can wait.
            (Some(playing), Some(routine)) if playing == routine => self.come_forward(),
            (Some(_), None) => self.come_forward(),
            (_, Some(_)) | (None, None) => {
                self.report_early_end();
                self.length.set(view.length);
                self.show_page(page, routine);
                self.come_forward();
            }
        }
    }

    /// The person asked for the window.
    fn come_forward(&self) {
        self.window.window().with_winit_window(|window| {
            window.set_minimized(false);
            window.focus_window();
        });
    }

    /// The settings as they stand in the file.
    pub(crate) fn take_settings_of(self: &Rc<Self>, settings: &Settings) {
        let seen = self.state.borrow().settings.safety_seen;
        self.take_settings(WindowSettings::new(settings, seen));
        self.show_home();
    }

    /// Larger letters need a larger window, as large as one that opens with them.
    fn grow(&self, size: (f64, f64)) {
        self.window.window().with_winit_window(|window| {
            if !window.is_maximized() {
                let room = window.current_monitor().as_ref().map(surface::room);
                let (width, height) = room.map_or(size, |room| place::fit(size, room));
                // Where the desktop decides, it stays as it is.
                let _ = window.request_inner_size(winit::dpi::LogicalSize::new(width, height));
            }
        });
    }

    fn take_settings(self: &Rc<Self>, settings: WindowSettings) {
        let before = std::mem::replace(&mut self.state.borrow_mut().settings, settings.clone());
        self.speak(&settings.language);
        self.apply_text_scale();
        let (before, guide) = (before.guide, settings.guide);
        if before.text_size != guide.text_size && self.window.window().is_visible() {
            self.grow(size(guide.text_size));
        }
        if before.theme != guide.theme {
            self.window.invoke_force_scheme(scheme(guide.theme));
        }
        if before.on_top != guide.on_top {
            let level = level(guide.on_top);
            self.window
                .window()
                .with_winit_window(|window| window.set_window_level(level));
        }
        let taste = Taste {
            choice: Choice {
                tones: settings.sound.tones,
                voice: settings.sound.voice,
            },
            volume: settings.sound.volume,
        };
        let awake = self.tell_when_awake();
        let mut sounding = self.sounding.borrow_mut();
        sounding.choose(taste, &Clock.now(), awake);
        drop(sounding);
        self.sound();
        self.apply_motion();
        self.apply_contrast();
        if self.person.replace(guide.figure) != guide.figure {
            self.repaint();
        }
    }

    /// Says everything in that language, also what is on the screen already; where it is none of ours, in the desktop's.
    fn speak(self: &Rc<Self>, tag: &str) {
        let language = lang::by_tag(tag).unwrap_or_else(lang::of_desktop);
        let before = self.language.replace(Some(language.tag));
        if before == Some(language.tag) {
            return;
        }
        lang::speak(language);
        if let Err(error) = slint::select_bundled_translation(language.tag) {
            eprintln!("unhunch-window: {error}");
        }
        *self.library.borrow_mut() = everything();
        self.window.global::<Look<'_>>().set_rtl(language.is_rtl());
        self.window.set_family(crate::font::family(language).into());
        guidance::fill(&self.window.global::<GuidanceState<'_>>());
        if before.is_some() {
            self.reword();
        }
    }

    /// What is on the screen was said in another language.
    fn reword(self: &Rc<Self>) {
        let mut state = self.state.borrow_mut();
        if let Some(player) = state.player.as_mut() {
            player.plan = player.plan.reworded(&self.library.borrow());
            state.shown = None;
        }
        let plan = state.player.as_ref().map(|player| player.plan.clone());
        drop(state);
        if let Some(plan) = plan {
            self.window.set_routine_name(plan.name.as_str().into());
            let awake = self.tell_when_awake();
            self.sounding.borrow_mut().begin(&plan, awake);
            self.sound_on();
            self.frame();
        }
        match self.window.get_page() {
            Page::Library => self.fill_shelves(),
            Page::Exercise => {
                let id = self.window.global::<ExerciseState<'_>>().get_id();
                self.show_exercise(&id);
            }
            Page::History => self.fill_history(),
            Page::Home => self.offer_routines(),
            Page::Safety
            | Page::Guide
            | Page::End
            | Page::Guidance
            | Page::About
            | Page::Settings
            | Page::Welcome => {}
        }
    }

    fn apply_motion(&self) {
        let still = match self.state.borrow().settings.guide.motion {
            Motion::Auto => self.desktop.get().still,
            Motion::Full => false,
            Motion::Reduced => true,
        };
        if self.still.replace(still) != still {
            self.window.global::<Look<'_>>().set_still(still);
            self.state.borrow_mut().shown = None;
        }
    }

    fn apply_contrast(&self) {
        let contrast = match self.state.borrow().settings.guide.contrast {
            Contrast::Auto => self.desktop.get().contrast,
            Contrast::Normal => false,
            Contrast::High => true,
        };
        self.window.global::<Look<'_>>().set_contrast(contrast);
    }

    fn take_status(&self, status: Option<Status>) {
        let is_asking = status
            .as_ref()
            .is_some_and(|status| status.asking.is_some());
        let is_over = !is_asking && self.state.borrow().for_question;
        self.state.borrow_mut().status = status;
        self.status_at.set(Clock.now().elapsed);
        self.show_home();
        if self.window.get_page() == Page::History {
            self.fill_history();
        }
        self.show_next_reminder();
        if is_over {
            self.quit();
        }
    }

    fn show_home(&self) {
        let connected = self.link.borrow().is_connected();
        let page = self.window.global::<HomeState<'_>>();
        let state = self.state.borrow();
        home::show(
            &page,
            state.status.as_ref(),
            &state.settings,
            &self.library.borrow(),
            connected,
        );
    }

    pub(crate) fn is_connected(&self) -> bool {
        self.link.borrow().is_connected()
    }

    /// How loud tones and voice are, in percent.
    pub(crate) fn volume(&self) -> u8 {
        self.state.borrow().settings.sound.volume
    }

    pub(crate) fn say(&self, call: Call) {
        self.link.borrow().say(call);
    }

    // Pages.

    fn show_page(self: &Rc<Self>, page: ipc::Page, routine: Option<String>) {
        let is_new = !self.window.window().is_visible();
        match page {
            ipc::Page::Guide => {
                self.state.borrow_mut().for_routine = true;
                return self.start(routine.as_deref().unwrap_or("desk"));
            }
            ipc::Page::Question => self.state.borrow_mut().for_question = is_new,
            ipc::Page::Welcome => self.state.borrow_mut().for_routine = is_new,
            ipc::Page::Home
            | ipc::Page::Library
            | ipc::Page::Guidance
            | ipc::Page::History
            | ipc::Page::Settings
            | ipc::Page::About => {}
        }
        self.open(page.into());
    }

    fn turn_to(&self, page: Page) {
        if page == Page::Home {
            self.offer_routines();
        }
        if page != Page::Exercise {
            self.look_away();
        }
        if page != Page::Settings && page != Page::Welcome {
            self.leave_settings();
        }
        if page != Page::Home {
            self.state.borrow_mut().for_question = false;
        }
        self.window.set_page(page);
        self.window.invoke_take_keys();
    }

    pub(crate) fn open(self: &Rc<Self>, page: Page) {
        match page {
            Page::Library => self.fill_shelves(),
            Page::Settings => self.enter_settings(),
            Page::Welcome => self.enter_welcome(),
            Page::History => {
                self.days.reset();
                self.fill_history();
            }
            Page::Home
            | Page::Safety
            | Page::Guide
            | Page::End
            | Page::Guidance
            | Page::About
            | Page::Exercise => {}
        }
        self.turn_to(page);
    }

    // The history.

    fn wire_history(self: &Rc<Self>) {
        let page = self.window.global::<HistoryState<'_>>();
        let weak = Rc::downgrade(self);
        page.on_turn(move |tab| {
            if let Some(shell) = weak.upgrade() {
                shell.days.turn(tab);
                shell.fill_history();
            }
        });
        let weak = Rc::downgrade(self);
        page.on_step(move |by| {
            if let Some(shell) = weak.upgrade() {
                shell.days.step(by, Clock.now().wall.date());
                shell.fill_history();
            }
        });
    }

    fn fill_history(&self) {
        let page = self.window.global::<HistoryState<'_>>();
        let (paths, now) = (Paths::find().ok(), Clock.now());
        let sit = self.sit(&now);
        let library = self.library.borrow();
        self.days
            .fill(&page, &library, paths.as_ref(), sit, &now.wall);
    }

    /// How long the person has sat by now, in seconds: the tray program tells when something changes.
    fn sit(&self, now: &Moment) -> Option<u64> {
        let state = self.state.borrow();
        let status = state.status.as_ref()?;
        let since = if status.phase == Phase::Away {
            Duration::ZERO
        } else {
            now.elapsed.saturating_sub(self.status_at.get())
        };
        Some(status.sit_seconds + since.as_secs())
    }

    // The library.

    /// Asks the history; what is in the surprises follows from it.
    fn past(&self, now: &jiff::Zoned) -> Past {
        let past = Past::read(now);
        self.library.borrow_mut().recall(&past.last_done);
        past
    }

    fn fill_shelves(self: &Rc<Self>) {
        let page = self.window.global::<LibraryState<'_>>();
        let side = self.window.get_card_side() * self.window.window().scale_factor();
        let now = Clock.now().wall;
        let past = self.past(&now);
        shelves::fill(
            &page,
            &self.library.borrow(),
            &past.last_done,
            &now,
            side,
            self.style(),
        );
    }

    fn show_exercise(self: &Rc<Self>, id: &str) {
        let page = self.window.global::<ExerciseState<'_>>();
        let now = Clock.now().wall;
        let past = self.past(&now);
        let shown = shelves::show(&page, &self.library.borrow(), id, &past.last_done, &now);
        if shown {
            self.turn_to(Page::Exercise);
            self.look_at(id);
        }
    }

    /// The figure of this exercise moves from now on, and no other.
    fn look_at(self: &Rc<Self>, id: &str) {
        let live = Live::of(&self.library.borrow(), id);
        let Some(live) = live else {
            self.look_away();
            return;
        };
        self.live.replace(Some((live, Clock.now().elapsed)));
        self.show_live();
        if self.still.get() {
            self.live_frames.stop();
            return;
        }
        let weak = Rc::downgrade(self);
        self.live_frames.start(TimerMode::Repeated, LIVE, move || {
            if let Some(shell) = weak.upgrade() {
                shell.show_live();
            }
        });
    }

    fn looks_at(&self, id: &str) -> bool {
        self.live
            .borrow()
            .as_ref()
            .is_some_and(|(live, _)| live.id == id)
    }

    fn look_away(&self) {
        self.live_frames.stop();
        self.live.replace(None);
        self.window
            .global::<LibraryState<'_>>()
            .set_live_id(SharedString::default());
    }

    fn show_live(&self) {
        let on_page = self.window.get_page() == Page::Exercise;
        let side = if on_page {
            self.window.get_exercise_side()
        } else {
            self.window.get_card_side()
        };
        let side = side * self.window.window().scale_factor();
        let live = self.live.borrow();
        let Some((live, since)) = live.as_ref() else {
            return;
        };
        let mut canvas = self.live_canvas.borrow_mut();
        let picture = if self.still.get() {
            live.still(&mut canvas, side, self.style())
        } else {
            let seconds = Clock.now().elapsed.saturating_sub(*since).as_secs_f64();
            live.paint(&mut canvas, seconds, side, self.style())
        };
        if on_page {
            let page = self.window.global::<ExerciseState<'_>>();
            page.set_figure(picture);
            self.show_second(&page, live, *since);
        } else {
            let page = self.window.global::<LibraryState<'_>>();
            page.set_live(picture);
            page.set_live_id(live.id.as_str().into());
        }
    }

    /// The figure of an exercise's page, small, from its second side.
    fn show_second(&self, page: &ExerciseState<'_>, live: &Live, since: Duration) {
        let Spot { x, y, side } = live.spot(page.get_wide(), page.get_side());
        page.set_inset_x(x);
        page.set_inset_y(y);
        page.set_inset_side(side);
        let age = self.inset_age.get() + 1;
        self.inset_age.set(age % INSET_FRAMES);
        if side > 0.0 && (self.still.get() || age >= INSET_FRAMES) {
            let elapsed = Clock.now().elapsed.saturating_sub(since);
            let seconds = (!self.still.get()).then_some(elapsed.as_secs_f64());
            let side = side * self.window.window().scale_factor();
            let mut canvas = self.inset_canvas.borrow_mut();
            page.set_inset(live.paint_second(&mut canvas, seconds, side, self.style()));
        }
    }

    /// What was broken off within the last hour can be gone on with.
    fn offer_routines(&self) {
        let Past {
            broken_off,
            last_done,
            ..
        } = self.past(&Clock.now().wall);
        home::fill(
            &self.window.global::<HomeState<'_>>(),
            &self.library.borrow(),
            &last_done,
        );
        let shown = broken_off
            .as_ref()
            .and_then(|off| home::go_on(off, &self.library.borrow()));
        self.window
            .global::<HomeState<'_>>()
            .set_go_on(shown.unwrap_or_default().into());
        *self.broken_off.borrow_mut() = broken_off;
    }

    fn go_on(self: &Rc<Self>) {
        let Some(off) = self.broken_off.take() else {
            return;
        };
        let length = off.length(&self.library.borrow());
        self.start_from_home(&off.routine, length);
        // Counted from the end, since there may have been a warm-up before it.
        let left = off.left() as f64;
        self.with_player(|player, now| {
            player.go(now, |plan, _| plan.back(plan.total_seconds() - left));
        });
    }

    fn start_from_home(self: &Rc<Self>, id: &str, length: Option<Span>) {
        self.say(Call::Stretch {
            routine: Some(id.to_owned()),
            length,
        });
        self.length.set(length);
        self.start(id);
    }

    fn start_offered(self: &Rc<Self>) {
        let state = self.state.borrow();
        let id = home::offered(state.status.as_ref(), &state.settings).to_owned();
        let length = state.settings.length;
        drop(state);
        self.start_from_home(&id, length);
    }

    fn pause_reminders(&self, length: &str) {
        let until = (length == "tomorrow").then(|| length.to_owned());
        let length = length.parse().ok();
        self.say(Call::Pause { length, until });
    }

    /// Plays a routine, after the safety page if that was never read.
    fn start(self: &Rc<Self>, id: &str) {
        if self.state.borrow().settings.safety_seen {
            self.play(id);
        } else {
            self.state.borrow_mut().waiting = Some(id.to_owned());
            self.turn_to(Page::Safety);
        }
    }

    /// The window goes only when somebody closes it.
    pub(crate) fn stay_open(&self) {
        self.state.borrow_mut().for_routine = false;
    }

    pub(crate) fn mark_safety_seen(&self) {
        self.state.borrow_mut().settings.safety_seen = true;
    }

    fn understood(self: &Rc<Self>) {
        self.say(Call::SafetySeen);
        self.mark_safety_seen();
        let id = self.state.borrow_mut().waiting.take();
        self.play(id.as_deref().unwrap_or("desk"));
    }

    /// A screen reader speaks a text that comes or changes in a window that it knows: in a new one the first sentence comes
    /// when it knows it. Until then there are no words, so that nothing is said twice.
    fn announce_the_first_phase(self: &Rc<Self>) {
        let weak = Rc::downgrade(self);
        Timer::single_shot(ANNOUNCED, move || {
            let Some(shell) = weak.upgrade() else { return };
            let guide = shell.window.global::<GuideState<'_>>();
            let state = shell.state.borrow();
            // Whoever has moved on meanwhile has heard another one.
            if let Some(player) = state
                .player
                .as_ref()
                .filter(|_| guide.get_spoken().is_empty())
            {
                guide.set_spoken(player.cue(&Clock.now()).spoken().into());
            }
        });
    }

    fn play(self: &Rc<Self>, id: &str) {
        let sat = self
            .state
            .borrow()
            .status
            .as_ref()
            .map(|status| status.sit_seconds);
        if self.library.borrow().is_surprise(id) {
            self.past(&Clock.now().wall);
        }
        let length = self.length.get();
        let wanted = Wanted { sat, length };
        match self.library.borrow().plan_as(id, wanted) {
            Ok(plan) => {
                self.window.set_routine_name(plan.name.as_str().into());
                let guide = self.window.global::<GuideState<'_>>();
                guide.set_leaving(false);
                guide.set_how_to(false);
                guide.set_spoken(SharedString::default());
                let is_new_window = !self.window.window().is_visible();
                let awake = self.tell_when_awake();
                self.sounding.borrow_mut().begin(&plan, awake);
                let mut state = self.state.borrow_mut();
                state.player = Some(Player::start(plan, &Clock.now()));
                state.shown = None;
                state.told = is_new_window.then_some(0);
                drop(state);
                self.turn_to(Page::Guide);
                self.sound_on();
                self.frame();
                if is_new_window {
                    self.announce_the_first_phase();
                }
            }
            Err(unknown) => {
                eprintln!("unhunch-window: {unknown}");
                self.turn_to(Page::Home);
            }
        }
    }

    // The guide.

    /// Shows the present moment, and arms the timer for the next.
    fn frame(self: &Rc<Self>) {
        let now = Clock.now();
        let mut state = self.state.borrow_mut();
        let Some(player) = state.player.as_mut() else {
            self.frames.stop();
            return;
        };
        let slept = player.slept(&now);
        if slept {
            player.pause(&now);
            self.sounding.borrow_mut().silence();
        }
        let guide = self.window.global::<GuideState<'_>>();
        guide.set_paused(player.is_paused());
        guide.set_slept(slept || (player.is_paused() && guide.get_slept()));
        if player.cue(&now).finished {
            drop(state);
            self.finish();
            return;
        }
        let State {
            player,
            shown,
            told,
            ..
        } = &mut *state;
        if let Some(player) = player {
            let index = player.cue(&now).index;
            // What is only painted anew is not said again.
            if told.replace(index) != Some(index) {
                guide.set_spoken(player.cue(&now).spoken().into());
            }
            let before = shown.replace(index);
            let is_new = before != Some(index);
            self.show_moment(player, &now, is_new);
            if is_new && before.is_some() {
                self.report(progress_report(player, &now));
            }
            self.arm(player, &now);
        }
    }

    fn show_moment(&self, player: &Player, now: &Moment, is_new: bool) {
        let cue = player.cue(now);
        let guide = self.window.global::<GuideState<'_>>();
        if is_new {
            show_phase(&guide, &cue);
            self.place_beside(&guide, &cue);
        }
        let frame = FrameView::of(&cue, player.plan.total_seconds());
        guide.set_ring_value(frame.left);
        guide.set_seconds(frame.seconds);
        guide.set_seconds_spoken(frame.seconds_spoken);
        guide.set_done(frame.done);
        guide.set_done_spoken(frame.done_spoken);
        if !self.still.get() {
            guide.set_steps(0);
            self.show_figure(&guide, &cue);
            self.paint_inset(&guide, &cue, is_new);
            return;
        }
        let (step, steps) = cue.step();
        let (step, steps) = (step as i32, steps as i32);
        if is_new || (step, steps) != (guide.get_step(), guide.get_steps()) {
            guide.set_step(step);
            guide.set_steps(steps);
            self.crossfade(&guide, &cue);
            self.paint_inset(&guide, &cue, true);
        }
    }

    /// Countdown and second view stay where they are as long as an exercise does.
    fn place_beside(&self, guide: &GuideState<'_>, cue: &Cue<'_>) {
        let exercise = &cue.part().exercise;
        let stage = Stage {
            wide: guide.get_wide(),
            high: guide.get_high(),
            ring: Some(Ring {
                side: guide.get_ring_side(),
                left: self.window.global::<Look<'_>>().get_rtl(),
            }),
        };
        let mut placed = self.placed.borrow_mut();
        let is_placed = |(id, on, _): &&(String, Stage, Places)| *id == exercise.id && *on == stage;
        let places = match placed.as_ref().filter(is_placed) {
            Some((_, _, places)) => *places,
            None => inset::places(&exercise.figure, exercise.sides != Sides::Both, stage),
        };
        *placed = Some((exercise.id.clone(), stage, places));
        guide.set_ring_x(places.ring.x);
        guide.set_ring_y(places.ring.y);
        guide.set_ring_size(places.ring.side);
        guide.set_inset_x(places.inset.x);
        guide.set_inset_y(places.inset.y);
        guide.set_inset_side(places.inset.side);
    }

    /// It is small and shows slow movements: every third frame will do.
    fn paint_inset(&self, guide: &GuideState<'_>, cue: &Cue<'_>, now: bool) {
        let age = self.inset_age.get() + 1;
        let side = guide.get_inset_side();
        if side == 0.0 || !now && age < INSET_FRAMES {
            self.inset_age.set(age);
            return;
        }
        self.inset_age.set(0);
        let stance = if self.still.get() {
            cue.step_stance()
        } else {
            cue.stance()
        };
        let side = side * self.window.window().scale_factor();
        let figure = &cue.part().exercise.figure;
        let mut canvas = self.inset_canvas.borrow_mut();
        guide.set_inset(canvas.draw_second(figure, &stance, side, self.style()));
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
            look: self.person.get(),
        }
    }

    /// The side of the figure's square, in physical pixels.
    fn figure_side(&self) -> f32 {
        self.window.get_figure_side() * self.window.window().scale_factor()
    }

    /// The colour that the figure lies on.
    fn ground(&self) -> Rgba {
        let stage = self.window.global::<Look<'_>>().get_stage();
        [stage.red(), stage.green(), stage.blue(), stage.alpha()]
            .map(|part| f32::from(part) / 255.0)
    }

    /// The figure as it moves.
    fn show_figure(&self, guide: &GuideState<'_>, cue: &Cue<'_>) {
        let drawing = &cue.part().exercise.figure;
        let (stance, side, style) = (cue.stance(), self.figure_side(), self.style());
        let part = self
            .canvas
            .borrow_mut()
            .draw_part(drawing, &stance, side, style, self.ground());
        let [left, top, width, height] = part.place;
        guide.set_figure_left(left);
        guide.set_figure_top(top);
        guide.set_figure_width(width);
        guide.set_figure_height(height);
        guide.set_figure(part.image);
    }

    /// The pose of this moment, on the whole square.
    fn key_pose(&self, cue: &Cue<'_>) -> Image {
        let drawing = &cue.part().exercise.figure;
        let (stance, side, style) = (cue.step_stance(), self.figure_side(), self.style());
        self.canvas.borrow_mut().draw(drawing, &stance, side, style)
    }

    /// The next key pose comes up over the one before.
    fn crossfade(&self, guide: &GuideState<'_>, cue: &Cue<'_>) {
        guide.set_figure_before(guide.get_figure());
        guide.set_faded(false);
        guide.set_figure_left(0.0);
        guide.set_figure_top(0.0);
        guide.set_figure_width(1.0);
        guide.set_figure_height(1.0);
        guide.set_figure(self.key_pose(cue));
        let weak = self.window.as_weak();
        Timer::single_shot(Duration::ZERO, move || {
            if let Some(window) = weak.upgrade() {
                window.global::<GuideState<'_>>().set_faded(true);
            }
        });
    }

    fn arm(self: &Rc<Self>, player: &Player, now: &Moment) {
        if player.is_paused() {
            self.frames.stop();
            return;
        }
        let pace = if self.still.get() {
            STILL
        } else {
            Duration::from_micros(1_000_000 / frame_rate(player.cue(now).phase.kind))
        };
        if self.frames.running() && self.frames.interval() == pace {
            return;
        }
        let weak = Rc::downgrade(self);
        self.frames.start(TimerMode::Repeated, pace, move || {
            if let Some(shell) = weak.upgrade() {
                shell.frame();
            }
        });
    }

    // Its sounds.

    /// The voice wakes on another thread.
    pub(crate) fn tell_when_awake(&self) -> impl FnOnce() + Send + 'static {
        let weak = self.window.as_weak();
        move || {
            // Without the window nobody needs to hear.
            let _ = weak.upgrade_in_event_loop(|window| window.invoke_voice_is_awake());
        }
    }

    /// The routine has been started, paused or moved: what is heard follows.
    fn sound_on(self: &Rc<Self>) {
        let now = Clock.now();
        let state = self.state.borrow();
        let mut sounding = self.sounding.borrow_mut();
        match state.player.as_ref().filter(|player| !player.is_paused()) {
            Some(player) => sounding.enter(player.elapsed(&now), &now),
            None => sounding.silence(),
        }
        drop(sounding);
        self.sound();
    }

    /// Plays what is due, and waits exactly for what comes next: frames may be further apart than a sound may be late.
    fn sound(self: &Rc<Self>) {
        let Some(wait) = self.sounding.borrow_mut().play(&Clock.now()) else {
            self.sounds.stop();
            return;
        };
        let weak = Rc::downgrade(self);
        self.sounds.start(TimerMode::SingleShot, wait, move || {
            if let Some(shell) = weak.upgrade() {
                shell.sound();
            }
        });
    }

    /// Something that the picture depends on has changed: size, scale, colours.
    fn repaint(self: &Rc<Self>) {
        self.show_live();
        if self.window.get_page() == Page::Welcome {
            self.paint_welcome();
        }
        if self.window.get_page() == Page::Library {
            self.fill_shelves();
        }
        self.state.borrow_mut().shown = None;
        self.frame();
    }

    fn with_player(self: &Rc<Self>, change: impl FnOnce(&mut Player, &Moment)) {
        let now = Clock.now();
        if let Some(player) = self.state.borrow_mut().player.as_mut() {
            change(player, &now);
        }
        self.window.global::<GuideState<'_>>().set_slept(false);
        self.frame();
        // Where the routine has come to its end, that has been heard already.
        if self.state.borrow().player.is_some() {
            self.sound_on();
        }
    }

    fn go(self: &Rc<Self>, to: fn(&Plan, f64) -> f64) {
        self.with_player(|player, now| player.go(now, to));
    }

    fn toggle(self: &Rc<Self>) {
        let guide = self.window.global::<GuideState<'_>>();
        guide.set_leaving(false);
        guide.set_how_to(false);
        self.with_player(|player, now| {
            if player.is_paused() {
                player.resume(now);
            } else {
                player.pause(now);
            }
        });
    }

    /// Shows the instructions, and pauses; or hides them, and stays paused: the person still has to get into place.
    fn instruct(self: &Rc<Self>) {
        let guide = self.window.global::<GuideState<'_>>();
        let shown = !guide.get_how_to();
        guide.set_how_to(shown);
        if shown {
            guide.set_leaving(false);
            self.with_player(Player::pause);
        }
    }

    /// Pauses and asks whether that is enough.
    fn ask_to_leave(self: &Rc<Self>) {
        let guide = self.window.global::<GuideState<'_>>();
        guide.set_leaving(true);
        guide.set_how_to(false);
        self.with_player(Player::pause);
        self.window.invoke_take_keys();
    }

    fn leave(self: &Rc<Self>, end: bool) {
        self.window.global::<GuideState<'_>>().set_leaving(false);
        if end {
            self.end();
        } else {
            self.with_player(Player::resume);
            self.window.invoke_take_keys();
        }
    }

    // Its end.

    fn finish(self: &Rc<Self>) {
        self.conclude(true);
    }

    fn end(self: &Rc<Self>) {
        self.conclude(false);
    }

    fn conclude(self: &Rc<Self>, finished: bool) {
        let now = Clock.now();
        let Some(player) = self.state.borrow_mut().player.take() else {
            return;
        };
        self.frames.stop();
        let played = player.played(&now);
        let complete = finished && end::is_complete(&player.plan, played);
        if complete {
            let end = player.plan.total_seconds();
            self.sounding.borrow_mut().finish(end, &now);
        } else {
            self.sounding.borrow_mut().silence();
        }
        self.sound();
        self.report(if complete {
            finished_report(&player, &now)
        } else {
            ended_report(&player, &now)
        });
        self.state.borrow_mut().waiting = Some(player.plan.id.clone());
        if !complete && played < ENOUGH {
            self.close();
            return;
        }
        let view = EndView::of(&player.plan, played, complete);
        let page = self.window.global::<EndState<'_>>();
        page.set_title(view.title.into());
        page.set_line(view.line.into());
        page.set_ask(self.state.borrow().settings.guide.check_in && played >= ENOUGH);
        page.set_answer(SharedString::default());
        self.show_next_reminder();
        // Whoever was still skipping doesn't mean these buttons.
        self.listen_from(self.listens_from.get().max(now.elapsed + DEAF));
        self.turn_to(Page::End);
    }

    fn show_next_reminder(&self) {
        let state = self.state.borrow();
        let next = state
            .status
            .as_ref()
            .and_then(|status| status.next.as_ref());
        let next = end::next_reminder(next, &Clock.now().wall);
        let page = self.window.global::<EndState<'_>>();
        page.set_next_reminder(next.into());
    }

    fn report(&self, report: Report) {
        self.say(Call::Report(report));
    }

    fn report_early_end(&self) {
        self.frames.stop();
        self.sounding.borrow_mut().silence();
        let player = self.state.borrow_mut().player.take();
        if let Some(player) = player {
            self.report(ended_report(&player, &Clock.now()));
        }
    }

    fn feeling(self: &Rc<Self>, word: &str) {
        let feeling = match word {
            "better" => Feeling::Better,
            "same" => Feeling::Same,
            "worse" => Feeling::Worse,
            // It was left unanswered.
            _ => return self.close(),
        };
        let routine = self.state.borrow().waiting.clone();
        if let Some(routine) = routine {
            self.report(Report::CheckIn { routine, feeling });
        }
        self.window.global::<EndState<'_>>().set_answer(word.into());
        if feeling == Feeling::Worse {
            self.advise();
        } else {
            let weak = Rc::downgrade(self);
            Timer::single_shot(THANKS, move || {
                if let Some(shell) = weak.upgrade()
                    && shell.window.get_page() == Page::End
                {
                    shell.close();
                }
            });
        }
    }

    /// What the last page says to a back that feels worse: the easier form, and how often it has been so.
    fn advise(&self) {
        let page = self.window.global::<EndState<'_>>();
        let now = Clock.now().wall;
        page.set_often_worse(Past::read(&now).is_often_worse(&now));
        let state = self.state.borrow();
        let id = state.waiting.as_deref().unwrap_or_default();
        let plan = self.library.borrow().plan(id);
        let easier = plan.ok().and_then(|plan| end::easier(&plan));
        page.set_easier(easier.unwrap_or_default().into());
    }

    /// Closes a window that is there for one thing; otherwise goes back to the start page.
    pub(crate) fn close(self: &Rc<Self>) {
        if self.window.get_page() == Page::Safety {
            self.report_refusal();
        }
        if self.state.borrow().for_routine {
            self.quit();
        } else {
            self.turn_to(Page::Home);
        }
    }

    /// A routine that never began is over, too.
    fn report_refusal(&self) {
        let id = self.state.borrow_mut().waiting.take();
        if let Some(Ok(plan)) = id.map(|id| self.library.borrow().plan(&id)) {
            let total = plan.total_seconds().round() as u64;
            self.report(Report::Ended {
                routine: plan.id,
                seconds: 0,
                total,
                exercises: Vec::new(),
            });
        }
    }

    /// The window is being closed from outside.
    fn close_for_good(&self) {
        if self.window.get_page() == Page::Safety {
            self.report_refusal();
        }
        self.report_early_end();
        self.quit();
    }

    fn quit(&self) {
        self.frames.stop();
        self.sounding.borrow_mut().close();
        if let Err(error) = slint::quit_event_loop() {
            eprintln!("unhunch-window: cannot end: {error}");
        }
    }

    // Keys.

    /// Keys and clicks count from then on.
    pub(crate) fn listen_from(&self, elapsed: Duration) {
        self.listens_from.set(elapsed);
    }

    pub(crate) fn is_deaf(&self) -> bool {
        Clock.now().elapsed < self.listens_from.get()
    }

    /// Answers whether the key was used.
    fn key(self: &Rc<Self>, text: &str, shift: bool) -> bool {
        if self.is_deaf() {
            return true;
        }
        let is = |key: Key| SharedString::from(key) == text;
        match self.window.get_page() {
            Page::Guide => self.guide_key(text, shift),
            Page::Settings if is(Key::Escape) && self.step_back_in_settings() => true,
            Page::Guidance | Page::About | Page::Library | Page::History | Page::Settings
                if is(Key::Escape) =>
            {
                self.turn_to(Page::Home);
                true
            }
            Page::Exercise if is(Key::Escape) => {
                self.open(Page::Library);
                true
            }
            Page::End | Page::Welcome if is(Key::Escape) => {
                self.close();
                true
            }
            Page::Guidance
            | Page::About
            | Page::End
            | Page::Home
            | Page::Library
            | Page::History
            | Page::Exercise
            | Page::Settings
            | Page::Welcome
            | Page::Safety => false,
        }
    }

    fn guide_key(self: &Rc<Self>, text: &str, shift: bool) -> bool {
        let is = |key: Key| SharedString::from(key) == text;
        // Where one reads from the right, what comes next is on the left.
        let (back, next) = if self.window.global::<Look<'_>>().get_rtl() {
            (Key::RightArrow, Key::LeftArrow)
        } else {
            (Key::LeftArrow, Key::RightArrow)
        };
        if text == " " {
            self.toggle();
        } else if is(back) {
            self.go(if shift {
                Plan::previous_exercise
            } else {
                Plan::back
            });
        } else if is(next) {
            self.go(if shift {
                Plan::next_exercise
            } else {
                Plan::next
            });
        } else if is(Key::F1) {
            self.instruct();
        } else if is(Key::Escape) {
            self.ask_or_go_on();
        } else {
            return false;
        }
        true
    }

    /// Escape hides the instructions; otherwise it asks whether that is enough, and a second time it means "no".
    fn ask_or_go_on(self: &Rc<Self>) {
        if self.window.global::<GuideState<'_>>().get_how_to() {
            self.instruct();
        } else if self.window.global::<GuideState<'_>>().get_leaving() {
            self.leave(false);
        } else {
            self.ask_to_leave();
        }
    }
}

fn show_phase(guide: &GuideState<'_>, cue: &Cue<'_>) {
    let view = PhaseView::of(cue);
    let exercise = &cue.part().exercise;
    guide.set_exercise(view.exercise.into());
    guide.set_exercise_of(view.exercise_of.into());
    guide.set_counter(view.counter.into());
    guide.set_cue(view.cue.into());
    guide.set_ahead(view.ahead.into());
    guide.set_next_exercise(view.next_exercise.into());
    guide.set_coming(lines(&view.coming));
    guide.set_alt(view.alt.into());
    guide.set_ring(view.ring);
    guide.set_source(exercise.source.as_str().into());
    guide.set_details(lines(&exercise.how_to()));
    guide.set_cautions(lines(&exercise.cautions));
}

fn lines(lines: &[String]) -> ModelRc<SharedString> {
    ModelRc::new(VecModel::from_iter(lines.iter().map(SharedString::from)))
}

impl From<ipc::Page> for Page {
    fn from(page: ipc::Page) -> Self {
        match page {
            ipc::Page::Home | ipc::Page::Question => Self::Home,
            ipc::Page::Guide => Self::Guide,
            ipc::Page::Library => Self::Library,
            ipc::Page::Guidance => Self::Guidance,
            ipc::Page::History => Self::History,
            ipc::Page::Settings => Self::Settings,
            ipc::Page::Welcome => Self::Welcome,
            ipc::Page::About => Self::About,
        }
    }
}

/// The seconds that were played, and those of the whole routine.
fn seconds(player: &Player, now: &Moment) -> (u64, u64) {
    let total = player.plan.total_seconds();
    (player.played(now).round() as u64, total.round() as u64)
}

fn progress_report(player: &Player, now: &Moment) -> Report {
    let (seconds, total) = seconds(player, now);
    Report::Progress {
        routine: player.plan.id.clone(),
        seconds,
        total,
        exercises: player.portions(now),
    }
}

fn finished_report(player: &Player, now: &Moment) -> Report {
    let (seconds, _) = seconds(player, now);
    Report::Finished {
        routine: player.plan.id.clone(),
        seconds,
        exercises: player.portions(now),
    }
}

fn ended_report(player: &Player, now: &Moment) -> Report {
    let (seconds, total) = seconds(player, now);
    Report::Ended {
        routine: player.plan.id.clone(),
        seconds,
        total,
        exercises: player.portions(now),
    }
}
