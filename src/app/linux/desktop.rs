//! The desktop on Linux: the session bus that shows our icon and our questions, and the end of a child as a future.

use std::process::Child;
use std::rc::Rc;
use std::sync::Arc;

use async_io::Async;
use rustix::process::{Pid, PidfdFlags, pidfd_open};
use zbus::Connection;

use super::Loop;
use crate::app::desktop::{Desktop, Then, put_up_tray};
use crate::app::{App, Incoming};
use crate::notify::Notifier;
use crate::paths::Paths;
use crate::time::Moment;

/// The desktop, with what the bus shows; without one there is the window alone.
pub(super) fn make<'a>(
    parts: &Loop<'a>,
    paths: Paths,
    app: &mut App,
    bus: Option<&Connection>,
    now: &Moment,
) -> Desktop<'a> {
    let executor = Rc::clone(&parts.executor);
    let wait = move |child: Child, then: Then| {
        let end = async move {
            ended(child).await;
            then();
        };
        executor.spawn(end).detach();
    };
    Desktop {
        tell: Arc::clone(&parts.tell),
        paths,
        tray: bus.and_then(|_| put_up_tray(app, &parts.tell, now)),
        notifier: bus.map(|bus| notifier(parts, bus)),
        wait: Box::new(wait),
        window: Arc::default(),
    }
}

fn notifier(parts: &Loop<'_>, bus: &Connection) -> Notifier {
    let tell = Arc::clone(&parts.tell);
    let (notifier, work) = Notifier::new(bus, move |news| tell(Incoming::News(news)));
    parts.last.borrow_mut().push(parts.executor.spawn(work));
    notifier
}

/// Waits for the end of a child without a thread and without a signal.
async fn ended(mut child: Child) {
    let pid = Pid::from_child(&child);
    if let Ok(ended) = pidfd_open(pid, PidfdFlags::NONBLOCK)
        && let Ok(ended) = Async::new(ended)
    {
        // Whatever it says: what follows finds out.
        let _ = ended.readable().await;
    }
    let _ = child.wait();
}
