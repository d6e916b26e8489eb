//! Scrolling of every page by wheel and keys, scroll positions after coming back, and a change of language while a page is
//! open.

use i_slint_backend_testing::{AccessibleRole, ElementHandle};
use slint::platform::{Key, WindowEvent};
use slint::{ComponentHandle as _, LogicalPosition};
use unhunch::config::{Motion, Theme};
use unhunch::ipc::WindowSettings;

use super::settings::find;
use super::{Bench, Picture, preferences, run_in_own_process};
use crate::surface;
use crate::ui::{GuideState, HomeState, Page};

/// The default size, the smallest one, and a flat one.
const SIZES: [(u32, u32); 3] = [(440, 720), (400, 420), (1000, 500)];

/// Each page with the last text on it.
const ENDS: [(&str, &str); 4] = [
    ("home", "About"),
    ("library", "Child’s Pose"),
    ("guidance", "The exercises and their counts"),
    ("settings", ""),
];

impl Bench {
    fn wheel(&self, by: f32) {
        let (width, height) = self.size.get();
        let position = LogicalPosition::new(width as f32 / 2.0, height as f32 / 2.0);
        let window = self.window.window();
        window.dispatch_event(WindowEvent::PointerMoved { position });
        window.dispatch_event(WindowEvent::PointerScrolled {
            position,
            delta_x: 0.0,
            delta_y: by,
        });
        // The pointer leaves so that no element is highlighted.
        window.dispatch_event(WindowEvent::PointerExited);
        self.settle();
    }

    fn settled(&self) -> Picture {
        self.settle();
        self.draw(1)
    }
}

fn same(a: &Picture, b: &Picture) -> bool {
    a.pixels == b.pixels
}

/// Returns `true` if an element whose label begins with `label` is drawn above the lower edge of the window.
fn is_seen(bench: &Bench, label: &str) -> bool {
    let (_, height) = bench.size.get();
    let elements = i_slint_backend_testing::ElementQuery::from_root(&bench.window)
        .match_predicate({
            let label = label.to_owned();
            move |element: &ElementHandle| {
                let text = element.accessible_label();
                text.is_some_and(|text| text.starts_with(label.as_str()))
            }
        })
        .find_all();
    elements.iter().any(|element| {
        let bottom = element.absolute_position().y + element.size().height;
        element.size().height > 0.0 && bottom <= height as f32
    })
}

#[test]
fn every_page_scrolls() {
    run_in_own_process("tests::scrolling::every_page_scrolls", |bench| {
        let mut settings = preferences(Theme::Light, true);
        // A hovered card would be compared halfway through its fade.
        settings.guide.motion = Motion::Reduced;
        for size in SIZES {
            bench.size.set(size);
            for (page, end) in ENDS {
                let case = format!("{page} at {size:?}");
                bench.open_page(page, None, settings.clone());
                bench.key(Key::Home);
                let top = bench.settled();
                bench.wheel(-100_000.0);
                let bottom = bench.settled();
                assert!(!same(&top, &bottom), "{case}: the wheel does nothing");
                assert!(is_seen(bench, end), "{case}: {end} isn't reached");
                bench.wheel(100_000.0);
                assert!(same(&top, &bench.settled()), "{case}: not at the top again");
                bench.key(Key::End);
                assert!(same(&bottom, &bench.settled()), "{case}: the key End");
            }
        }
        comes_back_where_it_was(bench, &settings);
        scrolls_after_the_focused_control_is_gone(bench, &settings);
    });
}

/// The bottom navigation has the focus and is replaced by the side navigation.
fn scrolls_after_the_focused_control_is_gone(bench: &Bench, settings: &WindowSettings) {
    bench.size.set(super::SIZE);
    bench.open_page("library", None, settings.clone());
    bench.key(Key::Backtab);
    bench.size.set((1000, 500));
    bench.settle();
    surface::restore_focus(&bench.window);
    bench.key(Key::Home);
    let top = bench.settled();
    bench.key(Key::End);
    assert!(!same(&top, &bench.settled()), "the keyboard is dead");
}

fn comes_back_where_it_was(bench: &Bench, settings: &WindowSettings) {
    bench.size.set(super::SIZE);
    bench.open_page("library", None, settings.clone());
    bench.key(Key::End);
    let bottom = bench.settled();
    bench.actions().invoke_show("cat-cow".into());
    bench.settle();
    assert_eq!(bench.window.get_page(), Page::Exercise);
    bench.key(Key::Escape);
    assert_eq!(bench.window.get_page(), Page::Library);
    assert!(same(&bottom, &bench.settled()), "the library begins again");
    // A click on the page that is open leads to its top.
    bench.key(Key::Home);
    let top = bench.settled();
    bench.key(Key::End);
    let tab = find(bench, AccessibleRole::Tab, "Exercises").unwrap();
    tab.invoke_accessible_default_action();
    assert!(same(&top, &bench.settled()), "the library isn’t at its top");
}

#[test]
fn another_language_reaches_what_is_shown() {
    run_in_own_process(
        "tests::scrolling::another_language_reaches_what_is_shown",
        |bench| {
            let english = preferences(Theme::Light, true);
            let german = WindowSettings {
                language: "de".into(),
                ..english.clone()
            };
            bench.open_page("guide", Some("thoracic-extension"), english);
            bench.settle();
            let texts = || {
                let guide = bench.window.global::<GuideState<'_>>();
                (
                    guide.get_exercise().to_string(),
                    guide.get_cue().to_string(),
                )
            };
            assert_eq!(texts().0, "Thoracic extension");
            let before = texts().1;
            bench.open_while_playing("home", None, german);
            bench.settle();
            assert_eq!(texts().0, "Streckung der Brustwirbelsäule");
            assert_ne!(texts().1, before);
            let home = bench.window.global::<HomeState<'_>>();
            assert!(home.get_start_name().contains("Dehnen"));
        },
    );
}
