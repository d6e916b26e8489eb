//! The core of the program: an event and its time go in, the resulting actions come out. The App is the only owner of state.
//!
//! It reads no clock and accesses nothing but the user's files. The event loop of each platform reads the clock once per event,
//! performs the actions, and starts and stops the background work that the App [wants](App::wants).

mod app_event;
mod commands;
mod daily_progress;
mod desktop;
mod effects;
mod files;
mod guide;
mod headless;
mod host;
mod notices;
mod question;
mod quiet;
mod reconcile;
mod requests;
mod running;
mod saved_day;
mod start;
mod status;
#[cfg(target_os = "linux")]
#[path = "linux/mod.rs"]
mod system;
#[cfg(not(target_os = "linux"))]
#[path = "native/mod.rs"]
mod system;
mod terminal;
#[cfg(all(test, unix))]
mod tests;
mod text_guide;
mod text_rotation;
mod trace;
mod turn;
mod watchers;
pub use app_event::AppEvent;
pub use host::{Action, Host, Probe, View, Wants};
pub use start::{Launch, Place};
pub use system::run;
#[cfg(target_os = "linux")]
pub use system::{DesktopReport, query_desktop};
pub use text_guide::Beat;
pub use trace::log_to_stderr;

use std::time::Duration;

use self::commands::Intent;
use self::daily_progress::DailyProgress;
use self::files::{Names, OnDisk};
use self::guide::Guide;
use self::quiet::QuietReasons;
use self::saved_day::Day;
use self::text_rotation::TextRotation;
use self::turn::Turn;
use self::watchers::Watchers;
use crate::config::{Problem, Settings};
use crate::history::Log;
use crate::ipc::{Page, Sources};
use crate::lang::tr;
use crate::paths::Paths;
use crate::schedule::{Event, Phase, Schedule, Status};
use crate::state::StateFile;
use crate::time::{Moment, day, next_day_begins};
use crate::tray::Offers;
use crate::update::InstalledProgram;
use crate::watch::idle::{IdleSettings, Thresholds};
use crate::watch::session;

/// The running program, independent of its host.
#[derive(Debug)]
pub struct App {
    paths: Paths,
    place: Place,
    /// Their contents are loaded only when they are needed.
    names: Names,
    settings: Settings,
    problems: Vec<Problem>,
    schedule: Schedule,
    /// The saved copy of the schedule, and the reason if it could not be read.
    day: Day,
    day_lost: Option<String>,
    log: Log,
    /// The prescriptions and today's progress.
    daily_progress: DailyProgress,
    /// The end of the day, in elapsed time, if something that is shown changes then.
    day_ends: Option<Duration>,
    /// The reason why the history can't be written, while that is so.
    unwritten: Option<String>,
    sources: Sources,
    /// The reasons to keep quiet found by the probes.
    quiet: QuietReasons,
    text_rotation: TextRotation,
    /// `true` if the question on the screen is only a sample.
    is_sample: bool,
    guide: Guide,
    /// `true` if no tray has appeared within the timeout.
    has_no_tray: bool,
    /// `true` if the program has never been used here.
    is_first_start: bool,
    /// The display server that this instance is on, as it was when the program was started.
    display: Option<String>,
    /// `true` if the bus of the session could not be connected to, so that there is no tray and there are no notifications.
    lacks_bus: bool,
    /// The file of the program, which an update replaces.
    program: InstalledProgram,
    /// The programs that are notified of every change.
    watchers: Watchers,
    /// The deadline logged last.
    deadline: trace::Deadline,
}

impl App {
    /// Reads the user's settings and continues the saved day.
    #[must_use]
    pub fn new(paths: Paths, place: Place, now: &Moment) -> Self {
        let is_first_start = files::is_first_start(&paths);
        let OnDisk {
            settings,
            names,
            offered,
            prescriptions,
            problems,
        } = OnDisk::read(&paths, None);
        let (day, mut schedule, day_lost) = Day::resume(&paths, settings.rhythm.clone(), now);
        schedule.set_routine_names(offered);
        Self {
            schedule,
            day,
            day_lost,
            names,
            daily_progress: DailyProgress::new(prescriptions, settings.daily_goal),
            log: Log::open(&paths),
            text_rotation: TextRotation::load(&paths),
            paths,
            place,
            settings,
            problems,
            day_ends: None,
            unwritten: None,
            sources: status::unstarted(place),
            quiet: QuietReasons::default(),
            is_sample: false,
            guide: Guide::default(),
            has_no_tray: false,
            is_first_start,
            display: None,
            lacks_bus: false,
            program: InstalledProgram::find(),
            watchers: Watchers::default(),
            deadline: trace::Deadline::default(),
        }
    }

    /// Sets the display server that this instance is on.
    pub(super) fn set_display(&mut self, display: Option<String>) {
        self.display = display;
    }

    /// Returns the choices for the menu. Prescribed ones include how often they were done today.
    #[must_use]
    pub fn offers(&self, now: &Moment) -> Offers {
        let today = day(&now.wall);
        Offers {
            routines: self.daily_progress.for_menu(&self.names.routines, today),
            exercises: self.daily_progress.for_menu(&self.names.exercises, today),
            offered: self.offered_name(),
            snooze: self.settings.rhythm.snooze,
        }
    }

    /// Returns the current status of the schedule.
    #[must_use]
    pub fn status(&self, now: &Moment) -> Status {
        self.schedule.status(now)
    }

    /// Returns the sources in use. The code that chooses a source records it here.
    pub fn sources(&mut self) -> &mut Sources {
        &mut self.sources
    }

    /// Returns the background work that should be running until the next event.
    #[must_use]
    pub fn wants(&self) -> Wants {
        let beat = self.guide.next_beat.map(|at| (at, "the routine goes on"));
        let day_end = self.day_ends.map(|at| (at, "the day ends"));
        let wakeups = self.schedule.next_wakeup().into_iter();
        let wakeups = wakeups.chain(beat).chain(day_end);
        let presence = &self.settings.presence;
        Wants {
            wakeup: wakeups.min_by_key(|(at, _)| *at),
            presence: (self.place == Place::Desktop).then(|| IdleSettings {
                thresholds: Thresholds {
                    still: presence.still,
                    away: presence.away,
                },
                ignored: presence.ignore.clone(),
            }),
            stillness: self.schedule.wants_stillness(),
            quiet: self.quiet.probe(),
        }
    }

    /// Starts the program and returns the first actions.
    pub fn begin(&mut self, now: &Moment) -> Vec<Action> {
        trace::sources(&self.sources);
        let mut turn = Turn::at(now);
        self.daily_progress.load_today(&self.log, day(&now.wall));
        self.notify_problems(&mut turn);
        if let Some(why) = self.day_lost.take() {
            turn.notice(tr("Your sitting time starts over"), why);
        }
        if self.schedule.has_unwritten() {
            drop(self.feed(Event::Wakeup, &mut turn));
        }
        if self.place == Place::Desktop {
            self.join_applications(&mut turn);
            turn.push(Action::RepairEntries);
            self.welcome(&mut turn);
        }
        self.finish(turn)
    }

    /// The desktop entry is added only once, so that it doesn't come back after the user removed it.
    fn join_applications(&self, turn: &mut Turn<'_>) {
        if !StateFile::InApplications.exists(&self.paths) {
            turn.push(Action::JoinApplications);
        }
    }

    /// Shows the introduction on the very first start, in a window that doesn't take the keyboard focus.
    fn welcome(&mut self, turn: &mut Turn<'_>) {
        // If this can't be saved, the introduction would appear at every start.
        if self.is_first_start && StateFile::Welcomed.write(&self.paths, "").is_ok() {
            self.offer_page(Page::Welcome, turn);
        }
    }

    /// Handles an event and returns the resulting actions.
    pub fn handle(&mut self, incoming: AppEvent, now: &Moment) -> Vec<Action> {
        trace::incoming(&incoming);
        let mut turn = Turn::at(now);
        self.dispatch(incoming, &mut turn);
        self.finish(turn)
    }

    fn dispatch(&mut self, incoming: AppEvent, turn: &mut Turn<'_>) {
        match incoming {
            AppEvent::Wakeup => {
                self.advance_text_guide(turn);
                drop(self.feed(Event::Wakeup, turn));
            }
            AppEvent::Schedule(event) => drop(self.feed(event, turn)),
            AppEvent::IdleSource(source) => self.sources.idle = source,
            AppEvent::Session(event) => self.on_session(event, turn),
            AppEvent::Quiet(number, event) => self.on_quiet(number, event, turn),
            AppEvent::QuietSource(source) => self.sources.quiet = source,
            AppEvent::ActivationToken(token) => self.guide.keep_token(token, turn.now),
            AppEvent::Tray(event) => {
                let is_asking = self.schedule.phase() == Phase::Asking;
                self.execute(commands::from_tray(event, is_asking, turn.now), turn);
            }
            AppEvent::NoTray => {
                self.has_no_tray = true;
                self.notify_no_tray(turn);
            }
            AppEvent::TrayHost(source) => {
                self.has_no_tray = false;
                self.sources.tray = source;
            }
            AppEvent::Question(event) => self.on_question(event, turn),
            AppEvent::NotificationServer(source) => {
                self.sources.notifications = source;
                if self.has_no_tray {
                    self.notify_no_tray(turn);
                }
            }
            AppEvent::Server(event) => self.on_server_event(event, turn),
            AppEvent::WindowStarted(started) => self.on_window_started(started, turn),
            AppEvent::ActionFailed(why) => notices::notify_failure(Err(why), turn),
            AppEvent::WindowExited => self.on_window_ended(turn),
            AppEvent::SettingsMayHaveChanged => self.reload(turn),
            AppEvent::Key(key) => self.on_key(key, turn),
            AppEvent::Quit => self.quit(turn),
        }
    }

    fn on_session(&mut self, event: session::SessionEvent, turn: &mut Turn<'_>) {
        match event {
            session::SessionEvent::Session(session) => {
                drop(self.feed(Event::Session(session), turn))
            }
            // Everything is saved by now: dropping the lock lets the computer sleep.
            session::SessionEvent::Sleep(lock) => drop(lock),
            session::SessionEvent::Source(source) => self.sources.session = source,
        }
    }

    fn on_key(&mut self, key: char, turn: &mut Turn<'_>) {
        if self.handle_text_guide_key(key, turn) {
            return;
        }
        let is_paused = self.schedule.phase() == Phase::Paused;
        if let Some(intent) = commands::from_key(key, is_paused) {
            self.execute(intent, turn);
        }
    }

    /// Carries out a request of the user, with a notice if that fails.
    fn execute(&mut self, intent: Intent, turn: &mut Turn<'_>) {
        match intent {
            Intent::Command(command) => {
                let done = self.feed(Event::Command(command), turn);
                notices::notify_failure(done, turn);
            }
            Intent::Page(page) => self.open_page(page, turn),
            Intent::EditSettings => turn.push(Action::EditSettings),
            Intent::Quit => self.quit(turn),
        }
    }

    /// Shuts down: withdraws the question, closes the window and records what was done.
    fn quit(&mut self, turn: &mut Turn<'_>) {
        turn.push(Action::Withdraw);
        turn.push(Action::WithdrawNotice);
        if let Some(report) = self.close_guide(turn) {
            drop(self.feed(Event::Guide(report), turn));
        }
        turn.push(Action::Quit);
    }

    /// Returns the end of the day, in elapsed time. `None` if nothing that is shown would change: neither a count nor
    /// a time that is called "tomorrow".
    fn day_end(&self, now: &Moment) -> Option<Duration> {
        let wall = next_day_begins(&now.wall)?;
        let elapsed = now.elapsed_at(&wall);
        let slept = now.slept;
        let end_of_day = Moment {
            elapsed,
            slept,
            wall,
        };
        let changes = self.daily_progress.restarts_after(day(&now.wall))
            || self.status(&end_of_day).why != self.status(now).why;
        changes.then_some(elapsed)
    }

    /// Saves the day and shows the new state. While the window is being opened, this is postponed until the result is known.
    fn finish(&mut self, mut turn: Turn<'_>) -> Vec<Action> {
        self.day_ends = self.day_end(turn.now);
        if turn.opens_window() {
            return turn.actions;
        }
        if !turn.quits() {
            self.follow_quiet(&mut turn);
        }
        self.deadline.update(self.schedule.next_wakeup(), turn.now);
        self.day.save(&self.schedule, turn.quits(), turn.now);
        self.guide.schedule_next_beat(turn.now);
        turn.push(Action::Show(Box::new(View {
            status: self.status(turn.now),
            problem: self.problems.first().cloned(),
            is_updated: self.program.is_replaced(),
            offers: self.offers(turn.now),
        })));
        self.update_window(&mut turn);
        if !self.watchers.is_empty() {
            let status = self.status_message(turn.now);
            self.watchers.notify(&status, &mut turn);
        }
        turn.actions
    }
}
