mod folder;
mod mistakes;

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use proptest::prelude::*;

use super::*;
use crate::routine::{Figure, Kind, Plan, Player, Side};
use crate::time::Moment;

/// The file that the README begins with.
const FIVE_LINES: &str = r#"
name  = "Neck side bend"
steps = ["Sit tall.", "Let your right ear sink toward your right shoulder.", "Come back slowly."]
hold  = "15 s"
reps  = 3
sides = "each"
"#;

/// Exercises of the kinds that therapists give, as a newcomer would write them.
const REALISTIC: [(&str, &str); 11] = [
    ("neck-side-bend.toml", FIVE_LINES),
    (
        "hand-press.toml",
        "name = \"Hand press\"\nsteps = \"Press your palms against each other in front of your chest.\"\nhold = 10\nreps = 5\n",
    ),
    (
        "walk.toml",
        "name = \"A walk around the block\"\nhold = \"10 min\"\nplace = \"standing\"\nper_day = 2\n",
    ),
    (
        "belly-breathing.toml",
        "name = \"Belly breathing\"\nsteps = [\"Put one hand on your belly.\", \"Breathe in through your nose.\", \"Breathe out slowly through your mouth.\"]\nbreaths = 6\n",
    ),
    (
        "chest-stretch.toml",
        "name = \"Chest stretch in the doorway\"\nsteps = [\"Put your right forearm on the door frame.\", \"Turn your body away to the left.\"]\nhold = \"30 s\"\nreps = 2\nsides = \"each\"\nplace = \"standing\"\nprops = \"doorway\"\n",
    ),
    (
        "intervals.toml",
        "name = \"Brisk walking\"\nplace = \"standing\"\nsteps = [{ text = \"Walk fast.\", seconds = 30 }, { text = \"Walk slowly.\", seconds = 60 }]\nreps = 5\n",
    ),
    (
        "band-row.toml",
        "name = \"Rowing with the band\"\nprops = [\"band\", \"chair\"]\nsteps = [\"Sit tall, arms forward.\", \"Pull your elbows back.\", \"Let the band pull your hands forward slowly.\"]\nreps = 12\nsets = 3\nrest = \"45 s\"\n",
    ),
    (
        "one-leg-stand.toml",
        "name = \"Stand on one leg\"\nsteps = \"Stand on your left leg.\"\nhold = \"30 s\"\nreps = 2\nsides = \"alternate\"\nplace = \"standing\"\n",
    ),
    (
        "near-and-far.toml",
        "name = \"Near and far\"\nsteps = [\"Look at your thumb.\", \"Look at something far away.\"]\nseconds = 5\nreps = 10\n",
    ),
    (
        "wrist-stretch.toml",
        "name = \"Wrist stretch\"\nsteps = [\"Stretch your right arm forward, palm up.\", \"Pull your fingers down gently with your left hand.\"]\nhold = \"20 s\"\nsides = \"each\"\nreps = 2\n",
    ),
    (
        "cat.toml",
        "name = \"Cat, slowly\"\nlike = \"cat-cow\"\nplace = \"floor\"\nposition = \"hands-and-knees\"\nsteps = [\"On hands and knees.\", { text = \"Round your back.\", pose = \"cat\" }, { text = \"Let your back sink.\", pose = \"cow\" }, \"Back to the middle.\"]\nreps = 4\n",
    ),
];

fn parsed(name: &str, text: &str) -> Programme {
    read(Path::new(name), text, &Library::shipped())
}

fn exercise(name: &str, text: &str) -> Arc<Exercise> {
    let mut programme = parsed(name, text);
    assert_eq!(programme.problems, [], "{name}");
    Arc::new(programme.exercises.remove(0).item)
}

/// Returns the phases, each as its start, kind, side and speech.
fn course(exercise: &Arc<Exercise>) -> Vec<String> {
    let plan = Plan::for_exercise(exercise);
    let mut start = 0.0;
    let mut lines = Vec::new();
    for phase in plan.phases() {
        let side = match phase.side {
            Some(Side::Left) => " left",
            Some(Side::Right) => " right",
            None => "",
        };
        let spoken = plan.at(start).spoken();
        lines.push(format!("{start} {}{side}: {spoken}", phase.kind.as_str()));
        start += phase.seconds;
    }
    lines
}

#[test]
fn the_left_side_begins_with_its_own_starting_position() {
    let text = "steps = [\"Put your right hand on your neck.\", \"Lean forward.\"]\nhold = 5\nreps = 1\nsides = \"each\"\n";
    let course = course(&exercise("lean.toml", text));
    let starts: Vec<&str> = course
        .iter()
        .filter_map(|line| line.rsplit(". ").next())
        .filter(|cue| cue.ends_with("hand on your neck."))
        .collect();
    assert_eq!(
        starts,
        [
            "Put your right hand on your neck.",
            "19 switch left: Put your left hand on your neck."
        ],
        "{course:?}"
    );
}

#[test]
fn the_five_lines_become_a_whole_exercise() {
    let exercise = exercise("neck-side-bend.toml", FIVE_LINES);
    assert_eq!(exercise.id, "neck-side-bend");
    assert_eq!(exercise.dose_text(3, 1), "3 reps per side, hold 15 s each");
    let course = course(&exercise);
    assert_eq!(
        course[..5],
        [
            "0 ready right: Neck side bend. 3 reps per side, hold 15 s each. Sit tall.",
            "8 move right: Rep 1 of 3, right side. Let your right ear sink toward your right shoulder.",
            "13 hold right: Hold for 15 seconds.",
            "28 relax right: Come back slowly.",
            "31 move right: Rep 2 of 3, right side. Let your right ear sink toward your right shoulder.",
        ]
    );
    assert_eq!(
        course[10..12],
        [
            "77 switch left: Switch to the left side.",
            "82 move left: Rep 1 of 3, left side. Let your left ear sink toward your left shoulder.",
        ]
    );
    let parsed = &parsed("neck-side-bend.toml", FIVE_LINES).exercises[0];
    assert_eq!(
        parsed.defaults,
        [
            "sets = 1",
            "ready = \"8 s\"",
            "switch = \"5 s\"",
            "place = \"desk\"",
            "position = \"sitting\""
        ]
    );
}

/// Everything is played to its end, and counts as done.
#[test]
fn realistic_exercises_are_played_to_their_end() {
    for (name, text) in REALISTIC {
        let exercise = exercise(name, text);
        let plan = Plan::for_exercise(&exercise);
        assert!(
            plan.total_seconds() <= 1000.0,
            "{name}: {}",
            plan.total_seconds()
        );
        let at = |seconds: f64| {
            let elapsed = Duration::from_secs_f64(seconds);
            Moment {
                elapsed,
                slept: Duration::ZERO,
                wall: jiff::ZonedDateTime::default(),
            }
        };
        let player = Player::start(plan.clone(), &at(0.0));
        let end = at(plan.total_seconds() + 1.0);
        assert!(player.cue(&end).finished, "{name}");
        let portions = player.portions(&end);
        let [portion] = &portions[..] else {
            panic!("{name}: {portions:?}");
        };
        assert!(portion.is_done(), "{name}: {portion:?}");
        assert_eq!(portion.exercise, exercise.id);
        let mut start = 0.0;
        for phase in plan.phases() {
            let cue = plan.at(start + phase.seconds / 2.0);
            assert!(!cue.phase.cue.trim().is_empty(), "{name}");
            assert!(!cue.spoken().contains(".."), "{name}: {}", cue.spoken());
            assert!(cue.alt_text().contains(&exercise.name), "{name}");
            start += phase.seconds;
        }
    }
}

#[test]
fn phases_follow_from_the_steps() {
    let by_name = |name: &str| {
        let (_, text) = REALISTIC.iter().find(|(file, _)| *file == name).unwrap();
        course(&exercise(name, text))
    };
    assert_eq!(
        by_name("walk.toml"),
        [
            "0 ready: A walk around the block. 10 min. Get ready.",
            "8 hold: A walk around the block for 10 minutes.",
        ]
    );
    assert_eq!(
        by_name("hand-press.toml")[1..3],
        [
            "8 hold: Rep 1 of 5. Press your palms against each other in front of your chest for 10 seconds.",
            "18 relax: Let go.",
        ]
    );
    assert_eq!(
        by_name("belly-breathing.toml")[..3],
        [
            "0 ready: Belly breathing. 6 slow breaths. Put one hand on your belly.",
            "8 breathe-in: Breath 1 of 6. Breathe in through your nose.",
            "12 breathe-out: Breathe out slowly through your mouth.",
        ]
    );
    assert_eq!(
        by_name("intervals.toml")[1..3],
        ["8 move: Rep 1 of 5. Walk fast.", "38 move: Walk slowly."]
    );
    let stand = by_name("one-leg-stand.toml");
    assert_eq!(
        stand[1],
        "8 hold right: Rep 1 of 2, right side. Stand on your right leg for 30 seconds."
    );
    assert_eq!(
        stand[3],
        "41 hold left: Rep 1 of 2, left side. Stand on your left leg for 30 seconds."
    );
    let chest = by_name("chest-stretch.toml");
    assert_eq!(
        chest[..4],
        [
            "0 ready right: Chest stretch in the doorway. 2 reps per side, hold 30 s each. Put your right forearm on the door frame.",
            "8 move right: Rep 1 of 2, right side. Turn your body away to the left.",
            "12.5 hold right: Hold for 30 seconds.",
            "42.5 relax right: Come back.",
        ]
    );
    assert_eq!(
        by_name("band-row.toml")
            .iter()
            .filter(|line| line.contains(" rest"))
            .count(),
        2
    );
}

#[test]
fn a_borrowed_figure_takes_its_poses() {
    let (name, text) = REALISTIC[10];
    let cat = exercise(name, text);
    assert!(matches!(&cat.figure, Figure::Like { id, .. } if id == "cat-cow"));
    let poses: Vec<&str> = cat.segments.iter().map(|part| part.pose.as_str()).collect();
    assert_eq!(poses, ["cat", "cow", "start"]);
    let short = exercise(
        "mine.toml",
        "like = \"cat-cow\"\nsteps = [\"Ready.\", \"Round your back.\", \"Come back.\"]\nhold = 5\nreps = 2\n",
    );
    let parts: Vec<(Kind, &str)> = short
        .segments
        .iter()
        .map(|part| (part.kind, part.pose.as_str()))
        .collect();
    assert_eq!(
        parts,
        [
            (Kind::Move, "cat"),
            (Kind::Hold, "cat"),
            (Kind::Relax, "start")
        ]
    );
}

#[test]
fn pictures_belong_to_steps() {
    let home = tempfile::tempdir().unwrap();
    for name in ["a.png", "b.png"] {
        std::fs::write(home.path().join(name), "x").unwrap();
    }
    let file = home.path().join("mine.toml");
    let text = "steps = [\"One.\", \"Two.\", \"Three.\"]\npicture = [\"a.png\", \"b.png\"]\n";
    let programme = read(&file, text, &Library::shipped());
    assert_eq!(programme.problems, []);
    let exercise = Arc::new(programme.exercises.into_iter().next().unwrap().item);
    let plan = Plan::for_exercise(&exercise);
    let picture_at = |second: f64| {
        plan.at(second)
            .picture()
            .unwrap()
            .file_name()
            .unwrap()
            .to_owned()
    };
    assert_eq!(picture_at(1.0), "a.png");
    assert_eq!(picture_at(9.0), "b.png");
    assert_eq!(picture_at(12.0), "b.png", "the last one stays");
    assert_eq!(plan.at(9.0).alt_text(), "“Mine”: Two.");
}

#[test]
fn the_exact_form_stays_what_it_was() {
    let text = Library::shipped_exercise_text("cat-cow").unwrap();
    let cat = exercise("cat-cow.toml", &text);
    let shipped = Library::shipped().plan("cat-cow").unwrap();
    let plan = Plan::for_exercise(&cat);
    assert_eq!(plan.total_seconds(), shipped.total_seconds());
    assert!(matches!(cat.figure, Figure::Own(_)));
}

#[test]
fn a_programme_of_several_exercises_is_one_file() {
    let text = r#"
[[exercise]]
name  = "Neck side bend"
steps = ["Sit tall.", "Ear to your right shoulder.", "Come back."]
hold  = "15 s"
sides = "each"

[[exercise]]
name  = "Chin tuck"
steps = "Draw your chin in."
hold  = "soon"

[[exercise]]
id    = "walk"
hold  = "2 min"

[[routine]]
name      = "Morning"
exercises = ["neck-side-bend", "walk", "cat-cow"]
sets      = 1
per_day   = 2
"#;
    let programme = parsed("all.toml", text);
    let ids: Vec<&str> = programme
        .exercises
        .iter()
        .map(|exercise| exercise.item.id.as_str())
        .collect();
    assert_eq!(
        ids,
        ["neck-side-bend", "walk"],
        "the broken one costs only itself"
    );
    let routine = &programme.routines[0].item;
    assert_eq!((routine.id.as_str(), routine.per_day), ("morning", Some(2)));
    assert_eq!(routine.about, "", "the library describes it");
    let [problem] = &programme.problems[..] else {
        panic!("{:?}", programme.problems);
    };
    assert_eq!((problem.line, problem.column), (11, 9));
    let mut library = Library::shipped();
    for exercise in programme.exercises {
        library.add_exercise(exercise.item).unwrap();
    }
    let routines = programme.routines.into_iter().map(|routine| routine.item);
    assert_eq!(library.add_routines(routines.collect()), []);
    library.arrange();
    assert_eq!(library.plan("morning").unwrap().parts().len(), 3);
}

#[test]
fn ids_come_from_names() {
    for (name, id) in [
        ("Neck side bend", "neck-side-bend"),
        ("  Hüftöffner (rechts) ", "hueftoeffner-rechts"),
        ("Étirement n° 2", "etirement-n-2"),
        ("My therapist’s", "my-therapists"),
        ("首を横に", "exercise"),
        ("../../etc/passwd", "etc-passwd"),
    ] {
        assert_eq!(id_from(name, "exercise"), id);
    }
    let long = id_from(&"very long ".repeat(20), "exercise");
    assert!(is_id(&long), "{long}");
}

#[test]
fn written_exercises_are_read_back() {
    for (name, text) in REALISTIC.iter().take(10) {
        let mut programme = parsed(name, text);
        let before = programme.exercises.remove(0).item;
        let short = crate::routine::ShortExercise {
            name: "A \"quoted\" name \\ with\ttab".to_owned(),
            steps: before
                .details
                .iter()
                .map(|text| crate::routine::Step::new(text))
                .collect(),
            hold: before.dose.hold,
            reps: before.dose.reps,
            breaths: before.dose.breaths,
            sides: Some(before.sides),
            props: Some(before.props.clone()),
            cautions: vec!["Slowly.".to_owned()],
            ..crate::routine::ShortExercise::default()
        };
        let hold = short.hold.filter(|_| short.breaths.is_none());
        let reps = short.reps.filter(|_| short.breaths.is_none());
        let short = crate::routine::ShortExercise {
            hold,
            reps,
            ..short
        };
        let file = write::exercise(&short, &[]);
        let again = exercise("again.toml", &file);
        assert_eq!(again.name, "A \"quoted\" name \\ with tab");
        assert_eq!(again.details, before.details);
        assert_eq!((again.sides, &again.props), (before.sides, &before.props));
        assert_eq!(again.dose.breaths, short.breaths);
    }
    let template = exercise("new.toml", &write::template("New"));
    assert_eq!(template.dose.hold, Some(15.0));
}

#[test]
fn a_written_routine_reads_back() {
    let routine = crate::routine::Routine {
        id: "after-lunch".to_owned(),
        name: "After “lunch”".to_owned(),
        about: String::new(),
        exercises: vec!["cat-cow".to_owned(), "shoulder-roll".to_owned()],
        surprise: None,
        sets: Some(2),
        fit: Some("5 min".parse().unwrap()),
        per_day: Some(3),
        warm_up: true,
    };
    let programme = parsed("x.toml", &write::routine(&routine));
    assert_eq!(programme.problems, []);
    assert_eq!(programme.routines[0].item, routine);
}

/// Every comment of a new file that shows a key can be taken as it is.
#[test]
fn the_examples_of_a_new_file_are_right() {
    let home = tempfile::tempdir().unwrap();
    std::fs::write(home.path().join("neck.jpg"), "x").unwrap();
    let template = write::template("New");
    let examples = template.lines().filter_map(|line| line.strip_prefix("# "));
    let examples: Vec<&str> = examples.filter(|line| line.contains(" = ")).collect();
    assert!(examples.len() >= 10, "{examples:?}");
    for example in examples {
        let text = format!("{template}{example}\n");
        let programme = read(&home.path().join("new.toml"), &text, &Library::shipped());
        assert_eq!(programme.problems, [], "{example}");
        assert_eq!(programme.exercises.len(), 1, "{example}");
    }
}

fn mangled(text: &str, edits: &[(prop::sample::Index, usize, String)]) -> String {
    let mut text: Vec<char> = text.chars().collect();
    for (at, removed, new) in edits {
        let at = at.index(text.len().max(1));
        let end = (at + removed).min(text.len());
        text.splice(at.min(text.len())..end, new.chars());
    }
    text.into_iter().collect()
}

/// With any contents of a file, each exercise can be played, and each mistake is a sentence with a position.
fn check_holds_together(library: &Library, text: &str) {
    let programme = read(Path::new("x.toml"), text, library);
    for parsed in programme.exercises {
        assert!(is_id(&parsed.item.id), "{}", parsed.item.id);
        let exercise = Arc::new(parsed.item);
        let plan = Plan::for_exercise(&exercise);
        let total = plan.total_seconds();
        assert!(
            total.is_finite() && total > 0.0 && total <= 3601.0,
            "{total}"
        );
        let last = plan.at(total);
        assert!(!last.spoken().is_empty() && !last.alt_text().is_empty());
    }
    for problem in programme.problems {
        assert!(problem.line >= 1 && problem.column >= 1, "{problem}");
        assert!(!problem.what.is_empty() && !problem.meanwhile.is_empty());
        let report = problem.to_string();
        assert!(
            report
                .chars()
                .all(|char| char == '\n' || !char.is_control()),
            "{report:?}"
        );
    }
}

fn edits() -> impl Strategy<Value = Vec<(prop::sample::Index, usize, String)>> {
    let new = prop_oneof![
        "[\\[\\]{}\"'=#.,\n\r\t a-z0-9é\u{202e}]{0,6}",
        "-?[0-9]{1,12}(\\.[0-9]{1,3})?",
        Just("\"\"\"".to_owned()),
        Just("[[exercise]]\n".to_owned()),
        Just("[[routine]]\nexercises = [\"cat-cow\"]\n".to_owned()),
        Just("dose = { reps = 1 }\n".to_owned()),
        Just("nan".to_owned()),
        Just("like = \"t-spine-twist\"\n".to_owned()),
    ];
    prop::collection::vec((any::<prop::sample::Index>(), 0..12usize, new), 1..6)
}

fn any_file(which: usize) -> String {
    let shipped = ["cat-cow", "t-spine-twist", "short-walk", "shoulder-roll"];
    match which % (REALISTIC.len() + shipped.len()) {
        short if short < REALISTIC.len() => REALISTIC[short].1.to_owned(),
        exact => Library::shipped_exercise_text(shipped[exact - REALISTIC.len()]).unwrap(),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn no_edit_brings_it_down(which in 0usize..100, edits in edits()) {
        check_holds_together(&Library::shipped(), &mangled(&any_file(which), &edits));
    }

    #[test]
    fn no_text_brings_it_down(text in "\\PC{0,300}") {
        check_holds_together(&Library::shipped(), &text);
    }
}

/// Fuzzes the parser for the seconds in `UNHUNCH_FUZZ_SECONDS`, or a minute.
#[test]
#[ignore = "takes a minute or more"]
fn long_no_edit_brings_it_down() {
    use proptest::strategy::ValueTree;
    use proptest::test_runner::TestRunner;
    let seconds = std::env::var("UNHUNCH_FUZZ_SECONDS").ok();
    let seconds = seconds.and_then(|text| text.parse().ok()).unwrap_or(60);
    let clock = crate::time::Clock;
    let end = clock.now().elapsed + Duration::from_secs(seconds);
    let library = Library::shipped();
    let mut runner = TestRunner::default();
    let strategy = (0usize..100, edits());
    let mut count = 0_u64;
    while clock.now().elapsed < end {
        let (which, edits) = strategy.new_tree(&mut runner).unwrap().current();
        check_holds_together(&library, &mangled(&any_file(which), &edits));
        count += 1;
    }
    println!("{count} files");
}

#[test]
fn huge_files_end_quickly_with_few_mistakes() {
    for (before, part, after) in [
        ("", "[", ""),
        ("steps = [", "\"x\",", "]\n"),
        ("name = \"", "x", "\"\n"),
        ("", "[[exercise]]\nhold = 1\n", ""),
        ("", "[[exercise]]\nholt = 1\n", ""),
        ("", "[[rep]]\n", ""),
        ("a", ".a", " = 1\n"),
        ("x = ", "{a=", ""),
        ("figure = { pose = { ", "a", " = {} } }\n"),
    ] {
        let times = (900_000 - before.len() - after.len()) / part.len();
        let text = format!("{before}{}{after}", part.repeat(times));
        let programme = parsed("x.toml", &text);
        assert!(programme.exercises.len() <= MOST_ENTRIES, "{part}");
        assert!(
            (1..=MAX_PROBLEMS).contains(&programme.problems.len()),
            "{part}"
        );
        for problem in programme.problems {
            assert!(problem.to_string().len() < 3000, "{problem}");
        }
    }
}
