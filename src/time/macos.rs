//! The clocks of macOS and its time zone.

use std::time::Duration;

/// Returns the time since boot with and without sleep: `CLOCK_MONOTONIC_RAW` is mach_continuous_time, `CLOCK_UPTIME_RAW` is
/// mach_absolute_time (clock_gettime(3) of macOS).
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
    // SAFETY: `time` is a valid out-pointer.
    unsafe { libc::clock_gettime(clock, &raw mut time) };
    Duration::new(
        time.tv_sec.unsigned_abs(),
        time.tv_nsec.unsigned_abs() as u32,
    )
}

/// Returns the time zone of the system.
pub(super) fn zone() -> jiff::tz::TimeZone {
    jiff::tz::TimeZone::system()
}
