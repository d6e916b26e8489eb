//! Idleness on Linux: several sources, of which the best that is there answers.

mod choice;
mod logind;
mod mutter;
mod seen;
mod wayland;
mod x11;

pub use choice::Follow;

use std::cell::Cell;

use super::Thresholds;
use crate::schedule::Activity;
use crate::source::Source;
use crate::watch::linux::bell::Bell;

/// What is told on Linux.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum News {
    /// Somebody is there, or nobody.
    Activity(Activity),
    /// Which source answers now.
    Source(Source),
}

/// Why there is nothing to be had of a source, however often it is asked.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct Absent(&'static str);

/// How closely to watch on Linux, for whichever source is at work: see [`Guard`](crate::watch::Guard).
#[derive(Debug, Default)]
pub struct Wish {
    closely: Cell<bool>,
    bell: Bell,
}

impl Wish {
    /// Says it.
    pub fn attend(&self, closely: bool) {
        self.closely.set(closely);
        self.bell.ring();
    }

    fn closely(&self) -> bool {
        self.closely.get()
    }

    async fn changed(&self) {
        self.bell.rung().await;
    }
}
