//! Position within a movement, easing and breathing.

use std::f32::consts::TAU;

/// A moment of a movement: the poses it is between, the progress, and the other state that is visible.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Stance<'a> {
    /// Name of the pose at the start of the phase.
    pub from: &'a str,
    /// Names of the intermediate poses, in order. The movement flows through them without stopping.
    pub through: &'a [String],
    /// Number of passes along `through` during the phase, at constant speed. With 0 or 1 there is one pass, eased from rest to
    /// rest.
    pub times: u32,
    /// Name of the pose at the end of the phase; the same as `from` while a pose is held.
    pub to: &'a str,
    /// Elapsed part of the phase, 0 to 1.
    pub progress: f32,
    /// Strength of the glow over the working region, 0 to 1.
    pub hold: f32,
    /// Fullness of the lungs, which widens the ribs: 0 empty, [`QUIET`] at the top of a quiet breath, 1 at the top of a deep one.
    pub breath: f32,
    /// `true` if left and right are exchanged.
    pub mirrored: bool,
}

impl<'a> Stance<'a> {
    /// Returns a stance that holds one pose, without glow or breath.
    pub fn still(pose: &'a str) -> Self {
        Self {
            from: pose,
            to: pose,
            ..Self::default()
        }
    }
}

/// Maps linear progress to a minimum-jerk curve, the course of a calm, practised human movement from rest to rest (Flash & Hogan,
/// J Neurosci 1985, 5:1688). Input and result run from 0 to 1; the input is clamped and NaN counts as 0.
pub fn ease(progress: f32) -> f32 {
    let t = if progress.is_nan() {
        0.0
    } else {
        progress.clamp(0.0, 1.0)
    };
    t * t * t * (t * (t * 6.0 - 15.0) + 10.0)
}

/// Fullness of the lungs at the top of a quiet breath. (At rest a breath is about half a litre, a slow deep one about two; West,
/// Respiratory Physiology.)
pub const QUIET: f32 = 0.3;

/// Returns the fullness of the lungs after `seconds` of quiet breathing at 12 breaths a minute. (Adults at rest take 12 to 20.)
pub fn lung_fullness(seconds: f32) -> f32 {
    const BREATH_SECONDS: f32 = 5.0;
    if seconds.is_finite() {
        QUIET * (0.5 - 0.5 * (seconds.rem_euclid(BREATH_SECONDS) / BREATH_SECONDS * TAU).cos())
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
    fn quiet_breathing_starts_with_empty_lungs() {
        assert_eq!(lung_fullness(0.0), 0.0);
        assert!((lung_fullness(2.5) - QUIET).abs() < 1e-6);
        assert_eq!(lung_fullness(f32::INFINITY), 0.0);
    }
}
