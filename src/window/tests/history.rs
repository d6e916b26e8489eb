//! The history page with ten weeks of data and without any: appearance and keyboard use.

use std::sync::LazyLock;

use i_slint_backend_testing::{AccessibleRole, ElementHandle, ElementQuery};
use slint::ComponentHandle as _;
use slint::platform::Key;
use unhunch::config::{Contrast, TextSize, Theme};
use unhunch::history::Entry;
use unhunch::ipc::WindowSettings;

use super::{Bench, SIZE, invented, preferences, run_in_own_process};
use crate::appearance;
use crate::pages::history::Selection;
use crate::ui::{HistoryState, HistoryTab, Page};

#[test]
fn history_pictures_and_keys() {
    run_in_own_process("tests::history::history_pictures_and_keys", |bench| {
        the_history_looks_right(bench);
        keys_move_through_the_history(bench);
    });
}

/// A window height at which nothing needs scrolling with text of the usual size.
const TALL: u32 = 1640;

/// The present time of the made-up history.
fn invented_now() -> jiff::ZonedDateTime {
    "2026-03-12T15:20:00[Europe/Berlin]".parse().unwrap()
}

/// Opens the history page with ten weeks of data, or with none.
pub(super) fn open_history(
    bench: &Bench,
    tab: HistoryTab,
    is_empty: bool,
    settings: WindowSettings,
) {
    // Opening the page rebuilds the history, so another one is shown first.
    bench.open_page("about", None, settings);
    static TEN_WEEKS: LazyLock<Vec<Entry>> = LazyLock::new(|| invented::weeks(10, &invented_now()));
    let now = invented_now();
    let entries = if is_empty { &[][..] } else { &TEN_WEEKS };
    let page = bench.window.global::<HistoryState<'_>>();
    page.set_as_table(false);
    let selection = Selection::default();
    selection.turn(tab);
    selection.show(&page, &crate::exercises::load_library(), entries, &now);
    bench.window.set_page(Page::History);
}

pub(super) const TABS: [(HistoryTab, &str); 3] = [
    (HistoryTab::Day, "day"),
    (HistoryTab::Week, "week"),
    (HistoryTab::Quarter, "quarter"),
];

fn the_history_looks_right(bench: &Bench) {
    bench.size.set((SIZE.0, TALL));
    let light = || preferences(Theme::Light, true);
    for (tab, name) in TABS {
        open_history(bench, tab, false, light());
        bench.compare_with_golden(&format!("history-{name}-light"));
        open_history(bench, tab, false, preferences(Theme::Dark, true));
        bench.compare_with_golden(&format!("history-{name}-dark"));
    }
    open_history(bench, HistoryTab::Week, false, light());
    bench.window.global::<HistoryState<'_>>().set_as_table(true);
    bench.compare_with_golden("history-table");
    for (theme, name) in [(Theme::Light, "light"), (Theme::Dark, "dark")] {
        let mut settings = preferences(theme, true);
        settings.guide.contrast = Contrast::High;
        open_history(bench, HistoryTab::Quarter, false, settings);
        bench.compare_with_golden(&format!("history-contrast-{name}"));
    }
    let settings = WindowSettings {
        language: "ar".into(),
        ..light()
    };
    open_history(bench, HistoryTab::Week, false, settings);
    bench.compare_with_golden("history-ar");
    bench.size.set((
        appearance::window_size(TextSize::Largest).0 as u32,
        2 * TALL,
    ));
    let mut settings = light();
    settings.guide.text_size = TextSize::Largest;
    open_history(bench, HistoryTab::Quarter, false, settings);
    bench.compare_with_golden("history-large");
    bench.size.set(SIZE);
    open_history(bench, HistoryTab::Day, true, light());
    bench.compare_with_golden("history-empty");
}

/// The arrow keys switch between tabs and show the tips of a chart.
fn keys_move_through_the_history(bench: &Bench) {
    open_history(
        bench,
        HistoryTab::Week,
        false,
        preferences(Theme::Light, true),
    );
    let tab = || bench.window.global::<HistoryState<'_>>().get_tab();
    // Tab focuses the first tab, which is Day, without choosing it.
    bench.key(Key::Tab);
    bench.key(Key::RightArrow);
    assert_eq!(tab(), HistoryTab::Week, "from the day to the week");
    bench.key(Key::RightArrow);
    assert_eq!(tab(), HistoryTab::Quarter);
    bench.key(Key::RightArrow);
    assert_eq!(tab(), HistoryTab::Quarter);
    bench.key(Key::LeftArrow);
    bench.key(Key::LeftArrow);
    assert_eq!(tab(), HistoryTab::Day);
    bench.key(Key::Escape);
    assert_eq!(bench.window.get_page(), Page::Home);
    open_history(
        bench,
        HistoryTab::Week,
        false,
        preferences(Theme::Light, true),
    );
    // The first chart comes after the tabs and "earlier". "Later" is disabled today.
    for _ in 0..5 {
        bench.key(Key::Tab);
    }
    bench.key(Key::RightArrow);
    bench.key(Key::RightArrow);
    bench.compare_with_golden("history-tip");
    later_is_disabled_in_the_current_period(bench);
}

/// “Later” is disabled in the current period, also for screen readers. When it becomes disabled, the focus moves to “Earlier”.
fn later_is_disabled_in_the_current_period(bench: &Bench) {
    let page = bench.window.global::<HistoryState<'_>>();
    let is_enabled = || {
        let buttons = ElementQuery::from_root(&bench.window)
            .match_descendants()
            .match_accessible_role(AccessibleRole::Button)
            .find_all();
        let is_later =
            |button: &ElementHandle| button.accessible_label().unwrap_or_default() == "Later";
        let later = buttons.into_iter().find(is_later).unwrap();
        later.accessible_enabled() == Some(true)
    };
    bench.open_page("about", None, preferences(Theme::Light, true));
    bench.open_page("history", None, preferences(Theme::Light, true));
    assert!(!page.get_has_later() && !is_enabled());
    page.invoke_step(-1);
    bench.settle();
    assert!(page.get_has_later() && is_enabled());
    // Three tabs, "earlier", "later".
    for _ in 0..5 {
        bench.key(Key::Tab);
    }
    bench.key("\n");
    assert!(!page.get_has_later() && !is_enabled());
    // The focus has moved to the other button.
    bench.key("\n");
    assert!(page.get_has_later());
}
