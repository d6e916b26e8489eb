//! The forms for the user's own exercises and routines: from the keys that are pressed to the file that is written.

use std::fs;
use std::path::PathBuf;
use std::rc::Rc;
use std::time::Duration;

use i_slint_backend_testing::{AccessibleRole, ElementHandle, ElementQuery};
use serde_json::json;
use slint::platform::{Key, WindowEvent};
use slint::{ComponentHandle as _, Model as _};
use unhunch::config::{Motion, Theme};
use unhunch::ipc::{Status, WindowSettings, WindowView};
use unhunch::paths::Paths;
use unhunch::routine::Player;
use unhunch::time::{Clock, Moment};

use super::settings::find;
use super::{Bench, preferences, run_in_own_process};
use crate::context::Ended;
use crate::pages::PageEvents as _;
use crate::ui::{
    Card, EditState, EndState, ExerciseState, HomeState, ImportState, Item, LibraryState, Page,
    RoutineState,
};

const STEPS: [&str; 3] = [
    "Sit tall.",
    "Let your right ear sink toward your right shoulder.",
    "Come back slowly.",
];

impl Bench {
    fn edit(&self) -> EditState<'_> {
        self.window.global()
    }

    fn library_page(&self) -> LibraryState<'_> {
        self.window.global()
    }

    fn exercise_page(&self) -> ExerciseState<'_> {
        self.window.global()
    }

    fn routine(&self) -> RoutineState<'_> {
        self.window.global()
    }

    fn write(&self, text: &str) {
        for char in text.chars() {
            if char == '\n' {
                self.key(Key::Return);
            } else {
                self.key(String::from(char));
            }
        }
    }

    /// Presses Tab until the condition holds after typing a letter, which is deleted again.
    fn tab_to(&self, control: &str, takes: impl Fn(&Self) -> bool) {
        for _ in 0..12 {
            self.key(Key::Tab);
            self.key("x");
            let reached = takes(self);
            self.key(Key::Backspace);
            if reached {
                return;
            }
        }
        panic!("Tab doesn’t lead to the {control}");
    }

    /// Returns `true` if the control with this label shows the ring of the keyboard focus.
    fn is_focused(&self, label: &str) -> bool {
        self.settle();
        let controls = ElementQuery::from_root(&self.window)
            .match_descendants()
            .match_inherits("Button")
            .find_all();
        controls.iter().any(|control| {
            let rings = control.query_descendants().match_inherits("FocusRing");
            control.accessible_label().is_some_and(|text| text == label)
                && rings.find_first().is_some()
        })
    }

    /// Presses Tab until this button has the focus.
    fn tab_to_button(&self, label: &str) {
        for _ in 0..40 {
            self.key(Key::Tab);
            if self.is_focused(label) {
                return;
            }
        }
        panic!("Tab doesn’t lead to {label}");
    }

    /// Presses Tab until a digit goes into the field of this number, and takes the digit back. It must be the next number.
    fn tab_to_number(&self, title: &str) {
        for _ in 0..12 {
            self.key(Key::Tab);
            let before = self.number(title);
            self.key("7");
            if before.is_some() && self.number(title) != before {
                self.key(Key::Escape);
                assert_eq!(self.number(title), before);
                return;
            }
        }
        panic!("Tab doesn’t lead to {title}");
    }

    /// Returns the text in the field of a number, if it is in view.
    fn number(&self, title: &str) -> Option<String> {
        let field = find(self, AccessibleRole::Spinbox, title)?;
        field.accessible_value().map(Into::into)
    }

    /// Starts the preview from its beginning: on a slow machine, typing takes longer than the first step.
    fn replay(&self) {
        let page = &self.shell.pages.edit_exercise;
        page.leave();
        Rc::clone(page).enter();
    }

    fn draft_name(&self) -> String {
        let page = &self.shell.pages.edit_exercise;
        page.current(|draft| draft.name().to_owned())
            .unwrap_or_default()
    }

    fn draft_steps(&self) -> String {
        let page = &self.shell.pages.edit_exercise;
        page.current(|draft| draft.steps().to_owned())
            .unwrap_or_default()
    }
}

fn settings() -> WindowSettings {
    let mut settings = preferences(Theme::Light, true);
    // The preview stays at its first step.
    settings.guide.motion = Motion::Reduced;
    settings
}

fn paths() -> Paths {
    Paths::find().unwrap()
}

fn file(name: &str) -> PathBuf {
    paths().exercises().join(name)
}

/// Opens the empty form of an exercise.
pub(super) fn open_new(bench: &Bench, settings: &WindowSettings) {
    bench.open_page("library", None, settings.clone());
    bench.library_page().invoke_new_exercise();
    bench.settle();
    assert_eq!(bench.window.get_page(), Page::EditExercise);
}

/// Opens the form of a routine with two exercises.
pub(super) fn open_routine(bench: &Bench, settings: &WindowSettings) {
    bench.open_page("library", None, settings.clone());
    bench.library_page().invoke_new_routine();
    let routine = bench.routine();
    if routine.get_rows().row_count() == 0 {
        routine.invoke_add("cat-cow".into());
        routine.invoke_add("thoracic-extension".into());
    }
    bench.settle();
    assert_eq!(bench.window.get_page(), Page::EditRoutine);
}

/// Opens the form of a copy of a built-in exercise.
pub(super) fn open_copy(bench: &Bench, settings: &WindowSettings) {
    bench.open_page("library", None, settings.clone());
    bench.actions().invoke_show("cat-cow".into());
    bench.exercise_page().invoke_copy();
    bench.settle();
    assert_eq!(bench.window.get_page(), Page::EditExercise);
}

/// Opens what is in a file with an exercise and a mistake.
pub(super) fn open_import(bench: &Bench, settings: &WindowSettings) {
    bench.open_page("library", None, settings.clone());
    let file = paths().state.join("given.toml");
    fs::create_dir_all(file.parent().unwrap()).unwrap();
    let good = "[[exercise]]\nname = \"Wrist circles\"\nsteps = [\"Circle your wrists.\"]\n";
    let wrong = "[[exercise]]\nname = \"Heel raises\"\nsteps = [\"Rise.\"]\nreps = 1000\n";
    fs::write(&file, format!("{good}{wrong}")).unwrap();
    bench.shell.import(&file);
    bench.settle();
    assert_eq!(bench.window.get_page(), Page::Import);
}

#[test]
fn an_exercise_is_added_with_the_keyboard_alone() {
    run_in_own_process(
        "tests::editing::an_exercise_is_added_with_the_keyboard_alone",
        |bench| {
            open_new(bench, &settings());
            bench.compare_with_golden("add-exercise");
            assert!(!bench.edit().get_can_save());
            assert!(!bench.edit().get_plays());
            let numbers = bench.edit().get_numbers();
            let hold = numbers.iter().find(|number| number.key == "hold").unwrap();
            assert_eq!(hold.value, "none");
            bench.tab_to("name", |bench| bench.draft_name() == "x");
            bench.write("Neck side bend");
            assert_eq!(bench.draft_name(), "Neck side bend");
            bench.tab_to("steps", |bench| bench.draft_steps() == "x");
            bench.write(&STEPS.join("\n"));
            assert_eq!(bench.draft_steps(), STEPS.join("\n"));
            let edit = bench.edit();
            assert!(edit.get_plays() && edit.get_can_save());
            bench.replay();
            assert_eq!(edit.get_cue(), "Sit tall");
            edit.invoke_step("hold".into(), 1);
            assert!(edit.invoke_typed("hold".into(), "15 s".into()));
            assert!(edit.invoke_typed("reps".into(), "3".into()));
            assert!(!edit.invoke_typed("reps".into(), "many".into()));
            edit.invoke_choose_sides("each".into());
            bench.replay();
            bench.settle();
            bench.compare_with_golden("add-exercise-filled");
            // The focus stays on a number that is changed.
            let title = "Repetitions";
            bench.tab_to_number(title);
            bench.key(Key::UpArrow);
            bench.key(Key::UpArrow);
            assert_eq!(bench.number(title).unwrap(), "5");
            bench.key(Key::DownArrow);
            bench.key(Key::DownArrow);
            assert_eq!(bench.number(title).unwrap(), "3");
            // Text that isn't a number is refused.
            bench.write("2x");
            bench.key(Key::Tab);
            assert_eq!(bench.number(title).unwrap(), "3");
            bench.tab_to_button("Save");
            bench.key(Key::Return);
            assert_eq!(bench.window.get_page(), Page::Exercise);
            assert_eq!(bench.exercise_page().get_name(), "Neck side bend");
            let text = fs::read_to_string(file("neck-side-bend.toml")).unwrap();
            for line in [
                "name  = \"Neck side bend\"",
                "    \"Sit tall.\",",
                "hold = \"15 s\"",
                "reps = 3",
                "sides = \"each\"",
            ] {
                assert!(
                    text.lines().any(|written| written.starts_with(line)),
                    "{line}\n{text}"
                );
            }
            let library = bench.shell.context.library.borrow();
            let exercise = library.exercise("neck-side-bend").unwrap();
            assert_eq!(
                (exercise.dose.reps, exercise.dose.hold),
                (Some(3), Some(15.0))
            );
        },
    );
}

#[test]
fn changes_keep_comments_and_a_draft_is_kept_until_it_is_saved() {
    run_in_own_process(
        "tests::editing::changes_keep_comments_and_a_draft_is_kept_until_it_is_saved",
        |bench| {
            fs::create_dir_all(paths().exercises()).unwrap();
            let before = "# From Anna.\nname = \"Squeeze\"\nsteps = [\"Squeeze the ball.\", { text = \"Let go.\", seconds = 5 }]\nreps = 5 # not more\n";
            fs::write(file("squeeze.toml"), before).unwrap();
            bench.shell.context.reload_library();
            bench.open_page("library", None, settings());
            bench.actions().invoke_show("squeeze".into());
            assert!(bench.exercise_page().get_is_own());
            bench.exercise_page().invoke_edit();
            let edit = bench.edit();
            assert_eq!(edit.get_steps(), "Squeeze the ball.\nLet go.");
            edit.invoke_typed("reps".into(), "8".into());
            edit.invoke_steps_edited("Squeeze the soft ball.\nLet go.".into());
            // Another page, and back again.
            bench.key(Key::Escape);
            assert_eq!(bench.window.get_page(), Page::Library);
            assert_eq!(fs::read_to_string(file("squeeze.toml")).unwrap(), before);
            bench.actions().invoke_show("squeeze".into());
            bench.exercise_page().invoke_edit();
            assert_eq!(edit.get_steps(), "Squeeze the soft ball.\nLet go.");
            edit.invoke_save();
            assert_eq!(edit.get_failure(), "");
            let after = fs::read_to_string(file("squeeze.toml")).unwrap();
            assert_eq!(
                after,
                "# From Anna.\nname = \"Squeeze\"\nsteps = [\n    \"Squeeze the soft ball.\",\n    { text = \"Let go.\", seconds = 5 },\n]\nreps = 8 # not more\n"
            );
            // Somebody else changes the file meanwhile: nothing of theirs is lost.
            bench.exercise_page().invoke_edit();
            edit.invoke_typed("reps".into(), "9".into());
            fs::write(file("squeeze.toml"), before).unwrap();
            edit.invoke_save();
            assert!(edit.get_failure().contains("changed by another program"));
            assert_eq!(fs::read_to_string(file("squeeze.toml")).unwrap(), before);
        },
    );
}

#[test]
fn pictures_of_steps_stay_when_the_steps_are_changed() {
    run_in_own_process(
        "tests::editing::pictures_of_steps_stay_when_the_steps_are_changed",
        |bench| {
            fs::create_dir_all(paths().exercises()).unwrap();
            for name in ["a.png", "b.png"] {
                fs::write(file(name), "picture").unwrap();
            }
            let steps = "{ text = \"One.\", picture = \"a.png\" }, \"Two.\", { text = \"Three.\", picture = \"b.png\" }";
            let before = format!("name = \"Pictures\"\nsteps = [{steps}]\n");
            fs::write(file("pictures.toml"), before).unwrap();
            bench.shell.context.reload_library();
            bench.open_page("library", None, settings());
            bench.actions().invoke_show("pictures".into());
            bench.exercise_page().invoke_edit();
            let edit = bench.edit();
            edit.invoke_steps_edited("One.\nTwo.\nThe third one.".into());
            edit.invoke_save();
            assert_eq!(edit.get_failure(), "");
            let after = fs::read_to_string(file("pictures.toml")).unwrap();
            assert!(
                after.contains("picture = [\"a.png\", \"a.png\", \"b.png\"]"),
                "{after}"
            );
        },
    );
}

#[test]
fn a_window_with_a_draft_closes_only_when_that_is_meant() {
    run_in_own_process(
        "tests::editing::a_window_with_a_draft_closes_only_when_that_is_meant",
        |bench| {
            let close = || {
                bench.screen.dispatch_event(WindowEvent::CloseRequested);
                bench.window.window().is_visible()
            };
            open_new(bench, &settings());
            bench.edit().invoke_name_edited("Neck side bend".into());
            // The draft stays when another page is opened, and is shown from there, too.
            bench.key(Key::Escape);
            assert_eq!(bench.window.get_page(), Page::Library);
            assert!(close());
            assert_eq!(bench.window.get_page(), Page::EditExercise);
            assert_eq!(bench.edit().get_name(), "Neck side bend");
            assert!(bench.edit().get_failure().contains("isn’t saved"));
            // Going on means that it is worth asking once more.
            bench.edit().invoke_steps_edited("Sit tall.".into());
            assert!(close());
            assert!(!close());
        },
    );
}

#[test]
fn a_discarded_draft_can_be_restored() {
    run_in_own_process(
        "tests::editing::a_discarded_draft_can_be_restored",
        |bench| {
            open_new(bench, &settings());
            bench.edit().invoke_discard();
            assert_eq!(bench.window.get_page(), Page::Library);
            let library = bench.library_page();
            assert_eq!(library.get_notice(), "", "nothing was written");
            library.invoke_new_exercise();
            bench.edit().invoke_name_edited("Neck side bend".into());
            bench.edit().invoke_discard();
            assert_eq!(library.get_notice(), "Your changes were discarded.");
            assert!(library.get_can_undo());
            // Another form begins empty.
            library.invoke_new_exercise();
            assert_eq!(bench.edit().get_name(), "");
            bench.key(Key::Escape);
            open_routine(bench, &settings());
            bench.routine().invoke_discard();
            library.invoke_undo();
            assert_eq!(bench.window.get_page(), Page::EditRoutine);
            assert_eq!(bench.routine().get_rows().row_count(), 2);
        },
    );
}

#[test]
fn an_exercise_that_is_added_stays_under_the_pointer() {
    run_in_own_process(
        "tests::editing::an_exercise_that_is_added_stays_under_the_pointer",
        |bench| {
            open_routine(bench, &settings());
            bench.key(Key::End);
            bench.settle();
            let row = || {
                let rows = ElementQuery::from_root(&bench.window)
                    .match_descendants()
                    .match_accessible_role(AccessibleRole::Button)
                    .find_all();
                let is_meant = |row: &ElementHandle| {
                    let label = row.accessible_label().unwrap_or_default();
                    label.starts_with("+ Shoulder roll") || label.starts_with("✓ Shoulder roll")
                };
                rows.into_iter().find(is_meant).unwrap()
            };
            let before = row().absolute_position();
            for _ in 0..3 {
                row().invoke_accessible_default_action();
                bench.settle();
                assert_eq!(row().absolute_position(), before);
            }
        },
    );
}

#[test]
fn own_exercises_are_marked_and_show_their_pictures() {
    run_in_own_process(
        "tests::editing::own_exercises_are_marked_and_show_their_pictures",
        |bench| {
            fs::create_dir_all(paths().exercises()).unwrap();
            open_new(bench, &settings());
            bench.draw(1).save(&file("neck.png"));
            let exercise = |picture: &str| {
                format!("steps = [\"Bend.\"]\npicture = \"{picture}\"\nper_day = 3\n")
            };
            fs::write(file("bend.toml"), exercise("neck.png")).unwrap();
            // So many that the shelves are filled in several steps.
            for number in 0..80 {
                let copy = file(&format!("bend-{number}.toml"));
                fs::write(copy, exercise("neck.png")).unwrap();
            }
            fs::write(file("broken.png"), "nothing").unwrap();
            fs::write(file("other.toml"), exercise("broken.png")).unwrap();
            bench.open_page("library", None, settings());
            let card = |id: &str| -> Option<Card> {
                let shelves = bench.library_page().get_shelves();
                let mut all = shelves.iter().map(|shelf| shelf.cards);
                all.find_map(|cards| cards.iter().find(|card| card.id == id))
            };
            let width = |id: &str| card(id).map(|card| card.figure.size().width);
            // The place is kept free until the picture is ready.
            assert!(width("bend") >= Some(1));
            let begin = Clock.now().elapsed;
            let has_picture = |id: &str| width(id) >= Some(100);
            let have_all = || (0..80).all(|number| has_picture(&format!("bend-{number}")));
            while !has_picture("bend") || width("other") != Some(0) || !have_all() {
                bench.settle();
                let elapsed = Clock.now().elapsed - begin;
                assert!(elapsed < Duration::from_secs(20), "{elapsed:?}");
            }
            assert!(card("bend").unwrap().about.starts_with("your own · "));
            assert!(!card("cat-cow").unwrap().about.contains("your own"));
            bench.actions().invoke_show("bend".into());
            let about = bench.exercise_page().get_about();
            assert!(about.ends_with(" · 3 times a day"), "{about}");
        },
    );
}

#[test]
fn prescribed_exercises_come_first_and_are_counted() {
    run_in_own_process(
        "tests::editing::prescribed_exercises_come_first_and_are_counted",
        |bench| {
            fs::create_dir_all(file("")).unwrap();
            fs::write(file("zeal.toml"), "steps = [\"Bend.\"]\nper_day = 3\n").unwrap();
            let routine = "name = \"Both\"\nexercises = [\"zeal\", \"cat-cow\"]\n";
            fs::write(file("routine.toml"), routine).unwrap();
            bench.shell.context.reload_library();
            show_progress(bench, "home", 1);
            let home = bench.window.global::<HomeState<'_>>();
            let rows: Vec<Item> = home.get_routines().iter().take(2).collect();
            assert_eq!((&*rows[0].id, &*rows[0].about), ("zeal", "1 of 3 today"));
            assert_eq!(
                (&*rows[1].id, &*rows[1].about),
                ("routine", "Zeal, Cat-Cow Pose")
            );
            // A number that changes doesn't move the focus.
            let rows = home.get_routines();
            bench.shell.context.set_status(Some(progress(2)));
            bench.shell.pages.home.show();
            assert_eq!(rows.row_data(0).unwrap().about, "2 of 3 today");
            // The list leaves out the routine that the large button starts.
            for offered in ["desk", "standing"] {
                let mut status = progress(2);
                status.offered = Some(offered.to_owned());
                bench.shell.context.set_status(Some(status));
                bench.shell.pages.home.show();
                assert_eq!(home.get_start_id(), offered);
                assert!(home.get_routines().iter().all(|row| row.id != offered));
            }
            show_progress(bench, "library", 2);
            let shelves = bench.library_page().get_shelves();
            let first = |shelf: usize| shelves.row_data(shelf).unwrap().cards.row_data(0).unwrap();
            assert_eq!(first(0).id, "routine");
            assert_eq!((&*first(1).id, &*first(1).last), ("zeal", "2 of 3 today"));
            // The mistake is shown where the user looks for the exercise.
            assert!(home.get_has_other_file());
            let notice = find(bench, AccessibleRole::Text, "1 mistake in your exercises");
            assert!(notice.is_some());
            bench.actions().invoke_show("zeal".into());
            assert_eq!(bench.exercise_page().get_last(), "2 of 3 today");
            the_last_page_knows_prescriptions(bench);
            show_progress(bench, "home", 3);
            assert!(home.get_routines().iter().all(|row| row.id != "zeal"));
        },
    );
}

fn the_last_page_knows_prescriptions(bench: &Bench) {
    let end = bench.window.global::<EndState<'_>>();
    let fill = |id: &str, is_done: bool| {
        let plan = bench.shell.context.library.borrow().plan(id).unwrap();
        let played = plan.total_seconds();
        let start = Clock.now();
        let player = Player::start(plan.clone(), &start);
        let seconds = if is_done { played } else { played * 0.6 };
        let now = Moment {
            elapsed: start.elapsed + Duration::from_secs_f64(seconds),
            ..start
        };
        let portions = player.portions(&now);
        let ended = Ended {
            plan,
            played,
            complete: true,
            portions,
        };
        assert!(bench.shell.pages.end.fill(ended));
    };
    fill("thoracic-extension", true);
    assert!(end.get_one_more().starts_with("One more: Zeal,"));
    assert!(!end.get_is_uncounted(), "it isn’t prescribed");
    fill("zeal", true);
    assert!(!end.get_is_uncounted());
    fill("zeal", false);
    assert!(end.get_is_uncounted());
}

fn progress(done: u32) -> Status {
    let status = json!({
        "phase": "sitting",
        "programme": [{ "id": "zeal", "name": "Zeal", "done": done, "per_day": 3 }],
        "problems": [{
            "file": "/home/a/exercises/neck.toml", "line": 2, "column": 1, "key": "", "snippet": "", "caret": 0, "width": 0,
            "what": "the key `steps` is missing", "expected": "", "hint": null, "meanwhile": "it is ignored",
        }],
    });
    serde_json::from_value(status).unwrap()
}

/// Opens a page as if the prescribed exercise had been done this many times today.
fn show_progress(bench: &Bench, page: &str, done: u32) {
    let view = WindowView {
        settings: settings(),
        status: Some(progress(done)),
        ..serde_json::from_value(json!({ "page": page })).unwrap()
    };
    bench.shell.show_first_page(view, None, None);
    bench.settle();
}

#[test]
fn a_built_in_exercise_can_be_copied_and_a_copy_removed_and_restored() {
    run_in_own_process(
        "tests::editing::a_built_in_exercise_can_be_copied_and_a_copy_removed_and_restored",
        |bench| {
            open_copy(bench, &settings());
            bench.compare_with_golden("copy-exercise");
            let edit = bench.edit();
            assert!(edit.get_is_exact() && edit.get_can_save());
            edit.invoke_step("breaths".into(), 1);
            edit.invoke_save();
            assert_eq!(edit.get_failure(), "");
            let id = "cat-cow-pose-my-version";
            assert_eq!(bench.exercise_page().get_id(), id);
            {
                let library = bench.shell.context.library.borrow();
                let copy = library.exercise(id).unwrap();
                assert_eq!(copy.dose.breaths, Some(6));
                assert_eq!(copy.segments, library.exercise("cat-cow").unwrap().segments);
            }
            assert!(bench.exercise_page().get_is_own());
            bench.exercise_page().invoke_remove();
            assert_eq!(bench.window.get_page(), Page::Library);
            assert!(!file(&format!("{id}.toml")).exists());
            assert!(bench.shell.context.library.borrow().find(id).is_none());
            // It can still be undone after a look at another page.
            bench.open_page("home", None, settings());
            bench.open_page("library", None, settings());
            let library = bench.library_page();
            assert!(library.get_can_undo());
            library.invoke_undo();
            assert!(file(&format!("{id}.toml")).exists());
            assert!(bench.shell.context.library.borrow().find(id).is_some());
            assert!(!library.get_can_undo());
            assert!(library.get_notice().ends_with("is back."));
        },
    );
}

#[test]
fn a_routine_is_put_together_and_becomes_the_one_click_routine() {
    run_in_own_process(
        "tests::editing::a_routine_is_put_together_and_becomes_the_one_click_routine",
        |bench| {
            open_routine(bench, &settings());
            let routine = bench.routine();
            assert!(!routine.get_can_save());
            assert_eq!(routine.get_length(), "about 3 min");
            write_name(bench, "After lunch");
            let chosen = || -> i32 { bench.routine().get_times_chosen().iter().sum() };
            assert_eq!(chosen(), 2);
            routine.invoke_add("shoulder-roll".into());
            assert_eq!(chosen(), 3);
            routine.invoke_add("cat-cow".into());
            assert_eq!(chosen(), 4, "an exercise can be in it twice");
            routine.invoke_remove(3);
            routine.invoke_move(2, 0);
            bench.settle();
            bench.compare_with_golden("new-routine");
            let ids = || -> Vec<String> {
                let rows = bench.routine().get_rows();
                rows.iter().map(|row| row.id.to_string()).collect()
            };
            assert_eq!(ids(), ["shoulder-roll", "cat-cow", "thoracic-extension"]);
            // The button keeps the focus, so that it can be pressed again.
            bench.tab_to_button("Move down: Shoulder roll");
            bench.key(Key::Return);
            bench.key(Key::Return);
            assert_eq!(ids(), ["cat-cow", "thoracic-extension", "shoulder-roll"]);
            routine.invoke_remove(0);
            routine.invoke_step("per_day".into(), 1);
            routine.set_one_click(true);
            routine.invoke_save();
            assert_eq!(routine.get_failure(), "");
            let text = fs::read_to_string(file("after-lunch.toml")).unwrap();
            assert!(
                text.contains(
                    "exercises = [\"thoracic-extension\", \"shoulder-roll\"]\nper_day = 1\n"
                ),
                "{text}"
            );
            let settings = fs::read_to_string(paths().settings()).unwrap();
            assert!(settings.contains("routine = \"after-lunch\""), "{settings}");
            assert!(
                bench
                    .shell
                    .context
                    .library
                    .borrow()
                    .plan("after-lunch")
                    .is_ok()
            );
        },
    );
}

fn write_name(bench: &Bench, name: &str) {
    bench.tab_to("name", |bench| {
        let page = &bench.shell.pages.edit_routine;
        page.current(|draft| draft.name() == "x").unwrap_or(false)
    });
    bench.write(name);
}

/// Fills the form, so that it can be saved.
pub(super) fn fill(bench: &Bench) {
    if bench.window.get_page() == Page::EditRoutine {
        bench.routine().invoke_name_edited("After lunch".into());
    } else {
        bench.edit().invoke_name_edited("Neck side bend".into());
        bench.edit().invoke_steps_edited(STEPS.join("\n").into());
    }
}

#[test]
fn a_file_is_shown_before_anything_is_added() {
    run_in_own_process(
        "tests::editing::a_file_is_shown_before_anything_is_added",
        |bench| {
            open_import(bench, &settings());
            bench.compare_with_golden("import");
            let import = bench.window.global::<ImportState<'_>>();
            assert!(!import.get_can_add());
            assert_eq!(import.get_items().row_count(), 1);
            assert_eq!(import.get_mistakes().row_count(), 1);
            let picture = paths().state.join("neck.jpg");
            bench.shell.dropped(&[picture]);
            assert_eq!(import.get_items().row_count(), 0);
            assert!(!import.get_can_add());
            assert_eq!(
                import.get_failure(),
                "“neck.jpg” contains no exercises or routines"
            );
            let dropped = paths().state.join("given.toml");
            let text = fs::read_to_string(&dropped).unwrap().replace("1000", "10");
            fs::write(&dropped, text).unwrap();
            bench.shell.dropped(&[dropped]);
            assert!(import.get_can_add());
            assert!(!file("given.toml").exists());
            import.invoke_add();
            assert_eq!(bench.window.get_page(), Page::Library);
            assert_eq!(
                bench.library_page().get_notice(),
                "2 exercises and routines were added."
            );
            assert!(
                bench
                    .shell
                    .context
                    .library
                    .borrow()
                    .find("heel-raises")
                    .is_some()
            );
        },
    );
}
