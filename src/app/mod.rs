//! Where everything meets: one event in, its effects out, one owner of all state, on the main thread.

mod desktop;
mod doses;
mod headless;
mod host;
mod idle;
mod kept;
mod lead;
#[cfg(target_os = "linux")]
mod linux;
#[cfg(not(target_os = "linux"))]
mod native;
mod quiet;
mod start;
mod status;
mod terminal;
#[cfg(all(test, unix))]
mod tests;
mod trace;
mod turns;
mod watchers;
pub use host::{Host, Key};
#[cfg(target_os = "linux")]
use linux as system;
#[cfg(target_os = "linux")]
pub use linux::{Now, now};
#[cfg(not(target_os = "linux"))]
use native as system;
pub use system::run;
pub use trace::log_to_stderr;

use std::time::Duration;

use self::doses::Doses;
use self::kept::Day;
use self::turns::Turns;
use crate::autostart;
use crate::config::check::Reading;
use crate::config::reminders::{Texts, with_tip};
use crate::config::{Problem, Settings, load, own};
use crate::history::{Log, last_done};
use crate::ipc::server::{Caller, Heard};
use crate::ipc::{self, Call, Page, Refusal, Reply, Report, Sources, WindowSettings, WindowView};
use crate::lang::{self, tr, trn};
use crate::notify::{Answer, News, Question, Words};
use crate::paths::Paths;
use crate::routine::{Found, Library, Wanted};
use crate::schedule::{
    Command, Effect, Event, Outcome, Phase, Prompt, Reminder, Schedule, Status, Until,
};
use crate::source::Source;
use crate::state::StateFile;
use crate::time::{Clock, Moment, Span, next_time};
use crate::tray::{Choice, Offers, Pause, TrayEvent};
use crate::watch::session;

/// The closed list of all that can wake the program.
#[derive(Debug)]
pub enum Incoming {
    /// The time has come that somebody wanted to be woken at, the computer woke, or the clock was set.
    Wakeup,
    /// A source tells the schedule something.
    Event(Event),
    /// Another source of idleness answers.
    IdleSource(Source),
    /// What is heard of the session.
    Session(session::News),
    /// The look of that number whether to keep quiet has brought something.
    Quiet(u64, crate::watch::quiet::News),
    /// Something was done with the tray icon.
    Tray(TrayEvent),
    /// There is no tray, and none has come for a while.
    NoTray,
    /// What the desktop does with tray icons has changed.
    TrayHost(Source),
    /// What becomes of a question.
    News(News),
    /// Whether there is a server for notifications has changed.
    NotificationServer(Source),
    /// Something was heard on the control socket.
    Heard(Heard),
    /// The window's process has ended.
    WindowEnded,
    /// The settings file may have changed.
    SettingsTouched,
    /// A key was pressed in the terminal.
    Key(char),
    /// End in order: a signal, or the session is over.
    Quit,
}

/// Whether to go on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flow {
    /// Go on.
    Go,
    /// End in order.
    End,
}

/// The running program, without the place that it runs in.
#[derive(Debug)]
pub struct App {
    clock: Clock,
    paths: Paths,
    /// The choices for the menu. The contents of routines and exercises are read only when they are needed.
    offers: Offers,
    settings: Settings,
    problems: Vec<Problem>,
    schedule: Schedule,
    /// The schedule on the disk, and why it could not be read from there.
    day: Day,
    day_lost: Option<String>,
    log: Log,
    /// What is prescribed, and what of it is done today.
    doses: Doses,
    /// Why the history cannot be written, while it can't.
    unwritten: Option<String>,
    sources: Sources,
    /// What holds us at present, as far as it is looked for.
    look: quiet::Look,
    turns: Turns,
    /// Whether the question on the screen is there to look at.
    is_trial: bool,
    window: Window,
    /// Whether a tray was waited for, and none has come.
    has_no_tray: bool,
    /// Whether nobody has ever used it here.
    is_first_start: bool,
    /// Who wants to hear of every change.
    watchers: watchers::Watchers,
    /// The deadline that was logged last.
    deadline: trace::Deadline,
}

/// What we know of the window.
#[derive(Debug, Default)]
struct Window {
    /// Its end of the connection, while it is open.
    caller: Option<Caller>,
    /// What it shall show when it has connected.
    wanted: Option<(Page, Option<String>)>,
    /// About how long its routine may take, if not its full length.
    length: Option<Span>,
    /// How far its routine has come.
    playing: Option<Report>,
    /// The routine before, as far as is known, until the window reports how it ended.
    replaced: Option<Report>,
    /// What was last told to it.
    told: Option<ipc::Status>,
}

impl App {
    /// Sets out with the person's settings.
    #[must_use]
    pub fn new(paths: Paths) -> Self {
        let clock = Clock;
        let is_first_start = is_first_start(&paths);
        let OnDisk {
            settings,
            library,
            problems,
        } = OnDisk::read(&paths, None);
        let now = clock.now();
        let (day, schedule, day_lost) = Day::resume(&paths, settings.rhythm.clone(), &now);
        Self {
            clock,
            schedule,
            day,
            day_lost,
            offers: offers(&library),
            doses: Doses::new(&library, settings.daily_goal),
            log: Log::open(&paths),
            turns: Turns::recall(&paths),
            paths,
            settings,
            problems,
            unwritten: None,
            sources: status::unstarted(),
            look: quiet::Look::default(),
            is_trial: false,
            window: Window::default(),
            has_no_tray: false,
            is_first_start,
            watchers: watchers::Watchers::default(),
            deadline: trace::Deadline::default(),
        }
    }

    /// The settings that hold.
    #[must_use]
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// The mistakes in the settings file.
    #[must_use]
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }

    /// The choices for the menu. A prescribed one says how often it was done today.
    #[must_use]
    pub fn offers(&self) -> Offers {
        let today = self.clock.now().wall.date();
        let named = |(id, name): &(String, String)| (id.clone(), self.doses.named(id, name, today));
        Offers {
            routines: self.offers.routines.iter().map(named).collect(),
            exercises: self.offers.exercises.iter().map(named).collect(),
            snooze: self.settings.rhythm.snooze,
        }
    }

    /// How things stand now.
    #[must_use]
    pub fn status(&self) -> Status {
        self.schedule.status(&self.clock.now())
    }

    /// Which source answers which question, to be told by the one who chose them.
    pub fn sources(&mut self) -> &mut Sources {
        &mut self.sources
    }

    /// Whether a good moment is waited for, so that stillness matters now.
    #[must_use]
    pub fn wants_stillness(&self) -> bool {
        self.schedule.wants_stillness()
    }

    /// When to be woken, in elapsed time.
    #[must_use]
    pub fn next_wakeup(&self, host: &dyn Host) -> Option<Duration> {
        let schedule = self.schedule.next_wakeup().map(|(at, _)| at);
        schedule
            .into_iter()
            .chain(host.next_wakeup(&self.clock.now()))
            .min()
    }

    /// Shows the beginning.
    pub fn begin(&mut self, host: &mut dyn Host) {
        trace::sources(&self.sources);
        self.doses.recall(&self.log, self.clock.now().wall.date());
        self.tell_problems(host);
        if let Some(why) = self.day_lost.take() {
            host.notice(Some((tr("Your sitting is counted anew"), &why)));
        }
        if self.schedule.has_unwritten() {
            drop(self.feed(Event::Wakeup, host));
        }
        self.keep_day(Flow::Go);
        self.show(host);
        self.join_applications(host);
        self.welcome(host);
    }

    /// Adds the desktop entry that gives the windows and notifications their name and icon. That happens once, so that an
    /// entry that was removed doesn't come back.
    fn join_applications(&self, host: &dyn Host) {
        let joined = StateFile::InApplications;
        if !host.has_windows() || joined.exists(&self.paths) {
            return;
        }
        let done = autostart::join_applications().and_then(|_| Ok(joined.write(&self.paths, "")?));
        if let Err(error) = done {
            eprintln!("unhunch: {error:#}");
        }
    }

    /// Who starts it for the first time ever is shown around, in a window that doesn't ask for the keyboard.
    fn welcome(&mut self, host: &mut dyn Host) {
        if !self.is_first_start || !host.has_windows() {
            return;
        }
        // What cannot be remembered would come at every start.
        if StateFile::Welcomed.write(&self.paths, "").is_err() {
            return;
        }
        if self.open_page(Page::Welcome, host).is_err() {
            self.window.wanted = None;
        }
    }

    /// Takes in what happened.
    pub fn take(&mut self, incoming: Incoming, host: &mut dyn Host) -> Flow {
        trace::incoming(&incoming);
        let flow = self.sort(incoming, host);
        self.keep_day(flow);
        self.show(host);
        flow
    }

    fn keep_day(&mut self, flow: Flow) {
        let now = self.clock.now();
        self.deadline.update(self.schedule.next_wakeup(), &now);
        self.day.keep(&self.schedule, flow == Flow::End, &now);
    }

    fn sort(&mut self, incoming: Incoming, host: &mut dyn Host) -> Flow {
        match incoming {
            Incoming::Wakeup => self.on_wakeup(host),
            Incoming::Event(event) => drop(self.feed(event, host)),
            Incoming::IdleSource(source) => self.sources.idle = source,
            Incoming::Session(news) => self.on_session(news, host),
            Incoming::Quiet(look, news) => self.on_quiet(look, news, host),
            Incoming::Tray(event) => return self.on_tray(event, host),
            Incoming::NoTray => {
                self.has_no_tray = true;
                self.tell_of_no_tray(host);
            }
            Incoming::TrayHost(source) => {
                self.has_no_tray = false;
                self.sources.tray = source;
            }
            Incoming::News(news) => self.on_news(news, host),
            Incoming::NotificationServer(source) => {
                self.sources.notifications = source;
                if self.has_no_tray {
                    self.tell_of_no_tray(host);
                }
            }
            Incoming::Heard(Heard::Request(caller, call)) => {
                return self.on_request(&caller, call, host);
            }
            Incoming::Heard(Heard::Gone(id)) => {
                self.watchers.leave(id);
                self.on_window_gone(id, host);
            }
            Incoming::WindowEnded => self.on_window_ended(host),
            Incoming::SettingsTouched => self.reload(host),
            Incoming::Key(key) => return self.on_key(key, host),
            Incoming::Quit => return self.end(host),
        }
        Flow::Go
    }

    fn on_session(&mut self, news: session::News, host: &mut dyn Host) {
        match news {
            session::News::Session(session) => drop(self.feed(Event::Session(session), host)),
            // All that happened is on the disk: the computer may sleep.
            session::News::Sleep(lock) => drop(lock),
            session::News::Source(source) => self.sources.session = source,
        }
    }

    /// One event through the schedule, its effects out to the host. What could not be done is the answer.
    fn feed(&mut self, event: Event, host: &mut dyn Host) -> anyhow::Result<()> {
        let now = self.clock.now();
        let mut failed = Ok(());
        let mut effects = self.schedule.handle(event, &now);
        while !effects.is_empty() {
            let mut more = Vec::new();
            for effect in effects {
                trace::effect(&effect);
                host.note(&effect, &now);
                if let Err(error) = self.perform(&effect, &now, host, &mut more) {
                    more.extend(self.schedule.handle(Event::Failed(effect), &now));
                    failed = Err(error);
                }
            }
            effects = more;
        }
        failed
    }

    fn perform(
        &mut self,
        effect: &Effect,
        now: &Moment,
        host: &mut dyn Host,
        more: &mut Vec<Effect>,
    ) -> anyhow::Result<()> {
        match effect {
            Effect::Ask(prompt) => {
                self.is_trial = false;
                host.ask(self.question(prompt));
            }
            Effect::Withdraw => host.withdraw(),
            Effect::OpenGuide { routine, length } => {
                self.open_guide(routine, *length, now, host)?;
            }
            Effect::CloseGuide => {
                if let Some(report) = self.close_guide(now, host) {
                    more.extend(self.schedule.handle(Event::Guide(report), now));
                }
            }
            Effect::Record(outcome) => self.record(outcome, now, host),
        }
        Ok(())
    }

    fn question(&mut self, prompt: &Prompt) -> Question {
        let Turns { asked, tips } = &mut self.turns;
        *asked += 1;
        let texts = Texts::shipped();
        let text = texts.pick(prompt.reminder, *asked, prompt.short);
        let body = tr(&text.body);
        let tip = tr(texts.tip(*tips));
        let with_tip = with_tip(prompt.reminder, prompt.short, body, tip);
        *tips += u64::from(with_tip.is_some());
        self.turns.keep(&self.paths);
        let rhythm = &self.settings.rhythm;
        Question::new(
            prompt,
            Words {
                title: tr(&text.title),
                body: with_tip.as_deref().unwrap_or(body),
            },
            rhythm.snooze,
            rhythm.ask_for,
        )
    }

    /// The first of the reminders, to look at. One that is really asked is only shown once more.
    fn try_reminder(&mut self, host: &mut dyn Host) {
        let asking = self.status().asking;
        self.is_trial = asking.is_none();
        let rhythm = &self.settings.rhythm;
        let prompt = asking.unwrap_or_else(|| Prompt {
            reminder: rhythm.reminders.first().copied().unwrap_or(Reminder::Stand),
            routine: rhythm.routine.clone(),
            short: false,
            quiet: false,
        });
        host.ask(self.question(&prompt));
    }

    /// A history that cannot be written is told once, and again when it works no more after it did.
    fn record(&mut self, outcome: &Outcome, now: &Moment, host: &mut dyn Host) {
        match self.log.append(outcome.clone(), now) {
            Ok(_) => {
                self.unwritten = None;
                self.doses.count(outcome, now);
            }
            Err(error) => {
                let what = format!("{error:#}");
                if self.unwritten.is_none() {
                    host.notice(Some((tr("The history can't be written"), &what)));
                }
                self.unwritten = Some(what);
            }
        }
    }

    fn open_guide(
        &mut self,
        routine: &str,
        length: Option<Span>,
        now: &Moment,
        host: &mut dyn Host,
    ) -> anyhow::Result<()> {
        if self.plays(routine) {
            // A second session would be written to the history beside the one that goes on.
            self.tell_window(Some(Page::Guide), Some(routine.to_owned()));
            return Ok(());
        }
        let sat = self.schedule.status(now).sit.as_secs();
        let mut library = self.library();
        if library.is_surprise(routine) {
            library.recall(&last_done(&self.log.read_lately(now.wall.date())));
        }
        let wanted = Wanted {
            sat: Some(sat),
            length,
        };
        self.window.length = wanted.length;
        let plan = library.plan_as(routine, wanted)?;
        self.end_playing(now, host);
        let total = plan.total_seconds().round() as u64;
        self.window.playing = Some(Report::Progress {
            routine: routine.to_owned(),
            seconds: 0,
            total,
            exercises: Vec::new(),
        });
        let opened = match &self.window.caller {
            Some(_) => {
                self.tell_window(Some(Page::Guide), Some(routine.to_owned()));
                Ok(())
            }
            None => {
                self.window.wanted = Some((Page::Guide, Some(routine.to_owned())));
                host.open_guide(&plan, !StateFile::SafetyRead.exists(&self.paths), now)
            }
        };
        if opened.is_err() {
            self.window.playing = None;
        }
        opened
    }

    /// Whether this routine plays already, or its window is on its way.
    fn plays(&self, id: &str) -> bool {
        matches!(&self.window.playing, Some(Report::Progress { routine, .. }) if routine == id)
    }

    /// Another routine takes the place of the one that plays: what was done of that is kept. The window knows best how far
    /// it came, and reports it when it changes over.
    fn end_playing(&mut self, now: &Moment, host: &mut dyn Host) {
        let led = host.close_guide(now);
        let windowed = self.broken_off();
        if self.window.caller.is_some() {
            self.record_replaced(now, host);
            self.window.replaced = windowed;
        } else {
            self.record_session(led.or(windowed), now, host);
        }
    }

    /// Writes down the routine that another one replaced, if the window hasn't reported its end.
    fn record_replaced(&mut self, now: &Moment, host: &mut dyn Host) {
        let replaced = self.window.replaced.take();
        self.record_session(replaced, now, host);
    }

    fn record_session(&mut self, report: Option<Report>, now: &Moment, host: &mut dyn Host) {
        for outcome in report.into_iter().flat_map(Report::outcomes) {
            self.record(&outcome, now, host);
        }
    }

    fn close_guide(&mut self, now: &Moment, host: &mut dyn Host) -> Option<Report> {
        if let Some(caller) = &self.window.caller {
            caller.say(&Reply::close());
        }
        self.record_replaced(now, host);
        let led = host.close_guide(now);
        let windowed = self.broken_off();
        led.or(windowed)
    }

    /// What the routine in the guide comes to if it ends here.
    fn broken_off(&mut self) -> Option<Report> {
        self.window.playing.take().map(Report::broken_off)
    }

    fn on_wakeup(&mut self, host: &mut dyn Host) {
        if let Some(report) = host.wake(&self.clock.now()) {
            self.on_report(report, host);
        }
        drop(self.feed(Event::Wakeup, host));
    }

    /// Every session is written once: what is reported of another routine than the one that plays belongs to the one that
    /// was replaced, and a session that was ended from here is written already.
    fn on_report(&mut self, report: Report, host: &mut dyn Host) {
        let is_current = match &report {
            Report::Progress { routine, .. }
            | Report::Finished { routine, .. }
            | Report::Ended { routine, .. } => self.plays(routine),
            Report::CheckIn { .. } => true,
        };
        if !is_current {
            let is_over = !matches!(report, Report::Progress { .. });
            if is_over && self.window.replaced.take().is_some() {
                self.record_session(Some(report), &self.clock.now(), host);
            }
            return;
        }
        self.window.playing = match &report {
            Report::Progress { .. } => Some(report.clone()),
            Report::CheckIn { .. } => self.window.playing.take(),
            Report::Finished { .. } | Report::Ended { .. } => None,
        };
        if self.window.playing.is_none() || matches!(report, Report::CheckIn { .. }) {
            drop(self.feed(Event::Guide(report), host));
        }
    }

    fn on_tray(&mut self, event: TrayEvent, host: &mut dyn Host) -> Flow {
        let command = match event {
            // The person sees that something is asked, and wants to know what.
            TrayEvent::LeftClick if self.status().asking.is_some() => {
                self.page_or_notice(Page::Home, host);
                return Flow::Go;
            }
            TrayEvent::LeftClick | TrayEvent::Menu(Choice::Start) => Command::Start {
                routine: None,
                length: None,
            },
            TrayEvent::Menu(Choice::Routine(id)) => Command::Start {
                routine: Some(id),
                length: None,
            },
            TrayEvent::Menu(Choice::Stood) => Command::Stood,
            TrayEvent::Menu(Choice::Snooze) => Command::Snooze(None),
            TrayEvent::Menu(Choice::Skip) => Command::Skip,
            TrayEvent::Menu(Choice::Resume) => Command::Resume,
            TrayEvent::Menu(Choice::Pause(pause)) => Command::Pause(self.until(pause)),
            TrayEvent::Menu(Choice::Quit) => return self.end(host),
            TrayEvent::Menu(Choice::Guidance) => {
                self.page_or_notice(Page::Guidance, host);
                return Flow::Go;
            }
            TrayEvent::Menu(Choice::Open) => {
                self.page_or_notice(Page::Home, host);
                return Flow::Go;
            }
            TrayEvent::Menu(Choice::History) => {
                self.page_or_notice(Page::History, host);
                return Flow::Go;
            }
            TrayEvent::Menu(Choice::Settings) => {
                self.page_or_notice(Page::Settings, host);
                return Flow::Go;
            }
            TrayEvent::Menu(Choice::EditSettings) => {
                tell_failure(host.edit_settings(), host);
                return Flow::Go;
            }
        };
        let done = self.feed(Event::Command(command), host);
        tell_failure(done, host);
        Flow::Go
    }

    fn until(&self, pause: Pause) -> Until {
        match pause {
            Pause::For(length) => Until::For(length),
            Pause::Tomorrow => match next_time("tomorrow", &self.clock.now().wall) {
                Ok(morning) => Until::Clock(Box::new(morning)),
                Err(_) => Until::For(Duration::from_secs(12 * 3600)),
            },
        }
    }

    fn page_or_notice(&mut self, page: Page, host: &mut dyn Host) {
        let opened = self.open_page(page, host);
        tell_failure(opened, host);
    }

    fn open_page(&mut self, page: Page, host: &mut dyn Host) -> anyhow::Result<()> {
        if self.window.caller.is_some() {
            self.tell_window(Some(page), None);
            return Ok(());
        }
        self.window.wanted = Some((page, None));
        host.open_page(page)
    }

    fn on_news(&mut self, news: News, host: &mut dyn Host) {
        let command = match news {
            News::Shown(server) => {
                self.sources.notifications = Source::Named(server.name);
                return;
            }
            News::Failed(error) => {
                self.sources.notifications = Source::none(format_args!("{error:#}"));
                return self.ask_in_the_window(host);
            }
            News::Answered(Answer::Snooze | Answer::Skip | Answer::Stood) if self.is_trial => {
                return;
            }
            News::Answered(Answer::Open) => return self.page_or_notice(Page::Home, host),
            News::Answered(Answer::Dismissed | Answer::Gone) => return,
            News::Answered(Answer::Start) => Command::Start {
                routine: None,
                length: None,
            },
            News::Answered(Answer::Snooze) => Command::Snooze(None),
            News::Answered(Answer::Skip) => Command::Skip,
            News::Answered(Answer::Stood) => Command::Stood,
        };
        let done = self.feed(Event::Command(command), host);
        tell_failure(done, host);
    }

    /// A question that no notification and no icon can show would be put to nobody.
    fn ask_in_the_window(&mut self, host: &mut dyn Host) {
        let is_asking = self.status().phase == Phase::Asking;
        if is_asking && self.sources.tray != Source::Shown && self.window.caller.is_none() {
            let opened = self.open_page(Page::Question, host);
            if opened.is_err() {
                self.window.wanted = None;
            }
        }
    }

    fn on_request(&mut self, caller: &Caller, call: Call, host: &mut dyn Host) -> Flow {
        if call == Call::Guide {
            self.attach(caller.clone());
            return Flow::Go;
        }
        if call == Call::Watch {
            self.watchers.join(caller.clone());
            return Flow::Go;
        }
        let quit = call == Call::Quit;
        let reply = self.answer(call, host).unwrap_or_else(Reply::refused);
        let is_window = self
            .window
            .caller
            .as_ref()
            .is_some_and(|window| window.id == caller.id);
        // The window sees what comes of its wishes; it is told only what went wrong.
        if !is_window || !reply.ok {
            // Whoever hears that it is done can rely on it, whatever happens next.
            self.keep_day(Flow::Go);
            caller.say(&reply);
        }
        if quit { self.end(host) } else { Flow::Go }
    }

    fn answer(&mut self, call: Call, host: &mut dyn Host) -> Result<Reply, Refusal> {
        let command = match call {
            Call::Status => return Ok(Reply::status(self.status_message())),
            Call::Stretch { routine, length } => self.known(routine, length)?,
            Call::Snooze { length } => Command::Snooze(length.map(Span::duration)),
            Call::Skip => Command::Skip,
            Call::Stood => Command::Stood,
            Call::Pause { length, until } => {
                Command::Pause(self.pause_until(length, until.as_deref())?)
            }
            Call::Resume => Command::Resume,
            Call::Show { page } => {
                self.open_page(page, host)
                    .map_err(|error| Refusal::new("failed", format!("{error:#}")))?;
                return Ok(Reply::done(tr("Unhunch shows its window.")));
            }
            Call::Quit => return Ok(Reply::done(tr("Unhunch ends."))),
            Call::Guide | Call::Watch => return Ok(Reply::done("")),
            Call::SafetySeen => return self.safety_seen(),
            Call::TryReminder => {
                self.try_reminder(host);
                return Ok(Reply::done(tr(
                    "Unhunch shows a reminder to look at; its answers change nothing.",
                )));
            }
            Call::Report(report) => {
                self.on_report(report, host);
                return Ok(Reply::done(tr("Noted.")));
            }
        };
        let done = self.feed(Event::Command(command), host);
        done.map_err(|error| Refusal::new("failed", format!("{error:#}")))?;
        Ok(Reply::done(tr!(
            "{sentence}.",
            sentence = self.status().why
        )))
    }

    /// Read when it is needed, and forgotten again.
    fn library(&self) -> Library {
        own::library(&self.paths).0
    }

    fn known(&self, routine: Option<String>, length: Option<Span>) -> Result<Command, Refusal> {
        let library = self.library();
        if let Some(id) = &routine {
            library
                .plan(id)
                .map_err(|unknown| Refusal::new("unknown-id", unknown.to_string()))?;
        }
        if let Some(length) = length {
            let id = routine.as_ref().unwrap_or(&self.settings.rhythm.routine);
            library
                .check_length(id, length)
                .map_err(|sentence| Refusal::new("bad-value", sentence))?;
        }
        Ok(Command::Start { routine, length })
    }

    fn pause_until(&self, length: Option<Span>, until: Option<&str>) -> Result<Until, Refusal> {
        match (length, until) {
            (Some(length), None) => Ok(Until::For(length.duration())),
            (None, Some(text)) => {
                let time = next_time(text, &self.clock.now().wall);
                let time = time.map_err(|error| Refusal::new("bad-value", error.to_string()))?;
                Ok(Until::Clock(Box::new(time)))
            }
            (Some(_), Some(_)) | (None, None) => Err(Refusal::new(
                "bad-value",
                tr("a pause needs an end: either `for` or `until`"),
            )),
        }
    }

    fn safety_seen(&self) -> Result<Reply, Refusal> {
        let file = StateFile::SafetyRead;
        let today = format!("{}\n", self.clock.now().wall.date());
        file.write(&self.paths, &today).map_err(|error| {
            let file = file.path(&self.paths);
            Refusal::new("failed", format!("{}: {error}", file.display()))
        })?;
        Ok(Reply::done(tr("Noted.")))
    }

    /// A window has come; an older one makes room.
    fn attach(&mut self, caller: Caller) {
        if let Some(before) = self.window.caller.replace(caller) {
            before.say(&Reply::close());
        }
        let (page, routine) = self.window.wanted.take().unwrap_or_default();
        self.tell_window(Some(page), routine);
    }

    fn tell_window(&mut self, page: Option<Page>, routine: Option<String>) {
        let Some(caller) = &self.window.caller else {
            return;
        };
        let status = self.status_message();
        let view = WindowView {
            page,
            length: self.window.length.filter(|_| routine.is_some()),
            routine,
            status: Some(status.clone()),
            settings: WindowSettings::new(
                &self.settings,
                StateFile::SafetyRead.exists(&self.paths),
            ),
        };
        caller.say(&Reply::window(view));
        self.window.told = Some(status);
    }

    fn on_window_gone(&mut self, id: u64, host: &mut dyn Host) {
        if self
            .window
            .caller
            .as_ref()
            .is_some_and(|caller| caller.id == id)
        {
            self.window.caller = None;
            self.window.told = None;
            self.record_replaced(&self.clock.now(), host);
            self.report_broken_off(host);
        }
    }

    /// A window that ended without a word of its own never opened.
    fn on_window_ended(&mut self, host: &mut dyn Host) {
        let waited = self.window.wanted.take();
        if self.window.caller.is_some() {
            return;
        }
        if let Some((Page::Welcome | Page::Question, _)) = waited {
            // Nobody waits for it.
        } else if let Some((_, routine)) = waited {
            host.notice(Some((
                tr("The window could not be opened"),
                tr("Start `unhunch-window` in a terminal to see why."),
            )));
            self.window.playing = None;
            if let Some(routine) = routine {
                let length = self.window.length;
                let failed = Effect::OpenGuide { routine, length };
                drop(self.feed(Event::Failed(failed), host));
            }
        } else {
            self.report_broken_off(host);
        }
    }

    fn report_broken_off(&mut self, host: &mut dyn Host) {
        if let Some(report) = self.broken_off() {
            drop(self.feed(Event::Guide(report), host));
        }
    }

    fn reload(&mut self, host: &mut dyn Host) {
        let OnDisk {
            settings,
            library,
            problems,
        } = OnDisk::read(&self.paths, Some(&self.settings));
        self.offers = offers(&library);
        self.doses.prescribe(&library);
        let changed = problems != self.problems;
        self.problems = problems;
        if changed {
            self.tell_problems(host);
        }
        if settings != self.settings {
            self.settings = settings;
            let today = self.clock.now().wall.date();
            self.doses.aim(self.settings.daily_goal, &self.log, today);
            let rhythm = Box::new(self.settings.rhythm.clone());
            drop(self.feed(Event::Settings(rhythm), host));
            self.tell_window(None, None);
        }
    }

    fn tell_problems(&self, host: &mut dyn Host) {
        match &self.problems[..] {
            [] => host.notice(None),
            [first, rest @ ..] => {
                let more = match rest.len() as u64 {
                    0 => String::new(),
                    n => {
                        let more = trn!(
                            n,
                            "{n} more: see `unhunch config check`.",
                            "{n} more: see `unhunch config check`."
                        );
                        format!("\n{more}")
                    }
                };
                host.notice(Some((
                    tr("A mistake in your settings"),
                    &format!("{}{more}", first.one_line()),
                )));
            }
        }
    }

    fn on_key(&mut self, key: char, host: &mut dyn Host) -> Flow {
        match host.key(key, &self.clock.now()) {
            Key::Taken => return Flow::Go,
            Key::Ended(report) => {
                self.on_report(report, host);
                return Flow::Go;
            }
            Key::Free => {}
        }
        let command = match key.to_ascii_lowercase() {
            's' => Command::Start {
                routine: None,
                length: None,
            },
            'z' => Command::Snooze(None),
            'k' => Command::Skip,
            'u' => Command::Stood,
            'p' if self.status().phase == Phase::Paused => Command::Resume,
            'p' => Command::Pause(Until::For(Duration::from_secs(30 * 60))),
            'q' => return self.end(host),
            _ => return Flow::Go,
        };
        let done = self.feed(Event::Command(command), host);
        tell_failure(done, host);
        Flow::Go
    }

    /// Takes leave: the question goes, the window closes, what was done is kept.
    fn end(&mut self, host: &mut dyn Host) -> Flow {
        let now = self.clock.now();
        host.withdraw();
        host.notice(None);
        if let Some(report) = self.close_guide(&now, host) {
            drop(self.feed(Event::Guide(report), host));
        }
        Flow::End
    }

    fn show(&mut self, host: &mut dyn Host) {
        host.offer(self.offers());
        host.show(&self.status(), self.problems.first());
        if self.window.caller.is_some() && self.window.told.as_ref() != Some(&self.status_message())
        {
            self.tell_window(None, None);
        }
        if !self.watchers.is_empty() {
            let status = self.status_message();
            self.watchers.tell(&status);
        }
    }

    /// Who has no tray is told once ever where everything is; after that `status` and `diagnose` say so. What nobody can
    /// show waits for somebody who can.
    fn tell_of_no_tray(&mut self, host: &mut dyn Host) {
        let told = StateFile::NoTrayTold;
        let is_shown =
            self.problems.is_empty() && !matches!(self.sources.notifications, Source::None(_));
        if told.exists(&self.paths) || !is_shown {
            return;
        }
        host.notice(Some((
            tr("There is no tray on this desktop"),
            tr(
                "Start Unhunch again to see its window, or run `unhunch status`. Reminders come as notifications.",
            ),
        )));
        // Where it can't be written, it is told once more at the next start.
        let _ = told.write(&self.paths, "");
    }
}

/// Whether nothing is left of an earlier start, and nobody has brought settings along.
fn is_first_start(paths: &Paths) -> bool {
    let traces = [StateFile::Welcomed, StateFile::Day, StateFile::SafetyRead];
    !traces.iter().any(|trace| trace.exists(paths)) && !paths.settings().exists()
}

/// The person's files as they lie on the disk.
struct OnDisk {
    settings: Settings,
    library: Library,
    /// The mistakes in both.
    problems: Vec<Problem>,
}

impl OnDisk {
    /// Reads them, and speaks the language of the settings from now on. What is wrong in the settings stays as in `last_good`.
    fn read(paths: &Paths, last_good: Option<&Settings>) -> Self {
        let (library, in_library) = own::library(paths);
        let Reading {
            settings, problems, ..
        } = load::load(paths, last_good, &ids(&library));
        let language = settings.language.language();
        // Names and mistakes are in the language in which they were read.
        if lang::spoken().tag != language.tag {
            lang::speak(language);
            return Self::read(paths, last_good);
        }
        Self {
            settings,
            library,
            problems: [problems, in_library].concat(),
        }
    }
}

fn offers(library: &Library) -> Offers {
    let mut offers = Offers::default();
    for found in library.iter() {
        let named = (found.id().to_owned(), found.name().to_owned());
        match found {
            Found::Routine(_) => offers.routines.push(named),
            Found::Exercise(_) => offers.exercises.push(named),
        }
    }
    offers
}

fn ids(library: &Library) -> Vec<&str> {
    library.ids().collect()
}

fn tell_failure(done: anyhow::Result<()>, host: &mut dyn Host) {
    if let Err(error) = done {
        host.notice(Some((tr("That did not work"), &format!("{error:#}"))));
    }
}
