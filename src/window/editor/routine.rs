//! The draft of a routine.

use unhunch::config::programme::write;
use unhunch::config::user_folder::{self, OwnItem};
use unhunch::lang::tr;
use unhunch::paths::Paths;
use unhunch::routine::{Library, Plan, Routine};

use super::document::changed;
use super::{Draft, MOST_PER_DAY, Number};

/// The most exercises of a routine, as in a file.
const MOST_EXERCISES: usize = 30;
const MOST_SETS: u32 = 10;

/// A new routine, or changes to one of the user's own.
pub(crate) struct RoutineDraft {
    /// The routine that is changed. `None` for a new one.
    original: Option<OwnItem>,
    initial: Routine,
    routine: Routine,
}

impl Draft for RoutineDraft {
    fn is_changed(&self) -> bool {
        self.routine != self.initial
    }
}

impl RoutineDraft {
    /// Returns the draft of a new routine.
    pub(crate) fn new() -> Self {
        let routine = Routine {
            id: String::new(),
            name: String::new(),
            about: String::new(),
            exercises: Vec::new(),
            surprise: None,
            sets: None,
            fit: None,
            per_day: None,
            warm_up: false,
        };
        Self {
            original: None,
            initial: routine.clone(),
            routine,
        }
    }

    /// Returns the draft of changes to a routine of the user. `None` if it can only be changed in its file.
    pub(crate) fn edit(item: OwnItem) -> Option<Self> {
        let routine = item.routine.clone().filter(|_| item.is_separate())?;
        // The library chooses the exercises of a surprise routine.
        routine.surprise.is_none().then(|| Self {
            original: Some(item),
            initial: routine.clone(),
            routine,
        })
    }

    /// Returns the draft of a copy.
    pub(crate) fn copy(routine: &Routine) -> Option<Self> {
        let mut copy = routine.clone();
        copy.id.clear();
        copy.name = tr!("{name} (my version)", name = routine.name);
        routine.surprise.is_none().then(|| Self {
            original: None,
            initial: routine.clone(),
            routine: copy,
        })
    }

    pub(crate) fn name(&self) -> &str {
        &self.routine.name
    }

    pub(crate) fn set_name(&mut self, name: &str) {
        name.clone_into(&mut self.routine.name);
    }

    /// Returns the ids of the exercises, in order.
    pub(crate) fn exercises(&self) -> &[String] {
        &self.routine.exercises
    }

    /// Adds an exercise at the end, if there is room for one more.
    pub(crate) fn add(&mut self, id: &str) {
        if self.routine.exercises.len() < MOST_EXERCISES {
            self.routine.exercises.push(id.to_owned());
        }
    }

    pub(crate) fn remove(&mut self, index: usize) {
        if index < self.routine.exercises.len() {
            self.routine.exercises.remove(index);
        }
    }

    /// Moves an exercise to another position.
    pub(crate) fn move_to(&mut self, from: usize, to: usize) {
        let exercises = &mut self.routine.exercises;
        if from < exercises.len() && to < exercises.len() {
            let moved = exercises.remove(from);
            exercises.insert(to, moved);
        }
    }

    /// Returns the routine as it would be played. `None` without exercises.
    pub(crate) fn plan(&self, library: &Library) -> Option<Plan> {
        let mut library = library.clone();
        let mut routine = self.routine.clone();
        "draft-of-a-routine".clone_into(&mut routine.id);
        let id = routine.id.clone();
        // The library accepts no empty name.
        if routine.name.trim().is_empty() {
            routine.name.clone_from(&id);
        }
        let faults = library.add_routines(vec![routine]);
        faults.is_empty().then(|| library.plan(&id).ok()).flatten()
    }

    /// Returns the mistakes that keep the routine from being saved, as sentences.
    pub(crate) fn mistakes(&self) -> Vec<String> {
        if self.routine.name.trim().is_empty() {
            return vec![tr("Give the routine a name.").to_owned()];
        }
        if self.routine.exercises.is_empty() {
            return vec![tr("Add at least one exercise.").to_owned()];
        }
        Vec::new()
    }

    /// Returns the numbers.
    pub(crate) fn numbers(&self) -> Vec<Number> {
        let sets = self.routine.sets.unwrap_or(0);
        let per_day = self.routine.per_day.unwrap_or(0);
        vec![
            Number {
                key: "sets",
                title: tr("Sets of each exercise"),
                text: match sets {
                    0 => tr("all").to_owned(),
                    _ => sets.to_string(),
                },
                has_lower: sets > 0,
                has_higher: sets < MOST_SETS,
            },
            Number {
                key: "per_day",
                title: tr("Times a day"),
                text: match per_day {
                    0 => tr("off").to_owned(),
                    _ => per_day.to_string(),
                },
                has_lower: per_day > 0,
                has_higher: per_day < MOST_PER_DAY,
            },
        ]
    }

    /// Makes a number smaller or larger by one.
    pub(crate) fn step(&mut self, key: &str, by: i32) {
        let before = match key {
            "sets" => self.routine.sets,
            _ => self.routine.per_day,
        };
        self.set(key, before.unwrap_or(0).saturating_add_signed(by));
    }

    /// Sets a number that was typed. Returns `false` if it isn't one.
    pub(crate) fn type_number(&mut self, key: &str, text: &str) -> bool {
        let text = text.trim();
        let none = [tr("all"), tr("off"), ""];
        let value = if none.contains(&text) {
            Some(0)
        } else {
            text.parse().ok()
        };
        let Some(value) = value else { return false };
        self.set(key, value);
        true
    }

    fn set(&mut self, key: &str, value: u32) {
        let some = |most: u32| (value > 0).then_some(value.min(most));
        match key {
            "sets" => self.routine.sets = some(MOST_SETS),
            _ => self.routine.per_day = some(MOST_PER_DAY),
        }
    }

    /// Writes the routine, and returns its id.
    ///
    /// # Errors
    /// Fails if the file cannot be written, or was changed by another program.
    pub(crate) fn save(&self, paths: &Paths) -> anyhow::Result<String> {
        let mut routine = self.routine.clone();
        routine.name = routine.name.trim().to_owned();
        let Some(item) = &self.original else {
            routine.id = user_folder::unused_id(paths, &routine.name, "routine");
            user_folder::save_new(paths, &routine.id, &write::routine(&routine))?;
            return Ok(routine.id);
        };
        let before = write::routine_values(&self.initial);
        let after = write::routine_values(&routine);
        let unusual = || anyhow::anyhow!(tr("This routine can only be changed in its file."));
        let text = changed(item.part(), &before, &after).ok_or_else(unusual)?;
        item.replace(&text)?;
        Ok(item.id.clone())
    }
}
