//! One exercise, as its file tells it.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::figure::Drawing;
use crate::lang::{tr, trn};

/// The most words of a cue: more cannot be taken in while one moves.
const CUE_WORDS: usize = 8;
/// The longest exercise, in seconds.
const LONGEST: f64 = 3600.0;
/// The most segments of one repetition.
const SEGMENTS: usize = 12;

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
    fn is_derived(self) -> bool {
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
    /// Reads an exercise file.
    ///
    /// # Errors
    ///
    /// Everything that is wrong with it, a sentence each; what cannot be read at all is told alone.
    pub fn parse(text: &str) -> Result<Self, Vec<String>> {
        let exercise: Self = toml::from_str(text).map_err(|error| vec![error.to_string()])?;
        let problems = exercise.check();
        if problems.is_empty() {
            Ok(exercise)
        } else {
            Err(problems)
        }
    }

    /// Everything that makes no sense about it, a sentence each.
    #[must_use]
    pub fn check(&self) -> Vec<String> {
        let mut problems = Vec::new();
        self.check_texts(&mut problems);
        self.check_dose(&mut problems);
        self.check_segments(&mut problems);
        self.check_figure(&mut problems);
        if problems.is_empty() && self.whole_seconds() > LONGEST {
            problems
                .push(tr("it takes more than an hour; lower `reps`, `sets` or `seconds`").into());
        }
        problems
    }

    fn check_texts(&self, problems: &mut Vec<String>) {
        if !is_id(&self.id) {
            problems.push(no_id(&self.id));
        }
        for (key, text) in [("name", &self.name), ("source", &self.source)] {
            if text.trim().is_empty() {
                problems.push(tr!("`{key}` is empty", key = key));
            }
        }
        for (key, lines) in [("details", &self.details), ("cautions", &self.cautions)] {
            if lines.is_empty() || lines.iter().any(|line| line.trim().is_empty()) {
                problems.push(tr!(
                    "`{key}` needs at least one line, and none may be empty",
                    key = key
                ));
            }
        }
        for (key, text) in [("easier", &self.easier), ("harder", &self.harder)] {
            if text.as_ref().is_some_and(|text| text.trim().is_empty()) {
                problems.push(tr!("`{key}` is empty; leave it out", key = key));
            }
        }
        check_cue("[ready]", &self.ready.cue, problems);
        problems.extend(check_per_day(self.per_day));
    }

    fn check_dose(&self, problems: &mut Vec<String>) {
        let dose = &self.dose;
        for (key, number) in [
            ("reps", dose.reps),
            ("breaths", dose.breaths),
            ("sets", Some(dose.sets)),
        ] {
            if let Some(number) = number.filter(|number| !(1..=100).contains(number)) {
                problems.push(tr!(
                    "`{key}` is {n}; expected {least} to {most}",
                    key = format!("dose.{key}"),
                    n = number,
                    least = 1,
                    most = 100
                ));
            }
        }
        match (dose.reps, dose.breaths) {
            (None, None) => problems.push(tr("`dose.reps` or `dose.breaths` is missing").into()),
            (Some(_), Some(_)) => problems.push(
                tr("`dose.reps` and `dose.breaths` are both there; one of them is counted").into(),
            ),
            (Some(_), None) | (None, Some(_)) => {}
        }
        check_range("dose.reps", dose.reps, dose.reps_range, problems);
        check_range("dose.breaths", dose.breaths, dose.breaths_range, problems);
        check_range("dose.hold", dose.hold, dose.hold_range, problems);
        check_seconds("dose.ready", dose.ready, 1.0, 60.0, problems);
        for (key, seconds, most) in [
            ("dose.hold", dose.hold, 300.0),
            ("dose.rest", dose.rest, 300.0),
            ("dose.switch", dose.switch, 60.0),
        ] {
            if let Some(seconds) = seconds {
                check_seconds(key, seconds, 1.0, most, problems);
            }
        }
        self.check_dose_is_whole(problems);
    }

    /// What one part of the dose asks of another.
    fn check_dose_is_whole(&self, problems: &mut Vec<String>) {
        let holds = self.has_hold();
        let one_then_other = self.sides == Sides::OneThenOther;
        for (needed, there, key, reason) in [
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
            match (needed, there) {
                (true, None) => problems.push(tr!(
                    "`dose.{key}` is missing, though {reason}",
                    key = key,
                    reason = reason
                )),
                (false, Some(_)) => {
                    problems.push(tr!(
                        "`dose.{key}` has no use: it is for when {reason}",
                        key = key,
                        reason = reason
                    ));
                }
                (true, Some(_)) | (false, None) => {}
            }
        }
    }

    fn check_segments(&self, problems: &mut Vec<String>) {
        if !(1..=SEGMENTS).contains(&self.segments.len()) {
            problems.push(tr!(
                "there are {n} [[rep]] parts; expected {least} to {most}",
                n = self.segments.len(),
                least = 1,
                most = SEGMENTS
            ));
        }
        for (place, segment) in self.placed_segments() {
            segment.check(&place, problems);
        }
        let with_way = |segment: &&Segment| segment.way.is_some();
        let ways = self.segments.iter().filter(with_way).count();
        if ways != 0 && ways != self.segments.len() {
            problems.push(tr("some [[rep]] parts have a `way` and others don't").into());
        }
        if let Some(last) = self.in_order().last().filter(|last| last.pose != START) {
            problems.push(tr!(
                "it ends in the pose \"{pose}\"; expected \"{start}\", in which the next set begins",
                pose = last.pose,
                start = START
            ));
        }
    }

    /// All segments in the order in which they are done.
    pub fn in_order(&self) -> impl Iterator<Item = &Segment> {
        self.enter.iter().chain(&self.segments).chain(&self.leave)
    }

    fn placed_segments(&self) -> impl Iterator<Item = (String, &Segment)> {
        [
            ("enter", &self.enter),
            ("rep", &self.segments),
            ("leave", &self.leave),
        ]
        .into_iter()
        .flat_map(|(key, segments)| {
            let place = move |index: usize| format!("[[{key}]] {}", index + 1);
            (0..).map(place).zip(segments.iter().take(SEGMENTS))
        })
    }

    fn check_figure(&self, problems: &mut Vec<String>) {
        let drawing = self.figure.check();
        problems.extend(
            drawing
                .into_iter()
                .map(|problem| format!("[figure] {problem}")),
        );
        let mut from = START;
        for (place, segment) in self.placed_segments() {
            self.check_poses(&place, from, segment, problems);
            from = &segment.pose;
        }
        // The other side begins where this one ends.
        let turning = match self.sides {
            Sides::Both => None,
            Sides::Alternate => self.segments.last().map(|last| last.pose.as_str()),
            Sides::OneThenOther => Some(START),
        };
        if let Some(pose) = turning.filter(|pose| !self.figure.is_symmetric(pose)) {
            problems.push(tr!(
                "[figure] the sides take turns in the pose \"{pose}\", but it is not the same on both sides",
                pose = pose
            ));
        }
    }

    fn check_poses(&self, place: &str, from: &str, segment: &Segment, problems: &mut Vec<String>) {
        let way = segment.through.iter().map(String::as_str);
        for pose in way.clone().chain([segment.pose.as_str()]) {
            if !self.figure.has_pose(pose) {
                let names: Vec<&str> = self.figure.pose_names().collect();
                problems.push(tr!(
                    "{place}: `pose` is \"{pose}\", which [figure] doesn't have; it has {names}",
                    place = place,
                    pose = pose,
                    names = names.join(", ")
                ));
            }
        }
        let all = way.chain([from, segment.pose.as_str()]);
        if !segment.through.is_empty() && !self.figure.flows(all) {
            problems.push(tr!(
                "{place}: a hand or foot changes what it is pinned to on a way that flows `through` poses",
                place = place
            ));
        }
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

impl Segment {
    fn check(&self, place: &str, problems: &mut Vec<String>) {
        if self.kind.is_derived() {
            problems.push(tr!(
                "{place}: a `{kind}` is derived from the dose; expected `move`, `hold`, `relax`, `breathe-in` or `breathe-out`",
                place = place,
                kind = self.kind.word()
            ));
        }
        match (self.kind, self.seconds) {
            (Kind::Hold, Some(_)) => problems.push(tr!(
                "{place}: a `hold` lasts as long as `dose.hold` says; leave out `seconds`",
                place = place
            )),
            (Kind::Hold, None) => {}
            (_, None) => problems.push(tr!(
                "{place}: `{key}` is missing",
                place = place,
                key = "seconds"
            )),
            (_, Some(seconds)) => {
                check_seconds(&format!("{place}: seconds"), seconds, 0.5, 300.0, problems);
            }
        }
        check_range(
            &format!("{place}: seconds"),
            self.seconds,
            self.range,
            problems,
        );
        if let (Some(reach), Some(seconds)) = (self.reach, self.seconds) {
            check_seconds(&format!("{place}: reach"), reach, 0.5, seconds, problems);
        }
        if self.times.is_some_and(|times| !(2..=100).contains(&times)) || self.goes_nowhere() {
            problems.push(tr!(
                "{place}: `times` says how often a way `through` poses is gone; expected {least} to {most}",
                place = place,
                least = 2,
                most = 100
            ));
        }
        if self.through.len() > SEGMENTS {
            problems.push(tr!(
                "{place}: `through` has more than {n} poses",
                place = place,
                n = SEGMENTS
            ));
        }
        check_cue(place, &self.cue, problems);
    }

    fn goes_nowhere(&self) -> bool {
        self.times.is_some() && self.through.is_empty()
    }
}

/// A number has to lie within the range that stands beside it.
fn check_range<T: Copy + PartialOrd + fmt::Display>(
    key: &str,
    number: Option<T>,
    range: Option<[T; 2]>,
    problems: &mut Vec<String>,
) {
    match (number, range) {
        (Some(number), Some([least, most])) if !(least..=most).contains(&number) => {
            problems.push(tr!(
                "`{key}` is {n}, which is not within its range",
                key = key,
                n = number
            ));
        }
        (None, Some(_)) => {
            problems.push(tr!("`{key}` has a range, but is itself missing", key = key));
        }
        (Some(_), Some(_)) | (_, None) => {}
    }
}

fn check_seconds(key: &str, seconds: f64, least: f64, most: f64, problems: &mut Vec<String>) {
    if !(least..=most).contains(&seconds) {
        problems.push(tr!(
            "`{key}` is {n}; expected {least} to {most} seconds",
            key = key,
            n = seconds,
            least = least,
            most = most
        ));
    }
}

fn check_cue(place: &str, cue: &str, problems: &mut Vec<String>) {
    let words = cue.split_whitespace().count();
    if !(1..=CUE_WORDS).contains(&words) {
        problems.push(tr!(
            "{place}: the cue has {n} words; expected {least} to {most}",
            place = place,
            n = words,
            least = 1,
            most = CUE_WORDS
        ));
    }
}

/// A prescription is at most once an hour.
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

pub(super) fn no_id(id: &str) -> String {
    tr!(
        "`id` is \"{id}\"; expected lower-case letters, digits and hyphens",
        id = id
    )
}

/// Whether it can be typed as a word: lower-case letters, digits, hyphens between them.
pub(super) fn is_id(text: &str) -> bool {
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

    use super::super::shipped::Exercises;
    use super::*;

    fn file(name: &str) -> String {
        let exercises = Exercises::unpack();
        let files = exercises.files();
        let found = files.iter().find(|(file, _)| *file == name);
        found.map(|(_, text)| (*text).to_owned()).unwrap()
    }

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
    fn slips_in_ranges_breaths_ways_and_sides_are_told() {
        for (name, from, to, told) in [
            (
                "wall-arm-slide.toml",
                "reps  = 10",
                "reps  = 7",
                "`dose.reps` is 7, which is not within its range",
            ),
            (
                "childs-pose.toml",
                "breaths = 8",
                "reps = 8",
                "`dose.breaths` has a range, but is itself missing",
            ),
            (
                "childs-pose.toml",
                "breaths = 8",
                "breaths = 8\nreps = 8",
                "`dose.reps` and `dose.breaths` are both there; one of them is counted",
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
                "`[[rep]] 1: seconds` is 9, which is not within its range",
            ),
            (
                "shoulder-roll.toml",
                "way     = \"forward\"",
                "",
                "some [[rep]] parts have a `way` and others don't",
            ),
            (
                "shoulder-roll.toml",
                "through = [\"forward\"",
                "through = [\"fore\"",
                "[[rep]] 1: `pose` is \"fore\", which [figure] doesn't have; it has back, forward, start, up",
            ),
            (
                "short-walk.toml",
                "through = [\"right\", \"start\", \"left\"]",
                "",
                "[[rep]] 1: `times` says how often a way `through` poses is gone; expected 2 to 100",
            ),
            (
                "chest-and-arm-stretch.toml",
                "pose    = \"start\"",
                "pose    = \"clasp\"",
                "it ends in the pose \"clasp\"; expected \"start\", in which the next set begins",
            ),
            (
                "chest-and-arm-stretch.toml",
                "pose    = \"clasp\"",
                "through = [\"clasp\"]\npose    = \"squeeze\"",
                "[[enter]] 1: a hand or foot changes what it is pinned to on a way that flows `through` poses",
            ),
            (
                "arm-and-leg-raise.toml",
                "[figure.pose.start]",
                "[figure.pose.start]\nthorax = { turn = 5 }",
                "[figure] the sides take turns in the pose \"start\", but it is not the same on both sides",
            ),
            (
                "childs-pose.toml",
                "easier = \"Sink less far, and let your hips stay higher.\"",
                "easier = \" \"",
                "`easier` is empty; leave it out",
            ),
        ] {
            assert!(
                problems_in(name, from, to)
                    .iter()
                    .any(|problem| problem == told),
                "{told}: {:?}",
                problems_in(name, from, to)
            );
        }
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

    #[test]
    fn a_slip_is_told_in_a_sentence() {
        for (from, to, told) in [
            (
                "reps  = 15",
                "reps  = 0",
                "`dose.reps` is 0; expected 1 to 100",
            ),
            (
                "hold  = 5",
                "hold  = nan",
                "`dose.hold` is NaN; expected 1 to 300 seconds",
            ),
            (
                "hold  = 5",
                "",
                "`dose.hold` is missing, though a [[rep]] is a `hold`",
            ),
            (
                "rest  = 20",
                "",
                "`dose.rest` is missing, though there is more than one set",
            ),
            (
                "sets  = 2",
                "sets  = 1",
                "`dose.rest` has no use: it is for when there is more than one set",
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
                "`dose.switch` is missing, though `sides` is `one-then-other`",
            ),
        ] {
            assert_eq!(problems_after(from, to), [told]);
        }
    }

    #[test]
    fn all_slips_are_told_at_once() {
        let text = scapula()
            .replacen("reps  = 15", "reps  = 1000", 1)
            .replacen("ready = 6", "ready = -1", 1)
            .replacen("seconds = 2 ", "seconds = inf ", 1);
        assert_eq!(Exercise::parse(&text).unwrap_err().len(), 3);
    }

    #[test]
    fn a_key_that_nobody_knows_is_told_with_its_place() {
        let [problem] = &problems_after("reps ", "repetitions ")[..] else {
            panic!("one problem expected");
        };
        assert!(problem.contains("repetitions"), "{problem}");
        assert!(problem.contains("line"), "{problem}");
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
        /// Whatever is cut, doubled or thrown in, the answer is an exercise that plays or sentences.
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
                    let total = exercise.whole_seconds();
                    prop_assert!(total.is_finite() && total > 0.0);
                }
                Err(problems) => prop_assert!(problems.iter().all(|problem| !problem.is_empty())),
            }
        }
    }
}
