//! The sound: the rendered file of a whole routine compared with its phases, and real tones and voices on a real sound server
//! whose output is recorded.
#![cfg(target_os = "linux")]

mod common;

use std::collections::BTreeSet;
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::thread;
use std::time::Duration;

use async_io::block_on;
use common::{Needs, Running, again, is_inner, is_release, on_a_desktop, pass, program};
use unhunch::routine::{Library, Plan};
use unhunch::sound::{Choice, Entry, Player, Score, Sound, Tone, Voice, VoiceSettings};
use unhunch::sound::{render, score, tone, voice, wav};
use unhunch::time::Clock;

const BOTH: Choice = Choice {
    tones: true,
    voice: true,
};
const TONES: Choice = Choice {
    tones: true,
    voice: false,
};

/// The tolerance for the start of a sound in a file, in seconds.
const NEAR: f64 = 0.05;
/// The maximum latency of a sound at the loudspeaker.
const LATE: Duration = Duration::from_millis(300);
/// The maximum time until there is silence after a stop.
const STILL: Duration = Duration::from_millis(250);
/// The amplitude above which a sound counts as audible.
const HEARD: f32 = 0.01;

// Tests of the rendered file.

/// The samples of a file between two times in seconds.
fn part(samples: &[f32], from: f64, to: f64) -> &[f32] {
    let index = |seconds: f64| (seconds.max(0.0) * f64::from(tone::RATE)).round() as usize;
    &samples[index(from).min(samples.len())..index(to).min(samples.len())]
}

fn loudness(samples: &[f32]) -> f32 {
    let sum: f32 = samples.iter().map(|sample| sample * sample).sum();
    (sum / samples.len().max(1) as f32).sqrt()
}

/// The times in seconds at which sound starts after at least 20 ms of silence.
fn onsets(samples: &[f32]) -> Vec<f64> {
    const STEP: f64 = 0.005;
    let (mut onsets, mut quiet) = (Vec::new(), 4);
    let chunk = (STEP * f64::from(tone::RATE)) as usize;
    for (number, chunk) in samples.chunks(chunk).enumerate() {
        if loudness(chunk) < 0.003 {
            quiet += 1;
        } else {
            if quiet >= 4 {
                onsets.push(number as f64 * STEP);
            }
            quiet = 0;
        }
    }
    onsets
}

/// The start of each phase of a plan in seconds.
fn starts(plan: &Plan) -> Vec<f64> {
    let begins = plan.phases().iter().scan(0.0, |next, phase| {
        let start = *next;
        *next += phase.seconds;
        Some(start)
    });
    begins.collect()
}

fn desk() -> Plan {
    Library::shipped().plan("desk").expect("it ships")
}

/// Checks that every phase begins with a sound, that every entry of the score is audible, and that there are no other sounds.
fn is_in_time(samples: &[f32], plan: &Plan, score: &Score) {
    let onsets = onsets(samples);
    let is_near = |second: f64| onsets.iter().any(|onset| (onset - second).abs() < NEAR);
    for (start, phase) in starts(plan).into_iter().zip(plan.phases()) {
        assert!(is_near(start), "nothing begins at {start} with {phase:?}");
    }
    assert!(is_near(plan.total_seconds()), "the end is not heard");
    for onset in &onsets {
        // Speech has pauses, so a sound may start anywhere within an entry of the score.
        let is_meant = |entry: &Entry| entry.at - NEAR < *onset && *onset < entry.end();
        assert!(score.entries().iter().any(is_meant), "a sound at {onset}");
    }
    for entry in score.entries() {
        let heard = loudness(part(samples, entry.at, entry.at + 2.0 * NEAR));
        assert!(heard > 0.003, "{entry:?} is not heard: {heard}");
    }
}

#[test]
fn tones_of_the_desk_routine_are_in_time() {
    let (plan, score) = (desk(), Score::new(&desk(), TONES));
    let mute = |_: &str| panic!("no voice is wanted");
    let file = wav::write(&render(&score, mute).unwrap(), tone::RATE).unwrap();
    let (samples, rate) = wav::read(&file).unwrap();
    assert_eq!(rate, tone::RATE);
    assert!(samples.len() as f64 >= score.total_seconds() * f64::from(rate));
    is_in_time(&samples, &plan, &score);
}

#[test]
fn tones_and_voice_of_the_desk_routine_are_in_time() {
    if !all_there(&["espeak-ng"]) {
        return;
    }
    let (plan, score) = (desk(), Score::new(&desk(), BOTH));
    let samples = render(&score, |words| voice::record(words, "en")).unwrap();
    is_in_time(&samples, &plan, &score);
    // Silence between the entries shows that nothing is cut off and nothing overlaps.
    for pair in score.entries().windows(2) {
        let gap = part(&samples, pair[0].end(), pair[1].at);
        assert!(loudness(gap) < 0.003, "{pair:#?}");
    }
    let peak = samples.iter().fold(0.0f32, |a, b| a.max(b.abs()));
    assert!((0.5..=1.0).contains(&peak), "{peak}");
}

#[test]
fn no_words_take_longer_than_estimated() {
    if !all_there(&["espeak-ng"]) {
        return;
    }
    let library = Library::shipped();
    let mut sentences = BTreeSet::new();
    for item in library.iter() {
        let score = Score::new(&Plan::for_item(item, &library), BOTH);
        for entry in score.entries() {
            if let Sound::Speech(words) = &entry.sound {
                sentences.insert(words.clone());
            }
        }
    }
    assert!(sentences.len() > 20, "{sentences:?}");
    for words in sentences {
        let samples = voice::record(&words, "en").unwrap();
        let last = samples.iter().rposition(|sample| sample.abs() > HEARD);
        let seconds = last.expect("a sound") as f64 / f64::from(tone::RATE);
        let thought = score::speech_seconds(&words);
        assert!(seconds <= thought, "{words}: {seconds}, not {thought}");
    }
}

#[test]
fn the_command_writes_the_file() {
    // Only the release build includes the window, which renders the sound.
    if !is_release() || !all_there(&["espeak-ng"]) {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("desk.wav");
    let unhunch = |arguments: &[&str]| {
        let mut command = Command::new(program("unhunch"));
        command.arg("sound").args(arguments);
        command.output().expect("the program can be started")
    };
    let path = file.to_str().unwrap();
    let output = unhunch(&["desk", "--voice", "--out", path]);
    assert!(output.status.success(), "{output:?}");
    let (samples, _) = wav::read(&fs::read(&file).unwrap()).expect("a WAV file");
    is_in_time(&samples, &desk(), &Score::new(&desk(), BOTH));
    assert_eq!(unhunch(&["dask", "--out", path]).status.code(), Some(2));
    let nowhere = unhunch(&["moment", "--out", "/nowhere/moment.wav"]);
    assert_eq!(nowhere.status.code(), Some(1));
}

// Tests at the loudspeaker.

const SERVERS: [&str; 5] = [
    "pulseaudio",
    "parec",
    "paplay",
    "speech-dispatcher",
    "espeak-ng",
];

/// Returns `true` if all programs are installed. Missing ones fail the test, unless `UNHUNCH_SKIP_DESKTOP=1` is set.
fn all_there(programs: &[&str]) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let is_there = |name: &&&str| std::env::split_paths(&path).any(|at| at.join(name).is_file());
    let missing: Vec<_> = programs.iter().filter(|name| !is_there(name)).collect();
    let skip = std::env::var_os("UNHUNCH_SKIP_DESKTOP").is_some_and(|value| value == "1");
    assert!(
        missing.is_empty() || skip,
        "{missing:?} are missing; install them, or set UNHUNCH_SKIP_DESKTOP=1"
    );
    missing.is_empty()
}

/// The availability of speech-dispatcher.
#[derive(Clone, Copy, PartialEq, Eq)]
enum SpeechService {
    Runs,
    /// It does not run, but can be started.
    Waits,
    /// The environment names a service on a network, which the program does not use.
    Missing,
}

/// Runs `body` in a folder with a private sound server.
fn in_a_room(name: &str, service: SpeechService, body: impl FnOnce()) {
    if is_inner() {
        return body();
    }
    if !all_there(&SERVERS) {
        return;
    }
    let room = tempfile::tempdir().unwrap();
    let place = |name: &str| room.path().join(name);
    let mut running = vec![sound_server(room.path())];
    let speech = place("speech-dispatcher/speechd.sock");
    if service == SpeechService::Runs {
        running.push(speech_service(room.path(), &speech));
    }
    let mut inner = again(name);
    for variable in ["DISPLAY", "WAYLAND_DISPLAY", "XAUTHORITY"] {
        inner.env_remove(variable);
    }
    in_room(&mut inner, room.path());
    if service == SpeechService::Missing {
        inner.env("SPEECHD_ADDRESS", "inet_socket:nowhere:1");
    }
    let output = inner.output();
    let output = output.expect("this very test can be started");
    let text = String::from_utf8_lossy(&output.stdout);
    let complaint = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{text}{complaint}");
    assert!(text.contains("1 passed"), "{name} is not its name: {text}");
}

/// Sets the environment of a command to the servers in the folder `room`.
fn in_room<'a>(command: &'a mut Command, room: &Path) -> &'a mut Command {
    let sound = format!("unix:{}", room.join("sound.sock").display());
    command
        .env("HOME", room)
        .env("XDG_RUNTIME_DIR", room)
        .env("PULSE_SERVER", sound)
        .env("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nowhere")
        .env_remove("SPEECHD_ADDRESS")
}

/// Starts a sound server with one virtual loudspeaker.
fn sound_server(room: &Path) -> Running {
    let socket = room.join("sound.sock");
    let script = room.join("sound.pa");
    let text = format!(
        "load-module module-null-sink sink_name=room rate=48000\n\
         load-module module-native-protocol-unix socket={} auth-anonymous=1\n",
        socket.display()
    );
    fs::write(&script, text).unwrap();
    let mut server = Command::new("pulseaudio");
    server.args(["-n", "--daemonize=no", "--exit-idle-time=-1"]);
    server.args(["--use-pid-file=no", "--disable-shm=yes"]);
    server.arg(format!("--file={}", script.display()));
    in_room(&mut server, room).env_remove("PULSE_SERVER");
    started(&mut server, &socket)
}

fn speech_service(room: &Path, socket: &Path) -> Running {
    let folder = socket.parent().unwrap();
    fs::DirBuilder::new().mode(0o700).create(folder).unwrap();
    let mut service = Command::new("speech-dispatcher");
    service.args(["--run-single", "-c", "unix_socket", "-t", "0", "-S"]);
    service.arg(socket).arg("-P").arg(room.join("speech.pid"));
    service.arg("-L").arg(room);
    started(in_room(&mut service, room), socket)
}

/// Starts a server and waits for its socket.
fn started(command: &mut Command, socket: &Path) -> Running {
    let running = Running::silently(command);
    eventually(&format!("{command:?}"), || socket.exists());
    running
}

fn eventually(what: &str, is_so: impl Fn() -> bool) {
    for _ in 0..1000 {
        if is_so() {
            return;
        }
        block_on(pass(20));
    }
    panic!("not in time: {what}");
}

/// A recorder of the loudspeaker.
struct Recorder {
    _recorder: Running,
    heard: Receiver<(Duration, f32)>,
}

impl Recorder {
    fn open() -> Self {
        Self::at(&mut Command::new("parec"))
    }

    fn at(recorder: &mut Command) -> Self {
        recorder.args(["--device=room.monitor", "--format=s16le", "--rate=48000"]);
        recorder.args(["--channels=1", "--latency-msec=10", "--raw"]);
        recorder.stdin(Stdio::null()).stdout(Stdio::piped());
        let mut recorder = recorder.stderr(Stdio::null()).spawn().expect("parec");
        let mut out = recorder.stdout.take().unwrap();
        let (sender, heard) = mpsc::channel();
        thread::spawn(move || {
            let mut bytes = [0; 960];
            while out.read_exact(&mut bytes).is_ok() {
                let levels = bytes
                    .chunks_exact(2)
                    .map(|two| i16::from_le_bytes([two[0], two[1]]));
                let peak = levels
                    .map(|level| f32::from(level).abs() / 32768.0)
                    .fold(0.0, f32::max);
                if sender.send((Clock.now().elapsed, peak)).is_err() {
                    return;
                }
            }
        });
        let ear = Self {
            _recorder: Running::new(recorder),
            heard,
        };
        // The recording has started when its first chunk arrives.
        ear.next(Duration::from_secs(10))
            .expect("the room is recorded");
        ear
    }

    fn next(&self, within: Duration) -> Option<(Duration, f32)> {
        match self.heard.recv_timeout(within) {
            Ok(heard) => Some(heard),
            Err(RecvTimeoutError::Timeout) => None,
            Err(RecvTimeoutError::Disconnected) => panic!("the recorder has ended"),
        }
    }

    /// The time of the next sound; `None` after this many seconds of silence.
    fn begins(&self, seconds: f64) -> Option<Duration> {
        let last = Clock.now().elapsed + Duration::from_secs_f64(seconds);
        while let Some((at, level)) = self.next(Duration::from_secs(10)) {
            if level > HEARD {
                return Some(at);
            }
            if at > last {
                return None;
            }
        }
        panic!("nothing is recorded any more");
    }

    /// Waits for half a second of silence, and returns the time of the last sound before it.
    fn ends(&self) -> Duration {
        let mut last = Clock.now().elapsed;
        while let Some((at, level)) = self.next(Duration::from_secs(10)) {
            if level > HEARD {
                last = at;
            } else if at > last + Duration::from_millis(500) {
                return last;
            }
        }
        panic!("nothing is recorded any more");
    }

    /// The times until `until` at which sound starts after at least 50 ms of silence.
    fn onsets(&self, until: Duration) -> Vec<Duration> {
        let (mut onsets, mut last) = (Vec::new(), Duration::ZERO);
        while let Some((at, level)) = self.next(Duration::from_secs(10)) {
            if at > until {
                return onsets;
            }
            if level > HEARD {
                if at > last + Duration::from_millis(50) {
                    onsets.push(at);
                }
                last = at;
            }
        }
        panic!("nothing is recorded any more");
    }

    fn forget(&self) {
        while self.heard.try_recv().is_ok() {}
    }
}

fn english() -> VoiceSettings {
    VoiceSettings {
        language: "en".into(),
        volume: 40,
    }
}

/// Opens a voice, and waits until it is ready.
fn awake() -> Voice {
    let (sender, receiver) = mpsc::channel();
    let voice = Voice::open(english(), move || sender.send(()).unwrap()).unwrap();
    receiver
        .recv_timeout(Duration::from_secs(20))
        .expect("it wakes");
    voice
}

/// Says something, and returns the time until it was audible.
fn say_and_measure(voice: &Voice, words: &str, ear: &Recorder) -> Duration {
    ear.forget();
    let asked_at = Clock.now().elapsed;
    voice.say(words);
    let heard_at = ear
        .begins(3.0)
        .unwrap_or_else(|| panic!("{words} is not heard"));
    heard_at.saturating_sub(asked_at)
}

/// The `/proc` stat lines of the child processes of this process, including zombies.
fn children() -> Vec<String> {
    let own_id = std::process::id().to_string();
    let processes = fs::read_dir("/proc").unwrap().flatten();
    let stats =
        processes.filter_map(|process| fs::read_to_string(process.path().join("stat")).ok());
    // The parent id is the second word after the name, which is in parentheses.
    stats
        .filter(|stat| {
            let after = stat.rsplit(')').next().unwrap_or_default();
            after.split_whitespace().nth(1) == Some(&own_id)
        })
        .collect()
}

/// Checks that the voice, whichever engine it uses, starts and stops in time.
fn keeps_its_promises(ear: &Recorder) {
    let voice = awake();
    for words in ["Rep 3.", "Hold.", "5", "Come back slowly."] {
        let late = say_and_measure(&voice, words, ear);
        assert!(late < LATE, "{words} is {late:?} late");
        ear.ends();
    }
    let long = "Scapula squeeze. Sit tall, arms by your sides.";
    say_and_measure(&voice, long, ear);
    block_on(pass(700));
    let stopped_at = Clock.now().elapsed;
    voice.silence();
    let still = ear.ends().saturating_sub(stopped_at);
    assert!(still < STILL, "it goes on for {still:?}");
    // New words replace the ones that are being spoken.
    say_and_measure(&voice, long, ear);
    block_on(pass(700));
    let asked_at = Clock.now().elapsed;
    voice.say("1");
    let both = ear.ends().saturating_sub(asked_at);
    assert!(
        both < Duration::from_millis(1000),
        "both are heard: {both:?}"
    );
    // Dropping the voice silences it, too.
    say_and_measure(&voice, long, ear);
    let stopped_at = Clock.now().elapsed;
    drop(voice);
    let still = ear.ends().saturating_sub(stopped_at);
    assert!(still < STILL, "it goes on for {still:?}");
}

#[test]
fn speech_dispatcher_speaks_in_time_and_is_silent_at_once() {
    let name = "speech_dispatcher_speaks_in_time_and_is_silent_at_once";
    in_a_room(name, SpeechService::Runs, || {
        let ear = Recorder::open();
        keeps_its_promises(&ear);
        assert_eq!(children().len(), 1, "only the recorder: {:?}", children());
    });
}

#[test]
fn a_voice_works_without_speech_dispatcher() {
    let name = "a_voice_works_without_speech_dispatcher";
    in_a_room(name, SpeechService::Missing, || {
        let ear = Recorder::open();
        keeps_its_promises(&ear);
        eventually("eSpeak is waited for", || children().len() == 1);
    });
}

#[test]
fn speech_dispatcher_is_started_on_demand_and_ends_by_itself() {
    let name = "speech_dispatcher_is_started_on_demand_and_ends_by_itself";
    in_a_room(name, SpeechService::Waits, || {
        let ear = Recorder::open();
        let voice = awake();
        let late = say_and_measure(&voice, "Let go.", &ear);
        assert!(late < LATE, "{late:?} late");
        let room = PathBuf::from(std::env::var_os("XDG_RUNTIME_DIR").unwrap());
        let socket = room.join("speech-dispatcher/speechd.sock");
        assert!(socket.exists());
        drop(voice);
        let is_served = || UnixStream::connect(&socket).is_ok();
        block_on(pass(6000));
        eventually("the service ends", || {
            block_on(pass(6000));
            !is_served()
        });
    });
}

#[test]
fn tones_are_heard_in_time_and_cut_off_at_once() {
    let name = "tones_are_heard_in_time_and_cut_off_at_once";
    in_a_room(name, SpeechService::Missing, || {
        let ear = Recorder::open();
        let mut player = Player::open(40).unwrap();
        for tone in Tone::ALL {
            ear.forget();
            let asked_at = Clock.now().elapsed;
            player.play(tone, tone.seconds());
            let heard_at = ear
                .begins(3.0)
                .unwrap_or_else(|| panic!("{tone:?} is not heard"));
            let late = heard_at.saturating_sub(asked_at);
            assert!(late < LATE, "{tone:?} is {late:?} late");
            let sounded = ear.ends().saturating_sub(heard_at);
            assert!(
                sounded.as_secs_f64() < tone.seconds() + 0.1,
                "{tone:?}: {sounded:?}"
            );
        }
        ear.forget();
        player.play(Tone::Done, Tone::Done.seconds());
        ear.begins(3.0).expect("it is heard");
        let stopped_at = Clock.now().elapsed;
        player.silence();
        let still = ear.ends().saturating_sub(stopped_at);
        assert!(still < STILL, "it goes on for {still:?}");
        eventually("every tone is waited for", || children().len() == 1);
        let room = PathBuf::from(std::env::var_os("XDG_RUNTIME_DIR").unwrap());
        let tones = || {
            let names = fs::read_dir(&room).unwrap().flatten();
            names
                .filter(|entry| {
                    entry
                        .file_name()
                        .to_string_lossy()
                        .starts_with("unhunch-tones")
                })
                .count()
        };
        assert_eq!(tones(), 1);
        drop(player);
        assert_eq!(tones(), 0, "the tones are gone with the player");
    });
}

/// Words that mean something else in markup, in SSIP, on a command line, and in the text for a voice.
const NASTY: &str = "-x . & < > \" ' </b>\r\n.\r\nQUIT\r\n [[slnc 9]]\u{1b}\0";
/// The words that the voice must get for them.
const WORDS: &str = "-x . & < > \" ' </b> . QUIT [ [slnc 9]]";

/// Runs `body` with this address of speech-dispatcher and this `PATH`.
fn with_voice(name: &str, address: &str, path: &Path, body: impl FnOnce()) {
    if is_inner() {
        return body();
    }
    let mut inner = again(name);
    inner.env("SPEECHD_ADDRESS", address).env("PATH", path);
    let output = inner.output().expect("this very test can be started");
    let text = String::from_utf8_lossy(&output.stdout);
    let complaint = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{text}{complaint}");
    assert!(text.contains("1 passed"), "{name} is not its name: {text}");
}

/// Acts as speech-dispatcher, and returns all lines that it receives.
fn mock_speech_service(socket: &Path) -> Receiver<String> {
    let listener = UnixListener::bind(socket).unwrap();
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        let (stream, _) = listener.accept().unwrap();
        let mut is_text = false;
        for line in BufReader::new(&stream).lines().map_while(Result::ok) {
            let _ = sender.send(line.clone());
            is_text = match (is_text, line.as_str()) {
                (true, text) => text != ".",
                (false, command) => command == "SPEAK",
            };
            let ends = if line == "." {
                "702-1\r\n702 END\r\n"
            } else {
                ""
            };
            // Lines of a text are not answered.
            let answer = match (is_text, line.as_str()) {
                (true, "SPEAK") | (false, _) => format!("200 OK\r\n{ends}"),
                (true, _) => String::new(),
            };
            let _ = (&stream).write_all(answer.as_bytes());
        }
    });
    receiver
}

#[test]
fn speech_dispatcher_gets_words_and_no_commands() {
    let folder = tempfile::tempdir().unwrap();
    let address = format!("unix_socket:{}", folder.path().join("speech").display());
    let name = "speech_dispatcher_gets_words_and_no_commands";
    with_voice(name, &address, folder.path(), || {
        let address = std::env::var("SPEECHD_ADDRESS").unwrap();
        let socket = address.strip_prefix("unix_socket:").unwrap();
        let receiver = mock_speech_service(Path::new(socket));
        let voice = awake();
        for (words, line) in [(NASTY, WORDS), (".", "..")] {
            voice.say(words);
            let lines = std::iter::from_fn(|| receiver.recv_timeout(Duration::from_secs(10)).ok());
            let mut lines = lines.skip_while(|line| line != "CANCEL SELF");
            let sent: Vec<String> = lines.by_ref().take(4).collect();
            assert_eq!(sent, ["CANCEL SELF", "SPEAK", line, "."]);
        }
    });
}

#[test]
fn espeak_gets_words_and_no_options() {
    let folder = tempfile::tempdir().unwrap();
    let program = folder.path().join("espeak-ng");
    let script = "#!/bin/sh\nprintf '%s\\n' \"$@\" end > \"$PATH/said\"\n";
    fs::write(&program, script).unwrap();
    fs::set_permissions(&program, fs::Permissions::from_mode(0o700)).unwrap();
    let name = "espeak_gets_words_and_no_options";
    with_voice(name, "inet_socket:nowhere:1", folder.path(), || {
        let arguments_file = PathBuf::from(std::env::var_os("PATH").unwrap()).join("said");
        let arguments = || fs::read_to_string(&arguments_file).unwrap_or_default();
        let voice = awake();
        voice.say(NASTY);
        eventually("eSpeak is started", || arguments().ends_with("\nend\n"));
        assert_eq!(arguments(), format!("-v\nen\n-a\n40\n--\n{WORDS}\nend\n"));
        assert!(voice::record(NASTY, "en").is_err(), "it writes no sound");
        assert_eq!(arguments(), format!("-v\nen\n--stdout\n--\n{WORDS}\nend\n"));
    });
}

/// Acts as the tray program: waits for the window, and tells it to play a routine with sound.
fn tray(socket: &Path) -> UnixStream {
    let listener = UnixListener::bind(socket).unwrap();
    let (stream, _) = listener.accept().unwrap();
    let mut hello = String::new();
    let mut lines = BufReader::new(stream.try_clone().unwrap());
    lines.read_line(&mut hello).unwrap();
    let message = r#"{"v":1,"window":{"page":"guide","routine":"moment","settings":
        {"motion":"reduced","safety_seen":true,"tones":true,"voice":true,"volume":40}}}"#;
    writeln!(&stream, "{}", message.replace('\n', " ")).unwrap();
    // Reads and discards the reports of the window, so that it can send them.
    thread::spawn(move || lines.lines().count());
    stream
}

fn press_space() {
    let mut press = Command::new("xdotool");
    press.args([
        "search",
        "--name",
        "Unhunch",
        "windowfocus",
        "--sync",
        "key",
        "space",
    ]);
    assert!(press.status().expect("xdotool is installed").success());
}

#[test]
fn the_guide_is_heard_in_time_and_a_pause_is_silent() {
    let name = "the_guide_is_heard_in_time_and_a_pause_is_silent";
    // Only the release build includes the window.
    if !is_release() || !all_there(&SERVERS) {
        return;
    }
    let screen = Needs {
        bus: false,
        screen: true,
    };
    on_a_desktop(name, screen, || {
        let folder = tempfile::tempdir().unwrap();
        let room = folder.path();
        let _server = sound_server(room);
        let _service = speech_service(room, &room.join("speech-dispatcher/speechd.sock"));
        let ear = Recorder::at(in_room(&mut Command::new("parec"), room));
        let socket = room.join("control.sock");
        let mut window = Command::new(program("unhunch-window"));
        window.arg("--socket").arg(&socket);
        let opened = in_room(&mut window, room).stderr(Stdio::inherit());
        let tray = thread::spawn(move || tray(&socket));
        eventually("the tray listens", || room.join("control.sock").exists());
        let mut window = Running::new(opened.spawn().expect("the window opens"));
        let tray = tray.join().unwrap();
        let first_tone = ear.begins(20.0).expect("the first tone");
        let onsets = ear.onsets(first_tone + Duration::from_millis(13_500));
        let plan = Library::shipped().plan("moment").unwrap();
        for entry in Score::new(&plan, BOTH).entries() {
            let meant = first_tone + Duration::from_secs_f64(entry.at);
            // Only tones are checked, because words right after a tone have no onset of their own. The entries at 0.0 are
            // skipped, because they wait until the voice is ready.
            if entry.at == 0.0 || entry.at > 13.0 || !matches!(entry.sound, Sound::Tone(_)) {
                continue;
            }
            let apart = onsets.iter().map(|onset| onset.abs_diff(meant)).min();
            let apart = apart.expect("something is heard");
            assert!(apart < LATE / 2, "{entry:?} is {apart:?} off: {onsets:?}");
        }
        press_space();
        let stopped_at = Clock.now().elapsed;
        let still = ear.ends().saturating_sub(stopped_at);
        assert!(still < STILL, "it goes on for {still:?}");
        assert_eq!(ear.begins(2.0), None, "a pause is silent");
        press_space();
        assert!(ear.begins(4.0).is_some(), "it goes on");
        drop(tray);
        window.kill();
    });
}
