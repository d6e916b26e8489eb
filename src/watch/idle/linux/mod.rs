//! Idle detection on Linux, by the best of several sources that is available.

mod activity_tracker;
mod choice;
mod jitter;
mod logind;
mod mutter;
mod pointer;
mod wayland;
mod x11;

pub use choice::IdleFollower;

use std::cell::Cell;

use super::{IdleSettings, Thresholds, switched_off};
use crate::lang::tr;
use crate::schedule::Activity;
use crate::source::Source;
use crate::watch::linux::bell::Bell;

/// A report of the idle detection on Linux.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum IdleEvent {
    /// The current activity of the user.
    Activity(Activity),
    /// The source that is in use from now on.
    Source(Source),
}

/// The reason why a source is unavailable. There is no point in trying it again.
#[derive(Debug, thiserror::Error)]
#[error("{}", tr(.0))]
struct Unavailable(&'static str);

/// The request for close watching, shared by whichever source is running: see [`Guard`](crate::watch::Guard).
#[derive(Debug, Default)]
pub struct CloseWatchRequest {
    closely: Cell<bool>,
    bell: Bell,
}

impl CloseWatchRequest {
    /// Sets how closely to watch, and wakes the source.
    pub fn set_close_watch(&self, closely: bool) {
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
