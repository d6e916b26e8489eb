//! The clocks and the time zone of Linux. The zone is read without jiff's lookup, which makes a list of all zones and takes
//! more memory than all the rest of an idle program.

use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::time::Duration;
use std::{env, fs};

use jiff::tz::TimeZone;
use rustix::time::{ClockId, clock_gettime};

/// Returns the time since boot with and without sleep: `CLOCK_BOOTTIME` and `CLOCK_MONOTONIC` of clock_gettime(2).
pub(super) fn elapsed_and_awake() -> (Duration, Duration) {
    (read(ClockId::Boottime), read(ClockId::Monotonic))
}

fn read(clock: ClockId) -> Duration {
    let time = clock_gettime(clock);
    Duration::new(
        time.tv_sec.unsigned_abs(),
        time.tv_nsec.unsigned_abs() as u32,
    )
}

/// A link to the file of the time zone (localtime(5)).
const LOCALTIME: &str = "/etc/localtime";

/// Returns the file that is replaced when the time zone of the computer changes, or `None` if the environment fixes the zone.
#[must_use]
pub fn zone_file() -> Option<&'static Path> {
    env::var_os("TZ").is_none().then(|| Path::new(LOCALTIME))
}

/// The target of the link when it was last read, with its zone.
static LAST: Mutex<Option<(PathBuf, TimeZone)>> = Mutex::new(None);

/// Returns the current time zone of the system, so that a change takes effect at the next event.
pub(super) fn zone() -> TimeZone {
    linked().unwrap_or_else(TimeZone::system)
}

/// Returns the zone that the link names, or `None` if `TZ` overrides it or the file is no such link.
fn linked() -> Option<TimeZone> {
    zone_file()?;
    let link = fs::read_link(LOCALTIME).ok()?;
    let mut last = LAST.lock().ok()?;
    if let Some((_, zone)) = last.as_ref().filter(|(target, _)| *target == link) {
        return Some(zone.clone());
    }
    let zone = TimeZone::tzif(name(&link)?, &fs::read(LOCALTIME).ok()?).ok()?;
    *last = Some((link, zone.clone()));
    Some(zone)
}

/// Returns `Europe/Berlin` for `../usr/share/zoneinfo/Europe/Berlin`.
fn name(link: &Path) -> Option<&str> {
    link.to_str()?.split_once("zoneinfo/").map(|(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_link_names_the_zone() {
        assert_eq!(
            name(Path::new("/usr/share/zoneinfo/Europe/Berlin")),
            Some("Europe/Berlin")
        );
        assert_eq!(
            name(Path::new("../usr/share/zoneinfo/Etc/UTC")),
            Some("Etc/UTC")
        );
        assert_eq!(name(Path::new("/somewhere/else")), None);
    }

    #[test]
    fn zone_matches_jiff() {
        let (ours, theirs) = (zone(), TimeZone::system());
        let at = jiff::Timestamp::UNIX_EPOCH;
        assert_eq!(ours.to_offset(at), theirs.to_offset(at));
    }

    /// Compares with the kernel's own count of seconds since boot, including sleep: proc_uptime(5).
    #[test]
    fn elapsed_is_the_time_since_the_computer_started() {
        let uptime = || {
            let line = fs::read_to_string("/proc/uptime").unwrap();
            let seconds = line.split(' ').next().unwrap().parse().unwrap();
            Duration::from_secs_f64(seconds)
        };
        let (before, now, after) = (uptime(), elapsed_and_awake().0, uptime());
        // The uptime is rounded to a hundredth of a second.
        let hundredth = Duration::from_millis(10);
        assert!(before <= now && now <= after + hundredth, "{now:?}");
    }
}
