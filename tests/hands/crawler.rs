//! Visits every page in every size, and tries all usual input there: the wheel, the keys that scroll, and the Tab key from
//! control to control.

use std::collections::{BTreeMap, BTreeSet};

use crate::common::atspi::{Area, Node};
use crate::common::harness::pass;
use crate::pages::{Hands, Stop, doing, is_control, reading, setting};

/// A window height at which no page has to scroll.
const TALL: i32 = 4000;
/// The tolerance in pixels, for outlines and rounding.
const SLACK: i32 = 2;
/// A limit of Tab presses, more than any page has controls.
const TABS: usize = 150;

/// Values of `AtspiRole` for text.
const LABEL: u32 = 29;
const STATIC: u32 = 116;
/// The value of `AtspiRole` for a radio button. The Tab key only has to reach one of each group.
const RADIO_BUTTON: u32 = 44;

/// Values of `AtspiRole` for rows of lists and tables, which a screen reader can reach without the Tab key.
const ROWS: [u32; 3] = [32, 56, 90];

/// The disabled buttons on these pages. AccessKit doesn't report them as disabled to AT-SPI.
const DISABLED: [&str; 2] = ["Later", "Save"];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Size {
    Initial,
    Of(i32, i32),
    Maximised,
}

/// The sizes to test: initial, a phone held upright, 2560 x 1600 at 300 %, full HD at 200 %, a flat strip, and the whole screen.
const SIZES: [Size; 6] = [
    Size::Initial,
    Size::Of(400, 500),
    Size::Of(853, 533),
    Size::Of(960, 540),
    Size::Of(1000, 500),
    Size::Maximised,
];

type Path = String;

fn path(node: &Node) -> Path {
    node.at.1.to_string()
}

/// The parts of a page that have been visible.
struct SeenNodes {
    size: (i32, i32),
    seen: BTreeMap<Path, Node>,
    /// The names of the nodes whose lower edge was seen.
    complete: BTreeSet<String>,
}

impl SeenNodes {
    fn new(size: (i32, i32)) -> Self {
        Self {
            size,
            seen: BTreeMap::new(),
            complete: BTreeSet::new(),
        }
    }

    fn note(&mut self, nodes: &[Node]) {
        let (width, height) = self.size;
        for node in nodes.iter().filter(|node| !node.name.is_empty()) {
            if in_sight(node.area, width, height) {
                self.seen.insert(path(node), node.clone());
            }
            if node.area.3 > 0 && node.area.1 + node.area.3 <= height + SLACK {
                self.complete.insert(node.name.clone());
            }
        }
    }
}

struct Visit<'a> {
    hands: &'a Hands,
    stop: &'a Stop,
    size: (i32, i32),
    findings: &'a mut Vec<String>,
}

/// Crawls through these pages, and returns a list of all problems.
fn crawl(stops: &[Stop]) -> Vec<String> {
    let mut hands = Hands::on("1920x1080");
    let mut findings = Vec::new();
    for stop in stops {
        (stop.steps)(&mut hands);
        let initial = hands.initial;
        for size in SIZES {
            visit(&hands, stop, size, initial, &mut findings);
        }
    }
    findings
}

fn visit(hands: &Hands, stop: &Stop, size: Size, initial: (i32, i32), findings: &mut Vec<String>) {
    let wanted = match size {
        Size::Initial => initial,
        Size::Of(width, height) => (width, height),
        Size::Maximised => {
            hands.screen.maximise(hands.window, true);
            pass(0.3);
            hands.screen.size(hands.window)
        }
    };
    if size == Size::Maximised {
        hands.screen.maximise(hands.window, false);
    }
    let mut visit = Visit {
        hands,
        stop,
        size: wanted,
        findings,
    };
    visit.resize((wanted.0, TALL));
    let all_nodes = visit.settle();
    if size == Size::Maximised {
        hands.screen.maximise(hands.window, true);
    }
    visit.resize(wanted);
    let seen = visit.scroll(&all_nodes);
    visit.tab(&seen);
    if size == Size::Maximised {
        hands.screen.maximise(hands.window, false);
    }
}

impl Visit<'_> {
    fn report(&mut self, problem: &str) {
        let (width, height) = self.size;
        let finding = format!("{}, {width}x{height}: {problem}", self.stop.name);
        eprintln!("{finding}");
        self.findings.push(finding);
    }

    /// Resizes the window, and reports a problem if it keeps another size.
    fn resize(&mut self, size: (i32, i32)) {
        let hands = self.hands;
        if hands.screen.size(hands.window) == size {
            return;
        }
        hands.screen.resize(hands.window, size);
        for _ in 0..60 {
            if hands.screen.size(hands.window) == size {
                return;
            }
            pass(0.02);
        }
        let (width, height) = hands.screen.size(hands.window);
        self.report(&format!("the window stays at {width}x{height}"));
    }

    /// Waits until nothing moves any more, and returns the nodes in the window.
    fn settle(&self) -> Vec<Node> {
        let mut before = self.look();
        let mut calm = 0;
        for _ in 0..40 {
            pass(0.04);
            let now = self.look();
            calm = if places(&now) == places(&before) {
                calm + 1
            } else {
                0
            };
            before = now;
            if calm == 2 {
                break;
            }
        }
        before
    }

    fn look(&self) -> Vec<Node> {
        let mut nodes = self.hands.reader.tree();
        if self.stop.lives {
            for node in &mut nodes {
                if !is_control(node) {
                    node.name.clear();
                }
            }
        }
        nodes
    }

    /// Scrolls with the wheel and the keyboard, and returns all nodes that were seen on the way.
    fn scroll(&mut self, all_nodes: &[Node]) -> BTreeMap<Path, Node> {
        let mut sight = SeenNodes::new(self.size);
        self.hands.key(&["Home"]);
        for x in self.columns() {
            self.wheel(x, "4");
        }
        let top = self.settle();
        sight.note(&top);
        let bar_at_top = self.bar(&top);
        // Counts the columns in which the wheel moves something.
        let mut bottom = top.clone();
        let mut parts = 0;
        for x in self.columns() {
            self.wheel(x, "5");
            let now = self.settle();
            sight.note(&now);
            parts += usize::from(difference(&bottom, &now).is_some());
            bottom = now;
        }
        if parts > 0 && !self.until(|visit| visit.bar(&top) != bar_at_top) {
            self.report("no scroll bar moves");
        }
        self.cut_off(&top, &bottom);
        for x in self.columns() {
            self.wheel(x, "4");
        }
        self.same("the wheel doesn't lead back to the top", &top);
        match parts {
            0 => {}
            1 => self.scroll_by_keys(&top, &bottom, &mut sight),
            _ => self.scroll_by_column(&mut sight),
        }
        self.complete(all_nodes, &sight);
        sight.seen
    }

    fn scroll_by_keys(&mut self, top: &[Node], bottom: &[Node], sight: &mut SeenNodes) {
        let mut last = top.to_vec();
        for _ in 0..40 {
            self.hands.key(&["Next"]);
            self.until(|visit| difference(&last, &visit.look()).is_some());
            let now = self.settle();
            sight.note(&now);
            if difference(&last, &now).is_none() {
                break;
            }
            last = now;
        }
        self.same("Page Down doesn't lead to the end", bottom);
        self.hands.key(&["Home"]);
        self.same("Home doesn't lead to the top", top);
        self.hands.key(&["End"]);
        self.same("End doesn't lead to the end", bottom);
        self.hands.key(&["Home"]);
        self.same("Home doesn't lead to the top again", top);
    }

    /// Scrolls column by column, on a page with two columns that scroll independently.
    fn scroll_by_column(&self, sight: &mut SeenNodes) {
        for x in self.columns() {
            for _ in 0..30 {
                let before = places(&self.look());
                self.turn(x, "5", "4");
                let now = self.settle();
                sight.note(&now);
                if places(&now) == before {
                    break;
                }
            }
            self.wheel(x, "4");
        }
        self.settle();
    }

    /// Checks that all parts of the page were seen.
    fn complete(&mut self, all_nodes: &[Node], sight: &SeenNodes) {
        let is_small = self.size.0 < 440;
        let spared = if is_small { self.stop.spared } else { &[] };
        let parts = || {
            all_nodes.iter().filter(|node| {
                let is_called = |begin: &&str| node.name.starts_with(begin);
                // Where there is no room for the list of exercises, the guide has a button for it.
                let is_list = self.stop.name.starts_with("guide")
                    && is_control(node)
                    && (node.name == "Exercises" || node.name.contains(" · "));
                // The button "Back to…" only exists in some sizes.
                (is_read(node) || is_control(node))
                    && !node.name.is_empty()
                    && !is_list
                    && !is_called(&"Back to")
                    && !spared.iter().any(is_called)
            })
        };
        let missing: Vec<&str> = parts()
            .filter(|node| !sight.seen.values().any(|seen| seen.name == node.name))
            .map(|node| node.name.as_str())
            .collect();
        if let Some(first) = missing.first() {
            let problem = format!("{} never come into sight, from {first:?} on", missing.len());
            self.report(&problem);
        }
        let last = parts().max_by_key(|node| node.area.1 + node.area.3);
        if let Some(last) = last.filter(|last| !sight.complete.contains(&last.name)) {
            let problem = format!("the end of the page, {:?}, isn't seen", last.name);
            self.report(&problem);
        }
    }

    /// The x coordinates at which something may scroll.
    fn columns(&self) -> Vec<i32> {
        let (width, _) = self.size;
        if width < 850 {
            vec![width / 2]
        } else {
            vec![width * 35 / 100, width * 3 / 4]
        }
    }

    /// Waits up to a second for a condition, and returns `false` if it does not come true.
    fn until(&self, is_so: impl Fn(&Self) -> bool) -> bool {
        (0..40).any(|_| {
            let so = is_so(self);
            if !so {
                pass(0.02);
            }
            so
        })
    }

    fn same(&mut self, what: &str, as_before: &[Node]) {
        if !self.until(|visit| difference(as_before, &visit.look()).is_none()) {
            let difference = difference(as_before, &self.look()).unwrap_or_default();
            self.report(&format!("{what}: {difference}"));
        }
    }

    /// Turns the wheel to the end of the page.
    fn wheel(&self, x: i32, button: &str) {
        self.turn(x, button, "60");
    }

    fn turn(&self, x: i32, button: &str, times: &str) {
        self.hands.point(x, self.size.1 / 2);
        self.hands
            .desktop
            .input(&["click", "--repeat", times, "--delay", "1", button]);
        // The pointer must not stay on a control that would show a tooltip.
        self.hands.point(1, 1);
    }

    /// The pixels at the scroll bar, where nothing else moves.
    fn bar(&self, nodes: &[Node]) -> Vec<u8> {
        let (width, height) = self.size;
        let texts = nodes.iter().filter(|node| is_read(node));
        let edge = texts.map(|node| node.area.0 + node.area.2).max();
        let right = edge.filter(|_| self.stop.scrolls_inside).unwrap_or(width);
        let screen = &self.hands.screen;
        screen.pixels(self.hands.window, (right - 14, 0, 14, height))
    }

    /// Reports texts and controls that are cut off or overlap.
    fn cut_off(&mut self, top: &[Node], bottom: &[Node]) {
        let (width, height) = self.size;
        let (before, after) = (places(top), places(bottom));
        let stays = |node: &Node| before.get(&path(node)) == after.get(&path(node));
        let moves = before != after;
        for nodes in [top, bottom] {
            let things: Vec<(usize, &Node)> = nodes
                .iter()
                .enumerate()
                .filter(|(_, node)| (is_read(node) || is_control(node)) && node.area.2 > 0)
                .collect();
            for (place, (index, node)) in things.iter().enumerate() {
                let (x, y, w, h) = node.area;
                let low = !moves && (y < -SLACK || y + h > height + SLACK);
                if x < -SLACK || x + w > width + SLACK || low {
                    self.report(&format!("cut off: {:?} at {:?}", node.name, node.area));
                }
                for (other_index, other) in &things[place + 1..] {
                    let same_layer = stays(node) == stays(other);
                    let related = is_within(nodes, *other_index, *index)
                        || is_within(nodes, *index, *other_index);
                    if same_layer && !related && overlap(node.area, other.area) {
                        let problem = format!(
                            "{:?} at {:?} lies over {:?} at {:?}",
                            node.name, node.area, other.name, other.area
                        );
                        self.report(&problem);
                    }
                }
            }
            if !moves {
                break;
            }
        }
    }

    /// Goes around once with the Tab key, and reports controls that are unreachable, reached twice, or out of sight.
    fn tab(&mut self, seen: &BTreeMap<Path, Node>) {
        let mut round: Vec<Node> = Vec::new();
        let mut lost = 0;
        let mut hidden = Vec::new();
        while round.len() + lost < TABS {
            let Some(node) = self.step("Tab") else {
                lost += 1;
                if lost > 2 {
                    break;
                }
                continue;
            };
            if round.first().is_some_and(|first| first.at == node.at) {
                break;
            }
            if !self.comes_into_view(&node) {
                hidden.push(node.name.clone());
            }
            round.push(node);
        }
        if round.is_empty() {
            self.report("nothing takes the keyboard");
        } else if lost > 0 {
            self.report(&format!(
                "the keyboard goes {lost} times to something that can't be seen"
            ));
        }
        if let Some(first) = hidden.first() {
            let problem = format!(
                "{} have the keyboard outside the visible area, {first:?} for one",
                hidden.len()
            );
            self.report(&problem);
        }
        let mut times: BTreeMap<Path, (usize, &str)> = BTreeMap::new();
        for node in &round {
            let entry = times.entry(path(node)).or_insert((0, &node.name));
            entry.0 += 1;
        }
        let twice: Vec<&str> = times
            .values()
            .filter(|(times, _)| *times > 1)
            .map(|(_, name)| *name)
            .collect();
        if !twice.is_empty() {
            self.report(&format!("more than once in a round: {twice:?}"));
        }
        let has_radio = round.iter().any(|node| node.role == RADIO_BUTTON);
        let missing: Vec<&str> = seen
            .values()
            .filter(|node| is_control(node) && !ROWS.contains(&node.role))
            .filter(|node| !times.contains_key(&path(node)))
            .filter(|node| !(has_radio && node.role == RADIO_BUTTON))
            .filter(|node| !DISABLED.contains(&node.name.as_str()))
            .map(|node| node.name.as_str())
            .collect();
        if !missing.is_empty() {
            self.report(&format!("not reached with Tab: {missing:?}"));
        }
        if lost == 0 && round.len() > 1 && round.len() < TABS {
            let back = self.step("shift+Tab");
            if back.map(|node| path(&node)) != round.last().map(path) {
                self.report("Shift+Tab doesn't lead back");
            }
        }
    }

    /// Presses the key, and returns the control that has the focus then.
    fn step(&self, key: &str) -> Option<Node> {
        let focus = &self.hands.focus;
        while focus.try_recv().is_ok() {}
        self.hands.key(&[key]);
        let mut at = None;
        for _ in 0..400 {
            if let Ok(place) = focus.try_recv() {
                at = Some(place);
                break;
            }
            pass(0.005);
        }
        while let Ok(place) = focus.try_recv() {
            at = Some(place);
        }
        let node = match at {
            Some(at) => Some(self.hands.reader.node(&at)),
            // The only control of a page keeps the focus, so there is no event.
            None => self.look().into_iter().find(|node| node.focused),
        };
        node.filter(is_control)
    }

    fn comes_into_view(&self, node: &Node) -> bool {
        let (width, height) = self.size;
        for _ in 0..30 {
            let (x, y, w, h) = self.hands.reader.node(&node.at).area;
            let in_width = x >= -SLACK && x + w <= width + SLACK;
            let in_height = y >= -SLACK && y + h.min(height / 2) <= height + SLACK;
            if w > 0 && h > 0 && in_width && in_height {
                return true;
            }
            pass(0.02);
        }
        false
    }
}

fn is_read(node: &Node) -> bool {
    matches!(node.role, LABEL | STATIC) && !node.name.is_empty()
}

fn in_sight((x, y, width, height): Area, wide: i32, high: i32) -> bool {
    width > 0 && height > 0 && x < wide && x + width > 0 && y < high && y + height > 0
}

/// The areas of all nodes that have a name.
fn places(nodes: &[Node]) -> BTreeMap<Path, Area> {
    nodes
        .iter()
        .filter(|node| !node.name.is_empty())
        .map(|node| (path(node), node.area))
        .collect()
}

/// One example of a node that has moved, if the page is at another scroll position.
///
/// Single positions may lag behind by a pixel or a frame, because AT-SPI gets them when something else changes. So there is a
/// difference only if more than a quarter of the nodes have changed.
fn difference(before: &[Node], now: &[Node]) -> Option<String> {
    let (old, new) = (places(before), places(now));
    let name = |nodes: &[Node], at: &Path| {
        let node = nodes.iter().find(|node| path(node) == *at);
        node.map(|node| node.name.clone()).unwrap_or_default()
    };
    let mut changes = Vec::new();
    for (at, area) in &old {
        match new.get(at) {
            Some(other) if (area.1 - other.1).abs() <= SLACK => {}
            Some(other) => changes.push(format!(
                "{:?} went from {area:?} to {other:?}",
                name(before, at)
            )),
            None => changes.push(format!("{:?} left from {area:?}", name(before, at))),
        }
    }
    let come = new.iter().filter(|(at, _)| !old.contains_key(*at));
    changes.extend(come.map(|(at, area)| format!("{:?} came to {area:?}", name(now, at))));
    (changes.len() * 4 > old.len()).then(|| changes.swap_remove(0))
}

fn is_within(nodes: &[Node], mut inner: usize, outer: usize) -> bool {
    while let Some(parent) = nodes[inner].parent {
        if parent == outer {
            return true;
        }
        inner = parent;
    }
    false
}

fn overlap(a: Area, b: Area) -> bool {
    let across = (a.0 + a.2).min(b.0 + b.2) - a.0.max(b.0);
    let down = (a.1 + a.3).min(b.1 + b.3) - a.1.max(b.1);
    across > SLACK && down > SLACK
}

fn no_findings(findings: &[String]) {
    let list = findings.join("\n");
    assert!(findings.is_empty(), "{} findings:\n{list}", findings.len());
}

#[test]
fn guide_pages_are_fully_reachable() {
    no_findings(&crawl(&doing()));
}

#[test]
fn settings_pages_are_fully_reachable() {
    no_findings(&crawl(&setting()));
}

#[test]
fn reading_pages_are_fully_reachable() {
    no_findings(&crawl(&reading()));
}
