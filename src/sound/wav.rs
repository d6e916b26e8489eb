//! WAV files: 16 bits, one channel.

/// How many bytes come before the samples.
const HEAD: usize = 44;

/// A WAV file of samples from -1 to 1; what is beyond is cut off. A file holds at most 4 GiB, which is 12 hours.
#[must_use]
pub fn write(samples: &[f32], rate: u32) -> Vec<u8> {
    let bytes = u32::try_from(samples.len() * 2).unwrap_or(u32::MAX - HEAD as u32);
    let mut file = Vec::with_capacity(HEAD + samples.len() * 2);
    file.extend(b"RIFF");
    file.extend((bytes + HEAD as u32 - 8).to_le_bytes());
    file.extend(b"WAVEfmt ");
    file.extend(16u32.to_le_bytes());
    file.extend(1u16.to_le_bytes()); // plain numbers
    file.extend(1u16.to_le_bytes()); // one channel
    file.extend(rate.to_le_bytes());
    file.extend((rate * 2).to_le_bytes()); // bytes in a second
    file.extend(2u16.to_le_bytes()); // bytes of a sample
    file.extend(16u16.to_le_bytes()); // bits of a sample
    file.extend(b"data");
    file.extend(bytes.to_le_bytes());
    for sample in samples {
        let level = (sample.clamp(-1.0, 1.0) * f32::from(i16::MAX)).round() as i16;
        file.extend(level.to_le_bytes());
    }
    file
}

/// The samples of a WAV file of 16 bits and one channel, from -1 to 1, and how many of them make a second; none if it is
/// something else. A file whose head promises more than there is, as programs write it that don't know the length
/// beforehand, holds what is there.
#[must_use]
pub fn read(file: &[u8]) -> Option<(Vec<f32>, u32)> {
    let mut rest = file
        .strip_prefix(b"RIFF")?
        .get(4..)?
        .strip_prefix(b"WAVE")?;
    let mut rate = None;
    loop {
        let (name, size) = (
            rest.get(..4)?,
            u32::from_le_bytes(rest.get(4..8)?.try_into().ok()?),
        );
        let content = &rest[8..];
        let size = (size as usize).min(content.len());
        match name {
            b"fmt " => rate = Some(rate_of(&content[..size])?),
            b"data" => return Some((samples(&content[..size]), rate?)),
            _ => {}
        }
        rest = content.get(size + size % 2..)?;
    }
}

/// The samples in a second, if each has 16 bits and there is one channel.
fn rate_of(format: &[u8]) -> Option<u32> {
    let word = |at: usize| Some(u16::from_le_bytes(format.get(at..at + 2)?.try_into().ok()?));
    let rate = u32::from_le_bytes(format.get(4..8)?.try_into().ok()?);
    // 0xFFFE says that the kind of number stands further on; with 16 bits it is the plain one.
    let plain = matches!(word(0)?, 1 | 0xFFFE);
    (plain && word(2)? == 1 && word(14)? == 16 && rate > 0).then_some(rate)
}

fn samples(bytes: &[u8]) -> Vec<f32> {
    let level = |two: &[u8]| f32::from(i16::from_le_bytes([two[0], two[1]]));
    let most = f32::from(i16::MAX);
    bytes.chunks_exact(2).map(|two| level(two) / most).collect()
}

/// The same sound with another number of samples in a second. Between two samples lies a straight line, which is good
/// enough for a voice.
#[must_use]
pub fn at_rate(samples: &[f32], from: u32, to: u32) -> Vec<f32> {
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
        let file = write(&[0.0, 1.0, -1.0, 2.0], 48_000);
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
    fn what_is_written_reads_back() {
        let tone: Vec<f32> = (0..1000)
            .map(|index| (index as f32 * 0.1).sin() * 0.5)
            .collect();
        let (read, rate) = read(&write(&tone, 22_050)).unwrap();
        assert_eq!((read.len(), rate), (1000, 22_050));
        let apart = tone.iter().zip(&read).map(|(a, b)| (a - b).abs());
        assert!(apart.fold(0.0, f32::max) < 1e-4);
    }

    #[test]
    fn a_head_that_promises_more_holds_what_is_there() {
        let mut file = write(&[0.5, 0.5], 22_050);
        file[40..44].copy_from_slice(&0x7FFF_F000u32.to_le_bytes());
        assert_eq!(read(&file).unwrap().0.len(), 2);
    }

    #[test]
    fn another_rate_is_the_same_sound() {
        let slow: Vec<f32> = (0..2205).map(|index| (index as f32 * 0.05).sin()).collect();
        let fast = at_rate(&slow, 22_050, 48_000);
        assert_eq!(fast.len(), 4800);
        for (index, sample) in fast.iter().enumerate().take(4790) {
            let meant = (index as f32 * 22_050.0 / 48_000.0 * 0.05).sin();
            assert!((sample - meant).abs() < 0.01, "{index}");
        }
    }

    proptest! {
        #[test]
        fn nothing_breaks_the_reader(mut bytes in prop::collection::vec(any::<u8>(), 0..80), begins in any::<bool>()) {
            if begins {
                let file = write(&[0.1; 4], 48_000);
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
