//! Windows: a microphone or a camera is in use. Windows keeps a list of who used them and when, for the person to see; who
//! uses one now has not stopped yet.

use windows_registry::{CURRENT_USER, Key};

use crate::schedule::Hold;
use crate::time::Clock;
use crate::watch::quiet::source::Source;

pub(super) const MICROPHONE: Source = Source {
    name: "microphone",
    why: Hold::Call,
    ask: || is_used(&format!(r"{STORE}\microphone")),
};

pub(super) const CAMERA: Source = Source {
    name: "camera",
    why: Hold::Call,
    ask: || is_used(&format!(r"{STORE}\webcam")),
};

const STORE: &str =
    r"Software\Microsoft\Windows\CurrentVersion\CapabilityAccessManager\ConsentStore";

/// Programs that come from no store have a folder of their own in the list.
const OTHERS: &str = "NonPackaged";

/// From 1601, where Windows begins to count, to 1970, in seconds.
const ERA: i64 = 11_644_473_600;

/// Times of the registry, in a second.
const TICKS: i64 = 10_000_000;

/// How far the clock may have been off when the computer started, in seconds.
const SLACK: i64 = 300;

fn is_used(list: &str) -> Option<bool> {
    let list = CURRENT_USER.open(list).ok()?;
    let others = list.open(OTHERS);
    let started = started();
    Some(
        is_used_since(&list, started) || others.is_ok_and(|others| is_used_since(&others, started)),
    )
}

/// When the computer started, as Windows counts. What was in use before and fell with the computer never says that it has stopped.
fn started() -> i64 {
    let now = Clock.now();
    let elapsed = i64::try_from(now.elapsed.as_secs()).unwrap_or(i64::MAX);
    let started = now.wall.timestamp().as_second() - elapsed - SLACK;
    started.saturating_add(ERA).saturating_mul(TICKS)
}

/// Whether one of those below began after this time, and has not stopped.
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
    fn who_has_not_stopped_uses_it_unless_the_computer_was_started_since() {
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
