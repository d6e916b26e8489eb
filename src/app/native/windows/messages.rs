//! The event loop on Windows: an invisible window receives a message per event, and a timer for the next deadline. While a menu
//! is open, Windows runs a message loop of its own, which dispatches both as well.

#![allow(
    unsafe_code,
    reason = "windows and messages are calls of the system that std does not wrap"
)]
#![allow(
    clippy::missing_const_for_thread_local,
    reason = "the one here is const, which is not seen where the linker knows no such places"
)]

use std::cell::RefCell;
use std::process::ExitCode;
use std::ptr;
use std::sync::Arc;
use std::sync::mpsc::{self, Receiver};
use std::time::Duration;

use anyhow::Context as _;
use windows_sys::Win32::Foundation::{HWND, WPARAM};
use windows_sys::Win32::UI::WindowsAndMessaging::{
    KillTimer, PostMessageW, PostQuitMessage, SetTimer, USER_TIMER_MAXIMUM, USER_TIMER_MINIMUM,
    WM_APP, WM_TIMER,
};
use windows_sys::core::w;

use super::window::{Handler, Scope, create_window, run_message_loop};
use crate::app::AppEvent;
use crate::app::running::Flow;
use crate::app::start::{self, EventSender, Start};
use crate::app::system::Live;
use crate::lang::tr;
use crate::paths::Paths;

/// The message that an event is waiting in the channel.
const EVENT_MESSAGE: u32 = WM_APP;

/// The id of the only timer.
const TIMER_ID: usize = 1;

thread_local! {
    /// The state for the window procedure, to which we can't pass a reference.
    static STAGE: RefCell<Option<Stage>> = const { RefCell::new(None) };
}

struct Stage {
    live: Live,
    receiver: Receiver<AppEvent>,
}

/// Runs the event loop until the program ends.
pub(in crate::app::system) fn run(paths: Paths, start: &Start) -> anyhow::Result<ExitCode> {
    let window = create_window::<Stage>(w!("unhunch-messages"), Scope::Direct);
    let window = window.context(tr("the system lacks what Unhunch needs to run"))?;
    let (sender, receiver) = mpsc::channel();
    let address = window.addr();
    // This fails only after the loop has ended.
    let send: EventSender = Arc::new(move |incoming| {
        if sender.send(incoming).is_ok() {
            let window = ptr::without_provenance_mut(address);
            // SAFETY: no pointers to our memory are passed. The call fails if the window is gone.
            unsafe { PostMessageW(window, EVENT_MESSAGE, 0, 0) };
        }
    });
    let Some((server, place)) = start::start_or_forward(&paths, &send, start)? else {
        return Ok(ExitCode::SUCCESS);
    };
    let live = Live::begin(paths, send, place, start.display.clone())?;
    STAGE.set(Some(Stage { live, receiver }));
    handle_events(window, None);
    run_message_loop();
    drop(server);
    Ok(ExitCode::SUCCESS)
}

impl Handler for Stage {
    fn handle(window: HWND, message: u32, _first: WPARAM) -> bool {
        match message {
            EVENT_MESSAGE => handle_events(window, None),
            WM_TIMER => handle_events(window, Some(AppEvent::Wakeup)),
            _ => return false,
        }
        true
    }
}

/// Handles this event and all that are waiting, then sleeps until the next deadline.
fn handle_events(window: HWND, incoming: Option<AppEvent>) {
    STAGE.with(|stage| {
        // On a reentrant call the outer call is still draining the channel, so it handles this event too.
        let Ok(mut stage) = stage.try_borrow_mut() else {
            return;
        };
        let Some(Stage { live, receiver }) = stage.as_mut() else {
            return;
        };
        if incoming
            .into_iter()
            .chain(receiver.try_iter())
            .any(|incoming| live.handle(incoming) == Flow::End)
        {
            drop(stage.take());
            // SAFETY: no pointers are passed.
            unsafe { PostQuitMessage(0) };
            return;
        }
        arm(window, live.rest());
    });
}

/// Sets the timer to fire after this time.
fn arm(window: HWND, left: Option<Duration>) {
    // SAFETY: the window is ours, and the timer has no callback.
    unsafe {
        match left {
            Some(left) => SetTimer(window, TIMER_ID, milliseconds(left), None),
            None => KillTimer(window, TIMER_ID) as usize,
        }
    };
}

/// Rounds up to milliseconds and clamps to the range of a timer. If the timer fires too early, it is set again.
fn milliseconds(left: Duration) -> u32 {
    let timeout = u32::try_from(left.as_millis().saturating_add(1)).unwrap_or(USER_TIMER_MAXIMUM);
    timeout.clamp(USER_TIMER_MINIMUM, USER_TIMER_MAXIMUM)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_timer_is_never_early() {
        assert_eq!(milliseconds(Duration::ZERO), USER_TIMER_MINIMUM);
        assert_eq!(milliseconds(Duration::from_micros(20_500)), 21);
        let week = Duration::from_secs(7 * 24 * 60 * 60);
        assert_eq!(milliseconds(week), 604_800_001);
        assert_eq!(milliseconds(10 * week), USER_TIMER_MAXIMUM);
        assert_eq!(milliseconds(Duration::MAX), USER_TIMER_MAXIMUM);
    }
}
