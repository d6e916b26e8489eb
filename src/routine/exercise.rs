//! An exercise as read from its file.

use std::fmt;

use std::sync::Arc;

use serde::de::value::MapAccessDeserializer;
use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};

use super::figure::Figure;
use crate::lang::{tr, trn};

/// An exercise: instructions, dose, segments and figure.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Exercise {
    /// Identifier in commands, settings and history: lower case, with hyphens.
    pub id: String,
    /// Display name; the built-in ones are translated.
    pub name: String,
    /// The place where the exercise is done.
    pub group: Group,
    /// The position of the body.
    pub position: Position,
    /// Equipment that the exercise needs; empty by default.
    #[serde(default)]
    pub props: Vec<Prop>,
    /// The side or sides of the body that work, and their order.
    pub sides: Sides,
    /// Citation of the source of the exercise; may be empty for the user's own.
    pub source: String,
    /// Instructions, step by step.
    pub details: Vec<String>,
    /// Cautions to observe during the exercise.
    pub cautions: Vec<String>,
    /// An easier form, if any.
    #[serde(default, deserialize_with = "text_or_table")]
    pub easier: Option<Easier>,
    /// The exercise that this one is the easier form of; `None` for the normal form.
    #[serde(skip)]
    pub(super) normal_form: Option<Arc<Self>>,
    /// A harder variant for later, if any.
    pub harder: Option<String>,
    /// Prescribed number of times per day, if any; completed sessions are then counted.
    pub per_day: Option<u32>,
    /// `true` if the source recommends several times a day without giving a number.
    #[serde(default)]
    pub several: bool,
    /// Numbers of repetitions and sets, and durations.
    pub dose: Dose,
    /// The cue while the user gets ready.
    pub ready: Ready,
    /// Segments before the repetitions of a set; repeated for each side if `sides` is `one-then-other`.
    #[serde(default)]
    pub enter: Vec<Segment>,
    /// The segments of one repetition, from beginning to end.
    #[serde(rename = "rep")]
    pub segments: Vec<Segment>,
    /// Segments after the repetitions, matching `enter`.
    #[serde(default)]
    pub leave: Vec<Segment>,
    /// The illustration of the movement.
    #[serde(default)]
    pub figure: Figure,
}

/// How to do an exercise in an easier way. All values but the advice are optional, and replace those of the exercise.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Easier {
    /// The advice, as a sentence.
    pub text: String,
    /// The size of the movement of the figure, as a fraction of the full one.
    pub range: Option<f32>,
    /// The pose that a smaller movement starts from and that stays as it is; "start" by default.
    pub neutral: Option<String>,
    /// Repetitions per set.
    pub reps: Option<u32>,
    /// Breaths per set.
    pub breaths: Option<u32>,
    /// Number of sets.
    pub sets: Option<u32>,
    /// Duration of a hold, in seconds.
    pub hold: Option<f64>,
}

/// Reads the easier form of an exercise: a sentence, or a table.
fn text_or_table<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Easier>, D::Error> {
    struct TextOrTable;

    impl<'de> Visitor<'de> for TextOrTable {
        type Value = Easier;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a sentence, or a table with a `text`")
        }

        fn visit_str<E>(self, text: &str) -> Result<Easier, E> {
            Ok(Easier {
                text: text.to_owned(),
                ..Easier::default()
            })
        }

        fn visit_map<M: MapAccess<'de>>(self, map: M) -> Result<Easier, M::Error> {
            Easier::deserialize(MapAccessDeserializer::new(map))
        }
    }

    deserializer.deserialize_any(TextOrTable).map(Some)
}

/// The place where an exercise is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Group {
    /// At the desk, on the chair the user already sits on.
    Desk,
    /// In a standing position.
    Standing,
    /// On a mat or a carpet.
    Floor,
}

/// The position of the body.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Position {
    /// Sitting on a chair.
    Sitting,
    /// Upright on the feet.
    Standing,
    /// On the stomach or the back.
    Lying,
    /// On hands and knees.
    HandsAndKnees,
    /// Kneeling on the floor.
    Kneeling,
}

/// A piece of equipment that an exercise needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Prop {
    /// A chair to sit on.
    Chair,
    /// An open doorway to stand in.
    Doorway,
    /// A wall to lean against.
    Wall,
    /// A mat or a blanket.
    Mat,
    /// A pillow to lie on.
    Pillow,
    /// Small weights for the hands.
    Weights,
    /// An elastic band to pull.
    Band,
    /// A ball to squeeze, roll or lean on.
    Ball,
    /// A towel to pull or lie on.
    Towel,
    /// A table or desk to lean on.
    Table,
    /// A step or stair to stand on.
    Step,
}

/// The side or sides of the body that work, and their order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Sides {
    /// Both sides at once.
    Both,
    /// Right and left alternate with each repetition.
    Alternate,
    /// All repetitions on the right, then all on the left.
    OneThenOther,
}

/// The dose of an exercise. Where the source gives a range, the number next to it is the value to begin with.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Dose {
    /// Repetitions per set: per side if the sides take turns, and per direction if the segments have a `way`.
    pub reps: Option<u32>,
    /// The least and greatest number of repetitions in the source.
    pub reps_range: Option<[u32; 2]>,
    /// Breaths per set, instead of repetitions.
    pub breaths: Option<u32>,
    /// The least and greatest number of breaths in the source.
    pub breaths_range: Option<[u32; 2]>,
    /// Number of sets, 1 to 100.
    pub sets: u32,
    /// Duration of a `hold`, in seconds.
    pub hold: Option<f64>,
    /// The least and greatest duration of a hold in the source, in seconds.
    pub hold_range: Option<[f64; 2]>,
    /// Rest between two sets, in seconds.
    pub rest: Option<f64>,
    /// Time to get ready, in seconds.
    pub ready: f64,
    /// Time to change to the other side, in seconds.
    pub switch: Option<f64>,
}

impl Dose {
    /// Returns the number of repetitions or breaths per set.
    #[must_use]
    pub fn count(&self) -> u32 {
        self.reps.or(self.breaths).unwrap_or(1)
    }
}

/// The instruction while the user gets ready.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ready {
    /// The instruction, in at most eight words.
    pub cue: String,
    /// The instruction for the left side, if it differs and the left side follows the right one.
    pub cue_left: Option<String>,
}

/// A part of one repetition, or of the transition into or out of the repetitions.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Segment {
    /// The kind of phase that the segment becomes.
    pub kind: Kind,
    /// Duration in seconds. `None` for a `hold`, whose duration comes from the dose.
    pub seconds: Option<f64>,
    /// The least and greatest duration in the source, in seconds.
    pub range: Option<[f64; 2]>,
    /// The second at which the pose is reached, if that is before the end.
    pub reach: Option<f64>,
    /// Intermediate poses, through which the movement flows without stopping.
    #[serde(default)]
    pub through: Vec<String>,
    /// Number of passes through the intermediate poses; `None` counts as one.
    pub times: Option<u32>,
    /// Name of the pose at the end.
    pub pose: String,
    /// The instruction, in at most eight words.
    pub cue: String,
    /// The instruction on the left side, if it differs, as in "toward your left shoulder".
    pub cue_left: Option<String>,
    /// Index of the step of the instructions that the segment follows, which selects the picture.
    #[serde(skip)]
    pub step: usize,
    /// Direction of the movement as a word, such as "forward". All repetitions in one direction come before those in the next.
    pub way: Option<String>,
}

/// The activity in a phase.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// Getting into the starting position.
    Ready,
    /// Moving from one pose to another.
    Move,
    /// Staying in the pose and keeping the tension.
    Hold,
    /// Letting go of the tension.
    Relax,
    /// Changing to the other side.
    Switch,
    /// Resting between two sets.
    Rest,
    /// Breathing in during the phase.
    BreatheIn,
    /// Breathing out during the phase.
    BreatheOut,
}

impl Kind {
    /// Returns the name in files and JSON.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ready => "ready",
            Self::Move => "move",
            Self::Hold => "hold",
            Self::Relax => "relax",
            Self::Switch => "switch",
            Self::Rest => "rest",
            Self::BreatheIn => "breathe-in",
            Self::BreatheOut => "breathe-out",
        }
    }

    /// Returns `true` if phases of this kind are derived from the dose and must not appear in a file.
    pub(super) fn is_derived(self) -> bool {
        matches!(self, Self::Ready | Self::Switch | Self::Rest)
    }
}

impl Group {
    /// Returns the name in files and JSON.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Desk => "desk",
            Self::Standing => "standing",
            Self::Floor => "floor",
        }
    }
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Sitting => tr("sitting"),
            Self::Standing => tr("standing"),
            Self::Lying => tr("lying"),
            Self::HandsAndKnees => tr("on hands and knees"),
            Self::Kneeling => tr("kneeling"),
        })
    }
}

impl fmt::Display for Prop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Chair => tr("chair"),
            Self::Doorway => tr("doorway"),
            Self::Wall => tr("wall"),
            Self::Mat => tr("mat"),
            Self::Pillow => tr("pillow"),
            Self::Weights => tr("small weights"),
            Self::Band => tr("elastic band"),
            Self::Ball => tr("ball"),
            Self::Towel => tr("towel"),
            Self::Table => tr("table"),
            Self::Step => tr("step"),
        })
    }
}

/// A line of the instructions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Instruction {
    /// The number of the step, from 1. `None` for advice that isn’t a step.
    pub number: Option<usize>,
    /// The sentence.
    pub text: String,
}

impl Exercise {
    /// Returns the exercise in the current language. Only built-in exercises have translations.
    pub(super) fn translated(mut self) -> Self {
        let texts = [&mut self.name, &mut self.ready.cue];
        let lists = self.details.iter_mut().chain(&mut self.cautions);
        let easier = self.easier.as_mut().map(|easier| &mut easier.text);
        let hints = easier.into_iter().chain(&mut self.harder);
        for text in texts.into_iter().chain(lists).chain(hints) {
            *text = tr(text).to_owned();
        }
        let segments = self.enter.iter_mut().chain(&mut self.segments);
        for segment in segments.chain(&mut self.leave) {
            segment.cue = tr(&segment.cue).to_owned();
            segment.cue_left = segment.cue_left.as_deref().map(|cue| tr(cue).to_owned());
            segment.way = segment.way.as_deref().map(|way| tr(way).to_owned());
        }
        self
    }
}

/// The pose in which every exercise begins.
pub(super) const START: &str = "start";

impl Exercise {
    /// Returns all segments in the order in which they are done.
    pub fn in_order(&self) -> impl Iterator<Item = &Segment> {
        self.enter.iter().chain(&self.segments).chain(&self.leave)
    }

    /// Returns `true` if the exercise can be done in `place`. The desk also suits exercises of other groups that are done sitting
    /// or standing and need only a chair.
    #[must_use]
    pub fn suits(&self, place: Group) -> bool {
        let is_upright = matches!(self.position, Position::Sitting | Position::Standing);
        let at_desk = is_upright && self.props.iter().all(|prop| *prop == Prop::Chair);
        self.group == place || (place == Group::Desk && at_desk)
    }

    /// Returns the duration of the full dose, in seconds.
    #[must_use]
    pub fn full_seconds(&self) -> f64 {
        self.seconds(self.dose.count(), self.dose.sets)
    }

    /// Returns `true` if a pose is held in a repetition.
    #[must_use]
    pub fn has_hold(&self) -> bool {
        self.segments
            .iter()
            .any(|segment| segment.kind == Kind::Hold)
    }

    /// Returns `true` if a repetition is nothing but a hold, such as a walk of five minutes.
    #[must_use]
    pub fn is_timed(&self) -> bool {
        matches!(&self.segments[..], [only] if only.kind == Kind::Hold)
    }

    /// Returns `true` if the segments prescribe breathing in or out.
    #[must_use]
    pub fn prescribes_breathing(&self) -> bool {
        self.in_order()
            .any(|segment| matches!(segment.kind, Kind::BreatheIn | Kind::BreatheOut))
    }

    /// Returns the directions (`way`) of the repetitions in order; a single `None` if they have none.
    #[must_use]
    pub fn directions(&self) -> Vec<Option<&str>> {
        let mut ways: Vec<Option<&str>> = Vec::new();
        for segment in &self.segments {
            if !ways.contains(&segment.way.as_deref()) {
                ways.push(segment.way.as_deref());
            }
        }
        ways
    }

    /// Returns the advice for the easier form if this is one, the numbered steps, and the easier and harder variants.
    #[must_use]
    pub fn instructions(&self) -> Vec<Instruction> {
        let tip = |text| Instruction { number: None, text };
        let steps = (1..).zip(&self.details).map(|(number, text)| Instruction {
            number: Some(number),
            text: text.clone(),
        });
        let advice = self.advice().map(str::to_owned).map(tip);
        let variants = self.variants().map(tip);
        advice.into_iter().chain(steps).chain(variants).collect()
    }

    /// Returns the easier and harder variants as sentences, if the file has them. The instructions of the easier form begin with
    /// it, so it isn’t repeated there.
    fn variants(&self) -> impl Iterator<Item = String> {
        let easier = self.easier.iter().filter(|_| !self.is_easier_form());
        let harder = self.harder.iter();
        easier
            .map(|easier| tr!("Easier: {text}", text = easier.text))
            .chain(harder.map(|text| tr!("Harder: {text}", text = text)))
    }

    /// Returns the duration of `sets` sets of `reps` repetitions, in seconds.
    #[must_use]
    pub fn seconds(&self, reps: u32, sets: u32) -> f64 {
        let sum = |segments: &[Segment]| -> f64 {
            let seconds = segments.iter().map(|segment| self.segment_seconds(segment));
            seconds.sum()
        };
        let around = sum(&self.enter) + sum(&self.leave);
        let rep = sum(&self.segments) * f64::from(reps);
        let set = match self.sides {
            Sides::Both => around + rep,
            Sides::Alternate => around + 2.0 * rep,
            Sides::OneThenOther => 2.0 * (around + rep) + self.dose.switch.unwrap_or(0.0),
        };
        let rests = self.dose.rest.unwrap_or(0.0) * f64::from(sets.saturating_sub(1));
        self.dose.ready + set * f64::from(sets) + rests
    }

    /// Returns the duration of a segment, in seconds.
    #[must_use]
    pub fn segment_seconds(&self, segment: &Segment) -> f64 {
        segment.seconds.or(self.dose.hold).unwrap_or(0.0)
    }

    /// Returns the dose in words: `2 sets of 10 reps (source: 8–12), hold 5 s each`.
    #[must_use]
    pub fn dose_text(&self, reps: u32, sets: u32) -> String {
        self.dose_in_words(reps, sets, true)
    }

    /// Returns the dose in words for speech, without the ranges.
    #[must_use]
    pub(super) fn dose_spoken(&self, reps: u32, sets: u32) -> String {
        self.dose_in_words(reps, sets, false)
    }

    fn dose_in_words(&self, reps: u32, sets: u32, ranges: bool) -> String {
        let dose = &self.dose;
        let within = |text: String, range: Option<[f64; 2]>| match range.filter(|_| ranges) {
            Some([least, most]) => {
                tr!(
                    "{dose} (source: {least}–{most})",
                    dose = text,
                    least = least,
                    most = most
                )
            }
            None => text,
        };
        let within_seconds = |text: String, range: Option<[f64; 2]>| match range.filter(|_| ranges)
        {
            Some([least, most]) => {
                tr!(
                    "{dose} (source: {least}–{most} s)",
                    dose = text,
                    least = least,
                    most = most
                )
            }
            None => text,
        };
        let mut text = self.reps_in_words(reps);
        if sets > 1 {
            text = trn!(sets, "{n} set of {reps}", "{n} sets of {reps}", reps = text);
        }
        let range = dose.reps_range.or(dose.breaths_range);
        let range = range.filter(|[least, most]| (least..=most).contains(&&reps));
        text = within(text, range.map(|range| range.map(f64::from)));
        if self.sides != Sides::Both {
            text = tr!("{dose} per side", dose = text);
        }
        if let Some(hold) = dose.hold.filter(|_| !(self.is_timed() && reps == 1)) {
            text = tr!("{dose}, hold {n} s each", dose = text, n = hold);
            text = within_seconds(text, dose.hold_range);
        }
        if let Some((seconds, range)) = self.even_phases() {
            text = if dose.breaths.is_some() {
                tr!("{dose}, {n} s in and {n} s out", dose = text, n = seconds)
            } else {
                tr!("{dose}, {n} s each way", dose = text, n = seconds)
            };
            text = within_seconds(text, Some(range));
        }
        text
    }

    /// Returns `10 reps`, `8 slow breaths` or `5 reps forward, then 5 backward`; `60 s` for a continuous movement.
    fn reps_in_words(&self, reps: u32) -> String {
        if self.is_timed() && reps == 1 {
            return in_seconds_or_minutes(self.dose.hold.unwrap_or(0.0));
        }
        if let Some(segment) = self.segments.iter().find(|segment| segment.times.is_some()) {
            return tr!("{n} s", n = self.segment_seconds(segment) * f64::from(reps));
        }
        if self.dose.breaths.is_some() {
            return trn!(reps, "{n} slow breath", "{n} slow breaths");
        }
        let counted = trn!(reps, "{n} rep", "{n} reps");
        let directions: Vec<&str> = self.directions().into_iter().flatten().collect();
        match &directions[..] {
            [] => counted,
            [first, rest @ ..] => {
                let first = tr!("{reps} {way}", reps = counted, way = first);
                rest.iter().fold(first, |before, way| {
                    tr!(
                        "{before}, then {n} {way}",
                        before = before,
                        n = reps,
                        way = way
                    )
                })
            }
        }
    }

    /// Returns the duration of every phase of a repetition, in seconds, with its range in the source, if all phases agree.
    fn even_phases(&self) -> Option<(f64, [f64; 2])> {
        let seconds_and_range = |segment: &Segment| segment.seconds.zip(segment.range);
        let first = self.segments.first().and_then(seconds_and_range)?;
        let even = self
            .segments
            .iter()
            .all(|next| seconds_and_range(next) == Some(first));
        even.then_some(first)
    }
}

/// Returns a duration as in `90 s`, and as in `5 min` if it is longer and whole.
fn in_seconds_or_minutes(seconds: f64) -> String {
    if seconds >= 120.0 && seconds % 60.0 == 0.0 {
        tr!("{n} min", n = seconds / 60.0)
    } else {
        tr!("{n} s", n = seconds)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::routine::shipped::file;

    fn scapula() -> String {
        file("scapula-squeeze.toml")
    }

    #[test]
    fn only_steps_are_numbered() {
        let lying = Exercise::parse(&file("lying-shoulder-squeeze.toml")).unwrap();
        let steps = lying.details.len();
        let lines = lying.instructions();
        let numbers: Vec<_> = lines.iter().map(|line| line.number).collect();
        let mut expected: Vec<Option<usize>> = (1..=steps).map(Some).collect();
        expected.extend([None, None]);
        assert_eq!(numbers, expected);
        assert!(lines[steps].text.starts_with("Easier: "));
        assert!(lines[steps + 1].text.starts_with("Harder: "));
        let easier = Arc::new(lying).other_form().unwrap().instructions();
        assert_eq!((easier[0].number, easier[1].number), (None, Some(1)));
        assert_eq!(easier.len(), steps + 2);
    }

    #[test]
    fn every_number_comes_from_the_source() {
        let exercise = Exercise::parse(&scapula()).unwrap();
        assert_eq!((exercise.dose.reps, exercise.dose.sets), (Some(15), 2));
        assert_eq!(exercise.dose.hold, Some(5.0));
        assert_eq!(
            exercise.dose_text(15, 2),
            "2 sets of 15 reps, hold 5 s each"
        );
        assert_eq!(exercise.dose_text(1, 1), "1 rep, hold 5 s each");
    }
}
