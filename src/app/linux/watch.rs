//! The sources of idleness and of reasons to keep quiet, which run on both buses and on our own loop.

use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

use async_executor::Task;
use async_io::Timer;
use zbus::Connection;

use super::Loop;
use crate::app::AppEvent;
use crate::app::reconcile::{StartIdle, StartProbe};
use crate::app::start::EventSender;
use crate::lang::tr;
use crate::schedule::Event;
use crate::watch::idle::{CloseWatchRequest, IdleEvent, IdleFollower};
use crate::watch::linux::display_server::DisplayServer;
use crate::watch::linux::presence::Presence;
use crate::watch::{CurrentBus, Guard, quiet};

/// The buses on which sources may be found, and what they say together.
#[derive(Clone)]
pub(super) struct Buses {
    pub(super) session: Option<Connection>,
    pub(super) system: Rc<CurrentBus>,
    pub(super) presence: Rc<Presence>,
}

impl Buses {
    pub(super) fn new(send: EventSender) -> Self {
        let send = move |activity| send(AppEvent::Schedule(Event::Activity(activity)));
        Self {
            session: None,
            system: Rc::default(),
            presence: Rc::new(Presence::new(send)),
        }
    }
}

/// Follows the best idle source of the desktop.
pub(super) fn idle<'a>(parts: &Loop<'a>, buses: &Buses) -> StartIdle<'a> {
    let (parts, buses) = (parts.clone(), buses.clone());
    Box::new(move |settings| {
        let close_watch = Rc::<CloseWatchRequest>::default();
        let (request, buses, send) = (close_watch.clone(), buses.clone(), parts.send.clone());
        let (executor, settings) = (parts.executor.clone(), settings.clone());
        let work = async move {
            let end = RefCell::new(None);
            let pass_on = |event| {
                match event {
                    IdleEvent::Activity(activity) => buses.presence.set_here(activity),
                    IdleEvent::Source(source) => {
                        // A source that works again cancels the end.
                        let is_gone = DisplayServer::answering().is_none();
                        let quit = || executor.spawn(quit_without_display(send.clone()));
                        // Each failed attempt to return to the source is reported. The time counts from the first.
                        let pending_end = end.take().filter(|_| is_gone);
                        end.replace(pending_end.or_else(|| is_gone.then(quit)));
                        send(AppEvent::IdleSource(source));
                    }
                }
            };
            let follow = IdleFollower {
                settings,
                session_bus: buses.session.clone(),
                system_bus: &buses.system,
                close_watch: &request,
                report: &pass_on,
            };
            follow.run().await;
        };
        let _work = parts.executor.spawn(work);
        // The source reports itself through the callback once it is found.
        (Some(Box::new(Following { close_watch, _work })), None)
    })
}

/// The time to wait for a display server that has gone: a compositor that crashed may be restarted.
const DISPLAY_TIMEOUT: Duration = Duration::from_secs(60);

/// Quits if the display server doesn't come back: the session has ended, even if the user's bus lives on.
async fn quit_without_display(send: EventSender) {
    Timer::after(DISPLAY_TIMEOUT).await;
    if DisplayServer::answering().is_none() {
        eprintln!(
            "unhunch: {}",
            tr("The display server is gone, so Unhunch quits.")
        );
        send(AppEvent::Quit);
    }
}

/// The running idle source. Dropping it stops the source.
struct Following {
    close_watch: Rc<CloseWatchRequest>,
    _work: Task<()>,
}

impl Guard for Following {
    fn set_close_watch(&self, closely: bool) {
        self.close_watch.set_close_watch(closely);
    }
}

/// Starts probes for reasons to keep quiet.
pub(super) fn quiet<'a>(parts: &Loop<'a>, buses: &Buses) -> StartProbe<'a, Task<()>> {
    let (parts, buses) = (parts.clone(), buses.clone());
    Box::new(move |probe| {
        let send = parts.send.clone();
        let (session, system) = (buses.session.clone(), buses.system.get());
        let work = async move {
            let send = |event| send(AppEvent::Quiet(probe.number, event));
            quiet::follow(session.as_ref(), system.as_ref(), probe.switches, send).await;
        };
        Ok(parts.executor.spawn(work))
    })
}
