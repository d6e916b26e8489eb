//! Drafts of the user's own exercises and routines, while they are being edited. Nothing is written before they are saved.
//!
//! The text of the file is derived from a draft at every moment, and what the page shows is read from that text: so the preview,
//! the mistakes and the saved file can't contradict each other.

pub(crate) mod document;
pub(crate) mod exercise;
pub(crate) mod routine;

pub(crate) use self::exercise::ExerciseDraft;
pub(crate) use self::routine::RoutineDraft;

/// A value that a click makes smaller or larger.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Number {
    pub(crate) key: &'static str,
    /// The title beside it.
    pub(crate) title: &'static str,
    pub(crate) text: String,
    pub(crate) has_lower: bool,
    pub(crate) has_higher: bool,
}
