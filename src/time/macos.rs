//! The clocks of macOS.

use std::time::Duration;

/// Time since the start with sleep and without it: `CLOCK_MONOTONIC_RAW` is mach_continuous_time,
/// `CLOCK_UPTIME_RAW` is mach_absolute_time (clock_gettime(3) of macOS).
pub(super) fn elapsed_and_awake() -> (Duration, Duration) {
    (
        read(libc::CLOCK_MONOTONIC_RAW),
        read(libc::CLOCK_UPTIME_RAW),
    )
}

#[expect(unsafe_code, reason = "rustix does not know these two clocks")]
fn read(clock: libc::clockid_t) -> Duration {
    let mut time = libc::timespec {
        tv_sec: 0,
        tv_nsec: 0,
    };
    // SAFETY: `time` is a valid place for the answer.
    unsafe { libc::clock_gettime(clock, &raw mut time) };
    Duration::new(
        time.tv_sec.unsigned_abs(),
        time.tv_nsec.unsigned_abs() as u32,
    )
}

/// The system's zone.
pub(super) fn zone() -> jiff::tz::TimeZone {
    jiff::tz::TimeZone::system()
}
