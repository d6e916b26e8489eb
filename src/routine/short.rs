//! The short form of an exercise: a name, steps and a few numbers, from which everything else is derived.

use super::check::Fault;
use super::exercise::{
    Dose, Easier, Exercise, Group, Kind, Position, Prop, Ready, START, Segment, Sides,
};
use super::figure::Figure;
use super::sides::{Written, mirrored, written_for};
use crate::lang::tr;

/// The values of what a file leaves out. All of them are our choice.
const DEFAULT_REPS: u32 = 10;
const DEFAULT_READY: f64 = 8.0;
const DEFAULT_REST: f64 = 30.0;
const DEFAULT_SWITCH: f64 = 5.0;
const DEFAULT_HOLD: f64 = 10.0;
const BREATHE_IN: f64 = 4.0;
const BREATHE_OUT: f64 = 6.0;
const LET_GO: f64 = 3.0;

/// The shortest and the longest movement whose duration follows from the length of its cue, in seconds.
const MOVEMENT: [f64; 2] = [3.0, 8.0];
/// Seconds that a voice needs for the number of the repetition, and for a word.
const SPEECH: [f64; 2] = [2.0, 0.35];

/// The most words and characters of a cue that is made from a step.
const CUE_WORDS: usize = 14;
const CUE_CHARS: usize = 90;

/// An exercise in the short form. What is `None` has a default.
#[derive(Clone, Debug, Default)]
pub struct ShortExercise {
    /// Identifier in commands, settings and history.
    pub id: String,
    /// Display name.
    pub name: String,
    /// The instructions, step by step.
    pub steps: Vec<Step>,
    /// Seconds to stay at the end of the movement.
    pub hold: Option<f64>,
    /// Repetitions per set and side.
    pub reps: Option<u32>,
    /// Breaths per set, instead of repetitions.
    pub breaths: Option<u32>,
    /// Number of sets.
    pub sets: Option<u32>,
    /// Seconds of each movement.
    pub seconds: Option<f64>,
    /// Seconds of rest between two sets.
    pub rest: Option<f64>,
    /// Seconds to get ready.
    pub ready: Option<f64>,
    /// Seconds to change sides.
    pub switch: Option<f64>,
    /// The sides that work, and their order.
    pub sides: Option<Sides>,
    /// The place where it is done.
    pub place: Option<Group>,
    /// The position of the body.
    pub position: Option<Position>,
    /// The things that are needed.
    pub props: Option<Vec<Prop>>,
    /// An easier variant.
    pub easier: Option<Easier>,
    /// A harder variant.
    pub harder: Option<String>,
    /// Warnings and things to watch out for.
    pub cautions: Vec<String>,
    /// Where the exercise comes from.
    pub source: String,
    /// Prescribed number of times per day.
    pub per_day: Option<u32>,
    /// The illustration of the movement.
    pub figure: Figure,
    /// Names of the figure's poses for the movements whose steps don't name one, in order.
    pub poses: Vec<String>,
}

/// A step of an exercise in the short form.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Step {
    /// The instruction, as a sentence.
    pub text: String,
    /// The instruction in a few words, if the sentence is too long to be spoken.
    pub cue: Option<String>,
    /// The same for the left side.
    pub cue_left: Option<String>,
    /// The kind of the step, if that doesn't follow from its position.
    pub kind: Option<Kind>,
    /// Name of the figure's pose at the end.
    pub pose: Option<String>,
    /// Duration in seconds.
    pub seconds: Option<f64>,
}

impl Step {
    /// Returns the step with this instruction.
    #[must_use]
    pub fn new(text: &str) -> Self {
        Self {
            text: text.to_owned(),
            ..Self::default()
        }
    }
}

/// The kinds that a step can have in a file, with their words.
pub const STEP_KINDS: [(&str, Kind); 6] = [
    ("ready", Kind::Ready),
    ("move", Kind::Move),
    ("hold", Kind::Hold),
    ("relax", Kind::Relax),
    ("breathe-in", Kind::BreatheIn),
    ("breathe-out", Kind::BreatheOut),
];

impl ShortExercise {
    /// Returns the exercise with all its phases.
    #[must_use]
    pub fn exercise(&self) -> Exercise {
        Builder::new(self).build()
    }

    /// Returns what is wrong with the exercise as a whole: its figure, or its length.
    #[must_use]
    pub fn check(&self) -> Vec<Fault> {
        self.exercise().check_whole()
    }

    /// Returns the defaults of the exercise, as lines of a file.
    #[must_use]
    pub fn defaults(&self) -> Vec<String> {
        let exercise = self.exercise();
        let dose = exercise.dose;
        let mut lines = Vec::new();
        let mut add = |is_given: bool, key: &str, value: Option<String>| {
            if let Some(value) = value.filter(|_| !is_given) {
                lines.push(format!("{key} = {value}"));
            }
        };
        let quoted = |word: &str| Some(format!("\"{word}\""));
        let seconds = |seconds: f64| format!("\"{seconds} s\"");
        let counted = self.reps.is_some() || self.breaths.is_some();
        add(counted, "reps", dose.reps.map(|reps| reps.to_string()));
        add(self.sets.is_some(), "sets", Some(dose.sets.to_string()));
        add(self.hold.is_some(), "hold", dose.hold.map(seconds));
        add(self.sides.is_some(), "sides", quoted(exercise.sides.word()));
        add(self.ready.is_some(), "ready", Some(seconds(dose.ready)));
        add(self.rest.is_some(), "rest", dose.rest.map(seconds));
        add(self.switch.is_some(), "switch", dose.switch.map(seconds));
        add(
            self.place.is_some(),
            "place",
            quoted(exercise.group.as_str()),
        );
        add(
            self.position.is_some(),
            "position",
            quoted(exercise.position.word()),
        );
        lines
    }
}

impl Sides {
    /// Returns the name in the short form.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Both => "both",
            Self::Alternate => "alternate",
            Self::OneThenOther => "each",
        }
    }
}

impl Position {
    /// Returns the name in files.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Sitting => "sitting",
            Self::Standing => "standing",
            Self::Lying => "lying",
            Self::HandsAndKnees => "hands-and-knees",
            Self::Kneeling => "kneeling",
        }
    }
}

/// Derives the phases of an exercise from its steps.
struct Builder<'a> {
    short: &'a ShortExercise,
    /// The side that the texts are written for.
    written: Written,
    kinds: Vec<Kind>,
    /// Poses that were given to movements so far.
    poses: usize,
    enter: Vec<Segment>,
    rep: Vec<Segment>,
    leave: Vec<Segment>,
}

impl<'a> Builder<'a> {
    fn new(short: &'a ShortExercise) -> Self {
        let texts = short.steps.iter().map(|step| step.text.as_str());
        let takes_turns = short.sides.is_some_and(|sides| sides != Sides::Both);
        Self {
            short,
            written: if takes_turns {
                written_for(texts)
            } else {
                Written::Neither
            },
            kinds: kinds(short),
            poses: 0,
            enter: Vec::new(),
            rep: Vec::new(),
            leave: Vec::new(),
        }
    }

    fn build(mut self) -> Exercise {
        let short = self.short;
        self.follow_steps();
        if short.breaths.is_some() {
            self.breathe();
        }
        if self.rep.is_empty() {
            let cue = shortened(&short.name);
            self.rep.push(segment(Kind::Hold, None, cue, 0));
        }
        self.hold();
        self.return_to_start();
        let sides = short.sides.unwrap_or(Sides::Both);
        let group = short.place.unwrap_or(Group::Desk);
        let details = match &short.steps[..] {
            [] => vec![short.name.clone()],
            steps => steps.iter().map(|step| step.text.clone()).collect(),
        };
        let cautions = match &short.cautions[..] {
            [] => vec![tr("Stop where it hurts.").to_owned()],
            cautions => cautions.to_vec(),
        };
        Exercise {
            id: short.id.clone(),
            name: short.name.clone(),
            group,
            position: short.position.unwrap_or(position_at(group)),
            props: short.props.clone().unwrap_or_else(|| props_at(group)),
            sides,
            source: short.source.clone(),
            details,
            cautions,
            easier: short.easier.clone(),
            harder: short.harder.clone(),
            per_day: short.per_day,
            several: false,
            dose: self.dose(sides),
            ready: self.ready(),
            enter: self.enter,
            segments: self.rep,
            leave: self.leave,
            figure: short.figure.clone(),
            normal_form: None,
        }
    }

    /// Makes a segment of each step but the preparation.
    fn follow_steps(&mut self) {
        let short = self.short;
        let breathes = short.breaths.is_some();
        for (index, step) in short.steps.iter().enumerate() {
            let kind = self.kinds[index];
            if kind == Kind::Ready {
                continue;
            }
            let (cue, left) = self.cues(step);
            let seconds = match kind {
                Kind::Hold => None,
                Kind::BreatheIn => Some(step.seconds.unwrap_or(BREATHE_IN)),
                Kind::BreatheOut => Some(step.seconds.unwrap_or(BREATHE_OUT)),
                Kind::Ready | Kind::Move | Kind::Relax | Kind::Switch | Kind::Rest => {
                    let seconds = step.seconds.or(short.seconds);
                    Some(seconds.unwrap_or_else(|| time_for(&cue)))
                }
            };
            let pose = self.pose_of(step, kind, index);
            let mut segment = segment(kind, seconds, cue, index);
            segment.cue_left = left;
            segment.pose = pose;
            // Poses that the breaths are taken in come before them.
            if breathes && !matches!(kind, Kind::BreatheIn | Kind::BreatheOut) {
                self.enter.push(segment);
            } else {
                self.rep.push(segment);
            }
        }
    }

    fn pose_of(&mut self, step: &Step, kind: Kind, index: usize) -> String {
        if let Some(pose) = &step.pose {
            return pose.clone();
        }
        let is_last = index + 1 == self.short.steps.len();
        let is_way_back = is_last && self.short.hold.is_none() && self.short.breaths.is_none();
        let before = self.rep.last().or(self.enter.last());
        let before = before
            .map_or(START, |segment| segment.pose.as_str())
            .to_owned();
        match kind {
            Kind::Hold => before,
            Kind::Move if is_way_back && index > 0 => START.to_owned(),
            Kind::Move | Kind::BreatheIn | Kind::BreatheOut => {
                let poses = &self.short.poses;
                let pose = poses.get(self.poses % poses.len().max(1));
                self.poses += 1;
                pose.map_or(START, String::as_str).to_owned()
            }
            Kind::Ready | Kind::Relax | Kind::Switch | Kind::Rest => START.to_owned(),
        }
    }

    /// Adds the breaths, unless the steps contain them.
    fn breathe(&mut self) {
        let is_breath =
            |segment: &Segment| matches!(segment.kind, Kind::BreatheIn | Kind::BreatheOut);
        if self.rep.iter().any(is_breath) {
            return;
        }
        let (pose, step) = match self.enter.last() {
            Some(last) => (last.pose.clone(), last.step),
            None => (START.to_owned(), 0),
        };
        for (kind, seconds, cue) in [
            (Kind::BreatheIn, BREATHE_IN, tr("Breathe in")),
            (Kind::BreatheOut, BREATHE_OUT, tr("Breathe out")),
        ] {
            let mut breath = segment(kind, Some(seconds), cue.to_owned(), step);
            breath.pose.clone_from(&pose);
            self.rep.push(breath);
        }
    }

    /// Adds the hold after the movement and the way back, unless the steps contain them.
    fn hold(&mut self) {
        let is = |kind: Kind| move |segment: &Segment| segment.kind == kind;
        let has_hold = self.rep.iter().any(is(Kind::Hold));
        if self.short.hold.is_some() && !has_hold && self.short.breaths.is_none() {
            let end = self.rep.iter().rposition(is(Kind::Relax));
            let end = end.filter(|end| end + 1 == self.rep.len() && *end > 0);
            let end = end.unwrap_or(self.rep.len());
            let before = &self.rep[end - 1];
            let mut hold = segment(Kind::Hold, None, tr("Hold").to_owned(), before.step);
            hold.pose.clone_from(&before.pose);
            self.rep.insert(end, hold);
        }
        // Two holds in a row need a moment in between.
        if self.rep.last().is_some_and(is(Kind::Hold)) && self.needs_way_back() {
            let only = self.rep.len() == 1;
            let cue = if only { tr("Let go") } else { tr("Come back") };
            let back = segment(Kind::Relax, Some(LET_GO), cue.to_owned(), 0);
            self.rep.push(back);
        }
    }

    fn needs_way_back(&self) -> bool {
        self.rep.len() > 1 || self.short.reps.unwrap_or(1) > 1
    }

    /// The next set begins where the first one did.
    fn return_to_start(&mut self) {
        let last = self.rep.last();
        if last.is_some_and(|last| last.pose != START) {
            let back = segment(Kind::Relax, Some(LET_GO), tr("Come back").to_owned(), 0);
            self.leave.push(back);
        }
    }

    fn dose(&self, sides: Sides) -> Dose {
        let short = self.short;
        let holds = self
            .rep
            .iter()
            .chain(&self.enter)
            .any(|segment| segment.kind == Kind::Hold);
        let of_step = || {
            let kinds = self.kinds.iter().zip(&short.steps);
            let mut holds = kinds.filter(|(kind, _)| **kind == Kind::Hold);
            holds.find_map(|(_, step)| step.seconds)
        };
        let hold = short.hold.or_else(of_step).or(short.seconds);
        let reps = short.reps.unwrap_or(if holds { 1 } else { DEFAULT_REPS });
        let sets = short.sets.unwrap_or(1);
        Dose {
            reps: short.breaths.is_none().then_some(reps),
            reps_range: None,
            breaths: short.breaths,
            breaths_range: None,
            sets,
            hold: holds.then(|| hold.unwrap_or(DEFAULT_HOLD)),
            hold_range: None,
            rest: (sets > 1).then(|| short.rest.unwrap_or(DEFAULT_REST)),
            ready: short.ready.unwrap_or(DEFAULT_READY),
            switch: (sides == Sides::OneThenOther).then(|| short.switch.unwrap_or(DEFAULT_SWITCH)),
        }
    }

    fn ready(&self) -> Ready {
        let steps = self.short.steps.iter().zip(&self.kinds);
        let mut ready = steps.filter(|(_, kind)| **kind == Kind::Ready);
        let (cue, cue_left) = match ready.next() {
            Some((step, _)) => self.cues(step),
            None => (tr("Get ready").to_owned(), None),
        };
        Ready { cue, cue_left }
    }

    /// Returns the cue for the right side or both, and the one for the left side if it differs.
    fn cues(&self, step: &Step) -> (String, Option<String>) {
        let cue = match &step.cue {
            Some(cue) => without_full_stop(cue).to_owned(),
            None => shortened(&step.text),
        };
        if let Some(left) = &step.cue_left {
            return (cue, Some(without_full_stop(left).to_owned()));
        }
        match (self.written, mirrored(&cue)) {
            (Written::Neither, _) | (_, None) => (cue, None),
            (Written::Right, Some(other)) => (cue, Some(other)),
            (Written::Left, Some(other)) => (other, Some(cue)),
        }
    }
}

/// Returns what happens in each step: as the file says, or else by its position.
fn kinds(short: &ShortExercise) -> Vec<Kind> {
    let steps = &short.steps;
    if steps.iter().any(|step| step.kind.is_some()) {
        return steps
            .iter()
            .map(|step| step.kind.unwrap_or(Kind::Move))
            .collect();
    }
    let mut kinds = vec![Kind::Move; steps.len()];
    if short.breaths.is_some() {
        breathing_kinds(short, &mut kinds);
        return kinds;
    }
    let is_timed = short.seconds.is_some() && short.reps.is_none();
    match &mut kinds[..] {
        [] => {}
        [only] => {
            let stays = short.hold.is_some() || is_timed;
            if stays && short.figure.drawing().is_none() {
                *only = Kind::Hold;
            }
        }
        [first, _] if short.hold.is_some() => *first = Kind::Ready,
        [_, _] => {}
        [first, .., last] => {
            *first = Kind::Ready;
            if short.hold.is_some() {
                *last = Kind::Relax;
            }
        }
    }
    kinds
}

/// The first step is the position to breathe in. The last two may be the breaths themselves.
fn breathing_kinds(short: &ShortExercise, kinds: &mut [Kind]) {
    let begins = |index: usize, words: &[&str]| {
        let text = short.steps[index].text.to_lowercase();
        words
            .iter()
            .any(|word| text.starts_with(&word.to_lowercase()))
    };
    if let Some(last) = kinds.len().checked_sub(1).filter(|last| *last > 0) {
        let breathes_in = begins(last - 1, &["Breathe in", "Inhale", tr("Breathe in")]);
        let breathes_out = begins(last, &["Breathe out", "Exhale", tr("Breathe out")]);
        if breathes_in && breathes_out {
            kinds[last - 1] = Kind::BreatheIn;
            kinds[last] = Kind::BreatheOut;
        }
    }
    if let Some(first) = kinds.first_mut().filter(|first| **first == Kind::Move) {
        *first = Kind::Ready;
    }
}

fn segment(kind: Kind, seconds: Option<f64>, cue: String, step: usize) -> Segment {
    Segment {
        kind,
        seconds,
        range: None,
        reach: None,
        through: Vec::new(),
        times: None,
        pose: START.to_owned(),
        cue,
        cue_left: None,
        step,
        way: None,
    }
}

/// Returns the seconds in which a movement can be announced and done, to half a second.
fn time_for(cue: &str) -> f64 {
    let [counting, word] = SPEECH;
    let [least, most] = MOVEMENT;
    let words = cue.split_whitespace().count().max(cue.chars().count() / 6);
    let seconds = counting + word * words as f64;
    (seconds.clamp(least, most) * 2.0).round() / 2.0
}

/// Returns a step as a cue: without the full stop, and only its beginning if it is long.
fn shortened(text: &str) -> String {
    let text = without_full_stop(text);
    if is_short(text) {
        return text.to_owned();
    }
    let clause = text
        .split_inclusive([',', ';', ':', '.', '，', '、', '。'])
        .next();
    let clause = without_full_stop(clause.unwrap_or(text));
    if is_short(clause) && clause.chars().count() > 8 {
        return clause.to_owned();
    }
    let mut cue = String::new();
    for word in text.split_whitespace().take(CUE_WORDS - 1) {
        if cue.chars().count() + word.chars().count() > CUE_CHARS {
            break;
        }
        if !cue.is_empty() {
            cue.push(' ');
        }
        cue.push_str(word);
    }
    if cue.is_empty() {
        cue = text.chars().take(CUE_CHARS / 2).collect();
    }
    format!("{}…", without_full_stop(&cue))
}

fn is_short(text: &str) -> bool {
    text.split_whitespace().count() <= CUE_WORDS && text.chars().count() <= CUE_CHARS
}

fn without_full_stop(text: &str) -> &str {
    let text = text.trim();
    let short = text.trim_end_matches(['.', '。', '।', '!', '！', ',', ';', ':', '，', '、', ' ']);
    if short.is_empty() { text } else { short }
}

fn position_at(place: Group) -> Position {
    match place {
        Group::Desk => Position::Sitting,
        Group::Standing => Position::Standing,
        Group::Floor => Position::Lying,
    }
}

fn props_at(place: Group) -> Vec<Prop> {
    match place {
        Group::Desk => vec![Prop::Chair],
        Group::Standing => Vec::new(),
        Group::Floor => vec![Prop::Mat],
    }
}
