//! `unhunch status --watch`: a line now and after each change, for a status bar.

use std::io::{self, Write as _};
use std::thread;
use std::time::Duration;

use super::arguments::Json;
use super::{DONE, call_failed, paths, system};
use crate::ipc::{Failure, Status, client};
use crate::text::printable_line;

/// The time between two looks for a program that isn't running.
const RETRY_DELAY: Duration = Duration::from_secs(1);

/// Prints a line for each change. With `waits`, also waits for the program to be started, again and again.
pub(super) fn run(json: Json, waits: bool) -> u8 {
    let paths = match paths() {
        Ok(paths) => paths,
        Err(code) => return code,
    };
    system::exit_when_reader_closes();
    let mut lines = Lines::default();
    loop {
        let watched = client::watch(&paths, |reply| {
            reply
                .status
                .is_none_or(|status| lines.print(&line(&status, json)))
        });
        match watched {
            Ok(()) if lines.closed || !waits => return DONE,
            // Waiting doesn't help.
            Err(failure @ Failure::Refused(_)) => return call_failed(&failure),
            Err(failure) if !waits => return call_failed(&failure),
            Ok(()) | Err(_) => {}
        }
        // A bar would go on showing the last line.
        if lines.any && !lines.print(if json.json { "null" } else { "" }) {
            return DONE;
        }
        wait();
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "this client has nothing else to do, and only looks while the program isn't running"
)]
fn wait() {
    thread::sleep(RETRY_DELAY);
}

fn line(status: &Status, json: Json) -> String {
    if json.json {
        serde_json::to_string(status).unwrap_or_default()
    } else {
        printable_line(&status.why)
    }
}

/// The printed lines.
#[derive(Default)]
struct Lines {
    last: String,
    any: bool,
    /// `true` once nobody reads them any more. That is not a failure.
    closed: bool,
}

impl Lines {
    /// Prints a line, unless it is the same as the last one. Returns `false` if nobody reads it.
    fn print(&mut self, line: &str) -> bool {
        if self.any && self.last == line {
            return true;
        }
        let mut out = io::stdout().lock();
        self.closed = writeln!(out, "{line}").and_then(|()| out.flush()).is_err();
        self.any = true;
        line.clone_into(&mut self.last);
        !self.closed
    }
}
