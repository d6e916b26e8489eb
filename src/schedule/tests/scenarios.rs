//! The rules of the product, as scripted days.

use insta::assert_snapshot;
use jiff::SignedDuration;

use super::day::Day;
use super::*;

const STILL: Event = Event::Activity(Activity::Still);
const BUSY: Event = Event::Activity(Activity::Busy);

fn away(day: &Day) -> Event {
    Event::Activity(Activity::Away {
        since: day.elapsed(),
    })
}

fn call() -> Hold {
    Hold::Call
}

fn finished(routine: &str) -> Event {
    Event::Guide(Report::Finished {
        routine: routine.to_owned(),
        seconds: 340,
        exercises: Vec::new(),
    })
}

#[test]
fn stays_and_delays_are_recorded() {
    let mut day = Day::begin(rhythm());
    day.pass(minutes(20));
    day.handle(away(&day));
    day.pass(minutes(2));
    day.handle(BUSY);
    day.pass(minutes(5));
    day.handle(Event::Held(call()));
    day.pass(minutes(25));
    day.handle(Event::Released(call()));
    day.handle(STILL);
    day.pass(minutes(1));
    day.handle(Event::Command(Command::Stood));
    let spans: Vec<_> = day.spans.iter().map(|span| span.outcome.clone()).collect();
    assert_eq!(
        spans,
        [
            // During those two minutes the user might have been watching a film.
            Outcome::Sat {
                seconds: 20 * 60,
                ago: 2 * 60,
                total: 20 * 60
            },
            Outcome::Held {
                reasons: vec![call()],
                seconds: 20 * 60,
                ago: 0
            },
            Outcome::Sat {
                seconds: 31 * 60,
                ago: 0,
                total: 51 * 60
            },
        ]
    );
}

#[test]
fn asks_when_the_typing_pauses() {
    let mut day = Day::begin(rhythm());
    day.pass(minutes(30) + seconds(12));
    day.handle(STILL);
    assert_snapshot!(day.diary, @r"
    09:30:12 ask: stand
    09:30:12 record: asked
    ");
}

#[test]
fn asks_a_tireless_typist_after_the_grace() {
    let mut day = Day::begin(rhythm());
    day.pass(minutes(33));
    assert_snapshot!(day.diary, @r"
    09:32:00 ask: stand
    09:32:00 record: asked
    ");
}

#[test]
fn asks_at_once_when_someone_just_reads() {
    let mut day = Day::begin(rhythm());
    day.handle(STILL);
    day.pass(minutes(31));
    assert_snapshot!(day.diary, @r"
    09:30:00 ask: stand
    09:30:00 record: asked
    ");
}

#[test]
fn walk_and_stretch_take_turns() {
    let mut day = Day::begin(rhythm());
    day.handle(STILL);
    for _ in 0..3 {
        day.pass(minutes(30));
        day.handle(Event::Command(Command::Skip));
    }
    assert_snapshot!(day.diary, @r"
    09:30:00 ask: stand
    09:30:00 record: asked
    09:30:00 record: skipped stand
    09:30:00 withdraw
    10:00:00 ask: stretch
    10:00:00 record: asked
    10:00:00 record: skipped stretch
    10:00:00 withdraw
    10:30:00 ask: stand
    10:30:00 record: asked
    10:30:00 record: skipped stand
    10:30:00 withdraw
    ");
}

#[test]
fn an_ignored_question_comes_back_once_and_shorter() {
    let mut day = Day::begin(rhythm());
    day.handle(STILL);
    day.pass(minutes(80));
    assert_snapshot!(day.diary, @r"
    09:30:00 ask: stand
    09:30:00 record: asked
    09:32:00 withdraw
    09:42:00 ask: stand, short
    09:42:00 record: asked
    09:44:00 withdraw
    09:44:00 record: ignored stand
    10:14:00 ask: stretch
    10:14:00 record: asked
    10:16:00 withdraw
    ");
}

#[test]
fn a_snooze_asks_for_the_same_again() {
    let mut day = Day::begin(rhythm());
    day.handle(STILL);
    day.pass(minutes(31));
    day.handle(Event::Command(Command::Snooze(None)));
    assert_snapshot!(day.status().why, @"Snoozed: short walk at 09:41");
    day.pass(minutes(11));
    assert_snapshot!(day.diary, @r"
    09:30:00 ask: stand
    09:30:00 record: asked
    09:31:00 withdraw
    09:31:00 record: snoozed 10 min
    09:41:00 ask: stand
    09:41:00 record: asked
    ");
}

#[test]
fn no_question_comes_on_opening_the_lid() {
    let mut day = Day::begin(rhythm());
    day.pass(minutes(29));
    day.sleep(hours(8));
    day.handle(STILL);
    day.pass(minutes(29));
    assert_snapshot!(day.diary, @"17:29:00 record: rested 480 min after 29 min");
}

#[test]
fn a_nap_of_the_computer_is_no_sitting_and_no_rest() {
    let mut day = Day::begin(rhythm());
    day.handle(STILL);
    day.pass(minutes(29));
    day.sleep(minutes(4));
    day.pass(minutes(2));
    assert_snapshot!(day.diary, @r"
    09:34:00 ask: stand
    09:34:00 record: asked
    ");
}

#[test]
fn nothing_is_shown_in_the_minute_after_waking() {
    let mut day = Day::begin(rhythm());
    day.handle(STILL);
    day.pass(minutes(29) + seconds(50));
    day.sleep(minutes(2));
    day.pass(minutes(2));
    assert_snapshot!(day.diary, @r"
    09:32:50 ask: stand
    09:32:50 record: asked
    ");
}

#[test]
fn a_call_holds_the_question_and_not_the_counter() {
    let mut day = Day::begin(rhythm());
    day.pass(minutes(20));
    day.handle(Event::Held(call()));
    day.pass(minutes(30));
    assert_snapshot!(day.status().why, @"Time for a short walk soon; quiet since 09:20 (call), until 11:20 at the latest");
    assert_eq!(day.status().sit, minutes(50));
    day.handle(Event::Released(call()));
    day.handle(STILL);
    day.pass(minutes(1));
    day.handle(Event::Command(Command::Start {
        routine: None,
        length: None,
    }));
    day.pass(minutes(6));
    day.handle(finished("desk"));
    assert_snapshot!(day.diary, @r"
    09:50:00 ask: stand
    09:50:00 record: asked
    09:51:00 withdraw
    09:51:00 open guide: desk
    09:57:00 record: done desk
    ");
}

#[test]
fn a_call_that_begins_takes_the_question_back() {
    let mut day = Day::begin(rhythm());
    day.handle(STILL);
    day.pass(minutes(31));
    day.handle(Event::Held(call()));
    day.pass(minutes(20));
    day.handle(Event::Released(call()));
    assert_snapshot!(day.diary, @r"
    09:30:00 ask: stand
    09:30:00 record: asked
    09:31:00 withdraw
    09:51:00 ask: stand
    09:51:00 record: asked
    ");
}

#[test]
fn every_hold_has_a_limit() {
    let mut day = Day::begin(rhythm());
    day.handle(Event::Held(Hold::DoNotDisturb));
    day.pass(minutes(121));
    assert_snapshot!(day.diary, @r"
    11:00:00 ask: stand, quiet
    11:00:00 record: asked
    ");
}

fn quiet() -> Hold {
    Hold::DoNotDisturb
}

#[test]
fn a_second_hold_does_not_extend_the_delay() {
    let mut day = Day::begin(rhythm());
    day.pass(minutes(20));
    day.handle(Event::Held(call()));
    day.pass(minutes(100));
    day.handle(Event::Held(quiet()));
    assert_snapshot!(day.status().why, @"Time for a short walk soon; quiet since 09:20 (call), until 11:20 at the latest");
    day.pass(minutes(90));
    day.handle(Event::Released(quiet()));
    assert_snapshot!(day.diary, @r"
    11:20:00 ask: stand, quiet
    11:20:00 record: asked
    11:22:00 withdraw
    ");
}

#[test]
fn a_repeated_hold_does_not_extend_the_delay() {
    let mut day = Day::begin(rhythm());
    day.handle(Event::Held(call()));
    day.pass(minutes(60));
    for _ in 0..2 {
        day.handle(Event::Released(call()));
        day.handle(Event::Held(call()));
        let why = "Time for a short walk soon; quiet since 10:00 (call), until 11:00 at the latest";
        assert_eq!(day.status().why, why);
    }
    day.pass(minutes(61));
    assert_snapshot!(day.diary, @r"
    11:00:00 ask: stand, quiet
    11:00:00 record: asked
    ");
}

#[test]
fn a_flickering_hold_does_not_block_forever() {
    let mut day = Day::begin(Rhythm {
        hold_at_most: seconds(10),
        ..rhythm()
    });
    day.pass(minutes(29) - seconds(2));
    for _ in 0..31 {
        day.handle(Event::Held(quiet()));
        day.pass(seconds(3));
        day.handle(Event::Released(quiet()));
        day.pass(seconds(3));
    }
    // The user types without pause, so the wait for a good moment is as long as without holds, and no longer.
    assert_snapshot!(day.diary, @r"
    09:32:00 ask: stand, quiet
    09:32:00 record: asked
    ");
}

#[test]
fn a_hold_that_ends_in_between_leaves_a_good_moment() {
    let mut day = Day::begin(rhythm());
    day.handle(Event::Held(call()));
    day.pass(minutes(60));
    day.handle(Event::Released(call()));
    assert_snapshot!(day.status().why, @"Time for a short walk soon; waiting for a good moment, 10:02 at the latest");
    day.pass(minutes(1));
    day.handle(Event::Held(quiet()));
    assert_snapshot!(day.status().why, @"Time for a short walk soon; quiet since 10:01 (do not disturb), until 11:00 at the latest");
    day.pass(minutes(58));
    day.handle(Event::Released(quiet()));
    // The wait for a good moment does not exceed the latest time shown before.
    assert_snapshot!(day.status().why, @"Time for a short walk soon; waiting for a good moment, 11:00 at the latest");
    day.pass(seconds(30));
    day.handle(STILL);
    assert_snapshot!(day.diary, @r"
    10:59:30 ask: stand
    10:59:30 record: asked
    ");
}

#[test]
fn a_question_past_the_hold_limit_is_not_withdrawn() {
    let mut day = Day::begin(rhythm());
    day.handle(Event::Held(call()));
    day.pass(minutes(121));
    day.handle(Event::Held(quiet()));
    assert_eq!(day.status().phase, Phase::Asking);
    day.pass(minutes(1));
    // When the question comes back, it is a new one, which do-not-disturb can hold back.
    day.pass(minutes(10));
    assert_snapshot!(day.status().why, @"Time for a short walk soon; quiet since 11:01 (do not disturb), until 13:01 at the latest");
}

#[test]
fn a_hold_past_its_limit_delays_nothing() {
    let mut day = Day::begin(Rhythm {
        hold_at_most: minutes(10),
        ..rhythm()
    });
    day.handle(STILL);
    day.handle(Event::Held(quiet()));
    day.pass(minutes(30));
    assert_snapshot!(day.diary, @r"
    09:30:00 ask: stand, quiet
    09:30:00 record: asked
    ");
}

#[test]
fn a_changed_hold_limit_applies_at_once() {
    let mut day = Day::begin(rhythm());
    day.handle(Event::Held(call()));
    day.pass(minutes(60));
    for (length, why) in [
        (
            240,
            "Time for a short walk soon; quiet since 09:00 (call), until 13:00 at the latest",
        ),
        (
            90,
            "Time for a short walk soon; quiet since 09:00 (call), until 10:30 at the latest",
        ),
    ] {
        day.handle(Event::Settings(Box::new(Rhythm {
            hold_at_most: minutes(length),
            ..rhythm()
        })));
        assert_eq!(day.status().why, why);
    }
}

#[test]
fn the_end_of_a_hold_beside_an_expired_one_restarts_the_wait() {
    let mut day = Day::begin(rhythm());
    day.handle(Event::Held(call()));
    day.pass(minutes(100));
    day.handle(Event::Held(quiet()));
    day.pass(minutes(40));
    assert_eq!(day.asks().len(), 1, "{}", day.diary);
    day.handle(Event::Released(quiet()));
    assert_snapshot!(day.status().why, @"Time for a short walk soon; quiet since 09:00 (call), until 11:22 at the latest");
}

/// hovancik/stretchly#1310: also if a long hold has just reached its limit.
#[test]
fn no_question_on_return_after_a_long_hold() {
    let mut day = Day::begin(rhythm());
    day.handle(Event::Held(call()));
    day.pass(minutes(118));
    let away_event = away(&day);
    day.handle(away_event);
    day.pass(minutes(4));
    day.handle(BUSY);
    assert_eq!(day.diary, "");
    assert_snapshot!(day.status().why, @"Time for a short walk soon; quiet since 09:00 (call), until 11:04 at the latest");
    day.pass(minutes(2));
    assert_snapshot!(day.diary, @r"
    11:04:00 ask: stand, quiet
    11:04:00 record: asked
    ");
}

#[test]
fn a_short_absence_neither_resets_nor_triggers() {
    let mut day = Day::begin(rhythm());
    day.pass(minutes(20));
    let away_event = away(&day);
    day.pass(minutes(1));
    day.handle(away_event);
    day.pass(minutes(3));
    assert_snapshot!(day.status().why, @"Away since 09:20");
    day.handle(BUSY);
    assert_eq!(day.status().sit, minutes(20));
    assert_snapshot!(day.status().why, @"Next: short walk, about 09:34");
    day.pass(minutes(13));
    assert_snapshot!(day.diary, @r"
    09:36:00 ask: stand
    09:36:00 record: asked
    ");
}

/// There is no input from 09:10 on, and something to watch is detected.
fn begin_film(day: &mut Day) {
    day.pass(minutes(10));
    let away_event = away(day);
    day.pass(minutes(1));
    day.handle(away_event);
    assert_eq!(day.status().sit, minutes(10));
    assert!(day.schedule.wants_watching());
    day.handle(Event::Watching(true));
}

#[test]
fn watching_is_sitting() {
    let mut day = Day::begin(rhythm());
    begin_film(&mut day);
    assert_eq!(day.status().sit, minutes(11));
    assert_snapshot!(day.status().why, @"Next: short walk, about 09:30; a film or call counts as sitting");
    day.pass(minutes(60));
    assert_eq!(day.status().sit, minutes(71));
    assert_snapshot!(day.diary, @r"
    09:30:00 ask: stand
    09:30:00 record: asked
    09:32:00 withdraw
    09:42:00 ask: stand, short
    09:42:00 record: asked
    09:44:00 withdraw
    09:44:00 record: ignored stand
    ");
}

#[test]
fn after_the_film_an_absence_begins_with_its_end() {
    let mut day = Day::begin(rhythm());
    begin_film(&mut day);
    day.pass(minutes(9));
    day.handle(Event::Watching(false));
    assert_snapshot!(day.status().why, @"Away since 09:20");
    assert_eq!(day.status().sit, minutes(20));
    day.pass(minutes(4));
    assert!(day.schedule.wants_watching());
    day.pass(minutes(1));
    assert!(!day.schedule.wants_watching());
    day.handle(BUSY);
    assert_snapshot!(day.diary, @"09:25:00 record: rested 5 min after 20 min");
}

#[test]
fn from_one_film_to_the_next_nobody_has_left() {
    let mut day = Day::begin(rhythm());
    begin_film(&mut day);
    day.pass(minutes(9));
    day.handle(Event::Watching(false));
    day.pass(minutes(4));
    day.handle(Event::Watching(true));
    assert_eq!(day.status().sit, minutes(24));
    // A user who comes back has not been away.
    day.handle(BUSY);
    assert_eq!(day.status().sit, minutes(24));
    assert_eq!(day.diary, "");
}

#[test]
fn nobody_watches_for_three_hours_without_touching_anything() {
    let mut day = Day::begin(rhythm());
    begin_film(&mut day);
    day.pass(hours(3) - minutes(2));
    assert_eq!(day.status().sit, hours(3) + minutes(9));
    day.pass(minutes(1));
    assert_snapshot!(day.status().why, @"Away since 09:10");
    assert_eq!(day.status().sit, Duration::ZERO);
    assert!(!day.schedule.wants_watching());
    let questions_before = day.asks().len();
    day.pass(hours(9));
    assert_eq!(day.asks().len(), questions_before);
    day.handle(BUSY);
    assert!(
        day.diary
            .ends_with("21:10:00 record: rested 720 min after 10 min\n"),
        "{}",
        day.diary
    );
}

#[test]
fn a_locked_or_sleeping_screen_shows_no_film() {
    let mut day = Day::begin(rhythm());
    begin_film(&mut day);
    day.pass(minutes(4));
    day.handle(Event::Session(Session::Locked));
    assert_snapshot!(day.status().why, @"Away since 09:15");
    assert!(!day.schedule.wants_watching());
    day.handle(Event::Watching(true));
    assert_eq!(day.status().phase, Phase::Away);
    day.handle(Event::Session(Session::Unlocked));
    day.handle(BUSY);
    day.pass(minutes(1));
    let away_event = away(&day);
    day.handle(away_event);
    day.handle(Event::Watching(true));
    assert_eq!(day.status().sit, minutes(16));
    day.sleep(minutes(4));
    assert_snapshot!(day.status().why, @"Away since 09:16");
    assert!(
        !day.schedule.wants_watching(),
        "nobody has touched anything since"
    );
}

#[test]
fn lunch_is_a_rest_and_the_question_goes_with_it() {
    let mut day = Day::begin(rhythm());
    day.handle(STILL);
    day.pass(minutes(31));
    let away_event = away(&day);
    day.pass(seconds(50));
    day.handle(away_event);
    day.pass(minutes(40) + seconds(10));
    day.handle(BUSY);
    day.pass(minutes(29));
    assert_snapshot!(day.diary, @r"
    09:30:00 ask: stand
    09:30:00 record: asked
    09:36:00 withdraw
    10:12:00 record: rested 41 min after 31 min
    ");
}

#[test]
fn nobody_is_asked_in_an_empty_room() {
    let mut day = Day::begin(rhythm());
    day.pass(minutes(29));
    let away_event = away(&day);
    day.handle(away_event);
    day.pass(hours(3));
    assert_snapshot!(day.diary, @"");
}

#[test]
fn a_locked_screen_is_an_absence() {
    let mut day = Day::begin(rhythm());
    day.pass(minutes(20));
    day.handle(Event::Session(Session::Locked));
    day.pass(minutes(10));
    day.handle(Event::Session(Session::Unlocked));
    assert_eq!(day.status().sit, Duration::ZERO);
    assert_snapshot!(day.diary, @"09:30:00 record: rested 10 min after 20 min");
}

#[test]
fn a_question_leaves_a_locked_screen_and_comes_back_with_the_person() {
    let mut day = Day::begin(rhythm());
    day.handle(STILL);
    day.pass(minutes(31));
    day.handle(Event::Session(Session::Locked));
    day.pass(minutes(3));
    day.handle(Event::Session(Session::Unlocked));
    day.pass(minutes(2));
    assert_snapshot!(day.diary, @r"
    09:30:00 ask: stand
    09:30:00 record: asked
    09:31:00 withdraw
    09:35:00 ask: stand
    09:35:00 record: asked
    ");
}

#[test]
fn a_rest_behind_a_locked_screen_answers_the_question() {
    let mut day = Day::begin(rhythm());
    day.handle(STILL);
    day.pass(minutes(31));
    day.handle(Event::Session(Session::Locked));
    day.pass(minutes(10));
    day.handle(Event::Session(Session::Unlocked));
    day.pass(minutes(10));
    assert_snapshot!(day.diary, @r"
    09:30:00 ask: stand
    09:30:00 record: asked
    09:31:00 withdraw
    09:41:00 record: rested 10 min after 31 min
    ");
    assert_eq!(day.status().next.unwrap().reminder, Reminder::Stretch);
}

#[test]
fn a_routine_that_was_hardly_begun_leaves_no_trace() {
    for (seconds, lines) in [(0, 0), (9, 0), (10, 1)] {
        let mut day = Day::begin(rhythm());
        day.handle(Event::Command(Command::Start {
            routine: None,
            length: None,
        }));
        let ended = day.handle(Event::Guide(Report::Ended {
            routine: "desk".into(),
            seconds,
            total: 340,
            exercises: Vec::new(),
        }));
        assert_eq!(ended.len(), lines, "{ended:?}");
        assert_eq!(day.status().phase, Phase::Sitting);
    }
    let mut day = Day::begin(rhythm());
    day.handle(Event::Command(Command::Start {
        routine: None,
        length: None,
    }));
    let skipped = day.handle(Event::Guide(Report::Finished {
        routine: "desk".into(),
        seconds: 4,
        exercises: Vec::new(),
    }));
    assert_eq!(skipped, []);
}

#[test]
fn a_pause_silences_and_the_sit_time_counts_on() {
    let mut day = Day::begin(rhythm());
    day.handle(STILL);
    day.pass(minutes(10));
    day.handle(Event::Command(Command::Pause(Until::For(hours(1)))));
    assert_snapshot!(day.status().why, @"Paused until 10:10");
    day.pass(minutes(59));
    assert_eq!(day.status().sit, minutes(69));
    assert_snapshot!(day.diary, @"");
    day.pass(minutes(2));
    assert_snapshot!(day.diary, @r"
    10:10:00 ask: stand
    10:10:00 record: asked
    ");
}

#[test]
fn a_pause_takes_the_question_back() {
    let mut day = Day::begin(rhythm());
    day.handle(STILL);
    day.pass(minutes(31));
    day.handle(Event::Command(Command::Pause(Until::For(minutes(30)))));
    day.handle(Event::Command(Command::Resume));
    assert_snapshot!(day.diary, @r"
    09:30:00 ask: stand
    09:30:00 record: asked
    09:31:00 withdraw
    09:31:00 ask: stand
    09:31:00 record: asked
    ");
}

#[test]
fn only_clock_times_move_with_the_clock() {
    let mut day = Day::begin(rhythm());
    day.handle(STILL);
    let ten = day
        .now()
        .wall
        .checked_add(SignedDuration::from_hours(1))
        .unwrap();
    day.handle(Event::Command(Command::Pause(Until::Clock(Box::new(ten)))));
    day.set_clock(SignedDuration::from_mins(30));
    assert_eq!(
        day.schedule.next_wakeup(),
        Some((day.elapsed() + minutes(30), "the pause ends"))
    );
    day.travel("Europe/London");
    assert_eq!(
        day.schedule.next_wakeup(),
        Some((day.elapsed() + minutes(90), "the pause ends"))
    );
    day.handle(Event::Command(Command::Resume));
    assert_eq!(
        day.schedule.next_wakeup(),
        Some((day.elapsed() + minutes(30), "a reminder falls due"))
    );
}

#[test]
fn standing_up_unasked_counts() {
    let mut day = Day::begin(rhythm());
    day.handle(STILL);
    day.pass(minutes(25));
    day.handle(Event::Command(Command::Stood));
    day.pass(minutes(31));
    assert_snapshot!(day.diary, @r"
    09:25:00 record: rested 0 min after 25 min
    09:55:00 ask: stand
    09:55:00 record: asked
    ");
}

#[test]
fn the_next_one_can_be_skipped_beforehand() {
    let mut day = Day::begin(rhythm());
    day.handle(STILL);
    day.pass(minutes(10));
    day.handle(Event::Command(Command::Skip));
    day.pass(minutes(51));
    assert_snapshot!(day.diary, @r"
    09:10:00 record: skipped stand
    10:00:00 ask: stretch
    10:00:00 record: asked
    ");
}

#[test]
fn someone_who_stretches_is_there_without_touching_the_keyboard() {
    let mut day = Day::begin(rhythm());
    day.handle(Event::Command(Command::Start {
        routine: None,
        length: None,
    }));
    let away_event = away(&day);
    day.pass(minutes(1));
    day.handle(away_event);
    day.pass(minutes(6));
    day.handle(finished("desk"));
    assert_eq!(day.status().sit, minutes(7));
    day.handle(BUSY);
    day.handle(STILL);
    day.pass(minutes(31));
    assert_snapshot!(day.diary, @r"
    09:00:00 open guide: desk
    09:07:00 record: done desk
    09:37:00 ask: stretch
    09:37:00 record: asked
    ");
}

#[test]
fn a_routine_that_is_broken_off_is_offered_again_in_short() {
    let mut day = Day::begin(rhythm());
    day.handle(STILL);
    day.pass(minutes(30));
    day.handle(Event::Command(Command::Start {
        routine: None,
        length: None,
    }));
    day.handle(Event::Guide(Report::Ended {
        routine: "desk".to_owned(),
        seconds: 20,
        total: 340,
        exercises: Vec::new(),
    }));
    day.pass(minutes(10));
    day.handle(Event::Command(Command::Start {
        routine: None,
        length: None,
    }));
    assert_snapshot!(day.diary, @r"
    09:30:00 ask: stand
    09:30:00 record: asked
    09:30:00 withdraw
    09:30:00 open guide: desk
    09:30:00 record: partly 20/340
    09:40:00 ask: stand, short
    09:40:00 record: asked
    09:40:00 withdraw
    09:40:00 open guide: moment
    ");
}

#[test]
fn the_reminder_returns_if_the_guide_does_not_open() {
    let mut day = Day::begin(rhythm());
    day.handle(STILL);
    day.pass(minutes(30));
    day.handle(Event::Command(Command::Start {
        routine: None,
        length: None,
    }));
    day.handle(Event::Failed(Effect::OpenGuide {
        routine: "desk".to_owned(),
        length: None,
    }));
    assert_eq!(day.status().phase, Phase::Sitting);
    assert_snapshot!(day.status().why, @"Next: short walk, about 09:40");
}

#[test]
fn a_night_in_the_middle_of_a_routine_closes_the_guide() {
    let mut day = Day::begin(rhythm());
    day.handle(Event::Command(Command::Start {
        routine: Some("thoracic-extension".to_owned()),
        length: None,
    }));
    day.pass(minutes(1));
    day.sleep(hours(8));
    assert_snapshot!(day.diary, @r"
    09:00:00 open guide: thoracic-extension
    17:01:00 close guide
    17:01:00 record: rested 480 min after 1 min
    ");
}

#[test]
fn a_routine_can_be_started_on_return_from_a_rest() {
    let mut day = Day::begin(rhythm());
    day.pass(minutes(20));
    let away_event = away(&day);
    day.handle(away_event);
    day.pass(minutes(10));
    day.handle(Event::Command(Command::Start {
        routine: None,
        length: None,
    }));
    assert_eq!(day.status().phase, Phase::Stretching);
    assert_snapshot!(day.diary, @r"
    09:30:00 open guide: desk
    09:30:00 record: rested 10 min after 20 min
    ");
}

#[test]
fn a_posture_check_comes_half_way_and_wants_no_answer() {
    let mut day = Day::begin(Rhythm {
        posture_check: true,
        ..rhythm()
    });
    day.handle(STILL);
    day.pass(minutes(31));
    assert_snapshot!(day.diary, @r"
    09:15:00 ask: posture
    09:15:00 record: asked
    09:17:00 withdraw
    09:30:00 ask: stand
    09:30:00 record: asked
    ");
}

#[test]
fn a_posture_check_does_not_change_the_turn() {
    let mut day = Day::begin(Rhythm {
        posture_check: true,
        ..rhythm()
    });
    day.handle(STILL);
    day.pass(minutes(16));
    day.handle(Event::Command(Command::Stood));
    day.pass(minutes(31));
    assert_snapshot!(day.diary, @r"
    09:15:00 ask: posture
    09:15:00 record: asked
    09:16:00 record: rested 0 min after 16 min
    09:16:00 withdraw
    09:31:00 ask: posture
    09:31:00 record: asked
    09:33:00 withdraw
    09:46:00 ask: stand
    09:46:00 record: asked
    ");
}

#[test]
fn a_routine_answers_a_posture_check_however_it_ends() {
    let mut day = Day::begin(Rhythm {
        posture_check: true,
        ..rhythm()
    });
    day.handle(STILL);
    day.pass(minutes(16));
    day.handle(Event::Command(Command::Start {
        routine: None,
        length: None,
    }));
    day.handle(Event::Guide(Report::Ended {
        routine: "desk".to_owned(),
        seconds: 20,
        total: 340,
        exercises: Vec::new(),
    }));
    day.pass(minutes(15));
    assert_snapshot!(day.diary, @r"
    09:15:00 ask: posture
    09:15:00 record: asked
    09:16:00 withdraw
    09:16:00 open guide: desk
    09:16:00 record: partly 20/340
    09:30:00 ask: stand
    09:30:00 record: asked
    ");
}

#[test]
fn a_question_waits_for_the_quiet_check() {
    let mut day = Day::begin(rhythm());
    day.schedule.set_quiet_check(true);
    day.handle(STILL);
    day.pass(minutes(30));
    assert!(day.schedule.wants_quiet());
    assert_eq!(day.diary, "");
    day.handle(Event::Held(call()));
    day.handle(Event::QuietChecked);
    day.pass(minutes(5));
    assert_snapshot!(day.status().why, @"Time for a short walk soon; quiet since 09:30 (call), until 11:30 at the latest");
    day.handle(Event::Released(call()));
    assert_snapshot!(day.diary, @r"
    09:35:00 ask: stand
    09:35:00 record: asked
    ");
}

#[test]
fn the_quiet_check_has_a_timeout() {
    let mut day = Day::begin(rhythm());
    day.schedule.set_quiet_check(true);
    day.handle(STILL);
    day.pass(minutes(42) + seconds(2));
    assert_snapshot!(day.diary, @r"
    09:30:01 ask: stand
    09:30:01 record: asked
    09:32:01 withdraw
    09:42:02 ask: stand, short
    09:42:02 record: asked
    ");
}

/// 9:00 to 12:30 and 13:15 to 18:00, Monday to Friday.
fn office() -> Hours {
    let day: Vec<Range> = ["9:00-12:30", "13:15-18:00"]
        .map(|range| range.parse().unwrap())
        .to_vec();
    let mut week: [Vec<Range>; 7] = std::array::from_fn(|_| day.clone());
    week[5].clear();
    week[6].clear();
    Hours {
        week,
        holidays: vec!["2026-03-03".parse().unwrap()],
    }
}

/// hovancik/stretchly#342, rcaelers/workrave#223, #570, tom-james-watson/breaktimer-app#128, #299:
/// working hours with a lunch break.
#[test]
fn outside_the_working_hours_there_is_silence_that_says_so() {
    let mut day = Day::begin(Rhythm {
        hours: office(),
        ..rhythm()
    });
    day.handle(STILL);
    day.pass(hours(3));
    day.handle(Event::Command(Command::Stood));
    day.pass(minutes(29));
    assert_snapshot!(day.status().why, @"Next: short walk, about 13:15");
    day.diary.clear();
    day.pass(minutes(2));
    assert_eq!(day.status().phase, Phase::OffHours);
    assert_snapshot!(day.status().why, @"Outside your hours until 13:15");
    day.pass(minutes(40));
    assert_eq!(day.status().sit, minutes(71), "the sit time counts on");
    day.pass(minutes(5));
    assert_snapshot!(day.diary, @r"
    13:15:00 ask: stand
    13:15:00 record: asked
    ");
}

#[test]
fn the_end_of_the_working_hours_takes_the_question_back() {
    let mut day = Day::begin(Rhythm {
        hours: office(),
        ask_for: hours(1),
        ..rhythm()
    });
    day.handle(STILL);
    day.pass(hours(8));
    day.diary.clear();
    day.handle(Event::Command(Command::Snooze(Some(minutes(55)))));
    day.pass(minutes(61));
    assert_snapshot!(day.status().why, @"Outside your hours until 09:00 on 2026-03-04");
    assert_snapshot!(day.diary, @r"
    17:00:00 record: snoozed 55 min
    17:55:00 ask: stand
    17:55:00 record: asked
    18:00:00 withdraw
    ");
}

/// rcaelers/workrave#345: the clock is set, and the time zone changes.
#[test]
fn working_hours_go_by_the_clock_on_the_wall() {
    let mut day = Day::begin(Rhythm {
        hours: office(),
        ..rhythm()
    });
    let end = |day: &Day| day.schedule.next_wakeup().map(|(at, _)| at - day.elapsed());
    day.handle(Event::Command(Command::Pause(Until::For(hours(20)))));
    assert_eq!(end(&day), Some(minutes(210)));
    day.set_clock(SignedDuration::from_hours(1));
    assert_eq!(end(&day), Some(minutes(150)));
    day.travel("Europe/London");
    assert_eq!(end(&day), Some(minutes(210)));
    day.travel("Asia/Tokyo");
    assert_snapshot!(day.status().off_until.unwrap(), @"2026-03-04T09:00:00+09:00[Asia/Tokyo]");
}

#[test]
fn the_hourly_limit_is_never_exceeded() {
    let mut day = Day::begin(Rhythm {
        sit: minutes(5),
        at_most_per_hour: 2,
        ..rhythm()
    });
    day.handle(STILL);
    for _ in 0..30 {
        day.pass(minutes(5));
        day.handle(Event::Command(Command::Skip));
    }
    let times: Vec<_> = day
        .asks()
        .iter()
        .map(|question| question.wall.strftime("%H:%M").to_string())
        .collect();
    assert_eq!(
        times,
        ["09:05", "09:10", "10:05", "10:10", "11:05", "11:10"]
    );
}

#[test]
fn a_shorter_interval_counts_at_once() {
    let mut day = Day::begin(rhythm());
    day.handle(STILL);
    day.pass(minutes(20));
    day.handle(Event::Settings(Box::new(Rhythm {
        sit: minutes(15),
        ..rhythm()
    })));
    assert_snapshot!(day.diary, @r"
    09:20:00 ask: stand
    09:20:00 record: asked
    ");
}

#[test]
fn a_stopped_program_asks_only_once_afterwards() {
    let mut day = Day::begin(rhythm());
    day.handle(STILL);
    day.stop(hours(3));
    day.pass(minutes(1));
    assert_snapshot!(day.diary, @r"
    12:00:00 ask: stand
    12:00:00 record: asked
    ");
}
