//! User journeys from the first click to the last, with the mouse alone and with the keyboard alone.

use std::fs;

use serde_json::Value;

use crate::common::atspi::Node;
use crate::common::harness::{pass, wait, wait_for};
use crate::pages::Hands;

/// The input device of a journey.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum InputDevice {
    Mouse,
    Keyboard,
}

/// Choosing a control that may have to be found first.
trait Choose {
    fn choose(&mut self, by: InputDevice, names: &[&str]);
}

impl Choose for Hands {
    /// Finds one of these controls by scrolling or with the Tab key, and chooses it.
    fn choose(&mut self, by: InputDevice, names: &[&str]) {
        match by {
            InputDevice::Mouse => {
                let node = scroll_to(self, names);
                self.click(&node);
            }
            InputDevice::Keyboard => {
                tab_to(self, names);
                self.key(&["space"]);
            }
        }
    }
}

fn is_called(node: &Node, names: &[&str]) -> bool {
    names.iter().any(|name| node.name.starts_with(name))
}

/// Turns the wheel until the control is visible in the window.
fn scroll_to(hands: &Hands, names: &[&str]) -> Node {
    let (width, height) = hands.screen.size(hands.window);
    let mut turned = 0;
    wait(&format!("one of {names:?} in sight"), || {
        let before = hands.find(names);
        let bar = navigation_bar(hands).filter(|bar| *bar > 0);
        if let Some(node) = before.filter(|node| {
            let (x, y, w, h) = node.area;
            // A control that the navigation bar covers can't be clicked.
            let lowest = bar.filter(|bar| y < *bar).unwrap_or(height);
            x >= 0 && x + w <= width && y >= 0 && y + h <= lowest
        }) {
            // A control that still moves would be missed by the click.
            pass(0.15);
            return (hands.reader.node(&node.at).area == node.area).then_some(node);
        }
        // Points beside the controls, so that none of them reacts to the wheel.
        hands.point(width / 2, height / 2);
        let button = if turned % 60 < 30 { "5" } else { "4" };
        turned += 1;
        hands
            .desktop
            .input(&["click", "--repeat", "2", "--delay", "1", button]);
        None
    })
}

/// The distance of the navigation bar from the top of the window; 0 if it is at the side.
fn navigation_bar(hands: &Hands) -> Option<i32> {
    let nodes = hands.reader.tree();
    let bar = nodes.iter().find(|node| node.name == "Main pages");
    bar.map(|bar| bar.area.1)
}

/// Presses Tab until the control has the focus.
fn tab_to(hands: &Hands, names: &[&str]) {
    hands.control_somewhere();
    let is_there = |hands: &Hands| {
        let nodes = hands.reader.tree();
        nodes
            .iter()
            .any(|node| node.focused && is_called(node, names))
    };
    for _ in 0..120 {
        if is_there(hands) {
            return;
        }
        hands.key(&["Tab"]);
        pass(0.03);
    }
    panic!("Tab doesn't lead to one of {names:?}");
}

fn each(mut journey: impl FnMut(InputDevice)) {
    journey(InputDevice::Mouse);
    journey(InputDevice::Keyboard);
}

#[test]
fn from_the_first_start_to_the_first_stretch() {
    each(|by| {
        let mut hands = Hands::without_history("1280x800");
        hands.desktop.was_never_started();
        hands.start();
        hands.came();
        for _ in 0..2 {
            hands.choose(by, &["Next"]);
            pass(0.4);
        }
        hands.choose(by, &["I understand"]);
        hands.choose(by, &["Start:", "Start stretch"]);
        hands.control(&["Pause"]);
        wait("a stretch", || {
            (hands.desktop.phase() == "stretching").then_some(())
        });
    });
}

#[test]
fn a_changed_interval_is_written_to_the_file() {
    each(|by| {
        let mut hands = Hands::without_history("1280x800");
        hands.open_page("home");
        hands.choose(by, &["Settings"]);
        hands.choose(by, &["Reminders"]);
        let (before, field) = (
            hands.desktop.settings_file(),
            ["Sitting", "Remind me after"],
        );
        assert!(!before.exists());
        match by {
            InputDevice::Mouse => {
                let node = scroll_to(&hands, &field);
                hands.click(&node);
                hands.desktop.input(&["click", "1"]);
            }
            InputDevice::Keyboard => tab_to(&hands, &field),
        }
        hands.key(&["ctrl+a"]);
        hands.desktop.input(&["type", "--delay", "10", "45 min"]);
        hands.key(&["Return"]);
        wait("the interval in the file", || {
            let text = fs::read_to_string(hands.desktop.settings_file()).ok()?;
            text.contains("sit = \"45 min\"").then_some(())
        });
    });
}

#[test]
fn a_mistake_in_the_file_is_shown_until_it_is_fixed() {
    each(|by| {
        let mut hands = Hands::without_history("1280x800");
        hands.open_page("home");
        hands.desktop.settings("[rhythm]\nsit = \"soon\"\n");
        hands.choose(by, &["Show in Settings"]);
        let is_reported = |hands: &Hands| {
            let nodes = hands.reader.tree();
            nodes.iter().any(|node| node.name.contains("soon"))
        };
        wait("the mistake", || is_reported(&hands).then_some(()));
        hands.desktop.settings("[rhythm]\nsit = \"40 min\"\n");
        wait("no mistake", || (!is_reported(&hands)).then_some(()));
    });
}

#[test]
fn home_shows_why_there_is_no_reminder() {
    each(|by| {
        let mut hands = Hands::without_history("1280x800");
        hands.open_page("home");
        hands.choose(by, &["Pause for 1 hour"]);
        wait("the reason", || {
            let nodes = hands.reader.tree();
            let paused = |node: &Node| node.name.to_lowercase().contains("paused");
            nodes.iter().any(paused).then_some(())
        });
        hands.choose(by, &["Resume"]);
        hands.desktop.wait_for_phase("sitting");
    });
}

#[test]
fn last_week_is_two_clicks_away() {
    each(|by| {
        let mut hands = Hands::on("1280x800");
        hands.open_page("home");
        hands.choose(by, &["History"]);
        match by {
            InputDevice::Mouse => hands.choose(by, &["Week"]),
            InputDevice::Keyboard => {
                tab_to(&hands, &["Day", "Week"]);
                hands.key(&["Right"]);
                pass(0.2);
                if !week_is_shown(&hands) {
                    tab_to(&hands, &["Week"]);
                    hands.key(&["space"]);
                }
            }
        }
        let before = titles(&hands);
        hands.choose(by, &["Earlier"]);
        wait("the week before", || {
            (titles(&hands) != before).then_some(())
        });
    });
}

fn week_is_shown(hands: &Hands) -> bool {
    let nodes = hands.reader.tree();
    nodes.iter().any(|node| node.name.contains("week"))
}

/// The names of all nodes in the window.
fn titles(hands: &Hands) -> Vec<String> {
    let nodes = hands.reader.tree();
    nodes.into_iter().map(|node| node.name).collect()
}

#[test]
fn changing_the_language_translates_a_routine() {
    let mut hands = Hands::without_history("1280x800");
    hands.open_page("home");
    hands.desktop.settings("[general]\nlanguage = \"de\"\n");
    wait("a German window", || {
        hands.find(&["Einstellungen"]).map(|_| ())
    });
    hands.choose(InputDevice::Mouse, &["Verlauf"]);
    let english = ["Settings", "Exercises", "History", "Home"];
    let left = |hands: &Hands| -> Vec<String> {
        let mut all = titles(hands);
        all.retain(|name| english.contains(&name.as_str()));
        all
    };
    assert_eq!(left(&hands), [""; 0]);
    hands.desktop.run(&["stretch", "cat-cow"]);
    let words = wait("a German exercise", || {
        let words = titles(&hands);
        words
            .iter()
            .any(|name| name.contains("Katze"))
            .then_some(words)
    });
    let cat = |name: &String| name.contains("Cat-Cow") || name.contains("Breathe");
    assert!(!words.iter().any(cat), "{words:?}");
}

#[test]
fn an_exercise_is_skipped() {
    each(|by| {
        let mut hands = Hands::without_history("1280x800");
        hands.play("desk");
        let before = titles(&hands);
        hands.choose(by, &["Skip exercise", "Next exercise"]);
        wait("the next exercise", || {
            (titles(&hands)[2] != before[2]).then_some(())
        });
        hands.control(&["Pause"]);
    });
}

#[test]
fn worse_is_answered_with_advice() {
    each(|by| {
        let mut hands = Hands::without_history("1280x800");
        hands.play("cat-cow");
        pass(11.0);
        hands.choose(by, &["End"]);
        hands.control(&["Worse"]);
        // A new page ignores input at first, because that may have been meant for the previous page.
        pass(0.6);
        hands.choose(by, &["Worse"]);
        wait("the advice", || {
            let doctor = |name: &String| name.contains("doctor");
            titles(&hands).iter().any(doctor).then_some(())
        });
        // The answer is recorded when the page closes, because it can be changed until then.
        assert_eq!(hands.desktop.history("check-in").len(), 0);
        hands.choose(by, &["Change the answer"]);
        hands.control(&["Better"]);
        hands.choose(by, &["Worse"]);
        hands.choose(by, &["Close", "Done"]);
        let answer: Value = wait("the answer in the history", || {
            hands.desktop.history("check-in").pop()
        });
        assert_eq!(answer["feeling"], "worse");
        wait_for(std::time::Duration::from_secs(10), "no window", || {
            hands.desktop.windows().is_empty().then_some(())
        });
    });
}
