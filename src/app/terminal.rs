//! The terminal host: a reminder is a line and a bell, single keys answer it, and routines play as text.

#[cfg(unix)]
#[path = "terminal/unix.rs"]
mod raw;
#[cfg(windows)]
#[path = "terminal/windows.rs"]
mod raw;

use std::io::{self, Write as _};

use anyhow::bail;

use super::host::{Action, Host, View};
use super::text_guide::Beat;
use crate::config::guidance::Guidance;
use crate::lang::tr;
use crate::notify::Question;
use crate::text::printable;
use crate::time::Moment;

/// The line width in characters.
const LINE: usize = 80;

/// Returns the keys available outside a routine. The letters are the same in every language.
fn keys() -> &'static str {
    tr("s start · z snooze · k skip · p pause · u I just got up · q quit")
}

fn lead_keys() -> &'static str {
    tr("space pause · b back · n next · f easier version · e end")
}

/// The host that prints to standard output, usually a terminal.
#[derive(Debug)]
pub(super) struct Terminal {
    why: String,
    /// `true` while a countdown is printed on the current line, which has no line break yet.
    counting: bool,
}

impl Terminal {
    pub(super) fn new() -> Self {
        println!(
            "{}\n{}",
            tr!(
                "Unhunch {version} is running in this terminal.",
                version = env!("CARGO_PKG_VERSION")
            ),
            keys()
        );
        Self {
            why: String::new(),
            counting: false,
        }
    }

    /// Prints a line with the time. Errors are ignored, since a closed output is no reason to exit.
    fn line(&mut self, text: &str, now: &Moment) {
        self.end_count();
        let mut out = io::stdout().lock();
        let _ = writeln!(out, "{}  {}", now.wall.strftime("%H:%M"), printable(text));
    }

    fn plain(&mut self, text: &str) {
        self.end_count();
        let mut out = io::stdout().lock();
        let _ = writeln!(out, "       {}", printable(text));
    }

    fn ring(&mut self) {
        self.end_count();
        let _ = write!(io::stdout().lock(), "\u{7}");
    }

    fn count(&mut self, number: u32) {
        let start = if self.counting { " " } else { "       " };
        self.counting = true;
        let mut out = io::stdout().lock();
        let _ = write!(out, "{start}{number}").and_then(|()| out.flush());
    }

    fn end_count(&mut self) {
        if std::mem::take(&mut self.counting) {
            println!();
        }
    }

    fn show_question(&mut self, question: &Question, now: &Moment) {
        if !question.quiet {
            self.ring();
        }
        self.line(&question.title, now);
        for line in question.body.lines() {
            self.plain(line);
        }
        self.plain(keys());
    }

    /// Prints the status if it has changed. During a routine only the lines of the routine are printed.
    fn show(&mut self, view: &View, now: &Moment) {
        let status = &view.status;
        if self.why != status.why && status.routine.is_none() {
            self.why.clone_from(&status.why);
            self.line(&status.why, now);
        }
    }

    fn announce(&mut self, beat: &Beat, now: &Moment) {
        match beat {
            Beat::Begins { title, is_first } => self.begin(title, *is_first, now),
            Beat::Phase { sentence, .. } => self.plain(sentence),
            Beat::Count(number) => self.count(*number),
            Beat::Paused => self.plain(tr("Paused. Press Space to continue.")),
            Beat::Resumed => self.plain(tr("Continuing.")),
            Beat::Form(advice) => {
                self.plain(advice.as_deref().unwrap_or(tr("The normal version.")))
            }
            Beat::Finished => self.line(tr("Done. Nice work!"), now),
            Beat::Ended => self.line(tr("Session ended."), now),
        }
    }

    fn begin(&mut self, title: &str, is_first: bool, now: &Moment) {
        self.line(title, now);
        if is_first {
            println!("\n{}", Guidance::shipped().text(LINE));
        }
        self.plain(tr(
            "Never force it, and stop where it hurts; see `unhunch guidance` for more.",
        ));
        self.plain(lead_keys());
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        suspend();
    }
}

impl Host for Terminal {
    fn perform(&mut self, action: Action, now: &Moment) -> anyhow::Result<()> {
        // A shell brings a job to the foreground without telling it.
        resume();
        match action {
            Action::Ask(question) => self.show_question(&question, now),
            Action::Announce(beat) => self.announce(&beat, now),
            Action::Show(view) => self.show(&view, now),
            Action::Notice { title, body } => self.line(&format!("{title}: {body}"), now),
            Action::OpenWindow => bail!(tr(
                "Unhunch is running in a terminal, without a window; `unhunch status` shows the current status"
            )),
            Action::EditSettings => bail!(tr("use `unhunch config edit` to open the settings")),
            Action::Effect(_)
            | Action::Withdraw
            | Action::WithdrawNotice
            | Action::JoinApplications
            | Action::RepairEntries
            | Action::Reply(..)
            | Action::Quit => {}
        }
        Ok(())
    }
}

/// Reads keys as they are pressed, until the input ends.
pub(super) fn read_keys(press: impl FnMut(char)) {
    raw::read_keys(press);
}

/// Gives the terminal back to the shell, before the program exits or is stopped.
pub(super) fn suspend() {
    raw::leave();
}

/// Takes the terminal, if the program is in the foreground and doesn't have it.
pub(super) fn resume() {
    raw::enter();
}
