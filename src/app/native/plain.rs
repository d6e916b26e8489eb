//! The event loop without a desktop. It needs no event loop of the system; a channel is enough.

use std::process::ExitCode;
use std::sync::Arc;
use std::sync::mpsc::{self, RecvTimeoutError};

use super::Live;
use crate::app::AppEvent;
use crate::app::running::Flow;
use crate::app::start::{self, EventSender, Start};
use crate::paths::Paths;

/// Runs in a terminal or headless.
pub(super) fn run(paths: Paths, start: &Start) -> anyhow::Result<ExitCode> {
    let (sender, receiver) = mpsc::channel();
    // This fails only after the loop has ended.
    let send: EventSender = Arc::new(move |incoming| drop(sender.send(incoming)));
    let Some((server, place)) = start::start_or_forward(&paths, &send, start)? else {
        return Ok(ExitCode::SUCCESS);
    };
    let mut live = Live::begin(paths, send, place, None)?;
    loop {
        let incoming = match live.rest() {
            Some(left) => receiver.recv_timeout(left),
            None => receiver.recv().map_err(|_| RecvTimeoutError::Disconnected),
        };
        let incoming = match incoming {
            Ok(incoming) => incoming,
            Err(RecvTimeoutError::Timeout) => AppEvent::Wakeup,
            Err(RecvTimeoutError::Disconnected) => AppEvent::Quit,
        };
        if live.handle(incoming) == Flow::End {
            break;
        }
    }
    drop(live);
    drop(server);
    Ok(ExitCode::SUCCESS)
}
