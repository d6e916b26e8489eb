//! Whole days: sitting, questions, rests, nights, and the end of the program.

use super::*;
use crate::schedule::{Reminder, Session};

#[test]
fn reminders_alternate_during_a_morning() {
    let mut day = Day::begin();
    day.still();
    for _ in 0..4 {
        day.advance(30 * MINUTE);
        assert_eq!(day.phase(), Phase::Asking);
        day.answer(Answer::Stood);
        assert_eq!(day.phase(), Phase::Sitting);
    }
    let history: Vec<String> = day.history();
    let history: Vec<&str> = history.iter().map(String::as_str).collect();
    assert_eq!(
        history,
        [
            "asked Stand false",
            "rested 0",
            "asked Stretch false",
            "rested 0",
            "asked Stand false",
            "rested 0",
            "asked Stretch false",
            "rested 0",
        ]
    );
}

#[test]
fn typing_user_is_asked_after_the_grace_period() {
    let mut day = Day::begin();
    day.busy();
    day.advance(30 * MINUTE + 119 * Duration::from_secs(1));
    assert_eq!(day.phase(), Phase::Due);
    assert!(day.world.borrow().question.is_none());
    day.advance(Duration::from_secs(1));
    assert_eq!(day.phase(), Phase::Asking);
    assert!(day.world.borrow().question.is_some());
}

#[test]
fn stillness_matters_only_while_a_good_moment_is_waited_for() {
    let mut day = Day::begin();
    day.busy();
    assert!(!day.world.borrow().closely);
    day.advance(30 * MINUTE);
    assert!(day.world.borrow().closely);
    day.still();
    assert_eq!(day.phase(), Phase::Asking);
    assert!(!day.world.borrow().closely);
}

#[test]
fn a_night_is_a_break() {
    let mut day = Day::begin();
    day.still();
    day.advance(20 * MINUTE);
    day.leave();
    day.advance(2 * HOUR);
    day.sleep(12 * HOUR);
    day.busy();
    assert_eq!((day.sat_minutes(), day.phase()), (0, Phase::Sitting));
    assert_eq!(day.history(), [format!("rested {}", 14 * 3600)]);
    assert!(day.world.borrow().question.is_none());
}

#[test]
fn unanswered_question_is_repeated_once() {
    let mut day = Day::begin();
    day.advance_until_reminder();
    day.advance(2 * MINUTE);
    assert!(day.world.borrow().question.is_none());
    day.advance(10 * MINUTE);
    assert_eq!(day.phase(), Phase::Asking);
    day.advance(2 * MINUTE);
    day.advance(17 * MINUTE);
    assert_eq!(
        day.history(),
        ["asked Stand false", "asked Stand true", "ignored"]
    );
}

#[test]
fn a_locked_screen_takes_the_question_away_and_it_comes_back() {
    let mut day = Day::begin();
    day.advance_until_reminder();
    day.handle(AppEvent::Session(session::SessionEvent::Session(
        Session::Locked,
    )));
    assert!(day.world.borrow().question.is_none());
    assert_eq!(day.phase(), Phase::Away);
    day.advance(MINUTE);
    day.handle(AppEvent::Session(session::SessionEvent::Session(
        Session::Unlocked,
    )));
    day.still();
    assert_eq!(day.phase(), Phase::Due);
    day.advance(2 * MINUTE);
    assert_eq!(day.phase(), Phase::Asking);
}

#[test]
fn a_sleep_of_the_computer_that_is_long_enough_is_a_rest() {
    let mut day = Day::begin();
    day.advance_until_reminder();
    day.sleep(10 * MINUTE);
    assert!(day.world.borrow().question.is_none());
    day.busy();
    assert_eq!(day.sat_minutes(), 0);
    assert_eq!(day.history(), ["asked Stand false", "rested 600"]);
}

#[test]
fn outside_the_working_hours_there_is_silence() {
    let mut day = Day::with("[hours]\nmonday = [\"9:00-10:00\"]");
    day.still();
    day.advance(30 * MINUTE);
    day.answer(Answer::Stood);
    day.advance(29 * MINUTE);
    assert_eq!(day.phase(), Phase::Sitting);
    day.advance(MINUTE);
    assert_eq!(day.phase(), Phase::OffHours);
    day.advance(8 * HOUR);
    assert_eq!(day.history().len(), 2, "{:?}", day.history());
}

#[test]
fn a_restart_goes_on_with_the_day() {
    let mut day = Day::begin();
    day.still();
    day.advance(20 * MINUTE);
    day.quit();
    day.advance(Duration::ZERO);
    day.forward(day.now.elapsed + 2 * MINUTE);
    day.restart();
    assert_eq!(day.sat_minutes(), 20);
    day.advance(9 * MINUTE);
    assert_eq!(day.phase(), Phase::Sitting);
    day.advance(3 * MINUTE);
    assert_ne!(day.phase(), Phase::Sitting);
}

#[test]
fn a_restart_goes_on_with_a_pause() {
    let mut day = Day::begin();
    day.command(Command::Pause(crate::schedule::Until::For(HOUR)));
    day.quit();
    day.forward(day.now.elapsed + 10 * MINUTE);
    day.restart();
    assert_eq!(day.phase(), Phase::Paused);
    day.advance(49 * MINUTE);
    assert_eq!(day.phase(), Phase::Paused);
    day.advance(MINUTE);
    assert_ne!(day.phase(), Phase::Paused);
}

#[test]
fn lost_day_is_reported_once() {
    let mut day = Day::begin();
    day.advance(20 * MINUTE);
    day.quit();
    fs::write(StateFile::Day.path(&day.paths), "{ torn").unwrap();
    day.restart();
    assert_eq!(day.notices(), ["Your sitting time starts over"]);
    assert_eq!(day.sat_minutes(), 0);
    day.quit();
    day.restart();
    assert!(day.notices().is_empty());
}

#[test]
fn a_line_of_the_history_has_the_time_of_its_event() {
    let mut day = Day::begin();
    day.advance(10 * MINUTE);
    day.command(Command::Stood);
    let entries = day.entries();
    assert!(!entries.is_empty());
    for entry in entries {
        assert_eq!(
            entry.t.as_millisecond(),
            day.now.wall.timestamp().as_millisecond()
        );
    }
}

#[test]
fn a_second_wakeup_changes_nothing() {
    let mut day = Day::begin();
    day.advance_until_reminder();
    let (before, wants) = (day.status(), day.running.app.wants());
    let effects = day.world.borrow().effects.len();
    day.handle(AppEvent::Wakeup);
    assert_eq!((day.status(), day.running.app.wants()), (before, wants));
    assert_eq!(day.world.borrow().effects.len(), effects);
}

#[test]
fn stretches_count_towards_the_goal_of_the_day() {
    let mut day = Day::with("[rhythm]\ndaily_goal = 2");
    let today = |day: &Day| day.running.app.status_message(&day.now).today.unwrap();
    assert_eq!((today(&day).stretches, today(&day).goal), (0, 2));
    for stretches in 1..=2 {
        day.click();
        day.play(200);
        day.end("finished");
        assert_eq!(today(&day).stretches, stretches);
    }
    day.restart();
    assert_eq!(today(&day).stretches, 2, "also after a restart");
    day.advance(24 * HOUR);
    assert_eq!(today(&day).stretches, 0);
}

#[test]
fn the_display_follows_the_end_of_the_day_with_one_wakeup() {
    let mut day = Day::at(Place::Desktop, |paths| {
        let routine = "[[routine]]\nid = \"neck\"\nname = \"Neck\"\nabout = \"x\"\nexercises = [\"scapula-squeeze\"]\nper_day = 3\n";
        write(&paths.routines(), routine);
    });
    let name_and_reason = |day: &Day| {
        let world = day.world.borrow();
        let view = world.view.as_ref().unwrap();
        let item = view
            .offers
            .routines
            .items
            .iter()
            .find(|(id, _)| id == "neck");
        (item.unwrap().1.clone(), view.status.why.clone())
    };
    day.choose(Choice::Routine("neck".to_owned()));
    day.play(60);
    day.end("finished");
    day.leave();
    day.advance(14 * HOUR);
    let (name, why) = name_and_reason(&day);
    assert_eq!(name, "Neck (1 of 3 today)");
    assert!(
        why.starts_with("Away since 09:0") && !why.contains(" on "),
        "{why}"
    );
    day.advance(2 * HOUR);
    let (name, why) = name_and_reason(&day);
    assert_eq!(name, "Neck (0 of 3 today)");
    assert!(why.ends_with(" on 2026-03-02"), "{why}");
    let end = day.now.elapsed + 20 * HOUR;
    let later = day.running.app.wants().wakeup;
    assert!(later.is_none_or(|(at, _)| at > end), "{later:?}");
}

#[test]
fn the_menu_says_how_often_a_prescribed_routine_was_done() {
    let mut day = Day::at(Place::Desktop, |paths| {
        let routine = "[[routine]]\nid = \"neck\"\nname = \"Neck\"\nabout = \"x\"\nexercises = [\"scapula-squeeze\"]\nper_day = 3\n";
        write(&paths.routines(), routine);
    });
    let menu_name = |day: &Day| {
        let world = day.world.borrow();
        let offers = &world.view.as_ref().unwrap().offers;
        let item = offers.routines.items.iter().find(|(id, _)| id == "neck");
        item.unwrap().1.clone()
    };
    assert_eq!(menu_name(&day), "Neck (0 of 3 today)");
    day.choose(Choice::Routine("neck".to_owned()));
    day.play(60);
    day.end("finished");
    assert_eq!(menu_name(&day), "Neck (1 of 3 today)");
}

#[test]
fn consecutive_reminders_have_different_texts() {
    let mut day = Day::begin();
    day.still();
    let mut bodies = Vec::new();
    for _ in 0..4 {
        day.advance(30 * MINUTE);
        let question = day.world.borrow().question.clone().unwrap();
        bodies.push(question.body);
        day.answer(Answer::Stood);
    }
    assert!(bodies.windows(2).all(|two| two[0] != two[1]), "{bodies:?}");
}

#[test]
fn reminders_follow_the_settings() {
    let mut day = Day::with("[rhythm]\nreminders = [\"stretch\"]");
    day.advance_until_reminder();
    let asking = day.status().asking.unwrap();
    assert_eq!(
        (asking.reminder, asking.routine.as_str()),
        (Reminder::Stretch, "desk")
    );
}
