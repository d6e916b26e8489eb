//! The whole program in each phase, with all services of a desktop: when a service dies, the program goes on, and uses the
//! service again when it is back.
#![cfg(target_os = "linux")]

mod common;

use std::cell::Cell;
use std::fs;
use std::io::{Read as _, Write as _};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use common::login::{Login, connect};
use common::mutter::Mutter;
use common::notifications::{Card, Server};
use common::saver::{saver, turns};
use common::switch::SwayncMock;
use common::tray::{Icon, Tray};
use common::{Running, pass, soon};
use jiff::Timestamp;
use serde_json::{Value, json};
use tempfile::TempDir;
use unhunch::schedule::Phase;
use unhunch::time::Clock;
use zbus::Connection;
use zbus::connection::Builder;

/// All phases. In the phase `Due`, the reminder is held back, or it would be asked at once.
const PHASES: [Phase; 8] = [
    Phase::Sitting,
    Phase::Due,
    Phase::Asking,
    Phase::Snoozed,
    Phase::Stretching,
    Phase::Paused,
    Phase::Away,
    Phase::OffHours,
];

/// The time in which the program answers a status request, at least once in three attempts on a busy machine.
const AT_ONCE: Duration = Duration::from_secs(1);

/// An answer that takes longer than this means that the program hangs, and is not just slow.
const HUNG: Duration = Duration::from_millis(2500);

/// Milliseconds until a pending retry has been made.
const TRIED: u64 = 2500;

/// An idle time in milliseconds that counts as still, but not as away.
const STILL: u64 = 5000;

/// Settings with which the phase begins soon and lasts.
fn settings(phase: Phase) -> String {
    let is_pending = [Phase::Due, Phase::Asking, Phase::Snoozed].contains(&phase);
    let sit = if is_pending { "1 s" } else { "1 h" };
    let away = if phase == Phase::Away { "2 s" } else { "1 h" };
    let today = Clock.now().wall.date();
    let holidays = if phase == Phase::OffHours {
        let (from, to) = (today.yesterday(), today.tomorrow());
        format!("\"{}..{}\"", from.expect("a day"), to.expect("a day"))
    } else {
        String::new()
    };
    format!(
        "[rhythm]\nsit = \"{sit}\"\nrest = \"2 h\"\nsnooze = \"1 h\"\ngrace = \"1 s\"\nask_for = \"1 h\"\nsettle = \"1 s\"\n\
         at_most_per_hour = 60\n[presence]\naway = \"{away}\"\nstill = \"1 s\"\n\
         [quiet]\nmicrophone = false\ncamera = false\n[hours]\nholidays = [{holidays}]\n"
    )
}

/// A user with a running program, in a phase that must not change.
struct TestUser {
    phase: Phase,
    home: TempDir,
    program: Running,
    window: Option<UnixStream>,
    /// The highest sitting time seen so far, in seconds.
    longest_sit: Cell<u64>,
    /// The end of the phase, if it ends at a fixed time.
    ends: Option<Timestamp>,
}

impl TestUser {
    /// Starts the program with these variables, which name the bus and the display.
    fn start(phase: Phase, variables: &[(&str, &str)]) -> Self {
        let home = tempfile::tempdir().expect("a folder");
        write_settings(home.path(), phase);
        // Prevents the notice that there is no tray.
        let state = home.path().join(".local/state/unhunch");
        fs::create_dir_all(&state).expect("a folder");
        fs::write(state.join("no-tray-told"), "").expect("a folder");
        let mut command = common::unhunch(home.path());
        for stranger in [
            "DISPLAY",
            "WAYLAND_DISPLAY",
            "PULSE_SERVER",
            "XDG_CURRENT_DESKTOP",
            "XDG_SESSION_ID",
        ] {
            command.env_remove(stranger);
        }
        let nowhere = "unix:path=/nowhere";
        command.env("DBUS_SESSION_BUS_ADDRESS", nowhere);
        command.env("DBUS_SYSTEM_BUS_ADDRESS", nowhere);
        command.envs(variables.iter().copied());
        Self {
            phase,
            program: Running::silently(&mut command),
            home,
            window: None,
            longest_sit: Cell::new(0),
            ends: None,
        }
    }

    fn status(&self) -> Value {
        self.timed_status().0
    }

    /// The status, and the time until the answer.
    fn timed_status(&self) -> (Value, Duration) {
        let begin = Clock.now().elapsed;
        let status = common::status(self.home.path());
        let took = Clock.now().elapsed - begin;
        assert!(took < HUNG, "{took:?} until the answer: {status}");
        (status, took)
    }

    async fn until(&self, what: &str, is_so: impl Fn(&Value) -> bool) {
        let what = format!("{what} ({})", self.phase.word());
        soon(&what, async {
            while !is_so(&self.status()) {
                pass(100).await;
            }
        })
        .await;
    }

    /// Waits until the user has sat for two seconds, so that a reset of the sitting time would be noticed.
    async fn sits(&self) {
        self.until("a while", |status| status["sit_seconds"].as_u64() > Some(1))
            .await;
    }

    /// Waits until the source of this kind has a description that starts with `begin`.
    async fn source(&self, kind: &str, begin: &str) {
        self.until(&format!("{kind}: {begin}"), |status| {
            let words = status["sources"][kind].as_str();
            words.is_some_and(|words| words.starts_with(begin))
        })
        .await;
    }

    async fn is_in(&self, phase: Phase) {
        let word = phase.word();
        self.until(word, |status| status["phase"] == word).await;
    }

    async fn is_locked(&self, locked: bool) {
        let what = if locked { "a lock" } else { "an unlock" };
        self.until(what, |status| status["locked"] == locked).await;
    }

    fn run(&self, words: &[&str]) {
        let output = common::unhunch(self.home.path()).args(words).output();
        let output = output.expect("the program is there");
        assert!(output.status.success(), "{words:?}: {output:?}");
    }

    /// Brings the program into the phase.
    async fn enters(&mut self) {
        self.until("the program", |status| status["problems"] == json!([]))
            .await;
        if self.phase != Phase::Away {
            self.sits().await;
        }
        if self.phase == Phase::Stretching {
            self.window = Some(attach(self.home.path()));
            self.run(&["stretch"]);
        } else if self.phase == Phase::Paused {
            self.run(&["pause", "1 h"]);
        } else if self.phase == Phase::Snoozed {
            self.is_in(Phase::Asking).await;
            self.run(&["snooze"]);
        }
        self.is_in(self.phase).await;
        self.ends = self.end_in(&self.status());
        self.goes_on("the beginning");
    }

    fn end_in(&self, status: &Value) -> Option<Timestamp> {
        let end = match self.phase {
            Phase::Paused => &status["paused_until"],
            Phase::OffHours => &status["off_until"],
            Phase::Snoozed => &status["next"]["at"],
            Phase::Sitting | Phase::Due | Phase::Asking | Phase::Stretching | Phase::Away => {
                return None;
            }
        };
        let end = end.as_str().and_then(|end| end.parse().ok());
        Some(end.unwrap_or_else(|| panic!("it has an end: {status}")))
    }

    /// Checks that the program answers at once, is still in the phase, and has lost neither sitting time nor the end of the phase.
    fn goes_on(&self, what: &str) {
        let what = format!("{} ({})", what, self.phase.word());
        let status = self.answers_at_once(&what);
        assert_eq!(status["phase"], self.phase.word(), "{what}: {status}");
        let sits = status["sit_seconds"].as_u64().expect("a number");
        assert!(sits >= self.longest_sit.get(), "{what}: {status}");
        self.longest_sit.set(sits);
        if let (Some(before), Some(now)) = (self.ends, self.end_in(&status)) {
            // The status omits fractions of a second.
            let apart = before.duration_since(now).abs();
            assert!(apart.as_secs() <= 1, "{what}: {before}, then {now}");
        }
    }

    fn answers_at_once(&self, what: &str) -> Value {
        for _ in 0..3 {
            let (status, took) = self.timed_status();
            if took < AT_ONCE {
                return status;
            }
        }
        panic!("it does not answer at once: {what}")
    }

    /// The number of questions in the history.
    fn question_count(&self) -> usize {
        let history = common::unhunch(self.home.path())
            .args(["history", "--json"])
            .output();
        let history = history.expect("the program is there").stdout;
        let entries: Vec<Value> = serde_json::from_slice(&history).expect("a list");
        let is_question = |entry: &&Value| entry["kind"] == "asked";
        entries.iter().filter(is_question).count()
    }

    /// The numbers of open file descriptors and threads.
    fn holds(&self) -> (usize, usize) {
        let count = |what: &str| {
            let folder = fs::read_dir(format!("/proc/{}/{what}", self.program.id()));
            folder.expect("it lives").count()
        };
        (count("fd"), count("task"))
    }

    /// The minimum of [`Self::holds`] over 300 ms, so that a status request that has just ended does not count.
    async fn holds_at_rest(&self) -> (usize, usize) {
        let mut least = self.holds();
        for _ in 0..10 {
            pass(30).await;
            let now = self.holds();
            least = (least.0.min(now.0), least.1.min(now.1));
        }
        least
    }

    /// Waits until the program has no more descriptors and threads than before.
    async fn holds_no_more_than(&self, before: (usize, usize)) {
        let begin = Clock.now().elapsed;
        loop {
            let now = self.holds();
            if now.0 <= before.0 && now.1 <= before.1 {
                return;
            }
            let waited = Clock.now().elapsed - begin;
            assert!(
                waited < Duration::from_secs(20),
                "descriptors and threads: {before:?}, then {now:?} ({})",
                self.phase.word()
            );
            pass(100).await;
        }
    }
}

fn write_settings(home: &Path, phase: Phase) {
    let folder = home.join(".config/unhunch");
    fs::create_dir_all(&folder).expect("a folder");
    fs::write(folder.join("settings.toml"), settings(phase)).expect("a folder");
}

/// Connects as the window, so that the program does not start one.
fn attach(home: &Path) -> UnixStream {
    let socket = home.join("run/unhunch/control.sock");
    let mut window = UnixStream::connect(socket).expect("it listens");
    let mut hears = window.try_clone().expect("a socket");
    let sent = window.write_all(b"{\"v\":1,\"do\":\"guide\"}\n");
    sent.expect("it listens");
    let mut buffer = [0; 4096];
    assert!(hears.read(&mut buffer).expect("it answers") > 0);
    std::thread::spawn(move || while hears.read(&mut buffer).is_ok_and(|read| read > 0) {});
    window
}

fn on(address: &str) -> Builder<'_> {
    Builder::address(address).expect("an address")
}

/// A user with all services of a desktop.
struct TestDesktop {
    person: TestUser,
    bus: Running,
    address: String,
    notifications: Option<Server>,
    /// The question that is shown, if any.
    card: Option<Card>,
    /// The number of times the question was shown again after an unlock.
    came_back: usize,
    panel: Option<Tray>,
    /// The pixels of the icon in this phase.
    picture: Vec<u8>,
    login: Option<Login>,
    system: String,
    mutter: Option<Mutter>,
    screen: Running,
    display: String,
    switch: Option<SwayncMock>,
    saver: Option<Connection>,
    holds: (usize, usize),
    _folder: TempDir,
}

impl TestDesktop {
    /// Starts all services and the program, and enters the phase. `None` if programs are missing and the tests may skip them.
    async fn up(phase: Phase) -> Option<Self> {
        let folder = tempfile::tempdir().expect("a folder");
        let system = format!("unix:path={}", folder.path().join("system").display());
        let (bus, address) = common::bus()?;
        let (screen, display) = common::screen()?;
        let login = Login::start_at(Some(&system)).await?;
        let notifications = Server::on(on(&address), &["actions", "body"]).await;
        let panel = Tray::on(on(&address), true).await;
        let mutter = Mutter::start(&address).await;
        if phase != Phase::Away {
            mutter.idle(STILL).await;
        }
        let switch = SwayncMock::start(&address, phase == Phase::Due).await;
        let person = TestUser::start(
            phase,
            &[
                ("DBUS_SESSION_BUS_ADDRESS", address.as_str()),
                ("DBUS_SYSTEM_BUS_ADDRESS", &system),
                ("DISPLAY", &display),
            ],
        );
        let mut desk = Self {
            person,
            bus,
            address,
            notifications: Some(notifications),
            card: None,
            came_back: 0,
            panel: Some(panel),
            picture: Vec::new(),
            login: Some(login),
            system,
            mutter: Some(mutter),
            screen,
            display,
            switch: Some(switch),
            saver: None,
            holds: (0, 0),
            _folder: folder,
        };
        desk.begins().await;
        Some(desk)
    }

    async fn begins(&mut self) {
        let icon = self.panel().icon().await;
        self.person.source("idle", "mutter").await;
        self.person.source("session", "logind").await;
        self.person.source("tray", "shown").await;
        let phase = self.person.phase;
        if [Phase::Asking, Phase::Snoozed].contains(&phase) {
            self.card = Some(self.server().card().await);
        }
        self.person.sits().await;
        self.leaves().await;
        self.person.enters().await;
        if phase == Phase::Snoozed {
            let card = self.card.take().expect("it was asked");
            assert_eq!(self.server().closed().await, card.id);
        }
        self.picture = self.looks_right(&icon).await;
        self.holds = self.person.holds_at_rest().await;
    }

    fn server(&self) -> &Server {
        self.notifications.as_ref().expect("it lives")
    }

    fn panel(&self) -> &Tray {
        self.panel.as_ref().expect("it lives")
    }

    fn login(&self) -> &Login {
        self.login.as_ref().expect("it lives")
    }

    fn switch(&self) -> &SwayncMock {
        self.switch.as_ref().expect("it lives")
    }

    /// In the phase `Away`, simulates a last input followed by idleness.
    async fn leaves(&self) {
        if self.person.phase == Phase::Away {
            let mutter = self.mutter.as_ref().expect("it lives");
            mutter.idle(0).await;
            mutter.idle(STILL).await;
        }
    }

    /// Waits until the tooltip shows the current status, and returns the pixels of the icon.
    async fn looks_right(&self, icon: &Icon) -> Vec<u8> {
        soon("the tooltip", async {
            loop {
                let why = self.person.status()["why"].clone();
                let (_, says) = icon.tooltip().await;
                if why.as_str().is_some_and(|why| says.contains(why)) {
                    return;
                }
                pass(100).await;
            }
        })
        .await;
        icon.picture().await.2
    }

    /// Checks that the program goes on after a service has died or come back, and that no notification was sent.
    fn goes_on(&self, what: &str) {
        self.person.goes_on(what);
        assert!(self.is_left_alone(), "something is shown: {what}");
    }

    fn is_left_alone(&self) -> bool {
        self.notifications
            .as_ref()
            .is_none_or(Server::is_left_alone)
    }

    async fn notifications_die(&mut self) {
        let server = self.notifications.take().expect("it lives");
        server.die().await;
        self.person.source("notifications", "none: ").await;
    }

    async fn notifications_come_back(&mut self) {
        let server = Server::on(on(&self.address), &["actions", "body"]).await;
        self.notifications = Some(server);
        self.person
            .until("a server", |status| {
                let words = status["sources"]["notifications"].as_str();
                words.is_some_and(|words| !words.starts_with("none: "))
            })
            .await;
    }

    async fn notifications_fall(&mut self) {
        self.notifications_die().await;
        self.goes_on("without a notification server");
        self.notifications_come_back().await;
        if let Some(before) = &self.card {
            let again = self.server().card().await;
            assert_eq!(
                (&again.title, &again.body, again.replaces),
                (&before.title, &before.body, 0)
            );
            self.card = Some(again);
            self.person.source("notifications", "scripted 1").await;
        }
        self.goes_on("with another notification server");
    }

    async fn panel_falls(&mut self) {
        self.panel().set_host(false).await;
        self.person.source("tray", "no tray").await;
        self.goes_on("with a tray that shows nothing");
        self.panel().set_host(true).await;
        self.person.source("tray", "shown").await;
        self.panel.take().expect("it lives").die().await;
        self.person.source("tray", "no tray").await;
        self.goes_on("without a tray");
        let panel = Tray::on(on(&self.address), true).await;
        let icon = panel.icon().await;
        assert_eq!(self.looks_right(&icon).await, self.picture);
        self.panel = Some(panel);
        self.person.source("tray", "shown").await;
        self.goes_on("with another tray");
    }

    async fn logind_falls(&mut self) {
        self.login.as_mut().expect("it lives").kill();
        self.person.source("session", "clock: ").await;
        self.goes_on("without logind");
        self.login.as_mut().expect("it lives").come_back().await;
        self.hears_logind().await;
        self.goes_on("with logind again");
    }

    async fn system_bus_falls(&mut self) {
        self.login = None;
        self.person.source("session", "clock: ").await;
        self.goes_on("without a system bus");
        self.login = Login::start_at(Some(&self.system)).await;
        self.hears_logind().await;
        self.goes_on("with a system bus again");
    }

    /// Waits for the lock or unlock. A question is closed by a lock and shown again after it.
    async fn locked(&mut self, locked: bool) {
        self.person.is_locked(locked).await;
        if let Some(card) = &self.card {
            if locked {
                assert_eq!(self.server().closed().await, card.id);
            } else {
                self.card = Some(self.server().card().await);
                self.came_back += 1;
            }
        }
    }

    /// Checks that locks and sleep that logind reports are noticed, and that the program delays sleep.
    async fn hears_logind(&mut self) {
        self.person.source("session", "logind").await;
        self.login().session_is("LockedHint", true).await;
        self.locked(true).await;
        self.login().session_is("LockedHint", false).await;
        self.locked(false).await;
        self.sleep_waits_for(1).await;
        self.login().sleeps(true).await;
        self.sleep_waits_for(0).await;
        self.locked(true).await;
        self.login().sleeps(false).await;
        self.locked(false).await;
        self.sleep_waits_for(1).await;
        self.person.is_in(self.person.phase).await;
    }

    async fn sleep_waits_for(&self, count: usize) {
        soon("what sleep waits for", async {
            while self.login().waits_for().await.len() != count {
                pass(20).await;
            }
        })
        .await;
    }

    /// Kills the idle sources one by one, from the best to the last, and starts them again.
    async fn sources_of_idleness_fall(&mut self) {
        self.mutter = None;
        self.answers("x11").await;
        self.screen.kill();
        self.answers("logind: ").await;
        for _ in 0..2 {
            self.login.as_mut().expect("it lives").kill();
            self.person.source("idle", "none: ").await;
            self.person.source("session", "clock: ").await;
            if self.person.phase == Phase::Away {
                // Without a source, the user counts as present.
                self.person.is_in(Phase::Sitting).await;
            } else {
                self.goes_on("without any source of idleness");
            }
            self.login.as_mut().expect("it lives").come_back().await;
            self.answers("logind: ").await;
        }
        self.screen = common::screen_at(&self.display).expect("it was there");
        self.answers("x11").await;
        let mutter = Mutter::start(&self.address).await;
        mutter.idle(STILL).await;
        self.mutter = Some(mutter);
        self.answers("mutter").await;
        self.hears_logind().await;
    }

    /// Waits for another idle source, which reports the same state, and checks that the program goes on.
    async fn answers(&self, source: &str) {
        self.person.source("idle", source).await;
        if self.person.phase == Phase::Away {
            if source.starts_with("logind") {
                let now = Clock.now();
                let since = (now.elapsed - now.slept).as_micros() as u64;
                let login = self.login();
                login.session_is("IdleSinceHintMonotonic", since).await;
                login.session_is("IdleHint", true).await;
            }
            self.person.is_in(Phase::Away).await;
        }
        self.goes_on(&format!("with {source}"));
    }

    async fn saver_falls(&mut self) {
        for _ in 0..2 {
            let saver = saver(&self.address, false).await;
            // A signal right after the start must be noticed.
            turns(&saver, true).await;
            self.locked(true).await;
            drop(saver);
            self.locked(false).await;
            self.person.is_in(self.person.phase).await;
            self.goes_on("without a screen saver");
        }
        let saver = saver(&self.address, false).await;
        turns(&saver, true).await;
        self.locked(true).await;
        turns(&saver, false).await;
        self.locked(false).await;
        self.person.is_in(self.person.phase).await;
        self.goes_on("with a screen saver");
        self.saver = Some(saver);
    }

    /// Kills and restarts the "do not disturb" switch, which only matters while a reminder is due or asked.
    async fn switch_falls(&mut self) {
        let phase = self.person.phase;
        let is_held = phase == Phase::Due;
        self.switch.take().expect("it lives").die().await;
        if is_held {
            self.is_asked_at_last().await;
        }
        self.switch = Some(SwayncMock::start(&self.address, is_held).await);
        if is_held {
            self.is_held_again().await;
        }
        self.goes_on("with the switch as it was");
        if phase != Phase::Asking {
            return;
        }
        self.switch.take().expect("it lives").die().await;
        self.goes_on("without the switch");
        self.switch = Some(SwayncMock::start(&self.address, true).await);
        self.is_held_again().await;
        self.switch.take().expect("it lives").die().await;
        self.is_asked_at_last().await;
        self.switch = Some(SwayncMock::start(&self.address, false).await);
        self.goes_on("with the switch off");
    }

    /// Waits until the reminder is asked, with no more reasons to hold it back.
    async fn is_asked_at_last(&mut self) {
        self.card = Some(self.server().card().await);
        self.person.is_in(Phase::Asking).await;
        assert_eq!(self.person.status()["holds"], json!([]));
    }

    /// Waits until the question is withdrawn, and the reminder is held back again.
    async fn is_held_again(&mut self) {
        let card = self.card.take().expect("it was asked");
        assert_eq!(self.server().closed().await, card.id);
        self.person.is_in(Phase::Due).await;
        let status = self.person.status();
        assert_eq!(status["holds"][0]["reason"], "do-not-disturb", "{status}");
    }

    /// Checks that the usual transition to the next phase still works.
    async fn goes_its_way(&mut self) {
        let next = match self.person.phase {
            Phase::Sitting => {
                self.person.run(&["pause", "1 h"]);
                Phase::Paused
            }
            Phase::Due => {
                self.switch().set(false).await;
                self.is_asked_at_last().await;
                let card = self.card.take().expect("it was asked");
                self.clicks(&card, "snooze").await;
                Phase::Snoozed
            }
            Phase::Asking => {
                self.answers_without_a_server().await;
                Phase::Stretching
            }
            Phase::Snoozed => {
                self.person.run(&["snooze", "1 s"]);
                self.is_asked_at_last().await;
                Phase::Asking
            }
            Phase::Stretching => {
                self.finishes();
                Phase::Sitting
            }
            Phase::Paused => {
                self.person.run(&["resume"]);
                Phase::Sitting
            }
            Phase::Away => {
                self.mutter.as_ref().expect("it lives").idle(0).await;
                Phase::Sitting
            }
            Phase::OffHours => {
                write_settings(self.person.home.path(), Phase::Sitting);
                Phase::Sitting
            }
        };
        self.person.is_in(next).await;
    }

    /// Reports as the window that the routine is finished.
    fn finishes(&mut self) {
        let done = json!({
            "v": 1, "do": "report", "report": "finished", "routine": "desk", "seconds": 347,
        });
        let window = self.person.window.as_mut().expect("it is open");
        let sent = window.write_all(format!("{done}\n").as_bytes());
        sent.expect("it listens");
    }

    /// Repeats the click until the program reacts, as a user would.
    async fn clicks(&self, card: &Card, key: &str) {
        soon(key, async {
            while self.is_left_alone() {
                self.server().click(card.id, key).await;
                pass(300).await;
            }
        })
        .await;
        assert_eq!(self.server().closed().await, card.id);
    }

    /// Checks that a question on a restarted server can be answered as before, and that the command line can answer a question
    /// that no server shows, so that the next server does not show it either.
    async fn answers_without_a_server(&mut self) {
        let card = self.card.take().expect("it was asked");
        self.clicks(&card, "snooze").await;
        self.person.is_in(Phase::Snoozed).await;
        self.asks_nobody().await;
        self.person.run(&["snooze", "1 s"]);
        // There is still no server when the reminder is due again.
        self.person.is_in(Phase::Asking).await;
        self.notifications_come_back().await;
        self.server().card().await;
        self.person.run(&["snooze"]);
        self.server().call().await;
        self.asks_nobody().await;
        self.person.window = Some(attach(self.person.home.path()));
        self.person.run(&["stretch"]);
        self.notifications_come_back().await;
        pass(TRIED).await;
        assert!(self.is_left_alone(), "it was answered");
    }

    /// Snoozes until the next question, and kills the server that shows it.
    async fn asks_nobody(&mut self) {
        self.person.run(&["snooze", "1 s"]);
        self.server().card().await;
        self.notifications_die().await;
        self.person.goes_on("a question that nobody shows");
    }

    /// Kills the session bus, with which the program must end.
    async fn session_ends(mut self) {
        self.bus.kill();
        let end = soon("the end of the program", async {
            loop {
                match self.person.program.end() {
                    Some(end) => return end,
                    None => pass(50).await,
                }
            }
        });
        assert!(end.await.success());
    }
}

/// Kills and restarts each service in turn, in this phase.
fn each_service_falls(phase: Phase) {
    async_io::block_on(async {
        let Some(mut desk) = TestDesktop::up(phase).await else {
            return;
        };
        desk.notifications_fall().await;
        desk.panel_falls().await;
        desk.logind_falls().await;
        desk.system_bus_falls().await;
        desk.sources_of_idleness_fall().await;
        desk.saver_falls().await;
        let questions_before = desk.person.question_count();
        assert_eq!(
            questions_before,
            usize::from(desk.card.is_some())
                + desk.came_back
                + usize::from(phase == Phase::Snoozed)
        );
        desk.switch_falls().await;
        desk.person.holds_no_more_than(desk.holds).await;
        desk.goes_its_way().await;
        assert!(desk.is_left_alone(), "no more questions than there are");
        desk.session_ends().await;
    });
}

#[test]
fn each_service_restarts_while_sitting() {
    each_service_falls(Phase::Sitting);
}

#[test]
fn each_service_restarts_while_a_reminder_is_held_back() {
    each_service_falls(Phase::Due);
}

#[test]
fn each_service_restarts_while_a_question_is_shown() {
    each_service_falls(Phase::Asking);
}

#[test]
fn each_service_restarts_while_snoozed() {
    each_service_falls(Phase::Snoozed);
}

#[test]
fn each_service_restarts_during_a_routine() {
    each_service_falls(Phase::Stretching);
}

#[test]
fn each_service_restarts_during_a_pause() {
    each_service_falls(Phase::Paused);
}

#[test]
fn each_service_restarts_while_away() {
    each_service_falls(Phase::Away);
}

#[test]
fn each_service_restarts_outside_the_working_hours() {
    each_service_falls(Phase::OffHours);
}

/// The end of the compositor does no harm in any phase.
#[test]
fn a_real_compositor_restarts_in_every_phase() {
    async_io::block_on(async {
        let folder = tempfile::tempdir().expect("a folder");
        let Some(mut sway) = common::sway::start(folder.path()) else {
            return;
        };
        let (Some((_bus, open)), Some((_other, quiet))) = (common::bus(), common::bus()) else {
            return;
        };
        let _server = Server::on(on(&open), &["actions", "body"]).await;
        let _quiet = Server::of_kde(on(&quiet), true).await;
        let screen = folder.path().join("wayland-1");
        let screen = screen.to_str().expect("a path");
        let sits = |phase| {
            let bus = if phase == Phase::Due { &quiet } else { &open };
            let variables = [
                ("DBUS_SESSION_BUS_ADDRESS", bus.as_str()),
                ("WAYLAND_DISPLAY", screen),
            ];
            TestUser::start(phase, &variables)
        };
        let mut people = PHASES.map(sits);
        for person in &mut people {
            person.source("idle", "wayland: ").await;
            person.enters().await;
        }
        let mut before = Vec::new();
        for person in &people {
            before.push(person.holds_at_rest().await);
        }
        for _ in 0..2 {
            sway.kill();
            for person in &people {
                person.source("idle", "none: ").await;
                if person.phase == Phase::Away {
                    // Without a source, the user counts as present.
                    person.is_in(Phase::Sitting).await;
                } else {
                    person.goes_on("without a compositor");
                }
            }
            sway = common::sway::start(folder.path()).expect("it was there");
            for person in &people {
                person.source("idle", "wayland: ").await;
                person.is_in(person.phase).await;
                person.goes_on("with a compositor again");
            }
        }
        for (person, before) in people.iter().zip(before) {
            person.holds_no_more_than(before).await;
        }
    });
}

/// KDE saves its "do not disturb" switch: a restart of its desktop during a presentation must not cause a question.
#[test]
fn a_restarted_server_with_do_not_disturb_shows_nothing() {
    async_io::block_on(async {
        let (Some((_bus, address)), Some((_screen, display))) = (common::bus(), common::screen())
        else {
            return;
        };
        let kde = Server::of_kde(on(&address), true).await;
        let mut person = TestUser::start(
            Phase::Due,
            &[
                ("DBUS_SESSION_BUS_ADDRESS", address.as_str()),
                ("DISPLAY", &display),
            ],
        );
        person.enters().await;
        person.source("quiet", "kde").await;
        kde.die().await;
        person.source("notifications", "none: ").await;
        person.is_in(Phase::Asking).await;
        let kde = Server::of_kde(on(&address), true).await;
        person.is_in(Phase::Due).await;
        let status = person.status();
        assert_eq!(status["holds"][0]["reason"], "do-not-disturb", "{status}");
        person.source("quiet", "kde").await;
        pass(TRIED).await;
        assert!(kde.is_left_alone());
    });
}

/// Waits until dunst shows this many notifications.
async fn shows(bus: &Connection, count: u32) {
    let displayed = async || -> zbus::Result<u32> {
        let reply = bus.call_method(
            Some("org.freedesktop.Notifications"),
            "/org/freedesktop/Notifications",
            Some("org.freedesktop.DBus.Properties"),
            "Get",
            &("org.dunstproject.cmd0", "displayedLength"),
        );
        let value: zbus::zvariant::OwnedValue = reply.await?.body().deserialize()?;
        Ok(value.try_into()?)
    };
    soon("what dunst shows", async {
        while displayed().await != Ok(count) {
            pass(50).await;
        }
    })
    .await;
}

#[test]
fn dunst_shows_the_question_again_after_any_end() {
    async_io::block_on(async {
        let (Some((_bus, address)), Some((_screen, display))) = (common::bus(), common::screen())
        else {
            return;
        };
        let config = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/common/dunstrc");
        let start = || {
            let mut dunst = Command::new("dunst");
            dunst.args(["-config", config]).env("DISPLAY", &display);
            let dunst = dunst.env("DBUS_SESSION_BUS_ADDRESS", &address);
            common::silently_if_there("dunst", dunst)
        };
        let Some(mut dunst) = start() else { return };
        let bus = connect(&address).await;
        let mut person = TestUser::start(
            Phase::Asking,
            &[
                ("DBUS_SESSION_BUS_ADDRESS", address.as_str()),
                ("DISPLAY", &display),
            ],
        );
        person.enters().await;
        shows(&bus, 1).await;
        for signal in ["-KILL", "-TERM"] {
            let ends = Command::new("kill")
                .args([signal, &dunst.id().to_string()])
                .status();
            assert!(ends.expect("kill(1) is there").success());
            soon("the end of dunst", async {
                while dunst.end().is_none() {
                    pass(20).await;
                }
            })
            .await;
            person.goes_on("without dunst");
            dunst = start().expect("it was there");
            shows(&bus, 1).await;
            person.goes_on("with dunst again");
        }
        person.run(&["pause", "1 h"]);
        shows(&bus, 0).await;
        assert_eq!(person.question_count(), 1);
    });
}

/// The anonymous memory of a process, in kB.
fn memory(process: u32) -> u64 {
    let status = fs::read_to_string(format!("/proc/{process}/status")).expect("it lives");
    let line = status.lines().find(|line| line.starts_with("RssAnon:"));
    let number = line.and_then(|line| line.split_whitespace().nth(1));
    number
        .and_then(|number| number.parse().ok())
        .expect("a number")
}

/// The maximum growth of the memory in the last eight of ten rounds, in kB.
const LEFT: u64 = 512;

#[test]
fn ten_restarts_of_all_services_leak_nothing() {
    async_io::block_on(async {
        let Some(mut desk) = TestDesktop::up(Phase::Asking).await else {
            return;
        };
        let mut before = None;
        for round in 0..10 {
            if round == 2 {
                let holds = desk.person.holds_at_rest().await;
                before = Some((holds, memory(desk.person.program.id())));
            }
            everything_dies(&mut desk).await;
            desk.person.goes_on("alone");
            everything_comes_back(&mut desk).await;
            desk.goes_on("with everything");
        }
        let (holds, memory_before) = before.expect("there were enough rounds");
        desk.person.holds_no_more_than(holds).await;
        let now = memory(desk.person.program.id());
        assert!(
            now <= memory_before + LEFT,
            "memory: {memory_before} kB, then {now}"
        );
        desk.session_ends().await;
    });
}

async fn everything_dies(desk: &mut TestDesktop) {
    desk.mutter = None;
    desk.screen.kill();
    desk.login = None;
    desk.switch.take().expect("it lives").die().await;
    desk.panel.take().expect("it lives").die().await;
    desk.notifications_die().await;
    for (kind, words) in [
        ("idle", "none: "),
        ("session", "clock: "),
        ("tray", "no tray"),
    ] {
        desk.person.source(kind, words).await;
    }
}

/// Restarts all services. The question is shown again, and then snoozed and asked again; otherwise the delay before it is shown
/// on the next server would grow each round.
async fn everything_comes_back(desk: &mut TestDesktop) {
    desk.screen = common::screen_at(&desk.display).expect("it was there");
    desk.login = Login::start_at(Some(&desk.system)).await;
    let mutter = Mutter::start(&desk.address).await;
    mutter.idle(STILL).await;
    desk.mutter = Some(mutter);
    desk.switch = Some(SwayncMock::start(&desk.address, false).await);
    let panel = Tray::on(on(&desk.address), true).await;
    panel.icon().await;
    desk.panel = Some(panel);
    desk.notifications_come_back().await;
    let again = desk.server().card().await;
    for (kind, words) in [
        ("idle", "mutter"),
        ("session", "logind"),
        ("tray", "shown"),
        ("notifications", "scripted"),
    ] {
        desk.person.source(kind, words).await;
    }
    desk.person.run(&["snooze", "1 s"]);
    assert_eq!(desk.server().closed().await, again.id);
    desk.card = Some(desk.server().card().await);
    desk.person.is_in(Phase::Asking).await;
}
