//! The way from one pose to another.

use std::f32::consts::TAU;

/// Where a person is in a movement: between which poses, how far, and what else is to be seen.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Stance<'a> {
    /// The name of the pose the phase begins with.
    pub from: &'a str,
    /// The name of the pose the phase ends with; the same as `from` while a pose is held.
    pub to: &'a str,
    /// The part of the phase's time that has passed, 0 to 1.
    pub progress: f32,
    /// How much the working region glows, 0 to 1.
    pub hold: f32,
    /// Seconds of quiet breathing so far, which move the ribs a little; 0 is still.
    pub breath: f32,
}

impl<'a> Stance<'a> {
    /// Standing still in one pose, without glow or breath.
    pub fn still(pose: &'a str) -> Self {
        Self {
            from: pose,
            to: pose,
            progress: 0.0,
            hold: 0.0,
            breath: 0.0,
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

/// How full the lungs are, 0 to 1, after so many seconds at 12 quiet breaths a minute. (Adults at rest take 12 to 20.)
pub fn fullness(seconds: f32) -> f32 {
    const BREATH: f32 = 5.0;
    if seconds.is_finite() {
        0.5 - 0.5 * (seconds.rem_euclid(BREATH) / BREATH * TAU).cos()
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
        assert!((fullness(2.5) - 1.0).abs() < 1e-6);
        assert_eq!(fullness(f32::INFINITY), 0.0);
    }
}
