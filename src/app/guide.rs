//! The routine that is playing, in the window or as text, and the connection to the window.
//!
//! Every session is written to the history exactly once. The window knows the progress of a routine best and reports its end.
//! If it can't, its last progress report counts.

use std::time::Duration;

use super::App;
use super::host::Action;
use super::start::Place;
use super::text_guide::{Beat, TextGuide};
use super::turn::Turn;
use crate::config::user_library;
use crate::history::last_done;
use crate::ipc::server::Caller;
use crate::ipc::{self, Page, Refusal, Reply, Report, WindowSettings, WindowView};
use crate::lang::tr;
use crate::reason;
use crate::routine::{Plan, PlanOptions};
use crate::schedule::{Effect, Event};
use crate::state::StateFile;
use crate::time::{Moment, Span, day};

/// The state of the playing routine and of the window.
#[derive(Debug, Default)]
pub(super) struct Guide {
    /// The connection to the window while it is open.
    window: Option<Caller>,
    /// The page or routine that the user or another program asked for, until the window is on the screen.
    request: Option<WindowRequest>,
    /// The token of the last click or key press, and when it came.
    token: Option<(String, Duration)>,
    /// The requester to be notified if the window fails to start.
    pub(super) requester: WindowRequester,
    playing: Option<Playing>,
    /// The elapsed time at which the text-mode routine continues.
    pub(super) next_beat: Option<Duration>,
    /// The last known progress of the routine that was replaced, until the window reports how it ended.
    replaced: Option<Report>,
    /// The status last sent to the window.
    sent: Option<ipc::Status>,
}

/// The requester of the window, who is notified if it can't be opened.
#[derive(Debug, Default)]
pub(super) enum WindowRequester {
    /// No one to notify.
    #[default]
    Nobody,
    /// The user clicked somewhere.
    Person,
    /// Another program, with the reply it gets if the window opens.
    Program(Caller, Box<Reply>),
}

/// A page or routine to show in the window.
#[derive(Clone, Debug, Default)]
struct WindowRequest {
    page: Page,
    routine: Option<String>,
    /// The approximate length of the routine, if not its full length.
    length: Option<Span>,
    /// A file or folder with exercises to show instead of the page.
    file: Option<String>,
    /// The activation token that lets the window take the focus.
    token: Option<String>,
}

/// The time after which a token is assumed to come from an earlier click. An estimate.
const TOKEN_LIFETIME: Duration = Duration::from_secs(10);

impl WindowRequest {
    fn page(page: Page) -> Self {
        Self {
            page,
            ..Self::default()
        }
    }
}

#[derive(Debug)]
enum Playing {
    /// Plays as text, announced by the host.
    AsText(TextGuide),
    /// Plays in the window, with the last progress it reported.
    InWindow {
        progress: Report,
        length: Option<Span>,
    },
}

impl Playing {
    fn routine(&self) -> &str {
        match self {
            Self::AsText(text_guide) => text_guide.routine(),
            Self::InWindow { progress, .. } => progress.routine(),
        }
    }

    /// Returns the report of a session that is broken off now.
    fn broken_off(self, now: &Moment) -> Report {
        match self {
            Self::AsText(text_guide) => text_guide.report(now),
            Self::InWindow { progress, .. } => progress.into_ended(),
        }
    }
}

impl Guide {
    /// Returns `true` if this is the id of the window's connection.
    pub(super) fn is_window(&self, id: u64) -> bool {
        self.window.as_ref().is_some_and(|window| window.id == id)
    }

    pub(super) fn has_window(&self) -> bool {
        self.window.is_some()
    }

    /// Handles the report that the window is on the screen. From now on, the user has seen what it plays.
    pub(super) fn window_is_shown(&mut self) {
        self.request = None;
    }

    /// Keeps an activation token for the event that follows. A token with control characters can't be passed on.
    pub(super) fn keep_token(&mut self, token: String, now: &Moment) {
        let is_printable = token.chars().all(|c| !c.is_control());
        self.token = is_printable.then_some((token, now.elapsed));
    }

    fn take_token(&mut self, now: &Moment) -> Option<String> {
        let (token, since) = self.token.take()?;
        let age = now.elapsed.saturating_sub(since);
        (age < TOKEN_LIFETIME).then_some(token)
    }

    /// Updates the time at which the text-mode routine continues.
    pub(super) fn schedule_next_beat(&mut self, now: &Moment) {
        let text_guide = self.text_guide_mut();
        self.next_beat = text_guide.and_then(|text_guide| text_guide.next_wakeup(now));
    }

    fn text_guide_mut(&mut self) -> Option<&mut TextGuide> {
        match &mut self.playing {
            Some(Playing::AsText(text_guide)) => Some(text_guide),
            Some(Playing::InWindow { .. }) | None => None,
        }
    }

    /// Returns `true` if this routine is playing or its window is being opened.
    fn plays(&self, id: &str) -> bool {
        let playing = self.playing.as_ref();
        playing.is_some_and(|playing| playing.routine() == id)
    }

    /// Ends the routine that plays in the window, if any, and returns its report. A text-mode routine needs no
    /// window and goes on.
    fn break_off_in_window(&mut self, now: &Moment) -> Option<Report> {
        let in_window = |playing: &mut Playing| matches!(playing, Playing::InWindow { .. });
        let playing = self.playing.take_if(in_window);
        playing.map(|playing| playing.broken_off(now))
    }
}

/// Starting and ending routines.
impl App {
    /// Plays a routine. If it is playing already, it is only shown, since a second session would produce a second
    /// entry in the history.
    ///
    /// # Errors
    /// If the routine does not exist.
    pub(super) fn open_guide(
        &mut self,
        routine: &str,
        length: Option<Span>,
        turn: &mut Turn<'_>,
    ) -> anyhow::Result<()> {
        let request = |length| WindowRequest {
            routine: Some(routine.to_owned()),
            length,
            ..WindowRequest::page(Page::Guide)
        };
        if self.guide.plays(routine) {
            let length = match &self.guide.playing {
                Some(Playing::InWindow { length, .. }) => *length,
                Some(Playing::AsText(_)) | None => None,
            };
            if self.guide.has_window() {
                self.open(request(length), turn);
            }
            return Ok(());
        }
        if self.place == Place::Desktop || self.guide.has_window() {
            // The window makes the plan itself; this only checks that there is one.
            self.with_library(|library| library.plan(routine))?;
            self.end_playing(turn);
            let progress = Report::Progress {
                routine: routine.to_owned(),
                seconds: 0,
                total: 0,
                exercises: Vec::new(),
            };
            self.guide.playing = Some(Playing::InWindow { progress, length });
            self.open(request(length), turn);
        } else {
            let plan = self.plan(routine, length, turn.now)?;
            self.end_playing(turn);
            let text_guide = TextGuide::begin(plan, turn.now);
            turn.push(Action::Announce(Beat::Begins {
                title: text_guide.title(),
                is_first: !StateFile::SafetyRead.exists(&self.paths),
            }));
            self.guide.playing = Some(Playing::AsText(text_guide));
        }
        Ok(())
    }

    fn plan(&self, routine: &str, length: Option<Span>, now: &Moment) -> anyhow::Result<Plan> {
        let options = PlanOptions {
            sit_seconds: Some(self.schedule.status(now).sit.as_secs()),
            length,
        };
        let log = &self.log;
        let plan = self.with_library(|library| {
            if library.is_surprise(routine) {
                library.choose_surprises(&last_done(&log.read_recent(day(&now.wall))));
            }
            library.plan_with(routine, options)
        });
        Ok(plan?)
    }

    /// Ends the playing routine because another one replaces it. What was done is recorded.
    fn end_playing(&mut self, turn: &mut Turn<'_>) {
        let in_window = self.guide.break_off_in_window(turn.now);
        if self.guide.has_window() {
            // The window reports the final progress when it switches routines.
            self.record_replaced(turn);
            self.guide.replaced = in_window;
        } else {
            self.record_session(in_window, turn);
        }
        let as_text = self.guide.playing.take();
        let as_text = as_text.map(|playing| playing.broken_off(turn.now));
        self.record_session(as_text, turn);
    }

    /// Records the replaced routine if the window hasn't reported its end.
    fn record_replaced(&mut self, turn: &mut Turn<'_>) {
        let replaced = self.guide.replaced.take();
        self.record_session(replaced, turn);
    }

    fn record_session(&mut self, report: Option<Report>, turn: &mut Turn<'_>) {
        for outcome in report.into_iter().flat_map(Report::outcomes) {
            self.record(&outcome, turn);
        }
    }

    /// Closes the guide and returns the report of its routine.
    pub(super) fn close_guide(&mut self, turn: &mut Turn<'_>) -> Option<Report> {
        if let Some(window) = &self.guide.window {
            turn.reply(window, Reply::close());
            // It closes because it was told to, on the screen or not.
            self.guide.request = None;
        }
        self.record_replaced(turn);
        let playing = self.guide.playing.take();
        playing.map(|playing| playing.broken_off(turn.now))
    }

    /// Handles a report from the window. A report of a routine that is not playing belongs to the replaced one. If there is
    /// none, the session was ended from here and is already recorded.
    pub(super) fn on_report(&mut self, report: Report, turn: &mut Turn<'_>) {
        let is_progress = matches!(report, Report::Progress { .. });
        let is_check_in = matches!(report, Report::CheckIn { .. });
        if !is_check_in && !self.guide.plays(report.routine()) {
            if !is_progress && self.guide.replaced.take().is_some() {
                self.record_session(Some(report), turn);
            }
            return;
        }
        if is_progress {
            if let Some(Playing::InWindow { progress, .. }) = &mut self.guide.playing {
                *progress = report;
            }
            return;
        }
        if !is_check_in {
            self.guide.playing = None;
        }
        drop(self.feed(Event::Guide(report), turn));
    }
}

/// Playing a routine as text.
impl App {
    /// Announces the current beat, if one is due.
    pub(super) fn advance_text_guide(&mut self, turn: &mut Turn<'_>) {
        let Some(text_guide) = self.guide.text_guide_mut() else {
            return;
        };
        let Some(beat) = text_guide.beat(turn.now) else {
            return;
        };
        let finished = (beat == Beat::Finished).then(|| text_guide.report(turn.now));
        turn.push(Action::Announce(beat));
        if let Some(report) = finished {
            self.on_report(report, turn);
        }
    }

    /// Handles a key of the text-mode routine. Returns `false` if the key has no meaning there.
    pub(super) fn handle_text_guide_key(&mut self, key: char, turn: &mut Turn<'_>) -> bool {
        let Some(text_guide) = self.guide.text_guide_mut() else {
            return false;
        };
        match key {
            ' ' => {
                let paused = text_guide.toggle_pause(turn.now);
                turn.push(Action::Announce(if paused {
                    Beat::Paused
                } else {
                    Beat::Resumed
                }));
            }
            'b' | 'B' => text_guide.back(turn.now),
            'n' | 'N' => text_guide.next(turn.now),
            'f' | 'F' => {
                if let Some((id, is_easier)) = text_guide.change_form(turn.now) {
                    turn.push(Action::Announce(Beat::Form(text_guide.advice(turn.now))));
                    self.remember_form(&id, is_easier, turn);
                }
            }
            'e' | 'E' | '\u{1b}' => {
                let report = text_guide.report(turn.now);
                turn.push(Action::Announce(Beat::Ended));
                self.on_report(report, turn);
            }
            _ => return false,
        }
        true
    }
}

impl App {
    fn remember_form(&self, id: &str, is_easier: bool, turn: &mut Turn<'_>) {
        if let Err(error) = user_library::remember_form(&self.paths, id, is_easier) {
            turn.notice(
                tr("The choice of the easier version can’t be saved"),
                reason::of_error(&error),
            );
        }
    }
}

/// The window.
impl App {
    /// Opens a page that the user or another program asked for.
    pub(super) fn open_page(&mut self, page: Page, turn: &mut Turn<'_>) {
        self.open(WindowRequest::page(page), turn);
    }

    /// Opens what is in a file or folder with exercises.
    pub(super) fn open_file(&mut self, file: String, turn: &mut Turn<'_>) {
        let request = WindowRequest {
            file: Some(file),
            ..WindowRequest::page(Page::Library)
        };
        self.open(request, turn);
    }

    /// Opens a page without a request. If that fails, nobody is notified.
    pub(super) fn offer_page(&mut self, page: Page, turn: &mut Turn<'_>) {
        self.open(WindowRequest::page(page), turn);
        self.guide.requester = WindowRequester::Nobody;
    }

    fn open(&mut self, mut request: WindowRequest, turn: &mut Turn<'_>) {
        request.token = self.guide.take_token(turn.now);
        if self.guide.has_window() {
            if let Some(unshown) = &mut self.guide.request {
                unshown.clone_from(&request);
            }
            self.send_view(Some(request), turn);
        } else {
            self.guide.request = Some(request);
            self.guide.requester = WindowRequester::Person;
            turn.push(Action::OpenWindow);
        }
    }

    /// Handles the result of starting the window process.
    pub(super) fn on_window_started(&mut self, started: anyhow::Result<()>, turn: &mut Turn<'_>) {
        let requester = std::mem::take(&mut self.guide.requester);
        let Err(why) = started else {
            if let WindowRequester::Program(caller, reply) = requester {
                turn.reply(&caller, *reply);
            }
            return;
        };
        self.guide.request = None;
        self.forget_guide(turn);
        match requester {
            WindowRequester::Nobody => {}
            WindowRequester::Person => turn.notice(tr("That didn’t work"), reason::of(&why)),
            WindowRequester::Program(caller, _) => {
                turn.reply(&caller, Reply::refused(Refusal::failed(&why)))
            }
        }
    }

    /// Drops the routine of a window that was never on the screen: nothing was done.
    fn forget_guide(&mut self, turn: &mut Turn<'_>) {
        self.guide.replaced = None;
        let in_window = |playing: &mut Playing| matches!(playing, Playing::InWindow { .. });
        if let Some(Playing::InWindow { progress, length }) = self.guide.playing.take_if(in_window)
        {
            let routine = progress.routine().to_owned();
            let failed = Effect::OpenGuide { routine, length };
            drop(self.feed(Event::Failed(failed), turn));
        }
    }

    /// Registers a new window connection. A previous window is closed.
    pub(super) fn attach(&mut self, caller: Caller, turn: &mut Turn<'_>) {
        if let Some(before) = self.guide.window.replace(caller) {
            turn.reply(&before, Reply::close());
        }
        let request = self.guide.request.clone().unwrap_or_default();
        self.send_view(Some(request), turn);
    }

    /// Sends the current status and settings to the window, and the page to show if there is a request.
    fn send_view(&mut self, request: Option<WindowRequest>, turn: &mut Turn<'_>) {
        let Some(window) = &self.guide.window else {
            return;
        };
        let status = self.status_message(turn.now);
        let page = request.as_ref().map(|request| request.page);
        let WindowRequest {
            routine,
            length,
            file,
            token: activation_token,
            ..
        } = request.unwrap_or_default();
        let view = WindowView {
            page,
            routine,
            length,
            file,
            activation_token,
            status: Some(status.clone()),
            settings: WindowSettings::new(
                &self.settings,
                StateFile::SafetyRead.exists(&self.paths),
            ),
        };
        turn.reply(window, Reply::window(view));
        self.guide.sent = Some(status);
    }

    /// Sends changed settings to the window.
    pub(super) fn refresh_window(&mut self, turn: &mut Turn<'_>) {
        self.send_view(None, turn);
    }

    /// Sends the current status to the window if it has changed.
    pub(super) fn update_window(&mut self, turn: &mut Turn<'_>) {
        if self.guide.has_window()
            && self.guide.sent.as_ref() != Some(&self.status_message(turn.now))
        {
            self.send_view(None, turn);
        }
    }

    /// Handles a closed connection.
    pub(super) fn on_window_gone(&mut self, id: u64, turn: &mut Turn<'_>) {
        if self.guide.is_window(id) {
            self.guide.window = None;
            self.guide.sent = None;
            self.on_window_lost(turn);
        }
    }

    /// Handles the end of the window process.
    pub(super) fn on_window_ended(&mut self, turn: &mut Turn<'_>) {
        // Its connection, or that of another window, is reported separately when it closes.
        if !self.guide.has_window() {
            self.on_window_lost(turn);
        }
    }

    /// Handles the end of a window. If a request is still pending, the window was never on the screen.
    fn on_window_lost(&mut self, turn: &mut Turn<'_>) {
        let Some(request) = self.guide.request.take() else {
            self.record_replaced(turn);
            self.report_broken_off(turn);
            return;
        };
        // Nobody is waiting for these pages.
        let is_awaited = !matches!(request.page, Page::Welcome | Page::Question);
        if is_awaited {
            turn.notice(
                tr("The window couldn’t be opened"),
                tr("Start `unhunch-window` in a terminal to see why."),
            );
        }
        self.forget_guide(turn);
    }

    fn report_broken_off(&mut self, turn: &mut Turn<'_>) {
        if let Some(report) = self.guide.break_off_in_window(turn.now) {
            drop(self.feed(Event::Guide(report), turn));
        }
    }
}
