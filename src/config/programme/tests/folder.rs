//! Changes to the folder of the user's own exercises.

use std::fs;
use std::path::Path;

use super::{FIVE_LINES, REALISTIC};
use crate::config::user_folder::{
    copy_picture, export, new_exercise, own_items, remove, renamed, restore, trash, unused_id,
};
use crate::config::user_library::{ExerciseFiles, library};
use crate::paths::Paths;
use crate::routine::{Figure, Library};

struct Home {
    _folder: tempfile::TempDir,
    paths: Paths,
}

impl Home {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let paths = Paths::under(folder.path());
        fs::create_dir_all(paths.exercises()).unwrap();
        Self {
            _folder: folder,
            paths,
        }
    }

    fn write(&self, name: &str, text: &str) {
        fs::write(self.paths.exercises().join(name), text).unwrap();
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.paths.exercises().join(name)).unwrap()
    }

    fn library(&self) -> Library {
        let (library, problems) = library(&self.paths);
        assert_eq!(problems, []);
        library
    }
}

const BOTH: &str = "# For me\n[[exercise]]\nname = \"Nod\"\nsteps = \"Nod.\"\n\n# The second one\n[[exercise]]\nname = \"Turn\"\nsteps = \"Turn.\"\n\n[[routine]]\nid = \"mine\"\nexercises = [\"nod\"]\n";

#[test]
fn a_new_file_is_a_valid_exercise_and_never_replaces_another() {
    let home = Home::new();
    let file = new_exercise(&home.paths, "Étirement du cou").unwrap();
    assert!(file.ends_with("exercises/etirement-du-cou.toml"));
    let library = home.library();
    assert!(library.is_own("etirement-du-cou"));
    let before = fs::read(&file).unwrap();
    for name in ["Étirement du cou", "Cat cow", "desk"] {
        let error = new_exercise(&home.paths, name).unwrap_err().to_string();
        assert!(error.starts_with("there is already"), "{error}");
    }
    assert_eq!(fs::read(&file).unwrap(), before);
}

#[test]
fn a_file_is_removed_to_the_trash_folder_and_restored() {
    let home = Home::new();
    home.write("neck-side-bend.toml", FIVE_LINES);
    for round in 0..2 {
        let removed = remove(&home.paths, "neck-side-bend").unwrap();
        assert!(removed.file.starts_with(trash(&home.paths)), "{round}");
        assert!(home.library().find("neck-side-bend").is_none());
        if round == 0 {
            restore(&removed).unwrap();
            assert_eq!(home.read("neck-side-bend.toml"), FIVE_LINES);
            let again = remove(&home.paths, "neck-side-bend").unwrap();
            home.write("neck-side-bend.toml", FIVE_LINES);
            // The file that is there by now is not overwritten.
            assert!(restore(&again).is_err());
        }
    }
    assert_eq!(fs::read_dir(trash(&home.paths)).unwrap().count(), 2);
    let error = remove(&home.paths, "cat-cow").unwrap_err().to_string();
    assert_eq!(error, "`cat-cow` is built in, not one of your own");
    let error = remove(&home.paths, "nothing").unwrap_err().to_string();
    assert!(error.starts_with("there is no routine or exercise `nothing`"));
}

#[test]
fn a_part_of_a_file_is_removed_alone() {
    let home = Home::new();
    home.write("both.toml", BOTH);
    let removed = remove(&home.paths, "turn").unwrap();
    let rest = BOTH.replace("[[exercise]]\nname = \"Turn\"\nsteps = \"Turn.\"\n\n", "");
    assert_eq!(home.read("both.toml"), rest);
    assert!(
        fs::read_to_string(&removed.file)
            .unwrap()
            .contains("name = \"Turn\"")
    );
    assert!(home.library().find("nod").is_some());
    restore(&removed).unwrap();
    assert_eq!(home.read("both.toml"), BOTH);
    // A routine would lose its exercise.
    let error = remove(&home.paths, "nod").unwrap_err().to_string();
    assert!(
        error.starts_with("the routine “mine” contains it"),
        "{error}"
    );
    remove(&home.paths, "mine").unwrap();
    remove(&home.paths, "nod").unwrap();
    assert!(home.library().find("nod").is_none());
}

#[test]
fn a_file_of_its_own_can_be_a_routine() {
    let home = Home::new();
    home.write("neck-side-bend.toml", FIVE_LINES);
    let routine = "# From Anna.\nname = \"As prescribed\"\nexercises = [\"neck-side-bend\", \"cat-cow\"]\nper_day = 2\n";
    home.write("as-prescribed.toml", routine);
    let plan = home.library().plan("as-prescribed").unwrap();
    assert_eq!(
        (plan.name.as_str(), plan.parts().len()),
        ("As prescribed", 2)
    );
    let out = home.paths.exercises().with_file_name("anna.unhunch.toml");
    export(&home.paths, &["as-prescribed".to_owned()], &out).unwrap();
    let text = fs::read_to_string(&out).unwrap();
    assert!(
        text.contains("[[routine]]\nid = \"as-prescribed\"\n# From Anna.\n"),
        "{text}"
    );
    // Elsewhere it is the same again.
    let other = Home::new();
    let files = ExerciseFiles::of_programme(&out).unwrap();
    files.copy_to_user(&other.paths).unwrap();
    let copy = other.library().plan("as-prescribed").unwrap();
    assert_eq!(copy.total_seconds(), plan.total_seconds());
    let removed = remove(&home.paths, "as-prescribed").unwrap();
    assert!(home.library().find("as-prescribed").is_none());
    restore(&removed).unwrap();
    assert_eq!(home.read("as-prescribed.toml"), routine);
}

#[test]
fn an_exported_file_is_complete() {
    let home = Home::new();
    for (name, text) in REALISTIC {
        home.write(name, text);
    }
    fs::create_dir(home.paths.exercises().join("pictures")).unwrap();
    home.write("pictures/nod.PNG", "picture");
    home.write(
        "both.toml",
        &BOTH.replace(
            "steps = \"Nod.\"",
            "steps = \"Nod.\"\npicture = \"pictures/nod.PNG\"",
        ),
    );
    let exact = Library::shipped_exercise_text("t-spine-twist").unwrap();
    home.write(
        "twist.toml",
        &exact.replace("\"t-spine-twist\"", "\"my-twist\""),
    );
    let out = tempfile::tempdir().unwrap();
    let file = out.path().join("mine.toml");
    let mut ids: Vec<String> = own_items(&home.paths)
        .into_iter()
        .map(|item| item.id)
        .collect();
    ids.push("cat-cow".to_owned());
    let written = export(&home.paths, &ids, &file).unwrap();
    assert_eq!(written, [file.clone(), out.path().join("nod-1.png")]);
    let other = Home::new();
    let files = ExerciseFiles::of_programme(&file).unwrap();
    assert_eq!(files.problems_if_added(&other.paths), []);
    files.copy_to_user(&other.paths).unwrap();
    let (before, after) = (home.library(), other.library());
    for id in &ids {
        let [before, after] = [&before, &after].map(|library| library.plan(id).unwrap());
        assert_eq!(after.phases(), before.phases(), "{id}");
        assert_eq!((&after.name, &after.about), (&before.name, &before.about));
    }
    let nod = after.exercise("nod").unwrap();
    assert!(matches!(&nod.figure, Figure::Pictures(files) if files[0].exists()));
    let copied = other.paths.exercises().join("nod-1.png");
    assert_eq!(fs::read(copied).unwrap(), b"picture");
    // Nothing is overwritten.
    assert!(export(&home.paths, &ids, &file).is_err());
}

#[test]
fn another_picture_with_the_same_name_stays() {
    let home = Home::new();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("nod.toml");
    fs::write(&file, "steps = \"Nod.\"\npicture = \"nod.png\"\n").unwrap();
    fs::write(folder.path().join("nod.png"), "theirs").unwrap();
    home.write("nod.png", "mine");
    let files = ExerciseFiles::of_programme(&file).unwrap();
    assert!(files.copy_to_user(&home.paths).is_err());
    assert_eq!(home.read("nod.png"), "mine");
    assert!(!home.paths.exercises().join("nod.toml").exists());
}

/// The README is all that a newcomer has.
#[test]
fn the_examples_of_the_readme_have_no_mistakes() {
    let readme = include_str!("../../../../README.md");
    let (_, section) = readme.split_once("## Your own exercises").unwrap();
    let (section, _) = section.split_once("\n## ").unwrap();
    let blocks: Vec<&str> = section.split("```").skip(1).step_by(2).collect();
    assert_eq!(blocks.len(), 2);
    for block in blocks {
        let text = block.strip_prefix("toml\n").unwrap();
        let home = Home::new();
        home.write("neck-side-bend.toml", text);
        let library = home.library();
        assert!(library.is_own("neck-side-bend") || library.is_own("as-prescribed"));
    }
    let template = super::super::write::template("Neck side bend");
    for key in super::super::short::SHOWN {
        let is_key = |line: &str| {
            line.trim_start_matches("# ")
                .starts_with(&format!("{key} "))
        };
        assert!(
            section.contains(&format!("`{key}`")) || template.lines().any(is_key),
            "neither the README nor a new file explains `{key}`"
        );
    }
    assert!(
        Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("config/exercises")
            .is_dir()
    );
}

#[test]
fn a_copy_has_another_id_and_name_and_everything_else() {
    let alone = "id = \"a\"\nname = \"A\" # mine\nsteps = [\"Do.\"]\n";
    assert_eq!(
        renamed(alone, "b", "B \"2\""),
        "id = \"b\"\nname = \"B \\\"2\\\"\" # mine\nsteps = [\"Do.\"]\n"
    );
    let entry = "[[exercise]]\nname = \"A\"\nsteps = [\"Do.\"]\n";
    assert_eq!(
        renamed(entry, "b", "B"),
        "[[exercise]]\nid = \"b\"\nname = \"B\"\nsteps = [\"Do.\"]\n"
    );
    assert_eq!(renamed("not = [toml", "b", "B"), "not = [toml");
}

#[test]
fn a_part_of_a_file_is_replaced_unless_somebody_else_changed_the_file() {
    let home = tempfile::tempdir().unwrap();
    let paths = Paths::under(home.path());
    fs::create_dir_all(paths.exercises()).unwrap();
    let file = paths.exercises().join("two.toml");
    let first = "[[exercise]]\nname = \"One\"\nsteps = [\"Do.\"]\n\n";
    let second = "[[exercise]]\nname = \"Two\"\nsteps = [\"Do.\"]\n";
    fs::write(&file, format!("{first}{second}")).unwrap();
    let items = own_items(&paths);
    let item = items.iter().find(|item| item.id == "one").unwrap();
    assert!(item.is_separate());
    assert_eq!(item.part(), first);
    item.replace("[[exercise]]\nname = \"Changed\"\nsteps = [\"Do.\"]\n\n")
        .unwrap();
    let text = fs::read_to_string(&file).unwrap();
    assert!(
        text.contains("\"Changed\"") && text.ends_with(second),
        "{text}"
    );
    let error = item.replace("").unwrap_err().to_string();
    assert!(error.contains("changed by another program"), "{error}");
    assert_eq!(fs::read_to_string(&file).unwrap(), text);
}

#[test]
fn a_picture_is_copied_beside_the_exercise_once() {
    let home = tempfile::tempdir().unwrap();
    let paths = Paths::under(home.path());
    let photo = home.path().join("Neck photo.JPG");
    fs::write(&photo, "picture").unwrap();
    assert_eq!(copy_picture(&paths, "neck", &photo).unwrap(), "neck.jpg");
    let copied = paths.exercises().join("neck.jpg");
    assert_eq!(fs::read_to_string(&copied).unwrap(), "picture");
    // It is there already, or another one has its name.
    assert_eq!(copy_picture(&paths, "neck", &copied).unwrap(), "neck.jpg");
    assert_eq!(copy_picture(&paths, "neck", &photo).unwrap(), "neck-2.jpg");
    let text = home.path().join("notes.txt");
    fs::write(&text, "text").unwrap();
    assert!(copy_picture(&paths, "neck", &text).is_err());
}

#[test]
fn an_id_is_used_only_once() {
    let home = tempfile::tempdir().unwrap();
    let paths = Paths::under(home.path());
    assert_eq!(
        unused_id(&paths, "Neck side bend", "exercise"),
        "neck-side-bend"
    );
    new_exercise(&paths, "Neck side bend").unwrap();
    assert_eq!(
        unused_id(&paths, "Neck side bend", "exercise"),
        "neck-side-bend-2"
    );
    assert_eq!(unused_id(&paths, "首", "routine"), "routine");
}
