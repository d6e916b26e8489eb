//! The headless host for services and tests: each effect is a line of JSON on standard output.

use std::io::{self, Write as _};

use anyhow::bail;

use super::host::{Action, Host};
use crate::lang::tr;
use crate::schedule::Phase;
use crate::simulate::{effect_line, phase_line};
use crate::text::printable_line;
use crate::time::Moment;

/// The host without a screen and a terminal.
#[derive(Debug)]
pub(super) struct Headless {
    phase: Phase,
}

impl Headless {
    pub(super) fn new() -> Self {
        Self {
            phase: Phase::Sitting,
        }
    }
}

impl Host for Headless {
    fn perform(&mut self, action: Action, now: &Moment) -> anyhow::Result<()> {
        match action {
            Action::Effect(effect) => write(&effect_line(&effect, now)),
            Action::Show(view) => {
                let status = view.status;
                if self.phase != status.phase {
                    self.phase = status.phase;
                    write(&phase_line(status.phase, &status.why, now));
                }
            }
            Action::Notice { title, body } => {
                eprintln!("unhunch: {title}: {}", printable_line(&body))
            }
            Action::OpenWindow => bail!(tr(
                "there is no screen here; `unhunch status` shows the current status"
            )),
            Action::EditSettings => bail!(tr(
                "there is no screen here; use `unhunch config edit` to open the settings"
            )),
            Action::Ask(_)
            | Action::Withdraw
            | Action::Announce(_)
            | Action::WithdrawNotice
            | Action::JoinApplications
            | Action::RepairEntries
            | Action::Reply(..)
            | Action::Quit => {}
        }
        Ok(())
    }
}

/// Ignores errors, since a reader that has gone away is no reason to exit.
fn write(line: &dyn std::fmt::Display) {
    let mut out = io::stdout().lock();
    let _ = writeln!(out, "{line}").and_then(|()| out.flush());
}
