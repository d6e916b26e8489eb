//! The library of all exercises and routines, with lookup by id.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::ZonedDateTime;
use serde::Deserialize;

use super::exercise::{Exercise, Group};
use super::phases::Part;
use super::plan::{Plan, shrink_to};
use crate::lang::{tr, trn};
use crate::text::clip;
use crate::time::Span;

/// Least similarity of two words for one to be suggested in place of the other.
const MIN_SIMILARITY: f64 = 0.75;

/// Exercises in order, with limits on sets and duration.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Routine {
    /// Identifier in commands, settings and history.
    pub id: String,
    /// Display name; the built-in ones are translated.
    pub name: String,
    /// The benefit of the routine, in a sentence.
    pub about: String,
    /// Identifiers of the exercises, in order. For a surprise routine they are chosen by the library.
    #[serde(default)]
    pub exercises: Vec<String>,
    /// If set, the library chooses about five minutes of exercises that suit this place and were done least recently.
    pub surprise: Option<Group>,
    /// Greatest number of sets of each exercise, if limited.
    pub sets: Option<u32>,
    /// Greatest total duration, if limited: sets, then repetitions are left out, but holds keep their length.
    pub fit: Option<Span>,
    /// Prescribed number of times per day, if any; completed sessions are then counted.
    pub per_day: Option<u32>,
    /// `true` if the routine begins with the exercises of the routine [`WARM_UP`].
    #[serde(default)]
    pub warm_up: bool,
}

/// Circumstances that adapt a plan to the user.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct PlanOptions {
    /// Seconds the user has been sitting. If short, the user was just up and the warm-up is left out; `None` if unknown, which
    /// keeps the warm-up.
    pub sit_seconds: Option<u64>,
    /// Approximate time available; `None` for the full dose.
    pub length: Option<Span>,
}

/// Seconds of sitting below which the user is still warm from being up. Our choice.
const WARM_SECONDS: u64 = 180;

/// The least and greatest duration of a surprise routine in seconds. Our choice for "about five minutes".
const SURPRISE_SECONDS: [f64; 2] = [240.0, 360.0];

/// Identifier of the routine that serves as the warm-up of others.
pub const WARM_UP: &str = "warm-up";

/// The routine or exercise with a given id.
#[derive(Clone, Copy, Debug)]
pub enum LibraryItem<'a> {
    /// A routine of the library.
    Routine(&'a Routine),
    /// A single exercise, which is a routine of its own.
    Exercise(&'a Arc<Exercise>),
}

impl LibraryItem<'_> {
    /// Returns the identifier of the routine or exercise.
    #[must_use]
    pub fn id(&self) -> &str {
        match self {
            Self::Routine(routine) => &routine.id,
            Self::Exercise(exercise) => &exercise.id,
        }
    }

    /// Returns the display name of the routine or exercise.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Self::Routine(routine) => &routine.name,
            Self::Exercise(exercise) => &exercise.name,
        }
    }

    /// Returns the prescribed number of times per day, if any.
    #[must_use]
    pub fn per_day(&self) -> Option<u32> {
        match self {
            Self::Routine(routine) => routine.per_day,
            Self::Exercise(exercise) => exercise.per_day,
        }
    }

    /// Returns the prescribed number of times per day as text, if any: `3 times a day`.
    #[must_use]
    pub fn per_day_text(&self) -> Option<String> {
        let times = u64::from(self.per_day()?);
        Some(trn!(times, "{n} time a day", "{n} times a day"))
    }
}

/// The error for an id that no routine or exercise has.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", unknown(.id, .did_you_mean.as_deref()))]
pub struct UnknownId {
    /// The unknown id, as given.
    pub id: String,
    /// A similar existing id, if any.
    pub did_you_mean: Option<String>,
}

fn unknown(id: &str, like: Option<&str>) -> String {
    let id = clip(id);
    match like {
        Some(like) => tr!(
            "there is no routine or exercise `{id}`; did you mean `{like}`?",
            id = id,
            like = like
        ),
        None => tr!(
            "there is no routine or exercise `{id}`; `unhunch list` shows them all",
            id = id
        ),
    }
}

/// All exercises and routines: the built-in ones and the user's own.
#[derive(Clone, Debug, Default)]
pub struct Library {
    pub(super) exercises: Vec<Arc<Exercise>>,
    pub(super) routines: Vec<Routine>,
    /// Identifiers of the user's own exercises and routines.
    pub(super) own_ids: BTreeSet<String>,
    /// Identifiers of built-in exercises and routines that the user's own replaced.
    pub(super) replaced: BTreeSet<String>,
    /// Identifiers of the exercises that the user does in their easier form.
    easier: BTreeSet<String>,
}

impl Library {
    /// Chooses the exercises of all surprise routines, given the time each exercise was last done: first those never done, then
    /// those done longest ago, with ties in library order.
    pub fn choose_surprises(&mut self, last_done: &BTreeMap<String, ZonedDateTime>) {
        let choose = |routine: &Routine| {
            let place = routine.surprise?;
            let warm_up = self.warm_up().filter(|_| routine.warm_up);
            let before = warm_up.map_or(&[][..], |warm_up| &warm_up.exercises);
            Some(self.surprise(place, before, last_done))
        };
        let chosen: Vec<_> = self.routines.iter().map(choose).collect();
        for (routine, chosen) in self.routines.iter_mut().zip(chosen) {
            routine.exercises = chosen.unwrap_or(std::mem::take(&mut routine.exercises));
        }
    }

    /// Returns about five minutes of exercises that suit the place and are not in `before`, the warm-up.
    fn surprise(
        &self,
        place: Group,
        before: &[String],
        last_done: &BTreeMap<String, ZonedDateTime>,
    ) -> Vec<String> {
        let suits =
            |exercise: &&Arc<Exercise>| exercise.suits(place) && !before.contains(&exercise.id);
        let mut pool: Vec<&Arc<Exercise>> = self.exercises.iter().filter(suits).collect();
        if pool.is_empty() {
            // The user has replaced all of them; exercises for another place are better than none.
            pool = self.exercises.iter().collect();
        }
        pool.sort_by_key(|exercise| last_done.get(&exercise.id).map(ZonedDateTime::timestamp));
        let [least, most] = SURPRISE_SECONDS;
        let (mut chosen, mut seconds) = (Vec::new(), 0.0);
        for exercise in pool {
            let longer = seconds + exercise.full_seconds();
            if seconds < least && (longer <= most || chosen.is_empty()) {
                chosen.push(exercise.id.clone());
                seconds = longer;
            }
        }
        chosen
    }

    /// Returns another exercise for the same place that can be done within `length`, shortened if need be: one never done or
    /// done longest ago. `None` if all of them take longer.
    #[must_use]
    pub fn one_more(
        &self,
        after: &Plan,
        length: Span,
        last_done: &BTreeMap<String, ZonedDateTime>,
    ) -> Option<Plan> {
        let place = after.parts().last()?.exercise.group;
        let is_new = |exercise: &&Arc<Exercise>| {
            let mut done = after.parts().iter();
            exercise.suits(place) && done.all(|part| part.exercise.id != exercise.id)
        };
        self.exercises
            .iter()
            .filter(is_new)
            .map(|exercise| Plan::for_exercise(&self.in_chosen_form(exercise)).shortened_to(length))
            .filter(|plan| plan.fits(length))
            .min_by_key(|plan| last_done.get(&plan.id).map(ZonedDateTime::timestamp))
    }

    /// Chooses the exercises whose plans are made with their easier form, by id. Unknown ones, and those without an easier form,
    /// are ignored.
    pub fn choose_easier_forms(&mut self, ids: BTreeSet<String>) {
        self.easier = ids;
    }

    /// Returns the exercise in the form that the user has chosen.
    pub(super) fn in_chosen_form(&self, exercise: &Arc<Exercise>) -> Arc<Exercise> {
        let is_easier = self.easier.contains(&exercise.id) && !exercise.is_easier_form();
        let easier = is_easier.then(|| exercise.other_form()).flatten();
        easier.unwrap_or_else(|| Arc::clone(exercise))
    }

    /// Returns `true` if the exercises depend on the history, so that the library has to choose them first.
    #[must_use]
    pub fn is_surprise(&self, id: &str) -> bool {
        matches!(self.find(id), Some(LibraryItem::Routine(routine)) if routine.surprise.is_some())
    }

    /// Returns `true` if the routine or exercise is the user's own.
    #[must_use]
    pub fn is_own(&self, id: &str) -> bool {
        self.own_ids.contains(id)
    }

    /// Returns `true` if the user's own routine or exercise replaces a built-in one.
    #[must_use]
    pub fn replaces(&self, id: &str) -> bool {
        self.replaced.contains(id)
    }

    /// Returns the routine or exercise with this id.
    #[must_use]
    pub fn find(&self, id: &str) -> Option<LibraryItem<'_>> {
        let routine = self.routines.iter().find(|routine| routine.id == id);
        routine
            .map(LibraryItem::Routine)
            .or_else(|| self.exercise(id).map(LibraryItem::Exercise))
    }

    /// Returns the name of the routine or exercise with this id. If there is none (any more), the id is its name.
    #[must_use]
    pub fn name_of<'a>(&'a self, id: &'a str) -> &'a str {
        match self.find(id) {
            Some(LibraryItem::Routine(routine)) => &routine.name,
            Some(LibraryItem::Exercise(exercise)) => &exercise.name,
            None => id,
        }
    }

    /// Returns the exercise with this id.
    #[must_use]
    pub fn exercise(&self, id: &str) -> Option<&Arc<Exercise>> {
        self.exercises.iter().find(|exercise| exercise.id == id)
    }

    /// Returns the warm-up routine. A routine that itself asks for a warm-up does not qualify.
    pub(super) fn warm_up(&self) -> Option<&Routine> {
        let is = |routine: &&Routine| routine.id == WARM_UP && !routine.warm_up;
        self.routines.iter().find(is)
    }

    /// Returns the plan of the routine or exercise with this id.
    ///
    /// # Errors
    ///
    /// Returns an error if no routine or exercise has this id; it suggests a similar id if there is one.
    pub fn plan(&self, id: &str) -> Result<Plan, UnknownId> {
        self.find(id)
            .map(|item| Plan::for_item(item, self))
            .ok_or_else(|| self.unknown(id))
    }

    /// Returns the plan adapted to the user's circumstances.
    ///
    /// # Errors
    ///
    /// Returns an error in the same cases as [`Self::plan`].
    pub fn plan_with(&self, id: &str, options: PlanOptions) -> Result<Plan, UnknownId> {
        let plan = match options.sit_seconds {
            Some(seconds) if seconds < WARM_SECONDS => self.plan_without_warm_up(id),
            Some(_) | None => self.plan(id),
        };
        plan.map(|plan| match options.length {
            Some(length) => plan.shortened_to(length),
            None => plan,
        })
    }

    /// Checks that the routine or exercise can be shortened to `length`.
    ///
    /// # Errors
    ///
    /// Returns a sentence with the shortest possible duration if it cannot, or the error of [`Self::plan`].
    pub fn check_length(&self, id: &str, length: Span) -> Result<(), String> {
        let plan = self.plan(id).map_err(|unknown| unknown.to_string())?;
        let plan = plan.shortened_to(length);
        if plan.fits(length) {
            return Ok(());
        }
        Err(tr!(
            "`{id}` can’t be done in {length}; the shortest is {least}",
            id = id,
            length = length.localized(),
            least = Span::seconds(plan.total_seconds().ceil() as u64).localized()
        ))
    }

    /// Returns the plan without its warm-up, for a user who is already warm.
    ///
    /// # Errors
    ///
    /// Returns an error in the same cases as [`Self::plan`].
    pub fn plan_without_warm_up(&self, id: &str) -> Result<Plan, UnknownId> {
        self.find(id)
            .map(|item| Plan::without_warm_up(item, self))
            .ok_or_else(|| self.unknown(id))
    }

    pub(super) fn unknown(&self, id: &str) -> UnknownId {
        UnknownId {
            id: id.to_owned(),
            did_you_mean: self.did_you_mean(id).map(str::to_owned),
        }
    }

    /// Returns an existing id that is similar to `id`, if any.
    #[must_use]
    pub fn did_you_mean(&self, id: &str) -> Option<&str> {
        let id = id.to_lowercase();
        let score = |candidate: &&str| similarity(candidate, &id);
        let (best, score) = self
            .ids()
            .map(|candidate| (candidate, score(&candidate)))
            .max_by(|(_, a), (_, b)| a.total_cmp(b))?;
        (score >= MIN_SIMILARITY).then_some(best)
    }

    /// Returns the ids of all routines and exercises, in display order.
    pub fn ids(&self) -> impl Iterator<Item = &str> {
        self.iter().map(|item| match item {
            LibraryItem::Routine(routine) => routine.id.as_str(),
            LibraryItem::Exercise(exercise) => exercise.id.as_str(),
        })
    }

    /// Returns everything in display order: routines as in their file, then exercises by group.
    pub fn iter(&self) -> impl Iterator<Item = LibraryItem<'_>> {
        let routines = self.routines.iter().map(LibraryItem::Routine);
        routines.chain(self.exercises.iter().map(LibraryItem::Exercise))
    }

    /// Returns the distinct sources of all exercises.
    #[must_use]
    pub fn sources(&self) -> BTreeSet<&str> {
        self.exercises
            .iter()
            .map(|exercise| exercise.source.as_str())
            .filter(|source| !source.is_empty())
            .collect()
    }
}

impl Plan {
    /// Returns the plan of a routine or exercise, with the warm-up it asks for.
    #[must_use]
    pub fn for_item(item: LibraryItem<'_>, library: &Library) -> Self {
        match item {
            LibraryItem::Routine(routine) => Self::for_routine(routine, library),
            LibraryItem::Exercise(exercise) => {
                Self::for_exercise(&library.in_chosen_form(exercise))
            }
        }
    }

    /// Returns the same plan without the warm-up, for a user who is already warm.
    #[must_use]
    pub fn without_warm_up(item: LibraryItem<'_>, library: &Library) -> Self {
        match item {
            LibraryItem::Routine(routine) => {
                let cold = Routine {
                    warm_up: false,
                    ..routine.clone()
                };
                Self::for_routine(&cold, library)
            }
            LibraryItem::Exercise(exercise) => {
                Self::for_exercise(&library.in_chosen_form(exercise))
            }
        }
    }

    /// Returns the plan of a routine within its limits. The warm-up is never shortened.
    pub(super) fn for_routine(routine: &Routine, library: &Library) -> Self {
        let warm_up = library.warm_up().filter(|_| routine.warm_up);
        let warm_up: Vec<Part> = warm_up.map_or_else(Vec::new, |warm_up| {
            Self::for_routine(warm_up, library).parts().to_vec()
        });
        let exercises = routine
            .exercises
            .iter()
            .filter_map(|id| library.exercise(id));
        let exercises = exercises.map(|exercise| library.in_chosen_form(exercise));
        let mut parts: Vec<Part> = exercises
            .map(|exercise| Part::full_dose(&exercise))
            .collect();
        for part in &mut parts {
            part.sets = part.sets.min(routine.sets.unwrap_or(part.sets)).max(1);
        }
        if let Some(fit) = routine.fit {
            let warm: f64 = warm_up.iter().map(Part::seconds).sum();
            shrink_to(fit.duration().as_secs_f64() - warm, &mut parts, 1);
        }
        let warm_up = warm_up.into_iter().map(|part| Part {
            warms_up: true,
            ..part
        });
        let parts = warm_up.chain(parts).collect();
        Self::new(&routine.id, &routine.name, &routine.about, parts)
    }

    /// Returns the same plan with the texts of another library, such as one read after a change of language. The phases stay the
    /// same; an exercise missing from that library keeps its texts.
    #[must_use]
    pub fn reworded(&self, library: &Library) -> Self {
        let reworded = |part: &Part| {
            let before = &part.exercise;
            let exercise = match library.exercise(&before.id) {
                Some(normal) if before.is_easier_form() => normal.other_form(),
                exercise => exercise.cloned(),
            };
            Part {
                exercise: exercise.unwrap_or_else(|| Arc::clone(before)),
                ..part.clone()
            }
        };
        let parts: Vec<Part> = self.parts().iter().map(reworded).collect();
        let (name, about) = match (library.find(&self.id), &parts[..]) {
            (Some(LibraryItem::Exercise(exercise)), [part]) => {
                (exercise.name.as_str(), part.dose_sentence())
            }
            (Some(LibraryItem::Routine(routine)), _) => {
                (routine.name.as_str(), routine.about.clone())
            }
            (Some(LibraryItem::Exercise(_)) | None, _) => (self.name.as_str(), self.about.clone()),
        };
        Self::new(&self.id, name, &about, parts)
    }
}

/// Returns the similarity of two words, 0 to 1. A complete hyphenated part of an id counts as very similar.
fn similarity(candidate: &str, word: &str) -> f64 {
    if word.len() >= 3 && candidate.split('-').any(|part| part == word) {
        return 0.95;
    }
    strsim::jaro_winkler(candidate, word)
        .max(strsim::normalized_damerau_levenshtein(candidate, word))
}

#[cfg(test)]
mod tests {
    use super::*;

    type Row = (u32, &'static str, Option<u32>, Option<u32>, Option<f64>);

    /// Repetitions or breaths, sets and seconds of a hold in the source; `None` where it gives no number.
    const SOURCE: [Row; 11] = [
        (1, "chest-and-arm-stretch", None, None, None),
        (2, "shoulder-roll", Some(5), None, None),
        (3, "pectoralis-stretch", Some(3), None, None),
        (4, "wall-arm-slide", None, Some(2), None),
        (5, "lying-shoulder-squeeze", Some(15), Some(3), None),
        (6, "t-spine-twist", None, None, None),
        (7, "arm-and-leg-raise", Some(10), None, Some(5.0)),
        (8, "cat-cow", None, None, None),
        (9, "childs-pose", None, None, None),
        (10, "thoracic-extension", Some(10), None, None),
        (11, "scapula-squeeze", Some(15), Some(2), Some(5.0)),
    ];

    #[test]
    fn all_eleven_exercises_match_the_source() {
        let library = Library::shipped();
        for (number, id, reps, sets, hold) in SOURCE {
            let exercise = library.exercise(id).unwrap();
            assert!(
                exercise.source.ends_with(&format!(", exercise {number}")),
                "{id}"
            );
            assert!(
                reps.is_none_or(|reps| exercise.dose.count() == reps),
                "{id}"
            );
            assert_eq!(exercise.dose.sets, sets.unwrap_or(1), "{id}");
            assert!(
                hold.is_none_or(|hold| exercise.dose.hold == Some(hold)),
                "{id}"
            );
        }
        let range = |id: &str| library.exercise(id).unwrap().dose;
        assert_eq!(range("pectoralis-stretch").hold_range, Some([15.0, 30.0]));
        assert_eq!(range("wall-arm-slide").reps_range, Some([8, 12]));
        assert_eq!(range("childs-pose").breaths_range, Some([5, 10]));
        for segment in &library.exercise("cat-cow").unwrap().segments {
            assert_eq!(segment.range, Some([10.0, 15.0]));
        }
        let Some(LibraryItem::Routine(all)) = library.find("all") else {
            panic!("there is a routine of all");
        };
        let every: BTreeSet<&str> = all.exercises.iter().map(String::as_str).collect();
        assert_eq!(every, SOURCE.iter().map(|row| row.1).collect());
    }

    #[test]
    fn warm_up_is_skipped_after_a_short_sit() {
        let library = Library::shipped();
        let first = |sit_seconds| {
            let length = None;
            let plan = library
                .plan_with(
                    "standing",
                    PlanOptions {
                        sit_seconds,
                        length,
                    },
                )
                .unwrap();
            plan.parts()[0].exercise.id.clone()
        };
        assert_eq!(first(Some(60)), "chest-and-arm-stretch");
        assert_eq!(first(Some(1800)), "short-walk");
        assert_eq!(first(None), "short-walk");
    }

    fn chosen(library: &Library, id: &str) -> Vec<String> {
        let Some(LibraryItem::Routine(routine)) = library.find(id) else {
            panic!("{id} is no routine");
        };
        routine.exercises.clone()
    }

    #[test]
    fn a_surprise_begins_with_the_first_and_goes_round() {
        let mut library = Library::shipped();
        assert_eq!(
            chosen(&library, "surprise"),
            ["thoracic-extension", "scapula-squeeze"]
        );
        assert!(library.is_surprise("surprise") && !library.is_surprise("desk"));
        let mut last_done = BTreeMap::new();
        let mut now: ZonedDateTime = "2026-03-02T09:00:00[UTC]".parse().unwrap();
        let mut done = Vec::new();
        for _ in 0..3 {
            library.choose_surprises(&last_done);
            for id in chosen(&library, "surprise") {
                now = now.saturating_add(jiff::SignedDuration::from_mins(1));
                last_done.insert(id.clone(), now.clone());
                done.push(id);
            }
        }
        assert_eq!(
            done,
            [
                "thoracic-extension",
                "scapula-squeeze",
                "chest-and-arm-stretch",
                "shoulder-roll",
                "short-walk",
                "thoracic-extension",
                "scapula-squeeze",
            ],
            "nothing comes again before all have had their turn"
        );
    }

    #[test]
    fn a_surprise_suits_its_place_and_takes_about_five_minutes() {
        let mut library = Library::shipped();
        let ids: Vec<String> = library.ids().map(str::to_owned).collect();
        let start: ZonedDateTime = "2026-03-02T09:00:00[UTC]".parse().unwrap();
        for round in 0..200u64 {
            // An arbitrary history, different in each round.
            let times = ids.iter().zip(0u64..).map(|(id, n)| {
                let hours = (round * 7919 + n * n * 104_729) % 1000;
                let hours = jiff::SignedDuration::from_hours(hours.cast_signed());
                (id.clone(), start.saturating_add(hours))
            });
            let last_done: BTreeMap<_, _> = times
                .filter(|(id, _)| id.len() as u64 % 5 != round % 5)
                .collect();
            library.choose_surprises(&last_done);
            for (id, place) in [
                ("surprise", Group::Desk),
                ("surprise-standing", Group::Standing),
                ("surprise-floor", Group::Floor),
            ] {
                let plan = library.plan_without_warm_up(id).unwrap();
                let minutes = plan.total_seconds() / 60.0;
                assert!((4.0..=6.0).contains(&minutes), "{id}: {minutes} min");
                assert!(plan.parts().iter().all(|part| part.exercise.suits(place)));
                let cold = library.plan(id).unwrap();
                let all: Vec<&str> = cold
                    .parts()
                    .iter()
                    .map(|part| part.exercise.id.as_str())
                    .collect();
                let once: BTreeSet<&str> = all.iter().copied().collect();
                assert_eq!(all.len(), once.len(), "one comes twice: {all:?}");
            }
        }
    }

    #[test]
    fn at_the_desk_nothing_but_a_chair_is_needed() {
        let library = Library::shipped();
        let ids: Vec<&str> = library
            .exercises
            .iter()
            .filter(|exercise| exercise.suits(Group::Desk))
            .map(|exercise| exercise.id.as_str())
            .collect();
        assert_eq!(
            ids,
            [
                "thoracic-extension",
                "scapula-squeeze",
                "chest-and-arm-stretch",
                "shoulder-roll",
                "short-walk"
            ]
        );
    }

    #[test]
    fn own_surprise_replaces_the_built_in_one() {
        let mut library = Library::shipped();
        let routine = "[[routine]]\nid = \"surprise\"\nname = \"Mine\"\nabout = \"x\"\nexercises = [\"cat-cow\"]\n";
        assert_eq!(library.add(&[], ("routines.toml", routine)), []);
        assert_eq!(chosen(&library, "surprise"), ["cat-cow"]);
        assert!(!library.is_surprise("surprise") && library.replaces("surprise"));

        let mut library = Library::shipped();
        let exercise = include_str!("../../config/exercises/cat-cow.toml").replacen(
            "\"cat-cow\"",
            "\"surprise\"",
            1,
        );
        assert_eq!(
            library.add(&[("x.toml", &exercise)], ("routines.toml", "")),
            []
        );
        assert!(matches!(
            library.find("surprise"),
            Some(LibraryItem::Exercise(_))
        ));

        let mut library = Library::shipped();
        let floor = "[[routine]]\nid = \"evening\"\nname = \"Evening\"\nabout = \"x\"\nsurprise = \"floor\"\n";
        assert_eq!(library.add(&[], ("routines.toml", floor)), []);
        assert_eq!(chosen(&library, "evening")[0], "lying-shoulder-squeeze");
    }

    #[test]
    fn too_short_length_reports_the_shortest_possible() {
        let library = Library::shipped();
        assert_eq!(library.check_length("desk", Span::seconds(240)), Ok(()));
        assert_eq!(
            library.check_length("desk", Span::seconds(30)),
            Err("`desk` can’t be done in 30 s; the shortest is 56 s".to_owned())
        );
        assert!(library.check_length("dest", Span::seconds(30)).is_err());
    }

    #[test]
    fn typos_get_a_suggestion() {
        let library = Library::shipped();
        for (typo, meant) in [
            ("dest", Some("desk")),
            ("deskshort", Some("desk-short")),
            ("Moment", Some("moment")),
            ("thoracic", Some("thoracic-extension")),
            ("scapula-squeze", Some("scapula-squeeze")),
            ("breakfast", None),
            ("", None),
        ] {
            assert_eq!(library.did_you_mean(typo), meant, "{typo}");
        }
        assert_eq!(
            library.plan("dest").unwrap_err().to_string(),
            "there is no routine or exercise `dest`; did you mean `desk`?"
        );
        assert_eq!(
            library.plan("breakfast").unwrap_err().to_string(),
            "there is no routine or exercise `breakfast`; `unhunch list` shows them all"
        );
        assert_eq!(
            library.plan("\u{1b}[2J").unwrap_err().to_string(),
            "there is no routine or exercise `[U+001B][2J`; `unhunch list` shows them all"
        );
    }

    /// The numbers that are written down in a text, in digits or in words.
    fn numbers_in(text: &str) -> Vec<f64> {
        const WORDS: [(&str, f64); 32] = [
            ("half", 0.5),
            ("one", 1.0),
            ("once", 1.0),
            ("single", 1.0),
            ("two", 2.0),
            ("twice", 2.0),
            ("pair", 2.0),
            ("couple", 2.0),
            ("three", 3.0),
            ("four", 4.0),
            ("five", 5.0),
            ("six", 6.0),
            ("seven", 7.0),
            ("eight", 8.0),
            ("nine", 9.0),
            ("ten", 10.0),
            ("eleven", 11.0),
            ("twelve", 12.0),
            ("dozen", 12.0),
            ("thirteen", 13.0),
            ("fourteen", 14.0),
            ("fifteen", 15.0),
            ("sixteen", 16.0),
            ("seventeen", 17.0),
            ("eighteen", 18.0),
            ("nineteen", 19.0),
            ("twenty", 20.0),
            ("thirty", 30.0),
            ("forty", 40.0),
            ("fifty", 50.0),
            ("sixty", 60.0),
            // A number that only the dose can name.
            ("several", f64::NAN),
        ];
        let of_word = |word: &str| {
            let named = WORDS.iter().find(|(name, _)| *name == word.to_lowercase());
            named.map(|(_, number)| *number).or(word.parse().ok())
        };
        // Here "one" means the repetition, and "a single arm at a time" is not a count.
        let text = text
            .replace("before the next one", "")
            .replace("a single arm at a time", "");
        text.split(|c: char| !c.is_alphanumeric())
            .filter_map(of_word)
            .collect()
    }

    fn texts_of(exercise: &Exercise) -> Vec<&String> {
        let segments = || exercise.in_order();
        let lines = exercise
            .details
            .iter()
            .chain(&exercise.cautions)
            .chain(exercise.easier.iter().map(|easier| &easier.text))
            .chain(&exercise.harder);
        lines
            .chain(segments().map(|segment| &segment.cue))
            .chain(segments().filter_map(|segment| segment.way.as_ref()))
            .chain([&exercise.name, &exercise.ready.cue])
            .collect()
    }

    /// Numbers are derived from the dose; a text that mentions one must agree with the data.
    #[test]
    fn a_number_in_a_text_is_a_number_of_the_data() {
        let library = Library::shipped();
        let check_numbers = |text: &str, data: &[f64]| {
            for number in numbers_in(text) {
                assert!(
                    data.contains(&number),
                    "{number} in {text:?}; the data have {data:?}"
                );
            }
        };
        for exercise in &library.exercises {
            let dose = &exercise.dose;
            let mut data = vec![f64::from(dose.count()), f64::from(dose.sets)];
            data.extend(dose.hold);
            data.extend(dose.hold_range.into_iter().flatten());
            let counts = dose.reps_range.or(dose.breaths_range);
            data.extend(counts.into_iter().flatten().map(f64::from));
            for text in texts_of(exercise) {
                check_numbers(text, &data);
            }
        }
        for routine in &library.routines {
            let plan = library.plan_without_warm_up(&routine.id).unwrap();
            let mut data = vec![plan.parts().len() as f64];
            data.extend(routine.sets.map(f64::from));
            let fit = routine.fit.map(|fit| fit.duration().as_secs_f64());
            data.extend(
                fit.into_iter()
                    .flat_map(|seconds| [seconds, seconds / 60.0]),
            );
            check_numbers(&routine.name, &data);
            check_numbers(&routine.about, &data);
        }
    }

    #[test]
    fn numbers_are_found_in_digits_and_in_words() {
        assert_eq!(
            numbers_in("Hold for 5 seconds, twice; Fifteen times"),
            [5.0, 2.0, 15.0]
        );
        assert!(
            numbers_in("several circles")[0].is_nan(),
            "no data can say so"
        );
        assert_eq!(
            numbers_in("Let go before the next one, phone alone, often"),
            [0.0; 0]
        );
    }

    /// No built-in exercise mentions a number, so that its texts stay correct when the dose is changed.
    #[test]
    fn no_shipped_exercise_writes_down_a_number() {
        for exercise in &Library::shipped().exercises {
            for text in texts_of(exercise) {
                assert!(numbers_in(text).is_empty(), "{text}");
            }
        }
    }
}
