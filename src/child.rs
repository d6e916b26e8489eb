//! A program that tells something, a line at a time, as long as somebody listens.

use std::io;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::Duration;

use async_io::{Async, Timer};
use futures_lite::io::{AsyncBufReadExt as _, BufReader};
use futures_lite::{FutureExt as _, StreamExt as _};

/// How long a program may take that is to say something and end.
const PATIENCE: Duration = Duration::from_secs(1);

/// The lines of a program; dropping them ends it.
pub(crate) struct Lines {
    child: Child,
    lines: futures_lite::io::Lines<BufReader<Async<ChildStdout>>>,
}

impl Lines {
    /// Starts it, in a language that doesn't change.
    pub(crate) fn of(program: &str, arguments: &[&str]) -> io::Result<Self> {
        let mut child = Command::new(program)
            .args(arguments)
            .env("LC_ALL", "C")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()?;
        let out = child.stdout.take().map(Async::new);
        let out = out.unwrap_or_else(|| Err(io::ErrorKind::BrokenPipe.into()));
        match out {
            Ok(out) => Ok(Self {
                child,
                lines: BufReader::new(out).lines(),
            }),
            Err(error) => {
                end(&mut child);
                Err(error)
            }
        }
    }

    /// The next line; none: it has ended.
    pub(crate) async fn next(&mut self) -> Option<String> {
        self.lines.next().await?.ok()
    }

    /// Whether it did what it was asked to, once it has ended.
    fn succeeded(&mut self) -> bool {
        self.child.wait().is_ok_and(|end| end.success())
    }
}

impl Drop for Lines {
    fn drop(&mut self) {
        end(&mut self.child);
    }
}

fn end(child: &mut Child) {
    // It may have ended by itself.
    let _ = child.kill();
    let _ = child.wait();
}

/// All that a program says; none: it isn't there, fails, or takes too long.
pub(crate) async fn said(program: &str, arguments: &[&str]) -> Option<String> {
    let mut lines = Lines::of(program, arguments).ok()?;
    let all = async {
        let mut said = String::new();
        while let Some(line) = lines.next().await {
            said += &line;
            said.push('\n');
        }
        lines.succeeded().then_some(said)
    };
    let late = async {
        Timer::after(PATIENCE).await;
        None
    };
    all.or(late).await
}
