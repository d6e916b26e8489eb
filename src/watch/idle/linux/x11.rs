//! Idle detection on X11: alarms on the `IDLETIME` counter of the SYNC extension.
//!
//! The server sends an event when the counter passes a threshold in either direction, so nothing has to poll. A small
//! thread sleeps on the connection and on an eventfd that signals a change in how closely to watch.

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
    pub(super) fn start(thresholds: Thresholds, tell: Sender<X11Message>) -> anyhow::Result<Self> {
        let closely = Arc::new(AtomicBool::new(false));
        let wish = Arc::clone(&closely);
        let thread = X11Thread::start("idle", move |line| {
            let Err(reason) = run_thread(line, thresholds, &wish, &tell) else {
                return;
            };
            let _ = tell.try_send(X11Message::Ended(reason));
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
    tell: &Sender<X11Message>,
) -> anyhow::Result<()> {
    let reached = line.connect();
    let (server, _) = reached.context(Unavailable(mark("the X server can’t be reached")))?;
    let rung = server
        .extension_information(sync::X11_EXTENSION_NAME)?
        .ok_or_else(|| anyhow!(Unavailable(mark("the X server has no SYNC extension"))))?
        .first_event
        + sync::ALARM_NOTIFY_EVENT;
    let counter = find_counter(&server)?;
    let mut source = Source {
        server,
        counter,
        rung,
        thresholds,
        line,
        closely,
        tell,
        told: Activity::Busy,
        close: None,
    };
    let _ = tell.try_send(X11Message::Begun);
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
    tell: &'a Sender<X11Message>,
    told: Activity,
    /// The alarms for a pause in typing, which are set only while watching closely.
    close: Option<[Alarm; 2]>,
}

impl Source<'_> {
    fn watch(&mut self) -> anyhow::Result<()> {
        self.set_alarms(self.thresholds.away)?;
        self.update()?;
        while !self.line.is_stopped() {
            // An alarm may have arrived with a reply; the socket would not become readable again for it.
            while self.alarm_rang()? {
                self.update()?;
            }
            self.line.sleep(&self.server)?;
            if self.line.take_ring() {
                self.attend()?;
            }
        }
        Ok(())
    }

    fn attend(&mut self) -> anyhow::Result<()> {
        let closely = self.closely.load(Ordering::Acquire);
        match (closely, self.close.take()) {
            (true, None) => self.close = Some(self.set_alarms(self.thresholds.still)?),
            (true, kept) => self.close = kept,
            (false, Some(alarms)) => {
                for alarm in alarms {
                    self.server.sync_destroy_alarm(alarm)?.check()?;
                }
            }
            (false, None) => {}
        }
        if closely {
            let activity = self.activity()?;
            self.tell(activity);
        }
        Ok(())
    }

    /// Sets one alarm for each direction. An alarm that is set after its threshold has passed doesn't fire:
    /// query the counter afterwards.
    fn set_alarms(&self, at: Duration) -> anyhow::Result<[Alarm; 2]> {
        Ok([
            self.set_alarm(TESTTYPE::POSITIVE_TRANSITION, at)?,
            self.set_alarm(TESTTYPE::NEGATIVE_TRANSITION, at)?,
        ])
    }

    fn set_alarm(&self, direction: TESTTYPE, at: Duration) -> anyhow::Result<Alarm> {
        let alarm = self.server.generate_id()?;
        let settings = CreateAlarmAux::new()
            .counter(self.counter)
            .value_type(VALUETYPE::ABSOLUTE)
            .value(milliseconds(at))
            .test_type(direction)
            // With a delta of zero, the alarm stays set after it fires.
            .delta(milliseconds(Duration::ZERO))
            .events(1);
        self.server.sync_create_alarm(alarm, &settings)?.check()?;
        Ok(alarm)
    }

    fn alarm_rang(&self) -> anyhow::Result<bool> {
        let mut rang = false;
        // Only the event code matters; its highest bit says that another client sent the event. Parsing events in full
        // would need the code for hundreds of event types.
        while let Some(event) = self.server.poll_for_raw_event()? {
            rang |= event
                .first()
                .is_some_and(|number| number & 0x7f == self.rung);
        }
        Ok(rang)
    }

    fn update(&mut self) -> anyhow::Result<()> {
        let activity = self.activity()?;
        if !same_kind(activity, self.told) {
            self.tell(activity);
        }
        Ok(())
    }

    fn activity(&self) -> anyhow::Result<Activity> {
        let value = self.server.sync_query_counter(self.counter)?.reply()?;
        let idle = duration(value.counter_value);
        Ok(if idle >= self.thresholds.away {
            let since = Clock.now().elapsed.saturating_sub(idle);
            Activity::Away { since }
        } else if self.close.is_some() && idle >= self.thresholds.still {
            Activity::Still
        } else {
            Activity::Busy
        })
    }

    fn tell(&mut self, activity: Activity) {
        self.told = activity;
        let _ = self.tell.try_send(X11Message::Activity(activity));
    }
}

fn same_kind(one: Activity, other: Activity) -> bool {
    std::mem::discriminant(&one) == std::mem::discriminant(&other)
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
