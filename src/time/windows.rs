//! The clocks of Windows.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use windows_sys::Win32::System::Performance::{QueryPerformanceCounter, QueryPerformanceFrequency};
use windows_sys::Win32::System::SystemInformation::GetTickCount64;
use windows_sys::Win32::System::WindowsProgramming::QueryUnbiasedInterruptTime;

/// The two clocks that tell of sleep go in steps of a sixty-fourth of a second each; less than this is no sleep.
const STEPS: Duration = Duration::from_millis(100);

/// How long the computer had slept when it was asked last.
static SLEPT: Mutex<Duration> = Mutex::new(Duration::ZERO);

/// Time since the start with sleep and without it. The performance counter counts sleep, too, and fine enough for
/// pictures that move.
pub(super) fn elapsed_and_awake() -> (Duration, Duration) {
    let elapsed = counted();
    (elapsed, elapsed.saturating_sub(slept()))
}

/// It stays what it is until the computer has slept again.
fn slept() -> Duration {
    let (ticks, awake) = ticks_and_awake();
    let now = ticks.saturating_sub(awake);
    let mut slept = SLEPT.lock().unwrap_or_else(PoisonError::into_inner);
    if now > *slept + STEPS {
        *slept = now;
    }
    *slept
}

/// GetTickCount64 counts sleep, QueryUnbiasedInterruptTime, in steps of 100 ns, doesn't.
#[expect(unsafe_code, reason = "calls of the system")]
fn ticks_and_awake() -> (Duration, Duration) {
    let mut awake = 0;
    // SAFETY: the place for the answer is valid.
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
    // SAFETY: both are valid places for the answers; neither call can fail on a Windows that we run on.
    unsafe {
        QueryPerformanceCounter(&raw mut count);
        QueryPerformanceFrequency(&raw mut a_second);
    }
    let (count, a_second) = (count.unsigned_abs(), a_second.unsigned_abs().max(1));
    let nanos = u128::from(count % a_second) * 1_000_000_000 / u128::from(a_second);
    Duration::new(count / a_second, nanos as u32)
}

/// The system's zone.
pub(super) fn zone() -> jiff::tz::TimeZone {
    jiff::tz::TimeZone::system()
}
