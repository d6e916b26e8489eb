//! Child processes whose output is read line by line.

use std::io;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::Duration;

use async_io::{Async, Timer};
use futures_lite::io::{AsyncBufReadExt as _, BufReader};
use futures_lite::{FutureExt as _, StreamExt as _};

/// The timeout for a program that prints its output and exits.
const TIMEOUT: Duration = Duration::from_secs(1);

/// The output lines of a program. Dropping this kills the program.
pub(crate) struct Lines {
    child: Child,
    lines: futures_lite::io::Lines<BufReader<Async<ChildStdout>>>,
}

impl Lines {
    /// Starts the program in the C locale, so that its output isn't translated.
    pub(crate) fn spawn(program: &str, arguments: &[&str]) -> io::Result<Self> {
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

    /// Returns the next line. `None` at the end of the output.
    pub(crate) async fn next(&mut self) -> Option<String> {
        self.lines.next().await?.ok()
    }

    /// Waits for the program and returns `true` if it succeeded.
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
    // Ignore errors: the program may have exited already.
    let _ = child.kill();
    let _ = child.wait();
}

/// Returns the complete output of a program. `None` if it is missing, fails or takes too long.
pub(crate) async fn output(program: &str, arguments: &[&str]) -> Option<String> {
    let mut lines = Lines::spawn(program, arguments).ok()?;
    let all = async {
        let mut output = String::new();
        while let Some(line) = lines.next().await {
            output += &line;
            output.push('\n');
        }
        lines.succeeded().then_some(output)
    };
    let timeout = async {
        Timer::after(TIMEOUT).await;
        None
    };
    all.or(timeout).await
}
