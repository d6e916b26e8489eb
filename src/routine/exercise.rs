//! One exercise, as its file tells it.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::figure::Drawing;
use crate::lang::{tr, trn};

/// An exercise: how it is done, how often, and what it looks like.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Exercise {
    /// Its word in commands, settings and history: lower case, with hyphens.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Where it is done.
    pub group: Group,
    /// How the body is placed.
    pub position: Position,
    /// What it needs besides the body.
    #[serde(default)]
    pub props: Vec<Prop>,
    /// Which side of the body works, and when.
    pub sides: Sides,
    /// Where the exercise comes from.
    pub source: String,
    /// How it is done, step by step.
    pub details: Vec<String>,
    /// What to mind.
    pub cautions: Vec<String>,
    /// How to do less.
    pub easier: Option<String>,
    /// How to do more, later.
    pub harder: Option<String>,
    /// How often a day it is prescribed, if it is: then what is done is counted.
    pub per_day: Option<u32>,
    /// Whether the source says that it is best done several times a day, which is no number.
    #[serde(default)]
    pub several: bool,
    /// How often and how long.
    pub dose: Dose,
    /// What is said while one gets ready.
    pub ready: Ready,
    /// What leads into the repetitions of a set; for each side, where all repetitions of a side come together.
    #[serde(default)]
    pub enter: Vec<Segment>,
    /// One repetition, from its beginning to its end.
    #[serde(rename = "rep")]
    pub segments: Vec<Segment>,
    /// What leads out of them again.
    #[serde(default)]
    pub leave: Vec<Segment>,
    /// What it looks like.
    pub figure: Drawing,
}

/// Where an exercise is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Group {
    /// On the chair that one sits on anyway.
    Desk,
    /// On one's feet.
    Standing,
    /// On a mat or a carpet.
    Floor,
}

/// How the body is placed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Position {
    /// On a chair.
    Sitting,
    /// On one's feet.
    Standing,
    /// On the stomach or the back.
    Lying,
    /// On hands and knees.
    HandsAndKnees,
    /// On the knees.
    Kneeling,
}

/// A thing that an exercise needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Prop {
    /// A chair.
    Chair,
    /// An open doorway.
    Doorway,
    /// A wall.
    Wall,
    /// A mat or a blanket.
    Mat,
    /// A pillow.
    Pillow,
    /// Small weights.
    Weights,
}

/// Which side of the body works, and when.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Sides {
    /// Both at once.
    Both,
    /// The right and the left take turns with each repetition.
    Alternate,
    /// All repetitions on the right, then all on the left.
    OneThenOther,
}

/// How often and how long an exercise is done. Where the source leaves a range, the number beside it is where one begins.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Dose {
    /// Repetitions of a set; for each side, where the sides take turns, and for each way, where there are ways.
    pub reps: Option<u32>,
    /// The least and the most repetitions that the source asks for.
    pub reps_range: Option<[u32; 2]>,
    /// Breaths of a set, in place of repetitions.
    pub breaths: Option<u32>,
    /// The least and the most breaths that the source asks for.
    pub breaths_range: Option<[u32; 2]>,
    /// How often the repetitions are done.
    pub sets: u32,
    /// How long a `hold` lasts, in seconds.
    pub hold: Option<f64>,
    /// The least and the most seconds of a hold that the source asks for.
    pub hold_range: Option<[f64; 2]>,
    /// The rest between two sets, in seconds.
    pub rest: Option<f64>,
    /// The time to get ready, in seconds.
    pub ready: f64,
    /// The time to change to the other side, in seconds.
    pub switch: Option<f64>,
}

impl Dose {
    /// How many repetitions or breaths a set has.
    #[must_use]
    pub fn count(&self) -> u32 {
        self.reps.or(self.breaths).unwrap_or(1)
    }
}

/// What is said while one gets ready.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ready {
    /// The cue.
    pub cue: String,
}

/// A part of one repetition, or of the way into or out of them.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Segment {
    /// What is done.
    pub kind: Kind,
    /// How long, in seconds. A `hold` has none: it lasts as long as the dose says.
    pub seconds: Option<f64>,
    /// The least and the most seconds that the source asks for.
    pub range: Option<[f64; 2]>,
    /// The second at which the pose is reached, if that is before the end.
    pub reach: Option<f64>,
    /// The poses on the way, through which the movement flows without a stop.
    #[serde(default)]
    pub through: Vec<String>,
    /// How often that way is gone.
    pub times: Option<u32>,
    /// The pose in which it ends.
    pub pose: String,
    /// What is said, in at most eight words.
    pub cue: String,
    /// Which way it goes, in a word: all repetitions of one way come before those of the next.
    pub way: Option<String>,
}

/// What happens in a phase.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// Get into the starting position.
    Ready,
    /// Move from one pose to another.
    Move,
    /// Stay in the pose and keep the tension.
    Hold,
    /// Let go.
    Relax,
    /// Change to the other side.
    Switch,
    /// Rest between two sets.
    Rest,
    /// Breathe in.
    BreatheIn,
    /// Breathe out.
    BreatheOut,
}

impl Kind {
    /// Its word in files and JSON.
    #[must_use]
    pub fn word(self) -> &'static str {
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

    /// Whether it is derived from the dose, so that no file may write it.
    pub(super) fn is_derived(self) -> bool {
        matches!(self, Self::Ready | Self::Switch | Self::Rest)
    }
}

impl Group {
    /// Its word in files and JSON.
    #[must_use]
    pub fn word(self) -> &'static str {
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
        })
    }
}

impl Exercise {
    /// It in the language that is spoken. Only what comes with the program has translations.
    pub(super) fn said(mut self) -> Self {
        let texts = [&mut self.name, &mut self.ready.cue];
        let lists = self.details.iter_mut().chain(&mut self.cautions);
        let hints = self.easier.iter_mut().chain(&mut self.harder);
        for text in texts.into_iter().chain(lists).chain(hints) {
            *text = tr(text).to_owned();
        }
        let segments = self.enter.iter_mut().chain(&mut self.segments);
        for segment in segments.chain(&mut self.leave) {
            segment.cue = tr(&segment.cue).to_owned();
            segment.way = segment.way.as_deref().map(|way| tr(way).to_owned());
        }
        self
    }
}

/// The pose in which every exercise begins.
pub(super) const START: &str = "start";

impl Exercise {
    /// All segments in the order in which they are done.
    pub fn in_order(&self) -> impl Iterator<Item = &Segment> {
        self.enter.iter().chain(&self.segments).chain(&self.leave)
    }

    /// Whether it can be done in that place: at the desk also what needs nothing but the chair, sitting or on one's feet.
    #[must_use]
    pub fn suits(&self, place: Group) -> bool {
        let is_upright = matches!(self.position, Position::Sitting | Position::Standing);
        let at_desk = is_upright && self.props.iter().all(|prop| *prop == Prop::Chair);
        self.group == place || (place == Group::Desk && at_desk)
    }

    /// How long its whole dose takes, in seconds.
    #[must_use]
    pub fn whole_seconds(&self) -> f64 {
        self.seconds(self.dose.count(), self.dose.sets)
    }

    /// Whether a pose is held in it.
    #[must_use]
    pub fn has_hold(&self) -> bool {
        self.segments
            .iter()
            .any(|segment| segment.kind == Kind::Hold)
    }

    /// Whether one breathes with its phases.
    #[must_use]
    pub fn breathes(&self) -> bool {
        self.in_order()
            .any(|segment| matches!(segment.kind, Kind::BreatheIn | Kind::BreatheOut))
    }

    /// The ways in which the repetitions go, in their order; a single nought where there are none.
    #[must_use]
    pub fn ways(&self) -> Vec<Option<&str>> {
        let mut ways: Vec<Option<&str>> = Vec::new();
        for segment in &self.segments {
            if !ways.contains(&segment.way.as_deref()) {
                ways.push(segment.way.as_deref());
            }
        }
        ways
    }

    /// How it is done, step by step, and how to do less or more.
    #[must_use]
    pub fn how_to(&self) -> Vec<String> {
        let details = self.details.iter().cloned();
        details.chain(self.variants()).collect()
    }

    /// How to do less and how to do more, where the file says so.
    pub fn variants(&self) -> impl Iterator<Item = String> {
        let easier = self.easier.iter();
        let harder = self.harder.iter();
        easier
            .map(|text| tr!("Easier: {text}", text = text))
            .chain(harder.map(|text| tr!("Harder: {text}", text = text)))
    }

    /// How long so many repetitions and sets take, in seconds.
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

    /// How long a segment lasts, in seconds.
    #[must_use]
    pub fn segment_seconds(&self, segment: &Segment) -> f64 {
        segment.seconds.or(self.dose.hold).unwrap_or(0.0)
    }

    /// The dose in words: `2 sets of 10 reps (source: 8–12), hold 5 s each`.
    #[must_use]
    pub fn dose_text(&self, reps: u32, sets: u32) -> String {
        self.dose_in_words(reps, sets, true)
    }

    /// The dose as it is said: without the ranges.
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
        if let Some(hold) = dose.hold {
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

    /// `10 reps`, `8 slow breaths`, `5 reps forward, then 5 backward`; `60 s` of what is done at a stretch.
    fn reps_in_words(&self, reps: u32) -> String {
        if let Some(segment) = self.segments.iter().find(|segment| segment.times.is_some()) {
            return tr!("{n} s", n = self.segment_seconds(segment) * f64::from(reps));
        }
        if self.dose.breaths.is_some() {
            return trn!(reps, "{n} slow breath", "{n} slow breaths");
        }
        let counted = trn!(reps, "{n} rep", "{n} reps");
        let ways: Vec<&str> = self.ways().into_iter().flatten().collect();
        match &ways[..] {
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

    /// The seconds that every phase of a repetition lasts and the range that the source leaves for them, where it is one for all.
    fn even_phases(&self) -> Option<(f64, [f64; 2])> {
        let of = |segment: &Segment| segment.seconds.zip(segment.range);
        let first = self.segments.first().and_then(of)?;
        let even = self.segments.iter().all(|next| of(next) == Some(first));
        even.then_some(first)
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
    fn lighter_and_harder_forms_stand_with_the_details() {
        let lying = Exercise::parse(&file("lying-shoulder-squeeze.toml")).unwrap();
        let lines = lying.how_to();
        assert_eq!(lines.len(), lying.details.len() + 2);
        assert!(lines[lines.len() - 2].starts_with("Easier: "));
        assert!(lines[lines.len() - 1].starts_with("Harder: "));
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
