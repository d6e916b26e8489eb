//! Bug reports of similar programs, each as a day. The numbers are those of their issue trackers.

use insta::assert_snapshot;
use jiff::SignedDuration;

use super::day::Day;
use super::*;

const STILL: Event = Event::Activity(Activity::Still);

fn quiet() -> Hold {
    Hold::DoNotDisturb
}

/// rcaelers/workrave#539, hovancik/stretchly#1248, zefr0x/ianny#9: a night of sleep does not count as nine hours of overdue break.
#[test]
fn a_night_of_sleep_leaves_no_overdue_question() {
    let mut day = Day::begin(rhythm());
    day.handle(STILL);
    day.pass(minutes(31));
    day.sleep(hours(9));
    day.handle(STILL);
    day.pass(minutes(29));
    assert_snapshot!(day.diary, @r"
    09:30:00 ask: stand
    09:30:00 record: asked
    18:31:00 withdraw
    18:31:00 record: rested 540 min after 31 min
    ");
}

/// hovancik/stretchly#351, slgobinath/safeeyes#174, #324, #351, tom-james-watson/breaktimer-app#30: a suspend neither
/// drops nor doubles a question, and none comes as the lid opens.
#[test]
fn a_suspend_neither_doubles_nor_loses_a_question() {
    let mut day = Day::begin(rhythm());
    day.handle(STILL);
    day.pass(minutes(29));
    day.sleep(minutes(3));
    day.handle(STILL);
    day.sleep(minutes(1));
    day.handle(STILL);
    day.pass(minutes(2));
    assert_snapshot!(day.diary, @r"
    09:34:00 ask: stand
    09:34:00 record: asked
    ");
}

/// hovancik/stretchly#1310, tom-james-watson/breaktimer-app#356: a short absence neither resets the sit time nor asks on return.
#[test]
fn no_question_on_return_from_a_short_absence() {
    let mut day = Day::begin(rhythm());
    day.pass(minutes(31));
    let since = day.elapsed();
    day.handle(Event::Activity(Activity::Away { since }));
    day.pass(minutes(3));
    day.handle(Event::Activity(Activity::Busy));
    assert_eq!(day.diary, "");
    assert_eq!(day.status().sit, minutes(31));
    day.pass(minutes(2));
    assert_snapshot!(day.diary, @r"
    09:36:00 ask: stand
    09:36:00 record: asked
    ");
}

/// hovancik/stretchly#1313: after do-not-disturb, the missed questions are made up for by one, not by several at once.
#[test]
fn a_long_hold_leaves_only_one_overdue_question() {
    let mut day = Day::begin(rhythm());
    day.handle(STILL);
    day.handle(Event::Held(quiet()));
    day.pass(minutes(110));
    day.handle(Event::Released(quiet()));
    day.handle(Event::Command(Command::Skip));
    day.pass(minutes(29));
    assert_snapshot!(day.diary, @r"
    10:50:00 ask: stand
    10:50:00 record: asked
    10:50:00 record: skipped stand
    10:50:00 withdraw
    ");
}

/// hovancik/stretchly#731: ending a pause during do-not-disturb does not override do-not-disturb.
#[test]
fn ending_a_pause_does_not_override_a_hold() {
    let mut day = Day::begin(rhythm());
    day.handle(STILL);
    day.handle(Event::Command(Command::Pause(Until::For(hours(1)))));
    day.pass(minutes(20));
    day.handle(Event::Held(quiet()));
    day.pass(minutes(15));
    day.handle(Event::Command(Command::Resume));
    day.pass(minutes(10));
    assert_eq!(day.diary, "");
    assert_snapshot!(day.status().why, @"Time for a short walk soon; quiet since 09:20 (do not disturb), until 11:20 at the latest");
}

/// hovancik/stretchly#348, #1014, #1311, #1382, #1441, #1451, #1600: a hold that is detected wrongly, or never ends,
/// is shown to the user and has a limit.
#[test]
fn an_endless_hold_is_shown_with_its_limit() {
    let mut day = Day::begin(rhythm());
    day.handle(STILL);
    day.handle(Event::Held(quiet()));
    day.pass(minutes(40));
    assert_snapshot!(day.status().why, @"Time for a short walk soon; quiet since 09:00 (do not disturb), until 11:00 at the latest");
    day.pass(minutes(81));
    assert_snapshot!(day.diary, @r"
    11:00:00 ask: stand, quiet
    11:00:00 record: asked
    ");
}

/// rcaelers/workrave#98, #213, #240, #300, #305, #536, #659: a forgotten pause ends by itself, also overnight.
#[test]
fn a_forgotten_pause_ends() {
    let mut day = Day::begin(rhythm());
    day.handle(Event::Command(Command::Pause(Until::For(hours(9)))));
    day.pass(minutes(10));
    day.sleep(hours(12));
    assert_eq!(day.status().phase, Phase::Sitting);
    day.handle(STILL);
    day.pass(minutes(31));
    assert_eq!(day.asks().len(), 1);
}

/// rcaelers/workrave#345: setting the clock back by three hours does not lengthen the wait.
#[test]
fn setting_the_clock_changes_no_duration() {
    let mut day = Day::begin(rhythm());
    day.handle(STILL);
    day.pass(minutes(20));
    day.set_clock(SignedDuration::from_hours(-3));
    day.pass(minutes(11));
    assert_snapshot!(day.diary, @r"
    06:30:00 ask: stand
    06:30:00 record: asked
    ");
}

/// A locked screen is an absence although the system reports no idle time (seen in the log of entracte#315).
#[test]
fn a_locked_screen_outranks_a_restless_mouse() {
    let mut day = Day::begin(rhythm());
    day.pass(minutes(29));
    day.handle(Event::Session(Session::Locked));
    day.handle(Event::Activity(Activity::Busy));
    day.pass(minutes(30));
    assert_eq!(day.status().phase, Phase::Away);
    assert_eq!(day.diary, "");
}

/// hovancik/stretchly#1570, rcaelers/workrave#168, #289: a user who keeps working through a question has had no break.
#[test]
fn an_ignored_question_is_no_rest() {
    let mut day = Day::begin(rhythm());
    day.pass(minutes(60));
    assert_eq!(day.status().sit, minutes(60));
    assert_snapshot!(day.diary, @r"
    09:32:00 ask: stand
    09:32:00 record: asked
    09:34:00 withdraw
    09:46:00 ask: stand, short
    09:46:00 record: asked
    09:48:00 withdraw
    09:48:00 record: ignored stand
    ");
}

/// tom-james-watson/breaktimer-app#297: working hours that extend past midnight.
#[test]
fn a_night_shift_is_asked_past_midnight() {
    let night: Range = "22:00-6:00".parse().unwrap();
    let mut day = Day::begin(Rhythm {
        hours: Hours {
            week: std::array::from_fn(|_| vec![night]),
            holidays: Vec::new(),
        },
        ..rhythm()
    });
    assert_snapshot!(day.status().why, @"Outside your hours until 22:00");
    day.sleep(hours(14) + minutes(45));
    day.handle(STILL);
    day.pass(minutes(31));
    assert_snapshot!(day.diary, @r"
    23:45:00 record: rested 885 min after 0 min
    00:15:00 ask: stand
    00:15:00 record: asked
    ");
}

fn away_event(day: &Day) -> Event {
    let since = day.elapsed();
    Event::Activity(Activity::Away { since })
}

/// rcaelers/workrave#152, #181, #264, #330, zefr0x/ianny#12: a user who reads or watches without input has not left.
#[test]
fn a_film_is_no_break() {
    let mut day = Day::begin(rhythm());
    let left = away_event(&day);
    day.pass(minutes(1));
    day.handle(left);
    day.handle(Event::Watching(true));
    day.pass(minutes(28));
    assert_eq!(day.status().sit, minutes(29));
    day.pass(minutes(2));
    assert_snapshot!(day.diary, @r"
    09:30:00 ask: stand
    09:30:00 record: asked
    ");
}

/// slgobinath/safeeyes#898: a program that always keeps the screen awake neither blocks the
/// questions nor counts as a whole day of sitting.
#[test]
fn a_permanent_keep_awake_does_not_block_forever() {
    let mut day = Day::begin(rhythm());
    let left = away_event(&day);
    day.pass(minutes(1));
    day.handle(left);
    day.handle(Event::Watching(true));
    day.handle(Event::Held(Hold::KeepAwake));
    day.pass(hours(9));
    // Two questions, each asked twice; then the user counts as away.
    assert_eq!(day.asks().len(), 4, "{}", day.diary);
    assert_eq!(day.status().phase, Phase::Away);
    assert_eq!(day.status().sit, Duration::ZERO);
}

/// hovancik/stretchly#1279, #1724, rcaelers/workrave#404, #567: a question behind a lock screen is not seen, and
/// comes back; if the lock is long enough for a rest, it counts as answered.
#[test]
fn a_lock_in_the_middle_of_a_question() {
    let mut day = Day::begin(rhythm());
    day.handle(STILL);
    day.pass(minutes(31));
    day.handle(Event::Session(Session::Locked));
    day.pass(minutes(3));
    day.handle(Event::Session(Session::Unlocked));
    day.handle(STILL);
    assert_eq!(day.status().phase, Phase::Due);
    day.pass(minutes(2));
    assert_eq!(day.status().phase, Phase::Asking);
    day.handle(Event::Session(Session::Locked));
    day.pass(minutes(6));
    day.handle(Event::Session(Session::Unlocked));
    day.handle(STILL);
    day.pass(minutes(29));
    assert_snapshot!(day.diary, @r"
    09:30:00 ask: stand
    09:30:00 record: asked
    09:31:00 withdraw
    09:35:00 ask: stand
    09:35:00 record: asked
    09:36:00 withdraw
    09:42:00 record: rested 6 min after 33 min
    ");
}

/// hovancik/stretchly#152, #1560, #1590: after a break, locked or not, there is no question on return.
#[test]
fn a_break_starts_a_full_interval() {
    let mut day = Day::begin(rhythm());
    day.pass(minutes(29));
    let left = away_event(&day);
    day.handle(left);
    day.pass(minutes(10));
    day.handle(STILL);
    day.pass(minutes(29));
    assert_snapshot!(day.diary, @"09:39:00 record: rested 10 min after 29 min");
}

/// hovancik/stretchly#969, #1120, #1366, #1553, rcaelers/workrave#255, #407: a meeting that begins
/// just before the question holds it back.
#[test]
fn a_meeting_is_not_interrupted() {
    let mut day = Day::begin(rhythm());
    day.handle(STILL);
    day.pass(minutes(29));
    day.handle(Event::Held(Hold::Call));
    day.pass(minutes(45));
    assert_eq!(day.diary, "");
    day.handle(Event::Released(Hold::Call));
    assert_snapshot!(day.diary, @r"
    10:14:00 ask: stand
    10:14:00 record: asked
    ");
}

/// hovancik/stretchly#144, #1217, slgobinath/safeeyes#261: a user who types is not interrupted in the middle of a sentence.
#[test]
fn a_sentence_may_be_finished() {
    let mut day = Day::begin(rhythm());
    day.pass(minutes(30) + seconds(50));
    assert_eq!(day.diary, "");
    day.handle(STILL);
    assert_eq!(day.asks().len(), 1);
}

/// hovancik/stretchly#161, #1757, slgobinath/safeeyes#540: a snooze keeps its length across a short absence.
#[test]
fn a_snooze_lasts_over_a_short_absence() {
    let mut day = Day::begin(rhythm());
    day.handle(STILL);
    day.pass(minutes(30));
    day.handle(Event::Command(Command::Snooze(Some(minutes(5)))));
    let left = away_event(&day);
    day.pass(minutes(1));
    day.handle(left);
    day.pass(minutes(2));
    day.handle(STILL);
    day.pass(minutes(3));
    assert_snapshot!(day.diary, @r"
    09:30:00 ask: stand
    09:30:00 record: asked
    09:30:00 withdraw
    09:30:00 record: snoozed 5 min
    09:35:00 ask: stand
    09:35:00 record: asked
    ");
}

/// tom-james-watson/breaktimer-app#184, #215: a change of time zone and date changes no duration.
#[test]
fn a_flight_over_the_date_line_loses_no_sitting() {
    let mut day = Day::begin(rhythm());
    day.handle(STILL);
    day.pass(minutes(20));
    day.travel("Pacific/Auckland");
    day.travel("Pacific/Honolulu");
    assert_eq!(day.status().sit, minutes(20));
    day.pass(minutes(10));
    assert_eq!(day.asks().len(), 1);
}

/// entracte#72: the end of the working hours silences once, not every minute.
#[test]
fn off_hours_are_quiet_hours() {
    let mut day = Day::begin(Rhythm {
        hours: Hours {
            week: std::array::from_fn(|_| vec!["9:00-9:45".parse().unwrap()]),
            holidays: Vec::new(),
        },
        ..rhythm()
    });
    day.handle(STILL);
    day.pass(minutes(31));
    day.handle(Event::Command(Command::Snooze(None)));
    day.pass(hours(20));
    assert_eq!(day.asks().len(), 2, "{}", day.diary);
    let (next, _) = day.schedule.next_wakeup().unwrap();
    assert!(next > day.elapsed() + hours(3));
}

/// The events when a service dies and returns: no hold and no absence remain, and the user counts as present.
fn restart_service(day: &mut Day) {
    for event in [
        Event::Watching(false),
        Event::Released(quiet()),
        Event::Session(Session::Unlocked),
        Event::Activity(Activity::Busy),
        Event::QuietChecked,
        Event::Activity(Activity::Busy),
    ] {
        day.handle(event);
    }
}

#[test]
fn a_service_that_dies_changes_no_phase() {
    let command = |command| vec![Event::Command(command)];
    let (start, pause) = (
        Command::Start {
            routine: None,
            length: None,
        },
        Command::Pause(Until::For(hours(1))),
    );
    for (phase, passed, events) in [
        (Phase::Sitting, 10, vec![]),
        (Phase::Due, 31, vec![]),
        (Phase::Asking, 33, vec![]),
        (Phase::Snoozed, 33, command(Command::Snooze(None))),
        (Phase::Paused, 33, command(pause)),
        (Phase::Stretching, 33, command(start)),
    ] {
        let mut day = Day::begin(rhythm());
        day.pass(minutes(passed));
        for event in events {
            day.handle(event);
        }
        let (diary, sit) = (day.diary.clone(), day.status().sit);
        let next = day.schedule.next_wakeup();
        assert_eq!(day.status().phase, phase);
        restart_service(&mut day);
        assert_eq!(day.status().phase, phase);
        assert_eq!((&day.diary, day.status().sit), (&diary, sit), "{phase:?}");
        assert_eq!(day.schedule.next_wakeup(), next, "{phase:?}");
    }
}

/// The hold ends with the process that set it. The question comes at the next good moment, once.
#[test]
fn a_hold_ends_with_its_process() {
    let mut day = Day::begin(rhythm());
    day.pass(minutes(31));
    day.handle(Event::Held(quiet()));
    day.pass(minutes(10));
    restart_service(&mut day);
    assert_eq!(day.diary, "");
    day.handle(STILL);
    day.pass(minutes(1));
    assert_snapshot!(day.diary, @r"
    09:41:00 ask: stand
    09:41:00 record: asked
    ");
}

/// The idle source dies while the user is away: its successor begins with a present user, and an
/// absence that is long enough is a rest.
#[test]
fn an_idle_source_that_dies_causes_no_question() {
    let mut day = Day::begin(rhythm());
    day.pass(minutes(29));
    let left = away_event(&day);
    day.handle(left);
    day.pass(minutes(4));
    restart_service(&mut day);
    let left = away_event(&day);
    day.pass(seconds(60));
    assert_eq!(day.status().phase, Phase::Due, "{}", day.diary);
    day.handle(left);
    day.pass(minutes(5));
    assert_eq!(day.asks().len(), 0);
    assert_eq!(day.status().sit, Duration::ZERO);
}
