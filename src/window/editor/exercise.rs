//! The draft of an exercise.

use std::path::{Path, PathBuf};

use unhunch::config::programme::{self, locate, write};
use unhunch::config::user_folder::{self, OwnItem};
use unhunch::lang::tr;
use unhunch::paths::Paths;
use unhunch::routine::{Dose, Exercise, Figure, Group, Library, ShortExercise, Sides, Step};
use unhunch::time::Span;

use super::document::{Entry, changed, translated};
use super::{Draft, MOST_PER_DAY, Number};
use crate::mistakes::quoted;

/// Seconds that a hold or a rest can have, in the order of the steps. 0 stands for none.
const HOLDS: [u32; 16] = [
    0, 3, 5, 8, 10, 15, 20, 25, 30, 40, 45, 60, 90, 120, 180, 300,
];
const RESTS: [u32; 9] = [5, 10, 15, 20, 30, 45, 60, 90, 120];

/// The most repetitions, breaths or sets, as in a file.
const MOST: u32 = 100;

/// A new exercise, or changes to one of the user's own.
pub(crate) struct ExerciseDraft {
    /// The exercise that is changed. `None` for a new one.
    original: Option<OwnItem>,
    /// The text that the changes are applied to. Empty for a new exercise.
    base: String,
    /// The exercise before the changes.
    before: Before,
    initial: Form,
    form: Form,
    /// The built-in exercises, whose figures can be borrowed.
    shipped: Library,
}

/// The form in which the exercise is written.
enum Before {
    /// With the names of its pictures.
    Short(Box<ShortExercise>, Vec<String>),
    /// With its values as in the file, its steps, and its dose.
    Exact {
        entries: Vec<Entry>,
        steps: Vec<String>,
        dose: Dose,
    },
}

/// The fields of the form. `None` if the file leaves the value to the default.
#[derive(Clone, Debug, Default, PartialEq)]
struct Form {
    name: String,
    /// A step in each line.
    steps: String,
    reps: Option<u32>,
    breaths: Option<u32>,
    hold: Option<f64>,
    sets: Option<u32>,
    rest: Option<f64>,
    sides: Option<Sides>,
    place: Option<Group>,
    per_day: Option<u32>,
    pictures: Vec<PathBuf>,
}

impl Draft for ExerciseDraft {
    fn is_changed(&self) -> bool {
        self.form != self.initial
    }
}

impl ExerciseDraft {
    /// Returns the draft of a new exercise.
    pub(crate) fn new() -> Self {
        let short = ShortExercise::default();
        Self::from_short(None, String::new(), short, Path::new(""))
    }

    /// Returns the draft of changes to an exercise of the user. `None` if it can only be changed in its file.
    pub(crate) fn edit(item: OwnItem, library: &Library) -> Option<Self> {
        if !item.is_separate() {
            return None;
        }
        let base = item.part().to_owned();
        Self::from_text(Some(item), base, library)
    }

    /// Returns the draft of a copy of an exercise of the user, or of a built-in one.
    pub(crate) fn copy(id: &str, item: Option<&OwnItem>, library: &Library) -> Option<Self> {
        let base = match item {
            Some(item) if !item.is_separate() => return None,
            Some(item) => item.part().to_owned(),
            None => translated(&Library::shipped_exercise_text(id)?),
        };
        let mut draft = Self::from_text(None, base, library)?;
        let name = library.exercise(id)?.name.clone();
        draft.form.name = tr!("{name} (my version)", name = name);
        Some(draft)
    }

    fn from_text(original: Option<OwnItem>, base: String, library: &Library) -> Option<Self> {
        let file = file_for(original.as_ref())?;
        let shipped = Library::shipped();
        let mut programme = programme::read(&file, &base, &shipped);
        let parsed = programme.exercises.pop()?;
        if let Some(short) = parsed.short.clone() {
            let folder = file.parent().unwrap_or(Path::new(""));
            return Some(Self::from_short(original, base, *short, folder));
        }
        let exercise = &parsed.item;
        // The name of a built-in exercise is translated.
        let translated = library.exercise(&exercise.id).map(|item| &item.name);
        let form = Form {
            name: translated.unwrap_or(&exercise.name).clone(),
            reps: exercise.dose.reps,
            breaths: exercise.dose.breaths,
            hold: exercise.dose.hold,
            sets: Some(exercise.dose.sets),
            rest: exercise.dose.rest,
            per_day: exercise.per_day,
            ..Form::default()
        };
        Some(Self {
            original,
            base,
            before: Before::Exact {
                entries: form.exact_entries(),
                steps: exercise.details.clone(),
                dose: exercise.dose,
            },
            initial: form.clone(),
            form,
            shipped,
        })
    }

    fn from_short(
        original: Option<OwnItem>,
        base: String,
        short: ShortExercise,
        folder: &Path,
    ) -> Self {
        // One for each step, even if the file names some of them only once.
        let pictures = match &short.figure {
            Figure::Pictures(pictures) => pictures.clone(),
            Figure::Own(_) | Figure::Like { .. } | Figure::None => Vec::new(),
        };
        let name = |picture: &PathBuf| {
            let inside = picture.strip_prefix(folder).unwrap_or(picture);
            inside.to_string_lossy().replace('\\', "/")
        };
        let names = pictures.iter().map(name).collect();
        let steps: Vec<&str> = short.steps.iter().map(|step| step.text.as_str()).collect();
        let form = Form {
            name: short.name.clone(),
            steps: steps.join("\n"),
            reps: short.reps,
            breaths: short.breaths,
            hold: short.hold,
            sets: short.sets,
            rest: short.rest,
            sides: short.sides,
            place: short.place,
            per_day: short.per_day,
            pictures,
        };
        Self {
            original,
            base,
            before: Before::Short(Box::new(short), names),
            initial: form.clone(),
            form,
            shipped: Library::shipped(),
        }
    }

    /// Returns the file that the exercise is in.
    pub(crate) fn file(&self) -> Option<&Path> {
        self.original.as_ref().map(|item| item.file.as_path())
    }

    /// Returns the steps if they can't be changed here, because the exercise is written in the exact form.
    pub(crate) fn fixed_steps(&self) -> Option<&[String]> {
        match &self.before {
            Before::Short(..) => None,
            Before::Exact { steps, .. } => Some(steps),
        }
    }

    pub(crate) fn name(&self) -> &str {
        &self.form.name
    }

    pub(crate) fn set_name(&mut self, name: &str) {
        name.clone_into(&mut self.form.name);
    }

    pub(crate) fn steps(&self) -> &str {
        &self.form.steps
    }

    pub(crate) fn set_steps(&mut self, steps: &str) {
        steps.clone_into(&mut self.form.steps);
    }

    pub(crate) fn pictures(&self) -> &[PathBuf] {
        &self.form.pictures
    }

    /// Replaces the pictures: one for the whole exercise, or one for each step.
    ///
    /// # Errors
    /// Fails if a file is not a picture that can be shown, or too large.
    pub(crate) fn set_pictures(&mut self, pictures: Vec<PathBuf>) -> anyhow::Result<()> {
        for picture in &pictures {
            let name = picture.file_name().unwrap_or_default().to_string_lossy();
            locate(picture.parent().unwrap_or(Path::new(".")), &name)?;
        }
        self.form.pictures = pictures;
        Ok(())
    }

    /// Returns `true` if the exercise can have pictures.
    pub(crate) fn takes_pictures(&self) -> bool {
        matches!(self.before, Before::Short(..))
    }

    // Values derived from the form.

    /// Returns the exercise, to be played. `None` if it has mistakes.
    pub(crate) fn exercise(&self) -> Option<Exercise> {
        match &self.before {
            Before::Short(..) => {
                let mut short = self.short()?;
                if short.steps.is_empty() {
                    return None;
                }
                if !self.form.pictures.is_empty() {
                    short.figure = Figure::Pictures(self.form.pictures.clone());
                }
                Some(short.exercise())
            }
            Before::Exact { .. } => self.read()?.exercises.pop().map(|parsed| parsed.item),
        }
    }

    /// Returns the mistakes that keep the exercise from being saved, as sentences.
    pub(crate) fn mistakes(&self) -> Vec<String> {
        if self.form.name.trim().is_empty() {
            return vec![tr("Give the exercise a name.").to_owned()];
        }
        if self.takes_pictures() && steps(&self.form.steps).next().is_none() {
            return vec![tr("Describe at least one step.").to_owned()];
        }
        let Some(programme) = self.read() else {
            return vec![tr("This exercise can only be changed in its file.").to_owned()];
        };
        let sentences = programme.problems.iter().map(|problem| {
            let text = if problem.expected.is_empty() {
                problem.what.clone()
            } else {
                tr!(
                    "{problem}; expected {what}",
                    problem = problem.what,
                    what = problem.expected
                )
            };
            quoted(&text)
        });
        sentences.collect()
    }

    /// Reads the text, without new pictures, which are not in their place yet.
    fn read(&self) -> Option<programme::Programme> {
        let names = match &self.before {
            Before::Short(_, names) if self.form.pictures == self.initial.pictures => names.clone(),
            Before::Short(..) | Before::Exact { .. } => Vec::new(),
        };
        let text = self.text(&names)?;
        let file = file_for(self.original.as_ref())?;
        Some(programme::read(&file, &text, &self.shipped))
    }

    /// Returns the text of the exercise. `None` if its file is too unusual to be changed here.
    fn text(&self, pictures: &[String]) -> Option<String> {
        match &self.before {
            Before::Short(before, names) => {
                let short = self.short()?;
                if self.base.is_empty() {
                    return Some(write::exercise(&short, pictures));
                }
                let mut before = write::values(before, names);
                let after = write::values(&short, pictures);
                // Steps that are written again don't name their pictures; the list of all pictures does.
                let steps_entry =
                    |entries: &[Entry]| entries.iter().find(|(key, _)| *key == "steps").cloned();
                if steps_entry(&before) != steps_entry(&after) {
                    before.retain(|(key, _)| *key != "picture");
                }
                changed(&self.base, &before, &after)
            }
            Before::Exact { entries, .. } => {
                changed(&self.base, entries, &self.form.exact_entries())
            }
        }
    }

    /// Returns the short form with the changes.
    fn short(&self) -> Option<ShortExercise> {
        let Before::Short(before, _) = &self.before else {
            return None;
        };
        let form = &self.form;
        let mut short = ShortExercise::clone(before);
        form.name.trim().clone_into(&mut short.name);
        short.steps = merged(&before.steps, &form.steps);
        short.reps = form.reps;
        short.breaths = form.breaths;
        short.hold = form.hold;
        short.sets = form.sets;
        short.rest = form.rest;
        short.sides = form.sides;
        short.place = form.place;
        short.per_day = form.per_day;
        if !form.pictures.is_empty() {
            short.figure = Figure::None;
        }
        Some(short)
    }

    // The numbers and choices.

    /// Returns `true` if breaths are counted, not repetitions.
    pub(crate) fn counts_breaths(&self) -> bool {
        self.form.breaths.is_some()
    }

    /// Returns `true` if the user can choose between repetitions and breaths.
    pub(crate) fn can_count_otherwise(&self) -> bool {
        self.takes_pictures()
    }

    /// Counts breaths or repetitions.
    pub(crate) fn count_breaths(&mut self, breaths: bool) {
        if breaths == self.counts_breaths() {
            return;
        }
        let count = self.dose().map(|dose| dose.count());
        self.form.breaths = breaths.then(|| count.unwrap_or(5));
        self.form.reps = None;
        if breaths {
            self.form.hold = None;
        } else {
            self.form.hold = self.initial.hold;
            self.form.reps = self.initial.reps;
        }
    }

    pub(crate) fn sides(&self) -> Sides {
        self.form.sides.unwrap_or(Sides::Both)
    }

    pub(crate) fn set_sides(&mut self, sides: Sides) {
        self.form.sides = (sides != Sides::Both || self.initial.sides.is_some()).then_some(sides);
    }

    pub(crate) fn place(&self) -> Group {
        self.form.place.unwrap_or(Group::Desk)
    }

    pub(crate) fn set_place(&mut self, place: Group) {
        self.form.place = (place != Group::Desk || self.initial.place.is_some()).then_some(place);
    }

    fn dose(&self) -> Option<Dose> {
        let form = &self.form;
        match &self.before {
            Before::Short(..) => Some(self.short()?.exercise().dose),
            Before::Exact { dose, .. } => Some(Dose {
                reps: form.reps,
                breaths: form.breaths,
                hold: form.hold,
                sets: form.sets.unwrap_or(dose.sets),
                rest: form.rest,
                ..*dose
            }),
        }
    }

    /// Returns the length of the hold, in seconds. Whether there is one by default depends on the steps.
    fn hold(&self) -> Option<f64> {
        let has_steps = !self.takes_pictures() || steps(&self.form.steps).next().is_some();
        if has_steps {
            self.dose()?.hold
        } else {
            self.form.hold
        }
    }

    /// Returns the numbers, with the defaults of those that aren't given.
    pub(crate) fn numbers(&self) -> Vec<Number> {
        let is_exact = !self.takes_pictures();
        let Some(dose) = self.dose() else {
            return Vec::new();
        };
        let count = if self.counts_breaths() {
            ("breaths", tr("Breaths"))
        } else {
            ("reps", tr("Repetitions"))
        };
        let mut numbers = vec![number(count, dose.count(), 1, MOST, |n| n.to_string())];
        let holds = !self.counts_breaths() && (!is_exact || dose.hold.is_some());
        if holds {
            let hold = self.hold().map_or(0, |seconds| seconds.round() as u32);
            let least = u32::from(is_exact);
            let hold_text = |seconds| match seconds {
                0 => tr("none").to_owned(),
                _ => Span::seconds(u64::from(seconds)).localized(),
            };
            numbers.push(number(
                ("hold", tr("Hold the end position")),
                hold,
                least,
                HOLDS[HOLDS.len() - 1],
                hold_text,
            ));
        }
        numbers.push(number(("sets", tr("Sets")), dose.sets, 1, MOST, |n| {
            n.to_string()
        }));
        if dose.sets > 1 {
            let rest = dose.rest.map_or(0, |seconds| seconds.round() as u32);
            let most = RESTS[RESTS.len() - 1];
            numbers.push(number(
                ("rest", tr("Rest between the sets")),
                rest,
                RESTS[0],
                most,
                |seconds| Span::seconds(u64::from(seconds)).localized(),
            ));
        }
        let daily = ("per_day", tr("Times a day"));
        let per_day = self.form.per_day.unwrap_or(0);
        numbers.push(number(daily, per_day, 0, MOST_PER_DAY, |n| match n {
            0 => tr("off").to_owned(),
            _ => n.to_string(),
        }));
        numbers
    }

    /// Makes a number smaller or larger by one step.
    pub(crate) fn step(&mut self, key: &str, by: i32) {
        let Some(dose) = self.dose() else { return };
        let seconds = |seconds: Option<f64>| seconds.map_or(0, |seconds| seconds.round() as u32);
        let value = match key {
            "hold" => next(&HOLDS, seconds(self.hold()), by),
            "rest" => next(&RESTS, seconds(dose.rest), by),
            "sets" => dose.sets.saturating_add_signed(by),
            "per_day" => self.form.per_day.unwrap_or(0).saturating_add_signed(by),
            _ => dose.count().saturating_add_signed(by),
        };
        self.set(key, value);
    }

    /// Sets a number that was typed. Returns `false` if it isn't one.
    pub(crate) fn type_number(&mut self, key: &str, text: &str) -> bool {
        let text = text.trim();
        let plain: Option<u32> = text.parse().ok();
        let none = [tr("none"), tr("off")];
        let value = match key {
            "hold" | "per_day" if text.is_empty() || none.contains(&text) => Some(0),
            "hold" | "rest" => plain.or_else(|| {
                let span: Span = text.parse().ok()?;
                u32::try_from(span.duration().as_secs()).ok()
            }),
            _ => plain,
        };
        let Some(value) = value else { return false };
        self.set(key, value);
        true
    }

    /// Sets a number, within its limits.
    fn set(&mut self, key: &str, value: u32) {
        let is_exact = !self.takes_pictures();
        let some = |value: u32, most: u32| (value > 0).then_some(value.min(most));
        let form = &mut self.form;
        match key {
            "reps" => form.reps = Some(value.clamp(1, MOST)),
            "breaths" => form.breaths = Some(value.clamp(1, MOST)),
            "hold" if is_exact => form.hold = Some(f64::from(value.clamp(1, 300))),
            "hold" => {
                // A hold makes one repetition the default, but the number on the screen stays.
                let count = self.dose().map(|dose| dose.count());
                let form = &mut self.form;
                form.reps = form.reps.or(count);
                form.hold = some(value, 1800).map(f64::from);
            }
            "sets" => {
                form.sets = Some(value.clamp(1, MOST));
                if is_exact && value > 1 && form.rest.is_none() {
                    form.rest = Some(30.0);
                }
            }
            "rest" => form.rest = Some(f64::from(value.clamp(1, 300))),
            "per_day" => form.per_day = some(value, MOST_PER_DAY),
            _ => {}
        }
    }

    // Saving.

    /// Writes the exercise, and returns its id.
    ///
    /// # Errors
    /// Fails if a file cannot be written, or was changed by another program.
    pub(crate) fn save(&self, paths: &Paths) -> anyhow::Result<String> {
        let id = match &self.original {
            Some(item) => item.id.clone(),
            None => user_folder::unused_id(paths, &self.form.name, "exercise"),
        };
        let pictures = self.form.pictures.iter();
        let copied: anyhow::Result<Vec<String>> = pictures
            .map(|picture| user_folder::copy_picture(paths, &id, picture))
            .collect();
        let unusual = || anyhow::anyhow!(tr("This exercise can only be changed in its file."));
        let text = self.text(&copied?).ok_or_else(unusual)?;
        match &self.original {
            Some(item) => item.replace(&text)?,
            None => {
                let text = if self.base.is_empty() {
                    text
                } else {
                    user_folder::renamed(&text, &id, self.form.name.trim())
                };
                user_folder::save_new(paths, &id, &text)?;
            }
        }
        Ok(id)
    }
}

impl Form {
    /// Returns the values of the exact form.
    fn exact_entries(&self) -> Vec<Entry> {
        let number = |number: Option<u32>| number.map(|number| number.to_string());
        let seconds = |seconds: Option<f64>| seconds.map(|seconds| seconds.to_string());
        let entries = [
            ("name", Some(write::quoted(self.name.trim()))),
            ("per_day", number(self.per_day)),
            ("dose.reps", number(self.reps)),
            ("dose.breaths", number(self.breaths)),
            ("dose.hold", seconds(self.hold)),
            ("dose.sets", number(self.sets)),
            ("dose.rest", seconds(self.rest)),
        ];
        let entries = entries.into_iter();
        entries
            .filter_map(|(key, value)| Some((key, value?)))
            .collect()
    }
}

/// Returns the file that an exercise is in or will be written to. The name of a new one isn't known yet.
fn file_for(item: Option<&OwnItem>) -> Option<PathBuf> {
    match item {
        Some(item) => Some(item.file.clone()),
        None => Some(Paths::find().ok()?.exercises().join("exercise.toml")),
    }
}

/// Returns the lines that aren't empty.
fn steps(text: &str) -> impl Iterator<Item = &str> {
    text.lines().map(str::trim).filter(|line| !line.is_empty())
}

/// Returns the steps with new texts. A step whose text stays keeps everything; one that was only reworded keeps its pose and time.
fn merged(before: &[Step], text: &str) -> Vec<Step> {
    let lines: Vec<&str> = steps(text).collect();
    let is_reworded = lines.len() == before.len();
    let step = |(index, line): (usize, &&str)| {
        if let Some(same) = before.iter().find(|step| step.text == *line) {
            return same.clone();
        }
        let old = before.get(index).filter(|_| is_reworded);
        Step {
            kind: old.and_then(|old| old.kind),
            pose: old.and_then(|old| old.pose.clone()),
            seconds: old.and_then(|old| old.seconds),
            ..Step::new(line)
        }
    };
    lines.iter().enumerate().map(step).collect()
}

fn number(
    (key, title): (&'static str, &'static str),
    value: u32,
    least: u32,
    most: u32,
    text: impl FnOnce(u32) -> String,
) -> Number {
    Number {
        key,
        title,
        text: text(value),
        has_lower: value > least,
        has_higher: value < most,
    }
}

/// Returns the next value of a scale, or the same at its end.
fn next(scale: &[u32], value: u32, by: i32) -> u32 {
    let next_step = if by > 0 {
        scale.iter().find(|step| **step > value)
    } else {
        scale.iter().rev().find(|step| **step < value)
    };
    next_step.copied().unwrap_or(value)
}
