//! The output of `show` and `list`, as JSON and as text.

use std::fmt::Write as _;

use serde::{Serialize, Serializer};

use super::exercise::{Exercise, Group, Instruction, Kind, Position};
use super::library::{Library, LibraryItem};
use super::phases::{Phase, Side};
use super::plan::Plan;
use crate::lang::tr;
use crate::time::about;

/// A plan, as printed by `show ID --json`.
#[derive(Clone, Debug, Serialize)]
pub struct ShowView<'a> {
    id: &'a str,
    name: &'a str,
    group: Option<Group>,
    position: Option<Position>,
    #[serde(serialize_with = "plain")]
    total_seconds: f64,
    /// `true` if less than the full dose is done.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    shortened: bool,
    /// Prescribed number of times per day, if any.
    #[serde(skip_serializing_if = "Option::is_none")]
    per_day: Option<u32>,
    phases: Vec<PhaseView<'a>>,
}

/// A phase, as printed by `show ID --json`.
#[derive(Clone, Debug, Serialize)]
pub struct PhaseView<'a> {
    kind: Kind,
    #[serde(serialize_with = "plain")]
    seconds: f64,
    rep: Option<u32>,
    reps: Option<u32>,
    set: Option<u32>,
    sets: Option<u32>,
    side: Option<Side>,
    cue: &'a str,
}

/// A routine or exercise, as printed by `list --json`.
#[derive(Clone, Debug, Serialize)]
pub struct ListView {
    id: String,
    name: String,
    kind: &'static str,
    group: Option<Group>,
    position: Option<Position>,
    #[serde(serialize_with = "plain")]
    seconds: f64,
    about: String,
    /// Prescribed number of times per day, if any.
    #[serde(skip_serializing_if = "Option::is_none")]
    per_day: Option<u32>,
    /// `true` for the user's own routine or exercise.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    own: bool,
    /// `true` if it replaces a built-in one.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    replaces: bool,
}

/// Serializes whole seconds as integers and others as floats.
fn plain<S: Serializer>(seconds: &f64, serializer: S) -> Result<S::Ok, S::Error> {
    if seconds.fract() == 0.0 && (0.0..1e9).contains(seconds) {
        serializer.serialize_u64(*seconds as u64)
    } else {
        serializer.serialize_f64(*seconds)
    }
}

impl Plan {
    /// Returns the data of `show ID --json`. The library knows how often a day it is prescribed.
    #[must_use]
    pub fn show(&self, library: &Library) -> ShowView<'_> {
        ShowView {
            id: &self.id,
            name: &self.name,
            group: self.common(|exercise| exercise.group),
            position: self.common(|exercise| exercise.position),
            total_seconds: self.total_seconds(),
            shortened: self.is_shortened(),
            per_day: library.find(&self.id).and_then(|item| item.per_day()),
            phases: self.phases().iter().map(PhaseView::new).collect(),
        }
    }

    /// Returns the course of the plan: a line for each phase, with its start and what is said.
    #[must_use]
    pub fn course_text(&self) -> String {
        let mut text = String::new();
        let mut start = 0.0;
        for phase in self.phases() {
            let cue = self.at(start);
            let seconds = start.round() as u64;
            let _ = writeln!(
                text,
                "  {:>2}:{:02}  {}",
                seconds / 60,
                seconds % 60,
                cue.spoken()
            );
            start += phase.seconds;
        }
        text
    }

    /// Returns the property that all exercises of the plan share, or `None` if they differ.
    fn common<T: PartialEq>(&self, property: impl Fn(&Exercise) -> T) -> Option<T> {
        let mut all = self.parts().iter().map(|part| property(&part.exercise));
        let first = all.next()?;
        all.all(|other| other == first).then_some(first)
    }

    /// Returns the text of `show ID`. The library knows how often a day it is prescribed.
    #[must_use]
    pub fn show_text(&self, library: &Library) -> String {
        let mut text = format!(
            "{} ({})\n{}\n",
            self.name,
            about(self.total_seconds()),
            self.about
        );
        if let Some(daily) = library.find(&self.id).and_then(|item| item.per_day_text()) {
            let _ = writeln!(text, "{daily}");
        }
        for part in self.parts() {
            let exercise = &part.exercise;
            let head = tr!(
                "{exercise}, {position}: {dose} ({length})",
                exercise = exercise.name,
                position = exercise.position,
                dose = part.dose_text(),
                length = about(part.seconds())
            );
            let _ = write!(text, "\n{head}\n");
            let daily = LibraryItem::Exercise(exercise).per_day_text();
            if let Some(daily) = daily.filter(|_| exercise.id != self.id) {
                let _ = writeln!(text, "  {daily}");
            }
            if let Some(less) = part.shortened_text() {
                let _ = writeln!(text, "  {less}");
            }
            for Instruction { number, text: line } in exercise.instructions() {
                let _ = match number {
                    Some(number) => writeln!(text, "  {number}. {line}"),
                    None => writeln!(text, "  {line}"),
                };
            }
            for line in &exercise.cautions {
                let _ = writeln!(text, "  !  {line}");
            }
            if !exercise.source.is_empty() {
                let source = tr!("Source: {source}", source = exercise.source);
                let _ = writeln!(text, "  {source}");
            }
        }
        text
    }
}

impl<'a> PhaseView<'a> {
    fn new(phase: &'a Phase) -> Self {
        Self {
            kind: phase.kind,
            seconds: phase.seconds,
            rep: phase.rep,
            reps: phase.reps,
            set: phase.set,
            sets: phase.sets,
            side: phase.side,
            cue: &phase.cue,
        }
    }
}

impl Library {
    /// Returns the rows of `list --json`.
    #[must_use]
    pub fn list(&self) -> Vec<ListView> {
        self.iter().map(|item| ListView::new(item, self)).collect()
    }

    /// Returns the text of `list`: a line for each routine and exercise.
    #[must_use]
    pub fn list_text(&self) -> String {
        let list = self.list();
        let width = |measure: fn(&ListView) -> usize| list.iter().map(measure).max().unwrap_or(0);
        let (ids, lengths) = (
            width(|row| row.id.len()),
            width(|row| about(row.seconds).chars().count()),
        );
        let mut text = String::new();
        for (kind, title) in [("routine", tr("Routines")), ("exercise", tr("Exercises"))] {
            let _ = writeln!(text, "{}{title}", if text.is_empty() { "" } else { "\n" });
            for row in list.iter().filter(|row| row.kind == kind) {
                let length = about(row.seconds);
                let _ = writeln!(
                    text,
                    "  {:ids$}  {length:>lengths$}  {}",
                    row.id,
                    row.line()
                );
            }
        }
        text
    }
}

impl ListView {
    fn new(item: LibraryItem<'_>, library: &Library) -> Self {
        let plan = Plan::for_item(item, library);
        Self {
            kind: match item {
                LibraryItem::Routine(_) => "routine",
                LibraryItem::Exercise(_) => "exercise",
            },
            group: plan.common(|exercise| exercise.group),
            position: plan.common(|exercise| exercise.position),
            seconds: plan.total_seconds(),
            per_day: item.per_day(),
            own: library.is_own(item.id()),
            replaces: library.replaces(item.id()),
            id: plan.id,
            name: plan.name,
            about: plan.about,
        }
    }

    fn line(&self) -> String {
        let line = self.bare_line();
        match (self.replaces, self.own) {
            (true, _) => tr!("{line} (yours, in place of the built-in one)", line = line),
            (false, true) => tr!("{line} (yours)", line = line),
            (false, false) => line,
        }
    }

    fn bare_line(&self) -> String {
        match (self.kind, self.position) {
            ("exercise", Some(position)) => tr!(
                "{name}, {position}: {about}",
                name = self.name,
                position = position,
                about = self.about
            ),
            _ => tr!("{name}: {about}", name = self.name, about = self.about),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scripts_get_what_they_rely_on() {
        let plan = Library::shipped().plan("scapula-squeeze").unwrap();
        let json = serde_json::to_value(plan.show(&Library::shipped())).unwrap();
        let keys: Vec<_> = json.as_object().unwrap().keys().cloned().collect();
        assert_eq!(
            keys,
            ["id", "name", "group", "position", "total_seconds", "phases"]
        );
        assert_eq!(json["total_seconds"], 281);
        assert_eq!(
            json["phases"][0],
            serde_json::json!({
                "kind": "ready", "seconds": 6, "rep": null, "reps": null, "set": null, "sets": null, "side": null,
                "cue": "Sit tall, arms by your sides"
            })
        );
        assert_eq!(
            json["phases"][1],
            serde_json::json!({
                "kind": "move", "seconds": 1.5, "rep": 1, "reps": 15, "set": 1, "sets": 2, "side": null,
                "cue": "Squeeze your shoulder blades together"
            })
        );
    }

    #[test]
    fn a_routine_is_shown_like_an_exercise() {
        let library = Library::shipped();
        let json = serde_json::to_value(library.plan("desk").unwrap().show(&library)).unwrap();
        assert_eq!(json["group"], "desk");
        assert_eq!(json["position"], "sitting");
        assert_eq!(json["total_seconds"], 347);
    }

    #[test]
    fn the_list_tells_routines_from_exercises() {
        let json = serde_json::to_value(Library::shipped().list()).unwrap();
        assert_eq!(
            json[2],
            serde_json::json!({
                "id": "moment", "name": "Half a minute", "kind": "routine", "group": "desk", "position": "sitting",
                "seconds": 30, "about": "A few slow upper-back arches, and you’re done."
            })
        );
        let rows = json.as_array().unwrap();
        let thoracic = rows.iter().find(|row| row["id"] == "thoracic-extension");
        assert_eq!(thoracic.unwrap()["kind"], "exercise");
        assert_eq!(thoracic.unwrap()["about"], "10 reps.");
    }

    #[test]
    fn texts_read_well() {
        insta::assert_snapshot!(Library::shipped().list_text(), @r"
        Routines
          desk                     about 6 min  Desk stretch: Open your upper back and wake your shoulder blades without leaving your chair.
          desk-short               about 3 min  Short desk stretch: The desk stretch with one set of each exercise, for busy days.
          moment                          30 s  Half a minute: A few slow upper-back arches, and you’re done.
          standing                 about 8 min  Standing stretch: Open your chest and let your shoulders glide, at a wall and in a doorway.
          floor                   about 16 min  Floor exercises: Strengthen and loosen your upper back on a mat or a blanket.
          all                     about 27 min  All eleven: Every exercise in turn: standing, then on the mat, then back in your chair. Take your time.
          surprise                 about 6 min  Surprise me: A few minutes at your desk with exercises you haven’t done in a while.
          surprise-standing        about 7 min  Surprise me, standing: A few minutes on your feet with exercises you haven’t done in a while.
          surprise-floor           about 6 min  Surprise me, on the floor: A few minutes on the mat with exercises you haven’t done in a while.
          warm-up                   1 min 51 s  Warm-up: A short walk and a few shoulder rolls to warm up your muscles before you stretch.

        Exercises
          thoracic-extension         1 min 6 s  Thoracic extension, sitting: 10 reps.
          scapula-squeeze          about 5 min  Scapula squeeze, sitting: 2 sets of 15 reps, hold 5 s each.
          chest-and-arm-stretch     1 min 16 s  Chest and arm stretch, standing: 4 reps, hold 10 s each.
          shoulder-roll                   46 s  Shoulder roll, standing: 5 reps forward, then 5 backward.
          pectoralis-stretch        1 min 26 s  Pectoralis stretch, standing: 3 reps, hold 20 s each (source: 15–30 s).
          wall-arm-slide           about 2 min  Wall arm slide, standing: 2 sets of 10 reps (source: 8–12).
          short-walk                 1 min 5 s  Short walk, standing: 60 s.
          lying-shoulder-squeeze   about 4 min  Lying shoulder squeeze, lying: 3 sets of 15 reps.
          t-spine-twist             1 min 52 s  T-spine twist, on hands and knees: 6 reps per side.
          arm-and-leg-raise        about 4 min  Arm and leg raise, on hands and knees: 10 reps per side, hold 5 s each.
          cat-cow                   1 min 57 s  Cat-Cow Pose, on hands and knees: 5 slow breaths, 10 s in and 10 s out (source: 10–15 s).
          childs-pose               1 min 43 s  Child’s Pose, kneeling: 8 slow breaths (source: 5–10).
        ");
        let library = Library::shipped();
        insta::assert_snapshot!(library.plan("moment").unwrap().show_text(&library), @r"
        Half a minute (30 s)
        A few slow upper-back arches, and you’re done.

        Thoracic extension, sitting: 4 reps (30 s)
          1. Sit tall near the front of the seat, feet flat on the floor.
          2. Clasp your hands behind your head and let your elbows point out to the sides.
          3. Slowly arch your upper back and let your eyes travel up to the ceiling, then come back.
          Easier: Arch only a little; a small movement is fine.
          !  Move from the upper back and keep the lower back still.
          !  A small arch is enough. Stop where it hurts.
          Source: Stretches and Exercises to Help Ease and Prevent Upper Back Pain, exercise 10
        ");
    }
}
