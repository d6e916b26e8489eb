//! An AT-SPI client that stays connected from page to page.

use unhunch::routine::Library;

use crate::common::harness::pass;
use crate::pages::Hands;

/// Goes from page to page within one window, and reports nodes that can't be read.
#[test]
fn a_screen_reader_can_read_every_page_in_any_order() {
    let library = Library::shipped();
    let routine = format!("{},", library.plan("desk").expect("it is shipped").name);
    let group = |table| format!("{}.", unhunch::config::explain::table_title(table));
    let (rhythm, sound) = (group("rhythm"), group("sound"));
    let mut hands = Hands::on("1920x1080");
    hands.open_page("home");
    let mut findings = Vec::new();
    let tour: &[&str] = &[
        "History",
        "Settings",
        "Exercises",
        "Home",
        "History",
        "Week",
        "Quarter",
        "Day",
        "Show as tables",
        "Show as charts",
        "Settings",
        &rhythm,
        "Back to all settings",
        &sound,
        "Home",
        "Exercises",
        &routine,
        "Start",
        "Pause",
        "Instructions",
        "Hide",
        "End",
        "Home",
        "History",
    ];
    for control in tour {
        // Controls that are scrolled out of view are not in the tree.
        if hands.find(&[control]).is_none() {
            hands.key(&["End"]);
        }
        hands.press(&[control]);
        // A new page ignores input at first, because that may have been meant for the previous page.
        pass(0.6);
        if let Some(silent) = silent(&hands) {
            findings.push(format!("after {control:?}: {silent}"));
        }
    }
    assert!(findings.is_empty(), "{findings:#?}");
}

/// A message if the tree lists nodes that don't answer, even after a second in which nodes that disappear can do so.
fn silent(hands: &Hands) -> Option<String> {
    for _ in 0..10 {
        let nodes = hands.reader.tree();
        let count = nodes.iter().filter(|node| !node.answers).count();
        if count == 0 {
            return None;
        }
        pass(0.1);
    }
    let nodes = hands.reader.tree();
    let count = nodes.iter().filter(|node| !node.answers).count();
    Some(format!("{count} of {} don't answer", nodes.len()))
}
