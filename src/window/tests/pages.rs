//! The appearance of all pages in all themes, some languages and with large letters, and keyboard use of the guide.

use std::time::Duration;

use slint::ComponentHandle as _;
use slint::platform::Key;
use unhunch::config::{Contrast, Motion, TextSize, Theme};
use unhunch::figure::Character;
use unhunch::ipc::WindowSettings;
use unhunch::time::Clock;

use super::{Bench, preferences, run_in_own_process};
use crate::ui::{Actions, Page};

#[test]
fn the_window_looks_and_works_as_it_should() {
    run_in_own_process(
        "tests::pages::the_window_looks_and_works_as_it_should",
        |bench| {
            safety_comes_first(bench);
            keys_lead_through_the_guide(bench);
            a_stray_key_is_passed_over(bench);
            every_page_looks_right(bench);
            pages_look_right_in_other_languages(bench);
            large_letters_have_room(bench);
            high_contrast_looks_right(bench);
            another_person_can_show_it(bench);
        },
    );
}

fn safety_comes_first(bench: &Bench) {
    bench.open_page("guide", Some("moment"), preferences(Theme::Light, false));
    assert_eq!(bench.window.get_page(), Page::Safety);
    bench.window.global::<Actions<'_>>().invoke_understood();
    assert_eq!(bench.window.get_page(), Page::Guide);
}

fn keys_lead_through_the_guide(bench: &Bench) {
    bench.open_page("guide", Some("moment"), preferences(Theme::Light, true));
    let guide = bench.guide();
    assert!(!guide.get_paused());
    bench.key(" ");
    assert!(guide.get_paused());
    assert_eq!(guide.get_counter(), "");
    bench.key(Key::RightArrow);
    assert_eq!(guide.get_counter(), "Rep 1 of 4");
    assert_eq!(guide.get_cue(), "Arch your upper back and look up");
    assert!(guide.get_paused(), "stepping doesn't end the pause");
    bench.key(Key::LeftArrow);
    assert_eq!(guide.get_counter(), "");
    bench.key(" ");
    assert!(!guide.get_paused());
    bench.key(Key::Escape);
    assert!(guide.get_paused() && guide.get_leaving());
    bench.key(Key::Escape);
    assert!(!guide.get_paused() && !guide.get_leaving());
    bench.open_page("guide", Some("moment"), preferences(Theme::Light, true));
    bench.actions().invoke_toggle();
    for _ in 0..9 {
        bench.key(Key::RightArrow);
    }
    // Skipping alone is not enough for praise.
    assert_ne!(bench.window.get_page(), Page::End);
    bench.key(Key::RightArrow);
    assert_ne!(bench.window.get_page(), Page::End);
}

fn a_stray_key_is_passed_over(bench: &Bench) {
    bench.open_page("guide", Some("moment"), preferences(Theme::Light, true));
    bench
        .shell
        .context
        .accept_input_from(Clock.now().elapsed + Duration::from_secs(60));
    bench.key(" ");
    bench.key(Key::Escape);
    assert!(!bench.guide().get_paused() && !bench.guide().get_leaving());
    bench.shell.context.accept_input_from(Duration::ZERO);
}

fn every_page_looks_right(bench: &Bench) {
    for (theme, colours) in [(Theme::Light, "light"), (Theme::Dark, "dark")] {
        for page in ["home", "library", "guidance", "about"] {
            bench.open_page(page, None, preferences(theme, true));
            bench.compare_with_golden(&format!("{page}-{colours}"));
        }
        let mut still = preferences(theme, true);
        still.guide.motion = Motion::Reduced;
        bench.open_page("library", None, still);
        bench
            .window
            .global::<Actions<'_>>()
            .invoke_show("cat-cow".into());
        assert_eq!(bench.window.get_page(), Page::Exercise);
        bench.compare_with_golden(&format!("exercise-{colours}"));
        let actions = bench.window.global::<Actions<'_>>();
        actions.invoke_show("desk".into());
        bench.compare_with_golden(&format!("routine-{colours}"));
        bench.open_page("guide", Some("desk"), preferences(theme, false));
        bench.compare_with_golden(&format!("safety-{colours}"));
        for (routine, name) in [("desk", "guide"), ("scapula-squeeze", "scapulas")] {
            bench.open_page("guide", Some(routine), preferences(theme, true));
            bench.key(" ");
            bench.key(Key::RightArrow);
            bench.key(Key::RightArrow);
            bench.compare_with_golden(&format!("{name}-{colours}"));
        }
        bench.window.global::<Actions<'_>>().invoke_end();
        bench
            .window
            .global::<crate::ui::EndState<'_>>()
            .set_ask(true);
        bench.window.set_page(Page::End);
        bench.compare_with_golden(&format!("end-{colours}"));
    }
}

/// A language with longer texts than English, one written from right to left, and one with another script.
fn pages_look_right_in_other_languages(bench: &Bench) {
    for tag in ["de", "ar", "ja"] {
        let settings = WindowSettings {
            language: tag.into(),
            ..preferences(Theme::Light, true)
        };
        every_kind_of_page(bench, &settings, tag);
    }
}

/// The largest letters can be read from a distance of two metres.
fn large_letters_have_room(bench: &Bench) {
    let mut settings = preferences(Theme::Light, true);
    settings.guide.text_size = TextSize::Largest;
    every_kind_of_page(bench, &settings, "large");
    bench.open_page("library", None, settings);
    let actions = bench.window.global::<Actions<'_>>();
    actions.invoke_show("desk".into());
    bench.compare_with_golden("routine-large");
}

fn high_contrast_looks_right(bench: &Bench) {
    for (theme, colours) in [(Theme::Light, "light"), (Theme::Dark, "dark")] {
        let mut settings = preferences(theme, true);
        settings.guide.contrast = Contrast::High;
        bench.open_page("home", None, settings.clone());
        bench.compare_with_golden(&format!("home-contrast-{colours}"));
        bench.open_page("library", None, settings.clone());
        bench.compare_with_golden(&format!("library-contrast-{colours}"));
        bench.open_page("guide", Some("scapula-squeeze"), settings);
        bench.key(" ");
        bench.key(Key::RightArrow);
        bench.key(Key::RightArrow);
        bench.compare_with_golden(&format!("guide-contrast-{colours}"));
    }
}

fn another_person_can_show_it(bench: &Bench) {
    for (figure, name) in [(Character::Plum, "plum"), (Character::Slate, "slate")] {
        let mut settings = preferences(Theme::Light, true);
        settings.guide.figure = figure;
        bench.open_page("guide", Some("t-spine-twist"), settings);
        bench.key(" ");
        for _ in 0..3 {
            bench.key(Key::RightArrow);
        }
        bench.compare_with_golden(&format!("twist-{name}"));
    }
    let mut still = preferences(Theme::Light, true);
    still.guide.motion = Motion::Reduced;
    still.guide.figure = Character::Plum;
    bench.open_page("library", None, still);
    bench
        .window
        .global::<Actions<'_>>()
        .invoke_show("pectoralis-stretch".into());
    bench.compare_with_golden("doorway-plum");
}

fn every_kind_of_page(bench: &Bench, settings: &WindowSettings, name: &str) {
    for page in ["home", "library", "guidance"] {
        bench.open_page(page, None, settings.clone());
        bench.compare_with_golden(&format!("{page}-{name}"));
    }
    bench.open_page("guide", Some("scapula-squeeze"), settings.clone());
    bench.key(" ");
    bench.key(Key::RightArrow);
    bench.key(Key::RightArrow);
    bench.compare_with_golden(&format!("guide-{name}"));
}
