//! The tones, synthesized from a few notes each: soft strokes like those of a kalimba, which decay by themselves.

use std::f32::consts::TAU;

/// The sample rate, in samples per second.
pub const RATE: u32 = 48_000;

/// The attack of a stroke, in seconds. A shorter one would click.
const ATTACK: f32 = 0.008;
/// The fade at the end of a tone, in seconds.
const FADE: f32 = 0.03;
/// The duration of a glide to another pitch, in seconds.
const GLIDE: f32 = 0.09;
/// The partials of a note: the multiple of its pitch, the relative volume, and how many times faster it decays.
const OVERTONES: [(f32, f32, f32); 3] = [(1.0, 1.0, 1.0), (2.0, 0.22, 1.6), (3.0, 0.07, 2.4)];

/// A tone, by its meaning.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Tone {
    /// Get ready: a step up, like a question.
    Ready,
    /// Move away from the start, or breathe in: a rising note.
    Move,
    /// Let go, come back or breathe out: a falling note.
    Back,
    /// Stay: a low, steady note.
    Hold,
    /// The last second of a hold or of a wait: a quiet high note.
    Last,
    /// Change sides: up and back.
    Switch,
    /// Rest: a wide step down.
    Rest,
    /// Done: a chord, played note by note.
    Done,
}

/// A stroke of the instrument.
struct Note {
    /// The start time, in seconds.
    at: f32,
    /// The initial pitch, in hertz.
    from: f32,
    /// The pitch at the end of the glide, in hertz.
    to: f32,
}

/// The parameters of a tone.
struct Recipe {
    notes: &'static [Note],
    /// The time constant of the decay, in seconds: by then a note has 37 % of its strength.
    decay: f32,
    /// The total duration, in seconds.
    seconds: f64,
    /// The largest absolute value of a sample.
    peak: f32,
}

const fn note(at: f32, pitch: f32) -> Note {
    glide(at, pitch, pitch)
}

const fn glide(at: f32, from: f32, to: f32) -> Note {
    Note { at, from, to }
}

impl Tone {
    /// All tones, in the order of their definition.
    pub const ALL: [Self; 8] = [
        Self::Ready,
        Self::Move,
        Self::Back,
        Self::Hold,
        Self::Last,
        Self::Switch,
        Self::Rest,
        Self::Done,
    ];

    /// Returns the name of the tone in file names.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Ready => "ready",
            Self::Move => "move",
            Self::Back => "back",
            Self::Hold => "hold",
            Self::Last => "last",
            Self::Switch => "switch",
            Self::Rest => "rest",
            Self::Done => "done",
        }
    }

    /// Returns the duration in seconds, which is less than 0.6.
    #[must_use]
    pub fn seconds(self) -> f64 {
        self.recipe().seconds
    }

    /// Returns the samples, [`RATE`] per second, from -1 to 1. The tone fades out within `at_most` seconds, even if it is longer.
    #[must_use]
    pub fn samples(self, at_most: f64) -> Vec<f32> {
        let recipe = self.recipe();
        let seconds = recipe.seconds.min(at_most.max(0.0)) as f32;
        let count = (seconds * RATE as f32) as usize;
        let time = |index: usize| index as f32 / RATE as f32;
        let mut samples: Vec<f32> = (0..count).map(|index| recipe.at(time(index))).collect();
        let highest = samples
            .iter()
            .fold(f32::MIN_POSITIVE, |a, b| a.max(b.abs()));
        for (index, sample) in samples.iter_mut().enumerate() {
            *sample *= recipe.peak / highest * ease((seconds - time(index)) / FADE);
        }
        samples
    }

    /// Returns the parameters. The pitches are of one pentatonic scale (C, D, E, G, A), so that any two of them are consonant.
    fn recipe(self) -> Recipe {
        let (notes, decay, seconds, peak): (&[Note], _, _, _) = match self {
            Self::Ready => (
                const { &[note(0.0, 523.25), note(0.08, 783.99)] },
                0.13,
                0.45,
                0.6,
            ),
            Self::Move => (const { &[glide(0.0, 659.26, 783.99)] }, 0.1, 0.35, 0.5),
            Self::Back => (const { &[glide(0.0, 587.33, 440.0)] }, 0.11, 0.35, 0.5),
            Self::Hold => (const { &[note(0.0, 392.0)] }, 0.14, 0.4, 0.6),
            Self::Last => (const { &[note(0.0, 1046.5)] }, 0.05, 0.14, 0.35),
            Self::Switch => (
                const { &[note(0.0, 440.0), note(0.08, 880.0), note(0.16, 440.0)] },
                0.12,
                0.5,
                0.6,
            ),
            Self::Rest => (
                const { &[note(0.0, 440.0), note(0.08, 293.66)] },
                0.17,
                0.5,
                0.6,
            ),
            Self::Done => (
                const {
                    &[
                        note(0.0, 329.63),
                        note(0.08, 523.25),
                        note(0.16, 659.26),
                        note(0.24, 1046.5),
                    ]
                },
                0.16,
                0.58,
                0.6,
            ),
        };
        Recipe {
            notes,
            decay,
            seconds,
            peak,
        }
    }
}

impl Recipe {
    fn at(&self, time: f32) -> f32 {
        let strokes = self.notes.iter().filter(|note| note.at <= time);
        strokes
            .map(|note| note.sounds(time - note.at, self.decay))
            .sum()
    }
}

impl Note {
    fn sounds(&self, since: f32, decay: f32) -> f32 {
        let turns = self.turns(since);
        let overtone = |(number, level, sooner): (f32, f32, f32)| {
            level * (-since * sooner / decay).exp() * (TAU * (turns * number).fract()).sin()
        };
        ease(since / ATTACK) * OVERTONES.into_iter().map(overtone).sum::<f32>()
    }

    /// Returns the number of cycles so far: the integral of the pitch over time.
    fn turns(&self, since: f32) -> f32 {
        let gliding = since.min(GLIDE);
        let risen = (self.to - self.from) * gliding / GLIDE;
        (self.from + risen / 2.0) * gliding + self.to * (since - gliding)
    }
}

/// Eases from 0 to 1 (smoothstep).
fn ease(progress: f32) -> f32 {
    let progress = progress.clamp(0.0, 1.0);
    progress * progress * (3.0 - 2.0 * progress)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns the strength of a pitch in the samples (Goertzel's algorithm).
    fn strength(samples: &[f32], pitch: f32) -> f32 {
        let turn = 2.0 * (TAU * pitch / RATE as f32).cos();
        let (mut last, mut before) = (0.0, 0.0);
        for sample in samples {
            (last, before) = (sample + turn * last - before, last);
        }
        (last * last + before * before - turn * last * before).sqrt() / samples.len() as f32
    }

    /// Returns the strongest pitch from 200 to 1200 Hz in the 0.08 seconds from `from`.
    fn pitch(tone: Tone, from: f32) -> f32 {
        let samples = tone.samples(1.0);
        let from = (from * RATE as f32) as usize;
        let part = &samples[from..(from + RATE as usize * 8 / 100).min(samples.len())];
        let pitches = (200..1200).map(|pitch| pitch as f32);
        let strongest = pitches.max_by(|a, b| strength(part, *a).total_cmp(&strength(part, *b)));
        strongest.unwrap()
    }

    #[test]
    fn every_tone_is_short_and_soft() {
        for tone in Tone::ALL {
            let samples = tone.samples(1.0);
            assert!(tone.seconds() < 0.6, "{tone:?}");
            assert_eq!(
                samples.len(),
                (tone.seconds() as f32 * RATE as f32) as usize
            );
            let peak = samples.iter().fold(0.0f32, |a, b| a.max(b.abs()));
            assert!((0.3..=0.61).contains(&peak), "{tone:?}: {peak}");
            let mean = samples.iter().sum::<f32>() / samples.len() as f32;
            assert!(mean.abs() < 0.002, "{tone:?}: {mean}");
        }
    }

    #[test]
    fn no_tone_clicks() {
        for tone in Tone::ALL {
            for at_most in [1.0, 0.16, 0.05] {
                let samples = tone.samples(at_most);
                let ends = [samples[0], samples[samples.len() - 1]];
                assert!(
                    ends.iter().all(|end| end.abs() < 0.002),
                    "{tone:?}: {ends:?}"
                );
                // The steepest slope of a sine with the highest pitch, with its overtones.
                let steepest = 0.6 * TAU * 1046.5 * 1.65 / RATE as f32;
                for pair in samples.windows(2) {
                    let step = (pair[1] - pair[0]).abs();
                    assert!(step <= steepest, "{tone:?} jumps by {step}");
                }
            }
        }
    }

    #[test]
    fn a_tone_is_louder_at_its_strokes_than_at_its_end() {
        let loud = |part: &[f32]| part.iter().map(|s| s * s).sum::<f32>() / part.len() as f32;
        for tone in Tone::ALL {
            let samples = tone.samples(1.0);
            let tenth = samples.len() / 10;
            let (first, last) = (&samples[tenth..3 * tenth], &samples[9 * tenth..]);
            assert!(loud(first) > 20.0 * loud(last), "{tone:?}");
        }
    }

    #[test]
    fn tones_are_distinguishable() {
        let two = |tone| (pitch(tone, 0.0), pitch(tone, 0.08));
        let courses: Vec<_> = Tone::ALL.map(|tone| (tone, two(tone))).to_vec();
        for (index, (tone, (first, second))) in courses.iter().enumerate() {
            for (other, (third, fourth)) in &courses[index + 1..] {
                let apart = |a: f32, b: f32| (a / b).log2().abs() * 12.0;
                let semitones = apart(*first, *third) + apart(*second, *fourth);
                assert!(semitones > 3.0, "{tone:?} and {other:?}: {semitones}");
            }
        }
    }

    #[test]
    fn contours_match_their_meaning() {
        let rises = |tone| pitch(tone, 0.08) / pitch(tone, 0.0);
        for (tone, least) in [(Tone::Ready, 1.4), (Tone::Move, 1.05), (Tone::Switch, 1.8)] {
            assert!(rises(tone) > least, "{tone:?}: {}", rises(tone));
        }
        for (tone, most) in [(Tone::Back, 0.9), (Tone::Rest, 0.7)] {
            assert!(rises(tone) < most, "{tone:?}: {}", rises(tone));
        }
        assert!((0.98..1.02).contains(&rises(Tone::Hold)));
        assert!(pitch(Tone::Switch, 0.17) < 500.0, "over and back");
    }

    #[test]
    fn tone_is_shortened_on_request() {
        for tone in Tone::ALL {
            let samples = tone.samples(0.16);
            assert!(samples.len() <= RATE as usize * 16 / 100, "{tone:?}");
            assert!(tone.samples(0.0).is_empty());
        }
    }
}
