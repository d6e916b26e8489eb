//! Child processes that we wait for: none is left behind, and none is polled.

use std::io::{self, Read as _};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// A handle that stops a process, from any thread. Clones stop the same process.
#[derive(Clone, Debug, Default)]
pub(super) struct Stop(Arc<Mutex<State>>);

#[derive(Debug, Default)]
struct State {
    child: Option<Child>,
    stopped: bool,
}

impl Stop {
    /// Runs a program to its end. Returns `true` if it succeeded, or `None` if it was stopped.
    pub(super) fn run(&self, command: &mut Command) -> Option<io::Result<bool>> {
        let mut out = {
            let mut state = self.state();
            if state.stopped {
                return None;
            }
            command.stdin(Stdio::null()).stdout(Stdio::piped());
            let mut child = match command.stderr(Stdio::null()).spawn() {
                Ok(child) => child,
                Err(error) => return Some(Err(error)),
            };
            let out = child.stdout.take();
            state.child = Some(child);
            out
        };
        // Its output ends with the process, so this waits for the end without holding the lock that `stop` needs.
        if let Some(out) = &mut out {
            let _ = io::copy(&mut out.take(u64::MAX), &mut io::sink());
        }
        let mut state = self.state();
        let ended = state.child.take()?.wait();
        (!state.stopped).then(|| ended.map(|status| status.success()))
    }

    /// Kills the running process, and prevents any later one from starting.
    pub(super) fn stop(&self) {
        let mut state = self.state();
        state.stopped = true;
        if let Some(child) = &mut state.child {
            // It may have ended by itself.
            let _ = child.kill();
        }
    }

    /// Returns `true` if no process is running.
    pub(super) fn is_idle(&self) -> bool {
        self.state().child.is_none()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_runs_to_its_end() {
        let stop = Stop::default();
        assert!(matches!(
            stop.run(&mut Command::new("true")),
            Some(Ok(true))
        ));
        assert!(matches!(
            stop.run(&mut Command::new("false")),
            Some(Ok(false))
        ));
        let nothing = stop.run(&mut Command::new("/nowhere/at-all"));
        assert!(matches!(nothing, Some(Err(_))));
        assert!(stop.is_idle());
    }

    #[test]
    fn stopped_process_is_reaped_at_once() {
        let stop = Stop::default();
        let other = stop.clone();
        let thread = std::thread::spawn(move || other.run(Command::new("sleep").arg("60")));
        while stop.is_idle() {
            std::thread::yield_now();
        }
        let pid = stop.state().child.as_ref().map(Child::id).unwrap();
        stop.stop();
        assert!(thread.join().unwrap().is_none());
        assert!(!std::path::Path::new(&format!("/proc/{pid}")).exists());
        assert!(stop.run(&mut Command::new("true")).is_none());
    }
}
