//! Idle detection on X11: alarms on the `IDLETIME` counter of the SYNC extension.
//!
//! The server sends an event when the counter passes a threshold in either direction, so nothing has to poll. A small
//! thread sleeps on the connection and on an eventfd that signals a change in how closely to watch.
//!
//! The counter restarts at any input, also that of a pointer that jitters by itself. Where the server can tell keys from other
//! input, a filter decides what counts.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use anyhow::{Context as _, anyhow};
use async_channel::Sender;
use x11rb::connection::{Connection as _, RequestConnection as _};
use x11rb::protocol::sync::{
    self, Alarm, ConnectionExt as _, Counter, CreateAlarmAux, Int64, TESTTYPE, VALUETYPE,
};
use x11rb::rust_connection::RustConnection;

use super::jitter::{InputReading, JitterFilter};
use super::pointer::Pointer;
use super::{Thresholds, Unavailable};
use crate::lang::{mark, tr};
use crate::schedule::Activity;
use crate::time::Clock;
use crate::watch::linux::x11::{ThreadControl, X11Thread};

/// A message from the thread.
#[derive(Debug)]
pub(super) enum X11Message {
    /// The counter exists, and the source is running.
    Begun,
    /// The current activity of the user.
    Activity(Activity),
    /// The source has ended, or could not start.
    Ended(anyhow::Error),
}

/// A running source, until it is dropped.
pub(super) struct IdleTime {
    thread: X11Thread,
    closely: Arc<AtomicBool>,
}

impl IdleTime {
    /// Starts the thread, which sends its messages over the channel.
    ///
    /// # Errors
    /// If the eventfd can't be created or the thread can't be spawned.
    pub(super) fn start(
        thresholds: Thresholds,
        sender: Sender<X11Message>,
    ) -> anyhow::Result<Self> {
        let closely = Arc::new(AtomicBool::new(false));
        let shared = Arc::clone(&closely);
        let thread = X11Thread::start("idle", move |line| {
            let Err(reason) = run_thread(line, thresholds, &shared, &sender) else {
                return;
            };
            let _ = sender.try_send(X11Message::Ended(reason));
        })?;
        Ok(Self { thread, closely })
    }

    /// Sets how closely to watch.
    pub(super) fn set_close_watch(&self, closely: bool) {
        self.closely.store(closely, Ordering::Release);
        self.thread.ring();
    }
}

/// Watches until it is asked to stop. An error means that the X server is gone or can't be used.
fn run_thread(
    line: &ThreadControl,
    thresholds: Thresholds,
    closely: &AtomicBool,
    sender: &Sender<X11Message>,
) -> anyhow::Result<()> {
    let reached = line.connect();
    let (server, screen) = reached.context(Unavailable(mark("the X server can’t be reached")))?;
    let rung = server
        .extension_information(sync::X11_EXTENSION_NAME)?
        .ok_or_else(|| anyhow!(Unavailable(mark("the X server has no SYNC extension"))))?
        .first_event
        + sync::ALARM_NOTIFY_EVENT;
    let counter = find_counter(&server)?;
    let pointer = Pointer::find(&server, screen).unwrap_or_default();
    let mut source = Source {
        pointer: pointer.map(|pointer| (pointer, JitterFilter::new(thresholds.away))),
        next_reading: None,
        clicked: false,
        server,
        counter,
        rung,
        thresholds,
        line,
        closely,
        sender,
        reported: Activity::Busy,
        close: None,
    };
    let _ = sender.try_send(X11Message::Begun);
    source.watch().context(tr("the X server is gone"))
}

fn find_counter(server: &RustConnection) -> anyhow::Result<Counter> {
    server.sync_initialize(3, 1)?.reply()?;
    let counters = server.sync_list_system_counters()?.reply()?.counters;
    counters
        .iter()
        .find(|counter| counter.name == b"IDLETIME")
        .map(|counter| counter.counter)
        .ok_or_else(|| anyhow!(Unavailable(mark("the X server doesn’t count idle time"))))
}

/// The state that lives on the thread.
struct Source<'a> {
    server: RustConnection,
    counter: Counter,
    /// The event code of an alarm.
    rung: u8,
    thresholds: Thresholds,
    line: &'a ThreadControl,
    closely: &'a AtomicBool,
    sender: &'a Sender<X11Message>,
    reported: Activity,
    /// The pointer and the filter of its jitter, if the server supports that.
    pointer: Option<(Pointer, JitterFilter)>,
    /// The elapsed time at which to update even if no alarm rings.
    next_reading: Option<Duration>,
    /// `true` if a button was pressed since the last update.
    clicked: bool,
    /// The alarms for a pause in typing, which are set only while watching closely.
    close: Option<[Alarm; 2]>,
}

impl Source<'_> {
    fn watch(&mut self) -> anyhow::Result<()> {
        self.set_alarms(self.counter, self.thresholds.away)?;
        if let Some((pointer, filter)) = &self.pointer {
            self.set_alarms(pointer.keys, filter.key_threshold())?;
            if let Some(rest) = filter.rest_threshold() {
                self.set_alarm(self.counter, TESTTYPE::NEGATIVE_TRANSITION, rest)?;
            }
        }
        self.update()?;
        while !self.line.is_stopped() {
            // An event may have arrived with a reply; the socket would not become readable again for it.
            while self.has_news()? {
                self.update()?;
            }
            let now = Clock.now().elapsed;
            let at_most = self.next_reading.map(|next| next.saturating_sub(now));
            self.line.sleep(&self.server, at_most)?;
            if self.line.take_ring() {
                self.attend()?;
            }
            let now = Clock.now().elapsed;
            if self.next_reading.is_some_and(|next| now >= next) {
                self.update()?;
            }
        }
        Ok(())
    }

    fn attend(&mut self) -> anyhow::Result<()> {
        let closely = self.closely.load(Ordering::Acquire);
        match (closely, self.close.take()) {
            (true, None) => {
                self.close = Some(self.set_alarms(self.counter, self.thresholds.still)?)
            }
            (true, alarms) => self.close = alarms,
            (false, Some(alarms)) => {
                for alarm in alarms {
                    self.server.sync_destroy_alarm(alarm)?.check()?;
                }
            }
            (false, None) => {}
        }
        if closely {
            let activity = self.activity()?;
            self.report(activity);
        }
        Ok(())
    }

    /// Sets one alarm for each direction. An alarm that is set after its threshold has passed doesn't fire:
    /// query the counter afterwards.
    fn set_alarms(&self, counter: Counter, at: Duration) -> anyhow::Result<[Alarm; 2]> {
        Ok([
            self.set_alarm(counter, TESTTYPE::POSITIVE_TRANSITION, at)?,
            self.set_alarm(counter, TESTTYPE::NEGATIVE_TRANSITION, at)?,
        ])
    }

    fn set_alarm(
        &self,
        counter: Counter,
        direction: TESTTYPE,
        at: Duration,
    ) -> anyhow::Result<Alarm> {
        let alarm = self.server.generate_id()?;
        let settings = CreateAlarmAux::new()
            .counter(counter)
            .value_type(VALUETYPE::ABSOLUTE)
            .value(milliseconds(at))
            .test_type(direction)
            // With a delta of zero, the alarm stays set after it fires.
            .delta(milliseconds(Duration::ZERO))
            .events(1);
        self.server.sync_create_alarm(alarm, &settings)?.check()?;
        Ok(alarm)
    }

    /// Returns `true` if an alarm rang or a button was pressed.
    fn has_news(&mut self) -> anyhow::Result<bool> {
        let mut rang = false;
        // Only the event code matters; its highest bit says that another client sent the event. Parsing events in full
        // would need the code for hundreds of event types.
        while let Some(event) = self.server.poll_for_raw_event()? {
            rang |= event
                .first()
                .is_some_and(|number| number & 0x7f == self.rung);
            self.clicked |= self
                .pointer
                .as_ref()
                .is_some_and(|(pointer, _)| pointer.is_press(&event));
        }
        Ok(rang || self.clicked)
    }

    fn update(&mut self) -> anyhow::Result<()> {
        let activity = self.activity()?;
        if !same_kind(activity, self.reported) {
            self.report(activity);
        }
        Ok(())
    }

    fn activity(&mut self) -> anyhow::Result<Activity> {
        let idle = self.since(self.counter)?;
        // A pause in typing ends with any movement, but an absence only with real input.
        let away_for = self.filter(idle)?;
        Ok(if away_for >= self.thresholds.away {
            let since = Clock.now().elapsed.saturating_sub(away_for);
            Activity::Away { since }
        } else if self.close.is_some() && idle >= self.thresholds.still {
            Activity::Still
        } else {
            Activity::Busy
        })
    }

    /// Returns the time since the last input, according to one of the counters.
    fn since(&self, counter: Counter) -> anyhow::Result<Duration> {
        let value = self.server.sync_query_counter(counter)?.reply()?;
        Ok(duration(value.counter_value))
    }

    /// Returns the time since the last real input, given the time since any input.
    fn filter(&mut self, idle: Duration) -> anyhow::Result<Duration> {
        let Some((pointer, _)) = &self.pointer else {
            return Ok(idle);
        };
        let reading = InputReading {
            now: Clock.now().elapsed,
            idle,
            since_key: self.since(pointer.keys)?,
            pointer: pointer.place(&self.server)?,
            clicked: std::mem::take(&mut self.clicked),
        };
        let Some((pointer, filter)) = &mut self.pointer else {
            return Ok(idle);
        };
        let idle = filter.update(&reading);
        self.next_reading = filter.next_reading(&reading);
        pointer.listen(&self.server, filter.listens())?;
        Ok(idle)
    }

    fn report(&mut self, activity: Activity) {
        self.reported = activity;
        let _ = self.sender.try_send(X11Message::Activity(activity));
    }
}

fn same_kind(a: Activity, b: Activity) -> bool {
    std::mem::discriminant(&a) == std::mem::discriminant(&b)
}

fn milliseconds(duration: Duration) -> Int64 {
    let value = i64::try_from(duration.as_millis()).unwrap_or(i64::MAX);
    Int64 {
        hi: (value >> 32) as i32,
        lo: value as u32,
    }
}

fn duration(value: Int64) -> Duration {
    let value = (i64::from(value.hi) << 32) | i64::from(value.lo);
    Duration::from_millis(u64::try_from(value).unwrap_or(0))
}
