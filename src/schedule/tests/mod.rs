//! Tests the schedule with simulated days: scripted ones ([`scenarios`], [`times`], [`peers`]) and random ones ([`properties`]).

mod day;
mod peers;
mod properties;
mod scenarios;
mod times;

use std::time::Duration;

use super::*;

fn seconds(n: u64) -> Duration {
    Duration::from_secs(n)
}

fn minutes(n: u64) -> Duration {
    seconds(60 * n)
}

fn hours(n: u64) -> Duration {
    minutes(60 * n)
}

/// The rhythm of the default settings.
pub(super) fn rhythm() -> Rhythm {
    Rhythm {
        sit: minutes(30),
        rest: minutes(5),
        snooze: minutes(10),
        grace: minutes(2),
        ask_for: minutes(2),
        ask_again: minutes(10),
        hold_at_most: hours(2),
        settle: minutes(1),
        at_most_per_hour: 4,
        reminders: vec![Reminder::Stand, Reminder::Stretch],
        posture_check: false,
        routine: "desk".to_owned(),
        length: None,
        short_routine: "moment".to_owned(),
        hours: Hours::default(),
    }
}
