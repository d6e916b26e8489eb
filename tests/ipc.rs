//! The control socket: other users are refused, bad requests get errors, and slow clients do not block others.
#![cfg(target_os = "linux")]

mod common;

use std::fs;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::process::{Child, Stdio};
use std::time::Duration;

use common::harness::wait;
use common::unhunch;
use rustix::fs::Uid;
use rustix::process::{Pid, Signal, kill_process};
use serde_json::{Value, json};
use tempfile::TempDir;

struct Running {
    home: TempDir,
    child: Child,
}

impl Running {
    fn start() -> Self {
        let home = tempfile::tempdir().unwrap();
        let child = unhunch(home.path())
            .arg("--headless")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let running = Self { home, child };
        wait("the socket", || UnixStream::connect(running.socket()).ok());
        running
    }

    fn socket(&self) -> PathBuf {
        self.home.path().join("run/unhunch/control.sock")
    }

    fn call(&self) -> BufReader<UnixStream> {
        let stream = UnixStream::connect(self.socket()).unwrap();
        stream
            .set_read_timeout(Some(Duration::from_secs(20)))
            .unwrap();
        BufReader::new(stream)
    }

    /// Sends a line, and returns the answer.
    fn send_line(&self, line: &[u8]) -> Value {
        let mut call = self.call();
        // The program hangs up before the end of a line that is too long.
        let _ = call
            .get_mut()
            .write_all(line)
            .and_then(|()| call.get_mut().write_all(b"\n"));
        hear(&mut call)
    }

    fn answers(&self) -> bool {
        self.send_line(br#"{"v":1,"do":"status"}"#)["ok"] == true
    }

    /// The history entries of this kind.
    fn history(&self, kind: &str) -> Vec<Value> {
        let folder = self.home.path().join(".local/share/unhunch/history");
        let devices = fs::read_dir(folder).into_iter().flatten().flatten();
        let files = devices.flat_map(|device| fs::read_dir(device.path()).unwrap().flatten());
        let text: String = files
            .map(|file| fs::read_to_string(file.path()).unwrap())
            .collect();
        let entries = text
            .lines()
            .map(|line| serde_json::from_str::<Value>(line).unwrap());
        entries.filter(|entry| entry["kind"] == kind).collect()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn hear(call: &mut BufReader<UnixStream>) -> Value {
    let mut line = String::new();
    call.read_line(&mut line).unwrap_or_default();
    serde_json::from_str(&line).unwrap_or(Value::Null)
}

fn send(call: &mut BufReader<UnixStream>, message: &Value) {
    call.get_mut()
        .write_all(format!("{message}\n").as_bytes())
        .unwrap();
}

#[test]
fn requests_are_not_carried_out_once_their_caller_has_given_up() {
    let running = Running::start();
    let phase = || running.send_line(br#"{"v":1,"do":"status"}"#)["status"]["phase"].clone();
    assert_eq!(phase(), "sitting");
    let id = Pid::from_child(&running.child);
    kill_process(id, Signal::STOP).unwrap();
    let refused = unhunch(running.home.path())
        .args(["pause", "1 h"])
        .output()
        .unwrap();
    assert_eq!(refused.status.code(), Some(1), "{refused:?}");
    let error = String::from_utf8_lossy(&refused.stderr);
    assert!(error.contains("not responding"), "{error}");
    // A caller who still waits gets what it asked for.
    let mut patient = running.call();
    send(&mut patient, &json!({"v": 1, "do": "stood"}));
    kill_process(id, Signal::CONT).unwrap();
    assert_eq!(hear(&mut patient)["ok"], true);
    assert_eq!(phase(), "sitting");
    assert_eq!(running.history("rested").len(), 1);
}

#[test]
fn only_the_user_can_access_the_socket() {
    let running = Running::start();
    let folder = running.home.path().join("run/unhunch");
    assert_eq!(
        fs::metadata(&folder).unwrap().permissions().mode() & 0o777,
        0o700
    );
    assert_eq!(
        fs::metadata(running.socket()).unwrap().permissions().mode() & 0o777,
        0o600
    );
}

#[test]
fn other_users_are_refused() {
    let running = Running::start();
    if fs::metadata(running.home.path()).unwrap().uid() != 0 {
        println!("skipped: only root can become somebody else");
        return;
    }
    let socket = running.socket();
    let refused = as_a_stranger(move || UnixStream::connect(socket).map(drop));
    assert!(refused.is_err(), "the folders keep it out");
    // The program refuses the stranger even if the permissions of the folders and of the socket let it in.
    for folder in ["", "run", "run/unhunch"] {
        let open = fs::Permissions::from_mode(0o755);
        fs::set_permissions(running.home.path().join(folder), open).unwrap();
    }
    fs::set_permissions(running.socket(), fs::Permissions::from_mode(0o666)).unwrap();
    let mut call = as_a_stranger({
        let socket = running.socket();
        move || UnixStream::connect(socket).unwrap()
    });
    let _ = call.write_all(b"{\"v\":1,\"do\":\"quit\"}\n");
    let mut heard = Vec::new();
    let _ = call.read_to_end(&mut heard);
    assert_eq!(heard, b"", "it is hung up on");
    assert!(running.answers());
}

/// Runs `work` as another user: on Linux, a thread can have a user id of its own.
fn as_a_stranger<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    let stranger = std::thread::spawn(|| {
        let nobody = Uid::from_raw(65534);
        rustix::thread::set_thread_res_uid(nobody, nobody, nobody).unwrap();
        work()
    });
    stranger.join().unwrap()
}

#[test]
fn bad_requests_get_errors() {
    let running = Running::start();
    for (line, code) in [
        (&b"hello"[..], "bad-request"),
        (b"{}", "bad-request"),
        (br#"{"v":7,"do":"status"}"#, "newer-version"),
        (br#"{"v":1,"do":"explode"}"#, "bad-request"),
        (br#"{"v":1,"do":"stretch","routine":"cat"}"#, "unknown-id"),
        (br#"{"v":1,"do":"pause"}"#, "bad-value"),
        (br#"{"v":1,"do":"pause","until":"99:99"}"#, "bad-value"),
        (br#"{"v":1,"do":"snooze","for":"0 s"}"#, "bad-request"),
        (b"\xff\xfe\x00\x01", "bad-request"),
    ] {
        let answer = running.send_line(line);
        assert_eq!(answer["ok"], false, "{}", String::from_utf8_lossy(line));
        assert_eq!(answer["error"]["code"], code, "{answer}");
        assert!(answer["error"]["message"].as_str().unwrap().len() > 10);
        assert!(running.answers());
    }
}

#[test]
fn a_request_line_has_a_maximum_length() {
    let running = Running::start();
    let answer = running.send_line(&vec![b'x'; 70 * 1024]);
    assert_eq!(answer["error"]["code"], "too-long", "{answer}");
    let long = format!("{{\"v\":1,\"do\":\"status\"{}}}", " ".repeat(60 * 1024));
    assert_eq!(running.send_line(long.as_bytes())["ok"], true);
    assert!(running.answers());
}

#[test]
fn an_incomplete_line_times_out_after_two_seconds() {
    let running = Running::start();
    let mut call = running.call();
    call.get_mut().write_all(br#"{"v":1,"#).unwrap();
    assert!(running.answers(), "meanwhile others are heard");
    let mut rest = Vec::new();
    call.read_to_end(&mut rest).unwrap();
    assert!(!String::from_utf8_lossy(&rest).contains("\"ok\":true"));
    assert!(running.answers());
}

#[test]
fn forty_silent_clients_are_disconnected() {
    let running = Running::start();
    let silent: Vec<_> = (0..40)
        .map(|_| UnixStream::connect(running.socket()))
        .collect();
    assert!(silent.iter().all(Result::is_ok));
    wait("a place in the line", || running.answers().then_some(()));
}

#[test]
fn the_window_gets_its_page_and_sends_reports() {
    let running = Running::start();
    let mut window = running.call();
    send(&mut window, &json!({ "v": 1, "do": "guide" }));
    let first = hear(&mut window);
    assert_eq!(first["window"]["page"], "home");
    for setting in [
        "theme",
        "motion",
        "on_top",
        "check_in",
        "tones",
        "volume",
        "voice",
        "safety_seen",
    ] {
        assert!(
            first["window"]["settings"].get(setting).is_some(),
            "{setting} in {first}"
        );
    }
    assert_eq!(
        running.send_line(br#"{"v":1,"do":"stretch","routine":"moment"}"#)["ok"],
        true
    );
    let message = wait("the routine", || {
        Some(hear(&mut window)).filter(|message| message["window"]["page"] == "guide")
    });
    assert_eq!(message["window"]["routine"], "moment");
    send(&mut window, &json!({ "v": 1, "do": "safety-seen" }));
    send(
        &mut window,
        &json!({ "v": 1, "do": "report", "report": "progress", "routine": "moment", "seconds": 12, "total": 30 }),
    );
    send(
        &mut window,
        &json!({ "v": 1, "do": "report", "report": "finished", "routine": "moment", "seconds": 30 }),
    );
    send(
        &mut window,
        &json!({ "v": 1, "do": "report", "report": "check-in", "routine": "moment", "feeling": "same" }),
    );
    let check = wait("the check-in", || running.history("check-in").pop());
    assert_eq!(check["feeling"], "same");
    assert_eq!(running.history("done").len(), 1);
    drop(window);
    assert!(running.answers());
    assert!(
        running.history("partly").is_empty(),
        "what was finished is not broken off"
    );
    assert!(
        running
            .home
            .path()
            .join(".local/state/unhunch/safety-read")
            .exists()
    );
}

#[test]
fn progress_of_a_window_that_dies_is_recorded() {
    let running = Running::start();
    let mut window = running.call();
    send(&mut window, &json!({ "v": 1, "do": "guide" }));
    hear(&mut window);
    running.send_line(br#"{"v":1,"do":"stretch","routine":"desk"}"#);
    send(
        &mut window,
        &json!({ "v": 1, "do": "report", "report": "progress", "routine": "desk", "seconds": 40, "total": 347 }),
    );
    assert!(running.answers());
    drop(window);
    let partly = wait("what was done", || running.history("partly").pop());
    assert_eq!(
        (&partly["seconds"], &partly["total"]),
        (&json!(40), &json!(347))
    );
    assert_ne!(
        running.send_line(br#"{"v":1,"do":"status"}"#)["status"]["phase"],
        "stretching"
    );
}

#[test]
fn the_history_is_private_and_a_torn_line_is_kept() {
    let running = Running::start();
    running.send_line(br#"{"v":1,"do":"skip"}"#);
    let folder = running.home.path().join(".local/share/unhunch/history");
    let device = fs::read_dir(&folder)
        .unwrap()
        .next()
        .unwrap()
        .unwrap()
        .path();
    let file = fs::read_dir(device)
        .unwrap()
        .next()
        .unwrap()
        .unwrap()
        .path();
    assert_eq!(
        fs::metadata(&file).unwrap().permissions().mode() & 0o777,
        0o600
    );
    let mut torn = fs::OpenOptions::new().append(true).open(&file).unwrap();
    torn.write_all(br#"{"v":1,"id":"0190"#).unwrap();
    running.send_line(br#"{"v":1,"do":"stood"}"#);
    let text = fs::read_to_string(&file).unwrap();
    assert_eq!(text.lines().count(), 3, "{text}");
    let output = unhunch(running.home.path())
        .args(["history", "--json"])
        .output()
        .unwrap();
    let entries: Vec<Value> = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(entries.len(), 2);
    let complaint = String::from_utf8(output.stderr).unwrap();
    assert!(
        complaint.contains("line 2") || complaint.contains(":2"),
        "{complaint}"
    );
}

#[test]
fn answers_to_a_sample_reminder_change_nothing_except_start() {
    let running = Running::start();
    let before = running.send_line(br#"{"v":1,"do":"status"}"#);
    assert_eq!(
        running.send_line(br#"{"v":1,"do":"try-reminder"}"#)["ok"],
        true
    );
    let after = running.send_line(br#"{"v":1,"do":"status"}"#);
    for fact in ["phase", "asking"] {
        assert_eq!(after["status"][fact], before["status"][fact], "{fact}");
    }
    assert_eq!(running.history("asked"), [] as [Value; 0]);
}
