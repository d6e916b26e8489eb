//! Requests of other programs on the socket, and the replies.

use super::guide::WindowRequester;
use super::turn::Turn;
use super::{App, commands, trace};
use crate::ipc::server::{Caller, ServerEvent};
use crate::ipc::{Call, Page, Refusal, Reply};
use crate::lang::tr;
use crate::reason;
use crate::schedule::{Command, Event};
use crate::state::StateFile;

impl App {
    pub(super) fn on_server_event(&mut self, event: ServerEvent, turn: &mut Turn<'_>) {
        match event {
            ServerEvent::ActivationToken(token) => self.guide.keep_token(token, turn.now),
            ServerEvent::Request(caller, Call::Shown) if self.guide.is_window(caller.id) => {
                self.guide.window_is_shown();
            }
            ServerEvent::Request(caller, Call::Guide) => self.attach(caller, turn),
            ServerEvent::Request(caller, Call::Watch) => self.watchers.join(caller),
            // We were stopped or busy for so long that the caller has given up, and told its user that the request failed. A
            // window, in contrast, sends its last report and exits.
            ServerEvent::Request(caller, call)
                if !self.guide.is_window(caller.id) && caller.has_left() =>
            {
                trace::too_late(&call);
            }
            ServerEvent::Request(caller, call) => self.on_request(caller, call, turn),
            ServerEvent::Gone(id) => {
                self.watchers.leave(id);
                self.on_window_gone(id, turn);
            }
        }
    }

    fn on_request(&mut self, caller: Caller, call: Call, turn: &mut Turn<'_>) {
        let quits = call == Call::Quit;
        let reply = self.answer(call, turn).unwrap_or_else(Reply::refused);
        let quits = quits || reply.makes_way;
        if turn.opens_window() {
            // The reply depends on the result of opening the window.
            self.guide.requester = WindowRequester::Program(caller, Box::new(reply));
        } else if !self.guide.is_window(caller.id) || !reply.ok {
            // The window sees the effect of its requests itself, so it only gets errors.
            turn.reply(&caller, reply);
        }
        if quits {
            self.quit(turn);
        }
    }

    fn answer(&mut self, call: Call, turn: &mut Turn<'_>) -> Result<Reply, Refusal> {
        if let Some(command) = commands::from_call(&call, turn.now)? {
            self.check(&command)?;
            let done = self.feed(Event::Command(command), turn);
            done.map_err(|error| Refusal::failed(&error))?;
            let sentence = self.status(turn.now).why;
            return Ok(Reply::done(tr!("{sentence}.", sentence = sentence)));
        }
        Ok(match call {
            Call::Status => Reply::status(self.status_message(turn.now)),
            Call::Start {
                display, has_bus, ..
            } if self.makes_way_for(display.as_deref(), has_bus) => Reply::makes_way(),
            Call::Start { at_login: true, .. } => Reply::done(""),
            Call::Start { .. } => {
                self.open_page(Page::Home, turn);
                Reply::done(tr("Opened the window."))
            }
            Call::Show { page, file } => {
                match file {
                    Some(file) => self.open_file(file, turn),
                    None => self.open_page(page, turn),
                }
                Reply::done(tr("Opened the window."))
            }
            Call::Quit => Reply::done(tr("Unhunch has quit.")),
            Call::SafetySeen => self.safety_seen(turn)?,
            Call::TryReminder => {
                self.show_sample_reminder(turn);
                Reply::done(tr(
                    "Here’s a sample reminder; answering it changes nothing.",
                ))
            }
            Call::Report(report) => {
                self.on_report(report, turn);
                Reply::done(tr("Noted."))
            }
            // Commands are handled above, and requests of the window and of watchers never get here.
            Call::Shown
            | Call::Stretch { .. }
            | Call::Snooze { .. }
            | Call::Skip
            | Call::Stood
            | Call::Pause { .. }
            | Call::Resume
            | Call::Guide
            | Call::Watch => Reply::done(""),
        })
    }

    /// Returns `true` if another instance has a display or a bus that this one lacks.
    fn makes_way_for(&self, display: Option<&str>, has_bus: bool) -> bool {
        display.is_some() && (display != self.display.as_deref() || has_bus && self.lacks_bus)
    }

    /// Checks that the routine exists and can be done in that length of time.
    fn check(&self, command: &Command) -> Result<(), Refusal> {
        let Command::Start { routine, length } = command else {
            return Ok(());
        };
        let offered = self.schedule.offered_routine();
        self.with_library(|library| {
            if let Some(id) = routine {
                library
                    .plan(id)
                    .map_err(|unknown| Refusal::new("unknown-id", unknown.to_string()))?;
            }
            if let Some(length) = length {
                library
                    .check_length(routine.as_ref().unwrap_or(&offered), *length)
                    .map_err(|sentence| Refusal::new("bad-value", sentence))?;
            }
            Ok(())
        })
    }

    fn safety_seen(&self, turn: &Turn<'_>) -> Result<Reply, Refusal> {
        let file = StateFile::SafetyRead;
        let today = format!("{}\n", turn.now.wall.date());
        file.write(&self.paths, &today).map_err(|error| {
            let message = tr!(
                "{file} cannot be written",
                file = file.path(&self.paths).display()
            );
            Refusal::new("failed", reason::after(message, &error))
        })?;
        Ok(Reply::done(tr("Noted.")))
    }
}
