//! The program as a whole, with a window that is played by the test.

use std::fs;
use std::io::{BufRead as _, BufReader, ErrorKind};
use std::os::unix::net::UnixStream;

use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::ipc::server::{Caller, Heard};
use crate::notify::Question;
use crate::routine::Plan;
use crate::tray::{Choice, TrayEvent};

/// A desktop that only notes whether a window was opened.
#[derive(Default)]
struct Desk {
    opens: bool,
}

impl Host for Desk {
    fn ask(&mut self, _question: Question) {}
    fn withdraw(&mut self) {}
    fn open_guide(&mut self, _plan: &Plan, _first: bool, _now: &Moment) -> anyhow::Result<()> {
        self.opens = true;
        Ok(())
    }
    fn open_page(&mut self, _page: Page) -> anyhow::Result<()> {
        self.opens = true;
        Ok(())
    }
    fn close_guide(&mut self, _now: &Moment) -> Option<Report> {
        None
    }
    fn show(&mut self, _status: &Status, _problem: Option<&Problem>) {}
    fn notice(&mut self, _notice: Option<(&str, &str)>) {}
    fn edit_settings(&mut self) -> anyhow::Result<()> {
        Ok(())
    }
}

/// The window: what plays in it, and the pages that it was told to show.
struct Screen {
    caller: Caller,
    lines: BufReader<UnixStream>,
    playing: Option<(String, u64)>,
    pages: Vec<String>,
}

struct Stage {
    app: App,
    desk: Desk,
    screen: Option<Screen>,
    windows: u64,
    /// The sessions that were really played, in order, each with its length in seconds.
    sessions: Vec<(String, u64)>,
    _home: tempfile::TempDir,
    paths: Paths,
}

impl Stage {
    fn new() -> Self {
        let home = tempfile::tempdir().unwrap();
        let paths = Paths::under(home.path());
        fs::create_dir_all(&paths.config).unwrap();
        fs::write(paths.settings(), "language = \"en\"\n").unwrap();
        Self {
            app: App::new(paths.clone()),
            desk: Desk::default(),
            screen: None,
            windows: 0,
            sessions: Vec::new(),
            _home: home,
            paths,
        }
    }

    fn take(&mut self, incoming: Incoming) {
        assert_eq!(self.app.take(incoming, &mut self.desk), Flow::Go);
        self.settle();
    }

    /// The window says something.
    fn say(&mut self, call: Value) {
        let Some(screen) = &self.screen else { return };
        let caller = screen.caller.clone();
        let call = serde_json::from_value(call).unwrap();
        self.take(Incoming::Heard(Heard::Request(caller, call)));
    }

    fn report(&mut self, kind: &str, (routine, seconds): &(String, u64)) {
        self.say(json!({
            "do": "report", "report": kind, "routine": routine, "seconds": seconds, "total": 347,
        }));
    }

    /// The window comes where one was opened, and does what it is told.
    fn settle(&mut self) {
        if std::mem::take(&mut self.desk.opens) && self.screen.is_none() {
            let (ours, theirs) = UnixStream::pair().unwrap();
            theirs.set_nonblocking(true).unwrap();
            self.windows += 1;
            let caller = Caller::at(self.windows, ours);
            self.screen = Some(Screen {
                caller,
                lines: BufReader::new(theirs),
                playing: None,
                pages: Vec::new(),
            });
            self.say(json!({ "do": "guide" }));
        }
        while let Some(screen) = &mut self.screen {
            let mut line = String::new();
            match screen.lines.read_line(&mut line) {
                Ok(0) => return,
                Err(error) if error.kind() == ErrorKind::WouldBlock => return,
                read => drop(read.unwrap()),
            }
            let told: Value = serde_json::from_str(&line).unwrap();
            if told["close"] == true {
                self.close();
            } else {
                self.turn(&told["window"]);
            }
        }
    }

    /// As `Shell::take` does it.
    fn turn(&mut self, view: &Value) {
        let (Some(page), Some(screen)) = (view["page"].as_str(), &mut self.screen) else {
            return;
        };
        screen.pages.push(page.to_owned());
        let routine = view["routine"].as_str().map(str::to_owned);
        let playing = screen.playing.as_ref().map(|(id, _)| id.clone());
        if playing == routine || playing.is_some() && routine.is_none() {
            return;
        }
        let before = screen.playing.take();
        screen.playing = routine.map(|routine| (routine, 0));
        if let Some(before) = before {
            self.sessions.push(before.clone());
            self.report("ended", &before);
        }
    }

    /// The window is gone, however that came.
    fn close(&mut self) {
        if let Some(screen) = self.screen.take() {
            self.sessions.extend(screen.playing);
            self.take(Incoming::Heard(Heard::Gone(screen.caller.id)));
            self.take(Incoming::WindowEnded);
        }
    }

    fn play(&mut self, seconds: u64) {
        let playing = self.screen.as_mut().and_then(|it| it.playing.as_mut());
        if let Some(playing) = playing {
            playing.1 += seconds;
            let playing = playing.clone();
            self.report("progress", &playing);
        }
    }

    fn end(&mut self, kind: &str) {
        let ended = self.screen.as_mut().and_then(|it| it.playing.take());
        if let Some(ended) = ended {
            self.sessions.push(ended.clone());
            self.report(kind, &ended);
        }
    }

    /// The sessions in the history.
    fn written(&self) -> Vec<(String, u64)> {
        let today = Clock.now().wall.date();
        let entries = Log::open(&self.paths).read_lately(today);
        let session = |entry: &crate::history::Entry| match &entry.outcome {
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

    fn click(&mut self) {
        self.take(Incoming::Tray(TrayEvent::LeftClick));
    }
}

#[derive(Clone, Debug)]
enum Step {
    Click,
    Choose(Choice),
    Stretch(Option<&'static str>),
    Play(u64),
    End(&'static str),
    Close,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        3 => Just(Step::Click),
        2 => proptest::sample::select(vec![
            Choice::Start,
            Choice::Routine("desk".into()),
            Choice::Routine("moment".into()),
            Choice::Snooze,
            Choice::Skip,
            Choice::Stood,
            Choice::Open,
        ])
        .prop_map(Step::Choose),
        1 => proptest::sample::select(vec![None, Some("desk"), Some("moment")]).prop_map(Step::Stretch),
        4 => (1..25_u64).prop_map(Step::Play),
        1 => proptest::sample::select(vec!["ended", "finished"]).prop_map(Step::End),
        1 => Just(Step::Close),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn every_session_is_written_once_whatever_is_clicked(steps in proptest::collection::vec(step(), 1..30)) {
        let mut stage = Stage::new();
        for step in steps {
            match step {
                Step::Click => stage.click(),
                Step::Choose(choice) => stage.take(Incoming::Tray(TrayEvent::Menu(choice))),
                Step::Stretch(routine) => stage.say(json!({ "do": "stretch", "routine": routine })),
                Step::Play(seconds) => stage.play(seconds),
                Step::End(kind) => stage.end(kind),
                Step::Close => stage.close(),
            }
            let playing = stage.screen.as_ref().and_then(|it| it.playing.as_ref());
            prop_assert_eq!(stage.app.status().routine, playing.map(|(id, _)| id.clone()));
        }
        stage.close();
        stage.sessions.retain(|(_, seconds)| *seconds >= 10);
        prop_assert_eq!(stage.written(), stage.sessions);
    }
}

#[test]
fn a_click_on_the_icon_shows_the_routine_that_plays() {
    let mut stage = Stage::new();
    stage.click();
    stage.play(30);
    stage.click();
    stage.take(Incoming::Tray(TrayEvent::Menu(Choice::Routine(
        "desk".into(),
    ))));
    let screen = stage.screen.as_ref().unwrap();
    assert_eq!(screen.pages, ["guide", "guide", "guide"]);
    assert_eq!(screen.playing, Some(("desk".to_owned(), 30)));
    assert!(stage.written().is_empty());
    stage.end("finished");
    assert_eq!(stage.written(), [("desk".to_owned(), 30)]);
}

#[test]
fn a_click_on_the_icon_shows_the_question_that_is_open() {
    let mut stage = Stage::new();
    stage.app.ask_now();
    stage.click();
    let screen = stage.screen.as_ref().unwrap();
    assert_eq!(
        (&*screen.pages, &screen.playing),
        (&["home".to_owned()][..], &None)
    );
    assert_eq!(stage.app.status().phase, Phase::Asking);
    stage.click();
    assert_eq!(stage.screen.as_ref().unwrap().pages, ["home", "home"]);
}

#[test]
fn a_window_that_is_closed_at_once_leaves_no_trace() {
    let mut stage = Stage::new();
    stage.click();
    stage.play(9);
    stage.close();
    assert!(stage.written().is_empty());
    assert_eq!(stage.app.status().phase, Phase::Sitting);
    stage.click();
    stage.play(10);
    stage.close();
    assert_eq!(stage.written(), [("desk".to_owned(), 10)]);
}

impl App {
    /// Lets so much time pass that a question is on the screen.
    fn ask_now(&mut self) {
        let mut now = self.clock.now();
        while self.schedule.status(&now).phase != Phase::Asking {
            let (at, _) = self.schedule.next_wakeup().unwrap();
            now.elapsed = at;
            self.schedule.handle(Event::Wakeup, &now);
        }
    }
}
