//! Nothing to be seen: for services and tests. Each effect is a line of JSON on the standard output.

use std::io::{self, Write as _};
use std::time::Duration;

use anyhow::bail;

use super::host::Host;
use super::lead::{Beat, Lead};
use crate::config::Problem;
use crate::ipc::{Page, Report};
use crate::lang::tr;
use crate::notify::Question;
use crate::routine::Plan;
use crate::schedule::{Effect, Phase, Status};
use crate::simulate::{effect_line, phase_line};
use crate::time::{Clock, Moment};

/// A place without a screen and without a terminal.
#[derive(Debug)]
pub(super) struct Headless {
    phase: Phase,
    lead: Option<Lead>,
}

impl Headless {
    pub(super) fn new() -> Self {
        Self {
            phase: Phase::Sitting,
            lead: None,
        }
    }
}

/// A reader that has gone away is no reason to end.
fn write(line: &dyn std::fmt::Display) {
    let mut out = io::stdout().lock();
    let _ = writeln!(out, "{line}").and_then(|()| out.flush());
}

impl Host for Headless {
    fn ask(&mut self, _question: Question) {}

    fn withdraw(&mut self) {}

    fn open_guide(&mut self, plan: &Plan, _first: bool, now: &Moment) -> anyhow::Result<()> {
        self.lead = Some(Lead::begin(plan.clone(), now));
        Ok(())
    }

    fn open_page(&mut self, _page: Page) -> anyhow::Result<()> {
        bail!(tr(
            "there is no screen here; `unhunch status` tells how things stand"
        ))
    }

    fn close_guide(&mut self, now: &Moment) -> Option<Report> {
        self.lead.take().map(|lead| lead.report(now))
    }

    fn show(&mut self, status: &Status, _problem: Option<&Problem>) {
        if self.phase != status.phase {
            self.phase = status.phase;
            write(&phase_line(status.phase, &status.why, &Clock.now()));
        }
    }

    fn notice(&mut self, notice: Option<(&str, &str)>) {
        if let Some((title, body)) = notice {
            eprintln!("unhunch: {title}: {body}");
        }
    }

    fn edit_settings(&mut self) -> anyhow::Result<()> {
        bail!(tr(
            "there is no screen here; `unhunch config edit` opens the settings"
        ))
    }

    fn note(&mut self, effect: &Effect, now: &Moment) {
        write(&effect_line(effect, now));
    }

    fn next_wakeup(&self, now: &Moment) -> Option<Duration> {
        self.lead.as_ref().and_then(|lead| lead.next_wakeup(now))
    }

    fn wake(&mut self, now: &Moment) -> Option<Report> {
        let beat = self.lead.as_mut()?.beat(now);
        (beat == Some(Beat::Finished))
            .then(|| self.lead.take().map(|lead| lead.report(now)))
            .flatten()
    }
}
