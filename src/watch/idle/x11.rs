//! Idleness on X11: alarms on the SYNC extension's `IDLETIME` counter.
//!
//! The server calls when the counter passes a threshold, in either direction, so that nothing of ours runs in
//! between. One small thread sleeps on the connection and on a bell by which it is told how closely to watch.

use std::os::fd::{AsFd, OwnedFd};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use anyhow::{Context, anyhow};
use rustix::event::{EventfdFlags, PollFd, PollFlags, eventfd, poll};
use x11rb::connection::{Connection as _, RequestConnection as _};
use x11rb::protocol::sync::{
    self, Alarm, ConnectionExt as _, Counter, CreateAlarmAux, Int64, TESTTYPE, VALUETYPE,
};
use x11rb::rust_connection::RustConnection;

use super::{Lost, Thresholds};
use crate::schedule::{Activity, Event};
use crate::time::Clock;
use crate::watch::{Guard, Tell, Watcher};

/// The counter, found.
pub(super) struct IdleTime {
    server: RustConnection,
    counter: Counter,
    /// The number of the event that an alarm has rung.
    rung: u8,
    thresholds: Thresholds,
    lost: Lost,
}

impl IdleTime {
    /// Connects to the X server that `DISPLAY` names and looks for its counter.
    ///
    /// # Errors
    ///
    /// When there is no such server, it lets us not in, or it can't count idle time.
    pub(super) fn connect(thresholds: Thresholds, lost: Lost) -> anyhow::Result<Self> {
        let (server, _) = x11rb::connect(None).context("the X server can't be reached")?;
        let rung = server
            .extension_information(sync::X11_EXTENSION_NAME)?
            .ok_or_else(|| anyhow!("the X server has no SYNC extension"))?
            .first_event
            + sync::ALARM_NOTIFY_EVENT;
        let counter = find_counter(&server)?;
        Ok(Self {
            server,
            counter,
            rung,
            thresholds,
            lost,
        })
    }
}

fn find_counter(server: &RustConnection) -> anyhow::Result<Counter> {
    server.sync_initialize(3, 1)?.reply()?;
    let counters = server.sync_list_system_counters()?.reply()?.counters;
    counters
        .iter()
        .find(|counter| counter.name == b"IDLETIME")
        .map(|counter| counter.counter)
        .ok_or_else(|| anyhow!("the X server does not count idle time"))
}

impl Watcher for IdleTime {
    fn start(self: Box<Self>, tell: Tell) -> anyhow::Result<Box<dyn Guard>> {
        let bell = eventfd(0, EventfdFlags::CLOEXEC | EventfdFlags::NONBLOCK)
            .context("the system gives no event descriptor")?;
        let wish = Arc::new(Wish {
            bell,
            closely: AtomicBool::new(false),
            stop: AtomicBool::new(false),
        });
        let source = Source {
            server: self.server,
            counter: self.counter,
            rung: self.rung,
            thresholds: self.thresholds,
            wish: Arc::clone(&wish),
            tell,
            told: Activity::Busy,
            close: None,
        };
        let lost = self.lost;
        std::thread::Builder::new()
            .name("idle".into())
            .stack_size(STACK)
            .spawn(move || source.live(lost))
            .context("the system gives no thread")?;
        Ok(Box::new(Asker(wish)))
    }
}

/// Bytes of stack. Only what is used costs memory; the deepest call is an error that remembers how it was reached, which it
/// does where `RUST_BACKTRACE` is set.
const STACK: usize = 512 * 1024;

/// What the thread is asked for. The bell rings when something else was written down.
struct Wish {
    bell: OwnedFd,
    closely: AtomicBool,
    stop: AtomicBool,
}

impl Wish {
    fn ring(&self) {
        // It can't fail but by a full counter, which has rung already.
        let _ = rustix::io::write(&self.bell, &1_u64.to_ne_bytes());
    }

    fn take_ring(&self) -> bool {
        rustix::io::read(&self.bell, &mut [0; 8]).is_ok()
    }

    fn stopped(&self) -> bool {
        self.stop.load(Ordering::Acquire)
    }
}

struct Asker(Arc<Wish>);

impl Guard for Asker {
    fn attend(&self, closely: bool) {
        self.0.closely.store(closely, Ordering::Release);
        self.0.ring();
    }
}

impl Drop for Asker {
    fn drop(&mut self) {
        self.0.stop.store(true, Ordering::Release);
        self.0.ring();
    }
}

/// Lives on the thread.
struct Source {
    server: RustConnection,
    counter: Counter,
    rung: u8,
    thresholds: Thresholds,
    wish: Arc<Wish>,
    tell: Tell,
    told: Activity,
    /// The alarms for a pause in typing; they are there only while somebody wants to know.
    close: Option<[Alarm; 2]>,
}

impl Source {
    fn live(mut self, lost: Lost) {
        let Err(reason) = self.watch() else { return };
        if !self.wish.stopped() {
            (self.tell)(Event::Activity(Activity::Busy));
            lost(reason.context("the X server is gone"));
        }
    }

    /// Returns when it is told to stop; an error is the end of the X server.
    fn watch(&mut self) -> anyhow::Result<()> {
        self.set_alarms(self.thresholds.away)?;
        self.look()?;
        while !self.wish.stopped() {
            // An alarm may have come with the answer to a question; no word of it would be left to wake us.
            while self.alarm_rang()? {
                self.look()?;
            }
            self.sleep()?;
            if self.wish.take_ring() {
                self.attend()?;
            }
        }
        Ok(())
    }

    fn sleep(&self) -> anyhow::Result<()> {
        let mut sources = [
            PollFd::new(self.server.stream(), PollFlags::IN),
            PollFd::from_borrowed_fd(self.wish.bell.as_fd(), PollFlags::IN),
        ];
        match poll(&mut sources, None) {
            Ok(_) | Err(rustix::io::Errno::INTR) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    fn attend(&mut self) -> anyhow::Result<()> {
        let closely = self.wish.closely.load(Ordering::Acquire);
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

    /// One alarm for the way up and one for the way down. An alarm that comes too late for its threshold stays
    /// silent: look at the counter after setting it.
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
            // Without a step the alarm stays set after it rang.
            .delta(milliseconds(Duration::ZERO))
            .events(1);
        self.server.sync_create_alarm(alarm, &settings)?.check()?;
        Ok(alarm)
    }

    fn alarm_rang(&self) -> anyhow::Result<bool> {
        let mut rang = false;
        // Only its number counts; the highest bit says that another program sent it. Who reads events whole has to know hundreds of
        // kinds of them.
        while let Some(event) = self.server.poll_for_raw_event()? {
            rang |= event
                .first()
                .is_some_and(|number| number & 0x7f == self.rung);
        }
        Ok(rang)
    }

    fn look(&mut self) -> anyhow::Result<()> {
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
        if !self.wish.stopped() {
            (self.tell)(Event::Activity(activity));
        }
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
