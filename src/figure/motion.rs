//! The way from one pose to another.

use std::f32::consts::TAU;

/// Where a person is in a movement: between which poses, how far, and what else is to be seen.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Stance<'a> {
    /// The name of the pose the phase begins with.
    pub from: &'a str,
    /// The names of the poses on the way, in their order. The movement flows through them without a stop.
    pub through: &'a [String],
    /// How often the way is gone in the phase's time, at an even pace; once, from rest to rest, when 0 or 1.
    pub times: u32,
    /// The name of the pose the phase ends with; the same as `from` while a pose is held.
    pub to: &'a str,
    /// The part of the phase's time that has passed, 0 to 1.
    pub progress: f32,
    /// How much the working region glows, 0 to 1.
    pub hold: f32,
    /// How full the lungs are, which widens the ribs: 0 empty, [`QUIET`] at the top of a quiet breath, 1 of a deep one.
    pub breath: f32,
    /// Whether left and right are exchanged.
    pub mirrored: bool,
}

impl<'a> Stance<'a> {
    /// Standing still in one pose, without glow or breath.
    pub fn still(pose: &'a str) -> Self {
        Self {
            from: pose,
            to: pose,
            ..Self::default()
        }
    }
}

/// Minimum jerk: the course that a calm, practised human movement takes from rest to rest
/// (Flash & Hogan, J Neurosci 1985, 5:1688). `progress` and the answer run from 0 to 1.
pub fn ease(progress: f32) -> f32 {
    let t = if progress.is_nan() {
        0.0
    } else {
        progress.clamp(0.0, 1.0)
    };
    t * t * t * (t * (t * 6.0 - 15.0) + 10.0)
}

/// How full a quiet breath makes the lungs. (At rest half a litre is breathed, slowly and deeply some two; West, Respiratory Physiology.)
pub const QUIET: f32 = 0.3;

/// How full the lungs are after so many seconds at 12 quiet breaths a minute. (Adults at rest take 12 to 20.)
pub fn fullness(seconds: f32) -> f32 {
    const BREATH: f32 = 5.0;
    if seconds.is_finite() {
        QUIET * (0.5 - 0.5 * (seconds.rem_euclid(BREATH) / BREATH * TAU).cos())
    } else {
        0.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_movement_starts_and_ends_at_rest() {
        assert_eq!(ease(0.0), 0.0);
        assert_eq!(ease(1.0), 1.0);
        assert!((ease(0.5) - 0.5).abs() < 1e-6);
        assert!(ease(0.01) < 1e-4 && ease(0.99) > 1.0 - 1e-4);
        assert_eq!(ease(f32::NAN), 0.0);
    }

    #[test]
    fn no_breath_is_still() {
        assert_eq!(fullness(0.0), 0.0);
        assert!((fullness(2.5) - QUIET).abs() < 1e-6);
        assert_eq!(fullness(f32::INFINITY), 0.0);
    }
}
