//! The settings file: mistakes, and changes that take effect at once.

use super::*;

#[test]
fn mistake_is_reported_once_and_withdrawn_when_fixed() {
    let mut day = Day::with("[rhythm]\nsit = \"45 min\"");
    day.save("[rhythm]\nsit = \"forty\"");
    assert_eq!(day.notices(), ["A mistake in your settings"]);
    assert!(day.world.borrow().has_notice);
    assert!(day.world.borrow().view.as_ref().unwrap().problem.is_some());
    day.handle(AppEvent::SettingsMayHaveChanged);
    assert_eq!(day.notices().len(), 1, "the same mistake is no news");
    day.save("[rhythm]\nsit = \"45 min\"");
    assert!(!day.world.borrow().has_notice);
    assert_eq!(day.world.borrow().view.as_ref().unwrap().problem, None);
    assert_eq!(day.notices().len(), 1);
}

#[test]
fn the_last_good_settings_stay_in_force() {
    let mut day = Day::with("[rhythm]\nsit = \"45 min\"");
    day.save("[rhythm]\nsit = \"forty\"");
    day.busy();
    day.advance(44 * MINUTE);
    assert_eq!(day.phase(), Phase::Sitting);
    day.advance(MINUTE);
    assert_eq!(day.phase(), Phase::Due);
}

#[test]
fn more_mistakes_are_counted() {
    let mut day = Day::begin();
    day.save("[rhythm]\nsit = \"forty\"\nrest = 7");
    let world = day.world.borrow();
    let (_, body) = world.notices.last().unwrap();
    assert!(
        body.ends_with("1 more: see `unhunch config check`."),
        "{body}"
    );
}

#[test]
fn mistake_is_reported_at_the_start() {
    let day = Day::with("[rhythm]\nsit = \"forty\"");
    assert_eq!(day.notices(), ["A mistake in your settings"]);
    assert_eq!(day.running.app.status_message(&day.now).problems.len(), 1);
}

#[test]
fn another_rhythm_moves_the_deadline() {
    let mut day = Day::begin();
    day.busy();
    day.advance(20 * MINUTE);
    day.save("[rhythm]\nsit = \"21 min\"");
    day.advance(MINUTE);
    assert_eq!(day.phase(), Phase::Due);
}

#[test]
fn the_routine_on_offer_is_called_by_its_name() {
    fn offer_and_reason(day: &Day) -> (String, String) {
        let world = day.world.borrow();
        let view = world.view.as_ref().unwrap();
        (view.offers.offered.clone(), view.status.why.clone())
    }
    let both = |offered: &str, why: &str| (offered.to_owned(), why.to_owned());
    let mut day = Day::with("[rhythm]\nreminders = [\"stretch\"]");
    day.busy();
    let expected = both("Desk stretch", "Next: “Desk stretch”, about 09:30");
    assert_eq!(offer_and_reason(&day), expected);
    let standing = "[rhythm]\nreminders = [\"stretch\"]\nroutine = \"standing\"";
    day.save(standing);
    let expected = both("Standing stretch", "Next: “Standing stretch”, about 09:30");
    assert_eq!(offer_and_reason(&day), expected);
    day.restart();
    day.busy();
    assert_eq!(offer_and_reason(&day), expected);
    day.advance_until_reminder();
    assert_eq!(
        offer_and_reason(&day),
        both("Standing stretch", "Time to stretch")
    );
    day.choose(Choice::Snooze);
    assert_eq!(
        offer_and_reason(&day).1,
        "Snoozed: “Standing stretch” at 09:40"
    );
    day.advance(10 * MINUTE);
    day.advance(3 * MINUTE);
    let (_, why) = offer_and_reason(&day);
    assert!(why.starts_with("Next: “Half a minute”, about "), "{why}");
    day.advance(10 * MINUTE);
    assert_eq!(day.phase(), Phase::Asking);
    assert_eq!(offer_and_reason(&day).0, "Half a minute");
    let status = day.running.app.status_message(&day.now);
    assert_eq!(status.offered.as_deref(), Some("moment"));
    // The question on the screen is still about the routine that it was asked for.
    day.save(&format!("{standing}\nshort_routine = \"desk\""));
    assert_eq!(offer_and_reason(&day).0, "Half a minute");
    day.choose(Choice::Routine("cat-cow".to_owned()));
    assert_eq!(day.phase(), Phase::Stretching);
    assert_eq!(
        offer_and_reason(&day).0,
        "Standing stretch",
        "it is disabled now"
    );
}

#[test]
fn other_settings_start_the_source_of_idleness_again() {
    let mut day = Day::begin();
    assert_eq!(day.world.borrow().idle_starts, 1);
    day.save("[sound]\nvolume = 20");
    day.save("[presence]\nwatching = false");
    assert_eq!(
        day.world.borrow().idle_starts,
        1,
        "nothing has changed for it"
    );
    day.save("[presence]\naway = \"3 min\"");
    let idle = day.world.borrow().idle.clone().unwrap();
    assert_eq!(idle.thresholds.away, 3 * MINUTE);
    day.save("[presence]\naway = \"3 min\"\nignore = [\"x11\", \"logind\"]");
    let world = day.world.borrow();
    assert_eq!(world.idle_starts, 3);
    let ignored = [PresenceSource::X11, PresenceSource::Logind];
    assert_eq!(world.idle.as_ref().unwrap().ignored, ignored);
}

#[test]
fn window_receives_changed_settings() {
    let mut day = Day::begin();
    day.choose(Choice::Open);
    day.save("[sound]\nvolume = 20");
    let view = day.last_view();
    assert_eq!(view["settings"]["volume"], 20);
    assert_eq!(view["page"], Value::Null, "and it stays where it is");
}

#[test]
fn new_goal_counts_earlier_stretches_of_the_day() {
    let mut day = Day::begin();
    day.click();
    day.play(200);
    day.end("finished");
    day.save("[rhythm]\ndaily_goal = 3");
    let today = day.running.app.status_message(&day.now).today.unwrap();
    assert_eq!((today.stretches, today.goal), (1, 3));
}

#[test]
fn own_routine_is_offered_as_soon_as_it_is_saved() {
    let mut day = Day::begin();
    let routine = "[[routine]]\nid = \"neck\"\nname = \"Neck\"\nabout = \"x\"\nexercises = [\"scapula-squeeze\"]\n";
    write(&day.paths.routines(), routine);
    day.handle(AppEvent::SettingsMayHaveChanged);
    let world = day.world.borrow();
    let offers = &world.view.as_ref().unwrap().offers;
    assert!(offers.routines.items.iter().any(|(id, _)| id == "neck"));
}

#[test]
fn maximum_hold_can_be_changed_during_a_call() {
    let mut day = Day::begin();
    day.set(Hold::Call, true);
    day.still();
    day.advance(40 * MINUTE);
    assert_eq!(day.phase(), Phase::Due);
    day.save("[rhythm]\nhold_at_most = \"15 min\"");
    day.advance(6 * MINUTE);
    assert_eq!(day.phase(), Phase::Asking);
}
