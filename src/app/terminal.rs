//! A terminal to run in: the reminder is a line and a bell, single keys answer, and the routine is led as text.

#[cfg(unix)]
#[path = "terminal/unix.rs"]
mod raw;
#[cfg(windows)]
#[path = "terminal/windows.rs"]
mod raw;

use std::io::{self, Write as _};
use std::time::Duration;

use anyhow::bail;

use super::host::{Host, Key};
use super::lead::{Beat, Lead};
use crate::config::Problem;
use crate::config::guidance::Guidance;
use crate::ipc::{Page, Report};
use crate::lang::tr;
use crate::notify::Question;
use crate::routine::Plan;
use crate::schedule::Status;
use crate::time::{Clock, Moment};

/// The length of a line, in characters.
const LINE: usize = 80;

/// The keys, before and while a routine is led. The letters are the same in every language.
fn keys() -> &'static str {
    tr("s start · z snooze · k skip · p pause · u I just got up · q quit")
}

fn lead_keys() -> &'static str {
    tr("space pause · b back · n next · e end")
}

/// A terminal, or whatever the output goes to.
#[derive(Debug)]
pub(super) struct Terminal {
    lead: Option<Lead>,
    why: String,
    /// The present line is being counted down and has no end yet.
    counting: bool,
    _raw: Option<raw::Raw>,
}

impl Terminal {
    pub(super) fn new() -> Self {
        println!(
            "{}\n{}",
            tr!(
                "Unhunch {version} runs in this terminal.",
                version = env!("CARGO_PKG_VERSION")
            ),
            keys()
        );
        Self {
            lead: None,
            why: String::new(),
            counting: false,
            _raw: raw::Raw::enter(),
        }
    }

    /// A line with the time before it. An output that has gone away is no reason to end.
    fn line(&mut self, text: &str) {
        self.end_count();
        let mut out = io::stdout().lock();
        let _ = writeln!(out, "{}  {text}", Clock.now().wall.strftime("%H:%M"));
    }

    fn plain(&mut self, text: &str) {
        self.end_count();
        let mut out = io::stdout().lock();
        let _ = writeln!(out, "       {text}");
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

    fn say(&mut self, beat: &Beat) {
        match beat {
            Beat::Phase { sentence, .. } => self.plain(sentence),
            Beat::Count(number) => self.count(*number),
            Beat::Finished => self.line(tr("Done. Nice work!")),
        }
    }
}

impl Host for Terminal {
    fn ask(&mut self, question: Question) {
        let bell = if question.quiet { "" } else { "\u{7}" };
        self.line(&format!("{bell}{}", question.title));
        for line in question.body.lines() {
            self.plain(line);
        }
        self.plain(keys());
    }

    fn withdraw(&mut self) {}

    fn open_guide(&mut self, plan: &Plan, first: bool, now: &Moment) -> anyhow::Result<()> {
        let lead = Lead::begin(plan.clone(), now);
        self.line(&lead.title());
        if first {
            println!("\n{}", Guidance::shipped().text(LINE));
        }
        self.plain(tr(
            "Never force it, and stop where it hurts; `unhunch guidance` says more.",
        ));
        self.plain(lead_keys());
        self.lead = Some(lead);
        Ok(())
    }

    fn open_page(&mut self, _page: Page) -> anyhow::Result<()> {
        bail!(tr(
            "Unhunch runs in a terminal, without a window; `unhunch status` tells how things stand"
        ))
    }

    fn close_guide(&mut self, now: &Moment) -> Option<Report> {
        self.lead.take().map(|lead| lead.report(now))
    }

    fn show(&mut self, status: &Status, _problem: Option<&Problem>) {
        if self.why != status.why && self.lead.is_none() {
            self.why.clone_from(&status.why);
            let why = self.why.clone();
            self.line(&why);
        }
    }

    fn notice(&mut self, notice: Option<(&str, &str)>) {
        if let Some((title, body)) = notice {
            self.line(&format!("{title}: {body}"));
        }
    }

    fn edit_settings(&mut self) -> anyhow::Result<()> {
        bail!(tr("`unhunch config edit` opens the settings"))
    }

    fn key(&mut self, key: char, now: &Moment) -> Key {
        let Some(lead) = &mut self.lead else {
            return Key::Free;
        };
        match key {
            ' ' => {
                let text = if lead.toggle_pause(now) {
                    tr("Paused. Press Space to continue.")
                } else {
                    tr("Go on.")
                };
                self.plain(text);
            }
            'b' | 'B' => lead.back(now),
            'n' | 'N' => lead.next(now),
            'e' | 'E' | '\u{1b}' => {
                let report = lead.report(now);
                self.lead = None;
                self.line(tr("Ended."));
                return Key::Ended(report);
            }
            _ => return Key::Free,
        }
        Key::Taken
    }

    fn next_wakeup(&self, now: &Moment) -> Option<Duration> {
        self.lead.as_ref().and_then(|lead| lead.next_wakeup(now))
    }

    fn wake(&mut self, now: &Moment) -> Option<Report> {
        let beat = self.lead.as_mut()?.beat(now)?;
        self.say(&beat);
        (beat == Beat::Finished)
            .then(|| self.lead.take().map(|lead| lead.report(now)))
            .flatten()
    }
}

/// The next key, as it is pressed; `None` when the input is at its end.
pub(super) fn key() -> Option<char> {
    raw::key()
}
