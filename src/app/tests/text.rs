//! The terminal: routines play as text, and keys control them while they play.

use super::*;

fn terminal() -> Day {
    Day::at(Place::Terminal, |_| {})
}

/// Returns the beats other than those of phases and counts.
fn beats(day: &Day) -> Vec<Beat> {
    let is_step = |beat: &Beat| matches!(beat, Beat::Phase { .. } | Beat::Count(_));
    let world = day.world.borrow();
    world
        .beats
        .iter()
        .filter(|beat| !is_step(beat))
        .cloned()
        .collect()
}

#[test]
fn a_routine_is_led_to_its_end() {
    let mut day = terminal();
    day.key('s');
    assert_eq!(day.phase(), Phase::Stretching);
    day.advance(10 * MINUTE);
    let seen = beats(&day);
    assert!(
        matches!(
            &seen[..],
            [Beat::Begins { is_first: true, .. }, Beat::Finished]
        ),
        "{seen:?}"
    );
    let phases = |beat: &&Beat| matches!(beat, Beat::Phase { .. });
    assert!(day.world.borrow().beats.iter().filter(phases).count() > 10);
    let [(routine, seconds)] = &day.written()[..] else {
        panic!("{:?}", day.written());
    };
    assert!(routine == "desk" && *seconds > 120, "{routine} {seconds}");
    assert_eq!(day.phase(), Phase::Sitting);
}

#[test]
fn keys_are_for_the_routine_while_it_plays() {
    let mut day = terminal();
    day.key('s');
    day.advance(20 * Duration::from_secs(1));
    day.key(' ');
    assert_eq!(
        day.running.app.guide.next_beat, None,
        "a pause has no end of its own"
    );
    day.advance(HOUR / 4);
    day.key(' ');
    day.key('n');
    day.advance(10 * Duration::from_secs(1));
    day.key('e');
    let seen = beats(&day);
    assert_eq!(seen[1..], [Beat::Paused, Beat::Resumed, Beat::Ended]);
    assert_eq!(day.written(), [("desk".to_owned(), 30)]);
    day.key('n');
    assert_eq!(beats(&day).len(), seen.len(), "it means nothing any more");
}

#[test]
fn other_keys_mean_the_same_during_a_routine() {
    let mut day = terminal();
    day.key('s');
    day.advance(20 * Duration::from_secs(1));
    day.key('k');
    assert_eq!(day.phase(), Phase::Sitting);
    assert_eq!(day.written(), [("desk".to_owned(), 20)]);
}

#[test]
fn safety_advice_that_was_read_is_not_shown_again() {
    let mut day = Day::at(Place::Terminal, |paths| {
        StateFile::SafetyRead.write(paths, "2026-03-01\n").unwrap();
    });
    day.key('s');
    assert!(matches!(
        beats(&day)[..],
        [Beat::Begins {
            is_first: false,
            ..
        }]
    ));
}

#[test]
fn another_routine_takes_the_place_of_the_one_that_is_led() {
    let mut day = terminal();
    day.key('s');
    day.advance(20 * Duration::from_secs(1));
    day.request(json!({ "do": "stretch", "routine": "moment" }));
    assert_eq!(day.written(), [("desk".to_owned(), 20)]);
    day.advance(5 * MINUTE);
    let routines: Vec<String> = day.written().into_iter().map(|(id, _)| id).collect();
    assert_eq!(routines, ["desk", "moment"]);
}

#[test]
fn a_routine_that_is_asked_for_again_goes_on() {
    let mut day = terminal();
    day.key('s');
    day.advance(20 * Duration::from_secs(1));
    day.request(json!({ "do": "stretch" }));
    assert_eq!(beats(&day).len(), 1);
    day.key('e');
    assert_eq!(day.written(), [("desk".to_owned(), 20)]);
}

#[test]
fn a_length_is_kept_where_a_routine_is_led() {
    let mut day = terminal();
    day.request(json!({ "do": "stretch", "for": "2 min" }));
    day.advance(2 * MINUTE + Duration::from_secs(1));
    assert_eq!(day.phase(), Phase::Sitting);
    assert!(
        day.history()[0].starts_with("done desk"),
        "{:?}",
        day.history()
    );
}

#[test]
fn a_window_that_comes_and_goes_leaves_the_routine_that_is_led_alone() {
    let mut day = terminal();
    day.key('s');
    day.open_window();
    day.close();
    assert_eq!(day.phase(), Phase::Stretching);
    day.advance(10 * MINUTE);
    assert_eq!(day.written().len(), 1);
}

#[test]
fn the_end_of_the_program_keeps_what_was_done() {
    let mut day = terminal();
    day.key('s');
    day.advance(20 * Duration::from_secs(1));
    day.quit();
    assert_eq!(day.written(), [("desk".to_owned(), 20)]);
}
