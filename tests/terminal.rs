//! The program in a terminal that it shares with a shell.
#![cfg(target_os = "linux")]

mod common;

use std::io::{Read as _, Write as _};
use std::process::{Child, ChildStdin, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use common::{in_home, program, status};
use tempfile::TempDir;

/// An interactive shell in a terminal of its own.
struct Shell {
    child: Child,
    keyboard: ChildStdin,
    output: Receiver<Vec<u8>>,
    seen: String,
    home: TempDir,
}

#[expect(
    clippy::disallowed_methods,
    reason = "a test waits for a program that doesn’t report it"
)]
impl Shell {
    fn start() -> Self {
        let home = tempfile::tempdir().unwrap();
        let mut child = in_home("script", home.path())
            .args([
                "--quiet",
                "--command",
                "PS1='ready$ ' exec bash --norc -i",
                "/dev/null",
            ])
            .env("UNHUNCH", program("unhunch"))
            .env_remove("DISPLAY")
            .env_remove("WAYLAND_DISPLAY")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let (send, output) = channel();
        let mut out = child.stdout.take().unwrap();
        std::thread::spawn(move || {
            let mut bytes = [0; 4096];
            while let Ok(count @ 1..) = out.read(&mut bytes) {
                let _ = send.send(bytes[..count].to_vec());
            }
        });
        let mut shell = Self {
            keyboard: child.stdin.take().unwrap(),
            child,
            output,
            seen: String::new(),
            home,
        };
        shell.wait_for("ready$ ");
        shell
    }

    fn press(&mut self, keys: &str) {
        self.seen.clear();
        self.keyboard.write_all(keys.as_bytes()).unwrap();
        self.keyboard.flush().unwrap();
    }

    /// Waits until the terminal has shown this text since the last key.
    fn wait_for(&mut self, text: &str) {
        let end = Instant::now() + Duration::from_secs(20);
        while !self.seen.contains(text) {
            let left = end.saturating_duration_since(Instant::now());
            match self.output.recv_timeout(left) {
                Ok(bytes) => self.seen += &String::from_utf8_lossy(&bytes),
                Err(error) => panic!("{error} before {text:?}: {:?}", self.seen),
            }
        }
    }

    /// Returns what the terminal shows within this time.
    fn output_within(&mut self, time: Duration) -> &str {
        let end = Instant::now() + time;
        while let Ok(bytes) = self
            .output
            .recv_timeout(end.saturating_duration_since(Instant::now()))
        {
            self.seen += &String::from_utf8_lossy(&bytes);
        }
        &self.seen
    }

    fn phase(&self) -> String {
        let status = status(self.home.path());
        status["phase"].as_str().unwrap_or_default().to_owned()
    }
}

impl Drop for Shell {
    fn drop(&mut self) {
        let _ = self.keyboard.write_all(b"\x03\nkill -KILL %1\nexit\n");
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn escape_sequences_and_pasted_text_are_not_taken_as_keys() {
    let mut shell = Shell::start();
    shell.press("$UNHUNCH\n");
    shell.wait_for("q quit");
    shell.press("s");
    shell.wait_for("e end");
    for keys in [
        "\x1b[C",                 // the right arrow
        "\x1bOA",                 // the up arrow, in application mode
        "\x1b[I",                 // the terminal has the focus
        "\x1b[<64;10;20M",        // the mouse wheel
        "\x1b[200~quit\x1b[201~", // a bracketed paste
        "please skip, quit",
    ] {
        shell.press(keys);
        let seen = shell.output_within(Duration::from_millis(300)).to_owned();
        assert!(!seen.contains("Session ended"), "{keys:?}: {seen}");
        assert_eq!(shell.phase(), "stretching", "{keys:?}");
    }
    shell.press("\x1b");
    shell.wait_for("Session ended.");
    shell.press("q");
    shell.wait_for("ready$ ");
}

#[test]
fn a_job_in_the_background_keeps_running_and_reads_again_in_the_foreground() {
    let mut shell = Shell::start();
    shell.press("$UNHUNCH &\n");
    shell.wait_for("q quit");
    shell.press("echo; jobs\n");
    shell.wait_for("Running");
    assert!(
        !shell
            .output_within(Duration::from_millis(500))
            .contains("Stopped")
    );
    // Keys belong to the shell.
    shell.press("q\n");
    shell.wait_for("q: command not found");
    assert_eq!(shell.phase(), "sitting");
    shell.press("fg\n");
    shell.wait_for("$UNHUNCH");
    // The program notices the foreground at the next input.
    shell.press("\n");
    let _ = shell.output_within(Duration::from_millis(300));
    // Ctrl+Z gives the terminal back, and `fg` takes it again.
    shell.press("\x1a");
    shell.wait_for("Stopped");
    shell.press("stty -a | tr '\\n' ' '; echo\n");
    shell.wait_for("ready$ ");
    let seen = shell.output_within(Duration::from_millis(300)).to_owned();
    assert!(
        seen.contains(" icanon") && seen.contains(" echo "),
        "{seen}"
    );
    shell.press("fg\n");
    shell.wait_for("$UNHUNCH");
    let _ = shell.output_within(Duration::from_millis(300));
    shell.press("q");
    shell.wait_for("ready$ ");
    shell.press("jobs; echo no''ne\n");
    shell.wait_for("none\r\n");
    assert!(!shell.seen.contains("UNHUNCH &"), "{}", shell.seen);
}
