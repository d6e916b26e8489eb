//! The clocks of Windows and its time zone.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use windows_sys::Win32::System::Performance::{QueryPerformanceCounter, QueryPerformanceFrequency};
use windows_sys::Win32::System::SystemInformation::GetTickCount64;
use windows_sys::Win32::System::WindowsProgramming::QueryUnbiasedInterruptTime;

/// The tolerance for sleep. The two clocks from which it is computed advance in steps of 1/64 second each.
const STEPS: Duration = Duration::from_millis(100);

/// The time that the computer had slept at the last query.
static SLEPT: Mutex<Duration> = Mutex::new(Duration::ZERO);

/// Returns the time since boot with and without sleep. The performance counter includes sleep, and its resolution is
/// high enough for animations.
pub(super) fn elapsed_and_awake() -> (Duration, Duration) {
    let elapsed = counted();
    (elapsed, elapsed.saturating_sub(slept()))
}

/// Returns the time that the computer has slept, which is constant until it sleeps again.
fn slept() -> Duration {
    let (ticks, awake) = ticks_and_awake();
    let now = ticks.saturating_sub(awake);
    let mut slept = SLEPT.lock().unwrap_or_else(PoisonError::into_inner);
    if now > *slept + STEPS {
        *slept = now;
    }
    *slept
}

/// Reads GetTickCount64, which includes sleep, and QueryUnbiasedInterruptTime (in units of 100 ns), which doesn't.
#[expect(unsafe_code, reason = "calls of the system")]
fn ticks_and_awake() -> (Duration, Duration) {
    let mut awake = 0;
    // SAFETY: the out-pointer is valid.
    let ticks = unsafe {
        QueryUnbiasedInterruptTime(&raw mut awake);
        GetTickCount64()
    };
    (
        Duration::from_millis(ticks),
        Duration::from_nanos(awake.saturating_mul(100)),
    )
}

#[expect(unsafe_code, reason = "calls of the system")]
fn counted() -> Duration {
    let (mut count, mut a_second) = (0, 0);
    // SAFETY: both out-pointers are valid; neither call can fail on a version of Windows that we run on.
    unsafe {
        QueryPerformanceCounter(&raw mut count);
        QueryPerformanceFrequency(&raw mut a_second);
    }
    let (count, a_second) = (count.unsigned_abs(), a_second.unsigned_abs().max(1));
    let nanos = u128::from(count % a_second) * 1_000_000_000 / u128::from(a_second);
    Duration::new(count / a_second, nanos as u32)
}

/// Returns the time zone of the system.
pub(super) fn zone() -> jiff::tz::TimeZone {
    jiff::tz::TimeZone::system()
}
