//! The desktop on Linux: the tray icon and the notifications on the session bus, and the exits of child processes.

use std::io;
use std::process::{Child, ExitStatus};
use std::rc::Rc;
use std::sync::Arc;

use async_io::Async;
use rustix::process::{Pid, PidfdFlags, pidfd_open};
use zbus::Connection;

use super::Loop;
use crate::app::desktop::{Desktop, OnExit, create_tray};
use crate::app::{App, AppEvent};
use crate::notify::Notifier;
use crate::paths::Paths;
use crate::time::Moment;

/// Creates the desktop host. Without a bus there is only the window.
pub(super) fn make<'a>(
    parts: &Loop<'a>,
    paths: Paths,
    app: &mut App,
    bus: Option<&Connection>,
    now: &Moment,
) -> Desktop<'a> {
    let executor = Rc::clone(&parts.executor);
    let wait = move |child: Child, on_exit: OnExit| {
        let task = async move {
            on_exit(wait_for_exit(child).await);
        };
        executor.spawn(task).detach();
    };
    Desktop {
        send: Arc::clone(&parts.send),
        paths,
        tray: bus.and_then(|_| create_tray(app, &parts.send, now)),
        notifier: bus.map(|bus| create_notifier(parts, bus)),
        wait: Box::new(wait),
        is_window_running: Arc::default(),
    }
}

fn create_notifier(parts: &Loop<'_>, bus: &Connection) -> Notifier {
    let send = Arc::clone(&parts.send);
    let (notifier, task) = Notifier::new(bus, move |event| send(AppEvent::Question(event)));
    parts.last.borrow_mut().push(parts.executor.spawn(task));
    notifier
}

/// Waits for the exit of a child without a thread and without a signal handler. Without pidfds (before Linux 5.3), it blocks until then.
async fn wait_for_exit(mut child: Child) -> io::Result<ExitStatus> {
    let pid = Pid::from_child(&child);
    if let Ok(pidfd) = pidfd_open(pid, PidfdFlags::NONBLOCK)
        && let Ok(pidfd) = Async::new(pidfd)
    {
        // The result doesn't matter: `wait` below blocks until the exit in any case.
        let _ = pidfd.readable().await;
    }
    child.wait()
}
