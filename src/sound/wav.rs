//! WAV files: 16-bit PCM, mono.

use std::io::{self, Cursor};

use hound::{SampleFormat, WavReader, WavSpec, WavWriter};

/// Encodes samples from -1 to 1 as a WAV file; values outside of that range are clamped.
///
/// # Errors
/// If the file would exceed 4 GiB, which is 12 hours.
pub fn write(samples: &[f32], rate: u32) -> io::Result<Vec<u8>> {
    let spec = WavSpec {
        channels: 1,
        sample_rate: rate,
        bits_per_sample: 16,
        sample_format: SampleFormat::Int,
    };
    let mut file = Cursor::new(Vec::new());
    let mut writer = WavWriter::new(&mut file, spec).map_err(io::Error::other)?;
    for sample in samples {
        let level = (sample.clamp(-1.0, 1.0) * f32::from(i16::MAX)).round() as i16;
        writer.write_sample(level).map_err(io::Error::other)?;
    }
    writer.finalize().map_err(io::Error::other)?;
    Ok(file.into_inner())
}

/// Decodes a mono WAV file with 16 bits into samples from -1 to 1 and the sample rate. Returns `None` for any other format.
/// If the header promises more data than there is, as from programs that don't know the length in advance, the result has
/// the samples that exist.
#[must_use]
pub fn read(file: &[u8]) -> Option<(Vec<f32>, u32)> {
    let reader = WavReader::new(file).ok()?;
    let spec = reader.spec();
    let is_plain = spec.channels == 1
        && spec.bits_per_sample == 16
        && spec.sample_format == SampleFormat::Int
        && spec.sample_rate > 0;
    let levels = reader.into_samples::<i16>().map_while(Result::ok);
    let most = f32::from(i16::MAX);
    is_plain.then(|| {
        let samples = levels.map(|level| f32::from(level) / most);
        (samples.collect(), spec.sample_rate)
    })
}

/// Converts samples to another sample rate, by linear interpolation, which is good enough for a voice.
#[must_use]
pub fn resample(samples: &[f32], from: u32, to: u32) -> Vec<f32> {
    if from == to || samples.is_empty() {
        return samples.to_vec();
    }
    let step = f64::from(from) / f64::from(to);
    let count = (samples.len() as f64 / step) as usize;
    let between = |index: usize| {
        let place = index as f64 * step;
        let (before, part) = (place as usize, place.fract() as f32);
        let after = samples[(before + 1).min(samples.len() - 1)];
        samples[before] + (after - samples[before]) * part
    };
    (0..count).map(between).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_head_is_that_of_a_wav_file() {
        let file = write(&[0.0, 1.0, -1.0, 2.0], 48_000).unwrap();
        assert_eq!(&file[..4], b"RIFF");
        assert_eq!(file[4..8], 44u32.to_le_bytes());
        assert_eq!(&file[8..16], b"WAVEfmt ");
        assert_eq!(file[24..28], 48_000u32.to_le_bytes());
        assert_eq!(file[28..32], 96_000u32.to_le_bytes());
        assert_eq!(&file[36..40], b"data");
        assert_eq!(file[40..44], 8u32.to_le_bytes());
        assert_eq!(file[44..], [0, 0, 0xFF, 0x7F, 0x01, 0x80, 0xFF, 0x7F]);
    }

    #[test]
    fn samples_round_trip() {
        let tone: Vec<f32> = (0..1000)
            .map(|index| (index as f32 * 0.1).sin() * 0.5)
            .collect();
        let (read, rate) = read(&write(&tone, 22_050).unwrap()).unwrap();
        assert_eq!((read.len(), rate), (1000, 22_050));
        let apart = tone.iter().zip(&read).map(|(a, b)| (a - b).abs());
        assert!(apart.fold(0.0, f32::max) < 1e-4);
    }

    #[test]
    fn header_may_promise_too_much() {
        let mut file = write(&[0.5, 0.5], 22_050).unwrap();
        file[40..44].copy_from_slice(&0x7FFF_F000u32.to_le_bytes());
        assert_eq!(read(&file).unwrap().0.len(), 2);
    }

    #[test]
    fn another_rate_is_the_same_sound() {
        let slow: Vec<f32> = (0..2205).map(|index| (index as f32 * 0.05).sin()).collect();
        let fast = resample(&slow, 22_050, 48_000);
        assert_eq!(fast.len(), 4800);
        for (index, sample) in fast.iter().enumerate().take(4790) {
            let meant = (index as f32 * 22_050.0 / 48_000.0 * 0.05).sin();
            assert!((sample - meant).abs() < 0.01, "{index}");
        }
    }

    proptest! {
        #[test]
        fn reader_never_panics(mut bytes in prop::collection::vec(any::<u8>(), 0..80), begins in any::<bool>()) {
            if begins {
                let file = write(&[0.1; 4], 48_000).unwrap();
                bytes.truncate(file.len());
                let places = bytes.len();
                let mut file = file;
                for (at, byte) in bytes.into_iter().enumerate().filter(|(at, _)| at % 7 == 0) {
                    file[(at * 5) % places.max(1)] = byte;
                }
                let _ = read(&file);
            } else {
                let _ = read(&bytes);
            }
        }
    }
}
