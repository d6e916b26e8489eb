//! Shortcuts under keyboard layouts of other scripts, and with Caps Lock.

use std::fs;

use crate::common::harness::{pass, wait};
use crate::pages::Hands;

// Places of keys, as the X server counts them: these are the same under every layout.
const A: &str = "38";
const C: &str = "54";
const V: &str = "55";
const Z: &str = "52";

fn switch_to(hands: &Hands, layout: &str) {
    let mut command = hands.desktop.command("setxkbmap");
    let status = command.args(layout.split(' ')).status();
    let status = status.expect("it comes with the X server");
    assert!(status.success(), "{layout}");
}

fn press_with_control(hands: &Hands, place: &str) {
    hands.key(&[&format!("ctrl+{place}")]);
}

/// Waits until the interval in the settings file is changed, or again what it was.
fn wait_for_change(hands: &Hands, layout: &str, is_changed: bool) {
    wait(&format!("changed = {is_changed} under {layout}"), || {
        (has_changed(hands) == is_changed).then_some(())
    });
}

/// The interval is 30 minutes unless the file says something else.
fn has_changed(hands: &Hands) -> bool {
    let text = fs::read_to_string(hands.desktop.settings_file());
    text.is_ok_and(|text| text.contains("sit = \"35 min\""))
}

const FIELD: [&str; 2] = ["Sitting", "Remind me after"];

fn open_field() -> Hands {
    let mut hands = Hands::without_history("1280x800");
    hands.open_page("settings");
    hands.press(&["Reminders"]);
    hands.click(&hands.control(&FIELD));
    hands
}

#[test]
fn shortcuts_work_under_every_layout_and_with_caps_lock() {
    let hands = open_field();
    let check = |layout: &str| {
        hands.click(&hands.control(&FIELD));
        // The last change is undone, in the field and outside of it.
        for leave in [false, true] {
            hands.key(&["Up"]);
            wait_for_change(&hands, layout, true);
            if leave {
                hands.key(&["Tab"]);
            }
            press_with_control(&hands, Z);
            wait_for_change(&hands, layout, false);
        }
        // Slint's own shortcuts: the text is copied, changed, and replaced by the copy.
        hands.click(&hands.control(&FIELD));
        hands.key(&["Up"]);
        wait_for_change(&hands, layout, true);
        press_with_control(&hands, A);
        press_with_control(&hands, C);
        hands.key(&["Down"]);
        wait_for_change(&hands, layout, false);
        press_with_control(&hands, A);
        press_with_control(&hands, V);
        hands.key(&["Return"]);
        wait_for_change(&hands, layout, true);
        press_with_control(&hands, Z);
        wait_for_change(&hands, layout, false);
    };
    for layout in ["us", "ru", "ua", "gr", "ara", "il"] {
        switch_to(&hands, layout);
        check(layout);
    }
    switch_to(&hands, "us");
    hands.key(&["Caps_Lock"]);
    check("Caps Lock");
}

#[test]
fn latin_layouts_keep_their_letters() {
    let hands = open_field();
    // The places of Z in Germany, in France and in Dvorak’s layout.
    for (layout, z) in [("de", "29"), ("fr", "25"), ("us dvorak", "61")] {
        switch_to(&hands, layout);
        hands.key(&["Up"]);
        wait_for_change(&hands, layout, true);
        // This key has another letter here.
        press_with_control(&hands, Z);
        pass(0.5);
        assert!(has_changed(&hands), "{layout}");
        press_with_control(&hands, z);
        wait_for_change(&hands, layout, false);
    }
}
