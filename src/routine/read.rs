//! Reading of the library's files, and reporting of their errors.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use serde::Deserialize;

use super::check::{Fault, check_per_day, invalid_id_message, is_id};
use super::exercise::Exercise;
use super::library::{Library, LibraryItem, Routine, WARM_UP};
use super::plan::Plan;
use super::shipped::{self, Exercises};
use crate::lang::{tr, trn};
use crate::reason;

/// The maximum number of exercises for which the description of a routine names all of them.
const MAX_NAMED: usize = 5;
/// The number of exercises named if there are more.
const MIN_NAMED: usize = 4;

/// An error in a file of the library.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Name of the file.
    pub file: String,
    /// Description of the error, as a sentence.
    pub message: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.file, self.message)
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RoutineFile {
    #[serde(default, rename = "routine")]
    routines: Vec<Routine>,
}

impl Library {
    /// Returns the built-in exercises and routines, in the current language.
    #[must_use]
    pub fn shipped() -> Self {
        let exercises = Exercises::unpack();
        let (mut library, _) = Self::read(&exercises.files(), ("routines.toml", shipped::ROUTINES));
        for exercise in &mut library.exercises {
            *exercise = Arc::new(Arc::unwrap_or_clone(Arc::clone(exercise)).translated());
        }
        for routine in &mut library.routines {
            routine.name = tr(&routine.name).to_owned();
            routine.about = tr(&routine.about).to_owned();
        }
        library
    }

    /// Reads exercises and routines from files, each given by name and text. Faulty entries are left out and reported.
    #[must_use]
    pub fn read(exercises: &[(&str, &str)], routines: (&str, &str)) -> (Self, Vec<Problem>) {
        let mut library = Self::default();
        let problems = library.load(exercises, routines, false);
        (library, problems)
    }

    /// Adds the user's own files. An entry with the id of a built-in one replaces it. Faulty entries are left out and reported.
    #[must_use]
    pub fn add(&mut self, exercises: &[(&str, &str)], routines: (&str, &str)) -> Vec<Problem> {
        self.load(exercises, routines, true)
    }

    fn load(
        &mut self,
        exercises: &[(&str, &str)],
        routines: (&str, &str),
        is_own: bool,
    ) -> Vec<Problem> {
        let mut problems = Vec::new();
        for (file, text) in exercises {
            let added = Exercise::parse(text).and_then(|exercise| {
                self.insert_exercise(exercise, is_own)
                    .map_err(|fault| vec![fault.message])
            });
            if let Err(messages) = added {
                problems.extend(in_file(file, messages));
            }
        }
        let messages = match toml::from_str::<RoutineFile>(routines.1) {
            Ok(file) => self
                .insert_routines(file.routines, is_own)
                .into_iter()
                .map(|(_, fault)| fault.message)
                .collect(),
            Err(error) => vec![reason::of_toml(routines.1, &error)],
        };
        problems.extend(in_file(routines.0, messages));
        self.arrange();
        problems
    }

    /// Adds one of the user's own exercises. It replaces a built-in one with the same id. [`Self::arrange`] comes after all.
    ///
    /// # Errors
    /// Fails if the id is that of another exercise or routine.
    pub fn add_exercise(&mut self, exercise: Exercise) -> Result<(), Fault> {
        self.insert_exercise(exercise, true)
    }

    /// Adds the user's own routines, after all exercises. Returns the mistakes, each with the index of its routine, which is
    /// left out.
    pub fn add_routines(&mut self, routines: Vec<Routine>) -> Vec<(usize, Fault)> {
        self.insert_routines(routines, true)
    }

    /// Sorts everything that was added, and chooses the exercises of the surprise routines.
    pub fn arrange(&mut self) {
        self.sort();
        self.choose_surprises(&BTreeMap::new());
    }

    fn insert_exercise(&mut self, exercise: Exercise, is_own: bool) -> Result<(), Fault> {
        let exercise = self.require_free_id(exercise, is_own)?;
        self.mark_as_own(&exercise.id, is_own);
        self.routines.retain(|routine| routine.id != exercise.id);
        self.exercises.retain(|other| other.id != exercise.id);
        self.exercises.push(Arc::new(exercise));
        Ok(())
    }

    /// Returns the file of a built-in exercise.
    #[must_use]
    pub fn shipped_exercise_text(id: &str) -> Option<String> {
        let exercises = Exercises::unpack();
        let files = exercises.files();
        let name = format!("{id}.toml");
        let entry = files.iter().find(|(file, _)| *file == name);
        entry.map(|(_, text)| (*text).to_owned())
    }

    /// Sorts by group, then by the order in which the routines list the exercises.
    fn sort(&mut self) {
        let named: Vec<&String> = self
            .routines
            .iter()
            .filter(|routine| routine.surprise.is_none())
            .flat_map(|routine| &routine.exercises)
            .collect();
        let place = |id: &String| named.iter().position(|name| *name == id);
        self.exercises.sort_by_cached_key(|exercise| {
            let place = place(&exercise.id).unwrap_or(named.len());
            (exercise.group, place, exercise.id.clone())
        });
    }

    fn require_free_id(&self, exercise: Exercise, is_own: bool) -> Result<Exercise, Fault> {
        let may_replace = is_own && !self.own_ids.contains(&exercise.id);
        match self.find(&exercise.id) {
            None => Ok(exercise),
            Some(LibraryItem::Exercise(_)) if may_replace => Ok(exercise),
            // An exercise that had the id of a surprise routine before there were any stays valid.
            Some(LibraryItem::Routine(routine)) if may_replace && routine.surprise.is_some() => {
                Ok(exercise)
            }
            Some(_) => Err(Fault::new(
                "id",
                tr!(
                    "`id` is \"{id}\", which another file already uses",
                    id = exercise.id
                ),
            )),
        }
    }

    fn insert_routines(&mut self, routines: Vec<Routine>, is_own: bool) -> Vec<(usize, Fault)> {
        let mut problems = Vec::new();
        let warm_up = |routine: &Routine| routine.id == WARM_UP && !routine.warm_up;
        let warms_up = self.warm_up().is_some() || routines.iter().any(warm_up);
        for (index, mut routine) in routines.into_iter().enumerate() {
            if is_own && routine.about.is_empty() {
                routine.about = self.description(&routine);
            }
            let mut faults = self.check(&routine, is_own);
            if routine.warm_up && !warms_up {
                let message = tr!(
                    "{id}: `warm_up` needs a routine `{warm_up}` that has no warm-up itself; there is none",
                    id = routine.id,
                    warm_up = WARM_UP
                );
                faults.push(Fault::new("warm_up", message));
            }
            if faults.is_empty() {
                self.mark_as_own(&routine.id, is_own);
                self.insert_routine(routine);
            }
            problems.extend(faults.into_iter().map(|fault| (index, fault)));
        }
        problems
    }

    /// Describes a routine by the names of its exercises.
    fn description(&self, routine: &Routine) -> String {
        if routine.surprise.is_some() {
            return tr("Exercises you haven’t done for a while.").to_owned();
        }
        let ids = routine.exercises.iter();
        let mut names: Vec<String> = ids.map(|id| self.name_of(id).to_owned()).collect();
        if names.len() > MAX_NAMED {
            let more = (names.len() - MIN_NAMED) as u64;
            names.truncate(MIN_NAMED);
            names.push(trn!(more, "and {n} more", "and {n} more"));
        }
        names.join(", ")
    }

    /// Adds a routine; one that replaces another takes over its position.
    fn insert_routine(&mut self, routine: Routine) {
        let same = |other: &&mut Routine| other.id == routine.id;
        match self.routines.iter_mut().find(same) {
            Some(other) => *other = routine,
            None => self.routines.push(routine),
        }
    }

    fn check(&self, routine: &Routine, is_own: bool) -> Vec<Fault> {
        let mut problems = Vec::new();
        let id = &routine.id;
        if !is_id(id) {
            problems.push(Fault::new("id", invalid_id_message(id)));
        } else if self.is_taken(id, is_own) {
            problems.push(Fault::new(
                "id",
                tr!(
                    "`id` is \"{id}\", which another routine or exercise already uses",
                    id = id
                ),
            ));
        }
        let per_day = check_per_day(routine.per_day);
        problems.extend(per_day.map(|message| Fault::new("per_day", format!("{id}: {message}"))));
        for (key, text) in [("name", &routine.name), ("about", &routine.about)] {
            if text.trim().is_empty() {
                let message = tr!("`{key}` is empty", key = key);
                problems.push(Fault::new(key, format!("{id}: {message}")));
            }
        }
        problems.extend(self.check_choice(routine));
        if routine.sets == Some(0) {
            problems.push(Fault::new(
                "sets",
                tr!("{id}: `sets` is 0; expected 1 or more", id = id),
            ));
        }
        for (number, exercise) in (1..).zip(&routine.exercises) {
            if self.exercise(exercise).is_none() {
                let message = format!("{id}: {}", self.unknown(exercise));
                problems.push(Fault::new(format!("exercises.{number}"), message));
            }
        }
        if problems.is_empty() {
            problems.extend(
                self.check_fit(routine)
                    .map(|message| Fault::new("fit", message)),
            );
        }
        problems
    }

    /// Checks that the exercises are either listed or left to the library.
    fn check_choice(&self, routine: &Routine) -> Option<Fault> {
        let id = &routine.id;
        let allowed = match routine.surprise {
            Some(_) => 0..=0,
            None => 1..=30,
        };
        if routine.surprise.is_some() && !routine.exercises.is_empty() {
            return Some(Fault::new(
                "exercises",
                tr!(
                    "{id}: `exercises` and `surprise` are both set; use only one",
                    id = id
                ),
            ));
        } else if routine.surprise.is_some() && self.exercises.is_empty() {
            return Some(Fault::new(
                "surprise",
                tr!("{id}: there are no exercises for a `surprise`", id = id),
            ));
        } else if !allowed.contains(&routine.exercises.len()) {
            return Some(Fault::new(
                "exercises",
                tr!(
                    "{id}: `exercises` has {n}; expected {least} to {most}",
                    id = id,
                    n = routine.exercises.len(),
                    least = 1,
                    most = 30
                ),
            ));
        }
        None
    }

    /// Returns `true` if the id is unavailable to a routine. The user's own routine may replace a built-in one.
    fn is_taken(&self, id: &str, is_own: bool) -> bool {
        match self.find(id) {
            None => false,
            Some(LibraryItem::Routine(_)) => !is_own || self.own_ids.contains(id),
            Some(LibraryItem::Exercise(_)) => true,
        }
    }

    fn check_fit(&self, routine: &Routine) -> Option<String> {
        if routine.surprise.is_some() {
            return None;
        }
        let most = routine.fit?.duration().as_secs_f64();
        let least = Plan::for_routine(routine, self).total_seconds();
        (least > most).then(|| {
            tr!(
                "{id}: `fit` is {most} s, but one repetition of each takes {least} s",
                id = routine.id,
                most = most,
                least = least
            )
        })
    }

    /// Records that this id is now the user's own.
    fn mark_as_own(&mut self, id: &str, is_own: bool) {
        if is_own {
            if self.find(id).is_some() {
                self.replaced.insert(id.to_owned());
            }
            self.own_ids.insert(id.to_owned());
        }
    }
}

fn in_file(file: &str, messages: Vec<String>) -> impl Iterator<Item = Problem> {
    messages.into_iter().map(move |message| Problem {
        file: file.to_owned(),
        message,
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn with_routines(text: &str) -> Vec<String> {
        let exercises = Exercises::unpack();
        let (_, problems) = Library::read(&exercises.files(), ("routines.toml", text));
        problems.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn the_files_that_come_with_the_program_are_right() {
        let exercises = Exercises::unpack();
        let (library, problems) =
            Library::read(&exercises.files(), ("routines.toml", shipped::ROUTINES));
        assert_eq!(problems, []);
        assert_eq!(library.exercises.len(), exercises.files().len());
        let ids: Vec<_> = library.ids().collect();
        let (routines, exercises) = ids.split_at(library.routines.len());
        assert_eq!(
            routines,
            [
                "desk",
                "desk-short",
                "moment",
                "standing",
                "floor",
                "all",
                "surprise",
                "surprise-standing",
                "surprise-floor",
                "warm-up"
            ]
        );
        assert_eq!(
            exercises,
            [
                "thoracic-extension",
                "scapula-squeeze",
                "chest-and-arm-stretch",
                "shoulder-roll",
                "pectoralis-stretch",
                "wall-arm-slide",
                "short-walk",
                "lying-shoulder-squeeze",
                "t-spine-twist",
                "arm-and-leg-raise",
                "cat-cow",
                "childs-pose"
            ]
        );
    }

    #[test]
    fn errors_in_a_surprise_are_reported() {
        assert_eq!(
            with_routines(
                "[[routine]]\nid = \"a\"\nname = \"x\"\nabout = \"x\"\nexercises = [\"cat-cow\"]\nsurprise = \"floor\"\n[[routine]]\nid = \"b\"\nname = \"x\"\nabout = \"x\"\n"
            ),
            [
                "routines.toml: a: `exercises` and `surprise` are both set; use only one",
                "routines.toml: b: `exercises` has 0; expected 1 to 30",
            ]
        );
    }

    #[test]
    fn missing_warm_up_is_reported() {
        assert_eq!(
            with_routines(
                "[[routine]]\nid = \"up\"\nname = \"x\"\nabout = \"x\"\nexercises = [\"shoulder-roll\"]\nwarm_up = true\n"
            ),
            [
                "routines.toml: up: `warm_up` needs a routine `warm-up` that has no warm-up itself; there is none"
            ]
        );
    }

    #[test]
    fn a_file_is_named_after_its_exercise() {
        for (file, text) in Exercises::unpack().files() {
            let exercise = Exercise::parse(text).unwrap();
            assert_eq!(file, format!("{}.toml", exercise.id));
        }
    }

    #[test]
    fn invalid_routine_is_reported_and_skipped() {
        assert_eq!(
            with_routines(
                "[[routine]]\nid = \"desk\"\nname = \"\"\nabout = \"x\"\nexercises = [\"thoracic-extention\"]\nsets = 0\n"
            ),
            [
                "routines.toml: desk: `name` is empty",
                "routines.toml: desk: `sets` is 0; expected 1 or more",
                "routines.toml: desk: there is no routine or exercise `thoracic-extention`; did you mean `thoracic-extension`?",
            ]
        );
        assert_eq!(
            with_routines(
                "[[routine]]\nid = \"scapula-squeeze\"\nname = \"x\"\nabout = \"x\"\nexercises = [\"scapula-squeeze\"]\n"
            ),
            [
                "routines.toml: `id` is \"scapula-squeeze\", which another routine or exercise already uses"
            ]
        );
    }

    #[test]
    fn impossible_fit_is_reported() {
        assert_eq!(
            with_routines(
                "[[routine]]\nid = \"blink\"\nname = \"x\"\nabout = \"x\"\nexercises = [\"thoracic-extension\"]\nfit = \"5 s\"\n"
            ),
            ["routines.toml: blink: `fit` is 5 s, but one repetition of each takes 12 s"]
        );
    }

    #[test]
    fn duplicate_exercise_is_reported() {
        let exercises = Exercises::unpack();
        let twice = [exercises.files(), exercises.files()].concat();
        let (library, problems) = Library::read(&twice, ("routines.toml", ""));
        assert_eq!(library.exercises.len(), exercises.files().len());
        assert_eq!(problems.len(), exercises.files().len());
    }

    proptest! {
        #[test]
        fn no_text_brings_the_library_down(exercise in "\\PC{0,200}", routines in "\\PC{0,200}") {
            let (library, _) = Library::read(&[("x.toml", &exercise)], ("routines.toml", &routines));
            prop_assert!(library.exercises.is_empty());
        }
    }
}
