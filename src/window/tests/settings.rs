//! The settings page, rendered in memory and operated by keyboard, with its own settings file.

use std::collections::BTreeSet;
use std::fs;

use i_slint_backend_testing::{AccessibleRole, ElementHandle, ElementQuery};
use serde_json::json;
use slint::platform::{Key, PointerEventButton, WindowEvent};
use slint::{ComponentHandle as _, LogicalPosition, Model as _};
use unhunch::autostart::State;
use unhunch::config::{Contrast, TextSize, Theme};
use unhunch::ipc::{WindowSettings, WindowView};
use unhunch::paths::Paths;

use super::{Bench, preferences, run_in_own_process};
use crate::pages::settings::login::Autostart;
use crate::ui::{Page, SettingsState, WelcomeState};

#[test]
fn the_settings_look_and_work_as_they_should() {
    run_in_own_process(
        "tests::settings::the_settings_look_and_work_as_they_should",
        |bench| {
            settings_page_looks_and_works_as_it_should(bench);
        },
    );
}

/// A settings file with a comment that must be preserved.
const FILE: &str = "# mine\n[rhythm]\nsit = \"45 min\"   # not longer\n\n[hours]\nmonday = [\"9:00-12:30\", \"13:15-18:00\"]\n";

/// The overview and each group.
const TABLES: [&str; 8] = [
    "", "rhythm", "hours", "presence", "quiet", "guide", "sound", "general",
];

struct Home {
    _folder: tempfile::TempDir,
    paths: Paths,
}

impl Home {
    fn new(bench: &Bench, text: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let paths = Paths::under(folder.path());
        fs::create_dir_all(&paths.config).unwrap();
        fs::write(paths.settings(), text).unwrap();
        let state = || Ok(login(true));
        let switch = |on| Ok(login(on));
        bench
            .shell
            .pages
            .settings
            .read_from(paths.clone(), Autostart { state, switch });
        Self {
            _folder: folder,
            paths,
        }
    }

    fn text(&self) -> String {
        fs::read_to_string(self.paths.settings()).unwrap()
    }
}

/// A mock autostart that always succeeds.
fn login(starts: bool) -> State {
    State {
        starts,
        place: "/home/me/.config/autostart/unhunch.desktop".into(),
        note: None,
    }
}

fn page(bench: &Bench) -> SettingsState<'_> {
    bench.window.global()
}

/// Visits the three pages of the introduction.
pub(super) fn each_step(bench: &Bench, settings: &WindowSettings, mut look: impl FnMut(&str)) {
    let _home = Home::new(bench, "");
    bench.open_page("welcome", None, settings.clone());
    let welcome = bench.window.global::<WelcomeState<'_>>();
    for step in 0..3 {
        welcome.invoke_go(step);
        look(&format!("welcome{step}"));
    }
}

/// Visits some groups with a made-up file.
pub(super) fn some_groups(
    bench: &Bench,
    settings: &WindowSettings,
    tables: &[&str],
    mut look: impl FnMut(&str),
) {
    let _home = Home::new(bench, FILE);
    for table in tables {
        open(bench, settings, table);
        look(&format!("settings{table}"));
    }
}

/// Visits the overview, all groups, and a file with a mistake.
pub(super) fn each_group(bench: &Bench, settings: &WindowSettings, mut look: impl FnMut(&str)) {
    some_groups(bench, settings, &TABLES, &mut look);
    let home = Home::new(bench, FILE);
    fs::write(home.paths.settings(), "[rhythm]\nsit = 30\n").unwrap();
    open(bench, settings, "");
    look("settingsmistakes");
}

fn open(bench: &Bench, settings: &WindowSettings, table: &str) {
    bench.open_page("settings", None, settings.clone());
    assert_eq!(bench.window.get_page(), Page::Settings);
    bench.shell.pages.settings.show_group(table);
    bench.settle();
}

fn settings_page_looks_and_works_as_it_should(bench: &Bench) {
    the_introduction_leads_to_the_start_page(bench);
    the_introduction_continues_after_another_start(bench);
    settings_look_right(bench);
    mistakes_are_shown_and_lock(bench);
    a_change_is_written_and_undone(bench);
    everything_has_a_name(bench);
    keys_lead_through_the_settings(bench);
    a_list_opened_by_mouse_takes_the_keyboard(bench);
    groups_stand_beside_their_settings(bench);
}

/// Starting the program once more during the introduction asks for the start page.
fn the_introduction_continues_after_another_start(bench: &Bench) {
    let _home = Home::new(bench, "");
    bench.open_page("welcome", None, preferences(Theme::Light, true));
    let welcome = bench.window.global::<WelcomeState<'_>>();
    welcome.invoke_go(1);
    let home = || WindowView {
        settings: preferences(Theme::Light, true),
        ..serde_json::from_value(json!({ "page": "home" })).unwrap()
    };
    bench.shell.apply_view(home());
    assert_eq!(bench.window.get_page(), Page::Welcome);
    assert_eq!(welcome.get_step(), 1);
    bench.open_page("library", None, preferences(Theme::Light, true));
    bench.shell.apply_view(home());
    assert_eq!(bench.window.get_page(), Page::Home);
}

fn the_introduction_leads_to_the_start_page(bench: &Bench) {
    for (theme, colours) in [(Theme::Light, "light"), (Theme::Dark, "dark")] {
        let settings = preferences(theme, true);
        each_step(bench, &settings, |name| {
            bench.compare_with_golden(&format!("{name}-{colours}"));
        });
    }
    let arabic = WindowSettings {
        language: "ar".into(),
        ..preferences(Theme::Light, true)
    };
    each_step(bench, &arabic, |name| {
        bench.compare_with_golden(&format!("{name}-ar"))
    });
    let home = Home::new(bench, "");
    bench.open_page("welcome", None, preferences(Theme::Light, false));
    let welcome = bench.window.global::<WelcomeState<'_>>();
    welcome.invoke_go(1);
    welcome.invoke_choose("45 min".into());
    assert_eq!(home.text(), "[rhythm]\nsit = \"45 min\"\n");
    assert!(welcome.get_login());
    welcome.invoke_toggle_login();
    assert!(!welcome.get_login());
    the_arrow_keys_choose_a_length(bench, &home);
    welcome.invoke_go(2);
    assert_eq!(welcome.get_title(), "Before you begin");
    welcome.invoke_go(3);
    assert_eq!(bench.window.get_page(), Page::Home);
    // Finishing the introduction counts as reading the safety page.
    bench.actions().invoke_start("moment".into());
    assert_eq!(bench.window.get_page(), Page::Guide);
    bench.actions().invoke_toggle();
}

/// The intervals are a group of radio buttons.
fn the_arrow_keys_choose_a_length(bench: &Bench, home: &Home) {
    let group = ElementQuery::from_root(&bench.window)
        .match_descendants()
        .match_accessible_role(AccessibleRole::RadioGroup)
        .find_first()
        .expect("the lengths are a group");
    assert_eq!(
        group.accessible_label().unwrap(),
        "Remind me after sitting for:"
    );
    let is_chosen = |length: &str| {
        let buttons = group
            .query_descendants()
            .match_descendants()
            .match_accessible_role(AccessibleRole::RadioButton)
            .find_all();
        let labels = |is_chosen: bool| -> BTreeSet<_> {
            let some = buttons
                .iter()
                .filter(|button| button.accessible_checked() == Some(is_chosen));
            some.filter_map(ElementHandle::accessible_label).collect()
        };
        assert_eq!(labels(true).into_iter().collect::<Vec<_>>(), [length]);
        assert_eq!(labels(false).len(), 3);
    };
    // The focus is on the first one; the arrow key moves to the second.
    bench.key(Key::Tab);
    bench.key(Key::RightArrow);
    is_chosen("30 min");
    bench.key(Key::DownArrow);
    is_chosen("45 min");
    assert_eq!(home.text(), "[rhythm]\nsit = \"45 min\"\n");
    bench.key(Key::RightArrow);
    bench.key(Key::RightArrow);
    is_chosen("1 h");
    bench.key(Key::LeftArrow);
    is_chosen("45 min");
}

fn settings_look_right(bench: &Bench) {
    let _home = Home::new(bench, FILE);
    for (theme, colours) in [(Theme::Light, "light"), (Theme::Dark, "dark")] {
        let settings = preferences(theme, true);
        for (table, name) in [
            ("", "settings"),
            ("rhythm", "settings-rhythm"),
            ("hours", "settings-hours"),
            ("guide", "settings-guide"),
        ] {
            open(bench, &settings, table);
            bench.compare_with_golden(&format!("{name}-{colours}"));
        }
        page(bench).invoke_open_choice("guide.theme".into());
        bench.compare_with_golden(&format!("settings-list-{colours}"));
    }
    let settings = preferences(Theme::Light, true);
    open(bench, &settings, "sound");
    bench.compare_with_golden("settings-sound-light");
    open(bench, &settings, "");
    page(bench).set_search("call".into());
    page(bench).invoke_search_for("call".into());
    bench.compare_with_golden("settings-search-light");
    for tag in ["de", "ar"] {
        let settings = WindowSettings {
            language: tag.into(),
            ..settings.clone()
        };
        open(bench, &settings, "rhythm");
        bench.compare_with_golden(&format!("settings-rhythm-{tag}"));
    }
    let mut large = settings.clone();
    large.guide.text_size = TextSize::Largest;
    for table in ["rhythm", "hours"] {
        open(bench, &large, table);
        bench.compare_with_golden(&format!("settings-{table}-large"));
    }
    let mut strong = settings;
    strong.guide.contrast = Contrast::High;
    open(bench, &strong, "guide");
    bench.compare_with_golden("settings-guide-contrast");
}

fn mistakes_are_shown_and_lock(bench: &Bench) {
    let before = "[rhythm]\nsit = 30\nrst = \"5 min\"\n";
    let home = Home::new(bench, before);
    let settings = preferences(Theme::Light, true);
    open(bench, &settings, "");
    assert!(page(bench).get_locked());
    bench.compare_with_golden("settings-mistakes-light");
    page(bench).invoke_toggle("sound.tones".into());
    assert_eq!(home.text(), before);
    // The page uses the titles of settings, and quotes what belongs in the file.
    let mistakes: Vec<String> = page(bench)
        .get_mistakes()
        .iter()
        .map(|mistake| mistake.what.into())
        .collect();
    assert!(
        mistakes[0].starts_with("“sit = 30” has no unit ("),
        "{mistakes:?}"
    );
    assert_eq!(
        mistakes[1],
        "There is no “rst” in [rhythm] (did you mean “rest”?)."
    );
    page(bench).invoke_set_aside();
    assert!(!page(bench).get_locked());
    assert!(!home.paths.settings().exists());
    page(bench).invoke_toggle("sound.tones".into());
    assert!(home.text().ends_with("[sound]\ntones = false\n"));
}

fn a_change_is_written_and_undone(bench: &Bench) {
    let home = Home::new(bench, FILE);
    let settings = preferences(Theme::Light, true);
    open(bench, &settings, "rhythm");
    page(bench).invoke_step("rhythm.sit".into(), 1);
    assert_eq!(home.text(), FILE.replace("45 min", "50 min"));
    assert_eq!(page(bench).get_undo(), "Remind me after: 50 min");
    assert!(!page(bench).invoke_typed("rhythm.sit".into(), "soon".into()));
    assert_eq!(home.text(), FILE.replace("45 min", "50 min"));
    bench.compare_with_golden("settings-wrong-light");
    assert!(page(bench).invoke_typed("rhythm.sit".into(), "1h".into()));
    assert_eq!(home.text(), FILE.replace("45 min", "1 h"));
    page(bench).invoke_reset("rhythm.sit".into());
    assert_eq!(
        home.text(),
        FILE.replace("sit = \"45 min\"   # not longer\n", "")
    );
    for _ in 0..3 {
        page(bench).invoke_undo_last();
    }
    assert_eq!(home.text(), FILE);
    assert_eq!(page(bench).get_undo(), "");
    // Settings of the window apply at once.
    page(bench).invoke_choose("guide.text_size".into(), "large".into());
    assert_eq!(
        bench.window.global::<crate::ui::Theme<'_>>().get_scale(),
        1.4
    );
    page(bench).invoke_choose("general.language".into(), "de".into());
    assert_eq!(unhunch::lang::current().tag, "de");
    page(bench).invoke_undo_last();
    page(bench).invoke_undo_last();
    assert_eq!(
        bench.window.global::<crate::ui::Theme<'_>>().get_scale(),
        1.0
    );
    // Autostart is not part of the file.
    let before = home.text();
    bench.shell.pages.settings.show_group("general");
    page(bench).invoke_toggle("login".into());
    assert_eq!(page(bench).get_undo(), "Start when you log in: off");
    page(bench).invoke_undo_last();
    assert_eq!(page(bench).get_undo(), "");
    assert_eq!(home.text(), before);
    // Another program changes the file.
    fs::write(home.paths.settings(), FILE.replace("45 min", "20 min")).unwrap();
    bench.window.invoke_settings_touched();
    page(bench).invoke_step("rhythm.sit".into(), 1);
    assert_eq!(home.text(), FILE.replace("45 min", "25 min"));
    // Another program breaks the file: nothing can be undone then.
    assert_eq!(page(bench).get_undo(), "Remind me after: 25 min");
    fs::write(home.paths.settings(), "[rhythm]\nsit = 30\n").unwrap();
    bench.window.invoke_settings_touched();
    assert_eq!(page(bench).get_undo(), "");
    page(bench).invoke_undo_last();
    assert_eq!(home.text(), "[rhythm]\nsit = 30\n");
}

fn click(bench: &Bench, element: &ElementHandle) {
    let (at, size) = (element.absolute_position(), element.size());
    let (width, height) = bench.size.get();
    let position = LogicalPosition::new(at.x + size.width / 2.0, at.y + size.height / 2.0);
    assert!(
        position.x < width as f32 && position.y < height as f32,
        "it is in view"
    );
    let button = PointerEventButton::Left;
    for event in [
        WindowEvent::PointerMoved { position },
        WindowEvent::PointerPressed { position, button },
        WindowEvent::PointerReleased { position, button },
    ] {
        bench.screen.dispatch_event(event);
    }
    bench.settle();
}

fn called(bench: &Bench, role: AccessibleRole, name: &str) -> ElementHandle {
    find(bench, role, name).expect(name)
}

/// Returns the control with this role and name, if it is in view.
pub(super) fn find(bench: &Bench, role: AccessibleRole, name: &str) -> Option<ElementHandle> {
    let all = ElementQuery::from_root(&bench.window)
        .match_descendants()
        .match_accessible_role(role)
        .find_all();
    let is_called =
        |element: &ElementHandle| element.accessible_label().unwrap_or_default() == name;
    all.into_iter().find(is_called)
}

fn a_list_opened_by_mouse_takes_the_keyboard(bench: &Bench) {
    let home = Home::new(bench, "");
    open(bench, &preferences(Theme::Light, true), "guide");
    let theme = called(bench, AccessibleRole::Combobox, "Theme");
    click(bench, &theme);
    assert_eq!(page(bench).get_open_key(), "guide.theme");
    // Escape closes only the list.
    bench.key(Key::DownArrow);
    bench.key(Key::Escape);
    assert_eq!(page(bench).get_open_key(), "");
    assert_eq!(page(bench).get_title(), "Window and figure");
    assert_eq!(home.text(), "");
    // The focus is back on the control that opened the list.
    bench.key(" ");
    assert_eq!(page(bench).get_open_key(), "guide.theme");
    bench.key(Key::DownArrow);
    bench.key(Key::DownArrow);
    bench.key("\n");
    assert_eq!(page(bench).get_open_key(), "");
    assert_eq!(home.text(), "[guide]\ntheme = \"dark\"\n");
    // By mouse alone: a click opens the list, and a click on an entry selects it.
    click(bench, &called(bench, AccessibleRole::Combobox, "Theme"));
    click(bench, &called(bench, AccessibleRole::RadioButton, "Light"));
    assert_eq!(home.text(), "[guide]\ntheme = \"light\"\n");
}

/// In a wide window one of the groups is always selected, and Escape goes back to the start page.
fn groups_stand_beside_their_settings(bench: &Bench) {
    let _home = Home::new(bench, FILE);
    bench.size.set((1000, 500));
    let settings = preferences(Theme::Light, true);
    bench.open_page("home", None, settings.clone());
    open(bench, &settings, "");
    assert!(page(bench).get_beside());
    assert_eq!(page(bench).get_table(), "rhythm");
    bench.shell.pages.settings.show_group("sound");
    bench.settle();
    let link = called(bench, AccessibleRole::Button, "Sound");
    let tones = called(bench, AccessibleRole::Switch, "Tones");
    assert!(link.absolute_position().x + link.size().width <= tones.absolute_position().x);
    assert!(tones.absolute_position().y < 500.0);
    page(bench).invoke_search_for("dark mode".into());
    bench.settle();
    called(bench, AccessibleRole::Combobox, "Theme");
    bench.key(Key::Escape);
    assert_eq!(page(bench).get_table(), "rhythm");
    bench.key(Key::Escape);
    assert_eq!(bench.window.get_page(), Page::Home);
    bench.size.set(super::SIZE);
    open(bench, &settings, "");
    assert!(!page(bench).get_beside() && page(bench).get_overview());
}

fn controls(bench: &Bench) -> Vec<ElementHandle> {
    let roles = [
        AccessibleRole::Switch,
        AccessibleRole::Spinbox,
        AccessibleRole::Combobox,
        AccessibleRole::TextInput,
        AccessibleRole::Button,
        AccessibleRole::RadioButton,
    ];
    let all = ElementQuery::from_root(&bench.window)
        .match_descendants()
        .find_all();
    let is_control = |element: &ElementHandle| {
        element
            .accessible_role()
            .is_some_and(|role| roles.contains(&role))
    };
    all.into_iter().filter(is_control).collect()
}

/// Every control has a name. Those of settings also have a description and a value.
fn everything_has_a_name(bench: &Bench) {
    let _home = Home::new(bench, FILE);
    let settings = preferences(Theme::Light, true);
    for table in TABLES {
        open(bench, &settings, table);
        let controls = controls(bench);
        assert!(controls.len() > 2, "{table}");
        for control in controls {
            let role = control.accessible_role().unwrap();
            let name = control.accessible_label().unwrap_or_default();
            assert!(!name.is_empty(), "{table}: {role:?} has no name");
            if [AccessibleRole::Spinbox, AccessibleRole::Combobox].contains(&role) {
                let value = control.accessible_value().unwrap_or_default();
                assert!(!value.is_empty(), "{name} has no value");
            }
            if !table.is_empty() && role != AccessibleRole::Button {
                let sentence = control.accessible_description().unwrap_or_default();
                assert!(sentence.ends_with('.'), "{name}: {sentence:?}");
            }
        }
    }
}

/// By keyboard alone: to the sound group, to its first switch, and back.
fn keys_lead_through_the_settings(bench: &Bench) {
    let home = Home::new(bench, FILE);
    let settings = preferences(Theme::Light, true);
    bench.open_page("settings", None, settings);
    // The search field and the groups in order.
    for _ in 0..7 {
        bench.key(Key::Tab);
    }
    bench.key("\n");
    assert_eq!(page(bench).get_title(), "Sound");
    bench.key(Key::Tab);
    bench.key(Key::Tab);
    bench.key(" ");
    assert!(
        home.text().ends_with("[sound]\ntones = false\n"),
        "{}",
        home.text()
    );
    bench.key(Key::Tab);
    bench.key(Key::Tab);
    bench.key(Key::UpArrow);
    assert!(home.text().ends_with("volume = 45\n"), "{}", home.text());
    bench.key(Key::Escape);
    assert!(page(bench).get_overview());
    bench.key(Key::Escape);
    assert_eq!(bench.window.get_page(), Page::Home);
}
