//! Calls and films: the probe runs only while it matters, and its findings hold reminders back.

use super::*;

#[test]
fn a_probe_runs_only_while_a_reminder_is_due() {
    let mut day = Day::begin();
    day.busy();
    day.advance(29 * MINUTE);
    assert_eq!(day.world.borrow().probe, None);
    day.advance(MINUTE);
    assert!(day.world.borrow().probe.is_some());
    day.still();
    assert_eq!(day.phase(), Phase::Asking);
    assert!(day.world.borrow().probe.is_some());
    day.answer(Answer::Skip);
    assert_eq!(day.world.borrow().probe, None);
}

#[test]
fn a_call_holds_a_reminder_back_until_it_ends() {
    let mut day = Day::begin();
    day.set(Hold::Call, true);
    day.still();
    day.advance(45 * MINUTE);
    assert_eq!(day.phase(), Phase::Due);
    assert_eq!(day.status().holds.len(), 1);
    assert!(day.world.borrow().question.is_none());
    day.set(Hold::Call, false);
    assert!(day.status().holds.is_empty());
    day.advance(MINUTE);
    assert_eq!(day.phase(), Phase::Asking);
    assert!(!day.world.borrow().question.as_ref().unwrap().quiet);
    let entry = format!("held call {}", 15 * 60);
    assert!(day.history().contains(&entry), "{:?}", day.history());
}

#[test]
fn a_call_that_lasts_for_hours_holds_no_longer_than_the_settings_say() {
    let mut day = Day::with("[rhythm]\nhold_at_most = \"1 h\"");
    day.set(Hold::Call, true);
    day.still();
    day.advance(89 * MINUTE);
    assert_eq!(day.phase(), Phase::Due);
    day.advance(2 * MINUTE);
    assert_eq!(day.phase(), Phase::Asking);
    assert!(day.world.borrow().question.as_ref().unwrap().quiet);
}

#[test]
fn a_call_that_begins_takes_the_question_away() {
    let mut day = Day::begin();
    day.advance_until_reminder();
    day.set(Hold::Call, true);
    assert!(day.world.borrow().question.is_none());
    assert_eq!(day.phase(), Phase::Due);
    day.set(Hold::Call, false);
    day.still();
    day.advance(MINUTE);
    assert_eq!(day.phase(), Phase::Asking);
}

#[test]
fn film_counts_as_presence_but_does_not_hold() {
    let mut day = Day::begin();
    day.set(Hold::KeepAwake, true);
    day.leave();
    let probe = day.world.borrow().probe.unwrap();
    assert!(probe.switches.keep_awake);
    assert!(
        !probe.switches.do_not_disturb,
        "it doesn’t say whether somebody is there"
    );
    assert!(day.status().watching);
    day.advance(20 * MINUTE);
    assert_eq!(day.phase(), Phase::Sitting);
    assert_eq!(day.sat_minutes(), 20);
    assert!(day.status().holds.is_empty());
    day.set(Hold::KeepAwake, false);
    assert!(!day.status().watching);
    day.advance(6 * MINUTE);
    assert_eq!(day.phase(), Phase::Away);
}

#[test]
fn a_film_holds_where_the_settings_say_so() {
    let mut day = Day::with("[quiet]\nkeep_awake = true");
    day.set(Hold::KeepAwake, true);
    day.still();
    day.advance(40 * MINUTE);
    assert_eq!(day.phase(), Phase::Due);
    assert_eq!(day.status().holds[0].reason, Hold::KeepAwake);
}

#[test]
fn news_of_an_earlier_probe_is_ignored() {
    let mut day = Day::begin();
    day.advance_until_reminder();
    let number = day.world.borrow().probe.unwrap().number;
    day.answer(Answer::Skip);
    day.advance(30 * MINUTE);
    assert_eq!(day.phase(), Phase::Asking);
    assert_ne!(day.world.borrow().probe.unwrap().number, number);
    day.handle(AppEvent::Quiet(number, QuietEvent::Held(Hold::Call)));
    assert_eq!(day.phase(), Phase::Asking);
    assert!(day.status().holds.is_empty());
}

#[test]
fn call_that_ended_between_two_probes_is_released() {
    let mut day = Day::begin();
    day.set(Hold::Call, true);
    day.still();
    day.advance(35 * MINUTE);
    assert_eq!(day.status().holds.len(), 1);
    // The settings start another probe, which finds nothing.
    day.going_on.clear();
    day.save("[quiet]\nkeep_awake = true");
    assert!(day.status().holds.is_empty());
}

#[test]
fn without_anything_to_look_for_no_probe_runs() {
    let mut day = Day::with(
        "[quiet]\ndo_not_disturb = false\nfull_screen = false\nmicrophone = false\ncamera = false\n[presence]\nwatching = false",
    );
    day.set(Hold::Call, true);
    day.still();
    day.advance(30 * MINUTE);
    assert_eq!(day.world.borrow().probe, None);
    assert_eq!(day.phase(), Phase::Asking);
}

#[test]
fn probe_failure_is_reported_and_does_not_block_the_question() {
    let mut day = Day::begin();
    day.world.borrow_mut().probe_fails = true;
    day.busy();
    day.advance(33 * MINUTE);
    assert_eq!(day.phase(), Phase::Asking);
    assert_eq!(day.running.app.sources().quiet, Source::none("no thread"));
}

#[test]
fn status_names_the_quiet_sources() {
    let mut day = Day::begin();
    day.advance_until_reminder();
    assert_eq!(day.running.app.sources().quiet, Source::named("test"));
}

#[test]
fn a_pause_needs_no_probe() {
    let mut day = Day::begin();
    day.advance_until_reminder();
    day.choose(Choice::Pause(crate::tray::Pause::For(HOUR)));
    assert_eq!(day.world.borrow().probe, None);
}
