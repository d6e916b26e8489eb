//! Windows: a microphone or a camera is in use. Windows keeps a list of the programs that used them and when, for the user
//! to see; a program that is using one has no stop time yet.

use windows_registry::{CURRENT_USER, Key};

use crate::schedule::Hold;
use crate::time::Clock;
use crate::watch::quiet::source::Source;

pub(super) const MICROPHONE: Source = Source {
    name: "microphone",
    reason: Hold::Call,
    read_state: || is_used(&format!(r"{STORE}\microphone")),
};

pub(super) const CAMERA: Source = Source {
    name: "camera",
    reason: Hold::Call,
    read_state: || is_used(&format!(r"{STORE}\webcam")),
};

const STORE: &str =
    r"Software\Microsoft\Windows\CurrentVersion\CapabilityAccessManager\ConsentStore";

/// The key of the programs that don't come from a store, with a list of its own.
const OTHERS: &str = "NonPackaged";

/// The seconds from 1601, the epoch of Windows, to 1970.
const EPOCH_OFFSET: i64 = 11_644_473_600;

/// The time units of the registry in a second.
const TICKS: i64 = 10_000_000;

/// The error that the wall clock may have had when the computer started, in seconds.
const SLACK: i64 = 300;

fn is_used(list: &str) -> Option<bool> {
    let list = CURRENT_USER.open(list).ok()?;
    let others = list.open(OTHERS);
    let started = started();
    Some(
        is_used_since(&list, started) || others.is_ok_and(|others| is_used_since(&others, started)),
    )
}

/// Returns the time when the computer started, in the units of the registry. A program that was using a device when the
/// computer crashed before that never gets a stop time.
fn started() -> i64 {
    let now = Clock.now();
    let elapsed = i64::try_from(now.elapsed.as_secs()).unwrap_or(i64::MAX);
    let started = now.wall.timestamp().as_second() - elapsed - SLACK;
    started.saturating_add(EPOCH_OFFSET).saturating_mul(TICKS)
}

/// Returns `true` if a program in the list started at this time or later, and has not stopped.
fn is_used_since(list: &Key, started: i64) -> bool {
    let Ok(mut names) = list.keys() else {
        return false;
    };
    names.any(|name| {
        let Ok(program) = list.open(name) else {
            return false;
        };
        let time = |value| Some(program.get_u64(value).ok()?.cast_signed());
        time("LastUsedTimeStart").is_some_and(|start| start >= started)
            && time("LastUsedTimeStop") == Some(0)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIST: &str = r"Software\Unhunch test of consent";

    fn used(program: &str, start: i64, stop: i64) {
        let key = CURRENT_USER.create(format!(r"{LIST}\{program}")).unwrap();
        for (name, time) in [("LastUsedTimeStart", start), ("LastUsedTimeStop", stop)] {
            key.set_u64(name, time.cast_unsigned()).unwrap();
        }
    }

    fn forget() {
        let _ = CURRENT_USER.remove_tree(LIST);
    }

    #[test]
    fn device_is_in_use_until_stop_or_reboot() {
        forget();
        assert_eq!(is_used(LIST), None);
        let now = started() + (SLACK + 1) * TICKS;
        used("Company.App", now, now + TICKS);
        used(r"NonPackaged\C:#a#program.exe", now, now);
        assert_eq!(is_used(LIST), Some(false));
        used(r"NonPackaged\C:#fell#program.exe", started() - TICKS, 0);
        used("Never.Used", 0, 0);
        assert_eq!(is_used(LIST), Some(false));
        used(r"NonPackaged\C:#a#program.exe", now, 0);
        assert_eq!(is_used(LIST), Some(true));
        used(r"NonPackaged\C:#a#program.exe", now, now + TICKS);
        used("Company.App", now + TICKS, 0);
        assert_eq!(is_used(LIST), Some(true));
        forget();
    }
}
