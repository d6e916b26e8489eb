//! Windows and macOS aren't asked.

use super::Wants;

/// Calls back, on another thread, with what the desktop wants, and again whenever that changes.
pub(crate) fn follow(_callback: impl Fn(Wants) + Send + 'static) {}
