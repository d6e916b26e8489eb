//! Renders the sound of a whole routine, for a file.

use std::collections::HashMap;
use std::io;

use super::score::{Entry, Score, Sound};
use super::tone::RATE;

/// The duration of the fade, in seconds, when words take longer than estimated and have to end before the next sound.
const FADE: f64 = 0.02;
/// The level up to which a sample counts as silence.
const SILENCE: f32 = 0.01;

/// Returns the samples of a score, [`RATE`] per second. `speak` converts words to samples of that rate.
///
/// # Errors
/// Any error of `speak`.
pub fn render(
    score: &Score,
    mut speak: impl FnMut(&str) -> io::Result<Vec<f32>>,
) -> io::Result<Vec<f32>> {
    let mut samples = vec![0.0; index(score.total_seconds() + 1.0)];
    let mut spoken: HashMap<&str, Vec<f32>> = HashMap::new();
    let entries = score.entries();
    for (number, entry) in entries.iter().enumerate() {
        let until = entries
            .get(number + 1)
            .map_or(f64::INFINITY, |next| next.at);
        match &entry.sound {
            Sound::Tone(tone) => mix_in(&tone.samples(entry.seconds), entry, until, &mut samples),
            Sound::Speech(words) => {
                if !spoken.contains_key(words.as_str()) {
                    spoken.insert(words, trimmed(&speak(words)?).to_vec());
                }
                mix_in(&spoken[words.as_str()], entry, until, &mut samples);
            }
        }
    }
    Ok(samples)
}

fn index(seconds: f64) -> usize {
    (seconds * f64::from(RATE)).round() as usize
}

/// Returns the samples without the silence before and after.
fn trimmed(samples: &[f32]) -> &[f32] {
    let is_heard = |sample: &f32| sample.abs() > SILENCE;
    let from = samples.iter().position(is_heard).unwrap_or(0);
    let to = samples
        .iter()
        .rposition(is_heard)
        .map_or(0, |last| last + 1);
    &samples[from..to.max(from)]
}

fn mix_in(sound: &[f32], entry: &Entry, until: f64, samples: &mut [f32]) {
    let (at, fade) = (index(entry.at), index(FADE) as f32);
    let until = index(until.min(score_end(samples)));
    let target = &mut samples[at.min(until)..until];
    let ends_early = sound.len() > target.len();
    let count = target.len();
    for (number, (target, sample)) in target.iter_mut().zip(sound).enumerate() {
        let left = (count - number) as f32;
        let level = if ends_early {
            (left / fade).min(1.0)
        } else {
            1.0
        };
        *target += sample * level;
    }
}

fn score_end(samples: &[f32]) -> f64 {
    samples.len() as f64 / f64::from(RATE)
}

#[cfg(test)]
mod tests {
    use super::super::Choice;
    use super::*;
    use crate::routine::Library;

    const BOTH: Choice = Choice {
        tones: true,
        voice: true,
    };

    #[test]
    fn long_words_fade_before_the_next_sound() {
        let plan = Library::shipped().plan("moment").unwrap();
        let score = Score::new(&plan, BOTH);
        let drone = |_: &str| Ok(vec![0.25; RATE as usize * 20]);
        let samples = render(&score, drone).unwrap();
        for pair in score.entries().windows(2) {
            if let Sound::Speech(_) = pair[0].sound {
                let end = index(pair[1].at);
                assert_eq!(samples[end - index(0.03)], 0.25);
                assert!(samples[end - 2].abs() < 0.01);
            }
        }
        let peak = samples.iter().fold(0.0f32, |a, b| a.max(b.abs()));
        assert!(peak <= 0.61, "nothing is laid over another: {peak}");
    }

    #[test]
    fn words_begin_with_their_first_sound() {
        let silence = [0.0; 100];
        let sound = [silence.as_slice(), &[0.5; 10], &silence, &[-0.5], &silence].concat();
        assert_eq!(trimmed(&sound).len(), 10 + 100 + 1);
        assert!(trimmed(&silence).is_empty());
    }

    #[test]
    fn missing_voice_is_an_error() {
        let plan = Library::shipped().plan("moment").unwrap();
        let mute = |_: &str| Err(io::ErrorKind::NotFound.into());
        assert!(render(&Score::new(&plan, BOTH), mute).is_err());
        let tones = Choice {
            voice: false,
            ..BOTH
        };
        assert!(render(&Score::new(&plan, tones), mute).is_ok());
    }
}
