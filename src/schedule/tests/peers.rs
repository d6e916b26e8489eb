//! What users of other programs complain of, each as a day. The numbers are those of the programs' trackers.

use insta::assert_snapshot;
use jiff::SignedDuration;

use super::day::Day;
use super::*;

const STILL: Event = Event::Activity(Activity::Still);

fn quiet() -> Hold {
    Hold::new("do-not-disturb")
}

/// rcaelers/workrave#539, hovancik/stretchly#1248: a night asleep is not nine hours of overdue break.
#[test]
fn a_night_is_no_debt() {
    let mut day = Day::begin(rhythm());
    day.tell(STILL);
    day.pass(minutes(31));
    day.sleep(hours(9));
    day.tell(STILL);
    day.pass(minutes(29));
    assert_snapshot!(day.diary, @r"
    09:30:00 ask: stand
    09:30:00 record: asked
    18:31:00 withdraw
    18:31:00 record: rested 540 min after 31 min
    ");
}

/// hovancik/stretchly#351, slgobinath/safeeyes#174: neither missed nor doubled by a suspend, and not on opening the lid.
#[test]
fn a_suspend_neither_doubles_nor_loses_a_question() {
    let mut day = Day::begin(rhythm());
    day.tell(STILL);
    day.pass(minutes(29));
    day.sleep(minutes(3));
    day.tell(STILL);
    day.sleep(minutes(1));
    day.tell(STILL);
    day.pass(minutes(2));
    assert_snapshot!(day.diary, @r"
    09:34:00 ask: stand
    09:34:00 record: asked
    ");
}

/// hovancik/stretchly#1310, tom-james-watson/breaktimer-app#356: a short absence neither resets nor asks on return.
#[test]
fn who_comes_back_is_not_met_with_a_question() {
    let mut day = Day::begin(rhythm());
    day.pass(minutes(31));
    let since = day.elapsed();
    day.tell(Event::Activity(Activity::Away { since }));
    day.pass(minutes(3));
    day.tell(Event::Activity(Activity::Busy));
    assert_eq!(day.diary, "");
    assert_eq!(day.status().sit, minutes(31));
    day.pass(minutes(2));
    assert_snapshot!(day.diary, @r"
    09:36:00 ask: stand
    09:36:00 record: asked
    ");
}

/// hovancik/stretchly#1313: what do-not-disturb swallowed is made up for, once and not in a salvo.
#[test]
fn a_long_silence_leaves_a_debt_of_one() {
    let mut day = Day::begin(rhythm());
    day.tell(STILL);
    day.tell(Event::Held(quiet()));
    day.pass(minutes(110));
    day.tell(Event::Released(quiet()));
    day.tell(Event::Command(Command::Skip));
    day.pass(minutes(29));
    assert_snapshot!(day.diary, @r"
    10:50:00 ask: stand
    10:50:00 record: asked
    10:50:00 record: skipped stand
    10:50:00 withdraw
    ");
}

/// hovancik/stretchly#731: a pause that is ended in the middle of do-not-disturb doesn't break it.
#[test]
fn the_end_of_a_pause_is_no_end_of_the_silence() {
    let mut day = Day::begin(rhythm());
    day.tell(STILL);
    day.tell(Event::Command(Command::Pause(Until::For(hours(1)))));
    day.pass(minutes(20));
    day.tell(Event::Held(quiet()));
    day.pass(minutes(15));
    day.tell(Event::Command(Command::Resume));
    day.pass(minutes(10));
    assert_eq!(day.diary, "");
    assert_snapshot!(day.status().why, @"A short walk is due; do not disturb since 09:20, at the latest 11:20");
}

/// hovancik/stretchly#1311, #1441: a silence that was made out wrongly, or never ends, is told, and ends.
#[test]
fn a_silence_that_never_ends_is_told_with_its_end() {
    let mut day = Day::begin(rhythm());
    day.tell(STILL);
    day.tell(Event::Held(quiet()));
    day.pass(minutes(40));
    assert_snapshot!(day.status().why, @"A short walk is due; do not disturb since 09:00, at the latest 11:00");
    day.pass(minutes(81));
    assert_snapshot!(day.diary, @r"
    11:00:00 ask: stand, quiet
    11:00:00 record: asked
    ");
}

/// rcaelers/workrave#98: a pause that is forgotten ends by itself, over a night, too.
#[test]
fn a_forgotten_pause_ends() {
    let mut day = Day::begin(rhythm());
    day.tell(Event::Command(Command::Pause(Until::For(hours(9)))));
    day.pass(minutes(10));
    day.sleep(hours(12));
    assert_eq!(day.status().phase, Phase::Sitting);
    day.tell(STILL);
    day.pass(minutes(31));
    assert_eq!(day.asks().len(), 1);
}

/// rcaelers/workrave#345: a clock that is set back by three hours adds nothing to the wait.
#[test]
fn a_clock_that_is_set_moves_no_length_of_time() {
    let mut day = Day::begin(rhythm());
    day.tell(STILL);
    day.pass(minutes(20));
    day.set_clock(SignedDuration::from_hours(-3));
    day.pass(minutes(11));
    assert_snapshot!(day.diary, @r"
    06:30:00 ask: stand
    06:30:00 record: asked
    ");
}

/// A locked screen is an absence although the system counts no idle time (seen in entracte's log of #315).
#[test]
fn a_locked_screen_outranks_a_restless_mouse() {
    let mut day = Day::begin(rhythm());
    day.pass(minutes(29));
    day.tell(Event::Session(Session::Locked));
    day.tell(Event::Activity(Activity::Busy));
    day.pass(minutes(30));
    assert_eq!(day.status().phase, Phase::Away);
    assert_eq!(day.diary, "");
}

/// hovancik/stretchly#1570, rcaelers/workrave#168: who works on through a question has had no break.
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

/// tom-james-watson/breaktimer-app#297: hours past midnight.
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
    assert_snapshot!(day.status().why, @"Off hours until 22:00");
    day.sleep(hours(14) + minutes(45));
    day.tell(STILL);
    day.pass(minutes(31));
    assert_snapshot!(day.diary, @r"
    23:45:00 record: rested 885 min after 0 min
    00:15:00 ask: stand
    00:15:00 record: asked
    ");
}
