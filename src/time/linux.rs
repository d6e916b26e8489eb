//! The clocks of Linux, and the zone of the system, without the list of all zones that jiff would make to look it up: that takes
//! more memory than all the rest of a program that waits.

use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::time::Duration;
use std::{env, fs};

use jiff::tz::TimeZone;
use rustix::time::{ClockId, clock_gettime};

/// Time since the start with sleep and without it: `CLOCK_BOOTTIME` and `CLOCK_MONOTONIC` of clock_gettime(2).
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

/// It links to the file of the zone (localtime(5)).
const LOCALTIME: &str = "/etc/localtime";

/// The file that is replaced when the computer goes to another zone; none: it stays in this one, as the environment says which
/// it is.
#[must_use]
pub fn zone_file() -> Option<&'static Path> {
    env::var_os("TZ").is_none().then(|| Path::new(LOCALTIME))
}

/// The zone that was read last, and what the link pointed to.
static LAST: Mutex<Option<(PathBuf, TimeZone)>> = Mutex::new(None);

/// The system's zone as it is now: whoever travels and says so is believed at the next event.
pub(super) fn zone() -> TimeZone {
    linked().unwrap_or_else(TimeZone::system)
}

/// `None` where `TZ` says something else, or where the file is no link that names its zone.
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

/// `Europe/Berlin` of `../usr/share/zoneinfo/Europe/Berlin`.
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
    fn it_is_the_zone_that_the_library_finds() {
        let (ours, theirs) = (zone(), TimeZone::system());
        let at = jiff::Timestamp::UNIX_EPOCH;
        assert_eq!(ours.to_offset(at), theirs.to_offset(at));
    }

    /// The kernel's own count of the seconds since the start, sleep included: proc_uptime(5).
    #[test]
    fn elapsed_is_the_time_since_the_computer_started() {
        let uptime = || {
            let line = fs::read_to_string("/proc/uptime").unwrap();
            let seconds = line.split(' ').next().unwrap().parse().unwrap();
            Duration::from_secs_f64(seconds)
        };
        let (before, now, after) = (uptime(), elapsed_and_awake().0, uptime());
        // It is rounded to a hundredth of a second.
        let hundredth = Duration::from_millis(10);
        assert!(before <= now && now <= after + hundredth, "{now:?}");
    }
}
