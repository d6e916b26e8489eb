//! Validation of exercise files; each problem is a sentence for the user.

use std::fmt;

use super::exercise::{Exercise, Kind, START, Segment, Sides};
use super::figure::Figure;
use crate::figure::Drawing;
use crate::lang::tr;
use crate::reason;

/// A mistake in an exercise or routine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The key, with those of the tables that contain it, such as `dose.reps` or `rep.2.cue`.
    pub key: String,
    /// Description of the mistake, as a sentence.
    pub message: String,
}

impl Fault {
    pub(super) fn new(key: impl Into<String>, message: impl Into<String>) -> Self {
        Self {
            key: key.into(),
            message: message.into(),
        }
    }
}

/// The mistakes found so far.
#[derive(Default)]
pub(super) struct Faults(pub(super) Vec<Fault>);

impl Faults {
    pub(super) fn push(&mut self, key: impl Into<String>, message: impl Into<String>) {
        self.0.push(Fault::new(key, message));
    }
}

/// A segment's place: as a key, and as shown to the user.
#[derive(Clone)]
struct Place {
    key: String,
    label: String,
}

impl Place {
    fn key_for(&self, key: &str) -> String {
        format!("{}.{key}", self.key)
    }
}

/// The most words of a cue; more are hard to follow while moving.
const CUE_WORDS: usize = 8;
/// Greatest duration of a hold, such as a walk, in seconds.
const LONGEST_HOLD: f64 = 1800.0;
/// Greatest duration of an exercise, in seconds.
const LONGEST: f64 = 3600.0;
/// Greatest number of segments in one repetition.
const SEGMENTS: usize = 12;

impl Exercise {
    /// Parses and validates an exercise file.
    ///
    /// # Errors
    ///
    /// Returns every problem as a sentence; for a file that cannot be parsed, only the parse error.
    pub fn parse(text: &str) -> Result<Self, Vec<String>> {
        let exercise: Self =
            toml::from_str(text).map_err(|error| vec![reason::of_toml(text, &error)])?;
        let faults = exercise.check();
        if faults.is_empty() {
            Ok(exercise)
        } else {
            Err(faults.into_iter().map(|fault| fault.message).collect())
        }
    }

    /// Returns every mistake; empty if the exercise is valid.
    #[must_use]
    pub fn check(&self) -> Vec<Fault> {
        let mut problems = Faults::default();
        self.check_texts(&mut problems);
        self.check_dose(&mut problems);
        self.check_segments(&mut problems);
        self.check_figure(&mut problems);
        if problems.0.is_empty() && self.full_seconds() > LONGEST {
            let message = tr("it takes more than an hour; lower `reps`, `sets` or `seconds`");
            problems.push("dose", message);
        }
        if problems.0.is_empty() && !self.is_easier_form() {
            self.check_easier(Self::check, &mut problems);
        }
        problems.0
    }

    /// Returns the mistakes that only the exercise as a whole can have: in its figure, or in its length.
    pub(super) fn check_whole(&self) -> Vec<Fault> {
        let mut problems = Faults::default();
        self.check_figure(&mut problems);
        if self.full_seconds() > LONGEST {
            let message = tr("it takes more than an hour; lower `reps`, `sets` or `seconds`");
            problems.push("dose", message);
        }
        if problems.0.is_empty() && !self.is_easier_form() {
            self.check_easier(Self::check_whole, &mut problems);
        }
        problems.0
    }

    fn check_texts(&self, problems: &mut Faults) {
        if !is_id(&self.id) {
            problems.push("id", invalid_id_message(&self.id));
        }
        if self.name.trim().is_empty() {
            problems.push("name", tr!("`{key}` is empty", key = "name"));
        }
        for (key, lines) in [("details", &self.details), ("cautions", &self.cautions)] {
            if lines.is_empty() || lines.iter().any(|line| line.trim().is_empty()) {
                problems.push(
                    key,
                    tr!(
                        "`{key}` needs at least one line, and none may be empty",
                        key = key
                    ),
                );
            }
        }
        let easier = self.easier.as_ref().map(|easier| &easier.text);
        for (key, text) in [("easier", easier), ("harder", self.harder.as_ref())] {
            if text.is_some_and(|text| text.trim().is_empty()) {
                problems.push(key, tr!("`{key}` is empty; leave it out", key = key));
            }
        }
        let ready = Place {
            key: "ready".into(),
            label: "[ready]".into(),
        };
        check_cue(&ready, "cue", &self.ready.cue, problems);
        let per_day = check_per_day(self.per_day);
        problems
            .0
            .extend(per_day.map(|message| Fault::new("per_day", message)));
    }

    fn check_dose(&self, problems: &mut Faults) {
        let dose = &self.dose;
        for (key, number) in [
            ("reps", dose.reps),
            ("breaths", dose.breaths),
            ("sets", Some(dose.sets)),
        ] {
            if let Some(number) = number.filter(|number| !(1..=100).contains(number)) {
                let key = format!("dose.{key}");
                problems.push(
                    key.clone(),
                    tr!(
                        "`{key}` is {n}; expected {least} to {most}",
                        key = key,
                        n = number,
                        least = 1,
                        most = 100
                    ),
                );
            }
        }
        match (dose.reps, dose.breaths) {
            (None, None) => problems.push("dose", tr("`dose.reps` or `dose.breaths` is missing")),
            (Some(_), Some(_)) => problems.push(
                "dose.breaths",
                tr("`dose.reps` and `dose.breaths` are both set; use only one"),
            ),
            (Some(_), None) | (None, Some(_)) => {}
        }
        check_range("dose.reps", None, dose.reps, dose.reps_range, problems);
        check_range(
            "dose.breaths",
            None,
            dose.breaths,
            dose.breaths_range,
            problems,
        );
        check_range("dose.hold", None, dose.hold, dose.hold_range, problems);
        check_seconds("dose.ready", None, dose.ready, [1.0, 60.0], problems);
        for (key, seconds, most) in [
            ("dose.hold", dose.hold, LONGEST_HOLD),
            ("dose.rest", dose.rest, 300.0),
            ("dose.switch", dose.switch, 60.0),
        ] {
            if let Some(seconds) = seconds {
                check_seconds(key, None, seconds, [1.0, most], problems);
            }
        }
        self.check_dose_is_whole(problems);
    }

    /// Checks that values of the dose that depend on each other are present, and that none is useless.
    fn check_dose_is_whole(&self, problems: &mut Faults) {
        let holds = self.has_hold();
        let one_then_other = self.sides == Sides::OneThenOther;
        for (needed, value, key, reason) in [
            (holds, self.dose.hold, "hold", tr("a [[rep]] is a `hold`")),
            (
                self.dose.sets > 1,
                self.dose.rest,
                "rest",
                tr("there is more than one set"),
            ),
            (
                one_then_other,
                self.dose.switch,
                "switch",
                tr("`sides` is `one-then-other`"),
            ),
        ] {
            match (needed, value) {
                (true, None) => problems.push(
                    format!("dose.{key}"),
                    tr!(
                        "`dose.{key}` is missing; it is needed because {reason}",
                        key = key,
                        reason = reason
                    ),
                ),
                (false, Some(_)) => {
                    problems.push(
                        format!("dose.{key}"),
                        tr!(
                            "`dose.{key}` has no effect; it is only used when {reason}",
                            key = key,
                            reason = reason
                        ),
                    );
                }
                (true, Some(_)) | (false, None) => {}
            }
        }
    }

    fn check_segments(&self, problems: &mut Faults) {
        if !(1..=SEGMENTS).contains(&self.segments.len()) {
            problems.push(
                "rep",
                tr!(
                    "there are {n} [[rep]] parts; expected {least} to {most}",
                    n = self.segments.len(),
                    least = 1,
                    most = SEGMENTS
                ),
            );
        }
        for (place, segment) in self.placed_segments() {
            segment.check(&place, problems);
        }
        let with_direction = |segment: &&Segment| segment.way.is_some();
        let ways = self.segments.iter().filter(with_direction).count();
        if ways != 0 && ways != self.segments.len() {
            problems.push(
                "rep",
                tr("some [[rep]] parts have a `way` and others don’t"),
            );
        }
        let last = self.placed_segments().last();
        if let Some((place, last)) = last.filter(|(_, last)| last.pose != START) {
            problems.push(place.key_for("pose"), tr!(
                "it ends in the pose \"{pose}\"; expected \"{start}\", where the next set begins",
                pose = last.pose,
                start = START
            ));
        }
    }

    fn placed_segments(&self) -> impl Iterator<Item = (Place, &Segment)> {
        [
            ("enter", &self.enter),
            ("rep", &self.segments),
            ("leave", &self.leave),
        ]
        .into_iter()
        .flat_map(|(key, segments)| {
            let place = move |index: usize| Place {
                key: format!("{key}.{}", index + 1),
                label: format!("[[{key}]] {}", index + 1),
            };
            (0..).map(place).zip(segments.iter().take(SEGMENTS))
        })
    }

    fn check_figure(&self, problems: &mut Faults) {
        if let Figure::Own(drawing) = &self.figure {
            for (key, problem) in drawing.check() {
                problems.push(format!("figure.{key}"), format!("[figure] {problem}"));
            }
        }
        let Some(drawing) = self.figure.drawing() else {
            return;
        };
        let mut from = START;
        for (place, segment) in self.placed_segments() {
            check_poses(drawing, &place, from, segment, problems);
            from = &segment.pose;
        }
        // The other side begins where this one ends, so that pose has to be symmetric.
        let turning = match self.sides {
            Sides::Both => None,
            Sides::Alternate => self.segments.last().map(|last| last.pose.as_str()),
            Sides::OneThenOther => Some(START),
        };
        if let Some(pose) = turning.filter(|pose| !drawing.is_symmetric(pose)) {
            problems.push("sides", tr!(
                "[figure] the sides alternate in the pose \"{pose}\", but it isn’t the same on both sides",
                pose = pose
            ));
        }
    }
}

fn check_poses(
    drawing: &Drawing,
    place: &Place,
    from: &str,
    segment: &Segment,
    problems: &mut Faults,
) {
    let intermediate = segment.through.iter().map(String::as_str);
    for pose in intermediate.clone().chain([segment.pose.as_str()]) {
        if !drawing.has_pose(pose) {
            let names: Vec<&str> = drawing.pose_names().collect();
            problems.push(
                place.key_for("pose"),
                tr!(
                    "{place}: `pose` is \"{pose}\", which [figure] doesn’t have; it has {names}",
                    place = place.label,
                    pose = pose,
                    names = names.join(", ")
                ),
            );
        }
    }
    let all = intermediate.chain([from, segment.pose.as_str()]);
    if !segment.through.is_empty() && !drawing.flows(all) {
        problems.push(place.key_for("through"), tr!(
            "{place}: a hand or foot changes what it is pinned to while flowing `through` poses",
            place = place.label
        ));
    }
}

impl Segment {
    fn check(&self, place: &Place, problems: &mut Faults) {
        if self.kind.is_derived() {
            problems.push(place.key_for("kind"), tr!(
                "{place}: a `{kind}` is derived from the dose; expected `move`, `hold`, `relax`, `breathe-in` or `breathe-out`",
                place = place.label,
                kind = self.kind.as_str()
            ));
        }
        match (self.kind, self.seconds) {
            (Kind::Hold, Some(_)) => problems.push(
                place.key_for("seconds"),
                tr!(
                    "{place}: a `hold` lasts as long as `dose.hold` says; leave out `seconds`",
                    place = place.label
                ),
            ),
            (Kind::Hold, None) => {}
            (_, None) => problems.push(
                place.key.clone(),
                tr!(
                    "{place}: `{key}` is missing",
                    place = place.label,
                    key = "seconds"
                ),
            ),
            (_, Some(seconds)) => {
                check_seconds("seconds", Some(place), seconds, [0.5, 300.0], problems);
            }
        }
        check_range("seconds", Some(place), self.seconds, self.range, problems);
        if let (Some(reach), Some(seconds)) = (self.reach, self.seconds) {
            check_seconds("reach", Some(place), reach, [0.5, seconds], problems);
        }
        if self.times.is_some_and(|times| !(2..=100).contains(&times)) || self.goes_nowhere() {
            problems.push(place.key_for("times"), tr!(
                "{place}: `times` says how often to go `through` the poses; expected {least} to {most}",
                place = place.label,
                least = 2,
                most = 100
            ));
        }
        if self.through.len() > SEGMENTS {
            problems.push(
                place.key_for("through"),
                tr!(
                    "{place}: `through` has more than {n} poses",
                    place = place.label,
                    n = SEGMENTS
                ),
            );
        }
        check_cue(place, "cue", &self.cue, problems);
        if let Some(cue) = &self.cue_left {
            check_cue(place, "cue_left", cue, problems);
        }
    }

    fn goes_nowhere(&self) -> bool {
        self.times.is_some() && self.through.is_empty()
    }
}

/// Checks that a number is within the range next to it.
fn check_range<T: Copy + PartialOrd + fmt::Display>(
    key: &str,
    place: Option<&Place>,
    number: Option<T>,
    range: Option<[T; 2]>,
    problems: &mut Faults,
) {
    let (path, key) = path_and_name(key, place);
    match (number, range) {
        (Some(number), Some([least, most])) if !(least..=most).contains(&number) => {
            problems.push(
                path,
                tr!(
                    "`{key}` is {n}, which is outside its range",
                    key = key,
                    n = number
                ),
            );
        }
        (None, Some(_)) => {
            problems.push(path, tr!("`{key}` has a range but no value", key = key));
        }
        (Some(_), Some(_)) | (_, None) => {}
    }
}

/// Returns the path of a key, and its name for the user.
fn path_and_name(key: &str, place: Option<&Place>) -> (String, String) {
    match place {
        Some(place) => (place.key_for(key), format!("{}: {key}", place.label)),
        None => (key.to_owned(), key.to_owned()),
    }
}

fn check_seconds(
    key: &str,
    place: Option<&Place>,
    seconds: f64,
    [least, most]: [f64; 2],
    problems: &mut Faults,
) {
    if !(least..=most).contains(&seconds) {
        let (path, key) = path_and_name(key, place);
        problems.push(
            path,
            tr!(
                "`{key}` is {n}; expected {least} to {most} seconds",
                key = key,
                n = seconds,
                least = least,
                most = most
            ),
        );
    }
}

fn check_cue(place: &Place, key: &str, cue: &str, problems: &mut Faults) {
    let words = cue.split_whitespace().count();
    if !(1..=CUE_WORDS).contains(&words) {
        problems.push(
            place.key_for(key),
            tr!(
                "{place}: the cue has {n} words; expected {least} to {most}",
                place = place.label,
                n = words,
                least = 1,
                most = CUE_WORDS
            ),
        );
    }
}

/// Checks that a prescription is at most once an hour.
pub(super) fn check_per_day(per_day: Option<u32>) -> Option<String> {
    let wrong = per_day.filter(|times| !(1..=24).contains(times))?;
    Some(tr!(
        "`{key}` is {n}; expected {least} to {most}",
        key = "per_day",
        n = wrong,
        least = 1,
        most = 24
    ))
}

pub(super) fn invalid_id_message(id: &str) -> String {
    tr!(
        "`id` is \"{id}\"; expected lower-case letters, digits and hyphens",
        id = id
    )
}

/// Returns `true` for a word that is easy to type: up to 60 lower-case letters, digits, and hyphens between them.
#[must_use]
pub fn is_id(text: &str) -> bool {
    !text.is_empty()
        && text.len() <= 60
        && !text.starts_with('-')
        && !text.ends_with('-')
        && text
            .chars()
            .all(|c| matches!(c, 'a'..='z' | '0'..='9' | '-'))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::routine::shipped::file;

    fn scapula() -> String {
        file("scapula-squeeze.toml")
    }

    fn problems_after(from: &str, to: &str) -> Vec<String> {
        problems_in("scapula-squeeze.toml", from, to)
    }

    fn problems_in(name: &str, from: &str, to: &str) -> Vec<String> {
        let text = file(name).replacen(from, to, 1);
        assert_ne!(text, file(name), "nothing was replaced");
        Exercise::parse(&text).unwrap_err()
    }

    #[test]
    fn errors_in_ranges_breaths_ways_and_sides_are_reported() {
        for (name, from, to, message) in [
            (
                "wall-arm-slide.toml",
                "reps  = 10",
                "reps  = 7",
                "`dose.reps` is 7, which is outside its range",
            ),
            (
                "childs-pose.toml",
                "breaths = 8",
                "reps = 8",
                "`dose.breaths` has a range but no value",
            ),
            (
                "childs-pose.toml",
                "breaths = 8",
                "breaths = 8\nreps = 8",
                "`dose.reps` and `dose.breaths` are both set; use only one",
            ),
            (
                "scapula-squeeze.toml",
                "reps  = 15",
                "",
                "`dose.reps` or `dose.breaths` is missing",
            ),
            (
                "cat-cow.toml",
                "reach   = 6 ",
                "reach   = 60 ",
                "`[[rep]] 1: reach` is 60; expected 0.5 to 10 seconds",
            ),
            (
                "cat-cow.toml",
                "seconds = 10",
                "seconds = 9",
                "`[[rep]] 1: seconds` is 9, which is outside its range",
            ),
            (
                "shoulder-roll.toml",
                "way     = \"forward\"",
                "",
                "some [[rep]] parts have a `way` and others don’t",
            ),
            (
                "shoulder-roll.toml",
                "through = [\"forward\"",
                "through = [\"fore\"",
                "[[rep]] 1: `pose` is \"fore\", which [figure] doesn’t have; it has back, forward, start, up",
            ),
            (
                "short-walk.toml",
                "through = [\"right\", \"start\", \"left\"]",
                "",
                "[[rep]] 1: `times` says how often to go `through` the poses; expected 2 to 100",
            ),
            (
                "chest-and-arm-stretch.toml",
                "pose    = \"start\"",
                "pose    = \"clasp\"",
                "it ends in the pose \"clasp\"; expected \"start\", where the next set begins",
            ),
            (
                "chest-and-arm-stretch.toml",
                "pose    = \"clasp\"",
                "through = [\"clasp\"]\npose    = \"squeeze\"",
                "[[enter]] 1: a hand or foot changes what it is pinned to while flowing `through` poses",
            ),
            (
                "arm-and-leg-raise.toml",
                "[figure.pose.start]",
                "[figure.pose.start]\nthorax = { turn = 5 }",
                "[figure] the sides alternate in the pose \"start\", but it isn’t the same on both sides",
            ),
            (
                "childs-pose.toml",
                "text  = \"Don’t sink as far; keep your hips higher.\"",
                "text  = \" \"",
                "`easier` is empty; leave it out",
            ),
        ] {
            assert!(
                problems_in(name, from, to)
                    .iter()
                    .any(|problem| problem == message),
                "{message}: {:?}",
                problems_in(name, from, to)
            );
        }
    }

    #[test]
    fn each_error_is_reported_as_a_sentence() {
        for (from, to, message) in [
            (
                "reps  = 15",
                "reps  = 0",
                "`dose.reps` is 0; expected 1 to 100",
            ),
            (
                "hold  = 5",
                "hold  = nan",
                "`dose.hold` is NaN; expected 1 to 1800 seconds",
            ),
            (
                "hold  = 5",
                "",
                "`dose.hold` is missing; it is needed because a [[rep]] is a `hold`",
            ),
            (
                "rest  = 20",
                "",
                "`dose.rest` is missing; it is needed because there is more than one set",
            ),
            (
                "sets  = 2",
                "sets  = 1",
                "`dose.rest` has no effect; it is only used when there is more than one set",
            ),
            ("seconds = 1.5", "", "[[rep]] 1: `seconds` is missing"),
            (
                "cue     = \"Hold\"",
                "cue = \"Hold it for as long as it feels really good\"",
                "[[rep]] 2: the cue has 10 words; expected 1 to 8",
            ),
            (
                "kind    = \"relax\"",
                "kind = \"rest\"",
                "[[rep]] 3: a `rest` is derived from the dose; expected `move`, `hold`, `relax`, `breathe-in` or `breathe-out`",
            ),
            (
                "scapula-squeeze\"",
                "Scapula Squeeze\"",
                "`id` is \"Scapula Squeeze\"; expected lower-case letters, digits and hyphens",
            ),
            (
                "\"both\"",
                "\"one-then-other\"",
                "`dose.switch` is missing; it is needed because `sides` is `one-then-other`",
            ),
        ] {
            assert_eq!(problems_after(from, to), [message]);
        }
    }

    #[test]
    fn all_errors_are_reported_at_once() {
        let text = scapula()
            .replacen("reps  = 15", "reps  = 1000", 1)
            .replacen("ready = 6", "ready = -1", 1)
            .replacen("seconds = 2 ", "seconds = inf ", 1);
        assert_eq!(Exercise::parse(&text).unwrap_err().len(), 3);
    }

    #[test]
    fn unknown_key_is_reported_in_our_words() {
        let [problem] = &problems_after("reps ", "repetitions ")[..] else {
            panic!("one problem expected");
        };
        assert!(
            problem.starts_with("unknown key `repetitions`; expected: reps, "),
            "{problem}"
        );
    }

    #[test]
    fn an_exercise_of_hours_is_refused() {
        let text = scapula().replacen("reps  = 15", "reps  = 100", 1).replacen(
            "sets  = 2",
            "sets  = 100",
            1,
        );
        assert_eq!(
            Exercise::parse(&text).unwrap_err(),
            ["it takes more than an hour; lower `reps`, `sets` or `seconds`"]
        );
    }

    proptest! {
        /// However a file is cut or extended, the result is a playable exercise or a list of problems.
        #[test]
        fn no_mangled_file_brings_it_down(
            cut in 0usize..3000, length in 0usize..60, insert in "[ -~\n]{0,12}|[0-9.e-]{1,6}|\\PC{0,4}"
        ) {
            let mut chars: Vec<char> = scapula().chars().collect();
            let begin = cut.min(chars.len());
            let end = (begin + length).min(chars.len());
            chars.splice(begin..end, insert.chars());
            let text: String = chars.into_iter().collect();
            match Exercise::parse(&text) {
                Ok(exercise) => {
                    let total = exercise.full_seconds();
                    prop_assert!(total.is_finite() && total > 0.0);
                }
                Err(problems) => prop_assert!(problems.iter().all(|problem| !problem.is_empty())),
            }
        }
    }
}
