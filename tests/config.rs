//! The settings file as the user sees it: the shipped file, the output of `unhunch config`, and the examples in the README.

use std::fs;
use std::path::Path;

use unhunch::cli::config::Commands;
#[cfg(unix)]
use unhunch::cli::config::Opener;
use unhunch::config::check::{self, Reading};
use unhunch::config::{Problem, SHIPPED, Settings, load, programme};
use unhunch::paths::Paths;
use unhunch::routine::Library;

const ROUTINES: [&str; 3] = ["desk", "moment", "scapula-squeeze"];

fn read(text: &str) -> Reading {
    check::read(Path::new("settings.toml"), text.as_bytes(), None, &ROUTINES)
}

/// A user with temporary folders, who runs commands.
struct TestUser {
    home: tempfile::TempDir,
    paths: Paths,
}

/// The output and exit code of a command, in which `~` replaces the temporary folder.
#[derive(Debug, PartialEq)]
struct Answer {
    code: i32,
    out: String,
    err: String,
}

impl TestUser {
    fn new() -> Self {
        let home = tempfile::tempdir().unwrap();
        let paths = Paths::under(home.path());
        fs::create_dir_all(&paths.config).unwrap();
        Self { home, paths }
    }

    fn with(settings: &str) -> Self {
        let person = Self::new();
        fs::write(person.paths.settings(), settings).unwrap();
        person
    }

    fn types(&self, verb: impl FnOnce(&mut Commands) -> i32) -> Answer {
        let (mut out, mut err) = (Vec::new(), Vec::new());
        let code = verb(&mut Commands {
            paths: &self.paths,
            routines: &ROUTINES,
            exercise_problems: &[],
            out: &mut out,
            err: &mut err,
        });
        let text = |bytes| {
            let text = String::from_utf8(bytes).unwrap();
            text.replace(&self.home.path().display().to_string(), "~")
                .replace(r"~\config\", "~/config/")
                .replace(r"~\", "~/")
        };
        Answer {
            code,
            out: text(out),
            err: text(err),
        }
    }

    fn checks(&self) -> Answer {
        self.types(|config| config.check(None))
    }
}

/// The names of all settings that `unhunch config explain` lists.
fn explained() -> Vec<String> {
    let answer = TestUser::new().types(|config| config.explain(None));
    assert_eq!((answer.code, answer.err.as_str()), (0, ""));
    let heads = answer.out.lines().filter(|line| !line.starts_with(' '));
    heads
        .filter_map(|line| line.split_once(" = "))
        .map(|(name, _)| name.to_owned())
        .collect()
}

#[test]
fn the_shipped_file_has_every_key_and_no_mistake() {
    let reading = read(SHIPPED);
    assert_eq!(reading.problems, []);
    assert_eq!(reading.settings, Settings::shipped());
    let mut explained = explained();
    explained.sort();
    assert_eq!(reading.set.into_keys().collect::<Vec<_>>(), explained);
    assert_eq!(explained.len(), 44);
}

#[test]
fn the_shipped_routines_exist() {
    let library = Library::shipped();
    let items: Vec<_> = library.iter().collect();
    let ids: Vec<_> = items.iter().map(|item| item.id()).collect();
    let reading = check::read(Path::new("settings.toml"), SHIPPED.as_bytes(), None, &ids);
    assert_eq!(reading.problems, []);
}

#[test]
fn the_defaults_are_as_documented() {
    let Settings { rhythm, .. } = Settings::shipped();
    let minutes =
        [rhythm.sit, rhythm.rest, rhythm.snooze, rhythm.grace].map(|it| it.as_secs() / 60);
    assert_eq!(minutes, [30, 5, 10, 2]);
    assert!(!rhythm.posture_check);
}

#[test]
fn settings_blocks_of_the_readme_are_valid() {
    let readme = Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md");
    let readme = fs::read_to_string(readme).unwrap_or_default();
    for block in readme.split("```toml\n").skip(1) {
        let block = block.split("```").next().unwrap_or_default();
        let is_programme = block.starts_with("name") || block.starts_with("[[exercise]]");
        let problems = if is_programme {
            let file = Path::new("neck-side-bend.toml");
            programme::read(file, block, &Library::shipped()).problems
        } else {
            read(block).problems
        };
        let reports: String = problems.iter().map(Problem::to_string).collect();
        assert!(problems.is_empty(), "{reports}");
    }
}

#[test]
fn every_mistake_is_reported_with_position_and_hint() {
    let person = TestUser::with(
        r#"[rhythm]
sit = 45 min          # forgot the quotes
rest = "5 minuts"
snoze = "10 min"
still = "2 s"
reminders = ["stand", "strech"]
routine = "dask"

[guide]
on_top = "yes"

[presense]
away = "1 min"
"#,
    );
    let answer = person.checks();
    assert_eq!((answer.code, answer.out.as_str()), (1, ""));
    insta::assert_snapshot!(answer.err, @r##"
    ~/config/settings.toml:2:7: this text is missing its quotes
      2 | sit = 45 min          # forgot the quotes
        |       ^^^^^^
      expected: text in quotes
      hint: did you mean `sit = "45 min"`?
      meanwhile: this is ignored, and the rest of the file is used

    ~/config/settings.toml:3:8: "5 minuts" is not a length of time
      3 | rest = "5 minuts"
        |        ^^^^^^^^^^
      expected: a length of time like "45 min", "1 h 30 min" or "90 s", from 1 s to 2 h
      hint: did you mean "5 min"?
      meanwhile: `rhythm.rest` is "5 min", the default

    ~/config/settings.toml:4:1: there is no `snoze` in [rhythm]
      4 | snoze = "10 min"
        | ^^^^^
      expected: one of sit, rest, snooze, grace, ask_for, ask_again, hold_at_most, settle, at_most_per_hour, reminders, posture_check, routine, length, short_routine, daily_goal
      hint: did you mean `snooze`?
      meanwhile: this is ignored, and the rest of the file is used

    ~/config/settings.toml:5:1: there is no `still` in [rhythm]
      5 | still = "2 s"
        | ^^^^^
      expected: one of sit, rest, snooze, grace, ask_for, ask_again, hold_at_most, settle, at_most_per_hour, reminders, posture_check, routine, length, short_routine, daily_goal
      hint: `still` belongs under [presence]
      meanwhile: this is ignored, and the rest of the file is used

    ~/config/settings.toml:6:23: there is no reminder "strech"
      6 | reminders = ["stand", "strech"]
        |                       ^^^^^^^^
      expected: a list like ["stand", "stretch"], with at least one of the two, each once
      hint: did you mean "stretch"?
      meanwhile: `rhythm.reminders` is ["stand", "stretch"], the default

    ~/config/settings.toml:7:11: there is no routine or exercise "dask"
      7 | routine = "dask"
        |           ^^^^^^
      expected: the id of a routine or exercise, in quotes; `unhunch list` shows them
      hint: did you mean "desk"?
      meanwhile: `rhythm.routine` is "desk", the default

    ~/config/settings.toml:10:10: `on_top` takes true or false, not the text "yes"
      10 | on_top = "yes"
         |          ^^^^^
      expected: true or false, without quotes
      hint: did you mean true, without quotes?
      meanwhile: `guide.on_top` is false, the default

    ~/config/settings.toml:12:2: there is no `presense` at the top of the file
      12 | [presense]
         |  ^^^^^^^^
      expected: one of the headings [rhythm], [hours], [presence], [quiet], [guide], [sound], [general]
      hint: did you mean [presence]?
      meanwhile: this is ignored, and the rest of the file is used

    8 mistakes. A running Unhunch keeps its previous settings; a new one uses the valid lines.
    "##);
}

#[test]
fn a_mistake_between_two_settings_is_shown() {
    let person = TestUser::with("[rhythm]\nrest = \"10 s\"\n[presence]\naway = \"20 s\"\n");
    insta::assert_snapshot!(person.checks().err, @r##"
    ~/config/settings.toml:4:8: `rest` (10 s) is shorter than `away` (20 s)
      4 | away = "20 s"
        |        ^^^^^^
      expected: `still` shorter than `away`, and `away` no longer than `rest`
      meanwhile: `rhythm.rest` is "5 min", `presence.away` is "1 min", `presence.still` is "3 s", the defaults

    1 mistake. A running Unhunch keeps its previous settings; a new one uses the valid lines.
    "##);
}

#[test]
fn malformed_files_are_reported() {
    let lines: Vec<String> = [
        &b"[rhythm"[..],
        b"[rhythm]\r\n\tsit\t= \"5 weeks\"\r\n",
        b"[rhythm]\nsit = \"20 min\"\nsit = \"25 min\"\n",
        b"[rhythm]\nroutine = \"\xff\"\n",
        b"\xff\xfe[\0r\0",
        b"hello",
        b"[rhythm]\nsit = \"open\n",
    ]
    .iter()
    .flat_map(|content| check::read(Path::new("settings.toml"), content, None, &ROUTINES).problems)
    .map(|problem| problem.one_line())
    .collect();
    insta::assert_snapshot!(lines.join("\n"), @r##"
    settings.toml, line 1: this line can’t be read. Meanwhile, this is ignored, and the rest of the file is used.
    settings.toml, line 2: "5 weeks" is not a length of time. Meanwhile, `rhythm.sit` is "30 min", the default.
    settings.toml, line 3: this key is set twice. Meanwhile, this is ignored, and the rest of the file is used.
    settings.toml, line 2: these bytes are not UTF-8. Meanwhile, the defaults are used.
    settings.toml: the file is saved as UTF-16. Meanwhile, the defaults are used.
    settings.toml, line 1: this line can’t be read. Meanwhile, this is ignored, and the rest of the file is used.
    settings.toml, line 2: a quotation mark is missing in this line. Meanwhile, this is ignored, and the rest of the file is used.
    "##);
}

#[test]
fn a_problem_serializes_to_json() {
    let problem = &read("[rhythm]\nsit = \"x\"\n").problems[0];
    insta::assert_snapshot!(serde_json::to_string_pretty(problem).unwrap(), @r##"
    {
      "file": "settings.toml",
      "line": 2,
      "column": 7,
      "key": "rhythm.sit",
      "snippet": "sit = \"x\"",
      "caret": 6,
      "width": 3,
      "what": "\"x\" is not a length of time",
      "expected": "a length of time like \"45 min\", \"1 h 30 min\" or \"90 s\", from 1 s to 12 h",
      "hint": null,
      "meanwhile": "`rhythm.sit` is \"30 min\", the default"
    }
    "##);
}

#[test]
fn check_succeeds_on_valid_files() {
    let person = TestUser::new();
    let answer = person.checks();
    assert_eq!(answer.code, 0);
    assert_eq!(
        answer.out,
        "~/config/settings.toml: there is no such file; the defaults are used\n"
    );
    let other = person.home.path().join("other.toml");
    fs::write(&other, SHIPPED).unwrap();
    let answer = person.types(|config| config.check(Some(&other)));
    assert_eq!(
        (answer.code, &*answer.out),
        (0, "~/other.toml: no mistakes\n")
    );
    let answer = person.types(|config| config.check(Some(Path::new("/nowhere.toml"))));
    assert_eq!(answer.code, 1);
    assert!(
        answer
            .err
            .starts_with("/nowhere.toml: there is no such file")
    );
}

#[test]
fn path_and_default_print_path_and_shipped_file() {
    let person = TestUser::new();
    let path = person.types(|config| config.path());
    assert_eq!((path.code, &*path.out), (0, "~/config/settings.toml\n"));
    let default = person.types(|config| config.default());
    assert_eq!((default.code, &*default.out), (0, SHIPPED));
}

#[test]
fn explain_prints_value_and_origin() {
    let person = TestUser::with("# mine\n[rhythm]\nsit = \"45min\"\n");
    for key in ["sit", "rhythm.sit"] {
        let answer = person.types(|config| config.explain(Some(key)));
        assert_eq!(answer.code, 0);
        insta::allow_duplicates!(insta::assert_snapshot!(answer.out, @r##"
        rhythm.sit = "45 min"
          How long you sit before a reminder is due.
          allowed: a length of time like "45 min", "1 h 30 min" or "90 s", from 1 s to 12 h
          default: "30 min"
          from: ~/config/settings.toml, line 3
        "##));
    }
    let answer = person.types(|config| config.explain(Some("theme")));
    insta::assert_snapshot!(answer.out, @r##"
    guide.theme = "auto"
      Light, dark, or follow your desktop.
      allowed: one of "auto", "light", "dark"
      default: "auto"
      from: the default
    "##);
}

#[test]
fn explain_suggests_similar_names() {
    let person = TestUser::new();
    let answer = |key| {
        let answer = person.types(|config| config.explain(Some(key)));
        assert_eq!((answer.code, &*answer.out), (2, ""));
        answer.err
    };
    assert_eq!(
        answer("snoz"),
        "there is no setting `snoz`\ndid you mean `snooze`?\n"
    );
    assert_eq!(
        answer("guide.them"),
        "there is no setting `guide.them`\ndid you mean `guide.theme`?\n"
    );
    assert_eq!(
        answer("presence.sit"),
        "there is no setting `presence.sit`\ndid you mean `presence.still`?\n"
    );
    assert_eq!(
        answer("colour"),
        "there is no setting `colour`\n`unhunch config explain` lists them all\n"
    );
}

#[test]
#[cfg(unix)]
fn edit_creates_the_file_and_checks_what_was_written() {
    let person = TestUser::new();
    let edit = |editor: &str| person.types(|config| config.edit(&Opener::Editor(editor.into())));
    let answer = edit("true");
    assert_eq!(answer.code, 0, "{answer:?}");
    assert_eq!(
        answer.out,
        "~/config/settings.toml\n~/config/settings.toml: no mistakes\n"
    );
    assert_eq!(
        fs::read_to_string(person.paths.settings()).unwrap(),
        SHIPPED
    );

    let answer = edit("sed -i 's/30 min/30 mni/'");
    assert_eq!(answer.code, 1);
    assert!(
        answer
            .err
            .contains("settings.toml:9:7: \"30 mni\" is not a length of time"),
        "{answer:?}"
    );

    let answer = edit("false");
    assert_eq!(answer.code, 1);
    assert!(answer.err.contains("the editor false failed"), "{answer:?}");

    let answer = edit("/no/such/editor --wait");
    assert_eq!(answer.code, 1);
    assert!(
        answer
            .err
            .contains("the editor /no/such/editor --wait failed"),
        "{answer:?}"
    );
}

#[test]
fn a_write_error_is_a_failure() {
    struct Full;
    impl std::io::Write for Full {
        fn write(&mut self, _: &[u8]) -> std::io::Result<usize> {
            Err(std::io::ErrorKind::StorageFull.into())
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
    let person = TestUser::new();
    let code = Commands {
        paths: &person.paths,
        routines: &ROUTINES,
        exercise_problems: &[],
        out: &mut Full,
        err: &mut Vec::new(),
    }
    .default();
    assert_eq!(code, 1);
}

#[test]
fn a_mistake_at_startup_only_affects_its_own_setting() {
    let person = TestUser::with("[rhythm]\nsit = \"50 min\"\nrest = \"0 s\"\n");
    let start = load::load(&person.paths, None, &ROUTINES);
    assert_eq!(start.settings.rhythm.sit.as_secs(), 3000);
    assert_eq!(start.settings.rhythm.rest.as_secs(), 300);
    let later = load::load(&person.paths, Some(&Settings::shipped()), &ROUTINES);
    assert_eq!(later.settings, Settings::shipped());
    assert_eq!(later.problems.len(), 1);
}
