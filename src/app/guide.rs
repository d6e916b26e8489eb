//! The routine that plays, in the window or led as text, and the connection to the window.
//!
//! Every session is written to the history once. The window knows best how far a routine has come, and reports its end; if
//! it can't, what it reported last is what was done.

use std::time::Duration;

use super::App;
use super::host::Action;
use super::lead::{Beat, Lead};
use super::start::Place;
use super::turn::Turn;
use crate::history::last_done;
use crate::ipc::server::Caller;
use crate::ipc::{self, Page, Refusal, Reply, Report, WindowSettings, WindowView};
use crate::lang::tr;
use crate::routine::{Plan, Wanted};
use crate::schedule::{Effect, Event};
use crate::state::StateFile;
use crate::time::{Moment, Span};

/// The routine that plays, and the window.
#[derive(Debug, Default)]
pub(super) struct Guide {
    /// The window's end of the connection, while it is open.
    window: Option<Caller>,
    /// The page or routine that is shown when the window has connected.
    request: Option<WindowRequest>,
    /// The one who waits for the window's program to start.
    pub(super) asker: Asker,
    playing: Option<Playing>,
    /// When a routine that is led goes on, in elapsed time.
    pub(super) next_beat: Option<Duration>,
    /// The routine before, as far as is known, until the window reports how it ended.
    replaced: Option<Report>,
    /// The status that the window was told last.
    told: Option<ipc::Status>,
}

/// The one to be told if the window can't be opened.
#[derive(Debug, Default)]
pub(super) enum Asker {
    /// Nobody asked for it.
    #[default]
    Nobody,
    /// The person, who clicked somewhere.
    Person,
    /// Another program, with its answer if the window can be opened.
    Program(Caller, Box<Reply>),
}

/// A page or a routine to show in the window.
#[derive(Clone, Debug, Default)]
struct WindowRequest {
    page: Page,
    routine: Option<String>,
    /// About how long the routine may take, if not its full length.
    length: Option<Span>,
}

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
    /// As text.
    Led(Lead),
    /// In the window, with what that has reported last.
    InWindow {
        progress: Report,
        length: Option<Span>,
    },
}

impl Playing {
    fn routine(&self) -> &str {
        match self {
            Self::Led(lead) => lead.routine(),
            Self::InWindow { progress, .. } => progress.routine(),
        }
    }

    /// The report of it if it ends here.
    fn broken_off(self, now: &Moment) -> Report {
        match self {
            Self::Led(lead) => lead.report(now),
            Self::InWindow { progress, .. } => progress.broken_off(),
        }
    }
}

impl Guide {
    /// Whether this is the number of the window's connection.
    pub(super) fn is_window(&self, id: u64) -> bool {
        self.window.as_ref().is_some_and(|window| window.id == id)
    }

    pub(super) fn has_window(&self) -> bool {
        self.window.is_some()
    }

    /// Finds out when a routine that is led goes on.
    pub(super) fn follow_lead(&mut self, now: &Moment) {
        let lead = self.lead_mut();
        self.next_beat = lead.and_then(|lead| lead.next_wakeup(now));
    }

    fn lead_mut(&mut self) -> Option<&mut Lead> {
        match &mut self.playing {
            Some(Playing::Led(lead)) => Some(lead),
            Some(Playing::InWindow { .. }) | None => None,
        }
    }

    /// Whether this routine plays already, or its window is on its way.
    fn plays(&self, id: &str) -> bool {
        let playing = self.playing.as_ref();
        playing.is_some_and(|playing| playing.routine() == id)
    }

    /// Ends the routine in the window, if one plays there, and reports it. A routine that is led needs no window.
    fn break_off_in_window(&mut self, now: &Moment) -> Option<Report> {
        let in_window = |playing: &mut Playing| matches!(playing, Playing::InWindow { .. });
        let playing = self.playing.take_if(in_window);
        playing.map(|playing| playing.broken_off(now))
    }
}

/// The routine.
impl App {
    /// Plays a routine, or shows the one that plays already: a second session would be written to the history beside the one
    /// that goes on.
    ///
    /// # Errors
    /// When there is no such routine.
    pub(super) fn open_guide(
        &mut self,
        routine: &str,
        length: Option<Span>,
        turn: &mut Turn<'_>,
    ) -> anyhow::Result<()> {
        let request = |length| WindowRequest {
            page: Page::Guide,
            routine: Some(routine.to_owned()),
            length,
        };
        if self.guide.plays(routine) {
            let length = match &self.guide.playing {
                Some(Playing::InWindow { length, .. }) => *length,
                Some(Playing::Led(_)) | None => None,
            };
            self.tell_window(Some(request(length)), turn);
            return Ok(());
        }
        if self.place == Place::Desktop || self.guide.has_window() {
            // The window makes the plan; here it matters only that there is one.
            self.library().plan(routine)?;
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
            let lead = Lead::begin(plan, turn.now);
            turn.push(Action::Lead(Beat::Begins {
                title: lead.title(),
                is_first: !StateFile::SafetyRead.exists(&self.paths),
            }));
            self.guide.playing = Some(Playing::Led(lead));
        }
        Ok(())
    }

    fn plan(&self, routine: &str, length: Option<Span>, now: &Moment) -> anyhow::Result<Plan> {
        let mut library = self.library();
        if library.is_surprise(routine) {
            library.recall(&last_done(&self.log.read_lately(now.wall.date())));
        }
        let wanted = Wanted {
            sat: Some(self.schedule.status(now).sit.as_secs()),
            length,
        };
        Ok(library.plan_as(routine, wanted)?)
    }

    /// Another routine takes the place of the one that plays: what was done of that is kept.
    fn end_playing(&mut self, turn: &mut Turn<'_>) {
        let in_window = self.guide.break_off_in_window(turn.now);
        if self.guide.has_window() {
            // The window reports how far it came when it changes over.
            self.record_replaced(turn);
            self.guide.replaced = in_window;
        } else {
            self.record_session(in_window, turn);
        }
        let led = self.guide.playing.take();
        let led = led.map(|playing| playing.broken_off(turn.now));
        self.record_session(led, turn);
    }

    /// Writes down the routine that another one replaced, if the window hasn't reported its end.
    fn record_replaced(&mut self, turn: &mut Turn<'_>) {
        let replaced = self.guide.replaced.take();
        self.record_session(replaced, turn);
    }

    fn record_session(&mut self, report: Option<Report>, turn: &mut Turn<'_>) {
        for outcome in report.into_iter().flat_map(Report::outcomes) {
            self.record(&outcome, turn);
        }
    }

    /// Puts the guide away. The answer is what was done of its routine.
    pub(super) fn close_guide(&mut self, turn: &mut Turn<'_>) -> Option<Report> {
        if let Some(window) = &self.guide.window {
            turn.say(window, Reply::close());
        }
        self.record_replaced(turn);
        let playing = self.guide.playing.take();
        playing.map(|playing| playing.broken_off(turn.now))
    }

    /// A report of another routine than the one that plays belongs to the one that was replaced, and a session that
    /// was ended from here is written already.
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

/// The routine that is led as text.
impl App {
    /// Says what is to be said now.
    pub(super) fn lead_on(&mut self, turn: &mut Turn<'_>) {
        let Some(lead) = self.guide.lead_mut() else {
            return;
        };
        let Some(beat) = lead.beat(turn.now) else {
            return;
        };
        let finished = (beat == Beat::Finished).then(|| lead.report(turn.now));
        turn.push(Action::Lead(beat));
        if let Some(report) = finished {
            self.on_report(report, turn);
        }
    }

    /// Whether a key is for the routine that is led.
    pub(super) fn lead_takes(&mut self, key: char, turn: &mut Turn<'_>) -> bool {
        let Some(lead) = self.guide.lead_mut() else {
            return false;
        };
        match key {
            ' ' => {
                let paused = lead.toggle_pause(turn.now);
                turn.push(Action::Lead(if paused {
                    Beat::Paused
                } else {
                    Beat::GoesOn
                }));
            }
            'b' | 'B' => lead.back(turn.now),
            'n' | 'N' => lead.next(turn.now),
            'e' | 'E' | '\u{1b}' => {
                let report = lead.report(turn.now);
                turn.push(Action::Lead(Beat::Ended));
                self.on_report(report, turn);
            }
            _ => return false,
        }
        true
    }
}

/// The window.
impl App {
    /// Shows a page, for the person or a program that asked for it.
    pub(super) fn open_page(&mut self, page: Page, turn: &mut Turn<'_>) {
        self.open(WindowRequest::page(page), turn);
    }

    /// Shows a page that nobody asked for, and that nobody misses where it can't be shown.
    pub(super) fn offer_page(&mut self, page: Page, turn: &mut Turn<'_>) {
        self.open(WindowRequest::page(page), turn);
        self.guide.asker = Asker::Nobody;
    }

    fn open(&mut self, request: WindowRequest, turn: &mut Turn<'_>) {
        if self.guide.has_window() {
            self.tell_window(Some(request), turn);
        } else {
            self.guide.request = Some(request);
            self.guide.asker = Asker::Person;
            turn.push(Action::OpenWindow);
        }
    }

    /// Whether the window's program could be started.
    pub(super) fn on_window_started(&mut self, started: anyhow::Result<()>, turn: &mut Turn<'_>) {
        let asker = std::mem::take(&mut self.guide.asker);
        let Err(why) = started else {
            if let Asker::Program(caller, reply) = asker {
                turn.say(&caller, *reply);
            }
            return;
        };
        let request = self.guide.request.take();
        self.forget_guide(request, turn);
        match asker {
            Asker::Nobody => {}
            Asker::Person => turn.notice(tr("That didn’t work"), format!("{why:#}")),
            Asker::Program(caller, _) => turn.say(&caller, Reply::refused(Refusal::failed(&why))),
        }
    }

    /// The window that was to play a routine does not come.
    fn forget_guide(&mut self, request: Option<WindowRequest>, turn: &mut Turn<'_>) {
        let Some(WindowRequest {
            routine: Some(routine),
            length,
            ..
        }) = request
        else {
            return;
        };
        self.guide.playing = None;
        let failed = Effect::OpenGuide { routine, length };
        drop(self.feed(Event::Failed(failed), turn));
    }

    /// A window has come; an older one makes room.
    pub(super) fn attach(&mut self, caller: Caller, turn: &mut Turn<'_>) {
        if let Some(before) = self.guide.window.replace(caller) {
            turn.say(&before, Reply::close());
        }
        let request = self.guide.request.take().unwrap_or_default();
        self.tell_window(Some(request), turn);
    }

    /// Tells the window what to show; without that, only how things stand.
    fn tell_window(&mut self, request: Option<WindowRequest>, turn: &mut Turn<'_>) {
        let Some(window) = &self.guide.window else {
            return;
        };
        let status = self.status_message(turn.now);
        let page = request.as_ref().map(|request| request.page);
        let WindowRequest {
            routine, length, ..
        } = request.unwrap_or_default();
        let view = WindowView {
            page,
            routine,
            length,
            status: Some(status.clone()),
            settings: WindowSettings::new(
                &self.settings,
                StateFile::SafetyRead.exists(&self.paths),
            ),
        };
        turn.say(window, Reply::window(view));
        self.guide.told = Some(status);
    }

    /// Tells the window of settings that have changed.
    pub(super) fn refresh_window(&mut self, turn: &mut Turn<'_>) {
        self.tell_window(None, turn);
    }

    /// Tells the window the current status, if that is new to it.
    pub(super) fn update_window(&mut self, turn: &mut Turn<'_>) {
        if self.guide.has_window()
            && self.guide.told.as_ref() != Some(&self.status_message(turn.now))
        {
            self.tell_window(None, turn);
        }
    }

    /// A connection has ended.
    pub(super) fn on_window_gone(&mut self, id: u64, turn: &mut Turn<'_>) {
        if self.guide.is_window(id) {
            self.guide.window = None;
            self.guide.told = None;
            self.record_replaced(turn);
            self.report_broken_off(turn);
        }
    }

    /// A window that ended without a word of its own never opened.
    pub(super) fn on_window_ended(&mut self, turn: &mut Turn<'_>) {
        let request = self.guide.request.take();
        if self.guide.has_window() {
            return;
        }
        match request.as_ref().map(|request| request.page) {
            None => self.report_broken_off(turn),
            // Nobody waits for it.
            Some(Page::Welcome | Page::Question) => {}
            Some(
                Page::Home
                | Page::Guide
                | Page::Library
                | Page::Guidance
                | Page::History
                | Page::Settings
                | Page::About,
            ) => {
                turn.notice(
                    tr("The window couldn’t be opened"),
                    tr("Start `unhunch-window` in a terminal to see why."),
                );
                self.forget_guide(request, turn);
                // Another page may have been asked for since the routine was.
                self.report_broken_off(turn);
            }
        }
    }

    fn report_broken_off(&mut self, turn: &mut Turn<'_>) {
        if let Some(report) = self.guide.break_off_in_window(turn.now) {
            drop(self.feed(Event::Guide(report), turn));
        }
    }
}
