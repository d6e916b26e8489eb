//! Clocks that jump, processes that are stopped, and nights of 23 or 25 hours.

use insta::assert_snapshot;
use jiff::SignedDuration;

use super::day::Day;
use super::*;

const STILL: Event = Event::Activity(Activity::Still);

/// The same working hours on every day of the week.
fn every_day(ranges: &[&str]) -> Rhythm {
    let ranges: Vec<Range> = ranges.iter().map(|range| range.parse().unwrap()).collect();
    Rhythm {
        hours: Hours {
            week: std::array::from_fn(|_| ranges.clone()),
            holidays: Vec::new(),
        },
        ..rhythm()
    }
}

fn at_clock(wall: &str) -> Event {
    Event::Command(Command::Pause(Until::Clock(Box::new(
        wall.parse().unwrap(),
    ))))
}

/// The next deadline: in how many minutes, and its reason.
fn next(day: &Day) -> String {
    let (at, reason) = day.schedule.next_wakeup().unwrap();
    format!("{} min: {reason}", (at - day.elapsed()).as_secs() / 60)
}

#[test]
fn a_question_times_out_while_the_process_is_stopped() {
    let mut day = Day::begin(rhythm());
    day.handle(STILL);
    day.pass(minutes(31));
    day.stop(hours(1));
    day.pass(minutes(11));
    assert_snapshot!(day.diary, @r"
    09:30:00 ask: stand
    09:30:00 record: asked
    10:31:00 withdraw
    10:41:00 ask: stand, short
    10:41:00 record: asked
    ");
}

#[test]
fn a_snooze_ends_while_the_process_is_stopped() {
    let mut day = Day::begin(rhythm());
    day.handle(STILL);
    day.pass(minutes(31));
    day.handle(Event::Command(Command::Snooze(None)));
    day.stop(hours(1));
    day.pass(minutes(1));
    assert_snapshot!(day.diary, @r"
    09:30:00 ask: stand
    09:30:00 record: asked
    09:31:00 withdraw
    09:31:00 record: snoozed 10 min
    10:31:00 ask: stand
    10:31:00 record: asked
    ");
}

#[test]
fn a_pause_ends_while_the_process_is_stopped() {
    let mut day = Day::begin(rhythm());
    day.handle(STILL);
    day.handle(Event::Command(Command::Pause(Until::For(minutes(40)))));
    day.stop(hours(1));
    assert_eq!(day.asks().len(), 1);
    assert_eq!(day.status().sit, minutes(60));
}

/// A virtual machine does not notice that it is suspended; its clock is set when it resumes.
#[test]
fn an_absence_across_a_suspend_of_a_virtual_machine_is_a_rest() {
    let mut day = Day::begin(rhythm());
    day.pass(minutes(20));
    let since = day.elapsed();
    day.stop(hours(9));
    day.handle(Event::Activity(Activity::Away { since }));
    day.handle(Event::Activity(Activity::Busy));
    day.pass(minutes(29));
    assert_snapshot!(day.diary, @"18:20:00 record: rested 540 min after 20 min");
}

#[test]
fn the_film_limit_applies_while_the_process_is_stopped() {
    let mut day = Day::begin(rhythm());
    let since = day.elapsed();
    day.pass(minutes(1));
    day.handle(Event::Activity(Activity::Away { since }));
    day.handle(Event::Watching(true));
    day.stop(hours(5));
    assert_eq!(day.status().sit, Duration::ZERO);
    assert_snapshot!(day.status().why, @"Away since 09:00");
    assert_eq!(day.diary, "");
}

#[test]
fn a_clock_that_goes_ahead_by_a_day_ends_a_pause_until_then_and_no_other() {
    let mut day = Day::begin(rhythm());
    day.handle(at_clock("2026-03-02T18:00[Europe/Berlin]"));
    day.set_clock(SignedDuration::from_hours(24));
    assert_eq!(day.status().phase, Phase::Sitting);
    assert_eq!(next(&day), "30 min: a reminder falls due");
    day.handle(Event::Command(Command::Pause(Until::For(hours(9)))));
    day.set_clock(SignedDuration::from_hours(24));
    assert_eq!(next(&day), "540 min: the pause ends");
    day.set_clock(SignedDuration::from_hours(-48));
    assert_eq!(next(&day), "540 min: the pause ends");
}

#[test]
fn a_clock_that_goes_back_by_a_day_makes_no_pause_longer_than_any_may_be() {
    let mut day = Day::begin(rhythm());
    day.handle(at_clock("2026-03-02T18:00[Europe/Berlin]"));
    day.set_clock(SignedDuration::from_hours(-24));
    assert_eq!(next(&day), "1980 min: the pause ends");
    day.set_clock(SignedDuration::from_hours(-100_000));
    assert!(day.schedule.pause_end().unwrap() <= day.elapsed() + crate::time::MAX_SPAN);
    // The clock is correct again.
    day.set_clock(SignedDuration::from_hours(100_024));
    assert_eq!(next(&day), "540 min: the pause ends");
}

/// The clocks are read one after the other, so the time between the readings varies.
#[test]
fn shown_times_do_not_flicker() {
    let until = || "2026-03-02T10:30[Europe/Berlin]".parse().unwrap();
    for offset in (0..1000).map(|offset| offset * 1_000_003 % 1_000_000_000) {
        let moment = |nanos: u32, late: u32| Moment {
            elapsed: Duration::new(1000, nanos),
            slept: Duration::ZERO,
            wall: "2026-03-02T09:00[Europe/Berlin]"
                .parse::<jiff::ZonedDateTime>()
                .unwrap()
                .checked_add(SignedDuration::new(0, (nanos + late) as i32))
                .unwrap(),
        };
        let mut schedule = Schedule::new(rhythm(), &moment(offset, 0));
        let now = moment(offset, offset % 7919);
        let pause = Command::Pause(Until::Clock(Box::new(until())));
        schedule.handle(Event::Command(pause), &now);
        for late in [0, 1, 400, 90_000] {
            let status = schedule.status(&moment(offset, late));
            assert_eq!(status.why, "Paused until 10:30");
            assert_eq!(status.paused_until, Some(until()));
            assert_eq!(status.next.unwrap().at, until());
        }
    }
}

#[test]
fn a_clock_that_is_wrong_for_a_while_does_not_add_questions() {
    let mut day = Day::begin(every_day(&["9:00-18:00"]));
    day.handle(STILL);
    day.pass(minutes(31));
    day.set_clock(SignedDuration::from_hours(-12));
    assert_snapshot!(day.status().why, @"Outside your hours until 09:00 tomorrow");
    day.pass(minutes(1));
    day.set_clock(SignedDuration::from_hours(12));
    assert_eq!(day.status().sit, minutes(32));
    day.handle(Event::Command(Command::Skip));
    day.pass(minutes(29));
    assert_snapshot!(day.diary, @r"
    09:30:00 ask: stand
    09:30:00 record: asked
    21:31:00 withdraw
    09:32:00 ask: stand
    09:32:00 record: asked
    09:32:00 record: skipped stand
    09:32:00 withdraw
    ");
}

#[test]
fn working_hours_follow_the_time_zone() {
    let mut day = Day::begin(every_day(&["9:00-18:00"]));
    day.handle(STILL);
    day.pass(minutes(31));
    day.travel("America/New_York");
    assert_snapshot!(day.status().why, @"Outside your hours until 09:00");
    assert_eq!(next(&day), "329 min: the working hours begin or end");
    day.pass(minutes(329));
    assert_snapshot!(day.diary, @r"
    09:30:00 ask: stand
    09:30:00 record: asked
    03:31:00 withdraw
    09:00:00 ask: stand
    09:00:00 record: asked
    ");
}

#[test]
fn a_pause_until_a_clock_time_follows_the_time_zone() {
    let mut day = Day::begin_at("2026-03-02T20:00[Europe/Berlin]", rhythm());
    day.handle(at_clock("2026-03-03T07:00[Europe/Berlin]"));
    assert_eq!(next(&day), "660 min: the pause ends");
    day.travel("Asia/Tokyo");
    assert_eq!(next(&day), "180 min: the pause ends");
    day.travel("America/New_York");
    assert_eq!(next(&day), "1020 min: the pause ends");
    assert_snapshot!(day.status().why, @"Paused until 07:00 tomorrow");
}

#[test]
fn a_year_ends_in_the_middle_of_a_sitting() {
    let mut rhythm = every_day(&["22:00-6:00"]);
    rhythm.hours.holidays = vec!["2027-01-02".parse().unwrap()];
    let mut day = Day::begin_at("2026-12-31T23:40[Europe/Berlin]", rhythm);
    day.handle(STILL);
    assert_snapshot!(day.status().why, @"Next: short walk, about 00:10 tomorrow");
    day.pass(minutes(31));
    day.handle(Event::Command(Command::Skip));
    assert_snapshot!(day.status().why, @"Next: stretch, about 00:41");
    day.handle(Event::Command(Command::Pause(Until::For(hours(30)))));
    day.pass(hours(30));
    // The night that would begin on 2 January is a holiday; the one before is not.
    assert_snapshot!(day.status().why, @"Outside your hours until 22:00 tomorrow");
    assert_snapshot!(day.diary, @r"
    00:10:00 ask: stand
    00:10:00 record: asked
    00:11:00 record: skipped stand
    00:11:00 withdraw
    ");
}

#[test]
fn a_leap_day_is_a_day() {
    let mut day = Day::begin_at(
        "2028-02-28T17:45[Europe/Berlin]",
        every_day(&["9:00-18:00"]),
    );
    day.pass(minutes(20));
    assert_snapshot!(day.status().off_until.unwrap(), @"2028-02-29T09:00:00+01:00[Europe/Berlin]");
    let mut rhythm = every_day(&["9:00-18:00"]);
    rhythm.hours.holidays = vec!["2028-02-29".parse().unwrap()];
    day.handle(Event::Settings(Box::new(rhythm)));
    assert_snapshot!(day.status().off_until.unwrap(), @"2028-03-01T09:00:00+01:00[Europe/Berlin]");
    // In a year that is not a leap year, the next day is 1 March.
    day.set_to("2027-02-28T17:45[Europe/Berlin]");
    day.pass(minutes(20));
    assert_snapshot!(day.status().off_until.unwrap(), @"2027-03-01T09:00:00+01:00[Europe/Berlin]");
}

#[test]
fn the_night_in_which_an_hour_is_missing() {
    let mut day = Day::begin_at(
        "2026-03-29T01:40[Europe/Berlin]",
        every_day(&["0:00-2:30", "9:00-18:00"]),
    );
    day.handle(STILL);
    // 2:30 does not occur in this night, but the working hours keep their length.
    assert_snapshot!(day.status().why, @"Next: short walk, about 03:10");
    day.handle(at_clock("2026-03-29T07:00[Europe/Berlin]"));
    let (end, _) = day.schedule.next_wakeup().unwrap();
    assert!(end <= day.elapsed() + minutes(260));
    day.handle(Event::Command(Command::Resume));
    day.pass(minutes(51));
    assert_eq!(day.status().sit, minutes(51));
    assert_snapshot!(day.status().why, @"Outside your hours until 09:00");
    assert_snapshot!(day.diary, @r"
    03:10:00 ask: stand
    03:10:00 record: asked
    03:12:00 withdraw
    03:22:00 ask: stand, short
    03:22:00 record: asked
    03:24:00 withdraw
    03:24:00 record: ignored stand
    ");
}

#[test]
fn the_night_in_which_an_hour_comes_twice() {
    let mut day = Day::begin_at("2026-10-25T01:40[Europe/Berlin]", rhythm());
    day.handle(STILL);
    day.handle(at_clock("2026-10-25T07:00[Europe/Berlin]"));
    assert_eq!(next(&day), "380 min: the pause ends");
    day.handle(Event::Command(Command::Resume));
    for _ in 0..4 {
        day.pass(minutes(30));
        day.handle(Event::Command(Command::Skip));
    }
    assert_eq!(day.status().sit, hours(2));
    assert_snapshot!(day.diary, @r"
    02:10:00 ask: stand
    02:10:00 record: asked
    02:10:00 record: skipped stand
    02:10:00 withdraw
    02:40:00 ask: stretch
    02:40:00 record: asked
    02:40:00 record: skipped stretch
    02:40:00 withdraw
    02:10:00 ask: stand
    02:10:00 record: asked
    02:10:00 record: skipped stand
    02:10:00 withdraw
    02:40:00 ask: stretch
    02:40:00 record: asked
    02:40:00 record: skipped stretch
    02:40:00 withdraw
    ");
}
