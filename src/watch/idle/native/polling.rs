//! Idle detection on systems that answer a query but don't notify. [`query_schedule`](crate::watch::idle::query_schedule) decides when to
//! query.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use anyhow::Context as _;

use super::Lost;
use crate::lang::tr;
use crate::schedule::{Activity, Event};
use crate::time::Clock;
use crate::watch::idle::Thresholds;
use crate::watch::idle::query_schedule::{Kind, QuerySchedule};
use crate::watch::{EventCallback, Guard, Watcher};

/// The interface to a system's input. It is created, used and dropped on a thread of its own.
pub(super) trait InputBackend: Sized {
    /// The handle that ends a wait, from any thread.
    type Bell: Bell;

    /// Opens the interface on the current thread.
    ///
    /// # Errors
    /// If a call of the system fails.
    fn open(bell: Arc<Self::Bell>) -> anyhow::Result<Self>;

    /// Returns the time since the last input.
    ///
    /// # Errors
    /// If the system doesn't report it.
    fn idle(&self) -> anyhow::Result<Duration>;

    /// Waits until the bell rings, until `at_most` has passed (if given), or, with `for_input`, until the next input. It
    /// may return early, and does so from time to time where some input isn't reported.
    ///
    /// # Errors
    /// If the system refuses to wait.
    fn wait(&mut self, at_most: Option<Duration>, for_input: bool) -> anyhow::Result<()>;
}

/// A handle that ends a wait.
pub(super) trait Bell: Send + Sync + 'static {
    /// Creates a bell that has not been rung.
    ///
    /// # Errors
    /// If the system can't create one.
    fn create() -> anyhow::Result<Self>
    where
        Self: Sized;

    /// Rings the bell, which ends the current wait or the next one.
    fn ring(&self);
}

/// A source that has not been started.
pub(super) struct PollingWatcher<S: InputBackend> {
    thresholds: Thresholds,
    lost: Lost,
    bell: Arc<S::Bell>,
}

impl<S: InputBackend + 'static> PollingWatcher<S> {
    /// # Errors
    /// If the bell can't be created.
    pub(super) fn new(thresholds: Thresholds, lost: Lost) -> anyhow::Result<Self> {
        Ok(Self {
            thresholds,
            lost,
            bell: Arc::new(S::Bell::create()?),
        })
    }
}

impl<S: InputBackend + 'static> Watcher for PollingWatcher<S> {
    fn start(self: Box<Self>, report: EventCallback) -> anyhow::Result<Box<dyn Guard>> {
        let requests = Arc::new(Requests {
            bell: self.bell,
            closely: AtomicBool::new(false),
            stop: AtomicBool::new(false),
        });
        let (thresholds, lost) = (self.thresholds, self.lost);
        let receiver = Arc::clone(&requests);
        thread::Builder::new()
            .name("idle".into())
            .spawn(move || run_thread::<S>(thresholds, receiver, report, lost))
            .context(tr("the system lacks what Unhunch needs to run"))?;
        Ok(Box::new(ThreadGuard(requests)))
    }
}

/// The requests to the thread. The bell rings after each change.
struct Requests<B> {
    bell: Arc<B>,
    closely: AtomicBool,
    stop: AtomicBool,
}

impl<B> Requests<B> {
    fn stopped(&self) -> bool {
        self.stop.load(Ordering::Acquire)
    }
}

struct ThreadGuard<B: Bell>(Arc<Requests<B>>);

impl<B: Bell> Guard for ThreadGuard<B> {
    fn set_close_watch(&self, closely: bool) {
        self.0.closely.store(closely, Ordering::Release);
        self.0.bell.ring();
    }
}

impl<B: Bell> Drop for ThreadGuard<B> {
    fn drop(&mut self) {
        self.0.stop.store(true, Ordering::Release);
        self.0.bell.ring();
    }
}

fn run_thread<S: InputBackend>(
    thresholds: Thresholds,
    requests: Arc<Requests<S::Bell>>,
    report: EventCallback,
    lost: Lost,
) {
    let Err(reason) = watch::<S>(thresholds, &requests, &report) else {
        return;
    };
    if !requests.stopped() {
        report(Event::Activity(Activity::Busy));
        lost(reason);
    }
}

/// Watches until it is asked to stop.
fn watch<S: InputBackend>(
    thresholds: Thresholds,
    requests: &Requests<S::Bell>,
    report: &EventCallback,
) -> anyhow::Result<()> {
    let mut sense = S::open(Arc::clone(&requests.bell))?;
    let mut looks = QuerySchedule::new(thresholds);
    while !requests.stopped() {
        let closely = requests.closely.load(Ordering::Acquire);
        let idle = sense.idle()?;
        if let Some(kind) = looks.update(idle, closely)
            && !requests.stopped()
        {
            report(Event::Activity(activity(kind, idle)));
        }
        sense.wait(looks.next_query(idle), looks.last_reported() != Kind::Busy)?;
    }
    Ok(())
}

fn activity(kind: Kind, idle: Duration) -> Activity {
    match kind {
        Kind::Busy => Activity::Busy,
        Kind::Still => Activity::Still,
        Kind::Away => Activity::Away {
            since: Clock.now().elapsed.saturating_sub(idle),
        },
    }
}
