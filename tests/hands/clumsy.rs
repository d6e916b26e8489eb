//! Input that is too early, too fast, or in the wrong place: nothing crashes, and the history stays correct.

use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use crate::common::harness::{Desktop, pass, wait};
use crate::common::tray::Tray;
use crate::pages::Hands;

/// Checks that the sessions in the history do not overlap, and that none is shorter than 10 seconds.
fn is_true_to_life(desktop: &Desktop) {
    let mut last = Timestamp::MIN;
    let mut sessions = sessions(desktop);
    sessions.sort_by_key(end);
    for entry in sessions {
        let seconds = entry["seconds"].as_i64().expect("a length");
        assert!(seconds >= 10, "gone at once, and written down: {entry}");
        let begin = end(&entry) - SignedDuration::from_secs(seconds - 1);
        assert!(begin >= last, "written down twice: {entry}");
        last = end(&entry);
    }
}

fn end(entry: &Value) -> Timestamp {
    let time = entry["t"].as_str().expect("a time");
    time.parse().expect("a time")
}

/// The complete and partial sessions in the history.
fn sessions(desktop: &Desktop) -> Vec<Value> {
    let mut all = desktop.history("done");
    all.extend(desktop.history("partly"));
    all
}

fn new_person() -> Hands {
    Hands::without_history("1280x800")
}

#[test]
fn input_before_the_window_is_visible_is_ignored() {
    let mut hands = new_person();
    hands.start();
    hands.desktop.run(&["stretch", "desk"]);
    // All input is sent at once, as soon as the window exists.
    hands.desktop.input(&[
        "search",
        "--sync",
        "--onlyvisible",
        "--class",
        "unhunch",
        "key",
        "--delay",
        "0",
        "Return",
        "space",
        "Escape",
        "Right",
        "click",
        "1",
    ]);
    hands.came();
    let pause = hands.control(&["Pause", "Resume", "Continue"]);
    assert!(pause.name.starts_with("Pause"), "{pause:?}");
    assert_eq!(hands.desktop.phase(), "stretching");
    hands.desktop.close_window();
    is_true_to_life(&hands.desktop);
}

#[test]
fn double_clicks_and_a_hundred_clicks_on_next_are_handled() {
    let mut hands = new_person();
    hands.play("desk");
    // A double click pauses and resumes.
    let pause = hands.control(&["Pause"]);
    hands.point_at(&pause);
    hands
        .desktop
        .input(&["click", "--repeat", "2", "--delay", "60", "1"]);
    pass(0.3);
    hands.control(&["Pause"]);
    let next = hands.control(&["Next"]);
    hands.point_at(&next);
    hands
        .desktop
        .input(&["click", "--repeat", "100", "--delay", "15", "1"]);
    wait("an end, or a routine that goes on", || {
        hands.find(&["Better", "Close", "Pause"]).map(|_| ())
    });
    // No time has passed in the routine, so it must not count as done.
    assert_eq!(sessions(&hands.desktop), [Value::Null; 0]);
    hands.desktop.close_window();
    wait("the end", || {
        (hands.desktop.phase() != "stretching").then_some(())
    });
    is_true_to_life(&hands.desktop);
}

#[test]
fn the_window_can_be_resized_while_the_figure_moves() {
    let mut hands = new_person();
    hands.play("cat-cow");
    for step in 0..30 {
        let width = 420 + (step * 37) % 700;
        let height = 440 + (step * 53) % 320;
        hands.screen.resize(hands.window, (width, height));
        pass(0.03);
    }
    for _ in 0..4 {
        hands.screen.maximise(hands.window, true);
        pass(0.1);
        hands.screen.maximise(hands.window, false);
        pass(0.1);
    }
    hands.screen.resize(hands.window, (500, 720));
    let pause = hands.control(&["Pause"]);
    wait("a picture that fits the window", || {
        let pause = hands.reader.node(&pause.at);
        let (x, y, width, height) = pause.area;
        (x >= 0 && x + width <= 500 && y > 300 && y + height <= 720).then_some(())
    });
    assert_eq!(hands.desktop.phase(), "stretching");
    hands.desktop.close_window();
    is_true_to_life(&hands.desktop);
}

#[test]
fn a_second_routine_replaces_the_first_and_each_is_recorded_once() {
    let mut hands = new_person();
    hands.play("desk");
    pass(11.0);
    hands.desktop.run(&["stretch", "cat-cow"]);
    wait("the second", || {
        (hands.desktop.status()?["routine"] == "cat-cow").then_some(())
    });
    // The window reports the end of the first one when it has switched to the second.
    wait("the first in the history", || {
        sessions(&hands.desktop).pop()
    });
    let written = sessions(&hands.desktop);
    assert_eq!(written.len(), 1, "{written:?}");
    assert_eq!(written[0]["routine"], "desk");
    hands.control(&["Pause"]);
    // The window is closed soon after the second routine has begun.
    hands.desktop.close_window();
    wait("the end", || {
        (hands.desktop.phase() != "stretching").then_some(())
    });
    let written = sessions(&hands.desktop);
    assert_eq!(written.len(), 1, "{written:?}");
    is_true_to_life(&hands.desktop);
}

#[test]
fn clicks_on_the_icon_do_not_disturb_a_playing_routine() {
    let mut hands = new_person();
    let address = hands.desktop.bus_address().to_owned();
    let bus = zbus::connection::Builder::address(address.as_str()).expect("an address");
    let tray = async_io::block_on(Tray::on(bus, true));
    hands.start();
    let icon = async_io::block_on(tray.icon());
    async_io::block_on(icon.click());
    hands.came();
    assert_eq!(hands.desktop.phase(), "stretching");
    // After this time, the session is recorded when it ends.
    pass(11.0);
    for _ in 0..3 {
        async_io::block_on(icon.click());
        pass(0.2);
    }
    assert_eq!(hands.desktop.phase(), "stretching");
    assert_eq!(sessions(&hands.desktop), [Value::Null; 0], "it still plays");
    hands.desktop.close_window();
    wait("the session in the history", || {
        sessions(&hands.desktop).pop()
    });
    let written = sessions(&hands.desktop);
    assert_eq!(written.len(), 1, "{written:?}");
    is_true_to_life(&hands.desktop);
}
