//! The illustration of an exercise.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::{Deserialize, Deserializer};

use crate::figure::Drawing;

/// The illustration of an exercise.
#[derive(Clone, Debug, Default)]
pub enum Figure {
    /// A figure of its own, described in the file of the exercise.
    Own(Arc<Drawing>),
    /// The figure of a built-in exercise.
    Like {
        /// Identifier of that exercise.
        id: String,
        /// Its figure.
        drawing: Arc<Drawing>,
    },
    /// One picture, or one per step.
    Pictures(Vec<PathBuf>),
    /// Nothing but the cue and the count.
    #[default]
    None,
}

impl Figure {
    /// Returns the drawing, if a figure is drawn.
    #[must_use]
    pub fn drawing(&self) -> Option<&Drawing> {
        match self {
            Self::Own(drawing) | Self::Like { drawing, .. } => Some(drawing),
            Self::Pictures(_) | Self::None => None,
        }
    }

    /// Makes the movements of a drawn figure smaller, as [`Drawing::reduce`].
    pub(super) fn reduce(&mut self, range: f32, neutral: &str) {
        if let Self::Own(drawing) | Self::Like { drawing, .. } = self {
            Arc::make_mut(drawing).reduce(range, neutral);
        }
    }

    /// Returns the drawing to keep, if a figure is drawn.
    #[must_use]
    pub fn shared_drawing(&self) -> Option<Arc<Drawing>> {
        match self {
            Self::Own(drawing) | Self::Like { drawing, .. } => Some(Arc::clone(drawing)),
            Self::Pictures(_) | Self::None => None,
        }
    }

    /// Returns the picture of a step, if there are pictures. The last one stays for all steps after it.
    #[must_use]
    pub fn picture(&self, step: usize) -> Option<&Path> {
        let Self::Pictures(pictures) = self else {
            return None;
        };
        let picture = pictures.get(step).or(pictures.last());
        picture.map(PathBuf::as_path)
    }
}

impl<'de> Deserialize<'de> for Figure {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Drawing::deserialize(deserializer).map(|drawing| Self::Own(Arc::new(drawing)))
    }
}
