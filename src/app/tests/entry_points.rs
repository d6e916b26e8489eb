//! Notification, tray, socket and keys: every entry point has the same result.

use super::commands::{from_answer, from_key, from_tray};
use super::*;
use crate::schedule::Until;
use crate::tray::Pause;

/// Returns the effects, the phase and the history after the user answered a question through an entry point.
fn outcome(enter: impl FnOnce(&mut Day)) -> (String, Phase, Vec<String>) {
    let mut day = Day::begin();
    day.advance_until_reminder();
    day.world.borrow_mut().effects.clear();
    enter(&mut day);
    let effects = format!("{:?}", day.world.borrow().effects);
    (effects, day.phase(), day.history())
}

#[test]
fn a_stretch_begins_the_same_way_from_everywhere() {
    let by_answer = outcome(|day| day.answer(Answer::Start));
    assert_eq!(by_answer.1, Phase::Stretching);
    assert!(
        by_answer.0.contains("OpenGuide { routine: \"desk\""),
        "{by_answer:?}"
    );
    assert_eq!(outcome(|day| day.choose(Choice::Start)), by_answer);
    assert_eq!(outcome(|day| day.key('s')), by_answer);
    assert_eq!(
        outcome(|day| drop(day.request(json!({ "do": "stretch" })))),
        by_answer
    );
}

#[test]
fn a_snooze_is_the_same_from_everywhere() {
    let by_answer = outcome(|day| day.answer(Answer::Snooze));
    assert_eq!(by_answer.1, Phase::Snoozed);
    assert_eq!(by_answer.2, ["asked Stand false", "snoozed 600"]);
    assert_eq!(outcome(|day| day.choose(Choice::Snooze)), by_answer);
    assert_eq!(outcome(|day| day.key('z')), by_answer);
    assert_eq!(
        outcome(|day| drop(day.request(json!({ "do": "snooze" })))),
        by_answer
    );
}

#[test]
fn a_skip_is_the_same_from_everywhere() {
    let by_answer = outcome(|day| day.answer(Answer::Skip));
    assert_eq!(by_answer.1, Phase::Sitting);
    assert_eq!(by_answer.2, ["asked Stand false", "skipped"]);
    assert_eq!(outcome(|day| day.choose(Choice::Skip)), by_answer);
    assert_eq!(outcome(|day| day.key('k')), by_answer);
    assert_eq!(
        outcome(|day| drop(day.request(json!({ "do": "skip" })))),
        by_answer
    );
}

#[test]
fn stood_up_is_the_same_from_everywhere() {
    let by_answer = outcome(|day| day.answer(Answer::Stood));
    assert_eq!(by_answer.2, ["asked Stand false", "rested 0"]);
    assert_eq!(outcome(|day| day.choose(Choice::Stood)), by_answer);
    assert_eq!(outcome(|day| day.key('u')), by_answer);
    assert_eq!(
        outcome(|day| drop(day.request(json!({ "do": "stood" })))),
        by_answer
    );
}

#[test]
fn a_pause_and_its_end_are_the_same_from_everywhere() {
    let half_an_hour = Pause::For(30 * MINUTE);
    let by_tray = outcome(|day| day.choose(Choice::Pause(half_an_hour)));
    assert_eq!(by_tray.1, Phase::Paused);
    assert_eq!(outcome(|day| day.key('p')), by_tray);
    let paused = json!({ "do": "pause", "for": "30 min" });
    assert_eq!(outcome(|day| drop(day.request(paused))), by_tray);

    let resumed = |end: fn(&mut Day)| {
        outcome(|day| {
            day.choose(Choice::Pause(half_an_hour));
            end(day);
        })
    };
    let by_tray = resumed(|day| day.choose(Choice::Resume));
    assert_ne!(by_tray.1, Phase::Paused);
    assert_eq!(resumed(|day| day.key('p')), by_tray);
    assert_eq!(
        resumed(|day| drop(day.request(json!({ "do": "resume" })))),
        by_tray
    );
}

#[test]
fn a_pause_until_tomorrow_ends_in_the_morning() {
    let mut day = Day::begin();
    day.choose(Choice::Pause(Pause::Tomorrow));
    let until = day.status().paused_until.unwrap();
    assert_eq!(
        until.to_string(),
        "2026-03-03T05:00:00+01:00[Europe/Berlin]"
    );
    day.advance(20 * HOUR);
    assert_ne!(day.phase(), Phase::Paused);
}

#[test]
fn click_on_the_icon_follows_its_current_state() {
    let now = Day::begin().now;
    let click = |is_asking| from_tray(TrayEvent::LeftClick, is_asking, &now);
    assert_eq!(click(true), Intent::Page(Page::Home));
    assert!(matches!(
        click(false),
        Intent::Command(Command::Start { .. })
    ));
}

#[test]
fn a_question_that_goes_away_is_no_answer() {
    assert_eq!(from_answer(Answer::Gone), None);
    assert_eq!(from_answer(Answer::Dismissed), None);
    assert_eq!(from_answer(Answer::Open), Some(Intent::Page(Page::Home)));
}

#[test]
fn keys_are_the_same_in_capitals_and_most_mean_nothing() {
    for key in ['s', 'z', 'k', 'u', 'p', 'q'] {
        let intent = from_key(key, false);
        assert!(intent.is_some(), "{key}");
        assert_eq!(from_key(key.to_ascii_uppercase(), false), intent);
    }
    assert_eq!(from_key('x', false), None);
    assert_eq!(from_key('p', true), Some(Intent::Command(Command::Resume)));
    let paused = Command::Pause(Until::For(30 * MINUTE));
    assert_eq!(from_key('p', false), Some(Intent::Command(paused)));
}

#[test]
fn editor_failure_is_reported() {
    let mut day = Day::begin();
    day.choose(Choice::EditSettings);
    assert!(day.notices().is_empty());
    day.world.borrow_mut().editor_fails = true;
    day.choose(Choice::EditSettings);
    assert_eq!(day.notices(), ["That didn’t work"]);
}

#[test]
fn pages_of_the_menu_open_in_the_one_window() {
    let mut day = Day::begin();
    day.choose(Choice::History);
    day.choose(Choice::Settings);
    day.choose(Choice::Guidance);
    day.choose(Choice::Library);
    day.choose(Choice::Open);
    assert_eq!(
        day.pages(),
        ["history", "settings", "guidance", "library", "home"]
    );
}
