//! The log: a line for each event, effect, next deadline and change of a source. Shown by `unhunch run --log debug`.
//!
//! It contains no private data: no window titles and no names of the user's own routines.

use std::io::{self, Write as _};
use std::time::Duration;

use log::{Level, LevelFilter, Log, Metadata, Record, debug, info, log, log_enabled};
use serde::Serialize;

use super::{AppEvent, Sources};
use crate::ipc::Call;
use crate::ipc::server::ServerEvent;
use crate::notify;
use crate::routine::Library;
use crate::schedule::{Command, Effect, Event, Report};
use crate::source::Source;
use crate::time::{Clock, Moment};
use crate::tray::{Choice, TrayEvent};
use crate::watch::{quiet, session};

/// Logs to stderr from this level on. Messages of libraries are left out, since they say nothing about the schedule.
pub fn log_to_stderr(level: LevelFilter) {
    // This fails only if a logger is already set.
    if log::set_boxed_logger(Box::new(Stderr)).is_ok() {
        log::set_max_level(level);
    }
}

struct Stderr;

impl Log for Stderr {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target().starts_with("unhunch")
    }

    fn log(&self, record: &Record<'_>) {
        if self.enabled(record.metadata()) {
            let now = Clock.now().wall.strftime("%F %T%.3f").to_string();
            let level = record.level();
            // If stderr can't be written, there is nowhere left to report that.
            let _ = writeln!(io::stderr(), "{now} {level} {}", record.args());
        }
    }

    fn flush(&self) {}
}

pub(super) fn incoming(incoming: &AppEvent) {
    if log_enabled!(Level::Info) {
        let (level, line) = line(incoming);
        log!(level, "{line}");
    }
}

pub(super) fn effect(effect: &Effect) {
    if !log_enabled!(Level::Info) {
        return;
    }
    match effect {
        Effect::Ask(prompt) => {
            let short = if prompt.short { ", again" } else { "" };
            let quiet = if prompt.quiet { ", quietly" } else { "" };
            info!("effect: ask: {:?}{short}{quiet}", prompt.reminder);
        }
        Effect::Withdraw => info!("effect: withdraw the question"),
        Effect::OpenGuide { routine: id, .. } => info!("effect: open the guide: {}", routine(id)),
        Effect::CloseGuide => info!("effect: close the guide"),
        Effect::Record(outcome) => info!("effect: record: {}", word(outcome, "kind")),
    }
}

/// Logs a request that is not carried out, because its caller has gone.
pub(super) fn too_late(call: &Call) {
    info!("request: {}: too late", word(call, "do"));
}

/// The deadline logged last, so that only changes are logged.
#[derive(Debug, Default)]
pub(super) struct Deadline(Option<Option<(Duration, &'static str)>>);

impl Deadline {
    /// Logs the schedule's next wake-up and its reason, if they have changed.
    pub(super) fn update(&mut self, next: Option<(Duration, &'static str)>, now: &Moment) {
        if self.0.replace(next) == Some(next) {
            return;
        }
        match next {
            Some((at, reason)) => {
                let left = at.saturating_sub(now.elapsed);
                debug!("next: in {} s: {reason}", left.as_secs());
            }
            None => debug!("next: nothing to wait for"),
        }
    }
}

/// Logs the sources known at the start; later changes are events.
pub(super) fn sources(sources: &Sources) {
    let states = serde_json::to_value(sources).unwrap_or_default();
    for (name, state) in states.as_object().into_iter().flatten() {
        info!("source: {name}: {}", state.as_str().unwrap_or_default());
    }
}

/// Returns the line for an event and its level: `Info` for changes of a source, `Debug` for all other events.
fn line(incoming: &AppEvent) -> (Level, String) {
    let event = match incoming {
        AppEvent::IdleSource(state) => return source("idle", state),
        AppEvent::QuietSource(state) => return source("quiet", state),
        AppEvent::Session(session::SessionEvent::Source(state)) => return source("session", state),
        AppEvent::TrayHost(state) => return source("tray", state),
        AppEvent::NotificationServer(state) => return source("notifications", state),
        AppEvent::Wakeup => "wake-up".to_owned(),
        AppEvent::Schedule(event) => schedule_event(event),
        AppEvent::Session(session::SessionEvent::Session(session)) => {
            format!("session: {session:?}")
        }
        AppEvent::Session(session::SessionEvent::Sleep(_)) => {
            "the computer is about to sleep".to_owned()
        }
        AppEvent::Quiet(_, quiet::QuietEvent::Held(hold)) => format!("hold: {}", hold.reason()),
        AppEvent::Quiet(_, quiet::QuietEvent::Released(hold)) => {
            format!("released: {}", hold.reason())
        }
        AppEvent::Quiet(_, quiet::QuietEvent::Answered(sources)) => {
            format!("looked for holds: {}", sources.join(", "))
        }
        AppEvent::ActivationToken(_)
        | AppEvent::Question(notify::QuestionEvent::ActivationToken(_))
        | AppEvent::Server(ServerEvent::ActivationToken(_)) => "an activation token".to_owned(),
        AppEvent::Tray(TrayEvent::LeftClick) => "tray: click".to_owned(),
        AppEvent::Tray(TrayEvent::Menu(choice)) => format!("tray: {}", menu(choice)),
        AppEvent::NoTray => "there is no tray".to_owned(),
        AppEvent::Question(notify::QuestionEvent::Shown(server)) => {
            format!("question: shown by {}", server.name)
        }
        AppEvent::Question(notify::QuestionEvent::Answered(answer)) => {
            format!("question: {answer:?}")
        }
        AppEvent::Question(notify::QuestionEvent::Failed(error)) => {
            format!("question: not shown: {error:#}")
        }
        AppEvent::Server(ServerEvent::Request(_, call)) => format!("request: {}", word(call, "do")),
        AppEvent::Server(ServerEvent::Gone(_)) => "a client has left".to_owned(),
        AppEvent::WindowStarted(Ok(())) => "the window is on its way".to_owned(),
        AppEvent::WindowStarted(Err(_)) => "the window can't be started".to_owned(),
        AppEvent::ActionFailed(_) => "an action failed".to_owned(),
        AppEvent::WindowExited => "the window has ended".to_owned(),
        AppEvent::SettingsMayHaveChanged => "the settings file may have changed".to_owned(),
        AppEvent::Key(_) => "a key in the terminal".to_owned(),
        AppEvent::Quit => "quit".to_owned(),
    };
    (Level::Debug, format!("event: {event}"))
}

fn source(name: &str, state: &Source) -> (Level, String) {
    (Level::Info, format!("source: {name}: {state}"))
}

fn schedule_event(event: &Event) -> String {
    match event {
        Event::Activity(activity) => format!("activity: {activity:?}"),
        Event::Watching(on) => format!("watching: {on}"),
        Event::Held(hold) => format!("hold: {}", hold.reason()),
        Event::Released(hold) => format!("released: {}", hold.reason()),
        Event::Session(session) => format!("session: {session:?}"),
        Event::Command(Command::Start { routine: id, .. }) => {
            format!(
                "command: start {}",
                id.as_deref().map_or("what is offered", routine)
            )
        }
        Event::Command(command) => format!("command: {command:?}"),
        Event::Guide(Report::Finished { routine: id, .. }) => {
            format!("guide: finished {}", routine(id))
        }
        Event::Guide(Report::Ended { routine: id, .. }) => {
            format!("guide: ended {}", routine(id))
        }
        Event::Guide(Report::Progress { .. }) => "guide: progress".to_owned(),
        Event::Guide(Report::CheckIn { .. }) => "guide: check-in".to_owned(),
        Event::Wakeup => "wake-up".to_owned(),
        Event::QuietChecked => "holds looked at".to_owned(),
        Event::Settings(_) => "settings".to_owned(),
        Event::Failed(_) => "an effect failed".to_owned(),
    }
}

fn menu(choice: &Choice) -> String {
    if let Choice::Routine(id) = choice {
        format!("start {}", routine(id))
    } else {
        format!("{choice:?}")
    }
}

/// Returns the value of a tag such as `kind` or `do` in the JSON form, without the other fields.
fn word(message: &impl Serialize, key: &str) -> String {
    let value = serde_json::to_value(message).unwrap_or_default();
    value[key].as_str().unwrap_or("unknown").to_owned()
}

/// Returns the id of a routine or exercise that ships with the program; the ids of the user's own are private.
fn routine(id: &str) -> &str {
    if Library::shipped().plan(id).is_ok() {
        id
    } else {
        "one of your own"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_own_routines_are_not_logged() {
        assert_eq!(routine("desk"), "desk");
        assert_eq!(routine("my-sore-shoulder"), "one of your own");
        let start = Event::Command(Command::Start {
            routine: Some("my-sore-shoulder".to_owned()),
            length: None,
        });
        let (_, line) = line(&AppEvent::Schedule(start));
        assert_eq!(line, "event: command: start one of your own");
        let call = crate::ipc::Call::Stretch {
            routine: Some("my-sore-shoulder".to_owned()),
            length: None,
        };
        assert_eq!(word(&call, "do"), "stretch");
    }
}
