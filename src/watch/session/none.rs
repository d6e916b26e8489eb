//! A source for systems that report nothing about the session. Sleep is detected by the clocks, with its length.

use crate::lang::tr;
use crate::source::Source;

/// Returns the description for `unhunch status`.
#[must_use]
pub fn source() -> Source {
    Source::Clock(tr("sleep is noticed afterwards, locking is not").to_owned())
}
