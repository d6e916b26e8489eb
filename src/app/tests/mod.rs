//! The App in a simulated world: whole days pass at once on a fake clock, without child processes. Files are real,
//! in a temporary folder.

mod days;
mod entry_points;
mod notices;
mod quiet;
mod settings;
mod socket;
mod text;
mod window;

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::fs;
use std::io::{BufRead as _, BufReader, ErrorKind};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::rc::Rc;
use std::time::Duration;

use anyhow::bail;
use serde_json::{Value, json};

use super::reconcile::{IdleWatch, QuietProbe};
use super::running::{Flow, Running};
use super::*;
use crate::history::Entry;
use crate::ipc::server::{Caller, ServerEvent};
use crate::notify::{Answer, Question, QuestionEvent};
use crate::schedule::{Activity, Command, Effect, Hold, Outcome};
use crate::source::{PresenceSource, Source};
use crate::tray::{Choice, TrayEvent};
use crate::watch::Guard;
use crate::watch::idle::IdleSettings;
use crate::watch::quiet::{QuietEvent, Switches};

const MINUTE: Duration = Duration::from_secs(60);
const HOUR: Duration = Duration::from_secs(3600);

/// The simulated screen, and the failures that a test injects.
#[derive(Default)]
struct World {
    /// The question on the screen, if any.
    question: Option<Question>,
    /// All notices so far. The flag below says if the last one is still visible.
    notices: Vec<(String, String)>,
    has_notice: bool,
    /// `true` if the window process was started but hasn't connected yet.
    opens: bool,
    window_fails: bool,
    editor_fails: bool,
    joined: u32,
    repaired: u32,
    view: Option<View>,
    beats: Vec<Beat>,
    effects: Vec<Effect>,
    /// The settings of the running idle source, the number of starts, and if it watches closely.
    idle: Option<IdleSettings>,
    idle_starts: u32,
    closely: bool,
    /// The running probe, if any.
    probe: Option<Probe>,
    probe_fails: bool,
}

type Shared = Rc<RefCell<World>>;

struct Desk(Shared);

impl Host for Desk {
    fn perform(&mut self, action: Action, _now: &Moment) -> anyhow::Result<()> {
        let mut world = self.0.borrow_mut();
        match action {
            Action::Effect(effect) => world.effects.push(effect),
            Action::Ask(question) => world.question = Some(question),
            Action::Withdraw => world.question = None,
            Action::OpenWindow if world.window_fails => bail!("there is no unhunch-window"),
            Action::OpenWindow => world.opens = true,
            Action::Announce(beat) => world.beats.push(beat),
            Action::Show(view) => world.view = Some(*view),
            Action::Notice { title, body } => {
                world.notices.push((title, body));
                world.has_notice = true;
            }
            Action::WithdrawNotice => world.has_notice = false,
            Action::EditSettings if world.editor_fails => bail!("there is no editor"),
            Action::EditSettings => {}
            Action::JoinApplications => world.joined += 1,
            Action::RepairEntries => world.repaired += 1,
            Action::Reply(..) | Action::Quit => panic!("{action:?} is left to the loop"),
        }
        Ok(())
    }
}

/// The running idle source. Dropping it stops the source.
struct Idle(Shared);

impl Guard for Idle {
    fn set_close_watch(&self, closely: bool) {
        self.0.borrow_mut().closely = closely;
    }
}

impl Drop for Idle {
    fn drop(&mut self) {
        let mut world = self.0.borrow_mut();
        (world.idle, world.closely) = (None, false);
    }
}

/// The running probe. Dropping it stops the probe.
struct Probes(Shared);

impl Drop for Probes {
    fn drop(&mut self) {
        self.0.borrow_mut().probe = None;
    }
}

/// A client on the socket.
struct Client {
    caller: Caller,
    lines: BufReader<UnixStream>,
}

impl Client {
    fn new(id: u64) -> Self {
        let (ours, theirs) = UnixStream::pair().unwrap();
        theirs.set_nonblocking(true).unwrap();
        Self {
            caller: Caller::at(id, ours),
            lines: BufReader::new(theirs),
        }
    }

    fn receive(&mut self) -> Option<Value> {
        let mut line = String::new();
        match self.lines.read_line(&mut line) {
            Ok(0) => None,
            Err(error) if error.kind() == ErrorKind::WouldBlock => None,
            read => {
                read.unwrap();
                Some(serde_json::from_str(&line).unwrap())
            }
        }
    }

    fn receive_all(&mut self) -> Vec<Value> {
        std::iter::from_fn(|| self.receive()).collect()
    }
}

/// The simulated window: the routine that plays in it, and the messages it received.
struct Window {
    client: Client,
    playing: Option<(String, u64)>,
    pages: Vec<String>,
    views: Vec<Value>,
}

/// The App with its world and the current time.
struct Day {
    running: Running<'static, Probes>,
    world: Shared,
    now: Moment,
    place: Place,
    /// The calls and films that a probe would find.
    going_on: BTreeSet<Hold>,
    /// The number of the last probe that has answered.
    answered: u64,
    window: Option<Window>,
    clients: u64,
    /// The sessions that were really played in the window, in order, each with its length in seconds.
    sessions: Vec<(String, u64)>,
    /// `false` if the window connects but never gets on the screen.
    shows_windows: bool,
    _home: tempfile::TempDir,
    paths: Paths,
}

impl Day {
    /// Begins on Monday, 2 March 2026, at 9:00 in Berlin, when a user with a screen sits down.
    fn begin() -> Self {
        Self::with("")
    }

    /// Begins the same day with these settings.
    fn with(settings: &str) -> Self {
        Self::at(Place::Desktop, |paths| write_settings(paths, settings))
    }

    fn at(place: Place, prepare: impl FnOnce(&Paths)) -> Self {
        let home = tempfile::tempdir().unwrap();
        let paths = Paths::under(home.path());
        fs::create_dir_all(&paths.config).unwrap();
        write_settings(&paths, "");
        prepare(&paths);
        let now = Moment {
            elapsed: Duration::from_secs(1000),
            slept: Duration::ZERO,
            wall: "2026-03-02T09:00:00[Europe/Berlin]".parse().unwrap(),
        };
        let (running, world) = start(&paths, place, &now);
        let mut day = Self {
            running,
            world,
            now,
            place,
            going_on: BTreeSet::new(),
            answered: 0,
            window: None,
            clients: 0,
            sessions: Vec::new(),
            shows_windows: true,
            _home: home,
            paths,
        };
        day.settle();
        day
    }

    /// Restarts the program on the same day.
    fn restart(&mut self) {
        self.window = None;
        self.answered = 0;
        (self.running, self.world) = start(&self.paths, self.place, &self.now);
        self.settle();
    }

    fn handle(&mut self, incoming: AppEvent) {
        assert_eq!(self.running.handle(incoming, &self.now), Flow::Go);
        self.settle();
    }

    fn quit(&mut self) {
        assert_eq!(self.running.handle(AppEvent::Quit, &self.now), Flow::End);
    }

    fn send(&mut self, event: Event) {
        self.handle(AppEvent::Schedule(event));
    }

    fn still(&mut self) {
        self.send(Event::Activity(Activity::Still));
    }

    fn busy(&mut self) {
        self.send(Event::Activity(Activity::Busy));
    }

    /// Reports that the user has touched nothing since now.
    fn leave(&mut self) {
        let since = self.now.elapsed;
        self.send(Event::Activity(Activity::Away { since }));
    }

    fn command(&mut self, command: Command) {
        self.send(Event::Command(command));
    }

    fn click(&mut self) {
        self.handle(AppEvent::Tray(TrayEvent::LeftClick));
    }

    fn choose(&mut self, choice: Choice) {
        self.handle(AppEvent::Tray(TrayEvent::Menu(choice)));
    }

    fn answer(&mut self, answer: Answer) {
        self.handle(AppEvent::Question(QuestionEvent::Answered(answer)));
    }

    fn key(&mut self, key: char) {
        self.handle(AppEvent::Key(key));
    }

    /// Sends a request from another program, and returns the reply.
    fn request(&mut self, call: Value) -> Value {
        self.clients += 1;
        let mut client = Client::new(1000 + self.clients);
        self.request_from(&client.caller.clone(), call);
        let mut answers = client.receive_all();
        assert_eq!(answers.len(), 1, "one answer: {answers:?}");
        answers.remove(0)
    }

    fn request_from(&mut self, caller: &Caller, call: Value) {
        let call = serde_json::from_value(call).unwrap();
        self.handle(AppEvent::Server(ServerEvent::Request(caller.clone(), call)));
    }

    /// Lets time pass, and wakes the App at its deadlines.
    fn advance(&mut self, time: Duration) {
        let end = self.now.elapsed + time;
        let mut wakeups = 0;
        while let Some((at, why)) = self.running.app.wants().wakeup
            && at <= end
        {
            wakeups += 1;
            assert!(wakeups < 100_000, "it is woken without end: {why}");
            self.forward(at);
            self.handle(AppEvent::Wakeup);
        }
        self.forward(end);
    }

    fn forward(&mut self, to: Duration) {
        let elapsed = to.max(self.now.elapsed);
        self.now = Moment {
            wall: self.now.wall_at(elapsed),
            elapsed,
            slept: self.now.slept,
        };
    }

    /// Lets the computer sleep and wake.
    fn sleep(&mut self, time: Duration) {
        self.forward(self.now.elapsed + time);
        self.now.slept += time;
        self.handle(AppEvent::Wakeup);
    }

    /// Lets half an hour pass, so that the question is on the screen.
    fn advance_until_reminder(&mut self) {
        self.still();
        self.advance(30 * MINUTE);
        assert_eq!(self.phase(), Phase::Asking);
    }

    fn status(&self) -> Status {
        self.running.app.status(&self.now)
    }

    fn phase(&self) -> Phase {
        self.status().phase
    }

    fn sat_minutes(&self) -> u64 {
        self.status().sit.as_secs() / 60
    }

    /// Returns the titles of all notices.
    fn notices(&self) -> Vec<String> {
        let world = self.world.borrow();
        world
            .notices
            .iter()
            .map(|(title, _)| title.clone())
            .collect()
    }

    fn entries(&self) -> Vec<Entry> {
        let (entries, notices) = Log::open(&self.paths).read();
        assert!(notices.is_empty(), "{notices:?}");
        entries
    }

    /// Returns a short form of the history, without the time spent sitting.
    fn history(&self) -> Vec<String> {
        let entries = self.entries();
        let outcomes = entries.iter().filter_map(|entry| match &entry.outcome {
            Outcome::Asked { reminder, short } => Some(format!("asked {reminder:?} {short}")),
            Outcome::Done { routine, seconds } => Some(format!("done {routine} {seconds}")),
            Outcome::Partly {
                routine, seconds, ..
            } => Some(format!("partly {routine} {seconds}")),
            Outcome::Snoozed { seconds, .. } => Some(format!("snoozed {seconds}")),
            Outcome::Skipped { .. } => Some("skipped".to_owned()),
            Outcome::Ignored { .. } => Some("ignored".to_owned()),
            Outcome::Rested { seconds, .. } => Some(format!("rested {seconds}")),
            Outcome::Held {
                reasons, seconds, ..
            } => Some(format!("held {} {seconds}", reasons[0].reason())),
            Outcome::CheckIn { feeling, .. } => Some(format!("felt {feeling:?}")),
            Outcome::Exercise { .. } | Outcome::Sat { .. } => None,
        });
        outcomes.collect()
    }

    /// Returns the sessions in the history.
    fn written(&self) -> Vec<(String, u64)> {
        let entries = self.entries();
        let session = |entry: &Entry| match &entry.outcome {
            Outcome::Done { routine, seconds }
            | Outcome::Partly {
                routine, seconds, ..
            } => Some((routine.clone(), *seconds)),
            Outcome::Asked { .. }
            | Outcome::Exercise { .. }
            | Outcome::Snoozed { .. }
            | Outcome::Skipped { .. }
            | Outcome::Ignored { .. }
            | Outcome::Rested { .. }
            | Outcome::Sat { .. }
            | Outcome::Held { .. }
            | Outcome::CheckIn { .. } => None,
        };
        entries.iter().filter_map(session).collect()
    }

    fn save(&mut self, settings: &str) {
        write_settings(&self.paths, settings);
        self.handle(AppEvent::SettingsMayHaveChanged);
    }
}

/// The reactions of the simulated world.
impl Day {
    /// Starts and ends sources, answers as the probe, and opens and updates the window.
    fn settle(&mut self) {
        self.running.follow(&self.now);
        let opens = std::mem::take(&mut self.world.borrow_mut().opens);
        if opens && self.window.is_none() {
            self.open_window();
        }
        self.answer_probe();
        while let Some(message) = self.window.as_mut().and_then(|it| it.client.receive()) {
            if message["close"] == true {
                self.close();
            } else {
                self.turn_to(&message["window"]);
            }
        }
    }

    fn open_window(&mut self) {
        self.clients += 1;
        self.window = Some(Window {
            client: Client::new(self.clients),
            playing: None,
            pages: Vec::new(),
            views: Vec::new(),
        });
        self.send_from_window(json!({ "do": "guide" }));
        if self.shows_windows {
            self.send_from_window(json!({ "do": "shown" }));
        }
    }

    fn answer_probe(&mut self) {
        let probe = self.world.borrow().probe;
        let Some(Probe { number, switches }) = probe.filter(|it| it.number != self.answered) else {
            return;
        };
        self.answered = number;
        for hold in self.going_on.clone() {
            if is_seen(switches, &hold) {
                self.handle(AppEvent::Quiet(number, QuietEvent::Held(hold)));
            }
        }
        self.handle(AppEvent::Quiet(number, QuietEvent::Answered(vec!["test"])));
    }

    /// Begins or ends a reason to keep quiet, such as a call.
    fn set(&mut self, hold: Hold, on: bool) {
        let probe = self.world.borrow().probe;
        let event = if on {
            self.going_on.insert(hold.clone());
            QuietEvent::Held(hold.clone())
        } else {
            self.going_on.remove(&hold);
            QuietEvent::Released(hold.clone())
        };
        if let Some(Probe { number, switches }) = probe
            && is_seen(switches, &hold)
        {
            self.handle(AppEvent::Quiet(number, event));
        }
    }

    /// Sends a request from the window.
    fn send_from_window(&mut self, call: Value) {
        let Some(window) = &self.window else { return };
        let caller = window.client.caller.clone();
        self.request_from(&caller, call);
    }

    fn report(&mut self, kind: &str, (routine, seconds): &(String, u64)) {
        self.send_from_window(json!({
            "do": "report", "report": kind, "routine": routine, "seconds": seconds, "total": 347,
        }));
    }

    /// Shows a view in the window, in the same way as the real window.
    fn turn_to(&mut self, view: &Value) {
        let Some(window) = &mut self.window else {
            return;
        };
        window.views.push(view.clone());
        let Some(page) = view["page"].as_str() else {
            return;
        };
        window.pages.push(page.to_owned());
        let routine = view["routine"].as_str().map(str::to_owned);
        let playing = window.playing.as_ref().map(|(id, _)| id.clone());
        if playing == routine || playing.is_some() && routine.is_none() {
            return;
        }
        let before = window.playing.take();
        window.playing = routine.map(|routine| (routine, 0));
        if let Some(before) = before {
            self.sessions.push(before.clone());
            self.report("ended", &before);
        }
    }

    /// Closes the window connection, for whatever reason.
    fn close(&mut self) {
        if let Some(window) = self.window.take() {
            self.sessions.extend(window.playing);
            self.handle(AppEvent::Server(ServerEvent::Gone(window.client.caller.id)));
            self.handle(AppEvent::WindowExited);
        }
    }

    /// Lets the routine in the window play on.
    fn play(&mut self, seconds: u64) {
        let playing = self.window.as_mut().and_then(|it| it.playing.as_mut());
        if let Some(playing) = playing {
            playing.1 += seconds;
            let playing = playing.clone();
            self.report("progress", &playing);
        }
    }

    /// Ends the routine in the window.
    fn end(&mut self, kind: &str) {
        let ended = self.window.as_mut().and_then(|it| it.playing.take());
        if let Some(ended) = ended {
            self.sessions.push(ended.clone());
            self.report(kind, &ended);
        }
    }

    fn pages(&self) -> &[String] {
        self.window.as_ref().map_or(&[], |window| &window.pages)
    }

    fn playing(&self) -> Option<&str> {
        let playing = self.window.as_ref()?.playing.as_ref();
        playing.map(|(routine, _)| routine.as_str())
    }

    /// Returns the view that the window received last.
    fn last_view(&self) -> &Value {
        self.window.as_ref().unwrap().views.last().unwrap()
    }
}

fn start(paths: &Paths, place: Place, now: &Moment) -> (Running<'static, Probes>, Shared) {
    let world = Shared::default();
    let (of_idle, of_probes) = (world.clone(), world.clone());
    let idle = move |settings: &IdleSettings| {
        let mut world = of_idle.borrow_mut();
        world.idle = Some(settings.clone());
        world.idle_starts += 1;
        let guard: Box<dyn Guard> = Box::new(Idle(of_idle.clone()));
        (Some(guard), Some(Source::named("test")))
    };
    let probe = move |probe| {
        if of_probes.borrow().probe_fails {
            return Err(Source::none("no thread"));
        }
        of_probes.borrow_mut().probe = Some(probe);
        Ok(Probes(of_probes.clone()))
    };
    let mut running = Running {
        host: Box::new(Desk(world.clone())),
        app: App::new(paths.clone(), place, now),
        idle: IdleWatch::new(Box::new(idle)),
        quiet: QuietProbe::new(Box::new(probe)),
    };
    running.begin(now);
    (running, world)
}

fn write_settings(paths: &Paths, settings: &str) {
    write(
        &paths.settings(),
        &format!("{settings}\n[general]\nlanguage = \"en\"\n"),
    );
}

fn write(file: &Path, text: &str) {
    fs::write(file, text).unwrap();
}

fn is_seen(switches: Switches, hold: &Hold) -> bool {
    match hold {
        Hold::DoNotDisturb => switches.do_not_disturb,
        Hold::FullScreen => switches.full_screen,
        Hold::KeepAwake => switches.keep_awake,
        Hold::Call => switches.microphone,
        Hold::OffHours | Hold::Pause | Hold::Other(_) => false,
    }
}
