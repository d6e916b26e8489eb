//! The messages of broken files, which are all in `tests/programme/mistakes.txt`.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use crate::config::programme::{read, read_list};
use crate::routine::Library;

/// Broken files, each with what is wrong. All but the last few are the file of one exercise.
const BROKEN: [(&str, &str); 37] = [
    ("an empty file", ""),
    ("no steps", "name = \"Chin tuck\"\nreps_per_day = 3\n"),
    (
        "quotes forgotten",
        "name = \"Chin tuck\"\nsteps = \"Draw your chin in.\"\nhold = 15 s\n",
    ),
    (
        "a word for a number",
        "name = \"Chin tuck\"\nsteps = \"Draw your chin in.\"\nreps = ten\n",
    ),
    (
        "a list that is not closed, and more lines",
        "steps = [\"Sit tall.\", \"Look up.\"\nhold = 5\nreps = 10\nper_day = 2\n",
    ),
    (
        "a quote that is not closed",
        "name = \"Chin tuck\nsteps = \"Draw your chin in.\"\n",
    ),
    (
        "a comma forgotten",
        "steps = [\"Sit tall.\" \"Look up.\"]\n",
    ),
    (
        "a bracket forgotten",
        "name = \"Chin tuck\"\nsteps = [\"Sit tall.\", \"Look up.\"\nhold = 5\n",
    ),
    ("a key twice", "steps = \"Walk.\"\nhold = 5\nhold = 6\n"),
    (
        "a key mistyped",
        "steps = \"Draw your chin in.\"\nhodl = \"5 s\"\n",
    ),
    (
        "a letter of a key forgotten",
        "steps = \"Draw your chin in.\"\nrep = 5\n",
    ),
    (
        "another word for a key",
        "steps = \"Draw your chin in.\"\nrepetitions = 5\n",
    ),
    (
        "an unknown key",
        "steps = \"Draw your chin in.\"\ncolour = \"red\"\n",
    ),
    (
        "a unit mistyped",
        "steps = \"Walk.\"\nhold = \"5 minuts\"\n",
    ),
    ("a time of day", "steps = \"Walk.\"\nhold = \"1:30\"\n"),
    (
        "a hold that is too long",
        "steps = \"Walk.\"\nhold = \"2 h\"\n",
    ),
    ("a negative hold", "steps = \"Walk.\"\nhold = -5\n"),
    ("too many reps", "steps = \"Nod.\"\nreps = 1000\n"),
    (
        "a number as text",
        "steps = \"Nod.\"\nreps = \"10 times\"\n",
    ),
    ("a number with a fraction", "steps = \"Nod.\"\nreps = 2.5\n"),
    (
        "a word mistyped",
        "steps = \"Nod.\"\nsides = \"eech\"\nplace = \"dask\"\n",
    ),
    (
        "an unknown thing",
        "steps = \"Nod.\"\nprops = [\"wall\", \"bnad\"]\n",
    ),
    ("a name that is a number", "name = 7\nsteps = \"Nod.\"\n"),
    ("an empty step", "steps = [\"Sit tall.\", \"\"]\n"),
    (
        "too many steps",
        "steps = [\"1\", \"2\", \"3\", \"4\", \"5\", \"6\", \"7\", \"8\", \"9\", \"10\", \"11\", \"12\", \"13\"]\n",
    ),
    (
        "a step with a wrong key",
        "steps = [{ txt = \"Sit tall.\" }, { text = \"Nod.\", kind = \"jump\" }]\n",
    ),
    (
        "an id that can’t be typed",
        "id = \"Chin Tuck!\"\nsteps = \"Nod.\"\n",
    ),
    (
        "reps and breaths",
        "steps = \"Breathe.\"\nreps = 5\nbreaths = 5\n",
    ),
    (
        "more than an hour",
        "steps = \"Walk.\"\nhold = \"30 min\"\nreps = 10\n",
    ),
    (
        "a picture that is missing",
        "steps = \"Nod.\"\npicture = \"nck.jpg\"\n",
    ),
    (
        "a picture outside of the folder",
        "steps = \"Nod.\"\npicture = \"../../secret.png\"\n",
    ),
    (
        "a picture that is none",
        "steps = \"Nod.\"\npicture = \"neck.pdf\"\n",
    ),
    (
        "a figure that doesn’t exist",
        "steps = \"Nod.\"\nlike = \"cat-caw\"\n",
    ),
    (
        "a pose that doesn’t exist",
        "like = \"cat-cow\"\nsteps = [{ text = \"Round your back.\", pose = \"dog\" }]\n",
    ),
    (
        "many mistakes at once",
        "name = \"\"\nsteps = [\"Sit.\", 5]\nhold = \"soon\"\nreps = 0\nsets = 200\nsides = 2\nper_day = 40\n",
    ),
    (
        "the exact form",
        "id = \"mine\"\nname = \"Mine\"\ngroup = \"dask\"\nposition = \"sitting\"\nsides = \"both\"\nsource = \"x\"\ndetails = [\"x\"]\ncautions = [\"x\"]\nready = { cue = \"Sit tall\" }\n[dose]\nreps = 0\nsets = \"one\"\nready = 5\n[[rep]]\nkind = \"move\"\nseconds = 900\npose = \"up\"\ncue = \"Look up\"\nspeed = 3\n",
    ),
    (
        "a programme with mistakes",
        "[[exercise]]\nname = \"Nod\"\nsteps = \"Nod.\"\nreps = 500\n\n[[exercize]]\nname = \"Turn\"\n\n[[routine]]\nname = \"Morning\"\nexercices = [\"nod\"]\n",
    ),
];

#[test]
fn every_mistake_has_a_helpful_message() {
    let home = tempfile::tempdir().unwrap();
    fs::write(home.path().join("neck.jpg"), "x").unwrap();
    let library = Library::shipped();
    let mut all = String::new();
    for (name, text) in BROKEN {
        let file = home.path().join("chin-tuck.toml");
        let programme = read(&file, text, &library);
        assert!(!programme.problems.is_empty(), "{name}");
        let _ = writeln!(all, "== {name}\n\n{}", text.trim_end());
        for mut problem in programme.problems {
            assert!(problem.line > 0 && !problem.meanwhile.is_empty(), "{name}");
            problem.file = Path::new("chin-tuck.toml").to_owned();
            let _ = write!(all, "\n{problem}");
        }
        let _ = writeln!(
            all,
            "\nStill usable: {}\n",
            programme.exercises.len() + programme.routines.len()
        );
    }
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/programme/mistakes.txt");
    if std::env::var_os("BLESS").is_some() {
        fs::write(&golden, &all).unwrap();
    }
    let expected = fs::read_to_string(&golden).unwrap_or_default();
    assert!(
        all == expected,
        "run with BLESS=1 and compare tests/programme/mistakes.txt:\n{all}"
    );
}

#[test]
fn a_list_without_entries_has_no_mistakes() {
    let programme = read_list(
        Path::new("routines.toml"),
        "# nothing yet\n",
        &Library::shipped(),
    );
    assert_eq!(programme.problems, []);
}
