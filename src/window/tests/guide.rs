//! The guide and its last page: keys, buttons, layout and screen reader output.

use std::collections::BTreeSet;

use i_slint_backend_testing::{AccessibleLiveness, AccessibleRole, ElementHandle, ElementQuery};
use slint::platform::Key;
use slint::platform::software_renderer::RepaintBufferType;
use slint::{ComponentHandle as _, Model as _, Rgb8Pixel};
use unhunch::config::{Motion, TextSize, Theme};

use super::{Bench, SIZE, preferences, run_in_own_process};
use crate::ui::{EndState, Page};

#[test]
fn the_guide_works_as_it_should() {
    run_in_own_process("tests::guide::the_guide_works_as_it_should", |bench| {
        exercises_are_skipped_and_instructions_pause(bench);
        nothing_moves_when_a_cue_wraps(bench);
        everything_fits_at_every_size(bench);
        questions_are_announced(bench);
        the_countdown_has_one_name(bench);
        still_poses_follow_a_circle(bench);
        the_end_is_announced_once(bench);
        toggling_repaints_the_whole_frame(bench);
        the_list_leads_to_an_exercise(bench);
        a_small_window_shows_what_is_needed(bench);
        the_easier_version_is_one_click_away_and_remembered(bench);
        an_answer_can_be_changed(bench);
    });
}

fn the_list_leads_to_an_exercise(bench: &Bench) {
    bench.open_page("guide", Some("desk"), preferences(Theme::Light, true));
    bench.key(" ");
    bench.actions().invoke_list();
    let guide = bench.guide();
    assert!(guide.get_listing());
    bench.compare_with_golden("guide-list");
    bench.key(Key::Escape);
    assert!(!guide.get_listing() && !guide.get_leaving());
    assert_eq!(guide.get_exercises().row_count(), 2);
    bench.actions().invoke_jump(1);
    let second = guide.get_exercises().row_data(1).unwrap();
    assert_eq!(
        (guide.get_exercise(), guide.get_current()),
        (second.name, 1)
    );
    assert!(!guide.get_paused());
    // A wide window has room for the list.
    bench.size.set((1100, 760));
    bench.open_page("guide", Some("floor"), preferences(Theme::Light, true));
    bench.key(" ");
    bench.compare_with_golden("guide-wide");
    bench.size.set(SIZE);
}

fn the_easier_version_is_one_click_away_and_remembered(bench: &Bench) {
    let text = |value: slint::SharedString| value.to_string();
    bench.open_page("guide", Some("cat-cow"), preferences(Theme::Light, true));
    bench.key(" ");
    let guide = bench.guide();
    assert!(guide.get_has_easier() && guide.get_can_ease() && !guide.get_easier());
    assert!(!text(guide.get_exercise_of()).starts_with("Easier"));
    let normal = guide.get_details().row_count();
    bench.actions().invoke_ease();
    assert!(guide.get_easier());
    assert!(text(guide.get_exercise_of()).starts_with("Easier version · "));
    assert!(text(guide.get_advice()).starts_with("Make the movement smaller"));
    assert_eq!(
        guide.get_details().row_count(),
        normal,
        "the advice is the first instruction, not the last"
    );
    bench.compare_with_golden("guide-easier");
    bench.key(" ");
    assert!(!guide.get_advice().is_empty());
    bench.key(" ");
    assert!(
        guide.get_advice().is_empty(),
        "it would hide that the guide is paused"
    );
    // The next time, it is the easier version at once.
    bench.open_page("guide", Some("cat-cow"), preferences(Theme::Light, true));
    assert!(guide.get_easier() && guide.get_advice().is_empty());
    assert!(text(guide.get_ahead()).starts_with("Make the movement smaller"));
    bench.key(Key::F2);
    assert!(!guide.get_easier());
    bench.open_page("guide", Some("cat-cow"), preferences(Theme::Light, true));
    assert!(!guide.get_easier());
}

fn a_small_window_shows_what_is_needed(bench: &Bench) {
    bench.size.set((260, 300));
    bench.open_page("guide", Some("cat-cow"), preferences(Theme::Light, true));
    bench.settle();
    bench.key(" ");
    bench.actions().invoke_next();
    let labels: BTreeSet<_> = elements(bench)
        .iter()
        .filter(|element| element.accessible_role() == Some(AccessibleRole::Button))
        .filter_map(ElementHandle::accessible_label)
        .collect();
    for name in ["Back", "Resume", "Next", "Large window"] {
        assert!(labels.contains(name), "{name} in {labels:?}");
    }
    bench.compare_with_golden("guide-small");
    bench.key(Key::Escape);
    assert!(bench.guide().get_leaving());
    bench.compare_with_golden("guide-small-leaving");
    bench.actions().invoke_leave(false);
    bench.size.set(SIZE);
}

fn an_answer_can_be_changed(bench: &Bench) {
    let end = bench.window.global::<EndState<'_>>();
    bench.actions().invoke_feeling("better".into());
    assert_eq!(end.get_answer(), "better");
    bench.actions().invoke_undo_feeling();
    assert_eq!(end.get_answer(), "");
}

fn exercises_are_skipped_and_instructions_pause(bench: &Bench) {
    bench.open_page("guide", Some("desk"), preferences(Theme::Light, true));
    let guide = bench.guide();
    let first = guide.get_exercise();
    bench.key(Key::F1);
    assert!(guide.get_how_to() && guide.get_paused());
    bench.key(Key::Escape);
    assert!(!guide.get_how_to() && !guide.get_leaving());
    assert!(guide.get_paused(), "one gets into place first");
    bench.key(Key::F1);
    bench.key(" ");
    assert!(!guide.get_how_to() && !guide.get_paused(), "on it goes");
    bench.actions().invoke_next();
    assert_eq!(guide.get_exercise(), first, "a phase is not an exercise");
    bench.actions().invoke_skip_exercise();
    assert_ne!(guide.get_exercise(), first);
    assert!(!guide.get_leaving());
    bench.open_page("guide", Some("cat-cow"), preferences(Theme::Light, true));
    bench.actions().invoke_skip_exercise();
    assert!(guide.get_leaving(), "it is the only one");
    bench.actions().invoke_leave(false);
    assert!(!guide.get_leaving() && !guide.get_paused());
    bench.key(" ");
    bench.key(Key::Escape);
    assert!(guide.get_leaving());
    bench.key(Key::Escape);
    assert!(!guide.get_leaving() && guide.get_paused(), "as before");
    // A window that was open before doesn't close with the routine.
    bench.shell.pages.guide.abort();
    bench.actions().invoke_close();
    assert_eq!(bench.window.get_page(), Page::Home);
}

/// The layout is the same for every cue.
fn nothing_moves_when_a_cue_wraps(bench: &Bench) {
    for (width, height) in [(440, 720), (400, 420), (1000, 500)] {
        bench.size.set((width, height));
        bench.open_page("guide", Some("desk"), preferences(Theme::Light, true));
        bench.key(" ");
        let guide = bench.guide();
        let stage = (guide.get_wide(), guide.get_high());
        for _ in 0..12 {
            bench.key(Key::RightArrow);
            let now = (guide.get_wide(), guide.get_high());
            assert_eq!(now, stage, "{} at {width}x{height}", guide.get_cue());
        }
        assert!(
            stage.1 > 60.0,
            "the figure is seen at {width}x{height}: {stage:?}"
        );
    }
    bench.size.set(SIZE);
}

/// At least two lines of the cue and all buttons fit.
fn everything_fits_at_every_size(bench: &Bench) {
    for size in [TextSize::Normal, TextSize::Large, TextSize::Largest] {
        for (width, height) in [
            (400, 420),
            (440, 720),
            (688, 430),
            (1000, 500),
            (1920, 1080),
        ] {
            bench.size.set((width, height));
            let mut settings = preferences(Theme::Light, true);
            settings.guide.text_size = size;
            bench.open_page("guide", Some("floor"), settings);
            bench.settle();
            let buttons = ElementHandle::find_by_element_type_name(&bench.window, "Cell");
            let buttons: Vec<_> = buttons.collect();
            assert_eq!(buttons.len(), 7);
            let first = buttons[0].size();
            for button in &buttons {
                let (at, now) = (button.absolute_position(), button.size());
                let beside = |other: &&ElementHandle| other.absolute_position().y == at.y;
                let row: Vec<_> = buttons
                    .iter()
                    .filter(beside)
                    .map(ElementHandle::size)
                    .collect();
                assert!(
                    row.iter().all(|size| *size == now),
                    "all of a row are alike"
                );
                assert_eq!(now.height, first.height, "all rows are alike");
                assert!(at.x >= 0.0 && at.x + now.width <= width as f32);
                assert!(
                    at.y >= 0.0 && at.y + now.height <= height as f32,
                    "{size:?} {width}x{height} {at:?}"
                );
            }
        }
    }
    bench.size.set(SIZE);
}

/// After a resize or a change of scale, no stale pixels may remain in the buffer.
fn toggling_repaints_the_whole_frame(bench: &Bench) {
    bench.open_page("about", None, preferences(Theme::Light, true));
    bench.settle();
    let painted = || {
        let mut pixels = vec![Rgb8Pixel::default(); (SIZE.0 * SIZE.1) as usize];
        let mut area = 0;
        bench.screen.request_redraw();
        bench.screen.draw_if_needed(|renderer| {
            renderer.set_repaint_buffer_type(RepaintBufferType::ReusedBuffer);
            let region = renderer.render(&mut pixels, SIZE.0 as usize);
            area = region
                .iter()
                .map(|(_, size)| size.width * size.height)
                .sum();
        });
        area
    };
    painted();
    assert_eq!(painted(), 0, "nothing has changed");
    bench
        .window
        .set_whole_frame(!bench.window.get_whole_frame());
    assert_eq!(painted(), SIZE.0 * SIZE.1);
    assert_eq!(painted(), 0);
    bench.screen.request_redraw();
    bench.screen.draw_if_needed(|renderer| {
        renderer.set_repaint_buffer_type(RepaintBufferType::NewBuffer);
    });
}

fn elements(bench: &Bench) -> Vec<ElementHandle> {
    ElementQuery::from_root(&bench.window)
        .match_descendants()
        .find_all()
}

/// Returns the labels of live regions, which a screen reader announces by itself.
fn heard(bench: &Bench) -> Vec<String> {
    let live_regions = elements(bench).into_iter().filter(|element| {
        matches!(
            element.accessible_live_region(),
            Some(AccessibleLiveness::Polite)
        )
    });
    live_regions
        .filter_map(|element| element.accessible_label())
        .map(String::from)
        .collect()
}

fn questions_are_announced(bench: &Bench) {
    let hears = |text: &str| heard(bench).iter().any(|label| label == text);
    bench.open_page("guide", Some("desk"), preferences(Theme::Light, true));
    bench.settle();
    assert!(!hears("Paused. Take your time."));
    bench.key(" ");
    assert!(hears("Paused. Take your time."), "{:?}", heard(bench));
    bench.key(Key::Escape);
    assert!(hears("End this session?"), "{:?}", heard(bench));
    bench.key(Key::Escape);
    let end = bench.window.global::<EndState<'_>>();
    end.set_ask(true);
    bench.window.set_page(Page::End);
    bench.actions().invoke_feeling("worse".into());
    bench.settle();
    assert!(hears("Noted. Take it easy today."), "{:?}", heard(bench));
    assert!(
        heard(bench)
            .iter()
            .any(|text| text.contains("see a doctor"))
    );
}

/// The accessible name is constant: it does not contain the remaining seconds.
fn the_countdown_has_one_name(bench: &Bench) {
    bench.open_page("guide", Some("cat-cow"), preferences(Theme::Light, true));
    bench.key(" ");
    for _ in 0..3 {
        bench.key(Key::RightArrow);
        let names: BTreeSet<String> = elements(bench)
            .iter()
            .filter(|element| element.accessible_role() == Some(AccessibleRole::ProgressIndicator))
            .filter_map(|element| element.accessible_label())
            .map(String::from)
            .collect();
        assert_eq!(
            names,
            BTreeSet::from(["Routine", "Time left"].map(String::from))
        );
    }
}

fn still_poses_follow_a_circle(bench: &Bench) {
    let mut still = preferences(Theme::Light, true);
    still.guide.motion = Motion::Reduced;
    bench.open_page("guide", Some("shoulder-roll"), still);
    bench.key(" ");
    assert_eq!(bench.guide().get_steps(), 1);
    bench.key(Key::RightArrow);
    assert_eq!(
        (bench.guide().get_step(), bench.guide().get_steps()),
        (0, 3)
    );
    bench.open_page(
        "guide",
        Some("shoulder-roll"),
        preferences(Theme::Light, true),
    );
    bench.key(" ");
    assert_eq!(bench.guide().get_steps(), 0, "what moves needs no steps");
}

fn the_end_is_announced_once(bench: &Bench) {
    let end = bench.window.global::<EndState<'_>>();
    end.set_answer("".into());
    end.set_title("Well done".into());
    end.set_line("Desk stretch, 6 min.".into());
    bench.window.set_page(Page::End);
    bench.settle();
    let has = |text: &str| {
        elements(bench).iter().any(|element| {
            let role = element.accessible_role();
            role.is_some_and(|role| role != AccessibleRole::None)
                && element.accessible_label().as_deref() == Some(text)
        })
    };
    assert!(has("Well done. Desk stretch, 6 min."));
    assert!(!has("Desk stretch, 6 min."), "that has been said");
}
