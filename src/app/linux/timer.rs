//! Timers that keep running during sleep, and notifications of clock steps and time zone changes.

use std::io;
use std::os::fd::OwnedFd;
use std::path::Path;
use std::rc::Rc;
use std::time::Duration;

use async_executor::LocalExecutor;
use async_io::Async;
use rustix::time::{
    Itimerspec, TimerfdClockId, TimerfdFlags, TimerfdTimerFlags, Timespec, timerfd_create,
    timerfd_settime,
};

use crate::app::AppEvent;
use crate::app::start::EventSender;
use crate::time::zone_file;
use crate::watch::linux::arrival::Arrival;

/// A time in the year 2286. The timer is armed only to detect when the clock is set: the kernel cancels it at each step of the
/// clock and each resume (timerfd_create(2), TFD_TIMER_CANCEL_ON_SET).
const NEVER: Duration = Duration::from_secs(9_999_999_999);

/// Wakes the loop at a deadline, after a resume, and when the clock is set.
pub(super) struct Timers {
    due: Rc<Timer>,
}

impl Timers {
    pub(super) fn start(executor: &LocalExecutor<'_>, send: &EventSender) -> io::Result<Self> {
        let due = Rc::new(Timer::new(TimerfdClockId::Boottime)?);
        let clock = Timer::new(TimerfdClockId::Realtime)?;
        let (waited, wake) = (due.clone(), send.clone());
        executor
            .spawn(async move {
                while waited.expired().await.is_ok() {
                    wake(AppEvent::Wakeup);
                }
            })
            .detach();
        clock.arm_cancelled_on_set()?;
        if let Some(file) = zone_file() {
            let wake = send.clone();
            let zone = async move { follow_zone(file, || wake(AppEvent::Wakeup)).await };
            executor.spawn(zone).detach();
        }
        let wake = send.clone();
        executor
            .spawn(async move {
                // Only a step of the clock ends the wait. Re-arming may report the same step once more.
                while clock.expired().await.is_err() && clock.arm_cancelled_on_set().is_ok() {
                    wake(AppEvent::Wakeup);
                }
            })
            .detach();
        Ok(Self { due })
    }

    /// Wakes the loop at this elapsed time, or at once if it has passed. `None` disarms the timer.
    pub(super) fn arm(&self, at: Option<Duration>) -> io::Result<()> {
        self.due
            .arm(at.unwrap_or_default(), TimerfdTimerFlags::ABSTIME)
    }
}

/// Reports changes of the time zone. Every tool that sets the zone replaces its file.
async fn follow_zone(file: &Path, send: impl Fn()) {
    let zone = Arrival::new(file);
    loop {
        zone.wait().await;
        send();
    }
}

struct Timer(Async<OwnedFd>);

impl Timer {
    fn new(clock: TimerfdClockId) -> io::Result<Self> {
        Async::new(timerfd_create(
            clock,
            TimerfdFlags::CLOEXEC | TimerfdFlags::NONBLOCK,
        )?)
        .map(Self)
    }

    /// A time of zero disarms the timer.
    fn arm(&self, at: Duration, flags: TimerfdTimerFlags) -> io::Result<()> {
        let zero = Timespec {
            tv_sec: 0,
            tv_nsec: 0,
        };
        let at = Timespec {
            tv_sec: at.as_secs().try_into().unwrap_or(i64::MAX),
            tv_nsec: at.subsec_nanos().into(),
        };
        timerfd_settime(
            &self.0,
            flags,
            &Itimerspec {
                it_interval: zero,
                it_value: at,
            },
        )?;
        Ok(())
    }

    fn arm_cancelled_on_set(&self) -> io::Result<()> {
        match self.arm(
            NEVER,
            TimerfdTimerFlags::ABSTIME | TimerfdTimerFlags::CANCEL_ON_SET,
        ) {
            // The timer is armed in spite of the error.
            Err(error)
                if error.raw_os_error() == Some(rustix::io::Errno::CANCELED.raw_os_error()) =>
            {
                Ok(())
            }
            done => done,
        }
    }

    /// Waits until the timer expires.
    ///
    /// # Errors
    /// `ECANCELED` if the clock was set.
    async fn expired(&self) -> io::Result<()> {
        let mut count = [0; 8];
        self.0
            .read_with(|timer| rustix::io::read(timer, &mut count).map_err(io::Error::from))
            .await?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;
    use std::os::unix::fs::symlink;

    use async_io::block_on;
    use futures_lite::FutureExt as _;

    use super::*;

    #[test]
    fn zone_changes_are_reported() {
        let folder = tempfile::tempdir().unwrap();
        let (file, other) = (folder.path().join("localtime"), folder.path().join("new"));
        symlink("../usr/share/zoneinfo/Europe/Berlin", &file).unwrap();
        let count = Cell::new(0);
        let travels = async {
            for (n, zone) in ["Asia/Tokyo", "America/Lima"].into_iter().enumerate() {
                assert_eq!(count.get(), n);
                std::fs::write(folder.path().join(zone.replace('/', "-")), "").unwrap();
                symlink(format!("../usr/share/zoneinfo/{zone}"), &other).unwrap();
                std::fs::rename(&other, &file).unwrap();
                while count.get() == n {
                    async_io::Timer::after(Duration::from_millis(10)).await;
                }
            }
        };
        let follow = follow_zone(&file, || count.set(count.get() + 1));
        // `follow` is polled first, so it starts watching before the first change.
        block_on(follow.or(travels));
    }
}
