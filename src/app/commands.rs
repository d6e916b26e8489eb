//! Maps input from every entry point (notification, tray, socket, terminal keys) to the same commands.

use std::time::Duration;

use crate::ipc::{Call, Page, Refusal};
use crate::lang::tr;
use crate::notify::Answer;
use crate::schedule::{Command, Until};
use crate::time::{Moment, Span, next_time};
use crate::tray::{Choice, Pause, TrayEvent};

/// The length of a pause started with a key.
const PAUSE_BY_KEY: Duration = Duration::from_secs(30 * 60);

/// The length of a pause until tomorrow if the time of tomorrow can't be computed.
const NIGHT: Duration = Duration::from_secs(12 * 3600);

/// A user request, independent of the entry point it came from.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Intent {
    /// A command for the schedule.
    Command(Command),
    /// Opens a page of the window.
    Page(Page),
    /// Opens the settings file in an editor.
    EditSettings,
    Quit,
}

/// Starts the routine that is on offer.
const START: Command = Command::Start {
    routine: None,
    length: None,
};

/// Maps an event of the tray icon.
pub(super) fn from_tray(event: TrayEvent, is_asking: bool, now: &Moment) -> Intent {
    let choice = match event {
        // The user sees that a question is open and wants to read it.
        TrayEvent::LeftClick if is_asking => return Intent::Page(Page::Home),
        TrayEvent::LeftClick => return Intent::Command(START),
        TrayEvent::Menu(choice) => choice,
    };
    Intent::Command(match choice {
        Choice::Start => START,
        Choice::Routine(id) => Command::Start {
            routine: Some(id),
            length: None,
        },
        Choice::Stood => Command::Stood,
        Choice::Snooze => Command::Snooze(None),
        Choice::Skip => Command::Skip,
        Choice::Resume => Command::Resume,
        Choice::Pause(pause) => Command::Pause(until(pause, now)),
        Choice::Quit => return Intent::Quit,
        Choice::Guidance => return Intent::Page(Page::Guidance),
        Choice::Open => return Intent::Page(Page::Home),
        Choice::Library => return Intent::Page(Page::Library),
        Choice::History => return Intent::Page(Page::History),
        Choice::Settings => return Intent::Page(Page::Settings),
        Choice::EditSettings => return Intent::EditSettings,
    })
}

fn until(pause: Pause, now: &Moment) -> Until {
    match pause {
        Pause::For(length) => Until::For(length),
        Pause::Tomorrow => match next_time("tomorrow", &now.wall) {
            Ok(morning) => Until::Clock(Box::new(morning)),
            Err(_) => Until::For(NIGHT),
        },
    }
}

/// Maps the answer to a question. `None` if the question disappeared unanswered.
pub(super) fn from_answer(answer: Answer) -> Option<Intent> {
    Some(Intent::Command(match answer {
        Answer::Start => START,
        Answer::Snooze => Command::Snooze(None),
        Answer::Skip => Command::Skip,
        Answer::Stood => Command::Stood,
        Answer::Open => return Some(Intent::Page(Page::Home)),
        Answer::Dismissed | Answer::Gone => return None,
    }))
}

/// Maps a key pressed in the terminal. `None` if the key is not bound.
pub(super) fn from_key(key: char, is_paused: bool) -> Option<Intent> {
    Some(Intent::Command(match key.to_ascii_lowercase() {
        's' => START,
        'z' => Command::Snooze(None),
        'k' => Command::Skip,
        'u' => Command::Stood,
        'p' if is_paused => Command::Resume,
        'p' => Command::Pause(Until::For(PAUSE_BY_KEY)),
        'q' => return Some(Intent::Quit),
        _ => return None,
    }))
}

/// Maps a request on the socket. `None` if the request is not a command.
///
/// # Errors
/// If a pause has no valid end.
pub(super) fn from_call(call: &Call, now: &Moment) -> Result<Option<Command>, Refusal> {
    Ok(Some(match call {
        Call::Stretch { routine, length } => Command::Start {
            routine: routine.clone(),
            length: *length,
        },
        Call::Snooze { length } => Command::Snooze(length.map(Span::duration)),
        Call::Skip => Command::Skip,
        Call::Stood => Command::Stood,
        Call::Pause { length, until } => {
            Command::Pause(pause_until(*length, until.as_deref(), now)?)
        }
        Call::Resume => Command::Resume,
        Call::Status
        | Call::Watch
        | Call::Start { .. }
        | Call::Show { .. }
        | Call::Quit
        | Call::Guide
        | Call::Shown
        | Call::SafetySeen
        | Call::TryReminder
        | Call::Report(_) => return Ok(None),
    }))
}

fn pause_until(length: Option<Span>, until: Option<&str>, now: &Moment) -> Result<Until, Refusal> {
    match (length, until) {
        (Some(length), None) => Ok(Until::For(length.duration())),
        (None, Some(text)) => {
            let time = next_time(text, &now.wall);
            let time = time.map_err(|error| Refusal::new("bad-value", error.to_string()))?;
            Ok(Until::Clock(Box::new(time)))
        }
        (Some(_), Some(_)) | (None, None) => Err(Refusal::new(
            "bad-value",
            tr("a pause needs an end: either `for` or `until`"),
        )),
    }
}
