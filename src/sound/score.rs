//! Computes the sounds for each second of a plan.
//!
//! Each phase begins with a tone, and with a few words if a voice is wanted; holds are counted down. Speech must fit: its duration
//! is estimated conservatively, and the first of several wordings that fits is taken. So nothing overlaps, and nothing is late.

use std::collections::{BTreeSet, VecDeque};

use super::tone::Tone;
use crate::lang::tr;
use crate::routine::{Cue, Kind, Phase, Plan};

/// The longest duration of a tone before words, in seconds.
pub(super) const LEAD: f64 = 0.15;
/// The largest number of seconds that are counted down in a hold.
const COUNTED_HOLD: u32 = 5;
/// The largest number of seconds that are counted down in a wait.
const COUNTED_WAIT: u32 = 3;
/// The shortest hold whose duration is announced, in seconds.
const LONG_HOLD: f64 = 10.0;
/// The time after the start of a phase in which its opening is repeated on entering it, in seconds.
const JUST_BEGUN: f64 = 1.0;
/// The delay after which a sound is dropped, in seconds: by then it would no longer match the phase.
const MAX_DELAY: f64 = 0.3;

/// The kinds of sounds that are wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Choice {
    /// `true` to play tones.
    pub tones: bool,
    /// `true` to speak words and numbers.
    pub voice: bool,
}

/// A sound of either kind.
#[derive(Clone, Debug, PartialEq)]
pub enum Sound {
    /// A tone that is played.
    Tone(Tone),
    /// Words or a number that are spoken.
    Speech(String),
}

/// A sound and its place in a plan.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// The start, in seconds since the beginning of the plan.
    pub at: f64,
    /// The longest duration, in seconds.
    pub seconds: f64,
    /// The tone or the words.
    pub sound: Sound,
    /// The index of the phase in [`Plan::phases`]; for the sounds at the end, the number of phases.
    pub phase: usize,
    /// `true` if the sound opens its phase.
    pub opens: bool,
}

impl Entry {
    /// Returns the end, in seconds since the beginning of the plan.
    #[must_use]
    pub fn end(&self) -> f64 {
        self.at + self.seconds
    }
}

/// All sounds of a plan, in order. No two of them overlap.
#[derive(Clone, Debug, Default)]
pub struct Score {
    entries: Vec<Entry>,
    /// The start of each phase and the end of the last one, in seconds.
    starts: Vec<f64>,
    /// The phases in which the user waits, such as getting ready.
    waits: BTreeSet<usize>,
    /// The possible wordings for the opening of each phase, the best first.
    wordings: Vec<Vec<String>>,
}

impl Score {
    /// Creates the score of a plan, with the sounds that are wanted.
    #[must_use]
    pub fn new(plan: &Plan, choice: Choice) -> Self {
        let mut score = Self::default();
        let mut start = 0.0;
        for phase in plan.phases() {
            score.starts.push(start);
            let bar = PhaseBuilder {
                cue: plan.at(start),
                start,
                end: start + phase.seconds,
                choice,
                backwards: leads_back(plan, phase),
            };
            score.entries.extend(bar.entries());
            score.wordings.push(bar.wordings());
            if matches!(phase.kind, Kind::Ready | Kind::Switch | Kind::Rest) {
                score.waits.insert(bar.cue.index);
            }
            start = bar.end;
        }
        score.starts.push(start);
        score.entries.extend(the_end(plan, start, choice));
        score
    }

    /// Returns all sounds in order.
    #[must_use]
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// Returns the end of the last sound or of the plan, whichever is later, in seconds since the beginning of the plan.
    #[must_use]
    pub fn total_seconds(&self) -> f64 {
        let plan = self.starts.last().copied().unwrap_or_default();
        self.entries
            .last()
            .map_or(plan, |last| last.end().max(plan))
    }

    /// Returns the same sound `by` seconds later, in a wording that ends before `until`, or `None` if nothing fits.
    fn later(&self, entry: &Entry, by: f64, until: f64) -> Option<Entry> {
        let mut later = entry.clone();
        later.at += by;
        if let (Sound::Speech(words), true) = (&mut later.sound, by > 0.0) {
            let room = until - later.at;
            let fits = |words: &&String| speech_seconds(words) <= room;
            *words = self.wordings.get(entry.phase)?.iter().find(fits)?.clone();
            later.seconds = speech_seconds(words);
        }
        (later.end() <= until).then_some(later)
    }

    /// Returns the index of the phase at a time, and the time since its start. After the end, the index is the number of phases.
    fn phase_at(&self, elapsed: f64) -> (usize, f64) {
        let phase = self.starts.partition_point(|start| *start <= elapsed);
        let phase = phase.saturating_sub(1);
        (phase, elapsed - self.starts.get(phase).unwrap_or(&0.0))
    }
}

/// Returns `true` if a movement leads back to the pose in which its exercise began.
fn leads_back(plan: &Plan, phase: &Phase) -> bool {
    let first = plan.phases().iter().find(|other| other.part == phase.part);
    first.is_some_and(|first| first.from == phase.to && phase.from != phase.to)
}

fn the_end(plan: &Plan, at: f64, choice: Choice) -> Vec<Entry> {
    let entry = |at, seconds, sound| Entry {
        at,
        seconds,
        sound,
        phase: plan.phases().len(),
        opens: true,
    };
    let tone = choice
        .tones
        .then(|| entry(at, Tone::Done.seconds(), Sound::Tone(Tone::Done)));
    let at = tone.as_ref().map_or(at, Entry::end);
    let done = "Done.".to_owned();
    let words = choice
        .voice
        .then(|| entry(at, speech_seconds(&done), Sound::Speech(done)));
    tone.into_iter().chain(words).collect()
}

/// A builder for the sounds of one phase.
struct PhaseBuilder<'a> {
    cue: Cue<'a>,
    start: f64,
    end: f64,
    choice: Choice,
    backwards: bool,
}

impl PhaseBuilder<'_> {
    fn entries(&self) -> Vec<Entry> {
        let mut entries = self.opening();
        let free_from = entries.last().map_or(self.start, Entry::end);
        entries.extend(self.countdown(free_from));
        entries
    }

    fn entry(&self, at: f64, seconds: f64, sound: Sound) -> Entry {
        Entry {
            at,
            seconds,
            sound,
            phase: self.cue.index,
            opens: false,
        }
    }

    /// Returns a tone, and the words that fit.
    fn opening(&self) -> Vec<Entry> {
        let words = self.words();
        let mut entries = Vec::new();
        if self.choice.tones {
            let tone = self.tone();
            let most = if words.is_some() { LEAD } else { self.room() };
            let seconds = tone.seconds().min(most);
            entries.push(self.entry(self.start, seconds, Sound::Tone(tone)));
        }
        if let Some(words) = words {
            let seconds = speech_seconds(&words);
            let at = self.start + self.lead();
            entries.push(self.entry(at, seconds, Sound::Speech(words)));
        }
        for entry in &mut entries {
            entry.opens = true;
        }
        entries
    }

    fn tone(&self) -> Tone {
        match self.cue.phase.kind {
            Kind::Ready => Tone::Ready,
            Kind::Move if self.backwards => Tone::Back,
            Kind::Move | Kind::BreatheIn => Tone::Move,
            Kind::Relax | Kind::BreatheOut => Tone::Back,
            Kind::Hold => Tone::Hold,
            Kind::Switch => Tone::Switch,
            Kind::Rest => Tone::Rest,
        }
    }

    /// Returns the time before the voice may speak, in seconds.
    fn lead(&self) -> f64 {
        if self.choice.tones { LEAD } else { 0.0 }
    }

    /// Returns the first wording that fits, if any.
    fn words(&self) -> Option<String> {
        let room = self.room() - self.lead();
        self.wordings()
            .into_iter()
            .filter(|_| self.choice.voice)
            .find(|words| speech_seconds(words) <= room)
    }

    /// Returns the time for the opening, in seconds. A hold reserves the seconds that are counted, or its second half if
    /// that is shorter; a wait reserves its last second.
    fn room(&self) -> f64 {
        let seconds = self.cue.phase.seconds;
        match self.cue.phase.kind {
            Kind::Hold => {
                (seconds - f64::from(COUNTED_HOLD)).max(seconds.min((seconds / 2.0).max(1.0)))
            }
            Kind::Ready | Kind::Switch | Kind::Rest => (seconds - 1.0).max(seconds.min(1.0)),
            Kind::Move | Kind::Relax | Kind::BreatheIn | Kind::BreatheOut => seconds,
        }
    }

    /// Returns the possible wordings, the best first.
    fn wordings(&self) -> Vec<String> {
        let phase = self.cue.phase;
        let cue = sentence(&phase.cue);
        match phase.kind {
            Kind::Ready => {
                let name = &self.cue.part().exercise.name;
                let is_last = self.cue.remaining_exercises().is_empty();
                let last = (is_last && self.cue.exercise_of().1 > 1)
                    .then(|| sentence(&tr!("Last exercise: {exercise}", exercise = name)));
                let name = sentence(name);
                let named = last.iter().chain([&name]);
                let mut wordings: Vec<_> = named.map(|name| format!("{name} {cue}")).collect();
                wordings.push(cue);
                wordings
            }
            Kind::Hold if phase.seconds < LONG_HOLD => vec![cue, sentence(tr("Hold"))],
            Kind::Hold | Kind::Rest => vec![self.cue.spoken(), cue],
            Kind::Switch => vec![cue],
            Kind::Move | Kind::Relax | Kind::BreatheIn | Kind::BreatheOut => movement(phase, cue),
        }
    }

    /// Returns the countdown of a hold or of a wait.
    fn countdown(&self, free_from: f64) -> Vec<Entry> {
        // A single number in a wait would sound lost, so at least two are counted.
        let (most, least) = match self.cue.phase.kind {
            Kind::Hold => (COUNTED_HOLD, 1),
            Kind::Ready | Kind::Switch | Kind::Rest => (COUNTED_WAIT, 2),
            Kind::Move | Kind::Relax | Kind::BreatheIn | Kind::BreatheOut => return Vec::new(),
        };
        let free = (self.end - free_from).floor() as u32;
        let counted = if self.choice.voice { free.min(most) } else { 0 };
        let counted = if counted < least { 0 } else { counted };
        let last = free >= 1 && self.choice.tones;
        let mut entries = Vec::new();
        for left in (1..=counted.max(1)).rev() {
            let mut at = self.end - f64::from(left);
            if left == 1 && last {
                entries.push(self.entry(at, Tone::Last.seconds(), Sound::Tone(Tone::Last)));
                at += LEAD;
            }
            if left <= counted {
                let number = left.to_string();
                entries.push(self.entry(at, speech_seconds(&number), Sound::Speech(number)));
            }
        }
        entries
    }
}

/// Returns the wordings for a movement: with the number where a repetition begins, and with the side where sides alternate.
fn movement(phase: &Phase, cue: String) -> Vec<String> {
    let Some(rep) = phase.rep.filter(|_| phase.begins_rep) else {
        return vec![cue];
    };
    match phase.side {
        None => {
            let rep = tr!("Rep {n}.", n = rep);
            vec![format!("{rep} {cue}"), cue, rep]
        }
        Some(side) => {
            let alone = sentence(side.name());
            let rep = tr!("Rep {n}, {side}.", n = rep, side = side.name_within());
            vec![format!("{rep} {cue}"), format!("{alone} {cue}"), rep, alone]
        }
    }
}

fn sentence(words: &str) -> String {
    tr!("{sentence}.", sentence = words)
}

/// Returns a conservative estimate of the time that a voice needs for the words, in seconds. It is based on measurements of
/// eSpeak NG at its normal speed.
#[must_use]
pub fn speech_seconds(words: &str) -> f64 {
    let count = |which: fn(char) -> bool| words.chars().filter(|char| which(*char)).count() as f64;
    // A letter of an alphabet is part of a sound; a character of Chinese, Japanese or Korean is a syllable.
    let letters = count(|char| char.is_alphabetic() && u32::from(char) < 0x2E80);
    let signs = count(|char| char.is_alphabetic() && u32::from(char) >= 0x2E80);
    let spaces = count(|char| char.is_whitespace() || char == '-');
    let inner = words.trim_end_matches(['.', '。']);
    let stops = inner.matches(['.', '。', ':', '!', '?']).count() as f64;
    let commas = inner.matches([',', '、', ';']).count() as f64;
    let pauses = stops * 0.36 + commas * 0.28;
    0.25 + letters * 0.064 + signs * 0.24 + spaces * 0.03 + numbers(words) + pauses
}

/// Returns the time for the numbers in the words, in seconds.
fn numbers(words: &str) -> f64 {
    let digits = |number: &str| match number.len() {
        0 => 0.0,
        1 => 0.25,
        more => 0.33 * more as f64,
    };
    let numbers = words.split(|char: char| !char.is_ascii_digit());
    numbers.map(digits).sum()
}

/// A cursor that follows a score in real time.
#[derive(Clone, Debug, Default)]
pub struct Reader {
    score: Score,
    upcoming: VecDeque<Entry>,
}

impl Reader {
    /// Creates a cursor before the beginning of a score. Call [`seek`](Self::seek) first.
    #[must_use]
    pub fn new(score: Score) -> Self {
        Self {
            score,
            upcoming: VecDeque::new(),
        }
    }

    /// Moves to a time of the plan, in seconds. If its phase has only just begun, the opening is heard again.
    pub fn seek(&mut self, elapsed: f64) {
        let (phase, into) = self.score.phase_at(elapsed);
        let entries = &self.score.entries;
        let again = |entry: &&Entry| {
            (0.0..JUST_BEGUN).contains(&into) && entry.phase == phase && entry.opens
        };
        let rest = entries
            .iter()
            .filter(|entry| entry.at >= elapsed && !again(entry));
        let rest: Vec<Entry> = rest.cloned().collect();
        let next = rest.first().map_or(f64::INFINITY, |next| next.at);
        let end = self.score.starts.get(phase + 1).copied();
        let until = next.min(end.unwrap_or(f64::INFINITY));
        let opening = entries.iter().filter(again);
        let opening = opening.filter_map(|entry| self.score.later(entry, into, until));
        self.upcoming = opening.collect();
        self.upcoming.extend(rest);
    }

    /// Returns the opening words of the current phase for a voice that has only now become ready, if they still fit. In a
    /// wait there is time for that, in other phases only at the very beginning.
    #[must_use]
    pub fn late_opening(&self, elapsed: f64) -> Option<Entry> {
        let (phase, into) = self.score.phase_at(elapsed);
        let opening = self.score.entries.iter().find(|entry| {
            entry.phase == phase && entry.opens && matches!(entry.sound, Sound::Speech(_))
        })?;
        let by = elapsed - opening.at;
        let time = if self.score.waits.contains(&phase) {
            f64::INFINITY
        } else {
            JUST_BEGUN
        };
        if !(0.0..time).contains(&into) || by < 0.0 {
            return None;
        }
        let end = self.score.starts.get(phase + 1)?;
        self.score.later(opening, by, end.min(self.next_due()?))
    }

    /// Removes and returns the sounds that are due; those that were missed are dropped.
    pub fn take_due(&mut self, elapsed: f64) -> Vec<Entry> {
        let due = self.upcoming.partition_point(|entry| entry.at <= elapsed);
        self.upcoming
            .drain(..due)
            .filter(|entry| elapsed - entry.at <= MAX_DELAY)
            .collect()
    }

    /// Returns the time when the next sound is due, in seconds.
    #[must_use]
    pub fn next_due(&self) -> Option<f64> {
        self.upcoming.front().map(|entry| entry.at)
    }

    /// Drops all remaining sounds.
    pub fn close(&mut self) {
        self.upcoming.clear();
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::routine::{Exercise, Library};

    const BOTH: Choice = Choice {
        tones: true,
        voice: true,
    };
    const TONES: Choice = Choice {
        tones: true,
        voice: false,
    };
    const VOICE: Choice = Choice {
        tones: false,
        voice: true,
    };

    /// All plans that ship, and some that don't: with sides, long holds, breathing, and phases of the minimum length.
    fn plans() -> Vec<Plan> {
        let library = Library::shipped();
        let mut plans: Vec<Plan> = library
            .iter()
            .map(|item| Plan::for_item(item, &library))
            .collect();
        for (sides, dose, parts) in [
            (
                "one-then-other",
                "reps = 2, sets = 2, ready = 1, hold = 30, rest = 1, switch = 1",
                &[("move", Some(0.5)), ("hold", None), ("relax", Some(0.5))][..],
            ),
            (
                "alternate",
                "reps = 12, sets = 1, ready = 60",
                &[("breathe-in", Some(4.0)), ("breathe-out", Some(2.25))],
            ),
            (
                "both",
                "reps = 3, sets = 3, ready = 7.7, hold = 1, rest = 300",
                &[("move", Some(300.0)), ("hold", None)],
            ),
            (
                "one-then-other",
                "reps = 1, sets = 2, ready = 3, hold = 2.5, rest = 12.5, switch = 5",
                &[("hold", None), ("move", Some(1.2))],
            ),
        ] {
            plans.push(made_up(sides, dose, parts));
        }
        plans
    }

    fn made_up(sides: &str, dose: &str, parts: &[(&str, Option<f64>)]) -> Plan {
        let mut text = format!(
            "id = \"made-up\"\nname = \"Turning, twice\"\ngroup = \"floor\"\nposition = \"lying\"\nsides = \"{sides}\"\n\
             source = \"made up\"\ndetails = [\"Turn.\"]\ncautions = [\"Slowly.\"]\ndose = {{ {dose} }}\n\
             ready.cue = \"Lie down\"\n"
        );
        for (index, (kind, seconds)) in parts.iter().enumerate() {
            let seconds = seconds.map_or(String::new(), |seconds| format!("seconds = {seconds}\n"));
            let pose = if index + 1 == parts.len() {
                "start"
            } else {
                "out"
            };
            text += &format!(
                "[[rep]]\nkind = \"{kind}\"\n{seconds}pose = \"{pose}\"\ncue = \"Turn, and look over your shoulder\"\n"
            );
        }
        text += "[figure]\nview = { yaw = 0, pitch = 0, centre = [0, 60], height = 150 }\n[figure.pose.start]\n[figure.pose.out]\n";
        let exercise = Exercise::parse(&text).unwrap_or_else(|problems| panic!("{problems:#?}"));
        Plan::for_exercise(&std::sync::Arc::new(exercise))
    }

    fn starts(plan: &Plan) -> Vec<f64> {
        let begins = plan.phases().iter().scan(0.0, |next, phase| {
            let start = *next;
            *next += phase.seconds;
            Some(start)
        });
        begins.collect()
    }

    fn is_tone(entry: &Entry, tone: Tone) -> bool {
        entry.sound == Sound::Tone(tone)
    }

    fn lines(entries: &[Entry]) -> String {
        let line = |entry: &Entry| match &entry.sound {
            Sound::Tone(tone) => format!("{:6.2} ~{}\n", entry.at, tone.name()),
            Sound::Speech(words) => format!("{:6.2} {words}\n", entry.at),
        };
        entries.iter().map(line).collect()
    }

    fn score_of(id: &str, choice: Choice) -> Score {
        Score::new(&Library::shipped().plan(id).unwrap(), choice)
    }

    #[test]
    fn a_squeeze_is_led_by_tones_and_voice() {
        let score = score_of("scapula-squeeze", BOTH);
        let entries = score.entries();
        let first = entries.partition_point(|entry| entry.at < 23.0);
        insta::assert_snapshot!(lines(&entries[..first]), @r"
         0.00 ~ready
         0.15 Scapula squeeze. Sit tall, arms by your sides.
         4.00 2
         5.00 ~last
         5.15 1
         6.00 ~move
         6.15 Rep 1.
         7.50 ~hold
         7.65 Hold.
         8.50 4
         9.50 3
        10.50 2
        11.50 ~last
        11.65 1
        12.50 ~back
        12.65 Let go.
        14.50 ~move
        14.65 Rep 2.
        16.00 ~hold
        16.15 Hold.
        17.00 4
        18.00 3
        19.00 2
        20.00 ~last
        20.15 1
        21.00 ~back
        21.15 Let go.
        ");
    }

    #[test]
    fn an_arch_is_led_by_tones() {
        let score = score_of("moment", TONES);
        insta::assert_snapshot!(lines(score.entries()), @r"
         0.00 ~ready
         5.00 ~last
         6.00 ~move
         9.00 ~back
        12.00 ~move
        15.00 ~back
        18.00 ~move
        21.00 ~back
        24.00 ~move
        27.00 ~back
        30.00 ~done
        ");
    }

    #[test]
    fn no_choice_gives_no_sounds() {
        for plan in plans() {
            let none = Choice {
                tones: false,
                voice: false,
            };
            assert_eq!(Score::new(&plan, none).entries(), []);
        }
    }

    #[test]
    fn all_is_in_order_and_nothing_overlaps() {
        for plan in plans() {
            for choice in [BOTH, TONES, VOICE] {
                let score = Score::new(&plan, choice);
                for pair in score.entries().windows(2) {
                    assert!(pair[0].end() <= pair[1].at + 1e-9, "{}: {pair:#?}", plan.id);
                }
            }
        }
    }

    #[test]
    fn nothing_lasts_longer_than_its_phase() {
        for plan in plans() {
            let (starts, total) = (starts(&plan), plan.total_seconds());
            for entry in Score::new(&plan, BOTH).entries() {
                let Some(phase) = plan.phases().get(entry.phase) else {
                    assert!(entry.at >= total);
                    continue;
                };
                let start = starts[entry.phase];
                let within = entry.at >= start && entry.end() <= start + phase.seconds + 1e-9;
                assert!(within, "{}: {entry:?}", plan.id);
            }
        }
    }

    #[test]
    fn every_phase_begins_with_its_tone() {
        for plan in plans() {
            for choice in [BOTH, TONES] {
                let score = Score::new(&plan, choice);
                for (index, start) in starts(&plan).into_iter().enumerate() {
                    let opening = score.entries().iter().find(|entry| entry.phase == index);
                    let opening = opening.unwrap_or_else(|| panic!("{}: {index}", plan.id));
                    assert!((opening.at - start).abs() < 1e-9 && opening.opens);
                    assert!(matches!(opening.sound, Sound::Tone(tone) if tone != Tone::Last));
                    assert!(opening.seconds >= 0.15, "{}: {opening:?}", plan.id);
                }
                let end = score
                    .entries()
                    .iter()
                    .find(|entry| is_tone(entry, Tone::Done));
                assert_eq!(end.unwrap().at, plan.total_seconds());
            }
        }
    }

    #[test]
    fn the_voice_speaks_within_300_ms_or_not_at_all() {
        for plan in plans() {
            let starts = starts(&plan);
            for choice in [BOTH, VOICE] {
                let score = Score::new(&plan, choice);
                let words = score.entries().iter().filter(|entry| {
                    entry.phase < starts.len() && matches!(entry.sound, Sound::Speech(_))
                });
                for entry in words {
                    let late = entry.at - starts[entry.phase];
                    // Anything else is a number, which is due a whole number of seconds before the end.
                    let left = starts[entry.phase] + plan.phases()[entry.phase].seconds - entry.at;
                    let late = if entry.opens {
                        late
                    } else {
                        left.ceil() - left
                    };
                    assert!((-1e-9..0.2).contains(&late), "{}: {entry:?}", plan.id);
                }
            }
        }
    }

    #[test]
    fn shipped_phases_have_words() {
        let library = Library::shipped();
        for item in library.iter() {
            let plan = Plan::for_item(item, &library);
            let score = Score::new(&plan, BOTH);
            for (index, phase) in plan.phases().iter().enumerate() {
                let spoken = score.entries().iter().any(|entry| {
                    entry.phase == index && entry.opens && matches!(entry.sound, Sound::Speech(_))
                });
                assert!(spoken, "{}: nothing fits into {phase:?}", plan.id);
            }
        }
    }

    #[test]
    fn last_second_of_holds_and_waits_has_a_tone() {
        for plan in plans() {
            let score = Score::new(&plan, TONES);
            for (index, start) in starts(&plan).into_iter().enumerate() {
                let phase = &plan.phases()[index];
                let waits = matches!(
                    phase.kind,
                    Kind::Hold | Kind::Ready | Kind::Rest | Kind::Switch
                );
                let mut entries = score.entries().iter();
                let last = entries.find(|entry| entry.phase == index && is_tone(entry, Tone::Last));
                assert_eq!(last.is_some(), waits && phase.seconds >= 2.0, "{phase:?}");
                if let Some(last) = last {
                    assert!((last.at - (start + phase.seconds - 1.0)).abs() < 1e-9);
                }
            }
        }
    }

    #[test]
    fn a_long_hold_is_counted_down_from_five() {
        let plan = made_up(
            "both",
            "reps = 1, sets = 1, ready = 3, hold = 30",
            &[("hold", None)],
        );
        let score = Score::new(&plan, BOTH);
        insta::assert_snapshot!(lines(score.entries()), @r"
         0.00 ~ready
         0.15 Lie down.
         1.00 2
         2.00 ~last
         2.15 1
         3.00 ~hold
         3.15 Turn, and look over your shoulder for 30 seconds.
        28.00 5
        29.00 4
        30.00 3
        31.00 2
        32.00 ~last
        32.15 1
        33.00 ~done
        33.58 Done.
        ");
    }

    #[test]
    fn a_longer_cue_of_a_hold_takes_the_place_of_numbers() {
        let dose = "reps = 1, sets = 1, ready = 3, hold = 6";
        let plan = made_up("both", dose, &[("hold", None)]);
        let score = Score::new(&plan, BOTH);
        let hold = score.entries().iter().filter(|entry| entry.phase == 1);
        let hold: Vec<Entry> = hold.cloned().collect();
        insta::assert_snapshot!(lines(&hold), @r"
        3.00 ~hold
        3.15 Turn, and look over your shoulder.
        6.00 3
        7.00 2
        8.00 ~last
        8.15 1
        ");
    }

    #[test]
    fn words_in_every_script_take_time() {
        assert!((1.0..2.5).contains(&speech_seconds("Come back slowly.")));
        assert!((1.0..3.0).contains(&speech_seconds("ゆっくり戻る。")));
        assert!((1.0..3.0).contains(&speech_seconds("Медленно вернись.")));
        assert!(speech_seconds("Rep 12.") > speech_seconds("Rep 1."));
    }

    /// Returns all sounds that are heard if the reader is polled every `step` seconds.
    fn listen(reader: &mut Reader, from: f64, to: f64, step: f64) -> Vec<Entry> {
        let mut heard = Vec::new();
        let steps = ((to - from) / step) as u32;
        for number in 0..=steps {
            heard.extend(reader.take_due(from + f64::from(number) * step));
        }
        heard
    }

    #[test]
    fn reader_yields_all_sounds() {
        let score = score_of("desk", BOTH);
        let mut reader = Reader::new(score.clone());
        assert_eq!(reader.next_due(), None);
        reader.seek(0.0);
        assert_eq!(reader.next_due(), Some(0.0));
        let heard = listen(&mut reader, 0.0, score.total_seconds() + 1.0, 0.016);
        assert_eq!(heard, score.entries());
        assert_eq!(reader.next_due(), None);
    }

    #[test]
    fn recent_opening_is_repeated() {
        let mut reader = Reader::new(score_of("moment", BOTH));
        reader.seek(6.5);
        let heard = listen(&mut reader, 6.5, 9.4, 0.016);
        insta::assert_snapshot!(lines(&heard), @r"
        6.50 ~move
        6.65 Arch your upper back and look up.
        9.00 ~back
        9.15 Come back slowly.
        ");
        reader.seek(7.2);
        assert_eq!(reader.next_due(), Some(9.0), "the next movement");
    }

    #[test]
    fn late_voice_speaks_what_still_fits() {
        let mut reader = Reader::new(score_of("thoracic-extension", BOTH));
        let belated = |reader: &Reader, at| reader.late_opening(at).map(|entry| lines(&[entry]));
        reader.seek(0.0);
        assert_eq!(belated(&reader, 0.0), None, "it isn't late");
        reader.take_due(0.3);
        let all = "  0.30 Thoracic extension. Sit tall, hands behind your head.\n";
        assert_eq!(belated(&reader, 0.3).as_deref(), Some(all));
        let some = "  1.70 Sit tall, hands behind your head.\n";
        assert_eq!(belated(&reader, 1.7).as_deref(), Some(some));
        assert_eq!(belated(&reader, 4.0), None, "nothing fits");
        reader.take_due(6.1);
        assert_eq!(belated(&reader, 7.2), None, "it moves already");
    }

    #[test]
    fn seeking_to_the_end_plays_the_closing() {
        let mut reader = Reader::new(score_of("moment", BOTH));
        reader.seek(30.0);
        let heard = listen(&mut reader, 30.0, 32.0, 0.016);
        assert_eq!(lines(&heard), " 30.00 ~done\n 30.58 Done.\n");
        reader.seek(30.0);
        reader.close();
        assert_eq!((reader.next_due(), reader.take_due(30.0)), (None, vec![]));
    }

    #[test]
    fn missed_sounds_are_dropped() {
        let mut reader = Reader::new(score_of("moment", TONES));
        reader.seek(0.0);
        let heard = reader.take_due(9.1);
        assert_eq!(lines(&heard), "  9.00 ~back\n");
    }

    proptest! {
        #[test]
        fn sounds_never_overlap_after_seeking(at in 0.0..360.0f64, step in 0.005..0.2f64) {
            for choice in [BOTH, TONES, VOICE] {
                let score = score_of("desk", choice);
                let mut reader = Reader::new(score.clone());
                reader.seek(at);
                let to = (at + 20.0).min(score.total_seconds());
                let heard = listen(&mut reader, at, to, step);
                for pair in heard.windows(2) {
                    prop_assert!(pair[0].end() <= pair[1].at + 1e-9, "{:?}", pair);
                }
                for entry in &heard {
                    prop_assert!(entry.at >= at);
                    let (phase, into) = score.phase_at(at);
                    prop_assert!(!entry.opens || entry.phase > phase || into < 1.0);
                }
            }
        }
    }
}
